/* SPDX-License-Identifier: Apache-2.0 */
/* xie/pack/folder.h — the files of one folder of a pack, in the order of their names. */
#ifndef XIE_PACK_FOLDER_H
#define XIE_PACK_FOLDER_H

#include <stdbool.h>

#include "xie/base/val.h"

/* Paths (in mem, kept) of the files in DIR/SUB, hidden ones left out, sorted by bytes: a pack reads the same way on every machine.
 * A folder that is not there is no error: *ret_n = 0.  IO, or LIMIT over 4,096 files or when mem is full; reterr->file is
 * the folder. */
xie_status xie_folder_list(xie_arena *mem, const char *dir, const char *sub, const char ***ret_paths, size_t *ret_n,
                           struct xie_err *reterr) XIE_MUST_USE;
/* "DIR/NAME" in mem, or NULL when it is full. */
const char *xie_folder_path(xie_arena *mem, const char *dir, const char *name);
/* Does the name end so, with something before it? */
bool xie_name_ends(const char *name, const char *end);

struct xie_folder {
	const struct xie_val **docs; /* one tree a file */
	const char **files;          /* their paths, for messages */
	size_t n;
};

/* Reads every file DIR/SUB/NAME.yaml into mem (kept).  A folder that is not there is no error: n = 0.  Otherwise as xie_file_read and
 * xie_yaml_read say; reterr->file is the path (in mem). */
xie_status xie_folder_read(xie_arena *mem, const char *dir, const char *sub, struct xie_folder *ret,
                           struct xie_err *reterr) XIE_MUST_USE;

#endif
