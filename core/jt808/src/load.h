/* SPDX-License-Identifier: Apache-2.0 */
/* Big-endian loads for the one hot path whose length is checked once for the whole message (0x0200 and its
 * header); everything else reads through xie/base/rd.h. */
#ifndef XIE_JT808_LOAD_H
#define XIE_JT808_LOAD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t load64(const uint8_t *p) /* byte order of the machine: for exclusive or only */
{
	uint64_t v;
	memcpy(&v, p, sizeof v);
	return v;
}
/* The last k bytes (0 < k < 8) of the eight at p; the others count as zero. */
static inline uint64_t load64_last(const uint8_t *p, size_t k)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return load64(p) >> 8 * (8 - k);
#else
	return load64(p) << 8 * (8 - k);
#endif
}
static inline uint16_t load16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}
static inline uint32_t load32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

#endif
