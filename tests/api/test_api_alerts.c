/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <unistd.h>

#include "house.h"

static struct house h;

static int begin(void **state)
{
	(void)state;
	house_init(&h);
	house_user(&h, "north.duty", "duty", "north");
	house_start(&h);
	return 0;
}

static int end(void **state)
{
	(void)state;
	house_done(&h);
	return 0;
}

static char path[256];
static const char *acts_of(const char *id)
{
	(void)snprintf(path, sizeof path, "/api/alerts/%s/acts", id);
	return path;
}
static const char *one(const char *id)
{
	(void)snprintf(path, sizeof path, "/api/alerts/%s", id);
	return path;
}

static void shows_an_alert_with_its_arithmetic(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "duty");
	const char *id = house_alert(&h, "root", 2);
	check_int(client_ask(&c, "GET", one(id), NULL), 200);
	expect_json(&c, "alert.id", id);
	expect_json(&c, "alert.state", "new");
	expect_json(&c, "alert.version", "0");
	expect_json(&c, "alert.title", "桥区超速 12.4 kn，限 8.0，桥区");
	expect_json(&c, "alert.title_en", "Speeding at the bridge 12.4 kn, limit 8.0, Bridge area");
	expect_json(&c, "alert.rule.name", "桥区超速");
	expect_json(&c, "alert.target.key", "vessel.413790216");
	expect_json(&c, "alert.target.name", "YUE FO 1");
	expect_json(&c, "alert.zone.id", "bridge");
	expect_json(&c, "alert.peak_dmph", "229648");
	expect_json(&c, "alert.limit_dmph", "148160");
	expect_json(&c, "alert.lat", "22.9166667");
	expect_json(&c, "alert.already_inside", "true");
	expect_json(&c, "alert.close", "");
	expect_json(&c, "condition", "sog > zone.limit");
	expect_json(&c, "basis.1", "内河条例 81");
	expect_json(&c, "arithmetic.columns.0.key", "at");
	expect_json(&c, "frames", "2");
	expect_json(&c, "frames.0.text", "!AIVDM,1,1,,A,x");
	expect_json(&c, "acts.0.act", "open");
	expect_json(&c, "next.0.act", "acknowledge");
	expect_json(&c, "next.0.ok", "true");
	expect_json(&c, "next.4.act", "lead");
	expect_json(&c, "next.4.ok", "false");
	expect_json(&c, "next.4.unmet.0.code", "fact:verified");
	check_int(client_ask(&c, "GET", "/api/alerts/none", NULL), 404);
	client_done(&c);
	house_login(&h, &c, "leader"); /* may read, and sees why he may not act */
	check_int(client_ask(&c, "GET", one(id), NULL), 200);
	expect_json(&c, "next.0.ok", "false");
	expect_json(&c, "next.0.unmet.0.kind", "person");
	client_done(&c);
}

static void goes_from_new_to_lead_with_its_acts(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "duty");
	const char *id = house_alert(&h, "root", 1);
	check_int(client_act(&c, "POST", acts_of(id), "{\"act\":\"acknowledge\",\"version\":0}"), 200);
	expect_json(&c, "state", "acknowledged");
	expect_json(&c, "version", "1");
	expect_json(&c, "handler.name", "duty");
	check_int(client_act(&c, "POST", acts_of(id), "{\"act\":\"lead\",\"version\":1}"), 422);
	expect_json(&c, "code", "not_allowed_now");
	expect_json(&c, "unmet.0.code", "fact:verified");
	check_int(client_act(&c, "POST", acts_of(id), "{\"act\":\"verify\",\"version\":1,\"verdict\":true}"), 200);
	check_int(client_act(&c, "POST", acts_of(id), "{\"act\":\"note\",\"version\":2,\"text\":\"16 频道已呼叫\"}"),
	          200);
	expect_json(&c, "state", "verified");
	check_int(client_act(&c, "POST", acts_of(id), "{\"act\":\"lead\",\"version\":3}"), 200);
	expect_json(&c, "state", "lead");
	check_str(xie_str_of(house_last_audit(&h)), "act");
	check_int(client_ask(&c, "GET", one(id), NULL), 200);
	expect_json(&c, "acts", "5");
	expect_json(&c, "acts.1.act", "acknowledge");
	expect_json(&c, "acts.1.by.name", "duty");
	expect_json(&c, "acts.2.verdict", "true");
	expect_json(&c, "acts.3.text", "16 频道已呼叫");
	client_done(&c);
}

static void two_desks_do_not_overwrite_each_other(void **state)
{
	(void)state;
	struct client a, b;
	house_login(&h, &a, "duty");
	house_login(&h, &b, "officer");
	const char *id = house_alert(&h, "root", 1);
	check_int(client_act(&a, "POST", acts_of(id), "{\"act\":\"acknowledge\",\"version\":0}"), 200);
	check_int(client_act(&b, "POST", acts_of(id), "{\"act\":\"verify\",\"version\":0,\"verdict\":true}"), 409);
	expect_json(&b, "code", "conflict");
	expect_json(&b, "current.version", "1");
	expect_json(&b, "current.state", "acknowledged");
	client_done(&a);
	client_done(&b);
}

static void the_same_key_acts_once(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "duty");
	const char *id = house_alert(&h, "root", 3);
	const char *body = "{\"act\":\"acknowledge\",\"version\":0}";
	c.extra = "Idempotency-Key: the-form-was-opened-once\r\n";
	check_int(client_ask(&c, "POST", acts_of(id), body), 200);
	size_t n = c.body_n;
	char *first = strdup(c.body);
	c.extra = "Idempotency-Key: the-form-was-opened-once\r\n";
	check_int(client_ask(&c, "POST", acts_of(id), body), 200);
	check_int(c.body_n, n);
	check_str(xie_str_of(c.body), first);
	free(first);
	c.extra = "Idempotency-Key: the-form-was-opened-once\r\n";
	check_int(client_ask(&c, "POST", acts_of(id), "{\"act\":\"acknowledge\",\"version\":1}"), 409);
	expect_json(&c, "code", "key_reused");
	check_int(client_ask(&c, "GET", one(id), NULL), 200);
	expect_json(&c, "alert.version", "1");
	client_done(&c);
}

static void what_was_done_in_haste_is_taken_back(void **state)
{
	(void)state;
	struct client c, d;
	house_login(&h, &c, "duty");
	house_login(&h, &d, "officer");
	const char *id = house_alert(&h, "root", 2);
	check_int(client_act(&c, "POST", acts_of(id), "{\"act\":\"verify\",\"version\":0,\"verdict\":false}"), 422);
	expect_json(&c, "unmet.0.code", "fact:reason");
	check_int(client_act(&c, "POST", acts_of(id),
	                     "{\"act\":\"verify\",\"version\":0,\"verdict\":false,\"reason\":\"source_fault\"}"),
	          200);
	expect_json(&c, "state", "dismissed");
	expect_json(&c, "reason", "source_fault");
	check_int(client_act(&d, "POST", acts_of(id), "{\"act\":\"take_back\",\"version\":1}"), 422);
	expect_json(&d, "unmet.0.code", "person:same");
	check_int(client_act(&c, "POST", acts_of(id), "{\"act\":\"take_back\",\"version\":1}"), 200);
	expect_json(&c, "state", "new");
	client_done(&c);
	client_done(&d);
}

static void a_snooze_ends_and_the_alert_is_back(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "duty");
	char id[40];
	(void)snprintf(id, sizeof id, "%s", house_alert(&h, "root", 1));
	check_int(client_act(&c, "POST", acts_of(id), "{\"act\":\"snooze\",\"version\":0,\"snooze_min\":15}"), 200);
	expect_json(&c, "state", "snoozed");
	check_true(json_at(&c, "snooze_to")[0] != '\0');
	check_int(client_ask(&c, "GET", "/api/alerts?state=snoozed", NULL), 200);
	expect_json(&c, "total", "1");
	h.shift += 15 * 60000 + 1000;
	check_int(client_ask(&c, "GET", one(id), NULL), 200);
	expect_json(&c, "alert.state", "new");                                           /* at once, whoever looks */
	for (int i = 0; i < 60 && strcmp(json_at(&c, "alert.version"), "2") != 0; i++) { /* and soon in the record */
		(void)usleep(100000);
		check_int(client_ask(&c, "GET", one(id), NULL), 200);
	}
	expect_json(&c, "alert.version", "2");
	check_int(client_ask(&c, "GET", "/api/alerts?state=snoozed", NULL), 200);
	expect_json(&c, "total", "0");
	client_done(&c);
}

static void the_queue_has_its_order_filters_and_pages(void **state)
{
	(void)state;
	struct client c;
	char cursor[96], query[160];
	house_login(&h, &c, "duty");
	for (int i = 0; i < 25; i++)
		(void)house_alert(&h, "root", 4);
	check_int(client_ask(&c, "GET", "/api/alerts?level=4&limit=10", NULL), 200);
	expect_json(&c, "total", "25");
	expect_json(&c, "items", "10");
	unsigned n = 10, pages = 1;
	while (json_at(&c, "next")[0] != '\0' && pages < 10) {
		(void)snprintf(cursor, sizeof cursor, "%s", json_at(&c, "next"));
		(void)snprintf(query, sizeof query, "/api/alerts?level=4&limit=10&cursor=%s", cursor);
		check_int(client_ask(&c, "GET", query, NULL), 200);
		n += (unsigned)strtoul(json_at(&c, "items"), NULL, 10);
		pages++;
	}
	check_int(n, 25);
	check_int(pages, 3);
	check_int(client_ask(&c, "GET", "/api/alerts?target=vessel.413790216&rule=bridge_speed&limit=1", NULL), 200);
	expect_json(&c, "items", "1");
	check_int(client_ask(&c, "GET", "/api/alerts?target=vessel.413790217", NULL), 200);
	expect_json(&c, "items", "0");
	check_int(client_ask(&c, "GET", "/api/alerts?level=5", NULL), 400);
	expect_json(&c, "field", "level");
	check_int(client_ask(&c, "GET", "/api/alerts?state=odd", NULL), 400);
	check_int(client_ask(&c, "GET", "/api/alerts?limit=501", NULL), 400);
	check_int(client_ask(&c, "GET", "/api/alerts?from=yesterday", NULL), 400);
	check_int(client_ask(&c, "GET", "/api/alerts?typo=1", NULL), 400);
	expect_json(&c, "field", "typo");
	client_done(&c);
}

static void what_is_not_mine_does_not_exist(void **state)
{
	(void)state;
	struct client c;
	char south[40], north[40];
	house_login(&h, &c, "north.duty");
	(void)snprintf(south, sizeof south, "%s", house_alert(&h, "south", 1));
	(void)snprintf(north, sizeof north, "%s", house_alert(&h, "north", 1));
	check_int(client_ask(&c, "GET", one(south), NULL), 404);
	check_int(client_ask(&c, "GET", one(north), NULL), 200);
	check_int(client_act(&c, "POST", acts_of(south), "{\"act\":\"acknowledge\",\"version\":0}"), 404);
	check_int(client_ask(&c, "GET", "/api/alerts", NULL), 200);
	expect_json(&c, "total", "1");
	client_done(&c);
}

static void refuses_acts_that_say_nothing(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "duty");
	const char *id = house_alert(&h, "root", 1);
	const struct {
		const char *body, *field;
	} bad[] = {
		{ "{}", "act" },
		{ "{\"act\":\"explode\",\"version\":0}", "act" },
		{ "{\"act\":\"note\"}", "version" },
		{ "{\"act\":\"note\",\"version\":-1}", "version" },
		{ "{\"act\":\"note\",\"version\":0.5}", "version" },
		{ "{\"act\":\"verify\",\"version\":0,\"verdict\":1}", "verdict" },
		{ "{\"act\":\"snooze\",\"version\":0,\"snooze_min\":20}", "snooze_min" },
		{ "{\"act\":\"acknowledge\",\"version\":0,\"by\":\"leader\"}", "by" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		check_int(client_act(&c, "POST", acts_of(id), bad[i].body), 400);
		expect_json(&c, "field", bad[i].field);
	}
	check_int(client_ask(&c, "GET", one(id), NULL), 200);
	expect_json(&c, "alert.version", "0");
	client_done(&c);
}

static void a_failing_store_changes_nothing_and_says_so(void **state)
{
	(void)state;
	struct client c;
	if (!house_fail(&h, 0))
		skip();
	house_login(&h, &c, "duty");
	char id[40];
	(void)snprintf(id, sizeof id, "%s", house_alert(&h, "root", 1));
	for (unsigned nth = 1; nth <= 4; nth++) {
		(void)house_fail(&h, nth);
		int status = client_act(&c, "POST", acts_of(id), "{\"act\":\"acknowledge\",\"version\":0}");
		(void)house_fail(&h, 0);
		if (status == 200)
			break;
		check_int(status, 500);
		check_int(client_ask(&c, "GET", one(id), NULL), 200);
		expect_json(&c, "alert.version", "0");
	}
	client_done(&c);
}

static void counts_what_happened(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "unit_head");
	check_int(client_ask(&c, "GET", "/api/stats", NULL), 200);
	expect_json(&c, "rules.0.rule.id", "bridge_speed");
	check_true(strtoul(json_at(&c, "rules.0.count"), NULL, 10) > 30);
	check_true(strtoul(json_at(&c, "rules.0.true"), NULL, 10) >= 1);
	expect_json(&c, "days.0.level", "1");
	char query[160];
	char day[11];
	(void)snprintf(day, sizeof day, "%s", json_at(&c, "from"));
	(void)snprintf(query, sizeof query, "/api/timeline?from=%sT00:00:00Z&to=%sT23:59:59Z", day, day);
	check_int(client_ask(&c, "GET", query, NULL), 200);
	check_int(client_ask(&c, "GET", "/api/timeline", NULL), 400);
	check_int(client_ask(&c, "GET", "/api/search?q=YUE%20FO&limit=3", NULL), 200);
	expect_json(&c, "items", "3");
	expect_json(&c, "items.0.kind", "alert");
	check_int(client_ask(&c, "GET", "/api/search?q=%E6%A1%A5", NULL), 200);
	expect_json(&c, "items.0.kind", "zone");
	check_int(client_ask(&c, "GET", "/api/search?q=", NULL), 400);
	client_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_an_alert_with_its_arithmetic),
		cmocka_unit_test(goes_from_new_to_lead_with_its_acts),
		cmocka_unit_test(two_desks_do_not_overwrite_each_other),
		cmocka_unit_test(the_same_key_acts_once),
		cmocka_unit_test(what_was_done_in_haste_is_taken_back),
		cmocka_unit_test(a_snooze_ends_and_the_alert_is_back),
		cmocka_unit_test(the_queue_has_its_order_filters_and_pages),
		cmocka_unit_test(what_is_not_mine_does_not_exist),
		cmocka_unit_test(refuses_acts_that_say_nothing),
		cmocka_unit_test(a_failing_store_changes_nothing_and_says_so),
		cmocka_unit_test(counts_what_happened),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
