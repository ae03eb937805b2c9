/* SPDX-License-Identifier: Apache-2.0 */
/* PKCS#11 URIs from settings and command lines: no PIN comes through, every text ends inside its member. */
#include <stdlib.h>
#include <string.h>

#include "xie/token/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct xie_token_uri u;
	struct xie_err err = { 0 };
	xie_str text = { (const char *)p, n };
	if (xie_token_uri_parse(text, &u, &err) != XIE_OK) {
		if (err.what[0] == '\0')
			abort();
		return 0;
	}
	if (memchr(u.token, 0, sizeof u.token) == NULL || memchr(u.object, 0, sizeof u.object) == NULL ||
	    memchr(u.module, 0, sizeof u.module) == NULL || memchr(u.pin_file, 0, sizeof u.pin_file) == NULL || u.n_id > sizeof u.id ||
	    u.module[0] == '\0' || (u.object[0] == '\0' && u.n_id == 0) || u.pin_file[0] == '|')
		abort();
	return 0;
}
