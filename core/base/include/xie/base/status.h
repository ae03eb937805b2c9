/* SPDX-License-Identifier: Apache-2.0 */
/* xie/base/status.h — how every call in this tree says what became of it.
 *
 * One list feeds the enum, the stable text code, and docs/errors.md.  A status says what kind of thing
 * went wrong; where and what would be right is said by struct xie_err, made once, at the edge.
 *
 * Words used in this tree:  borrowed = valid during the call;  kept = valid until _done/_free;
 *                           copied   = yours again on return;  given = now ours to free. */
#ifndef XIE_BASE_STATUS_H
#define XIE_BASE_STATUS_H

#include <stddef.h>
#include <stdint.h>

#include "xie/base/banned.h"

#define XIE_STATUS_MAP(X)                                                                    \
	X(OK, "ok", "success")                                                               \
	X(TRUNCATED, "truncated", "input ended inside a field")                              \
	X(MALFORMED, "malformed", "input breaks its own format")                             \
	X(CHECKSUM, "checksum", "the check value does not match the bytes")                  \
	X(RANGE, "range", "a value is outside what its field allows")                        \
	X(LIMIT, "limit", "a configured ceiling was reached")                                \
	X(UNKNOWN, "unknown", "a name, type or version is not known")                        \
	X(DUPLICATE, "duplicate", "the same thing was given twice")                          \
	X(MISSING, "missing", "something required is absent")                                \
	X(CONFLICT, "conflict", "the state changed since it was read")                       \
	X(REFUSED, "refused", "not allowed in this state or for this person")                \
	X(UNAVAILABLE, "unavailable", "a service this needs did not answer")                 \
	X(IO, "io", "the operating system refused")                                          \
	X(CORRUPT, "corrupt", "stored bytes fail their own check")

typedef enum xie_status {
#define X(sym, code, text) XIE_##sym,
	XIE_STATUS_MAP(X)
#undef X
	XIE_STATUS__COUNT
} xie_status;

#define XIE_MUST_USE __attribute__((warn_unused_result))

/* The stable code ("truncated") and the one-line meaning; "?" for a value outside the list. */
const char *xie_status_code(xie_status st);
const char *xie_status_text(xie_status st);

/* Where bad input stands and what would be right.  Filled only on failure.
 * file: borrowed or NULL.  line, column: from 1, 0 = not known.  offset: bytes from the start. */
struct xie_err {
	xie_status st;
	const char *file;
	uint32_t line, column;
	size_t offset;
	char what[200]; /* UTF-8, always terminated: what is wrong */
	char hint[200]; /* what would be right, or "" */
};

/* Fills err (NULL allowed) and returns st, so that a refusal is one statement. */
xie_status xie_err_set(struct xie_err *err, xie_status st, uint32_t line, uint32_t column, const char *what,
                       const char *hint);
/* Adds text to err->what, cutting at its end; for naming the value that was read. */
void xie_err_add(struct xie_err *err, const char *text, size_t n);

#endif
