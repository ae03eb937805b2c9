/* SPDX-License-Identifier: Apache-2.0 */
/* xie/nmea/join.h — parts of AIS messages put together again.
 *
 * A part belongs to the group with the same total, sequence number, channel and source; a blank channel or an
 * unknown source matches any.  Parts may come out of order and groups may interleave.  The same part again counts as
 * one more copy, so that a message heard twice comes out twice.  A part that contradicts its group (same number,
 * other text) ends the group and begins a new one.
 *
 * A group lives 2 s of receive time after its last part; without receive times, for 32 further parts of other
 * messages.  While its first part is missing and its source unknown it lives for 8 further parts at most: in a feed
 * mixed from many stations the same sequence number soon comes again, and a left-over end would be put behind a
 * stranger's beginning.
 *
 * Memory is the caller's, its size fixed by him.  What is dropped is told, line by line. */
#ifndef XIE_NMEA_JOIN_H
#define XIE_NMEA_JOIN_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/nmea/bits.h"
#include "xie/nmea/line.h"

enum { XIE_NMEA_PARTS = 9, XIE_NMEA_PART_CHARS = 112 };

#define XIE_NMEA_GROUP_MS INT64_C(2000)
#define XIE_NMEA_GROUP_PARTS 32u
#define XIE_NMEA_HEADLESS_PARTS 8u

struct xie_nmea_group {
	bool own_ship, has_rx, came_out;
	char channel;
	int8_t seq;
	uint8_t total, held;       /* parts in the message, parts of which at least one copy is here */
	uint8_t source_n;          /* station, 0 unknown */
	char source[XIE_NMEA_SOURCE_MAX];
	xie_ms rx;                 /* of the last part */
	uint64_t age;              /* the joiner's clock at the last part */
	struct {
		uint64_t at;           /* the caller's mark (line number) of the first copy */
		uint8_t copies, fill, n;
		char text[XIE_NMEA_PART_CHARS];
	} part[XIE_NMEA_PARTS];
};

struct xie_nmea_joiner {
	struct xie_nmea_group *groups;
	uint32_t cap;
	uint32_t live;             /* groups in use, the first of the array */
	uint64_t clock;            /* parts seen */
	uint8_t source_n;          /* station of the message that came out last, see xie_nmea_joined_source */
	char source[XIE_NMEA_SOURCE_MAX];
};

/* groups: kept, cap >= 1 of them (32 serve a busy world-wide feed). */
void xie_nmea_joiner_init(struct xie_nmea_joiner *j, struct xie_nmea_group *groups, uint32_t cap);

/* Parts of a group that never became a message. */
struct xie_nmea_lost {
	xie_status st;             /* MISSING: parts never came; CONFLICT: contradicted; LIMIT: its slot was needed;
	                              DUPLICATE: spare copies of a message that came out */
	uint8_t n;
	uint64_t at[XIE_NMEA_PARTS];
};

enum xie_nmea_joined {
	XIE_NMEA_WAITING,  /* the part is kept */
	XIE_NMEA_WHOLE,    /* *bits holds a message */
	XIE_NMEA_BROKEN,   /* its group is complete but is no message: *ret_lost names the parts */
};

/* part: a line of kind VDM.  at: the caller's mark for it.  A part that is a whole message passes straight through.
 * *ret_lost->n != 0: a group was given up to make room for this part or because of it. */
enum xie_nmea_joined xie_nmea_join(struct xie_nmea_joiner *j, const struct xie_nmea_line *part, uint64_t at,
                                   struct xie_nmea_bits *bits, struct xie_nmea_lost *ret_lost);
/* Who heard the message that came out when part was given: its own source, or what an earlier part named. */
xie_str xie_nmea_joined_source(const struct xie_nmea_joiner *j, const struct xie_nmea_line *part);
/* Takes one group whose time is over; with end true, any.  False when there is none.  has_rx, rx: what time it is. */
bool xie_nmea_join_expired(struct xie_nmea_joiner *j, bool end, bool has_rx, xie_ms rx,
                           struct xie_nmea_lost *ret_lost);

#endif
