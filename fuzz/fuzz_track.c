/* SPDX-License-Identifier: Apache-2.0 */
/* A chunk of a track from a stranger's disk; and points that the bytes make up.  What is read is points that can be
 * written, and they come back; whatever is written is read. */
#include <stdlib.h>
#include <string.h>

#include "xie/base/rd.h"
#include "xie/track/archive.h"

enum { POINTS = 2000 };
static struct xie_track_pt points[POINTS], again[POINTS];
static uint8_t bytes[XIE_TRACK_ROOM(POINTS)], copy[1 << 16];

static void there_and_back(enum xie_target_kind kind, size_t n)
{
	enum xie_target_kind kind2;
	size_t len = 0, n2 = 0;
	if (xie_track_encode(kind, points, n, bytes, sizeof bytes, &len) != XIE_OK || len > XIE_TRACK_ROOM(n) ||
	    xie_track_decode((xie_str){ (char *)bytes, len }, points[0].t, &kind2, again, POINTS, &n2) != XIE_OK || n2 != n ||
	    kind2 != kind)
		abort();
	for (size_t i = 0; i < n; i++)
		if (xie_track_cmp(&points[i], &again[i]) != 0)
			abort();
}

/* Eight bytes a point, taken by force into what a track may hold. */
static void made_up(const uint8_t *p, size_t n)
{
	xie_rd r = xie_rd_of(p, n);
	struct xie_track_pt q = { .t = 1396708320000 };
	int32_t unit = xie_rd_u8(&r) % 11 + 1;
	size_t k = 0;
	while (xie_rd_left(&r) >= 8 && k < POINTS) {
		uint8_t how = xie_rd_u8(&r);
		q.has = (uint16_t)((how & 3) | (how & 4 ? XIE_FIX_ACCURATE : 0) | (how & 8 ? XIE_FIX_SOG_MIN : 0));
		q.t += (how & 16 ? 1000 : 1) * xie_rd_u8(&r);
		q.sog_dmph = (q.has & XIE_FIX_SOG) == 0 ? 0 : (how & 32 ? 1852 : 8421505) * (int8_t)xie_rd_u8(&r);
		q.cog_cdeg = (q.has & XIE_FIX_COG) == 0 ? 0 : (uint16_t)(xie_rd_u8(&r) * 141 % 36000);
		int64_t x = q.at.lon + (int64_t)(int16_t)xie_rd_u16be(&r) * unit * (how & 64 ? 9973 : 1);
		int64_t y = q.at.lat + (int64_t)(int16_t)xie_rd_u16be(&r) * unit;
		q.at.lon = (int32_t)(x % XIE_LON_MAX);
		q.at.lat = (int32_t)(y % XIE_LAT_MAX);
		if (q.t - (k != 0 ? points[0].t : q.t) >= XIE_TRACK_HOUR)
			break;
		points[k++] = q;
	}
	if (k != 0)
		there_and_back(XIE_KIND_VEHICLE, k);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	enum xie_target_kind kind;
	size_t k = 0;
	if (n > sizeof copy - 2)
		return 0;
	if (xie_track_decode((xie_str){ (const char *)p, n }, 0, &kind, points, POINTS, &k) == XIE_OK)
		there_and_back(kind, k);
	/* The same with a sum that fits, so that what lies behind it is read. */
	memcpy(copy, p, n);
	uint16_t sum = xie_track_sum(p, n, 5);
	copy[n] = (uint8_t)(sum >> 8);
	copy[n + 1] = (uint8_t)sum;
	if (xie_track_decode((xie_str){ (char *)copy, n + 2 }, 5, &kind, points, POINTS, &k) == XIE_OK)
		there_and_back(kind, k);
	made_up(p, n);
	return 0;
}
