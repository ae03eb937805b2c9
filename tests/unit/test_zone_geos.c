/* SPDX-License-Identifier: Apache-2.0 */
/* The zone index against GEOS: a million points, tens of thousands of shapes, borders and vertices included.
 *
 * What GEOS can say exactly.  It computes in doubles, but everything here is a whole number below 2^31, which doubles
 * hold, and a prepared geometry places a point by counting the edges that a ray crosses, each decided by the sign of
 * (b - a) x (p - a), which GEOS takes in double-double arithmetic where plain doubles might err: differences have 32
 * bits, the products 64, double-double 106.  So its answer is exact, also for a point on an edge and for rings that
 * cross themselves (even-odd).  `covers` is the closed area, our rule; `contains` is true inside only, and tells which
 * points lay on a border.  A zone of several parts is a union: GEOS is asked part by part, and once more as a whole
 * where it finds the whole valid.
 *
 * Seeds are fixed; a difference prints the shape and the point. */
#include "check.h"

#include <geos_c.h>

#include "xie/base/arena.h"
#include "xie/file/file.h"
#include "xie/geo/zone.h"
#include "xie/pack/geojson.h"

enum { ZONES = 2500, PARTS = 8, HITS = 2 * ZONES };

static uint64_t seed;
static uint32_t rnd(uint32_t n) /* 0 .. n - 1 */
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % n);
}
static int64_t between(int64_t lo, int64_t hi) /* both included */
{
	return lo + (int64_t)((((uint64_t)rnd(1u << 30) << 30) | rnd(1u << 30)) % (uint64_t)(hi - lo + 1));
}

static GEOSContextHandle_t geos;
static xie_arena mem, scratch;
static struct {
	uint64_t points, shapes, verdicts, inside, border, wholes;
} count;

/* ---- the world: shapes, ours and GEOS's ---- */

struct geos_zone {
	uint32_t n;
	GEOSGeometry *part[PARTS], *whole;
	const GEOSPreparedGeometry *prepared[PARTS], *prepared_whole;
};

static struct world {
	struct xie_pt base; /* GEOS sees the plane around it: no antimeridian */
	int64_t reach, grain;
	const struct xie_shape *shapes;
	uint32_t n;
	const struct xie_zone_set *set;
	struct geos_zone zones[ZONES];
	GEOSSTRtree *tree;
} w;

static int64_t plane_x(struct xie_pt p)
{
	return xie_lon_near(p.lon, w.base.lon) - w.base.lon;
}
static int64_t plane_y(struct xie_pt p)
{
	return (int64_t)p.lat - w.base.lat;
}
static struct xie_pt on_globe(int64_t x, int64_t y)
{
	int64_t lon = w.base.lon + x, lat = w.base.lat + y;
	lon = lon >= XIE_LON_MAX            ? lon - 2 * (int64_t)XIE_LON_MAX
	      : lon < -(int64_t)XIE_LON_MAX ? lon + 2 * (int64_t)XIE_LON_MAX
	                                    : lon;
	lat = lat > XIE_LAT_MAX ? XIE_LAT_MAX : lat < -(int64_t)XIE_LAT_MAX ? -(int64_t)XIE_LAT_MAX : lat;
	return (struct xie_pt){ (int32_t)lon, (int32_t)lat };
}

static GEOSGeometry *geos_ring(const struct xie_ring *r)
{
	GEOSCoordSequence *s = GEOSCoordSeq_create_r(geos, r->n + 1, 2);
	for (uint32_t k = 0; k <= r->n; k++) {
		struct xie_pt p = r->pts[k < r->n ? k : 0];
		check_int(GEOSCoordSeq_setXY_r(geos, s, k, (double)plane_x(p), (double)plane_y(p)), 1);
	}
	return GEOSGeom_createLinearRing_r(geos, s);
}

static GEOSGeometry *geos_part(const struct xie_part *p)
{
	GEOSGeometry *holes[16];
	check_true(p->n >= 1 && p->n <= 17);
	for (uint32_t k = 1; k < p->n; k++)
		holes[k - 1] = geos_ring(&p->rings[k]);
	return GEOSGeom_createPolygon_r(geos, geos_ring(&p->rings[0]), holes, p->n - 1);
}

static struct geos_zone geos_zone_of(const struct xie_shape *s)
{
	struct geos_zone z = { .n = s->n };
	check_true(s->n >= 1 && s->n <= PARTS);
	GEOSGeometry *copy[PARTS];
	for (uint32_t i = 0; i < s->n; i++) {
		z.part[i] = geos_part(&s->parts[i]);
		z.prepared[i] = GEOSPrepare_r(geos, z.part[i]);
		copy[i] = GEOSGeom_clone_r(geos, z.part[i]);
	}
	z.whole = GEOSGeom_createCollection_r(geos, GEOS_MULTIPOLYGON, copy, s->n);
	if (s->n > 1 && GEOSisValid_r(geos, z.whole) == 1) {
		z.prepared_whole = GEOSPrepare_r(geos, z.whole);
		count.wholes++;
	}
	return z;
}

static void build(const struct xie_shape *shapes, uint32_t n)
{
	size_t at = 0;
	check_true(n <= ZONES);
	w.shapes = shapes;
	w.n = n;
	w.set = NULL;
	check_ok(xie_zone_set_build(&mem, shapes, n, &w.set, &at));
	w.tree = GEOSSTRtree_create_r(geos, 10);
	for (uint32_t i = 0; i < n; i++) {
		w.zones[i] = geos_zone_of(&shapes[i]);
		GEOSSTRtree_insert_r(geos, w.tree, w.zones[i].whole, (void *)(uintptr_t)(i + 1));
	}
	count.shapes += n;
}

static void tear_down_world(void)
{
	GEOSSTRtree_destroy_r(geos, w.tree);
	for (uint32_t i = 0; i < w.n; i++) {
		struct geos_zone *z = &w.zones[i];
		for (uint32_t k = 0; k < z->n; k++) {
			GEOSPreparedGeom_destroy_r(geos, z->prepared[k]);
			GEOSGeom_destroy_r(geos, z->part[k]);
		}
		if (z->prepared_whole != NULL)
			GEOSPreparedGeom_destroy_r(geos, z->prepared_whole);
		GEOSGeom_destroy_r(geos, z->whole);
	}
	mem.used = 0;
}

/* ---- one point ---- */

static void differs(uint32_t zone, struct xie_pt p, bool want, const char *which)
{
	GEOSWKTWriter *wr = GEOSWKTWriter_create_r(geos);
	GEOSWKTWriter_setTrim_r(geos, wr, 1);
	GEOSWKTWriter_setRoundingPrecision_r(geos, wr, 0);
	char *text = GEOSWKTWriter_write_r(geos, wr, w.zones[zone].whole);
	print_error("zone %u of %u, round (%" PRId32 " %" PRId32 "), coordinates from there:\n%s\n", zone, w.n, w.base.lon,
	            w.base.lat, text);
	fail_msg("POINT (%" PRId64 " %" PRId64 ") = lon %" PRId32 " lat %" PRId32 ": GEOS says %s, %s does not", plane_x(p),
	         plane_y(p), p.lon, p.lat, want ? "inside" : "outside", which);
}

struct asked {
	const GEOSGeometry *point;
	struct xie_pt p;
	uint8_t in[ZONES];
	size_t n_in;
};
static struct asked asked;

/* A zone whose box holds the point. */
static void ask_geos(void *item, void *self)
{
	struct asked *a = self;
	uint32_t i = (uint32_t)(uintptr_t)item - 1;
	const struct geos_zone *z = &w.zones[i];
	bool covers = false, contains = false;
	for (uint32_t k = 0; k < z->n; k++) {
		bool c = GEOSPreparedCovers_r(geos, z->prepared[k], a->point) == 1;
		covers = covers || c;
		contains = contains || (c && GEOSPreparedContains_r(geos, z->prepared[k], a->point) == 1);
	}
	if (z->prepared_whole != NULL && (GEOSPreparedCovers_r(geos, z->prepared_whole, a->point) == 1) != covers)
		differs(i, a->p, !covers, "GEOS part by part");
	count.verdicts++;
	count.inside += covers;
	count.border += covers && !contains;
	if (xie_zone_has(w.set, i, a->p) != covers)
		differs(i, a->p, covers, "xie_zone_has");
	a->in[i] = covers;
	a->n_in += covers;
}

static void check_point(struct xie_pt p, uint32_t *hint)
{
	static uint32_t ids[HITS];
	GEOSGeometry *g = GEOSGeom_createPointFromXY_r(geos, (double)plane_x(p), (double)plane_y(p));
	size_t n = 0;
	memset(asked.in, 0, w.n);
	asked.point = g;
	asked.p = p;
	asked.n_in = 0;
	GEOSSTRtree_query_r(geos, w.tree, g, ask_geos, &asked);
	xie_zones_at(w.set, p, hint, ids, HITS, &n);
	for (size_t i = 0; i < n; i++) {
		check_true(i == 0 || ids[i] > ids[i - 1]);
		if (asked.in[ids[i]] == 0)
			differs(ids[i], p, false, "xie_zones_at");
		asked.in[ids[i]] = 2;
	}
	for (uint32_t i = 0; n != asked.n_in && i < w.n; i++)
		if (asked.in[i] == 1)
			differs(i, p, true, "xie_zones_at");
	check_int(n, asked.n_in);
	GEOSGeom_destroy_r(geos, g);
	count.points++;
}

static int64_t gcd(int64_t a, int64_t b)
{
	a = a < 0 ? -a : a;
	b = b < 0 ? -b : b;
	while (b != 0) {
		int64_t r = a % b;
		a = b;
		b = r;
	}
	return a;
}

/* A vertex, a whole-numbered point of an edge, or one beside it. */
static struct xie_pt border_point(void)
{
	const struct xie_shape *s = &w.shapes[rnd(w.n)];
	const struct xie_part *part = &s->parts[rnd(s->n)];
	const struct xie_ring *r = &part->rings[rnd(part->n)];
	uint32_t k = rnd(r->n);
	struct xie_pt u = r->pts[k], v = r->pts[k + 1 < r->n ? k + 1 : 0];
	int64_t x = plane_x(u), y = plane_y(u), dx = plane_x(v) - x, dy = plane_y(v) - y, g = gcd(dx, dy);
	if (g > 1) {
		int64_t at = between(0, g);
		x += dx / g * at;
		y += dy / g * at;
	}
	if (rnd(3) == 0) {
		x += between(-1, 1);
		y += between(-1, 1);
	} else if (rnd(4) == 0) { /* between two whole-numbered points of an edge: as near as can be without lying on it */
		x = plane_x(u) + dx * (int64_t)rnd(1000) / 1000;
		y = plane_y(u) + dy * (int64_t)rnd(1000) / 1000;
	}
	return on_globe(x, y);
}

static void check_points(uint32_t n)
{
	uint32_t hint = 0;
	for (uint32_t i = 0; i < n; i++) {
		struct xie_pt p = rnd(3) != 0 ? border_point()
		                              : on_globe(between(-w.reach, w.reach), between(-w.reach, w.reach));
		check_point(p, rnd(2) == 0 ? &hint : NULL);
	}
}

/* ---- shapes ---- */

static struct xie_pt *points(uint32_t n)
{
	struct xie_pt *p = xie_arena_new(&mem, struct xie_pt, n);
	check_true(p != NULL);
	return p;
}

static int64_t snap(int64_t v)
{
	return v / w.grain * w.grain;
}

/* Round a centre in steps of angle, by a table of sixteen directions: no ring crosses itself unless the grain is coarse. */
static struct xie_ring star(int64_t cx, int64_t cy, int64_t lo, int64_t hi)
{
	static const int16_t dir[16][2] = {
		{ 1000, 0 },  { 924, 383 },   { 707, 707 },   { 383, 924 },   { 0, 1000 },  { -383, 924 }, { -707, 707 }, { -924, 383 },
		{ -1000, 0 }, { -924, -383 }, { -707, -707 }, { -383, -924 }, { 0, -1000 }, { 383, -924 }, { 707, -707 }, { 924, -383 }
	};
	uint32_t n = 0, sub = 1 + rnd(3);
	struct xie_pt *p = points(16 * sub);
	for (uint32_t i = 0; i < 16; i++)
		for (uint32_t k = 0; k < sub; k++) {
			if (rnd(3) == 0 && n + (15 - i) * sub > 3)
				continue;
			int64_t x = dir[i][0] + (dir[(i + 1) % 16][0] - dir[i][0]) * (int64_t)k / sub;
			int64_t y = dir[i][1] + (dir[(i + 1) % 16][1] - dir[i][1]) * (int64_t)k / sub;
			int64_t r = between(lo, hi);
			p[n++] = on_globe(snap(cx + x * r / 1000), snap(cy + y * r / 1000));
		}
	return (struct xie_ring){ p, n };
}

/* Any points: rings that cross themselves, run back on themselves, touch the others. */
static struct xie_ring tangle(int64_t cx, int64_t cy, int64_t size)
{
	uint32_t n = 3 + rnd(12);
	struct xie_pt *p = points(n);
	for (uint32_t i = 0; i < n; i++)
		p[i] = on_globe(snap(cx + between(-size, size)), snap(cy + between(-size, size)));
	return (struct xie_ring){ p, n };
}

/* GEOS takes the shell's box for the polygon's: what a hole has beyond it would be no area there.  Brings r into it. */
static void keep_in_box(const struct xie_ring *shell, struct xie_ring *r)
{
	int64_t x0 = INT64_MAX, x1 = INT64_MIN, y0 = INT64_MAX, y1 = INT64_MIN;
	struct xie_pt *p = points(r->n);
	for (uint32_t i = 0; i < shell->n; i++) {
		int64_t x = plane_x(shell->pts[i]), y = plane_y(shell->pts[i]);
		x0 = x < x0 ? x : x0;
		x1 = x > x1 ? x : x1;
		y0 = y < y0 ? y : y0;
		y1 = y > y1 ? y : y1;
	}
	for (uint32_t i = 0; i < r->n; i++) {
		int64_t x = plane_x(r->pts[i]), y = plane_y(r->pts[i]);
		p[i] = on_globe(x < x0 ? x0 : x > x1 ? x1 : x, y < y0 ? y0 : y > y1 ? y1 : y);
	}
	r->pts = p;
}

static struct xie_part random_part(int64_t cx, int64_t cy, int64_t size)
{
	uint32_t n = rnd(3) == 0 ? 1 + rnd(4) : 1;
	struct xie_ring *r = xie_arena_new(&mem, struct xie_ring, n);
	check_true(r != NULL);
	bool tangled = rnd(3) == 0;
	r[0] = tangled ? tangle(cx, cy, size) : star(cx, cy, size / 2, size);
	for (uint32_t k = 1; k < n; k++) { /* holes one in the other by even-odd, or each in its own quarter */
		int64_t hx = cx + (k % 2 == 0 ? size : -size) / 5, hy = cy + (k > 2 ? size : -size) / 5;
		r[k] = tangled       ? tangle(cx, cy, size)
		       : rnd(4) == 0 ? star(cx, cy, size / 8, size / 3)
		                     : star(hx, hy, size / 16, size / 8);
		keep_in_box(&r[0], &r[k]);
	}
	return (struct xie_part){ r, n };
}

static struct xie_shape random_shape(int64_t size)
{
	uint32_t n = rnd(4) == 0 ? 2 + rnd(3) : 1;
	struct xie_part *p = xie_arena_new(&mem, struct xie_part, n);
	check_true(p != NULL);
	int64_t cx = between(-w.reach * 3 / 4, w.reach * 3 / 4), cy = between(-w.reach * 3 / 4, w.reach * 3 / 4);
	int64_t apart = rnd(2) == 0 ? size * 5 / 2 : size; /* disjoint, or on top of each other */
	for (uint32_t i = 0; i < n; i++)
		p[i] = random_part(cx + (i % 2 != 0 ? apart : 0), cy + (i > 1 ? apart : 0), size);
	return (struct xie_shape){ .parts = p, .n = n };
}

static const struct {
	struct xie_pt base;
	int64_t reach, grain;
} places[] = {
	{ { 0, 0 }, 40, 1 },
	{ { 5, -7 }, 1200, 12 },
	{ { 680000000, 138000000 }, 60000, 60 },
	{ { 681234567, 137654321 }, 1500000, 1 },
	{ { XIE_LON_MAX - 777, 190000000 }, 90000, 12 },
	{ { -XIE_LON_MAX + 3, -440000000 }, 4000000, 1000 },
	{ { 100000000, 539000000 }, 900000, 30 },
	{ { -500000000, 0 }, 200000000, 1 },
	{ { XIE_LON_MAX - 1, 0 }, 400000000, 360000 },
};
enum { PLACES = sizeof places / sizeof places[0] };

static void go_to(uint32_t place)
{
	w.base = places[place].base;
	w.reach = places[place].reach;
	w.grain = places[place].grain;
}

/* Small places are left out where the shapes are many: all would lie on all. */
static void shapes_at_random(uint32_t worlds, uint32_t first_place, uint32_t zones, uint32_t per_world)
{
	for (uint32_t round = 0; round < worlds; round++) {
		go_to(first_place + round % (PLACES - first_place));
		struct xie_shape *s = xie_arena_new(&mem, struct xie_shape, zones);
		check_true(s != NULL);
		for (uint32_t i = 0; i < zones; i++)
			s[i] = random_shape(w.reach / (int64_t)(2 + rnd(zones > 100 ? 200 : 10)) + 2 * w.grain);
		build(s, zones);
		check_points(per_world);
		tear_down_world();
	}
}

static void few_shapes_and_many_worlds(void **state)
{
	(void)state;
	seed = 20261125;
	shapes_at_random(2700, 0, 10, 240);
}

static void crowded_worlds(void **state)
{
	(void)state;
	seed = 413;
	shapes_at_random(PLACES - 2, 2, ZONES, 26000);
}

/* ---- corridors and circles, as a pack makes them ---- */

static size_t write_feature(char *text, size_t at, size_t cap, uint32_t i, double lon, double lat)
{
	bool circle = rnd(2) == 0;
	int n = snprintf(text + at, cap - at,
	                 "%s{\"type\":\"Feature\",\"properties\":{\"id\":\"z%u\",\"%s\":\"%u m\"},"
	                 "\"geometry\":{\"type\":\"%s\",\"coordinates\":",
	                 i == 0 ? "" : ",", i, circle ? "radius" : "half_width", 5 + rnd(circle ? 3000 : 400),
	                 circle ? "Point" : "LineString");
	at += (size_t)n;
	uint32_t k = circle ? 1 : 2 + rnd(3);
	for (uint32_t j = 0; j < k; j++) {
		lon += (double)(int32_t)(rnd(40001) - 20000) * 1e-6;
		lat += (double)(int32_t)(rnd(40001) - 20000) * 1e-6;
		n = snprintf(text + at, cap - at, "%s[%.7f,%.7f]", circle ? "" : j == 0 ? "[" : ",",
		             lon > 180 ? lon - 360 : lon, lat);
		at += (size_t)n;
	}
	n = snprintf(text + at, cap - at, "%s}}", circle ? "" : "]");
	return at + (size_t)n;
}

static void corridors_and_circles(void **state)
{
	(void)state;
	static char text[1 << 16];
	static const double lonlat[][2] = {
		{ 113.4, 23.0 }, { 179.99, 12.0 }, { -70.0, -55.0 }, { 0.0, 0.0 }, { 20.0, 78.0 }
	};
	seed = 91;
	for (uint32_t round = 0; round < 300; round++) {
		const double *c = lonlat[round % (sizeof lonlat / sizeof lonlat[0])];
		w.base = (struct xie_pt){ (int32_t)(c[0] * XIE_DEG), (int32_t)(c[1] * XIE_DEG) };
		w.reach = 300000;
		size_t n = (size_t)snprintf(text, sizeof text, "{\"type\":\"FeatureCollection\",\"features\":[");
		for (uint32_t i = 0; i < 8; i++)
			n = write_feature(text, n, sizeof text, i, c[0], c[1]);
		n += (size_t)snprintf(text + n, sizeof text - n, "]}");
		check_true(n < sizeof text - 1);
		struct xie_geojson g;
		struct xie_err err = { 0 };
		struct xie_geojson_opts opts = { 0 };
		if (xie_geojson_read(&mem, &scratch, (xie_str){ text, n }, &opts, &g, &err) != XIE_OK)
			fail_msg("round %u: %s\n%s", round, err.what, text);
		build(g.shapes, g.n);
		check_points(600);
		tear_down_world();
	}
}

static void that_was_a_million(void **state)
{
	(void)state;
	print_message("%" PRIu64 " points, %" PRIu64 " shapes, %" PRIu64 " verdicts of GEOS: %" PRIu64
	              " inside, of these %" PRIu64 " on a border; %" PRIu64 " valid multipolygons asked as a whole too\n",
	              count.points, count.shapes, count.verdicts, count.inside, count.border, count.wholes);
	check_true(count.points >= 1000000 && count.shapes >= 45000);
	/* Otherwise the border rule was not looked at. */
	check_true(count.border >= 300000 && count.inside >= 2 * count.border && count.verdicts >= count.inside * 5 / 4);
	check_true(count.wholes >= 1000);
}

static void quiet(const char *fmt, ...)
{
	(void)fmt;
}

static int set_up(void **state)
{
	(void)state;
	geos = GEOS_init_r();
	(void)GEOSContext_setErrorHandler_r(geos, quiet);
	(void)GEOSContext_setNoticeHandler_r(geos, quiet);
	bool ok = xie_big_arena_init(&mem, (size_t)1 << 30) == XIE_OK &&
	          xie_big_arena_init(&scratch, (size_t)1 << 28) == XIE_OK;
	return ok ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	xie_big_arena_done(&mem);
	xie_big_arena_done(&scratch);
	GEOS_finish_r(geos);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_shapes_and_many_worlds),
		cmocka_unit_test(crowded_worlds),
		cmocka_unit_test(corridors_and_circles),
		cmocka_unit_test(that_was_a_million),
	};
	return cmocka_run_group_tests_name("zone_geos", tests, set_up, tear_down);
}
