/* SPDX-License-Identifier: Apache-2.0 */
/* app/out.h — results on standard output: one large buffer, written whole. */
#ifndef XIE_APP_OUT_H
#define XIE_APP_OUT_H

#include <stdbool.h>

#include "xie/base/wr.h"

struct out {
	xie_wr w;     /* write here; at least OUT_ROOM bytes are free after out_room() */
	bool failed;  /* the other end is gone: nothing more is worth doing */
};

#define OUT_ROOM 65536u

/* False when there is no memory. */
bool out_init(struct out *o);
/* Makes room for one more result; false when standard output can no longer be written. */
bool out_room(struct out *o);
/* Writes what is left; false (with a word on standard error) when something could not be written. */
bool out_done(struct out *o);

#endif
