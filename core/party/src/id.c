/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/party/id.h"

#include "xie/base/time.h"

const char *xie_id_check_name(enum xie_id_check c)
{
	static const char *const names[XIE_ID_CHECKS] = { "ok", "form", "date", "check", "inner" };
	return (unsigned)c < XIE_ID_CHECKS ? names[c] : "?";
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : -1;
}

static bool digits(xie_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (digit(s.p[i]) < 0)
			return false;
	return true;
}

/* GB 32100-2015: 31 characters, without I, O, S, V and Z. */
static const char uscc_set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static int uscc_value(char c)
{
	for (int i = 0; i < 31; i++)
		if (uscc_set[i] == c)
			return i;
	return -1;
}

/* GB 11714: digits and all capital letters; check 10 is X, 11 is 0. */
static char organisation_check(const char *p)
{
	static const uint8_t w[8] = { 3, 7, 9, 10, 5, 8, 4, 2 };
	unsigned sum = 0;
	for (int i = 0; i < 8; i++)
		sum += w[i] * (unsigned)(digit(p[i]) >= 0 ? digit(p[i]) : p[i] - 'A' + 10);
	unsigned k = 11 - sum % 11;
	return k == 10 ? 'X' : k == 11 ? '0' : (char)('0' + k);
}

enum xie_id_check xie_id_uscc(xie_str s)
{
	static const uint8_t w[17] = { 1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28 };
	if (s.n != 18)
		return XIE_ID_FORM;
	unsigned sum = 0;
	for (int i = 0; i < 18; i++) {
		int v = uscc_value(s.p[i]);
		if (v < 0 || (i >= 2 && i < 8 && digit(s.p[i]) < 0)) /* 3 to 8: the region, GB/T 2260 */
			return XIE_ID_FORM;
		if (i < 17)
			sum += w[i] * (unsigned)v;
	}
	if (uscc_set[(31 - sum % 31) % 31] != s.p[17])
		return XIE_ID_CHECK;
	return organisation_check(s.p + 8) == s.p[16] ? XIE_ID_OK : XIE_ID_INNER;
}

static char resident_check(const char *p)
{
	static const uint8_t w[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	unsigned sum = 0;
	for (int i = 0; i < 17; i++)
		sum += w[i] * (unsigned)digit(p[i]);
	return "10X98765432"[sum % 11];
}

static bool birth(const char *p, int64_t *ret_day)
{
	int32_t y = digit(p[0]) * 1000 + digit(p[1]) * 100 + digit(p[2]) * 10 + digit(p[3]);
	unsigned m = (unsigned)(digit(p[4]) * 10 + digit(p[5])), d = (unsigned)(digit(p[6]) * 10 + digit(p[7]));
	if (y < 1800 || d < 1 || d > xie_days_in_month(y, m))
		return false;
	*ret_day = xie_days_from_civil(y, m, d);
	return true;
}

bool xie_id_resident18(xie_str s, char ret_id[static 18])
{
	if (s.n != 15 || !digits(s))
		return false;
	memcpy(ret_id, s.p, 6);
	ret_id[6] = '1';
	ret_id[7] = '9';
	memcpy(ret_id + 8, s.p + 6, 9);
	ret_id[17] = resident_check(ret_id);
	return true;
}

enum xie_id_check xie_id_resident(xie_str s)
{
	char full[18];
	int64_t day = 0;
	if (s.n == 15)
		return !xie_id_resident18(s, full) ? XIE_ID_FORM : birth(full + 6, &day) ? XIE_ID_OK : XIE_ID_DATE;
	if (s.n != 18 || !digits((xie_str){ s.p, 17 }) || (digit(s.p[17]) < 0 && s.p[17] != 'X' && s.p[17] != 'x'))
		return XIE_ID_FORM;
	if (!birth(s.p + 6, &day))
		return XIE_ID_DATE;
	char last = s.p[17] == 'x' ? 'X' : s.p[17];
	return resident_check(s.p) == last ? XIE_ID_OK : XIE_ID_CHECK;
}

bool xie_id_resident_birth(xie_str s, int64_t *ret_day, bool *ret_male)
{
	char full[18];
	enum xie_id_check c = xie_id_resident(s);
	if (c == XIE_ID_FORM || c == XIE_ID_DATE)
		return false;
	if (s.n == 15)
		(void)xie_id_resident18(s, full);
	else
		memcpy(full, s.p, 18);
	*ret_male = digit(full[16]) % 2 == 1;
	return birth(full + 6, ret_day);
}

static xie_str without_imo(xie_str s)
{
	if (xie_str_starts(s, "IMO"))
		s = xie_str_trim(xie_str_from(s, 3));
	return s;
}

enum xie_id_check xie_id_imo(xie_str s)
{
	s = without_imo(s);
	if (s.n != 7 || !digits(s))
		return XIE_ID_FORM;
	int sum = 0;
	for (int i = 0; i < 6; i++)
		sum += digit(s.p[i]) * (7 - i);
	return sum % 10 == digit(s.p[6]) ? XIE_ID_OK : XIE_ID_CHECK;
}

enum xie_id_check xie_id_imo_company(xie_str s)
{
	static const uint8_t w[6] = { 8, 6, 4, 2, 9, 7 };
	s = without_imo(s);
	if (s.n != 7 || !digits(s))
		return XIE_ID_FORM;
	int sum = 0;
	for (int i = 0; i < 6; i++)
		sum += digit(s.p[i]) * w[i];
	return (11 - sum % 11) % 10 == digit(s.p[6]) ? XIE_ID_OK : XIE_ID_CHECK;
}

static const struct {
	const char *prefix;
	enum xie_mmsi_kind kind;
	uint8_t mid; /* where the country's digits begin; 9: nowhere */
} prefixes[] = {
	{ "970", XIE_MMSI_SART, 9 }, { "972", XIE_MMSI_MOB, 9 },  { "974", XIE_MMSI_EPIRB, 9 }, { "111", XIE_MMSI_AIRCRAFT, 3 },
	{ "99", XIE_MMSI_AID, 2 },   { "98", XIE_MMSI_CRAFT, 2 }, { "00", XIE_MMSI_COAST, 2 },  { "0", XIE_MMSI_GROUP, 1 },
	{ "8", XIE_MMSI_HANDHELD, 1 },
	{ "2", XIE_MMSI_SHIP, 0 },   { "3", XIE_MMSI_SHIP, 0 },   { "4", XIE_MMSI_SHIP, 0 },    { "5", XIE_MMSI_SHIP, 0 },
	{ "6", XIE_MMSI_SHIP, 0 },   { "7", XIE_MMSI_SHIP, 0 },
};

static int mmsi_row(xie_str s)
{
	if (s.n != 9 || !digits(s))
		return -1;
	for (int i = 0; i < (int)(sizeof prefixes / sizeof prefixes[0]); i++)
		if (xie_str_starts(s, prefixes[i].prefix))
			return i;
	return -1;
}

unsigned xie_id_mmsi_mid(xie_str s)
{
	int row = mmsi_row(s);
	if (row < 0 || prefixes[row].mid == 9)
		return 0;
	const char *p = s.p + prefixes[row].mid;
	unsigned mid = (unsigned)(digit(p[0]) * 100 + digit(p[1]) * 10 + digit(p[2]));
	return mid >= 200 && mid < 800 ? mid : 0;
}

enum xie_mmsi_kind xie_id_mmsi(xie_str s)
{
	int row = mmsi_row(s);
	if (row < 0 || (prefixes[row].mid != 9 && xie_id_mmsi_mid(s) == 0))
		return XIE_MMSI_NONE;
	return prefixes[row].kind;
}
