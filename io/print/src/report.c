/* SPDX-License-Identifier: Apache-2.0 */
/* What a check found, on one page. */
#include "draw.h"

#define LARGEST 11.0
#define SMALLEST 6.0

struct making {
	xie_arena *mem;
	struct sheet s;
	bool full;
};

static struct sh_block *add(struct making *m, enum fm_kind kind)
{
	struct sh_block *b = xie_arena_new(m->mem, struct sh_block, 1);
	if (b == NULL) {
		m->full = true;
		return NULL;
	}
	b->kind = kind;
	if (m->s.last != NULL)
		m->s.last->next = b;
	else
		m->s.first = b;
	m->s.last = b;
	return b;
}

static void add_text(struct making *m, enum fm_kind kind, xie_str text)
{
	struct sh_block *b = add(m, kind);
	if (b != NULL)
		b->text = text;
}

/* A table of rows of n cells; the caller fills them. */
static struct sh_cell *add_table(struct making *m, const uint8_t *cols, uint8_t n, uint32_t n_rows)
{
	struct sh_block *b = add(m, FM_TABLE);
	struct sh_row *rows = xie_arena_new(m->mem, struct sh_row, n_rows + 1);
	struct sh_cell *cells = xie_arena_new(m->mem, struct sh_cell, (size_t)n_rows * n + 1);
	if (b == NULL || rows == NULL || cells == NULL) {
		m->full = true;
		return NULL;
	}
	for (uint32_t i = 0; i < n_rows; i++)
		rows[i] = (struct sh_row){ cells + (size_t)i * n, n };
	*b = (struct sh_block){ .kind = FM_TABLE, .rows = rows, .n_rows = n_rows, .cols = cols, .n_cols = n };
	return cells;
}

static xie_str both(struct making *m, xie_str a, xie_str b)
{
	char *p = xie_arena_alloc(m->mem, a.n + b.n + 2, 1);
	if (p == NULL) {
		m->full = true;
		return a;
	}
	xie_wr w = xie_wr_of(p, a.n + b.n + 1);
	xie_wr_str(&w, a);
	if (b.n != 0)
		xie_wr_char(&w, '\n');
	xie_wr_str(&w, b);
	return xie_wr_view(&w);
}

static void make(struct making *m, const struct xie_print_report *r)
{
	static const uint8_t pair_cols[] = { 5, 21 }, finding_cols[] = { 10, 5, 11 };
	m->s = (struct sheet){ .style = STYLE_REPORT, .title = r->title, .subject = r->subtitle, .day = r->day };
	add_text(m, FM_CENTER, r->subtitle);
	struct sh_cell *cells = add_table(m, pair_cols, 2, r->n_pairs);
	for (uint32_t i = 0; cells != NULL && i < r->n_pairs; i++) {
		cells[2 * i] = (struct sh_cell){ .text = r->pairs[i].label, .span = 1, .label = true };
		cells[2 * i + 1] = (struct sh_cell){ .text = r->pairs[i].value, .span = 1 };
	}
	cells = add_table(m, finding_cols, 3, r->n_findings + 1);
	for (uint32_t k = 0; cells != NULL && k < 3; k++)
		cells[k] = (struct sh_cell){ .text = r->heads[k], .span = 1, .label = true };
	for (uint32_t i = 0; cells != NULL && i < r->n_findings; i++) {
		const struct xie_print_finding *f = &r->findings[i];
		struct sh_cell *row = cells + (size_t)(i + 1) * 3;
		row[0] = (struct sh_cell){ .text = both(m, f->zh, f->en), .span = 1 };
		row[1] = (struct sh_cell){ .text = f->grade, .span = 1, .label = true, .red = f->bad };
		row[2] = (struct sh_cell){ .text = f->detail, .span = 1 };
	}
	add_text(m, FM_HEAD, r->verdict);
	if (!m->full)
		m->s.last->red = r->bad;
}

xie_status xie_print_report(xie_arena *mem, const struct xie_print_report *r, struct xie_print_pdf *ret_pdf, struct xie_err *reterr)
{
	static const struct xie_print_options none = { 0 };
	struct making m = { .mem = mem };
	struct pen p;
	uint32_t pages = 2;
	make(&m, r);
	const char *title = xie_str_dup(mem, r->title), *subject = xie_str_dup(mem, r->subtitle);
	if (m.full || title == NULL || subject == NULL)
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, "the report takes more memory than was given", NULL);
	xie_status st = pen_open(&p, &none, 0);
	if (st != XIE_OK)
		return pen_error(st, reterr);
	for (m.s.size = LARGEST; m.s.size > SMALLEST && pen_count(&p, &m.s) > 1; m.s.size -= 0.5)
		;
	pen_about(&p, title, "xiezhi", subject, r->day);
	st = pen_sheet(&p, &m.s, &pages);
	p.too_long = p.too_long || pages > 1;
	xie_status closed = pen_close(&p, ret_pdf);
	st = st != XIE_OK ? st : closed;
	if (st == XIE_LIMIT)
		return xie_err_set(reterr, st, 0, 0, "the report does not fit on one page", NULL);
	return st == XIE_OK ? XIE_OK : pen_error(st, reterr);
}
