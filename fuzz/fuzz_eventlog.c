/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a log that a stranger hands in: what is accepted is written again as an event with the same digest. */
#include <stdlib.h>
#include <string.h>

#include "xie/chain/eventlog.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static uint8_t bytes[1 << 22], text[1 << 20];
	struct xie_event e, again;
	if (n > 1 << 16)
		return 0;
	xie_arena mem = xie_arena_of(bytes, sizeof bytes);
	if (xie_eventlog_read(&mem, (xie_str){ (const char *)p, n }, &e) != XIE_OK)
		return 0;
	xie_wr w = xie_wr_of(text, sizeof text);
	if (xie_eventlog_write(&e, &w) != XIE_OK || xie_eventlog_read(&mem, (xie_str){ (const char *)text, w.n - 1 }, &again) != XIE_OK ||
	    memcmp(e.digest, again.digest, sizeof e.digest) != 0 || e.n != again.n)
		abort();
	return 0;
}
