/* SPDX-License-Identifier: Apache-2.0 */
/* xie/jt808/session.h — terminals and their connections as a state machine: events in, effects out.
 *
 * No socket, no clock, no store: the gateway tells what happened (opened, frame, committed, closed, the time) and does
 * what the effects say (send, close, ask, keep).  The same events give the same effects, for ever.
 *
 *   open --> [0x0100 -> ask -> admit -> 0x8100 token] --> 0x0102 -> ask -> admit -> 0x8001 --> logged in
 *                                                                                    |
 *     0x0200, 0x0704, ... : journal, wait for committed(ticket), then 0x8001  <------'
 *
 * Rules kept here (808-2013 and -2019, 4.5 and 5): nothing counts before authentication; a frame is answered only
 * after the journal has it; a second login of an identity ends the first; parts that stay away are asked for with
 * 0x8003 (0x8800 for media); what the platform sends is sent again after T(n+1) = T(n) * (n+1) until it is answered.
 *
 * All memory comes from the arena at init; nothing grows.  One thread. */
#ifndef XIE_JT808_SESSION_H
#define XIE_JT808_SESSION_H

#include "xie/jt808/msg.h"
#include "xie/jt808/parts.h"

/* ---- what the gateway does ---- */

enum xie_jt808_fx_kind {
	XIE_JT808_FX_SEND,   /* bytes, flags included */
	XIE_JT808_FX_CLOSE,  /* why */
	XIE_JT808_FX_ASK,    /* may this terminal register or log in?  answer with xie_jt808_admit, now or later */
	XIE_JT808_FX_LOGIN,  /* identity is now served by conn */
	XIE_JT808_FX_LOGOUT, /* identity is no longer served by conn: closed, replaced or logged off */
	XIE_JT808_FX_MEDIA,  /* a whole picture, sound or video: keep it */
	XIE_JT808_FX_PAUSE,  /* read no more from conn: as many frames as may be wait for their commit */
	XIE_JT808_FX_RESUME, /* read on */
	XIE_JT808_FX_ORDER,  /* an order (see below) came to a new state */
	XIE_JT808_FX_REFUSED, /* a good frame was not accepted: why, for counters */
};

#define XIE_JT808_WHY_MAP(X)                                                                       \
	X(NONE, "none")                                                                            \
	X(REPLACED, "replaced")           /* the identity logged in on another connection */       \
	X(NO_LOGIN, "no_login")           /* connected and never authenticated */                  \
	X(IDLE, "idle")                   /* silent for too long */                                \
	X(BAD_FRAMES, "bad_frames")       /* too many in a row that are no frames */               \
	X(BAD_TOKENS, "bad_tokens")       /* too many failed authentications */                    \
	X(NOT_LOGGED_IN, "not_logged_in") /* a message before authentication */                    \
	X(OTHER_IDENTITY, "other_identity") /* a frame of another terminal on this connection */   \
	X(BAD_BODY, "bad_body")           /* the body is too short for its message */              \
	X(UNKNOWN_TERMINAL, "unknown_terminal")                                                    \
	X(CIPHER, "cipher")               /* an enciphered body */                                 \
	X(TOO_MUCH, "too_much")           /* a message of more parts or bytes than are joined */   \
	X(PAUSED, "paused")               /* a frame was given although the connection is paused */
enum xie_jt808_why {
#define X(sym, code) XIE_JT808_WHY_##sym,
	XIE_JT808_WHY_MAP(X)
#undef X
	XIE_JT808_WHY__COUNT
};
const char *xie_jt808_why_code(enum xie_jt808_why w);

#define XIE_JT808_ORDER_MAP(X)                                                                     \
	X(QUEUED, "queued", false)                                                                 \
	X(SENT, "sent", false)                                                                     \
	X(RECEIVED, "received", false)  /* 0x0001 result 0: the terminal has it */                 \
	X(ANSWERED, "answered", false)  /* its own answer came: 0x0201, 0x0104, 0x0805, ... */     \
	X(DONE, "done", true)           /* nothing more is to be expected */                       \
	X(EFFECT, "effect", true)       /* what was ordered was seen to happen */                  \
	X(NO_EFFECT, "no_effect", true) /* received, and not seen to happen in time */             \
	X(REFUSED, "refused", true)     /* 0x0001 with another result */                           \
	X(UNANSWERED, "unanswered", true) /* sent as often as may be, no answer */                 \
	X(EXPIRED, "expired", true)     /* the terminal did not come in time */
enum xie_jt808_order_state {
#define X(sym, code, last) XIE_JT808_ORDER_##sym,
	XIE_JT808_ORDER_MAP(X)
#undef X
};
const char *xie_jt808_order_code(enum xie_jt808_order_state s);
bool xie_jt808_order_is_last(enum xie_jt808_order_state s);

struct xie_jt808_fx {
	enum xie_jt808_fx_kind kind;
	uint32_t conn;
	char identity[21];    /* decimal text; LOGIN, LOGOUT, ASK, MEDIA, ORDER */
	enum xie_jt808_why why;
	const uint8_t *bytes; /* SEND, MEDIA: borrowed until the effects are cleared */
	uint32_t n;
	uint16_t msg_id;      /* SEND: of the frame; REFUSED: of the frame; ORDER: of the order */
	/* ASK */
	uint32_t ask;         /* to be given back to xie_jt808_admit */
	const struct xie_jt808_register *registration; /* NULL: it asks to log in; borrowed during the event */
	bool token_ok;        /* the token it shows is the one this platform gives to this identity */
	bool again;           /* login_by_phone: once admitted, give the frame that asked again */
	/* MEDIA */
	struct xie_jt808_media media;
	struct xie_jt808_position position;
	/* ORDER */
	uint64_t order;
	enum xie_jt808_order_state state;
	uint8_t result;       /* REFUSED and RECEIVED: of 0x0001; ANSWERED: of 0x0805 */
	uint8_t tries;
};

/* Where effects go: the caller clears it before each event.  Bytes of SEND live in bytes. */
struct xie_jt808_effects {
	struct xie_jt808_fx *fx;
	uint32_t n, cap;
	uint8_t *bytes;
	size_t bytes_n, bytes_cap;
};
static inline void xie_jt808_effects_clear(struct xie_jt808_effects *e)
{
	e->n = 0;
	e->bytes_n = 0;
}
enum {
	XIE_JT808_FX_MOST = 24,           /* effects that one frame, bad, opened, closed or admit may give */
	XIE_JT808_FX_BYTES = 16 * 1024,   /* and their bytes */
};

/* ---- settings ---- */

struct xie_jt808_settings {
	uint32_t sessions_max;
	uint32_t orders_max;      /* orders under way, all terminals together */
	uint32_t series_max;      /* messages in parts under way, all terminals together */
	uint16_t parts_max;       /* parts of one message */
	uint32_t joined_max;      /* bytes of one message in parts */
	xie_ms login_ms;          /* from opening to authentication */
	xie_ms idle_ms;           /* silence that ends a connection: several heartbeats (parameter 0x0001) */
	xie_ms parts_quiet_ms;    /* parts are asked for when none came for so long */
	uint8_t parts_asks;       /* and so often */
	xie_ms resend_ms;         /* T1 */
	uint8_t sends_max;        /* first sending included */
	xie_ms effect_ms;         /* how long the effect of an order is looked for */
	uint16_t bad_max;         /* frames in a row that are none */
	uint8_t tokens_max;       /* failed authentications */
	bool login_by_phone;      /* terminals that never register: their first frame logs them in, after ASK */
	uint8_t secret[32];       /* tokens are made from it; the same on every node of an installation */
};
/* Sizes for n terminals and times of the standard's own order: 30 s to log in, 180 s idle, T1 10 s, three sendings. */
struct xie_jt808_settings xie_jt808_settings_for(uint32_t terminals);

/* ---- the machine ---- */

struct xie_jt808_hub;

/* LIMIT: mem is full. */
xie_status xie_jt808_hub_new(xie_arena *mem, const struct xie_jt808_settings *s, struct xie_jt808_hub **ret_hub)
	XIE_MUST_USE;

/* now, in all that follows, is a time that only grows: nobody is sent away because a clock was set.  to_utc: what makes
 * UTC of it, for terminals that ask what time it is (0x0004); 0 until it is told. */
void xie_jt808_utc(struct xie_jt808_hub *h, xie_ms to_utc);
/* A connection came.  LIMIT: no room for another; close it and say so. */
xie_status xie_jt808_opened(struct xie_jt808_hub *h, xie_ms now, uint32_t *ret_conn) XIE_MUST_USE;
/* It is gone, whoever ended it; conn may be given to another from now on. */
void xie_jt808_closed(struct xie_jt808_hub *h, uint32_t conn, xie_ms now, struct xie_jt808_effects *fx);

/* A good frame.  ticket: where it will stand in the journal, ascending over all connections.  *ret_journal: append
 * it there (and only then); its answer waits for xie_jt808_committed(ticket). */
void xie_jt808_frame(struct xie_jt808_hub *h, uint32_t conn, const struct xie_jt808_frame *f, uint64_t ticket, xie_ms now,
                     bool *ret_journal, struct xie_jt808_effects *fx);
/* Bytes that are no frame. */
void xie_jt808_bad(struct xie_jt808_hub *h, uint32_t conn, enum xie_jt808_bad bad, xie_ms now,
                   struct xie_jt808_effects *fx);
/* The journal has everything up to and with ticket.  True: there is more to say than fx holds; clear and call again. */
bool xie_jt808_committed(struct xie_jt808_hub *h, uint64_t ticket, xie_ms now, struct xie_jt808_effects *fx);
/* The answer to an ASK: result of 0x8100 (XIE_JT808_REG_*) or, for a login, 0 or not. */
void xie_jt808_admit(struct xie_jt808_hub *h, uint32_t conn, uint32_t ask, uint8_t result, xie_ms now,
                     struct xie_jt808_effects *fx);
/* Time has passed; at least once a second.  True: call again, as above. */
bool xie_jt808_tick(struct xie_jt808_hub *h, xie_ms now, struct xie_jt808_effects *fx);

/* The token that this platform gives to an identity: 24 hexadecimal digits. */
void xie_jt808_token(const struct xie_jt808_settings *s, xie_str identity, char ret_token[static 25]);

/* ---- orders: what the platform sends ----
 *
 * An order is a downlink message under the caller's own number.  It waits for its terminal when that is not there,
 * is sent again until it is answered, and its effect is looked for where one can be seen: 0x8202, positions come at
 * the ordered pace; 0x8801, the picture arrives; 0x8201, 0x8104, 0x8106, 0x8107, 0x8500, 0x8608, ..., the answer. */

/* edition: of the terminal when it is known, else 2013.  LIMIT: too many orders under way, or the body is too long;
 * RANGE, MALFORMED: the message cannot be written, identity is no number. */
xie_status xie_jt808_order(struct xie_jt808_hub *h, uint64_t order, xie_str identity, const struct xie_jt808_msg *msg,
                           xie_ms now, xie_ms expires, struct xie_jt808_effects *fx) XIE_MUST_USE;

/* ---- looking in ---- */

struct xie_jt808_hub_counts {
	uint32_t connections, logged_in, orders, waiting; /* waiting: frames that wait for their commit */
	uint64_t frames, refused, bad, media, parts_dropped;
};
struct xie_jt808_hub_counts xie_jt808_hub_counts(const struct xie_jt808_hub *h);
/* The connection that serves an identity; false when there is none. */
bool xie_jt808_serving(const struct xie_jt808_hub *h, xie_str identity, uint32_t *ret_conn);

#endif
