/* SPDX-License-Identifier: Apache-2.0 */
/* What could be done now: every row that leaves the present state, with what is missing and what its form will ask. */
#include "step.h"

/* The event's people, when only one is asked about. */
static const struct xie_val *alone(xie_arena *mem, xie_str person)
{
	struct xie_val *tail = NULL;
	struct xie_val *by = xie_val_add(mem, NULL, NULL, XIE_VAL_ARRAY, (xie_str){ NULL, 0 });
	struct xie_val *p = by != NULL && person.n != 0
	                            ? xie_val_add(mem, by, &tail, XIE_VAL_STRING, (xie_str){ NULL, 0 })
	                            : NULL;
	if (p != NULL)
		p->s = person;
	return by;
}

static bool suits(struct law_ctx *x, const struct law_row *row, xie_str person)
{
	if (row->n_by == 0 || person.n == 0)
		return true;
	if (law__recused(x->c, person))
		return false;
	for (uint32_t i = 0; i < row->n_by; i++)
		for (uint32_t r = 0; r < row->by[i]->n_roles; r++)
			if (law__has_role(x, person, row->by[i]->roles[r]) &&
			    (!row->by[i]->cert || law__certified(x, person)))
				return true;
	return false;
}

/* Demands as a list, tested (data given) or named (no data: each is listed as it would be refused). */
static void demands(struct law_ctx *x, const struct law_row *row, struct law_list *l)
{
	if (x->data != NULL) {
		law__unmet(x, row, true, LAW_WITH_DATA, l);
		return;
	}
	for (uint32_t i = 0; i < row->n_needs; i++)
		if (row->needs[i]->asks && (row->needs[i]->when == NULL || row->needs[i]->when->data ||
		                            law__holds(x, row->needs[i]->when))) {
			static const struct ex never = { .op = EX_LIT }; /* null: not true */
			struct law_need n = *row->needs[i];
			n.when = NULL;
			n.actor = NULL;
			n.is = &never;
			law__unmet_need(x, &n, l);
		}
}

static bool asks(struct law_ctx *x, const struct law_row *row, struct xie_law_possible *p)
{
	const struct law_event *e = &x->law->events[row->event];
	struct xie_law_ask *list = xie_arena_new(x->mem, struct xie_law_ask, e->n_keys + 1);
	if (list == NULL)
		return false;
	for (uint32_t i = 0; i < e->n_keys; i++)
		list[i] = (struct xie_law_ask){ e->keys[i].name, e->keys[i].type, e->keys[i].what.zh, e->keys[i].what.en };
	p->asks = list;
	p->n_asks = e->n_keys;
	return true;
}

/* What stands already, for who wants to see that it was looked at. */
static bool fulfilled(struct law_ctx *x, const struct law_row *row, struct xie_law_possible *p)
{
	struct xie_law_unmet *list = xie_arena_new(x->mem, struct xie_law_unmet, row->n_needs + 1);
	if (list == NULL)
		return false;
	for (uint32_t i = 0; i < row->n_needs; i++) {
		const struct law_need *n = row->needs[i];
		if (n->asks || n->actor != NULL || !law__holds(x, n->when) || !law__holds(x, n->is))
			continue;
		list[p->n_met++] = (struct xie_law_unmet){ .code = n->code, .zh = n->what.zh, .en = n->what.en,
			                                   .basis = n->basis.list, .n_basis = n->basis.n };
	}
	p->met = list;
	return true;
}

/* Each code once. */
static bool add_code(xie_str *list, uint32_t *n, uint32_t cap, xie_str code)
{
	for (uint32_t i = 0; i < *n; i++)
		if (xie_str_eq(list[i], code))
			return true;
	if (*n == cap)
		return false;
	list[(*n)++] = code;
	return true;
}

static bool effects(struct law_ctx *x, const struct law_row *row, struct xie_law_possible *p)
{
	const struct xie_law *law = x->law;
	uint32_t n_roles = 0;
	for (uint32_t i = 0; i < row->n_by; i++)
		n_roles += row->by[i]->n_roles;
	xie_str *roles = xie_arena_new(x->mem, xie_str, n_roles + 1), *docs = xie_arena_new(x->mem, xie_str, row->n_acts + 1),
		*clocks = xie_arena_new(x->mem, xie_str, row->n_acts + 1);
	if (roles == NULL || docs == NULL || clocks == NULL)
		return false;
	for (uint32_t i = 0; i < row->n_by; i++)
		for (uint32_t r = 0; r < row->by[i]->n_roles; r++)
			(void)add_code(roles, &p->n_roles, n_roles, law->roles.names[row->by[i]->roles[r]]);
	for (uint32_t i = 0; i < row->n_acts; i++) {
		if (row->acts[i].kind == ACT_DOC)
			(void)add_code(docs, &p->n_writes, row->n_acts, law->docs[row->acts[i].id].code);
		else if (row->acts[i].kind == ACT_START && !law->clocks[row->acts[i].id].silent)
			(void)add_code(clocks, &p->n_starts, row->n_acts, law->clocks[row->acts[i].id].code);
	}
	p->roles = roles;
	p->writes = docs;
	p->starts = clocks;
	return true;
}

static bool describe(struct law_ctx *x, const struct law_row *row, xie_str person, struct xie_law_possible *p)
{
	const struct xie_law *law = x->law;
	*p = (struct xie_law_possible){ .event = law->events[row->event].name, .row = row->id, .zh = row->what.zh,
		                        .en = row->what.en, .basis = row->basis.list, .n_basis = row->basis.n };
	if (row->n_to == 0)
		p->to = law->states[x->c->state].code;
	else if (row->n_to == 1 && row->to[0].expr == NULL && row->to[0].when == NULL)
		p->to = law->states[row->to[0].state == UINT16_MAX ? x->c->state : row->to[0].state].code;
	p->for_person = suits(x, row, person);
	law__lets(x, row);
	struct law_list now = { .mem = x->mem }, later = { .mem = x->mem };
	law__unmet(x, row, true, LAW_WITHOUT_DATA, &now);
	demands(x, row, &later);
	p->unmet = now.list;
	p->n_unmet = now.n;
	p->demands = later.list;
	p->n_demands = later.n;
	p->ready = now.n == 0;
	return !now.full && !later.full && asks(x, row, p) && effects(x, row, p) && fulfilled(x, row, p);
}

xie_status xie_law_possible(const struct xie_law *law, xie_arena *mem, const struct xie_law_case *c, xie_str person,
                            xie_ms now, const struct xie_val *data, const struct xie_law_possible **ret_list,
                            uint32_t *ret_n, struct xie_err *reterr)
{
	struct xie_law_possible *list = xie_arena_new(mem, struct xie_law_possible, law->n_rows + 1);
	struct law_ctx x = { .law = law, .c = c, .mem = mem, .by = alone(mem, person), .data = data };
	uint32_t n = 0;
	x.at = now > c->at ? now : c->at;
	x.today = law__legal_day(law, x.at);
	if (list == NULL || x.by == NULL)
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, "no room for the list of steps", NULL);
	law__automatic(&x, &c, (xie_str){ "", 0 });
	for (uint32_t i = 0; i < law->n_rows && x.st == XIE_OK; i++) {
		const struct law_row *r = &law->rows[i];
		if ((r->from >> c->state & 1) == 0 || (r->procs >> c->proc & 1) == 0 ||
		    (r->when != NULL && !r->when->data && !law__holds(&x, r->when)))
			continue;
		if (!describe(&x, r, person, &list[n++]))
			return xie_err_set(reterr, XIE_LIMIT, 0, 0, "no room for the list of steps", NULL);
	}
	xie_status st = law__sticky(&x, NULL, reterr);
	if (st != XIE_OK)
		return st;
	*ret_list = list;
	*ret_n = n;
	return XIE_OK;
}
