/* SPDX-License-Identifier: Apache-2.0 */
/* xie/law/calendar.h — which days are working days, from the State Council's yearly notices.
 *
 * A day is a number of days since 1970-01-01, in the law's own time zone.  Monday to Friday are working days and
 * Saturday and Sunday are not, except where a year's file says otherwise (holidays; make-up working days, 调休).  A year
 * that was not loaded is XIE_MISSING with its number, never a guess: the notice for a year comes out late in the year
 * before. */
#ifndef XIE_LAW_CALENDAR_H
#define XIE_LAW_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/base/val.h"

struct xie_calendar; /* never changes after build; lives in the arena it was built in */

/* years[i]: a mapping with year, rest: [{name, from, to}], work: [date]; sources and name are for people.
 * Borrowed.  The same year twice is DUPLICATE; a range that leaves its year, a working day that is one already, or a
 * day that is both is RANGE; reterr says where. */
xie_status xie_calendar_build(xie_arena *mem, const struct xie_val *const *years, size_t n,
                              const struct xie_calendar **ret_cal, struct xie_err *reterr) XIE_MUST_USE;

/* MISSING: *reterr_year is the year whose file is not there. */
xie_status xie_calendar_is_work(const struct xie_calendar *cal, int64_t day, bool *ret_work,
                                int32_t *reterr_year) XIE_MUST_USE;
/* The day itself if it is a working day, else the next one (民事诉讼法 art. 85: a term whose last day is a holiday ends
 * on the first day after it). */
xie_status xie_calendar_roll(const struct xie_calendar *cal, int64_t day, int64_t *ret_day,
                             int32_t *reterr_year) XIE_MUST_USE;
/* The n-th working day after day; the first day never counts.  n >= 0; n = 0 gives day itself. */
xie_status xie_calendar_add_work(const struct xie_calendar *cal, int64_t day, int64_t n, int64_t *ret_day,
                                 int32_t *reterr_year) XIE_MUST_USE;
/* Working days strictly between a and b: after a, before b.  0 when b <= a + 1. */
xie_status xie_calendar_between(const struct xie_calendar *cal, int64_t a, int64_t b, int64_t *ret_n,
                                int32_t *reterr_year) XIE_MUST_USE;

/* The same day of the month, months later (or earlier); the last day of that month where there is no such day. */
int64_t xie_calendar_add_months(int64_t day, int64_t months);

#endif
