/* SPDX-License-Identifier: Apache-2.0 */
/* xie/geo/plane.h — distances on the plane of docs/rules.md, "Distance": the cosine of the mean latitude as a Q40
 * integer, one minute of arc = 1852 m, squares compared in 128 bits.  No libm; 1,000 reference values in the tests. */
#ifndef XIE_GEO_PLANE_H
#define XIE_GEO_PLANE_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/units.h"
#include "xie/model/obs.h"

/* Cosine of a latitude in position units, rounded to the nearest 2^-40; the latitude is first rounded down to a
 * multiple of 1,000 units (floor). */
int64_t xie_cos_q40(int32_t lat);

/* Square of the distance between a and b in units of (1/6,000,000 degree of latitude)^2, scaled by 2^80. */
xie_u128 xie_dist2_q80(struct xie_pt a, struct xie_pt b);
/* Is the distance strictly below / at least mm?  Exact comparison of squares. */
bool xie_dist_below(struct xie_pt a, struct xie_pt b, int64_t mm);
/* Nearest whole mm, for display and peaks; never for a verdict. */
int64_t xie_dist_mm(struct xie_pt a, struct xie_pt b);

/* The angle between two courses in 0.01 degree, 0..18000. */
static inline uint16_t xie_course_diff(uint16_t a_cdeg, uint16_t b_cdeg)
{
	uint16_t d = (uint16_t)(a_cdeg > b_cdeg ? a_cdeg - b_cdeg : b_cdeg - a_cdeg);
	return d > 18000 ? (uint16_t)(36000 - d) : d;
}

#endif
