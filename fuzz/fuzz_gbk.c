/* SPDX-License-Identifier: Apache-2.0 */
/* Text of JT/T 808: whatever the bytes, UTF-8 comes out; what is good GBK returns as the same characters. */
#include <stdlib.h>

#include "xie/jt808/gbk.h"

static uint8_t utf8[1 << 20], gbk[1 << 20], again[1 << 20];

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	xie_str in = { (const char *)p, n };
	uint32_t odd = 0;
	if (n > 65536)
		return 0;
	xie_wr w = xie_wr_of(utf8, sizeof utf8);
	xie_jt808_text_json(&w, in, &odd);
	if (!xie_utf8_ok(xie_wr_view(&w)))
		abort();
	xie_wr_clear(&w);
	xie_jt808_text(&w, in, &odd);
	if (!xie_utf8_ok(xie_wr_view(&w)))
		abort();
	xie_wr_clear(&w);
	xie_status st = xie_gbk_to_utf8(&w, in);
	if ((st == XIE_OK) != xie_gbk_ok(in) || !xie_utf8_ok(xie_wr_view(&w)))
		abort();
	if (st != XIE_OK)
		return 0;
	xie_wr g = xie_wr_of(gbk, sizeof gbk), u = xie_wr_of(again, sizeof again);
	if (xie_gbk_from_utf8(&g, xie_wr_view(&w)) != XIE_OK || xie_gbk_to_utf8(&u, xie_wr_view(&g)) != XIE_OK ||
	    !xie_str_eq(xie_wr_view(&w), xie_wr_view(&u)))
		abort();
	return 0;
}
