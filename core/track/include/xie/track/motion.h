/* SPDX-License-Identifier: Apache-2.0 */
/* xie/track/motion.h — what two neighbouring fixes say of the way between them (docs/rules.md, section 3).
 * Exact: squares are compared in 256 bits, so any distance and any time between two fixes is right. */
#ifndef XIE_TRACK_MOTION_H
#define XIE_TRACK_MOTION_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/units.h"
#include "xie/geo/zone.h"
#include "xie/model/obs.h"

/* An instant as an exact fraction of a millisecond: ms + num/den, 0 <= num < den. */
struct xie_instant {
	xie_ms ms;
	int64_t num, den;
};

static inline struct xie_instant xie_instant_of(xie_ms ms)
{
	return (struct xie_instant){ .ms = ms, .num = 0, .den = 1 };
}
/* Where on the way from t0 to t1. */
struct xie_instant xie_instant_at(xie_ms t0, xie_ms t1, struct xie_frac f);
int xie_instant_cmp(struct xie_instant a, struct xie_instant b);
/* Is b - a at least / strictly below span_ms?  (b >= a) */
bool xie_instant_lasts(struct xie_instant a, struct xie_instant b, xie_ms span_ms);

/* Is the distance between a and b at least mm? */
bool xie_moved_at_least(struct xie_pt a, struct xie_pt b, int64_t mm);
/* Does going from a to b in dt_ms >= 0 need strictly more than this speed?  In no time, any distance does. */
bool xie_moved_faster(struct xie_pt a, struct xie_pt b, xie_ms dt_ms, int64_t speed_dmph);
/* A jump break: at least 1,000 m, and more than 100 kn for a vessel, 200 km/h for a vehicle, or in no time. */
bool xie_is_jump_break(enum xie_target_kind kind, struct xie_pt a, struct xie_pt b, xie_ms dt_ms);

/* Where the target was at t0 <= t <= t1 on the straight way, each coordinate rounded half to even. */
struct xie_pt xie_interpolate(struct xie_pt a, xie_ms t0, struct xie_pt b, xie_ms t1, xie_ms t);

#endif
