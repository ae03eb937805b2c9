/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/pack/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "xie/file/file.h"
#include "xie/pack/yaml.h"

enum { MAX_FILES = 4096 };

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool xie_name_ends(const char *name, const char *end)
{
	size_t n = strlen(name), e = strlen(end);
	return n > e && strcmp(name + n - e, end) == 0;
}

const char *xie_folder_path(xie_arena *mem, const char *dir, const char *name)
{
	size_t a = strlen(dir), b = strlen(name);
	while (a > 1 && dir[a - 1] == '/')
		a--;
	char *p = xie_arena_alloc(mem, a + b + 2, 1);
	if (p == NULL)
		return NULL;
	memcpy(p, dir, a);
	p[a] = '/';
	memcpy(p + a + 1, name, b + 1);
	return p;
}

static xie_status fail(struct xie_err *err, xie_status st, const char *path, const char *what)
{
	(void)xie_err_set(err, st, 0, 0, what, NULL);
	if (err != NULL)
		err->file = path;
	return st;
}

/* Counts before it keeps: the array takes no more than it needs. */
static size_t visible(DIR *d)
{
	size_t n = 0;
	for (const struct dirent *e; (e = readdir(d)) != NULL;)
		n += e->d_name[0] != '.' ? 1 : 0;
	rewinddir(d);
	return n;
}

xie_status xie_folder_list(xie_arena *mem, const char *dir, const char *sub, const char ***ret_paths, size_t *ret_n,
                           struct xie_err *reterr)
{
	const char *path = xie_folder_path(mem, dir, sub);
	DIR *d = path != NULL ? opendir(path) : NULL;
	if (path == NULL)
		return fail(reterr, XIE_LIMIT, dir, "no room for the pack's files");
	if (d == NULL && errno != ENOENT)
		return fail(reterr, XIE_IO, path, "cannot read the folder");
	size_t cap = d != NULL ? visible(d) : 0, n = 0;
	const char **paths = cap <= MAX_FILES ? xie_arena_new(mem, const char *, cap) : NULL;
	bool full = paths == NULL;
	for (const struct dirent *e; d != NULL && !full && n < cap && (e = readdir(d)) != NULL;) {
		if (e->d_name[0] == '.')
			continue;
		paths[n] = xie_folder_path(mem, path, e->d_name);
		full = paths[n++] == NULL;
	}
	if (d != NULL)
		(void)closedir(d);
	if (full)
		return fail(reterr, XIE_LIMIT, path, cap > MAX_FILES ? "too many files in one folder" : "no room for the pack's files");
	qsort(paths, n, sizeof *paths, by_name);
	*ret_paths = paths;
	*ret_n = n;
	return XIE_OK;
}

xie_status xie_folder_read(xie_arena *mem, const char *dir, const char *sub, struct xie_folder *ret,
                           struct xie_err *reterr)
{
	struct xie_folder f = { 0 };
	const char **all = NULL;
	size_t n_all = 0;
	xie_status st = xie_folder_list(mem, dir, sub, &all, &n_all, reterr);
	if (st != XIE_OK)
		return st;
	f.files = xie_arena_new(mem, const char *, n_all);
	f.docs = xie_arena_new(mem, const struct xie_val *, n_all);
	if (f.files == NULL || f.docs == NULL)
		return fail(reterr, XIE_LIMIT, dir, "no room for the pack's files");
	for (size_t i = 0; i < n_all && st == XIE_OK; i++) {
		if (!xie_name_ends(all[i], ".yaml"))
			continue;
		f.files[f.n] = all[i];
		xie_str text = { NULL, 0 };
		st = xie_file_read(mem, all[i], &text, reterr);
		if (st == XIE_OK)
			st = xie_yaml_read(mem, text, (struct xie_val_limits){ .depth = 32 }, &f.docs[f.n], reterr);
		if (st != XIE_OK && reterr != NULL)
			reterr->file = all[i];
		f.n++;
	}
	if (st == XIE_OK)
		*ret = f;
	return st;
}
