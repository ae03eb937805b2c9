/* SPDX-License-Identifier: Apache-2.0 */
/* Parties over HTTP: check digits warn and refuse nothing, vessels and vehicles are tied, a target leads to everything. */
#include "check.h"

#include "house.h"

static struct house h;
static char id[40];

static int begin(void **state)
{
	(void)state;
	house_init(&h);
	house_user(&h, "south-officer", "officer", "south");
	house_start(&h);
	return 0;
}

static int end(void **state)
{
	(void)state;
	house_done(&h);
	return 0;
}

static void check_digits_warn(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "officer");
	check_int(client_act(&c, "POST", "/api/parties",
	                     "{\"kind\":\"legal\",\"name\":\"甲航运有限公司\",\"id_kind\":\"uscc\",\"id_no\":\"91350100M000100Y43\","
	                     "\"phone\":\"13800001234\",\"things\":[{\"kind\":\"vessel\",\"key\":\"vessel.413790216\",\"name\":\"YUE FO 1\","
	                     "\"imo\":\"9074729\",\"relation\":\"owner\"},{\"kind\":\"vehicle\",\"plate\":\"粤E12345\",\"relation\":\"operator\"}]}"),
	          201);
	expect_json(&c, "id_check", "ok");
	expect_json(&c, "things.0.imo_check", "ok");
	expect_json(&c, "things.1.plate_kind", "ordinary");
	(void)snprintf(id, sizeof id, "%s", json_at(&c, "id"));
	/* The last digit is wrong, and the number is kept as it was given. */
	check_int(client_act(&c, "POST", "/api/parties",
	                     "{\"kind\":\"legal\",\"name\":\"乙\",\"id_kind\":\"uscc\",\"id_no\":\"91350100M000100Y44\"}"),
	          201);
	expect_json(&c, "id_check", "check");
	expect_json(&c, "id_no", "91350100M000100Y44");
	/* Appendix of GB 11643: a number that holds, with its day of birth. */
	check_int(client_act(&c, "POST", "/api/parties",
	                     "{\"kind\":\"natural\",\"name\":\"某某\",\"id_kind\":\"resident\",\"id_no\":\"11010519491231002X\"}"),
	          201);
	expect_json(&c, "id_check", "ok");
	expect_json(&c, "birth", "1949-12-31");
	check_int(client_act(&c, "POST", "/api/parties", "{\"kind\":\"club\",\"name\":\"x\"}"), 400);
	check_int(client_act(&c, "POST", "/api/parties",
	                     "{\"kind\":\"legal\",\"name\":\"x\",\"things\":[{\"kind\":\"vessel\",\"key\":\"ship-1\",\"relation\":\"owner\"}]}"),
	          400);
	expect_json(&c, "field", "key");
	client_done(&c);
}

static void lists_hide_the_middle_and_regions_hold(void **state)
{
	(void)state;
	struct client c;
	char url[80];
	house_login(&h, &c, "reviewer");
	check_int(client_ask(&c, "GET", "/api/parties?target=vessel.413790216", NULL), 200);
	expect_json(&c, "total", "1");
	expect_json(&c, "items.0.id_no", "913501********0Y43");
	expect_json(&c, "items.0.phone", "138000*1234");
	client_done(&c);
	(void)snprintf(url, sizeof url, "/api/parties/%s", id);
	house_login(&h, &c, "south-officer");
	check_int(client_ask(&c, "GET", url, NULL), 404);
	check_int(client_ask(&c, "GET", "/api/parties", NULL), 200);
	expect_json(&c, "total", "0");
	client_done(&c);
}

static void two_corrections_at_once(void **state)
{
	(void)state;
	struct client c;
	char url[80];
	(void)snprintf(url, sizeof url, "/api/parties/%s", id);
	house_login(&h, &c, "officer");
	check_int(client_act(&c, "PATCH", url, "{\"version\":1,\"address\":\"某路 1 号\"}"), 200);
	expect_json(&c, "version", "2");
	expect_json(&c, "name", "甲航运有限公司");
	expect_json(&c, "things", "2");
	check_int(client_act(&c, "PATCH", url, "{\"version\":1,\"address\":\"某路 2 号\"}"), 409);
	client_done(&c);
}

static void a_target_leads_to_everything(void **state)
{
	(void)state;
	struct client c;
	char url[120], no[32], body[200];
	(void)snprintf(url, sizeof url, "/api/alerts/%s/acts", house_alert(&h, "root", 2));
	house_login(&h, &c, "officer");
	check_int(client_act(&c, "POST", url, "{\"act\":\"verify\",\"version\":0,\"verdict\":true}"), 200);
	check_int(client_act(&c, "POST", url, "{\"act\":\"lead\",\"version\":1}"), 200);
	(void)snprintf(no, sizeof no, "%s", json_at(&c, "case_no"));
	(void)snprintf(url, sizeof url, "/api/cases/%s", no);
	(void)snprintf(body, sizeof body, "{\"version\":2,\"party\":\"%s\"}", id);
	check_int(client_act(&c, "PATCH", url, body), 200);
	expect_json(&c, "summary.party", "甲航运有限公司");
	expect_json(&c, "party_id", id);
	expect_json(&c, "header.party.kind", "legal");
	(void)snprintf(url, sizeof url, "/api/cases/%s/events", no);
	check_int(client_act(&c, "POST", url,
	                     "{\"event\":\"propose\",\"version\":3,\"data\":{\"facts\":\"超速\",\"basis\":\"条例第八十一条\"}}"),
	          200);
	check_int(client_ask(&c, "GET", "/api/targets/vessel.413790216/dossier", NULL), 200);
	expect_json(&c, "parties.0.id", id);
	expect_json(&c, "alerts.0.case_no", no);
	expect_json(&c, "cases.0.no", no);
	expect_json(&c, "documents.0.case_no", no);
	expect_json(&c, "documents.0.document.code", "D01");
	(void)snprintf(url, sizeof url, "/api/parties/%s", id);
	check_int(client_ask(&c, "GET", url, NULL), 200);
	expect_json(&c, "cases.0.no", no);
	expect_json(&c, "targets.0", "vessel.413790216");
	expect_json(&c, "parties.0.id_no", "91350100M000100Y43");
	check_int(client_ask(&c, "GET", "/api/targets/nothing/dossier", NULL), 404);
	client_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_digits_warn),
		cmocka_unit_test(lists_hide_the_middle_and_regions_hold),
		cmocka_unit_test(two_corrections_at_once),
		cmocka_unit_test(a_target_leads_to_everything),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
