/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to run: what a snapshot saves of the pairs. */
#ifndef XIE_RUN_SRC_PAIRS_H
#define XIE_RUN_SRC_PAIRS_H

#include "shard.h"
#include "xie/rule/pair.h"

struct saved_pair {
	uint32_t rule; /* index among the pair rules */
	struct xie_key a, b;
	struct xie_pair pair;
	struct facts facts;
};

/* Calls see for every pair that is in progress or whose facts may still change; stops when it returns false. */
bool pairs_each(const struct xie_pairs *p, bool (*see)(void *self, const struct saved_pair *pair), void *self);
/* The members' targets must be in their shards already.  The facts become the pairs' own. */
xie_status pairs_restore(struct xie_pairs *p, const struct saved_pair *pair);
/* Members and tracks from the shards.  judged: what is there so far has been judged already (a snapshot's). */
xie_status pairs_gather(struct xie_pairs *p, bool judged);
struct xie_pool *pairs_facts(struct xie_pairs *p);

#endif
