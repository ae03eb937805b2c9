/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/jt808/parts.h"

/* Bytes that are written before they are read: their pages cost memory once they are used, not before. */
static uint8_t *raw(xie_arena *mem, size_t n)
{
	if (n > mem->cap - mem->used)
		return NULL;
	uint8_t *p = mem->base + mem->used;
	mem->used += n;
	return p;
}

xie_status xie_jt808_parts_init(struct xie_jt808_parts *p, xie_arena *mem, uint32_t series_n, uint16_t parts_max,
                                uint32_t bytes_max)
{
	struct xie_jt808_parts q = { .series_n = series_n, .parts_max = parts_max, .bytes_max = bytes_max };
	q.series = xie_arena_new(mem, struct xie_jt808_series, series_n);
	q.joined = raw(mem, bytes_max);
	if (q.series == NULL || q.joined == NULL)
		return XIE_LIMIT;
	for (uint32_t i = 0; i < series_n; i++) {
		q.series[i].slices = xie_arena_new(mem, struct xie_jt808_slice, parts_max);
		q.series[i].bytes = raw(mem, bytes_max);
		if (q.series[i].slices == NULL || q.series[i].bytes == NULL)
			return XIE_LIMIT;
	}
	*p = q;
	return XIE_OK;
}

static bool same_terminal(const struct xie_jt808_head *a, const struct xie_jt808_head *b)
{
	return a->phone_n == b->phone_n && memcmp(a->phone, b->phone, a->phone_n) == 0;
}

static void begin(struct xie_jt808_parts *p, struct xie_jt808_series *s, const struct xie_jt808_head *h, xie_ms now)
{
	struct xie_jt808_slice *slices = s->slices;
	uint8_t *bytes = s->bytes;
	memset(slices, 0, p->parts_max * sizeof slices[0]);
	*s = (struct xie_jt808_series){ .used = true, .head = *h, .first = now, .slices = slices, .bytes = bytes };
}

/* The series a part belongs to: its own, a free place, or the place touched longest ago. */
static struct xie_jt808_series *place(struct xie_jt808_parts *p, const struct xie_jt808_head *h, xie_ms now)
{
	struct xie_jt808_series *room = NULL;
	for (uint32_t i = 0; i < p->series_n; i++) {
		struct xie_jt808_series *s = &p->series[i];
		if (s->used && s->head.id == h->id && s->head.total == h->total && same_terminal(&s->head, h))
			return s;
		if (room == NULL || (room->used && (!s->used || s->last < room->last)))
			room = s;
	}
	if (room == NULL)
		return NULL;
	p->dropped += room->used;
	begin(p, room, h, now);
	return room;
}

static uint32_t join(struct xie_jt808_parts *p, struct xie_jt808_series *s)
{
	uint32_t n = 0;
	for (uint16_t i = 0; i < s->head.total; i++) {
		memcpy(p->joined + n, s->bytes + s->slices[i].at, s->slices[i].n);
		n += s->slices[i].n;
	}
	s->used = false;
	return n;
}

enum xie_jt808_part xie_jt808_parts_add(struct xie_jt808_parts *p, const struct xie_jt808_frame *f, xie_ms now,
                                        const uint8_t **ret_body, uint32_t *ret_n)
{
	const struct xie_jt808_head *h = &f->head;
	if (h->total > p->parts_max || h->part == 0 || h->part > h->total || h->body_n > XIE_JT808_BODY_MAX)
		return XIE_JT808_PART_TOO_MUCH;
	struct xie_jt808_series *s = place(p, h, now);
	if (s == NULL)
		return XIE_JT808_PART_TOO_MUCH;
	struct xie_jt808_slice *slice = &s->slices[h->part - 1];
	if (slice->have) {
		if (slice->n == h->body_n && memcmp(s->bytes + slice->at, f->body, h->body_n) == 0) {
			s->last = now;
			return XIE_JT808_PART_AGAIN;
		}
		begin(p, s, h, now); /* a new message of the same shape */
	}
	if (h->body_n > p->bytes_max - s->n) {
		s->used = false;
		return XIE_JT808_PART_TOO_MUCH;
	}
	*slice = (struct xie_jt808_slice){ .at = s->n, .n = (uint16_t)h->body_n, .have = true };
	if (h->body_n != 0)
		memcpy(s->bytes + s->n, f->body, h->body_n);
	s->n += h->body_n;
	s->got++;
	s->last = now;
	if (h->part == 1 || !s->begun)
		s->serial = (uint16_t)(h->serial - (h->part - 1));
	s->begun = s->begun || h->part == 1;
	if (s->got != h->total)
		return XIE_JT808_PART_KEPT;
	*ret_n = join(p, s);
	*ret_body = p->joined;
	return XIE_JT808_PART_COMPLETE;
}

struct xie_jt808_series *xie_jt808_parts_stale(struct xie_jt808_parts *p, const struct xie_jt808_head *terminal,
                                               xie_ms now, xie_ms quiet_ms)
{
	struct xie_jt808_series *oldest = NULL;
	for (uint32_t i = 0; i < p->series_n; i++) {
		struct xie_jt808_series *s = &p->series[i];
		if (s->used && same_terminal(&s->head, terminal) && now - s->last >= quiet_ms &&
		    (oldest == NULL || s->last < oldest->last))
			oldest = s;
	}
	return oldest;
}

uint32_t xie_jt808_parts_missing(const struct xie_jt808_series *s, uint16_t *numbers, uint32_t cap)
{
	uint32_t n = 0;
	for (uint16_t i = 0; i < s->head.total; i++) {
		if (s->slices[i].have)
			continue;
		if (n < cap)
			numbers[n] = (uint16_t)(i + 1);
		n++;
	}
	return n;
}

void xie_jt808_parts_drop(struct xie_jt808_series *s)
{
	s->used = false;
}

void xie_jt808_parts_drop_terminal(struct xie_jt808_parts *p, const struct xie_jt808_head *terminal)
{
	for (uint32_t i = 0; i < p->series_n; i++)
		if (p->series[i].used && same_terminal(&p->series[i].head, terminal))
			p->series[i].used = false;
}
