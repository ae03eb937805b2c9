/* SPDX-License-Identifier: Apache-2.0 */
/* xie/nmea/write.h — messages as sentences: IEC 61162-1 VDM and VDO, at most 82 characters each. */
#ifndef XIE_NMEA_WRITE_H
#define XIE_NMEA_WRITE_H

#include <stdbool.h>

#include "xie/base/wr.h"
#include "xie/nmea/bits.h"

/* The most one message takes. */
#define XIE_NMEA_WRITE_MAX 1024u

/* Writes the sentences of one message, each with CR LF.  talker: two characters ("AI").  channel: 'A', 'B', or 0 for
 * blank.  seq: 0..9, used when the message needs more than one sentence.  w->st tells whether all fitted;
 * XIE_LIMIT also for a message over nine sentences. */
void xie_nmea_write(xie_wr *w, const struct xie_nmea_bits *bits, const char *talker, bool own_ship, char channel,
                    unsigned seq);

#endif
