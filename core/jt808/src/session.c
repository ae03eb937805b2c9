/* SPDX-License-Identifier: Apache-2.0 */
/* One connection: what a frame does, and what waits for the journal. */
#include "hub.h"

/* ---- frames that wait ---- */

static int32_t index_of(const struct xie_jt808_hub *h, const struct session *s, const struct waiting *w)
{
	return (int32_t)hub__conn(h, s) * WAITING + (int32_t)(w - s->waiting);
}

static struct waiting *at_index(const struct xie_jt808_hub *h, int32_t i)
{
	return i == NO ? NULL : &h->sessions[i / WAITING].waiting[i % WAITING];
}

static void unlink_waiting(struct xie_jt808_hub *h, struct waiting *w)
{
	struct waiting *prev = at_index(h, w->prev), *next = at_index(h, w->next);
	*(prev != NULL ? &prev->next : &h->first) = w->next;
	*(next != NULL ? &next->prev : &h->last) = w->prev;
	w->prev = w->next = NO;
	h->counts.waiting--;
}

struct waiting *session__wait(struct xie_jt808_hub *h, struct session *s, const struct xie_jt808_frame *f, uint64_t ticket,
                              enum waits_for what, struct xie_jt808_effects *fx)
{
	struct waiting *w = s->waiting;
	while (w->used) /* a paused connection gives no frame, so one is free */
		w++;
	*w = (struct waiting){ .used = true, .decided = true, .ticket = ticket, .serial = f->head.serial, .id = f->head.id,
		               .what = (uint8_t)what, .prev = h->last, .next = NO };
	int32_t i = index_of(h, s, w);
	struct waiting *last = at_index(h, h->last);
	*(last != NULL ? &last->next : &h->first) = i;
	h->last = i;
	h->counts.waiting++;
	if (++s->waiting_n == WAITING && !s->paused) {
		s->paused = true;
		hub__fx(fx, XIE_JT808_FX_PAUSE, hub__conn(h, s));
	}
	return w;
}

void session__forget(struct xie_jt808_hub *h, struct session *s)
{
	for (size_t i = 0; i < WAITING; i++) {
		struct waiting *w = &s->waiting[i];
		if (w->used && !w->committed)
			unlink_waiting(h, w);
		w->used = false;
	}
	s->waiting_n = 0;
}

static void answer(struct xie_jt808_hub *h, struct session *s, uint16_t serial, uint16_t id, uint8_t result,
                   struct xie_jt808_effects *fx)
{
	uint8_t body[5];
	xie_wr w = xie_wr_of(body, sizeof body);
	xie_wr_u16be(&w, serial);
	xie_wr_u16be(&w, id);
	xie_wr_u8(&w, result);
	hub__send(h, s, 0x8001, body, w.n, NULL, NULL, fx);
}

static void answer_registration(struct xie_jt808_hub *h, struct session *s, const struct waiting *wait,
                                struct xie_jt808_effects *fx)
{
	uint8_t body[64];
	char identity[21], token[25];
	struct xie_jt808_registered r = { .serial = wait->serial, .result = wait->result };
	hub__identity(&s->head, identity);
	xie_jt808_token(&h->set, xie_str_of(identity), token);
	r.token = xie_str_of(token);
	xie_wr w = xie_wr_of(body, sizeof body);
	xie_jt808_registered_write(&w, &r);
	hub__send(h, s, 0x8100, body, w.n, NULL, NULL, fx);
}

/* Answers what is both in the journal and decided. */
void session__settle(struct xie_jt808_hub *h, struct session *s, struct waiting *w, struct xie_jt808_effects *fx)
{
	if (!w->committed || !w->decided)
		return;
	switch (w->what) {
	case REGISTERED:
		answer_registration(h, s, w, fx);
		break;
	case MEDIA: {
		uint8_t id[4];
		xie_wr b = xie_wr_of(id, sizeof id);
		xie_wr_u32be(&b, w->media);
		hub__send(h, s, 0x8800, id, 4, NULL, NULL, fx);
		break;
	}
	default:
		answer(h, s, w->serial, w->id, w->result, fx);
		break;
	}
	w->used = false;
	if (--s->waiting_n <= WAITING / 2 && s->paused) {
		s->paused = false;
		hub__fx(fx, XIE_JT808_FX_RESUME, hub__conn(h, s));
	}
}

bool xie_jt808_committed(struct xie_jt808_hub *h, uint64_t ticket, xie_ms now, struct xie_jt808_effects *fx)
{
	(void)now;
	for (;;) {
		struct waiting *w = at_index(h, h->first);
		if (w == NULL || w->ticket > ticket)
			return false;
		if (!hub__room(fx))
			return true;
		struct session *s = &h->sessions[h->first / WAITING];
		unlink_waiting(h, w);
		w->committed = true;
		session__settle(h, s, w, fx);
	}
}

/* ---- frames ---- */

static void refuse(struct xie_jt808_hub *h, struct session *s, const struct xie_jt808_frame *f, enum xie_jt808_why why,
                   uint8_t result, struct xie_jt808_effects *fx)
{
	struct xie_jt808_fx *x = hub__fx(fx, XIE_JT808_FX_REFUSED, hub__conn(h, s));
	x->why = why;
	x->msg_id = f->head.id;
	h->counts.refused++;
	answer(h, s, f->head.serial, f->head.id, result, fx);
}

static struct xie_jt808_fx *ask(struct xie_jt808_hub *h, struct session *s, struct waiting *w, struct xie_jt808_effects *fx)
{
	struct xie_jt808_fx *x = hub__fx(fx, XIE_JT808_FX_ASK, hub__conn(h, s));
	hub__identity(&s->head, x->identity);
	w->decided = false;
	w->ask = x->ask = ++s->ask;
	return x;
}

static void registration(struct xie_jt808_hub *h, struct session *s, const struct xie_jt808_frame *f, uint64_t ticket,
                         bool *ret_journal, struct xie_jt808_effects *fx)
{
	if (xie_jt808_register_read(f->body, f->head.body_n, f->head.edition, &h->registration) != XIE_OK) {
		refuse(h, s, f, XIE_JT808_WHY_BAD_BODY, 2, fx);
		return;
	}
	*ret_journal = true;
	struct waiting *w = session__wait(h, s, f, ticket, REGISTERED, fx);
	ask(h, s, w, fx)->registration = &h->registration;
}

static void authentication(struct xie_jt808_hub *h, struct session *s, const struct xie_jt808_frame *f, uint64_t ticket,
                           bool *ret_journal, struct xie_jt808_effects *fx)
{
	struct xie_jt808_auth a;
	char identity[21], token[25];
	hub__identity(&s->head, identity);
	xie_jt808_token(&h->set, xie_str_of(identity), token);
	*ret_journal = true;
	struct waiting *w = session__wait(h, s, f, ticket, LOGIN, fx);
	if (s->state == IN) /* again on the same connection: it is who it was */
		return;
	struct xie_jt808_fx *x = ask(h, s, w, fx);
	s->asking = true;
	x->token_ok = xie_jt808_auth_read(f->body, f->head.body_n, f->head.edition, &a) == XIE_OK && xie_str_is(a.token, token);
}

static bool body_is_too_short(const struct xie_jt808_head *h)
{
	switch (h->id) {
	case 0x0001:
		return h->body_n < 5;
	case 0x0200:
		return h->body_n < XIE_JT808_POSITION_MIN;
	case 0x0201:
	case 0x0500:
		return h->body_n < 2 + XIE_JT808_POSITION_MIN;
	case 0x0704:
		return h->body_n < 3;
	case 0x0801:
		return h->body_n < 8 + XIE_JT808_POSITION_MIN;
	default:
		return false;
	}
}

/* A whole picture, sound or video. */
static void media(struct xie_jt808_hub *h, struct session *s, const struct xie_jt808_frame *f, struct waiting *w, xie_ms now,
                  struct xie_jt808_effects *fx)
{
	xie_arena none = xie_arena_of(NULL, 0);
	struct xie_jt808_msg m;
	if (xie_jt808_msg_read(0x0801, f->head.edition, f->body, f->head.body_n, &none, &m) != XIE_OK)
		return; /* answered with 0x8001, kept in the journal, no picture */
	w->what = MEDIA;
	w->media = m.u.media_data.about.id;
	struct xie_jt808_fx *x = hub__fx(fx, XIE_JT808_FX_MEDIA, hub__conn(h, s));
	hub__identity(&s->head, x->identity);
	x->media = m.u.media_data.about;
	x->position = m.u.media_data.position;
	x->bytes = (const uint8_t *)m.u.media_data.data.p;
	x->n = (uint32_t)m.u.media_data.data.n;
	h->counts.media++;
	orders__media(h, s, now, fx);
}

/* A message of a terminal that is logged in. */
static void accepted(struct xie_jt808_hub *h, struct session *s, const struct xie_jt808_frame *f, uint64_t ticket, xie_ms now,
                     bool *ret_journal, struct xie_jt808_effects *fx)
{
	struct xie_jt808_frame whole = *f;
	bool complete = true;
	enum xie_jt808_part part = XIE_JT808_PART_KEPT;
	if (f->head.total != 0) {
		part = xie_jt808_parts_add(&h->parts, f, now, &whole.body, &whole.head.body_n);
		complete = part == XIE_JT808_PART_COMPLETE;
		whole.head.total = whole.head.part = 0;
	}
	if (part == XIE_JT808_PART_TOO_MUCH) {
		refuse(h, s, f, XIE_JT808_WHY_TOO_MUCH, 1, fx);
		return;
	}
	if (complete && body_is_too_short(&whole.head)) {
		refuse(h, s, f, XIE_JT808_WHY_BAD_BODY, 2, fx);
		return;
	}
	*ret_journal = true;
	if (f->head.id == 0x0001) { /* answers are not answered */
		if (complete)
			orders__message(h, s, &whole, now, fx);
		return;
	}
	struct waiting *w = session__wait(h, s, f, ticket, ANSWER, fx);
	if (xie_jt808_msg_name(f->head.id) == NULL || f->head.id >= 0x8000)
		w->result = 3; /* kept, but not understood */
	if (!complete)
		return;
	if (f->head.id == 0x0801)
		media(h, s, &whole, w, now, fx);
	else
		orders__message(h, s, &whole, now, fx);
	if (f->head.id == 0x0003) {
		hub__logout(h, s, fx);
		s->opened = now;
	}
}

static void server_time(struct xie_jt808_hub *h, struct session *s, xie_ms now, struct xie_jt808_effects *fx)
{
	struct xie_jt808_time t;
	/* 808-2019 8.6: UTC, while all other times are UTC+8 */
	if (xie_jt808_time_of(now + h->to_utc - INT64_C(8) * 3600 * 1000, &t) == XIE_OK)
		hub__send(h, s, 0x8004, t.bcd, sizeof t.bcd, NULL, NULL, fx);
}

/* A terminal that does not register: its first message asks for it, and is given again when that is granted. */
static void by_phone(struct xie_jt808_hub *h, struct session *s, const struct xie_jt808_frame *f,
                     struct xie_jt808_effects *fx)
{
	struct xie_jt808_fx *x = hub__fx(fx, s->asking ? XIE_JT808_FX_REFUSED : XIE_JT808_FX_ASK, hub__conn(h, s));
	x->msg_id = f->head.id;
	if (s->asking) { /* not answered: it will be sent again */
		x->why = XIE_JT808_WHY_NOT_LOGGED_IN;
		h->counts.refused++;
		return;
	}
	hub__identity(&s->head, x->identity);
	x->ask = ++s->ask;
	x->again = s->asking = s->by_phone = true;
}

void xie_jt808_frame(struct xie_jt808_hub *h, uint32_t conn, const struct xie_jt808_frame *f, uint64_t ticket, xie_ms now,
                     bool *ret_journal, struct xie_jt808_effects *fx)
{
	*ret_journal = false;
	if (conn >= h->set.sessions_max || h->sessions[conn].state == FREE || h->sessions[conn].state == CLOSING)
		return;
	struct session *s = &h->sessions[conn];
	struct ident id = hub__ident(&f->head);
	h->counts.frames++;
	s->heard = now;
	if (s->waiting_n == WAITING) { /* given although paused: not answered, so it will be sent again */
		struct xie_jt808_fx *x = hub__fx(fx, XIE_JT808_FX_REFUSED, conn);
		x->why = XIE_JT808_WHY_PAUSED;
		x->msg_id = f->head.id;
		h->counts.refused++;
		return;
	}
	s->bad = 0;
	if (!s->known || (s->state == OPEN && !s->asking && s->waiting_n == 0)) {
		s->known = true;
		s->ident = id;
		s->head = f->head;
	}
	if (memcmp(&id, &s->ident, sizeof id) != 0)
		refuse(h, s, f, XIE_JT808_WHY_OTHER_IDENTITY, 1, fx);
	else if ((f->head.odd & XIE_JT808_ODD(CIPHER)) != 0)
		refuse(h, s, f, XIE_JT808_WHY_CIPHER, 3, fx);
	else if (f->head.id == 0x0100 && f->head.total == 0)
		registration(h, s, f, ticket, ret_journal, fx);
	else if (f->head.id == 0x0102 && f->head.total == 0)
		authentication(h, s, f, ticket, ret_journal, fx);
	else if (f->head.id == 0x0002)
		answer(h, s, f->head.serial, f->head.id, 0, fx);
	else if (f->head.id == 0x0004)
		server_time(h, s, now, fx);
	else if (s->state == IN)
		accepted(h, s, f, ticket, now, ret_journal, fx);
	else if (h->set.login_by_phone && f->head.id != 0x0001)
		by_phone(h, s, f, fx);
	else
		refuse(h, s, f, XIE_JT808_WHY_NOT_LOGGED_IN, 1, fx);
}

void xie_jt808_bad(struct xie_jt808_hub *h, uint32_t conn, enum xie_jt808_bad bad, xie_ms now, struct xie_jt808_effects *fx)
{
	(void)bad;
	(void)now;
	if (conn >= h->set.sessions_max || h->sessions[conn].state == FREE)
		return;
	h->counts.bad++;
	if (++h->sessions[conn].bad >= h->set.bad_max)
		hub__close(h, &h->sessions[conn], XIE_JT808_WHY_BAD_FRAMES, fx);
}

void xie_jt808_admit(struct xie_jt808_hub *h, uint32_t conn, uint32_t ask_id, uint8_t result, xie_ms now,
                     struct xie_jt808_effects *fx)
{
	(void)now;
	if (conn >= h->set.sessions_max)
		return;
	struct session *s = &h->sessions[conn];
	bool login = s->asking && s->by_phone && ask_id == s->ask && result == 0, failed = false;
	if (s->asking && s->by_phone && ask_id == s->ask && result != 0) {
		hub__close(h, s, XIE_JT808_WHY_UNKNOWN_TERMINAL, fx);
		return;
	}
	for (size_t i = 0; i < WAITING; i++) {
		struct waiting *w = &s->waiting[i];
		if (!w->used || w->decided || w->ask != ask_id)
			continue;
		w->decided = true;
		w->result = w->what == REGISTERED || result == 0 ? result : 1;
		login = login || (w->what != REGISTERED && result == 0);
		failed = failed || (w->what == LOGIN && result != 0);
	}
	if (ask_id == s->ask)
		s->asking = s->by_phone = false;
	if (login)
		hub__login(h, s, fx);
	for (size_t i = 0; i < WAITING; i++)
		if (s->waiting[i].used)
			session__settle(h, s, &s->waiting[i], fx);
	if (failed && ++s->failed >= h->set.tokens_max)
		hub__close(h, s, XIE_JT808_WHY_BAD_TOKENS, fx);
}
