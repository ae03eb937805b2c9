/* SPDX-License-Identifier: Apache-2.0 */
/* What a transponder says, as sentences: ITU-R M.1371-5 messages 1, 3, 4, 5, 18 and 24, by the encoders of core/ais. */
#include "vessels.h"

#include <stdlib.h>
#include <string.h>

#include "xie/ais/msg.h"
#include "xie/base/time.h"
#include "xie/nmea/write.h"

enum { NO_TURN = -128, NO_COURSE = 3600, NO_HEADING = 511, CS_RADIO = 0x60006 /* class B CS: annex 8, message 18 */ };

static size_t sentences(const struct xie_ais_msg *m, char channel, unsigned seq, char *buf)
{
	struct xie_nmea_bits bits;
	xie_nmea_bits_clear(&bits);
	xie_wr w = xie_wr_of(buf, VESSEL_SENTENCES);
	if (xie_ais_encode(m, &bits) != XIE_OK)
		abort(); /* ours: the plan's own values */
	xie_nmea_write(&w, &bits, "AI", false, channel, seq);
	if (w.st != XIE_OK)
		abort();
	return w.n;
}

/* 1e-6 degree to 1e-4 minute; a receiver's metre of noise. */
static int32_t min4(int32_t e6, uint64_t *random)
{
	return (int32_t)((int64_t)e6 * 3 / 5) + (int32_t)(sim_random(random) % 9) - 4;
}

/* SOTDMA: in sync, a time-out of 2, 4 or 6 frames, the slot; ITDMA: increment, one slot, keep it. */
static uint32_t radio(const struct vessel_report *r, uint64_t *random)
{
	uint32_t slot = sim_random(random) % 2250;
	if (r->special)
		return (slot & 0x1fff) << 4 | 1;
	return (2 + 2 * (slot % 3)) << 14 | slot;
}

/* ROT_AIS = 4.733 sqrt(degrees a minute) */
static int32_t turn(int16_t rot)
{
	int32_t v = (int32_t)sim_root((uint64_t)(rot < 0 ? -rot : rot) * 224 / 10);
	v = v > 126 ? 126 : v;
	return rot < 0 ? -v : v;
}

size_t vessel_position(const struct vessel *v, const struct vessel_report *r, uint64_t *random, char *buf)
{
	struct xie_ais_msg m = { .mmsi = v->mmsi };
	int32_t lon = min4(r->at.lon, random), lat = min4(r->at.lat, random);
	uint32_t second = (uint32_t)(r->t / 1000 % 60), course = r->dkn != 0 ? (uint32_t)r->course * 10 : NO_COURSE;
	if (v->class == VESSEL_CLASS_A) {
		m.type = r->special ? 3 : 1;
		m.t1.status = r->status;
		m.t1.turn = turn(r->rot);
		m.t1.speed = r->dkn;
		m.t1.accuracy = true;
		m.t1.lon = lon;
		m.t1.lat = lat;
		m.t1.course = course;
		m.t1.heading = r->heading;
		m.t1.second = second;
		m.t1.radio = radio(r, random);
	} else {
		m.type = 18;
		m.t18.speed = r->dkn;
		m.t18.lon = lon;
		m.t18.lat = lat;
		m.t18.course = course;
		m.t18.heading = NO_HEADING;
		m.t18.second = second;
		m.t18.cs = m.t18.band = m.t18.msg22 = true;
		m.t18.radio = CS_RADIO;
	}
	return sentences(&m, sim_random(random) % 2 != 0 ? 'A' : 'B', 0, buf);
}

/* The reference point stands three quarters aft, in the middle. */
#define DIMENSIONS(x)                                                      \
	do {                                                               \
		(x)->to_bow = (uint32_t)v->length * 3 / 4;                 \
		(x)->to_stern = v->length - (uint32_t)v->length * 3 / 4;   \
		(x)->to_port = v->beam / 2;                                \
		(x)->to_starboard = (uint32_t)(v->beam - v->beam / 2);     \
	} while (0)

static void text(char *to, size_t cap, const char *from)
{
	size_t n = strlen(from);
	memcpy(to, from, n < cap ? n : cap - 1);
}

size_t vessel_static(const struct vessel *v, unsigned part, unsigned seq, char *buf)
{
	struct xie_ais_msg m = { .mmsi = v->mmsi };
	if (v->class == VESSEL_CLASS_A) {
		m.type = 5;
		text(m.t5.callsign, sizeof m.t5.callsign, v->callsign);
		text(m.t5.shipname, sizeof m.t5.shipname, v->name);
		text(m.t5.destination, sizeof m.t5.destination, v->destination);
		m.t5.shiptype = v->ship_type;
		m.t5.epfd = 1;
		m.t5.hour = 24;
		m.t5.minute = 60;
		m.t5.draught = v->draught_dm;
		DIMENSIONS(&m.t5);
	} else if (part == 0) {
		m.type = 24;
		m.part = 'A';
		text(m.t24a.shipname, sizeof m.t24a.shipname, v->name);
	} else {
		m.type = 24;
		m.part = 'B';
		m.t24b.shiptype = v->ship_type;
		text(m.t24b.vendorid, sizeof m.t24b.vendorid, "SKT");
		text(m.t24b.callsign, sizeof m.t24b.callsign, v->callsign);
		DIMENSIONS(&m.t24b);
	}
	return sentences(&m, seq % 2 != 0 ? 'A' : 'B', seq, buf);
}

size_t vessel_base_station(uint32_t mmsi, struct sim_place at, xie_ms t, char *buf)
{
	struct xie_ais_msg m = { .type = 4, .mmsi = mmsi };
	struct xie_civil c;
	xie_civil_from_ms(t, 0, &c);
	m.t4.year = (uint32_t)c.year;
	m.t4.month = c.month;
	m.t4.day = c.day;
	m.t4.hour = c.hour;
	m.t4.minute = c.minute;
	m.t4.second = c.second;
	m.t4.accuracy = true;
	m.t4.lon = (int32_t)((int64_t)at.lon * 3 / 5);
	m.t4.lat = (int32_t)((int64_t)at.lat * 3 / 5);
	m.t4.epfd = 7; /* surveyed */
	return sentences(&m, 'A', 0, buf);
}
