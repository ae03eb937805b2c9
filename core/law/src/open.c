/* SPDX-License-Identifier: Apache-2.0 */
#include "law_int.h"

static xie_status bad(struct xie_err *err, xie_status st, const struct xie_val *at, const char *what, const char *hint)
{
	return xie_err_set(err, st, at != NULL ? at->line : 0, at != NULL ? at->column : 0, what, hint);
}

static xie_status check_people(const struct xie_law *law, const struct xie_val *people, struct xie_err *err)
{
	if (people == NULL || people->kind != XIE_VAL_OBJECT)
		return bad(err, XIE_MISSING, people, "a header without people", "\"people\": {id: {\"role\": ...}}");
	XIE_VAL_EACH(p, people)
	{
		if (p->kind != XIE_VAL_OBJECT)
			return bad(err, XIE_MALFORMED, p, "a person must be an object", "{\"role\": \"OFFICER\", \"cert\": {...}}");
		xie_status st = law__check_members(law, law->person, law->n_person, p, "unknown key of a person: ", err);
		if (st != XIE_OK)
			return st;
		xie_str role = xie_val_get_str(p, "role");
		bool known = false;
		for (uint32_t i = 0; i < law->roles.n; i++)
			known = known || xie_str_eq(law->roles.names[i], role);
		if (!known) {
			(void)bad(err, XIE_UNKNOWN, p, "unknown role: ", "OFFICER, LEADER, ...: docs/procedure-format.md");
			xie_err_add(err, role.p, role.n);
			return XIE_UNKNOWN;
		}
	}
	return XIE_OK;
}

static xie_status check_header(const struct xie_law *law, const struct xie_val *header, struct xie_err *err)
{
	if (header == NULL || header->kind != XIE_VAL_OBJECT)
		return bad(err, XIE_MALFORMED, header, "a header must be an object", "{\"case\": {...}, \"people\": {...}}");
	XIE_VAL_EACH(m, header)
	{
		if (!xie_str_is(m->key, "case") && !xie_str_is(m->key, "people")) {
			(void)bad(err, XIE_UNKNOWN, m, "unknown key of the header: ", "case, people");
			xie_err_add(err, m->key.p, m->key.n);
			return XIE_UNKNOWN;
		}
	}
	const struct xie_val *c = xie_val_get(header, "case");
	if (c == NULL || c->kind != XIE_VAL_OBJECT)
		return bad(err, XIE_MISSING, header, "a header without its case", "\"case\": {\"id\": ..., \"proc\": ...}");
	xie_status st = law__check_members(law, law->header, law->n_header, c, "unknown key of the case: ", err);
	if (st != XIE_OK)
		return st;
	if (xie_val_get_str(c, "id").n == 0)
		return bad(err, XIE_MISSING, c, "a case without its id", "\"id\": \"...\"");
	return check_people(law, xie_val_get(header, "people"), err);
}

xie_status xie_law_open(const struct xie_law *law, xie_arena *mem, const struct xie_val *header,
                        const struct xie_law_case **ret_case, struct xie_err *reterr)
{
	xie_status st = check_header(law, header, reterr);
	if (st != XIE_OK)
		return st;
	const struct xie_val *c = xie_val_get(header, "case");
	struct xie_law_case *k = xie_arena_new(mem, struct xie_law_case, 1);
	if (k == NULL)
		return bad(reterr, XIE_LIMIT, NULL, "no room for the case", NULL);
	*k = (struct xie_law_case){ .law = law, .header = c, .people = xie_val_get(header, "people"), .proc = UINT16_MAX,
		                    .at = INT64_MIN };
	xie_str proc = xie_val_get_str(c, "proc");
	for (uint16_t i = 0; i < law->n_procs; i++)
		if (xie_str_eq(law->procs[i].code, proc))
			k->proc = i;
	if (k->proc == UINT16_MAX) {
		(void)bad(reterr, XIE_UNKNOWN, xie_val_get(c, "proc"), "unknown procedure: ", "SIMPLE, ORDINARY or OFFSITE");
		xie_err_add(reterr, proc.p, proc.n);
		return XIE_UNKNOWN;
	}
	k->state = law->procs[k->proc].start;
	k->facts = xie_arena_new(mem, struct lv, law->facts.n + 1);
	k->sets = xie_arena_new(mem, struct law_set, law->sets.n + 1);
	k->subs = xie_arena_new(mem, xie_str, law->subs.n + 1);
	k->runs = xie_arena_new(mem, struct law_run, 1);
	if (k->facts == NULL || k->sets == NULL || k->subs == NULL || k->runs == NULL)
		return bad(reterr, XIE_LIMIT, NULL, "no room for the case", NULL);
	st = xie_law_chain_next(NULL, header, mem, k->chain);
	if (st != XIE_OK)
		return bad(reterr, st, header, "a header that has no canonical form", "whole numbers only");
	*ret_case = k;
	return XIE_OK;
}

xie_str xie_law_state(const struct xie_law_case *c)
{
	return c->law->states[c->state].code;
}

void xie_law_state_names(const struct xie_law_case *c, xie_str *ret_zh, xie_str *ret_en)
{
	*ret_zh = c->law->states[c->state].name.zh;
	*ret_en = c->law->states[c->state].name.en;
}

xie_str xie_law_proc(const struct xie_law_case *c)
{
	return c->law->procs[c->proc].code;
}

bool xie_law_terminal(const struct xie_law_case *c)
{
	return xie_str_is(c->law->states[c->state].kind, "terminal");
}

bool xie_law_fact_i64(const struct xie_law_case *c, const char *name, int64_t *ret_v)
{
	for (uint32_t i = 0; i < c->law->facts.n; i++)
		if (xie_str_is(c->law->facts.names[i], name)) {
			if (c->facts[i].k != LV_INT)
				return false;
			*ret_v = c->facts[i].i;
			return true;
		}
	return false;
}
