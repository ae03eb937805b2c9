/* SPDX-License-Identifier: Apache-2.0 */
/* Events to the session machine, and what its effects say to sockets and journal.
 *
 *   bytes -> split -> frame -> hub -> batch --on_round--> journal --on_committed--> hub -> answers
 *
 * A ticket is a frame's number in the order of the batch; which position it got is known only once the batch is
 * appended, so marks tie the last ticket of each batch to its position. */
#include "xie/ingest/gate.h"

#include <stdio.h>
#include <stdlib.h>

#include "xie/file/file.h"

enum {
	FX = 1024,
	FX_BYTES = 256 << 10,
	RECS = 4096,          /* of one batch; frames leave the last NOTES to facts */
	NOTES = 1024,
	BYTES = 1 << 20,      /* of one batch; frames leave the last NOTE_BYTES */
	NOTE_BYTES = 512 << 10,
	MARKS = 1024,
	TICK = 1000,
};

struct line {               /* by the hub's number of the connection */
	uint32_t conn;      /* of the ingest; 0: none */
	bool synced, over;  /* of its splitter, between two reads */
	bool paused;
	enum xie_jt808_why why; /* it was closed for */
	char peer[64];
};

struct xie_gate {
	struct xie_gateway way;
	struct xie_gate_options o;
	struct xie_gate_state state;
	xie_arena mem;
	struct xie_jt808_hub *hub;
	struct line *lines; /* [set.sessions_max] */
	struct xie_jt808_effects fx;
	uint8_t room[XIE_JT808_FRAME_MAX], split[XIE_JT808_WIRE_MAX];
	/* the batch */
	struct xie_rec *recs;
	uint8_t *bytes;
	size_t n_recs, n_frames, n_bytes;
	bool stuck; /* the journal did not take it; nothing more is read */
	uint64_t ticket;
	struct {
		uint64_t ticket, pos;
	} marks[MARKS];
	uint32_t first_mark, n_marks;
	xie_ms now, ticked; /* monotonic; now: of the hook that runs */
	uint64_t told_lost;
	char sha256[65]; /* of the media that came with the event at hand */
	const struct xie_jt808_frame *frame; /* at hand, when it is whole */
	_Alignas(16) uint8_t list[16384];
};

/* What the gateway is in its hooks. */
static struct xie_gate *enter(void *self)
{
	struct xie_gate *g = self;
	g->now = g->o.clock.mono(g->o.clock.self);
	return g;
}

/* ---- the batch ---- */

static void add_mark(struct xie_gate *g, uint64_t pos)
{
	uint32_t at = (g->first_mark + g->n_marks) % MARKS;
	if (g->n_marks == MARKS) /* the last waits for its followers: its answers come a little later */
		at = (at + MARKS - 1) % MARKS;
	else
		g->n_marks++;
	g->marks[at].ticket = g->ticket;
	g->marks[at].pos = pos;
}

/* What was gathered goes to the journal, as one piece. */
static bool flush(struct xie_gate *g, struct xie_ingest *in)
{
	uint64_t last = 0;
	if (g->n_recs == 0)
		return true;
	g->stuck = xie_ingest_append(in, g->o.source, g->recs, g->n_recs, &last) != XIE_OK;
	if (g->stuck)
		return false;
	add_mark(g, last);
	g->n_recs = g->n_frames = g->n_bytes = 0;
	return true;
}

static void add_rec(struct xie_gate *g, uint8_t kind, size_t n)
{
	g->recs[g->n_recs++] = (struct xie_rec){ .kind = kind,
		                                 .source = g->o.source,
		                                 .bytes = { (const char *)g->bytes + g->n_bytes, n } };
	g->n_bytes += n;
	g->n_frames += kind == XIE_REC_FRAME;
}

/* Room for one more frame, flags included. */
static bool frame_fits(struct xie_gate *g, struct xie_ingest *in, size_t n)
{
	if (g->stuck)
		return false;
	return (g->n_recs < RECS - NOTES && g->n_bytes + n + 2 <= BYTES - NOTE_BYTES) || flush(g, in);
}

static void add_frame(struct xie_gate *g, const uint8_t *content, size_t n)
{
	uint8_t *p = g->bytes + g->n_bytes;
	p[0] = p[n + 1] = 0x7E;
	memcpy(p + 1, content, n);
	add_rec(g, XIE_REC_FRAME, n + 2);
}

/* A FACT record; write fills it.  False: there is no room, which is counted. */
static xie_wr note_begin(struct xie_gate *g, struct xie_ingest *in, const char *fact, const char *identity)
{
	enum { LONGEST = 8192 };
	bool fits = g->n_recs < RECS && g->n_bytes + LONGEST <= BYTES;
	if (!fits && !g->stuck)
		fits = flush(g, in);
	xie_wr w = xie_wr_of(g->bytes + g->n_bytes, fits ? LONGEST : 0);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "fact", xie_str_of(fact));
	xie_wr_kv_str(&w, "id", xie_str_of(identity));
	return w;
}

static void note_end(struct xie_gate *g, xie_wr *w)
{
	xie_wr_char(w, '}');
	if (w->st == XIE_OK)
		add_rec(g, XIE_REC_FACT, w->n);
	else
		g->state.notes_lost++;
}

/* ---- effects ---- */

static void note_login(struct xie_gate *g, struct xie_ingest *in, const struct xie_jt808_fx *x)
{
	xie_wr w = note_begin(g, in, "terminal", x->identity);
	xie_wr_kv_str(&w, "state", XIE_STR("in"));
	xie_wr_kv_str(&w, "peer", xie_str_of(g->lines[x->conn].peer));
	note_end(g, &w);
	g->state.logins++;
}

/* i: its effect's number; when we end the connection, that and why stands behind it. */
static void note_logout(struct xie_gate *g, struct xie_ingest *in, uint32_t i, const struct xie_jt808_fx *x)
{
	xie_wr w = note_begin(g, in, "terminal", x->identity);
	xie_wr_kv_str(&w, "state", XIE_STR("out"));
	while (++i < g->fx.n)
		if (g->fx.fx[i].kind == XIE_JT808_FX_CLOSE && g->fx.fx[i].conn == x->conn) {
			xie_wr_kv_str(&w, "why", xie_str_of(xie_jt808_why_code(g->fx.fx[i].why)));
			break;
		}
	note_end(g, &w);
}

static void note_media(struct xie_gate *g, struct xie_ingest *in, const struct xie_jt808_fx *x)
{
	struct xie_gate_media m = { .identity = x->identity,
		                    .about = x->media,
		                    .position = x->position,
		                    .bytes = x->bytes,
		                    .n = x->n,
		                    .now = g->o.clock.wall(g->o.clock.self) };
	xie_ms at = 0;
	xie_wr w = note_begin(g, in, "media", x->identity);
	xie_wr_kv_i64(&w, "media", x->media.id);
	xie_wr_kv_i64(&w, "kind", x->media.kind);
	xie_wr_kv_i64(&w, "format", x->media.format);
	xie_wr_kv_i64(&w, "event", x->media.event);
	xie_wr_kv_i64(&w, "channel", x->media.channel);
	xie_wr_kv_i64(&w, "bytes", x->n);
	if (xie_jt808_time_ms(&x->position.time, &at) == XIE_OK)
		xie_wr_kv_i64(&w, "at", at);
	if (g->o.media != NULL) {
		g->o.media(g->o.self, &m, &w, g->sha256);
		g->state.media_kept += g->sha256[0] != '\0';
		g->state.media_failed += g->sha256[0] == '\0';
	}
	note_end(g, &w);
}

/* What the terminal said, in the words that `xiezhi decode` prints. */
static void note_answer(struct xie_gate *g, xie_wr *w)
{
	struct xie_jt808_msg m;
	uint32_t odd = 0;
	xie_arena mem = xie_arena_of(g->list, sizeof g->list);
	char json[6144];
	xie_wr a = xie_wr_of(json, sizeof json);
	const struct xie_jt808_head *h = &g->frame->head;
	if (xie_jt808_msg_read(h->id, h->edition, g->frame->body, h->body_n, &mem, &m) != XIE_OK)
		return;
	xie_wr_char(&a, '{');
	xie_jt808_msg_json(&a, &m, &odd);
	xie_wr_char(&a, '}');
	if (a.st != XIE_OK)
		return;
	xie_wr_key(w, "answer");
	xie_wr_str(w, xie_wr_view(&a));
}

static void note_order(struct xie_gate *g, struct xie_ingest *in, const struct xie_jt808_fx *x)
{
	xie_wr w = note_begin(g, in, "order", x->identity);
	xie_wr_kv_i64(&w, "order", (int64_t)x->order);
	xie_wr_kv_i64(&w, "message", x->msg_id);
	xie_wr_kv_str(&w, "state", xie_str_of(xie_jt808_order_code(x->state)));
	xie_wr_kv_i64(&w, "tries", x->tries);
	if (x->state == XIE_JT808_ORDER_REFUSED)
		xie_wr_kv_i64(&w, "result", x->result);
	if (x->state == XIE_JT808_ORDER_ANSWERED && g->frame != NULL)
		note_answer(g, &w);
	if (x->state == XIE_JT808_ORDER_EFFECT && x->msg_id == 0x8801 && g->sha256[0] != '\0')
		xie_wr_kv_str(&w, "media", xie_str_of(g->sha256));
	note_end(g, &w);
}

/* True when the frame that asked is to be given again. */
static bool decide(struct xie_gate *g, const struct xie_jt808_fx *x)
{
	bool known = g->o.known == NULL || g->o.known(g->o.self, xie_str_of(x->identity));
	bool may = known && (x->registration != NULL || x->again || x->token_ok);
	uint8_t no = x->registration != NULL ? XIE_JT808_REG_NO_TERMINAL : 1;
	g->state.unknown += !known;
	xie_jt808_admit(g->hub, x->conn, x->ask, may ? 0 : no, g->now, &g->fx);
	return may && x->again;
}

static void end_line(struct xie_gate *g, struct xie_ingest *in, const struct xie_jt808_fx *x)
{
	struct line *l = &g->lines[x->conn];
	l->why = x->why;
	g->state.closed[x->why]++;
	if (l->conn != 0)
		xie_ingest_end(in, l->conn);
}

static void pause_line(struct xie_gate *g, struct xie_ingest *in, uint32_t conn, bool pause)
{
	g->lines[conn].paused = pause;
	if (g->lines[conn].conn != 0)
		xie_ingest_pause(in, g->lines[conn].conn, pause);
}

static void send_frame(struct xie_gate *g, struct xie_ingest *in, const struct xie_jt808_fx *x)
{
	uint32_t conn = g->lines[x->conn].conn;
	if (conn != 0 && xie_ingest_send(in, conn, x->bytes, x->n) == XIE_LIMIT)
		xie_ingest_end(in, conn); /* it does not read; what is not answered it sends again */
}

/* Does what the effects say, those that doing adds included.  True: give the frame at hand again. */
static bool obey(struct xie_gate *g, struct xie_ingest *in)
{
	bool again = false;
	g->sha256[0] = '\0';
	for (uint32_t i = 0; i < g->fx.n; i++) {
		struct xie_jt808_fx x = g->fx.fx[i];
		if (x.kind == XIE_JT808_FX_SEND)
			send_frame(g, in, &x);
		else if (x.kind == XIE_JT808_FX_ASK)
			again = decide(g, &x) || again;
		else if (x.kind == XIE_JT808_FX_CLOSE)
			end_line(g, in, &x);
		else if (x.kind == XIE_JT808_FX_LOGIN)
			note_login(g, in, &x);
		else if (x.kind == XIE_JT808_FX_LOGOUT)
			note_logout(g, in, i, &x);
		else if (x.kind == XIE_JT808_FX_MEDIA)
			note_media(g, in, &x);
		else if (x.kind == XIE_JT808_FX_PAUSE || x.kind == XIE_JT808_FX_RESUME)
			pause_line(g, in, x.conn, x.kind == XIE_JT808_FX_PAUSE);
		else if (x.kind == XIE_JT808_FX_ORDER)
			note_order(g, in, &x);
		else if (x.kind == XIE_JT808_FX_REFUSED)
			g->state.refused[x.why]++;
	}
	xie_jt808_effects_clear(&g->fx);
	return again;
}

/* ---- hooks ---- */

static void on_open(void *self, struct xie_ingest *in, uint32_t conn, const char *peer)
{
	struct xie_gate *g = enter(self);
	uint32_t at = 0;
	if (xie_jt808_opened(g->hub, g->now, &at) != XIE_OK) {
		xie_ingest_end(in, conn);
		return;
	}
	g->lines[at] = (struct line){ .conn = conn };
	(void)snprintf(g->lines[at].peer, sizeof g->lines[at].peer, "%.63s", peer);
	xie_ingest_tag(in, conn, at + 1);
}

static struct line *line_of(struct xie_gate *g, const struct xie_ingest *in, uint32_t conn, uint32_t *ret_at)
{
	uint32_t tag = xie_ingest_tag_of(in, conn);
	*ret_at = tag - 1;
	return tag != 0 && g->lines[tag - 1].conn == conn ? &g->lines[tag - 1] : NULL;
}

static void bad_piece(struct xie_gate *g, struct xie_ingest *in, uint32_t at, enum xie_jt808_bad bad,
                      const struct xie_jt808_piece *p)
{
	xie_wr w = xie_wr_of(g->state.bad_sample, sizeof g->state.bad_sample - 1);
	g->state.bad[bad]++;
	xie_wr_hex(&w, p->content, p->n < 40 ? p->n : 40);
	g->state.bad_sample[w.n] = '\0';
	xie_jt808_bad(g->hub, at, bad, g->now, &g->fx);
	(void)obey(g, in);
}

/* One candidate.  There is room for it in the batch. */
static void take(struct xie_gate *g, struct xie_ingest *in, uint32_t at, const struct xie_jt808_piece *p)
{
	struct xie_jt808_frame f;
	bool journal = false;
	enum xie_jt808_bad bad = p->bad;
	if (bad == XIE_JT808_BAD_NONE)
		bad = xie_jt808_frame_read(p->content, p->n, g->room, &f);
	if (bad != XIE_JT808_BAD_NONE) {
		bad_piece(g, in, at, bad, p);
		return;
	}
	xie_jt808_frame(g->hub, at, &f, g->ticket + 1, g->now, &journal, &g->fx);
	if (journal)
		add_frame(g, p->content, p->n);
	g->ticket += journal;
	g->frame = f.head.total == 0 ? &f : NULL;
	bool again = obey(g, in);
	g->frame = NULL;
	if (!again)
		return;
	journal = false;
	xie_jt808_frame(g->hub, at, &f, g->ticket + 1, g->now, &journal, &g->fx);
	if (journal)
		add_frame(g, p->content, p->n);
	g->ticket += journal;
	(void)obey(g, in);
}

static size_t on_bytes(void *self, struct xie_ingest *in, uint32_t conn, const uint8_t *p, size_t n)
{
	struct xie_gate *g = enter(self);
	struct xie_jt808_piece piece;
	struct xie_jt808_split s;
	uint32_t at = 0;
	struct line *l = line_of(g, in, conn, &at);
	if (l == NULL || l->why != XIE_JT808_WHY_NONE)
		return n; /* it is being ended */
	xie_jt808_split_init(&s, g->split, sizeof g->split);
	xie_jt808_split_feed(&s, p, n);
	s.synced = l->synced;
	s.over = l->over;
	const uint8_t *done = p;
	while (!l->paused && l->why == XIE_JT808_WHY_NONE) {
		if (!frame_fits(g, in, XIE_JT808_WIRE_MAX) || xie_ingest_may(in, conn) <= g->n_frames) {
			xie_ingest_wait(in, conn);
			return (size_t)(done - p);
		}
		if (!xie_jt808_split_next(&s, &piece))
			break;
		take(g, in, at, &piece);
		done = s.p;
		l->synced = s.synced;
		l->over = false;
	}
	if (l->paused || l->why != XIE_JT808_WHY_NONE)
		return (size_t)(done - p);
	/* What has no end yet is given again with what follows, but for what can be no frame's beginning. */
	l->synced = s.synced;
	l->over = s.over || (!s.synced && s.n != 0);
	return l->over ? n : n - s.n;
}

static void on_committed(void *self, struct xie_ingest *in, uint64_t pos)
{
	struct xie_gate *g = enter(self);
	uint64_t ticket = 0;
	while (g->n_marks != 0 && g->marks[g->first_mark].pos <= pos) {
		ticket = g->marks[g->first_mark].ticket;
		g->first_mark = (g->first_mark + 1) % MARKS;
		g->n_marks--;
	}
	while (ticket != 0 && xie_jt808_committed(g->hub, ticket, g->now, &g->fx))
		(void)obey(g, in);
	(void)obey(g, in);
}

static void on_time(void *self, struct xie_ingest *in, xie_ms mono)
{
	struct xie_gate *g = enter(self);
	(void)mono;
	if (g->now - g->ticked < TICK)
		return;
	g->ticked = g->now;
	xie_jt808_utc(g->hub, g->o.clock.wall(g->o.clock.self) - g->now);
	while (xie_jt808_tick(g->hub, g->now, &g->fx))
		(void)obey(g, in);
	(void)obey(g, in);
	if (g->state.notes_lost != g->told_lost && g->o.log != NULL) {
		char line[120];
		(void)snprintf(line, sizeof line, "source %u: the journal is full; %llu notes of terminals are not in it",
		               (unsigned)g->o.source, (unsigned long long)g->state.notes_lost);
		g->told_lost = g->state.notes_lost;
		g->o.log(g->o.log_ctx, line);
	}
}

static void on_round(void *self, struct xie_ingest *in)
{
	(void)flush(self, in); /* what is not taken stays, and its senders wait */
}

static void on_close(void *self, struct xie_ingest *in, uint32_t conn)
{
	struct xie_gate *g = enter(self);
	uint32_t at = 0;
	struct line *l = line_of(g, in, conn, &at);
	if (l == NULL)
		return;
	l->conn = 0;
	xie_jt808_closed(g->hub, at, g->now, &g->fx);
	(void)obey(g, in);
}

/* ---- life ---- */

static xie_status make(struct xie_gate *g)
{
	const struct xie_jt808_settings *s = &g->o.set;
	size_t lines = (size_t)s->sessions_max * sizeof(struct line), series = (size_t)s->series_max;
	size_t hub = (size_t)s->sessions_max * 2048 + (size_t)s->orders_max * 4096 +
	             (series + 1) * ((size_t)s->joined_max + (size_t)s->parts_max * 16 + 4096);
	xie_status st = xie_big_arena_init(&g->mem, lines + hub + FX * sizeof(struct xie_jt808_fx) + FX_BYTES +
	                                                RECS * sizeof(struct xie_rec) + BYTES + ((size_t)4 << 20));
	if (st != XIE_OK)
		return st;
	g->lines = xie_arena_new(&g->mem, struct line, s->sessions_max);
	g->fx = (struct xie_jt808_effects){ .fx = xie_arena_new(&g->mem, struct xie_jt808_fx, FX),
		                            .cap = FX,
		                            .bytes = xie_arena_new(&g->mem, uint8_t, FX_BYTES),
		                            .bytes_cap = FX_BYTES };
	g->recs = xie_arena_new(&g->mem, struct xie_rec, RECS);
	g->bytes = xie_arena_new(&g->mem, uint8_t, BYTES);
	if (g->lines == NULL || g->fx.fx == NULL || g->fx.bytes == NULL || g->recs == NULL || g->bytes == NULL)
		return XIE_LIMIT;
	return xie_jt808_hub_new(&g->mem, s, &g->hub);
}

xie_status xie_gate_new(const struct xie_gate_options *o, struct xie_gate **ret_g)
{
	struct xie_gate *g = calloc(1, sizeof *g);
	if (g == NULL)
		return XIE_UNAVAILABLE;
	g->o = *o;
	g->way = (struct xie_gateway){ .self = g,
		                       .on_open = on_open,
		                       .on_bytes = on_bytes,
		                       .on_committed = on_committed,
		                       .on_time = on_time,
		                       .on_close = on_close,
		                       .on_round = on_round };
	xie_status st = make(g);
	if (st != XIE_OK) {
		xie_gate_free(g);
		return st;
	}
	*ret_g = g;
	return XIE_OK;
}

void xie_gate_free(struct xie_gate *g)
{
	if (g == NULL)
		return;
	xie_big_arena_done(&g->mem);
	free(g);
}

const struct xie_gateway *xie_gate_gateway(const struct xie_gate *g)
{
	return &g->way;
}

void xie_gate_look(const struct xie_gate *g, struct xie_gate_state *ret_s)
{
	*ret_s = g->state;
	ret_s->hub = xie_jt808_hub_counts(g->hub);
}

bool xie_gate_serves(const struct xie_gate *g, xie_str identity)
{
	uint32_t conn;
	return xie_jt808_serving(g->hub, identity, &conn);
}

xie_status xie_gate_order(struct xie_gate *g, struct xie_ingest *in, uint64_t order, xie_str identity,
                          const struct xie_jt808_msg *msg, xie_ms patience)
{
	if (enter(g)->stuck)
		return XIE_LIMIT;
	xie_status st = xie_jt808_order(g->hub, order, identity, msg, g->now, g->now + patience, &g->fx);
	(void)obey(g, in);
	return st;
}
