/* SPDX-License-Identifier: Apache-2.0 */
/* A program in its own time, for tests: with this library before the system's (LD_PRELOAD), the wall clock says
 * OWN_TIME_START (ms since 1970 UTC) at the monotonic instant OWN_TIME_FROM (ms) and runs OWN_TIME_SPEED times as fast.
 * The monotonic clock stays as it is: waits last as long as ever. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *ret_t);

static long long setting(const char *name)
{
	const char *s = getenv(name);
	return s != NULL ? strtoll(s, NULL, 10) : 0;
}

int clock_gettime(clockid_t id, struct timespec *ret_t)
{
	static long long start, from, speed;
	if (id != CLOCK_REALTIME)
		return (int)syscall(SYS_clock_gettime, id, ret_t);
	if (speed == 0) {
		start = setting("OWN_TIME_START");
		from = setting("OWN_TIME_FROM");
		speed = setting("OWN_TIME_SPEED");
	}
	struct timespec t;
	int rc = (int)syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
	long long ms = start + ((long long)t.tv_sec * 1000 + t.tv_nsec / 1000000 - from) * speed;
	*ret_t = (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	return rc;
}
