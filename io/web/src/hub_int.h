/* SPDX-License-Identifier: Apache-2.0 */
/* The hub's own shapes.
 *
 * Messages are made once as the bytes of the wire and shared by reference count.  A tick keeps its positions as a
 * frame (places beside texts), so that a reader's view is a walk over numbers; a reader behind the oldest frame
 * asks the live table instead, which knows when each target last changed. */
#ifndef WEB_HUB_INT_H
#define WEB_HUB_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "xie/web/hub.h"

enum { FRAMES = 8, TEXT_MAX = 512, FRAME_MAX = 200000 };

struct blob {
	atomic_uint refs;
	size_t n;
	char p[];
};

struct event {
	uint64_t seq;
	char org[112], region[13];
	struct blob *b;
};

struct spot {
	int32_t lon, lat;
	uint32_t hash, at, n; /* text[at..at+n) */
};

struct frame {
	atomic_uint refs;
	uint64_t before, seq; /* covers what changed after `before`, up to `seq` */
	size_t n, text_n;
	struct spot *spot;
	char *text;
};

struct xie_hub_client {
	struct xie_hub *h;
	struct xie_hub_client *next, *prev;
	struct xie_hub_reader r;
	uint64_t id;
	struct blob *cur;
	size_t cur_off;
	uint64_t seq, pos_seq;
	xie_ms last_beat;
	struct xie_web_bbox box;
	bool has_box, hello, resumed, asleep, ended;
	const char *resync; /* why, or NULL */
	struct blob *gone;  /* waits to be sent, or NULL */
};

struct xie_hub {
	pthread_mutex_t lock;
	struct xie_hub_conf conf;
	struct event *ring; /* [conf.events], oldest at first */
	size_t first, n, bytes;
	uint64_t seq, lost_seq;       /* newest number; newest that left the ring */
	uint64_t tick_seq;            /* of the newest frame */
	struct frame *frames[FRAMES]; /* newest at frames[0] */
	struct xie_hub_client *clients;
	size_t n_clients;
	xie_ms watermark;
	bool stopped;
	uint64_t posted, sent, positions, resyncs, refused;
};

struct blob *hub__blob(size_t n);     /* NULL: no memory */
void hub__blob_unref(struct blob *b); /* NULL allowed, like the next */
void hub__frame_unref(struct frame *f);
/* One message of the wire around data; id 0 = without.  NULL: no memory. */
struct blob *hub__message(uint64_t id, const char *event, xie_str data);

/* Targets into a frame; full: memory ran out, the frame is not whole. */
struct gather {
	struct xie_hub *h;
	struct frame *f;
	size_t spot_cap, text_cap;
	bool full;
};
void hub__gather(void *gather, const struct xie_live_target *t);

#endif
