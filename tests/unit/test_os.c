/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "xie/os/os.h"

static void clocks_grow(void **state)
{
	(void)state;
	struct xie_clock c = xie_os_clock();
	xie_ms m = c.mono(c.self);
	check_true(c.wall(c.self) > INT64_C(1700000000000));
	check_true(c.mono(c.self) >= m);
}

static void random_bytes_differ(void **state)
{
	(void)state;
	struct xie_random r = xie_os_random();
	uint8_t a[32] = { 0 }, b[32] = { 0 };
	check_ok(r.fill(r.self, a, sizeof a));
	check_ok(r.fill(r.self, b, sizeof b));
	check_true(memcmp(a, b, sizeof a) != 0);
}

static void ids_grow(void **state)
{
	(void)state;
	struct xie_id g = xie_os_id();
	char a[XIE_ID_TEXT], b[XIE_ID_TEXT];
	check_ok(g.next(g.self, a));
	for (int i = 0; i < 1000; i++) {
		check_ok(g.next(g.self, b));
		check_true(strcmp(a, b) < 0);
		memcpy(a, b, sizeof a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_grow),
		cmocka_unit_test(random_bytes_differ),
		cmocka_unit_test(ids_grow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
