/* SPDX-License-Identifier: Apache-2.0 */
#include "out.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OUT_CAP (4u * OUT_ROOM)

bool out_init(struct out *o)
{
	void *p = malloc(OUT_CAP);
	*o = (struct out){ .w = xie_wr_of(p, p != NULL ? OUT_CAP : 0) };
	return p != NULL;
}

static void flush(struct out *o)
{
	for (size_t at = 0; at < o->w.n && !o->failed;) {
		ssize_t k = write(STDOUT_FILENO, o->w.p + at, o->w.n - at);
		if (k >= 0) {
			at += (size_t)k;
		} else if (errno != EINTR) {
			o->failed = true;
			if (errno != EPIPE) /* a reader that has seen enough, like head(1), is no fault */
				perror("xiezhi: standard output");
		}
	}
	xie_wr_clear(&o->w);
}

bool out_room(struct out *o)
{
	if (o->w.cap - o->w.n < OUT_ROOM)
		flush(o);
	return !o->failed;
}

bool out_done(struct out *o)
{
	flush(o);
	free(o->w.p);
	o->w = xie_wr_of(NULL, 0);
	return !o->failed;
}
