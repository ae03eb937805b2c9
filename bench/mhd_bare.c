/* SPDX-License-Identifier: Apache-2.0 */
/* The reference of bench-web: libmicrohttpd with nothing behind it, 90 bytes of JSON, answered at the second callback.
 * Prints its port and runs until it is ended. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct MHD_Response *answer;

static enum MHD_Result handle(void *cls, struct MHD_Connection *con, const char *url, const char *method, const char *version,
                              const char *data, size_t *n, void **state)
{
	static int seen;
	(void)cls, (void)url, (void)method, (void)version, (void)data, (void)n;
	if (*state == NULL) {
		*state = &seen;
		return MHD_YES;
	}
	return MHD_queue_response(con, 200, answer);
}

int main(void)
{
	static char json[] = "{\"id\":123456789,\"lat\":31.2304,\"lon\":121.4737,\"sog\":12.3,\"cog\":181.5,\"ts\":1760000000}";
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	answer = MHD_create_response_from_buffer(sizeof json - 1, json, MHD_RESPMEM_PERSISTENT);
	struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, handle, NULL, MHD_OPTION_SOCK_ADDR, &local,
	                                        MHD_OPTION_END);
	const union MHD_DaemonInfo *info = d != NULL ? MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT) : NULL;
	if (info == NULL)
		return 3;
	(void)printf("%u\n", (unsigned)info->port);
	(void)fflush(stdout);
	(void)pause();
	return 0;
}
