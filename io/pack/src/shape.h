/* SPDX-License-Identifier: Apache-2.0 */
/* From what a feature says to parts of polygons, in integers; shared by the files of the GeoJSON reader. */
#ifndef XIE_PACK_SHAPE_H
#define XIE_PACK_SHAPE_H

#include "xie/base/arena.h"
#include "xie/base/wr.h"
#include "xie/geo/zone.h"

#define SHAPE_TURN (INT64_C(2) * XIE_LON_MAX)

/* Into [-180, 180), from anywhere within one turn of it. */
static inline int32_t shape_lon(int64_t lon)
{
	return (int32_t)(lon >= XIE_LON_MAX ? lon - SHAPE_TURN : lon < -(int64_t)XIE_LON_MAX ? lon + SHAPE_TURN : lon);
}

/* Half widths and radii, mm. */
#define SHAPE_MIN_MM 100
#define SHAPE_MAX_MM 100000000

/* A polygon whose corners lie r_mm from centre.  RANGE when it comes too near a pole, LIMIT when mem is full. */
xie_status shape_circle(xie_arena *mem, struct xie_pt centre, int64_t r_mm, struct xie_part *ret) XIE_MUST_USE;
/* How many parts shape_corridor will make of the line. */
size_t shape_corridor_parts(const struct xie_pt *pts, uint32_t n);
/* The points within half_mm of a line of n different points: a polygon for each leg, a round one for each point. */
xie_status shape_corridor(xie_arena *mem, const struct xie_pt *pts, uint32_t n, int64_t half_mm,
                          struct xie_part *parts) XIE_MUST_USE;

/* What is wrong with a ring before its area is looked at, and where. */
enum ring_fault { RING_OK, RING_FEW, RING_HALF_TURN, RING_POLE, RING_GLOBE };
enum ring_fault shape_ring_fault(const struct xie_ring *r, struct xie_pt *ret_at);
/* From its least point on, anticlockwise (shell) or clockwise (hole); in place. */
void shape_ring_order(struct xie_pt *pts, uint32_t n, bool hole);

/* Validity of an area by GEOS.  what == NULL: valid. */
struct geos_verdict {
	const char *what, *hint;
	bool has_at;
	struct xie_pt at; /* to the nearest unit */
};
struct geos_check;
struct geos_check *geos_check_new(void); /* NULL: no memory */
void geos_check_free(struct geos_check *g);
xie_status geos_check_area(struct geos_check *g, const struct xie_shape *shape, struct geos_verdict *ret) XIE_MUST_USE;
/* A valid area instead, as a GeoJSON geometry on w; nothing when GEOS finds none. */
void geos_check_repair(struct geos_check *g, const struct xie_shape *shape, xie_wr *w);

#endif
