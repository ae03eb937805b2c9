/* SPDX-License-Identifier: Apache-2.0 */
#include "geo.h"

int64_t xie_lon_near(int32_t b_lon, int32_t a_lon)
{
	return a_lon + geo_short((int64_t)b_lon - a_lon);
}

int xie_frac_cmp(struct xie_frac a, struct xie_frac b)
{
	xie_i128 d = (xie_i128)a.num * b.den - (xie_i128)b.num * a.den;
	return (d > 0) - (d < 0);
}

static bool pt_ok(struct xie_pt p)
{
	return p.lon >= -XIE_LON_MAX && p.lon <= XIE_LON_MAX && p.lat >= -XIE_LAT_MAX && p.lat <= XIE_LAT_MAX;
}

/* The way along pts from point i to the next one; false when it is no segment the short way. */
static bool leg(const struct xie_pt *pts, uint32_t i, uint32_t n, int64_t *ret_dx)
{
	struct xie_pt a = pts[i], b = pts[i + 1 < n ? i + 1 : 0];
	int64_t d = geo_short((int64_t)b.lon - a.lon);
	*ret_dx = d;
	return d != -(int64_t)XIE_LON_MAX;
}

/* Unrolls n points into ring r at s->vs[s->v_n]; closed: the last point leads back to the first. */
static bool unroll(struct xie_zone_set *s, struct geo_ring *r, const struct xie_pt *pts, uint32_t n, bool closed)
{
	int64_t x = 0, lo = 0, hi = 0, dx;
	*r = (struct geo_ring){ .at = s->v_n, .n = n, .y0 = pts[0].lat, .y1 = pts[0].lat };
	for (uint32_t i = 0; i < n; i++) {
		if (!pt_ok(pts[i]))
			return false;
		lo = x < lo ? x : lo;
		hi = x > hi ? x : hi;
		r->y0 = pts[i].lat < r->y0 ? pts[i].lat : r->y0;
		r->y1 = pts[i].lat > r->y1 ? pts[i].lat : r->y1;
		if (i + 1 == n && !closed)
			break;
		if (!leg(pts, i, n, &dx))
			return false;
		x += dx;
	}
	if ((closed && x != 0) || hi - lo >= GEO_TURN) /* round a pole, or round the globe */
		return false;
	r->w = (uint32_t)(hi - lo);
	/* |lo| < 360 degrees, so one turn brings the west end home. */
	int64_t west = pts[0].lon + lo;
	west = west < -(int64_t)XIE_LON_MAX ? west + GEO_TURN : west >= XIE_LON_MAX ? west - GEO_TURN : west;
	r->x0 = (int32_t)west;
	x = -lo;
	for (uint32_t i = 0; i < n; i++) {
		s->vs[s->v_n++] = (struct geo_v){ .x = (uint32_t)x, .y = pts[i].lat };
		if (i + 1 == n)
			break;
		(void)leg(pts, i, n, &dx);
		x += dx;
	}
	return true;
}

static bool add_zone(struct xie_zone_set *s, struct geo_zone *z, const struct xie_shape *shape)
{
	if (shape->n == 0) {
		*z = (struct geo_zone){ .part_at = s->ring_n };
		struct xie_pt a = shape->gate[0], b = shape->gate[1];
		return (a.lat != b.lat || geo_short((int64_t)a.lon - b.lon) != 0) &&
		       unroll(s, &s->rings[s->ring_n++], shape->gate, 2, false);
	}
	*z = (struct geo_zone){ .part_at = s->part_n, .part_n = shape->n };
	for (uint32_t i = 0; i < shape->n; i++) {
		const struct xie_part *p = &shape->parts[i];
		if (p->n == 0)
			return false;
		s->parts[s->part_n++] = (struct geo_part){ .ring_at = s->ring_n, .ring_n = p->n };
		for (uint32_t k = 0; k < p->n; k++)
			if (p->rings[k].n < 3 ||
			    !unroll(s, &s->rings[s->ring_n++], p->rings[k].pts, p->rings[k].n, true))
				return false;
	}
	return true;
}

struct sizes {
	uint64_t parts, rings, vs;
};

static struct sizes measure(const struct xie_shape *shapes, size_t n)
{
	struct sizes z = { 0 };
	for (size_t i = 0; i < n; i++) {
		if (shapes[i].n == 0) {
			z.rings++;
			z.vs += 2;
		}
		z.parts += shapes[i].n;
		for (uint32_t k = 0; k < shapes[i].n; k++) {
			z.rings += shapes[i].parts[k].n;
			for (uint32_t j = 0; j < shapes[i].parts[k].n; j++)
				z.vs += shapes[i].parts[k].rings[j].n;
		}
	}
	return z;
}

xie_status xie_zone_set_build(xie_arena *mem, const struct xie_shape *shapes, size_t n,
                              const struct xie_zone_set **ret_set, size_t *reterr_at)
{
	size_t mark = xie_arena_mark(mem);
	struct sizes z = measure(shapes, n);
	struct xie_zone_set *s = xie_arena_new(mem, struct xie_zone_set, 1);
	xie_status st = XIE_LIMIT;
	if (s == NULL || n > UINT32_MAX - 1 || z.parts > UINT32_MAX || z.rings > UINT32_MAX || z.vs > UINT32_MAX)
		goto fail;
	s->zone_n = (uint32_t)n;
	s->zones = xie_arena_new(mem, struct geo_zone, n);
	s->parts = xie_arena_new(mem, struct geo_part, z.parts);
	s->rings = xie_arena_new(mem, struct geo_ring, z.rings);
	s->vs = xie_arena_new(mem, struct geo_v, z.vs);
	if (s->zones == NULL || s->parts == NULL || s->rings == NULL || s->vs == NULL)
		goto fail;
	st = XIE_RANGE;
	for (size_t i = 0; i < n; i++)
		if (!add_zone(s, &s->zones[i], &shapes[i])) {
			*reterr_at = i;
			goto fail;
		}
	st = geo_boxes_build(s, mem);
	if (st == XIE_OK)
		st = geo_grid_build(s, mem);
	if (st != XIE_OK)
		goto fail;
	s->bytes = mem->used - mark;
	*ret_set = s;
	return XIE_OK;
fail:
	xie_arena_rewind(mem, mark);
	return st;
}

size_t xie_zone_set_count(const struct xie_zone_set *s)
{
	return s->zone_n;
}

size_t xie_zone_set_bytes(const struct xie_zone_set *s)
{
	return s->bytes;
}
