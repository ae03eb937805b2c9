/* SPDX-License-Identifier: Apache-2.0 */
/* What outlives a purge: headers, signed purge records, and the records that an open case holds, with their proofs.
 *
 * A purge of a day: 1. held records and all headers go to kept.db with the purge record, in one transaction; 2. the
 * day's files are unlinked; 3. a PURGE record tells it in the journal itself.  A crash between 1 and 2 leaves files
 * whose blocks kept.db knows already: they are unlinked at the next start. */
#include "journal_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "xie/base/time.h"

static const char KEPT_SCHEMA[] =
	"CREATE TABLE IF NOT EXISTS header (number INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL,"
	" header BLOB NOT NULL);"
	"CREATE TABLE IF NOT EXISTS purge (day INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL,"
	" block_first INTEGER NOT NULL, block_last INTEGER NOT NULL, record TEXT NOT NULL, algorithm TEXT NOT NULL,"
	" key_id TEXT NOT NULL, signature BLOB NOT NULL);"
	"CREATE TABLE IF NOT EXISTS hold (holder TEXT NOT NULL, target BLOB NOT NULL, rx_from INTEGER NOT NULL,"
	" rx_to INTEGER NOT NULL, PRIMARY KEY (holder, target, rx_from, rx_to)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS held (pos INTEGER PRIMARY KEY, target BLOB NOT NULL, rx INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, source INTEGER NOT NULL, bytes BLOB NOT NULL, salt BLOB NOT NULL, block INTEGER NOT NULL,"
	" idx INTEGER NOT NULL, path BLOB NOT NULL);"
	"CREATE TABLE IF NOT EXISTS held_for (pos INTEGER NOT NULL, holder TEXT NOT NULL, PRIMARY KEY (pos, holder))"
	" WITHOUT ROWID;";

void keep__unlink(struct xie_journal_store *j, int64_t day, unsigned number)
{
	static const char *const ENDS[] = { "", "-wal", "-shm" };
	char path[PATH_ROOM + 32], name[PATH_ROOM + 40];
	part__path(j->dir, day, number, path, sizeof path);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(name, sizeof name, "%s%s", path, ENDS[i]);
		(void)unlink(name);
	}
}

/* Files whose purge was decided and not finished. */
static xie_status finish_purges(struct xie_journal_store *j)
{
	struct part *parts;
	size_t n;
	xie_status st = part__list(j->dir, &parts, &n);
	for (size_t i = 0; st == XIE_OK && i < n; i++) {
		struct xie_stmt *s = xie_db_stmt(j->kept, "SELECT 1 FROM purge WHERE day = $day");
		bool row;
		xie_stmt_i64(s, "day", parts[i].day);
		st = xie_stmt_step(s, &row);
		xie_stmt_reset(s);
		if (st == XIE_OK && row)
			keep__unlink(j, parts[i].day, parts[i].number);
	}
	if (st == XIE_OK)
		free(parts);
	return st;
}

xie_status keep__open(struct xie_journal_store *j, struct xie_err *reterr)
{
	char path[PATH_ROOM + 16];
	(void)snprintf(path, sizeof path, "%s/kept.db", j->dir);
	const struct xie_db_options opt = { .vfs = j->opt.vfs };
	xie_status st = xie_db_open(path, &opt, &j->kept, reterr);
	if (st != XIE_OK)
		return st;
	st = xie_db_exec(j->kept, KEPT_SCHEMA);
	if (st == XIE_OK)
		st = finish_purges(j);
	return st == XIE_OK ? st : xie_db_err(j->kept, st, "open", reterr);
}

xie_status keep__hold(void *self, xie_str holder, const struct xie_key *target, xie_ms from, xie_ms to)
{
	struct xie_journal_store *j = self;
	(void)pthread_mutex_lock(&j->read_lock);
	struct xie_stmt *s = xie_db_stmt(j->kept, "INSERT OR IGNORE INTO hold (holder, target, rx_from, rx_to)"
						  " VALUES ($holder, $target, $from, $to)");
	xie_stmt_str(s, "holder", holder);
	xie_stmt_bytes(s, "target", target, 2 + (size_t)target->n);
	xie_stmt_i64(s, "from", from);
	xie_stmt_i64(s, "to", to);
	xie_status st = xie_stmt_run(s);
	if (st == XIE_OK) { /* what another case kept of a purged day is held by this one too */
		s = xie_db_stmt(j->kept, "INSERT OR IGNORE INTO held_for (pos, holder) SELECT pos, $holder FROM held"
					 " WHERE target = $target AND rx >= $from AND rx <= $to");
		xie_stmt_str(s, "holder", holder);
		xie_stmt_bytes(s, "target", target, 2 + (size_t)target->n);
		xie_stmt_i64(s, "from", from);
		xie_stmt_i64(s, "to", to);
		st = xie_stmt_run(s);
	}
	(void)pthread_mutex_unlock(&j->read_lock);
	return st;
}

xie_status keep__release(void *self, xie_str holder)
{
	static const char *const SQL[] = {
		"DELETE FROM hold WHERE holder = $holder",
		"DELETE FROM held_for WHERE holder = $holder",
	};
	struct xie_journal_store *j = self;
	(void)pthread_mutex_lock(&j->read_lock);
	xie_status st = xie_db_begin(j->kept);
	for (size_t i = 0; st == XIE_OK && i < 2; i++) {
		struct xie_stmt *s = xie_db_stmt(j->kept, SQL[i]);
		xie_stmt_str(s, "holder", holder);
		st = xie_stmt_run(s);
	}
	if (st == XIE_OK)
		st = xie_db_exec(j->kept, "DELETE FROM held WHERE pos NOT IN (SELECT pos FROM held_for)");
	if (st == XIE_OK)
		st = xie_db_commit(j->kept);
	else
		xie_db_rollback(j->kept);
	(void)pthread_mutex_unlock(&j->read_lock);
	return st;
}

xie_status keep__record(struct xie_journal_store *j, xie_str holder, xie_str target, const struct xie_proof *p,
                        uint64_t block)
{
	struct xie_stmt *s = xie_db_stmt(j->kept, "INSERT OR IGNORE INTO held (pos, target, rx, kind, source, bytes, salt,"
						  " block, idx, path) VALUES ($pos, $target, $rx, $kind, $source, $bytes,"
						  " $salt, $block, $idx, $path)");
	xie_stmt_i64(s, "pos", (int64_t)p->rec.pos);
	xie_stmt_bytes(s, "target", target.p, target.n);
	xie_stmt_i64(s, "rx", p->rec.rx);
	xie_stmt_i64(s, "kind", p->rec.kind);
	xie_stmt_i64(s, "source", p->rec.source);
	xie_stmt_bytes(s, "bytes", p->rec.bytes.p, p->rec.bytes.n);
	xie_stmt_bytes(s, "salt", p->salt, sizeof p->salt);
	xie_stmt_i64(s, "block", (int64_t)block);
	xie_stmt_i64(s, "idx", p->index);
	xie_stmt_bytes(s, "path", p->path, (size_t)p->n_path * XIE_DIGEST);
	xie_status st = xie_stmt_run(s);
	if (st != XIE_OK)
		return st;
	s = xie_db_stmt(j->kept, "INSERT OR IGNORE INTO held_for (pos, holder) VALUES ($pos, $holder)");
	xie_stmt_i64(s, "pos", (int64_t)p->rec.pos);
	xie_stmt_str(s, "holder", holder);
	return xie_stmt_run(s);
}

xie_status keep__proof(struct xie_journal_store *j, uint64_t pos, xie_arena *mem, struct xie_proof *ret_proof)
{
	struct xie_stmt *s = xie_db_stmt(j->kept, "SELECT h.rx, h.kind, h.source, h.bytes, h.salt, h.idx, h.path, b.header"
						  " FROM held h JOIN header b ON b.number = h.block WHERE h.pos = $pos");
	xie_stmt_i64(s, "pos", (int64_t)pos);
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	if (st != XIE_OK || !row)
		return st != XIE_OK ? st : XIE_MISSING;
	struct xie_proof p = { .rec = { .pos = pos, .rx = xie_col_i64(s, 0), .kind = (uint8_t)xie_col_i64(s, 1),
		.source = (uint32_t)xie_col_i64(s, 2) }, .index = (uint32_t)xie_col_i64(s, 5) };
	xie_str path = xie_col_str(s, 6);
	st = xie_col_digest(s, 4, p.salt, sizeof p.salt);
	if (st == XIE_OK)
		st = xie_col_digest(s, 7, p.header, sizeof p.header);
	if (st == XIE_OK && (path.n % XIE_DIGEST != 0 || path.n > sizeof p.path))
		st = XIE_CORRUPT;
	if (st == XIE_OK) {
		memcpy(p.path, path.p, path.n);
		p.n_path = (uint8_t)(path.n / XIE_DIGEST);
		p.rec.bytes = xie_col_str(s, 3);
		p.rec.bytes.p = xie_str_dup(mem, p.rec.bytes);
		st = p.rec.bytes.p != NULL ? XIE_OK : XIE_LIMIT;
	}
	xie_stmt_reset(s);
	uint8_t *scratch = malloc(XIE_LEAF_HEAD + p.rec.bytes.n);
	if (st == XIE_OK)
		st = scratch != NULL ? xie_proof_check(digest__sha256, &p, scratch) : XIE_LIMIT;
	free(scratch);
	if (st == XIE_OK)
		*ret_proof = p;
	return st;
}

xie_status keep__headers(struct xie_journal_store *j, uint64_t first, uint64_t last, uint8_t *ret_bytes, size_t cap,
                         size_t *ret_n)
{
	struct xie_stmt *s = xie_db_stmt(j->kept, "SELECT header FROM header WHERE number >= $first AND number <= $last"
						  " ORDER BY number");
	xie_stmt_i64(s, "first", (int64_t)first);
	xie_stmt_i64(s, "last", (int64_t)last);
	xie_status st = XIE_OK;
	for (bool row = true; *ret_n < cap;) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		st = xie_col_digest(s, 0, ret_bytes + *ret_n * XIE_BLOCK_HEADER, XIE_BLOCK_HEADER);
		if (st != XIE_OK)
			break;
		++*ret_n;
	}
	xie_stmt_reset(s);
	return st;
}

bool keep__purged(struct xie_journal_store *j, uint64_t pos)
{
	(void)pthread_mutex_lock(&j->read_lock);
	struct xie_stmt *s = xie_db_stmt(j->kept, "SELECT 1 FROM header WHERE first <= $pos AND last >= $pos LIMIT 1");
	xie_stmt_i64(s, "pos", (int64_t)pos);
	bool row;
	bool yes = xie_stmt_step(s, &row) == XIE_OK && row;
	xie_stmt_reset(s);
	(void)pthread_mutex_unlock(&j->read_lock);
	return yes;
}
