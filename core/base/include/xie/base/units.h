/* SPDX-License-Identifier: Apache-2.0 */
/* xie/base/units.h — the integer units in which verdicts are made, and text with a unit into them.
 *
 *   position  int32   10^-5 arc-minute = 1/6,000,000 degree
 *   speed     int32   decimetres per hour   (0.1 kn = 1852, 0.1 km/h = 1000)
 *   course    uint16  0.01 degree
 *   time      int64   milliseconds since 1970-01-01T00:00:00Z
 *   mass int32 kg     length int32 mm       money int64 fen */
#ifndef XIE_BASE_UNITS_H
#define XIE_BASE_UNITS_H

#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"

typedef int64_t xie_ms;

#define XIE_DEG INT32_C(6000000)          /* position units in one degree */
#define XIE_LON_MAX (180 * XIE_DEG)       /* +180 and -180 are the same meridian */
#define XIE_LAT_MAX (90 * XIE_DEG)
#define XIE_DMPH_PER_DKN INT32_C(1852)    /* one tenth of a knot */
#define XIE_DMPH_PER_DKMH INT32_C(1000)   /* one tenth of a km/h */
#define XIE_MM_PER_NM INT32_C(1852000)

__extension__ typedef __int128 xie_i128;
__extension__ typedef unsigned __int128 xie_u128;

enum xie_dim { /* what a literal with a unit measures */
	XIE_DIM_NONE,
	XIE_DIM_SPEED,  /* kn, km/h, m/s           -> dm/h */
	XIE_DIM_TIME,   /* ms, s, min, h, d        -> ms */
	XIE_DIM_LENGTH, /* mm, cm, m, km, nm       -> mm */
	XIE_DIM_ANGLE,  /* deg                     -> 0.01 degree */
	XIE_DIM_MASS,   /* kg, t                   -> kg */
	XIE_DIM_MONEY,  /* fen, yuan               -> fen */
};

/* "6.05 kn", "120 s", "200m": number, optional space, unit; nearest unit, ties to even.
 * A number without a unit gives XIE_DIM_NONE and must be whole.  MALFORMED, UNKNOWN (unit), RANGE. */
xie_status xie_quantity(xie_str text, int64_t *ret_v, enum xie_dim *ret_dim) XIE_MUST_USE;
const char *xie_dim_name(enum xie_dim d);  /* "speed" */
const char *xie_dim_units(enum xie_dim d); /* "kn, km/h, m/s" for error messages */
/* The scale of a unit by name: value * mul / div gives our unit.  UNKNOWN. */
xie_status xie_unit(xie_str name, enum xie_dim *ret_dim, int64_t *ret_mul, int64_t *ret_div) XIE_MUST_USE;

#endif
