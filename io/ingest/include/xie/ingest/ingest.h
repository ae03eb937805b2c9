/* SPDX-License-Identifier: Apache-2.0 */
/* xie/ingest/ingest.h — where bytes come from: files, standard input, TCP, UDP, serial lines.
 *
 * One thread with an epoll loop reads all sources, splits them into frames (lines, or as a gateway says) and appends
 * them to the journal.  When the journal takes no more, reading stops and the peer feels it; nothing is dropped but
 * datagrams, and those are counted.  A source that goes is tried again, each time after a longer while (0.5 s up to
 * 60 s, a random half of it added); its going and coming are SOURCE records.  A listener for lines is up while somebody
 * is connected (a receiver that called); a gateway while it listens: that no terminal calls is their silence, not its. */
#ifndef XIE_INGEST_INGEST_H
#define XIE_INGEST_INGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/port/clock.h"
#include "xie/port/journal.h"
#include "xie/port/random.h"

struct xie_ingest;

enum xie_source_kind {
	XIE_SOURCE_FILE,       /* address: path; read to its end, at `rate` or as fast as the journal takes it */
	XIE_SOURCE_STDIN,
	XIE_SOURCE_TCP,        /* address: host:port, [v6]:port; we call */
	XIE_SOURCE_TCP_LISTEN, /* address: host:port; they call */
	XIE_SOURCE_UDP,        /* address: host:port to listen at; a datagram holds whole lines */
	XIE_SOURCE_SERIAL,     /* address: device; 8N1 */
};

/* A protocol with answers speaks through these; all are called on the loop's thread, with the ingest locked, and may
 * call the functions below marked (hook).  on_bytes takes what is whole and answers how many bytes it used; the rest
 * is given again with what follows. */
struct xie_gateway {
	void *self;
	void (*on_open)(void *self, struct xie_ingest *in, uint32_t conn, const char *peer);
	size_t (*on_bytes)(void *self, struct xie_ingest *in, uint32_t conn, const uint8_t *p, size_t n);
	void (*on_committed)(void *self, struct xie_ingest *in, uint64_t pos); /* the journal has all up to pos */
	void (*on_time)(void *self, struct xie_ingest *in, xie_ms mono);      /* about every 100 ms */
	void (*on_close)(void *self, struct xie_ingest *in, uint32_t conn);
	/* After every round of the loop, at least every 100 ms, and once more when the source has ended: what was
	 * gathered in the round goes to the journal as one piece.  NULL allowed. */
	void (*on_round)(void *self, struct xie_ingest *in);
};

struct xie_source_config {
	uint32_t id;          /* number in the journal, not 0, for ever this source's */
	const char *name;     /* for people */
	enum xie_source_kind kind;
	const char *address;
	unsigned baud;        /* SERIAL; 0 = 38400 (IEC 61162-2) */
	unsigned frame_max;   /* bytes of one frame; 0 = 1024 */
	unsigned rate;        /* frames a second at most; 0 = no limit */
	unsigned conns_max;   /* TCP_LISTEN; 0 = 64 */
	bool repeat;          /* FILE: from the start again at its end */
	const struct xie_gateway *gateway; /* TCP_LISTEN; NULL: lines */
};

enum xie_reject { /* why bytes did not become a frame */
	XIE_REJECT_TOO_LONG,  /* no line end within frame_max */
	XIE_REJECT_NOT_TEXT,  /* a control character in a line */
	XIE_REJECT_CUT,       /* the connection ended inside a frame */
	XIE_REJECT_OVER_RATE, /* UDP only: others wait */
	XIE_REJECT_NO_ROOM,   /* UDP only: the journal took nothing */
	XIE_REJECT__COUNT
};
const char *xie_reject_name(enum xie_reject r);

struct xie_source_stats {
	bool up;
	unsigned conns;
	uint64_t frames, bytes;           /* accepted */
	uint64_t rejects[XIE_REJECT__COUNT];
	uint64_t ups, blocked;            /* times it came up; times the journal made it wait */
	xie_ms last_rx;                   /* wall time of the last frame; 0 none */
	char why[120];                    /* it is down */
	char reject_sample[81];           /* beginning of the last reject, printable */
	uint16_t port;                    /* it listens at, when the system chose it */
};

struct xie_ingest_options {
	struct xie_journal journal;
	struct xie_clock clock;
	struct xie_random random;
	unsigned retry_ms, retry_max_ms; /* 0 = 500, 60000 */
	void (*log)(void *ctx, const char *line);
	void *log_ctx;
};

xie_status xie_ingest_open(const struct xie_ingest_options *opt, struct xie_ingest **ret_in) XIE_MUST_USE;
/* Ends all sources (their down records are appended) and the thread. */
void xie_ingest_close(struct xie_ingest *in);

/* Starts a source.  DUPLICATE (id), RANGE (a setting), MALFORMED (address) with reterr; a source that cannot be opened
 * now is not refused: it is down and tried again (a listening address that cannot be bound too). */
xie_status xie_ingest_add(struct xie_ingest *in, const struct xie_source_config *c, struct xie_err *reterr) XIE_MUST_USE;
xie_status xie_ingest_remove(struct xie_ingest *in, uint32_t id) XIE_MUST_USE; /* MISSING */
xie_status xie_ingest_stats(struct xie_ingest *in, uint32_t id, struct xie_source_stats *ret_s) XIE_MUST_USE;
/* True once every FILE and STDIN source that does not repeat has come to its end. */
bool xie_ingest_drained(struct xie_ingest *in);

/* Runs fn with the ingest locked, as a hook would run: for others who have something for a gateway to do. */
void xie_ingest_call(struct xie_ingest *in, void (*fn)(void *ctx, struct xie_ingest *in), void *ctx);

/* ---- (hook): only from a gateway's functions or within xie_ingest_call ---- */

/* Appends one frame of conn's source.  LIMIT: the journal takes nothing now; pause the connection and try again. */
xie_status xie_ingest_frame(struct xie_ingest *in, uint32_t conn, const void *p, size_t n, uint64_t *ret_pos) XIE_MUST_USE;
/* The same for what a gateway gathered from its source's connections, all or none; records of other kinds may stand
 * between the frames. */
xie_status xie_ingest_append(struct xie_ingest *in, uint32_t source, const struct xie_rec *recs, size_t n,
                             uint64_t *ret_last) XIE_MUST_USE;
/* How many frames the rate of conn's source allows now. */
unsigned xie_ingest_may(struct xie_ingest *in, uint32_t conn);
/* What on_bytes leaves is given again in the next round, and nothing is read until then: back pressure. */
void xie_ingest_wait(struct xie_ingest *in, uint32_t conn);
/* A number of the gateway's own that goes with the connection; 0 until it is set. */
void xie_ingest_tag(struct xie_ingest *in, uint32_t conn, uint32_t tag);
uint32_t xie_ingest_tag_of(const struct xie_ingest *in, uint32_t conn);
/* Queues bytes for the peer.  LIMIT: 256 KiB wait already (a peer that does not read); MISSING: it is gone. */
xie_status xie_ingest_send(struct xie_ingest *in, uint32_t conn, const void *p, size_t n) XIE_MUST_USE;
void xie_ingest_pause(struct xie_ingest *in, uint32_t conn, bool pause); /* read no more from it / read on */
void xie_ingest_end(struct xie_ingest *in, uint32_t conn);               /* once what is queued is sent; on_close follows */
void xie_ingest_reject(struct xie_ingest *in, uint32_t conn, enum xie_reject why, const void *p, size_t n);

#endif
