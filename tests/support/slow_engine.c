/* SPDX-License-Identifier: Apache-2.0 */
#include "slow_engine.h"

#include <stdlib.h>
#include <string.h>

#include "xie/geo/plane.h"
#include "xie/track/motion.h"

struct out {
	struct slow_alert *a;
	size_t n, cap;
};

struct track {
	const struct slow_fix *f; /* of one target, echoes gone */
	size_t n;
};

static void add(struct out *o, struct slow_alert a)
{
	if (o->n < o->cap)
		o->a[o->n] = a;
	o->n++;
}

static int by_order(const void *x, const void *y)
{
	const struct slow_fix *a = x, *b = y;
	int c = xie_key_cmp(&a->key, &b->key);
	if (c != 0)
		return c;
	if (a->fix.t != b->fix.t)
		return a->fix.t < b->fix.t ? -1 : 1;
	return (a->arrival > b->arrival) - (a->arrival < b->arrival);
}

int slow_alert_cmp(const void *x, const void *y)
{
	const struct slow_alert *a = x, *b = y;
#define BY(m) \
	if (a->m != b->m) \
		return a->m < b->m ? -1 : 1
	BY(open);
	BY(binding);
	int c = xie_key_cmp(&a->target, &b->target);
	if (c == 0)
		c = xie_key_cmp(&a->other, &b->other);
	if (c != 0)
		return c;
	BY(direction);
	BY(since);
	BY(close);
	BY(end);
	return 0;
#undef BY
}

/* The same payload at most 30 s after one that was kept. */
static size_t drop_echoes(struct slow_fix *f, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		bool echo = false;
		for (size_t k = 0; k < kept; k++)
			echo = echo || (xie_key_eq(&f[k].key, &f[i].key) && f[k].fix.echo == f[i].fix.echo &&
			                f[i].fix.t - f[k].fix.t <= 30000);
		if (!echo)
			f[kept++] = f[i];
	}
	return kept;
}

/* 0 a path; 1 a gap; 2 a jump. */
static int broken(const struct track *t, size_t i, xie_ms gap) /* between fix i - 1 and i */
{
	const struct slow_fix *a = &t->f[i - 1], *b = &t->f[i];
	if (xie_is_jump_break(a->kind, a->fix.at, b->fix.at, b->fix.t - a->fix.t))
		return 2;
	return b->fix.t - a->fix.t > gap ? 1 : 0;
}

/* ---- areas ---- */

struct piece {
	struct xie_instant from, to;
	bool already;
	enum xie_end end; /* LEFT, GAP, JUMP, or OPEN: still inside at the last fix */
};

/* All maximal closed intervals inside on one unbroken stretch of fixes first..last. */
static size_t pieces_of(const struct xie_rules *r, const struct xie_binding *b, const struct track *t, size_t first, size_t last,
                        enum xie_end how, struct piece *out)
{
	size_t n = 0;
	if (first == last && xie_zone_has(r->set, b->zone, t->f[first].fix.at)) {
		struct xie_instant at = xie_instant_of(t->f[first].fix.t);
		out[n++] = (struct piece){ at, at, true, how };
	}
	for (size_t i = first + 1; i <= last; i++) {
		struct xie_span s[64];
		size_t k = 0;
		const struct xie_fix *a = &t->f[i - 1].fix, *c = &t->f[i].fix;
		xie_zone_clip(r->set, b->zone, a->at, c->at, s, 64, &k);
		for (size_t j = 0; j < k; j++) {
			struct piece p = { xie_instant_at(a->t, c->t, s[j].from), xie_instant_at(a->t, c->t, s[j].to),
				           i == first + 1 && s[j].from.num == 0, XIE_END_LEFT };
			if (i == last && s[j].to.num == s[j].to.den)
				p.end = how;
			/* ends at fix i - 1 and begins at fix i - 1: one interval */
			if (n != 0 && j == 0 && i > first + 1 && s[j].from.num == 0 && xie_zone_has(r->set, b->zone, a->at)) {
				out[n - 1].to = p.to;
				out[n - 1].end = p.end;
			} else {
				out[n++] = p;
			}
		}
	}
	return n;
}

/* Absences shorter than clear do not count. */
static size_t join_pieces(struct piece *p, size_t n, xie_ms clear)
{
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		if (k != 0 && clear > 0 && !xie_instant_lasts(p[k - 1].to, p[i].from, clear)) {
			p[k - 1].to = p[i].to;
			p[k - 1].end = p[i].end;
		} else {
			p[k++] = p[i];
		}
	}
	return k;
}

static void area_alert(struct out *o, const struct xie_rules *r, uint32_t binding, const struct track *t, const struct piece *p,
                       xie_ms end)
{
	const struct xie_rule *rule = &r->rules[r->bindings[binding].rule];
	bool longer = xie_instant_cmp(p->from, p->to) < 0;
	struct slow_alert a = { .binding = binding, .target = t->f[0].key, .since = p->from.ms, .open = p->from.ms, .close = p->to.ms,
		                .closed = 1, .already = p->already, .end = (int)p->end, .peak = INT64_MIN };
	if (rule->op == XIE_OP_ENTERS || rule->op == XIE_OP_LEAVES) {
		bool enters = rule->op == XIE_OP_ENTERS;
		if (!longer || (enters && p->already) || (!enters && p->end != XIE_END_LEFT))
			return;
		a.since = a.open = a.close = enters ? p->from.ms : p->to.ms;
		a.end = XIE_END_EVENT;
		add(o, a);
		return;
	}
	if (rule->op == XIE_OP_DWELL) {
		if (!xie_instant_lasts(p->from, p->to, rule->for_ms))
			return;
		a.open += rule->for_ms;
	}
	if (p->end == XIE_END_OPEN) {
		bool gap = end - t->f[t->n - 1].fix.t > rule->gap_ms;
		a.end = gap ? XIE_END_GAP : XIE_END_EOF;
		a.closed = gap;
	}
	add(o, a);
}

static void areas(struct out *o, const struct xie_rules *r, uint32_t binding, const struct track *t, xie_ms end)
{
	const struct xie_binding *b = &r->bindings[binding];
	const struct xie_rule *rule = &r->rules[b->rule];
	bool lasting = rule->op == XIE_OP_INSIDE || rule->op == XIE_OP_DWELL;
	struct piece *p = malloc((t->n * 8 + 8) * sizeof *p);
	for (size_t first = 0; first < t->n;) {
		size_t last = first;
		while (last + 1 < t->n && broken(t, last + 1, rule->gap_ms) == 0)
			last++;
		enum xie_end how = last + 1 == t->n ? XIE_END_OPEN : broken(t, last + 1, rule->gap_ms) == 2 ? XIE_END_JUMP : XIE_END_GAP;
		size_t n = pieces_of(r, b, t, first, last, how, p);
		n = join_pieces(p, n, lasting ? b->clear : 0);
		for (size_t i = 0; i < n; i++)
			area_alert(o, r, binding, t, &p[i], end);
		first = last + 1;
	}
	free(p);
}

/* ---- at fixes ---- */

static int holds(const struct xie_rules *r, const struct xie_binding *b, const struct xie_fix *f, bool keep)
{
	enum xie_op op = r->rules[b->rule].op;
	int64_t clear = keep ? b->clear : 0;
	if ((f->has & XIE_FIX_SOG) == 0 || (op == XIE_OP_WRONG_WAY && (f->has & XIE_FIX_COG) == 0))
		return -1;
	if (op == XIE_OP_SPEED)
		return f->sog_dmph > b->limit - clear;
	if (op == XIE_OP_STOPPED)
		return f->sog_dmph < b->limit + clear;
	int d = abs(f->cog_cdeg - b->direction_cdeg);
	return f->sog_dmph >= b->min && (d > 18000 ? 36000 - d : d) > b->over_cdeg;
}

static void states(struct out *o, const struct xie_rules *r, uint32_t binding, const struct track *t, xie_ms end)
{
	const struct xie_binding *b = &r->bindings[binding];
	const struct xie_rule *rule = &r->rules[b->rule];
	bool pending = false, open = false;
	struct slow_alert a = { 0 };
	for (size_t i = 0; i <= t->n; i++) {
		int why = i == 0 ? 1 : i == t->n ? 0 : broken(t, i, rule->gap_ms);
		if (i == t->n) {
			bool gap = end - t->f[i - 1].fix.t > rule->gap_ms;
			a.close = t->f[i - 1].fix.t;
			a.closed = gap;
			a.end = gap ? XIE_END_GAP : XIE_END_EOF;
			if (open)
				add(o, a);
			return;
		}
		const struct xie_fix *f = &t->f[i].fix;
		if (why != 0 && pending) {
			a.close = t->f[i - 1].fix.t;
			a.closed = 1;
			a.end = why == 2 ? XIE_END_JUMP : XIE_END_GAP;
			if (open)
				add(o, a);
			pending = open = false;
		}
		bool in = b->zone == XIE_NO_ZONE || xie_zone_has(r->set, b->zone, f->at);
		int h = in ? holds(r, b, f, open) : 0;
		if (h < 0)
			continue;
		if (h == 0) {
			a.close = f->t;
			a.closed = 1;
			a.end = in ? XIE_END_CURED : XIE_END_LEFT;
			if (open)
				add(o, a);
			pending = open = false;
			continue;
		}
		if (!pending) {
			pending = true;
			a = (struct slow_alert){ .binding = binding, .target = t->f[0].key, .since = f->t, .open = f->t + rule->for_ms,
				                 .peak = INT64_MIN };
		}
		if (rule->op == XIE_OP_SPEED && f->sog_dmph > a.peak)
			a.peak = f->sog_dmph;
		open = open || f->t >= a.open;
	}
}

/* ---- events, silence ---- */

static void events(struct out *o, const struct xie_rules *r, uint32_t binding, const struct track *t)
{
	const struct xie_binding *b = &r->bindings[binding];
	const struct xie_rule *rule = &r->rules[b->rule];
	for (size_t i = 1; i < t->n; i++) {
		const struct xie_fix *p = &t->f[i - 1].fix, *c = &t->f[i].fix;
		struct slow_alert a = { .binding = binding, .target = t->f[0].key, .closed = 1, .end = XIE_END_EVENT, .peak = INT64_MIN };
		a.since = a.open = a.close = c->t;
		if (rule->op == XIE_OP_JUMPS) {
			if (xie_moved_at_least(p->at, c->at, b->min) && xie_moved_faster(p->at, c->at, c->t - p->t, b->limit))
				add(o, a);
			continue;
		}
		struct xie_frac at;
		enum xie_side s = broken(t, i, rule->gap_ms) != 0 ? XIE_CROSS_NONE : xie_gate_cross(r->set, b->zone, p->at, c->at, &at);
		if (s == XIE_CROSS_NONE)
			continue;
		a.direction = s == XIE_CROSS_L2R ? XIE_DIR_L2R : XIE_DIR_R2L;
		a.since = a.open = a.close = xie_instant_at(p->t, c->t, at).ms;
		if ((rule->directions >> a.direction & 1) != 0)
			add(o, a);
	}
}

static void silences(struct out *o, const struct xie_rules *r, uint32_t binding, const struct track *t, xie_ms end)
{
	const struct xie_binding *b = &r->bindings[binding];
	xie_ms span = r->rules[b->rule].for_ms;
	for (size_t i = 0; i < t->n; i++) {
		const struct xie_fix *f = &t->f[i].fix;
		if (b->zone != XIE_NO_ZONE && !xie_zone_has(r->set, b->zone, f->at))
			continue;
		bool last = i + 1 == t->n;
		xie_ms next = last ? end : t->f[i + 1].fix.t;
		if (next - f->t > span)
			add(o, (struct slow_alert){ .binding = binding, .target = t->f[0].key, .since = f->t, .open = f->t + span,
			                            .close = last ? 0 : next, .closed = !last, .end = last ? XIE_END_EOF : XIE_END_HEARD,
			                            .peak = INT64_MIN });
	}
}

/* ---- pairs ---- */

static bool place(const struct track *t, xie_ms s, xie_ms gap, struct xie_pt *ret)
{
	for (size_t i = t->n; i-- > 0;) {
		if (t->f[i].fix.t > s)
			continue;
		if (i + 1 < t->n && broken(t, i + 1, gap) == 0) {
			*ret = xie_interpolate(t->f[i].fix.at, t->f[i].fix.t, t->f[i + 1].fix.at, t->f[i + 1].fix.t, s);
			return true;
		}
		*ret = t->f[i].fix.at;
		return t->f[i].fix.t == s;
	}
	return false;
}

static void pair(struct out *o, const struct xie_rules *r, uint32_t binding, const struct track *a, const struct track *b, xie_ms end)
{
	const struct xie_binding *bd = &r->bindings[binding];
	const struct xie_rule *rule = &r->rules[bd->rule];
	xie_ms from = a->f[0].fix.t / 1000 * 1000, to = end + 1000;
	bool run = false;
	xie_ms first = 0, last = 0;
	for (xie_ms s = from; s <= to; s += 1000) {
		struct xie_pt pa, pb;
		bool known = place(a, s, rule->gap_ms, &pa) && place(b, s, rule->gap_ms, &pb);
		bool near = known && xie_dist_below(pa, pb, bd->limit) && xie_zone_has(r->set, bd->zone, pa) && xie_zone_has(r->set, bd->zone, pb);
		if (near) {
			first = run ? first : s;
			last = s;
			run = true;
			continue;
		}
		if (run && last - first >= rule->for_ms) {
			struct slow_alert al = { .binding = binding, .target = a->f[0].key, .other = b->f[0].key, .since = first,
				                 .open = first + rule->for_ms, .close = s, .closed = 1, .end = XIE_END_APART, .peak = INT64_MIN };
			if (!known) {
				xie_ms la = a->f[a->n - 1].fix.t, lb = b->f[b->n - 1].fix.t;
				bool over = s > la || s > lb;
				bool eof = over && end - la <= rule->gap_ms && end - lb <= rule->gap_ms;
				al.close = last;
				al.end = eof ? XIE_END_EOF : XIE_END_GAP;
				al.closed = !eof;
			}
			add(o, al);
		}
		run = false;
	}
}

size_t slow_engine(const struct xie_rules *r, struct slow_fix *fixes, size_t n, xie_ms end, struct slow_alert *alerts, size_t cap)
{
	struct out o = { alerts, 0, cap };
	qsort(fixes, n, sizeof *fixes, by_order);
	n = drop_echoes(fixes, n);
	struct track tracks[64];
	size_t k = 0;
	for (size_t i = 0; i < n;) {
		size_t j = i;
		while (j < n && xie_key_eq(&fixes[i].key, &fixes[j].key))
			j++;
		tracks[k++] = (struct track){ &fixes[i], j - i };
		i = j;
	}
	for (uint32_t b = 0; b < r->n_bindings; b++) {
		enum xie_op op = r->rules[r->bindings[b].rule].op;
		for (size_t i = 0; i < k; i++) {
			if (op == XIE_OP_INSIDE || op == XIE_OP_DWELL || op == XIE_OP_ENTERS || op == XIE_OP_LEAVES)
				areas(&o, r, b, &tracks[i], end);
			else if (op == XIE_OP_CROSSES || op == XIE_OP_JUMPS)
				events(&o, r, b, &tracks[i]);
			else if (op == XIE_OP_SILENCE)
				silences(&o, r, b, &tracks[i], end);
			else if (op != XIE_OP_NEAR)
				states(&o, r, b, &tracks[i], end);
			for (size_t j = i + 1; j < k && op == XIE_OP_NEAR; j++)
				pair(&o, r, b, &tracks[i], &tracks[j], end);
		}
	}
	size_t m = o.n < cap ? o.n : cap;
	/* An alert's id is made of what it is and the millisecond in which it opened: of two alike the later word counts. */
	size_t kept = 0;
	for (size_t i = 0; i < m; i++) {
		size_t same = 0;
		while (same < kept && !(alerts[same].binding == alerts[i].binding && alerts[same].open == alerts[i].open &&
		                     alerts[same].direction == alerts[i].direction && xie_key_eq(&alerts[same].target, &alerts[i].target) &&
		                     xie_key_eq(&alerts[same].other, &alerts[i].other)))
			same++;
		alerts[same] = alerts[i];
		kept += same == kept ? 1 : 0;
	}
	qsort(alerts, kept, sizeof *alerts, slow_alert_cmp);
	return kept;
}
