/* SPDX-License-Identifier: Apache-2.0 */
/* xie/jt808/media.h — pictures, sound and video of the terminal (808-2013 8.45 to 8.53, 808-2019 8.47 to 8.55). */
#ifndef XIE_JT808_MEDIA_H
#define XIE_JT808_MEDIA_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/str.h"
#include "xie/jt808/position.h"

struct xie_jt808_media { /* 0x0800; the first eight bytes of 0x0801 */
	uint32_t id;
	uint8_t kind;    /* 0 picture, 1 sound, 2 video */
	uint8_t format;  /* 0 JPEG, 1 TIF, 2 MP3, 3 WAV, 4 WMV */
	uint8_t event;   /* 0 command, 1 timer, 2 robbery, 3 crash, 4 door open, 5 door shut, 6 over 20 km/h, 7 distance */
	uint8_t channel;
};
struct xie_jt808_media_data { /* 0x0801, parts joined */
	struct xie_jt808_media about;
	struct xie_jt808_position position; /* 28 bytes, never items */
	xie_str data; /* bytes */
};
struct xie_jt808_media_answer { /* 0x8800 */
	uint32_t id;
	bool has_missing; /* a count follows; without it everything came */
	uint32_t count;    /* as announced */
	uint32_t n;
	uint16_t *missing; /* part numbers */
};
struct xie_jt808_shoot { /* 0x8801 */
	uint8_t channel;
	uint16_t command;    /* 0 stop, 0xFFFF record, else so many pictures */
	uint16_t seconds;    /* between pictures, or the length of the recording */
	uint8_t keep;        /* 1 store, 0 send at once */
	uint8_t size;        /* 1 320x240 ... 8 D1; 2019: 0x00 smallest, 0xFF largest */
	uint8_t quality;     /* 1 best to 10 */
	uint8_t brightness, contrast, saturation, hue;
};
struct xie_jt808_shot { /* 0x0805 */
	uint16_t serial;
	uint8_t result;      /* 0 done, 1 failed, 2 no such channel */
	bool has_ids;        /* only with result 0 */
	uint32_t count;      /* as announced */
	uint32_t n;
	uint32_t *ids;
};
struct xie_jt808_stored {
	uint32_t id;
	uint8_t kind, channel, event;
	struct xie_jt808_position position;
};
struct xie_jt808_stored_list { /* 0x0802 */
	uint16_t serial;
	uint32_t count;      /* as announced */
	uint32_t n;
	struct xie_jt808_stored *items;
};
struct xie_jt808_media_query { /* 0x8802; 0x8803 with erase */
	uint8_t kind, channel, event; /* channel 0: all */
	struct xie_jt808_time from, to;
	uint8_t erase;
};
struct xie_jt808_record { /* 0x8804 */
	uint8_t command;     /* 0 stop, 1 start */
	uint16_t seconds;    /* 0: until stopped */
	uint8_t keep, rate;  /* rate: 0 8 kHz, 1 11, 2 23, 3 32 */
};
struct xie_jt808_media_pull { /* 0x8805 */
	uint32_t id;
	uint8_t erase;
};

#endif
