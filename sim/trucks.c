/* SPDX-License-Identifier: Apache-2.0 */
/* The day of six trucks around the example site of packs/cn-construction-waste.
 *
 * Places are those of the pack's sketch: the site's gate (113.110, 23.021), the approved route to the landfill, the road
 * past a school (30 km/h), the trunk road (50), the restricted centre, the green at the river. */
#include "trucks.h"

#include <stdlib.h>
#include <string.h>

#include "xie/base/time.h"
#include "xie/jt808/identity.h"
#include "xie/jt808/position.h"

#define AT(x, y) .lon = (x), .lat = (y)
#define GATE AT(113110000, 23021000)
#define TURN_1 AT(113118000, 23015000)
#define TURN_2 AT(113131000, 23012000)
#define TURN_3 AT(113145000, 23005000)
#define LANDFILL AT(113162000, 22998000)
#define BREACH .plant = "breach"
#define NEAR .plant = "near_miss"

/* Permitted, honest, and close to the line all the time. */
static const struct truck_step honest[] = {
	{ GATE, .wait_s = 1860, .silent = true }, /* until 09:11: rush hours are over */
	{ TURN_1, .kmh = 40 },
	{ TURN_2, .kmh = 30, NEAR, .rule = "cw-speed", .zone = "cw-road-school", .note = "30 km/h where 30 are allowed" },
	{ TURN_3, .kmh = 50, NEAR, .rule = "cw-speed", .zone = "cw-road-trunk", .note = "50 km/h where 50 are allowed" },
	{ LANDFILL, .kmh = 48 },
	{ LANDFILL, .wait_s = 600 },
};
/* Permitted; through the centre in the rush hours, then off the route. */
static const struct truck_step strays[] = {
	{ AT(113080000, 23020000), .wait_s = 300 },
	{ AT(113094000, 23020000), .kmh = 40, BREACH, .rule = "cw-hours", .zone = "cw-centre",
	  .note = "in the centre between 08:40 and 09:00" },
	{ AT(113080000, 23020000), .kmh = 40 },
	{ AT(113080000, 23020000), .wait_s = 1200 },
	{ AT(113108000, 23021500), .kmh = 40 }, /* by a road that is no part of the route, to its beginning */
	{ GATE, .kmh = 20 },
	{ AT(113114000, 23018000), .kmh = 30 },
	{ AT(113110000, 23014000), .kmh = 30, BREACH, .rule = "cw-off-route", .zone = "cw-route-1",
	  .note = "leaves the corridor by 500 m" },
	{ AT(113110000, 23014000), .wait_s = 120 },
	{ AT(113080000, 23014000), .kmh = 45 },
};
/* Permitted; too fast past the school, then its device is off in the centre. */
static const struct truck_step races[] = {
	{ GATE, .wait_s = 3000, .silent = true },
	{ TURN_1, .kmh = 40 },
	{ TURN_2, .kmh = 45, BREACH, .rule = "cw-speed", .zone = "cw-road-school", .note = "45 km/h where 30 are allowed" },
	{ TURN_2, .wait_s = 30 },
	{ TURN_2, .wait_s = 540, .silent = true, NEAR, .rule = "cw-device-off", .zone = "cw-centre",
	  .note = "no position for nine minutes" },
	{ TURN_2, .wait_s = 60 },
	{ TURN_2, .wait_s = 720, .silent = true, BREACH, .rule = "cw-device-off", .zone = "cw-centre",
	  .note = "no position for twelve minutes" },
	{ TURN_2, .wait_s = 60 },
};
/* Without a permit: drives up to the gate. */
static const struct truck_step enters[] = {
	{ AT(113104000, 23027000), .wait_s = 900 },
	{ AT(113110200, 23021200), .kmh = 24, BREACH, .rule = "cw-unpermitted", .zone = "cw-site-1",
	  .note = "a vehicle without a permit at the gate" },
	{ AT(113110200, 23021200), .wait_s = 300 },
	{ AT(113104000, 23027000), .kmh = 24 },
};
/* Without a permit: passes the gate at 150 m. */
static const struct truck_step passes[] = {
	{ AT(113104000, 23022500), .wait_s = 1200 },
	{ AT(113116000, 23022500), .kmh = 24, NEAR, .rule = "cw-unpermitted", .zone = "cw-site-1",
	  .note = "passes the gate at 150 m" },
	{ AT(113116000, 23022500), .wait_s = 60 },
};
/* Stops on the green: four minutes, and later seven. */
static const struct truck_step dumps[] = {
	{ AT(113050000, 22998500), .wait_s = 60 },
	{ AT(113068000, 22998500), .kmh = 30 },
	{ AT(113068000, 22998500), .wait_s = 240, NEAR, .rule = "cw-dumping", .zone = "cw-green-1",
	  .note = "stops on the green for four minutes" },
	{ AT(113050000, 22998500), .kmh = 30 },
	{ AT(113050000, 22998500), .wait_s = 120 },
	{ AT(113068000, 22998500), .kmh = 30 },
	{ AT(113068000, 22998500), .wait_s = 420, BREACH, .rule = "cw-dumping", .zone = "cw-green-1",
	  .note = "stops on the green for seven minutes" },
	{ AT(113050000, 22998500), .kmh = 30 },
};

#define STEPS(s) .steps = (s), .steps_n = sizeof(s) / sizeof((s)[0])
#define PLATE(province, rest, text) .plate = province rest, .plate_utf8 = text
const struct truck trucks_all[] = {
	{ "13912340001", PLATE("\xd4\xc1", "E12345", "粤E12345"), 2, 2013, STEPS(honest) },
	{ "13912340002", PLATE("\xd4\xc1", "E67890", "粤E67890"), 2, 2019, STEPS(strays) },
	{ "13912340003", PLATE("\xd4\xc1", "T24680", "粤T24680"), 2, 2013, STEPS(races) },
	{ "13912340004", PLATE("\xd4\xc1", "X00001", "粤X00001"), 2, 2019, STEPS(enters) },
	{ "13912340005", PLATE("\xd4\xc1", "X00002", "粤X00002"), 2, 2013, STEPS(passes) },
	{ "13912340006", PLATE("\xd4\xc1", "X00003", "粤X00003"), 2, 2013, STEPS(dumps) },
};
const uint32_t trucks_n = sizeof trucks_all / sizeof trucks_all[0];

/* ---- driving ---- */

static uint64_t root(uint64_t v)
{
	uint64_t r = 0;
	for (uint64_t bit = UINT64_C(1) << 31; bit != 0; bit >>= 1)
		if ((r | bit) * (r | bit) <= v)
			r |= bit;
	return r;
}

/* Centimetres between two places; at 23 degrees north 1e-6 degree is 10.25 cm of longitude, 11.07 of latitude. */
static uint64_t far(int32_t dlon, int32_t dlat)
{
	uint64_t x = (uint64_t)(llabs((long long)dlon) * 1025 / 100), y = (uint64_t)(llabs((long long)dlat) * 1107 / 100);
	return root(x * x + y * y);
}

/* The compass course in whole degrees, by octants and a table's worth of straight lines. */
static uint16_t course(int32_t dlon, int32_t dlat)
{
	int64_t x = (int64_t)dlon * 1025, y = (int64_t)dlat * 1107, ax = x < 0 ? -x : x, ay = y < 0 ? -y : y;
	if (ax == 0 && ay == 0)
		return 0;
	int64_t lean = ax <= ay ? 45 * ax / (ay != 0 ? ay : 1) : 90 - 45 * ay / ax; /* from the nearest meridian */
	int64_t c = y >= 0 ? (x >= 0 ? lean : 360 - lean) : (x >= 0 ? 180 - lean : 180 + lean);
	return (uint16_t)(c % 360);
}

struct drive {
	const struct sim_options *o;
	struct truck_report *list;
	size_t n, cap;
};

static void truth(const struct sim_options *o, const struct truck *t, const struct truck_step *s, xie_ms from, xie_ms to)
{
	char line[1024];
	xie_wr w = xie_wr_of(line, sizeof line);
	if (o->truth == NULL || s->plant == NULL)
		return;
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "plant", xie_str_of(s->plant));
	xie_wr_kv_str(&w, "rule", xie_str_of(s->rule));
	xie_wr_kv_str(&w, "target", xie_str_of(t->phone));
	xie_wr_kv_str(&w, "plate", xie_str_of(t->plate_utf8));
	xie_wr_kv_str(&w, "zone", xie_str_of(s->zone));
	xie_wr_text(&w, ",\"from\":\"");
	xie_wr_time(&w, from);
	xie_wr_text(&w, "\",\"to\":\"");
	xie_wr_time(&w, to);
	xie_wr_char(&w, '"');
	xie_wr_kv_str(&w, "note", xie_str_of(s->note));
	xie_wr_text(&w, "}\n");
	(void)fwrite(w.p, 1, w.n, o->truth);
}

static void report(struct drive *d, uint32_t truck, xie_ms t, int32_t lon, int32_t lat, uint16_t kmh, uint16_t deg)
{
	if (d->n < d->cap)
		d->list[d->n++] = (struct truck_report){ t, truck, lon, lat, (uint16_t)(kmh * 10), deg };
}

/* One truck through its steps, a report every every_s seconds of its clock. */
static void drive(struct drive *d, uint32_t truck)
{
	const struct truck *t = &trucks_all[truck];
	xie_ms every = (xie_ms)d->o->every_s * 1000, now = d->o->start, next = now;
	int32_t lon = t->steps[0].lon, lat = t->steps[0].lat;
	for (uint32_t i = 0; i < t->steps_n; i++) {
		const struct truck_step *s = &t->steps[i];
		int32_t dlon = s->lon - lon, dlat = s->lat - lat;
		/* 1 km/h is 27.78 cm/s: cm * 36 / kmh is ms */
		xie_ms took = s->kmh != 0 ? (xie_ms)(far(dlon, dlat) * 36 / s->kmh) : (xie_ms)s->wait_s * 1000;
		for (; next < now + took; next += every) {
			xie_ms in = next - now;
			int32_t x = lon + (int32_t)((int64_t)dlon * in / (took != 0 ? took : 1));
			int32_t y = lat + (int32_t)((int64_t)dlat * in / (took != 0 ? took : 1));
			if (!s->silent)
				report(d, truck, next, x, y, s->kmh, course(dlon, dlat));
		}
		truth(d->o, t, s, now, now + took);
		now += took;
		lon = s->lon;
		lat = s->lat;
	}
	report(d, truck, next, lon, lat, 0, 0);
}

static int by_time(const void *a, const void *b)
{
	const struct truck_report *x = a, *y = b;
	return x->t != y->t ? (x->t > y->t) - (x->t < y->t) : (x->truck > y->truck) - (x->truck < y->truck);
}

struct truck_report *trucks_drive(const struct sim_options *o, size_t *ret_n)
{
	struct drive d = { .o = o, .cap = (size_t)6 * 8000 / o->every_s + 100 };
	d.list = calloc(d.cap, sizeof *d.list);
	if (d.list == NULL)
		return NULL;
	for (uint32_t i = 0; i < trucks_n; i++)
		drive(&d, i);
	qsort(d.list, d.n, sizeof *d.list, by_time);
	*ret_n = d.n;
	return d.list;
}

/* ---- frames ---- */

static size_t frame(const struct truck *t, uint16_t id, uint16_t serial, const void *body, size_t n, uint8_t *wire)
{
	struct xie_jt808_head h = { .id = id, .edition = t->edition, .serial = serial };
	xie_wr w = xie_wr_of(wire, XIE_JT808_WIRE_MAX);
	if (xie_jt808_phone_set(&h, xie_str_of(t->phone)) != XIE_OK || xie_jt808_frame_write(&w, &h, body, n) != XIE_OK)
		abort(); /* ours: the table above */
	return w.n;
}

size_t truck_register(const struct truck *t, uint16_t serial, uint8_t *wire)
{
	uint8_t body[128];
	struct xie_jt808_register r = { .edition = t->edition, .province = 44, .county = 604, .maker = XIE_STR("SKETC"),
		                        .model = XIE_STR("SIM-808"), .terminal = xie_str_of(t->phone + 4),
		                        .plate_color = t->color, .plate = xie_str_of(t->plate) };
	xie_wr w = xie_wr_of(body, sizeof body);
	if (xie_jt808_register_write(&w, &r) != XIE_OK)
		abort();
	return frame(t, 0x0100, serial, body, w.n, wire);
}

size_t truck_login(const struct truck *t, uint16_t serial, xie_str token, uint8_t *wire)
{
	uint8_t body[512];
	struct xie_jt808_auth a = { .edition = t->edition, .token = token, .imei = XIE_STR("860000000000000"),
		                    .software = XIE_STR("sim 1") };
	xie_wr w = xie_wr_of(body, sizeof body);
	if (xie_jt808_auth_write(&w, &a) != XIE_OK)
		abort();
	return frame(t, 0x0102, serial, body, w.n, wire);
}

static void write_position(xie_wr *w, const struct truck_report *r)
{
	uint8_t items[16];
	struct xie_jt808_extra x = { .has = XIE_JT808_HAS_RADIO | XIE_JT808_HAS_SATELLITES, .radio = 25, .satellites = 14 };
	xie_wr iw = xie_wr_of(items, sizeof items);
	xie_jt808_extra_write(&iw, &x);
	struct xie_jt808_position p = { .status = XIE_JT808_ST_ACC | XIE_JT808_ST_FIXED, .lat = (uint32_t)r->lat,
		                        .lon = (uint32_t)r->lon, .alt_m = 8, .speed_dkmh = r->dkmh, .course_deg = r->course,
		                        .items = items, .items_n = (uint32_t)iw.n };
	if (xie_jt808_time_of(r->t, &p.time) != XIE_OK)
		abort();
	xie_jt808_position_write(w, &p);
}

size_t truck_position(const struct truck *t, uint16_t serial, const struct truck_report *r, uint8_t *wire)
{
	uint8_t body[64];
	xie_wr w = xie_wr_of(body, sizeof body);
	write_position(&w, r);
	return frame(t, 0x0200, serial, body, w.n, wire);
}

size_t truck_batch(const struct truck *t, uint16_t serial, const struct truck_report *const *r, size_t n, uint8_t *wire)
{
	uint8_t body[1100], one[64];
	xie_wr w = xie_wr_of(body, sizeof body);
	xie_wr_u16be(&w, (uint16_t)n);
	xie_wr_u8(&w, 1);
	for (size_t i = 0; i < n; i++) {
		xie_wr p = xie_wr_of(one, sizeof one);
		write_position(&p, r[i]);
		xie_wr_u16be(&w, (uint16_t)p.n);
		xie_wr_bytes(&w, one, p.n);
	}
	return frame(t, 0x0704, serial, body, w.n, wire);
}

/* ---- lines ---- */

enum { TRUCKS_MAX = 16, HELD = 20 };

struct lines {
	const struct sim_options *o;
	uint64_t random;
	uint16_t serial[TRUCKS_MAX];
	const struct truck_report *held[TRUCKS_MAX][HELD]; /* late reports, for a batch */
	size_t held_n[TRUCKS_MAX];
};

static void line(struct lines *l, const uint8_t *wire, size_t n)
{
	char text[2 * XIE_JT808_WIRE_MAX + 1];
	xie_wr w = xie_wr_of(text, sizeof text);
	xie_wr_hex(&w, wire, n);
	xie_wr_char(&w, '\n');
	(void)fwrite(w.p, 1, w.n, l->o->out);
	if (l->o->duplicate != 0 && sim_random(&l->random) % l->o->duplicate == 0)
		(void)fwrite(w.p, 1, w.n, l->o->out);
	if (l->o->garbage != 0 && sim_random(&l->random) % l->o->garbage == 0)
		(void)fprintf(l->o->out, "7e%08x%08x7e\n", (unsigned)sim_random(&l->random), (unsigned)sim_random(&l->random));
}

static void batch(struct lines *l, uint32_t truck)
{
	uint8_t wire[XIE_JT808_WIRE_MAX];
	if (l->held_n[truck] == 0)
		return;
	line(l, wire, truck_batch(&trucks_all[truck], l->serial[truck]++, l->held[truck], l->held_n[truck], wire));
	l->held_n[truck] = 0;
}

static int write_lines(const struct sim_options *o, const struct truck_report *reports, size_t n)
{
	struct lines l = { .o = o, .random = o->seed };
	uint8_t wire[XIE_JT808_WIRE_MAX];
	for (size_t i = 0; i < n; i++) {
		const struct truck_report *r = &reports[i];
		const struct truck *t = &trucks_all[r->truck];
		bool first = l.serial[r->truck] == 0;
		bool hold = !first && o->late != 0 && l.held_n[r->truck] < HELD &&
			    (l.held_n[r->truck] != 0 || sim_random(&l.random) % o->late == 0);
		if (hold) { /* a gap in coverage: what follows is held too, so that it comes late in one batch */
			l.held[r->truck][l.held_n[r->truck]++] = r;
			continue;
		}
		batch(&l, r->truck);
		if (first)
			line(&l, wire, truck_register(t, l.serial[r->truck]++, wire));
		line(&l, wire, truck_position(t, l.serial[r->truck]++, r, wire));
	}
	for (uint32_t i = 0; i < trucks_n; i++)
		batch(&l, i);
	return fflush(o->out) == 0 ? 0 : 3;
}

static int run(const struct sim_options *o)
{
	size_t n = 0;
	struct truck_report *reports = trucks_drive(o, &n);
	if (reports == NULL)
		return 3;
	int rc = o->to != NULL ? trucks_connect(o, reports, n) : write_lines(o, reports, n);
	free(reports);
	return rc;
}

const struct sim_actor sim_trucks = { "trucks", "construction-waste trucks with JT/T 808 terminals (sketch of Foshan)", run };
