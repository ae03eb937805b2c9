/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 7512, section 2.3: pk11-path attributes apart by ';', pk11-query attributes behind '?' apart by '&'. */
#include "xie/token/token.h"

#include <string.h>

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Percent-decoded bytes; room of cap.  Control characters have no place in names or paths; ids may hold any byte. */
static xie_status decode(xie_str s, bool any, uint8_t *to, size_t cap, size_t *ret_n)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned c = (unsigned char)s.p[i];
		if (c == '%') {
			int hi = s.n - i > 2 ? hex_digit(s.p[i + 1]) : -1, lo = s.n - i > 2 ? hex_digit(s.p[i + 2]) : -1;
			if (hi < 0 || lo < 0)
				return XIE_MALFORMED;
			c = (unsigned)(hi << 4 | lo);
			i += 2;
		} else if (c <= 0x20 || c >= 0x7F) {
			return XIE_MALFORMED;
		}
		if (!any && c < 0x20)
			return XIE_MALFORMED;
		if (n == cap)
			return XIE_LIMIT;
		to[n++] = (uint8_t)c;
	}
	*ret_n = n;
	return XIE_OK;
}

static xie_status text(xie_str s, char *to, size_t cap)
{
	size_t n = 0;
	if (to[0] != '\0')
		return XIE_DUPLICATE;
	xie_status st = decode(s, false, (uint8_t *)to, cap - 1, &n);
	to[st == XIE_OK ? n : 0] = '\0';
	return st;
}

static xie_status one(struct xie_token_uri *u, xie_str name, xie_str value, bool query)
{
	if (query)
		return xie_str_is(name, "module-path")  ? text(value, u->module, sizeof u->module)
		       : xie_str_is(name, "pin-source") ? text(value, u->pin_file, sizeof u->pin_file)
		       : xie_str_is(name, "pin-value")  ? XIE_REFUSED
		                                        : XIE_OK;
	if (xie_str_is(name, "id"))
		return u->n_id != 0 ? XIE_DUPLICATE : decode(value, true, u->id, sizeof u->id, &u->n_id);
	return xie_str_is(name, "token")    ? text(value, u->token, sizeof u->token)
	       : xie_str_is(name, "serial") ? text(value, u->serial, sizeof u->serial)
	       : xie_str_is(name, "object") ? text(value, u->object, sizeof u->object)
	       : xie_str_is(name, "type")   ? (xie_str_is(value, "private") || xie_str_is(value, "public") ? XIE_OK : XIE_MALFORMED)
	                                    : XIE_OK;
}

static xie_status all(struct xie_token_uri *u, xie_str rest, char by, bool query)
{
	xie_str part;
	xie_status st = XIE_OK;
	while (st == XIE_OK && rest.n != 0 && xie_str_split(&rest, by, &part)) {
		size_t eq = xie_str_find(part, '=');
		st = eq == 0 || eq >= part.n ? XIE_MALFORMED : one(u, (xie_str){ part.p, eq }, xie_str_from(part, eq + 1), query);
	}
	return st;
}

static const char *why(xie_status st)
{
	return st == XIE_REFUSED     ? "a PIN does not belong into a URI, which command lines and logs show"
	       : st == XIE_DUPLICATE ? "an attribute stands twice"
	       : st == XIE_LIMIT     ? "an attribute is too long"
	       : st == XIE_MISSING   ? "module-path and object (or id) are needed"
	                             : "not an attribute=value of RFC 7512";
}

xie_status xie_token_uri_parse(xie_str s, struct xie_token_uri *ret_u, struct xie_err *reterr)
{
	struct xie_token_uri u;
	memset(&u, 0, sizeof u);
	if (!xie_str_starts(s, "pkcs11:"))
		return xie_err_set(reterr, XIE_UNKNOWN, 0, 0, "not a PKCS#11 URI", "pkcs11:token=NAME;object=LABEL?module-path=FILE&pin-source=file:FILE");
	s = xie_str_from(s, strlen("pkcs11:"));
	size_t q = xie_str_find(s, '?');
	xie_status st = all(&u, (xie_str){ s.p, q < s.n ? q : s.n }, ';', false);
	if (st == XIE_OK && q < s.n)
		st = all(&u, xie_str_from(s, q + 1), '&', true);
	if (st == XIE_OK && (u.module[0] == '\0' || (u.object[0] == '\0' && u.n_id == 0)))
		st = XIE_MISSING;
	if (st == XIE_OK && strncmp(u.pin_file, "file:", 5) == 0)
		memmove(u.pin_file, u.pin_file + 5, strlen(u.pin_file + 5) + 1);
	if (st == XIE_OK && u.pin_file[0] == '|') /* 2.4: a command; none is run from here */
		st = XIE_MALFORMED;
	if (st != XIE_OK)
		return xie_err_set(reterr, st, 0, 0, why(st), "pkcs11:token=NAME;object=LABEL?module-path=FILE&pin-source=file:FILE");
	*ret_u = u;
	return XIE_OK;
}
