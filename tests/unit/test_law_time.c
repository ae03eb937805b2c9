/* SPDX-License-Identifier: Apache-2.0 */
/* Calendars and clocks: the vectors of the law's own arithmetic, against the calendars that are shipped. */
#include "check.h"

#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/law/calendar.h"
#include "xie/law/clock.h"
#include "xie/pack/folder.h"

static xie_arena mem;
static const struct xie_calendar *cal;

static int set_up(void **state)
{
	(void)state;
	static char dir[512];
	const char *top = getenv("XIE_TOP");
	(void)snprintf(dir, sizeof dir, "%s/packs/cn-core", top != NULL ? top : ".");
	struct xie_folder f;
	struct xie_err err = { 0 };
	check_ok(xie_big_arena_init(&mem, 64u << 20));
	if (xie_folder_read(&mem, dir, "calendar", &f, &err) != XIE_OK ||
	    xie_calendar_build(&mem, f.docs, f.n, &cal, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
		return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	xie_big_arena_done(&mem);
	return 0;
}

static int64_t day(const char *text)
{
	xie_ms t = 0;
	check_ok(xie_time_parse(xie_str_of(text), 0, &t));
	return xie_floor_div(t, 86400000);
}

static const char *text_of(int64_t d)
{
	static char buf[16];
	xie_wr w = xie_wr_of(buf, sizeof buf - 1);
	xie_wr_date(&w, d);
	buf[w.n] = '\0';
	return buf;
}

static void terms_end_where_the_statutes_say(void **state)
{
	(void)state;
	static const struct {
		const char *base;
		enum xie_clock_unit unit;
		int n;
		const char *due, *rolled;
	} cases[] = {
		/* 2021: rest 19-21 Sep and 1-7 Oct, work on 18 Sep, 26 Sep and 9 Oct */
		{ "2021-09-24", XIE_CLOCK_WD, 5, "2021-09-30", "2021-09-30" },
		{ "2021-09-24", XIE_CLOCK_WD, 7, "2021-10-09", "2021-10-09" },
		{ "2021-09-24", XIE_CLOCK_CD, 15, "2021-10-09", "2021-10-09" },
		{ "2021-09-16", XIE_CLOCK_CD, 15, "2021-10-01", "2021-10-08" },
		{ "2021-09-16", XIE_CLOCK_WD, 10, "2021-09-30", "2021-09-30" },
		{ "2021-09-16", XIE_CLOCK_WD, 7, "2021-09-27", "2021-09-27" },
		{ "2021-09-24", XIE_CLOCK_CD, 30, "2021-10-24", "2021-10-25" },
		{ "2021-09-24", XIE_CLOCK_CD, 90, "2021-12-23", "2021-12-23" },
		{ "2021-09-24", XIE_CLOCK_CD, 60, "2021-11-23", "2021-11-23" },
		/* months: the last day where there is no such day; a leap day */
		{ "2021-08-31", XIE_CLOCK_MON, 6, "2022-02-28", "2022-02-28" },
		{ "2023-08-31", XIE_CLOCK_MON, 6, "2024-02-29", "2024-02-29" },
		{ "2021-11-30", XIE_CLOCK_MON, 3, "2022-02-28", "2022-02-28" },
		{ "2024-02-29", XIE_CLOCK_YEAR, 1, "2025-02-28", "2025-02-28" },
		{ "2023-03-31", XIE_CLOCK_MON, 6, "2023-09-30", "2023-10-07" }, /* into the holiday; a make-up Saturday ends it */
		{ "2020-01-20", XIE_CLOCK_WD, 5, "2020-02-04", "2020-02-04" }, /* the Spring Festival that was made longer */
		{ "2021-12-31", XIE_CLOCK_WD, 1, "2022-01-04", "2022-01-04" }, /* over the year's end */
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t due = 0, rolled = 0;
		int32_t year = 0;
		check_ok(xie_clock_due(cal, cases[i].unit, cases[i].n, day(cases[i].base), &due, &year));
		check_ok(xie_calendar_roll(cal, due, &rolled, &year));
		if (due != day(cases[i].due))
			fail_msg("%s + %d %s: due %s, want %s", cases[i].base, cases[i].n, xie_clock_unit_name(cases[i].unit),
			         text_of(due), cases[i].due);
		if (rolled != day(cases[i].rolled))
			fail_msg("%s + %d %s: rolled %s, want %s", cases[i].base, cases[i].n,
			         xie_clock_unit_name(cases[i].unit), text_of(rolled), cases[i].rolled);
	}
}

static void a_year_that_is_not_there_is_named_not_guessed(void **state)
{
	(void)state;
	int64_t due = -1;
	int32_t year = 0;
	check_st(xie_clock_due(cal, XIE_CLOCK_WD, 5, day("2018-06-01"), &due, &year), XIE_MISSING);
	check_int(year, 2018);
	check_st(xie_clock_due(cal, XIE_CLOCK_WD, 5, day("2026-12-30"), &due, &year), XIE_MISSING);
	check_int(year, 2027);
	check_st(xie_calendar_roll(cal, day("2029-01-01"), &due, &year), XIE_MISSING);
	check_int(year, 2029);
	check_int(due, -1);
	check_ok(xie_clock_due(cal, XIE_CLOCK_CD, 15, day("2029-01-01"), &due, &year)); /* needs no notice */
	check_int(due, day("2029-01-16"));
}

static void each_shipped_year_has_its_official_number_of_working_days(void **state)
{
	(void)state;
	/* As the yearly notices were summed up in public; 2020 had 251 until 31 January and 1 February were taken away. */
	static const struct {
		int year, work;
	} cases[] = { { 2019, 250 }, { 2020, 249 }, { 2021, 250 }, { 2022, 249 }, { 2023, 249 }, { 2024, 251 }, { 2025, 248 },
		      { 2026, 248 } };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t n = 0;
		int32_t missing = 0;
		int64_t a = xie_days_from_civil(cases[i].year, 1, 1), b = xie_days_from_civil(cases[i].year + 1, 1, 1);
		check_ok(xie_calendar_between(cal, a, b, &n, &missing));
		if (n != cases[i].work) /* 1 January is a holiday, so "strictly after" loses nothing */
			fail_msg("%d: %" PRId64 " working days, want %d", cases[i].year, n, cases[i].work);
	}
}

static void working_days_between_count_neither_end(void **state)
{
	(void)state;
	int64_t n = -1;
	int32_t year = 0;
	check_ok(xie_calendar_between(cal, day("2021-09-24"), day("2021-10-11"), &n, &year));
	check_int(n, 7); /* 26 to 30 September, 8 and 9 October */
	check_ok(xie_calendar_between(cal, day("2021-09-24"), day("2021-10-09"), &n, &year));
	check_int(n, 6);
	check_ok(xie_calendar_between(cal, day("2021-09-24"), day("2021-09-24"), &n, &year));
	check_int(n, 0);
}

static void adding_and_counting_working_days_agree(void **state)
{
	(void)state;
	for (int64_t a = day("2019-01-01"); a < day("2025-06-01"); a += 3)
		for (int64_t n = 1; n <= 20; n++) {
			int64_t due = 0, between = 0;
			int32_t year = 0;
			bool work = false;
			check_ok(xie_clock_due(cal, XIE_CLOCK_WD, n, a, &due, &year));
			check_ok(xie_calendar_is_work(cal, due, &work, &year));
			check_true(work);
			check_ok(xie_calendar_between(cal, a, due, &between, &year));
			check_int(between, n - 1);
		}
}

static void surcharge_grows_by_three_in_a_hundred_and_stops_at_the_fine(void **state)
{
	(void)state;
	static const struct {
		int64_t fine, days, want;
	} cases[] = {
		{ 2000000, 0, 0 },        { 2000000, -4, 0 },       { 2000000, 1, 60000 },    { 2000000, 10, 600000 },
		{ 2000000, 33, 1980000 }, { 2000000, 34, 2000000 }, { 2000000, 400, 2000000 }, { 1, 1, 0 }, { 33, 1, 0 }, { 34, 1, 1 },
		{ INT64_MAX, 33, 9131138316486228048 }, { INT64_MAX, INT64_MAX, INT64_MAX },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t got = -1;
		check_ok(xie_money_accrued(cases[i].fine, cases[i].days, 3, 100, cases[i].fine, &got));
		check_int(got, cases[i].want);
	}
	int64_t untouched = -1;
	check_st(xie_money_accrued(-1, 1, 3, 100, 5, &untouched), XIE_RANGE);
	check_st(xie_money_accrued(1, 1, 3, 0, 5, &untouched), XIE_RANGE);
	check_int(untouched, -1);
}

static void a_calendar_that_contradicts_itself_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *json;
		xie_status st;
	} cases[] = {
		{ "{\"rest\":[]}", XIE_MALFORMED },
		{ "{\"year\":2021,\"rest\":[{\"from\":\"2021-05-01\",\"to\":\"2021-04-30\"}]}", XIE_RANGE },
		{ "{\"year\":2021,\"rest\":[{\"from\":\"2020-12-31\",\"to\":\"2021-01-01\"}]}", XIE_RANGE },
		{ "{\"year\":2021,\"rest\":[{\"from\":\"soon\",\"to\":\"2021-01-01\"}]}", XIE_MALFORMED },
		{ "{\"year\":2021,\"work\":[\"2021-09-17\"]}", XIE_RANGE }, /* a Friday needs no making up */
		{ "{\"year\":2021,\"rest\":[{\"from\":\"2021-10-01\",\"to\":\"2021-10-07\"}],\"work\":[\"2021-10-02\"]}", XIE_RANGE },
		{ "{\"year\":2021,\"holidays\":[]}", XIE_UNKNOWN },
		{ "{\"year\":2021}", XIE_OK },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t mark = xie_arena_mark(&mem);
		const struct xie_val *v = NULL;
		const struct xie_calendar *c = NULL;
		struct xie_err err = { 0 };
		check_ok(xie_json_read(&mem, xie_str_of(cases[i].json), (struct xie_val_limits){ .depth = 8 }, &v, &err));
		check_st(xie_calendar_build(&mem, &v, 1, &c, &err), cases[i].st);
		const struct xie_val *twice[] = { v, v };
		if (cases[i].st == XIE_OK)
			check_st(xie_calendar_build(&mem, twice, 2, &c, &err), XIE_DUPLICATE);
		xie_arena_rewind(&mem, mark);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms_end_where_the_statutes_say),
		cmocka_unit_test(a_year_that_is_not_there_is_named_not_guessed),
		cmocka_unit_test(each_shipped_year_has_its_official_number_of_working_days),
		cmocka_unit_test(working_days_between_count_neither_end),
		cmocka_unit_test(adding_and_counting_working_days_agree),
		cmocka_unit_test(surcharge_grows_by_three_in_a_hundred_and_stops_at_the_fine),
		cmocka_unit_test(a_calendar_that_contradicts_itself_is_refused),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
