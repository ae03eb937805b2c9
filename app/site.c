/* SPDX-License-Identifier: Apache-2.0 */
#include "site.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "alert_json.h"
#include "load.h"

#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/os/os.h"

static void log_line(void *ctx, const char *line)
{
	(void)fprintf(stderr, "%s: %s\n", (const char *)ctx, line);
}

/* ---- alerts into the records ---- */

static void alert_json_rows(struct site *s, const struct xie_alert *a, const struct xie_target_view *v, xie_wr *w)
{
	const struct xie_binding *b = &s->rules->bindings[a->binding];
	const struct xie_rule *r = &s->rules->rules[b->rule];
	bool speed = r->op == XIE_OP_SPEED || r->op == XIE_OP_STOPPED || r->op == XIE_OP_JUMPS;
	xie_wr_char(w, '{');
	xie_wr_kv_bool(w, "already_inside", a->already_inside);
	xie_wr_key(w, "frames");
	xie_wr_char(w, '[');
	xie_wr_u64(w, a->first_frame);
	if (a->last_frame != a->first_frame) {
		xie_wr_char(w, ',');
		xie_wr_u64(w, a->last_frame);
	}
	xie_wr_char(w, ']');
	if (v != NULL && v->fix != NULL) {
		xie_wr_kv_i64(w, "lon", v->fix->at.lon);
		xie_wr_kv_i64(w, "lat", v->fix->at.lat);
	}
	if (v != NULL && v->stat != NULL && (v->stat->plate[0] != '\0' || v->stat->name[0] != '\0'))
		xie_wr_kv_str(w, "name", xie_str_of(v->stat->plate[0] != '\0' ? v->stat->plate : v->stat->name));
	if (speed)
		xie_wr_kv_i64(w, "limit", b->limit);
	if (a->has_peak)
		xie_wr_kv_i64(w, "peak", a->peak);
	xie_wr_kv_i64(w, "for_ms", r->for_ms);
	xie_wr_kv_i64(w, "gap_ms", r->gap_ms);
	xie_wr_kv_i64(w, "semantics", XIE_SEMANTICS);
	xie_wr_char(w, '}');
}

static void on_alert(void *self, const struct xie_alert *a)
{
	struct site *s = self;
	const struct xie_binding *b = &s->rules->bindings[a->binding];
	const struct xie_rule *r = &s->rules->rules[b->rule];
	struct xie_target_view v;
	bool seen = xie_shard_find(s->shard, &a->target, &v);
	char id[40], json[2048], text[256];
	xie_wr wi = xie_wr_of(id, sizeof id), wj = xie_wr_of(json, sizeof json), wt = xie_wr_of(text, sizeof text);
	xie_wr_hex(&wi, a->id, sizeof a->id);
	alert_json_rows(s, a, seen ? &v : NULL, &wj);
	xie_wr_str(&wt, xie_key_text(&a->target));
	if (seen && v.stat != NULL) {
		xie_wr_char(&wt, ' ');
		xie_wr_text(&wt, v.stat->name);
		xie_wr_char(&wt, ' ');
		xie_wr_text(&wt, v.stat->plate);
	}
	const char *dir = xie_direction_name((enum xie_direction)a->direction);
	struct xie_alert_row row = {
		.id = xie_wr_view(&wi), .rev = a->rev, .rule = r->id, .mode = xie_str_of(xie_mode_name(r->mode)),
		.kind = xie_str_of(xie_target_kind_name(seen ? v.kind : XIE_KIND_VESSEL)), .target = xie_key_text(&a->target),
		.other = xie_key_text(&a->other), .zone = b->zone != XIE_NO_ZONE ? s->rules->zones[b->zone].id : (xie_str){ "", 0 },
		.direction = xie_str_of(dir != NULL ? dir : ""), .end = xie_str_of(xie_end_name((enum xie_end)a->end)),
		.violation = r->violation.n != 0 ? r->violation : (xie_str){ "", 0 }, .pack = r->pack, .level = r->level, .since = a->since,
		.open = a->open, .close = a->closed ? a->close : XIE_NO_TIME, .withdrawn = a->withdrawn, .org = { "", 0 }, .region = { "", 0 },
		.text = xie_wr_view(&wt), .json = xie_wr_view(&wj),
	};
	xie_status st = s->store.alert_put(s->store.self, &row, 1, XIE_STR("engine"), s->position);
	if (st != XIE_OK)
		(void)fprintf(stderr, "engine: alert not stored: %s\n", xie_status_text(st));
}

/* ---- the engine's thread ---- */

static xie_status judge(struct site *s, const struct xie_rec *rec)
{
	s->position = rec->pos;
	if (rec->kind == XIE_REC_TICK) {
		xie_shard_tick(s->shard, rec->rx);
		if (s->web != NULL)
			xie_web_watermark(s->web, rec->rx);
		return xie_pairs_run(s->pairs, rec->rx);
	}
	size_t n = 0;
	const struct xie_obs *o = records_next(s->records, rec, &n);
	xie_status st = XIE_OK;
	for (size_t i = 0; i < n && st == XIE_OK; i++) {
		(void)xie_live_put(s->live, &o[i]); /* a full table refuses new targets and counts them */
		st = xie_shard_put(s->shard, &o[i]);
	}
	return st;
}

static void wait_for_more(struct site *s, uint64_t have)
{
	struct timespec until;
	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 200000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	(void)pthread_mutex_lock(&s->wake_lock);
	if (s->committed <= have && !atomic_load(&s->stop))
		(void)pthread_cond_timedwait(&s->wake, &s->wake_lock, &until);
	(void)pthread_mutex_unlock(&s->wake_lock);
}

static void *engine(void *arg)
{
	struct site *s = arg;
	struct xie_journal_cursor *c = NULL;
	struct xie_rec recs[256];
	if (s->journal.open(s->journal.self, 1, &c) != XIE_OK)
		return NULL;
	while (!atomic_load(&s->stop)) {
		size_t n = 0;
		xie_status st = s->journal.next(s->journal.self, c, recs, 256, &n);
		if (st == XIE_CORRUPT || st == XIE_MISSING) {
			uint64_t first = 0, last = 0;
			s->journal.gap(s->journal.self, c, &first, &last);
			(void)fprintf(stderr, "engine: records %llu to %llu of the journal cannot be read and are left out\n",
			              (unsigned long long)first, (unsigned long long)last);
			if (s->journal.leap(s->journal.self, c) != XIE_OK)
				break;
			continue;
		}
		(void)pthread_mutex_lock(&s->engine_lock);
		for (size_t i = 0; i < n && st == XIE_OK; i++)
			st = judge(s, &recs[i]);
		(void)pthread_mutex_unlock(&s->engine_lock);
		if (st != XIE_OK) {
			s->engine_full = st == XIE_LIMIT;
			(void)fprintf(stderr, "engine: stopped: %s\n", xie_status_text(st));
			break;
		}
		if (n != 0)
			atomic_store(&s->judged, recs[n - 1].pos);
		else
			wait_for_more(s, atomic_load(&s->judged));
	}
	s->journal.close(s->journal.self, c);
	return NULL;
}

static void on_committed(void *user, uint64_t committed)
{
	struct site *s = user;
	(void)pthread_mutex_lock(&s->wake_lock);
	s->committed = committed;
	(void)pthread_cond_signal(&s->wake);
	(void)pthread_mutex_unlock(&s->wake_lock);
}

/* ---- opening ---- */

static void *keys_begin(void *self)
{
	(void)self;
	return records_new();
}
static size_t keys_of(void *state, const struct xie_rec *rec, struct xie_key *ret_keys, size_t cap)
{
	size_t n = 0;
	if (state != NULL)
		records_keys(state, rec, ret_keys, cap, &n);
	return n;
}
static void keys_end(void *state)
{
	records_free(state);
}

static bool make_folder(const char *path)
{
	if (mkdir(path, 0750) == 0 || errno == EEXIST)
		return true;
	(void)fprintf(stderr, "xiezhi serve: cannot make the folder %s\n", path);
	return false;
}

static bool open_stores(struct site *s)
{
	char path[600];
	struct xie_err err = { 0 };
	struct xie_journal_options jo = { .clock = s->clock, .random = xie_os_random(), .keys = { NULL, keys_begin, keys_of, keys_end },
		                          .program = "xiezhi", .log = log_line, .log_ctx = "journal" };
	struct xie_records_options ro = { .clock = s->clock, .migrate = true, .log = log_line, .log_ctx = "records" };
	(void)snprintf(path, sizeof path, "%s/journal", s->data);
	xie_status st = make_folder(path) ? xie_journal_open(path, &jo, &s->journal_store, &err) : XIE_IO;
	if (st == XIE_OK) {
		s->journal = xie_journal_port(s->journal_store);
		(void)snprintf(path, sizeof path, "%s/records.db", s->data);
		st = xie_records_open(path, &ro, &s->records_store, &err);
	}
	if (st != XIE_OK) {
		if (err.what[0] != '\0')
			xie_err_print(stderr, &err);
		return false;
	}
	s->store = xie_records_store(s->records_store);
	return true;
}

static bool start_engine(struct site *s)
{
	struct xie_run_options opt = { .rules = s->rules, .sink = on_alert, .self = s, .ticks = true };
	s->records = records_new();
	(void)pthread_mutex_init(&s->engine_lock, NULL);
	(void)pthread_mutex_init(&s->wake_lock, NULL);
	(void)pthread_cond_init(&s->wake, NULL);
	return s->records != NULL && xie_live_new(200000, &s->live) == XIE_OK && app_arena(&s->engine_mem, (size_t)64 << 30) &&
	       xie_shard_new(&s->engine_mem, &opt, &s->shard) == XIE_OK &&
	       xie_pairs_new(&s->engine_mem, &opt, &s->shard, 1, &s->pairs) == XIE_OK &&
	       s->journal.watch(s->journal.self, on_committed, s) == XIE_OK && pthread_create(&s->engine, NULL, engine, s) == 0;
}

bool site_open(struct site *s, const char *data, const char *const *packs, size_t n_packs)
{
	s->data = data;
	s->clock = xie_os_clock();
	s->loaded = s->clock.wall(s->clock.self);
	(void)pthread_mutex_init(&s->sources_lock, NULL);
	if (!app_arena(&s->packs_mem, (size_t)16 << 30) || !app_load_packs(&s->packs_mem, packs, n_packs, &s->packs, &s->rules) ||
	    !make_folder(data) || !open_stores(s))
		return false;
	struct xie_ingest_options io = { .journal = s->journal, .clock = s->clock, .random = xie_os_random(), .log = log_line,
		                         .log_ctx = "sources" };
	if (!start_engine(s) || xie_ingest_open(&io, &s->ingest) != XIE_OK) {
		(void)fputs("xiezhi serve: out of memory or threads\n", stderr);
		return false;
	}
	site_world(s);
	return true;
}

bool site_source_add(struct site *s, const char *name, enum xie_source_kind kind, const char *address, unsigned rate, bool repeat,
                     struct xie_err *reterr)
{
	bool ok = false;
	(void)pthread_mutex_lock(&s->sources_lock);
	uint32_t i = 0;
	while (i < SITE_SOURCES && s->sources[i].used)
		i++;
	if (i == SITE_SOURCES) {
		(void)xie_err_set(reterr, XIE_LIMIT, 0, 0, "too many sources", NULL);
	} else {
		struct site_source *x = &s->sources[i];
		*x = (struct site_source){ .id = i + 1, .kind = kind, .used = true, .enabled = true, .rate = rate, .repeat = repeat };
		(void)snprintf(x->name, sizeof x->name, "%s", name);
		(void)snprintf(x->address, sizeof x->address, "%s", address);
		struct xie_source_config c = { .id = x->id, .name = x->name, .kind = kind, .address = x->address, .rate = rate, .repeat = repeat };
		ok = xie_ingest_add(s->ingest, &c, reterr) == XIE_OK;
		x->used = ok;
	}
	(void)pthread_mutex_unlock(&s->sources_lock);
	return ok;
}

void site_close(struct site *s)
{
	xie_ingest_close(s->ingest);
	atomic_store(&s->stop, true);
	if (s->shard != NULL) {
		(void)s->journal.watch(s->journal.self, NULL, s);
		on_committed(s, UINT64_MAX);
		(void)pthread_join(s->engine, NULL);
	}
	records_free(s->records);
	xie_journal_close(s->journal_store);
	xie_records_close(s->records_store);
	xie_live_free(s->live);
	xie_big_arena_done(&s->engine_mem);
	xie_big_arena_done(&s->packs_mem);
}
