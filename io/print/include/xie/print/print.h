/* SPDX-License-Identifier: Apache-2.0 */
/* xie/print/print.h — statutory instruments (文书) as PDF, from the pack's templates and a case.
 *
 * (templates, case, document, options) -> bytes, or the list of what is missing.  What an instrument says is data:
 * packs/cn-core/documents/ holds the text, the completeness rules and the table that gives the number of an article by the
 * date of the document (docs/instruments.md).  No sentence of an instrument is written in C.
 *
 * The same input gives the same bytes on one installation of Pango, Cairo and the fonts: no clock, no random number, the
 * creation date is the document's day.  Text can be extracted; seals and QR codes are drawings and leave no text.
 * Paper: A4, margins 37, 35, 28 and 26 mm, 22 lines of 28 characters in a letter (GB/T 9704-2012, 5.1 and 5.2).
 *
 * Threads: templates never change after loading and may be shared; each call draws with its own surface. */
#ifndef XIE_PRINT_PRINT_H
#define XIE_PRINT_PRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"
#include "xie/base/val.h"
#include "xie/law/law.h"

struct xie_forms;

/* docs[i]: one file of a pack's documents folder (xie_pack_forms of xie/pack/law.h reads them), files[i] its name for
 * messages.  mem, docs: kept.  A later file that defines a document again replaces it, so a city's pack may set its own.
 * Refused with line and column: an unknown block, filter, part or article, an expression that does not parse, a value
 * that may be missing and has no name to be asked for by. */
xie_status xie_forms_load(xie_arena *mem, const struct xie_val *const *docs, const char *const *files, size_t n,
                          const struct xie_forms **ret_forms, struct xie_err *reterr) XIE_MUST_USE;

struct xie_form {
	xie_str code, zh, en;
	bool numbered;  /* carries a number 〔year〕n号 that the case engine gives without gaps */
	xie_str kind;   /* the word of its number ("罚决"), empty when it has none */
	bool repeats;   /* each making is a document of its own (a record, a receipt); else the latest stands for all */
};
/* Every document that can be printed, in the order of the pack; *ret_n of them. */
const struct xie_form *xie_forms_list(const struct xie_forms *f, uint32_t *ret_n);
/* NULL when the packs have no template for it. */
const struct xie_form *xie_forms_find(const struct xie_forms *f, xie_str code);

/* The case as it stood right behind the event that made the document.  All borrowed. */
struct xie_print_case {
	const struct xie_law *law;
	const struct xie_law_case *c;
	const struct xie_val *header;         /* as xie_law_open had it: {"case", "people"} */
	const struct xie_val *party;          /* the party's record (address, id_no, ...) beside the header's; or NULL */
	const struct xie_val *common;         /* fields that all documents of the case share (cause, facts, ...), or NULL */
	const struct xie_val *const *events;  /* the accepted events up to there; the last one made the document */
	uint32_t n_events;
};

struct xie_print_doc {
	xie_str code;                 /* "D15" */
	xie_str zh;                   /* its name, where no template has one: only for a paper of a case file */
	xie_str number;               /* as printed, "苏文综罚决〔2021〕12号"; empty: none */
	xie_str id;                   /* what /verify/ID looks up; empty: no QR code */
	const struct xie_val *fields; /* what officers wrote into it: template root `field.`; before the common ones; or NULL */
};

struct xie_print_options {
	/* The authority that prints: {name, short, address, phone, ..., reconsideration, court, bank, verify_base}; template
	 * root `authority.` */
	const struct xie_val *authority;
	xie_str seal_png;  /* bytes of a PNG of the seal; empty: a drawn sample that says it is one */
	xie_str exporter;  /* not empty: a watermark on every page names who exported it */
	xie_ms exported;   /* and when */
};

/* One thing that the document needs and has not: code "fact:party.address", "doc:D11", "served:D11", "number". */
struct xie_print_missing {
	const struct xie_law_unmet *list;
	uint32_t n;
};

struct xie_print_pdf {
	uint8_t *p; /* given: xie_print_free */
	size_t n;
	uint32_t pages;
};
void xie_print_free(struct xie_print_pdf *pdf);

/* MISSING: *ret_missing names every item (in mem), and there are no bytes.  UNKNOWN: no template of that code.  MALFORMED,
 * RANGE: a fact is not of the kind that its place asks for, or the seal no PNG; reterr says which.  LIMIT: mem is full, or over 500
 * pages.  UNAVAILABLE: a character that no installed font can show: a box in a decision is worse than no decision.
 * mem: scratch, some MiB. */
xie_status xie_print_doc(const struct xie_forms *f, xie_arena *mem, const struct xie_print_case *c,
                         const struct xie_print_doc *d, const struct xie_print_options *o, struct xie_print_pdf *ret_pdf,
                         struct xie_print_missing *ret_missing, struct xie_err *reterr) XIE_MUST_USE;

/* The same as plain text, a line a paragraph, cells parted by tabs: for a preview.  Errors as above. */
xie_status xie_print_text(const struct xie_forms *f, xie_arena *mem, const struct xie_print_case *c,
                          const struct xie_print_doc *d, const struct xie_print_options *o, xie_wr *w,
                          struct xie_print_missing *ret_missing, struct xie_err *reterr) XIE_MUST_USE;

/* --- a case file (案卷) as one PDF: cover, contents, every document in order, pages counted through --- */
struct xie_print_item {
	struct xie_print_case c; /* as it stood when that document was made */
	struct xie_print_doc d;
};

/* c: the case now; the templates COVER and D45 are filled from it and say what a file needs.  A document without a template
 * gets the page PAPER, which says that the original is added.  Pages count from the first document; an outline leads to each.
 * Errors as above; the code of a missing item begins with its document: "D15.1/number". */
xie_status xie_print_file(const struct xie_forms *f, xie_arena *mem, const struct xie_print_case *c,
                          const struct xie_print_item *items, uint32_t n, const struct xie_print_options *o,
                          struct xie_print_pdf *ret_pdf, struct xie_print_missing *ret_missing,
                          struct xie_err *reterr) XIE_MUST_USE;

/* --- one page that says what a check found (the report of xiezhi verify) --- */
struct xie_print_pair {
	xie_str label, value;
};
struct xie_print_finding {
	xie_str grade, zh, en, detail;
	bool bad;
};
struct xie_print_report {
	xie_str title, subtitle;
	const struct xie_print_pair *pairs;
	uint32_t n_pairs;
	xie_str heads[3]; /* of the three columns: finding, grade, detail */
	const struct xie_print_finding *findings;
	uint32_t n_findings;
	xie_str verdict;  /* both languages, one a line */
	bool bad;
	int64_t day;      /* creation date of the PDF */
};

/* All of it on one page: the letters are as small as that takes (11 down to 6 points).  LIMIT when that is not enough. */
xie_status xie_print_report(xie_arena *mem, const struct xie_print_report *r, struct xie_print_pdf *ret_pdf,
                            struct xie_err *reterr) XIE_MUST_USE;

#endif
