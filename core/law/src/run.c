/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks that run on a case. */
#include "law_int.h"

#include "xie/base/time.h"

const struct law_run *law__run(const struct xie_law_case *c, uint16_t def)
{
	for (uint32_t i = c->n_runs; i-- > 0;)
		if (c->runs[i].def == def)
			return &c->runs[i];
	return NULL;
}

xie_status law__rolled(const struct xie_law *law, const struct law_run *r, int64_t *ret_due, int32_t *reterr_year)
{
	const struct law_clock *d = &law->clocks[r->def];
	if (!d->roll || d->unit == XIE_CLOCK_HOUR || d->unit == XIE_CLOCK_WD) {
		*ret_due = r->due;
		return XIE_OK;
	}
	return xie_calendar_roll(law->cal, r->due, ret_due, reterr_year);
}

xie_status law__passed(const struct xie_law *law, const struct law_run *r, xie_ms at, bool *ret, int32_t *reterr_year)
{
	const struct law_clock *d = &law->clocks[r->def];
	if (d->unit == XIE_CLOCK_HOUR) {
		*ret = at > r->due;
		return XIE_OK;
	}
	int64_t today = law__legal_day(law, at), end = r->due;
	if (today > end && !d->binds_unrolled) { /* only then does it matter where the holiday ends */
		xie_status st = law__rolled(law, r, &end, reterr_year);
		if (st != XIE_OK)
			return st;
	}
	*ret = today > end;
	return XIE_OK;
}

int64_t law__elapsed(const struct law_run *r, const struct law_clock *d, int64_t today)
{
	int64_t end = today;
	if (r->state == XIE_LAW_STOPPED)
		end = r->stopped;
	else if (r->state == XIE_LAW_PAUSED)
		end = r->paused_at - d->pause_inclusive;
	int64_t n = end - r->base - r->paused;
	return n > 0 ? n : 0;
}

const char *xie_law_clock_state_name(enum xie_law_clock_state s)
{
	static const char *const names[] = { "running", "paused", "stopped", "expired" };
	return (unsigned)s < sizeof names / sizeof names[0] ? names[s] : "?";
}

/* Units of the term that lie behind and before today; working days by the calendar. */
static void count(const struct xie_law_case *c, const struct law_run *r, xie_ms now, struct xie_law_clock *k)
{
	const struct law_clock *d = &c->law->clocks[r->def];
	int64_t end = !k->binds_unrolled && k->has_rolled ? k->due_rolled : k->due;
	int64_t today = r->state == XIE_LAW_STOPPED ? r->stopped : r->state == XIE_LAW_PAUSED ? r->paused_at
	                : d->unit == XIE_CLOCK_HOUR ? now : law__legal_day(c->law, now);
	if (d->unit == XIE_CLOCK_HOUR || d->unit == XIE_CLOCK_CD) {
		int64_t per = d->unit == XIE_CLOCK_HOUR ? INT64_C(3600000) : 1;
		k->length = (end - r->base) / per;
		k->used = xie_floor_div(today - r->base, per);
		k->left = k->length - k->used;
		k->counted = true;
	} else if (d->unit == XIE_CLOCK_WD) {
		int64_t length = 0, used = 0, over = 0;
		int32_t year;
		k->counted = xie_calendar_between(c->law->cal, r->base, end + 1, &length, &year) == XIE_OK &&
		             xie_calendar_between(c->law->cal, r->base, today + 1, &used, &year) == XIE_OK &&
		             xie_calendar_between(c->law->cal, end, today + 1, &over, &year) == XIE_OK;
		k->length = length;
		k->used = used;
		k->left = over > 0 ? -over : length - used;
	}
}

static xie_status view(const struct xie_law_case *c, const struct law_run *r, xie_ms now, struct xie_law_clock *ret)
{
	const struct law_clock *d = &c->law->clocks[r->def];
	*ret = (struct xie_law_clock){
		.code = d->code, .zh = d->name.zh, .en = d->name.en, .unit = xie_str_of(xie_clock_unit_name(d->unit)),
		.state = (enum xie_law_clock_state)r->state, .late = r->late && d->flag, .hours = d->unit == XIE_CLOCK_HOUR,
		.base = r->base, .due = r->due, .binds_unrolled = d->binds_unrolled, .duty = d->flag, .basis = d->basis.list,
		.n_basis = d->basis.n,
	};
	int32_t year = 0;
	xie_status st = law__rolled(c->law, r, &ret->due_rolled, &year);
	if (st != XIE_OK && st != XIE_MISSING)
		return st;
	ret->has_rolled = st == XIE_OK;
	bool passed = false;
	if (r->state == XIE_LAW_RUNNING) {
		st = law__passed(c->law, r, now, &passed, &year);
		if (st != XIE_OK)
			return st;
		if (passed)
			ret->state = XIE_LAW_EXPIRED;
	}
	count(c, r, now, ret);
	return XIE_OK;
}

xie_status xie_law_clocks(const struct xie_law_case *c, xie_arena *mem, xie_ms now, const struct xie_law_clock **ret_list,
                          uint32_t *ret_n)
{
	struct xie_law_clock *list = xie_arena_new(mem, struct xie_law_clock, c->n_runs + 1);
	uint32_t n = 0;
	if (list == NULL)
		return XIE_LIMIT;
	for (uint32_t i = 0; i < c->n_runs; i++) {
		if (c->law->clocks[c->runs[i].def].silent)
			continue;
		xie_status st = view(c, &c->runs[i], now, &list[n++]);
		if (st != XIE_OK)
			return st;
	}
	*ret_list = list;
	*ret_n = n;
	return XIE_OK;
}
