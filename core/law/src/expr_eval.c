/* SPDX-License-Identifier: Apache-2.0 */
/* What an expression says of a case and an event.  Errors (a calendar year that is not there, a sum that leaves int64)
 * are sticky in the context: the caller asks once, after all guards. */
#include "law_int.h"

#include "fn.h"

#define DEPTH 64

static struct lv compare(struct law_ctx *x, const struct ex *e)
{
	struct lv a = law__eval(x, e->kid), b = law__eval(x, e->kid->next);
	if (e->op == EX_EQ || e->op == EX_NE)
		return lv_bool(lv_same(a, b) == (e->op == EX_EQ));
	if (a.k != b.k || (a.k != LV_INT && a.k != LV_TEXT))
		return lv_bool(false);
	int c = a.k == LV_INT ? (a.i > b.i) - (a.i < b.i) : xie_str_cmp(a.s, b.s);
	switch (e->op) {
	case EX_LT:
		return lv_bool(c < 0);
	case EX_LE:
		return lv_bool(c <= 0);
	case EX_GT:
		return lv_bool(c > 0);
	default:
		return lv_bool(c >= 0);
	}
}

static struct lv arithmetic(struct law_ctx *x, const struct ex *e)
{
	struct lv a = law__eval(x, e->kid), b = law__eval(x, e->kid->next);
	if (a.k != LV_INT || b.k != LV_INT)
		return LV_NONE;
	int64_t r = 0;
	bool over = false;
	switch (e->op) {
	case EX_ADD:
		over = __builtin_add_overflow(a.i, b.i, &r);
		break;
	case EX_SUB:
		over = __builtin_sub_overflow(a.i, b.i, &r);
		break;
	case EX_MUL:
		over = __builtin_mul_overflow(a.i, b.i, &r);
		break;
	default: /* towards zero, as far as any amount here is concerned: none is negative */
		over = b.i == -1 && a.i == INT64_MIN;
		if (b.i == 0)
			return LV_NONE;
		r = over ? 0 : a.i / b.i;
	}
	if (over) {
		x->st = x->st != XIE_OK ? x->st : XIE_RANGE;
		return LV_NONE;
	}
	return lv_int(r);
}

static struct lv contained(struct law_ctx *x, const struct ex *e)
{
	struct lv a = law__eval(x, e->kid);
	const struct ex *in = e->kid->next;
	if (in->op == EX_LIST) {
		for (const struct ex *k = in->kid; k != NULL; k = k->next)
			if (lv_same(a, law__eval(x, k)))
				return lv_bool(true);
		return lv_bool(false);
	}
	struct lv list = law__eval(x, in);
	if (list.k != LV_NODE || list.v->kind != XIE_VAL_ARRAY)
		return lv_bool(false);
	XIE_VAL_EACH(c, list.v)
	{
		if (lv_same(a, lv_of(c)))
			return lv_bool(true);
	}
	return lv_bool(false);
}

/* The member of an object whose name is a slice (xie_val_get takes C strings). */
static const struct xie_val *get(const struct xie_val *obj, xie_str key)
{
	if (obj == NULL || obj->kind != XIE_VAL_OBJECT)
		return NULL;
	XIE_VAL_EACH(c, obj)
	{
		if (xie_str_eq(c->key, key))
			return c;
	}
	return NULL;
}

static struct lv node_or_null(const struct xie_val *v)
{
	return v == NULL ? LV_NONE : lv_of(v);
}

static struct lv leaf(struct law_ctx *x, const struct ex *e)
{
	switch (e->op) {
	case EX_LIT:
		return e->lit;
	case EX_CASE:
		return x->c == NULL ? LV_NONE : node_or_null(get(x->c->header, e->name));
	case EX_DATA:
		return node_or_null(get(x->data, e->name));
	case EX_FACT:
		return x->c == NULL ? LV_NONE : x->c->facts[e->id];
	case EX_LET:
		return x->let[e->id];
	case EX_IT:
		return x->it;
	case EX_TODAY:
		return lv_int(x->today);
	case EX_HOUR:
		return lv_int(xie_floor_div(x->at + x->law->offset, 3600000) - x->today * 24);
	case EX_STATE:
		return x->c == NULL ? LV_NONE : lv_text(x->law->states[x->c->state].code);
	case EX_PROC:
		return x->c == NULL ? LV_NONE : lv_text(x->law->procs[x->c->proc].code);
	default: /* EX_BY */
		return node_or_null(x->by);
	}
}

static struct lv negate(struct law_ctx *x, struct lv v)
{
	if (v.k != LV_INT)
		return LV_NONE;
	if (v.i == INT64_MIN) {
		x->st = XIE_RANGE;
		return LV_NONE;
	}
	return lv_int(-v.i);
}

static struct lv eval(struct law_ctx *x, const struct ex *e)
{
	switch (e->op) {
	case EX_NOT:
		return lv_bool(!lv_true(law__eval(x, e->kid)));
	case EX_AND:
		return lv_bool(lv_true(law__eval(x, e->kid)) && lv_true(law__eval(x, e->kid->next)));
	case EX_OR:
		return lv_bool(lv_true(law__eval(x, e->kid)) || lv_true(law__eval(x, e->kid->next)));
	case EX_EQ:
	case EX_NE:
	case EX_LT:
	case EX_LE:
	case EX_GT:
	case EX_GE:
		return compare(x, e);
	case EX_IN:
		return contained(x, e);
	case EX_ADD:
	case EX_SUB:
	case EX_MUL:
	case EX_DIV:
		return arithmetic(x, e);
	case EX_NEG:
		return negate(x, law__eval(x, e->kid));
	case EX_DEF:
		return law__eval(x, x->law->defines[e->id].e);
	case EX_MEMBER: {
		struct lv of = law__eval(x, e->kid);
		return of.k == LV_NODE ? node_or_null(get(of.v, e->name)) : LV_NONE;
	}
	case EX_FN:
		return law__call(x, e);
	default:
		return leaf(x, e);
	}
}

struct lv law__eval(struct law_ctx *x, const struct ex *e)
{
	if (x->st != XIE_OK || x->depth >= DEPTH)
		return LV_NONE;
	x->depth++;
	struct lv v = eval(x, e);
	x->depth--;
	return v;
}
