/* SPDX-License-Identifier: Apache-2.0 */
/* xie/rule/eval.h — one target's fixes, in order, against the compiled rules: facts come out.
 *
 * xie_eval_fix folds one fix into a target's state.  Facts are emitted whole and may be emitted again with more
 * known (open, then closed): an alert with the same id replaces the one before.  Pure: the state is all there is,
 * a copy of it is a checkpoint, and the same fixes give the same facts for ever. */
#ifndef XIE_RULE_EVAL_H
#define XIE_RULE_EVAL_H

#include "xie/base/pool.h"
#include "xie/base/rd.h"
#include "xie/base/wr.h"
#include "xie/model/obs.h"
#include "xie/rule/rule.h"

struct xie_episode; /* what is pending or open: one for a target and binding */

/* A target's state.  Zeroed = never seen. */
struct xie_eval {
	struct xie_episode *episodes; /* ascending by binding */
	struct xie_fix last;          /* the last fix that counts for a path */
	uint64_t last_frame;
	xie_ms heard;                 /* the last time it was heard at all */
	bool has_last, was_heard;
};

/* One for a thread: rules, memory and where facts go. */
struct xie_eval_ctx {
	const struct xie_rules *rules;
	struct xie_pool episodes;     /* of xie_episode_size() */
	void (*emit)(void *self, const struct xie_alert *a); /* a: borrowed */
	void *self;
	/* Of elapsed time after `from`, how much does not count as silence (no source that heard it was up); NULL: none.
	 * Returns the instant at which `span` of counted time has passed since from, or INT64_MAX. */
	xie_ms (*counted)(void *self, xie_ms from, xie_ms span);
	uint32_t ids[2][1024];        /* scratch: zones of a fix and of a step */
};

size_t xie_episode_size(void);

/* What is known of the target at this fix, for conditions. */
struct xie_seen {
	const struct xie_key *key;
	enum xie_target_kind kind;
	const struct xie_fix *fix;
	const struct xie_static *stat; /* NULL: nothing */
};

/* hint: the target's word for look-ups of zones; 0 at first and after e was replaced by another state.
 * Folds a fix that is no echo and not late.  Clock-suspect fixes are not judged and must not be given.
 * LIMIT: the episode memory is full, or a fix lies in more than 1,024 zones; then the state is unchanged. */
xie_status xie_eval_fix(struct xie_eval_ctx *c, struct xie_eval *e, const struct xie_seen *seen, uint64_t frame,
                        uint32_t *hint) XIE_MUST_USE;
/* Time has come to now without another fix: silence opens, episodes whose gap has run out close.  Changes no
 * state, so a fix that arrives after all is judged as if no tick had come.  final: the recording ends here. */
void xie_eval_tick(struct xie_eval_ctx *c, const struct xie_eval *e, const struct xie_key *key, xie_ms now, bool final);
/* The next instant at which xie_eval_tick would say something new, INT64_MAX if none. */
xie_ms xie_eval_deadline(struct xie_eval_ctx *c, const struct xie_eval *e, xie_ms now);

/* dst becomes a copy; LIMIT leaves dst cleared. */
xie_status xie_eval_copy(struct xie_eval_ctx *c, struct xie_eval *dst, const struct xie_eval *src) XIE_MUST_USE;
void xie_eval_clear(struct xie_eval_ctx *c, struct xie_eval *e);

/* For snapshots: the state as bytes, valid for the same rules on the same build (the caller checks both).
 * load: LIMIT when episodes do not fit, else the reader's status. */
void xie_eval_save(const struct xie_eval *e, xie_wr *w);
xie_status xie_eval_load(struct xie_eval_ctx *c, struct xie_eval *e, xie_rd *r) XIE_MUST_USE;

/* The id of an alert from what it is. */
void xie_alert_id(const struct xie_binding *b, const struct xie_key *target, const struct xie_key *other,
                  enum xie_direction d, xie_ms open, uint8_t ret_id[static 16]);

#endif
