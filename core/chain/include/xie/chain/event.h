/* SPDX-License-Identifier: Apache-2.0 */
/* xie/chain/event.h — one act of people on a subject, and the chain that holds acts together.
 *
 * digest = SHA-256 of the canonical JSON (RFC 8785) of
 *   {"at":ISO time,"by":[...],"data":{...},"event":text,"id":subject,"kind":subject's kind,"n":number,
 *    "prev":hex of the digest before,"user":who was logged in}
 * so that a reader with plain tools can check a case from its exported events.  A signature covers the digest. */
#ifndef XIE_CHAIN_EVENT_H
#define XIE_CHAIN_EVENT_H

#include <stdint.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"

struct xie_event {
	xie_str kind, id;   /* of the subject */
	uint64_t n;         /* from 1 */
	xie_ms at;
	xie_str event;      /* name, as procedure-format.md has them */
	xie_str by;         /* JSON array of person ids */
	xie_str data;       /* JSON object */
	xie_str user;       /* who was logged in */
	xie_str signature, key_id; /* over the digest; "" = none */
	uint8_t prev[32];   /* zeros for n = 1 */
	uint8_t digest[32];
};

/* Fills ret_digest from the other members (prev included).  MALFORMED when by or data is no JSON of its kind, RANGE
 * for a number with a fraction in data, LIMIT when mem is full; mem is rewound. */
xie_status xie_event_digest(xie_arena *mem, const struct xie_event *e, uint8_t ret_digest[static 32]) XIE_MUST_USE;

#endif
