/* SPDX-License-Identifier: Apache-2.0 */
/* xie/chain/block.h — a block's header: what is kept for ever, also when the block itself is purged.
 *
 * Headers are chained twice over the same 160 bytes: by SHA-256 and by SM3 (GB/T 32905).  As bytes, big endian:
 *
 *   "XIEBLK01" | journal[16] | number u64 | first u64 | n u32 | raw u32 | rx_first u64 | rx_last u64
 *   | root[32] | prev_sha256[32] | prev_sm3[32]
 *
 * A void block (raw = 0, root of zeros) stands for n positions whose records were lost before they could be sealed: a
 * damaged tail.  It keeps the count honest and the chain whole. */
#ifndef XIE_CHAIN_BLOCK_H
#define XIE_CHAIN_BLOCK_H

#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/units.h"
#include "xie/chain/merkle.h"
#include "xie/chain/record.h"

#define XIE_BLOCK_HEADER 160
#define XIE_BLOCK_RAW_MAX (UINT32_C(16) << 20) /* bytes of the records' encoding in one block */

struct xie_block_header {
	uint8_t journal[16];             /* which journal: blocks of another do not fit in */
	uint64_t number;                 /* from 1, without gaps */
	uint64_t first;                  /* position of the first record */
	uint32_t n;                      /* records, at least 1 */
	uint32_t raw;                    /* bytes of their encoding; 0 = a void block */
	xie_ms rx_first, rx_last;
	uint8_t root[XIE_DIGEST];        /* Merkle root over the salted records */
	uint8_t prev_sha256[XIE_DIGEST]; /* digests of the header before; zeros in block 1 */
	uint8_t prev_sm3[XIE_DIGEST];
};

void xie_block_header_encode(const struct xie_block_header *h, uint8_t ret_bytes[static XIE_BLOCK_HEADER]);
/* TRUNCATED, MALFORMED (another length or magic), RANGE (n, raw, times, positions). */
xie_status xie_block_header_decode(const void *p, size_t n, struct xie_block_header *ret_h) XIE_MUST_USE;

/* That next follows h: the same journal, next number, first = h->first + h->n, times that do not decrease, and
 * the digest of h's bytes.  CORRUPT otherwise.  (SM3 is checked by whoever has it, over the same bytes.) */
xie_status xie_block_follows(xie_digest_fn *digest, const struct xie_block_header *h,
                             const struct xie_block_header *next) XIE_MUST_USE;

/* A record with all that ties it to a header. */
struct xie_proof {
	struct xie_rec rec;
	uint8_t salt[XIE_SALT];
	uint32_t index; /* of the record in its block */
	uint8_t n_path;
	uint8_t path[XIE_MERKLE_DEPTH][XIE_DIGEST];
	uint8_t header[XIE_BLOCK_HEADER];
};

/* True records pass.  scratch as for xie_merkle_leaf.  CORRUPT when the root differs; MALFORMED, RANGE. */
xie_status xie_proof_check(xie_digest_fn *digest, const struct xie_proof *p, uint8_t *scratch) XIE_MUST_USE;

/* Walks the records of a block's raw encoding against its header: count, positions, times; and, when leaves is not
 * NULL, the root from salts (h->n times XIE_SALT bytes).  leaves: room for h->n, holds the leaf digests' remains afterwards.
 * scratch: room for XIE_LEAF_HEAD + XIE_REC_MAX, used with leaves only.  CORRUPT when the bytes do not give what the
 * header says. */
xie_status xie_block_check(xie_digest_fn *digest, const struct xie_block_header *h, xie_str raw,
                           const uint8_t *salts, uint8_t (*leaves)[XIE_DIGEST],
                           uint8_t *scratch) XIE_MUST_USE;

#endif
