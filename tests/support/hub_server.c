/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest platform for JT/T 808 terminals: the session machine on sockets of the loopback, with a journal that is a
 * file of hexadecimal lines.  For tests only; io/ingest has the real one.
 *
 * usage: hub_server JOURNAL LOGINS     prints its port; ends a second after the last of so many logins has gone */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "xie/jt808/session.h"

enum { CONNS = 32, FX = 64 };

struct line {
	int fd;
	uint32_t conn;
	struct xie_jt808_split split;
	uint8_t buf[XIE_JT808_WIRE_MAX];
};

static struct world {
	struct xie_jt808_hub *hub;
	struct xie_jt808_effects fx;
	struct xie_jt808_fx list[FX];
	uint8_t bytes[1 << 17];
	struct line lines[CONNS];
	FILE *journal;
	uint64_t ticket;
	uint32_t logins, orders, done, effects, batches;
} w;

static xie_ms now_ms(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (xie_ms)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct line *line_of(uint32_t conn)
{
	for (int i = 0; i < CONNS; i++)
		if (w.lines[i].fd >= 0 && w.lines[i].conn == conn)
			return &w.lines[i];
	return NULL;
}

static void hang_up(struct line *l)
{
	(void)close(l->fd);
	l->fd = -1;
	xie_jt808_effects_clear(&w.fx);
	xie_jt808_closed(w.hub, l->conn, now_ms(), &w.fx);
}

static void greet(const char *identity)
{
	static uint8_t more[1 << 16];
	static struct xie_jt808_fx list[8];
	struct xie_jt808_effects fx = { .fx = list, .cap = 8, .bytes = more, .bytes_cap = sizeof more };
	struct xie_jt808_msg m = { .id = 0x8300, .edition = 2013, .u.speech = { .flags = 8, .text = { "hello", 5 } } };
	if (xie_jt808_order(w.hub, ++w.orders, xie_str_of(identity), &m, now_ms(), now_ms() + 60000, &fx) != XIE_OK)
		abort();
	for (uint32_t i = 0; i < fx.n; i++) {
		const struct line *l = list[i].kind == XIE_JT808_FX_SEND ? line_of(list[i].conn) : NULL;
		if (l != NULL && send(l->fd, list[i].bytes, list[i].n, MSG_NOSIGNAL) < 0)
			perror("send");
	}
}

/* Does what the effects say; asks are granted when the token is right, registrations always. */
static void obey(void)
{
	for (uint32_t i = 0; i < w.fx.n; i++) {
		struct xie_jt808_fx x = w.list[i];
		struct line *l = line_of(x.conn);
		switch (x.kind) {
		case XIE_JT808_FX_SEND:
			if (l != NULL && send(l->fd, x.bytes, x.n, MSG_NOSIGNAL) < 0)
				perror("send");
			break;
		case XIE_JT808_FX_CLOSE:
			(void)fprintf(stderr, "closing %u: %s\n", (unsigned)x.conn, xie_jt808_why_code(x.why));
			if (l != NULL)
				(void)shutdown(l->fd, SHUT_RDWR);
			break;
		case XIE_JT808_FX_ASK:
			xie_jt808_admit(w.hub, x.conn, x.ask, x.registration != NULL || x.token_ok ? 0 : 1, now_ms(), &w.fx);
			break;
		case XIE_JT808_FX_LOGIN:
			w.logins++;
			greet(x.identity);
			break;
		case XIE_JT808_FX_PAUSE: /* the journal is a file: it has everything already */
			(void)xie_jt808_committed(w.hub, w.ticket, now_ms(), &w.fx);
			break;
		case XIE_JT808_FX_ORDER:
			w.done += x.state == XIE_JT808_ORDER_DONE;
			break;
		default:
			break;
		}
	}
	xie_jt808_effects_clear(&w.fx);
}

static void take(struct line *l, const struct xie_jt808_piece *p)
{
	static uint8_t room[XIE_JT808_FRAME_MAX];
	struct xie_jt808_frame f;
	bool journal = false;
	enum xie_jt808_bad bad = p->bad;
	if (bad == XIE_JT808_BAD_NONE)
		bad = xie_jt808_frame_read(p->content, p->n, room, &f);
	if (bad != XIE_JT808_BAD_NONE) {
		xie_jt808_bad(w.hub, l->conn, bad, now_ms(), &w.fx);
		obey();
		return;
	}
	xie_jt808_frame(w.hub, l->conn, &f, w.ticket + 1, now_ms(), &journal, &w.fx);
	if (journal) {
		w.ticket++;
		w.batches += f.head.id == 0x0704;
		(void)fputs("7e", w.journal);
		for (size_t i = 0; i < p->n; i++)
			(void)fprintf(w.journal, "%02x", p->content[i]);
		(void)fputs("7e\n", w.journal);
	}
	obey();
}

static void read_line(struct line *l)
{
	static uint8_t chunk[16384];
	struct xie_jt808_piece p;
	ssize_t n = recv(l->fd, chunk, sizeof chunk, 0);
	if (n <= 0) {
		hang_up(l);
		obey();
		return;
	}
	xie_jt808_split_feed(&l->split, chunk, (size_t)n);
	while (xie_jt808_split_next(&l->split, &p))
		take(l, &p);
}

static void accept_one(int listener)
{
	int fd = accept(listener, NULL, NULL);
	for (int i = 0; fd >= 0 && i < CONNS; i++) {
		struct line *l = &w.lines[i];
		if (l->fd >= 0 || xie_jt808_opened(w.hub, now_ms(), &l->conn) != XIE_OK)
			continue;
		l->fd = fd;
		xie_jt808_split_init(&l->split, l->buf, sizeof l->buf);
		return;
	}
	if (fd >= 0)
		(void)close(fd);
}

static int listen_here(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 16) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		return -1;
	(void)printf("%u\n", (unsigned)ntohs(a.sin_port));
	(void)fflush(stdout);
	return fd;
}

static void serve(int listener, uint32_t logins)
{
	xie_ms last = now_ms(), ticked = 0;
	for (;;) {
		struct pollfd p[CONNS + 1] = { { .fd = listener, .events = POLLIN } };
		int open = 0;
		for (int i = 0; i < CONNS; i++) {
			p[i + 1] = (struct pollfd){ .fd = w.lines[i].fd, .events = POLLIN };
			open += w.lines[i].fd >= 0;
		}
		if (poll(p, CONNS + 1, 50) < 0)
			return;
		if ((p[0].revents & POLLIN) != 0)
			accept_one(listener);
		for (int i = 0; i < CONNS; i++)
			if (w.lines[i].fd >= 0 && p[i + 1].fd == w.lines[i].fd && p[i + 1].revents != 0)
				read_line(&w.lines[i]);
		while (xie_jt808_committed(w.hub, w.ticket, now_ms(), &w.fx))
			obey();
		obey();
		if (now_ms() - ticked >= 1000) {
			while (xie_jt808_tick(w.hub, now_ms(), &w.fx))
				obey();
			obey();
			ticked = now_ms();
		}
		last = open != 0 || w.logins < logins ? now_ms() : last;
		if (now_ms() - last > 1000)
			return;
	}
}

int main(int argc, char **argv)
{
	static uint8_t memory[64 << 20];
	struct xie_jt808_settings set = xie_jt808_settings_for(CONNS - 24);
	xie_arena mem = xie_arena_of(memory, sizeof memory);
	set.sessions_max = CONNS;
	set.series_max = 4;
	if (argc != 3 || xie_jt808_hub_new(&mem, &set, &w.hub) != XIE_OK)
		return 2;
	w.fx = (struct xie_jt808_effects){ .fx = w.list, .cap = FX, .bytes = w.bytes, .bytes_cap = sizeof w.bytes };
	for (int i = 0; i < CONNS; i++)
		w.lines[i].fd = -1;
	w.journal = fopen(argv[1], "w");
	int listener = listen_here();
	if (w.journal == NULL || listener < 0) {
		perror("hub_server");
		return 3;
	}
	serve(listener, (uint32_t)strtoul(argv[2], NULL, 10));
	struct xie_jt808_hub_counts c = xie_jt808_hub_counts(w.hub);
	(void)printf("{\"logins\":%u,\"kept\":%llu,\"batches\":%u,\"bad\":%llu,\"waiting\":%u,\"orders\":%u,\"done\":%u}\n",
	             (unsigned)w.logins, (unsigned long long)w.ticket, (unsigned)w.batches, (unsigned long long)c.bad,
	             (unsigned)c.waiting, (unsigned)w.orders, (unsigned)w.done);
	return fclose(w.journal) == 0 ? 0 : 3;
}
