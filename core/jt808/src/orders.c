/* SPDX-License-Identifier: Apache-2.0 */
/* Orders: sent, received, answered, seen to work. */
#include "hub.h"

#include "xie/base/rd.h"

const char *xie_jt808_order_code(enum xie_jt808_order_state s)
{
	static const char *const codes[] = {
#define X(sym, code, last) code,
		XIE_JT808_ORDER_MAP(X)
#undef X
	};
	return (unsigned)s < sizeof codes / sizeof codes[0] ? codes[s] : "?";
}

bool xie_jt808_order_is_last(enum xie_jt808_order_state s)
{
	static const bool last[] = {
#define X(sym, code, is_last) is_last,
		XIE_JT808_ORDER_MAP(X)
#undef X
	};
	return (unsigned)s < sizeof last / sizeof last[0] && last[s];
}

static void enter(struct xie_jt808_hub *h, struct order *o, enum xie_jt808_order_state state, struct xie_jt808_effects *fx)
{
	o->state = state;
	struct xie_jt808_fx *x = hub__fx(fx, XIE_JT808_FX_ORDER, o->conn != NO ? (uint32_t)o->conn : UINT32_MAX);
	memcpy(x->identity, o->identity, sizeof x->identity);
	x->order = o->id;
	x->state = state;
	x->msg_id = o->msg_id;
	x->result = o->result;
	x->tries = o->tries;
	if (!xie_jt808_order_is_last(state))
		return;
	if (o->conn != NO)
		h->sessions[o->conn].orders--;
	o->used = false;
	h->counts.orders--;
}

/* The message's own answer, or 0 when the general answer is all. */
static uint16_t own_answer(uint16_t id)
{
	static const uint16_t pairs[][2] = {
		{ 0x8104, 0x0104 }, { 0x8106, 0x0104 }, { 0x8107, 0x0107 }, { 0x8108, 0x0108 }, { 0x8201, 0x0201 },
		{ 0x8302, 0x0302 }, { 0x8500, 0x0500 }, { 0x8608, 0x0608 }, { 0x8700, 0x0700 }, { 0x8702, 0x0702 },
		{ 0x8801, 0x0805 }, { 0x8802, 0x0802 }, { 0x9003, 0x1003 }, { 0x9205, 0x1205 }, { 0x9206, 0x1206 },
	};
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (pairs[i][0] == id)
			return pairs[i][1];
	return 0;
}

static bool names_its_order(uint16_t answer) /* whether the answer begins with the order's serial number */
{
	return answer != 0x0107 && answer != 0x0108 && answer != 0x0608 && answer != 0x0702 && answer != 0x1003;
}

/* Whether something can be seen to happen after the terminal said yes. */
static bool has_effect(const struct order *o)
{
	return o->msg_id == 0x8801 || (o->msg_id == 0x8202 && o->interval_s != 0);
}

static void look_for_effect(struct xie_jt808_hub *h, struct order *o, enum xie_jt808_order_state state, xie_ms now,
                            struct xie_jt808_effects *fx)
{
	enter(h, o, state, fx);
	if (has_effect(o)) {
		o->lingers = true;
		o->due = now + h->set.effect_ms;
	} else if (own_answer(o->msg_id) == 0 || state == XIE_JT808_ORDER_ANSWERED) {
		enter(h, o, XIE_JT808_ORDER_DONE, fx);
	} else {
		o->due = now + h->set.effect_ms; /* received; its own answer is still to come */
		o->lingers = true;
	}
}

static void general_answer(struct xie_jt808_hub *h, struct order *o, uint8_t result, xie_ms now, struct xie_jt808_effects *fx)
{
	o->result = result;
	if (result != 0)
		enter(h, o, XIE_JT808_ORDER_REFUSED, fx);
	else
		look_for_effect(h, o, XIE_JT808_ORDER_RECEIVED, now, fx);
}

static void answered(struct xie_jt808_hub *h, struct order *o, const struct xie_jt808_frame *f, xie_ms now,
                     struct xie_jt808_effects *fx)
{
	xie_rd r = xie_rd_of(f->body, f->head.body_n);
	(void)xie_rd_u16be(&r);
	o->result = f->head.id == 0x0805 ? xie_rd_u8(&r) : 0;
	if (o->result != 0)
		enter(h, o, XIE_JT808_ORDER_REFUSED, fx);
	else
		look_for_effect(h, o, XIE_JT808_ORDER_ANSWERED, now, fx);
}

/* 0x8202: two reports no further apart than was ordered, a second for the terminal's rounding. */
static void pace(struct xie_jt808_hub *h, struct order *o, const struct xie_jt808_frame *f, struct xie_jt808_effects *fx)
{
	struct xie_jt808_position p;
	xie_ms t = 0;
	if (!o->lingers || xie_jt808_position_read(f->body, f->head.body_n, &p) != XIE_OK ||
	    xie_jt808_time_ms(&p.time, &t) != XIE_OK)
		return;
	if (o->has_last && t > o->last && t - o->last <= ((xie_ms)o->interval_s + 1) * 1000)
		enter(h, o, XIE_JT808_ORDER_EFFECT, fx);
	o->has_last = true;
	o->last = t;
}

void orders__message(struct xie_jt808_hub *h, struct session *s, const struct xie_jt808_frame *f, xie_ms now,
                     struct xie_jt808_effects *fx)
{
	xie_rd r = xie_rd_of(f->body, f->head.body_n);
	uint16_t id = f->head.id, serial = xie_rd_u16be(&r);
	if (s->orders == 0)
		return;
	uint16_t of = xie_rd_u16be(&r); /* 0x0001 only */
	uint8_t result = xie_rd_u8(&r);
	if (id == 0x0001 && r.st != XIE_OK)
		return;
	for (uint32_t i = 0; i < h->set.orders_max && s->orders != 0 && hub__room(fx); i++) {
		struct order *o = &h->orders[i];
		if (!o->used || o->conn != (int32_t)hub__conn(h, s))
			continue;
		if (id == 0x0200 && o->msg_id == 0x8202) {
			pace(h, o, f, fx);
		} else if (id == 0x0001) {
			if (o->state == XIE_JT808_ORDER_SENT && serial == o->serial && of == o->msg_id) {
				general_answer(h, o, result, now, fx);
				return;
			}
		} else if (own_answer(o->msg_id) == id && (!names_its_order(id) || serial == o->serial) &&
		           o->state <= XIE_JT808_ORDER_RECEIVED) {
			answered(h, o, f, now, fx);
			return;
		}
	}
}

void orders__media(struct xie_jt808_hub *h, struct session *s, xie_ms now, struct xie_jt808_effects *fx)
{
	(void)now;
	for (uint32_t i = 0; i < h->set.orders_max && s->orders != 0; i++) {
		struct order *o = &h->orders[i];
		if (!o->used || o->msg_id != 0x8801 || o->conn != (int32_t)hub__conn(h, s))
			continue;
		o->result = 0;
		enter(h, o, XIE_JT808_ORDER_EFFECT, fx);
		return;
	}
}

/* Orders on a lost connection are sent anew when the terminal is back; what was received stays received. */
void orders__logout(struct xie_jt808_hub *h, struct session *s)
{
	for (uint32_t i = 0; i < h->set.orders_max && s->orders != 0; i++) {
		struct order *o = &h->orders[i];
		if (!o->used || o->conn != (int32_t)hub__conn(h, s))
			continue;
		o->conn = NO;
		s->orders--;
		if (!o->lingers) {
			o->state = XIE_JT808_ORDER_QUEUED;
			o->tries = 0;
		}
	}
}

static void send(struct xie_jt808_hub *h, struct order *o, struct session *s, xie_ms now, struct xie_jt808_effects *fx)
{
	bool is19 = s->head.edition == XIE_JT808_2019, first = o->tries == 0;
	hub__send(h, s, o->msg_id, is19 ? o->body19 : o->body13, is19 ? o->n19 : o->n13, first ? NULL : &o->serial,
	          first ? &o->serial : NULL, fx);
	if (first) {
		o->due = now;
		enter(h, o, XIE_JT808_ORDER_SENT, fx);
	}
	/* 808-2013 4.6.2: T(n+1) = T(n) x (n+1) */
	xie_ms wait = h->set.resend_ms;
	for (unsigned k = 2; k <= o->tries + 1u && wait < INT64_C(86400000); k++)
		wait *= k;
	o->tries++;
	o->due = now + wait;
}

static void adopt(struct xie_jt808_hub *h, struct order *o)
{
	struct session *s = hub__serving(h, &o->ident);
	if (o->conn != NO || s == NULL)
		return;
	o->conn = (int32_t)hub__conn(h, s);
	s->orders++;
}

static void tick_order(struct xie_jt808_hub *h, struct order *o, xie_ms now, struct xie_jt808_effects *fx)
{
	adopt(h, o);
	if (o->lingers) {
		if (now >= o->due)
			enter(h, o, has_effect(o) ? XIE_JT808_ORDER_NO_EFFECT : XIE_JT808_ORDER_UNANSWERED, fx);
	} else if (o->conn == NO || o->tries == 0) {
		if (now >= o->expires)
			enter(h, o, XIE_JT808_ORDER_EXPIRED, fx);
		else if (o->conn != NO)
			send(h, o, &h->sessions[o->conn], now, fx);
	} else if (now >= o->due) {
		if (o->tries >= h->set.sends_max)
			enter(h, o, XIE_JT808_ORDER_UNANSWERED, fx);
		else
			send(h, o, &h->sessions[o->conn], now, fx);
	}
}

bool orders__tick(struct xie_jt808_hub *h, xie_ms now, struct xie_jt808_effects *fx)
{
	for (; h->tick_order < h->set.orders_max; h->tick_order++) {
		if (!h->orders[h->tick_order].used)
			continue;
		if (!hub__room(fx))
			return true;
		tick_order(h, &h->orders[h->tick_order], now, fx);
	}
	return false;
}

/* The same order in the words of either edition. */
static xie_status write_for(const struct xie_jt808_msg *msg, uint16_t edition, uint8_t *body, uint16_t *ret_n)
{
	struct xie_jt808_msg m = *msg;
	struct xie_jt808_switch doors = { 0x0001, 0 };
	bool is19 = edition == XIE_JT808_2019;
	m.edition = edition;
	if (m.id == 0x8300) {
		struct xie_jt808_speech *s = &m.u.speech;
		bool urgent = s->has_kind ? (s->flags & 3) == 2 : (s->flags & 1) != 0;
		s->flags = (uint8_t)((s->flags & ~3u) | (is19 ? (urgent ? 2u : 3u) : urgent));
		s->has_kind = is19;
		s->kind = s->kind != 0 ? s->kind : 1;
	} else if (m.id == 0x8500 && is19 && m.u.switches.old) {
		doors.value = m.u.switches.flags & 1;
		m.u.switches = (struct xie_jt808_switches){ .n = 1, .items = &doors };
	} else if (m.id == 0x8500 && !is19 && !m.u.switches.old && m.u.switches.n == 1) {
		m.u.switches = (struct xie_jt808_switches){ .old = true, .flags = m.u.switches.items[0].value };
	}
	xie_wr w = xie_wr_of(body, XIE_JT808_BODY_MAX);
	xie_status st = xie_jt808_msg_write(&w, &m);
	*ret_n = (uint16_t)w.n;
	return st;
}

xie_status xie_jt808_order(struct xie_jt808_hub *h, uint64_t order, xie_str identity, const struct xie_jt808_msg *msg,
                           xie_ms now, xie_ms expires, struct xie_jt808_effects *fx)
{
	struct xie_jt808_head head = { .edition = XIE_JT808_2019 };
	xie_status st = xie_jt808_phone_set(&head, identity);
	if (st != XIE_OK)
		return st;
	struct order *o = NULL;
	for (uint32_t i = 0; i < h->set.orders_max && o == NULL; i++)
		if (!h->orders[i].used)
			o = &h->orders[i];
	if (o == NULL)
		return XIE_LIMIT;
	*o = (struct order){ .id = order, .ident = hub__ident(&head), .conn = NO, .msg_id = msg->id, .due = now,
		             .expires = expires };
	st = write_for(msg, XIE_JT808_2013, o->body13, &o->n13);
	if (st == XIE_OK)
		st = write_for(msg, XIE_JT808_2019, o->body19, &o->n19);
	if (st != XIE_OK)
		return st;
	o->used = true;
	o->interval_s = msg->id == 0x8202 ? msg->u.track.interval_s : 0;
	hub__identity(&head, o->identity);
	h->counts.orders++;
	enter(h, o, XIE_JT808_ORDER_QUEUED, fx);
	tick_order(h, o, now, fx);
	return XIE_OK;
}
