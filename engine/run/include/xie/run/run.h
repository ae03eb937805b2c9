/* SPDX-License-Identifier: Apache-2.0 */
/* xie/run/run.h — the engine: observations in, alerts with revisions out.
 *
 * A target belongs to one shard; a shard is used by one thread at a time and shares nothing but the compiled rules.
 * Within a target fixes are judged in the order of (event time, arrival): one that comes late is put in its place and
 * what follows is judged again, so that the facts are those of a run in which nothing was late.  Each change of what
 * the engine says of an alert goes out with the next revision number; the newest revision is current.
 *
 * Rules about pairs look at all shards at once (struct xie_pairs), between two batches.
 *
 * No I/O, no clock, no lock.  Memory comes from one arena for each shard and never grows past it: LIMIT tells the
 * caller to stop the intake (DESIGN, decision 6); nothing is evicted. */
#ifndef XIE_RUN_RUN_H
#define XIE_RUN_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/model/alert.h"
#include "xie/model/obs.h"
#include "xie/rule/rule.h"

struct xie_shard;
struct xie_pairs;
struct xie_target;

/* Every revision of every alert; a: borrowed. */
typedef void xie_alert_sink(void *self, const struct xie_alert *a);

struct xie_run_options {
	const struct xie_rules *rules; /* kept */
	xie_alert_sink *sink;
	void *self;
	xie_ms late_window_ms;         /* 0: 10 minutes.  Fixes this late are judged from memory */
	xie_ms late_max_ms;            /* 0: 30 days.  Later than this: counted, not judged */
	bool keep_all;                 /* a recording: every fix stays, so that any lateness is judged */
	bool ticks;                    /* xie_shard_tick will be called: deadlines are kept */
	/* See struct xie_eval_ctx; NULL: all elapsed time counts as silence.  self is the sink's. */
	xie_ms (*counted)(void *self, xie_ms from, xie_ms span);
};

struct xie_run_counts {
	uint64_t observations, fixes, echoes, late, too_late, suspect, targets;
	uint64_t needs_repair; /* late beyond the window with keep_all unset: the archive must re-judge the target */
};

/* mem: kept; the shard lives in it.  LIMIT when even an empty shard does not fit. */
xie_status xie_shard_new(xie_arena *mem, const struct xie_run_options *opt, struct xie_shard **ret_s) XIE_MUST_USE;
/* Takes one observation; arrival order is call order.  LIMIT: memory full, the observation was not taken. */
xie_status xie_shard_put(struct xie_shard *s, const struct xie_obs *o) XIE_MUST_USE;
/* Takes n observations in their order; *ret_n is how many were taken, n unless it fails.  The same as one call of
 * xie_shard_put for each, but that what the next ones will read is brought nearer meanwhile: with many targets and zones
 * an observation is mostly a wait for memory. */
xie_status xie_shard_put_all(struct xie_shard *s, const struct xie_obs *o, size_t n, size_t *ret_n) XIE_MUST_USE;
/* Receive time has come to now (whole seconds, never back): silences open, gaps close what they end. */
void xie_shard_tick(struct xie_shard *s, xie_ms now);
/* The recording ends at now: what is open gets its last word. */
void xie_shard_finish(struct xie_shard *s, xie_ms now);
struct xie_run_counts xie_shard_counts(const struct xie_shard *s);
/* Which of n shards a target belongs to; the same on every machine. */
static inline uint32_t xie_shard_of(const struct xie_key *k, uint32_t n)
{
	return n > 1 ? (uint32_t)((xie_key_hash(k) >> 32) * n >> 32) : 0;
}

/* What is known of a target now. */
struct xie_target_view {
	struct xie_key key;
	enum xie_target_kind kind;
	const struct xie_fix *fix;     /* the newest fix in event time, or NULL */
	const struct xie_static *stat; /* NULL: nothing */
	uint64_t version;              /* grows with every observation taken by the shard: what changed since */
};
/* Calls see for every target changed after `since` (0: all), oldest change first; borrowed during the call. */
void xie_shard_each(const struct xie_shard *s, uint64_t since, void (*see)(void *self, const struct xie_target_view *v), void *self);
bool xie_shard_find(const struct xie_shard *s, const struct xie_key *k, struct xie_target_view *ret_v);
/* The target's fixes in memory, in order; stops when see returns false.  frame: where its bytes are. */
void xie_shard_track(const struct xie_shard *s, const struct xie_key *k,
                     bool (*see)(void *self, const struct xie_fix *f, uint64_t frame), void *self);

/* A snapshot is a cache: what it saves is faster to read than to judge again.  It is cut between two batches, holds
 * every target and every pair in progress, and loads into any number of shards.  It fits only the same rules, the same
 * semantics and the same build (its head says which); anything else is UNKNOWN and the journal is judged anew.
 * write: false stops.  scratch: memory for the bytes of one target. */
struct xie_snapshot_sink {
	bool (*write)(void *self, const void *p, size_t n);
	void *self;
};
xie_status xie_run_save(struct xie_shard *const *shards, uint32_t n, const struct xie_pairs *pairs, xie_arena scratch,
                        const struct xie_snapshot_sink *out) XIE_MUST_USE;
/* shards, pairs: new and empty.  p, n: the whole snapshot.  CORRUPT, UNKNOWN, LIMIT: the shards must be thrown away. */
xie_status xie_run_load(struct xie_shard *const *shards, uint32_t n_shards, struct xie_pairs *pairs, const void *p,
                        size_t n) XIE_MUST_USE;

/* Rules about pairs, over all shards.  mem: kept. */
xie_status xie_pairs_new(xie_arena *mem, const struct xie_run_options *opt, struct xie_shard *const *shards, uint32_t n,
                         struct xie_pairs **ret_p) XIE_MUST_USE;
/* Judges what became known since the last call; no shard may be at work meanwhile. */
xie_status xie_pairs_run(struct xie_pairs *p, xie_ms now) XIE_MUST_USE;
xie_status xie_pairs_finish(struct xie_pairs *p, xie_ms now) XIE_MUST_USE;

#endif
