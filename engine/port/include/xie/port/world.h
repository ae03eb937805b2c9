/* SPDX-License-Identifier: Apache-2.0 */
/* xie/port/world.h — what a desk looks at besides the records: packs in force, sources, tracks, and how the
 * parts of the machine do.  The wiring (app) implements it over packs, ingest, journal and archive.
 *
 * Rows given to a callback are borrowed until it returns; one that returns other than XIE_OK ends the listing with
 * that status.  Any function may be called from any thread; a NULL function means that this installation has no
 * such thing, and lists are empty. */
#ifndef XIE_PORT_WORLD_H
#define XIE_PORT_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"
#include "xie/base/val.h"
#include "xie/geo/zone.h"
#include "xie/model/key.h"
#include "xie/model/obs.h"

/* ---- packs ---- */
struct xie_world_pack {
	xie_str id, name, version, digest;
	uint32_t rules, zones;
	xie_ms loaded;
};
struct xie_world_zone {
	xie_str id, name, name_en, layer, pack, digest;
	struct xie_shape shape; /* a gate has no parts */
	int32_t limit_dmph;     /* 0 = none */
	xie_str org, region;    /* whose it is: alerts in it belong there; "" = the root unit */
};
struct xie_world_rule {
	xie_str id, name, name_en, mode, condition, violation, pack, digest;
	xie_str basis;      /* articles of law, one a line */
	xie_str kind;       /* of the targets it judges */
	int32_t limit_dmph; /* of a speed rule, 0 = the zone's or none */
	uint8_t level;
};

struct xie_world_violation { /* an item of law that a rule may name (violations.yaml) */
	xie_str id, name, name_en, pack;
	xie_str agency; /* field of law of whoever may punish it ("maritime") */
	xie_str rank;   /* of the law that punishes it: "law", "regulation", "rule" */
	xie_str kinds;  /* of penalty, as the law's data call them: "FINE,SUSPEND" */
	xie_str basis;  /* articles that forbid and punish it, one a line */
	bool has_range; /* of the fine, in fen */
	int64_t low_fen, high_fen;
};

/* ---- sources ---- */
enum xie_health { XIE_HEALTH_UP, XIE_HEALTH_LATE, XIE_HEALTH_DOWN, XIE_HEALTH_OFF };
struct xie_world_reject {
	xie_str reason;
	uint64_t count;
};
struct xie_world_source {
	uint32_t index; /* what an observation calls it */
	xie_str id, name, kind, address, why;
	bool enabled;
	enum xie_health health;
	xie_ms since, last; /* 0 = not known */
	int64_t lag_ms;
	bool has_lag;
	uint64_t accepted, rejected, bytes;
	uint32_t rate_per_min, targets, terminals;
	const struct xie_world_reject *rejects;
	size_t n_rejects;
};
struct xie_world_source_conf {
	xie_str name, kind, address;
	uint32_t retry_max_s; /* 0 = default */
};
struct xie_world_frame {
	xie_ms at, received; /* 0 = not known */
	xie_str source;      /* id */
	xie_str text;        /* the sentence, or hex */
	xie_str decoded;     /* one line of JSON, or "" */
	uint64_t position;   /* in the journal, 0 = not there */
	xie_str reason;      /* of a refused one, else "" */
};

/* ---- tracks ---- */
struct xie_world_point {
	struct xie_key target;
	enum xie_target_kind kind;
	xie_ms t;
	struct xie_pt at;
	int32_t sog_dmph;
	uint16_t cog_cdeg;
	bool has_sog, has_cog;
	bool broken; /* the step to this point is no path */
};

/* ---- orders to terminals ---- */
struct xie_world_order {
	xie_str kind; /* "text", "track", "photo", "locate", "set", "read" */
	xie_str text; /* text: UTF-8 */
	bool urgent;
	uint32_t interval_s, validity_s;   /* track; interval 0: stop */
	uint32_t channel;                  /* photo */
	const struct xie_val *parameters;  /* set: an object, names (or "0x0029") to numbers and texts */
	uint32_t patience_s;               /* how long its terminal may stay away */
};

struct xie_world_part { /* of the machine: "journal", "store", "engine", "disk" */
	xie_str name, detail;
	bool ok;
};
struct xie_world_gauge { /* a number for /metrics; labels "a=\"b\"" or "" */
	const char *name, *help, *labels;
	bool counter;
	int64_t value;
};

typedef xie_status xie_world_pack_fn(void *ctx, const struct xie_world_pack *p);
typedef xie_status xie_world_zone_fn(void *ctx, const struct xie_world_zone *z);
typedef xie_status xie_world_rule_fn(void *ctx, const struct xie_world_rule *r);
typedef xie_status xie_world_violation_fn(void *ctx, const struct xie_world_violation *v);
typedef xie_status xie_world_source_fn(void *ctx, const struct xie_world_source *s);
typedef xie_status xie_world_frame_fn(void *ctx, const struct xie_world_frame *f);
typedef xie_status xie_world_point_fn(void *ctx, const struct xie_world_point *p);
typedef xie_status xie_world_part_fn(void *ctx, const struct xie_world_part *p);
typedef xie_status xie_world_gauge_fn(void *ctx, const struct xie_world_gauge *g);

struct xie_world {
	void *self;

	xie_status (*packs)(void *self, xie_world_pack_fn *fn, void *ctx);
	xie_status (*zones)(void *self, xie_world_zone_fn *fn, void *ctx);
	xie_status (*zones_at)(void *self, struct xie_pt p, xie_world_zone_fn *fn, void *ctx);
	/* MISSING. */
	xie_status (*zone)(void *self, xie_str id, xie_world_zone_fn *fn, void *ctx);
	xie_status (*rules)(void *self, xie_world_rule_fn *fn, void *ctx);
	xie_status (*rule)(void *self, xie_str id, xie_world_rule_fn *fn, void *ctx);

	/* MISSING. */
	xie_status (*violation)(void *self, xie_str id, xie_world_violation_fn *fn, void *ctx);

	xie_status (*sources)(void *self, xie_world_source_fn *fn, void *ctx);
	/* The source with this id (or index when id is empty), then its latest frames, newest first; a refused one has
	 * a reason.  MISSING. */
	xie_status (*source)(void *self, xie_str id, uint32_t index, xie_world_source_fn *fn, xie_world_frame_fn *frame,
	                     void *ctx);
	/* Adds one and starts it.  MALFORMED, RANGE, DUPLICATE with reterr; on success fn is called with it. */
	xie_status (*source_add)(void *self, const struct xie_world_source_conf *c, xie_world_source_fn *fn, void *ctx,
	                         struct xie_err *reterr);
	/* Switches it on or off (enabled: 0, 1, -1 = as it is), renames it (name empty = as it is).  MISSING. */
	xie_status (*source_set)(void *self, xie_str id, int enabled, xie_str name, xie_world_source_fn *fn, void *ctx);

	/* Gives an order (number not 0, once for ever) or only looks whether it could be given (0).  MISSING: the target
	 * is no terminal of a running source; RANGE with reterr: it cannot be said to a terminal; LIMIT: nothing more can
	 * be under way now. */
	xie_status (*order)(void *self, const struct xie_key *target, const struct xie_world_order *o, uint64_t number,
	                    struct xie_err *reterr);

	/* Archived and fresh positions of one target in [from, to], oldest first. */
	xie_status (*track)(void *self, const struct xie_key *target, xie_ms from, xie_ms to, xie_world_point_fn *fn,
	                    void *ctx);
	/* The last position at or before t, not older than an hour, of every target in the box; in no order. */
	xie_status (*targets_at)(void *self, struct xie_pt low, struct xie_pt high, xie_ms t, xie_world_point_fn *fn,
	                         void *ctx);

	/* The frames at these journal positions, in order; what was purged is left out. */
	xie_status (*frames)(void *self, const uint64_t *positions, size_t n, xie_world_frame_fn *fn, void *ctx);

	xie_status (*health)(void *self, xie_world_part_fn *fn, void *ctx);
	xie_status (*gauges)(void *self, xie_world_gauge_fn *fn, void *ctx);
};

#endif
