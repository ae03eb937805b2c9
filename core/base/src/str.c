/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/base/str.h"

#include "xie/base/arena.h"
#include "xie/base/units.h"

#include "utf8.h"

int xie_str_cmp(xie_str a, xie_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n != 0 ? memcmp(a.p, b.p, n) : 0;
	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

xie_str xie_str_trim(xie_str s)
{
	while (s.n != 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n != 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool xie_str_split(xie_str *rest, char sep, xie_str *ret_piece)
{
	if (rest->p == NULL)
		return false;
	size_t at = xie_str_find(*rest, sep);
	*ret_piece = (xie_str){ rest->p, at };
	if (at == rest->n)
		*rest = (xie_str){ NULL, 0 };
	else
		*rest = (xie_str){ rest->p + at + 1, rest->n - at - 1 };
	return true;
}

size_t xie_str_find(xie_str s, char c)
{
	const char *at = s.n != 0 ? memchr(s.p, c, s.n) : NULL;
	return at != NULL ? (size_t)(at - s.p) : s.n;
}

char *xie_str_dup(struct xie_arena *a, xie_str s)
{
	char *p = xie_arena_alloc(a, s.n + 1, 1);
	if (p != NULL && s.n != 0)
		memcpy(p, s.p, s.n);
	return p;
}

xie_status xie_str_u64(xie_str s, uint64_t *ret_v)
{
	uint64_t v = 0;
	if (s.n == 0)
		return XIE_MALFORMED;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned char)s.p[i] - (unsigned)'0';
		if (d > 9)
			return XIE_MALFORMED;
		if (v > (UINT64_MAX - d) / 10)
			return XIE_RANGE;
		v = v * 10 + d;
	}
	*ret_v = v;
	return XIE_OK;
}

xie_status xie_str_i64(xie_str s, int64_t *ret_v)
{
	bool neg = s.n != 0 && s.p[0] == '-';
	uint64_t v = 0;
	xie_status st = xie_str_u64(neg ? xie_str_from(s, 1) : s, &v);
	if (st != XIE_OK)
		return st;
	if (v > (uint64_t)INT64_MAX + (neg ? 1 : 0))
		return XIE_RANGE;
	*ret_v = neg ? (int64_t)(0 - v) : (int64_t)v;
	return XIE_OK;
}

/* Where the digits of a decimal number stand. */
struct decimal {
	bool neg;
	xie_str whole, frac; /* digits only */
	int32_t exp;
};

static size_t digits(xie_str s)
{
	size_t n = 0;
	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

static xie_status decimal_read(xie_str s, struct decimal *d)
{
	*d = (struct decimal){ .neg = s.n != 0 && s.p[0] == '-' };
	if (s.n != 0 && (s.p[0] == '-' || s.p[0] == '+'))
		s = xie_str_from(s, 1);
	size_t n = digits(s);
	d->whole = (xie_str){ s.p, n };
	s = xie_str_from(s, n);
	if (s.n != 0 && s.p[0] == '.') {
		s = xie_str_from(s, 1);
		n = digits(s);
		if (n == 0)
			return XIE_MALFORMED;
		d->frac = (xie_str){ s.p, n };
		s = xie_str_from(s, n);
	}
	if (d->whole.n + d->frac.n == 0)
		return XIE_MALFORMED;
	if (s.n == 0)
		return XIE_OK;
	if (s.p[0] != 'e' && s.p[0] != 'E')
		return XIE_MALFORMED;
	s = xie_str_from(s, 1);
	if (s.n != 0 && s.p[0] == '+')
		s = xie_str_from(s, 1);
	int64_t e = 0;
	xie_status st = xie_str_i64(s, &e);
	if (st != XIE_OK)
		return st;
	if (e < -400 || e > 400)
		return XIE_RANGE;
	d->exp = (int32_t)e;
	return XIE_OK;
}

static unsigned digit_at(const struct decimal *d, size_t i)
{
	char c = i < d->whole.n ? d->whole.p[i] : d->frac.p[i - d->whole.n];
	return (unsigned)(c - '0');
}

xie_status xie_str_scaled(xie_str s, int64_t mul_by, int64_t div_by, int64_t *ret_v)
{
	struct decimal d;
	xie_status st = decimal_read(s, &d);
	if (st != XIE_OK)
		return st;
	if (mul_by <= 0 || div_by <= 0)
		return XIE_RANGE;
	xie_u128 mul = (uint64_t)mul_by, div = (uint64_t)div_by;
	size_t n = d.whole.n + d.frac.n;
	int64_t point = (int64_t)d.whole.n + d.exp; /* the decimal point stands before digit number point */
	size_t lead = 0;
	while (lead < n && digit_at(&d, lead) == 0)
		lead++;
	if (lead == n) {
		*ret_v = 0;
		return XIE_OK;
	}
	/* The whole part times mul, in 128 bits. */
	xie_u128 limit = (xie_u128)1 << 100;
	xie_u128 whole = 0;
	for (int64_t i = (int64_t)lead; i < point; i++) {
		whole = whole * 10 + (i < (int64_t)n ? digit_at(&d, (size_t)i) : 0);
		if (whole * mul > limit || whole > limit)
			return XIE_RANGE;
	}
	/* The fraction times mul as in school, from the last digit on: carry grows into its whole part, below mul;
	 * of the digits behind the point only the first, and whether any other is not zero, can matter. */
	xie_u128 carry = 0;
	unsigned tenth = 0;
	bool more = false;
	int64_t zeros = point < 0 ? -point : 0; /* between the point and the first digit */
	int64_t first = point > 0 ? point : 0;
	for (int64_t k = zeros + (int64_t)n - first; k-- > 0;) {
		xie_u128 t = carry + (k < zeros ? 0 : digit_at(&d, (size_t)(first + k - zeros)) * mul);
		more = more || tenth != 0;
		tenth = (unsigned)(t % 10);
		carry = t / 10;
	}
	xie_u128 w = whole * mul + carry;
	xie_u128 q = w / div;
	xie_u128 r2 = 2 * (w % div); /* twice the rest, to compare with div */
	int half = r2 + 1 > div ? (r2 == div && tenth == 0 && !more ? 0 : 1)
	           : r2 + 1 < div ? -1
	           : tenth > 5 || (tenth == 5 && more) ? 1
	           : tenth == 5                        ? 0
	                                               : -1;
	if (half > 0 || (half == 0 && (q & 1) != 0))
		q++;
	if (q > INT64_MAX)
		return XIE_RANGE;
	*ret_v = d.neg ? -(int64_t)q : (int64_t)q;
	return XIE_OK;
}

size_t xie_utf8__len(const unsigned char *p, size_t n)
{
	if (n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	size_t k = p[0] >= 0xC2 && p[0] <= 0xDF ? 2 : (p[0] & 0xF0) == 0xE0 ? 3 : p[0] >= 0xF0 && p[0] <= 0xF4 ? 4 : 0;
	if (k == 0 || k > n)
		return 0;
	for (size_t i = 1; i < k; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) || (p[0] == 0xF0 && p[1] < 0x90) ||
	    (p[0] == 0xF4 && p[1] > 0x8F))
		return 0;
	return k;
}

bool xie_utf8_ok(xie_str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t k = xie_utf8__len((const unsigned char *)s.p + i, s.n - i);
		if (k == 0)
			return false;
		i += k;
	}
	return true;
}
