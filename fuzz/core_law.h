/* SPDX-License-Identifier: Apache-2.0 */
/* core_law.h — the law of packs/cn-core for targets that feed it, read once. */
#ifndef XIE_FUZZ_CORE_LAW_H
#define XIE_FUZZ_CORE_LAW_H

#include <stdio.h>
#include <stdlib.h>

#include "xie/file/file.h"
#include "xie/pack/law.h"

static inline const struct xie_law *core_law(void)
{
	static xie_arena kept;
	static char dir[4096];
	const struct xie_law *law = NULL;
	struct xie_err err = { 0 };
	const char *top = getenv("XIE_TOP");
	(void)snprintf(dir, sizeof dir, "%s/packs/cn-core", top != NULL ? top : ".");
	const char *dirs[] = { dir };
	if (xie_big_arena_init(&kept, 256u << 20) != XIE_OK || xie_pack_law(&kept, dirs, 1, &law, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
		abort();
	}
	return law;
}

#endif
