/* SPDX-License-Identifier: Apache-2.0 */
/* Looking across things: search, the lanes of the time slider, figures of a period. */
#include "api.h"

#include <stdio.h>
#include <strings.h>

#include "xie/base/time.h"

#include "alert.h"
#include "records.h"

/* ---- search ---- */

struct hits {
	struct web_req *r;
	xie_str q;
	size_t left;
};

static void hit(struct hits *h, const char *kind, xie_str id, xie_str title, xie_str sub, const struct xie_pt *at)
{
	xie_wr *w = web_out(h->r);
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "kind", xie_str_of(kind));
	xie_wr_kv_str(w, "id", id);
	xie_wr_kv_str(w, "title", title);
	web_kv_text(w, "sub", sub);
	if (at != NULL) {
		web_kv_deg(w, "lat", at->lat);
		web_kv_deg(w, "lon", at->lon);
	}
	xie_wr_char(w, '}');
	h->left--;
}

static void hit_target(void *self, const struct xie_live_target *t)
{
	struct hits *h = self;
	char buf[64];
	xie_wr id = xie_wr_of(buf, sizeof buf);
	const char *name = t->plate[0] != '\0' ? t->plate : t->name;
	web_key_write(&id, t->kind == XIE_KIND_AIRCRAFT ? XIE_KIND_VESSEL : t->kind, &t->key);
	xie_str key = { buf + 1, id.n - 2 }; /* without its quotes */
	hit(h, "target", key, name[0] != '\0' ? xie_str_of(name) : xie_key_text(&t->key), xie_key_text(&t->key),
	    t->has_fix ? &t->fix.at : NULL);
}

static bool contains_fold(xie_str hay, xie_str needle)
{
	for (size_t i = 0; i + needle.n <= hay.n; i++)
		if (strncasecmp(hay.p + i, needle.p, needle.n) == 0)
			return true;
	return false;
}

static xie_status hit_zone(void *ctx, const struct xie_world_zone *z)
{
	struct hits *h = ctx;
	if (h->left == 0 ||
	    !(contains_fold(z->name, h->q) || contains_fold(z->name_en, h->q) || contains_fold(z->id, h->q)))
		return XIE_OK;
	const struct xie_pt *at = z->shape.n != 0 ? &z->shape.parts[0].rings[0].pts[0] : &z->shape.gate[0];
	hit(h, "zone", z->id, z->name.n != 0 ? z->name : z->id, z->layer, at);
	return XIE_OK;
}

static xie_status hit_alert(void *ctx, const struct xie_alert_row *a)
{
	struct hits *h = ctx;
	if (h->left != 0)
		hit(h, "alert", a->id, a->rule, a->target, NULL);
	return XIE_OK;
}

static xie_status hit_case(void *ctx, const struct xie_subject *s)
{
	struct hits *h = ctx;
	if (h->left != 0)
		hit(h, "case", s->no, s->title, s->stage, NULL);
	return XIE_OK;
}

void api_search(struct web_req *r)
{
	static const char *const names[] = { "q", "limit", NULL };
	struct xie_world *world = r->w->conf.world;
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	struct hits h = { .r = r, .q = xie_str_trim(web_query_str(r, "q")) };
	int64_t limit = 20;
	if (!web_query_only(r, names) || !web_query_int(r, "limit", 1, 50, &limit))
		return;
	if (h.q.n == 0 || h.q.n > 320) {
		web_fail_field(r, "q", web_say(r, "应为 1 至 80 个字", "must have 1 to 80 characters"), NULL);
		return;
	}
	h.left = (size_t)limit;
	xie_wr_text(web_out(r), "{\"items\":[");
	struct xie_live_query lq = { .text = h.q, .max = h.left };
	(void)xie_live_each(r->w->conf.live, &lq, hit_target, &h);
	xie_status st = world->zones != NULL && h.left != 0 ? world->zones(world->self, hit_zone, &h) : XIE_OK;
	struct xie_alert_query aq = { .text = h.q, .by_age = true, .withdrawn_too = true, .limit = (unsigned)limit };
	if (st == XIE_OK && h.left != 0)
		st = s->alert_list(s->self, &who, &aq, hit_alert, &h, NULL, NULL);
	struct xie_subject_query cq = {
		.kind = XIE_STR("case"), .text = h.q, .by_age = true, .limit = (unsigned)limit
	};
	if (st == XIE_OK && h.left != 0 &&
	    !web_has_role(r, XIE_ROLE_BIT(SYSADMIN) | XIE_ROLE_BIT(SECADMIN) | XIE_ROLE_BIT(AUDITOR)))
		st = s->subject_list(s->self, &who, &cq, hit_case, &h, NULL, NULL);
	xie_wr_text(web_out(r), "]}");
	if (st != XIE_OK)
		web_fail_status(r, st, "searching");
	else
		web_ok(r, 200);
}

/* ---- the time slider ---- */

static bool take_span(struct web_req *r, xie_ms *ret_from, xie_ms *ret_to, bool needed, xie_ms max)
{
	*ret_from = *ret_to = 0;
	if (!web_query_time(r, "from", ret_from) || !web_query_time(r, "to", ret_to))
		return false;
	if (needed && (xie_web_query(&r->target, "from").p == NULL || xie_web_query(&r->target, "to").p == NULL)) {
		web_fail_field(r, xie_web_query(&r->target, "from").p == NULL ? "from" : "to",
		               web_say(r, "缺少此项", "is missing"), NULL);
		return false;
	}
	if (*ret_to == 0)
		*ret_to = r->now;
	if (*ret_from == 0)
		*ret_from = *ret_to - 86400000;
	if (*ret_from > *ret_to || *ret_to - *ret_from > max) {
		web_fail_field(r, "from", web_say(r, "时间段先后颠倒或太长", "the span is reversed or too long"), NULL);
		return false;
	}
	return true;
}

struct lanes {
	struct web_req *r;
	xie_wr acts;
	unsigned n;
	char last[65];
};

static xie_status lane_alert(void *ctx, const struct xie_alert_row *a)
{
	struct lanes *l = ctx;
	struct xie_handling h;
	char name[256];
	xie_wr *w = web_out(l->r);
	size_t n = a->id.n < sizeof l->last ? a->id.n : 0;
	memcpy(l->last, a->id.p, n);
	l->last[n] = '\0';
	l->n++;
	web_handling_of(&l->r->scratch->mem, a, &h);
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", a->id);
	xie_wr_kv_i64(w, "level", a->level);
	xie_wr_kv_str(w, "state",
	              xie_str_of(xie_handling_code(xie_handling_now(&h, a->close != XIE_NO_TIME, l->r->now))));
	web_kv_time(w, "open", a->open);
	xie_wr_kv_str(w, "title", a->rule);
	xie_wr_char(w, '}');
	if (h.by[0] == '\0' || h.acted == XIE_NO_TIME)
		return XIE_OK;
	web_user_name(l->r->w, xie_str_of(h.by), name, sizeof name);
	xie_wr_sep(&l->acts);
	xie_wr_char(&l->acts, '{');
	web_kv_time(&l->acts, "at", h.acted);
	xie_wr_kv_str(&l->acts, "act", xie_str_of(xie_handling_code(h.state)));
	xie_wr_kv_str(&l->acts, "by", xie_str_of(name));
	xie_wr_kv_str(&l->acts, "alert", a->id);
	xie_wr_char(&l->acts, '}');
	return XIE_OK;
}

static xie_status lane_gap(void *ctx, const struct xie_source_span *s)
{
	struct web_req *r = ctx;
	xie_wr *w = web_out(r);
	const char *id = web_source_id(r->w, s->source);
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "source", id[0] != '\0' ? xie_str_of(id) : s->name);
	web_kv_text(w, "name", s->name);
	web_kv_time(w, "from", s->from);
	if (s->to != XIE_NO_TIME)
		web_kv_time(w, "to", s->to);
	xie_wr_char(w, '}');
	return XIE_OK;
}

void api_timeline(struct web_req *r)
{
	enum { ACTS_MAX = 2 << 20, PAGE = 500, PAGES = 20 };
	static const char *const names[] = { "from", "to", NULL };
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	struct lanes l = { .r = r };
	xie_ms from, to;
	if (!web_query_only(r, names) || !take_span(r, &from, &to, true, (xie_ms)31 * 86400000))
		return;
	void *buf = xie_arena_alloc(&r->scratch->mem, ACTS_MAX, 1);
	l.acts = xie_wr_of(buf, buf != NULL ? ACTS_MAX : 0);
	xie_wr_char(&l.acts, '[');
	xie_wr *w = web_out(r);
	xie_wr_char(w, '{');
	web_kv_time(w, "from", from);
	web_kv_time(w, "to", to);
	xie_wr_key(w, "alerts");
	xie_wr_char(w, '[');
	xie_status st = XIE_OK;
	/* The slider is some 1,500 pixels wide: 10,000 marks are more than it can show. */
	for (unsigned page = 0; page < PAGES && st == XIE_OK; page++) {
		struct xie_alert_query q = {
			.from = from, .to = to + 1, .by_age = true, .limit = PAGE, .after = xie_str_of(l.last)
		};
		l.n = 0;
		st = s->alert_list(s->self, &who, &q, lane_alert, &l, NULL, NULL);
		if (l.n < PAGE)
			break;
	}
	xie_wr_text(w, "],\"acts\":");
	xie_wr_str(w, xie_wr_view(&l.acts));
	xie_wr_text(w, "],\"gaps\":[");
	if (st == XIE_OK)
		st = s->source_spans(s->self, from, to, lane_gap, r);
	xie_wr_text(w, "]}");
	if (st != XIE_OK)
		web_fail_status(r, st, "reading the time line");
	else
		web_ok(r, 200);
}

/* ---- figures ---- */

enum { STAT_RULES = 512, STAT_DAYS = 93, LEVELS = 4 };

struct stat_rule {
	char id[96];
	int64_t n, found_true, found_false;
};

struct stats {
	struct web_req *r;
	int64_t by[LEVELS + 1][XIE_HANDLING__COUNT];
	int64_t day[STAT_DAYS][LEVELS + 1];
	int64_t first_day;
	xie_ms offset;
	struct stat_rule *rule;
	size_t n_rules;
	unsigned n;
	char last[65];
	int64_t total, moving, silent;
};

static xie_status count_alert(void *ctx, const struct xie_alert_row *a)
{
	struct stats *s = ctx;
	struct xie_handling h;
	size_t n = a->id.n < sizeof s->last ? a->id.n : 0, i = 0;
	memcpy(s->last, a->id.p, n);
	s->last[n] = '\0';
	s->n++;
	if (a->level < 1 || a->level > LEVELS || a->rule.n >= sizeof s->rule[0].id)
		return XIE_OK;
	web_handling_of(&s->r->scratch->mem, a, &h);
	enum xie_handling_state state = xie_handling_now(&h, a->close != XIE_NO_TIME, s->r->now);
	s->by[a->level][state]++;
	int64_t day = xie_floor_div(a->open + s->offset, 86400000) - s->first_day;
	if (day >= 0 && day < STAT_DAYS)
		s->day[day][a->level]++;
	while (i < s->n_rules && !xie_str_is(a->rule, s->rule[i].id))
		i++;
	if (i == STAT_RULES)
		return XIE_OK;
	if (i == s->n_rules) {
		memcpy(s->rule[i].id, a->rule.p, a->rule.n);
		s->n_rules++;
	}
	s->rule[i].n++;
	s->rule[i].found_true += state == XIE_HANDLING_VERIFIED || state == XIE_HANDLING_LEAD;
	s->rule[i].found_false += state == XIE_HANDLING_DISMISSED;
	return XIE_OK;
}

static void count_target(void *self, const struct xie_live_target *t)
{
	struct stats *s = self;
	if (t->kind != XIE_KIND_VESSEL && t->kind != XIE_KIND_VEHICLE)
		return;
	s->total++;
	bool fresh = s->r->now - t->fix.t < 10 * 60000;
	s->moving += fresh && (t->fix.has & XIE_FIX_SOG) != 0 && t->fix.sog_dmph >= 5 * XIE_DMPH_PER_DKN;
	s->silent += !fresh;
}

static xie_status name_rule(void *ctx, const struct xie_world_rule *k)
{
	xie_wr *w = ctx;
	xie_wr_kv_str(w, "name", k->name.n != 0 ? k->name : k->id);
	web_kv_text(w, "name_en", k->name_en);
	return XIE_OK;
}

static void stats_json(struct stats *s, xie_ms from, xie_ms to)
{
	struct xie_world *world = s->r->w->conf.world;
	xie_wr *w = web_out(s->r);
	xie_wr_char(w, '{');
	web_kv_time(w, "from", from);
	web_kv_time(w, "to", to);
	xie_wr_key(w, "targets");
	xie_wr_char(w, '{');
	xie_wr_kv_i64(w, "total", s->total);
	xie_wr_kv_i64(w, "moving", s->moving);
	xie_wr_kv_i64(w, "silent", s->silent);
	xie_wr_text(w, "},\"alerts\":[");
	for (int level = 1; level <= LEVELS; level++)
		for (unsigned k = 0; k < XIE_HANDLING__COUNT; k++) {
			if (s->by[level][k] == 0)
				continue;
			xie_wr_sep(w);
			xie_wr_char(w, '{');
			xie_wr_kv_i64(w, "level", level);
			xie_wr_kv_str(w, "state", xie_str_of(xie_handling_code((enum xie_handling_state)k)));
			xie_wr_kv_i64(w, "count", s->by[level][k]);
			xie_wr_char(w, '}');
		}
	xie_wr_text(w, "],\"rules\":[");
	for (size_t i = 0; i < s->n_rules; i++) {
		const struct stat_rule *k = &s->rule[i];
		size_t before;
		xie_wr_sep(w);
		xie_wr_text(w, "{\"rule\":{");
		xie_wr_kv_str(w, "id", xie_str_of(k->id));
		before = w->n;
		if (world->rule != NULL)
			(void)world->rule(world->self, xie_str_of(k->id), name_rule, w);
		if (w->n == before)
			xie_wr_kv_str(w, "name", xie_str_of(k->id));
		xie_wr_char(w, '}');
		xie_wr_kv_i64(w, "count", k->n);
		xie_wr_kv_i64(w, "true", k->found_true);
		xie_wr_kv_i64(w, "false", k->found_false);
		xie_wr_char(w, '}');
	}
	xie_wr_text(w, "],\"days\":[");
	for (int64_t d = 0; d < STAT_DAYS; d++)
		for (int level = 1; level <= LEVELS; level++) {
			if (s->day[d][level] == 0)
				continue;
			xie_wr_sep(w);
			xie_wr_text(w, "{\"day\":\"");
			xie_wr_date(w, s->first_day + d);
			xie_wr_char(w, '"');
			xie_wr_kv_i64(w, "level", level);
			xie_wr_kv_i64(w, "count", s->day[d][level]);
			xie_wr_char(w, '}');
		}
	xie_wr_text(w, "]}");
}

void api_stats(struct web_req *r)
{
	enum { PAGE = 500, PAGES = 1000 };
	static const char *const names[] = { "from", "to", NULL };
	struct xie_store *st = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	struct stats *s = xie_arena_new(&r->scratch->mem, struct stats, 1);
	struct stat_rule *rules = xie_arena_new(&r->scratch->mem, struct stat_rule, STAT_RULES);
	xie_ms from, to;
	if (!web_query_only(r, names) || !take_span(r, &from, &to, false, (xie_ms)92 * 86400000))
		return;
	if (s == NULL || rules == NULL) {
		web_fail_status(r, XIE_LIMIT, "counting");
		return;
	}
	s->r = r;
	s->rule = rules;
	(void)!xie_offset_parse(xie_str_of(r->w->conf.utc_offset), &s->offset);
	s->first_day = xie_floor_div(from + s->offset, 86400000);
	xie_status rc = XIE_OK;
	for (unsigned page = 0; page < PAGES && rc == XIE_OK; page++) {
		struct xie_alert_query q = {
			.from = from, .to = to + 1, .by_age = true, .limit = PAGE, .after = xie_str_of(s->last)
		};
		s->n = 0;
		rc = st->alert_list(st->self, &who, &q, count_alert, s, NULL, NULL);
		if (s->n < PAGE)
			break;
	}
	if (rc != XIE_OK) {
		web_fail_status(r, rc, "counting alerts");
		return;
	}
	struct xie_live_query lq = { .since = INT64_MIN + 1, .max = SIZE_MAX };
	(void)xie_live_each(r->w->conf.live, &lq, count_target, s);
	stats_json(s, from, to);
	web_ok(r, 200);
}
