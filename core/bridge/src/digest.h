/* SPDX-License-Identifier: Apache-2.0 */
/* A 64-bit digest of a payload, for finding echoes: the same on every machine.  Not for evidence (SHA-256 is). */
#ifndef XIE_BRIDGE_DIGEST_H
#define XIE_BRIDGE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t digest64__mix(uint64_t h)
{
	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93); /* an odd constant with good avalanche */
	return h ^ h >> 29;
}
static inline uint64_t digest64__word(const uint8_t *p) /* the same number on every machine */
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
	       (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}
static inline uint64_t digest64(const uint8_t *p, size_t n, uint64_t salt)
{
	uint64_t h = digest64__mix(salt ^ (uint64_t)n << 40 ^ UINT64_C(0x9e3779b97f4a7c15));
	for (; n >= 8; p += 8, n -= 8)
		h = digest64__mix(h ^ digest64__word(p)) + h * 31;
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)p[i] << (8 * i);
	if (n != 0)
		h = digest64__mix(h ^ v) + h * 31;
	return digest64__mix(h);
}

#endif
