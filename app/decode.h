/* SPDX-License-Identifier: Apache-2.0 */
/* app/decode.h — the decoders behind `xiezhi decode --from`. */
#ifndef XIE_APP_DECODE_H
#define XIE_APP_DECODE_H

#include <stdbool.h>

#include "xie/base/units.h"

struct decode_options {
	const char *path;   /* "-" is standard input */
	bool raw;           /* --raw: bytes, not hex lines */
	xie_ms utc_offset;  /* --utc-offset: what local times in the input are east of UTC */
};

/* Each reads o->path to its end and prints one JSON object a line; the exit code of the program. */
int decode_nmea(const struct decode_options *o);
int decode_jt808(const struct decode_options *o);

#endif
