/* SPDX-License-Identifier: Apache-2.0 */
#include "shape.h"

#include "xie/base/time.h"
#include "xie/geo/plane.h"

#define ONE_Q40 (INT64_C(1) << 40)
#define POLE_COS (ONE_Q40 / 100) /* 89.4 degrees: nearer to a pole than this nothing is drawn */
#define LEG_MAX (XIE_DEG / 10)   /* legs are cut to a tenth of a degree of latitude */
#define SAGITTA_MM 50
#define CORNERS_MAX 1024u

/* Cosine and sine of k/n of a turn, Q40; the angle is rounded down to 1/6000 degree. */
static void direction(uint32_t k, uint32_t n, int64_t *ret_cos, int64_t *ret_sin)
{
	uint32_t at = (uint32_t)((uint64_t)k * 2160000 / n), rest = at % 540000;
	int64_t c = xie_cos_q40((int32_t)(rest * 1000)), s = xie_cos_q40((int32_t)((540000 - rest) * 1000));
	static const int8_t turn[4][4] = { { 1, 0, 0, 1 }, { 0, -1, 1, 0 }, { -1, 0, 0, -1 }, { 0, 1, -1, 0 } };
	const int8_t *t = turn[at / 540000];
	*ret_cos = t[0] * c + t[1] * s;
	*ret_sin = t[2] * c + t[3] * s;
}

static uint32_t corners(int64_t r_mm)
{
	uint32_t n = 16;
	while (n < CORNERS_MAX &&
	       r_mm * ((ONE_Q40 - xie_cos_q40((int32_t)(1080000 / n * 1000))) >> 8) > (int64_t)SAGITTA_MM << 32)
		n *= 2;
	return n;
}

/* The point that lies east/den * r and north/den * r from p (den > 0), rounded towards p: one unit is 463/25 mm. */
static bool beside(struct xie_pt p, int64_t r_mm, xie_i128 east, xie_i128 north, xie_i128 den, struct xie_pt *ret)
{
	int64_t r25 = r_mm * 25;
	int64_t dy = (int64_t)(north * r25 / (den * 463));
	int64_t lat = p.lat + dy;
	if (lat < -(int64_t)XIE_LAT_MAX || lat > XIE_LAT_MAX)
		return false;
	int64_t c = xie_cos_q40((int32_t)xie_floor_div(p.lat + lat, 2));
	if (c < POLE_COS)
		return false;
	/* East shrinks with the cosine, halfway between the two as distances are measured. */
	int64_t dx = (int64_t)(east * r25 * ONE_Q40 / (den * 463 * c)); /* below 2^122 */
	*ret = (struct xie_pt){ shape_lon(p.lon + dx), (int32_t)lat };
	return true;
}

xie_status shape_circle(xie_arena *mem, struct xie_pt centre, int64_t r_mm, struct xie_part *ret)
{
	uint32_t n = corners(r_mm), k = 0;
	struct xie_pt *pts = xie_arena_new(mem, struct xie_pt, n);
	struct xie_ring *ring = xie_arena_new(mem, struct xie_ring, 1);
	if (pts == NULL || ring == NULL)
		return XIE_LIMIT;
	for (uint32_t i = 0; i < n; i++) {
		int64_t c, s;
		struct xie_pt p;
		direction(i, n, &c, &s);
		if (!beside(centre, r_mm, c, s, ONE_Q40, &p))
			return XIE_RANGE;
		if (k == 0 || pts[k - 1].lon != p.lon || pts[k - 1].lat != p.lat)
			pts[k++] = p;
	}
	*ring = (struct xie_ring){ pts, k };
	*ret = (struct xie_part){ ring, 1 };
	return XIE_OK;
}

static uint64_t root(xie_u128 v)
{
	uint64_t r = 0;
	for (uint64_t bit = UINT64_C(1) << 52; bit != 0; bit >>= 1)
		if ((xie_u128)(r | bit) * (r | bit) <= v)
			r |= bit;
	return r;
}

/* The ground within half_mm to both sides of the leg a-b. */
static xie_status leg_part(xie_arena *mem, struct xie_pt a, struct xie_pt b, int64_t half_mm, struct xie_part *ret)
{
	struct xie_pt *pts = xie_arena_new(mem, struct xie_pt, 4);
	struct xie_ring *ring = xie_arena_new(mem, struct xie_ring, 1);
	if (pts == NULL || ring == NULL)
		return XIE_LIMIT;
	int64_t dx = xie_lon_near(b.lon, a.lon) - a.lon, dy = (int64_t)b.lat - a.lat;
	int64_t ex = dx * (xie_cos_q40((int32_t)xie_floor_div((int64_t)a.lat + b.lat, 2)) >> 20), ey = dy * (1 << 20);
	xie_i128 len = (int64_t)root((xie_u128)((xie_i128)ex * ex) + (xie_u128)((xie_i128)ey * ey));
	if (len == 0 || !beside(a, half_mm, ey, -(xie_i128)ex, len, &pts[0]) ||
	    !beside(b, half_mm, ey, -(xie_i128)ex, len, &pts[1]) ||
	    !beside(b, half_mm, -(xie_i128)ey, ex, len, &pts[2]) ||
	    !beside(a, half_mm, -(xie_i128)ey, ex, len, &pts[3]))
		return XIE_RANGE;
	*ring = (struct xie_ring){ pts, 4 };
	*ret = (struct xie_part){ ring, 1 };
	return XIE_OK;
}

static uint32_t cuts(struct xie_pt a, struct xie_pt b)
{
	int64_t dy = (int64_t)b.lat - a.lat;
	return (uint32_t)(((dy < 0 ? -dy : dy) + LEG_MAX - 1) / LEG_MAX) + (dy == 0);
}

size_t shape_corridor_parts(const struct xie_pt *pts, uint32_t n)
{
	size_t k = 1;
	for (uint32_t i = 0; i + 1 < n; i++)
		k += 2 * (size_t)cuts(pts[i], pts[i + 1]);
	return k;
}

xie_status shape_corridor(xie_arena *mem, const struct xie_pt *pts, uint32_t n, int64_t half_mm, struct xie_part *parts)
{
	struct xie_pt at = pts[0];
	xie_status st = shape_circle(mem, at, half_mm, parts++);
	for (uint32_t i = 0; st == XIE_OK && i + 1 < n; i++) {
		struct xie_pt a = pts[i], b = pts[i + 1];
		int64_t dx = xie_lon_near(b.lon, a.lon) - a.lon, dy = (int64_t)b.lat - a.lat, m = cuts(a, b);
		for (int64_t k = 1; st == XIE_OK && k <= m; k++) {
			struct xie_pt next = { shape_lon(a.lon + xie_floor_div(dx * k * 2 + m, 2 * m)),
				               (int32_t)(a.lat + xie_floor_div(dy * k * 2 + m, 2 * m)) };
			st = leg_part(mem, at, next, half_mm, parts++);
			if (st == XIE_OK)
				st = shape_circle(mem, next, half_mm, parts++);
			at = next;
		}
	}
	return st;
}

enum ring_fault shape_ring_fault(const struct xie_ring *r, struct xie_pt *ret_at)
{
	int64_t x = 0, lo = 0, hi = 0;
	uint32_t different = 0;
	for (uint32_t i = 0; i < r->n; i++) {
		uint32_t k = 0;
		while (k < i && (r->pts[k].lon != r->pts[i].lon || r->pts[k].lat != r->pts[i].lat))
			k++;
		different += k == i;
		if (different == 3)
			break;
	}
	*ret_at = r->pts[0];
	if (different < 3)
		return RING_FEW;
	for (uint32_t i = 0; i < r->n; i++) {
		struct xie_pt a = r->pts[i], b = r->pts[i + 1 < r->n ? i + 1 : 0];
		int64_t d = xie_lon_near(b.lon, a.lon) - a.lon;
		if (d == -(int64_t)XIE_LON_MAX) {
			*ret_at = a;
			return RING_HALF_TURN;
		}
		x += d;
		lo = x < lo ? x : lo;
		hi = x > hi ? x : hi;
	}
	return x != 0 ? RING_POLE : hi - lo >= SHAPE_TURN ? RING_GLOBE : RING_OK;
}

static void turn_about(struct xie_pt *pts, uint32_t n)
{
	for (uint32_t i = 0; i < n / 2; i++) {
		struct xie_pt swap = pts[i];
		pts[i] = pts[n - 1 - i];
		pts[n - 1 - i] = swap;
	}
}

void shape_ring_order(struct xie_pt *pts, uint32_t n, bool hole)
{
	xie_i128 area = 0; /* twice, anticlockwise positive */
	int64_t x = 0, y = 0;
	uint32_t least = 0;
	for (uint32_t i = 0; i < n; i++) {
		struct xie_pt a = pts[i], b = pts[i + 1 < n ? i + 1 : 0];
		int64_t x2 = x + xie_lon_near(b.lon, a.lon) - a.lon, y2 = y + b.lat - a.lat;
		area += (xie_i128)x * y2 - (xie_i128)x2 * y;
		x = x2;
		y = y2;
		if (a.lon < pts[least].lon || (a.lon == pts[least].lon && a.lat < pts[least].lat))
			least = i;
	}
	/* Rotation by three reversals, the last one left out when the ring must turn the other way. */
	turn_about(pts, least);
	turn_about(pts + least, n - least);
	turn_about(pts, n);
	if ((area < 0) != hole)
		turn_about(pts + 1, n - 1);
}
