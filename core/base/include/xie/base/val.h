/* SPDX-License-Identifier: Apache-2.0 */
/* xie/base/val.h — a document in memory: what JSON and YAML have in common, with the place of each value.
 *
 * Numbers stay decimal text, so that a coordinate or an amount is converted once, exactly, by who knows its
 * unit.  A tree lives in one arena and dies with it; it never changes after it was read. */
#ifndef XIE_BASE_VAL_H
#define XIE_BASE_VAL_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/wr.h"

enum xie_val_kind { XIE_VAL_NULL, XIE_VAL_BOOL, XIE_VAL_NUMBER, XIE_VAL_STRING, XIE_VAL_ARRAY, XIE_VAL_OBJECT };

struct xie_val {
	enum xie_val_kind kind;
	uint32_t line, column;   /* from 1; 0 when made by code */
	bool b;                  /* BOOL */
	xie_str s;               /* STRING: decoded UTF-8; NUMBER: its text */
	xie_str key;             /* name in the enclosing object, else empty */
	uint32_t count;          /* ARRAY, OBJECT: children */
	struct xie_val *first;   /* first child, in document order */
	struct xie_val *next;    /* next sibling */
};

struct xie_val_limits {
	uint32_t depth; /* nesting allowed */
	uint32_t nodes; /* values allowed; 0 = as many as the arena holds */
};

/* Strict RFC 8259 plus: no duplicate member, valid UTF-8, one document, nothing behind it.
 * text: borrowed, must outlive the tree (strings without escapes and numbers point into it). */
xie_status xie_json_read(xie_arena *mem, xie_str text, struct xie_val_limits lim, const struct xie_val **ret_v,
                         struct xie_err *reterr) XIE_MUST_USE;

/* All accept NULL and a wrong kind: then NULL, empty, the default. */
const struct xie_val *xie_val_get(const struct xie_val *obj, const char *key);
const struct xie_val *xie_val_at(const struct xie_val *arr, uint32_t i);
xie_str xie_val_str(const struct xie_val *v);         /* STRING or NUMBER text; else empty */
xie_str xie_val_get_str(const struct xie_val *obj, const char *key);
bool xie_val_is(const struct xie_val *v, const char *text); /* is a string equal to text */
bool xie_val_true(const struct xie_val *v);           /* BOOL true */
/* The integer a NUMBER holds; MISSING when v is NULL, MALFORMED when it is no whole number, RANGE. */
xie_status xie_val_i64(const struct xie_val *v, int64_t *ret_v) XIE_MUST_USE;
int64_t xie_val_get_i64(const struct xie_val *obj, const char *key, int64_t otherwise);

#define XIE_VAL_EACH(child, parent) \
	for (const struct xie_val *child = (parent) != NULL ? (parent)->first : NULL; child != NULL; child = child->next)

/* RFC 8785 canonical JSON of v (members sorted by UTF-16 code units).  Whole numbers are written as they are;
 * a number with a fraction or exponent is refused with XIE_RANGE: digests never cover floating point. */
xie_status xie_val_canonical(const struct xie_val *v, xie_wr *w) XIE_MUST_USE;
/* Compact JSON in document order; numbers keep their text. */
void xie_val_write(const struct xie_val *v, xie_wr *w);

/* For building a tree (YAML reader, tests): a new child at the end of parent (NULL parent: a root).
 * *tail is the parent's last child, kept by the caller.  NULL when the arena is full. */
struct xie_val *xie_val_add(xie_arena *mem, struct xie_val *parent, struct xie_val **tail, enum xie_val_kind kind,
                            xie_str key);

#endif
