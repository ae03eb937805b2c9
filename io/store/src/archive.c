/* SPDX-License-Identifier: Apache-2.0 */
/* Track chunks: a file of SQLite for each month. */
#include "archive_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xie/base/time.h"

enum { HOUR_MS = 3600000 };
#define TIME_LIMIT (INT64_C(1) << 47) /* within the calendar of xie/base/time.h */

static const char SCHEMA[] =
	"CREATE TABLE IF NOT EXISTS chunk (target BLOB NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL,"
	" lon0 INTEGER NOT NULL, lon1 INTEGER NOT NULL, lat0 INTEGER NOT NULL, lat1 INTEGER NOT NULL, n INTEGER NOT NULL,"
	" format INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (target, from_at)) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS chunk_time ON chunk (to_at, from_at, lat0, lat1, lon0, lon1);";

void archive__log(struct xie_archive_store *a, const char *format, ...)
{
	if (a->opt.log == NULL)
		return;
	char line[700];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(line, sizeof line, format, args);
	va_end(args);
	a->opt.log(a->opt.log_ctx, line);
}

int archive__month_of(xie_ms t)
{
	struct xie_civil c;
	xie_civil_from_ms(t, 0, &c);
	return c.year * 12 + c.month - 1;
}

void archive__path(const char *dir, int month, char *ret, size_t cap)
{
	(void)snprintf(ret, cap, "%s/tracks/%04d%02d.db", dir, month / 12, month % 12 + 1);
}

static int by_number(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;
	return (x > y) - (x < y);
}

xie_status archive__months(const char *dir, int **ret_months, size_t *ret_n)
{
	char path[ARCHIVE_PATH];
	(void)snprintf(path, sizeof path, "%s/tracks", dir);
	DIR *d = opendir(path);
	int *all = malloc(sizeof *all);
	size_t n = 0;
	if (d == NULL || all == NULL) {
		free(all);
		if (d != NULL)
			(void)closedir(d);
		return d == NULL ? XIE_IO : XIE_LIMIT;
	}
	for (struct dirent *e; (e = readdir(d)) != NULL;) {
		uint64_t v;
		xie_str name = xie_str_of(e->d_name);
		if (name.n != 9 || strcmp(e->d_name + 6, ".db") != 0 || xie_str_u64((xie_str){ name.p, 6 }, &v) != XIE_OK ||
		    v % 100 < 1 || v % 100 > 12)
			continue;
		int *grown = realloc(all, (n + 1) * sizeof *all);
		if (grown == NULL) {
			free(all);
			(void)closedir(d);
			return XIE_LIMIT;
		}
		all = grown;
		all[n++] = (int)(v / 100 * 12 + v % 100 - 1);
	}
	(void)closedir(d);
	qsort(all, n, sizeof *all, by_number);
	*ret_months = all;
	*ret_n = n;
	return XIE_OK;
}

/* The month's handle, under lock; the one that was used longest ago makes room.  MISSING unless make. */
static xie_status month_db(struct xie_archive_store *a, int month, bool make, struct xie_db **ret_db)
{
	size_t at = 0;
	for (size_t i = 0; i < MONTHS_OPEN; i++) {
		if (a->open[i].db != NULL && a->open[i].month == month) {
			a->open[i].used = ++a->clock;
			*ret_db = a->open[i].db;
			return XIE_OK;
		}
		if (a->open[i].used < a->open[at].used)
			at = i;
	}
	char path[ARCHIVE_PATH];
	archive__path(a->dir, month, path, sizeof path);
	const struct xie_db_options opt = { .must_exist = !make, .page_bytes = 8192, .cache_kib = 32768, .wal_pages = 2000,
		.keep_deleted_bytes = true, .vfs = a->opt.vfs };
	struct xie_db *db = NULL;
	struct xie_err err;
	xie_status st = xie_db_open(path, &opt, &db, &err);
	if (st == XIE_OK)
		st = xie_db_exec(db, SCHEMA);
	if (st != XIE_OK) {
		if (st != XIE_MISSING)
			archive__log(a, "archive: %s", db != NULL ? xie_db_message(db) : err.what);
		xie_db_close(db);
		return st;
	}
	xie_db_close(a->open[at].db);
	a->open[at].db = db;
	a->open[at].month = month;
	a->open[at].used = ++a->clock;
	*ret_db = db;
	return XIE_OK;
}

static xie_status put_one(struct xie_db *db, const struct xie_chunk *c)
{
	if (c->moved) {
		struct xie_stmt *d = xie_db_stmt(db, "DELETE FROM chunk WHERE target = $target AND from_at = $from");
		xie_stmt_bytes(d, "target", &c->target, 2 + (size_t)c->target.n);
		xie_stmt_i64(d, "from", c->was);
		xie_status st = xie_stmt_run(d);
		if (st != XIE_OK)
			return st;
	}
	struct xie_stmt *s = xie_db_stmt(db, "INSERT OR REPLACE INTO chunk (target, from_at, to_at, lon0, lon1, lat0, lat1, n,"
					     " format, bytes) VALUES ($target, $from, $to, $lon0, $lon1, $lat0, $lat1, $n,"
					     " $format, $bytes)");
	xie_stmt_bytes(s, "target", &c->target, 2 + (size_t)c->target.n);
	xie_stmt_i64(s, "from", c->from);
	xie_stmt_i64(s, "to", c->to);
	xie_stmt_i64(s, "lon0", c->low.lon);
	xie_stmt_i64(s, "lon1", c->high.lon);
	xie_stmt_i64(s, "lat0", c->low.lat);
	xie_stmt_i64(s, "lat1", c->high.lat);
	xie_stmt_i64(s, "n", c->n);
	xie_stmt_i64(s, "format", c->format);
	xie_stmt_bytes(s, "bytes", c->bytes.p, c->bytes.n);
	return xie_stmt_run(s);
}

/* Chunks of one month, a transaction for them; the rest of the list is left. */
static xie_status put_month(struct xie_archive_store *a, const struct xie_chunk *c, size_t n, int month)
{
	struct xie_db *db;
	xie_status st = month_db(a, month, true, &db);
	if (st == XIE_OK)
		st = xie_db_begin(db);
	if (st != XIE_OK)
		return st;
	for (size_t i = 0; st == XIE_OK && i < n; i++)
		if (archive__month_of(c[i].from) == month)
			st = put_one(db, &c[i]);
	if (st == XIE_OK)
		st = xie_db_commit(db);
	else
		xie_db_rollback(db);
	if (st != XIE_OK)
		archive__log(a, "archive: %s", xie_db_message(db));
	return st;
}

static xie_status chunk_put(void *self, const struct xie_chunk *c, size_t n)
{
	struct xie_archive_store *a = self;
	int low = INT32_MAX, high = INT32_MIN;
	for (size_t i = 0; i < n; i++) {
		if (c[i].from > c[i].to || xie_floor_div(c[i].from, HOUR_MS) != xie_floor_div(c[i].to, HOUR_MS) || c[i].n == 0)
			return XIE_RANGE;
		int m = archive__month_of(c[i].from);
		low = m < low ? m : low;
		high = m > high ? m : high;
	}
	/* Putting again replaces, so a failure in the second month leaves nothing that harms a repetition. */
	xie_status st = XIE_OK;
	(void)pthread_mutex_lock(&a->lock);
	for (int m = low; st == XIE_OK && m <= high; m++) {
		bool any = false;
		for (size_t i = 0; i < n && !any; i++)
			any = archive__month_of(c[i].from) == m;
		if (any)
			st = put_month(a, c, n, m);
	}
	(void)pthread_mutex_unlock(&a->lock);
	return st;
}

static xie_status give(struct xie_stmt *s, xie_chunk_fn *fn, void *ctx)
{
	struct xie_chunk c = { .from = xie_col_i64(s, 1), .to = xie_col_i64(s, 2),
		.low = { (int32_t)xie_col_i64(s, 3), (int32_t)xie_col_i64(s, 5) },
		.high = { (int32_t)xie_col_i64(s, 4), (int32_t)xie_col_i64(s, 6) }, .n = (uint32_t)xie_col_i64(s, 7),
		.format = (uint32_t)xie_col_i64(s, 8), .bytes = xie_col_str(s, 9) };
	xie_str target = xie_col_str(s, 0);
	if (target.n < 2 || target.n > sizeof c.target)
		return XIE_CORRUPT;
	memcpy(&c.target, target.p, target.n);
	return fn(ctx, &c);
}

/* Does [a0, a1] of longitudes meet [b0, b1]?  An interval whose start lies east of its end crosses 180. */
static bool lon_meets(int64_t a0, int64_t a1, int64_t b0, int64_t b1)
{
	int64_t turn = INT64_C(2) * XIE_LON_MAX;
	a1 += a0 > a1 ? turn : 0;
	b1 += b0 > b1 ? turn : 0;
	for (int64_t shift = -turn; shift <= turn; shift += turn)
		if (a0 + shift <= b1 && b0 <= a1 + shift)
			return true;
	return false;
}

struct span {
	const struct xie_key *target; /* NULL: all, in the box */
	struct xie_pt low, high;
	xie_ms from, to;
	xie_chunk_fn *fn;
	void *ctx;
};

static xie_status list_month(struct xie_db *db, const struct span *q)
{
	static const char ONE[] = "SELECT target, from_at, to_at, lon0, lon1, lat0, lat1, n, format, bytes FROM chunk"
				  " WHERE target = $target AND from_at > $early AND from_at <= $to AND to_at >= $from"
				  " ORDER BY from_at";
	static const char BOX[] = "SELECT target, from_at, to_at, lon0, lon1, lat0, lat1, n, format, bytes FROM chunk"
				  " WHERE to_at >= $from AND to_at < $late AND from_at <= $to AND lat0 <= $lat1 AND lat1 >= $lat0"
				  " AND (lon0 > lon1 OR $lon0 > $lon1 OR (lon0 <= $lon1 AND lon1 >= $lon0))";
	struct xie_stmt *s = xie_db_stmt(db, q->target != NULL ? ONE : BOX);
	xie_stmt_i64(s, "from", q->from);
	xie_stmt_i64(s, "to", q->to);
	if (q->target != NULL) {
		xie_stmt_bytes(s, "target", q->target, 2 + (size_t)q->target->n);
		xie_stmt_i64(s, "early", q->from - HOUR_MS); /* a chunk lies within an hour */
	} else {
		xie_stmt_i64(s, "late", q->to + HOUR_MS);
		xie_stmt_i64(s, "lat0", q->low.lat);
		xie_stmt_i64(s, "lat1", q->high.lat);
		xie_stmt_i64(s, "lon0", q->low.lon); /* from the index alone, unless something crosses 180 */
		xie_stmt_i64(s, "lon1", q->high.lon);
	}
	xie_status st = XIE_OK;
	for (bool row = true; st == XIE_OK;) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		if (q->target == NULL && !lon_meets(xie_col_i64(s, 3), xie_col_i64(s, 4), q->low.lon, q->high.lon))
			continue;
		st = give(s, q->fn, q->ctx);
	}
	xie_stmt_reset(s);
	return st;
}

static xie_status list(struct xie_archive_store *a, struct span *q)
{
	int *months;
	size_t n;
	if (q->from > q->to)
		return XIE_OK;
	/* Far ends would overflow the hour added to them. */
	q->from = q->from < -TIME_LIMIT ? -TIME_LIMIT : q->from;
	q->to = q->to > TIME_LIMIT ? TIME_LIMIT : q->to;
	xie_status st = archive__months(a->dir, &months, &n);
	if (st != XIE_OK)
		return st;
	int first = archive__month_of(q->from - HOUR_MS), last = archive__month_of(q->to);
	(void)pthread_mutex_lock(&a->lock);
	for (size_t i = 0; st == XIE_OK && i < n; i++) {
		struct xie_db *db;
		if (months[i] < first || months[i] > last)
			continue;
		st = month_db(a, months[i], false, &db);
		if (st == XIE_OK)
			st = list_month(db, q);
		if (st == XIE_MISSING)
			st = XIE_OK; /* unlinked meanwhile */
	}
	(void)pthread_mutex_unlock(&a->lock);
	free(months);
	return st;
}

static xie_status chunk_list(void *self, const struct xie_key *target, xie_ms from, xie_ms to, xie_chunk_fn *fn, void *ctx)
{
	struct span q = { .target = target, .from = from, .to = to, .fn = fn, .ctx = ctx };
	return list(self, &q);
}

static xie_status chunk_box(void *self, struct xie_pt low, struct xie_pt high, xie_ms from, xie_ms to, xie_chunk_fn *fn,
                            void *ctx)
{
	struct span q = { .low = low, .high = high, .from = from, .to = to, .fn = fn, .ctx = ctx };
	return list(self, &q);
}

struct xie_archive xie_archive_port(struct xie_archive_store *a)
{
	return (struct xie_archive){
		.self = a, .chunk_put = chunk_put, .chunk_list = chunk_list, .chunk_box = chunk_box,
		.snapshot_begin = snapshot__begin, .snapshot_write = snapshot__write, .snapshot_commit = snapshot__commit,
		.snapshot_abort = snapshot__abort, .snapshot_open = snapshot__open, .snapshot_read = snapshot__read,
		.snapshot_close = snapshot__close,
	};
}

static bool make_dir(const char *dir, const char *sub, struct xie_err *reterr)
{
	char path[ARCHIVE_PATH];
	(void)snprintf(path, sizeof path, "%s%s", dir, sub);
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return true;
	const char *why = strerror(errno);
	(void)xie_err_set(reterr, XIE_IO, 0, 0, "", "");
	xie_err_add(reterr, path, strlen(path));
	xie_err_add(reterr, ": ", 2);
	xie_err_add(reterr, why, strlen(why));
	return false;
}

xie_status xie_archive_open(const char *dir, const struct xie_archive_options *opt, struct xie_archive_store **ret_a,
                            struct xie_err *reterr)
{
	struct xie_archive_store *a = calloc(1, sizeof *a);
	if (a == NULL || strlen(dir) >= sizeof a->dir) {
		free(a);
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, "out of memory, or the folder's path is too long", "");
	}
	(void)snprintf(a->dir, sizeof a->dir, "%s", dir);
	a->opt = *opt;
	a->opt.keep_snapshots = opt->keep_snapshots != 0 ? opt->keep_snapshots : 3;
	(void)pthread_mutex_init(&a->lock, NULL);
	if (!make_dir(dir, "", reterr) || !make_dir(dir, "/tracks", reterr) || !make_dir(dir, "/snapshots", reterr)) {
		xie_archive_close(a);
		return XIE_IO;
	}
	snapshot__sweep(dir);
	*ret_a = a;
	return XIE_OK;
}

void xie_archive_close(struct xie_archive_store *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < MONTHS_OPEN; i++)
		xie_db_close(a->open[i].db);
	(void)pthread_mutex_destroy(&a->lock);
	free(a);
}

/* ---- forgetting and checking ---- */

static xie_status expire_month(struct xie_db *db, xie_ms before, bool (*keep)(void *ctx, const struct xie_key *target),
                               void *ctx, uint64_t *ret_deleted)
{
	struct xie_stmt *s = xie_db_stmt(db, "SELECT DISTINCT target FROM chunk WHERE to_at < $before");
	xie_stmt_i64(s, "before", before);
	xie_status st = xie_db_begin(db);
	for (bool row = true; st == XIE_OK;) {
		struct xie_key key = { 0 };
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		xie_str t = xie_col_str(s, 0);
		memcpy(&key, t.p, t.n < sizeof key ? t.n : sizeof key);
		if (keep != NULL && keep(ctx, &key))
			continue;
		struct xie_stmt *d = xie_db_stmt(db, "DELETE FROM chunk WHERE target = $target AND to_at < $before");
		xie_stmt_bytes(d, "target", t.p, t.n);
		xie_stmt_i64(d, "before", before);
		st = xie_stmt_run(d);
		*ret_deleted += (uint64_t)xie_db_changes(db);
	}
	xie_stmt_reset(s);
	if (st == XIE_OK)
		return xie_db_commit(db);
	xie_db_rollback(db);
	return st;
}

static void close_month(struct xie_archive_store *a, int month)
{
	for (size_t i = 0; i < MONTHS_OPEN; i++)
		if (a->open[i].db != NULL && a->open[i].month == month) {
			xie_db_close(a->open[i].db);
			a->open[i].db = NULL;
			a->open[i].used = 0;
		}
}

xie_status xie_archive_expire(struct xie_archive_store *a, xie_ms before,
                              bool (*keep)(void *ctx, const struct xie_key *target), void *ctx, uint64_t *ret_deleted)
{
	int *months;
	size_t n;
	*ret_deleted = 0;
	xie_status st = archive__months(a->dir, &months, &n);
	if (st != XIE_OK)
		return st;
	(void)pthread_mutex_lock(&a->lock);
	for (size_t i = 0; st == XIE_OK && i < n && months[i] <= archive__month_of(before); i++) {
		struct xie_db *db;
		int64_t left = 1;
		st = month_db(a, months[i], false, &db);
		if (st == XIE_OK)
			st = expire_month(db, before, keep, ctx, ret_deleted);
		if (st == XIE_OK)
			st = xie_db_get_i64(db, "SELECT EXISTS (SELECT 1 FROM chunk)", &left);
		if (st == XIE_OK && left == 0) {
			char path[ARCHIVE_PATH];
			close_month(a, months[i]);
			archive__path(a->dir, months[i], path, sizeof path);
			(void)unlink(path);
		}
	}
	(void)pthread_mutex_unlock(&a->lock);
	free(months);
	return st;
}

/* Every chunk of a month that sound refuses is named, and none of the others. */
static xie_status check_chunks(struct xie_db *db, const char *path, xie_chunk_fn *sound, void (*what)(void *ctx, const char *text),
                               void *ctx, unsigned *ret_bad)
{
	struct xie_stmt *s = xie_db_stmt(db, "SELECT target, from_at, to_at, lon0, lon1, lat0, lat1, n, format, bytes FROM chunk");
	char line[700];
	xie_status st = XIE_OK;
	for (bool row = true; st == XIE_OK;) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		xie_status got = give(s, sound, NULL);
		if (got == XIE_OK)
			continue;
		xie_str target = xie_col_str(s, 0);
		char at[40];
		xie_wr w = xie_wr_of(at, sizeof at - 1);
		xie_wr_time(&w, xie_col_i64(s, 1));
		at[w.n] = '\0';
		++*ret_bad;
		(void)snprintf(line, sizeof line, "%s: the track of %.*s from %s is damaged (%s); the frames have it", path,
		               target.n > 2 ? (int)(target.n - 2) : 0, target.p + 2, at, xie_status_code(got));
		what(ctx, line);
	}
	xie_stmt_reset(s);
	return st;
}

xie_status xie_archive_check(const char *dir, xie_chunk_fn *sound, void (*what)(void *ctx, const char *text), void *ctx,
                             unsigned *ret_bad)
{
	int *months = NULL;
	uint64_t *snaps = NULL;
	size_t n_months = 0, n_snaps = 0;
	char path[ARCHIVE_PATH], line[700];
	*ret_bad = 0;
	xie_status st = archive__months(dir, &months, &n_months);
	if (st == XIE_OK)
		st = snapshot__list(dir, &snaps, &n_snaps);
	for (size_t i = 0; st == XIE_OK && i < n_months; i++) {
		struct xie_db *db = NULL;
		struct xie_err err;
		const struct xie_db_options opt = { .read_only = true };
		archive__path(dir, months[i], path, sizeof path);
		xie_status got = xie_db_open(path, &opt, &db, &err);
		if (got == XIE_OK)
			got = xie_db_check(db, &err);
		if (got == XIE_OK && sound != NULL)
			got = check_chunks(db, path, sound, what, ctx, ret_bad);
		xie_db_close(db);
		if (got != XIE_OK) {
			++*ret_bad;
			what(ctx, err.what);
		}
	}
	for (size_t i = 0; st == XIE_OK && i < n_snaps; i++) {
		snapshot__path(dir, snaps[i], path, sizeof path);
		if (snapshot__check(path) == XIE_OK)
			continue;
		++*ret_bad;
		(void)snprintf(line, sizeof line, "%s: the snapshot does not pass its own check; an older one will be used", path);
		what(ctx, line);
	}
	free(months);
	free(snaps);
	return st;
}
