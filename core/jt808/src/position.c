/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/jt808/position.h"

#include "xie/jt808/frame.h"

#include "load.h"

#define UTC8 (INT64_C(8) * 3600 * 1000)

static bool bcd2(uint8_t b, uint8_t *ret)
{
	*ret = (uint8_t)((b >> 4) * 10 + (b & 15));
	return (b & 15) < 10 && b < 0xa0;
}

xie_status xie_jt808_time_ms(const struct xie_jt808_time *t, xie_ms *ret_t)
{
	uint8_t yy = 0;
	struct xie_civil c = { 0 };
	bool ok = bcd2(t->bcd[0], &yy);
	ok &= bcd2(t->bcd[1], &c.month);
	ok &= bcd2(t->bcd[2], &c.day);
	ok &= bcd2(t->bcd[3], &c.hour);
	ok &= bcd2(t->bcd[4], &c.minute);
	ok &= bcd2(t->bcd[5], &c.second);
	if (!ok)
		return XIE_MALFORMED;
	c.year = 2000 + yy;
	return xie_ms_from_civil(&c, UTC8, ret_t);
}

static uint8_t to_bcd(unsigned v)
{
	return (uint8_t)(v / 10 << 4 | v % 10);
}

xie_status xie_jt808_time_of(xie_ms t, struct xie_jt808_time *ret_t)
{
	struct xie_civil c;
	xie_civil_from_ms(t, UTC8, &c);
	if (c.year < 2000 || c.year > 2099)
		return XIE_RANGE;
	*ret_t = (struct xie_jt808_time){ { to_bcd((unsigned)(c.year - 2000)), to_bcd(c.month), to_bcd(c.day),
		                            to_bcd(c.hour), to_bcd(c.minute), to_bcd(c.second) } };
	return XIE_OK;
}

xie_status xie_jt808_position_read(const void *p, size_t n, struct xie_jt808_position *ret_pos)
{
	const uint8_t *b = p;
	if (n < XIE_JT808_POSITION_MIN)
		return XIE_TRUNCATED;
	ret_pos->alarm = load32(b);
	ret_pos->status = load32(b + 4);
	ret_pos->lat = load32(b + 8);
	ret_pos->lon = load32(b + 12);
	ret_pos->alt_m = load16(b + 16);
	ret_pos->speed_dkmh = load16(b + 18);
	ret_pos->course_deg = load16(b + 20);
	memcpy(ret_pos->time.bcd, b + 22, 6);
	ret_pos->items = b + 28;
	ret_pos->items_n = (uint32_t)(n - 28);
	return XIE_OK;
}

void xie_jt808_position_write(xie_wr *w, const struct xie_jt808_position *pos)
{
	xie_wr_u32be(w, pos->alarm);
	xie_wr_u32be(w, pos->status);
	xie_wr_u32be(w, pos->lat);
	xie_wr_u32be(w, pos->lon);
	xie_wr_u16be(w, pos->alt_m);
	xie_wr_u16be(w, pos->speed_dkmh);
	xie_wr_u16be(w, pos->course_deg);
	xie_wr_bytes(w, pos->time.bcd, 6);
	xie_wr_bytes(w, pos->items, pos->items_n);
}

/* One known item of n bytes at v into x; false when the standard gives it no such length. */
static bool take_place(struct xie_jt808_extra *x, uint8_t id, const uint8_t *v, size_t n)
{
	switch (id) {
	case 0x11: /* the id is absent when the place is 0 */
		if (n != 1 && n != 5)
			return false;
		x->overspeed_place = v[0];
		x->overspeed_id = n == 5 ? load32(v + 1) : 0;
		x->has |= XIE_JT808_HAS_OVERSPEED;
		return n == (v[0] == 0 ? 1 : 5) || n == 5;
	case 0x12:
		if (n != 6)
			return false;
		x->in_out_kind = v[0];
		x->in_out_id = load32(v + 1);
		x->in_out_way = v[5];
		x->has |= XIE_JT808_HAS_IN_OUT;
		return true;
	case 0x13:
		if (n != 7)
			return false;
		x->leg_id = load32(v);
		x->leg_s = load16(v + 4);
		x->leg_result = v[6];
		x->has |= XIE_JT808_HAS_LEG;
		return true;
	case 0x18: /* JT/T 1078 table 13 says two bytes and lists a third */
		if (n != 2 && n != 3)
			return false;
		x->behaviour = load16(v);
		x->fatigue = n == 3 ? v[2] : 0;
		x->has |= XIE_JT808_HAS_BEHAVIOUR;
		return true;
	case 0x2b: /* AD0 is the low half; some send one value, or more than two */
		if (n != 2 && n != 4 && n != 6 && n != 8)
			return false;
		x->ad1 = n >= 4 ? load16(v) : 0;
		x->ad0 = n >= 4 ? load16(v + 2) : load16(v);
		x->has |= XIE_JT808_HAS_ANALOGUE;
		return n == 4;
	default:
		x->has |= XIE_JT808_HAS_OTHER;
		return true;
	}
}

static void take(struct xie_jt808_extra *x, uint8_t id, const uint8_t *v, size_t n)
{
	uint32_t bit = 0, value = 0;
	switch (n) {
	case 1:
		value = v[0];
		break;
	case 2:
		value = load16(v);
		break;
	case 4:
		value = load32(v);
		break;
	}
#define PLAIN(code, bytes, BIT, member, type)              \
	case code:                                         \
		if (n == (bytes)) {                        \
			bit = XIE_JT808_HAS_##BIT;         \
			x->member = (type)value;           \
		}                                          \
		break;
	switch (id) {
		PLAIN(0x01, 4, MILEAGE, mileage_hm, uint32_t)
		PLAIN(0x02, 2, FUEL, fuel_dl, uint16_t)
		PLAIN(0x03, 2, RECORDER, recorder_dkmh, uint16_t)
		PLAIN(0x04, 2, EVENT, event, uint16_t)
		PLAIN(0x06, 2, CABIN, cabin, uint16_t)
		PLAIN(0x14, 4, VIDEO, video, uint32_t)
		PLAIN(0x15, 4, LOST, lost, uint32_t)
		PLAIN(0x16, 4, COVERED, covered, uint32_t)
		PLAIN(0x17, 2, STORAGE, storage, uint16_t)
		PLAIN(0x25, 4, SIGNALS, signals, uint32_t)
		PLAIN(0x2a, 2, IO, io, uint16_t)
		PLAIN(0x30, 1, RADIO, radio, uint8_t)
		PLAIN(0x31, 1, SATELLITES, satellites, uint8_t)
	case 0x05:
		bit = XIE_JT808_HAS_TYRES;
		x->odd |= n != 30 ? XIE_JT808_ODD(ITEM_LEN) : 0;
		break;
	case 0x64:
	case 0x65:
	case 0x66:
	case 0x67:
		bit = XIE_JT808_HAS_SAFETY;
		break;
	default:
		if (!take_place(x, id, v, n))
			x->odd |= XIE_JT808_ODD(ITEM_LEN);
		return;
	}
#undef PLAIN
	if (bit == 0)
		x->odd |= XIE_JT808_ODD(ITEM_LEN);
	else if ((x->has & bit & ~(uint32_t)XIE_JT808_HAS_SAFETY) != 0)
		x->odd |= XIE_JT808_ODD(ITEM_TWICE);
	x->has |= bit;
}

void xie_jt808_extra_read(const uint8_t *items, size_t n, struct xie_jt808_extra *ret_extra)
{
	ret_extra->has = ret_extra->odd = 0;
	size_t at = 0;
	while (n - at >= 2 && items[at] != 0 && items[at + 1] <= n - at - 2) {
		take(ret_extra, items[at], items + at + 2, items[at + 1]);
		at += 2 + (size_t)items[at + 1];
	}
	if (at != n)
		ret_extra->odd |= XIE_JT808_ODD(ITEMS);
}

void xie_jt808_item_write(xie_wr *w, uint8_t id, const void *p, size_t n)
{
	if (n > 255) {
		w->st = w->st != XIE_OK ? w->st : XIE_LIMIT;
		return;
	}
	xie_wr_u8(w, id);
	xie_wr_u8(w, (uint8_t)n);
	xie_wr_bytes(w, p, n);
}

static void write_plain(xie_wr *w, uint8_t id, uint32_t v, size_t n)
{
	uint8_t b[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };
	xie_jt808_item_write(w, id, b + 4 - n, n);
}

static void write_places(xie_wr *w, const struct xie_jt808_extra *x)
{
	uint8_t b[8];
	xie_wr v = xie_wr_of(b, sizeof b);
	if ((x->has & XIE_JT808_HAS_OVERSPEED) != 0) {
		xie_wr_u8(&v, x->overspeed_place);
		if (x->overspeed_place != 0)
			xie_wr_u32be(&v, x->overspeed_id);
		xie_jt808_item_write(w, 0x11, b, v.n);
	}
	if ((x->has & XIE_JT808_HAS_IN_OUT) != 0) {
		xie_wr_clear(&v);
		xie_wr_u8(&v, x->in_out_kind);
		xie_wr_u32be(&v, x->in_out_id);
		xie_wr_u8(&v, x->in_out_way);
		xie_jt808_item_write(w, 0x12, b, v.n);
	}
	if ((x->has & XIE_JT808_HAS_LEG) != 0) {
		xie_wr_clear(&v);
		xie_wr_u32be(&v, x->leg_id);
		xie_wr_u16be(&v, x->leg_s);
		xie_wr_u8(&v, x->leg_result);
		xie_jt808_item_write(w, 0x13, b, v.n);
	}
}

void xie_jt808_extra_write(xie_wr *w, const struct xie_jt808_extra *x)
{
#define PLAIN(code, bytes, BIT, member)                   \
	if ((x->has & XIE_JT808_HAS_##BIT) != 0)          \
		write_plain(w, code, x->member, bytes);
	PLAIN(0x01, 4, MILEAGE, mileage_hm)
	PLAIN(0x02, 2, FUEL, fuel_dl)
	PLAIN(0x03, 2, RECORDER, recorder_dkmh)
	PLAIN(0x04, 2, EVENT, event)
	PLAIN(0x06, 2, CABIN, cabin)
	write_places(w, x);
	PLAIN(0x14, 4, VIDEO, video)
	PLAIN(0x15, 4, LOST, lost)
	PLAIN(0x16, 4, COVERED, covered)
	PLAIN(0x17, 2, STORAGE, storage)
	if ((x->has & XIE_JT808_HAS_BEHAVIOUR) != 0)
		xie_jt808_item_write(
			w, 0x18, (uint8_t[3]){ (uint8_t)(x->behaviour >> 8), (uint8_t)x->behaviour, x->fatigue }, 3);
	PLAIN(0x25, 4, SIGNALS, signals)
	PLAIN(0x2a, 2, IO, io)
	if ((x->has & XIE_JT808_HAS_ANALOGUE) != 0)
		write_plain(w, 0x2b, (uint32_t)x->ad1 << 16 | x->ad0, 4);
	PLAIN(0x30, 1, RADIO, radio)
	PLAIN(0x31, 1, SATELLITES, satellites)
#undef PLAIN
}
