/* SPDX-License-Identifier: Apache-2.0 */
/* xie/pack/folder.h — the YAML files of one folder of a pack, in the order of their names. */
#ifndef XIE_PACK_FOLDER_H
#define XIE_PACK_FOLDER_H

#include "xie/base/val.h"

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
