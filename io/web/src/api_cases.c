/* SPDX-License-Identifier: Apache-2.0 */
/* Cases: the list, one file, a new one, and what is written down or corrected in it. */
#include "api.h"

#include <stdio.h>

#include "alert.h"
#include "case_open.h"

#include "xie/base/time.h"

/* ---- the list ---- */

struct page {
	struct web_req *r;
	unsigned limit, n;
	char last[65];
};

static xie_status list_case(void *ctx, const struct xie_subject *s)
{
	struct page *p = ctx;
	if (p->n++ >= p->limit)
		return XIE_OK;
	(void)snprintf(p->last, sizeof p->last, "%.*s", (int)s->id.n, s->id.p);
	xie_wr_sep(web_out(p->r));
	web_case_summary_json(p->r->w, &p->r->scratch->mem, web_out(p->r), s, p->r->now);
	return XIE_OK;
}

static const char *const stage_names[] = { "lead",    "filing",       "investigation", "review", "notice",
	                                   "legal_review", "decision", "service",       "closing" };
enum { STAGES = sizeof stage_names / sizeof stage_names[0] };

static bool among(struct web_req *r, const char *field, xie_str v, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (xie_str_is(v, names[i]))
			return true;
	if (v.n == 0)
		return true;
	web_fail_field(r, field, web_say(r, "没有这个取值", "there is no such value"), NULL);
	return false;
}

static bool read_query(struct web_req *r, struct xie_subject_query *q)
{
	static const char *const names[] = { "stage", "clock", "waiting_for", "person", "q", "cursor", "limit", NULL };
	static const char *const clocks[] = { "waiting", "running", "near", "due", "overdue", "paused", "done", "void" };
	int64_t limit = 50;
	uint32_t role;
	xie_str person = web_query_str(r, "person");
	*q = (struct xie_subject_query){ .kind = CASE_KIND,
		                         .stage = web_query_str(r, "stage"),
		                         .clock = web_query_str(r, "clock"),
		                         .waiting_for = web_query_str(r, "waiting_for"),
		                         .text = web_query_str(r, "q"),
		                         .after = web_query_str(r, "cursor") };
	if (!web_query_only(r, names) || !among(r, "stage", q->stage, stage_names, STAGES) ||
	    !among(r, "clock", q->clock, clocks, sizeof clocks / sizeof clocks[0]) ||
	    !web_query_int(r, "limit", 1, 500, &limit))
		return false;
	if (q->waiting_for.n != 0 && xie_roles_parse(q->waiting_for, &role) != XIE_OK) {
		web_fail_field(r, "waiting_for", web_say(r, "没有这个角色", "there is no such role"), NULL);
		return false;
	}
	if (person.n != 0)
		q->key = (struct xie_subject_key){ XIE_STR("person"),
			                           xie_str_is(person, "me") ? xie_str_of(r->who.user) : person };
	q->limit = (unsigned)limit;
	return true;
}

static xie_status no_row(void *ctx, const struct xie_subject *s)
{
	(void)ctx, (void)s;
	return XIE_OK;
}

static xie_status kv_counts(struct web_req *r, struct xie_subject_query q)
{
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	xie_wr *w = web_out(r);
	xie_status st = XIE_OK;
	q.after = XIE_STR("");
	q.limit = 1;
	xie_wr_key(w, "stages");
	xie_wr_char(w, '[');
	for (unsigned i = 0; i < STAGES && st == XIE_OK; i++) {
		uint64_t n = 0;
		q.stage = xie_str_of(stage_names[i]);
		st = s->subject_list(s->self, &who, &q, no_row, NULL, &n, NULL);
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "stage", q.stage);
		xie_wr_kv_i64(w, "count", (int64_t)n);
		xie_wr_char(w, '}');
	}
	xie_wr_char(w, ']');
	return st;
}

void api_cases_list(struct web_req *r)
{
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	struct xie_subject_query q;
	uint64_t total = 0;
	if (!read_query(r, &q))
		return;
	struct page p = { .r = r, .limit = q.limit };
	xie_wr *w = web_out(r);
	bool at_most = q.limit == 500;
	q.limit += at_most ? 0 : 1;
	xie_wr_text(w, "{\"items\":[");
	xie_status st = s->subject_list(s->self, &who, &q, list_case, &p, &total, NULL);
	xie_wr_char(w, ']');
	xie_wr_kv_i64(w, "total", (int64_t)total);
	if (p.n > p.limit || (at_most && p.n == p.limit))
		xie_wr_kv_str(w, "next", xie_str_of(p.last));
	if (st == XIE_OK)
		st = kv_counts(r, q);
	xie_wr_char(w, '}');
	if (st != XIE_OK)
		web_fail_status(r, st, "listing cases");
	else
		web_ok(r, 200);
}

/* ---- one ---- */

void api_case_get(struct web_req *r)
{
	struct web_case k;
	if (!web_case_load(r, r->param[0], &k) || !web_audit_read(r, "case_read", k.row.no, NULL))
		return;
	xie_status st = web_case_detail_json(r, web_out(r), &k);
	if (st != XIE_OK)
		web_fail_status(r, st, "showing a case");
	else
		web_ok(r, 200);
}

/* ---- a new one ---- */

static bool take_time(struct web_req *r, const struct xie_val *o, const char *key, xie_ms *ret_t)
{
	xie_str s = { "", 0 };
	*ret_t = XIE_NO_TIME;
	if (!web_take_str(r, o, key, 0, 40, false, &s))
		return false;
	if (s.n != 0 && xie_time_parse(s, INT64_C(8) * 3600000, ret_t) != XIE_OK) {
		web_fail_field(r, key, web_say(r, "应为 ISO 8601 时间", "must be an ISO 8601 time"), NULL);
		return false;
	}
	return true;
}

static bool read_new(struct web_req *r, struct web_new_case *n, xie_str *ret_alert)
{
	static const char *const keys[] = { "alert", "proc", "title", "item", "party_name", "place", "act_start", "act_end", "source",
		                            NULL };
	static const char *const procs[] = { "SIMPLE", "ORDINARY", "OFFSITE" };
	const struct xie_val *o = web_body(r);
	xie_str none = { "", 0 };
	*n = (struct web_new_case){ .mem = &r->scratch->mem, .proc = none, .title = none, .item = none, .party_name = none, .place = none,
		                    .source = none, .org = xie_str_of(r->who.org), .alert = none, .target = none,
		                    .target_name = none, .facts = none };
	*ret_alert = none;
	return o != NULL && web_only(r, o, keys) && web_take_str(r, o, "alert", 1, 64, false, ret_alert) &&
	       web_take_str(r, o, "proc", 1, 16, true, &n->proc) && among(r, "proc", n->proc, procs, 3) &&
	       web_take_str(r, o, "title", 0, 200, false, &n->title) && web_take_str(r, o, "item", 0, 80, false, &n->item) &&
	       web_take_str(r, o, "party_name", 0, 200, false, &n->party_name) &&
	       web_take_str(r, o, "place", 0, 200, false, &n->place) && web_take_str(r, o, "source", 0, 20, false, &n->source) &&
	       take_time(r, o, "act_start", &n->act_start) && take_time(r, o, "act_end", &n->act_end);
}

static xie_status keep_alert(void *ctx, const struct xie_alert_row *a)
{
	struct {
		xie_arena *mem;
		struct xie_alert_row *a;
	} *t = ctx;
	return web_alert_keep(t->mem, a, t->a);
}

static bool find_alert(struct web_req *r, xie_str id, bool names_item, struct xie_alert_row *ret_a)
{
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	struct {
		xie_arena *mem;
		struct xie_alert_row *a;
	} t = { &r->scratch->mem, ret_a };
	struct xie_handling h, next;
	struct xie_act_request q = { .act = XIE_ACT_LEAD, .by = xie_str_of(r->who.user) };
	xie_status st = s->alert_get(s->self, &who, id, keep_alert, &t);
	if (st != XIE_OK) {
		web_fail_status(r, st, "reading the alert of a case");
		return false;
	}
	struct xie_act_facts facts = web_facts_of(ret_a);
	facts.names_violation = facts.names_violation || names_item; /* the officer says which, where the rule does not */
	web_handling_of(&r->scratch->mem, ret_a, &h);
	enum xie_unmet u = xie_handling_step(&h, &q, &facts, r->now, &next);
	if (u != XIE_UNMET_NONE) {
		struct web_unmet_text text = web_unmet_text(u);
		web_fail_unmet(r, XIE_WEB_E_unmet, xie_unmet_code(u), text.kind, text.zh, text.en);
	}
	return u == XIE_UNMET_NONE;
}

void api_case_open(struct web_req *r)
{
	struct web_new_case n;
	struct web_case k;
	static const struct web_case_draft empty;
	struct web_case_draft *d = xie_arena_new(&r->scratch->mem, struct web_case_draft, 1);
	struct xie_alert_row a, after;
	struct xie_event e;
	struct xie_subject_change c[2];
	struct xie_org org;
	xie_str alert;
	if (r->w->conf.law == NULL || d == NULL) {
		web_fail(r, XIE_WEB_E_not_found, web_say(r, "没有装载法律包", "no pack with a law is loaded"), NULL);
		return;
	}
	*d = empty;
	if (!read_new(r, &n, &alert) || (alert.n != 0 && !find_alert(r, alert, n.item.n != 0, &a)))
		return;
	xie_status st = web_org_get(r, n.org, &org);
	n.region = st == XIE_OK ? org.region : XIE_STR("");
	if (alert.n != 0)
		web_new_case_of_alert(r, &a, &n);
	st = web_case_open(r, &n, &k, d);
	if (st == XIE_OK && alert.n != 0)
		st = web_alert_to_lead(r, &a, &k, true, &e, &c[1], &after);
	if (st == XIE_OK)
		st = web_case_detail_json(r, web_out(r), &k);
	if (st != XIE_OK && k.err.st != XIE_OK) {
		web_case_bad_event(r, &k.err);
		return;
	}
	if (st != XIE_OK) {
		web_fail_status(r, st, "opening a case");
		return;
	}
	c[0] = d->change;
	(void)web_commit(r, c, alert.n != 0 ? 2 : 1, "case_open", k.row.no, 201);
}

/* ---- corrections ---- */

static xie_str me(struct web_req *r)
{
	char buf[96];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_wr_char(&w, '[');
	xie_wr_json_str(&w, xie_str_of(r->who.user));
	xie_wr_char(&w, ']');
	return web_keep(&r->scratch->mem, xie_wr_view(&w));
}

static bool facts_ok(struct web_req *r, const struct xie_val *facts)
{
	static const char *const fixed[] = { "id", "proc", "agency" };
	for (size_t i = 0; facts != NULL && i < sizeof fixed / sizeof fixed[0]; i++)
		if (xie_val_get(facts, fixed[i]) != NULL) {
			web_fail_field(r, fixed[i], web_say(r, "此项立案后不再改动", "this stays as it was opened"), NULL);
			return false;
		}
	if (facts != NULL && facts->kind != XIE_VAL_OBJECT) {
		web_fail_field(r, "facts", web_say(r, "应为对象", "must be an object"), NULL);
		return false;
	}
	return true;
}

void api_case_set(struct web_req *r)
{
	static const char *const keys[] = { "version", "title", "party", "facts", "reason", NULL };
	struct web_case k;
	struct web_case_draft *d = xie_arena_new(&r->scratch->mem, struct web_case_draft, 1);
	const struct xie_val *o = web_body(r);
	const struct xie_val *facts = xie_val_get(o, "facts");
	xie_str title = { "", 0 }, party = title, reason = title;
	int64_t version;
	enum { BODY = 64 << 10 };
	char *buf = xie_arena_alloc(&r->scratch->mem, BODY, 1);
	xie_wr w = xie_wr_of(buf, buf != NULL ? BODY : 0);
	if (o == NULL || d == NULL || !web_only(r, o, keys) || !web_take_int(r, o, "version", 1, INT64_MAX, true, &version) ||
	    !web_take_str(r, o, "title", 1, 200, false, &title) || !web_take_str(r, o, "party", 1, 64, false, &party) ||
	    !web_take_str(r, o, "reason", 0, 400, false, &reason) || !facts_ok(r, facts) || !web_case_load(r, r->param[0], &k))
		return;
	if (k.broken || k.err.st != XIE_OK || (uint64_t)version != k.f.n) {
		web_case_conflict(r, &k, (uint64_t)version);
		return;
	}
	xie_wr_char(&w, '{');
	web_kv_text(&w, "title", title);
	if (party.n != 0 && !web_party_facts(r, party, &w, facts))
		return;
	if (facts != NULL && party.n == 0) {
		xie_wr_key(&w, "case");
		xie_val_write(facts, &w);
	}
	web_kv_text(&w, "reason", reason);
	xie_wr_char(&w, '}');
	xie_status st = w.st;
	if (st == XIE_OK)
		st = web_case_put_event(r, &k, d, XIE_STR("amend"), r->now, me(r), xie_wr_view(&w));
	if (st != XIE_OK && k.err.st != XIE_OK && k.err.st != XIE_LIMIT) {
		web_case_bad_event(r, &k.err);
		return;
	}
	if (st == XIE_OK)
		st = web_case_project(r, &k, d);
	if (st == XIE_OK)
		st = web_case_detail_json(r, web_out(r), &k);
	if (st != XIE_OK)
		web_fail_status(r, st, "writing a case down");
	else
		(void)web_commit(r, &d->change, 1, "case_amend", k.row.no, 200);
}
