/* SPDX-License-Identifier: Apache-2.0 */
/* Parties, and all round one: its vessels and vehicles, their alerts, its cases and instruments.  Reading is audited. */
#include "api.h"

#include <stdio.h>

#include "alert.h"
#include "party.h"

#define PARTY_KIND XIE_STR("party")

struct page {
	struct web_req *r;
	unsigned limit, n;
	char last[65];
};

static xie_status list_party(void *ctx, const struct xie_subject *s)
{
	struct page *p = ctx;
	if (p->n++ >= p->limit)
		return XIE_OK;
	(void)snprintf(p->last, sizeof p->last, "%.*s", (int)s->id.n, s->id.p);
	xie_wr_sep(web_out(p->r));
	web_party_json(&p->r->scratch->mem, web_out(p->r), s, true);
	return XIE_OK;
}

void api_parties_list(struct web_req *r)
{
	static const char *const names[] = { "q", "target", "cursor", "limit", NULL };
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	int64_t limit = 50;
	uint64_t total = 0;
	struct xie_subject_query q = { .kind = PARTY_KIND, .text = web_query_str(r, "q"), .after = web_query_str(r, "cursor"), .by_age = true };
	xie_str target = web_query_str(r, "target");
	if (!web_query_only(r, names) || !web_query_int(r, "limit", 1, 500, &limit) ||
	    !web_audit_read(r, "parties_read", q.text, NULL))
		return;
	if (target.n != 0)
		q.key = (struct xie_subject_key){ XIE_STR("target"), target };
	struct page p = { .r = r, .limit = (unsigned)limit };
	q.limit = p.limit < 500 ? p.limit + 1 : 500;
	xie_wr *w = web_out(r);
	xie_wr_text(w, "{\"items\":[");
	xie_status st = s->subject_list(s->self, &who, &q, list_party, &p, &total, NULL);
	xie_wr_char(w, ']');
	xie_wr_kv_i64(w, "total", (int64_t)total);
	if (p.n > p.limit || (p.limit == 500 && p.n == 500))
		xie_wr_kv_str(w, "next", xie_str_of(p.last));
	xie_wr_char(w, '}');
	if (st != XIE_OK)
		web_fail_status(r, st, "listing parties");
	else
		web_ok(r, 200);
}

struct take {
	xie_arena *mem;
	struct xie_subject *s;
};

static xie_status take_party(void *ctx, const struct xie_subject *s)
{
	struct take *t = ctx;
	return web_subject_keep(t->mem, s, t->s);
}

static bool load(struct web_req *r, xie_str id, struct xie_subject *ret_s)
{
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	struct take t = { &r->scratch->mem, ret_s };
	xie_status st = s->subject_get(s->self, &who, PARTY_KIND, id, take_party, &t);
	if (st != XIE_OK)
		web_fail_status(r, st, "reading a party");
	return st == XIE_OK;
}

bool web_party_facts(struct web_req *r, xie_str id, xie_wr *w, const struct xie_val *facts)
{
	struct xie_subject s;
	const struct xie_val *v = NULL;
	if (!load(r, id, &s))
		return false;
	if (xie_json_read(&r->scratch->mem, s.json, (struct xie_val_limits){ .depth = 16 }, &v, NULL) != XIE_OK) {
		web_fail_status(r, XIE_CORRUPT, "reading a party");
		return false;
	}
	xie_wr_kv_str(w, "party", s.id);
	xie_wr_key(w, "case");
	xie_wr_char(w, '{');
	XIE_VAL_EACH(m, facts)
	{
		if (xie_str_is(m->key, "party"))
			continue;
		xie_wr_sep(w);
		xie_wr_json_str(w, m->key);
		xie_wr_char(w, ':');
		xie_val_write(m, w);
	}
	xie_wr_key(w, "party");
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "kind", xie_str_is(xie_val_get_str(v, "kind"), "natural") ? XIE_STR("natural") : XIE_STR("legal"));
	xie_wr_kv_str(w, "name", xie_val_get_str(v, "name"));
	xie_wr_char(w, '}');
	web_kv_text(w, "party_birth", xie_val_get(facts, "party_birth") != NULL ? XIE_STR("") : xie_val_get_str(v, "birth"));
	xie_wr_char(w, '}');
	return true;
}

static void commit_party(struct web_req *r, struct xie_subject *row, const struct xie_subject_key *keys, size_t n_keys,
                         const char *event, int status)
{
	char by_buf[96];
	xie_wr by = xie_wr_of(by_buf, sizeof by_buf);
	xie_wr_char(&by, '[');
	xie_wr_json_str(&by, xie_str_of(r->who.user));
	xie_wr_char(&by, ']');
	struct xie_event e = { .at = r->now,
		               .event = xie_str_of(event),
		               .by = xie_wr_view(&by),
		               .data = row->json,
		               .user = xie_str_of(r->who.user),
		               .signature = XIE_STR(""),
		               .key_id = XIE_STR("") };
	struct xie_subject_change c = { .row = *row, .version = row->version, .events = &e, .n_events = 1, .keys = keys, .n_keys = n_keys };
	row->version++;
	web_party_json(&r->scratch->mem, web_out(r), row, false);
	(void)web_commit(r, &c, 1, event, row->id, status);
}

static xie_wr buffer(struct web_req *r, size_t cap)
{
	char *p = xie_arena_alloc(&r->scratch->mem, cap, 1);
	return xie_wr_of(p, p != NULL ? cap : 0);
}

void api_party_add(struct web_req *r)
{
	enum { KEYS = 66 };
	struct xie_subject_key keys[KEYS];
	const struct xie_val *o = web_body(r);
	xie_wr json = buffer(r, 64 << 10), words = buffer(r, 16 << 10);
	struct xie_org org;
	xie_str id, name;
	size_t n;
	if (o == NULL || !web_party_read(r, o, NULL, &json, &words, keys, KEYS, &n, &name))
		return;
	xie_status st = web_new_id(r, &id);
	if (st == XIE_OK)
		st = web_org_get(r, xie_str_of(r->who.org), &org);
	if (st == XIE_OK && (json.st != XIE_OK || words.st != XIE_OK))
		st = XIE_LIMIT;
	if (st != XIE_OK) {
		web_fail_status(r, st, "registering a party");
		return;
	}
	xie_str none = XIE_STR("");
	struct xie_subject row = { .kind = PARTY_KIND, .id = id, .no = none, .org = org.id, .region = org.region, .state = XIE_STR("on"),
		                   .stage = none, .title = name, .clock = none, .waiting_for = none, .due = XIE_NO_TIME,
		                   .snooze_to = XIE_NO_TIME, .text = xie_wr_view(&words), .json = xie_wr_view(&json) };
	commit_party(r, &row, keys, n, "party_add", 201);
}

void api_party_set(struct web_req *r)
{
	enum { KEYS = 66 };
	struct xie_subject_key keys[KEYS];
	const struct xie_val *o = web_body(r), *before = NULL;
	xie_wr json = buffer(r, 64 << 10), words = buffer(r, 16 << 10);
	struct xie_subject row;
	int64_t version;
	xie_str name;
	size_t n;
	if (o == NULL || !web_take_int(r, o, "version", 1, INT64_MAX, true, &version) || !load(r, r->param[0], &row))
		return;
	if ((uint64_t)version != row.version) {
		web_fail(r, XIE_WEB_E_conflict, NULL, NULL);
		return;
	}
	if (xie_json_read(&r->scratch->mem, row.json, (struct xie_val_limits){ .depth = 16 }, &before, NULL) != XIE_OK) {
		web_fail_status(r, XIE_CORRUPT, "reading a party");
		return;
	}
	if (!web_party_read(r, o, before, &json, &words, keys, KEYS, &n, &name))
		return;
	if (json.st != XIE_OK || words.st != XIE_OK) {
		web_fail_status(r, XIE_LIMIT, "correcting a party");
		return;
	}
	row.title = name;
	row.text = xie_wr_view(&words);
	row.json = xie_wr_view(&json);
	commit_party(r, &row, keys, n, "party_set", 200);
}

/* ---- all round ---- */

enum { MAX_TARGETS = 64, MAX_CASES = 100 };

struct round {
	struct web_req *r;
	xie_str targets[MAX_TARGETS];
	size_t n_targets;
	struct xie_subject cases[MAX_CASES];
	size_t n_cases;
	uint64_t alerts;
	unsigned shown;
};

static xie_status take_case(void *ctx, const struct xie_subject *s)
{
	struct round *q = ctx;
	for (size_t i = 0; i < q->n_cases; i++)
		if (xie_str_eq(q->cases[i].id, s->id))
			return XIE_OK;
	if (q->n_cases == MAX_CASES)
		return XIE_OK;
	return web_subject_keep(&q->r->scratch->mem, s, &q->cases[q->n_cases++]);
}

static xie_status cases_by(struct round *q, const char *name, xie_str value)
{
	struct xie_store *s = q->r->w->conf.store;
	struct xie_scope who = web_scope(q->r);
	struct xie_subject_query sq = { .kind = CASE_KIND, .key = { xie_str_of(name), value }, .by_age = true, .limit = MAX_CASES };
	return value.n != 0 ? s->subject_list(s->self, &who, &sq, take_case, q, NULL, NULL) : XIE_OK;
}

static xie_status show_alert(void *ctx, const struct xie_alert_row *a)
{
	struct round *q = ctx;
	if (q->shown++ < 100) {
		xie_wr_sep(web_out(q->r));
		web_alert_json(q->r->w, web_out(q->r), a, q->r->now);
	}
	return XIE_OK;
}

static xie_status kv_alerts(struct round *q)
{
	struct xie_store *s = q->r->w->conf.store;
	struct xie_scope who = web_scope(q->r);
	xie_wr *w = web_out(q->r);
	xie_status st = XIE_OK;
	xie_wr_key(w, "alerts");
	xie_wr_char(w, '[');
	for (size_t i = 0; i < q->n_targets && st == XIE_OK; i++) {
		struct xie_key k;
		uint64_t n = 0;
		if (web_key_parse(q->targets[i], &k) != XIE_OK)
			continue;
		struct xie_alert_query aq = { .target = web_keep(&q->r->scratch->mem, xie_key_text(&k)), .withdrawn_too = true, .by_age = true,
			                      .limit = 100 };
		st = s->alert_list(s->self, &who, &aq, show_alert, q, &n, NULL);
		q->alerts += n;
	}
	xie_wr_char(w, ']');
	xie_wr_kv_i64(w, "alerts_total", (int64_t)q->alerts);
	return st;
}

static xie_status documents_of(struct round *q, const struct xie_subject *row)
{
	struct web_req *r = q->r;
	struct web_case k;
	const struct xie_law_doc *docs = NULL;
	uint32_t n = 0;
	xie_wr *w = web_out(r);
	size_t mark = xie_arena_mark(&r->scratch->mem);
	if (!web_case_load(r, row->no, &k))
		return XIE_UNAVAILABLE;
	xie_status st = xie_law_docs(k.f.c, &r->scratch->mem, &docs, &n);
	for (uint32_t i = n; i-- > 0 && st == XIE_OK;) {
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "case_no", row->no);
		xie_wr_key(w, "document");
		web_case_document_json(w, &k, &docs[i]);
		xie_wr_char(w, '}');
	}
	xie_arena_rewind(&r->scratch->mem, mark);
	return st;
}

/* alerts, cases, documents: of what was found */
static void finish(struct round *q)
{
	struct web_req *r = q->r;
	xie_wr *w = web_out(r);
	xie_wr_key(w, "targets");
	xie_wr_char(w, '[');
	for (size_t i = 0; i < q->n_targets; i++) {
		xie_wr_sep(w);
		xie_wr_json_str(w, q->targets[i]);
	}
	xie_wr_char(w, ']');
	xie_status st = kv_alerts(q);
	for (size_t i = 0; i < q->n_targets && st == XIE_OK; i++)
		st = cases_by(q, "target", q->targets[i]);
	xie_wr_key(w, "cases");
	xie_wr_char(w, '[');
	for (size_t i = 0; i < q->n_cases; i++) {
		xie_wr_sep(w);
		web_case_summary_json(r->w, &r->scratch->mem, w, &q->cases[i], r->now);
	}
	xie_wr_char(w, ']');
	xie_wr_key(w, "documents");
	xie_wr_char(w, '[');
	for (size_t i = 0; i < q->n_cases && i < 20 && st == XIE_OK && r->w->conf.law != NULL; i++)
		st = documents_of(q, &q->cases[i]);
	xie_wr_text(w, "]}");
	if (st == XIE_OK)
		web_ok(r, 200);
	else if (r->status == 0)
		web_fail_status(r, st, "looking all round a party");
}

static void add_target(struct round *q, xie_str id)
{
	for (size_t i = 0; i < q->n_targets; i++)
		if (xie_str_eq(q->targets[i], id))
			return;
	if (id.n != 0 && q->n_targets < MAX_TARGETS)
		q->targets[q->n_targets++] = web_keep(&q->r->scratch->mem, id);
}

static void targets_of(struct round *q, const struct xie_subject *party)
{
	const struct xie_val *v = NULL;
	if (xie_json_read(&q->r->scratch->mem, party->json, (struct xie_val_limits){ .depth = 16 }, &v, NULL) != XIE_OK)
		return;
	XIE_VAL_EACH(t, xie_val_get(v, "things"))
	add_target(q, xie_val_get_str(t, "key"));
}

void api_party_get(struct web_req *r)
{
	struct xie_subject s;
	struct round *q = xie_arena_new(&r->scratch->mem, struct round, 1);
	xie_wr *w = web_out(r);
	if (!load(r, r->param[0], &s) || !web_audit_read(r, "party_read", s.id, NULL))
		return;
	if (q == NULL) {
		web_fail_status(r, XIE_LIMIT, "looking all round a party");
		return;
	}
	q->r = r;
	targets_of(q, &s);
	(void)cases_by(q, "party", s.id);
	xie_wr_text(w, "{\"parties\":[");
	web_party_json(&r->scratch->mem, w, &s, false);
	xie_wr_char(w, ']');
	finish(q);
}

static xie_status show_party(void *ctx, const struct xie_subject *s)
{
	struct round *q = ctx;
	xie_wr_sep(web_out(q->r));
	web_party_json(&q->r->scratch->mem, web_out(q->r), s, false);
	return XIE_OK;
}

void api_target_dossier(struct web_req *r)
{
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	struct round *q = xie_arena_new(&r->scratch->mem, struct round, 1);
	struct xie_key k;
	xie_wr *w = web_out(r);
	if (q == NULL || web_key_parse(r->param[0], &k) != XIE_OK) {
		web_fail(r, XIE_WEB_E_not_found, NULL, NULL);
		return;
	}
	if (!web_audit_read(r, "target_dossier", r->param[0], NULL))
		return;
	q->r = r;
	add_target(q, r->param[0]);
	struct xie_subject_query sq = { .kind = PARTY_KIND, .key = { XIE_STR("target"), r->param[0] }, .by_age = true, .limit = 50 };
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "target", r->param[0]);
	xie_wr_key(w, "parties");
	xie_wr_char(w, '[');
	xie_status st = s->subject_list(s->self, &who, &sq, show_party, q, NULL, NULL);
	xie_wr_char(w, ']');
	if (st != XIE_OK)
		web_fail_status(r, st, "looking all round a target");
	else
		finish(q);
}
