/* SPDX-License-Identifier: Apache-2.0 */
/* app/replay.h — recordings as one stream of observations, in order of (receive time, argument, line). */
#ifndef XIE_APP_REPLAY_H
#define XIE_APP_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "tally.h"

#include "xie/base/status.h"
#include "xie/base/units.h"
#include "xie/model/obs.h"

enum feed_clock { FEED_CLOCK_LINE, FEED_CLOCK_TYPE4 };

struct feed; /* one file */

struct feed_counts {
	uint64_t lines, messages, untimed;
	struct tally rejects; /* lines, parts of messages and frames */
};

/* from: "nmea" or "jt808".  UNKNOWN for another, IO when the file cannot be opened. */
xie_status feed_open(const char *path, const char *from, enum feed_clock clock, xie_ms utc_offset, uint32_t source,
                     struct feed **ret_f, struct xie_err *reterr) XIE_MUST_USE;
/* Moves to the next line or frame that has a time; *ret_more false at the end.  Its time: feed_rx. */
xie_status feed_advance(struct feed *f, bool *ret_more) XIE_MUST_USE;
xie_ms feed_rx(const struct feed *f);
/* The line or frame as it stands in the file, without its line end; borrowed likewise. */
xie_str feed_line(const struct feed *f);
/* Observations of the line moved to; borrowed until the next feed_advance. */
const struct xie_obs *feed_obs(const struct feed *f, size_t *ret_n);
struct feed_counts feed_counts(const struct feed *f);
/* The share of the file read, 0 to 1000; -1 when it cannot be known. */
int feed_progress(const struct feed *f);
void feed_close(struct feed *f);

#endif
