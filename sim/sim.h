/* SPDX-License-Identifier: Apache-2.0 */
/* sim/sim.h — traffic that knows its own truth.
 *
 * An actor is a kind of traffic: a row in main.c's table and a file of its own.  It is deterministic: the same seed
 * and start give the same bytes.  What it plants on purpose, every breach and every near miss, it writes to the truth
 * file, one JSON object a line:
 *
 *   {"plant":"breach","rule":"cw-speed","target":"13912340003","plate":"...","zone":"cw-road-school",
 *    "from":"2026-03-17T01:32:10.000Z","to":"2026-03-17T01:34:02.000Z","note":"45 km/h where 30 are allowed"}
 *
 * plant: breach (an alert of that rule must open between from and to) or near_miss (none may); other: the second
 * target of a rule about pairs.  No other alert may come of an actor's traffic.  Plants that hang on the hour of the
 * day are true for the actor's own start only.  The geography is a SKETCH near Foshan and Zhongshan, the same as in
 * the packs: right in kind, wrong in metres. */
#ifndef XIE_SIM_H
#define XIE_SIM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "xie/base/units.h"

struct sim_options {
	uint64_t seed;
	const char *scenario; /* NULL: all */
	xie_ms start;         /* of the traffic's own time */
	xie_ms now;           /* with to: the traffic's time when the program begins; what is older is not sent */
	uint32_t every_s;     /* seconds between reports of a truck */
	const char *to;       /* HOST:PORT, or NULL: lines to out */
	uint32_t speed;       /* with to: seconds of traffic in a second */
	FILE *out, *truth;    /* truth may be NULL */
	/* faults, 0 = none: one in so many */
	uint32_t duplicate, garbage, late;
	uint32_t lose_s;      /* with to: every link is lost once, for so many seconds of traffic */
};

struct sim_actor {
	const char *name, *summary;
	xie_ms start;      /* when nobody says otherwise */
	uint32_t lap_s;    /* the traffic can begin anew after so long */
	bool (*knows)(const char *scenario);
	int (*run)(const struct sim_options *o); /* exit code: 0 done, 3 the environment failed */
};

extern const struct sim_actor sim_trucks, sim_vessels;

/* The same sequence on every machine. */
static inline uint32_t sim_random(uint64_t *s)
{
	*s = *s * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*s >> 33);
}

#endif
