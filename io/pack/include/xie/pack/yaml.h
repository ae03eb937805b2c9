/* SPDX-License-Identifier: Apache-2.0 */
/* xie/pack/yaml.h — YAML (and JSON) into the one tree of xie/base/val.h.
 *
 * The part of YAML 1.2's core schema that means the same to every reader and to a person:
 *   - block and flow mappings and sequences, comments, plain, quoted, literal and folded scalars;
 *   - a plain scalar that is a JSON number is a NUMBER; true, false a BOOL; null, ~ or nothing a NULL; all else is
 *     text, also what YAML 1.1 guesses at (no, on, Yes, 12:30, 0x1F, 010, .5, 2014-04-05): nothing is guessed;
 *   - refused, with the reason: anchors and aliases, tags, merge keys (<<), directives, a second document, a key that
 *     is not text, the same key twice, what is not UTF-8.
 * Every node has its line and column.  A document that starts with { or [ is read by the JSON reader first, so that a
 * .json file is accepted where a .yaml file is, under JSON's own strict rules. */
#ifndef XIE_PACK_YAML_H
#define XIE_PACK_YAML_H

#include "xie/base/val.h"

/* text: borrowed, must outlive the tree.  MALFORMED, DUPLICATE (key), REFUSED (a feature that is left out), LIMIT
 * (depth, nodes, or mem full); *reterr (may be NULL) says line, column, what, and what would be right. */
xie_status xie_yaml_read(xie_arena *mem, xie_str text, struct xie_val_limits lim, const struct xie_val **ret_v,
                         struct xie_err *reterr) XIE_MUST_USE;

#endif
