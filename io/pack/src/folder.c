/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/pack/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "xie/file/file.h"
#include "xie/pack/yaml.h"

#define MAX_FILES 512

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_yaml(const char *name)
{
	size_t n = strlen(name);
	return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

static const char *join(xie_arena *mem, const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);
	char *p = xie_arena_alloc(mem, na + nb + 2, 1);
	if (p == NULL)
		return NULL;
	memcpy(p, a, na);
	p[na] = '/';
	memcpy(p + na + 1, b, nb + 1);
	return p;
}

static xie_status full(struct xie_err *err)
{
	return xie_err_set(err, XIE_LIMIT, 0, 0, "no room for the pack's files", NULL);
}

/* Paths of the folder's YAML files, sorted; *ret_n 0 when there is no such folder. */
static xie_status list(xie_arena *mem, const char *path, const char **paths, size_t *ret_n, struct xie_err *err)
{
	size_t n = 0;
	DIR *d = opendir(path);
	if (d == NULL) {
		*ret_n = 0;
		if (errno == ENOENT)
			return XIE_OK;
		err->file = path;
		return xie_err_set(err, XIE_IO, 0, 0, "cannot read the folder", NULL);
	}
	xie_status st = XIE_OK;
	for (struct dirent *e = readdir(d); e != NULL && st == XIE_OK; e = readdir(d)) {
		if (!is_yaml(e->d_name))
			continue;
		paths[n] = n < MAX_FILES ? join(mem, path, e->d_name) : NULL;
		if (paths[n++] == NULL)
			st = full(err);
	}
	(void)closedir(d);
	if (st == XIE_OK)
		qsort(paths, n, sizeof *paths, by_name);
	*ret_n = n;
	return st;
}

xie_status xie_folder_read(xie_arena *mem, const char *dir, const char *sub, struct xie_folder *ret,
                           struct xie_err *reterr)
{
	struct xie_folder f = { 0 };
	const char *path = join(mem, dir, sub);
	f.files = xie_arena_new(mem, const char *, MAX_FILES + 1);
	f.docs = xie_arena_new(mem, const struct xie_val *, MAX_FILES + 1);
	if (path == NULL || f.files == NULL || f.docs == NULL)
		return full(reterr);
	xie_status st = list(mem, path, f.files, &f.n, reterr);
	for (size_t i = 0; i < f.n && st == XIE_OK; i++) {
		xie_str text = { NULL, 0 };
		st = xie_file_read(mem, f.files[i], &text, reterr);
		if (st == XIE_OK)
			st = xie_yaml_read(mem, text, (struct xie_val_limits){ .depth = 32 }, &f.docs[i], reterr);
		if (st != XIE_OK && reterr != NULL)
			reterr->file = f.files[i];
	}
	if (st == XIE_OK)
		*ret = f;
	return st;
}
