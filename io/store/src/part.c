/* SPDX-License-Identifier: Apache-2.0 */
/* The files of blocks: which there are, what they hold, and reading one block of them. */
#include "journal_int.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <zstd.h>

#include "xie/base/time.h"

enum { PART_PAGE = 16384 };

static const char PART_SCHEMA[] =
	"CREATE TABLE IF NOT EXISTS block (number INTEGER PRIMARY KEY, first INTEGER NOT NULL UNIQUE, n INTEGER NOT NULL,"
	" rx_first INTEGER NOT NULL, rx_last INTEGER NOT NULL, header BLOB NOT NULL, seed BLOB NOT NULL,"
	" data BLOB NOT NULL);"
	"CREATE TABLE IF NOT EXISTS seen (target BLOB NOT NULL, hour INTEGER NOT NULL, block INTEGER NOT NULL,"
	" PRIMARY KEY (target, hour, block)) WITHOUT ROWID;";

void part__path(const char *dir, int64_t day, unsigned number, char *ret, size_t cap)
{
	int32_t year;
	uint8_t month, mday;
	xie_civil_from_days(day, &year, &month, &mday);
	if (number <= 1)
		(void)snprintf(ret, cap, "%s/%04d%02u%02u.db", dir, year, month, mday);
	else
		(void)snprintf(ret, cap, "%s/%04d%02u%02u.%u.db", dir, year, month, mday, number);
}

/* "20261125.db", "20261125.2.db" */
static bool parse_name(xie_str name, struct part *ret_p)
{
	uint64_t date, number = 1;
	xie_str rest = name, piece;
	if (!xie_str_split(&rest, '.', &piece) || piece.n != 8 || xie_str_u64(piece, &date) != XIE_OK)
		return false;
	if (!xie_str_split(&rest, '.', &piece))
		return false;
	if (rest.p != NULL && (xie_str_u64(piece, &number) != XIE_OK || number < 2 || number > 1000 ||
	                       !xie_str_split(&rest, '.', &piece)))
		return false;
	struct xie_civil c = { .year = (int32_t)(date / 10000), .month = (uint8_t)(date / 100 % 100),
		.day = (uint8_t)(date % 100) };
	xie_ms t;
	if (!xie_str_is(piece, "db") || rest.p != NULL || xie_ms_from_civil(&c, 0, &t) != XIE_OK)
		return false;
	*ret_p = (struct part){ .day = t / DAY_MS, .number = (unsigned)number };
	return true;
}

static int by_day(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

xie_status part__list(const char *dir, struct part **ret_parts, size_t *ret_n)
{
	DIR *d = opendir(dir);
	if (d == NULL)
		return XIE_IO;
	struct part *all = NULL;
	size_t n = 0, cap = 0;
	xie_status st = XIE_OK;
	for (struct dirent *e; st == XIE_OK && (e = readdir(d)) != NULL;) {
		struct part p;
		if (!parse_name(xie_str_of(e->d_name), &p))
			continue;
		if (n == cap) {
			cap = cap * 2 + 64;
			struct part *grown = realloc(all, cap * sizeof *all);
			if (grown == NULL)
				st = XIE_LIMIT;
			else
				all = grown;
		}
		if (st == XIE_OK)
			all[n++] = p;
	}
	(void)closedir(d);
	if (st != XIE_OK) {
		free(all);
		return st;
	}
	if (n != 0)
		qsort(all, n, sizeof *all, by_day);
	*ret_parts = all;
	*ret_n = n;
	return XIE_OK;
}

bool part__is_blank(struct xie_db *db)
{
	int64_t tables;
	return xie_db_get_i64(db, "SELECT count(*) FROM sqlite_master WHERE name = 'block'", &tables) == XIE_OK && tables == 0;
}

xie_status part__extent(struct xie_db *db, struct part *p)
{
	p->first = 0;
	if (part__is_blank(db))
		return XIE_OK;
	struct xie_stmt *s = xie_db_stmt(
		db, "SELECT a.number, a.first, a.rx_first, b.number, b.first + b.n - 1, b.rx_last FROM block a, block b"
		    " WHERE a.number = (SELECT min(number) FROM block) AND b.number = (SELECT max(number) FROM block)");
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	if (st != XIE_OK)
		return st;
	p->first = 0;
	if (row) {
		p->block_first = (uint64_t)xie_col_i64(s, 0);
		p->first = (uint64_t)xie_col_i64(s, 1);
		p->rx_first = xie_col_i64(s, 2);
		p->block_last = (uint64_t)xie_col_i64(s, 3);
		p->last = (uint64_t)xie_col_i64(s, 4);
		p->rx_last = xie_col_i64(s, 5);
	}
	xie_stmt_reset(s);
	return XIE_OK;
}

struct part *part__add(struct xie_journal_store *j, int64_t day, unsigned number)
{
	for (size_t i = 0; i < j->n_parts; i++)
		if (j->parts[i].day == day && j->parts[i].number == number)
			return &j->parts[i];
	if (j->n_parts == j->cap_parts) {
		size_t cap = j->cap_parts * 2 + 16;
		struct part *grown = realloc(j->parts, cap * sizeof *grown);
		if (grown == NULL)
			return NULL;
		j->parts = grown;
		j->cap_parts = cap;
	}
	/* Days come in order: a new part goes to the end. */
	j->parts[j->n_parts] = (struct part){ .day = day, .number = number };
	return &j->parts[j->n_parts++];
}

/* The chain's head as the newest part with a readable block has it. */
static void head_of(struct xie_journal_store *j, struct reader *r, const struct part *p)
{
	struct block_buf b = { 0 };
	struct xie_block_header h;
	struct xie_stmt *s = xie_db_stmt(r->db, "SELECT header FROM block ORDER BY number DESC LIMIT 1");
	bool row;
	if (xie_stmt_step(s, &row) == XIE_OK && row &&
	    xie_col_digest(s, 0, b.header, sizeof b.header) == XIE_OK &&
	    xie_block_header_decode(b.header, sizeof b.header, &h) == XIE_OK && h.number > j->head.h.number)
		if (head__set(&j->head, &h) != XIE_OK)
			journal__log(j, "journal: no SM3 in this OpenSSL");
	xie_stmt_reset(s);
	(void)p;
}

xie_status part__scan(struct xie_journal_store *j)
{
	xie_status st = part__list(j->dir, &j->parts, &j->n_parts);
	if (st != XIE_OK)
		return st;
	j->cap_parts = j->n_parts;
	struct reader r;
	reader__init(&r, j->dir, j->opt.vfs);
	for (size_t i = 0; i < j->n_parts; i++) {
		struct part *p = &j->parts[i];
		struct xie_err err;
		st = reader__open(&r, p->day, p->number, &err);
		if (st == XIE_OK) {
			st = part__extent(r.db, p);
			if (st == XIE_OK)
				head_of(j, &r, p);
			else
				(void)xie_db_err(r.db, st, "read", &err);
		}
		p->damaged = st != XIE_OK;
		if (p->damaged)
			journal__log(j, "journal: %s", err.what);
	}
	reader__done(&r);
	return XIE_OK;
}

xie_status part__open_write(struct xie_journal_store *j, int64_t day, unsigned number, struct xie_db **ret_db,
                            struct xie_err *reterr)
{
	char path[PATH_ROOM + 32];
	part__path(j->dir, day, number, path, sizeof path);
	const struct xie_db_options opt = { .page_bytes = PART_PAGE, .cache_kib = 16384, .wal_pages = 1024,
		.keep_deleted_bytes = true, .vfs = j->opt.vfs };
	xie_status st = xie_db_open(path, &opt, ret_db, reterr);
	if (st != XIE_OK)
		return st;
	st = xie_db_exec(*ret_db, PART_SCHEMA);
	if (st == XIE_OK)
		return st;
	st = xie_db_err(*ret_db, st, "make its tables", reterr);
	xie_db_close(*ret_db);
	return st;
}

void reader__init(struct reader *r, const char *dir, const char *vfs)
{
	*r = (struct reader){ .vfs = vfs };
	(void)snprintf(r->dir, sizeof r->dir, "%s", dir);
}

void reader__done(struct reader *r)
{
	xie_db_close(r->db);
	r->db = NULL;
}

xie_status reader__open(struct reader *r, int64_t day, unsigned number, struct xie_err *reterr)
{
	if (r->db != NULL && r->day == day && r->number == number)
		return XIE_OK;
	reader__done(r);
	char path[PATH_ROOM + 32];
	part__path(r->dir, day, number, path, sizeof path);
	const struct xie_db_options opt = { .read_only = true, .vfs = r->vfs };
	xie_status st = xie_db_open(path, &opt, &r->db, reterr);
	if (st != XIE_OK) {
		r->db = NULL;
		return st;
	}
	r->day = day;
	r->number = number;
	return XIE_OK;
}

/* Decompresses and checks what the header promises, digests apart: zstd's own sum covers the bytes. */
static xie_status take_block(struct xie_stmt *s, struct block_buf *b)
{
	xie_str seed = xie_col_str(s, 2), data = xie_col_str(s, 3);
	xie_status st = xie_col_digest(s, 1, b->header, sizeof b->header);
	if (st == XIE_OK)
		st = xie_block_header_decode(b->header, sizeof b->header, &b->h);
	if (st != XIE_OK)
		return XIE_CORRUPT;
	if (b->h.raw == 0)
		return XIE_CORRUPT; /* a void block: its records are lost */
	if (seed.n != sizeof b->seed || (uint64_t)xie_col_i64(s, 0) != b->h.number)
		return XIE_CORRUPT;
	memcpy(b->seed, seed.p, sizeof b->seed);
	if (b->cap < b->h.raw) {
		uint8_t *grown = realloc(b->raw, b->h.raw);
		if (grown == NULL)
			return XIE_LIMIT;
		b->raw = grown;
		b->cap = b->h.raw;
	}
	size_t n = ZSTD_decompress(b->raw, b->h.raw, data.p, data.n);
	if (ZSTD_isError(n) || n != b->h.raw)
		return XIE_CORRUPT;
	return xie_block_check(digest__sha256, &b->h, (xie_str){ (char *)b->raw, n }, NULL, NULL, NULL);
}

xie_status reader__block_at(struct reader *r, uint64_t pos, struct block_buf *b, uint64_t *ret_first,
                            uint64_t *ret_last)
{
	struct xie_stmt *s = xie_db_stmt(r->db, "SELECT number, header, seed, data, first, n FROM block"
						" WHERE first <= $pos ORDER BY first DESC LIMIT 1");
	xie_stmt_i64(s, "pos", (int64_t)pos);
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	uint64_t first = pos, last = pos;
	if (st == XIE_OK && row) {
		first = (uint64_t)xie_col_i64(s, 4);
		last = first + (uint64_t)xie_col_i64(s, 5) - 1;
		st = pos > last ? XIE_MISSING : take_block(s, b);
		if (st == XIE_OK && (b->h.first != first || b->h.first + b->h.n - 1 != last))
			st = XIE_CORRUPT;
	} else if (st == XIE_OK) {
		st = XIE_MISSING;
	}
	xie_stmt_reset(s);
	if (st == XIE_OK || first > pos || last < pos || last - first > UINT32_MAX) {
		*ret_first = pos;
		*ret_last = pos;
	} else {
		*ret_first = first;
		*ret_last = last;
	}
	return st;
}

xie_status reader__block(struct reader *r, uint64_t number, struct block_buf *b)
{
	struct xie_stmt *s = xie_db_stmt(r->db, "SELECT number, header, seed, data FROM block WHERE number = $number");
	xie_stmt_i64(s, "number", (int64_t)number);
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	if (st == XIE_OK)
		st = row ? take_block(s, b) : XIE_MISSING;
	xie_stmt_reset(s);
	return st;
}

void block__free(struct block_buf *b)
{
	free(b->raw);
	b->raw = NULL;
	b->cap = 0;
}
