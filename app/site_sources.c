/* SPDX-License-Identifier: Apache-2.0 */
/* Sources as people know them: an id, a name, a kind; with the number that the journal knows them by for ever.
 *
 * A source is a subject of the records (kind "source"): the configuration's are entered there at their first start, the
 * page's when they are added, so that a number is never given twice and a source that was switched off on the page
 * stays off.  Its row's json: {"address","enabled","kind","name","number"}. */
#include "site.h"
#include "tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xie/base/val.h"

enum { MOST = 512, RECENT = 50, TEXT = 320, LAGS = 64, SECONDS = 60, LATE_MS = 60000 };

struct sample {
	xie_ms rx, event;
	uint64_t position;
	uint16_t n;
	bool binary;
	char text[TEXT];
};

struct source {
	uint32_t number;
	char id[33], name[257], kind[16], address[260];
	uint32_t rate, baud;
	bool repeat, enabled, running;
	uint64_t version; /* of its subject; 0: not entered yet */
	xie_ms changed;   /* when it was last seen to go up or down */
	bool was_up;
	/* from the engine's thread */
	struct sample recent[RECENT];
	uint32_t n_recent; /* ever */
	int32_t lag[LAGS];
	uint32_t n_lags;
	uint32_t per_second[SECONDS];
	int64_t second;
	struct tally refused; /* since this process began */
};

struct site_sources {
	struct site *s;
	pthread_mutex_t lock;
	struct source *v[MOST];
	size_t n;
	uint32_t last_number;
	bool stopped;
	xie_ms began; /* wall time */
};

static const struct {
	const char *name;
	enum xie_source_kind kind;
} kinds[] = { { "nmea_tcp", XIE_SOURCE_TCP },
	      { "nmea_listen", XIE_SOURCE_TCP_LISTEN },
	      { "nmea_udp", XIE_SOURCE_UDP },
	      { "nmea_serial", XIE_SOURCE_SERIAL },
	      { "nmea_file", XIE_SOURCE_FILE } };

static bool kind_of(const char *name, enum xie_source_kind *ret_kind)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i].name, name) == 0) {
			*ret_kind = kinds[i].kind;
			return true;
		}
	return false;
}

static void copy(char *to, size_t cap, xie_str from)
{
	size_t n = from.n < cap ? from.n : cap - 1;
	while (n < from.n && n != 0 && ((unsigned char)from.p[n] & 0xc0) == 0x80)
		n--;
	if (n != 0)
		memcpy(to, from.p, n);
	to[n] = '\0';
}

static struct source *by_id(struct site_sources *k, xie_str id)
{
	for (size_t i = 0; i < k->n; i++)
		if (xie_str_is(id, k->v[i]->id))
			return k->v[i];
	return NULL;
}

static struct source *by_number(struct site_sources *k, uint32_t number)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->v[i]->number == number)
			return k->v[i];
	return NULL;
}

/* ---- records ---- */

static void projection(xie_wr *w, const struct source *x)
{
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "address", xie_str_of(x->address));
	xie_wr_kv_bool(w, "enabled", x->enabled);
	xie_wr_kv_str(w, "kind", xie_str_of(x->kind));
	xie_wr_kv_str(w, "name", xie_str_of(x->name));
	xie_wr_kv_i64(w, "number", x->number);
	xie_wr_char(w, '}');
}

/* Enters a source of the configuration into the records. */
static xie_status enter(struct site_sources *k, struct source *x)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_store *s = &k->s->store;
	char buf[1200];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	projection(&w, x);
	struct xie_event e = { .at = k->s->clock.wall(k->s->clock.self),
		               .event = XIE_STR("source_declared"),
		               .by = XIE_STR("[]"),
		               .data = xie_wr_view(&w),
		               .user = XIE_STR(""),
		               .signature = XIE_STR(""),
		               .key_id = XIE_STR("") };
	struct xie_subject_change c = {
		.row = { .kind = XIE_STR("source"),
		         .id = xie_str_of(x->id),
		         .no = XIE_STR(""),
		         .org = XIE_STR(""),
		         .region = XIE_STR(""),
		         .state = XIE_STR("set"),
		         .stage = XIE_STR(""),
		         .title = xie_str_of(x->name),
		         .clock = XIE_STR(""),
		         .waiting_for = XIE_STR(""),
		         .due = XIE_NO_TIME,
		         .snooze_to = XIE_NO_TIME,
		         .text = xie_str_of(x->name),
		         .json = xie_wr_view(&w) },
		.events = &e,
		.n_events = 1,
	};
	return s->subject_append(s->self, &system, &c, 1, NULL, NULL);
}

static struct source *new_source(struct site_sources *k)
{
	if (k->n == MOST)
		return NULL;
	struct source *x = calloc(1, sizeof *x);
	if (x != NULL)
		k->v[k->n++] = x;
	return x;
}

static xie_status take_row(void *ctx, const struct xie_subject *row)
{
	struct site_sources *k = ctx;
	uint8_t room[8192];
	xie_arena mem = xie_arena_of(room, sizeof room);
	const struct xie_val *v = NULL;
	if (xie_json_read(&mem, row->json, (struct xie_val_limits){ .depth = 4 }, &v, NULL) != XIE_OK)
		return XIE_OK;
	int64_t number = xie_val_get_i64(v, "number", 0);
	if (number <= 0 || number > UINT32_MAX || row->id.n > 32)
		return XIE_OK;
	struct source *x = new_source(k);
	if (x == NULL)
		return XIE_LIMIT;
	x->number = (uint32_t)number;
	x->version = row->version;
	copy(x->id, sizeof x->id, row->id);
	copy(x->name, sizeof x->name, xie_val_get_str(v, "name"));
	copy(x->kind, sizeof x->kind, xie_val_get_str(v, "kind"));
	copy(x->address, sizeof x->address, xie_val_get_str(v, "address"));
	x->enabled = xie_val_true(xie_val_get(v, "enabled"));
	k->last_number = x->number > k->last_number ? x->number : k->last_number;
	return XIE_OK;
}

static xie_status take_rows(struct site_sources *k)
{
	enum { PAGE = 500 };
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_subject_query q = { .kind = XIE_STR("source"), .by_age = true, .limit = PAGE };
	return k->s->store.subject_list(k->s->store.self, &system, &q, take_row, k, NULL, NULL);
}

/* A configured source: what the file says of it holds, but for being switched off on the page. */
static xie_status take_configured(struct site_sources *k, const struct site_source *c)
{
	struct source *x = by_id(k, c->id);
	bool fresh = x == NULL;
	if (fresh && (x = new_source(k)) == NULL)
		return XIE_LIMIT;
	if (fresh) {
		x->number = ++k->last_number;
		x->enabled = true;
		copy(x->id, sizeof x->id, c->id);
	}
	copy(x->name, sizeof x->name, c->name);
	copy(x->kind, sizeof x->kind, c->kind);
	copy(x->address, sizeof x->address, c->address);
	x->rate = c->rate;
	x->baud = c->baud;
	x->repeat = c->repeat;
	x->enabled = x->enabled && !c->disabled;
	return fresh ? enter(k, x) : XIE_OK;
}

/* ---- running ---- */

/* The lock is held. */
static xie_status run(struct site_sources *k, struct source *x, struct xie_err *reterr)
{
	enum xie_source_kind kind;
	if (!kind_of(x->kind, &kind))
		return xie_err_set(reterr, XIE_RANGE, 0, 0, "no such kind of source here",
		                   "nmea_tcp, nmea_listen, nmea_udp, nmea_serial, nmea_file");
	struct xie_source_config c = { .id = x->number,
		                       .name = x->name,
		                       .kind = kind,
		                       .address = x->address,
		                       .baud = x->baud,
		                       .rate = x->rate,
		                       .repeat = x->repeat };
	xie_status st = xie_ingest_add(k->s->ingest, &c, reterr);
	x->running = st == XIE_OK;
	return st;
}

xie_status site_sources_start(struct site *s, struct site_sources **ret_s, struct xie_err *reterr)
{
	struct site_sources *k = calloc(1, sizeof *k);
	if (k == NULL)
		return xie_err_set(reterr, XIE_UNAVAILABLE, 0, 0, "no memory for sources", "");
	k->s = s;
	k->began = s->clock.wall(s->clock.self);
	*ret_s = k;
	(void)pthread_mutex_init(&k->lock, NULL);
	xie_status st = take_rows(k);
	for (size_t i = 0; i < s->conf.n_sources && st == XIE_OK; i++)
		st = take_configured(k, &s->conf.sources[i]);
	if (st != XIE_OK)
		return xie_err_set(reterr, st, 0, 0, "the sources cannot be entered into the records",
		                   "is there room on the disk?");
	return XIE_OK;
}

bool site_sources_run(struct site_sources *k)
{
	bool all = true;
	(void)pthread_mutex_lock(&k->lock);
	for (size_t i = 0; i < k->n; i++) {
		struct xie_err err = { .st = XIE_OK };
		if (!k->v[i]->enabled || run(k, k->v[i], &err) == XIE_OK)
			continue;
		site_say(k->s, "source %s: %s; %s", k->v[i]->id, err.what, err.hint);
		all = false;
	}
	(void)pthread_mutex_unlock(&k->lock);
	return all;
}

void site_sources_stop(struct site_sources *k)
{
	if (k == NULL)
		return;
	(void)pthread_mutex_lock(&k->lock);
	k->stopped = true;
	for (size_t i = 0; i < k->n; i++) {
		if (k->v[i]->running)
			(void)!xie_ingest_remove(k->s->ingest, k->v[i]->number);
		k->v[i]->running = false;
	}
	(void)pthread_mutex_unlock(&k->lock);
}

void site_sources_free(struct site_sources *k)
{
	if (k == NULL)
		return;
	for (size_t i = 0; i < k->n; i++)
		free(k->v[i]);
	(void)pthread_mutex_destroy(&k->lock);
	free(k);
}

/* ---- what the engine saw ---- */

static void keep_sample(struct sample *to, xie_str bytes, xie_ms rx, uint64_t position, xie_ms event)
{
	unsigned char c = bytes.n != 0 ? (unsigned char)bytes.p[0] : 0;
	to->rx = rx;
	to->event = event;
	to->position = position;
	to->binary = c == 0x7E || c < 0x20;
	to->n = (uint16_t)(bytes.n < TEXT ? bytes.n : TEXT);
	memcpy(to->text, bytes.p, to->n);
}

void site_sources_frame(struct site_sources *k, uint32_t number, xie_str bytes, xie_ms rx, uint64_t position,
                        xie_ms event, bool understood)
{
	(void)pthread_mutex_lock(&k->lock);
	struct source *x = by_number(k, number);
	if (x != NULL) {
		int64_t second = rx / 1000;
		if (second - x->second >= SECONDS || second < x->second)
			memset(x->per_second, 0, sizeof x->per_second);
		else
			for (int64_t t = x->second + 1; t <= second; t++)
				x->per_second[t % SECONDS] = 0;
		x->second = second;
		x->per_second[second % SECONDS]++;
		keep_sample(&x->recent[x->n_recent++ % RECENT], bytes, rx, position, event);
		if (understood && rx - event < INT32_MAX && event - rx < INT32_MAX)
			x->lag[x->n_lags++ % LAGS] = (int32_t)(rx - event);
	}
	(void)pthread_mutex_unlock(&k->lock);
}

void site_sources_refused(struct site_sources *k, uint32_t number, const char *reason, uint64_t n, xie_ms rx)
{
	(void)pthread_mutex_lock(&k->lock);
	struct source *x = by_number(k, number);
	if (x != NULL && rx >= k->began) /* older ones are judged again after a restart; their frames are not counted either */
		tally_add(&x->refused, reason, n);
	(void)pthread_mutex_unlock(&k->lock);
}

void site_sources_name(struct site_sources *k, uint32_t number, char *buf, size_t cap)
{
	(void)pthread_mutex_lock(&k->lock);
	const struct source *x = by_number(k, number);
	copy(buf, cap, xie_str_of(x != NULL ? x->name : ""));
	(void)pthread_mutex_unlock(&k->lock);
}

void site_sources_id(struct site_sources *k, uint32_t number, char *buf, size_t cap)
{
	(void)pthread_mutex_lock(&k->lock);
	const struct source *x = by_number(k, number);
	copy(buf, cap, xie_str_of(x != NULL ? x->id : ""));
	(void)pthread_mutex_unlock(&k->lock);
}

uint16_t site_sources_port(struct site_sources *k, const char *id)
{
	struct xie_source_stats st = { .port = 0 };
	(void)pthread_mutex_lock(&k->lock);
	const struct source *x = by_id(k, xie_str_of(id));
	if (x != NULL)
		(void)!xie_ingest_stats(k->s->ingest, x->number, &st);
	(void)pthread_mutex_unlock(&k->lock);
	return st.port;
}

/* ---- what the page sees ---- */

static int by_value(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
	return x < y ? -1 : x > y;
}

static void count_target(void *self, const struct xie_live_target *t)
{
	uint32_t *n = self;
	if (t->source == n[0])
		n[1]++;
}

static uint32_t rate_per_min(const struct source *x, xie_ms now)
{
	uint32_t n = 0;
	if (now / 1000 - x->second >= SECONDS)
		return 0;
	for (int64_t t = now / 1000 - SECONDS + 1; t <= x->second; t++)
		n += t > x->second - SECONDS ? x->per_second[t % SECONDS] : 0;
	return n;
}

/* The lock is held, and the row's strings live as long as that. */
static xie_status give(struct site_sources *k, struct source *x, xie_world_source_fn *fn, void *ctx)
{
	struct site *s = k->s;
	struct xie_source_stats st = { .up = false };
	struct xie_world_reject rejects[XIE_REJECT__COUNT + TALLY_ROWS];
	size_t n = 0;
	uint64_t rejected = 0;
	xie_ms now = s->clock.wall(s->clock.self);
	char address[280];
	int32_t lags[LAGS];
	size_t n_lags = x->n_lags < LAGS ? x->n_lags : LAGS;
	uint32_t seen[2] = { x->number, 0 };
	struct xie_live_query q = { .since = now - 3600000, .max = SIZE_MAX };
	if (x->running && xie_ingest_stats(s->ingest, x->number, &st) != XIE_OK)
		st.up = false;
	for (int r = 0; r < XIE_REJECT__COUNT; r++)
		if (st.rejects[r] != 0) {
			rejected += st.rejects[r];
			rejects[n++] =
			    (struct xie_world_reject){ xie_str_of(xie_reject_name((enum xie_reject)r)), st.rejects[r] };
		}
	for (unsigned i = 0; i < x->refused.n_rows; i++)
		rejects[n++] = (struct xie_world_reject){ xie_str_of(x->refused.row[i].reason), x->refused.row[i].n };
	if (st.up != x->was_up || x->changed == 0) {
		x->was_up = st.up;
		x->changed = now;
	}
	size_t host = strlen(x->address) > 2 ? strlen(x->address) - 2 : 0;
	if (st.port != 0 && strcmp(x->address + host, ":0") == 0) /* the system chose the port */
		(void)snprintf(address, sizeof address, "%.*s:%u", (int)host, x->address, (unsigned)st.port);
	else
		(void)snprintf(address, sizeof address, "%s", x->address);
	memcpy(lags, x->lag, sizeof lags);
	qsort(lags, n_lags, sizeof *lags, by_value);
	(void)xie_live_each(s->live, &q, count_target, seen);
	bool late = st.up && st.last_rx != 0 && now - st.last_rx > LATE_MS;
	struct xie_world_source row = {
		.index = x->number,
		.id = xie_str_of(x->id),
		.name = xie_str_of(x->name),
		.kind = xie_str_of(x->kind),
		.address = xie_str_of(address),
		.enabled = x->enabled,
		.since = x->changed,
		.last = st.last_rx,
		.health = !x->enabled ? XIE_HEALTH_OFF
		          : !st.up    ? XIE_HEALTH_DOWN
		          : late      ? XIE_HEALTH_LATE
		                      : XIE_HEALTH_UP,
		.why = xie_str_of(!x->enabled || st.up ? "" : st.why),
		.lag_ms = n_lags != 0 ? lags[n_lags / 2] : 0,
		.has_lag = n_lags != 0,
		/* What the journal took and the decoders refused was received once. */
		.accepted = st.frames > x->refused.total ? st.frames - x->refused.total : 0,
		.rejected = rejected + x->refused.total,
		.bytes = st.bytes,
		.rate_per_min = rate_per_min(x, now),
		.targets = seen[1],
		.terminals = st.conns,
		.rejects = rejects,
		.n_rejects = n,
	};
	return fn(ctx, &row);
}

static xie_status sources(void *self, xie_world_source_fn *fn, void *ctx)
{
	struct site_sources *k = ((struct site *)self)->sources;
	xie_status st = XIE_OK;
	(void)pthread_mutex_lock(&k->lock);
	for (size_t i = 0; i < k->n && st == XIE_OK; i++)
		st = give(k, k->v[i], fn, ctx);
	(void)pthread_mutex_unlock(&k->lock);
	return st;
}

static xie_status give_sample(const struct source *x, const struct sample *m, xie_world_frame_fn *fn, void *ctx)
{
	char hex[2 * TEXT];
	xie_wr w = xie_wr_of(hex, sizeof hex);
	if (m->binary)
		xie_wr_hex(&w, m->text, m->n);
	struct xie_world_frame f = { .at = m->event,
		                     .received = m->rx,
		                     .source = xie_str_of(x->id),
		                     .position = m->position,
		                     .text = m->binary ? xie_wr_view(&w) : (xie_str){ m->text, m->n },
		                     .decoded = XIE_STR(""),
		                     .reason = XIE_STR("") };
	return fn(ctx, &f);
}

static xie_status source(void *self, xie_str id, uint32_t index, xie_world_source_fn *fn, xie_world_frame_fn *frame,
                         void *ctx)
{
	struct site_sources *k = ((struct site *)self)->sources;
	struct xie_source_stats st;
	(void)pthread_mutex_lock(&k->lock);
	struct source *x = id.n != 0 ? by_id(k, id) : by_number(k, index);
	xie_status rc = x != NULL ? give(k, x, fn, ctx) : XIE_MISSING;
	for (uint32_t i = 0; rc == XIE_OK && frame != NULL && i < RECENT && i < x->n_recent; i++)
		rc = give_sample(x, &x->recent[(x->n_recent - 1 - i) % RECENT], frame, ctx);
	if (rc == XIE_OK && frame != NULL && xie_ingest_stats(k->s->ingest, x->number, &st) == XIE_OK &&
	    st.reject_sample[0] != '\0') {
		struct xie_world_frame f = { .received = st.last_rx != 0 ? st.last_rx : x->changed,
			                     .source = xie_str_of(x->id),
			                     .text = xie_str_of(st.reject_sample),
			                     .decoded = XIE_STR(""),
			                     .reason = XIE_STR("rejected") };
		rc = frame(ctx, &f);
	}
	(void)pthread_mutex_unlock(&k->lock);
	return rc;
}

/* An id from the kind and the number: people name things, machines tell them apart. */
static void make_id(struct site_sources *k, struct source *x)
{
	(void)snprintf(x->id, sizeof x->id, "%s-%" PRIu32, strncmp(x->kind, "nmea", 4) == 0 ? "ais" : x->kind,
	               x->number);
	for (size_t i = 0; i < k->n; i++)
		if (k->v[i] != x && strcmp(k->v[i]->id, x->id) == 0)
			(void)snprintf(x->id, sizeof x->id, "s-%" PRIu32, x->number);
}

static xie_status source_add(void *self, const struct xie_world_source_conf *c, xie_world_source_fn *fn, void *ctx,
                             struct xie_err *reterr)
{
	struct site_sources *k = ((struct site *)self)->sources;
	(void)pthread_mutex_lock(&k->lock);
	struct source *x = k->stopped ? NULL : new_source(k);
	if (x == NULL) {
		(void)pthread_mutex_unlock(&k->lock);
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, "too many sources", "");
	}
	copy(x->name, sizeof x->name, c->name);
	copy(x->kind, sizeof x->kind, c->kind);
	copy(x->address, sizeof x->address, c->address);
	x->number = k->last_number + 1;
	x->enabled = true;
	make_id(k, x);
	xie_status st = run(k, x, reterr);
	if (st == XIE_OK) {
		k->last_number++;
		st = give(k, x, fn, ctx);
	} else {
		k->n--;
		free(x);
	}
	(void)pthread_mutex_unlock(&k->lock);
	return st;
}

static xie_status source_set(void *self, xie_str id, int enabled, xie_str name, xie_world_source_fn *fn, void *ctx)
{
	struct site_sources *k = ((struct site *)self)->sources;
	xie_status st = XIE_OK;
	(void)pthread_mutex_lock(&k->lock);
	struct source *x = by_id(k, id);
	if (x == NULL)
		st = XIE_MISSING;
	if (st == XIE_OK && name.n != 0)
		copy(x->name, sizeof x->name, name);
	if (st == XIE_OK && enabled == 0 && x->running) {
		st = xie_ingest_remove(k->s->ingest, x->number);
		x->running = false;
	}
	if (st == XIE_OK && enabled == 1 && !x->running && !k->stopped)
		st = run(k, x, NULL);
	if (st == XIE_OK && enabled >= 0)
		x->enabled = enabled == 1;
	if (st == XIE_OK)
		st = give(k, x, fn, ctx);
	(void)pthread_mutex_unlock(&k->lock);
	return st;
}

void site_sources_world(struct site *s)
{
	s->world.sources = sources;
	s->world.source = source;
	s->world.source_add = source_add;
	s->world.source_set = source_set;
}
