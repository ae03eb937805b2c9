/* SPDX-License-Identifier: Apache-2.0 */
/* The workers: a bounded queue of suspended requests.  A request belongs to its worker until the worker resumes the
 * connection; after that not one byte of it is touched here. */
#include "web_int.h"

#include <stdlib.h>
#include <sys/mman.h>

struct web_pool {
	struct xie_web *w;
	pthread_mutex_t lock;
	pthread_cond_t work, idle;
	struct web_req *first, **last;
	size_t waiting, running;
	bool stop;
	unsigned n;
	pthread_t thread[64];
};

xie_status web_scratch_init(struct web_scratch *s)
{
	void *p = mmap(NULL, WEB_OUT_MAX + WEB_MEM_MAX, PROT_READ | PROT_WRITE,
	               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return XIE_UNAVAILABLE;
	s->out = xie_wr_of(p, WEB_OUT_MAX);
	s->mem = xie_arena_of((uint8_t *)p + WEB_OUT_MAX, WEB_MEM_MAX);
	return XIE_OK;
}

void web_scratch_done(struct web_scratch *s)
{
	if (s->out.p != NULL)
		(void)munmap(s->out.p, WEB_OUT_MAX + WEB_MEM_MAX);
	s->out.p = NULL;
}

void web_scratch_reset(struct web_scratch *s)
{
	enum { KEEP = 1 << 20 };
	if (s->out.n > KEEP)
		(void)madvise(s->out.p, WEB_OUT_MAX, MADV_DONTNEED);
	if (s->mem.used > KEEP)
		(void)madvise(s->mem.base, WEB_MEM_MAX, MADV_DONTNEED);
	xie_wr_clear(&s->out);
	s->mem.used = 0;
}

static void *work(void *arg)
{
	struct web_pool *p = arg;
	struct web_scratch s = { .out = { .p = NULL } };
	bool ready = web_scratch_init(&s) == XIE_OK;
	(void)pthread_mutex_lock(&p->lock);
	for (;;) {
		while (p->first == NULL && !p->stop)
			(void)pthread_cond_wait(&p->work, &p->lock);
		struct web_req *r = p->first;
		if (r == NULL)
			break;
		p->first = r->next;
		if (p->first == NULL)
			p->last = &p->first;
		p->waiting--;
		p->running++;
		(void)pthread_mutex_unlock(&p->lock);
		struct MHD_Connection *con = r->con;
		web_req_run(r, ready ? &s : NULL);
		r->phase = PHASE_DONE;
		MHD_resume_connection(con); /* r is the event thread's again */
		(void)pthread_mutex_lock(&p->lock);
		p->running--;
		if (p->first == NULL && p->running == 0)
			(void)pthread_cond_broadcast(&p->idle);
	}
	(void)pthread_mutex_unlock(&p->lock);
	web_scratch_done(&s);
	return NULL;
}

xie_status web_pool_new(struct xie_web *w, unsigned threads, struct web_pool **ret_p)
{
	struct web_pool *p = calloc(1, sizeof *p);
	if (p == NULL)
		return XIE_UNAVAILABLE;
	p->w = w;
	p->last = &p->first;
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->work, NULL);
	(void)pthread_cond_init(&p->idle, NULL);
	if (threads > sizeof p->thread / sizeof p->thread[0])
		threads = sizeof p->thread / sizeof p->thread[0];
	while (p->n < threads && pthread_create(&p->thread[p->n], NULL, work, p) == 0)
		p->n++;
	if (p->n == 0) {
		web_pool_free(p);
		return XIE_UNAVAILABLE;
	}
	*ret_p = p;
	return XIE_OK;
}

bool web_pool_put(struct web_pool *p, struct web_req *r)
{
	(void)pthread_mutex_lock(&p->lock);
	bool room = p->waiting < WEB_QUEUE && !p->stop;
	if (room) {
		r->next = NULL;
		*p->last = r;
		p->last = &r->next;
		p->waiting++;
		(void)pthread_cond_signal(&p->work);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return room;
}

size_t web_pool_waiting(struct web_pool *p)
{
	(void)pthread_mutex_lock(&p->lock);
	size_t n = p->waiting;
	(void)pthread_mutex_unlock(&p->lock);
	return n;
}

void web_pool_drain(struct web_pool *p)
{
	(void)pthread_mutex_lock(&p->lock);
	while (p->first != NULL || p->running != 0)
		(void)pthread_cond_wait(&p->idle, &p->lock);
	(void)pthread_mutex_unlock(&p->lock);
}

void web_pool_free(struct web_pool *p)
{
	if (p == NULL)
		return;
	(void)pthread_mutex_lock(&p->lock);
	p->stop = true;
	(void)pthread_cond_broadcast(&p->work);
	(void)pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->n; i++)
		(void)pthread_join(p->thread[i], NULL);
	(void)pthread_cond_destroy(&p->work);
	(void)pthread_cond_destroy(&p->idle);
	(void)pthread_mutex_destroy(&p->lock);
	free(p);
}
