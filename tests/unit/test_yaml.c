/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/pack/yaml.h"

static uint8_t mem[1 << 20], out[1 << 16];
static struct xie_err err;

static xie_status read_lim(const char *text, struct xie_val_limits lim, const struct xie_val **v)
{
	xie_arena a = xie_arena_of(mem, sizeof mem);
	memset(&err, 0, sizeof err);
	return xie_yaml_read(&a, xie_str_of(text), lim, v, &err);
}

static xie_status read_text(const char *text, const struct xie_val **v)
{
	return read_lim(text, (struct xie_val_limits){ .depth = 32 }, v);
}

/* Both as JSON text. */
static void reads_as(const char *yaml, const char *json)
{
	const struct xie_val *v = NULL;
	check_ok(read_text(yaml, &v));
	xie_wr w = xie_wr_of(out, sizeof out);
	xie_val_write(v, &w);
	check_str(xie_wr_view(&w), json);
}

static void refuses(const char *yaml, xie_status st, uint32_t line, uint32_t column, const char *what)
{
	const struct xie_val *v = NULL;
	xie_status got = read_text(yaml, &v);
	if (got != st)
		fail_msg("%s: got %s (%s), want %s", yaml, xie_status_code(got), err.what, xie_status_code(st));
	check_true(v == NULL);
	check_int(err.line, line);
	check_int(err.column, column);
	if (strstr(err.what, what) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.what, what);
}

static void mappings_lists_and_texts(void **state)
{
	(void)state;
	reads_as("# a pack\nid: cn\nname: {zh: 内河, en: Inland}\nlist:\n  - a\n  - 'b: c'\n  - \"d\\n\\u00e9\"\n",
	         "{\"id\":\"cn\",\"name\":{\"zh\":\"内河\",\"en\":\"Inland\"},\"list\":[\"a\",\"b: c\",\"d\\né\"]}");
	reads_as("a: |\n  one\n  two\nb: >-\n  three\n  four\n", "{\"a\":\"one\\ntwo\\n\",\"b\":\"three four\"}");
	reads_as("--- {a: [1, {b: c}]}\n...\n", "{\"a\":[1,{\"b\":\"c\"}]}");
	reads_as("\xEF\xBB\xBF" "a: 1", "{\"a\":1}");
	reads_as("just text", "\"just text\"");
}

static void nothing_is_guessed(void **state)
{
	(void)state;
	static const char *const text[] = { "no", "Yes", "on", "off", "True", "NULL", "12:30:00", "0x1F", "0o17", "010", ".5",
		                            "5.", "+1", "1_000", "1,5", "2014-04-05", ".inf", ".nan", "1e", "-", "00", "60 s" };
	for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
		if (strcmp(text[i], "-") == 0)
			continue;
		char yaml[64], json[64];
		(void)snprintf(yaml, sizeof yaml, "a: %s", text[i]);
		(void)snprintf(json, sizeof json, "{\"a\":\"%s\"}", text[i]);
		reads_as(yaml, json);
	}
}

static void numbers_bools_and_nulls_are_jsons(void **state)
{
	(void)state;
	reads_as("[0, -1, 1.5, -79.559999, 1e3, 1.5E-7, true, false, null, ~, ]", "[0,-1,1.5,-79.559999,1e3,1.5E-7,true,false,null,null]");
	reads_as("a:\nb: ''\nc: '1'\nd: \"true\"", "{\"a\":null,\"b\":\"\",\"c\":\"1\",\"d\":\"true\"}");
	/* a key is text whatever it looks like */
	reads_as("1: a\ntrue: b\nno: c", "{\"1\":\"a\",\"true\":\"b\",\"no\":\"c\"}");
}

static void every_node_knows_its_place(void **state)
{
	(void)state;
	const struct xie_val *v = NULL;
	check_ok(read_text("id: x\nrules:\n  - id: a\n    for: 60 s\n  - {id: b}\n名: 值\n", &v));
	check_int(xie_val_get(v, "id")->line, 1);
	check_int(xie_val_get(v, "id")->column, 5);
	const struct xie_val *rules = xie_val_get(v, "rules");
	check_int(rules->line, 2); /* a block stands at its key */
	check_int(rules->column, 1);
	const struct xie_val *a = xie_val_at(rules, 0);
	check_int(a->line, 3);
	check_int(a->column, 5);
	check_int(xie_val_get(a, "for")->line, 4);
	check_int(xie_val_get(a, "for")->column, 10);
	check_int(xie_val_at(rules, 1)->line, 5);
	check_int(xie_val_get(v, "名")->column, 4); /* characters, not bytes */
}

static void refuses_what_hides_meaning(void **state)
{
	(void)state;
	refuses("a: &x 1\nb: *x", XIE_REFUSED, 1, 4, "anchor");
	refuses("a: 1\nb: *x", XIE_REFUSED, 2, 4, "alias");
	refuses("a: !!str 1", XIE_REFUSED, 1, 4, "tag");
	refuses("a: !t [1]", XIE_REFUSED, 1, 4, "tag");
	refuses("a:\n  <<: {b: 1}", XIE_REFUSED, 2, 3, "merge");
	refuses("%YAML 1.1\n---\na: 1", XIE_REFUSED, 1, 1, "directive");
	refuses("a: 1\n---\nb: 2", XIE_REFUSED, 2, 1, "second document");
	refuses("? [a]\n: 1", XIE_REFUSED, 1, 3, "key must be text");
	refuses("?\n: 1", XIE_REFUSED, 1, 2, "key is missing");
}

static void refuses_a_key_given_twice(void **state)
{
	(void)state;
	refuses("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n", XIE_DUPLICATE, 5, 3, "key given twice: c");
	refuses("{\"a\": 1, \"a\": 2}", XIE_DUPLICATE, 1, 10, "key given twice: a");
}

static void broken_text_is_named_by_line_and_column(void **state)
{
	(void)state;
	refuses("a: 1\n\tb: 2\n", XIE_MALFORMED, 2, 1, "tab");
	check_true(strstr(err.hint, "blanks") != NULL);
	refuses("a: b: c\n", XIE_MALFORMED, 1, 5, "mapping values are not allowed");
	refuses("a: [1, 2\nb: 3\n", XIE_MALFORMED, 2, 2, "");
	refuses("a: \"x\n", XIE_MALFORMED, 2, 1, "end of stream");
	refuses("a: 1\nb: \xFF\n", XIE_MALFORMED, 2, 4, "not UTF-8");
	refuses("", XIE_MISSING, 1, 1, "empty");
	refuses("# only a comment\n", XIE_MISSING, 2, 1, "empty");
}

static void json_is_read_as_json(void **state)
{
	(void)state;
	reads_as(" {\"a\": \"\\/\\ud83d\\ude00\",\n\t\"b\": [1.0]}\n", "{\"a\":\"/😀\",\"b\":[1.0]}");
	reads_as("{a: 1, b: no}", "{\"a\":1,\"b\":\"no\"}"); /* not JSON, yet YAML */
}

static void depth_and_size_have_a_ceiling(void **state)
{
	(void)state;
	const struct xie_val *v = NULL;
	struct xie_val_limits lim = { .depth = 3, .nodes = 0 };
	check_ok(read_lim("a: [[b]]", lim, &v));
	check_st(read_lim("a: [[[b]]]", lim, &v), XIE_LIMIT);
	check_true(strstr(err.what, "deep") != NULL);
	lim = (struct xie_val_limits){ .depth = 9, .nodes = 3 };
	check_ok(read_lim("a: [1, b]", lim, &v));
	check_st(read_lim("a: [1, b, 2]", lim, &v), XIE_LIMIT);
	/* 4,096 keys in one mapping, no more */
	static char text[64 * 1024];
	size_t n = 0;
	for (int i = 0; i < 4097; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "k%d: 1\n", i);
	static uint8_t big[4 << 20];
	xie_arena a = xie_arena_of(big, sizeof big);
	check_st(xie_yaml_read(&a, xie_str_of(text), (struct xie_val_limits){ .depth = 9 }, &v, &err), XIE_LIMIT);
	check_int(err.line, 4097);
}

/* Whatever the arena's size, the answer is the tree or LIMIT. */
static void a_full_arena_is_a_status(void **state)
{
	(void)state;
	static const char text[] = "a: [1, two, {b: c}]\nd: \"e\"\n";
	bool fitted = false;
	for (size_t cap = 0; cap < 4096 && !fitted; cap += 8) {
		xie_arena a = xie_arena_of(mem, cap);
		const struct xie_val *v = NULL;
		xie_status st = xie_yaml_read(&a, xie_str_of(text), (struct xie_val_limits){ .depth = 9 }, &v, &err);
		check_true(st == XIE_LIMIT ? v == NULL : st == XIE_OK && v != NULL);
		fitted = st == XIE_OK;
	}
	check_true(fitted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mappings_lists_and_texts),
		cmocka_unit_test(nothing_is_guessed),
		cmocka_unit_test(numbers_bools_and_nulls_are_jsons),
		cmocka_unit_test(every_node_knows_its_place),
		cmocka_unit_test(refuses_what_hides_meaning),
		cmocka_unit_test(refuses_a_key_given_twice),
		cmocka_unit_test(broken_text_is_named_by_line_and_column),
		cmocka_unit_test(json_is_read_as_json),
		cmocka_unit_test(depth_and_size_have_a_ceiling),
		cmocka_unit_test(a_full_arena_is_a_status),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
