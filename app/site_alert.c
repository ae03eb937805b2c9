/* SPDX-License-Identifier: Apache-2.0 */
#include "site_alert.h"

#include "alert_json.h"

#include "xie/base/time.h"
#include "xie/base/val.h"

enum { SEEN_MAX = 4096, ROWS_MAX = 40, JSON_MAX = 24 << 10 };

struct seen {
	xie_ms t;
	struct xie_pt at;
	int32_t sog;
	bool has_sog;
	uint64_t frame;
};

struct gather {
	struct seen *s;
	size_t n, total;
	xie_ms from, to;
};

static bool gather_fix(void *self, const struct xie_fix *f, uint64_t frame)
{
	struct gather *g = self;
	if (f->t > g->to)
		return false;
	if (f->t < g->from)
		return true;
	g->total++;
	if (g->n == SEEN_MAX) { /* keep every second from here on: what is shown is a choice anyhow */
		for (size_t i = 0; i < SEEN_MAX / 2; i++)
			g->s[i] = g->s[2 * i];
		g->n = SEEN_MAX / 2;
	}
	g->s[g->n++] = (struct seen){ f->t, f->at, f->sog_dmph, (f->has & XIE_FIX_SOG) != 0, frame };
	return true;
}

static bool is_speed(enum xie_op op)
{
	return op == XIE_OP_SPEED || op == XIE_OP_STOPPED;
}

/* Which of the fixes are shown: the ends, the opening, the highest speed, and others evenly between. */
static size_t choose(const struct gather *g, const struct xie_alert *a, size_t pick[static ROWS_MAX], size_t *ret_open,
                     size_t *ret_peak)
{
	size_t open = 0, peak = 0, n = 0;
	for (size_t i = 0; i < g->n; i++) {
		if (g->s[i].t <= a->open)
			open = i;
		if (g->s[i].has_sog && (!g->s[peak].has_sog || g->s[i].sog > g->s[peak].sog))
			peak = i;
	}
	while (open + 1 < g->n && g->s[open].t < a->open)
		open++; /* the first fix at or after the opening is the one that opened it */
	*ret_open = open;
	*ret_peak = peak;
	size_t step = g->n > ROWS_MAX - 4 ? (g->n + ROWS_MAX - 5) / (ROWS_MAX - 4) : 1;
	for (size_t i = 0; i < g->n && n < ROWS_MAX; i++)
		if (i % step == 0 || i == open || i == peak || i == g->n - 1)
			pick[n++] = i;
	return n;
}

static void row_json(xie_wr *w, const struct gather *g, const struct xie_binding *b, enum xie_op op, size_t i,
                     size_t frame, const struct xie_alert *a, const char *mark)
{
	const struct seen *s = &g->s[i];
	xie_wr_sep(w);
	xie_wr_text(w, "{\"at\":\"");
	xie_wr_time(w, s->t);
	xie_wr_text(w, "\",\"values\":[");
	if (is_speed(op)) {
		int64_t margin = op == XIE_OP_SPEED ? s->sog - b->limit : b->limit - s->sog;
		xie_wr_i64(w, s->has_sog ? s->sog : 0);
		xie_wr_char(w, ',');
		xie_wr_i64(w, b->limit);
		xie_wr_char(w, ',');
		xie_wr_i64(w, s->has_sog ? margin : 0);
		xie_wr_char(w, ',');
	} else if (s->has_sog) {
		xie_wr_i64(w, s->sog);
		xie_wr_char(w, ',');
	} else {
		xie_wr_text(w, "0,");
	}
	xie_wr_i64(w, s->t > a->since ? s->t - a->since : 0);
	xie_wr_char(w, ']');
	if (mark != NULL)
		xie_wr_kv_str(w, "mark", xie_str_of(mark));
	xie_wr_kv_i64(w, "frame", (int64_t)frame);
	xie_wr_char(w, '}');
}

static void arithmetic(xie_wr *w, const struct gather *g, const struct xie_rule *r, const struct xie_binding *b,
                       const struct xie_alert *a)
{
	size_t pick[ROWS_MAX], open = 0, peak = 0;
	size_t n = g->n != 0 ? choose(g, a, pick, &open, &peak) : 0;
	xie_wr_key(w, "arithmetic");
	xie_wr_text(w, "{\"columns\":[{\"key\":\"at\",\"unit\":\"\"},{\"key\":\"speed\",\"unit\":\"dmph\"},");
	if (is_speed(r->op))
		xie_wr_text(w, "{\"key\":\"limit\",\"unit\":\"dmph\"},{\"key\":\"margin\",\"unit\":\"dmph\"},");
	xie_wr_text(w, "{\"key\":\"held\",\"unit\":\"ms\"}],\"rows\":[");
	for (size_t k = 0; k < n; k++) {
		size_t i = pick[k];
		const char *mark = i == 0 && g->s[i].t == a->since     ? "since"
		                   : i == open && g->s[i].t >= a->open ? "open"
		                   : a->has_peak && i == peak          ? "peak"
		                   : a->closed && i == g->n - 1        ? "close"
		                                                       : NULL;
		row_json(w, g, b, r->op, i, k, a, mark);
	}
	xie_wr_char(w, ']');
	if (r->for_ms > 0)
		xie_wr_kv_i64(w, "need_ms", r->for_ms);
	xie_wr_char(w, '}');
	xie_wr_key(w, "frames");
	xie_wr_char(w, '[');
	for (size_t k = 0; k < n; k++) {
		xie_wr_sep(w);
		xie_wr_u64(w, g->s[pick[k]].frame);
	}
	xie_wr_char(w, ']');
	xie_wr_kv_i64(w, "frames_total", (int64_t)g->total);
}

/* Where it opened: the fix of that moment, or what an earlier revision knew when it was still in memory. */
static void place(xie_arena *mem, xie_wr *w, const struct gather *g, const struct xie_alert *a, xie_str before)
{
	const struct xie_val *v = NULL;
	int64_t lon, lat;
	size_t open = 0;
	while (open + 1 < g->n && g->s[open].t < a->open)
		open++;
	if (g->n != 0 && g->s[open].t >= a->open - 60000 && g->s[open].t <= a->open + 60000) {
		xie_wr_kv_i64(w, "lat", g->s[open].at.lat);
		xie_wr_kv_i64(w, "lon", g->s[open].at.lon);
	} else if (before.n != 0 &&
	           xie_json_read(mem, before, (struct xie_val_limits){ .depth = 8 }, &v, NULL) == XIE_OK &&
	           xie_val_i64(xie_val_get(v, "lon"), &lon) == XIE_OK &&
	           xie_val_i64(xie_val_get(v, "lat"), &lat) == XIE_OK) {
		xie_wr_kv_i64(w, "lat", lat);
		xie_wr_kv_i64(w, "lon", lon);
	}
}

static void kv_hex(xie_wr *w, const char *key, const uint8_t *p, size_t n)
{
	xie_wr_key(w, key);
	xie_wr_char(w, '"');
	xie_wr_hex(w, p, n);
	xie_wr_char(w, '"');
}

void site_rule_text(const struct xie_rule *r, xie_wr *w)
{
	static const char *const fields[] = { "limit", "over", "distance", "min_distance", "min_speed", "direction",
		                              "clear", "for",  "gap",      "where",        "when",      "schedule" };
	bool first = true;
	xie_wr_text(w, xie_op_name(r->op));
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		const struct xie_val *v = xie_val_get(r->source, fields[i]);
		if (v == NULL)
			continue;
		xie_wr_text(w, first ? " " : ", ");
		first = false;
		if (i != 0) {
			xie_wr_text(w, fields[i]);
			xie_wr_char(w, ' ');
		}
		if (v->kind == XIE_VAL_STRING)
			xie_wr_str(w, v->s);
		else
			xie_val_write(v, w);
	}
}

static const struct xie_static *stat_of(const struct xie_shard *s, const struct xie_key *k)
{
	struct xie_target_view v;
	return s != NULL && k->scheme != XIE_SCHEME_NONE && xie_shard_find(s, k, &v) ? v.stat : NULL;
}

static xie_str name_of(const struct xie_static *s)
{
	return s == NULL ? XIE_STR("") : xie_str_of(s->plate[0] != '\0' ? s->plate : s->name);
}

static void kv_name(xie_wr *w, const char *key, xie_str name)
{
	if (name.n != 0)
		xie_wr_kv_str(w, key, name);
}

static xie_str keep(xie_arena *mem, xie_str s)
{
	char *p = xie_str_dup(mem, s);
	return p != NULL ? (xie_str){ p, s.n } : (xie_str){ "", 0 };
}

/* What a search finds. */
static xie_str search_text(xie_arena *mem, const struct xie_rules *rules, const struct xie_rule *r,
                           const struct xie_binding *b, const struct xie_alert *a, xie_str name, xie_str other)
{
	char buf[1024];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	const xie_str parts[] = { name,
		                  xie_key_text(&a->target),
		                  other,
		                  xie_key_text(&a->other),
		                  r->name_zh,
		                  r->name_en,
		                  b->zone != XIE_NO_ZONE ? rules->zones[b->zone].name_zh : XIE_STR(""),
		                  b->zone != XIE_NO_ZONE ? rules->zones[b->zone].name_en : XIE_STR("") };
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (parts[i].n == 0)
			continue;
		if (w.n != 0)
			xie_wr_char(&w, ' ');
		xie_wr_str(&w, parts[i]);
	}
	return keep(mem, xie_wr_view(&w));
}

static const char *kind_name(const struct site_alert_source *s, const struct xie_alert *a)
{
	struct xie_target_view v;
	if (a->target.scheme == XIE_SCHEME_PHONE)
		return "vehicle";
	/* The page has no aircraft: a search-and-rescue aircraft stands among the vessels. */
	if (!xie_shard_find(s->shard, &a->target, &v) || v.kind == XIE_KIND_AIRCRAFT)
		return "vessel";
	return xie_target_kind_name(v.kind);
}

/* The row's json: the line of `replay` without its end, then what the page needs. */
static xie_status row_text(xie_arena *mem, const struct site_alert_source *s, const struct xie_alert *a, xie_str before,
                           const struct gather *g, xie_str name, xie_str other, xie_str *ret_json)
{
	const struct xie_binding *b = &s->rules->bindings[a->binding];
	const struct xie_rule *r = &s->rules->rules[b->rule];
	char *buf = xie_arena_alloc(mem, JSON_MAX, 1);
	if (buf == NULL)
		return XIE_LIMIT;
	xie_wr w = xie_wr_of(buf, JSON_MAX);
	alert_json(s->rules, a, stat_of(s->shard, &a->target), true, &w);
	w.n = w.need = w.n - 2; /* "}\n" */
	kv_name(&w, "name", name);
	kv_name(&w, "other_name", other);
	if (is_speed(r->op))
		xie_wr_kv_i64(&w, "limit", b->limit);
	kv_hex(&w, "digest", b->digest, sizeof b->digest);
	kv_hex(&w, "rule_digest", r->digest, sizeof r->digest);
	if (b->zone != XIE_NO_ZONE)
		kv_hex(&w, "zone_digest", s->rules->zones[b->zone].digest, 32);
	xie_wr_kv_i64(&w, "known_at", s->now);
	char text[1024];
	xie_wr t = xie_wr_of(text, sizeof text);
	site_rule_text(r, &t);
	xie_wr_kv_str(&w, "condition", xie_wr_view(&t));
	arithmetic(&w, g, r, b, a);
	place(mem, &w, g, a, before);
	xie_wr_char(&w, '}');
	*ret_json = xie_wr_view(&w);
	return w.st;
}

xie_status site_alert_row(xie_arena *mem, const struct site_alert_source *s, const struct xie_alert *a, xie_str before,
                          struct xie_alert_row *ret_row)
{
	const struct xie_binding *b = &s->rules->bindings[a->binding];
	const struct xie_rule *r = &s->rules->rules[b->rule];
	const char *direction = xie_direction_name((enum xie_direction)a->direction);
	xie_str name = name_of(stat_of(s->shard, &a->target)), other = name_of(stat_of(s->other, &a->other));
	struct gather g = { .s = xie_arena_new(mem, struct seen, SEEN_MAX),
		            .from = a->since,
		            .to = a->closed ? a->close : INT64_MAX };
	char id[33];
	if (g.s == NULL)
		return XIE_LIMIT;
	xie_shard_track(s->shard, &a->target, gather_fix, &g);
	xie_wr w = xie_wr_of(id, sizeof id);
	xie_wr_hex(&w, a->id, sizeof a->id);
	*ret_row = (struct xie_alert_row){
		.id = keep(mem, xie_wr_view(&w)),
		.rev = a->rev,
		.rule = r->id,
		.mode = xie_str_of(xie_mode_name(r->mode)),
		.kind = xie_str_of(kind_name(s, a)),
		.target = keep(mem, xie_key_text(&a->target)),
		.other = keep(mem, xie_key_text(&a->other)),
		.zone = b->zone != XIE_NO_ZONE ? s->rules->zones[b->zone].id : XIE_STR(""),
		.direction = xie_str_of(direction != NULL ? direction : ""),
		.end = xie_str_of(xie_end_name((enum xie_end)a->end)),
		.violation = r->violation,
		.pack = r->pack,
		.level = r->level,
		.since = a->since,
		.open = a->open,
		.close = a->closed ? a->close : XIE_NO_TIME,
		.withdrawn = a->withdrawn,
		.org = s->org,
		.region = s->region,
		.position = s->position,
		.text = search_text(mem, s->rules, r, b, a, name, other),
	};
	return row_text(mem, s, a, before, &g, name, other, &ret_row->json);
}
