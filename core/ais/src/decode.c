/* SPDX-License-Identifier: Apache-2.0 */
#include "ais_int.h"

/* What each kind of row does.  Fields beyond the message's end read zero: the bits behind it are zero. */
#define D_U(name, at, width) m->name = xie_nmea_u(bits, at, width);
#define D_HU(name, at, width) D_U(name, at, width)
#define D_HX(name, at, width) D_U(name, at, width)
#define D_I(name, at, width) m->name = xie_nmea_s(bits, at, width);
#define D_HI(name, at, width) D_I(name, at, width)
#define D_B(name, at, width) m->name = xie_nmea_u(bits, at, width) != 0;
#define D_T(name, at, width) (void)ais__text(bits, at, width, m->name);
#define D_TR(name, at, width) ais__text_rest(bits, at, width, m->name);
#define D_TX(name, at, width) name_and_more(bits, m->name);
#define D_SP(name, at, width)
#define D_L(name, at, width)
#define D_C(name, at, width)
#define ROW(kind, name, at, width, unit, none) D_##kind(name, at, width)

/* Type 21: the name's 20 characters, and as many more behind bit 272 as there are, at most 14. */
static void name_and_more(const struct xie_nmea_bits *bits, char name[static 35])
{
	char more[15];
	unsigned n = ais__text(bits, 43, 20, name);
	memset(name + 21, 0, 14);
	if (n < 20 || bits->n < 278)
		return;
	ais__text_rest(bits, 272, 14, more);
	if (more[0] == '\0')
		return;
	for (unsigned i = (unsigned)strlen(name); i < 20; i++) /* spaces between that were cut at the end */
		name[i] = ' ';
	memcpy(name + 20, more, 15);
}

/* n bits of data from bit at on; bits of the last byte that lie at or behind end are zero. */
static void take_data(const struct xie_nmea_bits *bits, uint32_t at, uint32_t n, uint32_t end,
                      struct xie_ais_binary *bin)
{
	uint32_t bytes = (n + 7) / 8 < XIE_AIS_DATA_BYTES ? (n + 7) / 8 : XIE_AIS_DATA_BYTES;
	bin->n = (uint16_t)n;
	for (uint32_t i = 0; i < bytes; i += 4) {
		uint32_t v = xie_nmea_u(bits, at + 8 * i, 32);
		for (uint32_t k = 0; k < 4 && i + k < bytes; k++)
			bin->b[i + k] = (uint8_t)(v >> (24 - 8 * k));
	}
	uint32_t over = at + 8 * bytes > end ? at + 8 * bytes - end : 0; /* less than 8: end is in the last byte */
	if (bytes != 0)
		bin->b[bytes - 1] &= (uint8_t)(0xFFu << over);
}

static void take_app(const struct xie_nmea_bits *bits, uint32_t at, enum xie_ais_app app, uint32_t end,
                     struct xie_ais_binary *bin)
{
	bin->app = app;
	bin->missing = 0;
	bin->n = (uint16_t)(bits->n - at);
	if (app != XIE_AIS_APP_NONE && !ais__decode_app(bits, bin))
		bin->app = XIE_AIS_APP_NONE;
	if (bin->app == XIE_AIS_APP_NONE || ais__app_has_data(bin->app))
		take_data(bits, at, bits->n - at, end, bin);
}

/* Types 25 and 26: where the data begin; destination and application identifier stand there only when flagged. */
static uint32_t slots_data(const struct xie_nmea_bits *bits)
{
	return 40 + 30 * xie_nmea_u(bits, 38, 1) + 16 * xie_nmea_u(bits, 39, 1);
}

static void decode_slots(const struct xie_nmea_bits *bits, struct xie_ais_msg *o)
{
	__typeof__(o->t25) *m = &o->t25;
	uint32_t state = o->type == 26 ? 20 : 0, at = slots_data(bits);
	XIE_AIS_T25(ROW)
	m->dest_mmsi = m->addressed ? xie_nmea_u(bits, 40, 30) : 0;
	m->app_id = m->structured ? xie_nmea_u(bits, at - 16, 16) : 0;
	m->radio = state != 0 ? xie_nmea_u(bits, bits->n - 20, 20) : 0;
	m->bin.app = XIE_AIS_APP_NONE;
	m->bin.missing = 0;
	/* The last byte as gpsd shows it: whole bytes counted from bit 40 (56 when structured), then shifted. */
	uint32_t from = m->structured ? 56 : 40;
	take_data(bits, at, bits->n - state - at, from + (bits->n - state - from + 7) / 8 * 8, &m->bin);
}

static void decode_t24a(const struct xie_nmea_bits *bits, struct xie_ais_msg *o)
{
	__typeof__(o->t24a) *m = &o->t24a;
	XIE_AIS_T24A(ROW)
	o->part = 'A';
}

static void decode_t24b(const struct xie_nmea_bits *bits, struct xie_ais_msg *o)
{
	__typeof__(o->t24b) *m = &o->t24b;
	XIE_AIS_T24B(ROW)
	if (ais__is_auxiliary(o->mmsi))
		m->to_bow = m->to_stern = m->to_port = m->to_starboard = 0;
	else
		m->mothership_mmsi = 0;
	o->part = 'B';
}

static void decode_channels(const struct xie_nmea_bits *bits, struct xie_ais_msg *o)
{
	__typeof__(o->t22) *m = &o->t22;
	XIE_AIS_T22(ROW)
	if (m->addressed)
		m->ne_lon = m->ne_lat = m->sw_lon = m->sw_lat = 0;
	else
		m->dest1 = m->dest2 = 0;
}

static void decode_assigned(const struct xie_nmea_bits *bits, struct xie_ais_msg *o)
{
	__typeof__(o->t16) *m = &o->t16;
	XIE_AIS_T16(ROW)
	if (bits->n < 144) /* one station: what stands behind its increment is spare */
		m->mmsi2 = m->offset2 = m->increment2 = 0;
}

#define BODY(T, member)                                                         \
	static void decode_##member(const struct xie_nmea_bits *bits, struct xie_ais_msg *o) \
	{                                                                       \
		__typeof__(o->member) *m = &o->member;                          \
		XIE_AIS_##T(ROW)                                                \
	}
static void decode_t1(const struct xie_nmea_bits *bits, struct xie_ais_msg *o)
{
	__typeof__(o->t1) *m = &o->t1;
	XIE_AIS_T1(ROW)
	if (bits->n < 168) /* cut inside the communication state: what is left of it */
		m->radio >>= 168 - bits->n;
}
BODY(T4, t4)
BODY(T5, t5)
BODY(T7, t7)
BODY(T9, t9)
BODY(T10, t10)
BODY(T12, t12)
BODY(T14, t14)
BODY(T15, t15)
BODY(T18, t18)
BODY(T19, t19)
BODY(T20, t20)
BODY(T21, t21)
BODY(T23, t23)
BODY(T27, t27)

static void decode_t6(const struct xie_nmea_bits *bits, struct xie_ais_msg *o)
{
	__typeof__(o->t6) *m = &o->t6;
	XIE_AIS_T6(ROW)
	take_app(bits, 88, ais__app_of(6, m->dac, m->fid), UINT32_MAX, &m->bin);
}

static void decode_t8(const struct xie_nmea_bits *bits, struct xie_ais_msg *o)
{
	__typeof__(o->t8) *m = &o->t8;
	XIE_AIS_T8(ROW)
	take_app(bits, 56, ais__app_of(8, m->dac, m->fid), bits->n, &m->bin);
}

static void decode_t17(const struct xie_nmea_bits *bits, struct xie_ais_msg *o)
{
	__typeof__(o->t17) *m = &o->t17;
	XIE_AIS_T17(ROW)
	take_app(bits, 80, XIE_AIS_APP_NONE, UINT32_MAX, &m->bin);
}

/* Lengths that a message may have: the standard's, widened where transmitters in the field are known to differ
 * (type 5 without its last bits, 1 to 3 cut behind the slot state) as gpsd does, so that both accept the same. */
static const struct {
	uint16_t min, max;
} lengths[29] = {
	[1] = { 163, 2040 }, [2] = { 163, 2040 }, [3] = { 163, 2040 }, [4] = { 168, 2040 },  [5] = { 420, 2040 },
	[6] = { 88, 1008 },  [7] = { 72, 168 },   [8] = { 56, 1008 },  [9] = { 168, 2040 },  [10] = { 72, 2040 },
	[11] = { 168, 2040 }, [12] = { 72, 1008 }, [13] = { 72, 168 }, [14] = { 40, 1008 },  [15] = { 88, 168 },
	[16] = { 96, 168 },  [17] = { 80, 816 },  [18] = { 168, 2040 }, [19] = { 312, 2040 }, [20] = { 72, 186 },
	[21] = { 272, 368 }, [22] = { 168, 2040 }, [23] = { 160, 2040 }, [24] = { 160, 2040 }, [25] = { 40, 168 },
	[26] = { 60, 1004 }, [27] = { 96, 168 },  [28] = { 38, 1008 },
};

bool xie_ais_length(unsigned type, uint32_t *ret_min, uint32_t *ret_max)
{
	if (type == 0 || type >= sizeof lengths / sizeof lengths[0])
		return false;
	*ret_min = lengths[type].min;
	*ret_max = lengths[type].max;
	return true;
}

/* Everything that can be wrong is found here, before the first field is written. */
static xie_status check(const struct xie_nmea_bits *bits, uint32_t type)
{
	uint32_t min = 0, max = 0, part = xie_nmea_u(bits, 38, 2);
	if (!xie_ais_length(type, &min, &max))
		return XIE_UNKNOWN;
	if (bits->n < min)
		return XIE_TRUNCATED;
	if (bits->n > max)
		return XIE_MALFORMED;
	switch (type) {
	case 24:
		if (part > 1)
			return XIE_UNKNOWN;
		if (part == 1)
			return bits->n < XIE_AIS_T24B_BITS ? XIE_TRUNCATED : XIE_OK;
		return bits->n > 168 ? XIE_MALFORMED : XIE_OK;
	case 25:
		return bits->n < slots_data(bits) ? XIE_TRUNCATED : XIE_OK;
	case 26:
		return bits->n < slots_data(bits) + 20 ? XIE_TRUNCATED : XIE_OK;
	case 27: /* 168: a whole slot, sent by some in error */
		return bits->n != 96 && bits->n != 168 ? XIE_MALFORMED : XIE_OK;
	default:
		return XIE_OK;
	}
}

static void decode_rare(const struct xie_nmea_bits *bits, struct xie_ais_msg *o)
{
	switch (o->type) {
	case 6: decode_t6(bits, o); break;
	case 7: case 13: decode_t7(bits, o); break;
	case 8: decode_t8(bits, o); break;
	case 9: decode_t9(bits, o); break;
	case 10: decode_t10(bits, o); break;
	case 12: decode_t12(bits, o); break;
	case 14: decode_t14(bits, o); break;
	case 15: decode_t15(bits, o); break;
	case 16: decode_assigned(bits, o); break;
	case 17: decode_t17(bits, o); break;
	case 19: decode_t19(bits, o); break;
	case 20: decode_t20(bits, o); break;
	case 21: decode_t21(bits, o); break;
	case 22: decode_channels(bits, o); break;
	case 23: decode_t23(bits, o); break;
	case 24: xie_nmea_u(bits, 38, 2) == 0 ? decode_t24a(bits, o) : decode_t24b(bits, o); break;
	case 25: case 26: decode_slots(bits, o); break;
	case 27: decode_t27(bits, o); break;
	default: take_app(bits, 38, XIE_AIS_APP_NONE, bits->n, &o->t28.bin); break;
	}
}

xie_status xie_ais_decode(const struct xie_nmea_bits *bits, struct xie_ais_msg *ret_m)
{
	if (bits->n < 38)
		return XIE_TRUNCATED;
	uint32_t type = xie_nmea_u(bits, 0, 6);
	struct xie_ais_msg *o = ret_m;
	/* Five of six: position reports of the length they should have. */
	bool plain = bits->n == 168 && (type - 1 < 3 || type == 18);
	xie_status st = plain ? XIE_OK : check(bits, type);
	if (st != XIE_OK)
		return st;
	o->type = (uint8_t)type;
	o->repeat = (uint8_t)xie_nmea_u(bits, 6, 2);
	o->mmsi = xie_nmea_u(bits, 8, 30);
	o->nbits = (uint16_t)bits->n;
	o->part = 0;
	switch (type) {
	case 1: case 2: case 3: decode_t1(bits, o); break;
	case 4: case 11: decode_t4(bits, o); break;
	case 5: decode_t5(bits, o); break;
	case 18: decode_t18(bits, o); break;
	default: decode_rare(bits, o); break;
	}
	return XIE_OK;
}
