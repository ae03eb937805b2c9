/* SPDX-License-Identifier: Apache-2.0 */
/* One case over HTTP, from the alert to the archive: officer, unit head, leader, reviewer, archivist; each is refused
 * where it is not his, with the article that says so. */
#include "check.h"

#include "house.h"

static struct house h;
static char no[32];

static int begin(void **state)
{
	(void)state;
	house_init(&h);
	house_user(&h, "officer2", "officer", "root");
	house_user(&h, "south-officer", "officer", "south");
	h.conf.idle = h.conf.absolute = INT64_C(400) * 86400000;
	house_at(&h, "2025-03-03T10:00:00");
	house_start(&h);
	return 0;
}

static int end(void **state)
{
	(void)state;
	house_done(&h);
	return 0;
}

static const char *path(const char *rest)
{
	static char p[160];
	(void)snprintf(p, sizeof p, "/api/cases/%s%s", no, rest);
	return p;
}

static int version_of(const char *login)
{
	struct client c;
	house_login(&h, &c, login);
	check_int(client_ask(&c, "GET", path(""), NULL), 200);
	int64_t v = 0;
	check_ok(xie_str_i64(xie_str_of(json_at(&c, "summary.version")), &v));
	client_done(&c);
	return (int)v;
}

/* One step by this user; the answer stays in c. */
static int step(struct client *c, const char *login, const char *event, const char *rest)
{
	char body[4096];
	int version = version_of(login);
	house_login(&h, c, login);
	(void)snprintf(body, sizeof body, "{\"event\":\"%s\",\"version\":%d%s}", event, version, rest);
	return client_act(c, "POST", path("/events"), body);
}

static void must(const char *login, const char *event, const char *rest, const char *state)
{
	struct client c;
	int status = step(&c, login, event, rest);
	if (status != 200)
		fail_msg("%s by %s: %d %s", event, login, status, c.body);
	expect_json(&c, "summary.state", state);
	expect_json(&c, "chain.ok", "true");
	client_done(&c);
}

/* Whether an item with this code is missing, and one of its articles. */
static void refused(const char *login, const char *event, const char *rest, const char *code, const char *article)
{
	struct client c;
	int status = step(&c, login, event, rest);
	if (status != 422)
		fail_msg("%s by %s: %d %s", event, login, status, c.body);
	expect_json(&c, "code", "unmet");
	char want[128];
	(void)snprintf(want, sizeof want, "\"code\":\"%s\"", code);
	if (strstr(c.body, want) == NULL || strstr(c.body, article) == NULL)
		fail_msg("%s by %s lacks %s [%s]: %s", event, login, code, article, c.body);
	client_done(&c);
}


/* ---- the way of one case ---- */

static void an_alert_found_true_becomes_a_prefilled_case(void **state)
{
	(void)state;
	struct client c;
	char url[80], id[40];
	(void)snprintf(id, sizeof id, "%s", house_alert(&h, "root", 2));
	(void)snprintf(url, sizeof url, "/api/alerts/%s/acts", id);
	house_login(&h, &c, "officer");
	check_int(client_act(&c, "POST", url, "{\"act\":\"lead\",\"version\":0}"), 422);
	expect_json(&c, "unmet.0.code", "fact:verified");
	check_int(client_act(&c, "POST", url, "{\"act\":\"verify\",\"version\":0,\"verdict\":true}"), 200);
	check_int(client_act(&c, "POST", url, "{\"act\":\"lead\",\"version\":1}"), 200);
	expect_json(&c, "state", "lead");
	(void)snprintf(no, sizeof no, "%s", json_at(&c, "case_no"));
	check_int(strcmp(no, "2025-0001"), 0);

	check_int(client_ask(&c, "GET", path(""), NULL), 200);
	expect_json(&c, "summary.state", "S05");
	expect_json(&c, "summary.stage", "lead");
	expect_json(&c, "summary.alert", id);
	expect_json(&c, "summary.item", "V1");
	expect_json(&c, "summary.item_name", "在限制航速的区域超过规定航速航行");
	expect_json(&c, "summary.clock.code", "LEAD_CHECK");
	expect_json(&c, "header.penalty_range_fen.0", "100000");
	expect_json(&c, "header.act.start", "2025-03-03");
	expect_json(&c, "header.act.place", "桥区");
	expect_json(&c, "evidence.0.id", id);
	expect_json(&c, "events.0.event", "open");
	expect_json(&c, "events.1.event", "accept_lead");
	expect_json(&c, "stages.0.state", "now");
	expect_json(&c, "chain.ok", "true");
	/* The same alert is not opened twice. */
	char body[160];
	(void)snprintf(body, sizeof body, "{\"alert\":\"%s\",\"proc\":\"ORDINARY\"}", id);
	check_int(client_act(&c, "POST", "/api/cases", body), 422);
	client_done(&c);
}

static void others_do_not_see_it(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "south-officer");
	check_int(client_ask(&c, "GET", path(""), NULL), 404);
	check_int(client_ask(&c, "GET", path("/steps"), NULL), 404);
	check_int(client_ask(&c, "GET", "/api/cases", NULL), 200);
	expect_json(&c, "total", "0");
	check_int(client_act(&c, "POST", path("/events"), "{\"event\":\"propose\",\"version\":2,\"data\":{}}"), 404);
	client_done(&c);
	house_login(&h, &c, "duty");
	check_int(client_ask(&c, "GET", path(""), NULL), 403);
	client_done(&c);
}

static void the_panel_names_what_is_missing(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "officer");
	check_int(client_ask(&c, "GET", path("/steps"), NULL), 200);
	expect_json(&c, "as.role", "officer");
	expect_json(&c, "steps.0.event", "propose");
	expect_json(&c, "steps.0.ok", "true");
	expect_json(&c, "steps.0.group", "now");
	expect_json(&c, "steps.0.writes.0", "D01");
	expect_json(&c, "steps.0.fields.0.key", "facts");
	expect_json(&c, "steps.0.fields.0.required", "true");
	if (strstr(json_at(&c, "steps.0.fields.0.value"), "413790216") == NULL)
		fail_msg("the facts are not prefilled: %s", c.body);
	client_done(&c);
	house_login(&h, &c, "leader");
	check_int(client_ask(&c, "GET", path("/steps"), NULL), 200);
	/* Not his: the officer's certificate is asked for, with its article. */
	if (strstr(c.body, "\"event\":\"propose\"") == NULL || strstr(c.body, "APL 42") == NULL)
		fail_msg("%s", c.body);
	client_done(&c);
}

static void a_draft_is_kept_for_its_writer(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "officer");
	check_int(client_act(&c, "PUT", path("/drafts/propose"), "{\"data\":{\"facts\":\"未完\"},\"version\":2}"), 200);
	check_int(client_ask(&c, "GET", path("/steps"), NULL), 200);
	expect_json(&c, "steps.0.draft.data.facts", "未完");
	check_int(client_act(&c, "PUT", path("/drafts/no_such"), "{\"data\":{},\"version\":2}"), 404);
	client_done(&c);
	house_login(&h, &c, "officer2");
	check_int(client_ask(&c, "GET", path("/steps"), NULL), 200);
	expect_json(&c, "steps.0.draft", "");
	client_done(&c);
}

static void two_people_on_one_case(void **state)
{
	(void)state;
	struct client a, b;
	int version = version_of("officer");
	char body[512];
	(void)snprintf(body, sizeof body,
	               "{\"event\":\"propose\",\"version\":%d,\"data\":{\"facts\":\"超速\",\"basis\":\"条例第八十一条\"}}", version);
	house_login(&h, &a, "officer");
	house_login(&h, &b, "officer2");
	check_int(client_act(&a, "POST", path("/events"), body), 200);
	expect_json(&a, "summary.state", "S10");
	check_int(client_act(&b, "POST", path("/events"), body), 409);
	expect_json(&b, "code", "conflict");
	expect_json(&b, "current.summary.state", "S10");
	expect_json(&b, "changed.0.event", "propose");
	expect_json(&b, "changed.0.by.0.id", "id-officer");
	expect_json(&b, "changed", "1");
	client_done(&a);
	client_done(&b);
}

static void only_a_leader_files_and_says_his_password(void **state)
{
	(void)state;
	struct client c;
	static const char data[] = ",\"data\":{\"officers\":[\"id-officer\",\"id-officer2\"],\"signed\":[\"id-unit_head\",\"id-leader\"]}";
	char with[256];
	(void)snprintf(with, sizeof with, "%s,\"password\":\"%s\"", data, HOUSE_PASSWORD);
	refused("officer", "approve_filing", with, "role:LEADER", "APL 57");
	check_int(step(&c, "leader", "approve_filing", data), 403);
	expect_json(&c, "code", "reauth_needed");
	client_done(&c);
	/* Offices are not people. */
	check_int(step(&c, "leader", "approve_filing",
	               ",\"data\":{\"officers\":[\"OFFICER\",\"id-officer\"]},\"password\":\"" HOUSE_PASSWORD "\""),
	          400);
	client_done(&c);
	house_at(&h, "2025-03-04T10:00:00");
	must("leader", "approve_filing", with, "S20");
	house_login(&h, &c, "leader");
	check_int(client_ask(&c, "GET", path(""), NULL), 200);
	expect_json(&c, "summary.officers", "2");
	expect_json(&c, "summary.stage", "investigation");
	expect_json(&c, "documents.0.code", "D01");
	/* D01 is signed a second time on the day of filing: its own number, none skipped. */
	expect_json(&c, "documents.0.no", "试立〔2025〕2号");
	client_done(&c);
}

static void two_officers_investigate(void **state)
{
	(void)state;
	struct client c;
	static const char data[] = ",\"data\":{\"certificates_shown\":true,\"docs\":[\"D02\",\"D04\"],\"evidence\":[\"现场笔录\",\"电子数据\"]}";
	char with[512];
	refused("officer", "collect", data, "role:TWO_OFFICERS", "APL 42");
	house_login(&h, &c, "officer");
	check_int(client_ask(&c, "GET", path("/steps"), NULL), 200);
	/* He may: that a second one is needed is asked for in the form. */
	if (strstr(c.body, "\"key\":\"with\"") == NULL)
		fail_msg("%s", c.body);
	client_done(&c);
	(void)snprintf(with, sizeof with, "%s,\"with\":[\"id-officer2\"]", data);
	must("officer", "collect", with, "S20");
	check_int(step(&c, "officer", "collect", ",\"data\":{\"certificates_shown\":true},\"with\":[\"id-south-officer\"]"), 400);
	client_done(&c);
	check_int(step(&c, "officer", "collect", ",\"data\":{\"certificate\":true},\"with\":[\"id-officer2\"]"), 400);
	expect_json(&c, "field", "data");
	client_done(&c);
	must("officer", "finish", ",\"with\":[\"id-officer2\"],\"data\":{\"report\":\"D28\",\"elements_complete\":true}", "S30");
	refused("officer", "pass", ",\"data\":{}", "role:UNIT_HEAD", "APL 57");
	must("unit_head", "pass", ",\"data\":{}", "S35");
}

static void the_file_is_corrected_by_an_event(void **state)
{
	(void)state;
	struct client c;
	char body[400];
	house_login(&h, &c, "officer");
	(void)snprintf(body, sizeof body,
	               "{\"version\":%d,\"facts\":{\"agency_reviews_all\":true,\"party\":{\"kind\":\"legal\",\"name\":\"甲航运有限公司\"}},"
	               "\"reason\":\"查明当事人\"}",
	               version_of("officer"));
	check_int(client_act(&c, "PATCH", path(""), body), 200);
	expect_json(&c, "summary.party", "甲航运有限公司");
	expect_json(&c, "header.agency_reviews_all", "true");
	(void)snprintf(body, sizeof body, "{\"version\":%d,\"facts\":{\"proc\":\"SIMPLE\"}}", version_of("officer"));
	check_int(client_act(&c, "PATCH", path(""), body), 400);
	(void)snprintf(body, sizeof body, "{\"version\":%d,\"facts\":{\"no_such\":1}}", version_of("officer"));
	check_int(client_act(&c, "PATCH", path(""), body), 400);
	client_done(&c);
	house_login(&h, &c, "leader");
	check_int(client_act(&c, "PATCH", path(""), "{\"version\":1}"), 403);
	client_done(&c);
}

#define SURE ",\"password\":\"" HOUSE_PASSWORD "\""

static void notice_window_review_and_decision(void **state)
{
	(void)state;
	must("leader", "intend_penalty",
	     ",\"data\":{\"kinds\":[\"FINE\"],\"fine_fen\":200000,\"discretion\":\"一般\",\"doc\":\"D11\"}" SURE, "S40");
	house_at(&h, "2025-03-05T10:00:00");
	must("officer", "served(D11)",
	     ",\"with\":[\"id-officer2\"],\"data\":{\"doc\":\"D11\",\"method\":\"SV1\",\"receipt\":\"D23\",\"told\":{\"content\":true,\"facts\":"
	     "true,\"reasons\":true,\"basis\":true,\"statement_defence\":true,\"hearing\":false,\"remedies\":true},\"defence_days\":5,"
	     "\"arrival\":\"2025-03-05\"}",
	     "S41");
	refused("officer", "window_over", ",\"data\":{}", "clock:DEFENCE_WIN", "APL 45");
	refused("leader", "window_over", ",\"data\":{}", "role:OFFICER", "officer writes");
	house_at(&h, "2025-03-13T10:00:00");
	must("officer", "window_over", ",\"data\":{}", "S50");
	refused("officer", "review_pass", ",\"data\":{\"checklist\":\"逐项无误\"}", "role:LEGAL_REVIEWER", "APL 58");
	must("reviewer", "review_pass", ",\"data\":{\"checklist\":\"逐项无误\"}", "S60");
	static const char more[] = ",\"data\":{\"kinds\":[\"FINE\"],\"fine_fen\":300000,\"doc\":\"D15\",\"seal\":true,\"surcharge_notice\":true,"
				   "\"remedies\":true,\"order_to_correct\":\"D16\"}" SURE;
	refused("leader", "decide", more, "amount:fine_fen", "APL 45");
	must("leader", "decide",
	     ",\"data\":{\"kinds\":[\"FINE\"],\"fine_fen\":200000,\"doc\":\"D15\",\"seal\":true,\"surcharge_notice\":true,\"remedies\":true,"
	     "\"order_to_correct\":\"D16\"}" SURE,
	     "S65");
}

static void a_printed_instrument_is_genuine_to_anybody(void **state)
{
	(void)state;
	struct client c, anybody;
	char check[32] = "", url[64];
	house_login(&h, &c, "leader");
	check_int(client_ask(&c, "GET", path(""), NULL), 200);
	for (unsigned i = 0; i < 20 && check[0] == '\0'; i++) {
		char at[40];
		(void)snprintf(at, sizeof at, "documents.%u.code", i);
		if (strcmp(json_at(&c, at), "D15") != 0)
			continue;
		(void)snprintf(at, sizeof at, "documents.%u.no", i);
		expect_json(&c, at, "试罚〔2025〕1号");
		(void)snprintf(at, sizeof at, "documents.%u.verify", i);
		(void)snprintf(check, sizeof check, "%s", json_at(&c, at));
	}
	check_int(client_ask(&c, "GET", path("/documents/D15/text"), NULL), 200);
	expect_json(&c, "no", "试罚〔2025〕1号");
	check_int(client_ask(&c, "GET", path("/documents/D99/text"), NULL), 404);
	client_done(&c);
	client_init(&anybody, h.port);
	(void)snprintf(url, sizeof url, "/api/verify/%s", check);
	check_int(client_ask(&anybody, "GET", url, NULL), 200);
	expect_json(&anybody, "state", "valid");
	expect_json(&anybody, "title", "行政处罚决定书");
	expect_json(&anybody, "no", "试罚〔2025〕1号");
	expect_json(&anybody, "issued", "2025-03-13");
	if (strstr(anybody.body, "甲航运") != NULL || strstr(anybody.body, "officer") != NULL)
		fail_msg("somebody is named: %s", anybody.body);
	check_int(client_ask(&anybody, "GET", "/api/verify/ABCDEFGH12345678", NULL), 404);
	check_int(client_ask(&anybody, "GET", "/api/verify/' OR 1", NULL) == 404 || anybody.status == 400, 1);
	client_done(&anybody);
}

static void served_paid_closed_archived(void **state)
{
	(void)state;
	struct client c;
	house_at(&h, "2025-03-14T10:00:00");
	must("officer", "served(D15)",
	     ",\"with\":[\"id-officer2\"],\"data\":{\"doc\":\"D15\",\"method\":\"SV1\",\"receipt\":\"D23\",\"arrival\":\"2025-03-14\"}", "S70");
	house_login(&h, &c, "officer");
	check_int(client_ask(&c, "GET", "/api/cases?stage=service&waiting_for=officer", NULL), 200);
	expect_json(&c, "total", "1");
	expect_json(&c, "items.0.clock.code", "PUBLISH7");
	client_done(&c);
	must("officer", "published", ",\"data\":{\"summary\":true}", "S70");
	house_at(&h, "2025-03-20T10:00:00");
	must("officer", "pay", ",\"data\":{\"fen\":200000}", "S70");
	refused("officer", "performed", ",\"data\":{\"paid_fen\":200000,\"surcharge_fen\":0,\"nonmonetary_done\":false}",
	        "fact:nonmonetary_done", "APL 66");
	must("officer", "performed", ",\"data\":{\"paid_fen\":200000,\"surcharge_fen\":0,\"nonmonetary_done\":true}", "S90");
	must("leader", "approve_close", ",\"data\":{\"doc\":\"D24\"}" SURE, "S95");
	refused("officer", "archive", ",\"data\":{}", "role:ARCHIVIST", "APL 47");
	must("archivist", "archive", ",\"data\":{\"contents\":true,\"pages\":true,\"cover\":true,\"hash\":true}", "S96");
	house_login(&h, &c, "supervisor");
	check_int(client_ask(&c, "GET", path(""), NULL), 200);
	expect_json(&c, "summary.stage", "closing");
	expect_json(&c, "chain.ok", "true");
	check_int(client_act(&c, "POST", path("/events"), "{\"event\":\"tick\",\"version\":1,\"data\":{}}"), 403);
	client_done(&c);
	check_true(strcmp(house_last_audit(&h), "") != 0);
}

static void lists_have_pages_and_counts(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "unit_head");
	for (unsigned i = 0; i < 5; i++) {
		check_int(client_act(&c, "POST", "/api/cases",
		                     "{\"proc\":\"ORDINARY\",\"title\":\"检查发现\",\"item\":\"V1\",\"source\":\"inspection\",\"act_start\":"
		                     "\"2025-03-18T09:00:00+08:00\"}"),
		          201);
		expect_json(&c, "summary.state", "S05");
	}
	expect_json(&c, "summary.no", "2025-0006");
	check_int(client_ask(&c, "GET", "/api/cases?limit=3", NULL), 200);
	expect_json(&c, "total", "6");
	expect_json(&c, "items", "3");
	char url[160], first[3][32];
	for (unsigned i = 0; i < 3; i++) {
		char at[24];
		(void)snprintf(at, sizeof at, "items.%u.no", i);
		(void)snprintf(first[i], sizeof first[i], "%s", json_at(&c, at));
	}
	(void)snprintf(url, sizeof url, "/api/cases?limit=3&cursor=%s", json_at(&c, "next"));
	check_int(client_ask(&c, "GET", url, NULL), 200);
	expect_json(&c, "items", "3");
	for (unsigned i = 0; i < 3; i++)
		if (strcmp(first[i], json_at(&c, "items.0.no")) == 0)
			fail_msg("a row stands on two pages");
	expect_json(&c, "next", "");
	check_int(client_ask(&c, "GET", "/api/cases?stage=lead&limit=1", NULL), 200);
	expect_json(&c, "total", "5");
	expect_json(&c, "stages.0.count", "5");
	expect_json(&c, "stages.8.count", "1");
	check_int(client_ask(&c, "GET", "/api/cases?person=me", NULL), 200);
	check_int(client_ask(&c, "GET", "/api/cases?stage=nowhere", NULL), 400);
	check_int(client_ask(&c, "GET", "/api/cases?clock=running&q=2025-0002", NULL), 200);
	expect_json(&c, "total", "1");
	client_done(&c);
}

static void a_tampered_event_is_found_on_reading(void **state)
{
	(void)state;
	struct client c;
	house_tamper(&h, no, 5);
	house_login(&h, &c, "leader");
	check_int(client_ask(&c, "GET", path(""), NULL), 200);
	expect_json(&c, "chain.ok", "false");
	expect_json(&c, "chain.broken_at", "5");
	/* What stands before it may be read, nothing may be done. */
	expect_json(&c, "events", "4");
	check_int(client_ask(&c, "GET", path("/steps"), NULL), 200);
	expect_json(&c, "steps", "0");
	check_int(client_act(&c, "POST", path("/events"), "{\"event\":\"tick\",\"version\":4,\"data\":{}}"), 409);
	client_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alert_found_true_becomes_a_prefilled_case),
		cmocka_unit_test(others_do_not_see_it),
		cmocka_unit_test(the_panel_names_what_is_missing),
		cmocka_unit_test(a_draft_is_kept_for_its_writer),
		cmocka_unit_test(two_people_on_one_case),
		cmocka_unit_test(only_a_leader_files_and_says_his_password),
		cmocka_unit_test(two_officers_investigate),
		cmocka_unit_test(the_file_is_corrected_by_an_event),
		cmocka_unit_test(notice_window_review_and_decision),
		cmocka_unit_test(a_printed_instrument_is_genuine_to_anybody),
		cmocka_unit_test(served_paid_closed_archived),
		cmocka_unit_test(lists_have_pages_and_counts),
		cmocka_unit_test(a_tampered_event_is_found_on_reading),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
