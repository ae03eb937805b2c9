/* SPDX-License-Identifier: Apache-2.0 */
/* sim/way.h — where something goes: a list of steps, and what they plant.  Integers only. */
#ifndef XIE_SIM_WAY_H
#define XIE_SIM_WAY_H

#include "sim.h"

#define SIM_KMH(v) .dmph = (v) * 10000
#define SIM_DKN(v) .dmph = (v) * 1852 /* 0.1 knot */

struct sim_plant {
	const char *kind, *rule, *zone, *note;
	const char *other; /* of a rule about pairs */
};

/* On to a place at a speed; or stay there: so long, or until so long after the start. */
struct sim_step {
	int32_t lon, lat; /* 1e-6 degree */
	int32_t dmph;     /* decimetres an hour; 0: stay */
	uint32_t wait_s, until_s;
	bool silent;      /* without reports */
	uint8_t status;   /* a vessel's navigational status, ITU-R M.1371 table 48: 0 under way, 1 at anchor, 5 moored */
	struct sim_plant plant;
};

/* A step with its times. */
struct sim_leg {
	const struct sim_step *step;
	xie_ms from, to;
	int32_t lon0, lat0;
	uint16_t course; /* degrees; when it stays: the one before */
};

struct sim_place {
	int32_t lon, lat;
};

/* Fills one leg for each step; begin: when the first one starts, what until_s counts from. */
void sim_way(const struct sim_step *steps, uint32_t n, xie_ms begin, struct sim_leg *ret_legs);
struct sim_place sim_leg_at(const struct sim_leg *l, xie_ms t);
/* A line of the truth file, when the leg plants something.  plate: NULL for none. */
void sim_truth(const struct sim_options *o, const struct sim_leg *l, const char *target, const char *plate);
/* The integer root, rounded down. */
uint64_t sim_root(uint64_t v);

#endif
