/* SPDX-License-Identifier: Apache-2.0 */
/* Building the grid (grid.h) from the top down.
 *
 * A cell is given as its pieces, ascending by zone, and their edges one after the other.  A piece is a part of a zone
 * (or a gate) with an edge in the cell, or one that covers it.  A cell with more edges than a leaf should have becomes
 * a node: its pieces are scattered over its cells in two rounds, one that counts and one that fills.
 *
 * The arena's free space is used from both ends: the pool grows up from the bottom and stays, lists of cells under work
 * hang from the top.  What they need there at most is in docs/internals/geo.md. */
#include "grid.h"

#include "xie/base/time.h"

enum {
	SIDE = 64,       /* cells along a side of the root or of a node: a row is one word of bits */
	PER_CELL = 2,    /* edges wanted in a cell when a node is divided */
	FEW = 3,         /* a cell of the root with no more is left whole */
	MANY = 64,       /* so is a smaller one */
	MIN_SHIFT = 7,   /* nothing is divided below 128 units, 2.4 m */
	SPREAD = 4,      /* a division that makes more than so many edges of one is taken coarser */
	SMALL_SHIFT = 14 /* thresholds in 16 bits reach 2^14 */
};

struct edge {
	int32_t ux, uy, vx, vy; /* lower (level: western) end first, relative to the cell's corner */
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

static uint32_t *grow(struct build *b, size_t words)
{
	uint32_t *at = b->pool + b->words;
	if (words > (size_t)(b->top - (uint8_t *)at) / sizeof *at || b->words + words >= GRID_AT_MAX)
		return NULL;
	b->words += words;
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

enum edge_use { EDGE_NOT, EDGE_INSIDE, EDGE_WEST };

/* What the edge is to a cell of 2^shift: nothing, or one that may be crossed on the way to a point; EDGE_WEST: also on
 * the west side, from height *ret_low on. */
static enum edge_use edge_use(const struct edge *e, uint32_t shift, int32_t *ret_low)
{
	int64_t size = INT64_C(1) << shift, half, low;
	bool exact;
	if ((e->ux < 0 && e->vx < 0) || (e->ux >= size && e->vx >= size) || e->vy < 0 || e->uy >= size)
		return EDGE_NOT;
	if ((e->ux < 0) == (e->vx < 0))
		return EDGE_INSIDE;
	bool rising = west_side(e->ux, e->uy, e->vx, e->vy, &half, &exact, &low);
	/* Rising it goes on above where it comes in, falling below. */
	if (rising ? half > size || (half == size && !exact) : half < 0)
		return EDGE_NOT;
	if (above(rising, half, exact) < 1 || (!rising && low >= size))
		return EDGE_INSIDE;
	*ret_low = (int32_t)(low > size ? size : low);
	return EDGE_WEST;
}

/* Drops edges that are nothing to the cell, pieces that are left with nothing, and what stands beside a covering
 * piece of the same zone. */
static void tidy(struct cell *c)
{
	uint32_t np = 0, ne = 0;
	int32_t low;
	const struct edge *e = c->edges;
	for (uint32_t i = 0; i < c->np; i++) {
		struct piece p = c->pieces[i];
		uint32_t n = 0;
		for (uint32_t k = 0; k < p.n; k++, e++)
			if (edge_use(e, c->shift, &low) != EDGE_NOT)
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

/* ---- leaves ---- */

struct group_size {
	uint32_t pieces, ne, nl;
	bool small;
};

static bool fits16(const struct edge *e)
{
	return e->ux == (int16_t)e->ux && e->uy == (int16_t)e->uy && e->vx == (int16_t)e->vx && e->vy == (int16_t)e->vy;
}

/* The first pieces that go into one group: at most 64, all gates or none. */
static struct group_size measure(const struct piece *p, uint32_t np, const struct edge *e, uint32_t shift)
{
	struct group_size g = { .small = shift <= SMALL_SHIFT };
	int32_t low;
	for (; g.pieces < np && g.pieces < 64 && p[g.pieces].gate == p[0].gate; g.pieces++)
		for (uint32_t k = p[g.pieces].n; k > 0; k--, e++) {
			g.nl += edge_use(e, shift, &low) == EDGE_WEST;
			g.ne++;
			g.small = g.small && fits16(e);
		}
	return g;
}

static void store(void *to, size_t i, bool small, const struct edge *e)
{
	if (small)
		memcpy((int16_t *)to + 4 * i,
		       (int16_t[4]){ (int16_t)e->ux, (int16_t)e->uy, (int16_t)e->vx, (int16_t)e->vy }, 8);
	else
		memcpy((int32_t *)to + 4 * i, e, sizeof *e);
}

static bool write_group(struct build *b, const struct piece *p, const struct edge *e, const struct group_size *z,
                        uint32_t shift, bool last)
{
	uint32_t flags = (z->small ? GRID_SMALL : 0u) | (p[0].gate ? GRID_GATES : 0u) | (last ? GRID_LAST : 0u);
	uint32_t words =
	    4 + z->pieces + z->ne * (z->small ? 2u : 4u) + (z->small ? (z->nl + 1) / 2 : z->nl) + (z->ne + 3) / 4;
	uint32_t *w = z->ne < GRID_EDGES_MAX ? grow(b, words) : NULL;
	if (w == NULL)
		return false;
	memset(w, 0, words * sizeof *w);
	uint64_t head = grid_head(z->pieces, flags, z->ne, z->nl), first = 0;
	memcpy(w, &head, sizeof head);
	struct grid_group g = grid_group_at(w);
	void *edges = w + (g.ids - w) + z->pieces, *lows = w + ((const uint32_t *)g.thresholds - w);
	uint8_t *slots = (uint8_t *)w + (g.slots - (const uint8_t *)w);
	size_t west = 0, inside = z->nl;
	for (uint32_t i = 0; i < z->pieces; i++) {
		w[4 + i] = p[i].zone;
		first |= (uint64_t)p[i].base << i;
		for (uint32_t k = p[i].n; k > 0; k--, e++) {
			int32_t low = 0;
			bool is_west = edge_use(e, shift, &low) == EDGE_WEST;
			size_t at = is_west ? west++ : inside++;
			store(edges, at, z->small, e);
			slots[at] = (uint8_t)i;
			if (is_west && z->small)
				((int16_t *)lows)[at] = (int16_t)low;
			else if (is_west)
				((int32_t *)lows)[at] = low;
		}
	}
	memcpy(w + 2, &first, sizeof first);
	return true;
}

/* Gates stand behind areas: two rounds over the pieces, which are moved apart first. */
static bool gates_last(struct build *b, struct cell *c)
{
	uint32_t gates = 0, ne = 0;
	for (uint32_t i = 0; i < c->np; i++) {
		gates += c->pieces[i].gate;
		ne += c->pieces[i].gate ? c->pieces[i].n : 0;
	}
	if (gates == 0 || gates == c->np)
		return true;
	struct piece *gp = hang(b, gates, sizeof *gp);
	struct edge *ge = hang(b, ne, sizeof *ge);
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

static bool write_leaf(struct build *b, struct cell *c, uint32_t *ret_at)
{
	uint8_t *top = b->top;
	bool ok = gates_last(b, c);
	b->top = top;
	*ret_at = (uint32_t)b->words;
	const struct edge *e = c->edges;
	for (uint32_t i = 0; ok && i < c->np;) {
		struct group_size z = measure(&c->pieces[i], c->np - i, e, c->shift);
		ok = write_group(b, &c->pieces[i], e, &z, c->shift, i + z.pieces == c->np);
		i += z.pieces;
		e += z.ne;
	}
	return ok;
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

/* ---- cells ---- */

static bool build_cell(struct build *b, struct cell *c, uint32_t parent_ne, uint32_t *ret_entry);

/* The cells of a filled scatter, into entries at b->pool[at ..]. */
static bool build_cells(struct build *b, const struct scatter *sc, uint32_t parent_ne, size_t at)
{
	uint32_t e0 = 0, p0 = 0;
	for (size_t i = 0; i < (size_t)sc->nx * sc->ny; i++) {
		struct cell c = { .pieces = sc->pieces + p0, .edges = sc->edges + e0, .shift = sc->shift };
		uint32_t entry = GRID_NONE;
		c.np = sc->pn[i] - p0;
		c.ne = sc->en[i] - e0;
		if (!build_cell(b, &c, parent_ne, &entry))
			return false;
		b->pool[at + i] = entry;
		e0 = sc->en[i];
		p0 = sc->pn[i];
	}
	return true;
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

/* Divides c into 4^log cells; false without *ret_spread when memory is full. */
static bool divide(struct build *b, const struct cell *c, uint32_t log, struct scatter *sc)
{
	if (!scatter_init(b, sc, c->shift - log, UINT32_C(1) << log, UINT32_C(1) << log))
		return false;
	scatter_cell(sc, c);
	return true;
}

static uint32_t log_of_cells(const struct cell *c)
{
	uint32_t log = 1;
	while (log < 6 && (UINT64_C(1) << 2 * log) * PER_CELL < c->ne)
		log++;
	uint32_t most = c->shift - MIN_SHIFT;
	return log < most ? log : most;
}

static bool build_node(struct build *b, struct cell *c, uint32_t *ret_at)
{
	struct scatter sc;
	uint32_t log = log_of_cells(c), covers = 0, inner = 0;
	uint32_t groups = 0;
	/* What covers the whole cell is said once. */
	struct cell whole = { .shift = c->shift, .edges = c->edges };
	if ((whole.pieces = hang(b, c->np, sizeof *whole.pieces)) == NULL)
		return false;
	for (uint32_t i = 0; i < c->np; i++)
		if (c->pieces[i].n == 0)
			whole.pieces[covers++] = c->pieces[i];
		else
			c->pieces[inner++] = c->pieces[i];
	c->np = inner;
	whole.np = covers;
	if (covers != 0 && !write_leaf(b, &whole, &groups))
		return false;
	for (uint8_t *top = b->top;; log--) {
		b->top = top;
		if (!divide(b, c, log, &sc))
			return false;
		uint64_t made = 0;
		for (size_t i = 0; i < (size_t)sc.nx * sc.ny; i++)
			made += sc.en[i];
		if (made <= (uint64_t)SPREAD * c->ne || log == 1)
			break;
	}
	if (!scatter_place(b, &sc))
		return false;
	scatter_cell(&sc, c);
	size_t at = b->words;
	uint32_t *node = grow(b, 2 + ((size_t)1 << 2 * log));
	if (node == NULL)
		return false;
	node[0] = sc.shift | log << 8;
	node[1] = groups;
	*ret_at = (uint32_t)at;
	return build_cells(b, &sc, c->ne, at + 2);
}

static bool build_cell(struct build *b, struct cell *c, uint32_t parent_ne, uint32_t *ret_entry)
{
	uint8_t *top = b->top;
	uint32_t at = 0;
	tidy(c);
	if (c->np == 0)
		return true;
	if (c->np == 1 && c->ne == 0) {
		*ret_entry = c->pieces[0].zone << 2 | GRID_ONE;
		return true;
	}
	/* Where dividing did not part the edges, dividing again will not. */
	bool whole = c->ne <= (parent_ne == 0 ? FEW : MANY) || c->shift <= MIN_SHIFT ||
	             (parent_ne != 0 && c->ne > parent_ne / 2);
	bool ok = whole ? write_leaf(b, c, &at) : build_node(b, c, &at);
	b->top = top;
	*ret_entry = at << 2 | (whole ? GRID_LEAF : GRID_NODE);
	return ok;
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
	/* About as many cells as edges, at most 64 a side. */
	while (g->shift < 26 &&
	       ((g->w >> g->shift) >= SIDE || (g->h >> g->shift) >= SIDE ||
	        (uint64_t)((g->w >> g->shift) + 1) * ((g->h >> g->shift) + 1) > 4 * (uint64_t)s->v_n + 1))
		g->shift++;
	g->nx = (g->w >> g->shift) + 1;
	g->ny = (g->h >> g->shift) + 1;
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

xie_status geo_grid_build(struct xie_zone_set *s, xie_arena *mem)
{
	struct geo_grid *g = &s->grid;
	struct scatter sc;
	frame(s, g);
	size_t cells = (size_t)g->nx * g->ny;
	uint32_t *root = xie_arena_new(mem, uint32_t, cells);
	if (root == NULL || s->zone_n >= GRID_AT_MAX)
		return XIE_LIMIT;
	xie_arena_rewind(mem, (size_t)((uint8_t *)root - mem->base));
	/* The pool begins with the root; a first word that is no group's lets 0 mean none. */
	struct build b = { .s = s, .pool = root };
	b.top = mem->base + (mem->cap & ~(size_t)15);
	while ((uintptr_t)b.top % 16 != 0)
		b.top--;
	if (b.top < (uint8_t *)root || grow(&b, cells + 1) == NULL || !scatter_init(&b, &sc, g->shift, g->nx, g->ny))
		return XIE_LIMIT;
	memset(root, 0, (cells + 1) * sizeof *root);
	scatter_set(&sc, s);
	if (!scatter_place(&b, &sc))
		return XIE_LIMIT;
	scatter_set(&sc, s);
	if (!build_cells(&b, &sc, 0, 0))
		return XIE_LIMIT;
	g->root = g->pool = root;
	mem->used = (size_t)((uint8_t *)(b.pool + b.words) - mem->base);
	return XIE_OK;
}
