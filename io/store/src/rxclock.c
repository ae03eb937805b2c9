/* SPDX-License-Identifier: Apache-2.0 */
#include "rxclock.h"

static void give_back(struct rxclock *c, xie_ms passed)
{
	if (c->ahead <= 0)
		return;
	c->owed += passed;
	xie_ms back = c->owed / 10;
	c->owed %= 10;
	c->ahead -= back < c->ahead ? back : c->ahead;
}

xie_ms rxclock_now(struct rxclock *c, xie_ms wall, xie_ms mono, xie_ms *ret_jump)
{
	xie_ms jump = 0;
	if (!c->read) {
		/* The journal's last record is younger than now: the clock was set back while nobody looked. */
		if (c->last - wall > RXCLOCK_STEP_MS) {
			c->ahead = c->last - wall;
			jump = -c->ahead;
		}
		c->read = true;
	} else {
		xie_ms passed = mono > c->mono ? mono - c->mono : 0;
		jump = wall - c->wall - passed;
		if (jump < -RXCLOCK_STEP_MS)
			c->ahead -= jump;
		else if (jump > RXCLOCK_STEP_MS)
			c->ahead -= jump < c->ahead ? jump : c->ahead;
		else
			jump = 0;
		give_back(c, passed);
	}
	c->wall = wall;
	c->mono = mono;
	*ret_jump = jump;
	xie_ms now = wall + c->ahead;
	return now > c->last ? now : c->last;
}
