/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's thread: reads the journal behind its commits, judges, and hands alerts on in batches.
 *
 * It starts where the newest snapshot ends that was made with these packs; without one, where these packs came into
 * force.  Judging again gives the same ids and revisions, which the store knows already.  A change of packs is a PACK
 * record: what is open under rules that are no longer there ends `repacked`, and judging goes on behind the record. */
#include "site.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "records.h"
#include "site_alert.h"

#include "xie/base/sha256.h"
#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/run/run.h"

enum { BATCH = 512, PENDING = 256, FLUSH_MS = 40, WARM = 4000, SPANS = 4096, FORMAT = 1 };

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
	xie_arena mem, pair_mem, scratch;
	struct xie_shard *shard;
	struct xie_pairs *pairs;
	struct records *records;
	char packs[65]; /* digest of all packs together, hexadecimal */
	struct xie_alert *pending;
	size_t n_pending, cap_pending;
	xie_ms flushed_mono, snapshot_mono;
	uint64_t next, saved; /* position to read; position of the last snapshot */
	xie_ms at;            /* receive time it has come to */
	uint64_t observations;
	struct span *spans; /* ascending */
	size_t n_spans;
	struct up ups[1024];
	size_t n_ups;
	pthread_mutex_t shard_lock; /* shard and pairs; the thread holds it while it works off a batch */
	pthread_mutex_t lock;       /* the rest: for site_engine_look */
	struct site_engine_state state;
};

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

static void frame_record(struct site_engine *e, const struct xie_rec *rec, bool only_decode)
{
	size_t n = 0;
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
	}
	site_sources_frame(e->s->sources, rec->source, rec->bytes, rec->rx, rec->pos, event, n != 0);
	e->observations += n;
}

static void tick_record(struct site_engine *e, xie_ms now)
{
	xie_shard_tick(e->shard, now);
	if (xie_pairs_run(e->pairs, now) != XIE_OK)
		fail(e, true, "no memory for rules about pairs");
	site_tell_watermark(e->s, now);
}

static void process(struct site_engine *e, const struct xie_rec *rec)
{
	switch (rec->kind) {
	case XIE_REC_FRAME:
		frame_record(e, rec, false);
		break;
	case XIE_REC_TICK:
		tick_record(e, rec->rx);
		break;
	case XIE_REC_SOURCE:
		source_record(e, rec);
		break;
	case XIE_REC_START: /* all sources were down before a writer began */
		for (size_t i = 0; i < e->n_ups; i++)
			tell_source(e, e->ups[i].number, false, e->at != 0 ? e->at : rec->rx, rec->pos);
		e->n_ups = 0;
		all_down(e, e->at != 0 ? e->at : rec->rx);
		break;
	default:
		break;
	}
	e->at = rec->rx;
	e->next = rec->pos + 1;
	if (e->n_pending >= PENDING)
		(void)flush(e);
}

/* ---- snapshots ---- */

struct saving {
	struct site_engine *e;
	struct xie_snapshot_writer *w;
	xie_status st;
};

static bool save_bytes(void *self, const void *p, size_t n)
{
	struct saving *k = self;
	struct xie_archive *a = &k->e->s->archive;
	k->st = a->snapshot_write(a->self, k->w, p, n);
	return k->st == XIE_OK;
}

static void snapshot(struct site_engine *e)
{
	struct xie_archive *a = &e->s->archive;
	struct saving k = { .e = e };
	struct xie_snapshot_meta meta = { .position = e->next - 1,
		                          .at = e->at,
		                          .semantics = XIE_SEMANTICS,
		                          .format = FORMAT,
		                          .packs = xie_str_of(e->packs) };
	e->snapshot_mono = e->s->clock.mono(e->s->clock.self);
	if (e->next - 1 == e->saved || a->snapshot_begin(a->self, &meta, &k.w) != XIE_OK)
		return;
	struct xie_snapshot_sink sink = { .write = save_bytes, .self = &k };
	e->scratch.used = 0;
	xie_status st = xie_run_save(&e->shard, 1, e->pairs, e->scratch, &sink);
	if (st != XIE_OK || k.st != XIE_OK) {
		a->snapshot_abort(a->self, k.w);
		site_say(e->s, "engine: no snapshot could be kept; the journal would be judged again after a start");
		return;
	}
	if (a->snapshot_commit(a->self, k.w) == XIE_OK)
		e->saved = meta.position;
}

static bool new_shard(struct site_engine *e)
{
	struct xie_run_options ro = {
		.rules = e->s->rules, .sink = on_alert, .self = e, .ticks = true, .counted = counted
	};
	e->mem.used = e->pair_mem.used = 0;
	return xie_shard_new(&e->mem, &ro, &e->shard) == XIE_OK &&
	       xie_pairs_new(&e->pair_mem, &ro, &e->shard, 1, &e->pairs) == XIE_OK;
}

/* The bytes of a snapshot in one piece; NULL when it is too large or cannot be read. */
static uint8_t *snapshot_bytes(struct site_engine *e, struct xie_snapshot_reader *r, size_t *ret_n)
{
	struct xie_archive *a = &e->s->archive;
	size_t cap = (size_t)1 << 20, n = 0, got = 0;
	uint8_t *p = malloc(cap);
	while (p != NULL) {
		if (n == cap) {
			uint8_t *more = cap < (size_t)16 << 30 ? realloc(p, cap * 2) : NULL;
			if (more == NULL)
				break;
			p = more;
			cap *= 2;
		}
		if (a->snapshot_read(a->self, r, p + n, cap - n, &got) != XIE_OK)
			break;
		if (got == 0) {
			*ret_n = n;
			return p;
		}
		n += got;
	}
	free(p);
	return NULL;
}

/* The newest snapshot that fits; its position, or 0. */
static uint64_t load_snapshot(struct site_engine *e)
{
	struct xie_archive *a = &e->s->archive;
	for (unsigned nth = 0; nth < 8; nth++) {
		struct xie_snapshot_meta meta;
		struct xie_snapshot_reader *r = NULL;
		if (a->snapshot_open(a->self, nth, &meta, &r) != XIE_OK)
			return 0;
		uint64_t position = meta.position;
		xie_ms at = meta.at;
		bool fits = meta.semantics == XIE_SEMANTICS && meta.format == FORMAT &&
		            xie_str_is(meta.packs, e->packs) && position <= e->s->journal.committed(e->s->journal.self);
		size_t n = 0;
		uint8_t *p = fits ? snapshot_bytes(e, r, &n) : NULL;
		a->snapshot_close(a->self, r);
		bool loaded = p != NULL && xie_run_load(&e->shard, 1, e->pairs, p, n) == XIE_OK;
		free(p);
		if (loaded) {
			e->at = at;
			return position;
		}
		if (!new_shard(e))
			return 0;
	}
	return 0;
}

static void show(void *self, const struct xie_target_view *v)
{
	struct site_engine *e = self;
	struct xie_obs o = { .kind = v->kind, .target = v->key };
	if (v->stat != NULL) {
		o.what = XIE_OBS_STATIC;
		o.stat.t = v->fix != NULL ? v->fix->t : e->at;
		o.stat.s = *v->stat;
		(void)xie_live_put(e->s->live, &o);
	}
	if (v->fix != NULL) {
		o.what = XIE_OBS_FIX;
		o.fix = *v->fix;
		o.source = UINT32_MAX;
		(void)xie_live_put(e->s->live, &o);
	}
}

/* ---- packs in force ---- */

static void packs_digest(struct site_engine *e)
{
	struct xie_sha256 h;
	uint8_t d[32];
	xie_sha256_init(&h);
	for (uint32_t i = 0; i < e->s->packs.n_packs; i++) {
		xie_sha256_add(&h, e->s->packs.packs[i].label.p, e->s->packs.packs[i].label.n);
		xie_sha256_add(&h, "", 1);
		xie_sha256_add(&h, e->s->packs.packs[i].digest, 32);
	}
	xie_sha256_end(&h, d);
	xie_wr w = xie_wr_of(e->packs, sizeof e->packs - 1);
	xie_wr_hex(&w, d, sizeof d);
	e->packs[w.n] = '\0';
}

struct in_force {
	char digest[65];
	uint64_t position, version;
};

static xie_status take_in_force(void *ctx, const struct xie_subject *s)
{
	struct in_force *f = ctx;
	uint8_t room[4096];
	xie_arena mem = xie_arena_of(room, sizeof room);
	const struct xie_val *v = NULL;
	f->version = s->version;
	if (xie_json_read(&mem, s->json, (struct xie_val_limits){ .depth = 4 }, &v, NULL) != XIE_OK)
		return XIE_OK;
	(void)snprintf(f->digest, sizeof f->digest, "%.*s", (int)xie_val_get_str(v, "digest").n,
	               xie_val_get_str(v, "digest").p);
	f->position = (uint64_t)xie_val_get_i64(v, "position", 0);
	return XIE_OK;
}

/* The PACK record, on disk before anything is judged behind it. */
static xie_status append_packs(struct site_engine *e, uint64_t *ret_position)
{
	struct xie_journal *j = &e->s->journal;
	e->scratch.used = 0;
	char *buf = xie_arena_alloc(&e->scratch, 64 << 10, 1);
	if (buf == NULL)
		return XIE_LIMIT;
	xie_wr w = xie_wr_of(buf, 64 << 10);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "digest", xie_str_of(e->packs));
	xie_wr_key(&w, "packs");
	xie_wr_char(&w, '[');
	for (uint32_t i = 0; i < e->s->packs.n_packs; i++) {
		xie_wr_sep(&w);
		xie_wr_char(&w, '{');
		xie_wr_kv_str(&w, "id", e->s->packs.packs[i].id);
		xie_wr_kv_str(&w, "version", e->s->packs.packs[i].version);
		xie_wr_key(&w, "digest");
		xie_wr_char(&w, '"');
		xie_wr_hex(&w, e->s->packs.packs[i].digest, 32);
		xie_wr_text(&w, "\"}");
	}
	xie_wr_text(&w, "]}");
	struct xie_rec rec = { .kind = XIE_REC_PACK, .bytes = xie_wr_view(&w) };
	xie_status st = w.st == XIE_OK ? j->append(j->self, &rec, 1, ret_position) : w.st;
	return st == XIE_OK ? j->wait(j->self, *ret_position, 10000) : st;
}

struct repack {
	struct site_engine *e;
	struct xie_alert_row *rows;
	size_t n, cap;
	unsigned seen;
	char after[65];
};

static bool still_there(const struct site_engine *e, xie_str json, xie_arena mem)
{
	const struct xie_val *v = NULL;
	char hex[65];
	if (xie_json_read(&mem, json, (struct xie_val_limits){ .depth = 8 }, &v, NULL) != XIE_OK)
		return false;
	xie_str digest = xie_val_get_str(v, "digest");
	for (uint32_t i = 0; i < e->s->rules->n_bindings; i++) {
		xie_wr w = xie_wr_of(hex, sizeof hex);
		xie_wr_hex(&w, e->s->rules->bindings[i].digest, 32);
		if (xie_str_eq(digest, xie_wr_view(&w)))
			return true;
	}
	return false;
}

static xie_status find_open(void *ctx, const struct xie_alert_row *a)
{
	struct repack *r = ctx;
	xie_arena *mem = &r->e->scratch;
	r->seen++;
	(void)snprintf(r->after, sizeof r->after, "%.*s", (int)a->id.n, a->id.p);
	xie_arena rest = xie_arena_of(mem->base + mem->used, mem->cap - mem->used);
	if (a->close != XIE_NO_TIME || a->withdrawn || r->n == r->cap || still_there(r->e, a->json, rest))
		return XIE_OK;
	struct xie_alert_row *k = &r->rows[r->n++];
	*k = *a;
	xie_str *texts[] = { &k->id,        &k->rule,      &k->mode, &k->kind, &k->target, &k->other, &k->zone,
		             &k->direction, &k->violation, &k->pack, &k->org,  &k->region, &k->text,  &k->json };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		size_t n = texts[i]->n;
		texts[i]->p = xie_str_dup(mem, *texts[i]);
		if (texts[i]->p == NULL)
			return XIE_LIMIT;
		texts[i]->n = n;
	}
	k->rev++;
	k->end = XIE_STR("repacked");
	return XIE_OK;
}

/* What is open under rules that are gone ends now (DESIGN, decision 4). */
static void end_repacked(struct site_engine *e, xie_ms now, uint64_t position)
{
	enum { AT_ONCE = 500 };
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_store *s = &e->s->store;
	struct repack r = { .e = e, .cap = AT_ONCE };
	size_t ended = 0;
	do {
		e->scratch.used = 0;
		r.n = r.seen = 0;
		r.rows = xie_arena_new(&e->scratch, struct xie_alert_row, AT_ONCE);
		struct xie_alert_query q = { .by_age = true, .limit = AT_ONCE, .after = xie_str_of(r.after) };
		if (r.rows == NULL || s->alert_list(s->self, &system, &q, find_open, &r, NULL, NULL) != XIE_OK)
			break;
		for (size_t i = 0; i < r.n; i++)
			r.rows[i].close = now;
		if (r.n != 0 && s->alert_put(s->self, r.rows, r.n, XIE_STR("engine"), position) != XIE_OK)
			break;
		ended += r.n;
	} while (r.seen == AT_ONCE);
	if (ended != 0)
		site_say(e->s, "packs: %zu open alerts ended with the rules they stood under", ended);
}

static xie_status note_in_force(struct site_engine *e, const struct in_force *f, uint64_t position)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	char buf[160];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "digest", xie_str_of(e->packs));
	xie_wr_kv_i64(&w, "position", (int64_t)position);
	xie_wr_char(&w, '}');
	struct xie_event ev = { .at = e->s->clock.wall(e->s->clock.self),
		                .event = XIE_STR("packs_in_force"),
		                .by = XIE_STR("[]"),
		                .data = xie_wr_view(&w),
		                .user = XIE_STR(""),
		                .signature = XIE_STR(""),
		                .key_id = XIE_STR("") };
	struct xie_subject_change c = {
		.row = { .kind = XIE_STR("setting"),
		         .id = XIE_STR("packs"),
		         .no = XIE_STR(""),
		         .org = XIE_STR(""),
		         .region = XIE_STR(""),
		         .state = XIE_STR("set"),
		         .stage = XIE_STR(""),
		         .title = XIE_STR(""),
		         .clock = XIE_STR(""),
		         .waiting_for = XIE_STR(""),
		         .due = XIE_NO_TIME,
		         .snooze_to = XIE_NO_TIME,
		         .text = XIE_STR(""),
		         .json = xie_wr_view(&w) },
		.version = f->version,
		.events = &ev,
		.n_events = 1,
	};
	return e->s->store.subject_append(e->s->store.self, &system, &c, 1, NULL, NULL);
}

/* From which position on these packs are in force; makes it so when they were not. */
static xie_status packs_in_force(struct site_engine *e, uint64_t *ret_position)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct in_force f = { .position = 0 };
	xie_status st =
	    e->s->store.subject_get(e->s->store.self, &system, XIE_STR("setting"), XIE_STR("packs"), take_in_force, &f);
	if (st != XIE_OK && st != XIE_MISSING)
		return st;
	if (f.position != 0 && strcmp(f.digest, e->packs) == 0) {
		*ret_position = f.position;
		return XIE_OK;
	}
	st = append_packs(e, ret_position);
	if (st == XIE_OK && f.version != 0)
		end_repacked(e, e->s->clock.wall(e->s->clock.self), *ret_position);
	return st == XIE_OK ? note_in_force(e, &f, *ret_position) : st;
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
		publish(e);
		(void)pthread_mutex_unlock(&e->shard_lock);
		xie_ms mono = e->s->clock.mono(e->s->clock.self);
		if ((e->n_pending != 0 && (n == 0 || mono - e->flushed_mono >= FLUSH_MS)) ||
		    mono - e->flushed_mono >= 5000)
			(void)flush(e);
		if (mono - e->snapshot_mono >= (xie_ms)e->s->conf.snapshot_min * 60000)
			snapshot(e);
		if (n == 0 && atomic_load(&e->stop))
			return;
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
	snapshot(e);
	j->close(j->self, c);
	return NULL;
}

static xie_status open_memory(struct site_engine *e)
{
	size_t all = (size_t)e->s->conf.engine_memory;
	e->spans = malloc(SPANS * sizeof *e->spans);
	e->records = records_new();
	if (e->spans == NULL || e->records == NULL || xie_big_arena_init(&e->mem, all) != XIE_OK ||
	    xie_big_arena_init(&e->pair_mem, all / 4) != XIE_OK ||
	    xie_big_arena_init(&e->scratch, (size_t)64 << 20) != XIE_OK || !new_shard(e))
		return XIE_UNAVAILABLE;
	return XIE_OK;
}

static void engine_free(struct site_engine *e)
{
	records_free(e->records);
	xie_big_arena_done(&e->mem);
	xie_big_arena_done(&e->pair_mem);
	xie_big_arena_done(&e->scratch);
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
	if (st == XIE_OK) {
		packs_digest(e);
		st = packs_in_force(e, &in_force);
	}
	if (st == XIE_OK) {
		snap = load_snapshot(e);
		e->saved = snap;
		e->next = (snap != 0 ? snap : in_force) + 1;
		xie_shard_each(e->shard, 0, show, e);
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

bool site_engine_track(struct site_engine *e, const struct xie_key *k, enum xie_target_kind *ret_kind,
                       bool (*see)(void *self, const struct xie_fix *f, uint64_t frame), void *self)
{
	struct xie_target_view v;
	(void)pthread_mutex_lock(&e->shard_lock);
	bool known = xie_shard_find(e->shard, k, &v);
	if (known) {
		*ret_kind = v.kind;
		xie_shard_track(e->shard, k, see, self);
	}
	(void)pthread_mutex_unlock(&e->shard_lock);
	return known;
}
