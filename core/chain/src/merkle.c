/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/chain/merkle.h"

#include <string.h>

#include "xie/base/wr.h"

void xie_merkle_leaf(xie_digest_fn *digest, const struct xie_rec *rec, const uint8_t salt[static XIE_SALT],
                     uint8_t *scratch, uint8_t ret_leaf[static XIE_DIGEST])
{
	xie_wr w = xie_wr_of(scratch, XIE_LEAF_HEAD + rec->bytes.n);
	xie_wr_u8(&w, 0);
	xie_wr_bytes(&w, salt, XIE_SALT);
	xie_wr_u64be(&w, rec->pos);
	xie_wr_u64be(&w, (uint64_t)rec->rx);
	xie_wr_u32be(&w, rec->source);
	xie_wr_u8(&w, rec->kind);
	xie_wr_str(&w, rec->bytes);
	digest(scratch, w.n, ret_leaf);
}

static void node(xie_digest_fn *digest, const uint8_t *left, const uint8_t *right, uint8_t *ret)
{
	uint8_t both[1 + 2 * XIE_DIGEST];
	both[0] = 1;
	memcpy(both + 1, left, XIE_DIGEST);
	memcpy(both + 1 + XIE_DIGEST, right, XIE_DIGEST);
	digest(both, sizeof both, ret);
}

size_t xie_merkle_level(xie_digest_fn *digest, const uint8_t *below, size_t n, uint8_t *above)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		node(digest, below + i * XIE_DIGEST, below + (i + 1) * XIE_DIGEST, above + i / 2 * XIE_DIGEST);
	if (n % 2 != 0 && n > 1)
		memmove(above + n / 2 * XIE_DIGEST, below + (n - 1) * XIE_DIGEST, XIE_DIGEST);
	return n / 2 + n % 2;
}

void xie_merkle_root(xie_digest_fn *digest, uint8_t (*leaves)[XIE_DIGEST], size_t n,
                     uint8_t ret_root[static XIE_DIGEST])
{
	while (n > 1)
		n = xie_merkle_level(digest, leaves[0], n, leaves[0]);
	memcpy(ret_root, leaves[0], XIE_DIGEST);
}

void xie_merkle_path(xie_digest_fn *digest, uint8_t (*leaves)[XIE_DIGEST], size_t n, size_t index,
                     uint8_t (*ret_path)[XIE_DIGEST], size_t *ret_n_path)
{
	size_t k = 0;
	for (; n > 1; index /= 2) {
		size_t sibling = index ^ 1;
		if (sibling < n)
			memcpy(ret_path[k++], leaves[sibling], XIE_DIGEST);
		n = xie_merkle_level(digest, leaves[0], n, leaves[0]);
	}
	*ret_n_path = k;
}

xie_status xie_merkle_climb(xie_digest_fn *digest, const uint8_t leaf[static XIE_DIGEST], uint64_t index, uint64_t n,
                            const uint8_t *path, size_t n_path, uint8_t ret_root[static XIE_DIGEST])
{
	if (index >= n)
		return XIE_RANGE;
	uint8_t at[XIE_DIGEST];
	memcpy(at, leaf, XIE_DIGEST);
	size_t k = 0;
	for (; n > 1; index /= 2, n = n / 2 + n % 2) {
		if ((index ^ 1) >= n)
			continue;
		if (k == n_path)
			return XIE_MALFORMED;
		if (index % 2 == 0)
			node(digest, at, path + k++ * XIE_DIGEST, at);
		else
			node(digest, path + k++ * XIE_DIGEST, at, at);
	}
	if (k != n_path)
		return XIE_MALFORMED;
	memcpy(ret_root, at, XIE_DIGEST);
	return XIE_OK;
}
