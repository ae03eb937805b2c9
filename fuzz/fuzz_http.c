/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of a request that strangers write: target, box, address, roles, cookies and the other headers, a body.  No crash; what
 * is accepted keeps its word, and what is found lies in what was sent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xie/base/units.h"
#include "xie/base/val.h"
#include "xie/web/http.h"
#include "xie/web/role.h"

static void lies_in(xie_str piece, xie_str all)
{
	if (piece.n != 0 && (piece.p < all.p || piece.p + piece.n > all.p + all.n))
		abort();
}

/* A cookie that was planted beside the right one is seen: of two different ones none counts. */
static void headers(xie_str s)
{
	xie_str c = xie_web_cookie(s, "xie_session"), hop = xie_web_forwarded(s);
	lies_in(c, s);
	lies_in(hop, s);
	(void)xie_web_etag_matches(s, XIE_STR("\"abc\""));
	(void)xie_web_accepts(s, "gzip");
	if (c.p != NULL && s.n < 4000) {
		static char twice[8300];
		int len = snprintf(twice, sizeof twice, "%.*s; xie_session=planted-by-a-stranger", (int)s.n, s.p);
		xie_str both = xie_web_cookie((xie_str){ twice, (size_t)len }, "xie_session");
		if (memchr(s.p, '\0', s.n) == NULL && both.p != NULL && !xie_str_is(c, "planted-by-a-stranger"))
			abort();
	}
}

/* A body as the server reads it, within its limits; the texts of it into everything that reads texts of bodies. */
static void body(xie_str s)
{
	static uint8_t room[1 << 20];
	xie_arena mem = xie_arena_of(room, sizeof room);
	const struct xie_val *v = NULL;
	if (xie_json_read(&mem, s, (struct xie_val_limits){ .depth = 32, .nodes = 20000 }, &v, NULL) != XIE_OK)
		return;
	uint32_t roles = 0;
	XIE_VAL_EACH(m, v)
	{
		struct xie_web_bbox box;
		int64_t i = 0;
		if (m->kind == XIE_VAL_STRING) {
			(void)!xie_roles_parse(m->s, &roles);
			(void)!xie_web_bbox_parse(m->s, &box);
		}
		(void)!xie_val_i64(m, &i);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	xie_str s = { (const char *)p, n }, host;
	struct xie_web_bbox box;
	uint16_t port = 0;
	uint32_t roles = 0;
	headers(s);
	body(s);
	if (xie_web_bbox_parse(s, &box) == XIE_OK &&
	    (box.south > box.north || box.south < -XIE_LAT_MAX || box.north > XIE_LAT_MAX))
		abort();
	if (xie_web_listen_parse(s, &host, &port) == XIE_OK && host.n > n)
		abort();
	if (xie_roles_parse(s, &roles) == XIE_OK) {
		char text[256];
		uint32_t again = 0;
		xie_roles_write(roles, text, sizeof text);
		if (xie_roles_parse(xie_str_of(text), &again) != XIE_OK || again != roles)
			abort();
	}
	char *copy = malloc(n + 1); /* decoded in place */
	if (copy == NULL)
		return 0;
	memcpy(copy, p, n);
	copy[n] = '\0';
	struct xie_web_target t;
	if (xie_web_target_parse(copy, n, &t) == XIE_OK && xie_web_query(&t, "bbox").n > n)
		abort();
	free(copy);
	return 0;
}
