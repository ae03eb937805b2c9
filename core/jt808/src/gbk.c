/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/jt808/gbk.h"

#include "xie/jt808/frame.h"

#include "gbk_table.h"

/* The character at s and how many bytes it takes; 0 and one byte when there is none. */
static uint32_t character(xie_str s, size_t *ret_n)
{
	uint8_t a = (uint8_t)s.p[0];
	*ret_n = 1;
	if (a < 0x80)
		return a;
	if (a == 0x80 || a == 0xff || s.n < 2)
		return 0;
	uint8_t b = (uint8_t)s.p[1];
	if (b < 0x40 || b == 0x7f || b == 0xff)
		return 0;
	uint32_t u = xie_gbk__forward[(a - 0x81u) * 190 + b - (b < 0x7f ? 0x40u : 0x41u)];
	if (u != 0)
		*ret_n = 2;
	return u;
}

bool xie_gbk_ok(xie_str gbk)
{
	size_t n = 0;
	for (; gbk.n != 0; gbk = xie_str_from(gbk, n))
		if (character(gbk, &n) == 0 && gbk.p[0] != '\0')
			return false;
	return true;
}

static void write_utf8(xie_wr *w, uint32_t u) /* u < 0x10000: the table holds nothing above */
{
	if (u < 0x80) {
		xie_wr_u8(w, (uint8_t)u);
	} else if (u < 0x800) {
		xie_wr_bytes(w, (uint8_t[2]){ (uint8_t)(0xc0 | u >> 6), (uint8_t)(0x80 | (u & 63)) }, 2);
	} else {
		xie_wr_bytes(w,
		             (uint8_t[3]){ (uint8_t)(0xe0 | u >> 12), (uint8_t)(0x80 | (u >> 6 & 63)),
		                           (uint8_t)(0x80 | (u & 63)) },
		             3);
	}
}

xie_status xie_gbk_to_utf8(xie_wr *w, xie_str gbk)
{
	bool bad = false;
	size_t n = 0;
	for (; gbk.n != 0; gbk = xie_str_from(gbk, n)) {
		uint32_t u = character(gbk, &n);
		bool none = u == 0 && gbk.p[0] != '\0';
		write_utf8(w, none ? 0xfffd : u);
		bad |= none;
	}
	return w->st != XIE_OK ? w->st : bad ? XIE_MALFORMED : XIE_OK;
}

static uint32_t next_utf8(xie_str *s) /* s is well formed */
{
	uint8_t a = (uint8_t)s->p[0];
	size_t n = a < 0x80 ? 1 : a < 0xe0 ? 2 : a < 0xf0 ? 3 : 4;
	uint32_t u = n == 1 ? a : a & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++)
		u = u << 6 | ((uint8_t)s->p[i] & 63u);
	*s = xie_str_from(*s, n);
	return u;
}

/* The index of character u in the table, or XIE_GBK__CODES. */
static uint32_t find(uint32_t u)
{
	uint32_t lo = 0, hi = xie_gbk__back_n;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		uint32_t got = xie_gbk__forward[xie_gbk__back[mid]];
		if (got == u)
			return xie_gbk__back[mid];
		if (got < u)
			lo = mid + 1;
		else
			hi = mid;
	}
	return XIE_GBK__CODES;
}

xie_status xie_gbk_from_utf8(xie_wr *w, xie_str utf8)
{
	if (!xie_utf8_ok(utf8))
		return XIE_MALFORMED;
	for (xie_str s = utf8; s.n != 0;) {
		uint32_t u = next_utf8(&s);
		if (u >= 0x80 && find(u) == XIE_GBK__CODES)
			return XIE_RANGE;
	}
	while (utf8.n != 0) {
		uint32_t u = next_utf8(&utf8);
		if (u < 0x80) {
			xie_wr_u8(w, (uint8_t)u);
			continue;
		}
		uint32_t i = find(u);
		uint32_t trail = i % 190;
		xie_wr_bytes(w,
		             (uint8_t[2]){ (uint8_t)(0x81 + i / 190),
		                           (uint8_t)(trail + (trail < 0x3f ? 0x40 : 0x41)) },
		             2);
	}
	return w->st;
}

static xie_str unpadded(xie_str wire)
{
	while (wire.n != 0 && wire.p[wire.n - 1] == '\0')
		wire.n--;
	return wire;
}

/* Whether wire is to be taken as UTF-8; says what is odd about it. */
static bool takes_utf8(xie_str wire, uint32_t *odd)
{
	if (xie_gbk_ok(wire))
		return false;
	*odd |= XIE_JT808_ODD(TEXT);
	return xie_utf8_ok(wire);
}

void xie_jt808_text(xie_wr *w, xie_str wire, uint32_t *odd)
{
	wire = unpadded(wire);
	if (takes_utf8(wire, odd)) {
		xie_wr_str(w, wire);
		return;
	}
	xie_status st = xie_gbk_to_utf8(w, wire);
	(void)st; /* said in *odd and in w->st */
}

static void write_escaped(xie_wr *w, uint32_t u)
{
	if (u == '"' || u == '\\') {
		xie_wr_char(w, '\\');
		xie_wr_char(w, (char)u);
	} else if (u < 0x20) {
		xie_wr_text(w, "\\u00");
		xie_wr_hex(w, &(uint8_t){ (uint8_t)u }, 1);
	} else {
		write_utf8(w, u);
	}
}

void xie_jt808_text_json(xie_wr *w, xie_str wire, uint32_t *odd)
{
	size_t n = 0;
	wire = unpadded(wire);
	if (takes_utf8(wire, odd)) {
		xie_wr_json_str(w, wire);
		return;
	}
	xie_wr_char(w, '"');
	for (; wire.n != 0; wire = xie_str_from(wire, n)) {
		uint32_t u = character(wire, &n);
		write_escaped(w, u == 0 && wire.p[0] != '\0' ? 0xfffd : u);
	}
	xie_wr_char(w, '"');
}
