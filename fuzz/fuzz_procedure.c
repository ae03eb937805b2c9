/* SPDX-License-Identifier: Apache-2.0 */
/* A script of `xiezhi procedure`: a header line and events.  No crash; a refusal names at least one thing and its article
 * and leaves the case as it was; an accepted event moves the chain; replaying what was accepted gives the same hash; the
 * steps that are said to be possible are events that the law knows. */
#include <stdlib.h>

#include "xie/law/law.h"

#include "core_law.h"

enum { EVENTS = 64 };
static uint8_t mem[24u << 20], line[1u << 20];
static const struct xie_law *law;

static const struct xie_law_case *replay(xie_arena *a, const struct xie_val *header, const struct xie_val *const *events,
                                         size_t n)
{
	const struct xie_law_case *c = NULL;
	struct xie_law_outcome o;
	if (xie_law_open(law, a, header, &c, NULL) != XIE_OK)
		abort();
	for (size_t i = 0; i < n; i++)
		if (xie_law_step(law, a, c, events[i], &c, &o, NULL) != XIE_OK || !o.ok)
			abort();
	return c;
}

static void refused_well(const struct xie_law_outcome *o)
{
	if (o->n_unmet == 0)
		abort();
	for (uint32_t i = 0; i < o->n_unmet; i++)
		if (o->unmet[i].code.n == 0 || o->unmet[i].zh.n == 0 || o->unmet[i].n_basis == 0)
			abort();
}

static bool step(xie_arena *a, xie_str text, const struct xie_law_case **c, const struct xie_val **ret_event)
{
	const struct xie_val *event = NULL;
	struct xie_law_outcome o;
	struct xie_err err = { 0 };
	const struct xie_law_case *next = *c;
	uint8_t before[32], after[32];
	xie_law_case_head(*c, before);
	if (xie_json_read(a, text, (struct xie_val_limits){ .depth = 16 }, &event, &err) != XIE_OK)
		return false;
	xie_status st = xie_law_step(law, a, *c, event, &next, &o, &err);
	if (st != XIE_OK) {
		if (err.what[0] == '\0')
			abort();
		return false;
	}
	xie_law_case_head(next, after);
	if (!o.ok)
		refused_well(&o);
	if (o.ok == (next == *c) || o.ok == (memcmp(before, after, 32) == 0))
		abort();
	*c = next;
	*ret_event = event;
	return o.ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (law == NULL)
		law = core_law();
	xie_arena a = xie_arena_of(mem, sizeof mem);
	xie_str text = { (const char *)p, n }, one;
	const struct xie_val *header = NULL, *events[EVENTS];
	const struct xie_law_case *c = NULL;
	size_t k = 0;
	if (!xie_str_split(&text, '\n', &one) ||
	    xie_json_read(&a, one, (struct xie_val_limits){ .depth = 16 }, &header, NULL) != XIE_OK ||
	    xie_law_open(law, &a, header, &c, NULL) != XIE_OK)
		return 0;
	while (k < EVENTS && xie_str_split(&text, '\n', &one))
		k += step(&a, one, &c, &events[k]);
	uint8_t h1[32], h2[32];
	xie_wr w = xie_wr_of(line, sizeof line);
	xie_arena b = xie_arena_of(mem + a.used, sizeof mem - a.used);
	if (xie_law_case_hash(c, &b, h1) != XIE_OK || b.cap < 8u << 20)
		return 0;
	if (xie_law_write_case(c, &b, 0, &w) == XIE_OK && w.n == 0)
		abort();
	if (xie_law_case_hash(replay(&b, header, events, k), &b, h2) != XIE_OK || memcmp(h1, h2, 32) != 0)
		abort();
	return 0;
}
