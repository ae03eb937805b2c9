/* SPDX-License-Identifier: Apache-2.0 */
/* xie/base/wr.h — a sticky writer into bytes of the caller's.
 *
 * Write everything, then ask once: st is XIE_LIMIT if it did not fit, and need tells how much it would have
 * taken.  Also writes text, integers, decimals and JSON, so that hot feeds need no library. */
#ifndef XIE_BASE_WR_H
#define XIE_BASE_WR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "xie/base/status.h"
#include "xie/base/str.h"

typedef struct xie_wr {
	uint8_t *p;
	size_t n, cap;   /* n bytes written of cap */
	size_t need;     /* what all writes so far add up to, even past cap */
	xie_status st;
} xie_wr;

static inline xie_wr xie_wr_of(void *p, size_t cap)
{
	return (xie_wr){ .p = p, .n = 0, .cap = cap, .need = 0, .st = XIE_OK };
}
static inline void xie_wr_clear(xie_wr *w)
{
	w->n = w->need = 0;
	w->st = XIE_OK;
}
static inline void xie_wr_bytes(xie_wr *w, const void *p, size_t n)
{
	w->need += n;
	if (w->st != XIE_OK || n > w->cap - w->n) {
		w->st = w->st != XIE_OK ? w->st : XIE_LIMIT;
		return;
	}
	if (n != 0)
		memcpy(w->p + w->n, p, n);
	w->n += n;
}
static inline void xie_wr_u8(xie_wr *w, uint8_t v)
{
	xie_wr_bytes(w, &v, 1);
}
static inline void xie_wr_u16be(xie_wr *w, uint16_t v)
{
	xie_wr_bytes(w, (uint8_t[2]){ (uint8_t)(v >> 8), (uint8_t)v }, 2);
}
static inline void xie_wr_u32be(xie_wr *w, uint32_t v)
{
	xie_wr_bytes(w, (uint8_t[4]){ (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v }, 4);
}
static inline void xie_wr_u64be(xie_wr *w, uint64_t v)
{
	xie_wr_u32be(w, (uint32_t)(v >> 32));
	xie_wr_u32be(w, (uint32_t)v);
}
static inline void xie_wr_str(xie_wr *w, xie_str s)
{
	xie_wr_bytes(w, s.p, s.n);
}
static inline void xie_wr_text(xie_wr *w, const char *cstr)
{
	xie_wr_bytes(w, cstr, strlen(cstr));
}
static inline void xie_wr_char(xie_wr *w, char c)
{
	xie_wr_u8(w, (uint8_t)c);
}
static inline xie_str xie_wr_view(const xie_wr *w) /* borrowed until the next write */
{
	return (xie_str){ (const char *)w->p, w->n };
}

void xie_wr_u64(xie_wr *w, uint64_t v);
void xie_wr_i64(xie_wr *w, int64_t v);
/* At least width digits, zero-filled ("007"); v's further digits are not cut. */
void xie_wr_padded(xie_wr *w, uint64_t v, unsigned width);
/* v / 10^places as decimal text with exactly places digits after the point: (-5, 1) -> "-0.5". */
void xie_wr_fixed(xie_wr *w, int64_t v, unsigned places);
/* The nearest decimal of num/den with places digits, ties to even; den > 0, |num| < 2^60, places <= 9. */
void xie_wr_ratio(xie_wr *w, int64_t num, int64_t den, unsigned places);
void xie_wr_hex(xie_wr *w, const void *p, size_t n); /* lower case, two digits a byte */

/* A JSON string with quotes.  Bytes that are not UTF-8 are written as U+FFFD, one for each bad byte; control
 * characters as \u00xx or their short form; nothing else is escaped but the quote and the backslash. */
void xie_wr_json_str(xie_wr *w, xie_str s);

/* Members of a JSON object, commas by themselves: the writer looks at what it wrote last.
 *   xie_wr_char(w, '{'); xie_wr_key(w, "n"); xie_wr_i64(w, 3); ... xie_wr_char(w, '}'); */
void xie_wr_key(xie_wr *w, const char *key);
void xie_wr_sep(xie_wr *w); /* the comma before the next element of an array, unless it is the first */
void xie_wr_kv_str(xie_wr *w, const char *key, xie_str v);
void xie_wr_kv_i64(xie_wr *w, const char *key, int64_t v);
void xie_wr_kv_bool(xie_wr *w, const char *key, bool v);

/* Bits, most significant first, into the same bytes; xie_wrbits_flush pads the last byte with zeros. */
typedef struct xie_wrbits {
	uint8_t *p;
	size_t pos, cap_bits;
	xie_status st;
} xie_wrbits;

static inline xie_wrbits xie_wrbits_of(void *p, size_t cap_bytes)
{
	memset(p, 0, cap_bytes);
	return (xie_wrbits){ .p = p, .pos = 0, .cap_bits = cap_bytes * 8, .st = XIE_OK };
}
static inline void xie_wrbits_u(xie_wrbits *b, uint32_t v, unsigned n) /* n <= 32; the low n bits of v */
{
	if (b->st != XIE_OK || n > 32 || n > b->cap_bits - b->pos) {
		b->st = b->st != XIE_OK ? b->st : XIE_LIMIT;
		return;
	}
	for (unsigned i = n; i-- > 0; b->pos++)
		if ((v >> i & 1) != 0)
			b->p[b->pos >> 3] |= (uint8_t)(0x80u >> (b->pos & 7));
}
static inline void xie_wrbits_s(xie_wrbits *b, int32_t v, unsigned n)
{
	xie_wrbits_u(b, (uint32_t)v, n);
}

#endif
