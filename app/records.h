/* SPDX-License-Identifier: Apache-2.0 */
/* app/records.h — records of the journal as observations: what the engine, the index and a verifier read alike. */
#ifndef XIE_APP_RECORDS_H
#define XIE_APP_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/chain/record.h"
#include "xie/model/obs.h"

struct records; /* remembers, source by source, the parts of messages that wait for others */

enum { RECORDS_OBS = 4096 }; /* observations of one record, at most: a batch in parts may hold thousands */

/* NULL: out of memory. */
struct records *records_new(void);
void records_free(struct records *r);
/* What records refuse is told: which source's, why (the codes that decode prints; static text), how many lines, parts
 * or frames.  Parts that wait in vain are refused when the source's next part, or a tick, says that their time is over. */
typedef void records_refused_fn(void *self, uint32_t source, const char *reason, uint64_t n);
void records_tell(struct records *r, records_refused_fn *refused, void *self);
/* Observations of the next record, with its receive time and, as frame, its position.  Their event time is what the
 * frame says (terminals, lines that their station has stamped in a tag block), else the receive time.  Borrowed until the next call.
 * Records that are no frames, parts that wait and what cannot be decoded give none. */
const struct xie_obs *records_next(struct records *r, const struct xie_rec *rec, size_t *ret_n);
/* The identities that the record names, also one that only later parts complete; at most cap of *ret_n. */
void records_keys(struct records *r, const struct xie_rec *rec, struct xie_key *ret_keys, size_t cap, size_t *ret_n);
/* The same as an index asks for it (struct xie_journal_keys): begin makes a reader, NULL when there is no memory; of
 * answers how many, also to NULL. */
void *records_keys_begin(void *self);
size_t records_keys_of(void *state, const struct xie_rec *rec, struct xie_key *ret_keys, size_t cap);
void records_keys_end(void *state);

#endif
