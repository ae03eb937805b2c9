/* SPDX-License-Identifier: Apache-2.0 */
/* xie/base/rd.h — a sticky cursor over bytes from strangers.
 *
 * The cursor carries its end and its first error: read a whole message, then ask once.  After an error every
 * read gives 0 and nothing moves.  Sizes are compared, pointers never pass the end. */
#ifndef XIE_BASE_RD_H
#define XIE_BASE_RD_H

#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"

typedef struct xie_rd {
	const uint8_t *p, *end;
	xie_status st;
} xie_rd;

static inline xie_rd xie_rd_of(const void *p, size_t n)
{
	const uint8_t *b = p;
	return (xie_rd){ .p = b, .end = b != NULL ? b + n : b, .st = XIE_OK };
}
static inline size_t xie_rd_left(const xie_rd *r)
{
	return r->st == XIE_OK ? (size_t)(r->end - r->p) : 0;
}
static inline void xie_rd_fail(xie_rd *r, xie_status st)
{
	if (r->st == XIE_OK)
		r->st = st;
	r->p = r->end;
}
static inline const uint8_t *xie_rd_take(xie_rd *r, size_t n)
{
	if (r->st != XIE_OK || n > (size_t)(r->end - r->p)) {
		xie_rd_fail(r, XIE_TRUNCATED);
		return NULL;
	}
	const uint8_t *at = r->p;
	r->p += n;
	return at;
}
static inline uint8_t xie_rd_u8(xie_rd *r)
{
	const uint8_t *b = xie_rd_take(r, 1);
	return b ? b[0] : 0;
}
static inline uint16_t xie_rd_u16be(xie_rd *r)
{
	const uint8_t *b = xie_rd_take(r, 2);
	return b ? (uint16_t)(b[0] << 8 | b[1]) : 0;
}
static inline uint32_t xie_rd_u32be(xie_rd *r)
{
	const uint8_t *b = xie_rd_take(r, 4);
	return b ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3] : 0;
}
static inline uint64_t xie_rd_u64be(xie_rd *r)
{
	uint64_t hi = xie_rd_u32be(r);
	uint64_t lo = xie_rd_u32be(r);
	return r->st == XIE_OK ? hi << 32 | lo : 0;
}
static inline xie_str xie_rd_str(xie_rd *r, size_t n)
{
	const uint8_t *b = xie_rd_take(r, n);
	return b ? (xie_str){ (const char *)b, n } : (xie_str){ "", 0 };
}
static inline xie_rd xie_rd_sub(xie_rd *r, size_t n) /* the inner parser cannot see outer bytes */
{
	const uint8_t *b = xie_rd_take(r, n);
	return (xie_rd){ .p = b ? b : r->end, .end = b ? b + n : r->end, .st = r->st };
}
static inline xie_status XIE_MUST_USE xie_rd_close(const xie_rd *r) /* all bytes must be used */
{
	return r->st != XIE_OK ? r->st : r->p == r->end ? XIE_OK : XIE_MALFORMED;
}

/* The same contract in bits, most significant first, over nbits of p. */
typedef struct xie_bits {
	const uint8_t *p;
	size_t pos, nbits;
	xie_status st;
} xie_bits;

static inline xie_bits xie_bits_of(const void *p, size_t nbits)
{
	return (xie_bits){ .p = p, .pos = 0, .nbits = nbits, .st = XIE_OK };
}
static inline size_t xie_bits_left(const xie_bits *b)
{
	return b->st == XIE_OK ? b->nbits - b->pos : 0;
}
/* n <= 32 */
static inline uint32_t xie_bits_u(xie_bits *b, unsigned n)
{
	if (b->st != XIE_OK || n > 32 || n > b->nbits - b->pos) {
		if (b->st == XIE_OK)
			b->st = XIE_TRUNCATED;
		return 0;
	}
	uint64_t v = 0;
	size_t at = b->pos;
	size_t last = n == 0 ? at : at + n - 1;
	for (size_t i = at >> 3; n != 0 && i <= last >> 3; i++)
		v = v << 8 | b->p[i];
	if (n != 0)
		v >>= 7 - (last & 7);
	b->pos += n;
	return (uint32_t)(v & ((UINT64_C(1) << n) - 1));
}
static inline int32_t xie_bits_s(xie_bits *b, unsigned n) /* two's complement */
{
	uint32_t v = xie_bits_u(b, n);
	if (n == 0 || n > 32)
		return 0;
	uint32_t sign = UINT32_C(1) << (n - 1);
	return (int32_t)((int64_t)(v ^ sign) - (int64_t)sign);
}
static inline void xie_bits_skip(xie_bits *b, size_t n)
{
	if (b->st != XIE_OK || n > b->nbits - b->pos) {
		if (b->st == XIE_OK)
			b->st = XIE_TRUNCATED;
		return;
	}
	b->pos += n;
}

#endif
