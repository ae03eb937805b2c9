/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/base/status.h"

static const char *const codes[] = {
#define X(sym, code, text) [XIE_##sym] = code,
	XIE_STATUS_MAP(X)
#undef X
};
static const char *const texts[] = {
#define X(sym, code, text) [XIE_##sym] = text,
	XIE_STATUS_MAP(X)
#undef X
};

const char *xie_status_code(xie_status st)
{
	return (unsigned)st < XIE_STATUS__COUNT ? codes[st] : "?";
}

const char *xie_status_text(xie_status st)
{
	return (unsigned)st < XIE_STATUS__COUNT ? texts[st] : "?";
}

static void put(char *to, size_t cap, const char *text, size_t n)
{
	if (n == 0) /* an empty slice may have no bytes at all, and memcpy wants some */
		return;
	size_t at = strlen(to);
	size_t room = cap - 1 - at;
	if (n > room) {
		n = room;
		while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80) /* never cut inside a character */
			n--;
	}
	memcpy(to + at, text, n);
	to[at + n] = '\0';
}

xie_status xie_err_set(struct xie_err *err, xie_status st, uint32_t line, uint32_t column, const char *what,
                       const char *hint)
{
	if (err == NULL)
		return st;
	err->st = st;
	err->line = line;
	err->column = column;
	err->what[0] = err->hint[0] = '\0';
	put(err->what, sizeof err->what, what, strlen(what));
	if (hint != NULL)
		put(err->hint, sizeof err->hint, hint, strlen(hint));
	return st;
}

void xie_err_add(struct xie_err *err, const char *text, size_t n)
{
	if (err != NULL)
		put(err->what, sizeof err->what, text, n);
}
