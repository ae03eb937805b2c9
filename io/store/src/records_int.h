/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the record store share.  One writer handle under write_lock; readers are lent out one by one. */
#ifndef XIE_STORE_RECORDS_INT_H
#define XIE_STORE_RECORDS_INT_H

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "io/store/records_sql.h"
#include "xie/base/arena.h"
#include "xie/db_sqlite/db.h"
#include "xie/store/records.h"

enum { READERS = 4, RECORD_WATCHERS = 16, EVENT_MEM = 8 << 20, SEARCH_MAX = 4096 };

struct xie_records {
	struct xie_records_options opt;
	char *path;
	pthread_mutex_t write_lock;
	struct xie_db *writer;
	uint8_t *event_mem; /* of the writer, EVENT_MEM bytes */
	pthread_mutex_t lock;
	pthread_cond_t idle;
	struct xie_db *readers[READERS];
	bool lent[READERS];
	pthread_mutex_t watch_lock;
	struct {
		void (*fn)(void *user, uint64_t seq);
		void *user;
	} watchers[RECORD_WATCHERS];
};

/* What a scope means to the statements. */
struct sight {
	int64_t all; /* 1: everything is visible */
	xie_str who;
	xie_ms now;
};

struct xie_db *records__reader(struct xie_records *r, xie_status *ret_st); /* waits; NULL on failure */
void records__give_back(struct xie_records *r, struct xie_db *db);
/* Starts a transaction of the writer, and ends it: commits when st is XIE_OK, else rolls back.  Returns the outcome;
 * seq other than 0 is told to those who watch. */
xie_status records__begin(struct xie_records *r);
xie_status records__end(struct xie_records *r, xie_status st, uint64_t seq);
void records__log(struct xie_records *r, const struct xie_db *db, xie_status st);

xie_status sight__of(struct xie_records *r, struct xie_db *db, const struct xie_scope *who, struct sight *ret_s);
void sight__bind(struct xie_stmt *s, const struct sight *t); /* $all, $who, $now */
/* MISSING unless a record there is visible. */
xie_status sight__has(struct xie_db *db, const struct sight *t, xie_str org, xie_str region);

xie_status seq__next(struct xie_db *db, uint64_t *ret_seq); /* within a transaction */
xie_status seq__get(struct xie_db *db, uint64_t *ret_seq);

/* search.c: text as the index holds it, and a person's query as the index asks for it ("" = finds nothing). */
void search__words(xie_str text, char *ret, size_t cap);
void search__query(xie_str text, char *ret, size_t cap);
xie_status search__put(struct xie_db *db, const char *kind, xie_str id, xie_str text);

/* people.c */
xie_status org__put(void *self, const struct xie_org *o);
xie_status org__list(void *self, const struct xie_scope *who, xie_org_fn *fn, void *ctx);
xie_status user__put(void *self, const struct xie_scope *who, const struct xie_user *u);
xie_status user__get(void *self, const struct xie_scope *who, const char *by, xie_str value, xie_user_fn *fn, void *ctx);
xie_status user__list(void *self, const struct xie_scope *who, xie_user_fn *fn, void *ctx);
xie_status user__login(void *self, xie_str user, bool ok, xie_ms at, xie_ms lock_until, uint32_t *ret_failed);
xie_status grant__put(void *self, const struct xie_scope *who, xie_str user, const struct xie_grant *g, size_t n);
xie_status grant__list(void *self, xie_str user, xie_grant_fn *fn, void *ctx);
xie_status scope__has(void *self, const struct xie_scope *who, xie_str org, xie_str region);
xie_status session__put(void *self, const struct xie_session *s);
xie_status session__get(void *self, const uint8_t token[32], xie_session_fn *fn, void *ctx);
xie_status session__end(void *self, const uint8_t token[32]);
xie_status session__end_all(void *self, xie_str user, const uint8_t *except);
xie_status session__expire(void *self, xie_ms now);

/* alerts.c */
xie_status alert__put(void *self, const struct xie_alert_row *a, size_t n, xie_str consumer, uint64_t position);
xie_status alert__get(void *self, const struct xie_scope *who, xie_str id, xie_alert_fn *fn, void *ctx);
xie_status alert__revs(void *self, const struct xie_scope *who, xie_str id, xie_alert_fn *fn, void *ctx);
xie_status alert__list(void *self, const struct xie_scope *who, const struct xie_alert_query *q, xie_alert_fn *fn,
                       void *ctx, uint64_t *ret_total, uint64_t *ret_seq);
xie_status alert__since(void *self, const struct xie_scope *who, uint64_t seq, unsigned limit, xie_alert_fn *fn, void *ctx);

/* subjects.c */
xie_status subject__append(void *self, const struct xie_scope *who, struct xie_subject_change *c, size_t n,
                           struct xie_audit *audit, const struct xie_once *once);
xie_status subject__get(void *self, const struct xie_scope *who, xie_str kind, xie_str id, xie_subject_fn *fn, void *ctx);
xie_status subject__by_no(void *self, const struct xie_scope *who, xie_str kind, xie_str no, xie_subject_fn *fn, void *ctx);
xie_status subject__list(void *self, const struct xie_scope *who, const struct xie_subject_query *q, xie_subject_fn *fn,
                         void *ctx, uint64_t *ret_total, uint64_t *ret_seq);
xie_status subject__since(void *self, const struct xie_scope *who, xie_str kind, uint64_t seq, unsigned limit,
                          xie_subject_fn *fn, void *ctx);
xie_status event__list(void *self, const struct xie_scope *who, xie_str kind, xie_str id, xie_event_fn *fn, void *ctx);

/* rest.c */
xie_status number__peek(void *self, xie_str series, uint64_t *ret_n);
xie_status once__get(void *self, xie_str user, xie_str key, xie_once_fn *fn, void *ctx);
xie_status once__put(struct xie_db *db, const struct xie_once *o);
xie_status draft__put(void *self, const struct xie_draft *d);
xie_status draft__get(void *self, xie_str user, xie_str kind, xie_str subject, xie_str event, xie_draft_fn *fn, void *ctx);
xie_status audit__add(struct xie_db *db, struct xie_audit *a); /* within a transaction */
xie_status audit__digest(const struct xie_audit *a, uint8_t ret[static 32]);
void audit__row(struct xie_stmt *s, struct xie_audit *ret_a, xie_status *ret_st);
xie_status audit__put(void *self, struct xie_audit *a);
xie_status audit__list(void *self, const struct xie_audit_query *q, xie_audit_fn *fn, void *ctx);
xie_status source__state(void *self, uint32_t source, xie_str name, bool up, xie_ms at, uint64_t position);
xie_status source__spans(void *self, xie_ms from, xie_ms to, xie_source_span_fn *fn, void *ctx);
xie_status progress__get(void *self, xie_str consumer, uint64_t *ret_position);

/* subjects.c, for the check: the row of event_list */
void event__row(struct xie_stmt *s, struct xie_event *ret_e, xie_status *ret_st);

#endif
