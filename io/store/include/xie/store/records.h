/* SPDX-License-Identifier: Apache-2.0 */
/* xie/store/records.h — the store (xie/port/store.h) on SQLite: one file, one writer, readers beside it.
 *
 * Statements stand in sql/records.sql, tables in schema/; both are taken by PostgreSQL too (script/check-sql). */
#ifndef XIE_STORE_RECORDS_H
#define XIE_STORE_RECORDS_H

#include "xie/base/status.h"
#include "xie/port/clock.h"
#include "xie/port/store.h"

struct xie_records;

struct xie_records_options {
	struct xie_clock clock;
	const char *vfs; /* SQLite's, NULL = the system's */
	bool migrate;    /* bring an older file to this program's version, after a backup beside it */
	void (*log)(void *ctx, const char *line); /* for operators; NULL: silent */
	void *log_ctx;
};

/* Opens the file, or makes it.  REFUSED: it is older than this program and migrate is not set, or newer; CORRUPT. */
xie_status xie_records_open(const char *path, const struct xie_records_options *opt, struct xie_records **ret_r,
                            struct xie_err *reterr) XIE_MUST_USE;
void xie_records_close(struct xie_records *r); /* NULL allowed */
struct xie_store xie_records_store(struct xie_records *r);

/* The number a file stands at, and the number this program wants. */
xie_status xie_records_version(const char *path, unsigned *ret_has, unsigned *ret_wants, struct xie_err *reterr)
	XIE_MUST_USE;

/* Everything that can be checked: the file itself, every subject's chain of events and its row's version and head, the
 * chain of the audit.  what is called for each finding; *ret_bad counts them. */
xie_status xie_records_check(const char *path, void (*what)(void *ctx, const char *text), void *ctx, unsigned *ret_bad,
                             struct xie_err *reterr) XIE_MUST_USE;

#endif
