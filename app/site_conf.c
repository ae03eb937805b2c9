/* SPDX-License-Identifier: Apache-2.0 */
#include "site_conf.h"

#include <stdio.h>
#include <string.h>

#include "xie/base/time.h"
#include "xie/base/val.h"
#include "xie/file/file.h"
#include "xie/pack/yaml.h"
#include "xie/web/http.h"

void site_conf_defaults(struct site_conf *c)
{
	*c = (struct site_conf){ .data = "data",
		                 .name = "",
		                 .host = "127.0.0.1",
		                 .port = 8080,
		                 .utc_offset = 8 * 3600000,
		                 .utc_offset_text = "+08:00",
		                 .live_targets = 200000,
		                 .engine_memory = INT64_C(8) << 30,
		                 .snapshot_min = 10 };
}

struct reader {
	xie_arena *mem;
	const char *file;
	char folder[512];
	struct xie_err *err;
	struct site_conf *c;
	xie_status st;
};

/* The first problem is kept. */
static void bad(struct reader *r, const struct xie_val *at, const char *what, const char *name, const char *hint)
{
	if (r->st != XIE_OK)
		return;
	r->st = xie_err_set(r->err, XIE_MALFORMED, at != NULL ? at->line : 0, at != NULL ? at->column : 0, what, hint);
	if (r->err != NULL) {
		xie_err_add(r->err, name, strlen(name));
		r->err->file = r->file;
	}
}

static const char *text(struct reader *r, const struct xie_val *v, const char *key)
{
	const char *s = v->kind == XIE_VAL_STRING ? xie_str_dup(r->mem, v->s) : NULL;
	if (s == NULL)
		bad(r, v, "not text: ", key, "put it in quotes");
	return s != NULL ? s : "";
}

/* A path is taken from the file's own folder, so that the server may be started from anywhere. */
static const char *path(struct reader *r, const struct xie_val *v, const char *key)
{
	char whole[1024];
	const char *s = text(r, v, key);
	if (s[0] == '/' || r->folder[0] == '\0')
		return s;
	int n = snprintf(whole, sizeof whole, "%s/%s", r->folder, s);
	const char *kept = n > 0 && (size_t)n < sizeof whole ? xie_str_dup(r->mem, xie_str_of(whole)) : NULL;
	if (kept == NULL)
		bad(r, v, "the path is too long: ", key, "");
	return kept != NULL ? kept : s;
}

static int64_t number(struct reader *r, const struct xie_val *v, const char *key, int64_t min, int64_t max)
{
	int64_t n = 0;
	char hint[96];
	if (xie_val_i64(v, &n) == XIE_OK && n >= min && n <= max)
		return n;
	(void)snprintf(hint, sizeof hint, "a whole number from %lld to %lld", (long long)min, (long long)max);
	bad(r, v, "not a number that fits: ", key, hint);
	return min;
}

static bool flag(struct reader *r, const struct xie_val *v, const char *key)
{
	if (v->kind != XIE_VAL_BOOL)
		bad(r, v, "not a yes or no: ", key, "true or false");
	return xie_val_true(v);
}

/* "30 min" */
static xie_ms duration(struct reader *r, const struct xie_val *v, const char *key)
{
	int64_t ms = 0;
	enum xie_dim dim = XIE_DIM_NONE;
	if (v->kind == XIE_VAL_STRING && xie_quantity(v->s, &ms, &dim) == XIE_OK && dim == XIE_DIM_TIME && ms > 0)
		return ms;
	bad(r, v, "not a duration: ", key, "a number with s, min, h or d, for example 30 min");
	return 1;
}

/* For drawing: decimal degrees and zoom. */
static double degrees(struct reader *r, const struct xie_val *v, const char *key, double limit)
{
	int64_t micro = 0;
	if (v->kind != XIE_VAL_NUMBER || xie_str_scaled(v->s, 1000000, 1, &micro) != XIE_OK ||
	    (double)micro / 1e6 > limit || (double)micro / 1e6 < -limit)
		bad(r, v, "not a number that fits: ", key, "");
	return (double)micro / 1e6;
}

static bool is_map(struct reader *r, const struct xie_val *v, const char *key)
{
	if (v->kind == XIE_VAL_OBJECT)
		return true;
	bad(r, v, "not a group of settings: ", key, "key: value on lines of their own, indented");
	return false;
}

struct setting {
	const char *key;
	void (*take)(struct reader *r, const struct xie_val *v, const char *key);
};

static void each(struct reader *r, const struct xie_val *map, const char *key, const struct setting *s, size_t n)
{
	if (!is_map(r, map, key))
		return;
	XIE_VAL_EACH(v, map)
	{
		size_t i = 0;
		while (i < n && !xie_str_is(v->key, s[i].key))
			i++;
		if (i < n) {
			s[i].take(r, v, s[i].key);
		} else {
			char name[65];
			(void)snprintf(name, sizeof name, "%.*s", (int)(v->key.n < 64 ? v->key.n : 64), v->key.p);
			bad(r, v, "no such setting: ", name, "docs/configuration.md lists them");
		}
	}
}
#define EACH(r, map, key, list) each(r, map, key, list, sizeof(list) / sizeof((list)[0]))

#define TAKE(fn, expr)                                                             \
	static void fn(struct reader *r, const struct xie_val *v, const char *key) \
	{                                                                          \
		r->c->expr;                                                        \
	}
TAKE(take_data, data = path(r, v, key))
TAKE(take_page, page = path(r, v, key))
TAKE(take_proxy, behind_proxy = flag(r, v, key))
TAKE(take_certificate, certificate = path(r, v, key))
TAKE(take_key, key = path(r, v, key))
TAKE(take_witness_keys, witness_keys = path(r, v, key))
TAKE(take_witness_folder, witness_folder = path(r, v, key))
TAKE(take_witness_every, witness_every = duration(r, v, key))
TAKE(take_lat, lat = degrees(r, v, key, 90))
TAKE(take_lon, lon = degrees(r, v, key, 180))
TAKE(take_zoom, zoom = degrees(r, v, key, 22))
TAKE(take_url, tiles_url = text(r, v, key))
TAKE(take_attribution, tiles_attribution = text(r, v, key))
TAKE(take_approval, tiles_approval = text(r, v, key))
TAKE(take_max_zoom, tiles_max_zoom = (int)number(r, v, key, 1, 24))
TAKE(take_idle, idle = duration(r, v, key))
TAKE(take_absolute, absolute = duration(r, v, key))
TAKE(take_pause, pause = duration(r, v, key))
TAKE(take_tries, tries = (uint32_t)number(r, v, key, 1, 100))
TAKE(take_forget, forget = duration(r, v, key))
TAKE(take_workers, workers = (uint32_t)number(r, v, key, 1, 64))
TAKE(take_connections, connections = (uint32_t)number(r, v, key, 10, 60000))
TAKE(take_streams, streams = (uint32_t)number(r, v, key, 1, 10000))
TAKE(take_positions, positions = (uint32_t)number(r, v, key, 10, 100000))
TAKE(take_rate, rate_per_s = (uint32_t)number(r, v, key, 1, 1000000))
TAKE(take_live, live_targets = (uint32_t)number(r, v, key, 1000, 50000000))
TAKE(take_engine, engine_memory = number(r, v, key, 64, 1 << 20) << 20)
TAKE(take_snapshot, snapshot_min = (uint32_t)number(r, v, key, 1, 1440))

static void take_name(struct reader *r, const struct xie_val *v, const char *key)
{
	if (v->kind == XIE_VAL_OBJECT) {
		const struct xie_val *zh = xie_val_get(v, "zh"), *en = xie_val_get(v, "en"), *brief = xie_val_get(v, "short");
		r->c->name = zh != NULL ? text(r, zh, "name.zh") : "";
		r->c->name_en = en != NULL ? text(r, en, "name.en") : NULL;
		r->c->short_name = brief != NULL ? text(r, brief, "name.short") : NULL;
		return;
	}
	r->c->name = text(r, v, key);
}

static void take_agency(struct reader *r, const struct xie_val *v, const char *key)
{
	r->c->agency_kind = text(r, v, key);
}

static void take_offset(struct reader *r, const struct xie_val *v, const char *key)
{
	if (v->kind != XIE_VAL_STRING || xie_offset_parse(v->s, &r->c->utc_offset) != XIE_OK)
		bad(r, v, "not an offset from UTC: ", key, "\"+08:00\", in quotes");
	r->c->utc_offset_text = text(r, v, key);
}

static void take_listen(struct reader *r, const struct xie_val *v, const char *key)
{
	xie_str host;
	if (v->kind != XIE_VAL_STRING || xie_web_listen_parse(v->s, &host, &r->c->port) != XIE_OK) {
		bad(r, v, "not an address to listen on: ", key,
		    "HOST:PORT, for example 127.0.0.1:8080 or \"[::1]:8080\"");
		return;
	}
	r->c->host = xie_str_dup(r->mem, host);
}

static void take_tls(struct reader *r, const struct xie_val *v, const char *key)
{
	static const struct setting list[] = { { "certificate", take_certificate }, { "key", take_key } };
	EACH(r, v, key, list);
	if ((r->c->certificate == NULL) != (r->c->key == NULL))
		bad(r, v, "tls needs both certificate and key", "", "");
}

static void take_witness(struct reader *r, const struct xie_val *v, const char *key)
{
	static const struct setting list[] = { { "keys", take_witness_keys }, { "folder", take_witness_folder }, { "every", take_witness_every } };
	EACH(r, v, key, list);
	if ((r->c->witness_keys == NULL) != (r->c->witness_folder == NULL))
		bad(r, v, "a witness needs both keys and folder", "", "");
}

static void take_tiles(struct reader *r, const struct xie_val *v, const char *key)
{
	static const struct setting list[] = { { "url", take_url },
		                               { "attribution", take_attribution },
		                               { "approval", take_approval },
		                               { "max_zoom", take_max_zoom } };
	EACH(r, v, key, list);
}

static void take_map(struct reader *r, const struct xie_val *v, const char *key)
{
	static const struct setting list[] = {
		{ "lat", take_lat }, { "lon", take_lon }, { "zoom", take_zoom }, { "tiles", take_tiles }
	};
	EACH(r, v, key, list);
}

static void take_session(struct reader *r, const struct xie_val *v, const char *key)
{
	static const struct setting list[] = {
		{ "idle", take_idle }, { "absolute", take_absolute }, { "tries", take_tries }, { "pause", take_pause }
	};
	EACH(r, v, key, list);
}

static void take_limits(struct reader *r, const struct xie_val *v, const char *key)
{
	static const struct setting list[] = {
		{ "workers", take_workers },       { "connections", take_connections },
		{ "streams", take_streams },       { "positions", take_positions },
		{ "requests_per_s", take_rate },   { "live_targets", take_live },
		{ "forget", take_forget },         { "engine_memory_mib", take_engine },
		{ "snapshot_min", take_snapshot },
	};
	EACH(r, v, key, list);
}

static void take_packs(struct reader *r, const struct xie_val *v, const char *key)
{
	struct site_conf *c = r->c;
	c->n_packs = 0;
	if (v->kind != XIE_VAL_ARRAY)
		bad(r, v, "not a list: ", key, "- DIR on lines of their own");
	XIE_VAL_EACH(e, v->kind == XIE_VAL_ARRAY ? v : NULL)
	{
		if (c->n_packs == SITE_PACKS) {
			bad(r, e, "too many packs", "", "32 at most; a pack may extend others");
			return;
		}
		struct site_pack *p = &c->packs[c->n_packs++];
		*p = (struct site_pack){ .org = XIE_STR(""), .region = XIE_STR("") };
		const struct xie_val *dir = e->kind == XIE_VAL_OBJECT ? xie_val_get(e, "dir") : e;
		p->dir = dir != NULL ? path(r, dir, key) : "";
		if (dir == NULL)
			bad(r, e, "a pack without a folder", "", "dir: PATH");
		XIE_VAL_EACH(m, e->kind == XIE_VAL_OBJECT ? e : NULL)
		{
			if (xie_str_is(m->key, "org"))
				p->org = xie_str_of(text(r, m, "org"));
			else if (xie_str_is(m->key, "region"))
				p->region = xie_str_of(text(r, m, "region"));
			else if (!xie_str_is(m->key, "dir"))
				bad(r, m, "no such setting of a pack", "", "dir, org, region");
		}
	}
}

static bool id_ok(xie_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return s.n >= 1 && s.n <= 32;
}

/* A list of identities, or the file that holds it. */
static void take_terminals(struct reader *r, const struct xie_val *v, struct site_terminals *t)
{
	if (v->kind == XIE_VAL_STRING) {
		t->file = path(r, v, "terminals");
		return;
	}
	size_t n = v->kind == XIE_VAL_ARRAY ? v->count : 0;
	xie_str *list = n != 0 ? xie_arena_new(r->mem, xie_str, n) : NULL;
	if (list == NULL) {
		bad(r, v, "no terminals: ", "terminals", "a list of numbers in quotes, or the name of a file with one on each line");
		return;
	}
	XIE_VAL_EACH(e, v)
	list[t->n_list++] = xie_str_of(text(r, e, "terminals"));
	t->list = list;
}

static void take_unknown(struct reader *r, const struct xie_val *v, struct site_terminals *t)
{
	if (xie_val_is(v, "accept"))
		t->unknown = SITE_UNKNOWN_ACCEPT;
	else if (xie_val_is(v, "refuse"))
		t->unknown = SITE_UNKNOWN_REFUSE;
	else
		bad(r, v, "what becomes of unknown terminals: ", "unknown", "accept or refuse");
}

/* Settings of kind jt808 alone.  False: it is none of them. */
static bool take_gate_setting(struct reader *r, const struct xie_val *m, struct site_terminals *t)
{
	if (xie_str_is(m->key, "terminals"))
		take_terminals(r, m, t);
	else if (xie_str_is(m->key, "unknown"))
		take_unknown(r, m, t);
	else if (xie_str_is(m->key, "by_phone"))
		t->by_phone = flag(r, m, "by_phone");
	else if (xie_str_is(m->key, "connections"))
		t->connections = (uint32_t)number(r, m, "connections", 1, 1000000);
	else if (xie_str_is(m->key, "silence"))
		t->silence = duration(r, m, "silence");
	else
		return false;
	return true;
}

static void take_source(struct reader *r, const struct xie_val *e, struct site_source *s)
{
	*s =
	    (struct site_source){ .id = XIE_STR(""), .name = XIE_STR(""), .kind = XIE_STR(""), .address = XIE_STR("") };
	if (!is_map(r, e, "source"))
		return;
	XIE_VAL_EACH(m, e)
	{
		if (xie_str_is(m->key, "id"))
			s->id = xie_str_of(text(r, m, "id"));
		else if (xie_str_is(m->key, "name"))
			s->name = xie_str_of(text(r, m, "name"));
		else if (xie_str_is(m->key, "kind"))
			s->kind = xie_str_of(text(r, m, "kind"));
		else if (xie_str_is(m->key, "address"))
			s->address = xie_str_of(text(r, m, "address"));
		else if (xie_str_is(m->key, "rate"))
			s->rate = (uint32_t)number(r, m, "rate", 1, 1000000);
		else if (xie_str_is(m->key, "baud"))
			s->baud = (uint32_t)number(r, m, "baud", 300, 4000000);
		else if (xie_str_is(m->key, "retry_max_s"))
			s->retry_max_s = (uint32_t)number(r, m, "retry_max_s", 1, 3600);
		else if (xie_str_is(m->key, "repeat"))
			s->repeat = flag(r, m, "repeat");
		else if (xie_str_is(m->key, "enabled"))
			s->disabled = !flag(r, m, "enabled");
		else if (!take_gate_setting(r, m, &s->terminals))
			bad(r, m, "no such setting of a source", "",
			    "id, name, kind, address, rate, baud, retry_max_s, repeat, enabled; of kind jt808 also terminals, "
			    "unknown, by_phone, connections, silence");
	}
	if (!id_ok(s->id))
		bad(r, e, "a source needs an id", "", "1 to 32 of a-z 0-9 - _");
	if (s->kind.n == 0 || s->address.n == 0)
		bad(r, e, "a source needs kind and address", "",
		    "kind: nmea_tcp, nmea_listen, nmea_udp, nmea_serial, nmea_file or jt808");
	if (s->name.n == 0)
		s->name = s->id;
}

static void take_sources(struct reader *r, const struct xie_val *v, const char *key)
{
	struct site_conf *c = r->c;
	c->n_sources = 0;
	if (v->kind != XIE_VAL_ARRAY)
		bad(r, v, "not a list: ", key, "- id: ... on lines of their own");
	XIE_VAL_EACH(e, v->kind == XIE_VAL_ARRAY ? v : NULL)
	{
		if (c->n_sources == SITE_SOURCES) {
			bad(r, e, "too many sources", "", "256 at most in the file; more can be added on the page");
			return;
		}
		struct site_source *s = &c->sources[c->n_sources];
		take_source(r, e, s);
		for (size_t i = 0; i < c->n_sources; i++)
			if (xie_str_eq(c->sources[i].id, s->id))
				bad(r, e, "two sources with one id", "", "");
		c->n_sources++;
	}
}

xie_status site_conf_parse(xie_arena *mem, const char *file, xie_str text_, struct site_conf *c, struct xie_err *reterr)
{
	static const struct setting list[] = {
		{ "name", take_name },     { "agency_kind", take_agency }, { "utc_offset", take_offset }, { "data", take_data },
		{ "listen", take_listen }, { "tls", take_tls },           { "behind_proxy", take_proxy },
		{ "page", take_page },     { "map", take_map },           { "session", take_session },
		{ "limits", take_limits }, { "packs", take_packs }, { "witness", take_witness },      { "sources", take_sources },
	};
	struct reader r = { .mem = mem, .file = file, .err = reterr, .c = c };
	const struct xie_val *v = NULL;
	const char *slash = strrchr(file, '/');
	if (slash != NULL && (size_t)(slash - file) < sizeof r.folder) {
		memcpy(r.folder, file, (size_t)(slash - file));
		r.folder[slash - file] = '\0';
	}
	xie_status st = xie_yaml_read(mem, text_, (struct xie_val_limits){ .depth = 16, .nodes = 20000 }, &v, reterr);
	if (st != XIE_OK) {
		if (reterr != NULL)
			reterr->file = file;
		return st;
	}
	if (v->kind != XIE_VAL_NULL)
		EACH(&r, v, "the file", list);
	return r.st;
}

xie_status site_conf_read(xie_arena *mem, const char *path_, struct site_conf *c, struct xie_err *reterr)
{
	xie_str text_;
	xie_status st = xie_file_read(mem, path_, &text_, reterr);
	if (st == XIE_OK)
		return site_conf_parse(mem, path_, text_, c, reterr);
	if (reterr != NULL)
		reterr->file = path_;
	return st;
}
