/* SPDX-License-Identifier: Apache-2.0 */
/* What an allowed event does to its case.  The case is a fresh copy; what it shares with older ones is never written. */
#include "law_int.h"

#include "xie/base/time.h"

static void *copied(xie_arena *mem, const void *from, size_t n, size_t size, size_t more)
{
	void *to = xie_arena_alloc(mem, n + more + (n + more == 0), size);
	if (to != NULL && n != 0)
		memcpy(to, from, n * size);
	return to;
}

struct xie_law_case *law__copy(xie_arena *mem, const struct xie_law_case *c)
{
	const struct xie_law *law = c->law;
	struct xie_law_case *k = xie_arena_new(mem, struct xie_law_case, 1);
	if (k == NULL)
		return NULL;
	*k = *c;
	k->facts = copied(mem, c->facts, law->facts.n, sizeof *c->facts, 0);
	k->sets = copied(mem, c->sets, law->sets.n, sizeof *c->sets, 0);
	k->subs = copied(mem, c->subs, law->subs.n, sizeof *c->subs, 0);
	k->runs = copied(mem, c->runs, c->n_runs, sizeof *c->runs, 0);
	return k->facts == NULL || k->sets == NULL || k->subs == NULL || k->runs == NULL ? NULL : k;
}

bool law__set_add(xie_arena *mem, struct law_set *s, xie_str item)
{
	if (law__set_has(s, item))
		return true;
	xie_str *items = copied(mem, s->items, s->n, sizeof *items, 1);
	if (items == NULL)
		return false;
	items[s->n++] = item;
	s->items = items;
	return true;
}

static bool set_remove(xie_arena *mem, struct law_set *s, xie_str item)
{
	xie_str *items = copied(mem, s->items, s->n, sizeof *items, 0);
	uint32_t n = 0;
	if (items == NULL)
		return false;
	for (uint32_t i = 0; i < s->n; i++)
		if (!xie_str_eq(s->items[i], item))
			items[n++] = s->items[i];
	*s = (struct law_set){ items, n };
	return true;
}

static bool full(struct law_ctx *x)
{
	x->st = x->st != XIE_OK ? x->st : XIE_LIMIT;
	return false;
}

static bool give(struct law_ctx *x, struct xie_law_case *c, uint16_t doc, bool served, int64_t day)
{
	struct law_have *have = copied(x->mem, c->have, c->n_have, sizeof *have, 1);
	if (have == NULL)
		return full(x);
	have[c->n_have++] = (struct law_have){ .doc = doc, .served = served, .day = day };
	c->have = have;
	return true;
}

/* The day an act speaks of: its own expression, else today. */
static int64_t day_of(struct law_ctx *x, const struct ex *e)
{
	struct lv v = e != NULL ? law__eval(x, e) : LV_NONE;
	return v.k == LV_INT ? v.i : x->today;
}

static bool append_run(struct law_ctx *x, struct xie_law_case *c, struct law_run r)
{
	struct law_run *runs = copied(x->mem, c->runs, c->n_runs, sizeof *runs, 1);
	if (runs == NULL)
		return full(x);
	uint32_t n = 0;
	bool many = x->law->clocks[r.def].many;
	for (uint32_t i = 0; i < c->n_runs; i++) /* started anew: the old run of that clock gives way */
		if (many || runs[i].def != r.def)
			runs[n++] = runs[i];
	runs[n++] = r;
	c->runs = runs;
	c->n_runs = n;
	return true;
}

static bool start(struct law_ctx *x, struct xie_law_case *c, uint16_t def, const struct ex *at, const struct ex *due)
{
	const struct law_clock *d = &x->law->clocks[def];
	struct law_run r = { .def = def, .state = XIE_LAW_RUNNING };
	struct lv n = d->n != NULL ? law__eval(x, d->n) : lv_int(0);
	if (n.k != LV_INT)
		n = lv_int(0);
	if (d->unit == XIE_CLOCK_HOUR) {
		r.base = x->at;
		if (__builtin_mul_overflow(n.i, INT64_C(3600000), &r.due) || __builtin_add_overflow(r.base, r.due, &r.due))
			x->st = XIE_RANGE;
		return x->st == XIE_OK && append_run(x, c, r);
	}
	r.base = day_of(x, at);
	if (due != NULL) {
		r.due = day_of(x, due);
	} else if (x->st == XIE_OK) {
		x->st = xie_clock_due(x->law->cal, d->unit, n.i, r.base, &r.due, &x->year);
	}
	return x->st == XIE_OK && append_run(x, c, r);
}

static bool add_flag(struct law_ctx *x, struct xie_law_case *c, xie_str flag)
{
	return law__set_add(x->mem, &c->flags, flag) || full(x);
}

static bool stop(struct law_ctx *x, struct xie_law_case *c, struct law_run *r, int64_t day)
{
	if (r->state != XIE_LAW_RUNNING && r->state != XIE_LAW_PAUSED)
		return true;
	const struct law_clock *d = &x->law->clocks[r->def];
	xie_ms moment = d->unit == XIE_CLOCK_HOUR ? x->at : day * INT64_C(86400000) - x->law->offset;
	bool late = false;
	if (r->state == XIE_LAW_RUNNING && x->st == XIE_OK)
		x->st = law__passed(x->law, r, moment, &late, &x->year);
	r->stopped = r->state == XIE_LAW_PAUSED ? r->paused_at - d->pause_inclusive : day;
	r->state = XIE_LAW_STOPPED;
	r->late = late;
	return x->st == XIE_OK && (!late || !d->flag || add_flag(x, c, d->late_flag));
}

static void pause(struct law_run *r, int64_t day)
{
	if (r->state != XIE_LAW_RUNNING)
		return;
	r->state = XIE_LAW_PAUSED;
	r->paused_at = day;
}

static void resume(struct law_ctx *x, struct law_run *r, int64_t day)
{
	const struct law_clock *d = &x->law->clocks[r->def];
	if (r->state != XIE_LAW_PAUSED)
		return;
	int64_t days = day - r->paused_at + d->pause_inclusive;
	days = days > 0 ? days : 0;
	r->state = XIE_LAW_RUNNING;
	r->paused += days;
	if (d->unit == XIE_CLOCK_WD) {
		int64_t n = 0;
		x->st = xie_calendar_between(x->law->cal, r->paused_at - d->pause_inclusive, day + d->pause_inclusive, &n, &x->year);
		if (x->st == XIE_OK)
			x->st = xie_calendar_add_work(x->law->cal, r->due, n, &r->due, &x->year);
	} else {
		r->due += d->unit == XIE_CLOCK_HOUR ? days * INT64_C(86400000) : days;
	}
}

static void extend(struct law_ctx *x, struct law_run *r, const struct ex *by)
{
	struct lv n = law__eval(x, by);
	if (n.k != LV_INT || x->st != XIE_OK)
		return;
	enum xie_clock_unit unit = x->law->clocks[r->def].unit;
	if (unit == XIE_CLOCK_HOUR)
		x->st = __builtin_mul_overflow(n.i, INT64_C(3600000), &n.i) || __builtin_add_overflow(r->due, n.i, &r->due)
		                ? XIE_RANGE
		                : XIE_OK;
	else
		x->st = xie_clock_due(x->law->cal, unit, n.i, r->due, &r->due, &x->year);
}

static bool ended(struct law_ctx *x, const struct law_run *r)
{
	bool passed = false;
	if (r->state != XIE_LAW_RUNNING)
		return false;
	x->st = law__passed(x->law, r, x->at, &passed, &x->year);
	return passed;
}

static bool on_clock(struct law_ctx *x, struct xie_law_case *c, const struct law_act *a)
{
	if (a->kind == ACT_START)
		return start(x, c, a->id, a->e, a->e2);
	struct lv before = a->kind == ACT_STOP && a->e2 != NULL ? law__eval(x, a->e2) : LV_NONE;
	for (uint32_t i = 0; i < c->n_runs && x->st == XIE_OK; i++) {
		struct law_run *r = &c->runs[i];
		bool all = a->kind == ACT_STOP_ALL;
		if (all ? r->def < 64 && (a->except >> r->def & 1) != 0 : r->def != a->id)
			continue;
		if (before.k == LV_INT && r->due >= before.i)
			continue;
		if (all && ended(x, r)) /* what has run out stays run out */
			continue;
		if (all || a->kind == ACT_STOP)
			(void)stop(x, c, r, day_of(x, a->e));
		else if (a->kind == ACT_PAUSE)
			pause(r, day_of(x, a->e));
		else if (a->kind == ACT_RESUME)
			resume(x, r, day_of(x, a->e));
		else if (a->kind == ACT_EXTEND)
			extend(x, r, a->e);
		else
			r->due = day_of(x, a->e);
	}
	return x->st == XIE_OK;
}

static xie_str item_text(const struct law_act *a, const struct xie_val *v)
{
	if (v->kind != XIE_VAL_OBJECT)
		return xie_val_str(v);
	XIE_VAL_EACH(m, v)
	{
		if (xie_str_eq(m->key, a->text))
			return xie_val_str(m);
	}
	return (xie_str){ "", 0 };
}

static bool change_item(struct law_ctx *x, struct xie_law_case *c, const struct law_act *a, xie_str item)
{
	if (item.n == 0 || (a->role != UINT16_MAX && !law__has_role(x, item, a->role)))
		return true;
	struct law_set *s = &c->sets[a->id];
	return (a->kind == ACT_ADD ? law__set_add(x->mem, s, item) : set_remove(x->mem, s, item)) || full(x);
}

static bool on_set(struct law_ctx *x, struct xie_law_case *c, const struct law_act *a)
{
	struct lv v = law__eval(x, a->e);
	if (v.k == LV_TEXT)
		return change_item(x, c, a, v.s);
	if (v.k != LV_NODE || v.v->kind != XIE_VAL_ARRAY)
		return x->st == XIE_OK;
	XIE_VAL_EACH(e, v.v)
	{
		if (!change_item(x, c, a, item_text(a, e)))
			return false;
	}
	return x->st == XIE_OK;
}

static bool give_listed(struct law_ctx *x, struct xie_law_case *c, const struct law_act *a)
{
	struct lv v = law__eval(x, a->e);
	if (v.k != LV_NODE || v.v->kind != XIE_VAL_ARRAY)
		return x->st == XIE_OK;
	XIE_VAL_EACH(d, v.v)
	{
		int32_t doc = law__find_doc(x->law, xie_val_str(d));
		if (doc < 0 ? !add_flag(x, c, XIE_STR("doc_unlisted")) : !give(x, c, (uint16_t)doc, false, x->today))
			return false;
	}
	return true;
}

/* One run of the clock for each element of a list, due where the element says. */
static bool start_each(struct law_ctx *x, struct xie_law_case *c, const struct law_act *a)
{
	struct lv v = law__eval(x, a->e), outer = x->it;
	bool ok = x->st == XIE_OK;
	if (v.k == LV_NODE && v.v->kind == XIE_VAL_ARRAY)
		XIE_VAL_EACH(e, v.v)
		{
			x->it = lv_of(e);
			ok = ok && start(x, c, a->id, NULL, a->e2);
		}
	x->it = outer;
	return ok;
}

static bool one(struct law_ctx *x, struct xie_law_case *c, const struct law_act *a)
{
	switch (a->kind) {
	case ACT_DOC:
	case ACT_SERVED:
		return give(x, c, a->id, a->kind == ACT_SERVED, day_of(x, a->e));
	case ACT_DOCS:
		return give_listed(x, c, a);
	case ACT_SET:
		c->facts[a->id] = law__eval(x, a->e);
		return x->st == XIE_OK;
	case ACT_ADD:
	case ACT_REMOVE:
		return on_set(x, c, a);
	case ACT_FLAG:
		return add_flag(x, c, a->text);
	case ACT_UNFLAG:
		return set_remove(x->mem, &c->flags, a->text) || full(x);
	case ACT_SUB:
		c->subs[a->id] = a->text;
		return true;
	case ACT_EACH:
		return start_each(x, c, a);
	default:
		return on_clock(x, c, a);
	}
}

static void move(struct law_ctx *x, struct xie_law_case *c, const struct law_row *row)
{
	for (uint32_t i = 0; i < row->n_to; i++) {
		const struct law_target *t = &row->to[i];
		if (!law__holds(x, t->when))
			continue;
		if (t->expr != NULL) {
			struct lv v = law__eval(x, t->expr);
			int32_t s = v.k == LV_TEXT ? law__find_state(x->law, v.s) : -1;
			if (s < 0)
				continue;
			c->state = (uint16_t)s;
		} else if (t->state != UINT16_MAX) {
			c->state = t->state;
		}
		return;
	}
}

bool law__apply(struct law_ctx *x, struct xie_law_case *c, const struct law_row *row)
{
	const struct law_row *does = row->as != NULL ? row->as : row;
	x->c = c; /* an act sees what the acts before it did */
	for (uint32_t i = 0; i < row->n_acts; i++)
		if (law__holds(x, row->acts[i].when) && !one(x, c, &row->acts[i]))
			return false;
	for (uint32_t i = 0; row->as != NULL && i < does->n_acts; i++)
		if (law__holds(x, does->acts[i].when) && !one(x, c, &does->acts[i]))
			return false;
	move(x, c, row->n_to != 0 ? row : does);
	return x->st == XIE_OK;
}
