/* SPDX-License-Identifier: Apache-2.0 */
/* Paths to anchors, revocation lists, time stamps. */
#include "crypto.h"

#include <openssl/err.h>

#include "xie/base/time.h"

static STACK_OF(X509) *certs_of(xie_str pem)
{
	STACK_OF(X509) *s = sk_X509_new_null();
	BIO *b = BIO_new_mem_buf(pem.p, (int)pem.n);
	X509 *x;
	while (s != NULL && b != NULL && (x = PEM_read_bio_X509(b, NULL, NULL, NULL)) != NULL)
		if (sk_X509_push(s, x) == 0)
			X509_free(x);
	BIO_free(b);
	ERR_clear_error();
	return s;
}

static X509_CRL *crl_of(xie_str pem)
{
	BIO *b = BIO_new_mem_buf(pem.p, (int)pem.n);
	X509_CRL *c = b != NULL && pem.n != 0 ? PEM_read_bio_X509_CRL(b, NULL, NULL, NULL) : NULL;
	BIO_free(b);
	ERR_clear_error();
	return c;
}

static X509_STORE *store_of(xie_str anchors)
{
	X509_STORE *s = X509_STORE_new();
	STACK_OF(X509) *certs = certs_of(anchors);
	for (int i = 0; s != NULL && i < sk_X509_num(certs); i++)
		(void)X509_STORE_add_cert(s, sk_X509_value(certs, i));
	sk_X509_pop_free(certs, X509_free);
	return s;
}

/* An SM2 signature on a certificate carries the standard identifier; the verifier must be told so for each. */
static void tell_sm2(X509 *x)
{
	ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();
	if (id == NULL || X509_get_signature_nid(x) != NID_SM2_with_SM3 ||
	    ASN1_OCTET_STRING_set(id, (const unsigned char *)"1234567812345678", 16) != 1) {
		ASN1_OCTET_STRING_free(id);
		return;
	}
	X509_set0_distinguishing_id(x, id);
}

static xie_status verdict(int code, struct xie_err *err)
{
	xie_status st = code == X509_V_ERR_CERT_REVOKED ? XIE_CONFLICT : XIE_REFUSED;
	return xie_err_set(err, st, 0, 0, X509_verify_cert_error_string(code), NULL);
}

/* What a list says holds from the date it gives: a signature that a stamp shows to be older stands.  That the list was
 * made before or after that instant, or has been replaced since, does not make it say less. */
static int by_date(int ok, X509_STORE_CTX *c)
{
	int code = X509_STORE_CTX_get_error(c);
	if (ok != 1 && code == X509_V_ERR_CERT_REVOKED) {
		X509_REVOKED *r = NULL;
		X509_CRL *crl = X509_STORE_CTX_get_app_data(c); /* OpenSSL forgets which one is current once it has told its age */
		time_t at = X509_VERIFY_PARAM_get_time(X509_STORE_CTX_get0_param(c));
		ok = crl != NULL && X509_CRL_get0_by_cert(crl, &r, X509_STORE_CTX_get_current_cert(c)) == 1 &&
		     ASN1_TIME_cmp_time_t(X509_REVOKED_get0_revocationDate(r), at) > 0;
	} else if (ok != 1) {
		ok = code == X509_V_ERR_CRL_NOT_YET_VALID || code == X509_V_ERR_CRL_HAS_EXPIRED;
	}
	if (ok == 1)
		X509_STORE_CTX_set_error(c, X509_V_OK);
	return ok;
}

xie_status xie_cert_trust(xie_str cert_pem, xie_str chain_pem, xie_str anchors_pem, xie_str crl_pem, xie_ms at, struct xie_err *reterr)
{
	X509 *x = seal__cert(cert_pem);
	STACK_OF(X509) *chain = certs_of(chain_pem);
	STACK_OF(X509) *anchors = certs_of(anchors_pem);
	X509_STORE *store = store_of(anchors_pem);
	X509_STORE_CTX *c = X509_STORE_CTX_new();
	X509_CRL *crl = crl_of(crl_pem);
	xie_status st = XIE_UNAVAILABLE;
	if (x == NULL)
		st = xie_err_set(reterr, XIE_MALFORMED, 0, 0, "not a certificate", "PEM, beginning with -----BEGIN CERTIFICATE-----");
	else if (store != NULL && c != NULL && X509_STORE_CTX_init(c, store, x, chain) == 1) {
		tell_sm2(x);
		for (int i = 0; i < sk_X509_num(chain); i++)
			tell_sm2(sk_X509_value(chain, i));
		X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(c);
		X509_VERIFY_PARAM_set_time(p, (time_t)xie_floor_div(at, 1000));
		if (crl != NULL) {
			(void)X509_STORE_add_crl(store, crl);
			(void)X509_STORE_CTX_set_app_data(c, crl);
			X509_STORE_CTX_set_verify_cb(c, by_date);
			(void)X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_CRL_CHECK);
		}
		st = X509_verify_cert(c) == 1 ? XIE_OK : verdict(X509_STORE_CTX_get_error(c), reterr);
	}
	X509_CRL_free(crl);
	X509_STORE_CTX_free(c);
	X509_STORE_free(store);
	sk_X509_pop_free(anchors, X509_free);
	sk_X509_pop_free(chain, X509_free);
	X509_free(x);
	ERR_clear_error();
	return st;
}

static bool revoke(X509_CRL *crl, const struct xie_revoked *gone)
{
	X509_REVOKED *r = X509_REVOKED_new();
	ASN1_INTEGER *n = ASN1_INTEGER_new();
	ASN1_ENUMERATED *why = ASN1_ENUMERATED_new();
	ASN1_TIME *at = ASN1_TIME_set(NULL, (time_t)xie_floor_div(gone->at, 1000));
	bool ok = r != NULL && n != NULL && why != NULL && at != NULL && ASN1_INTEGER_set_uint64(n, gone->serial) == 1 &&
	          X509_REVOKED_set_serialNumber(r, n) == 1 && X509_REVOKED_set_revocationDate(r, at) == 1;
	if (ok && gone->reason != XIE_REVOKE_UNSPECIFIED) /* 5.3.1: "unspecified" should be left out */
		ok = ASN1_ENUMERATED_set(why, (long)gone->reason) == 1 && X509_REVOKED_add1_ext_i2d(r, NID_crl_reason, why, 0, 0) == 1;
	ok = ok && X509_CRL_add0_revoked(crl, r) == 1;
	if (!ok)
		X509_REVOKED_free(r);
	ASN1_TIME_free(at);
	ASN1_ENUMERATED_free(why);
	ASN1_INTEGER_free(n);
	return ok;
}

xie_status xie_crl_make(const struct xie_key *issuer, const struct xie_revoked *gone, size_t n, xie_ms at, xie_ms next, xie_wr *pem)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)xie_floor_div(at, 1000)), *to = ASN1_TIME_set(NULL, (time_t)xie_floor_div(next, 1000));
	bool ok = crl != NULL && from != NULL && to != NULL && X509_CRL_set_version(crl, 1) == 1 &&
	          X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer->cert)) == 1 && X509_CRL_set1_lastUpdate(crl, from) == 1 &&
	          X509_CRL_set1_nextUpdate(crl, to) == 1;
	for (size_t i = 0; i < n && ok; i++)
		ok = revoke(crl, &gone[i]);
	enum xie_key_kind kind = seal__kind(issuer->key);
	ok = ok && X509_CRL_sort(crl) == 1 &&
	     X509_CRL_sign(crl, issuer->key, kind == XIE_KEY_ED25519 ? NULL : kind == XIE_KEY_SM2 ? EVP_sm3() : EVP_sha256()) > 0;
	BIO *b = BIO_new(BIO_s_mem());
	ok = ok && b != NULL && PEM_write_bio_X509_CRL(b, crl) == 1;
	char *p = NULL;
	long len = ok ? BIO_get_mem_data(b, &p) : 0;
	if (ok)
		xie_wr_bytes(pem, p, (size_t)len);
	BIO_free(b);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	X509_CRL_free(crl);
	ERR_clear_error();
	return ok ? pem->st : XIE_UNAVAILABLE;
}

/* ---- RFC 3161 ---- */

static TS_REQ *request(const void *p, size_t n)
{
	uint8_t digest[32];
	xie_sha256_fast(p, n, digest);
	TS_REQ *rq = TS_REQ_new();
	TS_MSG_IMPRINT *mi = TS_MSG_IMPRINT_new();
	X509_ALGOR *al = X509_ALGOR_new();
	bool ok = rq != NULL && mi != NULL && al != NULL && TS_REQ_set_version(rq, 1) == 1 &&
	          X509_ALGOR_set0(al, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 && TS_MSG_IMPRINT_set_algo(mi, al) == 1 &&
	          TS_MSG_IMPRINT_set_msg(mi, digest, sizeof digest) == 1 && TS_REQ_set_msg_imprint(rq, mi) == 1 &&
	          TS_REQ_set_cert_req(rq, 1) == 1;
	X509_ALGOR_free(al);
	TS_MSG_IMPRINT_free(mi);
	if (!ok) {
		TS_REQ_free(rq);
		return NULL;
	}
	return rq;
}

struct stamp_at {
	xie_ms at;
	uint64_t serial;
};

static ASN1_INTEGER *on_serial(TS_RESP_CTX *c, void *self)
{
	(void)c;
	ASN1_INTEGER *n = ASN1_INTEGER_new();
	if (n != NULL)
		(void)ASN1_INTEGER_set_uint64(n, ((struct stamp_at *)self)->serial);
	return n;
}

static int on_time(TS_RESP_CTX *c, void *self, long *s, long *us)
{
	(void)c;
	xie_ms at = ((struct stamp_at *)self)->at;
	*s = (long)xie_floor_div(at, 1000);
	*us = (long)(at - xie_floor_div(at, 1000) * 1000) * 1000;
	return 1;
}

static TS_RESP *respond(const struct xie_key *tsa, xie_str chain_pem, BIO *request, struct stamp_at *at)
{
	TS_RESP_CTX *c = TS_RESP_CTX_new();
	STACK_OF(X509) *chain = certs_of(chain_pem);
	ASN1_OBJECT *policy = OBJ_txt2obj("1.2.3.4.1", 1);
	TS_RESP *r = NULL;
	if (c == NULL)
		return NULL;
	TS_RESP_CTX_set_serial_cb(c, on_serial, at);
	TS_RESP_CTX_set_time_cb(c, on_time, at);
	if (policy != NULL && TS_RESP_CTX_set_signer_cert(c, tsa->cert) == 1 && TS_RESP_CTX_set_signer_key(c, tsa->key) == 1 &&
	    TS_RESP_CTX_set_signer_digest(c, EVP_sha256()) == 1 && TS_RESP_CTX_set_ess_cert_id_digest(c, EVP_sha256()) == 1 &&
	    TS_RESP_CTX_set_def_policy(c, policy) == 1 && TS_RESP_CTX_add_md(c, EVP_sha256()) == 1 &&
	    TS_RESP_CTX_set_certs(c, chain) == 1 && TS_RESP_CTX_set_clock_precision_digits(c, 3) == 1)
		r = TS_RESP_create_response(c, request);
	ASN1_OBJECT_free(policy);
	sk_X509_pop_free(chain, X509_free);
	TS_RESP_CTX_free(c);
	return r;
}

xie_status xie_stamp_make(const struct xie_key *tsa, xie_str chain_pem, const void *p, size_t n, xie_ms at, uint64_t serial,
                          xie_wr *ret_der)
{
	struct stamp_at when = { at, serial };
	TS_REQ *rq = request(p, n);
	BIO *b = BIO_new(BIO_s_mem());
	TS_RESP *r = rq != NULL && b != NULL && i2d_TS_REQ_bio(b, rq) == 1 ? respond(tsa, chain_pem, b, &when) : NULL;
	unsigned char *der = NULL;
	int len = r != NULL && ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(r))) == 0 ? i2d_TS_RESP(r, &der) : -1;
	if (len > 0)
		xie_wr_bytes(ret_der, der, (size_t)len);
	OPENSSL_free(der);
	TS_RESP_free(r);
	BIO_free(b);
	TS_REQ_free(rq);
	ERR_clear_error();
	return len > 0 ? ret_der->st : XIE_UNAVAILABLE;
}

static xie_status stamp_time(TS_RESP *r, xie_ms *ret_at)
{
	const ASN1_GENERALIZEDTIME *g = TS_TST_INFO_get_time(TS_RESP_get_tst_info(r));
	xie_str s = { (const char *)ASN1_STRING_get0_data(g), (size_t)ASN1_STRING_length(g) }; /* YYYYMMDDhhmmss[.fff]Z */
	char iso[40];
	xie_wr w = xie_wr_of(iso, sizeof iso);
	if (s.n < 15 || s.n > 32)
		return XIE_MALFORMED;
	static const size_t cuts[] = { 4, 6, 8, 10, 12 };
	static const char marks[] = "--T::";
	for (size_t i = 0, k = 0; i < s.n; i++) {
		if (k < 5 && i == cuts[k])
			xie_wr_char(&w, marks[k++]);
		xie_wr_char(&w, s.p[i]);
	}
	return xie_time_parse(xie_wr_view(&w), 0, ret_at);
}

xie_status xie_stamp_read(const void *der, size_t der_n, const void *p, size_t n, xie_str anchors_pem, xie_ms *ret_at,
                          struct xie_err *reterr)
{
	const unsigned char *q = der;
	TS_RESP *r = d2i_TS_RESP(NULL, &q, (long)der_n);
	TS_REQ *rq = request(p, n);
	TS_VERIFY_CTX *v = rq != NULL ? TS_REQ_to_TS_VERIFY_CTX(rq, NULL) : NULL;
	xie_status st = r == NULL || TS_RESP_get_tst_info(r) == NULL ? XIE_MALFORMED : v == NULL ? XIE_UNAVAILABLE : XIE_OK;
	xie_ms at = 0;
	if (st == XIE_OK)
		st = stamp_time(r, &at);
	if (st == XIE_OK) {
		X509_STORE *store = store_of(anchors_pem);
		if (store != NULL) { /* the stamp's signer must have been valid when it stamped */
			X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)xie_floor_div(at, 1000));
			X509_VERIFY_PARAM_set_purpose(X509_STORE_get0_param(store), X509_PURPOSE_TIMESTAMP_SIGN);
		}
		TS_VERIFY_CTX_set_store(v, store); /* given */
		(void)TS_VERIFY_CTX_add_flags(v, TS_VFY_SIGNATURE);
		if (TS_RESP_verify_response(v, r) != 1) {
			int reason = ERR_GET_REASON(ERR_peek_error());
			st = reason == TS_R_MESSAGE_IMPRINT_MISMATCH ? XIE_CHECKSUM : XIE_REFUSED;
		}
	}
	if (st != XIE_OK)
		(void)xie_err_set(reterr, st, 0, 0,
		                  st == XIE_CHECKSUM    ? "the time stamp is over other bytes"
		                  : st == XIE_MALFORMED ? "not a time stamp"
		                                        : "the time stamp's signature leads to no anchor",
		                  NULL);
	else
		*ret_at = at;
	TS_VERIFY_CTX_free(v);
	TS_REQ_free(rq);
	TS_RESP_free(r);
	ERR_clear_error();
	return st;
}
