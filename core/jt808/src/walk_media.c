/* SPDX-License-Identifier: Apache-2.0 */
/* Positions inside answers, tracking, and media. */
#include "walk.h"

void walk_position(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_position *p = &m->u.position;
	if (walk_prints(x)) {
		xie_jt808_position_json(x->w, p, &x->odd);
	} else if (walk_reads(x)) {
		size_t n = walk_left(x);
		const uint8_t *b = xie_rd_take(&x->r, n);
		if (b == NULL || xie_jt808_position_read(b, n, p) != XIE_OK)
			xie_rd_fail(&x->r, XIE_TRUNCATED);
	} else {
		xie_jt808_position_write(x->w, p);
	}
}

static void inner_position(struct walk *x, struct xie_jt808_position *p, size_t n)
{
	if (walk_prints(x)) {
		walk_open(x, "position");
		xie_jt808_position_json(x->w, p, &x->odd);
		walk_close(x);
	} else if (walk_reads(x)) {
		const uint8_t *b = xie_rd_take(&x->r, n);
		if (b == NULL || xie_jt808_position_read(b, n, p) != XIE_OK)
			xie_rd_fail(&x->r, XIE_TRUNCATED);
	} else {
		xie_jt808_position_write(x->w, p);
	}
}

void walk_located(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_located *l = &m->u.located;
	walk_u16(x, "answer_serial", &l->serial);
	if (walk_prints(x))
		xie_jt808_position_json(x->w, &l->position, &x->odd);
	else
		inner_position(x, &l->position, walk_left(x));
}

static void read_batch(struct walk *x, struct xie_jt808_batched *a)
{
	struct xie_jt808_batch b;
	struct xie_jt808_position p;
	size_t n = walk_left(x);
	const uint8_t *body = xie_rd_take(&x->r, n);
	if (body == NULL || xie_jt808_batch_read(body, n, &b) != XIE_OK) {
		xie_rd_fail(&x->r, XIE_TRUNCATED);
		return;
	}
	size_t most = n / (XIE_JT808_POSITION_MIN + 2) + 1;
	a->items = xie_arena_new(x->mem, struct xie_jt808_position, most);
	if (a->items == NULL) {
		xie_rd_fail(&x->r, XIE_LIMIT);
		return;
	}
	a->kind = b.kind;
	a->count = b.count;
	while (a->n < most && xie_jt808_batch_next(&b, &p))
		a->items[a->n++] = p;
	x->odd |= b.odd;
}

void walk_batch(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_batched *a = &m->u.batch;
	if (walk_reads(x)) {
		read_batch(x, a);
		return;
	}
	if (walk_prints(x)) {
		xie_wr_kv_i64(x->w, "count", a->count);
		walk_u8(x, "kind", &a->kind);
		WALK_WORD(x, "kind_text", a->kind, "batch", "backfill");
		xie_wr_key(x->w, "locations");
		xie_wr_char(x->w, '[');
		for (uint32_t i = 0; i < a->n; i++) {
			xie_wr_sep(x->w);
			xie_wr_char(x->w, '{');
			xie_jt808_position_json(x->w, &a->items[i], &x->odd);
			xie_wr_char(x->w, '}');
		}
		xie_wr_char(x->w, ']');
		return;
	}
	(void)walk_count(x, NULL, a->n, 2);
	walk_u8(x, NULL, &a->kind);
	for (uint32_t i = 0; i < a->n; i++) {
		(void)walk_count(x, NULL, XIE_JT808_POSITION_MIN + a->items[i].items_n, 2);
		xie_jt808_position_write(x->w, &a->items[i]);
	}
}

void walk_track(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_track *t = &m->u.track;
	walk_u16(x, "interval_s", &t->interval_s);
	if (walk_has(x, &t->has_validity, 1))
		walk_u32(x, "validity_s", &t->validity_s);
	else if (walk_reads(x) && t->interval_s != 0)
		x->odd |= XIE_JT808_ODD(FORM);
}

void walk_confirm(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u16(x, "alarm_serial", &m->u.confirm.serial);
	walk_u32(x, "alarm", &m->u.confirm.alarms);
	if (walk_prints(x)) {
		xie_wr_key(x->w, "alarms");
		xie_jt808_alarm_json(x->w, m->u.confirm.alarms);
	}
}

static void about(struct walk *x, struct xie_jt808_media *a)
{
	walk_u32(x, "media_id", &a->id);
	walk_u8(x, "kind", &a->kind);
	WALK_WORD(x, "kind_text", a->kind, "picture", "sound", "video");
	walk_u8(x, "format", &a->format);
	WALK_WORD(x, "format_text", a->format, "jpeg", "tif", "mp3", "wav", "wmv");
	walk_u8(x, "event", &a->event);
	WALK_WORD(x, "event_text", a->event, "command", "timer", "robbery", "crash", "door_open", "door_shut",
	          "door_shut_over_20_kmh", "distance");
	walk_u8(x, "channel", &a->channel);
}

void walk_media(struct walk *x, struct xie_jt808_msg *m)
{
	about(x, &m->u.media);
}

void walk_media_data(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_media_data *d = &m->u.media_data;
	about(x, &d->about);
	inner_position(x, &d->position, XIE_JT808_POSITION_MIN);
	if (walk_prints(x))
		xie_wr_kv_i64(x->w, "size", (int64_t)d->data.n);
	walk_bytes_rest(x, "data", &d->data);
}

void walk_media_answer(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_media_answer *a = &m->u.media_answer;
	walk_u32(x, "media_id", &a->id);
	if (!walk_has(x, &a->has_missing, 1))
		return;
	uint32_t count = walk_count(x, &a->count, a->n, 1);
	a->missing = walk_u16s(x, "missing", a->missing, &a->n, count);
}

void walk_shoot(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_shoot *s = &m->u.shoot;
	walk_u8(x, "channel", &s->channel);
	walk_u16(x, "command", &s->command);
	walk_say(x, "command_text", s->command == 0 ? "stop" : s->command == 0xffff ? "record" : "pictures");
	walk_u16(x, "seconds", &s->seconds);
	walk_u8(x, "keep", &s->keep);
	walk_u8(x, "size", &s->size);
	WALK_WORD(x, "size_text", s->size, NULL, "320x240", "640x480", "800x600", "1024x768", "qcif", "cif", "half_d1",
	          "d1");
	walk_u8(x, "quality", &s->quality);
	walk_u8(x, "brightness", &s->brightness);
	walk_u8(x, "contrast", &s->contrast);
	walk_u8(x, "saturation", &s->saturation);
	walk_u8(x, "hue", &s->hue);
}

void walk_shot(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_shot *s = &m->u.shot;
	walk_u16(x, "answer_serial", &s->serial);
	walk_u8(x, "result", &s->result);
	WALK_WORD(x, "result_text", s->result, "done", "failed", "no_such_channel");
	if (!walk_has(x, &s->has_ids, 1))
		return;
	uint32_t count = walk_count(x, &s->count, s->n, 2);
	s->ids = walk_u32s(x, "media_ids", s->ids, &s->n, count);
}

static void each_stored(struct walk *x, void *item)
{
	struct xie_jt808_stored *s = item;
	walk_u32(x, "media_id", &s->id);
	walk_u8(x, "kind", &s->kind);
	walk_u8(x, "channel", &s->channel);
	walk_u8(x, "event", &s->event);
	inner_position(x, &s->position, XIE_JT808_POSITION_MIN);
}

void walk_stored(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_stored_list *s = &m->u.stored;
	walk_u16(x, "answer_serial", &s->serial);
	uint32_t count = walk_count(x, &s->count, s->n, 2);
	WALK_LIST(x, "items", s->items, &s->n, count, 7 + XIE_JT808_POSITION_MIN, each_stored);
}

void walk_media_query(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_media_query *q = &m->u.media_query;
	walk_u8(x, "kind", &q->kind);
	walk_u8(x, "channel", &q->channel);
	walk_u8(x, "event", &q->event);
	walk_time(x, "from", &q->from);
	walk_time(x, "to", &q->to);
}

void walk_media_fetch(struct walk *x, struct xie_jt808_msg *m)
{
	walk_media_query(x, m);
	walk_u8(x, "erase", &m->u.media_query.erase);
}

void walk_record(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_record *r = &m->u.record;
	walk_u8(x, "command", &r->command);
	walk_u16(x, "seconds", &r->seconds);
	walk_u8(x, "keep", &r->keep);
	walk_u8(x, "rate", &r->rate);
}

void walk_media_pull(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u32(x, "media_id", &m->u.media_pull.id);
	walk_u8(x, "erase", &m->u.media_pull.erase);
}
