/* SPDX-License-Identifier: Apache-2.0 */
/* Bits of a message without the armour: two bytes of length, then the bits.  Demands: refused messages leave the
 * output alone; what decodes encodes, and decodes again to the same JSON. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "xie/ais/msg.h"
#include "xie/bridge/ais.h"

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static xie_str json_of(const struct xie_ais_msg *m, char *buf, size_t cap)
{
	xie_wr w = xie_wr_of(buf, cap);
	xie_ais_json(m, &w);
	demand(w.st == XIE_OK);
	return xie_wr_view(&w);
}

/* Padding behind an application message's last element is not written again; its bits are shown as data only where
 * gpsd shows them. */
static bool exact(const struct xie_ais_msg *m)
{
	const struct xie_ais_binary *b = m->type == 6                     ? &m->t6.bin
	                                 : m->type == 8                   ? &m->t8.bin
	                                 : m->type == 17                  ? &m->t17.bin
	                                 : m->type == 25 || m->type == 26 ? &m->t25.bin
	                                                                  : NULL;
	return b == NULL || (b->app == XIE_AIS_APP_NONE && b->n % 8 == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct xie_nmea_bits bits, again;
	static struct xie_ais_msg m, second, before;
	static char a[XIE_AIS_JSON_MAX], b[XIE_AIS_JSON_MAX];
	struct xie_obs obs[XIE_BRIDGE_AIS_MAX];
	if (size < 2)
		return 0;
	uint32_t n = ((uint32_t)data[0] << 8 | data[1]) % (XIE_NMEA_MAX_BITS + 1);
	xie_nmea_bits_clear(&bits);
	for (uint32_t i = 0; i < (n + 7) / 8 && i + 2 < size; i++)
		xie_nmea_put(&bits, 8 * i, n - 8 * i < 8 ? n - 8 * i : 8, n - 8 * i < 8 ? data[i + 2] >> (8 - (n - 8 * i)) : data[i + 2]);
	bits.n = n;
	memset(&m, 0x5A, sizeof m);
	before = m;
	if (xie_ais_decode(&bits, &m) != XIE_OK) {
		demand(memcmp(&m, &before, sizeof m) == 0);
		return 0;
	}
	(void)xie_bridge_ais(&m, &bits, 0, 0, 0, obs);
	demand(xie_ais_encode(&m, &again) == XIE_OK);
	demand(xie_ais_decode(&again, &second) == XIE_OK);
	xie_str first = json_of(&m, a, sizeof a);
	if (exact(&m))
		demand(xie_str_eq(first, json_of(&second, b, sizeof b)));
	return 0;
}
