/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/nmea/bits.h"

#define ONES UINT64_C(0x0101010101010101)

static inline uint64_t swap_be(uint64_t w)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap64(w);
#else
	return w;
#endif
}

/* Not zero when one of the eight characters is outside the armour. */
static inline uint64_t outside(uint64_t w)
{
	uint64_t high = w | (w + ONES * 0x08);      /* 0x78 and above */
	uint64_t low = ~(w + ONES * 0x50);          /* below 0x30; bytes over 0x7F are caught by high */
	uint64_t gap = (w ^ ONES * 0x58) & ONES * 0xF8; /* 0x58 to 0x5F make a zero byte */
	return (high | low | ((gap - ONES) & ~gap)) & ONES * 0x80;
}

/* Eight armoured characters, first in the highest byte -> 48 bits. */
static inline uint64_t gather(uint64_t w)
{
	uint64_t v = w - ONES * 0x30;
	v -= (w >> 5 & w >> 6 & ONES) << 3; /* 0x60 and above: both bits set */
	v = (v & UINT64_C(0x3F003F003F003F00)) >> 2 | (v & UINT64_C(0x003F003F003F003F));
	v = (v & UINT64_C(0x0FFF00000FFF0000)) >> 4 | (v & UINT64_C(0x00000FFF00000FFF));
	return v >> 32 << 24 | (v & UINT64_C(0xFFFFFF));
}

/* The last 0 to 7 characters of a text of n, padded with '0', which is zero in the armour. */
static inline uint64_t tail_word(const char *text, size_t n, size_t left)
{
	if (left == 0)
		return ONES * 0x30;
	if (n >= 8) /* one load that overlaps the word before */
		return xie_nmea__load((const uint8_t *)text + n - 8) << (64 - 8 * left) | ONES * 0x30 >> (8 * left);
	uint64_t w = ONES * 0x30;
	memcpy(&w, text + n - left, left);
	return swap_be(w);
}

static inline void store(uint8_t *p, uint64_t be)
{
	be = swap_be(be);
	memcpy(p, &be, 8);
}

/* Behind the last written byte nothing may remain of an older, longer message. */
static inline void wipe(struct xie_nmea_bits *bits, size_t from)
{
	if (bits->dirty > from)
		memset(bits->b + from, 0, bits->dirty - from);
	bits->dirty = (uint32_t)from;
}

xie_status xie_nmea_unarmor(struct xie_nmea_bits *bits, xie_str payload, unsigned fill)
{
	size_t n = payload.n;
	if (n > XIE_NMEA_MAX_CHARS)
		return XIE_LIMIT;
	const char *p = payload.p;
	uint8_t *o = bits->b;
	uint64_t bad = 0;
	size_t left = n;
	for (; left >= 8; left -= 8, p += 8, o += 6) {
		uint64_t w = xie_nmea__load((const uint8_t *)p);
		bad |= outside(w);
		store(o, gather(w) << 16);
	}
	uint64_t w = tail_word(payload.p, n, left);
	bad |= outside(w);
	store(o, gather(w) << 16); /* also zeroes the bytes behind */
	size_t end = (size_t)(o - bits->b) + 8;
	bits->n = (uint32_t)(fill <= n * 6 ? n * 6 - fill : 0);
	if (bits->dirty > end)
		wipe(bits, end);
	bits->dirty = (uint32_t)end;
	return bad == 0 && fill <= n * 6 ? XIE_OK : XIE_MALFORMED;
}

xie_status xie_nmea_unarmor_more(struct xie_nmea_bits *bits, xie_str payload, unsigned fill)
{
	size_t at = bits->n;
	if (payload.n > XIE_NMEA_MAX_CHARS || at + payload.n * 6 > XIE_NMEA_MAX_BITS)
		return XIE_LIMIT;
	if (fill > payload.n * 6)
		return XIE_MALFORMED;
	uint64_t bad = 0;
	size_t end = 0;
	for (size_t i = 0; i < payload.n; i += 8, at += 48) {
		uint64_t w = payload.n - i >= 8 ? xie_nmea__load((const uint8_t *)payload.p + i)
		                                : tail_word(payload.p, payload.n, payload.n - i);
		bad |= outside(w);
		uint64_t v = gather(w) << 16; /* 48 bits at the top, at most 7 bits further down */
		uint8_t *o = bits->b + (at >> 3);
		uint64_t keep = (uint64_t)(o[0] & 0xFF00u >> (at & 7)) << 56; /* bits of the part before; its fill goes */
		store(o, keep | v >> (at & 7));
		end = (at >> 3) + 8;
	}
	bits->dirty = end > bits->dirty ? (uint32_t)end : bits->dirty;
	bits->n += (uint32_t)(payload.n * 6) - fill;
	return bad == 0 ? XIE_OK : XIE_MALFORMED;
}

void xie_nmea_bits_clear(struct xie_nmea_bits *bits)
{
	bits->n = 0;
	wipe(bits, 0);
}

void xie_nmea_put(struct xie_nmea_bits *bits, unsigned at, unsigned width, uint32_t v)
{
	uint64_t mask = ((UINT64_C(1) << width) - 1) << (64 - width);
	uint8_t *p = bits->b + (at >> 3);
	uint64_t w = xie_nmea__load(p) & ~(mask >> (at & 7));
	store(p, w | ((uint64_t)v << (64 - width) & mask) >> (at & 7));
	uint32_t end = (at + width + 7) / 8;
	bits->dirty = end > bits->dirty ? end : bits->dirty;
}

uint64_t xie_nmea_digest(const struct xie_nmea_bits *bits)
{
	/* Multiply and fold, word by word; the length goes in first, the last word is cut at the last bit. */
	uint64_t h = (bits->n + UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xFF51AFD7ED558CCD);
	for (uint32_t at = 0; at < bits->n; at += 64) {
		uint64_t w = xie_nmea__load(bits->b + at / 8);
		if (bits->n - at < 64)
			w &= ~(~UINT64_C(0) >> (bits->n - at));
		h = (h ^ h >> 29 ^ w) * UINT64_C(0x9FB21C651E98DF25);
	}
	return h ^ h >> 32;
}
