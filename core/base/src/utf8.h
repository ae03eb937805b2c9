/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to base: one UTF-8 character at a time. */
#ifndef XIE_BASE_UTF8_H
#define XIE_BASE_UTF8_H

#include <stddef.h>

/* Length of the well-formed character at p, or 0. */
size_t xie_utf8__len(const unsigned char *p, size_t n);

#endif
