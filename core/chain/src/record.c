/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/chain/record.h"

const char *xie_rec_kind_name(unsigned kind)
{
	switch (kind) {
#define X(n, sym, name)   \
	case XIE_REC_##sym: \
		return name;
		XIE_REC_MAP(X)
#undef X
	default:
		return NULL;
	}
}

static size_t put_varint(uint8_t *p, uint64_t v)
{
	size_t n = 0;
	for (; v >= 0x80; v >>= 7)
		p[n++] = (uint8_t)(v | 0x80);
	p[n++] = (uint8_t)v;
	return n;
}

static uint64_t get_varint(xie_rd *r)
{
	uint64_t v = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t b = xie_rd_u8(r);
		if (shift == 63 && b > 1)
			break;
		v |= (uint64_t)(b & 0x7f) << shift;
		if (b < 0x80) {
			if (b == 0 && shift != 0)
				break; /* a shorter form exists */
			return v;
		}
	}
	xie_rd_fail(r, XIE_MALFORMED);
	return 0;
}

xie_status xie_rec_encode(xie_wr *w, const struct xie_rec *rec, xie_ms *rx_before)
{
	if (xie_rec_kind_name(rec->kind) == NULL || rec->rx < 0 || rec->rx > XIE_RX_MAX || rec->rx < *rx_before)
		return XIE_RANGE;
	if (rec->bytes.n > XIE_REC_MAX)
		return XIE_LIMIT;
	uint8_t head[XIE_REC_HEAD_MAX];
	size_t n = 0;
	bool absolute = *rx_before < 0;
	head[n++] = (uint8_t)(rec->kind | (absolute ? 0x80 : 0));
	n += put_varint(head + n, rec->source);
	n += put_varint(head + n, (uint64_t)(absolute ? rec->rx : rec->rx - *rx_before));
	n += put_varint(head + n, rec->bytes.n);
	if (w->st != XIE_OK || w->cap - w->n < n + rec->bytes.n) {
		w->need += n + rec->bytes.n;
		w->st = XIE_LIMIT;
		return XIE_LIMIT;
	}
	xie_wr_bytes(w, head, n);
	xie_wr_str(w, rec->bytes);
	*rx_before = rec->rx;
	return XIE_OK;
}

xie_status xie_rec_decode(xie_rd *r, xie_ms *rx_before, struct xie_rec *ret_rec)
{
	uint8_t kind = xie_rd_u8(r);
	uint64_t source = get_varint(r);
	uint64_t rx = get_varint(r);
	uint64_t n = get_varint(r);
	bool absolute = (kind & 0x80) != 0;
	kind &= 0x7f;
	if (r->st != XIE_OK)
		return r->st;
	if (xie_rec_kind_name(kind) == NULL || (!absolute && *rx_before < 0))
		xie_rd_fail(r, XIE_MALFORMED);
	else if (source > UINT32_MAX || rx > (uint64_t)XIE_RX_MAX)
		xie_rd_fail(r, XIE_RANGE);
	else if (n > XIE_REC_MAX)
		xie_rd_fail(r, XIE_LIMIT);
	if (r->st != XIE_OK)
		return r->st;
	xie_ms at = (xie_ms)rx + (absolute ? 0 : *rx_before);
	if (at > XIE_RX_MAX || at < *rx_before) {
		xie_rd_fail(r, XIE_RANGE);
		return r->st;
	}
	xie_str bytes = xie_rd_str(r, (size_t)n);
	if (r->st != XIE_OK)
		return r->st;
	ret_rec->rx = at;
	ret_rec->source = (uint32_t)source;
	ret_rec->kind = kind;
	ret_rec->bytes = bytes;
	*rx_before = at;
	return XIE_OK;
}
