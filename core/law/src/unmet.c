/* SPDX-License-Identifier: Apache-2.0 */
/* Collecting every reason why an event is not possible.  A refusal that names one thing at a time makes people guess. */
#include "step.h"

static void add(struct law_list *l, xie_str code, struct law_what what, struct law_basis basis)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (xie_str_eq(l->list[i].code, code) && xie_str_eq(l->list[i].zh, what.zh))
			return;
	if (l->list == NULL)
		l->list = xie_arena_new(l->mem, struct xie_law_unmet, LAW_MAX_UNMET);
	if (l->list == NULL || l->n == LAW_MAX_UNMET) {
		l->full = true;
		return;
	}
	l->list[l->n++] = (struct xie_law_unmet){ .code = code, .zh = what.zh, .en = what.en, .basis = basis.list,
		                                  .n_basis = basis.n };
}

static xie_str joined(struct law_list *l, xie_str a, xie_str b)
{
	char *p = xie_arena_alloc(l->mem, a.n + b.n + 1, 1);
	if (p == NULL) {
		l->full = true;
		return a;
	}
	memcpy(p, a.p, a.n);
	memcpy(p + a.n, b.p, b.n);
	return (xie_str){ p, a.n + b.n };
}

/* The machine's own sentence about one person: its code and the person's id. */
static void about(struct law_ctx *x, int which, xie_str who, struct law_list *l)
{
	const struct law_need *n = &x->law->people[which];
	add(l, joined(l, n->code, who), n->what, n->basis);
}

static bool plays(struct law_ctx *x, const struct law_actor *a, xie_str who)
{
	for (uint32_t i = 0; i < a->n_roles; i++)
		if (law__has_role(x, who, a->roles[i]))
			return true;
	return false;
}

/* People who may not be in the act at all, whoever else is: withdrawn, without a certificate, auxiliaries. */
static void people(struct law_ctx *x, const struct law_actor *a, const struct xie_val *list, struct law_list *l)
{
	if (list == NULL || list->kind != XIE_VAL_ARRAY)
		return;
	XIE_VAL_EACH(p, list)
	{
		xie_str who = xie_val_str(p);
		if (law__recused(x->c, who))
			about(x, PEOPLE_RECUSED, who, l);
		if (a == NULL || !a->cert)
			continue;
		if (plays(x, a, who)) {
			if (!law__certified(x, who))
				about(x, PEOPLE_CERT, who, l);
		} else if (law__has_role(x, who, x->law->helper_role)) {
			about(x, PEOPLE_AUX, who, l);
		}
	}
}

static bool known(struct law_ctx *x, xie_str who)
{
	if (law__person(x->c, who) != NULL)
		return true;
	for (uint16_t r = 0; r < x->law->roles.n; r++)
		if (law__has_role(x, who, r))
			return true;
	return false;
}

static void actors(struct law_ctx *x, const struct law_row *row, struct law_list *l)
{
	XIE_VAL_EACH(p, x->by)
	{
		if (!known(x, xie_val_str(p)))
			about(x, PEOPLE_UNKNOWN, xie_val_str(p), l);
	}
	people(x, row->n_by != 0 ? row->by[0] : NULL, x->by, l);
	for (uint32_t i = 0; i < row->n_by; i++) {
		int64_t min = 1;
		if (law__count_actors(x, row->by[i], x->by, &min) >= min)
			return;
	}
	if (row->n_by != 0)
		add(l, row->by[0]->says, row->by[0]->what, row->by[0]->basis);
}

void law__unmet_state(struct law_ctx *x, const struct law_row *row, struct law_list *l)
{
	xie_str code = x->law->state_need->code;
	bool first = true;
	for (uint32_t i = 0; row != NULL && i < x->law->n_states; i++) {
		if ((row->from >> i & 1) == 0)
			continue;
		if (!first)
			code = joined(l, code, XIE_STR("|"));
		code = joined(l, code, x->law->states[i].code);
		first = false;
	}
	add(l, code, x->law->state_need->what, row != NULL ? row->basis : x->law->state_need->basis);
}

void law__unmet_need(struct law_ctx *x, const struct law_need *n, struct law_list *l)
{
	if (!law__holds(x, n->when))
		return;
	if (n->actor == NULL) {
		if (!law__holds(x, n->is))
			add(l, n->code, n->what, n->basis);
		return;
	}
	struct lv v = law__eval(x, n->is);
	const struct xie_val *list = v.k == LV_NODE ? v.v : NULL;
	people(x, n->actor, list, l);
	int64_t min = 1;
	if (law__count_actors(x, n->actor, list, &min) < min)
		add(l, n->code, n->what, n->basis);
}

void law__unmet(struct law_ctx *x, const struct law_row *row, bool here, enum law_which which, struct law_list *l)
{
	if (which != LAW_WITH_DATA) {
		if (!here)
			law__unmet_state(x, row, l);
		actors(x, row, l);
	}
	for (uint32_t i = 0; i < row->n_needs; i++) {
		const struct law_need *n = row->needs[i];
		if (which == LAW_ALL || n->asks == (which == LAW_WITH_DATA))
			law__unmet_need(x, n, l);
	}
}
