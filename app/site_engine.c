/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's thread: reads the journal behind its commits, judges, and hands alerts on in batches.
 *
 * It starts where the newest snapshot ends that was made with these packs; without one, where these packs came into
 * force.  Judging again gives the same ids and revisions, which the store knows already.  A change of packs is a PACK
 * record: what is open under rules that are no longer there ends `repacked`, and judging goes on behind the record. */
#include "site_engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "site_alert.h"

#include "xie/base/time.h"
#include "xie/file/file.h"

enum { BATCH = 512, PENDING = 256, FLUSH_MS = 40, WARM = 4000 };

/* ---- time in which no source was up ---- */

static xie_ms counted(void *self, xie_ms from, xie_ms span)
{
	const struct site_engine *e = self;
	xie_ms t = from, left = span;
	size_t lo = 0, hi = e->n_spans;
	while (lo < hi) { /* the first span that ends behind t */
		size_t mid = (lo + hi) / 2;
		if (e->spans[mid].to <= t)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (size_t i = lo; i < e->n_spans; i++) {
		xie_ms gap = e->spans[i].from > t ? e->spans[i].from - t : 0;
		if (left <= gap)
			return t + left;
		left -= gap;
		if (e->spans[i].to == INT64_MAX)
			return INT64_MAX;
		t = e->spans[i].to;
	}
	return t + left;
}

static void all_down(struct site_engine *e, xie_ms at)
{
	if (e->n_spans != 0 && e->spans[e->n_spans - 1].to == INT64_MAX)
		return;
	if (e->n_spans == SPANS) { /* the oldest are beyond every silence */
		memmove(e->spans, e->spans + SPANS / 2, (SPANS / 2) * sizeof *e->spans);
		e->n_spans = SPANS / 2;
	}
	e->spans[e->n_spans++] = (struct span){ at, INT64_MAX };
}

static void source_up(struct site_engine *e, uint32_t number, xie_ms at)
{
	for (size_t i = 0; i < e->n_ups; i++)
		if (e->ups[i].number == number)
			return;
	if (e->n_ups < sizeof e->ups / sizeof e->ups[0])
		e->ups[e->n_ups++].number = number;
	if (e->n_spans != 0 && e->spans[e->n_spans - 1].to == INT64_MAX)
		e->spans[e->n_spans - 1].to = at;
}

static void source_down(struct site_engine *e, uint32_t number, xie_ms at)
{
	for (size_t i = 0; i < e->n_ups; i++)
		if (e->ups[i].number == number) {
			e->ups[i] = e->ups[--e->n_ups];
			break;
		}
	if (e->n_ups == 0)
		all_down(e, at);
}

static void tell_source(struct site_engine *e, uint32_t number, bool up, xie_ms at, uint64_t position)
{
	char name[128];
	site_sources_name(e->s->sources, number, name, sizeof name);
	(void)e->s->store.source_state(e->s->store.self, number, xie_str_of(name), up, at, position);
}

/* ---- alerts ---- */

static void on_alert(void *self, const struct xie_alert *a)
{
	struct site_engine *e = self;
	if (e->n_pending == e->cap_pending) {
		size_t cap = e->cap_pending != 0 ? e->cap_pending * 2 : PENDING;
		struct xie_alert *more = realloc(e->pending, cap * sizeof *more);
		if (more == NULL) { /* nothing is lost: the journal is judged again at the next start */
			site_say(e->s, "engine: no memory for alerts that wait to be stored; the program ends");
			_exit(EXIT_ENV);
		}
		e->pending = more;
		e->cap_pending = cap;
	}
	e->pending[e->n_pending++] = *a;
}

static xie_status take_json(void *ctx, const struct xie_alert_row *a)
{
	struct site_engine *e = ((void **)ctx)[0];
	xie_str *json = ((void **)ctx)[1];
	char *p = xie_str_dup(&e->scratch, a->json);
	*json = p != NULL ? (xie_str){ p, a->json.n } : (xie_str){ "", 0 };
	return XIE_OK;
}

static xie_str json_before(struct site_engine *e, const struct xie_alert *a)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	char id[33];
	xie_wr w = xie_wr_of(id, sizeof id);
	xie_str json = { "", 0 };
	void *ctx[2] = { e, &json };
	xie_wr_hex(&w, a->id, sizeof a->id);
	if (a->rev > 1)
		(void)e->s->store.alert_get(e->s->store.self, &system, xie_wr_view(&w), take_json, ctx);
	return json;
}

/* Whose the alert is: as the configuration says of the pack that its rule is from. */
static const struct site_pack *owner(const struct site_engine *e, const struct xie_alert *a)
{
	static const struct site_pack root = { .org = { "", 0 }, .region = { "", 0 } };
	xie_str label = e->s->rules->rules[e->s->rules->bindings[a->binding].rule].pack;
	for (uint32_t i = 0; i < e->s->packs.n_packs; i++) {
		if (!xie_str_eq(e->s->packs.packs[i].label, label))
			continue;
		for (size_t k = 0; k < e->s->conf.n_packs; k++)
			if (strcmp(e->s->conf.packs[k].dir, e->s->packs.packs[i].dir) == 0)
				return &e->s->conf.packs[k];
	}
	return &root;
}

static void publish(struct site_engine *e)
{
	(void)pthread_mutex_lock(&e->lock);
	e->state.at = e->at;
	e->state.observations = e->observations;
	e->state.position = e->next - 1;
	struct xie_run_counts c = xie_shard_counts(e->shard);
	e->state.targets = c.targets;
	e->state.late = c.late;
	e->state.echoes = c.echoes;
	e->state.tracks = xie_tracks_counts_of(e->tracks);
	(void)pthread_mutex_unlock(&e->lock);
}

static void fail(struct site_engine *e, bool full, const char *why)
{
	(void)pthread_mutex_lock(&e->lock);
	bool news = strcmp(e->state.why, why) != 0;
	e->state.full = full;
	e->state.failed = !full;
	(void)snprintf(e->state.why, sizeof e->state.why, "%s", why);
	(void)pthread_mutex_unlock(&e->lock);
	if (news)
		site_say(e->s, "engine: %s", why);
}

static void recovered(struct site_engine *e)
{
	(void)pthread_mutex_lock(&e->lock);
	bool news = e->state.full || e->state.failed;
	e->state.full = e->state.failed = false;
	e->state.why[0] = '\0';
	(void)pthread_mutex_unlock(&e->lock);
	if (news)
		site_say(e->s, "engine: at work again");
}

/* Everything pending into the store; what cannot be stored stays pending and is tried again. */
static bool flush(struct site_engine *e)
{
	enum { AT_ONCE = 64 };
	struct site *s = e->s;
	size_t done = 0;
	xie_status st = XIE_OK;
	do {
		struct xie_alert_row rows[AT_ONCE];
		size_t n = 0;
		e->scratch.used = 0;
		for (; n < AT_ONCE && done + n < e->n_pending && st == XIE_OK; n++) {
			const struct xie_alert *a = &e->pending[done + n];
			const struct site_pack *p = owner(e, a);
			struct site_alert_source src = { .rules = s->rules,
				                         .shard = e->shard,
				                         .other = e->shard,
				                         .org = p->org,
				                         .region = p->region,
				                         .now = e->at,
				                         .position = e->next - 1 };
			st = site_alert_row(&e->scratch, &src, a, json_before(e, a), &rows[n]);
		}
		if (st == XIE_OK)
			st = s->store.alert_put(s->store.self, rows, n, XIE_STR("engine"), e->next - 1);
		if (st != XIE_OK)
			break;
		done += n;
	} while (done < e->n_pending);
	memmove(e->pending, e->pending + done, (e->n_pending - done) * sizeof *e->pending);
	e->n_pending -= done;
	(void)pthread_mutex_lock(&e->lock);
	e->state.alerts += done;
	(void)pthread_mutex_unlock(&e->lock);
	e->flushed_mono = s->clock.mono(s->clock.self);
	if (st != XIE_OK)
		fail(e, false, "alerts cannot be stored; they wait");
	else if (e->state.failed)
		recovered(e);
	return st == XIE_OK;
}

/* ---- records ---- */

static void source_record(struct site_engine *e, const struct xie_rec *rec)
{
	const struct xie_val *v = NULL;
	e->scratch.used = 0;
	if (xie_json_read(&e->scratch, rec->bytes, (struct xie_val_limits){ .depth = 8 }, &v, NULL) != XIE_OK)
		return;
	const struct xie_val *state = xie_val_get(v, "state");
	if (xie_val_is(state, "up"))
		source_up(e, rec->source, rec->rx);
	else if (xie_val_is(state, "down"))
		source_down(e, rec->source, rec->rx);
	else
		return;
	tell_source(e, rec->source, xie_val_is(state, "up"), rec->rx, rec->pos);
	site_tell_source(e->s, rec->source);
}

static void judge(struct site_engine *e, const struct xie_obs *o)
{
	for (;;) {
		xie_status st = xie_shard_put(e->shard, o);
		if (st != XIE_LIMIT)
			break;
		/* Nothing is evicted: the engine stands still, and says so, until somebody gives it more memory. */
		fail(e, true, "its memory is full; raise limits.engine_memory_mib and start again");
		if (atomic_load(&e->stop))
			return;
		(void)nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
	}
}

static void on_refused(void *self, uint32_t source, const char *reason, uint64_t n)
{
	struct site_engine *e = self;
	if (!e->warming)
		site_sources_refused(e->s->sources, source, reason, n, e->reading_rx);
}

static void frame_record(struct site_engine *e, const struct xie_rec *rec, bool only_decode)
{
	size_t n = 0;
	e->warming = only_decode;
	e->reading_rx = rec->rx;
	const struct xie_obs *obs = records_next(e->records, rec, &n);
	if (only_decode)
		return;
	xie_ms event = rec->rx;
	for (size_t i = 0; i < n; i++) {
		(void)xie_live_put(e->s->live,
		                   &obs[i]); /* a full map shows no new targets; they are judged all the same */
		if (obs[i].what == XIE_OBS_FIX)
			event = obs[i].fix.t;
		judge(e, &obs[i]);
		if (obs[i].what == XIE_OBS_FIX)
			xie_tracks_put(e->tracks, obs[i].kind, &obs[i].target, &obs[i].fix, rec->rx);
	}
	site_sources_frame(e->s->sources, rec->source, rec->bytes, rec->rx, rec->pos, event, n != 0);
	e->observations += n;
}

static void tick_record(struct site_engine *e, xie_ms now)
{
	xie_shard_tick(e->shard, now);
	if (xie_pairs_run(e->pairs, now) != XIE_OK)
		fail(e, true, "no memory for rules about pairs");
	if (now / 60000 != e->at / 60000) /* once a minute */
		xie_tracks_tick(e->tracks, now);
	site_tell_watermark(e->s, now);
}

/* The tick that was held back. */
static void settle(struct site_engine *e)
{
	struct xie_rec rec = { .kind = XIE_REC_TICK, .rx = e->tick };
	if (e->tick == 0)
		return;
	e->tick = 0;
	(void)records_next(e->records, &rec, &(size_t){ 0 }); /* what waits for other parts may wait in vain now */
	tick_record(e, rec.rx);
	e->at = rec.rx;
}

/* What came of an order; other facts of terminals are for people who read the journal. */
static void fact_record(struct site_engine *e, const struct xie_rec *rec)
{
	const struct xie_val *v = NULL;
	e->scratch.used = 0;
	if (xie_json_read(&e->scratch, rec->bytes, (struct xie_val_limits){ .depth = 16 }, &v, NULL) == XIE_OK &&
	    xie_val_is(xie_val_get(v, "fact"), "order"))
		site_orders_fact(e->s, &e->scratch, v, rec->rx, rec->pos);
}

/* A tick waits for the record behind it: before a START it would judge the time in which nobody wrote as if the sources
 * had been up, and call every target silent. */
static void process(struct site_engine *e, const struct xie_rec *rec)
{
	if (rec->kind != XIE_REC_START && rec->kind != XIE_REC_CLOCK)
		settle(e);
	e->reading_rx = rec->rx;
	switch (rec->kind) {
	case XIE_REC_FRAME:
		frame_record(e, rec, false);
		break;
	case XIE_REC_TICK:
		e->tick = rec->rx;
		break;
	case XIE_REC_SOURCE:
		source_record(e, rec);
		break;
	case XIE_REC_START: /* all sources were down before a writer began */
		for (size_t i = 0; i < e->n_ups; i++)
			tell_source(e, e->ups[i].number, false, e->at != 0 ? e->at : rec->rx, rec->pos);
		e->n_ups = 0;
		all_down(e, e->at != 0 ? e->at : rec->rx);
		settle(e);
		break;
	case XIE_REC_FACT:
		fact_record(e, rec);
		break;
	default:
		break;
	}
	if (e->tick == 0)
		e->at = rec->rx;
	e->next = rec->pos + 1;
	if (e->n_pending >= PENDING)
		(void)flush(e);
}

/* ---- the thread ---- */

/* Parts of messages that came before the position belong to wholes that come after it. */
static void warm_up(struct site_engine *e, struct xie_journal_cursor *c, uint64_t until)
{
	struct xie_rec recs[BATCH];
	size_t n = 0;
	uint64_t at = 0;
	while (at < until && !atomic_load(&e->stop)) {
		if (e->s->journal.next(e->s->journal.self, c, recs, BATCH, &n) != XIE_OK) {
			if (e->s->journal.leap(e->s->journal.self, c) != XIE_OK)
				return;
			continue;
		}
		if (n == 0)
			return;
		for (size_t i = 0; i < n; i++) {
			at = recs[i].pos;
			if (at > until)
				process(e, &recs[i]); /* the batch reached beyond */
			else if (recs[i].kind == XIE_REC_FRAME)
				frame_record(e, &recs[i], true);
		}
	}
}

static void note_gap(struct site_engine *e, struct xie_journal_cursor *c)
{
	uint64_t first = 0, last = 0;
	e->s->journal.gap(e->s->journal.self, c, &first, &last);
	site_say(e->s,
	         "engine: records %" PRIu64 " to %" PRIu64
	         " of the journal cannot be read; judging goes on behind them",
	         first, last);
	(void)pthread_mutex_lock(&e->lock);
	e->state.gaps++;
	(void)pthread_mutex_unlock(&e->lock);
	if (e->s->journal.leap(e->s->journal.self, c) != XIE_OK)
		(void)nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
	if (last >= e->next)
		e->next = last + 1;
}

static void work_off(struct site_engine *e, struct xie_journal_cursor *c)
{
	struct xie_journal *j = &e->s->journal;
	struct xie_rec recs[BATCH];
	while (true) {
		size_t n = 0;
		xie_status st = j->next(j->self, c, recs, BATCH, &n);
		if (st != XIE_OK) {
			note_gap(e, c);
			continue;
		}
		(void)pthread_mutex_lock(&e->shard_lock);
		for (size_t i = 0; i < n; i++)
			process(e, &recs[i]);
		if (n < BATCH) /* what is written as one piece is read as one */
			settle(e);
		publish(e);
		(void)pthread_mutex_unlock(&e->shard_lock);
		xie_ms mono = e->s->clock.mono(e->s->clock.self);
		if ((e->n_pending != 0 && (n == 0 || mono - e->flushed_mono >= FLUSH_MS)) ||
		    mono - e->flushed_mono >= 5000)
			(void)flush(e);
		if (mono - e->snapshot_mono >= (xie_ms)e->s->conf.snapshot_min * 60000)
			site_engine_snapshot(e);
		if (n == 0 && atomic_load(&e->stop))
			return;
		if (n == 0 && !e->resumed && site_sources_running(e->s->sources)) {
			e->scratch.used = 0;
			site_orders_resume(e->s, &e->scratch);
			e->resumed = true;
		}
		if (n == 0)
			(void)j->wait(j->self, e->next, 100);
	}
}

static void *work(void *arg)
{
	struct site_engine *e = arg;
	struct xie_journal *j = &e->s->journal;
	struct xie_journal_cursor *c = NULL;
	uint64_t warm = e->next > WARM ? e->next - WARM : 1;
	if (j->open(j->self, warm, &c) != XIE_OK) {
		fail(e, false, "the journal cannot be read");
		return NULL;
	}
	if (warm < e->next)
		warm_up(e, c, e->next - 1);
	e->flushed_mono = e->snapshot_mono = e->s->clock.mono(e->s->clock.self);
	work_off(e, c);
	(void)flush(e);
	site_engine_snapshot(e);
	j->close(j->self, c);
	return NULL;
}

/* ---- start and stop ---- */

bool site_engine_new_shard(struct site_engine *e)
{
	struct xie_run_options ro = {
		.rules = e->s->rules, .sink = on_alert, .self = e, .ticks = true, .counted = counted
	};
	e->mem.used = e->pair_mem.used = 0;
	return xie_shard_new(&e->mem, &ro, &e->shard) == XIE_OK &&
	       xie_pairs_new(&e->pair_mem, &ro, &e->shard, 1, &e->pairs) == XIE_OK;
}

static xie_status open_memory(struct site_engine *e)
{
	size_t all = (size_t)e->s->conf.engine_memory;
	e->spans = malloc(SPANS * sizeof *e->spans);
	e->records = records_new();
	if (e->records != NULL)
		records_tell(e->records, on_refused, e);
	if (e->spans == NULL || e->records == NULL || xie_big_arena_init(&e->mem, all) != XIE_OK ||
	    xie_big_arena_init(&e->pair_mem, all / 4) != XIE_OK ||
	    xie_big_arena_init(&e->scratch, (size_t)64 << 20) != XIE_OK ||
	    xie_big_arena_init(&e->tracks_mem, XIE_TRACKS_MIN + all / 8) != XIE_OK ||
	    xie_tracks_new(&e->tracks_mem, &e->s->archive, &e->tracks) != XIE_OK || !site_engine_new_shard(e))
		return XIE_UNAVAILABLE;
	return XIE_OK;
}

static void engine_free(struct site_engine *e)
{
	records_free(e->records);
	xie_big_arena_done(&e->mem);
	xie_big_arena_done(&e->pair_mem);
	xie_big_arena_done(&e->scratch);
	xie_big_arena_done(&e->tracks_mem);
	(void)pthread_mutex_destroy(&e->lock);
	(void)pthread_mutex_destroy(&e->shard_lock);
	free(e->pending);
	free(e->spans);
	free(e);
}

xie_status site_engine_start(struct site *s, struct site_engine **ret_e, struct xie_err *reterr)
{
	struct site_engine *e = calloc(1, sizeof *e);
	if (e == NULL)
		return xie_err_set(reterr, XIE_UNAVAILABLE, 0, 0, "no memory for the engine", "");
	e->s = s;
	(void)pthread_mutex_init(&e->lock, NULL);
	(void)pthread_mutex_init(&e->shard_lock, NULL);
	xie_status st = open_memory(e);
	uint64_t in_force = 0, snap = 0;
	if (st == XIE_OK)
		st = site_engine_in_force(e, &in_force);
	if (st == XIE_OK) {
		snap = site_engine_load(e);
		e->saved = snap;
		e->next = (snap != 0 ? snap : in_force) + 1;
		site_engine_show(e);
		if (snap == 0 && in_force + 1 < s->journal.committed(s->journal.self))
			site_say(s, "engine: no snapshot fits; the journal is judged again from record %" PRIu64,
			         e->next);
		e->runs = pthread_create(&e->thread, NULL, work, e) == 0;
		st = e->runs ? XIE_OK : XIE_UNAVAILABLE;
	}
	if (st != XIE_OK) {
		engine_free(e);
		return xie_err_set(reterr, st, 0, 0, "the engine cannot start",
		                   "is there enough memory, and room on the disk?");
	}
	*ret_e = e;
	return XIE_OK;
}

void site_engine_stop(struct site_engine *e)
{
	if (e == NULL)
		return;
	atomic_store(&e->stop, true);
	if (e->runs)
		(void)pthread_join(e->thread, NULL);
	engine_free(e);
}

void site_engine_look(struct site_engine *e, struct site_engine_state *ret_s)
{
	(void)pthread_mutex_lock(&e->lock);
	*ret_s = e->state;
	(void)pthread_mutex_unlock(&e->lock);
	ret_s->committed = e->s->journal.committed(e->s->journal.self);
}

bool site_engine_kind(struct site_engine *e, const struct xie_key *k, enum xie_target_kind *ret_kind)
{
	struct xie_target_view v;
	(void)pthread_mutex_lock(&e->shard_lock);
	bool known = xie_shard_find(e->shard, k, &v);
	if (known)
		*ret_kind = v.kind;
	(void)pthread_mutex_unlock(&e->shard_lock);
	return known;
}

void site_engine_tracks(struct site_engine *e, const struct xie_key *k, xie_tracks_fn *fn, void *ctx)
{
	(void)pthread_mutex_lock(&e->shard_lock);
	xie_tracks_each(e->tracks, k, fn, ctx);
	(void)pthread_mutex_unlock(&e->shard_lock);
}
