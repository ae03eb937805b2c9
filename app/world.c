/* SPDX-License-Identifier: Apache-2.0 */
/* What desks look at besides the records: packs, frames, health.  Tracks are world_tracks.c. */
#include "world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "site_alert.h"

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

/* "law", "regulation" or "rule", by what the punishing text calls itself (立法法: 法, 条例, 规定 and 办法). */
static xie_str rank_of(const struct xie_val *law, const struct xie_val *v)
{
	char id[64];
	xie_str code = xie_val_get_str(xie_val_at(xie_val_get(v, "penalises"), 0), "law");
	(void)snprintf(id, sizeof id, "%.*s", (int)code.n, code.p);
	xie_str name = xie_val_get_str(xie_val_get(xie_val_get(law, "laws"), id), "name");
	bool is_law = name.n > 3 && memcmp(name.p + name.n - 3, "法", 3) == 0 &&
	              !(name.n > 6 && memcmp(name.p + name.n - 6, "办法", 6) == 0);
	bool is_regulation = name.n > 6 && memcmp(name.p + name.n - 6, "条例", 6) == 0;
	return is_law ? XIE_STR("law") : is_regulation ? XIE_STR("regulation") : name.n != 0 ? XIE_STR("rule") : none;
}

/* A violation's kinds of penalty by the codes of packs/cn-core/law/settings.yaml. */
static xie_str kinds_of(const struct xie_val *penalty, char *to, size_t cap)
{
	static const char *const codes[][2] = { { "warning", "WARN" },        { "criticism", "CRITICISM" },    { "fine", "FINE" },
		                                { "confiscation", "CONFISCATE" }, { "suspension", "HOLD_CERT" }, { "revocation", "REVOKE" } };
	xie_wr w = xie_wr_of(to, cap);
	XIE_VAL_EACH(k, xie_val_get(penalty, "kinds"))
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (xie_val_is(k, codes[i][0])) {
			if (w.n != 0)
				xie_wr_char(&w, ',');
			xie_wr_text(&w, codes[i][1]);
		}
	return xie_wr_view(&w);
}

static xie_status violation(void *self, xie_str id, xie_world_violation_fn *fn, void *ctx)
{
	struct site *s = self;
	char articles[2048], kinds[96];
	for (uint32_t i = 0; i < s->packs.n_packs; i++) {
		const struct xie_val *law = s->packs.packs[i].law;
		XIE_VAL_EACH(v, xie_val_get(law, "violations"))
		{
			if (!xie_str_eq(xie_val_get_str(v, "id"), id))
				continue;
			const struct xie_val *name = xie_val_get(v, "name"), *penalty = xie_val_get(v, "penalty");
			const struct xie_val *range = xie_val_get(penalty, "range_fen");
			struct xie_world_violation row = { .id = id,
				                           .name = either(xie_val_get_str(name, "zh"), xie_val_str(name)),
				                           .name_en = xie_val_get_str(name, "en"),
				                           .pack = s->packs.packs[i].id,
				                           .agency = xie_val_get_str(v, "agency"),
				                           .rank = rank_of(law, v),
				                           .kinds = kinds_of(penalty, kinds, sizeof kinds),
				                           .basis = basis(s, id, articles, sizeof articles) };
			row.has_range = xie_val_i64(xie_val_at(range, 0), &row.low_fen) == XIE_OK &&
			                xie_val_i64(xie_val_at(range, 1), &row.high_fen) == XIE_OK;
			return fn(ctx, &row);
		}
	}
	return XIE_MISSING;
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

static xie_status frames(void *self, const uint64_t *positions, size_t n, xie_world_frame_fn *fn, void *ctx)
{
	struct world_seeker k = { .s = self };
	xie_status st = XIE_OK;
	for (size_t i = 0; i < n && st == XIE_OK; i++) {
		const struct xie_rec *rec = world_seek(&k, positions[i]);
		st = rec != NULL ? frame_row(k.s, rec, fn, ctx) : XIE_OK;
	}
	k.s->journal.close(k.s->journal.self, k.c);
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
		{ "xiezhi_tracks_points_total", "positions on their way to the archive", "", true, (int64_t)e.tracks.points },
		{ "xiezhi_tracks_chunks_total", "chunks written to the archive, those written again too", "", true,
		  (int64_t)e.tracks.chunks },
		{ "xiezhi_tracks_open", "chunks in memory", "", false, (int64_t)e.tracks.open },
		{ "xiezhi_tracks_failures_total", "writes to the archive that failed", "", true, (int64_t)e.tracks.failures },
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
		                       .violation = violation,
		                       .rule = rule,
		                       .track = world_track,
		                       .targets_at = world_targets_at,
		                       .frames = frames,
		                       .health = health,
		                       .gauges = gauges };
}
