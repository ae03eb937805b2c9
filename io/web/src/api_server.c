/* SPDX-License-Identifier: Apache-2.0 */
/* The server about itself: health, metrics, what the log-in page must know, the first-run guide. */
#include "api.h"

#include <inttypes.h>
#include <stdio.h>

#include "records.h"

struct health {
	xie_wr *w;
	bool ok;
};

static xie_status part(void *ctx, const struct xie_world_part *p)
{
	struct health *h = ctx;
	h->ok = h->ok && p->ok;
	xie_wr_sep(h->w);
	xie_wr_char(h->w, '{');
	xie_wr_kv_str(h->w, "name", p->name);
	xie_wr_kv_bool(h->w, "ok", p->ok);
	web_kv_text(h->w, "detail", p->detail);
	xie_wr_char(h->w, '}');
	return XIE_OK;
}

void api_health(struct web_req *r)
{
	struct xie_world *world = r->w->conf.world;
	char buf[4096];
	xie_wr parts = xie_wr_of(buf, sizeof buf);
	struct health h = { .w = &parts, .ok = true };
	uint64_t seq;
	xie_wr_char(&parts, '[');
	bool store_ok = r->w->conf.store->seq(r->w->conf.store->self, &seq) == XIE_OK;
	(void)part(&h, &(struct xie_world_part){ .name = XIE_STR("store"), .detail = XIE_STR(""), .ok = store_ok });
	if (world->health != NULL && world->health(world->self, part, &h) != XIE_OK)
		h.ok = false;
	xie_wr_char(&parts, ']');
	xie_wr *w = web_out(r);
	xie_wr_char(w, '{');
	xie_wr_kv_bool(w, "ok", h.ok);
	xie_wr_kv_str(w, "version", xie_str_of(r->w->conf.version));
	web_kv_time(w, "time", r->now);
	xie_wr_key(w, "parts");
	xie_wr_str(w, parts.st == XIE_OK ? xie_wr_view(&parts) : XIE_STR("[]"));
	xie_wr_char(w, '}');
	web_ok(r, h.ok ? 200 : 503);
}

/* ---- metrics: the Prometheus text format, version 0.0.4 ---- */

struct metrics {
	xie_wr *w;
	char last[80];
};

static xie_status gauge(void *ctx, const struct xie_world_gauge *g)
{
	struct metrics *m = ctx;
	if (strcmp(m->last, g->name) != 0) {
		xie_wr_text(m->w, "# HELP ");
		xie_wr_text(m->w, g->name);
		xie_wr_char(m->w, ' ');
		xie_wr_text(m->w, g->help);
		xie_wr_text(m->w, "\n# TYPE ");
		xie_wr_text(m->w, g->name);
		xie_wr_text(m->w, g->counter ? " counter\n" : " gauge\n");
		(void)snprintf(m->last, sizeof m->last, "%s", g->name);
	}
	xie_wr_text(m->w, g->name);
	if (g->labels != NULL && g->labels[0] != '\0') {
		xie_wr_char(m->w, '{');
		xie_wr_text(m->w, g->labels);
		xie_wr_char(m->w, '}');
	}
	xie_wr_char(m->w, ' ');
	xie_wr_i64(m->w, g->value);
	xie_wr_char(m->w, '\n');
	return XIE_OK;
}

static void own_metrics(struct xie_web *w, struct metrics *m)
{
	struct xie_hub_counts hub;
	struct xie_live_counts live;
	xie_hub_count(w->hub, &hub);
	xie_live_count(w->conf.live, &live);
	const struct xie_world_gauge own[] = {
		{ "xiezhi_http_requests_total", "requests begun", NULL, true, (int64_t)atomic_load(&w->n_requests) },
		{ "xiezhi_http_errors_total", "answers of 400 and above by the API", NULL, true,
		  (int64_t)atomic_load(&w->n_errors) },
		{ "xiezhi_http_refused_total", "requests refused for their rate or for want of workers", NULL, true,
		  (int64_t)atomic_load(&w->n_refused) },
		{ "xiezhi_http_inflight", "requests begun and not completed, streams included", NULL, false,
		  atomic_load(&w->inflight) },
		{ "xiezhi_http_waiting", "requests that wait for a worker", NULL, false,
		  (int64_t)web_pool_waiting(w->pool) },
		{ "xiezhi_sessions", "people logged in", NULL, false, (int64_t)xie_sessions_count(w->sessions) },
		{ "xiezhi_streams", "open event streams", NULL, false, (int64_t)hub.clients },
		{ "xiezhi_streams_refused_total", "event streams refused", NULL, true, (int64_t)hub.refused },
		{ "xiezhi_stream_events_total", "events posted", NULL, true, (int64_t)hub.posted },
		{ "xiezhi_stream_sent_total", "events sent, counted for each stream", NULL, true, (int64_t)hub.sent },
		{ "xiezhi_stream_positions_total", "positions sent, counted for each stream", NULL, true,
		  (int64_t)hub.positions },
		{ "xiezhi_stream_resyncs_total", "streams told to read their snapshots anew", NULL, true,
		  (int64_t)hub.resyncs },
		{ "xiezhi_stream_ring_bytes", "memory of the events held for resuming", NULL, false,
		  (int64_t)hub.ring_bytes },
		{ "xiezhi_live_targets", "targets on the live map", NULL, false, (int64_t)live.targets },
		{ "xiezhi_live_capacity", "targets that the live map can hold", NULL, false, (int64_t)live.capacity },
		{ "xiezhi_live_observations_total", "observations put on the live map", NULL, true,
		  (int64_t)live.puts },
		{ "xiezhi_live_refused_total", "new targets refused because the live map is full", NULL, true,
		  (int64_t)live.refused },
	};
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		(void)gauge(m, &own[i]);
}

void api_metrics(struct web_req *r)
{
	struct xie_world *world = r->w->conf.world;
	struct metrics m = { .w = web_out(r) };
	if (!r->loopback && !web_has_role(r, XIE_ROLE_BIT(SYSADMIN))) {
		web_fail(r, XIE_WEB_E_forbidden, NULL, NULL);
		return;
	}
	own_metrics(r->w, &m);
	if (world->gauges != NULL)
		(void)world->gauges(world->self, gauge, &m);
	r->content_type = "text/plain; version=0.0.4; charset=utf-8";
	web_ok(r, 200);
}

/* ---- the log-in page ---- */

static void kv_double(xie_wr *w, const char *key, double v)
{
	xie_wr_key(w, key);
	xie_wr_fixed(w, (int64_t)(v * 1e6 + (v < 0 ? -0.5 : 0.5)), 6); /* of the map's view: drawing only */
}

void api_server(struct web_req *r)
{
	const struct xie_web_conf *c = &r->w->conf;
	xie_wr *w = web_out(r);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "name", xie_str_of(c->name));
	web_kv_text(w, "name_en", xie_str_of(c->name_en));
	xie_wr_kv_str(w, "version", xie_str_of(c->version));
	web_kv_time(w, "time", r->now);
	xie_wr_kv_str(w, "utc_offset", xie_str_of(c->utc_offset));
	xie_wr_kv_bool(w, "demo", c->demo != NULL);
	if (c->demo != NULL) {
		xie_wr_key(w, "demo_accounts");
		xie_wr_char(w, '[');
		for (const struct xie_web_demo_account *d = c->demo; d->login != NULL; d++) {
			uint32_t roles = 0;
			(void)!xie_roles_parse(xie_str_of(d->role), &roles);
			xie_wr_sep(w);
			xie_wr_char(w, '{');
			xie_wr_kv_str(w, "login", xie_str_of(d->login));
			xie_wr_kv_str(w, "password", xie_str_of(d->password));
			xie_wr_kv_str(w, "name", xie_str_of(d->name));
			xie_wr_key(w, "roles");
			web_roles_json(w, roles);
			xie_wr_char(w, '}');
		}
		xie_wr_char(w, ']');
	}
	if (c->view_zoom > 0) {
		xie_wr_key(w, "view");
		xie_wr_char(w, '{');
		kv_double(w, "lat", c->view_lat);
		kv_double(w, "lon", c->view_lon);
		kv_double(w, "zoom", c->view_zoom);
		xie_wr_char(w, '}');
	}
	if (c->tiles_url != NULL) {
		xie_wr_key(w, "tiles");
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "url", xie_str_of(c->tiles_url));
		xie_wr_kv_str(w, "attribution", xie_str_of(c->tiles_attribution != NULL ? c->tiles_attribution : ""));
		if (c->tiles_max_zoom != 0)
			xie_wr_kv_i64(w, "max_zoom", c->tiles_max_zoom);
		web_kv_text(w, "approval", xie_str_of(c->tiles_approval));
		xie_wr_char(w, '}');
	}
	xie_wr_char(w, '}');
	web_ok(r, 200);
}

/* ---- the first-run guide: each step from what is really there ---- */

struct start {
	struct web_req *r;
	size_t users, sources, sources_up, packs, zones, rules;
	uint32_t roles;
};

static xie_status count_user(void *ctx, const struct xie_user *u)
{
	struct start *s = ctx;
	uint32_t roles;
	s->users += !u->off;
	if (!u->off && xie_roles_parse(u->roles, &roles) == XIE_OK)
		s->roles |= roles;
	return XIE_OK;
}

static xie_status count_source(void *ctx, const struct xie_world_source *k)
{
	struct start *s = ctx;
	s->sources++;
	s->sources_up += k->health == XIE_HEALTH_UP;
	return XIE_OK;
}

static xie_status count_pack(void *ctx, const struct xie_world_pack *p)
{
	struct start *s = ctx;
	s->packs++;
	s->zones += p->zones;
	s->rules += p->rules;
	return XIE_OK;
}

static void step(struct start *s, const char *id, bool done, const char *detail)
{
	xie_wr *w = web_out(s->r);
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", xie_str_of(id));
	xie_wr_kv_bool(w, "done", done);
	web_kv_text(w, "detail", xie_str_of(detail));
	xie_wr_char(w, '}');
}

/* A part of the machine by name, as health tells it. */
struct part_named {
	const char *name;
	bool found, ok;
	char detail[256];
};

static xie_status find_part(void *ctx, const struct xie_world_part *p)
{
	struct part_named *n = ctx;
	if (!xie_str_is(p->name, n->name))
		return XIE_OK;
	n->found = true;
	n->ok = p->ok;
	(void)snprintf(n->detail, sizeof n->detail, "%.*s", (int)p->detail.n, p->detail.p);
	return XIE_OK;
}

static void part_step(struct start *s, const char *id)
{
	struct xie_world *world = s->r->w->conf.world;
	struct part_named n = { .name = id };
	if (world->health != NULL)
		(void)world->health(world->self, find_part, &n);
	step(s, id, n.found && n.ok, n.detail);
}

void api_start(struct web_req *r)
{
	struct xie_world *world = r->w->conf.world;
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct start s = { .r = r };
	char text[160];
	xie_status st = r->w->conf.store->user_list(r->w->conf.store->self, &system, count_user, &s);
	if (st == XIE_OK && world->sources != NULL)
		st = world->sources(world->self, count_source, &s);
	if (st == XIE_OK && world->packs != NULL)
		st = world->packs(world->self, count_pack, &s);
	if (st != XIE_OK) {
		web_fail_status(r, st, "looking at what is set up");
		return;
	}
	xie_wr_text(web_out(r), "{\"steps\":[");
	part_step(&s, "keys");
	(void)snprintf(text, sizeof text, web_say(r, "%zu 个用户", "%zu users"), s.users);
	step(&s, "people", (s.roles & XIE_ROLE_BIT(DUTY)) != 0 && (s.roles & XIE_ROLE_BIT(SECADMIN)) != 0, text);
	part_step(&s, "calendar");
	(void)snprintf(text, sizeof text, web_say(r, "%zu 个数据源，%zu 个正常", "%zu sources, %zu up"), s.sources,
	               s.sources_up);
	step(&s, "source", s.sources_up != 0, text);
	(void)snprintf(text, sizeof text, web_say(r, "%zu 个领域包", "%zu packs"), s.packs);
	step(&s, "packs", s.packs != 0, text);
	(void)snprintf(text, sizeof text, web_say(r, "%zu 个区域", "%zu zones"), s.zones);
	step(&s, "zones", s.zones != 0, text);
	(void)snprintf(text, sizeof text, web_say(r, "%zu 条规则", "%zu rules"), s.rules);
	step(&s, "rules", s.rules != 0, text);
	part_step(&s, "backup");
	xie_wr_text(web_out(r), "]}");
	web_ok(r, 200);
}
