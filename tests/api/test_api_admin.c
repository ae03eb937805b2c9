/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "house.h"

static struct house h;

static int begin(void **state)
{
	(void)state;
	house_init(&h);
	house_user(&h, "north.sec", "secadmin", "north");
	house_start(&h);
	return 0;
}

static int end(void **state)
{
	(void)state;
	house_done(&h);
	return 0;
}

static char id[80];
static const char *user_path(void)
{
	static char path[128];
	(void)snprintf(path, sizeof path, "/api/users/%s", id);
	return path;
}

static void adds_a_user_who_must_change_the_password(void **state)
{
	(void)state;
	struct client sec, c;
	house_login(&h, &sec, "secadmin");
	check_int(client_act(&sec, "POST", "/api/users",
	                     "{\"login\":\"li.si\",\"name\":\"李四\",\"roles\":[\"officer\",\"unit_head\"],\"org\":"
	                     "\"north\",\"password\":\"First-password-1\"}"),
	          201);
	expect_json(&sec, "login", "li.si");
	expect_json(&sec, "org.id", "north");
	expect_json(&sec, "enabled", "true");
	(void)snprintf(id, sizeof id, "%s", json_at(&sec, "id"));
	check_int(strlen(id), 26);
	client_init(&c, h.port);
	check_int(client_login(&c, "li.si", "First-password-1"), 200);
	expect_json(&c, "must_change_password", "true");
	check_int(client_ask(&c, "GET", "/api/alerts", NULL), 403); /* nothing else until it is changed */
	check_int(client_ask(&c, "GET", "/api/session", NULL), 200);
	check_int(client_ask(&c, "PUT", "/api/session/password",
	                     "{\"old\":\"First-password-1\",\"new\":\"Second-password-2\"}"),
	          204);
	check_int(client_ask(&c, "GET", "/api/alerts", NULL), 200);
	client_done(&c);
	client_done(&sec);
}

static void refuses_what_no_user_may_be(void **state)
{
	(void)state;
	struct client sec;
	const struct {
		const char *body, *field;
	} bad[] = {
		{ "{\"login\":\"li.si\",\"name\":\"x\",\"roles\":[\"duty\"],\"org\":\"root\",\"password\":\"First-"
		  "password-1\"}",
		  "login" },
		{ "{\"login\":\"Li "
		  "Si\",\"name\":\"x\",\"roles\":[\"duty\"],\"org\":\"root\",\"password\":\"First-password-1\"}",
		  "login" },
		{ "{\"login\":\"x1\",\"name\":\"x\",\"roles\":[],\"org\":\"root\",\"password\":\"First-password-1\"}",
		  "roles" },
		{ "{\"login\":\"x1\",\"name\":\"x\",\"roles\":[\"king\"],\"org\":\"root\",\"password\":\"First-"
		  "password-1\"}",
		  "roles" },
		{ "{\"login\":\"x1\",\"name\":\"x\",\"roles\":[\"sysadmin\",\"secadmin\"],\"org\":\"root\","
		  "\"password\":\"First-password-1\"}",
		  "roles" },
		{ "{\"login\":\"x1\",\"name\":\"x\",\"roles\":[\"auditor\",\"officer\"],\"org\":\"root\",\"password\":"
		  "\"First-password-1\"}",
		  "roles" },
		{ "{\"login\":\"x1\",\"name\":\"x\",\"roles\":[\"duty\"],\"org\":\"nowhere\",\"password\":\"First-"
		  "password-1\"}",
		  "org" },
		{ "{\"login\":\"x1\",\"name\":\"x\",\"roles\":[\"duty\"],\"org\":\"root\",\"password\":\"password\"}",
		  "password" },
		{ "{\"login\":\"x1\",\"name\":\"\",\"roles\":[\"duty\"],\"org\":\"root\",\"password\":\"First-password-"
		  "1\"}",
		  "name" },
	};
	house_login(&h, &sec, "secadmin");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		check_int(client_act(&sec, "POST", "/api/users", bad[i].body), 400);
		expect_json(&sec, "field", bad[i].field);
	}
	client_done(&sec);
}

static void changed_rights_reach_an_open_session_at_once(void **state)
{
	(void)state;
	struct client sec, c;
	struct stream s;
	house_login(&h, &sec, "secadmin");
	client_init(&c, h.port);
	check_int(client_login(&c, "li.si", "Second-password-2"), 200);
	check_int(client_ask(&c, "GET", "/api/audit", NULL), 403);
	stream_open(&s, &c, "/api/events", NULL);
	check_int(stream_wait(&s, "event: hello", 1, 3000), 1);
	check_int(client_act(&sec, "PATCH", user_path(), "{\"roles\":[\"supervisor\"],\"org\":\"root\"}"), 200);
	expect_json(&sec, "roles.0", "supervisor");
	check_int(client_ask(&c, "GET", "/api/audit", NULL), 200);
	(void)stream_wait(&s, "never", 1, 3000); /* the stream with the old rights ends */
	check_int(s.fd, -1);
	stream_close(&s);
	check_int(client_act(&sec, "PATCH", user_path(), "{\"enabled\":false}"), 200);
	expect_json(&sec, "enabled", "false");
	check_int(client_ask(&c, "GET", "/api/session", NULL), 401);
	check_int(client_login(&c, "li.si", "Second-password-2"), 401);
	check_int(client_act(&sec, "PATCH", user_path(),
	                     "{\"enabled\":true,\"password\":\"Third-password-3\",\"unlock\":true}"),
	          200);
	check_int(client_login(&c, "li.si", "Third-password-3"), 200);
	expect_json(&c, "must_change_password", "true");
	client_done(&c);
	client_done(&sec);
}

static void nobody_gives_himself_rights_and_the_last_key_stays(void **state)
{
	(void)state;
	struct client sec, north;
	house_login(&h, &sec, "secadmin");
	check_int(client_act(&sec, "PATCH", "/api/users/id-secadmin", "{\"roles\":[\"sysadmin\"]}"), 403);
	check_int(client_act(&sec, "PATCH", "/api/users/id-secadmin", "{\"enabled\":false}"), 403);
	/* The north's administrator reaches only the north. */
	house_login(&h, &north, "north.sec");
	check_int(client_act(&north, "PATCH", "/api/users/id-secadmin", "{\"enabled\":false}"), 404);
	check_int(client_act(&north, "POST", "/api/users",
	                     "{\"login\":\"x2\",\"name\":\"x\",\"roles\":[\"duty\"],\"org\":\"south\",\"password\":"
	                     "\"First-password-1\"}"),
	          400);
	expect_json(&north, "field", "org");
	check_int(client_ask(&north, "GET", "/api/users", NULL), 200);
	expect_json(&north, "items", "1");
	check_int(client_ask(&north, "GET", "/api/orgs", NULL), 200);
	expect_json(&north, "items", "1");
	check_int(client_act(&sec, "PATCH", "/api/users/id-north.sec", "{\"enabled\":false}"), 200);
	client_done(&north);
	client_done(&sec);
}

static void the_audit_record_tells_all_of_it(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "auditor");
	check_int(client_ask(&c, "GET", "/api/audit?action=user_added", NULL), 200);
	expect_json(&c, "items", "1");
	expect_json(&c, "items.0.actor", "secadmin");
	expect_json(&c, "items.0.object", "li.si");
	expect_json(&c, "items.0.from_addr", "127.0.0.1");
	check_int(strlen(json_at(&c, "items.0.hash")), 64);
	check_int(client_ask(&c, "GET", "/api/audit?limit=3", NULL), 200);
	expect_json(&c, "items", "3");
	char query[96];
	(void)snprintf(query, sizeof query, "/api/audit?limit=3&cursor=%s", json_at(&c, "next"));
	uint64_t last = strtoull(json_at(&c, "items.2.n"), NULL, 10);
	check_int(client_ask(&c, "GET", query, NULL), 200);
	check_int(strtoull(json_at(&c, "items.0.n"), NULL, 10), last - 1);
	client_done(&c);
}

static void sources_are_the_system_administrators(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "sysadmin");
	check_int(client_act(&c, "POST", "/api/sources",
	                     "{\"name\":\"三号\",\"kind\":\"nmea_tcp\",\"address\":\"127.0.0.1:5000\"}"),
	          201);
	expect_json(&c, "id", "new");
	check_int(
	    client_act(&c, "POST", "/api/sources", "{\"name\":\"三号\",\"kind\":\"nmea_tcp\",\"address\":\"bad\"}"),
	    400);
	expect_json(&c, "hint", "HOST:PORT");
	check_int(
	    client_act(&c, "POST", "/api/sources", "{\"name\":\"三号\",\"kind\":\"carrier_pigeon\",\"address\":\"x\"}"),
	    400);
	expect_json(&c, "field", "kind");
	check_int(client_act(&c, "PATCH", "/api/sources/ais1", "{\"enabled\":false}"), 200);
	expect_json(&c, "health", "off");
	check_int(client_act(&c, "PATCH", "/api/sources/none", "{\"enabled\":false}"), 404);
	check_int(client_ask(&c, "GET", "/api/start", NULL), 200);
	expect_json(&c, "steps.3.id", "source");
	expect_json(&c, "steps.3.done", "true");
	check_int(client_ask(&c, "GET", "/metrics", NULL), 200);
	client_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_a_user_who_must_change_the_password),
		cmocka_unit_test(refuses_what_no_user_may_be),
		cmocka_unit_test(changed_rights_reach_an_open_session_at_once),
		cmocka_unit_test(nobody_gives_himself_rights_and_the_last_key_stays),
		cmocka_unit_test(the_audit_record_tells_all_of_it),
		cmocka_unit_test(sources_are_the_system_administrators),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
