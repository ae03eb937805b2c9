/* SPDX-License-Identifier: Apache-2.0 */
/* xie/port/journal.h — the one stream of records that everything is computed from.
 *
 * Ingest appends, waits for the commit, and only then acknowledges: what is acknowledged is on disk.  The engine
 * reads with a cursor, from the position after its snapshot's.  Order is position; receive times never decrease;
 * one TICK record stands before the first record of each second that has any, and in every idle second.
 *
 * Any function may be called from any thread, but a cursor belongs to one thread at a time. */
#ifndef XIE_PORT_JOURNAL_H
#define XIE_PORT_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/base/units.h"
#include "xie/chain/block.h"
#include "xie/chain/record.h"
#include "xie/model/key.h"

struct xie_journal_cursor;

struct xie_journal {
	void *self;

	/* Queues n records as one piece (all or none) and returns at once; *ret_last is the position of the last.
	 * They will be committed within 10 ms or 256 KiB, whichever comes first; until then they are not safe.
	 * A record with rx 0 gets the time of now; another rx must not lie before the last record's.
	 * LIMIT: the queue is full, nothing was taken, try again after some commit (back pressure).
	 * RANGE: an unknown kind, more than XIE_REC_MAX bytes in a record or 4 MiB in the piece, a time that goes back,
	 * or times of two days (UTC) in one piece. */
	xie_status (*append)(void *self, const struct xie_rec *recs, size_t n, uint64_t *ret_last);

	/* The last position that is on disk. */
	uint64_t (*committed)(void *self);

	/* Waits until pos is on disk.  UNAVAILABLE after timeout_ms. */
	xie_status (*wait)(void *self, uint64_t pos, unsigned timeout_ms);

	/* fn is called after every commit, on the journal's thread, with the last position on disk; it must be
	 * short (wake somebody).  fn = NULL for this user ends it: when the call returns, fn runs no more.
	 * LIMIT when 16 are watching already. */
	xie_status (*watch)(void *self, void (*fn)(void *user, uint64_t committed), void *user);

	/* A cursor that stands before position from (1 = the beginning).  RANGE past the end + 1. */
	xie_status (*open)(void *self, uint64_t from, struct xie_journal_cursor **ret_c);
	/* Up to cap committed records; their bytes are borrowed until the next call on this cursor.  *ret_n = 0:
	 * all that is committed was read; wait and call again.
	 * CORRUPT (a block fails its check) or MISSING (a block was purged): the cursor stands before the gap;
	 * gap tells its extent and leap goes past it. */
	xie_status (*next)(void *self, struct xie_journal_cursor *c, struct xie_rec *ret_recs, size_t cap,
	                   size_t *ret_n);
	void (*gap)(void *self, const struct xie_journal_cursor *c, uint64_t *ret_first, uint64_t *ret_last);
	xie_status (*leap)(void *self, struct xie_journal_cursor *c);
	void (*close)(void *self, struct xie_journal_cursor *c); /* NULL allowed */

	/* Positions of the records that name the target, with receive times in [from, to], ascending, at most cap;
	 * *ret_n is the true count, so n > cap means "give more room".  CORRUPT, with what could be read, when a
	 * block of that time cannot be. */
	xie_status (*find)(void *self, const struct xie_key *target, xie_ms from, xie_ms to, uint64_t *ret_pos,
	                   size_t cap, size_t *ret_n);

	/* The record at pos with its path to its block's header; bytes in mem.  UNAVAILABLE while its block is not
	 * sealed (seal makes it so), MISSING when it was purged, RANGE when it never was. */
	xie_status (*prove)(void *self, uint64_t pos, xie_arena *mem, struct xie_proof *ret_proof);
	/* The headers of blocks first..last (numbers), XIE_BLOCK_HEADER bytes each; kept also after a purge.
	 * *ret_n of them; fewer when the chain ends before last. */
	xie_status (*headers)(void *self, uint64_t first, uint64_t last, uint8_t *ret_bytes, size_t cap,
	                      size_t *ret_n);
	/* Seals what is committed now into a block, without waiting for more. */
	xie_status (*seal)(void *self);

	/* Records that name the target in [from, to] outlive a purge, with their proofs, until release.  holder:
	 * the case.  Holding twice is one hold. */
	xie_status (*hold)(void *self, xie_str holder, const struct xie_key *target, xie_ms from, xie_ms to);
	xie_status (*release)(void *self, xie_str holder);
};

#endif
