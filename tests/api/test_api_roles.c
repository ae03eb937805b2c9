/* SPDX-License-Identifier: Apache-2.0 */
/* The contract against the server: every route of api/openapi.yaml, with every role and with none. */
#include "check.h"

#include "house.h"
#include "xie/base/val.h"
#include "xie/pack/yaml.h"

static struct house h;
static uint8_t room[64 << 20];
static const struct xie_val *contract;
static const char *const methods[] = { "get", "post", "put", "patch", "delete" };

static int begin(void **state)
{
	(void)state;
	static char text[1 << 20];
	char path[512];
	struct xie_err err = { .st = XIE_OK };
	(void)snprintf(path, sizeof path, "%s/api/openapi.yaml", getenv("XIE_TOP") != NULL ? getenv("XIE_TOP") : ".");
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		fail_msg("cannot open %s", path);
	size_t n = fread(text, 1, sizeof text, f);
	(void)fclose(f);
	xie_arena mem = xie_arena_of(room, sizeof room);
	if (xie_yaml_read(&mem, (xie_str){ text, n }, (struct xie_val_limits){ .depth = 64 }, &contract, &err) !=
	    XIE_OK)
		fail_msg("%s:%u:%u: %s", path, (unsigned)err.line, (unsigned)err.column, err.what);
	house_init(&h);
	house_start(&h);
	house_fix(&h, 413790216, 113.1, 22.9);
	return 0;
}

static int end(void **state)
{
	(void)state;
	house_done(&h);
	return 0;
}

/* Operations that the contract has and the server not yet, by name: what is not here is walked. */
static bool is_served(const struct xie_val *op)
{
	static const char *const later[] = { "getDocument", "listReviews", "getEvidence", "getEvidenceBag", "getCustody", "addCustody" };
	for (size_t i = 0; i < sizeof later / sizeof later[0]; i++)
		if (xie_val_is(xie_val_get(op, "operationId"), later[i]))
			return false;
	return true;
}

struct roles {
	uint32_t bits;
	bool is_public, any;
};

static struct roles roles_of(const struct xie_val *op)
{
	struct roles r = { 0, false, false };
	uint32_t one;
	XIE_VAL_EACH(e, xie_val_get(op, "x-roles"))
	{
		if (xie_val_is(e, "public"))
			r.is_public = true;
		else if (xie_val_is(e, "any"))
			r.any = true;
		else if (xie_roles_parse(e->s, &one) == XIE_OK)
			r.bits |= one;
		else
			fail_msg("x-roles names no role: %.*s", (int)e->s.n, e->s.p);
	}
	if (r.any)
		r.bits = XIE_ROLES_ALL;
	return r;
}

static void the_routes_are_those_of_the_contract(void **state)
{
	(void)state;
	static struct xie_web_route_info routes[256];
	static bool found[256];
	size_t n = xie_web_routes(routes, 256), served = 0;
	check_true(n <= 256);
	XIE_VAL_EACH(path, xie_val_get(contract, "paths"))
	for (size_t m = 0; m < 5; m++) {
		const struct xie_val *op = xie_val_get(path, methods[m]);
		char name[160];
		if (op == NULL || !is_served(op))
			continue;
		size_t i = 0;
		(void)snprintf(name, sizeof name, "%.*s", (int)path->key.n, path->key.p);
		while (i < n && (strcasecmp(routes[i].method, methods[m]) != 0 || strcmp(routes[i].path, name) != 0))
			i++;
		if (i == n)
			fail_msg("%s %s is in the contract and not on the server", methods[m], name);
		struct roles r = roles_of(op);
		if (!xie_str_is(xie_val_get_str(op, "operationId"), routes[i].operation))
			fail_msg("%s %s is called %s", methods[m], name, routes[i].operation);
		if (r.is_public != routes[i].is_public || r.bits != routes[i].roles)
			fail_msg("%s %s: roles differ (contract %#x, server %#x)", methods[m], name, (unsigned)r.bits,
			         (unsigned)routes[i].roles);
		found[i] = true;
		served++;
	}
	for (size_t i = 0; i < n; i++)
		if (!found[i])
			fail_msg("%s %s is on the server and not in the contract", routes[i].method, routes[i].path);
	check_int(served, n);
	check_true(served > 25);
}

/* The path with something that exists, or could, in place of its parameters. */
static void fill_path(const struct xie_val *path, char *buf, size_t cap)
{
	xie_wr w = xie_wr_of(buf, cap - 1);
	for (size_t i = 0; i < path->key.n; i++) {
		if (path->key.p[i] != '{') {
			xie_wr_char(&w, path->key.p[i]);
			continue;
		}
		xie_str rest = xie_str_from(path->key, i);
		xie_wr_text(&w, xie_str_starts(rest, "{key}")      ? "vessel.413790216"
		                : xie_str_starts(rest, "{stream}") ? "1"
		                                                   : "ais1");
		i += xie_str_find(rest, '}');
	}
	buf[w.n] = '\0';
}

static bool takes_body(const struct xie_val *op)
{
	return xie_val_get(op, "requestBody") != NULL;
}

static int call(struct client *c, size_t m, const struct xie_val *op, const char *path)
{
	static const char *const upper[] = { "GET", "POST", "PUT", "PATCH", "DELETE" };
	if (xie_val_is(xie_val_get(op, "operationId"), "events")) {
		struct stream s;
		stream_open(&s, c, path, NULL);
		c->status = s.status;
		stream_close(&s);
		return c->status;
	}
	return client_act(c, upper[m], path, takes_body(op) ? "{}" : NULL);
}

static void nobody_without_a_session_gets_in(void **state)
{
	(void)state;
	XIE_VAL_EACH(path, xie_val_get(contract, "paths"))
	for (size_t m = 0; m < 5; m++) {
		const struct xie_val *op = xie_val_get(path, methods[m]);
		char name[256];
		struct client c;
		if (op == NULL || !is_served(op))
			continue;
		fill_path(path, name, sizeof name);
		client_init(&c, h.port);
		int status = call(&c, m, op, name);
		bool open = roles_of(op).is_public;
		if (open ? status == 401 || status == 403 || status == 0 : status != 401)
			fail_msg("%s %s without a session: %d", methods[m], name, status);
		/* A cookie that nobody gave out is none. */
		memset(c.cookie, 'a', 64);
		memset(c.csrf, 'a', 64);
		status = call(&c, m, op, name);
		if (!open && status != 401)
			fail_msg("%s %s with a made-up cookie: %d", methods[m], name, status);
		client_done(&c);
	}
}

static void each_role_gets_what_the_contract_gives_it(void **state)
{
	(void)state;
	unsigned refused = 0, allowed = 0;
	for (unsigned role = 0; role < XIE_ROLE__COUNT; role++) {
		struct client c;
		house_login(&h, &c, xie_role_code((enum xie_role)role));
		XIE_VAL_EACH(path, xie_val_get(contract, "paths"))
		for (size_t m = 0; m < 5; m++) {
			const struct xie_val *op = xie_val_get(path, methods[m]);
			char name[256];
			if (op == NULL || !is_served(op))
				continue;
			fill_path(path, name, sizeof name);
			struct roles r = roles_of(op);
			bool may = r.is_public || (r.bits >> role & 1) != 0;
			int status = call(&c, m, op, name);
			if (may ? status == 401 || status == 403 || status == 0 || status >= 500 : status != 403)
				fail_msg("%s %s as %s: %d %s", methods[m], name, xie_role_code((enum xie_role)role),
				         status, c.body);
			if (!may)
				expect_json(&c, "code", "forbidden");
			refused += !may;
			allowed += may;
			if (xie_val_is(xie_val_get(op, "operationId"), "logout") ||
			    xie_val_is(xie_val_get(op, "operationId"), "login")) {
				client_done(&c);
				house_login(&h, &c, xie_role_code((enum xie_role)role));
			}
		}
		client_done(&c);
	}
	check_true(refused > 50 && allowed > 200);
}

static void acts_without_token_or_key_are_refused_on_every_route(void **state)
{
	(void)state;
	for (unsigned role = 0; role < XIE_ROLE__COUNT; role++) {
		struct client c;
		house_login(&h, &c, xie_role_code((enum xie_role)role));
		char token[128];
		memcpy(token, c.csrf, sizeof token);
		XIE_VAL_EACH(path, xie_val_get(contract, "paths"))
		for (size_t m = 1; m < 5; m++) {
			const struct xie_val *op = xie_val_get(path, methods[m]);
			char name[256];
			if (op == NULL || !is_served(op) || xie_val_is(xie_val_get(op, "operationId"), "login") ||
			    (roles_of(op).bits >> role & 1) == 0)
				continue;
			fill_path(path, name, sizeof name);
			c.csrf[0] = '\0';
			check_int(call(&c, m, op, name), 403);
			expect_json(&c, "code", "csrf");
			memcpy(c.csrf, token, sizeof token);
			bool keyed = false;
			XIE_VAL_EACH(p, xie_val_get(op, "parameters"))
			keyed = keyed || xie_val_is(xie_val_get(p, "$ref"), "#/components/parameters/IdempotencyKey");
			if (!keyed)
				continue;
			char upper[8];
			(void)snprintf(upper, sizeof upper, "%s",
			               m == 1   ? "POST"
			               : m == 2 ? "PUT"
			               : m == 3 ? "PATCH"
			                        : "DELETE");
			check_int(client_ask(&c, upper, name, "{}"), 400);
			expect_json(&c, "field", "Idempotency-Key");
		}
		client_done(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_routes_are_those_of_the_contract),
		cmocka_unit_test(nobody_without_a_session_gets_in),
		cmocka_unit_test(each_role_gets_what_the_contract_gives_it),
		cmocka_unit_test(acts_without_token_or_key_are_refused_on_every_route),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
