/* SPDX-License-Identifier: Apache-2.0 */
#include "json_int.h"

static const char pairs[201] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                               "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                               "8081828384858687888990919293949596979899";

char *json__u32_long(char *p, uint32_t v)
{
	unsigned n = v < 100 ? 2 : v < 1000 ? 3 : v < 10000 ? 4 : v < 100000 ? 5 : v < 1000000 ? 6 : v < 10000000 ? 7
	             : v < 100000000                                                              ? 8
	             : v < 1000000000                                                             ? 9
	                                                                                          : 10;
	char *end = p + n;
	for (p = end; n >= 2; n -= 2, v /= 100)
		memcpy(p -= 2, pairs + 2 * (v % 100), 2);
	if (n != 0)
		*--p = (char)('0' + v);
	return end;
}

char *json__two(char *p, uint32_t v)
{
	if (v >= 100)
		return json__u32_long(p, v);
	memcpy(p, pairs + 2 * v, 2);
	return p + 2;
}

char *json__text(char *p, const char *text)
{
	*p++ = '"';
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			*p++ = '\\';
		*p++ = *text;
	}
	*p++ = '"';
	return p;
}

char *json__data(char *p, const struct xie_ais_binary *bin)
{
	static const char hex[] = "0123456789abcdef";
	*p++ = '"';
	p = json__u32(p, bin->n);
	*p++ = ':';
	for (unsigned i = 0; i < (bin->n + 7u) / 8 && i < XIE_AIS_DATA_BYTES; i++) {
		*p++ = hex[bin->b[i] >> 4];
		*p++ = hex[bin->b[i] & 15];
	}
	*p++ = '"';
	return p;
}

static char *month_day_time(char *p, uint32_t month, uint32_t day, uint32_t hour, uint32_t minute)
{
	*p++ = '"';
	p = json__two(p, month);
	*p++ = '-';
	p = json__two(p, day);
	*p++ = 'T';
	p = json__two(p, hour);
	*p++ = ':';
	p = json__two(p, minute);
	return PUT(p, "Z\"");
}

/* The members that several fields make together. */
static char *json__t4_timestamp(char *p, const struct xie_ais_msg *o)
{
	const __typeof__(o->t4) *m = &o->t4;
	p = KEY(p, "timestamp");
	*p++ = '"';
	p = json__two(p, m->year / 100);
	p = json__two(p, m->year % 100);
	*p++ = '-';
	p = json__two(p, m->month);
	*p++ = '-';
	p = json__two(p, m->day);
	*p++ = 'T';
	p = json__two(p, m->hour);
	*p++ = ':';
	p = json__two(p, m->minute);
	*p++ = ':';
	p = json__two(p, m->second);
	return PUT(p, "Z\"");
}

static char *json__t5_eta(char *p, const struct xie_ais_msg *o)
{
	return month_day_time(KEY(p, "eta"), o->t5.month, o->t5.day, o->t5.hour, o->t5.minute);
}

static char *json__t22_where(char *p, const struct xie_ais_msg *o)
{
	const __typeof__(o->t22) *m = &o->t22;
	if (m->addressed) {
		p = json__u32(KEY(p, "dest1"), m->dest1);
		return json__u32(KEY(p, "dest2"), m->dest2);
	}
	p = json__i32(KEY(p, "ne_lon"), m->ne_lon);
	p = json__i32(KEY(p, "ne_lat"), m->ne_lat);
	p = json__i32(KEY(p, "sw_lon"), m->sw_lon);
	return json__i32(KEY(p, "sw_lat"), m->sw_lat);
}

static char *json__t24_size(char *p, const struct xie_ais_msg *o)
{
	const __typeof__(o->t24b) *m = &o->t24b;
	if (ais__is_auxiliary(o->mmsi))
		return json__u32(KEY(p, "mothership_mmsi"), m->mothership_mmsi);
	p = json__u32(KEY(p, "to_bow"), m->to_bow);
	p = json__u32(KEY(p, "to_stern"), m->to_stern);
	p = json__u32(KEY(p, "to_port"), m->to_port);
	return json__u32(KEY(p, "to_starboard"), m->to_starboard);
}

#define J_U(name, at, width) p = json__u32(KEY(p, #name), m->name);
#define J_I(name, at, width) p = json__i32(KEY(p, #name), m->name);
#define J_B(name, at, width) p = json__bool(KEY(p, #name), m->name);
#define J_T(name, at, width) p = json__text(KEY(p, #name), m->name);
#define J_TR(name, at, width) J_T(name, at, width)
#define J_TX(name, at, width) J_T(name, at, width)
#define J_L(name, field, list)                                                     \
	p = json__str(PUT(p, ",\"" #name "\":\""), words__##list(m->field));       \
	*p++ = '"';
#define J_C(name, fn, width) p = json__##fn(p, o);
#define J_HU(name, at, width)
#define J_HX(name, at, width)
#define J_HI(name, at, width)
#define J_SP(name, at, width)
#define ROW(kind, name, at, width, unit, none) J_##kind(name, at, width)

#define BODY(T, member)                                                  \
	static char *json_##member(char *p, const struct xie_ais_msg *o) \
	{                                                                \
		const __typeof__(o->member) *m = &o->member;             \
		XIE_AIS_##T(ROW)                                         \
		return p;                                                \
	}
BODY(T1, t1)
BODY(T4, t4)
BODY(T5, t5)
BODY(T6, t6)
BODY(T7, t7)
BODY(T8, t8)
BODY(T9, t9)
BODY(T10, t10)
BODY(T12, t12)
BODY(T14, t14)
BODY(T15, t15)
BODY(T16, t16)
BODY(T17, t17)
BODY(T18, t18)
BODY(T19, t19)
BODY(T20, t20)
BODY(T21, t21)
BODY(T22, t22)
BODY(T23, t23)
BODY(T24A, t24a)
BODY(T24B, t24b)
BODY(T25, t25)
BODY(T27, t27)

static char *json_slots(char *p, const struct xie_ais_msg *o)
{
	p = json_t25(p, o);
	p = json__u32(KEY(p, "dest_mmsi"), o->t25.dest_mmsi);
	p = json__u32(KEY(p, "app_id"), o->t25.app_id);
	p = json__data(KEY(p, "data"), &o->t25.bin);
	return o->type == 26 ? json__u32(KEY(p, "radio"), o->t25.radio) : p;
}

static char *json_rare(char *p, const struct xie_ais_msg *o)
{
	switch (o->type) {
	case 6: return json__app(json_t6(p, o), &o->t6.bin);
	case 7: case 13: return json_t7(p, o);
	case 8: return json__app(json_t8(p, o), &o->t8.bin);
	case 9: return json_t9(p, o);
	case 10: return json_t10(p, o);
	case 12: return json_t12(p, o);
	case 14: return json_t14(p, o);
	case 15: return json_t15(p, o);
	case 16: return json_t16(p, o);
	case 17: return json__data(KEY(json_t17(p, o), "data"), &o->t17.bin);
	case 19: return json_t19(p, o);
	case 20: return json_t20(p, o);
	case 21: return json_t21(p, o);
	case 22: return json_t22(p, o);
	case 23: return json_t23(p, o);
	case 24:
		return o->part == 'A' ? json_t24a(PUT(p, ",\"part\":\"A\""), o)
		                      : json_t24b(PUT(p, ",\"part\":\"B\""), o);
	case 25: case 26: return json_slots(p, o);
	case 27: return json_t27(p, o);
	default: return json__data(KEY(p, "data"), &o->t28.bin);
	}
}

void xie_ais_json(const struct xie_ais_msg *o, xie_wr *w)
{
	if (w->st != XIE_OK || w->cap - w->n < XIE_AIS_JSON_MAX) {
		w->need += XIE_AIS_JSON_MAX;
		w->st = w->st != XIE_OK ? w->st : XIE_LIMIT;
		return;
	}
	char *from = (char *)w->p + w->n;
	/* "device" is what gpsdecode calls its only input. */
	char *p = json__u32(PUT(from, "\"class\":\"AIS\",\"device\":\"stdin\",\"type\":"), o->type);
	p = json__u32(KEY(p, "repeat"), o->repeat);
	p = json__u32(KEY(p, "mmsi"), o->mmsi);
	p = PUT(p, ",\"scaled\":false");
	switch (o->type) {
	case 1: case 2: case 3: p = json_t1(p, o); break;
	case 4: case 11: p = json_t4(p, o); break;
	case 5: p = json_t5(p, o); break;
	case 18: p = json_t18(p, o); break;
	default: p = json_rare(p, o); break;
	}
	w->n += (size_t)(p - from);
	w->need += (size_t)(p - from);
}
