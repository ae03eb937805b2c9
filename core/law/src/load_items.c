/* SPDX-License-Identifier: Apache-2.0 */
/* Discretion benchmarks: discretion: [{item, inputs, need, factors, lines, modifiers, follow, cap, basis}] */
#include "load.h"

static xie_status expr(struct law_load *l, const struct xie_val *v, const char *key, struct law_item *it, const struct ex **ret)
{
	return law__expr(l, xie_val_get(v, key), &it->names, ret);
}

static xie_status load_tiers(struct law_load *l, const struct xie_val *list, struct law_item *it, struct law_line *line)
{
	struct law_tier *t = xie_arena_new(l->mem, struct law_tier, (list != NULL ? list->count : 0) + 1);
	if (t == NULL)
		return law__full(l);
	XIE_VAL_EACH(v, list)
	{
		struct law_tier *k = &t[line->n_tiers++];
		xie_status st = law__only(l, v, "zh en when low high fix");
		k->name = law__what(v);
		if (st == XIE_OK)
			st = expr(l, v, "when", it, &k->when);
		if (st == XIE_OK)
			st = expr(l, v, "low", it, &k->low);
		if (st == XIE_OK)
			st = expr(l, v, "high", it, &k->high);
		if (st == XIE_OK)
			st = expr(l, v, "fix", it, &k->fix);
		if (st != XIE_OK)
			return st;
	}
	line->tiers = t;
	return XIE_OK;
}

static xie_status load_line(struct law_load *l, const struct xie_val *v, struct law_item *it, struct law_line *line)
{
	xie_status st = law__only(l, v, "kind subject zh en when min max fix tiers basis");
	line->kind = xie_val_get_str(v, "kind");
	line->subject = xie_val_get_str(v, "subject");
	line->what = law__what(v);
	if (st == XIE_OK && law__find_kind(l->law, line->kind) == NULL)
		st = law__fail_name(l, XIE_UNKNOWN, v, "unknown kind of penalty: ", line->kind, "kinds: has them");
	if (st == XIE_OK)
		st = expr(l, v, "when", it, &line->when);
	if (st == XIE_OK)
		st = expr(l, v, "min", it, &line->min);
	if (st == XIE_OK)
		st = expr(l, v, "max", it, &line->max);
	if (st == XIE_OK)
		st = expr(l, v, "fix", it, &line->fix);
	if (st == XIE_OK)
		st = law__basis(l, xie_val_get(v, "basis"), &line->basis);
	return st == XIE_OK ? load_tiers(l, xie_val_get(v, "tiers"), it, line) : st;
}

static xie_status load_modifier(struct law_load *l, const struct xie_val *v, struct law_item *it, struct law_modifier *m)
{
	static const char *const effects[] = { "no_penalty", "below_min", "low_half", "high_half" };
	xie_status st = law__only(l, v, "code zh en effect when basis");
	int effect = -1;
	for (int i = 0; i < 4; i++)
		if (xie_val_is(xie_val_get(v, "effect"), effects[i]))
			effect = i;
	if (st == XIE_OK && effect < 0)
		st = law__fail(l, XIE_UNKNOWN, v, "unknown effect", "no_penalty, below_min, low_half or high_half");
	m->code = xie_val_get_str(v, "code");
	m->what = law__what(v);
	m->effect = (enum law_effect)(effect < 0 ? 0 : effect);
	if (st == XIE_OK)
		st = expr(l, v, "when", it, &m->when);
	if (st == XIE_OK)
		st = law__basis(l, xie_val_get(v, "basis"), &m->basis);
	return st == XIE_OK && (m->when == NULL || m->basis.n == 0) ? law__fail(l, XIE_MISSING, v, "a modifier needs when and basis", NULL)
	                                                             : st;
}

static xie_status load_factors(struct law_load *l, const struct xie_val *m, struct law_item *it)
{
	XIE_VAL_EACH(v, m)
	{
		uint32_t i = it->names.n;
		if (i == 24)
			return law__fail(l, XIE_LIMIT, v, "too many factors", NULL);
		xie_status st = law__expr(l, v, &it->names, &it->factors[i]);
		if (st != XIE_OK)
			return st;
		it->names.names[i] = v->key;
		it->names.data[i] = true;
		it->names.n++;
	}
	return XIE_OK;
}

static xie_status load_lists(struct law_load *l, const struct xie_val *v, struct law_item *it)
{
	const struct xie_val *lines = xie_val_get(v, "lines"), *mods = xie_val_get(v, "modifiers"), *f = xie_val_get(v, "follow");
	struct law_line *ll = xie_arena_new(l->mem, struct law_line, (lines != NULL ? lines->count : 0) + 1);
	struct law_modifier *mm = xie_arena_new(l->mem, struct law_modifier, (mods != NULL ? mods->count : 0) + 1);
	struct law_follow *ff = xie_arena_new(l->mem, struct law_follow, (f != NULL ? f->count : 0) + 1);
	xie_status st = ll == NULL || mm == NULL || ff == NULL ? law__full(l) : XIE_OK;
	XIE_VAL_EACH(x, lines)
	{
		if (st == XIE_OK)
			st = load_line(l, x, it, &ll[it->n_lines++]);
	}
	XIE_VAL_EACH(x, mods)
	{
		if (st == XIE_OK)
			st = load_modifier(l, x, it, &mm[it->n_modifiers++]);
	}
	XIE_VAL_EACH(x, f)
	{
		if (st == XIE_OK)
			st = law__only(l, x, "code when zh en basis");
		if (st == XIE_OK)
			st = expr(l, x, "when", it, &ff[it->n_follow].when);
		if (st == XIE_OK)
			ff[it->n_follow++].code = xie_val_get_str(x, "code");
	}
	it->lines = ll;
	it->modifiers = mm;
	it->follow = ff;
	return st;
}

static xie_status load_item(struct law_load *l, const struct xie_val *v)
{
	struct law_item *it = &l->law->items[l->law->n_items];
	xie_status st = law__only(l, v, "item zh en inputs need factors lines modifiers follow cap basis note");
	it->code = xie_val_get_str(v, "item");
	it->what = law__what(v);
	it->need = xie_val_get(v, "need");
	if (st == XIE_OK && it->code.n == 0)
		st = law__fail(l, XIE_MISSING, v, "a benchmark without its item", "item: CODE");
	if (st == XIE_OK)
		st = law__keys_of(l, xie_val_get(v, "inputs"), &it->inputs, &it->n_inputs);
	if (st == XIE_OK)
		st = load_factors(l, xie_val_get(v, "factors"), it);
	if (st == XIE_OK)
		st = expr(l, v, "cap", it, &it->cap);
	if (st == XIE_OK)
		st = law__basis(l, xie_val_get(v, "basis"), &it->basis);
	if (st == XIE_OK)
		st = load_lists(l, v, it);
	l->law->n_items += st == XIE_OK;
	return st;
}

xie_status law__load_items(struct law_load *l)
{
	uint32_t n = 0;
	LAW_EACH_DOC(l, "discretion", list)
		n += list->count;
	l->law->items = xie_arena_new(l->mem, struct law_item, n + 1);
	if (l->law->items == NULL)
		return law__full(l);
	LAW_EACH_DOC(l, "discretion", list)
		XIE_VAL_EACH(v, list)
		{
			xie_status st = load_item(l, v);
			if (st != XIE_OK)
				return st;
		}
	return XIE_OK;
}
