/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "house.h"

static struct house h;

static int begin(void **state)
{
	(void)state;
	house_init(&h);
	house_start(&h);
	return 0;
}

static int end(void **state)
{
	(void)state;
	house_done(&h);
	return 0;
}

static void logs_in_and_out(void **state)
{
	(void)state;
	struct client c, d;
	char value[512];
	client_init(&c, h.port);
	check_int(client_ask(&c, "GET", "/api/session", NULL), 401);
	expect_json(&c, "code", "not_logged_in");
	check_int(client_login(&c, "duty", HOUSE_PASSWORD), 200);
	expect_json(&c, "login", "duty");
	expect_json(&c, "roles.0", "duty");
	expect_json(&c, "org.id", "root");
	expect_json(&c, "must_change_password", "false");
	check_true(client_header(&c, "Set-Cookie", value, sizeof value));
	check_true(strstr(value, "HttpOnly") != NULL && strstr(value, "SameSite=Strict") != NULL &&
	           strstr(value, "Path=/") != NULL);
	check_int(strlen(c.cookie), 64);
	check_int(client_ask(&c, "GET", "/api/session", NULL), 200);
	expect_json(&c, "csrf", c.csrf);
	/* The cookie alone is the session, and it is dead everywhere once logged out. */
	client_init(&d, h.port);
	memcpy(d.cookie, c.cookie, sizeof d.cookie);
	check_int(client_ask(&d, "GET", "/api/session", NULL), 200);
	check_int(client_ask(&c, "DELETE", "/api/session", NULL), 204);
	check_true(client_header(&c, "Set-Cookie", value, sizeof value) && strstr(value, "Max-Age=0") != NULL);
	check_int(client_ask(&c, "GET", "/api/session", NULL), 401);
	check_int(client_ask(&d, "GET", "/api/session", NULL), 401);
	client_done(&c);
	client_done(&d);
}

static void speaks_both_languages(void **state)
{
	(void)state;
	struct client c;
	client_init(&c, h.port);
	check_int(client_ask(&c, "GET", "/api/session", NULL), 401);
	expect_json(&c, "message", "请先登录，草稿还在。");
	c.language = "en-GB,en;q=0.9";
	check_int(client_ask(&c, "GET", "/api/session", NULL), 401);
	expect_json(&c, "message", "Please log in; drafts are kept.");
	client_done(&c);
}

static void wrong_passwords_pause_the_account(void **state)
{
	(void)state;
	struct client c;
	client_init(&c, h.port);
	check_int(client_login(&c, "nobody-at-all", "x"), 401);
	expect_json(&c, "code", "bad_login");
	for (int i = 0; i < 5; i++) {
		check_int(client_login(&c, "leader", "wrong"), 401);
		expect_json(&c, "code", "bad_login");
	}
	check_int(client_login(&c, "leader", HOUSE_PASSWORD), 429); /* also with the right one */
	expect_json(&c, "code", "locked");
	check_true(strcmp(json_at(&c, "retry_after_s"), "") != 0);
	check_str(xie_str_of(house_last_audit(&h)), "login_locked");
	check_int(client_login(&c, "officer", HOUSE_PASSWORD), 200); /* others are not touched */
	h.shift += 15 * 60000 + 1000;
	check_int(client_login(&c, "leader", HOUSE_PASSWORD), 200);
	client_done(&c);
}

static void an_unknown_account_is_paused_like_a_known_one(void **state)
{
	(void)state;
	struct client c;
	client_init(&c, h.port);
	for (int i = 0; i < 5; i++)
		check_int(client_login(&c, "no-such-person", "wrong"), 401);
	check_int(client_login(&c, "no-such-person", "wrong"), 429);
	client_done(&c);
}

static void acts_need_the_token_of_the_page(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "reviewer");
	char good[128];
	memcpy(good, c.csrf, sizeof good);
	c.csrf[0] = '\0';
	check_int(client_ask(&c, "DELETE", "/api/session", NULL), 403);
	expect_json(&c, "code", "csrf");
	memcpy(c.csrf, good, sizeof good);
	c.csrf[0] = c.csrf[0] == 'a' ? 'b' : 'a';
	check_int(client_ask(&c, "DELETE", "/api/session", NULL), 403);
	memcpy(c.csrf, good, sizeof good);
	c.extra = "Sec-Fetch-Site: cross-site\r\n";
	check_int(client_ask(&c, "DELETE", "/api/session", NULL), 403);
	check_int(client_ask(&c, "DELETE", "/api/session", NULL), 204);
	/* Log-in has no token yet; another site's page is refused all the same. */
	c.cookie[0] = c.csrf[0] = '\0';
	c.extra = "Sec-Fetch-Site: cross-site\r\n";
	check_int(client_ask(&c, "POST", "/api/session", "{\"login\":\"duty\",\"password\":\"" HOUSE_PASSWORD "\"}"),
	          403);
	client_done(&c);
}

static void sessions_end_by_idleness_and_by_age(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "duty");
	h.shift += 59 * 60000;
	check_int(client_ask(&c, "GET", "/api/session", NULL), 200); /* which counts as use */
	h.shift += 59 * 60000;
	check_int(client_ask(&c, "GET", "/api/session", NULL), 200);
	h.shift += 61 * 60000;
	check_int(client_ask(&c, "GET", "/api/session", NULL), 401);
	check_int(client_login(&c, "duty", HOUSE_PASSWORD), 200);
	for (int i = 0; i < 11; i++) {
		h.shift += 59 * 60000;
		check_int(client_ask(&c, "GET", "/api/session", NULL), 200);
	}
	h.shift += 75 * 60000 / 2; /* busy all the time, and yet twelve hours are over */
	h.shift += 59 * 60000;
	check_int(client_ask(&c, "GET", "/api/session", NULL), 401);
	client_done(&c);
}

static void sessions_outlive_a_restart(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "duty");
	house_stop(&h);
	client_close(&c);
	house_start(&h);
	c.port = h.port;
	check_int(client_ask(&c, "GET", "/api/session", NULL), 200);
	expect_json(&c, "csrf", c.csrf); /* and the page's token with them */
	struct stream s;
	stream_open(&s, &c, "/api/events", NULL);
	check_int(s.status, 200);
	stream_close(&s);
	client_done(&c);
}

static void changes_a_password_and_ends_the_other_sessions(void **state)
{
	(void)state;
	struct client c, d;
	house_user(&h, "zhang.san", "officer", "root");
	house_login(&h, &c, "zhang.san");
	house_login(&h, &d, "zhang.san");
	check_int(client_ask(&c, "PUT", "/api/session/password", "{\"old\":\"wrong\",\"new\":\"A-new-password-2\"}"),
	          401);
	check_int(client_ask(&c, "PUT", "/api/session/password", "{\"old\":\"" HOUSE_PASSWORD "\",\"new\":\"short\"}"),
	          400);
	expect_json(&c, "field", "new");
	check_int(client_ask(&c, "PUT", "/api/session/password",
	                     "{\"old\":\"" HOUSE_PASSWORD "\",\"new\":\"" HOUSE_PASSWORD "\"}"),
	          400);
	check_int(client_ask(&c, "PUT", "/api/session/password",
	                     "{\"old\":\"" HOUSE_PASSWORD "\",\"new\":\"A-new-password-2\"}"),
	          204);
	check_int(client_ask(&c, "GET", "/api/session", NULL), 200);
	check_int(client_ask(&d, "GET", "/api/session", NULL), 401);
	check_int(client_login(&d, "zhang.san", HOUSE_PASSWORD), 401);
	check_int(client_login(&d, "zhang.san", "A-new-password-2"), 200);
	client_done(&c);
	client_done(&d);
}

static void a_user_has_so_many_sessions_and_no_more(void **state)
{
	(void)state;
	struct client c[12];
	for (int i = 0; i < 12; i++)
		house_login(&h, &c[i], "archivist");
	unsigned alive = 0;
	for (int i = 0; i < 12; i++)
		alive += client_ask(&c[i], "GET", "/api/session", NULL) == 200;
	check_int(alive, 10);
	check_int(client_ask(&c[11], "GET", "/api/session", NULL), 200); /* the newest stay */
	for (int i = 0; i < 12; i++)
		client_done(&c[i]);
}

static void refuses_bodies_that_are_no_log_in(void **state)
{
	(void)state;
	struct client c;
	client_init(&c, h.port);
	const struct {
		const char *body;
		const char *code;
	} bad[] = {
		{ "", "bad_request" },
		{ "{", "bad_request" },
		{ "[]", "bad_request" },
		{ "{}", "bad_field" },
		{ "{\"login\":\"duty\"}", "bad_field" },
		{ "{\"login\":1,\"password\":\"x\"}", "bad_field" },
		{ "{\"login\":\"duty\",\"login\":\"x\",\"password\":\"x\"}", "bad_request" },
		{ "{\"login\":\"duty\",\"password\":\"x\",\"more\":1}", "bad_field" },
		{ "{\"login\":\"\\u0000\",\"password\":\"x\"}", "bad_field" },
		{ "{\"login\":\"duty\",\"password\":\"\xff\"}", "bad_request" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		check_int(client_ask(&c, "POST", "/api/session", bad[i].body), 400);
		expect_json(&c, "code", bad[i].code);
	}
	client_done(&c);
}

static void a_store_that_fails_lets_nobody_in(void **state)
{
	(void)state;
	struct client c;
	if (!house_fail(&h, 0))
		skip();
	client_init(&c, h.port);
	for (unsigned nth = 1; nth <= 8; nth++) {
		(void)house_fail(&h, nth);
		int status = client_login(&c, "supervisor", HOUSE_PASSWORD);
		(void)house_fail(&h, 0);
		if (status == 200)
			continue; /* the clockwork's own call was the one that failed */
		check_int(status, 500);
		expect_json(&c, "code", "internal");
		check_int(strlen(json_at(&c, "ref")), 8);
		c.cookie[0] = '\0';
		check_int(client_ask(&c, "GET", "/api/session", NULL), 401);
	}
	check_int(client_login(&c, "supervisor", HOUSE_PASSWORD), 200);
	client_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs_in_and_out),
		cmocka_unit_test(speaks_both_languages),
		cmocka_unit_test(wrong_passwords_pause_the_account),
		cmocka_unit_test(an_unknown_account_is_paused_like_a_known_one),
		cmocka_unit_test(acts_need_the_token_of_the_page),
		cmocka_unit_test(sessions_end_by_idleness_and_by_age),
		cmocka_unit_test(sessions_outlive_a_restart),
		cmocka_unit_test(changes_a_password_and_ends_the_other_sessions),
		cmocka_unit_test(a_user_has_so_many_sessions_and_no_more),
		cmocka_unit_test(refuses_bodies_that_are_no_log_in),
		cmocka_unit_test(a_store_that_fails_lets_nobody_in),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
