/* SPDX-License-Identifier: Apache-2.0 */
/* A small HTTP/1.1 client for tests: one connection, kept alive, as strict as a test wants to be. */
#ifndef XIE_TESTS_CLIENT_H
#define XIE_TESTS_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client {
	uint16_t port;
	int fd;               /* -1: not connected; the next request connects */
	char cookie[128];     /* xie_session of the last log-in, sent from then on */
	char csrf[128];       /* sent with everything but GET; "" = not sent */
	const char *extra;    /* further header lines, each ended by CRLF, for the next request only */
	const char *language; /* Accept-Language, NULL = none */
	/* the last answer */
	int status;
	char head[8192];
	char *body; /* terminated; grows as needed */
	size_t body_n, body_cap;
};

void client_init(struct client *c, uint16_t port);
void client_done(struct client *c);
void client_close(struct client *c);

/* Sends the request and reads the whole answer; body NULL = none (with a body: Content-Type application/json).
 * Returns the status, or 0 when the connection broke. */
int client_ask(struct client *c, const char *method, const char *path, const char *body);
/* The same with an operation key of its own. */
int client_act(struct client *c, const char *method, const char *path, const char *body);
/* Exactly these bytes, then the answer. */
int client_raw(struct client *c, const char *bytes, size_t n);
/* POST /api/session; keeps cookie and token. */
int client_login(struct client *c, const char *login, const char *password);
/* The value of an answer's header into buf; false when it is absent. */
bool client_header(const struct client *c, const char *name, char *buf, size_t cap);

/* An event stream on a connection of its own. */
struct stream {
	int fd;
	int status;
	bool chunked_done;
	char raw[1 << 16];
	size_t raw_n;
	char *text; /* what came, without the chunks' frames */
	size_t n, cap;
	size_t pending; /* bytes left in the chunk */
};
/* Opens GET path with the client's cookie; last_id NULL or the number to resume from. */
void stream_open(struct stream *s, const struct client *c, const char *path, const char *last_id);
/* Reads until the text holds `what` so many times, or ms are over; returns how often it does. */
unsigned stream_wait(struct stream *s, const char *what, unsigned times, int ms);
void stream_close(struct stream *s);
/* The last id line. */
uint64_t stream_last_id(const struct stream *s);

#endif
