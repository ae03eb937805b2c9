/* SPDX-License-Identifier: Apache-2.0 */
/* xie/store/archive.h — the archive (xie/port/archive.h) in files.
 *
 *   DIR/tracks/YYYYMM.db           chunks of one month (UTC, by their first point)
 *   DIR/snapshots/POSITION.snap    the newest few; a snapshot is a file that was renamed when it was whole:
 *
 *     "XIESNAP1" | length of meta u32 | meta as JSON | the engine's bytes as one zstd stream | SHA-256 of all before
 *
 * One thread at a time may write a snapshot; all else from any thread. */
#ifndef XIE_STORE_ARCHIVE_H
#define XIE_STORE_ARCHIVE_H

#include "xie/port/archive.h"

struct xie_archive_store;

struct xie_archive_options {
	unsigned keep_snapshots; /* 0 = 3 */
	const char *vfs;         /* SQLite's, NULL = the system's */
	void (*log)(void *ctx, const char *line);
	void *log_ctx;
};

/* dir is made when it is not there. */
xie_status xie_archive_open(const char *dir, const struct xie_archive_options *opt, struct xie_archive_store **ret_a,
                            struct xie_err *reterr) XIE_MUST_USE;
void xie_archive_close(struct xie_archive_store *a); /* NULL allowed */
struct xie_archive xie_archive_port(struct xie_archive_store *a);

/* Deletes the chunks that ended before `before`, but those of targets for which keep answers true (an alert, an open
 * case).  Months that are empty then are unlinked. *ret_deleted: chunks. */
xie_status xie_archive_expire(struct xie_archive_store *a, xie_ms before,
                              bool (*keep)(void *ctx, const struct xie_key *target), void *ctx, uint64_t *ret_deleted)
	XIE_MUST_USE;

/* Reads every month and every snapshot; what is called for each finding.  sound (NULL: none) gets every chunk, with ctx
 * NULL; one that it does not answer with OK is a finding. */
xie_status xie_archive_check(const char *dir, xie_chunk_fn *sound, void (*what)(void *ctx, const char *text), void *ctx, unsigned *ret_bad)
	XIE_MUST_USE;

#endif
