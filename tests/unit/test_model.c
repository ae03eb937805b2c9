/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/model/key.h"

static void identities_compare_as_numbers(void **state)
{
	(void)state;
	struct xie_key a = xie_key_mmsi(2), b = xie_key_mmsi(413790216), p, q;
	check_true(xie_key_cmp(&a, &b) < 0);
	check_str(xie_key_text(&a), "000000002");
	check_ok(xie_key_phone(XIE_STR("013912345678"), &p));
	check_ok(xie_key_phone(XIE_STR("99"), &q));
	check_str(xie_key_text(&p), "13912345678");
	check_true(xie_key_cmp(&q, &p) < 0);
	check_true(xie_key_cmp(&b, &q) < 0); /* schemes keep apart */
	check_true(xie_key_hash(&p) != xie_key_hash(&q));
}

static void phones_are_digits_of_at_most_twenty(void **state)
{
	(void)state;
	struct xie_key k;
	check_st(xie_key_phone(XIE_STR(""), &k), XIE_MALFORMED);
	check_st(xie_key_phone(XIE_STR("12a"), &k), XIE_MALFORMED);
	check_st(xie_key_phone(XIE_STR("123456789012345678901"), &k), XIE_RANGE);
	check_ok(xie_key_phone(XIE_STR("00000000000000000000"), &k));
	check_str(xie_key_text(&k), "0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identities_compare_as_numbers),
		cmocka_unit_test(phones_are_digits_of_at_most_twenty),
	};
	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
