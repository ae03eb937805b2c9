/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, sums and days in Chinese words. */
#include "form.h"

#include "xie/base/time.h"

static const char *const digits[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
static const char *const capitals[] = { "零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖" };

/* One group of four digits.  inner: something stands before it, so a leading gap reads 零. */
static void group(xie_wr *w, uint32_t v, const char *const *names, const char *const *units, bool inner, bool colloquial)
{
	bool zero = inner && v < 1000, any = false;
	uint32_t div = 1000;
	for (int i = 3; i >= 0; i--, div /= 10) {
		uint32_t d = v / div % 10;
		if (d == 0) {
			zero = zero || any;
			continue;
		}
		if (zero)
			xie_wr_text(w, names[0]);
		zero = false;
		if (!(colloquial && d == 1 && i == 1 && !any && !inner)) /* 十五, not 一十五 */
			xie_wr_text(w, names[d]);
		xie_wr_text(w, units[i]);
		any = true;
	}
}

static void number(xie_wr *w, uint64_t v, const char *const *names, const char *const *units, bool colloquial)
{
	static const char *const big[] = { "", "万", "亿", "万亿" };
	if (v == 0) {
		xie_wr_text(w, names[0]);
		return;
	}
	bool inner = false, gap = false;
	for (int i = 3; i >= 0; i--) {
		uint64_t div = i == 3 ? UINT64_C(1000000000000) : i == 2 ? 100000000 : i == 1 ? 10000 : 1;
		uint32_t g = (uint32_t)(v / div % 10000);
		if (g == 0) {
			gap = inner;
			continue;
		}
		if (gap && g >= 1000)
			xie_wr_text(w, names[0]);
		group(w, g, names, units, inner, colloquial);
		xie_wr_text(w, big[i]);
		inner = true;
		gap = false;
	}
}

void cn_integer(xie_wr *w, uint64_t v)
{
	static const char *const units[] = { "", "十", "百", "千" };
	number(w, v, digits, units, true);
}

/* Capital figures, as cheques and fines have them. */
void cn_money(xie_wr *w, int64_t fen)
{
	static const char *const units[] = { "", "拾", "佰", "仟" };
	uint64_t v = fen < 0 ? (uint64_t)0 - (uint64_t)fen : (uint64_t)fen;
	unsigned jiao = (unsigned)(v / 10 % 10), rest = (unsigned)(v % 10);
	if (fen < 0)
		xie_wr_text(w, "负");
	if (v >= 100 || v == 0) {
		number(w, v / 100, capitals, units, false);
		xie_wr_text(w, "元");
	}
	if (jiao == 0 && rest == 0) {
		xie_wr_text(w, "整");
		return;
	}
	if (jiao != 0) {
		xie_wr_text(w, capitals[jiao]);
		xie_wr_text(w, "角");
	} else if (v >= 100) {
		xie_wr_text(w, capitals[0]);
	}
	if (rest != 0) {
		xie_wr_text(w, capitals[rest]);
		xie_wr_text(w, "分");
	}
}

void cn_date(xie_wr *w, int64_t day)
{
	int32_t y = 0;
	uint8_t m = 0, d = 0;
	xie_civil_from_days(day, &y, &m, &d);
	xie_wr_i64(w, y);
	xie_wr_text(w, "年");
	xie_wr_u64(w, m);
	xie_wr_text(w, "月");
	xie_wr_u64(w, d);
	xie_wr_text(w, "日");
}

void cn_date_words(xie_wr *w, int64_t day)
{
	int32_t y = 0;
	uint8_t m = 0, d = 0;
	xie_civil_from_days(day, &y, &m, &d);
	for (int32_t div = 1000; div != 0; div /= 10)
		xie_wr_text(w, y / div % 10 == 0 ? "〇" : digits[y / div % 10]);
	xie_wr_text(w, "年");
	cn_integer(w, m);
	xie_wr_text(w, "月");
	cn_integer(w, d);
	xie_wr_text(w, "日");
}

void cn_datetime(xie_wr *w, xie_ms t, xie_ms offset)
{
	struct xie_civil c;
	xie_civil_from_ms(t, offset, &c);
	cn_date(w, xie_days_from_civil(c.year, c.month, c.day));
	xie_wr_u64(w, c.hour);
	xie_wr_text(w, "时");
	xie_wr_padded(w, c.minute, 2);
	xie_wr_text(w, "分");
}
