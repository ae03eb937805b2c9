/* SPDX-License-Identifier: Apache-2.0 */
/* Trees and moments of a case's clocks; the file itself is tested where it is served (tests/api/test_api_cases.c). */
#include "check.h"

#include "xie/cases/tree.h"
#include "xie/cases/view.h"

static uint8_t room[1 << 20];

static const struct xie_val *read(xie_arena *mem, const char *text)
{
	const struct xie_val *v = NULL;
	check_ok(xie_json_read(mem, xie_str_of(text), (struct xie_val_limits){ .depth = 16 }, &v, NULL));
	return v;
}

static void merged(const char *base, const char *over, const char *want)
{
	xie_arena mem = xie_arena_of(room, sizeof room);
	char out[512];
	xie_wr w = xie_wr_of(out, sizeof out - 1);
	const struct xie_val *v = xie_tree_merge(&mem, base != NULL ? read(&mem, base) : NULL, over != NULL ? read(&mem, over) : NULL);
	check_true(v != NULL);
	xie_val_write(v, &w);
	out[w.n] = '\0';
	assert_string_equal(out, want);
}

static void members_are_replaced_added_and_left_out(void **state)
{
	(void)state;
	merged("{\"a\":1,\"b\":{\"c\":2}}", "{\"b\":3,\"d\":[4]}", "{\"a\":1,\"b\":3,\"d\":[4]}");
	merged("{\"a\":1,\"b\":2}", "{\"a\":null,\"z\":null}", "{\"b\":2}");
	merged(NULL, "{\"a\":1}", "{\"a\":1}");
	merged("{\"a\":1}", NULL, "{\"a\":1}");
	merged(NULL, NULL, "{}");
}

static void a_full_arena_gives_nothing(void **state)
{
	(void)state;
	xie_arena mem = xie_arena_of(room, sizeof room), small = xie_arena_of(room + (1 << 19), 200);
	const struct xie_val *v = read(&mem, "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}");
	check_true(xie_tree_merge(&small, v, NULL) == NULL);
	check_true(xie_tree_texts(&small, (xie_str[]){ XIE_STR("x"), XIE_STR("y"), XIE_STR("z") }, 3) == NULL);
}

static void a_clock_comes_nearer(void **state)
{
	(void)state;
	check_int(xie_case_clock_now(100, 200, 300, true, 99), XIE_CC_RUNNING);
	check_int(xie_case_clock_now(100, 200, 300, true, 100), XIE_CC_NEAR);
	check_int(xie_case_clock_now(100, 200, 300, true, 200), XIE_CC_DUE);
	check_int(xie_case_clock_now(100, 200, 300, true, 300), XIE_CC_DUE);
	check_int(xie_case_clock_now(100, 200, 300, true, 301), XIE_CC_OVERDUE);
	/* What limits the citizen and has run out is done, not late. */
	check_int(xie_case_clock_now(100, 200, 300, false, 301), XIE_CC_DONE);
}

static void roles_and_kinds_have_their_words(void **state)
{
	(void)state;
	assert_string_equal(xie_case_role_code(XIE_STR("LEGAL_REVIEWER")), "reviewer");
	assert_string_equal(xie_case_law_role(XIE_STR("hearing_host")), "HEARING_HOST");
	check_true(xie_case_role_code(XIE_STR("BANK")) == NULL && xie_case_law_role(XIE_STR("sysadmin")) == NULL);
	assert_string_equal(xie_case_unmet_kind(XIE_STR("doc:D11")), "document");
	assert_string_equal(xie_case_unmet_kind(XIE_STR("clock:DEFENCE_WIN")), "clock");
	assert_string_equal(xie_case_unmet_kind(XIE_STR("cert:o1")), "person");
	assert_string_equal(xie_case_unmet_kind(XIE_STR("amount:fine_fen")), "fact");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_replaced_added_and_left_out),
		cmocka_unit_test(a_full_arena_gives_nothing),
		cmocka_unit_test(a_clock_comes_nearer),
		cmocka_unit_test(roles_and_kinds_have_their_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
