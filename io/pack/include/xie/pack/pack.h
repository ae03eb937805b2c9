/* SPDX-License-Identifier: Apache-2.0 */
/* xie/pack/pack.h — packs from folders: what an authority enforces, as data (docs/pack-format.md).
 *
 * Loading reads every file of every pack, collects all that is wrong (not the first error only), and gives what the
 * zone set and the rule compiler take: one flat list of shapes and zones over all packs, the rules as written with
 * their file names, and the lists that conditions ask for.  Nothing is repaired, nothing is guessed.  What a rule
 * means is the compiler's business (xie/rule/rule.h).
 *
 *   struct xie_packs p;
 *   xie_packs_load(&mem, dirs, n, &p, &notes);
 *   xie_packs_compile(&mem, &p, &rules, &notes);
 *
 * Digests are SHA-256 over RFC 8785 canonical JSON of what evaluation reads (docs/pack-format.md, "Digests"):
 * comments, blanks, key order, names and notes do not move them. */
#ifndef XIE_PACK_PACK_H
#define XIE_PACK_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"
#include "xie/base/val.h"
#include "xie/geo/zone.h"

/* What the compiler takes: include xie/rule/rule.h to look inside. */
struct xie_rule_source;
struct xie_zone_info;
struct xie_rule_list;
struct xie_rules;

/* Findings: as many as there is room for; n counts all of them. */
struct xie_pack_note {
	struct xie_err err; /* file, line, column, what, hint */
	bool warning;       /* else an error: the packs are not used */
	const char *repair; /* NULL, or the GeoJSON geometry that would be valid: a proposal, never applied */
};
struct xie_pack_notes {
	struct xie_pack_note *list; /* the caller's; list[0 .. min(n, cap)) hold something */
	uint32_t cap, n;
	uint32_t errors; /* how many of n are errors */
};

struct xie_pack {
	xie_str id, version;      /* version "" for an anonymous pack */
	xie_str label;            /* "id@version", or the id alone */
	xie_str name_zh, name_en; /* fall back to the id */
	const char *dir;          /* as it was given, or found for `extends` */
	bool anonymous;           /* a folder without pack.yaml */
	xie_ms utc_offset_ms;     /* for schedules and times without a zone; 0 when not said */
	const struct xie_val *manifest; /* NULL for an anonymous pack */
	const struct xie_val *law;      /* violations.yaml: laws and violations, or NULL */
	const char *law_file;
	uint32_t rule0, n_rules;     /* its rules: rules[rule0 .. rule0 + n_rules) */
	uint32_t zone0, n_zones;
	uint32_t list0, n_lists;
	uint8_t digest[32];
};

/* Where a zone stands, for messages. */
struct xie_pack_place {
	const char *file;
	uint32_t line, column; /* of its feature */
	uint32_t feature;      /* index in the file, from 0 */
};

struct xie_packs {
	const struct xie_pack *packs;
	uint32_t n_packs;
	const struct xie_rule_source *rules; /* as written, each with file, pack and digest */
	uint32_t n_rules;
	/* three arrays of n_zones: zone i of the zone set is shapes[i], zones[i], found at places[i] */
	const struct xie_shape *shapes;
	const struct xie_zone_info *zones;
	const struct xie_pack_place *places;
	uint32_t n_zones;
	const struct xie_rule_list *lists;
	uint32_t n_lists;
};

/* dirs: pack folders in order; a pack named in `extends` is looked for beside the one that names it and loaded before
 * it, once.  mem: kept, everything lives in it.  XIE_OK when no note is an error; else the status of the first error,
 * and *ret is not to be used. */
xie_status xie_packs_load(xie_arena *mem, const char *const *dirs, size_t n, struct xie_packs *ret,
                          struct xie_pack_notes *notes) XIE_MUST_USE;

/* The zones into a set and the rules against it, for the engine: kept in mem like the packs, which must outlive them.
 * *ret_rules is set on success; else what is wrong is among the notes. */
xie_status xie_packs_compile(xie_arena *mem, const struct xie_packs *p, const struct xie_rules **ret_rules,
                             struct xie_pack_notes *notes) XIE_MUST_USE;

/* What a loaded pack still lacks, beyond errors: zones that no rule uses, violations without articles, names in one
 * language only, a folder without a manifest.  All are warnings. */
void xie_packs_lint(const struct xie_packs *p, struct xie_pack_notes *notes);

/* Adds a finding at a value's place (NULL: the file as a whole); name is appended to what. */
void xie_pack_note_add(struct xie_pack_notes *notes, bool warning, xie_status st, const char *file,
                       const struct xie_val *at, const char *what, xie_str name, const char *hint);

/* The candidate nearest to a misspelt name (at most a third of its letters differ), or NULL. */
const char *xie_near_name(xie_str name, const char *const *candidates, size_t n);

#endif
