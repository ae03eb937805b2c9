/* SPDX-License-Identifier: Apache-2.0 */
/* xie/port/clock.h — what time it is, asked of whoever knows.  Tests hand in a clock of their own. */
#ifndef XIE_PORT_CLOCK_H
#define XIE_PORT_CLOCK_H

#include "xie/base/units.h"

struct xie_clock {
	void *self;
	xie_ms (*wall)(void *self); /* since 1970 UTC; may be set back or forth by somebody */
	xie_ms (*mono)(void *self); /* since some start; only ever grows, also while the machine sleeps */
};

#endif
