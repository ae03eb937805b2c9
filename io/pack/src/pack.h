/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this module share. */
#ifndef XIE_PACK_SRC_PACK_H
#define XIE_PACK_SRC_PACK_H

#include "xie/base/sha256.h"
#include "xie/pack/pack.h"
#include "xie/rule/rule.h"

enum { PACK_PIECE = 1 << 16 };

struct loader {
	xie_arena *mem;
	struct xie_pack_notes *notes;
	xie_status first; /* status of the first error */
	uint32_t n_files; /* of content that were there, good or bad */
	uint8_t *piece;   /* PACK_PIECE bytes of scratch for digests */
	struct xie_pack *packs;
	uint32_t n_packs, cap_packs;
	struct xie_rule_source *rules;
	uint32_t n_rules, cap_rules;
	struct xie_shape *shapes;
	struct xie_zone_info *zones;
	struct xie_pack_place *places;
	uint32_t n_zones, cap_zones;
	struct xie_rule_list *lists;
	uint32_t n_lists, cap_lists;
};

/* An error at a value's place; warnings go through pack__warn. */
void pack__error(struct loader *l, xie_status st, const char *file, const struct xie_val *at, const char *what,
                 xie_str name, const char *hint);
void pack__warn(struct loader *l, const char *file, const struct xie_val *at, const char *what, xie_str name,
                const char *hint);

/* *arr has room for one more of size bytes; moves it in the arena when it grows.  false: noted, LIMIT. */
bool pack__grow(struct loader *l, void **arr, uint32_t n, uint32_t *cap, size_t size);

/* "dir/name" in the arena, or NULL when it is full (noted). */
const char *pack__path(struct loader *l, const char *dir, const char *name);
bool pack__exists(const char *path);
/* Calls take for each file of dir/sub whose name ends in one of ends (NULL-terminated), by name; a missing folder is
 * an empty one, a file with another ending a warning. */
void pack__each_file(struct loader *l, const char *dir, const char *sub, const char *const *ends,
                     void (*take)(struct loader *l, struct xie_pack *p, const char *path), struct xie_pack *p);
/* The tree of a YAML or (by its name) JSON file, or NULL (noted). */
const struct xie_val *pack__tree(struct loader *l, const char *path);

/* Notes every member of obj that is not among names. */
void pack__check_fields(struct loader *l, const char *file, const struct xie_val *obj, const char *const *names, size_t n,
                        bool warning);
/* {zh, en} or one text for both; what is missing falls back to the other, then to fallback. */
void pack__names(const struct xie_val *name, xie_str fallback, xie_str *ret_zh, xie_str *ret_en);
/* Is it an id: 1 to 64 bytes, no blanks or control characters? */
bool pack__is_id(xie_str s);

/* ---- one file for each kind of content ---- */
void pack__manifest(struct loader *l, struct xie_pack *p);
void pack__rules_file(struct loader *l, struct xie_pack *p, const char *path);
void pack__lists_file(struct loader *l, struct xie_pack *p, const char *path);
void pack__zones_file(struct loader *l, struct xie_pack *p, const char *path);
void pack__check_zone_ids(struct loader *l);
void pack__law_file(struct loader *l, struct xie_pack *p, const char *path);

/* ---- digests ---- */
/* The rule's id, operator, conditions and quantities; not where it applies (zone, layer), its words, or its handling. */
xie_status pack__digest_rule(struct loader *l, struct xie_rule_source *r);
xie_status pack__digest_zone(struct loader *l, struct xie_zone_info *z, const struct xie_shape *shape);
xie_status pack__digest_pack(struct loader *l, struct xie_pack *p);

#endif
