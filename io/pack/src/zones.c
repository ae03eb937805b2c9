/* SPDX-License-Identifier: Apache-2.0 */
/* Zone files: what the GeoJSON reader found, in the common table. */
#include "pack.h"

#include "xie/file/file.h"
#include "xie/pack/geojson.h"

#define SCRATCH ((size_t)8 << 30) /* address space; pages are taken as they are used and given back */

static const xie_str none = { "", 0 };

struct sink {
	struct loader *l;
	const char *file;
};

static void problem(void *self, const struct xie_err *err, xie_str repair)
{
	struct sink *s = self;
	struct xie_val at = { .line = err->line, .column = err->column };
	pack__error(s->l, err->st, s->file, &at, err->what, none, err->hint[0] != '\0' ? err->hint : NULL);
	/* The reader gives its memory back when it fails: the proposal waits on the heap. */
	struct xie_pack_notes *notes = s->l->notes;
	if (repair.n != 0 && notes->n <= notes->cap)
		notes->list[notes->n - 1].repair = strndup(repair.p, repair.n);
}

/* Moves the proposals of notes[from ..] into the packs' memory. */
static void keep_repairs(struct loader *l, uint32_t from)
{
	for (uint32_t i = from; i < l->notes->n && i < l->notes->cap; i++) {
		char *heap = (char *)(uintptr_t)l->notes->list[i].repair;
		if (heap == NULL)
			continue;
		l->notes->list[i].repair = xie_str_dup(l->mem, xie_str_of(heap));
		free(heap);
	}
}

/* "zones/bridges.geojson" -> "bridges": the layer of features that name none. */
static xie_str stem(const char *path)
{
	xie_str s = xie_str_of(path);
	size_t from = s.n;
	while (from > 0 && s.p[from - 1] != '/')
		from--;
	s = xie_str_from(s, from);
	return (xie_str){ s.p, xie_str_find(s, '.') };
}

static bool room(struct loader *l)
{
	uint32_t cap = l->cap_zones, cap2 = cap, n = l->n_zones;
	return pack__grow(l, (void **)&l->shapes, n, &cap, sizeof *l->shapes) &&
	       pack__grow(l, (void **)&l->places, n, &cap2, sizeof *l->places) &&
	       pack__grow(l, (void **)&l->zones, n, &l->cap_zones, sizeof *l->zones);
}

static void add(struct loader *l, const char *path, const struct xie_geojson_zone *z,
                const struct xie_shape *shape)
{
	struct xie_val at = { .line = z->line, .column = z->column };
	xie_str layer = z->layer.n != 0 ? z->layer : stem(path);
	if (!pack__is_id(z->id))
		pack__error(l, XIE_MALFORMED, path, &at, "not an id: ", z->id, "1 to 64 bytes without blanks");
	if (!room(l))
		return;
	struct xie_zone_info info = { .id = z->id, .layer = layer, .gate = z->kind == XIE_ZONE_GATE, .props = z->props };
	pack__names(xie_val_get(z->props, "name"), z->id, &info.name_zh, &info.name_en);
	if (xie_val_get_str(z->props, "name_zh").n != 0)
		info.name_zh = xie_val_get_str(z->props, "name_zh");
	if (xie_val_get_str(z->props, "name_en").n != 0)
		info.name_en = xie_val_get_str(z->props, "name_en");
	xie_status st = pack__digest_zone(l, &info, shape);
	if (st != XIE_OK)
		pack__error(l, st, path, &at, "cannot take the digest of zone: ", z->id, NULL);
	l->places[l->n_zones] = (struct xie_pack_place){ .file = path, .line = z->line, .column = z->column, .feature = z->feature };
	l->shapes[l->n_zones] = *shape;
	l->zones[l->n_zones++] = info;
}

void pack__zones_file(struct loader *l, struct xie_pack *p, const char *path)
{
	(void)p;
	xie_arena scratch;
	struct sink sink = { .l = l, .file = path };
	struct xie_geojson_opts opts = { .file = path, .problem = problem, .self = &sink };
	struct xie_geojson g = { 0 };
	struct xie_err err = { 0 };
	xie_str text;
	uint32_t notes_before = l->notes->n;
	xie_status st = xie_big_arena_init(&scratch, SCRATCH);
	l->n_files++;
	if (st != XIE_OK) {
		pack__error(l, st, path, NULL, "no address space to read zones in", none, NULL);
		return;
	}
	st = xie_file_read(&scratch, path, &text, &err);
	if (st != XIE_OK)
		problem(&sink, &err, none);
	else if (xie_geojson_read(l->mem, &scratch, text, &opts, &g, &err) == XIE_OK)
		for (uint32_t i = 0; i < g.n; i++)
			add(l, path, &g.zones[i], &g.shapes[i]);
	keep_repairs(l, notes_before);
	xie_big_arena_done(&scratch);
}

static int by_id(const void *a, const void *b, void *self)
{
	const struct loader *l = self;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int c = xie_str_cmp(l->zones[x].id, l->zones[y].id);
	return c != 0 ? c : (x > y) - (x < y);
}

/* A rule names a zone by its id alone, whatever pack it is in. */
void pack__check_zone_ids(struct loader *l)
{
	size_t mark = xie_arena_mark(l->mem);
	uint32_t *order = xie_arena_new(l->mem, uint32_t, l->n_zones);
	for (uint32_t i = 0; order != NULL && i < l->n_zones; i++)
		order[i] = i;
	if (order != NULL)
		qsort_r(order, l->n_zones, sizeof *order, by_id, l);
	for (uint32_t i = 1; order != NULL && i < l->n_zones; i++) {
		const struct xie_pack_place *at = &l->places[order[i]];
		struct xie_val place = { .line = at->line, .column = at->column };
		if (xie_str_eq(l->zones[order[i - 1]].id, l->zones[order[i]].id))
			pack__error(l, XIE_DUPLICATE, at->file, &place, "zone id given twice: ", l->zones[order[i]].id,
			            "each zone its own, over all packs");
	}
	xie_arena_rewind(l->mem, mark);
}
