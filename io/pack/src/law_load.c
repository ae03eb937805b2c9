/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/pack/law.h"

#include <stdio.h>

#include "xie/file/file.h"
#include "xie/pack/folder.h"
#include "xie/pack/yaml.h"

#define MAX_PACKS 64
#define MAX_DOCS 1024

struct gather {
	xie_arena *mem;
	bool forms; /* the templates of instruments, not the law */
	const char *dirs[MAX_PACKS];
	size_t n_dirs;
	const struct xie_val **docs, **years;
	const char **files;
	size_t n_docs, n_years;
	struct xie_err *err;
};

static const char *beside(xie_arena *mem, const char *dir, xie_str name)
{
	size_t n = strlen(dir);
	while (n > 1 && dir[n - 1] == '/')
		n--;
	size_t cut = n;
	while (cut > 0 && dir[cut - 1] != '/')
		cut--;
	/* "." and the like have no folder above them in their text */
	bool dots = n - cut <= 2 && dir[cut] == '.';
	size_t keep = dots ? n : cut;
	char *p = xie_arena_alloc(mem, keep + name.n + 6, 1);
	if (p == NULL)
		return NULL;
	memcpy(p, dir, keep);
	if (dots) {
		memcpy(p + keep, "/../", 4);
		keep += 4;
	}
	memcpy(p + keep, name.p, name.n);
	return p;
}

static xie_status full(struct gather *g)
{
	return xie_err_set(g->err, XIE_LIMIT, 0, 0, "too many packs or files for the law", NULL);
}

static xie_status add_dir(struct gather *g, const char *dir, unsigned depth);

static xie_status add_extended(struct gather *g, const char *dir, unsigned depth)
{
	char path[1024];
	xie_str text = { NULL, 0 };
	const struct xie_val *v = NULL;
	if (snprintf(path, sizeof path, "%s/pack.yaml", dir) >= (int)sizeof path)
		return full(g);
	FILE *f = fopen(path, "r"); /* a folder without a manifest is a pack without a name */
	if (f == NULL)
		return XIE_OK;
	(void)fclose(f);
	const char *kept = xie_str_dup(g->mem, xie_str_of(path));
	xie_status st = kept == NULL ? full(g) : xie_file_read(g->mem, path, &text, g->err);
	if (st == XIE_OK)
		st = xie_yaml_read(g->mem, text, (struct xie_val_limits){ .depth = 32 }, &v, g->err);
	if (st != XIE_OK) {
		g->err->file = kept;
		return st;
	}
	const struct xie_val *e = xie_val_get(v, "extends");
	if (e != NULL && e->kind == XIE_VAL_STRING)
		return add_dir(g, beside(g->mem, dir, e->s), depth + 1);
	XIE_VAL_EACH(name, e)
	{
		st = add_dir(g, beside(g->mem, dir, xie_val_str(name)), depth + 1);
		if (st != XIE_OK)
			return st;
	}
	return XIE_OK;
}

static xie_status add_docs(struct gather *g, const char *dir)
{
	struct xie_folder law = { 0 }, years = { 0 };
	xie_status st = xie_folder_read(g->mem, dir, g->forms ? "documents" : "law", &law, g->err);
	if (st == XIE_OK && !g->forms)
		st = xie_folder_read(g->mem, dir, "calendar", &years, g->err);
	if (st != XIE_OK)
		return st;
	if (g->n_docs + law.n > MAX_DOCS || g->n_years + years.n > MAX_DOCS)
		return full(g);
	for (size_t i = 0; i < law.n; i++) {
		g->files[g->n_docs] = law.files[i];
		g->docs[g->n_docs++] = law.docs[i];
	}
	for (size_t i = 0; i < years.n; i++)
		g->years[g->n_years++] = years.docs[i];
	return XIE_OK;
}

static xie_status add_dir(struct gather *g, const char *dir, unsigned depth)
{
	if (dir == NULL || depth > 16)
		return full(g);
	for (size_t i = 0; i < g->n_dirs; i++)
		if (strcmp(g->dirs[i], dir) == 0)
			return XIE_OK;
	if (g->n_dirs == MAX_PACKS)
		return full(g);
	g->dirs[g->n_dirs++] = dir;
	xie_status st = add_extended(g, dir, depth);
	return st == XIE_OK ? add_docs(g, dir) : st;
}

static xie_status gather(struct gather *g, const char *const *dirs, size_t n)
{
	g->docs = xie_arena_new(g->mem, const struct xie_val *, MAX_DOCS);
	g->years = xie_arena_new(g->mem, const struct xie_val *, MAX_DOCS);
	g->files = xie_arena_new(g->mem, const char *, MAX_DOCS);
	if (g->docs == NULL || g->years == NULL || g->files == NULL)
		return full(g);
	xie_status st = XIE_OK;
	for (size_t i = 0; i < n && st == XIE_OK; i++)
		st = add_dir(g, dirs[i], 0);
	return st;
}

xie_status xie_pack_forms(xie_arena *mem, const char *const *dirs, size_t n, struct xie_folder *ret, struct xie_err *reterr)
{
	struct gather g = { .mem = mem, .forms = true, .err = reterr };
	xie_status st = gather(&g, dirs, n);
	if (st == XIE_OK && g.n_docs == 0)
		return xie_err_set(reterr, XIE_MISSING, 0, 0, "no pack here has a documents folder", "--pack packs/cn-core");
	if (st == XIE_OK)
		*ret = (struct xie_folder){ g.docs, g.files, g.n_docs };
	return st;
}

xie_status xie_pack_law(xie_arena *mem, const char *const *dirs, size_t n, const struct xie_law **ret_law,
                        struct xie_err *reterr)
{
	struct gather g = { .mem = mem, .err = reterr };
	const struct xie_calendar *cal = NULL;
	xie_status st = gather(&g, dirs, n);
	if (st == XIE_OK && g.n_docs == 0)
		return xie_err_set(reterr, XIE_MISSING, 0, 0, "no pack here has a law folder", "--pack packs/cn-core");
	if (st == XIE_OK)
		st = xie_calendar_build(mem, g.years, g.n_years, &cal, reterr);
	return st == XIE_OK ? xie_law_load(mem, g.docs, g.files, g.n_docs, cal, ret_law, reterr) : st;
}
