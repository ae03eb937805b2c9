/* SPDX-License-Identifier: Apache-2.0 */
/* xie/file/file.h — whole files, lines of files, and large arenas; gzip and zstd are seen through. */
#ifndef XIE_FILE_FILE_H
#define XIE_FILE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/base/str.h"

/* Address space of cap bytes; pages cost memory only once they are used.  UNAVAILABLE when refused. */
xie_status xie_big_arena_init(xie_arena *a, size_t cap) XIE_MUST_USE;
void xie_big_arena_done(xie_arena *a);

/* The whole file as text in mem (with a terminator behind it), decompressed.  IO with reterr->what naming the
 * reason, LIMIT when it does not fit, CORRUPT when the compression is broken.  "-" reads standard input. */
xie_status xie_file_read(xie_arena *mem, const char *path, xie_str *ret_text, struct xie_err *reterr) XIE_MUST_USE;

/* Lines of a file, decompressed on the way. */
struct xie_lines;
xie_status xie_lines_open(const char *path, struct xie_lines **ret_l, struct xie_err *reterr) XIE_MUST_USE;
/* The next line without its line end; borrowed until the next call.  *ret_more false at the end.  A line over
 * 1 MiB comes in pieces of 1 MiB.  CORRUPT or IO when reading fails in the middle. */
xie_status xie_lines_next(struct xie_lines *l, xie_str *ret_line, bool *ret_more) XIE_MUST_USE;
/* Bytes of the file (as stored) read so far and in all; total 0 when it cannot be known (a pipe). */
void xie_lines_progress(const struct xie_lines *l, size_t *ret_done, size_t *ret_total);
void xie_lines_close(struct xie_lines *l);

/* The bytes of a file, decompressed on the way, in pieces as they come. */
struct xie_bytes;
xie_status xie_bytes_open(const char *path, struct xie_bytes **ret_b, struct xie_err *reterr) XIE_MUST_USE;
/* Borrowed until the next call; empty at the end.  CORRUPT or IO when reading fails in the middle. */
xie_status xie_bytes_next(struct xie_bytes *b, xie_str *ret_piece) XIE_MUST_USE;
void xie_bytes_close(struct xie_bytes *b);

/* "file:line:column: what; hint" on f, leaving out what is not known. */
void xie_err_print(FILE *f, const struct xie_err *err);

#endif
