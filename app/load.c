/* SPDX-License-Identifier: Apache-2.0 */
#include "load.h"

#include <stdio.h>

#include "xie/file/file.h"

enum { MOST = 100 };

bool app_arena(xie_arena *a, size_t want)
{
	for (; want >= (size_t)64 << 20; want /= 2)
		if (xie_big_arena_init(a, want) == XIE_OK)
			return true;
	(void)fputs("xiezhi: the system gives no memory\n", stderr);
	return false;
}

static bool say(const struct xie_err *errs, size_t n)
{
	for (size_t i = 0; i < n && i < MOST; i++)
		xie_err_print(stderr, &errs[i]);
	if (n > MOST)
		(void)fprintf(stderr, "... and %zu more\n", n - MOST);
	return false;
}

static bool say_notes(const struct xie_pack_notes *notes)
{
	for (uint32_t i = 0; i < notes->n && i < notes->cap; i++)
		if (!notes->list[i].warning)
			xie_err_print(stderr, &notes->list[i].err);
	return false;
}

bool app_load_packs(xie_arena *mem, const char *const *dirs, size_t n, struct xie_packs *ret_packs,
                    const struct xie_rules **ret_rules)
{
	struct xie_pack_note *list = xie_arena_new(mem, struct xie_pack_note, MOST);
	struct xie_err *errs = xie_arena_new(mem, struct xie_err, MOST);
	if (list == NULL || errs == NULL)
		return say(NULL, 0);
	struct xie_pack_notes notes = { .list = list, .cap = MOST };
	if (xie_packs_load(mem, dirs, n, ret_packs, &notes) != XIE_OK)
		return say_notes(&notes);
	const struct xie_zone_set *set = NULL;
	size_t at = 0;
	xie_status st = xie_zone_set_build(mem, ret_packs->shapes, ret_packs->n_zones, &set, &at);
	if (st != XIE_OK) {
		bool one = st == XIE_RANGE && at < ret_packs->n_zones;
		errs[0].file = one ? ret_packs->places[at].file : NULL;
		(void)xie_err_set(&errs[0], st, one ? ret_packs->places[at].line : 0, one ? ret_packs->places[at].column : 0,
		                  "no zone index can be made: ", xie_status_text(st));
		return say(errs, 1);
	}
	struct xie_rule_errors errors = { errs, MOST, 0 };
	st = xie_rules_compile(mem, ret_packs->rules, ret_packs->n_rules, ret_packs->zones, ret_packs->n_zones, set, ret_packs->lists,
	                       ret_packs->n_lists, ret_rules, &errors);
	if (st != XIE_OK && errors.n == 0)
		(void)fprintf(stderr, "rules: %s\n", xie_status_text(st));
	return st == XIE_OK || say(errs, errors.n);
}
