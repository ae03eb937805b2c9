/* SPDX-License-Identifier: Apache-2.0 */
/* JT/T 808 position reports of 56 bytes on the wire out of a stream: split, unescape, check, parse, all items; beside
 * a loop that does the least of it byte by byte.  Also the way to observations, to JSON, and back to bytes.
 *
 * The frames are made with a fixed seed; one in five holds an escape, as random coordinates give it. */
#include <string.h>

#include "bench.h"

#include "xie/bridge/jt808.h"
#include "xie/jt808/msg.h"

enum { FRAMES = 100000, CHUNK = 16384 };

struct bench {
	uint8_t *stream;
	size_t n;
	uint64_t good, sum;
	uint8_t room[XIE_JT808_FRAME_MAX], buf[XIE_JT808_WIRE_MAX];
	uint8_t json[1 << 16];
	int depth; /* 0 frames, 1 positions and items, 2 observations, 3 JSON */
};

static uint32_t next_random(uint64_t *s)
{
	*s = *s * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*s >> 33);
}

static void one(xie_wr *w, uint64_t *s, uint32_t i)
{
	char digits[12];
	uint8_t items[16], body[64];
	struct xie_jt808_extra x = { .has = XIE_JT808_HAS_MILEAGE | XIE_JT808_HAS_FUEL | XIE_JT808_HAS_SATELLITES,
		                     .mileage_hm = next_random(s) % 9000000, .fuel_dl = (uint16_t)(next_random(s) % 4000),
		                     .satellites = (uint8_t)(next_random(s) % 30) };
	xie_wr iw = xie_wr_of(items, sizeof items), bw = xie_wr_of(body, sizeof body);
	xie_jt808_extra_write(&iw, &x);
	struct xie_jt808_position p = { .status = 3, .lat = 22900000 + next_random(s) % 300000,
		                        .lon = 112800000 + next_random(s) % 500000, .alt_m = 12,
		                        .speed_dkmh = (uint16_t)(next_random(s) % 1000), .course_deg = (uint16_t)(next_random(s) % 360),
		                        .items = items, .items_n = (uint32_t)iw.n };
	if (xie_jt808_time_of(INT64_C(1773754878000) + (xie_ms)i * 1000, &p.time) != XIE_OK)
		abort();
	xie_jt808_position_write(&bw, &p);
	struct xie_jt808_head h = { .id = 0x0200, .edition = 2013, .serial = (uint16_t)i };
	(void)snprintf(digits, sizeof digits, "139%08u", (unsigned)(next_random(s) % 100000000));
	if (xie_jt808_phone_set(&h, xie_str_of(digits)) != XIE_OK || xie_jt808_frame_write(w, &h, body, bw.n) != XIE_OK)
		abort();
}

/* The least anybody must do, a byte at a time: find the flags, undo the escapes, sum, pick the fields. */
static void byte_loop(void *self)
{
	struct bench *b = self;
	size_t n = 0;
	uint8_t sum = 0, esc = 0;
	b->good = 0;
	for (size_t i = 0; i < b->n; i++) {
		uint8_t c = b->stream[i];
		if (c == 0x7e) {
			if (n >= 13 && sum == 0 && n == 13u + (((unsigned)b->room[2] << 8 | b->room[3]) & 0x3ffu)) {
				const uint8_t *p = b->room + 12;
				uint32_t lat = (uint32_t)p[8] << 24 | (uint32_t)p[9] << 16 | (uint32_t)p[10] << 8 | p[11];
				uint32_t lon = (uint32_t)p[12] << 24 | (uint32_t)p[13] << 16 | (uint32_t)p[14] << 8 | p[15];
				b->sum += lat ^ lon ^ (uint32_t)(p[18] << 8 | p[19]);
				b->good++;
			}
			n = sum = esc = 0;
			continue;
		}
		if (c == 0x7d) {
			esc = 1;
			continue;
		}
		if (esc != 0) {
			c = c == 1 ? 0x7d : 0x7e;
			esc = 0;
		}
		sum ^= c;
		if (n < sizeof b->room)
			b->room[n++] = c;
	}
}

static void take(struct bench *b, const struct xie_jt808_frame *f)
{
	struct xie_jt808_position p;
	struct xie_jt808_extra x;
	struct xie_bridge_jt808 br;
	struct xie_obs o;
	uint32_t odd = 0;
	b->good++;
	if (b->depth == 0) {
		b->sum += f->head.serial;
		return;
	}
	if (b->depth == 2) {
		if (xie_bridge_jt808_begin(&br, f, INT64_C(1773754878000), 0, 0) == XIE_OK && xie_bridge_jt808_next(&br, &o))
			b->sum += (uint32_t)o.fix.at.lat;
		return;
	}
	if (xie_jt808_position_read(f->body, f->head.body_n, &p) != XIE_OK)
		return;
	if (b->depth == 3) {
		xie_wr w = xie_wr_of(b->json, sizeof b->json);
		xie_jt808_position_json(&w, &p, &odd);
		b->sum += w.n;
		return;
	}
	xie_jt808_extra_read(p.items, p.items_n, &x);
	b->sum += p.lat ^ p.lon ^ p.speed_dkmh ^ x.mileage_hm;
}

static void decode(void *self)
{
	struct bench *b = self;
	struct xie_jt808_split s;
	struct xie_jt808_piece piece;
	struct xie_jt808_frame f;
	b->good = 0;
	xie_jt808_split_init(&s, b->buf, sizeof b->buf);
	for (size_t at = 0; at < b->n; at += CHUNK) {
		xie_jt808_split_feed(&s, b->stream + at, b->n - at < CHUNK ? b->n - at : CHUNK);
		while (xie_jt808_split_next(&s, &piece))
			if (piece.bad == XIE_JT808_BAD_NONE &&
			    xie_jt808_frame_read(piece.content, piece.n, b->room, &f) == XIE_JT808_BAD_NONE)
				take(b, &f);
	}
}

static void encode(void *self)
{
	struct bench *b = self;
	static uint8_t out[256];
	uint64_t s = 1;
	for (uint32_t i = 0; i < 10000; i++) {
		xie_wr w = xie_wr_of(out, sizeof out);
		one(&w, &s, i);
		b->sum += w.n;
	}
}

int main(void)
{
	static struct bench b;
	uint64_t s = 808;
	size_t cap = (size_t)FRAMES * 96;
	b.stream = malloc(cap);
	if (b.stream == NULL)
		return 3;
	xie_wr w = xie_wr_of(b.stream, cap);
	for (uint32_t i = 0; i < FRAMES; i++)
		one(&w, &s, i);
	b.n = w.n;
	(void)printf("%u position reports, %.1f bytes on the wire each\n", (unsigned)FRAMES, (double)b.n / FRAMES);
	double reference = bench_row("reference: byte loop, fixed fields only", bench_median(byte_loop, &b), FRAMES, 0);
	if (b.good != FRAMES)
		return 1;
	static const char *const names[] = { "split, unescape, check, header", "the same, position and all items",
		                             "the same, to an observation", "the same, to JSON text" };
	for (b.depth = 0; b.depth < 4; b.depth++) {
		(void)bench_row(names[b.depth], bench_median(decode, &b), FRAMES, reference);
		if (b.good != FRAMES)
			return 1;
	}
	(void)bench_row("made and written (simulator)", bench_median(encode, &b), 10000, reference);
	(void)fprintf(stderr, "%llu\n", (unsigned long long)b.sum); /* nothing above may be left out */
	free(b.stream);
	return 0;
}
