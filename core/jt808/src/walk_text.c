/* SPDX-License-Identifier: Apache-2.0 */
/* Text, choices, calls, switches, recorder, waybill, driver, CAN, data. */
#include "walk.h"

void walk_speech(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_speech *s = &m->u.speech;
	walk_u8(x, "flags", &s->flags);
	if (walk_reads(x))
		s->has_kind = x->edition == XIE_JT808_2019;
	if (s->has_kind) {
		static const char *const places[] = { NULL, NULL, "screen", "speech", NULL, "can_fault" };
		walk_bits(x, "flags_text", s->flags, places, 6);
		WALK_WORD(x, "urgency", s->flags & 3u, NULL, "service", "urgent", "notice");
		walk_u8(x, "kind", &s->kind);
		WALK_WORD(x, "kind_text", s->kind, NULL, "notice", "service");
	} else {
		static const char *const all[] = { "urgent", NULL, "screen", "speech", "advert_screen", "can_fault" };
		walk_bits(x, "flags_text", s->flags, all, 6);
	}
	walk_text_rest(x, "text", &s->text);
}

static void each_event(struct walk *x, void *item)
{
	struct xie_jt808_choice *c = item;
	walk_u8(x, "id", &c->id);
	walk_text_len(x, "text", &c->text, 1);
}
static void each_answer(struct walk *x, void *item)
{
	struct xie_jt808_choice *c = item;
	walk_u8(x, "id", &c->id);
	walk_text_len(x, "text", &c->text, 2);
}
static void each_entry(struct walk *x, void *item)
{
	struct xie_jt808_choice *c = item;
	walk_u8(x, "id", &c->id);
	walk_text_len(x, "name", &c->text, 2);
}
static void each_contact(struct walk *x, void *item)
{
	struct xie_jt808_choice *c = item;
	walk_u8(x, "way", &c->id);
	WALK_WORD(x, "way_text", c->id, NULL, "in", "out", "both");
	walk_text_len(x, "number", &c->number, 1);
	walk_text_len(x, "name", &c->text, 1);
}

/* A kind of 0 clears the terminal's list, and nothing need follow it. */
static void choices(struct walk *x, struct xie_jt808_choices *c, size_t least, walk_each *each)
{
	walk_u8(x, "kind", &c->kind);
	if (walk_reads(x) && walk_left(x) == 0) {
		if (c->kind != 0)
			x->odd |= XIE_JT808_ODD(FORM);
		return;
	}
	if (x->way == WALK_WRITE && c->kind == 0 && c->n == 0)
		return;
	uint32_t count = walk_count(x, &c->count, c->n, 1);
	WALK_LIST(x, "items", c->items, &c->n, count, least, each);
}

void walk_events(struct walk *x, struct xie_jt808_msg *m)
{
	choices(x, &m->u.choices, 2, each_event);
}

void walk_menu(struct walk *x, struct xie_jt808_msg *m)
{
	choices(x, &m->u.choices, 3, each_entry);
}

void walk_book(struct walk *x, struct xie_jt808_msg *m)
{
	choices(x, &m->u.choices, 3, each_contact);
}

void walk_question(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_choices *c = &m->u.choices;
	walk_u8(x, "flags", &c->kind);
	static const char *const all[] = { "urgent", NULL, NULL, "speech", "advert_screen" };
	walk_bits(x, "flags_text", c->kind, all, 5);
	walk_text_len(x, "question", &c->question, 1);
	WALK_LIST(x, "items", c->items, &c->n, WALK_ALL, 3, each_answer);
}

void walk_event(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u8(x, "id", &m->u.chosen.id);
}

void walk_reply(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u16(x, "answer_serial", &m->u.chosen.serial);
	walk_u8(x, "id", &m->u.chosen.id);
}

void walk_order(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u8(x, "kind", &m->u.chosen.id);
	walk_u8(x, "on", &m->u.chosen.on);
}

void walk_news(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u8(x, "kind", &m->u.news.kind);
	walk_text_len(x, "text", &m->u.news.text, 2);
}

void walk_call(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_call *c = &m->u.call;
	walk_u8(x, "kind", &c->kind);
	WALK_WORD(x, "kind_text", c->kind, "call", "listen");
	if (walk_reads(x))
		c->padded = walk_left(x) == 20;
	walk_text(x, "number", &c->number, walk_reads(x) ? walk_left(x) : c->padded ? 20 : c->number.n);
	if (walk_reads(x) && c->number.n == 20)
		c->padded = false;
}

static void each_switch(struct walk *x, void *item)
{
	struct xie_jt808_switch *s = item;
	walk_id16(x, "control", &s->control);
	walk_u8(x, "value", &s->value);
}

/* 808-2013 8.36: one byte of flags.  808-2019 8.37: a list of a control and its parameter, with and without a count
 * before it.  The only control of the standard, 0x0001 (doors), has one byte. */
void walk_switches(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_switches *s = &m->u.switches;
	if (walk_reads(x)) {
		size_t n = walk_left(x);
		s->old = n == 1;
		s->counted = n >= 2 && n == 2 + 3 * (size_t)walk_peek(x, 0, 2);
	}
	if (s->old) {
		walk_u8(x, "flags", &s->flags);
		walk_say(x, "doors", (s->flags & 1) != 0 ? "lock" : "unlock");
		return;
	}
	uint32_t count = s->counted ? walk_count(x, NULL, s->n, 2) : 0;
	WALK_LIST(x, "controls", s->items, &s->n, s->counted ? (int64_t)count : (int64_t)WALK_ALL, 3, each_switch);
}

void walk_recorder_up(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u16(x, "answer_serial", &m->u.recorder.serial);
	walk_recorder_down(x, m);
}

void walk_recorder_down(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u8(x, "command", &m->u.recorder.command);
	walk_bytes_rest(x, "data", &m->u.recorder.data);
}

void walk_waybill(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_waybill *b = &m->u.waybill;
	if (walk_reads(x)) {
		xie_rd peek = x->r;
		size_t n = xie_rd_u32be(&peek);
		b->bare = peek.st != XIE_OK || n != xie_rd_left(&peek);
		if (b->bare)
			x->odd |= XIE_JT808_ODD(FORM);
	}
	if (b->bare)
		walk_text_rest(x, "text", &b->text);
	else
		walk_text_len(x, "text", &b->text, 4);
}

static void driver_card(struct walk *x, struct xie_jt808_driver *d)
{
	walk_u8(x, "result", &d->result);
	WALK_WORD(x, "result_text", d->result, "read", "pin", "card_out", "other_card", "not_verified", "locked");
	walk_text_len(x, "name", &d->name, 1);
	walk_text(x, "licence", &d->licence, 20);
	walk_text_len(x, "issuer", &d->issuer, 1);
	walk_raw(x, "expiry", d->expiry, 4); /* BCD: hexadecimal shows YYYYMMDD */
	if (d->edition == XIE_JT808_2019)
		walk_text(x, "identity", &d->identity, 20);
}

static void driver_2011(struct walk *x, struct xie_jt808_driver *d)
{
	walk_text_len(x, "name", &d->name, 1);
	walk_text(x, "identity", &d->identity, 20);
	walk_text(x, "licence", &d->licence, 40);
	walk_text_len(x, "issuer", &d->issuer, 1);
}

/* Whether the bytes are wholly a driver of 808-2011: name, identity number, licence, issuer, and no state. */
static bool is_driver_2011(const struct walk *x)
{
	struct walk y = *x;
	struct xie_jt808_driver d = { .edition = XIE_JT808_2011 };
	driver_2011(&y, &d);
	return y.r.st == XIE_OK && walk_left(&y) == 0;
}

/* 808-2013 8.41: with state 2 (card out) nothing follows the time, and with a card that could not be read nothing
 * need follow the result; many terminals send the fields, empty.  808-2019 adds the identity number. */
void walk_driver(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_driver *d = &m->u.driver;
	if (walk_reads(x)) {
		uint32_t state = walk_peek(x, 0, 1);
		bool old = x->edition != XIE_JT808_2019 && state != 1 && state != 2 && is_driver_2011(x);
		d->edition = old ? XIE_JT808_2011 : x->edition;
	}
	m->edition = d->edition;
	if (d->edition == XIE_JT808_2011) {
		driver_2011(x, d);
		return;
	}
	walk_u8(x, "state", &d->state);
	WALK_WORD(x, "state_text", d->state, NULL, "card_in", "card_out");
	walk_time(x, "time", &d->t);
	if (!walk_has(x, &d->has_card, 1)) {
		if (!walk_reads(x) && d->result != 0)
			walk_u8(x, "result", &d->result);
		return;
	}
	if (walk_reads(x) && walk_left(x) == 1) { /* the result alone: the card was not read */
		walk_u8(x, "result", &d->result);
		d->has_card = false;
		if (d->result == 0)
			x->odd |= XIE_JT808_ODD(FORM);
		return;
	}
	if (walk_reads(x) && d->edition == XIE_JT808_2019) {
		struct walk y = *x;
		struct xie_jt808_driver without = { .edition = XIE_JT808_2013 };
		driver_card(&y, &without);
		if (y.r.st == XIE_OK && walk_left(&y) == 0) {
			d->edition = m->edition = XIE_JT808_2013;
			x->odd |= XIE_JT808_ODD(FORM);
		}
	}
	driver_card(x, d);
}

static void each_can(struct walk *x, void *item)
{
	struct xie_jt808_can_frame *f = item;
	walk_u32(x, "id", &f->id);
	walk_raw(x, "data", f->data, sizeof f->data);
}

void walk_can(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_can *c = &m->u.can;
	uint32_t count = walk_count(x, &c->count, c->n, 2);
	walk_raw(x, "time_of_day", c->t, sizeof c->t);
	WALK_LIST(x, "frames", c->items, &c->n, count, 12, each_can);
}

void walk_data(struct walk *x, struct xie_jt808_msg *m)
{
	if (walk_prints(x))
		walk__json_id(x->w, "kind", m->u.data.kind, 2);
	else
		walk_u8(x, "kind", &m->u.data.kind);
	walk_bytes_rest(x, "data", &m->u.data.data);
}

void walk_packed(struct walk *x, struct xie_jt808_msg *m)
{
	walk_bytes_len(x, "gzip", &m->u.data.data, 4);
}

void walk_rsa(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u32(x, "e", &m->u.rsa.e);
	walk_raw(x, "n", m->u.rsa.n, sizeof m->u.rsa.n);
}
