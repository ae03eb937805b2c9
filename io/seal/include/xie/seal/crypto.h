/* SPDX-License-Identifier: Apache-2.0 */
/* xie/seal/crypto.h — digests, signatures, certificates and time stamps, through OpenSSL 3.
 *
 *   ed25519             RFC 8032
 *   ecdsa-p256-sha256   FIPS 186-4
 *   sm2-sm3             GB/T 32918.2 with the distinguishing identifier 1234567812345678 (GM/T 0009), which OpenSSL
 *                       does not set by itself: without it other products refuse the signature
 *
 * Time stamps are RFC 3161 tokens; their signer is RSA or ECDSA (OpenSSL 3.0 cannot make SM2 tokens).
 * Certificates are X.509 in PEM.  Nothing here reads a clock: the time at which something must hold is a parameter. */
#ifndef XIE_SEAL_CRYPTO_H
#define XIE_SEAL_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"
#include "xie/base/wr.h"
#include "xie/port/signer.h"

void xie_sha256_fast(const void *p, size_t n, uint8_t ret_digest[static 32]); /* an xie_digest_fn */
void xie_sm3(const void *p, size_t n, uint8_t ret_digest[static 32]);         /* GB/T 32905 */

enum xie_key_kind { XIE_KEY_ED25519, XIE_KEY_ECDSA, XIE_KEY_SM2 };
const char *xie_key_algorithm(enum xie_key_kind k); /* "ed25519", ... */

/* What a certificate is for. */
enum xie_cert_use { XIE_CERT_AUTHORITY, XIE_CERT_SIGNER, XIE_CERT_TIMESTAMP };

struct xie_key; /* a private key with its certificate */

/* A new key with a certificate from issuer (NULL: self-signed), valid from..to; name: the subject's CN, UTF-8.
 * kind ECDSA for a TIMESTAMP signer.  UNAVAILABLE when OpenSSL refuses. */
xie_status xie_key_new(enum xie_key_kind kind, enum xie_cert_use use, const char *name, const struct xie_key *issuer,
                       xie_ms from, xie_ms to, uint64_t serial, struct xie_key **ret_k) XIE_MUST_USE;
/* PEM text of the private key (PKCS#8) and of its certificate.  MALFORMED, CONFLICT when they do not belong together. */
xie_status xie_key_load(xie_str key_pem, xie_str cert_pem, struct xie_key **ret_k) XIE_MUST_USE;
xie_status xie_key_pem(const struct xie_key *k, xie_wr *private_pem, xie_wr *cert_pem) XIE_MUST_USE; /* either NULL */
/* A key that signs behind the port (a token's): spki is its public half, DER.  The signer is kept.  CONFLICT as above. */
xie_status xie_key_of_signer(struct xie_signer signer, xie_str spki_der, xie_str cert_pem, struct xie_key **ret_k) XIE_MUST_USE;
/* A certificate from issuer for a public key whose private half is elsewhere.  MALFORMED: not a SubjectPublicKeyInfo. */
xie_status xie_cert_issue(xie_str spki_der, enum xie_cert_use use, const char *name, const struct xie_key *issuer, xie_ms from,
                          xie_ms to, uint64_t serial, xie_wr *cert_pem) XIE_MUST_USE;
enum xie_key_kind xie_key_kind_of(const struct xie_key *k);
void xie_key_free(struct xie_key *k);
xie_status xie_key_sign(const struct xie_key *k, const void *p, size_t n, uint8_t *ret_sig, size_t cap, size_t *ret_n) XIE_MUST_USE;
/* RFC 5280, 5.3.1: the reasons that a list may name; other numbers of that table are not used here. */
enum xie_revoke_reason {
	XIE_REVOKE_UNSPECIFIED = 0,
	XIE_REVOKE_KEY_COMPROMISE = 1,
	XIE_REVOKE_AFFILIATION_CHANGED = 3,
	XIE_REVOKE_SUPERSEDED = 4,
	XIE_REVOKE_CESSATION = 5
};
struct xie_revoked {
	uint64_t serial;
	xie_ms at; /* what was signed from then on does not count; what a stamp shows to be older does */
	enum xie_revoke_reason reason;
};
/* A revocation list of issuer, as PEM. */
xie_status xie_crl_make(const struct xie_key *issuer, const struct xie_revoked *gone, size_t n, xie_ms at, xie_ms next, xie_wr *pem)
        XIE_MUST_USE;

struct xie_cert_info {
	char subject[128], issuer[128]; /* CN, UTF-8 */
	char serial[48];                /* hexadecimal */
	uint8_t fingerprint[32];        /* SHA-256 of the certificate */
	xie_ms from, to;
	enum xie_key_kind kind;
	bool self_signed;
	uint64_t serial_u64;            /* 0 when it does not fit */
};

xie_status xie_cert_read(xie_str pem, struct xie_cert_info *ret_info) XIE_MUST_USE;
/* Is the signature over p made by the certificate's key?  CHECKSUM when not. */
xie_status xie_cert_verify(xie_str cert_pem, const void *p, size_t n, const void *sig, size_t sig_n) XIE_MUST_USE;
/* Does the certificate lead to one of the anchors (PEM, several may stand in a row) and hold at that time?  chain, crl:
 * PEM or empty; a list counts whatever its own age, and from the date it gives for each certificate.
 * REFUSED: no path, or outside its time; CONFLICT: revoked.  reterr says which. */
xie_status xie_cert_trust(xie_str cert_pem, xie_str chain_pem, xie_str anchors_pem, xie_str crl_pem, xie_ms at, struct xie_err *reterr)
        XIE_MUST_USE;

/* A time-stamp response (DER) over SHA-256 of p, saying that it was `at`. */
xie_status xie_stamp_make(const struct xie_key *tsa, xie_str chain_pem, const void *p, size_t n, xie_ms at, uint64_t serial,
                          xie_wr *ret_der) XIE_MUST_USE;
/* The time that a response says, if it is over p and its signature leads to the anchors.  CHECKSUM: over something
 * else; REFUSED: not trusted; MALFORMED. */
xie_status xie_stamp_read(const void *der, size_t der_n, const void *p, size_t n, xie_str anchors_pem, xie_ms *ret_at,
                          struct xie_err *reterr) XIE_MUST_USE;

#endif
