/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/pack/yaml.h"

#include <yaml.h>

enum { MEMBERS = 4096 }; /* in one mapping; the search for a key given twice is linear */

struct reader {
	yaml_parser_t parser;
	xie_arena *mem;
	struct xie_val_limits lim;
	uint32_t nodes;
	struct xie_err *err;
};

static uint32_t from_one(size_t n)
{
	return n < UINT32_MAX ? (uint32_t)n + 1 : UINT32_MAX;
}

static xie_status fail(struct reader *r, xie_status st, const yaml_mark_t *at, const char *what, const char *hint)
{
	(void)xie_err_set(r->err, st, from_one(at->line), from_one(at->column), what, hint);
	if (r->err != NULL)
		r->err->offset = at->index;
	return st;
}

/* libyaml counts lines itself, but for bytes that are no UTF-8 it knows their offset only. */
static xie_status fail_bytes(struct reader *r, xie_str text)
{
	yaml_mark_t at = { 0, 0, 0 };
	for (size_t i = 0; i < r->parser.problem_offset && i < text.n; i++) {
		at.column = text.p[i] == '\n' ? 0 : at.column + ((text.p[i] & 0xC0) != 0x80 ? 1 : 0);
		at.line += text.p[i] == '\n' ? 1 : 0;
		at.index++;
	}
	return fail(r, XIE_MALFORMED, &at, "not UTF-8 text, or a control character", "save the file as UTF-8");
}

/* Where libyaml's own words say what a person would not understand, ours follow. */
static const char *better_hint(const char *problem)
{
	static const char *const hints[][2] = {
		{ "found character that cannot start any token", "indent with blanks, not tabs; quote text that starts with @ ` or %" },
		{ "found a tab character", "indent with blanks" },
		{ "mapping values are not allowed", "quote text that holds a colon and a blank" },
		{ "could not find expected ':'", "every line of a mapping is key: value" },
		{ "did not find expected key", "keys of one mapping stand in the same column" },
		{ "did not find expected '-' indicator", "items of one list stand in the same column" },
		{ "found undefined tag handle", "tags (!) are not used here" },
		{ "unexpected end of stream", "close the quote" },
	};
	for (size_t i = 0; problem != NULL && i < sizeof hints / sizeof hints[0]; i++)
		if (strstr(problem, hints[i][0]) != NULL)
			return hints[i][1];
	return NULL;
}

static xie_status fail_yaml(struct reader *r, xie_str text)
{
	const yaml_parser_t *p = &r->parser;
	if (p->error == YAML_READER_ERROR)
		return fail_bytes(r, text);
	if (p->error == YAML_MEMORY_ERROR)
		return fail(r, XIE_LIMIT, &p->mark, "out of memory", NULL);
	const char *problem = p->problem != NULL ? p->problem : "not YAML";
	return fail(r, XIE_MALFORMED, &p->problem_mark, problem, better_hint(problem));
}

static bool next(struct reader *r, yaml_event_t *ev)
{
	return yaml_parser_parse(&r->parser, ev) != 0;
}

static bool json_number(xie_str s)
{
	size_t i = s.n != 0 && s.p[0] == '-' ? 1 : 0, from = i;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		;
	if (i == from || (i - from > 1 && s.p[from] == '0'))
		return false;
	if (i < s.n && s.p[i] == '.') {
		from = ++i;
		for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			;
		if (i == from)
			return false;
	}
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		i += i + 1 < s.n && (s.p[i + 1] == '+' || s.p[i + 1] == '-') ? 2 : 1;
		from = i;
		for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			;
		if (i == from)
			return false;
	}
	return i == s.n;
}

static void plain(struct xie_val *v)
{
	if (v->s.n == 0 || xie_str_is(v->s, "null") || xie_str_is(v->s, "~")) {
		v->kind = XIE_VAL_NULL;
	} else if (xie_str_is(v->s, "true") || xie_str_is(v->s, "false")) {
		v->kind = XIE_VAL_BOOL;
		v->b = v->s.p[0] == 't';
	} else {
		v->kind = json_number(v->s) ? XIE_VAL_NUMBER : XIE_VAL_STRING;
		return;
	}
	v->s = (xie_str){ NULL, 0 };
}

/* Anchors and tags hang on every kind of node. */
static xie_status refuse_extras(struct reader *r, const yaml_event_t *ev)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;
	switch (ev->type) {
	case YAML_ALIAS_EVENT:
		return fail(r, XIE_REFUSED, &ev->start_mark, "aliases (*name) are not used here", "write the value again");
	case YAML_SCALAR_EVENT:
		anchor = ev->data.scalar.anchor;
		tag = ev->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = ev->data.sequence_start.anchor;
		tag = ev->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = ev->data.mapping_start.anchor;
		tag = ev->data.mapping_start.tag;
		break;
	default:
		return XIE_OK;
	}
	if (anchor != NULL)
		return fail(r, XIE_REFUSED, &ev->start_mark, "anchors (&name) are not used here", "write the value where it is used");
	if (tag != NULL)
		return fail(r, XIE_REFUSED, &ev->start_mark, "tags (!name) are not used here", "quote text that starts with !");
	return XIE_OK;
}

static xie_status node(struct reader *r, xie_str text, yaml_event_t *ev, struct xie_val *v, uint32_t depth);

static xie_status new_child(struct reader *r, const yaml_event_t *ev, struct xie_val *parent, struct xie_val **tail,
                            xie_str key, struct xie_val **ret)
{
	struct xie_val *v = NULL;
	if (r->lim.nodes == 0 || ++r->nodes <= r->lim.nodes)
		v = xie_val_add(r->mem, parent, tail, XIE_VAL_NULL, key);
	if (v == NULL)
		return fail(r, XIE_LIMIT, &ev->start_mark, "document too large", NULL);
	*ret = v;
	return XIE_OK;
}

static xie_status key_of(struct reader *r, const yaml_event_t *ev, const struct xie_val *map, xie_str *ret)
{
	xie_status st = refuse_extras(r, ev);
	if (st != XIE_OK)
		return st;
	if (ev->type != YAML_SCALAR_EVENT)
		return fail(r, XIE_REFUSED, &ev->start_mark, "a key must be text", NULL);
	bool is_plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	xie_str s = { (const char *)ev->data.scalar.value, ev->data.scalar.length };
	if (is_plain && s.n == 0)
		return fail(r, XIE_REFUSED, &ev->start_mark, "a key is missing before the colon", NULL);
	if (is_plain && xie_str_is(s, "<<"))
		return fail(r, XIE_REFUSED, &ev->start_mark, "merge keys (<<) are not used here", "write the members again");
	if (map->count >= MEMBERS)
		return fail(r, XIE_LIMIT, &ev->start_mark, "too many keys in one mapping", NULL);
	XIE_VAL_EACH(c, map)
	{
		if (xie_str_eq(c->key, s)) {
			(void)fail(r, XIE_DUPLICATE, &ev->start_mark, "key given twice: ", "each key once");
			xie_err_add(r->err, s.p, s.n);
			return XIE_DUPLICATE;
		}
	}
	char *copy = xie_str_dup(r->mem, s);
	if (copy == NULL)
		return fail(r, XIE_LIMIT, &ev->start_mark, "document too large", NULL);
	*ret = (xie_str){ copy, s.n };
	return XIE_OK;
}

static bool is_block(const yaml_event_t *ev)
{
	return (ev->type == YAML_MAPPING_START_EVENT && ev->data.mapping_start.style == YAML_BLOCK_MAPPING_STYLE) ||
	       (ev->type == YAML_SEQUENCE_START_EVENT && ev->data.sequence_start.style == YAML_BLOCK_SEQUENCE_STYLE);
}

/* One child of v, whose first event is ev: for a mapping the key, then its value. */
static xie_status child(struct reader *r, xie_str text, yaml_event_t *ev, struct xie_val *v, struct xie_val **tail,
                        uint32_t depth)
{
	xie_str key = { NULL, 0 };
	yaml_mark_t key_mark = ev->start_mark;
	xie_status st = XIE_OK;
	if (v->kind == XIE_VAL_OBJECT) {
		st = key_of(r, ev, v, &key);
		yaml_event_delete(ev);
		if (st != XIE_OK)
			return st;
		if (!next(r, ev))
			return fail_yaml(r, text);
	}
	struct xie_val *c = NULL;
	bool block = is_block(ev);
	st = new_child(r, ev, v, tail, key, &c);
	if (st == XIE_OK)
		st = node(r, text, ev, c, depth + 1);
	if (st == XIE_OK && v->kind == XIE_VAL_OBJECT && block) {
		/* A block stands lines below its key: a message about it is understood at the key. */
		c->line = from_one(key_mark.line);
		c->column = from_one(key_mark.column);
	}
	return st;
}

static xie_status children(struct reader *r, xie_str text, struct xie_val *v, yaml_event_type_t end, uint32_t depth)
{
	struct xie_val *tail = NULL;
	for (;;) {
		yaml_event_t ev;
		if (!next(r, &ev))
			return fail_yaml(r, text);
		bool done = ev.type == end;
		xie_status st = done ? XIE_OK : child(r, text, &ev, v, &tail, depth);
		yaml_event_delete(&ev);
		if (done || st != XIE_OK)
			return st;
	}
}

static xie_status node(struct reader *r, xie_str text, yaml_event_t *ev, struct xie_val *v, uint32_t depth)
{
	xie_status st = refuse_extras(r, ev);
	if (st != XIE_OK)
		return st;
	v->line = from_one(ev->start_mark.line);
	v->column = from_one(ev->start_mark.column);
	if (ev->type == YAML_SCALAR_EVENT) {
		xie_str s = { (const char *)ev->data.scalar.value, ev->data.scalar.length };
		char *copy = xie_str_dup(r->mem, s);
		if (copy == NULL)
			return fail(r, XIE_LIMIT, &ev->start_mark, "document too large", NULL);
		v->kind = XIE_VAL_STRING;
		v->s = (xie_str){ copy, s.n };
		if (ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
			plain(v);
		return XIE_OK;
	}
	if (depth >= r->lim.depth)
		return fail(r, XIE_LIMIT, &ev->start_mark, "nested too deep", NULL);
	bool map = ev->type == YAML_MAPPING_START_EVENT;
	v->kind = map ? XIE_VAL_OBJECT : XIE_VAL_ARRAY;
	return children(r, text, v, map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT, depth);
}

/* The events round the one document: what is expected, in order. */
static xie_status document(struct reader *r, xie_str text, struct xie_val *root)
{
	for (;;) {
		yaml_event_t ev;
		if (!next(r, &ev))
			return fail_yaml(r, text);
		yaml_event_type_t type = ev.type;
		xie_status st = XIE_OK;
		if (type == YAML_STREAM_END_EVENT)
			st = fail(r, XIE_MISSING, &ev.start_mark, "the document is empty", NULL);
		else if (type == YAML_DOCUMENT_START_EVENT &&
		         (ev.data.document_start.version_directive != NULL ||
		          ev.data.document_start.tag_directives.start != ev.data.document_start.tag_directives.end))
			st = fail(r, XIE_REFUSED, &ev.start_mark, "directives (%) are not used here", "leave the line out");
		else if (type != YAML_STREAM_START_EVENT && type != YAML_DOCUMENT_START_EVENT)
			st = node(r, text, &ev, root, 0);
		yaml_event_delete(&ev);
		if (st != XIE_OK)
			return st;
		if (type != YAML_STREAM_START_EVENT && type != YAML_DOCUMENT_START_EVENT)
			break;
	}
	for (;;) {
		yaml_event_t ev;
		if (!next(r, &ev))
			return fail_yaml(r, text);
		yaml_event_type_t type = ev.type;
		xie_status st = type == YAML_DOCUMENT_START_EVENT
		                        ? fail(r, XIE_REFUSED, &ev.start_mark, "a second document in one file", "one file each")
		                        : XIE_OK;
		yaml_event_delete(&ev);
		if (st != XIE_OK || type == YAML_STREAM_END_EVENT)
			return st;
	}
}

static xie_status read_yaml(xie_arena *mem, xie_str text, struct xie_val_limits lim, const struct xie_val **ret_v,
                            struct xie_err *reterr)
{
	struct reader r = { .mem = mem, .lim = lim, .err = reterr };
	struct xie_val *root = xie_val_add(mem, NULL, NULL, XIE_VAL_NULL, (xie_str){ NULL, 0 });
	if (root == NULL || yaml_parser_initialize(&r.parser) == 0)
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, "document too large", NULL);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.p, text.n);
	xie_status st = document(&r, text, root);
	yaml_parser_delete(&r.parser);
	if (st == XIE_OK)
		*ret_v = root;
	return st;
}

xie_status xie_yaml_read(xie_arena *mem, xie_str text, struct xie_val_limits lim, const struct xie_val **ret_v,
                         struct xie_err *reterr)
{
	if (xie_str_starts(text, "\xEF\xBB\xBF")) /* a byte order mark is no part of the text */
		text = xie_str_from(text, 3);
	xie_str body = xie_str_trim(text);
	if (body.n != 0 && (body.p[0] == '{' || body.p[0] == '[')) {
		size_t mark = xie_arena_mark(mem);
		if (xie_json_read(mem, text, lim, ret_v, NULL) == XIE_OK)
			return XIE_OK;
		xie_arena_rewind(mem, mark);
	}
	return read_yaml(mem, text, lim, ret_v, reterr);
}
