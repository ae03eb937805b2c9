/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/seal/crypto.h"

#define DAY INT64_C(86400000)
static const xie_ms now = INT64_C(1790000000000);

static char pem_mem[8][8192];
static int pem_used;

static xie_str cert_of(const struct xie_key *k)
{
	char *p = pem_mem[pem_used++ % 8];
	xie_wr w = xie_wr_of(p, sizeof pem_mem[0]);
	check_ok(xie_key_pem(k, NULL, &w));
	return xie_wr_view(&w);
}

static struct xie_key *key(enum xie_key_kind kind, enum xie_cert_use use, const char *name, const struct xie_key *issuer, uint64_t serial)
{
	struct xie_key *k = NULL;
	check_ok(xie_key_new(kind, use, name, issuer, now - DAY, now + 365 * DAY, serial, &k));
	return k;
}

static void digests_give_their_vectors(void **state)
{
	(void)state;
	uint8_t d[32];
	char hex[80];
	xie_wr w = xie_wr_of(hex, sizeof hex);
	xie_sm3("abc", 3, d); /* GB/T 32905-2016, A.1 */
	xie_wr_hex(&w, d, 32);
	check_str(xie_wr_view(&w), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
	xie_wr_clear(&w);
	xie_sha256_fast("abc", 3, d);
	xie_wr_hex(&w, d, 32);
	check_str(xie_wr_view(&w), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void every_kind_signs_and_a_changed_byte_is_found(void **state)
{
	(void)state;
	for (int kind = XIE_KEY_ED25519; kind <= XIE_KEY_SM2; kind++) {
		struct xie_key *k = key((enum xie_key_kind)kind, XIE_CERT_SIGNER, "节点", NULL, 1), *again = NULL;
		uint8_t sig[256];
		size_t n = 0;
		check_st(xie_key_sign(k, "evidence", 8, sig, 4, &n), XIE_LIMIT);
		check_ok(xie_key_sign(k, "evidence", 8, sig, sizeof sig, &n));
		xie_str cert = cert_of(k);
		check_ok(xie_cert_verify(cert, "evidence", 8, sig, n));
		check_st(xie_cert_verify(cert, "evidencf", 8, sig, n), XIE_CHECKSUM);
		sig[n / 2] ^= 1;
		check_st(xie_cert_verify(cert, "evidence", 8, sig, n), XIE_CHECKSUM);
		char priv[4096];
		xie_wr w = xie_wr_of(priv, sizeof priv);
		check_ok(xie_key_pem(k, &w, NULL));
		check_ok(xie_key_load(xie_wr_view(&w), cert, &again));
		check_int(xie_key_kind_of(again), kind);
		struct xie_key *other = key((enum xie_key_kind)kind, XIE_CERT_SIGNER, "别人", NULL, 2), *none = NULL;
		check_st(xie_key_load(xie_wr_view(&w), cert_of(other), &none), XIE_CONFLICT);
		struct xie_cert_info i;
		check_ok(xie_cert_read(cert, &i));
		check_str(xie_str_of(i.subject), "节点");
		check_int(i.kind, kind);
		check_true(i.self_signed);
		check_int(i.to, now + 365 * DAY);
		xie_key_free(other);
		xie_key_free(again);
		xie_key_free(k);
	}
}

static void trust_needs_a_path_a_time_and_no_revocation(void **state)
{
	(void)state;
	for (int kind = XIE_KEY_ED25519; kind <= XIE_KEY_SM2; kind++) {
		struct xie_key *ca = key((enum xie_key_kind)kind, XIE_CERT_AUTHORITY, "根", NULL, 1);
		struct xie_key *node = key((enum xie_key_kind)kind, XIE_CERT_SIGNER, "节点", ca, 7);
		struct xie_key *stranger = key((enum xie_key_kind)kind, XIE_CERT_AUTHORITY, "别的根", NULL, 1);
		xie_str root = cert_of(ca), leaf = cert_of(node), strange = cert_of(stranger), none = { "", 0 };
		struct xie_err err;
		check_ok(xie_cert_trust(leaf, none, root, none, now, &err));
		check_st(xie_cert_trust(leaf, none, strange, none, now, &err), XIE_REFUSED);
		check_st(xie_cert_trust(leaf, none, root, none, now + 366 * DAY, &err), XIE_REFUSED);
		check_str(xie_str_of(err.what), "certificate has expired");
		check_st(xie_cert_trust(leaf, none, root, none, now - 2 * DAY, &err), XIE_REFUSED);
		/* a root of another kind than the key it vouches for */
		struct xie_key *mixed = key(XIE_KEY_ECDSA, XIE_CERT_AUTHORITY, "混合根", NULL, 1);
		struct xie_key *under = key((enum xie_key_kind)kind, XIE_CERT_SIGNER, "其下", mixed, 9);
		check_ok(xie_cert_trust(cert_of(under), none, cert_of(mixed), none, now, &err));
		xie_key_free(under);
		xie_key_free(mixed);
		char crl[4096];
		xie_wr w = xie_wr_of(crl, sizeof crl);
		struct xie_revoked gone[] = { { 7, now - 3600000, XIE_REVOKE_KEY_COMPROMISE } }, other[] = { { 8, now - DAY, XIE_REVOKE_SUPERSEDED } };
		check_ok(xie_crl_make(ca, other, 1, now - 3600000, now + DAY, &w));
		if (kind != XIE_KEY_SM2) /* OpenSSL 3.0 checks SM2 lists without the identifier */
			check_ok(xie_cert_trust(leaf, none, root, xie_wr_view(&w), now, &err));
		xie_wr_clear(&w);
		check_ok(xie_crl_make(ca, gone, 1, now - 3600000, now + DAY, &w));
		if (kind != XIE_KEY_SM2)
			check_st(xie_cert_trust(leaf, none, root, xie_wr_view(&w), now, &err), XIE_CONFLICT);
		else
			check_true(xie_cert_trust(leaf, none, root, xie_wr_view(&w), now, &err) != XIE_OK);
		if (kind != XIE_KEY_SM2) { /* what was signed before the date of revocation stands, however old the list is by then */
			check_ok(xie_cert_trust(leaf, none, root, xie_wr_view(&w), now - 7200000, &err));
			check_st(xie_cert_trust(leaf, none, root, xie_wr_view(&w), now + 30 * DAY, &err), XIE_CONFLICT);
		}
		xie_key_free(stranger);
		xie_key_free(node);
		xie_key_free(ca);
	}
}

static void a_time_stamp_says_when_and_over_what(void **state)
{
	(void)state;
	struct xie_key *ca = key(XIE_KEY_ECDSA, XIE_CERT_AUTHORITY, "根", NULL, 1);
	struct xie_key *tsa = key(XIE_KEY_ECDSA, XIE_CERT_TIMESTAMP, "时间戳", ca, 2);
	struct xie_key *stranger = key(XIE_KEY_ECDSA, XIE_CERT_AUTHORITY, "别的根", NULL, 1);
	static uint8_t der[16384];
	xie_wr w = xie_wr_of(der, sizeof der);
	struct xie_err err;
	xie_ms at = 0;
	check_ok(xie_stamp_make(tsa, cert_of(ca), "signature", 9, now + 123, 42, &w));
	check_ok(xie_stamp_read(w.p, w.n, "signature", 9, cert_of(ca), &at, &err));
	check_int(at, now + 123);
	check_st(xie_stamp_read(w.p, w.n, "signaturf", 9, cert_of(ca), &at, &err), XIE_CHECKSUM);
	check_st(xie_stamp_read(w.p, w.n, "signature", 9, cert_of(stranger), &at, &err), XIE_REFUSED);
	check_st(xie_stamp_read(w.p, w.n / 2, "signature", 9, cert_of(ca), &at, &err), XIE_MALFORMED);
	size_t bad = 0;
	for (size_t i = 0; i < w.n; i += 37) {
		der[i] ^= 1;
		bad += xie_stamp_read(w.p, w.n, "signature", 9, cert_of(ca), &at, &err) != XIE_OK;
		der[i] ^= 1;
	}
	check_true(bad > w.n / 37 / 2); /* the chain's own bytes beside the path may change unseen */
	xie_key_free(stranger);
	xie_key_free(tsa);
	xie_key_free(ca);
}

static xie_status sign_elsewhere(void *self, const void *p, size_t n, uint8_t *ret_sig, size_t cap, size_t *ret_n)
{
	return xie_key_sign(self, p, n, ret_sig, cap, ret_n);
}

static void a_key_behind_the_port_signs_under_an_issued_certificate(void **state)
{
	(void)state;
	struct xie_key *ca = key(XIE_KEY_ECDSA, XIE_CERT_AUTHORITY, "根", NULL, 1);
	struct xie_key *inner = key(XIE_KEY_ED25519, XIE_CERT_SIGNER, "里面", NULL, 2), *k = NULL;
	/* the public half as a token gives it: the fixed head of RFC 8410 before the 32 bytes */
	static const uint8_t spki[] = { 0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
		                        0xD7, 0x5A, 0x98, 0x01, 0x82, 0xB1, 0x0A, 0xB7, 0xD5, 0x4B, 0xFE, 0xD3, 0xC9, 0x64, 0x07, 0x3A,
		                        0x0E, 0xE1, 0x72, 0xF3, 0xDA, 0xA6, 0x23, 0x25, 0xAF, 0x02, 0x1A, 0x68, 0xF7, 0x07, 0x51, 0x1A };
	xie_str der = { (const char *)spki, sizeof spki };
	char pem[8192];
	xie_wr w = xie_wr_of(pem, sizeof pem);
	check_ok(xie_cert_issue(der, XIE_CERT_SIGNER, "令牌", ca, now - DAY, now + DAY, 77, &w));
	struct xie_cert_info i;
	check_ok(xie_cert_read(xie_wr_view(&w), &i));
	check_int(i.serial_u64, 77);
	check_int(i.kind, XIE_KEY_ED25519);
	check_ok(xie_cert_trust(xie_wr_view(&w), (xie_str){ "", 0 }, cert_of(ca), (xie_str){ "", 0 }, now, NULL));
	struct xie_signer port = { .self = inner, .algorithm = "ed25519", .key_id = "里面", .sign = sign_elsewhere };
	check_st(xie_key_of_signer(port, der, cert_of(inner), &k), XIE_CONFLICT);
	check_st(xie_key_of_signer(port, XIE_STR("x"), xie_wr_view(&w), &k), XIE_MALFORMED);
	check_ok(xie_key_of_signer(port, der, xie_wr_view(&w), &k));
	uint8_t sig[256];
	size_t n = 0;
	check_ok(xie_key_sign(k, "evidence", 8, sig, sizeof sig, &n));
	check_ok(xie_cert_verify(cert_of(inner), "evidence", 8, sig, n)); /* the port signed, not the certificate's holder */
	check_st(xie_cert_verify(xie_wr_view(&w), "evidence", 8, sig, n), XIE_CHECKSUM);
	xie_key_free(k);
	xie_key_free(inner);
	xie_key_free(ca);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_give_their_vectors),
		cmocka_unit_test(every_kind_signs_and_a_changed_byte_is_found),
		cmocka_unit_test(trust_needs_a_path_a_time_and_no_revocation),
		cmocka_unit_test(a_key_behind_the_port_signs_under_an_issued_certificate),
		cmocka_unit_test(a_time_stamp_says_when_and_over_what),
	};
	return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
