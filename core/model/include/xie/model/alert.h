/* SPDX-License-Identifier: Apache-2.0 */
/* xie/model/alert.h — an alert is the engine's fact: a rule held for a target (and zone) from open to close.
 * What people make of it (acknowledged, verified, closed) are their own signed events on its id. */
#ifndef XIE_MODEL_ALERT_H
#define XIE_MODEL_ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/units.h"
#include "xie/model/key.h"

#define XIE_SEMANTICS 1u /* docs/rules.md; every published number is kept for ever */
#define XIE_NO_ZONE UINT32_MAX

/* Why an episode ended. */
#define XIE_END_MAP(X) \
	X(LEFT, "left")   \
	X(CURED, "cured") \
	X(APART, "apart") \
	X(HEARD, "heard") \
	X(GAP, "gap")     \
	X(JUMP, "jump")   \
	X(EVENT, "event") \
	X(EOF, "eof")     \
	X(REPACKED, "repacked") \
	X(OPEN, "open") /* it has not ended; only while the engine runs */
enum xie_end {
#define X(sym, text) XIE_END_##sym,
	XIE_END_MAP(X)
#undef X
};
const char *xie_end_name(enum xie_end e);

enum xie_direction { XIE_DIR_NONE, XIE_DIR_L2R, XIE_DIR_R2L };
const char *xie_direction_name(enum xie_direction d); /* "L2R", "R2L"; NULL for none */

struct xie_alert {
	uint8_t id[16];        /* derived from what it is, never from when it was computed */
	uint32_t binding;      /* rule and zone, an index into the compiled rules */
	uint32_t rev;          /* 1, 2, ...: how often the engine learnt better */
	struct xie_key target, other; /* other.scheme == XIE_SCHEME_NONE unless the rule is about a pair */
	xie_ms since;          /* when the condition began */
	xie_ms open, close;    /* close counts only when closed */
	bool closed, already_inside, has_peak, withdrawn;
	uint8_t direction;     /* enum xie_direction */
	uint8_t end;           /* enum xie_end */
	int32_t peak;          /* speed rules: the highest speed while it held, dm/h */
	uint64_t first_frame, last_frame; /* where the bytes of the first and last fix it stands on are */
};

#endif
