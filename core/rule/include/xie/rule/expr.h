/* SPDX-License-Identifier: Apache-2.0 */
/* xie/rule/expr.h — conditions in the syntax of OGC CQL2 text, with literals that carry units.
 *
 *   kind = 'vessel' AND ship_type BETWEEN 70 AND 89 AND sog > zone.speed_limit + 0.5 kn
 *
 * Three-valued logic as in CQL2: a comparison with a value that is not known is unknown, and only TRUE passes.
 * Units are checked when a rule compiles.  docs/pack-format.md lists attributes and functions. */
#ifndef XIE_RULE_EXPR_H
#define XIE_RULE_EXPR_H

#include "xie/base/arena.h"
#include "xie/base/units.h"
#include "xie/base/val.h"
#include "xie/rule/eval.h"
#include "xie/rule/rule.h"

enum xie_type { XIE_TYPE_BOOL, XIE_TYPE_NUM, XIE_TYPE_TEXT };

struct xie_value {
	enum xie_type type;
	bool known;
	int64_t i; /* BOOL 0 or 1; NUM */
	xie_str s; /* TEXT */
};

/* Names an expression may use beside the target's own. */
struct xie_expr_scope {
	const struct xie_val *zone_props; /* zone.NAME, or NULL outside a zone */
	const struct xie_rule_list *lists;
	size_t n_lists;
	xie_ms utc_offset_ms;
};

/* Compiles text; wants: what it must yield (BOOL, or NUM of dim).  err: line and column of the expression's
 * place are added to by the caller; column counts within text.  *ret_zone tells whether zone.NAME was read. */
xie_status xie_expr_compile(xie_arena *mem, xie_str text, const struct xie_expr_scope *scope, enum xie_type wants,
                            enum xie_dim dim, const struct xie_expr **ret_e, bool *ret_zone, struct xie_err *reterr)
        XIE_MUST_USE;

struct xie_value xie_expr_eval(const struct xie_expr *e, const struct xie_seen *seen);
/* Is the condition TRUE?  NULL is. */
bool xie_expr_holds(const struct xie_expr *e, const struct xie_seen *seen);
/* The value of an expression without attributes; MISSING when it needs a target. */
xie_status xie_expr_constant(const struct xie_expr *e, int64_t *ret_v) XIE_MUST_USE;
/* Canonical text of the compiled form, for digests. */
void xie_expr_write(const struct xie_expr *e, xie_wr *w);
/* The names that conditions know, for lint: i from 0, NULL at the end. */
const char *xie_expr_attribute(size_t i);

#endif
