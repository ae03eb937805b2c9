/* SPDX-License-Identifier: Apache-2.0 */
/* What comes next for one reader. */
#include "hub_int.h"

#include <stdlib.h>

#include "xie/base/time.h"

struct blob *hub__blob(size_t n)
{
	struct blob *b = malloc(sizeof *b + n);
	if (b != NULL) {
		atomic_init(&b->refs, 1);
		b->n = n;
	}
	return b;
}

void hub__blob_unref(struct blob *b)
{
	if (b != NULL && atomic_fetch_sub(&b->refs, 1) == 1)
		free(b);
}

void hub__frame_unref(struct frame *f)
{
	if (f == NULL || atomic_fetch_sub(&f->refs, 1) != 1)
		return;
	free(f->spot);
	free(f->text);
	free(f);
}

struct blob *hub__message(uint64_t id, const char *event, xie_str data)
{
	char head[96];
	xie_wr w = xie_wr_of(head, sizeof head);
	if (id != 0) {
		xie_wr_text(&w, "id: ");
		xie_wr_u64(&w, id);
		xie_wr_char(&w, '\n');
	}
	xie_wr_text(&w, "event: ");
	xie_wr_text(&w, event);
	xie_wr_text(&w, "\ndata: ");
	struct blob *b = hub__blob(w.n + data.n + 2);
	if (b == NULL)
		return NULL;
	memcpy(b->p, head, w.n);
	memcpy(b->p + w.n, data.p, data.n);
	memcpy(b->p + w.n + data.n, "\n\n", 2);
	return b;
}

void hub__gather(void *self, const struct xie_live_target *t)
{
	struct gather *g = self;
	struct frame *f = g->f;
	if (f->n == g->spot_cap) {
		size_t cap = g->spot_cap != 0 ? g->spot_cap * 2 : 256;
		struct spot *p = realloc(f->spot, cap * sizeof *p);
		g->full = g->full || p == NULL;
		if (p == NULL)
			return;
		f->spot = p;
		g->spot_cap = cap;
	}
	if (g->text_cap - f->text_n < TEXT_MAX) {
		size_t cap = g->text_cap != 0 ? g->text_cap * 2 : 256 * TEXT_MAX / 4;
		char *p = realloc(f->text, cap);
		g->full = g->full || p == NULL;
		if (p == NULL)
			return;
		f->text = p;
		g->text_cap = cap;
	}
	xie_wr w = xie_wr_of(f->text + f->text_n, TEXT_MAX);
	g->h->conf.write(g->h->conf.write_self, &w, t);
	if (w.st != XIE_OK || w.n == 0)
		return;
	f->spot[f->n++] = (struct spot){ t->fix.at.lon, t->fix.at.lat, (uint32_t)xie_key_hash(&t->key),
		                         (uint32_t)f->text_n, (uint32_t)w.n };
	f->text_n += w.n;
}

/* ---- with the hub's lock held, except where said ---- */

static struct blob *make_hello(struct xie_hub_client *c, xie_ms now)
{
	char buf[256];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_wr_char(&w, '{');
	xie_wr_kv_i64(&w, "seq", (int64_t)c->h->seq);
	xie_wr_key(&w, "time");
	xie_wr_char(&w, '"');
	xie_wr_time(&w, now);
	xie_wr_char(&w, '"');
	xie_wr_kv_bool(&w, "resumed", c->resumed);
	xie_wr_kv_i64(&w, "stream", (int64_t)c->id);
	xie_wr_char(&w, '}');
	return hub__message(0, "hello", xie_wr_view(&w));
}

static struct blob *make_resync(struct xie_hub_client *c)
{
	char buf[128];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_wr_char(&w, '{');
	xie_wr_kv_i64(&w, "seq", (int64_t)c->h->seq);
	xie_wr_kv_str(&w, "why", xie_str_of(c->resync));
	xie_wr_char(&w, '}');
	c->resync = NULL;
	c->seq = c->h->seq;
	c->pos_seq = c->h->tick_seq;
	c->h->resyncs++;
	return hub__message(c->seq, "resync", xie_wr_view(&w));
}

static struct blob *make_beat(struct xie_hub_client *c, xie_ms now)
{
	char buf[160];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_wr_text(&w, "{\"time\":\"");
	xie_wr_time(&w, now);
	xie_wr_char(&w, '"');
	xie_wr_kv_i64(&w, "seq", (int64_t)c->h->seq);
	if (c->h->watermark != 0) {
		xie_wr_key(&w, "watermark");
		xie_wr_char(&w, '"');
		xie_wr_time(&w, c->h->watermark);
		xie_wr_char(&w, '"');
	}
	xie_wr_char(&w, '}');
	return hub__message(0, "tick", xie_wr_view(&w));
}

/* The oldest event after seq, or NULL. */
static struct event *event_after(struct xie_hub *h, uint64_t seq)
{
	size_t lo = 0, hi = h->n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (h->ring[(h->first + mid) % h->conf.events].seq <= seq)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < h->n ? &h->ring[(h->first + lo) % h->conf.events] : NULL;
}

static bool may_see(const struct xie_hub_client *c, const struct event *e)
{
	return e->org[0] == '\0' || xie_who_sees(&c->r.who, xie_str_of(e->org), xie_str_of(e->region));
}

static struct blob *next_event(struct xie_hub_client *c)
{
	for (struct event *e; (e = event_after(c->h, c->seq)) != NULL;) {
		c->seq = e->seq;
		if (!may_see(c, e))
			continue;
		(void)atomic_fetch_add(&e->b->refs, 1);
		c->h->sent++;
		return e->b;
	}
	return NULL;
}

/* Frames that cover (since, now], newest first; 0 when they do not reach back that far. */
static size_t frames_since(struct xie_hub *h, uint64_t since, struct frame *ret_f[static FRAMES])
{
	size_t n = 0;
	while (n < FRAMES && h->frames[n] != NULL && h->frames[n]->seq > since) {
		ret_f[n] = h->frames[n];
		n++;
		if (ret_f[n - 1]->before <= since)
			return n;
	}
	return 0;
}

static uint32_t mix(uint32_t a, uint32_t b)
{
	uint32_t h = a * UINT32_C(0x9e3779b1) ^ b * UINT32_C(0x85ebca77);
	h ^= h >> 15;
	h *= UINT32_C(0x2c1b3c6d);
	return h ^ h >> 12;
}

struct pick {
	const struct xie_hub_client *c;
	struct frame **f;
	size_t n_f, total, max;
	uint32_t step; /* one of step is taken: 1 = all */
	uint32_t salt;
};

static bool picked(const struct pick *k, const struct spot *s)
{
	if (k->c->has_box && !xie_web_bbox_has(&k->c->box, s->lon, s->lat))
		return false;
	return k->step <= 1 || mix(s->hash, k->salt) % k->step == 0;
}

static size_t picked_bytes(const struct pick *k, size_t *ret_n)
{
	size_t bytes = 0, n = 0;
	for (size_t i = 0; i < k->n_f; i++)
		for (size_t j = 0; j < k->f[i]->n; j++)
			if (picked(k, &k->f[i]->spot[j])) {
				bytes += k->f[i]->spot[j].n + 1;
				n++;
			}
	*ret_n = n;
	return bytes;
}

/* Without the lock: frames never change, and the client's view is a copy made under it. */
static struct blob *positions_of(struct pick *k, uint64_t id, size_t *ret_n)
{
	size_t n;
	size_t bytes = picked_bytes(k, &n);
	/* More moved than one message takes: a sample by chance, another one each tick, so that none is starved. */
	if (n > k->max) {
		k->step = (uint32_t)((n + k->max - 1) / k->max);
		bytes = picked_bytes(k, &n);
	}
	*ret_n = n;
	if (n == 0)
		return NULL;
	size_t cap = bytes + 96;
	struct blob *b = hub__blob(cap);
	if (b == NULL)
		return NULL;
	xie_wr w = xie_wr_of(b->p, cap);
	xie_wr_text(&w, "id: ");
	xie_wr_u64(&w, id);
	xie_wr_text(&w, "\nevent: positions\ndata: {\"items\":[");
	bool first = true;
	for (size_t i = k->n_f; i-- > 0;) /* oldest first: the newest of a target stands last and prevails */
		for (size_t j = 0; j < k->f[i]->n; j++) {
			const struct spot *s = &k->f[i]->spot[j];
			if (!picked(k, s))
				continue;
			if (!first)
				xie_wr_char(&w, ',');
			first = false;
			xie_wr_bytes(&w, k->f[i]->text + s->at, s->n);
		}
	xie_wr_text(&w, "]}\n\n");
	b->n = w.n;
	return b;
}

/* What changed after `since` as one frame made from the live table; NULL when there is too much of it. */
static struct frame *frame_from_live(struct xie_hub *h, uint64_t since, const struct xie_hub_client *c)
{
	struct frame *f = calloc(1, sizeof *f);
	if (f == NULL)
		return NULL;
	struct gather g = { .h = h, .f = f };
	struct xie_live_query q = { .has_box = c->has_box, .box = c->box, .after = since, .max = h->conf.batch };
	atomic_init(&f->refs, 1);
	if (xie_live_each(h->conf.live, &q, hub__gather, &g) > q.max || g.full) {
		hub__frame_unref(f);
		return NULL;
	}
	return f;
}

/* The lock is held on entry and on return, and given up meanwhile; only this reader's thread comes here. */
static struct blob *next_positions(struct xie_hub_client *c)
{
	struct xie_hub *h = c->h;
	struct frame *f[FRAMES] = { NULL };
	uint64_t since = c->pos_seq;
	size_t n_f = frames_since(h, since, f), sent = 0;
	for (size_t i = 0; i < n_f; i++)
		(void)atomic_fetch_add(&f[i]->refs, 1);
	struct xie_hub_client view = { .box = c->box, .has_box = c->has_box };
	uint64_t upto = h->tick_seq;
	uint64_t id = c->seq > upto ? c->seq : upto;
	(void)pthread_mutex_unlock(&h->lock);
	bool too_much = false;
	if (n_f == 0) {
		f[0] = frame_from_live(h, since, &view);
		too_much = f[0] == NULL;
		n_f = too_much ? 0 : 1;
	}
	struct pick k = { .c = &view, .f = f, .n_f = n_f, .max = h->conf.batch, .step = 1, .salt = (uint32_t)upto };
	struct blob *b = positions_of(&k, id, &sent);
	for (size_t i = 0; i < n_f; i++)
		hub__frame_unref(f[i]);
	(void)pthread_mutex_lock(&h->lock);
	c->pos_seq = upto;
	if (too_much)
		c->resync = "overflow";
	if (b != NULL) {
		c->seq = id; /* every event up to it was given before: see next_blob */
		h->positions += sent;
	}
	return b;
}

static struct blob *next_blob(struct xie_hub_client *c, xie_ms now)
{
	struct xie_hub *h = c->h;
	struct blob *b = NULL;
	if (c->hello) {
		c->hello = false;
		return make_hello(c, now);
	}
	if (c->resync == NULL && c->seq < h->lost_seq)
		c->resync = "overflow";
	if (c->resync != NULL)
		return make_resync(c);
	if ((b = next_event(c)) != NULL)
		return b;
	if ((b = c->gone) != NULL) {
		c->gone = NULL;
		return b;
	}
	if (c->pos_seq < h->tick_seq) {
		/* An event posted while the lock was open has a number above the message's and comes after it. */
		b = next_positions(c);
		if (b != NULL)
			return b;
		if (c->resync != NULL)
			return make_resync(c);
	}
	if (now - c->last_beat >= h->conf.beat) {
		c->last_beat = now;
		return make_beat(c, now);
	}
	return NULL;
}

ssize_t xie_hub_read(struct xie_hub_client *c, char *buf, size_t max, xie_ms now)
{
	size_t out = 0;
	(void)pthread_mutex_lock(&c->h->lock);
	while (out < max) {
		if (c->cur == NULL) {
			c->cur = c->ended ? NULL : next_blob(c, now);
			c->cur_off = 0;
		}
		if (c->cur == NULL)
			break;
		size_t n = c->cur->n - c->cur_off;
		if (n > max - out)
			n = max - out;
		memcpy(buf + out, c->cur->p + c->cur_off, n);
		out += n;
		c->cur_off += n;
		if (c->cur_off == c->cur->n) {
			hub__blob_unref(c->cur);
			c->cur = NULL;
		}
	}
	bool over = out == 0 && c->ended;
	if (out == 0 && !over) {
		c->asleep = true;
		c->r.sleep(c->r.self);
	}
	(void)pthread_mutex_unlock(&c->h->lock);
	return over ? -1 : (ssize_t)out;
}
