/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to lines to records. */
#include "ingest_int.h"

const char *xie_reject_name(enum xie_reject r)
{
	static const char *const NAMES[XIE_REJECT__COUNT] = { "too_long", "not_text", "cut", "over_rate", "no_room" };
	return (unsigned)r < XIE_REJECT__COUNT ? NAMES[r] : "?";
}

void ingest__reject(struct source *s, enum xie_reject why, const void *p, size_t n)
{
	const uint8_t *b = p;
	size_t k = n < sizeof s->stats.reject_sample - 1 ? n : sizeof s->stats.reject_sample - 1;
	s->stats.rejects[why]++;
	for (size_t i = 0; i < k; i++)
		s->stats.reject_sample[i] = b[i] >= 0x20 && b[i] < 0x7f ? (char)b[i] : '.';
	s->stats.reject_sample[k] = '\0';
}

bool lines__may(struct xie_ingest *in, struct source *s, unsigned *ret_frames)
{
	*ret_frames = PIECE_FRAMES;
	if (s->c.rate == 0)
		return true;
	xie_ms now = ingest__mono(in);
	xie_ms passed = now - s->tokens_at;
	if (passed > 0) {
		int64_t most = (int64_t)s->c.rate * 1000 / 5 + 1000; /* a fifth of a second, and one frame */
		passed = passed < 60000 ? passed : 60000;
		s->tokens += passed * s->c.rate;
		s->tokens = s->tokens < most ? s->tokens : most;
		s->tokens_at = now;
	}
	int64_t may = s->tokens / 1000;
	*ret_frames = may < PIECE_FRAMES ? (unsigned)(may > 0 ? may : 0) : PIECE_FRAMES;
	return may > 0;
}

static bool is_text(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] < 0x20 && p[i] != '\t')
			return false;
	return true;
}

static xie_status append(struct xie_ingest *in, struct source *s, struct xie_rec *recs, size_t n)
{
	uint64_t last;
	if (n == 0)
		return XIE_OK;
	if (!ingest__ready(in, s))
		return XIE_LIMIT;
	xie_status st = in->opt.journal.append(in->opt.journal.self, recs, n, &last);
	if (st != XIE_OK)
		return st;
	s->stats.frames += n;
	for (size_t i = 0; i < n; i++)
		s->stats.bytes += recs[i].bytes.n;
	s->stats.last_rx = in->opt.clock.wall(in->opt.clock.self);
	if (s->c.rate != 0)
		s->tokens -= (int64_t)n * 1000;
	return XIE_OK;
}

/* The next line of p[*at..n): false when there is no whole one.  Without its line end. */
static bool next_line(struct conn *c, const uint8_t *p, size_t n, size_t *at, xie_str *ret_line)
{
	const uint8_t *end = memchr(p + *at, '\n', n - *at);
	if (end == NULL)
		return false;
	size_t len = (size_t)(end - p) - *at;
	*ret_line = (xie_str){ (const char *)p + *at, len };
	*at += len + 1;
	while (ret_line->n != 0 && ret_line->p[ret_line->n - 1] == '\r')
		ret_line->n--;
	if (c->skipping) { /* the end of the one that was too long */
		c->skipping = false;
		ret_line->n = 0;
	}
	return true;
}

/* One piece: up to PIECE_FRAMES lines.  *ret_used bytes are done with; false when something makes it wait. */
static bool take_piece(struct xie_ingest *in, struct conn *c, const uint8_t *p, size_t n, size_t *ret_used)
{
	struct source *s = c->src;
	struct xie_rec recs[PIECE_FRAMES];
	size_t k = 0, at = 0;
	unsigned may;
	*ret_used = 0;
	if (!lines__may(in, s, &may))
		return false;
	uint64_t rejects[XIE_REJECT__COUNT];
	memcpy(rejects, s->stats.rejects, sizeof rejects);
	bool skipping = c->skipping;
	xie_str line;
	while (k < may && next_line(c, p, n, &at, &line)) {
		if (line.n == 0)
			continue;
		if (line.n > s->c.frame_max)
			ingest__reject(s, XIE_REJECT_TOO_LONG, line.p, line.n);
		else if (!is_text((const uint8_t *)line.p, line.n))
			ingest__reject(s, XIE_REJECT_NOT_TEXT, line.p, line.n);
		else
			recs[k++] = (struct xie_rec){ .kind = XIE_REC_FRAME, .source = s->c.id, .bytes = line };
	}
	if (append(in, s, recs, k) != XIE_OK) { /* as if it had not been looked at */
		memcpy(s->stats.rejects, rejects, sizeof rejects);
		c->skipping = skipping;
		s->stats.blocked++;
		return false;
	}
	*ret_used = at;
	return true;
}

void lines__take(struct xie_ingest *in, struct conn *c)
{
	size_t done = 0, used = 0;
	c->blocked = false;
	for (;;) {
		if (!take_piece(in, c, c->buf + done, c->n - done, &used)) {
			c->blocked = memchr(c->buf + done, '\n', c->n - done) != NULL;
			break;
		}
		done += used;
		if (used == 0)
			break;
	}
	memmove(c->buf, c->buf + done, c->n - done);
	c->n -= done;
	if (!c->blocked && c->n > c->src->c.frame_max) {
		if (!c->skipping)
			ingest__reject(c->src, XIE_REJECT_TOO_LONG, c->buf, c->n);
		c->skipping = true;
		c->n = 0;
	}
}

void lines__datagram(struct xie_ingest *in, struct conn *c, const uint8_t *p, size_t n)
{
	struct source *s = c->src;
	struct conn once = { .src = s };
	uint8_t whole[READ_ROOM + 1];
	memcpy(whole, p, n);
	if (n != 0 && whole[n - 1] != '\n')
		whole[n++] = '\n'; /* a datagram ends its last line */
	unsigned may;
	if (!lines__may(in, s, &may)) {
		ingest__reject(s, XIE_REJECT_OVER_RATE, p, n);
		return;
	}
	for (size_t done = 0, used = 0; done < n; done += used)
		if (!take_piece(in, &once, whole + done, n - done, &used) || used == 0) {
			ingest__reject(s, XIE_REJECT_NO_ROOM, whole + done, n - done);
			return;
		}
}
