/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/nmea/write.h"

#include "line_int.h"

/* 82 characters less "!AIVDM,2,1,3,A," (15), ",0*hh" (5) and CR LF */
enum { CHARS_PER_SENTENCE = 60 };

static char armor(uint32_t six)
{
	return (char)(six < 40 ? six + 48 : six + 56);
}

static void sentence(xie_wr *w, const struct xie_nmea_bits *bits, const char head[static 16], uint32_t from, uint32_t n,
                     unsigned fill)
{
	static const char hex[] = "0123456789ABCDEF";
	char s[96];
	size_t k = strlen(head);
	memcpy(s, head, k);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t six = xie_nmea_u(bits, (from + i) * 6, 6);
		if (fill != 0 && i + 1 == n)
			six &= 0x3Fu << fill; /* fill bits are sent as zero */
		s[k++] = armor(six);
	}
	s[k++] = ',';
	s[k++] = (char)('0' + fill);
	uint8_t sum = nmea__xor(s + 1, k - 1);
	s[k++] = '*';
	s[k++] = hex[sum >> 4];
	s[k++] = hex[sum & 15];
	s[k++] = '\r';
	s[k++] = '\n';
	xie_wr_bytes(w, s, k);
}

void xie_nmea_write(xie_wr *w, const struct xie_nmea_bits *bits, const char *talker, bool own_ship, char channel,
                    unsigned seq)
{
	uint32_t chars = (bits->n + 5) / 6;
	uint32_t total = chars <= CHARS_PER_SENTENCE ? 1 : (chars + CHARS_PER_SENTENCE - 1) / CHARS_PER_SENTENCE;
	if (total > 9) {
		w->st = w->st == XIE_OK ? XIE_LIMIT : w->st;
		return;
	}
	for (uint32_t i = 0; i < total; i++) {
		uint32_t n = i + 1 < total ? CHARS_PER_SENTENCE : chars - i * CHARS_PER_SENTENCE;
		char head[24];
		xie_wr h = xie_wr_of(head, sizeof head - 1);
		xie_wr_char(&h, '!');
		xie_wr_bytes(&h, talker, 2);
		xie_wr_text(&h, own_ship ? "VDO," : "VDM,");
		xie_wr_u64(&h, total);
		xie_wr_char(&h, ',');
		xie_wr_u64(&h, i + 1);
		xie_wr_char(&h, ',');
		if (total > 1)
			xie_wr_u64(&h, seq % 10);
		xie_wr_char(&h, ',');
		if (channel != 0)
			xie_wr_char(&h, channel);
		xie_wr_char(&h, ',');
		head[h.n] = '\0';
		sentence(w, bits, head, i * CHARS_PER_SENTENCE, n, i + 1 < total ? 0 : chars * 6 - bits->n);
	}
}
