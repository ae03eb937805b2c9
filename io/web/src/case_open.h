/* SPDX-License-Identifier: Apache-2.0 */
/* A new case, before it has a file. */
#ifndef WEB_CASE_OPEN_H
#define WEB_CASE_OPEN_H

#include "case.h"

struct web_new_case {
	xie_arena *mem;
	xie_str proc, title, item, party_name, place, source; /* empty: not said */
	xie_ms act_start, act_end;                            /* XIE_NO_TIME: not said */
	bool continuing;
	xie_str org, region;
	/* from an alert */
	xie_str alert, target, target_name, facts;
	/* from the packs */
	bool has_item;
	struct xie_world_violation law_item;
};

/* What the alert says, where nothing is said yet. */
void web_new_case_of_alert(struct web_req *r, const struct xie_alert_row *a, struct web_new_case *n);
/* The file with its first events, and the change that writes it down. */
xie_status web_case_open(struct web_req *r, const struct web_new_case *n, struct web_case *k, struct web_case_draft *d);
/* An alert's own change: it is a lead now, and of which case.  projection: room for it. */
xie_status web_alert_to_lead(struct web_req *r, const struct xie_alert_row *a, const struct web_case *k, bool named, struct xie_event *e,
                             struct xie_subject_change *ret_c, struct xie_alert_row *ret_after);

#endif
