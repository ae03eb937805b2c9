/* SPDX-License-Identifier: Apache-2.0 */
/* Who may act: roles, certificates on their dates, withdrawal.  What each act demands is the pack's. */
#include "law_int.h"

static const struct xie_val *member(const struct xie_val *obj, xie_str key)
{
	XIE_VAL_EACH(c, obj)
	{
		if (xie_str_eq(c->key, key))
			return c;
	}
	return NULL;
}

const struct xie_val *law__person(const struct xie_law_case *c, xie_str id)
{
	return member(c->people, id);
}

bool law__set_has(const struct law_set *s, xie_str item)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (xie_str_eq(s->items[i], item))
			return true;
	return false;
}

bool law__recused(const struct xie_law_case *c, xie_str who)
{
	return law__set_has(&c->sets[c->law->recused], who);
}

static bool holds(const struct xie_val *person, xie_str role)
{
	if (xie_str_eq(xie_val_get_str(person, "role"), role))
		return true;
	XIE_VAL_EACH(r, xie_val_get(person, "also"))
	{
		if (xie_str_eq(xie_val_str(r), role))
			return true;
	}
	return false;
}

/* By id; by the person's name; or, where a document names only the office, by the role's own name.  A few ids stand for
 * somebody without a record ("system", "party"): the pack's table stand_in. */
bool law__has_role(struct law_ctx *x, xie_str who, uint16_t role)
{
	const struct xie_law *law = x->law;
	xie_str name = law->roles.names[role];
	if (x->c != NULL) {
		const struct xie_val *p = law__person(x->c, who);
		if (p != NULL)
			return holds(p, name);
		XIE_VAL_EACH(o, x->c->people)
		{
			if (who.n != 0 && xie_str_eq(xie_val_get_str(o, "name"), who))
				return holds(o, name);
		}
	}
	for (uint32_t i = 0; i < law->n_tables; i++) {
		if (!xie_str_is(law->tables[i].name, "stand_in"))
			continue;
		XIE_VAL_EACH(row, law->tables[i].rows)
		{
			if (xie_str_eq(xie_val_str(xie_val_at(row, 0)), who))
				return xie_str_eq(xie_val_str(xie_val_at(row, 1)), name);
		}
	}
	return xie_str_eq(who, name);
}

/* A certificate that is in force today and not for another field. */
bool law__certified(struct law_ctx *x, xie_str who)
{
	const struct xie_val *p = x->c != NULL ? law__person(x->c, who) : NULL;
	const struct xie_val *cert = xie_val_get(p, "cert");
	int64_t from = 0, to = 0;
	if (cert == NULL || cert->kind != XIE_VAL_OBJECT)
		return false;
	xie_str no = xie_val_get_str(cert, "no"), a = xie_val_get_str(cert, "from"), b = xie_val_get_str(cert, "to");
	if (no.n == 0 || (a.n != 0 && (!law__day_of(x->law, a, &from) || from > x->today)) ||
	    (b.n != 0 && (!law__day_of(x->law, b, &to) || to < x->today)))
		return false;
	/* A scope that names another field of law than the case's is no power here; any other text (a region, a rank) is
	 * for people. */
	xie_str scope = xie_val_get_str(cert, "scope"), field = xie_val_get_str(x->c->header, "agency_kind");
	for (uint32_t i = 0; scope.n != 0 && field.n != 0 && i < x->law->n_words; i++)
		if (xie_str_is(x->law->words[i].name, "fields") && law__word_in(scope, x->law->words[i].list) &&
		    !xie_str_eq(scope, field))
			return false;
	return true;
}

static bool fits(struct law_ctx *x, const struct law_actor *a, xie_str who)
{
	bool role = false;
	for (uint32_t i = 0; i < a->n_roles && !role; i++)
		role = law__has_role(x, who, a->roles[i]);
	if (!role || (x->c != NULL && law__recused(x->c, who)))
		return false;
	if (a->rank.n != 0 && !xie_str_eq(xie_val_get_str(law__person(x->c, who), "rank"), a->rank))
		return false;
	return !a->cert || law__certified(x, who);
}

uint32_t law__count_actors(struct law_ctx *x, const struct law_actor *a, const struct xie_val *list, int64_t *ret_min)
{
	struct lv min = a->min != NULL ? law__eval(x, a->min) : lv_int(1);
	*ret_min = min.k == LV_INT ? min.i : 1;
	uint32_t n = 0;
	if (list == NULL || list->kind != XIE_VAL_ARRAY)
		return 0;
	XIE_VAL_EACH(p, list)
	{
		xie_str who = xie_val_str(p);
		bool twice = false;
		for (const struct xie_val *q = list->first; q != p && !twice; q = q->next)
			twice = xie_str_eq(xie_val_str(q), who);
		n += !twice && fits(x, a, who);
	}
	return n;
}
