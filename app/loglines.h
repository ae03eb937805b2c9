/* SPDX-License-Identifier: Apache-2.0 */
/* app/loglines.h — logs of signed acts in files (xie/chain/eventlog.h): appended to, walked, never changed. */
#ifndef XIE_APP_LOGLINES_H
#define XIE_APP_LOGLINES_H

#include "xie/base/arena.h"
#include "xie/chain/eventlog.h"
#include "xie/seal/crypto.h"

/* Walks a log's text: every line must follow the one before, and its signature be that of the certificate (cert empty: signatures
 * are not looked at).  see (NULL allowed) may end the walk with false.  CONFLICT, CHECKSUM, MALFORMED; reterr names the line. */
xie_status log_walk(xie_str text, xie_str cert_pem, xie_arena *mem, bool (*see)(void *self, const struct xie_event *e), void *self,
                    struct xie_eventlog *ret_end, struct xie_err *reterr) XIE_MUST_USE;

/* Appends the act to the file, made where it is missing, behind what stands there; one writer at a time.  signer's signature is put
 * over the digest, key_name beside it.  Texts of e other than by, data, kind, id, event, user are filled in.  Returns after fsync. */
xie_status log_append(const char *path, struct xie_event *e, const struct xie_key *signer, const char *key_name, xie_arena *mem,
                      struct xie_err *reterr) XIE_MUST_USE;

#endif
