/* SPDX-License-Identifier: Apache-2.0 */
/* app/site_engine.h — what the files of the engine share: site_engine.c judges, site_engine_keep.c remembers over a
 * start. */
#ifndef XIE_APP_SITE_ENGINE_H
#define XIE_APP_SITE_ENGINE_H

#include <pthread.h>
#include <stdatomic.h>

#include "records.h"
#include "site.h"

#include "xie/run/run.h"
#include "xie/run/tracks.h"

enum { SPANS = 4096 }; /* the most times without a source that are remembered */

struct span {            /* no source was up */
	xie_ms from, to; /* to INT64_MAX: still */
};

struct up { /* sources that are up, by number */
	uint32_t number;
};

struct site_engine {
	struct site *s;
	pthread_t thread;
	bool runs;
	atomic_bool stop;
	xie_arena mem, pair_mem, scratch, tracks_mem;
	struct xie_tracks *tracks;
	struct xie_shard *shard;
	struct xie_pairs *pairs;
	struct records *records;
	bool resumed;         /* orders of before the start were given again */
	bool warming;         /* it reads what was judged already, for the parts that wait in it */
	xie_ms reading_rx;
	char packs[65]; /* digest of all packs together, hexadecimal */
	struct xie_alert *pending;
	size_t n_pending, cap_pending;
	xie_ms flushed_mono, snapshot_mono;
	uint64_t next, saved; /* position to read; position of the last snapshot */
	xie_ms tick;          /* held back until the record behind it is known; 0: none */
	xie_ms at;            /* receive time it has come to */
	uint64_t observations;
	struct span *spans; /* ascending */
	size_t n_spans;
	struct up ups[1024];
	size_t n_ups;
	pthread_mutex_t shard_lock; /* shard, pairs, tracks; the thread holds it while it works off a batch */
	pthread_mutex_t lock;       /* the rest: for site_engine_look */
	struct site_engine_state state;
};

/* ---- site_engine.c ---- */
bool site_engine_new_shard(struct site_engine *e); /* an empty one; false: no memory */

/* ---- site_engine_keep.c ---- */
/* Keeps a snapshot of all up to e->next - 1, unless there is one of that position already. */
void site_engine_snapshot(struct site_engine *e);
/* Loads the newest snapshot that fits these packs; its position, or 0 (the shard is empty then). */
uint64_t site_engine_load(struct site_engine *e);
/* Fills in the live table with what the snapshot knows. */
void site_engine_show(struct site_engine *e);
/* From which position on these packs are in force; makes it so when they were not. */
xie_status site_engine_in_force(struct site_engine *e, uint64_t *ret_position) XIE_MUST_USE;

#endif
