/* SPDX-License-Identifier: Apache-2.0 */
/* Seal, QR code, watermark: drawn as shapes, so that extracted text is the document's and nothing else. */
#include "draw.h"

#include <qrencode.h>

#include "xie/base/time.h"

#define TURN 6.283185307179586
#define SEAL_RED 0.83, 0.05, 0.08, 0.82

static size_t next_char(xie_str s, size_t i)
{
	i++;
	while (i < s.n && ((unsigned char)s.p[i] & 0xC0) == 0x80)
		i++;
	return i;
}

/* One character upright on the point (0, 0). */
static void shape(struct pen *p, xie_str c, double size)
{
	PangoLayout *l = pen_layout(p, c, FONT_TITLE, size, 4 * size * (double)(c.n + 1), PANGO_ALIGN_LEFT);
	int w = 0;
	pango_layout_get_size(l, &w, NULL);
	cairo_move_to(p->cr, -w / (double)PANGO_SCALE / 2, 0.38 * size);
	pango_cairo_layout_line_path(p->cr, pango_layout_get_line_readonly(l, 0));
	cairo_fill(p->cr);
	g_object_unref(l);
}

/* Turned by two fifths between the points. */
static void star(cairo_t *cr, double r)
{
	cairo_save(cr);
	for (int i = 0; i < 5; i++) {
		cairo_line_to(cr, 0, -r);
		cairo_rotate(cr, TURN * 2 / 5);
	}
	cairo_restore(cr);
	cairo_close_path(cr);
	cairo_set_fill_rule(cr, CAIRO_FILL_RULE_WINDING);
	cairo_fill(cr);
}

struct png {
	xie_str bytes;
	size_t at;
};

static cairo_status_t read_png(void *closure, unsigned char *data, unsigned n)
{
	struct png *g = closure;
	if (n > g->bytes.n - g->at)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(data, g->bytes.p + g->at, n);
	g->at += n;
	return CAIRO_STATUS_SUCCESS;
}

bool mark_picture(struct pen *p)
{
	struct png g = { p->o->seal_png, 0 };
	p->seal = cairo_image_surface_create_from_png_stream(read_png, &g);
	return cairo_surface_status(p->seal) == CAIRO_STATUS_SUCCESS && cairo_image_surface_get_width(p->seal) > 0 &&
	       cairo_image_surface_get_height(p->seal) > 0;
}

static void picture(struct pen *p, double side)
{
	int w = cairo_image_surface_get_width(p->seal), h = cairo_image_surface_get_height(p->seal);
	double scale = side / (w > h ? w : h);
	cairo_scale(p->cr, scale, scale);
	cairo_set_source_surface(p->cr, p->seal, -w / 2.0, -h / 2.0);
	cairo_paint(p->cr);
}

/* The name round the upper edge, the star in the middle, and the word that this is a sample. */
static void drawn_seal(struct pen *p, xie_str name, double r)
{
	cairo_t *cr = p->cr;
	unsigned n = 0;
	for (size_t i = 0; i < name.n; i = next_char(name, i))
		n++;
	cairo_set_line_width(cr, 3);
	cairo_arc(cr, 0, 0, r - 1.5, 0, TURN);
	cairo_stroke(cr);
	star(cr, r * 0.30);
	double span = n > 1 ? (n < 14 ? 0.052 * n : 0.72) * TURN : 0, at = -span / 2, size = n > 16 ? r * 0.22 : r * 0.27;
	unsigned k = 0;
	for (size_t i = 0; i < name.n; i = next_char(name, i), k++) {
		double a = n > 1 ? at + span * k / (n - 1) : at;
		cairo_save(cr);
		cairo_rotate(cr, a);
		cairo_translate(cr, 0, -r * 0.76);
		shape(p, (xie_str){ name.p + i, next_char(name, i) - i }, size);
		cairo_restore(cr);
	}
	cairo_translate(cr, 0, r * 0.60);
	shape(p, XIE_STR("样章"), r * 0.20);
	cairo_translate(cr, 0, r * 0.19);
	shape(p, XIE_STR("SAMPLE"), r * 0.12);
}

void mark_seal(struct pen *p, xie_str name, double cx, double cy)
{
	double side = 42 * MM;
	cairo_save(p->cr);
	cairo_new_path(p->cr);
	cairo_translate(p->cr, cx, cy);
	cairo_set_source_rgba(p->cr, SEAL_RED);
	if (p->seal != NULL)
		picture(p, side);
	else
		drawn_seal(p, name, side / 2);
	cairo_restore(p->cr);
	cairo_new_path(p->cr);
}

void mark_qr(struct pen *p, xie_str url, double x, double y, double side)
{
	char text[512];
	if (url.n == 0 || url.n >= sizeof text)
		return;
	memcpy(text, url.p, url.n);
	text[url.n] = '\0';
	QRcode *q = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (q == NULL)
		return;
	double m = side / q->width;
	cairo_save(p->cr);
	cairo_new_path(p->cr);
	cairo_set_source_rgb(p->cr, 0, 0, 0);
	for (int i = 0; i < q->width; i++)
		for (int k = 0; k < q->width; k++)
			if ((q->data[i * q->width + k] & 1) != 0)
				cairo_rectangle(p->cr, x + k * m, y + i * m, m, m);
	cairo_fill(p->cr);
	cairo_restore(p->cr);
	QRcode_free(q);
}

/* Faint across the page, and once as a line of text at the head, so that a copy can be searched for its exporter. */
void mark_export(struct pen *p)
{
	char text[256];
	xie_wr w = xie_wr_of(text, sizeof text);
	xie_str who = p->o->exporter;
	xie_wr_text(&w, "导出人：");
	xie_wr_str(&w, (xie_str){ who.p, who.n > 120 ? 120 : who.n });
	xie_wr_text(&w, "　导出时间：");
	cn_datetime(&w, p->o->exported, p->offset);
	cairo_save(p->cr);
	cairo_set_source_rgb(p->cr, 0.45, 0.45, 0.45);
	pen_put(p, xie_wr_view(&w), FONT_LABEL, 8, LEFT, 15 * MM, WIDTH, 11, PANGO_ALIGN_LEFT);
	cairo_set_source_rgba(p->cr, 0.35, 0.35, 0.35, 0.10);
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < 2; k++) {
			cairo_save(p->cr);
			cairo_translate(p->cr, PAPER_W * (0.28 + 0.46 * k), PAPER_H * (0.16 + 0.24 * i));
			cairo_rotate(p->cr, -TURN / 14);
			shape(p, xie_wr_view(&w), 11);
			cairo_restore(p->cr);
		}
	cairo_restore(p->cr);
	cairo_new_path(p->cr);
}
