/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XIE_JT808_GBK_TABLE_H
#define XIE_JT808_GBK_TABLE_H

#include <stdint.h>

enum { XIE_GBK__CODES = 126 * 190 };
extern const uint16_t xie_gbk__forward[XIE_GBK__CODES];
extern const uint16_t xie_gbk__back[];
extern const uint32_t xie_gbk__back_n;

#endif
