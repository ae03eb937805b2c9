/* SPDX-License-Identifier: Apache-2.0 */
/* xie/base/str.h — a slice of bytes that somebody else owns.  Not terminated; may hold any byte. */
#ifndef XIE_BASE_STR_H
#define XIE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "xie/base/status.h"

struct xie_arena;

typedef struct xie_str {
	const char *p;
	size_t n;
} xie_str;

/* A literal as a slice: XIE_STR("zone"). */
#define XIE_STR(lit) ((xie_str){ ("" lit), sizeof(lit) - 1 })

static inline xie_str xie_str_of(const char *cstr)
{
	return (xie_str){ cstr, cstr != NULL ? strlen(cstr) : 0 };
}
static inline bool xie_str_eq(xie_str a, xie_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool xie_str_is(xie_str a, const char *cstr)
{
	return xie_str_eq(a, xie_str_of(cstr));
}
static inline bool xie_str_starts(xie_str a, const char *prefix)
{
	size_t n = strlen(prefix);
	return a.n >= n && memcmp(a.p, prefix, n) == 0;
}
static inline xie_str xie_str_from(xie_str a, size_t at) /* the rest from at; empty past the end */
{
	return at >= a.n ? (xie_str){ a.p + a.n, 0 } : (xie_str){ a.p + at, a.n - at };
}
/* memcmp order, shorter first on a tie: <0, 0, >0. */
int xie_str_cmp(xie_str a, xie_str b);
/* Without the spaces, tabs, CR and LF at both ends. */
xie_str xie_str_trim(xie_str s);
/* Takes the next piece of *rest up to sep (or the end) and moves *rest past it; false when *rest was NULL.
 * A trailing separator yields one last empty piece. */
bool xie_str_split(xie_str *rest, char sep, xie_str *ret_piece);
/* Position of c, or n when absent. */
size_t xie_str_find(xie_str s, char c);
/* A terminated copy in the arena, or NULL when it is full. */
char *xie_str_dup(struct xie_arena *a, xie_str s);

/* Whole slice as a decimal integer: an optional '-', then digits only.  MALFORMED, or RANGE. */
xie_status xie_str_i64(xie_str s, int64_t *ret_v) XIE_MUST_USE;
xie_status xie_str_u64(xie_str s, uint64_t *ret_v) XIE_MUST_USE;

/* Decimal text ("-79.559999", "1.5e3") times mul/div, to the nearest integer, ties to even; exact for any
 * number of digits.  mul, div > 0; |exponent| <= 400.  MALFORMED for other text, RANGE past int64. */
xie_status xie_str_scaled(xie_str s, int64_t mul, int64_t div, int64_t *ret_v) XIE_MUST_USE;

/* True when the bytes are well-formed UTF-8 (no surrogates, no overlong form, at most U+10FFFF). */
bool xie_utf8_ok(xie_str s);

#endif
