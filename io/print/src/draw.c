/* SPDX-License-Identifier: Apache-2.0 */
/* Pages: head, paragraphs, seal, page numbers. */
#include "draw.h"

#include <stdio.h>
#include <stdlib.h>

#include "xie/base/time.h"

#define RED 0.84, 0.0, 0.05


/* --- the surface --- */

static cairo_status_t take_bytes(void *closure, const unsigned char *data, unsigned n)
{
	struct pen *p = closure;
	if (p->n + n > p->cap) {
		size_t cap = p->cap * 2 + n + 65536;
		uint8_t *more = realloc(p->p, cap);
		if (more == NULL) {
			p->full = true;
			return CAIRO_STATUS_WRITE_ERROR;
		}
		p->p = more;
		p->cap = cap;
	}
	memcpy(p->p + p->n, data, n);
	p->n += n;
	return CAIRO_STATUS_SUCCESS;
}

static void choose_fonts(struct pen *p)
{
	static const char *const keys[FONTS] = { "body", "label", "title" };
	static const char *const defaults[FONTS] = { "Noto Serif CJK SC", "Noto Sans CJK SC", "Noto Serif CJK SC Bold" };
	const struct xie_val *fonts = xie_val_get(p->o->authority, "fonts");
	for (int i = 0; i < FONTS; i++) {
		xie_str name = xie_val_get_str(fonts, keys[i]);
		(void)snprintf(p->family[i], sizeof p->family[i], "%.*s", name.n != 0 ? (int)name.n : 80, name.n != 0 ? name.p : defaults[i]);
	}
}

xie_status pen_open(struct pen *p, const struct xie_print_options *o, xie_ms offset)
{
	*p = (struct pen){ .o = o, .offset = offset };
	choose_fonts(p);
	p->surface = cairo_pdf_surface_create_for_stream(take_bytes, p, PAPER_W, PAPER_H);
	cairo_pdf_surface_restrict_to_version(p->surface, CAIRO_PDF_VERSION_1_5);
	p->cr = cairo_create(p->surface);
	/* a font map of its own: what another document loaded before changes nothing here */
	p->map = pango_cairo_font_map_new();
	if (p->map != NULL)
		p->text = pango_font_map_create_context(p->map);
	if (p->text == NULL || cairo_status(p->cr) != CAIRO_STATUS_SUCCESS) {
		pen_drop(p);
		return XIE_UNAVAILABLE;
	}
	if (o->seal_png.n != 0 && !mark_picture(p)) {
		pen_drop(p);
		return XIE_MALFORMED;
	}
	pango_cairo_context_set_resolution(p->text, 72);
	pango_context_set_language(p->text, pango_language_from_string("zh-cn"));
	pango_context_set_base_dir(p->text, PANGO_DIRECTION_LTR);
	pango_context_set_round_glyph_positions(p->text, FALSE);
	cairo_font_options_t *fo = cairo_font_options_create();
	cairo_font_options_set_hint_style(fo, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(fo, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(fo, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(p->text, fo);
	cairo_font_options_destroy(fo);
	return XIE_OK;
}

void pen_drop(struct pen *p)
{
	if (p->text != NULL)
		g_object_unref(p->text);
	if (p->map != NULL)
		g_object_unref(p->map);
	cairo_surface_destroy(p->seal);
	cairo_destroy(p->cr);
	cairo_surface_destroy(p->surface);
	free(p->p);
	*p = (struct pen){ 0 };
}

xie_status pen_close(struct pen *p, struct xie_print_pdf *ret)
{
	cairo_surface_finish(p->surface);
	bool bad = p->full || p->too_long || p->unknown || cairo_surface_status(p->surface) != CAIRO_STATUS_SUCCESS;
	xie_status st = !bad ? XIE_OK : p->too_long || p->full ? XIE_LIMIT : p->unknown ? XIE_MISSING : XIE_UNAVAILABLE;
	if (!bad) {
		*ret = (struct xie_print_pdf){ p->p, p->n, p->file_page };
		p->p = NULL;
	}
	pen_drop(p);
	return st;
}

xie_status pen_error(xie_status st, struct xie_err *err)
{
	switch (st) {
	case XIE_MALFORMED:
		return xie_err_set(err, st, 0, 0, "the picture of the seal is no PNG", NULL);
	case XIE_LIMIT:
		return xie_err_set(err, st, 0, 0, "the pages take more memory than there is, or are over 500", NULL);
	case XIE_MISSING: /* a box in a decision is worse than no decision */
		return xie_err_set(err, XIE_UNAVAILABLE, 0, 0, "the text has a character that no font here can show", "install fonts-noto-cjk; private characters need the authority's own font");
	default:
		return xie_err_set(err, st, 0, 0, "the drawing library does not start", "install the fonts: fonts-noto-cjk");
	}
}

void pen_about(struct pen *p, const char *title, const char *author, const char *subject, int64_t day)
{
	char date[48];
	int32_t y = 0;
	uint8_t m = 0, d = 0;
	xie_civil_from_days(day, &y, &m, &d);
	long minutes = (long)(p->offset / 60000);
	(void)snprintf(date, sizeof date, "%04d-%02u-%02uT00:00:00%c%02ld:%02ld", (int)y, (unsigned)m, (unsigned)d, minutes < 0 ? '-' : '+',
	               labs(minutes) / 60, labs(minutes) % 60);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_AUTHOR, author);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_SUBJECT, subject);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATOR, "xiezhi");
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_MOD_DATE, date);
}

/* --- text --- */

PangoLayout *pen_layout(struct pen *p, xie_str text, enum font f, double size, double width, PangoAlignment al)
{
	PangoLayout *l = pango_layout_new(p->text);
	PangoFontDescription *d = pango_font_description_from_string(p->family[f]);
	pango_font_description_set_absolute_size(d, size * PANGO_SCALE);
	pango_layout_set_font_description(l, d);
	pango_font_description_free(d);
	pango_layout_set_auto_dir(l, FALSE);
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(l, al);
	pango_layout_set_text(l, text.p, (int)text.n);
	p->unknown = p->unknown || pango_layout_get_unknown_glyphs_count(l) != 0;
	return l;
}

void pen_line(struct pen *p, PangoLayoutLine *line, double x, double y, double pitch, double size)
{
	if (p->count_only)
		return;
	cairo_new_path(p->cr);
	/* the em box of Chinese fonts reaches from 0.12 below to 0.88 above the base line */
	cairo_move_to(p->cr, x, y + (pitch - size) / 2 + 0.88 * size);
	pango_cairo_show_layout_line(p->cr, line);
	cairo_new_path(p->cr);
}

void pen_colour(struct pen *p, bool red)
{
	if (p->count_only)
		return;
	if (red)
		cairo_set_source_rgb(p->cr, RED);
	else
		cairo_set_source_rgb(p->cr, 0, 0, 0);
}

static double line_x(PangoLayoutIter *it)
{
	PangoRectangle r;
	pango_layout_iter_get_line_extents(it, NULL, &r);
	return r.x / (double)PANGO_SCALE;
}

void pen_put(struct pen *p, xie_str text, enum font f, double size, double x, double y, double width, double pitch, PangoAlignment al)
{
	PangoLayout *l = pen_layout(p, text, f, size, width, al);
	PangoLayoutIter *it = pango_layout_get_iter(l);
	do {
		pen_line(p, pango_layout_iter_get_line_readonly(it), x + line_x(it), y, pitch, size);
		y += pitch;
	} while (pango_layout_iter_next_line(it));
	pango_layout_iter_free(it);
	g_object_unref(l);
}

/* --- pages --- */

static void page_number(struct pen *p)
{
	char text[80];
	bool letter = p->sheet->style == STYLE_LETTER;
	PangoAlignment al = PANGO_ALIGN_CENTER;
	if (letter) { /* GB/T 9704-2012, 7.5: 四号, between dashes, odd on the right and even on the left, one character in */
		(void)snprintf(text, sizeof text, "— %u —", (unsigned)p->page);
		al = p->page % 2 == 1 ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
	} else {
		(void)snprintf(text, sizeof text, "第 %u 页　共 %u 页", (unsigned)p->page, (unsigned)p->pages);
	}
	double size = letter ? 14 : 10.5;
	pen_put(p, xie_str_of(text), FONT_BODY, size, LEFT + (letter ? size : 0), p->bottom + 7 * MM, WIDTH - (letter ? 2 * size : 0), size * 1.4, al);
	if (p->file_number != 0) {
		(void)snprintf(text, sizeof text, "卷内第 %u 页", (unsigned)p->file_number);
		pen_put(p, xie_str_of(text), FONT_LABEL, 9, LEFT, PAPER_H - 12 * MM, WIDTH, 13, PANGO_ALIGN_RIGHT);
	}
}

double pen_bottom(const struct pen *p)
{
	return p->bottom - (p->sheet->foot.n != 0 ? 10 * MM : 0);
}

static void end_page(struct pen *p)
{
	if (p->count_only)
		return;
	cairo_set_source_rgb(p->cr, 0, 0, 0);
	if (p->sheet->foot.n != 0)
		pen_put(p, p->sheet->foot, FONT_BODY, 12, LEFT, p->bottom - 6 * MM, WIDTH, 18, PANGO_ALIGN_LEFT);
	if (p->sheet->style != STYLE_COVER)
		page_number(p);
	if (p->o->exporter.n != 0)
		mark_export(p);
	cairo_show_page(p->cr);
}

static void begin_page(struct pen *p)
{
	p->page++;
	p->y = p->top;
	if (p->count_only)
		return;
	p->file_page++;
	p->file_number += p->numbered_file;
	cairo_set_source_rgb(p->cr, 0, 0, 0);
}

void pen_new_page(struct pen *p)
{
	end_page(p);
	p->too_long = p->too_long || p->page >= PAGES_MAX;
	begin_page(p);
}

/* --- heads --- */

static void letter_head(struct pen *p)
{
	const struct sheet *s = p->sheet;
	double size = 40;
	PangoLayout *l = pen_layout(p, s->authority, FONT_TITLE, size, 10 * WIDTH, PANGO_ALIGN_LEFT);
	int w = 0;
	pango_layout_get_size(l, &w, NULL);
	g_object_unref(l);
	if (w > 0 && w / (double)PANGO_SCALE > WIDTH)
		size *= WIDTH * PANGO_SCALE / w;
	pen_colour(p, true);
	pen_put(p, s->authority, FONT_TITLE, size, LEFT - 10, p->y - 8, WIDTH + 20, 56, PANGO_ALIGN_CENTER);
	pen_colour(p, false);
	p->y += 58;
	if (s->number.n != 0)
		pen_put(p, s->number, FONT_BODY, 16, LEFT, p->y, WIDTH, 28, PANGO_ALIGN_CENTER);
	p->y += 28 + 4 * MM - 6; /* the red line stands 4 mm below the number (7.2.7) */
	if (!p->count_only) {
		cairo_set_source_rgb(p->cr, RED);
		cairo_set_line_width(p->cr, 1.6);
		cairo_move_to(p->cr, LEFT, p->y);
		cairo_line_to(p->cr, LEFT + WIDTH, p->y);
		cairo_stroke(p->cr);
		cairo_set_source_rgb(p->cr, 0, 0, 0);
	}
	p->y += p->pitch;
	pen_put(p, s->title, FONT_TITLE, 22, LEFT, p->y, WIDTH, 36, PANGO_ALIGN_CENTER);
	p->y += 36 + p->pitch * 0.6;
}

static void plain_head(struct pen *p)
{
	const struct sheet *s = p->sheet;
	if (s->authority.n != 0) {
		pen_put(p, s->authority, FONT_BODY, 14, LEFT, p->y - 6, WIDTH, 22, PANGO_ALIGN_CENTER);
		p->y += 18;
	}
	pen_put(p, s->title, FONT_TITLE, 22, LEFT, p->y, WIDTH, 36, PANGO_ALIGN_CENTER);
	p->y += 40;
	if (s->number.n == 0)
		return;
	pen_put(p, s->number, FONT_BODY, 12, LEFT, p->y, WIDTH, 18, PANGO_ALIGN_RIGHT);
	p->y += 22;
}

static void cover_head(struct pen *p)
{
	const struct sheet *s = p->sheet;
	p->y += 14 * MM;
	pen_put(p, s->authority, FONT_TITLE, 24, LEFT, p->y, WIDTH, 40, PANGO_ALIGN_CENTER);
	p->y += 62;
	pen_put(p, s->title, FONT_TITLE, 40, LEFT, p->y, WIDTH, 60, PANGO_ALIGN_CENTER);
	p->y += 100;
}

static void head(struct pen *p)
{
	if (p->sheet->style == STYLE_LETTER)
		letter_head(p);
	else if (p->sheet->style == STYLE_COVER)
		cover_head(p);
	else
		plain_head(p);
	if (p->sheet->qr && p->sheet->style != STYLE_LETTER && !p->count_only) {
		mark_qr(p, p->sheet->verify_url, LEFT + WIDTH - 19 * MM, p->top - 23 * MM, 19 * MM);
		pen_put(p, p->sheet->id, FONT_BODY, 6.5, LEFT + WIDTH - 40 * MM, p->top - 3.6 * MM, 40 * MM, 9, PANGO_ALIGN_RIGHT);
	}
}

/* --- blocks --- */

#define SEAL_SIDE (42 * MM) /* 国发〔1999〕25号: at most 4.5 cm for seals of departments below a province */

static double kept_height(const struct pen *p, const struct sh_block *next)
{
	(void)p;
	return next != NULL && next->kind == FM_SEAL ? SEAL_SIDE + 6 : 0;
}

static void paragraph(struct pen *p, const struct sh_block *b)
{
	bool indent = b->kind == FM_P, small = b->kind == FM_SMALL;
	double size = small ? p->size * 0.75 : p->size, pitch = small ? p->pitch * 0.75 : p->pitch;
	enum font f = b->kind == FM_HEAD ? FONT_LABEL : FONT_BODY;
	PangoAlignment al = b->kind == FM_CENTER ? PANGO_ALIGN_CENTER : b->kind == FM_RIGHT ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
	PangoLayout *l = pen_layout(p, b->text, f, size, WIDTH, al);
	if (indent) {
		pango_layout_set_indent(l, (int)(2 * size * PANGO_SCALE));
		pango_layout_set_justify(l, TRUE);
	}
	int rest = pango_layout_get_line_count(l);
	double keep = kept_height(p, b->next);
	PangoLayoutIter *it = pango_layout_get_iter(l);
	bool top = false;
	pen_colour(p, b->red);
	do {
		/* the signature does not stand on a page without text (GB/T 9704-2012, 7.3.5.5) */
		bool with_seal = keep > 0 && rest <= 2 && !top && p->y + rest * pitch + keep > pen_bottom(p);
		if (p->y + pitch > pen_bottom(p) + 0.5 || (with_seal && p->y > p->top + 1)) {
			pen_new_page(p);
			top = true;
		}
		pen_line(p, pango_layout_iter_get_line_readonly(it), LEFT + line_x(it), p->y, pitch, size);
		p->y += pitch;
		rest--;
	} while (pango_layout_iter_next_line(it) && !p->too_long);
	pen_colour(p, false);
	pango_layout_iter_free(it);
	g_object_unref(l);
}

/* Agency and date on the right under the seal, the code on the left (7.3.5.1: the date four characters in, the agency
 * centred above it, the seal over both and within one line of the text). */
static void signature(struct pen *p, const struct sh_block *b)
{
	if (p->y + SEAL_SIDE > pen_bottom(p) + 0.5)
		pen_new_page(p);
	PangoLayout *l = pen_layout(p, b->text2, FONT_BODY, p->size, WIDTH, PANGO_ALIGN_LEFT);
	int w = 0;
	pango_layout_get_size(l, &w, NULL);
	g_object_unref(l);
	double half = w / (double)PANGO_SCALE / 2, cx = LEFT + WIDTH - 4 * p->size - half, cy = p->y + SEAL_SIDE / 2;
	l = pen_layout(p, b->text, FONT_BODY, p->size, WIDTH, PANGO_ALIGN_LEFT);
	pango_layout_get_size(l, &w, NULL);
	g_object_unref(l);
	double name_half = w / (double)PANGO_SCALE / 2;
	if (cx + name_half > LEFT + WIDTH) /* a long name ends at the margin, the date under its middle */
		cx = LEFT + WIDTH - name_half;
	pen_put(p, b->text, FONT_BODY, p->size, cx - WIDTH, cy - p->pitch, 2 * WIDTH, p->pitch, PANGO_ALIGN_CENTER);
	pen_put(p, b->text2, FONT_BODY, p->size, cx - WIDTH, cy, 2 * WIDTH, p->pitch, PANGO_ALIGN_CENTER);
	if (!p->count_only) {
		mark_seal(p, b->text, cx, cy);
		if (p->sheet->qr && p->sheet->style == STYLE_LETTER) {
			mark_qr(p, p->sheet->verify_url, LEFT, p->y + 8 * MM, 25 * MM);
			pen_put(p, XIE_STR("扫码核验文书"), FONT_BODY, 9, LEFT, p->y + 34 * MM, 25 * MM, 12, PANGO_ALIGN_CENTER);
			pen_put(p, p->sheet->id, FONT_BODY, 7, LEFT, p->y + 34 * MM + 12, 45 * MM, 10, PANGO_ALIGN_LEFT);
		}
	}
	p->y += SEAL_SIDE + 4;
}

static void block(struct pen *p, const struct sh_block *b)
{
	switch (b->kind) {
	case FM_TABLE:
		pen_table(p, b);
		break;
	case FM_SEAL:
		signature(p, b);
		break;
	case FM_GAP:
		p->y += b->mm * MM;
		break;
	case FM_PAGE:
		pen_new_page(p);
		break;
	default:
		paragraph(p, b);
	}
}

static void lay_out(struct pen *p, const struct sheet *s)
{
	/* letters and records: 37 and 35 mm (5.2.1), a letter has 22 lines between them; forms are tables and need more room */
	static const double sizes[] = { 16, 12, 14, 14, 11 }, pitches[] = { 225 * MM / 22, 19, 24, 24, 16 };
	static const double tops[] = { 37 * MM, 30 * MM, 37 * MM, 37 * MM, 20 * MM };
	static const double bottoms[] = { 35 * MM, 25 * MM, 35 * MM, 35 * MM, 20 * MM };
	p->sheet = s;
	p->size = sizes[s->style];
	p->pitch = pitches[s->style];
	if (s->style == STYLE_REPORT) {
		p->size = s->size;
		p->pitch = s->size * 1.45;
	}
	p->top = tops[s->style];
	p->bottom = PAPER_H - bottoms[s->style];
	p->page = 0;
	begin_page(p);
	head(p);
	for (const struct sh_block *b = s->first; b != NULL && !p->too_long; b = b->next)
		block(p, b);
	end_page(p);
}

uint32_t pen_count(struct pen *p, const struct sheet *s)
{
	p->count_only = true;
	lay_out(p, s);
	p->count_only = false;
	return p->page;
}

xie_status pen_sheet(struct pen *p, const struct sheet *s, uint32_t *ret_pages)
{
	p->pages = pen_count(p, s);
	if (!p->too_long)
		lay_out(p, s);
	*ret_pages = p->page;
	return p->too_long ? XIE_LIMIT : XIE_OK;
}
