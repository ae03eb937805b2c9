/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/nmea/bits.h"

#include "load.h"

/* Sixteen characters: their 96 bits in two halves, and whether any was outside the armour. */
struct gathered {
	uint64_t a, b; /* 48 bits each */
	uint64_t bad;  /* a highest bit of a byte is set: outside */
};

#if NMEA_VECTOR
static inline struct gathered gather(const char *p)
{
	/* inside: 0x00..0x27 and 0x30..0x47; below '0' the sign bit says so */
	nmea__u8x16 v = nmea__load16(p) - 0x30;
	nmea__i8x16 s = (nmea__i8x16)v;
	nmea__u64x2 bad = (nmea__u64x2)(s > 0x47) | (nmea__u64x2)((v & 0xF8) == 0x28) | (nmea__u64x2)v;
	v -= (nmea__u8x16)(s > 0x2F) & 8;
	/* 6 bits in bytes -> 12 in halves -> 24 in words -> 48 in double words */
	nmea__u16x8 v12 = ((nmea__u16x8)v & 0x3F) << 6 | (nmea__u16x8)v >> 8;
	nmea__u32x4 v24 = ((nmea__u32x4)v12 & 0xFFF) << 12 | (nmea__u32x4)v12 >> 16;
	nmea__u64x2 v48 = ((nmea__u64x2)v24 & 0xFFFFFF) << 24 | (nmea__u64x2)v24 >> 32;
	return (struct gathered){ v48[0], v48[1], bad[0] | bad[1] };
}
#else
static inline uint64_t outside(uint64_t w)
{
	uint64_t high = w | (w + NMEA_ONES * 0x08);               /* 0x78 and above */
	uint64_t low = ~(w + NMEA_ONES * 0x50);                   /* below 0x30; over 0x7F is caught by high */
	uint64_t gap = (w ^ NMEA_ONES * 0x58) & NMEA_ONES * 0xF8; /* 0x58 to 0x5F make a zero byte */
	return high | low | ((gap - NMEA_ONES) & ~gap);
}

/* Eight characters, the first in the highest byte -> 48 bits. */
static inline uint64_t gather8(uint64_t w)
{
	uint64_t v = w - NMEA_ONES * 0x30;
	v -= (w >> 5 & w >> 6 & NMEA_ONES) << 3; /* 0x60 and above: both bits set */
	v = (v & UINT64_C(0x3F003F003F003F00)) >> 2 | (v & UINT64_C(0x003F003F003F003F));
	v = (v & UINT64_C(0x0FFF00000FFF0000)) >> 4 | (v & UINT64_C(0x00000FFF00000FFF));
	return v >> 32 << 24 | (v & UINT64_C(0xFFFFFF));
}

static inline struct gathered gather(const char *p)
{
	uint64_t a = nmea__load(p), b = nmea__load(p + 8);
	return (struct gathered){ gather8(a), gather8(b), outside(a) | outside(b) };
}
#endif

static inline bool all_inside(uint64_t bad)
{
	return (bad & NMEA_ONES * 0x80) == 0;
}

/* Characters i to i + 16 of the payload; what lies behind its end counts as '0', which is zero in the armour. */
static inline struct gathered chars_at(xie_str s, size_t i)
{
	if (i + 16 <= s.n)
		return gather(s.p + i);
	char last[16];
	memset(last, '0', sizeof last);
	if (i < s.n)
		memcpy(last, s.p + i, s.n - i);
	return gather(last);
}

/* The same when at least 16 characters stand before the end: one load that overlaps the characters before. */
static inline struct gathered last_chars(xie_str s, size_t left)
{
	struct gathered g = gather(s.p + s.n - 16);
	unsigned drop = 6 * (unsigned)(16 - left); /* 6 to 90 of 96 bits go out at the front */
	uint64_t mask = (UINT64_C(1) << 48) - 1;
	if (drop >= 48)
		return (struct gathered){ g.b << (drop - 48) & mask, 0, g.bad };
	return (struct gathered){ (g.a << drop | g.b >> (48 - drop)) & mask, g.b << drop & mask, g.bad };
}

/* Behind the written words nothing may remain of an older, longer message. */
static inline void written(struct xie_nmea_bits *bits, uint32_t words)
{
	for (uint32_t i = words; i < bits->dirty; i++)
		bits->w[i] = 0;
	bits->dirty = words;
}

xie_status xie_nmea_unarmor(struct xie_nmea_bits *bits, xie_str payload, unsigned fill)
{
	size_t n = payload.n;
	if (n > XIE_NMEA_MAX_CHARS || fill > 9)
		return XIE_LIMIT;
	uint64_t bad = 0;
	uint64_t *w = bits->w;
	if (n == 28) { /* one slot, 168 bits: five messages of six */
		struct gathered g = gather(payload.p), h = gather(payload.p + 12);
		w[0] = g.a << 16 | g.b >> 32;
		w[1] = g.b << 32 | (h.a & 0xFFFFFF) << 8 | h.b >> 40;
		w[2] = h.b << 24;
		written(bits, 3);
		bits->n = 168 - fill;
		return all_inside(g.bad | h.bad) ? XIE_OK : XIE_MALFORMED;
	}
	for (size_t i = 0; i < n; i += 32, w += 3) { /* 32 characters make three words */
		struct gathered g = chars_at(payload, i), h = { 0 };
		if (i + 32 <= n)
			h = gather(payload.p + i + 16);
		else if (i + 16 < n)
			h = last_chars(payload, n - i - 16);
		bad |= g.bad | h.bad;
		w[0] = g.a << 16 | g.b >> 32;
		w[1] = g.b << 32 | h.a >> 16;
		w[2] = h.a << 48 | h.b;
	}
	written(bits, (uint32_t)(w - bits->w));
	bits->n = (uint32_t)(fill <= n * 6 ? n * 6 - fill : 0);
	return all_inside(bad) && fill <= n * 6 ? XIE_OK : XIE_MALFORMED;
}

/* v's 48 bits from bit at on; what stands behind at is overwritten. */
static inline void append48(struct xie_nmea_bits *bits, size_t at, uint64_t v)
{
	uint64_t *w = bits->w + (at >> 6);
	unsigned o = at & 63;
	w[0] = (o != 0 ? w[0] >> (64 - o) << (64 - o) : 0) | v << 16 >> o;
	if (o > 16)
		w[1] = v << (80 - o);
}

xie_status xie_nmea_unarmor_more(struct xie_nmea_bits *bits, xie_str payload, unsigned fill)
{
	size_t at = bits->n;
	if (payload.n > XIE_NMEA_MAX_CHARS || at + payload.n * 6 > XIE_NMEA_MAX_BITS)
		return XIE_LIMIT;
	if (fill > payload.n * 6)
		return XIE_MALFORMED;
	uint64_t bad = 0;
	for (size_t i = 0; i < payload.n; i += 16, at += 96) {
		struct gathered g = chars_at(payload, i);
		bad |= g.bad;
		append48(bits, at, g.a);
		append48(bits, at + 48, g.b);
	}
	uint32_t words = (uint32_t)((at + 63) >> 6);
	bits->dirty = words > bits->dirty ? words : bits->dirty;
	bits->n += (uint32_t)(payload.n * 6) - fill;
	return all_inside(bad) ? XIE_OK : XIE_MALFORMED;
}

void xie_nmea_bits_clear(struct xie_nmea_bits *bits)
{
	bits->n = 0;
	written(bits, 0);
}

void xie_nmea_put(struct xie_nmea_bits *bits, unsigned at, unsigned width, uint32_t v)
{
	uint64_t mask = ((UINT64_C(1) << width) - 1) << (64 - width);
	uint64_t value = (uint64_t)v << (64 - width);
	uint64_t *w = bits->w + (at >> 6);
	unsigned o = at & 63;
	w[0] = (w[0] & ~(mask >> o)) | value >> o;
	if (o + width > 64)
		w[1] = (w[1] & ~(mask << (64 - o))) | value << (64 - o);
	uint32_t words = (at + width + 63) >> 6;
	bits->dirty = words > bits->dirty ? words : bits->dirty;
}

uint64_t xie_nmea_digest(const struct xie_nmea_bits *bits)
{
	/* Multiply and fold, word by word; the length goes in first, the last word is cut at the last bit. */
	uint64_t h = (bits->n + UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xFF51AFD7ED558CCD);
	for (uint32_t at = 0; at < bits->n; at += 64) {
		uint64_t w = bits->w[at >> 6];
		if (bits->n - at < 64)
			w &= ~(~UINT64_C(0) >> (bits->n - at));
		h = (h ^ h >> 29 ^ w) * UINT64_C(0x9FB21C651E98DF25);
	}
	return h ^ h >> 32;
}
