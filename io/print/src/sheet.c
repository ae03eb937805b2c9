/* SPDX-License-Identifier: Apache-2.0 */
/* A document with its holes filled: what is drawn, or what is missing. */
#include "form.h"

void fill__bad(struct fill *x, xie_status st, const char *what, xie_str which)
{
	if (x->st != XIE_OK)
		return;
	x->st = xie_err_set(x->err, st, 0, 0, what, NULL);
	if (x->err != NULL)
		xie_err_add(x->err, which.p, which.n);
}

void fill__miss(struct fill *x, xie_str code, xie_str zh, xie_str en, const xie_str *basis, uint32_t n_basis)
{
	for (uint32_t i = 0; i < x->n_missing; i++)
		if (xie_str_eq(x->missing[i].code, code))
			return;
	if (x->n_missing == FM_MAX_MISSING)
		return;
	x->missing[x->n_missing++] = (struct xie_law_unmet){ .code = code, .zh = zh, .en = en, .basis = basis, .n_basis = n_basis };
}

xie_str fill__kept(struct fill *x, const xie_wr *w)
{
	char *p = w->st == XIE_OK ? xie_arena_alloc(x->mem, w->n + 1, 1) : NULL;
	if (p == NULL) {
		x->st = x->st == XIE_OK ? XIE_LIMIT : x->st;
		return (xie_str){ "", 0 };
	}
	memcpy(p, w->p, w->n);
	return (xie_str){ p, w->n };
}

const struct xie_val *fill__made(struct fill *x, xie_str text)
{
	struct xie_val *v = xie_arena_new(x->mem, struct xie_val, 1);
	if (v == NULL) {
		x->st = x->st == XIE_OK ? XIE_LIMIT : x->st;
		return NULL;
	}
	*v = (struct xie_val){ .kind = XIE_VAL_STRING, .s = text };
	return v;
}

static bool step(struct fill *x)
{
	if (++x->steps > FM_MAX_STEPS)
		fill__bad(x, XIE_LIMIT, "the document has no end", (xie_str){ "", 0 });
	return x->st == XIE_OK;
}

/* --- rows --- */
struct rows {
	struct sh_row *list;
	uint32_t n, cap;
};

static void add_row(struct fill *x, const struct fm_row *r, struct rows *to)
{
	struct sh_cell *cells = xie_arena_new(x->mem, struct sh_cell, r->n + 1);
	if (cells == NULL || to->n == to->cap) {
		fill__bad(x, XIE_LIMIT, "a table of too many rows", (xie_str){ "", 0 });
		return;
	}
	for (uint32_t i = 0; i < r->n && x->st == XIE_OK; i++)
		cells[i] = (struct sh_cell){ .text = fill__text(x, &r->cells[i].text), .sign = fill__text(x, &r->cells[i].sign),
			                     .span = r->cells[i].span, .label = r->cells[i].label, .min_mm = r->cells[i].min_mm };
	to->list[to->n++] = (struct sh_row){ cells, r->n };
}

/* Runs body for each element (or once); what it is and its number are as before afterwards. */
static void for_each(struct fill *x, const struct px *each, void (*body)(struct fill *x, const void *of, void *to), const void *of, void *to)
{
	if (each == NULL) {
		body(x, of, to);
		return;
	}
	const struct xie_val *list = fill__eval(x, each), *it = x->it;
	uint32_t no = x->it_no;
	x->it_no = 0;
	if (list != NULL && list->kind != XIE_VAL_ARRAY)
		fill__bad(x, XIE_MALFORMED, "a list is expected: ", each->s);
	else
		XIE_VAL_EACH(one, list)
		{
			if (!step(x) || x->it_no == FM_MAX_EACH)
				break;
			x->it = one;
			x->it_no++;
			body(x, of, to);
		}
	x->it = it;
	x->it_no = no;
}

static void one_row(struct fill *x, const void *of, void *to)
{
	const struct fm_row *r = of;
	if (step(x) && fill__true(x, r->when))
		add_row(x, r, to);
}

static uint32_t count_rows(struct fill *x, const struct fm_block *b)
{
	uint32_t n = 1;
	for (uint32_t i = 0; i < b->n_rows; i++) {
		const struct xie_val *list = b->rows[i].each != NULL ? fill__eval(x, b->rows[i].each) : NULL;
		n += list != NULL ? list->count : 1;
	}
	return n;
}

/* --- blocks --- */
static void add_block(struct fill *x, const struct fm_block *b, struct sheet *s)
{
	struct sh_block *out = xie_arena_new(x->mem, struct sh_block, 1);
	if (out == NULL) {
		x->st = XIE_LIMIT;
		return;
	}
	*out = (struct sh_block){ .kind = b->kind, .cols = b->cols, .n_cols = b->n_cols, .mm = b->mm };
	if (b->kind == FM_TABLE) {
		struct rows rows = { .cap = count_rows(x, b) };
		rows.list = xie_arena_new(x->mem, struct sh_row, rows.cap);
		if (rows.list == NULL)
			x->st = XIE_LIMIT;
		for (uint32_t i = 0; i < b->n_rows && x->st == XIE_OK; i++)
			for_each(x, b->rows[i].each, one_row, &b->rows[i], &rows);
		out->rows = rows.list;
		out->n_rows = rows.n;
	} else {
		out->text = fill__text(x, &b->text);
		out->text2 = fill__text(x, &b->text2);
	}
	if (s->last != NULL)
		s->last->next = out;
	else
		s->first = out;
	s->last = out;
}

static void add_blocks(struct fill *x, const struct fm_block *list, uint32_t n, struct sheet *s);

static void one_block(struct fill *x, const void *of, void *to)
{
	const struct fm_block *b = of;
	if (!step(x) || !fill__true(x, b->when))
		return;
	if (b->kind == FM_GROUP || b->kind == FM_USE)
		add_blocks(x, b->body, b->n_body, to);
	else
		add_block(x, b, to);
}

static void add_blocks(struct fill *x, const struct fm_block *list, uint32_t n, struct sheet *s)
{
	for (uint32_t i = 0; i < n && x->st == XIE_OK; i++)
		for_each(x, list[i].each, one_block, &list[i], s);
}

static void check_needs(struct fill *x, const struct form *form, const struct xie_print_doc *d)
{
	for (uint32_t i = 0; i < form->n_needs && x->st == XIE_OK; i++) {
		const struct fm_need *need = &form->needs[i];
		if (fill__true(x, need->when) && !fill__true(x, need->is))
			fill__miss(x, need->code, need->zh, need->en, need->basis, need->n_basis);
	}
	if (form->pub.numbered && d->number.n == 0)
		fill__miss(x, XIE_STR("number"), XIE_STR("文号（由案件系统连续编号）"), XIE_STR("the document's number"), NULL, 0);
}

/* The address in the QR code: authority.verify_base without its last slash, /verify/, the id. */
static xie_str verify_url(struct fill *x, xie_str id)
{
	char buf[400];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_str base = xie_val_get_str(xie_val_get(x->root, "authority"), "verify_base");
	if (base.n == 0) {
		fill__miss(x, XIE_STR("fact:authority.verify_base"), XIE_STR("核验网址（二维码）"), XIE_STR("the address that the QR code leads to"), NULL, 0);
		return base;
	}
	while (base.n != 0 && base.p[base.n - 1] == '/')
		base.n--;
	xie_wr_str(&w, base);
	xie_wr_text(&w, "/verify/");
	xie_wr_str(&w, id);
	return fill__kept(x, &w);
}

xie_status sheet__make(struct fill *x, const struct form *form, const struct xie_print_doc *d, struct sheet *ret)
{
	struct sheet s = { .style = form->style, .number = d->number, .id = d->id, .day = x->day };
	s.authority = xie_val_get_str(xie_val_get(x->root, "authority"), "name");
	if (s.authority.n == 0)
		fill__miss(x, XIE_STR("fact:authority.name"), XIE_STR("行政机关名称"), XIE_STR("the authority's name"), NULL, 0);
	check_needs(x, form, d);
	s.title = fill__text(x, &form->title);
	s.subject = xie_val_get_str(xie_val_get(x->root, "case"), "id");
	if (form->has_foot)
		s.foot = fill__text(x, &form->foot);
	s.qr = form->qr && d->id.n != 0;
	if (s.qr)
		s.verify_url = verify_url(x, d->id);
	add_blocks(x, form->body, form->n_body, &s);
	if (x->st != XIE_OK) {
		if (x->err != NULL && x->err->what[0] == '\0')
			(void)xie_err_set(x->err, x->st, 0, 0, "the document takes more memory than was given", NULL);
		return x->st;
	}
	if (x->n_missing != 0)
		return xie_err_set(x->err, XIE_MISSING, 0, 0, "the document is not complete", NULL);
	*ret = s;
	return XIE_OK;
}

xie_status sheet__write(const struct sheet *s, xie_wr *w)
{
	xie_wr_str(w, s->title);
	xie_wr_char(w, '\n');
	if (s->number.n != 0) {
		xie_wr_str(w, s->number);
		xie_wr_char(w, '\n');
	}
	for (const struct sh_block *b = s->first; b != NULL; b = b->next) {
		for (uint32_t i = 0; i < b->n_rows; i++) {
			for (uint32_t k = 0; k < b->rows[i].n; k++) {
				if (k != 0)
					xie_wr_char(w, '\t');
				xie_wr_str(w, b->rows[i].cells[k].text);
			}
			xie_wr_char(w, '\n');
		}
		if (b->kind == FM_TABLE || b->kind == FM_GAP || b->kind == FM_PAGE)
			continue;
		xie_wr_str(w, b->text);
		xie_wr_char(w, '\n');
		if (b->kind == FM_SEAL) {
			xie_wr_str(w, b->text2);
			xie_wr_char(w, '\n');
		}
	}
	return w->st;
}
