/* SPDX-License-Identifier: Apache-2.0 */
/* xie/store/backup.h — a copy of the whole data folder while it is in use, and back.
 *
 *   DATA/records.db  DATA/journal/  DATA/tracks/  DATA/snapshots/
 *
 * Each database is copied as of one moment with SQLite's own backup.  The order makes the copy consistent although the
 * moments differ: first what was computed from the journal (records, snapshots, tracks), then the journal, which
 * so holds everything the others mention; in it the tail before the days, and younger days before older ones, so
 * that a record on its way from the tail into a block is in one of them at least and no block is missing before
 * another.  backup.json lists every file with its SHA-256; `sha256sum` can check it too. */
#ifndef XIE_STORE_BACKUP_H
#define XIE_STORE_BACKUP_H

#include "xie/base/status.h"
#include "xie/base/units.h"

/* data: the running installation's folder.  out: DUPLICATE unless it is empty or not there.  On failure what was
 * written stays for inspection, without backup.json: it is no backup. */
xie_status xie_backup_make(const char *data, const char *out, xie_ms now, struct xie_err *reterr) XIE_MUST_USE;

/* Checks every digest first (CORRUPT names the file), then copies into data, which must be empty or not there
 * (DUPLICATE). */
xie_status xie_backup_restore(const char *backup, const char *data, struct xie_err *reterr) XIE_MUST_USE;

#endif
