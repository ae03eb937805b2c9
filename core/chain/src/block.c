/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/chain/block.h"

#include <string.h>

static const char MAGIC[8] = { 'X', 'I', 'E', 'B', 'L', 'K', '0', '1' };

void xie_block_header_encode(const struct xie_block_header *h, uint8_t ret_bytes[static XIE_BLOCK_HEADER])
{
	xie_wr w = xie_wr_of(ret_bytes, XIE_BLOCK_HEADER);
	xie_wr_bytes(&w, MAGIC, sizeof MAGIC);
	xie_wr_bytes(&w, h->journal, sizeof h->journal);
	xie_wr_u64be(&w, h->number);
	xie_wr_u64be(&w, h->first);
	xie_wr_u32be(&w, h->n);
	xie_wr_u32be(&w, h->raw);
	xie_wr_u64be(&w, (uint64_t)h->rx_first);
	xie_wr_u64be(&w, (uint64_t)h->rx_last);
	xie_wr_bytes(&w, h->root, XIE_DIGEST);
	xie_wr_bytes(&w, h->prev_sha256, XIE_DIGEST);
	xie_wr_bytes(&w, h->prev_sm3, XIE_DIGEST);
}

static void take(xie_rd *r, uint8_t *to, size_t n)
{
	const uint8_t *p = xie_rd_take(r, n);
	if (p != NULL)
		memcpy(to, p, n);
}

xie_status xie_block_header_decode(const void *p, size_t n, struct xie_block_header *ret_h)
{
	if (n < XIE_BLOCK_HEADER)
		return XIE_TRUNCATED;
	if (n > XIE_BLOCK_HEADER || memcmp(p, MAGIC, sizeof MAGIC) != 0)
		return XIE_MALFORMED;
	xie_rd r = xie_rd_of(p, n);
	struct xie_block_header h;
	(void)xie_rd_take(&r, sizeof MAGIC);
	take(&r, h.journal, sizeof h.journal);
	h.number = xie_rd_u64be(&r);
	h.first = xie_rd_u64be(&r);
	h.n = xie_rd_u32be(&r);
	h.raw = xie_rd_u32be(&r);
	uint64_t rx_first = xie_rd_u64be(&r), rx_last = xie_rd_u64be(&r);
	take(&r, h.root, XIE_DIGEST);
	take(&r, h.prev_sha256, XIE_DIGEST);
	take(&r, h.prev_sm3, XIE_DIGEST);
	xie_status st = xie_rd_close(&r);
	if (st != XIE_OK)
		return st;
	static const uint8_t NONE[XIE_DIGEST];
	bool is_void = h.raw == 0 && memcmp(h.root, NONE, XIE_DIGEST) == 0;
	if (h.number == 0 || h.first == 0 || h.first > UINT64_MAX - UINT32_MAX || h.n == 0 || (h.raw < h.n && !is_void) ||
	    h.raw > XIE_BLOCK_RAW_MAX || rx_first > rx_last || rx_last > (uint64_t)XIE_RX_MAX)
		return XIE_RANGE;
	h.rx_first = (xie_ms)rx_first;
	h.rx_last = (xie_ms)rx_last;
	*ret_h = h;
	return XIE_OK;
}

xie_status xie_block_follows(xie_digest_fn *digest, const struct xie_block_header *h,
                             const struct xie_block_header *next)
{
	uint8_t bytes[XIE_BLOCK_HEADER], d[XIE_DIGEST];
	xie_block_header_encode(h, bytes);
	digest(bytes, sizeof bytes, d);
	bool ok = memcmp(h->journal, next->journal, sizeof h->journal) == 0 && next->number == h->number + 1 &&
	          next->first == h->first + h->n && next->rx_first >= h->rx_last &&
	          memcmp(next->prev_sha256, d, XIE_DIGEST) == 0;
	return ok ? XIE_OK : XIE_CORRUPT;
}

xie_status xie_proof_check(xie_digest_fn *digest, const struct xie_proof *p, uint8_t *scratch)
{
	struct xie_block_header h;
	xie_status st = xie_block_header_decode(p->header, sizeof p->header, &h);
	if (st != XIE_OK)
		return st;
	if (p->n_path > XIE_MERKLE_DEPTH || p->rec.bytes.n > XIE_REC_MAX)
		return XIE_MALFORMED;
	if (p->rec.rx < h.rx_first || p->rec.rx > h.rx_last || p->rec.pos != h.first + p->index)
		return XIE_CORRUPT;
	uint8_t leaf[XIE_DIGEST], root[XIE_DIGEST];
	xie_merkle_leaf(digest, &p->rec, p->salt, scratch, leaf);
	st = xie_merkle_climb(digest, leaf, p->index, h.n, p->path[0], p->n_path, root);
	if (st != XIE_OK)
		return st;
	return memcmp(root, h.root, XIE_DIGEST) == 0 ? XIE_OK : XIE_CORRUPT;
}

xie_status xie_block_check(xie_digest_fn *digest, const struct xie_block_header *h, xie_str raw,
                           const uint8_t *salts, uint8_t (*leaves)[XIE_DIGEST], uint8_t *scratch)
{
	if (raw.n != h->raw || h->raw == 0)
		return XIE_CORRUPT;
	xie_rd r = xie_rd_of(raw.p, raw.n);
	xie_ms rx = -1;
	for (uint32_t i = 0; i < h->n; i++) {
		struct xie_rec rec;
		if (xie_rec_decode(&r, &rx, &rec) != XIE_OK || (i == 0 && rec.rx != h->rx_first))
			return XIE_CORRUPT;
		rec.pos = h->first + i;
		if (leaves != NULL)
			xie_merkle_leaf(digest, &rec, salts + (size_t)i * XIE_SALT, scratch, leaves[i]);
	}
	if (xie_rd_close(&r) != XIE_OK || rx != h->rx_last)
		return XIE_CORRUPT;
	if (leaves == NULL)
		return XIE_OK;
	uint8_t root[XIE_DIGEST];
	xie_merkle_root(digest, leaves, h->n, root);
	return memcmp(root, h->root, XIE_DIGEST) == 0 ? XIE_OK : XIE_CORRUPT;
}
