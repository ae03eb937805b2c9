/* SPDX-License-Identifier: Apache-2.0 */
/* xie/nmea/line.h — what one line of a recording or feed says.
 *
 *   2016-03-31 00:00:01, !AIVDM,1,1,,B,33I>hf0PA706QD:L7NC5lT;`011Q,0*22        prefix in local time
 *   \s:rORBCOMM104,c:1418172113*55\!AIVDM,1,1,,B,13F?Vv700<DJuLEtvep`iToV0<00,0*78  tag block, NMEA 4.10
 *   $PGHP,1,2013,11,12,12,0,0,11,219,,2190067,1,62*26                            GateHouse: time of what follows
 *   !AIVDM,1,1,,A,14`qQb0000o?u?DK>Smo2E`v0404,0*1A,r003669987,1152921693        suffix: station, UNIX time (USCG)
 *   !ABVDM,1,1,,A,405flaAv4PP131B4B5e6;MO00404,0*1F,1485907262                   suffix: UNIX time
 *   # comment
 *
 * A line without a time of its own has the time of the line before it.  A source named by $PGHP or by a tag block that
 * stands alone is that of the lines that follow, unless they have tag blocks of their own.  A tag block whose own check fails says nothing, but the sentence behind it has its own.
 * Times are UNIX seconds with or without a fraction, or milliseconds when over 10^11.
 *
 * Reads nothing but the line, allocates nothing, knows no clock.  One reader for one stream, one thread at a time. */
#ifndef XIE_NMEA_LINE_H
#define XIE_NMEA_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"

enum { XIE_NMEA_SOURCE_MAX = 40 };

/* The fields of a tag block that are neither time nor source: metadata.  0 or empty: not named. */
struct xie_nmea_tag {
	uint32_t group, group_part, group_total; /* g */
	uint32_t line;                           /* n */
	int64_t relative;                        /* r */
	xie_str dest, text;                      /* d, t; borrowed from the line */
};

struct xie_nmea_reader {
	xie_ms utc_offset;     /* what local-time prefixes are east of UTC, in ms; set by the caller */
	bool has_rx;
	xie_ms rx;             /* time of the last line that had one */
	bool lone_tag;         /* the line before was a tag block alone */
	uint8_t pending_n;     /* source named by $PGHP or a lone tag block, for the lines that follow */
	char pending[XIE_NMEA_SOURCE_MAX];
	struct {               /* what stood before the last sentence and what it meant: most lines repeat it */
		uint8_t n, source_at, source_n;
		bool tag, has_t;
		xie_ms t;
		char text[64];
	} front;
	struct xie_nmea_tag tag; /* of the line read last */
	uint64_t bad_tags;     /* tag blocks whose own check failed */
};

void xie_nmea_reader_init(struct xie_nmea_reader *r, xie_ms utc_offset);

enum xie_nmea_kind {
	XIE_NMEA_BLANK,  /* nothing, or a comment */
	XIE_NMEA_META,   /* $PGHP or a tag block alone: it speaks of what follows */
	XIE_NMEA_OTHER,  /* a sound NMEA sentence that is not VDM or VDO */
	XIE_NMEA_VDM,    /* a part of an AIS message */
	XIE_NMEA_REJECT, /* st and why say what is wrong with it */
};

struct xie_nmea_line {
	enum xie_nmea_kind kind;
	xie_status st;     /* REJECT: CHECKSUM, MISSING (no check), MALFORMED, RANGE, LIMIT */
	const char *why;   /* REJECT: what is wrong, for people; static */
	bool has_rx;
	bool rx_own;       /* the line itself says it */
	xie_ms rx;
	xie_str source;    /* station, or empty; borrowed from the line or the reader */
	xie_str sentence;  /* from '!' or '$' to the end of the check */
	/* VDM only */
	bool own_ship;     /* VDO */
	uint8_t total, number; /* 1..9 */
	int8_t seq;        /* 0..9, -1 blank */
	char channel;      /* 'A', 'B'; 0 blank.  "1" and "2" are A and B */
	uint8_t fill;      /* 0..5; some senders leave up to 9 */
	xie_str payload;   /* armoured, its characters not yet judged */
	const struct xie_nmea_tag *tag; /* NULL without a tag block; valid until the next line is read */
};

/* Always fills *ret_line; returns its kind.  line: without its line end, borrowed. */
enum xie_nmea_kind xie_nmea_read(struct xie_nmea_reader *r, xie_str line, struct xie_nmea_line *ret_line);

#endif
