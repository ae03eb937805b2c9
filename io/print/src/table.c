/* SPDX-License-Identifier: Apache-2.0 */
/* Tables: rows break over pages where they must, a cell's text by lines. */
#include "draw.h"

enum { MAX_CELLS = 12 };
#define PAD 5.0
#define SMALL_ROW 0.4 /* of a page: a row up to this height is moved whole */

struct cell {
	const struct sh_cell *from;
	PangoLayout *text, *sign;
	int lines, sign_lines, done; /* done: lines of text drawn so far */
	double x, w;
};

struct row {
	struct cell cells[MAX_CELLS];
	uint32_t n;
	double min; /* height at least */
};

static void open_row(struct pen *p, const struct sh_block *b, const struct sh_row *from, struct row *r)
{
	unsigned all = 0, at = 0;
	for (uint8_t i = 0; i < b->n_cols; i++)
		all += b->cols[i];
	*r = (struct row){ .n = from->n };
	for (uint32_t i = 0; i < from->n; i++) {
		struct cell *c = &r->cells[i];
		unsigned share = 0, before = 0;
		for (uint8_t k = 0; k < at; k++)
			before += b->cols[k];
		for (uint8_t k = 0; k < from->cells[i].span; k++)
			share += b->cols[at + k];
		at += from->cells[i].span;
		*c = (struct cell){ .from = &from->cells[i], .x = LEFT + WIDTH * before / all, .w = WIDTH * share / all };
		double inner = c->w - 2 * PAD;
		c->text = pen_layout(p, c->from->text, c->from->label ? FONT_LABEL : FONT_BODY, p->size, inner,
		                     c->from->label ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
		c->lines = c->from->text.n != 0 ? pango_layout_get_line_count(c->text) : 0;
		if (c->from->sign.n != 0) {
			c->sign = pen_layout(p, c->from->sign, FONT_BODY, p->size, inner, PANGO_ALIGN_RIGHT);
			c->sign_lines = pango_layout_get_line_count(c->sign);
		}
		double min = c->from->min_mm * MM;
		r->min = min > r->min ? min : r->min;
	}
}

static void close_row(struct row *r)
{
	for (uint32_t i = 0; i < r->n; i++) {
		g_object_unref(r->cells[i].text);
		if (r->cells[i].sign != NULL)
			g_object_unref(r->cells[i].sign);
	}
}

/* What is left of the row, drawn in one piece. */
static double rest_height(const struct pen *p, const struct row *r)
{
	double h = r->min > p->pitch + 2 * PAD ? r->min : p->pitch + 2 * PAD;
	for (uint32_t i = 0; i < r->n; i++) {
		const struct cell *c = &r->cells[i];
		double own = (c->lines - c->done + c->sign_lines) * p->pitch + 2 * PAD;
		h = own > h ? own : h;
	}
	return h;
}

static void draw_lines(struct pen *p, const struct cell *c, PangoLayout *l, int from, int n, double y)
{
	PangoLayoutIter *it = pango_layout_get_iter(l);
	int at = 0;
	do {
		PangoRectangle r;
		if (at >= from && at < from + n) {
			pango_layout_iter_get_line_extents(it, NULL, &r);
			pen_line(p, pango_layout_iter_get_line_readonly(it), c->x + PAD + r.x / (double)PANGO_SCALE, y + (at - from) * p->pitch,
			         p->pitch, p->size);
		}
		at++;
	} while (pango_layout_iter_next_line(it));
	pango_layout_iter_free(it);
}

/* Sides and upper edge; a label without text goes on from the one above it, unless a page begins. */
static void frame(const struct pen *p, const struct cell *c, double h)
{
	if (p->count_only)
		return;
	cairo_set_line_width(p->cr, 0.7);
	if (!c->from->label || c->from->text.n != 0 || p->y < p->top + 1) {
		cairo_move_to(p->cr, c->x, p->y);
		cairo_line_to(p->cr, c->x + c->w, p->y);
	}
	cairo_move_to(p->cr, c->x, p->y);
	cairo_line_to(p->cr, c->x, p->y + h);
	cairo_move_to(p->cr, c->x + c->w, p->y);
	cairo_line_to(p->cr, c->x + c->w, p->y + h);
	cairo_stroke(p->cr);
}

/* One piece of height h: up to room lines of each cell; last: what is left, with signatures at the foot. */
static void draw_piece(struct pen *p, struct row *r, double h, int room, bool last)
{
	for (uint32_t i = 0; i < r->n; i++) {
		struct cell *c = &r->cells[i];
		int n = c->lines - c->done;
		n = !last && n > room ? room : n;
		double y = p->y + PAD;
		/* short texts stand in the middle; one with a least height of its own begins at the top */
		if (last && c->done == 0 && c->sign == NULL && c->from->min_mm == 0)
			y = p->y + (h - n * p->pitch) / 2;
		pen_colour(p, c->from->red);
		draw_lines(p, c, c->text, c->done, n, y);
		pen_colour(p, false);
		if (last && c->sign != NULL)
			draw_lines(p, c, c->sign, 0, c->sign_lines, p->y + h - PAD - c->sign_lines * p->pitch);
		c->done += n;
		frame(p, c, h);
	}
	p->y += h;
}

/* The table's lower edge, where it or its page ends. */
static void lower_edge(const struct pen *p)
{
	if (p->count_only)
		return;
	cairo_move_to(p->cr, LEFT, p->y);
	cairo_line_to(p->cr, LEFT + WIDTH, p->y);
	cairo_stroke(p->cr);
}

static void draw_row(struct pen *p, const struct sh_block *b, const struct sh_row *from)
{
	struct row r;
	open_row(p, b, from, &r);
	double full = pen_bottom(p) - p->top;
	for (bool done = false; !done && !p->too_long;) {
		double h = rest_height(p, &r), room = pen_bottom(p) - p->y + 0.5;
		bool fresh = p->y < p->top + 1;
		if (h <= room || (fresh && h <= full)) {
			draw_piece(p, &r, h, 0, true);
			done = true;
			continue;
		}
		int lines = (int)((room - 2 * PAD) / p->pitch), most = 0;
		for (uint32_t i = 0; i < r.n; i++) {
			int left = r.cells[i].lines - r.cells[i].done;
			most = left > most ? left : most;
		}
		if (!fresh && (h <= SMALL_ROW * full || lines < 2 || most <= lines)) {
			lower_edge(p);
			pen_new_page(p);
			continue;
		}
		lines = lines < 1 ? 1 : lines;
		r.min = 0;
		draw_piece(p, &r, (most < lines ? most : lines) * p->pitch + 2 * PAD, lines, false);
		lower_edge(p);
		pen_new_page(p);
	}
	close_row(&r);
}

void pen_table(struct pen *p, const struct sh_block *b)
{
	for (uint32_t i = 0; i < b->n_rows && !p->too_long; i++)
		draw_row(p, b, &b->rows[i]);
	if (b->next != NULL && b->next->kind == FM_TABLE) /* goes on with other columns */
		return;
	lower_edge(p);
	p->y += 4;
}
