/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/track/motion.h"

#include "xie/geo/plane.h"

struct xie_instant xie_instant_at(xie_ms t0, xie_ms t1, struct xie_frac f)
{
	xie_i128 way = (xie_i128)(t1 - t0) * f.num;
	return (struct xie_instant){ .ms = t0 + (xie_ms)(way / f.den), .num = (int64_t)(way % f.den), .den = f.den };
}

int xie_instant_cmp(struct xie_instant a, struct xie_instant b)
{
	if (a.ms != b.ms)
		return a.ms < b.ms ? -1 : 1;
	xie_i128 x = (xie_i128)a.num * b.den, y = (xie_i128)b.num * a.den;
	return (x > y) - (x < y);
}

bool xie_instant_lasts(struct xie_instant a, struct xie_instant b, xie_ms span_ms)
{
	a.ms += span_ms;
	return xie_instant_cmp(a, b) <= 0;
}

/* 256 bits, for squares that 128 do not hold. */
struct u256 {
	xie_u128 hi, lo;
};

static struct u256 mul(xie_u128 a, xie_u128 b)
{
	xie_u128 mask = UINT64_MAX;
	xie_u128 ah = a >> 64, al = a & mask, bh = b >> 64, bl = b & mask;
	xie_u128 ll = al * bl, lh = al * bh, hl = ah * bl;
	xie_u128 mid = (ll >> 64) + (lh & mask) + (hl & mask);
	return (struct u256){ .hi = ah * bh + (lh >> 64) + (hl >> 64) + (mid >> 64), .lo = mid << 64 | (ll & mask) };
}

static int cmp(struct u256 a, struct u256 b)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	return (a.lo > b.lo) - (a.lo < b.lo);
}

/* The square of the distance in units scaled by 2^40, times k^2; the way in units: dx * cos, dy * 2^40. */
static struct u256 distance2(struct xie_pt a, struct xie_pt b, uint64_t k)
{
	int64_t mean = (int64_t)a.lat + b.lat;
	mean = (mean - (mean < 0 ? 1 : 0)) / 2; /* rounded down */
	int64_t dx = xie_lon_near(b.lon, a.lon) - a.lon;
	int64_t dy = (int64_t)b.lat - a.lat;
	xie_u128 x = (xie_u128)(uint64_t)(dx < 0 ? -dx : dx) * (uint64_t)xie_cos_q40((int32_t)mean) * k;
	xie_u128 y = ((xie_u128)(uint64_t)(dy < 0 ? -dy : dy) << 40) * k;
	struct u256 p = mul(x, x), q = mul(y, y);
	struct u256 sum = { .hi = p.hi + q.hi, .lo = p.lo + q.lo };
	sum.hi += sum.lo < p.lo ? 1 : 0;
	return sum;
}

bool xie_moved_at_least(struct xie_pt a, struct xie_pt b, int64_t mm)
{
	return !xie_dist_below(a, b, mm);
}

bool xie_moved_faster(struct xie_pt a, struct xie_pt b, xie_ms dt_ms, int64_t speed_dmph)
{
	if (speed_dmph < 0)
		return true;
	/* 1 minute = 1852 m = 100,000 units: mm = units * 463 / 25; and in dt at v: mm = v * 100 * dt / 3,600,000 */
	xie_u128 limit = ((xie_u128)(uint64_t)speed_dmph * (uint64_t)dt_ms * 25) << 40;
	return cmp(distance2(a, b, UINT64_C(463) * 36000), mul(limit, limit)) > 0;
}

bool xie_is_jump_break(enum xie_target_kind kind, struct xie_pt a, struct xie_pt b, xie_ms dt_ms)
{
	int64_t limit = kind == XIE_KIND_VEHICLE ? 2000 * XIE_DMPH_PER_DKMH : 1000 * XIE_DMPH_PER_DKN;
	/* Most steps are far below 1,000 m: decide those without squares.  1,000 m are 53,996 units of latitude. */
	int64_t dy = (int64_t)b.lat - a.lat, dx = (int64_t)b.lon - a.lon;
	if (dy < 38000 && dy > -38000 && dx < 38000 && dx > -38000)
		return false;
	return xie_moved_at_least(a, b, 1000 * 1000) && (dt_ms <= 0 || xie_moved_faster(a, b, dt_ms, limit));
}

static int64_t lerp(int64_t from, int64_t to, xie_ms part, xie_ms whole)
{
	xie_i128 n = (xie_i128)(to - from) * part;
	xie_i128 q = n / whole, r = n % whole;
	if (r < 0) {
		q--;
		r += whole;
	}
	if (2 * r > whole || (2 * r == whole && ((from + (int64_t)q) & 1) != 0))
		q++;
	return from + (int64_t)q;
}

struct xie_pt xie_interpolate(struct xie_pt a, xie_ms t0, struct xie_pt b, xie_ms t1, xie_ms t)
{
	if (t1 <= t0)
		return b;
	int64_t lon = lerp(a.lon, xie_lon_near(b.lon, a.lon), t - t0, t1 - t0);
	if (lon >= XIE_LON_MAX)
		lon -= 2 * (int64_t)XIE_LON_MAX;
	if (lon < -XIE_LON_MAX)
		lon += 2 * (int64_t)XIE_LON_MAX;
	return (struct xie_pt){ .lon = (int32_t)lon, .lat = (int32_t)lerp(a.lat, b.lat, t - t0, t1 - t0) };
}
