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

struct conn *ingest__conn_new(struct xie_ingest *in, struct source *s, int fd)
{
	struct conn *c = calloc(1, sizeof *c);
	size_t cap = s->c.gateway != NULL ? 4096 : READ_ROOM;
	uint8_t *buf = malloc(cap);
	if (c == NULL || buf == NULL) {
		free(c);
		free(buf);
		return NULL;
	}
	c->src = s;
	c->fd = fd;
	c->id = ++in->next_conn;
	c->buf = buf;
	c->cap = cap;
	c->next = in->conns;
	in->conns = c;
	s->n_conns++;
	s->stats.conns = s->n_conns;
	return c;
}

static struct conn *conn_of(struct xie_ingest *in, uint32_t id)
{
	struct conn *c = in->conns;
	while (c != NULL && c->id != id)
		c = c->next;
	return c;
}

void ingest__watch_fd(struct xie_ingest *in, struct conn *c)
{
	struct epoll_event e = { .data.u64 = (uint64_t)(uintptr_t)c };
	if (!c->blocked && !c->paused && !c->eof && !c->connecting && !c->ending)
		e.events |= EPOLLIN;
	if (c->connecting || c->ending || c->out_n != 0)
		e.events |= EPOLLOUT;
	if (c->regular)
		return;
	if (e.events == 0) { /* a hang-up would be told again and again to somebody who may not act on it */
		if (c->polled)
			(void)epoll_ctl(in->epoll, EPOLL_CTL_DEL, c->fd, NULL);
		c->polled = false;
	} else if (epoll_ctl(in->epoll, c->polled ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->fd, &e) == 0) {
		c->polled = true;
	} else {
		c->regular = errno == EPERM; /* a file: it is read in every round */
	}
}

/* Takes it out of the list; the memory goes at the end of the round, since events may still name it. */
void ingest__conn_end(struct xie_ingest *in, struct conn *c, const char *why)
{
	struct source *s = c->src;
	struct conn **at = &in->conns;
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	if (s->c.gateway == NULL && c->n != 0 && !c->skipping)
		ingest__reject(s, XIE_REJECT_CUT, c->buf, c->n);
	if (c->polled)
		(void)epoll_ctl(in->epoll, EPOLL_CTL_DEL, c->fd, NULL);
	(void)close(c->fd);
	s->n_conns--;
	s->stats.conns = s->n_conns;
	if (s->c.gateway != NULL)
		s->c.gateway->on_close(s->c.gateway->self, in, c->id);
	bool was_up = s->stats.up;
	if (s->n_conns == 0 && was_up)
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

static void flush_out(struct conn *c)
{
	size_t done = 0;
	while (done < c->out_n) {
		ssize_t k = send(c->fd, c->out + done, c->out_n - done, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (k <= 0)
			break;
		done += (size_t)k;
	}
	memmove(c->out, c->out + done, c->out_n - done);
	c->out_n -= done;
}

static void give_bytes(struct xie_ingest *in, struct conn *c)
{
	const struct xie_gateway *g = c->src->c.gateway;
	if (g == NULL) {
		lines__take(in, c);
		return;
	}
	size_t used = c->n != 0 ? g->on_bytes(g->self, in, c->id, c->buf, c->n) : 0;
	used = used < c->n ? used : c->n;
	memmove(c->buf, c->buf + used, c->n - used);
	c->n -= used;
}

static bool room(struct conn *c)
{
	if (c->cap - c->n >= 2048 || c->cap >= READ_ROOM)
		return c->cap > c->n;
	uint8_t *grown = realloc(c->buf, c->cap * 2);
	if (grown != NULL) {
		c->buf = grown;
		c->cap *= 2;
	}
	return c->cap > c->n;
}

/* Reads once and gives on.  False: the connection is gone. */
static bool read_some(struct xie_ingest *in, struct conn *c)
{
	struct source *s = c->src;
	if (!room(c)) { /* a gateway that uses nothing of a full buffer waits for its pause to end, or is lost */
		bool waits = c->paused; /* conn_end frees c */
		if (!waits)
			ingest__conn_end(in, c, "sends what is no frame");
		return waits;
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
		c->eof = true;
		const char *why = k < 0 ? strerror(errno) : s->c.kind == XIE_SOURCE_FILE || s->c.kind == XIE_SOURCE_STDIN ?
		                  "end of input" : "closed by the peer";
		if (k == 0 && c->n != 0 && s->c.gateway == NULL && c->buf[c->n - 1] != '\n' && c->n < c->cap &&
		    (s->c.kind == XIE_SOURCE_FILE || s->c.kind == XIE_SOURCE_STDIN))
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
	struct conn *c = in->conns; /* it may have ended in this round */
	while (c != NULL && c != (struct conn *)(uintptr_t)data)
		c = c->next;
	if (c == NULL)
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

/* Those that waited try again; files are read; sources that are due are opened. */
static void round_of(struct xie_ingest *in)
{
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
		if (c->regular && !c->blocked && !c->paused && !c->eof)
			(void)read_some(in, c);
	}
	xie_ms now = ingest__mono(in);
	for (struct source *s = in->sources; s != NULL; s = s->next) {
		if (s->retry_at != 0 && now >= s->retry_at)
			open__source(in, s);
		(void)ingest__ready(in, s);
	}
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

static int patience(const struct xie_ingest *in)
{
	for (const struct conn *c = in->conns; c != NULL; c = c->next)
		if (c->regular && !c->blocked && !c->eof)
			return 0; /* a file to read on */
	return TICK_MS;
}

static void *run(void *self)
{
	struct xie_ingest *in = self;
	struct epoll_event events[128];
	(void)pthread_mutex_lock(&in->lock);
	while (!in->stop) {
		int wait_ms = patience(in);
		(void)pthread_mutex_unlock(&in->lock);
		int n = epoll_wait(in->epoll, events, 128, wait_ms);
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
	if (in == NULL)
		return XIE_LIMIT;
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

/* ---- for hooks ---- */

xie_status xie_ingest_frame(struct xie_ingest *in, uint32_t conn, const void *p, size_t n, uint64_t *ret_pos)
{
	struct conn *c = conn_of(in, conn);
	if (c == NULL)
		return XIE_MISSING;
	struct xie_rec r = { .kind = XIE_REC_FRAME, .source = c->src->c.id, .bytes = { p, n } };
	xie_status st = XIE_LIMIT;
	if (ingest__ready(in, c->src))
		st = in->opt.journal.append(in->opt.journal.self, &r, 1, ret_pos);
	if (st == XIE_OK) {
		c->src->stats.frames++;
		c->src->stats.bytes += n;
		c->src->stats.last_rx = in->opt.clock.wall(in->opt.clock.self);
	} else if (st == XIE_LIMIT) {
		c->src->stats.blocked++;
	}
	return st;
}

xie_status xie_ingest_send(struct xie_ingest *in, uint32_t conn, const void *p, size_t n)
{
	struct conn *c = conn_of(in, conn);
	if (c == NULL || c->ending)
		return XIE_MISSING;
	if (n > OUT_MAX - c->out_n)
		return XIE_LIMIT;
	if (c->out_cap < c->out_n + n) {
		size_t cap = c->out_cap * 2 > c->out_n + n ? c->out_cap * 2 : c->out_n + n;
		uint8_t *grown = realloc(c->out, cap);
		if (grown == NULL)
			return XIE_LIMIT;
		c->out = grown;
		c->out_cap = cap;
	}
	memcpy(c->out + c->out_n, p, n);
	c->out_n += n;
	flush_out(c);
	ingest__watch_fd(in, c);
	return XIE_OK;
}

void xie_ingest_pause(struct xie_ingest *in, uint32_t conn, bool pause)
{
	struct conn *c = conn_of(in, conn);
	if (c == NULL)
		return;
	c->paused = pause;
	/* What was read before the pause is given again in the next round, like what the journal kept waiting. */
	c->blocked = !pause && c->n != 0;
	ingest__watch_fd(in, c);
}

void xie_ingest_end(struct xie_ingest *in, uint32_t conn)
{
	struct conn *c = conn_of(in, conn);
	if (c == NULL || c->ending)
		return;
	c->ending = true;
	ingest__watch_fd(in, c); /* a write event comes at once when nothing is queued */
}

void xie_ingest_reject(struct xie_ingest *in, uint32_t conn, enum xie_reject why, const void *p, size_t n)
{
	struct conn *c = conn_of(in, conn);
	if (c != NULL)
		ingest__reject(c->src, why, p, n);
}
