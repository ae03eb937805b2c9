/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to run: a shard and its targets. */
#ifndef XIE_RUN_SRC_SHARD_H
#define XIE_RUN_SRC_SHARD_H

#include "facts.h"
#include "xie/rule/eval.h"

/* One observation in its place of a target's order. */
struct node {
	struct node *prev, *next;
	struct xie_fix fix;           /* static reports: t and rx only */
	uint64_t frame, arrival;
	const struct xie_static *stat;   /* what is known of the target at this point */
	struct xie_static *report;       /* what this static report said, or NULL */
	bool is_static, echo;
};

/* The state after a node, to start from when something comes late. */
struct checkpoint {
	struct node *after;
	struct xie_eval eval;
	struct fact *open;
};

struct xie_target {
	struct xie_key key;
	enum xie_target_kind kind;
	uint8_t was_in_pair;           /* has been in the zone of some pair rule: struct xie_pairs follows it */
	bool reordered;                /* since struct xie_pairs looked: fixes came late */
	uint32_t hint, member;         /* zone look-up; 1 + index among the pairs' members */
	struct node *first, *last;
	uint32_t n_nodes;
	uint64_t version;
	struct xie_eval eval;
	struct facts facts;
	struct checkpoint *points[2];  /* newest first; NULL: none */
	struct xie_target *newer, *older; /* by version */
	struct xie_target *wheel_next, **wheel_at; /* deadline */
	xie_ms due;
};

#define WHEEL 1024 /* seconds */

struct xie_shard {
	struct xie_run_options opt;
	xie_arena *mem;
	struct xie_eval_ctx eval;
	struct xie_pool targets, nodes, facts, statics, points;
	struct xie_target **table;
	size_t table_cap, n_targets;
	struct xie_target *newest, *oldest;
	uint64_t version;
	struct xie_target *current;   /* whose facts evaluation speaks of */
	xie_ms current_t;
	bool ticking, out_of_memory;
	struct xie_target *wheel[WHEEL];
	xie_ms ticked;
	struct xie_run_counts counts;
};

struct outlet shard_outlet(struct xie_shard *s);
/* For loading: an empty target under this key (NULL: no memory), a node at the end of its order, its place among the
 * deadlines and versions. */
struct xie_target *shard_new_target(struct xie_shard *s, const struct xie_key *k, enum xie_target_kind kind);
struct node *shard_new_node(struct xie_shard *s, struct xie_target *t);
void shard_settled(struct xie_shard *s, struct xie_target *t);
/* What is known of the target after node n, from what was known before it and its report. */
xie_status shard_know(struct xie_shard *s, struct node *n);
struct xie_target *shard_target(const struct xie_shard *s, const struct xie_key *k);
/* The same for a hash that is known; and where it would be, to bring it nearer. */
struct xie_target **shard_slot(struct xie_target **table, size_t cap, const struct xie_key *k, uint64_t hash);
/* Takes one observation; t: its target, or NULL when that is not known yet. */
xie_status shard_put(struct xie_shard *s, const struct xie_obs *o, struct xie_target *t) XIE_MUST_USE;

#endif
