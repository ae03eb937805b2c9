/* SPDX-License-Identifier: Apache-2.0 */
/* A strict JSON reader (RFC 8259) into xie_val.  Written here because no library keeps a number's decimal
 * text and its line: see docs/adr/0002-own-json-reader.md. */
#include "xie/base/val.h"

#include "utf8.h"

#define MEMBERS 4096u /* of one object */

struct json {
	xie_arena *mem;
	const char *p, *end, *start;
	const char *line_start;
	uint32_t line;
	struct xie_val_limits lim;
	uint32_t nodes;
	struct xie_err *err;
};

static uint32_t column(const struct json *j)
{
	return (uint32_t)(j->p - j->line_start) + 1;
}

static xie_status fail(struct json *j, xie_status st, const char *what, const char *hint)
{
	if (j->err != NULL)
		j->err->offset = (size_t)(j->p - j->start);
	return xie_err_set(j->err, st, j->line, column(j), what, hint);
}

static void space(struct json *j)
{
	for (; j->p < j->end; j->p++) {
		if (*j->p == '\n') {
			j->line++;
			j->line_start = j->p + 1;
		} else if (*j->p != ' ' && *j->p != '\t' && *j->p != '\r') {
			return;
		}
	}
}

static bool hex4(const char *p, uint32_t *ret)
{
	uint32_t v = 0;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		unsigned d = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
		             : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
		             : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
		                                    : 16;
		if (d > 15)
			return false;
		v = v << 4 | d;
	}
	*ret = v;
	return true;
}

static size_t utf8_put(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const uint8_t lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3F));
	to[0] = (char)(lead[n] | c);
	return n;
}

/* p stands behind "\u"; reads one character, a surrogate pair as one. */
static xie_status unicode_escape(struct json *j, char *to, size_t *at)
{
	uint32_t c = 0, low = 0;
	if (j->end - j->p < 4 || !hex4(j->p, &c))
		return fail(j, XIE_MALFORMED, "bad \\u escape", "four hexadecimal digits");
	j->p += 4;
	if (c >= 0xD800 && c <= 0xDBFF) {
		if (j->end - j->p < 6 || j->p[0] != '\\' || j->p[1] != 'u' || !hex4(j->p + 2, &low) || low < 0xDC00 ||
		    low > 0xDFFF)
			return fail(j, XIE_MALFORMED, "half a surrogate pair", "\\uD8xx must be followed by \\uDCxx");
		j->p += 6;
		c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
	} else if (c >= 0xDC00 && c <= 0xDFFF) {
		return fail(j, XIE_MALFORMED, "half a surrogate pair", "\\uDCxx must follow \\uD8xx");
	}
	*at += utf8_put(to + *at, c);
	return XIE_OK;
}

static xie_status escaped(struct json *j, const char *from, size_t longest, xie_str *ret)
{
	static const char plain[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	char *to = xie_arena_alloc(j->mem, longest + 1, 1);
	if (to == NULL)
		return fail(j, XIE_LIMIT, "document too large", NULL);
	size_t at = 0;
	j->p = from;
	while (*j->p != '"') {
		if (*j->p != '\\') {
			to[at++] = *j->p++;
			continue;
		}
		j->p++;
		const char *k = *j->p != '\0' ? memchr(plain, *j->p, sizeof plain - 1) : NULL;
		if (k != NULL) {
			to[at++] = means[k - plain];
			j->p++;
		} else if (*j->p == 'u') {
			j->p++;
			xie_status st = unicode_escape(j, to, &at);
			if (st != XIE_OK)
				return st;
		} else {
			return fail(j, XIE_MALFORMED, "unknown escape in a string", "\\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\uXXXX");
		}
	}
	*ret = (xie_str){ to, at };
	j->p++;
	return XIE_OK;
}

static xie_status string(struct json *j, xie_str *ret)
{
	const char *from = ++j->p;
	bool esc = false;
	for (; j->p < j->end && *j->p != '"'; j->p++) {
		unsigned char c = (unsigned char)*j->p;
		if (c < 0x20)
			return fail(j, XIE_MALFORMED, "control character in a string", "write it as \\n, \\t or \\u00XX");
		if (c == '\\') {
			esc = true;
			j->p++;
			if (j->p == j->end)
				break;
		} else if (c >= 0x80) {
			size_t k = xie_utf8__len((const unsigned char *)j->p, (size_t)(j->end - j->p));
			if (k == 0)
				return fail(j, XIE_MALFORMED, "bytes that are not UTF-8", "save the file as UTF-8");
			j->p += k - 1;
		}
	}
	if (j->p >= j->end)
		return fail(j, XIE_TRUNCATED, "string without its closing quote", NULL);
	if (esc)
		return escaped(j, from, (size_t)(j->p - from), ret);
	*ret = (xie_str){ from, (size_t)(j->p - from) };
	j->p++;
	return XIE_OK;
}

static size_t run_of_digits(struct json *j)
{
	const char *from = j->p;
	while (j->p < j->end && *j->p >= '0' && *j->p <= '9')
		j->p++;
	return (size_t)(j->p - from);
}

static xie_status number(struct json *j, struct xie_val *v)
{
	const char *from = j->p;
	if (*j->p == '-')
		j->p++;
	const char *d = j->p;
	size_t n = run_of_digits(j);
	bool ok = n == 1 || (n > 1 && *d != '0');
	if (ok && j->p < j->end && *j->p == '.') {
		j->p++;
		ok = run_of_digits(j) != 0;
	}
	if (ok && j->p < j->end && (*j->p == 'e' || *j->p == 'E')) {
		j->p++;
		if (j->p < j->end && (*j->p == '+' || *j->p == '-'))
			j->p++;
		ok = run_of_digits(j) != 0;
	}
	if (!ok)
		return fail(j, XIE_MALFORMED, "not a JSON number", "for example -79.559999, 12 or 1.5e3");
	v->kind = XIE_VAL_NUMBER;
	v->s = (xie_str){ from, (size_t)(j->p - from) };
	return XIE_OK;
}

static xie_status word(struct json *j, struct xie_val *v)
{
	static const struct {
		const char *text;
		enum xie_val_kind kind;
		bool b;
	} words[] = { { "null", XIE_VAL_NULL, false }, { "true", XIE_VAL_BOOL, true }, { "false", XIE_VAL_BOOL, false } };
	xie_str rest = { j->p, (size_t)(j->end - j->p) };
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (xie_str_starts(rest, words[i].text)) {
			v->kind = words[i].kind;
			v->b = words[i].b;
			j->p += strlen(words[i].text);
			return XIE_OK;
		}
	return fail(j, XIE_MALFORMED, "not a JSON value", "an object, array, string, number, true, false or null");
}

static xie_status value(struct json *j, struct xie_val *v, uint32_t depth);

static xie_status member_name(struct json *j, const struct xie_val *obj, xie_str *ret_key)
{
	if (j->p == j->end || *j->p != '"')
		return fail(j, j->p == j->end ? XIE_TRUNCATED : XIE_MALFORMED, "member name expected", "\"name\": value");
	xie_status st = string(j, ret_key);
	if (st != XIE_OK)
		return st;
	if (obj->count >= MEMBERS) /* the search below is linear: a stranger must not make it slow */
		return fail(j, XIE_LIMIT, "too many members in one object", NULL);
	XIE_VAL_EACH(c, obj)
	{
		if (xie_str_eq(c->key, *ret_key)) {
			(void)fail(j, XIE_DUPLICATE, "member given twice: ", "each name once");
			xie_err_add(j->err, ret_key->p, ret_key->n);
			return XIE_DUPLICATE;
		}
	}
	space(j);
	if (j->p == j->end || *j->p != ':')
		return fail(j, j->p == j->end ? XIE_TRUNCATED : XIE_MALFORMED, "colon expected", "\"name\": value");
	j->p++;
	space(j);
	return XIE_OK;
}

static xie_status children(struct json *j, struct xie_val *v, uint32_t depth)
{
	bool object = *j->p == '{';
	char close = object ? '}' : ']';
	struct xie_val *tail = NULL;
	v->kind = object ? XIE_VAL_OBJECT : XIE_VAL_ARRAY;
	if (depth >= j->lim.depth)
		return fail(j, XIE_LIMIT, "nested too deep", NULL);
	j->p++;
	space(j);
	if (j->p < j->end && *j->p == close) {
		j->p++;
		return XIE_OK;
	}
	for (;;) {
		xie_str key = { NULL, 0 };
		xie_status st = object ? member_name(j, v, &key) : XIE_OK;
		if (st != XIE_OK)
			return st;
		struct xie_val *c = xie_val_add(j->mem, v, &tail, XIE_VAL_NULL, key);
		if (c == NULL || (j->lim.nodes != 0 && ++j->nodes > j->lim.nodes))
			return fail(j, XIE_LIMIT, "document too large", NULL);
		st = value(j, c, depth + 1);
		if (st != XIE_OK)
			return st;
		space(j);
		if (j->p == j->end)
			return fail(j, XIE_TRUNCATED, "document ends inside an object or array", NULL);
		if (*j->p == close) {
			j->p++;
			return XIE_OK;
		}
		if (*j->p != ',')
			return fail(j, XIE_MALFORMED, "comma expected between values", NULL);
		j->p++;
		space(j);
	}
}

static xie_status value(struct json *j, struct xie_val *v, uint32_t depth)
{
	if (j->p == j->end)
		return fail(j, XIE_TRUNCATED, "value expected", NULL);
	v->line = j->line;
	v->column = column(j);
	switch (*j->p) {
	case '{':
	case '[':
		return children(j, v, depth);
	case '"':
		v->kind = XIE_VAL_STRING;
		return string(j, &v->s);
	default:
		return *j->p == '-' || (*j->p >= '0' && *j->p <= '9') ? number(j, v) : word(j, v);
	}
}

xie_status xie_json_read(xie_arena *mem, xie_str text, struct xie_val_limits lim, const struct xie_val **ret_v,
                         struct xie_err *reterr)
{
	if (xie_str_starts(text, "\xEF\xBB\xBF")) /* a byte order mark is no part of the text */
		text = xie_str_from(text, 3);
	struct json j = { .mem = mem, .p = text.p, .end = text.p + text.n, .start = text.p, .line_start = text.p,
		          .line = 1, .lim = lim, .err = reterr };
	struct xie_val *root = xie_val_add(mem, NULL, NULL, XIE_VAL_NULL, (xie_str){ NULL, 0 });
	if (root == NULL)
		return fail(&j, XIE_LIMIT, "document too large", NULL);
	space(&j);
	xie_status st = value(&j, root, 0);
	if (st != XIE_OK)
		return st;
	space(&j);
	if (j.p != j.end)
		return fail(&j, XIE_MALFORMED, "text behind the end of the document", NULL);
	*ret_v = root;
	return XIE_OK;
}
