/* SPDX-License-Identifier: Apache-2.0 */
/* sim/vessels.h — vessels and ferries: their ways, their AIS transponders, the stations that hear them. */
#ifndef XIE_SIM_VESSELS_H
#define XIE_SIM_VESSELS_H

#include "way.h"

enum { VESSEL_AT_ANCHOR = 1, VESSEL_RESTRICTED = 3, VESSEL_MOORED = 5 }; /* navigational status */
enum vessel_class { VESSEL_CLASS_A, VESSEL_CLASS_B };
enum vessel_station { VESSEL_AT_FOSHAN, VESSEL_AT_ZHONGSHAN, VESSEL_STATIONS };

struct vessel {
	uint32_t mmsi;
	enum vessel_class class;
	enum vessel_station station; /* the one that hears it best */
	const char *name, *callsign, *destination;
	uint8_t ship_type; /* ITU-R M.1371 table 53 */
	uint16_t length, beam;
	uint8_t draught_dm;
	uint16_t group; /* one group keeps its time together: who is to meet */
	const struct sim_step *steps;
	uint32_t steps_n;
};

extern const struct vessel vessels_all[];
extern const uint32_t vessels_n;

/* A line as a station gives it, with CR LF: a tag block with its name and its receive time, a sentence. */
struct vessel_line {
	xie_ms at;      /* when the station gives it on: later than it heard it, when its batch is late */
	uint32_t order; /* as it was made, for equal times */
	uint32_t text, n; /* in the list's text */
	uint8_t station;
};

struct vessel_lines {
	struct vessel_line *v;
	size_t n, cap;
	char *text;
	size_t text_n, text_cap;
	bool failed; /* no memory */
};

/* vessels.c: everything the stations hear, faults included, in order of time.  Truth goes to o->truth. */
bool vessels_hear(const struct sim_options *o, struct vessel_lines *ret_l);
void vessel_lines_free(struct vessel_lines *l);
/* vessels_ais.c */
struct vessel_report {
	xie_ms t;
	struct sim_place at;
	uint16_t dkn, course, heading; /* course, heading in degrees */
	int16_t rot;                   /* degrees a minute */
	uint8_t status;
	bool special; /* class A: not in the rhythm, message 3 */
};
enum { VESSEL_SENTENCES = 400 }; /* bytes of one message's sentences */
size_t vessel_position(const struct vessel *v, const struct vessel_report *r, uint64_t *random, char *buf);
size_t vessel_static(const struct vessel *v, unsigned part, unsigned seq, char *buf); /* part 0, 1: of class B */
size_t vessel_base_station(uint32_t mmsi, struct sim_place at, xie_ms t, char *buf);
/* vessels_tcp.c: the stations' lines in their own time. */
int vessels_connect(const struct sim_options *o, const struct vessel_lines *l);

#endif
