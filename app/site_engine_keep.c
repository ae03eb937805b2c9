/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine remembers over a start: snapshots, and the packs that are in force. */
#include "site_engine.h"

#include <stdio.h>
#include <stdlib.h>

#include "xie/base/sha256.h"

enum { FORMAT = 1 };

/* ---- snapshots ---- */

struct saving {
	struct site_engine *e;
	struct xie_snapshot_writer *w;
	xie_status st;
};

static bool save_bytes(void *self, const void *p, size_t n)
{
	struct saving *k = self;
	struct xie_archive *a = &k->e->s->archive;
	k->st = a->snapshot_write(a->self, k->w, p, n);
	return k->st == XIE_OK;
}

void site_engine_snapshot(struct site_engine *e)
{
	struct xie_archive *a = &e->s->archive;
	struct saving k = { .e = e };
	struct xie_snapshot_meta meta = { .position = e->next - 1,
		                          .at = e->at,
		                          .semantics = XIE_SEMANTICS,
		                          .format = FORMAT,
		                          .packs = xie_str_of(e->packs) };
	e->snapshot_mono = e->s->clock.mono(e->s->clock.self);
	if (e->next - 1 == e->saved)
		return;
	/* A start goes on behind the snapshot: what it leaves behind must be in the archive. */
	(void)pthread_mutex_lock(&e->shard_lock);
	xie_status written = xie_tracks_sync(e->tracks);
	(void)pthread_mutex_unlock(&e->shard_lock);
	if (written != XIE_OK) {
		site_say(e->s, "engine: tracks cannot be archived, so no snapshot is kept; the journal has them");
		return;
	}
	if ( a->snapshot_begin(a->self, &meta, &k.w) != XIE_OK)
		return;
	struct xie_snapshot_sink sink = { .write = save_bytes, .self = &k };
	e->scratch.used = 0;
	xie_status st = xie_run_save(&e->shard, 1, e->pairs, e->scratch, &sink);
	if (st != XIE_OK || k.st != XIE_OK) {
		a->snapshot_abort(a->self, k.w);
		site_say(e->s, "engine: no snapshot could be kept; the journal would be judged again after a start");
		return;
	}
	if (a->snapshot_commit(a->self, k.w) == XIE_OK)
		e->saved = meta.position;
}

/* The bytes of a snapshot in one piece; NULL when it is too large or cannot be read. */
static uint8_t *snapshot_bytes(struct site_engine *e, struct xie_snapshot_reader *r, size_t *ret_n)
{
	struct xie_archive *a = &e->s->archive;
	size_t cap = (size_t)1 << 20, n = 0, got = 0;
	uint8_t *p = malloc(cap);
	while (p != NULL) {
		if (n == cap) {
			uint8_t *more = cap < (size_t)16 << 30 ? realloc(p, cap * 2) : NULL;
			if (more == NULL)
				break;
			p = more;
			cap *= 2;
		}
		if (a->snapshot_read(a->self, r, p + n, cap - n, &got) != XIE_OK)
			break;
		if (got == 0) {
			*ret_n = n;
			return p;
		}
		n += got;
	}
	free(p);
	return NULL;
}

uint64_t site_engine_load(struct site_engine *e)
{
	struct xie_archive *a = &e->s->archive;
	for (unsigned nth = 0; nth < 8; nth++) {
		struct xie_snapshot_meta meta;
		struct xie_snapshot_reader *r = NULL;
		if (a->snapshot_open(a->self, nth, &meta, &r) != XIE_OK)
			return 0;
		uint64_t position = meta.position;
		xie_ms at = meta.at;
		bool fits = meta.semantics == XIE_SEMANTICS && meta.format == FORMAT &&
		            xie_str_is(meta.packs, e->packs) && position <= e->s->journal.committed(e->s->journal.self);
		size_t n = 0;
		uint8_t *p = fits ? snapshot_bytes(e, r, &n) : NULL;
		a->snapshot_close(a->self, r);
		bool loaded = p != NULL && xie_run_load(&e->shard, 1, e->pairs, p, n) == XIE_OK;
		free(p);
		if (loaded) {
			e->at = at;
			return position;
		}
		if (!site_engine_new_shard(e))
			return 0;
	}
	return 0;
}

static void show(void *self, const struct xie_target_view *v)
{
	struct site_engine *e = self;
	struct xie_obs o = { .kind = v->kind, .target = v->key };
	if (v->stat != NULL) {
		o.what = XIE_OBS_STATIC;
		o.stat.t = v->fix != NULL ? v->fix->t : e->at;
		o.stat.s = *v->stat;
		(void)xie_live_put(e->s->live, &o);
	}
	if (v->fix != NULL) {
		o.what = XIE_OBS_FIX;
		o.fix = *v->fix;
		o.source = UINT32_MAX;
		(void)xie_live_put(e->s->live, &o);
	}
}

void site_engine_show(struct site_engine *e)
{
	xie_shard_each(e->shard, 0, show, e);
}

/* ---- packs in force ---- */

static void packs_digest(struct site_engine *e)
{
	struct xie_sha256 h;
	uint8_t d[32];
	xie_sha256_init(&h);
	for (uint32_t i = 0; i < e->s->packs.n_packs; i++) {
		xie_sha256_add(&h, e->s->packs.packs[i].label.p, e->s->packs.packs[i].label.n);
		xie_sha256_add(&h, "", 1);
		xie_sha256_add(&h, e->s->packs.packs[i].digest, 32);
	}
	xie_sha256_end(&h, d);
	xie_wr w = xie_wr_of(e->packs, sizeof e->packs - 1);
	xie_wr_hex(&w, d, sizeof d);
	e->packs[w.n] = '\0';
}

struct in_force {
	char digest[65];
	uint64_t position, version;
};

static xie_status take_in_force(void *ctx, const struct xie_subject *s)
{
	struct in_force *f = ctx;
	uint8_t room[4096];
	xie_arena mem = xie_arena_of(room, sizeof room);
	const struct xie_val *v = NULL;
	f->version = s->version;
	if (xie_json_read(&mem, s->json, (struct xie_val_limits){ .depth = 4 }, &v, NULL) != XIE_OK)
		return XIE_OK;
	(void)snprintf(f->digest, sizeof f->digest, "%.*s", (int)xie_val_get_str(v, "digest").n,
	               xie_val_get_str(v, "digest").p);
	f->position = (uint64_t)xie_val_get_i64(v, "position", 0);
	return XIE_OK;
}

/* The PACK record, on disk before anything is judged behind it. */
static xie_status append_packs(struct site_engine *e, uint64_t *ret_position)
{
	struct xie_journal *j = &e->s->journal;
	e->scratch.used = 0;
	char *buf = xie_arena_alloc(&e->scratch, 64 << 10, 1);
	if (buf == NULL)
		return XIE_LIMIT;
	xie_wr w = xie_wr_of(buf, 64 << 10);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "digest", xie_str_of(e->packs));
	xie_wr_key(&w, "packs");
	xie_wr_char(&w, '[');
	for (uint32_t i = 0; i < e->s->packs.n_packs; i++) {
		xie_wr_sep(&w);
		xie_wr_char(&w, '{');
		xie_wr_kv_str(&w, "id", e->s->packs.packs[i].id);
		xie_wr_kv_str(&w, "version", e->s->packs.packs[i].version);
		xie_wr_key(&w, "digest");
		xie_wr_char(&w, '"');
		xie_wr_hex(&w, e->s->packs.packs[i].digest, 32);
		xie_wr_text(&w, "\"}");
	}
	xie_wr_text(&w, "]}");
	struct xie_rec rec = { .kind = XIE_REC_PACK, .bytes = xie_wr_view(&w) };
	xie_status st = w.st == XIE_OK ? j->append(j->self, &rec, 1, ret_position) : w.st;
	return st == XIE_OK ? j->wait(j->self, *ret_position, 10000) : st;
}

struct repack {
	struct site_engine *e;
	struct xie_alert_row *rows;
	size_t n, cap;
	unsigned seen;
	char after[65];
};

static bool still_there(const struct site_engine *e, xie_str json, xie_arena mem)
{
	const struct xie_val *v = NULL;
	char hex[65];
	if (xie_json_read(&mem, json, (struct xie_val_limits){ .depth = 8 }, &v, NULL) != XIE_OK)
		return false;
	xie_str digest = xie_val_get_str(v, "digest");
	for (uint32_t i = 0; i < e->s->rules->n_bindings; i++) {
		xie_wr w = xie_wr_of(hex, sizeof hex);
		xie_wr_hex(&w, e->s->rules->bindings[i].digest, 32);
		if (xie_str_eq(digest, xie_wr_view(&w)))
			return true;
	}
	return false;
}

static xie_status find_open(void *ctx, const struct xie_alert_row *a)
{
	struct repack *r = ctx;
	xie_arena *mem = &r->e->scratch;
	r->seen++;
	(void)snprintf(r->after, sizeof r->after, "%.*s", (int)a->id.n, a->id.p);
	xie_arena rest = xie_arena_of(mem->base + mem->used, mem->cap - mem->used);
	if (a->close != XIE_NO_TIME || a->withdrawn || r->n == r->cap || still_there(r->e, a->json, rest))
		return XIE_OK;
	struct xie_alert_row *k = &r->rows[r->n++];
	*k = *a;
	xie_str *texts[] = { &k->id,        &k->rule,      &k->mode, &k->kind, &k->target, &k->other, &k->zone,
		             &k->direction, &k->violation, &k->pack, &k->org,  &k->region, &k->text,  &k->json };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		size_t n = texts[i]->n;
		texts[i]->p = xie_str_dup(mem, *texts[i]);
		if (texts[i]->p == NULL)
			return XIE_LIMIT;
		texts[i]->n = n;
	}
	k->rev++;
	k->end = XIE_STR("repacked");
	return XIE_OK;
}

/* What is open under rules that are gone ends now (DESIGN, decision 4). */
static void end_repacked(struct site_engine *e, xie_ms now, uint64_t position)
{
	enum { AT_ONCE = 500 };
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_store *s = &e->s->store;
	struct repack r = { .e = e, .cap = AT_ONCE };
	size_t ended = 0;
	do {
		e->scratch.used = 0;
		r.n = r.seen = 0;
		r.rows = xie_arena_new(&e->scratch, struct xie_alert_row, AT_ONCE);
		struct xie_alert_query q = { .by_age = true, .limit = AT_ONCE, .after = xie_str_of(r.after) };
		if (r.rows == NULL || s->alert_list(s->self, &system, &q, find_open, &r, NULL, NULL) != XIE_OK)
			break;
		for (size_t i = 0; i < r.n; i++)
			r.rows[i].close = now;
		if (r.n != 0 && s->alert_put(s->self, r.rows, r.n, XIE_STR("engine"), position) != XIE_OK)
			break;
		ended += r.n;
	} while (r.seen == AT_ONCE);
	if (ended != 0)
		site_say(e->s, "packs: %zu open alerts ended with the rules they stood under", ended);
}

static xie_status note_in_force(struct site_engine *e, const struct in_force *f, uint64_t position)
{
	char buf[160];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "digest", xie_str_of(e->packs));
	xie_wr_kv_i64(&w, "position", (int64_t)position);
	xie_wr_char(&w, '}');
	return site_put_row(e->s, XIE_STR("setting"), XIE_STR("packs"), XIE_STR(""), XIE_STR("packs_in_force"), f->version,
	                    xie_wr_view(&w));
}

xie_status site_engine_in_force(struct site_engine *e, uint64_t *ret_position)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct in_force f = { .position = 0 };
	packs_digest(e);
	xie_status st =
	    e->s->store.subject_get(e->s->store.self, &system, XIE_STR("setting"), XIE_STR("packs"), take_in_force, &f);
	if (st != XIE_OK && st != XIE_MISSING)
		return st;
	if (f.position != 0 && strcmp(f.digest, e->packs) == 0) {
		*ret_position = f.position;
		return XIE_OK;
	}
	st = append_packs(e, ret_position);
	if (st == XIE_OK && f.version != 0)
		end_repacked(e, e->s->clock.wall(e->s->clock.self), *ret_position);
	return st == XIE_OK ? note_in_force(e, &f, *ret_position) : st;
}
