/* SPDX-License-Identifier: Apache-2.0 */
/* Audit, numbers, answers given once, drafts, sources, positions. */
#include "records_int.h"

#include "journal_int.h"
#include "xie/base/time.h"
#include "xie/base/wr.h"

/* ---- audit ---- */

/* SM3(prev | canonical JSON of the record): law.md 7.3.  Members sorted; json is one string. */
xie_status audit__digest(const struct xie_audit *a, uint8_t ret[static 32])
{
	size_t cap = 700 + 6 * (a->user.n + a->login.n + a->roles.n + a->ip.n + a->device.n + a->action.n + a->object.n +
	                        a->json.n);
	uint8_t *p = malloc(cap);
	if (p == NULL)
		return XIE_LIMIT;
	xie_wr w = xie_wr_of(p, cap);
	xie_wr_bytes(&w, a->prev, sizeof a->prev);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "action", a->action);
	xie_wr_text(&w, ",\"at\":\"");
	xie_wr_time(&w, a->at);
	xie_wr_char(&w, '"');
	xie_wr_kv_str(&w, "device", a->device);
	xie_wr_kv_str(&w, "ip", a->ip);
	xie_wr_kv_str(&w, "json", a->json);
	xie_wr_kv_str(&w, "login", a->login);
	xie_wr_kv_str(&w, "object", a->object);
	xie_wr_kv_str(&w, "roles", a->roles);
	xie_wr_kv_i64(&w, "seq", (int64_t)a->seq);
	xie_wr_kv_str(&w, "user", a->user);
	xie_wr_char(&w, '}');
	xie_status st = w.st == XIE_OK ? digest__sm3(p, w.n, ret) : w.st;
	free(p);
	return st;
}

xie_status audit__add(struct xie_db *db, struct xie_audit *a)
{
	struct xie_stmt *s = xie_db_stmt(db, SQL_AUDIT_HEAD);
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	a->seq = 1;
	memset(a->prev, 0, sizeof a->prev);
	if (st == XIE_OK && row) {
		a->seq = (uint64_t)xie_col_i64(s, 0) + 1;
		st = xie_col_digest(s, 1, a->prev, sizeof a->prev);
	}
	xie_stmt_reset(s);
	if (st == XIE_OK)
		st = audit__digest(a, a->digest);
	if (st != XIE_OK)
		return st;
	s = xie_db_stmt(db, SQL_AUDIT_PUT);
	xie_stmt_i64(s, "seq", (int64_t)a->seq);
	xie_stmt_i64(s, "at", a->at);
	xie_stmt_str(s, "account", a->user);
	xie_stmt_str(s, "login", a->login);
	xie_stmt_str(s, "roles", a->roles);
	xie_stmt_str(s, "ip", a->ip);
	xie_stmt_str(s, "device", a->device);
	xie_stmt_str(s, "action", a->action);
	xie_stmt_str(s, "object", a->object);
	xie_stmt_str(s, "json", a->json);
	xie_stmt_bytes(s, "prev", a->prev, sizeof a->prev);
	xie_stmt_bytes(s, "digest", a->digest, sizeof a->digest);
	return xie_stmt_run(s);
}

xie_status audit__put(void *self, struct xie_audit *a)
{
	struct xie_records *r = self;
	xie_status st = records__begin(r);
	return records__end(r, st == XIE_OK ? audit__add(r->writer, a) : st, 0);
}

void audit__row(struct xie_stmt *s, struct xie_audit *ret_a, xie_status *ret_st)
{
	*ret_a = (struct xie_audit){ .seq = (uint64_t)xie_col_i64(s, 0), .at = xie_col_i64(s, 1), .user = xie_col_str(s, 2),
		.login = xie_col_str(s, 3), .roles = xie_col_str(s, 4), .ip = xie_col_str(s, 5), .device = xie_col_str(s, 6),
		.action = xie_col_str(s, 7), .object = xie_col_str(s, 8), .json = xie_col_str(s, 9) };
	*ret_st = xie_col_digest(s, 10, ret_a->prev, sizeof ret_a->prev);
	if (*ret_st == XIE_OK)
		*ret_st = xie_col_digest(s, 11, ret_a->digest, sizeof ret_a->digest);
}

xie_status audit__list(void *self, const struct xie_audit_query *q, xie_audit_fn *fn, void *ctx)
{
	struct xie_records *r = self;
	xie_status st;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	struct xie_stmt *s = xie_db_stmt(db, SQL_AUDIT_LIST);
	xie_stmt_str(s, "login", q->login);
	xie_stmt_str(s, "action", q->action);
	xie_stmt_i64(s, "from", q->from);
	xie_stmt_i64(s, "to", q->to);
	xie_stmt_i64(s, "before", (int64_t)q->before);
	xie_stmt_i64(s, "limit", q->limit == 0 ? 50 : q->limit > 500 ? 500 : q->limit);
	for (bool row = true; st == XIE_OK;) {
		struct xie_audit a;
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		audit__row(s, &a, &st);
		if (st == XIE_OK)
			st = fn(ctx, &a);
	}
	xie_stmt_reset(s);
	records__give_back(r, db);
	return st;
}

/* ---- numbers, answers, drafts ---- */

xie_status number__peek(void *self, xie_str series, uint64_t *ret_n)
{
	struct xie_records *r = self;
	xie_status st;
	bool row;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	struct xie_stmt *s = xie_db_stmt(db, SQL_NUMBER_PEEK);
	xie_stmt_str(s, "name", series);
	st = xie_stmt_step(s, &row);
	if (st == XIE_OK)
		*ret_n = row ? (uint64_t)xie_col_i64(s, 0) + 1 : 1;
	xie_stmt_reset(s);
	records__give_back(r, db);
	return st;
}

xie_status once__put(struct xie_db *db, const struct xie_once *o)
{
	struct xie_stmt *s = xie_db_stmt(db, SQL_ONCE_PUT);
	xie_stmt_str(s, "account", o->user);
	xie_stmt_str(s, "key", o->key);
	xie_stmt_bytes(s, "body", o->body, sizeof o->body);
	xie_stmt_i64(s, "status", o->status);
	xie_stmt_str(s, "answer", o->answer);
	xie_stmt_i64(s, "at", o->at);
	return xie_stmt_run(s);
}

xie_status once__get(void *self, xie_str user, xie_str key, xie_once_fn *fn, void *ctx)
{
	struct xie_records *r = self;
	xie_status st;
	bool row;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	struct xie_stmt *s = xie_db_stmt(db, SQL_ONCE_GET);
	xie_stmt_str(s, "account", user);
	xie_stmt_str(s, "key", key);
	st = xie_stmt_step(s, &row);
	if (st == XIE_OK && !row)
		st = XIE_MISSING;
	if (st == XIE_OK) {
		struct xie_once o = { .user = xie_col_str(s, 0), .key = xie_col_str(s, 1), .status = (uint32_t)xie_col_i64(s, 3),
			.answer = xie_col_str(s, 4), .at = xie_col_i64(s, 5) };
		st = xie_col_digest(s, 2, o.body, sizeof o.body);
		if (st == XIE_OK)
			st = fn(ctx, &o);
	}
	xie_stmt_reset(s);
	records__give_back(r, db);
	return st;
}

static void bind_draft(struct xie_stmt *s, xie_str user, xie_str kind, xie_str subject, xie_str event)
{
	xie_stmt_str(s, "account", user);
	xie_stmt_str(s, "kind", kind);
	xie_stmt_str(s, "subject", subject);
	xie_stmt_str(s, "event", event);
}

static xie_status put_draft(struct xie_db *db, const struct xie_draft *d)
{
	struct xie_stmt *s = xie_db_stmt(db, SQL_DRAFT_GET);
	bind_draft(s, d->user, d->subject_kind, d->subject, d->event);
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	uint64_t version = st == XIE_OK && row ? (uint64_t)xie_col_i64(s, 6) : 0;
	xie_stmt_reset(s);
	if (st == XIE_OK && version != d->version)
		st = XIE_CONFLICT;
	if (st != XIE_OK)
		return st;
	if (d->json.n == 0) {
		s = xie_db_stmt(db, SQL_DRAFT_DELETE);
		bind_draft(s, d->user, d->subject_kind, d->subject, d->event);
		return xie_stmt_run(s);
	}
	s = xie_db_stmt(db, SQL_DRAFT_PUT);
	bind_draft(s, d->user, d->subject_kind, d->subject, d->event);
	xie_stmt_str(s, "json", d->json);
	xie_stmt_i64(s, "at", d->at);
	return xie_stmt_run(s);
}

xie_status draft__put(void *self, const struct xie_draft *d)
{
	struct xie_records *r = self;
	xie_status st = records__begin(r);
	return records__end(r, st == XIE_OK ? put_draft(r->writer, d) : st, 0);
}

xie_status draft__get(void *self, xie_str user, xie_str kind, xie_str subject, xie_str event, xie_draft_fn *fn, void *ctx)
{
	struct xie_records *r = self;
	xie_status st;
	bool row;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	struct xie_stmt *s = xie_db_stmt(db, SQL_DRAFT_GET);
	bind_draft(s, user, kind, subject, event);
	st = xie_stmt_step(s, &row);
	if (st == XIE_OK && !row)
		st = XIE_MISSING;
	if (st == XIE_OK) {
		struct xie_draft d = { .user = xie_col_str(s, 0), .subject_kind = xie_col_str(s, 1), .subject = xie_col_str(s, 2),
			.event = xie_col_str(s, 3), .json = xie_col_str(s, 4), .at = xie_col_i64(s, 5),
			.version = (uint64_t)xie_col_i64(s, 6) };
		st = fn(ctx, &d);
	}
	xie_stmt_reset(s);
	records__give_back(r, db);
	return st;
}

/* ---- sources, positions ---- */

static xie_status put_state(struct xie_db *db, uint32_t source, xie_str name, bool up, xie_ms at, uint64_t position)
{
	struct xie_stmt *s = xie_db_stmt(db, SQL_SOURCE_LAST);
	bool row;
	xie_stmt_i64(s, "source", source);
	xie_status st = xie_stmt_step(s, &row);
	bool known = st == XIE_OK && row, old = known && (uint64_t)xie_col_i64(s, 1) >= position;
	xie_stmt_reset(s);
	if (st != XIE_OK || old)
		return st; /* delivered before */
	s = xie_db_stmt(db, up ? SQL_SOURCE_UP : SQL_SOURCE_DOWN);
	xie_stmt_i64(s, "source", source);
	xie_stmt_i64(s, "at", at);
	if (!up)
		xie_stmt_str(s, "name", name);
	st = xie_stmt_run(s);
	if (st != XIE_OK)
		return st;
	s = xie_db_stmt(db, SQL_SOURCE_LAST_PUT);
	xie_stmt_i64(s, "source", source);
	xie_stmt_i64(s, "up", up);
	xie_stmt_i64(s, "position", (int64_t)position);
	return xie_stmt_run(s);
}

xie_status source__state(void *self, uint32_t source, xie_str name, bool up, xie_ms at, uint64_t position)
{
	struct xie_records *r = self;
	xie_status st = records__begin(r);
	return records__end(r, st == XIE_OK ? put_state(r->writer, source, name, up, at, position) : st, 0);
}

xie_status source__spans(void *self, xie_ms from, xie_ms to, xie_source_span_fn *fn, void *ctx)
{
	struct xie_records *r = self;
	xie_status st;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	struct xie_stmt *s = xie_db_stmt(db, SQL_SOURCE_SPANS);
	xie_stmt_i64(s, "from", from);
	xie_stmt_i64(s, "to", to);
	for (bool row = true; st == XIE_OK;) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		struct xie_source_span v = { .source = (uint32_t)xie_col_i64(s, 0), .name = xie_col_str(s, 1),
			.from = xie_col_i64(s, 2), .to = xie_col_time(s, 3) };
		st = fn(ctx, &v);
	}
	xie_stmt_reset(s);
	records__give_back(r, db);
	return st;
}

xie_status progress__get(void *self, xie_str consumer, uint64_t *ret_position)
{
	struct xie_records *r = self;
	xie_status st;
	bool row;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	struct xie_stmt *s = xie_db_stmt(db, SQL_PROGRESS_GET);
	xie_stmt_str(s, "consumer", consumer);
	st = xie_stmt_step(s, &row);
	if (st == XIE_OK)
		*ret_position = row ? (uint64_t)xie_col_i64(s, 0) : 0;
	xie_stmt_reset(s);
	records__give_back(r, db);
	return st;
}
