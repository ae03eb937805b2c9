/* SPDX-License-Identifier: Apache-2.0 */
#include "fn.h"

#define MS_DAY INT64_C(86400000)

int64_t law__legal_day(const struct xie_law *law, xie_ms t)
{
	return xie_floor_div(t + law->offset, MS_DAY);
}

bool law__day_of(const struct xie_law *law, xie_str s, int64_t *ret_day)
{
	xie_ms t = 0;
	if (xie_time_parse(s, law->offset, &t) != XIE_OK)
		return false;
	*ret_day = law__legal_day(law, t);
	return true;
}

static struct lv arg(struct law_ctx *x, const struct ex *e, unsigned i)
{
	const struct ex *k = e->kid;
	while (i-- != 0 && k != NULL)
		k = k->next;
	return k != NULL ? law__eval(x, k) : LV_NONE;
}

static struct lv missing(struct law_ctx *x, xie_status st, int32_t year)
{
	if (x->st == XIE_OK) {
		x->st = st;
		x->year = year;
	}
	return LV_NONE;
}

static struct lv extreme(struct law_ctx *x, const struct ex *e)
{
	struct lv a = arg(x, e, 0), b = arg(x, e, 1);
	if (a.k != LV_INT || b.k != LV_INT)
		return a.k == LV_INT ? a : b; /* what is not there does not bind */
	bool first = e->id == FN_min ? a.i <= b.i : a.i >= b.i;
	return first ? a : b;
}

static struct lv accrued(struct law_ctx *x, const struct ex *e)
{
	int64_t v[5] = { 0 };
	for (unsigned i = 0; i < 5; i++) {
		struct lv a = arg(x, e, i);
		if (a.k != LV_INT)
			return LV_NONE;
		v[i] = a.i;
	}
	int64_t sum = 0;
	xie_status st = xie_money_accrued(v[0], v[1], v[2], v[3], v[4], &sum);
	return st == XIE_OK ? lv_int(sum) : missing(x, st, 0);
}

static struct lv calendar(struct law_ctx *x, const struct ex *e)
{
	struct lv a = arg(x, e, 0), b = arg(x, e, 1);
	bool two = e->id == FN_addwd || e->id == FN_between || e->id == FN_years || e->id == FN_months;
	if (a.k != LV_INT || (two && b.k != LV_INT))
		return LV_NONE;
	if (two && e->id != FN_between && (b.i < -48000 || b.i > 48000))
		return missing(x, XIE_RANGE, 0);
	if (e->id == FN_between && (b.i - a.i > 100000 || a.i - b.i > 100000))
		return missing(x, XIE_RANGE, 0);
	int64_t r = 0;
	int32_t year = 0;
	bool work = false;
	xie_status st = XIE_OK;
	switch (e->id) {
	case FN_years:
		return lv_int(xie_calendar_add_months(a.i, b.i * 12));
	case FN_months:
		return lv_int(xie_calendar_add_months(a.i, b.i));
	case FN_addwd:
		st = xie_calendar_add_work(x->law->cal, a.i, b.i, &r, &year);
		break;
	case FN_between:
		st = xie_calendar_between(x->law->cal, a.i, b.i, &r, &year);
		break;
	case FN_workday:
		st = xie_calendar_is_work(x->law->cal, a.i, &work, &year);
		return st == XIE_OK ? lv_bool(work) : missing(x, st, year);
	default:
		st = xie_calendar_roll(x->law->cal, a.i, &r, &year);
	}
	return st == XIE_OK ? lv_int(r) : missing(x, st, year);
}

static bool nothing(struct lv v)
{
	return (v.k == LV_TEXT && v.s.n == 0) || (v.k == LV_NODE && v.v->count == 0);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c == '-' || c == ' ' ? '_' : c;
}

/* Letters' case apart, and a blank or a hyphen for an underline. */
bool law__alike(xie_str a, xie_str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool law__word_in(xie_str text, const struct xie_val *list)
{
	XIE_VAL_EACH(w, list)
	{
		if (law__alike(text, xie_val_str(w)))
			return true;
	}
	return false;
}

static bool mentions(xie_str text, const struct xie_val *list)
{
	XIE_VAL_EACH(w, list)
	{
		xie_str s = xie_val_str(w);
		for (size_t i = 0; s.n != 0 && i + s.n <= text.n; i++)
			if (law__alike((xie_str){ text.p + i, s.n }, s))
				return true;
	}
	return false;
}

static struct lv words(struct law_ctx *x, const struct ex *e)
{
	struct lv a = arg(x, e, 0);
	const struct xie_val *list = x->law->words[e->arg].list;
	if (a.k != LV_TEXT)
		return lv_bool(false);
	return lv_bool(e->id == FN_word ? law__word_in(a.s, list) : mentions(a.s, list));
}

static bool key_fits(struct lv v, const struct xie_val *cell)
{
	if (xie_val_is(cell, "any"))
		return true;
	struct lv c = lv_of(cell);
	if (v.k == LV_TEXT && c.k == LV_TEXT)
		return law__alike(v.s, c.s);
	return lv_same(v, c);
}

/* The last cell of the first row whose other cells fit; null when none does. */
static struct lv lookup(struct law_ctx *x, const struct ex *e)
{
	struct lv keys[6];
	uint32_t n = 0;
	for (const struct ex *k = e->kid; k != NULL && n < 6; k = k->next)
		keys[n++] = law__eval(x, k);
	XIE_VAL_EACH(row, x->law->tables[e->arg].rows)
	{
		const struct xie_val *cell = row->first;
		uint32_t i = 0;
		while (i < n && cell != NULL && cell->next != NULL && key_fits(keys[i], cell)) {
			cell = cell->next;
			i++;
		}
		if (i == n && cell != NULL && cell->next == NULL)
			return lv_of(cell);
	}
	return LV_NONE;
}

struct lv law__fn_value(struct law_ctx *x, const struct ex *e)
{
	struct lv a;
	int64_t day = 0;
	switch (e->id) {
	case FN_has:
		a = arg(x, e, 0);
		return lv_bool(a.k != LV_NULL && !nothing(a));
	case FN_empty:
		return lv_bool(nothing(arg(x, e, 0)));
	case FN_coalesce:
		for (const struct ex *k = e->kid; k != NULL; k = k->next) {
			a = law__eval(x, k);
			if (a.k != LV_NULL)
				return a;
		}
		return LV_NONE;
	case FN_if:
		return lv_true(arg(x, e, 0)) ? arg(x, e, 1) : arg(x, e, 2);
	case FN_min:
	case FN_max:
		return extreme(x, e);
	case FN_accrued:
		return accrued(x, e);
	case FN_day:
	case FN_date:
		a = arg(x, e, 0);
		return a.k == LV_TEXT && law__day_of(x->law, a.s, &day) ? lv_int(day) : LV_NONE;
	case FN_word:
	case FN_mentions:
		return words(x, e);
	case FN_lookup:
		return lookup(x, e);
	default:
		return calendar(x, e);
	}
}
