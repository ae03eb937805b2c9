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

static bool same_member(const struct xie_val *a, const struct xie_val *b, const char *key)
{
	return xie_str_eq(xie_val_get_str(a, key), xie_val_get_str(b, key));
}

xie_status xie_law_amend(const struct xie_law *law, xie_arena *mem, const struct xie_law_case *c,
                         const struct xie_val *header, const struct xie_law_case **ret_next, struct xie_err *reterr)
{
	xie_status st = check_header(law, header, reterr);
	if (st != XIE_OK)
		return st;
	const struct xie_val *now = xie_val_get(header, "case");
	if (!same_member(now, c->header, "id") || !same_member(now, c->header, "proc"))
		return bad(reterr, XIE_REFUSED, now, "a case keeps its id and its procedure", NULL);
	struct xie_law_case *k = law__copy(mem, c);
	if (k == NULL)
		return bad(reterr, XIE_LIMIT, NULL, "no room for the case", NULL);
	k->header = now;
	k->people = xie_val_get(header, "people");
	st = xie_law_chain_next(c->chain, header, mem, k->chain);
	if (st != XIE_OK)
		return bad(reterr, st, header, "a header that has no canonical form", "whole numbers only");
	*ret_next = k;
	return XIE_OK;
}

xie_str xie_law_stage(const struct xie_law_case *c)
{
	return c->law->states[c->state].stage;
}

xie_ms xie_law_at(const struct xie_law_case *c)
{
	return c->at;
}

const struct xie_calendar *xie_law_calendar(const struct xie_law *law)
{
	return law->cal;
}

int64_t xie_law_day(const struct xie_law *law, xie_ms t)
{
	return law__legal_day(law, t);
}

xie_ms xie_law_day_begin(const struct xie_law *law, int64_t day)
{
	return day * INT64_C(86400000) - law->offset;
}

bool xie_law_set_has(const struct xie_law_case *c, const char *set, xie_str item)
{
	for (uint32_t i = 0; i < c->law->sets.n; i++)
		if (xie_str_is(c->law->sets.names[i], set))
			return law__set_has(&c->sets[i], item);
	return false;
}

bool xie_law_word(const struct xie_law *law, const char *words, xie_str text)
{
	for (uint32_t i = 0; i < law->n_words; i++) {
		if (!xie_str_is(law->words[i].name, words))
			continue;
		XIE_VAL_EACH(w, law->words[i].list)
		{
			if (xie_str_eq(xie_val_str(w), text))
				return true;
		}
	}
	return false;
}

xie_str xie_law_word_of(const struct xie_law *law, const char *words, xie_str key)
{
	for (uint32_t i = 0; i < law->n_words; i++) {
		if (!xie_str_is(law->words[i].name, words))
			continue;
		XIE_VAL_EACH(w, law->words[i].list)
		{
			xie_str s = xie_val_str(w);
			size_t eq = xie_str_find(s, '=');
			if (eq < s.n && xie_str_eq((xie_str){ s.p, eq }, key))
				return xie_str_from(s, eq + 1);
		}
	}
	return (xie_str){ "", 0 };
}

static bool key_in(const struct law_key *keys, uint32_t n, xie_str key, xie_str *zh, xie_str *en)
{
	for (uint32_t i = 0; i < n; i++)
		if (xie_str_eq(keys[i].name, key)) {
			*zh = keys[i].what.zh;
			*en = keys[i].what.en;
			return true;
		}
	return false;
}

void xie_law_key_names(const struct xie_law *law, xie_str key, xie_str *ret_zh, xie_str *ret_en)
{
	bool found = key_in(law->header, law->n_header, key, ret_zh, ret_en) ||
	             key_in(law->members, law->n_members, key, ret_zh, ret_en);
	for (uint32_t i = 0; i < law->n_events && !found; i++)
		found = key_in(law->events[i].keys, law->events[i].n_keys, key, ret_zh, ret_en);
}

void xie_law_doc_names(const struct xie_law *law, xie_str code, xie_str *ret_zh, xie_str *ret_en)
{
	int32_t d = law__find_doc(law, code);
	*ret_zh = d >= 0 ? law->docs[d].name.zh : code;
	*ret_en = d >= 0 ? law->docs[d].name.en : code;
}

xie_status xie_law_event_names(const struct xie_law *law, xie_str event, xie_str *ret_zh, xie_str *ret_en)
{
	int32_t e = law__find_event(law, event);
	if (e < 0)
		return XIE_UNKNOWN;
	*ret_zh = law->events[e].what.zh;
	*ret_en = law->events[e].what.en;
	return XIE_OK;
}

xie_status xie_law_state_at(const struct xie_law *law, uint32_t i, struct xie_law_state_row *ret_s)
{
	if (i >= law->n_states)
		return XIE_MISSING;
	const struct law_state *s = &law->states[i];
	*ret_s = (struct xie_law_state_row){ s->code, s->stage, s->name.zh, s->name.en, xie_str_is(s->kind, "terminal") };
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
