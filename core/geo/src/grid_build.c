/* SPDX-License-Identifier: Apache-2.0 */
/* Building the grid (grid.h) from the top down.
 *
 * A cell is given as its pieces, ascending by zone, and their edges one after the other.  A piece is a part of a zone
 * (or a gate) with an edge in the cell, or one that covers it.  To divide a cell its pieces are scattered over smaller
 * ones in two rounds, one that counts and one that fills.
 *
 * The arena's free space is used from both ends: the pool grows up from the bottom and stays, lists of cells under work
 * hang from the top.  docs/internals/geo.md says more. */
#include "grid.h"

#include "xie/base/time.h"

enum {
	SIDE = 64,        /* cells along a side of a scatter at most: a row is one word of bits */
	ROOT_SIDE = 512,  /* nodes along a side of the root */
	ROOT_MAX = 131072, /* nodes of the root */
	PER_NODE = 100,   /* edges there should be for each node of the root, */
	ROOT_FEW = 20000, /* unless it has no more nodes than this */
	MANY = 24,        /* a cell with more edges becomes a node */
	MIN_SHIFT = 10,   /* but not one below 1,024 units, 19 m */
	SPREAD = 4,       /* nor one whose cells would hold more than so many edges for each one of its own */
	SHIFT_MAX = 29,   /* of the root: an edge that meets a cell then has coordinates of 32 bits there */
	SMALL_SHIFT = 14, /* thresholds in 16 bits reach 2^14 */
	OVER = 192,       /* what a slot that does not hold its cell costs, in bytes we would pay to avoid it */
};

#define NOT_WEST INT32_MIN

struct edge {
	int32_t ux, uy, vx, vy; /* lower (level: western) end first, relative to the cell's corner */
	int32_t low;            /* set by tidy: its threshold on the west side, or NOT_WEST */
};

struct piece {
	uint32_t zone;
	uint32_t n : 30;   /* edges; 0: covers the cell */
	uint32_t base : 1; /* holds the cell's reference point */
	uint32_t gate : 1;
};

struct cell {
	struct piece *pieces;
	struct edge *edges;
	uint32_t np, ne, shift;
};

struct build {
	struct xie_zone_set *s;
	uint32_t *pool;
	size_t words;
	uint8_t *top;
};

/* ---- memory ---- */

static void *hang(struct build *b, size_t n, size_t size)
{
	uint8_t *low = (uint8_t *)(b->pool + b->words);
	size_t room = (size_t)(b->top - low);
	if (n > room / size || ((n * size + 15) & ~(size_t)15) > room)
		return NULL;
	b->top -= (n * size + 15) & ~(size_t)15;
	return b->top;
}

static uint32_t *grow(struct build *b, size_t words, size_t align)
{
	size_t pad = (align - b->words % align) % align;
	uint32_t *at = b->pool + b->words + pad;
	size_t room = (size_t)(b->top - (uint8_t *)(b->pool + b->words)) / sizeof *at;
	if (pad > room || words > room - pad || b->words + pad + words >= GRID_AT_MAX)
		return NULL;
	memset(b->pool + b->words, 0, (pad + words) * sizeof *at);
	b->words += pad + words;
	return at;
}

/* ---- an edge and the west side of its cell ---- */

/* Where the edge crosses x = -1/2 (it does, one end is west of it): *ret_half the height + 1/2, rounded down,
 * and whether that is exact; *ret_low the height rounded up.  Returns whether the edge rises eastward. */
static bool west_side(int64_t ux, int64_t uy, int64_t vx, int64_t vy, int64_t *ret_half, bool *ret_exact,
                      int64_t *ret_low)
{
	int64_t num = (vy - uy) * (-1 - 2 * ux), den = 2 * (vx - ux), rest;
	bool rising = den > 0;
	if (!rising) {
		num = -num;
		den = -den;
	}
	*ret_low = uy - xie_floor_div(-num, den);
	*ret_half = uy + grid_floor(num + den / 2, den, &rest);
	*ret_exact = rest == 0;
	return rising;
}

/* The first of the heights k - 1/2 above the crossing, k whole: the reference points stand a hair west of x = -1/2,
 * where a rising edge is a hair lower and a falling one a hair higher. */
static int64_t above(bool rising, int64_t half, bool exact)
{
	return half + !(rising && exact);
}

/* Is the edge anything to a cell of 2^shift?  Sets its threshold when it may be crossed on the west side. */
static bool edge_use(struct edge *e, uint32_t shift)
{
	int64_t size = INT64_C(1) << shift, half, low;
	bool exact;
	e->low = NOT_WEST;
	if ((e->ux < 0 && e->vx < 0) || (e->ux >= size && e->vx >= size) || e->vy < 0 || e->uy >= size)
		return false;
	if ((e->ux < 0) == (e->vx < 0))
		return true;
	bool rising = west_side(e->ux, e->uy, e->vx, e->vy, &half, &exact, &low);
	/* Rising it goes on above where it comes in, falling below. */
	if (rising ? half > size || (half == size && !exact) : half < 0)
		return false;
	if (above(rising, half, exact) >= 1 && (rising || low < size))
		e->low = (int32_t)(low > size ? size : low);
	return true;
}

/* Drops edges that are nothing to the cell, pieces that are left with nothing, and what stands beside a covering
 * piece of the same zone. */
static void tidy(struct cell *c)
{
	uint32_t np = 0, ne = 0;
	struct edge *e = c->edges;
	for (uint32_t i = 0; i < c->np; i++) {
		struct piece p = c->pieces[i];
		uint32_t n = 0;
		for (uint32_t k = 0; k < p.n; k++, e++)
			if (edge_use(e, c->shift))
				c->edges[ne + n++] = *e;
		p.n = n & 0x3fffffff;
		if (n == 0 && (!p.base || p.gate))
			continue;
		/* Pieces of one zone stand together: at most one of those kept before covers, and then alone. */
		bool again = np != 0 && c->pieces[np - 1].zone == p.zone;
		if (again && c->pieces[np - 1].n == 0)
			continue;
		while (n == 0 && np != 0 && c->pieces[np - 1].zone == p.zone)
			ne -= c->pieces[--np].n;
		c->pieces[np++] = p;
		ne += n;
	}
	c->np = np;
	c->ne = ne;
}

/* ---- groups ---- */

/* A number of pieces that go into one group, and where it is written. */
struct group {
	uint32_t n, ne; /* ne: with those that fill up */
	bool small, again;
	uint32_t *ids;
	void *edges, *thresholds;
	uint8_t *places;
};

static bool fits16(const struct edge *e)
{
	return e->ux == (int16_t)e->ux && e->uy == (int16_t)e->uy && e->vx == (int16_t)e->vx && e->vy == (int16_t)e->vy;
}

/* The first of the pieces, at most 64, all gates or none. */
static struct group measure(const struct piece *p, uint32_t np, const struct edge *e, uint32_t shift)
{
	struct group g = { .small = shift <= SMALL_SHIFT };
	for (; g.n < np && g.n < 64 && p[g.n].gate == p[0].gate; g.n++) {
		g.again = g.again || (g.n != 0 && p[g.n].zone == p[g.n - 1].zone);
		for (uint32_t k = p[g.n].n; k > 0; k--, e++, g.ne++)
			g.small = g.small && fits16(e);
	}
	g.ne = grid_fours(g.ne);
	return g;
}

static void store(const struct group *g, size_t at, const struct edge *e, uint32_t place)
{
	bool west = e->low != NOT_WEST;
	g->places[at] = (uint8_t)(place | (west && e->vx > e->ux ? GRID_RISES : 0u));
	if (g->small) {
		int16_t v[4] = { (int16_t)e->ux, (int16_t)e->uy, (int16_t)e->vx, (int16_t)e->vy };
		memcpy((int16_t *)g->edges + 4 * at, v, sizeof v);
		((int16_t *)g->thresholds)[at] = west ? (int16_t)e->low : INT16_MAX;
	} else {
		memcpy((int32_t *)g->edges + 4 * at, e, 4 * sizeof(int32_t));
		((int32_t *)g->thresholds)[at] = west ? e->low : INT32_MAX;
	}
}

/* Returns the bits of `first`. */
static uint64_t fill(const struct group *g, const struct piece *p, const struct edge *e)
{
	static const struct edge nowhere = { -1, -2, -1, -1,
		                             NOT_WEST }; /* below the cell, and on no line with its points */
	uint64_t first = 0;
	size_t at = 0;
	for (uint32_t i = 0; i < g->n; i++) {
		g->ids[i] = p[i].zone;
		first |= (uint64_t)p[i].base << i;
		for (uint32_t k = p[i].n; k > 0; k--)
			store(g, at++, e++, i);
	}
	while (at < g->ne)
		store(g, at++, &nowhere, 0);
	return first;
}

static bool write_group(struct build *b, const struct piece *p, const struct edge *e, struct group *g, bool last)
{
	uint32_t flags = (g->small ? GRID_SMALL : 0u) | (p[0].gate ? GRID_GATES : 0u) | (last ? GRID_LAST : 0u) |
	                 (g->again ? GRID_AGAIN : 0u);
	size_t edges = (size_t)g->ne * (g->small ? 2 : 4), lows = g->small ? g->ne / 2 : g->ne;
	uint32_t *w = grow(b, 4 + g->n + edges + lows + g->ne / 4, 1);
	if (w == NULL)
		return false;
	g->ids = w + 4;
	g->edges = g->ids + g->n;
	g->thresholds = g->ids + g->n + edges;
	g->places = (uint8_t *)(g->ids + g->n + edges + lows);
	uint64_t head = grid_head(g->n, flags, g->ne), first = fill(g, p, e);
	memcpy(w, &head, sizeof head);
	memcpy(w + 2, &first, sizeof first);
	return true;
}

/* Moves gates behind areas. */
static bool gates_last(struct build *b, struct cell *c)
{
	uint32_t gates = 0, ne = 0;
	for (uint32_t i = 0; i < c->np; i++) {
		gates += c->pieces[i].gate;
		ne += c->pieces[i].gate ? c->pieces[i].n : 0;
	}
	if (gates == 0 || gates == c->np)
		return true;
	uint8_t *top = b->top;
	struct piece *gp = hang(b, gates, sizeof *gp);
	struct edge *ge = hang(b, ne, sizeof *ge);
	b->top = top;
	if (gp == NULL || ge == NULL)
		return false;
	uint32_t at = 0, gat = 0, keep = 0, g = 0;
	for (uint32_t i = 0, from = 0; i < c->np; i++) {
		struct piece p = c->pieces[i];
		memmove(p.gate ? &ge[gat] : &c->edges[at], &c->edges[from], p.n * sizeof *ge);
		from += p.n;
		*(p.gate ? &gat : &at) += p.n;
		if (p.gate)
			gp[g++] = p;
		else
			c->pieces[keep++] = p;
	}
	memcpy(&c->pieces[keep], gp, gates * sizeof *gp);
	memcpy(&c->edges[at], ge, ne * sizeof *ge);
	return true;
}

static bool write_groups(struct build *b, struct cell *c, uint32_t *ret_at)
{
	if (!gates_last(b, c))
		return false;
	*ret_at = (uint32_t)b->words;
	const struct edge *e = c->edges;
	for (uint32_t i = 0; i < c->np;) {
		struct group g = measure(&c->pieces[i], c->np - i, e, c->shift);
		if (!write_group(b, &c->pieces[i], e, &g, i + g.n == c->np))
			return false;
		for (uint32_t k = 0; k < g.n; k++)
			e += c->pieces[i + k].n;
		i += g.n;
	}
	return true;
}

/* ---- scattering pieces over cells ---- */

struct scatter {
	uint32_t shift, nx, ny;
	uint64_t columns;                   /* a bit for each */
	uint64_t touched[SIDE], flip[SIDE]; /* of the piece at hand, row by row */
	uint64_t rows;                      /* rows whose reference points lie beyond an odd number of its edges */
	bool fill;
	uint32_t *en, *pn; /* counting: edges and pieces a cell; filling: where the next ones go */
	uint32_t *mark;    /* filling: where the piece at hand began in each cell's edges */
	struct edge *edges;
	struct piece *pieces;
};

static void scatter_row(struct scatter *sc, const struct grid_rows *r)
{
	int64_t c0 = r->west >> sc->shift, c1 = (r->east + 1) >> sc->shift;
	c0 = c0 < 0 ? 0 : c0;
	c1 = c1 >= (int64_t)sc->nx ? (int64_t)sc->nx - 1 : c1;
	for (int64_t c = c0; c <= c1; c++) {
		size_t at = (size_t)r->row * sc->nx + (size_t)c;
		sc->touched[r->row] |= UINT64_C(1) << c;
		uint32_t k = sc->en[at]++;
		if (!sc->fill)
			continue;
		int64_t x = c * (INT64_C(1) << sc->shift), y = r->row * (INT64_C(1) << sc->shift);
		bool east_first = r->dy == 0 && r->dx < 0;
		int64_t ux = east_first ? r->ux + r->dx : r->ux, vx = east_first ? r->ux : r->ux + r->dx;
		sc->edges[k] = (struct edge){ (int32_t)(ux - x), (int32_t)(r->uy - y), (int32_t)(vx - x),
			                      (int32_t)(r->uy + r->dy - y) };
	}
}

static void scatter_edge(struct scatter *sc, int64_t ux, int64_t uy, int64_t vx, int64_t vy)
{
	struct grid_rows r = grid_rows_of(ux, uy, vx, vy, sc->shift, sc->ny);
	if ((ux < 0) != (vx < 0)) {
		int64_t half, low;
		bool exact, rising = west_side(r.ux, r.uy, r.ux + r.dx, r.uy + r.dy, &half, &exact, &low);
		int64_t k = above(rising || r.dy == 0, half, exact);
		int64_t row = (k + (INT64_C(1) << sc->shift) - 1) >> sc->shift;
		if (k >= 1 && row < SIDE)
			sc->rows ^= ~UINT64_C(0) << row;
	}
	for (; r.row <= r.last; grid_rows_next(&r)) {
		scatter_row(sc, &r);
		/* Through the row's lower side: the reference points on it east of the crossing. */
		if (grid_rows_from_below(&r) && r.half >= 0 && r.half >> sc->shift < SIDE - 1)
			sc->flip[r.row] ^= ~UINT64_C(0) << ((r.half >> sc->shift) + 1);
	}
}

/* After the edges of a piece. */
static void scatter_piece(struct scatter *sc, const struct piece *p)
{
	for (uint32_t j = 0; j < sc->ny; j++) {
		uint64_t in = (sc->flip[j] ^ (p->base != (sc->rows >> j & 1) ? ~UINT64_C(0) : 0)) & sc->columns;
		uint64_t all = p->gate ? sc->touched[j] : sc->touched[j] | in;
		for (; all != 0; all &= all - 1) {
			unsigned c = (unsigned)__builtin_ctzll(all);
			size_t at = (size_t)j * sc->nx + c;
			uint32_t k = sc->pn[at]++;
			if (!sc->fill)
				continue;
			sc->pieces[k] = (struct piece){ .zone = p->zone,
				                        .n = (sc->en[at] - sc->mark[at]) & 0x3fffffff,
				                        .base = in >> c & 1,
				                        .gate = p->gate };
			sc->mark[at] = sc->en[at];
		}
		sc->touched[j] = sc->flip[j] = 0;
	}
	sc->rows = 0;
}

static bool scatter_init(struct build *b, struct scatter *sc, uint32_t shift, uint32_t nx, uint32_t ny)
{
	size_t n = (size_t)nx * ny;
	memset(sc, 0, sizeof *sc);
	sc->shift = shift;
	sc->nx = nx;
	sc->ny = ny;
	sc->columns = ~UINT64_C(0) >> (SIDE - nx);
	sc->en = hang(b, n, sizeof *sc->en);
	sc->pn = hang(b, n, sizeof *sc->pn);
	sc->mark = hang(b, n, sizeof *sc->mark);
	if (sc->en == NULL || sc->pn == NULL || sc->mark == NULL)
		return false;
	memset(sc->en, 0, n * sizeof *sc->en);
	memset(sc->pn, 0, n * sizeof *sc->pn);
	return true;
}

/* From counts to places; the lists hang from the top. */
static bool scatter_place(struct build *b, struct scatter *sc)
{
	uint64_t ne = 0, np = 0;
	for (size_t i = 0; i < (size_t)sc->nx * sc->ny; i++) {
		uint64_t e = sc->en[i], p = sc->pn[i];
		sc->en[i] = sc->mark[i] = (uint32_t)ne;
		sc->pn[i] = (uint32_t)np;
		ne += e;
		np += p;
		if (ne >= UINT32_MAX || np >= UINT32_MAX)
			return false;
	}
	sc->edges = hang(b, ne, sizeof *sc->edges);
	sc->pieces = hang(b, np, sizeof *sc->pieces);
	sc->fill = true;
	return sc->edges != NULL && sc->pieces != NULL;
}

static void scatter_cell(struct scatter *sc, const struct cell *c)
{
	const struct edge *e = c->edges;
	for (uint32_t i = 0; i < c->np; i++) {
		for (uint32_t k = 0; k < c->pieces[i].n; k++, e++)
			scatter_edge(sc, e->ux, e->uy, e->vx, e->vy);
		scatter_piece(sc, &c->pieces[i]);
	}
}

/* Cell i of a filled scatter, tidied. */
static struct cell scattered(const struct scatter *sc, size_t i)
{
	uint32_t e0 = i != 0 ? sc->en[i - 1] : 0, p0 = i != 0 ? sc->pn[i - 1] : 0;
	struct cell c = { .pieces = sc->pieces + p0, .edges = sc->edges + e0, .shift = sc->shift };
	c.np = sc->pn[i] - p0;
	c.ne = sc->en[i] - e0;
	tidy(&c);
	return c;
}

/* ---- nodes and slots ---- */

enum outcome { DONE, FULL, NOT_WORTH };

/* Bytes of the cell's slot when it can be an INLINE one, else 0. */
static uint32_t inline_bytes(const struct cell *c, struct group *ret_g)
{
	if (c->np > GRID_INLINE_ZONES || c->ne > GRID_INLINE_EDGES)
		return 0;
	*ret_g = measure(c->pieces, c->np, c->edges, c->shift);
	bool can = ret_g->n == c->np && !c->pieces[0].gate;
	return can ? grid_inline_bytes(ret_g->n, ret_g->ne, !ret_g->small) : 0;
}

/* How many lines a slot should have, so that few cells lie beside theirs and little room is empty. */
static uint32_t slot_lines(const struct cell cells[static 64])
{
	uint32_t best = 1, best_cost = UINT32_MAX;
	for (uint32_t lines = 1; lines <= 4; lines++) {
		uint32_t cost = 0;
		for (int i = 0; i < 64; i++) {
			struct group g;
			uint32_t n = cells[i].np != 0 ? inline_bytes(&cells[i], &g) : 0;
			cost += cells[i].np == 0 ? 0 : 64 * lines + (n > 64 * lines ? n + OVER : 0);
		}
		if (cost < best_cost) {
			best_cost = cost;
			best = lines;
		}
	}
	return best;
}

static enum outcome build_node(struct build *b, struct cell *c, bool nested, struct geo_node *ret);

static bool write_slot(struct build *b, struct cell *c, uint32_t *slot, uint32_t lines, uint32_t parent_ne)
{
	struct group g;
	/* Where dividing did not part the edges, dividing again will not. */
	if (c->ne > MANY && c->shift >= MIN_SHIFT && c->ne <= parent_ne / 2) {
		struct geo_node node = { 0 };
		enum outcome o = build_node(b, c, true, &node);
		slot[0] = GRID_NODE;
		memcpy(slot + 2, &node, sizeof node);
		if (o != NOT_WORTH)
			return o == DONE;
	}
	uint32_t bytes = inline_bytes(c, &g), at = 0;
	if (bytes != 0 && bytes <= 64 * lines) {
		g.ids = slot + 1;
		g.edges = g.ids + g.n;
		g.thresholds = g.ids + g.n + (g.small ? 2 : 4) * g.ne;
		g.places = (uint8_t *)(g.ids + g.n + (g.small ? 2 * g.ne + g.ne / 2 : 5 * g.ne));
		slot[0] = grid_inline_head(g.n, g.again, !g.small, g.ne, (uint32_t)fill(&g, c->pieces, c->edges));
		return true;
	}
	bool ok = write_groups(b, c, &at);
	slot[0] = at << 2 | GRID_GROUPS;
	return ok;
}

/* What covers the whole cell is said once. */
static bool take_covers(struct build *b, struct cell *c, struct geo_node *ret)
{
	uint32_t covers = 0, inner = 0;
	uint8_t *top = b->top;
	struct cell whole = { .shift = c->shift, .edges = c->edges, .pieces = hang(b, c->np, sizeof *whole.pieces) };
	if (whole.pieces == NULL)
		return false;
	for (uint32_t i = 0; i < c->np; i++)
		if (c->pieces[i].n == 0)
			whole.pieces[covers++] = c->pieces[i];
		else
			c->pieces[inner++] = c->pieces[i];
	c->np = inner;
	whole.np = covers;
	bool ok = covers == 0 || write_groups(b, &whole, &ret->covers);
	b->top = top;
	return ok;
}

static bool write_slots(struct build *b, const struct scatter *sc, uint32_t parent_ne, struct geo_node *ret)
{
	struct cell cells[64];
	uint32_t n = 0;
	for (size_t i = 0; i < 64; i++) {
		cells[i] = scattered(sc, i);
		ret->any |= (uint64_t)(cells[i].np != 0) << i;
		n += cells[i].np != 0;
	}
	uint32_t lines = slot_lines(cells);
	uint32_t *slot = grow(b, (size_t)n * lines * GRID_LINE, GRID_LINE);
	if (slot == NULL)
		return false;
	ret->slots = (uint32_t)((size_t)(slot - b->pool) / GRID_LINE) << 2 | (lines - 1);
	for (size_t i = 0; i < 64; i++)
		if (cells[i].np != 0) {
			if (!write_slot(b, &cells[i], slot, lines, parent_ne))
				return false;
			slot += (size_t)lines * GRID_LINE;
		}
	return true;
}

/* NOT_WORTH leaves the cell as it was. */
static enum outcome build_node(struct build *b, struct cell *c, bool nested, struct geo_node *ret)
{
	uint8_t *top = b->top;
	struct scatter sc;
	uint64_t made = 0;
	enum outcome o = FULL;
	if (!scatter_init(b, &sc, c->shift - 3, 8, 8))
		return FULL;
	scatter_cell(&sc, c);
	for (size_t i = 0; i < 64; i++)
		made += sc.en[i];
	if (nested && made > (uint64_t)SPREAD * c->ne) {
		b->top = top;
		return NOT_WORTH;
	}
	/* Covers were counted in all cells; without them there is only less. */
	if (take_covers(b, c, ret)) {
		memset(sc.en, 0, 64 * sizeof *sc.en);
		memset(sc.pn, 0, 64 * sizeof *sc.pn);
		scatter_cell(&sc, c);
		if (scatter_place(b, &sc)) {
			scatter_cell(&sc, c);
			o = c->np == 0 || write_slots(b, &sc, c->ne, ret) ? DONE : FULL;
		}
	}
	b->top = top;
	return o;
}

/* ---- the root ---- */

/* West and south ends and size of all that is in the set. */
static void frame(const struct xie_zone_set *s, struct geo_grid *g)
{
	int64_t west = XIE_LON_MAX, east = -(int64_t)XIE_LON_MAX, south = XIE_LAT_MAX, north = -(int64_t)XIE_LAT_MAX;
	for (uint32_t i = 0; i < s->ring_n; i++) {
		const struct geo_ring *r = &s->rings[i];
		int64_t end = (int64_t)r->x0 + r->w;
		bool over = end >= XIE_LON_MAX;
		west = over ? -(int64_t)XIE_LON_MAX : r->x0 < west ? r->x0 : west;
		east = over ? XIE_LON_MAX - 1 : end > east ? end : east;
		south = r->y0 < south ? r->y0 : south;
		north = r->y1 > north ? r->y1 : north;
	}
	if (s->ring_n == 0)
		west = east = south = north = 0;
	*g = (struct geo_grid){
		.x0 = (int32_t)west, .y0 = (int32_t)south, .w = (uint32_t)(east - west), .h = (uint32_t)(north - south)
	};
	/* Nodes as small as the number of edges allows. */
	uint64_t most = s->v_n / PER_NODE, few = s->v_n / 2 + 1;
	few = few < ROOT_FEW ? few : ROOT_FEW;
	most = most < few ? few : most > ROOT_MAX ? ROOT_MAX : most;
	for (g->shift = 3;; g->shift++) {
		g->nx = (g->w >> g->shift) + 1;
		g->ny = (g->h >> g->shift) + 1;
		uint64_t n = (uint64_t)g->nx * g->ny;
		if (g->shift == SHIFT_MAX || (g->nx <= ROOT_SIDE && g->ny <= ROOT_SIDE && n <= most))
			break;
	}
	while (g->xbits < 32 && g->w >> g->xbits != 0)
		g->xbits++;
	while (g->ybits < 32 && g->h >> g->ybits != 0)
		g->ybits++;
}

static void scatter_ring(struct scatter *sc, const struct xie_zone_set *s, const struct geo_ring *r, bool closed)
{
	const struct geo_grid *g = &s->grid;
	int64_t x0 = (int64_t)r->x0 - g->x0;
	for (; x0 + r->w >= 0; x0 -= GEO_TURN) { /* over the antimeridian also from the west */
		for (uint32_t i = 0; i + !closed < r->n; i++) {
			struct geo_v u = s->vs[r->at + i], v = s->vs[r->at + (i + 1 < r->n ? i + 1 : 0)];
			scatter_edge(sc, x0 + u.x, (int64_t)u.y - g->y0, x0 + v.x, (int64_t)v.y - g->y0);
		}
	}
}

static void scatter_set(struct scatter *sc, const struct xie_zone_set *s)
{
	for (uint32_t i = 0; i < s->zone_n; i++) {
		const struct geo_zone *z = &s->zones[i];
		struct piece p = { .zone = i & (GRID_AT_MAX - 1), .gate = z->part_n == 0 };
		if (p.gate) {
			scatter_ring(sc, s, &s->rings[z->part_at], false);
			scatter_piece(sc, &p);
		}
		for (uint32_t k = 0; k < z->part_n; k++) {
			const struct geo_part *part = &s->parts[z->part_at + k];
			for (uint32_t r = 0; r < part->ring_n; r++)
				scatter_ring(sc, s, &s->rings[part->ring_at + r], true);
			scatter_piece(sc, &p);
		}
	}
}

/* The nodes of a block, at root[0 ..] in rows of nx; those outside the root stay out. */
static bool build_block(struct build *b, struct cell *c, uint32_t log, struct geo_node *root, uint32_t across,
                        uint32_t up)
{
	const struct geo_grid *g = &b->s->grid;
	struct scatter sc;
	if (log == 0)
		return c->np == 0 || build_node(b, c, false, root) == DONE;
	uint32_t side = UINT32_C(1) << log;
	if (!scatter_init(b, &sc, g->shift, side, side))
		return false;
	scatter_cell(&sc, c);
	if (!scatter_place(b, &sc))
		return false;
	scatter_cell(&sc, c);
	for (uint32_t i = 0; i < side * side; i++) {
		uint32_t x = i & (side - 1), y = i >> log;
		struct cell node = scattered(&sc, i);
		if (x < across && y < up && node.np != 0 &&
		    build_node(b, &node, false, &root[(size_t)y * g->nx + x]) != DONE)
			return false;
	}
	return true;
}

/* The root is scattered over at most 64 x 64 blocks of nodes, and these over their nodes. */
static bool build_root(struct build *b, struct geo_node *root)
{
	const struct geo_grid *g = &b->s->grid;
	struct scatter sc;
	uint32_t log = 0;
	while ((g->nx - 1) >> log >= SIDE || (g->ny - 1) >> log >= SIDE)
		log++;
	if (!scatter_init(b, &sc, g->shift + log, ((g->nx - 1) >> log) + 1, ((g->ny - 1) >> log) + 1))
		return false;
	scatter_set(&sc, b->s);
	if (!scatter_place(b, &sc))
		return false;
	scatter_set(&sc, b->s);
	for (uint32_t y = 0; y < sc.ny; y++)
		for (uint32_t x = 0; x < sc.nx; x++) {
			uint8_t *top = b->top;
			struct cell block = scattered(&sc, (size_t)y * sc.nx + x);
			if (!build_block(b, &block, log, &root[((size_t)y << log) * g->nx + (x << log)],
			                 g->nx - (x << log), g->ny - (y << log)))
				return false;
			b->top = top;
		}
	return true;
}

xie_status geo_grid_build(struct xie_zone_set *s, xie_arena *mem)
{
	struct geo_grid *g = &s->grid;
	frame(s, g);
	struct geo_node *root = xie_arena_new(mem, struct geo_node, (size_t)g->nx * g->ny);
	if (root == NULL || s->zone_n >= GRID_AT_MAX)
		return XIE_LIMIT;
	struct build b = { .s = s };
	uint8_t *low = mem->base + mem->used;
	size_t pad = (64 - (uintptr_t)low % 64) % 64, room = mem->cap - mem->used;
	size_t tail = (uintptr_t)(mem->base + mem->cap) % 16;
	if (pad + tail > room)
		return XIE_LIMIT;
	b.pool = (uint32_t *)(void *)(low + pad);
	b.top = mem->base + mem->cap - tail;
	/* The first line is nothing, so that word 0 can mean none. */
	if (grow(&b, GRID_LINE, 1) == NULL || !build_root(&b, root))
		return XIE_LIMIT;
	/* Look-ups read ids by fours. */
	if (grow(&b, 4, 1) == NULL)
		return XIE_LIMIT;
	g->root = root;
	g->pool = b.pool;
	mem->used = (size_t)((uint8_t *)(b.pool + b.words) - mem->base);
	return XIE_OK;
}
