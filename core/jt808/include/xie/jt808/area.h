/* SPDX-License-Identifier: Apache-2.0 */
/* xie/jt808/area.h — zones that a terminal holds: set 0x8600, 0x8602, 0x8604, 0x8606, delete 0x8601, 0x8603, 0x8605,
 * 0x8607, read back 0x8608 -> 0x0608 (808-2013 8.37 to 8.44, 808-2019 8.38 to 8.46).
 *
 * Coordinates are 1e-6 degree, unsigned; attribute bit 6 says south, bit 7 west. */
#ifndef XIE_JT808_AREA_H
#define XIE_JT808_AREA_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/str.h"
#include "xie/jt808/position.h"

enum { /* attributes of an area; a route has TIMES and 2 to 5 alike */
	XIE_JT808_AREA_TIMES = 1 << 0,
	XIE_JT808_AREA_SPEED = 1 << 1,
	XIE_JT808_AREA_IN_DRIVER = 1 << 2,
	XIE_JT808_AREA_IN_PLATFORM = 1 << 3,
	XIE_JT808_AREA_OUT_DRIVER = 1 << 4,
	XIE_JT808_AREA_OUT_PLATFORM = 1 << 5,
	XIE_JT808_AREA_SOUTH = 1 << 6,
	XIE_JT808_AREA_WEST = 1 << 7,
	XIE_JT808_AREA_DOORS_SHUT = 1 << 8,
	XIE_JT808_AREA_RADIO_OFF = 1 << 14,
	XIE_JT808_AREA_DETAIL = 1 << 15,
};
enum { /* attributes of a leg */
	XIE_JT808_LEG_TIME = 1 << 0,
	XIE_JT808_LEG_SPEED = 1 << 1,
	XIE_JT808_LEG_SOUTH = 1 << 2,
	XIE_JT808_LEG_WEST = 1 << 3,
};
enum xie_jt808_area_kind {
	XIE_JT808_CIRCLE = 1,
	XIE_JT808_RECTANGLE,
	XIE_JT808_POLYGON,
	XIE_JT808_ROUTE,
};

struct xie_jt808_point {
	uint32_t lat, lon;
};
struct xie_jt808_turn {
	uint32_t id, leg;       /* the turn, and the leg that begins here */
	uint32_t lat, lon;
	uint8_t width_m, attr;
	uint16_t too_long_s, too_short_s; /* LEG_TIME */
	uint16_t limit_kmh;     /* LEG_SPEED */
	uint8_t over_s;
	uint16_t night_kmh;     /* LEG_SPEED, 2019 */
};
struct xie_jt808_area {
	uint8_t kind;           /* enum xie_jt808_area_kind */
	uint32_t id;
	uint16_t attr;
	struct xie_jt808_time from, to; /* TIMES; a date of zeros: every day between the two */
	uint16_t limit_kmh;     /* SPEED */
	uint8_t over_s;         /* SPEED: lasting so long */
	uint16_t night_kmh;     /* SPEED, 2019 */
	bool has_name;          /* 2019 */
	xie_str name;
	uint32_t radius_m;      /* circle */
	uint32_t n;             /* circle: 1 centre; rectangle: 2 corners, top left and bottom right; polygon */
	struct xie_jt808_point *points;
	uint32_t turns_n;       /* route */
	struct xie_jt808_turn *turns;
};
struct xie_jt808_areas { /* 0x8600, 0x8602 (action, count); 0x8604, 0x8606 (one, no action); 0x0608 (kind, count) */
	uint8_t action;         /* 0 replace, 1 add, 2 change */
	uint8_t kind;
	uint32_t count;         /* as announced */
	uint32_t n;
	struct xie_jt808_area *items;
};
struct xie_jt808_area_ids { /* 0x8601, 0x8603, 0x8605, 0x8607 (count 1 byte; 0 = all); 0x8608 (kind, count 4 bytes) */
	uint8_t kind;
	uint32_t count;         /* as announced */
	uint32_t n;
	uint32_t *ids;
};

#endif
