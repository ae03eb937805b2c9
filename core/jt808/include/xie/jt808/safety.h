/* SPDX-License-Identifier: Apache-2.0 */
/* xie/jt808/safety.h — active safety: items 0x64 to 0x67 of a position and the evidence files behind them
 * (T/JSATL 12-2017 "Su-biao" and its provincial relatives; for Foshan T/GDRTA 002 "Yue-biao").
 *
 * An alarm item is a common head, its own fields, a common tail and a label; the label names the evidence files and
 * its length differs by province:
 *
 *   province          terminal  time serial files  spare   bytes
 *   Jiangsu, Hunan        7       6     1     1      1        16
 *   Heilongjiang         30       6     1     1      0        38
 *   Sichuan              30       6     1     1      1        39
 *   Guangdong            30       6     1     1      2        40 */
#ifndef XIE_JT808_SAFETY_H
#define XIE_JT808_SAFETY_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/str.h"
#include "xie/jt808/position.h"

struct xie_jt808_label {
	uint8_t n;                /* bytes on the wire: 16, 38, 39 or 40 */
	xie_str terminal;
	struct xie_jt808_time t;
	uint8_t serial, files;
	uint8_t spare[2];
};
/* MALFORMED: n is none of the known lengths. */
xie_status xie_jt808_label_read(const void *p, size_t n, struct xie_jt808_label *ret_label) XIE_MUST_USE;
xie_status xie_jt808_label_write(xie_wr *w, const struct xie_jt808_label *label) XIE_MUST_USE;

struct xie_jt808_tyre {
	uint8_t place;
	uint16_t bits;        /* 0 timed, 1 high, 2 low, 3 hot, 4 sensor, 5 unequal, 6 leak, 7 battery */
	uint16_t pressure_kpa, temperature_c, battery_pct;
};
enum { XIE_JT808_TYRES_MAX = 40 };

struct xie_jt808_safety {
	uint8_t item;         /* 0x64 driver assistance, 0x65 driver, 0x66 tyres, 0x67 blind spot */
	uint32_t id;
	uint8_t flag;         /* 0 n/a, 1 start, 2 end */
	uint8_t type, level;  /* 0x64, 0x65; 0x67: type alone */
	uint8_t front_kmh, front_ds, side, sign_kind, sign_value; /* 0x64; front_ds: distance in 0.1 s */
	uint8_t fatigue;      /* 0x65: degree 1 to 10 */
	uint8_t spare[4];     /* 0x65 */
	uint8_t speed_kmh;
	uint16_t alt_m;
	uint32_t lat, lon;    /* 1e-6 degree */
	struct xie_jt808_time t;
	uint16_t vehicle;     /* bits: 0 ACC 1 left 2 right 3 wiper 4 brake 5 card 10 fixed */
	struct xie_jt808_label label;
	uint8_t tyres_n;
	struct xie_jt808_tyre tyres[XIE_JT808_TYRES_MAX]; /* 0x66 */
};
/* p: the item's value.  The province is told by the length.  TRUNCATED, MALFORMED (no known label length),
 * LIMIT (more tyres than XIE_JT808_TYRES_MAX), UNKNOWN (another item). */
xie_status xie_jt808_safety_read(uint8_t item, const void *p, size_t n, struct xie_jt808_safety *ret_s) XIE_MUST_USE;
xie_status xie_jt808_safety_write(xie_wr *w, const struct xie_jt808_safety *s) XIE_MUST_USE; /* the value only */
/* "forward_collision", "fatigue", "phone", ...; NULL when the type is not in the list. */
const char *xie_jt808_safety_name(uint8_t item, uint8_t type);

struct xie_jt808_file {
	xie_str name;
	uint32_t size;
};
struct xie_jt808_file_ask { /* 0x9208: the platform asks for an alarm's files */
	xie_str host;
	uint16_t tcp, udp;
	struct xie_jt808_label label;
	xie_str alarm;        /* the platform's own number, 32 bytes */
	xie_str spare;        /* 16 bytes */
};
struct xie_jt808_file_list { /* 0x1210 */
	uint8_t layout;       /* bytes of terminal: 7 or 30; 0: no terminal before the label */
	xie_str terminal;
	struct xie_jt808_label label;
	xie_str alarm;
	uint8_t kind;         /* 0 new, 1 resend */
	uint32_t count;        /* as announced */
	uint32_t n;
	struct xie_jt808_file *items;
};
struct xie_jt808_file_info { /* 0x1211 before a file's blocks, 0x1212 behind them */
	xie_str name;
	uint8_t kind;         /* 0 picture, 1 sound, 2 video, 3 text, 4 other */
	uint32_t size;
};
struct xie_jt808_range {
	uint32_t offset, n;
};
struct xie_jt808_file_done { /* 0x9212 */
	xie_str name;
	uint8_t kind, result; /* result: 0 complete, 1 these ranges again */
	uint32_t count;        /* as announced */
	uint32_t n;
	struct xie_jt808_range *missing;
};

#endif
