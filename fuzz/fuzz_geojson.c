/* SPDX-License-Identifier: Apache-2.0 */
/* The GeoJSON reader: no crash; a refusal says what; what it accepts builds into a zone set, every area holds its own
 * corners, and reading on behind a problem finds the same first one. */
#include <stdlib.h>

#include "xie/geo/digest.h"
#include "xie/pack/geojson.h"

static uint8_t mem[1 << 24], scratch[1 << 23];

static void count(void *self, const struct xie_err *err, xie_str repair)
{
	(void)repair;
	if (err->what[0] == '\0')
		abort();
	++*(size_t *)self;
}

static void check_zones(xie_arena *a, xie_arena *b, const struct xie_geojson *g)
{
	const struct xie_zone_set *s = NULL;
	size_t at = 0;
	uint8_t digest[32];
	xie_status st = xie_zone_set_build(a, g->shapes, g->n, &s, &at);
	if (st == XIE_LIMIT)
		return;
	if (st != XIE_OK)
		abort();
	for (uint32_t i = 0; i < g->n; i++) {
		xie_status d = xie_shape_digest(&g->shapes[i], g->zones[i].props, b, digest);
		if (d != XIE_OK && d != XIE_RANGE && d != XIE_LIMIT)
			abort();
		for (uint32_t k = 0; k < g->shapes[i].n; k++)
			for (uint32_t j = 0; j < g->shapes[i].parts[k].rings[0].n; j++)
				if (!xie_zone_has(s, i, g->shapes[i].parts[k].rings[0].pts[j]))
					abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	xie_arena a = xie_arena_of(mem, sizeof mem), b = xie_arena_of(scratch, sizeof scratch);
	xie_str text = { (const char *)p, n };
	struct xie_geojson g = { 0 };
	struct xie_err err = { 0 }, again = { 0 };
	xie_status st = xie_geojson_read(&a, &b, text, NULL, &g, &err);
	if (st == XIE_OK) {
		check_zones(&a, &b, &g);
		return 0;
	}
	if (err.what[0] == '\0' || err.st != st || a.used != 0 || b.used != 0)
		abort();
	size_t problems = 0;
	struct xie_geojson_opts opts = { .problem = count, .self = &problems };
	if (xie_geojson_read(&a, &b, text, &opts, &g, &again) != st || problems == 0 || again.line != err.line)
		abort();
	return 0;
}
