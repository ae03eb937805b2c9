/* SPDX-License-Identifier: Apache-2.0 */
/* Orders to terminals: from what a desk asks to a message, and from the journal's FACT records to what came of it.
 *
 * An order is a subject of the records (kind "order", id "o-NUMBER"); its row's json:
 *   {"ask":{...},"at":MS,"by":"login","kind":"photo","patience_s":N,"steps":[{"at":MS,"position":N,"state":"sent", ...}],
 *    "target":"vehicle.139..."}
 * The engine's thread writes the steps, each once, by the record's position. */
#include "site_gate.h"
#include "site_sources_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xie/base/val.h"
#include "xie/jt808/gbk.h"

enum { PARAMETERS = 32, PARAMETER_IDS = 0x0111 };

/* ---- the message ---- */

struct draft {
	struct xie_jt808_msg m;
	struct xie_jt808_param params[PARAMETERS];
	uint8_t bytes[2048];
	size_t n;
};

static xie_status text_of(struct draft *d, const struct xie_world_order *o, struct xie_err *err)
{
	xie_wr w = xie_wr_of(d->bytes, 1000);
	xie_status st = xie_gbk_from_utf8(&w, o->text);
	if (st != XIE_OK || w.n == 0)
		return xie_err_set(err, XIE_RANGE, 0, 0, "the terminal cannot show this text", "up to 1,000 bytes of GBK");
	d->m.id = 0x8300;
	/* 808-2013 table 37: bit 0 urgent, 2 screen, 3 speech; the machine turns it into the 2019 form. */
	d->m.u.speech = (struct xie_jt808_speech){ .flags = (uint8_t)(4 | 8 | (o->urgent ? 1 : 0)), .text = xie_wr_view(&w) };
	return XIE_OK;
}

static bool parameter_id(xie_str name, uint32_t *ret_id)
{
	enum xie_jt808_param_kind kind;
	uint8_t width;
	for (uint32_t id = 1; id < PARAMETER_IDS; id++) {
		const char *known = xie_jt808_param_info(id, &kind, &width);
		if (known != NULL && xie_str_is(name, known)) {
			*ret_id = id;
			return true;
		}
	}
	return false;
}

/* One value in the width of its parameter, or as GBK. */
static xie_status parameter(struct draft *d, const struct xie_val *v, struct xie_jt808_param *p)
{
	enum xie_jt808_param_kind kind = XIE_JT808_PARAM_BYTES;
	uint8_t width = 0;
	int64_t number = 0;
	if (!parameter_id(v->key, &p->id) || xie_jt808_param_info(p->id, &kind, &width) == NULL)
		return XIE_UNKNOWN;
	xie_wr w = xie_wr_of(d->bytes + d->n, sizeof d->bytes - d->n);
	if (kind == XIE_JT808_PARAM_NUMBER && xie_val_i64(v, &number) == XIE_OK && number >= 0 &&
	    number < INT64_C(1) << (8 * width)) {
		for (unsigned i = width; i-- > 0;)
			xie_wr_u8(&w, (uint8_t)(number >> (8 * i)));
	} else if (kind != XIE_JT808_PARAM_TEXT || v->kind != XIE_VAL_STRING || v->s.n > 255 ||
	           xie_gbk_from_utf8(&w, v->s) != XIE_OK) {
		return XIE_RANGE;
	}
	p->value = xie_wr_view(&w);
	d->n += w.n;
	return w.st;
}

static xie_status parameters(struct draft *d, const struct xie_world_order *o, struct xie_err *err)
{
	struct xie_jt808_params *list = &d->m.u.params;
	d->m.id = 0x8103;
	*list = (struct xie_jt808_params){ .items = d->params };
	XIE_VAL_EACH(v, o->parameters)
	{
		xie_status st = list->n < PARAMETERS ? parameter(d, v, &d->params[list->n]) : XIE_LIMIT;
		if (st != XIE_OK) {
			(void)xie_err_set(err, XIE_RANGE, 0, 0,
			                  st == XIE_UNKNOWN ? "no such parameter: " : "not a value of this parameter: ",
			                  "docs/configuration.md, orders to terminals");
			if (err != NULL)
				xie_err_add(err, v->key.p, v->key.n);
			return XIE_RANGE;
		}
		list->n++;
	}
	return list->n != 0 ? XIE_OK : xie_err_set(err, XIE_RANGE, 0, 0, "no parameters", "{\"report_interval_s\": 10}");
}

static xie_status message(struct draft *d, const struct xie_world_order *o, struct xie_err *err)
{
	*d = (struct draft){ .m = { .edition = XIE_JT808_2013 } };
	if (xie_str_is(o->kind, "text"))
		return text_of(d, o, err);
	if (xie_str_is(o->kind, "set"))
		return parameters(d, o, err);
	if (xie_str_is(o->kind, "track")) {
		d->m.id = 0x8202;
		d->m.u.track = (struct xie_jt808_track){ .interval_s = (uint16_t)o->interval_s,
			                                 .has_validity = o->interval_s != 0,
			                                 .validity_s = o->validity_s };
	} else if (xie_str_is(o->kind, "photo")) {
		/* One picture, 640x480, sent at once; the middle of every scale. */
		d->m.id = 0x8801;
		d->m.u.shoot = (struct xie_jt808_shoot){ .channel = (uint8_t)o->channel, .command = 1, .size = 2, .quality = 3,
			                                 .brightness = 127, .contrast = 63, .saturation = 63, .hue = 127 };
	} else if (xie_str_is(o->kind, "locate")) {
		d->m.id = 0x8201;
	} else if (xie_str_is(o->kind, "read")) {
		d->m.id = 0x8104;
	} else {
		return xie_err_set(err, XIE_RANGE, 0, 0, "no such order", "text, track, photo, locate, set, read");
	}
	return XIE_OK;
}

/* ---- to the gate ---- */

struct giving {
	struct site *s;
	const struct draft *d;
	xie_str identity;
	uint64_t number; /* 0: only look */
	xie_ms patience;
	uint32_t source; /* that heard it last */
	xie_status st;
};

static void give(void *ctx, struct xie_ingest *in)
{
	struct giving *g = ctx;
	struct xie_gate *gate = sources__gate(g->s->sources, g->identity, g->source);
	g->st = gate == NULL ? XIE_MISSING : XIE_OK;
	if (gate != NULL && g->number != 0)
		g->st = xie_gate_order(gate, in, g->number, g->identity, &g->d->m, g->patience);
}

static xie_status order(void *self, const struct xie_key *target, const struct xie_world_order *o, uint64_t number,
                        struct xie_err *reterr)
{
	struct site *s = self;
	struct draft *d = malloc(sizeof *d);
	struct xie_live_target t = { .source = UINT32_MAX };
	if (d == NULL)
		return XIE_UNAVAILABLE;
	xie_status st = target->scheme == XIE_SCHEME_PHONE ? message(d, o, reterr) : XIE_MISSING;
	if (st == XIE_OK) {
		(void)!xie_live_get(s->live, target, &t);
		struct giving g = { .s = s,
			            .d = d,
			            .identity = xie_key_text(target),
			            .number = number,
			            .patience = (xie_ms)o->patience_s * 1000,
			            .source = t.source };
		site_sources_call(s->sources, give, &g);
		st = g.st;
	}
	free(d);
	return st;
}

/* ---- what came of it ---- */

struct kept {
	xie_arena *mem;
	struct xie_subject row;
	bool found;
};

static xie_status keep(void *ctx, const struct xie_subject *s)
{
	struct kept *k = ctx;
	k->row = *s;
	k->found = true;
	xie_str *texts[] = { &k->row.kind,  &k->row.id,    &k->row.no,          &k->row.org,  &k->row.region, &k->row.state, &k->row.stage,
		             &k->row.title, &k->row.clock, &k->row.waiting_for, &k->row.text, &k->row.json };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		texts[i]->p = xie_str_dup(k->mem, *texts[i]);
		if (texts[i]->p == NULL)
			return XIE_LIMIT;
	}
	return XIE_OK;
}

/* answered: with what the terminal said, whose decimals stand in no event (they have no canonical form). */
static void step(xie_wr *w, const struct xie_val *fact, xie_ms at, uint64_t position, bool answered)
{
	const struct xie_val *answer = answered ? xie_val_get(fact, "answer") : NULL, *result = xie_val_get(fact, "result");
	xie_wr_char(w, '{');
	if (answer != NULL) {
		xie_wr_key(w, "answer");
		xie_val_write(answer, w);
	}
	xie_wr_kv_i64(w, "at", at);
	xie_wr_kv_i64(w, "position", (int64_t)position);
	if (result != NULL)
		xie_wr_kv_i64(w, "result", xie_val_get_i64(fact, "result", 0));
	if (xie_val_get_str(fact, "media").n != 0)
		xie_wr_kv_str(w, "media", xie_val_get_str(fact, "media"));
	xie_wr_kv_str(w, "state", xie_val_get_str(fact, "state"));
	xie_wr_char(w, '}');
}

/* The projection v with one step more.  False: that step is there already. */
static bool with_step(const struct xie_val *v, const struct xie_val *fact, xie_ms at, uint64_t position, xie_wr *w)
{
	xie_wr_char(w, '{');
	XIE_VAL_EACH(m, v)
	{
		char key[32];
		(void)snprintf(key, sizeof key, "%.*s", (int)m->key.n, m->key.p);
		xie_wr_key(w, key);
		if (!xie_str_is(m->key, "steps")) {
			xie_val_write(m, w);
			continue;
		}
		xie_wr_char(w, '[');
		XIE_VAL_EACH(x, m)
		{
			if (xie_val_get_i64(x, "position", 0) >= (int64_t)position)
				return false;
			xie_wr_sep(w);
			xie_val_write(x, w);
		}
		xie_wr_sep(w);
		step(w, fact, at, position, true);
		xie_wr_char(w, ']');
	}
	xie_wr_char(w, '}');
	return w->st == XIE_OK;
}

void site_orders_fact(struct site *s, xie_arena *scratch, const struct xie_val *fact, xie_ms at, uint64_t position)
{
	enum { JSON = 256 << 10 };
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct kept k = { .mem = scratch };
	char id[32], data_buf[512];
	(void)snprintf(id, sizeof id, "o-%" PRId64, xie_val_get_i64(fact, "order", 0));
	const struct xie_val *v = NULL;
	char *buf = xie_arena_alloc(scratch, JSON, 1);
	if (buf == NULL || s->store.subject_get(s->store.self, &system, XIE_STR("order"), xie_str_of(id), keep, &k) != XIE_OK)
		return;
	xie_wr w = xie_wr_of(buf, JSON), data = xie_wr_of(data_buf, sizeof data_buf);
	if (xie_json_read(scratch, k.row.json, (struct xie_val_limits){ .depth = 16 }, &v, NULL) != XIE_OK ||
	    !with_step(v, fact, at, position, &w))
		return;
	step(&data, fact, at, position, false);
	struct xie_event e = { .at = at,
		               .event = XIE_STR("order_step"),
		               .by = XIE_STR("[]"),
		               .data = xie_wr_view(&data),
		               .user = XIE_STR(""),
		               .signature = XIE_STR(""),
		               .key_id = XIE_STR("") };
	struct xie_subject_key key = { XIE_STR("target"), xie_val_get_str(v, "target") };
	struct xie_subject_change c = {
		.row = k.row, .version = k.row.version, .events = &e, .n_events = 1, .keys = &key, .n_keys = 1
	};
	c.row.text = key.value;
	c.row.json = xie_wr_view(&w);
	c.row.state = xie_val_get_str(fact, "state");
	if (s->store.subject_append(s->store.self, &system, &c, 1, NULL, NULL) != XIE_OK)
		site_say(s, "orders: what came of %s could not be stored; the journal has it", id);
}

/* ---- after a start ---- */

struct resuming {
	struct site *s;
	xie_arena *mem;
	unsigned given, lost;
};

static void ask_of(const struct xie_val *v, struct xie_world_order *o)
{
	const struct xie_val *ask = xie_val_get(v, "ask");
	*o = (struct xie_world_order){ .kind = xie_val_get_str(v, "kind"),
		                       .text = xie_val_get_str(ask, "text"),
		                       .urgent = xie_val_true(xie_val_get(ask, "urgent")),
		                       .interval_s = (uint32_t)xie_val_get_i64(ask, "interval_s", 0),
		                       .validity_s = (uint32_t)xie_val_get_i64(ask, "validity_s", 0),
		                       .channel = (uint32_t)xie_val_get_i64(ask, "channel", 1),
		                       .parameters = xie_val_get(ask, "parameters"),
		                       .patience_s = (uint32_t)xie_val_get_i64(v, "patience_s", 0) };
}

/* What was not known to have arrived is given again, as it would be on a lost connection; the rest of its patience. */
static xie_status resume(void *ctx, const struct xie_subject *row)
{
	struct resuming *r = ctx;
	struct xie_world_order o;
	struct xie_key key;
	const struct xie_val *v = NULL;
	uint64_t number = 0;
	size_t mark = xie_arena_mark(r->mem);
	xie_str target;
	if (xie_str_u64(xie_str_from(row->id, 2), &number) == XIE_OK &&
	    xie_json_read(r->mem, row->json, (struct xie_val_limits){ .depth = 16 }, &v, NULL) == XIE_OK) {
		ask_of(v, &o);
		target = xie_val_get_str(v, "target");
		int64_t left = xie_val_get_i64(v, "at", 0) / 1000 + o.patience_s - r->s->clock.wall(r->s->clock.self) / 1000;
		size_t dot = xie_str_find(target, '.');
		o.patience_s = left > 1 ? (uint32_t)left : 1;
		if (dot < target.n && xie_key_phone(xie_str_from(target, dot + 1), &key) == XIE_OK &&
		    order(r->s, &key, &o, number, NULL) == XIE_OK)
			r->given++;
		else
			r->lost++;
	}
	xie_arena_rewind(r->mem, mark);
	return XIE_OK;
}

void site_orders_resume(struct site *s, xie_arena *scratch)
{
	static const char *const states[] = { "queued", "sent" };
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct resuming r = { .s = s, .mem = scratch };
	for (size_t i = 0; i < 2; i++) {
		struct xie_subject_query q = { .kind = XIE_STR("order"), .state = xie_str_of(states[i]), .by_age = true, .limit = 500 };
		(void)s->store.subject_list(s->store.self, &system, &q, resume, &r, NULL, NULL);
	}
	if (r.given + r.lost != 0)
		site_say(s, "orders: %u that were under way are given again, %u have no source any more", r.given, r.lost);
}

void site_orders_world(struct site *s)
{
	s->world.order = order;
}
