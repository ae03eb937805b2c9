/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of table.h and app.h as data. */
#include "ais_int.h"

#define NO XIE_AIS_NO
/* Only rows that stand for bits; arrays of elements have layouts of their own. */
#define R_BITS(kind, name, at, width, unit, none) { #kind, #name, at, width, XIE_AIS_##unit, none },
#define R_U(...) R_BITS(U, __VA_ARGS__)
#define R_NU(...) R_BITS(U, __VA_ARGS__)
#define R_HU(...) R_BITS(U, __VA_ARGS__)
#define R_HX(...) R_BITS(X, __VA_ARGS__)
#define R_I(...) R_BITS(I, __VA_ARGS__)
#define R_HI(...) R_BITS(I, __VA_ARGS__)
#define R_B(...) R_BITS(B, __VA_ARGS__)
#define R_SP(...) R_BITS(SP, __VA_ARGS__)
#define R_T(name, at, width, unit, none) R_BITS(T, name, at, 6 * (width), unit, none)
#define R_TR(name, at, width, unit, none) R_BITS(TR, name, at, 6 * (width), unit, none)
#define R_TX(name, at, width, unit, none) R_BITS(T, name, at, 120, unit, none)
#define R_L(name, at, width, unit, none)
#define R_C(name, at, width, unit, none)
#define R_AR(name, at, width, unit, none)
#define R_AC(name, at, width, unit, none)
#define ROW(kind, name, at, width, unit, none) R_##kind(name, at, width, unit, none)

#define ROWS(id) static const struct xie_ais_field rows_##id[] = { XIE_AIS_##id(ROW) { "", "", 0, 0, XIE_AIS_RAW, NO } };
#define TYPES(X)                                                                                                  \
	X(T1) X(T4) X(T5) X(T6) X(T7) X(T8) X(T9) X(T10) X(T12) X(T14) X(T15) X(T16) X(T17) X(T18) X(T19) X(T20) \
	X(T21) X(T22) X(T23) X(T24A) X(T24B) X(T27)
TYPES(ROWS)
XIE_AIS_ELEMENTS(ROWS)
#define X(id, type, dac, fid, bits, exact, data) ROWS(id)
XIE_AIS_APPS(X)
#undef X

const struct xie_ais_layout *xie_ais_layouts(size_t *ret_n)
{
#define N(id) sizeof rows_##id / sizeof rows_##id[0] - 1
	static const struct xie_ais_layout all[] = {
#define X(id) { #id, rows_##id, N(id), 38, XIE_AIS_##id##_BITS },
		TYPES(X)
#undef X
#define X(id) { #id, rows_##id, N(id), 0, XIE_AIS_##id##_BITS },
		XIE_AIS_ELEMENTS(X)
#undef X
#define X(id, type, dac, fid, bits, exact, data) { #id, rows_##id, N(id), (type) == 6 ? 88 : 56, bits },
		XIE_AIS_APPS(X)
#undef X
	};
	*ret_n = sizeof all / sizeof all[0];
	return all;
}
