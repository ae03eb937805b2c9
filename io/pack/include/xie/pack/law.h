/* SPDX-License-Identifier: Apache-2.0 */
/* xie/pack/law.h — the law of pack folders: calendar/ and law/ of each, the packs they extend first. */
#ifndef XIE_PACK_LAW_H
#define XIE_PACK_LAW_H

#include "xie/law/law.h"

/* dirs: pack folders; a pack that a pack.yaml names under `extends` is looked for beside it and read before it, once.
 * mem: kept.  reterr has file, line and column.  MISSING when no pack has a law folder. */
xie_status xie_pack_law(xie_arena *mem, const char *const *dirs, size_t n, const struct xie_law **ret_law,
                        struct xie_err *reterr) XIE_MUST_USE;

#endif
