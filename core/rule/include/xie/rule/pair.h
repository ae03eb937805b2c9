/* SPDX-License-Identifier: Apache-2.0 */
/* xie/rule/pair.h — two targets' tracks against a rule about nearness: judged at whole seconds, both interpolated,
 * never across a break (docs/rules.md, section 5 "near / meets").
 *
 * Each call judges the seconds that became known since the last one; the facts do not depend on how the calls
 * were cut.  Pure: a zeroed state has judged nothing. */
#ifndef XIE_RULE_PAIR_H
#define XIE_RULE_PAIR_H

#include "xie/rule/eval.h"

struct xie_pair_fix {
	xie_ms t;
	struct xie_pt at;
	bool jump;       /* the way from the fix before it is no path */
	bool ok;         /* the rule's conditions hold at this fix: judged for the way that ends here */
	uint64_t frame;
};

struct xie_pair_track {
	const struct xie_key *key;
	const struct xie_pair_fix *fixes; /* ordered by (t, arrival) */
	size_t n;
};

struct xie_pair {
	xie_ms next;         /* the next whole second to judge */
	bool started, running, told;
	xie_ms first, last;  /* the run of near seconds */
	uint64_t first_frame, last_frame;
};

/* a and b in either order.  Emits through c. */
void xie_pair_advance(struct xie_eval_ctx *c, uint32_t binding, struct xie_pair *p, const struct xie_pair_track *a,
                      const struct xie_pair_track *b);
/* Time has come to now: a run that lasted and whose tracks have gone silent closes by gap; final: the recording
 * ends.  Changes no state. */
void xie_pair_tick(struct xie_eval_ctx *c, uint32_t binding, const struct xie_pair *p, const struct xie_pair_track *a,
                   const struct xie_pair_track *b, xie_ms now, bool final);
/* May the two come nearer than the rule's distance on these two steps?  False is certain; for picking candidates. */
bool xie_pair_may_meet(int64_t mm, struct xie_pt a0, struct xie_pt a1, struct xie_pt b0, struct xie_pt b1);

#endif
