/* SPDX-License-Identifier: Apache-2.0 */
/* xie/web/role.h — what a user may be: the codes of api/openapi.yaml (schema Role), as bits. */
#ifndef XIE_WEB_ROLE_H
#define XIE_WEB_ROLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"

/* ACTING roles act on alerts and cases; ADMIN roles run the machine and may not (DESIGN, decision 9). */
#define XIE_ROLE_MAP(X)                         \
	X(DUTY, "duty", ACTING)                 \
	X(OFFICER, "officer", ACTING)           \
	X(UNIT_HEAD, "unit_head", ACTING)       \
	X(LEADER, "leader", ACTING)             \
	X(REVIEWER, "reviewer", ACTING)         \
	X(HEARING_HOST, "hearing_host", ACTING) \
	X(ARCHIVIST, "archivist", ACTING)       \
	X(SUPERVISOR, "supervisor", ACTING)     \
	X(SYSADMIN, "sysadmin", ADMIN)          \
	X(SECADMIN, "secadmin", ADMIN)          \
	X(AUDITOR, "auditor", ADMIN)
enum xie_role {
#define X(sym, code, kind) XIE_ROLE_##sym,
	XIE_ROLE_MAP(X)
#undef X
	    XIE_ROLE__COUNT
};
#define XIE_ROLE_BIT(sym) (UINT32_C(1) << XIE_ROLE_##sym)
#define XIE_ROLES_ALL ((UINT32_C(1) << XIE_ROLE__COUNT) - 1)

const char *xie_role_code(enum xie_role r); /* "?" outside the list */

/* "duty,officer" into bits, and back in the order of the codes' letters, as the store keeps them.  UNKNOWN for any
 * other word; an empty text is no role. */
xie_status xie_roles_parse(xie_str codes, uint32_t *ret_roles) XIE_MUST_USE;
void xie_roles_write(uint32_t roles, char *buf, size_t cap);

/* What one person may hold together: at least one role; an administrator holds that one alone, so that system,
 * security and audit stay with three people, none of whom acts in a case. */
bool xie_roles_compatible(uint32_t roles);

#endif
