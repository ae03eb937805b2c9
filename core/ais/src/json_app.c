/* SPDX-License-Identifier: Apache-2.0 */
#include "json_int.h"

static char *numbers(char *p, const char *key, uint32_t month, uint32_t day, uint32_t hour, uint32_t minute)
{
	/* "month-dayThour:minute" without leading zeros, as gpsd writes these */
	p = PUT(p, ",\"");
	p = json__str(p, xie_str_of(key));
	p = PUT(p, "\":\"");
	p = json__u32(p, month);
	*p++ = '-';
	p = json__u32(p, day);
	*p++ = 'T';
	p = json__u32(p, hour);
	*p++ = ':';
	p = json__u32(p, minute);
	*p++ = '"';
	return p;
}

static char *moment(char *p, const char *key, uint32_t month, uint32_t day, uint32_t hour, uint32_t minute, char zone)
{
	p = PUT(p, ",\"");
	p = json__str(p, xie_str_of(key));
	p = PUT(p, "\":\"");
	p = json__two(p, month);
	*p++ = '-';
	p = json__two(p, day);
	*p++ = 'T';
	p = json__two(p, hour);
	*p++ = ':';
	p = json__two(p, minute);
	if (zone != 0)
		*p++ = zone;
	*p++ = '"';
	return p;
}

/* Members made of several fields.  m is the message or element they stand in. */
#define json__short_eta(p, m) numbers(p, "eta", (m)->month, (m)->day, (m)->hour, (m)->minute)
#define json__short_arrival(p, m) numbers(p, "arrival", (m)->month, (m)->day, (m)->hour, (m)->minute)
#define json__long_arrival(p, m) moment(p, "arrival", (m)->month, (m)->day, (m)->hour, (m)->minute, 'Z')
#define json__long_start(p, m) moment(p, "start", (m)->month, (m)->day, (m)->hour, (m)->minute, 'Z')
#define json__f12_departure(p, m) moment(p, "departure", (m)->lmonth, (m)->lday, (m)->lhour, (m)->lminute, 'Z')
#define json__f12_eta(p, m) moment(p, "eta", (m)->nmonth, (m)->nday, (m)->nhour, (m)->nminute, 'Z')
#define json__f13_from(p, m) moment(p, "from", (m)->fmonth, (m)->fday, (m)->fhour, (m)->fminute, 0)
#define json__f13_to(p, m) moment(p, "to", (m)->tmonth, (m)->tday, (m)->thour, (m)->tminute, 0)
#define json__day_time(p, m) day_time(p, (m)->day, (m)->hour, (m)->minute)

static char *day_time(char *p, uint32_t day, uint32_t hour, uint32_t minute)
{
	p = PUT(p, ",\"timestamp\":\"");
	p = json__two(p, day);
	*p++ = 'T';
	p = json__two(p, hour);
	*p++ = ':';
	p = json__two(p, minute);
	return PUT(p, "Z\"");
}

static char *json__f10_shiptype(char *p, const struct xie_ais_dac200fid10 *m)
{
	p = json__str(PUT(p, ",\"shiptype_text\":\""), words__eri(m->shiptype));
	*p++ = '"';
	return p;
}

static char *date_minute(char *p, uint32_t year, uint32_t month, uint32_t day, uint32_t hour, uint32_t minute)
{
	p = json__u32(p, year + 2000);
	*p++ = '-';
	p = json__two(p, month);
	*p++ = '-';
	p = json__two(p, day);
	*p++ = 'T';
	p = json__two(p, hour);
	*p++ = ':';
	p = json__two(p, minute);
	*p++ = '"';
	return p;
}

static char *json__f23_dates(char *p, const struct xie_ais_dac200fid23 *m)
{
	p = PUT(p, ",\"start\":\"");
	p = date_minute(p, m->start_year, m->start_month, m->start_day, m->start_hour, m->start_minute);
	p = PUT(p, ",\"end\":\"");
	return date_minute(p, m->end_year, m->end_month, m->end_day, m->end_hour, m->end_minute);
}

/* "level" of a gauge is its field as gpsd reads it, two's complement.  By the standard the first bit is the sign (1 is
 * plus) of the other thirteen, in centimetres: that is levels_cm. */
static char *json__gauge_levels(char *p, const struct xie_ais_dac200fid24 *m)
{
	p = KEY(p, "levels_cm");
	*p++ = '[';
	for (unsigned i = 0; i < m->n_gauges; i++) {
		int32_t size = m->gauges[i].level & 0x1FFF;
		if (i != 0)
			*p++ = ',';
		p = json__i32(p, (m->gauges[i].level & 0x2000) != 0 ? size : -size);
	}
	*p++ = ']';
	return p;
}

static char *json__target_id(char *p, const struct xie_ais_target *m)
{
	char text[8] = { 0 };
	if (m->idtype < 2) {
		p = m->idtype == 0 ? KEY(p, "mmsi") : KEY(p, "imo");
		*p++ = '"'; /* gpsd puts this number in quotes */
		p = json__u32(p, m->id_low | (m->id_high & 3) << 30);
		*p++ = '"';
		return p;
	}
	uint64_t v = (uint64_t)m->id_high << 30 | m->id_low;
	unsigned n = 0;
	for (unsigned c; n < 7 && (c = (unsigned)(v >> (36 - 6 * n) & 0x3F)) != 0; n++)
		text[n] = (char)(c < 32 ? c + 64 : c);
	while (n != 0 && text[n - 1] == ' ')
		text[--n] = '\0';
	return json__text(m->idtype == 2 ? KEY(p, "callsign") : KEY(p, "other"), text);
}

/* Bits from position at (counted behind the shape) of a sub-area; n <= 28. */
static uint32_t area_bits(const struct xie_ais_area *m, unsigned at, unsigned n)
{
	xie_u128 all = (xie_u128)m->a << 56 | (xie_u128)m->b << 28 | m->c;
	return (uint32_t)(all >> (84 - at - n)) & ((UINT32_C(1) << n) - 1);
}

static int32_t area_signed(const struct xie_ais_area *m, unsigned at, unsigned n)
{
	uint32_t sign = UINT32_C(1) << (n - 1);
	return (int32_t)((area_bits(m, at, n) ^ sign) - sign);
}

static char *area_points(char *p, const struct xie_ais_area *m)
{
	p = json__u32(KEY(p, "scale"), area_bits(m, 0, 2));
	p = KEY(p, "points");
	*p++ = '[';
	for (unsigned i = 0; i < 4; i++) { /* bearing in half degrees (720: none), distance in metres * 10^scale */
		if (i != 0)
			*p++ = ',';
		p = json__u32(PUT(p, "{\"angle\":"), area_bits(m, 2 + 20 * i, 10));
		p = json__u32(KEY(p, "distance"), area_bits(m, 12 + 20 * i, 10));
		*p++ = '}';
	}
	*p++ = ']';
	return p;
}

/* IMO SN.1/Circ.289, annex, section 11: circle or point, rectangle, sector, line, polygon, text */
static char *json__area_form(char *p, const struct xie_ais_area *m)
{
	char text[15] = { 0 };
	switch (m->shape) {
	case 0: case 1: case 2:
		p = json__u32(KEY(p, "scale"), area_bits(m, 0, 2));
		p = json__i32(KEY(p, "lon"), area_signed(m, 2, 25));
		p = json__i32(KEY(p, "lat"), area_signed(m, 27, 24));
		p = json__u32(KEY(p, "precision"), area_bits(m, 51, 3));
		if (m->shape == 1) {
			p = json__u32(KEY(p, "east"), area_bits(m, 54, 8));
			p = json__u32(KEY(p, "north"), area_bits(m, 62, 8));
			return json__u32(KEY(p, "orientation"), area_bits(m, 70, 9));
		}
		p = json__u32(KEY(p, "radius"), area_bits(m, 54, 12));
		if (m->shape == 0)
			return p;
		p = json__u32(KEY(p, "left"), area_bits(m, 66, 9));
		return json__u32(KEY(p, "right"), area_bits(m, 75, 9));
	case 3: case 4:
		return area_points(p, m);
	case 5:
		for (unsigned i = 0; i < 14; i++) {
			unsigned c = area_bits(m, 6 * i, 6);
			if (c == 0)
				break;
			text[i] = (char)(c < 32 ? c + 64 : c);
		}
		return json__text(KEY(p, "text"), text);
	default:
		return p;
	}
}

#define J_U(name, at, width, elem) p = json__u32(KEY(p, #name), m->name);
#define J_NU(name, at, width, elem) p = json__u32(KEY(p, "warning_" #name), m->name);
#define J_I(name, at, width, elem) p = json__i32(KEY(p, #name), m->name);
#define J_B(name, at, width, elem) p = json__bool(KEY(p, #name), m->name);
#define J_T(name, at, width, elem) p = json__text(KEY(p, #name), m->name);
#define J_TR(name, at, width, elem) J_T(name, at, width, elem)
#define J_L(name, field, list, elem)                                               \
	p = json__str(PUT(p, ",\"" #name "\":\""), words__##list(m->field));       \
	*p++ = '"';
#define J_C(name, fn, width, elem) p = json__##fn(p, m);
#define J_HU(name, at, width, elem)
#define J_HI(name, at, width, elem)
#define J_SP(name, at, width, elem)
#define J_AR(name, at, width, elem)                              \
	p = KEY(p, #name);                                       \
	*p++ = '[';                                              \
	for (unsigned i = 0; i < m->n_##name; i++) {             \
		if (i != 0)                                      \
			*p++ = ',';                              \
		p = json_##elem(p, &m->name[i]);                 \
	}                                                        \
	*p++ = ']';
#define J_AC(name, at, width, elem) J_AR(name, at, width, elem)
#define ROW(kind, name, at, width, unit, none) J_##kind(name, at, width, unit)

#define X(e)                                                             \
	static char *json_##e(char *p, const struct xie_ais_##e *m)      \
	{                                                                \
		char *from = p;                                          \
		XIE_AIS_##e(ROW)                                         \
		*from = '{'; /* where the first member's comma was */    \
		*p++ = '}';                                              \
		return p;                                                \
	}
XIE_AIS_ELEMENTS(X)
#undef X
#define X(id, type, dac, fid, bits, exact, data)                         \
	static char *json_##id(char *p, const struct xie_ais_##id *m)    \
	{                                                                \
		XIE_AIS_##id(ROW)                                        \
		return p;                                                \
	}
XIE_AIS_APPS(X)
#undef X

char *json__app(char *p, const struct xie_ais_binary *bin)
{
	if (bin->app == XIE_AIS_APP_NONE || ais__app_has_data(bin->app))
		p = json__data(KEY(p, "data"), bin);
	switch (bin->app) {
#define X(id, type, dac, fid, bits, exact, data)           \
	case XIE_AIS_APP_##id:                             \
		p = json_##id(p, &bin->id);                \
		break;
		XIE_AIS_APPS(X)
#undef X
	default:
		return p;
	}
	return bin->missing != 0 ? json__u32(KEY(p, "missing"), bin->missing) : p;
}
