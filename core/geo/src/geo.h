/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a zone set: rings unrolled into frames of their own.
 *
 *   zone -> parts -> rings -> vertices, four flat arrays
 *
 * A ring's frame has its x = 0 on the ring's westernmost meridian, so that its edges, taken the short way, are plain
 * segments with 0 <= x <= w < 360 degrees wherever the ring lies on the globe.  A point has one place in the
 * frame of a ring; a step may have to be laid into it twice (from the west and from the east). */
#ifndef XIE_GEO_GEO_H
#define XIE_GEO_GEO_H

#include "xie/geo/zone.h"

#define GEO_TURN (INT64_C(2) * XIE_LON_MAX) /* 360 degrees */

struct geo_v {
	uint32_t x; /* east of the ring's x0 */
	int32_t y;
};

struct geo_ring {
	int32_t x0;     /* westernmost longitude, in [-180, 180) */
	uint32_t w;     /* width; every x is in 0..w */
	int32_t y0, y1; /* lowest and highest latitude */
	uint32_t at, n; /* its vertices; a gate is a "ring" of two */
};

struct geo_part {
	uint32_t ring_at, ring_n;
};

struct geo_zone {
	uint32_t part_at, part_n; /* a gate has part_n == 0 and its segment in ring part_at */
};

struct xie_zone_set {
	size_t bytes;
	uint32_t zone_n, part_n, ring_n, v_n;
	struct geo_zone *zones;
	struct geo_part *parts;
	struct geo_ring *rings;
	struct geo_v *vs;
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

enum geo_where { GEO_OUT, GEO_IN, GEO_BORDER };
enum geo_where geo_part_at(const struct xie_zone_set *s, const struct geo_part *part, struct xie_pt p);

#endif
