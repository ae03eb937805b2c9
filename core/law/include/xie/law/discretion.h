/* SPDX-License-Identifier: Apache-2.0 */
/* xie/law/discretion.h — discretion benchmarks (裁量基准, 行政处罚法 art. 34) as data: from the facts of an act to the line
 * of the law, the tier, the modifiers, and a suggestion with every number and its source.
 *
 * A suggestion is not a decision: people decide, and a decision that differs is visible (xie_discretion_deviation).
 * Equal facts give equal results.  Memory: the caller's arena. */
#ifndef XIE_LAW_DISCRETION_H
#define XIE_LAW_DISCRETION_H

#include "xie/law/law.h"

struct xie_discretion_line {
	xie_str kind;     /* "WARN", "FINE", "HOLD_CERT", ... */
	xie_str subject;  /* "owner", "unit", "individual", "master", ...; empty: the party */
	xie_str tier_zh;  /* empty when the line has no tiers */
	int64_t low, high; /* the range after tier and modifiers, clamped to the law; fen for fines */
	int64_t amount;   /* suggested: what the formula gives, or the middle of the range */
	xie_str zh;       /* what the line is about */
	const xie_str *basis;
	uint32_t n_basis;
};

struct xie_discretion {
	bool punish;      /* false: no line applies, or a ground of no penalty does */
	bool mitigated;   /* below the minimum: needs a leader and a ground (art. 32) */
	const struct xie_discretion_line *lines;
	uint32_t n_lines;
	int64_t fine_fen; /* all fines of one party together, at most the item's cap */
	const xie_str *follow; /* codes of what must follow ("REVOKE_OPCERT") */
	uint32_t n_follow;
	xie_str explain;  /* what is printed in the decision: factors, tier, modifiers, sum, articles */
};

/* item: its code.  facts: a mapping of the item's inputs.  today: legal day of the judgement.  UNKNOWN item or input,
 * MALFORMED type, MISSING when an input that the item needs is not there. */
xie_status xie_discretion_of(const struct xie_law *law, xie_arena *mem, xie_str item, const struct xie_val *facts,
                             int64_t today, struct xie_discretion *ret, struct xie_err *reterr) XIE_MUST_USE;

/* |decided - suggested| / suggested in hundredths of a percent, rounded half up; suggested 0: 0 when decided is 0, else
 * INT64_MAX. */
int64_t xie_discretion_deviation(int64_t suggested_fen, int64_t decided_fen);

#endif
