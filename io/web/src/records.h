/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the store copied into a request's memory, so that a handler may call the store again. */
#ifndef WEB_RECORDS_H
#define WEB_RECORDS_H

#include "web_int.h"

xie_str web_keep(xie_arena *mem, xie_str s); /* a copy; empty when mem is full */

xie_status web_user_get(struct web_req *r, const struct xie_scope *who, const char *by, xie_str value,
                        struct xie_user *ret_u);
/* The unit with this id; MISSING. */
xie_status web_org_get(struct web_req *r, xie_str id, struct xie_org *ret_o);
void web_org_json(xie_wr *w, const struct xie_org *o);
/* "org": {...} of the unit, or just its id when it cannot be read. */
void web_kv_org(struct web_req *r, xie_wr *w, xie_str id);

/* All units, for lists that name many. */
struct web_orgs {
	struct xie_org *o;
	size_t n, cap;
	xie_arena *mem;
};
xie_status web_orgs_load(struct web_req *r, const struct xie_scope *who, struct web_orgs *ret);
const struct xie_org *web_orgs_find(const struct web_orgs *os, xie_str id); /* by id or path; NULL */

xie_status web_new_id(struct web_req *r, xie_str *ret_id);

/* Writes the changes with the audit row, and, where the route has an operation key, with the answer that stands in
 * the output buffer under that key.  Makes the answer itself on failure. */
bool web_commit(struct web_req *r, struct xie_subject_change *c, size_t n, const char *action, xie_str object,
                int status);

#endif
