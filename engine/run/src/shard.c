/* SPDX-License-Identifier: Apache-2.0 */
#include "shard.h"

#include "xie/base/time.h"

#define ECHO_MS 30000 /* docs/rules.md, section 2 */
#define LATE_WINDOW_MS INT64_C(600000)
#define LATE_MAX_MS (INT64_C(30) * 86400000)

struct outlet shard_outlet(struct xie_shard *s)
{
	return (struct outlet){ .sink = s->opt.sink, .self = s->opt.self, .pool = &s->facts };
}

/* Evaluation speaks: of settled facts while fixes are folded in, of provisional ones at a tick. */
static void on_fact(void *self, const struct xie_alert *a)
{
	struct xie_shard *s = self;
	struct outlet out = shard_outlet(s);
	xie_status st = s->ticking ? facts_show(&s->current->facts, &out, a) : facts_settle(&s->current->facts, &out, a, s->current_t);
	s->out_of_memory = s->out_of_memory || st != XIE_OK;
}

static xie_ms on_counted(void *self, xie_ms from, xie_ms span)
{
	struct xie_shard *s = self;
	return s->opt.counted(s->opt.self, from, span);
}

xie_status xie_shard_new(xie_arena *mem, const struct xie_run_options *opt, struct xie_shard **ret_s)
{
	struct xie_shard *s = xie_arena_new(mem, struct xie_shard, 1);
	if (s == NULL)
		return XIE_LIMIT;
	s->opt = *opt;
	if (s->opt.late_window_ms == 0)
		s->opt.late_window_ms = LATE_WINDOW_MS;
	if (s->opt.late_max_ms == 0)
		s->opt.late_max_ms = LATE_MAX_MS;
	s->mem = mem;
	s->targets = xie_pool_of(mem, sizeof(struct xie_target));
	s->nodes = xie_pool_of(mem, sizeof(struct node));
	s->facts = xie_pool_of(mem, sizeof(struct fact));
	s->statics = xie_pool_of(mem, sizeof(struct xie_static));
	s->points = xie_pool_of(mem, sizeof(struct checkpoint));
	s->eval.rules = opt->rules;
	s->eval.episodes = xie_pool_of(mem, xie_episode_size());
	s->eval.emit = on_fact;
	s->eval.self = s;
	s->eval.counted = opt->counted != NULL ? on_counted : NULL;
	s->ticked = INT64_MIN;
	s->table_cap = 1024;
	s->table = xie_arena_new(mem, struct xie_target *, s->table_cap);
	if (s->table == NULL)
		return XIE_LIMIT;
	*ret_s = s;
	return XIE_OK;
}

/* ---- targets by key ---- */

struct xie_target **shard_slot(struct xie_target **table, size_t cap, const struct xie_key *k, uint64_t hash)
{
	size_t i = hash & (cap - 1);
	while (table[i] != NULL && !xie_key_eq(&table[i]->key, k))
		i = (i + 1) & (cap - 1);
	return &table[i];
}

static struct xie_target **slot(struct xie_target **table, size_t cap, const struct xie_key *k)
{
	return shard_slot(table, cap, k, xie_key_hash(k));
}

struct xie_target *shard_target(const struct xie_shard *s, const struct xie_key *k)
{
	return *slot(s->table, s->table_cap, k);
}

static bool grow(struct xie_shard *s)
{
	size_t cap = s->table_cap * 2;
	struct xie_target **table = xie_arena_new(s->mem, struct xie_target *, cap);
	if (table == NULL)
		return false;
	for (size_t i = 0; i < s->table_cap; i++)
		if (s->table[i] != NULL)
			*slot(table, cap, &s->table[i]->key) = s->table[i];
	s->table = table; /* the old one stays behind in the arena: at most as much again */
	s->table_cap = cap;
	return true;
}

struct xie_target *shard_new_target(struct xie_shard *s, const struct xie_key *k, enum xie_target_kind kind)
{
	if ((s->n_targets + 1) * 4 > s->table_cap * 3 && !grow(s))
		return NULL;
	struct xie_target *t = xie_pool_take(&s->targets);
	if (t == NULL)
		return NULL;
	t->key = *k;
	t->kind = kind;
	*slot(s->table, s->table_cap, k) = t;
	s->n_targets++;
	s->counts.targets++;
	return t;
}

static struct xie_target *target(struct xie_shard *s, const struct xie_obs *o)
{
	struct xie_target *t = shard_target(s, &o->target);
	return t != NULL ? t : shard_new_target(s, &o->target, o->kind);
}

/* The list by version: a target that changed goes to its newest end. */
static void touch(struct xie_shard *s, struct xie_target *t)
{
	if (t->newer != NULL)
		t->newer->older = t->older;
	if (t->older != NULL)
		t->older->newer = t->newer;
	if (s->newest == t)
		s->newest = t->older;
	if (s->oldest == t)
		s->oldest = t->newer;
	t->older = s->newest;
	t->newer = NULL;
	if (s->newest != NULL)
		s->newest->newer = t;
	s->newest = t;
	if (s->oldest == NULL)
		s->oldest = t;
	t->version = ++s->version;
}

/* ---- folding in ---- */

/* Less than or exactly 30 s after the last one kept, the same payload is an echo. */
static bool is_echo(const struct node *n)
{
	for (const struct node *p = n->prev; p != NULL && p->fix.t >= n->fix.t - ECHO_MS; p = p->prev)
		if (!p->is_static && !p->echo && p->fix.echo == n->fix.echo)
			return true;
	return false;
}

static bool in_pair_zone(const struct xie_shard *s, const struct xie_target *t, const struct xie_fix *f)
{
	const struct xie_rules *r = s->opt.rules;
	for (uint32_t i = 0; i < r->n_pairs; i++) {
		uint32_t zone = r->bindings[r->pairs[i]].zone;
		if (xie_zone_has(r->set, zone, f->at))
			return true;
		struct xie_span span;
		size_t n = 0;
		if (t->eval.has_last)
			xie_zone_clip(r->set, zone, t->eval.last.at, f->at, &span, 1, &n);
		if (n != 0)
			return true;
	}
	return false;
}

static xie_status fold(struct xie_shard *s, struct xie_target *t, struct node *n)
{
	if (n->is_static)
		return XIE_OK;
	n->echo = is_echo(n);
	if (n->echo)
		return XIE_OK;
	struct xie_seen seen = { .key = &t->key, .kind = t->kind, .fix = &n->fix, .stat = n->stat };
	if (t->was_in_pair == 0 && s->opt.rules->n_pairs != 0 && in_pair_zone(s, t, &n->fix))
		t->was_in_pair = 1;
	s->current = t;
	s->current_t = n->fix.t;
	return xie_eval_fix(&s->eval, &t->eval, &seen, n->frame, &t->hint);
}

static void drop_point(struct xie_shard *s, struct checkpoint **at)
{
	struct checkpoint *p = *at;
	if (p == NULL)
		return;
	xie_eval_clear(&s->eval, &p->eval);
	facts_free(&p->open, &s->facts);
	xie_pool_give(&s->points, p);
	*at = NULL;
}

static void give_node(struct xie_shard *s, struct node *n)
{
	if (n->report != NULL)
		xie_pool_give(&s->statics, n->report);
	xie_pool_give(&s->nodes, n);
}

static void trim(struct xie_shard *s, struct xie_target *t)
{
	struct outlet out = shard_outlet(s);
	xie_ms settled = t->points[1]->after->fix.t;
	facts_trim(&t->facts, &out, settled);
	if (s->opt.keep_all)
		return;
	while (t->first != t->points[1]->after && t->first->fix.t < settled - ECHO_MS) {
		struct node *n = t->first;
		t->first = n->next;
		t->first->prev = NULL;
		t->n_nodes--;
		give_node(s, n);
	}
}

/* Once in a late window a copy of the state is kept, and the one before the last is let go. */
static void checkpoint(struct xie_shard *s, struct xie_target *t)
{
	const struct checkpoint *newest = t->points[0];
	if (newest != NULL ? t->last->fix.t - newest->after->fix.t < s->opt.late_window_ms
	                 : t->last->fix.t - t->first->fix.t < s->opt.late_window_ms)
		return;
	struct checkpoint *fresh = xie_pool_take(&s->points);
	struct outlet out = shard_outlet(s);
	if (fresh == NULL)
		return;
	fresh->after = t->last;
	if (xie_eval_copy(&s->eval, &fresh->eval, &t->eval) != XIE_OK || facts_copy_open(&t->facts, &out, &fresh->open) != XIE_OK) {
		drop_point(s, &fresh);
		return; /* no room for a copy: the older one serves */
	}
	drop_point(s, &t->points[1]);
	t->points[1] = t->points[0];
	t->points[0] = fresh;
	if (t->points[1] != NULL)
		trim(s, t);
}

static bool before(const struct node *a, const struct node *b)
{
	return a->fix.t != b->fix.t ? a->fix.t < b->fix.t : a->arrival < b->arrival;
}

static xie_status restore(struct xie_shard *s, struct xie_target *t, const struct node *late, struct node **ret_from)
{
	t->hint = 0;
	for (int i = 0; i < 2; i++) {
		const struct checkpoint *p = t->points[i];
		if (p == NULL || before(late, p->after)) {
			drop_point(s, &t->points[i]); /* it has not seen what came late */
			continue;
		}
		facts_rewind(&t->facts, p->after->fix.t);
		for (const struct fact *f = p->open; f != NULL; f = f->next) {
			struct outlet out = shard_outlet(s);
			xie_status st = facts_settle(&t->facts, &out, &f->settled, f->touched);
			if (st != XIE_OK)
				return st;
		}
		*ret_from = p->after->next;
		return xie_eval_copy(&s->eval, &t->eval, &p->eval);
	}
	xie_eval_clear(&s->eval, &t->eval);
	facts_rewind(&t->facts, INT64_MIN);
	*ret_from = t->first;
	return XIE_OK;
}

/* What is new in a report laid over what was known: an empty member says nothing. */
static void merge_static(struct xie_static *to, const struct xie_static *from)
{
#define TAKE(m) \
	if (from->m != 0) \
		to->m = from->m
#define TAKE_TEXT(m) \
	if (from->m[0] != '\0') \
		memcpy(to->m, from->m, sizeof to->m)
	TAKE(imo);
	TAKE(ship_type);
	TAKE(plate_color);
	TAKE(eri_type);
	TAKE(draught_mm);
	TAKE(cones);
	if (from->bow_mm + from->stern_mm + from->port_mm + from->starboard_mm != 0) {
		to->bow_mm = from->bow_mm;
		to->stern_mm = from->stern_mm;
		to->port_mm = from->port_mm;
		to->starboard_mm = from->starboard_mm;
	}
	if (from->has_persons) {
		to->has_persons = true;
		to->persons = from->persons;
	}
	TAKE_TEXT(name);
	TAKE_TEXT(callsign);
	TAKE_TEXT(destination);
	TAKE_TEXT(eni);
	TAKE_TEXT(plate);
#undef TAKE
#undef TAKE_TEXT
}

/* What is known after the report of node n.  A merged record that later nodes point to stays: names, draughts and
 * destinations change a few times a voyage. */
xie_status shard_know(struct xie_shard *s, struct node *n)
{
	const struct xie_static *known = n->prev != NULL ? n->prev->stat : NULL;
	n->stat = known;
	if (n->report == NULL)
		return XIE_OK;
	struct xie_static merged = { 0 };
	if (known != NULL)
		merged = *known;
	merge_static(&merged, n->report);
	if (known != NULL && memcmp(&merged, known, sizeof merged) == 0)
		return XIE_OK;
	struct xie_static *kept = xie_pool_take(&s->statics);
	if (kept == NULL)
		return XIE_LIMIT;
	*kept = merged;
	n->stat = kept;
	return XIE_OK;
}

static xie_status fold_again(struct xie_shard *s, struct xie_target *t, const struct node *late)
{
	struct node *from = NULL;
	xie_status st = restore(s, t, late, &from);
	for (struct node *n = from; n != NULL && st == XIE_OK; n = n->next) {
		st = shard_know(s, n);
		if (st == XIE_OK)
			st = fold(s, t, n);
	}
	t->reordered = true;
	s->counts.late++;
	return st;
}

/* ---- putting in ---- */

static void link_in(struct xie_target *t, struct node *n)
{
	struct node *after = t->last;
	while (after != NULL && before(n, after))
		after = after->prev;
	n->prev = after;
	n->next = after != NULL ? after->next : t->first;
	if (n->next != NULL)
		n->next->prev = n;
	else
		t->last = n;
	if (after != NULL)
		after->next = n;
	else
		t->first = n;
	t->n_nodes++;
}

static void unlink_node(struct xie_shard *s, struct xie_target *t, struct node *n)
{
	*(n->prev != NULL ? &n->prev->next : &t->first) = n->next;
	*(n->next != NULL ? &n->next->prev : &t->last) = n->prev;
	t->n_nodes--;
	give_node(s, n);
}

static void schedule(struct xie_shard *s, struct xie_target *t);

static bool not_judged(struct xie_shard *s, const struct xie_obs *o)
{
	xie_ms t = o->what == XIE_OBS_FIX ? o->fix.t : o->stat.t, rx = o->what == XIE_OBS_FIX ? o->fix.rx : o->stat.rx;
	if (o->what == XIE_OBS_FIX && (o->fix.has & XIE_FIX_CLOCK_SUSPECT) != 0) {
		s->counts.suspect++;
		return true;
	}
	if (rx - t > s->opt.late_max_ms) {
		s->counts.too_late++;
		return true;
	}
	return false;
}

xie_status xie_shard_put(struct xie_shard *s, const struct xie_obs *o)
{
	return shard_put(s, o, NULL);
}

xie_status shard_put(struct xie_shard *s, const struct xie_obs *o, struct xie_target *t)
{
	s->counts.observations++;
	if (not_judged(s, o))
		return XIE_OK;
	if (t == NULL)
		t = target(s, o);
	if (t == NULL)
		return XIE_LIMIT;
	struct node *n = xie_pool_take(&s->nodes);
	if (n == NULL)
		return XIE_LIMIT;
	n->is_static = o->what == XIE_OBS_STATIC;
	n->fix = n->is_static ? (struct xie_fix){ .t = o->stat.t, .rx = o->stat.rx } : o->fix;
	n->frame = o->frame;
	n->arrival = s->counts.observations;
	n->report = n->is_static ? xie_pool_take(&s->statics) : NULL;
	if (n->is_static && n->report == NULL) {
		xie_pool_give(&s->nodes, n);
		return XIE_LIMIT;
	}
	if (n->is_static)
		*n->report = o->stat.s;
	link_in(t, n);
	if (n->prev == NULL && n->next != NULL && !s->opt.keep_all && t->points[1] != NULL) {
		unlink_node(s, t, n); /* older than what is in memory: the archive must judge it */
		s->counts.needs_repair++;
		return XIE_OK;
	}
	xie_status st = shard_know(s, n);
	if (st == XIE_OK)
		st = n->next == NULL ? fold(s, t, n) : fold_again(s, t, n);
	if (st != XIE_OK) {
		unlink_node(s, t, n);
		return st;
	}
	s->counts.fixes += n->is_static ? 0 : 1;
	s->counts.echoes += n->echo ? 1 : 0;
	struct outlet out = shard_outlet(s);
	facts_publish(&t->facts, &out);
	touch(s, t);
	if (n->next == NULL)
		checkpoint(s, t);
	if (s->opt.ticks)
		schedule(s, t);
	return s->out_of_memory ? XIE_LIMIT : XIE_OK;
}

/* ---- time ---- */

static void unschedule(struct xie_target *t)
{
	if (t->wheel_at == NULL)
		return;
	*t->wheel_at = t->wheel_next;
	if (t->wheel_next != NULL)
		t->wheel_next->wheel_at = t->wheel_at;
	t->wheel_at = NULL;
}

/* Into the slot of its next deadline; far ones into the last slot, to be looked at again then. */
static void schedule(struct xie_shard *s, struct xie_target *t)
{
	unschedule(t);
	xie_ms from = s->ticked != INT64_MIN ? s->ticked : t->eval.last.t;
	t->due = xie_eval_deadline(&s->eval, &t->eval, from);
	if (t->due == INT64_MAX)
		return;
	int64_t second = xie_floor_div(t->due + 999, 1000), now = xie_floor_div(from, 1000);
	if (second > now + WHEEL - 1)
		second = now + WHEEL - 1;
	if (second <= now)
		second = now + 1;
	struct xie_target **at = &s->wheel[(uint64_t)second % WHEEL];
	t->wheel_next = *at;
	t->wheel_at = at;
	if (*at != NULL)
		(*at)->wheel_at = &t->wheel_next;
	*at = t;
}

static void look_at(struct xie_shard *s, struct xie_target *t, xie_ms now, bool final)
{
	s->current = t;
	s->ticking = true;
	xie_eval_tick(&s->eval, &t->eval, &t->key, now, final);
	s->ticking = false;
}

void xie_shard_tick(struct xie_shard *s, xie_ms now)
{
	xie_ms from = s->ticked != INT64_MIN ? s->ticked : now - 1000;
	if (now <= from)
		return;
	int64_t first = xie_floor_div(from, 1000) + 1, last = xie_floor_div(now, 1000);
	if (last - first >= WHEEL)
		first = last - WHEEL + 1; /* every slot once */
	s->ticked = now;
	for (int64_t second = first; second <= last; second++) {
		struct xie_target *t = s->wheel[(uint64_t)second % WHEEL], *next;
		s->wheel[(uint64_t)second % WHEEL] = NULL;
		for (; t != NULL; t = next) {
			next = t->wheel_next;
			t->wheel_at = NULL;
			if (t->due <= now)
				look_at(s, t, now, false);
			schedule(s, t);
		}
	}
}

void xie_shard_finish(struct xie_shard *s, xie_ms now)
{
	for (struct xie_target *t = s->oldest; t != NULL; t = t->newer)
		look_at(s, t, now, true);
}

/* ---- loading ---- */

struct node *shard_new_node(struct xie_shard *s, struct xie_target *t)
{
	struct node *n = xie_pool_take(&s->nodes);
	if (n == NULL)
		return NULL;
	n->prev = t->last;
	*(t->last != NULL ? &t->last->next : &t->first) = n;
	t->last = n;
	t->n_nodes++;
	return n;
}

void shard_settled(struct xie_shard *s, struct xie_target *t)
{
	touch(s, t);
	if (s->opt.ticks)
		schedule(s, t);
}

/* ---- looking ---- */

struct xie_run_counts xie_shard_counts(const struct xie_shard *s)
{
	return s->counts;
}

static void view(const struct xie_target *t, struct xie_target_view *v)
{
	const struct node *n = t->last;
	while (n != NULL && n->is_static)
		n = n->prev;
	*v = (struct xie_target_view){ .key = t->key, .kind = t->kind, .fix = n != NULL ? &n->fix : NULL,
		                       .stat = t->last != NULL ? t->last->stat : NULL, .version = t->version };
}

void xie_shard_each(const struct xie_shard *s, uint64_t since, void (*see)(void *self, const struct xie_target_view *v), void *self)
{
	const struct xie_target *t = s->newest;
	while (t != NULL && t->version > since && t->older != NULL && t->older->version > since)
		t = t->older;
	for (; t != NULL; t = t->newer) {
		struct xie_target_view v;
		if (t->version <= since)
			continue;
		view(t, &v);
		see(self, &v);
	}
}

bool xie_shard_find(const struct xie_shard *s, const struct xie_key *k, struct xie_target_view *ret_v)
{
	const struct xie_target *t = shard_target(s, k);
	if (t == NULL)
		return false;
	view(t, ret_v);
	return true;
}

void xie_shard_track(const struct xie_shard *s, const struct xie_key *k,
                     bool (*see)(void *self, const struct xie_fix *f, uint64_t frame), void *self)
{
	const struct xie_target *t = shard_target(s, k);
	for (const struct node *n = t != NULL ? t->first : NULL; n != NULL; n = n->next)
		if (!n->is_static && !n->echo && !see(self, &n->fix, n->frame))
			return;
}
