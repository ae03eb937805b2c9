/* SPDX-License-Identifier: Apache-2.0 */
/* The list of messages, once: id, name, and the walk over its body. */
#include "xie/jt808/msg.h"

#include "walk.h"

static void walk_empty(struct walk *x, struct xie_jt808_msg *m)
{
	(void)x;
	(void)m;
}

static const struct row {
	uint16_t id;
	walk_fn *fn;
	const char *name;
} rows[] = { /* ascending */
	{ 0x0001, walk_answer, "terminal_answer" },
	{ 0x0002, walk_empty, "heartbeat" },
	{ 0x0003, walk_empty, "log_off" },
	{ 0x0004, walk_empty, "ask_time" },
	{ 0x0005, walk_resend, "terminal_asks_parts" },
	{ 0x0100, walk_register, "registration" },
	{ 0x0102, walk_auth, "authentication" },
	{ 0x0104, walk_param_answer, "parameters" },
	{ 0x0107, walk_attributes, "attributes" },
	{ 0x0108, walk_upgraded, "upgrade_result" },
	{ 0x0200, walk_position, "position" },
	{ 0x0201, walk_located, "position_answer" },
	{ 0x0301, walk_event, "event" },
	{ 0x0302, walk_reply, "question_answer" },
	{ 0x0303, walk_order, "news_order" },
	{ 0x0500, walk_located, "vehicle_control_answer" },
	{ 0x0608, walk_area_held, "areas_held" },
	{ 0x0700, walk_recorder_up, "recorder_data" },
	{ 0x0701, walk_waybill, "waybill" },
	{ 0x0702, walk_driver, "driver" },
	{ 0x0704, walk_batch, "position_batch" },
	{ 0x0705, walk_can, "can_data" },
	{ 0x0800, walk_media, "media_event" },
	{ 0x0801, walk_media_data, "media_data" },
	{ 0x0802, walk_stored, "media_stored" },
	{ 0x0805, walk_shot, "shoot_answer" },
	{ 0x0900, walk_data, "data_up" },
	{ 0x0901, walk_packed, "data_packed" },
	{ 0x0a00, walk_rsa, "terminal_rsa" },
	{ 0x1003, walk_av_attributes, "av_attributes" },
	{ 0x1005, walk_passengers, "passengers" },
	{ 0x1205, walk_av_resources, "av_resources" },
	{ 0x1206, walk_av_upload_state, "av_upload_done" },
	{ 0x1210, walk_file_list, "alarm_files" },
	{ 0x1211, walk_file_info, "file_info" },
	{ 0x1212, walk_file_info, "file_sent" },
	{ 0x8001, walk_answer, "platform_answer" },
	{ 0x8003, walk_resend, "platform_asks_parts" },
	{ 0x8004, walk_clock, "time_answer" },
	{ 0x8100, walk_registered, "registration_answer" },
	{ 0x8103, walk_param_set, "set_parameters" },
	{ 0x8104, walk_empty, "ask_parameters" },
	{ 0x8105, walk_command, "command" },
	{ 0x8106, walk_param_ids, "ask_some_parameters" },
	{ 0x8107, walk_empty, "ask_attributes" },
	{ 0x8108, walk_upgrade, "upgrade" },
	{ 0x8201, walk_empty, "ask_position" },
	{ 0x8202, walk_track, "track" },
	{ 0x8203, walk_confirm, "confirm_alarms" },
	{ 0x8204, walk_empty, "link_check" },
	{ 0x8300, walk_speech, "text" },
	{ 0x8301, walk_events, "set_events" },
	{ 0x8302, walk_question, "question" },
	{ 0x8303, walk_menu, "set_news_menu" },
	{ 0x8304, walk_news, "news" },
	{ 0x8400, walk_call, "call" },
	{ 0x8401, walk_book, "set_phone_book" },
	{ 0x8500, walk_switches, "vehicle_control" },
	{ 0x8600, walk_areas, "set_circles" },
	{ 0x8601, walk_area_ids, "delete_circles" },
	{ 0x8602, walk_areas, "set_rectangles" },
	{ 0x8603, walk_area_ids, "delete_rectangles" },
	{ 0x8604, walk_area_one, "set_polygon" },
	{ 0x8605, walk_area_ids, "delete_polygons" },
	{ 0x8606, walk_area_one, "set_route" },
	{ 0x8607, walk_area_ids, "delete_routes" },
	{ 0x8608, walk_area_ask, "ask_areas" },
	{ 0x8700, walk_recorder_down, "ask_recorder" },
	{ 0x8701, walk_recorder_down, "set_recorder" },
	{ 0x8702, walk_empty, "ask_driver" },
	{ 0x8800, walk_media_answer, "media_answer" },
	{ 0x8801, walk_shoot, "shoot" },
	{ 0x8802, walk_media_query, "ask_media" },
	{ 0x8803, walk_media_fetch, "pull_media" },
	{ 0x8804, walk_record, "record_sound" },
	{ 0x8805, walk_media_pull, "pull_one_media" },
	{ 0x8900, walk_data, "data_down" },
	{ 0x8a00, walk_rsa, "platform_rsa" },
	{ 0x9003, walk_empty, "ask_av_attributes" },
	{ 0x9101, walk_av_open, "av_open" },
	{ 0x9102, walk_av_control, "av_control" },
	{ 0x9105, walk_av_state, "av_state" },
	{ 0x9201, walk_av_replay, "av_replay" },
	{ 0x9202, walk_av_replay_control, "av_replay_control" },
	{ 0x9205, walk_av_query, "ask_av_resources" },
	{ 0x9206, walk_av_upload, "av_upload" },
	{ 0x9207, walk_av_upload_state, "av_upload_control" },
	{ 0x9208, walk_file_ask, "ask_alarm_files" },
	{ 0x9212, walk_file_done, "file_answer" },
	{ 0x9301, walk_ptz, "ptz_turn" },
	{ 0x9302, walk_ptz, "ptz_focus" },
	{ 0x9303, walk_ptz, "ptz_aperture" },
	{ 0x9304, walk_ptz, "ptz_wiper" },
	{ 0x9305, walk_ptz, "ptz_infrared" },
	{ 0x9306, walk_ptz, "ptz_zoom" },
};

static const struct row *find(uint16_t id)
{
	size_t lo = 0, hi = sizeof rows / sizeof rows[0];
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (rows[mid].id == id)
			return &rows[mid];
		if (rows[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const char *xie_jt808_msg_name(uint16_t id)
{
	const struct row *r = find(id);
	return r != NULL ? r->name : NULL;
}

xie_status xie_jt808_msg_read(uint16_t id, uint16_t edition, const void *body, size_t n, xie_arena *mem,
                              struct xie_jt808_msg *ret_msg)
{
	const struct row *row = find(id);
	struct xie_jt808_msg m = { .id = id, .edition = edition, .known = row != NULL };
	struct walk x = { .way = WALK_READ, .id = id, .edition = edition, .r = xie_rd_of(body, n), .mem = mem };
	if (row == NULL)
		m.u.body = xie_rd_str(&x.r, n);
	else
		row->fn(&x, &m);
	if (x.r.st != XIE_OK)
		return x.r.st;
	m.odd = x.odd;
	m.rest = xie_rd_str(&x.r, xie_rd_left(&x.r));
	if (m.rest.n != 0)
		m.odd |= XIE_JT808_ODD(REST);
	*ret_msg = m;
	return XIE_OK;
}

xie_status xie_jt808_msg_write(xie_wr *w, const struct xie_jt808_msg *msg)
{
	const struct row *row = find(msg->id);
	struct xie_jt808_msg m = *msg; /* a walk may not tell that writing changes nothing */
	struct walk x = { .way = WALK_WRITE, .id = m.id, .edition = m.edition, .w = w };
	if (row == NULL)
		xie_wr_str(w, m.u.body);
	else
		row->fn(&x, &m);
	xie_wr_str(w, m.rest);
	return w->st;
}

void xie_jt808_msg_json(xie_wr *w, const struct xie_jt808_msg *msg, uint32_t *odd)
{
	const struct row *row = find(msg->id);
	struct xie_jt808_msg m = *msg;
	struct walk x = { .way = WALK_JSON, .id = m.id, .edition = m.edition, .w = w };
	if (row == NULL)
		walk__json_hex(w, "hex", m.u.body.p, m.u.body.n);
	else
		row->fn(&x, &m);
	if (m.rest.n != 0)
		walk__json_hex(w, "rest", m.rest.p, m.rest.n);
	*odd |= x.odd;
}
