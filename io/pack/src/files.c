/* SPDX-License-Identifier: Apache-2.0 */
/* Folders and files of a pack. */
#include "pack.h"

#include <sys/stat.h>

#include "xie/file/file.h"
#include "xie/pack/folder.h"
#include "xie/pack/yaml.h"

enum { DEPTH = 32 };

static const xie_str none = { "", 0 };

bool pack__grow(struct loader *l, void **arr, uint32_t n, uint32_t *cap, size_t size)
{
	if (n < *cap)
		return true;
	uint32_t more = *cap != 0 ? *cap * 2 : 16;
	void *moved = xie_arena_alloc(l->mem, more, size);
	if (moved == NULL) {
		pack__error(l, XIE_LIMIT, NULL, NULL, "packs take more memory than was given", none, NULL);
		return false;
	}
	if (n != 0)
		memcpy(moved, *arr, n * size);
	*arr = moved;
	*cap = more;
	return true;
}

const char *pack__path(struct loader *l, const char *dir, const char *name)
{
	const char *p = xie_folder_path(l->mem, dir, name);
	if (p == NULL)
		pack__error(l, XIE_LIMIT, dir, NULL, "packs take more memory than was given", none, NULL);
	return p;
}

bool pack__exists(const char *path)
{
	struct stat st;
	return path != NULL && stat(path, &st) == 0;
}

void pack__each_file(struct loader *l, const char *dir, const char *sub, const char *const *ends,
                     void (*take)(struct loader *l, struct xie_pack *p, const char *path), struct xie_pack *p)
{
	const char **paths = NULL;
	size_t n = 0;
	struct xie_err err = { 0 };
	xie_status st = xie_folder_list(l->mem, dir, sub, &paths, &n, &err);
	if (st != XIE_OK)
		pack__error(l, st, err.file, NULL, err.what, none, NULL);
	for (size_t i = 0; st == XIE_OK && i < n; i++) {
		bool ours = false;
		for (size_t e = 0; ends[e] != NULL; e++)
			ours = ours || xie_name_ends(paths[i], ends[e]);
		if (ours)
			take(l, p, paths[i]);
		else if (!xie_name_ends(paths[i], ".md"))
			pack__warn(l, paths[i], NULL, "not a file of this folder's kind, it is not read", none, NULL);
	}
}

const struct xie_val *pack__tree(struct loader *l, const char *path)
{
	xie_str text;
	struct xie_err err = { 0 };
	const struct xie_val *v = NULL;
	struct xie_val_limits lim = { .depth = DEPTH, .nodes = 0 };
	l->n_files++;
	xie_status st = xie_file_read(l->mem, path, &text, &err);
	if (st == XIE_OK)
		st = xie_name_ends(path, "json") ? xie_json_read(l->mem, text, lim, &v, &err)
		                             : xie_yaml_read(l->mem, text, lim, &v, &err);
	if (st == XIE_OK)
		return v;
	struct xie_val at = { .line = err.line, .column = err.column };
	pack__error(l, st, path, &at, err.what, none, err.hint[0] != '\0' ? err.hint : NULL);
	return NULL;
}
