/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/web/password.h"

#define CHEAP ((struct xie_password_cost){ 1, 64, 1 })

static void a_password_is_known_by_its_hash(void **state)
{
	(void)state;
	char text[XIE_PASSWORD_TEXT], again[XIE_PASSWORD_TEXT];
	check_ok(xie_password_hash(XIE_STR("correct horse battery"), CHEAP, text));
	check_true(xie_str_starts(xie_str_of(text), "$argon2id$v=19$m=64,t=1,p=1$"));
	check_true(xie_password_verify(XIE_STR("correct horse battery"), text));
	check_true(!xie_password_verify(XIE_STR("correct horse batterx"), text));
	check_true(!xie_password_verify(XIE_STR(""), text));
	check_ok(xie_password_hash(XIE_STR("correct horse battery"), CHEAP, again));
	check_true(strcmp(text, again) != 0); /* a salt of its own */
	check_true(xie_password_is_weak(text, XIE_PASSWORD_COST));
	check_true(!xie_password_is_weak(text, CHEAP));
	check_true(xie_password_is_weak("", CHEAP));
	check_true(!xie_password_verify(XIE_STR("x"), NULL));
	check_true(!xie_password_verify(XIE_STR("x"), "not a hash"));
}

static void easy_passwords_are_refused_with_a_reason(void **state)
{
	(void)state;
	const struct {
		const char *text;
		bool good;
	} cases[] = {
		{ "Ab3456789", false },
		{ "abcdefghij", false },
		{ "Abcdefghi1", true },
		{ "abcdefghijklmnop", true },
		{ "aaaaaaaaaaaaaaaaaaaa", false },
		{ "my-zhangsan-1X", false },
		{ "我们的口令有十个字1", false },
		{ "我们的口令很长很长很长很长很长呢", true },
		{ "Zhang3Li4!Wang5", true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct xie_err err = { .st = XIE_OK };
		xie_status st = xie_password_policy(xie_str_of(cases[i].text), XIE_STR("zhangsan"), &err);
		if ((st == XIE_OK) != cases[i].good)
			fail_msg("%s: %s", cases[i].text, xie_status_code(st));
		check_true(st == XIE_OK || err.what[0] != '\0');
	}
}

static void closes_after_so_many_tries_and_opens_again(void **state)
{
	(void)state;
	struct xie_throttle *t;
	check_ok(xie_throttle_new(100, (struct xie_throttle_rule){ 3, 1000 }, &t));
	xie_str a = XIE_STR("a"), b = XIE_STR("b");
	check_true(!xie_throttle_count(t, a, 10));
	check_true(!xie_throttle_count(t, a, 20));
	check_int(xie_throttle_wait(t, a, 30), 0);
	check_true(xie_throttle_count(t, a, 40));
	check_int(xie_throttle_wait(t, a, 40), 1000);
	check_int(xie_throttle_wait(t, a, 1039), 1);
	check_int(xie_throttle_wait(t, b, 50), 0);
	check_int(xie_throttle_wait(t, a, 1040), 0);
	check_true(!xie_throttle_count(t, a, 1040)); /* begins anew */
	for (int i = 0; i < 3; i++)
		(void)xie_throttle_count(t, b, 60);
	xie_throttle_forgive(t, b);
	check_int(xie_throttle_wait(t, b, 61), 0);
	/* Tries further apart than the window do not add up. */
	for (int i = 0; i < 10; i++)
		check_true(!xie_throttle_count(t, XIE_STR("c"), 10000 + i * 1001));
	xie_throttle_free(t);
}

static void a_flood_of_names_does_not_open_a_closed_one(void **state)
{
	(void)state;
	struct xie_throttle *t;
	check_ok(xie_throttle_new(1024, (struct xie_throttle_rule){ 3, 1000000 }, &t));
	for (int i = 0; i < 3; i++)
		(void)xie_throttle_count(t, XIE_STR("victim"), 100);
	for (int i = 0; i < 1000; i++) {
		char name[16];
		(void)snprintf(name, sizeof name, "n%d", i);
		(void)xie_throttle_count(t, xie_str_of(name), 50);
	}
	check_true(xie_throttle_wait(t, XIE_STR("victim"), 200) > 0);
	xie_throttle_free(t);
}

static void a_bucket_lets_its_rate_through(void **state)
{
	(void)state;
	struct xie_bucket *b;
	check_ok(xie_bucket_new(100, 10, 5, &b));
	unsigned through = 0;
	for (xie_ms now = 1000; now < 11000; now++)
		through += xie_bucket_take(b, XIE_STR("a"), now) == 0;
	check_true(through >= 104 && through <= 105); /* the burst, then 10 a second for 10 seconds */
	(void)xie_bucket_take(b, XIE_STR("a"), 11000);
	check_true(xie_bucket_take(b, XIE_STR("a"), 11000) > 0);
	check_int(xie_bucket_take(b, XIE_STR("b"), 11000), 0);
	xie_bucket_free(b);
}

static void compares_secrets_whole(void **state)
{
	(void)state;
	uint8_t a[32], b[32];
	check_ok(xie_random(a, sizeof a));
	check_ok(xie_random(b, sizeof b));
	check_true(!xie_same_secret(a, b, sizeof a));
	memcpy(b, a, sizeof a);
	check_true(xie_same_secret(a, b, sizeof a));
	b[31] ^= 1;
	check_true(!xie_same_secret(a, b, sizeof a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_is_known_by_its_hash),
		cmocka_unit_test(easy_passwords_are_refused_with_a_reason),
		cmocka_unit_test(closes_after_so_many_tries_and_opens_again),
		cmocka_unit_test(a_flood_of_names_does_not_open_a_closed_one),
		cmocka_unit_test(a_bucket_lets_its_rate_through),
		cmocka_unit_test(compares_secrets_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
