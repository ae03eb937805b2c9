/* SPDX-License-Identifier: Apache-2.0 */
#include "way.h"

#include <stdlib.h>

#include "xie/base/time.h"
#include "xie/base/wr.h"

uint64_t sim_root(uint64_t v)
{
	uint64_t r = 0;
	for (uint64_t bit = UINT64_C(1) << 31; bit != 0; bit >>= 1)
		if ((r | bit) * (r | bit) <= v)
			r |= bit;
	return r;
}

/* Centimetres between two places; at 23 degrees north 1e-6 degree is 10.25 cm of longitude, 11.07 of latitude. */
static uint64_t far(int32_t dlon, int32_t dlat)
{
	uint64_t x = (uint64_t)(llabs((long long)dlon) * 1025 / 100), y = (uint64_t)(llabs((long long)dlat) * 1107 / 100);
	return sim_root(x * x + y * y);
}

/* The compass course in whole degrees, by octants and a table's worth of straight lines. */
static uint16_t course(int32_t dlon, int32_t dlat)
{
	int64_t x = (int64_t)dlon * 1025, y = (int64_t)dlat * 1107, ax = x < 0 ? -x : x, ay = y < 0 ? -y : y;
	if (ax == 0 && ay == 0)
		return 0;
	int64_t lean = ax <= ay ? 45 * ax / (ay != 0 ? ay : 1) : 90 - 45 * ay / ax; /* from the nearest meridian */
	int64_t c = y >= 0 ? (x >= 0 ? lean : 360 - lean) : (x >= 0 ? 180 - lean : 180 + lean);
	return (uint16_t)(c % 360);
}

/* How long a step takes that begins at now. */
static xie_ms takes(const struct sim_step *s, int32_t dlon, int32_t dlat, xie_ms begin, xie_ms now)
{
	if (s->dmph != 0)
		return (xie_ms)(far(dlon, dlat) * 360000 / (uint64_t)s->dmph);
	if (s->until_s == 0)
		return (xie_ms)s->wait_s * 1000;
	xie_ms until = begin + (xie_ms)s->until_s * 1000;
	return until > now ? until - now : 0;
}

void sim_way(const struct sim_step *steps, uint32_t n, xie_ms begin, struct sim_leg *ret_legs)
{
	xie_ms now = begin;
	int32_t lon = steps[0].lon, lat = steps[0].lat;
	uint16_t before = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct sim_step *s = &steps[i];
		int32_t dlon = s->lon - lon, dlat = s->lat - lat;
		before = dlon != 0 || dlat != 0 ? course(dlon, dlat) : before;
		xie_ms took = takes(s, dlon, dlat, begin, now);
		ret_legs[i] = (struct sim_leg){ s, now, now + took, lon, lat, before };
		now += took;
		lon = s->lon;
		lat = s->lat;
	}
}

struct sim_place sim_leg_at(const struct sim_leg *l, xie_ms t)
{
	xie_ms took = l->to > l->from ? l->to - l->from : 1, in = t - l->from;
	return (struct sim_place){ l->lon0 + (int32_t)((int64_t)(l->step->lon - l->lon0) * in / took),
		                   l->lat0 + (int32_t)((int64_t)(l->step->lat - l->lat0) * in / took) };
}

void sim_truth(const struct sim_options *o, const struct sim_leg *l, const char *target, const char *plate)
{
	const struct sim_plant *p = &l->step->plant;
	char line[1024];
	xie_wr w = xie_wr_of(line, sizeof line);
	if (o->truth == NULL || p->kind == NULL)
		return;
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "plant", xie_str_of(p->kind));
	xie_wr_kv_str(&w, "rule", xie_str_of(p->rule));
	xie_wr_kv_str(&w, "target", xie_str_of(target));
	if (plate != NULL)
		xie_wr_kv_str(&w, "plate", xie_str_of(plate));
	if (p->other != NULL)
		xie_wr_kv_str(&w, "other", xie_str_of(p->other));
	xie_wr_kv_str(&w, "zone", xie_str_of(p->zone));
	xie_wr_text(&w, ",\"from\":\"");
	xie_wr_time(&w, l->from);
	xie_wr_text(&w, "\",\"to\":\"");
	xie_wr_time(&w, l->to);
	xie_wr_char(&w, '"');
	xie_wr_kv_str(&w, "note", xie_str_of(p->note));
	xie_wr_text(&w, "}\n");
	(void)fwrite(w.p, 1, w.n, o->truth);
}
