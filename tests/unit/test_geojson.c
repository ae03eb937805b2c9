/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <math.h>

#include "xie/file/file.h"
#include "xie/geo/digest.h"
#include "xie/geo/plane.h"
#include "xie/pack/geojson.h"

static xie_arena mem, scratch;
static struct xie_err err;
static struct xie_geojson g;

static int set_up(void **state)
{
	(void)state;
	return xie_big_arena_init(&mem, (size_t)1 << 30) == XIE_OK &&
	               xie_big_arena_init(&scratch, (size_t)1 << 30) == XIE_OK
	           ? 0
	           : -1;
}

static int tear_down(void **state)
{
	(void)state;
	xie_big_arena_done(&mem);
	xie_big_arena_done(&scratch);
	return 0;
}

static xie_status read_opts(xie_str text, const struct xie_geojson_opts *opts)
{
	mem.used = 0;
	memset(&err, 0, sizeof err);
	memset(&g, 0, sizeof g);
	xie_status st = xie_geojson_read(&mem, &scratch, text, opts, &g, &err);
	check_int(scratch.used, 0);
	if (st != XIE_OK) {
		check_true(g.zones == NULL && mem.used == 0 && err.st == st && err.what[0] != '\0');
	}
	return st;
}

/* One feature of properties and a geometry. */
static xie_status read_one(const char *props, const char *geometry)
{
	static char text[1 << 16];
	(void)snprintf(text, sizeof text,
	               "{\"type\":\"FeatureCollection\",\"features\":[\n {\"type\":\"Feature\",\"properties\":%s,\n"
	               "\"geometry\":%s}]}",
	               props, geometry);
	return read_opts(xie_str_of(text), NULL);
}

static void accepts(const char *props, const char *geometry)
{
	xie_status st = read_one(props, geometry);
	if (st != XIE_OK)
		fail_msg("%s: %s", geometry, err.what);
	check_int(g.n, 1);
}

static void refuses(const char *props, const char *geometry, xie_status want, const char *what)
{
	xie_status st = read_one(props, geometry);
	if (st != want || strstr(err.what, what) == NULL || strstr(err.what, "features[0]") == NULL || err.line == 0)
		fail_msg("%s %s: got %s \"%s\" line %u, want %s \"%s\"", props, geometry, xie_status_code(st), err.what,
		         (unsigned)err.line, xie_status_code(want), what);
}

#define ID "{\"id\":\"z\"}"
#define POLYGON(rings) "{\"type\":\"Polygon\",\"coordinates\":[" rings "]}"

static void coordinates_are_the_nearest_units(void **state)
{
	(void)state;
	accepts(ID, POLYGON("[[0.00000025,0.00000075],[1e0,0],[1,1.5E-1,99],[0.00000025,0.00000075]]"));
	const struct xie_ring *r = &g.shapes[0].parts[0].rings[0];
	check_int(r->n, 3);          /* the closing position is not kept */
	check_int(r->pts[0].lon, 2); /* 1.5 units: even */
	check_int(r->pts[0].lat, 4); /* 4.5 units: even */
	check_int(r->pts[1].lon, 6000000);
	check_int(r->pts[2].lat, 900000);
	check_str(g.zones[0].id, "z");
	check_int(g.zones[0].kind, XIE_ZONE_AREA);
	check_str(g.zones[0].layer, "");
	accepts(ID, "{\"type\":\"LineString\",\"coordinates\":[[-79.570499,8.939501],[180,-8.1]]}");
	check_int(g.shapes[0].n, 0);
	check_int(g.shapes[0].gate[0].lon, -477422994);
	check_int(g.shapes[0].gate[0].lat, 53637006);
	check_int(g.shapes[0].gate[1].lon, -XIE_LON_MAX); /* +180 is -180 */
	check_int(g.zones[0].kind, XIE_ZONE_GATE);
}

static void properties_are_kept(void **state)
{
	(void)state;
	accepts("{\"id\":7,\"layer\":\"桥区\",\"speed_limit\":\"8 kn\",\"list\":[1,{\"a\":null}]}",
	        POLYGON("[[0,0],[1,0],[0,1],[0,0]]"));
	check_str(g.zones[0].id, "7");
	check_str(g.zones[0].layer, "桥区");
	check_str(xie_val_get_str(g.zones[0].props, "speed_limit"), "8 kn");
	check_int(xie_val_get(g.zones[0].props, "list")->count, 2);
	check_int(g.zones[0].line, 2);
	check_true(xie_val_get(g.zones[0].props, "list")->line == 2);
}

static void features_that_are_no_zones_are_refused(void **state)
{
	(void)state;
	refuses("{}", POLYGON("[[0,0],[1,0],[0,1],[0,0]]"), XIE_MISSING, "no id");
	refuses("{\"id\":\"\"}", POLYGON("[[0,0],[1,0],[0,1],[0,0]]"), XIE_MALFORMED, "not an id");
	refuses("{\"id\":1.5}", POLYGON("[[0,0],[1,0],[0,1],[0,0]]"), XIE_MALFORMED, "not an id");
	refuses("{\"id\":\"z\",\"layer\":3}", POLYGON("[[0,0],[1,0],[0,1],[0,0]]"), XIE_MALFORMED, "layer");
	refuses("[]", POLYGON("[[0,0],[1,0],[0,1],[0,0]]"), XIE_MALFORMED, "properties");
	refuses(ID, "null", XIE_MISSING, "\"z\": the feature has no geometry");
	refuses(ID, "{\"type\":\"Polygon\"}", XIE_MALFORMED, "no coordinates");
	refuses(ID, "{\"type\":\"Sphere\",\"coordinates\":[]}", XIE_UNKNOWN, "Sphere");
	refuses(ID, "{\"type\":\"Point\",\"coordinates\":[1,2]}", XIE_MISSING, "a point is no zone");
	refuses(ID, "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4],[5,6]]}", XIE_MALFORMED,
	        "3 points is no gate");
	refuses(ID, "{\"type\":\"LineString\",\"coordinates\":[[1,2],[1,2.00000001]]}", XIE_RANGE, "no length");
	refuses(ID, "{\"type\":\"LineString\",\"coordinates\":[[0,2],[180,2]]}", XIE_RANGE, "180 degrees");
	refuses("{\"id\":\"z\",\"kind\":\"corridor\"}", "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}",
	        XIE_MISSING, "no width");
	refuses("{\"id\":\"z\",\"kind\":\"gate\"}", POLYGON("[[0,0],[1,0],[0,1],[0,0]]"), XIE_CONFLICT,
	        "kind \"area\"");
	refuses("{\"id\":\"z\",\"kind\":\"fence\"}", POLYGON("[[0,0],[1,0],[0,1],[0,0]]"), XIE_UNKNOWN, "\"fence\"");
	refuses("{\"id\":\"z\",\"radius\":\"5 kn\"}", "{\"type\":\"Point\",\"coordinates\":[1,2]}", XIE_MALFORMED,
	        "radius");
	refuses("{\"id\":\"z\",\"radius\":200}", "{\"type\":\"Point\",\"coordinates\":[1,2]}", XIE_MALFORMED, "radius");
	refuses("{\"id\":\"z\",\"radius_m\":0.01}", "{\"type\":\"Point\",\"coordinates\":[1,2]}", XIE_RANGE,
	        "radius_m");
	refuses("{\"id\":\"z\",\"radius_m\":500}", "{\"type\":\"Point\",\"coordinates\":[1,89.9]}", XIE_RANGE, "pole");
	refuses("{\"id\":\"z\",\"width\":\"5 m\",\"corridor_m\":3}",
	        "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}", XIE_CONFLICT, "more than one");
	check_st(read_opts(XIE_STR("{\"type\":\"Feature\"}"), NULL), XIE_MALFORMED);
	check_st(read_opts(XIE_STR("{\"type\":\"FeatureCollection\",\"features\":[]"), NULL), XIE_TRUNCATED);
	check_st(
	    read_opts(XIE_STR("{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
	                      "\"EPSG:3857\"}},\"features\":[]}"),
	              NULL),
	    XIE_REFUSED);
	check_true(strstr(err.what, "EPSG:3857") != NULL);
	check_ok(read_opts(XIE_STR("{\"type\":\"FeatureCollection\",\"features\":[]}"), NULL));
	check_int(g.n, 0);
}

static void positions_that_are_none_are_refused(void **state)
{
	(void)state;
	refuses(ID, POLYGON("[[0,0],[1,0],[0,\"1\"],[0,0]]"), XIE_MALFORMED, "latitude is not a number");
	refuses(ID, POLYGON("[[0,0],[1],[0,1],[0,0]]"), XIE_MALFORMED, "not a position");
	refuses(ID, POLYGON("[[0,0],1,[0,1],[0,0]]"), XIE_MALFORMED, "not a position");
	refuses(ID, POLYGON("[[0,0],[180.0000002,0],[0,1],[0,0]]"), XIE_RANGE, "longitude 180.0000002 is out of range");
	refuses(ID, POLYGON("[[0,0],[1,0],[0,-90.1],[0,0]]"), XIE_RANGE, "latitude -90.1");
	refuses(ID, POLYGON("[[0,0],[1e300,0],[0,1],[0,0]]"), XIE_RANGE, "longitude");
	accepts(ID,
	        POLYGON("[[10,0],[180.00000008,0],[170,-90],[90,-90.00000008],[10,0]]")); /* nearest unit: in range */
}

static void rings_that_bound_no_area_are_refused(void **state)
{
	(void)state;
	refuses(ID, POLYGON("[[0,0],[1,0],[0,1]]"), XIE_MALFORMED, "at least 4 positions; there are 3");
	refuses(ID, POLYGON("[[0,0],[1,0],[0,1],[0,0.1]]"), XIE_MALFORMED,
	        "not closed: it begins at 0.0000000 0.0000000");
	refuses(ID, POLYGON("[[0,0],[1,0],[1,0],[0,0]]"), XIE_RANGE, "fewer than three different points");
	refuses(ID, POLYGON("[[-180,0],[180,0],[180,1],[-180,1],[-180,0]]"), XIE_RANGE, "fewer than three");
	refuses(ID, POLYGON("[[0,0],[180,0],[90,5],[0,0]]"), XIE_RANGE, "spans 180 degrees");
	refuses(ID, POLYGON("[[0,80],[120,80],[-120,80],[0,80]]"), XIE_RANGE, "round a pole");
	refuses(ID, POLYGON("[[-180,0],[-90,0],[0,0],[90,0],[180,0],[180,9],[90,9],[0,9],[-90,9],[-180,9],[-180,0]]"),
	        XIE_RANGE, "round the globe");
	refuses(ID, POLYGON(""), XIE_MALFORMED, "not a polygon");
	refuses(ID, "{\"type\":\"MultiPolygon\",\"coordinates\":[]}", XIE_MALFORMED, "without polygons");
	refuses(ID, "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[1,0],[0,1],[0,0]]],[]]}", XIE_MALFORMED,
	        "not a polygon");
	accepts(ID, POLYGON("[[0,0],[0,0],[1,0],[1,0.00000001],[0,1],[0,0],[0,0]]")); /* doubled points are dropped */
	check_int(g.shapes[0].parts[0].rings[0].n, 3);
}

static void invalid_areas_are_refused_with_the_place(void **state)
{
	(void)state;
	refuses(ID, POLYGON("[[10,10],[12,12],[12,10],[10,12],[10,10]]"), XIE_RANGE,
	        "features[0] \"z\": the outline crosses or overlaps itself at 11.0000000 11.0000000");
	refuses(ID, POLYGON("[[0,0],[4,0],[4,4],[0,4],[0,0]],[[5,5],[6,5],[6,6],[5,5]]"), XIE_RANGE,
	        "outside its shell");
	refuses(ID,
	        POLYGON("[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[8,1],[8,8],[1,8],[1,1]],[[2,2],[3,2],[3,3],[2,2]]"),
	        XIE_RANGE, "inside another hole");
	refuses(ID, POLYGON("[[0,0],[2,0],[1,1],[2,2],[0,2],[1,1],[0,0]]"), XIE_RANGE,
	        "touches itself at 1.0000000 1.0");
	refuses(ID, POLYGON("[[0,0],[4,0],[4,4],[2,4],[2,6],[2,4],[0,4],[0,0]]"), XIE_RANGE, "itself"); /* a spike */
	refuses(ID,
	        "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[9,0],[9,9],[0,0]]],[[[2,1],[3,1],[3,2],[2,1]]]]}",
	        XIE_RANGE, "inside another");
	refuses(ID,
	        "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[1,0],[1,1],[0,0]]],[[[1,0],[2,0],[1,1],[1,0]]]]}",
	        XIE_RANGE, "overlaps");
	/* Over the antimeridian the place is still a place on earth. */
	refuses(ID, POLYGON("[[179,10],[-179,12],[-179,10],[179,12],[179,10]]"), XIE_RANGE,
	        "at -180.0000000 11.0000000");
	accepts(ID, POLYGON("[[179,10],[-179,10],[-179,12],[179,12],[179,10]],[[-179.9,11],[-179.8,11],[-179.8,11.1],[-"
	                    "179.9,11]]"));
	accepts(
	    ID,
	    POLYGON(
		"[[179,10],[-179,10],[-179,12],[179,12],[179,10]],[[179.9,11],[179.8,11],[179.8,11.1],[179.9,11]]"));
	/* Cut at the antimeridian as RFC 7946 3.1.9 wants it: two parts that touch across it. */
	accepts(ID, "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[179,0],[180,0],[180,1],[179,1],[179,0]]],"
	            "[[[-180,0],[-179,0],[-179,1],[-180,1],[-180,0]]]]}");
}

static char repairs[4][512];
static struct xie_err problems[4];
static int n_problems;

static void keep_problem(void *self, const struct xie_err *e, xie_str repair)
{
	(void)self;
	check_true(n_problems < 4);
	(void)snprintf(repairs[n_problems], sizeof repairs[0], "%.*s", (int)repair.n, repair.p);
	problems[n_problems++] = *e;
}

static void every_problem_is_told_and_a_repair_proposed(void **state)
{
	(void)state;
	struct xie_geojson_opts opts = { .file = "zones.geojson", .problem = keep_problem };
	n_problems = 0;
	check_st(
	    read_opts(
		XIE_STR(
		    "{\"type\":\"FeatureCollection\",\"features\":[\n"
		    "{\"type\":\"Feature\",\"id\":\"a\",\"properties\":null,\"geometry\":" POLYGON(
			"[[0,0],[2,2],[2,0],[0,2],[0,0]]") "},\n"
							   "{\"type\":\"Feature\",\"id\":\"b\",\"geometry\":" POLYGON(
							       "[[0,0],[2,2],[2,0],[0,0]]") "},\n"
											    "{\"type\":\"Feature\","
											    "\"id\":\"b\","
											    "\"geometry\":" POLYGON(
												"[[0,0],[2,2],[2,0],[0,"
												"0]]") "},\n"
												       "{\"type\":"
												       "\"Feature\","
												       "\"id\":\"c\","
												       "\"geometry\":"
												       "null}\n"
												       "]}"),
		&opts),
	    XIE_RANGE);
	check_int(n_problems, 3);
	check_st(problems[0].st, XIE_RANGE);
	check_int(problems[0].line, 2);
	check_str(xie_str_of(problems[0].file), "zones.geojson");
	check_str(xie_str_of(repairs[0]),
	          "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[1.0000000,1.0000000],[0.0000000,0.0000000],[0."
	          "0000000,2.0000000],"
	          "[1.0000000,1.0000000]]],[[[1.0000000,1.0000000],[2.0000000,2.0000000],[2.0000000,0.0000000],"
	          "[1.0000000,1.0000000]]]]}");
	check_st(problems[1].st, XIE_MISSING);
	check_st(problems[2].st, XIE_DUPLICATE);
	check_int(problems[2].line, 4);
	check_true(strstr(problems[2].what, "features[2] \"b\": features[1] has the same id") != NULL);
	/* The repair is valid. */
	char one[1024];
	(void)snprintf(one, sizeof one, "%s", repairs[0]);
	accepts(ID, one);
}

static void digest_of(uint8_t ret[static 32])
{
	check_ok(xie_shape_digest(&g.shapes[0], NULL, &scratch, ret));
}

static void order_of_writing_does_not_matter(void **state)
{
	(void)state;
	uint8_t a[32], b[32], c[32];
	char text[512];
	accepts(
	    ID,
	    "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[1,2],[2,2],[1,1]],"
	    "[[5,5],[6,5],[6,6],[5,5]]],[[[20,0],[21,0],[21,1],[20,0]]]]}");
	digest_of(a);
	xie_wr w = xie_wr_of(text, sizeof text);
	xie_shape_write(&g.shapes[0], &w);
	check_str(xie_wr_view(&w), "{\"parts\":[[[[0,0],[54000000,0],[54000000,54000000],[0,54000000]],"
	                           "[[6000000,6000000],[6000000,12000000],[12000000,12000000]],"
	                           "[[30000000,30000000],[36000000,36000000],[36000000,30000000]]],"
	                           "[[[120000000,0],[126000000,0],[126000000,6000000]]]]}");
	accepts(ID, "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[21,1],[21,0],[20,0],[21,1]]],[[[9,9],[9,0],[0,0],["
	            "0,9],[9,9.0]],"
	            "[[6,6],[5,5],[6,5],[6,6]],[[2,2],[1,1],[1,2],[2,2]]]]}");
	digest_of(b);
	check_true(memcmp(a, b, 32) == 0);
	accepts(ID, "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[21,1],[21,0],[20,0],[21,1]]],[[[9,9],[9,0],[0,0],["
	            "0,9],[9,9.0]],"
	            "[[6,6],[5,5],[6,5],[6,6]],[[2,2],[1,1],[1,2.0000002],[2,2]]]]}");
	digest_of(c);
	check_true(memcmp(a, c, 32) != 0);
	/* What else evaluation reads is covered; a fraction cannot be. */
	accepts("{\"id\":\"z\",\"limit\":8}", POLYGON("[[0,0],[1,0],[0,1],[0,0]]"));
	digest_of(a);
	check_ok(xie_shape_digest(&g.shapes[0], g.zones[0].props, &scratch, b));
	check_true(memcmp(a, b, 32) != 0);
	accepts("{\"id\":\"z\",\"limit\":8.5}", POLYGON("[[0,0],[1,0],[0,1],[0,0]]"));
	check_st(xie_shape_digest(&g.shapes[0], g.zones[0].props, &scratch, b), XIE_RANGE);
}

static uint64_t seed = 5;
static int64_t rnd(int64_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)(seed >> 20) % n;
}

static const struct xie_zone_set *built(void)
{
	const struct xie_zone_set *s = NULL;
	size_t at = 0;
	check_ok(xie_zone_set_build(&mem, g.shapes, g.n, &s, &at));
	return s;
}

static void circles_stay_inside_and_lack_little(void **state)
{
	(void)state;
	static const struct {
		int lon, lat, r;
	} c[] = { { 121, 31, 5 },      { 121, 31, 200 }, { 180, -33, 3000 }, { 0, 0, 10000 },
		  { -179, 70, 10000 }, { 10, 85, 50 },   { 4, 52, 90000 } };
	for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
		char props[80], geom[80];
		(void)snprintf(props, sizeof props, "{\"id\":\"z\",\"radius\":\"%d m\"}", c[i].r);
		(void)snprintf(geom, sizeof geom, "{\"type\":\"Point\",\"coordinates\":[%d,%d]}", c[i].lon, c[i].lat);
		accepts(props, geom);
		check_int(g.zones[0].kind, XIE_ZONE_CIRCLE);
		const struct xie_zone_set *s = built();
		struct xie_pt o = { c[i].lon == 180 ? -XIE_LON_MAX : c[i].lon * XIE_DEG, c[i].lat * XIE_DEG };
		/* Distances step with the cosine, by up to 33 millionths here. */
		int64_t r_mm = (int64_t)c[i].r * 1000, over = 1 + r_mm / 30000,
			lack = (c[i].r > 10000 ? 500 : 100) + over;
		int hits = 0;
		for (int k = 0; k < 20000; k++) {
			double angle = (double)rnd(1000000) * 6.283185307179586e-6;
			double d = (double)(r_mm + rnd(2000) - 1000) / 18.52; /* in units, near the outline */
			struct xie_pt p = { 0, o.lat + (int32_t)lrint(d * sin(angle)) };
			double cosine = (double)xie_cos_q40((int32_t)(((int64_t)o.lat + p.lat) / 2)) / 1099511627776.0;
			int64_t lon = o.lon + (int64_t)llrint(d * cos(angle) / cosine);
			p.lon = (int32_t)(lon >= XIE_LON_MAX            ? lon - 2 * (int64_t)XIE_LON_MAX
			                  : lon < -(int64_t)XIE_LON_MAX ? lon + 2 * (int64_t)XIE_LON_MAX
			                                                : lon);
			int64_t mm = xie_dist_mm(o, p);
			bool in = xie_zone_has(s, 0, p);
			if (in ? mm > r_mm + over : mm < r_mm - lack)
				fail_msg("circle %zu: a point %lld mm out is %s", i, (long long)(mm - r_mm),
				         in ? "inside" : "outside");
			hits += in;
		}
		check_true(hits > 5000 && hits < 15000);
		check_true(xie_zone_has(s, 0, o));
	}
}

/* The distance from p to the leg a-b, mm, in doubles, on the plane of p's latitude. */
static double to_leg(struct xie_pt p, struct xie_pt a, struct xie_pt b)
{
	double best = 1e300;
	/* Along the straight line in degrees, at many places: the nearest, then finer around it. */
	double lo = 0, hi = 1, at = 0;
	for (int round = 0; round < 6; round++) {
		for (int i = 0; i <= 40; i++) {
			double t = lo + (hi - lo) * i / 40;
			double lat = a.lat + t * ((double)b.lat - a.lat),
			       lon = a.lon + t * (double)(xie_lon_near(b.lon, a.lon) - a.lon);
			double mean = (p.lat + lat) / 2, c = cos(mean / 6e6 * 3.14159265358979324 / 180);
			double dx = (double)xie_lon_near(p.lon, a.lon) - lon, dy = p.lat - lat;
			double d = hypot(dx * c, dy) * 18.52;
			if (d < best) {
				best = d;
				at = t;
			}
		}
		double span = (hi - lo) / 20;
		lo = at - span < 0 ? 0 : at - span;
		hi = at + span > 1 ? 1 : at + span;
	}
	return best;
}

static void corridors_stay_inside_and_lack_little(void **state)
{
	(void)state;
	accepts("{\"id\":\"z\",\"kind\":\"corridor\",\"width\":\"100 m\"}",
	        "{\"type\":\"LineString\",\"coordinates\":[[179.99,60],[-179.99,60.3],[-179.98,60.3],[-179.98,60.29],[-"
	        "179.99,60.2905],[-179.99,60.2905]]}");
	check_int(g.zones[0].kind, XIE_ZONE_CORRIDOR);
	const struct xie_zone_set *s = built();
	struct xie_pt v[5] = { { 1079940000, 360000000 },
		               { -1079940000, 361800000 },
		               { -1079880000, 361800000 },
		               { -1079880000, 361740000 },
		               { -1079940000, 361743000 } };
	int in_n = 0, out_n = 0;
	for (int k = 0; k < 20000; k++) {
		int leg = (int)rnd(4);
		double t = (double)rnd(1001) / 1000;
		struct xie_pt p = { 0, (int32_t)(v[leg].lat + t * (v[leg + 1].lat - v[leg].lat)) + (int32_t)rnd(6000) -
			                   3000 };
		int64_t lon = v[leg].lon +
		              (int64_t)(t * (double)(xie_lon_near(v[leg + 1].lon, v[leg].lon) - v[leg].lon)) +
		              rnd(12000) - 6000;
		p.lon = (int32_t)(lon >= XIE_LON_MAX            ? lon - 2 * (int64_t)XIE_LON_MAX
		                  : lon < -(int64_t)XIE_LON_MAX ? lon + 2 * (int64_t)XIE_LON_MAX
		                                                : lon);
		double d = 1e300;
		for (int i = 0; i < 4; i++) {
			double x = to_leg(p, v[i], v[i + 1]);
			d = x < d ? x : d;
		}
		bool in = xie_zone_has(s, 0, p);
		if (in ? d > 50000 + 40 : d < 50000 - 100)
			fail_msg("a point %.0f mm from the line is %s", d, in ? "inside" : "outside");
		in_n += in;
		out_n += !in;
	}
	check_true(in_n > 1000 && out_n > 1000);
	accepts("{\"id\":\"z\",\"corridor_m\":50}",
	        "{\"type\":\"MultiLineString\",\"coordinates\":[[[1,2],[1.1,2]],[[5,5],[5,5.01]]]}");
	s = built();
	check_true(xie_zone_has(s, 0, (struct xie_pt){ 6300000, 12000000 }));
	check_true(xie_zone_has(s, 0, (struct xie_pt){ 30000000, 30000000 }));
	check_true(!xie_zone_has(s, 0, (struct xie_pt){ 20000000, 20000000 }));
}

static xie_str shared_file(const char *name)
{
	char path[600];
	xie_str text = { "", 0 };
	(void)snprintf(path, sizeof path, "%s/%s", shared_data(), name);
	scratch.used = 0;
	mem.used = 0;
	static xie_arena files;
	if (files.base == NULL)
		check_ok(xie_big_arena_init(&files, (size_t)1 << 28));
	files.used = 0;
	check_ok(xie_file_read(&files, path, &text, &err));
	return text;
}

static void reads_the_example_of_the_engine(void **state)
{
	(void)state;
	if (shared_data() == NULL) {
		print_message("no shared data: skipped\n");
		skip();
	}
	check_ok(read_opts(shared_file("engine_example/zones.geojson"), NULL));
	check_int(g.n, 15);
	int gates = 0;
	for (uint32_t i = 0; i < g.n; i++)
		gates += g.zones[i].kind == XIE_ZONE_GATE;
	check_int(gates, 6);
	check_str(g.zones[0].id, "anchorage");
	check_int(g.shapes[0].parts[0].n, 2);
	const struct xie_zone_set *s = built();
	struct xie_pt wreck = { -477156000, 53010000 }; /* -79.526 8.835: in the hole */
	check_true(!xie_zone_has(s, 0, wreck));
	check_true(xie_zone_has(s, 8, wreck));
}

/* A corridor of 50 m along every mainland shoreline, the waterbodies and islands as areas. */
/* "layer" makes room for a width, where the text has one: in place. */
static void widen(xie_str text)
{
	static const char was[] = "\"layer\":\"earth-waterbodies-100m\"", two[] = "\"layer\":\"earth-coastlines-100m\"";
	for (size_t i = 0; i + sizeof was < text.n; i++) {
		char *p = (char *)(uintptr_t)text.p + i;
		size_t n = memcmp(p, was, sizeof was - 1) == 0   ? sizeof was - 1
		           : memcmp(p, two, sizeof two - 1) == 0 ? sizeof two - 1
		                                                 : 0;
		if (n != 0) {
			memset(p, ' ', n);
			memcpy(p, "\"corridor_m\":50", 15);
		}
	}
}

static void reads_shorelines_and_waters(void **state)
{
	(void)state;
	static const char *const places[] = { "denmark",   "dubai",  "novorossiysk", "oslofjord",       "panama",
		                              "rotterdam", "solent", "vernon_seine", "yangtze_zhoushan" };
	static const char *const kinds[] = { "coastlines", "mainland_shoreline", "waterbodies" };
	if (shared_data() == NULL) {
		print_message("no shared data: skipped\n");
		skip();
	}
	struct xie_geojson_opts opts = { .number_ids = true };
	int files = 0;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		for (size_t k = 0; k < 3; k++) {
			char name[128], path[700];
			(void)snprintf(name, sizeof name, "geodata/%s_%s-100m.geojson", places[i], kinds[k]);
			(void)snprintf(path, sizeof path, "%s/%s", shared_data(), name);
			FILE *f = fopen(path, "r");
			if (f == NULL)
				continue;
			(void)fclose(f);
			xie_str text = shared_file(name);
			widen(text);
			xie_status st = read_opts(text, &opts);
			files++;
			if (i == 0 && k == 0) { /* a skerry that was simplified to a point */
				check_st(st, XIE_MISSING);
				check_str(xie_str_of(err.what), "features[84] \"84\": a point is no zone");
				continue;
			}
			if (st != XIE_OK)
				fail_msg("%s: %s", name, err.what);
			check_true(xie_zone_set_count(built()) == g.n && g.n != 0);
		}
	check_int(files, 24);
}

static void every_shortage_of_memory_is_a_status(void **state)
{
	(void)state;
	static const char text[] =
	    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"id\":\"a\",\"n\":[1]"
	    "},"
	    "\"geometry\":" POLYGON(
		"[[0,0],[2,2],[2,0],[0,0]]") "},{\"type\":\"Feature\",\"id\":\"b\",\"properties\":{\"width\":\"9 m\"},"
					     "\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[1,1],[2,1]]}}]}";
	static uint8_t room[1 << 16];
	for (int which = 0; which < 2; which++) {
		xie_status st = XIE_LIMIT;
		for (size_t cap = 0; st != XIE_OK; cap += 16) {
			check_true(cap < sizeof room);
			xie_arena a = xie_arena_of(room, cap), b = which == 0 ? mem : scratch;
			b.used = 0;
			st = xie_geojson_read(which == 0 ? &b : &a, which == 0 ? &a : &b, xie_str_of(text), NULL, &g,
			                      &err);
			if (st != XIE_OK)
				check_st(st, XIE_LIMIT);
		}
		check_int(g.n, 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(coordinates_are_the_nearest_units),
		cmocka_unit_test(properties_are_kept),
		cmocka_unit_test(features_that_are_no_zones_are_refused),
		cmocka_unit_test(positions_that_are_none_are_refused),
		cmocka_unit_test(rings_that_bound_no_area_are_refused),
		cmocka_unit_test(invalid_areas_are_refused_with_the_place),
		cmocka_unit_test(every_problem_is_told_and_a_repair_proposed),
		cmocka_unit_test(order_of_writing_does_not_matter),
		cmocka_unit_test(circles_stay_inside_and_lack_little),
		cmocka_unit_test(corridors_stay_inside_and_lack_little),
		cmocka_unit_test(reads_the_example_of_the_engine),
		cmocka_unit_test(reads_shorelines_and_waters),
		cmocka_unit_test(every_shortage_of_memory_is_a_status),
	};
	return cmocka_run_group_tests_name("geojson", tests, set_up, tear_down);
}
