/* SPDX-License-Identifier: Apache-2.0 */
#include "witness.h"

#include "loglines.h"

#include "xie/chain/block.h"

static bool header_at(const struct xie_journal *j, uint64_t number, uint8_t ret_bytes[static XIE_BLOCK_HEADER])
{
	size_t n = 0;
	return j->headers(j->self, number, number, ret_bytes, XIE_BLOCK_HEADER, &n) == XIE_OK && n == 1;
}

/* The last number that has a header: doubled until past the end, then halved. */
static uint64_t newest(const struct xie_journal *j, uint8_t bytes[static XIE_BLOCK_HEADER])
{
	uint64_t lo = 0, hi = 1;
	while (header_at(j, hi, bytes)) {
		lo = hi;
		hi *= 2;
	}
	while (hi - lo > 1) {
		uint64_t mid = lo + (hi - lo) / 2;
		if (header_at(j, mid, bytes))
			lo = mid;
		else
			hi = mid;
	}
	return lo != 0 && header_at(j, lo, bytes) ? lo : 0;
}

static void hex_member(xie_wr *w, const char *key, const void *p, size_t n)
{
	xie_wr_key(w, key);
	xie_wr_char(w, '"');
	xie_wr_hex(w, p, n);
	xie_wr_char(w, '"');
}

xie_status witness_head(const char *folder, const struct xie_journal *j, const struct keys *k, xie_ms at, uint64_t *ret_block,
                        xie_arena *mem, struct xie_err *reterr)
{
	uint8_t header[XIE_BLOCK_HEADER], digest[32], der[8192];
	char id[33], path[512], text[2 * sizeof der + 512];
	struct xie_block_header h;
	xie_wr stamp = xie_wr_of(der, sizeof der), w = xie_wr_of(text, sizeof text), i = xie_wr_of(id, sizeof id);
	uint64_t number = newest(j, header);
	if (number == 0 || xie_block_header_decode(header, sizeof header, &h) != XIE_OK)
		return xie_err_set(reterr, XIE_MISSING, 0, 0, "no block is sealed yet", NULL);
	xie_status st = keys_hold(k, at, reterr);
	if (st == XIE_OK)
		st = xie_stamp_make(k->tsa, (xie_str){ "", 0 }, header, sizeof header, at, number, &stamp);
	if (st != XIE_OK || !keys_path(path, folder, "heads", ".ndjson"))
		return st != XIE_OK ? st : XIE_LIMIT;
	xie_wr_char(&w, '{');
	xie_wr_kv_i64(&w, "block", (int64_t)number);
	xie_sha256_fast(header, sizeof header, digest);
	hex_member(&w, "header_sha256", digest, sizeof digest);
	xie_sm3(header, sizeof header, digest);
	hex_member(&w, "header_sm3", digest, sizeof digest);
	hex_member(&w, "stamp", der, stamp.n);
	xie_wr_char(&w, '}');
	xie_wr_hex(&i, h.journal, sizeof h.journal);
	struct xie_event e = { .at = at, .kind = XIE_STR("head"), .id = xie_wr_view(&i), .event = XIE_STR("head_witnessed"), .by = XIE_STR("[]"),
		               .data = xie_wr_view(&w), .user = XIE_STR("") };
	st = w.st != XIE_OK ? w.st : log_append(path, &e, k->node, "node", mem, reterr);
	if (st == XIE_OK)
		*ret_block = number;
	return st;
}
