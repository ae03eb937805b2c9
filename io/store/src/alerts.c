/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's facts: every revision kept, the newest current. */
#include "records_int.h"

static xie_status root_of(struct xie_db *db, char *ret, size_t cap)
{
	struct xie_stmt *s = xie_db_stmt(db, SQL_ORG_ROOT);
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	ret[0] = '\0';
	if (st == XIE_OK && row) {
		xie_str id = xie_col_str(s, 0);
		size_t n = id.n < cap - 1 ? id.n : cap - 1;
		memcpy(ret, id.p, n);
		ret[n] = '\0';
	}
	xie_stmt_reset(s);
	return st;
}

static xie_status put_current(struct xie_db *db, const struct xie_alert_row *a, xie_str org, uint64_t seq)
{
	struct xie_stmt *s = xie_db_stmt(db, SQL_ALERT_PUT);
	xie_stmt_str(s, "id", a->id);
	xie_stmt_i64(s, "rev", a->rev);
	xie_stmt_str(s, "rule", a->rule);
	xie_stmt_str(s, "mode", a->mode);
	xie_stmt_str(s, "kind", a->kind);
	xie_stmt_str(s, "target", a->target);
	xie_stmt_str(s, "other", a->other);
	xie_stmt_str(s, "zone", a->zone);
	xie_stmt_str(s, "direction", a->direction);
	xie_stmt_str(s, "ending", a->end);
	xie_stmt_str(s, "violation", a->violation);
	xie_stmt_str(s, "pack", a->pack);
	xie_stmt_i64(s, "level", a->level);
	xie_stmt_i64(s, "since_at", a->since);
	xie_stmt_i64(s, "open_at", a->open);
	xie_stmt_i64(s, "age", -a->open);
	xie_stmt_time(s, "close_at", a->close);
	xie_stmt_i64(s, "withdrawn", a->withdrawn);
	xie_stmt_str(s, "org", org);
	xie_stmt_str(s, "region", a->region);
	xie_stmt_i64(s, "position", (int64_t)a->position);
	xie_stmt_str(s, "json", a->json);
	xie_stmt_i64(s, "seq", (int64_t)seq);
	return xie_stmt_run(s);
}

static xie_status put_one(struct xie_db *db, const struct xie_alert_row *a, const char *root, uint64_t *ret_seq)
{
	struct xie_stmt *s = xie_db_stmt(db, SQL_ALERT_REV_PUT);
	xie_stmt_str(s, "id", a->id);
	xie_stmt_i64(s, "rev", a->rev);
	xie_stmt_i64(s, "position", (int64_t)a->position);
	xie_stmt_str(s, "json", a->json);
	xie_status st = xie_stmt_run(s);
	if (st != XIE_OK || xie_db_changes(db) == 0)
		return st; /* delivered before */
	uint64_t seq;
	st = seq__next(db, &seq);
	if (st == XIE_OK)
		st = put_current(db, a, a->org.n != 0 ? a->org : xie_str_of(root), seq);
	if (st != XIE_OK || xie_db_changes(db) == 0)
		return st; /* an older revision came late: kept, not current */
	*ret_seq = seq;
	return search__put(db, "alert", a->id, a->text);
}

xie_status alert__put(void *self, const struct xie_alert_row *a, size_t n, xie_str consumer, uint64_t position)
{
	struct xie_records *r = self;
	char root[80] = "";
	uint64_t seq = 0;
	xie_status st = records__begin(r);
	if (st == XIE_OK)
		st = root_of(r->writer, root, sizeof root);
	for (size_t i = 0; st == XIE_OK && i < n; i++)
		st = put_one(r->writer, &a[i], root, &seq);
	if (st == XIE_OK && consumer.n != 0) {
		struct xie_stmt *s = xie_db_stmt(r->writer, SQL_PROGRESS_PUT);
		xie_stmt_str(s, "consumer", consumer);
		xie_stmt_i64(s, "position", (int64_t)position);
		st = xie_stmt_run(s);
	}
	return records__end(r, st, seq);
}

enum { ALERT_COLUMNS = 28 };

static struct xie_alert_row alert_row(struct xie_stmt *s)
{
	return (struct xie_alert_row){ .id = xie_col_str(s, 0), .rev = (uint32_t)xie_col_i64(s, 1), .rule = xie_col_str(s, 2),
		.mode = xie_col_str(s, 3), .kind = xie_col_str(s, 4), .target = xie_col_str(s, 5), .other = xie_col_str(s, 6),
		.zone = xie_col_str(s, 7), .direction = xie_col_str(s, 8), .end = xie_col_str(s, 9),
		.violation = xie_col_str(s, 10), .pack = xie_col_str(s, 11), .level = (uint8_t)xie_col_i64(s, 12),
		.since = xie_col_i64(s, 13), .open = xie_col_i64(s, 14), .close = xie_col_time(s, 15),
		.withdrawn = xie_col_i64(s, 16) != 0, .org = xie_col_str(s, 17), .region = xie_col_str(s, 18),
		.position = (uint64_t)xie_col_i64(s, 19), .json = xie_col_str(s, 20), .state = xie_col_str(s, 21),
		.handler = xie_col_str(s, 22), .handled_at = xie_col_time(s, 23), .snooze_to = xie_col_time(s, 24),
		.version = (uint64_t)xie_col_i64(s, 25), .seq = (uint64_t)xie_col_i64(s, 26),
		.subject_json = xie_col_str(s, 27) };
}

static xie_status give_alerts(struct xie_stmt *s, bool revs, xie_alert_fn *fn, void *ctx, size_t *ret_n)
{
	xie_status st = XIE_OK;
	*ret_n = 0;
	for (bool row = true; st == XIE_OK;) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		struct xie_alert_row a = alert_row(s);
		if (revs) {
			a.rev = (uint32_t)xie_col_i64(s, ALERT_COLUMNS);
			a.position = (uint64_t)xie_col_i64(s, ALERT_COLUMNS + 1);
			a.json = xie_col_str(s, ALERT_COLUMNS + 2);
		}
		++*ret_n;
		st = fn(ctx, &a);
	}
	xie_stmt_reset(s);
	return st;
}

static xie_status by_id(struct xie_records *r, const char *sql, bool revs, const struct xie_scope *who, xie_str id,
                        xie_alert_fn *fn, void *ctx)
{
	struct sight t;
	xie_status st;
	size_t n = 0;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	st = sight__of(r, db, who, &t);
	struct xie_stmt *s = xie_db_stmt(db, sql);
	xie_stmt_str(s, "id", id);
	sight__bind(s, &t);
	if (st == XIE_OK)
		st = give_alerts(s, revs, fn, ctx, &n);
	records__give_back(r, db);
	return st == XIE_OK && n == 0 ? XIE_MISSING : st;
}

xie_status alert__get(void *self, const struct xie_scope *who, xie_str id, xie_alert_fn *fn, void *ctx)
{
	return by_id(self, SQL_ALERT_GET, false, who, id, fn, ctx);
}

xie_status alert__revs(void *self, const struct xie_scope *who, xie_str id, xie_alert_fn *fn, void *ctx)
{
	return by_id(self, SQL_ALERT_REVS, true, who, id, fn, ctx);
}

/* "a,b" -> ",a,b," so that membership is one LIKE. */
static xie_str wrapped(xie_str list, char *room, size_t cap)
{
	if (list.n == 0 || list.n + 2 > cap)
		return (xie_str){ "", 0 };
	room[0] = ',';
	memcpy(room + 1, list.p, list.n);
	room[list.n + 1] = ',';
	return (xie_str){ room, list.n + 2 };
}

struct query_text {
	char states[300], levels[40], text[1024];
};

static void bind_query(struct xie_stmt *s, const struct xie_alert_query *q, const struct sight *t, struct query_text *x)
{
	sight__bind(s, t);
	xie_stmt_str(s, "states", wrapped(q->states, x->states, sizeof x->states));
	xie_stmt_str(s, "levels", wrapped(q->levels, x->levels, sizeof x->levels));
	xie_stmt_str(s, "mode", q->mode);
	xie_stmt_str(s, "kind", q->kind);
	xie_stmt_str(s, "rule", q->rule);
	xie_stmt_str(s, "zone", q->zone);
	xie_stmt_str(s, "target", q->target);
	xie_stmt_str(s, "handler", q->handler);
	xie_stmt_str(s, "text", xie_str_of(x->text));
	xie_stmt_i64(s, "from", q->from);
	xie_stmt_i64(s, "to", q->to);
	xie_stmt_i64(s, "withdrawn_too", q->withdrawn_too);
}

static xie_status list_in(struct xie_records *r, struct xie_db *db, const struct xie_scope *who,
                          const struct xie_alert_query *q, xie_alert_fn *fn, void *ctx, uint64_t *ret_total)
{
	struct query_text x;
	struct sight t;
	size_t n;
	xie_status st = sight__of(r, db, who, &t);
	search__query(q->text, x.text, sizeof x.text);
	if (st != XIE_OK || (q->text.n != 0 && x.text[0] == '\0')) {
		if (ret_total != NULL)
			*ret_total = 0;
		return st;
	}
	struct xie_stmt *s;
	if (ret_total != NULL) {
		bool row;
		s = xie_db_stmt(db, SQL_ALERT_COUNT);
		bind_query(s, q, &t, &x);
		st = xie_stmt_step(s, &row);
		*ret_total = st == XIE_OK && row ? (uint64_t)xie_col_i64(s, 0) : 0;
		xie_stmt_reset(s);
		if (st != XIE_OK)
			return st;
	}
	s = xie_db_stmt(db, q->by_age ? SQL_ALERT_BY_AGE : SQL_ALERT_QUEUE);
	bind_query(s, q, &t, &x);
	xie_stmt_str(s, "after", q->after);
	xie_stmt_i64(s, "limit", q->limit == 0 ? 50 : q->limit > 500 ? 500 : q->limit);
	return give_alerts(s, false, fn, ctx, &n);
}

xie_status alert__list(void *self, const struct xie_scope *who, const struct xie_alert_query *q, xie_alert_fn *fn,
                       void *ctx, uint64_t *ret_total, uint64_t *ret_seq)
{
	struct xie_records *r = self;
	xie_status st;
	if (q->states.n > 290 || q->levels.n > 30)
		return XIE_RANGE;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	st = xie_db_begin_read(db); /* rows, total and seq are of one moment */
	if (st == XIE_OK && ret_seq != NULL)
		st = seq__get(db, ret_seq);
	if (st == XIE_OK)
		st = list_in(r, db, who, q, fn, ctx, ret_total);
	xie_db_rollback(db);
	records__give_back(r, db);
	return st;
}

xie_status alert__since(void *self, const struct xie_scope *who, uint64_t seq, unsigned limit, xie_alert_fn *fn, void *ctx)
{
	struct xie_records *r = self;
	struct sight t;
	xie_status st;
	size_t n;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	st = sight__of(r, db, who, &t);
	struct xie_stmt *s = xie_db_stmt(db, SQL_ALERT_SINCE);
	sight__bind(s, &t);
	xie_stmt_i64(s, "seq", (int64_t)seq);
	xie_stmt_i64(s, "limit", limit);
	if (st == XIE_OK)
		st = give_alerts(s, false, fn, ctx, &n);
	records__give_back(r, db);
	return st;
}
