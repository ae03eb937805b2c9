/* SPDX-License-Identifier: Apache-2.0 */
/* sim/trucks.h — construction-waste trucks: their ways, their reports. */
#ifndef XIE_SIM_TRUCKS_H
#define XIE_SIM_TRUCKS_H

#include "way.h"

#include "xie/jt808/frame.h"

struct truck {
	const char *phone, *plate; /* plate: GBK */
	const char *plate_utf8;
	uint8_t color;
	uint16_t edition;
	const struct sim_step *steps;
	uint32_t steps_n;
};

struct truck_report {
	xie_ms t;
	uint32_t truck;
	int32_t lon, lat;
	uint16_t dkmh, course;
};

extern const struct truck trucks_all[];
extern const uint32_t trucks_n;

/* All reports, by time; NULL without memory.  Truth goes to o->truth. */
struct truck_report *trucks_drive(const struct sim_options *o, size_t *ret_n);
/* Frames as the terminal of truck writes them; returns bytes in wire (XIE_JT808_WIRE_MAX). */
size_t truck_register(const struct truck *t, uint16_t serial, uint8_t *wire);
size_t truck_login(const struct truck *t, uint16_t serial, xie_str token, uint8_t *wire);
size_t truck_position(const struct truck *t, uint16_t serial, const struct truck_report *r, uint8_t *wire);
/* At most 30 reports as 0x0704, kind 1: filled in later. */
size_t truck_batch(const struct truck *t, uint16_t serial, const struct truck_report *const *r, size_t n, uint8_t *wire);

/* trucks_tcp.c */
int trucks_connect(const struct sim_options *o, const struct truck_report *reports, size_t n);

#endif
