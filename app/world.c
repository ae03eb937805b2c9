/* SPDX-License-Identifier: Apache-2.0 */
/* What desks look at besides the records: packs, sources, tracks, frames, health. */
#include "site.h"

#include <stdio.h>

#include "xie/track/motion.h"

static const xie_str none = { "", 0 };

struct text { /* a digest or label made for one call */
	char s[80];
};

static xie_str hex(struct text *t, const uint8_t *p)
{
	xie_wr w = xie_wr_of(t->s, sizeof t->s);
	xie_wr_hex(&w, p, 32);
	return xie_wr_view(&w);
}

static xie_str either(xie_str a, xie_str b)
{
	return a.n != 0 ? a : b;
}

/* ---- packs ---- */

static xie_status packs(void *self, xie_world_pack_fn *fn, void *ctx)
{
	struct site *s = self;
	xie_status st = XIE_OK;
	for (uint32_t i = 0; i < s->packs.n_packs && st == XIE_OK; i++) {
		const struct xie_pack *p = &s->packs.packs[i];
		struct text d;
		struct xie_world_pack row = { .id = p->id, .name = p->name_zh, .version = p->version, .digest = hex(&d, p->digest),
			                      .rules = p->n_rules, .zones = p->n_zones, .loaded = s->loaded };
		st = fn(ctx, &row);
	}
	return st;
}

static xie_str pack_of_zone(const struct site *s, uint32_t z)
{
	for (uint32_t i = 0; i < s->packs.n_packs; i++)
		if (z >= s->packs.packs[i].zone0 && z - s->packs.packs[i].zone0 < s->packs.packs[i].n_zones)
			return s->packs.packs[i].id;
	return none;
}

static xie_status zone_row(struct site *s, uint32_t z, xie_world_zone_fn *fn, void *ctx)
{
	const struct xie_zone_info *i = &s->packs.zones[z];
	struct text d;
	int64_t limit = 0;
	enum xie_dim dim = XIE_DIM_NONE;
	xie_str text = xie_val_get_str(i->props, "speed_limit");
	if (text.n == 0 || xie_quantity(text, &limit, &dim) != XIE_OK || dim != XIE_DIM_SPEED)
		limit = 0;
	struct xie_world_zone row = { .id = i->id, .name = either(i->name_zh, i->id), .name_en = either(i->name_en, i->id), .layer = i->layer,
		                      .pack = pack_of_zone(s, z), .digest = hex(&d, i->digest), .shape = s->packs.shapes[z],
		                      .limit_dmph = (int32_t)limit, .org = none, .region = none };
	return fn(ctx, &row);
}

static xie_status zones(void *self, xie_world_zone_fn *fn, void *ctx)
{
	struct site *s = self;
	xie_status st = XIE_OK;
	for (uint32_t z = 0; z < s->packs.n_zones && st == XIE_OK; z++)
		st = zone_row(s, z, fn, ctx);
	return st;
}

static xie_status zones_at(void *self, struct xie_pt p, xie_world_zone_fn *fn, void *ctx)
{
	struct site *s = self;
	uint32_t ids[256];
	size_t n = 0;
	xie_zones_at(s->rules->set, p, NULL, ids, 256, &n);
	xie_status st = XIE_OK;
	for (size_t i = 0; i < n && i < 256 && st == XIE_OK; i++)
		st = zone_row(s, ids[i], fn, ctx);
	return st;
}

static xie_status zone(void *self, xie_str id, xie_world_zone_fn *fn, void *ctx)
{
	struct site *s = self;
	for (uint32_t z = 0; z < s->packs.n_zones; z++)
		if (xie_str_eq(s->packs.zones[z].id, id))
			return zone_row(s, z, fn, ctx);
	return XIE_MISSING;
}

/* The rule in one line, as its author wrote it. */
static xie_str condition(const struct xie_rule *r, char *to, size_t cap)
{
	static const char *const fields[] = { "limit", "direction", "over", "min_speed", "distance", "min_distance", "for", "clear", "gap",
		                              "when", "keep", "where", "schedule" };
	xie_wr w = xie_wr_of(to, cap);
	xie_wr_text(&w, xie_op_name(r->op));
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		xie_str v = xie_val_get_str(r->source, fields[i]);
		if (v.n == 0)
			continue;
		xie_wr_text(&w, "; ");
		xie_wr_text(&w, fields[i]);
		xie_wr_char(&w, ' ');
		xie_wr_str(&w, v);
	}
	return xie_wr_view(&w);
}

static xie_status rule_row(struct site *s, uint32_t i, xie_world_rule_fn *fn, void *ctx)
{
	const struct xie_rule *r = &s->rules->rules[i];
	char text[1024];
	struct text d;
	int64_t limit = 0;
	enum xie_dim dim = XIE_DIM_NONE;
	xie_str l = xie_val_get_str(r->source, "limit");
	if (r->op != XIE_OP_SPEED || l.n == 0 || xie_quantity(l, &limit, &dim) != XIE_OK || dim != XIE_DIM_SPEED)
		limit = 0;
	bool vehicle = (r->kinds >> XIE_KIND_VEHICLE & 1) != 0 && (r->kinds >> XIE_KIND_VESSEL & 1) == 0;
	struct xie_world_rule row = { .id = r->id, .name = either(r->name_zh, r->id), .name_en = either(r->name_en, r->id),
		                      .mode = xie_str_of(xie_mode_name(r->mode)), .condition = condition(r, text, sizeof text),
		                      .violation = r->violation.n != 0 ? r->violation : none, .pack = r->pack, .digest = hex(&d, r->digest),
		                      .basis = xie_val_get_str(r->source, "basis"), .kind = xie_str_of(vehicle ? "vehicle" : "vessel"),
		                      .limit_dmph = (int32_t)limit, .level = r->level };
	return fn(ctx, &row);
}

static xie_status rules(void *self, xie_world_rule_fn *fn, void *ctx)
{
	struct site *s = self;
	xie_status st = XIE_OK;
	for (uint32_t i = 0; i < s->rules->n_rules && st == XIE_OK; i++)
		st = rule_row(s, i, fn, ctx);
	return st;
}

static xie_status rule(void *self, xie_str id, xie_world_rule_fn *fn, void *ctx)
{
	struct site *s = self;
	for (uint32_t i = 0; i < s->rules->n_rules; i++)
		if (xie_str_eq(s->rules->rules[i].id, id))
			return rule_row(s, i, fn, ctx);
	return XIE_MISSING;
}

/* ---- sources ---- */

static const struct {
	enum xie_source_kind kind;
	const char *name;
} kinds[] = { { XIE_SOURCE_FILE, "file" },           { XIE_SOURCE_STDIN, "stdin" }, { XIE_SOURCE_TCP, "nmea_tcp" },
	      { XIE_SOURCE_TCP_LISTEN, "nmea_listen" }, { XIE_SOURCE_UDP, "nmea_udp" },  { XIE_SOURCE_SERIAL, "serial" } };

static xie_str source_id(const struct site_source *x, struct text *t)
{
	(void)snprintf(t->s, sizeof t->s, "s%u", (unsigned)x->id);
	return xie_str_of(t->s);
}

/* Caller holds the lock of the sources; the row's strings live as long as that. */
static xie_status source_row(struct site *s, const struct site_source *x, xie_world_source_fn *fn, void *ctx)
{
	struct xie_source_stats st = { 0 };
	struct xie_world_reject rejects[XIE_REJECT__COUNT];
	struct text id;
	size_t n = 0;
	uint64_t rejected = 0;
	if (x->enabled && xie_ingest_stats(s->ingest, x->id, &st) != XIE_OK)
		(void)snprintf(st.why, sizeof st.why, "not running");
	for (int r = 0; r < XIE_REJECT__COUNT; r++)
		if (st.rejects[r] != 0) {
			rejected += st.rejects[r];
			rejects[n++] = (struct xie_world_reject){ xie_str_of(xie_reject_name((enum xie_reject)r)), st.rejects[r] };
		}
	xie_ms now = s->clock.wall(s->clock.self);
	bool late = st.up && st.last_rx != 0 && now - st.last_rx > 60000;
	struct xie_world_source row = { .index = x->id, .id = source_id(x, &id), .name = xie_str_of(x->name), .kind = none,
		                        .address = xie_str_of(x->address), .why = xie_str_of(st.why), .enabled = x->enabled,
		                        .health = !x->enabled ? XIE_HEALTH_OFF : !st.up ? XIE_HEALTH_DOWN : late ? XIE_HEALTH_LATE : XIE_HEALTH_UP,
		                        .last = st.last_rx, .lag_ms = now - st.last_rx, .has_lag = st.last_rx != 0, .accepted = st.frames,
		                        .rejected = rejected, .bytes = st.bytes, .rejects = rejects, .n_rejects = n };
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
		if (kinds[k].kind == x->kind)
			row.kind = xie_str_of(kinds[k].name);
	return fn(ctx, &row);
}

static xie_status sources(void *self, xie_world_source_fn *fn, void *ctx)
{
	struct site *s = self;
	xie_status st = XIE_OK;
	(void)pthread_mutex_lock(&s->sources_lock);
	for (int i = 0; i < SITE_SOURCES && st == XIE_OK; i++)
		if (s->sources[i].used)
			st = source_row(s, &s->sources[i], fn, ctx);
	(void)pthread_mutex_unlock(&s->sources_lock);
	return st;
}

static struct site_source *find_source(struct site *s, xie_str id, uint32_t index)
{
	for (int i = 0; i < SITE_SOURCES; i++) {
		struct text t;
		struct site_source *x = &s->sources[i];
		if (x->used && (id.n != 0 ? xie_str_eq(source_id(x, &t), id) : x->id == index))
			return x;
	}
	return NULL;
}

static xie_status source(void *self, xie_str id, uint32_t index, xie_world_source_fn *fn, xie_world_frame_fn *frame, void *ctx)
{
	struct site *s = self;
	(void)pthread_mutex_lock(&s->sources_lock);
	struct site_source *x = find_source(s, id, index);
	xie_status st = x != NULL ? source_row(s, x, fn, ctx) : XIE_MISSING;
	struct xie_source_stats stats;
	if (st == XIE_OK && frame != NULL && xie_ingest_stats(s->ingest, x->id, &stats) == XIE_OK && stats.reject_sample[0] != '\0') {
		struct text t;
		struct xie_world_frame f = { .received = stats.last_rx, .source = source_id(x, &t), .text = xie_str_of(stats.reject_sample),
			                     .decoded = none, .reason = XIE_STR("rejected") };
		st = frame(ctx, &f);
	}
	(void)pthread_mutex_unlock(&s->sources_lock);
	return st;
}

static xie_status source_add(void *self, const struct xie_world_source_conf *c, xie_world_source_fn *fn, void *ctx, struct xie_err *reterr)
{
	struct site *s = self;
	char name[96], address[256];
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		if (!xie_str_is(c->kind, kinds[k].name))
			continue;
		(void)snprintf(name, sizeof name, "%.*s", (int)c->name.n, c->name.p);
		(void)snprintf(address, sizeof address, "%.*s", (int)c->address.n, c->address.p);
		if (!site_source_add(s, name, kinds[k].kind, address, 0, false, reterr))
			return reterr != NULL && reterr->st != XIE_OK ? reterr->st : XIE_MALFORMED;
		uint32_t newest = 0;
		(void)pthread_mutex_lock(&s->sources_lock);
		for (int i = 0; i < SITE_SOURCES; i++)
			newest = s->sources[i].used && s->sources[i].id > newest ? s->sources[i].id : newest;
		struct site_source *x = find_source(s, none, newest);
		xie_status st = x != NULL ? source_row(s, x, fn, ctx) : XIE_MISSING;
		(void)pthread_mutex_unlock(&s->sources_lock);
		return st;
	}
	return xie_err_set(reterr, XIE_RANGE, 0, 0, "no such kind of source here", "nmea_tcp, nmea_listen, nmea_udp, serial or file");
}

static xie_status source_set(void *self, xie_str id, int enabled, xie_str name, xie_world_source_fn *fn, void *ctx)
{
	struct site *s = self;
	(void)pthread_mutex_lock(&s->sources_lock);
	struct site_source *x = find_source(s, id, 0);
	xie_status st = x != NULL ? XIE_OK : XIE_MISSING;
	if (st == XIE_OK && name.n != 0)
		(void)snprintf(x->name, sizeof x->name, "%.*s", (int)name.n, name.p);
	if (st == XIE_OK && enabled == 0 && x->enabled)
		st = xie_ingest_remove(s->ingest, x->id);
	if (st == XIE_OK && enabled == 1 && !x->enabled) {
		struct xie_source_config c = { .id = x->id, .name = x->name, .kind = x->kind, .address = x->address, .rate = x->rate, .repeat = x->repeat };
		st = xie_ingest_add(s->ingest, &c, NULL);
	}
	if (st == XIE_OK && enabled >= 0)
		x->enabled = enabled != 0;
	if (st == XIE_OK)
		st = source_row(s, x, fn, ctx);
	(void)pthread_mutex_unlock(&s->sources_lock);
	return st;
}

/* ---- tracks and frames ---- */

struct tracking {
	xie_world_point_fn *fn;
	void *ctx;
	struct xie_world_point row;
	xie_ms from, to, before;
	struct xie_pt at;
	bool any;
	xie_status st;
};

static bool on_point(void *self, const struct xie_fix *f, uint64_t frame)
{
	struct tracking *t = self;
	(void)frame;
	if (f->t < t->from || f->t > t->to)
		return f->t <= t->to;
	t->row.t = f->t;
	t->row.at = f->at;
	t->row.sog_dmph = f->sog_dmph;
	t->row.cog_cdeg = f->cog_cdeg;
	t->row.has_sog = (f->has & XIE_FIX_SOG) != 0;
	t->row.has_cog = (f->has & XIE_FIX_COG) != 0;
	t->row.broken = t->any && (f->t - t->before > 600000 || xie_is_jump_break(t->row.kind, t->at, f->at, f->t - t->before));
	t->any = true;
	t->before = f->t;
	t->at = f->at;
	t->st = t->fn(t->ctx, &t->row);
	return t->st == XIE_OK;
}

static xie_status track(void *self, const struct xie_key *target, xie_ms from, xie_ms to, xie_world_point_fn *fn, void *ctx)
{
	struct site *s = self;
	struct xie_target_view v = { .kind = XIE_KIND_VESSEL };
	struct tracking t = { .fn = fn, .ctx = ctx, .from = from, .to = to };
	(void)pthread_mutex_lock(&s->engine_lock);
	if (xie_shard_find(s->shard, target, &v)) {
		t.row.target = *target;
		t.row.kind = v.kind;
		xie_shard_track(s->shard, target, on_point, &t);
	}
	(void)pthread_mutex_unlock(&s->engine_lock);
	return t.st;
}

static xie_status frame_row(struct site *s, const struct xie_rec *rec, xie_world_frame_fn *fn, void *ctx)
{
	char text[4096];
	struct text id;
	xie_wr w = xie_wr_of(text, sizeof text);
	(void)s;
	(void)snprintf(id.s, sizeof id.s, "s%u", (unsigned)rec->source);
	if (rec->bytes.n != 0 && (unsigned char)rec->bytes.p[0] >= 0x20 && rec->bytes.p[0] != 0x7E)
		xie_wr_str(&w, rec->bytes);
	else
		xie_wr_hex(&w, rec->bytes.p, rec->bytes.n < 2000 ? rec->bytes.n : 2000);
	struct xie_world_frame f = { .at = rec->rx, .received = rec->rx, .source = xie_str_of(id.s), .text = xie_wr_view(&w), .decoded = none,
		                     .position = rec->pos, .reason = none };
	return fn(ctx, &f);
}

static xie_status frames(void *self, const uint64_t *positions, size_t n, xie_world_frame_fn *fn, void *ctx)
{
	struct site *s = self;
	xie_status st = XIE_OK;
	for (size_t i = 0; i < n && st == XIE_OK; i++) {
		struct xie_journal_cursor *c = NULL;
		struct xie_rec rec;
		size_t k = 0;
		if (s->journal.open(s->journal.self, positions[i], &c) != XIE_OK)
			continue;
		if (s->journal.next(s->journal.self, c, &rec, 1, &k) == XIE_OK && k == 1)
			st = frame_row(s, &rec, fn, ctx);
		s->journal.close(s->journal.self, c);
	}
	return st;
}

/* ---- health ---- */

static xie_status health(void *self, xie_world_part_fn *fn, void *ctx)
{
	struct site *s = self;
	struct xie_journal_status j;
	char text[160];
	xie_journal_status_of(s->journal_store, &j);
	(void)snprintf(text, sizeof text, "%llu records, %llu blocks", (unsigned long long)j.committed, (unsigned long long)j.blocks);
	struct xie_world_part p = { .name = XIE_STR("journal"), .ok = j.state == XIE_JOURNAL_WRITING,
		                    .detail = xie_str_of(j.state == XIE_JOURNAL_WRITING ? text : j.message) };
	xie_status st = fn(ctx, &p);
	uint64_t judged = atomic_load(&s->judged);
	(void)snprintf(text, sizeof text, "%llu records judged, %llu behind", (unsigned long long)judged,
	               (unsigned long long)(j.committed > judged ? j.committed - judged : 0));
	p = (struct xie_world_part){ .name = XIE_STR("engine"), .ok = !s->engine_full, .detail = xie_str_of(text) };
	return st == XIE_OK ? fn(ctx, &p) : st;
}

static xie_status gauges(void *self, xie_world_gauge_fn *fn, void *ctx)
{
	struct site *s = self;
	struct xie_journal_status j;
	xie_journal_status_of(s->journal_store, &j);
	(void)pthread_mutex_lock(&s->engine_lock);
	struct xie_run_counts c = xie_shard_counts(s->shard);
	(void)pthread_mutex_unlock(&s->engine_lock);
	const struct xie_world_gauge rows[] = {
		{ "xiezhi_journal_position", "records committed to the journal", "", true, (int64_t)j.committed },
		{ "xiezhi_engine_position", "records judged", "", true, (int64_t)atomic_load(&s->judged) },
		{ "xiezhi_engine_targets", "targets in memory", "", false, (int64_t)c.targets },
		{ "xiezhi_engine_fixes_total", "fixes taken", "", true, (int64_t)c.fixes },
		{ "xiezhi_engine_echoes_total", "the same transmission heard again", "", true, (int64_t)c.echoes },
		{ "xiezhi_engine_late_total", "fixes put in their place after others", "", true, (int64_t)c.late },
	};
	xie_status st = XIE_OK;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0] && st == XIE_OK; i++)
		st = fn(ctx, &rows[i]);
	return st;
}

void site_world(struct site *s)
{
	s->world = (struct xie_world){ .self = s, .packs = packs, .zones = zones, .zones_at = zones_at, .zone = zone, .rules = rules, .rule = rule,
		                       .sources = sources, .source = source, .source_add = source_add, .source_set = source_set,
		                       .track = track, .frames = frames, .health = health, .gauges = gauges };
}
