/* SPDX-License-Identifier: Apache-2.0 */
/* Recursive descent over one expression; the grammar stands in expr.h. */
#include "law_int.h"

#include "xie/base/time.h"

#define DEPTH 40

static const struct {
	const char *name, *args;
} functions[FN_COUNT] = {
#define X(name, args) { #name, args },
	LAW_FUNCTIONS(X)
#undef X
};

struct parse {
	xie_arena *mem;
	struct xie_law *law;
	const struct law_names *lets;
	const struct xie_val *at;
	xie_str text;
	size_t pos;
	xie_status st;
	struct xie_err *err;
	unsigned depth;
};

static struct ex *fail(struct parse *p, xie_status st, const char *what, const char *hint)
{
	if (p->st == XIE_OK) {
		p->st = xie_err_set(p->err, st, p->at->line, p->at->column, what, hint);
		xie_err_add(p->err, p->text.p, p->text.n);
	}
	return NULL;
}

static struct ex *node(struct parse *p, enum ex_op op)
{
	struct ex *e = xie_arena_new(p->mem, struct ex, 1);
	if (e == NULL)
		return fail(p, XIE_LIMIT, "no room for the expression ", NULL);
	e->op = op;
	e->line = p->at->line;
	e->column = p->at->column + (uint32_t)p->pos;
	return e;
}

static void space(struct parse *p)
{
	while (p->pos < p->text.n && (p->text.p[p->pos] == ' ' || p->text.p[p->pos] == '\n' || p->text.p[p->pos] == '\t'))
		p->pos++;
}

static bool is_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
}

static bool symbol(struct parse *p, const char *s)
{
	space(p);
	if (!xie_str_starts(xie_str_from(p->text, p->pos), s))
		return false;
	p->pos += strlen(s);
	return true;
}

/* The name that stands here, or empty; does not move when peeking. */
static xie_str name_at(struct parse *p, bool take)
{
	space(p);
	size_t n = 0;
	while (p->pos + n < p->text.n && is_name(p->text.p[p->pos + n], n == 0))
		n++;
	xie_str s = { p->text.p + p->pos, n };
	if (take)
		p->pos += n;
	return s;
}

static bool keyword(struct parse *p, const char *word)
{
	if (!xie_str_is(name_at(p, false), word))
		return false;
	p->pos += strlen(word);
	return true;
}

static struct ex *expression(struct parse *p);

static void adopt(struct ex *parent, struct ex *kid)
{
	if (kid == NULL)
		return;
	parent->data = parent->data || kid->data;
	parent->other = parent->other || kid->other;
	struct ex *last = (struct ex *)(uintptr_t)parent->kid;
	if (last == NULL) {
		parent->kid = kid;
		return;
	}
	while (last->next != NULL)
		last = (struct ex *)(uintptr_t)last->next;
	last->next = kid;
}

static struct ex *pair(struct parse *p, enum ex_op op, struct ex *a, struct ex *b)
{
	struct ex *e = node(p, op);
	if (e == NULL || a == NULL || b == NULL)
		return NULL;
	adopt(e, a);
	adopt(e, b);
	return e;
}

static struct ex *literal(struct parse *p, struct lv v)
{
	struct ex *e = node(p, EX_LIT);
	if (e != NULL)
		e->lit = v;
	return e;
}

static struct ex *number(struct parse *p)
{
	size_t from = p->pos;
	while (p->pos < p->text.n && p->text.p[p->pos] >= '0' && p->text.p[p->pos] <= '9')
		p->pos++;
	int64_t v = 0;
	if (xie_str_i64((xie_str){ p->text.p + from, p->pos - from }, &v) != XIE_OK)
		return fail(p, XIE_RANGE, "number too large in: ", NULL);
	return literal(p, lv_int(v));
}

static struct ex *quoted(struct parse *p)
{
	size_t from = ++p->pos;
	while (p->pos < p->text.n && p->text.p[p->pos] != '\'')
		p->pos++;
	if (p->pos == p->text.n)
		return fail(p, XIE_MALFORMED, "text without its closing quote in: ", "'text'");
	return literal(p, lv_text((xie_str){ p->text.p + from, p->pos++ - from }));
}

/* The number of a name of kind k, or -1.  Sets and facts are met, not declared. */
static int32_t resolve(struct parse *p, char k, xie_str name)
{
	struct xie_law *law = p->law;
	switch (k) {
	case 'c':
		return law__find_clock(law, name);
	case 'd':
		return law__find_doc(law, name);
	case 'r':
		for (uint32_t i = 0; i < law->roles.n; i++)
			if (xie_str_eq(law->roles.names[i], name))
				return (int32_t)i;
		return -1;
	case 's': {
		uint16_t i = law__intern(law, &law->sets, name);
		if (i != UINT16_MAX && law->sets.at[i] == NULL)
			law->sets.at[i] = p->at;
		return i == UINT16_MAX ? -1 : (law->sets.read[i] = true, (int32_t)i);
	}
	case 'u':
		for (uint32_t i = 0; i < law->subs.n; i++)
			if (xie_str_eq(law->subs.names[i], name))
				return (int32_t)i;
		return -1;
	case 'w':
		for (uint32_t i = 0; i < law->n_words; i++)
			if (xie_str_eq(law->words[i].name, name))
				return (int32_t)i;
		return -1;
	case 't':
		for (uint32_t i = 0; i < law->n_tables; i++)
			if (xie_str_eq(law->tables[i].name, name))
				return (int32_t)i;
		return -1;
	case 'a': {
		const struct law_actor *a = law__find_actor(law, name);
		return a == NULL ? -1 : (int32_t)(a - law->actors);
	}
	default:
		return -1;
	}
}

static bool named_argument(struct parse *p, struct ex *e, char k)
{
	xie_str name = name_at(p, true);
	if (k == 'k') { /* a flag of a penalty kind: any name */
		e->name = name;
		return name.n != 0 || fail(p, XIE_MALFORMED, "name expected in: ", NULL) != NULL;
	}
	int32_t id = name.n != 0 ? resolve(p, k, name) : -1;
	if (id < 0) {
		(void)fail(p, XIE_UNKNOWN, "a clock, document, role, set, list, table or actor that is not declared, in: ", NULL);
		return false;
	}
	e->arg = (uint16_t)id;
	return true;
}

static struct ex *call(struct parse *p, xie_str name)
{
	struct ex *e = node(p, EX_FN);
	int fn = -1;
	for (int i = 0; i < FN_COUNT; i++)
		if (xie_str_is(name, functions[i].name))
			fn = i;
	if (fn < 0)
		return fail(p, XIE_UNKNOWN, "function that does not exist in: ", "core/law/src/expr.h lists them");
	if (e == NULL)
		return NULL;
	e->id = (uint16_t)fn;
	e->other = true;
	const char *a = functions[fn].args;
	if (!symbol(p, ")")) {
		do {
			if (*a == '\0')
				return fail(p, XIE_MALFORMED, "too many arguments in: ", functions[fn].name);
			if (*a == 'e' || *a == 'l' || *a == '*')
				adopt(e, expression(p));
			else if (!named_argument(p, e, *a))
				return NULL;
			if (p->st != XIE_OK)
				return NULL;
			a += *a != '*';
		} while (symbol(p, ","));
		if (!symbol(p, ")"))
			return fail(p, XIE_MALFORMED, "closing parenthesis expected in: ", functions[fn].name);
	}
	if (*a != '\0' && *a != '*')
		return fail(p, XIE_MALFORMED, "too few arguments in: ", functions[fn].name);
	return e;
}

static struct ex *member(struct parse *p, struct ex *of)
{
	struct ex *e = node(p, EX_MEMBER);
	xie_str name = name_at(p, true);
	if (e == NULL || of == NULL)
		return NULL;
	if (name.n == 0)
		return fail(p, XIE_MALFORMED, "name expected behind the point in: ", NULL);
	e->name = name;
	adopt(e, of);
	return e;
}

/* What stands behind case. data. fact. let. setting. */
static struct ex *rooted(struct parse *p, xie_str root)
{
	struct ex *e = node(p, EX_LIT);
	if (e == NULL)
		return NULL;
	if (!symbol(p, "."))
		return fail(p, XIE_MALFORMED, "a point expected behind case, data, fact, let or setting in: ", NULL);
	xie_str name = name_at(p, true);
	if (name.n == 0)
		return fail(p, XIE_MALFORMED, "name expected behind the point in: ", NULL);
	e->name = name;
	e->other = true;
	if (xie_str_is(root, "case")) {
		e->op = EX_CASE;
	} else if (xie_str_is(root, "data")) {
		e->op = EX_DATA;
		e->data = true;
		e->other = false;
	} else if (xie_str_is(root, "fact")) {
		e->op = EX_FACT;
		e->id = law__intern(p->law, &p->law->facts, name);
		if (e->id == UINT16_MAX)
			return fail(p, XIE_LIMIT, "too many facts in: ", NULL);
		p->law->facts.read[e->id] = true;
		if (p->law->facts.at[e->id] == NULL)
			p->law->facts.at[e->id] = p->at;
	} else if (xie_str_is(root, "setting")) {
		const struct xie_val *v = law__setting(p->law, name);
		if (v == NULL)
			return fail(p, XIE_UNKNOWN, "a setting that is not declared in: ", "settings: has them");
		e->lit = lv_of(v);
	} else {
		e->op = EX_LET;
		for (uint32_t i = 0; p->lets != NULL && i < p->lets->n; i++)
			if (xie_str_eq(p->lets->names[i], name)) {
				e->id = (uint16_t)i;
				e->data = p->lets->data[i];
				return e;
			}
		return fail(p, XIE_UNKNOWN, "a let. that this row does not have before it in: ", NULL);
	}
	return e;
}

static struct ex *definition(struct parse *p, int32_t i)
{
	struct law_define *d = &p->law->defines[i];
	struct ex *e = node(p, EX_DEF);
	if (e == NULL)
		return NULL;
	if (d->busy)
		return fail(p, XIE_MALFORMED, "a definition that leads to itself: ", NULL);
	if (d->e == NULL) {
		d->busy = true;
		p->st = law__expr_parse(p->mem, p->law, NULL, d->at, &d->e, p->err);
		d->busy = false;
		if (p->st != XIE_OK)
			return NULL;
	}
	e->id = (uint16_t)i;
	e->data = d->e->data;
	e->other = true;
	return e;
}

static struct ex *plain_name(struct parse *p, xie_str name)
{
	static const struct {
		const char *name;
		enum ex_op op;
	} words[] = { { "today", EX_TODAY }, { "hour", EX_HOUR }, { "state", EX_STATE }, { "proc", EX_PROC }, { "by", EX_BY },
		      { "it", EX_IT } };
	static const char *const roots[] = { "case", "data", "fact", "let", "setting" };
	if (xie_str_is(name, "true") || xie_str_is(name, "false"))
		return literal(p, lv_bool(xie_str_is(name, "true")));
	if (xie_str_is(name, "null"))
		return literal(p, LV_NONE);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (xie_str_is(name, words[i].name)) {
			struct ex *e = node(p, words[i].op);
			if (e != NULL)
				e->other = true;
			return e;
		}
	for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
		if (xie_str_is(name, roots[i]))
			return rooted(p, name);
	int32_t d = law__find_define(p->law, name);
	return d >= 0 ? definition(p, d) : fail(p, XIE_UNKNOWN, "a name that is not defined in: ", "define: has them");
}

static struct ex *list(struct parse *p)
{
	struct ex *e = node(p, EX_LIST);
	if (e == NULL || symbol(p, "]"))
		return e;
	do {
		adopt(e, expression(p));
		if (p->st != XIE_OK)
			return NULL;
	} while (symbol(p, ","));
	return symbol(p, "]") ? e : fail(p, XIE_MALFORMED, "closing bracket expected in: ", NULL);
}

static struct ex *primary(struct parse *p)
{
	space(p);
	char c = p->pos < p->text.n ? p->text.p[p->pos] : '\0';
	struct ex *e = NULL;
	if (c >= '0' && c <= '9')
		return number(p);
	if (c == '\'')
		return quoted(p);
	if (symbol(p, "[")) {
		e = list(p);
	} else if (symbol(p, "(")) {
		e = expression(p);
		if (p->st == XIE_OK && !symbol(p, ")"))
			return fail(p, XIE_MALFORMED, "closing parenthesis expected in: ", NULL);
	} else {
		xie_str name = name_at(p, true);
		if (name.n == 0)
			return fail(p, XIE_MALFORMED, "value expected in: ", NULL);
		e = symbol(p, "(") ? call(p, name) : plain_name(p, name);
	}
	while (p->st == XIE_OK && p->pos < p->text.n && p->text.p[p->pos] == '.') {
		p->pos++;
		e = member(p, e);
	}
	return p->st == XIE_OK ? e : NULL;
}

static struct ex *factor(struct parse *p)
{
	if (!symbol(p, "-"))
		return primary(p);
	struct ex *e = node(p, EX_NEG);
	struct ex *k = primary(p);
	if (e != NULL && k != NULL)
		adopt(e, k);
	return k != NULL ? e : NULL;
}

static struct ex *term(struct parse *p)
{
	struct ex *e = factor(p);
	while (e != NULL && p->st == XIE_OK) {
		enum ex_op op = symbol(p, "*") ? EX_MUL : symbol(p, "/") ? EX_DIV : EX_LIT;
		if (op == EX_LIT)
			break;
		e = pair(p, op, e, factor(p));
	}
	return e;
}

static struct ex *sum(struct parse *p)
{
	struct ex *e = term(p);
	while (e != NULL && p->st == XIE_OK) {
		enum ex_op op = symbol(p, "+") ? EX_ADD : symbol(p, "-") ? EX_SUB : EX_LIT;
		if (op == EX_LIT)
			break;
		e = pair(p, op, e, term(p));
	}
	return e;
}

static struct ex *compare(struct parse *p)
{
	static const struct {
		const char *text;
		enum ex_op op;
	} ops[] = { { "!=", EX_NE }, { "<=", EX_LE }, { ">=", EX_GE }, { "=", EX_EQ }, { "<", EX_LT }, { ">", EX_GT } };
	struct ex *e = sum(p);
	for (size_t i = 0; e != NULL && i < sizeof ops / sizeof ops[0]; i++)
		if (symbol(p, ops[i].text))
			return pair(p, ops[i].op, e, sum(p));
	if (e != NULL && keyword(p, "in"))
		return pair(p, EX_IN, e, sum(p));
	return e;
}

static struct ex *negation(struct parse *p)
{
	if (!keyword(p, "not"))
		return compare(p);
	if (++p->depth > DEPTH)
		return fail(p, XIE_LIMIT, "nested too deep: ", NULL);
	struct ex *e = node(p, EX_NOT);
	struct ex *k = negation(p);
	p->depth--;
	if (e != NULL && k != NULL)
		adopt(e, k);
	return k != NULL ? e : NULL;
}

static struct ex *conjunction(struct parse *p)
{
	struct ex *e = negation(p);
	while (e != NULL && keyword(p, "and"))
		e = pair(p, EX_AND, e, negation(p));
	return e;
}

static struct ex *expression(struct parse *p)
{
	if (++p->depth > DEPTH)
		return fail(p, XIE_LIMIT, "nested too deep: ", NULL);
	struct ex *e = conjunction(p);
	while (e != NULL && keyword(p, "or"))
		e = pair(p, EX_OR, e, conjunction(p));
	p->depth--;
	return e;
}

xie_status law__expr_parse(xie_arena *mem, struct xie_law *law, const struct law_names *lets, const struct xie_val *at,
                           const struct ex **ret_e, struct xie_err *reterr)
{
	struct parse p = { .mem = mem, .law = law, .lets = lets, .at = at, .text = at->s, .err = reterr };
	if (at->kind == XIE_VAL_NUMBER || at->kind == XIE_VAL_BOOL) {
		struct ex *e = literal(&p, lv_of(at));
		*ret_e = e;
		return p.st;
	}
	if (at->kind != XIE_VAL_STRING)
		return xie_err_set(reterr, XIE_MALFORMED, at->line, at->column, "an expression must be text", NULL);
	struct ex *e = expression(&p);
	space(&p);
	if (p.st == XIE_OK && p.pos != p.text.n)
		(void)fail(&p, XIE_MALFORMED, "text behind the end of the expression: ", NULL);
	if (p.st == XIE_OK)
		*ret_e = e;
	return p.st;
}
