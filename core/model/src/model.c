/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/model/alert.h"
#include "xie/model/key.h"
#include "xie/model/obs.h"

struct xie_key xie_key_mmsi(uint32_t mmsi)
{
	struct xie_key k = { .scheme = XIE_SCHEME_MMSI, .n = 9 };
	for (int i = 8; i >= 0; i--, mmsi /= 10)
		k.digits[i] = (char)('0' + mmsi % 10);
	return k;
}

xie_status xie_key_phone(xie_str digits, struct xie_key *ret_key)
{
	struct xie_key k = { .scheme = XIE_SCHEME_PHONE };
	if (digits.n == 0)
		return XIE_MALFORMED;
	for (size_t i = 0; i < digits.n; i++)
		if (digits.p[i] < '0' || digits.p[i] > '9')
			return XIE_MALFORMED;
	while (digits.n > 1 && digits.p[0] == '0')
		digits = xie_str_from(digits, 1);
	if (digits.n > 20)
		return XIE_RANGE;
	k.n = (uint8_t)digits.n;
	memcpy(k.digits, digits.p, digits.n);
	*ret_key = k;
	return XIE_OK;
}

uint64_t xie_key_hash(const struct xie_key *k)
{
	/* FNV-1a over the used bytes, then a finaliser so that near numbers spread over the shards. */
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	h = (h ^ k->scheme) * UINT64_C(0x100000001b3);
	for (uint8_t i = 0; i < k->n; i++)
		h = (h ^ (uint8_t)k->digits[i]) * UINT64_C(0x100000001b3);
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	return h ^ h >> 33;
}

const char *xie_target_kind_name(enum xie_target_kind k)
{
	static const char *const names[] = { "vessel", "vehicle", "aircraft", "station", "aid" };
	return (unsigned)k < sizeof names / sizeof names[0] ? names[k] : "?";
}

const char *xie_end_name(enum xie_end e)
{
	static const char *const names[] = {
#define X(sym, text) [XIE_END_##sym] = text,
		XIE_END_MAP(X)
#undef X
	};
	return (unsigned)e < sizeof names / sizeof names[0] ? names[e] : "?";
}

const char *xie_direction_name(enum xie_direction d)
{
	return d == XIE_DIR_L2R ? "L2R" : d == XIE_DIR_R2L ? "R2L" : NULL;
}
