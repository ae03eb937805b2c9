/* SPDX-License-Identifier: Apache-2.0 */
/* Digests: SHA-256 over RFC 8785 canonical JSON of what evaluation reads (docs/pack-format.md, "Digests").
 *
 *   zone  {"read":{"id":"bridge","layer":"bridges","props":{...}},"shape":{"parts":[...]}}   xie/geo/digest.h
 *   rule  {"op":"speeding","rule":{...},"utc_offset_ms":28800000}
 *   pack  {"id":"p","lists":[{"id":"l","values":[...]},...],"rules":["<hex>",...],"utc_offset_ms":0,"version":"1",
 *          "zones":["<hex>",...]}
 *
 * The texts are fed to the hash piece by piece. */
#include "pack.h"

#include "xie/geo/digest.h"

/* Members that are for people or for the map's look. */
static bool for_people(xie_str key)
{
	static const char *const names[] = { "name", "name_zh", "name_en", "title", "description", "note", "source", "basis" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (xie_str_is(key, names[i]))
			return true;
	return xie_str_starts(key, "stroke") || xie_str_starts(key, "fill") || xie_str_starts(key, "marker-");
}

/* A copy of v whose numbers with a fraction or exponent stand as {"decimal":"as written"}: RFC 8785 would make them
 * floating point.  leave_out: members of v itself that do not count.  NULL when the arena is full. */
static struct xie_val *digestible(xie_arena *mem, const struct xie_val *v, struct xie_val *parent, struct xie_val **tail,
                                  bool (*leave_out)(xie_str key))
{
	int64_t whole;
	bool decimal = v->kind == XIE_VAL_NUMBER && xie_str_i64(v->s, &whole) != XIE_OK;
	struct xie_val *c = xie_val_add(mem, parent, tail, decimal ? XIE_VAL_OBJECT : v->kind, v->key), *last = NULL;
	if (c == NULL)
		return NULL;
	if (decimal) {
		struct xie_val *d = xie_val_add(mem, c, &last, XIE_VAL_STRING, XIE_STR("decimal"));
		if (d == NULL)
			return NULL;
		d->s = v->s;
		return c;
	}
	c->b = v->b;
	c->s = v->s;
	XIE_VAL_EACH(child, v)
	{
		if ((leave_out == NULL || !leave_out(child->key)) && digestible(mem, child, c, &last, NULL) == NULL)
			return NULL;
	}
	return c;
}

struct hasher {
	struct xie_sha256 sha;
	xie_wr w; /* scratch: one piece */
	xie_status st;
};

static void flush(struct hasher *h)
{
	if (h->st == XIE_OK)
		h->st = h->w.st;
	xie_sha256_add(&h->sha, h->w.p, h->w.n);
	xie_wr_clear(&h->w);
}

static void value(struct hasher *h, xie_arena *mem, const struct xie_val *v, bool (*leave_out)(xie_str key))
{
	size_t mark = xie_arena_mark(mem);
	struct xie_val *c = digestible(mem, v, NULL, NULL, leave_out);
	if (c != NULL)
		c->key = (xie_str){ NULL, 0 };
	xie_status st = c != NULL ? xie_val_canonical(c, &h->w) : XIE_LIMIT;
	if (h->st == XIE_OK)
		h->st = st;
	flush(h);
	xie_arena_rewind(mem, mark);
}

static struct hasher start(struct loader *l)
{
	struct hasher h = { .w = xie_wr_of(l->piece, PACK_PIECE), .st = XIE_OK };
	xie_sha256_init(&h.sha);
	return h;
}

static struct xie_val *text_member(struct loader *l, struct xie_val *o, struct xie_val **tail, xie_str key, xie_str text)
{
	struct xie_val *v = xie_val_add(l->mem, o, tail, XIE_VAL_STRING, key);
	if (v != NULL)
		v->s = text;
	return v;
}

xie_status pack__digest_zone(struct loader *l, struct xie_zone_info *z, const struct xie_shape *shape)
{
	static const struct xie_val no_props = { .kind = XIE_VAL_OBJECT };
	size_t mark = xie_arena_mark(l->mem);
	struct xie_val *read = xie_val_add(l->mem, NULL, NULL, XIE_VAL_OBJECT, XIE_STR("")), *tail = NULL, *props = NULL;
	if (read != NULL && text_member(l, read, &tail, XIE_STR("id"), z->id) != NULL &&
	    text_member(l, read, &tail, XIE_STR("layer"), z->layer) != NULL)
		props = digestible(l->mem, z->props != NULL ? z->props : &no_props, read, &tail, for_people);
	xie_status st = XIE_LIMIT;
	if (props != NULL) {
		props->key = XIE_STR("props");
		st = xie_shape_digest(shape, read, l->mem, z->digest);
	}
	xie_arena_rewind(l->mem, mark);
	return st;
}

static int by_text(const void *a, const void *b)
{
	return xie_str_cmp(*(const xie_str *)a, *(const xie_str *)b);
}

static int by_list_name(const void *a, const void *b)
{
	return xie_str_cmp(((const struct xie_rule_list *)a)->name, ((const struct xie_rule_list *)b)->name);
}

static int by_digest(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

static void lists(struct hasher *h, struct loader *l, const struct xie_pack *p)
{
	struct xie_rule_list *all = xie_arena_new(l->mem, struct xie_rule_list, p->n_lists);
	if (all == NULL) {
		h->st = XIE_LIMIT;
		return;
	}
	if (p->n_lists != 0)
		memcpy(all, l->lists + p->list0, p->n_lists * sizeof *all);
	qsort(all, p->n_lists, sizeof *all, by_list_name);
	for (uint32_t i = 0; i < p->n_lists && h->st == XIE_OK; i++) {
		xie_wr_text(&h->w, i == 0 ? "{\"id\":" : ",{\"id\":");
		xie_wr_json_str(&h->w, all[i].name);
		xie_wr_text(&h->w, ",\"values\":[");
		xie_str *values = xie_arena_new(l->mem, xie_str, all[i].n);
		if (values == NULL) {
			h->st = XIE_LIMIT;
			return;
		}
		memcpy(values, all[i].values, all[i].n * sizeof *values);
		qsort(values, all[i].n, sizeof *values, by_text);
		for (size_t v = 0; v < all[i].n; v++) {
			xie_wr_text(&h->w, v == 0 ? "" : ",");
			xie_wr_json_str(&h->w, values[v]);
			flush(h);
		}
		xie_wr_text(&h->w, "]}");
	}
}

/* Digests as a sorted list of texts: the order of files and features is nobody's meaning. */
static void sorted(struct hasher *h, uint8_t (*all)[32], uint32_t n)
{
	qsort(all, n, 32, by_digest);
	for (uint32_t i = 0; i < n; i++) {
		xie_wr_text(&h->w, i == 0 ? "\"" : ",\"");
		xie_wr_hex(&h->w, all[i], 32);
		xie_wr_char(&h->w, '"');
		flush(h);
	}
}

static void zones(struct hasher *h, struct loader *l, const struct xie_pack *p)
{
	uint8_t(*all)[32] = xie_arena_alloc(l->mem, p->n_zones, 32);
	for (uint32_t i = 0; all != NULL && i < p->n_zones; i++)
		memcpy(all[i], l->zones[p->zone0 + i].digest, 32);
	if (all != NULL)
		sorted(h, all, p->n_zones);
	else
		h->st = XIE_LIMIT;
}

/* Whole rules, but for their words: where a rule applies and how it is handled is the pack's meaning too. */
static void rules(struct hasher *h, struct loader *l, const struct xie_pack *p)
{
	uint8_t(*all)[32] = xie_arena_alloc(l->mem, p->n_rules, 32);
	if (all == NULL) {
		h->st = XIE_LIMIT;
		return;
	}
	flush(h); /* the scratch piece is shared with the rules' own hashes */
	for (uint32_t i = 0; i < p->n_rules && h->st == XIE_OK; i++) {
		struct hasher one = start(l);
		value(&one, l->mem, l->rules[p->rule0 + i].v, for_people);
		xie_sha256_end(&one.sha, all[i]);
		h->st = one.st;
	}
	sorted(h, all, p->n_rules);
}

/* The rule's digest is the root of its alerts' ids: what the compiler binds apart (zones), says (words) or hands on
 * (mode, level, violation, actions, evidence) must not move it. */
static bool not_evaluated(xie_str key)
{
	static const char *const names[] = { "op", "zone", "layer", "mode", "level", "violation", "actions", "evidence" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (xie_str_is(key, names[i]))
			return true;
	return for_people(key);
}

/* The operator's one name; a text that is none stays, the compiler refuses it. */
static xie_str op_name(xie_str op)
{
	static const char *const names[][2] = {
#define X(sym, name, alias) { name, alias },
		XIE_OP_MAP(X)
#undef X
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (xie_str_is(op, names[i][1]))
			return xie_str_of(names[i][0]);
	return op;
}

xie_status pack__digest_rule(struct loader *l, struct xie_rule_source *r)
{
	struct hasher h = start(l);
	xie_wr_text(&h.w, "{\"op\":");
	xie_wr_json_str(&h.w, op_name(xie_val_get_str(r->v, "op")));
	xie_wr_text(&h.w, ",\"rule\":");
	flush(&h);
	value(&h, l->mem, r->v, not_evaluated);
	xie_wr_text(&h.w, ",\"utc_offset_ms\":");
	xie_wr_i64(&h.w, r->utc_offset_ms);
	xie_wr_char(&h.w, '}');
	flush(&h);
	xie_sha256_end(&h.sha, r->digest);
	return h.st;
}

xie_status pack__digest_pack(struct loader *l, struct xie_pack *p)
{
	size_t mark = xie_arena_mark(l->mem);
	struct hasher h = start(l);
	xie_wr_text(&h.w, "{\"id\":");
	xie_wr_json_str(&h.w, p->id);
	xie_wr_text(&h.w, ",\"lists\":[");
	lists(&h, l, p);
	xie_wr_text(&h.w, "],\"rules\":[");
	rules(&h, l, p);
	xie_wr_text(&h.w, "],\"utc_offset_ms\":");
	xie_wr_i64(&h.w, p->utc_offset_ms);
	xie_wr_text(&h.w, ",\"version\":");
	xie_wr_json_str(&h.w, p->version);
	xie_wr_text(&h.w, ",\"zones\":[");
	zones(&h, l, p);
	xie_wr_text(&h.w, "]}");
	flush(&h);
	xie_sha256_end(&h.sha, p->digest);
	xie_arena_rewind(l->mem, mark);
	return h.st;
}
