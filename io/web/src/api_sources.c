/* SPDX-License-Identifier: Apache-2.0 */
/* Sources: what brings bytes, and how it does. */
#include "api.h"

#include <stdio.h>

#include "records.h"

static const char *health_name(enum xie_health h)
{
	static const char *const names[] = { "up", "late", "down", "off" };
	return (unsigned)h < 4 ? names[h] : "down";
}

void web_source_json(xie_wr *w, const struct xie_world_source *s)
{
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", s->id);
	xie_wr_kv_str(w, "name", s->name);
	xie_wr_kv_str(w, "kind", s->kind);
	web_kv_text(w, "address", s->address);
	xie_wr_kv_bool(w, "enabled", s->enabled);
	xie_wr_kv_str(w, "health", xie_str_of(health_name(s->health)));
	web_kv_text(w, "why", s->why);
	if (s->since != 0)
		web_kv_time(w, "since", s->since);
	if (s->last != 0)
		web_kv_time(w, "last", s->last);
	if (s->has_lag)
		xie_wr_kv_i64(w, "lag_ms", s->lag_ms);
	xie_wr_kv_i64(w, "rate_per_min", s->rate_per_min);
	xie_wr_kv_i64(w, "accepted", (int64_t)s->accepted);
	xie_wr_kv_i64(w, "rejected", (int64_t)s->rejected);
	xie_wr_kv_i64(w, "bytes", (int64_t)s->bytes);
	xie_wr_kv_i64(w, "targets", s->targets);
	if (xie_str_is(s->kind, "jt808"))
		xie_wr_kv_i64(w, "terminals", s->terminals);
	xie_wr_key(w, "rejects");
	xie_wr_char(w, '[');
	for (size_t i = 0; i < s->n_rejects; i++) {
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "reason", s->rejects[i].reason);
		xie_wr_kv_i64(w, "count", (int64_t)s->rejects[i].count);
		xie_wr_char(w, '}');
	}
	xie_wr_text(w, "]}");
}

void web_frame_json(xie_wr *w, const struct xie_world_frame *f)
{
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	web_kv_time(w, "at", f->at != 0 ? f->at : f->received);
	if (f->received != 0)
		web_kv_time(w, "received", f->received);
	xie_wr_kv_str(w, "source", f->source);
	xie_wr_kv_str(w, "text", f->text);
	web_kv_text(w, "decoded", f->decoded);
	if (f->position != 0)
		xie_wr_kv_i64(w, "offset", (int64_t)f->position);
	xie_wr_char(w, '}');
}

static xie_status list_source(void *ctx, const struct xie_world_source *s)
{
	xie_wr *w = ctx;
	xie_wr_sep(w);
	web_source_json(w, s);
	return XIE_OK;
}

void api_sources_list(struct web_req *r)
{
	struct xie_world *world = r->w->conf.world;
	xie_wr *w = web_out(r);
	xie_wr_text(w, "{\"items\":[");
	xie_status st = world->sources != NULL ? world->sources(world->self, list_source, w) : XIE_OK;
	xie_wr_text(w, "]}");
	if (st != XIE_OK)
		web_fail_status(r, st, "listing sources");
	else
		web_ok(r, 200);
}

/* The frames come once, the accepted and the refused mixed: the refused wait in a part of their own. */
struct detail {
	struct web_req *r;
	bool has_source;
	unsigned n_recent, n_refused;
	xie_wr refused;
};

static xie_status detail_source(void *ctx, const struct xie_world_source *s)
{
	struct detail *d = ctx;
	xie_wr *w = web_out(d->r);
	xie_wr_text(w, "{\"source\":");
	web_source_json(w, s);
	xie_wr_text(w, ",\"recent\":[");
	d->has_source = true;
	return XIE_OK;
}

static xie_status detail_frame(void *ctx, const struct xie_world_frame *f)
{
	struct detail *d = ctx;
	if (f->reason.n == 0) {
		if (d->n_recent++ < 50)
			web_frame_json(web_out(d->r), f);
		return XIE_OK;
	}
	if (d->n_refused++ >= 20)
		return XIE_OK;
	xie_wr_sep(&d->refused);
	xie_wr_char(&d->refused, '{');
	web_kv_time(&d->refused, "at", f->received);
	xie_wr_kv_str(&d->refused, "reason", f->reason);
	xie_wr_kv_str(&d->refused, "text", f->text);
	xie_wr_char(&d->refused, '}');
	return XIE_OK;
}

struct spans {
	xie_wr *w;
	xie_str name;
	uint32_t index;
};

static xie_status span(void *ctx, const struct xie_source_span *s)
{
	struct spans *k = ctx;
	if (s->source != k->index)
		return XIE_OK;
	xie_wr_sep(k->w);
	xie_wr_text(k->w, "{\"health\":\"down\"");
	web_kv_time(k->w, "from", s->from);
	if (s->to != XIE_NO_TIME)
		web_kv_time(k->w, "to", s->to);
	xie_wr_char(k->w, '}');
	return XIE_OK;
}

static xie_status take_index(void *ctx, const struct xie_world_source *s)
{
	*(uint32_t *)ctx = s->index;
	return XIE_OK;
}

void api_source_get(struct web_req *r)
{
	enum { REFUSED_MAX = 256 << 10 };
	struct xie_world *world = r->w->conf.world;
	struct detail d = { .r = r };
	void *buf = xie_arena_alloc(&r->scratch->mem, REFUSED_MAX, 1);
	uint32_t index = 0;
	d.refused = xie_wr_of(buf, buf != NULL ? REFUSED_MAX : 0);
	xie_wr_char(&d.refused, '[');
	xie_status st = world->source == NULL
	                    ? XIE_MISSING
	                    : world->source(world->self, r->param[0], 0, detail_source, detail_frame, &d);
	if (st == XIE_OK)
		st = world->source(world->self, r->param[0], 0, take_index, NULL, &index);
	if (st != XIE_OK || !d.has_source) {
		web_fail_status(r, st != XIE_OK ? st : XIE_MISSING, "reading a source");
		return;
	}
	xie_wr *w = web_out(r);
	xie_wr_text(w, "],\"rejected\":");
	xie_wr_str(w, xie_wr_view(&d.refused));
	xie_wr_text(w, "],\"spans\":[");
	struct spans k = { .w = w, .index = index };
	st = r->w->conf.store->source_spans(r->w->conf.store->self, r->now - 24 * 3600000, r->now, span, &k);
	xie_wr_text(w, "]}");
	if (st != XIE_OK)
		web_fail_status(r, st, "reading when a source was down");
	else
		web_ok(r, 200);
}

/* A change of a source as an event of its own chain. */
struct changed {
	struct web_req *r;
	xie_str id, name;
	char json[1400]; /* the source as it is now: what a start reads back */
	xie_str projection;
};

static xie_status take_changed(void *ctx, const struct xie_world_source *s)
{
	struct changed *c = ctx;
	c->id = web_keep(&c->r->scratch->mem, s->id);
	c->name = web_keep(&c->r->scratch->mem, s->name);
	web_source_json(web_out(c->r), s);
	xie_wr w = xie_wr_of(c->json, sizeof c->json);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "address", s->address);
	xie_wr_kv_bool(&w, "enabled", s->enabled);
	xie_wr_kv_str(&w, "kind", s->kind);
	xie_wr_kv_str(&w, "name", s->name);
	xie_wr_kv_i64(&w, "number", s->index);
	xie_wr_char(&w, '}');
	c->projection = xie_wr_view(&w);
	return w.st;
}

static xie_status take_version(void *ctx, const struct xie_subject *s)
{
	*(uint64_t *)ctx = s->version;
	return XIE_OK;
}

static void commit_source(struct web_req *r, const struct changed *c, const char *event, xie_str data, int status)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_store *s = r->w->conf.store;
	uint64_t version = 0;
	char by_buf[96];
	xie_wr by = xie_wr_of(by_buf, sizeof by_buf);
	xie_status st = s->subject_get(s->self, &system, XIE_STR("source"), c->id, take_version, &version);
	if (st != XIE_OK && st != XIE_MISSING) {
		web_fail_status(r, st, "reading a source's record");
		return;
	}
	xie_wr_char(&by, '[');
	xie_wr_json_str(&by, xie_str_of(r->who.user));
	xie_wr_char(&by, ']');
	struct xie_event e = { .at = r->now,
		               .event = xie_str_of(event),
		               .by = xie_wr_view(&by),
		               .data = data,
		               .user = xie_str_of(r->who.user),
		               .signature = XIE_STR(""),
		               .key_id = XIE_STR("") };
	struct xie_subject_change change = {
		.row = { .kind = XIE_STR("source"),
		         .id = c->id,
		         .no = XIE_STR(""),
		         .org = xie_str_of(r->who.org),
		         .region = xie_str_of(r->who.region),
		         .state = XIE_STR("set"),
		         .stage = XIE_STR(""),
		         .title = c->name,
		         .clock = XIE_STR(""),
		         .waiting_for = XIE_STR(""),
		         .due = XIE_NO_TIME,
		         .snooze_to = XIE_NO_TIME,
		         .text = c->name,
		         .json = c->projection },
		.version = version,
		.events = &e,
		.n_events = 1,
	};
	(void)web_commit(r, &change, 1, event, c->id, status);
}

void api_sources_add(struct web_req *r)
{
	static const char *const keys[] = { "name", "kind", "address", "retry_max_s", NULL };
	static const char *const kinds[] = { "nmea_tcp",  "nmea_listen", "nmea_udp", "nmea_serial",
		                             "nmea_file", "jt808",       NULL };
	struct xie_world *world = r->w->conf.world;
	const struct xie_val *o = web_body(r);
	struct xie_world_source_conf conf;
	struct xie_err err = { .st = XIE_OK };
	int64_t retry = 0;
	if (o == NULL || !web_only(r, o, keys) || !web_take_str(r, o, "name", 1, 80, true, &conf.name) ||
	    !web_take_str(r, o, "kind", 1, 20, true, &conf.kind) ||
	    !web_take_str(r, o, "address", 1, 200, true, &conf.address) ||
	    !web_take_int(r, o, "retry_max_s", 1, 3600, false, &retry))
		return;
	size_t k = 0;
	while (kinds[k] != NULL && !xie_str_is(conf.kind, kinds[k]))
		k++;
	if (kinds[k] == NULL) {
		web_fail_field(r, "kind", web_say(r, "没有这种数据源", "there is no such kind of source"), NULL);
		return;
	}
	conf.retry_max_s = (uint32_t)retry;
	struct changed c = { .r = r };
	xie_status st =
	    world->source_add == NULL ? XIE_UNAVAILABLE : world->source_add(world->self, &conf, take_changed, &c, &err);
	if (st == XIE_MALFORMED || st == XIE_RANGE || st == XIE_DUPLICATE || st == XIE_REFUSED) {
		web_fail_field(r, st == XIE_DUPLICATE ? "name" : "address", err.what, err.hint);
		return;
	}
	if (st != XIE_OK) {
		web_fail_status(r, st, "adding a source");
		return;
	}
	char buf[1600];
	xie_wr data = xie_wr_of(buf, sizeof buf);
	xie_wr_char(&data, '{');
	xie_wr_kv_str(&data, "address", conf.address);
	xie_wr_kv_str(&data, "kind", conf.kind);
	xie_wr_kv_str(&data, "name", conf.name);
	xie_wr_char(&data, '}');
	commit_source(r, &c, "source_added", xie_wr_view(&data), 201);
}

void api_source_set(struct web_req *r)
{
	static const char *const keys[] = { "enabled", "name", NULL };
	struct xie_world *world = r->w->conf.world;
	const struct xie_val *o = web_body(r);
	bool has = false, enabled = false;
	xie_str name = { "", 0 };
	if (o == NULL || !web_only(r, o, keys) || !web_take_bool(r, o, "enabled", false, &has, &enabled) ||
	    !web_take_str(r, o, "name", 1, 80, false, &name))
		return;
	struct changed c = { .r = r };
	xie_status st = world->source_set == NULL
	                    ? XIE_MISSING
	                    : world->source_set(world->self, r->param[0], has ? enabled : -1, name, take_changed, &c);
	if (st != XIE_OK) {
		web_fail_status(r, st, "changing a source");
		return;
	}
	char buf[512];
	xie_wr data = xie_wr_of(buf, sizeof buf);
	xie_wr_char(&data, '{');
	if (has)
		xie_wr_kv_bool(&data, "enabled", enabled);
	web_kv_text(&data, "name", name);
	xie_wr_char(&data, '}');
	commit_source(r, &c, "source_changed", xie_wr_view(&data), 200);
}
