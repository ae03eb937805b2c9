/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/bridge/ais.h"

/* lon, lat in units of which scale make 10^-5 minute; false when they are no place on earth. */
static bool place(int64_t lon, int64_t lat, int32_t scale, struct xie_pt *ret_at)
{
	lon *= scale;
	lat *= scale;
	if (lon < -XIE_LON_MAX || lon > XIE_LON_MAX || lat < -XIE_LAT_MAX || lat > XIE_LAT_MAX)
		return false;
	ret_at->lon = (int32_t)(lon == XIE_LON_MAX ? -XIE_LON_MAX : lon);
	ret_at->lat = (int32_t)lat;
	return true;
}

static void begin(struct xie_obs *o, enum xie_obs_what what, enum xie_target_kind kind, uint32_t mmsi)
{
	o->what = what;
	o->kind = kind;
	o->target = xie_key_mmsi(mmsi);
	if (what != XIE_OBS_FIX) {
		memset(&o->stat, 0, sizeof o->stat);
		return;
	}
	/* member by member: the compiler would clear the whole with an instruction that is slow to start */
	struct xie_fix *f = &o->fix;
	f->sog_dmph = f->rot_cdeg_min = 0;
	f->cog_cdeg = f->heading_cdeg = 0;
	f->alarm = f->status = f->mileage_hm = 0;
	f->nav_status = 0;
}

/* Speed in 0.1 knot; 1023 not available, 1022 that much or more. */
static void speed_dkn(struct xie_fix *f, uint32_t v)
{
	if (v >= 1023)
		return;
	f->sog_dmph = (int32_t)v * XIE_DMPH_PER_DKN;
	f->has |= XIE_FIX_SOG | (v == 1022 ? XIE_FIX_SOG_MIN : 0);
}

/* Whole knots; none: the value that is no speed. */
static void speed_kn(struct xie_fix *f, uint32_t v, uint32_t none)
{
	if (v >= none)
		return;
	f->sog_dmph = (int32_t)v * 10 * XIE_DMPH_PER_DKN;
	f->has |= XIE_FIX_SOG;
}

static void course_cdeg(struct xie_fix *f, uint32_t v)
{
	if (v >= 36000)
		return;
	f->cog_cdeg = (uint16_t)v;
	f->has |= XIE_FIX_COG;
}

static void heading_deg(struct xie_fix *f, uint32_t v)
{
	if (v >= 360)
		return;
	f->heading_cdeg = (uint16_t)(v * 100);
	f->has |= XIE_FIX_HEADING;
}

static void nav_status(struct xie_fix *f, uint32_t v)
{
	if (v == 15)
		return;
	f->nav_status = (uint8_t)v;
	f->has |= XIE_FIX_NAV_STATUS;
}

static void turn(struct xie_fix *f, int32_t v)
{
	if (v < -126 || v > 126)
		return;
	/* 100 (v / 4.733)^2, to the nearest: 4.733^2 = 22.401289 */
	int64_t cdeg = (INT64_C(100000000) * v * v + 22401289 / 2) / 22401289;
	f->rot_cdeg_min = (int32_t)(v < 0 ? -cdeg : cdeg);
	f->has |= XIE_FIX_ROT;
}

static unsigned fix_of(const struct xie_ais_msg *m, struct xie_obs *o)
{
	struct xie_pt at;
	enum xie_target_kind kind = XIE_KIND_VESSEL;
	bool good = false, accurate = false;
	switch (m->type) {
	case 1: case 2: case 3:
		good = place(m->t1.lon, m->t1.lat, 10, &at);
		accurate = m->t1.accuracy;
		break;
	case 4: case 11:
		good = place(m->t4.lon, m->t4.lat, 10, &at);
		accurate = m->t4.accuracy;
		kind = XIE_KIND_STATION;
		break;
	case 9:
		good = place(m->t9.lon, m->t9.lat, 10, &at);
		accurate = m->t9.accuracy;
		kind = XIE_KIND_AIRCRAFT;
		break;
	case 17:
		good = place(m->t17.lon, m->t17.lat, 10000, &at);
		kind = XIE_KIND_STATION;
		break;
	case 18:
		good = place(m->t18.lon, m->t18.lat, 10, &at);
		accurate = m->t18.accuracy;
		break;
	case 19:
		good = place(m->t19.lon, m->t19.lat, 10, &at);
		accurate = m->t19.accuracy;
		break;
	case 21:
		good = place(m->t21.lon, m->t21.lat, 10, &at);
		accurate = m->t21.accuracy;
		kind = XIE_KIND_AID;
		break;
	case 27:
		good = place(m->t27.lon, m->t27.lat, 10000, &at);
		accurate = m->t27.accuracy;
		break;
	default:
		break;
	}
	if (!good)
		return 0;
	begin(o, XIE_OBS_FIX, kind, m->mmsi);
	o->fix.at = at;
	o->fix.has = accurate ? XIE_FIX_ACCURATE : 0;
	return 1;
}

static void motion(const struct xie_ais_msg *m, struct xie_fix *f)
{
	switch (m->type) {
	case 1: case 2: case 3:
		speed_dkn(f, m->t1.speed);
		course_cdeg(f, m->t1.course * 10);
		heading_deg(f, m->t1.heading);
		nav_status(f, m->t1.status);
		turn(f, m->t1.turn);
		break;
	case 9: /* 1022 is 1,022 knots or more */
		speed_kn(f, m->t9.speed, 1023);
		course_cdeg(f, m->t9.course * 10);
		f->has |= m->t9.speed == 1022 ? XIE_FIX_SOG_MIN : 0;
		break;
	case 18:
		speed_dkn(f, m->t18.speed);
		course_cdeg(f, m->t18.course * 10);
		heading_deg(f, m->t18.heading);
		break;
	case 19:
		speed_dkn(f, m->t19.speed);
		course_cdeg(f, m->t19.course * 10);
		heading_deg(f, m->t19.heading);
		break;
	case 27:
		speed_kn(f, m->t27.speed, 63);
		course_cdeg(f, m->t27.course * 100);
		nav_status(f, m->t27.status);
		f->has |= XIE_FIX_LONG_RANGE;
		break;
	default:
		break;
	}
}

static void copy(char *to, size_t cap, const char *text)
{
	size_t n = strlen(text);
	n = n < cap ? n : cap - 1;
	memcpy(to, text, n);
}

static void sides(struct xie_static *s, uint32_t bow, uint32_t stern, uint32_t port, uint32_t starboard)
{
	s->bow_mm = bow * 1000;
	s->stern_mm = stern * 1000;
	s->port_mm = port * 1000;
	s->starboard_mm = starboard * 1000;
}

/* Number of persons of DAC 200 FI 55: crew and personnel 255, passengers 8191 are unknown. */
static void persons(struct xie_static *s, uint32_t crew, uint32_t passengers, uint32_t personnel)
{
	s->has_persons = crew != 255 || passengers != 8191 || personnel != 255;
	s->persons = (crew != 255 ? crew : 0) + (passengers != 8191 ? passengers : 0) + (personnel != 255 ? personnel : 0);
}

static void persons_or_none(struct xie_static *s, uint32_t n)
{
	s->has_persons = n != 0;
	s->persons = n;
}

/* True when the message said something. */
static bool static_app(const struct xie_ais_binary *b, struct xie_static *s)
{
	if (b->missing != 0) /* cut short: its last fields are not what was sent */
		return false;
	switch (b->app) {
	case XIE_AIS_APP_dac200fid10:
		copy(s->eni, sizeof s->eni, b->dac200fid10.vin);
		s->eri_type = (uint16_t)b->dac200fid10.shiptype;
		s->cones = (uint8_t)(b->dac200fid10.hazard <= 4 ? b->dac200fid10.hazard + 1 : 0);
		s->draught_mm = b->dac200fid10.draught * 10;
		return s->eni[0] != '\0' || s->eri_type != 0 || s->cones != 0 || s->draught_mm != 0;
	case XIE_AIS_APP_dac200fid55:
		persons(s, b->dac200fid55.crew, b->dac200fid55.passengers, b->dac200fid55.personnel);
		break;
	case XIE_AIS_APP_dac200fid55b:
		persons(s, b->dac200fid55b.crew, b->dac200fid55b.passengers, b->dac200fid55b.personnel);
		break;
	case XIE_AIS_APP_dac1fid16a:
		persons_or_none(s, b->dac1fid16a.persons);
		break;
	case XIE_AIS_APP_dac1fid16b:
		persons_or_none(s, b->dac1fid16b.persons);
		break;
	case XIE_AIS_APP_dac1fid24:
		persons_or_none(s, b->dac1fid24.persons);
		break;
	default:
		break;
	}
	return s->has_persons;
}

static void static_5(const struct xie_ais_msg *m, struct xie_static *s)
{
	/* Seven digits are an IMO number; more are the flag state's own (M.1371-5, annex 8, Message 5). */
	s->imo = m->t5.imo >= 1000000 && m->t5.imo <= 9999999 ? m->t5.imo : 0;
	s->ship_type = (uint8_t)m->t5.shiptype;
	s->draught_mm = m->t5.draught * 100;
	copy(s->name, sizeof s->name, m->t5.shipname);
	copy(s->callsign, sizeof s->callsign, m->t5.callsign);
	copy(s->destination, sizeof s->destination, m->t5.destination);
	sides(s, m->t5.to_bow, m->t5.to_stern, m->t5.to_port, m->t5.to_starboard);
}

static unsigned static_of(const struct xie_ais_msg *m, struct xie_obs *o)
{
	switch (m->type) {
	case 5: case 6: case 8: case 19: case 21: case 24:
		break;
	default:
		return 0;
	}
	begin(o, XIE_OBS_STATIC, m->type == 21 ? XIE_KIND_AID : XIE_KIND_VESSEL, m->mmsi);
	struct xie_static *s = &o->stat.s;
	switch (m->type) {
	case 5:
		static_5(m, s);
		return 1;
	case 6:
		return static_app(&m->t6.bin, s);
	case 8:
		return static_app(&m->t8.bin, s);
	case 19:
		copy(s->name, sizeof s->name, m->t19.shipname);
		s->ship_type = (uint8_t)m->t19.shiptype;
		sides(s, m->t19.to_bow, m->t19.to_stern, m->t19.to_port, m->t19.to_starboard);
		return 1;
	case 21:
		copy(s->name, sizeof s->name, m->t21.name);
		sides(s, m->t21.to_bow, m->t21.to_stern, m->t21.to_port, m->t21.to_starboard);
		return 1;
	default:
		break;
	}
	if (m->part == 'A') {
		copy(s->name, sizeof s->name, m->t24a.shipname);
		return s->name[0] != '\0';
	}
	s->ship_type = (uint8_t)m->t24b.shiptype;
	copy(s->callsign, sizeof s->callsign, m->t24b.callsign);
	sides(s, m->t24b.to_bow, m->t24b.to_stern, m->t24b.to_port, m->t24b.to_starboard);
	return 1;
}

unsigned xie_bridge_ais(const struct xie_ais_msg *m, const struct xie_nmea_bits *bits, xie_ms rx, uint32_t source,
                        uint64_t at, struct xie_obs ret_obs[static XIE_BRIDGE_AIS_MAX])
{
	unsigned n = 0;
	if (m->mmsi > 999999999)
		return 0;
	if (fix_of(m, &ret_obs[n]) != 0) {
		struct xie_fix *f = &ret_obs[n++].fix;
		motion(m, f);
		f->t = f->rx = rx;
		f->echo = xie_nmea_digest(bits);
	}
	if (static_of(m, &ret_obs[n]) != 0) {
		ret_obs[n].stat.t = ret_obs[n].stat.rx = rx;
		n++;
	}
	for (unsigned i = 0; i < n; i++) {
		ret_obs[i].source = source;
		ret_obs[i].frame = at;
	}
	return n;
}
