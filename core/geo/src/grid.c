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

/* What the edges flip in `first` on the way to (px, py), and which zones have it on their border.  (e[0], e[1]) is the
 * lower end; c < 0 when the edge passes west of the point.  An edge that crosses the west side below the point is
 * crossed there, and a second time on the way east if it rises; one that crosses it above is met on the way east only
 * if it falls. */
#define GRID_FLIPS(name, T)                                                                               \
	static inline uint64_t name(const struct grid_group *g, int32_t px, int32_t py, uint64_t *border) \
	{                                                                                                 \
		const T *e = g->edges, *low = g->thresholds;                                              \
		const uint8_t *place = g->places;                                                         \
		uint64_t flips = 0;                                                                       \
		for (uint32_t i = 0; i < g->ne; i += 4)                                                   \
			for (int k = 0; k < 4; k++, e += 4, low++, place++) {                             \
				int64_t dx = (int64_t)e[2] - e[0], dy = (int64_t)e[3] - e[1];             \
				int64_t ax = (int64_t)px - e[0], ay = (int64_t)py - e[1];                 \
				int64_t c = dx * ay - ax * dy;                                            \
				bool passed = (ay >= 0) & (ay < dy) & (c < 0), over = py >= *low;         \
				bool flip = over ^ (passed & (over == *place >> 7));                      \
				flips ^= (uint64_t)flip << (*place & 63);                                 \
				if (__builtin_expect(c == 0, 0) && ay >= 0 && ay <= dy &&                 \
				    (dx < 0 ? ax <= 0 && ax >= dx : ax >= 0 && ax <= dx))                 \
					*border |= UINT64_C(1) << (*place & 63);                          \
			}                                                                                 \
		return flips;                                                                             \
	}
GRID_FLIPS(flips16, int16_t)
GRID_FLIPS(flips32, int32_t)

/* The zones of the group whose bits are set. */
static inline void put_zones(struct answer *a, const struct grid_group *g, uint64_t in)
{
	if ((g->flags & GRID_AGAIN) == 0 && a->from == 0 && a->cap >= a->n + grid_fours(g->n) &&
	    (a->n == 0 || g->ids[0] > a->top)) {
		size_t n = a->n; /* each is written, and stays when it is in */
		for (uint32_t i = 0; i < g->n; i += 4, in >>= 4)
			for (uint32_t k = 0; k < 4; k++) {
				a->ids[n] = g->ids[i + k];
				n += in >> k & 1;
			}
		if (n != a->n)
			a->top = a->ids[n - 1];
		a->n = n;
		return;
	}
	for (; in != 0; in &= in - 1)
		put(a, g->ids[__builtin_ctzll(in)]);
}

static inline void group_at(const struct grid_group *g, uint32_t px, uint32_t py, struct answer *a)
{
	uint64_t border = 0;
	uint64_t flips = (g->flags & GRID_SMALL) != 0 ? flips16(g, (int32_t)px, (int32_t)py, &border)
	                                              : flips32(g, (int32_t)px, (int32_t)py, &border);
	put_zones(a, g, (g->first ^ flips) | border);
}

static void groups_at(const uint32_t *w, uint32_t px, uint32_t py, struct answer *a)
{
	for (;;) {
		struct grid_group g = grid_group_at(w);
		if ((g.flags & GRID_GATES) != 0)
			return;
		group_at(&g, px, py, a);
		if ((g.flags & GRID_LAST) != 0)
			return;
		w = grid_group_next(&g);
	}
}

static inline const struct geo_node *root_at(const struct geo_grid *g, uint32_t x, uint32_t y)
{
	return &g->root[(size_t)(y >> g->shift) * g->nx + (x >> g->shift)];
}

static inline unsigned cell_of(uint32_t x, uint32_t y, uint32_t cell_shift)
{
	return (y >> cell_shift & 7) << 3 | (x >> cell_shift & 7);
}

/* Returns 0, or the size (its shift) of a cell around the point in which nothing lies at all. */
static inline uint32_t grid_at(const struct geo_grid *g, uint32_t x, uint32_t y, struct answer *a)
{
	const struct geo_node *node = root_at(g, x, y);
	uint32_t shift = g->shift, bare = shift;
	for (;;) {
		if (node->covers != 0) {
			groups_at(&g->pool[node->covers], 0, 0, a);
			bare = 0;
		}
		if (node->any == 0)
			return bare;
		shift -= 3;
		bare = bare != 0 ? shift : 0;
		unsigned cell = cell_of(x, y, shift);
		if ((node->any >> cell & 1) == 0)
			return bare;
		const uint32_t *slot = grid_slot(g->pool, node, cell);
		if ((node->slots & 3) != 0)
			__builtin_prefetch(slot + GRID_LINE);
		x &= (UINT32_C(1) << shift) - 1;
		y &= (UINT32_C(1) << shift) - 1;
		if ((slot[0] & 3) == GRID_INLINE) {
			struct grid_group in = grid_inline_at(slot);
			group_at(&in, x, y, a);
			return 0;
		}
		if ((slot[0] & 3) == GRID_GROUPS) {
			groups_at(&g->pool[slot[0] >> 2], x, y, a);
			return 0;
		}
		node = (const struct geo_node *)(const void *)(slot + 2);
	}
}

void xie_zones_ahead(const struct xie_zone_set *s, struct xie_pt p, bool soon)
{
	const struct geo_grid *g = &s->grid;
	uint32_t x = (uint32_t)p.lon - (uint32_t)g->x0, y = (uint32_t)p.lat - (uint32_t)g->y0;
	if (x > g->w || y > g->h)
		return;
	const struct geo_node *node = root_at(g, x, y);
	if (!soon) {
		__builtin_prefetch(node);
		return;
	}
	unsigned cell = cell_of(x, y, g->shift - 3);
	if ((node->any >> cell & 1) == 0)
		return;
	const uint32_t *slot = grid_slot(g->pool, node, cell);
	for (uint32_t i = 0; i <= (node->slots & 3); i++)
		__builtin_prefetch(slot + (size_t)i * GRID_LINE);
}

/* ---- hints ----
 * A hint names a cell in which nothing lies: bit 31, its shift in bits 26 to 30, its number in the rest.  A cell whose
 * number needs more gets none. */

static inline uint32_t hint_of(const struct geo_grid *g, uint32_t x, uint32_t y, uint32_t shift)
{
	return UINT32_C(1) << 31 | shift << 26 | (y >> shift) << ((g->xbits - shift) & 31) | x >> shift;
}

static inline bool hint_fits(const struct geo_grid *g, uint32_t shift)
{
	return shift <= g->xbits && shift <= g->ybits && g->xbits + g->ybits - 2 * shift <= 26;
}

/* Apart, so that the way of a mover that stays in an empty cell needs no stack. */
static __attribute__((noinline)) void look_up(const struct geo_grid *g, uint32_t x, uint32_t y, uint32_t *hint,
                                              uint32_t *ids, size_t cap, size_t *ret_n)
{
	struct answer a = { .ids = ids, .cap = cap };
	uint32_t bare = grid_at(g, x, y, &a);
	if (hint != NULL)
		*hint = bare != 0 && hint_fits(g, bare) ? hint_of(g, x, y, bare) : 0;
	*ret_n = a.n;
}

void xie_zones_at(const struct xie_zone_set *s, struct xie_pt p, uint32_t *hint, uint32_t *ids, size_t cap,
                  size_t *ret_n)
{
	const struct geo_grid *g = &s->grid;
	int32_t lon = p.lon == XIE_LON_MAX ? -XIE_LON_MAX : p.lon;
	uint32_t x = (uint32_t)lon - (uint32_t)g->x0, y = (uint32_t)p.lat - (uint32_t)g->y0;
	if (x > g->w || y > g->h) {
		if (hint != NULL)
			*hint = 0;
		*ret_n = 0;
		return;
	}
	if (hint != NULL && *hint != 0 && hint_of(g, x, y, *hint >> 26 & 31) == *hint) {
		*ret_n = 0;
		return;
	}
	look_up(g, x, y, hint, ids, cap, ret_n);
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

static void group_met(const struct grid_group *g, const struct line *l, struct answer *a)
{
	bool small = (g->flags & GRID_SMALL) != 0;
	const int16_t *e16 = g->edges;
	const int32_t *e32 = g->edges;
	uint64_t met = 0;
	for (uint32_t i = 0; i < g->ne; i++, e16 += 4, e32 += 4) {
		unsigned place = g->places[i] & 63;
		if ((met >> place & 1) != 0)
			continue;
		int64_t ux = small ? e16[0] : e32[0], uy = small ? e16[1] : e32[1];
		int64_t vx = small ? e16[2] : e32[2], vy = small ? e16[3] : e32[3];
		if (ux < 0 && vx < 0) /* only one that fills up lies all west of the cell */
			continue;
		bool m = line_meets(l, ux, uy, vx, vy);
		met |= (uint64_t)m << place;
	}
	for (; met != 0; met &= met - 1)
		put(a, g->ids[__builtin_ctzll(met)]);
}

static void groups_met(const uint32_t *w, const struct line *l, struct answer *a)
{
	for (;;) {
		struct grid_group g = grid_group_at(w);
		group_met(&g, l, a);
		if ((g.flags & GRID_LAST) != 0)
			return;
		w = grid_group_next(&g);
	}
}

static struct line line_in(const struct line *l, int64_t column, int64_t row, uint32_t shift)
{
	return (struct line){ l->x - column * (INT64_C(1) << shift), l->y - row * (INT64_C(1) << shift), l->dx, l->dy };
}

/* Every cell of the node, of size 2^(shift + 3), that the step meets. */
static void node_met(const struct geo_grid *g, const struct geo_node *node, uint32_t shift, const struct line *l,
                     struct answer *a)
{
	if (node->any == 0)
		return;
	struct grid_rows r = grid_rows_of(l->x, l->y, l->x + l->dx, l->y + l->dy, shift, 8);
	for (; r.row <= r.last; grid_rows_next(&r)) {
		int64_t c0 = r.west >> shift, c1 = (r.east + 1) >> shift;
		c0 = c0 < 0 ? 0 : c0;
		c1 = c1 > 7 ? 7 : c1;
		for (int64_t c = c0; c <= c1; c++) {
			unsigned cell = (unsigned)(r.row << 3 | c);
			if ((node->any >> cell & 1) == 0)
				continue;
			const uint32_t *slot = grid_slot(g->pool, node, cell);
			struct line in = line_in(l, c, r.row, shift);
			if ((slot[0] & 3) == GRID_INLINE) {
				struct grid_group group = grid_inline_at(slot);
				group_met(&group, &in, a);
			} else if ((slot[0] & 3) == GRID_GROUPS) {
				groups_met(&g->pool[slot[0] >> 2], &in, a);
			} else {
				node_met(g, (const struct geo_node *)(const void *)(slot + 2), shift - 3, &in, a);
			}
		}
	}
}

static void root_met(const struct geo_grid *g, const struct line *l, struct answer *a)
{
	struct grid_rows r = grid_rows_of(l->x, l->y, l->x + l->dx, l->y + l->dy, g->shift, g->ny);
	for (; r.row <= r.last; grid_rows_next(&r)) {
		int64_t c0 = r.west >> g->shift, c1 = (r.east + 1) >> g->shift;
		c0 = c0 < 0 ? 0 : c0;
		c1 = c1 >= (int64_t)g->nx ? (int64_t)g->nx - 1 : c1;
		for (int64_t c = c0; c <= c1; c++) {
			struct line in = line_in(l, c, r.row, g->shift);
			node_met(g, &g->root[(size_t)r.row * g->nx + (size_t)c], g->shift - 3, &in, a);
		}
	}
}

/* The zones that hold the start, and those with an edge that the step meets: exactly those that the step meets. */
static void step_met(const struct xie_zone_set *s, const struct geo_step *st, struct answer *a)
{
	const struct geo_grid *g = &s->grid;
	int64_t x = geo_into(g->x0, st->a.lon), y = (int64_t)st->a.lat - g->y0;
	if (x <= g->w && y >= 0 && y <= g->h)
		(void)grid_at(g, (uint32_t)x, (uint32_t)y, a);
	for (int64_t turn = -GEO_TURN; turn <= GEO_TURN; turn += GEO_TURN) {
		struct line l = { x + turn, y, st->dx, st->dy };
		if (boxes_meet(l.x, l.x + l.dx, 0, g->w) && boxes_meet(y, y + l.dy, 0, g->h))
			root_met(g, &l, a);
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
