/* SPDX-License-Identifier: Apache-2.0 */
/* All that can be checked of the records without knowing what they mean. */
#include "records_int.h"

#include <inttypes.h>
#include <stdio.h>

struct checking {
	struct xie_db *db;
	void (*what)(void *ctx, const char *text);
	void *ctx;
	unsigned bad;
	uint8_t *mem;
};

static void bad(struct checking *c, const char *what, xie_str kind, xie_str id, uint64_t n)
{
	char line[300];
	(void)snprintf(line, sizeof line, "%s: %.*s %.*s, number %" PRIu64, what, (int)(kind.n < 40 ? kind.n : 40), kind.p,
	               (int)(id.n < 80 ? id.n : 80), id.p, n);
	c->bad++;
	c->what(c->ctx, line);
}

/* One event after another of all subjects, in order; a chain begins where the subject changes. */
struct chain {
	char kind[80], id[200];
	uint64_t n;
	uint8_t head[32];
};

static void check_event(struct checking *c, struct chain *at, struct xie_stmt *s)
{
	struct xie_event e;
	xie_status st;
	uint8_t digest[32];
	event__row(s, &e, &st);
	e.kind = xie_col_str(s, 10);
	e.id = xie_col_str(s, 11);
	if (!xie_str_is(e.kind, at->kind) || !xie_str_is(e.id, at->id)) {
		*at = (struct chain){ 0 };
		(void)snprintf(at->kind, sizeof at->kind, "%.*s", (int)e.kind.n, e.kind.p);
		(void)snprintf(at->id, sizeof at->id, "%.*s", (int)e.id.n, e.id.p);
	}
	xie_arena mem = xie_arena_of(c->mem, EVENT_MEM);
	if (st != XIE_OK || e.n != at->n + 1 || memcmp(e.prev, at->head, 32) != 0)
		bad(c, "an event does not follow the one before", e.kind, e.id, e.n);
	else if (xie_event_digest(&mem, &e, digest) != XIE_OK || memcmp(digest, e.digest, 32) != 0)
		bad(c, "an event is not what its digest says", e.kind, e.id, e.n);
	at->n = e.n;
	memcpy(at->head, e.digest, 32);
}

static xie_status check_events(struct checking *c)
{
	static const char SQL[] = "SELECT n, at, event, persons, data, account, signature, key_id, prev, digest, kind, id"
				  " FROM event ORDER BY kind, id, n";
	struct xie_stmt *s = xie_db_stmt(c->db, SQL);
	struct chain at = { 0 };
	for (bool row = true;;) {
		xie_status st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			return st;
		check_event(c, &at, s);
	}
}

/* Rows whose version or head is not that of their last event. */
static xie_status check_rows(struct checking *c)
{
	static const char SQL[] = "SELECT s.kind, s.id, s.version FROM subject s LEFT JOIN event e ON e.kind = s.kind AND"
				  " e.id = s.id AND e.n = s.version WHERE e.n IS NULL OR e.digest <> s.head OR EXISTS"
				  " (SELECT 1 FROM event f WHERE f.kind = s.kind AND f.id = s.id AND f.n > s.version)";
	static const char STRAY[] = "SELECT DISTINCT e.kind, e.id, e.n FROM event e LEFT JOIN subject s ON s.kind = e.kind"
				    " AND s.id = e.id WHERE s.id IS NULL";
	static const char *const ALL[] = { SQL, STRAY };
	for (size_t i = 0; i < 2; i++) {
		struct xie_stmt *s = xie_db_stmt(c->db, ALL[i]);
		for (bool row = true;;) {
			xie_status st = xie_stmt_step(s, &row);
			if (st != XIE_OK)
				return st;
			if (!row)
				break;
			bad(c, i == 0 ? "a row is not what its events make" : "events without a row", xie_col_str(s, 0),
			    xie_col_str(s, 1), (uint64_t)xie_col_i64(s, 2));
		}
	}
	return XIE_OK;
}

static xie_status check_audit(struct checking *c)
{
	struct xie_stmt *s = xie_db_stmt(c->db, SQL_AUDIT_ALL);
	uint8_t prev[32] = { 0 }, digest[32];
	uint64_t seq = 0;
	for (bool row = true;;) {
		struct xie_audit a;
		xie_status st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			return st;
		audit__row(s, &a, &st);
		if (st != XIE_OK || a.seq != ++seq || memcmp(a.prev, prev, 32) != 0)
			bad(c, "an audit row does not follow the one before", a.action, a.object, a.seq);
		else if (audit__digest(&a, digest) != XIE_OK || memcmp(digest, a.digest, 32) != 0)
			bad(c, "an audit row is not what its digest says", a.action, a.object, a.seq);
		seq = a.seq;
		memcpy(prev, a.digest, 32);
	}
}

xie_status xie_records_check(const char *path, void (*what)(void *ctx, const char *text), void *ctx, unsigned *ret_bad,
                             struct xie_err *reterr)
{
	struct checking c = { .what = what, .ctx = ctx };
	const struct xie_db_options opt = { .read_only = true };
	*ret_bad = 0;
	xie_status st = xie_db_open(path, &opt, &c.db, reterr);
	if (st != XIE_OK)
		return st;
	struct xie_err err;
	st = xie_db_check(c.db, &err);
	if (st == XIE_CORRUPT) {
		c.bad++;
		what(ctx, err.what);
	}
	c.mem = malloc(EVENT_MEM);
	st = c.mem != NULL ? xie_db_begin_read(c.db) : XIE_LIMIT;
	if (st == XIE_OK)
		st = check_events(&c);
	if (st == XIE_OK)
		st = check_rows(&c);
	if (st == XIE_OK)
		st = check_audit(&c);
	if (st != XIE_OK)
		st = xie_db_err(c.db, st, "check", reterr);
	xie_db_rollback(c.db);
	xie_db_close(c.db);
	free(c.mem);
	*ret_bad = c.bad;
	return st;
}
