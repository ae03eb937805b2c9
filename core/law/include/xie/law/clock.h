/* SPDX-License-Identifier: Apache-2.0 */
/* xie/law/clock.h — the arithmetic of one statutory time limit.  Knows no statute: the unit, the length and what
 * happens at a holiday are fields of the pack's clock row.
 *
 *   WD    working days          the n-th working day after the first day (行政处罚法 art. 85, 行政强制法 art. 69)
 *   CD    calendar days         first day + n
 *   MON   months, YEAR years    the same day of the month; where there is none, its last day
 *   HOUR  hours                 from the minute of the event, strictly
 *
 * The first day never counts (民事诉讼法 art. 85).  due is the bare sum; due_rolled is due moved to the next working day
 * where the row rolls.  Both are shown, always; the row says which of the two binds: a term that limits the citizen ends at
 * due_rolled, a duty of the authority is watched from due. */
#ifndef XIE_LAW_CLOCK_H
#define XIE_LAW_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/units.h"
#include "xie/law/calendar.h"

enum xie_clock_unit { XIE_CLOCK_WD, XIE_CLOCK_CD, XIE_CLOCK_MON, XIE_CLOCK_YEAR, XIE_CLOCK_HOUR, XIE_CLOCK_UNITS };

/* "WD", "CD", "MON", "YEAR", "HOUR"; UNKNOWN for other text. */
const char *xie_clock_unit_name(enum xie_clock_unit u);
xie_status xie_clock_unit_of(xie_str name, enum xie_clock_unit *ret_u) XIE_MUST_USE;

/* The last day of a term of n units from base (for all units but HOUR).  RANGE when n < 0 or beyond 4000 years;
 * MISSING with the year when the working days of that year are needed and not loaded. */
xie_status xie_clock_due(const struct xie_calendar *cal, enum xie_clock_unit unit, int64_t n, int64_t base,
                         int64_t *ret_due, int32_t *reterr_year) XIE_MUST_USE;

/* Surcharge or any sum that grows by num/den of base for each full day and stops at cap: exact, rounded down to the
 * fen.  days <= 0 gives 0, more than a million count as a
 * million.  RANGE when base, cap or num is negative, num over a million, or den < 1. */
xie_status xie_money_accrued(int64_t base_fen, int64_t days, int64_t num, int64_t den, int64_t cap_fen,
                             int64_t *ret_fen) XIE_MUST_USE;

#endif
