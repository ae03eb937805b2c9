/* SPDX-License-Identifier: Apache-2.0 */
#include "site_witness.h"

#include <stdlib.h>
#include <time.h>

#include "load.h"
#include "witness.h"

#include "xie/file/file.h"

struct site_witness {
	struct site *s;
	struct keys keys;
	xie_arena mem;
	size_t mark; /* behind the keys' texts */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop;
};

/* The stamp says the machine's own time, also where a trial runs the platform's clock. */
static void tell(struct site_witness *w)
{
	struct xie_err err = { .st = XIE_OK };
	uint64_t block = 0;
	xie_status st = w->s->journal.seal(w->s->journal.self);
	if (st == XIE_OK)
		st = witness_head(w->s->conf.witness_folder, &w->s->journal, &w->keys, w->s->machine.wall(w->s->machine.self), &block, &w->mem, &err);
	xie_arena_rewind(&w->mem, w->mark);
	if (st != XIE_OK && st != XIE_MISSING)
		site_say(w->s, "witness: the chain's head was not told: %s", err.what[0] != '\0' ? err.what : xie_status_text(st));
}

static void *run(void *self)
{
	struct site_witness *w = self;
	(void)pthread_mutex_lock(&w->lock);
	while (!w->stop) {
		struct timespec until;
		(void)pthread_mutex_unlock(&w->lock);
		tell(w);
		(void)pthread_mutex_lock(&w->lock);
		(void)clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += (time_t)(w->s->conf.witness_every / 1000);
		while (!w->stop && pthread_cond_timedwait(&w->wake, &w->lock, &until) == 0)
			;
	}
	(void)pthread_mutex_unlock(&w->lock);
	return NULL;
}

bool site_witness_start(struct site *s, struct site_witness **ret_w)
{
	*ret_w = NULL;
	if (s->conf.witness_folder == NULL)
		return true;
	if (s->conf.witness_every == 0)
		s->conf.witness_every = 3600000;
	struct site_witness *w = calloc(1, sizeof *w);
	pthread_condattr_t how;
	if (w == NULL || !app_arena(&w->mem, (size_t)1 << 30)) {
		free(w);
		return false;
	}
	w->s = s;
	(void)pthread_condattr_init(&how);
	(void)pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
	(void)pthread_mutex_init(&w->lock, NULL);
	(void)pthread_cond_init(&w->wake, &how);
	(void)pthread_condattr_destroy(&how);
	bool ok = keys_load(s->conf.witness_keys, &w->mem, &w->keys);
	w->mark = xie_arena_mark(&w->mem);
	if (!ok || pthread_create(&w->thread, NULL, run, w) != 0) {
		keys_done(&w->keys);
		xie_big_arena_done(&w->mem);
		free(w);
		return false;
	}
	*ret_w = w;
	return true;
}

void site_witness_stop(struct site_witness *w)
{
	if (w == NULL)
		return;
	(void)pthread_mutex_lock(&w->lock);
	w->stop = true;
	(void)pthread_cond_signal(&w->wake);
	(void)pthread_mutex_unlock(&w->lock);
	(void)pthread_join(w->thread, NULL);
	tell(w);
	keys_done(&w->keys);
	xie_big_arena_done(&w->mem);
	free(w);
}
