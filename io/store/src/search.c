/* SPDX-License-Identifier: Apache-2.0 */
/* Text for the full-text index: each Chinese character a word of its own, letters and digits in runs. */
#include "records_int.h"

/* The length of the character at p, and whether it stands alone (Han, kana, Hangul ...: U+2E80 and above). */
static size_t character(const uint8_t *p, size_t left, bool *ret_alone)
{
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	n = n < left ? n : left;
	unsigned c = n == 3 ? (unsigned)(p[0] & 15) << 12 | (unsigned)(p[1] & 63) << 6 | (p[2] & 63u) : 0;
	*ret_alone = n == 4 || c >= 0x2e80;
	/* CJK punctuation and full-width marks separate words like their ASCII kin. */
	if (n == 3 && ((c >= 0x3000 && c <= 0x303f) || (c >= 0xff00 && c <= 0xff0f) || (c >= 0xff1a && c <= 0xff20)))
		return n | 0x100;
	return n;
}

static bool is_word(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

void search__words(xie_str text, char *ret, size_t cap)
{
	size_t n = 0;
	for (size_t i = 0; i < text.n;) {
		bool alone;
		size_t k = character((const uint8_t *)text.p + i, text.n - i, &alone);
		bool separates = (k & 0x100) != 0 || (k == 1 && !is_word((uint8_t)text.p[i]));
		k &= 0xff;
		if (n + k + 3 > cap)
			break;
		if (alone || separates)
			ret[n++] = ' ';
		if (!separates) {
			memcpy(ret + n, text.p + i, k);
			n += k;
		}
		if (alone && !separates)
			ret[n++] = ' ';
		i += k;
	}
	ret[n] = '\0';
}

/* "桥区超速 413" -> "桥 区 超 速" AND "413" * : every piece as a phrase, the last letters of one may go on. */
void search__query(xie_str text, char *ret, size_t cap)
{
	char words[512];
	size_t n = 0;
	xie_str rest = xie_str_trim(text), piece;
	ret[0] = '\0';
	for (unsigned pieces = 0; pieces < 8 && xie_str_split(&rest, ' ', &piece);) {
		search__words(piece, words, sizeof words);
		xie_str w = xie_str_trim(xie_str_of(words));
		if (w.n == 0)
			continue;
		if (n + w.n + 12 > cap)
			break;
		if (pieces++ != 0) {
			memcpy(ret + n, " AND ", 5);
			n += 5;
		}
		ret[n++] = '"';
		memcpy(ret + n, w.p, w.n);
		n += w.n;
		ret[n++] = '"';
		if ((uint8_t)w.p[w.n - 1] < 0x80) {
			ret[n++] = ' ';
			ret[n++] = '*';
		}
		ret[n] = '\0';
	}
}

static xie_status run_for(struct xie_db *db, const char *sql, const char *kind, xie_str id, const char *words)
{
	struct xie_stmt *s = xie_db_stmt(db, sql);
	xie_stmt_str(s, "kind", xie_str_of(kind));
	xie_stmt_str(s, "id", id);
	if (words != NULL)
		xie_stmt_str(s, "text", xie_str_of(words));
	return xie_stmt_run(s);
}

xie_status search__put(struct xie_db *db, const char *kind, xie_str id, xie_str text)
{
	char words[SEARCH_MAX];
	search__words(text, words, sizeof words);
	xie_status st = run_for(db, SQL_SEARCH_FORGET, kind, id, NULL);
	if (st == XIE_OK) /* rows are numbered anew: a stale place would be another's */
		st = run_for(db, SQL_SEARCH_UNPLACE, kind, id, NULL);
	if (st != XIE_OK || words[0] == '\0')
		return st;
	st = run_for(db, SQL_SEARCH_PUT, kind, id, words);
	return st == XIE_OK ? run_for(db, SQL_SEARCH_PLACE, kind, id, NULL) : st;
}
