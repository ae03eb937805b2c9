/* SPDX-License-Identifier: Apache-2.0 */
/* Discretion benchmarks of the domain packs. */
#include "check.h"

#include "xie/file/file.h"
#include "xie/law/discretion.h"
#include "xie/pack/law.h"

static xie_arena mem;
static const struct xie_law *law;

static int set_up(void **state)
{
	(void)state;
	static char dirs[4][512];
	static const char *const names[] = { "cn-core", "cn-road-freight", "cn-construction-waste", "cn-inland-waters" };
	const char *top = getenv("XIE_TOP"), *list[4];
	struct xie_err err = { 0 };
	for (int i = 0; i < 4; i++) {
		(void)snprintf(dirs[i], sizeof dirs[i], "%s/packs/%s", top != NULL ? top : ".", names[i]);
		list[i] = dirs[i];
	}
	check_ok(xie_big_arena_init(&mem, 256u << 20));
	if (xie_pack_law(&mem, list, 4, &law, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
		return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	xie_big_arena_done(&mem);
	return 0;
}

static struct xie_discretion judge(const char *item, const char *json)
{
	const struct xie_val *v = NULL;
	struct xie_discretion d = { 0 };
	struct xie_err err = { 0 };
	check_ok(xie_json_read(&mem, xie_str_of(json), (struct xie_val_limits){ .depth = 4 }, &v, &err));
	xie_status st = xie_discretion_of(law, &mem, xie_str_of(item), v, 18900, &d, &err);
	if (st != XIE_OK)
		fail_msg("%s %s: %s", item, json, err.what);
	return d;
}

static void overloaded_trucks_pay_what_the_rule_says(void **state)
{
	(void)state;
	static const struct {
		int gross, axles;
		const char *kind;
		int64_t fen;
	} cases[] = {
		{ 49000, 6, NULL, 0 },          { 49600, 6, "WARN", 0 },        { 50000, 6, "WARN", 0 },
		{ 50001, 6, "FINE", 50000 },    { 51000, 6, "FINE", 100000 },   { 63400, 6, "FINE", 700000 },
		{ 90000, 4, "FINE", 2950000 },  { 110000, 6, "FINE", 3000000 }, { 110000, 8, "FINE", 3000000 },
		{ 18001, 2, "WARN", 0 },        { 27500, 3, "FINE", 100000 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char json[128];
		(void)snprintf(json, sizeof json, "{\"gross_kg\":%d,\"axles\":%d}", cases[i].gross, cases[i].axles);
		struct xie_discretion d = judge("HW-OL-WEIGHT", json);
		check_int(d.punish, cases[i].kind != NULL);
		if (cases[i].kind != NULL)
			check_str(d.lines[0].kind, cases[i].kind);
		check_int(d.fine_fen, cases[i].fen);
	}
	check_int(judge("HW-OL-WEIGHT", "{\"gross_kg\":28500,\"axles\":3,\"train\":true}").fine_fen, 50000);
	check_int(judge("HW-OL-WEIGHT", "{\"gross_kg\":48500,\"axles\":6,\"single_drive\":true}").fine_fen, 100000);
	check_int(judge("HW-OL-WEIGHT", "{\"gross_kg\":51200,\"axles\":6,\"error_kg\":300}").fine_fen, 50000);
	check_true(!judge("HW-OL-WEIGHT", "{\"gross_kg\":60000,\"axles\":6,\"exempt\":true}").punish);
}

static void the_sentence_says_every_number_and_its_source(void **state)
{
	(void)state;
	struct xie_discretion d = judge("HW-OL-WEIGHT", "{\"gross_kg\":63400,\"axles\":6,\"truck_year\":4,\"fleet\":30,\"fleet_over\":4}");
	check_str(d.explain, "HW-OL-WEIGHT 超限运输（总质量）：limit=49000，e=14400，units=14；每超1000千克罚款500元："
	                     "7000.00元（OLR 43、HSR 64）");
	check_int(d.n_follow, 4);
	check_str(d.follow[0], "UNLOAD_AND_REWEIGH");
	check_str(d.follow[1], "REVOKE_OPCERT");
	check_str(d.follow[2], "STOP_BUSINESS");
	check_str(d.follow[3], "COPY_HOME");
}

static void a_tier_and_its_modifiers_choose_the_range(void **state)
{
	(void)state;
	struct xie_discretion d = judge("CW-NO-PERMIT", "{\"vehicles\":1,\"volume_m3\":20}");
	check_str(d.lines[0].tier_zh, "较轻");
	check_int(d.lines[0].low, 500000);
	check_int(d.lines[0].high, 1000000);
	check_int(d.fine_fen, 750000);
	check_int(judge("CW-NO-PERMIT", "{\"vehicles\":2,\"volume_m3\":20}").fine_fen, 1500000);
	check_int(judge("CW-NO-PERMIT", "{\"vehicles\":1,\"volume_m3\":101}").fine_fen, 2500000);
	check_int(judge("CW-NO-PERMIT", "{\"vehicles\":1,\"volume_m3\":1,\"device_blocked\":true}").fine_fen, 2500000);
	check_int(judge("CW-NO-PERMIT", "{\"vehicles\":2,\"volume_m3\":50,\"cleaned_up\":true}").lines[0].high, 1500000);
	check_int(judge("CW-NO-PERMIT", "{\"vehicles\":2,\"volume_m3\":50,\"fled\":true}").lines[0].low, 1500000);
	d = judge("IW-SPEED", "{\"speed_dmph\":150000,\"limit_dmph\":100000,\"serious\":true}");
	check_int(d.n_lines, 2);
	check_str(d.lines[0].tier_zh, "一般");
	check_str(d.lines[1].kind, "HOLD_CERT");
	check_int(judge("IW-FERRY-OVERLOAD", "{\"counted\":44,\"limit\":40}").fine_fen, 3000000);
	check_int(judge("IW-FERRY-OVERLOAD", "{\"counted\":45,\"limit\":40}").fine_fen, 5500000);
	check_int(judge("IW-FERRY-OVERLOAD", "{\"counted\":41,\"limit\":40,\"children\":true}").fine_fen, 8500000);
	check_true(!judge("IW-FERRY-OVERLOAD", "{\"counted\":40,\"limit\":40}").punish);
	d = judge("HW-OL-SIZE", "{\"height_mm\":4300,\"width_mm\":2500,\"length_mm\":18000}");
	check_int(d.lines[0].low, 20000);
	check_int(d.lines[0].high, 100000);
}

static void more_of_a_factor_never_costs_less(void **state)
{
	(void)state;
	int64_t last = 0;
	for (int gross = 48000; gross < 120000; gross += 137) {
		char json[64];
		(void)snprintf(json, sizeof json, "{\"gross_kg\":%d,\"axles\":6}", gross);
		size_t mark = xie_arena_mark(&mem);
		struct xie_discretion d = judge("HW-OL-WEIGHT", json);
		check_true(d.fine_fen >= last && d.fine_fen <= 3000000);
		last = d.fine_fen;
		xie_arena_rewind(&mem, mark);
	}
	last = 0;
	for (int counted = 40; counted < 90; counted++) {
		char json[64];
		(void)snprintf(json, sizeof json, "{\"counted\":%d,\"limit\":40}", counted);
		struct xie_discretion d = judge("IW-FERRY-OVERLOAD", json);
		check_true(d.fine_fen >= last && d.fine_fen <= 10000000);
		last = d.fine_fen;
	}
}

static void what_it_was_not_told_it_does_not_guess(void **state)
{
	(void)state;
	static const struct {
		const char *item, *json;
		xie_status st;
	} cases[] = {
		{ "NO-SUCH", "{}", XIE_UNKNOWN },
		{ "HW-OL-WEIGHT", "{}", XIE_MISSING },
		{ "HW-OL-WEIGHT", "{\"gross_kg\":1,\"colour\":\"red\"}", XIE_UNKNOWN },
		{ "HW-OL-WEIGHT", "{\"gross_kg\":\"heavy\"}", XIE_MALFORMED },
		{ "HW-OL-WEIGHT", "[]", XIE_MALFORMED },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct xie_val *v = NULL;
		struct xie_discretion d = { 0 };
		struct xie_err err = { 0 };
		check_ok(xie_json_read(&mem, xie_str_of(cases[i].json), (struct xie_val_limits){ .depth = 4 }, &v, &err));
		check_st(xie_discretion_of(law, &mem, xie_str_of(cases[i].item), v, 18900, &d, &err), cases[i].st);
		check_true(err.what[0] != '\0');
	}
}

static void a_decision_that_differs_is_visible(void **state)
{
	(void)state;
	check_int(xie_discretion_deviation(700000, 700000), 0);
	check_int(xie_discretion_deviation(700000, 560000), 2000);
	check_int(xie_discretion_deviation(300000, 400000), 3333);
	check_int(xie_discretion_deviation(0, 0), 0);
	check_int(xie_discretion_deviation(0, 1), INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(overloaded_trucks_pay_what_the_rule_says),
		cmocka_unit_test(the_sentence_says_every_number_and_its_source),
		cmocka_unit_test(a_tier_and_its_modifiers_choose_the_range),
		cmocka_unit_test(more_of_a_factor_never_costs_less),
		cmocka_unit_test(what_it_was_not_told_it_does_not_guess),
		cmocka_unit_test(a_decision_that_differs_is_visible),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
