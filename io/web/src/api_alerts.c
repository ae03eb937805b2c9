/* SPDX-License-Identifier: Apache-2.0 */
/* The queue, one alert in full, and what people do about it. */
#include "api.h"

#include <inttypes.h>
#include <stdio.h>

#include "alert.h"
#include "case_open.h"
#include "records.h"

/* ---- the queue ---- */

struct page {
	struct web_req *r;
	unsigned limit, n;
	char last[65];
};

static xie_status list_alert(void *ctx, const struct xie_alert_row *a)
{
	struct page *p = ctx;
	if (p->n++ >= p->limit)
		return XIE_OK; /* one more than asked for: there is a next page */
	size_t n = a->id.n < sizeof p->last ? a->id.n : 0;
	memcpy(p->last, a->id.p, n);
	p->last[n] = '\0';
	xie_wr_sep(web_out(p->r));
	web_alert_json(p->r->w, web_out(p->r), a, p->r->now);
	return XIE_OK;
}

static bool each_state_known(struct web_req *r, xie_str states)
{
	enum xie_handling_state s;
	xie_str rest = states, one;
	while (rest.p != NULL && xie_str_split(&rest, ',', &one))
		if (xie_handling_parse(one, &s) != XIE_OK) {
			web_fail_field(r, "state", web_say(r, "没有这个处置状态", "there is no such state"), NULL);
			return false;
		}
	return true;
}

static bool levels_ok(struct web_req *r, xie_str levels)
{
	xie_str rest = levels.n != 0 ? levels : (xie_str){ NULL, 0 }, one;
	while (xie_str_split(&rest, ',', &one))
		if (one.n != 1 || one.p[0] < '1' || one.p[0] > '4') {
			web_fail_field(r, "level", web_say(r, "级别为 1 至 4", "levels are 1 to 4"), NULL);
			return false;
		}
	return true;
}

static bool read_query(struct web_req *r, struct xie_alert_query *q)
{
	static const char *const names[] = { "level", "state", "mode", "kind", "rule",   "zone",  "target",
		                             "mine",  "q",     "from", "to",   "cursor", "limit", NULL };
	int64_t limit = 50;
	bool mine = false;
	struct xie_key key;
	*q = (struct xie_alert_query){
		.states = web_query_str(r, "state"),
		.levels = web_query_str(r, "level"),
		.mode = web_query_str(r, "mode"),
		.kind = web_query_str(r, "kind"),
		.rule = web_query_str(r, "rule"),
		.zone = web_query_str(r, "zone"),
		.target = web_query_str(r, "target"),
		.text = web_query_str(r, "q"),
		.after = web_query_str(r, "cursor"),
	};
	if (!web_query_only(r, names) || !levels_ok(r, q->levels) || !web_query_bool(r, "mine", &mine) ||
	    !web_query_time(r, "from", &q->from) || !web_query_time(r, "to", &q->to) ||
	    !web_query_int(r, "limit", 1, 500, &limit))
		return false;
	if (q->states.n == 0)
		q->states = XIE_STR("new,acknowledged");
	if (!each_state_known(r, q->states))
		return false;
	/* A target is named as everywhere on the page; the record has its bare number. */
	if (q->target.n != 0 && web_key_parse(q->target, &key) == XIE_OK)
		q->target = web_keep(&r->scratch->mem, xie_key_text(&key));
	if (mine)
		q->handler = xie_str_of(r->who.user);
	q->withdrawn_too = q->text.n != 0 || q->target.n != 0; /* what somebody looks for is found, also if withdrawn */
	q->limit = (unsigned)limit;
	return true;
}

void api_alerts_list(struct web_req *r)
{
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	struct xie_alert_query q;
	uint64_t total = 0, seq = xie_hub_seq(r->w->hub);
	if (!read_query(r, &q))
		return;
	struct page p = { .r = r, .limit = q.limit };
	xie_wr *w = web_out(r);
	bool at_most = q.limit == 500;
	q.limit += at_most ? 0 : 1;
	xie_wr_text(w, "{\"items\":[");
	xie_status st = s->alert_list(s->self, &who, &q, list_alert, &p, &total, NULL);
	if (st != XIE_OK) {
		web_fail_status(r, st, "listing alerts");
		return;
	}
	xie_wr_char(w, ']');
	xie_wr_kv_i64(w, "total", (int64_t)total);
	xie_wr_kv_i64(w, "seq", (int64_t)seq);
	if (p.n > p.limit || (at_most && p.n == p.limit))
		xie_wr_kv_str(w, "next", xie_str_of(p.last));
	xie_wr_char(w, '}');
	web_ok(r, 200);
}

/* ---- one alert ---- */

struct take_alert {
	xie_arena *mem;
	struct xie_alert_row *a;
};

static xie_status take_alert(void *ctx, const struct xie_alert_row *a)
{
	struct take_alert *t = ctx;
	return web_alert_keep(t->mem, a, t->a);
}

static bool get_alert(struct web_req *r, struct xie_alert_row *ret_a)
{
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	struct take_alert t = { &r->scratch->mem, ret_a };
	xie_status st = s->alert_get(s->self, &who, r->param[0], take_alert, &t);
	if (st != XIE_OK)
		web_fail_status(r, st, "reading an alert");
	return st == XIE_OK;
}

static xie_status rule_text(void *ctx, const struct xie_world_rule *k)
{
	xie_wr *w = ctx;
	web_kv_text(w, "condition", k->condition);
	web_kv_text(w, "rule_digest", k->digest);
	xie_wr_key(w, "basis");
	xie_wr_char(w, '[');
	xie_str rest = k->basis.n != 0 ? k->basis : (xie_str){ NULL, 0 }, line;
	while (xie_str_split(&rest, '\n', &line)) {
		xie_wr_sep(w);
		xie_wr_json_str(w, line);
	}
	xie_wr_char(w, ']');
	return XIE_OK;
}

static void kv_arithmetic(xie_wr *w, const struct xie_val *v)
{
	const struct xie_val *a = xie_val_get(v, "arithmetic");
	xie_wr_key(w, "arithmetic");
	if (a != NULL)
		xie_val_write(a, w);
	else
		xie_wr_text(w, "{\"columns\":[],\"rows\":[]}");
}

static xie_status list_frame(void *ctx, const struct xie_world_frame *f)
{
	web_frame_json(ctx, f);
	return XIE_OK;
}

static xie_status kv_frames(struct web_req *r, xie_wr *w, const struct xie_val *v)
{
	enum { MAX = 200 };
	struct xie_world *world = r->w->conf.world;
	uint64_t pos[MAX];
	size_t n = 0;
	int64_t i;
	const struct xie_val *frames = xie_val_get(v, "frames");
	XIE_VAL_EACH(f, frames)
	{
		if (n < MAX && xie_val_i64(f, &i) == XIE_OK && i > 0)
			pos[n++] = (uint64_t)i;
	}
	xie_wr_key(w, "frames");
	xie_wr_char(w, '[');
	xie_status st = n != 0 && world->frames != NULL ? world->frames(world->self, pos, n, list_frame, w) : XIE_OK;
	xie_wr_char(w, ']');
	xie_wr_kv_i64(w, "frames_total", xie_val_get_i64(v, "frames_total", frames != NULL ? frames->count : 0));
	return st;
}

static void act_json(struct web_req *r, xie_wr *w, xie_ms at, xie_str act, xie_str by, const struct xie_val *data)
{
	char name[256];
	bool system = by.n == 0;
	web_user_name(r->w, by, name, sizeof name);
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	web_kv_time(w, "at", at);
	xie_wr_kv_str(w, "act", act);
	xie_wr_key(w, "by");
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", by);
	xie_wr_kv_str(w, "name", system ? XIE_STR("Xiezhi") : xie_str_of(name));
	xie_wr_char(w, '}');
	const struct xie_val *verdict = xie_val_get(data, "verdict");
	if (verdict != NULL)
		xie_wr_kv_bool(w, "verdict", xie_val_true(verdict));
	web_kv_text(w, "reason", xie_val_get_str(data, "reason"));
	web_kv_text(w, "text", xie_val_get_str(data, "text"));
	xie_wr_char(w, '}');
}

struct acts {
	struct web_req *r;
	uint64_t n;
};

static xie_status list_act(void *ctx, const struct xie_event *e)
{
	struct acts *k = ctx;
	struct web_req *r = k->r;
	size_t mark = xie_arena_mark(&r->scratch->mem);
	const struct xie_val *data = NULL;
	if (xie_json_read(&r->scratch->mem, e->data, (struct xie_val_limits){ .depth = 8 }, &data, NULL) != XIE_OK)
		data = NULL;
	/* The end of a snooze is the clock's doing, and shows by the state. */
	if (!xie_str_is(e->event, "snooze_over"))
		act_json(r, web_out(r), e->at, e->event, e->user, data);
	xie_arena_rewind(&r->scratch->mem, mark);
	return XIE_OK;
}

static xie_status kv_acts(struct web_req *r, xie_wr *w, const struct xie_alert_row *a)
{
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	struct acts k = { r, 0 };
	xie_wr_key(w, "acts");
	xie_wr_char(w, '[');
	act_json(r, w, a->open, XIE_STR("open"), XIE_STR(""), NULL);
	xie_status st = s->event_list(s->self, &who, XIE_STR("alert"), a->id, list_act, &k);
	xie_wr_char(w, ']');
	return st == XIE_MISSING ? XIE_OK : st;
}

static void unmet_json(xie_wr *w, const char *code, struct web_unmet_text t)
{
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "code", xie_str_of(code));
	xie_wr_kv_str(w, "kind", xie_str_of(t.kind));
	xie_wr_kv_str(w, "what", xie_str_of(t.zh));
	xie_wr_kv_str(w, "what_en", xie_str_of(t.en));
	xie_wr_key(w, "basis");
	xie_wr_text(w, "[]}");
}

#define ACT_ROLES (XIE_ROLE_BIT(DUTY) | XIE_ROLE_BIT(OFFICER) | XIE_ROLE_BIT(UNIT_HEAD))

static void kv_next(struct web_req *r, xie_wr *w, const struct xie_alert_row *a, const struct xie_handling *h)
{
	struct xie_act_facts facts = web_facts_of(a);
	xie_wr_key(w, "next");
	xie_wr_char(w, '[');
	for (unsigned act = 0; act < XIE_ACT__COUNT; act++) {
		/* What the form will ask for is taken as given: what remains is what nobody can type. */
		struct xie_act_request q = { .act = (enum xie_act)act,
			                     .has_verdict = true,
			                     .verdict = !a->withdrawn,
			                     .reason = XIE_STR("x"),
			                     .text = XIE_STR("x"),
			                     .by = xie_str_of(r->who.user),
			                     .snooze_min = 15 };
		struct xie_handling next;
		enum xie_unmet u = xie_handling_step(h, &q, &facts, r->now, &next);
		bool may = web_has_role(r, ACT_ROLES);
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "act", xie_str_of(xie_act_code((enum xie_act)act)));
		xie_wr_kv_bool(w, "ok", may && u == XIE_UNMET_NONE);
		xie_wr_key(w, "unmet");
		xie_wr_char(w, '[');
		if (!may)
			unmet_json(w, "role:duty",
			           (struct web_unmet_text){ "person", "由值班员、执法人员或办案机构负责人处置",
			                                    "for a duty officer, an officer or the head of the unit" });
		if (u != XIE_UNMET_NONE) {
			xie_wr_sep(w);
			unmet_json(w, xie_unmet_code(u), web_unmet_text(u));
		}
		xie_wr_text(w, "]}");
	}
	xie_wr_char(w, ']');
}

void api_alert_get(struct web_req *r)
{
	struct xie_world *world = r->w->conf.world;
	struct xie_alert_row a;
	struct xie_handling h;
	const struct xie_val *v = NULL;
	xie_wr *w = web_out(r);
	if (!get_alert(r, &a))
		return;
	if (xie_json_read(&r->scratch->mem, a.json, (struct xie_val_limits){ .depth = 8 }, &v, NULL) != XIE_OK)
		v = NULL;
	web_handling_of(&r->scratch->mem, &a, &h);
	xie_wr_text(w, "{\"alert\":");
	web_alert_json(r->w, w, &a, r->now);
	size_t before = w->n;
	if (world->rule != NULL)
		(void)world->rule(world->self, a.rule, rule_text, w);
	if (w->n == before) /* the rule is no longer in force: what was kept with the alert must do */
		xie_wr_kv_str(w, "condition", xie_val_get_str(v, "condition"));
	web_kv_text(w, "zone_digest", xie_val_get_str(v, "zone_digest"));
	kv_arithmetic(w, v);
	xie_status st = kv_frames(r, w, v);
	if (st == XIE_OK)
		st = kv_acts(r, w, &a);
	kv_next(r, w, &a, &h);
	xie_wr_char(w, '}');
	if (st != XIE_OK)
		web_fail_status(r, st, "reading an alert");
	else
		web_ok(r, 200);
}

/* ---- acts ---- */

static bool read_act(struct web_req *r, struct xie_act_request *q, int64_t *ret_version)
{
	static const char *const keys[] = { "act", "version", "verdict", "reason", "snooze_min", "text", NULL };
	const struct xie_val *o = web_body(r);
	xie_str act;
	int64_t minutes = 0;
	*q = (struct xie_act_request){ .by = xie_str_of(r->who.user), .reason = { "", 0 }, .text = { "", 0 } };
	if (o == NULL || !web_only(r, o, keys) || !web_take_str(r, o, "act", 1, 20, true, &act) ||
	    !web_take_int(r, o, "version", 0, INT64_MAX, true, ret_version) ||
	    !web_take_bool(r, o, "verdict", false, &q->has_verdict, &q->verdict) ||
	    !web_take_str(r, o, "reason", 0, 400, false, &q->reason) ||
	    !web_take_str(r, o, "text", 0, 2000, false, &q->text) ||
	    !web_take_int(r, o, "snooze_min", 15, 60, false, &minutes))
		return false;
	if (xie_act_parse(act, &q->act) != XIE_OK) {
		web_fail_field(r, "act", web_say(r, "没有这个操作", "there is no such act"), NULL);
		return false;
	}
	if (minutes != 0 && minutes != 15 && minutes != 60) {
		web_fail_field(r, "snooze_min", web_say(r, "15 或 60", "15 or 60"), NULL);
		return false;
	}
	q->snooze_min = (uint32_t)minutes;
	return true;
}

static void fail_conflict(struct web_req *r, const struct xie_alert_row *a)
{
	web_fail(r, XIE_WEB_E_conflict, NULL, NULL);
	xie_wr *w = web_out(r);
	w->n = w->need = w->n - 1; /* before the closing brace */
	xie_wr_key(w, "current");
	web_alert_json(r->w, w, a, r->now);
	xie_wr_char(w, '}');
}

static void event_data(xie_wr *w, const struct xie_act_request *q, const struct xie_handling *next)
{
	xie_wr_char(w, '{');
	if (q->act == XIE_ACT_VERIFY)
		xie_wr_kv_bool(w, "verdict", q->verdict);
	web_kv_text(w, "reason", q->reason);
	web_kv_text(w, "text", q->text);
	if (q->act == XIE_ACT_SNOOZE && next->snooze_to != XIE_NO_TIME)
		xie_wr_kv_i64(w, "snooze_to", next->snooze_to);
	xie_wr_kv_str(w, "state", xie_str_of(xie_handling_code(next->state)));
	xie_wr_char(w, '}');
}

/* A lead is a case in its first state: both are written, or neither. */
static void make_case(struct web_req *r, const struct xie_alert_row *a)
{
	struct web_new_case n = { .mem = &r->scratch->mem, .proc = XIE_STR("ORDINARY"), .title = XIE_STR(""), .item = XIE_STR(""),
		                  .party_name = XIE_STR(""), .place = XIE_STR(""), .source = XIE_STR(""),
		                  .act_start = XIE_NO_TIME, .act_end = XIE_NO_TIME };
	struct web_case_draft *d = xie_arena_new(&r->scratch->mem, struct web_case_draft, 1);
	struct xie_alert_row after;
	struct xie_subject_change c[2];
	struct xie_event e;
	struct web_case k;
	web_new_case_of_alert(r, a, &n);
	xie_status st = d != NULL ? web_case_open(r, &n, &k, d) : XIE_LIMIT;
	if (st == XIE_OK)
		st = web_alert_to_lead(r, a, &k, false, &e, &c[1], &after);
	if (st != XIE_OK) {
		web_fail_status(r, st, "opening the case of a lead");
		return;
	}
	c[0] = d->change;
	web_alert_json(r->w, web_out(r), &after, r->now);
	(void)web_commit(r, c, 2, "act", a->id, 200);
}

void api_alert_act(struct web_req *r)
{
	struct xie_act_request q;
	struct xie_alert_row a;
	struct xie_handling h, next;
	int64_t version;
	if (!read_act(r, &q, &version) || !get_alert(r, &a))
		return;
	if ((uint64_t)version != a.version) {
		fail_conflict(r, &a);
		return;
	}
	struct xie_act_facts facts = web_facts_of(&a);
	web_handling_of(&r->scratch->mem, &a, &h);
	enum xie_unmet u = xie_handling_step(&h, &q, &facts, r->now, &next);
	if (u != XIE_UNMET_NONE) {
		struct web_unmet_text t = web_unmet_text(u);
		web_fail_unmet(r, XIE_WEB_E_not_allowed_now, xie_unmet_code(u), t.kind, t.zh, t.en);
		return;
	}
	if (q.act == XIE_ACT_LEAD && r->w->conf.law != NULL) {
		make_case(r, &a);
		return;
	}
	enum { DATA_MAX = 16 << 10 };
	char by_buf[96], projection_buf[2048];
	char *data_buf = xie_arena_alloc(&r->scratch->mem, DATA_MAX, 1);
	xie_wr by = xie_wr_of(by_buf, sizeof by_buf), data = xie_wr_of(data_buf, data_buf != NULL ? DATA_MAX : 0),
	       projection = xie_wr_of(projection_buf, sizeof projection_buf);
	xie_wr_char(&by, '[');
	xie_wr_json_str(&by, q.by);
	xie_wr_char(&by, ']');
	event_data(&data, &q, &next);
	web_handling_json(&projection, &next, web_alert_case(&r->scratch->mem, &a));
	if (data.st != XIE_OK || projection.st != XIE_OK) {
		web_fail_status(r, XIE_LIMIT, "writing an act");
		return;
	}
	struct xie_event e = { .at = r->now,
		               .event = xie_str_of(xie_act_code(q.act)),
		               .by = xie_wr_view(&by),
		               .data = xie_wr_view(&data),
		               .user = q.by,
		               .signature = XIE_STR(""),
		               .key_id = XIE_STR("") };
	struct xie_subject_change c;
	web_alert_change(&a, &next, xie_wr_view(&projection), &e, &c);
	/* The alert as it will be, which is also the answer kept under the operation's key. */
	struct xie_alert_row after = a;
	after.version++;
	after.state = c.row.state;
	after.handler = q.by;
	after.handled_at = next.acted;
	after.snooze_to = next.snooze_to;
	after.subject_json = c.row.json;
	web_alert_json(r->w, web_out(r), &after, r->now);
	(void)web_commit(r, &c, 1, "act", a.id, 200);
}

/* ---- snoozes ---- */

struct due {
	struct xie_web *w;
	struct web_scratch *s;
	struct xie_alert_row *a;
	size_t n, cap;
	xie_ms now;
};

static xie_status take_due(void *ctx, const struct xie_alert_row *a)
{
	struct due *d = ctx;
	struct xie_handling h;
	web_handling_of(&d->s->mem, a, &h);
	if (d->n == d->cap || h.state != XIE_HANDLING_SNOOZED ||
	    xie_handling_now(&h, a->close != XIE_NO_TIME, d->now) == XIE_HANDLING_SNOOZED)
		return XIE_OK;
	return web_alert_keep(&d->s->mem, a, &d->a[d->n++]);
}

void web_snoozes_end(struct xie_web *w, struct web_scratch *s)
{
	enum { AT_ONCE = 100 };
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_store *st = w->conf.store;
	struct xie_alert_row rows[AT_ONCE];
	struct due d = { .w = w, .s = s, .a = rows, .cap = AT_ONCE, .now = web_now(w) };
	struct xie_alert_query q = { .states = XIE_STR("snoozed"), .withdrawn_too = true, .limit = 500 };
	if (st->alert_list(st->self, &system, &q, take_due, &d, NULL, NULL) != XIE_OK)
		d.n = 0; /* looked for again in two seconds */
	for (size_t i = 0; i < d.n; i++) {
		char buf[2048];
		xie_wr projection = xie_wr_of(buf, sizeof buf);
		struct xie_handling h;
		struct xie_subject_change c;
		struct xie_event e = { .at = d.now,
			               .event = XIE_STR("snooze_over"),
			               .by = XIE_STR("[]"),
			               .data = XIE_STR("{}"),
			               .user = XIE_STR(""),
			               .signature = XIE_STR(""),
			               .key_id = XIE_STR("") };
		web_handling_of(&s->mem, &rows[i], &h);
		h.state = h.before;
		h.can_undo = false;
		h.snooze_to = XIE_NO_TIME;
		web_handling_json(&projection, &h, web_alert_case(&s->mem, &rows[i]));
		web_alert_change(&rows[i], &h, xie_wr_view(&projection), &e, &c);
		/* CONFLICT: somebody acted meanwhile, and his act prevails. */
		(void)st->subject_append(st->self, &system, &c, 1, NULL, NULL);
	}
	web_scratch_reset(s);
}
