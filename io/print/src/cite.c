/* SPDX-License-Identifier: Apache-2.0 */
/* Articles by the date of the document: "APL 44" is 《中华人民共和国行政处罚法》第四十四条 while that version is in force. */
#include "form.h"

#include "xie/base/time.h"

static const struct fm_statute *statute(const struct xie_forms *f, xie_str code, int64_t day, bool *ret_known)
{
	*ret_known = false;
	for (uint32_t i = 0; i < f->n_statutes; i++) {
		const struct fm_statute *s = &f->statutes[i];
		if (!xie_str_eq(s->code, code))
			continue;
		*ret_known = true;
		if (day >= s->from && day <= s->to)
			return s;
	}
	return NULL;
}

/* "64(1)(2)": 第六十四条第一款第（二）项.  False when it is no such text. */
static bool write_article(xie_wr *w, xie_str s)
{
	static const char *const units[] = { "款", "项" };
	uint64_t v = 0;
	size_t open = xie_str_find(s, '(');
	if (xie_str_u64((xie_str){ s.p, open }, &v) != XIE_OK || v == 0 || v > 9999)
		return false;
	xie_wr_text(w, "第");
	cn_integer(w, v);
	xie_wr_text(w, "条");
	s = xie_str_from(s, open);
	for (size_t i = 0; s.n != 0; i++) {
		size_t end = xie_str_find(s, ')');
		if (i == 2 || s.p[0] != '(' || end == s.n || xie_str_u64((xie_str){ s.p + 1, end - 1 }, &v) != XIE_OK || v > 99)
			return false;
		if (v != 0) { /* (0): an item of an article without paragraphs */
			xie_wr_text(w, i == 0 ? "第" : "第（");
			cn_integer(w, v);
			xie_wr_text(w, i == 0 ? "" : "）");
			xie_wr_text(w, units[i]);
		}
		s = xie_str_from(s, end + 1);
	}
	return true;
}

static void no_version(struct fill *x, xie_str code)
{
	char text[64];
	xie_wr c = xie_wr_of(text, sizeof text);
	xie_wr_text(&c, "law:");
	xie_wr_str(&c, code);
	fill__miss(x, fill__kept(x, &c), XIE_STR("法条表中没有该法在文书日期施行的文本"),
	           XIE_STR("the table has no version of this statute in force on the day of the document"), NULL, 0);
}

const struct xie_val *fill__cite(struct fill *x, const xie_str *cites, uint32_t n)
{
	char buf[2048];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_str before = { NULL, 0 };
	for (uint32_t i = 0; i < n; i++) {
		xie_str code = { cites[i].p, xie_str_find(cites[i], ' ') };
		bool known = false;
		if (i != 0)
			xie_wr_text(&w, "、");
		if (xie_str_starts(cites[i], "《")) { /* written out, of a statute that the table has not */
			xie_wr_str(&w, cites[i]);
			before = (xie_str){ NULL, 0 };
			continue;
		}
		const struct fm_statute *s = statute(x->f, code, x->day, &known);
		if (!known) {
			fill__bad(x, XIE_UNKNOWN, "an article of no statute of the table: ", cites[i]);
			return NULL;
		}
		if (s == NULL) {
			no_version(x, code);
			continue;
		}
		if (!xie_str_eq(before, code)) {
			xie_wr_text(&w, "《");
			xie_wr_str(&w, s->zh);
			xie_wr_text(&w, "》");
		}
		before = code;
		if (!write_article(&w, xie_str_from(cites[i], code.n + 1))) {
			fill__bad(x, XIE_MALFORMED, "not an article: ", cites[i]);
			return NULL;
		}
	}
	if (w.st != XIE_OK)
		x->st = XIE_LIMIT;
	return fill__made(x, fill__kept(x, &w));
}

const struct xie_val *fill__article(struct fill *x, xie_str name)
{
	const struct fm_article *a = form__article(x->f, name);
	for (uint32_t i = 0; a != NULL && i < a->n; i++)
		if (x->day >= a->rows[i].from && x->day <= a->rows[i].to)
			return fill__cite(x, a->rows[i].cites, a->rows[i].n);
	no_version(x, name);
	return NULL;
}
