/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "xie/token/token.h"

/* SoftHSM 2.6 keeps a string of each ECDSA signature: its leak, told by its own frames, is no finding about us. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "fast_unwind_on_malloc=0";
}
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libsofthsm2.so\n";
}

static const char module[] = "/usr/lib/softhsm/libsofthsm2.so";

static void reads_uris_of_rfc_7512(void **state)
{
	(void)state;
	struct xie_token_uri u;
	struct xie_err err;
	check_ok(xie_token_uri_parse(XIE_STR("pkcs11:token=%E6%B5%8B;object=node;type=private;id=%01%FF;x-more=1"
	                                     "?module-path=/usr/lib/m.so&pin-source=file:/etc/pin"),
	                             &u, &err));
	check_str(xie_str_of(u.token), "测");
	check_str(xie_str_of(u.object), "node");
	check_str(xie_str_of(u.module), "/usr/lib/m.so");
	check_str(xie_str_of(u.pin_file), "/etc/pin");
	check_int(u.n_id, 2);
	check_int(u.id[1], 0xFF);
}

static void refuses_uris_by_name(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		xie_status st;
	} cases[] = {
		{ "http://x", XIE_UNKNOWN },
		{ "", XIE_UNKNOWN },
		{ "pkcs11:", XIE_MISSING },
		{ "pkcs11:object=a", XIE_MISSING },
		{ "pkcs11:token=a?module-path=/m", XIE_MISSING },
		{ "pkcs11:object=a;object=b?module-path=/m", XIE_DUPLICATE },
		{ "pkcs11:object=a?module-path=/m&pin-value=1234", XIE_REFUSED },
		{ "pkcs11:object=a?module-path=/m&pin-source=%7Ccat", XIE_MALFORMED },
		{ "pkcs11:object=%0", XIE_MALFORMED },
		{ "pkcs11:object=%0g?module-path=/m", XIE_MALFORMED },
		{ "pkcs11:object=%00?module-path=/m", XIE_MALFORMED },
		{ "pkcs11:object=a b?module-path=/m", XIE_MALFORMED },
		{ "pkcs11:object?module-path=/m", XIE_MALFORMED },
		{ "pkcs11:object=a;type=data?module-path=/m", XIE_MALFORMED },
		{ "pkcs11:object=a;serial=123456789012345678901234567890123?module-path=/m", XIE_LIMIT },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct xie_token_uri u = { .n_id = 3 };
		check_st(xie_token_uri_parse(xie_str_of(cases[i].text), &u, NULL), cases[i].st);
		check_int(u.n_id, 3);
	}
}

static bool make_token(const char *dir)
{
	char path[300], line[600];
	(void)snprintf(path, sizeof path, "%s/conf", dir);
	FILE *f = fopen(path, "w");
	if (f == NULL)
		return false;
	(void)fprintf(f, "directories.tokendir = %s\n", dir);
	(void)fclose(f);
	(void)setenv("SOFTHSM2_CONF", path, 1);
	(void)snprintf(line, sizeof line, "softhsm2-util --init-token --free --label test --pin 4321 --so-pin 8765 >/dev/null 2>&1");
	return system(line) == 0;
}

static void a_token_makes_keys_finds_them_and_signs(void **state)
{
	(void)state;
	char dir[] = "/tmp/xie-token-XXXXXX", text[200];
	if (access(module, R_OK) != 0 || mkdtemp(dir) == NULL || !make_token(dir)) {
		print_message("no SoftHSM here: the token's part is skipped\n");
		skip();
	}
	(void)snprintf(text, sizeof text, "pkcs11:token=test;object=k?module-path=%s", module);
	struct xie_token_uri u;
	struct xie_token *t = NULL;
	struct xie_err err = { 0 };
	check_true(dlopen(module, RTLD_LAZY | RTLD_NODELETE) != NULL); /* so that a leak still has the module's name */
	check_ok(xie_token_uri_parse(xie_str_of(text), &u, &err));
	check_st(xie_token_open(&u, XIE_STR("0000"), &t, &err), XIE_REFUSED);
	memcpy(u.token, "tess", 4);
	check_st(xie_token_open(&u, XIE_STR("4321"), &t, &err), XIE_UNAVAILABLE);
	memcpy(u.token, "test", 4);
	check_ok(xie_token_open(&u, XIE_STR("4321"), &t, &err));
	check_st(xie_token_find(t, &err), XIE_MISSING);
	for (int kind = XIE_TOKEN_ED25519; kind <= XIE_TOKEN_ECDSA; kind++) {
		uint8_t der[128], again[128], sig[XIE_SIG_MAX];
		xie_wr w = xie_wr_of(der, sizeof der), v = xie_wr_of(again, sizeof again);
		size_t n = 0;
		check_ok(xie_token_generate(t, (enum xie_token_kind)kind, &err));
		check_st(xie_token_generate(t, (enum xie_token_kind)kind, &err), XIE_DUPLICATE);
		check_ok(xie_token_public(t, &w));
		check_int(w.n, kind == XIE_TOKEN_ECDSA ? 91 : 44);
		check_ok(xie_token_find(t, &err));
		check_int(xie_token_kind_of(t), kind);
		check_ok(xie_token_public(t, &v));
		check_true(xie_str_eq(xie_wr_view(&w), xie_wr_view(&v)));
		struct xie_signer s = xie_token_signer(t);
		check_st(s.sign(s.self, "x", 1, sig, 10, &n), XIE_LIMIT);
		check_ok(s.sign(s.self, "x", 1, sig, sizeof sig, &n));
		check_true(kind == XIE_TOKEN_ECDSA ? n >= 68 && n <= 72 && sig[0] == 0x30 : n == 64);
		check_ok(xie_token_destroy(t));
		check_st(xie_token_find(t, &err), XIE_MISSING);
	}
	xie_token_close(t);
	(void)snprintf(text, sizeof text, "rm -rf %s", dir);
	check_int(system(text), 0);
}

static void a_missing_module_is_said(void **state)
{
	(void)state;
	struct xie_token_uri u = { .module = "/nowhere/m.so", .object = "k" };
	struct xie_token *t = NULL;
	struct xie_err err = { 0 };
	check_st(xie_token_open(&u, XIE_STR("1"), &t, &err), XIE_UNAVAILABLE);
	check_str(xie_str_of(err.what), "no PKCS#11 module: /nowhere/m.so");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_uris_of_rfc_7512),
		cmocka_unit_test(refuses_uris_by_name),
		cmocka_unit_test(a_token_makes_keys_finds_them_and_signs),
		cmocka_unit_test(a_missing_module_is_said),
	};
	return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
