/* SPDX-License-Identifier: Apache-2.0 */
/* A block's header and records from a stranger's disk: what is accepted can be written and reads back as itself. */
#include <stdlib.h>
#include <string.h>

#include "xie/base/sha256.h"
#include "xie/chain/block.h"

static uint8_t out[1 << 20], leaves_scratch[XIE_LEAF_HEAD + XIE_REC_MAX], leaves[4096][XIE_DIGEST];
static uint8_t salts[4096 * XIE_SALT];

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct xie_block_header h;
	size_t head = n < XIE_BLOCK_HEADER ? n : XIE_BLOCK_HEADER;
	if (xie_block_header_decode(p, head, &h) == XIE_OK) {
		uint8_t again[XIE_BLOCK_HEADER];
		xie_block_header_encode(&h, again);
		if (memcmp(p, again, sizeof again) != 0)
			abort();
		xie_str raw = { (const char *)p + head, n - head };
		xie_status plain = xie_block_check(xie_sha256_of, &h, raw, NULL, NULL, NULL);
		if (h.n <= 4096 && xie_block_check(xie_sha256_of, &h, raw, salts, leaves, leaves_scratch) == XIE_OK &&
		    plain != XIE_OK)
			abort();
	}
	xie_rd r = xie_rd_of(p + head, n - head);
	xie_wr w = xie_wr_of(out, sizeof out);
	xie_ms rx = -1, rx_out = -1, rx_again = -1;
	struct xie_rec rec, got;
	while (xie_rd_left(&r) != 0 && xie_rec_decode(&r, &rx, &rec) == XIE_OK) {
		size_t at = w.n;
		if (xie_rec_encode(&w, &rec, &rx_out) != XIE_OK)
			return 0; /* larger than the buffer */
		xie_rd back = xie_rd_of(out + at, w.n - at);
		if (xie_rec_decode(&back, &rx_again, &got) != XIE_OK || xie_rd_close(&back) != XIE_OK || got.rx != rec.rx ||
		    got.source != rec.source || got.kind != rec.kind || !xie_str_eq(got.bytes, rec.bytes))
			abort();
	}
	return 0;
}
