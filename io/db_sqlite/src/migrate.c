/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/base/sha256.h"
#include "db_int.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <unistd.h>

/* SQL that both databases take, as all of ours. */
static const char TABLE[] = "CREATE TABLE IF NOT EXISTS migration ("
			    "number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, at BIGINT NOT NULL)";

static void digest_of(const struct xie_migration *m, char ret_hex[65])
{
	uint8_t d[32];
	xie_sha256_of(m->sql, strlen(m->sql), d);
	for (size_t i = 0; i < sizeof d; i++)
		(void)snprintf(ret_hex + 2 * i, 3, "%02x", d[i]);
}

xie_status xie_db_version(struct xie_db *db, const struct xie_migration *m, size_t n, unsigned *ret_version,
                          struct xie_err *reterr)
{
	int64_t has;
	xie_status st = xie_db_get_i64(db, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'migration'",
	                               &has);
	if (st != XIE_OK)
		return xie_db_err(db, st, "read its version", reterr);
	unsigned version = 0;
	struct xie_stmt *s = has != 0 ? xie_db_stmt(db, "SELECT number, digest FROM migration ORDER BY number") : NULL;
	for (bool row = true; has != 0 && row;) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK)
			return xie_db_err(db, st, "read its version", reterr);
		if (!row)
			break;
		int64_t number = xie_col_i64(s, 0);
		char want[65];
		if (number == version + 1 && version < n)
			digest_of(&m[version], want);
		bool known = number == version + 1 && (version >= n || xie_str_is(xie_col_str(s, 1), want));
		if (!known) {
			xie_stmt_reset(s);
			db->message[0] = '\0';
			return xie_db_err(db, XIE_CORRUPT, "an applied migration is not the one this program has", reterr);
		}
		version++;
	}
	*ret_version = version;
	return XIE_OK;
}

static xie_status apply(struct xie_db *db, const struct xie_migration *m, xie_ms now)
{
	char digest[65];
	digest_of(m, digest);
	xie_status st = xie_db_begin(db);
	if (st == XIE_OK)
		st = xie_db_exec(db, m->sql);
	if (st == XIE_OK) {
		struct xie_stmt *s =
			xie_db_stmt(db, "INSERT INTO migration (number, name, digest, at) VALUES ($number, $name, $digest, $at)");
		xie_stmt_i64(s, "number", m->number);
		xie_stmt_str(s, "name", xie_str_of(m->name));
		xie_stmt_str(s, "digest", xie_str_of(digest));
		xie_stmt_i64(s, "at", now);
		st = xie_stmt_run(s);
	}
	if (st == XIE_OK)
		return xie_db_commit(db);
	xie_db_rollback(db);
	return st;
}

xie_status xie_db_migrate(struct xie_db *db, const struct xie_migration *m, size_t n, xie_ms now,
                          xie_status (*before)(void *ctx, struct xie_db *db, unsigned from), void *ctx,
                          struct xie_err *reterr)
{
	unsigned version;
	xie_status st = xie_db_version(db, m, n, &version, reterr);
	if (st != XIE_OK)
		return st;
	if (version > n) {
		db->message[0] = '\0';
		return xie_db_err(db, XIE_REFUSED, "made by a newer program", reterr);
	}
	if (version == n)
		return XIE_OK;
	if (version != 0 && before != NULL) {
		st = before(ctx, db, version);
		if (st != XIE_OK)
			return xie_db_err(db, st, "the backup before the migration failed, nothing was changed", reterr);
	}
	st = xie_db_exec(db, TABLE);
	for (unsigned i = version; st == XIE_OK && i < n; i++) {
		st = apply(db, &m[i], now);
		if (st != XIE_OK)
			return xie_db_err(db, st, m[i].name, reterr);
	}
	return st == XIE_OK ? st : xie_db_err(db, st, "migrate", reterr);
}

/* The file's name is on disk only when its folder is. */
static bool sync_folder(const char *path)
{
	char *copy = strdup(path);
	if (copy == NULL)
		return false;
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		(void)close(fd);
	return ok;
}

xie_status xie_db_backup(struct xie_db *db, const char *path, struct xie_err *reterr)
{
	if (access(path, F_OK) == 0) {
		db->message[0] = '\0';
		return xie_db_err(db, XIE_DUPLICATE, "back up: the file to write exists", reterr);
	}
	sqlite3 *to = NULL;
	int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(to, "PRAGMA synchronous=FULL", NULL, NULL, NULL);
	sqlite3_backup *b = rc == SQLITE_OK ? sqlite3_backup_init(to, "main", db->h, "main") : NULL;
	if (b != NULL) {
		rc = sqlite3_backup_step(b, -1); /* all pages in one reading: one moment, and writers go on (WAL) */
		rc = rc == SQLITE_DONE ? SQLITE_OK : rc;
		int end = sqlite3_backup_finish(b);
		rc = rc == SQLITE_OK ? end : rc;
	} else if (rc == SQLITE_OK) {
		rc = sqlite3_errcode(to);
	}
	/* The copy says WAL as its source does; opened once by nobody else, it needs no log beside it. */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	xie_status st = db__status(db, rc);
	if (rc != SQLITE_OK && to != NULL)
		(void)snprintf(db->message, sizeof db->message, "%s", sqlite3_errmsg(to));
	(void)sqlite3_close_v2(to);
	if (st == XIE_OK && !sync_folder(path)) {
		(void)snprintf(db->message, sizeof db->message, "%s", strerror(errno));
		st = XIE_IO;
	}
	if (st == XIE_OK)
		return XIE_OK;
	(void)unlink(path);
	return xie_db_err(db, st, "back up", reterr);
}

xie_status xie_db_check(struct xie_db *db, struct xie_err *reterr)
{
	struct xie_stmt *s = xie_db_stmt(db, "PRAGMA integrity_check(1)");
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	if (st == XIE_OK && row && !xie_str_is(xie_col_str(s, 0), "ok")) {
		xie_str said = xie_col_str(s, 0);
		(void)snprintf(db->message, sizeof db->message, "%.*s", (int)(said.n < 190 ? said.n : 190), said.p);
		st = XIE_CORRUPT;
	}
	xie_stmt_reset(s);
	return st == XIE_OK ? st : xie_db_err(db, st, "check", reterr);
}

xie_status xie_db_checkpoint(struct xie_db *db)
{
	int rc = sqlite3_wal_checkpoint_v2(db->h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return rc == SQLITE_BUSY ? XIE_OK : db__status(db, rc);
}
