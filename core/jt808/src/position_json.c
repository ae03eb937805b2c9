/* SPDX-License-Identifier: Apache-2.0 */
/* A position as JSON, with every item both as bytes and, where the standard defines it, as a value. */
#include "walk.h"

void xie_jt808_alarm_json(xie_wr *w, uint32_t alarm)
{
	/* 808-2019 table 24; bits 15 to 17 are reserved in 2013, bit 31 (illegal door) in 2019. */
	static const char *const words[] = {
		"sos", "overspeed", "fatigue", "danger", "gnss_fault", "antenna_off", "antenna_short", "power_low",
		"power_lost", "screen_fault", "speech_fault", "camera_fault", "card_reader_fault", "overspeed_warning",
		"fatigue_warning", "unlawful_driving", "tyre_pressure", "blind_spot_fault", "day_driving", "parked_too_long",
		"area", "route", "leg_time", "off_route", "speed_sensor_fault", "fuel", "stolen", "illegal_ignition",
		"illegal_move", "collision", "rollover", "illegal_door",
	};
	xie_wr_char(w, '[');
	for (size_t i = 0; i < 32; i++)
		if ((alarm >> i & 1) != 0) {
			xie_wr_sep(w);
			xie_wr_json_str(w, xie_str_of(words[i]));
		}
	xie_wr_char(w, ']');
}

void xie_jt808_odd_json(xie_wr *w, uint32_t odd)
{
	xie_wr_char(w, '[');
	for (unsigned i = 0; i < XIE_JT808_ODD__COUNT; i++)
		if ((odd >> i & 1) != 0) {
			xie_wr_sep(w);
			xie_wr_json_str(w, xie_str_of(xie_jt808_odd_code(i)));
		}
	xie_wr_char(w, ']');
}

static void fixed(xie_wr *w, const char *name, int64_t v, unsigned places)
{
	xie_wr_key(w, name);
	xie_wr_fixed(w, v, places);
}

static void named(xie_wr *w, const char *name)
{
	xie_wr_kv_str(w, "name", xie_str_of(name));
}

static void place_value(xie_wr *w, const struct xie_jt808_extra *e)
{
	switch (e->has) {
	case XIE_JT808_HAS_OVERSPEED:
		named(w, "overspeed");
		xie_wr_kv_i64(w, "place", e->overspeed_place);
		if (e->overspeed_place != 0)
			xie_wr_kv_i64(w, "area", e->overspeed_id);
		break;
	case XIE_JT808_HAS_IN_OUT:
		named(w, "in_out");
		xie_wr_kv_i64(w, "place", e->in_out_kind);
		xie_wr_kv_i64(w, "area", e->in_out_id);
		xie_wr_kv_i64(w, "direction", e->in_out_way);
		break;
	case XIE_JT808_HAS_LEG:
		named(w, "leg_time");
		xie_wr_kv_i64(w, "leg", e->leg_id);
		xie_wr_kv_i64(w, "seconds", e->leg_s);
		xie_wr_kv_i64(w, "result", e->leg_result);
		break;
	default:
		break;
	}
}

static void bits_value(xie_wr *w, const struct xie_jt808_extra *e)
{
	static const char *const video[] = { "signal_lost", "covered", "storage_fault", "other_fault", "overcrowded",
					     "driver_behaviour", "special_recording_full" };
	static const char *const driver[] = { "fatigue", "phone", "smoking" };
	static const char *const signals[] = { "low_beam", "high_beam", "right", "left", "brake", "reverse", "fog",
					       "marker", "horn", "air_conditioner", "neutral", "retarder", "abs",
					       "heater", "clutch" };
	static const char *const io[] = { "deep_sleep", "sleep" };
	switch (e->has) {
	case XIE_JT808_HAS_VIDEO:
		named(w, "video_alarm");
		xie_wr_kv_i64(w, "value", e->video);
		walk__json_bits(w, "bits", e->video, video, 7);
		break;
	case XIE_JT808_HAS_BEHAVIOUR:
		named(w, "driver_behaviour");
		xie_wr_kv_i64(w, "value", e->behaviour);
		walk__json_bits(w, "bits", e->behaviour, driver, 3);
		xie_wr_kv_i64(w, "fatigue", e->fatigue);
		break;
	case XIE_JT808_HAS_SIGNALS:
		named(w, "signals");
		xie_wr_kv_i64(w, "value", e->signals);
		walk__json_bits(w, "bits", e->signals, signals, 15);
		break;
	case XIE_JT808_HAS_IO:
		named(w, "io");
		xie_wr_kv_i64(w, "value", e->io);
		walk__json_bits(w, "bits", e->io, io, 2);
		break;
	default:
		break;
	}
}

static void number_value(xie_wr *w, const struct xie_jt808_extra *e)
{
#define PLAIN(BIT, text, member)                       \
	case XIE_JT808_HAS_##BIT:                      \
		named(w, text);                        \
		xie_wr_kv_i64(w, "value", e->member);  \
		break;
	switch (e->has) {
		PLAIN(EVENT, "event_to_confirm", event)
		PLAIN(LOST, "video_lost_channels", lost)
		PLAIN(COVERED, "video_covered_channels", covered)
		PLAIN(STORAGE, "storage_fault", storage)
		PLAIN(RADIO, "radio_signal", radio)
		PLAIN(SATELLITES, "satellites", satellites)
	case XIE_JT808_HAS_MILEAGE:
		named(w, "mileage_km");
		fixed(w, "value", e->mileage_hm, 1);
		break;
	case XIE_JT808_HAS_FUEL:
		named(w, "fuel_l");
		fixed(w, "value", e->fuel_dl, 1);
		break;
	case XIE_JT808_HAS_RECORDER:
		named(w, "recorder_kmh");
		fixed(w, "value", e->recorder_dkmh, 1);
		break;
	case XIE_JT808_HAS_CABIN:
		named(w, "cabin_c");
		xie_wr_kv_i64(w, "value", (e->cabin & 0x8000) != 0 ? -(int64_t)(e->cabin & 0x7fff) : e->cabin);
		break;
	case XIE_JT808_HAS_ANALOGUE:
		named(w, "analogue");
		xie_wr_kv_i64(w, "ad0", e->ad0);
		xie_wr_kv_i64(w, "ad1", e->ad1);
		break;
	default:
		break;
	}
#undef PLAIN
}

static void tyres_value(xie_wr *w, const struct xie_jt808_item *it)
{
	named(w, "tyre_pressure_pa"); /* 808-2019: bytes in order of wheels, 0xFF for none */
	xie_wr_key(w, "value");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < it->n; i++) {
		xie_wr_sep(w);
		xie_wr_u64(w, it->p[i]);
	}
	xie_wr_char(w, ']');
}

static void safety_value(xie_wr *w, const struct xie_jt808_item *it, uint32_t *odd)
{
	static const char *const names[] = { "driver_assistance", "driver_monitoring", "tyre_monitoring", "blind_spot" };
	struct xie_jt808_safety s;
	if (xie_jt808_safety_read((uint8_t)it->id, it->p, it->n, &s) != XIE_OK) {
		*odd |= XIE_JT808_ODD(ITEM_LEN); /* other makers use these ids too */
		return;
	}
	named(w, names[it->id - 0x64]);
	struct walk x = { .way = WALK_JSON, .w = w };
	walk_open(&x, "value");
	walk_safety(&x, &s);
	walk_close(&x);
	*odd |= x.odd;
}

static void item_json(xie_wr *w, const struct xie_jt808_item *it, uint32_t *odd)
{
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	walk__json_id(w, "id", it->id, it->form == XIE_JT808_FORM_21 || it->form == XIE_JT808_FORM_22 ? 4 : 2);
	walk__json_hex(w, "hex", it->p, it->n);
	if (it->form == XIE_JT808_FORM_11) {
		uint8_t head[2] = { (uint8_t)it->id, (uint8_t)it->n };
		uint8_t whole[2 + 255];
		struct xie_jt808_extra e;
		memcpy(whole, head, 2);
		memcpy(whole + 2, it->p, it->n);
		xie_jt808_extra_read(whole, 2 + it->n, &e);
		*odd |= e.odd;
		if (e.has == XIE_JT808_HAS_SAFETY)
			safety_value(w, it, odd);
		else if (e.has == XIE_JT808_HAS_TYRES)
			tyres_value(w, it);
		number_value(w, &e);
		place_value(w, &e);
		bits_value(w, &e);
	}
	xie_wr_char(w, '}');
}

static void items_json(xie_wr *w, const struct xie_jt808_position *p, uint32_t *odd)
{
	enum { MOST = 512 };
	struct xie_jt808_item items[MOST];
	struct xie_jt808_extra all;
	uint32_t item_odd = 0;
	size_t rest = 0;
	size_t n = xie_jt808_items(p->items, p->items_n, items, MOST, &item_odd, &rest);
	xie_jt808_extra_read(p->items, p->items_n, &all);
	*odd |= item_odd | (all.odd & XIE_JT808_ODD(ITEM_TWICE));
	xie_wr_key(w, "items");
	xie_wr_char(w, '[');
	for (size_t i = 0; i < n && i < MOST; i++)
		item_json(w, &items[i], odd);
	xie_wr_char(w, ']');
	if (rest != 0)
		walk__json_hex(w, "items_rest", p->items + p->items_n - rest, rest);
}

void xie_jt808_position_json(xie_wr *w, const struct xie_jt808_position *p, uint32_t *odd)
{
	static const char *const load[] = { "empty", "half", "reserved", "full" };
	xie_ms t = 0;
	xie_wr_kv_i64(w, "alarm", p->alarm);
	xie_wr_key(w, "alarms");
	xie_jt808_alarm_json(w, p->alarm);
	xie_wr_kv_i64(w, "status", p->status);
	xie_wr_kv_bool(w, "acc", (p->status & XIE_JT808_ST_ACC) != 0);
	xie_wr_kv_bool(w, "fixed", (p->status & XIE_JT808_ST_FIXED) != 0);
	xie_wr_kv_str(w, "load", xie_str_of(load[p->status >> 8 & 3]));
	if ((p->status & XIE_JT808_ST_ENCRYPTED) != 0)
		xie_wr_kv_bool(w, "encrypted", true);
	fixed(w, "lat", xie_jt808_lat_e6(p), 6);
	fixed(w, "lon", xie_jt808_lon_e6(p), 6);
	xie_wr_kv_i64(w, "alt_m", p->alt_m);
	fixed(w, "speed_kmh", p->speed_dkmh, 1);
	xie_wr_kv_i64(w, "course", p->course_deg);
	if (xie_jt808_time_ms(&p->time, &t) == XIE_OK) {
		walk__json_time(w, "time", &p->time, odd);
	} else {
		xie_wr_key(w, "time");
		xie_wr_text(w, "null");
		walk__json_hex(w, "time_bcd", p->time.bcd, 6);
		*odd |= XIE_JT808_ODD(TIME);
	}
	if (p->lat > 90000000u || p->lon > 180000000u || p->course_deg > 360)
		*odd |= XIE_JT808_ODD(RANGE);
	items_json(w, p, odd);
}
