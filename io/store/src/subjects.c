/* SPDX-License-Identifier: Apache-2.0 */
/* What people act on: chains of events, and the rows that project them. */
#include "records_int.h"

/* What an append does, change by change, within one transaction. */
struct appending {
	struct xie_records *r;
	struct xie_db *db;
	struct sight sight;
	uint64_t seq; /* of the last change */
};

struct place { /* where a change stands before it */
	uint64_t version;
	uint8_t head[32];
	xie_ms created;
	char org[80], region[40];
};

static xie_status copy_text(xie_str v, char *ret, size_t cap)
{
	if (v.n >= cap)
		return XIE_RANGE;
	memcpy(ret, v.p, v.n);
	ret[v.n] = '\0';
	return XIE_OK;
}

/* The organisation and region of an alert are its own, whatever the writer says. */
static xie_status alert_place(const struct appending *a, xie_str id, struct place *p)
{
	struct xie_stmt *s = xie_db_stmt(a->db, SQL_ALERT_PLACE);
	xie_stmt_str(s, "id", id);
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	if (st == XIE_OK && !row)
		st = XIE_MISSING;
	if (st == XIE_OK)
		st = copy_text(xie_col_str(s, 0), p->org, sizeof p->org);
	if (st == XIE_OK)
		st = copy_text(xie_col_str(s, 1), p->region, sizeof p->region);
	xie_stmt_reset(s);
	return st;
}

static xie_status find_place(const struct appending *a, const struct xie_subject_change *c, struct place *p)
{
	struct xie_stmt *s = xie_db_stmt(a->db, SQL_SUBJECT_HEAD);
	xie_stmt_str(s, "kind", c->row.kind);
	xie_stmt_str(s, "id", c->row.id);
	sight__bind(s, &a->sight);
	bool row, there;
	xie_status st = xie_stmt_step(s, &row);
	there = row;
	if (st == XIE_OK && row) {
		p->version = (uint64_t)xie_col_i64(s, 0);
		st = xie_col_digest(s, 1, p->head, sizeof p->head);
		p->created = xie_col_i64(s, 2);
	}
	xie_stmt_reset(s);
	if (st == XIE_OK && !there) {
		s = xie_db_stmt(a->db, SQL_SUBJECT_EXISTS);
		xie_stmt_str(s, "kind", c->row.kind);
		xie_stmt_str(s, "id", c->row.id);
		st = xie_stmt_step(s, &row);
		xie_stmt_reset(s);
		if (st == XIE_OK && row)
			st = XIE_MISSING; /* it is there, for others */
	}
	if (st == XIE_OK && xie_str_is(c->row.kind, "alert"))
		st = alert_place(a, c->row.id, p);
	else if (st == XIE_OK)
		st = copy_text(c->row.org, p->org, sizeof p->org) == XIE_OK &&
		     copy_text(c->row.region, p->region, sizeof p->region) == XIE_OK ? XIE_OK : XIE_RANGE;
	if (st == XIE_OK)
		st = sight__has(a->db, &a->sight, xie_str_of(p->org), xie_str_of(p->region));
	if (st == XIE_OK && p->version != c->version)
		st = XIE_CONFLICT;
	return st;
}

static xie_status add_event(const struct appending *a, struct xie_event *e)
{
	xie_arena mem = xie_arena_of(a->r->event_mem, EVENT_MEM);
	xie_status st = xie_event_digest(&mem, e, e->digest);
	if (st != XIE_OK)
		return st;
	struct xie_stmt *s = xie_db_stmt(a->db, SQL_EVENT_ADD);
	xie_stmt_str(s, "kind", e->kind);
	xie_stmt_str(s, "id", e->id);
	xie_stmt_i64(s, "n", (int64_t)e->n);
	xie_stmt_i64(s, "at", e->at);
	xie_stmt_str(s, "event", e->event);
	xie_stmt_str(s, "persons", e->by);
	xie_stmt_str(s, "data", e->data);
	xie_stmt_str(s, "account", e->user);
	xie_stmt_bytes(s, "signature", e->signature.p, e->signature.n);
	xie_stmt_str(s, "key_id", e->key_id);
	xie_stmt_bytes(s, "prev", e->prev, sizeof e->prev);
	xie_stmt_bytes(s, "digest", e->digest, sizeof e->digest);
	return xie_stmt_run(s);
}

static xie_status put_row(const struct appending *a, const struct xie_subject_change *c, const struct place *p, xie_ms at)
{
	const struct xie_subject *v = &c->row;
	struct xie_stmt *s = xie_db_stmt(a->db, SQL_SUBJECT_PUT);
	xie_stmt_str(s, "kind", v->kind);
	xie_stmt_str(s, "id", v->id);
	xie_stmt_str(s, "no", v->no);
	xie_stmt_str(s, "org", xie_str_of(p->org));
	xie_stmt_str(s, "region", xie_str_of(p->region));
	xie_stmt_str(s, "state", v->state);
	xie_stmt_str(s, "stage", v->stage);
	xie_stmt_str(s, "title", v->title);
	xie_stmt_str(s, "clock", v->clock);
	xie_stmt_str(s, "waiting_for", v->waiting_for);
	xie_stmt_time(s, "due_at", v->due);
	xie_stmt_i64(s, "due", v->due == XIE_NO_TIME ? INT64_MAX : v->due);
	xie_stmt_str(s, "json", v->json);
	xie_stmt_i64(s, "version", (int64_t)p->version);
	xie_stmt_i64(s, "created_at", p->created);
	xie_stmt_i64(s, "age", -p->created);
	xie_stmt_i64(s, "updated_at", at);
	xie_stmt_i64(s, "seq", (int64_t)a->seq);
	xie_stmt_bytes(s, "head", p->head, sizeof p->head);
	return xie_stmt_run(s);
}

static xie_status put_keys(const struct appending *a, const struct xie_subject_change *c)
{
	struct xie_stmt *s = xie_db_stmt(a->db, SQL_SUBJECT_KEYS_CLEAR);
	xie_stmt_str(s, "kind", c->row.kind);
	xie_stmt_str(s, "id", c->row.id);
	xie_status st = xie_stmt_run(s);
	for (size_t i = 0; st == XIE_OK && i < c->n_keys; i++) {
		s = xie_db_stmt(a->db, SQL_SUBJECT_KEY_ADD);
		xie_stmt_str(s, "kind", c->row.kind);
		xie_stmt_str(s, "id", c->row.id);
		xie_stmt_str(s, "name", c->keys[i].name);
		xie_stmt_str(s, "value", c->keys[i].value);
		st = xie_stmt_run(s);
	}
	return st;
}

static xie_status take_numbers(const struct appending *a, const struct xie_subject_change *c)
{
	for (size_t i = 0; i < c->n_numbers; i++) {
		struct xie_stmt *s = xie_db_stmt(a->db, SQL_NUMBER_TAKE);
		bool row;
		xie_stmt_str(s, "name", c->numbers[i].series);
		xie_stmt_i64(s, "number", (int64_t)c->numbers[i].number);
		xie_status st = xie_stmt_step(s, &row);
		bool mine = st == XIE_OK && row && (uint64_t)xie_col_i64(s, 0) == c->numbers[i].number;
		xie_stmt_reset(s);
		if (st != XIE_OK)
			return st;
		if (!mine)
			return XIE_CONFLICT;
	}
	return XIE_OK;
}

/* An alert shows what people did with it. */
static xie_status put_handling(const struct appending *a, const struct xie_subject_change *c, const struct place *p,
                               xie_ms at, xie_str by)
{
	struct xie_stmt *s = xie_db_stmt(a->db, SQL_ALERT_HANDLED);
	xie_stmt_str(s, "id", c->row.id);
	xie_stmt_str(s, "state", c->row.state);
	xie_stmt_i64(s, "acked", !xie_str_is(c->row.state, "new"));
	xie_stmt_str(s, "handler", by);
	xie_stmt_i64(s, "handled_at", at);
	xie_stmt_time(s, "snooze_to", c->row.snooze_to == 0 ? XIE_NO_TIME : c->row.snooze_to);
	xie_stmt_i64(s, "version", (int64_t)p->version);
	xie_stmt_i64(s, "seq", (int64_t)a->seq);
	return xie_stmt_run(s);
}

static xie_status append_one(struct appending *a, struct xie_subject_change *c)
{
	struct place p = { .created = a->sight.now };
	if (c->row.kind.n == 0 || c->row.id.n == 0)
		return XIE_RANGE;
	xie_status st = find_place(a, c, &p);
	if (st == XIE_OK && c->version == 0 && c->n_events == 0)
		return XIE_RANGE; /* nothing is there without an event */
	if (c->version == 0 && c->n_events != 0)
		p.created = c->events[0].at;
	xie_ms at = a->sight.now;
	xie_str by = { "", 0 };
	for (size_t i = 0; st == XIE_OK && i < c->n_events; i++) {
		struct xie_event *e = &c->events[i];
		e->kind = c->row.kind;
		e->id = c->row.id;
		e->n = p.version + 1;
		memcpy(e->prev, p.head, sizeof e->prev);
		st = add_event(a, e);
		memcpy(p.head, e->digest, sizeof p.head);
		p.version++;
		at = e->at;
		by = e->user;
	}
	if (st == XIE_OK)
		st = take_numbers(a, c);
	if (st == XIE_OK)
		st = seq__next(a->db, &a->seq);
	if (st == XIE_OK)
		st = put_row(a, c, &p, at);
	if (st == XIE_OK)
		st = put_keys(a, c);
	char kind[40];
	if (st == XIE_OK && xie_str_is(c->row.kind, "alert"))
		return put_handling(a, c, &p, at, by); /* its words are those of the fact */
	if (st == XIE_OK)
		st = copy_text(c->row.kind, kind, sizeof kind);
	return st == XIE_OK ? search__put(a->db, kind, c->row.id, c->row.text) : st;
}

xie_status subject__append(void *self, const struct xie_scope *who, struct xie_subject_change *c, size_t n,
                           struct xie_audit *audit, const struct xie_once *once)
{
	struct xie_records *r = self;
	struct appending a = { .r = r, .db = r->writer };
	xie_status st = records__begin(r);
	if (st == XIE_OK)
		st = sight__of(r, r->writer, who, &a.sight);
	if (st == XIE_OK && once != NULL)
		st = once__put(r->writer, once);
	for (size_t i = 0; st == XIE_OK && i < n; i++)
		st = append_one(&a, &c[i]);
	if (st == XIE_OK && audit != NULL)
		st = audit__add(r->writer, audit);
	return records__end(r, st, a.seq);
}

/* ---- reading ---- */

static xie_status subject_row(struct xie_stmt *s, struct xie_subject *ret)
{
	*ret = (struct xie_subject){ .kind = xie_col_str(s, 0), .id = xie_col_str(s, 1), .no = xie_col_str(s, 2),
		.org = xie_col_str(s, 3), .region = xie_col_str(s, 4), .state = xie_col_str(s, 5), .stage = xie_col_str(s, 6),
		.title = xie_col_str(s, 7), .clock = xie_col_str(s, 8), .waiting_for = xie_col_str(s, 9),
		.due = xie_col_time(s, 10), .snooze_to = XIE_NO_TIME, .json = xie_col_str(s, 11),
		.version = (uint64_t)xie_col_i64(s, 12), .created = xie_col_i64(s, 13), .updated = xie_col_i64(s, 14),
		.seq = (uint64_t)xie_col_i64(s, 15) };
	return xie_col_digest(s, 16, ret->head, sizeof ret->head);
}

static xie_status give_subjects(struct xie_stmt *s, xie_subject_fn *fn, void *ctx, size_t *ret_n)
{
	xie_status st = XIE_OK;
	*ret_n = 0;
	for (bool row = true; st == XIE_OK;) {
		struct xie_subject v;
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		st = subject_row(s, &v);
		++*ret_n;
		if (st == XIE_OK)
			st = fn(ctx, &v);
	}
	xie_stmt_reset(s);
	return st;
}

static xie_status one_subject(struct xie_records *r, const char *sql, const char *name, const struct xie_scope *who,
                              xie_str kind, xie_str value, xie_subject_fn *fn, void *ctx)
{
	struct sight t;
	xie_status st;
	size_t n = 0;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	st = sight__of(r, db, who, &t);
	struct xie_stmt *s = xie_db_stmt(db, sql);
	xie_stmt_str(s, "kind", kind);
	xie_stmt_str(s, name, value);
	sight__bind(s, &t);
	if (st == XIE_OK)
		st = give_subjects(s, fn, ctx, &n);
	records__give_back(r, db);
	return st == XIE_OK && n == 0 ? XIE_MISSING : st;
}

xie_status subject__get(void *self, const struct xie_scope *who, xie_str kind, xie_str id, xie_subject_fn *fn, void *ctx)
{
	return one_subject(self, SQL_SUBJECT_GET, "id", who, kind, id, fn, ctx);
}

xie_status subject__by_no(void *self, const struct xie_scope *who, xie_str kind, xie_str no, xie_subject_fn *fn, void *ctx)
{
	return one_subject(self, SQL_SUBJECT_BY_NO, "no", who, kind, no, fn, ctx);
}

static void bind_query(struct xie_stmt *s, const struct xie_subject_query *q, const struct sight *t, const char *text)
{
	sight__bind(s, t);
	xie_stmt_str(s, "kind", q->kind);
	xie_stmt_str(s, "state", q->state);
	xie_stmt_str(s, "stage", q->stage);
	xie_stmt_str(s, "clock", q->clock);
	xie_stmt_str(s, "waiting_for", q->waiting_for);
	xie_stmt_i64(s, "due_before", q->due_before);
	xie_stmt_str(s, "key", q->key.name);
	xie_stmt_str(s, "key_value", q->key.value);
	xie_stmt_str(s, "text", xie_str_of(text));
}

static xie_status list_in(struct xie_records *r, struct xie_db *db, const struct xie_scope *who,
                          const struct xie_subject_query *q, xie_subject_fn *fn, void *ctx, uint64_t *ret_total)
{
	char text[1024];
	struct sight t;
	size_t n;
	xie_status st = sight__of(r, db, who, &t);
	search__query(q->text, text, sizeof text);
	if (st != XIE_OK || (q->text.n != 0 && text[0] == '\0')) {
		if (ret_total != NULL)
			*ret_total = 0;
		return st;
	}
	struct xie_stmt *s;
	if (ret_total != NULL) {
		bool row;
		s = xie_db_stmt(db, SQL_SUBJECT_COUNT);
		bind_query(s, q, &t, text);
		st = xie_stmt_step(s, &row);
		*ret_total = st == XIE_OK && row ? (uint64_t)xie_col_i64(s, 0) : 0;
		xie_stmt_reset(s);
		if (st != XIE_OK)
			return st;
	}
	s = xie_db_stmt(db, q->by_age ? SQL_SUBJECT_BY_AGE : SQL_SUBJECT_BY_DUE);
	bind_query(s, q, &t, text);
	xie_stmt_str(s, "after", q->after);
	xie_stmt_i64(s, "limit", q->limit == 0 ? 50 : q->limit > 500 ? 500 : q->limit);
	return give_subjects(s, fn, ctx, &n);
}

xie_status subject__list(void *self, const struct xie_scope *who, const struct xie_subject_query *q, xie_subject_fn *fn,
                         void *ctx, uint64_t *ret_total, uint64_t *ret_seq)
{
	struct xie_records *r = self;
	xie_status st;
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

xie_status subject__since(void *self, const struct xie_scope *who, xie_str kind, uint64_t seq, unsigned limit,
                          xie_subject_fn *fn, void *ctx)
{
	struct xie_records *r = self;
	struct sight t;
	xie_status st;
	size_t n;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	st = sight__of(r, db, who, &t);
	struct xie_stmt *s = xie_db_stmt(db, SQL_SUBJECT_SINCE);
	sight__bind(s, &t);
	xie_stmt_str(s, "kind", kind);
	xie_stmt_i64(s, "seq", (int64_t)seq);
	xie_stmt_i64(s, "limit", limit);
	if (st == XIE_OK)
		st = give_subjects(s, fn, ctx, &n);
	records__give_back(r, db);
	return st;
}

/* ---- events ---- */

void event__row(struct xie_stmt *s, struct xie_event *ret_e, xie_status *ret_st)
{
	*ret_e = (struct xie_event){ .n = (uint64_t)xie_col_i64(s, 0), .at = xie_col_i64(s, 1), .event = xie_col_str(s, 2),
		.by = xie_col_str(s, 3), .data = xie_col_str(s, 4), .user = xie_col_str(s, 5),
		.signature = xie_col_str(s, 6), .key_id = xie_col_str(s, 7) };
	*ret_st = xie_col_digest(s, 8, ret_e->prev, sizeof ret_e->prev);
	if (*ret_st == XIE_OK)
		*ret_st = xie_col_digest(s, 9, ret_e->digest, sizeof ret_e->digest);
}

static xie_status give_events(struct xie_stmt *s, xie_str kind, xie_str id, uint8_t *mem, xie_event_fn *fn, void *ctx)
{
	uint8_t prev[32] = { 0 }, digest[32];
	xie_status st = XIE_OK;
	uint64_t n = 0;
	for (bool row = true; st == XIE_OK;) {
		struct xie_event e;
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		event__row(s, &e, &st);
		e.kind = kind;
		e.id = id;
		xie_arena a = xie_arena_of(mem, EVENT_MEM);
		if (st == XIE_OK && (e.n != ++n || memcmp(e.prev, prev, sizeof prev) != 0))
			st = XIE_CORRUPT;
		if (st == XIE_OK && (xie_event_digest(&a, &e, digest) != XIE_OK || memcmp(digest, e.digest, 32) != 0))
			st = XIE_CORRUPT;
		memcpy(prev, e.digest, sizeof prev);
		if (st == XIE_OK)
			st = fn(ctx, &e);
	}
	xie_stmt_reset(s);
	return st;
}

xie_status event__list(void *self, const struct xie_scope *who, xie_str kind, xie_str id, xie_event_fn *fn, void *ctx)
{
	struct xie_records *r = self;
	struct sight t;
	xie_status st;
	bool row;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	uint8_t *mem = malloc(EVENT_MEM);
	st = mem != NULL ? sight__of(r, db, who, &t) : XIE_LIMIT;
	if (st == XIE_OK) {
		struct xie_stmt *h = xie_db_stmt(db, SQL_SUBJECT_HEAD);
		xie_stmt_str(h, "kind", kind);
		xie_stmt_str(h, "id", id);
		sight__bind(h, &t);
		st = xie_stmt_step(h, &row);
		xie_stmt_reset(h);
		if (st == XIE_OK && !row)
			st = XIE_MISSING;
	}
	if (st == XIE_OK) {
		struct xie_stmt *s = xie_db_stmt(db, SQL_EVENT_LIST);
		xie_stmt_str(s, "kind", kind);
		xie_stmt_str(s, "id", id);
		st = give_events(s, kind, id, mem, fn, ctx);
	}
	free(mem);
	records__give_back(r, db);
	return st;
}
