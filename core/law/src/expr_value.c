/* SPDX-License-Identifier: Apache-2.0 */
#include "expr.h"

struct lv lv_of(const struct xie_val *v)
{
	int64_t n = 0;
	if (v == NULL)
		return LV_NONE;
	switch (v->kind) {
	case XIE_VAL_BOOL:
		return lv_bool(v->b);
	case XIE_VAL_NUMBER:
		return xie_str_i64(v->s, &n) == XIE_OK ? lv_int(n) : LV_NONE;
	case XIE_VAL_STRING:
		return lv_text(v->s);
	case XIE_VAL_ARRAY:
	case XIE_VAL_OBJECT:
		return (struct lv){ .k = LV_NODE, .v = v };
	default:
		return LV_NONE;
	}
}

bool lv_same(struct lv a, struct lv b)
{
	if (a.k != b.k)
		return false;
	switch (a.k) {
	case LV_NULL:
		return true;
	case LV_TEXT:
		return xie_str_eq(a.s, b.s);
	case LV_NODE:
		return a.v == b.v;
	default:
		return a.i == b.i;
	}
}
