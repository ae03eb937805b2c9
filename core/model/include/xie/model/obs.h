/* SPDX-License-Identifier: Apache-2.0 */
/* xie/model/obs.h — an observation: what one frame says of one target at one time.
 *
 * Protocol shapes and their "no value" sentinels end at the bridge: here a value is present or it is not.
 * Units are those of xie/base/units.h. */
#ifndef XIE_MODEL_OBS_H
#define XIE_MODEL_OBS_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/units.h"
#include "xie/model/key.h"

struct xie_pt {
	int32_t lon, lat; /* 1/6,000,000 degree; lon in [-180, 180), lat in [-90, 90] */
};

enum xie_target_kind {
	XIE_KIND_VESSEL,
	XIE_KIND_VEHICLE,
	XIE_KIND_AIRCRAFT, /* AIS type 9 */
	XIE_KIND_STATION,  /* AIS 4, 11, 17 */
	XIE_KIND_AID,      /* AIS 21, 28 */
};
const char *xie_target_kind_name(enum xie_target_kind k); /* "vessel", ... */

/* Which members of struct xie_fix hold a value, and what kind of fix it is. */
enum {
	XIE_FIX_SOG = 1 << 0,
	XIE_FIX_COG = 1 << 1,
	XIE_FIX_HEADING = 1 << 2,
	XIE_FIX_ROT = 1 << 3,
	XIE_FIX_NAV_STATUS = 1 << 4,
	XIE_FIX_ALARM = 1 << 5,  /* JT/T 808: alarm and status words */
	XIE_FIX_ACCURATE = 1 << 6, /* AIS position accuracy flag: 10 m or better */
	XIE_FIX_LONG_RANGE = 1 << 7, /* AIS 27: updates the last state, breaks a silence, opens nothing */
	XIE_FIX_CLOCK_SUSPECT = 1 << 8, /* event time over 60 s after receive time: judged by nothing */
	XIE_FIX_MILEAGE = 1 << 9,
	XIE_FIX_SOG_MIN = 1 << 10, /* AIS 1022: this speed "or more" */
};

struct xie_fix {
	xie_ms t;            /* event time */
	xie_ms rx;           /* receive time */
	uint64_t echo;       /* digest of the payload bytes; equal within 30 s = the same transmission */
	struct xie_pt at;
	int32_t sog_dmph;
	uint16_t cog_cdeg;     /* 0..35999 */
	uint16_t heading_cdeg; /* 0..35999 */
	int32_t rot_cdeg_min;  /* turn to starboard positive, 0.01 degree a minute */
	uint32_t alarm, status; /* JT/T 808 0x0200 words */
	uint32_t mileage_hm;    /* odometer, 0.1 km */
	uint16_t has;           /* XIE_FIX_* */
	uint8_t nav_status;     /* ITU-R M.1371 table 45: 0..14 */
};

/* What a static report says; a zero-length or zero member says nothing. */
struct xie_static {
	uint32_t imo;         /* IMO number, or 0 */
	uint8_t ship_type;    /* ITU-R M.1371 table 53, or 0 */
	uint8_t plate_color;  /* JT/T 697.7: 1 blue 2 yellow 3 black 4 white 9 other; 0 unknown */
	uint16_t eri_type;    /* ERI code of an inland vessel, or 0 */
	uint32_t bow_mm, stern_mm, port_mm, starboard_mm; /* antenna to the sides */
	uint32_t draught_mm;
	uint32_t persons;     /* on board, when has_persons */
	bool has_persons;
	uint8_t cones;        /* blue cones / lights + 1; 0 unknown */
	char name[64];        /* UTF-8, terminated */
	char callsign[16];
	char destination[64];
	char eni[12];
	char plate[32];       /* UTF-8 */
};

enum xie_obs_what { XIE_OBS_FIX, XIE_OBS_STATIC };

struct xie_obs {
	enum xie_obs_what what;
	enum xie_target_kind kind;
	struct xie_key target;
	uint32_t source;      /* index of the source that heard it */
	uint64_t frame;       /* position in the journal, or line number of a file: where the bytes are */
	union {
		struct xie_fix fix;
		struct {
			xie_ms t, rx;
			struct xie_static s;
		} stat;
	};
};

#endif
