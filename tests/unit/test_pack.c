/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <sys/stat.h>
#include <unistd.h>

#include "xie/base/sha256.h"
#include "xie/file/file.h"
#include "xie/pack/pack.h"
#include "xie/rule/rule.h"

static xie_arena mem;
static struct xie_pack_note list[64];
static struct xie_pack_notes notes;
static struct xie_packs packs;
static char top[] = "/tmp/xie_pack_XXXXXX";

/* ---- folders made for a test ---- */

static const char *path_of(const char *name)
{
	static char path[4][512];
	static unsigned at;
	char *p = path[at++ % 4];
	(void)snprintf(p, sizeof path[0], "%s/%s", top, name);
	return p;
}

static void put(const char *name, const char *text)
{
	char *p = strdup(path_of(name));
	for (char *slash = strchr(p + strlen(top) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(p, 0777);
		*slash = '/';
	}
	FILE *f = fopen(p, "w");
	check_true(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
	free(p);
}

static void forget(const char *name)
{
	char cmd[600];
	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", path_of(name));
	check_int(system(cmd), 0);
}

static xie_status load(const char *const *dirs, size_t n)
{
	mem.used = 0;
	notes = (struct xie_pack_notes){ .list = list, .cap = 64 };
	return xie_packs_load(&mem, dirs, n, &packs, &notes);
}

static xie_status load_one(const char *dir)
{
	return load(&dir, 1);
}

/* Some note says so, at that place (0: any). */
static const struct xie_pack_note *said(const char *what, const char *file, uint32_t line, uint32_t column)
{
	for (uint32_t i = 0; i < notes.n && i < notes.cap; i++) {
		const struct xie_err *e = &list[i].err;
		if (strstr(e->what, what) != NULL && (line == 0 || e->line == line) && (column == 0 || e->column == column) &&
		    (file == NULL || (e->file != NULL && strstr(e->file, file) != NULL)))
			return &list[i];
	}
	for (uint32_t i = 0; i < notes.n && i < notes.cap; i++)
		xie_err_print(stderr, &list[i].err);
	fail_msg("nobody said \"%s\" at %s:%u:%u", what, file != NULL ? file : "", (unsigned)line, (unsigned)column);
	return NULL;
}

#define SQUARE(id, more)                                                                                          \
	"{\"type\":\"Feature\",\"properties\":{\"id\":\"" id "\"" more "},\"geometry\":{\"type\":\"Polygon\","   \
	"\"coordinates\":[[[113,22],[113.1,22],[113.1,22.1],[113,22.1],[113,22]]]}}"
#define COLLECTION(features) "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"
#define MANIFEST "id: a\nversion: 1.0\nname: {zh: 甲, en: A}\nutc_offset: +08:00\nlicence: x\nsources: [y]\n"
#define RULE "- {id: r1, op: inside, zone: z1, name: {zh: 一, en: One}}\n"

static void a_good_pack(void)
{
	forget("a");
	put("a/pack.yaml", MANIFEST);
	put("a/zones.geojson", COLLECTION(SQUARE("z1", ",\"name\":{\"zh\":\"区\",\"en\":\"Zone\"},\"limit\":\"6 kn\"")));
	put("a/rules.yaml", "rules:\n" RULE);
}

/* ---- the project's own packs ---- */

static const char *own(const char *name)
{
	static char path[512];
	const char *t = getenv("XIE_TOP");
	(void)snprintf(path, sizeof path, "%s/packs/%s", t != NULL ? t : ".", name);
	return path;
}

static void compiles(uint32_t want_bindings_at_least)
{
	const struct xie_rules *rules = NULL;
	xie_status st = xie_packs_compile(&mem, &packs, &rules, &notes);
	for (uint32_t i = 0; i < notes.n && i < notes.cap; i++)
		xie_err_print(stderr, &list[i].err);
	check_ok(st);
	check_true(rules->n_bindings >= want_bindings_at_least);
}

static void our_packs_have_nothing_to_complain_about(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		uint32_t bindings;
	} cases[] = { { "panama-demo", 17 }, { "cn-inland-waters", 21 }, { "cn-construction-waste", 7 } };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		check_ok(load_one(own(cases[i].name)));
		xie_packs_lint(&packs, &notes);
		for (uint32_t k = 0; k < notes.n; k++)
			xie_err_print(stderr, &list[k].err);
		check_int(notes.n, 0);
		check_str(packs.packs[0].id, cases[i].name);
		compiles(cases[i].bindings);
	}
}

static void our_packs_load_together(void **state)
{
	(void)state;
	char a[512], b[512], c[512];
	(void)snprintf(a, sizeof a, "%s", own("panama-demo"));
	(void)snprintf(b, sizeof b, "%s", own("cn-inland-waters"));
	(void)snprintf(c, sizeof c, "%s", own("cn-construction-waste"));
	check_ok(load((const char *const[]){ a, b, c }, 3));
	check_int(packs.n_packs, 3);
	check_int(packs.packs[1].rule0, packs.packs[0].n_rules);
	check_int(packs.packs[2].zone0 + packs.packs[2].n_zones, packs.n_zones);
	compiles(39);
}

static void a_quote_stands_in_the_statute(xie_str law, xie_str version, xie_str quote)
{
	char path[1024];
	/* files are named by the short title */
	static const char prefix[] = "中华人民共和国";
	xie_str name = xie_str_starts(law, prefix) ? xie_str_from(law, sizeof prefix - 1) : law;
	(void)snprintf(path, sizeof path, "%s/laws/%.*s(%.*s).md", shared_data(), (int)name.n, name.p, (int)version.n, version.p);
	xie_str text;
	struct xie_err err = { 0 };
	if (xie_file_read(&mem, path, &text, &err) != XIE_OK)
		fail_msg("%s: %s", path, err.what);
	if (memmem(text.p, text.n, quote.p, quote.n) == NULL)
		fail_msg("not in %s: %.*s", path, (int)quote.n, quote.p);
}

static void quoted_articles_are_the_statutes_own_words(void **state)
{
	(void)state;
	if (shared_data() == NULL)
		skip(); /* the statutes' texts are not part of the project */
	static const char *const names[] = { "cn-inland-waters", "cn-construction-waste" };
	int n = 0;
	for (size_t i = 0; i < 2; i++) {
		check_ok(load_one(own(names[i])));
		const struct xie_val *law = packs.packs[0].law, *laws = xie_val_get(law, "laws");
		XIE_VAL_EACH(v, xie_val_get(law, "violations"))
		{
			for (int k = 0; k < 2; k++) {
				XIE_VAL_EACH(a, xie_val_get(v, k == 0 ? "prohibits" : "penalises"))
				{
					char code[16];
					(void)snprintf(code, sizeof code, "%.*s", (int)xie_val_get_str(a, "law").n,
					               xie_val_get_str(a, "law").p);
					const struct xie_val *l = xie_val_get(laws, code);
					a_quote_stands_in_the_statute(xie_val_get_str(l, "name"), xie_val_get_str(l, "version"),
					                              xie_val_get_str(a, "text"));
					n++;
				}
			}
		}
	}
	check_true(n >= 20);
}

static void a_folder_of_rules_and_zones_is_a_pack(void **state)
{
	(void)state;
	if (shared_data() == NULL)
		skip(); /* the example is not part of the project */
	char dir[600];
	(void)snprintf(dir, sizeof dir, "%s/engine_example", shared_data());
	check_ok(load_one(dir));
	check_int(packs.n_rules, 24);
	check_int(packs.n_zones, 15);
	check_true(packs.packs[0].anonymous);
	check_str(packs.packs[0].label, "engine_example");
	check_str(packs.zones[0].layer, "zones");
	check_int(notes.errors, 0);
	(void)said("unknown field: recording", "rules.json", 2, 0);
	compiles(24);
}

/* ---- what is read ---- */

static void everything_in_its_place(void **state)
{
	(void)state;
	a_good_pack();
	put("a/zones/bridges.geojson", COLLECTION(SQUARE("b1", "") "," SQUARE("b2", ",\"layer\":\"old\"")));
	put("a/zones/README.md", "not a zone");
	put("a/rules/more.json", "[{\"id\":\"r2\",\"op\":\"enters\",\"layer\":\"bridges\"}]");
	put("a/lists.yaml", "lists:\n- {id: l1, values: [粤E12345, 413000001]}\n");
	put("a/violations.yaml", "laws: {L: {name: 法, version: 2020-01-01}}\nviolations: []\n");
	check_ok(load_one(path_of("a")));
	check_int(notes.n, 0);
	check_str(packs.packs[0].label, "a@1.0");
	check_str(packs.packs[0].name_zh, "甲");
	check_int(packs.packs[0].utc_offset_ms, 8 * 3600000);
	check_int(packs.n_zones, 3);
	check_str(packs.zones[0].name_en, "Zone");
	check_str(packs.zones[1].layer, "bridges");
	check_str(packs.zones[1].name_zh, "b1");
	check_str(packs.zones[2].layer, "old");
	check_int(packs.places[2].feature, 1);
	check_int(packs.shapes[0].parts[0].rings[0].pts[0].lon, 113 * XIE_DEG);
	check_int(packs.n_rules, 2);
	check_str(packs.rules[1].pack, "a@1.0");
	check_true(strstr(packs.rules[1].file, "rules/more.json") != NULL);
	check_int(packs.n_lists, 1);
	check_str(packs.lists[0].values[1], "413000001");
	check_true(packs.packs[0].law != NULL);
}

static void a_base_is_loaded_once_and_first(void **state)
{
	(void)state;
	a_good_pack();
	forget("b");
	put("b/pack.yaml", "id: b\nversion: 2\nextends: a\n");
	put("b/rules.yaml", "- {id: r2, op: inside, zone: z1}\n");
	char a[512], b[512];
	(void)snprintf(a, sizeof a, "%s", path_of("a"));
	(void)snprintf(b, sizeof b, "%s", path_of("b"));
	check_ok(load((const char *const[]){ b, a, b }, 3));
	check_int(packs.n_packs, 2);
	check_str(packs.packs[0].id, "a");
	check_str(packs.packs[1].id, "b");
	compiles(2);
	put("a/pack.yaml", MANIFEST "extends: [b]\n");
	check_st(load_one(b), XIE_LIMIT);
	(void)said("in a circle", "pack.yaml", 0, 0);
	put("a/pack.yaml", MANIFEST "extends: nowhere\n");
	check_st(load_one(a), XIE_MISSING);
	(void)said("not beside this one: nowhere", "a/pack.yaml", 7, 10);
	put("a/pack.yaml", MANIFEST "extends: ../a\n");
	check_st(load_one(a), XIE_MISSING);
}

/* ---- what is refused: all of it at once, each with its place ---- */

static void all_errors_are_collected(void **state)
{
	(void)state;
	forget("a");
	put("a/pack.yaml", "id: A B\nnaem: x\nutc_offset: eight\n");
	put("a/zones.geojson", COLLECTION(SQUARE("z1", "") ",\n" SQUARE("z1", "")));
	put("a/rules.yaml", "rules:\n- {op: inside}\n- 5\n- {id: a b, op: inside}\n" RULE RULE);
	put("a/rules/x.txt", "");
	put("a/rules/y.yaml", "rules: {}\n");
	put("a/rules/z.yaml", "rules:\n\t- x\n");
	put("a/lists.yaml", "lists:\n- {id: l}\n- {id: m, values: [[1]]}\n");
	check_true(load_one(path_of("a")) != XIE_OK);
	(void)said("not an id for a pack: A B", "a/pack.yaml", 1, 5);
	(void)said("a pack has a version", "a/pack.yaml", 0, 0);
	check_true(strstr(said("unknown field: naem", "a/pack.yaml", 2, 7)->err.hint, "name") != NULL);
	(void)said("not an offset from UTC: eight", "a/pack.yaml", 3, 13);
	(void)said("a rule has an id", "a/rules.yaml", 2, 3);
	(void)said("a rule is a mapping", "a/rules.yaml", 3, 3);
	(void)said("not an id: a b", "a/rules.yaml", 4, 8);
	(void)said("rule id given twice: r1", "a/rules.yaml", 6, 8);
	check_true(said("not a file of this folder's kind", "x.txt", 0, 0)->warning);
	(void)said("a list is expected: rules", "y.yaml", 1, 8);
	(void)said("cannot start any token", "z.yaml", 2, 1);
	(void)said("a list has an id and values", "a/lists.yaml", 2, 3);
	(void)said("a value of a list is text", "a/lists.yaml", 3, 20);
	(void)said("z1", "a/zones.geojson", 2, 0);
	check_true(notes.errors >= 12);
}

static void what_the_compiler_refuses_is_a_note_too(void **state)
{
	(void)state;
	a_good_pack();
	put("a/rules.yaml", "rules:\n- {id: r1, op: speeding, zone: z1, limit: 6 kg}\n- {id: r2, op: inside, zone: zz}\n");
	check_ok(load_one(path_of("a")));
	const struct xie_rules *rules = NULL;
	check_true(xie_packs_compile(&mem, &packs, &rules, &notes) != XIE_OK);
	check_true(rules == NULL);
	check_int(notes.errors, 2);
	(void)said("limit", "rules.yaml", 2, 0);
	(void)said("zz", "rules.yaml", 3, 0);
}

static void law_without_ground_is_refused(void **state)
{
	(void)state;
	a_good_pack();
	put("a/violations.yaml", "laws:\n  L: {name: 法}\nviolations:\n- {name: x}\n- id: v1\n  prohibits: [{law: M, article: 1}, {law: L}]\n"
	                         "  penalises: []\n  penalty: {kinds: [fine, flogging], range_fen: [5, 3]}\n  penalties: 1\n- {id: v1}\n");
	check_true(load_one(path_of("a")) != XIE_OK);
	(void)said("a law has a name and a version: L", "violations.yaml", 2, 6);
	(void)said("a violation has an id", "violations.yaml", 4, 3);
	(void)said("law that `laws` does not list: M", "violations.yaml", 6, 21);
	(void)said("an article has a law and a number", "violations.yaml", 6, 0);
	(void)said("unknown kind of penalty: flogging", "violations.yaml", 8, 0);
	(void)said("not a range of fines", "violations.yaml", 8, 0);
	check_true(strstr(said("unknown field: penalties", NULL, 9, 0)->err.hint, "penalises") != NULL ||
	           strstr(said("unknown field: penalties", NULL, 9, 0)->err.hint, "penalty") != NULL);
	(void)said("violation id given twice: v1", "violations.yaml", 10, 3);
}

static void a_broken_shape_comes_with_a_repair(void **state)
{
	(void)state;
	a_good_pack();
	put("a/zones.geojson", COLLECTION("{\"type\":\"Feature\",\"properties\":{\"id\":\"bow\"},\"geometry\":{\"type\":\"Polygon\","
	                                  "\"coordinates\":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}"));
	check_true(load_one(path_of("a")) != XIE_OK);
	const struct xie_pack_note *n = said("bow", "zones.geojson", 0, 0);
	check_true(n->repair != NULL && strstr(n->repair, "MultiPolygon") != NULL);
}

static void a_folder_that_is_no_pack_says_so(void **state)
{
	(void)state;
	forget("none");
	put("none/README.md", "");
	check_st(load_one(path_of("none")), XIE_MISSING);
	(void)said("not a pack", "none", 0, 0);
	check_st(load_one(path_of("nowhere")), XIE_MISSING);
	(void)said("no such folder", "nowhere", 0, 0);
}

static void ids_of_two_packs_may_not_meet(void **state)
{
	(void)state;
	a_good_pack();
	forget("b");
	put("b/zones.geojson", COLLECTION(SQUARE("z1", "")));
	put("b/rules.yaml", RULE);
	char a[512], b[512];
	(void)snprintf(a, sizeof a, "%s", path_of("a"));
	(void)snprintf(b, sizeof b, "%s", path_of("b"));
	check_st(load((const char *const[]){ a, b }, 2), XIE_DUPLICATE);
	(void)said("rule id given twice: r1", "b/rules.yaml", 1, 0);
	(void)said("zone id given twice: z1", "b/zones.geojson", 0, 0);
	forget("b");
	put("b/pack.yaml", "id: a\nversion: 3\n");
	check_st(load((const char *const[]){ a, b }, 2), XIE_DUPLICATE);
}

/* ---- lint ---- */

static void lint_names_what_is_unused_or_missing(void **state)
{
	(void)state;
	a_good_pack();
	put("a/pack.yaml", "id: a\nversion: 1\n");
	put("a/zones.geojson", COLLECTION(SQUARE("z1", "") "," SQUARE("z2", "") ",\n" SQUARE("z3", ",\"layer\":\"l\"")));
	put("a/rules.yaml", "- {id: r1, op: inside, zone: [z1], name: {zh: 一}, violation: v9}\n"
	                    "- {id: r2, op: inside, layer: l, name: {zh: 二, en: two}, violation: v1}\n");
	put("a/violations.yaml", "laws: {L: {name: 法, version: 2020-01-01}}\nviolations:\n- {id: v1}\n- {id: v2, prohibits: [], penalises: []}\n");
	check_ok(load_one(path_of("a")));
	check_int(notes.n, 0);
	xie_packs_lint(&packs, &notes);
	check_int(notes.errors, 0);
	(void)said("no rule uses the zone: z2", "zones.geojson", 1, 0);
	(void)said("no violations.yaml has the violation: v9", "rules.yaml", 1, 0);
	(void)said("no name in Chinese and English: r1", "rules.yaml", 1, 3);
	(void)said("no rule names the violation: v2", "violations.yaml", 4, 3);
	(void)said("no article that forbids it: v1", "violations.yaml", 3, 3);
	(void)said("no article that punishes it: v1", "violations.yaml", 3, 3);
	(void)said("pack.yaml lacks licence", NULL, 0, 0);
	check_int(notes.n, 10);
}

static void the_nearest_name_is_found(void **state)
{
	(void)state;
	static const char *const names[] = { "zone", "layer", "limit", "min_speed", "min_distance" };
	assert_string_equal(xie_near_name(XIE_STR("limits"), names, 5), "limit");
	assert_string_equal(xie_near_name(XIE_STR("min_sped"), names, 5), "min_speed");
	assert_string_equal(xie_near_name(XIE_STR("zon"), names, 5), "zone");
	assert_string_equal(xie_near_name(XIE_STR("zoen"), names, 5), "zone");
	assert_null(xie_near_name(XIE_STR("colour"), names, 5));
	assert_null(xie_near_name(XIE_STR(""), names, 5));
	assert_null(xie_near_name(XIE_STR("0123456789012345678901234567890123456789"), names, 5));
}

/* ---- digests ---- */

struct digests {
	uint8_t pack[32], rule[32], zone[32];
};

static struct digests digests(void)
{
	struct digests d;
	check_ok(load_one(path_of("a")));
	memcpy(d.pack, packs.packs[0].digest, 32);
	memcpy(d.rule, packs.rules[0].digest, 32);
	memcpy(d.zone, packs.zones[0].digest, 32);
	return d;
}

static void check_same(const struct digests *a, const struct digests *b, bool pack, bool rule, bool zone)
{
	check_int(memcmp(a->pack, b->pack, 32) == 0, pack);
	check_int(memcmp(a->rule, b->rule, 32) == 0, rule);
	check_int(memcmp(a->zone, b->zone, 32) == 0, zone);
}

static void digests_cover_meaning_and_nothing_else(void **state)
{
	(void)state;
	a_good_pack();
	struct digests one = digests(), two;
	/* comments, blanks, key order, another file and syntax, words, alias of the operator */
	put("a/pack.yaml", "# c\nversion: \"1.0\"\nid: a\n\nutc_offset: +0800\n");
	(void)unlink(path_of("a/rules.yaml"));
	put("a/rules/x.json", "{\"rules\":[{\"name\":\"other\",\"zone\":\"z1\",\"note\":\"n\",\"op\":\"inside\",\"id\":\"r1\"}]}");
	put("a/zones.geojson", "{\"features\":[{\"geometry\":{\"coordinates\":[[[113.1,22.0],[113.1,22.1],[113.0,22.1],[113.00,22],[113.1,22]]],"
	                       "\"type\":\"Polygon\"},\"type\":\"Feature\",\"properties\":{\"limit\":\"6 kn\",\"fill\":\"#f00\",\"id\":\"z1\"}}],"
	                       "\"type\":\"FeatureCollection\"}");
	two = digests();
	check_same(&one, &two, true, true, true);
	/* a level is handling: the pack changes, its alerts do not */
	put("a/rules/x.json", "[{\"level\":1,\"zone\":\"z1\",\"op\":\"inside\",\"id\":\"r1\"}]");
	two = digests();
	check_same(&one, &two, false, true, true);
	put("a/rules/x.json", "[{\"gap\":\"5 s\",\"zone\":\"z1\",\"op\":\"inside\",\"id\":\"r1\"}]");
	two = digests();
	check_same(&one, &two, false, false, true);
	a_good_pack();
	put("a/zones.geojson", COLLECTION(SQUARE("z1", ",\"limit\":\"6.5 kn\"")));
	two = digests();
	check_same(&one, &two, false, true, false);
	a_good_pack();
	put("a/zones.geojson", COLLECTION(SQUARE("z1", ",\"limit\":6.50")));
	struct digests three = digests();
	check_same(&two, &three, false, true, false);
	a_good_pack();
	put("a/pack.yaml", "id: a\nversion: 2.0\nutc_offset: +08:00\n");
	two = digests();
	check_same(&one, &two, false, true, true);
	put("a/pack.yaml", "id: a\nversion: 1.0\nutc_offset: +07:00\n");
	two = digests();
	check_same(&one, &two, false, false, true);
	a_good_pack();
	put("a/lists.yaml", "lists: [{id: l, values: [b, a]}]");
	two = digests();
	check_same(&one, &two, false, true, true);
	put("a/lists.yaml", "lists: [{id: l, values: [a, b]}]");
	three = digests();
	check_same(&two, &three, true, true, true);
}

/* A digest is published: it must be the same in every release. */
static void digests_are_what_the_document_says(void **state)
{
	(void)state;
	a_good_pack();
	check_ok(load_one(path_of("a")));
	static const char rule[] = "{\"op\":\"inside\",\"rule\":{\"id\":\"r1\"},\"utc_offset_ms\":28800000}";
	static const char zone[] = "{\"read\":{\"id\":\"z1\",\"layer\":\"zones\",\"props\":{\"id\":\"z1\",\"limit\":\"6 kn\"}},\"shape\":{\"parts\":"
	                           "[[[[678000000,132000000],[678600000,132000000],[678600000,132600000],[678000000,132600000]]]]}}";
	uint8_t want[32];
	xie_sha256_of(rule, sizeof rule - 1, want);
	assert_memory_equal(packs.rules[0].digest, want, 32);
	xie_sha256_of(zone, sizeof zone - 1, want);
	assert_memory_equal(packs.zones[0].digest, want, 32);
	char hex[65], text[600];
	for (int i = 0; i < 32; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", want[i]);
	uint8_t whole[32];
	static const char full_rule[] = "{\"id\":\"r1\",\"op\":\"inside\",\"zone\":\"z1\"}";
	char rule_hex[65];
	xie_sha256_of(full_rule, sizeof full_rule - 1, whole);
	for (int i = 0; i < 32; i++)
		(void)snprintf(rule_hex + 2 * i, 3, "%02x", whole[i]);
	int n = snprintf(text, sizeof text, "{\"id\":\"a\",\"lists\":[],\"rules\":[\"%s\"],\"utc_offset_ms\":28800000,\"version\":\"1.0\",\"zones\":[\"%s\"]}",
	                 rule_hex, hex);
	xie_sha256_of(text, (size_t)n, want);
	assert_memory_equal(packs.packs[0].digest, want, 32);
}

/* ---- memory ---- */

static void too_little_memory_is_a_status(void **state)
{
	(void)state;
	a_good_pack();
	put("a/lists.yaml", "lists: [{id: l, values: [b, a]}]");
	const char *dir = path_of("a");
	size_t cap = mem.cap, need = 0;
	check_ok(load_one(dir));
	need = mem.used;
	for (mem.cap = 0; mem.cap < need + 8192; mem.cap += 997) {
		xie_status st = load_one(dir);
		check_int(st == XIE_OK, notes.errors == 0);
		if (st != XIE_OK && st != XIE_LIMIT)
			fail_msg("with %zu bytes: %s, %s", mem.cap, xie_status_code(st), list[0].err.what);
	}
	mem.cap = cap;
	/* and no room for notes is no reason to fail */
	put("a/rules.yaml", "- 1\n- 2\n- 3\n");
	notes = (struct xie_pack_notes){ .list = list, .cap = 1 };
	mem.used = 0;
	check_st(xie_packs_load(&mem, &dir, 1, &packs, &notes), XIE_MALFORMED);
	check_int(notes.n, 3);
	check_int(notes.errors, 3);
}

static int setup(void **state)
{
	(void)state;
	return mkdtemp(top) != NULL && xie_big_arena_init(&mem, (size_t)1 << 28) == XIE_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	char cmd[600];
	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", top);
	xie_big_arena_done(&mem);
	return system(cmd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_packs_have_nothing_to_complain_about),
		cmocka_unit_test(our_packs_load_together),
		cmocka_unit_test(quoted_articles_are_the_statutes_own_words),
		cmocka_unit_test(a_folder_of_rules_and_zones_is_a_pack),
		cmocka_unit_test(everything_in_its_place),
		cmocka_unit_test(a_base_is_loaded_once_and_first),
		cmocka_unit_test(all_errors_are_collected),
		cmocka_unit_test(what_the_compiler_refuses_is_a_note_too),
		cmocka_unit_test(law_without_ground_is_refused),
		cmocka_unit_test(a_broken_shape_comes_with_a_repair),
		cmocka_unit_test(a_folder_that_is_no_pack_says_so),
		cmocka_unit_test(ids_of_two_packs_may_not_meet),
		cmocka_unit_test(lint_names_what_is_unused_or_missing),
		cmocka_unit_test(the_nearest_name_is_found),
		cmocka_unit_test(digests_cover_meaning_and_nothing_else),
		cmocka_unit_test(digests_are_what_the_document_says),
		cmocka_unit_test(too_little_memory_is_a_status),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
