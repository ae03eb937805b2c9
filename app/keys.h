/* SPDX-License-Identifier: Apache-2.0 */
/* app/keys.h — the node's keys in a folder: who signs evidence, who stamps time, who vouches for both.
 *
 *   authority.pem authority.crt   root of this installation (ECDSA): keep it apart from the node where you can
 *   node.pem node.crt             signs evidence (Ed25519)
 *   node-sm2.pem node-sm2.crt     signs it a second time (SM2)
 *   tsa.pem tsa.crt               RFC 3161 time stamps (ECDSA)
 *   crl.pem                       what the authority has revoked, when there is such a list
 *   old/                          certificates of keys that were rotated out: they verify what they signed */
#ifndef XIE_APP_KEYS_H
#define XIE_APP_KEYS_H

#include "xie/base/arena.h"
#include "xie/seal/crypto.h"

struct keys {
	struct xie_key *authority, *node, *sm2, *tsa; /* authority NULL when its private key is not here */
	xie_str authority_crt, node_crt, sm2_crt, tsa_crt, crl; /* PEM; crl may be empty */
};

/* Makes what is missing in dir (private keys 0600, the folder 0700).  now: from when they hold. */
bool keys_make(const char *dir, const char *name, xie_ms now);
/* mem: kept.  Says on standard error what is wrong. */
bool keys_load(const char *dir, xie_arena *mem, struct keys *ret_k);
void keys_done(struct keys *k);

#endif
