/* SPDX-License-Identifier: Apache-2.0 */
#include "near.h"

#include "xie/geo/plane.h"
#include "xie/track/motion.h"

#define TURN (INT64_C(2) * XIE_LON_MAX)
enum { SHIFT_MIN = 15, MANY_CELLS = 1024 }; /* a cell is 607 m of latitude or more: most steps lie in one or two */

void near_init(struct near_grid *g, xie_arena *mem, int64_t distance_mm)
{
	*g = (struct near_grid){ .mem = mem, .shift = SHIFT_MIN, .swept = INT64_MIN };
	g->entries = xie_pool_of(mem, sizeof(struct near_entry));
	/* 463 mm = 25 units; as in xie_pair_may_meet, and one unit each for how the two places were rounded */
	g->reach = distance_mm < INT64_C(20000000) * 1000 ? distance_mm * 25 / 463 + 4 : TURN;
	while (g->shift < 30 && (INT64_C(1) << g->shift) < g->reach)
		g->shift++;
}

/* ---- slices and their tables ---- */

static struct near_cell *table(struct near_grid *g, uint32_t shift)
{
	struct near_cell *t = g->spare[shift];
	if (t == NULL)
		return xie_arena_new(g->mem, struct near_cell, (size_t)1 << shift);
	void *next; /* spare tables are a list through their first bytes */
	memcpy(&next, t, sizeof next);
	g->spare[shift] = next;
	return memset(t, 0, sizeof *t << shift);
}

static void give_table(struct near_grid *g, struct near_cell *t, uint32_t shift)
{
	void *next = g->spare[shift];
	memcpy(t, &next, sizeof next);
	g->spare[shift] = t;
}

static struct near_cell *cell_at(const struct near_slice *s, uint64_t key)
{
	uint32_t mask = (UINT32_C(1) << s->cap_shift) - 1;
	uint32_t i = (uint32_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 32) & mask;
	while (s->cells[i].key != 0 && s->cells[i].key != key)
		i = (i + 1) & mask;
	return &s->cells[i];
}

static bool grow(struct near_grid *g, struct near_slice *s)
{
	struct near_slice more = { .id = s->id, .cap_shift = s->cap_shift + 1, .n = s->n };
	more.cells = more.cap_shift < NEAR_TABLES ? table(g, more.cap_shift) : NULL;
	if (more.cells == NULL)
		return false;
	for (size_t i = 0; i < (size_t)1 << s->cap_shift; i++)
		if (s->cells[i].key != 0)
			*cell_at(&more, s->cells[i].key) = s->cells[i];
	give_table(g, s->cells, s->cap_shift);
	*s = more;
	return true;
}

/* The first slice that is not before id. */
static size_t slice_index(const struct near_grid *g, int64_t id)
{
	size_t lo = 0, n = g->n;
	if (n != 0 && g->slices[n - 1].id < id)
		return n;
	while (n > 0) {
		size_t half = n / 2;
		if (g->slices[lo + half].id < id) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return lo;
}

static struct near_slice *slice(struct near_grid *g, int64_t id)
{
	size_t at = slice_index(g, id);
	if (at < g->n && g->slices[at].id == id)
		return &g->slices[at];
	if (g->n == g->cap) {
		size_t cap = g->cap != 0 ? g->cap * 2 : 64;
		struct near_slice *more = xie_arena_new(g->mem, struct near_slice, cap);
		if (more == NULL)
			return NULL;
		if (g->n != 0)
			memcpy(more, g->slices, g->n * sizeof *more);
		g->slices = more;
		g->cap = cap;
	}
	struct near_slice fresh = { .id = id, .cap_shift = 6 };
	fresh.cells = table(g, fresh.cap_shift);
	if (fresh.cells == NULL)
		return NULL;
	memmove(&g->slices[at + 1], &g->slices[at], (g->n - at) * sizeof fresh);
	g->slices[at] = fresh;
	g->n++;
	return &g->slices[at];
}

/* False: nobody is left in the slice. */
static bool sweep(struct near_grid *g, const struct near_slice *s, bool (*alive)(const void *self, uint32_t member, xie_ms end),
                  const void *self)
{
	xie_ms end = ((s->id + 1) << NEAR_SLICE) - 1;
	bool any = false;
	for (size_t i = 0; i < (size_t)1 << s->cap_shift; i++)
		for (struct near_entry **at = &s->cells[i].first; *at != NULL;) {
			struct near_entry *e = *at;
			if (alive(self, e->member, end)) {
				any = true;
				at = &e->next;
			} else {
				*at = e->next;
				xie_pool_give(&g->entries, e);
			}
		}
	return any;
}

void near_forget(struct near_grid *g, xie_ms t, bool (*alive)(const void *self, uint32_t member, xie_ms end), const void *self)
{
	size_t kept = 0, i = 0;
	if (t >> NEAR_SLICE <= g->swept)
		return;
	g->swept = t >> NEAR_SLICE;
	for (; i < g->n && g->slices[i].id < g->swept; i++) {
		if (sweep(g, &g->slices[i], alive, self))
			g->slices[kept++] = g->slices[i];
		else
			give_table(g, g->slices[i].cells, g->slices[i].cap_shift);
	}
	if (kept != i) {
		memmove(g->slices + kept, g->slices + i, (g->n - i) * sizeof *g->slices);
		g->n -= i - kept;
	}
}

/* ---- cells of a way ---- */

/* Rows, and columns in at most two runs: a box may lie over the antimeridian. */
struct cells {
	int64_t y0, y1, x0[2], x1[2];
	int runs;
	int64_t count;
};

/* The part of the way that lies in slice id, widened by so much. */
static struct cells cells_of(const struct near_grid *g, const struct xie_pair_fix *a, const struct xie_pair_fix *b, int64_t id,
                             bool reach)
{
	xie_ms first = id << NEAR_SLICE, last = first + (INT64_C(1) << NEAR_SLICE) - 1;
	xie_ms t0 = a->t > first ? a->t : first, t1 = b->t < last ? b->t : last;
	struct xie_pt p = a == b ? a->at : xie_interpolate(a->at, a->t, b->at, b->t, t0);
	struct xie_pt q = a == b ? a->at : xie_interpolate(a->at, a->t, b->at, b->t, t1);
	int64_t lon0 = p.lon, lon1 = xie_lon_near(q.lon, p.lon), lat0 = p.lat < q.lat ? p.lat : q.lat, lat1 = p.lat < q.lat ? q.lat : p.lat;
	if (lon1 < lon0) {
		int64_t swap = lon0;
		lon0 = lon1;
		lon1 = swap;
	}
	int64_t wide = 1, high = 1;
	if (reach) {
		/* The other one is at most reach nearer to the pole; the cosine's argument is rounded down by 1,000 units. */
		int64_t top = (lat1 > -lat0 ? lat1 : -lat0) + g->reach + 2000;
		high = g->reach;
		wide = top >= XIE_LAT_MAX ? TURN : (int64_t)(((xie_i128)g->reach << 40) / xie_cos_q40((int32_t)top)) + 2;
		wide = wide > TURN ? TURN : wide;
	}
	lon0 -= wide;
	lon1 += wide;
	lat0 -= high;
	lat1 += high;
	struct cells c = { .y0 = (lat0 + XIE_LAT_MAX) >> g->shift, .y1 = (lat1 + XIE_LAT_MAX) >> g->shift, .runs = 1 };
	if (lon1 - lon0 >= TURN - 1) {
		c.x1[0] = (TURN - 1) >> g->shift;
	} else {
		int64_t from = lon0 + XIE_LON_MAX;
		from += from < 0 ? TURN : from >= TURN ? -TURN : 0;
		int64_t to = from + (lon1 - lon0);
		c.x0[0] = from >> g->shift;
		c.x1[0] = (to < TURN ? to : TURN - 1) >> g->shift;
		if (to >= TURN) {
			c.runs = 2;
			c.x1[1] = (to - TURN) >> g->shift;
		}
	}
	for (int i = 0; i < c.runs; i++)
		c.count += (c.y1 - c.y0 + 1) * (c.x1[i] - c.x0[i] + 1);
	return c;
}

static uint64_t key_of(int64_t y, int64_t x)
{
	return ((uint64_t)(uint32_t)(int32_t)y << 32 | (uint64_t)x) + 1;
}

static bool add(struct near_grid *g, struct near_slice *s, uint64_t key, uint32_t member)
{
	struct near_cell *c = cell_at(s, key);
	if (c->key == 0) {
		if ((s->n + 1) * 4 > 3u << s->cap_shift) {
			if (!grow(g, s))
				return false;
			c = cell_at(s, key);
		}
		c->key = key;
		s->n++;
	}
	/* A mover stays in a cell for several steps: mostly it is there already. */
	int looked = 0;
	for (const struct near_entry *e = c->first; e != NULL && looked < 8; e = e->next, looked++)
		if (e->member == member)
			return true;
	struct near_entry *e = xie_pool_take(&g->entries);
	if (e == NULL)
		return false;
	*e = (struct near_entry){ c->first, member };
	c->first = e;
	return true;
}

bool near_put(struct near_grid *g, uint32_t member, const struct xie_pair_fix *a, const struct xie_pair_fix *b)
{
	for (int64_t id = a->t >> NEAR_SLICE; id <= b->t >> NEAR_SLICE; id++) {
		struct near_slice *s = slice(g, id);
		struct cells c = cells_of(g, a, b, id, false);
		for (int i = 0; s != NULL && i < c.runs; i++)
			for (int64_t y = c.y0; y <= c.y1; y++)
				for (int64_t x = c.x0[i]; x <= c.x1[i]; x++)
					if (!add(g, s, key_of(y, x), member))
						return false;
		if (s == NULL)
			return false;
	}
	return true;
}

static bool see_cell(const struct near_cell *c, bool (*see)(void *self, uint32_t member), void *self)
{
	for (const struct near_entry *e = c->first; e != NULL; e = e->next)
		if (!see(self, e->member))
			return false;
	return true;
}

bool near_each(const struct near_grid *g, const struct xie_pair_fix *a, const struct xie_pair_fix *b,
               bool (*see)(void *self, uint32_t member), void *self)
{
	size_t at = slice_index(g, a->t >> NEAR_SLICE);
	for (; at < g->n && g->slices[at].id <= b->t >> NEAR_SLICE; at++) {
		const struct near_slice *s = &g->slices[at];
		struct cells c = cells_of(g, a, b, s->id, true);
		if (c.count > MANY_CELLS) { /* near a pole, or a reach of many cells: everybody */
			for (size_t i = 0; i < (size_t)1 << s->cap_shift; i++)
				if (s->cells[i].key != 0 && !see_cell(&s->cells[i], see, self))
					return false;
			continue;
		}
		for (int i = 0; i < c.runs; i++)
			for (int64_t y = c.y0; y <= c.y1; y++)
				for (int64_t x = c.x0[i]; x <= c.x1[i]; x++)
					if (!see_cell(cell_at(s, key_of(y, x)), see, self))
						return false;
	}
	return true;
}
