/* SPDX-License-Identifier: Apache-2.0 */
/* What stands around a sentence: tag blocks, prefixes, suffixes, GateHouse lines.  Internal to core/nmea. */
#ifndef XIE_NMEA_LINE_INT_H
#define XIE_NMEA_LINE_INT_H

#include "xie/nmea/line.h"

uint8_t nmea__xor(const char *p, size_t n);
bool nmea__check_is(const char *two, uint8_t sum);

/* Reads one tag block at the front of s; gives what is behind it (or the next '!' when it has no end). */
xie_str nmea__tag(struct xie_nmea_reader *r, xie_str s, struct xie_nmea_line *o);
/* Text before the sentence: a date and time, or UNIX time; anything else says nothing. */
void nmea__prefix(const struct xie_nmea_reader *r, xie_str s, struct xie_nmea_line *o);
/* Text behind the check: station and time.  MALFORMED when it holds another sentence. */
xie_status nmea__suffix(struct xie_nmea_reader *r, xie_str s, struct xie_nmea_line *o);
/* "$PGHP,..." up to its '*'. */
enum xie_nmea_kind nmea__pghp(struct xie_nmea_reader *r, xie_str s, struct xie_nmea_line *o);
/* The source for the lines that follow; longer names are cut. */
void nmea__pend(struct xie_nmea_reader *r, xie_str source);

#endif
