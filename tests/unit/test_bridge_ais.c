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

static unsigned observe_message(const struct xie_ais_msg *m, struct xie_obs obs[static 2])
{
	static struct xie_nmea_bits bits;
	struct xie_ais_msg back;
	check_ok(xie_ais_encode(m, &bits));
	check_ok(xie_ais_decode(&bits, &back));
	return xie_bridge_ais(&back, &bits, 5000, 3, 9, obs);
}

static void static_reports_say_what_was_sent_and_no_more(void **state)
{
	(void)state;
	struct xie_obs o[2];
	struct xie_ais_msg m = { .type = 5, .mmsi = 412345678, .t5 = { .imo = 9134270, .callsign = "BVAB", .shipname = "YUE FO 1",
		.shiptype = 79, .to_bow = 100, .to_stern = 20, .to_port = 8, .to_starboard = 9, .draught = 45, .destination = "FOSHAN" } };
	check_int(observe_message(&m, o), 1);
	check_int(o[0].what, XIE_OBS_STATIC);
	check_int(o[0].stat.t, 5000);
	check_int(o[0].source, 3);
	check_int(o[0].frame, 9);
	check_int(o[0].stat.s.imo, 9134270);
	check_str(xie_str_of(o[0].stat.s.name), "YUE FO 1");
	check_str(xie_str_of(o[0].stat.s.callsign), "BVAB");
	check_str(xie_str_of(o[0].stat.s.destination), "FOSHAN");
	check_int(o[0].stat.s.ship_type, 79);
	check_int(o[0].stat.s.bow_mm, 100000);
	check_int(o[0].stat.s.starboard_mm, 9000);
	check_int(o[0].stat.s.draught_mm, 4500);
	check_true(!o[0].stat.s.has_persons);
	m.t5.imo = 10000000; /* the flag state's own number */
	check_int(observe_message(&m, o), 1);
	check_int(o[0].stat.s.imo, 0);

	struct xie_ais_msg a = { .type = 24, .part = 'A', .mmsi = 412345678 };
	check_int(observe_message(&a, o), 0); /* no name: it says nothing */
	memcpy(a.t24a.shipname, "SAMPAN", 7);
	check_int(observe_message(&a, o), 1);
	check_str(xie_str_of(o[0].stat.s.name), "SAMPAN");
	struct xie_ais_msg b = { .type = 24, .part = 'B', .mmsi = 982345678, .t24b = { .shiptype = 37, .mothership_mmsi = 412000001 } };
	check_int(observe_message(&b, o), 1);
	check_int(o[0].stat.s.bow_mm, 0); /* a mother ship's number is no size */

	struct xie_ais_msg c = { .type = 19, .mmsi = 412345678, .t19 = { .lon = 600000, .speed = 10, .course = 3600, .heading = 511,
		.shipname = "B", .shiptype = 30 } };
	check_int(observe_message(&c, o), 2);
	check_int(o[0].what, XIE_OBS_FIX);
	check_int(o[0].fix.has, XIE_FIX_SOG);
	check_int(o[1].what, XIE_OBS_STATIC);
	check_str(xie_str_of(o[1].stat.s.name), "B");
}

static void inland_and_persons_come_from_their_application_messages(void **state)
{
	(void)state;
	struct xie_obs o[2];
	struct xie_ais_msg m = { .type = 8, .mmsi = 244000001, .t8 = { .dac = 200, .fid = 10 } };
	m.t8.bin.app = XIE_AIS_APP_dac200fid10;
	m.t8.bin.dac200fid10 = (struct xie_ais_dac200fid10){ .vin = "02324567", .length = 1100, .beam = 114, .shiptype = 8021,
		.hazard = 2, .draught = 273 };
	check_int(observe_message(&m, o), 1);
	check_str(xie_str_of(o[0].stat.s.eni), "02324567");
	check_int(o[0].stat.s.eri_type, 8021);
	check_int(o[0].stat.s.cones, 3);
	check_int(o[0].stat.s.draught_mm, 2730);
	m.t8.bin.dac200fid10.hazard = 5; /* unknown */
	m.t8.bin.dac200fid10.draught = 0;
	check_int(observe_message(&m, o), 1);
	check_int(o[0].stat.s.cones, 0);
	check_int(o[0].stat.s.draught_mm, 0);

	struct xie_ais_msg p = { .type = 6, .mmsi = 244000001, .t6 = { .dac = 200, .fid = 55 } };
	p.t6.bin.app = XIE_AIS_APP_dac200fid55;
	p.t6.bin.dac200fid55 = (struct xie_ais_dac200fid55){ .crew = 5, .passengers = 8191, .personnel = 2 };
	check_int(observe_message(&p, o), 1);
	check_true(o[0].stat.s.has_persons);
	check_int(o[0].stat.s.persons, 7);
	p.t6.bin.dac200fid55 = (struct xie_ais_dac200fid55){ .crew = 255, .passengers = 8191, .personnel = 255 };
	check_int(observe_message(&p, o), 0);
	p.t6.bin.dac200fid55 = (struct xie_ais_dac200fid55){ .crew = 0, .passengers = 0, .personnel = 0 };
	check_int(observe_message(&p, o), 1); /* nobody on board is an answer */
	check_int(o[0].stat.s.persons, 0);
	check_true(o[0].stat.s.has_persons);
}

static void stations_aids_and_strangers(void **state)
{
	(void)state;
	struct xie_obs o[2];
	struct xie_ais_msg m = { .type = 4, .mmsi = 4131234, .t4 = { .year = 2026, .lon = 68000000, .lat = 13000000 } };
	check_int(observe_message(&m, o), 1);
	check_int(o[0].kind, XIE_KIND_STATION);
	check_str(xie_key_text(&o[0].target), "004131234");
	m.type = 11;
	check_int(observe_message(&m, o), 1);
	check_int(o[0].kind, XIE_KIND_STATION);
	struct xie_ais_msg d = { .type = 17, .mmsi = 4131234, .t17 = { .lon = 68000, .lat = 13000 } };
	check_int(observe_message(&d, o), 1);
	check_int(o[0].kind, XIE_KIND_STATION);
	check_int(o[0].fix.at.lon, 680000000);
	struct xie_ais_msg a = { .type = 21, .mmsi = 994131234, .t21 = { .lon = 68000000, .lat = 13000000, .name = "BUOY" } };
	check_int(observe_message(&a, o), 2);
	check_int(o[0].kind, XIE_KIND_AID);
	check_int(o[1].kind, XIE_KIND_AID);
	struct xie_ais_msg none = { .type = 1, .mmsi = 1000000000, .t1 = { .lon = 1 } }; /* no MMSI has ten digits */
	check_int(observe_message(&none, o), 0);
	struct xie_ais_msg text = { .type = 14, .mmsi = 412345678, .t14 = { .text = "MAN OVERBOARD" } };
	check_int(observe_message(&text, o), 0);
}

static void turns_follow_the_curve_of_the_standard(void **state)
{
	(void)state;
	/* ROT = (v / 4.733)^2 degrees a minute: 1 -> 0.0446, 10 -> 4.464, 126 -> 708.71 */
	static const int32_t cases[][2] = { { 0, 0 }, { 1, 4 }, { -1, -4 }, { 10, 446 }, { 126, 70871 }, { -126, -70871 } };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		bool is = false;
		struct xie_ais_msg m = { .type = 3, .mmsi = 1, .t1 = { .turn = cases[i][0] } };
		struct xie_fix f = fix_from(&m, &is);
		check_int(f.has & XIE_FIX_ROT, XIE_FIX_ROT);
		check_int(f.rot_cdeg_min, cases[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_class_a_report_becomes_a_fix),
		cmocka_unit_test(sentinels_end_at_the_bridge),
		cmocka_unit_test(long_range_and_aircraft_say_what_they_are),
		cmocka_unit_test(static_reports_say_what_was_sent_and_no_more),
		cmocka_unit_test(inland_and_persons_come_from_their_application_messages),
		cmocka_unit_test(stations_aids_and_strangers),
		cmocka_unit_test(turns_follow_the_curve_of_the_standard),
	};
	return cmocka_run_group_tests_name("bridge_ais", tests, NULL, NULL);
}
