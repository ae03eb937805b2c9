/* SPDX-License-Identifier: Apache-2.0 */
/* xie/jt808/video.h — signalling of JT/T 1078-2016 that travels in 808 frames.  The video itself does not. */
#ifndef XIE_JT808_VIDEO_H
#define XIE_JT808_VIDEO_H

#include <stdint.h>

#include "xie/base/str.h"
#include "xie/jt808/position.h"

struct xie_jt808_av_attributes { /* 0x1003, answer to 0x9003 */
	uint8_t audio_codec, audio_channels, audio_rate, audio_bits;
	uint16_t audio_frame;
	uint8_t audio_out, video_codec, audio_max, video_max;
};
struct xie_jt808_passengers { /* 0x1005 */
	struct xie_jt808_time from, to;
	uint16_t on, off;
};
struct xie_jt808_av_open { /* 0x9101 */
	xie_str host;
	uint16_t tcp, udp;
	uint8_t channel;
	uint8_t data;    /* 0 both, 1 video, 2 talk, 3 listen, 4 broadcast, 5 transparent */
	uint8_t stream;  /* 0 main, 1 sub */
};
struct xie_jt808_av_control { /* 0x9102 */
	uint8_t channel;
	uint8_t command; /* 0 close, 1 switch, 2 pause, 3 resume, 4 end talk */
	uint8_t close;   /* 0 both, 1 sound, 2 video */
	uint8_t stream;
};
struct xie_jt808_av_state { /* 0x9105 */
	uint8_t channel, loss_pct;
};
struct xie_jt808_av_replay { /* 0x9201 */
	xie_str host;
	uint16_t tcp, udp;
	uint8_t channel, data, stream, storage, mode, speed;
	struct xie_jt808_time from, to;
};
struct xie_jt808_av_replay_control { /* 0x9202 */
	uint8_t channel, command, speed;
	struct xie_jt808_time at;
};
struct xie_jt808_av_query { /* 0x9205 */
	uint8_t channel;
	struct xie_jt808_time from, to;
	uint64_t alarms;
	uint8_t data, stream, storage;
};
struct xie_jt808_av_resource {
	uint8_t channel;
	struct xie_jt808_time from, to;
	uint64_t alarms;
	uint8_t data, stream, storage;
	uint32_t size;
};
struct xie_jt808_av_resources { /* 0x1205 */
	uint16_t serial;
	uint32_t count; /* as announced */
	uint32_t n;
	struct xie_jt808_av_resource *items;
};
struct xie_jt808_av_upload { /* 0x9206, by FTP */
	xie_str host;
	uint16_t port;
	xie_str user, password, path;
	uint8_t channel;
	struct xie_jt808_time from, to;
	uint64_t alarms;
	uint8_t data, stream, storage;
	uint8_t network; /* bits: 0 WIFI, 1 LAN, 2 mobile */
};
struct xie_jt808_av_upload_state { /* 0x1206: result; 0x9207: 0 pause, 1 go on, 2 cancel */
	uint16_t serial;
	uint8_t value;
};
struct xie_jt808_ptz { /* 0x9301 channel, direction, speed; 0x9302 to 0x9306 channel, direction (or on) */
	uint8_t channel, value, speed;
};

#endif
