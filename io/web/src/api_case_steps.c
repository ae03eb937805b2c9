/* SPDX-License-Identifier: Apache-2.0 */
/* The step panel (UI.md 4.9) and the steps: what this user may do to this case now, what is missing and which article
 * asks for it, and doing it.  The law decides; this file knows no event by name. */
#include "api.h"

#include <stdio.h>

#include "case.h"

#include "xie/base/time.h"

static const char *group_of(const struct xie_law *law, const struct xie_law_possible *p, bool ok)
{
	return xie_law_word(law, "rare_events", p->event) ? "rare" : ok ? "now" : "blocked";
}

/* An act of the party's, or one that time brings about, is written down by whoever holds the case. */
static const char *on_behalf(const struct xie_law *law, xie_str event)
{
	return xie_law_word(law, "party_events", event)    ? "party"
	       : xie_law_word(law, "system_events", event) ? "system"
	                                                   : NULL;
}

static bool writes_down(const struct web_req *r)
{
	return web_has_role(r, XIE_ROLE_BIT(OFFICER) | XIE_ROLE_BIT(UNIT_HEAD));
}

/* ---- the list of steps ---- */

static const struct xie_law_unmet not_a_writer = { { "role:OFFICER", 12 },
	                                           { "由承办的执法人员记录", 30 },
	                                           { "an officer writes it down", 25 },
	                                           NULL,
	                                           0 };

struct steps {
	struct web_req *r;
	struct web_case *k;
	xie_str me;
};

/* That two are needed is asked for in the form (`with`), as long as this person is one who may. */
static bool is_form_item(const struct xie_law_possible *p, const struct xie_law_unmet *u)
{
	return p->for_person && xie_str_starts(u->code, "role:");
}

static unsigned open_items(const struct steps *s, const struct xie_law_possible *p)
{
	unsigned n = on_behalf(s->k->f.law, p->event) != NULL && !writes_down(s->r);
	for (uint32_t i = 0; i < p->n_unmet; i++)
		n += !is_form_item(p, &p->unmet[i]);
	return n;
}

static const char *field_type(const struct xie_law *law, const struct xie_law_ask *a)
{
	bool person = xie_law_word(law, "person_keys", a->key);
	if (xie_str_is(a->type, "bool") || xie_str_starts(a->type, "bool "))
		return "bool";
	if (xie_str_is(a->type, "int"))
		return a->key.n > 4 && memcmp(a->key.p + a->key.n - 4, "_fen", 4) == 0 ? "fen" : "int";
	if (xie_str_is(a->type, "date"))
		return "date";
	if (xie_str_is(a->type, "time"))
		return "time";
	if (xie_str_is(a->type, "text") || xie_str_starts(a->type, "text "))
		return person ? "person" : xie_law_word(law, "long_keys", a->key) ? "long" : "text";
	if (person)
		return "persons";
	return xie_law_word(law, "choice_keys", a->key) ? "choices" : "json";
}

static bool is_required(const struct xie_law_possible *p, xie_str key)
{
	for (uint32_t i = 0; i < p->n_demands; i++) {
		size_t colon = xie_str_find(p->demands[i].code, ':');
		if (xie_str_eq(xie_str_from(p->demands[i].code, colon + 1), key))
			return true;
	}
	return false;
}

/* What the file says already. */
static void kv_value(const struct steps *s, xie_wr *w, const struct xie_law_possible *p, const struct xie_law_ask *a)
{
	const struct web_case *k = s->k;
	int64_t fen;
	if (xie_str_is(a->key, "doc") && p->n_writes != 0)
		xie_wr_kv_str(w, "value", p->writes[0]);
	else if (xie_str_is(a->key, "facts") && xie_val_get_str(k->f.opening, "facts").n != 0)
		xie_wr_kv_str(w, "value", xie_val_get_str(k->f.opening, "facts"));
	else if (xie_str_is(a->key, "basis") && xie_val_get_str(k->f.opening, "basis").n != 0)
		xie_wr_kv_str(w, "value", xie_val_get_str(k->f.opening, "basis"));
	else if (xie_str_is(a->key, "source") && xie_val_get_str(k->f.opening, "source").n != 0)
		xie_wr_kv_str(w, "value", xie_val_get_str(k->f.opening, "source"));
	else if (xie_str_is(a->key, "fine_fen") && xie_law_fact_i64(k->f.c, "intended_fine", &fen))
		xie_wr_kv_i64(w, "value", fen);
	else if (xie_str_is(a->key, "paid_fen") && xie_law_fact_i64(k->f.c, "paid_fen", &fen))
		xie_wr_kv_i64(w, "value", fen);
}

static void fields(const struct steps *s, xie_wr *w, const struct xie_law_possible *p)
{
	bool two = false;
	xie_wr_key(w, "fields");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < p->n_unmet; i++)
		two = two || is_form_item(p, &p->unmet[i]);
	if (two)
		xie_wr_text(w, "{\"key\":\"with\",\"label\":\"共同承办人\",\"label_en\":\"together with\",\"type\":\"persons\","
		               "\"required\":true}");
	for (uint32_t i = 0; i < p->n_asks; i++) {
		const struct xie_law_ask *a = &p->asks[i];
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "key", a->key);
		xie_wr_kv_str(w, "label", a->zh);
		xie_wr_kv_str(w, "label_en", a->en);
		xie_wr_kv_str(w, "type", xie_str_of(field_type(s->k->f.law, a)));
		xie_wr_kv_bool(w, "required", is_required(p, a->key));
		kv_value(s, w, p, a);
		web_kv_text(w, "hint", xie_str_is(xie_str_of(field_type(s->k->f.law, a)), "json") ? a->type : XIE_STR(""));
		xie_wr_char(w, '}');
	}
	xie_wr_char(w, ']');
}

static void names(xie_wr *w, const char *key, const xie_str *list, uint32_t n)
{
	xie_wr_key(w, key);
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < n; i++) {
		xie_wr_sep(w);
		xie_wr_json_str(w, list[i]);
	}
	xie_wr_char(w, ']');
}

static xie_status put_draft(void *ctx, const struct xie_draft *d)
{
	xie_wr *w = ctx;
	xie_wr_key(w, "draft");
	xie_wr_str(w, d->json);
	return XIE_OK;
}

static void kv_draft(const struct steps *s, xie_wr *w, xie_str event)
{
	struct xie_store *st = s->r->w->conf.store;
	(void)st->draft_get(st->self, xie_str_of(s->r->who.user), CASE_KIND, s->k->row.id, event, put_draft, w);
}

static void kv_met(xie_wr *w, const struct xie_law_possible *p)
{
	xie_wr_key(w, "met");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < p->n_met; i++) {
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "what", p->met[i].zh);
		xie_wr_kv_str(w, "what_en", p->met[i].en);
		names(w, "basis", p->met[i].basis, p->met[i].n_basis);
		xie_wr_char(w, '}');
	}
	xie_wr_char(w, ']');
}

static void kv_who(xie_wr *w, const struct xie_law_possible *p)
{
	xie_wr_key(w, "who");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < p->n_roles; i++) {
		const char *code = xie_case_role_code(p->roles[i]);
		if (code == NULL)
			continue;
		xie_wr_sep(w);
		xie_wr_json_str(w, xie_str_of(code));
	}
	xie_wr_char(w, ']');
}

static void step_json(const struct steps *s, xie_wr *w, const struct xie_law_possible *p)
{
	const struct xie_law *law = s->k->f.law;
	bool ok = open_items(s, p) == 0;
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "event", p->event);
	xie_wr_kv_str(w, "title", p->zh);
	xie_wr_kv_str(w, "title_en", p->en);
	xie_wr_kv_bool(w, "ok", ok);
	xie_wr_kv_str(w, "group", xie_str_of(group_of(law, p, ok)));
	xie_wr_kv_bool(w, "danger", xie_law_word(law, "grave_events", p->event));
	xie_wr_kv_bool(w, "reauth", xie_law_word(law, "reauth_events", p->event));
	names(w, "writes", p->writes, p->n_writes);
	names(w, "starts", p->starts, p->n_starts);
	web_kv_text(w, "to", p->to);
	kv_who(w, p);
	xie_wr_key(w, "unmet");
	xie_wr_char(w, '[');
	if (on_behalf(law, p->event) != NULL && !writes_down(s->r))
		web_case_unmet_json(w, &not_a_writer, 1);
	for (uint32_t i = 0; i < p->n_unmet; i++)
		if (!is_form_item(p, &p->unmet[i]))
			web_case_unmet_json(w, &p->unmet[i], 1);
	xie_wr_char(w, ']');
	kv_met(w, p);
	fields(s, w, p);
	kv_draft(s, w, p->event);
	xie_wr_char(w, '}');
}

/* The case with this user in it, so that the law can say what he may; nothing is written. */
static bool with_me(struct web_req *r, struct web_case *k)
{
	const struct xie_val *people = NULL;
	xie_str me = xie_str_of(r->who.user);
	struct xie_err err;
	if (!web_case_is_officer(&r->who))
		return true;
	if (!web_case_people(r, k, &me, 1, &people))
		return false;
	if (people == NULL)
		return true;
	const struct xie_val *all = xie_tree_merge(&r->scratch->mem, xie_val_get(k->f.header, "people"), people);
	const struct xie_val *header = all != NULL ? xie_tree_with(&r->scratch->mem, k->f.header, "people", all) : NULL;
	xie_status st = header != NULL ? xie_law_amend(k->f.law, &r->scratch->mem, k->f.c, header, &k->f.c, &err) : XIE_LIMIT;
	if (st != XIE_OK) {
		web_fail_status(r, st, "putting a person into a case");
		return false;
	}
	k->f.header = header;
	return true;
}

/* Doable now, then what lacks least, rare acts last; each event once, in the row that lacks least. */
static void write_steps(const struct steps *s, xie_wr *w, const struct xie_law_possible *const *of, const xie_str *as, uint32_t n)
{
	for (unsigned pass = 0; pass < 2; pass++)
		for (unsigned lack = 0; lack <= 65; lack++)
			for (uint32_t i = 0; i < n; i++) {
				bool rare = xie_law_word(s->k->f.law, "rare_events", of[i]->event);
				(void)as;
				if (rare == (pass == 1) && open_items(s, of[i]) == lack)
					step_json(s, w, of[i]);
			}
}

static xie_status collect(struct steps *s, const struct xie_law_possible **ret, uint32_t cap, uint32_t *ret_n,
                          struct xie_err *err)
{
	static const xie_str asked[] = { { "", 0 }, { "party", 5 }, { "system", 6 } };
	const struct xie_law *law = s->k->f.law;
	xie_arena *mem = &s->r->scratch->mem;
	uint32_t n = 0;
	for (unsigned q = 0; q < 3; q++) {
		const struct xie_law_possible *list = NULL;
		uint32_t k = 0;
		xie_status st = xie_law_possible(law, mem, s->k->f.c, q == 0 ? s->me : asked[q], s->r->now, NULL, &list, &k, err);
		if (st != XIE_OK)
			return st;
		for (uint32_t i = 0; i < k; i++) {
			const char *who = on_behalf(law, list[i].event);
			bool mine = who == NULL ? q == 0 : xie_str_is(asked[q], who);
			uint32_t at = 0;
			while (at < n && !xie_str_eq(ret[at]->event, list[i].event))
				at++;
			if (!mine || at == cap)
				continue;
			if (at == n)
				ret[n++] = &list[i];
			else if (open_items(s, &list[i]) < open_items(s, ret[at]))
				ret[at] = &list[i];
		}
	}
	*ret_n = n;
	return XIE_OK;
}

void api_case_steps(struct web_req *r)
{
	enum { MAX = 128 };
	const struct xie_law_possible *of[MAX];
	struct web_case k;
	struct xie_err err = { .st = XIE_OK };
	uint32_t n = 0;
	xie_wr *w = web_out(r);
	if (!web_case_load(r, r->param[0], &k))
		return;
	uint64_t version = k.f.n;
	bool usable = !k.broken && k.err.st == XIE_OK;
	if (usable && !with_me(r, &k))
		return;
	struct steps s = { r, &k, web_case_is_officer(&r->who) ? xie_str_of(r->who.user) : XIE_STR("nobody") };
	xie_status st = usable ? collect(&s, of, MAX, &n, &err) : XIE_OK;
	if (st != XIE_OK) {
		web_log(r->w, XIE_WEB_FAULT, "steps of case %.*s: %s", (int)k.row.no.n, k.row.no.p, err.what);
		web_fail_status(r, st == XIE_MISSING ? XIE_UNAVAILABLE : st, "asking the law what may be done");
		return;
	}
	uint32_t lowest = 0;
	while (lowest < XIE_ROLE__COUNT && (r->who.roles >> lowest & 1) == 0)
		lowest++;
	xie_wr_text(w, "{\"as\":{");
	xie_wr_kv_str(w, "name", xie_str_of(r->who.name));
	xie_wr_kv_str(w, "role", xie_str_of(xie_role_code((enum xie_role)lowest)));
	xie_wr_char(w, '}');
	xie_wr_kv_i64(w, "version", (int64_t)version);
	xie_wr_key(w, "steps");
	xie_wr_char(w, '[');
	write_steps(&s, w, of, &s.me, n);
	xie_wr_text(w, "]}");
	web_ok(r, 200);
}

/* ---- drafts ---- */

void api_case_draft(struct web_req *r)
{
	static const char *const keys[] = { "data", "version", "saved_at", NULL };
	struct xie_store *s = r->w->conf.store;
	struct web_case k;
	const struct xie_val *o = web_body(r), *data = xie_val_get(o, "data");
	int64_t version;
	xie_str zh, en;
	xie_wr *w = web_out(r);
	if (o == NULL || !web_only(r, o, keys) || !web_take_int(r, o, "version", 0, INT64_MAX, true, &version))
		return;
	if (data == NULL || data->kind != XIE_VAL_OBJECT) {
		web_fail_field(r, "data", web_say(r, "应为对象", "must be an object"), NULL);
		return;
	}
	if (!web_case_load(r, r->param[0], &k))
		return;
	if (xie_law_event_names(k.f.law, r->param[1], &zh, &en) != XIE_OK) {
		web_fail(r, XIE_WEB_E_not_found, NULL, NULL);
		return;
	}
	xie_wr_char(w, '{');
	xie_wr_key(w, "data");
	xie_val_write(data, w);
	xie_wr_kv_i64(w, "version", version);
	web_kv_time(w, "saved_at", r->now);
	xie_wr_char(w, '}');
	struct xie_draft d = { .user = xie_str_of(r->who.user),
		               .subject_kind = CASE_KIND,
		               .subject = k.row.id,
		               .event = r->param[1],
		               .json = data->count != 0 ? xie_wr_view(w) : XIE_STR(""),
		               .at = r->now };
	xie_status st = s->draft_put(s->self, &d);
	if (st != XIE_OK)
		web_fail_status(r, st, "keeping a draft");
	else
		web_ok(r, 200);
}

/* ---- one step ---- */

struct step {
	xie_str event, password;
	const struct xie_val *data, *with;
	int64_t version;
	xie_ms at;
};

static bool read_step(struct web_req *r, struct step *s)
{
	static const char *const keys[] = { "event", "version", "data", "with", "password", "at", NULL };
	const struct xie_val *o = web_body(r);
	xie_str at = { "", 0 };
	*s = (struct step){ .password = { "", 0 }, .at = r->now };
	if (o == NULL || !web_only(r, o, keys) || !web_take_str(r, o, "event", 1, 64, true, &s->event) ||
	    !web_take_int(r, o, "version", 1, INT64_MAX, true, &s->version) ||
	    !web_take_str(r, o, "password", 0, 256, false, &s->password) || !web_take_str(r, o, "at", 0, 40, false, &at))
		return false;
	s->data = xie_val_get(o, "data");
	s->with = xie_val_get(o, "with");
	if (s->data == NULL || s->data->kind != XIE_VAL_OBJECT) {
		web_fail_field(r, "data", web_say(r, "应为对象", "must be an object"), NULL);
		return false;
	}
	if (s->with != NULL && s->with->kind != XIE_VAL_ARRAY) {
		web_fail_field(r, "with", web_say(r, "应为人员编号的列表", "must be a list of ids"), NULL);
		return false;
	}
	if (at.n != 0 && (xie_time_parse(at, INT64_C(8) * 3600000, &s->at) != XIE_OK || s->at > r->now)) {
		web_fail_field(r, "at", web_say(r, "应为不晚于现在的时间", "must be a time, not in the future"), NULL);
		return false;
	}
	return true;
}

/* Who acts: the user and those with him; or in whose name he writes. */
static const struct xie_val *actors(struct web_req *r, const struct xie_law *law, const struct step *s)
{
	enum { MAX = 16 };
	xie_str ids[MAX];
	size_t n = 1;
	const char *other = on_behalf(law, s->event);
	ids[0] = other != NULL ? xie_str_of(other) : xie_str_of(r->who.user);
	XIE_VAL_EACH(v, other == NULL ? s->with : NULL)
	{
		if (n < MAX && v->kind == XIE_VAL_STRING)
			ids[n++] = v->s;
	}
	return xie_tree_texts(&r->scratch->mem, ids, n);
}

static bool find_people(struct web_req *r, const struct web_case *k, const struct step *s, const struct xie_val *by,
                        const struct xie_val **ret_people)
{
	enum { MAX = 32 };
	xie_str ids[MAX];
	size_t n = 0;
	if (on_behalf(k->f.law, s->event) == NULL)
		XIE_VAL_EACH(v, by)
		{
			if (n < MAX && !xie_str_is(v->s, "party"))
				ids[n++] = v->s;
		}
	return web_case_named(r, k->f.law, s->data, ids, MAX, &n) && web_case_people(r, k, ids, n, ret_people);
}

/* Grave steps ask for the password again, if it was not given in the last minutes. */
static bool is_sure(struct web_req *r, const struct xie_law *law, const struct step *s)
{
	if (!xie_law_word(law, "reauth_events", s->event))
		return true;
	if (s->password.n == 0) {
		web_fail(r, XIE_WEB_E_reauth_needed, NULL, NULL);
		return false;
	}
	return web_password_right(r, s->password);
}

/* {"data":..., "people":..., "docs":...} as it is kept. */
static xie_status body_of(struct web_req *r, struct web_case *k, struct web_case_draft *d, const struct step *s,
                          const struct xie_val *people, const struct xie_law_case *after, xie_str *ret_body)
{
	enum { BODY = 256 << 10 };
	char *buf = xie_arena_alloc(&r->scratch->mem, BODY, 1);
	xie_wr w = xie_wr_of(buf, buf != NULL ? BODY : 0);
	xie_wr_char(&w, '{');
	xie_wr_key(&w, "data");
	xie_val_write(s->data, &w);
	if (people != NULL) {
		xie_wr_key(&w, "people");
		xie_val_write(people, &w);
	}
	xie_status st = web_case_number_docs(r, k, d, after, &w);
	xie_wr_char(&w, '}');
	*ret_body = xie_wr_view(&w);
	return st == XIE_OK ? w.st : st;
}

static xie_str written(struct web_req *r, const struct xie_val *v)
{
	enum { MAX = 4096 };
	char *buf = xie_arena_alloc(&r->scratch->mem, MAX, 1);
	xie_wr w = xie_wr_of(buf, buf != NULL ? MAX : 0);
	xie_val_write(v, &w);
	return xie_wr_view(&w);
}

static void do_step(struct web_req *r, struct web_case *k, const struct step *s, const struct xie_val *by,
                    const struct xie_val *people)
{
	struct web_case_draft *d = xie_arena_new(&r->scratch->mem, struct web_case_draft, 1);
	const struct xie_law_case *after = NULL;
	const struct xie_val *header = NULL;
	struct xie_law_outcome out = { .ok = false };
	struct xie_err err = { .st = XIE_OK };
	xie_str body;
	xie_status st = d != NULL ? xie_case_file_try(&k->f, s->event, s->at, by, s->data, people, &after, &header, &out, &err)
	                          : XIE_LIMIT;
	if (st != XIE_OK && st != XIE_LIMIT) {
		web_case_bad_event(r, &err);
		return;
	}
	if (st == XIE_OK && !out.ok) {
		web_case_refuse(r, out.unmet, out.n_unmet);
		return;
	}
	if (st == XIE_OK)
		st = body_of(r, k, d, s, people, after, &body);
	if (st == XIE_OK)
		st = web_case_put_event(r, k, d, s->event, s->at, written(r, by), body);
	if (st == XIE_OK)
		st = web_case_project(r, k, d);
	if (st == XIE_OK)
		st = web_case_detail_json(r, web_out(r), k);
	if (st != XIE_OK) {
		web_fail_status(r, st, "taking a step");
		return;
	}
	if (web_commit(r, &d->change, 1, "case_event", k->row.no, 200)) {
		struct xie_store *store = r->w->conf.store;
		struct xie_draft done = { .user = xie_str_of(r->who.user), .subject_kind = CASE_KIND, .subject = k->row.id,
			                  .event = s->event, .json = XIE_STR(""), .at = r->now };
		(void)store->draft_put(store->self, &done); /* a draft that stays is offered again, and harms nobody */
	}
}

void api_case_event(struct web_req *r)
{
	struct step s;
	struct web_case k;
	const struct xie_val *people = NULL;
	xie_str zh, en;
	if (!read_step(r, &s) || !web_case_load(r, r->param[0], &k))
		return;
	if (k.broken || k.err.st != XIE_OK || (uint64_t)s.version != k.f.n) {
		web_case_conflict(r, &k, (uint64_t)s.version);
		return;
	}
	if (xie_law_event_names(k.f.law, s.event, &zh, &en) != XIE_OK) {
		web_fail_field(r, "event", web_say(r, "没有这个事项", "there is no such event"), NULL);
		return;
	}
	if (on_behalf(k.f.law, s.event) != NULL && !writes_down(r)) {
		web_case_refuse(r, &not_a_writer, 1);
		return;
	}
	const struct xie_val *by = actors(r, k.f.law, &s);
	if (by == NULL) {
		web_fail_status(r, XIE_LIMIT, "taking a step");
		return;
	}
	if (find_people(r, &k, &s, by, &people) && is_sure(r, k.f.law, &s))
		do_step(r, &k, &s, by, people);
}
