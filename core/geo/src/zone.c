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

/* Is (x, y) on the segment u-v, or does the edge cross the half-line that runs west from it?
 * An edge holds its lower end and not its upper one, so a ring is counted right through its vertices. */
static inline enum geo_where edge_at(struct geo_v u, struct geo_v v, int64_t x, int64_t y)
{
	int64_t lo = u.y < v.y ? u.y : v.y, hi = u.y < v.y ? v.y : u.y;
	if (y < lo || y > hi)
		return GEO_OUT;
	int64_t left = u.x < v.x ? u.x : v.x, right = u.x < v.x ? v.x : u.x;
	int64_t c = ((int64_t)v.x - u.x) * (y - u.y) - (x - u.x) * ((int64_t)v.y - u.y);
	if (c == 0 && x >= left && x <= right)
		return GEO_BORDER;
	if (y == hi) /* also every level edge */
		return GEO_OUT;
	/* Upwards (u low): c < 0 means that the edge is west of x. */
	return (u.y < v.y ? c < 0 : c > 0) ? GEO_IN : GEO_OUT;
}

static enum geo_where ring_at(const struct xie_zone_set *s, const struct geo_ring *r, struct xie_pt p)
{
	int64_t x = geo_into(r->x0, p.lon);
	if (x > r->w || p.lat < r->y0 || p.lat > r->y1)
		return GEO_OUT;
	const struct geo_v *v = &s->vs[r->at], *u = &v[r->n - 1];
	bool odd = false;
	for (uint32_t i = 0; i < r->n; u = v, v++, i++) {
		enum geo_where w = edge_at(*u, *v, x, p.lat);
		if (w == GEO_BORDER)
			return GEO_BORDER;
		odd ^= w == GEO_IN;
	}
	return odd ? GEO_IN : GEO_OUT;
}

enum geo_where geo_part_at(const struct xie_zone_set *s, const struct geo_part *part, struct xie_pt p)
{
	bool odd = false;
	for (uint32_t k = 0; k < part->ring_n; k++) {
		enum geo_where w = ring_at(s, &s->rings[part->ring_at + k], p);
		if (w == GEO_BORDER)
			return GEO_BORDER;
		odd ^= w == GEO_IN;
	}
	return odd ? GEO_IN : GEO_OUT;
}

bool xie_zone_has(const struct xie_zone_set *s, uint32_t id, struct xie_pt p)
{
	const struct geo_zone *z = &s->zones[id];
	for (uint32_t i = 0; i < z->part_n; i++)
		if (geo_part_at(s, &s->parts[z->part_at + i], p) != GEO_OUT)
			return true;
	return false;
}

void xie_zones_at(const struct xie_zone_set *s, struct xie_pt p, uint32_t *hint, uint32_t *ids, size_t cap,
		  size_t *ret_n)
{
	(void)hint;
	size_t k = 0;
	for (uint32_t i = 0; i < s->zone_n; i++) {
		if (!xie_zone_has(s, i, p))
			continue;
		if (k < cap)
			ids[k] = i;
		k++;
	}
	*ret_n = k;
}
