/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to seal. */
#ifndef XIE_SEAL_SRC_CRYPTO_H
#define XIE_SEAL_SRC_CRYPTO_H

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include "xie/seal/crypto.h"

struct xie_key {
	EVP_PKEY *key; /* with signer: the public half alone */
	X509 *cert;
	struct xie_signer signer; /* sign NULL: the key is here */
};

enum xie_key_kind seal__kind(EVP_PKEY *k);
X509 *seal__cert(xie_str pem); /* the first certificate, or NULL */

#endif
