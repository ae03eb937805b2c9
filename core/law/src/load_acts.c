/* SPDX-License-Identifier: Apache-2.0 */
/* The acts of a row: what an allowed event does.
 *
 *   {doc: D01}  {docs: EXPR}  {served: D11, at: EXPR}
 *   {start: PAY15, at: EXPR, due: EXPR}  {stop: C, at: EXPR, before: EXPR}  {pause: C, at: EXPR}  {resume: C, at: EXPR}
 *   {extend: C, by: EXPR}  {rebase: C, due: EXPR}  {start_each: C, of: LIST, due: EXPR(it)}
 *   {stop_all: true, except: [C]}  {set: {fact: EXPR, ...}}  {add: SET, items: EXPR, field: name, role: OFFICER}
 *   {remove: SET, items: EXPR}  {flag: name}  {unflag: name}  {sub: machine, is: name}        each with when: EXPR */
#include "load.h"

struct acts {
	struct law_load *l;
	struct law_row *row;
	struct law_act *list;
	uint32_t n;
};

static struct law_act *next(struct acts *a)
{
	if (a->n == LAW_MAX_ACTS)
		return NULL;
	struct law_act *k = &a->list[a->n++];
	k->role = UINT16_MAX;
	return k;
}

static xie_status expr(struct acts *a, const struct xie_val *v, const char *key, const struct ex **ret)
{
	return law__expr(a->l, xie_val_get(v, key), &a->row->let_names, ret);
}

static xie_status clock_act(struct acts *a, const struct xie_val *v, const struct xie_val *name, enum law_act_kind kind)
{
	struct law_act *k = next(a);
	int32_t c = law__find_clock(a->l->law, xie_val_str(name));
	if (k == NULL)
		return law__fail(a->l, XIE_LIMIT, v, "too many acts in one row", NULL);
	if (c < 0)
		return law__fail_name(a->l, XIE_UNKNOWN, name, "unknown clock: ", xie_val_str(name), "clocks: has them");
	k->kind = kind;
	k->id = (uint16_t)c;
	xie_status st = expr(a, v, "when", &k->when);
	if (st == XIE_OK)
		st = expr(a, v, kind == ACT_EXTEND ? "by" : kind == ACT_REBASE ? "due" : kind == ACT_EACH ? "of" : "at", &k->e);
	if (st == XIE_OK && (kind == ACT_START || kind == ACT_EACH))
		st = expr(a, v, "due", &k->e2);
	if (st == XIE_OK && kind == ACT_STOP)
		st = expr(a, v, "before", &k->e2);
	if (st == XIE_OK && k->e == NULL && (kind == ACT_EXTEND || kind == ACT_REBASE || kind == ACT_EACH))
		st = law__fail(a->l, XIE_MISSING, v, "this act needs an expression", "by:, due: or of:");
	return st;
}

static xie_status doc_act(struct acts *a, const struct xie_val *v, const struct xie_val *name, enum law_act_kind kind)
{
	struct law_act *k = next(a);
	if (k == NULL)
		return law__fail(a->l, XIE_LIMIT, v, "too many acts in one row", NULL);
	k->kind = kind;
	xie_status st = expr(a, v, "when", &k->when);
	if (kind == ACT_DOCS)
		return st == XIE_OK ? expr(a, v, "docs", &k->e) : st;
	int32_t d = law__find_doc(a->l->law, xie_val_str(name));
	if (d < 0)
		return law__fail_name(a->l, XIE_UNKNOWN, name, "unknown document: ", xie_val_str(name), "documents: has them");
	k->id = (uint16_t)d;
	return st == XIE_OK ? expr(a, v, "at", &k->e) : st;
}

static xie_status set_acts(struct acts *a, const struct xie_val *v, const struct xie_val *facts)
{
	const struct ex *when = NULL;
	xie_status st = expr(a, v, "when", &when);
	XIE_VAL_EACH(f, facts)
	{
		struct law_act *k = next(a);
		if (st != XIE_OK || k == NULL)
			return st != XIE_OK ? st : law__fail(a->l, XIE_LIMIT, v, "too many acts in one row", NULL);
		k->kind = ACT_SET;
		k->when = when;
		k->id = law__intern(a->l->law, &a->l->law->facts, f->key);
		if (k->id == UINT16_MAX)
			return law__full(a->l);
		a->l->law->facts.written[k->id] = true;
		if (f->kind == XIE_VAL_NULL) {
			static const struct ex nothing = { .op = EX_LIT };
			k->e = &nothing;
			continue;
		}
		st = law__expr(a->l, f, &a->row->let_names, &k->e);
	}
	return st;
}

static xie_status item_act(struct acts *a, const struct xie_val *v, const struct xie_val *set, enum law_act_kind kind)
{
	struct law_act *k = next(a);
	struct xie_law *law = a->l->law;
	if (k == NULL)
		return law__fail(a->l, XIE_LIMIT, v, "too many acts in one row", NULL);
	k->kind = kind;
	k->id = law__intern(law, &law->sets, xie_val_str(set));
	k->text = xie_val_get_str(v, "field");
	if (k->id == UINT16_MAX)
		return law__full(a->l);
	law->sets.written[k->id] = true;
	xie_str role = xie_val_get_str(v, "role");
	for (uint16_t i = 0; role.n != 0 && i < law->roles.n; i++)
		if (xie_str_eq(law->roles.names[i], role))
			k->role = i;
	if (role.n != 0 && k->role == UINT16_MAX)
		return law__fail_name(a->l, XIE_UNKNOWN, v, "a role that is not declared: ", role, NULL);
	xie_status st = expr(a, v, "when", &k->when);
	if (st == XIE_OK)
		st = expr(a, v, "items", &k->e);
	return st == XIE_OK && k->e == NULL ? law__fail(a->l, XIE_MISSING, v, "this act needs items:", NULL) : st;
}

static xie_status text_act(struct acts *a, const struct xie_val *v, const struct xie_val *text, enum law_act_kind kind)
{
	struct law_act *k = next(a);
	struct xie_law *law = a->l->law;
	if (k == NULL)
		return law__fail(a->l, XIE_LIMIT, v, "too many acts in one row", NULL);
	k->kind = kind;
	k->text = kind == ACT_SUB ? xie_val_get_str(v, "is") : xie_val_str(text);
	if (kind == ACT_SUB) {
		k->id = UINT16_MAX;
		for (uint16_t i = 0; i < law->subs.n; i++)
			if (xie_str_eq(law->subs.names[i], xie_val_str(text)))
				k->id = i;
		if (k->id == UINT16_MAX)
			return law__fail_name(a->l, XIE_UNKNOWN, text, "unknown sub-machine: ", xie_val_str(text), "subs: has them");
	}
	XIE_VAL_EACH(c, kind == ACT_STOP_ALL ? xie_val_get(v, "except") : NULL)
	{
		int32_t i = law__find_clock(law, xie_val_str(c));
		if (i < 0 || i >= 64)
			return law__fail_name(a->l, XIE_UNKNOWN, c, "unknown clock: ", xie_val_str(c), "one of the first 64");
		k->except |= UINT64_C(1) << i;
	}
	return expr(a, v, "when", &k->when);
}

static xie_status one(struct acts *a, const struct xie_val *v)
{
	static const struct {
		const char *key;
		enum law_act_kind kind;
		xie_status (*load)(struct acts *, const struct xie_val *, const struct xie_val *, enum law_act_kind);
	} kinds[] = {
		{ "doc", ACT_DOC, doc_act },         { "docs", ACT_DOCS, doc_act },      { "served", ACT_SERVED, doc_act },
		{ "start", ACT_START, clock_act },   { "stop", ACT_STOP, clock_act },    { "pause", ACT_PAUSE, clock_act },
		{ "resume", ACT_RESUME, clock_act }, { "extend", ACT_EXTEND, clock_act }, { "rebase", ACT_REBASE, clock_act },
		{ "start_each", ACT_EACH, clock_act }, { "add", ACT_ADD, item_act },     { "remove", ACT_REMOVE, item_act },
		{ "flag", ACT_FLAG, text_act },      { "unflag", ACT_UNFLAG, text_act }, { "sub", ACT_SUB, text_act },
		{ "stop_all", ACT_STOP_ALL, text_act },
	};
	xie_status st = law__only(a->l, v,
	                          "doc docs served start stop pause resume extend rebase start_each add remove flag unflag sub "
	                          "stop_all set when at due before by of items field role is except");
	if (st != XIE_OK)
		return st;
	const struct xie_val *set = xie_val_get(v, "set");
	if (set != NULL)
		return set_acts(a, v, set);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const struct xie_val *name = xie_val_get(v, kinds[i].key);
		if (name != NULL)
			return kinds[i].load(a, v, name, kinds[i].kind);
	}
	return law__fail(a->l, XIE_MISSING, v, "an act that does nothing", "doc, start, stop, set, flag, ...");
}

xie_status law__load_acts(struct law_load *l, const struct xie_val *list, struct law_row *row)
{
	struct acts a = { .l = l, .row = row, .list = xie_arena_new(l->mem, struct law_act, LAW_MAX_ACTS) };
	if (a.list == NULL)
		return law__full(l);
	XIE_VAL_EACH(v, list)
	{
		xie_status st = one(&a, v);
		if (st != XIE_OK)
			return st;
	}
	row->acts = a.list;
	row->n_acts = a.n;
	return XIE_OK;
}
