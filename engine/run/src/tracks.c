/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/run/tracks.h"

#include "xie/base/pool.h"
#include "xie/base/time.h"

enum {
	PIECE = 20,    /* points in a node: most hours of most targets take a few of these */
	AT_ONCE = 256, /* chunks written in one go */
	BYTES_AT_ONCE = 1 << 20,
	ECHO_MS = 30000,
	REST_MS = 15 * 60000, /* behind its hour a chunk waits for what comes late */
};
#define OLD_MS (INT64_C(30) * 24 * 3600000)

struct piece {
	struct piece *next; /* the piece before */
	struct xie_track_pt p[PIECE];
};

struct chunk {
	struct chunk *next;   /* in the bucket */
	struct chunk *behind; /* in the list of all, in no order */
	struct xie_key key;
	enum xie_target_kind kind;
	int64_t hour;
	struct piece *pieces; /* newest first; all but it are full */
	uint32_t n;
	bool dirty, on_disk;
	xie_ms disk_from; /* start of the one on disk */
	uint64_t echo;
	xie_ms echo_t;
};

struct xie_tracks {
	struct xie_archive archive;
	xie_arena *mem;
	struct xie_pool chunks, pieces;
	struct chunk **buckets, *all;
	size_t n_buckets; /* a power of two */
	bool holed;
	int64_t tight_hour; /* up to it, chunks in memory begin empty: memory was too small for whole hours */
	struct xie_track_pt *sorted, *other; /* XIE_TRACK_MOST each */
	uint8_t *bytes, *room;               /* of AT_ONCE chunks; of one */
	struct xie_chunk batch[AT_ONCE];
	struct chunk *of[AT_ONCE];
	size_t n_batch, n_bytes;
	struct xie_tracks_counts counts;
};

static int64_t hour_of(xie_ms t)
{
	return xie_floor_div(t, XIE_TRACK_HOUR);
}

xie_status xie_tracks_new(xie_arena *mem, const struct xie_archive *archive, struct xie_tracks **ret_t)
{
	struct xie_tracks *t = mem->cap - mem->used >= XIE_TRACKS_MIN ? xie_arena_new(mem, struct xie_tracks, 1) : NULL;
	if (t == NULL)
		return XIE_LIMIT;
	t->archive = *archive;
	t->mem = mem;
	t->n_buckets = 1 << 12;
	while (t->n_buckets < (mem->cap - mem->used) / 2048)
		t->n_buckets *= 2;
	t->buckets = xie_arena_new(mem, struct chunk *, t->n_buckets);
	t->sorted = xie_arena_new(mem, struct xie_track_pt, XIE_TRACK_MOST);
	t->other = xie_arena_new(mem, struct xie_track_pt, XIE_TRACK_MOST);
	t->room = xie_arena_alloc(mem, XIE_TRACK_ROOM(XIE_TRACK_MOST), 1);
	t->bytes = xie_arena_alloc(mem, BYTES_AT_ONCE + XIE_TRACK_ROOM(XIE_TRACK_MOST), 1);
	if (t->buckets == NULL || t->sorted == NULL || t->other == NULL || t->room == NULL || t->bytes == NULL)
		return XIE_LIMIT;
	t->chunks = xie_pool_of(mem, sizeof(struct chunk));
	t->pieces = xie_pool_of(mem, sizeof(struct piece));
	t->tight_hour = INT64_MIN;
	*ret_t = t;
	return XIE_OK;
}

/* ---- points in memory ---- */

static struct chunk **bucket_of(const struct xie_tracks *t, const struct xie_key *key, int64_t hour)
{
	return &t->buckets[(xie_key_hash(key) ^ (uint64_t)hour * UINT64_C(0x9E3779B97F4A7C15)) >> 7 &
	                   (t->n_buckets - 1)];
}

static bool add(struct xie_tracks *t, struct chunk *c, const struct xie_track_pt *p)
{
	unsigned at = c->n % PIECE;
	if (at == 0) {
		struct piece *more = xie_pool_take(&t->pieces);
		if (more == NULL)
			return false;
		more->next = c->pieces;
		c->pieces = more;
	}
	c->pieces->p[at] = *p;
	c->n++;
	return true;
}

static void drop_points(struct xie_tracks *t, struct chunk *c)
{
	while (c->pieces != NULL) {
		struct piece *p = c->pieces;
		c->pieces = p->next;
		xie_pool_give(&t->pieces, p);
	}
	c->n = 0;
}

/* Takes c out of its bucket; the list of all is the caller's. */
static void forget(struct xie_tracks *t, struct chunk *c)
{
	struct chunk **at = bucket_of(t, &c->key, c->hour);
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	drop_points(t, c);
	xie_pool_give(&t->chunks, c);
	t->counts.open--;
}

/* Into t->sorted by merging runs from the bottom up: what came in order costs one pass. */
static size_t sort_points(struct xie_tracks *t, const struct chunk *c)
{
	size_t n = c->n, at = n;
	for (const struct piece *p = c->pieces; p != NULL; p = p->next) {
		size_t k = at % PIECE != 0 ? at % PIECE : PIECE;
		at -= k;
		memcpy(&t->sorted[at], p->p, k * sizeof p->p[0]);
	}
	bool sorted = true;
	for (size_t i = 1; i < n && sorted; i++)
		sorted = xie_track_cmp(&t->sorted[i - 1], &t->sorted[i]) <= 0;
	for (size_t w = 1; w < n && !sorted; w *= 2) {
		for (size_t from = 0; from < n; from += 2 * w) {
			size_t i = from, mid = from + w < n ? from + w : n, j = mid,
			       end = from + 2 * w < n ? from + 2 * w : n;
			for (size_t k = from; k < end; k++)
				t->other[k] = i < mid && (j == end || xie_track_cmp(&t->sorted[i], &t->sorted[j]) <= 0)
				                  ? t->sorted[i++]
				                  : t->sorted[j++];
		}
		struct xie_track_pt *swap = t->sorted;
		t->sorted = t->other;
		t->other = swap;
	}
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		if (k == 0 || xie_track_cmp(&t->sorted[k - 1], &t->sorted[i]) != 0)
			t->sorted[k++] = t->sorted[i];
	return k;
}

/* ---- what is on disk of an hour ---- */

struct joining {
	struct xie_tracks *t;
	struct chunk *c;
	xie_ms start;
};

static xie_status join_one(void *ctx, const struct xie_chunk *d)
{
	struct joining *j = ctx;
	enum xie_target_kind kind;
	size_t n = 0;
	if (hour_of(d->from) != j->c->hour)
		return XIE_OK;
	j->c->on_disk = true;
	j->c->disk_from = d->from;
	/* One that cannot be read is replaced by what comes; doctor has named it. */
	if (d->format != XIE_TRACK_FORMAT ||
	    xie_track_decode(d->bytes, d->from, &kind, j->t->sorted, XIE_TRACK_MOST, &n) != XIE_OK)
		return XIE_OK;
	for (size_t i = 0; i < n; i++)
		if (!add(j->t, j->c, &j->t->sorted[i]))
			return XIE_LIMIT;
	return XIE_OK;
}

/* ---- writing ---- */

static xie_status write_batch(struct xie_tracks *t)
{
	xie_status st = t->n_batch != 0 ? t->archive.chunk_put(t->archive.self, t->batch, t->n_batch) : XIE_OK;
	for (size_t i = 0; i < t->n_batch && st == XIE_OK; i++) {
		struct chunk *c = t->of[i];
		c->dirty = false;
		c->on_disk = true;
		c->disk_from = t->batch[i].from;
		t->counts.chunks++;
		t->counts.bytes += t->batch[i].bytes.n;
	}
	t->counts.failures += st != XIE_OK;
	t->n_batch = t->n_bytes = 0;
	return st;
}

static xie_status join_same_start(void *ctx, const struct xie_chunk *d)
{
	struct joining *j = ctx;
	return d->from == j->start ? join_one(ctx, d) : XIE_OK;
}

/* Two chunks of an hour, from when memory was tight: one that begins where another does must not take its place. */
static xie_status join_neighbour(struct xie_tracks *t, struct chunk *c, size_t *n)
{
	struct joining j = { t, c, t->sorted[0].t };
	if (c->hour > t->tight_hour || (c->on_disk && c->disk_from == j.start))
		return XIE_OK;
	uint32_t before = c->n;
	xie_status st = t->archive.chunk_list(t->archive.self, &c->key, j.start, j.start, join_same_start, &j);
	if (c->n != before) /* t->sorted was used to read it */
		*n = sort_points(t, c);
	return st;
}

static xie_status write_one(struct xie_tracks *t, struct chunk *c)
{
	size_t n = sort_points(t, c), len = 0;
	xie_status joined = join_neighbour(t, c, &n);
	if (joined != XIE_OK)
		return joined;
	struct xie_chunk *to = &t->batch[t->n_batch];
	xie_status st = xie_track_encode(c->kind, t->sorted, n, t->room, XIE_TRACK_ROOM(XIE_TRACK_MOST), &len);
	if (st != XIE_OK)
		return st;
	memcpy(t->bytes + t->n_bytes, t->room, len);
	*to = (struct xie_chunk){ .target = c->key,
		                  .from = t->sorted[0].t,
		                  .to = t->sorted[n - 1].t,
		                  .n = (uint32_t)n,
		                  .format = XIE_TRACK_FORMAT,
		                  .bytes = { (const char *)t->bytes + t->n_bytes, len },
		                  .moved = c->on_disk && c->disk_from != t->sorted[0].t,
		                  .was = c->disk_from };
	xie_track_box(t->sorted, n, &to->low, &to->high);
	t->of[t->n_batch++] = c;
	t->n_bytes += len;
	return t->n_batch == AT_ONCE || t->n_bytes >= BYTES_AT_ONCE ? write_batch(t) : XIE_OK;
}

/* Writes what is dirty and ended before hour `before`. */
static xie_status write_all(struct xie_tracks *t, int64_t before)
{
	xie_status st = XIE_OK;
	for (struct chunk *c = t->all; c != NULL && st == XIE_OK; c = c->behind)
		if (c->dirty && c->hour < before)
			st = write_one(t, c);
	xie_status last = st == XIE_OK ? write_batch(t) : st;
	t->n_batch = t->n_bytes = 0;
	return last;
}

static void forget_written(struct xie_tracks *t, int64_t before)
{
	for (struct chunk **at = &t->all; *at != NULL;) {
		struct chunk *c = *at;
		if (c->dirty || c->hour >= before) {
			at = &c->behind;
			continue;
		}
		*at = c->behind;
		forget(t, c);
	}
}

xie_status xie_tracks_sync(struct xie_tracks *t)
{
	xie_status st = write_all(t, INT64_MAX);
	return st == XIE_OK && t->holed ? XIE_LIMIT : st;
}

void xie_tracks_tick(struct xie_tracks *t, xie_ms now)
{
	int64_t before = hour_of(now - REST_MS);
	if (write_all(t, before) != XIE_OK)
		return; /* counted; what could not be written stays and is tried at the next tick */
	forget_written(t, before);
}

/* ---- taking ---- */

/* NULL: no memory, or the disk cannot be read. */
static struct chunk *open_chunk(struct xie_tracks *t, enum xie_target_kind kind, const struct xie_key *key,
                                int64_t hour)
{
	struct chunk *c = xie_pool_take(&t->chunks);
	if (c == NULL)
		return NULL;
	c->key = *key;
	c->kind = kind;
	c->hour = hour;
	struct joining j = { t, c, 0 };
	xie_ms from = hour * XIE_TRACK_HOUR;
	if (hour > t->tight_hour &&
	    t->archive.chunk_list(t->archive.self, key, from, from + XIE_TRACK_HOUR - 1, join_one, &j) != XIE_OK) {
		drop_points(t, c);
		xie_pool_give(&t->chunks, c);
		return NULL;
	}
	struct chunk **b = bucket_of(t, key, hour);
	c->next = *b;
	*b = c;
	c->behind = t->all;
	t->all = c;
	t->counts.open++;
	return c;
}

static struct chunk *find(struct xie_tracks *t, const struct xie_key *key, int64_t hour)
{
	struct chunk *c = *bucket_of(t, key, hour);
	while (c != NULL && (c->hour != hour || !xie_key_eq(&c->key, key)))
		c = c->next;
	return c;
}

static bool take(struct xie_tracks *t, enum xie_target_kind kind, const struct xie_key *key, const struct xie_fix *f)
{
	struct chunk *c = find(t, key, hour_of(f->t));
	if (c == NULL)
		c = open_chunk(t, kind, key, hour_of(f->t));
	if (c == NULL)
		return false;
	if (f->echo != 0 && c->n != 0 && c->echo == f->echo && f->t - c->echo_t >= 0 && f->t - c->echo_t <= ECHO_MS) {
		t->counts.echoes++;
		return true;
	}
	if (c->n >= XIE_TRACK_MOST) {
		t->counts.crowded++;
		return true;
	}
	struct xie_track_pt p = xie_track_pt_of(f);
	if (!add(t, c, &p))
		return false;
	c->dirty = true;
	c->echo = f->echo;
	c->echo_t = f->t;
	t->counts.points++;
	return true;
}

void xie_tracks_put(struct xie_tracks *t, enum xie_target_kind kind, const struct xie_key *key, const struct xie_fix *f,
                    xie_ms now)
{
	if ((f->has & XIE_FIX_CLOCK_SUSPECT) != 0) {
		t->counts.suspect++;
		return;
	}
	if (f->t < now - OLD_MS) {
		t->counts.old++;
		return;
	}
	if (take(t, kind, key, f))
		return;
	if (write_all(t, INT64_MAX) == XIE_OK) {
		int64_t hour = hour_of(f->t > now ? f->t : now);
		t->tight_hour = hour > t->tight_hour ? hour : t->tight_hour;
		forget_written(t, INT64_MAX);
		if (take(t, kind, key, f))
			return;
	}
	t->counts.lost++;
	t->holed = true;
}

struct xie_tracks_counts xie_tracks_counts_of(const struct xie_tracks *t)
{
	return t->counts;
}

void xie_tracks_each(const struct xie_tracks *t, const struct xie_key *key, xie_tracks_fn *fn, void *ctx)
{
	for (const struct chunk *c = t->all; c != NULL; c = c->behind) {
		if (key != NULL && !xie_key_eq(key, &c->key))
			continue;
		uint32_t left = c->n;
		for (const struct piece *p = c->pieces; p != NULL; p = p->next) {
			uint32_t k = left % PIECE != 0 ? left % PIECE : PIECE;
			left -= k;
			if (!fn(ctx, &c->key, c->kind, p->p, k))
				return;
		}
	}
}
