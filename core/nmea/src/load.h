/* SPDX-License-Identifier: Apache-2.0 */
/* Text taken many characters at once.  Internal to core/nmea. */
#ifndef XIE_NMEA_LOAD_H
#define XIE_NMEA_LOAD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Sixteen bytes at once in the compiler's own vectors where the processor has them (SSE2 is part of every x86-64);
 * others, and tests with XIE_NMEA_SCALAR, take plain words. */
#if (defined(__SSE2__) || defined(__ARM_NEON)) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && !defined(XIE_NMEA_SCALAR)
#define NMEA_VECTOR 1
typedef uint8_t nmea__u8x16 __attribute__((vector_size(16)));
typedef signed char nmea__i8x16 __attribute__((vector_size(16)));
typedef uint16_t nmea__u16x8 __attribute__((vector_size(16)));
typedef uint32_t nmea__u32x4 __attribute__((vector_size(16)));
typedef uint64_t nmea__u64x2 __attribute__((vector_size(16)));

static inline nmea__u8x16 nmea__load16(const void *p)
{
	nmea__u8x16 v;
	memcpy(&v, p, 16);
	return v;
}
#else
#define NMEA_VECTOR 0
#endif

#define NMEA_ONES UINT64_C(0x0101010101010101)

static inline uint64_t nmea__swap_be(uint64_t w)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap64(w);
#else
	return w;
#endif
}

/* The first byte of p is the highest. */
static inline uint64_t nmea__load(const void *p)
{
	uint64_t w;
	memcpy(&w, p, 8);
	return nmea__swap_be(w);
}

/* XOR of n bytes. */
static inline uint8_t nmea__xor_of(const char *p, size_t n)
{
	uint64_t a = 0;
	const char *end = p + n;
#if NMEA_VECTOR
	if (n >= 16) {
		static const uint8_t ramp[32] = { [16] = 0xFF, [17] = 0xFF, [18] = 0xFF, [19] = 0xFF, [20] = 0xFF, [21] = 0xFF,
			                          [22] = 0xFF, [23] = 0xFF, [24] = 0xFF, [25] = 0xFF, [26] = 0xFF, [27] = 0xFF,
			                          [28] = 0xFF, [29] = 0xFF, [30] = 0xFF, [31] = 0xFF };
		nmea__u8x16 x = nmea__load16(p);
		for (p += 16; end - p >= 16; p += 16)
			x ^= nmea__load16(p);
		/* the rest, by a load that overlaps what is counted; that part is masked out */
		x ^= nmea__load16(end - 16) & nmea__load16(ramp + (end - p));
		a = ((nmea__u64x2)x)[0] ^ ((nmea__u64x2)x)[1];
		p = end;
	}
#endif
	for (; end - p >= 8; p += 8)
		a ^= nmea__load(p);
	for (; p < end; p++)
		a ^= (uint8_t)*p;
	a ^= a >> 32;
	a ^= a >> 16;
	return (uint8_t)(a ^ a >> 8);
}

#endif
