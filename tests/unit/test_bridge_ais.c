/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/bridge/ais.h"
#include "xie/nmea/join.h"

/* Reads one sentence, decodes it and makes observations of it. */
static unsigned observe(const char *line, struct xie_obs obs[static 2])
{
	static struct xie_nmea_bits bits;
	struct xie_nmea_reader r;
	struct xie_nmea_line l;
	struct xie_ais_msg m;
	xie_nmea_reader_init(&r, 0);
	check_int(xie_nmea_read(&r, xie_str_of(line), &l), XIE_NMEA_VDM);
	check_ok(xie_nmea_unarmor(&bits, l.payload, l.fill));
	check_ok(xie_ais_decode(&bits, &m));
	return xie_bridge_ais(&m, &bits, l.rx, 7, 42, obs);
}

static struct xie_fix fix_from(const struct xie_ais_msg *m, bool *ret_is)
{
	static struct xie_nmea_bits bits;
	struct xie_ais_msg back;
	struct xie_obs obs[2];
	check_ok(xie_ais_encode(m, &bits));
	check_ok(xie_ais_decode(&bits, &back));
	unsigned n = xie_bridge_ais(&back, &bits, 1000, 0, 0, obs);
	*ret_is = n != 0 && obs[0].what == XIE_OBS_FIX;
	return *ret_is ? obs[0].fix : (struct xie_fix){ 0 };
}

static void a_class_a_report_becomes_a_fix(void **state)
{
	(void)state;
	struct xie_obs o[2];
	check_int(observe("\\s:station1,c:1396708320*5A\\!AIVDM,1,1,,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0*30", o), 1);
	/* the tag block above has a wrong check: no time, but the sentence has its own */
	check_int(o[0].fix.t, 0);
	check_int(observe("\\c:1396708320*5A\\!AIVDM,1,1,,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0*30", o), 1);
	check_int(o[0].what, XIE_OBS_FIX);
	check_int(o[0].kind, XIE_KIND_VESSEL);
	check_str(xie_key_text(&o[0].target), "367444060");
	check_int(o[0].source, 7);
	check_int(o[0].frame, 42);
	check_int(o[0].fix.t, INT64_C(1396708320000));
	check_int(o[0].fix.rx, INT64_C(1396708320000));
	check_int(o[0].fix.has & (XIE_FIX_SOG | XIE_FIX_ROT), XIE_FIX_SOG);
	check_true(o[0].fix.echo != 0);
}

static void sentinels_end_at_the_bridge(void **state)
{
	(void)state;
	bool is = false;
	struct xie_ais_msg m = { .type = 1, .mmsi = 412345678, .t1 = { .status = 15, .turn = -128, .speed = 1023,
		.lon = 600000, .lat = -600000, .course = 3600, .heading = 511 } };
	struct xie_fix f = fix_from(&m, &is);
	check_true(is);
	check_int(f.has, 0);
	check_int(f.at.lon, XIE_DEG);
	check_int(f.at.lat, -XIE_DEG);
	m.t1.speed = 1022;
	m.t1.turn = 127;
	m.t1.course = 3599;
	m.t1.heading = 359;
	m.t1.status = 0;
	m.t1.accuracy = true;
	f = fix_from(&m, &is);
	check_int(f.has, XIE_FIX_SOG | XIE_FIX_SOG_MIN | XIE_FIX_COG | XIE_FIX_HEADING | XIE_FIX_NAV_STATUS | XIE_FIX_ACCURATE);
	check_int(f.sog_dmph, 1022 * 1852);
	check_int(f.cog_cdeg, 35990);
	check_int(f.heading_cdeg, 35900);
	m.t1.turn = -126; /* 708 degrees a minute to port */
	f = fix_from(&m, &is);
	check_int(f.rot_cdeg_min, -70871);
	static const int32_t nowhere[][2] = { { 108600000, 0 }, { 0, 54600000 }, { 108600000, 54600000 },
		                              { 108000001, 0 }, { 0, 54000001 }, { -108000001, 0 }, { 0, -54000001 } };
	for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
		m.t1.lon = nowhere[i][0];
		m.t1.lat = nowhere[i][1];
		(void)fix_from(&m, &is);
		check_true(!is);
	}
	m.t1.lon = 108000000; /* 180 degrees east is 180 west */
	m.t1.lat = 54000000;
	f = fix_from(&m, &is);
	check_true(is);
	check_int(f.at.lon, -XIE_LON_MAX);
	check_int(f.at.lat, XIE_LAT_MAX);
}

static void long_range_and_aircraft_say_what_they_are(void **state)
{
	(void)state;
	bool is = false;
	struct xie_ais_msg m = { .type = 27, .mmsi = 412345678, .t27 = { .status = 15, .lon = 600, .lat = 54000, .speed = 63,
		.course = 511 } };
	struct xie_fix f = fix_from(&m, &is);
	check_int(f.has, XIE_FIX_LONG_RANGE);
	check_int(f.at.lon, XIE_DEG);
	check_int(f.at.lat, 90 * XIE_DEG);
	m.t27.speed = 62;
	m.t27.course = 359;
	f = fix_from(&m, &is);
	check_int(f.sog_dmph, 620 * 1852);
	check_int(f.cog_cdeg, 35900);
	struct xie_ais_msg a = { .type = 9, .mmsi = 111412001, .t9 = { .alt = 300, .speed = 120, .course = 10 } };
	f = fix_from(&a, &is);
	check_int(f.sog_dmph, 1200 * 1852);
	check_int(f.cog_cdeg, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_class_a_report_becomes_a_fix),
		cmocka_unit_test(sentinels_end_at_the_bridge),
		cmocka_unit_test(long_range_and_aircraft_say_what_they_are),
	};
	return cmocka_run_group_tests_name("bridge_ais", tests, NULL, NULL);
}
