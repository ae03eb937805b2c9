/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/web/role.h"

#include "xie/base/wr.h"

enum kind { ACTING, ADMIN };

static const struct {
	const char *code;
	enum kind kind;
} list[] = {
#define X(sym, code, kind) { code, kind },
	XIE_ROLE_MAP(X)
#undef X
};

const char *xie_role_code(enum xie_role r)
{
	return (unsigned)r < XIE_ROLE__COUNT ? list[r].code : "?";
}

xie_status xie_roles_parse(xie_str codes, uint32_t *ret_roles)
{
	uint32_t roles = 0;
	xie_str rest = codes.n != 0 ? codes : (xie_str){ NULL, 0 }, code;
	while (xie_str_split(&rest, ',', &code)) {
		unsigned i = 0;
		while (i < XIE_ROLE__COUNT && !xie_str_is(code, list[i].code))
			i++;
		if (i == XIE_ROLE__COUNT)
			return XIE_UNKNOWN;
		roles |= UINT32_C(1) << i;
	}
	*ret_roles = roles;
	return XIE_OK;
}

void xie_roles_write(uint32_t roles, char *buf, size_t cap)
{
	xie_wr w = xie_wr_of(buf, cap - 1);
	const char *last = "";
	for (;;) { /* the next code by letter; there are eleven */
		const char *next = NULL;
		for (unsigned i = 0; i < XIE_ROLE__COUNT; i++)
			if ((roles >> i & 1) != 0 && strcmp(list[i].code, last) > 0 &&
			    (next == NULL || strcmp(list[i].code, next) < 0))
				next = list[i].code;
		if (next == NULL)
			break;
		if (w.n != 0)
			xie_wr_char(&w, ',');
		xie_wr_text(&w, next);
		last = next;
	}
	buf[w.n] = '\0';
}

bool xie_roles_compatible(uint32_t roles)
{
	if (roles == 0 || (roles & ~XIE_ROLES_ALL) != 0)
		return false;
	for (unsigned i = 0; i < XIE_ROLE__COUNT; i++)
		if ((roles >> i & 1) != 0 && list[i].kind == ADMIN && roles != UINT32_C(1) << i)
			return false;
	return true;
}
