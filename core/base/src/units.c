/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/base/units.h"

static const struct unit {
	const char *name;
	enum xie_dim dim;
	int64_t mul, div;
} units[] = {
	{ "kn", XIE_DIM_SPEED, 18520, 1 },      { "km/h", XIE_DIM_SPEED, 10000, 1 },
	{ "m/s", XIE_DIM_SPEED, 36000, 1 },     { "ms", XIE_DIM_TIME, 1, 1 },
	{ "s", XIE_DIM_TIME, 1000, 1 },         { "min", XIE_DIM_TIME, 60000, 1 },
	{ "h", XIE_DIM_TIME, 3600000, 1 },      { "d", XIE_DIM_TIME, 86400000, 1 },
	{ "mm", XIE_DIM_LENGTH, 1, 1 },         { "cm", XIE_DIM_LENGTH, 10, 1 },
	{ "m", XIE_DIM_LENGTH, 1000, 1 },       { "km", XIE_DIM_LENGTH, 1000000, 1 },
	{ "nm", XIE_DIM_LENGTH, 1852000, 1 },   { "deg", XIE_DIM_ANGLE, 100, 1 },
	{ "kg", XIE_DIM_MASS, 1, 1 },           { "t", XIE_DIM_MASS, 1000, 1 },
	{ "fen", XIE_DIM_MONEY, 1, 1 },         { "yuan", XIE_DIM_MONEY, 100, 1 },
};

xie_status xie_unit(xie_str name, enum xie_dim *ret_dim, int64_t *ret_mul, int64_t *ret_div)
{
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (xie_str_is(name, units[i].name)) {
			*ret_dim = units[i].dim;
			*ret_mul = units[i].mul;
			*ret_div = units[i].div;
			return XIE_OK;
		}
	return XIE_UNKNOWN;
}

xie_status xie_quantity(xie_str text, int64_t *ret_v, enum xie_dim *ret_dim)
{
	text = xie_str_trim(text);
	size_t n = 0;
	while (n < text.n && (text.p[n] == '-' || text.p[n] == '+' || text.p[n] == '.' ||
	                      (text.p[n] >= '0' && text.p[n] <= '9')))
		n++;
	xie_str num = { text.p, n };
	xie_str name = xie_str_trim(xie_str_from(text, n));
	if (name.n == 0) {
		*ret_dim = XIE_DIM_NONE;
		return xie_str_i64(num, ret_v);
	}
	int64_t mul = 0, div = 0;
	enum xie_dim dim = XIE_DIM_NONE;
	xie_status st = xie_unit(name, &dim, &mul, &div);
	if (st == XIE_OK)
		st = xie_str_scaled(num, mul, div, ret_v);
	if (st == XIE_OK)
		*ret_dim = dim;
	return st;
}

const char *xie_dim_name(enum xie_dim d)
{
	static const char *const names[] = { "number", "speed", "time", "length", "angle", "mass", "money" };
	return (unsigned)d < sizeof names / sizeof names[0] ? names[d] : "?";
}

const char *xie_dim_units(enum xie_dim d)
{
	static const char *const names[] = { "no unit",       "kn, km/h, m/s", "ms, s, min, h, d", "mm, cm, m, km, nm",
		                             "deg",           "kg, t",         "fen, yuan" };
	return (unsigned)d < sizeof names / sizeof names[0] ? names[d] : "?";
}
