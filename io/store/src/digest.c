/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSL's one-shot calls look the algorithm up each time (0.8 us for a frame of 50 bytes); the calls that 3.0 calls
 * deprecated take 0.12 us, and the sealer digests every frame twice. */
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "journal_int.h"

void digest__sha256(const void *p, size_t n, uint8_t ret[static 32])
{
	SHA256_CTX c;
	(void)SHA256_Init(&c);
	(void)SHA256_Update(&c, p, n);
	(void)SHA256_Final(ret, &c);
}

xie_status digest__sm3(const void *p, size_t n, uint8_t ret[static 32])
{
	unsigned len = 0;
	return EVP_Digest(p, n, ret, &len, EVP_sm3(), NULL) == 1 && len == 32 ? XIE_OK : XIE_UNAVAILABLE;
}

xie_status digest__salts(const uint8_t seed[static 32], uint8_t *ret_salts, size_t n)
{
	static const uint8_t IV[16];
	size_t bytes = n * XIE_SALT;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	bool ok = c != NULL && EVP_EncryptInit_ex(c, EVP_aes_256_ctr(), NULL, seed, IV) == 1;
	memset(ret_salts, 0, bytes);
	for (size_t at = 0; ok && at < bytes;) {
		int len = 0, want = bytes - at > 1 << 20 ? 1 << 20 : (int)(bytes - at);
		ok = EVP_EncryptUpdate(c, ret_salts + at, &len, ret_salts + at, want) == 1 && len == want;
		at += (size_t)want;
	}
	EVP_CIPHER_CTX_free(c);
	return ok ? XIE_OK : XIE_UNAVAILABLE;
}
