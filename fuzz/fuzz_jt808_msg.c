/* SPDX-License-Identifier: Apache-2.0 */
/* A body of JT/T 808: two bytes of message id, one of edition, then the body.  What is read can be printed and
 * written; written and read again it is the same message. */
#include <stdlib.h>

#include "xie/bridge/jt808.h"
#include "xie/jt808/msg.h"

static uint8_t mem_a[1 << 20], mem_b[1 << 20], wire[1 << 18];
static uint8_t json_a[1 << 21], json_b[1 << 21];

static xie_str print(const struct xie_jt808_msg *m, uint8_t *out, size_t cap)
{
	uint32_t odd = 0;
	xie_wr w = xie_wr_of(out, cap);
	xie_jt808_msg_json(&w, m, &odd);
	if (w.st != XIE_OK)
		abort();
	return xie_wr_view(&w);
}

static void observe(uint16_t id, uint16_t edition, const uint8_t *p, size_t n)
{
	struct xie_jt808_frame f = { .head = { .id = id, .edition = edition, .phone_n = 6, .body_n = (uint32_t)n }, .body = p };
	struct xie_bridge_jt808 b;
	struct xie_obs o;
	if (xie_bridge_jt808_begin(&b, &f, XIE_BRIDGE_NO_RX, 0, 0) != XIE_OK)
		return;
	while (xie_bridge_jt808_next(&b, &o))
		if (o.what == XIE_OBS_FIX && (o.fix.at.lat < -XIE_LAT_MAX || o.fix.at.lat > XIE_LAT_MAX ||
		                              o.fix.at.lon < -XIE_LON_MAX || o.fix.at.lon >= XIE_LON_MAX))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint16_t editions[] = { 2013, 2019, 2011, 2013 };
	struct xie_jt808_msg m, again;
	if (n < 3 || n > 65536)
		return 0;
	uint16_t id = (uint16_t)(p[0] << 8 | p[1]), edition = editions[p[2] & 3];
	xie_arena a = xie_arena_of(mem_a, sizeof mem_a), b = xie_arena_of(mem_b, sizeof mem_b);
	observe(id, edition, p + 3, n - 3);
	if (xie_jt808_msg_read(id, edition, p + 3, n - 3, &a, &m) != XIE_OK)
		return 0;
	xie_str text = print(&m, json_a, sizeof json_a);
	xie_wr w = xie_wr_of(wire, sizeof wire);
	xie_status st = xie_jt808_msg_write(&w, &m);
	if (st == XIE_RANGE)
		return 0; /* a list longer than its count can say cannot have been read; an odd text can */
	if (st != XIE_OK)
		abort();
	/* A message with nothing odd about it returns as itself; an odd one need only be readable again. */
	if (m.odd != 0)
		return 0;
	if (xie_jt808_msg_read(id, m.edition, wire, w.n, &b, &again) != XIE_OK)
		abort();
	if (!xie_str_eq(text, print(&again, json_b, sizeof json_b)))
		abort();
	return 0;
}
