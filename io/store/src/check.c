/* SPDX-License-Identifier: Apache-2.0 */
/* The journal looked at from outside: every file, every block, the chain over all of them, the tail. */
#include "journal_int.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

struct checking {
	const char *dir;
	bool full;
	xie_finding_fn *found;
	void *ctx;
	unsigned bad;
	struct block_head head; /* of the last good header */
	struct xie_db *kept;    /* NULL: there is none */
	struct block_buf block;
	uint8_t (*leaves)[XIE_DIGEST];
	uint8_t *salts, *scratch;
	size_t n_cap;
};

static void tell(struct checking *c, bool ok, const char *check, const char *file, struct xie_finding f, const char *format,
                 ...) __attribute__((format(printf, 6, 7)));
static void tell(struct checking *c, bool ok, const char *check, const char *file, struct xie_finding f, const char *format,
                 ...)
{
	va_list args;
	va_start(args, format);
	(void)vsnprintf(f.what, sizeof f.what, format, args);
	va_end(args);
	f.ok = ok;
	f.check = check;
	f.file = file;
	c->bad += !ok;
	c->found(c->ctx, &f);
}

static bool room(struct checking *c, uint32_t n)
{
	if (c->n_cap >= n)
		return true;
	free(c->leaves);
	free(c->salts);
	c->leaves = malloc((size_t)n * XIE_DIGEST);
	c->salts = malloc((size_t)n * XIE_SALT);
	c->n_cap = c->leaves != NULL && c->salts != NULL ? n : 0;
	return c->n_cap != 0;
}

/* Headers that a purge kept stand between the parts. */
static void take_kept(struct checking *c, uint64_t below)
{
	if (c->kept == NULL)
		return;
	struct xie_stmt *s = xie_db_stmt(c->kept, "SELECT header FROM header WHERE number > $last AND number < $below"
						  " ORDER BY number");
	xie_stmt_i64(s, "last", (int64_t)c->head.h.number);
	xie_stmt_i64(s, "below", below > INT64_MAX ? INT64_MAX : (int64_t)below);
	uint64_t n = 0, first = c->head.h.number + 1;
	for (bool row = true; xie_stmt_step(s, &row) == XIE_OK && row; n++) {
		uint8_t bytes[XIE_BLOCK_HEADER];
		struct xie_block_header h;
		if (xie_col_digest(s, 0, bytes, sizeof bytes) != XIE_OK || xie_block_header_decode(bytes, sizeof bytes, &h) != XIE_OK ||
		    (c->head.h.number != 0 && (xie_block_follows(digest__sha256, &c->head.h, &h) != XIE_OK ||
		                               memcmp(h.prev_sm3, c->head.sm3, 32) != 0))) {
			tell(c, false, "chain", "kept.db", (struct xie_finding){ 0 }, "a kept header does not follow block %" PRIu64,
			     c->head.h.number);
			break;
		}
		(void)head__set(&c->head, &h);
	}
	xie_stmt_reset(s);
	if (n != 0)
		tell(c, true, "chain", "kept.db", (struct xie_finding){ .blocks = n }, "purged blocks %" PRIu64 " to %" PRIu64
		     ", headers whole", first, c->head.h.number);
}

/* One header after the one before; then its block. */
static void check_block(struct checking *c, struct reader *r, const char *file, struct xie_stmt *s, struct xie_finding *sum)
{
	uint8_t bytes[XIE_BLOCK_HEADER];
	struct xie_block_header h;
	uint64_t number = (uint64_t)xie_col_i64(s, 0);
	struct xie_finding f = { .first = (uint64_t)xie_col_i64(s, 1), .blocks = 1 };
	f.last = f.first + (uint64_t)xie_col_i64(s, 2) - 1;
	if (xie_col_digest(s, 3, bytes, sizeof bytes) != XIE_OK || xie_block_header_decode(bytes, sizeof bytes, &h) != XIE_OK ||
	    h.number != number) {
		tell(c, false, "block", file, f, "block %" PRIu64 " has no header that can be read", number);
		return;
	}
	if (h.number > c->head.h.number + 1)
		take_kept(c, h.number);
	if (h.number > c->head.h.number + 1)
		tell(c, false, "gap", file, (struct xie_finding){ .first = c->head.last + 1, .last = h.first - 1 },
		     "blocks %" PRIu64 " to %" PRIu64 " are not here", c->head.h.number + 1, h.number - 1);
	else if (c->head.h.number != 0 && (xie_block_follows(digest__sha256, &c->head.h, &h) != XIE_OK ||
	                                   memcmp(h.prev_sm3, c->head.sm3, 32) != 0))
		tell(c, false, "chain", file, f, "block %" PRIu64 " does not follow the one before", number);
	if (head__set(&c->head, &h) != XIE_OK)
		tell(c, false, "chain", file, f, "this OpenSSL has no SM3");
	sum->blocks++;
	sum->records += h.n;
	sum->first = sum->first != 0 ? sum->first : h.first;
	sum->last = c->head.last;
	if (h.raw == 0) {
		tell(c, false, "block", file, f, "block %" PRIu64 " is void: its records were lost before they were sealed", number);
		return;
	}
	xie_status st = reader__block(r, number, &c->block);
	if (st == XIE_OK && c->full) {
		st = room(c, h.n) ? digest__salts(c->block.seed, c->salts, h.n) : XIE_LIMIT;
		if (st == XIE_OK)
			st = xie_block_check(digest__sha256, &h, (xie_str){ (char *)c->block.raw, h.raw }, c->salts, c->leaves,
			                     c->scratch);
	}
	if (st != XIE_OK)
		tell(c, false, "block", file, f, "block %" PRIu64 " is not what its header says: %s", number, xie_status_text(st));
}

static void check_part(struct checking *c, const struct part *p)
{
	char path[PATH_ROOM + 32];
	struct reader r;
	struct xie_err err;
	struct xie_finding sum = { 0 };
	part__path(c->dir, p->day, p->number, path, sizeof path);
	const char *file = strrchr(path, '/') + 1;
	reader__init(&r, c->dir, NULL);
	xie_status st = reader__open(&r, p->day, p->number, &err);
	if (st == XIE_OK)
		st = xie_db_check(r.db, &err);
	if (st != XIE_OK)
		tell(c, false, "file", file, sum, "%s", err.what);
	if (st == XIE_OK && part__is_blank(r.db)) {
		tell(c, true, "file", file, sum, "no blocks yet");
		reader__done(&r);
		return;
	}
	if (r.db != NULL && xie_db_begin_read(r.db) == XIE_OK) { /* of one moment, though somebody writes */
		struct xie_stmt *s = xie_db_stmt(r.db, "SELECT number, first, n, header FROM block ORDER BY number");
		for (bool row = true;;) {
			st = xie_stmt_step(s, &row);
			if (st != XIE_OK || !row)
				break;
			check_block(c, &r, file, s, &sum);
		}
		if (st != XIE_OK)
			tell(c, false, "file", file, sum, "its blocks cannot be listed: %s", xie_db_message(r.db));
		else
			tell(c, true, "file", file, sum, "%" PRIu64 " blocks, %" PRIu64 " records", sum.blocks, sum.records);
		xie_db_rollback(r.db);
	}
	reader__done(&r);
}

static void check_row(struct checking *c, struct xie_stmt *s, uint64_t *next, struct xie_finding *sum)
{
	uint64_t first = (uint64_t)xie_col_i64(s, 0), n = (uint64_t)xie_col_i64(s, 1);
	xie_str sum_told = xie_col_str(s, 2), bytes = xie_col_str(s, 3);
	struct xie_finding f = { .first = first, .last = first + n - 1 };
	uint8_t d[32];
	if (f.last <= c->head.last)
		return; /* a block has it already */
	digest__sha256(bytes.p, bytes.n, d);
	if (first != *next)
		tell(c, false, "tail", "tail.db", (struct xie_finding){ .first = *next, .last = first - 1 },
		     "positions are neither in a block nor in the tail");
	if (bytes.n == 0)
		tell(c, false, "tail", "tail.db", f, "positions are void: their records are lost");
	else if (sum_told.n != 32 || memcmp(sum_told.p, d, 32) != 0)
		tell(c, false, "tail", "tail.db", f, "records are not what was written");
	*next = f.last + 1;
	sum->records += n;
	sum->last = f.last;
}

static void check_tail(struct checking *c)
{
	char path[PATH_ROOM + 16];
	struct xie_db *db = NULL;
	struct xie_err err;
	struct xie_finding sum = { 0 };
	const struct xie_db_options opt = { .read_only = true };
	(void)snprintf(path, sizeof path, "%s/tail.db", c->dir);
	xie_status st = xie_db_open(path, &opt, &db, &err);
	int64_t tables = 0;
	if (st == XIE_OK)
		st = xie_db_check(db, &err);
	if (st == XIE_OK && xie_db_get_i64(db, "SELECT count(*) FROM sqlite_master WHERE name = 'tail'", &tables) != XIE_OK)
		tables = 1; /* the reading below says why */
	if (c->head.h.number == 0 && (st == XIE_MISSING || (st == XIE_OK && tables == 0))) {
		tell(c, true, "tail", "tail.db", sum, "nothing was written yet");
		xie_db_close(db);
		return;
	}
	if (st != XIE_OK)
		tell(c, false, "tail", "tail.db", sum, "%s", err.what);
	if (db == NULL || st != XIE_OK) {
		xie_db_close(db);
		return;
	}
	struct xie_stmt *s = xie_db_stmt(db, "SELECT first, n, sha256, bytes FROM tail ORDER BY first");
	uint64_t next = c->head.last + 1;
	bool row = true;
	while ((st = xie_stmt_step(s, &row)) == XIE_OK && row)
		check_row(c, s, &next, &sum);
	if (st != XIE_OK)
		tell(c, false, "tail", "tail.db", sum, "its rows cannot be listed: %s", xie_db_message(db));
	else
		tell(c, true, "tail", "tail.db", sum, "%" PRIu64 " records not in a block yet", sum.records);
	xie_db_close(db);
}

xie_status xie_journal_check(const char *dir, bool full, xie_finding_fn *found, void *ctx, unsigned *ret_bad,
                             struct xie_err *reterr)
{
	struct checking c = { .dir = dir, .full = full, .found = found, .ctx = ctx };
	struct part *parts = NULL;
	size_t n = 0;
	char path[PATH_ROOM + 16];
	const struct xie_db_options opt = { .read_only = true };
	*ret_bad = 0;
	if (strlen(dir) >= PATH_ROOM)
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, "the folder's path is too long", "");
	xie_status st = part__list(dir, &parts, &n);
	if (st != XIE_OK)
		return xie_err_set(reterr, st, 0, 0, "the journal's folder cannot be read", "");
	(void)snprintf(path, sizeof path, "%s/kept.db", dir);
	if (xie_db_open(path, &opt, &c.kept, NULL) != XIE_OK)
		c.kept = NULL;
	c.scratch = malloc(XIE_LEAF_HEAD + XIE_REC_MAX);
	if (c.scratch == NULL)
		st = XIE_LIMIT;
	for (size_t i = 0; st == XIE_OK && i < n; i++)
		check_part(&c, &parts[i]);
	if (st == XIE_OK) {
		take_kept(&c, UINT64_MAX);
		check_tail(&c);
	}
	xie_db_close(c.kept);
	block__free(&c.block);
	free(c.leaves);
	free(c.salts);
	free(c.scratch);
	free(parts);
	*ret_bad = c.bad;
	return st;
}
