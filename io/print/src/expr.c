/* SPDX-License-Identifier: Apache-2.0 */
/* The conditions and holes of templates: parsed when a pack is loaded, so that a mistake is found at its line and not in
 * the middle of a case.
 *
 *   or = and {"or" and};  and = not {"and" not};  not = ["not"] compare;  compare = else [op else]
 *   else = primary {"??" primary}          the first that is there
 *   primary = number | 'text' | true | null | "(" or ")" | name {"." name}      law.NAME is an article of the table */
#include "form.h"

enum { MAX_DEPTH = 32 };

struct parse {
	struct fm_load *l;
	const struct xie_val *at;
	xie_str s;
	size_t i;
	unsigned depth;
	xie_status st;
};

static const char *const roots[] = { "case", "people", "party", "event", "last", "all", "fact", "set", "clock", "docs", "amount", "doc", "field",
	                             "authority", "it", "it_no", "state", "file" };

static void blanks(struct parse *p)
{
	while (p->i < p->s.n && (p->s.p[p->i] == ' ' || p->s.p[p->i] == '\n'))
		p->i++;
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static struct px *node(struct parse *p, enum px_op op, const struct px *a, const struct px *b)
{
	struct px *e = xie_arena_new(p->l->mem, struct px, 1);
	if (e == NULL) {
		p->st = form__fail(p->l, XIE_LIMIT, p->at, "templates take more memory than was given", (xie_str){ "", 0 }, NULL);
		return NULL;
	}
	*e = (struct px){ .op = op, .a = a, .b = b };
	return e;
}

static const struct px *wrong(struct parse *p, const char *what)
{
	if (p->st == XIE_OK)
		p->st = form__fail(p->l, XIE_MALFORMED, p->at, what, xie_str_from(p->s, p->i), "case.party.kind = 'natural' and not field.waived");
	return NULL;
}

static bool take(struct parse *p, const char *token, bool word)
{
	blanks(p);
	size_t n = strlen(token);
	if (p->s.n - p->i < n || memcmp(p->s.p + p->i, token, n) != 0)
		return false;
	if (word && p->i + n < p->s.n && (name_char(p->s.p[p->i + n]) || p->s.p[p->i + n] == '.'))
		return false;
	p->i += n;
	return true;
}

static const struct px *parse_or(struct parse *p);

static const struct px *path(struct parse *p)
{
	size_t from = p->i;
	while (p->i < p->s.n && (name_char(p->s.p[p->i]) || p->s.p[p->i] == '.'))
		p->i++;
	xie_str s = { p->s.p + from, p->i - from };
	if (s.n == 0)
		return wrong(p, "a value is expected at: ");
	xie_str root = { s.p, xie_str_find(s, '.') };
	if (xie_str_is(root, "law")) {
		struct px *e = node(p, PX_ARTICLE, NULL, NULL);
		xie_str name = xie_str_from(s, 4);
		if (e != NULL)
			e->s = name;
		if (form__article(p->l->f, name) == NULL)
			p->st = form__fail(p->l, XIE_UNKNOWN, p->at, "no article of the table is called ", name, "articles: [{name: ..., rows: [...]}]");
		return e;
	}
	bool known = s.p[s.n - 1] != '.';
	if (known) {
		known = false;
		for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
			known = known || xie_str_is(root, roots[i]);
	}
	if (!known) {
		p->st = form__fail(p->l, XIE_UNKNOWN, p->at, "not a value of a case: ", s, "case., event., fact., field., authority., clock., ...");
		return NULL;
	}
	struct px *e = node(p, PX_PATH, NULL, NULL);
	if (e == NULL)
		return NULL;
	e->s = s;
	for (uint32_t i = 0; i < p->l->f->n_names; i++)
		if (xie_str_eq(p->l->f->names[i].path, s))
			e->name = &p->l->f->names[i];
	return e;
}

static const struct px *primary(struct parse *p)
{
	blanks(p);
	if (p->i == p->s.n)
		return wrong(p, "the expression ends too early");
	char c = p->s.p[p->i];
	if (c == '(') {
		p->i++;
		const struct px *e = parse_or(p);
		return p->st == XIE_OK && !take(p, ")", false) ? wrong(p, "a closing bracket is expected at: ") : e;
	}
	if (c == '\'') {
		xie_str rest = xie_str_from(p->s, p->i + 1);
		size_t n = xie_str_find(rest, '\'');
		if (n == rest.n)
			return wrong(p, "a text without its end: ");
		struct px *e = node(p, PX_TEXT, NULL, NULL);
		if (e != NULL)
			e->s = (xie_str){ rest.p, n };
		p->i += n + 2;
		return e;
	}
	if (c >= '0' && c <= '9') {
		size_t from = p->i;
		int64_t v = 0;
		while (p->i < p->s.n && p->s.p[p->i] >= '0' && p->s.p[p->i] <= '9')
			p->i++;
		struct px *e = node(p, PX_NUMBER, NULL, NULL);
		xie_str s = { p->s.p + from, p->i - from };
		if (xie_str_i64(s, &v) != XIE_OK)
			return wrong(p, "a number out of range at: ");
		if (e != NULL)
			e->s = s;
		return e;
	}
	if (take(p, "true", true))
		return node(p, PX_TRUE, NULL, NULL);
	if (take(p, "null", true))
		return node(p, PX_NULL, NULL, NULL);
	return path(p);
}

static const struct px *parse_else(struct parse *p)
{
	const struct px *a = primary(p);
	while (p->st == XIE_OK && take(p, "??", false)) {
		const struct px *b = primary(p);
		a = p->st == XIE_OK ? node(p, PX_ELSE, a, b) : NULL;
	}
	return a;
}

static const struct px *compare(struct parse *p)
{
	static const struct {
		const char *token;
		enum px_op op;
		bool word;
	} ops[] = { { "!=", PX_NE, false }, { "<=", PX_LE, false }, { ">=", PX_GE, false }, { "=", PX_EQ, false },
		    { "<", PX_LT, false },  { ">", PX_GT, false },  { "in", PX_IN, true } };
	const struct px *a = parse_else(p);
	for (size_t i = 0; i < sizeof ops / sizeof ops[0] && p->st == XIE_OK; i++)
		if (take(p, ops[i].token, ops[i].word)) {
			const struct px *b = parse_else(p);
			return p->st == XIE_OK ? node(p, ops[i].op, a, b) : NULL;
		}
	return a;
}

static const struct px *parse_not(struct parse *p)
{
	if (!take(p, "not", true))
		return compare(p);
	if (++p->depth > MAX_DEPTH)
		return wrong(p, "too deep at: ");
	const struct px *a = parse_not(p);
	p->depth--;
	return p->st == XIE_OK ? node(p, PX_NOT, a, NULL) : NULL;
}

static const struct px *parse_and(struct parse *p)
{
	const struct px *a = parse_not(p);
	while (p->st == XIE_OK && take(p, "and", true)) {
		const struct px *b = parse_not(p);
		a = p->st == XIE_OK ? node(p, PX_AND, a, b) : NULL;
	}
	return a;
}

static const struct px *parse_or(struct parse *p)
{
	if (++p->depth > MAX_DEPTH)
		return wrong(p, "too deep at: ");
	const struct px *a = parse_and(p);
	while (p->st == XIE_OK && take(p, "or", true)) {
		const struct px *b = parse_and(p);
		a = p->st == XIE_OK ? node(p, PX_OR, a, b) : NULL;
	}
	p->depth--;
	return a;
}

xie_status form__expr(struct fm_load *l, const struct xie_val *at, xie_str text, const struct px **ret)
{
	struct parse p = { .l = l, .at = at, .s = text };
	const struct px *e = parse_or(&p);
	blanks(&p);
	if (p.st == XIE_OK && p.i != text.n)
		(void)wrong(&p, "nothing is understood from here on: ");
	*ret = e;
	return p.st;
}

/* --- evaluation --- */

static const struct xie_val *find(const struct xie_val *v, xie_str name)
{
	int64_t i = 0;
	if (v == NULL)
		return NULL;
	if (v->kind == XIE_VAL_ARRAY)
		return xie_str_i64(name, &i) == XIE_OK && i >= 0 && i < v->count ? xie_val_at(v, (uint32_t)i) : NULL;
	if (v->kind != XIE_VAL_OBJECT)
		return NULL;
	XIE_VAL_EACH(child, v)
	{
		if (xie_str_eq(child->key, name))
			return child;
	}
	return NULL;
}

static const struct xie_val *walk(struct fill *x, xie_str s)
{
	xie_str rest = s, name;
	if (!xie_str_split(&rest, '.', &name))
		return NULL;
	const struct xie_val *v = NULL;
	if (xie_str_is(name, "it")) {
		v = x->it;
	} else if (xie_str_is(name, "it_no")) {
		char buf[16];
		xie_wr w = xie_wr_of(buf, sizeof buf);
		xie_wr_u64(&w, x->it_no);
		return fill__made(x, fill__kept(x, &w));
	} else {
		v = find(x->root, name);
	}
	while (v != NULL && rest.n != 0 && xie_str_split(&rest, '.', &name))
		v = find(v, name);
	return v != NULL && v->kind != XIE_VAL_NULL ? v : NULL;
}

static bool truth(const struct xie_val *v)
{
	if (v == NULL)
		return false;
	switch (v->kind) {
	case XIE_VAL_NULL:
		return false;
	case XIE_VAL_BOOL:
		return v->b;
	case XIE_VAL_STRING:
		return v->s.n != 0;
	case XIE_VAL_NUMBER:
		return true;
	default:
		return v->count != 0;
	}
}

static bool same(const struct xie_val *a, const struct xie_val *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (a->kind == XIE_VAL_BOOL || b->kind == XIE_VAL_BOOL)
		return a->kind == b->kind && a->b == b->b;
	return a->kind < XIE_VAL_ARRAY && b->kind < XIE_VAL_ARRAY && xie_str_eq(xie_val_str(a), xie_val_str(b));
}

static bool ordered(struct fill *x, enum px_op op, const struct xie_val *a, const struct xie_val *b)
{
	int64_t i = 0, k = 0;
	if (a == NULL || b == NULL)
		return false;
	int c = 0;
	if (a->kind == XIE_VAL_NUMBER || b->kind == XIE_VAL_NUMBER) {
		if (xie_str_i64(xie_val_str(a), &i) != XIE_OK || xie_str_i64(xie_val_str(b), &k) != XIE_OK) {
			fill__bad(x, XIE_MALFORMED, "not a whole number: ", xie_val_str(a));
			return false;
		}
		c = (i > k) - (i < k);
	} else {
		c = xie_str_cmp(xie_val_str(a), xie_val_str(b)); /* ISO dates order as text */
	}
	return op == PX_LT ? c < 0 : op == PX_LE ? c <= 0 : op == PX_GT ? c > 0 : c >= 0;
}

static bool within(const struct xie_val *a, const struct xie_val *list)
{
	XIE_VAL_EACH(one, list)
	{
		if (same(a, one))
			return true;
	}
	return false;
}

static const struct xie_val yes = { .kind = XIE_VAL_BOOL, .b = true }, no = { .kind = XIE_VAL_BOOL };

const struct xie_val *fill__eval(struct fill *x, const struct px *e)
{
	const struct xie_val *a = NULL;
	switch (e->op) {
	case PX_TEXT:
		return fill__made(x, e->s);
	case PX_NUMBER: {
		struct xie_val *v = xie_arena_new(x->mem, struct xie_val, 1);
		if (v == NULL)
			x->st = XIE_LIMIT;
		else
			*v = (struct xie_val){ .kind = XIE_VAL_NUMBER, .s = e->s };
		return v;
	}
	case PX_TRUE:
		return &yes;
	case PX_NULL:
		return NULL;
	case PX_PATH:
		return walk(x, e->s);
	case PX_ARTICLE:
		return fill__article(x, e->s);
	case PX_ELSE:
		a = fill__eval(x, e->a);
		return truth(a) || (a != NULL && a->kind == XIE_VAL_BOOL) ? a : fill__eval(x, e->b);
	case PX_NOT:
		return truth(fill__eval(x, e->a)) ? &no : &yes;
	case PX_AND:
		return truth(fill__eval(x, e->a)) && truth(fill__eval(x, e->b)) ? &yes : &no;
	case PX_OR:
		return truth(fill__eval(x, e->a)) || truth(fill__eval(x, e->b)) ? &yes : &no;
	case PX_EQ:
	case PX_NE:
		return same(fill__eval(x, e->a), fill__eval(x, e->b)) == (e->op == PX_EQ) ? &yes : &no;
	case PX_IN:
		a = fill__eval(x, e->a);
		return within(a, fill__eval(x, e->b)) ? &yes : &no;
	default:
		a = fill__eval(x, e->a);
		return ordered(x, e->op, a, fill__eval(x, e->b)) ? &yes : &no;
	}
}

bool fill__true(struct fill *x, const struct px *e)
{
	return e == NULL || truth(fill__eval(x, e));
}
