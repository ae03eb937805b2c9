/* SPDX-License-Identifier: Apache-2.0 */
/* xie/token/token.h — keys that never leave their token: PKCS#11 2.40 (Cryptoki) behind the signer's port.
 *
 * The maker's module is loaded with dlopen; nothing of it is linked.  Two kinds of key: Ed25519 (CKM_EDDSA, PKCS#11 3.0,
 * 2.3.14; SoftHSM and most newer tokens have it) and ECDSA on P-256 (CKM_ECDSA over SHA-256).  SM2 is not in PKCS#11's
 * tables; makers have mechanisms of their own for it (GM/T 0018 is another interface), so an SM2 key in a token is
 * refused here with UNKNOWN and stays a file.
 *
 * Where the key is says a URI of RFC 7512:
 *
 *   pkcs11:token=NAME;object=LABEL?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/etc/xiezhi/pin
 *
 * A pin-value in a URI is refused: URIs stand on command lines and in logs.  One thread at a time may sign. */
#ifndef XIE_TOKEN_TOKEN_H
#define XIE_TOKEN_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/wr.h"
#include "xie/port/signer.h"

struct xie_token_uri {
	char token[64], serial[32];    /* of the token; either or both, "" = any */
	char object[128];              /* the key's label */
	uint8_t id[64];                /* the key's CKA_ID, when n_id is not 0 */
	size_t n_id;
	char module[512], pin_file[512]; /* "" = not said */
};

/* RFC 7512: attributes that are not needed here are read over, wrong ones refused.  MALFORMED, UNKNOWN (another scheme),
 * REFUSED (a PIN in the text), LIMIT (longer than the members above), DUPLICATE, MISSING (no module, no key). */
xie_status xie_token_uri_parse(xie_str text, struct xie_token_uri *ret_u, struct xie_err *reterr) XIE_MUST_USE;

enum xie_token_kind { XIE_TOKEN_ED25519, XIE_TOKEN_ECDSA };
struct xie_token; /* a session with one key in view */

/* pin: borrowed.  UNAVAILABLE (no such module or token), REFUSED (the PIN is wrong), CONFLICT (several tokens fit). */
xie_status xie_token_open(const struct xie_token_uri *u, xie_str pin, struct xie_token **ret_t, struct xie_err *reterr) XIE_MUST_USE;
void xie_token_close(struct xie_token *t); /* NULL allowed */

/* Finds the key that the URI names.  MISSING, CONFLICT (several), UNKNOWN (of another kind than the two). */
xie_status xie_token_find(struct xie_token *t, struct xie_err *reterr) XIE_MUST_USE;
/* Makes a key pair under the URI's label that cannot be taken out.  DUPLICATE when there is one, UNKNOWN when the token
 * does not have the mechanism. */
xie_status xie_token_generate(struct xie_token *t, enum xie_token_kind kind, struct xie_err *reterr) XIE_MUST_USE;
/* Destroys the pair. */
xie_status xie_token_destroy(struct xie_token *t) XIE_MUST_USE;
enum xie_token_kind xie_token_kind_of(const struct xie_token *t);
/* SubjectPublicKeyInfo (DER) of the key found or made. */
xie_status xie_token_public(const struct xie_token *t, xie_wr *der) XIE_MUST_USE;
/* Borrows t.  Signatures are those of OpenSSL: 64 bytes of Ed25519, ECDSA as a DER sequence. */
struct xie_signer xie_token_signer(struct xie_token *t);

#endif
