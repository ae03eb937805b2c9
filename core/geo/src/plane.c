/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/geo/plane.h"

#include "xie/base/time.h"

#define STEP 1000                             /* latitudes are rounded down to this */
#define QUARTER 540000                        /* steps in 90 degrees */
#define PI_4_TURN 270000                      /* steps in 45 degrees */
#define STEP_Q82 UINT64_C(0xc33636b6622f7ddb) /* one step in radians, 2^-82 */

/* 2^64/(2k)! and 2^64/(2k+1)! for k = 1, 2, ...: the Taylor series of cosine and sine in x^2. */
static const uint64_t cos_q64[] = { 0x8000000000000000,
	                            0x0aaaaaaaaaaaaaab,
	                            0x005b05b05b05b05b,
	                            0x0001a01a01a01a02,
	                            0x49f93edde28,
	                            0x8f76c77fc,
	                            0xc9cba54,
	                            0xd73fa,
	                            0xb41,
	                            0x8 };
static const uint64_t sin_q64[] = { 0x2aaaaaaaaaaaaaab,
	                            0x0222222222222222,
	                            0x000d00d00d00d00d,
	                            0x00002e3bc74aad8e,
	                            0x6b99159fd5,
	                            0xb092309d,
	                            0xd73f9f,
	                            0xca96,
	                            0x98 };

static inline uint64_t high(uint64_t a, uint64_t b)
{
	return (uint64_t)((xie_u128)a * b >> 64);
}

/* z (c[0] - z (c[1] - z (...))), Q64: what cosine lacks to 1, and sin x / x likewise; z = x^2 < 0.62. */
static uint64_t series(const uint64_t *c, size_t n, uint64_t z)
{
	uint64_t p = c[n - 1];
	for (size_t i = n - 1; i-- > 0;)
		p = c[i] - high(z, p);
	return high(z, p);
}

/* The error before the last rounding is under 2^-59; that every one of the 540,001 results is the nearest 2^-40 was
 * checked against 60-digit arithmetic (tests/unit/test_plane.c holds 1,000 of them). */
int64_t xie_cos_q40(int32_t lat)
{
	int64_t k = xie_floor_div(lat, STEP);
	uint64_t n = (uint64_t)(k < 0 ? -k : k);
	if (n > QUARTER)
		return 0;
	bool by_sine = n > PI_4_TURN;
	uint64_t x = (uint64_t)((xie_u128)(by_sine ? QUARTER - n : n) * STEP_Q82 >> 19); /* Q63, up to pi/4 */
	uint64_t z = (uint64_t)((xie_u128)x * x >> 62);                                  /* Q64 */
	if (by_sine) {
		uint64_t sine = x - high(x, series(sin_q64, sizeof sin_q64 / sizeof sin_q64[0], z)); /* Q63 */
		return (int64_t)((sine + (UINT64_C(1) << 22)) >> 23);
	}
	uint64_t lacks = series(cos_q64, sizeof cos_q64 / sizeof cos_q64[0], z);
	return (INT64_C(1) << 40) - (int64_t)((lacks + (UINT64_C(1) << 23)) >> 24);
}

/* East-west (shrunk by the cosine, 2^-40 of a unit) and north-south (whole units) distances. */
struct apart {
	uint64_t whole, part; /* east-west: whole + part / 2^40 */
	uint64_t dy;
};

static struct apart apart_of(struct xie_pt a, struct xie_pt b)
{
	int64_t dx = (int64_t)b.lon - a.lon, dy = (int64_t)b.lat - a.lat;
	if (dx >= XIE_LON_MAX)
		dx -= 2 * (int64_t)XIE_LON_MAX;
	else if (dx < -(int64_t)XIE_LON_MAX)
		dx += 2 * (int64_t)XIE_LON_MAX;
	int64_t mean = xie_floor_div((int64_t)a.lat + b.lat, 2);
	xie_u128 x = (xie_u128)(uint64_t)(dx < 0 ? -dx : dx) * (uint64_t)xie_cos_q40((int32_t)mean);
	return (struct apart){ .whole = (uint64_t)(x >> 40),
		               .part = (uint64_t)x & ((UINT64_C(1) << 40) - 1),
		               .dy = (uint64_t)(dy < 0 ? -dy : dy) };
}

xie_u128 xie_dist2_q80(struct xie_pt a, struct xie_pt b)
{
	struct apart d = apart_of(a, b);
	if (d.whole >> 24 != 0 || d.dy >> 24 != 0)
		return ~(xie_u128)0;
	xie_u128 x = (xie_u128)d.whole << 40 | d.part, y = (xie_u128)d.dy << 40;
	x *= x;
	y *= y;
	return x > ~y ? ~(xie_u128)0 : x + y;
}

/* The square of the distance in (1/25 mm)^2: one unit is 1852/100 mm = 463/25 mm.  Returns its whole part;
 * *ret_rest is its fraction, 2^-40, rounded down. */
static xie_u128 square25(struct xie_pt a, struct xie_pt b, uint64_t *ret_rest)
{
	struct apart d = apart_of(a, b);
	const uint64_t k = 463 * 463;
	xie_u128 whole = ((xie_u128)d.whole * d.whole + (xie_u128)d.dy * d.dy) * k;
	xie_u128 mixed = (xie_u128)(2 * d.whole) * d.part * k; /* 2^-40, below 2^89 */
	xie_u128 parts = (xie_u128)d.part * d.part * k;        /* 2^-80, below 2^98 */
	mixed += parts >> 40;
	*ret_rest = (uint64_t)mixed & ((UINT64_C(1) << 40) - 1);
	return whole + (mixed >> 40);
}

bool xie_dist_below(struct xie_pt a, struct xie_pt b, int64_t mm)
{
	if (mm <= 0)
		return false;
	if (mm >= INT64_C(1) << 50)
		return true;
	uint64_t rest;
	/* The other side is whole, so the fraction cannot decide. */
	return square25(a, b, &rest) < (xie_u128)(uint64_t)(25 * mm) * (uint64_t)(25 * mm);
}

int64_t xie_dist_mm(struct xie_pt a, struct xie_pt b)
{
	uint64_t rest;
	xie_u128 s = square25(a, b, &rest);
	s = s << 2 | rest >> 38; /* (1/50 mm)^2 */
	uint64_t root = 0;
	for (uint64_t bit = UINT64_C(1) << 45; bit != 0; bit >>= 1)
		if ((xie_u128)(root | bit) * (root | bit) <= s)
			root |= bit;
	return (int64_t)((root + 25) / 50);
}
