/* SPDX-License-Identifier: Apache-2.0 */
/* xie/jt808/identity.h — who a terminal says it is: registration 0x0100, its answer 0x8100, authentication 0x0102
 * (808-2011 8.5, 808-2013 8.5 to 8.8, 808-2019 8.6 to 8.9).
 *
 * Text members are bytes of the body as they came (GBK, trailing zeros dropped); xie/jt808/gbk.h makes UTF-8. */
#ifndef XIE_JT808_IDENTITY_H
#define XIE_JT808_IDENTITY_H

#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/wr.h"

/*            maker model terminal id   before the plate
 *   2011       5     8       7              25
 *   2013       5    20       7              37
 *   2019      11    30      30              76 */
struct xie_jt808_register {
	uint16_t edition;      /* of the body: 2011, 2013 or 2019 */
	uint16_t province, county; /* GB/T 2260 digits 1-2 and 3-6; 0: the platform's default */
	xie_str maker, model, terminal;
	uint8_t plate_color;   /* JT/T 697.7; 0: no plate, then plate is the VIN */
	xie_str plate;
	uint32_t odd;
};
/* edition: of the header.  The body's own edition is found by its length and by where a plate colour can stand.
 * TRUNCATED below 25 bytes. */
xie_status xie_jt808_register_read(const void *body, size_t n, uint16_t edition,
                                   struct xie_jt808_register *ret_r) XIE_MUST_USE;
/* RANGE when a text is longer than its field. */
xie_status xie_jt808_register_write(xie_wr *w, const struct xie_jt808_register *r) XIE_MUST_USE;

enum { /* 0x8100 */
	XIE_JT808_REG_OK,
	XIE_JT808_REG_VEHICLE_TAKEN,
	XIE_JT808_REG_NO_VEHICLE,
	XIE_JT808_REG_TERMINAL_TAKEN,
	XIE_JT808_REG_NO_TERMINAL,
};
struct xie_jt808_registered {
	uint16_t serial; /* of the 0x0100 */
	uint8_t result;
	xie_str token;   /* only with result 0 */
};
xie_status xie_jt808_registered_read(const void *body, size_t n, struct xie_jt808_registered *ret_r) XIE_MUST_USE;
void xie_jt808_registered_write(xie_wr *w, const struct xie_jt808_registered *r);

struct xie_jt808_auth {
	uint16_t edition; /* of the body: 2019 has a length, an IMEI and a software version; 2013 is the token alone */
	xie_str token, imei, software;
	uint32_t odd;
};
/* A body under a 2019 header that does not have the form of 2019 is read as a token. */
xie_status xie_jt808_auth_read(const void *body, size_t n, uint16_t edition,
                               struct xie_jt808_auth *ret_a) XIE_MUST_USE;
/* RANGE: token over 255 bytes, IMEI over 15, software over 20 (2019). */
xie_status xie_jt808_auth_write(xie_wr *w, const struct xie_jt808_auth *a) XIE_MUST_USE;

#endif
