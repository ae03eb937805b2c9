/* SPDX-License-Identifier: Apache-2.0 */
/* Asserts that print both values and are never compiled out, on top of cmocka. */
#ifndef XIE_TESTS_CHECK_H
#define XIE_TESTS_CHECK_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "xie/base/status.h"
#include "xie/base/str.h"

/* Integers of any width, printed in decimal. */
#define check_int(got, want)                                                                            \
	do {                                                                                            \
		int64_t got_ = (int64_t)(got), want_ = (int64_t)(want);                                 \
		if (got_ != want_)                                                                      \
			fail_msg("%s: got %" PRId64 ", want %" PRId64, #got, got_, want_);              \
	} while (0)

#define check_st(got, want)                                                                             \
	do {                                                                                            \
		xie_status got_ = (got), want_ = (want);                                                \
		if (got_ != want_)                                                                      \
			fail_msg("%s: got %s, want %s", #got, xie_status_code(got_), xie_status_code(want_)); \
	} while (0)
#define check_ok(got) check_st(got, XIE_OK)

/* got: xie_str; want: C string */
#define check_str(got, want)                                                                            \
	do {                                                                                            \
		xie_str got_ = (got), want_ = xie_str_of(want);                                         \
		if (!xie_str_eq(got_, want_))                                                           \
			fail_msg("%s: got \"%.*s\", want \"%s\"", #got, (int)got_.n, got_.p, want_.p);  \
	} while (0)

#define check_true(cond)                                     \
	do {                                                 \
		if (!(cond))                                 \
			fail_msg("not true: %s", #cond);     \
	} while (0)

/* The recordings' folder (tests skip where it does not exist), or NULL. */
static inline const char *shared_data(void)
{
	static char path[512];
	const char *top = getenv("XIE_TOP");
	const char *shared = getenv("XIE_SHARED");
	if (shared != NULL)
		(void)snprintf(path, sizeof path, "%s", shared);
	else
		(void)snprintf(path, sizeof path, "%s/../shared/data", top != NULL ? top : ".");
	FILE *f = fopen(path, "r");
	if (f == NULL)
		return NULL;
	(void)fclose(f);
	return path;
}

#endif
