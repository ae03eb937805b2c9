/* SPDX-License-Identifier: Apache-2.0 */
/* A point against one ring, and the boxes that keep this short on long rings and in zones of many parts. */
#include "geo.h"

/* ---- building ---- */

static void box_add(struct geo_box *b, struct geo_box c)
{
	b->x0 = c.x0 < b->x0 ? c.x0 : b->x0;
	b->x1 = c.x1 > b->x1 ? c.x1 : b->x1;
	b->y0 = c.y0 < b->y0 ? c.y0 : b->y0;
	b->y1 = c.y1 > b->y1 ? c.y1 : b->y1;
}

/* From n small boxes at b[0 ..] the big ones behind them. */
static void big_boxes(struct geo_box *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct geo_box *big = &b[n + i / GEO_FAN];
		if (i % GEO_FAN == 0)
			*big = b[i];
		else
			box_add(big, b[i]);
	}
}

static void ring_boxes(const struct xie_zone_set *s, const struct geo_ring *r)
{
	struct geo_box *b = &s->boxes[r->box];
	for (uint32_t i = 0; i < r->n; i++) {
		struct geo_v u = s->vs[r->at + i], v = s->vs[r->at + (i + 1 < r->n ? i + 1 : 0)];
		if (i % GEO_FAN == 0)
			b[i / GEO_FAN] = (struct geo_box){ u.x, u.x, u.y, u.y };
		box_add(&b[i / GEO_FAN], (struct geo_box){ v.x, v.x, v.y, v.y });
		box_add(&b[i / GEO_FAN], (struct geo_box){ u.x, u.x, u.y, u.y });
	}
	big_boxes(b, geo_groups(r->n, GEO_FAN));
}

static struct geo_box part_box(const struct xie_zone_set *s, const struct geo_part *p)
{
	struct geo_box b = { 0 };
	for (uint32_t k = 0; k < p->ring_n; k++) {
		const struct geo_ring *r = &s->rings[p->ring_at + k];
		uint32_t x0 = (uint32_t)((int64_t)r->x0 + XIE_LON_MAX);
		struct geo_box c = { x0, x0 + r->w, r->y0, r->y1 };
		if (x0 + (uint64_t)r->w >= (uint64_t)GEO_TURN) { /* over the antimeridian: anywhere */
			c.x0 = 0;
			c.x1 = (uint32_t)GEO_TURN;
		}
		if (k == 0)
			b = c;
		else
			box_add(&b, c);
	}
	return b;
}

static void zone_boxes(const struct xie_zone_set *s, const struct geo_zone *z)
{
	struct geo_box *b = &s->boxes[z->box];
	for (uint32_t i = 0; i < z->part_n; i++) {
		struct geo_box c = part_box(s, &s->parts[z->part_at + i]);
		if (i % GEO_FAN == 0)
			b[i / GEO_FAN] = c;
		else
			box_add(&b[i / GEO_FAN], c);
	}
	big_boxes(b, geo_groups(z->part_n, GEO_FAN));
}

xie_status geo_boxes_build(struct xie_zone_set *s, xie_arena *mem)
{
	uint64_t n = 0;
	for (uint32_t i = 0; i < s->ring_n; i++)
		if (geo_has_boxes(&s->rings[i])) {
			s->rings[i].box = (uint32_t)n;
			n += (uint64_t)geo_groups(s->rings[i].n, GEO_FAN) + geo_groups(s->rings[i].n, GEO_FAN2);
		}
	for (uint32_t i = 0; i < s->zone_n; i++)
		if (s->zones[i].part_n > GEO_FAN) {
			s->zones[i].box = (uint32_t)n;
			n += (uint64_t)geo_groups(s->zones[i].part_n, GEO_FAN) +
			     geo_groups(s->zones[i].part_n, GEO_FAN2);
		}
	s->boxes = n <= UINT32_MAX ? xie_arena_new(mem, struct geo_box, n) : NULL;
	if (s->boxes == NULL)
		return XIE_LIMIT;
	s->box_n = (uint32_t)n;
	for (uint32_t i = 0; i < s->ring_n; i++)
		if (geo_has_boxes(&s->rings[i]))
			ring_boxes(s, &s->rings[i]);
	for (uint32_t i = 0; i < s->zone_n; i++) {
		struct geo_zone *z = &s->zones[i];
		if (z->part_n > GEO_FAN)
			zone_boxes(s, z);
		z->ring = s->rings[z->part_n == 0 ? z->part_at : s->parts[z->part_at].ring_at];
		z->ring_n = z->part_n == 0 ? 1 : s->parts[z->part_at].ring_n;
	}
	return XIE_OK;
}

/* ---- a point and a ring ---- */

/* Is (x, y) on the segment u-v, or does the edge cross the half-line that runs west from it?
 * An edge holds its lower end and not its upper one, so a ring is counted right through its vertices. */
static inline enum geo_where edge_at(struct geo_v u, struct geo_v v, int64_t x, int64_t y)
{
	int64_t lo = u.y < v.y ? u.y : v.y, hi = u.y < v.y ? v.y : u.y;
	if (y < lo || y > hi)
		return GEO_OUT;
	int64_t left = u.x < v.x ? u.x : v.x, right = u.x < v.x ? v.x : u.x;
	int64_t c = ((int64_t)v.x - u.x) * (y - u.y) - (x - u.x) * ((int64_t)v.y - u.y);
	if (c == 0 && x >= left && x <= right)
		return GEO_BORDER;
	if (y == hi) /* also every level edge */
		return GEO_OUT;
	/* Upwards (u low): c < 0 means that the edge is west of x. */
	return (u.y < v.y ? c < 0 : c > 0) ? GEO_IN : GEO_OUT;
}

/* Edges i to end - 1 of the ring. */
static enum geo_where edges_at(const struct xie_zone_set *s, const struct geo_ring *r, uint32_t i, uint32_t end,
                               int64_t x, int64_t y)
{
	const struct geo_v *v = &s->vs[r->at];
	bool odd = false;
	for (; i < end; i++) {
		enum geo_where w = edge_at(v[i], v[i + 1 < r->n ? i + 1 : 0], x, y);
		if (w == GEO_BORDER)
			return GEO_BORDER;
		odd ^= w == GEO_IN;
	}
	return odd ? GEO_IN : GEO_OUT;
}

/* A chain of edges in box b: true when the box decides, and *ret_odd is how often (odd or not) it is crossed.
 * Wholly west of the point only its ends count. */
static inline bool box_at(const struct xie_zone_set *s, const struct geo_ring *r, const struct geo_box *b, uint32_t i,
                          uint32_t end, int64_t x, int64_t y, bool *ret_odd)
{
	*ret_odd = false;
	if (y < b->y0 || y > b->y1 || x < b->x0)
		return true;
	if (x <= b->x1)
		return false;
	const struct geo_v *v = &s->vs[r->at];
	*ret_odd = (v[i].y <= y) != (v[end < r->n ? end : 0].y <= y);
	return true;
}

static enum geo_where long_ring_at(const struct xie_zone_set *s, const struct geo_ring *r, int64_t x, int64_t y)
{
	const struct geo_box *b = &s->boxes[r->box], *big = b + geo_groups(r->n, GEO_FAN);
	bool odd = false, part;
	for (uint32_t i = 0; i < r->n;) {
		uint32_t end = r->n - i < GEO_FAN2 ? r->n : i + GEO_FAN2;
		if (i % GEO_FAN2 == 0 && box_at(s, r, &big[i / GEO_FAN2], i, end, x, y, &part)) {
			odd ^= part;
			i = end;
			continue;
		}
		end = r->n - i < GEO_FAN ? r->n : i + GEO_FAN;
		if (!box_at(s, r, &b[i / GEO_FAN], i, end, x, y, &part)) {
			enum geo_where w = edges_at(s, r, i, end, x, y);
			if (w == GEO_BORDER)
				return w;
			part = w == GEO_IN;
		}
		odd ^= part;
		i = end;
	}
	return odd ? GEO_IN : GEO_OUT;
}

enum geo_where geo_ring_at(const struct xie_zone_set *s, const struct geo_ring *r, struct xie_pt p)
{
	int64_t x = geo_into(r->x0, p.lon);
	if (x > r->w || p.lat < r->y0 || p.lat > r->y1)
		return GEO_OUT;
	return geo_has_boxes(r) ? long_ring_at(s, r, x, p.lat) : edges_at(s, r, 0, r->n, x, p.lat);
}

enum geo_where geo_rings_at(const struct xie_zone_set *s, const struct geo_ring *rings, uint32_t n, struct xie_pt p)
{
	bool odd = false;
	for (uint32_t k = 0; k < n; k++) {
		enum geo_where w = geo_ring_at(s, &rings[k], p);
		if (w == GEO_BORDER)
			return GEO_BORDER;
		odd ^= w == GEO_IN;
	}
	return odd ? GEO_IN : GEO_OUT;
}

/* ---- the parts near a step ---- */

/* Does the step's box meet [x0, x1] x [y0, y1], x east of base? */
static bool step_near(const struct geo_step *st, int32_t base, int64_t x0, int64_t x1, int64_t y0, int64_t y1)
{
	int64_t low = st->dy < 0 ? st->a.lat + st->dy : st->a.lat;
	int64_t high = st->dy < 0 ? st->a.lat : st->a.lat + st->dy;
	if (high < y0 || low > y1)
		return false;
	int64_t home = geo_into(base, st->a.lon);
	int64_t left = st->dx < 0 ? home + st->dx : home, right = st->dx < 0 ? home : home + st->dx;
	for (int64_t turn = -GEO_TURN; turn <= GEO_TURN; turn += GEO_TURN)
		if (right + turn >= x0 && left + turn <= x1)
			return true;
	return false;
}

uint32_t geo_next_part(const struct xie_zone_set *s, const struct geo_zone *z, const struct geo_step *st, uint32_t i)
{
	const struct geo_box *b = z->part_n > GEO_FAN ? &s->boxes[z->box] : NULL;
	const struct geo_box *big = b != NULL ? b + geo_groups(z->part_n, GEO_FAN) : NULL;
	while (i < z->part_n) {
		if (b != NULL && i % GEO_FAN2 == 0) {
			const struct geo_box *c = &big[i / GEO_FAN2];
			if (!step_near(st, -XIE_LON_MAX, c->x0, c->x1, c->y0, c->y1)) {
				i = z->part_n - i < GEO_FAN2 ? z->part_n : i + GEO_FAN2;
				continue;
			}
		}
		if (b != NULL && i % GEO_FAN == 0) {
			const struct geo_box *c = &b[i / GEO_FAN];
			if (!step_near(st, -XIE_LON_MAX, c->x0, c->x1, c->y0, c->y1)) {
				i = z->part_n - i < GEO_FAN ? z->part_n : i + GEO_FAN;
				continue;
			}
		}
		uint32_t n;
		const struct geo_ring *r = geo_rings(s, z, i, &n);
		for (uint32_t k = 0; k < n; k++)
			if (step_near(st, r[k].x0, 0, r[k].w, r[k].y0, r[k].y1))
				return i;
		i++;
	}
	return z->part_n;
}

bool xie_zone_has(const struct xie_zone_set *s, uint32_t id, struct xie_pt p)
{
	const struct geo_zone *z = &s->zones[id];
	struct geo_step st = { .a = p };
	uint32_t n, i = z->part_n > 1 ? geo_next_part(s, z, &st, 0) : 0;
	while (i < z->part_n) {
		const struct geo_ring *rings = geo_rings(s, z, i, &n);
		if (geo_rings_at(s, rings, n, p) != GEO_OUT)
			return true;
		i = geo_next_part(s, z, &st, i + 1);
	}
	return false;
}
