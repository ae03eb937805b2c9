/* SPDX-License-Identifier: Apache-2.0 */
/* app/verify_pdf.h — the report of xiezhi verify as one page.  Only in the full program: the static one has no fonts. */
#ifndef XIE_APP_VERIFY_PDF_H
#define XIE_APP_VERIFY_PDF_H

#include "evidence.h"

/* bag: its bytes, for the digest; name: how it was called.  Complains on standard error; false then. */
bool verify_pdf(const char *out, const char *name, xie_str bag, const struct evidence_report *r, xie_arena *mem);

#endif
