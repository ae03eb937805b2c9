/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XIE_INGEST_INGEST_INT_H
#define XIE_INGEST_INGEST_INT_H

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "xie/ingest/ingest.h"

enum {
	READ_ROOM = 65536,
	OUT_MAX = 256 << 10,
	PIECE_FRAMES = 256,
	TICK_MS = 100,
	ENDING_MS = 5000, /* how long a peer that is being sent away may take to read what waits for it */
	SLOT_BITS = 20, /* of a connection's id; the rest counts who had the slot before */
	CONNS_MAX = (1 << SLOT_BITS) - 1,
};

struct source;

struct conn {
	struct conn *next, *prev;
	struct source *src;
	uint32_t id;       /* of its slot, in the lowest SLOT_BITS, and of its turn there */
	uint32_t tag;      /* its gateway's own */
	int fd;
	uint32_t events;   /* that epoll was told */
	bool connecting;   /* of a call that is not answered yet */
	bool blocked;      /* the journal or the rate makes it wait */
	bool paused;       /* its gateway does */
	bool ending;       /* closes when out is empty, or at end_by (mono) */
	xie_ms end_by;
	bool eof;          /* nothing more will come */
	bool skipping;     /* inside a line that is too long */
	bool polled;       /* epoll knows fd */
	bool regular;      /* a file, which epoll does not take */
	uint8_t *buf;      /* of a gateway's connection: only while something of it waits */
	size_t n, cap;
	uint8_t *out;
	size_t out_n, out_cap;
};

struct source {
	struct source *next;
	struct xie_source_config c;
	char *name, *address;
	int listener;      /* -1 none */
	bool listener_polled;
	unsigned n_conns;
	xie_ms retry_at;   /* mono; 0: not waiting */
	unsigned retry_ms; /* the next wait */
	int64_t tokens;    /* thousandths of a frame */
	xie_ms tokens_at;
	bool finished;     /* a file at its end */
	bool told_up;
	struct xie_source_stats stats;
};

struct xie_ingest {
	struct xie_ingest_options opt;
	pthread_t thread;
	pthread_mutex_t lock;
	int epoll, wake;
	bool stop;
	struct source *sources;
	struct conn *conns;      /* all */
	struct slot {
		struct conn *conn;
		uint32_t turn, next_free;
	} *slots;                /* by the lowest bits of an id; 0 is nobody's */
	uint32_t n_slots, cap_slots, free_slot;
	bool attention;          /* some connection is blocked or a file: a round looks for it */
	bool eager;              /* ... and it can be read at once */
	uint8_t *room;           /* READ_ROOM bytes that the gateways' connections share */
	uint64_t committed_told;
	xie_ms ticked, swept;
};

xie_ms ingest__mono(const struct xie_ingest *in);
void ingest__log(struct xie_ingest *in, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A SOURCE record, and what the stats say. */
void ingest__tell(struct xie_ingest *in, struct source *s, bool up, const char *why);
/* False while the journal has not taken the record of the source's last going or coming. */
bool ingest__ready(struct xie_ingest *in, struct source *s);
void ingest__watch_fd(struct xie_ingest *in, struct conn *c); /* epoll interest as its flags say */
struct conn *ingest__conn_new(struct xie_ingest *in, struct source *s, int fd);
struct conn *ingest__conn(const struct xie_ingest *in, uint32_t id); /* NULL: it is gone */
size_t ingest__send(const struct conn *c, const uint8_t *p, size_t n); /* how many bytes went */
void ingest__conn_end(struct xie_ingest *in, struct conn *c, const char *why); /* closes and frees */
void ingest__reject(struct source *s, enum xie_reject why, const void *p, size_t n);

/* open.c: getting a descriptor for a source.  Each answers 0 or an errno in *ret_errno. */
xie_status open__check(const struct xie_source_config *c, struct xie_err *reterr);
void open__source(struct xie_ingest *in, struct source *s);       /* tries now; failure sets the retry */
void open__failed(struct xie_ingest *in, struct source *s, const char *why);
void open__accept(struct xie_ingest *in, struct source *s);

/* lines.c: bytes in c->buf to frames; blocked is set when something makes it wait. */
void lines__take(struct xie_ingest *in, struct conn *c);
void lines__datagram(struct xie_ingest *in, struct conn *c, const uint8_t *p, size_t n);
bool lines__may(struct xie_ingest *in, struct source *s, unsigned *ret_frames); /* how many the rate allows now */

#endif
