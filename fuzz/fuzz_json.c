/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON reader: no crash; what it accepts it can write, and reads back as the same canonical text. */
#include <stdlib.h>

#include "xie/base/val.h"

static uint8_t mem_a[1 << 20], mem_b[1 << 20], out_a[1 << 18], out_b[1 << 18], canon_a[1 << 18], canon_b[1 << 18];

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct xie_val_limits lim = { .depth = 64, .nodes = 0 };
	xie_arena a = xie_arena_of(mem_a, sizeof mem_a), b = xie_arena_of(mem_b, sizeof mem_b);
	const struct xie_val *v = NULL, *again = NULL;
	struct xie_err err;
	xie_status st = xie_json_read(&a, (xie_str){ (const char *)p, n }, lim, &v, &err);
	if (st != XIE_OK) {
		if (err.what[0] == '\0' || err.offset > n)
			abort(); /* a refusal says what and where */
		return 0;
	}
	xie_wr w = xie_wr_of(out_a, sizeof out_a);
	xie_val_write(v, &w);
	if (w.st != XIE_OK)
		return 0;
	if (xie_json_read(&b, xie_wr_view(&w), lim, &again, NULL) != XIE_OK)
		abort();
	xie_wr w2 = xie_wr_of(out_b, sizeof out_b);
	xie_val_write(again, &w2);
	if (!xie_str_eq(xie_wr_view(&w), xie_wr_view(&w2)))
		abort();
	xie_wr ca = xie_wr_of(canon_a, sizeof canon_a), cb = xie_wr_of(canon_b, sizeof canon_b);
	if (xie_val_canonical(v, &ca) != xie_val_canonical(again, &cb) || !xie_str_eq(xie_wr_view(&ca), xie_wr_view(&cb)))
		abort();
	return 0;
}
