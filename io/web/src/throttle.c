/* SPDX-License-Identifier: Apache-2.0 */
/* Both tables are sets of eight: a name hashes to one set and lives in one of its places.  A full set gives up the
 * place that matters least (the counter that is forgiven first, the bucket that is fullest), so a flood of names
 * costs no memory and can free at most the least of seven others. */
#include "xie/web/password.h"

#include <pthread.h>
#include <stdlib.h>

#include "xie/base/sha256.h"

enum { WAYS = 8 };

/* Keyed by a random value of the process, so that nobody can aim at the set of somebody else. */
static uint64_t name_hash(const uint8_t seed[16], xie_str name)
{
	struct xie_sha256 s;
	uint8_t d[32];
	uint64_t h;
	xie_sha256_init(&s);
	xie_sha256_add(&s, seed, 16);
	xie_sha256_add(&s, name.p, name.n);
	xie_sha256_end(&s, d);
	memcpy(&h, d, sizeof h);
	return h != 0 ? h : 1;
}

static size_t sets_for(size_t names)
{
	size_t n = 1;
	while (n * WAYS < names && n < (size_t)1 << 24)
		n <<= 1;
	return n;
}

struct counter {
	uint64_t name; /* 0 = free */
	xie_ms until;  /* when the window ends */
	uint32_t n;
};

struct xie_throttle {
	pthread_mutex_t lock;
	struct xie_throttle_rule rule;
	uint8_t seed[16];
	size_t mask;
	struct counter (*set)[WAYS];
};

xie_status xie_throttle_new(size_t names, struct xie_throttle_rule rule, struct xie_throttle **ret_t)
{
	struct xie_throttle *t = calloc(1, sizeof *t);
	if (t == NULL)
		return XIE_UNAVAILABLE;
	size_t sets = sets_for(names);
	t->rule = rule;
	t->mask = sets - 1;
	t->set = calloc(sets, sizeof *t->set);
	if (t->set == NULL || xie_random(t->seed, sizeof t->seed) != XIE_OK) {
		free(t->set);
		free(t);
		return XIE_UNAVAILABLE;
	}
	(void)pthread_mutex_init(&t->lock, NULL);
	*ret_t = t;
	return XIE_OK;
}

void xie_throttle_free(struct xie_throttle *t)
{
	if (t == NULL)
		return;
	(void)pthread_mutex_destroy(&t->lock);
	free(t->set);
	free(t);
}

/* The counter of the name, or NULL; *ret_room is the place that a new one would take. */
static struct counter *counter_find(struct xie_throttle *t, uint64_t h, struct counter **ret_room)
{
	struct counter *set = t->set[h & t->mask];
	struct counter *room = &set[0];
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].name == h)
			return &set[i];
		if (set[i].until < room->until)
			room = &set[i];
	}
	*ret_room = room;
	return NULL;
}

xie_ms xie_throttle_wait(struct xie_throttle *t, xie_str name, xie_ms now)
{
	uint64_t h = name_hash(t->seed, name);
	struct counter *room;
	(void)pthread_mutex_lock(&t->lock);
	const struct counter *c = counter_find(t, h, &room);
	xie_ms wait = c != NULL && c->n >= t->rule.allow && c->until > now ? c->until - now : 0;
	(void)pthread_mutex_unlock(&t->lock);
	return wait;
}

bool xie_throttle_count(struct xie_throttle *t, xie_str name, xie_ms now)
{
	uint64_t h = name_hash(t->seed, name);
	struct counter *room = NULL;
	(void)pthread_mutex_lock(&t->lock);
	struct counter *c = counter_find(t, h, &room);
	if (c == NULL) {
		c = room;
		*c = (struct counter){ .name = h };
	}
	if (c->until <= now)
		c->n = 0;
	c->n++;
	if (c->n == 1 || c->n == t->rule.allow)
		c->until = now + t->rule.window;
	bool closed = c->n == t->rule.allow;
	(void)pthread_mutex_unlock(&t->lock);
	return closed;
}

void xie_throttle_forgive(struct xie_throttle *t, xie_str name)
{
	uint64_t h = name_hash(t->seed, name);
	struct counter *room;
	(void)pthread_mutex_lock(&t->lock);
	struct counter *c = counter_find(t, h, &room);
	if (c != NULL)
		*c = (struct counter){ .name = 0 };
	(void)pthread_mutex_unlock(&t->lock);
}

/* A bucket as the time at which it is empty again (generic cell rate algorithm): one number, no refill. */
struct cell {
	uint64_t name;
	int64_t tat_us; /* theoretical arrival time */
};

struct xie_bucket {
	pthread_mutex_t lock;
	uint8_t seed[16];
	size_t mask;
	int64_t step_us, slack_us;
	struct cell (*set)[WAYS];
};

xie_status xie_bucket_new(size_t names, uint32_t rate_per_s, uint32_t burst, struct xie_bucket **ret_b)
{
	struct xie_bucket *b = calloc(1, sizeof *b);
	if (b == NULL)
		return XIE_UNAVAILABLE;
	size_t sets = sets_for(names);
	b->mask = sets - 1;
	b->step_us = 1000000 / (rate_per_s != 0 ? rate_per_s : 1);
	b->slack_us = b->step_us * (burst != 0 ? burst - 1 : 0);
	b->set = calloc(sets, sizeof *b->set);
	if (b->set == NULL || xie_random(b->seed, sizeof b->seed) != XIE_OK) {
		free(b->set);
		free(b);
		return XIE_UNAVAILABLE;
	}
	(void)pthread_mutex_init(&b->lock, NULL);
	*ret_b = b;
	return XIE_OK;
}

void xie_bucket_free(struct xie_bucket *b)
{
	if (b == NULL)
		return;
	(void)pthread_mutex_destroy(&b->lock);
	free(b->set);
	free(b);
}

xie_ms xie_bucket_take(struct xie_bucket *b, xie_str name, xie_ms now)
{
	uint64_t h = name_hash(b->seed, name);
	int64_t now_us = now * 1000;
	xie_ms wait = 0;
	(void)pthread_mutex_lock(&b->lock);
	struct cell *set = b->set[h & b->mask], *c = &set[0];
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].name == h) {
			c = &set[i];
			break;
		}
		if (set[i].tat_us < c->tat_us)
			c = &set[i];
	}
	if (c->name != h)
		*c = (struct cell){ .name = h };
	int64_t tat = c->tat_us > now_us ? c->tat_us : now_us;
	if (tat - now_us > b->slack_us)
		wait = (tat - now_us - b->slack_us + 999) / 1000;
	else
		c->tat_us = tat + b->step_us;
	(void)pthread_mutex_unlock(&b->lock);
	return wait;
}
