/* SPDX-License-Identifier: Apache-2.0 */
/* The tables beside the templates: names of values, words, statutes by date, articles by date. */
#include "form.h"

#include "xie/base/time.h"

static const xie_str none = { "", 0 };

static xie_status day(struct fm_load *l, const struct xie_val *v, int64_t otherwise, int64_t *ret)
{
	xie_ms t = 0;
	*ret = otherwise;
	if (v == NULL)
		return XIE_OK;
	if (xie_val_str(v).n != 10 || xie_time_parse(xie_val_str(v), 0, &t) != XIE_OK)
		return form__fail(l, XIE_MALFORMED, v, "not a date: ", xie_val_str(v), "2021-07-15");
	*ret = t / 86400000;
	return XIE_OK;
}

static xie_status range(struct fm_load *l, const struct xie_val *v, int64_t *ret_from, int64_t *ret_to)
{
	xie_status st = day(l, xie_val_get(v, "from"), INT64_MIN, ret_from);
	return st == XIE_OK ? day(l, xie_val_get(v, "to"), INT64_MAX, ret_to) : st;
}

static xie_status load_names(struct fm_load *l, const struct xie_val *doc)
{
	XIE_VAL_EACH(v, xie_val_get(doc, "names"))
	{
		if (v->count != 2 || xie_val_str(xie_val_at(v, 0)).n == 0 || xie_val_str(xie_val_at(v, 1)).n == 0)
			return form__fail(l, XIE_MALFORMED, v, "a name has its Chinese and its English words: ", v->key, "party.name: [当事人名称, the party's name]");
		l->f->names[l->f->n_names++] = (struct fm_name){ v->key, xie_val_str(xie_val_at(v, 0)), xie_val_str(xie_val_at(v, 1)) };
	}
	return XIE_OK;
}

static xie_status load_words(struct fm_load *l, const struct xie_val *doc)
{
	XIE_VAL_EACH(v, xie_val_get(doc, "words"))
	{
		struct fm_word *list = xie_arena_new(l->mem, struct fm_word, v->count + 1);
		uint32_t n = 0;
		if (list == NULL || v->kind != XIE_VAL_OBJECT)
			return form__fail(l, list == NULL ? XIE_LIMIT : XIE_MALFORMED, v, "a table of words maps codes to words: ", v->key, NULL);
		XIE_VAL_EACH(w, v)
		list[n++] = (struct fm_word){ w->key, xie_val_str(w) };
		l->f->words[l->f->n_words++] = (struct fm_words){ v->key, list, n };
	}
	return XIE_OK;
}

static xie_status load_statutes(struct fm_load *l, const struct xie_val *doc)
{
	XIE_VAL_EACH(v, xie_val_get(doc, "statutes"))
	{
		struct fm_statute s = { .code = xie_val_get_str(v, "code"), .zh = xie_val_get_str(v, "zh") };
		xie_status st = form__only(l, v, "code zh from to note");
		if (st == XIE_OK)
			st = range(l, v, &s.from, &s.to);
		if (st != XIE_OK)
			return st;
		if (s.code.n == 0 || s.zh.n == 0)
			return form__fail(l, XIE_MISSING, v, "a statute has code and zh", none, NULL);
		l->f->statutes[l->f->n_statutes++] = s;
	}
	return XIE_OK;
}

static xie_status article_row(struct fm_load *l, const struct xie_val *v, struct fm_article_row *ret)
{
	const struct xie_val *cites = xie_val_get(v, "cite");
	xie_str *list = xie_arena_new(l->mem, xie_str, cites != NULL ? cites->count + 1 : 1);
	xie_status st = form__only(l, v, "from to cite note");
	if (st == XIE_OK)
		st = range(l, v, &ret->from, &ret->to);
	if (st != XIE_OK || list == NULL)
		return st != XIE_OK ? st : XIE_LIMIT;
	if (cites == NULL || cites->count == 0)
		return form__fail(l, XIE_MISSING, v, "a row of an article has its citations", none, "{from: 2021-07-15, cite: [APL 44]}");
	XIE_VAL_EACH(c, cites)
	{
		xie_str code = { xie_val_str(c).p, xie_str_find(xie_val_str(c), ' ') };
		bool known = false;
		for (uint32_t i = 0; i < l->f->n_statutes; i++)
			known = known || xie_str_eq(l->f->statutes[i].code, code);
		if (!known)
			return form__fail(l, XIE_UNKNOWN, c, "an article of no statute of the table: ", xie_val_str(c), NULL);
		list[ret->n++] = xie_val_str(c);
	}
	ret->cites = list;
	return XIE_OK;
}

static xie_status load_articles(struct fm_load *l, const struct xie_val *doc)
{
	XIE_VAL_EACH(v, xie_val_get(doc, "articles"))
	{
		struct fm_article a = { .name = v->key };
		struct fm_article_row *rows = xie_arena_new(l->mem, struct fm_article_row, v->count + 1);
		if (rows == NULL)
			return XIE_LIMIT;
		XIE_VAL_EACH(r, v)
		{
			xie_status st = article_row(l, r, &rows[a.n++]);
			if (st != XIE_OK)
				return st;
		}
		a.rows = rows;
		l->f->articles[l->f->n_articles++] = a;
	}
	return XIE_OK;
}

xie_status form__tables(struct fm_load *l)
{
	static xie_status (*const load[])(struct fm_load *, const struct xie_val *) = { load_names, load_words, load_statutes, load_articles };
	l->f->names = xie_arena_new(l->mem, struct fm_name, form__total(l, "names"));
	l->f->words = xie_arena_new(l->mem, struct fm_words, form__total(l, "words"));
	l->f->statutes = xie_arena_new(l->mem, struct fm_statute, form__total(l, "statutes"));
	l->f->articles = xie_arena_new(l->mem, struct fm_article, form__total(l, "articles"));
	if (l->f->names == NULL || l->f->words == NULL || l->f->statutes == NULL || l->f->articles == NULL)
		return form__fail(l, XIE_LIMIT, NULL, "templates take more memory than was given", none, NULL);
	/* all statutes of all packs before any article */
	for (size_t k = 0; k < 4; k++)
		for (l->at = 0; l->at < l->n; l->at++) {
			xie_status st = load[k](l, l->docs[l->at]);
			if (st != XIE_OK)
				return st;
		}
	return XIE_OK;
}
