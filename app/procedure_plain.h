/* SPDX-License-Identifier: Apache-2.0 */
/* app/procedure_plain.h — a scripted case as people read it: what each event changed. */
#ifndef XIE_APP_PROCEDURE_PLAIN_H
#define XIE_APP_PROCEDURE_PLAIN_H

#include "xie/law/law.h"

/* One event: before and after are the same case when it was refused; before_at: when it was last looked at.
 * mem: scratch. */
xie_status plain_event(xie_wr *w, xie_arena *mem, uint32_t n, xie_ms before_at, xie_ms at,
                       const struct xie_law_outcome *o, const struct xie_law_case *before,
                       const struct xie_law_case *after);

#endif
