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
#define BREACH(...) .plant = { "breach", __VA_ARGS__ }
#define NEAR(...) .plant = { "near_miss", __VA_ARGS__ }

/* Permitted, honest, and close to the line all the time. */
static const struct sim_step honest[] = {
	{ GATE, .wait_s = 1860, .silent = true }, /* until 09:11: rush hours are over */
	{ TURN_1, SIM_KMH(40) },
	{ TURN_2, SIM_KMH(30), NEAR("cw-speed", "cw-road-school", "30 km/h where 30 are allowed") },
	{ TURN_3, SIM_KMH(50), NEAR("cw-speed", "cw-road-trunk", "50 km/h where 50 are allowed") },
	{ LANDFILL, SIM_KMH(48) },
	{ LANDFILL, .wait_s = 600 },
};
/* Permitted; through the centre in the rush hours, then off the route. */
static const struct sim_step strays[] = {
	{ AT(113080000, 23020000), .wait_s = 300 },
	{ AT(113094000, 23020000), SIM_KMH(40), BREACH("cw-hours", "cw-centre", "in the centre between 08:40 and 09:00") },
	{ AT(113080000, 23020000), SIM_KMH(40) },
	{ AT(113080000, 23020000), .wait_s = 1200 },
	{ AT(113108000, 23021500), SIM_KMH(40) }, /* by a road that is no part of the route, to its beginning */
	{ GATE, SIM_KMH(20) },
	{ AT(113114000, 23018000), SIM_KMH(30) },
	{ AT(113110000, 23014000), SIM_KMH(30), BREACH("cw-off-route", "cw-route-1", "leaves the corridor by 500 m") },
	{ AT(113110000, 23014000), .wait_s = 120 },
	{ AT(113080000, 23014000), SIM_KMH(45) },
};
/* Permitted; too fast past the school, then its device is off in the centre. */
static const struct sim_step races[] = {
	{ GATE, .wait_s = 3000, .silent = true },
	{ TURN_1, SIM_KMH(40) },
	{ TURN_2, SIM_KMH(45), BREACH("cw-speed", "cw-road-school", "45 km/h where 30 are allowed") },
	{ TURN_2, .wait_s = 30 },
	{ TURN_2, .wait_s = 540, .silent = true, NEAR("cw-device-off", "cw-centre", "no position for nine minutes") },
	{ TURN_2, .wait_s = 60 },
	{ TURN_2, .wait_s = 720, .silent = true, BREACH("cw-device-off", "cw-centre", "no position for twelve minutes") },
	{ TURN_2, .wait_s = 60 },
};
/* Without a permit: drives up to the gate. */
static const struct sim_step enters[] = {
	{ AT(113104000, 23027000), .wait_s = 900 },
	{ AT(113110200, 23021200), SIM_KMH(24), BREACH("cw-unpermitted", "cw-site-1", "a vehicle without a permit at the gate") },
	{ AT(113110200, 23021200), .wait_s = 300 },
	{ AT(113104000, 23027000), SIM_KMH(24) },
};
/* Without a permit: passes the gate at 150 m. */
static const struct sim_step passes[] = {
	{ AT(113104000, 23022500), .wait_s = 1200 },
	{ AT(113116000, 23022500), SIM_KMH(24), NEAR("cw-unpermitted", "cw-site-1", "passes the gate at 150 m") },
	{ AT(113116000, 23022500), .wait_s = 60 },
};
/* Stops on the green: four minutes, and later seven. */
static const struct sim_step dumps[] = {
	{ AT(113050000, 22998500), .wait_s = 60 },
	{ AT(113068000, 22998500), SIM_KMH(30) },
	{ AT(113068000, 22998500), .wait_s = 240, NEAR("cw-dumping", "cw-green-1", "stops on the green for four minutes") },
	{ AT(113050000, 22998500), SIM_KMH(30) },
	{ AT(113050000, 22998500), .wait_s = 120 },
	{ AT(113068000, 22998500), SIM_KMH(30) },
	{ AT(113068000, 22998500), .wait_s = 420, BREACH("cw-dumping", "cw-green-1", "stops on the green for seven minutes") },
	{ AT(113050000, 22998500), SIM_KMH(30) },
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

enum { STEPS_MAX = 16 };

struct drive {
	const struct sim_options *o;
	struct truck_report *list;
	size_t n, cap;
	uint64_t random;
};

/* Positions are a satellite receiver's: a metre off. */
static void report(struct drive *d, uint32_t truck, xie_ms t, struct sim_place at, uint16_t kmh, uint16_t deg)
{
	int32_t dx = (int32_t)(sim_random(&d->random) % 17) - 8, dy = (int32_t)(sim_random(&d->random) % 17) - 8;
	if (d->n < d->cap)
		d->list[d->n++] = (struct truck_report){ t, truck, at.lon + dx, at.lat + dy, (uint16_t)(kmh * 10), deg };
}

/* One truck through its steps, a report every every_s seconds of its clock. */
static void drive(struct drive *d, uint32_t truck)
{
	const struct truck *t = &trucks_all[truck];
	struct sim_leg legs[STEPS_MAX];
	xie_ms every = (xie_ms)d->o->every_s * 1000, begin = d->o->start + (xie_ms)(sim_random(&d->random) % 20) * 1000;
	xie_ms next = begin;
	sim_way(t->steps, t->steps_n, begin, legs);
	for (uint32_t i = 0; i < t->steps_n; i++) {
		const struct sim_leg *l = &legs[i];
		for (; next < l->to; next += every)
			if (!l->step->silent)
				report(d, truck, next, sim_leg_at(l, next), (uint16_t)(l->step->dmph / 10000),
				       l->step->dmph != 0 ? l->course : 0);
		sim_truth(d->o, l, t->phone, t->plate_utf8);
	}
	const struct sim_step *last = &t->steps[t->steps_n - 1];
	report(d, truck, next, (struct sim_place){ last->lon, last->lat }, 0, 0);
}

static int by_time(const void *a, const void *b)
{
	const struct truck_report *x = a, *y = b;
	return x->t != y->t ? (x->t > y->t) - (x->t < y->t) : (x->truck > y->truck) - (x->truck < y->truck);
}

struct truck_report *trucks_drive(const struct sim_options *o, size_t *ret_n)
{
	struct drive d = { .o = o, .random = o->seed * 2 + 1, .cap = (size_t)6 * 8000 / o->every_s + 100 };
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

static bool knows(const char *scenario)
{
	return strcmp(scenario, "all") == 0;
}

const struct sim_actor sim_trucks = {
	.name = "trucks",
	.summary = "construction-waste trucks with JT/T 808 terminals (sketch of Foshan)",
	.start = INT64_C(1773708000000), /* 2026-03-17 08:40 in Foshan, a Tuesday */
	.lap_s = 5400,
	.knows = knows,
	.run = run,
};
