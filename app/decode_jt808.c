/* SPDX-License-Identifier: Apache-2.0 */
/* JT/T 808 frames to JSON: hexadecimal lines, or the bytes of a stream with --raw. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "decode.h"
#include "jt808_lines.h"
#include "out.h"

#include "xie/file/file.h"
#include "xie/jt808/msg.h"

enum { TEXT_MAX = 512 }; /* of what is rejected, this much is shown */
#define OBJECT_MAX (2u * JT808_JOINED_MAX + (1u << 20)) /* of one JSON object */
#define MEMORY ((size_t)1 << 30) /* address space; pages are taken as they are used */

struct decoder {
	struct out out;
	xie_arena mem;          /* lists of the message at hand */
	size_t mark;
	struct jt808_lines lines;
	xie_wr json;
	bool raw;
	uint64_t place;         /* line from 1, or byte offset with --raw */
	uint64_t messages, rejects;
};

/* A JSON object may be larger than the writer's room: it goes out in pieces. */
static void emit(struct decoder *d)
{
	for (size_t at = 0; at < d->json.n && out_room(&d->out);) {
		size_t n = d->json.n - at < OUT_ROOM ? d->json.n - at : OUT_ROOM;
		xie_wr_bytes(&d->out.w, d->json.p + at, n);
		at += n;
	}
}

static void place_json(struct decoder *d)
{
	xie_wr_kv_i64(&d->json, d->raw ? "offset" : "line", (int64_t)d->place);
}

static void reject(struct decoder *d, const char *reason, const char *detail, xie_str text)
{
	d->rejects++;
	xie_wr_clear(&d->json);
	xie_wr_char(&d->json, '{');
	xie_wr_kv_str(&d->json, "class", XIE_STR("REJECT"));
	place_json(d);
	xie_wr_kv_str(&d->json, "reason", xie_str_of(reason));
	xie_wr_kv_str(&d->json, "detail", xie_str_of(detail));
	xie_wr_kv_str(&d->json, "text", text);
	xie_wr_text(&d->json, "}\n");
	emit(d);
}

static void head_json(xie_wr *w, const struct xie_jt808_head *h, uint16_t version)
{
	char text[21];
	size_t n = 0;
	char id[8];
	(void)snprintf(id, sizeof id, "0x%04x", (unsigned)h->id);
	xie_wr_kv_str(w, "msg_id", xie_str_of(id));
	if (xie_jt808_msg_name(h->id) != NULL)
		xie_wr_kv_str(w, "name", xie_str_of(xie_jt808_msg_name(h->id)));
	xie_wr_kv_i64(w, "version", version);
	n = xie_jt808_phone(h, text);
	xie_wr_kv_str(w, "phone", (xie_str){ text, n });
	n = xie_jt808_phone_full(h, text);
	xie_wr_kv_str(w, "phone_bcd", (xie_str){ text, n });
	if ((h->odd & XIE_JT808_ODD(PHONE)) != 0 && xie_jt808_identity(h, text, &n) == XIE_OK)
		xie_wr_kv_str(w, "imei", (xie_str){ text, n });
	xie_wr_kv_i64(w, "serial", h->serial);
	if (h->edition == XIE_JT808_2019)
		xie_wr_kv_i64(w, "protocol_version", h->version);
	if (h->total != 0) {
		xie_wr_kv_i64(w, "parts", h->total);
		xie_wr_kv_i64(w, "part", h->part);
	}
	if ((h->odd & XIE_JT808_ODD(CIPHER)) != 0)
		xie_wr_kv_i64(w, "cipher", h->attr >> 10 & 7);
}

static void bytes_body(xie_wr *w, const uint8_t *p, size_t n)
{
	xie_wr_key(w, "hex");
	xie_wr_char(w, '"');
	if (n != 0)
		xie_wr_hex(w, p, n);
	xie_wr_char(w, '"');
}

/* Whether a body that cannot be read leaves nothing worth showing: then the frame is rejected. */
static bool is_position(uint16_t id)
{
	return id == 0x0200 || id == 0x0201 || id == 0x0704;
}

static void take_reject(void *self, const char *reason, const char *detail, const uint8_t *p, size_t n, xie_str text);

static void message(struct decoder *d, const struct xie_jt808_frame *f, bool whole)
{
	const struct xie_jt808_head *h = &f->head;
	struct xie_jt808_msg m = { .edition = h->edition };
	uint32_t odd = h->odd;
	xie_wr *w = &d->json;
	xie_status st = XIE_OK;
	xie_arena_rewind(&d->mem, d->mark);
	bool readable = whole && (h->odd & XIE_JT808_ODD(CIPHER)) == 0;
	if (readable)
		st = xie_jt808_msg_read(h->id, h->edition, f->body, h->body_n, &d->mem, &m);
	if (st != XIE_OK && is_position(h->id)) {
		take_reject(d, xie_status_code(st), "the body is too short for its message", f->body, h->body_n,
		            (xie_str){ NULL, 0 });
		return;
	}
	d->messages++;
	xie_wr_clear(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "class", XIE_STR("JT808"));
	head_json(w, h, m.edition == XIE_JT808_2011 ? XIE_JT808_2011 : h->edition);
	if (h->total != 0)
		xie_wr_kv_bool(w, "joined", whole);
	xie_wr_key(w, "body");
	xie_wr_char(w, '{');
	if (readable && st == XIE_OK)
		xie_jt808_msg_json(w, &m, &odd);
	else
		bytes_body(w, f->body, h->body_n);
	xie_wr_char(w, '}');
	odd |= m.odd | (st != XIE_OK ? XIE_JT808_ODD(BODY) : 0);
	if (odd != 0) {
		xie_wr_key(w, "odd");
		xie_jt808_odd_json(w, odd);
	}
	place_json(d);
	xie_wr_text(w, "}\n");
	emit(d);
}

static void take_frame(void *self, const struct xie_jt808_frame *f, bool whole)
{
	message(self, f, whole);
}

static void take_reject(void *self, const char *reason, const char *detail, const uint8_t *p, size_t n, xie_str text)
{
	char hex[TEXT_MAX];
	xie_wr w = xie_wr_of(hex, sizeof hex);
	if (text.p == NULL) {
		xie_wr_hex(&w, p, n < TEXT_MAX / 2 ? n : TEXT_MAX / 2);
		text = xie_wr_view(&w);
	}
	reject(self, reason, detail, text.n > TEXT_MAX ? (xie_str){ text.p, TEXT_MAX } : text);
}

static xie_status read_lines(struct decoder *d, const char *path, struct xie_err *err)
{
	struct xie_lines *l = NULL;
	xie_str text;
	bool more = true;
	xie_status st = xie_lines_open(path, &l, err);
	if (st != XIE_OK)
		return st;
	while (!d->out.failed && (st = xie_lines_next(l, &text, &more)) == XIE_OK && more) {
		d->place++;
		jt808_line(&d->lines, text);
	}
	xie_lines_close(l);
	return st;
}

static void piece(struct decoder *d, const struct xie_jt808_piece *p)
{
	d->place = p->offset;
	if (p->bad == XIE_JT808_BAD_NONE)
		jt808_content(&d->lines, p->content, p->n);
	else
		take_reject(d, xie_jt808_bad_code(p->bad), xie_jt808_bad_text(p->bad), p->content, p->n, (xie_str){ NULL, 0 });
}

static xie_status read_stream(struct decoder *d, const char *path, struct xie_err *err)
{
	static uint8_t buf[XIE_JT808_WIRE_MAX];
	struct xie_jt808_split split;
	struct xie_jt808_piece p;
	struct xie_bytes *b = NULL;
	xie_str chunk = { NULL, 0 };
	xie_jt808_split_init(&split, buf, sizeof buf);
	xie_status st = xie_bytes_open(path, &b, err);
	if (st != XIE_OK)
		return st;
	while (!d->out.failed && (st = xie_bytes_next(b, &chunk)) == XIE_OK && chunk.n != 0) {
		xie_jt808_split_feed(&split, chunk.p, chunk.n);
		while (xie_jt808_split_next(&split, &p))
			piece(d, &p);
	}
	if (st == XIE_OK && xie_jt808_split_end(&split, &p))
		piece(d, &p);
	xie_bytes_close(b);
	return st;
}

static bool init(struct decoder *d, bool raw)
{
	*d = (struct decoder){ .raw = raw, .lines = { .frame = take_frame, .reject = take_reject, .self = d } };
	if (xie_big_arena_init(&d->mem, MEMORY) != XIE_OK || !jt808_lines_init(&d->lines, &d->mem))
		return false;
	uint8_t *line_room = xie_arena_new(&d->mem, uint8_t, OBJECT_MAX);
	if (line_room == NULL || !out_init(&d->out))
		return false;
	d->json = xie_wr_of(line_room, OBJECT_MAX);
	d->mark = xie_arena_mark(&d->mem);
	return true;
}

int decode_jt808(const struct decode_options *o)
{
	static struct decoder d;
	struct xie_err err = { .file = o->path };
	if (!init(&d, o->raw)) {
		(void)fputs("xiezhi decode: out of memory\n", stderr);
		return EXIT_ENV;
	}
	xie_status st = o->raw ? read_stream(&d, o->path, &err) : read_lines(&d, o->path, &err);
	bool written = out_done(&d.out);
	if (st != XIE_OK) {
		if (err.what[0] == '\0')
			(void)xie_err_set(&err, st, 0, 0, xie_status_text(st), NULL);
		err.file = o->path;
		xie_err_print(stderr, &err);
	}
	uint64_t unfinished = jt808_lines_unfinished(&d.lines);
	(void)fprintf(stderr, "%llu messages, %llu rejects", (unsigned long long)d.messages, (unsigned long long)d.rejects);
	if (unfinished != 0)
		(void)fprintf(stderr, ", %llu messages in parts never came together", (unsigned long long)unfinished);
	(void)fputc('\n', stderr);
	xie_big_arena_done(&d.mem);
	return st == XIE_IO ? EXIT_ENV : st != XIE_OK ? EXIT_BAD : written ? EXIT_DONE : EXIT_ENV;
}
