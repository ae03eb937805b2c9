/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule.h"

static const char hint[] = "22:00-06:00, or mon-fri 07:00-09:00; a list for several";

static bool clock_minute(xie_str s, unsigned *ret)
{
	uint64_t h = 0, m = 0;
	size_t colon = xie_str_find(s, ':');
	if (colon > 2 || s.n - colon != 3 || xie_str_u64((xie_str){ s.p, colon }, &h) != XIE_OK ||
	    xie_str_u64(xie_str_from(s, colon + 1), &m) != XIE_OK || h > 24 || m > 59 || h * 60 + m > 1440)
		return false;
	*ret = (unsigned)(h * 60 + m);
	return true;
}

static bool day(xie_str s, unsigned *ret)
{
	static const char *const names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
	for (unsigned i = 0; i < 7; i++)
		if (xie_str_is(s, names[i])) {
			*ret = i;
			return true;
		}
	return false;
}

/* "mon-fri" or "sat": a bit per day, Monday first. */
static bool days(xie_str s, unsigned *ret_bits)
{
	size_t dash = xie_str_find(s, '-');
	unsigned a = 0, b = 0;
	if (!day((xie_str){ s.p, dash }, &a))
		return false;
	b = a;
	if (dash < s.n && !day(xie_str_from(s, dash + 1), &b))
		return false;
	for (unsigned d = a;; d = (d + 1) % 7) {
		*ret_bits |= 1u << d;
		if (d == b)
			return true;
	}
}

static void weekday_in(xie_wr *w, unsigned bits, unsigned shift)
{
	xie_wr_text(w, "weekday IN (");
	bool first = true;
	for (unsigned d = 0; d < 7; d++)
		if ((bits >> d & 1) != 0) {
			xie_wr_text(w, first ? "" : ", ");
			xie_wr_u64(w, (d + shift) % 7 + 1);
			first = false;
		}
	xie_wr_text(w, ")");
}

static void minute(xie_wr *w, const char *op, unsigned m)
{
	xie_wr_text(w, "minute_of_day ");
	xie_wr_text(w, op);
	xie_wr_char(w, ' ');
	xie_wr_u64(w, m);
}

static bool window(xie_str s, xie_wr *w)
{
	unsigned bits = 0, from = 0, to = 0;
	size_t space = xie_str_find(s, ' ');
	if (space < s.n) {
		if (!days((xie_str){ s.p, space }, &bits))
			return false;
		s = xie_str_trim(xie_str_from(s, space));
	} else {
		bits = 0x7F;
	}
	size_t dash = xie_str_find(s, '-');
	if (dash == s.n || !clock_minute((xie_str){ s.p, dash }, &from) || !clock_minute(xie_str_from(s, dash + 1), &to) ||
	    from == to || from == 1440)
		return false;
	xie_wr_text(w, "((");
	weekday_in(w, bits, 0);
	xie_wr_text(w, " AND ");
	minute(w, ">=", from);
	if (from < to) {
		xie_wr_text(w, " AND ");
		minute(w, "<", to);
		xie_wr_text(w, "))");
		return true;
	}
	xie_wr_text(w, ") OR (");
	weekday_in(w, bits, 1);
	xie_wr_text(w, " AND ");
	minute(w, "<", to);
	xie_wr_text(w, "))");
	return true;
}

xie_status rule__schedule_text(const struct xie_val *v, xie_wr *w, struct xie_err *err)
{
	const struct xie_val *first = v->kind == XIE_VAL_ARRAY ? v->first : v;
	if (first == NULL)
		return xie_err_set(err, XIE_MISSING, 0, 0, "empty schedule", hint);
	for (const struct xie_val *x = first; x != NULL; x = v->kind == XIE_VAL_ARRAY ? x->next : NULL) {
		if (x != first)
			xie_wr_text(w, " OR ");
		if (!window(xie_str_trim(xie_val_str(x)), w)) {
			(void)xie_err_set(err, XIE_MALFORMED, 0, 0, "not a schedule: ", hint);
			xie_err_add(err, xie_val_str(x).p, xie_val_str(x).n);
			return XIE_MALFORMED;
		}
	}
	return w->st == XIE_OK ? XIE_OK : xie_err_set(err, XIE_LIMIT, 0, 0, "schedule too long", NULL);
}
