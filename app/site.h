/* SPDX-License-Identifier: Apache-2.0 */
/* app/site.h — a running installation: journal, sources, engine, records, what desks look at.
 *
 * One engine thread reads the journal and nothing else; alerts go to the records with the position they were computed
 * at, the newest positions to the live table.  After a start the journal is judged from its beginning: ids and
 * revisions are the same, so the records do not change by it. */
#ifndef XIE_APP_SITE_H
#define XIE_APP_SITE_H

#include <pthread.h>
#include <stdatomic.h>

#include "records.h"

#include "xie/ingest/ingest.h"
#include "xie/pack/pack.h"
#include "xie/port/store.h"
#include "xie/port/world.h"
#include "xie/run/run.h"
#include "xie/store/journal.h"
#include "xie/store/records.h"
#include "xie/web/live.h"
#include "xie/web/web.h"

enum { SITE_SOURCES = 64 };

struct site_source {
	uint32_t id;
	char name[96], address[256];
	enum xie_source_kind kind;
	bool used, enabled;
	unsigned rate;
	bool repeat;
};

struct site {
	const char *data;
	xie_arena packs_mem, engine_mem;
	struct xie_packs packs;
	const struct xie_rules *rules;
	xie_ms loaded;
	struct xie_clock clock;
	struct xie_journal_store *journal_store;
	struct xie_journal journal;
	struct xie_records *records_store;
	struct xie_store store;
	struct xie_ingest *ingest;
	struct xie_live *live;
	struct xie_web *web;
	struct xie_world world;

	pthread_mutex_t engine_lock; /* shard and pairs */
	struct xie_shard *shard;
	struct xie_pairs *pairs;
	struct records *records;
	uint64_t position;           /* of the record being judged */
	pthread_t engine;
	pthread_mutex_t wake_lock;
	pthread_cond_t wake;
	uint64_t committed;
	atomic_bool stop;
	atomic_uint_fast64_t judged;
	bool engine_full;            /* memory is full: intake has stopped */

	pthread_mutex_t sources_lock;
	struct site_source sources[SITE_SOURCES];
};

/* Packs, journal, records, ingest, engine; false after saying why on standard error.  data: made when it is absent. */
bool site_open(struct site *s, const char *data, const char *const *packs, size_t n_packs);
/* Adds a source and starts it. */
bool site_source_add(struct site *s, const char *name, enum xie_source_kind kind, const char *address, unsigned rate, bool repeat,
                     struct xie_err *reterr);
void site_close(struct site *s);

/* world.c: what desks look at. */
void site_world(struct site *s);

#endif
