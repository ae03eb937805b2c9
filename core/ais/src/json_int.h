/* SPDX-License-Identifier: Apache-2.0 */
/* Text written forward from p.  The caller of xie_ais_json has made sure of XIE_AIS_JSON_MAX bytes, which no message
 * can fill (test_ais proves it), so nothing here looks at an end. */
#ifndef XIE_AIS_JSON_INT_H
#define XIE_AIS_JSON_INT_H

#include "ais_int.h"
#include "words.h"

#include "xie/base/units.h"

#define PUT(p, lit) (memcpy((p), lit, sizeof(lit) - 1), (p) + sizeof(lit) - 1)

static inline char *json__str(char *p, xie_str s)
{
	memcpy(p, s.p, s.n);
	return p + s.n;
}

char *json__u32_long(char *p, uint32_t v);
static inline char *json__u32(char *p, uint32_t v)
{
	if (v < 10) {
		*p = (char)('0' + v);
		return p + 1;
	}
	return json__u32_long(p, v);
}
static inline char *json__i32(char *p, int32_t v)
{
	uint32_t u = (uint32_t)v;
	if (v < 0) {
		*p++ = '-';
		u = 0 - u;
	}
	return json__u32(p, u);
}
static inline char *json__bool(char *p, bool v)
{
	return v ? PUT(p, "true") : PUT(p, "false");
}
char *json__two(char *p, uint32_t v);          /* at least two digits */
char *json__text(char *p, const char *text);   /* in quotes; only '"' and '\' need escaping in six-bit text */
char *json__data(char *p, const struct xie_ais_binary *bin); /* "48:eb2f118f7ff1" */

/* ,"key": */
#define KEY(p, key) PUT(p, ",\"" key "\":")

/* Rows of application messages and of what they hold; the rows of types are in json.c. */
char *json__app(char *p, const struct xie_ais_binary *bin);

#endif
