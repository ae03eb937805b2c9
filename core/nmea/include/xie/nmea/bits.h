/* SPDX-License-Identifier: Apache-2.0 */
/* xie/nmea/bits.h — the bits of one AIS message, and the six-bit armour that carries them in text.
 *
 * IEC 61162-1 (VDM): each character carries six bits, most significant first; the value is the character less 48, and
 * 8 less again above 40.  The characters are '0'..'W' and '`'..'w'.  The last part names how many bits at its end are
 * fill. */
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
enum { XIE_NMEA_WORDS = 38 };

/* Words, not bytes, and the first bit is the highest of w[0]: so what was just written as a word is read as a word,
 * which the processor forwards without waiting.  Zero it once; then every function here keeps what lies behind the
 * last armoured character zero, and there is always a word behind it.  The fill bits stay as they came: n does not
 * count them. */
struct xie_nmea_bits {
	uint32_t n;     /* bits of the message */
	uint32_t dirty; /* words from the start that may not be zero */
	uint64_t w[XIE_NMEA_WORDS];
};

/* Replaces bits by the payload of a whole message.  MALFORMED: a character outside the armour, more fill than there
 * are bits.  LIMIT: longer than XIE_NMEA_MAX_CHARS, or fill over 9.  On failure the content is unspecified but safe. */
xie_status xie_nmea_unarmor(struct xie_nmea_bits *bits, xie_str payload, unsigned fill) XIE_MUST_USE;
/* Adds the next part; the fill bits of the part before it are dropped. */
xie_status xie_nmea_unarmor_more(struct xie_nmea_bits *bits, xie_str payload, unsigned fill) XIE_MUST_USE;
/* An empty message, ready to be written to. */
void xie_nmea_bits_clear(struct xie_nmea_bits *bits);

/* 1 to 48 bits from bit at on; at + width <= XIE_NMEA_MAX_BITS.  Bits behind the message read as zero. */
static inline uint64_t xie_nmea_u64(const struct xie_nmea_bits *bits, unsigned at, unsigned width)
{
	const uint64_t *w = bits->w + (at >> 6);
	unsigned o = at & 63;
	uint64_t v = w[0] << o;
	if (o + width > 64)
		v |= w[1] >> (64 - o);
	return v >> (64 - width);
}
static inline uint32_t xie_nmea_u(const struct xie_nmea_bits *bits, unsigned at, unsigned width) /* 1 to 32 */
{
	return (uint32_t)xie_nmea_u64(bits, at, width);
}
static inline int32_t xie_nmea_s(const struct xie_nmea_bits *bits, unsigned at, unsigned width) /* 2 to 32 */
{
	uint32_t sign = UINT32_C(1) << (width - 1);
	return (int32_t)((xie_nmea_u(bits, at, width) ^ sign) - sign);
}
/* The other way, 1 to 32; only the low width bits of v. */
void xie_nmea_put(struct xie_nmea_bits *bits, unsigned at, unsigned width, uint32_t v);

/* A digest of the message's bits, fill excluded: equal for the same transmission heard by any receiver. */
uint64_t xie_nmea_digest(const struct xie_nmea_bits *bits);

#endif
