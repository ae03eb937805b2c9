/* SPDX-License-Identifier: Apache-2.0 */
/* The record store's life: opening, migrating, lending handles, transactions, who sees what. */
#include "records_int.h"

#include <stdio.h>

#include "io/store/migrations.h"

enum { N_MIGRATIONS = sizeof RECORDS_MIGRATIONS / sizeof RECORDS_MIGRATIONS[0] };

void records__log(struct xie_records *r, const struct xie_db *db, xie_status st)
{
	struct xie_err err;
	if (r->opt.log == NULL || (st != XIE_IO && st != XIE_CORRUPT && st != XIE_UNKNOWN))
		return;
	(void)xie_db_err(db, st, "records", &err);
	r->opt.log(r->opt.log_ctx, err.what);
}

struct xie_db *records__reader(struct xie_records *r, xie_status *ret_st)
{
	struct xie_db *db = NULL;
	(void)pthread_mutex_lock(&r->lock);
	size_t i = 0;
	for (;;) {
		for (i = 0; i < READERS && r->lent[i]; i++)
			;
		if (i < READERS)
			break;
		(void)pthread_cond_wait(&r->idle, &r->lock);
	}
	r->lent[i] = true;
	db = r->readers[i];
	(void)pthread_mutex_unlock(&r->lock);
	*ret_st = XIE_OK;
	if (db != NULL)
		return db;
	const struct xie_db_options opt = { .read_only = true, .cache_kib = 8192, .vfs = r->opt.vfs };
	*ret_st = xie_db_open(r->path, &opt, &db, NULL);
	(void)pthread_mutex_lock(&r->lock);
	if (*ret_st == XIE_OK) {
		r->readers[i] = db;
	} else {
		db = NULL;
		r->lent[i] = false;
		(void)pthread_cond_signal(&r->idle);
	}
	(void)pthread_mutex_unlock(&r->lock);
	return db;
}

void records__give_back(struct xie_records *r, struct xie_db *db)
{
	(void)pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < READERS; i++)
		if (r->readers[i] == db)
			r->lent[i] = false;
	(void)pthread_cond_signal(&r->idle);
	(void)pthread_mutex_unlock(&r->lock);
}

xie_status records__begin(struct xie_records *r)
{
	(void)pthread_mutex_lock(&r->write_lock);
	return xie_db_begin(r->writer);
}

xie_status records__end(struct xie_records *r, xie_status st, uint64_t seq)
{
	if (st == XIE_OK)
		st = xie_db_commit(r->writer);
	else
		xie_db_rollback(r->writer);
	records__log(r, r->writer, st);
	(void)pthread_mutex_unlock(&r->write_lock);
	if (st != XIE_OK || seq == 0)
		return st;
	(void)pthread_mutex_lock(&r->watch_lock);
	for (size_t i = 0; i < RECORD_WATCHERS; i++)
		if (r->watchers[i].fn != NULL)
			r->watchers[i].fn(r->watchers[i].user, seq);
	(void)pthread_mutex_unlock(&r->watch_lock);
	return st;
}

static xie_status watch(void *self, void (*fn)(void *user, uint64_t seq), void *user)
{
	struct xie_records *r = self;
	xie_status st = fn != NULL ? XIE_LIMIT : XIE_OK;
	(void)pthread_mutex_lock(&r->watch_lock);
	for (size_t i = 0; i < RECORD_WATCHERS; i++) {
		if (fn == NULL && r->watchers[i].user == user)
			r->watchers[i].fn = NULL;
		if (fn != NULL && r->watchers[i].fn == NULL) {
			r->watchers[i].fn = fn;
			r->watchers[i].user = user;
			st = XIE_OK;
			break;
		}
	}
	(void)pthread_mutex_unlock(&r->watch_lock);
	return st;
}

void sight__bind(struct xie_stmt *s, const struct sight *t)
{
	xie_stmt_i64(s, "all", t->all);
	xie_stmt_str(s, "who", t->who);
	xie_stmt_i64(s, "now", t->now);
}

xie_status sight__of(struct xie_records *r, struct xie_db *db, const struct xie_scope *who, struct sight *ret_s)
{
	*ret_s = (struct sight){ .now = r->opt.clock.wall(r->opt.clock.self) };
	if (who == NULL || (who->as != XIE_SCOPE_USER && who->as != XIE_SCOPE_SYSTEM))
		return XIE_OK; /* nobody: no grant has an empty account */
	if (who->as == XIE_SCOPE_SYSTEM) {
		ret_s->all = 1;
		return XIE_OK;
	}
	ret_s->who = who->user;
	struct xie_stmt *s = xie_db_stmt(db, SQL_SCOPE_ALL);
	xie_stmt_str(s, "who", who->user);
	xie_stmt_i64(s, "now", ret_s->now);
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	if (st == XIE_OK && row)
		ret_s->all = xie_col_i64(s, 0) == 0 && xie_col_i64(s, 1) > 0;
	xie_stmt_reset(s);
	return st;
}

xie_status sight__has(struct xie_db *db, const struct sight *t, xie_str org, xie_str region)
{
	if (t->all != 0)
		return XIE_OK;
	struct xie_stmt *s = xie_db_stmt(db, SQL_SCOPE_HAS);
	xie_stmt_str(s, "who", t->who);
	xie_stmt_i64(s, "now", t->now);
	xie_stmt_str(s, "org", org);
	xie_stmt_str(s, "region", region);
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	xie_stmt_reset(s);
	return st != XIE_OK ? st : row ? XIE_OK : XIE_MISSING;
}

xie_status seq__next(struct xie_db *db, uint64_t *ret_seq)
{
	struct xie_stmt *s = xie_db_stmt(db, SQL_SEQ_NEXT);
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	if (st == XIE_OK && !row)
		st = XIE_CORRUPT;
	if (st == XIE_OK) {
		*ret_seq = (uint64_t)xie_col_i64(s, 0);
		st = xie_stmt_run(s); /* RETURNING: the update is done when the statement is */
	}
	return st;
}

xie_status seq__get(struct xie_db *db, uint64_t *ret_seq)
{
	int64_t v = 0;
	xie_status st = xie_db_get_i64(db, SQL_SEQ_GET, &v);
	*ret_seq = (uint64_t)v;
	return st;
}

static xie_status seq(void *self, uint64_t *ret_seq)
{
	struct xie_records *r = self;
	xie_status st;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	st = seq__get(db, ret_seq);
	records__give_back(r, db);
	return st;
}

struct xie_store xie_records_store(struct xie_records *r)
{
	return (struct xie_store){
		.self = r, .org_put = org__put, .org_list = org__list, .user_put = user__put, .user_get = user__get,
		.user_list = user__list, .user_login = user__login, .grant_put = grant__put, .grant_list = grant__list,
		.scope_has = scope__has, .session_put = session__put, .session_get = session__get, .session_end = session__end,
		.session_end_all = session__end_all, .session_expire = session__expire, .alert_put = alert__put,
		.alert_get = alert__get, .alert_revs = alert__revs, .alert_list = alert__list, .alert_since = alert__since,
		.subject_append = subject__append, .subject_get = subject__get, .subject_by_no = subject__by_no,
		.subject_list = subject__list, .subject_since = subject__since, .event_list = event__list,
		.number_peek = number__peek, .once_get = once__get, .draft_put = draft__put, .draft_get = draft__get,
		.audit_put = audit__put, .audit_list = audit__list, .source_state = source__state,
		.source_spans = source__spans, .position = progress__get, .seq = seq, .watch = watch,
	};
}

/* records.db -> records.db.v1-1732500000000.bak, before a migration touches it. */
static xie_status back_up_first(void *ctx, struct xie_db *db, unsigned from)
{
	struct xie_records *r = ctx;
	char path[700], line[800];
	struct xie_err err;
	(void)snprintf(path, sizeof path, "%s.v%u-%lld.bak", r->path, from,
	               (long long)r->opt.clock.wall(r->opt.clock.self));
	xie_status st = xie_db_backup(db, path, &err);
	(void)snprintf(line, sizeof line, st == XIE_OK ? "records: backed up to %s" : "records: no backup: %s",
	               st == XIE_OK ? path : err.what);
	if (r->opt.log != NULL)
		r->opt.log(r->opt.log_ctx, line);
	return st;
}

static xie_status prepare(struct xie_records *r, struct xie_err *reterr)
{
	const struct xie_db_options opt = { .cache_kib = 16384, .vfs = r->opt.vfs };
	xie_status st = xie_db_open(r->path, &opt, &r->writer, reterr);
	if (st != XIE_OK)
		return st;
	unsigned has;
	st = xie_db_version(r->writer, RECORDS_MIGRATIONS, N_MIGRATIONS, &has, reterr);
	if (st == XIE_OK && has != 0 && has < N_MIGRATIONS && !r->opt.migrate)
		return xie_err_set(reterr, XIE_REFUSED, 0, 0, "the records are of an older version", "run xiezhi migrate");
	if (st == XIE_OK)
		st = xie_db_migrate(r->writer, RECORDS_MIGRATIONS, N_MIGRATIONS, r->opt.clock.wall(r->opt.clock.self),
		                    back_up_first, r, reterr);
	return st;
}

xie_status xie_records_open(const char *path, const struct xie_records_options *opt, struct xie_records **ret_r,
                            struct xie_err *reterr)
{
	struct xie_records *r = calloc(1, sizeof *r);
	if (r == NULL)
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, "out of memory", "");
	r->opt = *opt;
	(void)pthread_mutex_init(&r->write_lock, NULL);
	(void)pthread_mutex_init(&r->lock, NULL);
	(void)pthread_mutex_init(&r->watch_lock, NULL);
	(void)pthread_cond_init(&r->idle, NULL);
	r->path = strdup(path);
	r->event_mem = malloc(EVENT_MEM);
	xie_status st = r->path != NULL && r->event_mem != NULL ? XIE_OK : xie_err_set(reterr, XIE_LIMIT, 0, 0, "out of memory", "");
	if (st == XIE_OK)
		st = prepare(r, reterr);
	if (st != XIE_OK) {
		xie_records_close(r);
		return st;
	}
	*ret_r = r;
	return XIE_OK;
}

void xie_records_close(struct xie_records *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < READERS; i++)
		xie_db_close(r->readers[i]);
	xie_db_close(r->writer);
	(void)pthread_mutex_destroy(&r->write_lock);
	(void)pthread_mutex_destroy(&r->lock);
	(void)pthread_mutex_destroy(&r->watch_lock);
	(void)pthread_cond_destroy(&r->idle);
	free(r->event_mem);
	free(r->path);
	free(r);
}

xie_status xie_records_version(const char *path, unsigned *ret_has, unsigned *ret_wants, struct xie_err *reterr)
{
	struct xie_db *db = NULL;
	const struct xie_db_options opt = { .read_only = true };
	xie_status st = xie_db_open(path, &opt, &db, reterr);
	if (st != XIE_OK)
		return st;
	*ret_wants = N_MIGRATIONS;
	st = xie_db_version(db, RECORDS_MIGRATIONS, N_MIGRATIONS, ret_has, reterr);
	xie_db_close(db);
	return st;
}
