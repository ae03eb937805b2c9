/* SPDX-License-Identifier: Apache-2.0 */
/* xie/web/password.h — passwords as argon2id strings (RFC 9106), random tokens, and how often somebody may try.
 *
 * A password never leaves these calls: not into a log, a record or an error. */
#ifndef XIE_WEB_PASSWORD_H
#define XIE_WEB_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"

enum { XIE_PASSWORD_TEXT = 128, XIE_PASSWORD_MAX = 256 };

struct xie_password_cost {
	uint32_t passes, memory_kib, lanes;
};
/* 2 passes over 19 MiB, one lane: OWASP's second choice, about 30 ms. */
#define XIE_PASSWORD_COST ((struct xie_password_cost){ 2, 19456, 1 })

/* "$argon2id$v=19$m=...$salt$hash" with a fresh salt.  At most two run at once; the others wait. */
xie_status xie_password_hash(xie_str password, struct xie_password_cost cost,
                             char ret_text[static XIE_PASSWORD_TEXT]) XIE_MUST_USE;
/* True when the password is the one of text.  A NULL or empty text costs the same time and is false, so that an
 * unknown account cannot be told from a wrong password. */
bool xie_password_verify(xie_str password, const char *text);
/* True when text was made at a lower cost, so that the next good login should store a new one. */
bool xie_password_is_weak(const char *text, struct xie_password_cost cost);

/* RANGE with what and hint in reterr when the password is too easy: under 10 characters, over 256 bytes, holding
 * the account's name, one character repeated, or fewer than three of the classes lower, upper, digit and other
 * while under 16 characters. */
xie_status xie_password_policy(xie_str password, xie_str account, struct xie_err *reterr) XIE_MUST_USE;

/* n bytes from the system's generator; UNAVAILABLE when it fails. */
xie_status xie_random(void *p, size_t n) XIE_MUST_USE;

/* Equal bytes, in time that depends on n alone. */
bool xie_same_secret(const void *a, const void *b, size_t n);

/* Who tried too often.  A bounded table of counters by name (an address, an account, a pair of both); when full,
 * the counter that is closest to being forgiven makes room.  Any thread. */
struct xie_throttle;
struct xie_throttle_rule {
	uint32_t allow; /* tries before it closes */
	xie_ms window;  /* in which they must happen; also how long it stays closed */
};
xie_status xie_throttle_new(size_t names, struct xie_throttle_rule rule, struct xie_throttle **ret_t) XIE_MUST_USE;
void xie_throttle_free(struct xie_throttle *t);
/* 0 = open; else milliseconds until it opens. */
xie_ms xie_throttle_wait(struct xie_throttle *t, xie_str name, xie_ms now);
/* Counts one try; true when this one closed it. */
bool xie_throttle_count(struct xie_throttle *t, xie_str name, xie_ms now);
void xie_throttle_forgive(struct xie_throttle *t, xie_str name);

/* Token buckets by name: rate a second on average, burst at once.  take returns 0 or the wait in milliseconds. */
struct xie_bucket;
xie_status xie_bucket_new(size_t names, uint32_t rate_per_s, uint32_t burst, struct xie_bucket **ret_b) XIE_MUST_USE;
void xie_bucket_free(struct xie_bucket *b);
xie_ms xie_bucket_take(struct xie_bucket *b, xie_str name, xie_ms now);

#endif
