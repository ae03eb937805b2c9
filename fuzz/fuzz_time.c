/* SPDX-License-Identifier: Apache-2.0 */
/* Times, offsets and quantities as text: no crash; a time that is accepted is written and read back as itself. */
#include <stdlib.h>

#include "xie/base/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	xie_str s = { (const char *)p, n };
	xie_ms t = 0, back = 0, offset = 0;
	int64_t v = 0;
	enum xie_dim dim;
	if (xie_time_parse(s, 8 * 3600000, &t) == XIE_OK) {
		uint8_t text[64];
		xie_wr w = xie_wr_of(text, sizeof text);
		xie_wr_time(&w, t);
		struct xie_civil c;
		xie_civil_from_ms(t, 0, &c);
		/* Years of four digits are ISO 8601's; others only ever come out of a shifted border. */
		if (w.st != XIE_OK ||
		    (c.year >= 0 && c.year <= 9999 && (xie_time_parse(xie_wr_view(&w), 0, &back) != XIE_OK || back != t)))
			abort();
	}
	if (xie_offset_parse(s, &offset) == XIE_OK && (offset > 24 * 3600000 || offset < -24 * 3600000))
		abort();
	if (xie_quantity(s, &v, &dim) == XIE_OK && xie_dim_name(dim) == NULL)
		abort();
	return 0;
}
