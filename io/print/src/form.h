/* SPDX-License-Identifier: Apache-2.0 */
/* Templates inside: what a document's text is made of, and the values that it reads.  docs/instruments.md is the same for
 * those who write templates. */
#ifndef XIE_PRINT_FORM_H
#define XIE_PRINT_FORM_H

#include "xie/print/print.h"

/* --- expressions:  or > and > not > compare > ?? > primary --- */
enum px_op { PX_TEXT, PX_NUMBER, PX_TRUE, PX_NULL, PX_PATH, PX_ARTICLE, PX_NOT, PX_AND, PX_OR, PX_EQ, PX_NE, PX_LT, PX_LE, PX_GT, PX_GE,
	     PX_IN, PX_ELSE };

struct px {
	enum px_op op;
	xie_str s;   /* TEXT; NUMBER; PATH as written; ARTICLE its name */
	const struct px *a, *b;
	const struct fm_name *name; /* PATH: how it is asked for when it is missing, or NULL */
};

/* --- text with holes: "罚款{event.data.fine_fen|cn_money}" --- */
enum { FM_FILTERS = 4 };

struct fm_filter {
	uint8_t kind; /* enum of filter.c */
	xie_str arg;
};

struct fm_piece {
	xie_str lit;         /* or, when e is set, the hole */
	const struct px *e;
	struct fm_filter filters[FM_FILTERS];
	uint8_t n_filters;
};

struct fm_text {
	const struct fm_piece *pieces;
	uint32_t n;
};

/* A path that may be missing, and its words. */
struct fm_name {
	xie_str path, zh, en;
};

struct fm_need {
	const struct px *when, *is;
	xie_str code, zh, en;
	const xie_str *basis;
	uint32_t n_basis;
};

/* --- blocks --- */
enum fm_kind { FM_P, FM_LINE, FM_CENTER, FM_RIGHT, FM_HEAD, FM_SMALL, FM_TABLE, FM_USE, FM_GROUP, FM_SEAL, FM_GAP, FM_PAGE };

struct fm_cell {
	struct fm_text text, sign;   /* sign: at the foot of the cell, on the right */
	uint8_t span;
	bool label;   /* centred, 黑体 */
	int32_t min_mm;
};

struct fm_row {
	const struct px *when, *each;
	const struct fm_cell *cells;
	uint32_t n;
};

struct fm_block {
	enum fm_kind kind;
	const struct px *when;
	struct fm_text text, text2;   /* SEAL: name, date */
	const struct px *each;
	const struct fm_block *body;  /* EACH, GROUP, USE */
	uint32_t n_body;
	const struct fm_row *rows;
	uint32_t n_rows;
	uint8_t cols[12], n_cols;     /* shares of the width */
	int32_t mm;                   /* GAP */
};

enum fm_style { STYLE_LETTER, STYLE_SHEET, STYLE_RECORD, STYLE_COVER, STYLE_REPORT };

struct form {
	struct xie_form pub;
	enum fm_style style;
	struct fm_text title, foot; /* foot: on every page above its number */
	bool has_foot, qr;
	const struct fm_need *needs;
	uint32_t n_needs;
	const struct fm_block *body;
	uint32_t n_body;
};

struct fm_word {
	xie_str code, zh;
};
struct fm_words {
	xie_str name;
	const struct fm_word *list;
	uint32_t n;
};

struct fm_statute {
	xie_str code, zh;
	int64_t from, to; /* days the version was in force; INT64_MIN, INT64_MAX: open */
};

struct fm_article_row {
	int64_t from, to;
	const xie_str *cites;
	uint32_t n;
};
struct fm_article {
	xie_str name;
	const struct fm_article_row *rows;
	uint32_t n;
};

struct fm_part {
	xie_str name;
	const struct fm_block *body;
	uint32_t n_body;
};

#define FM_TABLE_OF(T, name) \
	T *name;             \
	uint32_t n_##name

struct xie_forms {
	FM_TABLE_OF(struct form, forms);
	FM_TABLE_OF(struct xie_form, list);
	FM_TABLE_OF(struct fm_part, parts);
	FM_TABLE_OF(struct fm_name, names);
	FM_TABLE_OF(struct fm_words, words);
	FM_TABLE_OF(struct fm_statute, statutes);
	FM_TABLE_OF(struct fm_article, articles);
};

/* loading */
struct fm_load {
	struct xie_forms *f;
	xie_arena *mem;
	const struct xie_val *const *docs;
	const char *const *files;
	size_t n, at;
	struct xie_err *err;
	unsigned depth;
};
xie_status form__fail(struct fm_load *l, xie_status st, const struct xie_val *at, const char *what, xie_str name, const char *hint);
xie_status form__only(struct fm_load *l, const struct xie_val *obj, const char *keys);
xie_status form__expr(struct fm_load *l, const struct xie_val *at, xie_str text, const struct px **ret);
xie_status form__text(struct fm_load *l, const struct xie_val *v, struct fm_text *ret);
xie_status form__filter(struct fm_load *l, const struct xie_val *at, xie_str text, struct fm_filter *ret);
xie_status form__blocks(struct fm_load *l, const struct xie_val *list, const struct fm_block **ret, uint32_t *ret_n);
/* Room for what all files have under key, and one. */
uint32_t form__total(const struct fm_load *l, const char *key);
xie_status form__tables(struct fm_load *l); /* names, words, statutes, articles: before any text */
const struct fm_part *form__part(const struct xie_forms *f, xie_str name);
const struct fm_words *form__words(const struct xie_forms *f, xie_str name);
const struct fm_article *form__article(const struct xie_forms *f, xie_str name);
const struct form *form__find(const struct xie_forms *f, xie_str code);

/* --- filling in --- */
struct fill {
	const struct xie_forms *f;
	xie_arena *mem;
	const struct xie_val *root;  /* case, people, event, last, all, fact, set, clock, docs, amount, doc, field, authority */
	const struct xie_val *it;    /* inside each */
	uint32_t it_no;
	int64_t day;                 /* of the document: which version of a statute is cited */
	xie_ms offset;
	struct xie_law_unmet *missing;
	uint32_t n_missing;
	xie_status st;               /* sticky: MALFORMED, RANGE, LIMIT */
	struct xie_err *err;
	unsigned steps;              /* blocks and rows looked at: parts that use parts may not multiply for ever */
};

enum { FM_MAX_MISSING = 64, FM_MAX_STEPS = 200000, FM_MAX_EACH = 10000 };

/* A value: of the tree, or text or number made by an expression (then a node in mem).  NULL: absent. */
const struct xie_val *fill__eval(struct fill *x, const struct px *e);
bool fill__true(struct fill *x, const struct px *e); /* there, not false, not empty */
xie_str fill__text(struct fill *x, const struct fm_text *t);
void fill__miss(struct fill *x, xie_str code, xie_str zh, xie_str en, const xie_str *basis, uint32_t n_basis);
void fill__bad(struct fill *x, xie_status st, const char *what, xie_str which);
const struct xie_val *fill__made(struct fill *x, xie_str text); /* a STRING in mem; x->st LIMIT when full */
xie_str fill__kept(struct fill *x, const xie_wr *w);            /* what w holds, copied */
/* A text that is written piece by piece: into half of what mem has left, while the pieces are made in the other half.
 * scratch_end copies it down into mem and gives the rest back. */
struct scratch {
	xie_wr w;
	xie_arena lower, *whole;
};
void scratch_begin(struct fill *x, struct scratch *s);
xie_str scratch_end(struct fill *x, struct scratch *s);
/* values through filters; NULL in gives NULL out */
const struct xie_val *fill__filter(struct fill *x, const struct fm_filter *f, const struct xie_val *v);
/* "APL 44", "HSR 64(1)" -> 《中华人民共和国行政处罚法》第四十四条 as of x->day */
const struct xie_val *fill__cite(struct fill *x, const xie_str *cites, uint32_t n);
const struct xie_val *fill__article(struct fill *x, xie_str name);

/* Chinese words for numbers (chinese.c) */
void cn_integer(xie_wr *w, uint64_t v);      /* 四十四, 一百零一; below 10^8 */
void cn_money(xie_wr *w, int64_t fen);       /* 贰万元整 */
void cn_date(xie_wr *w, int64_t day);        /* 2021年9月29日 */
void cn_date_words(xie_wr *w, int64_t day);  /* 二〇二一年九月二十九日 */
void cn_datetime(xie_wr *w, xie_ms t, xie_ms offset); /* 2021年9月6日10时00分 */

/* --- the document with all holes filled (sheet.c) --- */
struct sh_cell {
	xie_str text, sign;
	uint8_t span;
	bool label, red;
	int32_t min_mm;
};
struct sh_row {
	const struct sh_cell *cells;
	uint32_t n;
};
struct sh_block {
	enum fm_kind kind; /* P, LINE, CENTER, RIGHT, HEAD, SMALL, TABLE, SEAL, GAP, PAGE */
	xie_str text, text2;
	const struct sh_row *rows;
	uint32_t n_rows;
	const uint8_t *cols;
	uint8_t n_cols;
	int32_t mm;
	bool red;
	struct sh_block *next;
};
struct sheet {
	enum fm_style style;
	xie_str title, authority, number, foot, id, verify_url, subject, keywords;
	bool qr;
	int64_t day;
	double size; /* REPORT: of its letters */
	struct sh_block *first, *last;
};

/* MISSING when x->n_missing; else what x->st says. */
xie_status sheet__make(struct fill *x, const struct form *form, const struct xie_print_doc *d, struct sheet *ret);
/* From case and template; file: what a case file's cover and contents read, or NULL. */
xie_status sheet__of(const struct xie_forms *f, xie_arena *mem, const struct form *form, const struct xie_print_case *c,
                     const struct xie_print_doc *d, const struct xie_print_options *o, const struct xie_val *file, struct sheet *ret,
                     struct xie_print_missing *ret_missing, struct xie_err *err);
xie_status sheet__write(const struct sheet *s, xie_wr *w);

/* The tree that templates read (view.c). */
xie_status view__make(xie_arena *mem, const struct xie_print_case *c, const struct xie_print_doc *d, const struct form *form,
                      const struct xie_val *authority, const struct xie_val *file, const struct xie_val **ret_root, int64_t *ret_day, struct xie_err *err);

#endif
