/* SPDX-License-Identifier: Apache-2.0 */
/* Values against the shapes that the pack declares for them: "text", "int", "[text]", "{due, fen}", "text or null", ... */
#include "law_int.h"

#include "xie/base/time.h"

static uint32_t one_type(xie_str t, xie_str *ret_members)
{
	static const struct {
		const char *name;
		uint32_t mask;
	} names[] = { { "text", TY_TEXT }, { "bool", TY_BOOL }, { "int", TY_INT }, { "date", TY_DATE }, { "time", TY_TIME },
		      { "null", TY_NULL }, { "any", TY_ANY }, { "[text]", TY_TEXTS }, { "[int]", TY_INTS },
		      { "[]", TY_EMPTY } };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (xie_str_is(t, names[i].name))
			return names[i].mask;
	if (t.n > 3 && xie_str_starts(t, "[{") && t.p[t.n - 2] == '}' && t.p[t.n - 1] == ']') {
		*ret_members = (xie_str){ t.p + 2, t.n - 4 };
		return TY_OBJECTS;
	}
	if (t.n >= 2 && t.p[0] == '{' && t.p[t.n - 1] == '}') {
		*ret_members = (xie_str){ t.p + 1, t.n - 2 };
		return TY_OBJECT;
	}
	return 0;
}

/* Alternatives are parted by '/' or " or "; 0 for a type that does not exist. */
uint32_t law__type_mask(xie_str text, xie_str *ret_members)
{
	uint32_t mask = 0;
	size_t from = 0, depth = 0;
	*ret_members = (xie_str){ NULL, 0 };
	for (size_t i = 0; i <= text.n; i++) {
		char c = i < text.n ? text.p[i] : '/';
		depth += c == '{';
		depth -= c == '}';
		size_t skip = depth != 0 ? 0 : c == '/' ? 1 : xie_str_starts(xie_str_from(text, i), " or ") ? 4 : 0;
		if (skip == 0)
			continue;
		uint32_t m = one_type(xie_str_trim((xie_str){ text.p + from, i - from }), ret_members);
		if (m == 0)
			return 0;
		mask |= m;
		from = i + skip;
		i = from - 1;
	}
	return mask;
}

static bool all_of(const struct xie_val *v, enum xie_val_kind kind)
{
	XIE_VAL_EACH(c, v)
	{
		int64_t n = 0;
		if (c->kind != kind || (kind == XIE_VAL_NUMBER && xie_val_i64(c, &n) != XIE_OK))
			return false;
	}
	return true;
}

static bool scalar_fits(uint32_t mask, const struct xie_val *v)
{
	xie_ms t = 0;
	int64_t n = 0;
	switch (v->kind) {
	case XIE_VAL_NULL: /* nothing said: as if the key were not there; but a number or a yes must be one */
		return (mask & (TY_NULL | TY_ANY)) != 0 || (mask & (TY_INT | TY_BOOL)) == 0;
	case XIE_VAL_BOOL:
		return (mask & (TY_BOOL | TY_ANY)) != 0;
	case XIE_VAL_NUMBER:
		return (mask & (TY_INT | TY_ANY)) != 0 && xie_val_i64(v, &n) == XIE_OK;
	default:
		return (mask & (TY_TEXT | TY_ANY)) != 0 ||
		       ((mask & (TY_DATE | TY_TIME)) != 0 && xie_time_parse(v->s, 0, &t) == XIE_OK);
	}
}

static const struct law_key *key_of(const struct law_key *keys, uint32_t n, xie_str name)
{
	for (uint32_t i = 0; i < n; i++)
		if (xie_str_eq(keys[i].name, name))
			return &keys[i];
	return NULL;
}

static xie_status bad_type(const struct xie_val *v, xie_str key, xie_str type, struct xie_err *err)
{
	(void)xie_err_set(err, XIE_MALFORMED, v->line, v->column, "wrong type of ", NULL);
	xie_err_add(err, key.p, key.n);
	if (err != NULL) {
		size_t n = type.n < sizeof err->hint - 1 ? type.n : sizeof err->hint - 1;
		memcpy(err->hint, type.p, n);
		err->hint[n] = '\0';
	}
	return XIE_MALFORMED;
}

static bool listed(xie_str members, xie_str name)
{
	xie_str rest = members, piece;
	while (xie_str_split(&rest, ',', &piece))
		if (xie_str_eq(xie_str_trim(piece), name))
			return true;
	return false;
}

/* An object {a, b}: each member is listed and, where the pack's table of members knows its type, fits it. */
static xie_status object(const struct xie_law *law, const struct law_key *k, const struct xie_val *v, struct xie_err *err)
{
	bool open = listed(k->members, XIE_STR("..."));
	XIE_VAL_EACH(c, v)
	{
		if (!listed(k->members, c->key)) {
			if (open)
				continue;
			(void)xie_err_set(err, XIE_UNKNOWN, c->line, c->column, "unknown member: ", "docs/procedure-format.md");
			xie_err_add(err, c->key.p, c->key.n);
			return XIE_UNKNOWN;
		}
		const struct law_key *m = key_of(law->members, law->n_members, c->key);
		uint32_t lists = TY_TEXTS | TY_INTS | TY_OBJECTS | TY_EMPTY;
		bool array = c->kind == XIE_VAL_ARRAY || c->kind == XIE_VAL_OBJECT;
		if (m != NULL && (array ? (m->mask & (lists | TY_OBJECT | TY_ANY)) == 0 : !scalar_fits(m->mask, c)))
			return bad_type(c, c->key, m->type, err);
	}
	return XIE_OK;
}

static xie_status array(const struct xie_law *law, const struct law_key *k, const struct xie_val *v, struct xie_err *err)
{
	if (v->count == 0 && (k->mask & (TY_TEXTS | TY_INTS | TY_OBJECTS | TY_EMPTY | TY_ANY)) != 0)
		return XIE_OK;
	if ((k->mask & TY_ANY) != 0 || ((k->mask & TY_TEXTS) != 0 && all_of(v, XIE_VAL_STRING)) ||
	    ((k->mask & TY_INTS) != 0 && all_of(v, XIE_VAL_NUMBER)))
		return XIE_OK;
	if ((k->mask & TY_OBJECTS) == 0)
		return bad_type(v, k->name, k->type, err);
	XIE_VAL_EACH(c, v)
	{
		if (c->kind != XIE_VAL_OBJECT)
			return bad_type(c, k->name, k->type, err);
		xie_status st = object(law, k, c, err);
		if (st != XIE_OK)
			return st;
	}
	return XIE_OK;
}

xie_status law__check_members(const struct xie_law *law, const struct law_key *keys, uint32_t n,
                              const struct xie_val *obj, const char *what, struct xie_err *err)
{
	XIE_VAL_EACH(v, obj)
	{
		const struct law_key *k = key_of(keys, n, v->key);
		if (k == NULL) {
			(void)xie_err_set(err, XIE_UNKNOWN, v->line, v->column, what, "docs/procedure-format.md lists the keys");
			xie_err_add(err, v->key.p, v->key.n);
			return XIE_UNKNOWN;
		}
		xie_status st = XIE_OK;
		if (v->kind == XIE_VAL_ARRAY)
			st = array(law, k, v, err);
		else if (v->kind == XIE_VAL_OBJECT)
			st = (k->mask & TY_OBJECT) != 0 ? object(law, k, v, err)
			     : (k->mask & TY_ANY) != 0  ? XIE_OK
			                                : bad_type(v, k->name, k->type, err);
		else if (!scalar_fits(k->mask, v))
			st = bad_type(v, k->name, k->type, err);
		if (st != XIE_OK)
			return st;
	}
	return XIE_OK;
}
