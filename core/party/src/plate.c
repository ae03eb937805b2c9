/* SPDX-License-Identifier: Apache-2.0 */
/* Plates by characters, not bytes: a Chinese character is three bytes of UTF-8. */
#include "xie/party/id.h"

static const char provinces[] = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

const char *xie_plate_kind_name(enum xie_plate_kind k)
{
	static const char *const names[] = { "none",    "ordinary",     "trailer",      "learner",   "police",      "hk_macau",
		                             "embassy", "energy_small", "energy_large", "emergency", "armed_police" };
	return (unsigned)k < sizeof names / sizeof names[0] ? names[k] : "?";
}

/* Cuts s into characters; their number, or 0 when there are more than cap or it is not UTF-8. */
static size_t characters(xie_str s, xie_str *list, size_t cap)
{
	size_t n = 0;
	if (!xie_utf8_ok(s))
		return 0;
	for (size_t i = 0; i < s.n; n++) {
		unsigned char c = (unsigned char)s.p[i];
		size_t k = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
		if (n == cap)
			return 0;
		list[n] = (xie_str){ s.p + i, k };
		i += k;
	}
	return n;
}

static bool one_of(xie_str c, const char *set)
{
	size_t n = strlen(set);
	for (size_t i = 0; c.n != 0 && i + c.n <= n; i += (unsigned char)set[i] < 0x80 ? 1 : 3)
		if (memcmp(set + i, c.p, c.n) == 0)
			return true;
	return false;
}

static bool letter(xie_str c)
{
	return c.n == 1 && c.p[0] >= 'A' && c.p[0] <= 'Z' && c.p[0] != 'I' && c.p[0] != 'O';
}

static bool number(xie_str c)
{
	return c.n == 1 && c.p[0] >= '0' && c.p[0] <= '9';
}

static bool run(const xie_str *c, size_t n, bool letters)
{
	for (size_t i = 0; i < n; i++)
		if (!number(c[i]) && !(letters && letter(c[i])))
			return false;
	return true;
}

static enum xie_plate_kind energy(const xie_str *c)
{
	/* small: the letter that names the drive stands third; large: last */
	if (one_of(c[2], "DABCEFGHJK") && (letter(c[3]) || number(c[3])) && run(c + 4, 4, false))
		return XIE_PLATE_ENERGY_SMALL;
	return run(c + 2, 5, false) && one_of(c[7], "DFABCEGHJK") ? XIE_PLATE_ENERGY_LARGE : XIE_PLATE_NONE;
}

static enum xie_plate_kind special(const xie_str *c)
{
	static const struct {
		const char *last;
		enum xie_plate_kind kind;
	} rows[] = { { "挂", XIE_PLATE_TRAILER }, { "学", XIE_PLATE_LEARNER }, { "警", XIE_PLATE_POLICE }, { "领", XIE_PLATE_EMBASSY } };
	if (!run(c + 2, 4, true))
		return XIE_PLATE_NONE;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (one_of(c[6], rows[i].last))
			return rows[i].kind;
	if (one_of(c[6], "港澳") && one_of(c[0], "粤") && one_of(c[1], "Z"))
		return XIE_PLATE_HK_MACAU;
	return letter(c[6]) || number(c[6]) ? XIE_PLATE_ORDINARY : XIE_PLATE_NONE;
}

enum xie_plate_kind xie_id_plate(xie_str s)
{
	xie_str c[9];
	size_t n = characters(s, c, 9);
	if (n >= 7 && one_of(c[0], "使") && run(c + 1, n - 1, false) && n == 7)
		return XIE_PLATE_EMBASSY;
	if (n >= 7 && one_of(c[0], "W") && one_of(c[1], "J"))
		return one_of(c[2], provinces) && run(c + 3, n - 3, true) && n <= 8 ? XIE_PLATE_ARMED_POLICE : XIE_PLATE_NONE;
	if (n < 7 || n > 8 || !one_of(c[0], provinces) || !letter(c[1]))
		return XIE_PLATE_NONE;
	if (n == 8 && one_of(c[6], "应") && one_of(c[7], "急"))
		return run(c + 2, 4, true) ? XIE_PLATE_EMERGENCY : XIE_PLATE_NONE;
	return n == 8 ? energy(c) : special(c);
}
