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
static inline uint64_t digest64(const uint8_t *p, size_t n, uint64_t salt)
{
	uint64_t h = digest64__mix(salt ^ (uint64_t)n << 40 ^ UINT64_C(0x9e3779b97f4a7c15));
	while (n != 0) {
		uint64_t v = 0;
		size_t k = n < 8 ? n : 8;
		for (size_t i = 0; i < k; i++)
			v |= (uint64_t)p[i] << (8 * i);
		h = digest64__mix(h ^ v) + h * 31;
		p += k;
		n -= k;
	}
	return digest64__mix(h);
}

#endif
