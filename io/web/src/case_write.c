/* SPDX-License-Identifier: Apache-2.0 */
/* What an act leaves behind: the event, the numbers it takes, and the row that lists are made of. */
#include "case.h"

#include <inttypes.h>
#include <stdio.h>

#include "xie/base/time.h"

#define DAY INT64_C(86400000)

xie_status web_case_put_event(struct web_req *r, struct web_case *k, struct web_case_draft *d, xie_str event, xie_ms at,
                              xie_str by, xie_str body)
{
	size_t i = d->change.n_events;
	if (i == sizeof d->events / sizeof d->events[0])
		return XIE_LIMIT;
	struct xie_event *e = &d->events[i];
	*e = (struct xie_event){ .kind = CASE_KIND,
		                 .id = k->row.id,
		                 .n = k->row.version + i + 1,
		                 .at = at,
		                 .event = event,
		                 .by = by,
		                 .data = body,
		                 .user = xie_str_of(r->who.user),
		                 .signature = XIE_STR(""),
		                 .key_id = XIE_STR("") };
	memcpy(e->prev, i == 0 ? k->row.head : d->events[i - 1].digest, sizeof e->prev);
	xie_status st = xie_event_digest(&r->scratch->mem, e, e->digest);
	struct xie_err err = { .st = XIE_OK };
	if (st == XIE_OK)
		st = xie_case_file_add(&k->f, e, &err);
	if (st != XIE_OK) {
		k->err = err;
		return st;
	}
	d->change.events = d->events;
	d->change.n_events = i + 1;
	return XIE_OK;
}

/* ---- numbers ---- */

static xie_status check_number(xie_wr *w)
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint8_t raw[16];
	xie_status st = xie_random(raw, sizeof raw);
	if (st != XIE_OK)
		return st;
	xie_wr_key(w, "verify");
	xie_wr_char(w, '"');
	for (size_t i = 0; i < sizeof raw; i++)
		xie_wr_char(w, letters[raw[i] & 31]);
	xie_wr_char(w, '"');
	return XIE_OK;
}

static xie_status doc_number(struct web_req *r, struct web_case *k, struct web_case_draft *d, xie_str code, xie_wr *w)
{
	struct xie_store *s = r->w->conf.store;
	xie_str kind = xie_law_word_of(k->f.law, "doc_numbers", code);
	char series[160], no[200];
	uint64_t n = 0;
	int32_t year;
	uint8_t month, day;
	if (kind.n == 0)
		return XIE_OK;
	xie_civil_from_days(xie_law_day(k->f.law, r->now), &year, &month, &day);
	(void)snprintf(series, sizeof series, "doc/%.*s/%.*s/%" PRId32, (int)k->row.org.n, k->row.org.p, (int)code.n, code.p,
	               year);
	xie_status st = s->number_peek(s->self, xie_str_of(series), &n);
	if (st != XIE_OK)
		return st;
	size_t i = d->change.n_numbers;
	if (i == sizeof d->numbers / sizeof d->numbers[0])
		return XIE_LIMIT;
	d->numbers[i] = (struct xie_number){ web_keep(&r->scratch->mem, xie_str_of(series)), n };
	d->change.numbers = d->numbers;
	d->change.n_numbers = i + 1;
	(void)snprintf(no, sizeof no, "%s%.*s〔%" PRId32 "〕%" PRIu64 "号",
	               r->w->conf.short_name != NULL ? r->w->conf.short_name : "", (int)kind.n, kind.p, year, n);
	xie_wr_kv_str(w, "no", xie_str_of(no));
	return XIE_OK;
}

xie_status web_case_number_docs(struct web_req *r, struct web_case *k, struct web_case_draft *d,
                                const struct xie_law_case *after, xie_wr *w)
{
	const struct xie_law_doc *docs = NULL;
	uint32_t n = 0;
	xie_status st = xie_case_new_docs(k->f.c, after, &r->scratch->mem, &docs, &n);
	if (st != XIE_OK || n == 0)
		return st;
	xie_wr_key(w, "docs");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < n && st == XIE_OK; i++) {
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "code", docs[i].code);
		st = doc_number(r, k, d, docs[i].code, w);
		if (st == XIE_OK)
			st = check_number(w);
		xie_wr_char(w, '}');
	}
	xie_wr_char(w, ']');
	return st;
}

/* ---- the row ---- */

static void key(struct web_case_draft *d, const char *name, xie_str value)
{
	size_t n = d->change.n_keys;
	if (value.n == 0 || n == sizeof d->keys / sizeof d->keys[0])
		return;
	d->keys[n] = (struct xie_subject_key){ xie_str_of(name), value };
	d->change.keys = d->keys;
	d->change.n_keys = n + 1;
}

static void find_keys(struct web_case *k, struct web_case_draft *d)
{
	const struct xie_val *c = xie_val_get(k->f.header, "case"), *act = xie_val_get(c, "act");
	d->change.n_keys = 0;
	key(d, "party", k->f.party);
	key(d, "alert", k->f.alert);
	key(d, "target", xie_val_get_str(k->f.opening, "target"));
	xie_str act_key = xie_val_get_str(c, "act_key");
	key(d, "act_key", act_key.n != 0 ? act_key : xie_val_get_str(act, "act_key"));
	/* Check numbers first: a document that was printed must be found, however many people a case has seen. */
	for (uint32_t i = 0; i < k->f.n; i++)
		XIE_VAL_EACH(v, k->f.entries[i].docs)
		key(d, "verify", xie_val_get_str(v, "verify"));
	XIE_VAL_EACH(p, xie_val_get(k->f.header, "people"))
	key(d, "person", p->key);
}

static void kv_officers(xie_wr *w, const struct web_case *k, bool assigned)
{
	xie_wr_key(w, "officers");
	xie_wr_char(w, '[');
	XIE_VAL_EACH(p, xie_val_get(k->f.header, "people"))
	{
		if (assigned ? !xie_law_set_has(k->f.c, "investigators", p->key)
		             : !xie_val_is(xie_val_get(p, "role"), "OFFICER"))
			continue;
		xie_wr_sep(w);
		xie_wr_json_str(w, p->key);
	}
	xie_wr_char(w, ']');
}

static bool any_assigned(const struct web_case *k)
{
	XIE_VAL_EACH(p, xie_val_get(k->f.header, "people"))
	{
		if (xie_law_set_has(k->f.c, "investigators", p->key))
			return true;
	}
	return false;
}

static const struct xie_case_clock *worst(const struct xie_case_clock *list, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (list[i].state != XIE_CC_DONE && list[i].state != XIE_CC_PAUSED &&
		    !xie_str_is(list[i].k.code, "RETAIN"))
			return &list[i];
	return NULL;
}

static xie_status item_name(void *ctx, const struct xie_world_violation *v)
{
	xie_wr_kv_str(ctx, "item_name", v->name);
	return XIE_OK;
}

static void projection(struct web_req *r, struct web_case *k, const struct xie_case_clock *clock, xie_wr *w)
{
	const struct xie_val *c = xie_val_get(k->f.header, "case");
	struct xie_world *world = r->w->conf.world;
	int64_t fen;
	uint32_t n = 0;
	const xie_str *flags = xie_law_flags(k->f.c, &n);
	xie_str item = xie_val_get_str(c, "item");
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "full_no", xie_val_get_str(k->f.opening, "full_no"));
	xie_wr_kv_str(w, "party", xie_val_get_str(xie_val_get(c, "party"), "name"));
	xie_wr_kv_str(w, "item", item);
	if (item.n != 0 && world->violation != NULL)
		(void)world->violation(world->self, item, item_name, w);
	xie_wr_kv_str(w, "proc", xie_law_proc(k->f.c));
	if (xie_law_fact_i64(k->f.c, "fine_fen", &fen) || xie_law_fact_i64(k->f.c, "intended_fine", &fen))
		xie_wr_kv_i64(w, "fine_fen", fen);
	xie_wr_kv_str(w, "alert", k->f.alert);
	xie_wr_key(w, "flags");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < n; i++) {
		xie_wr_sep(w);
		xie_wr_json_str(w, flags[i]);
	}
	xie_wr_char(w, ']');
	kv_officers(w, k, any_assigned(k));
	if (clock != NULL) {
		xie_wr_key(w, "clock");
		web_case_clock_json(w, clock, k->f.law);
		xie_wr_kv_i64(w, "clock_near", clock->near);
		xie_wr_kv_i64(w, "clock_due", clock->due);
		xie_wr_kv_i64(w, "clock_end", clock->end);
		xie_wr_kv_i64(w, "clock_at", r->now);
		xie_wr_kv_bool(w, "clock_duty", clock->k.duty || xie_law_word(k->f.law, "payment_clocks", clock->k.code));
	}
	xie_wr_char(w, '}');
}

static xie_status waiting(struct web_req *r, struct web_case *k, xie_wr *w)
{
	const xie_str *roles = NULL;
	uint32_t n = 0;
	struct xie_err err;
	xie_status st = xie_case_waiting(k->f.c, k->f.law, &r->scratch->mem, r->now, &roles, &n, &err);
	if (st == XIE_MISSING) /* a calendar that is not out says nothing about whose turn it is */
		return XIE_OK;
	for (uint32_t i = 0; i < n && st == XIE_OK; i++) {
		const char *code = xie_case_role_code(roles[i]);
		if (code == NULL)
			continue;
		if (w->n != 0)
			xie_wr_char(w, ',');
		xie_wr_text(w, code);
	}
	return st;
}

static xie_wr buffer(struct web_req *r, size_t cap)
{
	char *p = xie_arena_alloc(&r->scratch->mem, cap, 1);
	return xie_wr_of(p, p != NULL ? cap : 0);
}

static xie_str searched(struct web_req *r, struct web_case *k)
{
	const struct xie_val *c = xie_val_get(k->f.header, "case");
	const xie_str parts[] = { k->row.no,
		                  xie_val_get_str(k->f.opening, "full_no"),
		                  k->f.title,
		                  xie_val_get_str(xie_val_get(c, "party"), "name"),
		                  xie_val_get_str(xie_val_get(c, "act"), "place"),
		                  xie_val_get_str(k->f.opening, "target_name") };
	xie_wr w = buffer(r, 2048);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (w.n != 0)
			xie_wr_char(&w, ' ');
		xie_wr_str(&w, parts[i]);
	}
	return xie_wr_view(&w);
}

xie_status web_case_project(struct web_req *r, struct web_case *k, struct web_case_draft *d)
{
	const struct xie_case_clock *list = NULL;
	uint32_t n = 0;
	struct xie_subject *row = &k->row;
	xie_wr json = buffer(r, 64 << 10), roles = buffer(r, 256);
	xie_status st = xie_case_clocks(k->f.c, k->f.law, &r->scratch->mem, r->now, &list, &n);
	if (st == XIE_OK)
		st = waiting(r, k, &roles);
	if (st != XIE_OK)
		return st;
	const struct xie_case_clock *w = worst(list, n);
	projection(r, k, w, &json);
	if (json.st != XIE_OK || roles.st != XIE_OK)
		return XIE_LIMIT;
	uint64_t before = row->version;
	row->state = xie_law_state(k->f.c);
	row->stage = xie_law_stage(k->f.c);
	row->title = k->f.title;
	row->clock = w != NULL ? xie_str_of(xie_case_clock_state_name(w->state)) : XIE_STR("");
	row->due = w != NULL ? w->end : XIE_NO_TIME;
	row->snooze_to = XIE_NO_TIME;
	row->waiting_for = xie_wr_view(&roles);
	row->text = searched(r, k);
	row->json = xie_wr_view(&json);
	find_keys(k, d);
	d->change.row = *row;
	d->change.version = before;
	/* As the store will give it back. */
	row->version = before + d->change.n_events;
	row->created = before == 0 && d->change.n_events != 0 ? d->events[0].at : row->created;
	row->updated = d->change.n_events != 0 ? d->events[d->change.n_events - 1].at : row->updated;
	memcpy(row->head, k->f.head, sizeof row->head);
	return XIE_OK;
}
