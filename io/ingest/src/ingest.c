/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest_int.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "xie/base/wr.h"

xie_ms ingest__mono(const struct xie_ingest *in)
{
	return in->opt.clock.mono(in->opt.clock.self);
}

void ingest__log(struct xie_ingest *in, const char *format, ...)
{
	if (in->opt.log == NULL)
		return;
	char line[400];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(line, sizeof line, format, args);
	va_end(args);
	in->opt.log(in->opt.log_ctx, line);
}

static bool put_state(struct xie_ingest *in, const struct source *s, bool up, const char *why)
{
	char json[600];
	xie_wr w = xie_wr_of(json, sizeof json);
	xie_wr_char(&w, '{');
	xie_wr_kv_i64(&w, "id", s->c.id);
	xie_wr_kv_str(&w, "name", xie_str_of(s->name));
	xie_wr_kv_str(&w, "state", up ? XIE_STR("up") : XIE_STR("down"));
	if (why[0] != '\0')
		xie_wr_kv_str(&w, "why", xie_str_of(why));
	xie_wr_char(&w, '}');
	struct xie_rec r = { .kind = XIE_REC_SOURCE, .source = s->c.id, .bytes = xie_wr_view(&w) };
	uint64_t pos;
	return w.st == XIE_OK && in->opt.journal.append(in->opt.journal.self, &r, 1, &pos) == XIE_OK;
}

bool ingest__ready(struct xie_ingest *in, struct source *s)
{
	if (s->told_up != s->stats.up && put_state(in, s, s->stats.up, s->stats.why))
		s->told_up = s->stats.up;
	return s->told_up == s->stats.up;
}

void ingest__tell(struct xie_ingest *in, struct source *s, bool up, const char *why)
{
	/* A journal that is full keeps the record waiting: it is tried again in every round, and before any frame. */
	s->told_up = put_state(in, s, up, why) ? up : !up;
	s->stats.up = up;
	if (up) {
		s->stats.ups++;
		s->stats.why[0] = '\0';
		s->retry_ms = 0;
	} else {
		(void)snprintf(s->stats.why, sizeof s->stats.why, "%s", why);
	}
	ingest__log(in, "ingest: %s is %s%s%s", s->name, up ? "up" : "down", why[0] != '\0' ? ": " : "", why);
}

/* ---- connections ---- */

/* A free slot: one that was given back, else a new one. */
static uint32_t take_slot(struct xie_ingest *in)
{
	uint32_t at = in->free_slot;
	if (at != 0) {
		in->free_slot = in->slots[at].next_free;
		return at;
	}
	if (in->n_slots + 1 >= in->cap_slots) {
		uint32_t cap = in->cap_slots != 0 ? in->cap_slots * 2 : 256;
		struct slot *more = cap <= CONNS_MAX + 1u ? realloc(in->slots, cap * sizeof *more) : NULL;
		if (more == NULL)
			return 0;
		memset(more + in->cap_slots, 0, (cap - in->cap_slots) * sizeof *more);
		in->slots = more;
		in->cap_slots = cap;
	}
	return ++in->n_slots;
}

struct conn *ingest__conn_new(struct xie_ingest *in, struct source *s, int fd)
{
	struct conn *c = calloc(1, sizeof *c);
	size_t cap = s->c.gateway != NULL ? 0 : READ_ROOM;
	uint8_t *buf = cap != 0 ? malloc(cap) : NULL;
	uint32_t slot = c != NULL && (cap == 0 || buf != NULL) ? take_slot(in) : 0;
	if (slot == 0) {
		free(c);
		free(buf);
		return NULL;
	}
	in->slots[slot].conn = c;
	c->src = s;
	c->fd = fd;
	c->id = ++in->slots[slot].turn << SLOT_BITS | slot;
	c->buf = buf;
	c->cap = cap;
	c->next = in->conns;
	if (in->conns != NULL)
		in->conns->prev = c;
	in->conns = c;
	s->n_conns++;
	s->stats.conns = s->n_conns;
	return c;
}

struct conn *ingest__conn(const struct xie_ingest *in, uint32_t id)
{
	uint32_t slot = id & CONNS_MAX;
	struct conn *c = slot <= in->n_slots && in->slots != NULL ? in->slots[slot].conn : NULL;
	return c != NULL && c->id == id ? c : NULL;
}

static void forget_conn(struct xie_ingest *in, struct conn *c)
{
	struct slot *s = &in->slots[c->id & CONNS_MAX];
	*(c->prev != NULL ? &c->prev->next : &in->conns) = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	s->conn = NULL;
	s->next_free = in->free_slot;
	in->free_slot = c->id & CONNS_MAX;
}

void ingest__watch_fd(struct xie_ingest *in, struct conn *c)
{
	struct epoll_event e = { .data.u64 = (uint64_t)c->id << 1 };
	if (!c->blocked && !c->paused && !c->eof && !c->connecting && !c->ending)
		e.events |= EPOLLIN;
	if (c->connecting || c->ending || c->out_n != 0)
		e.events |= EPOLLOUT;
	if (c->regular || (c->polled && e.events == c->events))
		return;
	c->events = e.events;
	if (e.events == 0) { /* a hang-up would be told again and again to somebody who may not act on it */
		if (c->polled)
			(void)epoll_ctl(in->epoll, EPOLL_CTL_DEL, c->fd, NULL);
		c->polled = false;
	} else if (epoll_ctl(in->epoll, c->polled ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->fd, &e) == 0) {
		c->polled = true;
	} else {
		c->regular = errno == EPERM; /* a file: it is read in every round */
		in->attention = in->attention || c->regular;
		in->eager = in->eager || c->regular;
	}
}

/* Events that name it find an empty slot, or one with another turn. */
void ingest__conn_end(struct xie_ingest *in, struct conn *c, const char *why)
{
	struct source *s = c->src;
	c->ending = true; /* nothing more is sent */
	if (s->c.gateway != NULL)
		s->c.gateway->on_close(s->c.gateway->self, in, c->id);
	forget_conn(in, c);
	if (c->n != 0 && !c->skipping)
		ingest__reject(s, XIE_REJECT_CUT, c->buf, c->n);
	if (c->polled)
		(void)epoll_ctl(in->epoll, EPOLL_CTL_DEL, c->fd, NULL);
	(void)close(c->fd);
	s->n_conns--;
	s->stats.conns = s->n_conns;
	bool was_up = s->stats.up;
	if (s->n_conns == 0 && was_up && s->c.gateway == NULL)
		ingest__tell(in, s, false, why);
	bool file = s->c.kind == XIE_SOURCE_FILE || s->c.kind == XIE_SOURCE_STDIN;
	if (file && c->eof && !s->c.repeat)
		s->finished = true;
	else if (s->c.kind != XIE_SOURCE_TCP_LISTEN && !in->stop)
		open__failed(in, s, why);
	free(c->buf);
	free(c->out);
	free(c);
}

size_t ingest__send(const struct conn *c, const uint8_t *p, size_t n)
{
	size_t done = 0;
	while (done < n) {
		ssize_t k = send(c->fd, p + done, n - done, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (k <= 0)
			break;
		done += (size_t)k;
	}
	return done;
}

static void flush_out(struct conn *c)
{
	if (c->out_n == 0)
		return;
	size_t done = ingest__send(c, c->out, c->out_n);
	memmove(c->out, c->out + done, c->out_n - done);
	c->out_n -= done;
	if (c->out_n == 0) {
		free(c->out);
		c->out = NULL;
		c->out_cap = 0;
	}
}

/* Keeps what the gateway did not use, p[0..n), until more comes.  False: no memory. */
static bool keep_rest(struct conn *c, const uint8_t *p, size_t n)
{
	if (n > c->cap) {
		uint8_t *grown = malloc(n);
		if (grown == NULL)
			return false;
		memcpy(grown, p, n);
		free(c->buf);
		c->buf = grown;
		c->cap = n;
	} else if (n != 0) {
		memmove(c->buf, p, n);
	}
	c->n = n;
	if (n == 0) {
		free(c->buf);
		c->buf = NULL;
		c->cap = 0;
	}
	return true;
}

static bool give_gateway(struct xie_ingest *in, struct conn *c, const uint8_t *p, size_t n)
{
	const struct xie_gateway *g = c->src->c.gateway;
	size_t used = n != 0 ? g->on_bytes(g->self, in, c->id, p, n) : 0;
	used = used < n ? used : n;
	return keep_rest(c, p + used, n - used);
}

static void give_bytes(struct xie_ingest *in, struct conn *c)
{
	if (c->src->c.gateway == NULL)
		lines__take(in, c);
	else
		(void)give_gateway(in, c, c->buf, c->n); /* what is left is no more than there was */
	in->attention = in->attention || c->blocked;
}

/* Reads once, behind what is left of before, into the room that all share. */
static bool read_gateway(struct xie_ingest *in, struct conn *c)
{
	if (c->n >= READ_ROOM) { /* who uses nothing of a full room waits for its pause to end, or is lost */
		ingest__conn_end(in, c, "sends what is no frame");
		return false;
	}
	ssize_t k = recv(c->fd, in->room + c->n, READ_ROOM - c->n, 0);
	if (k < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (k <= 0) {
		ingest__conn_end(in, c, k < 0 ? strerror(errno) : "closed by the peer");
		return false;
	}
	if (c->n != 0)
		memcpy(in->room, c->buf, c->n);
	if (!give_gateway(in, c, in->room, c->n + (size_t)k)) {
		ingest__conn_end(in, c, "out of memory");
		return false;
	}
	in->attention = in->attention || c->blocked;
	return true;
}

/* Reads once and gives on.  False: the connection is gone. */
static bool read_some(struct xie_ingest *in, struct conn *c)
{
	struct source *s = c->src;
	if (s->c.gateway != NULL)
		return read_gateway(in, c);
	if (c->cap == c->n) {
		ingest__conn_end(in, c, "sends what is no frame");
		return false;
	}
	ssize_t k = s->c.kind == XIE_SOURCE_UDP ? recv(c->fd, c->buf, c->cap, 0) : read(c->fd, c->buf + c->n, c->cap - c->n);
	if (k < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (s->c.kind == XIE_SOURCE_UDP) {
		if (k > 0)
			lines__datagram(in, c, c->buf, (size_t)k);
		return true;
	}
	if (k <= 0) {
		bool file = s->c.kind == XIE_SOURCE_FILE || s->c.kind == XIE_SOURCE_STDIN;
		c->eof = true;
		const char *why = k < 0 ? strerror(errno) : file ? "end of input" : "closed by the peer";
		if (k == 0 && c->n != 0 && c->buf[c->n - 1] != '\n' && c->n < c->cap && file)
			c->buf[c->n++] = '\n'; /* a file's last line needs no end */
		give_bytes(in, c);
		bool waits = c->blocked;
		if (!waits)
			ingest__conn_end(in, c, why);
		return waits;
	}
	c->n += (size_t)k;
	give_bytes(in, c);
	return true;
}

static void connected(struct xie_ingest *in, struct conn *c)
{
	int e = 0;
	socklen_t n = sizeof e;
	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &e, &n) != 0 || e != 0) {
		ingest__conn_end(in, c, strerror(e));
		return;
	}
	int one = 1;
	(void)setsockopt(c->fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
	c->connecting = false;
	ingest__watch_fd(in, c);
	ingest__tell(in, c->src, true, "");
}

/* ---- the loop ---- */

static void on_event(struct xie_ingest *in, uint64_t data, uint32_t events)
{
	if ((data & 1) != 0) {
		open__accept(in, (struct source *)(uintptr_t)(data & ~UINT64_C(1)));
		return;
	}
	struct conn *c = ingest__conn(in, (uint32_t)(data >> 1));
	if (c == NULL) /* it ended in this round */
		return;
	if (c->connecting) {
		connected(in, c);
		return;
	}
	if ((events & EPOLLOUT) != 0)
		flush_out(c);
	if (c->ending && (c->out_n == 0 || (events & (EPOLLERR | EPOLLHUP)) != 0)) {
		ingest__conn_end(in, c, "ended by us");
		return;
	}
	if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && !c->blocked && !c->paused && !c->eof && !read_some(in, c))
		return;
	ingest__watch_fd(in, c);
}

/* Those that waited try again, and files are read. */
static void look_around(struct xie_ingest *in)
{
	in->attention = in->eager = false;
	for (struct conn *c = in->conns, *next; c != NULL; c = next) {
		next = c->next;
		if (c->blocked) {
			c->blocked = false;
			give_bytes(in, c);
			if (!c->blocked && c->eof) {
				ingest__conn_end(in, c, "end of input");
				continue;
			}
			if (!c->blocked)
				ingest__watch_fd(in, c);
		}
		if (c->regular && !c->blocked && !c->paused && !c->eof && !read_some(in, c))
			continue;
		in->attention = in->attention || c->regular || c->blocked;
		in->eager = in->eager || (c->regular && !c->blocked && !c->eof);
	}
}

/* Who was sent away and does not read its last words. */
static void sweep(struct xie_ingest *in, xie_ms now)
{
	if (now - in->swept < 1000 && now >= in->swept)
		return;
	in->swept = now;
	for (struct conn *c = in->conns, *next; c != NULL; c = next) {
		next = c->next;
		if (c->ending && now >= c->end_by)
			ingest__conn_end(in, c, "ended by us");
	}
}

/* ... and sources that are due are opened. */
static void round_of(struct xie_ingest *in)
{
	if (in->attention)
		look_around(in);
	xie_ms now = ingest__mono(in);
	sweep(in, now);
	for (struct source *s = in->sources; s != NULL; s = s->next) {
		if (s->retry_at != 0 && now >= s->retry_at)
			open__source(in, s);
		(void)ingest__ready(in, s);
	}
	for (struct source *s = in->sources; s != NULL; s = s->next)
		if (s->c.gateway != NULL && s->c.gateway->on_round != NULL)
			s->c.gateway->on_round(s->c.gateway->self, in);
}

static void tell_gateways(struct xie_ingest *in)
{
	uint64_t at = in->opt.journal.committed(in->opt.journal.self);
	xie_ms now = ingest__mono(in);
	bool tick = now - in->ticked >= TICK_MS || now < in->ticked, news = at != in->committed_told;
	in->committed_told = at;
	in->ticked = tick ? now : in->ticked;
	for (struct source *s = in->sources; s != NULL; s = s->next) {
		const struct xie_gateway *g = s->c.gateway;
		if (g != NULL && news)
			g->on_committed(g->self, in, at);
		if (g != NULL && tick)
			g->on_time(g->self, in, now);
	}
}

static void *run(void *self)
{
	struct xie_ingest *in = self;
	struct epoll_event events[512];
	(void)pthread_mutex_lock(&in->lock);
	while (!in->stop) {
		int wait_ms = in->eager ? 0 : TICK_MS;
		(void)pthread_mutex_unlock(&in->lock);
		int n = epoll_wait(in->epoll, events, 512, wait_ms);
		(void)pthread_mutex_lock(&in->lock);
		for (int i = 0; i < n && !in->stop; i++) {
			uint64_t count;
			if (events[i].data.u64 == 0)
				(void)!read(in->wake, &count, sizeof count);
			else
				on_event(in, events[i].data.u64, events[i].events);
		}
		tell_gateways(in);
		round_of(in);
	}
	(void)pthread_mutex_unlock(&in->lock);
	return NULL;
}

static void wake_up(void *self, uint64_t committed)
{
	struct xie_ingest *in = self;
	uint64_t one = 1;
	(void)committed;
	(void)!write(in->wake, &one, sizeof one);
}

/* ---- life ---- */

xie_status xie_ingest_open(const struct xie_ingest_options *opt, struct xie_ingest **ret_in)
{
	struct xie_ingest *in = calloc(1, sizeof *in);
	if (in == NULL || (in->room = malloc(READ_ROOM)) == NULL) {
		free(in);
		return XIE_LIMIT;
	}
	in->opt = *opt;
	in->opt.retry_ms = opt->retry_ms != 0 ? opt->retry_ms : 500;
	in->opt.retry_max_ms = opt->retry_max_ms != 0 ? opt->retry_max_ms : 60000;
	in->epoll = epoll_create1(EPOLL_CLOEXEC);
	in->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	(void)pthread_mutex_init(&in->lock, NULL);
	struct epoll_event e = { .events = EPOLLIN };
	bool ok = in->epoll >= 0 && in->wake >= 0 && epoll_ctl(in->epoll, EPOLL_CTL_ADD, in->wake, &e) == 0;
	xie_status st = ok ? in->opt.journal.watch(in->opt.journal.self, wake_up, in) : XIE_IO;
	if (st == XIE_OK && pthread_create(&in->thread, NULL, run, in) != 0) {
		(void)in->opt.journal.watch(in->opt.journal.self, NULL, in);
		st = XIE_LIMIT;
	}
	if (st == XIE_OK) {
		*ret_in = in;
		return XIE_OK;
	}
	if (in->epoll >= 0)
		(void)close(in->epoll);
	if (in->wake >= 0)
		(void)close(in->wake);
	(void)pthread_mutex_destroy(&in->lock);
	free(in->room);
	free(in);
	return st;
}

static void end_source(struct xie_ingest *in, struct source *s, const char *why)
{
	for (struct conn *c = in->conns, *next; c != NULL; c = next) {
		next = c->next;
		if (c->src == s)
			ingest__conn_end(in, c, why);
	}
	if (s->c.gateway != NULL && s->c.gateway->on_round != NULL)
		s->c.gateway->on_round(s->c.gateway->self, in); /* its last words */
	if (s->c.gateway != NULL && s->stats.up)
		ingest__tell(in, s, false, why);
	if (s->listener >= 0)
		(void)close(s->listener);
	free(s->name);
	free(s->address);
	free(s);
}

void xie_ingest_close(struct xie_ingest *in)
{
	if (in == NULL)
		return;
	(void)pthread_mutex_lock(&in->lock);
	in->stop = true;
	(void)pthread_mutex_unlock(&in->lock);
	wake_up(in, 0);
	(void)pthread_join(in->thread, NULL);
	(void)in->opt.journal.watch(in->opt.journal.self, NULL, in);
	while (in->sources != NULL) {
		struct source *s = in->sources;
		in->sources = s->next;
		end_source(in, s, "stopped");
	}
	(void)close(in->epoll);
	(void)close(in->wake);
	(void)pthread_mutex_destroy(&in->lock);
	free(in->slots);
	free(in->room);
	free(in);
}

xie_status xie_ingest_add(struct xie_ingest *in, const struct xie_source_config *c, struct xie_err *reterr)
{
	xie_status st = open__check(c, reterr);
	if (st != XIE_OK)
		return st;
	struct source *s = calloc(1, sizeof *s);
	if (s == NULL)
		return XIE_LIMIT;
	s->c = *c;
	s->name = strdup(c->name);
	s->address = strdup(c->address != NULL ? c->address : "-");
	s->c.frame_max = c->frame_max != 0 ? c->frame_max : 1024;
	s->c.conns_max = c->conns_max != 0 ? c->conns_max : 64;
	s->listener = -1;
	s->tokens_at = ingest__mono(in);
	(void)pthread_mutex_lock(&in->lock);
	for (const struct source *o = in->sources; o != NULL && st == XIE_OK; o = o->next)
		st = o->c.id == c->id ? XIE_DUPLICATE : XIE_OK;
	if (st == XIE_OK && (s->name == NULL || s->address == NULL))
		st = XIE_LIMIT;
	if (st == XIE_OK) {
		s->next = in->sources;
		in->sources = s;
		open__source(in, s);
	} else {
		free(s->name);
		free(s->address);
		free(s);
		(void)xie_err_set(reterr, st, 0, 0, st == XIE_DUPLICATE ? "a source has this number already" : "out of memory", "");
	}
	(void)pthread_mutex_unlock(&in->lock);
	wake_up(in, 0);
	return st;
}

xie_status xie_ingest_remove(struct xie_ingest *in, uint32_t id)
{
	(void)pthread_mutex_lock(&in->lock);
	struct source **at = &in->sources;
	while (*at != NULL && (*at)->c.id != id)
		at = &(*at)->next;
	struct source *s = *at;
	if (s != NULL) {
		*at = s->next;
		end_source(in, s, "switched off");
	}
	(void)pthread_mutex_unlock(&in->lock);
	return s != NULL ? XIE_OK : XIE_MISSING;
}

xie_status xie_ingest_stats(struct xie_ingest *in, uint32_t id, struct xie_source_stats *ret_s)
{
	(void)pthread_mutex_lock(&in->lock);
	const struct source *s = in->sources;
	while (s != NULL && s->c.id != id)
		s = s->next;
	if (s != NULL)
		*ret_s = s->stats;
	(void)pthread_mutex_unlock(&in->lock);
	return s != NULL ? XIE_OK : XIE_MISSING;
}

bool xie_ingest_drained(struct xie_ingest *in)
{
	bool all = true;
	(void)pthread_mutex_lock(&in->lock);
	for (const struct source *s = in->sources; s != NULL; s = s->next)
		all = all && (s->finished || s->c.repeat || (s->c.kind != XIE_SOURCE_FILE && s->c.kind != XIE_SOURCE_STDIN));
	(void)pthread_mutex_unlock(&in->lock);
	return all;
}

void xie_ingest_call(struct xie_ingest *in, void (*fn)(void *ctx, struct xie_ingest *in), void *ctx)
{
	(void)pthread_mutex_lock(&in->lock);
	fn(ctx, in);
	(void)pthread_mutex_unlock(&in->lock);
	wake_up(in, 0);
}
