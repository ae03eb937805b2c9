/* SPDX-License-Identifier: Apache-2.0 */
/* app/jt808_lines.h — JT/T 808 frames out of hexadecimal lines, parts joined: what decode and replay share. */
#ifndef XIE_APP_JT808_LINES_H
#define XIE_APP_JT808_LINES_H

#include "xie/base/arena.h"
#include "xie/jt808/parts.h"

struct jt808_lines {
	/* A good frame.  whole: its body is the whole message's, joined when it came in parts; else it is a part that
	 * waits for others. */
	void (*frame)(void *self, const struct xie_jt808_frame *f, bool whole);
	/* What is no frame: code and text of the reason, and the bytes or (text.p not NULL) the line. */
	void (*reject)(void *self, const char *reason, const char *detail, const uint8_t *p, size_t n, xie_str text);
	void *self;
	struct xie_jt808_parts parts;
	uint64_t tick;
	uint8_t bytes[8192], room[XIE_JT808_FRAME_MAX];
};

#define JT808_JOINED_MAX (1u << 20) /* bytes of one message in parts */

/* frame, reject and self are set by the caller.  False: mem is full (it takes some 20 MiB). */
bool jt808_lines_init(struct jt808_lines *l, xie_arena *mem);
/* One line: a frame in hexadecimal, blanks allowed, with or without its flags, or several between flags; empty lines
 * and those that begin with # are skipped. */
void jt808_line(struct jt808_lines *l, xie_str text);
/* What stands between two flags of a stream. */
void jt808_content(struct jt808_lines *l, const uint8_t *p, size_t n);
/* Messages in parts that never came together so far. */
uint64_t jt808_lines_unfinished(const struct jt808_lines *l);

#endif
