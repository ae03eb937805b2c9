/* SPDX-License-Identifier: Apache-2.0 */
/* The first page of a file: a lead, by hand or from an alert that was found true.  What the alert knows is written in: who,
 * where, when, how much, which item of law, and where its evidence lies. */
#include "case_open.h"

#include <inttypes.h>
#include <stdio.h>

#include "alert.h"

#include "xie/base/time.h"

static xie_wr buffer(struct web_req *r, size_t cap)
{
	char *p = xie_arena_alloc(&r->scratch->mem, cap, 1);
	return xie_wr_of(p, p != NULL ? cap : 0);
}

static void kv_day(xie_wr *w, const char *key, int64_t day)
{
	xie_wr_key(w, key);
	xie_wr_char(w, '"');
	xie_wr_date(w, day);
	xie_wr_char(w, '"');
}

/* ---- from the alert ---- */

static xie_status take_violation(void *ctx, const struct xie_world_violation *v)
{
	struct web_new_case *n = ctx;
	xie_arena *mem = n->mem;
	n->law_item = *v;
	n->law_item.id = web_keep(mem, v->id);
	n->law_item.name = web_keep(mem, v->name);
	n->law_item.agency = web_keep(mem, v->agency);
	n->law_item.rank = web_keep(mem, v->rank);
	n->law_item.kinds = web_keep(mem, v->kinds);
	n->law_item.basis = web_keep(mem, v->basis);
	n->has_item = true;
	return XIE_OK;
}

static void find_item(struct web_req *r, struct web_new_case *n)
{
	struct xie_world *world = r->w->conf.world;
	if (n->item.n != 0 && world->violation != NULL)
		(void)world->violation(world->self, n->item, take_violation, n);
}

/* The alert as the page shows it: its words are those of the file. */
static const struct xie_val *shown(struct web_req *r, const struct xie_alert_row *a)
{
	const struct xie_val *v = NULL;
	xie_wr w = buffer(r, 64 << 10);
	web_alert_json(r->w, &w, a, r->now);
	if (w.st != XIE_OK ||
	    xie_json_read(&r->scratch->mem, xie_wr_view(&w), (struct xie_val_limits){ .depth = 16 }, &v, NULL) != XIE_OK)
		return NULL;
	return v;
}

static xie_str joined(struct web_req *r, xie_str a, const char *between, xie_str b)
{
	xie_wr w = buffer(r, a.n + b.n + strlen(between) + 1);
	xie_wr_str(&w, a);
	if (a.n != 0 && b.n != 0)
		xie_wr_text(&w, between);
	xie_wr_str(&w, b);
	return xie_wr_view(&w);
}

static xie_str facts_text(struct web_req *r, const struct xie_alert_row *a, xie_str name, xie_str title)
{
	struct xie_civil c;
	char when[64];
	xie_civil_from_ms(a->open, INT64_C(8) * 3600000, &c);
	(void)snprintf(when, sizeof when, "%" PRId32 "年%u月%u日%02u时%02u分，", c.year, c.month, c.day, c.hour, c.minute);
	xie_str who = joined(r, name, "，", title);
	return joined(r, xie_str_of(when), "", joined(r, who, "。预警编号 ", a->id));
}

void web_new_case_of_alert(struct web_req *r, const struct xie_alert_row *a, struct web_new_case *n)
{
	const struct xie_val *v = shown(r, a), *target = xie_val_get(v, "target");
	const struct xie_val *zone = xie_val_get(v, "zone");
	xie_str name = xie_val_get_str(target, "name");
	n->alert = a->id;
	n->org = a->org;
	n->region = a->region;
	n->target = xie_val_get_str(target, "key");
	n->target_name = name.n != 0 ? joined(r, name, " ", a->target) : a->target;
	n->item = n->item.n != 0 ? n->item : a->violation;
	find_item(r, n);
	if (n->place.n == 0)
		n->place = xie_val_get_str(zone, "name");
	n->act_start = n->act_start != XIE_NO_TIME ? n->act_start : a->open;
	n->act_end = n->act_end != XIE_NO_TIME ? n->act_end : a->close != XIE_NO_TIME ? a->close : a->open;
	n->continuing = a->close == XIE_NO_TIME;
	n->facts = facts_text(r, a, n->target_name, xie_val_get_str(v, "title"));
	if (n->title.n == 0)
		n->title = joined(r, n->target_name, " ", n->has_item ? n->law_item.name : xie_val_get_str(v, "title"));
	if (n->source.n == 0)
		n->source = XIE_STR("sensor");
}

/* ---- the header ---- */

/* One act of one target against one item on one day (law.md 1.14: the same act is not fined twice). */
static void kv_act_key(struct web_req *r, xie_wr *w, const struct web_new_case *n)
{
	if (n->target.n == 0 || n->item.n == 0 || n->act_start == XIE_NO_TIME)
		return;
	xie_wr k = buffer(r, n->target.n + n->item.n + 40);
	xie_wr_str(&k, n->target);
	xie_wr_char(&k, '|');
	xie_wr_str(&k, n->item);
	xie_wr_char(&k, '|');
	xie_wr_date(&k, xie_law_day(r->w->conf.law, n->act_start));
	xie_wr_kv_str(w, "act_key", xie_wr_view(&k));
}

static void kv_item(struct web_req *r, xie_wr *w, const struct web_new_case *n)
{
	const char *ours = r->w->conf.agency_kind;
	if (n->item.n == 0)
		return;
	xie_wr_kv_str(w, "item", n->item);
	if (!n->has_item)
		return;
	web_kv_text(w, "agency_kind", ours != NULL ? xie_str_of(ours) : n->law_item.agency);
	xie_wr_kv_bool(w, "agency_holds_item", ours == NULL || n->law_item.agency.n == 0 || xie_str_is(n->law_item.agency, ours));
	web_kv_text(w, "item_law_rank", n->law_item.rank);
	if (n->law_item.has_range) {
		xie_wr_key(w, "penalty_range_fen");
		xie_wr_char(w, '[');
		xie_wr_i64(w, n->law_item.low_fen);
		xie_wr_char(w, ',');
		xie_wr_i64(w, n->law_item.high_fen);
		xie_wr_char(w, ']');
	}
	xie_wr_key(w, "penalty_kinds");
	xie_wr_char(w, '[');
	xie_str rest = n->law_item.kinds.n != 0 ? n->law_item.kinds : (xie_str){ NULL, 0 }, one;
	while (xie_str_split(&rest, ',', &one)) {
		xie_wr_sep(w);
		xie_wr_json_str(w, one);
	}
	xie_wr_char(w, ']');
}

static void header(struct web_req *r, xie_wr *w, const struct web_new_case *n, xie_str id, xie_str agency)
{
	const struct xie_law *law = r->w->conf.law;
	xie_wr_key(w, "header");
	xie_wr_text(w, "{\"case\":{");
	xie_wr_kv_str(w, "id", id);
	xie_wr_kv_str(w, "proc", n->proc);
	xie_wr_kv_str(w, "agency", agency);
	kv_item(r, w, n);
	xie_wr_key(w, "act");
	xie_wr_char(w, '{');
	if (n->act_start != XIE_NO_TIME)
		kv_day(w, "start", xie_law_day(law, n->act_start));
	if (n->act_end != XIE_NO_TIME)
		kv_day(w, "end", xie_law_day(law, n->act_end));
	if (n->continuing)
		xie_wr_kv_bool(w, "continuing", true);
	web_kv_text(w, "place", n->place);
	xie_wr_char(w, '}');
	kv_act_key(r, w, n);
	if (n->alert.n != 0)
		xie_wr_kv_bool(w, "act_place_in_area", true); /* the alert is one of this unit's */
	if (n->party_name.n != 0) {
		xie_wr_key(w, "party");
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "name", n->party_name);
		xie_wr_char(w, '}');
	}
	xie_wr_text(w, "},\"people\":{}}");
}

static xie_status take_number(struct web_req *r, struct web_case *k, struct web_case_draft *d, xie_wr *full_no)
{
	struct xie_store *s = r->w->conf.store;
	int32_t year;
	uint8_t month, day;
	uint64_t n = 0;
	char text[48], series[24];
	xie_civil_from_days(xie_law_day(r->w->conf.law, r->now), &year, &month, &day);
	(void)snprintf(series, sizeof series, "case/%" PRId32, year);
	xie_status st = s->number_peek(s->self, xie_str_of(series), &n);
	if (st != XIE_OK)
		return st;
	(void)snprintf(text, sizeof text, "%" PRId32 "-%04" PRIu64, year, n);
	k->row.no = web_keep(&r->scratch->mem, xie_str_of(text));
	d->numbers[0] = (struct xie_number){ web_keep(&r->scratch->mem, xie_str_of(series)), n };
	d->change.numbers = d->numbers;
	d->change.n_numbers = 1;
	xie_wr_text(full_no, r->w->conf.short_name != NULL ? r->w->conf.short_name : "");
	(void)snprintf(text, sizeof text, "案〔%" PRId32 "〕%04" PRIu64 "号", year, n);
	xie_wr_text(full_no, text);
	return XIE_OK;
}

static xie_str by_me(struct web_req *r)
{
	xie_wr w = buffer(r, 96);
	xie_wr_char(&w, '[');
	xie_wr_json_str(&w, xie_str_of(r->who.user));
	xie_wr_char(&w, ']');
	return xie_wr_view(&w);
}

/* The lead is on the books with the case (law.md t01): who found it true registers it, a sensor's through the system. */
static xie_status accept_lead(struct web_req *r, struct web_case *k, struct web_case_draft *d, const struct web_new_case *n)
{
	xie_wr w = buffer(r, 512);
	if (!xie_str_is(n->proc, "ORDINARY") || n->source.n == 0)
		return XIE_OK;
	xie_wr_text(&w, "{\"data\":{");
	xie_wr_kv_str(&w, "source", n->source);
	kv_day(&w, "discovered_at", xie_law_day(k->f.law, n->act_start != XIE_NO_TIME && n->alert.n != 0 ? n->act_start : r->now));
	xie_wr_text(&w, "}}");
	return web_case_put_event(r, k, d, XIE_STR("accept_lead"), r->now, XIE_STR("[\"system\"]"), xie_wr_view(&w));
}

xie_status web_case_open(struct web_req *r, const struct web_new_case *n, struct web_case *k, struct web_case_draft *d)
{
	struct xie_org org = { .name = XIE_STR("") };
	xie_wr w = buffer(r, 32 << 10), full_no = buffer(r, 160);
	xie_str id;
	*k = (struct web_case){ .row = { .kind = CASE_KIND,
		                         .org = n->org,
		                         .region = n->region,
		                         .created = r->now,
		                         .due = XIE_NO_TIME,
		                         .snooze_to = XIE_NO_TIME } };
	xie_case_file_init(&k->f, r->w->conf.law, &r->scratch->mem);
	xie_status st = web_new_id(r, &id);
	if (st == XIE_OK)
		st = take_number(r, k, d, &full_no);
	if (st != XIE_OK)
		return st;
	(void)!web_org_get(r, n->org, &org);
	k->row.id = id;
	xie_wr_char(&w, '{');
	header(r, &w, n, id, org.name.n != 0 ? org.name : n->org);
	xie_wr_kv_str(&w, "title", n->title.n != 0 ? n->title : k->row.no);
	xie_wr_kv_str(&w, "full_no", xie_wr_view(&full_no));
	web_kv_text(&w, "alert", n->alert);
	web_kv_text(&w, "target", n->target);
	web_kv_text(&w, "target_name", n->target_name);
	web_kv_text(&w, "facts", n->facts);
	web_kv_text(&w, "source", n->source);
	if (n->has_item)
		web_kv_text(&w, "basis", n->law_item.basis);
	xie_wr_char(&w, '}');
	if (w.st != XIE_OK)
		return w.st;
	st = web_case_put_event(r, k, d, XIE_STR("open"), r->now, by_me(r), xie_wr_view(&w));
	if (st == XIE_OK)
		st = accept_lead(r, k, d, n);
	return st == XIE_OK ? web_case_project(r, k, d) : st;
}

xie_status web_alert_to_lead(struct web_req *r, const struct xie_alert_row *a, const struct web_case *k, bool named, struct xie_event *e,
                             struct xie_subject_change *ret_c, struct xie_alert_row *ret_after)
{
	struct xie_handling h, next;
	struct xie_act_request q = { .act = XIE_ACT_LEAD, .by = xie_str_of(r->who.user) };
	struct xie_act_facts facts = web_facts_of(a);
	xie_wr data = buffer(r, 256), projection = buffer(r, 2048);
	facts.names_violation = facts.names_violation || named;
	web_handling_of(&r->scratch->mem, a, &h);
	if (xie_handling_step(&h, &q, &facts, r->now, &next) != XIE_UNMET_NONE)
		return XIE_CONFLICT;
	xie_wr_char(&data, '{');
	xie_wr_kv_str(&data, "case_no", k->row.no);
	xie_wr_kv_str(&data, "state", xie_str_of(xie_handling_code(next.state)));
	xie_wr_char(&data, '}');
	web_handling_json(&projection, &next, k->row.no);
	if (data.st != XIE_OK || projection.st != XIE_OK)
		return XIE_LIMIT;
	*e = (struct xie_event){ .at = r->now,
		                 .event = xie_str_of(xie_act_code(q.act)),
		                 .by = by_me(r),
		                 .data = xie_wr_view(&data),
		                 .user = q.by,
		                 .signature = XIE_STR(""),
		                 .key_id = XIE_STR("") };
	web_alert_change(a, &next, xie_wr_view(&projection), e, ret_c);
	*ret_after = *a;
	ret_after->version++;
	ret_after->state = ret_c->row.state;
	ret_after->handler = q.by;
	ret_after->handled_at = next.acted;
	ret_after->snooze_to = next.snooze_to;
	ret_after->subject_json = ret_c->row.json;
	return XIE_OK;
}
