/* SPDX-License-Identifier: Apache-2.0 */
/* app/witness.h — where the journal's chain stands, told to somebody outside.
 *
 * FOLDER/heads.ndjson, best on a machine of another authority: a log (xie/chain/eventlog.h) of one line a witness,
 *   kind "head", id the journal (hex), event "head_witnessed",
 *   data {"block":number,"header_sha256","header_sm3","stamp":RFC 3161 response over the header's 160 bytes, hex}
 * signed by the node.  Whoever keeps a line can say of every bag with that block whether the chain was written anew. */
#ifndef XIE_APP_WITNESS_H
#define XIE_APP_WITNESS_H

#include "keys.h"

#include "xie/port/journal.h"

/* Appends the newest sealed block's line.  MISSING: no block yet; else as log_append. */
xie_status witness_head(const char *folder, const struct xie_journal *j, const struct keys *k, xie_ms at, uint64_t *ret_block,
                        xie_arena *mem, struct xie_err *reterr) XIE_MUST_USE;

#endif
