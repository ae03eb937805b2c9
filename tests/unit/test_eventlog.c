/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/chain/eventlog.h"

static uint8_t bytes[1 << 20];

static xie_str line_of(struct xie_eventlog *l, xie_arena *mem, xie_ms at, const char *data, char *to, size_t cap)
{
	struct xie_event e = { .at = at, .kind = XIE_STR("key"), .id = XIE_STR("node"), .event = XIE_STR("key_new"), .by = XIE_STR("[\"张三\"]"),
		               .user = XIE_STR("root"), .signature = XIE_STR("00ff"), .key_id = XIE_STR("authority") };
	xie_wr w = xie_wr_of(to, cap);
	e.data = xie_str_of(data);
	check_ok(xie_eventlog_place(l, mem, &e));
	check_ok(xie_eventlog_write(&e, &w));
	check_ok(xie_eventlog_take(l, &e));
	return (xie_str){ (const char *)w.p, w.n - 1 };
}

static void lines_are_read_back_as_they_were_written(void **state)
{
	(void)state;
	xie_arena mem = xie_arena_of(bytes, sizeof bytes);
	struct xie_eventlog out = { 0 }, in = { 0 };
	char a[2048], b[2048];
	xie_str one = line_of(&out, &mem, 1000, "{\"z\":1,\"a\":\"\\u0001旧\"}", a, sizeof a), two = line_of(&out, &mem, 1000, "{}", b, sizeof b);
	struct xie_event e;
	check_ok(xie_eventlog_read(&mem, one, &e));
	check_str(e.user, "root");
	check_str(e.signature, "00ff");
	check_st(xie_eventlog_take(&in, &(struct xie_event){ .n = 2 }), XIE_CONFLICT);
	check_ok(xie_eventlog_take(&in, &e));
	check_st(xie_eventlog_take(&in, &e), XIE_CONFLICT);
	check_ok(xie_eventlog_read(&mem, two, &e));
	check_ok(xie_eventlog_take(&in, &e));
	check_int(in.n, 2);
	check_true(memcmp(in.head, out.head, 32) == 0);
	struct xie_event early = { .at = 999, .kind = XIE_STR("key"), .event = XIE_STR("x"), .by = XIE_STR("[]"), .data = XIE_STR("{}") };
	check_st(xie_eventlog_place(&in, &mem, &early), XIE_RANGE);
}

static void a_changed_character_is_found_whichever_it_is(void **state)
{
	(void)state;
	xie_arena mem = xie_arena_of(bytes, sizeof bytes);
	struct xie_eventlog l = { 0 };
	char text[2048];
	xie_str line = line_of(&l, &mem, 1000, "{\"serial\":\"12\"}", text, sizeof text);
	size_t mark = xie_arena_mark(&mem), signature = line.n - strlen("\"key\":\"authority\",\"signature\":\"00ff\"}");
	struct xie_event e, was;
	check_ok(xie_eventlog_read(&mem, line, &was));
	for (size_t i = 0; i < signature; i++) {
		text[i] ^= 1;
		if (xie_eventlog_read(&mem, line, &e) == XIE_OK)
			fail_msg("character %zu", i);
		text[i] ^= 1;
		xie_arena_rewind(&mem, mark);
	}
	for (size_t n = 0; n < line.n; n++) {
		check_true(xie_eventlog_read(&mem, (xie_str){ line.p, n }, &e) != XIE_OK);
		xie_arena_rewind(&mem, mark);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read_back_as_they_were_written),
		cmocka_unit_test(a_changed_character_is_found_whichever_it_is),
	};
	return cmocka_run_group_tests_name("eventlog", tests, NULL, NULL);
}
