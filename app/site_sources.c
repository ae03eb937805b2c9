/* SPDX-License-Identifier: Apache-2.0 */
/* Sources as people know them: an id, a name, a kind; with the number that the journal knows them by for ever.
 *
 * A source is a subject of the records (kind "source"): the configuration's are entered there at their first start, the
 * page's when they are added, so that a number is never given twice and a source that was switched off on the page
 * stays off.  Its row's json: {"address","enabled","kind","name","number"}. */
#include "site_sources_int.h"

#include <stdlib.h>
#include <string.h>

#include "xie/base/val.h"

static const struct {
	const char *name;
	enum xie_source_kind kind;
} kinds[] = { { "nmea_tcp", XIE_SOURCE_TCP },
	      { "nmea_listen", XIE_SOURCE_TCP_LISTEN },
	      { "nmea_udp", XIE_SOURCE_UDP },
	      { "nmea_serial", XIE_SOURCE_SERIAL },
	      { "nmea_file", XIE_SOURCE_FILE },
	      { "jt808", XIE_SOURCE_TCP_LISTEN } };

static bool kind_of(const char *name, enum xie_source_kind *ret_kind)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i].name, name) == 0) {
			*ret_kind = kinds[i].kind;
			return true;
		}
	return false;
}

void sources__copy(char *to, size_t cap, xie_str from)
{
	size_t n = from.n < cap ? from.n : cap - 1;
	while (n < from.n && n != 0 && ((unsigned char)from.p[n] & 0xc0) == 0x80)
		n--;
	if (n != 0)
		memcpy(to, from.p, n);
	to[n] = '\0';
}

struct source *sources__by_id(struct site_sources *k, xie_str id)
{
	for (size_t i = 0; i < k->n; i++)
		if (xie_str_is(id, k->v[i]->id))
			return k->v[i];
	return NULL;
}

struct source *sources__by_number(struct site_sources *k, uint32_t number)
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
	char buf[1200];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	projection(&w, x);
	return site_put_row(k->s, XIE_STR("source"), xie_str_of(x->id), xie_str_of(x->name), XIE_STR("source_declared"), 0,
	                    xie_wr_view(&w));
}

struct source *sources__new(struct site_sources *k)
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
	struct source *x = sources__new(k);
	if (x == NULL)
		return XIE_LIMIT;
	x->number = (uint32_t)number;
	x->version = row->version;
	sources__copy(x->id, sizeof x->id, row->id);
	sources__copy(x->name, sizeof x->name, xie_val_get_str(v, "name"));
	sources__copy(x->kind, sizeof x->kind, xie_val_get_str(v, "kind"));
	sources__copy(x->address, sizeof x->address, xie_val_get_str(v, "address"));
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
	struct source *x = sources__by_id(k, c->id);
	bool fresh = x == NULL;
	if (fresh && (x = sources__new(k)) == NULL)
		return XIE_LIMIT;
	if (fresh) {
		x->number = ++k->last_number;
		x->enabled = true;
		sources__copy(x->id, sizeof x->id, c->id);
	}
	sources__copy(x->name, sizeof x->name, c->name);
	sources__copy(x->kind, sizeof x->kind, c->kind);
	sources__copy(x->address, sizeof x->address, c->address);
	x->rate = c->rate;
	x->baud = c->baud;
	x->repeat = c->repeat;
	x->terminals = &c->terminals;
	x->enabled = x->enabled && !c->disabled;
	return fresh ? enter(k, x) : XIE_OK;
}

/* ---- running ---- */

static void end_gate(struct source *x)
{
	site_gate_free(x->gate);
	x->gate = NULL;
}

/* The lock is held. */
xie_status sources__run(struct site_sources *k, struct source *x, struct xie_err *reterr)
{
	enum xie_source_kind kind;
	if (!kind_of(x->kind, &kind))
		return xie_err_set(reterr, XIE_RANGE, 0, 0, "no such kind of source here",
		                   "nmea_tcp, nmea_listen, nmea_udp, nmea_serial, nmea_file, jt808");
	if (strcmp(x->kind, "jt808") == 0) {
		xie_status made = site_gate_new(k->s, x->number, x->terminals, &x->gate, reterr);
		if (made != XIE_OK)
			return made;
	}
	struct xie_source_config c = { .id = x->number,
		                       .name = x->name,
		                       .kind = kind,
		                       .address = x->address,
		                       .baud = x->baud,
		                       .rate = x->rate,
		                       .repeat = x->repeat };
	if (x->gate != NULL) {
		c.gateway = site_gate_gateway(x->gate);
		c.conns_max = site_gate_connections(x->gate);
	}
	xie_status st = xie_ingest_add(k->s->ingest, &c, reterr);
	x->running = st == XIE_OK;
	if (st != XIE_OK)
		end_gate(x);
	return st;
}

/* The lock is held. */
xie_status sources__halt(struct site_sources *k, struct source *x)
{
	xie_status st = xie_ingest_remove(k->s->ingest, x->number);
	x->running = false;
	end_gate(x);
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
		if (!k->v[i]->enabled || sources__run(k, k->v[i], &err) == XIE_OK)
			continue;
		site_say(k->s, "source %s: %s; %s", k->v[i]->id, err.what, err.hint);
		all = false;
	}
	k->running = true;
	(void)pthread_mutex_unlock(&k->lock);
	return all;
}

bool site_sources_running(struct site_sources *k)
{
	(void)pthread_mutex_lock(&k->lock);
	bool running = k->running;
	(void)pthread_mutex_unlock(&k->lock);
	return running;
}

void site_sources_call(struct site_sources *k, void (*fn)(void *ctx, struct xie_ingest *in), void *ctx)
{
	(void)pthread_mutex_lock(&k->lock);
	xie_ingest_call(k->s->ingest, fn, ctx);
	(void)pthread_mutex_unlock(&k->lock);
}

struct xie_gate *sources__gate(struct site_sources *k, xie_str identity, uint32_t source)
{
	struct xie_gate *heard = NULL, *only = NULL;
	unsigned n = 0;
	for (size_t i = 0; i < k->n; i++) {
		struct xie_gate *gate = k->v[i]->gate != NULL ? site_gate_of(k->v[i]->gate) : NULL;
		if (gate == NULL)
			continue;
		if (xie_gate_serves(gate, identity))
			return gate;
		heard = k->v[i]->number == source ? gate : heard;
		only = gate;
		n++;
	}
	return heard != NULL ? heard : n == 1 ? only : NULL;
}

void site_sources_stop(struct site_sources *k)
{
	if (k == NULL)
		return;
	(void)pthread_mutex_lock(&k->lock);
	k->stopped = true;
	for (size_t i = 0; i < k->n; i++) {
		if (k->v[i]->running)
			(void)!sources__halt(k, k->v[i]);
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
	struct source *x = sources__by_number(k, number);
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
	struct source *x = sources__by_number(k, number);
	if (x != NULL && rx >= k->began) /* older ones are judged again after a restart; their frames are not counted either */
		tally_add(&x->refused, reason, n);
	(void)pthread_mutex_unlock(&k->lock);
}

void site_sources_name(struct site_sources *k, uint32_t number, char *buf, size_t cap)
{
	(void)pthread_mutex_lock(&k->lock);
	const struct source *x = sources__by_number(k, number);
	sources__copy(buf, cap, xie_str_of(x != NULL ? x->name : ""));
	(void)pthread_mutex_unlock(&k->lock);
}

void site_sources_id(struct site_sources *k, uint32_t number, char *buf, size_t cap)
{
	(void)pthread_mutex_lock(&k->lock);
	const struct source *x = sources__by_number(k, number);
	sources__copy(buf, cap, xie_str_of(x != NULL ? x->id : ""));
	(void)pthread_mutex_unlock(&k->lock);
}

uint16_t site_sources_port(struct site_sources *k, const char *id)
{
	struct xie_source_stats st = { .port = 0 };
	(void)pthread_mutex_lock(&k->lock);
	const struct source *x = sources__by_id(k, xie_str_of(id));
	if (x != NULL)
		(void)!xie_ingest_stats(k->s->ingest, x->number, &st);
	(void)pthread_mutex_unlock(&k->lock);
	return st.port;
}
