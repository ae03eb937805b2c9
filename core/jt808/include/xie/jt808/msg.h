/* SPDX-License-Identifier: Apache-2.0 */
/* xie/jt808/msg.h — a whole message: body bytes to struct, struct to body bytes, struct to JSON.
 *
 * Each body is described once, by a walk over its fields (src/walk_*.c); reading, writing and printing are three
 * ways to take that walk, so they cannot disagree.  The position report, which decides verdicts and is hot, has a
 * pair of its own (position.h).  What the standard does not say but terminals do is accepted and said in odd. */
#ifndef XIE_JT808_MSG_H
#define XIE_JT808_MSG_H

#include "xie/base/arena.h"
#include "xie/jt808/area.h"
#include "xie/jt808/control.h"
#include "xie/jt808/frame.h"
#include "xie/jt808/identity.h"
#include "xie/jt808/media.h"
#include "xie/jt808/safety.h"
#include "xie/jt808/video.h"

struct xie_jt808_msg {
	uint16_t id;
	uint16_t edition;   /* of the header when read; a registration's and a driver's body may be of 2011 */
	bool known;         /* id is in the list; else body holds the bytes */
	uint32_t odd;       /* XIE_JT808_ODD(...) of the body */
	xie_str rest;       /* bytes behind what the message should hold */
	union {
		xie_str body;
		struct xie_jt808_answer answer;
		struct xie_jt808_resend resend;
		struct xie_jt808_clock clock;
		struct xie_jt808_register registration;
		struct xie_jt808_registered registered;
		struct xie_jt808_auth auth;
		struct xie_jt808_params params;
		struct xie_jt808_param_ids param_ids;
		struct xie_jt808_attributes attributes;
		struct xie_jt808_command command;
		struct xie_jt808_upgrade upgrade;
		struct xie_jt808_upgraded upgraded;
		struct xie_jt808_position position;
		struct xie_jt808_located located;
		struct xie_jt808_batched batch;
		struct xie_jt808_track track;
		struct xie_jt808_confirm confirm;
		struct xie_jt808_speech speech;
		struct xie_jt808_choices choices;
		struct xie_jt808_chosen chosen;
		struct xie_jt808_news news;
		struct xie_jt808_call call;
		struct xie_jt808_switches switches;
		struct xie_jt808_areas areas;
		struct xie_jt808_area_ids area_ids;
		struct xie_jt808_recorder recorder;
		struct xie_jt808_waybill waybill;
		struct xie_jt808_driver driver;
		struct xie_jt808_can can;
		struct xie_jt808_media media;
		struct xie_jt808_media_data media_data;
		struct xie_jt808_media_answer media_answer;
		struct xie_jt808_shoot shoot;
		struct xie_jt808_shot shot;
		struct xie_jt808_stored_list stored;
		struct xie_jt808_media_query media_query;
		struct xie_jt808_record record;
		struct xie_jt808_media_pull media_pull;
		struct xie_jt808_data data;
		struct xie_jt808_rsa rsa;
		struct xie_jt808_file_ask file_ask;
		struct xie_jt808_file_list file_list;
		struct xie_jt808_file_info file_info;
		struct xie_jt808_file_done file_done;
		struct xie_jt808_av_attributes av_attributes;
		struct xie_jt808_passengers passengers;
		struct xie_jt808_av_open av_open;
		struct xie_jt808_av_control av_control;
		struct xie_jt808_av_state av_state;
		struct xie_jt808_av_replay av_replay;
		struct xie_jt808_av_replay_control av_replay_control;
		struct xie_jt808_av_query av_query;
		struct xie_jt808_av_resources av_resources;
		struct xie_jt808_av_upload av_upload;
		struct xie_jt808_av_upload_state av_upload_state;
		struct xie_jt808_ptz ptz;
	} u;
};

/* "position", "registration", ...; NULL for an id that is not in the list. */
const char *xie_jt808_msg_name(uint16_t id);

/* Reads one whole body (parts joined).  edition: the header's.  body: borrowed by the message; lists come from mem.
 * An id outside the list is no failure: known is false.  TRUNCATED: shorter than the message can be; LIMIT: mem is
 * full.  *ret_msg is set only on success. */
xie_status xie_jt808_msg_read(uint16_t id, uint16_t edition, const void *body, size_t n, xie_arena *mem,
                              struct xie_jt808_msg *ret_msg) XIE_MUST_USE;
/* Writes the body.  Counts on the wire come from n of each list.  RANGE: a text or list is longer than its field
 * can say; LIMIT: w is full. */
xie_status xie_jt808_msg_write(xie_wr *w, const struct xie_jt808_msg *msg) XIE_MUST_USE;
/* Writes the members of a JSON object, without its braces; *odd gets what only shows when text is read. */
void xie_jt808_msg_json(xie_wr *w, const struct xie_jt808_msg *msg, uint32_t *odd);

/* The members of one position, the same in every message: alarm, status, lat, lon, ..., items. */
void xie_jt808_position_json(xie_wr *w, const struct xie_jt808_position *pos, uint32_t *odd);
/* ["overspeed",...] */
void xie_jt808_alarm_json(xie_wr *w, uint32_t alarm);
void xie_jt808_odd_json(xie_wr *w, uint32_t odd);

#endif
