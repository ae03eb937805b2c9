/* SPDX-License-Identifier: Apache-2.0 */
/* From loaded packs to compiled rules; what only the compiler sees becomes notes. */
#include "pack.h"

enum { ERRORS = 256 };

static const xie_str none = { "", 0 };

static xie_status zone_set(xie_arena *mem, const struct xie_packs *p, const struct xie_zone_set **ret_set,
                           struct xie_pack_notes *notes)
{
	size_t bad = 0;
	xie_status st = xie_zone_set_build(mem, p->shapes, p->n_zones, ret_set, &bad);
	bool one = st == XIE_RANGE && bad < p->n_zones;
	struct xie_val at = { .line = one ? p->places[bad].line : 0, .column = one ? p->places[bad].column : 0 };
	if (st != XIE_OK)
		xie_pack_note_add(notes, false, st, one ? p->places[bad].file : NULL, &at, "no zone index can be made: ",
		                  one ? p->zones[bad].id : xie_str_of(xie_status_text(st)), NULL);
	return st;
}

xie_status xie_packs_compile(xie_arena *mem, const struct xie_packs *p, const struct xie_rules **ret_rules,
                             struct xie_pack_notes *notes)
{
	const struct xie_zone_set *set = NULL;
	struct xie_rule_errors errors = { .errs = xie_arena_new(mem, struct xie_err, ERRORS), .max = ERRORS, .n = 0 };
	if (errors.errs == NULL) {
		xie_pack_note_add(notes, false, XIE_LIMIT, NULL, NULL, "packs take more memory than was given", none, NULL);
		return XIE_LIMIT;
	}
	xie_status st = zone_set(mem, p, &set, notes);
	if (st != XIE_OK)
		return st;
	st = xie_rules_compile(mem, p->rules, p->n_rules, p->zones, p->n_zones, set, p->lists, p->n_lists, ret_rules, &errors);
	for (size_t i = 0; i < errors.n && i < errors.max; i++) {
		const struct xie_err *e = &errors.errs[i];
		struct xie_val at = { .line = e->line, .column = e->column };
		xie_pack_note_add(notes, false, e->st, e->file, &at, e->what, none, e->hint[0] != '\0' ? e->hint : NULL);
	}
	if (st != XIE_OK && errors.n == 0)
		xie_pack_note_add(notes, false, st, NULL, NULL, "rules do not compile: ", xie_str_of(xie_status_text(st)), NULL);
	return st;
}
