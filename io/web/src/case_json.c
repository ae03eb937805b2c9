/* SPDX-License-Identifier: Apache-2.0 */
/* A case as the page reads it. */
#include "case.h"

#include <inttypes.h>
#include <stdio.h>

#include "xie/base/time.h"

static void kv_day(xie_wr *w, const char *key, int64_t day)
{
	xie_wr_key(w, key);
	xie_wr_char(w, '"');
	xie_wr_date(w, day);
	xie_wr_char(w, '"');
}

static void texts(xie_wr *w, const char *key, const xie_str *list, uint32_t n)
{
	xie_wr_key(w, key);
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < n; i++) {
		xie_wr_sep(w);
		xie_wr_json_str(w, list[i]);
	}
	xie_wr_char(w, ']');
}

void web_person_json(struct xie_web *web, xie_wr *w, const char *key, xie_str id)
{
	char name[256];
	if (key != NULL)
		xie_wr_key(w, key);
	else
		xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", id);
	bool system = id.n == 0 || xie_str_is(id, "system");
	web_user_name(web, id, name, sizeof name);
	xie_wr_kv_str(w, "name",
	              system                    ? XIE_STR("Xiezhi")
	              : xie_str_is(id, "party") ? XIE_STR("当事人")
	              : xie_str_is(id, "agent") ? XIE_STR("代理人")
	                                        : xie_str_of(name));
	xie_wr_char(w, '}');
}

/* ---- clocks ---- */

void web_case_clock_json(xie_wr *w, const struct xie_case_clock *c, const struct xie_law *law)
{
	const struct xie_law_clock *k = &c->k;
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "code", k->code);
	xie_wr_kv_str(w, "name", k->zh);
	xie_wr_kv_str(w, "name_en", k->en);
	xie_wr_kv_str(w, "state", xie_str_of(xie_case_clock_state_name(c->state)));
	xie_wr_kv_str(w, "unit", k->unit);
	if (k->counted) {
		xie_wr_kv_i64(w, "length", k->length);
		xie_wr_kv_i64(w, "used", k->used);
		if (c->state != XIE_CC_DONE)
			xie_wr_kv_i64(w, "left", k->left);
	}
	web_kv_time(w, "start", c->start);
	if (k->hours) {
		web_kv_time(w, "due_at", k->due);
		kv_day(w, "due", xie_law_day(law, k->due));
	} else {
		kv_day(w, "due", k->due);
		if (k->has_rolled)
			kv_day(w, "due_rolled", k->due_rolled);
	}
	texts(w, "basis", k->basis, k->n_basis);
	xie_wr_char(w, '}');
}

/* ---- the row of a list ---- */

/* The clock of a row, as it was written, with what it has come to since. */
static void kv_row_clock(xie_wr *w, const struct xie_val *v, xie_ms now)
{
	const struct xie_val *clock = xie_val_get(v, "clock");
	if (clock == NULL)
		return;
	enum xie_case_clock_state s = xie_case_clock_now(
	    xie_val_get_i64(v, "clock_near", 0), xie_val_get_i64(v, "clock_due", 0), xie_val_get_i64(v, "clock_end", 0),
	    xie_val_true(xie_val_get(v, "clock_duty")), now);
	bool stands = xie_val_is(xie_val_get(clock, "state"), "paused") || xie_val_is(xie_val_get(clock, "state"), "done");
	int64_t days = xie_floor_div(now - xie_val_get_i64(v, "clock_at", now), INT64_C(86400000));
	xie_wr_key(w, "clock");
	xie_wr_char(w, '{');
	XIE_VAL_EACH(m, clock)
	{
		/* Days that went by since are counted where they are calendar days; working days the case itself tells. */
		bool counts = xie_str_is(m->key, "used") || xie_str_is(m->key, "left");
		bool cd = xie_val_is(xie_val_get(clock, "unit"), "CD");
		int64_t i;
		if (xie_str_is(m->key, "state") && !stands)
			continue;
		if (counts && !stands && days > 0 && (!cd || xie_val_i64(m, &i) != XIE_OK))
			continue;
		char name[24];
		(void)snprintf(name, sizeof name, "%.*s", (int)(m->key.n < 23 ? m->key.n : 23), m->key.p);
		if (counts && !stands && days > 0) {
			xie_wr_kv_i64(w, name, xie_str_is(m->key, "used") ? i + days : i - days);
			continue;
		}
		xie_wr_key(w, name);
		xie_val_write(m, w);
	}
	if (!stands)
		xie_wr_kv_str(w, "state", xie_str_of(xie_case_clock_state_name(s)));
	xie_wr_char(w, '}');
}

static void copy_members(xie_wr *w, const struct xie_val *v)
{
	static const char *const names[] = { "full_no", "party", "item", "item_name", "proc", "fine_fen", "alert", "flags" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const struct xie_val *m = xie_val_get(v, names[i]);
		if (m == NULL || (m->kind == XIE_VAL_STRING && m->s.n == 0))
			continue;
		xie_wr_key(w, names[i]);
		xie_val_write(m, w);
	}
}

void web_case_summary_json(struct xie_web *web, xie_arena *mem, xie_wr *w, const struct xie_subject *row, xie_ms now)
{
	size_t mark = xie_arena_mark(mem);
	const struct xie_val *v = NULL;
	if (xie_json_read(mem, row->json, (struct xie_val_limits){ .depth = 8 }, &v, NULL) != XIE_OK)
		v = NULL;
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "no", row->no);
	xie_wr_kv_str(w, "title", row->title);
	copy_members(w, v);
	xie_wr_kv_str(w, "state", row->state);
	xie_wr_kv_str(w, "stage", row->stage);
	xie_wr_kv_i64(w, "version", (int64_t)row->version);
	web_kv_time(w, "opened", row->created);
	web_kv_time(w, "updated", row->updated);
	xie_wr_key(w, "officers");
	xie_wr_char(w, '[');
	XIE_VAL_EACH(o, xie_val_get(v, "officers"))
	web_person_json(web, w, NULL, xie_val_str(o));
	xie_wr_char(w, ']');
	xie_wr_key(w, "waiting_for");
	xie_wr_char(w, '[');
	xie_str rest = row->waiting_for.n != 0 ? row->waiting_for : (xie_str){ NULL, 0 }, one;
	while (xie_str_split(&rest, ',', &one)) {
		xie_wr_sep(w);
		xie_wr_json_str(w, one);
	}
	xie_wr_char(w, ']');
	kv_row_clock(w, v, now);
	xie_wr_char(w, '}');
	xie_arena_rewind(mem, mark);
}

/* ---- the parts of one case ---- */

static const char *const stages[] = { "lead",    "filing",       "investigation", "review", "notice",
	                              "legal_review", "decision", "service",       "closing" };
enum { STAGES = sizeof stages / sizeof stages[0] };

static void kv_stages(xie_wr *w, const struct web_case *k)
{
	bool seen[STAGES] = { false };
	int64_t from[STAGES] = { 0 }, to[STAGES] = { 0 };
	unsigned now = 0;
	for (uint32_t i = 0; i < k->f.n; i++) {
		xie_str stage = xie_law_stage(k->f.entries[i].after);
		int64_t day = xie_law_day(k->f.law, k->f.entries[i].at);
		for (unsigned s = 0; s < STAGES; s++) {
			if (!xie_str_is(stage, stages[s]))
				continue;
			if (i != 0 && s != now)
				to[now] = day;
			if (!seen[s] || s != now)
				from[s] = seen[s] ? from[s] : day;
			seen[s] = true;
			now = s;
		}
	}
	bool over = xie_law_terminal(k->f.c);
	xie_wr_key(w, "stages");
	xie_wr_char(w, '[');
	for (unsigned s = 0; s < STAGES; s++) {
		const char *state = s == now && !over ? "now" : seen[s] ? "done" : s < now || over ? "skipped" : "later";
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "stage", xie_str_of(stages[s]));
		xie_wr_kv_str(w, "state", xie_str_of(state));
		if (seen[s])
			kv_day(w, "from", from[s]);
		if (seen[s] && s != now && to[s] != 0)
			kv_day(w, "to", to[s]);
		xie_wr_char(w, '}');
	}
	xie_wr_char(w, ']');
}

static void person_of(xie_wr *w, const struct xie_val *p)
{
	const char *code = xie_case_role_code(xie_val_get_str(p, "role"));
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "role", code != NULL ? xie_str_of(code) : xie_val_get_str(p, "role"));
	xie_wr_kv_str(w, "id", p->key);
	xie_wr_kv_str(w, "name", xie_val_get_str(p, "name"));
	web_kv_text(w, "no", xie_val_get_str(xie_val_get(p, "cert"), "no"));
	xie_wr_char(w, '}');
}

static void kv_people(xie_wr *w, const struct web_case *k)
{
	const struct xie_val *party = xie_val_get(xie_val_get(k->f.header, "case"), "party");
	xie_wr_key(w, "people");
	xie_wr_char(w, '[');
	if (xie_val_get_str(party, "name").n != 0) {
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "role", XIE_STR("party"));
		web_kv_text(w, "id", k->f.party);
		xie_wr_kv_str(w, "name", xie_val_get_str(party, "name"));
		web_kv_text(w, "no", xie_val_get_str(party, "id_no"));
		xie_wr_char(w, '}');
	}
	XIE_VAL_EACH(p, xie_val_get(k->f.header, "people"))
	person_of(w, p);
	xie_wr_char(w, ']');
}

static void people_list(struct xie_web *web, xie_wr *w, const struct xie_case_entry *e)
{
	xie_wr_key(w, "by");
	xie_wr_char(w, '[');
	XIE_VAL_EACH(p, e->by)
	web_person_json(web, w, NULL, xie_val_str(p));
	xie_wr_char(w, ']');
}

void web_case_event_json(struct web_req *r, xie_wr *w, const struct xie_case_entry *e)
{
	char hash[65];
	xie_wr h = xie_wr_of(hash, sizeof hash);
	xie_wr_hex(&h, e->digest, 32);
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_i64(w, "n", (int64_t)e->n);
	web_kv_time(w, "at", e->at);
	xie_wr_kv_str(w, "event", e->event);
	xie_wr_kv_str(w, "title", e->zh);
	xie_wr_kv_str(w, "title_en", e->en);
	web_kv_text(w, "text", xie_val_get_str(e->body, "reason"));
	people_list(r->w, w, e);
	xie_wr_kv_str(w, "state", xie_law_state(e->after));
	xie_wr_key(w, "documents");
	xie_wr_char(w, '[');
	XIE_VAL_EACH(d, e->docs)
	{
		xie_wr_sep(w);
		xie_wr_json_str(w, xie_val_get_str(d, "code"));
	}
	xie_wr_char(w, ']');
	if (e->data != NULL && e->data->kind == XIE_VAL_OBJECT) {
		xie_wr_key(w, "data");
		xie_val_write(e->data, w);
	}
	xie_wr_kv_str(w, "hash", xie_wr_view(&h));
	xie_wr_char(w, '}');
}

void web_case_document_json(xie_wr *w, const struct web_case *k, const struct xie_law_doc *d)
{
	xie_str no = { "", 0 }, verify = { "", 0 };
	(void)xie_case_doc_numbers(&k->f, d->code, &no, &verify);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", d->code);
	xie_wr_kv_str(w, "code", d->code);
	xie_wr_kv_str(w, "title", d->zh);
	xie_wr_kv_str(w, "title_en", d->en);
	web_kv_text(w, "no", no);
	xie_wr_kv_str(w, "state", d->served ? XIE_STR("served") : XIE_STR("signed"));
	web_kv_time(w, d->served ? "served_at" : "signed_at", xie_law_day_begin(k->f.law, d->day));
	web_kv_text(w, "verify", verify);
	xie_wr_char(w, '}');
}

static xie_status kv_documents(struct web_req *r, xie_wr *w, const struct web_case *k)
{
	const struct xie_law_doc *docs = NULL;
	uint32_t n = 0;
	xie_status st = xie_law_docs(k->f.c, &r->scratch->mem, &docs, &n);
	xie_wr_key(w, "documents");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < n; i++) {
		xie_wr_sep(w);
		web_case_document_json(w, k, &docs[i]);
	}
	xie_wr_char(w, ']');
	return st;
}

static xie_status kv_amounts(struct web_req *r, xie_wr *w, const struct web_case *k)
{
	const struct xie_law_amount *list = NULL;
	uint32_t n = 0;
	xie_status st = xie_law_amounts(k->f.c, &r->scratch->mem, r->now, &list, &n);
	xie_wr_key(w, "amounts");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < n; i++) {
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "name", list[i].name);
		xie_wr_kv_str(w, "label", list[i].zh);
		xie_wr_kv_str(w, "label_en", list[i].en);
		xie_wr_kv_i64(w, "fen", list[i].fen);
		xie_wr_char(w, '}');
	}
	xie_wr_char(w, ']');
	return st;
}

static void kv_evidence(xie_wr *w, const struct web_case *k)
{
	xie_wr_key(w, "evidence");
	xie_wr_char(w, '[');
	if (k->f.alert.n != 0) {
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "id", k->f.alert);
		xie_wr_kv_str(w, "title", XIE_STR("预警的原始数据与轨迹"));
		xie_wr_kv_str(w, "kind", XIE_STR("track"));
		xie_wr_char(w, '}');
	}
	xie_wr_char(w, ']');
}

static void kv_chain(xie_wr *w, const struct web_case *k)
{
	char hash[65];
	xie_wr h = xie_wr_of(hash, sizeof hash);
	xie_wr_hex(&h, k->f.head, 32);
	xie_wr_key(w, "chain");
	xie_wr_char(w, '{');
	xie_wr_kv_bool(w, "ok", !k->broken && k->err.st == XIE_OK);
	xie_wr_kv_i64(w, "count", k->f.n);
	xie_wr_kv_str(w, "head", xie_wr_view(&h));
	if (k->broken || k->err.st != XIE_OK)
		xie_wr_kv_i64(w, "broken_at", k->broken ? (int64_t)k->broken_at : (int64_t)k->f.n + 1);
	xie_wr_char(w, '}');
}

xie_status web_case_detail_json(struct web_req *r, xie_wr *w, const struct web_case *k)
{
	const struct xie_case_clock *clocks = NULL;
	uint32_t n = 0;
	xie_status st = xie_case_clocks(k->f.c, k->f.law, &r->scratch->mem, r->now, &clocks, &n);
	xie_wr_text(w, "{\"summary\":");
	web_case_summary_json(r->w, &r->scratch->mem, w, &k->row, r->now);
	kv_stages(w, k);
	xie_wr_key(w, "clocks");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < n; i++) {
		xie_wr_sep(w);
		web_case_clock_json(w, &clocks[i], k->f.law);
	}
	xie_wr_char(w, ']');
	kv_people(w, k);
	xie_wr_key(w, "events");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < k->f.n; i++)
		web_case_event_json(r, w, &k->f.entries[i]);
	xie_wr_char(w, ']');
	if (st == XIE_OK)
		st = kv_documents(r, w, k);
	kv_evidence(w, k);
	if (st == XIE_OK)
		st = kv_amounts(r, w, k);
	xie_wr_key(w, "header");
	xie_val_write(xie_val_get(k->f.header, "case"), w);
	web_kv_text(w, "party_id", k->f.party);
	kv_chain(w, k);
	xie_wr_char(w, '}');
	return st;
}

/* ---- refusals ---- */

void web_case_unmet_json(xie_wr *w, const struct xie_law_unmet *list, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "code", list[i].code);
		xie_wr_kv_str(w, "kind", xie_str_of(xie_case_unmet_kind(list[i].code)));
		xie_wr_kv_str(w, "what", list[i].zh);
		xie_wr_kv_str(w, "what_en", list[i].en);
		texts(w, "basis", list[i].basis, list[i].n_basis);
		xie_wr_char(w, '}');
	}
}

static xie_wr *reopen(struct web_req *r)
{
	xie_wr *w = web_out(r);
	w->n = w->need = w->n - 1; /* before the closing brace */
	return w;
}

void web_case_refuse(struct web_req *r, const struct xie_law_unmet *list, uint32_t n)
{
	web_fail(r, XIE_WEB_E_unmet, NULL, NULL);
	xie_wr *w = reopen(r);
	xie_wr_key(w, "unmet");
	xie_wr_char(w, '[');
	web_case_unmet_json(w, list, n);
	xie_wr_text(w, "]}");
}

void web_case_conflict(struct web_req *r, const struct web_case *k, uint64_t since)
{
	web_fail(r, XIE_WEB_E_conflict, NULL, NULL);
	xie_wr *w = reopen(r);
	xie_wr_key(w, "current");
	(void)!web_case_detail_json(r, w, k);
	xie_wr_key(w, "changed");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < k->f.n; i++)
		if (k->f.entries[i].n > since)
			web_case_event_json(r, w, &k->f.entries[i]);
	xie_wr_text(w, "]}");
}

void web_case_bad_event(struct web_req *r, const struct xie_err *err)
{
	char hint[256];
	(void)snprintf(hint, sizeof hint, "%s", err->hint);
	web_fail_field(r, "data", err->what, hint);
}
