/* SPDX-License-Identifier: Apache-2.0 */
/* Looking into the grid. */
#include "grid.h"

/* ---- answers: ascending, each id once ---- */

struct answer {
	uint32_t *ids;
	size_t cap, n; /* n counts all */
	uint32_t top;  /* the greatest so far */
	bool unsure;   /* one that did not fit may have been counted twice */
	uint32_t from; /* lesser ones are not wanted */
};

/* id <= top: in its place among the least cap. */
static void put_between(struct answer *a, uint32_t id)
{
	size_t have = a->n < a->cap ? a->n : a->cap, i = have;
	while (i > 0 && a->ids[i - 1] > id)
		i--;
	if (id < a->from || id == a->top || (i > 0 && a->ids[i - 1] == id))
		return;
	a->n++;
	if (i == have && have == a->cap) {
		a->unsure = true;
		return;
	}
	have -= have == a->cap;
	memmove(&a->ids[i + 1], &a->ids[i], (have - i) * sizeof a->ids[0]);
	a->ids[i] = id;
}

static inline void put(struct answer *a, uint32_t id)
{
	if (a->n != 0 && id <= a->top) {
		put_between(a, id);
		return;
	}
	if (id < a->from)
		return;
	if (a->n < a->cap)
		a->ids[a->n] = id;
	a->n++;
	a->top = id;
}

/* ---- a point ---- */

/* What the edges flip in `first` on the way to (px, py), and which slots have it on their border.  (e[0], e[1]) is the
 * lower end; c < 0 when the edge passes west of the point. */
#define GRID_FLIPS(name, T)                                                                                        \
	static inline uint64_t name(const struct grid_group *g, int32_t px, int32_t py, uint64_t *border)          \
	{                                                                                                          \
		const T *e = g->edges, *low = g->thresholds;                                                       \
		uint64_t flips = 0;                                                                                \
		for (size_t i = 0; i < g->ne; i++, e += 4) {                                                       \
			int64_t dx = (int64_t)e[2] - e[0], dy = (int64_t)e[3] - e[1];                              \
			int64_t ax = (int64_t)px - e[0], ay = (int64_t)py - e[1];                                  \
			int64_t c = dx * ay - ax * dy;                                                             \
			bool flip = (ay >= 0) & (ay < dy) & (c < 0);                                               \
			if (i < g->nl) { /* over: crossed on the west side; then east only if rising, and so on */ \
				bool over = py >= low[i];                                                          \
				flip = over ^ (flip & (over == (dx > 0)));                                         \
			}                                                                                          \
			flips ^= (uint64_t)flip << g->slots[i];                                                    \
			if (c == 0 && ay >= 0 && ay <= dy && (dx < 0 ? ax <= 0 && ax >= dx : ax >= 0 && ax <= dx)) \
				*border |= UINT64_C(1) << g->slots[i];                                             \
		}                                                                                                  \
		return flips;                                                                                      \
	}
GRID_FLIPS(flips16, int16_t)
GRID_FLIPS(flips32, int32_t)

/* A bit for each slot whose zone holds the point. */
static inline uint64_t group_holds(const struct grid_group *g, uint32_t px, uint32_t py)
{
	uint64_t border = 0;
	uint64_t flips = (g->flags & GRID_SMALL) != 0 ? flips16(g, (int32_t)px, (int32_t)py, &border)
	                                              : flips32(g, (int32_t)px, (int32_t)py, &border);
	return (g->first ^ flips) | border;
}

static void groups_at(const uint32_t *w, uint32_t px, uint32_t py, struct answer *a)
{
	for (;;) {
		struct grid_group g = grid_group_at(w);
		if ((g.flags & GRID_GATES) != 0)
			return;
		for (uint64_t in = group_holds(&g, px, py); in != 0; in &= in - 1)
			put(a, g.ids[__builtin_ctzll(in)]);
		if ((g.flags & GRID_LAST) != 0)
			return;
		w = g.next;
	}
}

/* The size of the cell that held the point goes to *ret_shift; true when nothing is in that cell at all. */
static bool grid_at(const struct geo_grid *g, uint32_t x, uint32_t y, struct answer *a, uint32_t *ret_shift)
{
	uint32_t shift = g->shift;
	uint32_t e = g->root[(size_t)(y >> shift) * g->nx + (x >> shift)];
	bool bare = true;
	while ((e & 3) == GRID_NODE) {
		const uint32_t *node = &g->pool[e >> 2];
		x &= (UINT32_C(1) << shift) - 1;
		y &= (UINT32_C(1) << shift) - 1;
		if (node[1] != 0) {
			groups_at(&g->pool[node[1]], x, y, a);
			bare = false;
		}
		shift = node[0] & 0xff;
		e = node[2 + (((size_t)(y >> shift) << (node[0] >> 8)) | (x >> shift))];
	}
	*ret_shift = shift;
	if (e == GRID_NONE)
		return bare;
	if ((e & 3) == GRID_ONE) {
		put(a, e >> 2);
		return false;
	}
	x &= (UINT32_C(1) << shift) - 1;
	y &= (UINT32_C(1) << shift) - 1;
	groups_at(&g->pool[e >> 2], x, y, a);
	return false;
}

/* ---- hints ----
 * A hint names a cell in which nothing lies: bit 31, its shift in bits 26 to 30, its number in the rest.  A cell whose
 * number needs more gets none. */

static inline uint32_t hint_of(const struct geo_grid *g, uint32_t x, uint32_t y, uint32_t shift)
{
	return UINT32_C(1) << 31 | shift << 26 | (y >> shift) << (g->xbits - shift) | x >> shift;
}

static inline bool hint_fits(const struct geo_grid *g, uint32_t shift)
{
	return shift <= g->xbits && shift <= g->ybits && g->xbits + g->ybits - 2 * shift <= 26;
}

void xie_zones_at(const struct xie_zone_set *s, struct xie_pt p, uint32_t *hint, uint32_t *ids, size_t cap,
                  size_t *ret_n)
{
	const struct geo_grid *g = &s->grid;
	int32_t lon = p.lon == XIE_LON_MAX ? -XIE_LON_MAX : p.lon;
	uint32_t x = (uint32_t)lon - (uint32_t)g->x0, y = (uint32_t)p.lat - (uint32_t)g->y0, shift;
	struct answer a = { .ids = ids, .cap = cap };
	if (x > g->w || y > g->h) {
		*ret_n = 0;
		return;
	}
	if (hint != NULL && *hint != 0 && hint_of(g, x, y, *hint >> 26 & 31) == *hint) {
		*ret_n = 0;
		return;
	}
	bool bare = grid_at(g, x, y, &a, &shift);
	if (hint != NULL)
		*hint = bare && hint_fits(g, shift) ? hint_of(g, x, y, shift) : 0;
	*ret_n = a.n;
}

/* ---- a step ---- */

/* A step in the frame of a cell: from (x, y) by (dx, dy). */
struct line {
	int64_t x, y, dx, dy;
};

static inline bool boxes_meet(int64_t a0, int64_t a1, int64_t b0, int64_t b1) /* ends in either order */
{
	return (a0 < a1 ? a1 : a0) >= (b0 < b1 ? b0 : b1) && (b0 < b1 ? b1 : b0) >= (a0 < a1 ? a0 : a1);
}

/* Do the closed segments meet? */
static bool line_meets(const struct line *l, int64_t ux, int64_t uy, int64_t vx, int64_t vy)
{
	ux -= l->x;
	uy -= l->y;
	vx -= l->x;
	vy -= l->y;
	if (!boxes_meet(0, l->dx, ux, vx) || !boxes_meet(0, l->dy, uy, vy))
		return false;
	int64_t su = l->dx * uy - l->dy * ux, sv = l->dx * vy - l->dy * vx;
	if ((su > 0 && sv > 0) || (su < 0 && sv < 0))
		return false;
	/* Sides of the step's ends as seen along the edge; all four nothing: on one line, and the boxes meet. */
	int64_t sa = (vy - uy) * ux - (vx - ux) * uy, sb = sa + (vx - ux) * l->dy - (vy - uy) * l->dx;
	return !((sa > 0 && sb > 0) || (sa < 0 && sb < 0));
}

static void groups_met(const uint32_t *w, const struct line *l, struct answer *a)
{
	for (;;) {
		struct grid_group g = grid_group_at(w);
		bool small = (g.flags & GRID_SMALL) != 0;
		const int16_t *e16 = g.edges;
		const int32_t *e32 = g.edges;
		uint64_t met = 0;
		for (size_t i = 0; i < g.ne; i++, e16 += 4, e32 += 4) {
			if ((met >> g.slots[i] & 1) != 0)
				continue;
			bool m = small ? line_meets(l, e16[0], e16[1], e16[2], e16[3])
			               : line_meets(l, e32[0], e32[1], e32[2], e32[3]);
			met |= (uint64_t)m << g.slots[i];
		}
		for (; met != 0; met &= met - 1)
			put(a, g.ids[__builtin_ctzll(met)]);
		if ((g.flags & GRID_LAST) != 0)
			return;
		w = g.next;
	}
}

static void cells_met(const struct geo_grid *g, const uint32_t *cells, uint32_t shift, uint32_t nx, uint32_t ny,
                      const struct line *l, struct answer *a);

static void cell_met(const struct geo_grid *g, uint32_t e, const struct line *l, struct answer *a)
{
	if ((e & 3) == GRID_LEAF) {
		groups_met(&g->pool[e >> 2], l, a);
	} else if ((e & 3) == GRID_NODE) {
		const uint32_t *node = &g->pool[e >> 2];
		uint32_t n = UINT32_C(1) << (node[0] >> 8);
		cells_met(g, node + 2, node[0] & 0xff, n, n, l, a);
	}
}

/* Every cell that the step meets, row by row (grid_row in grid.h). */
static void cells_met(const struct geo_grid *g, const uint32_t *cells, uint32_t shift, uint32_t nx, uint32_t ny,
                      const struct line *l, struct answer *a)
{
	struct grid_rows r = grid_rows_of(l->x, l->y, l->x + l->dx, l->y + l->dy, shift, ny);
	for (; r.row <= r.last; grid_rows_next(&r)) {
		int64_t c0 = r.west >> shift, c1 = (r.east + 1) >> shift;
		c0 = c0 < 0 ? 0 : c0;
		c1 = c1 >= (int64_t)nx ? (int64_t)nx - 1 : c1;
		for (int64_t c = c0; c <= c1; c++) {
			uint32_t e = cells[(size_t)r.row * nx + (size_t)c];
			if (e == GRID_NONE)
				continue;
			struct line in = { l->x - c * (INT64_C(1) << shift), l->y - r.row * (INT64_C(1) << shift),
				           l->dx, l->dy };
			cell_met(g, e, &in, a);
		}
	}
}

/* The zones that hold the start, and those with an edge that the step meets: exactly those that the step meets. */
static void step_met(const struct xie_zone_set *s, const struct geo_step *st, struct answer *a)
{
	const struct geo_grid *g = &s->grid;
	int64_t x = geo_into(g->x0, st->a.lon), y = (int64_t)st->a.lat - g->y0;
	uint32_t shift;
	if (x <= g->w && y >= 0 && y <= g->h)
		(void)grid_at(g, (uint32_t)x, (uint32_t)y, a, &shift);
	for (int64_t turn = -GEO_TURN; turn <= GEO_TURN; turn += GEO_TURN) {
		struct line l = { x + turn, y, st->dx, st->dy };
		if (boxes_meet(l.x, l.x + l.dx, 0, g->w) && boxes_meet(y, y + l.dy, 0, g->h))
			cells_met(g, g->root, g->shift, g->nx, g->ny, &l, a);
	}
}

void xie_zones_step(const struct xie_zone_set *s, struct xie_pt a, struct xie_pt b, uint32_t *ids, size_t cap,
                    size_t *ret_n)
{
	struct geo_step st = geo_step_of(a, b);
	struct answer ans = { .ids = ids, .cap = cap };
	step_met(s, &st, &ans);
	*ret_n = ans.n;
	if (!ans.unsure)
		return;
	/* Too many for the room, so some may have been counted twice: once more, one window of ids after the other. */
	size_t n = 0;
	uint32_t window[64];
	struct answer part = { .ids = window };
	for (uint32_t from = 0;; from = window[part.n - 1] + 1) {
		part = (struct answer){ .ids = window, .cap = 64, .from = from };
		step_met(s, &st, &part);
		if (part.n == 0)
			break;
		part.n = part.n < 64 ? part.n : 64;
		n += part.n;
	}
	*ret_n = n;
}
