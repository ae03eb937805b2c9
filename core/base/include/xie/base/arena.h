/* SPDX-License-Identifier: Apache-2.0 */
/* xie/base/arena.h — memory with a lifetime and a ceiling.  Never grows: the ceiling is the point.
 * One thread at a time.  The bytes belong to whoever made base. */
#ifndef XIE_BASE_ARENA_H
#define XIE_BASE_ARENA_H

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "xie/base/status.h"

typedef struct xie_arena {
	uint8_t *base;
	size_t used, cap;
} xie_arena;

/* Of n bytes at p, which may lie anywhere: what stands before the first aligned byte is left out. */
static inline xie_arena xie_arena_of(void *p, size_t n)
{
	size_t skip = (size_t)(-(uintptr_t)p & (alignof(max_align_t) - 1));
	if (skip > n)
		return (xie_arena){ .base = p };
	return (xie_arena){ .base = (uint8_t *)p + skip, .cap = n - skip };
}

/* n * size zeroed bytes, aligned for any type, or NULL when full. */
static inline void *xie_arena_alloc(xie_arena *a, size_t n, size_t size)
{
	size_t mask = alignof(max_align_t) - 1;
	size_t at = (a->used + mask) & ~mask;
	if (size != 0 && n > SIZE_MAX / size)
		return NULL;
	if (at < a->used || at > a->cap || n * size > a->cap - at)
		return NULL;
	a->used = at + n * size;
	return memset(a->base + at, 0, n * size);
}
#define xie_arena_new(a, T, n) ((T *)xie_arena_alloc((a), (n), sizeof(T)))

/* Scratch use inside a longer life: mark, work, rewind. */
static inline size_t xie_arena_mark(const xie_arena *a)
{
	return a->used;
}
static inline void xie_arena_rewind(xie_arena *a, size_t mark)
{
	a->used = mark;
}

#endif
