/* SPDX-License-Identifier: Apache-2.0 */
/* The blocks of a document's body: a mapping each, with one key that says what it is. */
#include "form.h"

static const xie_str none = { "", 0 };
enum { MAX_DEPTH = 16, MAX_CELLS = 12 };

static const struct {
	const char *key;
	enum fm_kind kind;
	bool text;
} kinds[] = { { "p", FM_P, true },       { "line", FM_LINE, true },   { "center", FM_CENTER, true }, { "right", FM_RIGHT, true },
	      { "head", FM_HEAD, true }, { "small", FM_SMALL, true }, { "table", FM_TABLE, false },  { "do", FM_GROUP, false },
	      { "use", FM_USE, false },  { "seal", FM_SEAL, false },  { "gap", FM_GAP, false },      { "page", FM_PAGE, false } };

static xie_status optional(struct fm_load *l, const struct xie_val *v, const char *key, const struct px **ret)
{
	const struct xie_val *e = xie_val_get(v, key);
	return e != NULL ? form__expr(l, e, xie_val_str(e), ret) : XIE_OK;
}

static xie_status load_cell(struct fm_load *l, const struct xie_val *v, struct fm_cell *ret)
{
	*ret = (struct fm_cell){ .span = 1 };
	if (v->kind == XIE_VAL_STRING)
		return form__text(l, v, &ret->text);
	xie_status st = form__only(l, v, "h t span min sign");
	if (st != XIE_OK)
		return st;
	const struct xie_val *h = xie_val_get(v, "h"), *t = xie_val_get(v, "t");
	int64_t span = xie_val_get_i64(v, "span", 1), min = xie_val_get_i64(v, "min", 0);
	if ((h == NULL) == (t == NULL) || span < 1 || span > MAX_CELLS || min < 0 || min > 200)
		return form__fail(l, XIE_MALFORMED, v, "a cell has h (a label) or t (a text), a span from 1 to 12 and a least height up to 200 mm", none,
		                  "{h: 案由} or {t: \"{field.facts}\", span: 3, min: 40}");
	ret->label = h != NULL;
	ret->span = (uint8_t)span;
	ret->min_mm = (int32_t)min;
	const struct xie_val *sign = xie_val_get(v, "sign");
	if (sign != NULL)
		st = form__text(l, sign, &ret->sign);
	return st != XIE_OK ? st : form__text(l, h != NULL ? h : t, &ret->text);
}

static xie_status load_row(struct fm_load *l, const struct xie_val *v, uint32_t columns, struct fm_row *ret)
{
	const struct xie_val *cells = v;
	xie_status st = XIE_OK;
	if (v->kind == XIE_VAL_OBJECT) {
		st = form__only(l, v, "when each row");
		cells = xie_val_get(v, "row");
		if (st == XIE_OK)
			st = optional(l, v, "when", &ret->when);
		if (st == XIE_OK)
			st = optional(l, v, "each", &ret->each);
	}
	if (st != XIE_OK)
		return st;
	struct fm_cell *list = xie_arena_new(l->mem, struct fm_cell, MAX_CELLS);
	uint32_t wide = 0;
	if (list == NULL || cells == NULL || cells->kind != XIE_VAL_ARRAY || cells->count > MAX_CELLS)
		return form__fail(l, list == NULL ? XIE_LIMIT : XIE_MALFORMED, v, "a row is a list of up to twelve cells", none, NULL);
	XIE_VAL_EACH(c, cells)
	{
		st = load_cell(l, c, &list[ret->n]);
		if (st != XIE_OK)
			return st;
		wide += list[ret->n++].span;
	}
	ret->cells = list;
	return wide == columns ? XIE_OK : form__fail(l, XIE_RANGE, v, "the cells do not fill the columns of the table", none, "spans add up to the number of cols");
}

static xie_status load_table(struct fm_load *l, const struct xie_val *v, struct fm_block *b)
{
	xie_status st = form__only(l, v, "cols rows");
	if (st != XIE_OK)
		return st;
	const struct xie_val *cols = xie_val_get(v, "cols"), *rows = xie_val_get(v, "rows");
	XIE_VAL_EACH(c, cols)
	{
		int64_t share = 0;
		if (b->n_cols == MAX_CELLS || xie_val_i64(c, &share) != XIE_OK || share < 1 || share > 100)
			return form__fail(l, XIE_RANGE, c, "columns are up to twelve shares from 1 to 100", none, "cols: [2, 3, 2, 3]");
		b->cols[b->n_cols++] = (uint8_t)share;
	}
	struct fm_row *list = xie_arena_new(l->mem, struct fm_row, rows != NULL ? rows->count + 1 : 1);
	if (list == NULL || b->n_cols == 0)
		return form__fail(l, list == NULL ? XIE_LIMIT : XIE_MISSING, v, "a table has cols and rows", none, NULL);
	XIE_VAL_EACH(r, rows)
	{
		st = load_row(l, r, b->n_cols, &list[b->n_rows++]);
		if (st != XIE_OK)
			return st;
	}
	b->rows = list;
	return XIE_OK;
}

static xie_status load_seal(struct fm_load *l, const struct xie_val *v, struct fm_block *b)
{
	xie_status st = form__only(l, v, "name date");
	if (st == XIE_OK)
		st = form__text(l, xie_val_get(v, "name"), &b->text);
	return st == XIE_OK ? form__text(l, xie_val_get(v, "date"), &b->text2) : st;
}

static xie_status load_use(struct fm_load *l, const struct xie_val *v, struct fm_block *b)
{
	const struct fm_part *p = form__part(l->f, xie_val_str(v));
	if (p == NULL)
		return form__fail(l, XIE_UNKNOWN, v, "no part before this one is called ", xie_val_str(v), NULL);
	b->body = p->body;
	b->n_body = p->n_body;
	return XIE_OK;
}

static xie_status load_content(struct fm_load *l, const struct xie_val *v, struct fm_block *b)
{
	switch (b->kind) {
	case FM_TABLE:
		return load_table(l, v, b);
	case FM_GROUP:
		return form__blocks(l, v, &b->body, &b->n_body);
	case FM_USE:
		return load_use(l, v, b);
	case FM_SEAL:
		return load_seal(l, v, b);
	case FM_GAP: {
		int64_t mm = 0;
		if (xie_val_i64(v, &mm) != XIE_OK || mm < 0 || mm > 200)
			return form__fail(l, XIE_RANGE, v, "a gap is 0 to 200 millimetres", none, NULL);
		b->mm = (int32_t)mm;
		return XIE_OK;
	}
	case FM_PAGE:
		return XIE_OK;
	default:
		return form__text(l, v, &b->text);
	}
}

static xie_status load_block(struct fm_load *l, const struct xie_val *v, struct fm_block *b)
{
	const struct xie_val *content = NULL;
	xie_status st = form__only(l, v, "p line center right head small table do use seal gap page when each");
	if (st != XIE_OK)
		return st;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const struct xie_val *c = xie_val_get(v, kinds[i].key);
		if (c == NULL)
			continue;
		if (content != NULL)
			return form__fail(l, XIE_DUPLICATE, c, "a block is one thing; it has a second: ", c->key, NULL);
		content = c;
		b->kind = kinds[i].kind;
	}
	if (content == NULL)
		return form__fail(l, XIE_MISSING, v, "a block without its content", none, "{p: \"text\"}");
	st = optional(l, v, "when", &b->when);
	if (st == XIE_OK)
		st = optional(l, v, "each", &b->each);
	return st == XIE_OK ? load_content(l, content, b) : st;
}

xie_status form__blocks(struct fm_load *l, const struct xie_val *list, const struct fm_block **ret, uint32_t *ret_n)
{
	if (list == NULL || list->kind != XIE_VAL_ARRAY || l->depth >= MAX_DEPTH)
		return form__fail(l, XIE_MALFORMED, list, "a list of blocks is expected, nested at most sixteen times", none, NULL);
	struct fm_block *blocks = xie_arena_new(l->mem, struct fm_block, list->count + 1);
	uint32_t n = 0;
	xie_status st = blocks != NULL ? XIE_OK : form__fail(l, XIE_LIMIT, list, "templates take more memory than was given", none, NULL);
	l->depth++;
	XIE_VAL_EACH(v, list)
	{
		if (st == XIE_OK)
			st = load_block(l, v, &blocks[n++]);
	}
	l->depth--;
	*ret = blocks;
	*ret_n = n;
	return st;
}
