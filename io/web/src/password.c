/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/web/password.h"

#include <argon2.h>
#include <errno.h>
#include <semaphore.h>
#include <strings.h>
#include <sys/random.h>

#include <openssl/crypto.h>

#include "xie/base/rd.h"

/* Each run takes memory_kib; two at once keep a flood of logins from taking the machine's memory. */
static sem_t running;
__attribute__((constructor)) static void init_running(void)
{
	(void)sem_init(&running, 0, 2);
}

static void enter(void)
{
	while (sem_wait(&running) != 0 && errno == EINTR)
		;
}

xie_status xie_random(void *p, size_t n)
{
	uint8_t *b = p;
	while (n != 0) {
		ssize_t got = getrandom(b, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return XIE_UNAVAILABLE;
		b += got;
		n -= (size_t)got;
	}
	return XIE_OK;
}

bool xie_same_secret(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

xie_status xie_password_hash(xie_str password, struct xie_password_cost cost, char ret_text[static XIE_PASSWORD_TEXT])
{
	uint8_t salt[16];
	xie_status st = xie_random(salt, sizeof salt);
	if (st != XIE_OK)
		return st;
	if (password.n > XIE_PASSWORD_MAX)
		return XIE_LIMIT;
	enter();
	int rc = argon2id_hash_encoded(cost.passes, cost.memory_kib, cost.lanes, password.p, password.n, salt,
	                               sizeof salt, 32, ret_text, XIE_PASSWORD_TEXT);
	(void)sem_post(&running);
	return rc == ARGON2_OK ? XIE_OK : XIE_UNAVAILABLE;
}

bool xie_password_verify(xie_str password, const char *text)
{
	/* Of a random password that nobody keeps; its cost is XIE_PASSWORD_COST. */
	static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw"
				     "$kG0hYq8g0zvXH3kM5cG2Yk0Xk0w3o5l0T2p3b0h9v0c";
	bool known = text != NULL && text[0] != '\0';
	if (password.n > XIE_PASSWORD_MAX)
		password.n = 0; /* refused, at the usual price */
	enter();
	int rc = argon2id_verify(known ? text : nobody, password.p, password.n);
	(void)sem_post(&running);
	return known && password.n != 0 && rc == ARGON2_OK;
}

/* The number behind "m=" or "t=" in the parameter part. */
static uint64_t parameter(xie_str part, char name)
{
	xie_str piece;
	uint64_t v = 0;
	while (xie_str_split(&part, ',', &piece))
		if (piece.n > 2 && piece.p[0] == name && piece.p[1] == '=' &&
		    xie_str_u64(xie_str_from(piece, 2), &v) == XIE_OK)
			return v;
	return 0;
}

bool xie_password_is_weak(const char *text, struct xie_password_cost cost)
{
	xie_str rest = xie_str_of(text), piece = { "", 0 };
	/* "", "argon2id", "v=19", "m=..,t=..,p=.." */
	for (int i = 0; i < 4; i++)
		if (!xie_str_split(&rest, '$', &piece))
			return true;
	return parameter(piece, 'm') < cost.memory_kib || parameter(piece, 't') < cost.passes;
}

static bool holds_fold(xie_str hay, xie_str needle)
{
	for (size_t i = 0; needle.n != 0 && i + needle.n <= hay.n; i++)
		if (strncasecmp(hay.p + i, needle.p, needle.n) == 0)
			return true;
	return false;
}

xie_status xie_password_policy(xie_str password, xie_str account, struct xie_err *reterr)
{
	unsigned classes = 0, chars = 0;
	bool all_same = true;
	for (size_t i = 0; i < password.n; i++) {
		unsigned char c = (unsigned char)password.p[i];
		classes |= c >= 'a' && c <= 'z' ? 1u : c >= 'A' && c <= 'Z' ? 2u : c >= '0' && c <= '9' ? 4u : 8u;
		chars += (c & 0xc0) != 0x80; /* UTF-8 characters, not bytes */
		all_same = all_same && password.p[i] == password.p[0];
	}
	if (chars < 10)
		return xie_err_set(reterr, XIE_RANGE, 0, 0, "the password is shorter than 10 characters",
		                   "a sentence is easy to remember and hard to guess");
	if (password.n > XIE_PASSWORD_MAX)
		return xie_err_set(reterr, XIE_RANGE, 0, 0, "the password is longer than 256 bytes", "");
	if (!xie_utf8_ok(password))
		return xie_err_set(reterr, XIE_RANGE, 0, 0, "the password is not UTF-8 text", "");
	if (holds_fold(password, account))
		return xie_err_set(reterr, XIE_RANGE, 0, 0, "the password holds the account's name",
		                   "choose words that have nothing to do with the account");
	if (all_same)
		return xie_err_set(reterr, XIE_RANGE, 0, 0, "the password is one character repeated", "");
	if (chars < 16 && __builtin_popcount(classes) < 3)
		return xie_err_set(reterr, XIE_RANGE, 0, 0, "the password is too plain for its length",
		                   "use 16 characters or more, or mix letters of both cases, digits and others");
	return XIE_OK;
}
