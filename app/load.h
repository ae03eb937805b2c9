/* SPDX-License-Identifier: Apache-2.0 */
/* app/load.h — packs from their folders, compiled and ready for the engine. */
#ifndef XIE_APP_LOAD_H
#define XIE_APP_LOAD_H

#include "xie/base/arena.h"
#include "xie/pack/pack.h"
#include "xie/rule/rule.h"

/* Loads and compiles; every error goes to standard error with its place.  False when there was one. */
bool app_load_packs(xie_arena *mem, const char *const *dirs, size_t n, struct xie_packs *ret_packs,
                    const struct xie_rules **ret_rules);
/* Address space for an arena, as much of want as the system gives; false when not even 64 MiB. */
bool app_arena(xie_arena *a, size_t want);

#endif
