/* SPDX-License-Identifier: Apache-2.0 */
/* What desks look at besides the records: packs, sources, tracks, frames, health. */
#include "site.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "records.h"
#include "site_alert.h"

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
		struct xie_world_pack row = { .id = p->id,
			                      .name = p->name_zh,
			                      .version = p->version,
			                      .digest = hex(&d, p->digest),
			                      .rules = p->n_rules,
			                      .zones = p->n_zones,
			                      .loaded = s->loaded };
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
	struct xie_world_zone row = { .id = i->id,
		                      .name = either(i->name_zh, i->id),
		                      .name_en = either(i->name_en, i->id),
		                      .layer = i->layer,
		                      .pack = pack_of_zone(s, z),
		                      .digest = hex(&d, i->digest),
		                      .shape = s->packs.shapes[z],
		                      .limit_dmph = (int32_t)limit,
		                      .org = none,
		                      .region = none };
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

/* Articles that the violation names: what forbids, then what punishes; one a line. */
static xie_str basis(const struct site *s, xie_str violation, char *to, size_t cap)
{
	xie_wr w = xie_wr_of(to, cap);
	static const char *const lists[] = { "prohibits", "penalises" };
	for (uint32_t i = 0; violation.n != 0 && i < s->packs.n_packs; i++) {
		const struct xie_val *law = s->packs.packs[i].law;
		XIE_VAL_EACH(v, xie_val_get(law, "violations"))
		for (size_t k = 0; k < 2 && xie_str_eq(xie_val_get_str(v, "id"), violation); k++)
			XIE_VAL_EACH(a, xie_val_get(v, lists[k]))
			{
				char id[64];
				xie_str code = xie_val_get_str(a, "law");
				(void)snprintf(id, sizeof id, "%.*s", (int)code.n, code.p);
				xie_str name = xie_val_get_str(xie_val_get(xie_val_get(law, "laws"), id), "name");
				if (w.n != 0)
					xie_wr_char(&w, '\n');
				xie_wr_str(&w, name.n != 0 ? name : code);
				xie_wr_str(&w, xie_val_get_str(a, "article"));
			}
	}
	return w.st == XIE_OK ? xie_wr_view(&w) : none;
}

static xie_status rule_row(struct site *s, uint32_t i, xie_world_rule_fn *fn, void *ctx)
{
	const struct xie_rule *r = &s->rules->rules[i];
	char text[1024], articles[2048];
	xie_wr words = xie_wr_of(text, sizeof text);
	struct text d;
	int64_t limit = 0;
	enum xie_dim dim = XIE_DIM_NONE;
	xie_str law = basis(s, r->violation, articles, sizeof articles);
	site_rule_text(r, &words);
	xie_str l = xie_val_get_str(r->source, "limit");
	if (r->op != XIE_OP_SPEED || l.n == 0 || xie_quantity(l, &limit, &dim) != XIE_OK || dim != XIE_DIM_SPEED)
		limit = 0;
	bool vehicle = (r->kinds >> XIE_KIND_VEHICLE & 1) != 0 && (r->kinds >> XIE_KIND_VESSEL & 1) == 0;
	struct xie_world_rule row = { .id = r->id,
		                      .name = either(r->name_zh, r->id),
		                      .name_en = either(r->name_en, r->id),
		                      .mode = xie_str_of(xie_mode_name(r->mode)),
		                      .condition = xie_wr_view(&words),
		                      .violation = r->violation.n != 0 ? r->violation : none,
		                      .pack = r->pack,
		                      .digest = hex(&d, r->digest),
		                      .basis = law.n != 0 ? law : xie_val_get_str(r->source, "basis"),
		                      .kind = xie_str_of(vehicle ? "vehicle" : "vessel"),
		                      .limit_dmph = (int32_t)limit,
		                      .level = r->level };
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

/* ---- frames ---- */

static bool is_text(xie_str b)
{
	return b.n != 0 && (unsigned char)b.p[0] >= 0x20 && b.p[0] != 0x7E;
}

static xie_status frame_row(struct site *s, const struct xie_rec *rec, xie_world_frame_fn *fn, void *ctx)
{
	char text[4096], id[40];
	xie_wr w = xie_wr_of(text, sizeof text);
	site_sources_id(s->sources, rec->source, id, sizeof id);
	if (is_text(rec->bytes))
		xie_wr_str(&w, rec->bytes);
	else
		xie_wr_hex(&w, rec->bytes.p, rec->bytes.n < 2000 ? rec->bytes.n : 2000);
	struct xie_world_frame f = { .at = rec->rx,
		                     .received = rec->rx,
		                     .source = xie_str_of(id),
		                     .text = xie_wr_view(&w),
		                     .decoded = none,
		                     .position = rec->pos,
		                     .reason = none };
	return fn(ctx, &f);
}

/* A reader of the journal that stays where it is when the next record wanted is near: a block is opened once. */
struct seeker {
	struct site *s;
	struct xie_journal_cursor *c;
	struct xie_rec recs[256];
	size_t n, at;
	uint64_t next; /* position that would be read next, 0: no cursor */
};

/* The record at pos, borrowed until the next call; NULL when it cannot be read. */
static const struct xie_rec *seek(struct seeker *k, uint64_t pos)
{
	enum { NEAR = 20000 };
	struct xie_journal *j = &k->s->journal;
	if (k->c != NULL && k->at < k->n && pos >= k->recs[k->at].pos && pos <= k->recs[k->n - 1].pos)
		return &k->recs[k->at += pos - k->recs[k->at].pos];
	if (k->c == NULL || pos < k->next || pos - k->next > NEAR) {
		j->close(j->self, k->c);
		k->c = NULL;
		if (j->open(j->self, pos, &k->c) != XIE_OK)
			return NULL;
		k->next = pos;
	}
	while (k->next <= pos) {
		if (j->next(j->self, k->c, k->recs, sizeof k->recs / sizeof k->recs[0], &k->n) != XIE_OK || k->n == 0) {
			k->n = 0;
			j->close(j->self, k->c);
			k->c = NULL;
			return NULL;
		}
		k->next = k->recs[k->n - 1].pos + 1;
	}
	k->at = pos - k->recs[0].pos;
	return &k->recs[k->at];
}

static xie_status frames(void *self, const uint64_t *positions, size_t n, xie_world_frame_fn *fn, void *ctx)
{
	struct seeker k = { .s = self };
	xie_status st = XIE_OK;
	for (size_t i = 0; i < n && st == XIE_OK; i++) {
		const struct xie_rec *rec = seek(&k, positions[i]);
		st = rec != NULL ? frame_row(k.s, rec, fn, ctx) : XIE_OK;
	}
	k.s->journal.close(k.s->journal.self, k.c);
	return st;
}

/* ---- tracks ----
 *
 * From the frames themselves: what is shown is what was received, to the last digit.  The journal's index tells which
 * records name the target; the last minutes, not in the index yet, are the engine's memory. */

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
	if (f->t < t->from || f->t > t->to || (t->any && f->t <= t->before))
		return f->t <= t->to;
	t->row.t = f->t;
	t->row.at = f->at;
	t->row.sog_dmph = f->sog_dmph;
	t->row.cog_cdeg = f->cog_cdeg;
	t->row.has_sog = (f->has & XIE_FIX_SOG) != 0;
	t->row.has_cog = (f->has & XIE_FIX_COG) != 0;
	t->row.broken =
	    t->any && (f->t - t->before > 600000 || xie_is_jump_break(t->row.kind, t->at, f->at, f->t - t->before));
	t->any = true;
	t->before = f->t;
	t->at = f->at;
	(void)frame;
	t->st = t->fn(t->ctx, &t->row);
	return t->st == XIE_OK;
}

static bool only_kind(void *self, const struct xie_fix *f, uint64_t frame)
{
	(void)self, (void)f, (void)frame;
	return false;
}

/* Fixes of a target kept until they can be put in order of event time. */
struct fixes {
	struct xie_fix *f;
	size_t n, cap;
};

static int by_event(const void *a, const void *b)
{
	const struct xie_fix *x = a, *y = b;
	return x->t != y->t ? (x->t < y->t ? -1 : 1) : x->rx < y->rx ? -1 : x->rx > y->rx;
}

static bool keep_fix(struct fixes *k, const struct xie_fix *f)
{
	enum { MOST = 2000000 };
	if (k->n == k->cap) {
		size_t cap = k->cap != 0 ? k->cap * 2 : 1024;
		struct xie_fix *more = cap <= MOST * 2 ? realloc(k->f, cap * sizeof *more) : NULL;
		if (more == NULL)
			return false;
		k->f = more;
		k->cap = cap;
	}
	k->f[k->n++] = *f;
	return true;
}

static bool keep_point(void *self, const struct xie_fix *f, uint64_t frame)
{
	(void)frame;
	return keep_fix(self, f);
}

/* What the journal holds of the target between two receive times. */
static xie_status read_track(struct site *s, const struct xie_key *target, xie_ms from, xie_ms to, struct fixes *ret)
{
	enum { AT_ONCE = 1 << 20 };
	struct seeker k = { .s = s };
	struct records *r = records_new();
	uint64_t *pos = malloc(AT_ONCE * sizeof *pos);
	size_t n = 0, n_obs = 0;
	xie_status st = r != NULL && pos != NULL ? s->journal.find(s->journal.self, target, from, to, pos, AT_ONCE, &n)
	                                         : XIE_UNAVAILABLE;
	if (st == XIE_CORRUPT)
		st = XIE_OK; /* what can be read is shown */
	n = n < AT_ONCE ? n : AT_ONCE;
	for (size_t i = 0; i < n && st == XIE_OK; i++) {
		const struct xie_rec *rec = seek(&k, pos[i]);
		const struct xie_obs *o = rec != NULL ? records_next(r, rec, &n_obs) : NULL;
		for (size_t j = 0; o != NULL && j < n_obs; j++)
			if (o[j].what == XIE_OBS_FIX && xie_key_eq(&o[j].target, target) && !keep_fix(ret, &o[j].fix))
				st = XIE_LIMIT;
	}
	s->journal.close(s->journal.self, k.c);
	records_free(r);
	free(pos);
	return st;
}

static xie_status track(void *self, const struct xie_key *target, xie_ms from, xie_ms to, xie_world_point_fn *fn,
                        void *ctx)
{
	/* Late reports (JT/T 808 0x0704) come hours after their event. */
	enum { LATE_MS = 12 * 3600000 };
	struct site *s = self;
	struct tracking t = { .fn = fn, .ctx = ctx, .from = from, .to = to };
	struct fixes k = { .n = 0 };
	t.row.target = *target;
	t.row.kind = target->scheme == XIE_SCHEME_PHONE ? XIE_KIND_VEHICLE : XIE_KIND_VESSEL;
	(void)site_engine_track(s->engine, target, &t.row.kind, only_kind, NULL);
	xie_status st =
	    read_track(s, target, from - 60000, to + (target->scheme == XIE_SCHEME_PHONE ? LATE_MS : 60000), &k);
	enum xie_target_kind kind;
	(void)site_engine_track(s->engine, target, &kind, keep_point, &k);
	if (k.n != 0)
		qsort(k.f, k.n, sizeof *k.f, by_event);
	for (size_t i = 0; i < k.n && st == XIE_OK; i++)
		if (!on_point(&t, &k.f[i], 0) && t.st != XIE_OK)
			break;
	free(k.f);
	return st == XIE_OK ? t.st : st;
}

/* ---- the past ---- */

struct past {
	struct xie_key key;
	enum xie_target_kind kind;
	struct xie_fix fix;
	bool used;
};

struct pasts {
	struct past *v;
	size_t n, cap; /* cap: a power of two */
};

static struct past *past_of(struct pasts *p, const struct xie_key *k)
{
	if (2 * p->n >= p->cap) {
		size_t cap = p->cap != 0 ? p->cap * 2 : 4096;
		struct past *v = calloc(cap, sizeof *v);
		if (v == NULL)
			return NULL;
		for (size_t i = 0; i < p->cap; i++) {
			size_t at = xie_key_hash(&p->v[i].key) & (cap - 1);
			while (p->v[i].used && v[at].used)
				at = (at + 1) & (cap - 1);
			if (p->v[i].used)
				v[at] = p->v[i];
		}
		free(p->v);
		p->v = v;
		p->cap = cap;
	}
	size_t at = xie_key_hash(k) & (p->cap - 1);
	while (p->v[at].used && !xie_key_eq(&p->v[at].key, k))
		at = (at + 1) & (p->cap - 1);
	if (!p->v[at].used) {
		p->v[at] = (struct past){ .key = *k, .used = true, .fix = { .t = INT64_MIN } };
		p->n++;
	}
	return &p->v[at];
}

/* The first position whose record was received at or after t: receive times never decrease along positions. */
static uint64_t position_at(struct site *s, xie_ms t)
{
	struct seeker k = { .s = s };
	uint64_t lo = 1, hi = s->journal.committed(s->journal.self) + 1;
	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;
		const struct xie_rec *rec = seek(&k, mid);
		if (rec != NULL && rec->rx >= t)
			hi = mid;
		else
			lo = mid + 1;
	}
	s->journal.close(s->journal.self, k.c);
	return lo;
}

static void past_record(struct pasts *p, struct records *r, const struct xie_rec *rec, xie_ms t)
{
	size_t n = 0;
	const struct xie_obs *o = records_next(r, rec, &n);
	for (size_t i = 0; i < n; i++) {
		if (o[i].what != XIE_OBS_FIX || o[i].fix.t > t)
			continue;
		struct past *x = past_of(p, &o[i].target);
		if (x == NULL || o[i].fix.t < x->fix.t)
			continue;
		x->kind = o[i].kind;
		x->fix = o[i].fix;
	}
}

static xie_status targets_at(void *self, struct xie_pt low, struct xie_pt high, xie_ms t, xie_world_point_fn *fn,
                             void *ctx)
{
	/* A moored vessel reports each three minutes.  On a busy network the window is as long as can be read in time.
	 */
	enum { WINDOW_MS = 15 * 60000, MOST = 3000000 };
	struct site *s = self;
	struct xie_web_bbox box = { low.lon, low.lat, high.lon, high.lat };
	struct seeker k = { .s = s };
	struct pasts p = { .n = 0 };
	struct records *r = records_new();
	uint64_t to = position_at(s, t + 1), from = position_at(s, t - WINDOW_MS);
	xie_status st = r != NULL ? XIE_OK : XIE_UNAVAILABLE;
	from = to - from > MOST ? to - MOST : from;
	for (uint64_t pos = from; pos < to && st == XIE_OK; pos++) {
		const struct xie_rec *rec = seek(&k, pos);
		if (rec != NULL && rec->kind == XIE_REC_FRAME)
			past_record(&p, r, rec, t);
	}
	for (size_t i = 0; i < p.cap && st == XIE_OK; i++) {
		const struct past *x = &p.v[i];
		if (!x->used || x->fix.t == INT64_MIN || !xie_web_bbox_has(&box, x->fix.at.lon, x->fix.at.lat))
			continue;
		struct xie_world_point row = { .target = x->key,
			                       .kind = x->kind,
			                       .t = x->fix.t,
			                       .at = x->fix.at,
			                       .sog_dmph = x->fix.sog_dmph,
			                       .cog_cdeg = x->fix.cog_cdeg,
			                       .has_sog = (x->fix.has & XIE_FIX_SOG) != 0,
			                       .has_cog = (x->fix.has & XIE_FIX_COG) != 0 };
		st = fn(ctx, &row);
	}
	s->journal.close(s->journal.self, k.c);
	records_free(r);
	free(p.v);
	return st;
}

/* ---- health ---- */

static xie_status health(void *self, xie_world_part_fn *fn, void *ctx)
{
	struct site *s = self;
	struct xie_journal_status j;
	struct site_engine_state e;
	struct statvfs disk;
	char text[200];
	xie_journal_status_of(s->journal_store, &j);
	site_engine_look(s->engine, &e);
	(void)snprintf(text, sizeof text, "%" PRIu64 " records, %" PRIu64 " blocks", j.committed, j.blocks);
	struct xie_world_part p = { .name = XIE_STR("journal"),
		                    .ok = j.state == XIE_JOURNAL_WRITING,
		                    .detail = xie_str_of(j.state == XIE_JOURNAL_WRITING ? text : j.message) };
	xie_status st = fn(ctx, &p);
	(void)snprintf(text, sizeof text, "%s%s%" PRIu64 " records judged, %" PRIu64 " behind", e.why,
	               e.why[0] != '\0' ? "; " : "", e.position,
	               e.committed > e.position ? e.committed - e.position : 0);
	p = (struct xie_world_part){ .name = XIE_STR("engine"),
		                     .ok = !e.full && !e.failed,
		                     .detail = xie_str_of(text) };
	st = st == XIE_OK ? fn(ctx, &p) : st;
	if (st == XIE_OK && statvfs(s->conf.data, &disk) == 0) {
		uint64_t free_mib = (uint64_t)disk.f_bavail * disk.f_frsize >> 20;
		(void)snprintf(text, sizeof text, "%" PRIu64 " MiB free", free_mib);
		p = (struct xie_world_part){ .name = XIE_STR("disk"),
			                     .ok = free_mib >= 512,
			                     .detail = xie_str_of(text) };
		st = fn(ctx, &p);
	}
	return st;
}

static xie_status gauges(void *self, xie_world_gauge_fn *fn, void *ctx)
{
	struct site *s = self;
	struct xie_journal_status j;
	struct site_engine_state e;
	xie_journal_status_of(s->journal_store, &j);
	site_engine_look(s->engine, &e);
	const struct xie_world_gauge rows[] = {
		{ "xiezhi_journal_position", "records committed to the journal", "", true, (int64_t)j.committed },
		{ "xiezhi_journal_commits_total", "commits of the journal since the start", "", true,
		  (int64_t)j.commits },
		{ "xiezhi_journal_failures_total", "commits and seals that had to be tried again", "", true,
		  (int64_t)j.failures },
		{ "xiezhi_journal_unsealed_bytes", "bytes not in a block yet", "", false, (int64_t)j.unsealed_bytes },
		{ "xiezhi_engine_position", "records judged", "", true, (int64_t)e.position },
		{ "xiezhi_engine_behind", "records committed and not judged yet", "", false,
		  (int64_t)(e.committed > e.position ? e.committed - e.position : 0) },
		{ "xiezhi_engine_targets", "targets in memory", "", false, (int64_t)e.targets },
		{ "xiezhi_engine_observations_total", "observations judged", "", true, (int64_t)e.observations },
		{ "xiezhi_engine_alerts_total", "revisions of alerts stored", "", true, (int64_t)e.alerts },
		{ "xiezhi_engine_echoes_total", "the same transmission heard again", "", true, (int64_t)e.echoes },
		{ "xiezhi_engine_late_total", "fixes put in their place after others", "", true, (int64_t)e.late },
		{ "xiezhi_engine_gaps_total", "pieces of the journal that could not be read", "", true,
		  (int64_t)e.gaps },
	};
	xie_status st = XIE_OK;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0] && st == XIE_OK; i++)
		st = fn(ctx, &rows[i]);
	return st;
}

void site_world(struct site *s)
{
	s->world = (struct xie_world){ .self = s,
		                       .packs = packs,
		                       .zones = zones,
		                       .zones_at = zones_at,
		                       .zone = zone,
		                       .rules = rules,
		                       .rule = rule,
		                       .track = track,
		                       .targets_at = targets_at,
		                       .frames = frames,
		                       .health = health,
		                       .gauges = gauges };
}
