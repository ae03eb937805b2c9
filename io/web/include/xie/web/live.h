/* SPDX-License-Identifier: Apache-2.0 */
/* xie/web/live.h — where every target was last seen, for maps and lists.  Not for verdicts: those come from the
 * journal.
 *
 * Bounded: a full table refuses new targets and counts them; it never drops one that is there, except by
 * xie_live_forget.  Any thread may call anything; puts of different targets rarely meet (a lock per shard).
 * Positions arrive in any order: an older event time never replaces a newer one. */
#ifndef XIE_WEB_LIVE_H
#define XIE_WEB_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/model/obs.h"
#include "xie/web/http.h"

struct xie_live;

/* What is known of one target; a copy, valid for ever. */
struct xie_live_target {
	struct xie_key key;
	enum xie_target_kind kind;
	uint32_t source; /* who heard the last fix */
	bool has_fix;
	struct xie_fix fix; /* the newest by event time */
	xie_ms first;       /* event time of the first fix seen since the start */
	uint64_t seq;       /* of the drain that took its last change; UINT64_MAX while one waits */
	xie_ms static_t;    /* event time of the static data, 0 = none */
	uint32_t imo;
	uint8_t ship_type, plate_color;
	uint16_t eri_type;
	uint32_t length_mm, beam_mm, draught_mm;
	char name[64]; /* UTF-8, terminated; empty = not known */
	char callsign[16];
	char destination[64];
	char plate[32];
};

/* Room for capacity targets (rounded up to a multiple of the shards).  UNAVAILABLE when memory is refused. */
xie_status xie_live_new(size_t capacity, struct xie_live **ret_l) XIE_MUST_USE;
void xie_live_free(struct xie_live *l);

/* Takes a fix or static data.  LIMIT when the table is full and the target new. */
xie_status xie_live_put(struct xie_live *l, const struct xie_obs *o);

/* The target with this key; UNKNOWN when it was never seen or was forgotten. */
xie_status xie_live_get(struct xie_live *l, const struct xie_key *k, struct xie_live_target *ret_t) XIE_MUST_USE;

struct xie_live_query {
	bool has_box;
	struct xie_web_bbox box;
	uint32_t kinds; /* bit 1 << enum xie_target_kind; 0 = all */
	xie_ms since;   /* fixes from then on (event time); 0 = all */
	uint64_t after; /* changed by a later drain than this, or waiting; 0 = all */
	xie_str text;   /* part of the name, plate, call sign or key, letters of either case; empty = all */
	size_t max;     /* how many at most are visited */
};
/* Calls fn for each match, under its shard's lock: fn must be short and call nothing here.  Returns how many
 * matched, which may be more than max. */
typedef void (*xie_live_fn)(void *self, const struct xie_live_target *t);
size_t xie_live_each(struct xie_live *l, const struct xie_live_query *q, xie_live_fn fn, void *self);

/* The targets whose fix changed since the last call of this function, each once, at most max; the rest stay for
 * the next call.  seq, rising from call to call, is noted in each.  One caller only. */
size_t xie_live_drain(struct xie_live *l, uint64_t seq, size_t max, xie_live_fn fn, void *self);

/* Forgets targets without a fix or static data since t (event time) and calls fn (NULL allowed) with each;
 * returns how many. */
size_t xie_live_forget(struct xie_live *l, xie_ms t, xie_live_fn fn, void *self);

struct xie_live_counts {
	size_t targets, capacity, by_kind[8];
	uint64_t puts, refused, late;
};
void xie_live_count(struct xie_live *l, struct xie_live_counts *ret_c);

#endif
