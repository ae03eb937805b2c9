/* SPDX-License-Identifier: Apache-2.0 */
/* xie/pack/law.h — the law of pack folders: calendar/ and law/ of each, the packs they extend first; and documents/, the
 * templates of instruments, in the same order. */
#ifndef XIE_PACK_LAW_H
#define XIE_PACK_LAW_H

#include "xie/law/law.h"
#include "xie/pack/folder.h"

/* dirs: pack folders; a pack that a pack.yaml names under `extends` is looked for beside it and read before it, once.
 * mem: kept.  reterr has file, line and column.  MISSING when no pack has a law folder. */
xie_status xie_pack_law(xie_arena *mem, const char *const *dirs, size_t n, const struct xie_law **ret_law,
                        struct xie_err *reterr) XIE_MUST_USE;

/* The files of documents/ of the same packs, for xie_forms_load; MISSING when no pack has one. */
xie_status xie_pack_forms(xie_arena *mem, const char *const *dirs, size_t n, struct xie_folder *ret,
                          struct xie_err *reterr) XIE_MUST_USE;

#endif
