/* SPDX-License-Identifier: Apache-2.0 */
/* Areas are shown to GEOS as they are after conversion: whole numbers, which doubles hold exactly, each ring unrolled
 * the short way and the holes laid beside their shell.  GEOS decides validity only; it never touches a verdict. */
#include <geos_c.h>
#include <stdlib.h>

#include "shape.h"

struct geos_check {
	GEOSContextHandle_t h;
};

/* To the nearest whole unit. */
static int64_t nearest(double v)
{
	return (int64_t)(v < 0 ? v - 0.5 : v + 0.5);
}

static bool on_earth(double x, double y) /* also false for no number */
{
	return x >= -2.0 * SHAPE_TURN && x <= 2.0 * SHAPE_TURN && y >= -XIE_LAT_MAX && y <= XIE_LAT_MAX;
}

static void quiet(const char *message, void *self)
{
	(void)message;
	(void)self;
}

struct geos_check *geos_check_new(void)
{
	struct geos_check *g = calloc(1, sizeof *g);
	if (g == NULL)
		return NULL;
	g->h = GEOS_init_r();
	if (g->h == NULL) {
		free(g);
		return NULL;
	}
	(void)GEOSContext_setErrorMessageHandler_r(g->h, quiet, NULL);
	(void)GEOSContext_setNoticeMessageHandler_r(g->h, quiet, NULL);
	return g;
}

void geos_check_free(struct geos_check *g)
{
	if (g == NULL)
		return;
	GEOS_finish_r(g->h);
	free(g);
}

/* The ring unrolled from its first point; *west is its least x. */
static void unroll(const struct xie_ring *r, double *xy, int64_t *west)
{
	int64_t x = r->pts[0].lon;
	*west = x;
	for (uint32_t i = 0; i <= r->n; i++) {
		struct xie_pt p = r->pts[i < r->n ? i : 0];
		if (i != 0)
			x += xie_lon_near(p.lon, r->pts[i - 1].lon) - r->pts[i - 1].lon;
		*west = x < *west ? x : *west;
		xy[2 * i] = (double)x;
		xy[2 * i + 1] = (double)p.lat;
	}
}

/* base: where the shell's west end lies; a hole is laid within one turn east of it. */
static GEOSGeometry *ring_geom(struct geos_check *g, const struct xie_ring *r, bool hole, int64_t *base)
{
	double *xy = calloc(2 * ((size_t)r->n + 1), sizeof *xy);
	if (xy == NULL)
		return NULL;
	int64_t west;
	unroll(r, xy, &west);
	int64_t shift = 0;
	if (!hole)
		shift = *base = shape_lon(west);
	else
		shift = west >= *base ? *base + (west - *base) % SHAPE_TURN
		                      : *base + (SHAPE_TURN - (*base - west) % SHAPE_TURN) % SHAPE_TURN;
	for (uint32_t i = 0; i <= r->n; i++)
		xy[2 * i] += (double)(shift - west);
	GEOSCoordSequence *seq = GEOSCoordSeq_copyFromBuffer_r(g->h, xy, r->n + 1, 0, 0);
	free(xy);
	return seq != NULL ? GEOSGeom_createLinearRing_r(g->h, seq) : NULL;
}

static GEOSGeometry *part_geom(struct geos_check *g, const struct xie_part *part)
{
	int64_t base = 0;
	GEOSGeometry *shell = ring_geom(g, &part->rings[0], false, &base);
	GEOSGeometry **holes = calloc(part->n, sizeof(GEOSGeometry *));
	unsigned n = 0;
	bool ok = shell != NULL && holes != NULL;
	for (uint32_t i = 1; ok && i < part->n; i++) {
		holes[n] = ring_geom(g, &part->rings[i], true, &base);
		ok = holes[n] != NULL;
		n += ok;
	}
	GEOSGeometry *p = ok ? GEOSGeom_createPolygon_r(g->h, shell, holes, n) : NULL;
	if (!ok) { /* else GEOS owns them */
		while (n != 0)
			GEOSGeom_destroy_r(g->h, holes[--n]);
		if (shell != NULL)
			GEOSGeom_destroy_r(g->h, shell);
	}
	free(holes);
	return p;
}

static GEOSGeometry *area_geom(struct geos_check *g, const struct xie_shape *shape)
{
	if (shape->n == 1)
		return part_geom(g, &shape->parts[0]);
	GEOSGeometry **parts = calloc(shape->n, sizeof(GEOSGeometry *));
	unsigned n = 0;
	while (parts != NULL && n < shape->n && (parts[n] = part_geom(g, &shape->parts[n])) != NULL)
		n++;
	GEOSGeometry *all = NULL;
	if (parts != NULL && n == shape->n)
		all = GEOSGeom_createCollection_r(g->h, GEOS_MULTIPOLYGON, parts, n);
	else
		while (n != 0)
			GEOSGeom_destroy_r(g->h, parts[--n]);
	free(parts);
	return all;
}

/* GEOS's words and ours.  GEOS 3.11, TopologyValidationError.cpp. */
static const struct {
	const char *geos, *what, *hint;
} words[] = {
	{ "Self-intersection", "the outline crosses or overlaps itself",
	  "edges may meet at corners only; in a MultiPolygon the parts may touch in points, not along edges" },
	{ "Ring Self-intersection", "a ring touches itself",
	  "a ring may pass through each point once: split it in two" },
	{ "Hole lies outside shell", "a hole lies outside its shell",
	  "the first ring of a polygon is its outline, the others are holes in it" },
	{ "Holes are nested", "a hole lies inside another hole", "write the inner one as a polygon of its own" },
	{ "Interior is disconnected", "holes cut the area into pieces", "write the pieces as a MultiPolygon" },
	{ "Nested shells", "one part lies inside another", "leave out the inner part, or write it as a hole" },
	{ "Duplicate Rings", "the same ring is there twice", "leave one out" },
	{ "Too few points", "a ring has too few different points", "at least three, not on one line" },
};

static struct geos_verdict verdict_of(const char *reason)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (reason != NULL && strncmp(reason, words[i].geos, strlen(words[i].geos)) == 0)
			return (struct geos_verdict){ .what = words[i].what, .hint = words[i].hint };
	return (struct geos_verdict){ .what = "not a valid area", .hint = "see OGC Simple Features, 6.1.11" };
}

xie_status geos_check_area(struct geos_check *g, const struct xie_shape *shape, struct geos_verdict *ret)
{
	GEOSGeometry *area = area_geom(g, shape), *at = NULL;
	char *reason = NULL;
	*ret = (struct geos_verdict){ .what = NULL };
	char valid = area != NULL ? GEOSisValidDetail_r(g->h, area, 0, &reason, &at) : 2;
	xie_status st = valid == 2 ? XIE_UNAVAILABLE : XIE_OK;
	if (valid == 0) {
		double x, y;
		*ret = verdict_of(reason);
		if (at != NULL && GEOSGeomGetX_r(g->h, at, &x) == 1 && GEOSGeomGetY_r(g->h, at, &y) == 1 &&
		    on_earth(x, y)) {
			ret->has_at = true;
			ret->at = (struct xie_pt){ shape_lon(nearest(x)), (int32_t)nearest(y) };
		}
	}
	if (reason != NULL)
		GEOSFree_r(g->h, reason);
	if (at != NULL)
		GEOSGeom_destroy_r(g->h, at);
	if (area != NULL)
		GEOSGeom_destroy_r(g->h, area);
	return st;
}

static void write_ring(struct geos_check *g, const GEOSGeometry *ring, xie_wr *w)
{
	const GEOSCoordSequence *seq = GEOSGeom_getCoordSeq_r(g->h, ring);
	unsigned n = 0;
	if (seq == NULL || GEOSCoordSeq_getSize_r(g->h, seq, &n) == 0)
		return;
	xie_wr_char(w, '[');
	for (unsigned i = 0; i < n; i++) {
		double x = 0, y = 0;
		(void)GEOSCoordSeq_getXY_r(g->h, seq, i, &x, &y);
		xie_wr_text(w, i != 0 ? ",[" : "[");
		xie_wr_ratio(w, shape_lon(nearest(x)), XIE_DEG, 7); /* 7 places name a unit */
		xie_wr_char(w, ',');
		xie_wr_ratio(w, nearest(y), XIE_DEG, 7);
		xie_wr_char(w, ']');
	}
	xie_wr_char(w, ']');
}

static void write_polygon(struct geos_check *g, const GEOSGeometry *p, xie_wr *w)
{
	xie_wr_char(w, '[');
	write_ring(g, GEOSGetExteriorRing_r(g->h, p), w);
	int n = GEOSGetNumInteriorRings_r(g->h, p);
	for (int i = 0; i < n; i++) {
		xie_wr_char(w, ',');
		write_ring(g, GEOSGetInteriorRingN_r(g->h, p, i), w);
	}
	xie_wr_char(w, ']');
}

void geos_check_repair(struct geos_check *g, const struct xie_shape *shape, xie_wr *w)
{
	GEOSGeometry *area = area_geom(g, shape);
	GEOSGeometry *valid = area != NULL ? GEOSMakeValid_r(g->h, area) : NULL;
	/* On whole units again, still valid. */
	GEOSGeometry *whole = valid != NULL ? GEOSGeom_setPrecision_r(g->h, valid, 1.0, 0) : NULL;
	int kind = whole != NULL ? GEOSGeomTypeId_r(g->h, whole) : -1;
	if (kind == GEOS_POLYGON && GEOSisEmpty_r(g->h, whole) == 0) {
		xie_wr_text(w, "{\"type\":\"Polygon\",\"coordinates\":");
		write_polygon(g, whole, w);
		xie_wr_char(w, '}');
	} else if (kind == GEOS_MULTIPOLYGON || kind == GEOS_GEOMETRYCOLLECTION) {
		int n = GEOSGetNumGeometries_r(g->h, whole), k = 0;
		xie_wr_text(w, "{\"type\":\"MultiPolygon\",\"coordinates\":[");
		for (int i = 0; i < n; i++) {
			const GEOSGeometry *p = GEOSGetGeometryN_r(g->h, whole, i);
			if (GEOSGeomTypeId_r(g->h, p) != GEOS_POLYGON || GEOSisEmpty_r(g->h, p) != 0)
				continue; /* what is left of spikes: lines */
			if (k++ != 0)
				xie_wr_char(w, ',');
			write_polygon(g, p, w);
		}
		xie_wr_text(w, "]}");
		if (k == 0)
			xie_wr_clear(w);
	}
	if (whole != NULL)
		GEOSGeom_destroy_r(g->h, whole);
	if (valid != NULL)
		GEOSGeom_destroy_r(g->h, valid);
	if (area != NULL)
		GEOSGeom_destroy_r(g->h, area);
}
