/* SPDX-License-Identifier: Apache-2.0 */
/* From folders to what the zone set and the rule compiler take. */
#include "pack.h"

#include <sys/stat.h>

static const xie_str none = { "", 0 };

static const char *const tree_ends[] = { ".yaml", ".yml", ".json", NULL };
static const char *const geo_ends[] = { ".geojson", ".json", NULL };

static void each_named(struct loader *l, struct xie_pack *p, const char *const *names,
                       void (*take)(struct loader *, struct xie_pack *, const char *))
{
	for (size_t i = 0; names[i] != NULL; i++) {
		const char *path = pack__path(l, p->dir, names[i]);
		if (pack__exists(path))
			take(l, p, path);
	}
}

/* The content of one folder, in a fixed order. */
static void read_content(struct loader *l, struct xie_pack *p)
{
	static const char *const zone_files[] = { "zones.geojson", "zones.json", NULL };
	static const char *const list_files[] = { "lists.yaml", "lists.yml", "lists.json", NULL };
	static const char *const rule_files[] = { "rules.yaml", "rules.yml", "rules.json", NULL };
	static const char *const law_files[] = { "violations.yaml", "violations.yml", "violations.json", NULL };
	uint32_t files_before = l->n_files;
	p->zone0 = l->n_zones;
	each_named(l, p, zone_files, pack__zones_file);
	pack__each_file(l, p->dir, "zones", geo_ends, pack__zones_file, p);
	p->n_zones = l->n_zones - p->zone0;
	p->list0 = l->n_lists;
	each_named(l, p, list_files, pack__lists_file);
	pack__each_file(l, p->dir, "lists", tree_ends, pack__lists_file, p);
	p->n_lists = l->n_lists - p->list0;
	p->rule0 = l->n_rules;
	each_named(l, p, rule_files, pack__rules_file);
	pack__each_file(l, p->dir, "rules", tree_ends, pack__rules_file, p);
	p->n_rules = l->n_rules - p->rule0;
	each_named(l, p, law_files, pack__law_file);
	if (p->anonymous && l->n_files == files_before)
		pack__error(l, XIE_MISSING, p->dir, NULL, "not a pack: neither pack.yaml nor rules nor zones", none,
		            "docs/pack-format.md says what a pack is");
	xie_status st = l->first == XIE_OK ? pack__digest_pack(l, p) : XIE_OK;
	if (st != XIE_OK)
		pack__error(l, st, p->dir, NULL, "cannot take the pack's digest", none, NULL);
}

static bool loaded(const struct loader *l, xie_str id, const char *dir)
{
	struct stat a, b;
	for (uint32_t i = 0; i < l->n_packs; i++) {
		bool same = stat(dir, &a) == 0 && stat(l->packs[i].dir, &b) == 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev;
		if (same || (id.n != 0 && xie_str_eq(l->packs[i].id, id)))
			return true;
	}
	return false;
}

/* The folder `id` beside the folder `dir`: "packs/city" and "base" -> "packs/city/../base". */
static const char *beside(struct loader *l, const char *dir, xie_str id)
{
	const char *up = pack__path(l, dir, "..");
	const char *name = xie_str_dup(l->mem, id);
	return up != NULL && name != NULL ? pack__path(l, up, name) : NULL;
}

enum { EXTENDS_DEPTH = 8 };

static void load_one(struct loader *l, const char *dir, unsigned depth);

static void load_base(struct loader *l, const struct xie_pack *p, const struct xie_val *v, unsigned depth)
{
	const char *file = pack__path(l, p->dir, "pack.yaml");
	xie_str id = xie_val_str(v);
	const char *base = id.n != 0 && xie_str_find(id, '/') == id.n ? beside(l, p->dir, id) : NULL;
	if (loaded(l, id, base != NULL ? base : ""))
		return;
	if (base == NULL || !pack__exists(base))
		pack__error(l, XIE_MISSING, file, v, "extends a pack that is not beside this one: ", id, "the id of a folder next to it");
	else if (depth == EXTENDS_DEPTH)
		pack__error(l, XIE_LIMIT, file, v, "packs extend each other too deep, or in a circle: ", id, NULL);
	else
		load_one(l, base, depth + 1);
}

static void load_one(struct loader *l, const char *dir, unsigned depth)
{
	struct xie_pack p = { .dir = dir };
	struct stat st;
	if (loaded(l, none, dir))
		return;
	if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode)) {
		pack__error(l, XIE_MISSING, dir, NULL, "no such folder", none, NULL);
		return;
	}
	pack__manifest(l, &p);
	const struct xie_val *bases = xie_val_get(p.manifest, "extends");
	if (bases != NULL && bases->kind == XIE_VAL_ARRAY) {
		XIE_VAL_EACH(b, bases)
		load_base(l, &p, b, depth);
	} else if (bases != NULL) {
		load_base(l, &p, bases, depth);
	}
	if (loaded(l, p.id, dir)) {
		pack__error(l, XIE_DUPLICATE, dir, NULL, "another loaded pack has the id: ", p.id, NULL);
		return;
	}
	read_content(l, &p);
	if (pack__grow(l, (void **)&l->packs, l->n_packs, &l->cap_packs, sizeof *l->packs))
		l->packs[l->n_packs++] = p;
}

xie_status xie_packs_load(xie_arena *mem, const char *const *dirs, size_t n, struct xie_packs *ret,
                          struct xie_pack_notes *notes)
{
	struct loader l = { .mem = mem, .notes = notes, .first = XIE_OK };
	l.piece = xie_arena_alloc(mem, PACK_PIECE, 1);
	if (l.piece == NULL)
		pack__error(&l, XIE_LIMIT, NULL, NULL, "packs take more memory than was given", none, NULL);
	for (size_t i = 0; i < n && l.piece != NULL; i++)
		load_one(&l, dirs[i], 0);
	pack__check_zone_ids(&l);
	*ret = (struct xie_packs){ .packs = l.packs, .n_packs = l.n_packs, .rules = l.rules, .n_rules = l.n_rules,
		                   .shapes = l.shapes, .zones = l.zones, .places = l.places, .n_zones = l.n_zones,
		                   .lists = l.lists, .n_lists = l.n_lists };
	return l.first;
}
