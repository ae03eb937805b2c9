/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/base/wr.h"

#include "xie/base/units.h"

#include "utf8.h"

static size_t to_digits(uint64_t v, char out[static 20])
{
	char back[20];
	size_t n = 0;
	do {
		back[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	for (size_t i = 0; i < n; i++)
		out[i] = back[n - 1 - i];
	return n;
}

void xie_wr_u64(xie_wr *w, uint64_t v)
{
	char d[20];
	xie_wr_bytes(w, d, to_digits(v, d));
}

void xie_wr_i64(xie_wr *w, int64_t v)
{
	if (v < 0)
		xie_wr_char(w, '-');
	xie_wr_u64(w, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void xie_wr_padded(xie_wr *w, uint64_t v, unsigned width)
{
	char d[20];
	size_t n = to_digits(v, d);
	for (size_t i = n; i < width; i++)
		xie_wr_char(w, '0');
	xie_wr_bytes(w, d, n);
}

void xie_wr_fixed(xie_wr *w, int64_t v, unsigned places)
{
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	uint64_t p = 1;
	for (unsigned i = 0; i < places; i++)
		p *= 10;
	if (v < 0)
		xie_wr_char(w, '-');
	xie_wr_u64(w, u / p);
	if (places != 0) {
		xie_wr_char(w, '.');
		xie_wr_padded(w, u % p, places);
	}
}

void xie_wr_ratio(xie_wr *w, int64_t num, int64_t den, unsigned places)
{
	xie_u128 u = num < 0 ? 0 - (uint64_t)num : (uint64_t)num;
	xie_u128 d = (uint64_t)den;
	for (unsigned i = 0; i < places; i++)
		u *= 10;
	xie_u128 q = u / d;
	xie_u128 r = u % d;
	if (2 * r > d || (2 * r == d && (q & 1) != 0))
		q++;
	if (num < 0 && q != 0)
		xie_wr_char(w, '-');
	uint64_t p = 1;
	for (unsigned i = 0; i < places; i++)
		p *= 10;
	xie_wr_u64(w, (uint64_t)(q / p));
	if (places != 0) {
		xie_wr_char(w, '.');
		xie_wr_padded(w, (uint64_t)(q % p), places);
	}
}

static const char hex[] = "0123456789abcdef";

void xie_wr_hex(xie_wr *w, const void *p, size_t n)
{
	const uint8_t *b = p;
	for (size_t i = 0; i < n; i++)
		xie_wr_bytes(w, (char[2]){ hex[b[i] >> 4], hex[b[i] & 15] }, 2);
}

static void json_escape(xie_wr *w, unsigned char c)
{
	static const char shorts[][2] = { { '\b', 'b' }, { '\t', 't' }, { '\n', 'n' }, { '\f', 'f' }, { '\r', 'r' },
		                          { '"', '"' },  { '\\', '\\' } };
	for (size_t i = 0; i < sizeof shorts / sizeof shorts[0]; i++)
		if ((unsigned char)shorts[i][0] == c) {
			xie_wr_bytes(w, (char[2]){ '\\', shorts[i][1] }, 2);
			return;
		}
	xie_wr_bytes(w, (char[6]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
}

void xie_wr_json_str(xie_wr *w, xie_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	xie_wr_char(w, '"');
	size_t from = 0;
	for (size_t i = 0; i < s.n;) {
		if (p[i] >= 0x20 && p[i] < 0x80 && p[i] != '"' && p[i] != '\\') {
			i++;
			continue;
		}
		size_t k = p[i] >= 0x80 ? xie_utf8__len(p + i, s.n - i) : 0;
		if (k != 0) {
			i += k;
			continue;
		}
		xie_wr_bytes(w, p + from, i - from);
		if (p[i] >= 0x80)
			xie_wr_text(w, "\xEF\xBF\xBD");
		else
			json_escape(w, p[i]);
		from = ++i;
	}
	xie_wr_bytes(w, p + from, s.n - from);
	xie_wr_char(w, '"');
}

void xie_wr_sep(xie_wr *w)
{
	if (w->n != 0 && w->p[w->n - 1] != '{' && w->p[w->n - 1] != '[' && w->p[w->n - 1] != ',' &&
	    w->p[w->n - 1] != ':')
		xie_wr_char(w, ',');
}

void xie_wr_key(xie_wr *w, const char *key)
{
	xie_wr_sep(w);
	xie_wr_json_str(w, xie_str_of(key));
	xie_wr_char(w, ':');
}

void xie_wr_kv_str(xie_wr *w, const char *key, xie_str v)
{
	xie_wr_key(w, key);
	xie_wr_json_str(w, v);
}

void xie_wr_kv_i64(xie_wr *w, const char *key, int64_t v)
{
	xie_wr_key(w, key);
	xie_wr_i64(w, v);
}

void xie_wr_kv_bool(xie_wr *w, const char *key, bool v)
{
	xie_wr_key(w, key);
	xie_wr_text(w, v ? "true" : "false");
}
