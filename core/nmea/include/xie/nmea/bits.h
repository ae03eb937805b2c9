/* SPDX-License-Identifier: Apache-2.0 */
/* xie/nmea/bits.h — the bits of one AIS message, and the six-bit armour that carries them in text.
 *
 * IEC 61162-1, 8.3 (VDM): each character carries six bits, most significant first; the value is the character less
 * 48, and 8 less again above 40.  The characters are '0'..'W' and '`'..'w'.  The last part names how many bits at its
 * end are fill. */
#ifndef XIE_NMEA_BITS_H
#define XIE_NMEA_BITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "xie/base/status.h"
#include "xie/base/str.h"

/* The longest message of ITU-R M.1371 is 1,064 bits (five slots less overhead); feeds were seen with more in error. */
#define XIE_NMEA_MAX_CHARS 340u
#define XIE_NMEA_MAX_BITS (XIE_NMEA_MAX_CHARS * 6u)
#define XIE_NMEA_SLACK 16u

/* Zero it once; then every function here keeps the bytes behind the last armoured character zero, so that a reader
 * may load a whole word at any bit of the message.  The fill bits stay as they came: n does not count them. */
struct xie_nmea_bits {
	uint32_t n;     /* bits of the message */
	uint32_t dirty; /* bytes from the start that may not be zero */
	uint8_t b[XIE_NMEA_MAX_BITS / 8 + XIE_NMEA_SLACK];
};

/* Replaces bits by the payload of a whole message.  MALFORMED: a character outside the armour, more fill
 * than there are bits.  LIMIT: longer than XIE_NMEA_MAX_CHARS.  On failure the content is unspecified but safe. */
xie_status xie_nmea_unarmor(struct xie_nmea_bits *bits, xie_str payload, unsigned fill) XIE_MUST_USE;
/* Adds the next part.  Fill bits of the parts before it must be 0, as the standard says. */
xie_status xie_nmea_unarmor_more(struct xie_nmea_bits *bits, xie_str payload, unsigned fill) XIE_MUST_USE;
/* An empty message, ready to be written to. */
void xie_nmea_bits_clear(struct xie_nmea_bits *bits);

/* 1 to 32 bits from bit at on, most significant first; at + width <= XIE_NMEA_MAX_BITS.  Bits behind the
 * message read as zero. */
static inline uint64_t xie_nmea__load(const uint8_t *p)
{
	uint64_t w;
	memcpy(&w, p, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}
static inline uint32_t xie_nmea_u(const struct xie_nmea_bits *bits, unsigned at, unsigned width)
{
	return (uint32_t)(xie_nmea__load(bits->b + (at >> 3)) << (at & 7) >> (64 - width));
}
static inline int32_t xie_nmea_s(const struct xie_nmea_bits *bits, unsigned at, unsigned width)
{
	int64_t v = (int64_t)(xie_nmea__load(bits->b + (at >> 3)) << (at & 7));
	return (int32_t)(v >> (64 - width)); /* arithmetic shift, as gcc and clang define it */
}
/* The other way; only the low width bits of v. */
void xie_nmea_put(struct xie_nmea_bits *bits, unsigned at, unsigned width, uint32_t v);

/* A digest of the message's bits, fill excluded: equal for the same transmission heard by any receiver. */
uint64_t xie_nmea_digest(const struct xie_nmea_bits *bits);

#endif
