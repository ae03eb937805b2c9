/* SPDX-License-Identifier: Apache-2.0 */
/* xie/chain/merkle.h — one digest over many records, and the proof that one of them is among them.
 *
 * The tree is that of RFC 9162, section 2.1 (an odd node goes up unchanged), with salted leaves:
 *
 *   leaf = SHA-256(0x00 | salt[16] | position u64 | rx u64 | source u32 | kind u8 | bytes)     all big endian
 *   node = SHA-256(0x01 | left | right)
 *
 * The salt keeps a reader of one proof from guessing its neighbours: a frame has few bits that are not known.
 * The digest function is a parameter, so that io may bring a faster one; xie_sha256_of fits. */
#ifndef XIE_CHAIN_MERKLE_H
#define XIE_CHAIN_MERKLE_H

#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/chain/record.h"

#define XIE_DIGEST 32
#define XIE_SALT 16
#define XIE_MERKLE_DEPTH 32 /* a path is never longer: n is 32 bits */

typedef void xie_digest_fn(const void *p, size_t n, uint8_t ret_digest[static XIE_DIGEST]);

/* scratch: room for XIE_LEAF_HEAD + rec->bytes.n bytes. */
#define XIE_LEAF_HEAD (1 + XIE_SALT + 8 + 8 + 4 + 1)
void xie_merkle_leaf(xie_digest_fn *digest, const struct xie_rec *rec, const uint8_t salt[static XIE_SALT],
                     uint8_t *scratch, uint8_t ret_leaf[static XIE_DIGEST]);

/* The next level over n > 1 nodes, into above (room for (n + 1) / 2; may be below itself).  Returns how many. */
size_t xie_merkle_level(xie_digest_fn *digest, const uint8_t *below, size_t n, uint8_t *above);

/* The root of n leaves, which are overwritten.  n > 0. */
void xie_merkle_root(xie_digest_fn *digest, uint8_t (*leaves)[XIE_DIGEST], size_t n,
                     uint8_t ret_root[static XIE_DIGEST]);

/* The path of leaf number index (from 0): siblings from the bottom to the top.  leaves are overwritten. */
void xie_merkle_path(xie_digest_fn *digest, uint8_t (*leaves)[XIE_DIGEST], size_t n, size_t index,
                     uint8_t (*ret_path)[XIE_DIGEST], size_t *ret_n_path);

/* The root that a leaf and its path (n_path digests in a row) give.
 * MALFORMED when the path has not the length that (index, n) asks for, RANGE when index >= n. */
xie_status xie_merkle_climb(xie_digest_fn *digest, const uint8_t leaf[static XIE_DIGEST], uint64_t index, uint64_t n,
                            const uint8_t *path, size_t n_path,
                            uint8_t ret_root[static XIE_DIGEST]) XIE_MUST_USE;

#endif
