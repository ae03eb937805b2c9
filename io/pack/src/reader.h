/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of the GeoJSON reader share: documents and features (geojson.c), geometries (geometry.c). */
#ifndef XIE_PACK_READER_H
#define XIE_PACK_READER_H

#include "xie/pack/geojson.h"

#include "shape.h"

struct reader {
	xie_arena *mem, *scratch;
	const struct xie_geojson_opts *opts;
	struct geos_check *geos;
	struct xie_geojson_zone *zones;
	struct xie_shape *shapes;
	uint32_t n;
	/* the feature at hand */
	const struct xie_val *feature;
	uint32_t index;
	xie_str id;
	xie_status first;
	struct xie_err *err; /* of the first problem */
};

/* Reports a problem of the feature at hand, at the place of at (NULL: not known), and returns st. */
__attribute__((format(printf, 5, 6))) xie_status
pack__problem(struct reader *r, xie_status st, const struct xie_val *at, const char *hint, const char *fmt, ...);
/* The same with a finished text, and a repair. */
xie_status pack__tell(struct reader *r, const struct xie_err *e, xie_str repair);
xie_status pack__no_room(struct reader *r);

/* The feature's geometry as a shape in r->mem, with what its properties say of widths and radii. */
xie_status pack__geometry(struct reader *r, const struct xie_val *g, const struct xie_val *props,
                          enum xie_zone_kind *ret_kind, struct xie_shape *ret);

#endif
