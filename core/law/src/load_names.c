/* SPDX-License-Identifier: Apache-2.0 */
/* First pass: everything that has a name. */
#include "load.h"

xie_status law__full(struct law_load *l)
{
	return law__fail(l, XIE_LIMIT, NULL, "the law does not fit into its memory", NULL);
}

static uint32_t total(struct law_load *l, const char *key)
{
	uint32_t n = 0;
	LAW_EACH_DOC(l, key, v)
		n += v->count;
	return n;
}

/* A code, once: rows of a table have it under `code`. */
#define FRESH(l, law, table, at, what)                                                                       \
	do {                                                                                                 \
		xie_str code_ = (law)->table[(law)->n_##table].code;                                         \
		if (code_.n == 0)                                                                            \
			return law__fail(l, XIE_MISSING, at, what " without its code", "code: ...");         \
		for (uint32_t i_ = 0; i_ < (law)->n_##table; i_++)                                           \
			if (xie_str_eq((law)->table[i_].code, code_))                                        \
				return law__fail_name(l, XIE_DUPLICATE, at, what " given twice: ", code_, NULL); \
		(law)->n_##table++;                                                                          \
	} while (0)

static xie_status top_level(struct law_load *l)
{
	for (l->at = 0; l->at < l->n; l->at++) {
		xie_status st = law__only(l, l->docs[l->at],
		                          "settings words tables statutes states procedures subs roles clocks documents kinds "
		                          "actors header person members labels events define guards transitions automatic "
		                          "amounts people discretion");
		if (st != XIE_OK)
			return st;
	}
	return XIE_OK;
}

static xie_status load_statutes(struct law_load *l)
{
	struct xie_law *law = l->law;
	law->statutes = xie_arena_new(l->mem, struct law_statute, total(l, "statutes") + 1);
	if (law->statutes == NULL)
		return law__full(l);
	LAW_EACH_DOC(l, "statutes", list)
		XIE_VAL_EACH(v, list)
		{
			xie_status st = law__only(l, v, "code zh en rank from note");
			if (st != XIE_OK)
				return st;
			law->statutes[law->n_statutes] =
			        (struct law_statute){ xie_val_get_str(v, "code"), xie_val_get_str(v, "rank"), law__what(v) };
			FRESH(l, law, statutes, v, "a statute");
		}
	return XIE_OK;
}

static xie_status load_states(struct law_load *l)
{
	struct xie_law *law = l->law;
	law->states = xie_arena_new(l->mem, struct law_state, total(l, "states") + 1);
	if (law->states == NULL)
		return law__full(l);
	LAW_EACH_DOC(l, "states", list)
		XIE_VAL_EACH(v, list)
		{
			xie_status st = law__only(l, v, "code zh en kind stage public");
			if (st != XIE_OK)
				return st;
			if (law->n_states == LAW_MAX_STATES)
				return law__fail(l, XIE_LIMIT, v, "more than 64 states", NULL);
			law->states[law->n_states] =
			        (struct law_state){ xie_val_get_str(v, "code"), xie_val_get_str(v, "kind"), law__what(v),
			                            xie_val_get_str(v, "stage") };
			FRESH(l, law, states, v, "a state");
		}
	law->procs = xie_arena_new(l->mem, struct law_proc, total(l, "procedures") + 1);
	if (law->procs == NULL)
		return law__full(l);
	LAW_EACH_DOC(l, "procedures", list)
		XIE_VAL_EACH(v, list)
		{
			xie_status st = law__only(l, v, "code start zh en");
			int32_t s = law__find_state(law, xie_val_get_str(v, "start"));
			if (st != XIE_OK)
				return st;
			if (s < 0 || law->n_procs == 32)
				return law__fail(l, XIE_UNKNOWN, v, "a procedure that starts in no known state", "start: S00");
			law->procs[law->n_procs] =
			        (struct law_proc){ xie_val_get_str(v, "code"), (uint16_t)s, law__what(v) };
			FRESH(l, law, procs, v, "a procedure");
		}
	return XIE_OK;
}

static xie_status load_docs(struct law_load *l)
{
	struct xie_law *law = l->law;
	law->docs = xie_arena_new(l->mem, struct law_doc, total(l, "documents") + 1);
	if (law->docs == NULL)
		return law__full(l);
	LAW_EACH_DOC(l, "documents", list)
		XIE_VAL_EACH(v, list)
		{
			xie_status st = law__only(l, v, "code zh en by when");
			if (st != XIE_OK)
				return st;
			law->docs[law->n_docs] = (struct law_doc){ xie_val_get_str(v, "code"), law__what(v) };
			FRESH(l, law, docs, v, "a document");
		}
	return XIE_OK;
}

static xie_status load_kinds(struct law_load *l)
{
	struct xie_law *law = l->law;
	law->kinds = xie_arena_new(l->mem, struct law_kind, total(l, "kinds") + 1);
	if (law->kinds == NULL)
		return law__full(l);
	LAW_EACH_DOC(l, "kinds", list)
		XIE_VAL_EACH(v, list)
		{
			xie_status st = law__only(l, v, "code zh en also family rank flags basis");
			if (st != XIE_OK)
				return st;
			law->kinds[law->n_kinds] = (struct law_kind){ xie_val_get_str(v, "code"), xie_val_get(v, "also"),
				                                      xie_val_get(v, "flags"), xie_val_get_str(v, "family"),
				                                      xie_val_get_i64(v, "rank", 0) };
			FRESH(l, law, kinds, v, "a kind of penalty");
		}
	return XIE_OK;
}

/* words, tables, settings, define: mappings of name to something */
static xie_status load_maps(struct law_load *l)
{
	struct xie_law *law = l->law;
	law->words = xie_arena_new(l->mem, struct law_words, total(l, "words") + 1);
	law->tables = xie_arena_new(l->mem, struct law_table, total(l, "tables") + 1);
	law->settings = xie_arena_new(l->mem, struct xie_val, total(l, "settings") + 1);
	law->defines = xie_arena_new(l->mem, struct law_define, total(l, "define") + 1);
	if (law->words == NULL || law->tables == NULL || law->settings == NULL || law->defines == NULL)
		return law__full(l);
	LAW_EACH_DOC(l, "words", m)
		XIE_VAL_EACH(v, m)
			law->words[law->n_words++] = (struct law_words){ v->key, v };
	LAW_EACH_DOC(l, "tables", m)
		XIE_VAL_EACH(v, m)
			law->tables[law->n_tables++] = (struct law_table){ v->key, v };
	LAW_EACH_DOC(l, "settings", m)
		XIE_VAL_EACH(v, m)
			law->settings[law->n_settings++] = *v;
	LAW_EACH_DOC(l, "define", m)
		XIE_VAL_EACH(v, m)
		{
			if (law__find_define(law, v->key) >= 0)
				return law__fail_name(l, XIE_DUPLICATE, v, "a definition given twice: ", v->key, NULL);
			law->defines[law->n_defines++] = (struct law_define){ .name = v->key, .at = v };
		}
	return XIE_OK;
}

static xie_status load_plain(struct law_load *l, const char *key, struct law_intern *t)
{
	LAW_EACH_DOC(l, key, list)
		XIE_VAL_EACH(v, list)
		{
			if (xie_val_str(v).n == 0)
				return law__fail(l, XIE_MALFORMED, v, "a name was expected", NULL);
			if (law__intern(l->law, t, xie_val_str(v)) == UINT16_MAX)
				return law__full(l);
		}
	return XIE_OK;
}

/* Clocks need their expressions later; here only what needs no other name. */
static xie_status load_clock(struct law_load *l, const struct xie_val *v)
{
	struct xie_law *law = l->law;
	xie_status st = law__only(l, v, "code zh en unit n roll binds flag pause many silent basis note");
	struct law_clock k = { .code = xie_val_get_str(v, "code"), .name = law__what(v) };
	if (st != XIE_OK)
		return st;
	if (xie_clock_unit_of(xie_val_get_str(v, "unit"), &k.unit) != XIE_OK)
		return law__fail(l, XIE_UNKNOWN, v, "a clock without a unit", "unit: WD, CD, MON, YEAR or HOUR");
	const struct xie_val *binds = xie_val_get(v, "binds"), *pause = xie_val_get(v, "pause");
	if (!xie_val_is(binds, "rolled") && !xie_val_is(binds, "unrolled"))
		return law__fail(l, XIE_MISSING, v, "a clock that says not which of its two ends binds", "binds: rolled or unrolled");
	if (pause != NULL && !xie_val_is(pause, "inclusive") && !xie_val_is(pause, "exclusive"))
		return law__fail(l, XIE_UNKNOWN, pause, "a pause is counted in one of two ways", "inclusive or exclusive");
	k.binds_unrolled = xie_val_is(binds, "unrolled");
	k.pause_inclusive = xie_val_is(pause, "inclusive");
	k.roll = xie_val_true(xie_val_get(v, "roll"));
	k.flag = xie_val_true(xie_val_get(v, "flag"));
	k.many = xie_val_true(xie_val_get(v, "many"));
	k.silent = xie_val_true(xie_val_get(v, "silent"));
	char *late = xie_arena_alloc(l->mem, k.code.n + 6, 1), *over = xie_arena_alloc(l->mem, k.code.n + 9, 1);
	if (late == NULL || over == NULL)
		return law__full(l);
	memcpy(late, "late:", 5);
	memcpy(late + 5, k.code.p, k.code.n);
	memcpy(over, "overdue:", 8);
	memcpy(over + 8, k.code.p, k.code.n);
	k.late_flag = (xie_str){ late, k.code.n + 5 };
	k.overdue_flag = (xie_str){ over, k.code.n + 8 };
	st = law__basis(l, xie_val_get(v, "basis"), &k.basis);
	if (st != XIE_OK)
		return st;
	law->clocks[law->n_clocks] = k;
	FRESH(l, law, clocks, v, "a clock");
	return XIE_OK;
}

static xie_status load_clocks(struct law_load *l)
{
	l->law->clocks = xie_arena_new(l->mem, struct law_clock, total(l, "clocks") + 1);
	if (l->law->clocks == NULL)
		return law__full(l);
	LAW_EACH_DOC(l, "clocks", list)
		XIE_VAL_EACH(v, list)
		{
			xie_status st = load_clock(l, v);
			if (st != XIE_OK)
				return st;
		}
	return XIE_OK;
}

static xie_status load_actor(struct law_load *l, const struct xie_val *v)
{
	struct xie_law *law = l->law;
	xie_status st = law__only(l, v, "code says roles min cert rank zh en basis");
	struct law_actor a = { .code = xie_val_get_str(v, "code"), .what = law__what(v), .rank = xie_val_get_str(v, "rank"),
		               .cert = xie_val_true(xie_val_get(v, "cert")) };
	if (st == XIE_OK)
		st = law__basis(l, xie_val_get(v, "basis"), &a.basis);
	if (st != XIE_OK)
		return st;
	XIE_VAL_EACH(r, xie_val_get(v, "roles"))
	{
		uint16_t id = UINT16_MAX;
		for (uint16_t i = 0; i < law->roles.n; i++)
			if (xie_str_eq(law->roles.names[i], xie_val_str(r)))
				id = i;
		if (id == UINT16_MAX || a.n_roles == 4)
			return law__fail_name(l, XIE_UNKNOWN, r, "a role that is not declared: ", xie_val_str(r), NULL);
		a.roles[a.n_roles++] = id;
	}
	xie_str says = xie_val_get_str(v, "says");
	a.says = says.n != 0 ? says : a.code;
	law->actors[law->n_actors] = a;
	FRESH(l, law, actors, v, "an actor");
	return XIE_OK;
}

static xie_status load_actors(struct law_load *l)
{
	l->law->actors = xie_arena_new(l->mem, struct law_actor, total(l, "actors") + 1);
	if (l->law->actors == NULL)
		return law__full(l);
	LAW_EACH_DOC(l, "actors", list)
		XIE_VAL_EACH(v, list)
		{
			xie_status st = load_actor(l, v);
			if (st != XIE_OK)
				return st;
		}
	return XIE_OK;
}

xie_status law__load_names(struct law_load *l)
{
	xie_status st = top_level(l);
	if (st == XIE_OK)
		st = load_statutes(l);
	if (st == XIE_OK)
		st = load_states(l);
	if (st == XIE_OK)
		st = load_docs(l);
	if (st == XIE_OK)
		st = load_kinds(l);
	if (st == XIE_OK)
		st = load_maps(l);
	if (st == XIE_OK)
		st = load_plain(l, "subs", &l->law->subs);
	if (st == XIE_OK)
		st = load_plain(l, "roles", &l->law->roles);
	if (st == XIE_OK)
		st = load_clocks(l);
	if (st == XIE_OK)
		st = load_actors(l);
	if (st == XIE_OK)
		st = law__load_schema(l);
	return st;
}
