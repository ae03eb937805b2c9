/* SPDX-License-Identifier: Apache-2.0 */
/* bench.h — how the benchmarks measure: CPU time of this process, the median of several rounds. */
#ifndef XIE_BENCH_H
#define XIE_BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BENCH_ROUNDS = 9 };

static inline double bench_cpu_ns(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static inline int bench__order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Median CPU time of f(self) in ns.  A round repeats f until it took 20 ms, so that the clock's grain is lost in it. */
static inline double bench_median(void (*f)(void *), void *self)
{
	double t[BENCH_ROUNDS];
	double from = bench_cpu_ns();
	f(self); /* also warms the caches */
	double once = bench_cpu_ns() - from;
	int repeat = once < 20e6 ? (int)(20e6 / (once > 1000 ? once : 1000)) + 1 : 1;
	for (int i = 0; i < BENCH_ROUNDS; i++) {
		from = bench_cpu_ns();
		for (int k = 0; k < repeat; k++)
			f(self);
		t[i] = (bench_cpu_ns() - from) / repeat;
	}
	qsort(t, BENCH_ROUNDS, sizeof t[0], bench__order);
	return t[BENCH_ROUNDS / 2];
}

/* One line of a table: what, ns for one of n, and how many times the reference that is (0: it is the reference). */
static inline double bench_row(const char *what, double ns, double n, double reference)
{
	if (reference > 0)
		(void)printf("%-44s %9.1f ns  %6.2f x\n", what, ns / n, ns / n / reference);
	else
		(void)printf("%-44s %9.1f ns\n", what, ns / n);
	return ns / n;
}

#endif
