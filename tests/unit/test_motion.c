/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/track/motion.h"

static struct xie_pt at(double lon, double lat)
{
	return (struct xie_pt){ (int32_t)(lon * 6e6), (int32_t)(lat * 6e6) };
}

static void instants_are_exact_fractions(void **state)
{
	(void)state;
	struct xie_instant a = xie_instant_at(1000, 2000, (struct xie_frac){ 1, 3 });
	check_int(a.ms, 1333);
	struct xie_instant b = xie_instant_at(1000, 2000, (struct xie_frac){ 333333333, 1000000000 });
	check_true(xie_instant_cmp(b, a) < 0);
	check_true(xie_instant_cmp(xie_instant_of(2000), xie_instant_at(1000, 2000, (struct xie_frac){ 7, 7 })) == 0);
	check_true(xie_instant_lasts(a, xie_instant_at(2000, 3000, (struct xie_frac){ 1, 3 }), 1000));
	check_true(!xie_instant_lasts(a, xie_instant_at(2000, 3000, (struct xie_frac){ 1, 3 }), 1001));
	check_true(!xie_instant_lasts(a, xie_instant_of(2333), 1000)); /* 2333 is a third of a ms short */
}

static void a_mile_is_a_minute_of_latitude(void **state)
{
	(void)state;
	struct xie_pt a = { 0, 0 }, b = { 0, 100000 };
	check_true(xie_moved_at_least(a, b, 1852000));
	check_true(!xie_moved_at_least(a, b, 1852001));
	/* one mile in one hour is one knot: not more than one */
	check_true(!xie_moved_faster(a, b, 3600000, 18520));
	check_true(xie_moved_faster(a, b, 3599999, 18520));
	check_true(xie_moved_faster(a, b, 0, 1000000));
	check_true(!xie_moved_faster(a, a, 0, 0)); /* no distance takes no speed */
}

static void half_the_world_overflows_nothing(void **state)
{
	(void)state;
	struct xie_pt a = { -XIE_LON_MAX, -XIE_LAT_MAX }, b = { 0, XIE_LAT_MAX };
	check_true(xie_moved_at_least(a, b, INT64_C(20000000000)));
	check_true(!xie_moved_at_least(a, b, INT64_C(30000000000)));
	check_true(xie_moved_faster(a, b, INT64_C(86400000), 1852 * 10 * 400));
	check_true(!xie_moved_faster(a, b, INT64_C(2592000000), 1852 * 10 * 400));
}

static void jump_breaks_are_far_and_too_fast(void **state)
{
	(void)state;
	struct xie_pt a = at(113, 22), near = at(113, 22.008), far = at(113, 22.02); /* 889 m, 2222 m */
	check_true(!xie_is_jump_break(XIE_KIND_VESSEL, a, near, 0));
	check_true(xie_is_jump_break(XIE_KIND_VESSEL, a, far, 0));
	check_true(xie_is_jump_break(XIE_KIND_VESSEL, a, far, 43000));   /* 100.5 kn */
	check_true(!xie_is_jump_break(XIE_KIND_VESSEL, a, far, 44000));
	check_true(xie_is_jump_break(XIE_KIND_VEHICLE, a, far, 39000));  /* 205 km/h */
	check_true(!xie_is_jump_break(XIE_KIND_VEHICLE, a, far, 41000));
	/* across the antimeridian the short way counts */
	check_true(!xie_is_jump_break(XIE_KIND_VESSEL, (struct xie_pt){ XIE_LON_MAX - 100, 0 }, (struct xie_pt){ -XIE_LON_MAX + 100, 0 }, 1000));
}

static void interpolation_rounds_half_to_even(void **state)
{
	(void)state;
	struct xie_pt p = xie_interpolate((struct xie_pt){ 0, 0 }, 0, (struct xie_pt){ 1, 3 }, 2000, 1000);
	check_int(p.lon, 0); /* 0.5 */
	check_int(p.lat, 2); /* 1.5 */
	p = xie_interpolate((struct xie_pt){ 0, 0 }, 0, (struct xie_pt){ -1, -3 }, 2000, 1000);
	check_int(p.lon, 0);
	check_int(p.lat, -2);
	p = xie_interpolate((struct xie_pt){ XIE_LON_MAX - 10, 0 }, 0, (struct xie_pt){ -XIE_LON_MAX + 10, 0 }, 4000, 3000);
	check_int(p.lon, -XIE_LON_MAX + 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instants_are_exact_fractions),
		cmocka_unit_test(a_mile_is_a_minute_of_latitude),
		cmocka_unit_test(half_the_world_overflows_nothing),
		cmocka_unit_test(jump_breaks_are_far_and_too_fast),
		cmocka_unit_test(interpolation_rounds_half_to_even),
	};
	return cmocka_run_group_tests_name("motion", tests, NULL, NULL);
}
