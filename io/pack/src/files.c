/* SPDX-License-Identifier: Apache-2.0 */
/* Folders and files of a pack. */
#include "pack.h"

#include <dirent.h>
#include <sys/stat.h>

#include "xie/file/file.h"
#include "xie/pack/yaml.h"

enum { FILES = 4096, DEPTH = 32 };

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
	size_t a = strlen(dir), b = strlen(name);
	while (a > 1 && dir[a - 1] == '/')
		a--;
	char *p = xie_arena_alloc(l->mem, a + b + 2, 1);
	if (p == NULL) {
		pack__error(l, XIE_LIMIT, dir, NULL, "packs take more memory than was given", none, NULL);
		return NULL;
	}
	memcpy(p, dir, a);
	p[a] = '/';
	memcpy(p + a + 1, name, b);
	return p;
}

bool pack__exists(const char *path)
{
	struct stat st;
	return path != NULL && stat(path, &st) == 0;
}

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), e = strlen(end);
	return n > e && strcmp(name + n - e, end) == 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names in a folder, sorted by bytes: a pack loads the same way on every machine. */
static size_t names_in(struct loader *l, const char *path, const char **names)
{
	DIR *d = opendir(path);
	size_t n = 0;
	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
		if (e->d_name[0] == '.')
			continue;
		if (n == FILES) {
			pack__error(l, XIE_LIMIT, path, NULL, "too many files in one folder", none, NULL);
			break;
		}
		names[n] = xie_str_dup(l->mem, xie_str_of(e->d_name));
		if (names[n] == NULL) {
			pack__error(l, XIE_LIMIT, path, NULL, "packs take more memory than was given", none, NULL);
			break;
		}
		n++;
	}
	if (d != NULL)
		(void)closedir(d);
	qsort(names, n, sizeof *names, by_name);
	return n;
}

void pack__each_file(struct loader *l, const char *dir, const char *sub, const char *const *ends,
                     void (*take)(struct loader *l, struct xie_pack *p, const char *path), struct xie_pack *p)
{
	const char *path = pack__path(l, dir, sub);
	if (!pack__exists(path))
		return;
	const char **names = xie_arena_new(l->mem, const char *, FILES);
	size_t n = names != NULL ? names_in(l, path, names) : 0;
	for (size_t i = 0; i < n; i++) {
		const char *file = pack__path(l, path, names[i]);
		bool ours = false;
		for (size_t e = 0; ends[e] != NULL; e++)
			ours = ours || ends_with(names[i], ends[e]);
		if (file == NULL)
			return;
		if (ours)
			take(l, p, file);
		else if (!ends_with(names[i], ".md"))
			pack__warn(l, file, NULL, "not a file of this folder's kind, it is not read", none, NULL);
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
		st = ends_with(path, "json") ? xie_json_read(l->mem, text, lim, &v, &err)
		                             : xie_yaml_read(l->mem, text, lim, &v, &err);
	if (st == XIE_OK)
		return v;
	struct xie_val at = { .line = err.line, .column = err.column };
	pack__error(l, st, path, &at, err.what, none, err.hint[0] != '\0' ? err.hint : NULL);
	return NULL;
}
