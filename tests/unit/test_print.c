/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/print/print.h"

/* A law of one event that makes one document, and templates beside it: what the pack says is tested by tests/cli/print. */
static const char law_text[] =
        "{\"settings\":{\"utc_offset\":\"+08:00\"},"
        "\"statutes\":[{\"code\":\"D\",\"zh\":\"本\",\"en\":\"own\",\"rank\":\"own\"}],"
        "\"states\":[{\"code\":\"S0\",\"kind\":\"start\",\"zh\":\"始\",\"en\":\"start\"}],"
        "\"procedures\":[{\"code\":\"P\",\"start\":\"S0\",\"zh\":\"程序\",\"en\":\"procedure\"}],"
        "\"documents\":[{\"code\":\"D1\",\"zh\":\"文书\",\"en\":\"document\"}],"
        "\"events\":[{\"event\":\"make\",\"zh\":\"制作\",\"en\":\"make\",\"keys\":{\"fen\":\"int\"}}],"
        "\"transitions\":[{\"id\":\"t1\",\"event\":\"make\",\"from\":[\"S0\"],\"do\":[{\"doc\":\"D1\"}]}],"
        "\"roles\":[\"OFFICER\",\"AUX\"],\"header\":{\"id\":\"text\",\"proc\":\"text\"},\"person\":{\"role\":\"text\",\"name\":\"text\"},"
        "\"people\":{\"set\":\"recused\",\"helper\":\"AUX\","
        "\"recused\":{\"code\":\"r:\",\"zh\":\"回避\",\"en\":\"r\",\"basis\":[\"D\"]},"
        "\"cert\":{\"code\":\"c:\",\"zh\":\"证件\",\"en\":\"c\",\"basis\":[\"D\"]},"
        "\"aux\":{\"code\":\"a:\",\"zh\":\"辅助\",\"en\":\"a\",\"basis\":[\"D\"]},"
        "\"unknown\":{\"code\":\"p:\",\"zh\":\"不明\",\"en\":\"p\",\"basis\":[\"D\"]},"
        "\"state\":{\"code\":\"s:\",\"zh\":\"阶段\",\"en\":\"s\",\"basis\":[\"D\"]}}}";
static const char tables[] =
        "{\"names\":{\"field.v\":[\"某值\",\"some value\"],\"field.w\":[\"另值\",\"another value\"],\"it.x\":[\"项\",\"item\"]},"
        "\"words\":{\"w\":{\"a\":\"甲\"}},"
        "\"statutes\":[{\"code\":\"APL\",\"zh\":\"旧处罚法\",\"to\":\"2021-07-14\"},{\"code\":\"APL\",\"zh\":\"处罚法\",\"from\":\"2021-07-15\"},"
        "{\"code\":\"NEW\",\"zh\":\"新法\",\"from\":\"2030-01-01\"}],"
        "\"articles\":{\"notice\":[{\"to\":\"2021-07-14\",\"cite\":[\"APL 31\",\"APL 32\"]},{\"from\":\"2021-07-15\",\"cite\":[\"APL 44\",\"APL 45\"]}]}}";

static uint8_t memory[48 << 20];
static char text[1 << 16];

struct fixture {
	xie_arena mem;
	struct xie_print_case c;
	const struct xie_val *events[1];
	struct xie_err err;
	struct xie_print_missing missing;
};

static const struct xie_val *read(xie_arena *a, const char *s)
{
	const struct xie_val *v = NULL;
	check_ok(xie_json_read(a, xie_str_of(s), (struct xie_val_limits){ .depth = 24 }, &v, NULL));
	return v;
}

static void begin(struct fixture *x, const char *day)
{
	const struct xie_calendar *cal = NULL;
	const struct xie_law_case *c = NULL;
	struct xie_law_outcome out;
	char event[200];
	*x = (struct fixture){ .mem = xie_arena_of(memory, sizeof memory) };
	(void)snprintf(event, sizeof event, "{\"at\":\"%sT09:05:00+08:00\",\"event\":\"make\",\"by\":[],\"data\":{}}", day);
	const struct xie_val *years[] = { read(&x->mem, "{\"year\":2021}") }, *laws[] = { read(&x->mem, law_text) };
	x->events[0] = read(&x->mem, xie_str_dup(&x->mem, xie_str_of(event)));
	check_ok(xie_calendar_build(&x->mem, years, 1, &cal, NULL));
	check_ok(xie_law_load(&x->mem, laws, NULL, 1, cal, &x->c.law, &x->err));
	x->c.header = read(&x->mem, "{\"case\":{\"id\":\"K1\",\"proc\":\"P\"},\"people\":{\"o\":{\"role\":\"OFFICER\",\"name\":\"王一\"}}}");
	check_ok(xie_law_open(x->c.law, &x->mem, x->c.header, &c, &x->err));
	check_ok(xie_law_step(x->c.law, &x->mem, c, x->events[0], &x->c.c, &out, &x->err));
	check_true(out.ok);
	x->c.events = x->events;
	x->c.n_events = 1;
}

static xie_status load(struct fixture *x, const char *document, const struct xie_forms **ret)
{
	const struct xie_val *docs[] = { read(&x->mem, tables), read(&x->mem, document) };
	static const char *const files[] = { "tables", "document" };
	return xie_forms_load(&x->mem, docs, files, 2, ret, &x->err);
}

static const char *one_block(struct fixture *x, const char *block)
{
	char buf[2000];
	(void)snprintf(buf, sizeof buf,
	               "{\"documents\":[{\"code\":\"D1\",\"zh\":\"书\",\"en\":\"d\",\"style\":\"letter\",\"title\":\"书\",\"body\":[%s]}]}", block);
	return xie_str_dup(&x->mem, xie_str_of(buf));
}

static xie_status fill(struct fixture *x, const struct xie_forms *forms, const char *fields)
{
	struct xie_print_doc d = { .code = XIE_STR("D1"), .fields = read(&x->mem, fields) };
	struct xie_print_options o = { .authority = read(&x->mem, "{\"name\":\"某局\"}") };
	xie_wr w = xie_wr_of(text, sizeof text - 1);
	xie_status st = xie_print_text(forms, &x->mem, &x->c, &d, &o, &w, &x->missing, &x->err);
	text[w.n] = '\0';
	return st;
}

/* One hole, its fields, and what stands there afterwards. */
static void check_hole(const char *day, const char *hole, const char *fields, const char *expect)
{
	struct fixture x;
	const struct xie_forms *forms = NULL;
	char block[400], want[600];
	begin(&x, day);
	(void)snprintf(block, sizeof block, "{\"p\":\"%s\"}", hole);
	check_ok(load(&x, one_block(&x, block), &forms));
	check_ok(fill(&x, forms, fields));
	(void)snprintf(want, sizeof want, "书\n%s\n", expect);
	check_str(xie_str_of(text), want);
}

static void writes_sums_and_days_in_chinese(void **state)
{
	(void)state;
	static const struct {
		const char *filter, *value, *expect;
	} rows[] = {
		{ "cn_money", "2000000", "贰万元整" }, { "cn_money", "700000", "柒仟元整" }, { "cn_money", "0", "零元整" },
		{ "cn_money", "1", "壹分" }, { "cn_money", "10", "壹角" }, { "cn_money", "105", "壹元零伍分" },
		{ "cn_money", "1050", "壹拾元伍角" }, { "cn_money", "123456789", "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分" },
		{ "cn_money", "1000000500", "壹仟万零伍元整" }, { "cn_money", "10001000000", "壹亿零壹万元整" },
		{ "cn_money", "10000000000000", "壹仟亿元整" }, { "cn_money", "-200", "负贰元整" },
		{ "yuan", "2000000", "20,000.00" }, { "yuan", "99", "0.99" }, { "yuan", "100000000000", "1,000,000,000.00" },
		{ "cn", "10", "十" }, { "cn", "15", "十五" }, { "cn", "44", "四十四" }, { "cn", "101", "一百零一" },
		{ "cn", "110", "一百一十" }, { "cn", "10015", "一万零一十五" }, { "cn", "0", "零" },
		{ "date", "\"2021-09-29\"", "2021年9月29日" }, { "date", "18899", "2021年9月29日" },
		{ "date_words", "\"2020-10-11\"", "二〇二〇年十月十一日" },
		{ "date", "\"2021-09-28T16:30:00Z\"", "2021年9月29日" }, /* a legal day of the law's zone */
		{ "datetime", "\"2021-09-28T16:30:00Z\"", "2021年9月29日0时30分" },
		{ "names", "[\"o\",\"李二\"]", "王一、李二" }, { "word:w", "[\"a\",\"b\"]", "甲、b" }, { "box:a", "[\"a\",\"b\"]", "■" },
		{ "box:true", "false", "□" }, { "count", "[1,2]", "2" }, { "numbered", "[\"a\",\"b\"]", "1．a\n2．b" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char hole[80], fields[200];
		(void)snprintf(hole, sizeof hole, "{field.v|%s}", rows[i].filter);
		(void)snprintf(fields, sizeof fields, "{\"v\":%s}", rows[i].value);
		check_hole("2021-09-29", hole, fields, rows[i].expect);
	}
}

static void cites_the_version_in_force_on_the_day(void **state)
{
	(void)state;
	check_hole("2021-07-14", "{law.notice}", "{}", "《旧处罚法》第三十一条、第三十二条");
	check_hole("2021-07-15", "{law.notice}", "{}", "《处罚法》第四十四条、第四十五条");
	check_hole("2021-07-15", "{field.v|cite}", "{\"v\":[\"APL 57(1)(2)\",\"APL 9(0)(3)\"]}", "《处罚法》第五十七条第一款第（二）项、第九条第（三）项");
	check_hole("2021-07-15", "{field.v|cite}", "{\"v\":\"《某市条例》第三条\"}", "《某市条例》第三条");
}

static void conditions_choose_what_is_printed(void **state)
{
	(void)state;
	check_hole("2021-09-29", "{field.v ?? '无'}", "{}", "无");
	check_hole("2021-09-29", "{field.v ?? field.w}", "{\"w\":\"乙\"}", "乙");
	check_hole("2021-09-29", "{{{field.v}}}", "{\"v\":\"甲\"}", "{甲}");
	struct fixture x;
	const struct xie_forms *forms = NULL;
	begin(&x, "2021-09-29");
	check_ok(load(&x, one_block(&x, "{\"p\":\"甲\",\"when\":\"field.v > 3 and not (field.w = 'x' or 'y' in field.l)\"},{\"p\":\"乙\",\"when\":\"field.v <= 3\"}"), &forms));
	check_ok(fill(&x, forms, "{\"v\":4,\"w\":\"z\",\"l\":[\"q\"]}"));
	check_str(xie_str_of(text), "书\n甲\n");
	check_ok(fill(&x, forms, "{\"v\":3}"));
	check_str(xie_str_of(text), "书\n乙\n");
	check_ok(fill(&x, forms, "{\"v\":4,\"l\":[\"y\"]}"));
	check_str(xie_str_of(text), "书\n");
	check_st(fill(&x, forms, "{\"v\":\"many\"}"), XIE_MALFORMED);
}

static void names_everything_that_is_missing(void **state)
{
	(void)state;
	struct fixture x;
	const struct xie_forms *forms = NULL;
	begin(&x, "2021-09-29");
	check_ok(load(&x, "{\"documents\":[{\"code\":\"D1\",\"zh\":\"书\",\"en\":\"d\",\"style\":\"sheet\",\"title\":\"书\",\"number\":\"决\","
	                  "\"need\":[{\"is\":\"docs.D9\",\"code\":\"doc:D9\",\"zh\":\"另书\",\"en\":\"other\",\"basis\":[\"APL 44\"]},"
	                  "{\"is\":\"docs.D1\",\"code\":\"doc:D1\",\"zh\":\"本书\",\"en\":\"own\",\"basis\":[]}],"
	                  "\"body\":[{\"p\":\"{field.v} {field.w} {field.v}\"},{\"p\":\"{field.n ?? ''|cite}\",\"when\":\"field.n\"}]}]}",
	              &forms));
	check_st(fill(&x, forms, "{\"w\":\"\",\"n\":\"NEW 1\"}"), XIE_MISSING);
	static const char *const codes[] = { "doc:D9", "number", "fact:field.v", "fact:field.w", "law:NEW" };
	check_int(x.missing.n, 5);
	for (size_t i = 0; i < 5; i++)
		check_str(x.missing.list[i].code, codes[i]);
	check_str(x.missing.list[2].zh, "某值");
	check_str(x.missing.list[0].basis[0], "APL 44");
}

static void refuses_templates_that_could_fail_in_the_middle_of_a_case(void **state)
{
	(void)state;
	static const struct {
		const char *block;
		xie_status st;
	} rows[] = {
		{ "{\"p\":\"{field.unknown}\"}", XIE_MISSING }, { "{\"p\":\"{nobody.x}\"}", XIE_UNKNOWN }, { "{\"p\":\"{field.v|shout}\"}", XIE_UNKNOWN },
		{ "{\"p\":\"{law.nothing}\"}", XIE_UNKNOWN }, { "{\"p\":\"{field.v\"}", XIE_MALFORMED }, { "{\"p\":\"field.v}\"}", XIE_MALFORMED },
		{ "{\"p\":\"{field.v|word:none}\"}", XIE_UNKNOWN }, { "{\"use\":\"nothing\"}", XIE_UNKNOWN }, { "{\"shout\":\"x\"}", XIE_UNKNOWN },
		{ "{\"p\":\"x\",\"line\":\"y\"}", XIE_DUPLICATE }, { "{\"when\":\"true\"}", XIE_MISSING }, { "{\"p\":\"x\",\"when\":\"field.v =\"}", XIE_MALFORMED },
		{ "{\"p\":\"x\",\"when\":\"(field.v\"}", XIE_MALFORMED }, { "{\"gap\":900}", XIE_RANGE }, { "{\"table\":{\"cols\":[1,1],\"rows\":[[\"a\"]]}}", XIE_RANGE },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture x;
		const struct xie_forms *forms = NULL;
		begin(&x, "2021-09-29");
		check_st(load(&x, one_block(&x, rows[i].block), &forms), rows[i].st);
		check_true(x.err.what[0] != '\0' && x.err.line == 1);
	}
}

static void the_same_input_gives_the_same_bytes(void **state)
{
	(void)state;
	struct fixture x;
	const struct xie_forms *forms = NULL;
	struct xie_print_pdf a = { 0 }, b = { 0 }, other = { 0 };
	begin(&x, "2021-09-29");
	check_ok(load(&x, one_block(&x, "{\"p\":\"{field.v}\"},{\"table\":{\"cols\":[1,4],\"rows\":[[{\"h\":\"案由\"},{\"t\":\"{field.v}\",\"min\":20,\"sign\":\"签名\"}]]}},"
	                                "{\"seal\":{\"name\":\"某局\",\"date\":\"{doc.day ?? 0|date}\"}}"), &forms));
	struct xie_print_doc d = { .code = XIE_STR("D1"), .fields = read(&x.mem, "{\"v\":\"生僻字：𠮷㙍䶮\"}") };
	struct xie_print_options o = { .authority = read(&x.mem, "{\"name\":\"某局\"}") };
	check_ok(xie_print_doc(forms, &x.mem, &x.c, &d, &o, &a, &x.missing, &x.err));
	d.fields = read(&x.mem, "{\"v\":\"别的字\"}");
	check_ok(xie_print_doc(forms, &x.mem, &x.c, &d, &o, &other, &x.missing, &x.err));
	d.fields = read(&x.mem, "{\"v\":\"生僻字：𠮷㙍䶮\"}");
	check_ok(xie_print_doc(forms, &x.mem, &x.c, &d, &o, &b, &x.missing, &x.err));
	check_int(a.n, b.n);
	check_true(memcmp(a.p, b.p, a.n) == 0);
	check_true(other.n != a.n || memcmp(a.p, other.p, a.n) != 0);
	check_int(a.pages, 1);
	xie_print_free(&a);
	xie_print_free(&b);
	xie_print_free(&other);
	d.code = XIE_STR("D2");
	check_st(xie_print_doc(forms, &x.mem, &x.c, &d, &o, &a, &x.missing, &x.err), XIE_UNKNOWN);
}

static void what_cannot_be_shown_is_refused(void **state)
{
	(void)state;
	struct fixture x;
	const struct xie_forms *forms = NULL;
	struct xie_print_pdf pdf = { 0 };
	begin(&x, "2021-09-29");
	check_ok(load(&x, one_block(&x, "{\"p\":\"{field.v}\"},{\"seal\":{\"name\":\"某局\",\"date\":\"日\"}}"), &forms));
	struct xie_print_doc d = { .code = XIE_STR("D1"), .fields = read(&x.mem, "{\"v\":\"\\udbff\\udffd\"}") };
	struct xie_print_options o = { .authority = read(&x.mem, "{\"name\":\"某局\"}") };
	check_st(xie_print_doc(forms, &x.mem, &x.c, &d, &o, &pdf, &x.missing, &x.err), XIE_UNAVAILABLE);
	d.fields = read(&x.mem, "{\"v\":\"甲\"}");
	o.seal_png = XIE_STR("\x89PNG but not really");
	check_st(xie_print_doc(forms, &x.mem, &x.c, &d, &o, &pdf, &x.missing, &x.err), XIE_MALFORMED);
	check_true(pdf.p == NULL);
	o.seal_png = (xie_str){ NULL, 0 };
	check_ok(xie_print_doc(forms, &x.mem, &x.c, &d, &o, &pdf, &x.missing, &x.err));
	xie_print_free(&pdf);
}

static void too_little_memory_is_a_status(void **state)
{
	(void)state;
	struct fixture x;
	const struct xie_forms *forms = NULL;
	begin(&x, "2021-09-29");
	check_ok(load(&x, one_block(&x, "{\"p\":\"{field.v} {law.notice}\"},{\"p\":\"{it.x}\",\"each\":\"field.l\"}"), &forms));
	const struct xie_val *fields = read(&x.mem, "{\"v\":\"甲\",\"l\":[{\"x\":\"一\"},{\"x\":\"二\"}]}"), *authority = read(&x.mem, "{\"name\":\"某局\"}");
	bool done = false;
	for (size_t room = 0; !done && room < 1 << 20; room += 512) {
		xie_arena small = xie_arena_of(memory + x.mem.used + 64, room);
		struct xie_print_doc d = { .code = XIE_STR("D1"), .fields = fields };
		xie_wr w = xie_wr_of(text, sizeof text - 1);
		xie_status st = xie_print_text(forms, &small, &x.c, &d, &(struct xie_print_options){ .authority = authority }, &w, &x.missing, &x.err);
		check_true(st == XIE_OK || st == XIE_LIMIT);
		text[w.n] = '\0';
		done = st == XIE_OK;
	}
	check_true(done);
	check_str(xie_str_of(text), "书\n甲 《处罚法》第四十四条、第四十五条\n一\n二\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_sums_and_days_in_chinese),
		cmocka_unit_test(cites_the_version_in_force_on_the_day),
		cmocka_unit_test(conditions_choose_what_is_printed),
		cmocka_unit_test(names_everything_that_is_missing),
		cmocka_unit_test(refuses_templates_that_could_fail_in_the_middle_of_a_case),
		cmocka_unit_test(the_same_input_gives_the_same_bytes),
		cmocka_unit_test(what_cannot_be_shown_is_refused),
		cmocka_unit_test(too_little_memory_is_a_status),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
