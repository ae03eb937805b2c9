/* SPDX-License-Identifier: Apache-2.0 */
/* One fix after another against the bindings that can apply.  docs/rules.md says what each operator means; the
 * comments here say which sentence of it a line keeps. */
#include "xie/rule/eval.h"

#include "xie/base/sha256.h"
#include "xie/geo/plane.h"
#include "xie/rule/expr.h"
#include "xie/track/motion.h"

/* What is pending or open for one binding. */
struct xie_episode {
	struct xie_episode *next;
	uint32_t binding;
	bool open;      /* fix operators: it has lasted `for`.  Areas: the target is inside (else: absent since out) */
	bool already;   /* areas: first seen inside */
	bool entered;   /* areas: it has lasted more than an instant */
	bool told;      /* the fact has gone out; it goes again only when more is known */
	struct xie_instant in, out; /* areas: the interval so far */
	xie_ms since;   /* fix operators: the first fix at which it held.  Silence: the last time it was heard */
	int32_t peak;
	uint64_t first_frame, last_frame;
};

/* One fix being folded in. */
struct step {
	struct xie_eval_ctx *c;
	struct xie_eval *e;
	const struct xie_seen *seen;
	const struct xie_fix *cur;
	uint64_t frame;
	bool jump;       /* the way from the last fix is no path */
	bool has_prev;
	xie_ms dt;
	const uint32_t *at;   /* areas that hold the fix, ascending */
	size_t n_at;
	const uint32_t *met;  /* areas and gates that the way may have met */
	size_t n_met;
};

size_t xie_episode_size(void)
{
	return sizeof(struct xie_episode);
}

/* ---- facts ---- */

void xie_alert_id(const struct xie_binding *b, const struct xie_key *target, const struct xie_key *other,
                  enum xie_direction d, xie_ms open, uint8_t ret_id[static 16])
{
	static const struct xie_key nobody = { 0 };
	uint8_t head[16], digest[32];
	xie_wr w = xie_wr_of(head, sizeof head);
	xie_wr_u32be(&w, XIE_SEMANTICS);
	xie_wr_u32be(&w, (uint32_t)d);
	xie_wr_u64be(&w, (uint64_t)open);
	struct xie_sha256 s;
	xie_sha256_init(&s);
	xie_sha256_add(&s, head, sizeof head);
	xie_sha256_add(&s, b->digest, sizeof b->digest);
	xie_sha256_add(&s, target, sizeof *target);
	xie_sha256_add(&s, other != NULL ? other : &nobody, sizeof *target);
	xie_sha256_end(&s, digest);
	memcpy(ret_id, digest, 16);
}

struct fact {
	xie_ms since, open, close;
	enum xie_end end; /* XIE_END_OPEN: not closed */
	enum xie_direction direction;
	bool already, has_peak;
	int32_t peak;
	uint64_t first_frame, last_frame;
};

static void emit(struct xie_eval_ctx *c, uint32_t binding, const struct xie_key *key, struct fact f)
{
	struct xie_alert a = { .binding = binding, .target = *key, .since = f.since, .open = f.open, .close = f.close,
		               .closed = f.end != XIE_END_OPEN && f.end != XIE_END_EOF, .already_inside = f.already,
		               .has_peak = f.has_peak, .peak = f.peak, .direction = (uint8_t)f.direction,
		               .end = (uint8_t)f.end, .first_frame = f.first_frame, .last_frame = f.last_frame };
	xie_alert_id(&c->rules->bindings[binding], key, NULL, f.direction, f.open, a.id);
	c->emit(c->self, &a);
}

static const struct xie_rule *rule_of(const struct xie_eval_ctx *c, uint32_t binding)
{
	return &c->rules->rules[c->rules->bindings[binding].rule];
}

static bool is_area_op(enum xie_op op)
{
	return op == XIE_OP_INSIDE || op == XIE_OP_DWELL || op == XIE_OP_ENTERS || op == XIE_OP_LEAVES;
}

/* ---- episodes of a target ---- */

static struct xie_episode *find(const struct xie_eval *e, uint32_t binding)
{
	for (struct xie_episode *p = e->episodes; p != NULL && p->binding <= binding; p = p->next)
		if (p->binding == binding)
			return p;
	return NULL;
}

/* Room was reserved before the step began (xie_eval_fix), so this cannot fail. */
static struct xie_episode *begin(struct step *s, uint32_t binding)
{
	struct xie_episode *p = xie_pool_take(&s->c->episodes);
	struct xie_episode **at = &s->e->episodes;
	while (*at != NULL && (*at)->binding < binding)
		at = &(*at)->next;
	p->binding = binding;
	p->next = *at;
	p->first_frame = p->last_frame = s->frame;
	*at = p;
	return p;
}

static void drop(struct step *s, struct xie_episode *p)
{
	struct xie_episode **at = &s->e->episodes;
	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	xie_pool_give(&s->c->episodes, p);
}

/* ---- areas: inside, dwell, enters, leaves ---- */

/* The interval in..out (closed) as the operator's fact, if it is one.  end OPEN or EOF: it lasts at least until out. */
static bool area_fact(struct xie_eval_ctx *c, const struct xie_episode *p, const struct xie_key *key, struct xie_instant out,
                      enum xie_end end)
{
	const struct xie_rule *r = rule_of(c, p->binding);
	struct fact f = { .since = p->in.ms, .open = p->in.ms, .close = out.ms, .end = end, .already = p->already,
		          .first_frame = p->first_frame, .last_frame = p->last_frame };
	if (r->op == XIE_OP_DWELL) {
		if (!xie_instant_lasts(p->in, out, r->for_ms))
			return false;
		f.open = p->in.ms + r->for_ms;
	}
	emit(c, p->binding, key, f);
	return true;
}

static void area_event(struct xie_eval_ctx *c, const struct xie_episode *p, const struct xie_key *key, xie_ms at)
{
	emit(c, p->binding, key, (struct fact){ .since = at, .open = at, .close = at, .end = XIE_END_EVENT,
	                                        .already = p->already, .first_frame = p->first_frame, .last_frame = p->last_frame });
}

static void area_close(struct step *s, struct xie_episode *p, struct xie_instant out, enum xie_end end)
{
	enum xie_op op = rule_of(s->c, p->binding)->op;
	if (op == XIE_OP_INSIDE || op == XIE_OP_DWELL)
		(void)area_fact(s->c, p, s->seen->key, out, end);
	else if (op == XIE_OP_LEAVES && end == XIE_END_LEFT && p->entered)
		area_event(s->c, p, s->seen->key, out.ms);
	drop(s, p);
}

/* The interval is known to reach `to`. */
static void area_extend(struct step *s, struct xie_episode *p, struct xie_instant to)
{
	enum xie_op op = rule_of(s->c, p->binding)->op;
	bool first = !p->entered && xie_instant_cmp(p->in, to) < 0;
	p->last_frame = s->frame;
	p->entered = p->entered || first;
	if (op == XIE_OP_ENTERS && first && !p->already) /* a touch of zero length has not entered */
		area_event(s->c, p, s->seen->key, p->in.ms);
	if (!p->told && (op == XIE_OP_INSIDE || op == XIE_OP_DWELL))
		p->told = area_fact(s->c, p, s->seen->key, to, XIE_END_OPEN);
}

static struct xie_episode *area_begin(struct step *s, uint32_t binding, struct xie_instant in, bool already)
{
	struct xie_episode *p = begin(s, binding);
	p->in = p->out = in;
	p->already = already;
	p->open = true;
	return p;
}

/* One closed interval of the way inside the area. */
static struct xie_episode *area_span(struct step *s, uint32_t binding, struct xie_episode *p, struct xie_span span, xie_ms clear)
{
	const struct xie_fix *prev = &s->e->last;
	struct xie_instant from = xie_instant_at(prev->t, s->cur->t, span.from);
	struct xie_instant to = xie_instant_at(prev->t, s->cur->t, span.to);
	if (p != NULL && !p->open && !xie_instant_lasts(p->out, from, clear)) {
		p->open = true; /* an absence shorter than clear does not end it */
	} else if (p != NULL && !p->open) {
		area_close(s, p, p->out, XIE_END_LEFT);
		p = NULL;
	}
	if (p == NULL) {
		/* Inside at the last fix without an episode: its conditions did not hold there, so it counts from here. */
		bool already = span.from.num == 0 && prev->t != s->cur->t;
		if (already && span.to.num != span.to.den)
			return NULL;
		p = area_begin(s, binding, already ? xie_instant_of(s->cur->t) : from, already);
		if (already)
			to = p->in;
	}
	area_extend(s, p, to);
	if (span.to.num == span.to.den)
		return p;
	p->open = false;
	p->out = to;
	if (clear == 0) {
		area_close(s, p, to, XIE_END_LEFT);
		return NULL;
	}
	return p;
}

static bool holds_here(const struct step *s, const struct xie_binding *b, const struct xie_rule *r)
{
	return (r->kinds >> s->seen->kind & 1) != 0 && xie_expr_holds(b->where, s->seen) && xie_expr_holds(b->schedule, s->seen);
}

static void area(struct step *s, uint32_t binding, bool inside)
{
	const struct xie_binding *b = &s->c->rules->bindings[binding];
	const struct xie_rule *r = rule_of(s->c, binding);
	struct xie_episode *p = find(s->e, binding);
	xie_ms clear = r->op == XIE_OP_INSIDE || r->op == XIE_OP_DWELL ? b->clear : 0;
	bool path = s->has_prev && !s->jump && s->dt <= r->gap_ms;
	if (p != NULL && !path) {
		area_close(s, p, p->open ? xie_instant_of(s->e->last.t) : p->out,
		           !p->open ? XIE_END_LEFT : s->jump ? XIE_END_JUMP : XIE_END_GAP);
		p = NULL;
	}
	if (!holds_here(s, b, r)) {
		if (p != NULL)
			area_close(s, p, p->open ? xie_instant_of(s->cur->t) : p->out, p->open ? XIE_END_CURED : XIE_END_LEFT);
		return;
	}
	if (!path) {
		if (inside)
			area_extend(s, area_begin(s, binding, xie_instant_of(s->cur->t), true), xie_instant_of(s->cur->t));
		return;
	}
	struct xie_span spans[64];
	size_t n = 0;
	xie_zone_clip(s->c->rules->set, b->zone, s->e->last.at, s->cur->at, spans, 64, &n);
	for (size_t i = 0; i < n && i < 64; i++)
		p = area_span(s, binding, p, spans[i], clear);
	/* More than 64 pieces in one step: the last one decides how it goes on. */
	if (p != NULL && !p->open && xie_instant_lasts(p->out, xie_instant_of(s->cur->t), clear))
		area_close(s, p, p->out, XIE_END_LEFT);
}

/* ---- gates ---- */

static void gate(struct step *s, uint32_t binding)
{
	const struct xie_binding *b = &s->c->rules->bindings[binding];
	const struct xie_rule *r = rule_of(s->c, binding);
	if (!s->has_prev || s->jump || s->dt > r->gap_ms || !holds_here(s, b, r))
		return;
	struct xie_frac at = { 0, 1 };
	enum xie_side side = xie_gate_cross(s->c->rules->set, b->zone, s->e->last.at, s->cur->at, &at);
	enum xie_direction d = side == XIE_CROSS_L2R ? XIE_DIR_L2R : XIE_DIR_R2L;
	if (side == XIE_CROSS_NONE || (r->directions >> d & 1) == 0)
		return;
	xie_ms t = xie_instant_at(s->e->last.t, s->cur->t, at).ms;
	emit(s->c, binding, s->seen->key, (struct fact){ .since = t, .open = t, .close = t, .end = XIE_END_EVENT, .direction = d,
	                                                 .first_frame = s->e->last_frame, .last_frame = s->frame });
}

/* ---- operators judged at fixes: speeding, stopped, wrong way, holds ---- */

enum truth { NO, YES, SKIP };

static enum truth truth(bool known, bool yes)
{
	return !known ? SKIP : yes ? YES : NO;
}

/* Does it hold at this fix; keep: with the release margin. */
static enum truth judge(const struct step *s, const struct xie_binding *b, enum xie_op op, bool keep)
{
	const struct xie_fix *f = s->cur;
	bool sog = (f->has & XIE_FIX_SOG) != 0, cog = (f->has & XIE_FIX_COG) != 0;
	int64_t clear = keep ? b->clear : 0;
	if (op == XIE_OP_SPEED)
		return truth(sog, f->sog_dmph > b->limit - clear);
	if (op == XIE_OP_STOPPED)
		return truth(sog, f->sog_dmph < b->limit + clear);
	if (op == XIE_OP_WRONG_WAY)
		return truth(sog && cog, f->sog_dmph >= b->min && xie_course_diff(f->cog_cdeg, b->direction_cdeg) > b->over_cdeg);
	struct xie_value v = xie_expr_eval(keep && b->keep != NULL ? b->keep : b->when, s->seen);
	return truth(v.known, v.i != 0);
}

static void state_fact(struct xie_eval_ctx *c, const struct xie_episode *p, const struct xie_key *key, xie_ms close, enum xie_end end)
{
	const struct xie_rule *r = rule_of(c, p->binding);
	emit(c, p->binding, key, (struct fact){ .since = p->since, .open = p->since + r->for_ms, .close = close, .end = end,
	                                        .has_peak = r->op == XIE_OP_SPEED, .peak = p->peak,
	                                        .first_frame = p->first_frame, .last_frame = p->last_frame });
}

static void state_end(struct step *s, struct xie_episode *p, xie_ms close, enum xie_end end)
{
	if (p->open)
		state_fact(s->c, p, s->seen->key, close, end);
	drop(s, p);
}

static void state(struct step *s, uint32_t binding, bool inside)
{
	const struct xie_binding *b = &s->c->rules->bindings[binding];
	const struct xie_rule *r = rule_of(s->c, binding);
	struct xie_episode *p = find(s->e, binding);
	if (p != NULL && (s->jump || s->dt > r->gap_ms)) {
		state_end(s, p, s->e->last.t, s->jump ? XIE_END_JUMP : XIE_END_GAP);
		p = NULL;
	}
	if (!inside) {
		if (p != NULL)
			state_end(s, p, s->cur->t, XIE_END_LEFT);
		return;
	}
	enum truth t = holds_here(s, b, r) ? judge(s, b, r->op, p != NULL && p->open) : NO;
	if (t == SKIP)
		return; /* a fix that lacks the value says nothing */
	if (t == NO) {
		if (p != NULL) {
			p->last_frame = s->frame;
			state_end(s, p, s->cur->t, XIE_END_CURED);
		}
		return;
	}
	if (p == NULL) {
		p = begin(s, binding);
		p->since = s->cur->t;
		p->peak = INT32_MIN;
	}
	p->last_frame = s->frame;
	if ((s->cur->has & XIE_FIX_SOG) != 0 && s->cur->sog_dmph > p->peak) {
		p->peak = s->cur->sog_dmph;
		p->told = p->told && r->op != XIE_OP_SPEED; /* a higher peak is news */
	}
	p->open = p->open || s->cur->t >= p->since + r->for_ms;
	if (p->open && !p->told) {
		p->told = true;
		state_fact(s->c, p, s->seen->key, 0, XIE_END_OPEN);
	}
}

/* ---- silence and jumps ---- */

static xie_ms silence_opens(const struct xie_eval_ctx *c, const struct xie_rule *r, xie_ms last)
{
	return c->counted != NULL ? c->counted(c->self, last, r->for_ms) : last + r->for_ms;
}

static void silence_fact(struct xie_eval_ctx *c, const struct xie_episode *p, const struct xie_key *key, xie_ms until, enum xie_end end)
{
	const struct xie_rule *r = rule_of(c, p->binding);
	xie_ms open = silence_opens(c, r, p->since);
	if (until > open) /* strictly more than `for` */
		emit(c, p->binding, key, (struct fact){ .since = p->since, .open = open, .close = until, .end = end,
		                                        .first_frame = p->first_frame, .last_frame = p->last_frame });
}

/* Heard again at t: every silence that was running ends. */
static void heard(struct step *s, xie_ms t)
{
	struct xie_episode *next;
	for (struct xie_episode *p = s->c->rules->silence ? s->e->episodes : NULL; p != NULL; p = next) {
		next = p->next;
		if (rule_of(s->c, p->binding)->op != XIE_OP_SILENCE)
			continue;
		p->last_frame = s->frame;
		silence_fact(s->c, p, s->seen->key, t, XIE_END_HEARD);
		drop(s, p);
	}
	s->e->heard = t;
	s->e->was_heard = true;
}

static void silence(struct step *s, uint32_t binding, bool inside)
{
	const struct xie_binding *b = &s->c->rules->bindings[binding];
	if (!inside || !holds_here(s, b, rule_of(s->c, binding)))
		return;
	begin(s, binding)->since = s->cur->t;
}

static void jump(struct step *s, uint32_t binding, bool inside)
{
	const struct xie_binding *b = &s->c->rules->bindings[binding];
	const struct xie_fix *prev = &s->e->last;
	if (!inside || !s->has_prev || !holds_here(s, b, rule_of(s->c, binding)) ||
	    !xie_moved_at_least(prev->at, s->cur->at, b->min) || !xie_moved_faster(prev->at, s->cur->at, s->dt, b->limit))
		return;
	emit(s->c, binding, s->seen->key, (struct fact){ .since = s->cur->t, .open = s->cur->t, .close = s->cur->t, .end = XIE_END_EVENT,
	                                                 .first_frame = s->e->last_frame, .last_frame = s->frame });
}

/* ---- a fix ---- */

static void judge_binding(struct step *s, uint32_t binding, bool inside)
{
	switch (rule_of(s->c, binding)->op) {
	case XIE_OP_INSIDE:
	case XIE_OP_DWELL:
	case XIE_OP_ENTERS:
	case XIE_OP_LEAVES:
		area(s, binding, inside);
		break;
	case XIE_OP_CROSSES:
		gate(s, binding);
		break;
	case XIE_OP_SILENCE:
		silence(s, binding, inside);
		break;
	case XIE_OP_JUMPS:
		jump(s, binding, inside);
		break;
	default:
		state(s, binding, inside);
	}
}

/* The zones to look at: those of the fix and those of the way, merged; then what is left of open episodes. */
static void judge_zones(struct step *s)
{
	const struct xie_rules *r = s->c->rules;
	size_t i = 0, j = 0;
	while (i < s->n_at || j < s->n_met) {
		uint32_t a = i < s->n_at ? s->at[i] : UINT32_MAX, m = j < s->n_met ? s->met[j] : UINT32_MAX;
		uint32_t z = a < m ? a : m;
		bool inside = a == z;
		i += a == z;
		j += m == z;
		for (uint32_t k = r->first[z]; k < r->first[z + 1]; k++)
			judge_binding(s, r->of_zone[k], inside);
	}
}

static bool looked_at(const struct step *s, uint32_t zone)
{
	for (size_t i = 0; i < s->n_at; i++)
		if (s->at[i] == zone)
			return true;
	for (size_t i = 0; i < s->n_met; i++)
		if (s->met[i] == zone)
			return true;
	return false;
}

/* Episodes in zones that neither the fix nor the way to it touched: a gap, a jump, or a way round. */
static void judge_left(struct step *s)
{
	struct xie_episode *next;
	for (struct xie_episode *p = s->e->episodes; p != NULL; p = next) {
		next = p->next;
		uint32_t zone = s->c->rules->bindings[p->binding].zone;
		enum xie_op op = rule_of(s->c, p->binding)->op;
		if (zone != XIE_NO_ZONE && op != XIE_OP_SILENCE && !looked_at(s, zone))
			judge_binding(s, p->binding, false);
	}
}

/* At most this many episodes can begin in this step. */
static size_t may_begin(const struct step *s)
{
	const struct xie_rules *r = s->c->rules;
	size_t n = r->n_everywhere;
	for (size_t i = 0; i < s->n_at; i++)
		n += r->first[s->at[i] + 1] - r->first[s->at[i]];
	for (size_t i = 0; i < s->n_met; i++)
		n += r->first[s->met[i] + 1] - r->first[s->met[i]];
	return n;
}

/* Makes sure that n nodes can be taken, so that a step either happens or does not. */
static bool reserve(struct xie_pool *p, size_t n)
{
	if (p->mem->cap - p->mem->used >= (n + 1) * (p->size + 16))
		return true;
	void *taken = NULL;
	size_t got = 0;
	for (; got < n; got++) {
		void *node = xie_pool_take(p);
		if (node == NULL)
			break;
		memcpy(node, &taken, sizeof taken);
		taken = node;
	}
	while (taken != NULL) {
		void *node = taken;
		memcpy(&taken, node, sizeof taken);
		xie_pool_give(p, node);
	}
	return got == n;
}

static bool near_in_lon(struct xie_pt a, struct xie_pt b)
{
	int64_t d = (int64_t)b.lon - a.lon;
	return d < XIE_LON_MAX / 2 && d > -XIE_LON_MAX / 2;
}

xie_status xie_eval_fix(struct xie_eval_ctx *c, struct xie_eval *e, const struct xie_seen *seen, uint64_t frame, uint32_t *hint)
{
	const struct xie_rules *r = c->rules;
	struct step s = { .c = c, .e = e, .seen = seen, .cur = seen->fix, .frame = frame, .has_prev = e->has_last };
	if ((s.cur->has & XIE_FIX_LONG_RANGE) != 0) { /* AIS 27: breaks a silence, opens nothing */
		heard(&s, s.cur->t);
		return XIE_OK;
	}
	const size_t cap = sizeof c->ids[0] / sizeof c->ids[0][0];
	s.at = c->ids[0];
	s.met = c->ids[1];
	uint32_t before = *hint;
	xie_zones_at(r->set, s.cur->at, hint, c->ids[0], cap, &s.n_at);
	/* Still in the cell in which nothing lies; a cell may be wider than the short way. */
	bool stayed = before != 0 && *hint == before && s.has_prev && near_in_lon(e->last.at, s.cur->at);
	if (s.has_prev) {
		s.dt = s.cur->t - e->last.t;
		s.jump = xie_is_jump_break(seen->kind, e->last.at, s.cur->at, s.dt);
		if (!stayed && !s.jump && s.dt <= r->path_gap)
			xie_zones_step(r->set, e->last.at, s.cur->at, c->ids[1], cap, &s.n_met);
	}
	if (s.n_at > cap || s.n_met > cap || !reserve(&c->episodes, may_begin(&s))) {
		*hint = 0;
		return XIE_LIMIT;
	}
	heard(&s, s.cur->t);
	judge_left(&s);
	judge_zones(&s);
	for (uint32_t i = 0; i < r->n_everywhere; i++)
		judge_binding(&s, r->everywhere[i], true);
	e->last = *s.cur;
	e->last_frame = frame;
	e->has_last = true;
	return XIE_OK;
}

/* ---- time without a fix ---- */

void xie_eval_tick(struct xie_eval_ctx *c, const struct xie_eval *e, const struct xie_key *key, xie_ms now, bool final)
{
	for (const struct xie_episode *p = e->episodes; p != NULL; p = p->next) {
		const struct xie_rule *r = rule_of(c, p->binding);
		enum xie_end going = final ? XIE_END_EOF : XIE_END_OPEN;
		bool gap = now - e->last.t > r->gap_ms;
		if (r->op == XIE_OP_SILENCE) {
			if (now > silence_opens(c, r, p->since))
				emit(c, p->binding, key, (struct fact){ .since = p->since, .open = silence_opens(c, r, p->since),
				                                        .end = going, .first_frame = p->first_frame, .last_frame = p->last_frame });
		} else if (r->op == XIE_OP_INSIDE || r->op == XIE_OP_DWELL) {
			if (!p->open && (final || gap || xie_instant_lasts(p->out, xie_instant_of(now), c->rules->bindings[p->binding].clear)))
				(void)area_fact(c, p, key, p->out, XIE_END_LEFT);
			else if (p->open && (final || gap))
				(void)area_fact(c, p, key, xie_instant_of(e->last.t), gap ? XIE_END_GAP : going);
		} else if (!is_area_op(r->op) && p->open && (final || gap)) {
			state_fact(c, p, key, e->last.t, gap ? XIE_END_GAP : going);
		}
	}
}

xie_ms xie_eval_deadline(struct xie_eval_ctx *c, const struct xie_eval *e, xie_ms now)
{
	xie_ms at = INT64_MAX;
	for (const struct xie_episode *p = e->episodes; p != NULL; p = p->next) {
		const struct xie_rule *r = rule_of(c, p->binding);
		bool area = is_area_op(r->op);
		xie_ms due = r->op == XIE_OP_SILENCE ? silence_opens(c, r, p->since) : e->last.t + r->gap_ms;
		if (area && !p->open && p->out.ms + c->rules->bindings[p->binding].clear < due)
			due = p->out.ms + c->rules->bindings[p->binding].clear;
		bool says = r->op == XIE_OP_SILENCE || area || p->open;
		if (says && due < INT64_MAX && due + 1 > now && due + 1 < at)
			at = due + 1;
	}
	return at;
}

/* ---- copies ---- */

void xie_eval_clear(struct xie_eval_ctx *c, struct xie_eval *e)
{
	while (e->episodes != NULL) {
		struct xie_episode *p = e->episodes;
		e->episodes = p->next;
		xie_pool_give(&c->episodes, p);
	}
	*e = (struct xie_eval){ 0 };
}

xie_status xie_eval_copy(struct xie_eval_ctx *c, struct xie_eval *dst, const struct xie_eval *src)
{
	xie_eval_clear(c, dst);
	struct xie_episode **tail = &dst->episodes;
	for (const struct xie_episode *p = src->episodes; p != NULL; p = p->next) {
		struct xie_episode *q = xie_pool_take(&c->episodes);
		if (q == NULL) {
			xie_eval_clear(c, dst);
			return XIE_LIMIT;
		}
		*q = *p;
		q->next = NULL;
		*tail = q;
		tail = &q->next;
	}
	struct xie_episode *episodes = dst->episodes;
	*dst = *src;
	dst->episodes = episodes;
	return XIE_OK;
}

void xie_eval_save(const struct xie_eval *e, xie_wr *w)
{
	uint32_t n = 0;
	for (const struct xie_episode *p = e->episodes; p != NULL; p = p->next)
		n++;
	xie_wr_bytes(w, e, sizeof *e);
	xie_wr_u32be(w, n);
	for (const struct xie_episode *p = e->episodes; p != NULL; p = p->next)
		xie_wr_bytes(w, p, sizeof *p);
}

xie_status xie_eval_load(struct xie_eval_ctx *c, struct xie_eval *e, xie_rd *r)
{
	const uint8_t *state = xie_rd_take(r, sizeof *e);
	uint32_t n = xie_rd_u32be(r);
	if (r->st != XIE_OK)
		return r->st;
	memcpy(e, state, sizeof *e);
	e->episodes = NULL;
	struct xie_episode **tail = &e->episodes;
	for (uint32_t i = 0; i < n; i++) {
		const uint8_t *b = xie_rd_take(r, sizeof(struct xie_episode));
		struct xie_episode *p = b != NULL ? xie_pool_take(&c->episodes) : NULL;
		if (p == NULL)
			return b == NULL ? r->st : XIE_LIMIT;
		memcpy(p, b, sizeof *p);
		p->next = NULL;
		if (p->binding >= c->rules->n_bindings)
			xie_rd_fail(r, XIE_CORRUPT);
		*tail = p;
		tail = &p->next;
	}
	return r->st;
}
