/* SPDX-License-Identifier: Apache-2.0 */
/* Which zones hold this point: our grid and GEOS (STRtree and prepared geometries) on the same zones and movers in one
 * run.  Zones: star-shaped polygons with radii from 0.1 to 2.5 km over 300 x 300 km; movers: 100,000 on random walks
 * with steps of 10 s at up to 25 m/s.
 *
 * usage: bench_zone [ZONES VERTICES POINTS]...     default: the rows of the table in docs/bench/zone.md */
#include <geos_c.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include "xie/geo/zone.h"

#define LON0 119.5
#define LAT0 29.6
#define SIDE_KM 300.0
#define KM_LAT (1 / 111.32)
#define KM_LON (1 / (111.32 * 0.8572)) /* at 31 degrees */
#define MOVERS 100000

static uint64_t state;

static double u01(void)
{
	uint64_t z = (state += 0x9E3779B97F4A7C15u);
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static double user_s(void)
{
	struct rusage r;
	(void)getrusage(RUSAGE_SELF, &r);
	return (double)r.ru_utime.tv_sec + (double)r.ru_utime.tv_usec * 1e-6;
}

static void *must(void *p)
{
	if (p == NULL || p == MAP_FAILED) {
		(void)fprintf(stderr, "bench_zone: no memory\n");
		exit(3);
	}
	return p;
}

static struct xie_pt place(double x_km, double y_km)
{
	return (struct xie_pt){ (int32_t)lrint((LON0 + x_km * KM_LON) * XIE_DEG),
		                (int32_t)lrint((LAT0 + y_km * KM_LAT) * XIE_DEG) };
}

struct zones {
	size_t n;
	struct xie_shape *shapes;
	struct xie_part *parts;
	struct xie_ring *rings;
};

/* vertices 0: 10 to 50 each */
static struct zones make_zones(size_t n, uint32_t vertices)
{
	struct zones z = { n, must(calloc(n, sizeof *z.shapes)), must(calloc(n, sizeof *z.parts)),
		           must(calloc(n, sizeof *z.rings)) };
	state = 1234567;
	for (size_t i = 0; i < n; i++) {
		double r = 0.1 * exp(u01() * log(25.0));
		uint32_t k = vertices != 0 ? vertices : 10 + (uint32_t)(u01() * 41);
		double cx = u01() * SIDE_KM, cy = u01() * SIDE_KM, off = u01();
		struct xie_pt *p = must(calloc(k, sizeof *p));
		for (uint32_t j = 0; j < k; j++) {
			double a = (j + off * 0.9) / k * 2 * M_PI, rr = r * (0.4 + 0.6 * u01());
			p[j] = place(cx + rr * cos(a), cy + rr * sin(a));
		}
		z.rings[i] = (struct xie_ring){ p, k };
		z.parts[i] = (struct xie_part){ &z.rings[i], 1 };
		z.shapes[i] = (struct xie_shape){ .parts = &z.parts[i], .n = 1 };
	}
	return z;
}

static void free_zones(struct zones *z)
{
	for (size_t i = 0; i < z->n; i++)
		free((void *)(uintptr_t)z->rings[i].pts);
	free(z->shapes);
	free(z->parts);
	free(z->rings);
}

/* n points: every mover once, then again after its step, and so on. */
static struct xie_pt *make_points(size_t n, double metres_a_second)
{
	struct mover {
		double x, y, heading, km_s;
	} *m = must(calloc(MOVERS, sizeof *m));
	struct xie_pt *p = must(calloc(n, sizeof *p));
	state = 987654321;
	for (size_t i = 0; i < MOVERS; i++)
		m[i] = (struct mover){ u01() * SIDE_KM, u01() * SIDE_KM, u01() * 2 * M_PI,
			               u01() * metres_a_second * 1e-3 };
	for (size_t i = 0; i < n; i++) {
		struct mover *o = &m[i % MOVERS];
		p[i] = place(o->x, o->y);
		o->heading += (u01() - .5) * .6;
		o->x += o->km_s * 10 * cos(o->heading);
		o->y += o->km_s * 10 * sin(o->heading);
		if (o->x < 0 || o->x > SIDE_KM || o->y < 0 || o->y > SIDE_KM) {
			o->heading += M_PI;
			o->x = fmin(fmax(o->x, 0), SIDE_KM);
			o->y = fmin(fmax(o->y, 0), SIDE_KM);
		}
	}
	free(m);
	return p;
}

/* ---- GEOS ---- */

static GEOSContextHandle_t geos;
struct geos_zones {
	const GEOSPreparedGeometry **prepared;
	GEOSSTRtree *tree;
	const GEOSGeometry *point;
	uint64_t hits;
};

static void geos_candidate(void *item, void *self)
{
	struct geos_zones *g = self;
	g->hits += GEOSPreparedIntersects_r(geos, g->prepared[(uintptr_t)item - 1], g->point) == 1;
}

static void quiet(const char *fmt, ...)
{
	(void)fmt;
}

static struct geos_zones geos_build(const struct zones *z)
{
	struct geos_zones g = { .prepared = must(calloc(z->n, sizeof *g.prepared)),
		                .tree = GEOSSTRtree_create_r(geos, 10) };
	for (size_t i = 0; i < z->n; i++) {
		const struct xie_ring *r = &z->rings[i];
		GEOSCoordSequence *s = GEOSCoordSeq_create_r(geos, r->n + 1, 2);
		for (uint32_t k = 0; k <= r->n; k++) {
			struct xie_pt p = r->pts[k < r->n ? k : 0];
			(void)GEOSCoordSeq_setXY_r(geos, s, k, p.lon, p.lat);
		}
		GEOSGeometry *poly = GEOSGeom_createPolygon_r(geos, GEOSGeom_createLinearRing_r(geos, s), NULL, 0);
		g.prepared[i] = GEOSPrepare_r(geos, poly);
		GEOSSTRtree_insert_r(geos, g.tree, poly, (void *)(uintptr_t)(i + 1));
	}
	return g;
}

static double geos_pass(struct geos_zones *g, const struct xie_pt *p, size_t n)
{
	double t = user_s();
	g->hits = 0;
	for (size_t i = 0; i < n; i++) {
		GEOSGeometry *q = GEOSGeom_createPointFromXY_r(geos, p[i].lon, p[i].lat);
		g->point = q;
		GEOSSTRtree_query_r(geos, g->tree, q, geos_candidate, g);
		GEOSGeom_destroy_r(geos, q);
	}
	return user_s() - t;
}

/* ---- ours ---- */

/* ahead: how many points before its turn a point is announced; 0: never. */
static double our_pass(const struct xie_zone_set *s, const struct xie_pt *p, size_t n, size_t ahead, uint64_t *ret_hits)
{
	uint32_t ids[64];
	uint64_t hits = 0;
	double t = user_s();
	for (size_t i = 0; i < n; i++) {
		size_t k;
		if (ahead != 0 && i + 2 * ahead < n) {
			xie_zones_ahead(s, p[i + 2 * ahead], false);
			xie_zones_ahead(s, p[i + ahead], true);
		}
		xie_zones_at(s, p[i], NULL, ids, 64, &k);
		hits += k;
	}
	*ret_hits = hits;
	return user_s() - t;
}

/* Those movers that stood in cells without zones, again and again: ns each. */
static double clear_pass(const struct xie_zone_set *s, const struct xie_pt *p, uint32_t *hints)
{
	size_t n = 0, k;
	for (size_t i = 0; i < MOVERS; i++)
		xie_zones_at(s, p[i], &hints[i], NULL, 0, &k);
	struct xie_pt *q = must(calloc(MOVERS, sizeof *q));
	for (size_t i = 0; i < MOVERS; i++)
		if (hints[i] != 0) {
			q[n] = p[i];
			hints[n++] = hints[i];
		}
	double t = user_s();
	uint64_t hits = 0;
	for (int round = 0; round < 20; round++)
		for (size_t i = 0; i < n; i++) {
			xie_zones_at(s, q[i], &hints[i], NULL, 0, &k);
			hits += k;
		}
	t = user_s() - t;
	free(q);
	return hits == 0 && n != 0 ? t * 1e9 / (20.0 * (double)n) : -1;
}

static double step_pass(const struct xie_zone_set *s, const struct xie_pt *p, size_t n, uint64_t *ret_met)
{
	uint32_t ids[64];
	uint64_t met = 0;
	double t = user_s();
	for (size_t i = MOVERS; i < n; i++) {
		size_t k, spans;
		struct xie_span sp[4];
		xie_zones_step(s, p[i - MOVERS], p[i], ids, 64, &k);
		for (size_t j = 0; j < k && j < 64; j++) {
			xie_zone_clip(s, ids[j], p[i - MOVERS], p[i], sp, 4, &spans);
			met += spans;
		}
	}
	*ret_met = met;
	return user_s() - t;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* target: ns a point, 0 without one. */
static void row(size_t n, uint32_t vertices, size_t points, double target)
{
	struct zones z = make_zones(n, vertices);
	struct xie_pt *p = make_points(points, 25), *slow = make_points(MOVERS, 0);
	size_t cap = (size_t)8 << 30;
	uint8_t *room =
	    must(mmap(NULL, cap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
	(void)madvise(room, cap, MADV_HUGEPAGE);
	xie_arena mem = xie_arena_of(room, cap);
	const struct xie_zone_set *s = NULL;
	size_t at;
	double t = user_s();
	if (xie_zone_set_build(&mem, z.shapes, n, &s, &at) != XIE_OK)
		exit(1);
	double build = user_s() - t;
	uint32_t *hints = must(calloc(MOVERS, sizeof *hints));
	uint64_t hits = 0, hinted = 0, met = 0;
	enum { PASSES = 5 };
	double a[PASSES], h[PASSES], st[PASSES], c[PASSES];
	for (int i = 0; i < PASSES; i++) {
		a[i] = our_pass(s, p, points, 0, &hits) * 1e9 / (double)points;
		h[i] = our_pass(s, p, points, 12, &hinted) * 1e9 / (double)points;
		memset(hints, 0, MOVERS * sizeof *hints);
		st[i] = clear_pass(s, slow, hints);
		c[i] = step_pass(s, p, points, &met) * 1e9 / (double)(points - MOVERS);
	}
	struct geos_zones g = geos_build(&z);
	size_t few = points < 500000 ? points : 500000;
	(void)geos_pass(&g, p, few); /* prepared geometries index themselves at first use */
	double ref = geos_pass(&g, p, few) * 1e9 / (double)few;
	uint64_t few_hits = 0;
	(void)our_pass(s, p, few, 0, &few_hits);
	qsort(a, PASSES, sizeof *a, by_value);
	qsort(h, PASSES, sizeof *h, by_value);
	qsort(st, PASSES, sizeof *st, by_value);
	qsort(c, PASSES, sizeof *c, by_value);
	(void)printf(
	    "%7zu zones of %4u: at %6.1f ns, announced %6.1f, standing clear %4.1f, step and clip %6.1f; GEOS %7.1f ns "
	    "(x %.0f); build %.2f s, %.0f bytes a zone, %.3f zones a point\n",
	    n, (unsigned)(vertices != 0 ? vertices : 30), a[PASSES / 2], h[PASSES / 2], st[PASSES / 2], c[PASSES / 2],
	    ref, ref / a[PASSES / 2], build, (double)xie_zone_set_bytes(s) / (double)n, (double)hits / (double)points);
	if (target > 0)
		(void)printf("        target %.0f ns: %.2fx, announced %.2fx; standing clear: target 5 ns, %.2fx\n", target,
		             a[PASSES / 2] / target, h[PASSES / 2] / target, st[PASSES / 2] / 5);
	if (hits != hinted || few_hits != g.hits)
		(void)printf("DIFFERENT: %llu announced %llu; %llu of GEOS %llu\n", (unsigned long long)hits,
		             (unsigned long long)hinted, (unsigned long long)few_hits, (unsigned long long)g.hits);
	(void)fflush(stdout);
	GEOSSTRtree_destroy_r(geos, g.tree);
	free(g.prepared);
	free(hints);
	(void)munmap(room, cap);
	free(p);
	free(slow);
	free_zones(&z);
	if (hits != hinted || few_hits != g.hits)
		exit(1);
}

int main(int argc, char **argv)
{
	geos = GEOS_init_r();
	GEOSContext_setErrorHandler_r(geos, quiet);
	GEOSContext_setNoticeHandler_r(geos, quiet);
	if (argc > 1 && (argc - 1) % 3 != 0) {
		(void)fprintf(stderr, "usage: bench_zone [ZONES VERTICES POINTS]...\n");
		return 2;
	}
	if (argc == 1) {
		row(100, 0, 2000000, 10);
		row(10000, 0, 2000000, 30);
		row(100000, 0, 2000000, 150);
		row(10000, 1000, 2000000, 200);
	}
	for (int i = 1; i + 2 < argc; i += 3)
		row(strtoul(argv[i], NULL, 10), (uint32_t)strtoul(argv[i + 1], NULL, 10),
		    strtoul(argv[i + 2], NULL, 10), 0);
	return 0;
}
