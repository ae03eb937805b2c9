/* SPDX-License-Identifier: Apache-2.0 */
/* The YAML reader: no crash; a refusal says what and where; what it accepts means the same when it is written as JSON
 * and read again by either reader. */
#include <stdlib.h>

#include "xie/pack/yaml.h"

static uint8_t mem_a[1 << 22], mem_b[1 << 22], out_a[1 << 20], out_b[1 << 20];

static void same_when_read_again(xie_str json, xie_status (*reader)(xie_arena *, xie_str, struct xie_val_limits,
                                                                   const struct xie_val **, struct xie_err *))
{
	xie_arena b = xie_arena_of(mem_b, sizeof mem_b);
	const struct xie_val *again = NULL;
	if (reader(&b, json, (struct xie_val_limits){ .depth = 64 }, &again, NULL) != XIE_OK)
		abort();
	xie_wr w = xie_wr_of(out_b, sizeof out_b);
	xie_val_write(again, &w);
	if (!xie_str_eq(json, xie_wr_view(&w)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	xie_arena a = xie_arena_of(mem_a, sizeof mem_a);
	const struct xie_val *v = NULL;
	struct xie_err err = { 0 };
	xie_status st = xie_yaml_read(&a, (xie_str){ (const char *)p, n }, (struct xie_val_limits){ .depth = 32 }, &v, &err);
	if (st != XIE_OK) {
		if (err.what[0] == '\0' || err.offset > n)
			abort();
		return 0;
	}
	xie_wr w = xie_wr_of(out_a, sizeof out_a);
	xie_val_write(v, &w);
	if (w.st != XIE_OK)
		return 0;
	same_when_read_again(xie_wr_view(&w), xie_json_read);
	same_when_read_again(xie_wr_view(&w), xie_yaml_read);
	return 0;
}
