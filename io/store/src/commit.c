/* SPDX-License-Identifier: Apache-2.0 */
/* The tail: what is committed and not yet in a block; the thread that writes it, and its recovery. */
#include "journal_int.h"

#include <stdio.h>
#include <unistd.h>

enum {
	RETRY_MS = 200,
	TAIL_PAGE = 32768,
};

static const char TAIL_SCHEMA[] =
	"CREATE TABLE IF NOT EXISTS tail (first INTEGER PRIMARY KEY, n INTEGER NOT NULL, rx_first INTEGER NOT NULL,"
	" rx_last INTEGER NOT NULL, sha256 BLOB NOT NULL, bytes BLOB NOT NULL);"
	"CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;";

xie_status tail__put_meta(struct xie_db *db, const char *name, const void *p, size_t n)
{
	struct xie_stmt *s = xie_db_stmt(db, "INSERT INTO meta (name, value) VALUES ($name, $value)"
					     " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
	xie_stmt_str(s, "name", xie_str_of(name));
	xie_stmt_bytes(s, "value", p, n);
	return xie_stmt_run(s);
}

xie_status tail__meta(struct xie_db *db, const char *name, void *p, size_t n)
{
	struct xie_stmt *s = xie_db_stmt(db, "SELECT value FROM meta WHERE name = $name");
	xie_stmt_str(s, "name", xie_str_of(name));
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	if (st == XIE_OK)
		st = row ? xie_col_digest(s, 0, p, n) : XIE_MISSING;
	xie_stmt_reset(s);
	return st;
}

static xie_status put_batch(struct xie_db *db, const struct batch *b)
{
	uint8_t sum[32];
	digest__sha256(b->bytes, b->len, sum);
	struct xie_stmt *s = xie_db_stmt(db, "INSERT OR REPLACE INTO tail (first, n, rx_first, rx_last, sha256, bytes)"
					     " VALUES ($first, $n, $rx_first, $rx_last, $sha256, $bytes)");
	xie_stmt_i64(s, "first", (int64_t)b->first);
	xie_stmt_i64(s, "n", b->n);
	xie_stmt_i64(s, "rx_first", b->rx_first);
	xie_stmt_i64(s, "rx_last", b->rx_last);
	xie_stmt_bytes(s, "sha256", sum, sizeof sum);
	xie_stmt_bytes(s, "bytes", b->bytes, b->len);
	return xie_stmt_run(s);
}

/* Rows that a block holds leave, and the tail keeps a copy of the chain's head: a damaged day file must not be able
 * to take it along. */
static xie_status forget_sealed(struct xie_db *db, const struct block_head *head)
{
	struct xie_stmt *s = xie_db_stmt(db, "DELETE FROM tail WHERE first <= $last");
	xie_stmt_i64(s, "last", (int64_t)head->last);
	xie_status st = xie_stmt_run(s);
	return st == XIE_OK ? tail__put_meta(db, "head", head->bytes, sizeof head->bytes) : st;
}

static xie_status write_batches(struct xie_journal_store *j, const struct batch *b, const struct block_head *head)
{
	xie_status st = xie_db_begin(j->tail);
	for (; st == XIE_OK && b != NULL; b = b->next)
		st = put_batch(j->tail, b);
	bool forget = head->h.number != 0 && head->last > j->tail_deleted;
	if (st == XIE_OK && forget)
		st = forget_sealed(j->tail, head);
	if (st == XIE_OK)
		st = xie_db_commit(j->tail);
	else
		xie_db_rollback(j->tail);
	if (st == XIE_OK && forget)
		j->tail_deleted = head->last;
	return st;
}

xie_status tail__open_file(struct xie_journal_store *j, struct xie_err *reterr)
{
	char path[PATH_ROOM + 16];
	(void)snprintf(path, sizeof path, "%s/tail.db", j->dir);
	const struct xie_db_options opt = { .page_bytes = TAIL_PAGE, .cache_kib = 32768, .wal_pages = 1024,
		.keep_deleted_bytes = true, .vfs = j->opt.vfs };
	xie_status st = xie_db_open(path, &opt, &j->tail, reterr);
	if (st != XIE_OK)
		return st;
	st = xie_db_exec(j->tail, TAIL_SCHEMA);
	if (st == XIE_OK)
		return st;
	st = xie_db_err(j->tail, st, "make its tables", reterr);
	xie_db_close(j->tail);
	j->tail = NULL;
	return st;
}

/* The damaged file keeps its bytes for whoever can read them, under another name. */
xie_status tail__set_aside(struct xie_journal_store *j)
{
	static const char *const ENDS[] = { "", "-wal", "-shm" };
	char from[PATH_ROOM + 16], to[PATH_ROOM + 64];
	xie_db_close(j->tail);
	j->tail = NULL;
	xie_ms now = j->opt.clock.wall(j->opt.clock.self);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(from, sizeof from, "%s/tail.db%s", j->dir, ENDS[i]);
		(void)snprintf(to, sizeof to, "%s/tail.damaged-%lld.db%s", j->dir, (long long)now, ENDS[i]);
		if (rename(from, to) != 0 && i == 0)
			return XIE_IO;
	}
	journal__log(j, "journal: tail.db is damaged; set aside as tail.damaged-%lld.db", (long long)now);
	return XIE_OK;
}

/* References to recent batches after a position; under lock. */
static size_t take_some(struct xie_journal_store *j, uint64_t after, struct batch **ret, size_t cap)
{
	size_t n = 0;
	for (struct batch *b = j->recent.head; b != NULL && n < cap; b = b->next)
		if (b->first > after) {
			b->refs++;
			ret[n++] = b;
		}
	return n;
}

/* Writes everything that is committed and unsealed again: after a recovery, or into a new file. */
xie_status tail__fill(struct xie_journal_store *j)
{
	enum { AT_ONCE = 64 };
	struct batch *all[AT_ONCE];
	xie_status st = tail__put_meta(j->tail, "journal", j->id, sizeof j->id);
	uint64_t after = 0;
	(void)pthread_mutex_lock(&j->lock);
	for (size_t n; st == XIE_OK && (n = take_some(j, after, all, AT_ONCE)) != 0;) {
		(void)pthread_mutex_unlock(&j->lock);
		st = xie_db_begin(j->tail);
		for (size_t i = 0; i < n && st == XIE_OK; i++)
			st = put_batch(j->tail, all[i]);
		if (st == XIE_OK)
			st = xie_db_commit(j->tail);
		else
			xie_db_rollback(j->tail);
		(void)pthread_mutex_lock(&j->lock);
		after = all[n - 1]->first;
		for (size_t i = 0; i < n; i++)
			batch__unref(all[i]);
	}
	(void)pthread_mutex_unlock(&j->lock);
	j->tail_whole = st == XIE_OK;
	j->tail_deleted = 0;
	return st;
}

/* One commit; heals the tail first where it is damaged: all it held is still in memory. */
static xie_status commit(struct xie_journal_store *j, const struct block_head *head)
{
	struct xie_err err;
	if (j->tail == NULL && tail__open_file(j, &err) != XIE_OK) {
		journal__log(j, "journal: %s", err.what);
		return XIE_IO;
	}
	xie_status st = j->tail_whole ? XIE_OK : tail__fill(j);
	if (st == XIE_OK)
		st = write_batches(j, j->writing.head, head);
	if (st == XIE_OK)
		return st;
	journal__failed(j, j->tail, "commit");
	if (st == XIE_CORRUPT) {
		j->tail_whole = false;
		(void)tail__set_aside(j);
	}
	return st;
}

/* Under lock: waits until there is something worth a commit. */
static void wait_for_work(struct xie_journal_store *j)
{
	while (!j->stop) {
		uint64_t now = journal__now_ns(), wake = now + UINT64_C(1000000000);
		if (j->queue.bytes >= j->opt.commit_bytes)
			return;
		if (j->queue.bytes != 0) {
			xie_ms age = journal__now_ms() - j->queued_since;
			if (age >= (xie_ms)j->opt.commit_ms || age < 0)
				return;
			wake = now + (uint64_t)(j->opt.commit_ms - age) * 1000000u;
		} else if (!j->opt.no_ticks) {
			xie_ms jump, wall = j->opt.clock.wall(j->opt.clock.self);
			struct rxclock peek = j->clock;
			xie_ms rx = rxclock_now(&peek, wall, journal__mono(j), &jump);
			if (rx / 1000 * 1000 > j->last_tick || jump != 0)
				(void)journal__own(j, XIE_REC_TICK, "");
			if (j->queue.bytes != 0)
				continue;
			wake = now + (uint64_t)(1000 - rx % 1000) * 1000000u;
		}
		journal__wait_until(&j->work, &j->lock, wake);
	}
}

static void tell_watchers(struct xie_journal_store *j, uint64_t at)
{
	(void)pthread_mutex_lock(&j->watch_lock);
	for (size_t i = 0; i < WATCHERS_MAX; i++)
		if (j->watchers[i].fn != NULL)
			j->watchers[i].fn(j->watchers[i].user, at);
	(void)pthread_mutex_unlock(&j->watch_lock);
}

/* Under lock: what is written is committed. */
static uint64_t publish(struct xie_journal_store *j, uint64_t us)
{
	if (j->recent.head == NULL)
		j->recent_since = journal__now_ms();
	j->bytes += j->writing.bytes;
	if (j->writing.tail != NULL)
		j->committed = j->writing.tail->first + j->writing.tail->n - 1;
	batches__append(&j->recent, &j->writing);
	j->commits++;
	j->commit_us_sum += us;
	j->commit_us_max = us > j->commit_us_max ? us : j->commit_us_max;
	if (j->state != XIE_JOURNAL_WRITING)
		journal__log(j, "journal: writing again");
	j->state = XIE_JOURNAL_WRITING;
	(void)pthread_cond_broadcast(&j->done);
	(void)pthread_cond_signal(&j->seal_work);
	return j->committed;
}

void *committer__run(void *self)
{
	struct xie_journal_store *j = self;
	(void)pthread_mutex_lock(&j->lock);
	for (;;) {
		if (j->writing.head == NULL) {
			wait_for_work(j);
			batches__append(&j->writing, &j->queue);
		}
		bool last = j->stop && j->writing.head == NULL;
		if (last && j->sealer_runs) { /* its last block is to leave the tail too */
			(void)pthread_cond_wait(&j->work, &j->lock);
			continue;
		}
		struct block_head head = j->head;
		(void)pthread_mutex_unlock(&j->lock);
		uint64_t start = journal__now_ns();
		xie_status st = commit(j, &head);
		uint64_t us = (journal__now_ns() - start) / 1000;
		(void)pthread_mutex_lock(&j->lock);
		if (st == XIE_OK) {
			uint64_t at = publish(j, us);
			(void)pthread_mutex_unlock(&j->lock);
			tell_watchers(j, at);
			(void)pthread_mutex_lock(&j->lock);
		} else {
			uint64_t until = journal__now_ns() + (uint64_t)RETRY_MS * 1000000u;
			while (!j->stop && journal__now_ns() < until)
				journal__wait_until(&j->work, &j->lock, until);
		}
		if (last || (st != XIE_OK && j->stop))
			break;
	}
	j->committer_runs = false;
	(void)pthread_cond_signal(&j->seal_work);
	(void)pthread_mutex_unlock(&j->lock);
	return NULL;
}
