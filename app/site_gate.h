/* SPDX-License-Identifier: Apache-2.0 */
/* app/site_gate.h — the JT/T 808 terminals of one source: who is served, where pictures go, what is counted.
 *
 * Tokens are made from a secret in DATA/gateway.secret (32 bytes, made at the first start), so that a terminal that
 * registered once logs in after any restart.  Pictures, sound and video: DATA/media/YYYYMMDD/SHA256.jpg (UTC). */
#ifndef XIE_APP_SITE_GATE_H
#define XIE_APP_SITE_GATE_H

#include "site.h"

#include "xie/ingest/gate.h"

struct site_gate;

/* c: NULL for a source that was added on the page, which serves every terminal.  RANGE, MALFORMED, IO, UNAVAILABLE,
 * with reterr. */
xie_status site_gate_new(struct site *s, uint32_t number, const struct site_terminals *c, struct site_gate **ret_g,
                         struct xie_err *reterr) XIE_MUST_USE;
void site_gate_free(struct site_gate *g); /* after its source was removed; NULL allowed */
const struct xie_gateway *site_gate_gateway(const struct site_gate *g);
uint32_t site_gate_connections(const struct site_gate *g); /* at most */
struct xie_gate *site_gate_of(const struct site_gate *g);

/* Within site_sources_call: the gate that serves the identity now, else that of the source (its number; UINT32_MAX: not
 * known), else the only one.  NULL: none. */
struct xie_gate *sources__gate(struct site_sources *k, xie_str identity, uint32_t source);

/* What was not accepted, reason by reason, behind *n entries; at most cap in all. */
void site_gate_rejects(const struct xie_gate_state *st, struct xie_world_reject *rejects, size_t cap, size_t *n,
                       uint64_t *total);
void site_gate_look(struct site *s, const struct site_gate *g, struct xie_gate_state *ret_st);

#endif
