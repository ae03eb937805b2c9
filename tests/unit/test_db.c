/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <unistd.h>

#include "xie/db_sqlite/db.h"

static char dir[64], path[96];

static int setup(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/xie_db_XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/a.db", dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	static const char *const NAMES[] = { "a.db", "a.db-wal", "a.db-shm", "b.db", "b.db-journal" };
	char p[128];
	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
		(void)snprintf(p, sizeof p, "%s/%s", dir, NAMES[i]);
		(void)unlink(p);
	}
	return rmdir(dir);
}

static struct xie_db *open_db(void)
{
	struct xie_db *db = NULL;
	check_ok(xie_db_open(path, NULL, &db, NULL));
	return db;
}

static void values_come_back(void **state)
{
	(void)state;
	struct xie_db *db = open_db();
	check_ok(xie_db_exec(db, "CREATE TABLE t (a BIGINT NOT NULL PRIMARY KEY, b TEXT, c BLOB, d BIGINT)"));
	struct xie_stmt *s = xie_db_stmt(db, "INSERT INTO t (a, b, c, d) VALUES ($a, $b, $c, $d)");
	xie_stmt_i64(s, "a", INT64_MIN);
	xie_stmt_str(s, "b", XIE_STR("獬豸\0x"));
	xie_stmt_bytes(s, "c", "\0\1\2", 3);
	xie_stmt_time(s, "d", XIE_DB_NO_TIME);
	check_ok(xie_stmt_run(s));
	s = xie_db_stmt(db, "SELECT a, b, c, d FROM t");
	bool row;
	uint8_t c[3];
	check_ok(xie_stmt_step(s, &row));
	check_true(row);
	check_int(xie_col_i64(s, 0), INT64_MIN);
	check_int(xie_col_str(s, 1).n, 8);
	check_ok(xie_col_digest(s, 2, c, 3));
	check_st(xie_col_digest(s, 2, c, 2), XIE_CORRUPT);
	check_int(xie_col_time(s, 3), XIE_DB_NO_TIME);
	check_ok(xie_stmt_step(s, &row));
	check_true(!row);
	xie_db_close(db);
}

static void mistakes_in_binding_are_told(void **state)
{
	(void)state;
	struct xie_db *db = open_db();
	check_ok(xie_db_exec(db, "CREATE TABLE t (a BIGINT NOT NULL PRIMARY KEY)"));
	static const char SQL[] = "INSERT INTO t (a) VALUES ($a)";
	struct xie_stmt *s = xie_db_stmt(db, SQL);
	xie_stmt_i64(s, "b", 1);
	check_st(xie_stmt_run(s), XIE_UNKNOWN);
	check_true(strstr(xie_db_message(db), "$b") != NULL);
	s = xie_db_stmt(db, SQL);
	check_st(xie_stmt_run(s), XIE_MISSING);
	s = xie_db_stmt(db, SQL);
	xie_stmt_i64(s, "a", 1);
	check_ok(xie_stmt_run(s));
	/* A binding lasts for one run. */
	check_st(xie_stmt_run(s), XIE_MISSING);
	s = xie_db_stmt(db, "SELECT b FROM nowhere");
	xie_stmt_i64(s, "a", 1);
	check_st(xie_stmt_run(s), XIE_IO);
	check_true(strstr(xie_db_message(db), "nowhere") != NULL);
	xie_db_close(db);
}

static void constraints_have_their_statuses(void **state)
{
	(void)state;
	struct xie_db *db = open_db();
	check_ok(xie_db_exec(db, "CREATE TABLE p (a BIGINT NOT NULL PRIMARY KEY, u TEXT UNIQUE);"
				 "CREATE TABLE c (a BIGINT NOT NULL REFERENCES p (a), n BIGINT CHECK (n > 0));"
				 "INSERT INTO p VALUES (1, 'x')"));
	check_st(xie_db_exec(db, "INSERT INTO p VALUES (1, 'y')"), XIE_DUPLICATE);
	check_st(xie_db_exec(db, "INSERT INTO p VALUES (2, 'x')"), XIE_DUPLICATE);
	check_st(xie_db_exec(db, "INSERT INTO c VALUES (2, 1)"), XIE_MISSING);
	check_st(xie_db_exec(db, "INSERT INTO c VALUES (1, 0)"), XIE_RANGE);
	check_st(xie_db_exec(db, "INSERT INTO p VALUES (NULL, 'z')"), XIE_RANGE);
	int64_t n;
	check_st(xie_db_get_i64(db, "SELECT a FROM p WHERE a = 9", &n), XIE_MISSING);
	xie_db_close(db);
}

static void a_transaction_is_whole_or_not(void **state)
{
	(void)state;
	struct xie_db *db = open_db();
	int64_t n;
	check_ok(xie_db_exec(db, "CREATE TABLE t (a BIGINT NOT NULL PRIMARY KEY)"));
	check_ok(xie_db_begin(db));
	check_ok(xie_db_exec(db, "INSERT INTO t VALUES (1)"));
	xie_db_rollback(db);
	xie_db_rollback(db);
	check_ok(xie_db_get_i64(db, "SELECT count(*) FROM t", &n));
	check_int(n, 0);
	check_ok(xie_db_begin(db));
	check_ok(xie_db_exec(db, "INSERT INTO t VALUES (1)"));
	/* Another writer waits, then gives up. */
	struct xie_db *other = NULL;
	struct xie_db_options o = { .busy_ms = 20 };
	check_ok(xie_db_open(path, &o, &other, NULL));
	check_st(xie_db_begin(other), XIE_UNAVAILABLE);
	check_ok(xie_db_commit(db));
	check_ok(xie_db_get_i64(other, "SELECT count(*) FROM t", &n));
	check_int(n, 1);
	xie_db_close(other);
	xie_db_close(db);
}

static void open_says_what_is_wrong(void **state)
{
	(void)state;
	struct xie_db *db = NULL;
	struct xie_err err;
	struct xie_db_options o = { .read_only = true };
	check_st(xie_db_open(path, &o, &db, &err), XIE_MISSING);
	FILE *f = fopen(path, "wb");
	for (int i = 0; i < 4096; i++)
		(void)fputc('x', f);
	(void)fclose(f);
	check_st(xie_db_open(path, NULL, &db, &err), XIE_CORRUPT);
	check_true(strstr(err.what, path) != NULL);
}

static const struct xie_migration M[] = {
	{ 1, "0001_one", "CREATE TABLE one (a BIGINT NOT NULL PRIMARY KEY); INSERT INTO one VALUES (7);" },
	{ 2, "0002_two", "ALTER TABLE one ADD COLUMN b TEXT; UPDATE one SET b = 'x';" },
	{ 3, "0003_bad", "CREATE TABLE three (a BIGINT); INSERT INTO nowhere VALUES (1);" },
};
static unsigned asked;
static xie_status before(void *ctx, struct xie_db *db, unsigned from)
{
	(void)db;
	asked = from;
	return ctx != NULL ? *(xie_status *)ctx : XIE_OK;
}

static void migrations_go_forward_once(void **state)
{
	(void)state;
	struct xie_db *db = open_db();
	struct xie_err err;
	unsigned v = 99;
	int64_t n;
	check_ok(xie_db_version(db, M, 2, &v, &err));
	check_int(v, 0);
	asked = 99;
	check_ok(xie_db_migrate(db, M, 1, 5, before, NULL, &err));
	check_int(asked, 99); /* a new file needs no backup */
	check_ok(xie_db_migrate(db, M, 1, 5, before, NULL, &err));
	check_int(asked, 99); /* nothing to do */
	xie_status no = XIE_IO;
	check_st(xie_db_migrate(db, M, 2, 5, before, &no, &err), XIE_IO);
	check_int(asked, 1);
	check_ok(xie_db_version(db, M, 2, &v, &err));
	check_int(v, 1);
	check_ok(xie_db_migrate(db, M, 2, 5, before, NULL, &err));
	check_ok(xie_db_get_i64(db, "SELECT count(*) FROM one WHERE a = 7 AND b = 'x'", &n));
	check_int(n, 1);
	/* One that fails leaves nothing of itself. */
	check_st(xie_db_migrate(db, M, 3, 5, NULL, NULL, &err), XIE_IO);
	check_true(strstr(err.what, "0003_bad") != NULL);
	check_ok(xie_db_get_i64(db, "SELECT count(*) FROM sqlite_master WHERE name = 'three'", &n));
	check_int(n, 0);
	/* A file from the future, and one whose past differs. */
	check_st(xie_db_migrate(db, M, 1, 5, NULL, NULL, &err), XIE_REFUSED);
	struct xie_migration other[2] = { M[0], { 2, "0002_two", "SELECT 1" } };
	check_st(xie_db_version(db, other, 2, &v, &err), XIE_CORRUPT);
	xie_db_close(db);
}

static void backup_is_one_moment(void **state)
{
	(void)state;
	struct xie_db *db = open_db(), *copy = NULL;
	struct xie_err err;
	int64_t n;
	char to[128];
	(void)snprintf(to, sizeof to, "%s/b.db", dir);
	check_ok(xie_db_exec(db, "CREATE TABLE t (a BIGINT NOT NULL PRIMARY KEY); INSERT INTO t VALUES (1)"));
	check_ok(xie_db_backup(db, to, &err));
	check_ok(xie_db_exec(db, "INSERT INTO t VALUES (2)"));
	check_st(xie_db_backup(db, to, &err), XIE_DUPLICATE);
	check_ok(xie_db_open(to, NULL, &copy, &err));
	check_ok(xie_db_get_i64(copy, "SELECT count(*) FROM t", &n));
	check_int(n, 1);
	check_ok(xie_db_check(copy, &err));
	xie_db_close(copy);
	xie_db_close(db);
}

static void check_finds_damage(void **state)
{
	(void)state;
	struct xie_db *db = open_db();
	check_ok(xie_db_exec(db, "CREATE TABLE t (a BIGINT NOT NULL PRIMARY KEY, b TEXT)"));
	for (int i = 0; i < 2000; i++) {
		struct xie_stmt *s = xie_db_stmt(db, "INSERT INTO t (a, b) VALUES ($a, 'some text that fills pages')");
		xie_stmt_i64(s, "a", i);
		check_ok(xie_stmt_run(s));
	}
	xie_db_close(db);
	FILE *f = fopen(path, "r+b");
	check_int(fseek(f, 4096 * 5, SEEK_SET), 0);
	for (int i = 0; i < 4096; i++)
		(void)fputc(0x5a, f);
	(void)fclose(f);
	struct xie_err err;
	db = open_db();
	check_st(xie_db_check(db, &err), XIE_CORRUPT);
	xie_db_close(db);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(values_come_back),
		T(mistakes_in_binding_are_told),
		T(constraints_have_their_statuses),
		T(a_transaction_is_whole_or_not),
		T(open_says_what_is_wrong),
		T(migrations_go_forward_once),
		T(backup_is_one_moment),
		T(check_finds_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
