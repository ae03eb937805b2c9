/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/base/val.h"

const struct xie_val *xie_val_get(const struct xie_val *obj, const char *key)
{
	if (obj == NULL || obj->kind != XIE_VAL_OBJECT)
		return NULL;
	XIE_VAL_EACH(v, obj)
	{
		if (xie_str_is(v->key, key))
			return v;
	}
	return NULL;
}

const struct xie_val *xie_val_at(const struct xie_val *arr, uint32_t i)
{
	if (arr == NULL || arr->kind != XIE_VAL_ARRAY)
		return NULL;
	const struct xie_val *v = arr->first;
	while (v != NULL && i-- != 0)
		v = v->next;
	return v;
}

xie_str xie_val_str(const struct xie_val *v)
{
	if (v == NULL || (v->kind != XIE_VAL_STRING && v->kind != XIE_VAL_NUMBER))
		return (xie_str){ "", 0 };
	return v->s;
}

xie_str xie_val_get_str(const struct xie_val *obj, const char *key)
{
	return xie_val_str(xie_val_get(obj, key));
}

bool xie_val_is(const struct xie_val *v, const char *text)
{
	return v != NULL && v->kind == XIE_VAL_STRING && xie_str_is(v->s, text);
}

bool xie_val_true(const struct xie_val *v)
{
	return v != NULL && v->kind == XIE_VAL_BOOL && v->b;
}

xie_status xie_val_i64(const struct xie_val *v, int64_t *ret_v)
{
	if (v == NULL)
		return XIE_MISSING;
	if (v->kind != XIE_VAL_NUMBER)
		return XIE_MALFORMED;
	return xie_str_i64(v->s, ret_v);
}

int64_t xie_val_get_i64(const struct xie_val *obj, const char *key, int64_t otherwise)
{
	int64_t n = 0;
	return xie_val_i64(xie_val_get(obj, key), &n) == XIE_OK ? n : otherwise;
}

struct xie_val *xie_val_add(xie_arena *mem, struct xie_val *parent, struct xie_val **tail, enum xie_val_kind kind,
                            xie_str key)
{
	struct xie_val *v = xie_arena_new(mem, struct xie_val, 1);
	if (v == NULL)
		return NULL;
	v->kind = kind;
	v->key = key;
	if (parent != NULL) {
		if (*tail != NULL)
			(*tail)->next = v;
		else
			parent->first = v;
		*tail = v;
		parent->count++;
	}
	return v;
}

static void scalar(const struct xie_val *v, xie_wr *w)
{
	switch (v->kind) {
	case XIE_VAL_BOOL:
		xie_wr_text(w, v->b ? "true" : "false");
		break;
	case XIE_VAL_NUMBER:
		xie_wr_str(w, v->s);
		break;
	case XIE_VAL_STRING:
		xie_wr_json_str(w, v->s);
		break;
	default:
		xie_wr_text(w, "null");
	}
}

void xie_val_write(const struct xie_val *v, xie_wr *w)
{
	if (v == NULL || (v->kind != XIE_VAL_ARRAY && v->kind != XIE_VAL_OBJECT)) {
		scalar(v != NULL ? v : &(struct xie_val){ .kind = XIE_VAL_NULL }, w);
		return;
	}
	bool object = v->kind == XIE_VAL_OBJECT;
	xie_wr_char(w, object ? '{' : '[');
	XIE_VAL_EACH(c, v)
	{
		if (c != v->first)
			xie_wr_char(w, ',');
		if (object) {
			xie_wr_json_str(w, c->key);
			xie_wr_char(w, ':');
		}
		xie_val_write(c, w);
	}
	xie_wr_char(w, object ? '}' : ']');
}

/* RFC 8785 sorts member names by UTF-16 code units.  In UTF-8 order only characters above U+FFFF (first byte
 * F0..F4) fall elsewhere: as surrogates D800..DFFF they stand before U+E000..U+FFFF (first byte EE, EF). */
static int utf16_cmp(xie_str a, xie_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	for (size_t i = 0; i < n; i++) {
		unsigned x = (unsigned char)a.p[i], y = (unsigned char)b.p[i];
		if (x == y)
			continue;
		bool xs = x >= 0xF0, ys = y >= 0xF0;
		if (xs != ys && (x >= 0xEE && y >= 0xEE))
			return xs ? -1 : 1;
		return x < y ? -1 : 1;
	}
	return (a.n > b.n) - (a.n < b.n);
}

/* The next member after `after` in sorted order (NULL: the first), or NULL.  Quadratic, without memory: the
 * objects whose digests we take have tens of members. */
static const struct xie_val *next_sorted(const struct xie_val *obj, const struct xie_val *after)
{
	const struct xie_val *best = NULL;
	XIE_VAL_EACH(c, obj)
	{
		if (after != NULL && utf16_cmp(c->key, after->key) <= 0)
			continue;
		if (best == NULL || utf16_cmp(c->key, best->key) < 0)
			best = c;
	}
	return best;
}

static xie_status canonical_number(const struct xie_val *v, xie_wr *w)
{
	int64_t n = 0;
	xie_status st = xie_str_i64(v->s, &n);
	if (st != XIE_OK || n > INT64_C(9007199254740991) || n < -INT64_C(9007199254740991))
		return XIE_RANGE;
	xie_wr_i64(w, n);
	return XIE_OK;
}

xie_status xie_val_canonical(const struct xie_val *v, xie_wr *w)
{
	if (v->kind == XIE_VAL_NUMBER)
		return canonical_number(v, w);
	if (v->kind != XIE_VAL_ARRAY && v->kind != XIE_VAL_OBJECT) {
		scalar(v, w);
		return w->st;
	}
	bool object = v->kind == XIE_VAL_OBJECT;
	xie_wr_char(w, object ? '{' : '[');
	const struct xie_val *c = object ? next_sorted(v, NULL) : v->first;
	for (bool first = true; c != NULL; first = false) {
		if (!first)
			xie_wr_char(w, ',');
		if (object) {
			xie_wr_json_str(w, c->key);
			xie_wr_char(w, ':');
		}
		xie_status st = xie_val_canonical(c, w);
		if (st != XIE_OK)
			return st;
		c = object ? next_sorted(v, c) : c->next;
	}
	xie_wr_char(w, object ? '}' : ']');
	return w->st;
}
