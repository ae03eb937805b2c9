/* SPDX-License-Identifier: Apache-2.0 */
/* Files of rules and of lists: found, shaped, ids unique.  What is in a rule is the compiler's to judge. */
#include "pack.h"

static const xie_str none = { "", 0 };

/* The array that a file is about: the document itself, or its member `name`.  NULL when it is neither (noted). */
static const struct xie_val *array_of(struct loader *l, const struct xie_pack *p, const char *path, const char *name)
{
	const struct xie_val *doc = pack__tree(l, path);
	if (doc == NULL)
		return NULL;
	const struct xie_val *arr = doc->kind == XIE_VAL_OBJECT ? xie_val_get(doc, name) : doc;
	if (doc->kind == XIE_VAL_OBJECT) {
		const char *const known[] = { name, "note" };
		pack__check_fields(l, path, doc, known, 2, p->anonymous);
	}
	if (arr == NULL || arr->kind != XIE_VAL_ARRAY) {
		pack__error(l, arr == NULL ? XIE_MISSING : XIE_MALFORMED, path, arr != NULL ? arr : doc, "a list is expected: ",
		            xie_str_of(name), NULL);
		return NULL;
	}
	return arr;
}

static bool id_ok(struct loader *l, const char *path, const struct xie_val *r)
{
	const struct xie_val *id = xie_val_get(r, "id");
	if (r->kind != XIE_VAL_OBJECT)
		pack__error(l, XIE_MALFORMED, path, r, "a rule is a mapping", none, "{id: ..., op: ..., zone: ...}");
	else if (id == NULL)
		pack__error(l, XIE_MISSING, path, r, "a rule has an id", none, NULL);
	else if (!pack__is_id(xie_val_str(id)))
		pack__error(l, XIE_MALFORMED, path, id, "not an id: ", xie_val_str(id), "1 to 64 bytes without blanks");
	else
		return true;
	return false;
}

void pack__rules_file(struct loader *l, struct xie_pack *p, const char *path)
{
	const struct xie_val *arr = array_of(l, p, path, "rules");
	XIE_VAL_EACH(r, arr)
	{
		if (!id_ok(l, path, r))
			continue;
		const struct xie_val *id = xie_val_get(r, "id");
		for (uint32_t i = 0; i < l->n_rules; i++)
			if (xie_str_eq(xie_val_get_str(l->rules[i].v, "id"), xie_val_str(id)))
				pack__error(l, XIE_DUPLICATE, path, id, "rule id given twice: ", xie_val_str(id),
				            "each rule its own, over all packs");
		if (!pack__grow(l, (void **)&l->rules, l->n_rules, &l->cap_rules, sizeof *l->rules))
			return;
		struct xie_rule_source s = { .v = r, .file = path, .pack = p->label, .utc_offset_ms = p->utc_offset_ms };
		xie_status st = pack__digest_rule(l, &s);
		if (st != XIE_OK)
			pack__error(l, st, path, r, "cannot take the rule's digest", none, NULL);
		l->rules[l->n_rules++] = s;
	}
}

static void one_list(struct loader *l, const char *path, const struct xie_val *v)
{
	static const char *const fields[] = { "id", "name", "values", "note", "basis" };
	const struct xie_val *values = xie_val_get(v, "values");
	xie_str id = xie_val_get_str(v, "id");
	pack__check_fields(l, path, v, fields, sizeof fields / sizeof fields[0], false);
	if (!pack__is_id(id) || values == NULL || values->kind != XIE_VAL_ARRAY) {
		pack__error(l, XIE_MALFORMED, path, v, "a list has an id and values", none, "{id: permitted, values: [粤B12345]}");
		return;
	}
	for (uint32_t i = 0; i < l->n_lists; i++)
		if (xie_str_eq(l->lists[i].name, id))
			pack__error(l, XIE_DUPLICATE, path, v, "list id given twice: ", id, NULL);
	xie_str *texts = xie_arena_new(l->mem, xie_str, values->count);
	if (texts == NULL || !pack__grow(l, (void **)&l->lists, l->n_lists, &l->cap_lists, sizeof *l->lists))
		return;
	size_t n = 0;
	XIE_VAL_EACH(t, values)
	{
		if (t->kind != XIE_VAL_STRING && t->kind != XIE_VAL_NUMBER)
			pack__error(l, XIE_MALFORMED, path, t, "a value of a list is text", none, NULL);
		texts[n++] = xie_val_str(t);
	}
	l->lists[l->n_lists++] = (struct xie_rule_list){ .name = id, .values = texts, .n = n };
}

void pack__lists_file(struct loader *l, struct xie_pack *p, const char *path)
{
	const struct xie_val *arr = array_of(l, p, path, "lists");
	XIE_VAL_EACH(v, arr)
	one_list(l, path, v);
}
