/* SPDX-License-Identifier: Apache-2.0 */
/* xie/db_sqlite/db.h — SQLite with the house's manners: prepared statements bound by name, statuses, migrations.
 *
 * Knows no table.  A handle belongs to one thread at a time.  Every file is in WAL mode; a writer's commit is on
 * disk when the call returns (synchronous=FULL).  What SQLite said last is kept in the handle, for people.
 *
 * Statuses: DUPLICATE (a key exists), MISSING (a referenced row does not), RANGE (another constraint), UNAVAILABLE
 * (locked by somebody for too long), CORRUPT (the file is damaged or no database), IO (the system refused;
 * xie_db_full tells whether for want of space), LIMIT (memory, or a value over SQLite's ceiling), REFUSED (read only). */
#ifndef XIE_DB_SQLITE_DB_H
#define XIE_DB_SQLITE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"

struct xie_db;
struct xie_stmt;

struct xie_db_options {
	bool read_only;          /* the file must exist */
	bool must_exist;         /* do not create */
	unsigned page_bytes;     /* of a new file; 0 = 4096 */
	unsigned cache_kib;      /* 0 = 2048 */
	unsigned wal_pages;      /* pages in the log before it is copied back; 0 = 1000 */
	unsigned busy_ms;        /* how long to wait for another's lock; 0 = 5000 */
	bool keep_deleted_bytes; /* do not zero freed pages: for files whose freed pages are soon used again */
	const char *vfs;         /* NULL = the system's; tests bring one that fails */
};

xie_status xie_db_open(const char *path, const struct xie_db_options *opt, struct xie_db **ret_db,
                       struct xie_err *reterr) XIE_MUST_USE;
/* The log is copied back and removed when this was the last handle.  NULL allowed. */
void xie_db_close(struct xie_db *db);

const char *xie_db_message(const struct xie_db *db); /* what SQLite said about the last failure; "" = nothing */
bool xie_db_full(const struct xie_db *db);           /* the last failure was a full disk or quota */
/* Fills err (NULL allowed) with st, "path: what happened: SQLite's words". */
xie_status xie_db_err(const struct xie_db *db, xie_status st, const char *doing, struct xie_err *err);

/* Any number of statements without parameters. */
xie_status xie_db_exec(struct xie_db *db, const char *sql) XIE_MUST_USE;
xie_status xie_db_begin(struct xie_db *db) XIE_MUST_USE; /* takes the write lock at once */
xie_status xie_db_begin_read(struct xie_db *db) XIE_MUST_USE; /* one view for all statements until the end */
xie_status xie_db_commit(struct xie_db *db) XIE_MUST_USE; /* rolls back when it fails */
void xie_db_rollback(struct xie_db *db);             /* harmless outside a transaction */

/* The statement for sql, prepared once per handle: sql must be a text that lives as long (a literal) and stands
 * for itself by address.  Reset and unbound, ready to bind.  Never NULL: one that cannot be prepared fails when it is run or
 * stepped, so that only these need a check. */
struct xie_stmt *xie_db_stmt(struct xie_db *db, const char *sql);

/* name without its '$'.  A name the statement does not have makes the next step fail with UNKNOWN; so does one that
 * it has and nobody bound (MISSING). Bytes and text: borrowed until the statement is reset or run to its end. */
void xie_stmt_i64(struct xie_stmt *s, const char *name, int64_t v);
void xie_stmt_str(struct xie_stmt *s, const char *name, xie_str v);
void xie_stmt_bytes(struct xie_stmt *s, const char *name, const void *p, size_t n);
void xie_stmt_null(struct xie_stmt *s, const char *name);
/* The time, or NULL in the table for XIE_DB_NO_TIME. */
void xie_stmt_time(struct xie_stmt *s, const char *name, xie_ms t);
#define XIE_DB_NO_TIME INT64_MIN

/* To the end, rows discarded; resets. */
xie_status xie_stmt_run(struct xie_stmt *s) XIE_MUST_USE;
/* The next row; *ret_row false at the end or on failure, and then the statement is reset. */
xie_status xie_stmt_step(struct xie_stmt *s, bool *ret_row) XIE_MUST_USE;
void xie_stmt_reset(struct xie_stmt *s); /* ends a reading before its end */

/* Columns of the row, from 0.  Text and bytes are borrowed until the next step. */
int64_t xie_col_i64(struct xie_stmt *s, int col);
xie_str xie_col_str(struct xie_stmt *s, int col);
xie_ms xie_col_time(struct xie_stmt *s, int col); /* XIE_DB_NO_TIME for NULL */
bool xie_col_is_null(struct xie_stmt *s, int col);
/* n bytes into to, when the column has exactly as many; else CORRUPT. */
xie_status xie_col_digest(struct xie_stmt *s, int col, uint8_t *to, size_t n) XIE_MUST_USE;

int64_t xie_db_changes(const struct xie_db *db); /* rows the last statement changed */
/* The first column of the first row; MISSING without a row. */
xie_status xie_db_get_i64(struct xie_db *db, const char *sql, int64_t *ret_v) XIE_MUST_USE;

/* ---- migrations: numbered, forward only ---- */
struct xie_migration {
	unsigned number; /* from 1, without gaps */
	const char *name, *sql;
};
/* The number the file stands at; 0 for a new one.  CORRUPT when an applied migration's text differs from ours. */
xie_status xie_db_version(struct xie_db *db, const struct xie_migration *m, size_t n, unsigned *ret_version,
                          struct xie_err *reterr) XIE_MUST_USE;
/* Brings the file to number n, each step in a transaction.  before (NULL allowed) is called once when a file that
 * is not new would change; unless it succeeds nothing does.  REFUSED for a file that a newer program made. */
xie_status xie_db_migrate(struct xie_db *db, const struct xie_migration *m, size_t n, xie_ms now,
                          xie_status (*before)(void *ctx, struct xie_db *db, unsigned from), void *ctx,
                          struct xie_err *reterr) XIE_MUST_USE;

/* Copies the whole database, as of one moment, into a new file at path (DUPLICATE when it exists), while others
 * write.  The copy is complete and on disk when the call returns; on failure no file is left. */
xie_status xie_db_backup(struct xie_db *db, const char *path, struct xie_err *reterr) XIE_MUST_USE;
/* SQLite's own check of the whole file: CORRUPT with the first finding. */
xie_status xie_db_check(struct xie_db *db, struct xie_err *reterr) XIE_MUST_USE;
/* The log back into the file, as far as readers allow. */
xie_status xie_db_checkpoint(struct xie_db *db) XIE_MUST_USE;

#endif
