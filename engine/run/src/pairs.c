/* SPDX-License-Identifier: Apache-2.0 */
/* Pairs: who has been in the zone of a pair rule is a member; members that moved are judged against the others. */
#include "pairs.h"

#include "xie/base/time.h"
#include "xie/rule/expr.h"
#include "xie/track/motion.h"

struct box {
	int64_t lon0, lon1;
	int32_t lat0, lat1;
};

struct member {
	const struct xie_target *target;
	struct xie_pair_fix *fixes;
	size_t n, cap;
	uint64_t arrival;     /* of the last fix taken over */
	bool dirty, again;    /* again: fixes came late, judge the whole track anew */
	struct box all;
};

struct pair_state {
	uint32_t i, j;
	struct xie_pair pair;
	struct facts facts;
};

struct pair_rule {
	uint32_t binding;
	struct member *members;
	uint32_t n, cap;
	struct pair_state **table;
	size_t table_cap, n_states;
};

struct xie_pairs {
	struct xie_run_options opt;
	xie_arena *mem;
	struct xie_shard *const *shards;
	uint64_t *seen;       /* version up to which each shard was looked at */
	uint32_t n_shards, n_rules;
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
		*r = (struct pair_rule){ .binding = opt->rules->pairs[i], .cap = 64, .table_cap = 256 };
		r->members = xie_arena_new(mem, struct member, r->cap);
		r->table = xie_arena_new(mem, struct pair_state *, r->table_cap);
		if (r->members == NULL || r->table == NULL)
			return XIE_LIMIT;
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

static struct member *member(struct xie_pairs *p, struct pair_rule *r, const struct xie_target *t)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (r->members[i].target == t)
			return &r->members[i];
	if (r->n == r->cap) {
		struct member *m = more(p->mem, r->members, r->n, (size_t)r->cap * 2, sizeof *m);
		if (m == NULL)
			return NULL;
		r->members = m;
		r->cap *= 2;
	}
	r->members[r->n] = (struct member){ .target = t };
	return &r->members[r->n++];
}

static void widen(struct box *b, bool first, struct xie_pt at)
{
	int64_t lon = first ? at.lon : xie_lon_near(at.lon, (int32_t)b->lon0);
	if (first)
		*b = (struct box){ lon, lon, at.lat, at.lat };
	b->lon0 = lon < b->lon0 ? lon : b->lon0;
	b->lon1 = lon > b->lon1 ? lon : b->lon1;
	b->lat0 = at.lat < b->lat0 ? at.lat : b->lat0;
	b->lat1 = at.lat > b->lat1 ? at.lat : b->lat1;
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
	widen(&m->all, m->n == 0, n->fix.at);
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
		m->again = m->dirty = true;
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
			m->dirty = true;
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

static struct pair_state *new_state(struct xie_pairs *p, struct pair_rule *r, uint32_t i, uint32_t j)
{
	if ((r->n_states + 1) * 4 > r->table_cap * 3) {
		size_t cap = r->table_cap * 2;
		struct pair_state **t = xie_arena_new(p->mem, struct pair_state *, cap);
		if (t == NULL)
			return NULL;
		for (size_t k = 0; k < r->table_cap; k++)
			if (r->table[k] != NULL)
				*state_slot(t, cap, r->table[k]->i, r->table[k]->j) = r->table[k];
		r->table = t;
		r->table_cap = cap;
	}
	struct pair_state *st = xie_pool_take(&p->states);
	if (st == NULL)
		return NULL;
	st->i = i;
	st->j = j;
	*state_slot(r->table, r->table_cap, i, j) = st;
	r->n_states++;
	return st;
}

static struct xie_pt corner(const struct box *b, bool high)
{
	return (struct xie_pt){ .lon = (int32_t)(high ? b->lon1 : b->lon0), .lat = high ? b->lat1 : b->lat0 };
}

static bool may_meet(const struct xie_pairs *p, const struct pair_rule *r, const struct member *a, const struct member *b)
{
	return xie_pair_may_meet(p->opt.rules->bindings[r->binding].limit, corner(&a->all, false), corner(&a->all, true),
	                         corner(&b->all, false), corner(&b->all, true));
}

static struct xie_pair_track track_of(const struct member *m)
{
	return (struct xie_pair_track){ .key = &m->target->key, .fixes = m->fixes, .n = m->n };
}

static xie_status judge(struct xie_pairs *p, struct pair_rule *r, uint32_t i, uint32_t j)
{
	struct member *a = &r->members[i], *b = &r->members[j];
	struct pair_state *st = *state_slot(r->table, r->table_cap, i, j);
	if (st == NULL) {
		if (!may_meet(p, r, a, b))
			return XIE_OK; /* never near so far: the state begins when it can be */
		st = new_state(p, r, i, j);
		if (st == NULL)
			return XIE_LIMIT;
	}
	if (a->again || b->again) {
		xie_ms from = a->fixes[0].t > b->fixes[0].t ? a->fixes[0].t : b->fixes[0].t;
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
	return p->out_of_memory ? XIE_LIMIT : XIE_OK;
}

/* Fixes that no late one can reach any more, once there are enough to make the move worth while. */
static void forget(const struct xie_pairs *p, struct member *m)
{
	xie_ms keep = p->opt.rules->pair_gap + 2 * (p->opt.late_window_ms != 0 ? p->opt.late_window_ms : 600000);
	if (p->opt.keep_all || m->n < 256 || m->fixes[128].t >= m->fixes[m->n - 1].t - keep)
		return;
	m->n -= 128;
	memmove(m->fixes, m->fixes + 128, m->n * sizeof m->fixes[0]);
	for (size_t i = 0; i < m->n; i++)
		widen(&m->all, i == 0, m->fixes[i].at);
}

static xie_status judge_rule(struct xie_pairs *p, struct pair_rule *r)
{
	xie_status st = XIE_OK;
	for (uint32_t i = 0; i < r->n; i++)
		for (uint32_t j = i + 1; j < r->n && st == XIE_OK; j++)
			if (r->members[i].dirty || r->members[j].dirty)
				st = judge(p, r, i, j);
	for (uint32_t i = 0; i < r->n; i++) {
		if (r->members[i].dirty)
			forget(p, &r->members[i]);
		r->members[i].dirty = r->members[i].again = false;
	}
	return st;
}

static void look_at(struct xie_pairs *p, xie_ms now, bool final)
{
	p->ticking = true;
	for (uint32_t k = 0; k < p->n_rules; k++) {
		struct pair_rule *r = &p->rules[k];
		for (size_t i = 0; i < r->table_cap; i++) {
			struct pair_state *st = r->table[i];
			if (st == NULL || !st->pair.running)
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
			for (uint32_t k = 0; k < p->n_rules && t->was_in_pair != 0; k++)
				if (!take_over(p, &p->rules[k], t))
					return XIE_LIMIT;
			t->reordered = false;
		}
		p->seen[s] = sh->version;
	}
	for (uint32_t k = 0; k < p->n_rules && judged; k++)
		for (uint32_t i = 0; i < p->rules[k].n; i++)
			p->rules[k].members[i].dirty = p->rules[k].members[i].again = false;
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
		for (size_t i = 0; i < r->table_cap; i++) {
			const struct pair_state *st = r->table[i];
			if (st == NULL)
				continue;
			struct saved_pair out = { .rule = k, .a = r->members[st->i].target->key, .b = r->members[st->j].target->key,
				                  .pair = st->pair, .facts = st->facts };
			if (!see(self, &out))
				return false;
		}
	}
	return true;
}

static const struct xie_target *anywhere(const struct xie_pairs *p, const struct xie_key *k)
{
	return shard_target(p->shards[xie_shard_of(k, p->n_shards)], k);
}

xie_status pairs_restore(struct xie_pairs *p, const struct saved_pair *in)
{
	const struct xie_target *a = anywhere(p, &in->a), *b = anywhere(p, &in->b);
	if (in->rule >= p->n_rules || a == NULL || b == NULL)
		return XIE_CORRUPT;
	struct pair_rule *r = &p->rules[in->rule];
	struct member *ma = member(p, r, a);
	uint32_t i = ma != NULL ? (uint32_t)(ma - r->members) : 0;
	struct member *mb = member(p, r, b);
	uint32_t j = mb != NULL ? (uint32_t)(mb - r->members) : 0;
	if (ma == NULL || mb == NULL)
		return XIE_LIMIT;
	struct pair_state *st = new_state(p, r, i < j ? i : j, i < j ? j : i);
	if (st == NULL)
		return XIE_LIMIT;
	st->pair = in->pair;
	st->facts = in->facts;
	return XIE_OK;
}

struct xie_pool *pairs_facts(struct xie_pairs *p)
{
	return &p->facts;
}
