/* SPDX-License-Identifier: Apache-2.0 */
/* xie/jt808/position.h — the position report 0x0200, which also stands inside 0x0201, 0x0500, 0x0704, 0x0801
 * and 0x0802 (808-2013 8.18, 808-2019 8.18).
 *
 *   alarm(4) status(4) latitude(4) longitude(4) altitude(2) speed(2) course(2) time BCD[6] | items: id(1) length(1) value
 *
 * Values stay as on the wire; units and meaning of "no value" are the bridge's business.  Both editions print the
 * time at byte 21 of the table; the course has two bytes, so it stands at 22. */
#ifndef XIE_JT808_POSITION_H
#define XIE_JT808_POSITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/time.h"
#include "xie/base/wr.h"

enum { XIE_JT808_POSITION_MIN = 28 };

/* Civil time at UTC+8 (the standard's zone for every time), BCD YYMMDDhhmmss, as on the wire. */
struct xie_jt808_time {
	uint8_t bcd[6];
};
/* Milliseconds UTC of 20YY-MM-DD hh:mm:ss +08:00.  MALFORMED for a nibble above 9, RANGE for no date. */
xie_status xie_jt808_time_ms(const struct xie_jt808_time *t, xie_ms *ret_t) XIE_MUST_USE;
/* The other way; RANGE outside 2000..2099. */
xie_status xie_jt808_time_of(xie_ms t, struct xie_jt808_time *ret_t) XIE_MUST_USE;

/* Status word (808-2013 table 25, 808-2019 table 25). */
enum {
	XIE_JT808_ST_ACC = 1 << 0,
	XIE_JT808_ST_FIXED = 1 << 1,
	XIE_JT808_ST_SOUTH = 1 << 2,
	XIE_JT808_ST_WEST = 1 << 3,
	XIE_JT808_ST_OUT_OF_SERVICE = 1 << 4,
	XIE_JT808_ST_ENCRYPTED = 1 << 5, /* coordinates went through a cipher plug-in: not a position */
};

/* Which items of the standard a report carries. */
enum {
	XIE_JT808_HAS_MILEAGE = 1 << 0,   /* 0x01 */
	XIE_JT808_HAS_FUEL = 1 << 1,      /* 0x02 */
	XIE_JT808_HAS_RECORDER = 1 << 2,  /* 0x03 */
	XIE_JT808_HAS_EVENT = 1 << 3,     /* 0x04 */
	XIE_JT808_HAS_CABIN = 1 << 4,     /* 0x06 */
	XIE_JT808_HAS_OVERSPEED = 1 << 5, /* 0x11 */
	XIE_JT808_HAS_IN_OUT = 1 << 6,    /* 0x12 */
	XIE_JT808_HAS_LEG = 1 << 7,       /* 0x13 */
	XIE_JT808_HAS_VIDEO = 1 << 8,     /* 0x14 */
	XIE_JT808_HAS_LOST = 1 << 9,      /* 0x15 */
	XIE_JT808_HAS_COVERED = 1 << 10,  /* 0x16 */
	XIE_JT808_HAS_STORAGE = 1 << 11,  /* 0x17 */
	XIE_JT808_HAS_BEHAVIOUR = 1 << 12, /* 0x18 */
	XIE_JT808_HAS_SIGNALS = 1 << 13,  /* 0x25 */
	XIE_JT808_HAS_IO = 1 << 14,       /* 0x2A */
	XIE_JT808_HAS_ANALOGUE = 1 << 15, /* 0x2B */
	XIE_JT808_HAS_RADIO = 1 << 16,    /* 0x30 */
	XIE_JT808_HAS_SATELLITES = 1 << 17, /* 0x31 */
	XIE_JT808_HAS_TYRES = 1 << 18,    /* 0x05 */
	XIE_JT808_HAS_SAFETY = 1 << 19,   /* any of 0x64 to 0x67: see xie/jt808/safety.h */
	XIE_JT808_HAS_OTHER = 1 << 20,    /* an item that is none of these */
};

/* The items' values; a member means something when its bit is in has. */
struct xie_jt808_extra {
	uint32_t has, odd;
	uint32_t mileage_hm;      /* odometer, 0.1 km */
	uint16_t fuel_dl;         /* 0.1 litre */
	uint16_t recorder_dkmh;   /* the driving recorder's speed, 0.1 km/h */
	uint16_t event;           /* id of the event that wants a person's word */
	uint16_t cabin;           /* compartment temperature in degrees Celsius; the top bit is the sign (2019) */
	uint8_t overspeed_place;  /* 0 nowhere, 1 circle, 2 rectangle, 3 polygon, 4 leg */
	uint8_t in_out_kind, in_out_way; /* 1 circle, 2 rectangle, 3 polygon, 4 route; 0 in, 1 out */
	uint8_t leg_result;       /* 0 too short, 1 too long */
	uint32_t overspeed_id, in_out_id, leg_id;
	uint16_t leg_s;           /* driving time on the leg, seconds */
	uint32_t video, lost, covered; /* JT/T 1078: alarms, channels without signal, channels covered */
	uint16_t storage;         /* failed stores: bits 0-11 main, 12-15 disaster */
	uint16_t behaviour;       /* bits 0 fatigue, 1 phone, 2 smoking */
	uint8_t fatigue;          /* degree 0 to 100, when the item has a third byte */
	uint32_t signals;
	uint16_t io;
	uint16_t ad0, ad1;
	uint8_t radio, satellites;
};

struct xie_jt808_position {
	uint32_t alarm, status;
	uint32_t lat, lon;        /* 1e-6 degree; the signs are in status */
	uint16_t alt_m;
	uint16_t speed_dkmh;      /* 0.1 km/h */
	uint16_t course_deg;
	struct xie_jt808_time time;
	const uint8_t *items;     /* borrowed: what follows the 28 bytes */
	uint32_t items_n;
};

/* Reads the 28 bytes and points at the items; TRUNCATED below 28. */
xie_status xie_jt808_position_read(const void *p, size_t n, struct xie_jt808_position *ret_pos) XIE_MUST_USE;
void xie_jt808_position_write(xie_wr *w, const struct xie_jt808_position *pos); /* items included */
/* The items of the standard, by value.  Never fails: what does not add up is said in ret_extra->odd. */
void xie_jt808_extra_read(const uint8_t *items, size_t n, struct xie_jt808_extra *ret_extra);
/* All items whose bit is in x->has (but tyres, safety and others, which are bytes of the caller's). */
void xie_jt808_extra_write(xie_wr *w, const struct xie_jt808_extra *x);

/* Signed 1e-6 degrees with the status word's hemispheres applied. */
static inline int64_t xie_jt808_lat_e6(const struct xie_jt808_position *p)
{
	return (p->status & XIE_JT808_ST_SOUTH) != 0 ? -(int64_t)p->lat : (int64_t)p->lat;
}
static inline int64_t xie_jt808_lon_e6(const struct xie_jt808_position *p)
{
	return (p->status & XIE_JT808_ST_WEST) != 0 ? -(int64_t)p->lon : (int64_t)p->lon;
}

/* One additional item as it stands. */
struct xie_jt808_item {
	uint16_t id;
	uint8_t form;      /* XIE_JT808_FORM_* */
	uint32_t n;
	const uint8_t *p;  /* borrowed */
};
enum { /* bytes of id and of length; the standard knows the first only */
	XIE_JT808_FORM_11,
	XIE_JT808_FORM_12,
	XIE_JT808_FORM_21,
	XIE_JT808_FORM_22,
	XIE_JT808_FORM_14,
};
/* Cuts items apart.  Writes at most cap, returns how many there are.  Where the standard's form does not add up
 * but extensions' forms do (two-byte ids, two- or four-byte lengths), those are used and *ret_odd says
 * ITEM_FORM.  Otherwise *ret_odd says ITEMS and *ret_rest is the count of bytes behind the last good item. */
size_t xie_jt808_items(const uint8_t *p, size_t n, struct xie_jt808_item *items, size_t cap, uint32_t *ret_odd,
                       size_t *ret_rest);
/* One item in the standard's form; LIMIT into w when n > 255. */
void xie_jt808_item_write(xie_wr *w, uint8_t id, const void *p, size_t n);

/* Walks the records of a 0x0704 body: count(2) kind(1), then length(2) + position each. */
struct xie_jt808_batch {
	uint32_t count;      /* as announced */
	uint16_t at;         /* records given so far */
	uint8_t kind;        /* 0 batch, 1 filled in after a gap in coverage */
	uint32_t odd;
	const uint8_t *p, *end;
};
/* TRUNCATED below three bytes. */
xie_status xie_jt808_batch_read(const void *body, size_t n, struct xie_jt808_batch *ret_b) XIE_MUST_USE;
/* False at the end.  A record whose length runs past the batch gets what is left; one too short for a position is
 * skipped; both are said in b->odd, as is a count that differs from what is there. */
bool xie_jt808_batch_next(struct xie_jt808_batch *b, struct xie_jt808_position *ret_pos);

#endif
