/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's life: opening and closing. */
#include "journal_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void defaults(struct xie_journal_options *o)
{
	o->commit_ms = o->commit_ms != 0 ? o->commit_ms : 5;
	o->commit_bytes = o->commit_bytes != 0 ? o->commit_bytes : 256 << 10;
	o->block_bytes = o->block_bytes != 0 ? o->block_bytes : 1 << 20;
	o->block_bytes = o->block_bytes < XIE_BLOCK_RAW_MAX / 2 ? o->block_bytes : XIE_BLOCK_RAW_MAX / 2;
	o->seal_ms = o->seal_ms != 0 ? o->seal_ms : 60000;
	o->queue_bytes = o->queue_bytes != 0 ? o->queue_bytes : 8 << 20;
	o->backlog_bytes = o->backlog_bytes != 0 ? o->backlog_bytes : 64 << 20;
	o->zstd_level = o->zstd_level != 0 ? o->zstd_level : 1;
	o->program = o->program != NULL ? o->program : "xiezhi";
}

static xie_status say(struct xie_err *err, xie_status st, const char *path, const char *what, const char *hint)
{
	(void)xie_err_set(err, st, 0, 0, "", hint);
	xie_err_add(err, path, strlen(path));
	xie_err_add(err, ": ", 2);
	xie_err_add(err, what, strlen(what));
	return st;
}

static xie_status lock_dir(struct xie_journal_store *j, struct xie_err *reterr)
{
	char path[PATH_ROOM + 8];
	if (mkdir(j->dir, 0700) != 0 && errno != EEXIST)
		return say(reterr, XIE_IO, j->dir, strerror(errno), "");
	(void)snprintf(path, sizeof path, "%s/lock", j->dir);
	j->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (j->lock_fd >= 0 && flock(j->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return XIE_OK;
	if (j->lock_fd >= 0 && errno == EWOULDBLOCK)
		return say(reterr, XIE_REFUSED, path, "another process writes this journal",
		           "stop the other one, or use another data folder");
	return say(reterr, XIE_IO, path, strerror(errno), "");
}

static void init_locks(struct xie_journal_store *j)
{
	pthread_condattr_t mono;
	(void)pthread_condattr_init(&mono);
	(void)pthread_condattr_setclock(&mono, CLOCK_MONOTONIC);
	(void)pthread_mutex_init(&j->lock, NULL);
	(void)pthread_mutex_init(&j->read_lock, NULL);
	(void)pthread_mutex_init(&j->watch_lock, NULL);
	(void)pthread_cond_init(&j->work, &mono);
	(void)pthread_cond_init(&j->seal_work, &mono);
	(void)pthread_cond_init(&j->done, &mono);
	(void)pthread_condattr_destroy(&mono);
}

static xie_status put_start(struct xie_journal_store *j)
{
	char json[256];
	xie_wr w = xie_wr_of(json, sizeof json - 1);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "program", xie_str_of(j->opt.program));
	xie_wr_char(&w, '}');
	if (w.st != XIE_OK)
		return XIE_LIMIT;
	json[w.n] = '\0';
	(void)pthread_mutex_lock(&j->lock);
	xie_status st = journal__own(j, XIE_REC_START, json);
	(void)pthread_mutex_unlock(&j->lock);
	return st;
}

static xie_status start(struct xie_journal_store *j)
{
	j->job = sealer__job_new(&j->opt);
	j->keys_state = j->opt.keys.begin != NULL ? j->opt.keys.begin(j->opt.keys.self) : j->opt.keys.self;
	j->tree = tree__new();
	if (j->job == NULL || j->tree == NULL)
		return XIE_LIMIT;
	xie_status st = put_start(j);
	if (st != XIE_OK)
		return st;
	j->committer_runs = j->sealer_runs = true;
	if (pthread_create(&j->committer, NULL, committer__run, j) != 0) {
		j->committer_runs = j->sealer_runs = false;
		return XIE_LIMIT;
	}
	if (pthread_create(&j->sealer, NULL, sealer__run, j) != 0) {
		(void)pthread_mutex_lock(&j->lock);
		j->stop = true;
		j->sealer_runs = false;
		(void)pthread_cond_broadcast(&j->work);
		(void)pthread_mutex_unlock(&j->lock);
		(void)pthread_join(j->committer, NULL);
		return XIE_LIMIT;
	}
	return XIE_OK;
}

static void free_list(struct batches *l)
{
	while (l->head != NULL) {
		struct batch *b = l->head;
		l->head = b->next;
		batch__unref(b);
	}
}

static void release(struct xie_journal_store *j)
{
	free_list(&j->queue);
	free_list(&j->writing);
	free_list(&j->recent);
	sealer__job_free(j->job);
	tree__free(j->tree);
	if (j->opt.keys.end != NULL && j->opt.keys.begin != NULL && j->keys_state != NULL)
		j->opt.keys.end(j->keys_state);
	reader__done(&j->reader);
	xie_db_close(j->kept);
	xie_db_close(j->tail);
	free(j->parts);
	if (j->lock_fd >= 0)
		(void)close(j->lock_fd);
	(void)pthread_mutex_destroy(&j->lock);
	(void)pthread_mutex_destroy(&j->read_lock);
	(void)pthread_mutex_destroy(&j->watch_lock);
	(void)pthread_cond_destroy(&j->work);
	(void)pthread_cond_destroy(&j->seal_work);
	(void)pthread_cond_destroy(&j->done);
	free(j);
}

xie_status xie_journal_open(const char *dir, const struct xie_journal_options *opt, struct xie_journal_store **ret_j,
                            struct xie_err *reterr)
{
	struct xie_journal_store *j = calloc(1, sizeof *j);
	if (j == NULL || strlen(dir) >= PATH_ROOM) {
		free(j);
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, j == NULL ? "out of memory" : "the folder's path is too long", "");
	}
	(void)snprintf(j->dir, sizeof j->dir, "%s", dir);
	j->opt = *opt;
	defaults(&j->opt);
	j->lock_fd = -1;
	init_locks(j);
	reader__init(&j->reader, j->dir, j->opt.vfs);
	xie_status st = lock_dir(j, reterr);
	if (st == XIE_OK)
		st = keep__open(j, reterr);
	if (st == XIE_OK) {
		st = part__scan(j);
		if (st != XIE_OK)
			(void)xie_err_set(reterr, st, 0, 0, "the journal's folder cannot be read", "");
	}
	if (st == XIE_OK)
		st = recover__tail(j, reterr);
	if (st == XIE_OK) {
		st = start(j);
		if (st != XIE_OK)
			(void)xie_err_set(reterr, st, 0, 0, "the journal's threads could not be started", "");
	}
	if (st != XIE_OK) {
		release(j);
		return st;
	}
	*ret_j = j;
	return XIE_OK;
}

void xie_journal_close(struct xie_journal_store *j)
{
	if (j == NULL)
		return;
	(void)pthread_mutex_lock(&j->lock);
	j->stop = true;
	(void)pthread_cond_broadcast(&j->work);
	(void)pthread_cond_broadcast(&j->seal_work);
	(void)pthread_mutex_unlock(&j->lock);
	(void)pthread_join(j->sealer, NULL);
	(void)pthread_join(j->committer, NULL);
	release(j);
}
