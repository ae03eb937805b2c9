/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "reader.h"

enum { REPAIR_MAX = 1 << 20 };

struct degrees {
	char text[48];
};

/* "-79.5599990 8.8000010" */
static struct degrees degrees(struct xie_pt p)
{
	struct degrees d;
	xie_wr w = xie_wr_of(d.text, sizeof d.text - 1);
	xie_wr_ratio(&w, p.lon, XIE_DEG, 7);
	xie_wr_char(&w, ' ');
	xie_wr_ratio(&w, p.lat, XIE_DEG, 7);
	d.text[w.n] = '\0';
	return d;
}

/* ---- coordinates ---- */

static xie_status read_degree(struct reader *r, const struct xie_val *v, int32_t max, const char *name, int32_t *ret)
{
	int64_t at = 0;
	if (v == NULL || v->kind != XIE_VAL_NUMBER)
		return pack__problem(r, XIE_MALFORMED, v != NULL ? v : r->feature,
		                     "a position is [longitude, latitude] in degrees", "%s is not a number", name);
	xie_status st = xie_str_scaled(v->s, XIE_DEG, 1, &at);
	if (st != XIE_OK || at < -(int64_t)max || at > max)
		return pack__problem(r, XIE_RANGE, v,
		                     max == XIE_LAT_MAX
		                         ? "-90 to 90; a position is [longitude, latitude], in this order"
		                         : "-180 to 180; a ring may cross the antimeridian, its edges go the short way",
		                     "%s %.*s is out of range", name, (int)(v->s.n < 40 ? v->s.n : 40), v->s.p);
	*ret = (int32_t)at;
	return XIE_OK;
}

static xie_status read_position(struct reader *r, const struct xie_val *v, struct xie_pt *ret)
{
	if (v == NULL || v->kind != XIE_VAL_ARRAY || v->count < 2)
		return pack__problem(r, XIE_MALFORMED, v != NULL ? v : r->feature,
		                     "a position is [longitude, latitude] in degrees", "not a position");
	xie_status st = read_degree(r, v->first, XIE_LON_MAX, "longitude", &ret->lon);
	if (st == XIE_OK)
		st = read_degree(r, v->first->next, XIE_LAT_MAX, "latitude", &ret->lat);
	if (st == XIE_OK && ret->lon == XIE_LON_MAX)
		ret->lon = -XIE_LON_MAX;
	return st;
}

static bool same(struct xie_pt a, struct xie_pt b)
{
	return a.lon == b.lon && a.lat == b.lat;
}

/* All positions of v into mem; *ret_n of them after the doubled ones were dropped. */
static xie_status read_positions(struct reader *r, const struct xie_val *v, uint32_t min, const char *what,
                                 struct xie_pt **ret, uint32_t *ret_n)
{
	if (v == NULL || v->kind != XIE_VAL_ARRAY || v->count < min)
		return pack__problem(r, XIE_MALFORMED, v != NULL ? v : r->feature, "",
		                     "%s needs at least %u positions; there are %u", what, (unsigned)min,
		                     v != NULL && v->kind == XIE_VAL_ARRAY ? (unsigned)v->count : 0);
	struct xie_pt *pts = xie_arena_new(r->mem, struct xie_pt, v->count);
	uint32_t n = 0;
	if (pts == NULL)
		return pack__no_room(r);
	XIE_VAL_EACH(c, v)
	{
		xie_status st = read_position(r, c, &pts[n]);
		if (st != XIE_OK)
			return st;
		n += n == 0 || !same(pts[n - 1], pts[n]);
	}
	*ret = pts;
	*ret_n = n;
	return XIE_OK;
}

static xie_status ring_problem(struct reader *r, const struct xie_val *v, enum ring_fault fault, struct xie_pt at)
{
	switch (fault) {
	case RING_FEW:
		return pack__problem(
		    r, XIE_RANGE, v,
		    "three or more; points closer than 1/6,000,000 degree are one, +180 and -180 are one meridian",
		    "a ring at %s has fewer than three different points", degrees(at).text);
	case RING_HALF_TURN:
		return pack__problem(r, XIE_RANGE, v, "put a point in between",
		                     "the edge from %s on spans 180 degrees of longitude", degrees(at).text);
	case RING_POLE:
		return pack__problem(r, XIE_RANGE, v,
		                     "cut the area along a meridian into parts that do not hold the pole",
		                     "the ring at %s goes round a pole", degrees(at).text);
	case RING_GLOBE:
		return pack__problem(r, XIE_RANGE, v, "cut the area along a meridian into two parts",
		                     "the ring at %s goes round the globe", degrees(at).text);
	default:
		return XIE_OK;
	}
}

static xie_status read_ring(struct reader *r, const struct xie_val *v, struct xie_ring *ret)
{
	struct xie_pt *pts = NULL, at;
	uint32_t n = 0;
	xie_status st = read_positions(r, v, 4, "a ring", &pts, &n);
	if (st != XIE_OK)
		return st;
	if (!same(pts[0], pts[n - 1]))
		return pack__problem(r, XIE_MALFORMED, v, "repeat the first position at the end of the ring",
		                     "the ring is not closed: it begins at %s and ends at %s", degrees(pts[0]).text,
		                     degrees(pts[n - 1]).text);
	*ret = (struct xie_ring){ pts, n > 1 ? n - 1 : n };
	return ring_problem(r, v, shape_ring_fault(ret, &at), at);
}

static xie_status read_polygon(struct reader *r, const struct xie_val *v, struct xie_part *ret)
{
	if (v == NULL || v->kind != XIE_VAL_ARRAY || v->count == 0)
		return pack__problem(r, XIE_MALFORMED, v != NULL ? v : r->feature,
		                     "a polygon is a list of rings, outline first", "not a polygon");
	struct xie_ring *rings = xie_arena_new(r->mem, struct xie_ring, v->count);
	uint32_t n = 0;
	if (rings == NULL)
		return pack__no_room(r);
	XIE_VAL_EACH(c, v)
	{
		xie_status st = read_ring(r, c, &rings[n]);
		if (st != XIE_OK)
			return st;
		n++;
	}
	*ret = (struct xie_part){ rings, n };
	return XIE_OK;
}

/* ---- areas ---- */

static int by_point(struct xie_pt a, struct xie_pt b)
{
	return a.lon != b.lon ? (a.lon > b.lon) - (a.lon < b.lon) : (a.lat > b.lat) - (a.lat < b.lat);
}

/* Equal first points (parts and holes may touch in a corner) are told apart by the points that follow. */
static int by_ring(const void *pa, const void *pb)
{
	const struct xie_ring *a = pa, *b = pb;
	for (uint32_t i = 0; i < a->n && i < b->n; i++) {
		int c = by_point(a->pts[i], b->pts[i]);
		if (c != 0)
			return c;
	}
	return (a->n > b->n) - (a->n < b->n);
}

static int by_shell(const void *pa, const void *pb)
{
	const struct xie_part *a = pa, *b = pb;
	return by_ring(&a->rings[0], &b->rings[0]);
}

static void bring_into_order(struct xie_part *parts, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct xie_ring *rings = (struct xie_ring *)(uintptr_t)parts[i].rings; /* ours until now */
		for (uint32_t k = 0; k < parts[i].n; k++)
			shape_ring_order((struct xie_pt *)(uintptr_t)rings[k].pts, rings[k].n, k != 0);
		if (parts[i].n > 2)
			qsort(rings + 1, parts[i].n - 1, sizeof *rings, by_ring);
	}
	qsort(parts, n, sizeof *parts, by_shell);
}

static xie_status check_area(struct reader *r, const struct xie_val *at, const struct xie_shape *shape)
{
	struct geos_verdict v;
	if (geos_check_area(r->geos, shape, &v) != XIE_OK)
		return pack__problem(r, XIE_UNAVAILABLE, at, "", "GEOS could not judge the area");
	if (v.what == NULL)
		return XIE_OK;
	struct xie_err e = { .file = r->opts->file };
	char text[200];
	(void)snprintf(text, sizeof text, "features[%u] \"%.*s\": %s%s%s", (unsigned)r->index,
	               (int)(r->id.n < 60 ? r->id.n : 60), r->id.p, v.what, v.has_at ? " at " : "",
	               v.has_at ? degrees(v.at).text : "");
	(void)xie_err_set(&e, XIE_RANGE, at->line, at->column, text, v.hint);
	size_t mark = xie_arena_mark(r->scratch);
	uint8_t *buf = r->opts->problem != NULL ? xie_arena_alloc(r->scratch, REPAIR_MAX, 1) : NULL;
	xie_wr w = xie_wr_of(buf, buf != NULL ? REPAIR_MAX : 0);
	if (buf != NULL)
		geos_check_repair(r->geos, shape, &w);
	xie_status st = pack__tell(r, &e, w.st == XIE_OK ? xie_wr_view(&w) : (xie_str){ "", 0 });
	xie_arena_rewind(r->scratch, mark);
	return st;
}

static xie_status read_area(struct reader *r, const struct xie_val *coords, bool multi, struct xie_shape *ret)
{
	uint32_t n = multi && coords->kind == XIE_VAL_ARRAY ? coords->count : 1, k = 0;
	if (n == 0)
		return pack__problem(r, XIE_MALFORMED, coords, "", "a MultiPolygon without polygons");
	struct xie_part *parts = xie_arena_new(r->mem, struct xie_part, n);
	if (parts == NULL)
		return pack__no_room(r);
	xie_status st = XIE_OK;
	for (const struct xie_val *v = multi ? coords->first : coords; k < n && st == XIE_OK; k++) {
		st = read_polygon(r, v, &parts[k]);
		v = v != NULL && multi ? v->next : NULL;
	}
	*ret = (struct xie_shape){ .parts = parts, .n = n };
	if (st == XIE_OK)
		st = check_area(r, coords, ret);
	if (st == XIE_OK)
		bring_into_order(parts, n);
	return st;
}

/* ---- lines and points ---- */

struct measure {
	const struct xie_val *v; /* NULL: not given */
	int64_t mm;
};

/* text_key: "50 m"; number_key: metres; halve_key: the whole, to be halved (NULL: none). */
static xie_status read_measure(struct reader *r, const struct xie_val *props, const char *text_key,
                               const char *number_key, const char *halve_key, struct measure *ret)
{
	const struct xie_val *t = xie_val_get(props, text_key), *m = xie_val_get(props, number_key),
			     *whole = halve_key != NULL ? xie_val_get(props, halve_key) : NULL;
	*ret = (struct measure){ .v = t != NULL ? t : m != NULL ? m : whole };
	if (ret->v == NULL)
		return XIE_OK;
	if ((t != NULL) + (m != NULL) + (whole != NULL) > 1)
		return pack__problem(r, XIE_CONFLICT, ret->v, "leave one", "more than one of %s, %s%s%s", text_key,
		                     number_key, halve_key != NULL ? ", " : "", halve_key != NULL ? halve_key : "");
	xie_status st = XIE_MALFORMED;
	enum xie_dim dim = XIE_DIM_NONE;
	if (m != NULL && m->kind == XIE_VAL_NUMBER) {
		st = xie_str_scaled(m->s, 1000, 1, &ret->mm);
		dim = XIE_DIM_LENGTH;
	} else if (m == NULL && ret->v->kind == XIE_VAL_STRING) {
		st = xie_quantity(ret->v->s, &ret->mm, &dim);
	}
	if (st != XIE_OK || dim != XIE_DIM_LENGTH)
		return pack__problem(r, XIE_MALFORMED, ret->v,
		                     m != NULL ? "a number of metres: 50" : "a length with its unit: \"50 m\"",
		                     "%.*s is not a length", (int)ret->v->key.n, ret->v->key.p);
	ret->mm /= whole != NULL ? 2 : 1;
	if (ret->mm < SHAPE_MIN_MM || ret->mm > SHAPE_MAX_MM)
		return pack__problem(r, XIE_RANGE, ret->v,
		                     "0.1 m to 100 km to either side of the line, or from the centre",
		                     "%.*s is out of range", (int)ret->v->key.n, ret->v->key.p);
	return XIE_OK;
}

static xie_status near_pole(struct reader *r, xie_status st, const struct xie_val *at)
{
	if (st == XIE_LIMIT)
		return pack__no_room(r);
	return st == XIE_OK ? st
	                    : pack__problem(r, st, at, "corridors and circles end at 89.4 degrees of latitude",
	                                    "the zone comes too near a pole");
}

static xie_status read_corridor(struct reader *r, const struct xie_val *coords, bool multi, int64_t half_mm,
                                struct xie_shape *ret)
{
	uint32_t lines = multi && coords->kind == XIE_VAL_ARRAY ? coords->count : 1;
	size_t room = 0, used = 0;
	struct xie_ring *line = xie_arena_new(r->scratch, struct xie_ring, lines); /* only as points and their number */
	if (line == NULL)
		return pack__no_room(r);
	if (lines == 0)
		return pack__problem(r, XIE_MALFORMED, coords, "", "a MultiLineString without lines");
	const struct xie_val *v = multi ? coords->first : coords;
	for (uint32_t i = 0; i < lines; i++, v = v != NULL ? v->next : NULL) {
		struct xie_pt *pts = NULL;
		uint32_t n = 0;
		xie_status st = read_positions(r, v, 2, "a corridor's line", &pts, &n);
		if (st != XIE_OK)
			return st;
		for (uint32_t k = 0; k + 1 < n; k++)
			if (xie_lon_near(pts[k + 1].lon, pts[k].lon) - pts[k].lon == -(int64_t)XIE_LON_MAX)
				return ring_problem(r, v, RING_HALF_TURN, pts[k]);
		line[i] = (struct xie_ring){ pts, n };
		room += shape_corridor_parts(pts, n);
	}
	struct xie_part *parts = room < UINT32_MAX ? xie_arena_new(r->mem, struct xie_part, room) : NULL;
	if (parts == NULL)
		return pack__no_room(r);
	xie_status st = XIE_OK;
	for (uint32_t i = 0; st == XIE_OK && i < lines; i++) {
		st = shape_corridor(r->mem, line[i].pts, line[i].n, half_mm, parts + used);
		used += shape_corridor_parts(line[i].pts, line[i].n);
	}
	*ret = (struct xie_shape){ .parts = parts, .n = (uint32_t)used };
	return near_pole(r, st, coords);
}

static xie_status read_circle(struct reader *r, const struct xie_val *coords, const struct measure *radius,
                              struct xie_shape *ret)
{
	if (radius->v == NULL)
		return pack__problem(r, XIE_MISSING, coords, "add \"radius\": \"200 m\" to the properties",
		                     "a point is no zone");
	struct xie_pt centre;
	xie_status st = read_position(r, coords, &centre);
	if (st != XIE_OK)
		return st;
	struct xie_part *part = xie_arena_new(r->mem, struct xie_part, 1);
	if (part == NULL)
		return pack__no_room(r);
	*ret = (struct xie_shape){ .parts = part, .n = 1 };
	return near_pole(r, shape_circle(r->mem, centre, radius->mm, part), coords);
}

static xie_status read_gate(struct reader *r, const struct xie_val *coords, struct xie_shape *ret)
{
	struct xie_pt *pts = NULL;
	uint32_t n = 0;
	if (coords->kind == XIE_VAL_ARRAY && coords->count > 2)
		return pack__problem(
		    r, XIE_MALFORMED, coords,
		    "a gate has two points: write one for each leg; for a corridor add \"half_width\": \"50 m\"",
		    "a line of %u points is no gate", (unsigned)coords->count);
	xie_status st = read_positions(r, coords, 2, "a gate", &pts, &n);
	if (st != XIE_OK)
		return st;
	if (n < 2)
		return pack__problem(r, XIE_RANGE, coords, "two different points", "the gate at %s has no length",
		                     degrees(pts[0]).text);
	if (xie_lon_near(pts[1].lon, pts[0].lon) - pts[0].lon == -(int64_t)XIE_LON_MAX)
		return ring_problem(r, coords, RING_HALF_TURN, pts[0]);
	*ret = (struct xie_shape){ .gate = { pts[0], pts[1] } };
	return XIE_OK;
}

/* ---- geometries ---- */

static const struct xie_val *coordinates(struct reader *r, const struct xie_val *geometry)
{
	const struct xie_val *c = xie_val_get(geometry, "coordinates");
	if (c == NULL || c->kind != XIE_VAL_ARRAY)
		(void)pack__problem(r, XIE_MALFORMED, geometry, "a geometry is {\"type\":..., \"coordinates\":[...]}",
		                    "the geometry has no coordinates");
	return c != NULL && c->kind == XIE_VAL_ARRAY ? c : NULL;
}

xie_status pack__geometry(struct reader *r, const struct xie_val *g, const struct xie_val *props,
                          enum xie_zone_kind *ret_kind, struct xie_shape *ret)
{
	xie_str type = xie_val_get_str(g, "type");
	if (g == NULL || g->kind != XIE_VAL_OBJECT)
		return pack__problem(r, XIE_MISSING, g != NULL ? g : r->feature,
		                     "Polygon, MultiPolygon, LineString, MultiLineString or Point",
		                     "the feature has no geometry");
	const struct xie_val *coords = coordinates(r, g);
	if (coords == NULL)
		return XIE_MALFORMED;
	bool multi = xie_str_starts(type, "Multi");
	struct measure width, radius;
	xie_status st = read_measure(r, props, "half_width", "corridor_m", "width", &width);
	if (st == XIE_OK)
		st = read_measure(r, props, "radius", "radius_m", NULL, &radius);
	if (st != XIE_OK)
		return st;
	if (xie_str_is(type, "Polygon") || xie_str_is(type, "MultiPolygon")) {
		*ret_kind = XIE_ZONE_AREA;
		return read_area(r, coords, multi, ret);
	}
	if (xie_str_is(type, "Point")) {
		*ret_kind = XIE_ZONE_CIRCLE;
		return read_circle(r, coords, &radius, ret);
	}
	if ((xie_str_is(type, "LineString") || xie_str_is(type, "MultiLineString")) && width.v != NULL) {
		*ret_kind = XIE_ZONE_CORRIDOR;
		return read_corridor(r, coords, multi, width.mm, ret);
	}
	if (xie_val_is(xie_val_get(props, "kind"), "corridor"))
		return pack__problem(r, XIE_MISSING, g, "add \"half_width\": \"50 m\" to the properties",
		                     "the corridor has no width");
	if (xie_str_is(type, "LineString")) {
		*ret_kind = XIE_ZONE_GATE;
		return read_gate(r, coords, ret);
	}
	return pack__problem(r, XIE_UNKNOWN, g,
	                     "Polygon, MultiPolygon, LineString, MultiLineString with a half_width, or Point",
	                     "a geometry of type \"%.*s\" is no zone", (int)(type.n < 40 ? type.n : 40), type.p);
}
