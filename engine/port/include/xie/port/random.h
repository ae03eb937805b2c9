/* SPDX-License-Identifier: Apache-2.0 */
/* xie/port/random.h — bytes that nobody can guess.  Tests hand in bytes that they can. */
#ifndef XIE_PORT_RANDOM_H
#define XIE_PORT_RANDOM_H

#include <stddef.h>

#include "xie/base/status.h"

struct xie_random {
	void *self;
	xie_status (*fill)(void *self, void *p, size_t n); /* all n bytes, or UNAVAILABLE */
};

#endif
