/* SPDX-License-Identifier: Apache-2.0 */
/* xie/geo/digest.h — a shape as canonical JSON of its integers, the ground that zone digests stand on.
 *
 * RFC 8785 text in position units (1/6,000,000 degree), points as [lon,lat]:
 *   an area  {"parts":[[[[lon,lat],...],...],...]}   parts of rings of points, as they stand in the shape
 *   a gate   {"gate":[[lon,lat],[lon,lat]]}
 * The order of parts, rings and points is the shape's own: whoever makes shapes from files brings them into one
 * order first (xie/pack/geojson.h does). */
#ifndef XIE_GEO_DIGEST_H
#define XIE_GEO_DIGEST_H

#include <stdint.h>

#include "xie/base/val.h"
#include "xie/base/wr.h"
#include "xie/geo/zone.h"

void xie_shape_write(const struct xie_shape *shape, xie_wr *w);

/* SHA-256 of {"read":R,"shape":S}: S as above, R the canonical JSON of what else evaluation reads of the zone
 * (NULL: {}).  Needs no memory for S.  RANGE when R holds a number that is not whole, LIMIT when the canonical R is
 * over 64 KiB (scratch: used and given back). */
xie_status xie_shape_digest(const struct xie_shape *shape, const struct xie_val *read, xie_arena *scratch,
			    uint8_t ret_digest[static 32]) XIE_MUST_USE;

#endif
