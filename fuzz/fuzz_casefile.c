/* SPDX-License-Identifier: Apache-2.0 */
/* The stored events of a case: one a line, name, a tab, the body as JSON.  No crash; an event that is not taken leaves
 * the file as it was; what was taken is taken again by a second file, and comes to the same state. */
#include <stdlib.h>

#include "xie/cases/file.h"
#include "xie/cases/view.h"

#include "core_law.h"

enum { LINES = 48 };
static uint8_t mem[32u << 20], other[32u << 20];
static const struct xie_law *law;

static struct xie_event event_of(xie_str line, uint64_t n)
{
	size_t tab = xie_str_find(line, '\t');
	return (struct xie_event){ .n = n,
		                   .at = INT64_C(1632448800000) + (xie_ms)n * 86400000, /* 2021-09-24, a day each */
		                   .event = { line.p, tab },
		                   .by = XIE_STR("[\"o1\",\"o2\",\"l1\",\"uh\"]"),
		                   .data = tab < line.n ? xie_str_from(line, tab + 1) : XIE_STR("{}"),
		                   .user = XIE_STR("u") };
}

static void again(const struct xie_case_file *f, const struct xie_event *taken)
{
	struct xie_case_file g;
	uint8_t a[32], b[32];
	xie_arena m = xie_arena_of(other, sizeof other);
	xie_case_file_init(&g, law, &m);
	for (uint32_t i = 0; i < f->n; i++)
		if (xie_case_file_add(&g, &taken[i], NULL) != XIE_OK)
			abort();
	xie_law_case_head(f->c, a);
	xie_law_case_head(g.c, b);
	if (memcmp(a, b, sizeof a) != 0 || !xie_str_eq(xie_law_state(f->c), xie_law_state(g.c)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	xie_arena a = xie_arena_of(mem, sizeof mem);
	xie_str rest = { (const char *)p, n }, line;
	struct xie_case_file f;
	struct xie_event taken[LINES];
	const struct xie_case_clock *clocks;
	uint32_t k = 0;
	if (law == NULL)
		law = core_law();
	xie_case_file_init(&f, law, &a);
	for (unsigned i = 0; i < LINES && n < 65536 && xie_str_split(&rest, '\n', &line); i++) {
		struct xie_event e = event_of(line, f.n + 1u);
		const struct xie_law_case *before = f.c;
		uint32_t had = f.n;
		xie_status st = xie_case_file_add(&f, &e, NULL);
		if (st == XIE_LIMIT)
			return 0;
		if (st == XIE_OK)
			taken[had] = e;
		if (st == XIE_OK ? f.n != had + 1 || f.c == NULL : f.n != had || f.c != before)
			abort();
	}
	if (f.c == NULL)
		return 0;
	(void)!xie_case_clocks(f.c, law, &a, INT64_C(1640000000000), &clocks, &k);
	again(&f, taken);
	return 0;
}
