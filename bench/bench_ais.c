/* SPDX-License-Identifier: Apache-2.0 */
/* AIS sentences to structs, to observations and to JSON; beside a scan that only finds lines and checks sums, which
 * is what nobody can do without, and gpsdecode where it is installed.
 *
 * usage: bench_ais [RECORDING]   without one: sentences made by the encoder, fixed seed */
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench.h"

#include "xie/ais/msg.h"
#include "xie/bridge/ais.h"
#include "xie/file/file.h"
#include "xie/nmea/join.h"
#include "xie/nmea/write.h"

static uint32_t next_random(uint64_t *s)
{
	*s = *s * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*s >> 33);
}

/* 100,000 messages in the proportions of a busy port: mostly type 1 and 3, some 18, 4, 5 and 24. */
static xie_str made_up(xie_arena *mem)
{
	size_t cap = 16u << 20;
	char *p = xie_arena_alloc(mem, cap, 1);
	xie_wr w = xie_wr_of(p, p != NULL ? cap : 0);
	uint64_t s = 1;
	static struct xie_nmea_bits bits;
	for (int i = 0; i < 100000; i++) {
		uint32_t kind = next_random(&s) % 100;
		struct xie_ais_msg m = { .type = 1, .mmsi = 412000000 + next_random(&s) % 1000 };
		int32_t lon = (int32_t)(next_random(&s) % 600000) + 68000000, lat = (int32_t)(next_random(&s) % 600000) + 13000000;
		if (kind < 83) {
			m.type = kind < 60 ? 1 : 3;
			m.t1.speed = next_random(&s) % 200;
			m.t1.course = next_random(&s) % 3600;
			m.t1.heading = next_random(&s) % 360;
			m.t1.lon = lon;
			m.t1.lat = lat;
			m.t1.radio = next_random(&s) & 0x7FFFF;
		} else if (kind < 90) {
			m.type = 18;
			m.t18.speed = next_random(&s) % 200;
			m.t18.lon = lon;
			m.t18.lat = lat;
		} else if (kind < 93) {
			m.type = 4;
			m.t4.year = 2026;
			m.t4.lon = lon;
			m.t4.lat = lat;
		} else if (kind < 97) {
			m.type = 5;
			memcpy(m.t5.shipname, "EVER GIVEN", 11);
			memcpy(m.t5.destination, "FOSHAN", 7);
		} else {
			m.type = 24;
			m.part = 'A';
			memcpy(m.t24a.shipname, "YUE FO 1234", 12);
		}
		if (xie_ais_encode(&m, &bits) != XIE_OK)
			abort();
		xie_nmea_write(&w, &bits, "AI", false, kind & 1 ? 'A' : 'B', (unsigned)i % 10);
	}
	return xie_wr_view(&w);
}

struct bench {
	xie_str text;
	uint64_t lines, good, messages, sum;
	struct xie_nmea_reader reader;
	struct xie_nmea_line line;
	struct xie_nmea_joiner joiner;
	struct xie_nmea_group groups[64];
	struct xie_nmea_bits bits;
	struct xie_ais_msg msg;
	struct xie_obs obs[2];
	xie_wr out;
	int depth; /* 0 structs, 1 observations, 2 JSON */
};

/* The reference: memchr for lines, XOR by words, two hexadecimal digits. */
static void scan(void *self)
{
	struct bench *b = self;
	const char *p = b->text.p, *end = p + b->text.n;
	b->lines = b->good = 0;
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *z = nl != NULL ? nl : end;
		const char *next = z + 1;
		z -= z > p && z[-1] == '\r';
		b->lines++;
		const char *from = p;
		if (z - p > 8 && *from == '\\') {
			const char *close = memchr(from + 1, '\\', (size_t)(z - from - 1));
			from = close != NULL ? close + 1 : from;
		}
		if (z - from > 8 && z[-3] == '*') {
			uint64_t a = 0, w = 0;
			const char *q = from + 1;
			for (; z - 3 - q >= 8; q += 8) {
				memcpy(&w, q, 8);
				a ^= w;
			}
			for (; q < z - 3; q++)
				a ^= (uint8_t)*q;
			a ^= a >> 32;
			a ^= a >> 16;
			a ^= a >> 8;
			unsigned hi = (unsigned)((z[-2] & 15) + (z[-2] >> 6) * 9), lo = (unsigned)((z[-1] & 15) + (z[-1] >> 6) * 9);
			b->good += (uint8_t)a == (uint8_t)(hi << 4 | lo);
		}
		p = next;
	}
}

static void take(struct bench *b)
{
	if (xie_ais_decode(&b->bits, &b->msg) != XIE_OK)
		return;
	b->messages++;
	b->sum += b->msg.mmsi;
	if (b->depth == 1)
		b->sum += xie_bridge_ais(&b->msg, &b->bits, b->line.rx, 0, b->lines, b->obs);
	if (b->depth == 2) {
		if (b->out.cap - b->out.n < 2 * XIE_AIS_JSON_MAX)
			xie_wr_clear(&b->out);
		xie_wr_char(&b->out, '{');
		xie_ais_json(&b->msg, &b->out);
		xie_wr_bytes(&b->out, "}\n", 2);
	}
}

static void decode(void *self)
{
	struct bench *b = self;
	struct xie_nmea_lost lost;
	const char *p = b->text.p, *end = p + b->text.n;
	xie_nmea_reader_init(&b->reader, 0);
	xie_nmea_joiner_init(&b->joiner, b->groups, 64);
	b->lines = b->messages = 0;
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *z = nl != NULL ? nl : end;
		b->lines++;
		if (xie_nmea_read(&b->reader, (xie_str){ p, (size_t)(z - p) }, &b->line) == XIE_NMEA_VDM &&
		    xie_nmea_join(&b->joiner, &b->line, b->lines, &b->bits, &lost) == XIE_NMEA_WHOLE)
			take(b);
		p = z + 1;
	}
}

/* gpsdecode over the same bytes, its CPU time from wait4. */
static double gpsdecode_ns(const char *path)
{
	char command[4096];
	struct rusage before, after;
	if (system("command -v gpsdecode >/dev/null 2>&1") != 0)
		return 0;
	(void)snprintf(command, sizeof command, "gpsdecode --json --unscaled --split24 <'%s' >/dev/null 2>&1", path);
	(void)getrusage(RUSAGE_CHILDREN, &before);
	if (system(command) != 0)
		return 0;
	(void)getrusage(RUSAGE_CHILDREN, &after);
	return (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1e9 +
	       (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec) * 1e3;
}

static double gpsdecode_on(xie_str text)
{
	char path[] = "/tmp/bench_ais.XXXXXX";
	int fd = mkstemp(path);
	if (fd < 0)
		return 0;
	size_t at = 0;
	for (ssize_t k; at < text.n && (k = write(fd, text.p + at, text.n - at)) > 0;)
		at += (size_t)k;
	(void)close(fd);
	double ns = at == text.n ? gpsdecode_ns(path) : 0;
	(void)unlink(path);
	return ns;
}

int main(int argc, char **argv)
{
	xie_arena mem;
	struct xie_err err = { 0 };
	static struct bench b;
	if (xie_big_arena_init(&mem, (size_t)1 << 30) != XIE_OK)
		return 3;
	if (argc > 1 && xie_file_read(&mem, argv[1], &b.text, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
		return 3;
	}
	if (argc < 2)
		b.text = made_up(&mem);
	void *out = xie_arena_alloc(&mem, 1u << 18, 1);
	if (out == NULL)
		return 3;
	b.out = xie_wr_of(out, 1u << 18);
	double ns = bench_median(scan, &b);
	double n = (double)b.good;
	(void)printf("%s: %llu lines, %.0f sound sentences, %.1f bytes each\n", argc > 1 ? argv[1] : "made-up sentences",
	             (unsigned long long)b.lines, n, (double)b.text.n / (double)b.lines);
	double floor = bench_row("newline and checksum scan (reference)", ns, n, 0);
	static const char *const names[] = { "sentences to message structs", "sentences to observations", "sentences to JSON" };
	for (b.depth = 0; b.depth < 3; b.depth++)
		(void)bench_row(names[b.depth], bench_median(decode, &b), n, floor);
	double gps = gpsdecode_on(b.text);
	if (gps > 0)
		(void)bench_row("gpsdecode --json --unscaled (reference)", gps, n, floor);
	(void)printf("%llu messages, checked sum %llu\n", (unsigned long long)b.messages, (unsigned long long)b.sum);
	xie_big_arena_done(&mem);
	return 0;
}
