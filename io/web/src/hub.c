/* SPDX-License-Identifier: Apache-2.0 */
/* The ring of events, the frames of positions, and who reads. */
#include "hub_int.h"

#include <stdlib.h>

#include "xie/web/password.h"

xie_status xie_hub_new(const struct xie_hub_conf *conf, struct xie_hub **ret_h)
{
	struct xie_hub *h = calloc(1, sizeof *h);
	if (h == NULL)
		return XIE_UNAVAILABLE;
	h->conf = *conf;
	h->ring = calloc(conf->events != 0 ? conf->events : 1, sizeof *h->ring);
	if (h->ring == NULL) {
		free(h);
		return XIE_UNAVAILABLE;
	}
	(void)pthread_mutex_init(&h->lock, NULL);
	h->seq = h->lost_seq = h->tick_seq = conf->first_seq;
	*ret_h = h;
	return XIE_OK;
}

void xie_hub_free(struct xie_hub *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < h->n; i++)
		hub__blob_unref(h->ring[(h->first + i) % h->conf.events].b);
	for (size_t i = 0; i < FRAMES; i++)
		hub__frame_unref(h->frames[i]);
	(void)pthread_mutex_destroy(&h->lock);
	free(h->ring);
	free(h);
}

static void wake(struct xie_hub_client *c)
{
	if (!c->asleep)
		return;
	c->asleep = false;
	c->r.wake(c->r.self);
}

static void wake_all(struct xie_hub *h)
{
	for (struct xie_hub_client *c = h->clients; c != NULL; c = c->next)
		wake(c);
}

static void ring_drop(struct xie_hub *h)
{
	struct event *e = &h->ring[h->first];
	h->lost_seq = e->seq;
	h->bytes -= e->b->n;
	hub__blob_unref(e->b);
	h->first = (h->first + 1) % h->conf.events;
	h->n--;
}

static void copy(char *to, size_t cap, xie_str from)
{
	size_t n = from.n < cap ? from.n : cap - 1;
	if (n != 0)
		memcpy(to, from.p, n);
	to[n] = '\0';
}

uint64_t xie_hub_post(struct xie_hub *h, const char *event, xie_str org, xie_str region, xie_str json)
{
	(void)pthread_mutex_lock(&h->lock);
	uint64_t seq = ++h->seq;
	struct blob *b = hub__message(seq, event, json);
	h->posted++;
	while (h->n != 0 && (b == NULL || h->n == h->conf.events || h->bytes + b->n > h->conf.event_bytes))
		ring_drop(h);
	if (b == NULL || b->n > h->conf.event_bytes) {
		/* It cannot be kept: every reader learns by a resync that something was lost. */
		h->lost_seq = seq;
		hub__blob_unref(b);
	} else {
		struct event *e = &h->ring[(h->first + h->n) % h->conf.events];
		e->seq = seq;
		e->b = b;
		copy(e->org, sizeof e->org, org);
		copy(e->region, sizeof e->region, region);
		h->n++;
		h->bytes += b->n;
	}
	wake_all(h);
	(void)pthread_mutex_unlock(&h->lock);
	return seq;
}

uint64_t xie_hub_seq(struct xie_hub *h)
{
	(void)pthread_mutex_lock(&h->lock);
	uint64_t seq = h->seq;
	(void)pthread_mutex_unlock(&h->lock);
	return seq;
}

/* "gone" alone makes a positions message of its own, for every reader. */
static void spread_gone(struct xie_hub *h, xie_str gone)
{
	size_t cap = gone.n + 64;
	char *buf = malloc(cap);
	if (buf == NULL)
		return;
	xie_wr w = xie_wr_of(buf, cap);
	xie_wr_text(&w, "{\"items\":[],\"gone\":[");
	xie_wr_str(&w, gone);
	xie_wr_text(&w, "]}");
	struct blob *b = hub__message(0, "positions", xie_wr_view(&w));
	free(buf);
	if (b == NULL)
		return;
	for (struct xie_hub_client *c = h->clients; c != NULL; c = c->next) {
		hub__blob_unref(c->gone);
		(void)atomic_fetch_add(&b->refs, 1);
		c->gone = b;
	}
	hub__blob_unref(b);
}

void xie_hub_tick(struct xie_hub *h, xie_ms now, xie_ms watermark, xie_str gone)
{
	(void)now;
	struct frame *f = calloc(1, sizeof *f);
	(void)pthread_mutex_lock(&h->lock);
	uint64_t seq = ++h->seq, before = h->tick_seq;
	(void)pthread_mutex_unlock(&h->lock);
	if (f != NULL) {
		struct gather g = { .h = h, .f = f };
		atomic_init(&f->refs, 1);
		f->before = before;
		f->seq = seq;
		(void)xie_live_drain(h->conf.live, seq, FRAME_MAX, hub__gather, &g);
		if (g.full) { /* no memory for the frame: readers ask the live table */
			hub__frame_unref(f);
			f = NULL;
		}
	}
	(void)pthread_mutex_lock(&h->lock);
	if (f == NULL || f->n != 0) {
		hub__frame_unref(h->frames[FRAMES - 1]);
		memmove(&h->frames[1], &h->frames[0], (FRAMES - 1) * sizeof h->frames[0]);
		h->frames[0] = f;
		h->tick_seq = seq;
		f = NULL;
	}
	h->watermark = watermark;
	if (gone.n != 0)
		spread_gone(h, gone);
	wake_all(h);
	(void)pthread_mutex_unlock(&h->lock);
	hub__frame_unref(f);
}

xie_status xie_hub_join(struct xie_hub *h, const struct xie_hub_reader *r, uint64_t since, xie_ms now,
                        struct xie_hub_client **ret_c)
{
	struct xie_hub_client *c = calloc(1, sizeof *c);
	if (c == NULL || xie_random(&c->id, sizeof c->id) != XIE_OK) {
		free(c);
		return XIE_UNAVAILABLE;
	}
	c->id &= (UINT64_C(1) << 53) - 1; /* a JSON number that every reader holds exactly */
	c->h = h;
	c->r = *r;
	c->hello = true;
	c->last_beat = now;
	(void)pthread_mutex_lock(&h->lock);
	size_t mine = 0;
	for (const struct xie_hub_client *k = h->clients; k != NULL; k = k->next)
		mine += strcmp(k->r.who.user, r->who.user) == 0;
	if (h->stopped || h->n_clients >= h->conf.clients || mine >= h->conf.per_user) {
		h->refused++;
		(void)pthread_mutex_unlock(&h->lock);
		free(c);
		return XIE_LIMIT;
	}
	c->seq = since != 0 ? since : h->seq;
	c->pos_seq = since != 0 ? since : h->tick_seq;
	if (since != 0 && (since < h->conf.first_seq || since > h->seq))
		c->resync = "restart";
	else if (since != 0 && since < h->lost_seq)
		c->resync = "too_old";
	c->resumed = since != 0 && c->resync == NULL;
	c->next = h->clients;
	if (c->next != NULL)
		c->next->prev = c;
	h->clients = c;
	h->n_clients++;
	(void)pthread_mutex_unlock(&h->lock);
	*ret_c = c;
	return XIE_OK;
}

uint64_t xie_hub_client_id(const struct xie_hub_client *c)
{
	return c->id;
}

void xie_hub_leave(struct xie_hub_client *c)
{
	if (c == NULL)
		return;
	struct xie_hub *h = c->h;
	(void)pthread_mutex_lock(&h->lock);
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		h->clients = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	h->n_clients--;
	(void)pthread_mutex_unlock(&h->lock);
	hub__blob_unref(c->cur);
	hub__blob_unref(c->gone);
	free(c);
}

xie_status xie_hub_view(struct xie_hub *h, uint64_t client_id, uint64_t session, const struct xie_web_bbox *box)
{
	xie_status st = XIE_UNKNOWN;
	(void)pthread_mutex_lock(&h->lock);
	for (struct xie_hub_client *c = h->clients; c != NULL; c = c->next) {
		if (c->id != client_id || c->r.who.number != session)
			continue;
		c->has_box = box != NULL;
		if (box != NULL)
			c->box = *box;
		st = XIE_OK;
	}
	(void)pthread_mutex_unlock(&h->lock);
	return st;
}

void xie_hub_end(struct xie_hub *h, uint64_t session)
{
	(void)pthread_mutex_lock(&h->lock);
	h->stopped = h->stopped || session == 0;
	for (struct xie_hub_client *c = h->clients; c != NULL; c = c->next)
		if (session == 0 || c->r.who.number == session) {
			c->ended = true;
			wake(c);
		}
	(void)pthread_mutex_unlock(&h->lock);
}

void xie_hub_count(struct xie_hub *h, struct xie_hub_counts *ret_c)
{
	(void)pthread_mutex_lock(&h->lock);
	*ret_c = (struct xie_hub_counts){ .clients = h->n_clients,
		                          .ring_events = h->n,
		                          .ring_bytes = h->bytes,
		                          .posted = h->posted,
		                          .sent = h->sent,
		                          .positions = h->positions,
		                          .resyncs = h->resyncs,
		                          .refused = h->refused };
	(void)pthread_mutex_unlock(&h->lock);
}
