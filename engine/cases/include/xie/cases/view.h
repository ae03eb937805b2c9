/* SPDX-License-Identifier: Apache-2.0 */
/* xie/cases/view.h — what a desk sees of a case: its clocks by urgency, whose turn it is, who is who. */
#ifndef XIE_CASES_VIEW_H
#define XIE_CASES_VIEW_H

#include "xie/cases/file.h"

/* The words of api/openapi.yaml, ClockState, that a clock may come to. */
enum xie_case_clock_state { XIE_CC_RUNNING, XIE_CC_NEAR, XIE_CC_DUE, XIE_CC_OVERDUE, XIE_CC_PAUSED, XIE_CC_DONE, XIE_CC_STATES };
const char *xie_case_clock_state_name(enum xie_case_clock_state s);

/* near: 20 % of the term or two working days are left, whichever comes first (UI.md 6.6); due: it ends today; overdue: a
 * duty of the authority, or a payment, that has run out; a citizen's term that has run out is done. */
struct xie_case_clock {
	struct xie_law_clock k;
	enum xie_case_clock_state state;
	xie_ms start, end, near, due; /* end: the last moment; near, due: from when it is so */
};
/* By end; those that run before those that are over. */
xie_status xie_case_clocks(const struct xie_law_case *c, const struct xie_law *law, xie_arena *mem, xie_ms now,
                           const struct xie_case_clock **ret_list, uint32_t *ret_n) XIE_MUST_USE;
/* The state of a clock that still runs, from its moments alone. */
enum xie_case_clock_state xie_case_clock_now(xie_ms near, xie_ms due, xie_ms end, bool duty, xie_ms now);

/* Whose step is next: roles of the rows whose other demands are met, rare acts left out; in the law's order, each once. */
xie_status xie_case_waiting(const struct xie_law_case *c, const struct xie_law *law, xie_arena *mem, xie_ms now,
                            const xie_str **ret_roles, uint32_t *ret_n, struct xie_err *reterr) XIE_MUST_USE;

/* The platform's code of a role of the law ("LEGAL_REVIEWER" -> "reviewer"), and back; NULL where the other has none. */
const char *xie_case_role_code(xie_str law_role);
const char *xie_case_law_role(xie_str code);
/* "doc:D11" -> "document", "clock:..." -> "clock", "role:", "cert:", "distinct:" ... -> "person", else "fact". */
const char *xie_case_unmet_kind(xie_str code);

#endif
