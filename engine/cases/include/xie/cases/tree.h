/* SPDX-License-Identifier: Apache-2.0 */
/* xie/cases/tree.h — building small value trees: an object with some members replaced, lists of texts.
 *
 * Members are copied one level deep: what hangs below is shared with the tree it came from, which must live as long.
 * All give NULL when mem is full. */
#ifndef XIE_CASES_TREE_H
#define XIE_CASES_TREE_H

#include "xie/base/val.h"

/* base with the members of over in place of its own, or behind them; a member that is null in over is left out.  Either
 * may be NULL. */
const struct xie_val *xie_tree_merge(xie_arena *mem, const struct xie_val *base, const struct xie_val *over);
/* {name: value}; name: kept. */
const struct xie_val *xie_tree_with(xie_arena *mem, const struct xie_val *base, const char *name, const struct xie_val *value);
const struct xie_val *xie_tree_text(xie_arena *mem, xie_str s);
/* [text, ...] */
const struct xie_val *xie_tree_texts(xie_arena *mem, const xie_str *list, size_t n);

#endif
