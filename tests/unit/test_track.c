/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/track/archive.h"

enum { MANY = 3000 };
static struct xie_track_pt in[MANY], out[MANY];
static uint8_t bytes[XIE_TRACK_ROOM(MANY)];
static uint64_t seed;

static uint64_t any(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

static size_t there_and_back(size_t n)
{
	enum xie_target_kind kind = XIE_KIND_AID;
	size_t len = 0, got = 0;
	check_ok(xie_track_encode(XIE_KIND_VEHICLE, in, n, bytes, sizeof bytes, &len));
	check_ok(xie_track_decode((xie_str){ (char *)bytes, len }, in[0].t, &kind, out, MANY, &got));
	check_int(kind, XIE_KIND_VEHICLE);
	check_int(got, n);
	for (size_t i = 0; i < n; i++)
		if (xie_track_cmp(&in[i], &out[i]) != 0)
			fail_msg("point %zu of %zu (seed %" PRIu64 ") differs: t %" PRId64 " %" PRId64 ", %d %d, %d %d", i, n, seed,
			         in[i].t, out[i].t, in[i].at.lon, out[i].at.lon, in[i].at.lat, out[i].at.lat);
	return len;
}

#define T0 INT64_C(1396708320000)
#define BOTH (XIE_FIX_SOG | XIE_FIX_COG)

/* Points of a vessel on a straight way at 10 knots, course 90, each ten seconds, in AIS units. */
static void straight(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t x = (int64_t)i * 10000 * 185200 / 666720 / 10 * 10;
		in[i] = (struct xie_track_pt){ T0 + (xie_ms)i * 10000, { (int32_t)x, 0 }, 100 * XIE_DMPH_PER_DKN, 9000, BOTH };
	}
}

static void a_straight_way_takes_less_than_a_byte_a_point(void **state)
{
	(void)state;
	straight(360);
	check_true(there_and_back(360) < 360);
	/* On the meridian and at 60 degrees, where a minute of longitude is half as long, too. */
	for (size_t i = 0; i < 360; i++)
		in[i].at = (struct xie_pt){ in[i].at.lon * 2, 60 * XIE_DEG };
	check_true(there_and_back(360) < 360);
	for (size_t i = 0; i < 360; i++) {
		in[i].at = (struct xie_pt){ -XIE_DEG, in[i].at.lon / 2 / 10 * 10 };
		in[i].cog_cdeg = 0;
	}
	check_true(there_and_back(360) < 360);
}

static void one_that_lies_still_takes_its_times_and_five_bits(void **state)
{
	(void)state;
	for (size_t i = 0; i < 300; i++)
		in[i] = (struct xie_track_pt){ T0 + (xie_ms)i * 10000, { 7 * XIE_DEG, -3 * XIE_DEG }, 0, 2200, BOTH };
	check_true(there_and_back(300) < 300 * 5 / 8 + 40);
}

static void a_single_point_and_points_of_one_instant(void **state)
{
	(void)state;
	static const struct xie_track_pt ONE[] = {
		{ T0 + 7, { -XIE_LON_MAX, -XIE_LAT_MAX }, INT32_MAX, 35999, XIE_TRACK_HAS },
		{ T0 + 7, { XIE_LON_MAX - 1, XIE_LAT_MAX }, INT32_MIN, 0, XIE_TRACK_HAS },
		{ -5, { 0, 0 }, 0, 0, 0 },
	};
	for (size_t i = 0; i < 3; i++) {
		in[0] = ONE[i];
		(void)there_and_back(1);
	}
	for (size_t i = 0; i < 50; i++)
		in[i] = ONE[i % 2];
	(void)there_and_back(50);
}

static void the_date_line_and_the_hour_are_crossed_and_kept(void **state)
{
	(void)state;
	struct xie_pt low, high;
	for (size_t i = 0; i < 100; i++) {
		int32_t x = (int32_t)i * 10 - 500;
		in[i] = (struct xie_track_pt){ T0 + (xie_ms)i * 10000, { x < 0 ? XIE_LON_MAX + x : -XIE_LON_MAX + x, (int32_t)i }, 0, 0, 0 };
	}
	check_true(there_and_back(100) < 250);
	xie_track_box(in, 100, &low, &high);
	check_int(low.lon, XIE_LON_MAX - 500);
	check_int(high.lon, -XIE_LON_MAX + 490);
	check_int(low.lat, 0);
	check_int(high.lat, 99);
	in[99].t = T0 + XIE_TRACK_HOUR - 1;
	(void)there_and_back(100);
	/* Once round: the box is a belt. */
	for (size_t i = 0; i < 5; i++)
		in[i] = (struct xie_track_pt){ T0, { (int32_t)(-XIE_LON_MAX + (int64_t)(i % 4) * 90 * XIE_DEG), 5 }, 0, 0, 0 };
	xie_track_box(in, 5, &low, &high);
	check_int(low.lon, -XIE_LON_MAX);
	check_int(high.lon, XIE_LON_MAX - 1);
}

/* Every kind of sender, mixed: units of AIS, of JT/T 808 and of nobody, jumps, gaps, missing values. */
static void whatever_is_put_in_comes_out(void **state)
{
	(void)state;
	static const int32_t UNITS[] = { 10, 6, 1, 100 }, SPEEDS[] = { 1852, 1000, 1, 7 }, TIMES[] = { 1000, 10, 1, 60000 };
	for (uint64_t round = 1; round <= 2000; round++) {
		seed = round * UINT64_C(0x9E3779B97F4A7C15);
		int32_t unit = UNITS[any(4)], speed = SPEEDS[any(4)], time = TIMES[any(4)];
		size_t n = 1 + any(round % 10 == 0 ? MANY : 60), course = any(3) == 0 ? 1 : any(2) == 0 ? 10 : 100;
		uint64_t wild = 1 + any(40), step = 1 + any(300);
		uint16_t has = (uint16_t)(any(64) == 0 ? 0 : BOTH);
		struct xie_track_pt p = { T0 + (xie_ms)any(100000), { (int32_t)any(2000000) * unit, (int32_t)any(1000000) * unit / 2 * 2 }, 0, 0, has };
		p.at.lon = p.at.lon % XIE_LON_MAX;
		p.at.lat = p.at.lat % XIE_LAT_MAX;
		const xie_ms from = p.t;
		size_t k = 0;
		for (; k < n; k++) {
			p.has = any(wild) == 0 ? (uint16_t)(any(2048) & XIE_TRACK_HAS) : p.has;
			p.sog_dmph = (p.has & XIE_FIX_SOG) == 0 ? 0 : any(wild * 4) == 0 ? (int32_t)(any(1u << 31) / (unsigned)speed) * speed : (int32_t)any(200) * speed;
			p.cog_cdeg = (p.has & XIE_FIX_COG) == 0 ? 0 : (uint16_t)(any(36000 / course) * course);
			in[k] = p;
			int64_t x = p.at.lon + ((int64_t)any(2 * step) - (int64_t)step) * unit, y = p.at.lat + ((int64_t)any(2 * step) - (int64_t)step) * unit;
			if (any(wild * 8) == 0)
				x = (int64_t)any(4000000000u);
			p.at.lon = (int32_t)((x % XIE_LON_MAX));
			p.at.lat = (int32_t)(y % XIE_LAT_MAX);
			p.t += (xie_ms)any(step) * time;
			if (p.t - from >= XIE_TRACK_HOUR)
				break;
		}
		(void)there_and_back(k < n ? k + 1 : n);
	}
}

static void what_cannot_be_kept_is_refused(void **state)
{
	(void)state;
	static const struct {
		struct xie_track_pt second;
		xie_status want;
	} CASES[] = {
		{ { T0 - 1, { 0, 0 }, 0, 0, 0 }, XIE_RANGE },
		{ { T0 + XIE_TRACK_HOUR, { 0, 0 }, 0, 0, 0 }, XIE_RANGE },
		{ { INT64_MAX, { 0, 0 }, 0, 0, 0 }, XIE_RANGE },
		{ { T0, { XIE_LON_MAX, 0 }, 0, 0, 0 }, XIE_RANGE },
		{ { T0, { 0, -XIE_LAT_MAX - 1 }, 0, 0, 0 }, XIE_RANGE },
		{ { T0, { 0, 0 }, 0, 36000, XIE_FIX_COG }, XIE_RANGE },
		{ { T0, { 0, 0 }, 0, 0, XIE_FIX_HEADING }, XIE_RANGE },
	};
	size_t len = 7;
	in[0] = (struct xie_track_pt){ T0, { 0, 0 }, 0, 0, 0 };
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		in[1] = CASES[i].second;
		check_st(xie_track_encode(XIE_KIND_VESSEL, in, 2, bytes, sizeof bytes, &len), CASES[i].want);
	}
	check_st(xie_track_encode(XIE_KIND_VESSEL, in, 0, bytes, sizeof bytes, &len), XIE_RANGE);
	check_st(xie_track_encode(XIE_KIND_VESSEL, in, 1, bytes, XIE_TRACK_ROOM(1) - 1, &len), XIE_LIMIT);
	check_st(xie_track_encode(XIE_KIND_VESSEL, in, XIE_TRACK_MOST + 1, bytes, SIZE_MAX, &len), XIE_LIMIT);
	check_int(len, 7);
}

/* Two of 65,536 changes pass a sum of two bytes by chance; of one bit none may, and no cut is longer than it was. */
static void damage_is_seen(void **state)
{
	(void)state;
	enum xie_target_kind kind;
	size_t len = 0, n = 0;
	straight(40);
	check_ok(xie_track_encode(XIE_KIND_VESSEL, in, 40, bytes, sizeof bytes, &len));
	for (size_t bit = 0; bit < 8 * len; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		check_st(xie_track_decode((xie_str){ (char *)bytes, len }, T0, &kind, out, MANY, &n), XIE_CHECKSUM);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t cut = 0; cut < len; cut++)
		check_true(xie_track_decode((xie_str){ (char *)bytes, cut }, T0, &kind, out, MANY, &n) != XIE_OK);
	check_st(xie_track_decode((xie_str){ (char *)bytes, len }, T0 + 1, &kind, out, MANY, &n), XIE_CHECKSUM);
	check_st(xie_track_decode((xie_str){ (char *)bytes, len }, T0, &kind, out, 39, &n), XIE_LIMIT);
	check_int(n, 40);
}

/* What the chunk on disk means never changes: a reader of later years reads these bytes. */
static void format_1_is_as_it_was(void **state)
{
	(void)state;
	static const uint8_t WANT[] = {
#include "track_format_1.h"
	};
	size_t len = 0;
	straight(12);
	in[5].has |= XIE_FIX_ACCURATE;
	in[7].t += 1;
	in[9].sog_dmph += 1852 * 7;
	check_ok(xie_track_encode(XIE_KIND_VESSEL, in, 12, bytes, sizeof bytes, &len));
	check_int(len, sizeof WANT);
	for (size_t i = 0; i < len; i++)
		check_int(bytes[i], WANT[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_straight_way_takes_less_than_a_byte_a_point),
		cmocka_unit_test(one_that_lies_still_takes_its_times_and_five_bits),
		cmocka_unit_test(a_single_point_and_points_of_one_instant),
		cmocka_unit_test(the_date_line_and_the_hour_are_crossed_and_kept),
		cmocka_unit_test(whatever_is_put_in_comes_out),
		cmocka_unit_test(what_cannot_be_kept_is_refused),
		cmocka_unit_test(damage_is_seen),
		cmocka_unit_test(format_1_is_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
