/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XIE_STORE_ARCHIVE_INT_H
#define XIE_STORE_ARCHIVE_INT_H

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "xie/db_sqlite/db.h"
#include "xie/store/archive.h"

enum { MONTHS_OPEN = 3, ARCHIVE_PATH = 600 };

struct xie_archive_store {
	struct xie_archive_options opt;
	char dir[400];
	pthread_mutex_t lock; /* one handle a month, for reading and writing */
	struct {
		struct xie_db *db;
		int month; /* months since year 0 */
		uint64_t used;
	} open[MONTHS_OPEN];
	uint64_t clock; /* of uses */
};

void archive__log(struct xie_archive_store *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
int archive__month_of(xie_ms t);
/* Months of which there is a file, ascending; the caller frees. */
xie_status archive__months(const char *dir, int **ret_months, size_t *ret_n);
void archive__path(const char *dir, int month, char *ret, size_t cap);
bool archive__sync_dir(const char *path);

/* snapshot.c */
xie_status snapshot__begin(void *self, const struct xie_snapshot_meta *meta, struct xie_snapshot_writer **ret_w);
xie_status snapshot__write(void *self, struct xie_snapshot_writer *w, const void *p, size_t n);
xie_status snapshot__commit(void *self, struct xie_snapshot_writer *w);
void snapshot__abort(void *self, struct xie_snapshot_writer *w);
xie_status snapshot__open(void *self, unsigned nth, struct xie_snapshot_meta *ret_meta, struct xie_snapshot_reader **ret_r);
xie_status snapshot__read(void *self, struct xie_snapshot_reader *r, void *p, size_t cap, size_t *ret_n);
void snapshot__close(void *self, struct xie_snapshot_reader *r);
/* Positions of the snapshot files, newest first; the caller frees. */
xie_status snapshot__list(const char *dir, uint64_t **ret_pos, size_t *ret_n);
void snapshot__sweep(const char *dir); /* deletes what was being written when the program was killed */
void snapshot__path(const char *dir, uint64_t pos, char *ret, size_t cap);
xie_status snapshot__check(const char *path); /* whole and unharmed? */

#endif
