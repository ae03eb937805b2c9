/* SPDX-License-Identifier: Apache-2.0 */
/* xie/geo/zone.h — which zones a point lies in, and for how long a straight step was inside: exactly.
 *
 * A zone is a union of parts; a part is a shell and its holes, even-odd, closed: a point on any edge or vertex
 * is inside (spec: docs/rules.md, "inside").  Corridors and circles become parts when a pack loads.  A gate is
 * a directed segment.  All arithmetic is in integers; instants are fractions of a step.
 *
 * A set never changes after it was built: share it freely between threads.  It lives in the arena it was built
 * in.  Non-purpose: knows no rule, no time, no file format. */
#ifndef XIE_GEO_ZONE_H
#define XIE_GEO_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/base/units.h"
#include "xie/model/obs.h"

/* A ring: first point not repeated at the end; at least 3 points; either direction. */
struct xie_ring {
	const struct xie_pt *pts;
	uint32_t n;
};
struct xie_part {
	const struct xie_ring *rings; /* shell first, then holes; even-odd over all of them */
	uint32_t n;
};
/* parts for an area; n == 0 for a gate, whose segment runs from gate[0] to gate[1]. */
struct xie_shape {
	const struct xie_part *parts;
	uint32_t n;
	struct xie_pt gate[2];
};

struct xie_zone_set;

/* Where on a step from a to b: num/den of the way, 0 <= num <= den, den > 0, both below 2^62 so that
 * two fractions compare exactly in 128 bits. */
struct xie_frac {
	int64_t num, den;
};
/* <0, 0, >0 */
int xie_frac_cmp(struct xie_frac a, struct xie_frac b);

struct xie_span { /* a closed interval of a step; from == to is a touch */
	struct xie_frac from, to;
};

/* The longitude of b taken the short way from a: within 180 degrees of a.lon; may leave [-180, 180). */
int64_t xie_lon_near(int32_t b_lon, int32_t a_lon);

/* shapes: borrowed; shape i becomes zone id i.  RANGE with *reterr_at = shape (ring with under three points, edge
 * of 180 degrees or more, ring round a pole); LIMIT when mem is full.  A ring's edges go the short way, so a zone
 * may lie across the antimeridian. */
xie_status xie_zone_set_build(xie_arena *mem, const struct xie_shape *shapes, size_t n,
                              const struct xie_zone_set **ret_set, size_t *reterr_at) XIE_MUST_USE;
size_t xie_zone_set_count(const struct xie_zone_set *s);
size_t xie_zone_set_bytes(const struct xie_zone_set *s); /* memory the set takes */

/* Areas that hold p, ascending.  Writes at most cap (the least ones); *ret_n is the true count.
 * hint: NULL, or a word of the mover's own that makes staying in one cell without zones cheap.  It belongs to this set:
 * start at 0, and at 0 again when another set takes this one's place.  Not 0 and the same after a call as before it: both
 * points lie in one cell in which nothing lies, and so does the straight way between them. */
void xie_zones_at(const struct xie_zone_set *s, struct xie_pt p, uint32_t *hint, uint32_t *ids, size_t cap,
                  size_t *ret_n);

/* Brings what xie_zones_at will read for p nearer to the processor: with many zones a look-up is mostly a wait for memory.
 * Who knows the next points calls this for each twice, some twenty points ahead and, with soon, some ten. */
void xie_zones_ahead(const struct xie_zone_set *s, struct xie_pt p, bool soon);

/* Areas and gates that the closed step a-b meets: all that do, no other; ascending. */
void xie_zones_step(const struct xie_zone_set *s, struct xie_pt a, struct xie_pt b, uint32_t *ids, size_t cap,
                    size_t *ret_n);

/* Is p inside area id (closed)? */
bool xie_zone_has(const struct xie_zone_set *s, uint32_t id, struct xie_pt p);

/* The maximal closed intervals of the step a-b inside area id, ascending, disjoint, touches included.
 * a == b gives one span 0..1 when inside.  *ret_n is the true count. */
void xie_zone_clip(const struct xie_zone_set *s, uint32_t id, struct xie_pt a, struct xie_pt b, struct xie_span *spans,
                   size_t cap, size_t *ret_n);

enum xie_side { XIE_CROSS_NONE, XIE_CROSS_L2R, XIE_CROSS_R2L };
/* Does the step a-b cross gate id (docs/rules.md, "gate")?  A fix exactly on the gate's line counts as left. */
enum xie_side xie_gate_cross(const struct xie_zone_set *s, uint32_t id, struct xie_pt a, struct xie_pt b,
                             struct xie_frac *ret_at);

#endif
