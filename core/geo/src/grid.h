/* SPDX-License-Identifier: Apache-2.0 */
/* What lies where: cells of cells.
 *
 * An entry is one word; its two low bits say what the rest (>> 2) is:
 *
 *   0         nothing is here
 *   ONE       a zone that covers the cell, and nothing else
 *   LEAF      word in the pool of the cell's groups
 *   NODE      word in the pool of a node: the cell is divided further
 *
 *   node      [shift of the cells | log2 of their number a side << 8] [groups that cover all of it, or 0] [entries...]
 *   groups    one after the other, the last one marked; at most 64 zones (slots) each, ascending by id:
 *             [head: 2 words] [first: 2 words] [ids: n] [edges] [thresholds: nl] [slots: ne bytes]
 *
 * A cell of size 2^k holds the whole-numbered points 0..2^k - 1 both ways, and stands for the square from -1/2 to
 * 2^k - 1/2, so that no vertex lies on a cell's side and every side has its neighbour.  Its reference point is the
 * south-west corner (-1/2, -1/2), moved west by less than anything.  `first` holds a bit for each slot whose zone
 * holds the reference point; zones that cover the cell are slots without edges.  A point is reached from there along
 * the west side, then east at a height just above it; each edge that is crossed flips its slot's bit; an edge that the
 * point lies on sets it.  Edges are stored whole, lower end (level: west end) first, relative to the cell's corner.
 * Those that cross the west side come first, each with the least height at which a point has it below on that side. */
#ifndef XIE_GEO_GRID_H
#define XIE_GEO_GRID_H

#include "geo.h"

enum { GRID_NONE, GRID_ONE, GRID_LEAF, GRID_NODE };
#define GRID_AT_MAX (UINT32_C(1) << 30) /* entries point this far, and ids inside entries are below it */

/* Flags of a group. */
enum {
	GRID_SMALL = 1, /* coordinates of 16 bits, else 32 */
	GRID_GATES = 2, /* slots are gates; such groups stand behind all others */
	GRID_LAST = 4,
};
/* head: slots, flags, edges, and those of them that cross the west side */
static inline uint64_t grid_head(uint32_t n, uint32_t flags, uint64_t ne, uint64_t nl)
{
	return n | (uint64_t)flags << 7 | ne << 10 | nl << 37;
}
#define GRID_EDGES_MAX (UINT32_C(1) << 27)

struct grid_group {
	uint32_t n, flags;
	size_t ne, nl;
	uint64_t first;
	const uint32_t *ids;
	const void *edges, *thresholds;
	const uint8_t *slots;
	const uint32_t *next;
};

static inline struct grid_group grid_group_at(const uint32_t *w)
{
	struct grid_group g;
	uint64_t head;
	memcpy(&head, w, sizeof head);
	memcpy(&g.first, w + 2, sizeof g.first);
	g.n = (uint32_t)(head & 127);
	g.flags = (uint32_t)(head >> 7 & 7);
	g.ne = (size_t)(head >> 10 & (GRID_EDGES_MAX - 1));
	g.nl = (size_t)(head >> 37);
	g.ids = w + 4;
	const uint32_t *e = g.ids + g.n;
	bool small = (g.flags & GRID_SMALL) != 0;
	g.edges = e;
	e += g.ne * (small ? 2 : 4);
	g.thresholds = e;
	e += small ? (g.nl + 1) / 2 : g.nl;
	g.slots = (const uint8_t *)e;
	g.next = e + (g.ne + 3) / 4;
	return g;
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
