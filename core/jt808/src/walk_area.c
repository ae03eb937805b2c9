/* SPDX-License-Identifier: Apache-2.0 */
/* Zones that a terminal holds. */
#include "walk.h"

static bool south(const struct xie_jt808_area *a)
{
	return (a->attr & XIE_JT808_AREA_SOUTH) != 0;
}
static bool west(const struct xie_jt808_area *a)
{
	return (a->attr & XIE_JT808_AREA_WEST) != 0;
}

static void each_point(struct walk *x, void *item)
{
	struct xie_jt808_point *p = item;
	walk_u32(x, "lat", &p->lat);
	walk_u32(x, "lon", &p->lon);
}

/* n points; in JSON with their signs, which the area's attributes hold. */
static void points(struct walk *x, struct xie_jt808_area *a, int64_t want)
{
	if (!walk_prints(x)) {
		WALK_LIST(x, "points", a->points, &a->n, want, 8, each_point);
		if (walk_reads(x) && want >= 0 && a->n != (uint64_t)want)
			xie_rd_fail(&x->r, XIE_TRUNCATED); /* an area with half its points is another area */
		return;
	}
	xie_wr_key(x->w, "points");
	xie_wr_char(x->w, '[');
	for (uint32_t i = 0; i < a->n; i++) {
		xie_wr_sep(x->w);
		xie_wr_char(x->w, '{');
		walk_deg(x, "lat", &a->points[i].lat, south(a));
		walk_deg(x, "lon", &a->points[i].lon, west(a));
		xie_wr_char(x->w, '}');
	}
	xie_wr_char(x->w, ']');
}

static void attributes(struct walk *x, struct xie_jt808_area *a)
{
	static const char *const words[] = { "times", "speed", "in_driver", "in_platform", "out_driver",
					     "out_platform", "south", "west", "doors_shut", NULL, NULL, NULL, NULL,
					     NULL, "radio_off", "gnss_detail" };
	walk_u32(x, "id", &a->id);
	walk_u16(x, "attr", &a->attr);
	walk_bits(x, "attr_text", a->attr, words, 16);
}

static void times(struct walk *x, struct xie_jt808_area *a)
{
	if ((a->attr & XIE_JT808_AREA_TIMES) == 0)
		return;
	walk_time(x, "from", &a->from);
	walk_time(x, "to", &a->to);
}

static void limit(struct walk *x, struct xie_jt808_area *a)
{
	if ((a->attr & XIE_JT808_AREA_SPEED) == 0)
		return;
	walk_u16(x, "limit_kmh", &a->limit_kmh);
	walk_u8(x, "over_s", &a->over_s);
}

/* 808-2019 adds the night limit and the name.  A message of one area may come without its name. */
static void night_and_name(struct walk *x, struct xie_jt808_area *a, bool may_lack)
{
	if (x->edition != XIE_JT808_2019)
		return;
	if (walk_reads(x) && may_lack && walk_left(x) == 0) {
		x->odd |= XIE_JT808_ODD(FORM);
		return;
	}
	if ((a->attr & XIE_JT808_AREA_SPEED) != 0 && a->kind != XIE_JT808_ROUTE)
		walk_u16(x, "night_kmh", &a->night_kmh);
	a->has_name = true;
	walk_text_len(x, "name", &a->name, 2);
}

static void each_turn(struct walk *x, void *item)
{
	struct xie_jt808_turn *t = item;
	walk_u32(x, "id", &t->id);
	walk_u32(x, "leg", &t->leg);
	walk_deg(x, "lat", &t->lat, (t->attr & XIE_JT808_LEG_SOUTH) != 0);
	walk_deg(x, "lon", &t->lon, (t->attr & XIE_JT808_LEG_WEST) != 0);
	walk_u8(x, "width_m", &t->width_m);
	walk_u8(x, "attr", &t->attr);
	if ((t->attr & XIE_JT808_LEG_TIME) != 0) {
		walk_u16(x, "too_long_s", &t->too_long_s);
		walk_u16(x, "too_short_s", &t->too_short_s);
	}
	if ((t->attr & XIE_JT808_LEG_SPEED) != 0) {
		walk_u16(x, "limit_kmh", &t->limit_kmh);
		walk_u8(x, "over_s", &t->over_s);
		if (x->edition == XIE_JT808_2019)
			walk_u16(x, "night_kmh", &t->night_kmh);
	}
}

static void area(struct walk *x, struct xie_jt808_area *a, bool alone)
{
	uint32_t count;
	WALK_WORD(x, "shape", a->kind, NULL, "circle", "rectangle", "polygon", "route");
	attributes(x, a);
	switch (a->kind) {
	case XIE_JT808_CIRCLE:
		points(x, a, 1);
		walk_u32(x, "radius_m", &a->radius_m);
		times(x, a);
		limit(x, a);
		break;
	case XIE_JT808_RECTANGLE:
		points(x, a, 2);
		times(x, a);
		limit(x, a);
		break;
	case XIE_JT808_POLYGON:
		times(x, a);
		limit(x, a);
		count = walk_count(x, NULL, a->n, 2);
		points(x, a, count);
		break;
	default:
		times(x, a);
		count = walk_count(x, NULL, a->turns_n, 2);
		WALK_LIST(x, "turns", a->turns, &a->turns_n, count, 18, each_turn);
		if (walk_reads(x) && a->turns_n != count)
			xie_rd_fail(&x->r, XIE_TRUNCATED);
		break;
	}
	night_and_name(x, a, alone);
}

static void each_circle(struct walk *x, void *item)
{
	struct xie_jt808_area *a = item;
	a->kind = XIE_JT808_CIRCLE;
	area(x, a, false);
}
static void each_rectangle(struct walk *x, void *item)
{
	struct xie_jt808_area *a = item;
	a->kind = XIE_JT808_RECTANGLE;
	area(x, a, false);
}
static void each_polygon(struct walk *x, void *item)
{
	struct xie_jt808_area *a = item;
	a->kind = XIE_JT808_POLYGON;
	area(x, a, false);
}
static void each_route(struct walk *x, void *item)
{
	struct xie_jt808_area *a = item;
	a->kind = XIE_JT808_ROUTE;
	area(x, a, false);
}

static walk_each *of_kind(uint8_t kind)
{
	static walk_each *const each[] = { NULL, each_circle, each_rectangle, each_polygon, each_route };
	return kind < 5 ? each[kind] : NULL;
}

static const uint8_t least_of_kind[] = { 0, 18, 22, 8, 8 };

void walk_areas(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_areas *s = &m->u.areas;
	s->kind = x->id == 0x8600 ? XIE_JT808_CIRCLE : XIE_JT808_RECTANGLE;
	walk_u8(x, "action", &s->action);
	WALK_WORD(x, "action_text", s->action, "replace", "add", "change");
	uint32_t count = walk_count(x, &s->count, s->n, 1);
	WALK_LIST(x, "areas", s->items, &s->n, count, least_of_kind[s->kind], of_kind(s->kind));
}

void walk_area_one(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_areas *s = &m->u.areas;
	s->kind = x->id == 0x8604 ? XIE_JT808_POLYGON : XIE_JT808_ROUTE;
	if (walk_reads(x)) {
		s->items = xie_arena_new(x->mem, struct xie_jt808_area, 1);
		s->n = s->count = s->items != NULL ? 1 : 0;
		if (s->items == NULL)
			xie_rd_fail(&x->r, XIE_LIMIT);
	}
	if (s->n == 0)
		return;
	s->items[0].kind = s->kind;
	area(x, &s->items[0], true);
}

/* 0x0608: what the terminal really holds, in the form it was set. */
void walk_area_held(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_areas *s = &m->u.areas;
	walk_u8(x, "kind", &s->kind);
	uint32_t count = walk_count(x, &s->count, s->n, 4);
	if (of_kind(s->kind) == NULL) {
		if (walk_reads(x))
			x->odd |= XIE_JT808_ODD(RANGE); /* the areas stay in rest */
		return;
	}
	WALK_LIST(x, "areas", s->items, &s->n, count, least_of_kind[s->kind], of_kind(s->kind));
}

static void ids(struct walk *x, struct xie_jt808_area_ids *a, unsigned width)
{
	uint32_t count = walk_count(x, &a->count, a->n, width);
	a->ids = walk_u32s(x, "ids", a->ids, &a->n, count);
	if (a->n == 0)
		walk_say(x, "which", "all");
}

void walk_area_ids(struct walk *x, struct xie_jt808_msg *m)
{
	ids(x, &m->u.area_ids, 1);
}

void walk_area_ask(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u8(x, "kind", &m->u.area_ids.kind);
	WALK_WORD(x, "kind_text", m->u.area_ids.kind, NULL, "circle", "rectangle", "polygon", "route");
	ids(x, &m->u.area_ids, 4);
}
