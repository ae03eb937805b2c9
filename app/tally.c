/* SPDX-License-Identifier: Apache-2.0 */
#include "tally.h"

#include <string.h>

void tally_add(struct tally *t, const char *reason, uint64_t n)
{
	unsigned i = 0;
	if (n == 0)
		return;
	t->total += n;
	while (i < t->n_rows && strcmp(t->row[i].reason, reason) != 0)
		i++;
	if (i == TALLY_ROWS)
		return;
	if (i == t->n_rows) {
		t->row[t->n_rows].reason = reason;
		t->row[t->n_rows++].n = 0;
	}
	t->row[i].n += n;
}

void tally_merge(struct tally *t, const struct tally *from)
{
	uint64_t named = 0;
	for (unsigned i = 0; i < from->n_rows; i++) {
		tally_add(t, from->row[i].reason, from->row[i].n);
		named += from->row[i].n;
	}
	t->total += from->total - named;
}

void tally_print(const struct tally *t, FILE *f)
{
	for (unsigned i = 0; i < t->n_rows; i++)
		(void)fprintf(f, "%s%s %llu", i == 0 ? " (" : ", ", t->row[i].reason, (unsigned long long)t->row[i].n);
	if (t->n_rows != 0)
		(void)fputc(')', f);
}
