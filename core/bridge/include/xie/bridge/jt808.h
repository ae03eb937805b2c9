/* SPDX-License-Identifier: Apache-2.0 */
/* xie/bridge/jt808.h — JT/T 808 frames to observations.
 *
 * Positions: 0x0200, each record of 0x0704, 0x0201, 0x0500, 0x0801.  Static: 0x0100 (plate and colour).
 * No fix (spec/rules.md 2): status bit 1 unset, coordinates enciphered (bit 5), latitude over 90 or longitude
 * over 180 degrees, a time that is no date.  The event time is the terminal's own at UTC+8; more than 60 s
 * behind the receive time makes the fix clock_suspect.
 * Units: 1e-6 degree x 6; 0.1 km/h x 1000; whole degrees x 100 (360 is 0; above, there is no course). */
#ifndef XIE_BRIDGE_JT808_H
#define XIE_BRIDGE_JT808_H

#include "xie/jt808/frame.h"
#include "xie/jt808/position.h"
#include "xie/model/obs.h"

/* The receive time of a frame whose source knows none (a file of frames): the event time stands in.  A registration
 * carries no time of its own: its observation then has this for a time too, and the caller dates it. */
#define XIE_BRIDGE_NO_RX INT64_MIN

struct xie_bridge_jt808 {
	struct xie_jt808_frame frame;
	struct xie_key target;
	xie_ms rx;
	uint32_t source;
	uint64_t at;
	struct xie_jt808_batch batch;
	uint16_t index;     /* observations tried so far */
	uint8_t form;       /* what the message is to this bridge */
	uint32_t no_fix;    /* positions that are no fix, so far */
	uint32_t odd;       /* of header and bodies, so far */
};

/* Prepares to read the observations of one whole message (parts joined: xie/jt808/parts.h).  frame: copied, its
 * body borrowed until the last next().  rx: receive time or XIE_BRIDGE_NO_RX.  source, at: go into each
 * observation's source and frame.  OK for a message without observations too.  MALFORMED: the identity is neither
 * BCD nor an IMEI; TRUNCATED: the body is too short for its message; UNKNOWN: the body is enciphered; MISSING: it is
 * a part (head.total is not 0): join it first and clear total and part. */
xie_status xie_bridge_jt808_begin(struct xie_bridge_jt808 *b, const struct xie_jt808_frame *frame, xie_ms rx,
                                  uint32_t source, uint64_t at) XIE_MUST_USE;
/* False at the end. */
bool xie_bridge_jt808_next(struct xie_bridge_jt808 *b, struct xie_obs *ret_obs);

#endif
