/* SPDX-License-Identifier: Apache-2.0 */
/* xie/base/sha256.h — SHA-256 (FIPS 180-4), for ids and digests inside the pure core.
 * Evidence signatures and SM3 are the business of io/seal and its library. */
#ifndef XIE_BASE_SHA256_H
#define XIE_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct xie_sha256 {
	uint32_t h[8];
	uint64_t n;
	uint8_t block[64];
};

void xie_sha256_init(struct xie_sha256 *s);
void xie_sha256_add(struct xie_sha256 *s, const void *p, size_t n);
void xie_sha256_end(struct xie_sha256 *s, uint8_t ret_digest[static 32]);
void xie_sha256_of(const void *p, size_t n, uint8_t ret_digest[static 32]);

#endif
