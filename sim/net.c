/* SPDX-License-Identifier: Apache-2.0 */
#include "net.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

bool sim_resolve(const char *to, struct addrinfo **ret)
{
	char host[256];
	const char *colon = strrchr(to, ':');
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	if (colon == NULL || (size_t)(colon - to) >= sizeof host)
		return false;
	memcpy(host, to, (size_t)(colon - to));
	host[colon - to] = '\0';
	return getaddrinfo(host, colon + 1, &hints, ret) == 0;
}

int sim_call(const struct addrinfo *a)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && (connect(fd, a->ai_addr, a->ai_addrlen) != 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0)) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

int64_t sim_wall_ms(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
