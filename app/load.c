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

static bool say(const struct xie_pack_notes *notes)
{
	for (uint32_t i = 0; i < notes->n && i < notes->cap; i++)
		if (!notes->list[i].warning)
			xie_err_print(stderr, &notes->list[i].err);
	if (notes->n > notes->cap)
		(void)fprintf(stderr, "... and %u more\n", (unsigned)(notes->n - notes->cap));
	return false;
}

bool app_load_packs(xie_arena *mem, const char *const *dirs, size_t n, struct xie_packs *ret_packs,
                    const struct xie_rules **ret_rules)
{
	struct xie_pack_note *list = xie_arena_new(mem, struct xie_pack_note, MOST);
	struct xie_pack_notes notes = { .list = list, .cap = list != NULL ? MOST : 0 };
	xie_status st = xie_packs_load(mem, dirs, n, ret_packs, &notes);
	if (st == XIE_OK)
		st = xie_packs_compile(mem, ret_packs, ret_rules, &notes);
	return st == XIE_OK || say(&notes);
}
