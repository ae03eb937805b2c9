/* SPDX-License-Identifier: Apache-2.0 */
/* xie/port/id.h — names for new things: 26 characters that sort by the time of their making.
 *
 * The text is a ULID: 48 bits of milliseconds and 80 random bits in Crockford's base 32, so that lists by id are
 * lists by age and an index grows at one end.  (Alerts have no such id: theirs is a digest, see DESIGN.) */
#ifndef XIE_PORT_ID_H
#define XIE_PORT_ID_H

#include <stdint.h>

#include "xie/base/status.h"
#include "xie/port/clock.h"
#include "xie/port/random.h"

#define XIE_ID_TEXT 27 /* with the terminator */

struct xie_id {
	void *self;
	xie_status (*next)(void *self, char ret_id[static XIE_ID_TEXT]);
};

/* A generator over a clock and a source of randomness.  Within one millisecond, and while the clock stands back,
 * ids go on growing.  One thread at a time. */
struct xie_id_gen {
	struct xie_clock clock;
	struct xie_random random;
	xie_ms last;        /* set to 0 before the first use */
	uint8_t low[10];
};

/* UNAVAILABLE when the randomness is; LIMIT after 2^80 ids in one millisecond. */
xie_status xie_id_gen_next(struct xie_id_gen *g, char ret_id[static XIE_ID_TEXT]) XIE_MUST_USE;

#endif
