/* SPDX-License-Identifier: Apache-2.0 */
/* xie/track/archive.h — the points of one target within one hour, as few bytes as they can be without losing any.
 *
 * Exact: time, position, speed, course and the flags of XIE_TRACK_HAS come back as they were.  Not kept, and only in the
 * frames from then on: heading, rate of turn, navigational status, alarm and status words, odometer, receive time, echo.
 * A speed or course without its flag comes back as 0.
 *
 * Bytes, bits most significant first:
 *
 *   kind:3 unit of position:2 of speed:2 of course:2 of time:2 | time by second difference:1 | one set of flags:1 |
 *   flags:6 | n (Rice, k = 6) | lon:32 lat:32 of the first point |
 *   for each point: [flags: 0 = as before, or 1 and 6 bits] time speed course lon lat    (first point: speed, course)
 *   zeros to the byte | sum:16
 *
 * Each column is what a prediction missed, in the column's unit, as a Rice code whose parameter follows the misses seen
 * before it in the column: nothing is stored for it, and a vessel that weighs anchor is followed within a few points.
 * Predictions: speed and course as before; time by the interval before, or none; position by half the way of the speed
 * and course before and half of those now, for at most ten minutes.  A miss of 16 << k or more is 16 ones and 40 bits.
 * The time of the first point is not in the bytes: whoever keeps them knows it (xie_chunk.from). */
#ifndef XIE_TRACK_ARCHIVE_H
#define XIE_TRACK_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"
#include "xie/model/obs.h"

enum {
	XIE_TRACK_FORMAT = 1,
	XIE_TRACK_MOST = 65535,     /* points in one chunk */
	XIE_TRACK_HOUR = 3600000,   /* a chunk is shorter than this, in ms */
	XIE_TRACK_HAS = XIE_FIX_SOG | XIE_FIX_COG | XIE_FIX_ACCURATE | XIE_FIX_LONG_RANGE | XIE_FIX_CLOCK_SUSPECT |
			XIE_FIX_SOG_MIN,
};

struct xie_track_pt {
	xie_ms t; /* event time */
	struct xie_pt at;
	int32_t sog_dmph;
	uint16_t cog_cdeg;
	uint16_t has; /* of XIE_TRACK_HAS */
};
struct xie_track_pt xie_track_pt_of(const struct xie_fix *f);

/* Room that n points take at most. */
#define XIE_TRACK_ROOM(n) (48 + 36 * (size_t)(n))

/* Points in order of time.  LIMIT: cap is below XIE_TRACK_ROOM(n), or n over XIE_TRACK_MOST; RANGE: no point, out of order,
 * an hour or longer, a position that is none, a course of 360 degrees or more, a flag that is not kept. */
xie_status xie_track_encode(enum xie_target_kind kind, const struct xie_track_pt *p, size_t n, uint8_t *ret, size_t cap,
                            size_t *ret_n) XIE_MUST_USE;
/* from: time of the first point.  CHECKSUM, TRUNCATED, MALFORMED: these are not the bytes that were written; LIMIT: more
 * than cap points, *ret_n says how many.  *ret_n points are whole only when it answers OK. */
xie_status xie_track_decode(xie_str bytes, xie_ms from, enum xie_target_kind *ret_kind, struct xie_track_pt *ret, size_t cap,
                            size_t *ret_n) XIE_MUST_USE;
/* The last two bytes, of those before and the time of the first point. */
uint16_t xie_track_sum(const void *p, size_t n, xie_ms from);

/* The smallest box around n >= 1 points; low.lon > high.lon: it crosses 180. */
void xie_track_box(const struct xie_track_pt *p, size_t n, struct xie_pt *ret_low, struct xie_pt *ret_high);

/* Order of time, then of every other member, so that what was put in twice lies side by side. */
int xie_track_cmp(const struct xie_track_pt *a, const struct xie_track_pt *b);

#endif
