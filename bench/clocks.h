/* SPDX-License-Identifier: Apache-2.0 */
/* clocks.h — the machine's clocks for benchmarks that open a journal, which wants them handed in. */
#ifndef XIE_BENCH_CLOCKS_H
#define XIE_BENCH_CLOCKS_H

#include <stdint.h>
#include <time.h>

#include "xie/base/units.h"

static inline uint64_t now_ns(clockid_t which)
{
	struct timespec t;
	(void)clock_gettime(which, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
static inline xie_ms wall(void *self)
{
	(void)self;
	return (xie_ms)(now_ns(CLOCK_REALTIME) / 1000000u);
}
static inline xie_ms mono(void *self)
{
	(void)self;
	return (xie_ms)(now_ns(CLOCK_MONOTONIC) / 1000000u);
}

#endif
