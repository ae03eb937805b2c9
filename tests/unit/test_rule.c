/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/rule/expr.h"

static uint8_t memory[1 << 20];

static const struct xie_key key = { .scheme = XIE_SCHEME_MMSI, .n = 9, .digits = "413790216" };
static const struct xie_static ship = { .ship_type = 79, .bow_mm = 90000, .stern_mm = 10000, .draught_mm = 4300, .name = "浚工12",
	                                .plate = "粤EB9213" };
/* Wednesday 2026-03-18 05:41:18 at +08:00 */
static const struct xie_fix fix = { .t = INT64_C(1773783678000), .sog_dmph = 63 * 1852, .cog_cdeg = 33400, .status = 1u << 22,
	                            .has = XIE_FIX_SOG | XIE_FIX_COG | XIE_FIX_ALARM };
static const struct xie_seen seen = { .key = &key, .kind = XIE_KIND_VESSEL, .fix = &fix, .stat = &ship };

static const xie_str plates[] = { { "粤EB9213", sizeof "粤EB9213" - 1 }, { "粤A1", sizeof "粤A1" - 1 } };
static const struct xie_rule_list lists[] = { { .name = { "permitted", 9 }, .values = plates, .n = 2 } };

static const struct xie_val *zone_props(void)
{
	static uint8_t mem[4096];
	xie_arena a = xie_arena_of(mem, sizeof mem);
	const struct xie_val *v = NULL;
	check_ok(xie_json_read(&a, XIE_STR("{\"speed_limit\":\"6 kn\",\"lanes\":2,\"closed\":true,\"name\":\"大桥\",\"box\":[1]}"),
	                       (struct xie_val_limits){ .depth = 4 }, &v, NULL));
	return v;
}

static struct xie_expr_scope scope(void)
{
	return (struct xie_expr_scope){ .zone_props = zone_props(), .lists = lists, .n_lists = 1, .utc_offset_ms = 8 * 3600000 };
}

static void conditions_are_judged_with_units_and_three_values(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int want; /* 1 true, 0 false, -1 unknown */
	} cases[] = {
		{ "kind = 'vessel'", 1 },
		{ "sog > 6.2 kn", 1 },
		{ "sog > 6.3 kn", 0 },
		{ "sog > zone.speed_limit + 0.2 kn", 1 },
		{ "sog>zone.speed_limit+0.3kn", 0 },
		{ "sog > 11 km/h AND sog < 12 km/h", 1 },
		{ "sog <= 3.25 m/s", 1 },
		{ "ship_type BETWEEN 70 AND 79", 1 },
		{ "ship_type NOT BETWEEN 70 AND 78", 1 },
		{ "ship_type IN (60, 79, 80)", 1 },
		{ "ship_type not in (60, 79)", 0 },
		{ "name LIKE '浚%'", 1 },
		{ "name LIKE '_工__'", 1 },
		{ "name LIKE '%工'", 0 },
		{ "name NOT LIKE '%12'", 0 },
		{ "heading > 10 deg", -1 },
		{ "heading > 10 deg OR kind = 'vessel'", 1 },
		{ "heading > 10 deg AND kind = 'vehicle'", 0 },
		{ "NOT heading > 10 deg", -1 },
		{ "heading IS NULL AND sog IS NOT NULL", 1 },
		{ "imo IN (1, 2)", -1 },
		{ "length = 100 m AND draught >= 4.3 m", 1 },
		{ "zone.lanes * 2 = 4", 1 },
		{ "zone.closed", 1 },
		{ "NOT zone.closed OR zone.name = '大桥'", 1 },
		{ "listed('permitted', plate)", 1 },
		{ "NOT listed('permitted', name)", 1 },
		{ "status_bit(22) AND NOT alarm_bit(1)", 1 },
		{ "weekday = 3 AND minute_of_day = 341", 1 },
		{ "cog - 4 deg = 330 deg", 1 },
		{ "-(cog) < 0 deg", 1 },
		{ "mmsi = '413790216' and phone is null", 1 },
		{ "not not true", 1 },
		{ "((true))", 1 },
		{ "kind <> 'vessel'", 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		xie_arena a = xie_arena_of(memory, sizeof memory);
		const struct xie_expr_scope sc = scope();
		const struct xie_expr *e = NULL;
		struct xie_err err = { 0 };
		if (xie_expr_compile(&a, xie_str_of(cases[i].text), &sc, XIE_TYPE_BOOL, XIE_DIM_NONE, &e, NULL, &err) != XIE_OK)
			fail_msg("%s: %s (%s)", cases[i].text, err.what, err.hint);
		struct xie_value v = xie_expr_eval(e, &seen);
		int got = !v.known ? -1 : v.i != 0;
		if (got != cases[i].want)
			fail_msg("%s: got %d, want %d", cases[i].text, got, cases[i].want);
		check_int(xie_expr_holds(e, &seen), cases[i].want == 1);
	}
}

static void bad_conditions_are_refused_with_their_place(void **state)
{
	(void)state;
	static const struct {
		const char *text, *what;
		uint32_t column;
	} cases[] = {
		{ "sog > 5", "these cannot be compared or added: speed and number", 8 },
		{ "sog > 5 m", "these cannot be compared or added: speed and length", 10 },
		{ "sog > 5 furlong", "unknown unit", 7 },
		{ "sogg > 5 kn", "unknown name: sogg", 1 },
		{ "sog > zone.depth", "the zone has no attribute: depth", 17 },
		{ "zone.box = 1", "a condition cannot read this attribute: box", 9 },
		{ "sog > 5 kn AND", "value expected", 15 },
		{ "sog > 5 kn 6", "text behind the end of the condition", 12 },
		{ "(sog > 5 kn", "closing parenthesis expected", 12 },
		{ "name = 'x", "text without its closing quote", 10 },
		{ "name = 'it''s'", "quote inside a text", 12 },
		{ "sog", "not a condition", 1 },
		{ "sog AND true", "AND, OR and NOT join conditions", 8 },
		{ "listed('nobody', plate)", "no list of this name: nobody", 16 },
		{ "alarm_bit(32)", "bits are numbered 0 to 31", 13 },
		{ "power(2)", "unknown function: power", 7 },
		{ "2 kn * 3 kn = sog", "a quantity can be multiplied by a plain number only", 12 },
		{ "name LIKE 5", "LIKE compares a text with a pattern", 11 },
		{ "", "value expected", 1 },
		{ "name IS 5", "NULL expected", 9 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		xie_arena a = xie_arena_of(memory, sizeof memory);
		const struct xie_expr_scope sc = scope();
		const struct xie_expr *e = NULL;
		struct xie_err err = { 0 };
		if (xie_expr_compile(&a, xie_str_of(cases[i].text), &sc, XIE_TYPE_BOOL, XIE_DIM_NONE, &e, NULL, &err) == XIE_OK)
			fail_msg("accepted: %s", cases[i].text);
		if (strcmp(err.what, cases[i].what) != 0 || err.column != cases[i].column)
			fail_msg("%s: got \"%s\" at %u, want \"%s\" at %u", cases[i].text, err.what, err.column, cases[i].what, cases[i].column);
	}
}

static void depth_and_length_are_bounded(void **state)
{
	(void)state;
	static char text[8192];
	xie_arena a = xie_arena_of(memory, sizeof memory);
	const struct xie_expr_scope sc = scope();
	const struct xie_expr *e = NULL;
	memset(text, '(', 100);
	check_st(xie_expr_compile(&a, (xie_str){ text, 100 }, &sc, XIE_TYPE_BOOL, XIE_DIM_NONE, &e, NULL, NULL), XIE_LIMIT);
	memset(text, '-', 100);
	check_st(xie_expr_compile(&a, (xie_str){ text, 100 }, &sc, XIE_TYPE_BOOL, XIE_DIM_NONE, &e, NULL, NULL), XIE_LIMIT);
	size_t n = 0;
	for (int i = 0; i < 300; i++) {
		memcpy(text + n, i == 0 ? "true " : "AND true ", i == 0 ? 5 : 9);
		n += i == 0 ? 5 : 9;
	}
	check_st(xie_expr_compile(&a, (xie_str){ text, n }, &sc, XIE_TYPE_BOOL, XIE_DIM_NONE, &e, NULL, NULL), XIE_LIMIT);
}

/* ---- rules ---- */

static const struct xie_pt square[] = { { 0, 0 }, { 10, 0 }, { 10, 10 }, { 0, 10 } };
static const struct xie_ring ring[] = { { square, 4 } };
static const struct xie_part part[] = { { ring, 1 } };
static const struct xie_shape shapes[] = { { .parts = part, .n = 1 }, { .gate = { { 0, 0 }, { 5, 5 } } } };

static xie_status compile(const char *json, struct xie_err *ret_err, size_t *ret_n, const struct xie_rules **ret_rules)
{
	static struct xie_zone_info zones[2];
	static struct xie_rule_source src[8];
	zones[0] = (struct xie_zone_info){ .id = XIE_STR("area"), .layer = XIE_STR("water"), .props = zone_props() };
	zones[1] = (struct xie_zone_info){ .id = XIE_STR("gate"), .layer = XIE_STR("gates"), .gate = true };
	xie_arena a = xie_arena_of(memory, sizeof memory);
	const struct xie_val *v = NULL;
	const struct xie_zone_set *set = NULL;
	size_t n = 0, at = 0;
	check_ok(xie_json_read(&a, xie_str_of(json), (struct xie_val_limits){ .depth = 6 }, &v, NULL));
	check_ok(xie_zone_set_build(&a, shapes, 2, &set, &at));
	XIE_VAL_EACH(r, v)
	{
		src[n] = (struct xie_rule_source){ .v = r, .file = "rules.yaml", .pack = XIE_STR("p@1"), .utc_offset_ms = 28800000 };
		src[n].digest[0] = (uint8_t)n;
		n++;
	}
	static struct xie_err errs[16];
	struct xie_rule_errors e = { errs, 16, 0 };
	xie_status st = xie_rules_compile(&a, src, n, zones, 2, set, lists, 1, ret_rules, &e);
	*ret_n = e.n;
	if (e.n != 0)
		*ret_err = errs[0];
	return st;
}

static void a_rule_meets_its_zones_with_limits_resolved_there(void **state)
{
	(void)state;
	struct xie_err err;
	size_t n = 0;
	const struct xie_rules *r = NULL;
	check_ok(compile("[{\"id\":\"a\",\"op\":\"speeding\",\"layer\":\"water\",\"limit\":\"zone.speed_limit + 0.5 kn\",\"for\":\"90 s\","
	                 "\"level\":1,\"mode\":\"warning\",\"where\":\"ship_type = 70\",\"schedule\":\"mon-fri 22:00-06:00\"},"
	                 "{\"id\":\"b\",\"op\":\"crosses\",\"zone\":\"gate\",\"direction\":\"R2L\"},"
	                 "{\"id\":\"c\",\"op\":\"jump\",\"zone\":null,\"limit\":\"40.05 kn\",\"min_distance\":\"300 m\"},"
	                 "{\"id\":\"d\",\"op\":\"wrong_way\",\"zone\":[\"area\"],\"direction\":\"334 deg\",\"over\":\"90.05 deg\"}]",
	                 &err, &n, &r));
	check_int(r->n_bindings, 4);
	check_int(r->bindings[0].limit, 65 * 1852);
	check_int(r->rules[0].for_ms, 90000);
	check_int(r->rules[0].level, 1);
	check_int(r->rules[0].mode, XIE_MODE_WARNING);
	check_int(r->rules[1].directions, 1u << XIE_DIR_R2L);
	check_int(r->bindings[2].limit, 741726); /* 741,726.0: 40.05 * 18,520 */
	check_int(r->bindings[2].min, 300000);
	check_int(r->bindings[2].zone, XIE_NO_ZONE);
	check_int(r->bindings[3].over_cdeg, 9005);
	check_int(r->n_everywhere, 1);
	check_int(r->first[1] - r->first[0], 2);
	/* 05:41 on a Wednesday belongs to the window that began on Tuesday at 22:00 */
	check_true(xie_expr_holds(r->bindings[0].schedule, &seen));
	struct xie_fix day = fix;
	day.t += 3600000; /* 06:41 */
	check_true(!xie_expr_holds(r->bindings[0].schedule, &(struct xie_seen){ .key = &key, .fix = &day }));
	day.t = fix.t - 2 * 86400000; /* Monday 05:41: Sunday's night */
	check_true(!xie_expr_holds(r->bindings[0].schedule, &(struct xie_seen){ .key = &key, .fix = &day }));
}

static void wrong_rules_are_refused_all_at_once(void **state)
{
	(void)state;
	static const struct {
		const char *rule, *what, *hint;
	} cases[] = {
		{ "{\"op\":\"inside\",\"zone\":\"area\"}", "a rule needs an id", "id: canal_speed" },
		{ "{\"id\":\"x\",\"op\":\"fly\"}", "unknown operator: fly", NULL },
		{ "{\"id\":\"x\",\"op\":\"inside\"}", "the operator needs a field: zone", "" },
		{ "{\"id\":\"x\",\"op\":\"inside\",\"zone\":\"lake\"}", "no zone of this id: lake", NULL },
		{ "{\"id\":\"x\",\"op\":\"inside\",\"zone\":\"gate\"}", "this operator needs an area, this is a gate: gate", NULL },
		{ "{\"id\":\"x\",\"op\":\"crosses\",\"zone\":\"area\"}", "crosses needs a gate, this is an area: area", NULL },
		{ "{\"id\":\"x\",\"op\":\"dwell\",\"zone\":\"area\",\"for\":\"5 kn\"}", "not a quantity of the right kind: 5 kn", "ms, s, min, h, d" },
		{ "{\"id\":\"x\",\"op\":\"inside\",\"zone\":\"area\",\"limit\":\"5 kn\"}", "this operator takes no field: limit", "" },
		{ "{\"id\":\"x\",\"op\":\"inside\",\"zone\":\"area\",\"scedule\":\"1\"}", "unknown field: scedule", "schedule" },
		{ "{\"id\":\"x\",\"op\":\"speeding\",\"limit\":\"zone.speed_limit\"}", "limit: the zone has no attribute: speed_limit", NULL },
		{ "{\"id\":\"x\",\"op\":\"speeding\",\"limit\":\"sog\"}", "limit: must not depend on the target", NULL },
		{ "{\"id\":\"x\",\"op\":\"inside\",\"zone\":\"area\",\"level\":5}", "level out of range: 5", NULL },
		{ "{\"id\":\"x\",\"op\":\"inside\",\"zone\":\"area\",\"kind\":\"submarine\"}", "unknown kind of target: submarine", NULL },
		{ "{\"id\":\"x\",\"op\":\"inside\",\"zone\":\"area\",\"schedule\":\"25:00-26:00\"}", "schedule: not a schedule: 25:00-26:00", NULL },
		{ "{\"id\":\"x\",\"op\":\"crosses\",\"zone\":\"gate\",\"direction\":\"up\"}", "unknown direction: up", NULL },
		{ "{\"id\":\"x\",\"op\":\"inside\",\"zone\":\"area\",\"where\":\"sog >\"}", "where, at its character 6: value expected", NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char json[512];
		(void)snprintf(json, sizeof json, "[%s]", cases[i].rule);
		struct xie_err err = { 0 };
		size_t n = 0;
		const struct xie_rules *r = NULL;
		check_true(compile(json, &err, &n, &r) != XIE_OK);
		if (strcmp(err.what, cases[i].what) != 0 || (cases[i].hint != NULL && strcmp(err.hint, cases[i].hint) != 0))
			fail_msg("%s: got \"%s\"; \"%s\"", cases[i].rule, err.what, err.hint);
		check_str(xie_str_of(err.file), "rules.yaml");
		check_int(err.line, 1);
		check_true(r == NULL);
	}
	struct xie_err err = { 0 };
	size_t n = 0;
	const struct xie_rules *r = NULL;
	check_true(compile("[{\"id\":\"x\",\"op\":\"inside\",\"zone\":\"lake\"},{\"id\":\"x\",\"op\":\"dwell\",\"zone\":\"pond\",\"for\":\"1 s\"}]", &err, &n,
	                   &r) != XIE_OK);
	check_int(n, 3); /* two zones and the id used twice */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_are_judged_with_units_and_three_values),
		cmocka_unit_test(bad_conditions_are_refused_with_their_place),
		cmocka_unit_test(depth_and_length_are_bounded),
		cmocka_unit_test(a_rule_meets_its_zones_with_limits_resolved_there),
		cmocka_unit_test(wrong_rules_are_refused_all_at_once),
	};
	return cmocka_run_group_tests_name("rule", tests, NULL, NULL);
}
