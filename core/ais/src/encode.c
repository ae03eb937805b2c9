/* SPDX-License-Identifier: Apache-2.0 */
#include "ais_int.h"

#define E_U(name, at, width) good &= m->name >> ((width) - 1) >> 1 == 0; xie_nmea_put(bits, at, width, m->name);
#define E_HU(name, at, width) E_U(name, at, width)
#define E_HX(name, at, width)
#define E_I(name, at, width)                                                                          \
	good &= m->name >= -(INT32_C(1) << ((width) - 1)) && m->name < INT32_C(1) << ((width) - 1);   \
		xie_nmea_put(bits, at, width, (uint32_t)m->name);
#define E_HI(name, at, width) E_I(name, at, width)
#define E_B(name, at, width) xie_nmea_put(bits, at, width, m->name);
#define E_T(name, at, width) good &= ais__put_text(bits, at, width, m->name);
#define E_TR(name, at, width)                                                                \
	good &= ais__put_text(bits, at, (unsigned)strlen(m->name), m->name);                 \
	bits->n = (at) + 6 * (uint32_t)strlen(m->name);
#define E_TX(name, at, width) good &= put_name_and_more(bits, m->name);
#define E_SP(name, at, width)
#define E_L(name, at, width)
#define E_C(name, at, width)
#define ROW(kind, name, at, width, unit, none) E_##kind(name, at, width)

static bool put_name_and_more(struct xie_nmea_bits *bits, const char *name)
{
	size_t n = strlen(name);
	char first[21] = { 0 };
	memcpy(first, name, n < 20 ? n : 20);
	bool good = ais__put_text(bits, 43, 20, first);
	if (n > 20) {
		good &= ais__put_text(bits, 272, (unsigned)n - 20, name + 20);
		bits->n = 272 + 6 * (uint32_t)(n - 20);
	}
	return good;
}

static bool put_data(struct xie_nmea_bits *bits, const struct xie_ais_binary *bin)
{
	if (bin->n > XIE_AIS_DATA_BYTES * 8 || bits->n + bin->n > XIE_NMEA_MAX_BITS)
		return false;
	for (unsigned i = 0; i < bin->n; i += 8) {
		unsigned k = bin->n - i < 8 ? bin->n - i : 8;
		xie_nmea_put(bits, bits->n + i, k, (uint32_t)bin->b[i / 8] >> (8 - k));
	}
	bits->n += bin->n;
	return true;
}

static bool put_app(struct xie_nmea_bits *bits, const struct xie_ais_binary *bin, enum xie_ais_app expected)
{
	if (bin->app == XIE_AIS_APP_NONE)
		return put_data(bits, bin);
	return bin->app == expected && ais__encode_app(bin, bits, &bits->n);
}

/* Messages that may end early: after the last group that says something. */
static uint32_t end_of_acks(uint32_t m2, uint32_t m3, uint32_t m4)
{
	return m4 != 0 ? 168 : m3 != 0 ? 136 : m2 != 0 ? 104 : 72;
}

#define BODY(T, member)                                                                              \
	static bool encode_##member(const struct xie_ais_msg *o, struct xie_nmea_bits *bits)        \
	{                                                                                            \
		const __typeof__(o->member) *m = &o->member;                                         \
		bool good = true;                                                                    \
		bits->n = XIE_AIS_##T##_BITS;                                                        \
		XIE_AIS_##T(ROW)                                                                     \
		return good;                                                                         \
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
BODY(T27, t27)

static bool encode_t24b(const struct xie_ais_msg *o, struct xie_nmea_bits *bits)
{
	const __typeof__(o->t24b) *m = &o->t24b;
	bool good = true;
	bits->n = XIE_AIS_T24B_BITS;
	xie_nmea_put(bits, 38, 2, 1);
	/* The maker's name proper has three characters; M.1371-4 cut model and serial number out of the other four,
	 * whose bits the decoder still shows as text behind it. */
	char maker[4] = { m->vendorid[0], m->vendorid[0] != '\0' ? m->vendorid[1] : '\0', '\0', '\0' };
	maker[2] = maker[1] != '\0' ? m->vendorid[2] : '\0';
	E_U(shiptype, 40, 8)
	good &= ais__put_text(bits, 48, 3, maker);
	E_U(model, 66, 4)
	E_U(serial, 70, 20)
	E_T(callsign, 90, 7)
	if (ais__is_auxiliary(o->mmsi)) {
		E_U(mothership_mmsi, 132, 30)
		return good;
	}
	E_U(to_bow, 132, 9)
	E_U(to_stern, 141, 9)
	E_U(to_port, 150, 6)
	E_U(to_starboard, 156, 6)
	return good;
}

static bool encode_slots(const struct xie_ais_msg *o, struct xie_nmea_bits *bits)
{
	const __typeof__(o->t25) *m = &o->t25;
	bool good = true;
	bits->n = 40;
	XIE_AIS_T25(ROW)
	if (m->addressed) {
		E_U(dest_mmsi, bits->n, 30)
		bits->n += 30;
	}
	if (m->structured) {
		E_U(app_id, bits->n, 16)
		bits->n += 16;
	}
	good &= put_data(bits, &m->bin);
	if (o->type == 26 && good) {
		E_U(radio, bits->n, 20)
		bits->n += 20;
	}
	return good;
}

static bool encode_28(const struct xie_ais_msg *o, struct xie_nmea_bits *bits)
{
	bits->n = 38;
	return put_data(bits, &o->t28.bin);
}

static bool encode_channels(const struct xie_ais_msg *o, struct xie_nmea_bits *bits)
{
	const __typeof__(o->t22) *m = &o->t22;
	bool good = encode_t22(o, bits);
	if (m->addressed) { /* two stations stand where the area's corners would */
		xie_nmea_put(bits, 69, 30, 0);
		xie_nmea_put(bits, 99, 30, 0);
		xie_nmea_put(bits, 129, 10, 0);
		E_U(dest1, 69, 30)
		E_U(dest2, 104, 30)
	}
	return good;
}

static bool encode_body(const struct xie_ais_msg *o, struct xie_nmea_bits *bits)
{
	bool good = false;
	switch (o->type) {
	case 1: case 2: case 3: return encode_t1(o, bits);
	case 4: case 11: return encode_t4(o, bits);
	case 5: return encode_t5(o, bits);
	case 6:
		return encode_t6(o, bits) && put_app(bits, &o->t6.bin, ais__app_of(6, o->t6.dac, o->t6.fid));
	case 7: case 13:
		good = encode_t7(o, bits);
		bits->n = end_of_acks(o->t7.mmsi2, o->t7.mmsi3, o->t7.mmsi4);
		return good;
	case 8:
		return encode_t8(o, bits) && put_app(bits, &o->t8.bin, ais__app_of(8, o->t8.dac, o->t8.fid));
	case 9: return encode_t9(o, bits);
	case 10: return encode_t10(o, bits);
	case 12: return encode_t12(o, bits);
	case 14: return encode_t14(o, bits);
	case 15:
		good = encode_t15(o, bits);
		bits->n = (o->t15.mmsi2 | o->t15.type2_1 | o->t15.offset2_1) != 0 ? 160
		          : (o->t15.type1_2 | o->t15.offset1_2) != 0           ? 110
		                                                                : 88;
		return good;
	case 16:
		good = encode_t16(o, bits);
		bits->n = (o->t16.mmsi2 | o->t16.offset2 | o->t16.increment2) != 0 ? 144 : 96;
		return good;
	case 17: return encode_t17(o, bits) && put_data(bits, &o->t17.bin);
	case 18: return encode_t18(o, bits);
	case 19: return encode_t19(o, bits);
	case 20:
		good = encode_t20(o, bits);
		bits->n = (o->t20.offset4 | o->t20.number4 | o->t20.timeout4 | o->t20.increment4) != 0   ? 160
		          : (o->t20.offset3 | o->t20.number3 | o->t20.timeout3 | o->t20.increment3) != 0 ? 136
		          : (o->t20.offset2 | o->t20.number2 | o->t20.timeout2 | o->t20.increment2) != 0 ? 104
		                                                                                         : 72;
		return good;
	case 21: return encode_t21(o, bits);
	case 22: return encode_channels(o, bits);
	case 23: return encode_t23(o, bits);
	case 24: return o->part == 'A' ? encode_t24a(o, bits) : encode_t24b(o, bits);
	case 25: case 26: return encode_slots(o, bits);
	case 27: return encode_t27(o, bits);
	default: return encode_28(o, bits);
	}
}

xie_status xie_ais_encode(const struct xie_ais_msg *m, struct xie_nmea_bits *ret_bits)
{
	struct xie_nmea_bits bits = { 0 };
	if (m->type == 0 || m->type > 28 || (m->type == 24 && m->part != 'A' && m->part != 'B'))
		return XIE_UNKNOWN;
	if (m->repeat > 3 || m->mmsi >> 30 != 0 || !encode_body(m, &bits))
		return XIE_RANGE;
	xie_nmea_put(&bits, 0, 6, m->type);
	xie_nmea_put(&bits, 6, 2, m->repeat);
	xie_nmea_put(&bits, 8, 30, m->mmsi);
	uint32_t min = 0, max = 0;
	if (!xie_ais_length(m->type, &min, &max) || bits.n < min || bits.n > max)
		return XIE_RANGE;
	*ret_bits = bits;
	return XIE_OK;
}
