/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to run: what evaluation says of an alert, what was shown of it, and the revisions in between. */
#ifndef XIE_RUN_SRC_FACTS_H
#define XIE_RUN_SRC_FACTS_H

#include "xie/base/pool.h"
#include "xie/run/run.h"

struct fact {
	struct fact *next;
	struct xie_alert settled; /* what the fixes say */
	struct xie_alert shown;   /* the last revision that went out */
	xie_ms touched;           /* event time of the fix that settled it last */
	bool has_settled, has_shown, changed;
};

struct facts {
	struct fact *first;
	bool provisional; /* a tick has shown something that the fixes do not say */
};

struct outlet { /* where revisions go */
	xie_alert_sink *sink;
	void *self;
	struct xie_pool *pool; /* of struct fact */
};

/* The fixes up to event time t say a.  LIMIT: no memory. */
xie_status facts_settle(struct facts *f, struct outlet *out, const struct xie_alert *a, xie_ms t);
/* A tick says a, which the next fix may take back. */
xie_status facts_show(struct facts *f, struct outlet *out, const struct xie_alert *a);
/* Sends every difference between settled and shown. */
void facts_publish(struct facts *f, struct outlet *out);
/* Evaluation goes back to event time t: what was settled after it is open again. */
void facts_rewind(struct facts *f, xie_ms t);
/* Forgets what closed at or before event time t and can no longer change. */
void facts_trim(struct facts *f, struct outlet *out, xie_ms t);
/* The settled facts that are not closed, as a list of its own. */
xie_status facts_copy_open(const struct facts *f, struct outlet *out, struct fact **ret_list);
void facts_free(struct fact **list, struct xie_pool *pool);

#endif
