/* SPDX-License-Identifier: Apache-2.0 */
/* violations.yaml: what a rule may name, with the article that forbids it and the one that punishes it. */
#include "pack.h"

static const xie_str none = { "", 0 };

static void check_article(struct loader *l, const char *file, const struct xie_val *laws, const struct xie_val *a)
{
	static const char *const fields[] = { "law", "article", "text" };
	xie_str law = xie_val_get_str(a, "law");
	if (a->kind != XIE_VAL_OBJECT || law.n == 0 || xie_val_get_str(a, "article").n == 0) {
		pack__error(l, XIE_MALFORMED, file, a, "an article has a law and a number", none, "{law: IWR, article: 第十四条}");
		return;
	}
	pack__check_fields(l, file, a, fields, sizeof fields / sizeof fields[0], false);
	XIE_VAL_EACH(known, laws)
	{
		if (xie_str_eq(known->key, law))
			return;
	}
	pack__error(l, XIE_UNKNOWN, file, xie_val_get(a, "law"), "law that `laws` does not list: ", law,
	            "laws: {IWR: {name: ..., version: 2019-03-02}}");
}

static void check_penalty(struct loader *l, const char *file, const struct xie_val *p)
{
	static const char *const fields[] = { "kinds", "range_fen", "note" };
	static const char *const kinds[] = { "warning", "criticism", "fine", "confiscation", "suspension", "revocation", "detention",
		                             "order_to_stop", "other" };
	if (p == NULL)
		return;
	pack__check_fields(l, file, p, fields, sizeof fields / sizeof fields[0], false);
	XIE_VAL_EACH(k, xie_val_get(p, "kinds"))
	{
		bool known = false;
		for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
			known = known || xie_val_is(k, kinds[i]);
		if (!known)
			pack__error(l, XIE_UNKNOWN, file, k, "unknown kind of penalty: ", xie_val_str(k),
			            "warning, criticism, fine, confiscation, suspension, revocation, detention, order_to_stop, other");
	}
	const struct xie_val *range = xie_val_get(p, "range_fen");
	int64_t from = 0, to = 0;
	if (range != NULL && (range->count != 2 || xie_val_i64(xie_val_at(range, 0), &from) != XIE_OK ||
	                      xie_val_i64(xie_val_at(range, 1), &to) != XIE_OK || from < 0 || to < from))
		pack__error(l, XIE_RANGE, file, range, "not a range of fines in fen", none, "[0, 100000] is nothing to 1,000 yuan");
}

static void check_violation(struct loader *l, const char *file, const struct xie_val *doc, const struct xie_val *v)
{
	static const char *const fields[] = { "id", "name", "prohibits", "penalises", "penalty", "agency", "note" };
	xie_str id = xie_val_get_str(v, "id");
	if (v->kind != XIE_VAL_OBJECT || !pack__is_id(id)) {
		pack__error(l, XIE_MISSING, file, v, "a violation has an id", none, NULL);
		return;
	}
	pack__check_fields(l, file, v, fields, sizeof fields / sizeof fields[0], false);
	XIE_VAL_EACH(other, xie_val_get(doc, "violations"))
	{
		if (other == v)
			break;
		if (xie_str_eq(xie_val_get_str(other, "id"), id))
			pack__error(l, XIE_DUPLICATE, file, v, "violation id given twice: ", id, NULL);
	}
	static const char *const articles[] = { "prohibits", "penalises" };
	for (size_t i = 0; i < 2; i++) {
		XIE_VAL_EACH(a, xie_val_get(v, articles[i]))
		check_article(l, file, xie_val_get(doc, "laws"), a);
	}
	check_penalty(l, file, xie_val_get(v, "penalty"));
}

void pack__law_file(struct loader *l, struct xie_pack *p, const char *path)
{
	static const char *const fields[] = { "laws", "violations", "note" }, *const law_fields[] = { "name", "version", "note" };
	const struct xie_val *doc = pack__tree(l, path);
	if (doc == NULL)
		return;
	if (doc->kind != XIE_VAL_OBJECT) {
		pack__error(l, XIE_MALFORMED, path, doc, "a mapping of laws and violations is expected", none, NULL);
		return;
	}
	pack__check_fields(l, path, doc, fields, sizeof fields / sizeof fields[0], false);
	XIE_VAL_EACH(law, xie_val_get(doc, "laws"))
	{
		pack__check_fields(l, path, law, law_fields, 3, false);
		if (xie_val_get_str(law, "name").n == 0 || xie_val_get_str(law, "version").n == 0)
			pack__error(l, XIE_MISSING, path, law, "a law has a name and a version: ", law->key,
			            "version: the date of the text, for example 2019-03-02");
	}
	XIE_VAL_EACH(v, xie_val_get(doc, "violations"))
	check_violation(l, path, doc, v);
	p->law = doc;
	p->law_file = path;
}
