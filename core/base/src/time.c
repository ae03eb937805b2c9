/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/base/time.h"

#define MS_DAY INT64_C(86400000)

int64_t xie_days_from_civil(int32_t year, unsigned month, unsigned day)
{
	/* Years begin in March, so that the leap day is the last; eras of 400 years repeat exactly. */
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = xie_floor_div(y, 400);
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + (int64_t)day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

void xie_civil_from_days(int64_t days, int32_t *ret_year, uint8_t *ret_month, uint8_t *ret_day)
{
	int64_t z = days + 719468;
	int64_t era = xie_floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;
	*ret_day = (uint8_t)(doy - (153 * mp + 2) / 5 + 1);
	*ret_month = (uint8_t)month;
	*ret_year = (int32_t)(yoe + era * 400 + (month <= 2));
}

unsigned xie_days_in_month(int32_t year, unsigned month)
{
	static const uint8_t n[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (month < 1 || month > 12)
		return 0;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return n[month - 1] + (month == 2 && leap ? 1u : 0u);
}

unsigned xie_weekday(int64_t days)
{
	int64_t w = (days + 3) % 7; /* 1970-01-01 was a Thursday */
	return (unsigned)(w < 0 ? w + 7 : w);
}

xie_status xie_ms_from_civil(const struct xie_civil *c, xie_ms utc_offset_ms, xie_ms *ret_t)
{
	if (c->year < -200000 || c->year > 200000 || c->day < 1 || c->day > xie_days_in_month(c->year, c->month) ||
	    c->hour > 23 || c->minute > 59 || c->second > 59 || c->milli > 999)
		return XIE_RANGE;
	int64_t s = ((int64_t)c->hour * 60 + c->minute) * 60 + c->second;
	*ret_t = xie_days_from_civil(c->year, c->month, c->day) * MS_DAY + s * 1000 + c->milli - utc_offset_ms;
	return XIE_OK;
}

void xie_civil_from_ms(xie_ms t, xie_ms utc_offset_ms, struct xie_civil *ret_c)
{
	t += utc_offset_ms;
	int64_t days = xie_floor_div(t, MS_DAY);
	int64_t ms = t - days * MS_DAY;
	xie_civil_from_days(days, &ret_c->year, &ret_c->month, &ret_c->day);
	ret_c->hour = (uint8_t)(ms / 3600000);
	ret_c->minute = (uint8_t)(ms / 60000 % 60);
	ret_c->second = (uint8_t)(ms / 1000 % 60);
	ret_c->milli = (uint16_t)(ms % 1000);
}

/* Exactly n digits at the front of *s. */
static bool number(xie_str *s, size_t n, uint32_t *ret_v)
{
	uint64_t v = 0;
	if (s->n < n || xie_str_u64((xie_str){ s->p, n }, &v) != XIE_OK)
		return false;
	*s = xie_str_from(*s, n);
	*ret_v = (uint32_t)v;
	return true;
}

static bool literal(xie_str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = xie_str_from(*s, 1);
	return true;
}

xie_status xie_offset_parse(xie_str s, xie_ms *ret_offset_ms)
{
	if (xie_str_is(s, "Z") || xie_str_is(s, "z")) {
		*ret_offset_ms = 0;
		return XIE_OK;
	}
	bool neg = s.n != 0 && s.p[0] == '-';
	uint32_t h = 0, m = 0;
	if (!literal(&s, neg ? '-' : '+') || !number(&s, 2, &h))
		return XIE_MALFORMED;
	if (s.n != 0) {
		(void)literal(&s, ':');
		if (!number(&s, 2, &m) || s.n != 0)
			return XIE_MALFORMED;
	}
	if (h > 14 || m > 59)
		return XIE_RANGE;
	xie_ms off = ((xie_ms)h * 60 + m) * 60000;
	*ret_offset_ms = neg ? -off : off;
	return XIE_OK;
}

static xie_status clock_parse(xie_str *s, struct xie_civil *c)
{
	uint32_t h = 0, m = 0, sec = 0;
	if (!number(s, 2, &h) || !literal(s, ':') || !number(s, 2, &m))
		return XIE_MALFORMED;
	if (literal(s, ':') && !number(s, 2, &sec))
		return XIE_MALFORMED;
	if (literal(s, '.') || literal(s, ',')) {
		unsigned scale = 100, n = 0;
		for (; s->n != 0 && s->p[0] >= '0' && s->p[0] <= '9'; n++, scale /= 10) {
			c->milli = (uint16_t)(c->milli + scale * (unsigned)(s->p[0] - '0'));
			*s = xie_str_from(*s, 1);
		}
		if (n == 0)
			return XIE_MALFORMED;
	}
	if (h > 23 || m > 59 || sec > 59)
		return XIE_RANGE;
	c->hour = (uint8_t)h;
	c->minute = (uint8_t)m;
	c->second = (uint8_t)sec;
	return XIE_OK;
}

xie_status xie_time_parse(xie_str s, xie_ms default_offset_ms, xie_ms *ret_t)
{
	struct xie_civil c = { 0 };
	uint32_t y = 0, mo = 0, d = 0;
	if (!number(&s, 4, &y) || !literal(&s, '-') || !number(&s, 2, &mo) || !literal(&s, '-') || !number(&s, 2, &d))
		return XIE_MALFORMED;
	c.year = (int32_t)y;
	c.month = (uint8_t)mo;
	c.day = (uint8_t)d;
	xie_ms offset = default_offset_ms;
	if (s.n != 0) {
		if (!literal(&s, 'T') && !literal(&s, 't') && !literal(&s, ' '))
			return XIE_MALFORMED;
		xie_status st = clock_parse(&s, &c);
		if (st == XIE_OK && s.n != 0)
			st = xie_offset_parse(s, &offset);
		if (st != XIE_OK)
			return st;
	}
	return xie_ms_from_civil(&c, offset, ret_t);
}

void xie_wr_date(xie_wr *w, int64_t days)
{
	int32_t y = 0;
	uint8_t m = 0, d = 0;
	xie_civil_from_days(days, &y, &m, &d);
	if (y < 0)
		xie_wr_char(w, '-');
	xie_wr_padded(w, (uint64_t)(y < 0 ? -(int64_t)y : y), 4);
	xie_wr_char(w, '-');
	xie_wr_padded(w, m, 2);
	xie_wr_char(w, '-');
	xie_wr_padded(w, d, 2);
}

void xie_wr_time_at(xie_wr *w, xie_ms t, xie_ms utc_offset_ms)
{
	struct xie_civil c;
	xie_civil_from_ms(t, utc_offset_ms, &c);
	xie_wr_date(w, xie_floor_div(t + utc_offset_ms, MS_DAY));
	xie_wr_char(w, 'T');
	xie_wr_padded(w, c.hour, 2);
	xie_wr_char(w, ':');
	xie_wr_padded(w, c.minute, 2);
	xie_wr_char(w, ':');
	xie_wr_padded(w, c.second, 2);
	xie_wr_char(w, '.');
	xie_wr_padded(w, c.milli, 3);
	if (utc_offset_ms == 0) {
		xie_wr_char(w, 'Z');
		return;
	}
	uint64_t min = (uint64_t)(utc_offset_ms < 0 ? -utc_offset_ms : utc_offset_ms) / 60000;
	xie_wr_char(w, utc_offset_ms < 0 ? '-' : '+');
	xie_wr_padded(w, min / 60, 2);
	xie_wr_char(w, ':');
	xie_wr_padded(w, min % 60, 2);
}

void xie_wr_time(xie_wr *w, xie_ms t)
{
	xie_wr_time_at(w, t, 0);
}
