/* SPDX-License-Identifier: Apache-2.0 */
/* What the desk watches: targets, tracks, zones, rules, packs. */
#include "api.h"

#include <inttypes.h>
#include <stdio.h>

#include "records.h"

static bool take_kinds(struct web_req *r, uint32_t *ret_kinds)
{
	xie_str s = web_query_str(r, "kind");
	*ret_kinds = 0;
	if (s.n == 0)
		return true;
	for (unsigned k = 0; k <= XIE_KIND_AID; k++)
		if (xie_str_is(s, xie_target_kind_name((enum xie_target_kind)k)))
			*ret_kinds = UINT32_C(1) << k;
	if (xie_str_is(s, "vessel"))
		*ret_kinds |= UINT32_C(1) << XIE_KIND_AIRCRAFT;
	if (xie_str_is(s, "person") || xie_str_is(s, "place"))
		*ret_kinds = UINT32_C(1) << 31; /* known words; nothing of that kind reports positions */
	if (*ret_kinds != 0)
		return true;
	web_fail_field(r, "kind", web_say(r, "没有这一类目标", "there is no such kind of target"), NULL);
	return false;
}

struct many {
	struct web_req *r;
	size_t n;
	const struct xie_live_query *q;
};

static void list_live(void *self, const struct xie_live_target *t)
{
	struct many *m = self;
	xie_wr *w = web_out(m->r);
	if (!t->has_fix)
		return;
	xie_wr_sep(w);
	web_position_write(m->r->w, w, t);
	m->n++;
}

static xie_status list_past(void *ctx, const struct xie_world_point *p)
{
	struct many *m = ctx;
	struct xie_live_target t;
	if (m->q->kinds != 0 && (m->q->kinds >> p->kind & 1) == 0)
		return XIE_OK;
	/* Its name is what is known today; where it was is the archive's. */
	if (xie_live_get(m->r->w->conf.live, &p->target, &t) != XIE_OK)
		t = (struct xie_live_target){ .key = p->target, .kind = p->kind };
	if (m->n++ >= m->q->max)
		return XIE_OK;
	t.has_fix = true;
	t.source = UINT32_MAX;
	t.fix = (struct xie_fix){ .t = p->t, .at = p->at, .sog_dmph = p->sog_dmph, .cog_cdeg = p->cog_cdeg };
	t.fix.has = (uint16_t)((p->has_sog ? XIE_FIX_SOG : 0) | (p->has_cog ? XIE_FIX_COG : 0));
	xie_wr_sep(web_out(m->r));
	web_position_write(m->r->w, web_out(m->r), &t);
	return XIE_OK;
}

void api_targets_list(struct web_req *r)
{
	static const char *const names[] = { "bbox", "at", "kind", "q", "limit", NULL };
	struct xie_live_query q = { .text = web_query_str(r, "q") };
	struct xie_world *world = r->w->conf.world;
	int64_t limit = 20000;
	xie_ms at = 0;
	if (!web_query_only(r, names) || !web_query_box(r, &q.box, &q.has_box) || !web_query_time(r, "at", &at) ||
	    !take_kinds(r, &q.kinds) || !web_query_int(r, "limit", 1, 100000, &limit))
		return;
	q.max = (size_t)limit;
	struct many m = { .r = r, .q = &q };
	uint64_t seq = xie_hub_seq(r->w->hub);
	xie_wr *w = web_out(r);
	size_t total;
	xie_wr_char(w, '{');
	web_kv_time(w, "at", at != 0 ? at : r->now);
	xie_wr_kv_i64(w, "seq", at != 0 ? 0 : (int64_t)seq);
	xie_wr_key(w, "items");
	xie_wr_char(w, '[');
	if (at == 0) {
		q.since = INT64_MIN + 1; /* has a fix */
		total = xie_live_each(r->w->conf.live, &q, list_live, &m);
	} else {
		struct xie_pt low = { -XIE_LON_MAX, -XIE_LAT_MAX }, high = { XIE_LON_MAX - 1, XIE_LAT_MAX };
		if (q.has_box) {
			low = (struct xie_pt){ q.box.west, q.box.south };
			high = (struct xie_pt){ q.box.east, q.box.north };
		}
		xie_status st =
		    world->targets_at == NULL ? XIE_OK : world->targets_at(world->self, low, high, at, list_past, &m);
		if (st != XIE_OK) {
			web_fail_status(r, st, "reading positions of the past");
			return;
		}
		total = m.n;
	}
	xie_wr_char(w, ']');
	xie_wr_kv_i64(w, "total", (int64_t)total);
	xie_wr_char(w, '}');
	web_ok(r, 200);
}

/* ---- one target ---- */

static const char *plate_color_name(uint8_t c)
{
	/* JT/T 697.7 */
	static const char *const names[] = { "", "blue", "yellow", "black", "white", "green" };
	return c == 9 ? "other" : c < sizeof names / sizeof names[0] ? names[c] : "";
}

static xie_status list_zone_ref(void *ctx, const struct xie_world_zone *z)
{
	xie_wr *w = ctx;
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", z->id);
	xie_wr_kv_str(w, "name", z->name);
	web_kv_text(w, "name_en", z->name_en);
	xie_wr_char(w, '}');
	return XIE_OK;
}

struct recent {
	struct web_req *r;
};

static xie_status list_recent(void *ctx, const struct xie_alert_row *a)
{
	struct recent *k = ctx;
	xie_wr_sep(web_out(k->r));
	web_alert_json(k->r->w, web_out(k->r), a, k->r->now);
	return XIE_OK;
}

/* "recent_alerts" and "alerts_year". */
static xie_status card_alerts(struct web_req *r, xie_wr *w, xie_str target)
{
	struct xie_scope who = web_scope(r);
	struct xie_store *s = r->w->conf.store;
	struct xie_alert_query q = { .target = target,
		                     .by_age = true,
		                     .withdrawn_too = true,
		                     .limit = 5,
		                     .from = r->now - (xie_ms)365 * 86400000 };
	struct recent k = { r };
	uint64_t total = 0;
	xie_wr_key(w, "recent_alerts");
	xie_wr_char(w, '[');
	xie_status st =
	    web_alerted_maybe(r->w, target) ? s->alert_list(s->self, &who, &q, list_recent, &k, &total, NULL) : XIE_OK;
	xie_wr_char(w, ']');
	xie_wr_kv_i64(w, "alerts_year", (int64_t)total);
	return st;
}

static void card_static(xie_wr *w, const struct xie_live_target *t)
{
	const char *sub = t->kind == XIE_KIND_VESSEL ? web_ship_sub(t->ship_type) : NULL;
	web_kv_text(w, "sub", xie_str_of(sub));
	web_kv_text(w, "callsign", xie_str_of(t->callsign));
	if (t->imo != 0) {
		char imo[16];
		(void)snprintf(imo, sizeof imo, "%" PRIu32, t->imo);
		xie_wr_kv_str(w, "imo", xie_str_of(imo));
	}
	web_kv_text(w, "plate", xie_str_of(t->plate));
	web_kv_text(w, "plate_color", xie_str_of(plate_color_name(t->plate_color)));
	web_kv_text(w, "destination", xie_str_of(t->destination));
	if (t->draught_mm != 0)
		xie_wr_kv_i64(w, "draught_mm", t->draught_mm);
	if (t->length_mm != 0)
		xie_wr_kv_i64(w, "len_mm", t->length_mm);
	if (t->beam_mm != 0)
		xie_wr_kv_i64(w, "beam_mm", t->beam_mm);
}

/* What the target itself says it is: each is a link with the time from which it said so. */
static void card_links(xie_wr *w, const struct xie_live_target *t)
{
	const struct {
		const char *what;
		const char *value;
	} links[] = { { "plate", t->plate }, { "callsign", t->callsign } };
	xie_wr_key(w, "links");
	xie_wr_char(w, '[');
	for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
		if (links[i].value[0] == '\0')
			continue;
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "what", xie_str_of(links[i].what));
		xie_wr_kv_str(w, "value", xie_str_of(links[i].value));
		web_kv_time(w, "since", t->static_t);
		xie_wr_kv_str(w, "reason", XIE_STR("said by the target"));
		xie_wr_char(w, '}');
	}
	xie_wr_char(w, ']');
}

void api_target_get(struct web_req *r)
{
	struct xie_world *world = r->w->conf.world;
	struct xie_live_target t;
	struct xie_key key;
	xie_wr *w = web_out(r);
	if (web_key_parse(r->param[0], &key) != XIE_OK || xie_live_get(r->w->conf.live, &key, &t) != XIE_OK) {
		web_fail(r, XIE_WEB_E_not_found, NULL, NULL);
		return;
	}
	if (r->on_event_thread && web_alerted_maybe(r->w, xie_key_text(&key))) {
		r->need_worker = true; /* the store must be asked */
		return;
	}
	/* A plate is personal data (PIPL 4): its reading is noted. */
	if (t.kind == XIE_KIND_VEHICLE && !web_audit_read(r, "target_read", r->param[0], NULL))
		return;
	xie_wr_text(w, "{\"key\":");
	web_key_write(w, t.kind, &key);
	xie_wr_kv_str(w, "kind",
	              xie_str_of(xie_target_kind_name(t.kind == XIE_KIND_AIRCRAFT ? XIE_KIND_VESSEL : t.kind)));
	web_kv_text(w, "name", xie_str_of(t.plate[0] != '\0' ? t.plate : t.name));
	if (t.has_fix) {
		xie_wr_key(w, "position");
		web_position_write(r->w, w, &t);
		web_kv_time(w, "first_seen", t.first);
	}
	card_static(w, &t);
	xie_wr_key(w, "sources");
	xie_wr_char(w, '[');
	if (t.has_fix && web_source_id(r->w, t.source)[0] != '\0')
		xie_wr_json_str(w, xie_str_of(web_source_id(r->w, t.source)));
	xie_wr_char(w, ']');
	xie_wr_key(w, "zones");
	xie_wr_char(w, '[');
	xie_status st =
	    world->zones_at != NULL && t.has_fix ? world->zones_at(world->self, t.fix.at, list_zone_ref, w) : XIE_OK;
	xie_wr_char(w, ']');
	card_links(w, &t);
	if (st == XIE_OK)
		st = card_alerts(r, w, xie_key_text(&key));
	xie_wr_char(w, '}');
	if (st != XIE_OK)
		web_fail_status(r, st, "reading a target's card");
	else
		web_ok(r, 200);
}

/* ---- tracks ---- */

/* Thinned on the way: when the room is full, every second point goes and from then on only every second is taken. */
struct thin {
	struct xie_world_point *p;
	size_t n, cap;
	uint64_t seen, stride;
	struct xie_world_point last;
	bool broken; /* a point left out began a new piece */
};

static xie_status thin_point(void *ctx, const struct xie_world_point *p)
{
	struct thin *t = ctx;
	t->last = *p;
	t->broken = t->broken || p->broken;
	if (t->seen++ % t->stride != 0)
		return XIE_OK;
	if (t->n == t->cap) {
		size_t out = 0;
		for (size_t i = 0; i < t->n; i += 2) {
			struct xie_world_point kept = t->p[i];
			kept.broken = kept.broken || (i != 0 && t->p[i - 1].broken);
			t->p[out++] = kept;
		}
		t->broken = t->broken || (t->n % 2 == 0 && t->p[t->n - 1].broken);
		t->n = out;
		t->stride *= 2;
		if ((t->seen - 1) % t->stride != 0)
			return XIE_OK;
	}
	t->p[t->n] = *p;
	t->p[t->n++].broken = t->broken;
	t->broken = false;
	return XIE_OK;
}

static void point_json(xie_wr *w, const struct xie_world_point *p)
{
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	web_kv_time(w, "at", p->t);
	web_kv_deg(w, "lat", p->at.lat);
	web_kv_deg(w, "lon", p->at.lon);
	if (p->has_sog)
		xie_wr_kv_i64(w, "speed_dmph", p->sog_dmph);
	if (p->has_cog)
		xie_wr_kv_i64(w, "course_cdeg", p->cog_cdeg);
	if (p->broken)
		xie_wr_kv_bool(w, "brk", true);
	xie_wr_char(w, '}');
}

void api_track(struct web_req *r)
{
	static const char *const names[] = { "from", "to", "max_points", NULL };
	struct xie_world *world = r->w->conf.world;
	struct xie_key key;
	xie_ms from = 0, to = r->now;
	int64_t max = 5000;
	if (!web_query_only(r, names) || !web_query_time(r, "from", &from) || !web_query_time(r, "to", &to) ||
	    !web_query_int(r, "max_points", 2, 20000, &max))
		return;
	if (from == 0)
		from = to - 3600000;
	if (web_key_parse(r->param[0], &key) != XIE_OK) {
		web_fail(r, XIE_WEB_E_not_found, NULL, NULL);
		return;
	}
	if (from > to || to - from > (xie_ms)366 * 86400000) {
		web_fail_field(
		    r, "from",
		    web_say(r, "时间段应在 366 天以内，且先后有序", "the span must be in order and within 366 days"),
		    NULL);
		return;
	}
	char note[128];
	(void)snprintf(note, sizeof note, "{\"from\":%" PRId64 ",\"to\":%" PRId64 "}", from, to);
	/* Where somebody went is personal data: who looked, and at what, is kept. */
	if (!web_audit_read(r, "track_read", r->param[0], note))
		return;
	struct thin t = { .cap = (size_t)max, .stride = 1 };
	t.p = xie_arena_new(&r->scratch->mem, struct xie_world_point, t.cap);
	xie_status st = t.p == NULL            ? XIE_LIMIT
	                : world->track == NULL ? XIE_OK
	                                       : world->track(world->self, &key, from, to, thin_point, &t);
	if (st != XIE_OK) {
		web_fail_status(r, st, "reading a track");
		return;
	}
	if (t.n == t.cap && t.p[t.n - 1].t != t.last.t)
		t.n--; /* the end of the track is always shown */
	xie_wr *w = web_out(r);
	xie_wr_text(w, "{\"key\":");
	xie_wr_json_str(w, r->param[0]);
	web_kv_time(w, "from", from);
	web_kv_time(w, "to", to);
	xie_wr_kv_i64(w, "total", (int64_t)t.seen);
	xie_wr_key(w, "points");
	xie_wr_char(w, '[');
	for (size_t i = 0; i < t.n; i++)
		point_json(w, &t.p[i]);
	if (t.n != 0 && t.p[t.n - 1].t != t.last.t)
		point_json(w, &t.last);
	xie_wr_text(w, "]}");
	web_ok(r, 200);
}

/* ---- packs ---- */

static void point_pair(xie_wr *w, struct xie_pt p)
{
	xie_wr_char(w, '[');
	xie_wr_ratio(w, p.lon, XIE_DEG, 7);
	xie_wr_char(w, ',');
	xie_wr_ratio(w, p.lat, XIE_DEG, 7);
	xie_wr_char(w, ']');
}

static void geometry(xie_wr *w, const struct xie_shape *s)
{
	if (s->n == 0) {
		xie_wr_text(w, "{\"type\":\"LineString\",\"coordinates\":[");
		point_pair(w, s->gate[0]);
		xie_wr_char(w, ',');
		point_pair(w, s->gate[1]);
		xie_wr_text(w, "]}");
		return;
	}
	xie_wr_text(w, "{\"type\":\"MultiPolygon\",\"coordinates\":[");
	for (uint32_t i = 0; i < s->n; i++) {
		xie_wr_sep(w);
		xie_wr_char(w, '[');
		for (uint32_t j = 0; j < s->parts[i].n; j++) {
			const struct xie_ring *ring = &s->parts[i].rings[j];
			xie_wr_sep(w);
			xie_wr_char(w, '[');
			for (uint32_t k = 0; k < ring->n; k++) {
				xie_wr_sep(w);
				point_pair(w, ring->pts[k]);
			}
			if (ring->n != 0) { /* RFC 7946: closed */
				xie_wr_char(w, ',');
				point_pair(w, ring->pts[0]);
			}
			xie_wr_char(w, ']');
		}
		xie_wr_char(w, ']');
	}
	xie_wr_text(w, "]}");
}

struct zones {
	xie_wr *w;
	struct xie_web_bbox box;
	bool has_box;
};

static bool box_meets(const struct xie_web_bbox *b, const struct xie_shape *s)
{
	int32_t w = INT32_MAX, e = INT32_MIN, so = INT32_MAX, n = INT32_MIN;
	struct xie_ring gate = { s->gate, 2 };
	struct xie_part whole = { &gate, 1 };
	const struct xie_part *parts = s->n != 0 ? s->parts : &whole;
	for (uint32_t i = 0; i < (s->n != 0 ? s->n : 1); i++)
		for (uint32_t k = 0; k < parts[i].rings[0].n; k++) {
			struct xie_pt p = parts[i].rings[0].pts[k];
			w = p.lon < w ? p.lon : w;
			e = p.lon > e ? p.lon : e;
			so = p.lat < so ? p.lat : so;
			n = p.lat > n ? p.lat : n;
		}
	if (n < b->south || so > b->north)
		return false;
	if ((int64_t)e - w > XIE_LON_MAX || b->west > b->east)
		return true; /* across the antimeridian, or asked so: shown rather than missed */
	return e >= b->west && w <= b->east;
}

static xie_status list_zone(void *ctx, const struct xie_world_zone *z)
{
	struct zones *k = ctx;
	xie_wr *w = k->w;
	if (k->has_box && !box_meets(&k->box, &z->shape))
		return XIE_OK;
	xie_wr_sep(w);
	xie_wr_text(w, "{\"type\":\"Feature\"");
	xie_wr_kv_str(w, "id", z->id);
	xie_wr_key(w, "geometry");
	geometry(w, &z->shape);
	xie_wr_key(w, "properties");
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", z->id);
	xie_wr_kv_str(w, "name", z->name.n != 0 ? z->name : z->id);
	web_kv_text(w, "name_en", z->name_en);
	xie_wr_kv_str(w, "layer", z->layer);
	xie_wr_kv_str(w, "pack", z->pack);
	if (z->limit_dmph != 0)
		xie_wr_kv_i64(w, "limit_dmph", z->limit_dmph);
	web_kv_text(w, "digest", z->digest);
	xie_wr_text(w, "}}");
	return XIE_OK;
}

void api_zones(struct web_req *r)
{
	static const char *const names[] = { "bbox", NULL };
	struct xie_world *world = r->w->conf.world;
	struct zones k = { .w = web_out(r) };
	if (!web_query_only(r, names) || !web_query_box(r, &k.box, &k.has_box))
		return;
	xie_wr_text(k.w, "{\"type\":\"FeatureCollection\",\"features\":[");
	xie_status st = world->zones != NULL ? world->zones(world->self, list_zone, &k) : XIE_OK;
	xie_wr_text(k.w, "]}");
	if (st != XIE_OK)
		web_fail_status(r, st, "listing zones");
	else
		web_ok(r, 200);
}

static xie_status list_rule(void *ctx, const struct xie_world_rule *k)
{
	struct web_req *r = ctx;
	xie_wr *w = web_out(r);
	struct web_rule_count c = web_rule_counts(r->w, k->id);
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", k->id);
	xie_wr_kv_str(w, "name", k->name.n != 0 ? k->name : k->id);
	web_kv_text(w, "name_en", k->name_en);
	xie_wr_kv_str(w, "mode", k->mode);
	xie_wr_kv_i64(w, "level", k->level);
	xie_wr_kv_str(w, "condition", k->condition);
	web_kv_text(w, "violation", k->violation);
	xie_wr_kv_str(w, "pack", k->pack);
	web_kv_text(w, "digest", k->digest);
	xie_wr_kv_i64(w, "alerts_90d", c.alerts);
	xie_wr_kv_i64(w, "verdicts_90d", c.found_true + c.found_false);
	xie_wr_kv_i64(w, "false_90d", c.found_false);
	xie_wr_char(w, '}');
	return XIE_OK;
}

void api_rules(struct web_req *r)
{
	struct xie_world *world = r->w->conf.world;
	xie_wr_text(web_out(r), "{\"items\":[");
	xie_status st = world->rules != NULL ? world->rules(world->self, list_rule, r) : XIE_OK;
	xie_wr_text(web_out(r), "]}");
	if (st != XIE_OK)
		web_fail_status(r, st, "listing rules");
	else
		web_ok(r, 200);
}

static xie_status list_pack(void *ctx, const struct xie_world_pack *p)
{
	xie_wr *w = ctx;
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", p->id);
	web_kv_text(w, "name", p->name);
	xie_wr_kv_str(w, "version", p->version);
	xie_wr_kv_str(w, "digest", p->digest);
	xie_wr_kv_i64(w, "rules", p->rules);
	xie_wr_kv_i64(w, "zones", p->zones);
	if (p->loaded != 0)
		web_kv_time(w, "loaded", p->loaded);
	xie_wr_char(w, '}');
	return XIE_OK;
}

void api_packs(struct web_req *r)
{
	struct xie_world *world = r->w->conf.world;
	xie_wr_text(web_out(r), "{\"items\":[");
	xie_status st = world->packs != NULL ? world->packs(world->self, list_pack, web_out(r)) : XIE_OK;
	xie_wr_text(web_out(r), "]}");
	if (st != XIE_OK)
		web_fail_status(r, st, "listing packs");
	else
		web_ok(r, 200);
}
