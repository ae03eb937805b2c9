/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/geo/plane.h"

#include "cos_q40.h"

static void cosine_is_the_nearest_q40(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cos_q40 / sizeof cos_q40[0]; i++)
		check_int(xie_cos_q40(cos_q40[i].lat), cos_q40[i].cos);
}

static void cosine_falls_from_one_to_nothing(void **state)
{
	(void)state;
	int64_t last = (INT64_C(1) << 40) + 1;
	for (int32_t lat = 0; lat <= XIE_LAT_MAX; lat += 1000) {
		int64_t c = xie_cos_q40(lat);
		check_true(c <= last && c >= 0);
		check_int(xie_cos_q40(-lat), c);
		check_int(xie_cos_q40(lat + (lat < XIE_LAT_MAX ? 999 : 0)), c); /* rounded down, south too: */
		if (lat != 0)
			check_int(xie_cos_q40(-lat + 999), c);
		last = c;
	}
	check_int(xie_cos_q40(0), INT64_C(1) << 40);
	check_int(xie_cos_q40(XIE_LAT_MAX), 0);
}

static void a_minute_is_1852_metres(void **state)
{
	(void)state;
	struct xie_pt o = { 0, 0 }, north = { 0, 100000 }, east = { 100000, 0 };
	check_int(xie_dist_mm(o, north), 1852000);
	check_int(xie_dist_mm(o, east), 1852000);
	check_true(!xie_dist_below(o, north, 1852000));
	check_true(xie_dist_below(o, north, 1852001));
	check_true(!xie_dist_below(o, o, 0));
	check_true(xie_dist_below(o, o, 1));
	check_true(!xie_dist_below(o, o, -5));
	check_int(xie_dist_mm(o, (struct xie_pt){ 0, 1 }), 19); /* 18.52 */
	check_int(xie_dist_mm((struct xie_pt){ 0, -XIE_LAT_MAX }, (struct xie_pt){ 0, XIE_LAT_MAX }), 20001600000);
	xie_u128 q = xie_dist2_q80(o, (struct xie_pt){ 3, 4 });
	check_true(q == (xie_u128)25 << 80);
}

static void longitudes_go_the_short_way(void **state)
{
	(void)state;
	struct xie_pt a = { XIE_LON_MAX - 50000, 0 }, b = { -XIE_LON_MAX + 50000, 0 };
	check_int(xie_dist_mm(a, b), 1852000);
	check_int(xie_dist_mm(b, a), 1852000);
	check_int(xie_dist_mm((struct xie_pt){ XIE_LON_MAX, 0 }, (struct xie_pt){ -XIE_LON_MAX, 0 }), 0);
	check_int(xie_dist_mm((struct xie_pt){ 0, 0 }, (struct xie_pt){ -XIE_LON_MAX, 0 }), 20001600000);
}

/* floor(sqrt(v)) by bisection, and the comparison from its definition, with x and y split so that nothing is lost. */
static void comparison_agrees_with_the_square(void **state)
{
	(void)state;
	uint64_t seed = 7;
	for (int i = 0; i < 200000; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		int32_t spread = 1 << (4 + (seed >> 60)); /* up to 2^19 units, 9.7 km */
		struct xie_pt a = { (int32_t)(seed >> 20 & 0xffffff), (int32_t)(seed >> 33 & 0xfffffff) };
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		struct xie_pt b = { a.lon + (int32_t)(seed >> 20) % spread, a.lat + (int32_t)(seed >> 33) % spread };
		int64_t d = xie_dist_mm(a, b);
		check_int(xie_dist_mm(b, a), d);
		/* d is within half a millimetre, so the verdict turns between d and d + 1 or between d - 1 and d. */
		check_true(xie_dist_below(a, b, d + 1));
		check_true(!xie_dist_below(a, b, d - 1));
		/* dist^2 * 463^2 < (25 mm)^2 in 2^-80, exactly: below 2^126 at these distances after 2^-24. */
		xie_u128 s = xie_dist2_q80(a, b) >> 20;
		xie_u128 lhs = s * (463 * 463), rhs = (xie_u128)(uint64_t)(25 * d) * (uint64_t)(25 * d) << 60;
		if ((lhs > rhs ? lhs - rhs : rhs - lhs) > (xie_u128)1 << 40)
			check_int(xie_dist_below(a, b, d), lhs < rhs);
	}
}

static void far_squares_stay_at_the_top(void **state)
{
	(void)state;
	struct xie_pt a = { 0, 0 }, b = { 0, 1 << 24 };
	check_true(xie_dist2_q80(a, b) == ~(xie_u128)0);
	check_true(xie_dist_below(a, b, INT64_MAX));
	check_true(!xie_dist_below(a, b, xie_dist_mm(a, b) - 1));
	check_true(xie_dist_below(a, b, xie_dist_mm(a, b) + 1));
}

static void courses_differ_by_at_most_half_a_turn(void **state)
{
	(void)state;
	check_int(xie_course_diff(0, 35999), 1);
	check_int(xie_course_diff(35999, 0), 1);
	check_int(xie_course_diff(0, 18000), 18000);
	check_int(xie_course_diff(9000, 27001), 17999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cosine_is_the_nearest_q40),
		cmocka_unit_test(cosine_falls_from_one_to_nothing),
		cmocka_unit_test(a_minute_is_1852_metres),
		cmocka_unit_test(longitudes_go_the_short_way),
		cmocka_unit_test(comparison_agrees_with_the_square),
		cmocka_unit_test(far_squares_stay_at_the_top),
		cmocka_unit_test(courses_differ_by_at_most_half_a_turn),
	};
	return cmocka_run_group_tests_name("plane", tests, NULL, NULL);
}
