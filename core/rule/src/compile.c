/* SPDX-License-Identifier: Apache-2.0 */
/* From value trees to bindings: names, units, limits and digests, everything that can be wrong said once. */
#include "xie/rule/rule.h"

#include "xie/base/sha256.h"
#include "xie/base/time.h"
#include "xie/rule/expr.h"

#include "schedule.h"

static const char *const op_names[][2] = {
#define X(sym, name, alias) { name, alias },
	XIE_OP_MAP(X)
#undef X
};
static const char *const mode_names[] = {
#define X(sym, name) name,
	XIE_MODE_MAP(X)
#undef X
};

const char *xie_op_name(enum xie_op op)
{
	return (unsigned)op < XIE_OP__COUNT ? op_names[op][0] : "?";
}

const char *xie_mode_name(enum xie_mode m)
{
	return (unsigned)m < XIE_MODE__COUNT ? mode_names[m] : "?";
}

#define DEFAULT_GAP_MS INT64_C(600000) /* docs/rules.md, section 3 */

/* Which parameters an operator takes: R required, O optional. */
enum { P_LIMIT = 1, P_CLEAR = 2, P_FOR = 4, P_GAP = 8, P_DIRECTION = 16, P_OVER = 32, P_MIN_SPEED = 64, P_DISTANCE = 128,
       P_MIN_DISTANCE = 256, P_WHEN = 512, P_KEEP = 1024, P_ZONE = 2048 };
static const struct {
	uint16_t required, optional;
} takes[XIE_OP__COUNT] = {
	[XIE_OP_INSIDE] = { P_ZONE, P_CLEAR | P_GAP },
	[XIE_OP_DWELL] = { P_ZONE | P_FOR, P_CLEAR | P_GAP },
	[XIE_OP_ENTERS] = { P_ZONE, P_GAP },
	[XIE_OP_LEAVES] = { P_ZONE, P_GAP },
	[XIE_OP_CROSSES] = { P_ZONE, P_DIRECTION | P_GAP },
	[XIE_OP_SPEED] = { P_LIMIT, P_ZONE | P_CLEAR | P_FOR | P_GAP },
	[XIE_OP_STOPPED] = { P_LIMIT, P_ZONE | P_CLEAR | P_FOR | P_GAP },
	[XIE_OP_WRONG_WAY] = { P_ZONE | P_DIRECTION, P_OVER | P_MIN_SPEED | P_FOR | P_GAP },
	[XIE_OP_HOLDS] = { P_WHEN, P_ZONE | P_KEEP | P_FOR | P_GAP },
	[XIE_OP_SILENCE] = { P_FOR, P_ZONE | P_GAP }, /* a gap says nothing here: silence is one */
	[XIE_OP_NEAR] = { P_ZONE | P_DISTANCE, P_FOR | P_GAP },
	[XIE_OP_JUMPS] = { P_LIMIT, P_ZONE | P_MIN_DISTANCE | P_GAP },
};
static const struct {
	const char *name;
	uint16_t bit;
} params[] = {
	{ "limit", P_LIMIT },           { "clear", P_CLEAR },   { "for", P_FOR },
	{ "gap", P_GAP },               { "direction", P_DIRECTION }, { "over", P_OVER },
	{ "min_speed", P_MIN_SPEED },   { "distance", P_DISTANCE }, { "min_distance", P_MIN_DISTANCE },
	{ "when", P_WHEN },             { "keep", P_KEEP },     { "zone", P_ZONE },
	{ "layer", P_ZONE },
};
static const char *const common[] = { "id", "op", "name", "mode", "level", "where", "schedule", "kind", "violation", "actions",
	                              "evidence", "basis", "note" };

struct compile {
	xie_arena *mem;
	const struct xie_rule_source *src;
	const struct xie_zone_info *zones;
	uint32_t n_zones;
	uint32_t *by_id;    /* 1 + zone, by hash of its id */
	size_t by_id_cap;
	const struct xie_rule_list *lists;
	size_t n_lists;
	struct xie_rule_errors *errors;
	xie_status first;
	struct xie_rule *rules;
	uint32_t n_rules;
	struct xie_binding *bindings;
	uint32_t n_bindings, cap_bindings;
};

/* Notes an error at a value's place; at: NULL when there is none. */
static void say(struct compile *c, const struct xie_val *at, xie_status st, const char *what, xie_str name, const char *hint)
{
	struct xie_err e = { 0 };
	(void)xie_err_set(&e, st, at != NULL ? at->line : 0, at != NULL ? at->column : 0, what, hint);
	e.file = c->src->file;
	if (name.n != 0)
		xie_err_add(&e, name.p, name.n);
	if (c->errors != NULL && c->errors->n < c->errors->max)
		c->errors->errs[c->errors->n] = e;
	if (c->errors != NULL)
		c->errors->n++;
	if (c->first == XIE_OK)
		c->first = st;
}

static const xie_str none = { "", 0 };

/* ---- one rule ---- */

static bool enum_of(xie_str s, const char *const *names, size_t n, size_t stride, unsigned *ret)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < stride; k++)
			if (xie_str_is(s, names[i * stride + k])) {
				*ret = (unsigned)i;
				return true;
			}
	return false;
}

/* The name nearest to a misspelt one: most common letters in place, for the hint. */
static const char *nearest(xie_str s)
{
	const char *best = NULL;
	size_t best_score = 0;
	for (size_t i = 0; i < sizeof params / sizeof params[0] + sizeof common / sizeof common[0]; i++) {
		size_t np = sizeof params / sizeof params[0];
		const char *cand = i < np ? params[i].name : common[i - np];
		size_t n = strlen(cand), score = 0;
		for (size_t a = 0, b = 0; a < s.n && b < n; a++)
			if (s.p[a] == cand[b] || (b + 1 < n && s.p[a] == cand[b + 1])) {
				b += s.p[a] == cand[b] ? 1 : 2;
				score++;
			}
		if (score * 2 > n && score > best_score) {
			best = cand;
			best_score = score;
		}
	}
	return best;
}

static void check_fields(struct compile *c, const struct xie_val *r, enum xie_op op)
{
	uint16_t seen = 0;
	XIE_VAL_EACH(f, r)
	{
		bool known = false;
		for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
			known = known || xie_str_is(f->key, common[i]);
		for (size_t i = 0; i < sizeof params / sizeof params[0] && !known; i++)
			if (xie_str_is(f->key, params[i].name)) {
				known = true;
				seen |= params[i].bit;
				if (((takes[op].required | takes[op].optional) & params[i].bit) == 0)
					say(c, f, XIE_UNKNOWN, "this operator takes no field: ", f->key, NULL);
			}
		if (!known)
			say(c, f, XIE_UNKNOWN, "unknown field: ", f->key, nearest(f->key));
	}
	for (size_t i = 0; i < sizeof params / sizeof params[0]; i++)
		if ((takes[op].required & params[i].bit) != 0 && (seen & params[i].bit) == 0) {
			say(c, r, XIE_MISSING, "the operator needs a field: ", xie_str_of(params[i].name), NULL);
			seen |= params[i].bit;
		}
}

static uint8_t kinds_of(struct compile *c, const struct xie_val *v)
{
	static const char *const names[] = { "vessel", "vehicle", "aircraft", "station", "aid" };
	uint8_t bits = 0;
	if (v == NULL)
		return 1u << XIE_KIND_VESSEL | 1u << XIE_KIND_VEHICLE;
	const struct xie_val *first = v->kind == XIE_VAL_ARRAY ? v->first : v;
	for (const struct xie_val *k = first; k != NULL; k = v->kind == XIE_VAL_ARRAY ? k->next : NULL) {
		unsigned i = 0;
		if (enum_of(xie_val_str(k), names, 5, 1, &i))
			bits |= (uint8_t)(1u << i);
		else
			say(c, k, XIE_UNKNOWN, "unknown kind of target: ", xie_val_str(k), "vessel, vehicle, aircraft, station or aid");
	}
	return bits;
}

/* A quantity that must not depend on zone or target. */
static int64_t quantity(struct compile *c, const struct xie_val *r, const char *field, enum xie_dim dim, int64_t otherwise)
{
	const struct xie_val *v = xie_val_get(r, field);
	if (v == NULL)
		return otherwise;
	int64_t n = 0;
	enum xie_dim got = XIE_DIM_NONE;
	xie_status st = xie_quantity(xie_val_str(v), &n, &got);
	if (st != XIE_OK || got != dim || n < 0) {
		say(c, v, st != XIE_OK ? st : XIE_RANGE, "not a quantity of the right kind: ", xie_val_str(v), xie_dim_units(dim));
		return otherwise;
	}
	return n;
}

static uint8_t directions_of(struct compile *c, const struct xie_val *v)
{
	xie_str s = xie_val_str(v);
	if (v == NULL || xie_str_is(s, "any"))
		return 1u << XIE_DIR_L2R | 1u << XIE_DIR_R2L;
	if (xie_str_is(s, "L2R"))
		return 1u << XIE_DIR_L2R;
	if (xie_str_is(s, "R2L"))
		return 1u << XIE_DIR_R2L;
	say(c, v, XIE_UNKNOWN, "unknown direction: ", s, "any, L2R or R2L, seen from the gate's first point to its second");
	return 0;
}

static void names_of(struct compile *c, const struct xie_val *r, struct xie_rule *rule)
{
	const struct xie_val *name = xie_val_get(r, "name");
	if (name != NULL && name->kind == XIE_VAL_OBJECT) {
		rule->name_zh = xie_val_get_str(name, "zh");
		rule->name_en = xie_val_get_str(name, "en");
	} else {
		rule->name_zh = rule->name_en = xie_val_str(name);
	}
	rule->violation = xie_val_get_str(r, "violation");
	const struct xie_val *mode = xie_val_get(r, "mode"), *level = xie_val_get(r, "level");
	unsigned m = XIE_MODE_PATROL;
	if (mode != NULL && !enum_of(xie_val_str(mode), mode_names, XIE_MODE__COUNT, 1, &m))
		say(c, mode, XIE_UNKNOWN, "unknown mode: ", xie_val_str(mode), "patrol, warning, checkpoint, guard, track or analysis");
	rule->mode = (enum xie_mode)m;
	int64_t n = xie_val_get_i64(r, "level", level != NULL ? 0 : 3);
	if (n < 1 || n > 4)
		say(c, level, XIE_RANGE, "level out of range: ", xie_val_str(level), "1 (the gravest) to 4");
	rule->level = (uint8_t)n;
}

/* ---- bindings ---- */

/* The value of a field that may use zone attributes; text goes into what (the digest's bytes). */
static bool resolve(struct compile *c, const struct xie_rule *rule, uint32_t zone, const char *field, enum xie_dim dim,
                    int64_t *io_v, xie_wr *what)
{
	const struct xie_val *v = xie_val_get(rule->source, field);
	if (v == NULL)
		return true;
	struct xie_expr_scope scope = { .zone_props = zone != XIE_NO_ZONE ? c->zones[zone].props : NULL };
	const struct xie_expr *e = NULL;
	struct xie_err err = { 0 };
	size_t mark = xie_arena_mark(c->mem);
	xie_status st = xie_expr_compile(c->mem, xie_val_str(v), &scope, XIE_TYPE_NUM, dim, &e, NULL, &err);
	if (st == XIE_OK)
		st = xie_expr_constant(e, io_v);
	xie_arena_rewind(c->mem, mark);
	if (st == XIE_OK && *io_v >= 0) {
		xie_wr_kv_i64(what, field, *io_v);
		return true;
	}
	char text[256];
	xie_wr w = xie_wr_of(text, sizeof text - 1);
	xie_wr_text(&w, field);
	xie_wr_text(&w, ": ");
	xie_wr_text(&w, err.what[0] != '\0' ? err.what : st == XIE_OK ? "must not be negative" : "must not depend on the target");
	say(c, v, st != XIE_OK ? st : XIE_RANGE, "", xie_wr_view(&w), err.hint[0] != '\0' ? err.hint : NULL);
	return false;
}

static bool condition(struct compile *c, const struct xie_rule *rule, uint32_t zone, const char *field,
                      const struct xie_expr **ret_e, xie_wr *what)
{
	const struct xie_val *v = xie_val_get(rule->source, field);
	if (v == NULL)
		return true;
	struct xie_expr_scope scope = { .zone_props = zone != XIE_NO_ZONE ? c->zones[zone].props : NULL,
		                        .lists = c->lists, .n_lists = c->n_lists, .utc_offset_ms = rule->utc_offset_ms };
	struct xie_err err = { 0 };
	xie_str text = xie_val_str(v);
	char buf[2048];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_status st = XIE_OK;
	if (strcmp(field, "schedule") == 0) {
		st = rule__schedule_text(v, &w, &err);
		char *kept = st == XIE_OK ? xie_str_dup(c->mem, xie_wr_view(&w)) : NULL;
		text = (xie_str){ kept, kept != NULL ? w.n : 0 };
	}
	if (st == XIE_OK)
		st = xie_expr_compile(c->mem, text, &scope, XIE_TYPE_BOOL, XIE_DIM_NONE, ret_e, NULL, &err);
	if (st == XIE_OK) {
		xie_wr_key(what, field);
		xie_wr_char(what, '"');
		xie_expr_write(*ret_e, what);
		xie_wr_char(what, '"');
		return true;
	}
	char said[420];
	w = xie_wr_of(said, sizeof said);
	xie_wr_text(&w, field);
	if (err.column > 1) {
		xie_wr_text(&w, ", at its character ");
		xie_wr_u64(&w, err.column);
	}
	xie_wr_text(&w, ": ");
	xie_wr_text(&w, err.what);
	say(c, v, st, "", xie_wr_view(&w), err.hint[0] != '\0' ? err.hint : NULL);
	return false;
}

static void digest_binding(const struct compile *c, struct xie_binding *b, const xie_wr *what)
{
	static const uint8_t no_zone[32] = { 0 };
	struct xie_sha256 s;
	xie_sha256_init(&s);
	xie_sha256_add(&s, c->rules[b->rule].digest, 32);
	xie_sha256_add(&s, b->zone != XIE_NO_ZONE ? c->zones[b->zone].digest : no_zone, 32);
	xie_sha256_add(&s, what->p, what->n);
	xie_sha256_end(&s, b->digest);
}

static void bind(struct compile *c, uint32_t rule_at, uint32_t zone, const struct xie_val *at)
{
	const struct xie_rule *r = &c->rules[rule_at];
	if (c->n_bindings == c->cap_bindings) {
		say(c, at, XIE_LIMIT, "too many rules in too many zones", none, NULL);
		return;
	}
	if (zone != XIE_NO_ZONE && c->zones[zone].gate != (r->op == XIE_OP_CROSSES)) {
		say(c, at, XIE_REFUSED, r->op == XIE_OP_CROSSES ? "crosses needs a gate, this is an area: " : "this operator needs an area, this is a gate: ",
		    c->zones[zone].id, "a gate is a LineString of two points");
		return;
	}
	struct xie_binding b = { .rule = rule_at, .zone = zone, .over_cdeg = 9000 };
	char buf[4096];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	int64_t direction = 0, over = 9000;
	bool speed = r->op == XIE_OP_SPEED || r->op == XIE_OP_STOPPED;
	bool ok = true;
	if (speed || r->op == XIE_OP_JUMPS)
		ok = resolve(c, r, zone, "limit", XIE_DIM_SPEED, &b.limit, &w) && ok;
	if (r->op == XIE_OP_NEAR)
		ok = resolve(c, r, zone, "distance", XIE_DIM_LENGTH, &b.limit, &w) && ok;
	ok = resolve(c, r, zone, "clear", speed ? XIE_DIM_SPEED : XIE_DIM_TIME, &b.clear, &w) && ok;
	ok = resolve(c, r, zone, "min_speed", XIE_DIM_SPEED, &b.min, &w) && ok;
	ok = resolve(c, r, zone, "min_distance", XIE_DIM_LENGTH, &b.min, &w) && ok;
	if (r->op == XIE_OP_WRONG_WAY) {
		ok = resolve(c, r, zone, "direction", XIE_DIM_ANGLE, &direction, &w) && ok;
		ok = resolve(c, r, zone, "over", XIE_DIM_ANGLE, &over, &w) && ok;
		if (direction >= 36000 || over > 18000) {
			say(c, at, XIE_RANGE, "angle out of range", none, "direction 0 deg to 359.99 deg, over 0 deg to 180 deg");
			ok = false;
		}
	}
	b.direction_cdeg = (uint16_t)direction;
	b.over_cdeg = (uint16_t)over;
	ok = condition(c, r, zone, "where", &b.where, &w) && ok;
	ok = condition(c, r, zone, "when", &b.when, &w) && ok;
	ok = condition(c, r, zone, "keep", &b.keep, &w) && ok;
	ok = condition(c, r, zone, "schedule", &b.schedule, &w) && ok;
	if (ok && w.st != XIE_OK)
		say(c, at, XIE_LIMIT, "conditions too long", none, "split the rule");
	digest_binding(c, &b, &w);
	if (ok)
		c->bindings[c->n_bindings++] = b;
}

static size_t id_slot(const struct compile *c, xie_str id)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < id.n; i++)
		h = (h ^ (uint8_t)id.p[i]) * UINT64_C(0x100000001b3);
	size_t at = (size_t)(h ^ h >> 32) & (c->by_id_cap - 1);
	while (c->by_id[at] != 0 && !xie_str_eq(c->zones[c->by_id[at] - 1].id, id))
		at = (at + 1) & (c->by_id_cap - 1);
	return at;
}

static bool index_zones(struct compile *c)
{
	c->by_id_cap = 16;
	while (c->by_id_cap < (size_t)c->n_zones * 2)
		c->by_id_cap *= 2;
	c->by_id = xie_arena_new(c->mem, uint32_t, c->by_id_cap);
	for (uint32_t z = 0; c->by_id != NULL && z < c->n_zones; z++) {
		size_t at = id_slot(c, c->zones[z].id);
		if (c->by_id[at] == 0) /* ids are unique over all packs; of a mistaken pair the first counts */
			c->by_id[at] = z + 1;
	}
	return c->by_id != NULL;
}

static uint32_t zone_named(const struct compile *c, xie_str id)
{
	uint32_t found = c->by_id[id_slot(c, id)];
	return found != 0 ? found - 1 : XIE_NO_ZONE;
}

static void bind_layer(struct compile *c, uint32_t rule, const struct xie_val *layer)
{
	bool any = false;
	for (uint32_t z = 0; z < c->n_zones; z++)
		if (xie_str_eq(c->zones[z].layer, xie_val_str(layer))) {
			any = true;
			bind(c, rule, z, layer);
		}
	if (!any)
		say(c, layer, XIE_UNKNOWN, "no zone in the layer: ", xie_val_str(layer), "the layer property of a zone");
}

static void bind_all(struct compile *c, uint32_t rule)
{
	const struct xie_val *src = c->rules[rule].source;
	const struct xie_val *zone = xie_val_get(src, "zone"), *layer = xie_val_get(src, "layer");
	if (zone != NULL && zone->kind == XIE_VAL_NULL)
		zone = NULL;
	if (zone == NULL && layer == NULL) {
		bind(c, rule, XIE_NO_ZONE, src);
		return;
	}
	if (layer != NULL)
		bind_layer(c, rule, layer);
	if (zone == NULL)
		return;
	const struct xie_val *first = zone->kind == XIE_VAL_ARRAY ? zone->first : zone;
	for (const struct xie_val *v = first; v != NULL; v = zone->kind == XIE_VAL_ARRAY ? v->next : NULL) {
		uint32_t z = zone_named(c, xie_val_str(v));
		if (z == XIE_NO_ZONE)
			say(c, v, XIE_UNKNOWN, "no zone of this id: ", xie_val_str(v), "the id of a feature in zones/");
		else
			bind(c, rule, z, v);
	}
}

static void rule(struct compile *c, const struct xie_val *r)
{
	if (r->kind != XIE_VAL_OBJECT) {
		say(c, r, XIE_MALFORMED, "a rule is a mapping of fields", none, "id: ..., op: ..., zone: ...");
		return;
	}
	struct xie_rule *out = &c->rules[c->n_rules];
	*out = (struct xie_rule){ .id = xie_val_get_str(r, "id"), .pack = c->src->pack, .source = r,
		                  .utc_offset_ms = c->src->utc_offset_ms };
	memcpy(out->digest, c->src->digest, sizeof out->digest);
	const struct xie_val *op = xie_val_get(r, "op");
	unsigned o = 0;
	if (out->id.n == 0)
		say(c, r, XIE_MISSING, "a rule needs an id", none, "id: canal_speed");
	for (uint32_t i = 0; i < c->n_rules; i++)
		if (out->id.n != 0 && xie_str_eq(c->rules[i].id, out->id) && xie_str_eq(c->rules[i].pack, out->pack))
			say(c, r, XIE_DUPLICATE, "rule id used twice: ", out->id, NULL);
	if (!enum_of(xie_val_str(op), &op_names[0][0], XIE_OP__COUNT, 2, &o)) {
		say(c, op != NULL ? op : r, op != NULL ? XIE_UNKNOWN : XIE_MISSING, "unknown operator: ", xie_val_str(op),
		    "inside, dwell, enters, leaves, crosses, speeding, stopped, wrong_way, holds, silence, meets or jump");
		return;
	}
	out->op = (enum xie_op)o;
	check_fields(c, r, out->op);
	names_of(c, r, out);
	out->kinds = kinds_of(c, xie_val_get(r, "kind"));
	out->gap_ms = quantity(c, r, "gap", XIE_DIM_TIME, DEFAULT_GAP_MS);
	out->for_ms = quantity(c, r, "for", XIE_DIM_TIME, 0);
	out->directions = out->op == XIE_OP_CROSSES ? directions_of(c, xie_val_get(r, "direction")) : 0;
	uint32_t at = c->n_rules++;
	bind_all(c, at);
}

/* ---- the set ---- */

static void add_index(const struct xie_binding *b, uint32_t i, const struct xie_rule *r, struct xie_rules *out, uint32_t *first,
                      uint32_t *everywhere, uint32_t *pairs)
{
	bool path = r->op == XIE_OP_INSIDE || r->op == XIE_OP_DWELL || r->op == XIE_OP_ENTERS || r->op == XIE_OP_LEAVES ||
	            r->op == XIE_OP_CROSSES;
	out->silence = out->silence || r->op == XIE_OP_SILENCE;
	if (path && r->gap_ms > out->path_gap)
		out->path_gap = r->gap_ms;
	if (r->op == XIE_OP_NEAR) {
		pairs[out->n_pairs++] = i;
		if (r->gap_ms > out->pair_gap)
			out->pair_gap = r->gap_ms;
		if (r->gap_ms > out->path_gap) /* membership of a pair's zone is seen on the way, too */
			out->path_gap = r->gap_ms;
	} else if (b->zone == XIE_NO_ZONE) {
		everywhere[out->n_everywhere++] = i;
	} else {
		first[b->zone + 1]++;
	}
}

static xie_status index_bindings(struct compile *c, struct xie_rules *out)
{
	uint32_t *first = xie_arena_new(c->mem, uint32_t, (size_t)c->n_zones + 2);
	uint32_t *of_zone = xie_arena_new(c->mem, uint32_t, (size_t)c->n_bindings + 1);
	uint32_t *everywhere = xie_arena_new(c->mem, uint32_t, (size_t)c->n_bindings + 1);
	uint32_t *pairs = xie_arena_new(c->mem, uint32_t, (size_t)c->n_bindings + 1);
	uint32_t *next = xie_arena_new(c->mem, uint32_t, (size_t)c->n_zones + 1);
	if (first == NULL || of_zone == NULL || everywhere == NULL || pairs == NULL || next == NULL)
		return XIE_LIMIT;
	for (uint32_t i = 0; i < c->n_bindings; i++)
		add_index(&c->bindings[i], i, &c->rules[c->bindings[i].rule], out, first, everywhere, pairs);
	for (uint32_t z = 0; z < c->n_zones; z++)
		first[z + 1] += first[z];
	for (uint32_t z = 0; z < c->n_zones; z++)
		next[z] = first[z];
	for (uint32_t i = 0; i < c->n_bindings; i++)
		if (c->bindings[i].zone != XIE_NO_ZONE && c->rules[c->bindings[i].rule].op != XIE_OP_NEAR)
			of_zone[next[c->bindings[i].zone]++] = i;
	out->first = first;
	out->of_zone = of_zone;
	out->everywhere = everywhere;
	out->pairs = pairs;
	return XIE_OK;
}

/* An upper bound: layers may bind a rule to every zone, lists name each zone once. */
static size_t count_bindings(const struct xie_rule_source *sources, size_t n, const struct xie_zone_info *zones, uint32_t n_zones)
{
	size_t sum = 0;
	for (size_t i = 0; i < n; i++) {
		const struct xie_val *zone = xie_val_get(sources[i].v, "zone"), *layer = xie_val_get(sources[i].v, "layer");
		sum += 1 + (zone != NULL && zone->kind == XIE_VAL_ARRAY ? zone->count : 1);
		for (uint32_t z = 0; layer != NULL && z < n_zones; z++)
			sum += xie_str_eq(zones[z].layer, xie_val_str(layer)) ? 1 : 0;
	}
	return sum;
}

xie_status xie_rules_compile(xie_arena *mem, const struct xie_rule_source *sources, size_t n_sources,
                             const struct xie_zone_info *zones, uint32_t n_zones, const struct xie_zone_set *set,
                             const struct xie_rule_list *lists, size_t n_lists, const struct xie_rules **ret_rules,
                             struct xie_rule_errors *errors)
{
	struct compile c = { .mem = mem, .zones = zones, .n_zones = n_zones, .lists = lists, .n_lists = n_lists, .errors = errors };
	size_t cap = count_bindings(sources, n_sources, zones, n_zones);
	struct xie_rules *out = xie_arena_new(mem, struct xie_rules, 1);
	c.rules = xie_arena_new(mem, struct xie_rule, n_sources + 1);
	c.bindings = xie_arena_new(mem, struct xie_binding, cap + 1);
	if (out == NULL || c.rules == NULL || c.bindings == NULL || cap >= XIE_NO_ZONE || !index_zones(&c))
		return XIE_LIMIT;
	c.cap_bindings = (uint32_t)cap;
	for (size_t i = 0; i < n_sources; i++) {
		c.src = &sources[i];
		rule(&c, sources[i].v);
	}
	xie_status st = index_bindings(&c, out);
	if (c.first != XIE_OK || st != XIE_OK)
		return c.first != XIE_OK ? c.first : st;
	out->rules = c.rules;
	out->n_rules = c.n_rules;
	out->bindings = c.bindings;
	out->n_bindings = c.n_bindings;
	out->zones = zones;
	out->n_zones = n_zones;
	out->set = set;
	*ret_rules = out;
	return XIE_OK;
}
