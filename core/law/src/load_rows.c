/* SPDX-License-Identifier: Apache-2.0 */
/* Second pass: guards, transitions, what happens by itself, amounts. */
#include "load.h"

static xie_status load_need(struct law_load *l, const struct xie_val *v, const struct law_names *lets,
                            const struct law_need **ret)
{
	struct law_need *n = xie_arena_new(l->mem, struct law_need, 1);
	xie_status st = law__only(l, v, "is when people actor code zh en basis");
	if (n == NULL)
		return law__full(l);
	const struct xie_val *is = xie_val_get(v, "is"), *people = xie_val_get(v, "people");
	if (st == XIE_OK && (is == NULL) == (people == NULL))
		st = law__fail(l, XIE_MISSING, v, "a demand needs its condition", "is: EXPR, or people: EXPR and actor: CODE");
	if (st == XIE_OK)
		st = law__expr(l, is != NULL ? is : people, lets, &n->is);
	if (st == XIE_OK)
		st = law__expr(l, xie_val_get(v, "when"), lets, &n->when);
	if (st == XIE_OK)
		st = law__basis(l, xie_val_get(v, "basis"), &n->basis);
	if (st != XIE_OK)
		return st;
	if (people != NULL) {
		n->actor = law__find_actor(l->law, xie_val_get_str(v, "actor"));
		if (n->actor == NULL)
			return law__fail(l, XIE_UNKNOWN, v, "a demand on people names no known actor", "actor: TWO_OFFICERS");
	}
	n->asks = n->is->data || (n->when != NULL && n->when->data);
	n->code = xie_val_get_str(v, "code");
	n->what = law__what(v);
	if (n->code.n == 0 || n->what.zh.n == 0 || n->what.en.n == 0 || n->basis.n == 0)
		return law__fail(l, XIE_MISSING, v, "a demand needs code, zh, en and basis", NULL);
	*ret = n;
	return XIE_OK;
}

xie_status law__load_needs(struct law_load *l, const struct xie_val *list, const struct law_names *lets,
                           const struct law_need ***ret, uint32_t *ret_n)
{
	uint32_t n = 0;
	const struct law_need **needs = xie_arena_new(l->mem, const struct law_need *, (list != NULL ? list->count : 0) + 1);
	if (needs == NULL)
		return law__full(l);
	XIE_VAL_EACH(v, list)
	{
		xie_status st = load_need(l, v, lets, &needs[n]);
		if (st != XIE_OK)
			return st;
		n++;
	}
	*ret = needs;
	*ret_n = n;
	return XIE_OK;
}

static xie_status load_guards(struct law_load *l)
{
	struct xie_law *law = l->law;
	uint32_t n = 0;
	LAW_EACH_DOC(l, "guards", m)
		n += m->count;
	law->guards = xie_arena_new(l->mem, struct law_guard, n + 1);
	if (law->guards == NULL)
		return law__full(l);
	LAW_EACH_DOC(l, "guards", m)
		XIE_VAL_EACH(v, m)
		{
			const struct law_need **needs = NULL;
			struct law_guard *g = &law->guards[law->n_guards];
			xie_status st = law__load_needs(l, v, NULL, &needs, &g->n);
			if (st != XIE_OK)
				return st;
			g->name = v->key;
			g->needs = needs;
			law->n_guards++;
		}
	return XIE_OK;
}

static xie_status row_states(struct law_load *l, const struct xie_val *v, struct law_row *row)
{
	const struct xie_val *from = xie_val_get(v, "from"), *procs = xie_val_get(v, "proc");
	if (from == NULL || from->kind != XIE_VAL_ARRAY)
		return law__fail(l, XIE_MISSING, v, "a row without the states it leaves", "from: [S20]");
	XIE_VAL_EACH(s, from)
	{
		int32_t i = law__find_state(l->law, xie_val_str(s));
		if (i < 0)
			return law__fail_name(l, XIE_UNKNOWN, s, "unknown state: ", xie_val_str(s), NULL);
		row->from |= UINT64_C(1) << i;
	}
	row->procs = procs == NULL ? UINT32_MAX : 0;
	XIE_VAL_EACH(p, procs)
	{
		uint32_t bit = 0;
		for (uint32_t i = 0; i < l->law->n_procs; i++)
			if (xie_str_eq(l->law->procs[i].code, xie_val_str(p)))
				bit = UINT32_C(1) << i;
		if (bit == 0)
			return law__fail_name(l, XIE_UNKNOWN, p, "unknown procedure: ", xie_val_str(p), NULL);
		row->procs |= bit;
	}
	return XIE_OK;
}

static xie_status row_by(struct law_load *l, const struct xie_val *by, struct law_row *row)
{
	if (by == NULL)
		return XIE_OK;
	const struct law_actor **list = xie_arena_new(l->mem, const struct law_actor *, by->count + 1);
	if (list == NULL)
		return law__full(l);
	XIE_VAL_EACH(a, by)
	{
		list[row->n_by] = law__find_actor(l->law, xie_val_str(a));
		if (list[row->n_by] == NULL)
			return law__fail_name(l, XIE_UNKNOWN, a, "unknown actor: ", xie_val_str(a), "actors: has them");
		row->n_by++;
	}
	row->by = list;
	return XIE_OK;
}

static xie_status row_lets(struct law_load *l, const struct xie_val *lets, struct law_row *row)
{
	XIE_VAL_EACH(v, lets)
	{
		if (row->let_names.n == sizeof row->lets / sizeof row->lets[0])
			return law__fail(l, XIE_LIMIT, v, "too many let. entries in one row", NULL);
		uint32_t i = row->let_names.n;
		xie_status st = law__expr(l, v, &row->let_names, &row->lets[i]);
		if (st != XIE_OK)
			return st;
		row->let_names.names[i] = v->key;
		row->let_names.data[i] = row->lets[i]->data;
		row->let_names.n++;
	}
	return XIE_OK;
}

/* use: [guard, ...] and need: [...], in this order, as one list. */
static xie_status row_needs(struct law_load *l, const struct xie_val *v, struct law_row *row)
{
	const struct law_need **own = NULL;
	uint32_t n_own = 0, n = 0;
	xie_status st = law__load_needs(l, xie_val_get(v, "need"), &row->let_names, &own, &n_own);
	if (st != XIE_OK)
		return st;
	for (int pass = 0; pass < 2; pass++) {
		const struct law_need **list = pass == 0 ? NULL : xie_arena_new(l->mem, const struct law_need *, n + 1);
		if (pass == 1 && list == NULL)
			return law__full(l);
		n = 0;
		XIE_VAL_EACH(u, xie_val_get(v, "use"))
		{
			const struct law_guard *g = NULL;
			for (uint32_t i = 0; i < l->law->n_guards && g == NULL; i++)
				if (xie_str_eq(l->law->guards[i].name, xie_val_str(u)))
					g = &l->law->guards[i];
			if (g == NULL)
				return law__fail_name(l, XIE_UNKNOWN, u, "unknown guard: ", xie_val_str(u), "guards: has them");
			for (uint32_t i = 0; i < g->n; i++, n++)
				if (list != NULL)
					list[n] = g->needs[i];
		}
		for (uint32_t i = 0; i < n_own; i++, n++)
			if (list != NULL)
				list[n] = own[i];
		row->needs = list;
		row->n_needs = n;
	}
	return XIE_OK;
}

static xie_status one_target(struct law_load *l, const struct xie_val *v, struct law_row *row, struct law_target *t)
{
	bool object = v->kind == XIE_VAL_OBJECT;
	xie_str name = object ? xie_val_get_str(v, "state") : xie_val_str(v);
	xie_status st = object ? law__only(l, v, "when state of") : XIE_OK;
	t->state = UINT16_MAX;
	if (st == XIE_OK && object)
		st = law__expr(l, xie_val_get(v, "when"), &row->let_names, &t->when);
	if (st == XIE_OK && object)
		st = law__expr(l, xie_val_get(v, "of"), &row->let_names, &t->expr);
	if (st != XIE_OK || t->expr != NULL || xie_str_is(name, "same"))
		return st;
	int32_t s = law__find_state(l->law, name);
	if (s < 0)
		return law__fail_name(l, XIE_UNKNOWN, v, "unknown state: ", name, "a state's code, or same");
	t->state = (uint16_t)s;
	return XIE_OK;
}

/* to: S20, or [{when: EXPR, state: S55}, {of: EXPR}, {state: S60}]; nothing: stays */
static xie_status row_to(struct law_load *l, const struct xie_val *to, struct law_row *row)
{
	if (to == NULL)
		return XIE_OK;
	uint32_t n = to->kind == XIE_VAL_ARRAY ? to->count : 1;
	struct law_target *list = xie_arena_new(l->mem, struct law_target, n + 1);
	if (list == NULL)
		return law__full(l);
	if (to->kind != XIE_VAL_ARRAY) {
		xie_status st = one_target(l, to, row, &list[0]);
		row->n_to = 1;
		row->to = list;
		return st;
	}
	XIE_VAL_EACH(v, to)
	{
		xie_status st = one_target(l, v, row, &list[row->n_to++]);
		if (st != XIE_OK)
			return st;
	}
	row->to = list;
	return XIE_OK;
}

static xie_status row_as(struct law_load *l, const struct xie_val *as, struct law_row *row)
{
	if (as == NULL)
		return XIE_OK;
	for (uint32_t i = 0; i < l->law->n_rows; i++)
		if (xie_str_eq(l->law->rows[i].id, xie_val_str(as)))
			row->as = &l->law->rows[i];
	return row->as != NULL ? XIE_OK : law__fail_name(l, XIE_UNKNOWN, as, "unknown row: ", xie_val_str(as), NULL);
}

static xie_status load_row(struct law_load *l, const struct xie_val *v, bool automatic, struct law_row *row)
{
	xie_status st = law__only(l, v, automatic ? "id from proc when let do to as unless_event zh en basis note"
	                                          : "id event from proc when by let use need do to zh en basis note");
	row->id = xie_val_get_str(v, "id");
	row->what = law__what(v);
	row->event = UINT16_MAX;
	row->unless = xie_val_get(v, "unless_event");
	if (st == XIE_OK && !automatic) {
		int32_t e = law__find_event(l->law, xie_val_get_str(v, "event"));
		if (e < 0)
			return law__fail_name(l, XIE_UNKNOWN, v, "a row of an event that is not declared: ",
			                      xie_val_get_str(v, "event"), "events: has them");
		row->event = (uint16_t)e;
		if (row->what.zh.n == 0)
			row->what = l->law->events[e].what;
	}
	if (st == XIE_OK)
		st = row_states(l, v, row);
	if (st == XIE_OK)
		st = law__basis(l, xie_val_get(v, "basis"), &row->basis);
	if (st == XIE_OK)
		st = row_by(l, xie_val_get(v, "by"), row);
	if (st == XIE_OK)
		st = row_lets(l, xie_val_get(v, "let"), row);
	if (st == XIE_OK)
		st = law__expr(l, xie_val_get(v, "when"), &row->let_names, &row->when);
	if (st == XIE_OK)
		st = row_needs(l, v, row);
	if (st == XIE_OK)
		st = law__load_acts(l, xie_val_get(v, "do"), row);
	if (st == XIE_OK)
		st = row_to(l, xie_val_get(v, "to"), row);
	return st == XIE_OK ? row_as(l, xie_val_get(v, "as"), row) : st;
}

static xie_status load_table(struct law_load *l, const char *key, bool automatic, struct law_row **ret, uint32_t *ret_n)
{
	uint32_t n = 0;
	LAW_EACH_DOC(l, key, list)
		n += list->count;
	*ret = xie_arena_new(l->mem, struct law_row, n + 1);
	if (*ret == NULL)
		return law__full(l);
	LAW_EACH_DOC(l, key, list)
		XIE_VAL_EACH(v, list)
		{
			xie_status st = load_row(l, v, automatic, &(*ret)[*ret_n]);
			if (st != XIE_OK)
				return st;
			++*ret_n;
		}
	return XIE_OK;
}

/* Clock lengths and actor minima may use definitions and settings, so they come after the names. */
static xie_status late_expressions(struct law_load *l)
{
	struct xie_law *law = l->law;
	LAW_EACH_DOC(l, "clocks", list)
		XIE_VAL_EACH(v, list)
		{
			int32_t i = law__find_clock(law, xie_val_get_str(v, "code"));
			xie_status st = law__expr(l, xie_val_get(v, "n"), NULL, &law->clocks[i].n);
			if (st != XIE_OK)
				return st;
		}
	LAW_EACH_DOC(l, "actors", list)
		XIE_VAL_EACH(v, list)
		{
			struct law_actor *a = (struct law_actor *)(uintptr_t)law__find_actor(law, xie_val_get_str(v, "code"));
			xie_status st = law__expr(l, xie_val_get(v, "min"), NULL, &a->min);
			if (st != XIE_OK)
				return st;
		}
	LAW_EACH_DOC(l, "define", m)
		XIE_VAL_EACH(v, m)
		{
			struct law_define *d = &law->defines[law__find_define(law, v->key)];
			d->busy = true;
			xie_status st = d->e != NULL ? XIE_OK : law__expr(l, v, NULL, &d->e);
			d->busy = false;
			if (st != XIE_OK)
				return st;
		}
	return XIE_OK;
}

static xie_status load_amounts(struct law_load *l)
{
	struct xie_law *law = l->law;
	uint32_t n = 0;
	LAW_EACH_DOC(l, "amounts", list)
		n += list->count;
	law->amounts = xie_arena_new(l->mem, struct law_amount, n + 1);
	if (law->amounts == NULL)
		return law__full(l);
	LAW_EACH_DOC(l, "amounts", list)
		XIE_VAL_EACH(v, list)
		{
			struct law_amount *a = &law->amounts[law->n_amounts];
			xie_status st = law__only(l, v, "name is when zh en");
			a->name = xie_val_get_str(v, "name");
			a->what = law__what(v);
			if (st == XIE_OK)
				st = law__expr(l, xie_val_get(v, "when"), NULL, &a->when);
			if (st == XIE_OK)
				st = law__expr(l, xie_val_get(v, "is"), NULL, &a->e);
			if (st == XIE_OK && (a->e == NULL || a->name.n == 0))
				st = law__fail(l, XIE_MISSING, v, "an amount needs a name and what it is", NULL);
			if (st != XIE_OK)
				return st;
			law->n_amounts++;
		}
	return XIE_OK;
}

/* people: the machine's own sentences. */
static xie_status load_people(struct law_load *l)
{
	static const char *const names[] = { "recused", "cert", "aux", "unknown", "state" };
	struct xie_law *law = l->law;
	bool found = false;
	LAW_EACH_DOC(l, "people", m)
	{
		xie_status st = law__only(l, m, "recused cert aux unknown state set helper");
		for (int i = 0; i < 5 && st == XIE_OK; i++) {
			const struct xie_val *v = xie_val_get(m, names[i]);
			struct law_need *n = i < 4 ? &law->people[i] : xie_arena_new(l->mem, struct law_need, 1);
			st = v != NULL ? law__only(l, v, "code zh en basis") : law__fail(l, XIE_MISSING, m, "people: is not whole", names[i]);
			if (st == XIE_OK && n != NULL) {
				n->code = xie_val_get_str(v, "code");
				n->what = law__what(v);
				st = law__basis(l, xie_val_get(v, "basis"), &n->basis);
				law->state_need = i == 4 ? n : law->state_need;
			}
		}
		if (st != XIE_OK)
			return st;
		law->recused = law__intern(law, &law->sets, xie_val_get_str(m, "set"));
		law->helper_role = law__intern(law, &law->roles, xie_val_get_str(m, "helper"));
		if (law->recused == UINT16_MAX || law->helper_role == UINT16_MAX)
			return law__full(l);
		found = true;
	}
	return found && law->state_need != NULL ? XIE_OK : law__fail(l, XIE_MISSING, NULL, "no file has people:", NULL);
}

xie_status law__load_rows(struct law_load *l)
{
	xie_status st = late_expressions(l);
	if (st == XIE_OK)
		st = load_people(l);
	if (st == XIE_OK)
		st = load_guards(l);
	if (st == XIE_OK)
		st = load_table(l, "transitions", false, &l->law->rows, &l->law->n_rows);
	if (st == XIE_OK)
		st = load_table(l, "automatic", true, &l->law->autos, &l->law->n_autos);
	if (st == XIE_OK)
		st = load_amounts(l);
	if (st == XIE_OK)
		st = law__load_items(l);
	return st;
}
