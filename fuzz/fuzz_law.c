/* SPDX-License-Identifier: Apache-2.0 */
/* A file of a pack's law folder, beside the small whole law below.  No crash; a refusal says what; a law that loads can
 * open a case, try every event and say what is possible. */
#include <stdlib.h>

#include "xie/law/law.h"
#include "xie/pack/yaml.h"

static uint8_t mem[16u << 20];

static const char base[] =
        "settings: {utc_offset: \"+08:00\"}\n"
        "statutes: [{code: D, zh: 本, en: own, rank: own}]\n"
        "states: [{code: S00, kind: start, zh: 始, en: start}, {code: S05, kind: terminal, zh: 终, en: end}]\n"
        "procedures: [{code: P, start: S00, zh: 程序, en: procedure}]\n"
        "roles: [OFFICER, AUX]\n"
        "header: {id: text, proc: text}\n"
        "person: {role: text}\n"
        "people:\n"
        "  set: recused\n"
        "  helper: AUX\n"
        "  recused: {code: \"r:\", zh: 回避, en: r, basis: [D]}\n"
        "  cert: {code: \"c:\", zh: 证件, en: c, basis: [D]}\n"
        "  aux: {code: \"a:\", zh: 辅助, en: a, basis: [D]}\n"
        "  unknown: {code: \"p:\", zh: 不明, en: p, basis: [D]}\n"
        "  state: {code: \"s:\", zh: 阶段, en: s, basis: [D]}\n";
static const char header[] = "{\"case\":{\"id\":\"1\",\"proc\":\"P\"},\"people\":{\"o\":{\"role\":\"OFFICER\"}}}";
static const char year[] = "{\"year\":2021}";

static const struct xie_val *read(xie_arena *a, xie_str text)
{
	const struct xie_val *v = NULL;
	return xie_yaml_read(a, text, (struct xie_val_limits){ .depth = 16 }, &v, NULL) == XIE_OK ? v : NULL;
}

static void use(xie_arena *a, const struct xie_law *law)
{
	const struct xie_law_case *c = NULL;
	const struct xie_law_possible *list = NULL;
	uint32_t n = 0;
	if (xie_law_open(law, a, read(a, xie_str_of(header)), &c, NULL) != XIE_OK)
		return; /* the file may demand more of a header */
	if (xie_law_possible(law, a, c, XIE_STR("o"), 1631836800000, NULL, &list, &n, NULL) != XIE_OK)
		return;
	for (uint32_t i = 0; i < n; i++) {
		struct xie_val at = { .kind = XIE_VAL_STRING, .s = XIE_STR("2021-09-17T08:00:00+08:00"), .key = XIE_STR("at") };
		struct xie_val name = { .kind = XIE_VAL_STRING, .s = list[i].event, .key = XIE_STR("event") };
		struct xie_val event = { .kind = XIE_VAL_OBJECT, .count = 2, .first = &at };
		const struct xie_law_case *next = c;
		struct xie_law_outcome o;
		at.next = &name;
		if (xie_law_step(law, a, c, &event, &next, &o, NULL) == XIE_OK && o.ok == (next == c))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	xie_arena a = xie_arena_of(mem, sizeof mem);
	const struct xie_val *docs[2] = { read(&a, xie_str_of(base)), read(&a, (xie_str){ (const char *)p, n }) };
	const struct xie_val *years[1] = { read(&a, xie_str_of(year)) };
	const struct xie_calendar *cal = NULL;
	const struct xie_law *law = NULL;
	struct xie_err err = { 0 };
	if (docs[1] == NULL || xie_calendar_build(&a, years, 1, &cal, NULL) != XIE_OK)
		return 0;
	xie_status st = xie_law_load(&a, docs, NULL, 2, cal, &law, &err);
	if (st != XIE_OK && err.what[0] == '\0')
		abort();
	if (st == XIE_OK)
		use(&a, law);
	return 0;
}
