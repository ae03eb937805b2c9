/* SPDX-License-Identifier: Apache-2.0 */
/* app/site.h — a running installation: journal, sources, engine, records, archive, what desks look at.
 *
 * One engine thread reads the journal and nothing else; alerts go to the records with the position they were computed
 * at, the newest positions to the live table.  After a start it goes on from the newest snapshot; without one the
 * journal is judged again: ids and revisions are the same, so the records do not change by it. */
#ifndef XIE_APP_SITE_H
#define XIE_APP_SITE_H

#include <pthread.h>

#include "site_conf.h"

#include "xie/ingest/ingest.h"
#include "xie/pack/pack.h"
#include "xie/port/archive.h"
#include "xie/port/world.h"
#include "xie/rule/rule.h"
#include "xie/run/tracks.h"
#include "xie/store/archive.h"
#include "xie/store/journal.h"
#include "xie/store/records.h"
#include "xie/web/web.h"

struct site_engine;
struct site_sources;

struct site {
	struct site_conf conf;
	xie_arena mem; /* configuration */
	xie_arena packs_mem;
	struct xie_packs packs;
	const struct xie_rules *rules;
	const struct xie_law *law; /* NULL: no pack has one, and there are no cases */
	xie_ms loaded;
	struct xie_clock clock, machine; /* machine: under a trial's clock */
	xie_ms trial_from;               /* machine's, when the trial began */
	struct xie_random random;
	struct xie_journal_store *journal_store;
	struct xie_journal journal;
	struct xie_records *records_store;
	struct xie_store store;
	struct xie_archive_store *archive_store;
	struct xie_archive archive;
	xie_ms archive_since; /* from this event time on the archive has every track */
	struct xie_ingest *ingest;
	struct xie_live *live;
	struct site_sources *sources;
	struct site_engine *engine;
	struct xie_world world;
	pthread_mutex_t web_lock; /* around the next */
	struct xie_web *web;      /* NULL before it has started and once it stops */
};

/* One line on standard error. */
void site_say(struct site *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What the server itself knows of a source or a setting: the row and its event, one and the same json.  version: of the row that
 * stands, 0 for none.  Errors as subject_append. */
xie_status site_put_row(struct site *s, xie_str kind, xie_str id, xie_str title, xie_str event, uint64_t version, xie_str json)
    XIE_MUST_USE;

/* Packs, journal, records, archive, ingest, engine, the configured sources; s->conf is filled in.  An exit code, 0 =
 * well; else why is said on standard error. */
int site_open(struct site *s);
void site_close(struct site *s); /* of whatever site_open got to */

/* The server that runs from now on; NULL: no more.  The next two tell it, if there is one. */
void site_web_is(struct site *s, struct xie_web *web);
void site_tell_source(struct site *s, uint32_t number);
void site_tell_watermark(struct site *s, xie_ms t);

/* ---- the engine: site_engine.c, site_engine_keep.c ---- */
xie_status site_engine_start(struct site *s, struct site_engine **ret_e, struct xie_err *reterr) XIE_MUST_USE;
/* Judges what is in the journal, keeps a snapshot, ends.  NULL allowed. */
void site_engine_stop(struct site_engine *e);
struct site_engine_state {
	uint64_t position, committed; /* judged; on disk */
	uint64_t observations, alerts, targets, late, echoes, gaps;
	xie_ms at; /* receive time it has come to */
	struct xie_tracks_counts tracks;
	bool full, failed;
	char why[160];
};
void site_engine_look(struct site_engine *e, struct site_engine_state *ret_s);
/* What the engine knows the target as; false: it does not know it. */
bool site_engine_kind(struct site_engine *e, const struct xie_key *k, enum xie_target_kind *ret_kind);
/* The points on their way to the archive, of one target or of all (k NULL): see xie_tracks_each.  fn must be quick. */
void site_engine_tracks(struct site_engine *e, const struct xie_key *k, xie_tracks_fn *fn, void *ctx);

/* ---- sources: site_sources.c ---- */
/* Those of the configuration and those that were added on the page, with the numbers that they have for ever. */
xie_status site_sources_start(struct site *s, struct site_sources **ret_s, struct xie_err *reterr) XIE_MUST_USE;
bool site_sources_run(struct site_sources *k);  /* begins; false when one could not, after saying why */
void site_sources_stop(struct site_sources *k); /* no more frames; NULL allowed, like the next */
void site_sources_free(struct site_sources *k);
/* From the engine's thread: lines, parts or frames that the journal has and nothing could be made of, received at rx. */
void site_sources_refused(struct site_sources *k, uint32_t number, const char *reason, uint64_t n, xie_ms rx);
/* From the engine's thread: a frame of a source, and what came of it. */
void site_sources_frame(struct site_sources *k, uint32_t number, xie_str bytes, xie_ms rx, uint64_t position,
                        xie_ms event, bool understood);
/* The source's name or id, "" when the number is not known. */
void site_sources_name(struct site_sources *k, uint32_t number, char *buf, size_t cap);
void site_sources_id(struct site_sources *k, uint32_t number, char *buf, size_t cap);
/* The port that a listening source got; 0 when it has none (yet). */
uint16_t site_sources_port(struct site_sources *k, const char *id);
void site_sources_world(struct site *s); /* wires the world's functions about sources */
/* Runs fn as xie_ingest_call does, with the sources as they are. */
void site_sources_call(struct site_sources *k, void (*fn)(void *ctx, struct xie_ingest *in), void *ctx);
bool site_sources_running(struct site_sources *k); /* site_sources_run has ended */

/* ---- orders to terminals: site_orders.c ---- */
void site_orders_world(struct site *s);
/* From the engine's thread: a FACT record of an order; and, once it has caught up, what was under way when the program
 * last ended. */
void site_orders_fact(struct site *s, xie_arena *scratch, const struct xie_val *fact, xie_ms at, uint64_t position);
void site_orders_resume(struct site *s, xie_arena *scratch);

/* ---- world.c: packs, frames, health; world_tracks.c ---- */
void site_world(struct site *s);

/* ---- demo.c ---- */
extern const struct xie_web_demo_account site_demo_accounts[];
void site_demo_conf(struct site_conf *c); /* packs, map and sources, where the configuration says nothing */
bool site_demo_people(struct site *s);    /* the unit and the accounts, where they are missing */
void site_demo_traffic(struct site *s);   /* starts the simulators */
void site_demo_stop(void);

/* A folder or file that belongs to the program: below the present folder, beside the program as the build lays it, or
 * where it was installed.  False when it is nowhere. */
bool site_share(const char *name, char *buf, size_t cap);

#endif
