/* SPDX-License-Identifier: Apache-2.0 */
#include "fn.h"

static struct lv arg(struct law_ctx *x, const struct ex *e)
{
	return e->kid != NULL ? law__eval(x, e->kid) : LV_NONE;
}

static struct lv day_of_clock(struct law_ctx *x, const struct ex *e, const struct law_run *r)
{
	const struct law_clock *d = &x->law->clocks[r->def];
	int64_t at = r->due;
	if (e->id == FN_rolled) {
		int32_t year = 0;
		xie_status st = law__rolled(x->law, r, &at, &year);
		if (st != XIE_OK) {
			x->st = x->st != XIE_OK ? x->st : st;
			x->year = year;
			return LV_NONE;
		}
	}
	return lv_int(d->unit == XIE_CLOCK_HOUR ? law__legal_day(x->law, at) : at);
}

static struct lv clock(struct law_ctx *x, const struct ex *e)
{
	const struct law_run *r = x->c == NULL ? NULL : law__run(x->c, e->arg);
	if (e->id == FN_started)
		return lv_bool(r != NULL);
	if (r == NULL)
		return e->id == FN_due || e->id == FN_rolled || e->id == FN_elapsed ? LV_NONE : lv_bool(false);
	bool passed = false;
	switch (e->id) {
	case FN_running:
		return lv_bool(r->state == XIE_LAW_RUNNING);
	case FN_paused:
		return lv_bool(r->state == XIE_LAW_PAUSED);
	case FN_due:
	case FN_rolled:
		return day_of_clock(x, e, r);
	case FN_elapsed:
		return lv_int(law__elapsed(r, &x->law->clocks[r->def], x->today));
	default:
		if (r->state == XIE_LAW_STOPPED)
			return lv_bool(e->id == FN_expired && r->late);
		if (r->state == XIE_LAW_PAUSED)
			return lv_bool(e->id == FN_open);
		xie_status st = law__passed(x->law, r, x->at, &passed, &x->year);
		if (st != XIE_OK)
			x->st = x->st != XIE_OK ? x->st : st;
		return lv_bool(passed == (e->id == FN_expired));
	}
}

static struct lv document(struct law_ctx *x, const struct ex *e)
{
	for (uint32_t i = x->c == NULL ? 0 : x->c->n_have; i-- > 0;)
		if (x->c->have[i].doc == e->arg)
			return lv_bool(e->id == FN_doc || x->c->have[i].served);
	return lv_bool(false);
}

static struct lv by_has(struct law_ctx *x, const struct ex *e)
{
	XIE_VAL_EACH(p, x->by)
	{
		if (law__has_role(x, xie_val_str(p), e->arg))
			return lv_bool(true);
	}
	return lv_bool(false);
}

static struct lv actor(struct law_ctx *x, const struct ex *e)
{
	int64_t min = 1;
	uint32_t n = law__count_actors(x, &x->law->actors[e->arg], x->by, &min);
	return lv_bool(n >= min);
}

struct lv law__fn_case(struct law_ctx *x, const struct ex *e)
{
	struct lv a;
	switch (e->id) {
	case FN_doc:
	case FN_served:
		return document(x, e);
	case FN_sub:
		return x->c == NULL || x->c->subs[e->arg].n == 0 ? LV_NONE : lv_text(x->c->subs[e->arg]);
	case FN_in_set:
		a = arg(x, e);
		return lv_bool(a.k == LV_TEXT && x->c != NULL && law__set_has(&x->c->sets[e->arg], a.s));
	case FN_size:
		return lv_int(x->c == NULL ? 0 : x->c->sets[e->arg].n);
	case FN_actor:
		return actor(x, e);
	case FN_by_has:
		return by_has(x, e);
	case FN_is_role:
		a = arg(x, e);
		return lv_bool(a.k == LV_TEXT && law__has_role(x, a.s, e->arg));
	case FN_certified:
		a = arg(x, e);
		return lv_bool(a.k == LV_TEXT && law__certified(x, a.s));
	case FN_person:
		a = arg(x, e);
		return a.k == LV_TEXT && x->c != NULL ? lv_of(law__person(x->c, a.s)) : LV_NONE;
	default:
		return clock(x, e);
	}
}
