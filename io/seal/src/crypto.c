/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto.h"

#include <stdlib.h>

#include <openssl/err.h>

#include "xie/base/time.h"

static const char SM2_ID[] = "1234567812345678"; /* GM/T 0009-2012, 10 */

void xie_sha256_fast(const void *p, size_t n, uint8_t ret_digest[static 32])
{
	unsigned k = 32;
	if (EVP_Digest(p, n, ret_digest, &k, EVP_sha256(), NULL) != 1)
		memset(ret_digest, 0, 32);
}

void xie_sm3(const void *p, size_t n, uint8_t ret_digest[static 32])
{
	unsigned k = 32;
	if (EVP_Digest(p, n, ret_digest, &k, EVP_sm3(), NULL) != 1)
		memset(ret_digest, 0, 32);
}

const char *xie_key_algorithm(enum xie_key_kind k)
{
	return k == XIE_KEY_ED25519 ? "ed25519" : k == XIE_KEY_ECDSA ? "ecdsa-p256-sha256" : "sm2-sm3";
}

enum xie_key_kind seal__kind(EVP_PKEY *k)
{
	return EVP_PKEY_is_a(k, "ED25519") == 1 ? XIE_KEY_ED25519 : EVP_PKEY_is_a(k, "SM2") == 1 ? XIE_KEY_SM2 : XIE_KEY_ECDSA;
}

static const EVP_MD *md_of(enum xie_key_kind k)
{
	return k == XIE_KEY_ED25519 ? NULL : k == XIE_KEY_SM2 ? EVP_sm3() : EVP_sha256();
}

/* ---- signing ---- */

/* A context for one signature; SM2 needs its identifier before the key is set to work. */
static EVP_MD_CTX *context(EVP_PKEY *k, EVP_PKEY_CTX **ret_pk)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	*ret_pk = NULL;
	if (c == NULL || seal__kind(k) != XIE_KEY_SM2)
		return c;
	*ret_pk = EVP_PKEY_CTX_new(k, NULL);
	if (*ret_pk == NULL || EVP_PKEY_CTX_set1_id(*ret_pk, SM2_ID, (int)sizeof SM2_ID - 1) != 1) {
		EVP_MD_CTX_free(c);
		EVP_PKEY_CTX_free(*ret_pk);
		return NULL;
	}
	EVP_MD_CTX_set_pkey_ctx(c, *ret_pk);
	return c;
}

xie_status xie_key_sign(const struct xie_key *k, const void *p, size_t n, uint8_t *ret_sig, size_t cap, size_t *ret_n)
{
	if (k->signer.sign != NULL)
		return k->signer.sign(k->signer.self, p, n, ret_sig, cap, ret_n);
	EVP_PKEY_CTX *pk = NULL;
	EVP_MD_CTX *c = context(k->key, &pk);
	if (c == NULL)
		return XIE_UNAVAILABLE;
	size_t need = 0;
	xie_status st = XIE_UNAVAILABLE;
	if (EVP_DigestSignInit(c, NULL, md_of(seal__kind(k->key)), NULL, k->key) == 1 && EVP_DigestSign(c, NULL, &need, p, n) == 1) {
		*ret_n = cap;
		st = need > cap ? XIE_LIMIT : EVP_DigestSign(c, ret_sig, ret_n, p, n) == 1 ? XIE_OK : XIE_UNAVAILABLE;
	}
	EVP_MD_CTX_free(c);
	EVP_PKEY_CTX_free(pk);
	return st;
}

xie_status xie_cert_verify(xie_str cert_pem, const void *p, size_t n, const void *sig, size_t sig_n)
{
	X509 *x = seal__cert(cert_pem);
	EVP_PKEY *k = x != NULL ? X509_get0_pubkey(x) : NULL;
	EVP_PKEY_CTX *pk = NULL;
	EVP_MD_CTX *c = k != NULL ? context(k, &pk) : NULL;
	xie_status st = x == NULL || k == NULL ? XIE_MALFORMED : XIE_UNAVAILABLE;
	if (c != NULL && EVP_DigestVerifyInit(c, NULL, md_of(seal__kind(k)), NULL, k) == 1)
		st = EVP_DigestVerify(c, sig, sig_n, p, n) == 1 ? XIE_OK : XIE_CHECKSUM;
	EVP_MD_CTX_free(c);
	EVP_PKEY_CTX_free(pk);
	X509_free(x);
	ERR_clear_error();
	return st;
}

/* ---- keys and certificates ---- */

static EVP_PKEY *make_key(enum xie_key_kind kind)
{
	return kind == XIE_KEY_ED25519 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
	       : kind == XIE_KEY_SM2   ? EVP_PKEY_Q_keygen(NULL, NULL, "SM2")
	                               : EVP_EC_gen("P-256");
}

static bool set_time(ASN1_TIME *to, xie_ms t)
{
	return ASN1_TIME_set(to, (time_t)xie_floor_div(t, 1000)) != NULL;
}

static bool extend(X509 *x, X509 *issuer, const char *name, const char *value)
{
	X509V3_CTX c;
	X509V3_set_ctx(&c, issuer, x, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf(NULL, &c, name, value);
	bool ok = e != NULL && X509_add_ext(x, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

static bool name_uses(X509 *x, X509 *issuer, enum xie_cert_use use)
{
	bool ok = extend(x, issuer, "basicConstraints", use == XIE_CERT_AUTHORITY ? "critical,CA:TRUE" : "critical,CA:FALSE") &&
	          extend(x, issuer, "keyUsage", use == XIE_CERT_AUTHORITY ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature") &&
	          extend(x, issuer, "subjectKeyIdentifier", "hash");
	/* RFC 3161, 2.3: a stamp signer's extended use is critical and time stamping alone */
	return ok && (use != XIE_CERT_TIMESTAMP || extend(x, issuer, "extendedKeyUsage", "critical,timeStamping"));
}

/* Certificates and lists are signed with SM2 keys as well: the identifier goes along. */
static bool sign_cert(X509 *x, EVP_PKEY *by)
{
	EVP_PKEY_CTX *pk = NULL;
	EVP_MD_CTX *c = context(by, &pk);
	bool ok = c != NULL && EVP_DigestSignInit(c, NULL, md_of(seal__kind(by)), NULL, by) == 1 && X509_sign_ctx(x, c) > 0;
	EVP_MD_CTX_free(c);
	EVP_PKEY_CTX_free(pk);
	return ok;
}

static X509 *make_cert(EVP_PKEY *key, enum xie_cert_use use, const char *name, const struct xie_key *issuer, xie_ms from, xie_ms to,
                       uint64_t serial)
{
	X509 *x = X509_new();
	X509_NAME *subject = x != NULL ? X509_get_subject_name(x) : NULL;
	bool ok = x != NULL && X509_set_version(x, 2) == 1 && ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial) == 1 &&
	          set_time(X509_getm_notBefore(x), from) && set_time(X509_getm_notAfter(x), to) && X509_set_pubkey(x, key) == 1 &&
	          X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) == 1 &&
	          X509_set_issuer_name(x, issuer != NULL ? X509_get_subject_name(issuer->cert) : subject) == 1 &&
	          name_uses(x, issuer != NULL ? issuer->cert : x, use) && sign_cert(x, issuer != NULL ? issuer->key : key);
	if (!ok) {
		X509_free(x);
		return NULL;
	}
	return x;
}

xie_status xie_key_new(enum xie_key_kind kind, enum xie_cert_use use, const char *name, const struct xie_key *issuer,
                       xie_ms from, xie_ms to, uint64_t serial, struct xie_key **ret_k)
{
	struct xie_key *k = calloc(1, sizeof *k);
	if (k == NULL)
		return XIE_UNAVAILABLE;
	k->key = make_key(kind);
	k->cert = k->key != NULL ? make_cert(k->key, use, name, issuer, from, to, serial) : NULL;
	if (k->cert == NULL) {
		xie_key_free(k);
		return XIE_UNAVAILABLE;
	}
	*ret_k = k;
	return XIE_OK;
}

static EVP_PKEY *public_of(xie_str spki_der)
{
	const unsigned char *p = (const unsigned char *)spki_der.p;
	EVP_PKEY *k = d2i_PUBKEY(NULL, &p, (long)spki_der.n);
	ERR_clear_error();
	return k;
}

xie_status xie_cert_issue(xie_str spki_der, enum xie_cert_use use, const char *name, const struct xie_key *issuer, xie_ms from,
                          xie_ms to, uint64_t serial, xie_wr *cert_pem)
{
	struct xie_key k = { .key = public_of(spki_der) };
	if (k.key == NULL)
		return XIE_MALFORMED;
	k.cert = make_cert(k.key, use, name, issuer, from, to, serial);
	xie_status st = k.cert != NULL ? xie_key_pem(&k, NULL, cert_pem) : XIE_UNAVAILABLE;
	X509_free(k.cert);
	EVP_PKEY_free(k.key);
	return st;
}

xie_status xie_key_of_signer(struct xie_signer signer, xie_str spki_der, xie_str cert_pem, struct xie_key **ret_k)
{
	struct xie_key *k = calloc(1, sizeof *k);
	if (k == NULL)
		return XIE_UNAVAILABLE;
	k->signer = signer;
	k->key = public_of(spki_der);
	k->cert = seal__cert(cert_pem);
	EVP_PKEY *want = k->cert != NULL ? X509_get0_pubkey(k->cert) : NULL;
	xie_status st = k->key == NULL || want == NULL ? XIE_MALFORMED : EVP_PKEY_eq(k->key, want) != 1 ? XIE_CONFLICT : XIE_OK;
	ERR_clear_error();
	if (st != XIE_OK) {
		xie_key_free(k);
		return st;
	}
	*ret_k = k;
	return XIE_OK;
}

void xie_key_free(struct xie_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->key);
	X509_free(k->cert);
	free(k);
}

enum xie_key_kind xie_key_kind_of(const struct xie_key *k)
{
	return seal__kind(k->key);
}

X509 *seal__cert(xie_str pem)
{
	BIO *b = BIO_new_mem_buf(pem.p, (int)pem.n);
	X509 *x = b != NULL && pem.n != 0 ? PEM_read_bio_X509(b, NULL, NULL, NULL) : NULL;
	BIO_free(b);
	ERR_clear_error();
	return x;
}

xie_status xie_key_load(xie_str key_pem, xie_str cert_pem, struct xie_key **ret_k)
{
	struct xie_key *k = calloc(1, sizeof *k);
	BIO *b = BIO_new_mem_buf(key_pem.p, (int)key_pem.n);
	if (k != NULL) {
		k->key = b != NULL ? PEM_read_bio_PrivateKey(b, NULL, NULL, NULL) : NULL;
		k->cert = seal__cert(cert_pem);
	}
	BIO_free(b);
	xie_status st = k == NULL                                       ? XIE_UNAVAILABLE
	                : k->key == NULL || k->cert == NULL             ? XIE_MALFORMED
	                : X509_check_private_key(k->cert, k->key) != 1  ? XIE_CONFLICT
	                                                                : XIE_OK;
	ERR_clear_error();
	if (st != XIE_OK) {
		xie_key_free(k);
		return st;
	}
	*ret_k = k;
	return XIE_OK;
}

static xie_status drain(BIO *b, bool ok, xie_wr *w)
{
	char *p = NULL;
	long n = BIO_get_mem_data(b, &p);
	if (ok && n > 0)
		xie_wr_bytes(w, p, (size_t)n);
	BIO_free(b);
	return ok ? w->st : XIE_UNAVAILABLE;
}

xie_status xie_key_pem(const struct xie_key *k, xie_wr *private_pem, xie_wr *cert_pem)
{
	xie_status st = XIE_OK;
	if (private_pem != NULL) {
		BIO *b = BIO_new(BIO_s_mem());
		st = drain(b, PEM_write_bio_PKCS8PrivateKey(b, k->key, NULL, NULL, 0, NULL, NULL) == 1, private_pem);
	}
	if (st == XIE_OK && cert_pem != NULL) {
		BIO *b = BIO_new(BIO_s_mem());
		st = drain(b, PEM_write_bio_X509(b, k->cert) == 1, cert_pem);
	}
	return st;
}

static xie_status time_of(const ASN1_TIME *t, xie_ms *ret)
{
	struct tm tm;
	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return XIE_MALFORMED;
	struct xie_civil c = { .year = tm.tm_year + 1900, .month = (uint8_t)(tm.tm_mon + 1), .day = (uint8_t)tm.tm_mday,
		               .hour = (uint8_t)tm.tm_hour, .minute = (uint8_t)tm.tm_min, .second = (uint8_t)tm.tm_sec };
	return xie_ms_from_civil(&c, 0, ret);
}

static void common_name(const X509_NAME *n, char *to, size_t cap)
{
	int at = X509_NAME_get_index_by_NID((X509_NAME *)(uintptr_t)n, NID_commonName, -1);
	const X509_NAME_ENTRY *e = at >= 0 ? X509_NAME_get_entry(n, at) : NULL;
	unsigned char *utf8 = NULL;
	int len = e != NULL ? ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(e)) : -1;
	to[0] = '\0';
	if (len >= 0 && (size_t)len < cap) {
		memcpy(to, utf8, (size_t)len);
		to[len] = '\0';
	}
	OPENSSL_free(utf8);
}

xie_status xie_cert_read(xie_str pem, struct xie_cert_info *ret_info)
{
	X509 *x = seal__cert(pem);
	if (x == NULL)
		return XIE_MALFORMED;
	struct xie_cert_info i = { .kind = seal__kind(X509_get0_pubkey(x)) };
	unsigned n = 32;
	common_name(X509_get_subject_name(x), i.subject, sizeof i.subject);
	common_name(X509_get_issuer_name(x), i.issuer, sizeof i.issuer);
	BIGNUM *bn = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
	char *hex = bn != NULL ? BN_bn2hex(bn) : NULL;
	if (hex != NULL && strlen(hex) < sizeof i.serial)
		memcpy(i.serial, hex, strlen(hex) + 1);
	OPENSSL_free(hex);
	if (bn != NULL && BN_num_bits(bn) <= 64)
		(void)ASN1_INTEGER_get_uint64(&i.serial_u64, X509_get0_serialNumber(x));
	BN_free(bn);
	i.self_signed = X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) == 0;
	xie_status st = X509_digest(x, EVP_sha256(), i.fingerprint, &n) == 1 ? XIE_OK : XIE_MALFORMED;
	if (st == XIE_OK)
		st = time_of(X509_get0_notBefore(x), &i.from);
	if (st == XIE_OK)
		st = time_of(X509_get0_notAfter(x), &i.to);
	X509_free(x);
	if (st == XIE_OK)
		*ret_info = i;
	return st;
}
