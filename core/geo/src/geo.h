/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a zone set.
 *
 * Rings, unrolled into frames of their own:
 *
 *   zone -> parts -> rings -> vertices, four flat arrays
 *
 * A ring's frame has its x = 0 on the ring's westernmost meridian, so that its edges, taken the short way, are plain
 * segments with 0 <= x <= w < 360 degrees wherever the ring lies on the globe.  A point has one place in the
 * frame of a ring; a step may have to be laid into it twice (from the west and from the east).  Long rings carry
 * boxes over every 16 and 256 of their edges, zones of many parts the same over their parts.
 *
 * The grid, which says what lies where (grid.h). */
#ifndef XIE_GEO_GEO_H
#define XIE_GEO_GEO_H

#include "xie/geo/zone.h"

#define GEO_TURN (INT64_C(2) * XIE_LON_MAX) /* 360 degrees */

enum { GEO_FAN = 16, GEO_FAN2 = GEO_FAN * GEO_FAN }; /* things in a box, and boxes in a big box */

struct geo_v {
	uint32_t x; /* east of the ring's x0 */
	int32_t y;
};

struct geo_box {
	uint32_t x0, x1; /* in the frame of the ring; for parts, east of -180 degrees */
	int32_t y0, y1;
};

struct geo_ring {
	int32_t x0;     /* westernmost longitude, in [-180, 180) */
	uint32_t w;     /* width; every x is in 0..w */
	int32_t y0, y1; /* lowest and highest latitude */
	uint32_t at, n; /* its vertices; a gate is a "ring" of two */
	uint32_t box;   /* its boxes, small ones first, when n > GEO_FAN2 / 4 */
};

struct geo_part {
	uint32_t ring_at, ring_n;
};

/* One line of memory: an area of one ring is found without its part. */
struct geo_zone {
	uint32_t part_at, part_n; /* a gate has part_n == 0 */
	uint32_t box;             /* boxes over its parts, when part_n > GEO_FAN */
	uint32_t ring_n;          /* of its first part; 1 for a gate */
	struct geo_ring ring;     /* a copy of the first one; a gate's segment */
};

/* 8 x 8 cells; see grid.h. */
struct geo_node {
	uint64_t any;    /* a bit for each cell in which something lies, row by row from the south-west */
	uint32_t slots;  /* line of the first one's slot, << 2 | lines a slot, less one */
	uint32_t covers; /* word of the groups that cover all of it, or 0 */
};

/* The grid: nodes of 2^shift units from (x0, y0). */
struct geo_grid {
	int32_t x0, y0;
	uint32_t w, h; /* no zone holds a point further east or north */
	uint32_t shift, nx, ny;
	uint32_t xbits, ybits;       /* of w and h */
	const struct geo_node *root; /* nx * ny, row by row */
	const uint32_t *pool;        /* lines of 16 words: slots and groups */
};

struct xie_zone_set {
	size_t bytes;
	uint32_t zone_n, part_n, ring_n, v_n, box_n;
	struct geo_zone *zones;
	struct geo_part *parts;
	struct geo_ring *rings;
	struct geo_v *vs;
	struct geo_box *boxes;
	struct geo_grid grid;
};

/* A step, unrolled the short way: from a by (dx, dy). */
struct geo_step {
	struct xie_pt a;
	int64_t dx, dy;
};

/* A longitude difference brought into [-180, 180). */
static inline int64_t geo_short(int64_t d)
{
	if (d >= XIE_LON_MAX)
		d -= GEO_TURN;
	else if (d < -(int64_t)XIE_LON_MAX)
		d += GEO_TURN;
	return d;
}

/* A longitude in the frame of x0: 0 <= x < 360 degrees. */
static inline int64_t geo_into(int32_t x0, int32_t lon)
{
	int64_t x = (int64_t)lon - x0;
	return x < 0 ? x + GEO_TURN : x >= GEO_TURN ? x - GEO_TURN : x;
}

static inline struct geo_step geo_step_of(struct xie_pt a, struct xie_pt b)
{
	return (struct geo_step){ .a = a, .dx = geo_short((int64_t)b.lon - a.lon), .dy = (int64_t)b.lat - a.lat };
}

static inline bool geo_has_boxes(const struct geo_ring *r)
{
	return r->n > GEO_FAN2 / 4;
}
static inline uint32_t geo_groups(uint32_t n, uint32_t of) /* how many boxes of so many things */
{
	return n / of + (n % of != 0);
}

enum geo_where { GEO_OUT, GEO_IN, GEO_BORDER };
enum geo_where geo_ring_at(const struct xie_zone_set *s, const struct geo_ring *r, struct xie_pt p);
enum geo_where geo_rings_at(const struct xie_zone_set *s, const struct geo_ring *rings, uint32_t n, struct xie_pt p);
/* The rings of part i of zone z. */
static inline const struct geo_ring *geo_rings(const struct xie_zone_set *s, const struct geo_zone *z, uint32_t i,
                                               uint32_t *ret_n)
{
	if (z->part_n <= 1 && z->ring_n == 1) {
		*ret_n = 1;
		return &z->ring;
	}
	const struct geo_part *p = &s->parts[z->part_at + i];
	*ret_n = p->ring_n;
	return &s->rings[p->ring_at];
}

/* The first part of z from i on whose box the step's box meets, or part_n. */
uint32_t geo_next_part(const struct xie_zone_set *s, const struct geo_zone *z, const struct geo_step *st, uint32_t i);

/* Boxes for what was added to s; LIMIT when mem is full. */
xie_status geo_boxes_build(struct xie_zone_set *s, xie_arena *mem) XIE_MUST_USE;
xie_status geo_grid_build(struct xie_zone_set *s, xie_arena *mem) XIE_MUST_USE;

#endif
