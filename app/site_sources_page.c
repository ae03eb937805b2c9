/* SPDX-License-Identifier: Apache-2.0 */
/* Sources as the page sees, adds and changes them. */
#include "site_sources_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	struct xie_gate_state gate = { .bad = { 0 } };
	struct xie_world_reject rejects[REASONS + TALLY_ROWS];
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
	if (x->gate != NULL) {
		site_gate_look(s, x->gate, &gate);
		site_gate_rejects(&gate, rejects, REASONS, &n, &rejected);
	}
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
		.terminals = gate.hub.logged_in,
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
	struct xie_source_stats st = { .last_rx = 0 };
	struct xie_gate_state gate;
	(void)pthread_mutex_lock(&k->lock);
	struct source *x = id.n != 0 ? sources__by_id(k, id) : sources__by_number(k, index);
	xie_status rc = x != NULL ? give(k, x, fn, ctx) : XIE_MISSING;
	for (uint32_t i = 0; rc == XIE_OK && frame != NULL && i < RECENT && i < x->n_recent; i++)
		rc = give_sample(x, &x->recent[(x->n_recent - 1 - i) % RECENT], frame, ctx);
	const char *sample = rc == XIE_OK && xie_ingest_stats(k->s->ingest, x->number, &st) == XIE_OK ? st.reject_sample : "";
	if (rc == XIE_OK && x->gate != NULL) {
		site_gate_look(k->s, x->gate, &gate);
		sample = gate.bad_sample[0] != '\0' ? gate.bad_sample : sample;
	}
	if (rc == XIE_OK && frame != NULL && sample[0] != '\0') {
		struct xie_world_frame f = { .received = st.last_rx != 0 ? st.last_rx : x->changed,
			                     .source = xie_str_of(x->id),
			                     .text = xie_str_of(sample),
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
	struct source *x = k->stopped ? NULL : sources__new(k);
	if (x == NULL) {
		(void)pthread_mutex_unlock(&k->lock);
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, "too many sources", "");
	}
	sources__copy(x->name, sizeof x->name, c->name);
	sources__copy(x->kind, sizeof x->kind, c->kind);
	sources__copy(x->address, sizeof x->address, c->address);
	x->number = k->last_number + 1;
	x->enabled = true;
	make_id(k, x);
	xie_status st = sources__run(k, x, reterr);
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
	struct source *x = sources__by_id(k, id);
	if (x == NULL)
		st = XIE_MISSING;
	if (st == XIE_OK && name.n != 0)
		sources__copy(x->name, sizeof x->name, name);
	if (st == XIE_OK && enabled == 0 && x->running)
		st = sources__halt(k, x);
	if (st == XIE_OK && enabled == 1 && !x->running && !k->stopped)
		st = sources__run(k, x, NULL);
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
