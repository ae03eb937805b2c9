/* SPDX-License-Identifier: Apache-2.0 */
/* xie/port/signer.h — who signs for this node.  Keys stay behind it (a file, a token). */
#ifndef XIE_PORT_SIGNER_H
#define XIE_PORT_SIGNER_H

#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"

#define XIE_SIG_MAX 256

struct xie_signer {
	void *self;
	const char *algorithm; /* "ed25519", "ecdsa-p256-sha256", "sm2-sm3" */
	const char *key_id;    /* which key, as the key list names it */
	/* LIMIT when cap is too small, UNAVAILABLE when the key is. */
	xie_status (*sign)(void *self, const void *p, size_t n, uint8_t *ret_sig, size_t cap, size_t *ret_n);
};

#endif
