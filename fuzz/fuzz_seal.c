/* SPDX-License-Identifier: Apache-2.0 */
/* What a stranger hands in beside a bag: certificates, keys and time-stamp responses.  No crash and no leak in what
 * stands around OpenSSL; nothing made up is trusted. */
#include <stdlib.h>
#include <string.h>

#include "xie/seal/crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char words[] = "what was stamped";
	xie_str text = { (const char *)p, n };
	struct xie_cert_info info;
	struct xie_key *key = NULL;
	struct xie_err err = { 0 };
	xie_ms at = 0;
	xie_status st = xie_cert_read(text, &info);
	if (st == XIE_OK && info.from > info.to && xie_cert_verify(text, words, sizeof words, words, sizeof words) == XIE_OK)
		abort();
	if (xie_cert_verify(text, words, sizeof words, p, n) == XIE_OK)
		abort(); /* a certificate is no signature by its own key */
	if (xie_key_load(text, text, &key) == XIE_OK)
		xie_key_free(key);
	if (xie_stamp_read(p, n, words, sizeof words, XIE_STR(""), &at, &err) == XIE_OK)
		abort(); /* without an anchor nobody is trusted */
	return 0;
}
