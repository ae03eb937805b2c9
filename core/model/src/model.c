/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/model/alert.h"
#include "xie/model/key.h"
#include "xie/model/obs.h"

/* Byte i of a word in memory order. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BYTE(v, i) ((uint64_t)(v) << 8 * (i))
#else
#define BYTE(v, i) ((uint64_t)(v) << (56 - 8 * (i)))
#endif

/* Made of words, not of bytes: every fix makes one, and a copy of bytes just written would wait for them. */
struct xie_key xie_key_mmsi(uint32_t mmsi)
{
	uint32_t a = mmsi / 1000000 % 1000, b = mmsi / 1000 % 1000, c = mmsi % 1000;
	uint64_t w[3] = {
		BYTE(XIE_SCHEME_MMSI, 0) | BYTE(9, 1) | BYTE('0' + a / 100, 2) | BYTE('0' + a / 10 % 10, 3) |
			BYTE('0' + a % 10, 4) | BYTE('0' + b / 100, 5) | BYTE('0' + b / 10 % 10, 6) | BYTE('0' + b % 10, 7),
		BYTE('0' + c / 100, 0) | BYTE('0' + c / 10 % 10, 1) | BYTE('0' + c % 10, 2),
		0,
	};
	struct xie_key k;
	_Static_assert(sizeof k == sizeof w, "a key is three words");
	memcpy(&k, w, sizeof k);
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
