/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of core/ais share. */
#ifndef XIE_AIS_INT_H
#define XIE_AIS_INT_H

#include "xie/ais/msg.h"

/* Auxiliary craft: 98MIDXXXX, ITU-R M.585-9, annex 1, section 5. */
static inline bool ais__is_auxiliary(uint32_t mmsi)
{
	return mmsi / 10000000 == 98;
}

enum xie_ais_app ais__app_of(unsigned type, unsigned dac, unsigned fid);
/* Does gpsd leave this application message undecoded? */
bool ais__app_has_data(enum xie_ais_app app);
/* Reads the application message of bin->app; false when its content rules it out. */
bool ais__decode_app(const struct xie_nmea_bits *bits, struct xie_ais_binary *bin);
/* Writes it; *ret_bits: where it ends.  False when a value does not fit. */
bool ais__encode_app(const struct xie_ais_binary *bin, struct xie_nmea_bits *bits, uint32_t *ret_bits);

/* n characters from bit at on, cut at the first '@'; returns how many there were before trailing spaces went. */
unsigned ais__text(const struct xie_nmea_bits *bits, unsigned at, unsigned n, char *to);
/* The whole rest of the message, at most max characters. */
void ais__text_rest(const struct xie_nmea_bits *bits, unsigned at, unsigned max, char *to);
/* Puts text, padded with '@' to width characters; false when a character has no six-bit form or there are more. */
bool ais__put_text(struct xie_nmea_bits *bits, unsigned at, unsigned width, const char *text);

#endif
