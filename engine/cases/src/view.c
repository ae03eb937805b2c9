/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/cases/view.h"

#include <stdlib.h>

#define DAY INT64_C(86400000)

const char *xie_case_clock_state_name(enum xie_case_clock_state s)
{
	static const char *const names[XIE_CC_STATES] = { "running", "near", "due", "overdue", "paused", "done" };
	return (unsigned)s < XIE_CC_STATES ? names[s] : "?";
}

enum xie_case_clock_state xie_case_clock_now(xie_ms near, xie_ms due, xie_ms end, bool duty, xie_ms now)
{
	if (now > end)
		return duty ? XIE_CC_OVERDUE : XIE_CC_DONE;
	return now >= due ? XIE_CC_DUE : now >= near ? XIE_CC_NEAR : XIE_CC_RUNNING;
}

/* The day on whose morning two working days are left, the last day being one of them where it is one. */
static int64_t two_left(const struct xie_calendar *cal, int64_t base, int64_t last)
{
	int64_t n = 0;
	int32_t year;
	for (int64_t d = last; d > base; d--)
		if (xie_calendar_between(cal, d - 1, last + 1, &n, &year) != XIE_OK || n >= 2)
			return d;
	return base;
}

static void moments(const struct xie_law *law, struct xie_case_clock *q)
{
	const struct xie_law_clock *k = &q->k;
	if (k->hours) {
		q->start = k->base;
		q->end = k->due;
		q->due = q->end - DAY > q->start ? q->end - DAY : q->start;
		q->near = q->end - (q->end - q->start) / 5;
		return;
	}
	int64_t last = !k->binds_unrolled && k->has_rolled ? k->due_rolled : k->due;
	q->start = xie_law_day_begin(law, k->base);
	q->end = xie_law_day_begin(law, last + 1) - 1;
	q->due = xie_law_day_begin(law, last);
	q->near = q->end - (q->end - q->start) / 5;
	xie_ms two = xie_law_day_begin(law, two_left(xie_law_calendar(law), k->base, last));
	q->near = two < q->near ? two : q->near;
}

static int by_end(const void *a, const void *b)
{
	const struct xie_case_clock *x = a, *y = b;
	bool over_x = x->state == XIE_CC_DONE, over_y = y->state == XIE_CC_DONE;
	return over_x != over_y ? (int)over_x - (int)over_y : (x->end > y->end) - (x->end < y->end);
}

xie_status xie_case_clocks(const struct xie_law_case *c, const struct xie_law *law, xie_arena *mem, xie_ms now,
                           const struct xie_case_clock **ret_list, uint32_t *ret_n)
{
	const struct xie_law_clock *list = NULL;
	uint32_t n = 0;
	xie_status st = xie_law_clocks(c, mem, now, &list, &n);
	struct xie_case_clock *out = st == XIE_OK ? xie_arena_new(mem, struct xie_case_clock, n + 1) : NULL;
	if (out == NULL)
		return st == XIE_OK ? XIE_LIMIT : st;
	for (uint32_t i = 0; i < n; i++) {
		struct xie_case_clock *q = &out[i];
		q->k = list[i];
		moments(law, q);
		bool duty = q->k.duty || xie_law_word(law, "payment_clocks", q->k.code);
		switch (q->k.state) {
		case XIE_LAW_PAUSED: q->state = XIE_CC_PAUSED; break;
		case XIE_LAW_STOPPED: q->state = XIE_CC_DONE; break;
		case XIE_LAW_EXPIRED: q->state = duty ? XIE_CC_OVERDUE : XIE_CC_DONE; break;
		default: q->state = xie_case_clock_now(q->near, q->due, q->end, duty, now); break;
		}
	}
	if (n != 0)
		qsort(out, n, sizeof *out, by_end);
	*ret_list = out;
	*ret_n = n;
	return XIE_OK;
}

/* ---- whose turn ---- */

static bool only_people_wanting(const struct xie_law_possible *p)
{
	for (uint32_t i = 0; i < p->n_unmet; i++)
		if (!xie_str_starts(p->unmet[i].code, "role:"))
			return false;
	return true;
}

xie_status xie_case_waiting(const struct xie_law_case *c, const struct xie_law *law, xie_arena *mem, xie_ms now,
                            const xie_str **ret_roles, uint32_t *ret_n, struct xie_err *reterr)
{
	enum { MAX = 32 };
	const struct xie_law_possible *list = NULL;
	uint32_t n = 0, k = 0;
	xie_str *roles = xie_arena_new(mem, xie_str, MAX);
	if (roles == NULL)
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, "no room for the roles", NULL);
	xie_status st = xie_law_possible(law, mem, c, (xie_str){ "", 0 }, now, NULL, &list, &n, reterr);
	for (uint32_t i = 0; i < n && st == XIE_OK; i++) {
		if (xie_law_word(law, "rare_events", list[i].event) || !only_people_wanting(&list[i]))
			continue;
		for (uint32_t r = 0; r < list[i].n_roles; r++) {
			uint32_t at = 0;
			while (at < k && !xie_str_eq(roles[at], list[i].roles[r]))
				at++;
			if (at == k && k < MAX)
				roles[k++] = list[i].roles[r];
		}
	}
	*ret_roles = roles;
	*ret_n = k;
	return st;
}

static const char *const role_names[][2] = {
	{ "OFFICER", "officer" },           { "UNIT_HEAD", "unit_head" },       { "LEADER", "leader" },
	{ "LEGAL_REVIEWER", "reviewer" },   { "HEARING_HOST", "hearing_host" }, { "ARCHIVIST", "archivist" },
	{ "SUPERVISOR", "supervisor" },
};

const char *xie_case_role_code(xie_str law_role)
{
	for (size_t i = 0; i < sizeof role_names / sizeof role_names[0]; i++)
		if (xie_str_is(law_role, role_names[i][0]))
			return role_names[i][1];
	return NULL;
}

const char *xie_case_law_role(xie_str code)
{
	for (size_t i = 0; i < sizeof role_names / sizeof role_names[0]; i++)
		if (xie_str_is(code, role_names[i][1]))
			return role_names[i][0];
	return NULL;
}

const char *xie_case_unmet_kind(xie_str code)
{
	static const char *const kinds[][2] = { { "doc:", "document" },  { "clock:", "clock" },    { "role:", "person" },
		                                { "cert:", "person" },   { "aux:", "person" },     { "recused:", "person" },
		                                { "person:", "person" }, { "distinct:", "person" }, { "evidence:", "evidence" } };
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (xie_str_starts(code, kinds[i][0]))
			return kinds[i][1];
	return "fact";
}
