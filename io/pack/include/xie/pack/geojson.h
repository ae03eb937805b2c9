/* SPDX-License-Identifier: Apache-2.0 */
/* xie/pack/geojson.h — a GeoJSON FeatureCollection (RFC 7946) becomes zones in integers.
 *
 *   Polygon, MultiPolygon                                   area      kind absent or "area"
 *   LineString, MultiLineString + a half width              corridor  half_width or width: "50 m", or corridor_m: 50
 *                                                                     (metres to either side)
 *   Point + a radius                                        circle    radius: "200 m", or radius_m: 200
 *   LineString of exactly two points, no half width         gate      from its first point to its second
 *
 * Property "kind", if present, must say the same.  Every feature has an id: property "id", else the feature's own
 * "id"; text, or a whole number, which is read as its text; unique in the file.  "layer" is text.  All properties are
 * kept.  bbox and foreign members are ignored, and so is a third coordinate.  "crs" (GeoJSON 2008) must name WGS 84
 * longitude and latitude.
 *
 * A coordinate is its decimal text to the nearest 1/6,000,000 degree, ties to even; everything after is exact.  A
 * longitude of +180 becomes -180.  Edges go the short way, so a ring may lie across the antimeridian.  A point equal
 * to the one before it (after rounding) is dropped.  Rings are brought into one order: each from its least (lon, lat)
 * point on, shells anticlockwise and holes clockwise, holes and parts by their first points; so a file that says the
 * same area in another order gives the same shape, and the same digest.
 *
 * Refused, naming feature, id and coordinate: a ring that is open, has under four positions or under three different
 * points, goes round a pole or the globe, or has an edge of 180 degrees; what GEOS finds invalid after conversion
 * (OGC Simple Features, 6.1.11); a position that is no pair of numbers or lies outside -180..180, -90..90.  Nothing is
 * repaired: a repair of an invalid area is proposed to the sink as text.
 *
 * Corridors and circles become unions of polygons, whose corners lie on the true outline and whose sides stay within
 * 0.1 m of it (0.6 m for radii over 10 km), inside: see docs/pack-format.md, "Corridors and circles". */
#ifndef XIE_PACK_GEOJSON_H
#define XIE_PACK_GEOJSON_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/val.h"
#include "xie/geo/zone.h"

enum xie_zone_kind { XIE_ZONE_AREA, XIE_ZONE_CORRIDOR, XIE_ZONE_CIRCLE, XIE_ZONE_GATE };
const char *xie_zone_kind_name(enum xie_zone_kind k); /* "area", "corridor", "circle", "gate" */

struct xie_geojson_zone {
	xie_str id;
	xie_str layer; /* "" when absent */
	enum xie_zone_kind kind;
	const struct xie_val *props; /* OBJECT, or NULL */
	uint32_t feature;            /* index in "features", from 0 */
	uint32_t line, column;       /* of the feature */
};

struct xie_geojson {
	const struct xie_geojson_zone *zones;
	const struct xie_shape *shapes; /* one for each zone */
	uint32_t n;
};

struct xie_geojson_opts {
	const char *file; /* for messages, borrowed; or NULL */
	bool number_ids;  /* a feature without an id is called by its index ("0", "1", ...): for base maps, not packs */
	/* Called for each problem, if not NULL; then reading goes on behind it.  repair: a GeoJSON geometry that
	 * would be valid, or empty. */
	void (*problem)(void *self, const struct xie_err *err, xie_str repair);
	void *self;
};

/* mem: kept, holds the zones with copies of all texts.  scratch: used and given back; 100 to 400 bytes of it for each
 * byte of a coordinate.  text: borrowed.  The first problem is in *reterr and its status returned; *ret is set on
 * success only. */
xie_status xie_geojson_read(xie_arena *mem, xie_arena *scratch, xie_str text, const struct xie_geojson_opts *opts,
			    struct xie_geojson *ret, struct xie_err *reterr) XIE_MUST_USE;

#endif
