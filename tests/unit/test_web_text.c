/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/web/error.h"
#include "xie/web/http.h"
#include "xie/web/role.h"

static char text_buf[8192];

static xie_status parse(const char *s, struct xie_web_target *t)
{
	size_t n = strlen(s);
	memcpy(text_buf, s, n + 1);
	return xie_web_target_parse(text_buf, n, t);
}

static void takes_a_target_apart(void **state)
{
	(void)state;
	struct xie_web_target t;
	check_ok(
	    parse("/api/targets/vehicle.%E7%B2%A4EB9213.yellow/track?from=2026-03-17T13:41:18%2B08:00&q=a+b&flag", &t));
	check_int(t.n_seg, 4);
	check_str(t.seg[2], "vehicle.粤EB9213.yellow");
	check_str(xie_web_query(&t, "from"), "2026-03-17T13:41:18+08:00");
	check_str(xie_web_query(&t, "q"), "a b");
	check_str(xie_web_query(&t, "flag"), "");
	check_true(xie_web_query(&t, "absent").p == NULL);
	check_ok(parse("/", &t));
	check_int(t.n_seg, 0);
	check_ok(parse("/alerts/", &t));
	check_int(t.n_seg, 1);
	check_ok(parse("/a%2Fb?&&x=1&", &t));
	check_int(t.n_seg, 1);
	check_str(t.seg[0], "a/b");
	check_str(xie_web_query(&t, "x"), "1");
}

static void refuses_targets_that_lie(void **state)
{
	(void)state;
	struct xie_web_target t;
	const struct {
		const char *text;
		xie_status st;
	} bad[] = {
		{ "", XIE_MALFORMED },
		{ "*", XIE_MALFORMED },
		{ "http://x/", XIE_MALFORMED },
		{ "/a//b", XIE_MALFORMED },
		{ "/../etc/passwd", XIE_MALFORMED },
		{ "/%2e%2e/x", XIE_MALFORMED },
		{ "/a/./b", XIE_MALFORMED },
		{ "/a%", XIE_MALFORMED },
		{ "/a%2", XIE_MALFORMED },
		{ "/a%zz", XIE_MALFORMED },
		{ "/a%00", XIE_MALFORMED },
		{ "/a%0d%0aSet-Cookie:x", XIE_MALFORMED },
		{ "/%c0%ae%c0%ae/", XIE_MALFORMED },
		{ "/%ff", XIE_MALFORMED },
		{ "/a?x=1&x=2", XIE_DUPLICATE },
		{ "/a?%78=1&x=2", XIE_DUPLICATE },
		{ "/a?=1", XIE_MALFORMED },
		{ "/a?x=%e7%b2", XIE_MALFORMED },
		{ "/1/2/3/4/5/6/7/8/9/10/11/12/13", XIE_LIMIT },
		{ "/?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s&t&u&v&w&x&y", XIE_LIMIT },
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		xie_status st = parse(bad[i].text, &t);
		if (st != bad[i].st)
			fail_msg("%s: %s", bad[i].text, xie_status_code(st));
	}
}

static void finds_one_cookie_and_distrusts_two(void **state)
{
	(void)state;
	check_str(xie_web_cookie(XIE_STR("a=1; xie_session=abc; b=2"), "xie_session"), "abc");
	check_str(xie_web_cookie(XIE_STR("xie_session=abc"), "xie_session"), "abc");
	check_str(xie_web_cookie(XIE_STR(" xie_session=a=b "), "xie_session"), "a=b");
	check_true(xie_web_cookie(XIE_STR("xxie_session=abc"), "xie_session").p == NULL);
	check_true(xie_web_cookie(XIE_STR("xie_session"), "xie_session").p == NULL);
	check_true(xie_web_cookie((xie_str){ NULL, 0 }, "xie_session").p == NULL);
	check_str(xie_web_cookie(XIE_STR("s=1; s=1"), "s"), "1");
	check_true(xie_web_cookie(XIE_STR("s=1; s=2"), "s").p == NULL); /* which one was planted? */
}

static void reads_boxes_exactly(void **state)
{
	(void)state;
	struct xie_web_bbox b;
	check_ok(xie_web_bbox_parse(XIE_STR("113.1151,22.8923,113.2,22.95"), &b));
	check_int(b.west, 678690600);
	check_int(b.north, 137700000);
	check_true(xie_web_bbox_has(&b, 678690600, 137353800));
	check_true(!xie_web_bbox_has(&b, 678690599, 137353800));
	check_ok(xie_web_bbox_parse(XIE_STR("170, -10, -170, 10"), &b)); /* across the antimeridian */
	check_true(xie_web_bbox_has(&b, 179 * XIE_DEG, 0));
	check_true(xie_web_bbox_has(&b, -179 * XIE_DEG, 0));
	check_true(!xie_web_bbox_has(&b, 0, 0));
	const char *bad[] = { "",          "1,2,3",   "1,2,3,4,5", "1,2,3,x",  "181,0,1,1",
		              "0,-91,1,1", "0,2,1,1", "0,0,0,0,",  "nan,0,1,1" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		check_true(xie_web_bbox_parse(xie_str_of(bad[i]), &b) != XIE_OK);
}

static void compares_entity_tags_weakly(void **state)
{
	(void)state;
	xie_str tag = XIE_STR("\"3f9a\"");
	check_true(xie_web_etag_matches(XIE_STR("\"3f9a\""), tag));
	check_true(xie_web_etag_matches(XIE_STR("\"x\", W/\"3f9a\""), tag));
	check_true(xie_web_etag_matches(XIE_STR("*"), tag));
	check_true(!xie_web_etag_matches(XIE_STR("\"3f9\""), tag));
	check_true(!xie_web_etag_matches((xie_str){ NULL, 0 }, tag));
}

static void reads_what_a_client_accepts(void **state)
{
	(void)state;
	check_true(xie_web_accepts(XIE_STR("gzip, deflate, br"), "gzip"));
	check_true(xie_web_accepts(XIE_STR("br;q=1.0, GZIP;q=0.5"), "gzip"));
	check_true(!xie_web_accepts(XIE_STR("gzip;q=0"), "gzip"));
	check_true(!xie_web_accepts(XIE_STR("gzip;q=0.000"), "gzip"));
	check_true(!xie_web_accepts(XIE_STR("identity"), "gzip"));
	check_true(!xie_web_accepts((xie_str){ NULL, 0 }, "gzip"));
	check_str(xie_web_forwarded(XIE_STR("10.0.0.1, 203.0.113.9 ")), "203.0.113.9");
	check_str(xie_web_forwarded((xie_str){ NULL, 0 }), "");
	check_str(xie_str_of(xie_web_mime(XIE_STR("assets/a.JS"))), "text/javascript; charset=utf-8");
	check_str(xie_str_of(xie_web_mime(XIE_STR("x.unknown"))), "application/octet-stream");
	check_str(xie_str_of(xie_web_mime(XIE_STR(".js"))), "application/octet-stream");
}

static void reads_listen_addresses(void **state)
{
	(void)state;
	xie_str host;
	uint16_t port;
	check_ok(xie_web_listen_parse(XIE_STR("127.0.0.1:8080"), &host, &port));
	check_str(host, "127.0.0.1");
	check_int(port, 8080);
	check_ok(xie_web_listen_parse(XIE_STR("[::1]:443"), &host, &port));
	check_str(host, "::1");
	check_ok(xie_web_listen_parse(XIE_STR(":0"), &host, &port));
	check_int(host.n, 0);
	check_st(xie_web_listen_parse(XIE_STR("::1:443"), &host, &port), XIE_MALFORMED);
	check_st(xie_web_listen_parse(XIE_STR("localhost"), &host, &port), XIE_MALFORMED);
	check_st(xie_web_listen_parse(XIE_STR("x:65536"), &host, &port), XIE_RANGE);
	check_st(xie_web_listen_parse(XIE_STR("x:80a"), &host, &port), XIE_MALFORMED);
}

static void roles_are_codes_and_do_not_mix(void **state)
{
	(void)state;
	uint32_t roles;
	char text[160];
	check_ok(xie_roles_parse(XIE_STR("officer,duty"), &roles));
	check_int(roles, XIE_ROLE_BIT(DUTY) | XIE_ROLE_BIT(OFFICER));
	xie_roles_write(roles, text, sizeof text);
	check_str(xie_str_of(text), "duty,officer");
	check_ok(xie_roles_parse(XIE_STR(""), &roles));
	check_int(roles, 0);
	check_st(xie_roles_parse(XIE_STR("duty,"), &roles), XIE_UNKNOWN);
	check_st(xie_roles_parse(XIE_STR("root"), &roles), XIE_UNKNOWN);
	xie_roles_write(XIE_ROLES_ALL, text, sizeof text);
	check_ok(xie_roles_parse(xie_str_of(text), &roles));
	check_int(roles, XIE_ROLES_ALL);
	check_true(xie_roles_compatible(XIE_ROLE_BIT(OFFICER) | XIE_ROLE_BIT(UNIT_HEAD)));
	check_true(xie_roles_compatible(XIE_ROLE_BIT(SECADMIN)));
	check_true(!xie_roles_compatible(0));
	check_true(!xie_roles_compatible(XIE_ROLE_BIT(SECADMIN) | XIE_ROLE_BIT(AUDITOR)));
	check_true(!xie_roles_compatible(XIE_ROLE_BIT(SYSADMIN) | XIE_ROLE_BIT(OFFICER)));
}

static void every_error_has_its_words(void **state)
{
	(void)state;
	for (int i = 0; i < XIE_WEB_E__COUNT; i++) {
		const struct xie_web_error_text *t = &xie_web_error_texts[i];
		check_true(t->status >= 400 && t->status < 600);
		check_true(t->code != NULL && t->zh[0] != '\0' && t->en[0] != '\0');
	}
	check_int(xie_web_error_texts[XIE_WEB_E_not_logged_in].status, 401);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_a_target_apart),
		cmocka_unit_test(refuses_targets_that_lie),
		cmocka_unit_test(finds_one_cookie_and_distrusts_two),
		cmocka_unit_test(reads_boxes_exactly),
		cmocka_unit_test(compares_entity_tags_weakly),
		cmocka_unit_test(reads_what_a_client_accepts),
		cmocka_unit_test(reads_listen_addresses),
		cmocka_unit_test(roles_are_codes_and_do_not_mix),
		cmocka_unit_test(every_error_has_its_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
