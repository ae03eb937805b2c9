/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to run: who was where when, roughly.  Members' ways are laid into cells of space and slices of time; asked
 * for a way, the grid names every member that may have been within reach of it at some instant: all who were, and some
 * who were not, each any number of times.  Ways that a late fix has changed stay where they were: they name somebody
 * in vain. */
#ifndef XIE_RUN_SRC_NEAR_H
#define XIE_RUN_SRC_NEAR_H

#include "xie/base/pool.h"
#include "xie/rule/pair.h"

struct near_entry {
	struct near_entry *next;
	uint32_t member;
};
struct near_cell {
	uint64_t key; /* row and column, plus one; 0: free */
	struct near_entry *first;
};
struct near_slice {
	int64_t id; /* time >> NEAR_SLICE */
	struct near_cell *cells;
	uint32_t cap_shift, n;
};
enum { NEAR_SLICE = 16, NEAR_TABLES = 32 }; /* a slice is 65.5 s */

struct near_grid {
	xie_arena *mem;
	struct xie_pool entries;
	struct near_slice *slices; /* ascending */
	size_t n, cap;
	int64_t swept; /* the slice of the last near_forget */
	struct near_cell *spare[NEAR_TABLES]; /* given back, by the shift of their size */
	int64_t reach;                        /* units of latitude */
	unsigned shift;                       /* of a cell's size */
};

/* distance_mm: of the rule. */
void near_init(struct near_grid *g, xie_arena *mem, int64_t distance_mm);
/* The way from a to b, or a point (a == b).  False: no memory. */
bool near_put(struct near_grid *g, uint32_t member, const struct xie_pair_fix *a, const struct xie_pair_fix *b) XIE_MUST_USE;
/* Stops when see returns false, and returns false then. */
bool near_each(const struct near_grid *g, const struct xie_pair_fix *a, const struct xie_pair_fix *b,
               bool (*see)(void *self, uint32_t member), void *self);
/* Looks through the slices that end before t, at most once in a slice's time, and takes out the members of which alive
 * says that they remember nothing of a slice. */
void near_forget(struct near_grid *g, xie_ms t, bool (*alive)(const void *self, uint32_t member, xie_ms end), const void *self);

#endif
