/* SPDX-License-Identifier: Apache-2.0 */
#include "journal_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "xie/base/time.h"

void journal__log(struct xie_journal_store *j, const char *format, ...)
{
	if (j->opt.log == NULL)
		return;
	char line[512];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(line, sizeof line, format, args);
	va_end(args);
	j->opt.log(j->opt.log_ctx, line);
}

void journal__failed(struct xie_journal_store *j, const struct xie_db *db, const char *doing)
{
	struct xie_err err;
	(void)xie_db_err(db, XIE_IO, doing, &err);
	(void)pthread_mutex_lock(&j->lock);
	enum xie_journal_state now = xie_db_full(db) ? XIE_JOURNAL_FULL : XIE_JOURNAL_FAILING;
	bool news = j->state != now;
	j->state = now;
	j->failures++;
	memcpy(j->message, err.what, sizeof j->message);
	(void)pthread_cond_broadcast(&j->done);
	(void)pthread_mutex_unlock(&j->lock);
	if (news)
		journal__log(j, "journal: %s; nothing is taken until it works again", err.what);
}

xie_ms journal__mono(const struct xie_journal_store *j)
{
	return j->opt.clock.mono(j->opt.clock.self);
}

uint64_t journal__now_ns(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void journal__wait_until(pthread_cond_t *c, pthread_mutex_t *m, uint64_t until_ns)
{
	struct timespec t = { .tv_sec = (time_t)(until_ns / 1000000000u), .tv_nsec = (long)(until_ns % 1000000000u) };
	(void)pthread_cond_timedwait(c, m, &t);
}

xie_ms journal__now_ms(void)
{
	return (xie_ms)(journal__now_ns() / 1000000u);
}

void batches__push(struct batches *l, struct batch *b)
{
	b->next = NULL;
	if (l->tail != NULL)
		l->tail->next = b;
	else
		l->head = b;
	l->tail = b;
	l->bytes += b->len;
}

void batches__append(struct batches *l, struct batches *more)
{
	if (more->head == NULL)
		return;
	if (l->tail != NULL)
		l->tail->next = more->head;
	else
		l->head = more->head;
	l->tail = more->tail;
	l->bytes += more->bytes;
	*more = (struct batches){ 0 };
}

struct batch *batch__new(size_t cap)
{
	struct batch *b = calloc(1, sizeof *b);
	uint8_t *bytes = b != NULL ? malloc(cap) : NULL;
	if (bytes == NULL) {
		free(b);
		return NULL;
	}
	b->refs = 1;
	b->cap = cap;
	b->bytes = bytes;
	return b;
}

void batch__unref(struct batch *b)
{
	if (b == NULL || --b->refs != 0)
		return;
	free(b->bytes);
	free(b);
}

/* The batch that takes need more bytes on that day: the last of the queue, or a new one. */
static struct batch *room(struct xie_journal_store *j, int64_t day, size_t need)
{
	struct batch *b = j->queue.tail;
	if (b != NULL && b->day == day && (b->len + need <= j->opt.commit_bytes || b->len == 0)) {
		if (b->cap - b->len >= need)
			return b;
		size_t cap = b->cap * 2 > b->len + need ? b->cap * 2 : b->len + need;
		uint8_t *grown = realloc(b->bytes, cap);
		if (grown == NULL)
			return NULL;
		b->bytes = grown;
		b->cap = cap;
		return b;
	}
	b = batch__new(need > 16384 ? need : 16384);
	if (b == NULL)
		return NULL;
	b->day = day;
	batches__push(&j->queue, b);
	return b;
}

/* Into a batch that has room, with a time that was checked. */
static void put(struct xie_journal_store *j, struct batch *b, const struct xie_rec *rec, xie_ms rx)
{
	struct xie_rec r = *rec;
	r.rx = rx;
	xie_wr w = xie_wr_of(b->bytes + b->len, b->cap - b->len);
	xie_ms before = b->n == 0 ? -1 : b->rx_last;
	if (xie_rec_encode(&w, &r, &before) != XIE_OK)
		return; /* cannot be: kind, time and size were checked and the room was made */
	if (b->n == 0) {
		b->first = j->last + 1;
		b->rx_first = rx;
	}
	b->n++;
	b->rx_last = rx;
	b->len += w.n;
	j->queue.bytes += w.n;
	j->last++;
	j->clock.last = rx;
}

/* TICK of the second that rx lies in, unless it stands there already. */
static bool tick_due(const struct xie_journal_store *j, xie_ms rx)
{
	xie_ms second = rx - rx % 1000;
	return !j->opt.no_ticks && second > j->last_tick && second >= j->clock.last;
}

static void put_tick(struct xie_journal_store *j, struct batch *b, xie_ms rx)
{
	xie_ms second = rx - rx % 1000;
	if (!tick_due(j, rx))
		return;
	put(j, b, &(struct xie_rec){ .kind = XIE_REC_TICK }, second);
	j->last_tick = second;
}

static size_t clock_json(struct xie_journal_store *j, xie_ms wall, xie_ms rx, xie_ms jump, char *to, size_t cap)
{
	if (jump == 0)
		return 0;
	xie_wr w = xie_wr_of(to, cap);
	xie_wr_char(&w, '{');
	xie_wr_kv_i64(&w, "ahead_ms", j->clock.ahead);
	xie_wr_kv_i64(&w, "jump_ms", jump);
	xie_wr_kv_i64(&w, "rx", rx);
	xie_wr_kv_i64(&w, "wall", wall);
	xie_wr_char(&w, '}');
	return w.st == XIE_OK ? w.n : 0;
}

/* Queues n checked records of `need` bytes under lock.  recs with rx 0 get the time of now. */
static xie_status queue_up(struct xie_journal_store *j, const struct xie_rec *recs, size_t n, size_t need)
{
	xie_ms jump = 0, wall = j->opt.clock.wall(j->opt.clock.self);
	xie_ms now = rxclock_now(&j->clock, wall, journal__mono(j), &jump);
	char json[160];
	struct xie_rec told = { .kind = XIE_REC_CLOCK };
	told.bytes = (xie_str){ json, clock_json(j, wall, now, jump, json, sizeof json) };
	xie_ms first = n != 0 && recs[0].rx != 0 ? recs[0].rx : now;
	if (first < j->clock.last)
		return XIE_RANGE;
	if (n == 0 && told.bytes.n == 0 && !tick_due(j, first))
		return XIE_OK;
	struct batch *b = room(j, first / DAY_MS, need + 3 * XIE_REC_HEAD_MAX + sizeof json);
	if (b == NULL)
		return XIE_LIMIT;
	if (j->queue.head->n == 0)
		j->queued_since = journal__now_ms();
	put_tick(j, b, first);
	if (told.bytes.n != 0) {
		put(j, b, &told, first);
		journal__log(j, "journal: the system clock was set by %lld ms; receive time is %lld ms ahead of it",
		             (long long)jump, (long long)j->clock.ahead);
	}
	for (size_t i = 0; i < n; i++) {
		xie_ms rx = recs[i].rx != 0 ? recs[i].rx : now;
		put_tick(j, b, rx);
		put(j, b, &recs[i], rx);
	}
	return XIE_OK;
}

xie_status journal__own(struct xie_journal_store *j, unsigned kind, const char *json)
{
	struct xie_rec r = { .kind = (uint8_t)kind, .bytes = xie_str_of(json) };
	xie_status st = queue_up(j, &r, kind == XIE_REC_TICK ? 0 : 1, XIE_REC_HEAD_MAX + r.bytes.n);
	(void)pthread_cond_signal(&j->work);
	return st;
}

static xie_status append(void *self, const struct xie_rec *recs, size_t n, uint64_t *ret_last)
{
	struct xie_journal_store *j = self;
	size_t need = 0;
	xie_ms before = 0;
	for (size_t i = 0; i < n; i++) {
		const struct xie_rec *r = &recs[i];
		if (xie_rec_kind_name(r->kind) == NULL || r->bytes.n > XIE_REC_MAX || r->rx < 0 || r->rx > XIE_RX_MAX ||
		    (r->rx != 0) != (recs[0].rx != 0) || r->rx < before)
			return XIE_RANGE;
		before = r->rx;
		need += 2 * XIE_REC_HEAD_MAX + r->bytes.n; /* twice: a tick may stand before it */
	}
	if (need > PIECE_MAX || (n != 0 && recs[0].rx / DAY_MS != before / DAY_MS))
		return XIE_RANGE;
	(void)pthread_mutex_lock(&j->lock);
	xie_status st = XIE_LIMIT;
	if (j->queue.bytes + j->writing.bytes + need <= j->opt.queue_bytes && j->recent.bytes <= j->opt.backlog_bytes)
		st = n == 0 ? XIE_OK : queue_up(j, recs, n, need);
	if (st == XIE_OK)
		*ret_last = j->last;
	(void)pthread_cond_signal(&j->work);
	(void)pthread_mutex_unlock(&j->lock);
	return st;
}

static uint64_t committed(void *self)
{
	struct xie_journal_store *j = self;
	(void)pthread_mutex_lock(&j->lock);
	uint64_t at = j->committed;
	(void)pthread_mutex_unlock(&j->lock);
	return at;
}

static xie_status wait(void *self, uint64_t pos, unsigned timeout_ms)
{
	struct xie_journal_store *j = self;
	uint64_t until = journal__now_ns() + (uint64_t)timeout_ms * 1000000u;
	(void)pthread_mutex_lock(&j->lock);
	while (j->committed < pos && journal__now_ns() < until)
		journal__wait_until(&j->done, &j->lock, until);
	xie_status st = j->committed >= pos ? XIE_OK : XIE_UNAVAILABLE;
	(void)pthread_mutex_unlock(&j->lock);
	return st;
}

static xie_status watch(void *self, void (*fn)(void *user, uint64_t committed), void *user)
{
	struct xie_journal_store *j = self;
	xie_status st = fn != NULL ? XIE_LIMIT : XIE_OK;
	(void)pthread_mutex_lock(&j->watch_lock);
	for (size_t i = 0; i < WATCHERS_MAX; i++) {
		if (fn == NULL && j->watchers[i].user == user)
			j->watchers[i].fn = NULL;
		if (fn != NULL && j->watchers[i].fn == NULL) {
			j->watchers[i].fn = fn;
			j->watchers[i].user = user;
			st = XIE_OK;
			break;
		}
	}
	(void)pthread_mutex_unlock(&j->watch_lock);
	return st;
}

static xie_status seal(void *self)
{
	struct xie_journal_store *j = self;
	uint64_t until = journal__now_ns() + UINT64_C(30000000000);
	(void)pthread_mutex_lock(&j->lock);
	uint64_t to = j->committed;
	j->seal_to = to;
	(void)pthread_cond_signal(&j->seal_work);
	while (j->sealed < to && journal__now_ns() < until)
		journal__wait_until(&j->done, &j->lock, until);
	xie_status st = j->sealed >= to ? XIE_OK : XIE_UNAVAILABLE;
	(void)pthread_mutex_unlock(&j->lock);
	return st;
}

struct xie_journal xie_journal_port(struct xie_journal_store *j)
{
	return (struct xie_journal){
		.self = j, .append = append, .committed = committed, .wait = wait, .watch = watch,
		.open = cursor__open, .next = cursor__next, .gap = cursor__gap, .leap = cursor__leap, .close = cursor__close,
		.find = prove__find, .prove = prove__record, .headers = prove__headers, .seal = seal,
		.hold = keep__hold, .release = keep__release,
	};
}

void xie_journal_status_of(struct xie_journal_store *j, struct xie_journal_status *ret_s)
{
	(void)pthread_mutex_lock(&j->lock);
	*ret_s = (struct xie_journal_status){
		.state = j->state, .committed = j->committed, .sealed = j->sealed, .blocks = j->head.h.number,
		.rx = j->clock.last, .clock_ahead = j->clock.ahead, .queued_bytes = j->queue.bytes + j->writing.bytes,
		.unsealed_bytes = j->recent.bytes, .commits = j->commits, .bytes = j->bytes,
		.commit_us_max = j->commit_us_max, .commit_us_sum = j->commit_us_sum, .failures = j->failures,
	};
	memcpy(ret_s->journal, j->id, sizeof j->id);
	memcpy(ret_s->message, j->message, sizeof j->message);
	(void)pthread_mutex_unlock(&j->lock);
}
