/* SPDX-License-Identifier: Apache-2.0 */
/* Templates of instruments, as JSON.  No crash; a refusal says what; what loads is filled in from a small case: it gives
 * text, or names what is missing, and the same again. */
#include <stdlib.h>

#include "xie/print/print.h"

static uint8_t mem[24u << 20];
static char one[1u << 20], two[1u << 20];

static const char law_text[] =
        "{\"settings\":{\"utc_offset\":\"+08:00\"},"
        "\"statutes\":[{\"code\":\"D\",\"zh\":\"本\",\"en\":\"own\",\"rank\":\"own\"}],"
        "\"states\":[{\"code\":\"S0\",\"kind\":\"start\",\"zh\":\"始\",\"en\":\"start\"}],"
        "\"procedures\":[{\"code\":\"P\",\"start\":\"S0\",\"zh\":\"程序\",\"en\":\"procedure\"}],"
        "\"documents\":[{\"code\":\"D1\",\"zh\":\"文书\",\"en\":\"document\"}],"
        "\"events\":[{\"event\":\"make\",\"zh\":\"制作\",\"en\":\"make\",\"keys\":{\"fen\":\"int\",\"list\":\"[text]\"}}],"
        "\"transitions\":[{\"id\":\"t1\",\"event\":\"make\",\"from\":[\"S0\"],\"do\":[{\"doc\":\"D1\"},{\"set\":{\"fen\":\"data.fen\"}}]}],"
        "\"roles\":[\"OFFICER\",\"AUX\"],\"header\":{\"id\":\"text\",\"proc\":\"text\"},\"person\":{\"role\":\"text\",\"name\":\"text\"},"
        "\"people\":{\"set\":\"recused\",\"helper\":\"AUX\","
        "\"recused\":{\"code\":\"r:\",\"zh\":\"回避\",\"en\":\"r\",\"basis\":[\"D\"]},"
        "\"cert\":{\"code\":\"c:\",\"zh\":\"证件\",\"en\":\"c\",\"basis\":[\"D\"]},"
        "\"aux\":{\"code\":\"a:\",\"zh\":\"辅助\",\"en\":\"a\",\"basis\":[\"D\"]},"
        "\"unknown\":{\"code\":\"p:\",\"zh\":\"不明\",\"en\":\"p\",\"basis\":[\"D\"]},"
        "\"state\":{\"code\":\"s:\",\"zh\":\"阶段\",\"en\":\"s\",\"basis\":[\"D\"]}}}";
static const char header_text[] = "{\"case\":{\"id\":\"1\",\"proc\":\"P\"},\"people\":{\"o\":{\"role\":\"OFFICER\",\"name\":\"王一\"}}}";
static const char event_text[] = "{\"at\":\"2021-09-17T08:00:00+08:00\",\"event\":\"make\",\"by\":[\"o\"],\"data\":{\"fen\":20000,\"list\":[\"o\",\"x\"]}}";
static const char fields_text[] = "{\"a\":\"甲\",\"n\":7,\"list\":[{\"q\":\"问\",\"a\":\"答\"},{\"q\":\"问\"}]}";
static const char authority_text[] = "{\"name\":\"某局\",\"verify_base\":\"https://example.invalid/\"}";

static const struct xie_val *read(xie_arena *a, xie_str text)
{
	const struct xie_val *v = NULL;
	return xie_json_read(a, text, (struct xie_val_limits){ .depth = 24 }, &v, NULL) == XIE_OK ? v : NULL;
}

static void fill(xie_arena *a, const struct xie_forms *forms, const struct xie_print_case *c)
{
	uint32_t n = 0;
	const struct xie_form *list = xie_forms_list(forms, &n);
	struct xie_print_options o = { .authority = read(a, xie_str_of(authority_text)) };
	for (uint32_t i = 0; i < n; i++) {
		struct xie_print_doc d = { .code = list[i].code, .number = XIE_STR("1"), .id = XIE_STR("x"), .fields = read(a, xie_str_of(fields_text)) };
		xie_wr w = xie_wr_of(one, sizeof one), again = xie_wr_of(two, sizeof two);
		struct xie_print_missing missing = { 0 };
		struct xie_err err = { 0 };
		size_t mark = xie_arena_mark(a);
		xie_status st = xie_print_text(forms, a, c, &d, &o, &w, &missing, &err);
		if (st != XIE_OK && w.st == XIE_OK && err.what[0] == '\0')
			abort();
		if (st == XIE_MISSING && missing.n == 0)
			abort();
		xie_arena_rewind(a, mark);
		if (xie_print_text(forms, a, c, &d, &o, &again, &missing, &err) != st ||
		    (st == XIE_OK && !xie_str_eq(xie_wr_view(&w), xie_wr_view(&again))))
			abort();
		xie_arena_rewind(a, mark);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	xie_arena a = xie_arena_of(mem, sizeof mem);
	const struct xie_val *docs[1] = { read(&a, (xie_str){ (const char *)p, n }) }, *laws[1] = { read(&a, xie_str_of(law_text)) };
	const struct xie_val *years[1] = { read(&a, XIE_STR("{\"year\":2021}")) }, *events[1] = { read(&a, xie_str_of(event_text)) };
	const struct xie_val *header = read(&a, xie_str_of(header_text));
	const struct xie_calendar *cal = NULL;
	const struct xie_law *law = NULL;
	const struct xie_law_case *c = NULL, *next = NULL;
	const struct xie_forms *forms = NULL;
	struct xie_law_outcome out;
	struct xie_err err = { 0 };
	if (docs[0] == NULL)
		return 0;
	xie_status st = xie_forms_load(&a, docs, NULL, 1, &forms, &err);
	if (st != XIE_OK && err.what[0] == '\0')
		abort();
	if (st != XIE_OK)
		return 0;
	if (xie_calendar_build(&a, years, 1, &cal, NULL) != XIE_OK || xie_law_load(&a, laws, NULL, 1, cal, &law, &err) != XIE_OK ||
	    xie_law_open(law, &a, header, &c, &err) != XIE_OK || xie_law_step(law, &a, c, events[0], &next, &out, &err) != XIE_OK || !out.ok)
		abort();
	fill(&a, forms, &(struct xie_print_case){ .law = law, .c = next, .header = header, .events = events, .n_events = 1 });
	return 0;
}
