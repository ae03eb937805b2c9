/* SPDX-License-Identifier: Apache-2.0 */
/* What may be done with a value on its way into a text. */
#include "form.h"

#include "xie/base/time.h"

#define FILTERS(X)                                                        \
	X(date)       /* 2021年9月29日, of a date, a time or a day number */ \
	X(date_words) /* 二〇二一年九月二十九日 */                           \
	X(datetime)   /* 2021年9月6日10时00分 */                            \
	X(yuan)       /* fen as 20,000.00 */                              \
	X(cn_money)   /* fen as 贰万元整 */                               \
	X(cn)         /* 四十四 */                                        \
	X(count)      /* of a list */                                     \
	X(names)      /* ids of people: their names */                    \
	X(certs)      /* ids of people: names with numbers of certificates */ \
	X(cert)       /* ids of people: numbers alone */                  \
	X(word)       /* through a table of words */                      \
	X(box)        /* ■ when it is (or has) the argument, else □ */    \
	X(lines)      /* a list, one a line */                            \
	X(numbered)   /* a list, one a line, 1. 2. 3. */                  \
	X(cite)       /* "HSR 64(1)": 《公路安全保护条例》第六十四条第一款 */

enum filter {
#define X(name) F_##name,
	FILTERS(X)
#undef X
	F_COUNT
};

static const char *const filter_names[] = {
#define X(name) #name,
	FILTERS(X)
#undef X
};

xie_status form__filter(struct fm_load *l, const struct xie_val *at, xie_str text, struct fm_filter *ret)
{
	size_t colon = xie_str_find(text, ':');
	xie_str name = { text.p, colon };
	ret->arg = xie_str_from(text, colon + 1);
	for (uint8_t i = 0; i < F_COUNT; i++) {
		if (!xie_str_is(name, filter_names[i]))
			continue;
		ret->kind = i;
		if (i == F_word && form__words(l->f, ret->arg) == NULL)
			return form__fail(l, XIE_UNKNOWN, at, "no table of words is called ", ret->arg, "words: {kinds: {FINE: 罚款}}");
		if ((ret->arg.n != 0) != (i == F_word || i == F_box))
			break;
		return XIE_OK;
	}
	return form__fail(l, XIE_UNKNOWN, at, "not a filter: ", text, "date, datetime, yuan, cn_money, names, certs, word:TABLE, box:VALUE, cite, ...");
}

static bool day_of(struct fill *x, const struct xie_val *v, int64_t *ret)
{
	xie_ms t = 0;
	if (v->kind == XIE_VAL_NUMBER && xie_val_i64(v, ret) == XIE_OK && *ret > -1000000 && *ret < 5000000)
		return true;
	if (v->kind != XIE_VAL_STRING || xie_time_parse(v->s, x->offset, &t) != XIE_OK) {
		fill__bad(x, XIE_MALFORMED, "not a date: ", xie_val_str(v));
		return false;
	}
	*ret = xie_floor_div(t + x->offset, 86400000);
	return true;
}

static void write_yuan(xie_wr *w, int64_t fen)
{
	char buf[32];
	xie_wr d = xie_wr_of(buf, sizeof buf);
	uint64_t v = fen < 0 ? (uint64_t)0 - (uint64_t)fen : (uint64_t)fen;
	xie_wr_u64(&d, v / 100);
	if (fen < 0)
		xie_wr_char(w, '-');
	for (size_t i = 0; i < d.n; i++) {
		if (i != 0 && (d.n - i) % 3 == 0)
			xie_wr_char(w, ',');
		xie_wr_char(w, buf[i]);
	}
	xie_wr_char(w, '.');
	xie_wr_padded(w, v % 100, 2);
}

static const struct xie_val *one_value(struct fill *x, enum filter f, const struct xie_val *v)
{
	char buf[160];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	int64_t i = 0;
	xie_ms t = 0;
	switch (f) {
	case F_date:
	case F_date_words:
		if (!day_of(x, v, &i))
			return NULL;
		if (f == F_date)
			cn_date(&w, i);
		else
			cn_date_words(&w, i);
		break;
	case F_datetime:
		if (v->kind != XIE_VAL_STRING || xie_time_parse(v->s, x->offset, &t) != XIE_OK) {
			fill__bad(x, XIE_MALFORMED, "not a time: ", xie_val_str(v));
			return NULL;
		}
		cn_datetime(&w, t, x->offset);
		break;
	default:
		if (xie_val_i64(v, &i) != XIE_OK || (f == F_cn && (i < 0 || i >= 100000000))) {
			fill__bad(x, XIE_MALFORMED, "not a whole number: ", xie_val_str(v));
			return NULL;
		}
		if (f == F_yuan)
			write_yuan(&w, i);
		else if (f == F_cn_money)
			cn_money(&w, i);
		else
			cn_integer(&w, (uint64_t)i);
	}
	return fill__made(x, fill__kept(x, &w));
}

/* A list of texts, or one text: each through `write`, joined. */
typedef void write_fn(struct fill *x, const struct fm_filter *f, const struct xie_val *one, uint32_t no, xie_wr *w);

static const struct xie_val *joined(struct fill *x, const struct fm_filter *f, const struct xie_val *v, const char *sep, write_fn *write)
{
	struct scratch s;
	uint32_t no = 0;
	scratch_begin(x, &s);
	if (v->kind != XIE_VAL_ARRAY)
		write(x, f, v, 1, &s.w);
	else
		XIE_VAL_EACH(one, v)
		{
			if (no++ != 0)
				xie_wr_text(&s.w, sep);
			write(x, f, one, no, &s.w);
		}
	xie_str text = scratch_end(x, &s);
	return x->st == XIE_OK ? fill__made(x, text) : NULL;
}

static const struct xie_val *person(struct fill *x, const struct xie_val *one)
{
	const struct xie_val *p = NULL;
	XIE_VAL_EACH(who, xie_val_get(x->root, "people"))
	{
		if (xie_str_eq(who->key, xie_val_str(one)))
			p = who;
	}
	return p;
}

static void ask_cert(struct fill *x, xie_str id)
{
	char code[120];
	xie_wr c = xie_wr_of(code, sizeof code);
	xie_wr_text(&c, "fact:people.");
	xie_wr_str(&c, id);
	xie_wr_text(&c, ".cert.no");
	fill__miss(x, fill__kept(x, &c), XIE_STR("执法人员的执法证号"), XIE_STR("the officer's certificate number"), NULL, 0);
}

static void write_person(struct fill *x, const struct fm_filter *f, const struct xie_val *one, uint32_t no, xie_wr *w)
{
	(void)no;
	const struct xie_val *p = person(x, one);
	xie_str name = xie_val_get_str(p, "name"), cert = xie_val_get_str(xie_val_get(p, "cert"), "no");
	if (f->kind != F_cert) /* somebody without a record stands under the name that was written */
		xie_wr_str(w, name.n != 0 ? name : xie_val_str(one));
	if (f->kind == F_names)
		return;
	if (cert.n == 0)
		ask_cert(x, xie_val_str(one));
	if (f->kind == F_certs)
		xie_wr_text(w, "（执法证号：");
	xie_wr_str(w, cert);
	if (f->kind == F_certs)
		xie_wr_text(w, "）");
}

static void write_word(struct fill *x, const struct fm_filter *f, const struct xie_val *one, uint32_t no, xie_wr *w)
{
	(void)no;
	const struct fm_words *t = form__words(x->f, f->arg);
	xie_str s = one->kind == XIE_VAL_BOOL ? (one->b ? XIE_STR("true") : XIE_STR("false")) : xie_val_str(one);
	for (uint32_t i = 0; i < t->n; i++)
		if (xie_str_eq(t->list[i].code, s)) {
			xie_wr_str(w, t->list[i].zh);
			return;
		}
	xie_wr_str(w, s); /* a word of the officer's own */
}

static void write_plain(struct fill *x, const struct fm_filter *f, const struct xie_val *one, uint32_t no, xie_wr *w)
{
	(void)x;
	if (f->kind == F_numbered) {
		xie_wr_u64(w, no);
		xie_wr_text(w, "．");
	}
	xie_wr_str(w, xie_val_str(one));
}

static const struct xie_val *box(struct fill *x, const struct fm_filter *f, const struct xie_val *v)
{
	bool on = v->kind == XIE_VAL_BOOL ? xie_str_is(f->arg, v->b ? "true" : "false") : xie_str_eq(xie_val_str(v), f->arg);
	if (v->kind == XIE_VAL_ARRAY)
		XIE_VAL_EACH(one, v)
		{
			on = on || xie_str_eq(xie_val_str(one), f->arg);
		}
	return fill__made(x, on ? XIE_STR("■") : XIE_STR("□"));
}

static const struct xie_val *cite(struct fill *x, const struct xie_val *v)
{
	xie_str cites[16];
	uint32_t n = 0;
	if (v->kind != XIE_VAL_ARRAY) {
		cites[0] = xie_val_str(v);
		return fill__cite(x, cites, 1);
	}
	XIE_VAL_EACH(one, v)
	{
		if (n == 16) {
			fill__bad(x, XIE_LIMIT, "more than sixteen articles in one place: ", v->key);
			return NULL;
		}
		cites[n++] = xie_val_str(one);
	}
	return fill__cite(x, cites, n);
}

const struct xie_val *fill__filter(struct fill *x, const struct fm_filter *f, const struct xie_val *v)
{
	char buf[24];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	switch ((enum filter)f->kind) {
	case F_count:
		xie_wr_u64(&w, v->kind == XIE_VAL_ARRAY ? v->count : 1);
		return fill__made(x, fill__kept(x, &w));
	case F_names:
	case F_certs:
	case F_cert:
		return joined(x, f, v, "、", write_person);
	case F_word:
		return joined(x, f, v, "、", write_word);
	case F_lines:
	case F_numbered:
		return joined(x, f, v, "\n", write_plain);
	case F_box:
		return box(x, f, v);
	case F_cite:
		return cite(x, v);
	default:
		return one_value(x, (enum filter)f->kind, v);
	}
}
