/* SPDX-License-Identifier: Apache-2.0 */
/* What a pack that loads still lacks. */
#include "pack.h"

static const xie_str none = { "", 0 };

struct lint {
	const struct xie_packs *p;
	struct xie_pack_notes *notes;
};

static void warn(struct lint *n, const char *file, const struct xie_val *at, const char *what, xie_str name, const char *hint)
{
	xie_pack_note_add(n->notes, true, XIE_MISSING, file, at, what, name, hint);
}

/* Does the member `field` of a rule, a text or a list of texts, name s? */
static bool names(const struct xie_val *rule, const char *field, xie_str s)
{
	const struct xie_val *v = xie_val_get(rule, field);
	if (v == NULL || v->kind != XIE_VAL_ARRAY)
		return v != NULL && xie_str_eq(xie_val_str(v), s);
	XIE_VAL_EACH(one, v)
	{
		if (xie_str_eq(xie_val_str(one), s))
			return true;
	}
	return false;
}

/* Does some rule of any loaded pack name one of the two texts in one of the two fields? */
static bool used(const struct lint *n, const char *field, xie_str text, const char *field2, xie_str text2)
{
	for (uint32_t i = 0; i < n->p->n_rules; i++) {
		const struct xie_val *r = n->p->rules[i].v;
		if (names(r, field, text) || (field2 != NULL && names(r, field2, text2)))
			return true;
	}
	return false;
}

static void zones(struct lint *n, const struct xie_pack *p)
{
	for (uint32_t i = p->zone0; i < p->zone0 + p->n_zones; i++) {
		const struct xie_zone_info *z = &n->p->zones[i];
		const struct xie_pack_place *at = &n->p->places[i];
		struct xie_val place = { .line = at->line, .column = at->column };
		if (!used(n, "zone", z->id, "layer", z->layer))
			warn(n, at->file, &place, "no rule uses the zone: ", z->id, "name it in a rule, or name its layer");
	}
}

static bool violation_known(const struct lint *n, xie_str id)
{
	for (uint32_t i = 0; i < n->p->n_packs; i++) {
		XIE_VAL_EACH(v, xie_val_get(n->p->packs[i].law, "violations"))
		{
			if (xie_str_eq(xie_val_get_str(v, "id"), id))
				return true;
		}
	}
	return false;
}

static void rules(struct lint *n, const struct xie_pack *p)
{
	for (uint32_t i = p->rule0; i < p->rule0 + p->n_rules; i++) {
		const struct xie_rule_source *src = &n->p->rules[i];
		const struct xie_val *v = xie_val_get(src->v, "violation"), *name = xie_val_get(src->v, "name");
		if (v != NULL && !violation_known(n, xie_val_str(v)))
			warn(n, src->file, v, "no violations.yaml has the violation: ", xie_val_str(v), NULL);
		if (!p->anonymous && (xie_val_get(name, "zh") == NULL || xie_val_get(name, "en") == NULL))
			warn(n, src->file, src->v, "no name in Chinese and English: ", xie_val_get_str(src->v, "id"),
			     "name: {zh: ..., en: ...}");
	}
}

static void violations(struct lint *n, const struct xie_pack *p)
{
	XIE_VAL_EACH(v, xie_val_get(p->law, "violations"))
	{
		xie_str id = xie_val_get_str(v, "id");
		if (!used(n, "violation", id, NULL, none))
			warn(n, p->law_file, v, "no rule names the violation: ", id, NULL);
		if (xie_val_get(v, "prohibits") == NULL)
			warn(n, p->law_file, v, "no article that forbids it: ", id, "prohibits: [{law: ..., article: ...}]");
		if (xie_val_get(v, "penalises") == NULL)
			warn(n, p->law_file, v, "no article that punishes it: ", id, "penalises: [{law: ..., article: ...}]");
	}
}

static void manifest(struct lint *n, const struct xie_pack *p)
{
	if (p->anonymous) {
		warn(n, p->dir, NULL, "no pack.yaml: the folder's name is its id, it has no version", none, "docs/pack-format.md");
		return;
	}
	static const char *const wanted[][2] = {
		{ "name", "name: {zh: ..., en: ...}" }, { "utc_offset", "utc_offset: +08:00" }, { "licence", "licence: Apache-2.0" },
		{ "sources", "sources: [where zones and limits come from]" }
	};
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		if (xie_val_get(p->manifest, wanted[i][0]) == NULL)
			warn(n, p->dir, NULL, "pack.yaml lacks ", xie_str_of(wanted[i][0]), wanted[i][1]);
}

void xie_packs_lint(const struct xie_packs *p, struct xie_pack_notes *notes)
{
	struct lint n = { .p = p, .notes = notes };
	for (uint32_t i = 0; i < p->n_packs; i++) {
		manifest(&n, &p->packs[i]);
		rules(&n, &p->packs[i]);
		violations(&n, &p->packs[i]);
		zones(&n, &p->packs[i]);
	}
}
