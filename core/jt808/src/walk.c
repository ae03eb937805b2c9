/* SPDX-License-Identifier: Apache-2.0 */
#include "walk.h"

#include "xie/jt808/gbk.h"

#include "field.h"

void walk_fail(struct walk *x, xie_status st)
{
	if (walk_reads(x))
		xie_rd_fail(&x->r, st);
	else if (x->w->st == XIE_OK)
		x->w->st = st;
}

/* A number of width bytes, big-endian, on any way. */
static uint64_t number(struct walk *x, const char *name, uint64_t v, unsigned width)
{
	switch (x->way) {
	case WALK_READ: {
		const uint8_t *p = xie_rd_take(&x->r, width);
		v = 0;
		for (unsigned i = 0; p != NULL && i < width; i++)
			v = v << 8 | p[i];
		break;
	}
	case WALK_WRITE:
		for (unsigned i = width; i-- > 0;)
			xie_wr_u8(x->w, (uint8_t)(v >> 8 * i));
		break;
	case WALK_JSON:
		xie_wr_key(x->w, name);
		xie_wr_u64(x->w, v);
		break;
	}
	return v;
}

void walk_u8(struct walk *x, const char *name, uint8_t *v)
{
	*v = (uint8_t)number(x, name, *v, 1);
}

void walk_u16(struct walk *x, const char *name, uint16_t *v)
{
	*v = (uint16_t)number(x, name, *v, 2);
}

void walk_u32(struct walk *x, const char *name, uint32_t *v)
{
	*v = (uint32_t)number(x, name, *v, 4);
}

void walk_u64(struct walk *x, const char *name, uint64_t *v)
{
	if (walk_prints(x))
		walk__json_id(x->w, name, *v, 16);
	else
		*v = number(x, name, *v, 8);
}

void walk_id16(struct walk *x, const char *name, uint16_t *v)
{
	if (walk_prints(x))
		walk__json_id(x->w, name, *v, 4);
	else
		walk_u16(x, name, v);
}

void walk_dec(struct walk *x, const char *name, uint16_t *v, unsigned places)
{
	if (walk_prints(x)) {
		xie_wr_key(x->w, name);
		xie_wr_fixed(x->w, *v, places);
	} else {
		walk_u16(x, name, v);
	}
}

void walk_deg(struct walk *x, const char *name, uint32_t *v, bool negative)
{
	if (walk_prints(x)) {
		xie_wr_key(x->w, name);
		xie_wr_fixed(x->w, negative ? -(int64_t)*v : (int64_t)*v, 6);
	} else {
		walk_u32(x, name, v);
	}
}

void walk_raw(struct walk *x, const char *name, uint8_t *p, size_t n)
{
	const uint8_t *b;
	switch (x->way) {
	case WALK_READ:
		b = xie_rd_take(&x->r, n);
		if (b != NULL)
			memcpy(p, b, n);
		break;
	case WALK_WRITE:
		xie_wr_bytes(x->w, p, n);
		break;
	case WALK_JSON:
		walk__json_hex(x->w, name, p, n);
		break;
	}
}

void walk_time(struct walk *x, const char *name, struct xie_jt808_time *t)
{
	if (walk_prints(x))
		walk__json_time(x->w, name, t, &x->odd);
	else
		walk_raw(x, name, t->bcd, sizeof t->bcd);
}

void walk_text(struct walk *x, const char *name, xie_str *s, size_t n)
{
	switch (x->way) {
	case WALK_READ:
		*s = field__read(&x->r, n);
		break;
	case WALK_WRITE:
		field__write(x->w, *s, n);
		break;
	case WALK_JSON:
		walk__json_text(x->w, name, *s, &x->odd);
		break;
	}
}

static void walk_len(struct walk *x, xie_str *s, unsigned width)
{
	if (x->way == WALK_READ) {
		*s = xie_rd_str(&x->r, (size_t)number(x, NULL, 0, width));
		return;
	}
	if (width < 4 && s->n >> 8 * width != 0) {
		walk_fail(x, XIE_RANGE);
		return;
	}
	(void)number(x, NULL, s->n, width);
	xie_wr_str(x->w, *s);
}

void walk_text_len(struct walk *x, const char *name, xie_str *s, unsigned width)
{
	if (walk_prints(x))
		walk__json_text(x->w, name, *s, &x->odd);
	else
		walk_len(x, s, width);
}

void walk_bytes_len(struct walk *x, const char *name, xie_str *s, unsigned width)
{
	if (walk_prints(x))
		walk__json_hex(x->w, name, s->p, s->n);
	else
		walk_len(x, s, width);
}

void walk_text_rest(struct walk *x, const char *name, xie_str *s)
{
	if (walk_prints(x))
		walk__json_text(x->w, name, *s, &x->odd);
	else if (walk_reads(x))
		*s = xie_rd_str(&x->r, walk_left(x));
	else
		xie_wr_str(x->w, *s);
}

void walk_bytes(struct walk *x, const char *name, xie_str *s, size_t n)
{
	if (walk_prints(x))
		walk__json_hex(x->w, name, s->p, s->n);
	else if (walk_reads(x))
		*s = xie_rd_str(&x->r, n);
	else
		field__write(x->w, *s, n);
}

void walk_bytes_rest(struct walk *x, const char *name, xie_str *s)
{
	if (walk_prints(x))
		walk__json_hex(x->w, name, s->p, s->n);
	else
		walk_text_rest(x, name, s);
}

bool walk_has(struct walk *x, bool *has, size_t n)
{
	if (walk_reads(x))
		*has = walk_left(x) >= n;
	return *has;
}

uint32_t walk_count(struct walk *x, uint32_t *announced, uint32_t n, unsigned width)
{
	if (walk_prints(x)) {
		if (announced != NULL)
			xie_wr_kv_i64(x->w, "count", *announced);
		return n;
	}
	if (x->way == WALK_WRITE && width < 4 && n >> 8 * width != 0)
		walk_fail(x, XIE_RANGE);
	n = (uint32_t)number(x, NULL, n, width);
	if (walk_reads(x) && announced != NULL)
		*announced = n;
	return n;
}

static void *read_list(struct walk *x, uint32_t *n, int64_t want, size_t size, size_t least, walk_each *each)
{
	size_t fit = walk_left(x) / least;
	size_t room = want < 0 || (uint64_t)want > fit ? fit : (size_t)want;
	*n = 0;
	uint8_t *items = room != 0 ? xie_arena_alloc(x->mem, room, size) : NULL;
	if (items == NULL && room != 0) {
		xie_rd_fail(&x->r, XIE_LIMIT);
		return NULL;
	}
	for (size_t i = 0; i < room; i++) {
		xie_rd was = x->r;
		each(x, items + i * size);
		if (x->r.st == XIE_LIMIT)
			return NULL;
		if (x->r.st != XIE_OK) {
			x->r = was;
			break;
		}
		(*n)++;
	}
	if (want >= 0 && *n != (uint64_t)want)
		x->odd |= XIE_JT808_ODD(COUNT);
	return *n != 0 ? items : NULL;
}

void *walk_list(struct walk *x, const char *name, void *items, uint32_t *n, int64_t want, size_t size, size_t least,
                walk_each *each)
{
	if (walk_reads(x))
		return read_list(x, n, want, size, least, each);
	if (walk_prints(x)) {
		xie_wr_key(x->w, name);
		xie_wr_char(x->w, '[');
	}
	for (uint32_t i = 0; i < *n; i++) {
		if (walk_prints(x)) {
			xie_wr_sep(x->w);
			xie_wr_char(x->w, '{');
		}
		each(x, (uint8_t *)items + i * size);
		walk_close(x);
	}
	if (walk_prints(x))
		xie_wr_char(x->w, ']');
	return items;
}

static void each_u16(struct walk *x, void *v)
{
	walk_u16(x, NULL, v);
}
static void each_u32(struct walk *x, void *v)
{
	walk_u32(x, NULL, v);
}

uint16_t *walk_u16s(struct walk *x, const char *name, uint16_t *items, uint32_t *n, int64_t want)
{
	if (!walk_prints(x))
		return walk_list(x, name, items, n, want, 2, 2, each_u16);
	xie_wr_key(x->w, name);
	xie_wr_char(x->w, '[');
	for (uint32_t i = 0; i < *n; i++) {
		xie_wr_sep(x->w);
		xie_wr_u64(x->w, items[i]);
	}
	xie_wr_char(x->w, ']');
	return items;
}

uint32_t *walk_u32s(struct walk *x, const char *name, uint32_t *items, uint32_t *n, int64_t want)
{
	if (!walk_prints(x))
		return walk_list(x, name, items, n, want, 4, 4, each_u32);
	xie_wr_key(x->w, name);
	xie_wr_char(x->w, '[');
	for (uint32_t i = 0; i < *n; i++) {
		xie_wr_sep(x->w);
		xie_wr_u64(x->w, items[i]);
	}
	xie_wr_char(x->w, ']');
	return items;
}

void walk_say(struct walk *x, const char *name, const char *text)
{
	if (walk_prints(x) && text != NULL)
		xie_wr_kv_str(x->w, name, xie_str_of(text));
}

void walk_word(struct walk *x, const char *name, unsigned v, const char *const *words, size_t n)
{
	if (v < n)
		walk_say(x, name, words[v]);
}

void walk_bits(struct walk *x, const char *name, uint64_t v, const char *const *words, size_t n)
{
	if (walk_prints(x))
		walk__json_bits(x->w, name, v, words, n);
}

void walk_open(struct walk *x, const char *name)
{
	if (!walk_prints(x))
		return;
	xie_wr_key(x->w, name);
	xie_wr_char(x->w, '{');
}

void walk_close(struct walk *x)
{
	if (walk_prints(x))
		xie_wr_char(x->w, '}');
}

void walk__json_hex(xie_wr *w, const char *name, const void *p, size_t n)
{
	xie_wr_key(w, name);
	xie_wr_char(w, '"');
	if (n != 0)
		xie_wr_hex(w, p, n);
	xie_wr_char(w, '"');
}

void walk__json_id(xie_wr *w, const char *name, uint64_t v, unsigned digits)
{
	xie_wr_key(w, name);
	xie_wr_text(w, "\"0x");
	for (unsigned i = digits; i-- > 0;)
		xie_wr_char(w, "0123456789abcdef"[v >> 4 * i & 15]);
	xie_wr_char(w, '"');
}

void walk__json_bits(xie_wr *w, const char *name, uint64_t v, const char *const *words, size_t n)
{
	xie_wr_key(w, name);
	xie_wr_char(w, '[');
	for (size_t i = 0; i < n; i++)
		if ((v >> i & 1) != 0 && words[i] != NULL) {
			xie_wr_sep(w);
			xie_wr_json_str(w, xie_str_of(words[i]));
		}
	xie_wr_char(w, ']');
}

void walk__json_text(xie_wr *w, const char *name, xie_str wire, uint32_t *odd)
{
	xie_wr_key(w, name);
	xie_jt808_text_json(w, wire, odd);
}

/* A date of zeros with a time of day is "every day at"; what is no time is shown as its digits. */
void walk__json_time(xie_wr *w, const char *name, const struct xie_jt808_time *t, uint32_t *odd)
{
	struct xie_jt808_time daily = *t;
	xie_ms ms = 0;
	xie_wr_key(w, name);
	xie_wr_char(w, '"');
	if (xie_jt808_time_ms(t, &ms) == XIE_OK) {
		xie_wr_time(w, ms);
	} else if (memcmp(t->bcd, "\0\0", 3) == 0 &&
	           (memcpy(daily.bcd, (uint8_t[3]){ 0x00, 0x01, 0x01 }, 3), xie_jt808_time_ms(&daily, &ms) == XIE_OK)) {
		for (size_t i = 3; i < 6; i++) {
			xie_wr_hex(w, t->bcd + i, 1);
			if (i != 5)
				xie_wr_char(w, ':');
		}
	} else {
		xie_wr_hex(w, t->bcd, sizeof t->bcd);
		*odd |= XIE_JT808_ODD(TIME);
	}
	xie_wr_char(w, '"');
}
