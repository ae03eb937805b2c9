/* SPDX-License-Identifier: Apache-2.0 */
/* Each shard: an array of slots, a hash by key, a hash of map cells, and a list of slots that changed.
 *
 * Links are slot numbers (0 = none, so slot 0 is never used).  A cell is 2^19 position units (0.087 degree, some
 * 10 km) on a side; cells share buckets, so a box query tests each slot's own place as well. */
#include "xie/web/live.h"

#include <pthread.h>
#include <stdlib.h>
#include <strings.h>

enum { SHARDS = 16, CELL_SHIFT = 19, CELL_BUCKETS = 4096 };

struct slot {
	struct xie_live_target t;
	uint32_t next_key; /* chain of the key hash; free list */
	uint32_t cell;     /* bucket, valid when has_fix */
	uint32_t cell_next, cell_prev;
	uint32_t changed_next;
	bool used, changed;
};

struct shard {
	pthread_mutex_t lock;
	struct slot *slots; /* [cap + 1] */
	uint32_t *by_key;   /* [key_mask + 1] */
	uint32_t *by_cell;  /* [CELL_BUCKETS] */
	uint32_t key_mask, cap, fresh, free_list, used;
	uint32_t changed_first, changed_last;
	uint64_t puts, refused, late;
	size_t by_kind[8];
};

struct xie_live {
	struct shard s[SHARDS];
	size_t drain_from; /* the shard whose turn it is, so that a full drain starves none */
};

static uint32_t pow2_from(size_t n)
{
	uint32_t p = 16;
	while (p < n && p < UINT32_C(1) << 30)
		p <<= 1;
	return p;
}

xie_status xie_live_new(size_t capacity, struct xie_live **ret_l)
{
	size_t per = (capacity + SHARDS - 1) / SHARDS;
	struct xie_live *l = calloc(1, sizeof *l);
	if (l == NULL)
		return XIE_UNAVAILABLE;
	if (per == 0 || per > UINT32_C(1) << 28) {
		free(l);
		return XIE_RANGE;
	}
	bool ok = true;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *s = &l->s[i];
		(void)pthread_mutex_init(&s->lock, NULL);
		s->cap = (uint32_t)per;
		s->fresh = 1;
		s->key_mask = pow2_from(per) - 1;
		s->slots = calloc(per + 1, sizeof *s->slots);
		s->by_key = calloc((size_t)s->key_mask + 1, sizeof *s->by_key);
		s->by_cell = calloc(CELL_BUCKETS, sizeof *s->by_cell);
		ok = ok && s->slots != NULL && s->by_key != NULL && s->by_cell != NULL;
	}
	if (!ok) {
		xie_live_free(l);
		return XIE_UNAVAILABLE;
	}
	*ret_l = l;
	return XIE_OK;
}

void xie_live_free(struct xie_live *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < SHARDS; i++) {
		free(l->s[i].slots);
		free(l->s[i].by_key);
		free(l->s[i].by_cell);
		(void)pthread_mutex_destroy(&l->s[i].lock);
	}
	free(l);
}

static struct shard *shard_of(struct xie_live *l, uint64_t h)
{
	return &l->s[h >> 60];
}

static int32_t cell_axis(int32_t v)
{
	return v >> CELL_SHIFT; /* arithmetic: floor */
}

static uint32_t cell_bucket(int32_t cx, int32_t cy)
{
	uint32_t h = (uint32_t)cx * UINT32_C(0x9e3779b1) ^ (uint32_t)cy * UINT32_C(0x85ebca77);
	return (h ^ h >> 15) & (CELL_BUCKETS - 1);
}

static uint32_t find(const struct shard *s, const struct xie_key *k, uint64_t h)
{
	uint32_t i = s->by_key[(uint32_t)h & s->key_mask];
	while (i != 0 && !xie_key_eq(&s->slots[i].t.key, k))
		i = s->slots[i].next_key;
	return i;
}

static void cell_leave(struct shard *s, uint32_t i)
{
	struct slot *p = &s->slots[i];
	if (p->cell_prev != 0)
		s->slots[p->cell_prev].cell_next = p->cell_next;
	else
		s->by_cell[p->cell] = p->cell_next;
	if (p->cell_next != 0)
		s->slots[p->cell_next].cell_prev = p->cell_prev;
}

static void cell_enter(struct shard *s, uint32_t i, uint32_t bucket)
{
	struct slot *p = &s->slots[i];
	p->cell = bucket;
	p->cell_prev = 0;
	p->cell_next = s->by_cell[bucket];
	if (p->cell_next != 0)
		s->slots[p->cell_next].cell_prev = i;
	s->by_cell[bucket] = i;
}

static uint32_t slot_new(struct shard *s, const struct xie_key *k, uint64_t h, enum xie_target_kind kind)
{
	uint32_t i = s->free_list;
	if (i != 0)
		s->free_list = s->slots[i].next_key;
	else if (s->fresh <= s->cap)
		i = s->fresh++;
	else
		return 0;
	struct slot *p = &s->slots[i];
	memset(p, 0, sizeof *p);
	p->used = true;
	p->t.key = *k;
	p->t.kind = kind;
	uint32_t *bucket = &s->by_key[(uint32_t)h & s->key_mask];
	p->next_key = *bucket;
	*bucket = i;
	s->used++;
	s->by_kind[kind & 7]++;
	return i;
}

static void mark_changed(struct shard *s, uint32_t i)
{
	struct slot *p = &s->slots[i];
	if (p->changed)
		return;
	p->changed = true;
	p->t.seq = UINT64_MAX;
	p->changed_next = 0;
	if (s->changed_last != 0)
		s->slots[s->changed_last].changed_next = i;
	else
		s->changed_first = i;
	s->changed_last = i;
}

static void put_fix(struct shard *s, uint32_t i, const struct xie_obs *o)
{
	struct slot *p = &s->slots[i];
	if (p->t.has_fix && o->fix.t < p->t.fix.t) {
		s->late++;
		return;
	}
	uint32_t bucket = cell_bucket(cell_axis(o->fix.at.lon), cell_axis(o->fix.at.lat));
	if (!p->t.has_fix) {
		cell_enter(s, i, bucket);
	} else if (bucket != p->cell) {
		cell_leave(s, i);
		cell_enter(s, i, bucket);
	}
	if (!p->t.has_fix)
		p->t.first = o->fix.t;
	p->t.fix = o->fix;
	p->t.has_fix = true;
	p->t.source = o->source;
	mark_changed(s, i);
}

static void take(char *to, size_t cap, const char *from)
{
	if (from[0] == '\0')
		return; /* says nothing: what is known stays */
	size_t n = strnlen(from, cap - 1);
	memcpy(to, from, n);
	to[n] = '\0';
}

static void put_static(struct shard *s, uint32_t i, const struct xie_obs *o)
{
	struct xie_live_target *t = &s->slots[i].t;
	const struct xie_static *d = &o->stat.s;
	if (o->stat.t < t->static_t)
		return;
	t->static_t = o->stat.t;
	if (d->imo != 0)
		t->imo = d->imo;
	if (d->ship_type != 0)
		t->ship_type = d->ship_type;
	if (d->plate_color != 0)
		t->plate_color = d->plate_color;
	if (d->eri_type != 0)
		t->eri_type = d->eri_type;
	if (d->bow_mm + d->stern_mm != 0)
		t->length_mm = d->bow_mm + d->stern_mm;
	if (d->port_mm + d->starboard_mm != 0)
		t->beam_mm = d->port_mm + d->starboard_mm;
	if (d->draught_mm != 0)
		t->draught_mm = d->draught_mm;
	take(t->name, sizeof t->name, d->name);
	take(t->callsign, sizeof t->callsign, d->callsign);
	take(t->destination, sizeof t->destination, d->destination);
	take(t->plate, sizeof t->plate, d->plate);
	if (t->has_fix)
		mark_changed(s, i);
}

xie_status xie_live_put(struct xie_live *l, const struct xie_obs *o)
{
	uint64_t h = xie_key_hash(&o->target);
	struct shard *s = shard_of(l, h);
	/* A time that the clock check found impossible would pin the target there: it is not shown as its place. */
	bool bad_clock = o->what == XIE_OBS_FIX && (o->fix.has & XIE_FIX_CLOCK_SUSPECT) != 0;
	xie_status st = XIE_OK;
	(void)pthread_mutex_lock(&s->lock);
	s->puts++;
	uint32_t i = bad_clock ? 0 : find(s, &o->target, h);
	if (i == 0 && !bad_clock)
		i = slot_new(s, &o->target, h, o->kind);
	if (i == 0 && !bad_clock) {
		s->refused++;
		st = XIE_LIMIT;
	} else if (i != 0 && o->what == XIE_OBS_FIX) {
		put_fix(s, i, o);
	} else if (i != 0) {
		put_static(s, i, o);
	}
	(void)pthread_mutex_unlock(&s->lock);
	return st;
}

xie_status xie_live_get(struct xie_live *l, const struct xie_key *k, struct xie_live_target *ret_t)
{
	uint64_t h = xie_key_hash(k);
	struct shard *s = shard_of(l, h);
	(void)pthread_mutex_lock(&s->lock);
	uint32_t i = find(s, k, h);
	if (i != 0)
		*ret_t = s->slots[i].t;
	(void)pthread_mutex_unlock(&s->lock);
	return i != 0 ? XIE_OK : XIE_UNKNOWN;
}

static bool contains_fold(const char *hay, xie_str needle)
{
	size_t n = strlen(hay);
	for (size_t i = 0; i + needle.n <= n; i++)
		if (strncasecmp(hay + i, needle.p, needle.n) == 0)
			return true;
	return false;
}

static bool matches(const struct xie_live_target *t, const struct xie_live_query *q)
{
	if (q->kinds != 0 && (q->kinds >> t->kind & 1) == 0)
		return false;
	if (q->has_box && (!t->has_fix || !xie_web_bbox_has(&q->box, t->fix.at.lon, t->fix.at.lat)))
		return false;
	if (t->seq <= q->after && q->after != 0)
		return false;
	if (q->since != 0 && (!t->has_fix || t->fix.t < q->since))
		return false;
	if (q->text.n == 0)
		return true;
	char key[24] = { 0 };
	memcpy(key, t->key.digits, t->key.n);
	return contains_fold(t->name, q->text) || contains_fold(t->plate, q->text) ||
	       contains_fold(t->callsign, q->text) || contains_fold(key, q->text);
}

struct visit {
	const struct xie_live_query *q;
	xie_live_fn fn;
	void *self;
	size_t n;
};

static void visit_one(struct visit *v, const struct slot *p)
{
	if (!p->used || !matches(&p->t, v->q))
		return;
	if (v->n < v->q->max)
		v->fn(v->self, &p->t);
	v->n++;
}

static void visit_cells(struct visit *v, const struct shard *s, int32_t x0, int32_t x1, int32_t y0, int32_t y1)
{
	for (int32_t x = x0; x <= x1; x++)
		for (int32_t y = y0; y <= y1; y++)
			for (uint32_t i = s->by_cell[cell_bucket(x, y)]; i != 0; i = s->slots[i].cell_next) {
				const struct xie_pt *at = &s->slots[i].t.fix.at;
				/* Another cell of the same bucket has its own turn. */
				if (cell_axis(at->lon) == x && cell_axis(at->lat) == y)
					visit_one(v, &s->slots[i]);
			}
}

static void visit_shard(struct visit *v, const struct shard *s)
{
	const struct xie_web_bbox *b = &v->q->box;
	int32_t x0 = cell_axis(b->west), x1 = cell_axis(b->east), y0 = cell_axis(b->south), y1 = cell_axis(b->north);
	bool wraps = b->west > b->east;
	int32_t left = cell_axis(-XIE_LON_MAX), right = cell_axis(XIE_LON_MAX);
	int64_t cells = v->q->has_box ? ((int64_t)(wraps ? right - x0 + x1 - left : x1 - x0) + 2) * (y1 - y0 + 1) : 0;
	if (!v->q->has_box || cells > s->fresh) { /* fewer slots than cells */
		for (uint32_t i = 1; i < s->fresh; i++)
			visit_one(v, &s->slots[i]);
	} else if (wraps && x0 > x1) {
		visit_cells(v, s, x0, right, y0, y1);
		visit_cells(v, s, left, x1, y0, y1);
	} else if (wraps) { /* all but a gap inside one cell */
		visit_cells(v, s, left, right, y0, y1);
	} else {
		visit_cells(v, s, x0, x1, y0, y1);
	}
}

size_t xie_live_each(struct xie_live *l, const struct xie_live_query *q, xie_live_fn fn, void *self)
{
	struct visit v = { .q = q, .fn = fn, .self = self };
	for (size_t i = 0; i < SHARDS; i++) {
		(void)pthread_mutex_lock(&l->s[i].lock);
		visit_shard(&v, &l->s[i]);
		(void)pthread_mutex_unlock(&l->s[i].lock);
	}
	return v.n;
}

size_t xie_live_drain(struct xie_live *l, uint64_t seq, size_t max, xie_live_fn fn, void *self)
{
	size_t n = 0;
	l->drain_from = (l->drain_from + 1) % SHARDS;
	for (size_t k = 0; k < SHARDS; k++) {
		struct shard *s = &l->s[(l->drain_from + k) % SHARDS];
		(void)pthread_mutex_lock(&s->lock);
		while (s->changed_first != 0 && n < max) {
			struct slot *p = &s->slots[s->changed_first];
			s->changed_first = p->changed_next;
			if (s->changed_first == 0)
				s->changed_last = 0;
			p->changed = false;
			p->t.seq = seq;
			fn(self, &p->t);
			n++;
		}
		(void)pthread_mutex_unlock(&s->lock);
	}
	return n;
}

static void slot_drop(struct shard *s, uint32_t i, uint64_t h)
{
	struct slot *p = &s->slots[i];
	uint32_t *at = &s->by_key[(uint32_t)h & s->key_mask];
	while (*at != i)
		at = &s->slots[*at].next_key;
	*at = p->next_key;
	if (p->t.has_fix)
		cell_leave(s, i);
	s->by_kind[p->t.kind & 7]--;
	s->used--;
	p->used = false;
	p->next_key = s->free_list;
	s->free_list = i;
}

size_t xie_live_forget(struct xie_live *l, xie_ms t, xie_live_fn fn, void *self)
{
	size_t n = 0;
	for (size_t k = 0; k < SHARDS; k++) {
		struct shard *s = &l->s[k];
		(void)pthread_mutex_lock(&s->lock);
		for (uint32_t i = 1; i < s->fresh; i++) {
			struct slot *p = &s->slots[i];
			/* One that waits to be drained leaves the list first. */
			if (!p->used || p->changed || p->t.static_t >= t || (p->t.has_fix && p->t.fix.t >= t))
				continue;
			if (fn != NULL)
				fn(self, &p->t);
			slot_drop(s, i, xie_key_hash(&p->t.key));
			n++;
		}
		(void)pthread_mutex_unlock(&s->lock);
	}
	return n;
}

void xie_live_count(struct xie_live *l, struct xie_live_counts *ret_c)
{
	struct xie_live_counts c = { .targets = 0 };
	for (size_t k = 0; k < SHARDS; k++) {
		struct shard *s = &l->s[k];
		(void)pthread_mutex_lock(&s->lock);
		c.targets += s->used;
		c.capacity += s->cap;
		c.puts += s->puts;
		c.refused += s->refused;
		c.late += s->late;
		for (size_t i = 0; i < 8; i++)
			c.by_kind[i] += s->by_kind[i];
		(void)pthread_mutex_unlock(&s->lock);
	}
	*ret_c = c;
}
