/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/pack/geojson.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "reader.h"

const char *xie_zone_kind_name(enum xie_zone_kind k)
{
	static const char *const names[] = { "area", "corridor", "circle", "gate" };
	return (unsigned)k < sizeof names / sizeof names[0] ? names[k] : "?";
}

/* ---- problems ---- */

xie_status pack__tell(struct reader *r, const struct xie_err *e, xie_str repair)
{
	if (r->first == XIE_OK) {
		r->first = e->st;
		if (r->err != NULL)
			*r->err = *e;
	}
	if (r->opts->problem != NULL)
		r->opts->problem(r->opts->self, e, repair);
	return e->st;
}

xie_status pack__problem(struct reader *r, xie_status st, const struct xie_val *at, const char *hint, const char *fmt,
                         ...)
{
	char text[160], where[96];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	where[0] = '\0';
	if (r->feature != NULL && r->id.n != 0)
		(void)snprintf(where, sizeof where, "features[%u] \"%.*s\": ", (unsigned)r->index,
		               (int)(r->id.n < 60 ? r->id.n : 60), r->id.p);
	else if (r->feature != NULL)
		(void)snprintf(where, sizeof where, "features[%u]: ", (unsigned)r->index);
	struct xie_err e = { .file = r->opts->file };
	(void)xie_err_set(&e, st, at != NULL ? at->line : 0, at != NULL ? at->column : 0, where, hint);
	xie_err_add(&e, text, strlen(text));
	return pack__tell(r, &e, (xie_str){ "", 0 });
}

xie_status pack__no_room(struct reader *r)
{
	return pack__problem(r, XIE_LIMIT, r->feature, "load the zones in smaller files, or give more memory",
	                     "the zones do not fit into memory");
}

/* ---- copies that outlive the document ---- */

static bool keep_str(xie_arena *mem, xie_str s, xie_str *ret)
{
	char *p = xie_str_dup(mem, s);
	*ret = (xie_str){ p, s.n };
	return p != NULL;
}

static struct xie_val *keep_val(xie_arena *mem, struct xie_val *parent, struct xie_val **tail, const struct xie_val *v)
{
	struct xie_val *c = xie_val_add(mem, parent, tail, v->kind, (xie_str){ "", 0 });
	if (c == NULL || !keep_str(mem, v->key, &c->key) || !keep_str(mem, v->s, &c->s))
		return NULL;
	c->line = v->line;
	c->column = v->column;
	c->b = v->b;
	struct xie_val *last = NULL;
	XIE_VAL_EACH(child, v)
	{
		if (keep_val(mem, c, &last, child) == NULL)
			return NULL;
	}
	return c;
}

/* The text of an id, or an empty one. */
static xie_str id_text(const struct xie_val *v)
{
	int64_t whole;
	if (v != NULL && (v->kind == XIE_VAL_STRING || (v->kind == XIE_VAL_NUMBER && xie_val_i64(v, &whole) == XIE_OK)))
		return v->s;
	return (xie_str){ "", 0 };
}

static xie_status read_id(struct reader *r, const struct xie_val *props)
{
	const struct xie_val *v = xie_val_get(props, "id");
	if (v == NULL || v->kind == XIE_VAL_NULL)
		v = xie_val_get(r->feature, "id");
	bool absent = v == NULL || v->kind == XIE_VAL_NULL;
	xie_str id = id_text(v);
	char number[16];
	if (absent && r->opts->number_ids) {
		int n = snprintf(number, sizeof number, "%u", (unsigned)r->index);
		id = (xie_str){ number, (size_t)n };
	} else if (absent) {
		return pack__problem(r, XIE_MISSING, r->feature,
		                     "add \"id\" to its properties: rules call the zone by it",
		                     "the feature has no id");
	}
	if (id.n == 0)
		return pack__problem(r, XIE_MALFORMED, v, "text that is not empty, or a whole number", "not an id");
	return keep_str(r->mem, id, &r->id) ? XIE_OK : pack__no_room(r);
}

static xie_status check_kind(struct reader *r, const struct xie_val *props, enum xie_zone_kind kind)
{
	const struct xie_val *v = xie_val_get(props, "kind");
	if (v == NULL || xie_val_is(v, xie_zone_kind_name(kind)))
		return XIE_OK;
	for (int k = 0; k < 4; k++)
		if (xie_val_is(v, xie_zone_kind_name((enum xie_zone_kind)k)))
			return pack__problem(r, XIE_CONFLICT, v,
			                     "Polygon: area; LineString: gate or corridor; Point: circle",
			                     "kind is \"%.*s\", the geometry is that of a zone of kind \"%s\"",
			                     (int)v->s.n, v->s.p, xie_zone_kind_name(kind));
	return pack__problem(r, XIE_UNKNOWN, v,
	                     "area, corridor, circle or gate; for a sort of your own use another property",
	                     "kind \"%.*s\" is not known", (int)(v->s.n < 40 ? v->s.n : 40), v->s.p);
}

static xie_status read_feature(struct reader *r, const struct xie_val *f)
{
	struct xie_geojson_zone *z = &r->zones[r->n];
	if (f->kind != XIE_VAL_OBJECT || !xie_val_is(xie_val_get(f, "type"), "Feature"))
		return pack__problem(r, XIE_MALFORMED, f,
		                     "{\"type\":\"Feature\", \"properties\":{...}, \"geometry\":{...}}",
		                     "not a feature");
	const struct xie_val *props = xie_val_get(f, "properties");
	if (props != NULL && props->kind == XIE_VAL_NULL)
		props = NULL;
	if (props != NULL && props->kind != XIE_VAL_OBJECT)
		return pack__problem(r, XIE_MALFORMED, props, "an object or null", "properties are not an object");
	xie_status st = read_id(r, props);
	if (st != XIE_OK)
		return st;
	const struct xie_val *layer = xie_val_get(props, "layer");
	if (layer != NULL && layer->kind != XIE_VAL_STRING)
		return pack__problem(r, XIE_MALFORMED, layer, "\"layer\": \"name\"", "the layer is not text");
	*z = (struct xie_geojson_zone){ .id = r->id, .feature = r->index, .line = f->line, .column = f->column };
	st = pack__geometry(r, xie_val_get(f, "geometry"), props, &z->kind, &r->shapes[r->n]);
	if (st == XIE_OK)
		st = check_kind(r, props, z->kind);
	if (st != XIE_OK)
		return st;
	if (!keep_str(r->mem, xie_val_str(layer), &z->layer))
		return pack__no_room(r);
	if (props != NULL && (z->props = keep_val(r->mem, NULL, NULL, props)) == NULL)
		return pack__no_room(r);
	r->n++;
	return XIE_OK;
}

/* ---- the collection ---- */

static int by_id(const void *pa, const void *pb)
{
	const struct xie_geojson_zone *const *a = pa, *const *b = pb;
	int c = xie_str_cmp((*a)->id, (*b)->id);
	return c != 0 ? c : ((*a)->feature > (*b)->feature) - ((*a)->feature < (*b)->feature);
}

static xie_status check_ids(struct reader *r)
{
	const struct xie_geojson_zone **at = xie_arena_new(r->scratch, const struct xie_geojson_zone *, r->n);
	if (at == NULL)
		return pack__no_room(r);
	for (uint32_t i = 0; i < r->n; i++)
		at[i] = &r->zones[i];
	qsort(at, r->n, sizeof *at, by_id);
	for (uint32_t i = 1; i < r->n; i++)
		if (xie_str_eq(at[i - 1]->id, at[i]->id)) {
			struct xie_val where = { .line = at[i]->line, .column = at[i]->column };
			r->feature = &where;
			r->index = at[i]->feature;
			r->id = at[i]->id;
			(void)pack__problem(r, XIE_DUPLICATE, &where, "ids are unique", "features[%u] has the same id",
			                    (unsigned)at[i - 1]->feature);
		}
	return r->first;
}

static xie_status check_crs(struct reader *r, const struct xie_val *doc)
{
	static const char *const good[] = { "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84",
		                            "urn:ogc:def:crs:EPSG::4326", "EPSG:4326",
		                            "http://www.opengis.net/def/crs/OGC/1.3/CRS84" };
	const struct xie_val *crs = xie_val_get(doc, "crs");
	if (crs == NULL || crs->kind == XIE_VAL_NULL)
		return XIE_OK;
	xie_str name = xie_val_get_str(xie_val_get(crs, "properties"), "name");
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (xie_str_is(name, good[i]))
			return XIE_OK;
	return pack__problem(r, XIE_REFUSED, crs, "convert the file to WGS 84 longitude and latitude (EPSG:4326)",
	                     "coordinate system \"%.*s\"", (int)(name.n < 60 ? name.n : 60), name.p);
}

static xie_status read_collection(struct reader *r, const struct xie_val *doc)
{
	const struct xie_val *features = xie_val_get(doc, "features");
	if (!xie_val_is(xie_val_get(doc, "type"), "FeatureCollection") || features == NULL ||
	    features->kind != XIE_VAL_ARRAY)
		return pack__problem(r, XIE_MALFORMED, doc,
		                     "{\"type\":\"FeatureCollection\", \"features\":[...]} (RFC 7946)",
		                     "not a GeoJSON FeatureCollection");
	xie_status st = check_crs(r, doc);
	if (st != XIE_OK)
		return st;
	r->zones = xie_arena_new(r->mem, struct xie_geojson_zone, features->count);
	r->shapes = xie_arena_new(r->mem, struct xie_shape, features->count);
	if (r->zones == NULL || r->shapes == NULL)
		return pack__no_room(r);
	XIE_VAL_EACH(f, features)
	{
		r->feature = f;
		r->id = (xie_str){ "", 0 };
		size_t mark = xie_arena_mark(r->mem);
		st = read_feature(r, f);
		if (st != XIE_OK)
			xie_arena_rewind(r->mem, mark);
		if (st == XIE_LIMIT || (st != XIE_OK && r->opts->problem == NULL))
			return st;
		r->index++;
	}
	r->feature = NULL;
	return check_ids(r);
}

xie_status xie_geojson_read(xie_arena *mem, xie_arena *scratch, xie_str text, const struct xie_geojson_opts *opts,
                            struct xie_geojson *ret, struct xie_err *reterr)
{
	static const struct xie_geojson_opts none = { 0 };
	size_t mark = xie_arena_mark(scratch), kept = xie_arena_mark(mem);
	struct reader r = { .mem = mem, .scratch = scratch, .opts = opts != NULL ? opts : &none, .err = reterr };
	struct xie_err e = { .st = XIE_OK };
	const struct xie_val *doc = NULL;
	if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
		text = xie_str_from(text, 3);
	xie_status st = xie_json_read(scratch, text, (struct xie_val_limits){ .depth = 32 }, &doc, &e);
	if (st != XIE_OK) {
		e.file = r.opts->file;
		st = pack__tell(&r, &e, (xie_str){ "", 0 });
	} else if ((r.geos = geos_check_new()) == NULL) {
		st = pack__no_room(&r);
	} else {
		st = read_collection(&r, doc);
	}
	geos_check_free(r.geos);
	xie_arena_rewind(scratch, mark);
	st = r.first != XIE_OK ? r.first : st;
	if (st != XIE_OK)
		xie_arena_rewind(mem, kept);
	else
		*ret = (struct xie_geojson){ r.zones, r.shapes, r.n };
	return st;
}
