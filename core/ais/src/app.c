/* SPDX-License-Identifier: Apache-2.0 */
/* Application messages: which there are, their decoders and encoders. */
#include "ais_int.h"

static const struct {
	uint16_t bits;
	bool exact, data;
} apps[XIE_AIS_APP__COUNT] = {
#define X(id, type, dac, fid, bits, exact, data) [XIE_AIS_APP_##id] = { bits, exact, data },
	XIE_AIS_APPS(X)
#undef X
};

enum xie_ais_app ais__app_of(unsigned type, unsigned dac, unsigned fid)
{
	unsigned area = dac == 250 ? 235 : dac; /* Ireland uses the United Kingdom's */
	switch (type << 16 | area << 6 | fid) {
#define X(id, type_, dac_, fid_, bits, exact, data)              \
	case (type_) << 16 | (dac_) << 6 | (fid_):               \
		return XIE_AIS_APP_##id;
		XIE_AIS_APPS(X)
#undef X
	default:
		return XIE_AIS_APP_NONE;
	}
}

bool ais__app_has_data(enum xie_ais_app app)
{
	return apps[app].data;
}

#define D_U(name, at, width, elem) m->name = xie_nmea_u(bits, base + (at), width);
#define D_NU(name, at, width, elem) D_U(name, at, width, elem)
#define D_HU(name, at, width, elem) D_U(name, at, width, elem)
#define D_I(name, at, width, elem) m->name = xie_nmea_s(bits, base + (at), width);
#define D_HI(name, at, width, elem) D_I(name, at, width, elem)
#define D_B(name, at, width, elem) m->name = xie_nmea_u(bits, base + (at), width) != 0;
#define D_T(name, at, width, elem) (void)ais__text(bits, base + (at), width, m->name);
#define D_TR(name, at, width, elem) ais__text_rest(bits, base + (at), width, m->name);
#define D_SP(name, at, width, elem)
#define D_L(name, at, width, elem)
#define D_C(name, at, width, elem)
/* Whole elements only: what is left of one at the end is padding. */
#define D_AR(name, at, width, elem)                                                      \
	m->n_##name = (uint8_t)whole(bits, at, XIE_AIS_##elem##_BITS, width);            \
	for (unsigned i = 0; i < m->n_##name; i++)                                       \
		decode_##elem(bits, (at) + i * XIE_AIS_##elem##_BITS, &m->name[i]);
#define D_AC(name, at, width, elem)                                                      \
	m->n_##name = (uint8_t)whole(bits, at, XIE_AIS_##elem##_BITS, m->waycount < (width) ? m->waycount : (width)); \
	for (unsigned i = 0; i < m->n_##name; i++)                                       \
		decode_##elem(bits, (at) + i * XIE_AIS_##elem##_BITS, &m->name[i]);
#define ROW(kind, name, at, width, unit, none) D_##kind(name, at, width, unit)

static unsigned whole(const struct xie_nmea_bits *bits, unsigned at, unsigned size, unsigned max)
{
	unsigned n = bits->n > at ? (bits->n - at) / size : 0;
	return n < max ? n : max;
}

#define X(e)                                                                                               \
	static void decode_##e(const struct xie_nmea_bits *bits, unsigned base, struct xie_ais_##e *m)     \
	{                                                                                                  \
		XIE_AIS_##e(ROW)                                                                           \
	}
XIE_AIS_ELEMENTS(X)
#undef X
#define X(id, type, dac, fid, nbits, exact, data)                                          \
	static void decode_##id(const struct xie_nmea_bits *bits, struct xie_ais_##id *m)  \
	{                                                                                  \
		enum { base = 0 };                                                         \
		XIE_AIS_##id(ROW)                                                          \
	}
XIE_AIS_APPS(X)
#undef X

bool ais__decode_app(const struct xie_nmea_bits *bits, struct xie_ais_binary *bin)
{
	enum xie_ais_app app = bin->app;
	if (apps[app].exact && bits->n != apps[app].bits)
		return false;
	/* More blue cones than there are: some other message with this number (as gpsd judges). */
	if (app == XIE_AIS_APP_dac200fid10 && xie_nmea_u(bits, 141, 3) > 5)
		return false;
	bin->missing = (uint16_t)(bits->n < apps[app].bits ? apps[app].bits - bits->n : 0);
	switch (app) {
#define X(id, type, dac, fid, nbits, exact, data)       \
	case XIE_AIS_APP_##id:                          \
		decode_##id(bits, &bin->id);            \
		return true;
		XIE_AIS_APPS(X)
#undef X
	default:
		return false;
	}
}

#define E_U(name, at, width, elem) \
	good &= m->name >> ((width) - 1) >> 1 == 0; xie_nmea_put(bits, base + (at), width, m->name);
#define E_NU(name, at, width, elem) E_U(name, at, width, elem)
#define E_HU(name, at, width, elem) E_U(name, at, width, elem)
#define E_I(name, at, width, elem)                                                                     \
	good &= m->name >= -(INT32_C(1) << ((width) - 1)) && m->name < INT32_C(1) << ((width) - 1); \
		xie_nmea_put(bits, base + (at), width, (uint32_t)m->name);
#define E_HI(name, at, width, elem) E_I(name, at, width, elem)
#define E_B(name, at, width, elem) xie_nmea_put(bits, base + (at), width, m->name);
#define E_T(name, at, width, elem) good &= ais__put_text(bits, base + (at), width, m->name);
#define E_TR(name, at, width, elem)                                                                 \
	good &= ais__put_text(bits, at, (unsigned)strlen(m->name), m->name);                        \
	end = (at) + 6 * (uint32_t)strlen(m->name);
#define E_SP(name, at, width, elem)
#define E_L(name, at, width, elem)
#define E_C(name, at, width, elem)
#define E_AR(name, at, width, elem)                                                                  \
	good &= m->n_##name <= (width);                                                              \
	for (unsigned i = 0; good && i < m->n_##name; i++)                                           \
		good &= encode_##elem(&m->name[i], bits, (at) + i * XIE_AIS_##elem##_BITS);          \
	end = (at) + m->n_##name * (uint32_t)XIE_AIS_##elem##_BITS > end ? (at) + m->n_##name * (uint32_t)XIE_AIS_##elem##_BITS : end;
#define E_AC(name, at, width, elem) E_AR(name, at, width, elem)
#define OUT(kind, name, at, width, unit, none) E_##kind(name, at, width, unit)

#define X(e)                                                                                             \
	static bool encode_##e(const struct xie_ais_##e *m, struct xie_nmea_bits *bits, unsigned base)   \
	{                                                                                                \
		bool good = true;                                                                        \
		XIE_AIS_##e(OUT)                                                                         \
		return good;                                                                             \
	}
XIE_AIS_ELEMENTS(X)
#undef X
#define X(id, type, dac, fid, nbits, exact, data)                                                                \
	static bool encode_##id(const struct xie_ais_##id *m, struct xie_nmea_bits *bits, uint32_t *ret_bits)   \
	{                                                                                                       \
		enum { base = 0 };                                                                              \
		uint32_t end = nbits;                                                                           \
		bool good = true;                                                                               \
		XIE_AIS_##id(OUT)                                                                               \
		*ret_bits = end;                                                                                \
		return good;                                                                                    \
	}
XIE_AIS_APPS(X)
#undef X

bool ais__encode_app(const struct xie_ais_binary *bin, struct xie_nmea_bits *bits, uint32_t *ret_bits)
{
	switch (bin->app) {
#define X(id, type, dac, fid, nbits, exact, data)                        \
	case XIE_AIS_APP_##id:                                           \
		return encode_##id(&bin->id, bits, ret_bits);
		XIE_AIS_APPS(X)
#undef X
	default:
		return false;
	}
}
