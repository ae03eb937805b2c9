/* SPDX-License-Identifier: Apache-2.0 */
/* xie/base/time.h — civil time as arithmetic.  No clock, no zone database; proleptic Gregorian, no leap seconds. */
#ifndef XIE_BASE_TIME_H
#define XIE_BASE_TIME_H

#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"
#include "xie/base/wr.h"

struct xie_civil {
	int32_t year;
	uint8_t month, day; /* from 1 */
	uint8_t hour, minute, second;
	uint16_t milli;
};

/* Days since 1970-01-01 of a date, and back.  Any year within +-5,000,000. */
int64_t xie_days_from_civil(int32_t year, unsigned month, unsigned day);
void xie_civil_from_days(int64_t days, int32_t *ret_year, uint8_t *ret_month, uint8_t *ret_day);
unsigned xie_days_in_month(int32_t year, unsigned month); /* 0 for a month outside 1..12 */
unsigned xie_weekday(int64_t days);                       /* 0 = Monday ... 6 = Sunday */

/* UTC milliseconds of civil fields at utc_offset_ms east; RANGE when a field is outside its calendar. */
xie_status xie_ms_from_civil(const struct xie_civil *c, xie_ms utc_offset_ms, xie_ms *ret_t) XIE_MUST_USE;
void xie_civil_from_ms(xie_ms t, xie_ms utc_offset_ms, struct xie_civil *ret_c);

/* ISO 8601: date, 'T' or space, time to any fraction (rounded down to ms), then Z, +hh:mm, +hhmm or +hh.
 * A date alone is midnight.  Text without a zone is read at default_offset_ms.  MALFORMED, RANGE. */
xie_status xie_time_parse(xie_str s, xie_ms default_offset_ms, xie_ms *ret_t) XIE_MUST_USE;
/* "+08:00", "-05:30", "Z" -> milliseconds east. */
xie_status xie_offset_parse(xie_str s, xie_ms *ret_offset_ms) XIE_MUST_USE;

void xie_wr_time(xie_wr *w, xie_ms t);                        /* 2014-04-05T14:32:00.000Z */
void xie_wr_time_at(xie_wr *w, xie_ms t, xie_ms utc_offset_ms); /* 2026-03-17T21:41:18.000+08:00 */
void xie_wr_date(xie_wr *w, int64_t days);                    /* 2026-03-17 */

/* Quotient rounded towards minus infinity; b > 0. */
static inline int64_t xie_floor_div(int64_t a, int64_t b)
{
	int64_t q = a / b;
	return q - (a % b < 0);
}

#endif
