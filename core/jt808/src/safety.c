/* SPDX-License-Identifier: Apache-2.0 */
/* Active safety: alarm items and the talk about their evidence files. */
#include "walk.h"

enum { LABELS = 4, TAIL = 19, TYRE = 9 };
static const uint8_t label_sizes[LABELS] = { 16, 40, 39, 38 };

static bool is_label(size_t n)
{
	for (size_t i = 0; i < LABELS; i++)
		if (label_sizes[i] == n)
			return true;
	return false;
}

void walk_label(struct walk *x, struct xie_jt808_label *l)
{
	walk_open(x, "label");
	walk_text(x, "terminal", &l->terminal, l->n == 16 ? 7 : 30);
	walk_time(x, "time", &l->t);
	walk_u8(x, "serial", &l->serial);
	walk_u8(x, "files", &l->files);
	walk_raw(x, "spare", l->spare, l->n == 16 || l->n == 39 ? 1 : l->n == 40 ? 2 : 0);
	walk_close(x);
}

xie_status xie_jt808_label_read(const void *p, size_t n, struct xie_jt808_label *ret_label)
{
	struct walk x = { .way = WALK_READ, .r = xie_rd_of(p, n) };
	struct xie_jt808_label l = { .n = (uint8_t)n };
	if (!is_label(n))
		return XIE_MALFORMED;
	walk_label(&x, &l);
	xie_status st = xie_rd_close(&x.r);
	if (st == XIE_OK)
		*ret_label = l;
	return st;
}

xie_status xie_jt808_label_write(xie_wr *w, const struct xie_jt808_label *label)
{
	struct walk x = { .way = WALK_WRITE, .w = w };
	struct xie_jt808_label l = *label;
	if (!is_label(l.n))
		return XIE_RANGE;
	walk_label(&x, &l);
	return w->st;
}

static void each_tyre(struct walk *x, void *item)
{
	static const char *const words[] = { "timed", "high", "low", "hot", "sensor", "unequal", "leak", "battery" };
	struct xie_jt808_tyre *t = item;
	walk_u8(x, "place", &t->place);
	walk_u16(x, "bits", &t->bits);
	walk_bits(x, "bits_text", t->bits, words, 8);
	walk_u16(x, "pressure_kpa", &t->pressure_kpa);
	walk_u16(x, "temperature_c", &t->temperature_c);
	walk_u16(x, "battery_pct", &t->battery_pct);
}

static void own_fields(struct walk *x, struct xie_jt808_safety *s)
{
	if (s->item == 0x66)
		return;
	walk_u8(x, "type", &s->type);
	if (walk_prints(x))
		walk_say(x, "type_text", xie_jt808_safety_name(s->item, s->type));
	if (s->item == 0x67)
		return;
	walk_u8(x, "level", &s->level);
	if (s->item == 0x65) {
		walk_u8(x, "fatigue", &s->fatigue);
		walk_raw(x, "spare", s->spare, sizeof s->spare);
		return;
	}
	walk_u8(x, "front_kmh", &s->front_kmh);
	walk_u8(x, "front_ds", &s->front_ds);
	walk_u8(x, "side", &s->side);
	walk_u8(x, "sign_kind", &s->sign_kind);
	walk_u8(x, "sign_value", &s->sign_value);
}

void walk_safety(struct walk *x, struct xie_jt808_safety *s)
{
	static const char *const bits[] = { "acc", "left", "right", "wiper", "brake", "card", NULL, NULL,
					    NULL, NULL, "fixed" };
	walk_u32(x, "alarm_id", &s->id);
	walk_u8(x, "flag", &s->flag);
	WALK_WORD(x, "flag_text", s->flag, "none", "start", "end");
	own_fields(x, s);
	walk_u8(x, "speed_kmh", &s->speed_kmh);
	walk_u16(x, "alt_m", &s->alt_m);
	walk_deg(x, "lat", &s->lat, false);
	walk_deg(x, "lon", &s->lon, false);
	walk_time(x, "time", &s->t);
	walk_u16(x, "vehicle", &s->vehicle);
	walk_bits(x, "vehicle_text", s->vehicle, bits, 11);
	walk_label(x, &s->label);
	if (s->item != 0x66)
		return;
	walk_u8(x, "count", &s->tyres_n);
	if (s->tyres_n > XIE_JT808_TYRES_MAX) {
		walk_fail(x, XIE_LIMIT);
		return;
	}
	uint32_t n = s->tyres_n;
	if (walk_prints(x)) {
		(void)walk_list(x, "tyres", s->tyres, &n, WALK_ALL, sizeof s->tyres[0], TYRE, each_tyre);
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		each_tyre(x, &s->tyres[i]);
}

/* The label's length, told by what is left for it; 0 for none that is known. */
static uint8_t label_size(uint8_t item, const uint8_t *p, size_t n)
{
	size_t before = item == 0x66 ? 5 + TAIL : item == 0x67 ? 6 + TAIL : 12 + TAIL;
	for (size_t i = 0; i < LABELS; i++) {
		size_t size = label_sizes[i];
		if (item != 0x66 && n == before + size)
			return (uint8_t)size;
		if (item == 0x66 && n > before + size && n - before - size - 1 == (size_t)TYRE * p[before + size])
			return (uint8_t)size;
	}
	return 0;
}

xie_status xie_jt808_safety_read(uint8_t item, const void *p, size_t n, struct xie_jt808_safety *ret_s)
{
	if (item < 0x64 || item > 0x67)
		return XIE_UNKNOWN;
	struct walk x = { .way = WALK_READ, .r = xie_rd_of(p, n) };
	struct xie_jt808_safety s = { .item = item };
	s.label.n = label_size(item, p, n);
	if (s.label.n == 0)
		return XIE_MALFORMED;
	walk_safety(&x, &s);
	xie_status st = xie_rd_close(&x.r);
	if (st == XIE_OK)
		*ret_s = s;
	return st;
}

xie_status xie_jt808_safety_write(xie_wr *w, const struct xie_jt808_safety *s)
{
	struct walk x = { .way = WALK_WRITE, .w = w };
	struct xie_jt808_safety copy = *s;
	if (s->item < 0x64 || s->item > 0x67 || !is_label(s->label.n))
		return XIE_RANGE;
	walk_safety(&x, &copy);
	return w->st;
}

const char *xie_jt808_safety_name(uint8_t item, uint8_t type)
{
	static const char *const adas[] = { NULL, "forward_collision", "lane_departure", "headway", "pedestrian",
					    "frequent_lane_change", "sign_exceeded", "obstacle" };
	static const char *const dsm[] = { NULL, "fatigue", "phone", "smoking", "distraction", "abnormal", "hands_off",
					   "failure" };
	static const char *const bsd[] = { NULL, "behind", "left", "right" };
	switch (item) {
	case 0x64:
		return type < 8 ? adas[type] : type == 0x10 ? "sign_seen" : type == 0x11 ? "snapshot" : NULL;
	case 0x65:
		return type < 8 ? dsm[type] : type == 0x10 ? "snapshot" : type == 0x11 ? "driver_changed" : NULL;
	case 0x67:
		return type < 4 ? bsd[type] : NULL;
	default:
		return NULL;
	}
}

void walk_file_ask(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_file_ask *a = &m->u.file_ask;
	walk_text_len(x, "host", &a->host, 1);
	walk_u16(x, "tcp_port", &a->tcp);
	walk_u16(x, "udp_port", &a->udp);
	if (walk_reads(x)) {
		size_t size = walk_left(x) > 48 ? walk_left(x) - 48 : 0;
		if (!is_label(size))
			x->odd |= XIE_JT808_ODD(FORM);
		a->label.n = (uint8_t)(is_label(size) ? size : x->edition == XIE_JT808_2019 ? 40 : 16);
	}
	walk_label(x, &a->label);
	walk_text(x, "alarm", &a->alarm, 32);
	walk_bytes(x, "spare", &a->spare, 16);
}

static void each_file(struct walk *x, void *item)
{
	struct xie_jt808_file *f = item;
	walk_text_len(x, "name", &f->name, 1);
	walk_u32(x, "size", &f->size);
}

/* Whether a 0x1210 body with these lengths of terminal and label ends with its last file. */
static bool list_fits(const struct walk *x, size_t terminal, size_t label)
{
	size_t at = terminal + label + 32 + 2;
	if (at > walk_left(x))
		return false;
	for (uint32_t k = walk_peek(x, at - 1, 1); k != 0 && at < walk_left(x); k--)
		at += 1u + walk_peek(x, at, 1) + 4u;
	return at == walk_left(x);
}

static void find_list_form(struct walk *x, struct xie_jt808_file_list *l)
{
	static const uint8_t old[] = { 7, 30, 0 }, new[] = { 30, 0, 7 };
	const uint8_t *terminals = x->edition == XIE_JT808_2019 ? new : old;
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < LABELS; k++)
			if (list_fits(x, terminals[i], label_sizes[k])) {
				l->layout = terminals[i];
				l->label.n = label_sizes[k];
				return;
			}
	l->layout = terminals[0];
	l->label.n = x->edition == XIE_JT808_2019 ? 40 : 16;
	x->odd |= XIE_JT808_ODD(FORM);
}

void walk_file_list(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_file_list *l = &m->u.file_list;
	if (walk_reads(x))
		find_list_form(x, l);
	if (l->layout != 0)
		walk_text(x, "terminal", &l->terminal, l->layout);
	walk_label(x, &l->label);
	walk_text(x, "alarm", &l->alarm, 32);
	walk_u8(x, "kind", &l->kind);
	WALK_WORD(x, "kind_text", l->kind, "new", "resend");
	uint32_t count = walk_count(x, &l->count, l->n, 1);
	WALK_LIST(x, "files", l->items, &l->n, count, 5, each_file);
}

void walk_file_info(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_file_info *f = &m->u.file_info;
	walk_text_len(x, "name", &f->name, 1);
	walk_u8(x, "kind", &f->kind);
	WALK_WORD(x, "kind_text", f->kind, "picture", "sound", "video", "text", "other");
	walk_u32(x, "size", &f->size);
}

static void each_range(struct walk *x, void *item)
{
	struct xie_jt808_range *r = item;
	walk_u32(x, "offset", &r->offset);
	walk_u32(x, "length", &r->n);
}

void walk_file_done(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_file_done *d = &m->u.file_done;
	walk_text_len(x, "name", &d->name, 1);
	walk_u8(x, "kind", &d->kind);
	walk_u8(x, "result", &d->result);
	WALK_WORD(x, "result_text", d->result, "complete", "missing");
	uint32_t count = walk_count(x, &d->count, d->n, 1);
	WALK_LIST(x, "missing", d->missing, &d->n, count, 8, each_range);
}
