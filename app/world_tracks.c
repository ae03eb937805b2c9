/* SPDX-License-Identifier: Apache-2.0 */
/* Where targets were: from the archive, and from the engine's memory for what is not in it yet.
 *
 * What the journal holds from before there was an archive, and what a damaged chunk held, is read from the frames:
 * slower, but they have it all.  The journal's index tells which blocks name the target in an hour. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "records.h"

#include "xie/base/time.h"
#include "xie/track/archive.h"
#include "xie/track/motion.h"

const struct xie_rec *world_seek(struct world_seeker *k, uint64_t pos)
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

/* ---- tracks ---- */

struct tracking {
	xie_world_point_fn *fn;
	void *ctx;
	struct xie_world_point row;
	xie_ms from, to, before;
	struct xie_pt at;
	bool any;
};

static struct xie_world_point row_of(const struct xie_key *target, enum xie_target_kind kind,
                                     const struct xie_track_pt *p)
{
	return (struct xie_world_point){ .target = *target,
		                         .kind = kind,
		                         .t = p->t,
		                         .at = p->at,
		                         .sog_dmph = p->sog_dmph,
		                         .cog_cdeg = p->cog_cdeg,
		                         .has_sog = (p->has & XIE_FIX_SOG) != 0,
		                         .has_cog = (p->has & XIE_FIX_COG) != 0 };
}

static xie_status on_point(struct tracking *t, const struct xie_track_pt *p)
{
	if (p->t < t->from || p->t > t->to || (t->any && p->t <= t->before))
		return XIE_OK;
	struct xie_world_point row = row_of(&t->row.target, t->row.kind, p);
	row.broken =
	    t->any && (p->t - t->before > 600000 || xie_is_jump_break(t->row.kind, t->at, p->at, p->t - t->before));
	t->any = true;
	t->before = p->t;
	t->at = p->at;
	return t->fn(t->ctx, &row);
}

/* Points kept until they can be put in order of time. */
struct points {
	struct xie_track_pt *p, *room; /* room: of one chunk */
	size_t n, cap;
	enum xie_target_kind kind;
	bool known, damaged;
};

static bool keep(struct points *k, const struct xie_track_pt *p, size_t n)
{
	enum { MOST = 4000000 };
	if (k->n + n > k->cap) {
		size_t cap = 2 * (k->n + n);
		struct xie_track_pt *more = cap <= MOST ? realloc(k->p, cap * sizeof *more) : NULL;
		if (more == NULL)
			return false;
		k->p = more;
		k->cap = cap;
	}
	memcpy(k->p + k->n, p, n * sizeof *p);
	k->n += n;
	return true;
}

static int by_time(const void *a, const void *b)
{
	return xie_track_cmp(a, b);
}

/* What the journal holds of the target between two receive times. */
static xie_status read_frames(struct site *s, const struct xie_key *target, xie_ms from, xie_ms to, struct points *ret)
{
	enum { AT_ONCE = 1 << 20 };
	struct world_seeker k = { .s = s };
	struct records *r = records_new();
	uint64_t *pos = malloc(AT_ONCE * sizeof *pos);
	size_t n = 0, n_obs = 0;
	xie_status st = r != NULL && pos != NULL ? s->journal.find(s->journal.self, target, from, to, pos, AT_ONCE, &n)
	                                         : XIE_UNAVAILABLE;
	if (st == XIE_CORRUPT)
		st = XIE_OK; /* what can be read is shown */
	n = n < AT_ONCE ? n : AT_ONCE;
	for (size_t i = 0; i < n && st == XIE_OK; i++) {
		const struct xie_rec *rec = world_seek(&k, pos[i]);
		const struct xie_obs *o = rec != NULL ? records_next(r, rec, &n_obs) : NULL;
		for (size_t j = 0; o != NULL && j < n_obs; j++) {
			if (o[j].what != XIE_OBS_FIX || !xie_key_eq(&o[j].target, target))
				continue;
			struct xie_track_pt p = xie_track_pt_of(&o[j].fix);
			st = keep(ret, &p, 1) ? XIE_OK : XIE_LIMIT;
		}
	}
	s->journal.close(s->journal.self, k.c);
	records_free(r);
	free(pos);
	return st;
}

static xie_status on_chunk(void *ctx, const struct xie_chunk *c)
{
	struct points *k = ctx;
	size_t n = 0;
	if (c->format != XIE_TRACK_FORMAT ||
	    xie_track_decode(c->bytes, c->from, &k->kind, k->room, XIE_TRACK_MOST, &n) != XIE_OK) {
		k->damaged = true;
		return XIE_OK;
	}
	k->known = true;
	return keep(k, k->room, n) ? XIE_OK : XIE_LIMIT;
}

static bool on_memory(void *ctx, const struct xie_key *key, enum xie_target_kind kind, const struct xie_track_pt *p,
                      size_t n)
{
	struct points *k = ctx;
	(void)key;
	k->kind = kind;
	k->known = true;
	return keep(k, p, n);
}

/* Late reports (JT/T 808 0x0704) come hours after their event. */
static xie_ms late_of(const struct xie_key *target)
{
	return target->scheme == XIE_SCHEME_PHONE ? INT64_C(12) * 3600000 : 60000;
}

xie_status world_track(void *self, const struct xie_key *target, xie_ms from, xie_ms to, xie_world_point_fn *fn,
                       void *ctx)
{
	struct site *s = self;
	struct points k = { .kind = target->scheme == XIE_SCHEME_PHONE ? XIE_KIND_VEHICLE : XIE_KIND_VESSEL,
		            .room = malloc(XIE_TRACK_MOST * sizeof *k.room) };
	xie_status st =
	    k.room != NULL ? s->archive.chunk_list(s->archive.self, target, from, to, on_chunk, &k) : XIE_UNAVAILABLE;
	site_engine_tracks(s->engine, target, on_memory, &k);
	if (st == XIE_OK || st == XIE_CORRUPT || st == XIE_IO) {
		bool all = k.damaged || st != XIE_OK; /* not to be read: the frames have it */
		st = all || from < s->archive_since ? read_frames(s, target, from - 60000,
		                                                  (all                     ? to
		                                                   : s->archive_since < to ? s->archive_since
		                                                                           : to) +
		                                                      late_of(target),
		                                                  &k)
		                                    : XIE_OK;
	}
	struct tracking t = {
		.fn = fn, .ctx = ctx, .from = from, .to = to, .row = { .target = *target, .kind = k.kind }
	};
	if (!k.known)
		(void)site_engine_kind(s->engine, target, &t.row.kind);
	if (k.n != 0)
		qsort(k.p, k.n, sizeof *k.p, by_time);
	for (size_t i = 0; i < k.n && st == XIE_OK; i++)
		st = on_point(&t, &k.p[i]);
	free(k.p);
	free(k.room);
	return st;
}

/* ---- the past ---- */

struct past {
	struct xie_key key;
	enum xie_target_kind kind;
	struct xie_track_pt p;
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
		p->v[at] = (struct past){ .key = *k, .used = true, .p = { .t = INT64_MIN } };
		p->n++;
	}
	return &p->v[at];
}

/* The last of n points at or before t and not before from; order does not matter. */
static bool newest(struct pasts *p, const struct xie_key *key, enum xie_target_kind kind, const struct xie_track_pt *pt,
                   size_t n, xie_ms from, xie_ms t)
{
	const struct xie_track_pt *best = NULL;
	for (size_t i = 0; i < n; i++)
		if (pt[i].t <= t && pt[i].t >= from && (best == NULL || pt[i].t >= best->t))
			best = &pt[i];
	struct past *x = best != NULL ? past_of(p, key) : NULL;
	if (best != NULL && x == NULL)
		return false;
	if (x != NULL && best->t >= x->p.t) {
		x->kind = kind;
		x->p = *best;
	}
	return true;
}

/* The first position whose record was received at or after t: receive times never decrease along positions. */
static uint64_t position_at(struct site *s, xie_ms t)
{
	struct world_seeker k = { .s = s };
	uint64_t lo = 1, hi = s->journal.committed(s->journal.self) + 1;
	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;
		const struct xie_rec *rec = world_seek(&k, mid);
		if (rec != NULL && rec->rx >= t)
			hi = mid;
		else
			lo = mid + 1;
	}
	s->journal.close(s->journal.self, k.c);
	return lo;
}

/* From the frames received in the window. */
static xie_status past_frames(struct site *s, xie_ms from_t, xie_ms t, struct pasts *p)
{
	enum { MOST = 3000000 }; /* on a busy network the window is as long as can be read in time */
	struct world_seeker k = { .s = s };
	struct records *r = records_new();
	uint64_t to = position_at(s, t + 1), from = position_at(s, from_t);
	xie_status st = r != NULL ? XIE_OK : XIE_UNAVAILABLE;
	from = to - from > MOST ? to - MOST : from;
	for (uint64_t pos = from; pos < to && st == XIE_OK; pos++) {
		const struct xie_rec *rec = world_seek(&k, pos);
		size_t n = 0;
		const struct xie_obs *o = rec != NULL && rec->kind == XIE_REC_FRAME ? records_next(r, rec, &n) : NULL;
		for (size_t i = 0; o != NULL && i < n; i++) {
			struct xie_track_pt pt = o[i].what == XIE_OBS_FIX ? xie_track_pt_of(&o[i].fix)
			                                                  : (struct xie_track_pt){ .t = INT64_MAX };
			if (!newest(p, &o[i].target, o[i].kind, &pt, 1, from_t, t))
				st = XIE_LIMIT;
		}
	}
	s->journal.close(s->journal.self, k.c);
	records_free(r);
	return st;
}

struct looking {
	struct pasts *p;
	struct xie_track_pt *room;
	xie_ms from, t;
	bool damaged, full;
};

static xie_status past_chunk(void *ctx, const struct xie_chunk *c)
{
	struct looking *l = ctx;
	enum xie_target_kind kind;
	size_t n = 0;
	if (c->format != XIE_TRACK_FORMAT ||
	    xie_track_decode(c->bytes, c->from, &kind, l->room, XIE_TRACK_MOST, &n) != XIE_OK) {
		l->damaged = true;
		return XIE_OK;
	}
	return newest(l->p, &c->target, kind, l->room, n, l->from, l->t) ? XIE_OK : XIE_LIMIT;
}

static bool past_memory(void *ctx, const struct xie_key *key, enum xie_target_kind kind, const struct xie_track_pt *p,
                        size_t n)
{
	struct looking *l = ctx;
	l->full = !newest(l->p, key, kind, p, n, l->from, l->t);
	return !l->full;
}

/* One that was in the box in the hour before may have left it in a chunk that the box does not touch. */
static xie_status follow_over_the_hour(struct site *s, struct looking *l)
{
	xie_ms hour = xie_floor_div(l->t, XIE_TRACK_HOUR) * XIE_TRACK_HOUR;
	xie_status st = XIE_OK;
	for (size_t i = 0; i < l->p->cap && st == XIE_OK; i++) {
		struct xie_key key = l->p->v[i].key;
		if (l->p->v[i].used && l->p->v[i].p.t < hour)
			st = s->archive.chunk_list(s->archive.self, &key, hour, l->t, past_chunk, l);
	}
	return st;
}

static xie_status past_archive(struct site *s, struct xie_pt low, struct xie_pt high, struct looking *l)
{
	l->room = malloc(XIE_TRACK_MOST * sizeof *l->room);
	xie_status st = l->room != NULL ? s->archive.chunk_box(s->archive.self, low, high, l->from, l->t, past_chunk, l)
	                                : XIE_UNAVAILABLE;
	if (st == XIE_OK)
		st = follow_over_the_hour(s, l);
	site_engine_tracks(s->engine, NULL, past_memory, l);
	free(l->room);
	return l->full ? XIE_LIMIT : st;
}

xie_status world_targets_at(void *self, struct xie_pt low, struct xie_pt high, xie_ms t, xie_world_point_fn *fn,
                            void *ctx)
{
	enum { WINDOW_MS = 15 * 60000 }; /* a moored vessel reports each three minutes */
	struct site *s = self;
	struct xie_web_bbox box = { low.lon, low.lat, high.lon, high.lat };
	struct pasts p = { .n = 0 };
	struct looking l = { .p = &p, .from = t - WINDOW_MS, .t = t };
	xie_status st = l.from >= s->archive_since ? past_archive(s, low, high, &l) : XIE_OK;
	if (l.from < s->archive_since || l.damaged || st == XIE_CORRUPT || st == XIE_IO)
		st = past_frames(s, l.from, t, &p);
	for (size_t i = 0; i < p.cap && st == XIE_OK; i++) {
		const struct past *x = &p.v[i];
		if (!x->used || x->p.t == INT64_MIN || !xie_web_bbox_has(&box, x->p.at.lon, x->p.at.lat))
			continue;
		struct xie_world_point row = row_of(&x->key, x->kind, &x->p);
		st = fn(ctx, &row);
	}
	free(p.v);
	return st;
}
