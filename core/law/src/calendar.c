/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/law/calendar.h"

#include "xie/base/time.h"

#define WORDS 6 /* 366 bits */

struct year {
	int32_t year;
	int64_t first;        /* 1 January */
	uint64_t work[WORDS]; /* bit i: the i-th day of the year is a working day */
};

struct xie_calendar {
	const struct year *years;
	size_t n;
};

static const struct year *find(const struct xie_calendar *cal, int32_t year)
{
	for (size_t i = 0; i < cal->n; i++)
		if (cal->years[i].year == year)
			return &cal->years[i];
	return NULL;
}

static unsigned length(int32_t year)
{
	return xie_days_in_month(year, 2) == 29 ? 366 : 365;
}

static bool get(const struct year *y, int64_t day)
{
	uint64_t i = (uint64_t)(day - y->first);
	return (y->work[i >> 6] >> (i & 63) & 1) != 0;
}

static void put(struct year *y, int64_t day, bool work)
{
	uint64_t i = (uint64_t)(day - y->first);
	uint64_t bit = UINT64_C(1) << (i & 63);
	y->work[i >> 6] = work ? y->work[i >> 6] | bit : y->work[i >> 6] & ~bit;
}

static xie_status fail(struct xie_err *err, xie_status st, const struct xie_val *at, const char *what, const char *hint)
{
	return xie_err_set(err, st, at != NULL ? at->line : 0, at != NULL ? at->column : 0, what, hint);
}

static xie_status date_in(const struct xie_val *v, const struct year *y, int64_t *ret_day, struct xie_err *err)
{
	xie_ms t = 0;
	xie_str s = xie_val_str(v);
	if (s.n != 10 || xie_time_parse(s, 0, &t) != XIE_OK)
		return fail(err, XIE_MALFORMED, v, "not a date", "YYYY-MM-DD");
	*ret_day = xie_floor_div(t, INT64_C(86400000));
	if (*ret_day < y->first || *ret_day >= y->first + length(y->year))
		return fail(err, XIE_RANGE, v, "a date of another year", "each year has a file of its own");
	return XIE_OK;
}

static xie_status rest_days(struct year *y, const struct xie_val *rest, struct xie_err *err)
{
	XIE_VAL_EACH(r, rest)
	{
		int64_t from = 0, to = 0;
		xie_status st = date_in(xie_val_get(r, "from"), y, &from, err);
		if (st == XIE_OK)
			st = date_in(xie_val_get(r, "to"), y, &to, err);
		if (st != XIE_OK)
			return st;
		if (to < from)
			return fail(err, XIE_RANGE, r, "a rest that ends before it begins", "from is the first day, to the last");
		for (int64_t d = from; d <= to; d++)
			put(y, d, false);
	}
	return XIE_OK;
}

static bool is_rest(const struct xie_val *rest, int64_t day)
{
	XIE_VAL_EACH(r, rest)
	{
		xie_ms from = 0, to = 0; /* checked before */
		if (xie_time_parse(xie_val_get_str(r, "from"), 0, &from) == XIE_OK &&
		    xie_time_parse(xie_val_get_str(r, "to"), 0, &to) == XIE_OK && day >= xie_floor_div(from, 86400000) &&
		    day <= xie_floor_div(to, 86400000))
			return true;
	}
	return false;
}

static xie_status work_days(struct year *y, const struct xie_val *rest, const struct xie_val *work, struct xie_err *err)
{
	XIE_VAL_EACH(w, work)
	{
		int64_t d = 0;
		xie_status st = date_in(w, y, &d, err);
		if (st != XIE_OK)
			return st;
		if (is_rest(rest, d))
			return fail(err, XIE_RANGE, w, "a working day inside a rest", "one of the two is wrong");
		if (get(y, d))
			return fail(err, XIE_RANGE, w, "a make-up day that is a working day already",
			            "only Saturdays and Sundays are made up");
		put(y, d, true);
	}
	return XIE_OK;
}

static xie_status one_year(struct year *y, const struct xie_val *v, struct xie_err *err)
{
	XIE_VAL_EACH(c, v)
	{
		static const char *const known[] = { "year", "sources", "rest", "work" };
		bool ok = false;
		for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
			ok = ok || xie_str_is(c->key, known[i]);
		if (!ok)
			return fail(err, XIE_UNKNOWN, c, "unknown key in a calendar", "year, sources, rest, work");
	}
	int64_t n = 0;
	if (xie_val_i64(xie_val_get(v, "year"), &n) != XIE_OK || n < 1949 || n > 9999)
		return fail(err, XIE_MALFORMED, v, "a calendar without its year", "year: 2021");
	y->year = (int32_t)n;
	y->first = xie_days_from_civil(y->year, 1, 1);
	for (unsigned i = 0; i < length(y->year); i++)
		put(y, y->first + i, xie_weekday(y->first + i) < 5);
	const struct xie_val *rest = xie_val_get(v, "rest"), *work = xie_val_get(v, "work");
	xie_status st = rest_days(y, rest, err);
	return st == XIE_OK ? work_days(y, rest, work, err) : st;
}

xie_status xie_calendar_build(xie_arena *mem, const struct xie_val *const *years, size_t n,
                              const struct xie_calendar **ret_cal, struct xie_err *reterr)
{
	struct xie_calendar *cal = xie_arena_new(mem, struct xie_calendar, 1);
	struct year *list = xie_arena_new(mem, struct year, n != 0 ? n : 1);
	if (cal == NULL || list == NULL)
		return fail(reterr, XIE_LIMIT, NULL, "no room for the calendars", NULL);
	cal->years = list;
	for (size_t i = 0; i < n; i++) {
		xie_status st = one_year(&list[i], years[i], reterr);
		if (st != XIE_OK)
			return st;
		if (find(cal, list[i].year) != NULL)
			return fail(reterr, XIE_DUPLICATE, years[i], "this year was loaded before", "one calendar for each year");
		cal->n = i + 1;
	}
	*ret_cal = cal;
	return XIE_OK;
}

xie_status xie_calendar_is_work(const struct xie_calendar *cal, int64_t day, bool *ret_work, int32_t *reterr_year)
{
	int32_t year = 0;
	uint8_t m = 0, d = 0;
	xie_civil_from_days(day, &year, &m, &d);
	const struct year *y = find(cal, year);
	if (y == NULL) {
		*reterr_year = year;
		return XIE_MISSING;
	}
	*ret_work = get(y, day);
	return XIE_OK;
}

xie_status xie_calendar_roll(const struct xie_calendar *cal, int64_t day, int64_t *ret_day, int32_t *reterr_year)
{
	for (;; day++) {
		bool work = false;
		xie_status st = xie_calendar_is_work(cal, day, &work, reterr_year);
		if (st != XIE_OK)
			return st;
		if (work)
			break;
	}
	*ret_day = day;
	return XIE_OK;
}

xie_status xie_calendar_add_work(const struct xie_calendar *cal, int64_t day, int64_t n, int64_t *ret_day,
                                 int32_t *reterr_year)
{
	while (n > 0) {
		bool work = false;
		xie_status st = xie_calendar_is_work(cal, ++day, &work, reterr_year);
		if (st != XIE_OK)
			return st;
		n -= work;
	}
	*ret_day = day;
	return XIE_OK;
}

xie_status xie_calendar_between(const struct xie_calendar *cal, int64_t a, int64_t b, int64_t *ret_n,
                                int32_t *reterr_year)
{
	int64_t n = 0;
	for (int64_t d = a + 1; d < b; d++) {
		bool work = false;
		xie_status st = xie_calendar_is_work(cal, d, &work, reterr_year);
		if (st != XIE_OK)
			return st;
		n += work;
	}
	*ret_n = n;
	return XIE_OK;
}

int64_t xie_calendar_add_months(int64_t day, int64_t months)
{
	int32_t y = 0;
	uint8_t m = 0, d = 0;
	xie_civil_from_days(day, &y, &m, &d);
	int64_t at = (int64_t)y * 12 + (m - 1) + months;
	int32_t year = (int32_t)xie_floor_div(at, 12);
	unsigned month = (unsigned)(at - (int64_t)year * 12) + 1;
	unsigned last = xie_days_in_month(year, month);
	return xie_days_from_civil(year, month, d < last ? d : last);
}
