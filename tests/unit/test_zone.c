/* SPDX-License-Identifier: Apache-2.0 */
/* Zones against a slow, obvious reference on small grids, where every degeneracy happens all the time: vertices on
 * the step, edges along it, points doubled, rings that touch and cross themselves and each other. */
#include "check.h"

#include "xie/geo/zone.h"

static uint64_t seed = 20261125;

static uint32_t rnd(uint32_t n) /* 0 .. n - 1 */
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % n);
}

/* ---- the reference: small integers, fractions, nothing clever ---- */

typedef struct frac {
	int64_t n, d;
} frac;

static frac mk(int64_t n, int64_t d)
{
	return d < 0 ? (frac){ -n, -d } : (frac){ n, d };
}
static int cmp(frac a, frac b)
{
	int64_t l = a.n * b.d, r = b.n * a.d;
	return (l > r) - (l < r);
}

/* A small shape: parts of rings of points 0..8, and how it is laid on the globe. */
struct small {
	struct xie_pt pts[3][3][8]; /* part, ring, point */
	uint32_t part_n, ring_n[3], n[3][3];
	int64_t scale, lon0, lat0;
};

static int32_t lay_lon(const struct small *m, int64_t x)
{
	int64_t lon = m->lon0 + m->scale * x;
	while (lon >= XIE_LON_MAX)
		lon -= 2 * (int64_t)XIE_LON_MAX;
	while (lon < -(int64_t)XIE_LON_MAX)
		lon += 2 * (int64_t)XIE_LON_MAX;
	return (int32_t)lon;
}
static struct xie_pt lay(const struct small *m, struct xie_pt p)
{
	return (struct xie_pt){ lay_lon(m, p.lon), (int32_t)(m->lat0 + m->scale * p.lat) };
}

/* Is (x/q, y/q) in part i?  Border first; then the edges above the point, each holding its west end. */
static bool ref_part(const struct small *m, uint32_t i, int64_t x, int64_t y, int64_t q)
{
	bool odd = false;
	for (uint32_t r = 0; r < m->ring_n[i]; r++)
		for (uint32_t k = 0; k < m->n[i][r]; k++) {
			struct xie_pt u = m->pts[i][r][k], v = m->pts[i][r][(k + 1) % m->n[i][r]];
			int64_t ux = u.lon * q, uy = u.lat * q, vx = v.lon * q, vy = v.lat * q;
			int64_t c = (vx - ux) * (y - uy) - (vy - uy) * (x - ux);
			if (c == 0 && x >= (ux < vx ? ux : vx) && x <= (ux < vx ? vx : ux) &&
			    y >= (uy < vy ? uy : vy) && y <= (uy < vy ? vy : uy))
				return true;
			if ((ux <= x) != (vx <= x) && (ux < vx ? c < 0 : c > 0))
				odd = !odd;
		}
	return odd;
}
static bool ref_has(const struct small *m, int64_t x, int64_t y, int64_t q)
{
	for (uint32_t i = 0; i < m->part_n; i++)
		if (ref_part(m, i, x, y, q))
			return true;
	return false;
}
static bool ref_at(const struct small *m, struct xie_pt a, struct xie_pt b, frac t)
{
	return ref_has(m, a.lon * t.d + (b.lon - a.lon) * t.n, a.lat * t.d + (b.lat - a.lat) * t.n, t.d);
}

/* Every instant at which the step's line meets an edge's line or, on it, an edge's end. */
static size_t ref_instants(const struct small *m, struct xie_pt a, struct xie_pt b, frac *ret)
{
	int64_t dx = b.lon - a.lon, dy = b.lat - a.lat;
	size_t n = 0;
	ret[n++] = (frac){ 0, 1 };
	ret[n++] = (frac){ 1, 1 };
	for (uint32_t i = 0; i < m->part_n; i++)
		for (uint32_t r = 0; r < m->ring_n[i]; r++)
			for (uint32_t k = 0; k < m->n[i][r]; k++) {
				struct xie_pt u = m->pts[i][r][k], v = m->pts[i][r][(k + 1) % m->n[i][r]];
				int64_t ex = v.lon - u.lon, ey = v.lat - u.lat, wx = u.lon - a.lon, wy = u.lat - a.lat;
				int64_t den = dx * ey - dy * ex;
				ret[n++] =
				    den != 0 ? mk(wx * ey - wy * ex, den) : mk(wx * dx + wy * dy, dx * dx + dy * dy);
			}
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && cmp(ret[k - 1], ret[k]) > 0; k--) {
			frac swap = ret[k];
			ret[k] = ret[k - 1];
			ret[k - 1] = swap;
		}
	size_t keep = 0;
	for (size_t i = 0; i < n; i++)
		if (cmp(ret[i], (frac){ 0, 1 }) >= 0 && cmp(ret[i], (frac){ 1, 1 }) <= 0 &&
		    (keep == 0 || cmp(ret[keep - 1], ret[i]) != 0))
			ret[keep++] = ret[i];
	return keep;
}

struct ref_span {
	frac from, to;
};

/* Looks at every instant and at the middle of every gap between two. */
static size_t ref_clip(const struct small *m, struct xie_pt a, struct xie_pt b, struct ref_span *ret)
{
	frac t[80];
	size_t n, k = 0;
	if (a.lon == b.lon && a.lat == b.lat) {
		ret[0] = (struct ref_span){ { 0, 1 }, { 1, 1 } };
		return ref_has(m, a.lon, a.lat, 1);
	}
	n = ref_instants(m, a, b, t);
	bool open = false;
	for (size_t i = 0; i < n; i++) {
		if (ref_at(m, a, b, t[i]) && !open) {
			open = true;
			ret[k].from = t[i];
		}
		bool on = i + 1 < n && open &&
		          ref_at(m, a, b, (frac){ t[i].n * t[i + 1].d + t[i + 1].n * t[i].d, 2 * t[i].d * t[i + 1].d });
		if (open && !on) {
			ret[k++].to = t[i];
			open = false;
		}
		if (!open && i + 1 < n &&
		    ref_at(m, a, b, (frac){ t[i].n * t[i + 1].d + t[i + 1].n * t[i].d, 2 * t[i].d * t[i + 1].d })) {
			fail_msg("the reference: an inside that does not hold its own border");
		}
	}
	return k;
}

/* ---- building ---- */

static uint8_t memory[1 << 22];
static uint8_t stuff[1 << 20];

static const struct xie_zone_set *build_shapes(const struct xie_shape *shapes, size_t n)
{
	xie_arena mem = xie_arena_of(memory, sizeof memory);
	const struct xie_zone_set *s = NULL;
	size_t at;
	check_ok(xie_zone_set_build(&mem, shapes, n, &s, &at));
	check_true(xie_zone_set_count(s) == n && xie_zone_set_bytes(s) <= mem.used);
	return s;
}

static const struct xie_zone_set *build_big(const struct xie_shape *shapes, size_t n)
{
	static uint8_t big[1 << 26];
	xie_arena mem = xie_arena_of(big, sizeof big);
	const struct xie_zone_set *s = NULL;
	size_t at;
	check_ok(xie_zone_set_build(&mem, shapes, n, &s, &at));
	return s;
}

static struct xie_shape shape_of(xie_arena *mem, const struct small *m)
{
	struct xie_part *parts = xie_arena_new(mem, struct xie_part, m->part_n);
	for (uint32_t i = 0; i < m->part_n; i++) {
		struct xie_ring *rings = xie_arena_new(mem, struct xie_ring, m->ring_n[i]);
		for (uint32_t r = 0; r < m->ring_n[i]; r++) {
			struct xie_pt *pts = xie_arena_new(mem, struct xie_pt, m->n[i][r]);
			for (uint32_t k = 0; k < m->n[i][r]; k++)
				pts[k] = lay(m, m->pts[i][r][k]);
			rings[r] = (struct xie_ring){ pts, m->n[i][r] };
		}
		parts[i] = (struct xie_part){ rings, m->ring_n[i] };
	}
	return (struct xie_shape){ .parts = parts, .n = m->part_n };
}

static struct small random_small(uint32_t size)
{
	struct small m = { .part_n = 1 + (rnd(3) == 0 ? rnd(3) : 0) };
	for (uint32_t i = 0; i < m.part_n; i++) {
		m.ring_n[i] = 1 + (rnd(2) == 0 ? rnd(3) : 0);
		for (uint32_t r = 0; r < m.ring_n[i]; r++) {
			m.n[i][r] = 3 + rnd(6);
			for (uint32_t k = 0; k < m.n[i][r]; k++)
				m.pts[i][r][k] = (struct xie_pt){ (int32_t)rnd(size), (int32_t)rnd(size) };
		}
	}
	/* Where and how large: near 0, over the antimeridian, over a continent, half the globe. */
	static const struct {
		int64_t scale, lon0, lat0;
	} lays[] = { { 1, 0, 0 },
		     { 1, -4, -4 },
		     { 1, XIE_LON_MAX - 4, 1000 },
		     { 1000, XIE_LON_MAX - 4000, -XIE_LAT_MAX },
		     { 1000003, 712000000, 200000000 },
		     { 130000000, -400000000, -539999999 },
		     { 130000000, XIE_LON_MAX - 380000000, -520000000 } };
	uint32_t i = rnd(sizeof lays / sizeof lays[0]);
	m.scale = lays[i].scale;
	m.lon0 = lays[i].lon0;
	m.lat0 = lays[i].lat0;
	return m;
}

static struct xie_pt random_pt(uint32_t size)
{
	return (struct xie_pt){ (int32_t)rnd(size), (int32_t)rnd(size) };
}

/* ---- tests ---- */

static void check_clip(const struct xie_zone_set *s, const struct small *m, struct xie_pt a, struct xie_pt b)
{
	struct ref_span want[64];
	struct xie_span got[64];
	size_t n, k = ref_clip(m, a, b, want);
	xie_zone_clip(s, 0, lay(m, a), lay(m, b), got, 64, &n);
	check_int(n, k);
	for (size_t i = 0; i < n; i++) {
		check_true(got[i].from.den > 0 && got[i].from.num >= 0 && got[i].from.num <= got[i].from.den);
		check_true(got[i].to.den > 0 && got[i].to.num >= 0 && got[i].to.num <= got[i].to.den);
		check_true(got[i].from.den < INT64_C(1) << 62 && got[i].to.den < INT64_C(1) << 62);
		if (xie_frac_cmp(got[i].from, (struct xie_frac){ want[i].from.n, want[i].from.d }) != 0 ||
		    xie_frac_cmp(got[i].to, (struct xie_frac){ want[i].to.n, want[i].to.d }) != 0)
			fail_msg("span %zu of %zu: %lld/%lld..%lld/%lld, want %lld/%lld..%lld/%lld", i, n,
			         (long long)got[i].from.num, (long long)got[i].from.den, (long long)got[i].to.num,
			         (long long)got[i].to.den, (long long)want[i].from.n, (long long)want[i].from.d,
			         (long long)want[i].to.n, (long long)want[i].to.d);
	}
	/* The candidates of a step hold every zone that it meets. */
	uint32_t ids[2];
	xie_zones_step(s, lay(m, a), lay(m, b), ids, 2, &n);
	check_true(n <= 1 && (k == 0 || n == 1));
}

static void small_shapes_agree_with_the_reference(void **state)
{
	(void)state;
	for (int round = 0; round < 6000; round++) {
		uint32_t size = 2 + rnd(7);
		struct small m = random_small(size);
		xie_arena scratch = xie_arena_of(stuff, sizeof stuff);
		struct xie_shape shape = shape_of(&scratch, &m);
		const struct xie_zone_set *s = build_shapes(&shape, 1);
		uint32_t hint = 0;
		for (int32_t y = 0; y < (int32_t)size; y++)
			for (int32_t x = 0; x < (int32_t)size; x++) {
				struct xie_pt p = lay(&m, (struct xie_pt){ x, y });
				uint32_t ids[2];
				size_t n;
				bool want = ref_has(&m, x, y, 1);
				check_int(xie_zone_has(s, 0, p), want);
				xie_zones_at(s, p, NULL, ids, 2, &n);
				check_int(n, want);
				xie_zones_at(s, p, &hint, ids, 2, &n);
				check_int(n, want);
			}
		for (int i = 0; i < 30; i++)
			check_clip(s, &m, random_pt(size), random_pt(size));
	}
}

/* Do two closed segments meet?  In 128 bits, after laying everything near a. */
static bool gate_touched(const struct xie_shape *g, struct xie_pt a, struct xie_pt b)
{
	xie_i128 x[4] = { 0, 0, 0, 0 }, y[4] = { a.lat, b.lat, g->gate[0].lat, g->gate[1].lat };
	x[0] = a.lon;
	x[1] = xie_lon_near(b.lon, a.lon);
	for (int turn = -1; turn <= 1; turn++) {
		x[2] = g->gate[0].lon + turn * 2 * (int64_t)XIE_LON_MAX;
		x[3] = x[2] + xie_lon_near(g->gate[1].lon, g->gate[0].lon) - g->gate[0].lon;
		xie_i128 c[4]; /* sides: of c and d along a-b, of a and b along c-d */
		for (int i = 0; i < 2; i++) {
			c[i] = (x[1] - x[0]) * (y[2 + i] - y[0]) - (y[1] - y[0]) * (x[2 + i] - x[0]);
			c[2 + i] = (x[3] - x[2]) * (y[i] - y[2]) - (y[3] - y[2]) * (x[i] - x[2]);
		}
		bool apart = (c[0] > 0 && c[1] > 0) || (c[0] < 0 && c[1] < 0) || (c[2] > 0 && c[3] > 0) ||
		             (c[2] < 0 && c[3] < 0);
		for (int i = 0; i < 2; i++) { /* boxes */
			xie_i128 *v = i == 0 ? x : y, lo = v[0] < v[1] ? v[0] : v[1], hi = v[0] < v[1] ? v[1] : v[0];
			apart |= (v[2] < lo && v[3] < lo) || (v[2] > hi && v[3] > hi);
		}
		if (!apart)
			return true;
	}
	return false;
}

/* Many zones of all sizes on top of each other, so that the grid has cells of cells: what it says of a point or a step
 * is what every zone says alone. */
enum { CROWD = 700, CROWD_PTS = 24 };
static struct xie_pt crowd_pts[CROWD][2][CROWD_PTS];
static struct xie_ring crowd_rings[CROWD][2];
static struct xie_part crowd_parts[CROWD];
static struct xie_shape crowd[CROWD];

static struct xie_pt near_pt(struct xie_pt p, int64_t span, int64_t grain)
{
	int64_t lon = p.lon + ((int64_t)rnd(2001) - 1000) * span / 1000 / grain * grain;
	int64_t lat = p.lat + ((int64_t)rnd(2001) - 1000) * span / 1000 / grain * grain;
	lon = lon >= XIE_LON_MAX            ? lon - 2 * (int64_t)XIE_LON_MAX
	      : lon < -(int64_t)XIE_LON_MAX ? lon + 2 * (int64_t)XIE_LON_MAX
	                                    : lon;
	lat = lat > XIE_LAT_MAX ? XIE_LAT_MAX : lat < -(int64_t)XIE_LAT_MAX ? -(int64_t)XIE_LAT_MAX : lat;
	return (struct xie_pt){ (int32_t)lon, (int32_t)lat };
}

static void make_crowd(struct xie_pt centre, int64_t reach, int64_t grain)
{
	for (size_t i = 0; i < CROWD; i++) {
		int64_t size = reach >> rnd(14);
		struct xie_pt at = near_pt(rnd(3) == 0 ? near_pt(centre, reach / 50, grain) : centre, reach, grain);
		crowd[i] = (struct xie_shape){ .gate = { at, near_pt(at, size + grain, grain) } };
		if (rnd(8) == 0) {
			if (crowd[i].gate[1].lat == at.lat && crowd[i].gate[1].lon == at.lon)
				crowd[i].gate[1].lat += at.lat > 0 ? -1 : 1;
			continue;
		}
		uint32_t rings = 1 + (rnd(4) == 0);
		for (uint32_t r = 0; r < rings; r++) {
			uint32_t n = 3 + rnd(CROWD_PTS - 2);
			for (uint32_t k = 0; k < n; k++)
				crowd_pts[i][r][k] = near_pt(at, size + grain, grain);
			crowd_rings[i][r] = (struct xie_ring){ crowd_pts[i][r], n };
		}
		crowd_parts[i] = (struct xie_part){ crowd_rings[i], rings };
		crowd[i] = (struct xie_shape){ .parts = &crowd_parts[i], .n = 1 };
	}
}

/* A point near or on something. */
static struct xie_pt crowd_pt(struct xie_pt centre, int64_t reach, int64_t grain)
{
	const struct xie_shape *z = &crowd[rnd(CROWD)];
	if (rnd(3) == 0)
		return near_pt(centre, reach, 1);
	struct xie_pt v = z->n == 0 ? z->gate[rnd(2)] : z->parts[0].rings[0].pts[rnd(z->parts[0].rings[0].n)];
	return rnd(2) == 0 ? v : near_pt(v, reach >> rnd(20), rnd(2) == 0 ? grain : 1);
}

static void grid_agrees_with_each_zone_alone(void **state)
{
	(void)state;
	static const struct {
		struct xie_pt centre;
		int64_t reach, grain;
	} worlds[] = { { { 700000000, 190000000 }, 2000000, 1 },       { { 0, 0 }, 3000, 1 },
		       { { -XIE_LON_MAX, 100000000 }, 8000000, 1000 }, { { XIE_LON_MAX - 10, -200000000 }, 300, 10 },
		       { { 600000000, 539000000 }, 30000000, 100000 }, { { -700000000, 0 }, 500000000, 10000000 } };
	static uint32_t want[CROWD], got[CROWD];
	for (size_t w = 0; w < sizeof worlds / sizeof worlds[0]; w++) {
		make_crowd(worlds[w].centre, worlds[w].reach, worlds[w].grain);
		const struct xie_zone_set *s = build_big(crowd, CROWD);
		uint32_t hint = 0;
		for (int round = 0; round < 3000; round++) {
			struct xie_pt a = crowd_pt(worlds[w].centre, worlds[w].reach, worlds[w].grain);
			struct xie_pt b = crowd_pt(worlds[w].centre, worlds[w].reach, worlds[w].grain);
			size_t n = 0, k;
			for (uint32_t i = 0; i < CROWD; i++)
				if (xie_zone_has(s, i, a))
					want[n++] = i;
			xie_zones_at(s, a, rnd(2) == 0 ? &hint : NULL, got, CROWD, &k);
			check_int(k, n);
			check_true(memcmp(got, want, n * sizeof want[0]) == 0);
			size_t few = rnd(4);
			xie_zones_at(s, a, NULL, got, few, &k);
			check_int(k, n);
			check_true(memcmp(got, want, (few < n ? few : n) * sizeof want[0]) == 0);
			if (round % 8 != 0)
				continue;
			n = 0;
			for (uint32_t i = 0; i < CROWD; i++) {
				struct xie_frac t;
				size_t spans = 0;
				xie_zone_clip(s, i, a, b, NULL, 0, &spans);
				if (spans != 0 || (crowd[i].n == 0 && gate_touched(&crowd[i], a, b)))
					want[n++] = i;
				else
					check_int(xie_gate_cross(s, i, a, b, &t), XIE_CROSS_NONE);
			}
			xie_zones_step(s, a, b, got, CROWD, &k);
			check_int(k, n);
			check_true(memcmp(got, want, n * sizeof want[0]) == 0);
			xie_zones_step(s, a, b, got, few, &k);
			check_int(k, n);
			check_true(memcmp(got, want, (few < n ? few : n) * sizeof want[0]) == 0);
		}
	}
}

static enum xie_side ref_cross(struct xie_pt g0, struct xie_pt g1, struct xie_pt a, struct xie_pt b, frac *ret)
{
	int64_t gx = g1.lon - g0.lon, gy = g1.lat - g0.lat, dx = b.lon - a.lon, dy = b.lat - a.lat;
	bool left_a = gx * (a.lat - g0.lat) - gy * (a.lon - g0.lon) >= 0;
	bool left_b = gx * (b.lat - g0.lat) - gy * (b.lon - g0.lon) >= 0;
	if (left_a == left_b)
		return XIE_CROSS_NONE;
	/* a + t d = g0 + s g */
	int64_t den = dx * gy - dy * gx, wx = g0.lon - a.lon, wy = g0.lat - a.lat;
	frac s = mk(wx * dy - wy * dx, den);
	*ret = mk(wx * gy - wy * gx, den);
	if (cmp(s, (frac){ 0, 1 }) < 0 || cmp(s, (frac){ 1, 1 }) > 0)
		return XIE_CROSS_NONE;
	return left_a ? XIE_CROSS_L2R : XIE_CROSS_R2L;
}

static void gates_agree_with_the_reference(void **state)
{
	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint32_t size = 2 + rnd(7);
		struct small m = random_small(2);
		struct xie_pt g0 = random_pt(size), g1 = random_pt(size);
		if (g0.lon == g1.lon && g0.lat == g1.lat)
			continue;
		struct xie_shape shape = { .gate = { lay(&m, g0), lay(&m, g1) } };
		const struct xie_zone_set *s = build_shapes(&shape, 1);
		for (int i = 0; i < 30; i++) {
			struct xie_pt a = random_pt(size), b = random_pt(size);
			frac want_t = { 0, 1 };
			struct xie_frac t = { -1, -1 };
			enum xie_side want = ref_cross(g0, g1, a, b, &want_t);
			check_int(xie_gate_cross(s, 0, lay(&m, a), lay(&m, b), &t), want);
			if (want == XIE_CROSS_NONE)
				continue;
			check_true(t.num >= 0 && t.num <= t.den && t.den > 0 && t.den < INT64_C(1) << 62);
			check_int(xie_frac_cmp(t, (struct xie_frac){ want_t.n, want_t.d }), 0);
			uint32_t ids[1];
			size_t n;
			xie_zones_step(s, lay(&m, a), lay(&m, b), ids, 1, &n);
			check_int(n, 1);
			xie_zones_at(s, lay(&m, a), NULL, ids, 1, &n);
			check_int(n, 0); /* a gate holds no point */
		}
	}
}

/* The rule's text: A is south, B north; looking north, west is left. */
static void gate_sides_are_those_of_the_rule(void **state)
{
	(void)state;
	struct xie_shape g = { .gate = { { 100, 0 }, { 100, 10 } } };
	const struct xie_zone_set *s = build_shapes(&g, 1);
	struct xie_frac t;
	check_int(xie_gate_cross(s, 0, (struct xie_pt){ 90, 5 }, (struct xie_pt){ 110, 5 }, &t), XIE_CROSS_L2R);
	check_int(t.num * 2, t.den);
	check_int(xie_gate_cross(s, 0, (struct xie_pt){ 110, 5 }, (struct xie_pt){ 90, 5 }, &t), XIE_CROSS_R2L);
	/* On the line is left: coming from the left it has not crossed, leaving to the right it does, at once. */
	check_int(xie_gate_cross(s, 0, (struct xie_pt){ 90, 5 }, (struct xie_pt){ 100, 5 }, &t), XIE_CROSS_NONE);
	check_int(xie_gate_cross(s, 0, (struct xie_pt){ 100, 5 }, (struct xie_pt){ 110, 5 }, &t), XIE_CROSS_L2R);
	check_int(t.num, 0);
	check_int(xie_gate_cross(s, 0, (struct xie_pt){ 110, 5 }, (struct xie_pt){ 100, 5 }, &t), XIE_CROSS_R2L);
	check_int(t.num, t.den);
	/* The segment is closed: through its very end counts, one unit beyond does not. */
	check_int(xie_gate_cross(s, 0, (struct xie_pt){ 90, 10 }, (struct xie_pt){ 110, 10 }, &t), XIE_CROSS_L2R);
	check_int(xie_gate_cross(s, 0, (struct xie_pt){ 90, 11 }, (struct xie_pt){ 110, 11 }, &t), XIE_CROSS_NONE);
	/* Along the gate, and standing. */
	check_int(xie_gate_cross(s, 0, (struct xie_pt){ 100, 0 }, (struct xie_pt){ 100, 10 }, &t), XIE_CROSS_NONE);
	check_int(xie_gate_cross(s, 0, (struct xie_pt){ 101, 5 }, (struct xie_pt){ 101, 5 }, &t), XIE_CROSS_NONE);
}

/* More meetings than fit a round: a comb of teeth, crossed along the teeth and across. */
static void comb_of_many_teeth(void **state)
{
	(void)state;
	enum { TEETH = 500 };
	static struct xie_pt pts[2 * TEETH + 2];
	uint32_t n = 0;
	for (int32_t i = 0; i < TEETH; i++) {
		pts[n++] = (struct xie_pt){ 4 * i, 0 };
		pts[n++] = (struct xie_pt){ 4 * i + 2, 100 };
	}
	pts[n++] = (struct xie_pt){ 4 * TEETH, -50 };
	pts[n++] = (struct xie_pt){ 0, -50 };
	struct xie_ring ring = { pts, n };
	struct xie_part part = { &ring, 1 };
	struct xie_shape shape = { .parts = &part, .n = 1 };
	const struct xie_zone_set *s = build_shapes(&shape, 1);
	static struct xie_span sp[TEETH + 2];
	size_t k;
	xie_zone_clip(s, 0, (struct xie_pt){ -10, 50 }, (struct xie_pt){ 4 * TEETH + 10, 50 }, sp, TEETH + 2, &k);
	check_int(k, TEETH);
	for (int64_t i = 0; i < TEETH; i++) { /* tooth i is from 4i + 1 to 4i + 3 at half height; the last one's back */
		int64_t len = 4 * TEETH + 20;
		check_int(xie_frac_cmp(sp[i].from, (struct xie_frac){ 4 * i + 1 + 10, len }), 0);
		if (i + 1 < TEETH)
			check_int(xie_frac_cmp(sp[i].to, (struct xie_frac){ 4 * i + 3 + 10, len }), 0);
	}
	/* Over the tips only touches; too little room, and the count is still right. */
	xie_zone_clip(s, 0, (struct xie_pt){ -10, 100 }, (struct xie_pt){ 4 * TEETH + 10, 100 }, sp, 3, &k);
	check_int(k, TEETH);
	check_int(xie_frac_cmp(sp[2].from, sp[2].to), 0);
	/* Through the feet: one long inside, met at every foot. */
	xie_zone_clip(s, 0, (struct xie_pt){ 0, 0 }, (struct xie_pt){ 4 * TEETH - 4, 0 }, sp, TEETH + 2, &k);
	check_int(k, 1);
	check_int(sp[0].from.num, 0);
	check_int(sp[0].to.num, sp[0].to.den);
}

/* A chain of overlapping squares is one inside; a gap in it makes two. */
static void union_of_many_parts(void **state)
{
	(void)state;
	enum { PARTS = 200 };
	static struct xie_pt pts[PARTS][4];
	static struct xie_ring rings[PARTS];
	static struct xie_part parts[PARTS];
	for (int32_t i = 0; i < PARTS; i++) {
		int32_t k = i * 77 % PARTS; /* not in order of place */
		int32_t x = 10 * k + (k >= 100 ? 5 : 0);
		pts[i][0] = (struct xie_pt){ x, 0 };
		pts[i][1] = (struct xie_pt){ x + (k % 2 == 0 ? 10 : 12), 0 };
		pts[i][2] = (struct xie_pt){ x + (k % 2 == 0 ? 10 : 12), 10 };
		pts[i][3] = (struct xie_pt){ x, 10 };
		rings[i] = (struct xie_ring){ pts[i], 4 };
		parts[i] = (struct xie_part){ &rings[i], 1 };
	}
	struct xie_shape shape = { .parts = parts, .n = PARTS };
	const struct xie_zone_set *s = build_shapes(&shape, 1);
	struct xie_span sp[4];
	size_t n;
	xie_zone_clip(s, 0, (struct xie_pt){ -100, 5 }, (struct xie_pt){ 2900, 5 }, sp, 4, &n);
	check_int(n, 2);
	check_int(xie_frac_cmp(sp[0].from, (struct xie_frac){ 100, 3000 }), 0);
	check_int(xie_frac_cmp(sp[0].to, (struct xie_frac){ 100 + 1002, 3000 }), 0);
	check_int(xie_frac_cmp(sp[1].from, (struct xie_frac){ 100 + 1005, 3000 }), 0);
	check_int(xie_frac_cmp(sp[1].to, (struct xie_frac){ 100 + 2007, 3000 }), 0);
	uint32_t ids[4];
	xie_zones_at(s, (struct xie_pt){ 20, 5 }, NULL, ids, 4, &n); /* in two parts, one zone */
	check_int(n, 1);
}

static xie_status try_ring(struct xie_pt *pts, uint32_t n, size_t *ret_at)
{
	static struct xie_pt good[3] = { { 0, 0 }, { 10, 0 }, { 0, 10 } };
	struct xie_ring rings[2] = { { good, 3 }, { pts, n } };
	struct xie_part parts[2] = { { &rings[0], 1 }, { &rings[1], 1 } };
	struct xie_shape shapes[2] = { { .parts = &parts[0], .n = 1 }, { .parts = &parts[1], .n = 1 } };
	xie_arena mem = xie_arena_of(memory, sizeof memory);
	const struct xie_zone_set *s = NULL;
	xie_status st = xie_zone_set_build(&mem, shapes, 2, &s, ret_at);
	check_true((st == XIE_OK) == (s != NULL));
	check_true(st == XIE_OK || mem.used == 0);
	return st;
}

static void refuses_rings_that_are_no_area(void **state)
{
	(void)state;
	const int32_t D = XIE_DEG;
	size_t at = 9;
	struct xie_pt two[] = { { 0, 0 }, { 5, 5 } };
	check_st(try_ring(two, 2, &at), XIE_RANGE);
	check_int(at, 1);
	struct xie_pt pole[] = { { 0, 80 * D }, { 120 * D, 80 * D }, { -120 * D, 80 * D } };
	check_st(try_ring(pole, 3, &at), XIE_RANGE);
	struct xie_pt half[] = { { 0, 0 }, { 180 * D, 0 }, { 90 * D, 10 * D } };
	check_st(try_ring(half, 3, &at), XIE_RANGE);
	struct xie_pt out[] = { { 0, 0 }, { 10 * D, 91 * D }, { 10 * D, 0 } };
	check_st(try_ring(out, 3, &at), XIE_RANGE);
	struct xie_pt east[] = { { 0, 0 }, { 180 * D + 1, 1 * D }, { 10 * D, 0 } };
	check_st(try_ring(east, 3, &at), XIE_RANGE);
	/* Twice round and back: wider than the globe. */
	struct xie_pt twice[] = {
		{ 0, 0 },           { 100 * D, 0 },      { -160 * D, 0 },      { -60 * D, 0 },      { 20 * D, 0 },
		{ 20 * D, 10 * D }, { -60 * D, 10 * D }, { -160 * D, 10 * D }, { 100 * D, 10 * D }, { 0, 10 * D }
	};
	check_st(try_ring(twice, 10, &at), XIE_RANGE);
	/* Under the pole, but not round it: fine. */
	struct xie_pt cap[] = { { 0, 80 * D }, { 120 * D, 80 * D }, { 120 * D, 90 * D }, { 0, 90 * D } };
	check_ok(try_ring(cap, 4, &at));
	struct xie_shape gate = { .gate = { { 5, 5 }, { 5, 5 } } };
	xie_arena mem = xie_arena_of(memory, sizeof memory);
	const struct xie_zone_set *s;
	check_st(xie_zone_set_build(&mem, &gate, 1, &s, &at), XIE_RANGE);
	check_int(at, 0);
}

static void antimeridian_is_no_edge_of_the_world(void **state)
{
	(void)state;
	const int32_t D = XIE_DEG;
	/* +180 and -180 in one ring are the same meridian. */
	struct xie_pt pts[] = { { 170 * D, 0 },  { 180 * D, 0 },       { -180 * D, 0 },
		                { -170 * D, 0 }, { -170 * D, 10 * D }, { 170 * D, 10 * D } };
	struct xie_ring ring = { pts, 6 };
	struct xie_part part = { &ring, 1 };
	struct xie_shape shape = { .parts = &part, .n = 1 };
	const struct xie_zone_set *s = build_shapes(&shape, 1);
	check_true(xie_zone_has(s, 0, (struct xie_pt){ 175 * D, 5 * D }));
	check_true(xie_zone_has(s, 0, (struct xie_pt){ -175 * D, 5 * D }));
	check_true(xie_zone_has(s, 0, (struct xie_pt){ -180 * D, 5 * D }));
	check_true(xie_zone_has(s, 0, (struct xie_pt){ 180 * D, 5 * D }));
	check_true(xie_zone_has(s, 0, (struct xie_pt){ -170 * D, 5 * D }));
	check_true(!xie_zone_has(s, 0, (struct xie_pt){ -170 * D + 1, 5 * D }));
	check_true(!xie_zone_has(s, 0, (struct xie_pt){ 0, 5 * D }));
	struct xie_span sp[2];
	size_t n;
	xie_zone_clip(s, 0, (struct xie_pt){ 160 * D, 5 * D }, (struct xie_pt){ -160 * D, 5 * D }, sp, 2, &n);
	check_int(n, 1);
	check_int(xie_frac_cmp(sp[0].from, (struct xie_frac){ 1, 4 }), 0);
	check_int(xie_frac_cmp(sp[0].to, (struct xie_frac){ 3, 4 }), 0);
	check_int(xie_lon_near(-170 * D, 170 * D), 190 * D);
	check_int(xie_lon_near(170 * D, -170 * D), -190 * D);
	check_int(xie_lon_near(10 * D, 20 * D), 10 * D);
}

/* A ring of 350 degrees: a step over its opening leaves on one side and comes back on the other. */
static void ring_almost_round_the_globe(void **state)
{
	(void)state;
	const int32_t D = XIE_DEG;
	struct xie_pt pts[] = { { -175 * D, 0 },     { -60 * D, 0 },     { 60 * D, 0 },       { 175 * D, 0 },
		                { 175 * D, 10 * D }, { 60 * D, 10 * D }, { -60 * D, 10 * D }, { -175 * D, 10 * D } };
	struct xie_ring ring = { pts, 8 };
	struct xie_part part = { &ring, 1 };
	struct xie_shape shape = { .parts = &part, .n = 1 };
	const struct xie_zone_set *s = build_shapes(&shape, 1);
	struct xie_span sp[3];
	size_t n;
	xie_zone_clip(s, 0, (struct xie_pt){ 170 * D, 5 * D }, (struct xie_pt){ -170 * D, 5 * D }, sp, 3, &n);
	check_int(n, 2);
	check_int(xie_frac_cmp(sp[0].to, (struct xie_frac){ 1, 4 }), 0);
	check_int(xie_frac_cmp(sp[1].from, (struct xie_frac){ 3, 4 }), 0);
	xie_zone_clip(s, 0, (struct xie_pt){ -170 * D, 5 * D }, (struct xie_pt){ 170 * D, 5 * D }, sp, 3, &n);
	check_int(n, 2);
	check_true(!xie_zone_has(s, 0, (struct xie_pt){ 179 * D, 5 * D }));
	check_true(xie_zone_has(s, 0, (struct xie_pt){ 0, 5 * D }));
}

static void every_shortage_of_memory_is_a_status(void **state)
{
	(void)state;
	struct small m = random_small(8);
	xie_arena scratch = xie_arena_of(stuff, sizeof stuff);
	struct xie_shape shapes[3] = { shape_of(&scratch, &m),
		                       { .gate = { { 0, 0 }, { 9, 9 } } },
		                       shape_of(&scratch, &m) };
	xie_status st = XIE_LIMIT;
	for (size_t cap = 0; st != XIE_OK; cap += 16) {
		xie_arena mem = xie_arena_of(memory, cap);
		const struct xie_zone_set *s = NULL;
		size_t at;
		st = xie_zone_set_build(&mem, shapes, 3, &s, &at);
		if (st != XIE_OK) {
			check_st(st, XIE_LIMIT);
			check_int(mem.used, 0);
			check_true(s == NULL);
		}
		check_true(cap < sizeof memory);
	}
}

static void nothing_is_in_no_zones(void **state)
{
	(void)state;
	const struct xie_zone_set *s = build_shapes(NULL, 0);
	uint32_t hint = 0;
	size_t n = 9;
	xie_zones_at(s, (struct xie_pt){ 1, 1 }, &hint, NULL, 0, &n);
	check_int(n, 0);
	xie_zones_step(s, (struct xie_pt){ 1, 1 }, (struct xie_pt){ 100, 1 }, NULL, 0, &n);
	check_int(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_shapes_agree_with_the_reference),
		cmocka_unit_test(grid_agrees_with_each_zone_alone),
		cmocka_unit_test(gates_agree_with_the_reference),
		cmocka_unit_test(gate_sides_are_those_of_the_rule),
		cmocka_unit_test(comb_of_many_teeth),
		cmocka_unit_test(union_of_many_parts),
		cmocka_unit_test(refuses_rings_that_are_no_area),
		cmocka_unit_test(antimeridian_is_no_edge_of_the_world),
		cmocka_unit_test(ring_almost_round_the_globe),
		cmocka_unit_test(every_shortage_of_memory_is_a_status),
		cmocka_unit_test(nothing_is_in_no_zones),
	};
	return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
