/* SPDX-License-Identifier: Apache-2.0 */
/* xie/base/pool.h — nodes of one size from an arena, given back and taken again.  One thread at a time. */
#ifndef XIE_BASE_POOL_H
#define XIE_BASE_POOL_H

#include <stddef.h>
#include <string.h>

#include "xie/base/arena.h"

struct xie_pool {
	xie_arena *mem;
	size_t size; /* of a node, at least a pointer */
	void *spare; /* given back, chained through their first bytes */
	size_t taken; /* nodes in use */
};

static inline struct xie_pool xie_pool_of(xie_arena *mem, size_t size)
{
	return (struct xie_pool){ .mem = mem, .size = size < sizeof(void *) ? sizeof(void *) : size };
}
/* A zeroed node, or NULL when the arena is full. */
static inline void *xie_pool_take(struct xie_pool *p)
{
	void *n = p->spare;
	if (n != NULL) {
		memcpy(&p->spare, n, sizeof p->spare);
		memset(n, 0, p->size);
	} else {
		n = xie_arena_alloc(p->mem, 1, p->size);
	}
	if (n != NULL)
		p->taken++;
	return n;
}
static inline void xie_pool_give(struct xie_pool *p, void *n)
{
	memcpy(n, &p->spare, sizeof p->spare);
	p->spare = n;
	p->taken--;
}

#endif
