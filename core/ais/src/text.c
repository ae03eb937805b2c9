/* SPDX-License-Identifier: Apache-2.0 */
/* Six-bit text (M.1371-5, annex 8, 6-bit ASCII): 0 to 31 are '@' to '_', 32 to 63 are ' ' to '?'. */
#include "ais_int.h"

/* 48 bits -> eight characters, the first in the highest byte. */
static inline uint64_t spread(uint64_t v)
{
	v = (v & UINT64_C(0xFFFFFF000000)) << 8 | (v & UINT64_C(0xFFFFFF));
	v = (v & UINT64_C(0x00FFF00000FFF000)) << 4 | (v & UINT64_C(0x00000FFF00000FFF));
	v = (v & UINT64_C(0x0FC00FC00FC00FC0)) << 2 | (v & UINT64_C(0x003F003F003F003F));
	return v | ((~v & UINT64_C(0x2020202020202020)) << 1);
}

unsigned ais__text(const struct xie_nmea_bits *bits, unsigned at, unsigned n, char *to)
{
	unsigned len = 0;
	bool ended = false;
	for (unsigned i = 0; i < n && !ended; i += 8, at += 48) {
		uint64_t w = spread(xie_nmea_u64(bits, at, 48));
		for (unsigned k = 0; k < 8 && i + k < n && !ended; k++) {
			to[len] = (char)(w >> (56 - 8 * k) & 0xFF);
			ended = to[len] == '@';
			len += !ended;
		}
	}
	unsigned whole = len;
	while (len != 0 && to[len - 1] == ' ')
		len--;
	memset(to + len, 0, n + 1 - len);
	return whole;
}

void ais__text_rest(const struct xie_nmea_bits *bits, unsigned at, unsigned max, char *to)
{
	unsigned n = bits->n > at ? (bits->n - at) / 6 : 0;
	n = n < max ? n : max;
	(void)ais__text(bits, at, n, to);
	memset(to + n, 0, max + 1 - n);
}

bool ais__put_text(struct xie_nmea_bits *bits, unsigned at, unsigned width, const char *text)
{
	bool good = true, ended = false;
	for (unsigned i = 0; i < width; i++) {
		unsigned c = ended ? '@' : (unsigned char)text[i];
		if (c == 0) {
			ended = true;
			c = '@';
		} else if (!ended && (c < 0x20 || c > 0x5F || c == '@')) {
			good = false;
			c = ' ';
		}
		xie_nmea_put(bits, at + 6 * i, 6, c & 0x3F);
	}
	return good && (ended || text[width] == '\0');
}
