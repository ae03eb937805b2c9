/* SPDX-License-Identifier: Apache-2.0 */
/* Connections and who is logged in on them. */
#include "hub.h"

#include "xie/base/sha256.h"

const char *xie_jt808_why_code(enum xie_jt808_why w)
{
	static const char *const codes[] = {
#define X(sym, code) code,
		XIE_JT808_WHY_MAP(X)
#undef X
	};
	return (unsigned)w < sizeof codes / sizeof codes[0] ? codes[w] : "?";
}

struct xie_jt808_settings xie_jt808_settings_for(uint32_t terminals)
{
	return (struct xie_jt808_settings){
		.sessions_max = terminals + terminals / 4 + 16,
		.orders_max = terminals / 8 + 64,
		.series_max = 64,
		.parts_max = 1024,
		.joined_max = 1u << 20,
		.login_ms = 30000,
		.idle_ms = 180000,
		.parts_quiet_ms = 5000,
		.parts_asks = 3,
		.resend_ms = 10000,
		.sends_max = 3,
		.effect_ms = 90000,
		.bad_max = 100,
		.tokens_max = 5,
	};
}

xie_status xie_jt808_hub_new(xie_arena *mem, const struct xie_jt808_settings *s, struct xie_jt808_hub **ret_hub)
{
	struct xie_jt808_hub *h = xie_arena_new(mem, struct xie_jt808_hub, 1);
	if (h == NULL || s->sessions_max == 0 || s->sessions_max > INT32_MAX / WAITING)
		return XIE_LIMIT;
	*h = (struct xie_jt808_hub){ .set = *s, .first = NO, .last = NO };
	for (h->heads_n = 16; h->heads_n < s->sessions_max;)
		h->heads_n *= 2;
	h->sessions = xie_arena_new(mem, struct session, s->sessions_max);
	h->free_list = xie_arena_new(mem, int32_t, s->sessions_max);
	h->heads = xie_arena_new(mem, int32_t, h->heads_n);
	h->orders = xie_arena_new(mem, struct order, s->orders_max);
	if (h->sessions == NULL || h->free_list == NULL || h->heads == NULL || (s->orders_max != 0 && h->orders == NULL))
		return XIE_LIMIT;
	xie_status st = xie_jt808_parts_init(&h->parts, mem, s->series_max, s->parts_max, s->joined_max);
	if (st != XIE_OK)
		return st;
	for (uint32_t i = 0; i < h->heads_n; i++)
		h->heads[i] = NO;
	for (uint32_t i = s->sessions_max; i-- > 0;)
		h->free_list[h->free_n++] = (int32_t)i;
	*ret_hub = h;
	return XIE_OK;
}

void xie_jt808_utc(struct xie_jt808_hub *h, xie_ms to_utc)
{
	h->to_utc = to_utc;
}

bool hub__room(const struct xie_jt808_effects *fx)
{
	return fx->cap - fx->n >= 4 && fx->bytes_cap - fx->bytes_n >= 2u * XIE_JT808_WIRE_MAX;
}

/* Callers see to it that there is room (XIE_JT808_FX_MOST); were there none, the last effect would be lost, and a
 * terminal asks again for what it did not get. */
struct xie_jt808_fx *hub__fx(struct xie_jt808_effects *fx, enum xie_jt808_fx_kind kind, uint32_t conn)
{
	if (fx->n < fx->cap)
		fx->n++;
	struct xie_jt808_fx *x = &fx->fx[fx->n - 1];
	*x = (struct xie_jt808_fx){ .kind = kind, .conn = conn };
	return x;
}

uint32_t hub__conn(const struct xie_jt808_hub *h, const struct session *s)
{
	return (uint32_t)(s - h->sessions);
}

struct ident hub__ident(const struct xie_jt808_head *head)
{
	struct ident id = { { 0 } };
	struct xie_jt808_head imei = { .edition = XIE_JT808_2019 };
	char text[21];
	size_t text_n = 0, n = head->phone_n <= 10 ? head->phone_n : 10;
	if ((head->odd & XIE_JT808_ODD(PHONE)) != 0 && xie_jt808_identity(head, text, &text_n) == XIE_OK &&
	    xie_jt808_phone_set(&imei, (xie_str){ text, text_n }) == XIE_OK)
		head = &imei, n = 10; /* so that an order finds it under the number it is known by */
	memcpy(id.b + 10 - n, head->phone, n);
	return id;
}

void hub__identity(const struct xie_jt808_head *head, char out[static 21])
{
	size_t n = 0;
	if (xie_jt808_identity(head, out, &n) != XIE_OK)
		n = xie_jt808_phone(head, out); /* hexadecimal: no number, but a name */
	out[n] = '\0';
}

static uint32_t hash(const struct xie_jt808_hub *h, const struct ident *id)
{
	uint64_t x = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < sizeof id->b; i++)
		x = (x ^ id->b[i]) * UINT64_C(0x100000001b3);
	return (uint32_t)((x ^ x >> 32) & (h->heads_n - 1));
}

struct session *hub__serving(const struct xie_jt808_hub *h, const struct ident *id)
{
	for (int32_t i = h->heads[hash(h, id)]; i != NO; i = h->sessions[i].same_hash)
		if (memcmp(&h->sessions[i].ident, id, sizeof *id) == 0)
			return &h->sessions[i];
	return NULL;
}

static void unlink_ident(struct xie_jt808_hub *h, const struct session *s)
{
	int32_t at = (int32_t)hub__conn(h, s);
	for (int32_t *i = &h->heads[hash(h, &s->ident)]; *i != NO; i = &h->sessions[*i].same_hash)
		if (*i == at) {
			*i = s->same_hash;
			return;
		}
}

void hub__logout(struct xie_jt808_hub *h, struct session *s, struct xie_jt808_effects *fx)
{
	if (s->state != IN)
		return;
	unlink_ident(h, s);
	s->state = OPEN;
	h->counts.logged_in--;
	orders__logout(h, s);
	hub__identity(&s->head, hub__fx(fx, XIE_JT808_FX_LOGOUT, hub__conn(h, s))->identity);
}

void hub__close(struct xie_jt808_hub *h, struct session *s, enum xie_jt808_why why, struct xie_jt808_effects *fx)
{
	if (s->state == FREE || s->state == CLOSING)
		return;
	hub__logout(h, s, fx);
	session__forget(h, s);
	s->state = CLOSING;
	hub__fx(fx, XIE_JT808_FX_CLOSE, hub__conn(h, s))->why = why;
}

/* 808-2013 4.5.1 (and -2019): a second connection of the same terminal ends the first. */
void hub__login(struct xie_jt808_hub *h, struct session *s, struct xie_jt808_effects *fx)
{
	if (s->state != OPEN)
		return;
	struct session *before = hub__serving(h, &s->ident);
	if (before != NULL)
		hub__close(h, before, XIE_JT808_WHY_REPLACED, fx);
	uint32_t at = hash(h, &s->ident);
	s->same_hash = h->heads[at];
	h->heads[at] = (int32_t)hub__conn(h, s);
	s->state = IN;
	s->failed = 0;
	h->counts.logged_in++;
	hub__identity(&s->head, hub__fx(fx, XIE_JT808_FX_LOGIN, hub__conn(h, s))->identity);
}

void hub__send(struct xie_jt808_hub *h, struct session *s, uint16_t id, const void *body, size_t n, const uint16_t *serial,
               uint16_t *ret_serial, struct xie_jt808_effects *fx)
{
	struct xie_jt808_head head = s->head;
	head.id = id;
	head.attr = 0;
	head.total = head.part = 0;
	head.serial = serial != NULL ? *serial : s->serial++;
	if (ret_serial != NULL)
		*ret_serial = head.serial;
	xie_wr w = xie_wr_of(fx->bytes + fx->bytes_n, fx->bytes_cap - fx->bytes_n);
	if (xie_jt808_frame_write(&w, &head, body, n) != XIE_OK)
		return; /* no room: see hub__fx */
	struct xie_jt808_fx *x = hub__fx(fx, XIE_JT808_FX_SEND, hub__conn(h, s));
	x->msg_id = id;
	x->bytes = fx->bytes + fx->bytes_n;
	x->n = (uint32_t)w.n;
	fx->bytes_n += w.n;
}

xie_status xie_jt808_opened(struct xie_jt808_hub *h, xie_ms now, uint32_t *ret_conn)
{
	if (h->free_n == 0)
		return XIE_LIMIT;
	uint32_t conn = (uint32_t)h->free_list[--h->free_n];
	h->sessions[conn] = (struct session){ .state = OPEN, .opened = now, .heard = now, .same_hash = NO };
	h->counts.connections++;
	*ret_conn = conn;
	return XIE_OK;
}

void xie_jt808_closed(struct xie_jt808_hub *h, uint32_t conn, xie_ms now, struct xie_jt808_effects *fx)
{
	(void)now;
	if (conn >= h->set.sessions_max || h->sessions[conn].state == FREE)
		return;
	struct session *s = &h->sessions[conn];
	hub__logout(h, s, fx);
	session__forget(h, s);
	s->state = FREE;
	h->free_list[h->free_n++] = (int32_t)conn;
	h->counts.connections--;
}

/* One terminal's messages in parts that went quiet: 808-2013 8.4 and, for media, 8.48. */
static void ask_parts(struct xie_jt808_hub *h, struct session *s, struct xie_jt808_series *series, xie_ms now,
                      struct xie_jt808_effects *fx)
{
	uint16_t numbers[125]; /* what one byte of count and a short body hold; the rest is asked for next time */
	uint8_t body[5 + 2 * 125];
	uint32_t n = xie_jt808_parts_missing(series, numbers, 125);
	n = n < 125 ? n : 125;
	xie_wr w = xie_wr_of(body, sizeof body);
	bool media = series->head.id == 0x0801 && series->slices[0].have && series->slices[0].n >= 4;
	if (media)
		xie_wr_bytes(&w, series->bytes + series->slices[0].at, 4);
	else
		xie_wr_u16be(&w, series->serial);
	xie_wr_u8(&w, (uint8_t)n);
	for (uint32_t i = 0; i < n; i++)
		xie_wr_u16be(&w, numbers[i]);
	hub__send(h, s, media ? 0x8800 : 0x8003, body, w.n, NULL, NULL, fx);
	series->asked++;
	series->last = now;
}

static bool tick_parts(struct xie_jt808_hub *h, xie_ms now, struct xie_jt808_effects *fx)
{
	for (; h->tick_series < h->parts.series_n; h->tick_series++) {
		struct xie_jt808_series *series = &h->parts.series[h->tick_series];
		if (!series->used || now - series->last < h->set.parts_quiet_ms)
			continue;
		if (!hub__room(fx))
			return true;
		struct ident id = hub__ident(&series->head);
		struct session *s = hub__serving(h, &id);
		if (s != NULL && series->asked < h->set.parts_asks) {
			ask_parts(h, s, series, now, fx);
		} else if (series->asked >= h->set.parts_asks || now - series->last >= h->set.idle_ms) {
			xie_jt808_parts_drop(series);
			h->counts.parts_dropped++;
		}
	}
	return false;
}

static bool tick_sessions(struct xie_jt808_hub *h, xie_ms now, struct xie_jt808_effects *fx)
{
	for (; h->tick_session < h->set.sessions_max; h->tick_session++) {
		struct session *s = &h->sessions[h->tick_session];
		if (s->state == FREE || s->state == CLOSING)
			continue;
		if (!hub__room(fx))
			return true;
		if (s->state == OPEN && now - s->opened >= h->set.login_ms)
			hub__close(h, s, XIE_JT808_WHY_NO_LOGIN, fx);
		else if (now - s->heard >= h->set.idle_ms)
			hub__close(h, s, XIE_JT808_WHY_IDLE, fx);
	}
	return false;
}

bool xie_jt808_tick(struct xie_jt808_hub *h, xie_ms now, struct xie_jt808_effects *fx)
{
	if (tick_sessions(h, now, fx) || tick_parts(h, now, fx) || orders__tick(h, now, fx))
		return true;
	h->tick_session = h->tick_series = h->tick_order = 0;
	return false;
}

void xie_jt808_token(const struct xie_jt808_settings *s, xie_str identity, char ret_token[static 25])
{
	struct xie_sha256 sha;
	uint8_t digest[32];
	xie_sha256_init(&sha);
	xie_sha256_add(&sha, s->secret, sizeof s->secret);
	xie_sha256_add(&sha, identity.p, identity.n);
	xie_sha256_add(&sha, s->secret, sizeof s->secret); /* behind it too: no text can be added to a token's digest */
	xie_sha256_end(&sha, digest);
	xie_wr w = xie_wr_of(ret_token, 24);
	xie_wr_hex(&w, digest, 12);
	ret_token[24] = '\0';
}

struct xie_jt808_hub_counts xie_jt808_hub_counts(const struct xie_jt808_hub *h)
{
	return h->counts;
}

bool xie_jt808_serving(const struct xie_jt808_hub *h, xie_str identity, uint32_t *ret_conn)
{
	struct xie_jt808_head head = { .edition = XIE_JT808_2019 };
	if (xie_jt808_phone_set(&head, identity) != XIE_OK)
		return false;
	struct ident id = hub__ident(&head);
	const struct session *s = hub__serving(h, &id);
	if (s != NULL)
		*ret_conn = hub__conn(h, s);
	return s != NULL;
}
