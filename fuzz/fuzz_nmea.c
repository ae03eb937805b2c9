/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a feed, from text to JSON and observations, as `xiezhi decode` and the engine's feed go.  Demands: a kind
 * for every line, a reason for every refusal, slices inside the line, an upper bound on what waits, sound JSON. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "xie/ais/msg.h"
#include "xie/base/val.h"
#include "xie/bridge/ais.h"
#include "xie/nmea/join.h"

enum { GROUPS = 3 };

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static bool inside(xie_str outer, xie_str s)
{
	return s.n == 0 || (s.p >= outer.p && s.p + s.n <= outer.p + outer.n);
}

static void check_message(const struct xie_nmea_bits *bits, xie_ms rx)
{
	static struct xie_ais_msg m;
	static struct xie_nmea_bits again;
	static uint8_t mem[1 << 18];
	static char buf[2 * XIE_AIS_JSON_MAX];
	struct xie_obs obs[XIE_BRIDGE_AIS_MAX];
	if (xie_ais_decode(bits, &m) != XIE_OK)
		return;
	demand(xie_bridge_ais(&m, bits, rx, 0, 1, obs) <= XIE_BRIDGE_AIS_MAX);
	demand(xie_ais_encode(&m, &again) == XIE_OK);
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_wr_char(&w, '{');
	xie_ais_json(&m, &w);
	xie_wr_char(&w, '}');
	xie_arena a = xie_arena_of(mem, sizeof mem);
	const struct xie_val *v = NULL;
	demand(w.st == XIE_OK && w.n < XIE_AIS_JSON_MAX);
	demand(xie_json_read(&a, xie_wr_view(&w), (struct xie_val_limits){ .depth = 8 }, &v, NULL) == XIE_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct xie_nmea_bits bits;
	struct xie_nmea_reader r;
	struct xie_nmea_joiner j;
	struct xie_nmea_group groups[GROUPS];
	struct xie_nmea_lost lost;
	xie_str rest = { (const char *)data, size }, line;
	uint64_t n = 0, kept = 0, gone = 0;
	xie_nmea_reader_init(&r, 8 * 3600000);
	xie_nmea_joiner_init(&j, groups, GROUPS);
	while (size != 0 && xie_str_split(&rest, '\n', &line)) {
		struct xie_nmea_line l;
		enum xie_nmea_kind k = xie_nmea_read(&r, line, &l);
		demand(k == l.kind && inside(line, l.sentence));
		demand(inside(line, l.source) || (l.source.p == r.pending && l.source.n <= sizeof r.pending));
		demand(k != XIE_NMEA_REJECT || (l.why != NULL && l.st != XIE_OK));
		n++;
		if (k != XIE_NMEA_VDM)
			continue;
		demand(inside(line, l.payload) && l.number >= 1 && l.number <= l.total && l.total <= 9 && l.fill <= 9);
		while (xie_nmea_join_expired(&j, false, l.has_rx, l.rx, &lost))
			gone += lost.n;
		enum xie_nmea_joined done = xie_nmea_join(&j, &l, n, &bits, &lost);
		kept += l.total > 1 && done == XIE_NMEA_WAITING;
		gone += lost.n;
		demand(j.live <= GROUPS && lost.n <= XIE_NMEA_PARTS);
		for (unsigned i = 0; i < lost.n; i++)
			demand(lost.at[i] >= 1 && lost.at[i] <= n);
		if (done == XIE_NMEA_WHOLE)
			check_message(&bits, l.rx);
	}
	while (xie_nmea_join_expired(&j, true, false, 0, &lost))
		gone += lost.n;
	demand(j.live == 0 && gone <= kept + n);
	return 0;
}
