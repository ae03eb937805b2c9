/* SPDX-License-Identifier: Apache-2.0 */
/* xie/chain/eventlog.h — acts as lines of text that go along with evidence: key logs, witnessed heads, custody.
 *
 * A line is the event of event.h with its digest and, when somebody vouches for it, a signature over the digest's 32
 * bytes; members in this order, so that a line has one form:
 *
 *   {"n":1,"at":"2026-11-25T08:00:00.000Z","kind":"key","id":"node","event":"key_new","by":[],"data":{...},"user":"",
 *    "prev":"hex","digest":"hex","key":"who signed","signature":"hex"}
 *
 * Lines follow each other: n counts from 1, prev is the digest before (zeros at the beginning), time does not go back. */
#ifndef XIE_CHAIN_EVENTLOG_H
#define XIE_CHAIN_EVENTLOG_H

#include "xie/base/wr.h"
#include "xie/chain/event.h"

/* Where a log stands; zeros: at its beginning. */
struct xie_eventlog {
	uint64_t n;
	xie_ms at;
	uint8_t head[32];
};

/* Gives e its place behind l (n, prev) and its digest.  RANGE for a time before the log's; as xie_event_digest. */
xie_status xie_eventlog_place(const struct xie_eventlog *l, xie_arena *mem, struct xie_event *e) XIE_MUST_USE;
/* Writes the line, with its end.  signature: hexadecimal text or empty. */
xie_status xie_eventlog_write(const struct xie_event *e, xie_wr *w) XIE_MUST_USE;
/* One line without its end; texts of ret_e lie in the line or in mem.  MALFORMED, CHECKSUM (the digest is another's). */
xie_status xie_eventlog_read(xie_arena *mem, xie_str line, struct xie_event *ret_e) XIE_MUST_USE;
/* Takes e as the next: CONFLICT when it does not follow, and l is left alone. */
xie_status xie_eventlog_take(struct xie_eventlog *l, const struct xie_event *e) XIE_MUST_USE;

#endif
