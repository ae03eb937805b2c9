/* SPDX-License-Identifier: Apache-2.0 */
#include "jt808_lines.h"

enum {
	SERIES = 16,  /* messages in parts under way at once */
	PARTS = 2048, /* parts of one message */
};

bool jt808_lines_init(struct jt808_lines *l, xie_arena *mem)
{
	return xie_jt808_parts_init(&l->parts, mem, SERIES, PARTS, JT808_JOINED_MAX) == XIE_OK;
}

uint64_t jt808_lines_unfinished(const struct jt808_lines *l)
{
	uint64_t n = l->parts.dropped;
	for (uint32_t i = 0; i < l->parts.series_n; i++)
		n += l->parts.series[i].used;
	return n;
}

static void give(struct jt808_lines *l, struct xie_jt808_frame *f)
{
	l->tick++;
	if (f->head.total == 0) {
		l->frame(l->self, f, true);
		return;
	}
	const uint8_t *joined = NULL;
	uint32_t n = 0;
	switch (xie_jt808_parts_add(&l->parts, f, (xie_ms)l->tick, &joined, &n)) {
	case XIE_JT808_PART_COMPLETE:
		f->body = joined;
		f->head.body_n = n;
		l->frame(l->self, f, true);
		break;
	case XIE_JT808_PART_TOO_MUCH:
		l->reject(l->self, "limit", "a message of more parts or bytes than are joined here", f->body,
		          f->head.body_n, (xie_str){ NULL, 0 });
		break;
	default:
		l->frame(l->self, f, false);
		break;
	}
}

static bool candidate(struct jt808_lines *l, const uint8_t *p, size_t n, enum xie_jt808_bad *ret_bad)
{
	struct xie_jt808_frame f;
	*ret_bad = xie_jt808_frame_read(p, n, l->room, &f);
	if (*ret_bad != XIE_JT808_BAD_NONE)
		return false;
	if (memchr(p, 0x7e, n) != NULL)
		f.head.odd |= XIE_JT808_ODD(UNESCAPED);
	give(l, &f);
	return true;
}

static void bad_bytes(struct jt808_lines *l, enum xie_jt808_bad bad, const uint8_t *p, size_t n, xie_str text)
{
	l->reject(l->self, xie_jt808_bad_code(bad), xie_jt808_bad_text(bad), p, n, text);
}

void jt808_content(struct jt808_lines *l, const uint8_t *p, size_t n)
{
	enum xie_jt808_bad bad;
	if (!candidate(l, p, n, &bad))
		bad_bytes(l, bad, p, n, (xie_str){ NULL, 0 });
}

/* A line that is no frame as a whole may hold several, each between flags; how many are good. */
static uint64_t pieces(struct jt808_lines *l, const uint8_t *p, size_t n)
{
	uint64_t good = 0;
	enum xie_jt808_bad bad;
	while (memchr(p, 0x7e, n) != NULL || good != 0) {
		const uint8_t *flag = memchr(p, 0x7e, n);
		size_t k = flag != NULL ? (size_t)(flag - p) : n;
		if (k != 0 && candidate(l, p, k, &bad))
			good++;
		else if (k != 0 && good != 0)
			bad_bytes(l, bad, p, k, (xie_str){ NULL, 0 });
		if (flag == NULL)
			break;
		p = flag + 1;
		n -= k + 1;
	}
	return good;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The bytes of a line into l->bytes; NULL, or why not. */
static const char *unhex(struct jt808_lines *l, xie_str text, size_t *ret_n)
{
	size_t n = 0;
	int high = -1;
	for (size_t i = 0; i < text.n; i++) {
		int v = digit(text.p[i]);
		if (text.p[i] == ' ' || text.p[i] == '\t')
			continue;
		if (v < 0)
			return "the line is not hexadecimal";
		if (n == sizeof l->bytes)
			return "more bytes than any frame has";
		if (high < 0) {
			high = v;
		} else {
			l->bytes[n++] = (uint8_t)(high << 4 | v);
			high = -1;
		}
	}
	*ret_n = n;
	return high < 0 ? NULL : "an odd number of hexadecimal digits";
}

void jt808_line(struct jt808_lines *l, xie_str text)
{
	size_t n = 0;
	text = xie_str_trim(text);
	if (text.n == 0 || text.p[0] == '#')
		return;
	const char *why = unhex(l, text, &n);
	if (why != NULL) {
		l->reject(l->self, "hex", why, NULL, 0, text);
		return;
	}
	const uint8_t *p = l->bytes;
	if (p[0] == 0x7e) { /* the closing flag may have been cut off with the log line */
		p++;
		n -= n >= 2 && p[n - 2] == 0x7e ? 2 : 1;
	}
	enum xie_jt808_bad bad;
	if (!candidate(l, p, n, &bad) && pieces(l, p, n) == 0)
		bad_bytes(l, bad, p, n, text);
}
