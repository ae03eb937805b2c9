/* SPDX-License-Identifier: Apache-2.0 */
/* The clock that stamps records: follows the system's clock, but never goes back.
 *
 * When the system's clock is set back, receive time goes on from where it was, at the pace of the monotonic clock,
 * and so runs ahead of it; each second it gives back a tenth until both agree.  When it is set forth, receive time
 * follows.  Both are told, so that a CLOCK record can say so beside the records it concerns. */
#ifndef XIE_STORE_RXCLOCK_H
#define XIE_STORE_RXCLOCK_H

#include <stdbool.h>

#include "xie/base/units.h"

struct rxclock {
	xie_ms last;               /* receive time of the last record; set from the journal */
	xie_ms ahead;              /* of the system's clock */
	xie_ms wall, mono;         /* last reading */
	xie_ms owed;               /* tenths of ms to give back */
	bool read;                 /* a reading was made */
};

enum { RXCLOCK_STEP_MS = 1000 }; /* smaller steps are absorbed by standing still */

/* The receive time of now.  *ret_jump: by how much the system's clock was set (0: it was not). */
xie_ms rxclock_now(struct rxclock *c, xie_ms wall, xie_ms mono, xie_ms *ret_jump);

#endif
