/* SPDX-License-Identifier: Apache-2.0 */
/* app/tally.h — how many things were refused, by reason: the codes that `xiezhi decode` prints. */
#ifndef XIE_APP_TALLY_H
#define XIE_APP_TALLY_H

#include <stdint.h>
#include <stdio.h>

enum { TALLY_ROWS = 32 };

/* Zeroed: nothing. */
struct tally {
	struct {
		const char *reason; /* static text */
		uint64_t n;
	} row[TALLY_ROWS];
	unsigned n_rows;
	uint64_t total;
};

/* reason: kept, static text.  What has no row left is in total only. */
void tally_add(struct tally *t, const char *reason, uint64_t n);
void tally_merge(struct tally *t, const struct tally *from);
/* " (malformed 3, missing 2)", or nothing. */
void tally_print(const struct tally *t, FILE *f);

#endif
