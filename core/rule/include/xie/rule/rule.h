/* SPDX-License-Identifier: Apache-2.0 */
/* xie/rule/rule.h — rules as declared, compiled once.  What each operator means: docs/rules.md (semantics 1).
 *
 * A rule meets each of its zones in a binding; all that depends on the zone (limits written as
 * zone.speed_limit + 0.5 kn) is resolved there.  A compiled set never changes: share it freely between threads.
 * Non-purpose: reads no file; the pack loader hands it value trees and zone shapes. */
#ifndef XIE_RULE_RULE_H
#define XIE_RULE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/base/units.h"
#include "xie/base/val.h"
#include "xie/geo/zone.h"
#include "xie/model/alert.h"

/* op name, aliases that packs may also use, what it is judged on */
#define XIE_OP_MAP(X)                              \
	X(INSIDE, "inside", "inside")             \
	X(DWELL, "dwell", "dwell")                \
	X(ENTERS, "enters", "enter")              \
	X(LEAVES, "leaves", "leave")              \
	X(CROSSES, "crosses", "cross")            \
	X(SPEED, "speeding", "speed")             \
	X(STOPPED, "stopped", "stops")            \
	X(WRONG_WAY, "wrong_way", "wrong_way")    \
	X(HOLDS, "holds", "condition")            \
	X(SILENCE, "silence", "silent")           \
	X(NEAR, "meets", "near")                  \
	X(JUMPS, "jump", "jumps")
enum xie_op {
#define X(sym, name, alias) XIE_OP_##sym,
	XIE_OP_MAP(X)
#undef X
	XIE_OP__COUNT
};
const char *xie_op_name(enum xie_op op);

/* The six electronics. */
#define XIE_MODE_MAP(X) \
	X(PATROL, "patrol") X(WARNING, "warning") X(CHECKPOINT, "checkpoint") X(GUARD, "guard") X(TRACK, "track") X(ANALYSIS, "analysis")
enum xie_mode {
#define X(sym, name) XIE_MODE_##sym,
	XIE_MODE_MAP(X)
#undef X
	XIE_MODE__COUNT
};
const char *xie_mode_name(enum xie_mode m);

struct xie_expr; /* a compiled condition or quantity */

struct xie_rule {
	xie_str id, name_zh, name_en, violation;
	xie_str pack;          /* "id@version" */
	enum xie_op op;
	enum xie_mode mode;
	uint8_t level;         /* 1 the gravest ... 4 */
	uint8_t kinds;         /* bit per enum xie_target_kind */
	uint8_t directions;    /* CROSSES: bit XIE_DIR_L2R, XIE_DIR_R2L */
	xie_ms gap_ms, for_ms;
	xie_ms utc_offset_ms;  /* of its pack, for schedules */
	uint8_t digest[32];    /* over what evaluation reads */
	const struct xie_val *source; /* as it was written */
};

struct xie_binding {
	uint32_t rule;
	uint32_t zone;         /* XIE_NO_ZONE: everywhere */
	int64_t limit;         /* speed dm/h (SPEED, STOPPED, JUMPS) or distance mm (NEAR) */
	int64_t clear;         /* in the limit's unit, or ms (INSIDE, DWELL) */
	int64_t min;           /* WRONG_WAY: speed dm/h; JUMPS: distance mm */
	uint16_t direction_cdeg, over_cdeg; /* WRONG_WAY */
	const struct xie_expr *where, *when, *keep; /* NULL: always true; keep NULL: as when */
	const struct xie_expr *schedule;
	uint8_t digest[32];    /* rule, zone and what was resolved: the root of alert ids */
};

struct xie_zone_info { /* what a pack says of a zone beside its shape */
	xie_str id, layer, name_zh, name_en;
	bool gate;
	const struct xie_val *props; /* GeoJSON properties, or NULL */
	uint8_t digest[32];
};

/* A named list that listed('name', value) reads: text values, any order. */
struct xie_rule_list {
	xie_str name;
	const xie_str *values;
	size_t n;
};

/* One rule as a pack has it. */
struct xie_rule_source {
	const struct xie_val *v; /* a mapping of fields: docs/pack-format.md, "Rules" */
	const char *file;        /* for errors */
	xie_str pack;            /* "id@version" */
	xie_ms utc_offset_ms;
	uint8_t digest[32];      /* what evaluation reads of it */
};

struct xie_rules {
	const struct xie_rule *rules;
	uint32_t n_rules;
	const struct xie_binding *bindings;
	uint32_t n_bindings;
	const struct xie_zone_info *zones;
	uint32_t n_zones;
	const struct xie_zone_set *set;
	/* bindings of zone z: of_zone[first[z]] ... of_zone[first[z + 1] - 1], ascending; pair rules stand apart */
	const uint32_t *first, *of_zone;
	const uint32_t *everywhere; /* bindings without a zone */
	uint32_t n_everywhere;
	const uint32_t *pairs;      /* bindings of NEAR */
	uint32_t n_pairs;
	bool silence;               /* some rule is about silence: every fix must look whether one ends */
	xie_ms path_gap;            /* longest gap over which some rule follows the path between fixes */
	xie_ms pair_gap;            /* longest gap of the pair rules, 0 without any */
};

/* Collects up to max errors; *ret_n is how many there were. */
struct xie_rule_errors {
	struct xie_err *errs;
	size_t max, n;
};

/* Compiles all rules against the common zone table.  zones, set, lists: kept (they must outlive the rules).
 * Fails with the first error's status after looking at everything. */
xie_status xie_rules_compile(xie_arena *mem, const struct xie_rule_source *sources, size_t n_sources,
                             const struct xie_zone_info *zones, uint32_t n_zones, const struct xie_zone_set *set,
                             const struct xie_rule_list *lists, size_t n_lists, const struct xie_rules **ret_rules,
                             struct xie_rule_errors *errors) XIE_MUST_USE;

#endif
