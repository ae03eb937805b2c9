/* SPDX-License-Identifier: Apache-2.0 */
/* Random mutations of a bag of evidence: none may be accepted.  usage: mutate_bag BAG.zip HOW-MANY */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../app/evidence.h"

#include "xie/file/file.h"

static uint64_t state = 0x9E3779B97F4A7C15u;

static size_t roll(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (size_t)((state >> 11) % n);
}

/* Returns the new length; says in how what was done. */
static size_t mutate(uint8_t *p, size_t n, char how[64])
{
	size_t at = roll(n), with = roll(n);
	uint8_t v = p[at];
	switch (roll(7)) {
	case 0:
	case 1:
		p[at] ^= (uint8_t)(1 << roll(8));
		(void)snprintf(how, 64, "bit of byte %zu", at);
		return n;
	case 2:
		memmove(p + at, p + at + 1, n - at - 1);
		(void)snprintf(how, 64, "byte %zu taken out", at);
		return n - 1;
	case 3:
		memmove(p + at + 1, p + at, n - at);
		p[at] = (uint8_t)roll(256);
		(void)snprintf(how, 64, "byte put in at %zu", at);
		return n + 1;
	case 4:
		p[at] = p[with];
		p[with] = v;
		(void)snprintf(how, 64, "bytes %zu and %zu swapped", at, with);
		return n;
	case 5:
		(void)snprintf(how, 64, "cut at %zu", at);
		return at;
	default:
		p[at] = (uint8_t)roll(256);
		(void)snprintf(how, 64, "byte %zu replaced", at);
		return n;
	}
}

int main(int argc, char **argv)
{
	static struct evidence_report rep;
	xie_arena files, mem;
	xie_str bag;
	struct xie_err err = { 0 };
	int64_t rounds = 0;
	if (argc != 3 || xie_str_i64(xie_str_of(argv[2]), &rounds) != XIE_OK || rounds <= 0 || xie_big_arena_init(&files, (size_t)1 << 30) != XIE_OK || xie_file_read(&files, argv[1], &bag, &err) != XIE_OK)
		return 2;
	if (xie_big_arena_init(&mem, (size_t)64 << 30) != XIE_OK)
		return 3;
	evidence_check(bag.p, bag.n, NULL, &mem, &rep);
	if (!rep.ok) {
		(void)fprintf(stderr, "the bag itself does not hold\n");
		return 1;
	}
	uint8_t *copy = malloc(bag.n + 1);
	int64_t same = 0;
	for (int64_t i = 0; i < rounds && copy != NULL; i++) {
		char how[64];
		memcpy(copy, bag.p, bag.n);
		size_t n = mutate(copy, bag.n, how);
		if (n == bag.n && memcmp(copy, bag.p, n) == 0) {
			same++; /* a byte replaced by itself is no mutation */
			continue;
		}
		mem.used = 0;
		evidence_check(copy, n, NULL, &mem, &rep);
		if (rep.ok) {
			(void)fprintf(stderr, "accepted: %s\n", how);
			return 1;
		}
	}
	(void)printf("%" PRId64 " mutations, none accepted (%" PRId64 " were none)\n", rounds, same);
	free(copy);
	return 0;
}
