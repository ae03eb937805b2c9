/* SPDX-License-Identifier: Apache-2.0 */
/* An alert's two truths side by side: the row's fact and its handling. */
#ifndef WEB_ALERT_H
#define WEB_ALERT_H

#include "web_int.h"

#include "xie/port/handling.h"

/* What the row and its projection say of the handling. */
void web_handling_of(xie_arena *mem, const struct xie_alert_row *a, struct xie_handling *ret_h);
struct xie_act_facts web_facts_of(const struct xie_alert_row *a);
/* The projection: the parts of the handling that have no column of their own. */
void web_handling_json(xie_wr *w, const struct xie_handling *h, xie_str case_no); /* empty: no case */
/* The number of the case that a lead has become; in mem. */
xie_str web_alert_case(xie_arena *mem, const struct xie_alert_row *a);
/* A row in mem, so that the store may be called again.  LIMIT. */
xie_status web_alert_keep(xie_arena *mem, const struct xie_alert_row *a, struct xie_alert_row *ret_a);
/* The words of what is missing. */
struct web_unmet_text {
	const char *kind, *zh, *en;
};
struct web_unmet_text web_unmet_text(enum xie_unmet u);
/* The change of a subject "alert" by one event.  e and its texts: kept by ret_c. */
void web_alert_change(const struct xie_alert_row *a, const struct xie_handling *next, xie_str projection,
                      struct xie_event *e, struct xie_subject_change *ret_c);

#endif
