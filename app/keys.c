/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a folder, from files and tokens, ready to sign. */
#include "keys.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xie/file/file.h"
#include "xie/token/token.h"

static const char *const names[] = { "authority", "node", "node-sm2", "tsa" };

const char *keys_role_name(enum keys_role r)
{
	return (unsigned)r < KEYS__ROLES ? names[r] : "?";
}

bool keys_role_of(const char *name, enum keys_role *ret_r)
{
	for (unsigned i = 0; i < KEYS__ROLES; i++)
		if (strcmp(names[i], name) == 0) {
			*ret_r = (enum keys_role)i;
			return true;
		}
	return false;
}

bool keys_path(char to[static 512], const char *dir, const char *stem, const char *ending)
{
	int n = snprintf(to, 512, "%s/%s%s", dir, stem, ending);
	return n > 0 && n < 512;
}

bool keys_there(const char *dir, const char *stem, const char *ending)
{
	char path[512];
	return keys_path(path, dir, stem, ending) && access(path, R_OK) == 0;
}

/* ---- tokens ---- */

/* The PIN of the URI's file, or of the environment; a file that others may read is refused. */
static bool pin_of(const struct xie_token_uri *u, xie_arena *mem, xie_str *ret_pin)
{
	struct stat sb;
	struct xie_err err = { 0 };
	const char *env = getenv("XIEZHI_PIN");
	if (u->pin_file[0] == '\0') {
		*ret_pin = xie_str_of(env);
		if (env == NULL)
			(void)fputs("keys: the token's PIN is missing: pin-source=file:FILE in its URI, or XIEZHI_PIN in the environment\n", stderr);
		return env != NULL;
	}
	if (stat(u->pin_file, &sb) == 0 && (sb.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		(void)fprintf(stderr, "keys: %s can be read by others: chmod 600\n", u->pin_file);
		return false;
	}
	if (xie_file_read(mem, u->pin_file, ret_pin, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
		return false;
	}
	*ret_pin = xie_str_trim(*ret_pin);
	return true;
}

struct xie_token *keys_open_token(const char *uri)
{
	uint8_t bytes[4096];
	xie_arena mem = xie_arena_of(bytes, sizeof bytes);
	struct xie_token_uri u;
	struct xie_token *t = NULL;
	struct xie_err err = { 0 };
	xie_str pin = { "", 0 };
	xie_status st = xie_token_uri_parse(xie_str_trim(xie_str_of(uri)), &u, &err);
	if (st == XIE_OK && !pin_of(&u, &mem, &pin))
		return NULL;
	if (st == XIE_OK)
		st = xie_token_open(&u, pin, &t, &err);
	explicit_bzero(bytes, sizeof bytes);
	if (st != XIE_OK)
		(void)fprintf(stderr, "keys: %s%s%s\n", err.what, err.hint[0] != '\0' ? "; " : "", err.hint);
	return st == XIE_OK ? t : NULL;
}

static xie_status from_token(const char *uri, xie_str crt, struct xie_token **ret_token, struct xie_key **ret_k)
{
	uint8_t spki[128];
	xie_wr w = xie_wr_of(spki, sizeof spki);
	struct xie_err err = { 0 };
	struct xie_token *t = keys_open_token(uri);
	xie_status st = t != NULL ? xie_token_find(t, &err) : XIE_UNAVAILABLE;
	if (st == XIE_OK)
		st = xie_token_public(t, &w);
	if (st == XIE_OK)
		st = xie_key_of_signer(xie_token_signer(t), xie_wr_view(&w), crt, ret_k);
	if (st != XIE_OK) {
		if (err.what[0] != '\0')
			(void)fprintf(stderr, "keys: %s\n", err.what);
		xie_token_close(t);
		return st;
	}
	*ret_token = t;
	return XIE_OK;
}

/* ---- loading ---- */

struct xie_key *keys_load_one(const char *dir, const char *stem, xie_arena *mem, xie_str *ret_crt, struct xie_token **ret_token)
{
	char path[512];
	struct xie_err err = { 0 };
	xie_str text = { NULL, 0 };
	struct xie_key *k = NULL;
	bool token = ret_token != NULL && keys_there(dir, stem, ".uri");
	xie_status st = keys_path(path, dir, stem, ".crt") ? xie_file_read(mem, path, ret_crt, &err) : XIE_RANGE;
	if (st == XIE_OK)
		st = keys_path(path, dir, stem, token ? ".uri" : ".pem") ? xie_file_read(mem, path, &text, &err) : XIE_RANGE;
	if (st == XIE_OK)
		st = token ? from_token(text.p, *ret_crt, ret_token, &k) : xie_key_load(text, *ret_crt, &k);
	if (text.n != 0)
		explicit_bzero((char *)(uintptr_t)text.p, text.n);
	if (st != XIE_OK)
		(void)fprintf(stderr, "keys: %s/%s: %s\n", dir, stem, xie_status_text(st));
	return k;
}

static void read_if_there(const char *dir, const char *name, xie_arena *mem, xie_str *ret)
{
	char path[512];
	*ret = (xie_str){ "", 0 };
	if (keys_there(dir, name, "") && (!keys_path(path, dir, name, "") || xie_file_read(mem, path, ret, NULL) != XIE_OK))
		*ret = (xie_str){ "", 0 };
}

bool keys_load(const char *dir, xie_arena *mem, struct keys *ret_k)
{
	char path[512];
	*ret_k = (struct keys){ 0 };
	ret_k->node = keys_load_one(dir, "node", mem, &ret_k->node_crt, &ret_k->token);
	ret_k->sm2 = keys_load_one(dir, "node-sm2", mem, &ret_k->sm2_crt, NULL);
	ret_k->tsa = keys_load_one(dir, "tsa", mem, &ret_k->tsa_crt, NULL);
	if (keys_there(dir, "authority", ".pem"))
		ret_k->authority = keys_load_one(dir, "authority", mem, &ret_k->authority_crt, NULL);
	else if (!keys_path(path, dir, "authority", ".crt") || xie_file_read(mem, path, &ret_k->authority_crt, NULL) != XIE_OK)
		(void)fprintf(stderr, "keys: %s/authority.crt is missing\n", dir);
	read_if_there(dir, "crl.pem", mem, &ret_k->crl);
	read_if_there(dir, "keys.ndjson", mem, &ret_k->log);
	bool ok = ret_k->node != NULL && ret_k->sm2 != NULL && ret_k->tsa != NULL && ret_k->authority_crt.n != 0;
	if (!ok)
		keys_done(ret_k);
	return ok;
}

void keys_done(struct keys *k)
{
	xie_key_free(k->authority);
	xie_key_free(k->node);
	xie_key_free(k->sm2);
	xie_key_free(k->tsa);
	xie_token_close(k->token);
	k->authority = k->node = k->sm2 = k->tsa = NULL;
	k->token = NULL;
}

xie_status keys_hold(const struct keys *k, xie_ms at, struct xie_err *reterr)
{
	const xie_str certs[] = { k->node_crt, k->sm2_crt, k->tsa_crt };
	for (size_t i = 0; i < sizeof certs / sizeof certs[0]; i++) {
		struct xie_err err = { 0 };
		xie_status st = xie_cert_trust(certs[i], (xie_str){ "", 0 }, k->authority_crt, k->crl, at, &err);
		if (st == XIE_OK)
			continue;
		(void)xie_err_set(reterr, XIE_REFUSED, 0, 0, "a key does not sign: ", "xiezhi keys rotate --role ...");
		if (reterr != NULL) {
			xie_err_add(reterr, names[i + 1], strlen(names[i + 1]));
			xie_err_add(reterr, ": ", 2);
			xie_err_add(reterr, err.what, strlen(err.what));
		}
		return XIE_REFUSED;
	}
	return XIE_OK;
}
