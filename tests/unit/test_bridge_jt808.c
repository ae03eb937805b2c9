/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/bridge/jt808.h"
#include "xie/jt808/identity.h"

static struct xie_jt808_position good(void)
{
	struct xie_jt808_position p = { .alarm = 2, .status = XIE_JT808_ST_ACC | XIE_JT808_ST_FIXED, .lat = 22576385,
					.lon = 114032486, .speed_dkmh = 605, .course_deg = 90,
					.time = { { 0x26, 0x01, 0x01, 0x12, 0x00, 0x00 } } };
	return p;
}

static xie_ms at_noon(void)
{
	xie_ms t = 0;
	struct xie_jt808_position p = good();
	check_ok(xie_jt808_time_ms(&p.time, &t));
	return t;
}

struct made {
	uint8_t body[400];
	struct xie_jt808_frame f;
};

/* A frame of the message whose body is head bytes, then the position. */
static struct made make(uint16_t id, size_t head, const struct xie_jt808_position *p)
{
	static struct made m;
	m = (struct made){ .f.head = { .id = id, .edition = 2013, .serial = 5 } };
	check_ok(xie_jt808_phone_set(&m.f.head, XIE_STR("013912345678")));
	xie_wr w = xie_wr_of(m.body + head, sizeof m.body - head);
	xie_jt808_position_write(&w, p);
	m.f.head.body_n = (uint32_t)(head + w.n);
	m.f.body = m.body;
	return m;
}

static bool first(const struct made *m, xie_ms rx, struct xie_obs *o, struct xie_bridge_jt808 *b)
{
	struct xie_jt808_frame f = m->f;
	f.body = m->body;
	check_ok(xie_bridge_jt808_begin(b, &f, rx, 3, 44));
	return xie_bridge_jt808_next(b, o);
}

static void position_becomes_fix_in_house_units(void **state)
{
	(void)state;
	struct xie_jt808_position p = good();
	uint8_t items[] = { 1, 4, 0, 0, 0, 100 };
	p.items = items;
	p.items_n = sizeof items;
	struct made m = make(0x0200, 0, &p);
	struct xie_bridge_jt808 b;
	struct xie_obs o;
	check_true(first(&m, at_noon() + 1500, &o, &b));
	check_int(o.what, XIE_OBS_FIX);
	check_int(o.kind, XIE_KIND_VEHICLE);
	check_str(xie_key_text(&o.target), "13912345678");
	struct xie_key key;
	check_ok(xie_key_phone(XIE_STR("013912345678"), &key));
	check_true(xie_key_eq(&key, &o.target));
	check_int(o.source, 3);
	check_int(o.frame, 44);
	check_int(o.fix.t, at_noon());
	check_int(o.fix.rx, at_noon() + 1500);
	check_int(o.fix.at.lat, 22576385 * 6);
	check_int(o.fix.at.lon, 114032486 * 6);
	check_int(o.fix.sog_dmph, 605000);
	check_int(o.fix.cog_cdeg, 9000);
	check_int(o.fix.alarm, 2);
	check_int(o.fix.mileage_hm, 100);
	check_int(o.fix.has, XIE_FIX_SOG | XIE_FIX_COG | XIE_FIX_ALARM | XIE_FIX_MILEAGE);
	check_true(!xie_bridge_jt808_next(&b, &o));
	check_int(b.no_fix, 0);
}

static void hemispheres_come_from_the_status(void **state)
{
	(void)state;
	struct xie_jt808_position p = good();
	p.status |= XIE_JT808_ST_SOUTH | XIE_JT808_ST_WEST;
	struct made m = make(0x0200, 0, &p);
	struct xie_bridge_jt808 b;
	struct xie_obs o;
	check_true(first(&m, XIE_BRIDGE_NO_RX, &o, &b));
	check_int(o.fix.at.lat, -22576385 * 6);
	check_int(o.fix.at.lon, -114032486 * 6);
	check_int(o.fix.rx, o.fix.t); /* no receive time: the event time stands in */
	p = good();
	p.lon = 180000000;
	m = make(0x0200, 0, &p);
	check_true(first(&m, XIE_BRIDGE_NO_RX, &o, &b));
	check_int(o.fix.at.lon, -XIE_LON_MAX);
}

static void no_fix_is_no_observation(void **state)
{
	(void)state;
	struct xie_bridge_jt808 b;
	struct xie_obs o;
	for (int i = 0; i < 6; i++) {
		struct xie_jt808_position p = good();
		if (i == 0)
			p.status &= ~(uint32_t)XIE_JT808_ST_FIXED;
		if (i == 1)
			p.status |= XIE_JT808_ST_ENCRYPTED;
		if (i == 2)
			p.lat = 90000001;
		if (i == 3)
			p.lon = 180000001;
		if (i == 4)
			p.time.bcd[1] = 0x13;
		if (i == 5)
			p.time.bcd[5] = 0x5a;
		struct made m = make(0x0200, 0, &p);
		check_true(!first(&m, at_noon(), &o, &b));
		check_int(b.no_fix, 1);
	}
}

static void course_360_is_north_and_361_is_none(void **state)
{
	(void)state;
	struct xie_bridge_jt808 b;
	struct xie_obs o;
	struct xie_jt808_position p = good();
	p.course_deg = 360;
	struct made m = make(0x0200, 0, &p);
	check_true(first(&m, at_noon(), &o, &b));
	check_int(o.fix.cog_cdeg, 0);
	check_true((o.fix.has & XIE_FIX_COG) != 0);
	p.course_deg = 361;
	m = make(0x0200, 0, &p);
	check_true(first(&m, at_noon(), &o, &b));
	check_true((o.fix.has & XIE_FIX_COG) == 0);
}

static void a_clock_ahead_by_more_than_a_minute_is_suspect(void **state)
{
	(void)state;
	struct xie_bridge_jt808 b;
	struct xie_obs o;
	struct xie_jt808_position p = good();
	struct made m = make(0x0200, 0, &p);
	check_true(first(&m, at_noon() - 60000, &o, &b));
	check_true((o.fix.has & XIE_FIX_CLOCK_SUSPECT) == 0);
	check_true(first(&m, at_noon() - 60001, &o, &b));
	check_true((o.fix.has & XIE_FIX_CLOCK_SUSPECT) != 0);
	check_true(first(&m, at_noon() + INT64_C(86400000), &o, &b)); /* late is not suspect */
	check_true((o.fix.has & XIE_FIX_CLOCK_SUSPECT) == 0);
}

static void answers_and_media_carry_positions(void **state)
{
	(void)state;
	static const struct {
		uint16_t id;
		size_t head;
	} cases[] = { { 0x0201, 2 }, { 0x0500, 2 }, { 0x0801, 8 } };
	struct xie_jt808_position p = good();
	struct xie_bridge_jt808 b;
	struct xie_obs o;
	for (size_t i = 0; i < 3; i++) {
		struct made m = make(cases[i].id, cases[i].head, &p);
		check_true(first(&m, at_noon(), &o, &b));
		check_int(o.fix.at.lat, 22576385 * 6);
		struct xie_jt808_frame f = m.f;
		f.body = m.body;
		f.head.body_n = (uint32_t)(cases[i].head + 27);
		check_st(xie_bridge_jt808_begin(&b, &f, at_noon(), 0, 0), XIE_TRUNCATED);
	}
}

static void batch_records_have_echoes_of_their_own(void **state)
{
	(void)state;
	struct xie_jt808_position p = good();
	uint8_t body[3 + 3 * 30] = { 0, 3, 1 };
	for (size_t i = 0; i < 3; i++) {
		xie_wr w = xie_wr_of(body + 3 + i * 30, 30);
		xie_wr_u16be(&w, 28);
		p.status = i == 1 ? 0 : XIE_JT808_ST_FIXED;
		xie_jt808_position_write(&w, &p);
	}
	struct xie_jt808_frame f = { .head = { .id = 0x0704, .edition = 2013, .serial = 9, .body_n = sizeof body },
				     .body = body };
	check_ok(xie_jt808_phone_set(&f.head, XIE_STR("1")));
	struct xie_bridge_jt808 b;
	struct xie_obs one, two, o;
	check_ok(xie_bridge_jt808_begin(&b, &f, at_noon(), 0, 0));
	check_true(xie_bridge_jt808_next(&b, &one));
	check_true(xie_bridge_jt808_next(&b, &two));
	check_true(!xie_bridge_jt808_next(&b, &o));
	check_int(b.no_fix, 1);
	check_true(one.fix.echo != two.fix.echo);
	uint64_t echo = one.fix.echo;
	check_ok(xie_bridge_jt808_begin(&b, &f, at_noon() + 9, 1, 7)); /* the same frame again: the same echo */
	check_true(xie_bridge_jt808_next(&b, &one));
	check_true(one.fix.echo == echo);
	f.head.serial = 10; /* another serial number: another transmission */
	check_ok(xie_bridge_jt808_begin(&b, &f, at_noon(), 0, 0));
	check_true(xie_bridge_jt808_next(&b, &one));
	check_true(one.fix.echo != echo);
}

static void registration_becomes_static(void **state)
{
	(void)state;
	struct xie_jt808_register r = { .edition = 2013, .plate_color = 2, .plate = XIE_STR("\xd4\xc1" "E12345") };
	uint8_t body[100];
	xie_wr w = xie_wr_of(body, sizeof body);
	check_ok(xie_jt808_register_write(&w, &r));
	struct xie_jt808_frame f = { .head = { .id = 0x0100, .edition = 2013, .body_n = (uint32_t)w.n }, .body = body };
	check_ok(xie_jt808_phone_set(&f.head, XIE_STR("13912345678")));
	struct xie_bridge_jt808 b;
	struct xie_obs o;
	check_ok(xie_bridge_jt808_begin(&b, &f, 1000, 0, 0));
	check_true(xie_bridge_jt808_next(&b, &o));
	check_int(o.what, XIE_OBS_STATIC);
	check_int(o.stat.t, 1000);
	check_int(o.stat.s.plate_color, 2);
	check_str(xie_str_of(o.stat.s.plate), "粤E12345");
	check_true(!xie_bridge_jt808_next(&b, &o));
}

static void ciphers_parts_and_strange_identities_are_refused(void **state)
{
	(void)state;
	struct xie_jt808_position p = good();
	struct made m = make(0x0200, 0, &p);
	struct xie_bridge_jt808 b;
	struct xie_jt808_frame f = m.f;
	f.body = m.body;
	f.head.odd = XIE_JT808_ODD(CIPHER);
	check_st(xie_bridge_jt808_begin(&b, &f, 0, 0, 0), XIE_UNKNOWN);
	f.head.odd = 0;
	f.head.total = f.head.part = 2; /* a part is not a message */
	check_st(xie_bridge_jt808_begin(&b, &f, 0, 0, 0), XIE_MISSING);
	f.head.total = f.head.part = 0;
	memset(f.head.phone, 0, 6);
	check_ok(xie_bridge_jt808_begin(&b, &f, 0, 0, 0));
	check_str(xie_key_text(&b.target), "0");
	memset(f.head.phone, 0xff, 6);
	f.head.odd = XIE_JT808_ODD(PHONE);
	check_st(xie_bridge_jt808_begin(&b, &f, 0, 0, 0), XIE_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(position_becomes_fix_in_house_units),
		cmocka_unit_test(hemispheres_come_from_the_status),
		cmocka_unit_test(no_fix_is_no_observation),
		cmocka_unit_test(course_360_is_north_and_361_is_none),
		cmocka_unit_test(a_clock_ahead_by_more_than_a_minute_is_suspect),
		cmocka_unit_test(answers_and_media_carry_positions),
		cmocka_unit_test(batch_records_have_echoes_of_their_own),
		cmocka_unit_test(registration_becomes_static),
		cmocka_unit_test(ciphers_parts_and_strange_identities_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
