/* SPDX-License-Identifier: Apache-2.0 */
#include "keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xie/file/file.h"
#include "xie/os/os.h"

#define YEAR_MS INT64_C(31557600000)

static bool path_of(char to[static 512], const char *dir, const char *name)
{
	int n = snprintf(to, 512, "%s/%s", dir, name);
	return n > 0 && n < 512;
}

static bool there(const char *dir, const char *name)
{
	char path[512];
	return path_of(path, dir, name) && access(path, R_OK) == 0;
}

static bool put(const char *dir, const char *name, xie_str bytes, mode_t mode)
{
	char path[512];
	if (!path_of(path, dir, name))
		return false;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	bool ok = fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n && fsync(fd) == 0;
	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	if (!ok)
		(void)fprintf(stderr, "keys: cannot write %s\n", path);
	return ok;
}

static bool put_key(const char *dir, const char *stem, const struct xie_key *k)
{
	char priv[4096], cert[8192], name[64];
	xie_wr p = xie_wr_of(priv, sizeof priv), c = xie_wr_of(cert, sizeof cert);
	if (xie_key_pem(k, &p, &c) != XIE_OK)
		return false;
	(void)snprintf(name, sizeof name, "%s.pem", stem);
	bool ok = put(dir, name, xie_wr_view(&p), 0600);
	(void)snprintf(name, sizeof name, "%s.crt", stem);
	ok = put(dir, name, xie_wr_view(&c), 0644) && ok;
	explicit_bzero(priv, sizeof priv);
	return ok;
}

static uint64_t serial(void)
{
	struct xie_random r = xie_os_random();
	uint64_t n = 0;
	return r.fill(r.self, &n, sizeof n) == XIE_OK ? n >> 1 | 1 : 1;
}

static struct xie_key *load_key(const char *dir, const char *stem, xie_arena *mem, xie_str *ret_crt)
{
	char path[512], name[64];
	struct xie_err err = { 0 };
	xie_str pem = { NULL, 0 };
	struct xie_key *k = NULL;
	(void)snprintf(name, sizeof name, "%s.crt", stem);
	xie_status st = path_of(path, dir, name) ? xie_file_read(mem, path, ret_crt, &err) : XIE_RANGE;
	(void)snprintf(name, sizeof name, "%s.pem", stem);
	if (st == XIE_OK && path_of(path, dir, name))
		st = xie_file_read(mem, path, &pem, &err);
	if (st == XIE_OK)
		st = xie_key_load(pem, *ret_crt, &k);
	if (pem.n != 0)
		explicit_bzero((char *)(uintptr_t)pem.p, pem.n);
	if (st != XIE_OK)
		(void)fprintf(stderr, "keys: %s/%s: %s\n", dir, stem, xie_status_text(st));
	return k;
}

static bool make_one(const char *dir, const char *stem, enum xie_key_kind kind, enum xie_cert_use use, const char *name,
                     const struct xie_key *issuer, xie_ms now, xie_ms life)
{
	char file[64];
	struct xie_key *k = NULL;
	(void)snprintf(file, sizeof file, "%s.crt", stem);
	if (there(dir, file))
		return true;
	bool ok = xie_key_new(kind, use, name, issuer, now - 60000, now + life, serial(), &k) == XIE_OK && put_key(dir, stem, k);
	xie_key_free(k);
	return ok;
}

bool keys_make(const char *dir, const char *name, xie_ms now)
{
	char title[256];
	static uint8_t bytes[1 << 16];
	xie_arena mem = xie_arena_of(bytes, sizeof bytes);
	if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
		(void)fprintf(stderr, "keys: cannot make the folder %s\n", dir);
		return false;
	}
	if (there(dir, "authority.crt") && there(dir, "node.crt") && there(dir, "node-sm2.crt") && there(dir, "tsa.crt"))
		return true;
	(void)snprintf(title, sizeof title, "%s 根证书", name);
	if (!make_one(dir, "authority", XIE_KEY_ECDSA, XIE_CERT_AUTHORITY, title, NULL, now, 20 * YEAR_MS))
		return false;
	xie_str crt;
	struct xie_key *root = load_key(dir, "authority", &mem, &crt);
	bool ok = root != NULL;
	(void)snprintf(title, sizeof title, "%s 取证节点", name);
	ok = ok && make_one(dir, "node", XIE_KEY_ED25519, XIE_CERT_SIGNER, title, root, now, 2 * YEAR_MS) &&
	     make_one(dir, "node-sm2", XIE_KEY_SM2, XIE_CERT_SIGNER, title, root, now, 2 * YEAR_MS);
	(void)snprintf(title, sizeof title, "%s 时间戳", name);
	ok = ok && make_one(dir, "tsa", XIE_KEY_ECDSA, XIE_CERT_TIMESTAMP, title, root, now, 5 * YEAR_MS);
	xie_key_free(root);
	return ok;
}

bool keys_load(const char *dir, xie_arena *mem, struct keys *ret_k)
{
	char path[512];
	*ret_k = (struct keys){ 0 };
	ret_k->node = load_key(dir, "node", mem, &ret_k->node_crt);
	ret_k->sm2 = load_key(dir, "node-sm2", mem, &ret_k->sm2_crt);
	ret_k->tsa = load_key(dir, "tsa", mem, &ret_k->tsa_crt);
	if (there(dir, "authority.pem"))
		ret_k->authority = load_key(dir, "authority", mem, &ret_k->authority_crt);
	else if (!path_of(path, dir, "authority.crt") || xie_file_read(mem, path, &ret_k->authority_crt, NULL) != XIE_OK)
		(void)fprintf(stderr, "keys: %s/authority.crt is missing\n", dir);
	if (there(dir, "crl.pem") && path_of(path, dir, "crl.pem") && xie_file_read(mem, path, &ret_k->crl, NULL) != XIE_OK)
		ret_k->crl = (xie_str){ "", 0 };
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
	k->authority = k->node = k->sm2 = k->tsa = NULL;
}
