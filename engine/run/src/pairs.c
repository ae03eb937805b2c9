/* SPDX-License-Identifier: Apache-2.0 */
/* Pairs: who has been in the zone of a pair rule is a member; members that moved are judged against those whom a grid
 * of space and time (near.h) names, when some step of the one came within reach of some step of the other.  Only pairs
 * that are near, or whose facts may still change, have a state: of all others every second that is known of both has
 * been found not near. */
#include "pairs.h"

#include "near.h"
#include "xie/base/time.h"
#include "xie/rule/expr.h"
#include "xie/track/motion.h"

struct member {
	const struct xie_target *target;
	struct xie_pair_fix *fixes;
	size_t n, cap, laid;  /* laid: fixes whose ways are in the grid */
	uint64_t arrival;     /* of the last fix taken over */
	xie_ms until;         /* time of the last fix that was judged */
	bool dirty, again;    /* again: fixes came late, judge the whole track anew */
	uint32_t asked;       /* the last question of candidates that named it */
};

struct pair_state {
	uint32_t i, j;
	struct xie_pair pair;
	struct facts facts;
};

struct pair_rule {
	uint32_t binding, question;
	struct member *members;
	uint32_t n, cap;
	uint32_t *of, of_cap;       /* 1 + index of a member, by its number in all rules (target->member - 1) */
	uint32_t *dirty, n_dirty;   /* as many places as members */
	struct pair_state **table, **live; /* live: the same ones in a row */
	size_t table_cap, n_states, live_cap;
	struct near_grid grid;
	xie_ms newest;              /* event time of any fix */
};

struct xie_pairs {
	struct xie_run_options opt;
	xie_arena *mem;
	struct xie_shard *const *shards;
	uint64_t *seen;       /* version up to which each shard was looked at */
	uint32_t n_shards, n_rules, n_known; /* n_known: targets with a number */
	struct pair_rule *rules;
	struct xie_eval_ctx eval;
	struct xie_pool facts, states;
	struct pair_state *current;
	xie_ms current_t;
	bool ticking, out_of_memory;
};

static struct outlet pairs_outlet(struct xie_pairs *p)
{
	return (struct outlet){ .sink = p->opt.sink, .self = p->opt.self, .pool = &p->facts };
}

static void on_pair(void *self, const struct xie_alert *a)
{
	struct xie_pairs *p = self;
	struct outlet out = pairs_outlet(p);
	xie_ms t = a->closed ? a->close : a->open;
	xie_status st = p->ticking ? facts_show(&p->current->facts, &out, a) : facts_settle(&p->current->facts, &out, a, t);
	p->out_of_memory = p->out_of_memory || st != XIE_OK;
}

xie_status xie_pairs_new(xie_arena *mem, const struct xie_run_options *opt, struct xie_shard *const *shards, uint32_t n,
                         struct xie_pairs **ret_p)
{
	struct xie_pairs *p = xie_arena_new(mem, struct xie_pairs, 1);
	if (p == NULL)
		return XIE_LIMIT;
	p->opt = *opt;
	p->mem = mem;
	p->shards = shards;
	p->n_shards = n;
	p->n_rules = opt->rules->n_pairs;
	p->seen = xie_arena_new(mem, uint64_t, n);
	p->rules = xie_arena_new(mem, struct pair_rule, (size_t)p->n_rules + 1);
	if (p->seen == NULL || p->rules == NULL)
		return XIE_LIMIT;
	for (uint32_t i = 0; i < p->n_rules; i++) {
		struct pair_rule *r = &p->rules[i];
		*r = (struct pair_rule){ .binding = opt->rules->pairs[i], .cap = 64, .of_cap = 64, .table_cap = 256, .live_cap = 64 };
		r->members = xie_arena_new(mem, struct member, r->cap);
		r->dirty = xie_arena_new(mem, uint32_t, r->cap);
		r->of = xie_arena_new(mem, uint32_t, r->of_cap);
		r->table = xie_arena_new(mem, struct pair_state *, r->table_cap);
		r->live = xie_arena_new(mem, struct pair_state *, r->live_cap);
		if (r->members == NULL || r->dirty == NULL || r->of == NULL || r->table == NULL || r->live == NULL)
			return XIE_LIMIT;
		near_init(&r->grid, mem, opt->rules->bindings[r->binding].limit);
	}
	p->facts = xie_pool_of(mem, sizeof(struct fact));
	p->states = xie_pool_of(mem, sizeof(struct pair_state));
	p->eval.rules = opt->rules;
	p->eval.emit = on_pair;
	p->eval.self = p;
	*ret_p = p;
	return XIE_OK;
}

/* ---- members and their tracks ---- */

/* Doubles an array in the arena; what it leaves behind adds up to less than its size. */
static void *more(xie_arena *mem, void *old, size_t n, size_t cap, size_t size)
{
	void *p = xie_arena_alloc(mem, cap, size);
	if (p != NULL && n != 0)
		memcpy(p, old, n * size);
	return p;
}

/* Every target that any rule follows has a number. */
static bool give_number(struct xie_pairs *p, struct xie_target *t)
{
	if (t->member == 0)
		t->member = ++p->n_known;
	for (uint32_t k = 0; k < p->n_rules; k++) {
		struct pair_rule *r = &p->rules[k];
		if (t->member <= r->of_cap)
			continue;
		uint32_t cap = r->of_cap * 2;
		uint32_t *of = more(p->mem, r->of, r->of_cap, cap, sizeof *of);
		if (of == NULL)
			return false;
		r->of = of;
		r->of_cap = cap;
	}
	return true;
}

/* t has a number.  NULL: no memory. */
static struct member *member(struct xie_pairs *p, struct pair_rule *r, const struct xie_target *t)
{
	uint32_t *of = &r->of[t->member - 1];
	if (*of != 0)
		return &r->members[*of - 1];
	if (r->n == r->cap) {
		uint32_t cap = r->cap * 2;
		struct member *m = more(p->mem, r->members, r->n, cap, sizeof *m);
		uint32_t *dirty = more(p->mem, r->dirty, r->n_dirty, cap, sizeof *dirty);
		if (m == NULL || dirty == NULL)
			return NULL;
		r->members = m;
		r->dirty = dirty;
		r->cap = cap;
	}
	r->members[r->n] = (struct member){ .target = t, .until = INT64_MIN };
	*of = ++r->n;
	return &r->members[r->n - 1];
}

static void mark(struct pair_rule *r, struct member *m)
{
	if (!m->dirty)
		r->dirty[r->n_dirty++] = (uint32_t)(m - r->members);
	m->dirty = true;
}

static bool counts(const struct node *n)
{
	return !n->is_static && !n->echo && (n->fix.has & XIE_FIX_LONG_RANGE) == 0;
}

static bool append(struct xie_pairs *p, const struct pair_rule *r, struct member *m, const struct node *n)
{
	const struct xie_binding *b = &p->opt.rules->bindings[r->binding];
	if (m->n == m->cap) {
		size_t cap = m->cap != 0 ? m->cap * 2 : 32;
		struct xie_pair_fix *f = more(p->mem, m->fixes, m->n, cap, sizeof *f);
		if (f == NULL)
			return false;
		m->fixes = f;
		m->cap = cap;
	}
	struct xie_seen seen = { .key = &m->target->key, .kind = m->target->kind, .fix = &n->fix, .stat = n->stat };
	const struct xie_pair_fix *prev = m->n != 0 ? &m->fixes[m->n - 1] : NULL;
	m->fixes[m->n] = (struct xie_pair_fix){
		.t = n->fix.t,
		.at = n->fix.at,
		.jump = prev != NULL && xie_is_jump_break(m->target->kind, prev->at, n->fix.at, n->fix.t - prev->t),
		.ok = xie_expr_holds(b->where, &seen) && xie_expr_holds(b->schedule, &seen),
		.frame = n->frame,
	};
	m->n++;
	m->arrival = n->arrival;
	return true;
}

/* The fixes taken over so far that lie before the oldest one still in the target's memory. */
static size_t kept_before(const struct member *m, xie_ms t)
{
	size_t n = m->n;
	while (n > 0 && m->fixes[n - 1].t >= t)
		n--;
	return n;
}

static bool take_over(struct xie_pairs *p, struct pair_rule *r, const struct xie_target *t)
{
	if ((p->opt.rules->rules[p->opt.rules->bindings[r->binding].rule].kinds >> t->kind & 1) == 0)
		return true;
	struct member *m = member(p, r, t);
	if (m == NULL)
		return false;
	const struct node *from = t->first;
	if (t->reordered && m->n != 0) {
		m->n = kept_before(m, t->first->fix.t);
		m->laid = m->laid < m->n ? m->laid : m->n;
		m->again = true;
		mark(r, m);
	} else {
		for (from = t->last; from != NULL && m->n != 0 && from->prev != NULL && from->prev->arrival > m->arrival;)
			from = from->prev;
		if (m->n == 0)
			from = t->first;
		else if (from != NULL && from->arrival <= m->arrival)
			return true;
	}
	for (const struct node *n = from; n != NULL; n = n->next)
		if (counts(n)) {
			mark(r, m);
			/* a second fix in the millisecond up to which the pair may have been judged already */
			m->again = m->again || (m->n != 0 && m->fixes[m->n - 1].t == n->fix.t);
			if (!append(p, r, m, n))
				return false;
		}
	return true;
}

/* ---- pairs of members ---- */

static struct pair_state **state_slot(struct pair_state **table, size_t cap, uint32_t i, uint32_t j)
{
	uint64_t h = ((uint64_t)i << 32 | j) * UINT64_C(0x9E3779B97F4A7C15);
	size_t at = (size_t)(h >> 20) & (cap - 1);
	while (table[at] != NULL && (table[at]->i != i || table[at]->j != j))
		at = (at + 1) & (cap - 1);
	return &table[at];
}

/* Enters st; false: no memory. */
static bool enter(struct xie_pairs *p, struct pair_rule *r, struct pair_state *st)
{
	if ((r->n_states + 1) * 4 > r->table_cap * 3) {
		size_t cap = r->table_cap * 2;
		struct pair_state **t = xie_arena_new(p->mem, struct pair_state *, cap);
		if (t == NULL)
			return false;
		for (size_t k = 0; k < r->n_states; k++)
			*state_slot(t, cap, r->live[k]->i, r->live[k]->j) = r->live[k];
		r->table = t;
		r->table_cap = cap;
	}
	if (r->n_states == r->live_cap) {
		struct pair_state **live = more(p->mem, r->live, r->n_states, r->live_cap * 2, sizeof *live);
		if (live == NULL)
			return false;
		r->live = live;
		r->live_cap *= 2;
	}
	*state_slot(r->table, r->table_cap, st->i, st->j) = st;
	r->live[r->n_states++] = st;
	return true;
}

/* Takes the k-th state out; those behind its place in the table move up, as open addressing wants. */
static void remove_state(struct xie_pairs *p, struct pair_rule *r, size_t k)
{
	struct pair_state *st = r->live[k];
	size_t mask = r->table_cap - 1, hole = (size_t)(state_slot(r->table, r->table_cap, st->i, st->j) - r->table);
	r->table[hole] = NULL;
	for (size_t at = (hole + 1) & mask; r->table[at] != NULL; at = (at + 1) & mask) {
		struct pair_state *x = r->table[at];
		r->table[at] = NULL;
		*state_slot(r->table, r->table_cap, x->i, x->j) = x;
	}
	r->live[k] = r->live[--r->n_states];
	facts_free(&st->facts.first, &p->facts);
	xie_pool_give(&p->states, st);
}

static struct xie_pair_track track_of(const struct member *m)
{
	return (struct xie_pair_track){ .key = &m->target->key, .fixes = m->fixes, .n = m->n };
}

/* Judges what became known.  Forgets facts that nothing can change any more. */
static void judge(struct xie_pairs *p, struct pair_rule *r, struct pair_state *st)
{
	struct member *a = &r->members[st->i], *b = &r->members[st->j];
	xie_ms from = a->fixes[0].t > b->fixes[0].t ? a->fixes[0].t : b->fixes[0].t;
	if (a->again || b->again) {
		if (st->pair.running && st->pair.first < from) { /* a run older than what is kept goes on from there */
			st->pair.next = -xie_floor_div(-from, 1000) * 1000;
			st->pair.last = st->pair.last < from ? st->pair.last : from;
			st->pair.told = false;
		} else {
			st->pair = (struct xie_pair){ 0 };
		}
		facts_rewind(&st->facts, from - 1);
	}
	struct xie_pair_track ta = track_of(a), tb = track_of(b);
	struct outlet out = pairs_outlet(p);
	p->current = st;
	xie_pair_advance(&p->eval, r->binding, &st->pair, &ta, &tb);
	facts_publish(&st->facts, &out);
	facts_trim(&st->facts, &out, from - 1);
}

static bool is_over(const struct pair_state *st)
{
	return !st->pair.running && st->facts.first == NULL;
}

/* The way that ends at fix k of m begins at the one before it, or there is none and fix k stands alone. */
static const struct xie_pair_fix *way(const struct member *m, size_t k, xie_ms gap)
{
	const struct xie_pair_fix *f = &m->fixes[k];
	return k > 0 && !f->jump && f->t - f[-1].t <= gap ? f - 1 : f;
}

/* The first fix after t. */
static size_t after(const struct member *m, xie_ms t)
{
	size_t k = m->n;
	while (k > 0 && m->fixes[k - 1].t > t)
		k--;
	return k;
}

/* Did some way of a come within reach of one of b, after `from`? */
static bool came_near(const struct xie_pairs *p, const struct pair_rule *r, const struct member *a, const struct member *b,
                      xie_ms from)
{
	const struct xie_binding *bind = &p->opt.rules->bindings[r->binding];
	xie_ms gap = p->opt.rules->rules[bind->rule].gap_ms;
	size_t i = from == INT64_MIN ? 0 : after(a, from - 1), j = from == INT64_MIN ? 0 : after(b, from - 1);
	while (i < a->n && j < b->n) {
		const struct xie_pair_fix *to = &a->fixes[i], *to2 = &b->fixes[j], *at = way(a, i, gap), *at2 = way(b, j, gap);
		if (to->ok && to2->ok && at->t <= to2->t && at2->t <= to->t &&
		    xie_pair_may_meet(bind->limit, at->at, to->at, at2->at, to2->at))
			return true;
		if (to->t <= to2->t)
			i++;
		else
			j++;
	}
	return false;
}

struct question {
	struct xie_pairs *p;
	struct pair_rule *r;
	uint32_t member;
	xie_status st;
};

/* j may have been near the member of the question. */
static bool candidate(void *self, uint32_t j)
{
	struct question *q = self;
	struct pair_rule *r = q->r;
	uint32_t lo = j < q->member ? j : q->member, hi = j < q->member ? q->member : j;
	struct member *a = &r->members[lo], *b = &r->members[hi];
	if (j == q->member || r->members[j].asked == r->question)
		return true;
	r->members[j].asked = r->question;
	xie_ms from = a->again || b->again ? INT64_MIN : a->until < b->until ? a->until : b->until;
	if (!came_near(q->p, r, a, b, from) || *state_slot(r->table, r->table_cap, lo, hi) != NULL)
		return true; /* one with a state was judged before */
	struct pair_state *st = xie_pool_take(&q->p->states);
	q->st = XIE_LIMIT;
	if (st == NULL)
		return false;
	st->i = lo;
	st->j = hi;
	if (from != INT64_MIN) {
		st->pair.started = true;
		st->pair.next = -xie_floor_div(-from, 1000) * 1000;
	}
	judge(q->p, r, st);
	if (is_over(st))
		xie_pool_give(&q->p->states, st);
	else if (!enter(q->p, r, st))
		return false;
	q->st = q->p->out_of_memory ? XIE_LIMIT : XIE_OK;
	return q->st == XIE_OK;
}

/* How long fixes are kept: no late one can reach further back. */
static xie_ms memory_of(const struct xie_pairs *p)
{
	return p->opt.rules->pair_gap + 2 * (p->opt.late_window_ms != 0 ? p->opt.late_window_ms : 600000);
}

/* Lets go of fixes, once there are enough to make the move worth while. */
static void forget(const struct xie_pairs *p, struct member *m)
{
	enum { SOME = 32 };
	xie_ms before = m->fixes[m->n - 1].t - memory_of(p);
	if (p->opt.keep_all || m->n <= SOME || m->fixes[SOME].t >= before)
		return;
	size_t k = SOME;
	while (m->fixes[k + 1].t < before)
		k++;
	m->n -= k;
	m->laid -= k;
	memmove(m->fixes, m->fixes + k, m->n * sizeof m->fixes[0]);
}

static bool remembers(const void *self, uint32_t member, xie_ms end)
{
	const struct pair_rule *r = self;
	return r->members[member].fixes[0].t <= end;
}

/* Lays the new ways of the members that moved into the grid. */
static xie_status lay(const struct xie_pairs *p, struct pair_rule *r)
{
	xie_ms gap = p->opt.rules->rules[p->opt.rules->bindings[r->binding].rule].gap_ms;
	for (uint32_t d = 0; d < r->n_dirty; d++) {
		struct member *m = &r->members[r->dirty[d]];
		for (; m->laid < m->n; m->laid++)
			if (!near_put(&r->grid, r->dirty[d], way(m, m->laid, gap), &m->fixes[m->laid]))
				return XIE_LIMIT;
	}
	return XIE_OK;
}

/* Finds those that came near each other. */
static xie_status search(struct xie_pairs *p, struct pair_rule *r)
{
	xie_ms gap = p->opt.rules->rules[p->opt.rules->bindings[r->binding].rule].gap_ms;
	struct question q = { .p = p, .r = r };
	for (uint32_t d = 0; d < r->n_dirty; d++) {
		const struct member *m = &r->members[r->dirty[d]];
		q.member = r->dirty[d];
		r->question++;
		for (size_t k = m->again ? 0 : after(m, m->until); k < m->n; k++)
			if (!near_each(&r->grid, way(m, k, gap), &m->fixes[k], candidate, &q))
				return q.st;
	}
	return XIE_OK;
}

static xie_status judge_rule(struct xie_pairs *p, struct pair_rule *r)
{
	xie_status st = lay(p, r);
	for (size_t k = 0; k < r->n_states;) {
		struct pair_state *x = r->live[k];
		if (r->members[x->i].dirty || r->members[x->j].dirty)
			judge(p, r, x);
		if (is_over(x))
			remove_state(p, r, k);
		else
			k++;
	}
	if (st == XIE_OK)
		st = search(p, r);
	for (uint32_t d = 0; d < r->n_dirty; d++) {
		struct member *m = &r->members[r->dirty[d]];
		forget(p, m);
		m->until = m->fixes[m->n - 1].t;
		r->newest = m->until > r->newest ? m->until : r->newest;
		m->dirty = m->again = false;
	}
	r->n_dirty = 0;
	if (!p->opt.keep_all)
		near_forget(&r->grid, r->newest - memory_of(p), remembers, r);
	return p->out_of_memory ? XIE_LIMIT : st;
}

static void look_at(struct xie_pairs *p, xie_ms now, bool final)
{
	p->ticking = true;
	for (uint32_t k = 0; k < p->n_rules; k++) {
		struct pair_rule *r = &p->rules[k];
		for (size_t i = 0; i < r->n_states; i++) {
			struct pair_state *st = r->live[i];
			if (!st->pair.running)
				continue;
			struct xie_pair_track a = track_of(&r->members[st->i]), b = track_of(&r->members[st->j]);
			p->current = st;
			xie_pair_tick(&p->eval, r->binding, &st->pair, &a, &b, now, final);
		}
	}
	p->ticking = false;
}

xie_status pairs_gather(struct xie_pairs *p, bool judged)
{
	for (uint32_t s = 0; s < p->n_shards; s++) {
		struct xie_shard *sh = p->shards[s];
		for (struct xie_target *t = sh->newest; t != NULL && t->version > p->seen[s]; t = t->older) {
			if (t->was_in_pair != 0 && !give_number(p, t))
				return XIE_LIMIT;
			for (uint32_t k = 0; k < p->n_rules && t->was_in_pair != 0; k++)
				if (!take_over(p, &p->rules[k], t))
					return XIE_LIMIT;
			t->reordered = false;
		}
		p->seen[s] = sh->version;
	}
	for (uint32_t k = 0; k < p->n_rules && judged; k++) {
		struct pair_rule *r = &p->rules[k];
		if (lay(p, r) != XIE_OK)
			return XIE_LIMIT;
		for (; r->n_dirty > 0; r->n_dirty--) {
			struct member *m = &r->members[r->dirty[r->n_dirty - 1]];
			m->until = m->fixes[m->n - 1].t;
			m->dirty = m->again = false;
		}
	}
	return XIE_OK;
}

xie_status xie_pairs_run(struct xie_pairs *p, xie_ms now)
{
	xie_status st = pairs_gather(p, false);
	for (uint32_t k = 0; k < p->n_rules && st == XIE_OK; k++)
		st = judge_rule(p, &p->rules[k]);
	look_at(p, now, false);
	return st;
}

xie_status xie_pairs_finish(struct xie_pairs *p, xie_ms now)
{
	xie_status st = xie_pairs_run(p, now);
	look_at(p, now, true);
	return st;
}

/* ---- snapshots ---- */

bool pairs_each(const struct xie_pairs *p, bool (*see)(void *self, const struct saved_pair *pair), void *self)
{
	for (uint32_t k = 0; k < p->n_rules; k++) {
		const struct pair_rule *r = &p->rules[k];
		for (size_t i = 0; i < r->n_states; i++) {
			const struct pair_state *st = r->live[i];
			struct saved_pair out = { .rule = k, .a = r->members[st->i].target->key, .b = r->members[st->j].target->key,
				                  .pair = st->pair, .facts = st->facts };
			if (!see(self, &out))
				return false;
		}
	}
	return true;
}

static struct xie_target *anywhere(const struct xie_pairs *p, const struct xie_key *k)
{
	return shard_target(p->shards[xie_shard_of(k, p->n_shards)], k);
}

xie_status pairs_restore(struct xie_pairs *p, const struct saved_pair *in)
{
	struct xie_target *a = anywhere(p, &in->a), *b = anywhere(p, &in->b);
	if (in->rule >= p->n_rules || a == NULL || b == NULL)
		return XIE_CORRUPT;
	if (!give_number(p, a) || !give_number(p, b))
		return XIE_LIMIT;
	struct pair_rule *r = &p->rules[in->rule];
	struct member *ma = member(p, r, a);
	uint32_t i = ma != NULL ? (uint32_t)(ma - r->members) : 0;
	struct member *mb = member(p, r, b);
	uint32_t j = mb != NULL ? (uint32_t)(mb - r->members) : 0;
	if (ma == NULL || mb == NULL)
		return XIE_LIMIT;
	struct pair_state *st = xie_pool_take(&p->states);
	if (st == NULL)
		return XIE_LIMIT;
	*st = (struct pair_state){ .i = i < j ? i : j, .j = i < j ? j : i, .pair = in->pair, .facts = in->facts };
	return enter(p, r, st) ? XIE_OK : XIE_LIMIT;
}

struct xie_pool *pairs_facts(struct xie_pairs *p)
{
	return &p->facts;
}
