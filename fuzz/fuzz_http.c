/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of a request that strangers write: target, box, address, roles.  No crash; what is accepted keeps its word. */
#include <stdlib.h>
#include <string.h>

#include "xie/base/units.h"
#include "xie/web/http.h"
#include "xie/web/role.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	xie_str s = { (const char *)p, n }, host;
	struct xie_web_bbox box;
	uint16_t port = 0;
	uint32_t roles = 0;
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
