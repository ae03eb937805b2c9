/* SPDX-License-Identifier: Apache-2.0 */
/* Templates from value trees.  A file may hold any of: names, words, statutes, articles, parts, documents. */
#include "form.h"

#include "xie/base/time.h"

static const xie_str none = { "", 0 };

xie_status form__fail(struct fm_load *l, xie_status st, const struct xie_val *at, const char *what, xie_str name, const char *hint)
{
	(void)xie_err_set(l->err, st, at != NULL ? at->line : 0, at != NULL ? at->column : 0, what, hint);
	if (l->err != NULL) {
		xie_err_add(l->err, name.p, name.n);
		l->err->file = l->files != NULL && l->at < l->n ? l->files[l->at] : NULL;
	}
	return st;
}

static xie_status full(struct fm_load *l)
{
	return form__fail(l, XIE_LIMIT, NULL, "templates take more memory than was given", none, NULL);
}

/* keys: names between blanks. */
xie_status form__only(struct fm_load *l, const struct xie_val *obj, const char *keys)
{
	if (obj == NULL || obj->kind != XIE_VAL_OBJECT)
		return form__fail(l, XIE_MALFORMED, obj, "a mapping is expected", none, keys);
	XIE_VAL_EACH(m, obj)
	{
		xie_str rest = xie_str_of(keys), k;
		bool known = false;
		while (!known && xie_str_split(&rest, ' ', &k))
			known = xie_str_eq(k, m->key);
		if (!known)
			return form__fail(l, XIE_UNKNOWN, m, "a key that is not known here: ", m->key, keys);
	}
	return XIE_OK;
}

const struct fm_words *form__words(const struct xie_forms *f, xie_str name)
{
	for (uint32_t i = f->n_words; i-- > 0;)
		if (xie_str_eq(f->words[i].name, name))
			return &f->words[i];
	return NULL;
}

const struct fm_article *form__article(const struct xie_forms *f, xie_str name)
{
	for (uint32_t i = f->n_articles; i-- > 0;)
		if (xie_str_eq(f->articles[i].name, name))
			return &f->articles[i];
	return NULL;
}

const struct fm_part *form__part(const struct xie_forms *f, xie_str name)
{
	for (uint32_t i = f->n_parts; i-- > 0;)
		if (xie_str_eq(f->parts[i].name, name))
			return &f->parts[i];
	return NULL;
}

const struct form *form__find(const struct xie_forms *f, xie_str code)
{
	for (uint32_t i = 0; i < f->n_forms; i++)
		if (xie_str_eq(f->forms[i].pub.code, code))
			return &f->forms[i];
	return NULL;
}

const struct xie_form *xie_forms_find(const struct xie_forms *f, xie_str code)
{
	const struct form *form = form__find(f, code);
	return form != NULL ? &form->pub : NULL;
}

const struct xie_form *xie_forms_list(const struct xie_forms *f, uint32_t *ret_n)
{
	*ret_n = f->n_list;
	return f->list;
}

/* --- documents --- */

static xie_status load_need(struct fm_load *l, const struct xie_val *v, struct fm_need *ret)
{
	xie_status st = form__only(l, v, "when is code zh en basis");
	if (st != XIE_OK)
		return st;
	ret->code = xie_val_get_str(v, "code");
	ret->zh = xie_val_get_str(v, "zh");
	ret->en = xie_val_get_str(v, "en");
	if (ret->code.n == 0 || ret->zh.n == 0 || ret->en.n == 0 || xie_val_get(v, "is") == NULL)
		return form__fail(l, XIE_MISSING, v, "a demand has is, code, zh and en", none, "{is: docs.D11, code: \"doc:D11\", zh: ..., en: ..., basis: [APL 44]}");
	const struct xie_val *basis = xie_val_get(v, "basis");
	xie_str *list = xie_arena_new(l->mem, xie_str, basis != NULL ? basis->count + 1 : 1);
	if (list == NULL)
		return full(l);
	XIE_VAL_EACH(b, basis)
	list[ret->n_basis++] = xie_val_str(b);
	ret->basis = list;
	if (xie_val_get(v, "when") != NULL)
		st = form__expr(l, xie_val_get(v, "when"), xie_val_get_str(v, "when"), &ret->when);
	return st == XIE_OK ? form__expr(l, xie_val_get(v, "is"), xie_val_get_str(v, "is"), &ret->is) : st;
}

static xie_status load_needs(struct fm_load *l, const struct xie_val *list, struct form *form)
{
	xie_status st = XIE_OK;
	struct fm_need *needs = xie_arena_new(l->mem, struct fm_need, list != NULL ? list->count + 1 : 1);
	if (needs == NULL)
		return full(l);
	XIE_VAL_EACH(v, list)
	{
		if (st == XIE_OK)
			st = load_need(l, v, &needs[form->n_needs++]);
	}
	form->needs = needs;
	return st;
}

static xie_status load_form(struct fm_load *l, const struct xie_val *v, struct form *ret)
{
	static const char *const styles[] = { "letter", "sheet", "record", "cover" };
	xie_status st = form__only(l, v, "code zh en style title number repeats qr foot need body");
	if (st != XIE_OK)
		return st;
	xie_str style = xie_val_get_str(v, "style");
	*ret = (struct form){ .pub = { .code = xie_val_get_str(v, "code"), .zh = xie_val_get_str(v, "zh"), .en = xie_val_get_str(v, "en"),
				       .kind = xie_val_get_str(v, "number"), .repeats = xie_val_true(xie_val_get(v, "repeats")) },
			      .style = 4, .qr = xie_val_true(xie_val_get(v, "qr")) };
	ret->pub.numbered = ret->pub.kind.n != 0;
	for (unsigned i = 0; i < 4; i++)
		if (xie_str_is(style, styles[i]))
			ret->style = (enum fm_style)i;
	if (ret->pub.code.n == 0 || ret->pub.zh.n == 0 || ret->pub.en.n == 0 || ret->style > STYLE_COVER)
		return form__fail(l, XIE_MISSING, v, "a document has code, zh, en and style", none, "style: letter, sheet, record or cover");
	st = form__text(l, xie_val_get(v, "title"), &ret->title);
	const struct xie_val *foot = xie_val_get(v, "foot");
	ret->has_foot = foot != NULL;
	if (st == XIE_OK && foot != NULL)
		st = form__text(l, foot, &ret->foot);
	if (st == XIE_OK)
		st = load_needs(l, xie_val_get(v, "need"), ret);
	return st == XIE_OK ? form__blocks(l, xie_val_get(v, "body"), &ret->body, &ret->n_body) : st;
}

static xie_status each(struct fm_load *l, const char *key, xie_status (*take)(struct fm_load *l, const struct xie_val *v))
{
	xie_status st = XIE_OK;
	for (l->at = 0; l->at < l->n && st == XIE_OK; l->at++) {
		XIE_VAL_EACH(v, xie_val_get(l->docs[l->at], key))
		{
			st = take(l, v);
			if (st != XIE_OK)
				return st;
		}
	}
	return st;
}

static xie_status take_part(struct fm_load *l, const struct xie_val *v)
{
	struct fm_part p = { .name = v->key };
	xie_status st = form__blocks(l, v, &p.body, &p.n_body);
	if (st == XIE_OK) /* after its body: a part can only use those before it, so none leads to itself */
		l->f->parts[l->f->n_parts++] = p;
	return st;
}

static xie_status take_form(struct fm_load *l, const struct xie_val *v)
{
	struct form form;
	xie_status st = load_form(l, v, &form);
	if (st != XIE_OK)
		return st;
	uint32_t i = 0;
	while (i < l->f->n_forms && !xie_str_eq(l->f->forms[i].pub.code, form.pub.code))
		i++;
	l->f->forms[i] = form;
	l->f->n_forms += i == l->f->n_forms;
	return XIE_OK;
}

uint32_t form__total(const struct fm_load *l, const char *key)
{
	uint32_t n = 1;
	for (size_t i = 0; i < l->n; i++) {
		const struct xie_val *v = xie_val_get(l->docs[i], key);
		n += v != NULL ? v->count : 0;
	}
	return n;
}

xie_status xie_forms_load(xie_arena *mem, const struct xie_val *const *docs, const char *const *files, size_t n,
                          const struct xie_forms **ret_forms, struct xie_err *reterr)
{
	struct xie_err scrap;
	struct fm_load l = { .mem = mem, .docs = docs, .files = files, .n = n, .err = reterr != NULL ? reterr : &scrap };
	l.f = xie_arena_new(mem, struct xie_forms, 1);
	if (l.f == NULL)
		return full(&l);
	xie_status st = XIE_OK;
	for (l.at = 0; l.at < n && st == XIE_OK; l.at++)
		st = form__only(&l, docs[l.at], "names words statutes articles parts documents");
	if (st != XIE_OK)
		return st;
	l.f->parts = xie_arena_new(mem, struct fm_part, form__total(&l, "parts"));
	l.f->forms = xie_arena_new(mem, struct form, form__total(&l, "documents"));
	l.f->list = xie_arena_new(mem, struct xie_form, form__total(&l, "documents"));
	if (l.f->parts == NULL || l.f->forms == NULL || l.f->list == NULL)
		return full(&l);
	st = form__tables(&l);
	if (st == XIE_OK)
		st = each(&l, "parts", take_part);
	if (st == XIE_OK)
		st = each(&l, "documents", take_form);
	for (uint32_t i = 0; i < l.f->n_forms; i++)
		l.f->list[i] = l.f->forms[i].pub;
	l.f->n_list = l.f->n_forms;
	if (st == XIE_OK)
		*ret_forms = l.f;
	return st;
}
