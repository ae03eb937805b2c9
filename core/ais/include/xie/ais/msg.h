/* SPDX-License-Identifier: Apache-2.0 */
/* xie/ais/msg.h — an AIS message as its fields, in the units and with the sentinels of the wire.
 *
 * ITU-R M.1371-5, annex 8; application messages as app.h says.  Nothing is scaled and nothing is judged here: a
 * longitude of 181 degrees comes out as it was sent.  core/bridge makes observations of it.
 *
 * Pure: no memory but the caller's.  Any bits may be given to the decoder. */
#ifndef XIE_AIS_MSG_H
#define XIE_AIS_MSG_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/ais/app.h"
#include "xie/ais/table.h"
#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/wr.h"
#include "xie/nmea/bits.h"

#define XIE_AIS__M_U(name, width) uint32_t name;
#define XIE_AIS__M_NU(name, width) uint32_t name;
#define XIE_AIS__M_HU(name, width) uint32_t name;
#define XIE_AIS__M_HX(name, width) uint32_t name;
#define XIE_AIS__M_I(name, width) int32_t name;
#define XIE_AIS__M_HI(name, width) int32_t name;
#define XIE_AIS__M_B(name, width) bool name;
#define XIE_AIS__M_T(name, width) char name[(width) + 1]; /* terminated, the rest zero */
#define XIE_AIS__M_TR(name, width) char name[(width) + 1];
#define XIE_AIS__M_TX(name, width) char name[(width) + 1];
#define XIE_AIS__M_SP(name, width)
#define XIE_AIS__M_L(name, width)
#define XIE_AIS__M_C(name, width)
#define XIE_AIS__MEMBER(kind, name, at, width, unit, none) XIE_AIS__M_##kind(name, width)

/* Elements first, then the messages that hold arrays of them. */
#define XIE_AIS_ELEMENTS(X) X(tidal14) X(tidal32) X(area) X(cargo) X(waypoint) X(gauge) X(target)
#define X(e)                                      \
	struct xie_ais_##e {                      \
		XIE_AIS_##e(XIE_AIS__MEMBER)      \
	};
XIE_AIS_ELEMENTS(X)
#undef X

#define XIE_AIS__A_AR(name, width, elem) uint8_t n_##name; struct xie_ais_##elem name[width];
#define XIE_AIS__A_AC(name, width, elem) uint8_t n_##name; struct xie_ais_##elem name[width];
#define XIE_AIS__A_U(name, width, elem) XIE_AIS__M_U(name, width)
#define XIE_AIS__A_NU(name, width, elem) XIE_AIS__M_U(name, width)
#define XIE_AIS__A_HU(name, width, elem) XIE_AIS__M_U(name, width)
#define XIE_AIS__A_I(name, width, elem) XIE_AIS__M_I(name, width)
#define XIE_AIS__A_HI(name, width, elem) XIE_AIS__M_I(name, width)
#define XIE_AIS__A_B(name, width, elem) XIE_AIS__M_B(name, width)
#define XIE_AIS__A_T(name, width, elem) XIE_AIS__M_T(name, width)
#define XIE_AIS__A_TR(name, width, elem) XIE_AIS__M_T(name, width)
#define XIE_AIS__A_SP(name, width, elem)
#define XIE_AIS__A_L(name, width, elem)
#define XIE_AIS__A_C(name, width, elem)
#define XIE_AIS__APP_MEMBER(kind, name, at, width, unit, none) XIE_AIS__A_##kind(name, width, unit)

enum xie_ais_app {
	XIE_AIS_APP_NONE, /* only its bits are known */
#define X(id, type, dac, fid, bits, exact, data) XIE_AIS_APP_##id,
	XIE_AIS_APPS(X)
#undef X
	XIE_AIS_APP__COUNT
};

#define X(id, type, dac, fid, bits, exact, data)      \
	struct xie_ais_##id {                         \
		XIE_AIS_##id(XIE_AIS__APP_MEMBER)     \
	};
XIE_AIS_APPS(X)
#undef X

enum { XIE_AIS_DATA_BYTES = 128 };

/* What a binary message carries. */
struct xie_ais_binary {
	enum xie_ais_app app;  /* which member of the union holds */
	uint16_t missing;      /* bits that the application message should have had: its last fields are zero */
	uint16_t n;            /* bits of data */
	uint8_t b[XIE_AIS_DATA_BYTES]; /* the data, first bit highest; bits of the last byte behind n as they came */
	union {
#define X(id, type, dac, fid, bits, exact, data) struct xie_ais_##id id;
		XIE_AIS_APPS(X)
#undef X
	};
};

struct xie_ais_msg {
	uint8_t type;   /* 1..28 */
	uint8_t repeat; /* 0..3 */
	char part;      /* type 24: 'A' or 'B' */
	uint16_t nbits; /* as received; the encoder does not read it */
	uint32_t mmsi;
	union {
		struct { XIE_AIS_T1(XIE_AIS__MEMBER) } t1;   /* 1, 2, 3 */
		struct { XIE_AIS_T4(XIE_AIS__MEMBER) } t4;   /* 4, 11 */
		struct { XIE_AIS_T5(XIE_AIS__MEMBER) } t5;
		struct { XIE_AIS_T6(XIE_AIS__MEMBER) struct xie_ais_binary bin; } t6;
		struct { XIE_AIS_T7(XIE_AIS__MEMBER) } t7;   /* 7, 13 */
		struct { XIE_AIS_T8(XIE_AIS__MEMBER) struct xie_ais_binary bin; } t8;
		struct { XIE_AIS_T9(XIE_AIS__MEMBER) } t9;
		struct { XIE_AIS_T10(XIE_AIS__MEMBER) } t10;
		struct { XIE_AIS_T12(XIE_AIS__MEMBER) } t12;
		struct { XIE_AIS_T14(XIE_AIS__MEMBER) } t14;
		struct { XIE_AIS_T15(XIE_AIS__MEMBER) } t15;
		struct { XIE_AIS_T16(XIE_AIS__MEMBER) } t16;
		struct { XIE_AIS_T17(XIE_AIS__MEMBER) struct xie_ais_binary bin; } t17;
		struct { XIE_AIS_T18(XIE_AIS__MEMBER) } t18;
		struct { XIE_AIS_T19(XIE_AIS__MEMBER) } t19;
		struct { XIE_AIS_T20(XIE_AIS__MEMBER) } t20;
		struct { XIE_AIS_T21(XIE_AIS__MEMBER) } t21;
		struct { XIE_AIS_T22(XIE_AIS__MEMBER) } t22;
		struct { XIE_AIS_T23(XIE_AIS__MEMBER) } t23;
		struct { XIE_AIS_T24A(XIE_AIS__MEMBER) } t24a;
		struct { XIE_AIS_T24B(XIE_AIS__MEMBER) } t24b;
		struct { /* 25 and 26; dest_mmsi when addressed, app_id when structured, radio (20 bits) in 26 */
			XIE_AIS_T25(XIE_AIS__MEMBER)
			uint32_t dest_mmsi, app_id, radio;
			struct xie_ais_binary bin;
		} t25;
		struct { XIE_AIS_T27(XIE_AIS__MEMBER) } t27;
		struct { struct xie_ais_binary bin; } t28; /* M.1371-6: recognised, its fields not yet published here */
	};
};

/* TRUNCATED: fewer bits than the type needs.  MALFORMED: more than it may have.  UNKNOWN: no such type or part. */
xie_status xie_ais_decode(const struct xie_nmea_bits *bits, struct xie_ais_msg *ret_m) XIE_MUST_USE;
/* RANGE: a value does not fit its field, a character has no six-bit form.  UNKNOWN: no such type or part. */
xie_status xie_ais_encode(const struct xie_ais_msg *m, struct xie_nmea_bits *ret_bits) XIE_MUST_USE;

/* Members of a JSON object, without its braces: gpsd's vocabulary, raw values ("scaled":false).
 * LIMIT in w->st unless w has XIE_AIS_JSON_MAX bytes left. */
#define XIE_AIS_JSON_MAX 8192u
void xie_ais_json(const struct xie_ais_msg *m, xie_wr *w);

/* Fewest and most bits the decoder takes for a type; false for an unknown type. */
bool xie_ais_length(unsigned type, uint32_t *ret_min, uint32_t *ret_max);

/* The rows, for tests and documentation. */
enum xie_ais_unit {
#define X(u) XIE_AIS_##u,
	XIE_AIS_UNITS(X)
#undef X
};
struct xie_ais_field {
	const char *kind, *name;
	uint16_t at, width;
	enum xie_ais_unit unit;
	int32_t none; /* XIE_AIS_NO: every value means something */
};
struct xie_ais_layout {
	const char *name;
	const struct xie_ais_field *fields;
	uint16_t n, first, bits; /* the rows cover [first, bits) */
};
#define XIE_AIS_NO INT32_MIN
const struct xie_ais_layout *xie_ais_layouts(size_t *ret_n);

#endif
