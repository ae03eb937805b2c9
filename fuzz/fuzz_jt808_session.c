/* SPDX-License-Identifier: Apache-2.0 */
/* Terminals' connections: the input is a script of what happens, two bytes an event and what they need.  Whatever
 * happens, in whatever order: what is sent are good frames; nothing is kept before a login but registration and
 * authentication; nothing is acknowledged before its commit; an identity is served by one connection. */
#include <stdlib.h>

#include "xie/base/rd.h"
#include "xie/jt808/session.h"

enum { CONNS = 4, MARKS = 256 };

struct mark { /* a kept frame and where it stands in the journal */
	uint32_t conn;
	uint16_t serial, id;
	uint64_t ticket;
};

struct world {
	struct xie_jt808_hub *hub;
	struct xie_jt808_effects fx;
	struct xie_jt808_fx list[XIE_JT808_FX_MOST];
	uint8_t bytes[XIE_JT808_FX_BYTES];
	struct mark marks[MARKS];
	uint64_t ticket, committed;
	xie_ms now;
	bool open[CONNS], in[CONNS], closing[CONNS];
	char identity[CONNS][21];
	uint32_t ask[CONNS];
	uint16_t serial;
};

static void need(bool ok)
{
	if (!ok)
		abort();
}

static bool kept_and_committed(const struct world *w, uint32_t conn, uint16_t serial, uint16_t id)
{
	for (size_t i = 0; i < MARKS; i++)
		if (w->marks[i].ticket != 0 && w->marks[i].ticket <= w->committed && w->marks[i].conn == conn &&
		    w->marks[i].serial == serial && w->marks[i].id == id)
			return true;
	return false;
}

static void check_sent(struct world *w, const struct xie_jt808_fx *x)
{
	static uint8_t room[XIE_JT808_FRAME_MAX], mem[1 << 16];
	struct xie_jt808_frame f;
	struct xie_jt808_msg m;
	xie_arena a = xie_arena_of(mem, sizeof mem);
	need(x->n > 2 && x->bytes[0] == 0x7e && x->bytes[x->n - 1] == 0x7e);
	need(xie_jt808_frame_read(x->bytes + 1, x->n - 2, room, &f) == XIE_JT808_BAD_NONE && f.head.id == x->msg_id);
	need(xie_jt808_msg_read(f.head.id, f.head.edition, f.body, f.head.body_n, &a, &m) == XIE_OK);
	if (f.head.id == 0x8001 && (m.u.answer.result == 0 || m.u.answer.result == 3) && m.u.answer.id != 0x0002)
		need(kept_and_committed(w, x->conn, m.u.answer.serial, m.u.answer.id));
	if (f.head.id == 0x8100)
		need(kept_and_committed(w, x->conn, m.u.registered.serial, 0x0100));
}

static void take(struct world *w)
{
	for (uint32_t i = 0; i < w->fx.n; i++) {
		const struct xie_jt808_fx *x = &w->list[i];
		switch (x->kind) {
		case XIE_JT808_FX_SEND:
			check_sent(w, x);
			break;
		case XIE_JT808_FX_LOGIN:
			need(x->conn < CONNS && w->open[x->conn] && !w->in[x->conn]);
			for (uint32_t k = 0; k < CONNS; k++)
				need(!w->in[k] || strcmp(w->identity[k], x->identity) != 0);
			w->in[x->conn] = true;
			memcpy(w->identity[x->conn], x->identity, 21);
			break;
		case XIE_JT808_FX_LOGOUT:
			need(x->conn < CONNS && w->in[x->conn]);
			w->in[x->conn] = false;
			break;
		case XIE_JT808_FX_CLOSE:
			need(x->conn < CONNS && w->open[x->conn] && !w->closing[x->conn] && !w->in[x->conn]);
			w->closing[x->conn] = true;
			break;
		case XIE_JT808_FX_ASK:
			w->ask[x->conn] = x->ask;
			break;
		default:
			break;
		}
	}
	need(w->fx.n <= w->fx.cap);
	xie_jt808_effects_clear(&w->fx);
	struct xie_jt808_hub_counts c = xie_jt808_hub_counts(w->hub);
	uint32_t in = 0, open = 0;
	for (uint32_t k = 0; k < CONNS; k++) {
		in += w->in[k];
		open += w->open[k];
	}
	need(c.logged_in == in && c.connections == open);
}

static void frame(struct world *w, uint32_t conn, xie_rd *r)
{
	static const uint16_t ids[] = { 0x0100, 0x0102, 0x0200, 0x0704, 0x0801, 0x0001, 0x0002, 0x0003,
		                        0x0004, 0x0805, 0x0104, 0x0201, 0x0800, 0x0f01, 0x0900, 0x0102 };
	uint8_t what = xie_rd_u8(r), shape = xie_rd_u8(r), n = xie_rd_u8(r);
	struct xie_jt808_frame f = { .head = { .id = ids[what & 15], .edition = (shape & 1) != 0 ? 2019 : 2013 } };
	char token[25], phone[4] = { (char)('1' + (what >> 4 & 3)), 0 };
	xie_str body = xie_rd_str(r, n);
	struct xie_jt808_settings set = { 0 };
	if (xie_jt808_phone_set(&f.head, xie_str_of(phone)) != XIE_OK)
		abort();
	if (f.head.id == 0x0102 && (shape & 2) != 0) { /* the right token */
		xie_jt808_token(&set, xie_str_of(phone), token);
		body = (xie_str){ token, 24 };
	}
	f.head.serial = w->serial++;
	f.head.total = (shape & 4) != 0 ? (uint16_t)(1 + (shape >> 3 & 7)) : 0;
	f.head.part = f.head.total != 0 ? (uint16_t)(1 + (shape >> 6) % f.head.total) : 0;
	f.body = (const uint8_t *)body.p;
	f.head.body_n = (uint32_t)body.n;
	bool journal = false, in = w->in[conn];
	xie_jt808_frame(w->hub, conn, &f, w->ticket + 1, w->now, &journal, &w->fx);
	if (journal) {
		w->ticket++;
		need(in || f.head.id == 0x0100 || f.head.id == 0x0102);
		w->marks[w->ticket % MARKS] = (struct mark){ conn, f.head.serial, f.head.id, w->ticket };
	}
	take(w);
}

static void order(struct world *w, uint8_t what)
{
	static const uint16_t ids[] = { 0x8300, 0x8202, 0x8801, 0x8201, 0x8104, 0x8103, 0x8500, 0x8107 };
	struct xie_jt808_msg m = { .id = ids[what & 7], .edition = 2013, .known = true };
	char phone[2] = { (char)('1' + (what >> 3 & 3)), 0 };
	if (m.id == 0x8202)
		m.u.track = (struct xie_jt808_track){ .interval_s = what >> 5, .has_validity = true };
	if (m.id == 0x8500)
		m.u.switches.old = true;
	xie_status st = xie_jt808_order(w->hub, what, xie_str_of(phone), &m, w->now, w->now + 60000, &w->fx);
	need(st == XIE_OK || st == XIE_LIMIT);
	take(w);
}

static void step(struct world *w, xie_rd *r)
{
	uint8_t op = xie_rd_u8(r), arg = xie_rd_u8(r);
	uint32_t conn = op >> 4 & 3, got = 0;
	switch (op & 15) {
	case 0:
		if (xie_jt808_opened(w->hub, w->now, &got) == XIE_OK) {
			need(got < CONNS && !w->open[got]);
			w->open[got] = true;
			w->closing[got] = false;
		}
		break;
	case 1:
		xie_jt808_closed(w->hub, conn, w->now, &w->fx);
		w->open[conn] = false;
		break;
	case 2:
		xie_jt808_bad(w->hub, conn, XIE_JT808_BAD_CHECKSUM, w->now, &w->fx);
		break;
	case 3:
		w->committed += (w->ticket - w->committed) * arg / 255;
		while (xie_jt808_committed(w->hub, w->committed, w->now, &w->fx))
			take(w);
		break;
	case 4:
		xie_jt808_admit(w->hub, conn, w->ask[conn], arg & 1, w->now, &w->fx);
		break;
	case 5:
		w->now += (xie_ms)arg * 100;
		while (xie_jt808_tick(w->hub, w->now, &w->fx))
			take(w);
		break;
	case 6:
		order(w, arg);
		break;
	default:
		frame(w, conn, r);
		break;
	}
	take(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static uint8_t mem[1 << 20];
	static struct world w;
	struct xie_jt808_settings set = xie_jt808_settings_for(4);
	xie_arena a = xie_arena_of(mem, sizeof mem);
	set.sessions_max = CONNS;
	set.orders_max = 8;
	set.series_max = 2;
	set.parts_max = 8;
	set.joined_max = 1024;
	set.bad_max = 5;
	set.login_by_phone = n != 0 && (p[0] & 1) != 0;
	w = (struct world){ .now = INT64_C(1773754878000) };
	w.fx = (struct xie_jt808_effects){ .fx = w.list, .cap = XIE_JT808_FX_MOST, .bytes = w.bytes, .bytes_cap = sizeof w.bytes };
	if (xie_jt808_hub_new(&a, &set, &w.hub) != XIE_OK)
		abort();
	xie_rd r = xie_rd_of(p, n < 4096 ? n : 4096);
	(void)xie_rd_u8(&r);
	while (xie_rd_left(&r) != 0)
		step(&w, &r);
	return 0;
}
