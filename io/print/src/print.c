/* SPDX-License-Identifier: Apache-2.0 */
/* One document: case and template to sheet, sheet to pages. */
#include <stdlib.h>

#include "draw.h"

/* Cairo 1.16 loses 768 bytes for each CFF font that it embeds, fontconfig keeps its settings for good: neither is ours to
 * mend, and a sanitizer build should complain of what is. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PRINT_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(PRINT_SANITIZED)
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libcairo.so\nleak:libfontconfig.so\n";
}
#endif

void xie_print_free(struct xie_print_pdf *pdf)
{
	if (pdf == NULL)
		return;
	free(pdf->p);
	*pdf = (struct xie_print_pdf){ 0 };
}

xie_status sheet__of(const struct xie_forms *f, xie_arena *mem, const struct form *form, const struct xie_print_case *c,
                     const struct xie_print_doc *d, const struct xie_print_options *o, const struct xie_val *file, struct sheet *ret,
                     struct xie_print_missing *ret_missing, struct xie_err *err)
{
	*ret_missing = (struct xie_print_missing){ 0 };
	struct fill x = { .f = f, .mem = mem, .err = err, .offset = xie_law_offset(c->law) };
	x.missing = xie_arena_new(mem, struct xie_law_unmet, FM_MAX_MISSING);
	if (x.missing == NULL)
		return xie_err_set(err, XIE_LIMIT, 0, 0, "the document takes more memory than was given", NULL);
	xie_status st = view__make(mem, c, d, form, o->authority, file, &x.root, &x.day, err);
	if (st == XIE_OK)
		st = sheet__make(&x, form, d, ret);
	if (st == XIE_MISSING)
		*ret_missing = (struct xie_print_missing){ x.missing, x.n_missing };
	return st;
}

static xie_status make(const struct xie_forms *f, xie_arena *mem, const struct xie_print_case *c, const struct xie_print_doc *d,
                       const struct xie_print_options *o, struct sheet *ret, struct xie_print_missing *ret_missing, struct xie_err *err)
{
	const struct form *form = form__find(f, d->code);
	*ret_missing = (struct xie_print_missing){ 0 };
	if (form != NULL)
		return sheet__of(f, mem, form, c, d, o, NULL, ret, ret_missing, err);
	(void)xie_err_set(err, XIE_UNKNOWN, 0, 0, "the packs have no template for ", NULL);
	xie_err_add(err, d->code.p, d->code.n);
	return XIE_UNKNOWN;
}

static const char *cstr(xie_arena *mem, xie_str s)
{
	const char *p = xie_str_dup(mem, s);
	return p != NULL ? p : "";
}

xie_status xie_print_doc(const struct xie_forms *f, xie_arena *mem, const struct xie_print_case *c, const struct xie_print_doc *d,
                         const struct xie_print_options *o, struct xie_print_pdf *ret_pdf, struct xie_print_missing *ret_missing,
                         struct xie_err *reterr)
{
	struct sheet s;
	struct pen p;
	uint32_t pages = 0;
	xie_status st = make(f, mem, c, d, o, &s, ret_missing, reterr);
	if (st != XIE_OK)
		return st;
	st = pen_open(&p, o, xie_law_offset(c->law));
	if (st != XIE_OK)
		return pen_error(st, reterr);
	pen_about(&p, cstr(mem, s.title), cstr(mem, s.authority), cstr(mem, s.subject), s.day);
	st = pen_sheet(&p, &s, &pages);
	xie_status closed = pen_close(&p, ret_pdf);
	st = st != XIE_OK ? st : closed;
	return st == XIE_OK ? XIE_OK : pen_error(st, reterr);
}

xie_status xie_print_text(const struct xie_forms *f, xie_arena *mem, const struct xie_print_case *c, const struct xie_print_doc *d,
                          const struct xie_print_options *o, xie_wr *w, struct xie_print_missing *ret_missing, struct xie_err *reterr)
{
	struct sheet s;
	xie_status st = make(f, mem, c, d, o, &s, ret_missing, reterr);
	return st == XIE_OK ? sheet__write(&s, w) : st;
}
