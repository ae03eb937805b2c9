/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "xie/port/archive.h"
#include "xie/port/id.h"
#include "xie/port/journal.h"
#include "xie/port/signer.h"
#include "xie/port/store.h"

static xie_ms fake_now;
static uint8_t fake_byte;
static xie_status fake_fails;

static xie_ms now(void *self)
{
	(void)self;
	return fake_now;
}
static xie_status bytes(void *self, void *p, size_t n)
{
	(void)self;
	memset(p, fake_byte, n);
	return fake_fails;
}

static struct xie_id_gen gen(void)
{
	fake_fails = XIE_OK;
	return (struct xie_id_gen){ .clock = { .wall = now, .mono = now }, .random = { .fill = bytes } };
}

static void ids_are_ulids(void **state)
{
	(void)state;
	struct xie_id_gen g = gen();
	char id[XIE_ID_TEXT];
	/* The published example: 01ARYZ6S41 is 1469918176385 ms. */
	fake_now = INT64_C(1469918176385);
	fake_byte = 0;
	check_ok(xie_id_gen_next(&g, id));
	check_str(xie_str_of(id), "01ARYZ6S410000000000000000");
	check_ok(xie_id_gen_next(&g, id));
	check_str(xie_str_of(id), "01ARYZ6S410000000000000001");
	fake_now += 1;
	fake_byte = 0xff;
	check_ok(xie_id_gen_next(&g, id));
	check_str(xie_str_of(id), "01ARYZ6S42ZZZZZZZZZZZZZZZZ");
}

static void ids_grow_while_the_clock_stands_back(void **state)
{
	(void)state;
	struct xie_id_gen g = gen();
	char a[XIE_ID_TEXT], b[XIE_ID_TEXT];
	fake_now = 1000;
	fake_byte = 0x10;
	check_ok(xie_id_gen_next(&g, a));
	fake_now = 500;
	fake_byte = 0;
	check_ok(xie_id_gen_next(&g, b));
	check_true(strcmp(a, b) < 0);
}

static void ids_end_rather_than_repeat(void **state)
{
	(void)state;
	struct xie_id_gen g = gen();
	char id[XIE_ID_TEXT];
	fake_now = 1000;
	fake_byte = 0xff;
	check_ok(xie_id_gen_next(&g, id));
	check_st(xie_id_gen_next(&g, id), XIE_LIMIT);
}

static void no_id_without_randomness(void **state)
{
	(void)state;
	struct xie_id_gen g = gen();
	char id[XIE_ID_TEXT] = "untouched";
	fake_now = 1000;
	fake_fails = XIE_UNAVAILABLE;
	check_st(xie_id_gen_next(&g, id), XIE_UNAVAILABLE);
	check_str(xie_str_of(id), "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_ulids),
		cmocka_unit_test(ids_grow_while_the_clock_stands_back),
		cmocka_unit_test(ids_end_rather_than_repeat),
		cmocka_unit_test(no_id_without_randomness),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
