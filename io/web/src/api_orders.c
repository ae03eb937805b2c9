/* SPDX-License-Identifier: Apache-2.0 */
/* Orders to terminals: given by the desk, answered by the terminal, each step with its time. */
#include "api.h"

#include <inttypes.h>
#include <stdio.h>

#include "records.h"

enum { LIST = 50, PATIENCE_S = 600, ASK = 8 << 10, JSON = 16 << 10 };

/* ---- asking ---- */

static const char *const kinds[] = { "text", "track", "photo", "locate", "set", "read", NULL };

static bool take_kind(struct web_req *r, const struct xie_val *o, struct xie_world_order *ret)
{
	size_t i = 0;
	if (!web_take_str(r, o, "kind", 1, 20, true, &ret->kind))
		return false;
	while (kinds[i] != NULL && !xie_str_is(ret->kind, kinds[i]))
		i++;
	if (kinds[i] != NULL)
		return true;
	web_fail_field(r, "kind", web_say(r, "没有这种指令", "there is no such order"), NULL);
	return false;
}

static bool take_order(struct web_req *r, const struct xie_val *o, struct xie_world_order *ret)
{
	static const char *const keys[] = { "kind",    "text",       "urgent",     "interval_s", "validity_s",
		                            "channel", "parameters", "patience_s", NULL };
	int64_t interval = 0, validity = 0, channel = 1, patience = PATIENCE_S;
	bool has = false;
	*ret = (struct xie_world_order){ .text = XIE_STR("") };
	if (!web_only(r, o, keys) || !take_kind(r, o, ret))
		return false;
	bool track = xie_str_is(ret->kind, "track");
	if (!web_take_str(r, o, "text", 1, 1000, xie_str_is(ret->kind, "text"), &ret->text) ||
	    !web_take_bool(r, o, "urgent", false, &has, &ret->urgent) ||
	    !web_take_int(r, o, "interval_s", 0, 3600, track, &interval) ||
	    !web_take_int(r, o, "validity_s", 1, 86400, track && interval != 0, &validity) ||
	    !web_take_int(r, o, "channel", 1, 255, false, &channel) ||
	    !web_take_int(r, o, "patience_s", 10, 86400, false, &patience))
		return false;
	ret->interval_s = (uint32_t)interval;
	ret->validity_s = (uint32_t)validity;
	ret->channel = (uint32_t)channel;
	ret->patience_s = (uint32_t)patience;
	ret->parameters = xie_val_get(o, "parameters");
	if (!xie_str_is(ret->kind, "set") || (ret->parameters != NULL && ret->parameters->kind == XIE_VAL_OBJECT))
		return true;
	web_fail_field(r, "parameters", web_say(r, "应为参数名到值的对象", "must be an object of names and values"), NULL);
	return false;
}

static void ask_json(xie_wr *w, const struct xie_world_order *o)
{
	xie_wr_char(w, '{');
	if (xie_str_is(o->kind, "photo"))
		xie_wr_kv_i64(w, "channel", o->channel);
	if (xie_str_is(o->kind, "track"))
		xie_wr_kv_i64(w, "interval_s", o->interval_s);
	if (xie_str_is(o->kind, "set")) {
		xie_wr_key(w, "parameters");
		xie_val_write(o->parameters, w);
	}
	if (xie_str_is(o->kind, "text")) {
		xie_wr_kv_str(w, "text", o->text);
		xie_wr_kv_bool(w, "urgent", o->urgent);
	}
	if (xie_str_is(o->kind, "track"))
		xie_wr_kv_i64(w, "validity_s", o->validity_s);
	xie_wr_char(w, '}');
}

/* ---- showing ---- */

static void steps_json(xie_wr *w, const struct xie_val *steps)
{
	xie_wr_key(w, "steps");
	xie_wr_char(w, '[');
	XIE_VAL_EACH(s, steps)
	{
		const struct xie_val *answer = xie_val_get(s, "answer"), *result = xie_val_get(s, "result");
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "state", xie_val_get_str(s, "state"));
		web_kv_time(w, "at", xie_val_get_i64(s, "at", 0));
		if (result != NULL)
			xie_wr_kv_i64(w, "result", xie_val_get_i64(s, "result", 0));
		web_kv_text(w, "media", xie_val_get_str(s, "media"));
		if (answer != NULL) {
			xie_wr_key(w, "answer");
			xie_val_write(answer, w);
		}
		xie_wr_char(w, '}');
	}
	xie_wr_char(w, ']');
}

static void order_json(xie_arena *mem, xie_wr *w, xie_str id, xie_str state, xie_str json)
{
	const struct xie_val *v = NULL;
	size_t mark = xie_arena_mark(mem);
	if (xie_json_read(mem, json, (struct xie_val_limits){ .depth = 16 }, &v, NULL) == XIE_OK) {
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "id", id);
		xie_wr_kv_str(w, "target", xie_val_get_str(v, "target"));
		xie_wr_kv_str(w, "kind", xie_val_get_str(v, "kind"));
		xie_wr_key(w, "ask");
		xie_val_write(xie_val_get(v, "ask"), w);
		xie_wr_kv_str(w, "by", xie_val_get_str(v, "by"));
		web_kv_time(w, "at", xie_val_get_i64(v, "at", 0));
		xie_wr_kv_str(w, "state", state);
		steps_json(w, xie_val_get(v, "steps"));
		xie_wr_char(w, '}');
	}
	xie_arena_rewind(mem, mark);
}

static xie_status list_order(void *ctx, const struct xie_subject *s)
{
	struct web_req *r = ctx;
	order_json(&r->scratch->mem, web_out(r), s->id, s->state, s->json);
	return XIE_OK;
}

void api_orders_list(struct web_req *r)
{
	static const char *const names[] = { "target", NULL };
	struct xie_scope who = web_scope(r);
	struct xie_subject_query q = { .kind = XIE_STR("order"), .by_age = true, .limit = LIST };
	if (!web_query_only(r, names))
		return;
	xie_str target = web_query_str(r, "target");
	if (target.n != 0)
		q.key = (struct xie_subject_key){ XIE_STR("target"), target };
	xie_wr_text(web_out(r), "{\"items\":[");
	xie_status st = r->w->conf.store->subject_list(r->w->conf.store->self, &who, &q, list_order, r, NULL, NULL);
	xie_wr_text(web_out(r), "]}");
	if (st != XIE_OK)
		web_fail_status(r, st, "listing orders");
	else
		web_ok(r, 200);
}

/* ---- giving ---- */

/* The order as an event of its own chain; the answer stands in the output buffer. */
static bool commit(struct web_req *r, const struct xie_world_order *o, uint64_t number, xie_str id)
{
	char *ask_buf = xie_arena_alloc(&r->scratch->mem, ASK, 1), *json_buf = xie_arena_alloc(&r->scratch->mem, JSON, 1), by_buf[96];
	xie_wr ask = xie_wr_of(ask_buf, ask_buf != NULL ? ASK : 0), w = xie_wr_of(json_buf, json_buf != NULL ? JSON : 0);
	xie_wr by = xie_wr_of(by_buf, sizeof by_buf);
	ask_json(&ask, o);
	xie_wr_text(&w, "{\"ask\":");
	xie_wr_str(&w, xie_wr_view(&ask));
	xie_wr_kv_i64(&w, "at", r->now);
	xie_wr_kv_str(&w, "by", xie_str_of(r->who.login));
	xie_wr_kv_str(&w, "kind", o->kind);
	xie_wr_kv_i64(&w, "patience_s", o->patience_s);
	xie_wr_text(&w, ",\"steps\":[]");
	xie_wr_kv_str(&w, "target", r->param[0]);
	xie_wr_char(&w, '}');
	xie_wr_char(&by, '[');
	xie_wr_json_str(&by, xie_str_of(r->who.user));
	xie_wr_char(&by, ']');
	if (w.st != XIE_OK) {
		web_fail_status(r, XIE_LIMIT, "writing an order");
		return false;
	}
	order_json(&r->scratch->mem, web_out(r), id, XIE_STR("queued"), xie_wr_view(&w));
	struct xie_event e = { .at = r->now,
		               .event = XIE_STR("order_given"),
		               .by = xie_wr_view(&by),
		               .data = xie_wr_view(&w),
		               .user = xie_str_of(r->who.user),
		               .signature = XIE_STR(""),
		               .key_id = XIE_STR("") };
	struct xie_subject_key key = { XIE_STR("target"), r->param[0] };
	struct xie_number series = { XIE_STR("order"), number };
	struct xie_subject_change c = {
		.row = { .kind = XIE_STR("order"),
		         .id = id,
		         .no = XIE_STR(""),
		         .org = xie_str_of(r->who.org),
		         .region = xie_str_of(r->who.region),
		         .state = XIE_STR("queued"),
		         .stage = XIE_STR(""),
		         .title = o->kind,
		         .clock = XIE_STR(""),
		         .waiting_for = XIE_STR(""),
		         .due = XIE_NO_TIME,
		         .snooze_to = XIE_NO_TIME,
		         .text = r->param[0],
		         .json = xie_wr_view(&w) },
		.events = &e,
		.n_events = 1,
		.keys = &key,
		.n_keys = 1,
		.numbers = &series,
		.n_numbers = 1,
	};
	return web_commit(r, &c, 1, "order_given", id, 201);
}

void api_order_give(struct web_req *r)
{
	struct xie_world *world = r->w->conf.world;
	struct xie_store *s = r->w->conf.store;
	const struct xie_val *o = web_body(r);
	struct xie_world_order ask;
	struct xie_err err = { .st = XIE_OK };
	struct xie_key key;
	uint64_t number = 0;
	char id[32];
	if (o == NULL || !take_order(r, o, &ask))
		return;
	xie_status st = world->order == NULL || web_key_parse(r->param[0], &key) != XIE_OK
	                    ? XIE_MISSING
	                    : world->order(world->self, &key, &ask, 0, &err);
	if (st == XIE_MISSING) {
		web_fail(r, XIE_WEB_E_not_found,
		         web_say(r, "该目标不是已接入的 JT/T 808 终端", "the target is no JT/T 808 terminal of a running source"), NULL);
		return;
	}
	if (st == XIE_RANGE) {
		char what[sizeof err.what];
		(void)snprintf(what, sizeof what, "%s", err.what);
		web_fail_field(r, xie_str_is(ask.kind, "set") ? "parameters" : "text", what, NULL);
		return;
	}
	if (st == XIE_OK)
		st = s->number_peek(s->self, XIE_STR("order"), &number);
	if (st != XIE_OK) {
		web_fail_status(r, st, "giving an order");
		return;
	}
	(void)snprintf(id, sizeof id, "o-%" PRIu64, number);
	xie_str kept = web_keep(&r->scratch->mem, xie_str_of(id));
	if (!commit(r, &ask, number, kept))
		return;
	/* It is on record; were the gate full now, the next start would give it again, or its patience ends. */
	st = world->order(world->self, &key, &ask, number, &err);
	if (st != XIE_OK)
		web_log(r->w, XIE_WEB_FAULT, "order %s could not be given: %s", id, xie_status_text(st));
}
