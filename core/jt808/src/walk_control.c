/* SPDX-License-Identifier: Apache-2.0 */
/* Answers, identity, parameters, attributes, upgrades. */
#include "walk.h"

void walk_answer(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_answer *a = &m->u.answer;
	walk_u16(x, "answer_serial", &a->serial);
	walk_id16(x, "answer_id", &a->id);
	walk_u8(x, "result", &a->result);
	WALK_WORD(x, "result_text", a->result, "done", "failed", "bad_message", "not_supported", "alarm_seen");
}

/* 808-2013 8.4 counts the parts in one byte; 808-2019 is printed and implemented with one and with two. */
void walk_resend(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_resend *a = &m->u.resend;
	walk_u16(x, "serial", &a->serial);
	if (walk_reads(x) && walk_left(x) >= 2) {
		size_t left = walk_left(x);
		a->wide = left != 1 + 2 * (size_t)walk_peek(x, 0, 1) && left == 2 + 2 * (size_t)walk_peek(x, 0, 2);
	}
	uint32_t count = walk_count(x, NULL, a->n, a->wide ? 2 : 1);
	a->parts = walk_u16s(x, "parts", a->parts, &a->n, count);
}

void walk_clock(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_time *t = &m->u.clock.t;
	if (!walk_prints(x)) {
		walk_time(x, "time", t);
		return;
	}
	/* 808-2019 8.6: this one time is UTC, not UTC+8. */
	xie_ms ms = 0;
	if (xie_jt808_time_ms(t, &ms) != XIE_OK) {
		walk_time(x, "time", t);
		return;
	}
	xie_wr_key(x->w, "time");
	xie_wr_char(x->w, '"');
	xie_wr_time(x->w, ms + INT64_C(8) * 3600 * 1000);
	xie_wr_char(x->w, '"');
}

/* Identity has hand-made pairs (identity.h): the session needs them without a message. */
void walk_register(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_register *r = &m->u.registration;
	if (walk_reads(x)) {
		xie_status st = xie_jt808_register_read(x->r.p, walk_left(x), x->edition, r);
		(void)xie_rd_take(&x->r, walk_left(x));
		if (st != XIE_OK) {
			xie_rd_fail(&x->r, st);
			return;
		}
		m->edition = r->edition;
		x->odd |= r->odd;
	} else if (!walk_prints(x)) {
		xie_status st = xie_jt808_register_write(x->w, r);
		if (st != XIE_OK)
			walk_fail(x, st);
	} else {
		walk_u16(x, "province", &r->province);
		walk_u16(x, "county", &r->county);
		walk_text(x, "maker", &r->maker, 0);
		walk_text(x, "model", &r->model, 0);
		walk_text(x, "terminal", &r->terminal, 0);
		walk_u8(x, "plate_color", &r->plate_color);
		WALK_WORD(x, "plate_color_text", r->plate_color, "none", "blue", "yellow", "black", "white", "green", NULL,
		          NULL, NULL, "other");
		walk_text(x, r->plate_color != 0 ? "plate" : "vin", &r->plate, 0);
	}
}

void walk_registered(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_registered *r = &m->u.registered;
	walk_u16(x, "answer_serial", &r->serial);
	walk_u8(x, "result", &r->result);
	WALK_WORD(x, "result_text", r->result, "ok", "vehicle_registered", "no_such_vehicle", "terminal_registered",
	          "no_such_terminal");
	if (r->result == XIE_JT808_REG_OK)
		walk_text_rest(x, "token", &r->token);
}

void walk_auth(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_auth *a = &m->u.auth;
	if (walk_reads(x)) {
		xie_status st = xie_jt808_auth_read(x->r.p, walk_left(x), x->edition, a);
		(void)xie_rd_take(&x->r, walk_left(x));
		if (st != XIE_OK)
			xie_rd_fail(&x->r, st);
		x->odd |= a->odd;
	} else if (!walk_prints(x)) {
		xie_status st = xie_jt808_auth_write(x->w, a);
		if (st != XIE_OK)
			walk_fail(x, st);
	} else {
		walk_text(x, "token", &a->token, 0);
		if (a->edition == XIE_JT808_2019) {
			walk_text(x, "imei", &a->imei, 0);
			walk_text(x, "software", &a->software, 0);
		}
	}
}

static void each_param(struct walk *x, void *item)
{
	struct xie_jt808_param *p = item;
	if (!walk_prints(x)) {
		walk_u32(x, "id", &p->id);
		walk_bytes_len(x, "hex", &p->value, 1);
		return;
	}
	enum xie_jt808_param_kind kind = XIE_JT808_PARAM_BYTES;
	uint8_t width = 0;
	uint32_t v = 0;
	const char *name = xie_jt808_param_info(p->id, &kind, &width);
	walk__json_id(x->w, "id", p->id, p->id > 0xffff ? 8 : 4);
	walk_say(x, "name", name);
	if (xie_jt808_param_number(p, &v) == XIE_OK) {
		walk_u32(x, "value", &v);
		if (p->value.n != width)
			x->odd |= XIE_JT808_ODD(ITEM_LEN);
	} else if (kind == XIE_JT808_PARAM_TEXT) {
		walk_text(x, "value", &p->value, 0);
	}
	walk_bytes_len(x, "hex", &p->value, 1);
}

static void params(struct walk *x, struct xie_jt808_params *a)
{
	uint32_t count = walk_count(x, &a->count, a->n, 1);
	WALK_LIST(x, "params", a->items, &a->n, count, 5, each_param);
}

void walk_param_set(struct walk *x, struct xie_jt808_msg *m)
{
	params(x, &m->u.params);
}

void walk_param_answer(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u16(x, "answer_serial", &m->u.params.serial);
	params(x, &m->u.params);
}

void walk_param_ids(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_param_ids *a = &m->u.param_ids;
	uint32_t count = walk_count(x, NULL, a->n, 1);
	a->ids = walk_u32s(x, "ids", a->ids, &a->n, count);
}

struct layout {
	uint8_t maker, model, terminal;
};
static const struct layout layouts[] = { { 5, 20, 7 }, { 5, 30, 30 }, { 11, 30, 30 } };

/* Whether a 0x0107 body has this layout: its two counted texts must end two bytes before its end. */
static bool fits(const struct walk *x, struct layout l)
{
	size_t at = 2u + l.maker + l.model + l.terminal + 10u;
	at += 1u + walk_peek(x, at, 1);
	return at < walk_left(x) && at + 1u + walk_peek(x, at, 1) + 2u == walk_left(x);
}

/* 808-2019 gives the maker eleven bytes in 0x0100 and prints five here; terminals do either. */
void walk_attributes(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_attributes *a = &m->u.attributes;
	if (walk_reads(x)) {
		uint8_t first = x->edition == XIE_JT808_2019 ? 1 : 0;
		a->layout = first;
		for (uint8_t i = 0; i < 3; i++) {
			uint8_t k = (uint8_t)((first + i) % 3);
			if (!fits(x, layouts[k]))
				continue;
			a->layout = k;
			break;
		}
		if (x->edition != XIE_JT808_2019 && a->layout != 0)
			x->odd |= XIE_JT808_ODD(FORM);
	}
	struct layout l = layouts[a->layout < 3 ? a->layout : 0];
	walk_u16(x, "kind", &a->kind);
	walk_text(x, "maker", &a->maker, l.maker);
	walk_text(x, "model", &a->model, l.model);
	walk_text(x, "terminal", &a->terminal, l.terminal);
	walk_bytes(x, "iccid", &a->iccid, 10); /* BCD: hexadecimal shows its digits */
	walk_text_len(x, "hardware", &a->hardware, 1);
	walk_text_len(x, "firmware", &a->firmware, 1);
	walk_u8(x, "gnss", &a->gnss);
	static const char *const gnss[] = { "gps", "beidou", "glonass", "galileo" };
	walk_bits(x, "gnss_text", a->gnss, gnss, 4);
	walk_u8(x, "radio", &a->radio);
	static const char *const radio[] = { "gprs", "cdma", "td_scdma", "wcdma", "cdma2000", "td_lte", NULL, "other" };
	walk_bits(x, "radio_text", a->radio, radio, 8);
}

void walk_command(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u8(x, "command", &m->u.command.command);
	WALK_WORD(x, "command_text", m->u.command.command, NULL, "upgrade", "connect", "power_off", "reset",
	          "factory_reset", "data_off", "radio_off");
	walk_text_rest(x, "text", &m->u.command.text);
}

/* Whether a 0x0108 body with a maker of n bytes adds up. */
static bool upgrade_fits(const struct walk *x, size_t maker)
{
	size_t at = 1 + maker;
	at += 1u + walk_peek(x, at, 1);
	return at + 4 <= walk_left(x) && walk_left(x) - at - 4 == walk_peek(x, at, 4);
}

void walk_upgrade(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_upgrade *a = &m->u.upgrade;
	if (walk_reads(x))
		a->long_maker = !upgrade_fits(x, 5) && upgrade_fits(x, 11);
	walk_u8(x, "kind", &a->kind);
	walk_text(x, "maker", &a->maker, a->long_maker ? 11 : 5);
	walk_text_len(x, "version", &a->version, 1);
	walk_bytes_len(x, "data", &a->data, 4);
}

void walk_upgraded(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u8(x, "kind", &m->u.upgraded.kind);
	walk_u8(x, "result", &m->u.upgraded.result);
	WALK_WORD(x, "result_text", m->u.upgraded.result, "done", "failed", "cancelled");
}
