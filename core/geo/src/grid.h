/* SPDX-License-Identifier: Apache-2.0 */
/* What lies where: nodes of 8 x 8 cells, and cells that are nodes again.
 *
 * A node has a bit for each cell in which something lies, and for each of those a slot, in their order: one to four
 * lines of 64 bytes, so that a look-up reads one place in memory for the node and one for the cell.  Word 0 of a slot
 * says what it is (two low bits):
 *
 *   INLINE    a small group:  [2 | again: 1 | large: 1 | zones: 4 | edges: 6 | first: 8 bits] [ids] [edges]
 * [thresholds] [places] GROUPS    [2 | word in the pool where groups begin: 30 bits] NODE      the cell is a node:
 * struct geo_node in words 2 to 5
 *
 * Groups stand one after the other, the last one marked; at most 64 zones each, ascending by id:
 *
 *   [head: 2 words] [first: 2 words] [ids] [edges] [thresholds] [places]
 *
 * A cell of size 2^k holds the whole-numbered points 0..2^k - 1 both ways, and stands for the square from -1/2 to
 * 2^k - 1/2, so that no vertex lies on a cell's side and every side has its neighbour.  Its reference point is the
 * south-west corner (-1/2, -1/2), moved west by less than anything.  `first` holds a bit for each zone of the group:
 * does it hold the reference point?  Zones that cover the cell have no edges in it.  A point is reached from there
 * along the west side, then east at a height just above it; each edge that is crossed flips its zone's bit; an edge
 * that the point lies on sets it.
 *
 * An edge is stored whole, lower end (level: west end) first, relative to the cell's corner; beside it its threshold,
 * the least height at which a point has it below on the west side (one out of reach when it does not cross that side),
 * and a byte: its zone's place in the group, and whether it crosses the west side and rises from there.  The edges are
 * filled up to a multiple of four with one that is nowhere, and look-ups take four at a time without a jump between
 * them: where one ends cannot be foreseen, and each wrong guess of the processor costs as much as several edges. */
#ifndef XIE_GEO_GRID_H
#define XIE_GEO_GRID_H

#include "geo.h"

enum { GRID_INLINE, GRID_GROUPS, GRID_NODE };
enum { GRID_LINE = 16 };                /* words */
#define GRID_AT_MAX (UINT32_C(1) << 30) /* words and lines are below it, and ids */

#define GRID_INLINE_ZONES 8
#define GRID_INLINE_EDGES 60

/* Flags of a group. */
enum {
	GRID_SMALL = 1, /* coordinates of 16 bits, else 32 */
	GRID_GATES = 2, /* its zones are gates; such groups stand behind all others */
	GRID_LAST = 4,
	GRID_AGAIN = 8, /* a zone is there more than once */
};
/* head: zones, flags, edges */
static inline uint64_t grid_head(uint32_t n, uint32_t flags, uint32_t ne)
{
	return n | (uint64_t)flags << 8 | (uint64_t)ne << 32;
}

enum { GRID_RISES = 128 }; /* in a place's byte: crosses the west side, and rises */

static inline uint32_t grid_fours(uint32_t n)
{
	return (n + 3) & ~3u;
}

struct grid_group {
	uint32_t n, flags, ne;
	uint64_t first;
	const uint32_t *ids;
	const void *edges, *thresholds;
	const uint8_t *places;
};

/* The group of an INLINE slot. */
static inline struct grid_group grid_inline_at(const uint32_t *w)
{
	uint32_t large = w[0] >> 3 & 1;
	struct grid_group g = { .n = w[0] >> 4 & 15,
		                .flags = (1 - large) * GRID_SMALL | GRID_LAST | (w[0] >> 2 & 1) * GRID_AGAIN,
		                .ne = w[0] >> 8 & 63,
		                .first = w[0] >> 14 & 255,
		                .ids = w + 1 };
	g.edges = w + 1 + g.n;
	g.thresholds = w + 1 + g.n + (g.ne * 2 << large);
	g.places = (const uint8_t *)(w + 1 + g.n + (g.ne * 2 << large) + (g.ne / 2 << large));
	return g;
}
static inline uint32_t grid_inline_head(uint32_t n, bool again, bool large, uint32_t ne, uint32_t first)
{
	return GRID_INLINE | (uint32_t)again << 2 | (uint32_t)large << 3 | n << 4 | ne << 8 | first << 14;
}
static inline uint32_t grid_inline_bytes(uint32_t n, uint32_t ne, bool large)
{
	return 4 + 4 * n + (large ? 21 : 11) * grid_fours(ne);
}

/* Where the slot of cell (a bit of node->any) is. */
static inline const uint32_t *grid_slot(const uint32_t *pool, const struct geo_node *node, unsigned cell)
{
	uint64_t v = node->any & ((UINT64_C(1) << cell) - 1);
	/* Its number: the bits before it, counted without a special instruction. */
	v -= v >> 1 & 0x5555555555555555;
	v = (v & 0x3333333333333333) + (v >> 2 & 0x3333333333333333);
	v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0f;
	size_t rank = (size_t)(v * 0x0101010101010101 >> 56);
	return pool + ((node->slots >> 2) + rank * ((node->slots & 3) + 1)) * (size_t)GRID_LINE;
}

static inline struct grid_group grid_group_at(const uint32_t *w)
{
	struct grid_group g;
	uint64_t head;
	memcpy(&head, w, sizeof head);
	memcpy(&g.first, w + 2, sizeof g.first);
	g.n = (uint32_t)(head & 127);
	g.flags = (uint32_t)(head >> 8 & 15);
	g.ne = (uint32_t)(head >> 32);
	g.ids = w + 4;
	bool small = (g.flags & GRID_SMALL) != 0;
	const uint32_t *e = g.ids + g.n;
	g.edges = e;
	e += (size_t)g.ne * (small ? 2 : 4);
	g.thresholds = e;
	e += small ? g.ne / 2 : g.ne;
	g.places = (const uint8_t *)e;
	return g;
}
static inline const uint32_t *grid_group_next(const struct grid_group *g)
{
	return (const uint32_t *)(const void *)(g->places + g->ne);
}

/* The rows of cells that a segment meets, lowest first, and how far west and east it is in each (rounded down; where it
 * passes from one row to the next that is between two whole heights). */
struct grid_rows {
	int64_t ux, uy, dx, dy; /* from the lower end */
	uint32_t shift;
	int64_t row, last, top; /* last is inside the grid, top is where the segment ends */
	int64_t enter, leave;   /* x, rounded down, at the lower and upper side of the row */
	int64_t half, next;     /* x + 1/2, rounded down, there, when the segment comes from below or goes on above */
	int64_t west, east;
};

static inline int64_t grid_floor(int64_t a, int64_t b, int64_t *ret_rest) /* b > 0 */
{
	int64_t q = a / b, r = a % b;
	*ret_rest = r < 0 ? r + b : r;
	return q - (r < 0);
}

/* x at the side under row j, that is at y = j * 2^shift - 1/2. */
static inline int64_t grid_side(const struct grid_rows *r, int64_t j, int64_t *ret_half)
{
	int64_t rest, den = 2 * r->dy;
	int64_t up = j * (INT64_C(2) << r->shift) - 1 - 2 * r->uy;
	int64_t x = r->ux + grid_floor(r->dx * up, den, &rest);
	*ret_half = x + (rest >= r->dy);
	return x;
}

static inline void grid_rows_set(struct grid_rows *r)
{
	r->leave = r->row < r->top ? grid_side(r, r->row + 1, &r->next) : r->ux + r->dx;
	r->west = r->enter < r->leave ? r->enter : r->leave;
	r->east = r->enter < r->leave ? r->leave : r->enter;
}

static inline struct grid_rows grid_rows_of(int64_t ux, int64_t uy, int64_t vx, int64_t vy, uint32_t shift, uint32_t ny)
{
	bool up = uy <= vy;
	struct grid_rows r = { .ux = up ? ux : vx, .uy = up ? uy : vy, .shift = shift };
	r.dx = (up ? vx : ux) - r.ux;
	r.dy = (up ? vy : uy) - r.uy;
	r.row = r.uy >> shift;
	r.top = (r.uy + r.dy) >> shift;
	r.last = r.top < (int64_t)ny ? r.top : (int64_t)ny - 1;
	r.enter = r.ux;
	if (r.row < 0) {
		r.row = 0;
		if (r.last >= 0)
			r.enter = grid_side(&r, 0, &r.half);
	}
	if (r.row <= r.last)
		grid_rows_set(&r);
	return r;
}

static inline bool grid_rows_from_below(const struct grid_rows *r)
{
	return r->row > r->uy >> r->shift;
}

static inline void grid_rows_next(struct grid_rows *r)
{
	r->enter = r->leave;
	r->half = r->next;
	if (++r->row <= r->last)
		grid_rows_set(r);
}

#endif
