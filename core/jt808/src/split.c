/* SPDX-License-Identifier: Apache-2.0 */
/* A stream cut at its flags.  A candidate that lies whole in the chunk is handed out where it stands; only one
 * that crosses chunks is copied. */
#include "xie/jt808/frame.h"

enum { FLAG = 0x7e, NOISE_SHOWN = 64 };

void xie_jt808_split_init(struct xie_jt808_split *s, uint8_t *buf, size_t cap)
{
	*s = (struct xie_jt808_split){ .buf = buf, .cap = cap };
}

void xie_jt808_split_feed(struct xie_jt808_split *s, const void *chunk, size_t n)
{
	s->p = chunk;
	s->end = n != 0 ? s->p + n : s->p;
}

/* Keeps the bytes up to the chunk's end for the next chunk. */
static void keep(struct xie_jt808_split *s, size_t n)
{
	if (s->n == 0 && !s->over)
		s->start = s->offset;
	size_t room = s->synced ? s->cap : NOISE_SHOWN < s->cap ? NOISE_SHOWN : s->cap;
	size_t take = n < room - s->n ? n : room - s->n;
	if (take != 0)
		memcpy(s->buf + s->n, s->p, take);
	s->n += take;
	if (take != n)
		s->over = true;
	s->p += n;
	s->offset += n;
}

static void hand_out(struct xie_jt808_split *s, size_t n, struct xie_jt808_piece *ret)
{
	enum xie_jt808_bad bad = !s->synced ? XIE_JT808_BAD_NOISE : s->over ? XIE_JT808_BAD_OVERSIZE : XIE_JT808_BAD_NONE;
	if (s->n == 0 && !s->over)
		*ret = (struct xie_jt808_piece){ bad, s->p, n, s->offset };
	else {
		uint64_t at = s->offset;
		const uint8_t *p = s->p;
		keep(s, n);
		s->p = p;
		s->offset = at;
		bad = !s->synced ? XIE_JT808_BAD_NOISE : s->over ? XIE_JT808_BAD_OVERSIZE : XIE_JT808_BAD_NONE;
		*ret = (struct xie_jt808_piece){ bad, s->buf, s->n, s->start };
	}
	s->emptied = true;
}

bool xie_jt808_split_next(struct xie_jt808_split *s, struct xie_jt808_piece *ret_piece)
{
	if (s->emptied) {
		s->n = 0;
		s->over = s->emptied = false;
	}
	while (s->p != s->end) {
		size_t left = (size_t)(s->end - s->p);
		const uint8_t *flag = memchr(s->p, FLAG, left);
		if (flag == NULL) {
			keep(s, left);
			return false;
		}
		size_t n = (size_t)(flag - s->p);
		bool something = n != 0 || s->n != 0 || s->over;
		if (something)
			hand_out(s, n, ret_piece);
		s->p = flag + 1;
		s->offset += n + 1;
		s->synced = true;
		if (something)
			return true;
	}
	return false;
}

bool xie_jt808_split_end(struct xie_jt808_split *s, struct xie_jt808_piece *ret_piece)
{
	if (s->emptied) {
		s->n = 0;
		s->over = s->emptied = false;
	}
	if (s->n == 0 && !s->over)
		return false;
	enum xie_jt808_bad bad = !s->synced ? XIE_JT808_BAD_NOISE : XIE_JT808_BAD_UNFINISHED;
	*ret_piece = (struct xie_jt808_piece){ bad, s->buf, s->n, s->start };
	s->emptied = true;
	return true;
}
