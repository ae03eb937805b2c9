/* SPDX-License-Identifier: Apache-2.0 */
/* A case as people and programs see it: documents, and the members of one output line. */
#include "law_int.h"

#include "xie/base/time.h"

xie_status xie_law_docs(const struct xie_law_case *c, xie_arena *mem, const struct xie_law_doc **ret_list, uint32_t *ret_n)
{
	struct xie_law_doc *list = xie_arena_new(mem, struct xie_law_doc, c->n_have + 1);
	uint32_t n = 0;
	if (list == NULL)
		return XIE_LIMIT;
	for (uint32_t i = 0; i < c->n_have; i++) {
		const struct law_doc *d = &c->law->docs[c->have[i].doc];
		uint32_t k = 0;
		while (k < n && !xie_str_eq(list[k].code, d->code))
			k++;
		bool served = c->have[i].served || (k < n && list[k].served && list[k].day == c->have[i].day);
		list[k] = (struct xie_law_doc){ d->code, d->name.zh, d->name.en, served, c->have[i].day };
		n += k == n;
	}
	*ret_list = list;
	*ret_n = n;
	return XIE_OK;
}

xie_ms xie_law_offset(const struct xie_law *law)
{
	return law->offset;
}

xie_status xie_law_papers(const struct xie_law_case *c, xie_arena *mem, const struct xie_law_doc **ret_list,
                          uint32_t *ret_n)
{
	struct xie_law_doc *list = xie_arena_new(mem, struct xie_law_doc, c->n_have + 1);
	if (list == NULL)
		return XIE_LIMIT;
	for (uint32_t i = 0; i < c->n_have; i++) {
		const struct law_doc *d = &c->law->docs[c->have[i].doc];
		list[i] = (struct xie_law_doc){ d->code, d->name.zh, d->name.en, c->have[i].served, c->have[i].day };
	}
	*ret_list = list;
	*ret_n = c->n_have;
	return XIE_OK;
}

static void moment(xie_wr *w, const char *key, const struct xie_law_clock *k, int64_t v, xie_ms offset)
{
	xie_wr_key(w, key);
	xie_wr_char(w, '"');
	if (k->hours)
		xie_wr_time_at(w, v, offset);
	else
		xie_wr_date(w, v);
	xie_wr_char(w, '"');
}

static void write_clock(const struct xie_law_case *c, const struct xie_law_clock *k, xie_wr *w)
{
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "code", k->code);
	moment(w, "due", k, k->due, c->law->offset);
	if (k->has_rolled) {
		moment(w, "due_rolled", k, k->due_rolled, c->law->offset);
	} else { /* the notice for that year is not out yet */
		xie_wr_key(w, "due_rolled");
		xie_wr_text(w, "null");
	}
	xie_wr_kv_str(w, "unit", k->unit);
	xie_wr_kv_str(w, "state", xie_str_of(xie_law_clock_state_name(k->state)));
	if (k->late)
		xie_wr_kv_bool(w, "late", true);
	xie_wr_char(w, '}');
}

static void write_flags(const struct xie_law_case *c, const struct xie_law_clock *clocks, uint32_t n, xie_wr *w)
{
	xie_wr_key(w, "flags");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < c->flags.n; i++) {
		xie_wr_sep(w);
		xie_wr_json_str(w, c->flags.items[i]);
	}
	for (uint32_t i = 0; i < n; i++) {
		int32_t d = law__find_clock(c->law, clocks[i].code);
		if (clocks[i].state != XIE_LAW_EXPIRED || d < 0 || !c->law->clocks[d].flag)
			continue;
		xie_wr_sep(w);
		xie_wr_json_str(w, c->law->clocks[d].overdue_flag);
	}
	xie_wr_char(w, ']');
}

xie_status xie_law_amounts(const struct xie_law_case *c, xie_arena *mem, xie_ms now, const struct xie_law_amount **ret_list,
                           uint32_t *ret_n)
{
	struct law_ctx x = { .law = c->law, .c = c, .mem = mem, .at = now, .today = law__legal_day(c->law, now) };
	struct xie_law_amount *list = xie_arena_new(mem, struct xie_law_amount, c->law->n_amounts + 1);
	uint32_t n = 0;
	if (list == NULL)
		return XIE_LIMIT;
	for (uint32_t i = 0; i < c->law->n_amounts; i++) {
		const struct law_amount *a = &c->law->amounts[i];
		struct lv v = law__holds(&x, a->when) ? law__eval(&x, a->e) : LV_NONE;
		if (v.k == LV_INT)
			list[n++] = (struct xie_law_amount){ a->name, a->what.zh, a->what.en, v.i };
	}
	*ret_list = list;
	*ret_n = n;
	return x.st;
}

const xie_str *xie_law_flags(const struct xie_law_case *c, uint32_t *ret_n)
{
	*ret_n = c->flags.n;
	return c->flags.items;
}

static xie_status write_amounts(const struct xie_law_case *c, xie_arena *mem, xie_ms now, xie_wr *w)
{
	const struct xie_law_amount *list = NULL;
	uint32_t n = 0;
	xie_status st = xie_law_amounts(c, mem, now, &list, &n);
	xie_wr_key(w, "amounts");
	xie_wr_char(w, '{');
	for (uint32_t i = 0; i < n && st == XIE_OK; i++) {
		xie_wr_sep(w);
		xie_wr_json_str(w, list[i].name);
		xie_wr_char(w, ':');
		xie_wr_i64(w, list[i].fen);
	}
	xie_wr_char(w, '}');
	return st;
}

static void write_subs(const struct xie_law_case *c, xie_wr *w)
{
	xie_wr_key(w, "sub");
	xie_wr_char(w, '{');
	for (uint32_t i = 0; i < c->law->subs.n; i++) {
		if (c->subs[i].n == 0)
			continue;
		xie_wr_sep(w);
		xie_wr_json_str(w, c->law->subs.names[i]);
		xie_wr_char(w, ':');
		xie_wr_json_str(w, c->subs[i]);
	}
	xie_wr_char(w, '}');
}

xie_status xie_law_write_case(const struct xie_law_case *c, xie_arena *mem, xie_ms now, xie_wr *w)
{
	const struct xie_law_clock *clocks = NULL;
	const struct xie_law_doc *docs = NULL;
	uint32_t n_clocks = 0, n_docs = 0;
	xie_status st = xie_law_clocks(c, mem, now, &clocks, &n_clocks);
	if (st == XIE_OK)
		st = xie_law_docs(c, mem, &docs, &n_docs);
	if (st != XIE_OK)
		return st;
	xie_wr_kv_str(w, "state", xie_law_state(c));
	write_subs(c, w);
	xie_wr_key(w, "clocks");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < n_clocks; i++)
		write_clock(c, &clocks[i], w);
	xie_wr_char(w, ']');
	xie_wr_key(w, "documents");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < n_docs; i++) {
		xie_wr_sep(w);
		xie_wr_json_str(w, docs[i].code);
	}
	xie_wr_char(w, ']');
	write_flags(c, clocks, n_clocks, w);
	st = write_amounts(c, mem, now, w);
	return st == XIE_OK ? w->st : st;
}

void xie_law_write_unmet(const struct xie_law_unmet *list, uint32_t n, xie_wr *w)
{
	xie_wr_key(w, "unmet");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < n; i++) {
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "code", list[i].code);
		xie_wr_kv_str(w, "what", list[i].zh);
		xie_wr_kv_str(w, "what_en", list[i].en);
		xie_wr_key(w, "basis");
		xie_wr_char(w, '[');
		for (uint32_t b = 0; b < list[i].n_basis; b++) {
			xie_wr_sep(w);
			xie_wr_json_str(w, list[i].basis[b]);
		}
		xie_wr_char(w, ']');
		xie_wr_char(w, '}');
	}
	xie_wr_char(w, ']');
}
