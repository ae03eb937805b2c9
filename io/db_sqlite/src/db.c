/* SPDX-License-Identifier: Apache-2.0 */
#include "db_int.h"

#include <errno.h>

enum { MAX_STMTS = 256 };

xie_status db__status(struct xie_db *db, int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return XIE_OK;
	default:
		break;
	}
	(void)snprintf(db->message, sizeof db->message, "%s", db->h != NULL ? sqlite3_errmsg(db->h) : sqlite3_errstr(rc));
	db->full = (rc & 0xff) == SQLITE_FULL || (db->h != NULL && (rc & 0xff) == SQLITE_IOERR &&
	                                          (sqlite3_system_errno(db->h) == ENOSPC ||
	                                           sqlite3_system_errno(db->h) == EDQUOT));
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
		if (rc == SQLITE_CONSTRAINT_FOREIGNKEY)
			return XIE_MISSING;
		if (rc == SQLITE_CONSTRAINT_PRIMARYKEY || rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_ROWID)
			return XIE_DUPLICATE;
		return XIE_RANGE;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_INTERRUPT:
		return XIE_UNAVAILABLE;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return XIE_CORRUPT;
	case SQLITE_NOMEM:
	case SQLITE_TOOBIG:
		return XIE_LIMIT;
	case SQLITE_READONLY:
		return XIE_REFUSED;
	default:
		return XIE_IO;
	}
}

const char *xie_db_message(const struct xie_db *db)
{
	return db != NULL ? db->message : "";
}

bool xie_db_full(const struct xie_db *db)
{
	return db != NULL && db->full;
}

int64_t xie_db_changes(const struct xie_db *db)
{
	return sqlite3_changes64(db->h);
}

xie_status xie_db_err(const struct xie_db *db, xie_status st, const char *doing, struct xie_err *err)
{
	if (err == NULL)
		return st;
	const char *why = db->message[0] != '\0' ? db->message : xie_status_text(st);
	(void)xie_err_set(err, st, 0, 0, "", db->full ? "free space on this disk" : "");
	xie_err_add(err, db->path, strlen(db->path));
	xie_err_add(err, ": ", 2);
	xie_err_add(err, doing, strlen(doing));
	xie_err_add(err, ": ", 2);
	xie_err_add(err, why, strlen(why));
	return st;
}

static xie_status set_up(struct xie_db *db, const struct xie_db_options *opt)
{
	char sql[512];
	(void)sqlite3_extended_result_codes(db->h, 1);
	(void)sqlite3_busy_timeout(db->h, opt->busy_ms != 0 ? (int)opt->busy_ms : 5000);
	(void)sqlite3_db_config(db->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(db->h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)snprintf(sql, sizeof sql,
	               "PRAGMA page_size=%u; PRAGMA cache_size=-%u; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
	               "PRAGMA secure_delete=%s; PRAGMA cell_size_check=ON; PRAGMA wal_autocheckpoint=%u;",
	               opt->page_bytes != 0 ? opt->page_bytes : 4096, opt->cache_kib != 0 ? opt->cache_kib : 2048,
	               opt->keep_deleted_bytes ? "OFF" : "FAST", opt->wal_pages != 0 ? opt->wal_pages : 1000);
	xie_status st = xie_db_exec(db, sql);
	if (st == XIE_OK && !opt->read_only)
		st = xie_db_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
	int64_t n;
	if (st == XIE_OK) /* the first real reading: a file that is no database says so here */
		st = xie_db_get_i64(db, "SELECT count(*) FROM sqlite_master", &n);
	return st;
}

xie_status xie_db_open(const char *path, const struct xie_db_options *opt, struct xie_db **ret_db,
                       struct xie_err *reterr)
{
	static const struct xie_db_options PLAIN;
	if (opt == NULL)
		opt = &PLAIN;
	struct xie_db *db = calloc(1, sizeof *db);
	char *copy = strdup(path);
	struct xie_stmt *all = calloc(MAX_STMTS, sizeof *all);
	if (db == NULL || copy == NULL || all == NULL) {
		free(db);
		free(copy);
		free(all);
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, "out of memory", "");
	}
	db->path = copy;
	db->stmts = all;
	int flags = opt->read_only ? SQLITE_OPEN_READONLY :
	            opt->must_exist ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	int rc = sqlite3_open_v2(path, &db->h, flags | SQLITE_OPEN_NOMUTEX, opt->vfs);
	xie_status st = db__status(db, rc);
	if (rc == SQLITE_CANTOPEN && db->h != NULL && sqlite3_system_errno(db->h) == ENOENT)
		st = XIE_MISSING;
	if (st == XIE_OK)
		st = set_up(db, opt);
	if (st != XIE_OK) {
		st = xie_db_err(db, st, "open", reterr);
		xie_db_close(db);
		return st;
	}
	*ret_db = db;
	return XIE_OK;
}

void xie_db_close(struct xie_db *db)
{
	if (db == NULL)
		return;
	for (size_t i = 0; i < db->n_stmts; i++)
		(void)sqlite3_finalize(db->stmts[i].h);
	(void)sqlite3_close_v2(db->h);
	free(db->stmts);
	free(db->path);
	free(db);
}

xie_status xie_db_exec(struct xie_db *db, const char *sql)
{
	return db__status(db, sqlite3_exec(db->h, sql, NULL, NULL, NULL));
}

xie_status xie_db_begin(struct xie_db *db)
{
	return xie_stmt_run(xie_db_stmt(db, "BEGIN IMMEDIATE"));
}

xie_status xie_db_begin_read(struct xie_db *db)
{
	return xie_stmt_run(xie_db_stmt(db, "BEGIN"));
}

xie_status xie_db_commit(struct xie_db *db)
{
	xie_status st = xie_stmt_run(xie_db_stmt(db, "COMMIT"));
	if (st != XIE_OK)
		xie_db_rollback(db);
	return st;
}

void xie_db_rollback(struct xie_db *db)
{
	if (db != NULL && sqlite3_get_autocommit(db->h) == 0) {
		char message[sizeof db->message];
		bool full = db->full;
		memcpy(message, db->message, sizeof message);
		for (size_t i = 0; i < db->n_stmts; i++)
			(void)sqlite3_reset(db->stmts[i].h);
		(void)sqlite3_exec(db->h, "ROLLBACK", NULL, NULL, NULL);
		memcpy(db->message, message, sizeof message); /* what led here is what matters */
		db->full = full;
	}
}

struct xie_stmt *xie_db_stmt(struct xie_db *db, const char *sql)
{
	for (size_t i = 0; i < db->n_stmts; i++)
		if (db->stmts[i].sql == sql) {
			xie_stmt_reset(&db->stmts[i]);
			return &db->stmts[i];
		}
	struct xie_stmt *s = db->n_stmts < MAX_STMTS ? &db->stmts[db->n_stmts] : &db->bad;
	*s = (struct xie_stmt){ .db = db, .sql = sql };
	if (s == &db->bad) {
		(void)snprintf(db->message, sizeof db->message, "more than %d statements", MAX_STMTS);
		s->st = XIE_LIMIT;
		return s;
	}
	xie_status st = db__status(db, sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->h, NULL));
	if (st == XIE_OK) {
		db->n_stmts++;
		return s;
	}
	db->bad = (struct xie_stmt){ .db = db, .sql = sql, .st = st };
	return &db->bad;
}

/* The index of $name; remembers a wrong name until the next step. */
static int place(struct xie_stmt *s, const char *name)
{
	if (s->h == NULL)
		return 0;
	char full[64];
	(void)snprintf(full, sizeof full, "$%s", name);
	int i = sqlite3_bind_parameter_index(s->h, full);
	if (i == 0 && s->st == XIE_OK) {
		s->st = XIE_UNKNOWN;
		(void)snprintf(s->db->message, sizeof s->db->message, "no parameter %s", full);
	}
	if (i > 0 && i <= 64)
		s->bound |= UINT64_C(1) << (i - 1);
	return i;
}

static void keep(struct xie_stmt *s, int rc)
{
	if (rc != SQLITE_OK && s->st == XIE_OK)
		s->st = db__status(s->db, rc);
}

void xie_stmt_i64(struct xie_stmt *s, const char *name, int64_t v)
{
	int i = place(s, name);
	if (i != 0)
		keep(s, sqlite3_bind_int64(s->h, i, v));
}

void xie_stmt_str(struct xie_stmt *s, const char *name, xie_str v)
{
	int i = place(s, name);
	if (i != 0)
		keep(s, sqlite3_bind_text64(s->h, i, v.p != NULL ? v.p : "", v.n, SQLITE_STATIC, SQLITE_UTF8));
}

void xie_stmt_bytes(struct xie_stmt *s, const char *name, const void *p, size_t n)
{
	int i = place(s, name);
	if (i != 0)
		keep(s, sqlite3_bind_blob64(s->h, i, p != NULL ? p : "", n, SQLITE_STATIC));
}

void xie_stmt_null(struct xie_stmt *s, const char *name)
{
	int i = place(s, name);
	if (i != 0)
		keep(s, sqlite3_bind_null(s->h, i));
}

void xie_stmt_time(struct xie_stmt *s, const char *name, xie_ms t)
{
	if (t == XIE_DB_NO_TIME)
		xie_stmt_null(s, name);
	else
		xie_stmt_i64(s, name, t);
}

void xie_stmt_reset(struct xie_stmt *s)
{
	if (s->h == NULL)
		return;
	(void)sqlite3_reset(s->h);
	(void)sqlite3_clear_bindings(s->h);
	s->st = XIE_OK;
	s->bound = 0;
	s->running = false;
}

static xie_status ready(struct xie_stmt *s)
{
	if (s->st != XIE_OK || s->running)
		return s->st;
	int n = sqlite3_bind_parameter_count(s->h);
	uint64_t all = n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
	if ((s->bound & all) != all) {
		(void)snprintf(s->db->message, sizeof s->db->message, "a parameter is not bound: %s", s->sql);
		s->st = XIE_MISSING;
	}
	s->running = s->st == XIE_OK;
	return s->st;
}

xie_status xie_stmt_step(struct xie_stmt *s, bool *ret_row)
{
	*ret_row = false;
	xie_status st = ready(s);
	if (st == XIE_OK) {
		int rc = sqlite3_step(s->h);
		st = db__status(s->db, rc);
		*ret_row = rc == SQLITE_ROW;
	}
	if (!*ret_row)
		xie_stmt_reset(s);
	return st;
}

xie_status xie_stmt_run(struct xie_stmt *s)
{
	bool row = true;
	xie_status st = XIE_OK;
	while (st == XIE_OK && row)
		st = xie_stmt_step(s, &row);
	return st;
}

int64_t xie_col_i64(struct xie_stmt *s, int col)
{
	return sqlite3_column_int64(s->h, col);
}

xie_str xie_col_str(struct xie_stmt *s, int col)
{
	/* In this order: the pointer first, then its length (SQLite's rule for columns). */
	const void *p = sqlite3_column_blob(s->h, col);
	int n = sqlite3_column_bytes(s->h, col);
	return (xie_str){ p != NULL ? p : "", p != NULL ? (size_t)n : 0 };
}

bool xie_col_is_null(struct xie_stmt *s, int col)
{
	return sqlite3_column_type(s->h, col) == SQLITE_NULL;
}

xie_ms xie_col_time(struct xie_stmt *s, int col)
{
	return xie_col_is_null(s, col) ? XIE_DB_NO_TIME : sqlite3_column_int64(s->h, col);
}

xie_status xie_col_digest(struct xie_stmt *s, int col, uint8_t *to, size_t n)
{
	xie_str v = xie_col_str(s, col);
	if (v.n != n)
		return XIE_CORRUPT;
	memcpy(to, v.p, n);
	return XIE_OK;
}

xie_status xie_db_get_i64(struct xie_db *db, const char *sql, int64_t *ret_v)
{
	struct xie_stmt *s = xie_db_stmt(db, sql);
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	if (st != XIE_OK)
		return st;
	if (!row)
		return XIE_MISSING;
	*ret_v = xie_col_i64(s, 0);
	xie_stmt_reset(s);
	return XIE_OK;
}
