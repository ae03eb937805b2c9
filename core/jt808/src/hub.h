/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of the session machine. */
#ifndef XIE_JT808_HUB_H
#define XIE_JT808_HUB_H

#include "xie/jt808/session.h"

enum { WAITING = 16, NO = -1 };

/* An identity in one form, whichever header it came under: 20 BCD digits, or ten bytes that are no BCD. */
struct ident {
	uint8_t b[10];
};

enum waits_for { ANSWER, REGISTERED, LOGIN, MEDIA };

/* A frame that is in the journal's hands, or whose terminal somebody still decides about. */
struct waiting {
	uint64_t ticket;
	int32_t prev, next;   /* in the order of tickets; index = conn * WAITING + slot */
	uint32_t ask;
	uint32_t media;       /* id of the picture that came whole with it */
	uint16_t serial, id;
	uint8_t what, result;
	bool used, committed, decided;
};

struct session {
	enum { FREE, OPEN, IN, CLOSING } state;
	bool known;           /* ident is set: some frame came */
	bool asking, by_phone; /* a login is being decided; its ask is ask */
	bool paused;
	struct ident ident;
	struct xie_jt808_head head; /* how this terminal is to be addressed */
	uint16_t serial;      /* of the next frame down */
	uint16_t bad;         /* frames in a row that were none */
	uint8_t failed;       /* authentications */
	uint8_t waiting_n;
	uint32_t ask;
	uint32_t orders;      /* under way to it */
	xie_ms opened, heard;
	int32_t same_hash;    /* next logged-in session of the same hash */
	struct waiting waiting[WAITING];
};

struct order {
	bool used, lingers;   /* lingers: its effect is being looked for */
	uint64_t id;
	struct ident ident;
	char identity[21];
	int32_t conn;         /* that it was sent on, or NO */
	enum xie_jt808_order_state state;
	uint16_t msg_id, serial;
	uint16_t n13, n19;    /* bytes of the body for either header */
	uint8_t tries, result;
	xie_ms due, expires;
	uint16_t interval_s;  /* 0x8202 */
	bool has_last;
	xie_ms last;          /* the time of the position before */
	uint8_t body13[XIE_JT808_BODY_MAX], body19[XIE_JT808_BODY_MAX];
};

struct xie_jt808_hub {
	struct xie_jt808_settings set;
	struct session *sessions;
	int32_t *free_list;   /* stack of free sessions */
	uint32_t free_n;
	int32_t *heads;       /* hash of identity -> logged-in session */
	uint32_t heads_n;
	int32_t first, last;  /* waiting, by ticket */
	struct order *orders;
	struct xie_jt808_parts parts;
	uint32_t tick_session, tick_order, tick_series; /* where a tick that had too much to say goes on */
	struct xie_jt808_hub_counts counts;
	xie_ms to_utc;
	struct xie_jt808_register registration; /* of the ASK at hand */
};

/* hub.c */
struct ident hub__ident(const struct xie_jt808_head *head);
struct session *hub__serving(const struct xie_jt808_hub *h, const struct ident *id);
uint32_t hub__conn(const struct xie_jt808_hub *h, const struct session *s);
void hub__login(struct xie_jt808_hub *h, struct session *s, struct xie_jt808_effects *fx);
void hub__logout(struct xie_jt808_hub *h, struct session *s, struct xie_jt808_effects *fx);
void hub__close(struct xie_jt808_hub *h, struct session *s, enum xie_jt808_why why, struct xie_jt808_effects *fx);
struct xie_jt808_fx *hub__fx(struct xie_jt808_effects *fx, enum xie_jt808_fx_kind kind, uint32_t conn);
void hub__identity(const struct xie_jt808_head *head, char out[static 21]);
/* Room for one more event's worth. */
bool hub__room(const struct xie_jt808_effects *fx);
/* One frame to the terminal of s: with serial, or (ret_serial not NULL) the next one, which is told. */
void hub__send(struct xie_jt808_hub *h, struct session *s, uint16_t id, const void *body, size_t n, const uint16_t *serial,
               uint16_t *ret_serial, struct xie_jt808_effects *fx);

/* session.c */
struct waiting *session__wait(struct xie_jt808_hub *h, struct session *s, const struct xie_jt808_frame *f, uint64_t ticket,
                              enum waits_for what, struct xie_jt808_effects *fx);
void session__settle(struct xie_jt808_hub *h, struct session *s, struct waiting *w, struct xie_jt808_effects *fx);
void session__forget(struct xie_jt808_hub *h, struct session *s);

/* orders.c */
void orders__message(struct xie_jt808_hub *h, struct session *s, const struct xie_jt808_frame *f, xie_ms now,
                     struct xie_jt808_effects *fx);
void orders__media(struct xie_jt808_hub *h, struct session *s, xie_ms now, struct xie_jt808_effects *fx);
void orders__logout(struct xie_jt808_hub *h, struct session *s);
bool orders__tick(struct xie_jt808_hub *h, xie_ms now, struct xie_jt808_effects *fx);

#endif
