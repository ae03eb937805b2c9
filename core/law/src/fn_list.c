/* SPDX-License-Identifier: Apache-2.0 */
#include "fn.h"

static struct lv arg(struct law_ctx *x, const struct ex *e, unsigned i)
{
	const struct ex *k = e->kid;
	while (i-- != 0 && k != NULL)
		k = k->next;
	return k != NULL ? law__eval(x, k) : LV_NONE;
}

struct folded {
	bool some, every;
	int64_t sum;
	struct lv largest, pick;
};

/* The second argument for each element of the first. */
static struct lv each(struct law_ctx *x, const struct ex *e)
{
	struct lv list = arg(x, e, 0), outer = x->it;
	struct folded f = { .every = true };
	if (list.k == LV_NODE && list.v->kind == XIE_VAL_ARRAY) {
		XIE_VAL_EACH(c, list.v)
		{
			x->it = lv_of(c);
			struct lv r = law__eval(x, e->kid->next);
			if (lv_true(r) && !f.some)
				f.pick = lv_of(c);
			f.some = f.some || lv_true(r);
			f.every = f.every && lv_true(r);
			if (r.k != LV_INT)
				continue;
			if (__builtin_add_overflow(f.sum, r.i, &f.sum) && e->id == FN_sum && x->st == XIE_OK)
				x->st = XIE_RANGE;
			if (f.largest.k == LV_NULL || r.i > f.largest.i)
				f.largest = r;
		}
	}
	x->it = outer;
	switch (e->id) {
	case FN_sum:
		return lv_int(f.sum);
	case FN_largest:
		return f.largest;
	case FN_pick:
		return f.pick;
	default:
		return lv_bool(e->id == FN_some ? f.some : f.every);
	}
}

static struct lv item(struct law_ctx *x, const struct ex *e)
{
	struct lv list = arg(x, e, 0), n = arg(x, e, 1);
	if (list.k != LV_NODE || n.k != LV_INT || n.i < 0 || n.i > UINT32_MAX)
		return LV_NONE;
	return lv_of(xie_val_at(list.v, (uint32_t)n.i));
}

static struct lv starts(struct law_ctx *x, const struct ex *e)
{
	struct lv a = arg(x, e, 0), b = arg(x, e, 1);
	return lv_bool(a.k == LV_TEXT && b.k == LV_TEXT && b.s.n != 0 && a.s.n >= b.s.n && memcmp(a.s.p, b.s.p, b.s.n) == 0);
}

const struct law_kind *law__find_kind(const struct xie_law *law, xie_str code)
{
	for (uint32_t i = 0; i < law->n_kinds; i++)
		if (law__alike(law->kinds[i].code, code) || law__word_in(code, law->kinds[i].also))
			return &law->kinds[i];
	return NULL;
}

static struct lv kind_flag(struct law_ctx *x, const struct ex *e)
{
	struct lv a = arg(x, e, 0);
	const struct law_kind *k = a.k == LV_TEXT ? law__find_kind(x->law, a.s) : NULL;
	if (k != NULL)
		XIE_VAL_EACH(f, k->flags)
		{
			if (xie_str_eq(xie_val_str(f), e->name))
				return lv_bool(true);
		}
	return lv_bool(false);
}

/* Is the kind covered by one of the list: the same, or a heavier one of its family? */
static bool covered(const struct xie_law *law, xie_str kind, const struct xie_val *by)
{
	const struct law_kind *k = law__find_kind(law, kind);
	XIE_VAL_EACH(c, by)
	{
		const struct law_kind *o = law__find_kind(law, xie_val_str(c));
		if (k == NULL ? xie_str_eq(kind, xie_val_str(c))
		              : o != NULL && (o == k || (xie_str_eq(o->family, k->family) && o->rank >= k->rank)))
			return true;
		if (k != NULL && o != NULL && k->rank <= 1 && o->rank >= k->rank) /* a warning is lighter than anything */
			return true;
	}
	return false;
}

/* Kinds and fine a are heavier than kinds and fine b when a has a kind that b does not cover, or a larger fine. */
static struct lv heavier(struct law_ctx *x, const struct ex *e)
{
	struct lv ka = arg(x, e, 0), fa = arg(x, e, 1), kb = arg(x, e, 2), fb = arg(x, e, 3);
	if (fa.k == LV_INT && fa.i > (fb.k == LV_INT ? fb.i : 0))
		return lv_bool(true);
	if (ka.k != LV_NODE)
		return lv_bool(false);
	XIE_VAL_EACH(c, ka.v)
	{
		if (!covered(x->law, xie_val_str(c), kb.k == LV_NODE ? kb.v : NULL))
			return lv_bool(true);
	}
	return lv_bool(false);
}

/* Instalments: rows {due, fen}, in their order. */
static struct lv plan(struct law_ctx *x, const struct ex *e)
{
	struct lv p = arg(x, e, 0), paid = e->id == FN_plan_due ? arg(x, e, 1) : lv_int(0);
	if (p.k != LV_NODE || p.v->kind != XIE_VAL_ARRAY)
		return LV_NONE;
	int64_t total = 0, end = INT64_MIN;
	XIE_VAL_EACH(row, p.v)
	{
		int64_t fen = xie_val_get_i64(row, "fen", 0), day = 0;
		if (__builtin_add_overflow(total, fen, &total)) {
			x->st = x->st != XIE_OK ? x->st : XIE_RANGE;
			return LV_NONE;
		}
		if (!law__day_of(x->law, xie_val_get_str(row, "due"), &day))
			continue;
		if (e->id == FN_plan_due && paid.k == LV_INT && total > paid.i)
			return lv_int(day);
		end = day > end ? day : end;
	}
	if (e->id == FN_plan_total)
		return lv_int(total);
	return e->id == FN_plan_end && end != INT64_MIN ? lv_int(end) : LV_NONE;
}

struct lv law__fn_list(struct law_ctx *x, const struct ex *e)
{
	struct lv a;
	switch (e->id) {
	case FN_count:
		a = arg(x, e, 0);
		return lv_int(a.k == LV_NODE ? a.v->count : 0);
	case FN_kind:
		return kind_flag(x, e);
	case FN_heavier:
		return heavier(x, e);
	case FN_item:
		return item(x, e);
	case FN_starts:
		return starts(x, e);
	case FN_plan_due:
	case FN_plan_end:
	case FN_plan_total:
		return plan(x, e);
	default:
		return each(x, e);
	}
}

struct lv law__call(struct law_ctx *x, const struct ex *e)
{
	switch (e->id) {
	case FN_count:
	case FN_some:
	case FN_every:
	case FN_sum:
	case FN_largest:
	case FN_pick:
	case FN_item:
	case FN_starts:
	case FN_kind:
	case FN_heavier:
	case FN_plan_due:
	case FN_plan_end:
	case FN_plan_total:
		return law__fn_list(x, e);
	case FN_started:
	case FN_running:
	case FN_open:
	case FN_expired:
	case FN_paused:
	case FN_due:
	case FN_rolled:
	case FN_elapsed:
	case FN_doc:
	case FN_served:
	case FN_sub:
	case FN_in_set:
	case FN_size:
	case FN_actor:
	case FN_by_has:
	case FN_is_role:
	case FN_certified:
	case FN_person:
		return law__fn_case(x, e);
	default:
		return law__fn_value(x, e);
	}
}
