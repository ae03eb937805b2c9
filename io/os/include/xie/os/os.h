/* SPDX-License-Identifier: Apache-2.0 */
/* xie/os/os.h — the machine's own clock, randomness and ids behind their ports. */
#ifndef XIE_OS_OS_H
#define XIE_OS_OS_H

#include "xie/port/clock.h"
#include "xie/port/id.h"
#include "xie/port/random.h"

struct xie_clock xie_os_clock(void);   /* CLOCK_REALTIME, CLOCK_BOOTTIME */
struct xie_random xie_os_random(void); /* getrandom(2) */

/* Ids for any number of threads; lives as long as the program. */
struct xie_id xie_os_id(void);

#endif
