/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions from text to a postfix program, by recursive descent; units are checked on the way. */
#include "expr.h"

#define MAX_DEPTH 32

struct operand { /* what the compiler knows of a value on the stack */
	enum xie_type type;
	enum xie_dim dim;
};

struct compiler {
	xie_str text;
	size_t at;
	const struct xie_expr_scope *scope;
	struct op *ops;
	uint32_t n, depth;
	bool zone;
	struct xie_err *err;
};

static xie_status fail(struct compiler *c, xie_status st, const char *what, const char *hint)
{
	return xie_err_set(c->err, st, 1, (uint32_t)c->at + 1, what, hint);
}

static xie_status named(struct compiler *c, const char *what, xie_str name, const char *hint)
{
	(void)fail(c, XIE_UNKNOWN, what, hint);
	xie_err_add(c->err, name.p, name.n);
	return XIE_UNKNOWN;
}

static xie_status push(struct compiler *c, struct op o)
{
	if (c->n == MAX_OPS)
		return fail(c, XIE_LIMIT, "condition too long", "split it into several rules");
	c->ops[c->n++] = o;
	return XIE_OK;
}

static bool word_char(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_';
}

static void skip(struct compiler *c)
{
	while (c->at < c->text.n && (c->text.p[c->at] == ' ' || c->text.p[c->at] == '\t' || c->text.p[c->at] == '\n'))
		c->at++;
}

static char peek(struct compiler *c)
{
	skip(c);
	return c->at < c->text.n ? c->text.p[c->at] : '\0';
}

static bool sign(struct compiler *c, const char *s)
{
	skip(c);
	if (!xie_str_starts(xie_str_from(c->text, c->at), s))
		return false;
	c->at += strlen(s);
	return true;
}

static char lower(char ch)
{
	return ch >= 'A' && ch <= 'Z' ? (char)(ch - 'A' + 'a') : ch;
}

static xie_str peek_word(struct compiler *c)
{
	skip(c);
	size_t n = 0;
	while (c->at + n < c->text.n && word_char(c->text.p[c->at + n]))
		n++;
	return (xie_str){ c->text.p + c->at, n };
}

static bool same_word(xie_str w, const char *lower_case)
{
	if (w.n != strlen(lower_case))
		return false;
	for (size_t i = 0; i < w.n; i++)
		if (lower(w.p[i]) != lower_case[i])
			return false;
	return true;
}

static bool keyword(struct compiler *c, const char *lower_case)
{
	xie_str w = peek_word(c);
	if (!same_word(w, lower_case))
		return false;
	c->at += w.n;
	return true;
}

static bool is_keyword(xie_str w)
{
	static const char *const words[] = { "and", "or", "not", "between", "in", "like", "is", "null", "true", "false" };
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (same_word(w, words[i]))
			return true;
	return false;
}

static xie_status either(struct compiler *c, struct operand *ret);
static xie_status sum(struct compiler *c, struct operand *ret);

static xie_status number(struct compiler *c, struct operand *ret)
{
	size_t from = c->at;
	while (c->at < c->text.n && ((c->text.p[c->at] >= '0' && c->text.p[c->at] <= '9') || c->text.p[c->at] == '.'))
		c->at++;
	size_t end = c->at;
	xie_str unit = peek_word(c);
	if (unit.n != 0 && !is_keyword(unit) && !(unit.p[0] >= '0' && unit.p[0] <= '9')) {
		c->at += unit.n;
		if (c->at + 1 < c->text.n && c->text.p[c->at] == '/' && word_char(c->text.p[c->at + 1])) {
			c->at++;
			c->at += peek_word(c).n;
		}
		end = c->at;
	}
	xie_str q = { c->text.p + from, end - from };
	struct op o = { .code = OP_NUM };
	*ret = (struct operand){ .type = XIE_TYPE_NUM };
	xie_status st = xie_quantity(q, &o.i, &ret->dim);
	if (st != XIE_OK) {
		c->at = from;
		return fail(c, st, st == XIE_UNKNOWN ? "unknown unit" : "not a quantity",
		            "a whole number, or a number with kn, km/h, m/s, ms, s, min, h, d, mm, cm, m, km, nm, deg, kg, t");
	}
	return push(c, o);
}

static xie_status quoted(struct compiler *c, struct operand *ret)
{
	size_t from = ++c->at;
	while (c->at < c->text.n && c->text.p[c->at] != '\'')
		c->at++;
	if (c->at == c->text.n)
		return fail(c, XIE_TRUNCATED, "text without its closing quote", "'...'");
	struct op o = { .code = OP_TEXT, .s = { c->text.p + from, c->at - from } };
	c->at++;
	if (c->at < c->text.n && c->text.p[c->at] == '\'')
		return fail(c, XIE_MALFORMED, "quote inside a text", "texts here may not contain quotes");
	*ret = (struct operand){ .type = XIE_TYPE_TEXT };
	return push(c, o);
}

static xie_status zone_attribute(struct compiler *c, struct operand *ret)
{
	xie_str name = peek_word(c);
	c->at += name.n;
	c->zone = true;
	const struct xie_val *v = NULL;
	XIE_VAL_EACH(p, c->scope->zone_props)
	{
		if (xie_str_eq(p->key, name))
			v = p;
	}
	if (v == NULL)
		return named(c, "the zone has no attribute: ", name, "add it to the zone's properties");
	struct op o = { .code = OP_TEXT, .s = v->s };
	*ret = (struct operand){ .type = XIE_TYPE_TEXT };
	if (v->kind == XIE_VAL_BOOL) {
		o = (struct op){ .code = OP_BOOL, .i = v->b };
		ret->type = XIE_TYPE_BOOL;
	} else if (v->kind == XIE_VAL_NUMBER || v->kind == XIE_VAL_STRING) {
		/* "12 kn" is a quantity and "浚工 12" is a text; a bare decimal such as 318.5 counts hundredths */
		if (xie_quantity(v->s, &o.i, &ret->dim) == XIE_OK) {
			o.code = OP_NUM;
			ret->type = XIE_TYPE_NUM;
		}
	} else {
		return named(c, "a condition cannot read this attribute: ", name, "a number, text or true/false");
	}
	return push(c, o);
}

static xie_status function(struct compiler *c, xie_str name, struct operand *ret)
{
	if (same_word(name, "listed")) {
		struct operand l;
		if (peek(c) != '\'')
			return fail(c, XIE_MALFORMED, "the name of a list expected", "listed('permitted', plate)");
		xie_status st = quoted(c, &l);
		if (st != XIE_OK)
			return st;
		xie_str list = c->ops[--c->n].s;
		struct op o = { .code = OP_LISTED, .s = list };
		for (size_t i = 0; i < c->scope->n_lists; i++)
			if (xie_str_eq(c->scope->lists[i].name, list))
				o.list = &c->scope->lists[i];
		if (o.list == NULL)
			return named(c, "no list of this name: ", list, "declare it under lists of the pack");
		if (!sign(c, ","))
			return fail(c, XIE_MALFORMED, "comma expected", "listed('permitted', plate)");
		st = sum(c, ret);
		if (st == XIE_OK && ret->type != XIE_TYPE_TEXT)
			st = fail(c, XIE_MALFORMED, "listed() looks up a text", "listed('permitted', plate)");
		*ret = (struct operand){ .type = XIE_TYPE_BOOL };
		return st != XIE_OK ? st : push(c, o);
	}
	bool alarm = same_word(name, "alarm_bit");
	if (!alarm && !same_word(name, "status_bit"))
		return named(c, "unknown function: ", name, "listed, alarm_bit or status_bit");
	struct operand bit;
	xie_status st = number(c, &bit);
	if (st != XIE_OK)
		return st;
	int64_t i = c->ops[--c->n].i;
	if (bit.dim != XIE_DIM_NONE || i < 0 || i > 31)
		return fail(c, XIE_RANGE, "bits are numbered 0 to 31", "alarm_bit(1)");
	*ret = (struct operand){ .type = XIE_TYPE_BOOL };
	st = push(c, (struct op){ .code = OP_ATTR, .i = alarm ? ATTR_ALARM : ATTR_STATUS });
	return st != XIE_OK ? st : push(c, (struct op){ .code = OP_BIT, .i = i });
}

static xie_status name(struct compiler *c, struct operand *ret)
{
	size_t from = c->at;
	xie_str w = peek_word(c);
	c->at += w.n;
	if (same_word(w, "true") || same_word(w, "false")) {
		*ret = (struct operand){ .type = XIE_TYPE_BOOL };
		return push(c, (struct op){ .code = OP_BOOL, .i = same_word(w, "true") });
	}
	if (same_word(w, "zone") && sign(c, "."))
		return zone_attribute(c, ret);
	if (!is_keyword(w) && sign(c, "(")) {
		xie_status st = function(c, w, ret);
		if (st == XIE_OK && !sign(c, ")"))
			st = fail(c, XIE_MALFORMED, "closing parenthesis expected", NULL);
		return st;
	}
	for (size_t i = 0; i < ATTR__COUNT; i++)
		if (same_word(w, expr__attrs[i].name)) {
			*ret = (struct operand){ .type = expr__attrs[i].type, .dim = expr__attrs[i].dim };
			return push(c, (struct op){ .code = OP_ATTR, .i = (int64_t)i });
		}
	c->at = from;
	return named(c, "unknown name: ", w, "an attribute such as sog, kind, plate, or zone.NAME");
}

static xie_status primary(struct compiler *c, struct operand *ret)
{
	char ch = peek(c);
	if (ch == '(') {
		if (++c->depth > MAX_DEPTH)
			return fail(c, XIE_LIMIT, "nested too deep", NULL);
		c->at++;
		xie_status st = either(c, ret);
		c->depth--;
		if (st == XIE_OK && !sign(c, ")"))
			st = fail(c, XIE_MALFORMED, "closing parenthesis expected", NULL);
		return st;
	}
	if (ch == '\'')
		return quoted(c, ret);
	if ((ch >= '0' && ch <= '9') || ch == '.')
		return number(c, ret);
	if (ch == '-') {
		if (++c->depth > MAX_DEPTH)
			return fail(c, XIE_LIMIT, "nested too deep", NULL);
		c->at++;
		xie_status st = primary(c, ret);
		c->depth--;
		if (st == XIE_OK && ret->type != XIE_TYPE_NUM)
			st = fail(c, XIE_MALFORMED, "only a number can be negative", NULL);
		return st != XIE_OK ? st : push(c, (struct op){ .code = OP_NEG });
	}
	if (word_char(ch))
		return name(c, ret);
	return fail(c, ch == '\0' ? XIE_TRUNCATED : XIE_MALFORMED, "value expected", "a name, number, 'text' or (");
}

static xie_status product(struct compiler *c, struct operand *ret)
{
	xie_status st = primary(c, ret);
	while (st == XIE_OK && peek(c) == '*') {
		struct operand b;
		c->at++;
		st = primary(c, &b);
		if (st == XIE_OK && (ret->type != XIE_TYPE_NUM || b.type != XIE_TYPE_NUM ||
		                     (ret->dim != XIE_DIM_NONE && b.dim != XIE_DIM_NONE)))
			st = fail(c, XIE_MALFORMED, "a quantity can be multiplied by a plain number only", "2 * zone.speed_limit");
		ret->dim = ret->dim != XIE_DIM_NONE ? ret->dim : b.dim;
		if (st == XIE_OK)
			st = push(c, (struct op){ .code = OP_MUL });
	}
	return st;
}

static xie_status units_differ(struct compiler *c, struct operand a, struct operand b)
{
	(void)fail(c, XIE_MALFORMED, "these cannot be compared or added: ", "the same kind of quantity, with its unit, on both sides");
	static const char *const types[] = { "true/false", "number", "text" };
	const char *x = a.type == XIE_TYPE_NUM ? xie_dim_name(a.dim) : types[a.type];
	const char *y = b.type == XIE_TYPE_NUM ? xie_dim_name(b.dim) : types[b.type];
	xie_err_add(c->err, x, strlen(x));
	xie_err_add(c->err, " and ", 5);
	xie_err_add(c->err, y, strlen(y));
	return XIE_MALFORMED;
}

static xie_status sum(struct compiler *c, struct operand *ret)
{
	xie_status st = product(c, ret);
	for (char ch = peek(c); st == XIE_OK && (ch == '+' || ch == '-'); ch = peek(c)) {
		struct operand b;
		c->at++;
		st = product(c, &b);
		if (st == XIE_OK && (ret->type != XIE_TYPE_NUM || b.type != XIE_TYPE_NUM || ret->dim != b.dim))
			st = units_differ(c, *ret, b);
		if (st == XIE_OK)
			st = push(c, (struct op){ .code = ch == '+' ? OP_ADD : OP_SUB });
	}
	return st;
}

static bool alike(struct operand a, struct operand b)
{
	return a.type == b.type && (a.type != XIE_TYPE_NUM || a.dim == b.dim);
}

static xie_status in_values(struct compiler *c, struct operand a)
{
	int64_t n = 0;
	if (!sign(c, "("))
		return fail(c, XIE_MALFORMED, "list of values expected", "IN (70, 71, 72)");
	do {
		struct operand b;
		xie_status st = sum(c, &b);
		if (st == XIE_OK && !alike(a, b))
			st = units_differ(c, a, b);
		if (st != XIE_OK)
			return st;
		n++;
	} while (sign(c, ","));
	if (!sign(c, ")"))
		return fail(c, XIE_MALFORMED, "closing parenthesis expected", NULL);
	return push(c, (struct op){ .code = OP_IN, .i = n });
}

static xie_status between(struct compiler *c, struct operand a)
{
	struct operand b, d;
	xie_status st = sum(c, &b);
	if (st == XIE_OK && !keyword(c, "and"))
		st = fail(c, XIE_MALFORMED, "AND expected", "x BETWEEN 1 AND 2");
	if (st == XIE_OK)
		st = sum(c, &d);
	if (st == XIE_OK && (!alike(a, b) || !alike(a, d)))
		st = units_differ(c, a, alike(a, b) ? d : b);
	return st != XIE_OK ? st : push(c, (struct op){ .code = OP_BETWEEN });
}

static xie_status pattern(struct compiler *c, struct operand a)
{
	struct operand b;
	if (a.type != XIE_TYPE_TEXT || peek(c) != '\'')
		return fail(c, XIE_MALFORMED, "LIKE compares a text with a pattern", "name LIKE '浚%'");
	xie_status st = quoted(c, &b);
	return st != XIE_OK ? st : push(c, (struct op){ .code = OP_LIKE });
}

static xie_status predicate(struct compiler *c, struct operand *ret)
{
	static const struct {
		const char *sign;
		enum opcode code;
	} signs[] = { { "<>", OP_NE }, { "<=", OP_LE }, { ">=", OP_GE }, { "=", OP_EQ }, { "<", OP_LT }, { ">", OP_GT } };
	xie_status st = sum(c, ret);
	if (st != XIE_OK)
		return st;
	struct operand a = *ret;
	const struct operand truth = { .type = XIE_TYPE_BOOL };
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
		if (sign(c, signs[i].sign)) {
			struct operand b;
			*ret = truth;
			st = sum(c, &b);
			if (st == XIE_OK && !alike(a, b))
				st = units_differ(c, a, b);
			return st != XIE_OK ? st : push(c, (struct op){ .code = signs[i].code });
		}
	bool is = keyword(c, "is");
	bool negated = keyword(c, "not");
	if (is)
		st = keyword(c, "null") ? push(c, (struct op){ .code = OP_IS_NULL })
		                        : fail(c, XIE_MALFORMED, "NULL expected", "IS NULL or IS NOT NULL");
	else if (keyword(c, "between"))
		st = between(c, a);
	else if (keyword(c, "in"))
		st = in_values(c, a);
	else if (keyword(c, "like"))
		st = pattern(c, a);
	else
		return negated ? fail(c, XIE_MALFORMED, "BETWEEN, IN or LIKE expected after NOT", NULL) : XIE_OK;
	*ret = truth;
	return st == XIE_OK && negated ? push(c, (struct op){ .code = OP_NOT }) : st;
}

static xie_status want_truth(struct compiler *c, struct operand a)
{
	return a.type == XIE_TYPE_BOOL ? XIE_OK : fail(c, XIE_MALFORMED, "AND, OR and NOT join conditions", "a comparison such as sog > 5 kn");
}

static xie_status negation(struct compiler *c, struct operand *ret)
{
	bool negated = false;
	while (keyword(c, "not"))
		negated = !negated;
	xie_status st = predicate(c, ret);
	if (st == XIE_OK && negated)
		st = want_truth(c, *ret);
	return st == XIE_OK && negated ? push(c, (struct op){ .code = OP_NOT }) : st;
}

static xie_status both(struct compiler *c, struct operand *ret)
{
	xie_status st = negation(c, ret);
	while (st == XIE_OK && keyword(c, "and")) {
		struct operand b;
		st = want_truth(c, *ret);
		if (st == XIE_OK)
			st = negation(c, &b);
		if (st == XIE_OK)
			st = want_truth(c, b);
		if (st == XIE_OK)
			st = push(c, (struct op){ .code = OP_AND });
	}
	return st;
}

static xie_status either(struct compiler *c, struct operand *ret)
{
	xie_status st = both(c, ret);
	while (st == XIE_OK && keyword(c, "or")) {
		struct operand b;
		st = want_truth(c, *ret);
		if (st == XIE_OK)
			st = both(c, &b);
		if (st == XIE_OK)
			st = want_truth(c, b);
		if (st == XIE_OK)
			st = push(c, (struct op){ .code = OP_OR });
	}
	return st;
}

static xie_status check_result(struct compiler *c, struct operand got, enum xie_type wants, enum xie_dim dim)
{
	if (peek(c) != '\0')
		return fail(c, XIE_MALFORMED, "text behind the end of the condition", "AND, OR or an operator between values");
	if (got.type == wants && (wants != XIE_TYPE_NUM || got.dim == dim))
		return XIE_OK;
	c->at = 0;
	if (wants == XIE_TYPE_BOOL)
		return fail(c, XIE_MALFORMED, "not a condition", "a comparison such as sog > 5 kn");
	(void)fail(c, XIE_MALFORMED, "wrong kind of quantity, wanted a ", xie_dim_units(dim));
	xie_err_add(c->err, xie_dim_name(dim), strlen(xie_dim_name(dim)));
	return XIE_MALFORMED;
}

xie_status xie_expr_compile(xie_arena *mem, xie_str source, const struct xie_expr_scope *scope, enum xie_type wants,
                            enum xie_dim dim, const struct xie_expr **ret_e, bool *ret_zone, struct xie_err *reterr)
{
	struct op ops[MAX_OPS];
	struct compiler c = { .text = source, .scope = scope, .ops = ops, .err = reterr };
	struct operand got = { 0 };
	xie_status st = either(&c, &got);
	if (st == XIE_OK)
		st = check_result(&c, got, wants, dim);
	if (st != XIE_OK)
		return st;
	struct xie_expr *e = xie_arena_new(mem, struct xie_expr, 1);
	struct op *kept = xie_arena_new(mem, struct op, c.n);
	if (e == NULL || kept == NULL)
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, "too many rules for the memory given", NULL);
	memcpy(kept, ops, c.n * sizeof ops[0]);
	*e = (struct xie_expr){ .ops = kept, .n = c.n, .utc_offset_ms = scope->utc_offset_ms };
	*ret_e = e;
	if (ret_zone != NULL)
		*ret_zone = c.zone;
	return XIE_OK;
}
