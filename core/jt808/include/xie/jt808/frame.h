/* SPDX-License-Identifier: Apache-2.0 */
/* xie/jt808/frame.h — the outer shell of JT/T 808-2011, -2013 and -2019: flags, escapes, check, header.
 *
 *   7E | id(2) attributes(2) phone BCD[6] serial(2)            [total(2) part(2)] | body | check(1) | 7E   2011, 2013
 *   7E | id(2) attributes(2) version(1) phone BCD[10] serial(2) [total(2) part(2)] | body | check(1) | 7E   2019
 *
 * Inside the flags 7E is sent as 7D 02 and 7D as 7D 01; the check is the exclusive or of everything before it,
 * taken before escaping (808-2013 4.4.2, 808-2019 4.4.2).  Attributes: bits 0-9 body length, 10-12 cipher,
 * 13 "has parts", 14 "2019 header", 15 reserved.
 *
 * Real terminals deviate.  A frame is accepted when its check and its arithmetic (header + length + 1 = bytes)
 * agree, and what was odd about it is said in `odd`; everything else is refused with a reason.
 * Pure; one struct is one thread's. */
#ifndef XIE_JT808_FRAME_H
#define XIE_JT808_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/wr.h"

enum {
	XIE_JT808_BODY_MAX = 1023,              /* ten bits of length */
	XIE_JT808_FRAME_MAX = 21 + 1023 + 1,    /* unescaped, without flags */
	XIE_JT808_WIRE_MAX = 2 * (21 + 1023 + 1) + 2,
};

/* Why bytes are no frame: symbol, code in REJECT lines and counters, text. */
#define XIE_JT808_BAD_MAP(X)                                                                            \
	X(NONE, "ok", "a good frame")                                                                   \
	X(NOISE, "noise", "bytes before the first flag 7E")                                             \
	X(SHORT, "short", "shorter than a header and its check")                                        \
	X(OVERSIZE, "oversize", "longer than header, 1023 bytes and check")                             \
	X(ESCAPE, "escape", "7D is followed by neither 01 nor 02")                                      \
	X(CHECKSUM, "checksum", "the exclusive or of the bytes is not the check byte")                  \
	X(LENGTH, "length", "header, body length and check do not add up to the frame's bytes")         \
	X(UNFINISHED, "unfinished", "the input ended before the closing flag 7E")                       \
	X(PART, "part", "part number zero or above the total")

enum xie_jt808_bad {
#define X(sym, code, text) XIE_JT808_BAD_##sym,
	XIE_JT808_BAD_MAP(X)
#undef X
	XIE_JT808_BAD__COUNT
};
const char *xie_jt808_bad_code(enum xie_jt808_bad b); /* "checksum" */
const char *xie_jt808_bad_text(enum xie_jt808_bad b);
xie_status xie_jt808_bad_status(enum xie_jt808_bad b); /* TRUNCATED, MALFORMED, CHECKSUM, LIMIT */

/* What a real terminal did that the standard does not say.  One list for header and bodies. */
#define XIE_JT808_ODD_MAP(X)                                                                            \
	X(UNESCAPED, "unescaped", "7E or 7D stands unescaped; check and length hold as it stands")      \
	X(BIT14, "bit14", "attribute bit 14 says 2019, header length says 2013")                        \
	X(NO_BIT14, "no_bit14", "header length says 2019, attribute bit 14 is unset")                   \
	X(PARTS_BIT, "parts_bit", "attribute bit 13 says parts, and there are none")    \
	X(BIT15, "bit15", "reserved attribute bit 15 is set")                                           \
	X(SERIAL8, "serial8", "the serial number has one byte (a maker's 0x5501 and 0x5502)")           \
	X(VERSION0, "version0", "2019 header with protocol version 0; the first is 1")                  \
	X(PHONE, "phone", "the phone number is not BCD")                                                \
	X(CIPHER, "cipher", "the body is enciphered and stays as bytes")                                \
	X(TIME, "time", "a time is not a BCD date")                                                     \
	X(ITEMS, "items", "the additional items do not add up; the bytes from there on are kept")       \
	X(ITEM_FORM, "item_form", "items with two-byte ids or long lengths, as extensions write them")  \
	X(ITEM_LEN, "item_len", "a known item has a length the standard does not give it")              \
	X(ITEM_TWICE, "item_twice", "the same item stands twice; the last one counts")                  \
	X(RECORD_LEN, "record_len", "a record's length does not fit its batch")                         \
	X(COUNT, "count", "a count differs from the records that are there")                            \
	X(REST, "rest", "bytes follow where the message should end")                                    \
	X(FORM, "form", "the body has the form of another edition or of a maker")                       \
	X(TEXT, "text", "text is neither GBK nor UTF-8, or is UTF-8 where the standard says GBK")       \
	X(RANGE, "range", "a value is outside what its field allows")                                   \
	X(BODY, "body", "the body has not the form of its message and stays as bytes")

enum {
#define X(sym, code, text) XIE_JT808_ODD_AT_##sym,
	XIE_JT808_ODD_MAP(X)
#undef X
	XIE_JT808_ODD__COUNT
};
#define XIE_JT808_ODD(sym) (UINT32_C(1) << XIE_JT808_ODD_AT_##sym)
const char *xie_jt808_odd_code(unsigned bit); /* bit number -> "bit14"; "?" outside the list */
const char *xie_jt808_odd_text(unsigned bit);

enum xie_jt808_edition { XIE_JT808_2011 = 2011, XIE_JT808_2013 = 2013, XIE_JT808_2019 = 2019 };

struct xie_jt808_head {
	uint16_t id, attr, serial;
	uint16_t edition;     /* 2013 or 2019: the header does not tell 2011 from 2013, some bodies do */
	uint16_t total, part; /* 0, 0 for a whole message; else part is from 1 to total */
	uint32_t body_n;      /* bytes of body: of this frame, or of the whole message once its parts are joined */
	uint8_t version;      /* 2019: protocol version byte */
	uint8_t phone_n;      /* bytes of phone: 6 or 10 */
	uint8_t phone[10];    /* as on the wire */
	uint32_t odd;         /* XIE_JT808_ODD(...) */
};

struct xie_jt808_frame {
	struct xie_jt808_head head;
	const uint8_t *body; /* head.body_n bytes, in the input or in room */
};

/* Reads what stands between two flags.  content: borrowed; room: XIE_JT808_FRAME_MAX bytes for the unescaped form,
 * used only when there is an escape.  *ret_frame is set only on BAD_NONE, and its body lives as long as content and
 * room do.  A flag inside content (a whole line of a log, whose frame was never escaped) is a byte like any other:
 * that it is odd is for the caller to say, who alone can meet one. */
enum xie_jt808_bad xie_jt808_frame_read(const void *content, size_t n, uint8_t *room,
                                        struct xie_jt808_frame *ret_frame);

/* Writes flags, header, body and check, escaped.  head->body_n and the length bits of attr are taken from n;
 * bits 13 and 14 from total and edition.  RANGE: n > 1023, part outside its total, edition unknown. */
xie_status xie_jt808_frame_write(xie_wr *w, const struct xie_jt808_head *head, const void *body,
                                 size_t n) XIE_MUST_USE;

/* The wire identity as text in out: digits without leading zeros, or, when the bytes are not BCD, lower-case
 * hexadecimal.  Returns its length. */
size_t xie_jt808_phone(const struct xie_jt808_head *head, char out[static 21]);
/* All 12 or 20 digits (or hexadecimal), zeros kept. */
size_t xie_jt808_phone_full(const struct xie_jt808_head *head, char out[static 21]);
/* The decimal identity as text.  A phone that is not BCD is a 48-bit IMEI without its check digit on some
 * makers' terminals: then the 15 digits of the IMEI.  MALFORMED when neither. */
xie_status xie_jt808_identity(const struct xie_jt808_head *head, char out[static 21], size_t *ret_n) XIE_MUST_USE;
/* Puts digits (1 to 12, or 1 to 20 for 2019) into head->phone, zero-filled.  MALFORMED, RANGE. */
xie_status xie_jt808_phone_set(struct xie_jt808_head *head, xie_str digits) XIE_MUST_USE;

/* ---- a stream cut into frames, over arbitrary chunks ----
 *
 * What stands between two flags is a candidate; two frames may share one flag; nothing between flags is nothing.
 * Bytes before the first flag are noise, reported once.  After an over-long candidate the splitter is in step
 * again at the next flag. */
struct xie_jt808_split {
	uint8_t *buf;       /* holds the head of a candidate that began in an earlier chunk */
	size_t cap, n;
	const uint8_t *p, *end; /* what is left of the chunk, borrowed */
	uint64_t offset;    /* stream position of p */
	uint64_t start;     /* stream position where the candidate began */
	bool synced;        /* a flag has been seen */
	bool over;          /* the candidate outgrew buf and is being skipped */
	bool emptied;       /* buf was handed out and is free again at the next call */
};

struct xie_jt808_piece {
	enum xie_jt808_bad bad; /* NONE: content is a candidate for xie_jt808_frame_read */
	const uint8_t *content; /* borrowed until the next call; the first bytes of what is bad */
	size_t n;
	uint64_t offset;        /* of content's first byte in the stream */
};

/* buf: kept; cap at least XIE_JT808_WIRE_MAX to hold every legal frame. */
void xie_jt808_split_init(struct xie_jt808_split *s, uint8_t *buf, size_t cap);
/* chunk: borrowed until split_next has returned false. */
void xie_jt808_split_feed(struct xie_jt808_split *s, const void *chunk, size_t n);
bool xie_jt808_split_next(struct xie_jt808_split *s, struct xie_jt808_piece *ret_piece);
/* At the end of the input: the unfinished candidate, if there is one. */
bool xie_jt808_split_end(struct xie_jt808_split *s, struct xie_jt808_piece *ret_piece);

#endif
