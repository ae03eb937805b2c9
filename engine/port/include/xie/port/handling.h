/* SPDX-License-Identifier: Apache-2.0 */
/* xie/port/handling.h — what people may do with an alert, as a function: (state, act, now) -> state or what is
 * missing.  Pure.  The alert itself stays the engine's fact (DESIGN, decision 5); this is the other truth beside it.
 *
 *   new --acknowledge--> acknowledged --verify--> verified --lead--> lead
 *    \--snooze--> snoozed                 \-----> dismissed
 *
 * A snooze ends by its time, or when the episode ends, and the alert is again what it was before.  Within ten
 * seconds the last act can be taken back by whoever did it; later a new verdict with a reason corrects the old one.
 * Nothing here ever changes a lead: from there on the case decides. */
#ifndef XIE_PORT_HANDLING_H
#define XIE_PORT_HANDLING_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"
#include "xie/port/store.h"

#define XIE_HANDLING_MAP(X)             \
	X(NEW, "new")                   \
	X(ACKNOWLEDGED, "acknowledged") \
	X(SNOOZED, "snoozed")           \
	X(VERIFIED, "verified")         \
	X(DISMISSED, "dismissed")       \
	X(LEAD, "lead")
enum xie_handling_state {
#define X(sym, code) XIE_HANDLING_##sym,
	XIE_HANDLING_MAP(X)
#undef X
	    XIE_HANDLING__COUNT
};
#define XIE_ACT_MAP(X)                \
	X(ACKNOWLEDGE, "acknowledge") \
	X(VERIFY, "verify")           \
	X(SNOOZE, "snooze")           \
	X(TAKE_BACK, "take_back")     \
	X(LEAD, "lead")               \
	X(NOTE, "note")
enum xie_act {
#define X(sym, code) XIE_ACT_##sym,
	XIE_ACT_MAP(X)
#undef X
	    XIE_ACT__COUNT
};
const char *xie_handling_code(enum xie_handling_state s);
const char *xie_act_code(enum xie_act a);
xie_status xie_handling_parse(xie_str code, enum xie_handling_state *ret_s) XIE_MUST_USE; /* UNKNOWN */
xie_status xie_act_parse(xie_str code, enum xie_act *ret_a) XIE_MUST_USE;

#define XIE_TAKE_BACK_MS 10000

struct xie_handling {
	enum xie_handling_state state;
	enum xie_handling_state before; /* the last act, for taking it back and for the end of a snooze */
	bool can_undo;                  /* the last act was one that can be taken back, and was not yet */
	xie_ms acted;                   /* when, XIE_NO_TIME: never */
	xie_ms snooze_to;               /* XIE_NO_TIME while snoozed: until the episode ends */
	char by[65];                    /* user of the last act, "" = nobody */
	char reason[401];               /* of a dismissal or snooze, UTF-8 */
};

/* What the alert is now: an elapsed snooze is over.  closed: the episode has ended. */
enum xie_handling_state xie_handling_now(const struct xie_handling *h, bool closed, xie_ms now);

struct xie_act_request {
	enum xie_act act;
	bool has_verdict, verdict; /* verify */
	xie_str reason;            /* verify: needed for a dismissal and for a changed verdict; snooze: free */
	xie_str text;              /* note */
	uint32_t snooze_min;       /* 0 = until it leaves */
	xie_str by;                /* user */
};
struct xie_act_facts { /* of the alert */
	bool closed, withdrawn;
	bool names_violation; /* its rule names one, or the officer did */
};

/* Stable codes of what is missing, for pages in any language. */
#define XIE_UNMET_MAP(X)                                                                 \
	X(NONE, "")                                                                      \
	X(NOT_OPEN, "state:open")          /* only while new, acknowledged or snoozed */ \
	X(NOT_A_LEAD, "state:not_lead")    /* a lead stands */                           \
	X(VERDICT, "fact:verdict")         /* true or false must be said */              \
	X(REASON, "fact:reason")           /* why */                                     \
	X(TEXT, "fact:text")               /* what the note says */                      \
	X(VERIFIED, "fact:verified")       /* it must have been found true first */      \
	X(VIOLATION, "fact:violation")     /* no violation is named */                   \
	X(WITHDRAWN, "fact:not_withdrawn") /* late data took the fact back */            \
	X(NOTHING, "act:last")             /* nothing to take back */                    \
	X(OWN, "person:same")              /* only who did it takes it back */           \
	X(TIME, "clock:take_back")         /* ten seconds are over */
enum xie_unmet {
#define X(sym, code) XIE_UNMET_##sym,
	XIE_UNMET_MAP(X)
#undef X
	    XIE_UNMET__COUNT
};
const char *xie_unmet_code(enum xie_unmet u);

/* XIE_UNMET_NONE and *ret_next, or the first thing that is missing. */
enum xie_unmet xie_handling_step(const struct xie_handling *h, const struct xie_act_request *r,
                                 const struct xie_act_facts *f, xie_ms now, struct xie_handling *ret_next);

#endif
