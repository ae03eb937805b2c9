/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/port/id.h"

#include <string.h>

static const char BASE32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

xie_status xie_id_gen_next(struct xie_id_gen *g, char ret_id[static XIE_ID_TEXT])
{
	xie_ms now = g->clock.wall(g->clock.self);
	if (now > g->last || g->last == 0) {
		xie_status st = g->random.fill(g->random.self, g->low, sizeof g->low);
		if (st != XIE_OK)
			return st;
		g->last = now > 0 ? now : 1;
	} else {
		size_t i = sizeof g->low;
		while (i > 0 && ++g->low[i - 1] == 0)
			i--;
		if (i == 0)
			return XIE_LIMIT;
	}
	uint8_t all[16];
	for (unsigned i = 0; i < 6; i++)
		all[i] = (uint8_t)(g->last >> (40 - 8 * i));
	memcpy(all + 6, g->low, sizeof g->low);
	/* 128 bits as 26 digits of 5: the first digit holds 3 bits. */
	unsigned acc = 0, bits = 2;
	size_t n = 0;
	for (size_t i = 0; i < sizeof all; i++) {
		acc = acc << 8 | all[i];
		for (bits += 8; bits >= 5; bits -= 5)
			ret_id[n++] = BASE32[acc >> (bits - 5) & 31];
		acc &= 31;
	}
	ret_id[n] = '\0';
	return XIE_OK;
}
