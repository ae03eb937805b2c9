/* SPDX-License-Identifier: Apache-2.0 */
/* xie/jt808/gbk.h — the text of JT/T 808 (GBK, 808-2013 4.3) to UTF-8 and back.
 *
 * One byte below 80 is ASCII, two bytes are a character of GBK.  The four-byte codes of GB 18030 are not GBK and
 * not read.  The table is made by script/gen/gbk-table. */
#ifndef XIE_JT808_GBK_H
#define XIE_JT808_GBK_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/wr.h"

bool xie_gbk_ok(xie_str gbk);
/* Writes UTF-8, U+FFFD for each byte that begins no character, and then gives MALFORMED; LIMIT when w is full. */
xie_status xie_gbk_to_utf8(xie_wr *w, xie_str gbk) XIE_MUST_USE;
/* MALFORMED for text that is not UTF-8, RANGE for a character GBK lacks; nothing is written then. */
xie_status xie_gbk_from_utf8(xie_wr *w, xie_str utf8) XIE_MUST_USE;

/* Text as terminals send it: GBK; or UTF-8 when it is that and not GBK (some firmware), which *odd then says, as
 * it does when it is neither.  Trailing zero bytes are dropped. */
void xie_jt808_text(xie_wr *w, xie_str wire, uint32_t *odd);
/* The same as a JSON string with its quotes. */
void xie_jt808_text_json(xie_wr *w, xie_str wire, uint32_t *odd);

#endif
