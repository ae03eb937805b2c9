/* SPDX-License-Identifier: Apache-2.0 */
/* xie/chain/record.h — one record of the journal: what came in, when, from where; and how it is written.
 *
 * The engine's input is the journal and nothing else (DESIGN, principle 2): frames, but also the passing of time,
 * sources going up and down, facts, settings and pack reloads are records.  A record's position is its number in
 * the journal, from 1, without gaps; receive times never decrease along positions.
 *
 * As bytes (in the tail and in blocks):
 *
 *   kind u8 (| 0x80: rx is absolute) | source varint | rx varint (delta to the record before, or absolute)
 *   | length varint | bytes
 *
 * varint: 7 bits a byte, least significant group first, shortest form only.  An encoding starts with an absolute
 * record; so encodings concatenate.  Positions are not written: they count. */
#ifndef XIE_CHAIN_RECORD_H
#define XIE_CHAIN_RECORD_H

#include <stdint.h>

#include "xie/base/rd.h"
#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"
#include "xie/base/wr.h"

/* number, name, what bytes holds.  Numbers are for ever: they stand in sealed blocks. */
#define XIE_REC_MAP(X)                                                                              \
	X(1, FRAME, "frame")     /* the bytes of one message exactly as received */                 \
	X(2, TICK, "tick")       /* nothing: rx is a whole second that has begun */                 \
	X(3, SOURCE, "source")   /* JSON {"id","name","state":"declared"|"up"|"down","why"?, ...} */ \
	X(4, FACT, "fact")       /* JSON: a permit, list entry, level ... with its validity */      \
	X(5, SETTING, "setting") /* JSON {"name","value"} */                                        \
	X(6, PACK, "pack")       /* JSON {"digest", ...}: packs in force from here on */            \
	X(7, CLOCK, "clock")     /* JSON {"wall","rx","ahead_ms"}: the system clock was set */      \
	X(8, PURGE, "purge")     /* JSON: a day's blocks were unlinked; see journal.md */           \
	X(9, START, "start")     /* JSON {"program","version"}: a writer began; all sources were down before it */

enum xie_rec_kind {
#define X(n, sym, name) XIE_REC_##sym = n,
	XIE_REC_MAP(X)
#undef X
	XIE_REC__END
};

#define XIE_REC_MAX (UINT32_C(1) << 20)           /* bytes of one record */
#define XIE_REC_HEAD_MAX (1 + 5 + 10 + 4)         /* what stands before them, at most */
#define XIE_RX_MAX (INT64_C(1) << 53)             /* exact in JSON; the year 287396 */

struct xie_rec {
	uint64_t pos;    /* given by the journal; ignored when appending */
	xie_ms rx;       /* receive time, 0..XIE_RX_MAX.  0 when appending: the journal stamps it */
	uint32_t source; /* number of the source, 0 = this node itself */
	uint8_t kind;    /* enum xie_rec_kind */
	xie_str bytes;   /* borrowed */
};

const char *xie_rec_kind_name(unsigned kind); /* "frame", or NULL */

/* Appends the encoding of rec to w; *rx_before is the receive time of the record before (negative: none, so rx is
 * written absolute) and becomes rec's.  RANGE for an unknown kind, a time that decreases or is out of range,
 * LIMIT for bytes over XIE_REC_MAX.  Nothing is written on failure. */
xie_status xie_rec_encode(xie_wr *w, const struct xie_rec *rec, xie_ms *rx_before) XIE_MUST_USE;

/* Reads the next record; ret_rec->bytes points into r's bytes, ret_rec->pos is left alone.  *rx_before as above.
 * TRUNCATED, MALFORMED (a longer varint than needed, an unknown kind, a first record without absolute time),
 * RANGE, LIMIT; then r is at its end and nothing else has changed. */
xie_status xie_rec_decode(xie_rd *r, xie_ms *rx_before, struct xie_rec *ret_rec) XIE_MUST_USE;

#endif
