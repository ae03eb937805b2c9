/* SPDX-License-Identifier: Apache-2.0 */
#include "client.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int connect_to(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		                 .sin_port = htons(port),
		                 .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	struct timeval limit = { .tv_sec = 20 };
	if (fd < 0 || connect(fd, (const struct sockaddr *)&a, sizeof a) != 0) {
		if (fd >= 0)
			(void)close(fd);
		return -1;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	return fd;
}

void client_init(struct client *c, uint16_t port)
{
	memset(c, 0, sizeof *c);
	c->port = port;
	c->fd = -1;
	c->body_cap = 1 << 16;
	c->body = malloc(c->body_cap);
	if (c->body == NULL)
		abort();
}

void client_close(struct client *c)
{
	if (c->fd >= 0)
		(void)close(c->fd);
	c->fd = -1;
}

void client_done(struct client *c)
{
	client_close(c);
	free(c->body);
	c->body = NULL;
}

bool client_header(const struct client *c, const char *name, char *buf, size_t cap)
{
	size_t n = strlen(name);
	for (const char *p = strstr(c->head, "\r\n"); p != NULL; p = strstr(p, "\r\n")) {
		p += 2;
		if (strncasecmp(p, name, n) != 0 || p[n] != ':')
			continue;
		const char *v = p + n + 1;
		while (*v == ' ')
			v++;
		const char *end = strstr(v, "\r\n");
		(void)snprintf(buf, cap, "%.*s", end != NULL ? (int)(end - v) : (int)strlen(v), v);
		return true;
	}
	return false;
}

static bool send_all(int fd, const char *p, size_t n)
{
	while (n != 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static bool keep_body(struct client *c, const char *p, size_t n)
{
	if (c->body_n + n + 1 > c->body_cap) {
		c->body_cap = (c->body_n + n + 1) * 2;
		c->body = realloc(c->body, c->body_cap);
		if (c->body == NULL)
			abort();
	}
	memcpy(c->body + c->body_n, p, n);
	c->body_n += n;
	c->body[c->body_n] = '\0';
	return true;
}

/* The head, byte by byte: tests are small. */
static bool read_head(struct client *c)
{
	size_t n = 0;
	while (n < sizeof c->head - 1) {
		if (recv(c->fd, c->head + n, 1, 0) != 1)
			return false;
		n++;
		c->head[n] = '\0';
		if (n >= 4 && memcmp(c->head + n - 4, "\r\n\r\n", 4) == 0)
			return sscanf(c->head, "HTTP/1.%*c %d", &c->status) == 1;
	}
	return false;
}

static bool read_n(struct client *c, size_t n)
{
	char buf[16384];
	while (n != 0) {
		ssize_t k = recv(c->fd, buf, n < sizeof buf ? n : sizeof buf, 0);
		if (k <= 0)
			return false;
		(void)keep_body(c, buf, (size_t)k);
		n -= (size_t)k;
	}
	return true;
}

static int read_answer(struct client *c, bool no_body)
{
	char value[64];
	bool ok;
	c->status = 0;
	c->body_n = 0;
	c->body[0] = '\0';
	do {
		if (!read_head(c)) {
			client_close(c);
			return 0;
		}
	} while (c->status == 100);
	if (no_body || c->status == 204 || c->status == 304)
		ok = true;
	else if (client_header(c, "Content-Length", value, sizeof value))
		ok = read_n(c, strtoull(value, NULL, 10));
	else
		ok = false; /* nothing here answers without a length but a stream */
	if (!ok || (client_header(c, "Connection", value, sizeof value) && strcasecmp(value, "close") == 0))
		client_close(c);
	return ok ? c->status : 0;
}

int client_raw(struct client *c, const char *bytes, size_t n)
{
	if (c->fd < 0)
		c->fd = connect_to(c->port);
	if (c->fd < 0)
		return 0;
	(void)send_all(c->fd, bytes, n); /* the answer may come before all was taken */
	return read_answer(c, strncmp(bytes, "HEAD ", 5) == 0);
}

static int ask(struct client *c, const char *method, const char *path, const char *body, const char *key)
{
	size_t cap = 8192 + strlen(path) + (body != NULL ? strlen(body) : 0);
	char *buf = malloc(cap);
	if (buf == NULL)
		abort();
	int n = snprintf(buf, cap, "%s %s HTTP/1.1\r\nHost: x\r\n", method, path);
	if (c->cookie[0] != '\0')
		n += snprintf(buf + n, cap - (size_t)n, "Cookie: other=1; xie_session=%s\r\n", c->cookie);
	if (c->csrf[0] != '\0' && strcmp(method, "GET") != 0)
		n += snprintf(buf + n, cap - (size_t)n, "X-CSRF-Token: %s\r\n", c->csrf);
	if (key != NULL)
		n += snprintf(buf + n, cap - (size_t)n, "Idempotency-Key: %s\r\n", key);
	if (c->language != NULL)
		n += snprintf(buf + n, cap - (size_t)n, "Accept-Language: %s\r\n", c->language);
	if (c->extra != NULL)
		n += snprintf(buf + n, cap - (size_t)n, "%s", c->extra);
	c->extra = NULL;
	if (body != NULL)
		n += snprintf(buf + n, cap - (size_t)n,
		              "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
	else
		n += snprintf(buf + n, cap - (size_t)n, "\r\n");
	bool fresh = c->fd < 0;
	int status = client_raw(c, buf, (size_t)n);
	if (status == 0 && !fresh) /* the server had closed a connection that was kept: as every client does */
		status = client_raw(c, buf, (size_t)n);
	free(buf);
	return status;
}

int client_ask(struct client *c, const char *method, const char *path, const char *body)
{
	return ask(c, method, path, body, NULL);
}

int client_act(struct client *c, const char *method, const char *path, const char *body)
{
	static unsigned n;
	char key[64];
	(void)snprintf(key, sizeof key, "key-%d-%u", (int)getpid(), ++n);
	return ask(c, method, path, body, key);
}

int client_login(struct client *c, const char *login, const char *password)
{
	char body[512], value[512];
	c->csrf[0] = '\0';
	(void)snprintf(body, sizeof body, "{\"login\":\"%s\",\"password\":\"%s\"}", login, password);
	int status = client_ask(c, "POST", "/api/session", body);
	if (status != 200)
		return status;
	if (!client_header(c, "Set-Cookie", value, sizeof value) ||
	    sscanf(value, "xie_session=%127[^;]", c->cookie) != 1)
		return 0;
	const char *csrf = strstr(c->body, "\"csrf\":\"");
	if (csrf == NULL || sscanf(csrf, "\"csrf\":\"%127[^\"]", c->csrf) != 1)
		return 0;
	return status;
}

/* ---- streams ---- */

void stream_open(struct stream *s, const struct client *c, const char *path, const char *last_id)
{
	char buf[1024], head[4096];
	size_t n = 0;
	memset(s, 0, sizeof *s);
	s->cap = 1 << 16;
	s->text = malloc(s->cap);
	if (s->text == NULL)
		abort();
	s->text[0] = '\0';
	s->fd = connect_to(c->port);
	int len =
	    snprintf(buf, sizeof buf,
	             "GET %s HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nCookie: xie_session=%s\r\n%s%s%s\r\n",
	             path, c->cookie, last_id != NULL ? "Last-Event-ID: " : "", last_id != NULL ? last_id : "",
	             last_id != NULL ? "\r\n" : "");
	if (s->fd < 0 || !send_all(s->fd, buf, (size_t)len))
		return;
	while (n < sizeof head - 1 && recv(s->fd, head + n, 1, 0) == 1) {
		n++;
		head[n] = '\0';
		if (n >= 4 && memcmp(head + n - 4, "\r\n\r\n", 4) == 0)
			break;
	}
	(void)sscanf(head, "HTTP/1.%*c %d", &s->status);
}

/* Takes the chunks' frames off what is in raw. */
static void unchunk(struct stream *s)
{
	size_t at = 0;
	while (at < s->raw_n && !s->chunked_done) {
		if (s->pending == 0) {
			char *end = memmem(s->raw + at, s->raw_n - at, "\r\n", 2);
			if (end == s->raw + at) { /* behind a chunk */
				at += 2;
				continue;
			}
			if (end == NULL)
				break;
			s->pending = strtoull(s->raw + at, NULL, 16);
			s->chunked_done = s->pending == 0;
			at = (size_t)(end - s->raw) + 2;
			continue;
		}
		size_t k = s->raw_n - at < s->pending ? s->raw_n - at : s->pending;
		if (s->n + k + 1 > s->cap) {
			s->cap = (s->n + k + 1) * 2;
			s->text = realloc(s->text, s->cap);
			if (s->text == NULL)
				abort();
		}
		memcpy(s->text + s->n, s->raw + at, k);
		s->n += k;
		s->text[s->n] = '\0';
		s->pending -= k;
		at += k;
	}
	memmove(s->raw, s->raw + at, s->raw_n - at);
	s->raw_n -= at;
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;
	for (const char *p = text; (p = strstr(p, what)) != NULL; p++)
		n++;
	return n;
}

static int64_t now_ms(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

unsigned stream_wait(struct stream *s, const char *what, unsigned times, int ms)
{
	int64_t end = now_ms() + ms;
	unsigned n = count(s->text, what);
	while (n < times && s->fd >= 0) {
		int64_t left = end - now_ms();
		struct pollfd p = { .fd = s->fd, .events = POLLIN };
		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			break;
		ssize_t k = recv(s->fd, s->raw + s->raw_n, sizeof s->raw - s->raw_n, 0);
		if (k <= 0) {
			(void)close(s->fd);
			s->fd = -1;
			break;
		}
		s->raw_n += (size_t)k;
		unchunk(s);
		if (s->chunked_done) { /* the stream is over, though the connection could go on */
			(void)close(s->fd);
			s->fd = -1;
		}
		n = count(s->text, what);
	}
	return n;
}

void stream_close(struct stream *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
	free(s->text);
	s->text = NULL;
}

uint64_t stream_last_id(const struct stream *s)
{
	uint64_t id = 0;
	for (const char *p = s->text; (p = strstr(p, "id: ")) != NULL; p++)
		if (p == s->text || p[-1] == '\n')
			(void)sscanf(p, "id: %" SCNu64, &id);
	return id;
}
