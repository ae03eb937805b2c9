/* SPDX-License-Identifier: Apache-2.0 */
/* What a gateway may do; all with the ingest locked. */
#include "ingest_int.h"

#include <limits.h>

xie_status xie_ingest_frame(struct xie_ingest *in, uint32_t conn, const void *p, size_t n, uint64_t *ret_pos)
{
	struct conn *c = ingest__conn(in, conn);
	if (c == NULL)
		return XIE_MISSING;
	struct xie_rec r = { .kind = XIE_REC_FRAME, .source = c->src->c.id, .bytes = { p, n } };
	xie_status st = XIE_LIMIT;
	if (ingest__ready(in, c->src))
		st = in->opt.journal.append(in->opt.journal.self, &r, 1, ret_pos);
	if (st == XIE_OK) {
		c->src->stats.frames++;
		c->src->stats.bytes += n;
		c->src->stats.last_rx = in->opt.clock.wall(in->opt.clock.self);
	} else if (st == XIE_LIMIT) {
		c->src->stats.blocked++;
	}
	return st;
}

xie_status xie_ingest_append(struct xie_ingest *in, uint32_t id, const struct xie_rec *recs, size_t n, uint64_t *ret_last)
{
	struct source *s = in->sources;
	while (s != NULL && s->c.id != id)
		s = s->next;
	xie_status st = XIE_LIMIT;
	if (s == NULL || ingest__ready(in, s)) /* a source that was just removed has had its last word */
		st = in->opt.journal.append(in->opt.journal.self, recs, n, ret_last);
	if (s == NULL || st != XIE_OK) {
		if (s != NULL && st == XIE_LIMIT)
			s->stats.blocked++;
		return st;
	}
	for (size_t i = 0; i < n; i++)
		if (recs[i].kind == XIE_REC_FRAME) {
			s->stats.frames++;
			s->stats.bytes += recs[i].bytes.n;
			s->tokens -= s->c.rate != 0 ? 1000 : 0;
			s->stats.last_rx = -1;
		}
	if (s->stats.last_rx == -1)
		s->stats.last_rx = in->opt.clock.wall(in->opt.clock.self);
	return XIE_OK;
}

unsigned xie_ingest_may(struct xie_ingest *in, uint32_t conn)
{
	struct conn *c = ingest__conn(in, conn);
	unsigned frames = 0;
	if (c != NULL && c->src->c.rate == 0)
		return UINT_MAX;
	return c != NULL && lines__may(in, c->src, &frames) ? frames : 0;
}

void xie_ingest_wait(struct xie_ingest *in, uint32_t conn)
{
	struct conn *c = ingest__conn(in, conn);
	if (c != NULL)
		c->blocked = in->attention = true;
}

void xie_ingest_tag(struct xie_ingest *in, uint32_t conn, uint32_t tag)
{
	struct conn *c = ingest__conn(in, conn);
	if (c != NULL)
		c->tag = tag;
}

uint32_t xie_ingest_tag_of(const struct xie_ingest *in, uint32_t conn)
{
	const struct conn *c = ingest__conn(in, conn);
	return c != NULL ? c->tag : 0;
}

xie_status xie_ingest_send(struct xie_ingest *in, uint32_t conn, const void *p, size_t n)
{
	struct conn *c = ingest__conn(in, conn);
	if (c == NULL || c->ending)
		return XIE_MISSING;
	if (c->out_n == 0) { /* most answers go at once, and nothing is kept */
		size_t done = ingest__send(c, p, n);
		p = (const uint8_t *)p + done;
		n -= done;
		if (n == 0)
			return XIE_OK;
	}
	if (n > OUT_MAX - c->out_n)
		return XIE_LIMIT;
	if (c->out_cap < c->out_n + n) {
		size_t cap = c->out_cap * 2 > c->out_n + n ? c->out_cap * 2 : c->out_n + n;
		uint8_t *grown = realloc(c->out, cap);
		if (grown == NULL)
			return XIE_LIMIT;
		c->out = grown;
		c->out_cap = cap;
	}
	memcpy(c->out + c->out_n, p, n);
	c->out_n += n;
	ingest__watch_fd(in, c);
	return XIE_OK;
}

void xie_ingest_pause(struct xie_ingest *in, uint32_t conn, bool pause)
{
	struct conn *c = ingest__conn(in, conn);
	if (c == NULL)
		return;
	c->paused = pause;
	/* What was read before the pause is given again in the next round, like what the journal kept waiting. */
	c->blocked = !pause && c->n != 0;
	in->attention = in->attention || c->blocked;
	ingest__watch_fd(in, c);
}

void xie_ingest_end(struct xie_ingest *in, uint32_t conn)
{
	struct conn *c = ingest__conn(in, conn);
	if (c == NULL || c->ending)
		return;
	c->ending = true;
	c->end_by = ingest__mono(in) + ENDING_MS;
	ingest__watch_fd(in, c); /* a write event comes at once when nothing is queued */
}

void xie_ingest_reject(struct xie_ingest *in, uint32_t conn, enum xie_reject why, const void *p, size_t n)
{
	struct conn *c = ingest__conn(in, conn);
	if (c != NULL)
		ingest__reject(c->src, why, p, n);
}
