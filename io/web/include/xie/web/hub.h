/* SPDX-License-Identifier: Apache-2.0 */
/* xie/web/hub.h — the event stream (text/event-stream) to many readers, resumable by sequence number.
 *
 * Two kinds of news.  Events (an alert, a source, a case) are each kept in a ring and given to every reader who may
 * see them, in order, once.  Positions are states: once a tick a reader gets the newest of each target that moved
 * in his view, and what he was too slow for is superseded, not queued.  One counter numbers both; a reader who
 * returns with his last number gets what he missed, or `resync` when the ring no longer holds it.
 *
 * So a reader costs at most one message being sent, however slow he is.  Knows no socket: whoever owns one reads
 * here, sleeps when told, and is woken. */
#ifndef XIE_WEB_HUB_H
#define XIE_WEB_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/wr.h"
#include "xie/web/http.h"
#include "xie/web/live.h"
#include "xie/web/session.h"

struct xie_hub;
struct xie_hub_client;

struct xie_hub_conf {
	size_t events, event_bytes; /* the ring's ceilings: whichever is reached first */
	size_t clients, per_user;   /* streams at once, in all and for one user */
	size_t batch;               /* positions at most in one message */
	xie_ms beat;                /* a `tick` message at least this often */
	uint64_t first_seq;         /* above every number given before: microseconds of the start time do */
	struct xie_live *live;      /* kept */
	/* One target as JSON. */
	void (*write)(void *self, xie_wr *w, const struct xie_live_target *t);
	void *write_self;
};
xie_status xie_hub_new(const struct xie_hub_conf *conf, struct xie_hub **ret_h) XIE_MUST_USE;
void xie_hub_free(struct xie_hub *h); /* every reader has left */

/* Who reads, and how he is put to sleep and woken. */
struct xie_hub_reader {
	struct xie_who who; /* whose events; its session's number is for xie_hub_end */
	/* Called with the hub's lock held: do nothing but suspend and resume the connection. */
	void (*sleep)(void *self);
	void (*wake)(void *self);
	void *self;
};

/* json: one line.  org: the path of the unit the event belongs to, "" for everybody; region: its GB/T 2260 code.
 * Returns its number. */
uint64_t xie_hub_post(struct xie_hub *h, const char *event, xie_str org, xie_str region, xie_str json);

/* Takes the positions that changed and wakes the readers; watermark 0 = not known.  One caller, 1 to 4 times a
 * second.  gone: a JSON array's inside with the keys forgotten, may be empty. */
void xie_hub_tick(struct xie_hub *h, xie_ms now, xie_ms watermark, xie_str gone);

uint64_t xie_hub_seq(struct xie_hub *h);

/* since: the reader's last number, 0 = from now on.  LIMIT when there are too many readers. */
xie_status xie_hub_join(struct xie_hub *h, const struct xie_hub_reader *r, uint64_t since, xie_ms now,
                        struct xie_hub_client **ret_c) XIE_MUST_USE;
uint64_t xie_hub_client_id(const struct xie_hub_client *c); /* random, for xie_hub_view */
void xie_hub_leave(struct xie_hub_client *c);

/* Copies at most max bytes of what comes next.  0: nothing now; sleep() was called and wake() will be.
 * -1: the stream is over. */
ssize_t xie_hub_read(struct xie_hub_client *c, char *buf, size_t max, xie_ms now);

/* What the reader's map shows: positions outside are not sent.  NULL = everywhere.  UNKNOWN when no such reader of
 * this session. */
xie_status xie_hub_view(struct xie_hub *h, uint64_t client_id, uint64_t session,
                        const struct xie_web_bbox *box) XIE_MUST_USE;

/* Ends the streams of one session (log-out, expiry, changed rights), or all for ever (0: the server stops). */
void xie_hub_end(struct xie_hub *h, uint64_t session);

struct xie_hub_counts {
	size_t clients, ring_events, ring_bytes;
	uint64_t posted, sent, positions, resyncs, refused;
};
void xie_hub_count(struct xie_hub *h, struct xie_hub_counts *ret_c);

#endif
