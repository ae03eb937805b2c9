/* SPDX-License-Identifier: Apache-2.0 */
/* sim/net.h — the little that the actors need of sockets. */
#ifndef XIE_SIM_NET_H
#define XIE_SIM_NET_H

#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>

/* HOST:PORT; the list is freeaddrinfo's. */
bool sim_resolve(const char *to, struct addrinfo **ret);
int sim_call(const struct addrinfo *a); /* a connected socket that does not block, or -1 */
int64_t sim_wall_ms(void);              /* monotonic */

#endif
