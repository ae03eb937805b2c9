/* SPDX-License-Identifier: Apache-2.0 */
#include "procedure_plain.h"

#include "xie/base/time.h"

#define CHINA (INT64_C(8) * 3600000)
#define INDENT "       "

static void text(xie_wr *w, const char *t)
{
	xie_wr_text(w, t);
}

static void moment(xie_wr *w, xie_ms t)
{
	struct xie_civil c;
	xie_civil_from_ms(t, CHINA, &c);
	xie_wr_date(w, xie_floor_div(t + CHINA, INT64_C(86400000)));
	xie_wr_char(w, ' ');
	xie_wr_padded(w, c.hour, 2);
	xie_wr_char(w, ':');
	xie_wr_padded(w, c.minute, 2);
}

static void articles(xie_wr *w, const xie_str *list, uint32_t n)
{
	text(w, " [");
	for (uint32_t i = 0; i < n; i++) {
		if (i != 0)
			text(w, ", ");
		xie_wr_str(w, list[i]);
	}
	text(w, "]");
}

static void clock_line(xie_wr *w, const struct xie_law_clock *k)
{
	text(w, INDENT "期限 ");
	xie_wr_str(w, k->code);
	xie_wr_char(w, ' ');
	xie_wr_str(w, k->zh);
	text(w, "：");
	if (k->hours) {
		moment(w, k->due);
	} else {
		xie_wr_date(w, k->due);
		if (k->has_rolled && k->due_rolled != k->due) {
			text(w, "，顺延至 ");
			xie_wr_date(w, k->due_rolled);
		}
	}
	static const char *const states[] = { "", "（中止计算）", "（已了结）", "（已届满）" };
	text(w, states[k->state]);
	if (k->late)
		text(w, "逾期");
	articles(w, k->basis, k->n_basis);
	xie_wr_char(w, '\n');
}

static bool same_clock(const struct xie_law_clock *a, const struct xie_law_clock *b)
{
	return xie_str_eq(a->code, b->code) && a->base == b->base && a->due == b->due && a->state == b->state &&
	       a->late == b->late;
}

static xie_status clocks(xie_wr *w, xie_arena *mem, xie_ms before_at, xie_ms at, const struct xie_law_case *before,
                         const struct xie_law_case *after)
{
	const struct xie_law_clock *old = NULL, *new = NULL;
	uint32_t n_old = 0, n_new = 0;
	xie_status st = xie_law_clocks(before, mem, before_at, &old, &n_old);
	if (st == XIE_OK)
		st = xie_law_clocks(after, mem, at, &new, &n_new);
	for (uint32_t i = 0; i < n_new && st == XIE_OK; i++) {
		bool known = false;
		for (uint32_t k = 0; k < n_old && !known; k++)
			known = same_clock(&new[i], &old[k]);
		if (!known)
			clock_line(w, &new[i]);
	}
	return st;
}

static xie_status documents(xie_wr *w, xie_arena *mem, const struct xie_law_case *before, const struct xie_law_case *after)
{
	const struct xie_law_doc *old = NULL, *new = NULL;
	uint32_t n_old = 0, n_new = 0;
	xie_status st = xie_law_docs(before, mem, &old, &n_old);
	if (st == XIE_OK)
		st = xie_law_docs(after, mem, &new, &n_new);
	bool first = true;
	for (uint32_t i = 0; i < n_new && st == XIE_OK; i++) {
		bool known = false;
		for (uint32_t k = 0; k < n_old && !known; k++)
			known = xie_str_eq(new[i].code, old[k].code) && new[i].served == old[k].served && new[i].day == old[k].day;
		if (known)
			continue;
		text(w, first ? INDENT "文书 " : "，");
		xie_wr_str(w, new[i].code);
		xie_wr_char(w, ' ');
		xie_wr_str(w, new[i].zh);
		if (new[i].served) {
			text(w, "（送达 ");
			xie_wr_date(w, new[i].day);
			text(w, "）");
		}
		first = false;
	}
	if (!first)
		xie_wr_char(w, '\n');
	return st;
}

static void flags(xie_wr *w, const struct xie_law_case *before, const struct xie_law_case *after)
{
	uint32_t n_old = 0, n = 0;
	const xie_str *old = xie_law_flags(before, &n_old), *new = xie_law_flags(after, &n);
	for (uint32_t i = 0; i < n; i++) {
		bool known = false;
		for (uint32_t k = 0; k < n_old && !known; k++)
			known = xie_str_eq(old[k], new[i]);
		if (known)
			continue;
		text(w, INDENT "标记 ");
		xie_wr_str(w, new[i]);
		xie_wr_char(w, '\n');
	}
}

/* All amounts when one of them moved since before_at. */
static xie_status amounts(xie_wr *w, xie_arena *mem, xie_ms before_at, xie_ms at, const struct xie_law_case *before,
                          const struct xie_law_case *after)
{
	const struct xie_law_amount *list = NULL, *old = NULL;
	uint32_t n = 0, n_old = 0;
	xie_status st = xie_law_amounts(before, mem, before_at, &old, &n_old);
	if (st == XIE_OK)
		st = xie_law_amounts(after, mem, at, &list, &n);
	bool same = n == n_old;
	for (uint32_t i = 0; i < n && same; i++)
		same = xie_str_eq(list[i].name, old[i].name) && list[i].fen == old[i].fen;
	for (uint32_t i = 0; i < n && st == XIE_OK && !same; i++) {
		text(w, i == 0 ? INDENT "金额 " : "，");
		xie_wr_str(w, list[i].zh);
		xie_wr_char(w, ' ');
		xie_wr_fixed(w, list[i].fen, 2);
		text(w, " 元");
	}
	if (n != 0 && !same)
		xie_wr_char(w, '\n');
	return st;
}

xie_status plain_event(xie_wr *w, xie_arena *mem, uint32_t n, xie_ms before_at, xie_ms at,
                       const struct xie_law_outcome *o, const struct xie_law_case *before, const struct xie_law_case *after)
{
	xie_str zh, en;
	xie_wr_padded(w, n, 3);
	text(w, "  ");
	moment(w, at);
	text(w, "  ");
	xie_wr_str(w, o->zh);
	text(w, " ");
	xie_wr_str(w, o->event);
	xie_law_state_names(after, &zh, &en);
	text(w, o->ok ? "  →  " : "  ✗ 不予办理，仍为 ");
	xie_wr_str(w, xie_law_state(after));
	xie_wr_char(w, ' ');
	xie_wr_str(w, zh);
	xie_wr_char(w, '\n');
	for (uint32_t i = 0; i < o->n_unmet; i++) {
		text(w, INDENT "- ");
		xie_wr_str(w, o->unmet[i].zh);
		text(w, "（");
		xie_wr_str(w, o->unmet[i].code);
		text(w, "）");
		articles(w, o->unmet[i].basis, o->unmet[i].n_basis);
		xie_wr_char(w, '\n');
	}
	if (!o->ok)
		return w->st;
	xie_status st = documents(w, mem, before, after);
	if (st == XIE_OK)
		st = clocks(w, mem, before_at, at, before, after);
	if (st == XIE_OK)
		st = amounts(w, mem, before_at, at, before, after);
	flags(w, before, after);
	return st == XIE_OK ? w->st : st;
}
