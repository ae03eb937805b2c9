/* SPDX-License-Identifier: Apache-2.0 */
/* Getting at a source: files, devices, sockets. */
#include "ingest_int.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* "host:port", "[v6]:port", ":port" */
static bool split_address(const char *address, char *host, size_t cap, const char **ret_port)
{
	const char *colon = strrchr(address, ':');
	if (colon == NULL || colon[1] == '\0')
		return false;
	xie_str h = { address, (size_t)(colon - address) };
	if (h.n >= 2 && h.p[0] == '[' && h.p[h.n - 1] == ']')
		h = (xie_str){ h.p + 1, h.n - 2 };
	else if (xie_str_find(h, ':') < h.n)
		return false;
	uint64_t port;
	if (h.n >= cap || xie_str_u64(xie_str_of(colon + 1), &port) != XIE_OK || port > 65535)
		return false;
	memcpy(host, h.p, h.n);
	host[h.n] = '\0';
	*ret_port = colon + 1;
	return true;
}

static speed_t speed_of(unsigned baud)
{
	static const struct {
		unsigned baud;
		speed_t speed;
	} ALL[] = { { 4800, B4800 }, { 9600, B9600 }, { 19200, B19200 }, { 38400, B38400 }, { 57600, B57600 },
		{ 115200, B115200 }, { 230400, B230400 }, { 460800, B460800 }, { 921600, B921600 } };
	for (size_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++)
		if (ALL[i].baud == baud)
			return ALL[i].speed;
	return B0;
}

xie_status open__check(const struct xie_source_config *c, struct xie_err *reterr)
{
	char host[256];
	const char *port;
	bool net = c->kind == XIE_SOURCE_TCP || c->kind == XIE_SOURCE_TCP_LISTEN || c->kind == XIE_SOURCE_UDP;
	if (c->id == 0 || c->name == NULL || (c->address == NULL && c->kind != XIE_SOURCE_STDIN))
		return xie_err_set(reterr, XIE_RANGE, 0, 0, "a source needs a number from 1, a name and an address", "");
	if (net && !split_address(c->address, host, sizeof host, &port))
		return xie_err_set(reterr, XIE_MALFORMED, 0, 0, "this is no host:port", "127.0.0.1:4001, [::1]:4001");
	if (c->kind == XIE_SOURCE_SERIAL && speed_of(c->baud != 0 ? c->baud : 38400) == B0)
		return xie_err_set(reterr, XIE_RANGE, 0, 0, "no such line speed", "4800, 9600, 19200, 38400, 57600, 115200 ...");
	if (c->frame_max > READ_ROOM / 2)
		return xie_err_set(reterr, XIE_RANGE, 0, 0, "frame_max is over 32768", "");
	if (c->gateway != NULL && c->kind != XIE_SOURCE_TCP_LISTEN)
		return xie_err_set(reterr, XIE_RANGE, 0, 0, "only a listening source has a gateway", "");
	return XIE_OK;
}

void open__failed(struct xie_ingest *in, struct source *s, const char *why)
{
	unsigned first = in->opt.retry_ms, most = in->opt.retry_max_ms;
	s->retry_ms = s->retry_ms == 0 ? first : s->retry_ms * 2 < most ? s->retry_ms * 2 : most;
	uint16_t r = 0;
	(void)in->opt.random.fill(in->opt.random.self, &r, sizeof r);
	s->retry_at = ingest__mono(in) + s->retry_ms + (xie_ms)((uint64_t)s->retry_ms * r / 131072u);
	(void)snprintf(s->stats.why, sizeof s->stats.why, "%s", why);
}

static int open_file(struct source *s)
{
	if (s->c.kind == XIE_SOURCE_STDIN)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return open(s->address, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

static int open_serial(struct source *s)
{
	struct termios t;
	int fd = open(s->address, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	speed_t speed = speed_of(s->c.baud != 0 ? s->c.baud : 38400);
	if (tcgetattr(fd, &t) == 0) {
		cfmakeraw(&t);
		t.c_cflag |= CLOCAL | CREAD;
		t.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
		if (cfsetispeed(&t, speed) == 0 && cfsetospeed(&t, speed) == 0 && tcsetattr(fd, TCSANOW, &t) == 0)
			return fd;
	}
	int e = errno;
	(void)close(fd);
	errno = e;
	return -1;
}

/* A socket at or towards the address; *ret_gai is getaddrinfo's answer. */
static int open_socket(struct source *s, int *ret_gai)
{
	char host[256];
	const char *port;
	bool call = s->c.kind == XIE_SOURCE_TCP;
	struct addrinfo want = { .ai_socktype = s->c.kind == XIE_SOURCE_UDP ? SOCK_DGRAM : SOCK_STREAM,
		.ai_flags = call ? AI_ADDRCONFIG : AI_PASSIVE }, *all = NULL;
	if (!split_address(s->address, host, sizeof host, &port))
		return -1;
	*ret_gai = getaddrinfo(host[0] != '\0' ? host : NULL, port, &want, &all);
	int fd = -1, e = EADDRNOTAVAIL, one = 1;
	for (struct addrinfo *a = all; *ret_gai == 0 && a != NULL && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
		if (fd < 0)
			continue;
		if (!call)
			(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
		bool ok = call ? connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS :
		                 bind(fd, a->ai_addr, a->ai_addrlen) == 0 &&
		                         (s->c.kind == XIE_SOURCE_UDP || listen(fd, 512) == 0);
		if (!ok) {
			e = errno;
			(void)close(fd);
			fd = -1;
		}
	}
	if (all != NULL)
		freeaddrinfo(all);
	errno = e;
	return fd;
}

static uint16_t port_of(int fd)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof a;
	if (getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		return 0;
	return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port : ((struct sockaddr_in *)&a)->sin_port);
}

static void listen_at(struct xie_ingest *in, struct source *s, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = s };
	/* Sources and connections are told apart by the lowest bit of the pointer. */
	e.data.u64 = (uint64_t)(uintptr_t)s | 1;
	if (epoll_ctl(in->epoll, EPOLL_CTL_ADD, fd, &e) != 0) {
		open__failed(in, s, strerror(errno));
		(void)close(fd);
		return;
	}
	s->listener = fd;
	s->listener_polled = true;
	s->stats.port = port_of(fd);
	s->stats.why[0] = '\0';
	s->retry_ms = 0;
	if (s->c.gateway != NULL)
		ingest__tell(in, s, true, "");
}

void open__source(struct xie_ingest *in, struct source *s)
{
	int gai = 0, fd;
	errno = 0;
	s->retry_at = 0;
	switch (s->c.kind) {
	case XIE_SOURCE_FILE:
	case XIE_SOURCE_STDIN:
		fd = open_file(s);
		break;
	case XIE_SOURCE_SERIAL:
		fd = open_serial(s);
		break;
	default:
		fd = open_socket(s, &gai);
		break;
	}
	if (fd < 0) {
		open__failed(in, s, gai != 0 ? gai_strerror(gai) : strerror(errno));
		return;
	}
	if (s->c.kind == XIE_SOURCE_TCP_LISTEN) {
		listen_at(in, s, fd);
		return;
	}
	if (s->c.kind == XIE_SOURCE_UDP)
		s->stats.port = port_of(fd);
	struct conn *c = ingest__conn_new(in, s, fd);
	if (c == NULL) {
		open__failed(in, s, "out of memory");
		return;
	}
	c->connecting = s->c.kind == XIE_SOURCE_TCP;
	ingest__watch_fd(in, c);
	if (!c->connecting)
		ingest__tell(in, s, true, "");
}

void open__accept(struct xie_ingest *in, struct source *s)
{
	for (;;) {
		struct sockaddr_storage a;
		socklen_t n = sizeof a;
		char host[NI_MAXHOST] = "?", port[NI_MAXSERV] = "?", peer[NI_MAXHOST + NI_MAXSERV + 4];
		int one = 1, fd = accept4(s->listener, (struct sockaddr *)&a, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			return; /* none left; or no descriptors: the peer waits in the queue */
		if (s->n_conns >= s->c.conns_max) {
			ingest__log(in, "ingest: %s: a connection over the limit of %u was closed", s->name, s->c.conns_max);
			(void)close(fd);
			continue;
		}
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
		struct conn *c = ingest__conn_new(in, s, fd);
		if (c == NULL) {
			(void)close(fd);
			return;
		}
		(void)getnameinfo((struct sockaddr *)&a, n, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
		(void)snprintf(peer, sizeof peer, strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host, port);
		ingest__watch_fd(in, c);
		if (s->n_conns == 1 && s->c.gateway == NULL)
			ingest__tell(in, s, true, peer);
		if (s->c.gateway != NULL)
			s->c.gateway->on_open(s->c.gateway->self, in, c->id, peer);
	}
}
