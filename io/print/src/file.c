/* SPDX-License-Identifier: Apache-2.0 */
/* A case file: cover, contents, documents.  The contents must know where everything stands, so all sheets are made and
 * counted before a page is drawn; how long the contents are does not depend on the numbers in them. */
#include <stdio.h>

#include "draw.h"

#include "xie/base/time.h"

enum { MAX_MISSING = 256 };

struct entry {
	const struct xie_print_item *item;
	const struct form *form;
	struct sheet sheet;
	uint32_t no;          /* among those of its code */
	uint32_t from, pages; /* numbers of its pages in the file */
};

struct file {
	const struct xie_forms *f;
	xie_arena *mem;
	const struct xie_print_case *c;
	const struct xie_print_options *o;
	struct entry *entries;
	uint32_t n, pages;
	struct xie_law_unmet *missing;
	uint32_t n_missing;
	struct sheet cover, contents;
	struct xie_err *err;
};

static xie_status full(struct file *x)
{
	return xie_err_set(x->err, XIE_LIMIT, 0, 0, "the case file takes more memory than was given", NULL);
}

/* Takes over what a document lacks, under the document's name. */
static xie_status miss(struct file *x, xie_str code, uint32_t no, xie_str zh, const struct xie_print_missing *m)
{
	for (uint32_t i = 0; i < m->n && x->n_missing < MAX_MISSING; i++) {
		char *name = xie_arena_alloc(x->mem, code.n + m->list[i].code.n + 16, 1), *words = xie_arena_alloc(x->mem, zh.n + m->list[i].zh.n + 4, 1);
		if (name == NULL || words == NULL)
			return full(x);
		xie_wr w = xie_wr_of(name, code.n + m->list[i].code.n + 16), v = xie_wr_of(words, zh.n + m->list[i].zh.n + 4);
		xie_wr_str(&w, code);
		if (no != 0) {
			xie_wr_char(&w, '.');
			xie_wr_u64(&w, no);
		}
		xie_wr_char(&w, '/');
		xie_wr_str(&w, m->list[i].code);
		xie_wr_str(&v, zh);
		xie_wr_text(&v, "：");
		xie_wr_str(&v, m->list[i].zh);
		x->missing[x->n_missing] = m->list[i];
		x->missing[x->n_missing].code = xie_wr_view(&w);
		x->missing[x->n_missing++].zh = xie_wr_view(&v);
	}
	return XIE_OK;
}

static xie_status make_entry(struct file *x, const struct xie_print_item *item)
{
	struct entry *e = &x->entries[x->n];
	struct xie_print_missing m = { 0 };
	*e = (struct entry){ .item = item, .form = form__find(x->f, item->d.code), .no = 1 };
	for (uint32_t i = 0; i < x->n; i++)
		e->no += xie_str_eq(x->entries[i].item->d.code, item->d.code);
	if (e->form == NULL)
		e->form = form__find(x->f, XIE_STR("PAPER"));
	if (e->form == NULL)
		return xie_err_set(x->err, XIE_UNKNOWN, 0, 0, "the packs have no template PAPER", NULL);
	xie_status st = sheet__of(x->f, x->mem, e->form, &item->c, &item->d, x->o, NULL, &e->sheet, &m, x->err);
	if (st == XIE_MISSING)
		st = miss(x, item->d.code, e->no, item->d.zh.n != 0 ? item->d.zh : e->form->pub.zh, &m);
	x->n++;
	return st;
}

/* {documents: [{no, code, zh, number, day, pages}], count, pages} */
static xie_status contents_tree(struct file *x, const struct xie_val **ret)
{
	size_t room = (size_t)x->n * 800 + 400;
	char *buf = xie_arena_alloc(x->mem, room, 1);
	xie_wr w = xie_wr_of(buf, buf != NULL ? room : 0);
	xie_wr_text(&w, "{\"documents\":[");
	for (uint32_t i = 0; i < x->n; i++) {
		const struct entry *e = &x->entries[i];
		char pages[32];
		(void)snprintf(pages, sizeof pages, e->pages > 1 ? "%u－%u" : "%u", (unsigned)e->from, (unsigned)(e->from + e->pages - 1));
		xie_wr_sep(&w);
		xie_wr_char(&w, '{');
		xie_wr_kv_i64(&w, "no", i + 1);
		xie_wr_kv_str(&w, "code", e->item->d.code);
		xie_wr_kv_str(&w, "zh", e->item->d.zh.n != 0 ? e->item->d.zh : e->form->pub.zh);
		xie_wr_kv_str(&w, "number", e->item->d.number);
		xie_wr_kv_i64(&w, "day", e->sheet.day);
		xie_wr_kv_str(&w, "pages", xie_str_of(pages));
		xie_wr_char(&w, '}');
	}
	xie_wr_text(&w, "],\"count\":");
	xie_wr_u64(&w, x->n);
	xie_wr_text(&w, ",\"pages\":");
	xie_wr_u64(&w, x->pages);
	xie_wr_char(&w, '}');
	return w.st != XIE_OK ? full(x) : xie_json_read(x->mem, xie_wr_view(&w), (struct xie_val_limits){ .depth = 8 }, ret, x->err);
}

static xie_status front(struct file *x, xie_str code, const struct xie_val *tree, struct sheet *ret)
{
	const struct form *form = form__find(x->f, code);
	struct xie_print_missing m = { 0 };
	struct xie_print_doc d = { .code = code };
	if (form == NULL)
		return xie_err_set(x->err, XIE_UNKNOWN, 0, 0, "the packs have no templates COVER and D45", NULL);
	xie_status st = sheet__of(x->f, x->mem, form, x->c, &d, x->o, tree, ret, &m, x->err);
	return st == XIE_MISSING ? miss(x, code, 0, form->pub.zh, &m) : st;
}

static xie_status make_all(struct file *x, const struct xie_print_item *items, uint32_t n)
{
	const struct xie_val *tree = NULL;
	struct pen counter;
	xie_status st = XIE_OK;
	for (uint32_t i = 0; i < n && st == XIE_OK; i++)
		if (!xie_str_is(items[i].d.code, "D45")) /* the contents are made anew, with the numbers of the pages */
			st = make_entry(x, &items[i]);
	if (st != XIE_OK)
		return st;
	if (x->n_missing == 0)
		st = pen_open(&counter, x->o, xie_law_offset(x->c->law));
	if (st != XIE_OK)
		return pen_error(st, x->err);
	for (uint32_t i = 0; i < x->n && x->n_missing == 0; i++) {
		x->entries[i].from = x->pages + 1;
		x->entries[i].pages = pen_count(&counter, &x->entries[i].sheet);
		x->pages += x->entries[i].pages;
	}
	if (x->n_missing == 0)
		pen_drop(&counter);
	st = contents_tree(x, &tree);
	if (st == XIE_OK)
		st = front(x, XIE_STR("COVER"), tree, &x->cover);
	return st == XIE_OK ? front(x, XIE_STR("D45"), tree, &x->contents) : st;
}

static void outline(struct pen *p, const char *name, uint32_t page)
{
	char link[32];
	(void)snprintf(link, sizeof link, "page=%u", (unsigned)page);
	(void)cairo_pdf_surface_add_outline(p->surface, CAIRO_PDF_OUTLINE_ROOT, name, link, 0);
}

static xie_status draw(struct file *x, struct xie_print_pdf *ret)
{
	struct pen p;
	uint32_t pages = 0;
	xie_status st = pen_open(&p, x->o, xie_law_offset(x->c->law));
	if (st != XIE_OK)
		return pen_error(st, x->err);
	const char *title = xie_str_dup(x->mem, x->cover.title), *author = xie_str_dup(x->mem, x->cover.authority);
	const char *subject = xie_str_dup(x->mem, x->cover.subject);
	pen_about(&p, title != NULL ? title : "", author != NULL ? author : "", subject != NULL ? subject : "", x->cover.day);
	st = pen_sheet(&p, &x->cover, &pages);
	if (st == XIE_OK)
		st = pen_sheet(&p, &x->contents, &pages);
	p.numbered_file = true;
	for (uint32_t i = 0; i < x->n && st == XIE_OK; i++) {
		const struct entry *e = &x->entries[i];
		char name[256];
		xie_str zh = e->item->d.zh.n != 0 ? e->item->d.zh : e->form->pub.zh;
		(void)snprintf(name, sizeof name, "%.*s %.*s", (int)e->item->d.code.n, e->item->d.code.p, zh.n > 180 ? 180 : (int)zh.n, zh.p);
		uint32_t first = p.file_page + 1;
		st = pen_sheet(&p, &e->sheet, &pages);
		outline(&p, name, first);
	}
	xie_status closed = pen_close(&p, ret);
	st = st != XIE_OK ? st : closed;
	return st == XIE_OK ? XIE_OK : pen_error(st, x->err);
}

xie_status xie_print_file(const struct xie_forms *f, xie_arena *mem, const struct xie_print_case *c, const struct xie_print_item *items,
                          uint32_t n, const struct xie_print_options *o, struct xie_print_pdf *ret_pdf,
                          struct xie_print_missing *ret_missing, struct xie_err *reterr)
{
	struct file x = { .f = f, .mem = mem, .c = c, .o = o, .err = reterr };
	*ret_missing = (struct xie_print_missing){ 0 };
	x.entries = xie_arena_new(mem, struct entry, (size_t)n + 1);
	x.missing = xie_arena_new(mem, struct xie_law_unmet, MAX_MISSING);
	if (x.entries == NULL || x.missing == NULL)
		return full(&x);
	xie_status st = make_all(&x, items, n);
	if (st != XIE_OK)
		return st;
	if (x.n_missing != 0) {
		*ret_missing = (struct xie_print_missing){ x.missing, x.n_missing };
		return xie_err_set(reterr, XIE_MISSING, 0, 0, "the case file is not complete", NULL);
	}
	return draw(&x, ret_pdf);
}
