/* SPDX-License-Identifier: Apache-2.0 */
/* xie/pack/pack.h — packs from folders: what an authority enforces, as data (docs/pack-format.md).
 *
 * Loading reads every file of every pack, collects all that is wrong (not the first error only), and gives one flat
 * list of rules and one of zones over all packs: shapes[i] is the shape of zones[i], and i is the zone's id for the
 * zone set and the rule compiler.  Nothing is repaired, nothing is guessed.  Rules are handed on as trees: what they
 * mean is the rule compiler's business (xie/rule/rule.h).
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

/* Findings, as many as there is room for; n counts all of them. */
struct xie_pack_note {
	struct xie_err err; /* file, line, column, what, hint */
	bool warning;       /* else an error: the pack is not used */
};
struct xie_pack_notes {
	struct xie_pack_note *list; /* the caller's */
	uint32_t cap, n;            /* list[0 .. min(n, cap)) */
	uint32_t errors;            /* how many of n are errors */
};
/* Adds a finding; what and hint as in xie_err_set.  The one just added, to name values with xie_err_add; never NULL
 * (past cap it is a scratch one). */
struct xie_err *xie_pack_note(struct xie_pack_notes *notes, bool warning, xie_status st, const char *file,
                              const struct xie_val *at, const char *what, const char *hint);

/* What a zone is to people and rules; its shape stands beside it. */
struct xie_pack_zone {
	xie_str id;                  /* unique over all loaded packs */
	xie_str layer;               /* property "layer", else the file's stem, else "zones" */
	const struct xie_val *props; /* the feature's properties (OBJECT) or NULL */
	bool gate;                   /* a directed line: shapes[i].gate */
	uint32_t pack;               /* index of its pack */
	const char *file;            /* for messages */
	uint32_t line, column;
	uint8_t digest[32];          /* id, layer, integer coordinates, properties that rules can read */
};

struct xie_pack_rule {
	xie_str id;              /* unique over all loaded packs */
	const struct xie_val *v; /* the rule's mapping */
	uint32_t pack;
	const char *file;        /* for messages; v has line and column */
	uint8_t digest[32];      /* what evaluation reads of the rule, after defaults were named */
};

struct xie_pack {
	xie_str id, version;       /* version "" for an anonymous pack */
	xie_str name_zh, name_en;  /* fall back to the id */
	const char *dir;
	bool anonymous;            /* no pack.yaml */
	bool has_utc_offset;
	xie_ms utc_offset_ms;      /* for schedules and local times; 0 when absent */
	const struct xie_val *manifest;   /* NULL for an anonymous pack */
	const struct xie_val *violations; /* list of violation items, or NULL */
	const char *violations_file;
	uint32_t rule0, n_rules;   /* its rules are rules[rule0 .. rule0 + n_rules) */
	uint32_t zone0, n_zones;
	uint8_t digest[32];        /* id, version, rule and zone digests, sorted */
};

struct xie_packs {
	const struct xie_pack *packs;
	uint32_t n_packs;
	const struct xie_pack_rule *rules;
	uint32_t n_rules;
	const struct xie_pack_zone *zones;
	const struct xie_shape *shapes; /* one for each zone */
	uint32_t n_zones;
};

/* dirs: pack folders in order; a pack named in `extends` is looked for beside the one that names it and loaded before
 * it, once.  mem: kept, everything lives in it.  XIE_OK when there is no error among the notes; otherwise the status
 * of the first error, and *ret is empty. */
xie_status xie_packs_load(xie_arena *mem, const char *const *dirs, size_t n, struct xie_packs *ret,
                          struct xie_pack_notes *notes) XIE_MUST_USE;

/* The zone's index in ret->zones, or UINT32_MAX. */
uint32_t xie_packs_zone(const struct xie_packs *p, xie_str id);

#endif
