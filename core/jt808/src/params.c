/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal's parameters: 808-2013 table 12, 808-2019 table 12, JT/T 1078 table 5, T/JSATL 12 tables 4-10. */
#include "xie/jt808/control.h"

#include "xie/base/rd.h"

struct row {
	uint16_t id;
	uint8_t kind, width;
	const char *name;
};
#define NUM(id, width, name) { id, XIE_JT808_PARAM_NUMBER, width, name },
#define TXT(id, name) { id, XIE_JT808_PARAM_TEXT, 0, name },
#define RAW(id, name) { id, XIE_JT808_PARAM_BYTES, 0, name },

static const struct row rows[] = {
	NUM(0x0001, 4, "heartbeat_s")
	NUM(0x0002, 4, "tcp_timeout_s")
	NUM(0x0003, 4, "tcp_resends")
	NUM(0x0004, 4, "udp_timeout_s")
	NUM(0x0005, 4, "udp_resends")
	NUM(0x0006, 4, "sms_timeout_s")
	NUM(0x0007, 4, "sms_resends")
	TXT(0x0010, "apn")
	TXT(0x0011, "dial_user")
	TXT(0x0012, "dial_password")
	TXT(0x0013, "host")
	TXT(0x0014, "backup_apn")
	TXT(0x0015, "backup_dial_user")
	TXT(0x0016, "backup_dial_password")
	TXT(0x0017, "backup_host")
	NUM(0x0018, 4, "tcp_port")
	NUM(0x0019, 4, "udp_port")
	TXT(0x001a, "card_host")
	NUM(0x001b, 4, "card_tcp_port")
	NUM(0x001c, 4, "card_udp_port")
	TXT(0x001d, "card_backup_host")
	NUM(0x0020, 4, "report_policy")
	NUM(0x0021, 4, "report_scheme")
	NUM(0x0022, 4, "report_interval_no_driver_s")
	TXT(0x0023, "secondary_apn")
	TXT(0x0024, "secondary_dial_user")
	TXT(0x0025, "secondary_dial_password")
	TXT(0x0026, "secondary_backup_host")
	NUM(0x0027, 4, "report_interval_asleep_s")
	NUM(0x0028, 4, "report_interval_sos_s")
	NUM(0x0029, 4, "report_interval_s")
	NUM(0x002c, 4, "report_distance_m")
	NUM(0x002d, 4, "report_distance_no_driver_m")
	NUM(0x002e, 4, "report_distance_asleep_m")
	NUM(0x002f, 4, "report_distance_sos_m")
	NUM(0x0030, 4, "turn_angle_deg")
	NUM(0x0031, 2, "fence_radius_m")
	RAW(0x0032, "forbidden_driving_hours")
	TXT(0x0040, "platform_phone")
	TXT(0x0041, "reset_phone")
	TXT(0x0042, "factory_reset_phone")
	TXT(0x0043, "platform_sms_phone")
	TXT(0x0044, "alarm_sms_phone")
	NUM(0x0045, 4, "call_answer_policy")
	NUM(0x0046, 4, "call_longest_s")
	NUM(0x0047, 4, "call_month_longest_s")
	TXT(0x0048, "listen_phone")
	TXT(0x0049, "privileged_sms_phone")
	NUM(0x0050, 4, "alarm_mask")
	NUM(0x0051, 4, "alarm_sms_mask")
	NUM(0x0052, 4, "alarm_picture_mask")
	NUM(0x0053, 4, "alarm_picture_keep_mask")
	NUM(0x0054, 4, "critical_mask")
	NUM(0x0055, 4, "speed_limit_kmh")
	NUM(0x0056, 4, "overspeed_lasting_s")
	NUM(0x0057, 4, "driving_longest_s")
	NUM(0x0058, 4, "driving_day_longest_s")
	NUM(0x0059, 4, "rest_shortest_s")
	NUM(0x005a, 4, "parking_longest_s")
	NUM(0x005b, 2, "overspeed_warning_dkmh")
	NUM(0x005c, 2, "fatigue_warning_s")
	NUM(0x005d, 2, "collision")
	NUM(0x005e, 2, "rollover_deg")
	NUM(0x0064, 4, "timed_pictures")
	NUM(0x0065, 4, "distance_pictures")
	NUM(0x0070, 4, "picture_quality")
	NUM(0x0071, 4, "brightness")
	NUM(0x0072, 4, "contrast")
	NUM(0x0073, 4, "saturation")
	NUM(0x0074, 4, "hue")
	RAW(0x0075, "video")
	RAW(0x0076, "video_channels")
	RAW(0x0077, "video_of_channels")
	RAW(0x0079, "special_alarm_recording")
	NUM(0x007a, 4, "video_alarm_mask")
	RAW(0x007b, "image_analysis")
	RAW(0x007c, "wake_up")
	NUM(0x0080, 4, "mileage_hm")
	NUM(0x0081, 2, "province")
	NUM(0x0082, 2, "county")
	TXT(0x0083, "plate")
	NUM(0x0084, 1, "plate_color")
	NUM(0x0090, 1, "gnss_mode")
	NUM(0x0091, 1, "gnss_baud")
	NUM(0x0092, 1, "gnss_output_rate")
	NUM(0x0093, 4, "gnss_sampling_s")
	NUM(0x0094, 1, "gnss_upload")
	NUM(0x0095, 4, "gnss_upload_setting")
	NUM(0x0100, 4, "can1_sampling_ms")
	NUM(0x0101, 2, "can1_upload_s")
	NUM(0x0102, 4, "can2_sampling_ms")
	NUM(0x0103, 2, "can2_upload_s")
	RAW(0x0110, "can_id")
	RAW(0xf364, "driver_assistance")
	RAW(0xf365, "driver_monitoring")
	RAW(0xf366, "tyre_monitoring")
	RAW(0xf367, "blind_spot_monitoring")
};

static const struct row *find(uint32_t id)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].id == id)
			return &rows[i];
	return NULL;
}

const char *xie_jt808_param_info(uint32_t id, enum xie_jt808_param_kind *ret_kind, uint8_t *ret_width)
{
	const struct row *r = find(id);
	if (r == NULL)
		return NULL;
	*ret_kind = (enum xie_jt808_param_kind)r->kind;
	*ret_width = r->width;
	return r->name;
}

xie_status xie_jt808_param_number(const struct xie_jt808_param *p, uint32_t *ret_v)
{
	const struct row *row = find(p->id);
	if (row == NULL || row->kind != XIE_JT808_PARAM_NUMBER)
		return XIE_UNKNOWN;
	xie_rd r = xie_rd_of(p->value.p, p->value.n);
	uint32_t v = 0;
	switch (p->value.n) {
	case 1:
		v = xie_rd_u8(&r);
		break;
	case 2:
		v = xie_rd_u16be(&r);
		break;
	case 4:
		v = xie_rd_u32be(&r);
		break;
	default:
		return XIE_MALFORMED;
	}
	*ret_v = v;
	return XIE_OK;
}
