/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/jt808/identity.h"

#include "xie/jt808/frame.h"

#include "field.h"

enum { PLATE_2011 = 25, PLATE_2013 = 37, PLATE_2019 = 76 };

static bool is_color(uint8_t c) /* JT/T 697.7 table 5: 0 to 12 with gaps, 9 other, 91 to 94 farm and gradient */
{
	return c <= 12 || (c >= 91 && c <= 94);
}

/* The edition whose fixed part fits; a 2011 registration may be as long as one of 2013 when it carries a VIN, but
 * then a character of the VIN stands where 2013 has the plate's colour. */
static uint16_t register_edition(const uint8_t *p, size_t n, uint16_t header)
{
	if (header == XIE_JT808_2019 && n >= PLATE_2019)
		return XIE_JT808_2019;
	if (n >= PLATE_2013 && (is_color(p[PLATE_2013 - 1]) || !is_color(p[PLATE_2011 - 1])))
		return XIE_JT808_2013;
	return XIE_JT808_2011;
}

xie_status xie_jt808_register_read(const void *body, size_t n, uint16_t edition, struct xie_jt808_register *ret_r)
{
	if (n < PLATE_2011)
		return XIE_TRUNCATED;
	struct xie_jt808_register g = { .edition = register_edition(body, n, edition) };
	bool is19 = g.edition == XIE_JT808_2019;
	xie_rd r = xie_rd_of(body, n);
	g.province = xie_rd_u16be(&r);
	g.county = xie_rd_u16be(&r);
	g.maker = field__read(&r, is19 ? 11 : 5);
	g.model = field__read(&r, is19 ? 30 : g.edition == XIE_JT808_2013 ? 20 : 8);
	g.terminal = field__read(&r, is19 ? 30 : 7);
	g.plate_color = xie_rd_u8(&r);
	g.plate = field__read(&r, xie_rd_left(&r));
	if (r.st != XIE_OK)
		return r.st;
	if ((edition == XIE_JT808_2019) != is19)
		g.odd |= XIE_JT808_ODD(FORM);
	if (!is_color(g.plate_color))
		g.odd |= XIE_JT808_ODD(RANGE);
	*ret_r = g;
	return XIE_OK;
}

xie_status xie_jt808_register_write(xie_wr *w, const struct xie_jt808_register *r)
{
	bool is19 = r->edition == XIE_JT808_2019;
	xie_wr_u16be(w, r->province);
	xie_wr_u16be(w, r->county);
	field__write(w, r->maker, is19 ? 11 : 5);
	field__write(w, r->model, is19 ? 30 : r->edition == XIE_JT808_2013 ? 20 : 8);
	field__write(w, r->terminal, is19 ? 30 : 7);
	xie_wr_u8(w, r->plate_color);
	xie_wr_str(w, r->plate);
	return w->st;
}

xie_status xie_jt808_registered_read(const void *body, size_t n, struct xie_jt808_registered *ret_r)
{
	xie_rd r = xie_rd_of(body, n);
	struct xie_jt808_registered g = { .serial = xie_rd_u16be(&r), .result = xie_rd_u8(&r) };
	g.token = xie_rd_str(&r, xie_rd_left(&r));
	if (r.st == XIE_OK)
		*ret_r = g;
	return r.st;
}

void xie_jt808_registered_write(xie_wr *w, const struct xie_jt808_registered *r)
{
	xie_wr_u16be(w, r->serial);
	xie_wr_u8(w, r->result);
	if (r->result == XIE_JT808_REG_OK)
		xie_wr_str(w, r->token);
}

xie_status xie_jt808_auth_read(const void *body, size_t n, uint16_t edition, struct xie_jt808_auth *ret_a)
{
	struct xie_jt808_auth a = { .edition = edition == XIE_JT808_2019 ? XIE_JT808_2019 : XIE_JT808_2013 };
	xie_rd r = xie_rd_of(body, n);
	if (a.edition == XIE_JT808_2019) {
		a.token = xie_rd_str(&r, xie_rd_u8(&r));
		a.imei = field__read(&r, 15);
		a.software = field__read(&r, 20);
		if (xie_rd_close(&r) != XIE_OK)
			a = (struct xie_jt808_auth){ .edition = XIE_JT808_2013, .odd = XIE_JT808_ODD(FORM) };
	}
	if (a.edition == XIE_JT808_2013) {
		r = xie_rd_of(body, n);
		a.token = xie_rd_str(&r, n);
	}
	*ret_a = a;
	return XIE_OK;
}

xie_status xie_jt808_auth_write(xie_wr *w, const struct xie_jt808_auth *a)
{
	if (a->edition != XIE_JT808_2019) {
		xie_wr_str(w, a->token);
		return w->st;
	}
	if (a->token.n > 255)
		return XIE_RANGE;
	xie_wr_u8(w, (uint8_t)a->token.n);
	xie_wr_str(w, a->token);
	field__write(w, a->imei, 15);
	field__write(w, a->software, 20);
	return w->st;
}
