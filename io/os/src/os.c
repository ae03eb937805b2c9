/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/os/os.h"

#include <errno.h>
#include <pthread.h>
#include <sys/random.h>
#include <time.h>

static xie_ms read_clock(clockid_t which)
{
	struct timespec t;
	if (clock_gettime(which, &t) != 0)
		return 0;
	return (xie_ms)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static xie_ms wall(void *self)
{
	(void)self;
	return read_clock(CLOCK_REALTIME);
}

static xie_ms mono(void *self)
{
	(void)self;
	return read_clock(CLOCK_BOOTTIME);
}

struct xie_clock xie_os_clock(void)
{
	return (struct xie_clock){ .self = NULL, .wall = wall, .mono = mono };
}

static xie_status fill(void *self, void *p, size_t n)
{
	(void)self;
	uint8_t *to = p;
	while (n != 0) {
		ssize_t k = getrandom(to, n, 0);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return XIE_UNAVAILABLE;
		to += k;
		n -= (size_t)k;
	}
	return XIE_OK;
}

struct xie_random xie_os_random(void)
{
	return (struct xie_random){ .self = NULL, .fill = fill };
}

static pthread_mutex_t id_lock = PTHREAD_MUTEX_INITIALIZER;
static struct xie_id_gen id_gen;

static xie_status next_id(void *self, char ret_id[static XIE_ID_TEXT])
{
	(void)self;
	(void)pthread_mutex_lock(&id_lock);
	id_gen.clock = xie_os_clock();
	id_gen.random = xie_os_random();
	xie_status st = xie_id_gen_next(&id_gen, ret_id);
	(void)pthread_mutex_unlock(&id_lock);
	return st;
}

struct xie_id xie_os_id(void)
{
	return (struct xie_id){ .self = NULL, .next = next_id };
}
