/* SPDX-License-Identifier: Apache-2.0 */
/* xie/bridge/ais.h — AIS messages to observations.  Every "no value" of the wire ends here.
 *
 *   1, 2, 3, 18, 19   fix of a vessel (19 also static)       9        fix of an aircraft
 *   27                fix of a vessel, XIE_FIX_LONG_RANGE    4, 11, 17  fix of a station
 *   5, 24 A, 24 B     static of a vessel                     21       fix and static of an aid
 *   6, 8              static: DAC 200 FI 10 (ENI, ERI type, cones, draught), FI 55 and DAC 1 FI 16, 24 (persons)
 *
 * No fix (spec/rules.md 2): longitude over 180 or latitude over 90 degrees, which 181 and 91, "not available", are.
 * An MMSI over 999,999,999 is no identity: nothing comes of such a message.
 * Units: 10^-4 minute x 10, 10^-3 minute x 100, 10^-1 minute x 10,000; 0.1 knot x 1852; 0.1 degree x 10.
 * Turn: +-127 (no gauge, only "faster than 5 degrees in 30 s") and -128 are no value; else ROT = (v / 4.733)^2. */
#ifndef XIE_BRIDGE_AIS_H
#define XIE_BRIDGE_AIS_H

#include "xie/ais/msg.h"
#include "xie/model/obs.h"
#include "xie/nmea/bits.h"

enum { XIE_BRIDGE_AIS_MAX = 2 };

/* How many observations the message makes (0, 1 or 2), in ret_obs.  bits: what m was decoded from, for the echo
 * digest.  rx: receive time, which is the event time too (spec/rules.md 1).  source, at: go into each observation's
 * source and frame. */
unsigned xie_bridge_ais(const struct xie_ais_msg *m, const struct xie_nmea_bits *bits, xie_ms rx, uint32_t source,
                        uint64_t at, struct xie_obs ret_obs[static XIE_BRIDGE_AIS_MAX]);

#endif
