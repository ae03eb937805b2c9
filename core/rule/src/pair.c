/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/rule/pair.h"

#include "xie/base/time.h"
#include "xie/geo/plane.h"
#include "xie/track/motion.h"

/* What is known of a track from second s on. */
struct known {
	const struct xie_pair_fix *from, *to; /* the way s lies on; from == to: a single fix */
	xie_ms until;                         /* known up to here, at least s */
};

enum reach { KNOWN, LATER, END };

static xie_ms ceil_second(xie_ms t)
{
	return -xie_floor_div(-t, 1000) * 1000;
}

/* KNOWN: *k is filled.  LATER: unknown at s, known again at *ret_later.  END: nothing known at s or after. */
static enum reach look(const struct xie_pair_track *tr, xie_ms s, xie_ms gap, struct known *k, xie_ms *ret_later)
{
	size_t lo = 0, n = tr->n;
	while (n > 0) { /* the first fix after s */
		size_t half = n / 2;
		if (tr->fixes[lo + half].t <= s) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	const struct xie_pair_fix *next = lo < tr->n ? &tr->fixes[lo] : NULL;
	const struct xie_pair_fix *here = lo > 0 ? &tr->fixes[lo - 1] : NULL;
	if (here != NULL && next != NULL && !next->jump && next->t - here->t <= gap) {
		*k = (struct known){ here, next, next->t - 1 }; /* at next->t a later fix of the same time may stand */
		return KNOWN;
	}
	if (here != NULL && here->t == s) {
		*k = (struct known){ here, here, s };
		return KNOWN;
	}
	if (next == NULL)
		return END;
	*ret_later = ceil_second(next->t);
	return LATER;
}

static void pair_fact(struct xie_eval_ctx *c, uint32_t binding, const struct xie_pair *p, const struct xie_pair_track *a,
                      const struct xie_pair_track *b, xie_ms close, enum xie_end end)
{
	bool swap = xie_key_cmp(a->key, b->key) > 0;
	const struct xie_key *first = swap ? b->key : a->key, *second = swap ? a->key : b->key;
	xie_ms open = p->first + c->rules->rules[c->rules->bindings[binding].rule].for_ms;
	struct xie_alert out = { .binding = binding, .target = *first, .other = *second, .since = p->first, .open = open,
		                 .close = close, .closed = end != XIE_END_OPEN && end != XIE_END_EOF, .end = (uint8_t)end,
		                 .first_frame = p->first_frame, .last_frame = p->last_frame };
	xie_alert_id(&c->rules->bindings[binding], first, second, XIE_DIR_NONE, open, out.id);
	c->emit(c->self, &out);
}

static bool lasted(const struct xie_eval_ctx *c, uint32_t binding, const struct xie_pair *p)
{
	return p->running && p->last - p->first >= c->rules->rules[c->rules->bindings[binding].rule].for_ms;
}

struct meeting {
	struct xie_eval_ctx *c;
	uint32_t binding;
	struct xie_pair *p;
	const struct xie_pair_track *a, *b;
};

static void stop(const struct meeting *m, xie_ms close, enum xie_end end)
{
	if (lasted(m->c, m->binding, m->p))
		pair_fact(m->c, m->binding, m->p, m->a, m->b, close, end);
	m->p->running = m->p->told = false;
}

static void second(const struct meeting *m, xie_ms s, bool near, uint64_t frame)
{
	struct xie_pair *p = m->p;
	if (!near) {
		if (p->running) {
			p->last_frame = frame;
			stop(m, s, XIE_END_APART);
		}
		return;
	}
	if (!p->running) {
		p->running = true;
		p->first = s;
		p->first_frame = frame;
	}
	p->last = s;
	p->last_frame = frame;
	if (!p->told && lasted(m->c, m->binding, p)) {
		p->told = true;
		pair_fact(m->c, m->binding, p, m->a, m->b, 0, XIE_END_OPEN);
	}
}

static struct xie_pt place(const struct known *k, xie_ms s)
{
	return k->from == k->to ? k->from->at : xie_interpolate(k->from->at, k->from->t, k->to->at, k->to->t, s);
}

/* Both known from s to until. */
static void stretch(const struct meeting *m, const struct known *ka, const struct known *kb, xie_ms s, xie_ms until)
{
	const struct xie_binding *b = &m->c->rules->bindings[m->binding];
	const struct xie_zone_set *set = m->c->rules->set;
	uint64_t frame = ka->to->t > kb->to->t ? ka->to->frame : kb->to->frame;
	if (!ka->to->ok || !kb->to->ok || !xie_pair_may_meet(b->limit, ka->from->at, ka->to->at, kb->from->at, kb->to->at)) {
		second(m, s, false, frame);
		return;
	}
	for (; s <= until; s += 1000) {
		struct xie_pt pa = place(ka, s), pb = place(kb, s);
		second(m, s, xie_dist_below(pa, pb, b->limit) && xie_zone_has(set, b->zone, pa) && xie_zone_has(set, b->zone, pb), frame);
	}
}

void xie_pair_advance(struct xie_eval_ctx *c, uint32_t binding, struct xie_pair *p, const struct xie_pair_track *a,
                      const struct xie_pair_track *b)
{
	struct meeting m = { c, binding, p, a, b };
	xie_ms gap = c->rules->rules[c->rules->bindings[binding].rule].gap_ms;
	if (a->n == 0 || b->n == 0)
		return;
	if (!p->started) {
		xie_ms t = a->fixes[0].t > b->fixes[0].t ? a->fixes[0].t : b->fixes[0].t;
		p->next = ceil_second(t);
		p->started = true;
	}
	for (;;) {
		struct known ka, kb;
		xie_ms later_a = p->next, later_b = p->next;
		enum reach ra = look(a, p->next, gap, &ka, &later_a), rb = look(b, p->next, gap, &kb, &later_b);
		if (ra == LATER || rb == LATER) {
			/* unknown in between: the run ended at its last near second */
			if (p->running)
				stop(&m, p->last, XIE_END_GAP);
			if (ra == END || rb == END)
				return;
			p->next = later_a > later_b ? later_a : later_b;
			continue;
		}
		if (ra == END || rb == END)
			return;
		xie_ms until = xie_floor_div(ka.until < kb.until ? ka.until : kb.until, 1000) * 1000;
		stretch(&m, &ka, &kb, p->next, until);
		p->next = until + 1000;
	}
}

void xie_pair_tick(struct xie_eval_ctx *c, uint32_t binding, const struct xie_pair *p, const struct xie_pair_track *a,
                   const struct xie_pair_track *b, xie_ms now, bool final)
{
	if (!lasted(c, binding, p))
		return;
	xie_ms gap = c->rules->rules[c->rules->bindings[binding].rule].gap_ms;
	xie_ms last_a = a->fixes[a->n - 1].t, last_b = b->fixes[b->n - 1].t;
	bool silent = now - last_a > gap || now - last_b > gap;
	if (silent)
		pair_fact(c, binding, p, a, b, p->last, XIE_END_GAP);
	else if (final)
		pair_fact(c, binding, p, a, b, 0, XIE_END_EOF);
}

static int64_t apart(int64_t a0, int64_t a1, int64_t b0, int64_t b1) /* gap between two ranges, 0 if they overlap */
{
	int64_t alo = a0 < a1 ? a0 : a1, ahi = a0 < a1 ? a1 : a0, blo = b0 < b1 ? b0 : b1, bhi = b0 < b1 ? b1 : b0;
	return blo > ahi ? blo - ahi : alo > bhi ? alo - bhi : 0;
}

bool xie_pair_may_meet(int64_t mm, struct xie_pt a0, struct xie_pt a1, struct xie_pt b0, struct xie_pt b1)
{
	int64_t reach = mm * 25 / 463 + 2; /* 463 mm = 25 units */
	if (apart(a0.lat, a1.lat, b0.lat, b1.lat) > reach)
		return false;
	int32_t lats[] = { a0.lat, a1.lat, b0.lat, b1.lat };
	int64_t top = 0;
	for (int i = 0; i < 4; i++) {
		int64_t l = lats[i] < 0 ? -(int64_t)lats[i] : lats[i];
		top = l > top ? l : top;
	}
	top += 2000; /* the cosine's argument is rounded down: southwards that is away from the equator */
	if (top >= XIE_LAT_MAX)
		return true;
	int64_t dx = apart(a0.lon, xie_lon_near(a1.lon, a0.lon), xie_lon_near(b0.lon, a0.lon),
	                   xie_lon_near(b1.lon, (int32_t)b0.lon) + xie_lon_near(b0.lon, a0.lon) - b0.lon);
	xie_i128 across = (xie_i128)dx * xie_cos_q40((int32_t)top);
	return across <= (xie_i128)reach << 40;
}
