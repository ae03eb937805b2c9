/* SPDX-License-Identifier: Apache-2.0 */
/* xie/web/error.h — what an answer of 400 and above says.  Codes as in api/errors.yaml, from which the texts and
 * HTTP statuses are generated; a code in one place and not in the other does not build. */
#ifndef XIE_WEB_ERROR_H
#define XIE_WEB_ERROR_H

#define XIE_WEB_ERROR_MAP(X)                                                                                    \
	X(bad_request)                                                                                          \
	X(bad_field) X(not_logged_in) X(bad_login) X(locked) X(reauth_needed) X(csrf) X(forbidden) X(not_found) \
	    X(method) X(conflict) X(key_reused) X(too_large) X(media_type) X(unmet) X(not_allowed_now) X(rate)  \
		X(internal) X(full) X(stopping)
enum xie_web_error {
#define X(code) XIE_WEB_E_##code,
	XIE_WEB_ERROR_MAP(X)
#undef X
	    XIE_WEB_E__COUNT
};

struct xie_web_error_text {
	const char *code;
	int status;
	const char *zh, *en;
};
extern const struct xie_web_error_text xie_web_error_texts[XIE_WEB_E__COUNT];

#endif
