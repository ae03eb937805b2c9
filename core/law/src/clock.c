/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/law/clock.h"

static const char *const names[XIE_CLOCK_UNITS] = { "WD", "CD", "MON", "YEAR", "HOUR" };

const char *xie_clock_unit_name(enum xie_clock_unit u)
{
	return u < XIE_CLOCK_UNITS ? names[u] : "?";
}

xie_status xie_clock_unit_of(xie_str name, enum xie_clock_unit *ret_u)
{
	for (int i = 0; i < XIE_CLOCK_UNITS; i++)
		if (xie_str_is(name, names[i])) {
			*ret_u = (enum xie_clock_unit)i;
			return XIE_OK;
		}
	return XIE_UNKNOWN;
}

xie_status xie_clock_due(const struct xie_calendar *cal, enum xie_clock_unit unit, int64_t n, int64_t base,
                         int64_t *ret_due, int32_t *reterr_year)
{
	if (n < 0 || n > 4000 * 366)
		return XIE_RANGE;
	switch (unit) {
	case XIE_CLOCK_WD:
		return xie_calendar_add_work(cal, base, n, ret_due, reterr_year);
	case XIE_CLOCK_CD:
		*ret_due = base + n;
		return XIE_OK;
	case XIE_CLOCK_MON:
	case XIE_CLOCK_YEAR:
		if (n > 4000 * 12)
			return XIE_RANGE;
		*ret_due = xie_calendar_add_months(base, unit == XIE_CLOCK_YEAR ? n * 12 : n);
		return XIE_OK;
	default:
		return XIE_RANGE;
	}
}

xie_status xie_money_accrued(int64_t base_fen, int64_t days, int64_t num, int64_t den, int64_t cap_fen, int64_t *ret_fen)
{
	if (base_fen < 0 || cap_fen < 0 || num < 0 || num > 1000000 || den < 1)
		return XIE_RANGE;
	if (days > 1000000) /* longer than any cap: keeps the product below 2^103 */
		days = 1000000;
	xie_i128 sum = days <= 0 ? 0 : (xie_i128)base_fen * num * days / den;
	*ret_fen = sum > cap_fen ? cap_fen : (int64_t)sum;
	return XIE_OK;
}
