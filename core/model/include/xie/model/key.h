/* SPDX-License-Identifier: Apache-2.0 */
/* xie/model/key.h — who a target is on the wire: an MMSI or a terminal's phone number.
 *
 * The wire identity is the key and the partition (DESIGN, decision 8); names, plates and registrations are
 * attributes seen beside it.  memcmp order is numeric order within a scheme, so "the smaller identity" is
 * well defined. */
#ifndef XIE_MODEL_KEY_H
#define XIE_MODEL_KEY_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/wr.h"

enum xie_scheme {
	XIE_SCHEME_NONE,
	XIE_SCHEME_MMSI,  /* 9 digits, ITU-R M.585 */
	XIE_SCHEME_PHONE, /* JT/T 808 terminal phone, without leading zeros, 1 to 20 digits */
};

/* 24 bytes, no padding, unused bytes zero: compare and hash it as bytes. */
struct xie_key {
	uint8_t scheme;
	uint8_t n;          /* digits used */
	char digits[22];
};

struct xie_key xie_key_mmsi(uint32_t mmsi);
/* Digits as text; leading zeros are dropped ("0" stays).  MALFORMED for anything else, RANGE over 20. */
xie_status xie_key_phone(xie_str digits, struct xie_key *ret_key) XIE_MUST_USE;

static inline int xie_key_cmp(const struct xie_key *a, const struct xie_key *b)
{
	return memcmp(a, b, sizeof *a);
}
static inline bool xie_key_eq(const struct xie_key *a, const struct xie_key *b)
{
	return xie_key_cmp(a, b) == 0;
}
static inline xie_str xie_key_text(const struct xie_key *k)
{
	return (xie_str){ k->digits, k->n };
}
/* The same on every machine and in every version: it decides partitions. */
uint64_t xie_key_hash(const struct xie_key *k);

#endif
