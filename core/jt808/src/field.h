/* SPDX-License-Identifier: Apache-2.0 */
/* Text fields of fixed width. */
#ifndef XIE_JT808_FIELD_H
#define XIE_JT808_FIELD_H

#include "xie/base/rd.h"
#include "xie/base/wr.h"

static inline xie_str field__trim(xie_str s) /* padding is zeros, and some makers' spaces, behind the text */
{
	while (s.n != 0 && (s.p[s.n - 1] == '\0' || s.p[s.n - 1] == ' '))
		s.n--;
	return s;
}
static inline xie_str field__read(xie_rd *r, size_t n)
{
	return field__trim(xie_rd_str(r, n));
}
static inline void field__write(xie_wr *w, xie_str s, size_t n)
{
	if (s.n > n) {
		w->st = w->st != XIE_OK ? w->st : XIE_RANGE;
		return;
	}
	xie_wr_str(w, s);
	for (size_t i = s.n; i < n; i++)
		xie_wr_u8(w, 0);
}

#endif
