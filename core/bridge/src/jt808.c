/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/bridge/jt808.h"

#include "xie/jt808/gbk.h"
#include "xie/jt808/identity.h"

#include "digest.h"

enum { NOTHING, ONE, BATCH, REGISTER };

/* Where the position begins in the body of a message that carries one. */
static size_t position_at(uint16_t id)
{
	switch (id) {
	case 0x0201:
	case 0x0500:
		return 2; /* the serial number of the command it answers */
	case 0x0801:
		return 8; /* media id, kind, format, event, channel */
	default:
		return 0;
	}
}

/* The identity as a key: BCD digits straight from the wire, or the IMEI that some terminals send in binary. */
static xie_status key_of(const struct xie_jt808_head *h, struct xie_key *ret_key)
{
	if ((h->odd & XIE_JT808_ODD(PHONE)) != 0) {
		char digits[21];
		size_t n = 0;
		xie_status st = xie_jt808_identity(h, digits, &n);
		return st == XIE_OK ? xie_key_phone((xie_str){ digits, n }, ret_key) : st;
	}
	struct xie_key k = { .scheme = XIE_SCHEME_PHONE };
	size_t at = 0, n = 2u * h->phone_n;
	while (at + 1 < n && (h->phone[at / 2] >> (at % 2 == 0 ? 4 : 0) & 15) == 0)
		at++;
	for (; at < n; at++)
		k.digits[k.n++] = (char)('0' + (h->phone[at / 2] >> (at % 2 == 0 ? 4 : 0) & 15));
	*ret_key = k;
	return XIE_OK;
}

xie_status xie_bridge_jt808_begin(struct xie_bridge_jt808 *b, const struct xie_jt808_frame *frame, xie_ms rx,
                                  uint32_t source, uint64_t at)
{
	const struct xie_jt808_head *h = &frame->head;
	b->frame = *frame;
	b->rx = rx;
	b->source = source;
	b->at = at;
	b->index = 0;
	b->form = NOTHING;
	b->no_fix = 0;
	b->odd = h->odd;
	xie_status st = key_of(h, &b->target);
	if (st != XIE_OK)
		return st;
	if (h->total != 0)
		return XIE_MISSING;
	if ((h->odd & XIE_JT808_ODD(CIPHER)) != 0)
		return XIE_UNKNOWN;
	switch (h->id) {
	case 0x0200:
	case 0x0201:
	case 0x0500:
	case 0x0801:
		b->form = ONE;
		return h->body_n < position_at(h->id) + XIE_JT808_POSITION_MIN ? XIE_TRUNCATED : XIE_OK;
	case 0x0704:
		b->form = BATCH;
		return xie_jt808_batch_read(frame->body, h->body_n, &b->batch);
	case 0x0100:
		b->form = REGISTER;
		return XIE_OK;
	default:
		return XIE_OK;
	}
}

/* 1e-6 degree to 1/6,000,000 degree; +180 is the meridian of -180. */
static bool place(const struct xie_jt808_position *p, struct xie_pt *ret_at)
{
	if ((p->status & XIE_JT808_ST_FIXED) == 0 || (p->status & XIE_JT808_ST_ENCRYPTED) != 0)
		return false;
	if (p->lat > 90000000u || p->lon > 180000000u)
		return false;
	int32_t lon = (int32_t)xie_jt808_lon_e6(p) * 6;
	*ret_at = (struct xie_pt){ .lon = lon == XIE_LON_MAX ? -XIE_LON_MAX : lon,
		                   .lat = (int32_t)xie_jt808_lat_e6(p) * 6 };
	return true;
}

static bool to_fix(struct xie_bridge_jt808 *b, const struct xie_jt808_position *p, struct xie_obs *o)
{
	struct xie_fix f = { 0 };
	if (xie_jt808_time_ms(&p->time, &f.t) != XIE_OK) {
		b->odd |= XIE_JT808_ODD(TIME);
		return false;
	}
	if (!place(p, &f.at))
		return false;
	struct xie_jt808_extra x;
	xie_jt808_extra_read(p->items, p->items_n, &x);
	b->odd |= x.odd;
	f.rx = b->rx == XIE_BRIDGE_NO_RX ? f.t : b->rx;
	f.sog_dmph = (int32_t)p->speed_dkmh * XIE_DMPH_PER_DKMH;
	f.alarm = p->alarm;
	f.status = p->status;
	f.has = XIE_FIX_SOG | XIE_FIX_ALARM;
	if (p->course_deg <= 360) {
		f.cog_cdeg = (uint16_t)(p->course_deg % 360 * 100);
		f.has |= XIE_FIX_COG;
	}
	if ((x.has & XIE_JT808_HAS_MILEAGE) != 0) {
		f.mileage_hm = x.mileage_hm;
		f.has |= XIE_FIX_MILEAGE;
	}
	if (f.t - f.rx > 60000)
		f.has |= XIE_FIX_CLOCK_SUSPECT;
	/* The same serial number and body is the same transmission; records of one batch are told apart by place. */
	f.echo = digest64(b->frame.body, b->frame.head.body_n, (uint64_t)b->frame.head.serial << 16 | b->index);
	o->what = XIE_OBS_FIX;
	o->kind = XIE_KIND_VEHICLE;
	o->target = b->target;
	o->source = b->source;
	o->frame = b->at;
	o->fix = f;
	return true;
}

/* Text that fits dst, terminated; what does not fit is left out whole. */
static void copy_text(char *dst, size_t cap, xie_str wire, uint32_t *odd)
{
	xie_wr w = xie_wr_of(dst, cap - 1);
	xie_jt808_text(&w, wire, odd);
	dst[w.st == XIE_OK ? w.n : 0] = '\0';
}

static bool to_static(struct xie_bridge_jt808 *b, struct xie_obs *o)
{
	struct xie_jt808_register r;
	const struct xie_jt808_frame *f = &b->frame;
	if (xie_jt808_register_read(f->body, f->head.body_n, f->head.edition, &r) != XIE_OK)
		return false;
	b->odd |= r.odd;
	*o = (struct xie_obs){ .what = XIE_OBS_STATIC, .kind = XIE_KIND_VEHICLE, .target = b->target,
		               .source = b->source, .frame = b->at, .stat = { .t = b->rx, .rx = b->rx } };
	if (r.plate_color == 0) /* then the text is a VIN */
		return true;
	o->stat.s.plate_color = r.plate_color;
	copy_text(o->stat.s.plate, sizeof o->stat.s.plate, r.plate, &b->odd);
	return true;
}

bool xie_bridge_jt808_next(struct xie_bridge_jt808 *b, struct xie_obs *ret_obs)
{
	struct xie_jt808_position p;
	size_t at = position_at(b->frame.head.id);
	switch (b->form) {
	case REGISTER:
		b->form = NOTHING;
		return to_static(b, ret_obs);
	case ONE:
		b->form = NOTHING;
		if (xie_jt808_position_read(b->frame.body + at, b->frame.head.body_n - at, &p) != XIE_OK)
			return false;
		if (b->frame.head.id == 0x0801)
			p.items_n = 0; /* the picture follows */
		if (to_fix(b, &p, ret_obs))
			return true;
		b->no_fix++;
		return false;
	case BATCH:
		while (xie_jt808_batch_next(&b->batch, &p)) {
			bool fix = to_fix(b, &p, ret_obs);
			b->index++;
			if (fix)
				return true;
			b->no_fix++;
		}
		b->odd |= b->batch.odd;
		b->form = NOTHING;
		return false;
	default:
		return false;
	}
}
