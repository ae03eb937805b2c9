/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing sheets on pages: Pango shapes and breaks lines, Cairo writes the PDF.  A sheet is laid out twice, once to know
 * how many pages it has. */
#ifndef XIE_PRINT_DRAW_H
#define XIE_PRINT_DRAW_H

#include <cairo/cairo-pdf.h>
#include <pango/pangocairo.h>

#include "form.h"

/* A4 and the side margins of GB/T 9704-2012, 5.1 and 5.2.1, in points; above and below: draw.c. */
#define MM (72.0 / 25.4)
#define PAPER_W (210 * MM)
#define PAPER_H (297 * MM)
#define LEFT (28 * MM)
#define WIDTH (156 * MM)
#define PAGES_MAX 500u

enum font { FONT_BODY, FONT_LABEL, FONT_TITLE, FONTS };

struct pen {
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoFontMap *map;
	PangoContext *text;
	char family[FONTS][120];
	const struct xie_print_options *o;
	xie_ms offset;
	/* the bytes so far */
	uint8_t *p;
	size_t n, cap;
	bool full;          /* no memory for them */
	bool unknown;       /* a character that no font here has */
	cairo_surface_t *seal; /* the picture, or NULL */
	/* where it stands */
	const struct sheet *sheet;
	double y, top, bottom; /* top and bottom of the type area */
	double pitch, size; /* of a line of the body, in points */
	bool count_only;    /* first pass */
	uint32_t page, pages;   /* of the sheet */
	uint32_t file_page;     /* of all pages so far */
	bool numbered_file;     /* a case file's documents: pages are counted through */
	uint32_t file_number;
	bool too_long;
};

/* MALFORMED: the picture of the seal is no PNG.  UNAVAILABLE: the library does not start. */
xie_status pen_open(struct pen *p, const struct xie_print_options *o, xie_ms offset);
/* The bytes, given to the caller; what was open is closed. */
xie_status pen_close(struct pen *p, struct xie_print_pdf *ret);
void pen_drop(struct pen *p);
/* What went wrong, in words. */
xie_status pen_error(xie_status st, struct xie_err *err);
void pen_about(struct pen *p, const char *title, const char *author, const char *subject, int64_t day);
/* All pages of a sheet behind those there are; *ret_pages how many. */
xie_status pen_sheet(struct pen *p, const struct sheet *s, uint32_t *ret_pages);
uint32_t pen_count(struct pen *p, const struct sheet *s);

void pen_new_page(struct pen *p);
/* A layout of text; the caller unrefs it. */
PangoLayout *pen_layout(struct pen *p, xie_str text, enum font f, double size, double width, PangoAlignment al);
/* One line whose em box is centred in the pitch at y. */
void pen_line(struct pen *p, PangoLayoutLine *line, double x, double y, double pitch, double size);
/* A line of its own at x, y; y is the top of its pitch. */
void pen_put(struct pen *p, xie_str text, enum font f, double size, double x, double y, double width, double pitch, PangoAlignment al);
void pen_colour(struct pen *p, bool red);
void pen_table(struct pen *p, const struct sh_block *b);
double pen_bottom(const struct pen *p); /* of what a page can hold above its foot */

bool mark_picture(struct pen *p); /* reads the seal's PNG; false when it is none */
/* marks.c: nothing of it is text that can be extracted */
void mark_seal(struct pen *p, xie_str name, double cx, double cy);
void mark_qr(struct pen *p, xie_str url, double x, double y, double side);
void mark_export(struct pen *p);

#endif
