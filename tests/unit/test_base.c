/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/base/arena.h"
#include "xie/base/rd.h"
#include "xie/base/sha256.h"
#include "xie/base/time.h"
#include "xie/base/units.h"
#include "xie/base/val.h"
#include "xie/base/wr.h"

static void cursor_is_sticky_and_never_passes_its_end(void **state)
{
	(void)state;
	const uint8_t bytes[] = { 1, 2, 3, 4, 5 };
	xie_rd r = xie_rd_of(bytes, sizeof bytes);
	check_int(xie_rd_u16be(&r), 0x0102);
	xie_rd sub = xie_rd_sub(&r, 2);
	check_int(xie_rd_u32be(&sub), 0); /* the inner reader sees two bytes only */
	check_st(sub.st, XIE_TRUNCATED);
	check_int(xie_rd_u8(&r), 5);
	check_ok(xie_rd_close(&r));
	check_int(xie_rd_u8(&r), 0);
	check_st(xie_rd_close(&r), XIE_TRUNCATED);
	check_int(xie_rd_left(&r), 0);
}

static void bits_read_back_what_was_written_at_every_width_and_offset(void **state)
{
	(void)state;
	for (unsigned off = 0; off < 9; off++)
		for (unsigned n = 1; n <= 32; n++) {
			uint8_t buf[8];
			uint32_t v = UINT32_C(0xA5C396F1) & (uint32_t)((UINT64_C(1) << n) - 1);
			xie_wrbits w = xie_wrbits_of(buf, sizeof buf);
			xie_wrbits_u(&w, 0x1FF, off);
			xie_wrbits_u(&w, v, n);
			check_ok(w.st);
			xie_bits b = xie_bits_of(buf, off + n);
			xie_bits_skip(&b, off);
			check_int(xie_bits_u(&b, n), v);
			check_int(xie_bits_u(&b, 1), 0);
			check_st(b.st, XIE_TRUNCATED);
			b = xie_bits_of(buf, off + n);
			xie_bits_skip(&b, off);
			int64_t want = (v >> (n - 1) & 1) != 0 ? (int64_t)v - (INT64_C(1) << n) : (int64_t)v;
			check_int(xie_bits_s(&b, n), want);
		}
}

static void decimals_scale_to_the_nearest_unit_ties_to_even(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t mul, div, want;
		xie_status st;
	} cases[] = {
		{ "-79.559999", 6000000, 1, -477359994, XIE_OK },
		{ "0.00000025", 6000000, 1, 2, XIE_OK },    /* 1.5: to even */
		{ "0.000000083333333333333333333", 6000000, 1, 0, XIE_OK }, /* just under 0.5 */
		{ "0.0000000833333333333333333334", 6000000, 1, 1, XIE_OK }, /* just over 0.5, beyond 18 digits */
		{ "2.5", 1, 1, 2, XIE_OK },
		{ "3.5", 1, 1, 4, XIE_OK },
		{ "-2.5", 1, 1, -2, XIE_OK },
		{ "2.50000000000000000000000000001", 1, 1, 3, XIE_OK },
		{ "7", 1, 2, 4, XIE_OK },
		{ "5", 1, 2, 2, XIE_OK },
		{ "1.5e3", 1, 1, 1500, XIE_OK },
		{ "1500e-3", 1000, 1, 1500, XIE_OK },
		{ "000.5", 10, 1, 5, XIE_OK },
		{ "1e-30", 6000000, 1, 0, XIE_OK },
		{ "9223372036854775807", 1, 1, INT64_MAX, XIE_OK },
		{ "9223372036854775808", 1, 1, 0, XIE_RANGE },
		{ "1e400", 1, 1, 0, XIE_RANGE },
		{ "1e401", 1, 1, 0, XIE_RANGE },
		{ "1.", 1, 1, 0, XIE_MALFORMED },
		{ "", 1, 1, 0, XIE_MALFORMED },
		{ "1x", 1, 1, 0, XIE_MALFORMED },
		{ ".", 1, 1, 0, XIE_MALFORMED },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t v = -777;
		xie_status st = xie_str_scaled(xie_str_of(cases[i].text), cases[i].mul, cases[i].div, &v);
		if (st != cases[i].st || v != (st == XIE_OK ? cases[i].want : -777))
			fail_msg("%s: got %s %" PRId64, cases[i].text, xie_status_code(st), v);
	}
}

static void quantities_carry_their_unit(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum xie_dim dim;
		int64_t want;
		xie_status st;
	} cases[] = {
		{ "6.05 kn", XIE_DIM_SPEED, 112046, XIE_OK },
		{ "60.5 s", XIE_DIM_TIME, 60500, XIE_OK },
		{ "200m", XIE_DIM_LENGTH, 200000, XIE_OK },
		{ "90.05 deg", XIE_DIM_ANGLE, 9005, XIE_OK },
		{ "49 t", XIE_DIM_MASS, 49000, XIE_OK },
		{ "80 km/h", XIE_DIM_SPEED, 800000, XIE_OK },
		{ "7", XIE_DIM_NONE, 7, XIE_OK },
		{ "7 furlong", XIE_DIM_NONE, 0, XIE_UNKNOWN },
		{ "kn", XIE_DIM_NONE, 0, XIE_MALFORMED },
		{ "0.5", XIE_DIM_NONE, 0, XIE_MALFORMED },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t v = 0;
		enum xie_dim dim = XIE_DIM_NONE;
		check_st(xie_quantity(xie_str_of(cases[i].text), &v, &dim), cases[i].st);
		check_int(v, cases[i].want);
		check_int(dim, cases[i].dim);
	}
}

static void calendar_agrees_with_itself_for_every_day_of_eight_centuries(void **state)
{
	(void)state;
	int64_t from = xie_days_from_civil(1600, 1, 1), to = xie_days_from_civil(2400, 1, 1);
	check_int(xie_days_from_civil(1970, 1, 1), 0);
	int32_t py = 1599;
	uint8_t pm = 12, pd = 31;
	for (int64_t d = from; d < to; d++) {
		int32_t y;
		uint8_t m, day;
		xie_civil_from_days(d, &y, &m, &day);
		check_int(xie_days_from_civil(y, m, day), d);
		bool next = pd < xie_days_in_month(py, pm) ? (y == py && m == pm && day == pd + 1)
		            : pm < 12                      ? (y == py && m == pm + 1 && day == 1)
		                                           : (y == py + 1 && m == 1 && day == 1);
		check_true(next);
		py = y;
		pm = m;
		pd = day;
	}
	check_int(xie_weekday(xie_days_from_civil(2026, 11, 25)), 2); /* a Wednesday */
}

static void times_are_read_and_written(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
		xie_status st;
	} cases[] = {
		{ "2014-04-05T14:32:00Z", "2014-04-05T14:32:00.000Z", XIE_OK },
		{ "2026-03-17T21:41:18+08:00", "2026-03-17T13:41:18.000Z", XIE_OK },
		{ "2026-03-17 21:41:18.1239+0800", "2026-03-17T13:41:18.123Z", XIE_OK },
		{ "2026-03-17", "2026-03-16T16:00:00.000Z", XIE_OK }, /* default +08:00 */
		{ "2026-02-29", "", XIE_RANGE },
		{ "2024-02-29T24:00:00Z", "", XIE_RANGE },
		{ "2024-2-29", "", XIE_MALFORMED },
		{ "2024-02-29T10:00:00Zx", "", XIE_MALFORMED },
		{ "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z", XIE_OK },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		xie_ms t = 0;
		char buf[64];
		xie_wr w = xie_wr_of(buf, sizeof buf);
		check_st(xie_time_parse(xie_str_of(cases[i].in), 8 * 3600000, &t), cases[i].st);
		if (cases[i].st != XIE_OK)
			continue;
		xie_wr_time(&w, t);
		check_str(xie_wr_view(&w), cases[i].out);
	}
}

static void an_arena_may_begin_anywhere_and_gives_aligned_memory(void **state)
{
	(void)state;
	static alignas(max_align_t) uint8_t mem[256];
	for (size_t off = 0; off < 32; off++) {
		for (size_t n = 0; n < 64; n++) {
			xie_arena a = xie_arena_of(mem + off, n);
			uint8_t *p = xie_arena_alloc(&a, 1, 8);
			if (p == NULL)
				continue;
			assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
			assert_true(p >= mem + off && p + 8 <= mem + off + n);
		}
	}
}

static void an_empty_slice_without_bytes_adds_nothing_to_an_error(void **state)
{
	(void)state;
	struct xie_err err = { 0 };
	xie_err_set(&err, XIE_UNKNOWN, 1, 1, "unknown key: ", NULL);
	xie_err_add(&err, NULL, 0);
	assert_string_equal(err.what, "unknown key: ");
}

static const char *json_error(const char *text, struct xie_err *err)
{
	static uint8_t mem[1 << 16];
	xie_arena a = xie_arena_of(mem, sizeof mem);
	const struct xie_val *v = NULL;
	*err = (struct xie_err){ 0 };
	xie_status st = xie_json_read(&a, xie_str_of(text), (struct xie_val_limits){ .depth = 8 }, &v, err);
	return xie_status_code(st);
}

static void json_reader_is_strict_and_says_where(void **state)
{
	(void)state;
	static const struct {
		const char *text, *code;
		uint32_t line, column;
	} cases[] = {
		{ "{\"a\":1,\n \"a\":2}", "duplicate", 2, 5 },
		{ "[1,]", "malformed", 1, 4 },
		{ "[01]", "malformed", 1, 4 },
		{ "[1.]", "malformed", 1, 4 },
		{ "[1] x", "malformed", 1, 5 },
		{ "{\"a\" 1}", "malformed", 1, 6 },
		{ "[\"\\ud800\"]", "malformed", 1, 9 },
		{ "[\"\\q\"]", "malformed", 1, 4 },
		{ "\"\xff\"", "malformed", 1, 2 },
		{ "[[[[[[[[[1]]]]]]]]]", "limit", 1, 9 },
		{ "[1,2", "truncated", 1, 5 },
		{ "\"abc", "truncated", 1, 5 },
		{ "\"abc\\", "truncated", 1, 6 },
		{ "nul", "malformed", 1, 1 },
		{ "NaN", "malformed", 1, 1 },
		{ "", "truncated", 1, 1 },
		{ "\"a\tb\"", "malformed", 1, 3 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct xie_err err;
		const char *code = json_error(cases[i].text, &err);
		if (strcmp(code, cases[i].code) != 0 || err.line != cases[i].line || err.column != cases[i].column)
			fail_msg("%s: got %s at %u:%u, want %s at %u:%u", cases[i].text, code, err.line, err.column,
			         cases[i].code, cases[i].line, cases[i].column);
	}
}

static void json_reads_what_it_writes_and_canonical_form_is_rfc8785(void **state)
{
	(void)state;
	static uint8_t mem[1 << 16];
	xie_arena a = xie_arena_of(mem, sizeof mem);
	const struct xie_val *v = NULL;
	/* the member order example of RFC 8785, section 3.2.3 */
	const char *text = "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew\",\"1\":\"One\","
	                   "\"\\ud83d\\ude00\":\"Emoji\",\"\\u0080\":\"Control\",\"\\u00f6\":\"o\"}";
	check_ok(xie_json_read(&a, xie_str_of(text), (struct xie_val_limits){ .depth = 8 }, &v, NULL));
	char buf[512];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	check_ok(xie_val_canonical(v, &w));
	check_str(xie_wr_view(&w), "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"\xC3\xB6\":\"o\","
	                           "\"\xE2\x82\xAC\":\"Euro Sign\",\"\xF0\x9F\x98\x80\":\"Emoji\",\"\xEF\xAC\xB3\":\"Hebrew\"}");
	check_ok(xie_json_read(&a, XIE_STR("{\"n\":-0,\"a\":[1,true,null,\"\\n\"]}"), (struct xie_val_limits){ .depth = 8 }, &v, NULL));
	xie_wr_clear(&w);
	check_ok(xie_val_canonical(v, &w));
	check_str(xie_wr_view(&w), "{\"a\":[1,true,null,\"\\n\"],\"n\":0}");
	check_ok(xie_json_read(&a, XIE_STR("[1.5]"), (struct xie_val_limits){ .depth = 8 }, &v, NULL));
	xie_wr_clear(&w);
	check_st(xie_val_canonical(v, &w), XIE_RANGE);
}

static void json_needs_no_more_memory_than_it_says(void **state)
{
	(void)state;
	static uint8_t mem[1 << 12];
	const struct xie_val *v = NULL;
	xie_status st = XIE_LIMIT;
	for (size_t cap = 0; cap < sizeof mem && st != XIE_OK; cap += 16) {
		xie_arena a = xie_arena_of(mem, cap);
		st = xie_json_read(&a, XIE_STR("{\"a\":[1,2,{\"b\":\"\\u0041\"}]}"), (struct xie_val_limits){ .depth = 8 }, &v, NULL);
		check_true(st == XIE_OK || st == XIE_LIMIT);
	}
	check_ok(st);
	check_str(xie_val_get_str(xie_val_at(xie_val_get(v, "a"), 2), "b"), "A");
}

static void sha256_gives_the_vectors_of_fips_180_4(void **state)
{
	(void)state;
	static const struct {
		const char *in, *hex;
	} cases[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t d[32];
		char buf[80];
		xie_sha256_of(cases[i].in, strlen(cases[i].in), d);
		xie_wr w = xie_wr_of(buf, sizeof buf);
		xie_wr_hex(&w, d, 32);
		check_str(xie_wr_view(&w), cases[i].hex);
		/* in pieces of every size */
		for (size_t step = 1; step < 60; step++) {
			struct xie_sha256 s;
			xie_sha256_init(&s);
			for (size_t at = 0, n = strlen(cases[i].in); at < n; at += step)
				xie_sha256_add(&s, cases[i].in + at, step < n - at ? step : n - at);
			uint8_t e[32];
			xie_sha256_end(&s, e);
			check_int(memcmp(d, e, 32), 0);
		}
	}
}

static void writer_counts_what_it_could_not_hold(void **state)
{
	(void)state;
	char buf[4];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_wr_text(&w, "abcdef");
	check_st(w.st, XIE_LIMIT);
	check_int(w.need, 6);
	check_int(w.n, 0);
}

static void numbers_are_written_as_people_write_them(void **state)
{
	(void)state;
	char buf[256];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_wr_fixed(&w, -5, 1);
	xie_wr_char(&w, ' ');
	xie_wr_fixed(&w, 123456, 3);
	xie_wr_char(&w, ' ');
	xie_wr_ratio(&w, -477359994, 6000000, 6);
	xie_wr_char(&w, ' ');
	xie_wr_ratio(&w, 1, 8, 2); /* 0.125: to even */
	xie_wr_char(&w, ' ');
	xie_wr_i64(&w, INT64_MIN);
	check_str(xie_wr_view(&w), "-0.5 123.456 -79.559999 0.12 -9223372036854775808");
	xie_wr_clear(&w);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "a", XIE_STR("x\"\xff\x01"));
	xie_wr_kv_i64(&w, "n", 3);
	xie_wr_char(&w, '}');
	check_str(xie_wr_view(&w), "{\"a\":\"x\\\"\xEF\xBF\xBD\\u0001\",\"n\":3}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arena_may_begin_anywhere_and_gives_aligned_memory),
		cmocka_unit_test(an_empty_slice_without_bytes_adds_nothing_to_an_error),
		cmocka_unit_test(cursor_is_sticky_and_never_passes_its_end),
		cmocka_unit_test(bits_read_back_what_was_written_at_every_width_and_offset),
		cmocka_unit_test(decimals_scale_to_the_nearest_unit_ties_to_even),
		cmocka_unit_test(quantities_carry_their_unit),
		cmocka_unit_test(calendar_agrees_with_itself_for_every_day_of_eight_centuries),
		cmocka_unit_test(times_are_read_and_written),
		cmocka_unit_test(json_reader_is_strict_and_says_where),
		cmocka_unit_test(json_reads_what_it_writes_and_canonical_form_is_rfc8785),
		cmocka_unit_test(json_needs_no_more_memory_than_it_says),
		cmocka_unit_test(sha256_gives_the_vectors_of_fips_180_4),
		cmocka_unit_test(writer_counts_what_it_could_not_hold),
		cmocka_unit_test(numbers_are_written_as_people_write_them),
	};
	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
