/* SPDX-License-Identifier: Apache-2.0 */
#include "alert.h"

#include "records.h"

static void copy(char *to, size_t cap, xie_str from)
{
	size_t n = from.n < cap ? from.n : cap - 1;
	if (n != 0)
		memcpy(to, from.p, n);
	to[n] = '\0';
}

void web_handling_of(xie_arena *mem, const struct xie_alert_row *a, struct xie_handling *ret_h)
{
	const struct xie_val *v = NULL;
	size_t mark = xie_arena_mark(mem);
	*ret_h = (struct xie_handling){ .acted = a->handled_at, .snooze_to = a->snooze_to };
	if (xie_handling_parse(a->state, &ret_h->state) != XIE_OK)
		ret_h->state = XIE_HANDLING_NEW;
	copy(ret_h->by, sizeof ret_h->by, a->handler);
	if (a->subject_json.n != 0 &&
	    xie_json_read(mem, a->subject_json, (struct xie_val_limits){ .depth = 8 }, &v, NULL) == XIE_OK) {
		if (xie_handling_parse(xie_val_get_str(v, "before"), &ret_h->before) != XIE_OK)
			ret_h->before = XIE_HANDLING_NEW;
		ret_h->can_undo = xie_val_true(xie_val_get(v, "undo"));
		copy(ret_h->reason, sizeof ret_h->reason, xie_val_get_str(v, "reason"));
		copy(ret_h->by, sizeof ret_h->by, xie_val_get_str(v, "by"));
		ret_h->acted = xie_val_get_i64(v, "acted", XIE_NO_TIME);
	}
	xie_arena_rewind(mem, mark);
}

struct xie_act_facts web_facts_of(const struct xie_alert_row *a)
{
	return (struct xie_act_facts){ .closed = a->close != XIE_NO_TIME,
		                       .withdrawn = a->withdrawn,
		                       .names_violation = a->violation.n != 0 };
}

xie_str web_alert_case(xie_arena *mem, const struct xie_alert_row *a)
{
	const struct xie_val *v = NULL;
	if (a->subject_json.n == 0 ||
	    xie_json_read(mem, a->subject_json, (struct xie_val_limits){ .depth = 8 }, &v, NULL) != XIE_OK)
		return (xie_str){ "", 0 };
	return web_keep(mem, xie_val_get_str(v, "case_no"));
}

void web_handling_json(xie_wr *w, const struct xie_handling *h, xie_str case_no)
{
	xie_wr_char(w, '{');
	if (h->acted != XIE_NO_TIME)
		xie_wr_kv_i64(w, "acted", h->acted);
	xie_wr_kv_str(w, "before", xie_str_of(xie_handling_code(h->before)));
	xie_wr_kv_str(w, "by", xie_str_of(h->by));
	web_kv_text(w, "case_no", case_no);
	xie_wr_kv_str(w, "reason", xie_str_of(h->reason));
	xie_wr_kv_bool(w, "undo", h->can_undo);
	xie_wr_char(w, '}');
}

xie_status web_alert_keep(xie_arena *mem, const struct xie_alert_row *a, struct xie_alert_row *ret_a)
{
	*ret_a = *a;
	xie_str *texts[] = { &ret_a->id,    &ret_a->rule,    &ret_a->mode,        &ret_a->kind, &ret_a->target,
		             &ret_a->other, &ret_a->zone,    &ret_a->direction,   &ret_a->end,  &ret_a->violation,
		             &ret_a->pack,  &ret_a->org,     &ret_a->region,      &ret_a->text, &ret_a->json,
		             &ret_a->state, &ret_a->handler, &ret_a->subject_json };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		size_t n = texts[i]->n;
		*texts[i] = web_keep(mem, *texts[i]);
		if (texts[i]->n != n)
			return XIE_LIMIT;
	}
	return XIE_OK;
}

struct web_unmet_text web_unmet_text(enum xie_unmet u)
{
	static const struct web_unmet_text texts[XIE_UNMET__COUNT] = {
		[XIE_UNMET_NOT_OPEN] = { "fact", "此预警已有结论，或已离开",
		                         "this alert already has a verdict, or has left" },
		[XIE_UNMET_NOT_A_LEAD] = { "fact", "已转线索，以后在案件里办",
		                           "it is a lead; the case decides from here" },
		[XIE_UNMET_VERDICT] = { "fact", "要写明属实还是误报", "say whether it is true or false" },
		[XIE_UNMET_REASON] = { "fact", "要写明理由", "say why" },
		[XIE_UNMET_TEXT] = { "fact", "备注没有内容", "the note is empty" },
		[XIE_UNMET_VERIFIED] = { "fact", "先核实为属实", "it must be found true first" },
		[XIE_UNMET_VIOLATION] = { "fact", "规则没有对应的违法事项", "its rule names no violation" },
		[XIE_UNMET_WITHDRAWN] = { "fact", "后到的数据撤回了此预警", "later data took this alert back" },
		[XIE_UNMET_NOTHING] = { "fact", "没有可以撤回的操作", "there is nothing to take back" },
		[XIE_UNMET_OWN] = { "person", "只能由操作人自己撤回", "only who did it can take it back" },
		[XIE_UNMET_TIME] = { "clock", "超过 10 秒，请另写一次结论",
		                     "ten seconds are over; give a new verdict" },
	};
	return (unsigned)u < XIE_UNMET__COUNT ? texts[u] : texts[0];
}

void web_alert_change(const struct xie_alert_row *a, const struct xie_handling *next, xie_str projection,
                      struct xie_event *e, struct xie_subject_change *ret_c)
{
	*ret_c = (struct xie_subject_change){
		.row = { .kind = XIE_STR("alert"),
		         .id = a->id,
		         .no = XIE_STR(""),
		         .org = a->org,
		         .region = a->region,
		         .state = xie_str_of(xie_handling_code(next->state)),
		         .stage = XIE_STR(""),
		         .title = XIE_STR(""),
		         .clock = XIE_STR(""),
		         .waiting_for = XIE_STR(""),
		         .due = XIE_NO_TIME,
		         .snooze_to = next->snooze_to,
		         .text = XIE_STR(""),
		         .json = projection },
		.version = a->version,
		.events = e,
		.n_events = 1,
	};
}

/* ---- as the page reads it ---- */

static void speed(xie_wr *w, xie_str kind, int64_t dmph, bool unit)
{
	bool vehicle = xie_str_is(kind, "vehicle");
	xie_wr_ratio(w, dmph, vehicle ? 10 * XIE_DMPH_PER_DKMH : 10 * XIE_DMPH_PER_DKN, 1);
	if (unit)
		xie_wr_text(w, vehicle ? " km/h" : " kn");
}

static void kv_target(xie_wr *w, const char *key, xie_str kind, xie_str target, xie_str name)
{
	bool vehicle = xie_str_is(kind, "vehicle");
	xie_wr_key(w, key);
	xie_wr_char(w, '{');
	xie_wr_key(w, "key");
	xie_wr_char(w, '"');
	xie_wr_str(w, vehicle ? XIE_STR("vehicle") : kind.n != 0 ? kind : XIE_STR("vessel"));
	xie_wr_char(w, '.');
	xie_wr_str(w, target); /* digits */
	xie_wr_char(w, '"');
	xie_wr_kv_str(w, "kind", kind.n != 0 ? kind : XIE_STR("vessel"));
	web_kv_text(w, "name", name);
	xie_wr_char(w, '}');
}

static void kv_ref(xie_wr *w, const char *key, xie_str id, xie_str name, xie_str name_en)
{
	xie_wr_key(w, key);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", id);
	xie_wr_kv_str(w, "name", name.n != 0 ? name : id);
	web_kv_text(w, "name_en", name_en);
	xie_wr_char(w, '}');
}

/* What the packs say of the rule and the zone, kept in mem. */
struct names {
	xie_arena *mem;
	xie_str rule, rule_en, zone, zone_en;
	int32_t limit_dmph;
};

static xie_status take_rule(void *ctx, const struct xie_world_rule *k)
{
	struct names *n = ctx;
	n->rule = web_keep(n->mem, k->name);
	n->rule_en = web_keep(n->mem, k->name_en);
	n->limit_dmph = k->limit_dmph;
	return XIE_OK;
}

static xie_status take_zone(void *ctx, const struct xie_world_zone *z)
{
	struct names *n = ctx;
	n->zone = web_keep(n->mem, z->name);
	n->zone_en = web_keep(n->mem, z->name_en);
	return XIE_OK;
}

static void title(xie_wr *w, const char *key, xie_str rule, xie_str zone, const struct xie_alert_row *a, int64_t peak,
                  int64_t limit, bool english)
{
	char buf[512];
	xie_wr t = xie_wr_of(buf, sizeof buf);
	xie_wr_str(&t, rule);
	if (peak > 0) {
		xie_wr_char(&t, ' ');
		speed(&t, a->kind, peak, true);
		if (limit > 0) {
			xie_wr_text(&t, english ? ", limit " : "，限 ");
			speed(&t, a->kind, limit, false);
		}
	}
	if (zone.n != 0) {
		xie_wr_text(&t, english ? ", " : "，");
		xie_wr_str(&t, zone);
	}
	if (t.st == XIE_OK)
		xie_wr_kv_str(w, key, xie_wr_view(&t));
}

static void kv_known(xie_wr *w, const char *key, const struct xie_val *v, const char *from)
{
	int64_t i;
	const struct xie_val *m = xie_val_get(v, from);
	if (m != NULL && xie_val_i64(m, &i) == XIE_OK)
		xie_wr_kv_i64(w, key, i);
}

static void kv_handling(struct xie_web *web, xie_wr *w, const struct xie_alert_row *a, const struct xie_handling *h,
                        enum xie_handling_state now)
{
	xie_wr_kv_str(w, "state", xie_str_of(xie_handling_code(now)));
	if (h->by[0] != '\0') {
		char name[256];
		web_user_name(web, xie_str_of(h->by), name, sizeof name);
		xie_wr_key(w, "handler");
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "id", xie_str_of(h->by));
		xie_wr_kv_str(w, "name", xie_str_of(name));
		xie_wr_char(w, '}');
	}
	if (h->acted != XIE_NO_TIME && h->acted != 0)
		web_kv_time(w, "handled_at", h->acted);
	web_kv_text(w, "reason", xie_str_of(h->reason));
	if (now == XIE_HANDLING_SNOOZED && h->snooze_to != XIE_NO_TIME)
		web_kv_time(w, "snooze_to", h->snooze_to);
	(void)a;
}

static void kv_fact(struct xie_web *web, xie_wr *w, const struct xie_alert_row *a, const struct xie_val *v,
                    const struct names *n)
{
	int64_t peak = xie_val_get_i64(v, "peak", 0), limit = xie_val_get_i64(v, "limit", n->limit_dmph);
	int64_t lon, lat;
	xie_str rule = n->rule.n != 0 ? n->rule : a->rule;
	(void)web;
	xie_wr_kv_i64(w, "level", a->level);
	title(w, "title", rule, n->zone, a, peak, limit, false);
	title(w, "title_en", n->rule_en.n != 0 ? n->rule_en : rule, n->zone_en.n != 0 ? n->zone_en : n->zone, a, peak,
	      limit, true);
	kv_target(w, "target", a->kind, a->target, xie_val_get_str(v, "name"));
	if (a->other.n != 0)
		kv_target(w, "other", a->kind, a->other, xie_val_get_str(v, "other_name"));
	if (a->zone.n != 0)
		kv_ref(w, "zone", a->zone, n->zone, n->zone_en);
	web_kv_text(w, "direction", a->direction);
	web_kv_time(w, "since", a->since);
	web_kv_time(w, "open", a->open);
	if (a->close != XIE_NO_TIME)
		web_kv_time(w, "close", a->close);
	if (a->close != XIE_NO_TIME || !xie_str_is(a->end, "open"))
		web_kv_text(w, "end", a->end);
	if (xie_val_true(xie_val_get(v, "already_inside")))
		xie_wr_kv_bool(w, "already_inside", true);
	kv_known(w, "peak_dmph", v, "peak");
	if (limit > 0)
		xie_wr_kv_i64(w, "limit_dmph", limit);
	if (xie_val_i64(xie_val_get(v, "lon"), &lon) == XIE_OK && xie_val_i64(xie_val_get(v, "lat"), &lat) == XIE_OK &&
	    lon >= -XIE_LON_MAX && lon <= XIE_LON_MAX && lat >= -XIE_LAT_MAX && lat <= XIE_LAT_MAX) {
		web_kv_deg(w, "lat", (int32_t)lat);
		web_kv_deg(w, "lon", (int32_t)lon);
	}
	if (a->withdrawn) {
		xie_wr_kv_bool(w, "withdrawn", true);
		web_kv_text(w, "withdrawn_why", xie_val_get_str(v, "withdrawn_why"));
	}
	web_kv_text(w, "suspect", xie_val_get_str(v, "suspect"));
	web_kv_text(w, "violation", a->violation);
}

void web_alert_json(struct xie_web *web, xie_wr *w, const struct xie_alert_row *a, xie_ms now)
{
	uint8_t room[48 << 10]; /* the fact without its rows of arithmetic, which readers of a list do not ask for */
	xie_arena mem = xie_arena_of(room, sizeof room);
	const struct xie_val *v = NULL;
	struct xie_world *world = web->conf.world;
	struct names n = { .mem = &mem };
	struct xie_handling h;
	struct web_rule_count count = web_rule_counts(web, a->rule);

	if (world->rule != NULL)
		(void)world->rule(world->self, a->rule, take_rule, &n);
	if (world->zone != NULL && a->zone.n != 0)
		(void)world->zone(world->self, a->zone, take_zone, &n);
	web_handling_of(&mem, a, &h);
	if (xie_json_read(&mem, a->json, (struct xie_val_limits){ .depth = 8 }, &v, NULL) != XIE_OK)
		v = NULL;

	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", a->id);
	xie_wr_kv_i64(w, "rev", a->rev);
	xie_wr_kv_i64(w, "version", (int64_t)a->version);
	kv_ref(w, "rule", a->rule, n.rule, n.rule_en);
	xie_wr_kv_str(w, "mode", a->mode);
	kv_fact(web, w, a, v, &n);
	if (count.found_true + count.found_false != 0)
		xie_wr_kv_i64(w, "false_rate_permille",
		              count.found_false * 1000 / (count.found_true + count.found_false));
	kv_handling(web, w, a, &h, xie_handling_now(&h, a->close != XIE_NO_TIME, now));
	web_kv_text(w, "case_no", web_alert_case(&mem, a));
	web_kv_text(w, "pack", a->pack);
	kv_known(w, "semantics", v, "semantics");
	xie_wr_char(w, '}');
}
