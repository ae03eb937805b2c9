/* SPDX-License-Identifier: Apache-2.0 */
/* When a straight step was inside a zone, and whether it crossed a gate.
 *
 * Along the step D = b - a, every edge u-v of a part that meets the step's line does so at t = num/den, where den is
 * the cross product of D and v - u.  The line is moved to its right by less than anything (a vertex exactly on it
 * counts as left), so that each edge crosses it or does not, and the parity between two meetings is the number of
 * crossings behind.  Where an edge lies along the step, and at every meeting itself, the step is on the border:
 * inside.  Sums stay below 2^63: the step is at most 180 degrees wide, a ring less than 360. */
#include "geo.h"

/* One instant of the step at which the part's border is met. */
struct meet {
	struct xie_frac t;
	bool flip;     /* parity changes here */
	int32_t along; /* edges along the step that begin here, less those that end */
};

/* The first meetings after an instant, at most as many as fit; nothing is lost, for what did not fit is found
 * again in another round. */
enum { MEETS = 48 };
struct meets {
	struct meet m[MEETS];
	uint32_t n;
	bool cut; /* some did not fit; they are all later than those that did */
	bool has_after;
	struct xie_frac after; /* only later ones are wanted */
	bool base;             /* parity just after the start */
};

static void meet_add(struct meets *ms, struct xie_frac t, bool flip, int32_t along)
{
	if (ms->has_after && xie_frac_cmp(t, ms->after) <= 0)
		return;
	uint32_t i = ms->n;
	while (i > 0) {
		int c = xie_frac_cmp(ms->m[i - 1].t, t);
		if (c == 0) {
			ms->m[i - 1].flip ^= flip;
			ms->m[i - 1].along += along;
			return;
		}
		if (c < 0)
			break;
		i--;
	}
	if (ms->n == MEETS) {
		ms->cut = true;
		if (i == MEETS)
			return;
		ms->n--;
	}
	memmove(&ms->m[i + 1], &ms->m[i], (ms->n - i) * sizeof ms->m[0]);
	ms->m[i] = (struct meet){ .t = t, .flip = flip, .along = along };
	ms->n++;
}

/* The edge lies on the step's line: where along it?  Measured on the longer axis. */
static void meet_along(struct meets *ms, const struct geo_step *st, int64_t ux, int64_t uy, int64_t vx, int64_t vy)
{
	bool by_x = (st->dx < 0 ? -st->dx : st->dx) >= (st->dy < 0 ? -st->dy : st->dy);
	int64_t den = by_x ? st->dx : st->dy, from = by_x ? ux : uy, to = by_x ? vx : vy;
	if (den < 0) {
		den = -den;
		from = -from;
		to = -to;
	}
	if (from > to) {
		int64_t swap = from;
		from = to;
		to = swap;
	}
	if (to < 0 || from > den)
		return;
	from = from < 0 ? 0 : from;
	to = to > den ? den : to;
	meet_add(ms, (struct xie_frac){ from, den }, false, 1);
	meet_add(ms, (struct xie_frac){ to, den }, false, -1);
}

/* One edge, ends relative to the step's start; su and sv: their sides of the step (> 0 left). */
static inline void meet_edge(struct meets *ms, const struct geo_step *st, int64_t ux, int64_t uy, int64_t su,
                             int64_t vx, int64_t vy, int64_t sv)
{
	if ((su > 0 && sv > 0) || (su < 0 && sv < 0))
		return;
	int64_t den = sv - su;
	if (den == 0) {
		meet_along(ms, st, ux, uy, vx, vy);
		return;
	}
	int64_t num = ux * (vy - uy) - uy * (vx - ux);
	if (den < 0) {
		den = -den;
		num = -num;
	}
	bool flip = (su >= 0) != (sv >= 0);
	if (num <= 0 && flip)
		ms->base = !ms->base;
	if (num < 0 || num > den)
		return;
	meet_add(ms, (struct xie_frac){ num, den }, flip && num > 0, 0);
}

/* Edges i to end - 1 of the ring, whose x is 0 where the step's start has ax. */
static void meet_edges(struct meets *ms, const struct xie_zone_set *s, const struct geo_ring *r,
                       const struct geo_step *st, int64_t ax, uint32_t i, uint32_t end)
{
	const struct geo_v *v = &s->vs[r->at];
	int64_t ux = v[i].x - ax, uy = (int64_t)v[i].y - st->a.lat, su = st->dx * uy - st->dy * ux;
	for (; i < end; i++) {
		const struct geo_v *w = &v[i + 1 < r->n ? i + 1 : 0];
		int64_t vx = w->x - ax, vy = (int64_t)w->y - st->a.lat, sv = st->dx * vy - st->dy * vx;
		meet_edge(ms, st, ux, uy, su, vx, vy, sv);
		ux = vx;
		uy = vy;
		su = sv;
	}
}

struct window {
	int64_t x0, x1, y0, y1;
};

static bool apart(const struct geo_box *b, const struct window *w)
{
	return b->x0 > w->x1 || b->x1 < w->x0 || b->y0 > w->y1 || b->y1 < w->y0;
}

/* Only the edges in boxes that the step's box meets: the others cross the step's line outside the step. */
static void meet_boxes(struct meets *ms, const struct xie_zone_set *s, const struct geo_ring *r,
                       const struct geo_step *st, int64_t ax, const struct window *w)
{
	const struct geo_box *b = &s->boxes[r->box], *big = b + geo_groups(r->n, GEO_FAN);
	for (uint32_t i = 0; i < r->n;) {
		if (i % GEO_FAN2 == 0 && apart(&big[i / GEO_FAN2], w)) {
			i = r->n - i < GEO_FAN2 ? r->n : i + GEO_FAN2;
			continue;
		}
		uint32_t end = r->n - i < GEO_FAN ? r->n : i + GEO_FAN;
		if (!apart(&b[i / GEO_FAN], w))
			meet_edges(ms, s, r, st, ax, i, end);
		i = end;
	}
}

static void meet_ring(struct meets *ms, const struct xie_zone_set *s, const struct geo_ring *r,
                      const struct geo_step *st)
{
	struct window w = { .y0 = st->a.lat, .y1 = st->a.lat };
	*(st->dy < 0 ? &w.y0 : &w.y1) += st->dy;
	if (w.y1 < r->y0 || w.y0 > r->y1)
		return;
	/* On a long ring parity at the start comes from the point itself, unless that lies on the ring. */
	enum geo_where start = geo_has_boxes(r) ? geo_ring_at(s, r, st->a) : GEO_BORDER;
	bool base = ms->base != (start == GEO_IN);
	int64_t home = geo_into(r->x0, st->a.lon);
	for (int64_t ax = home - GEO_TURN; ax <= home + GEO_TURN; ax += GEO_TURN) {
		w.x0 = st->dx < 0 ? ax + st->dx : ax;
		w.x1 = st->dx < 0 ? ax : ax + st->dx;
		if (w.x1 < 0 || w.x0 > r->w)
			continue;
		if (start == GEO_BORDER)
			meet_edges(ms, s, r, st, ax, 0, r->n);
		else
			meet_boxes(ms, s, r, st, ax, &w);
	}
	if (start != GEO_BORDER)
		ms->base = base;
}

/* The spans of one part, one after the other. */
struct walk {
	const struct xie_zone_set *s;
	const struct geo_ring *rings; /* of the part */
	uint32_t n;
	const struct geo_step *st;
	struct meets ms;
	uint32_t i;
	bool odd, open, started, ended;
	int32_t along;
	struct xie_span span;
};

static void walk_round(struct walk *w)
{
	struct meets *ms = &w->ms;
	ms->n = 0;
	ms->cut = false;
	ms->base = false;
	for (uint32_t k = 0; k < w->n; k++)
		meet_ring(ms, w->s, &w->rings[k], w->st);
	w->i = 0;
}

static void walk_init(struct walk *w, const struct xie_zone_set *s, const struct geo_zone *z, uint32_t part,
                      const struct geo_step *st)
{
	w->s = s;
	w->rings = geo_rings(s, z, part, &w->n);
	w->st = st;
	w->ms.has_after = false;
	w->along = 0;
	w->ended = false;
	walk_round(w);
	w->odd = w->open = w->ms.base;
	w->span.from = (struct xie_frac){ 0, 1 };
}

/* The next span, or false. */
static bool walk_next(struct walk *w, struct xie_span *ret)
{
	for (;;) {
		if (w->i == w->ms.n) {
			if (!w->ms.cut)
				break;
			w->ms.after = w->ms.m[w->ms.n - 1].t;
			w->ms.has_after = true;
			walk_round(w);
			continue;
		}
		const struct meet *m = &w->ms.m[w->i++];
		w->odd ^= m->flip;
		w->along += m->along;
		if (!w->open)
			w->span.from = m->t;
		w->open = w->odd || w->along > 0;
		if (!w->open) {
			w->span.to = m->t;
			*ret = w->span;
			return true;
		}
	}
	if (!w->open || w->ended)
		return false;
	w->ended = true;
	w->span.to = (struct xie_frac){ 1, 1 };
	*ret = w->span;
	return true;
}

struct out {
	struct xie_span *spans;
	size_t cap, n;
};

static void put(struct out *o, struct xie_span sp)
{
	if (o->n < o->cap)
		o->spans[o->n] = sp;
	o->n++;
}

/* The first span of the part that ends at t or later (after t when strictly). */
static bool part_span(const struct xie_zone_set *s, const struct geo_zone *z, uint32_t part, const struct geo_step *st,
                      struct xie_frac t, bool strictly, struct xie_span *ret)
{
	struct walk w;
	walk_init(&w, s, z, part, st);
	while (walk_next(&w, ret)) {
		int c = xie_frac_cmp(ret->to, t);
		if (c > 0 || (c == 0 && !strictly))
			return true;
	}
	return false;
}

/* A union: take the earliest span, then let every part that holds its end carry it on. */
static bool union_span(const struct xie_zone_set *s, const struct geo_zone *z, const struct geo_step *st,
                       struct xie_frac t, bool strictly, struct xie_span *ret)
{
	struct xie_span sp;
	bool found = false;
	for (uint32_t i = 0; (i = geo_next_part(s, z, st, i)) < z->part_n; i++)
		if (part_span(s, z, i, st, t, strictly, &sp) && (!found || xie_frac_cmp(sp.from, ret->from) < 0)) {
			*ret = sp;
			found = true;
		}
	for (bool more = found; more;) {
		more = false;
		for (uint32_t i = 0; (i = geo_next_part(s, z, st, i)) < z->part_n; i++)
			if (part_span(s, z, i, st, ret->to, true, &sp) && xie_frac_cmp(sp.from, ret->to) <= 0) {
				ret->to = sp.to;
				more = true;
			}
	}
	return found;
}

void xie_zone_clip(const struct xie_zone_set *s, uint32_t id, struct xie_pt a, struct xie_pt b, struct xie_span *spans,
                   size_t cap, size_t *ret_n)
{
	const struct geo_zone *z = &s->zones[id];
	struct geo_step st = geo_step_of(a, b);
	struct out o = { .spans = spans, .cap = cap };
	struct xie_span sp = { .from = { 0, 1 }, .to = { 0, 1 } };
	if (st.dx == 0 && st.dy == 0) {
		sp.to.num = 1;
		if (xie_zone_has(s, id, a))
			put(&o, sp);
	} else if (z->part_n == 1) {
		struct walk w;
		walk_init(&w, s, z, 0, &st);
		while (walk_next(&w, &sp))
			put(&o, sp);
	} else {
		for (bool strictly = false; union_span(s, z, &st, sp.to, strictly, &sp); strictly = true)
			put(&o, sp);
	}
	*ret_n = o.n;
}

enum xie_side xie_gate_cross(const struct xie_zone_set *s, uint32_t id, struct xie_pt a, struct xie_pt b,
                             struct xie_frac *ret_at)
{
	const struct geo_zone *z = &s->zones[id];
	if (z->part_n != 0)
		return XIE_CROSS_NONE;
	const struct geo_ring *r = &z->ring;
	const struct geo_v *g = &s->vs[r->at];
	int64_t gx = (int64_t)g[1].x - g[0].x, gy = (int64_t)g[1].y - g[0].y;
	struct geo_step st = geo_step_of(a, b);
	int64_t home = geo_into(r->x0, a.lon);
	for (int64_t ax = home - GEO_TURN; ax <= home + GEO_TURN; ax += GEO_TURN) {
		int64_t left = st.dx < 0 ? ax + st.dx : ax, right = st.dx < 0 ? ax : ax + st.dx;
		if (right < 0 || left > r->w)
			continue;
		/* Sides of the gate: > 0 left of it, 0 on its line, which counts as left. */
		int64_t sa = gx * ((int64_t)a.lat - g[0].y) - gy * (ax - g[0].x);
		int64_t sb = gx * ((int64_t)b.lat - g[0].y) - gy * (ax + st.dx - g[0].x);
		if ((sa >= 0) == (sb >= 0))
			return XIE_CROSS_NONE;
		/* Sides of the step: the gate's ends must not be both on one. */
		int64_t c0 = st.dx * ((int64_t)g[0].y - a.lat) - st.dy * (g[0].x - ax);
		int64_t c1 = st.dx * ((int64_t)g[1].y - a.lat) - st.dy * (g[1].x - ax);
		if ((c0 > 0 && c1 > 0) || (c0 < 0 && c1 < 0))
			return XIE_CROSS_NONE;
		*ret_at = sa >= 0 ? (struct xie_frac){ sa, sa - sb } : (struct xie_frac){ -sa, sb - sa };
		return sa >= 0 ? XIE_CROSS_L2R : XIE_CROSS_R2L;
	}
	return XIE_CROSS_NONE;
}
