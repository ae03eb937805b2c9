/* SPDX-License-Identifier: Apache-2.0 */
/* xie/jt808/control.h — answers, parameters, commands, text, calls, drivers, waybills, data: bodies that are not
 * positions, zones, media, active safety or video.  Clause numbers of 808-2013 / 808-2019 stand at each.
 *
 * xie_str members are bytes of the body: GBK text without its padding, or raw bytes where the comment says so. */
#ifndef XIE_JT808_CONTROL_H
#define XIE_JT808_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/str.h"
#include "xie/jt808/position.h"

struct xie_jt808_answer { /* 0x0001, 0x8001: 8.1, 8.2 */
	uint16_t serial, id;
	uint8_t result; /* 0 done, 1 failed, 2 bad message, 3 not supported; 0x8001 also 4 alarm seen */
};

struct xie_jt808_resend { /* 0x8003 (8.4 / 8.5), 0x0005 (2019, 8.6) */
	uint16_t serial; /* of the message's first part */
	bool wide;       /* the count has two bytes: 808-2019 as some read it */
	uint32_t n;
	uint16_t *parts;
};

struct xie_jt808_clock { /* 0x8004 (2019): the platform's time, answer to 0x0004.  UTC in the standard's text */
	struct xie_jt808_time t;
};

struct xie_jt808_param {
	uint32_t id;
	xie_str value; /* bytes; xie_jt808_param_info tells their kind */
};
struct xie_jt808_params { /* 0x8103 (8.8), 0x0104 (8.10) */
	uint16_t serial;  /* 0x0104: of the query */
	uint32_t count;    /* as announced */
	uint32_t n;
	struct xie_jt808_param *items;
};
struct xie_jt808_param_ids { /* 0x8106 */
	uint32_t n;
	uint32_t *ids;
};
enum xie_jt808_param_kind { XIE_JT808_PARAM_BYTES, XIE_JT808_PARAM_NUMBER, XIE_JT808_PARAM_TEXT };
/* The name ("report_interval_s"), kind and width in bytes (0 for text and bytes) of a parameter, or NULL. */
const char *xie_jt808_param_info(uint32_t id, enum xie_jt808_param_kind *ret_kind, uint8_t *ret_width);
/* The value of a NUMBER parameter; UNKNOWN for others, MALFORMED for a width that is none of 1, 2, 4. */
xie_status xie_jt808_param_number(const struct xie_jt808_param *p, uint32_t *ret_v) XIE_MUST_USE;

struct xie_jt808_attributes { /* 0x0107: 8.14 */
	uint16_t kind;
	uint8_t layout;     /* 0: 5/20/7 bytes of maker, model, terminal; 1: 5/30/30; 2: 11/30/30 */
	xie_str maker, model, terminal;
	xie_str iccid;      /* BCD[10], bytes */
	xie_str hardware, firmware;
	uint8_t gnss, radio;
};
struct xie_jt808_command { /* 0x8105: 8.11 */
	uint8_t command; /* 1 upgrade, 2 connect elsewhere, 3 off, 4 reset, 5 factory, 6 data off, 7 radio off */
	xie_str text;    /* parameters, separated by ';' */
};
struct xie_jt808_upgrade { /* 0x8108: 8.15 */
	uint8_t kind; /* 0 terminal, 12 card reader, 52 satellite module */
	bool long_maker; /* eleven bytes, as 808-2019 has them in 0x0100 */
	xie_str maker, version;
	xie_str data; /* bytes */
};
struct xie_jt808_upgraded { /* 0x0108 */
	uint8_t kind, result;
};

struct xie_jt808_located { /* 0x0201, 0x0500: answer with a position */
	uint16_t serial;
	struct xie_jt808_position position;
};
struct xie_jt808_batched { /* 0x0704 */
	uint8_t kind;
	uint32_t count; /* as announced */
	uint32_t n;
	struct xie_jt808_position *items;
};
struct xie_jt808_track { /* 0x8202: 8.23 */
	uint16_t interval_s;
	bool has_validity; /* absent when the interval is 0: stop */
	uint32_t validity_s;
};
struct xie_jt808_confirm { /* 0x8203: 8.24 */
	uint16_t serial; /* 0: all alarms of these kinds */
	uint32_t alarms;
};
struct xie_jt808_speech { /* 0x8300: 8.25 / 8.26 */
	uint8_t flags;
	bool has_kind; /* 2019 */
	uint8_t kind;  /* 1 notice, 2 service */
	xie_str text;
};

struct xie_jt808_choice { /* an event, a menu entry, an answer, an entry of the telephone book */
	uint8_t id;
	xie_str text;
	xie_str number; /* telephone book */
};
struct xie_jt808_choices { /* 0x8301, 0x8303, 0x8401 (kind); 0x8302 (flags and question) */
	uint8_t kind;
	xie_str question;
	uint32_t count; /* as announced; 0x8302 has none */
	uint32_t n;
	struct xie_jt808_choice *items;
};
struct xie_jt808_chosen { /* 0x0301 id; 0x0302 serial, id; 0x0303 id, on */
	uint16_t serial;
	uint8_t id, on;
};
struct xie_jt808_news { /* 0x8304 */
	uint8_t kind;
	xie_str text;
};
struct xie_jt808_call { /* 0x8400 */
	uint8_t kind; /* 0 call, 1 listen */
	xie_str number;
	bool padded;  /* sent in a field of 20 bytes */
};

struct xie_jt808_switch {
	uint16_t control;
	uint8_t value;
};
struct xie_jt808_switches { /* 0x8500: 8.36 / 8.37 */
	bool old;        /* 2013: flags alone, bit 0 locks */
	uint8_t flags;
	bool counted;    /* 2019: a count of two bytes stands first */
	uint32_t n;
	struct xie_jt808_switch *items;
};

struct xie_jt808_recorder { /* 0x0700, 0x8700, 0x8701: GB/T 19056 blocks */
	uint16_t serial; /* 0x0700 */
	uint8_t command;
	xie_str data; /* bytes */
};
struct xie_jt808_waybill { /* 0x0701 */
	bool bare; /* without the length that the standard puts first */
	xie_str text;
};
struct xie_jt808_driver { /* 0x0702: 8.41 */
	uint16_t edition;         /* of the body: 2011, 2013, 2019 */
	uint8_t state;            /* 1 card in, 2 card out */
	struct xie_jt808_time t;
	bool has_card;            /* the rest is there */
	uint8_t result;           /* 0 read; 1 to 4 why not */
	xie_str name, licence, issuer;
	uint8_t expiry[4];        /* BCD YYYYMMDD */
	xie_str identity;         /* 2011 and 2019: 20 bytes */
};
struct xie_jt808_can_frame {
	uint32_t id; /* bit 31 channel, 30 extended, 29 averaged, 0-28 id */
	uint8_t data[8];
};
struct xie_jt808_can { /* 0x0705 */
	uint8_t t[5]; /* BCD hh mm ss, ms in four digits */
	uint32_t count; /* as announced */
	uint32_t n;
	struct xie_jt808_can_frame *items;
};
struct xie_jt808_data { /* 0x0900, 0x8900: transparent; 0x0901: compressed (kind unused) */
	uint8_t kind; /* 0x00 GNSS detail, 0x0B IC card, 0x41 and 0x42 serial ports, 0xF0 on: makers' own */
	xie_str data; /* bytes */
};
struct xie_jt808_rsa { /* 0x0A00, 0x8A00 */
	uint32_t e;
	uint8_t n[128];
};

#endif
