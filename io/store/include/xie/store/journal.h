/* SPDX-License-Identifier: Apache-2.0 */
/* xie/store/journal.h — the journal (xie/port/journal.h) in files of SQLite.
 *
 *   DIR/tail.db         records as they came, not yet in a block; the only file that a commit waits for
 *   DIR/YYYYMMDD.db     the blocks of one day (UTC, by receive time), chained; YYYYMMDD.2.db, .3.db ... when a part
 *                       before it was found damaged while being written
 *   DIR/kept.db         what outlives a purge: headers, signed purge records, held records with their proofs
 *   DIR/lock            held by the one process that writes
 *
 * Two threads of its own: the committer writes batches to the tail (at most commit_ms after the first record or once
 * commit_bytes are there), the sealer turns committed batches into blocks.  A failing disk stops intake, it does not
 * lose what was acknowledged: append answers LIMIT, the committer goes on trying, status says why. */
#ifndef XIE_STORE_JOURNAL_H
#define XIE_STORE_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/units.h"
#include "xie/model/key.h"
#include "xie/port/clock.h"
#include "xie/port/journal.h"
#include "xie/port/random.h"
#include "xie/port/signer.h"

struct xie_journal_store;

/* Which targets a record names, for the (target, hour) -> blocks index.  Fragments of one message must be joined to
 * know: begin makes a state that then sees the records in order, of asks it about the next one. */
struct xie_journal_keys {
	void *self;
	void *(*begin)(void *self); /* NULL allowed in the struct: then state is self */
	size_t (*of)(void *state, const struct xie_rec *rec, struct xie_key *ret_keys, size_t cap); /* how many */
	void (*end)(void *state);
};

struct xie_journal_options {
	struct xie_clock clock;
	struct xie_random random;
	struct xie_journal_keys keys;    /* zeroed: no index, find answers nothing */
	const struct xie_signer *signer; /* for purge records; NULL: purging is refused */
	const char *program;             /* name and version, for START records */
	const char *vfs;                 /* SQLite's, NULL = the system's */
	void (*log)(void *ctx, const char *line); /* for operators; NULL: silent */
	void *log_ctx;
	bool no_ticks;           /* append no TICK records */
	unsigned commit_ms;      /* 0 = 5 */
	unsigned commit_bytes;   /* 0 = 256 KiB */
	unsigned block_bytes;    /* of records in one block; 0 = 1 MiB */
	unsigned seal_ms;        /* how old an unsealed record gets; 0 = 60 s */
	unsigned queue_bytes;    /* waiting for a commit; 0 = 8 MiB */
	unsigned backlog_bytes;  /* committed and waiting for the sealer; 0 = 64 MiB */
	int zstd_level;          /* 0 = 1: level 3 costs 15 % more time a frame and saves 2 % of the bytes */
};

/* Opens for writing; makes DIR when it is not there.  Recovers: what the tail holds is committed, what blocks hold
 * already leaves it; a damaged file is set aside or ended, told in the log, and never stops the start.
 * REFUSED when another process writes; IO; CORRUPT when nothing tells where the chain stands. */
xie_status xie_journal_open(const char *dir, const struct xie_journal_options *opt, struct xie_journal_store **ret_j,
                            struct xie_err *reterr) XIE_MUST_USE;
/* Commits what is queued, seals, ends both threads.  Cursors must be closed before.  NULL allowed. */
void xie_journal_close(struct xie_journal_store *j);
struct xie_journal xie_journal_port(struct xie_journal_store *j);

enum xie_journal_state {
	XIE_JOURNAL_WRITING,
	XIE_JOURNAL_FULL,    /* the disk is full: nothing is taken, nothing is lost */
	XIE_JOURNAL_FAILING, /* another error of the disk; trying again */
};
struct xie_journal_status {
	enum xie_journal_state state;
	char message[200];       /* of the last failure, with the file */
	uint8_t journal[16];     /* which one */
	uint64_t committed;      /* position */
	uint64_t sealed;         /* position */
	uint64_t blocks;         /* number of the last block */
	xie_ms rx;               /* receive time of the last record */
	xie_ms clock_ahead;      /* how far receive time runs ahead of the system's clock */
	size_t queued_bytes, unsealed_bytes;
	uint64_t commits, bytes; /* since it was opened */
	uint64_t commit_us_max, commit_us_sum;
	uint64_t failures;       /* commits and seals that had to be tried again */
};
void xie_journal_status_of(struct xie_journal_store *j, struct xie_journal_status *ret_s);

/* Unlinks the blocks of a day (days since 1970) after keeping its headers, its held records with their proofs and a
 * signed purge record, which is also appended to the journal.  REFUSED: today or later, or no signer; MISSING: no
 * such day. */
xie_status xie_journal_purge(struct xie_journal_store *j, int64_t day, xie_str reason, struct xie_err *reterr)
	XIE_MUST_USE;

/* Reads without writing, beside the writer or without one: what `xiezhi doctor` asks.  found is told of every file and every
 * finding; ret_bad counts the findings.  full: digests of every record, else chain and structure only. */
struct xie_finding {
	const char *check;  /* "file", "chain", "block", "tail", "gap" */
	const char *file;
	bool ok;
	uint64_t first, last; /* positions concerned, 0 = none */
	uint64_t blocks, records;
	char what[240];
};
typedef void xie_finding_fn(void *ctx, const struct xie_finding *f);
xie_status xie_journal_check(const char *dir, bool full, xie_finding_fn *found, void *ctx, unsigned *ret_bad,
                             struct xie_err *reterr) XIE_MUST_USE;

#endif
