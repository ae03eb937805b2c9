/* SPDX-License-Identifier: Apache-2.0 */
/* Rule text: a first byte below 128 says that the rest is one condition, else it is a JSON array of rules.  No crash;
 * a refusal says what; a condition that compiles can be judged, and has one canonical form. */
#include <stdlib.h>

#include "xie/rule/expr.h"

static uint8_t mem[1 << 22];

static const xie_str values[] = { { "a", 1 } };
static const struct xie_rule_list lists[] = { { .name = { "l", 1 }, .values = values, .n = 1 } };

static void condition(xie_str text)
{
	xie_arena a = xie_arena_of(mem, sizeof mem);
	static const struct xie_val limit = { .kind = XIE_VAL_STRING, .s = { "6 kn", 4 }, .key = { "limit", 5 } };
	static const struct xie_val props = { .kind = XIE_VAL_OBJECT, .count = 1, .first = (struct xie_val *)&limit };
	const struct xie_expr_scope scope = { .zone_props = &props, .lists = lists, .n_lists = 1, .utc_offset_ms = 28800000 };
	const struct xie_expr *e = NULL;
	struct xie_err err = { 0 };
	if (xie_expr_compile(&a, text, &scope, XIE_TYPE_BOOL, XIE_DIM_NONE, &e, NULL, &err) != XIE_OK) {
		if (err.what[0] == '\0' || err.column > text.n + 1)
			abort();
		return;
	}
	const struct xie_key key = { .scheme = XIE_SCHEME_MMSI, .n = 9, .digits = "413790216" };
	const struct xie_fix fix = { .t = 1, .sog_dmph = 18520, .has = XIE_FIX_SOG };
	const struct xie_static stat = { .ship_type = 70, .name = "浚工12" };
	struct xie_value v = xie_expr_eval(e, &(struct xie_seen){ .key = &key, .fix = &fix, .stat = &stat });
	if (v.type != XIE_TYPE_BOOL || (v.known && v.i != 0 && v.i != 1))
		abort();
	static uint8_t out[1 << 16];
	xie_wr w = xie_wr_of(out, sizeof out);
	xie_expr_write(e, &w);
	if (w.st == XIE_OK && w.n == 0)
		abort();
}

static void rules(xie_str text)
{
	static const struct xie_pt square[] = { { 0, 0 }, { 10, 0 }, { 10, 10 }, { 0, 10 } };
	static const struct xie_ring ring[] = { { square, 4 } };
	static const struct xie_part part[] = { { ring, 1 } };
	static const struct xie_shape shapes[] = { { .parts = part, .n = 1 }, { .gate = { { 0, 0 }, { 5, 5 } } } };
	static const struct xie_zone_info zones[] = { { .id = { "z", 1 }, .layer = { "y", 1 } }, { .id = { "g", 1 }, .gate = true } };
	xie_arena a = xie_arena_of(mem, sizeof mem);
	const struct xie_val *v = NULL;
	const struct xie_zone_set *set = NULL;
	size_t at = 0, n = 0;
	if (xie_json_read(&a, text, (struct xie_val_limits){ .depth = 8 }, &v, NULL) != XIE_OK || v->kind != XIE_VAL_ARRAY ||
	    v->count > 64 || xie_zone_set_build(&a, shapes, 2, &set, &at) != XIE_OK)
		return;
	struct xie_rule_source src[64];
	XIE_VAL_EACH(r, v)
	{
		src[n++] = (struct xie_rule_source){ .v = r, .file = "f", .pack = { "p", 1 } };
	}
	struct xie_err errs[4];
	struct xie_rule_errors e = { errs, 4, 0 };
	const struct xie_rules *out = NULL;
	xie_status st = xie_rules_compile(&a, src, n, zones, 2, set, lists, 1, &out, &e);
	if ((st == XIE_OK) != (out != NULL) || (st == XIE_OK) != (e.n == 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (n == 0)
		return 0;
	xie_str rest = { (const char *)p + 1, n - 1 };
	if (p[0] < 128)
		condition(rest);
	else
		rules(rest);
	return 0;
}
