/* SPDX-License-Identifier: Apache-2.0 */
/* xie/jt808/parts.h — messages that come in parts (attribute bit 13), joined again, within bounds.
 *
 * A series is one terminal's message id and total; its parts come in any order, with other frames between them and
 * with serial numbers that need not follow each other (the standard wants them to; terminals differ).  A part that is
 * there already with other bytes begins the series anew.  When every place is taken the series that was touched
 * longest ago is dropped and counted: a terminal sends again what nobody answered.
 * All memory comes from the arena at init; one thread. */
#ifndef XIE_JT808_PARTS_H
#define XIE_JT808_PARTS_H

#include "xie/base/arena.h"
#include "xie/base/units.h"
#include "xie/jt808/frame.h"

struct xie_jt808_series {
	bool used, begun;      /* begun: serial is that of part 1, else it is reckoned back from another part */
	struct xie_jt808_head head; /* of the part that came first */
	uint16_t serial;       /* of the message's first part: what 0x8003 asks with */
	uint16_t got;
	uint32_t n;            /* bytes held */
	xie_ms first, last;    /* when it began and when it was touched */
	uint8_t asked;         /* how often missing parts were asked for */
	struct xie_jt808_slice {
		uint32_t at;
		uint16_t n;
		bool have;
	} *slices;             /* by part number - 1 */
	uint8_t *bytes;        /* in order of arrival */
};

struct xie_jt808_parts {
	struct xie_jt808_series *series;
	uint32_t series_n;
	uint16_t parts_max;    /* parts in one message */
	uint32_t bytes_max;    /* bytes in one message */
	uint8_t *joined;
	uint64_t dropped;      /* series given up for room */
};

enum xie_jt808_part {
	XIE_JT808_PART_KEPT,
	XIE_JT808_PART_AGAIN,    /* this part is there already: answer it, it was resent */
	XIE_JT808_PART_COMPLETE,
	XIE_JT808_PART_TOO_MUCH, /* more parts or bytes than a message may have: the series is given up */
};

/* LIMIT: mem is full. */
xie_status xie_jt808_parts_init(struct xie_jt808_parts *p, xie_arena *mem, uint32_t series_n, uint16_t parts_max,
                                uint32_t bytes_max) XIE_MUST_USE;
/* Takes one part (head.total != 0).  On COMPLETE, *ret_body (borrowed until the next add) is the whole body and
 * *ret_n its length. */
enum xie_jt808_part xie_jt808_parts_add(struct xie_jt808_parts *p, const struct xie_jt808_frame *f, xie_ms now,
                                        const uint8_t **ret_body, uint32_t *ret_n);
/* The series of this terminal that was touched before (now - quiet_ms), the oldest first, or NULL. */
struct xie_jt808_series *xie_jt808_parts_stale(struct xie_jt808_parts *p, const struct xie_jt808_head *terminal,
                                               xie_ms now, xie_ms quiet_ms);
/* The part numbers that are missing; writes at most cap and returns how many there are. */
uint32_t xie_jt808_parts_missing(const struct xie_jt808_series *s, uint16_t *numbers, uint32_t cap);
/* Forgets a series, or all series of a terminal. */
void xie_jt808_parts_drop(struct xie_jt808_series *s);
void xie_jt808_parts_drop_terminal(struct xie_jt808_parts *p, const struct xie_jt808_head *terminal);

#endif
