/* SPDX-License-Identifier: Apache-2.0 */
/* Fixes into chunks, against a plain list of what was put in. */
#include "check.h"

#include "xie/run/tracks.h"

/* ---- an archive in memory that can fail ---- */

enum { CHUNKS = 20000 };
static struct stored {
	struct xie_chunk c;
	char *bytes;
} disk[CHUNKS];
static size_t n_disk;
static bool broken;

static xie_status put(void *self, const struct xie_chunk *c, size_t n)
{
	(void)self;
	if (broken)
		return XIE_IO;
	for (size_t i = 0; i < n; i++) {
		size_t at = 0, was = SIZE_MAX;
		for (; at < n_disk && !(xie_key_eq(&disk[at].c.target, &c[i].target) && disk[at].c.from == c[i].from); at++)
			if (c[i].moved && xie_key_eq(&disk[at].c.target, &c[i].target) && disk[at].c.from == c[i].was)
				was = at;
		at = was != SIZE_MAX ? was : at;
		check_true(at < CHUNKS);
		n_disk = at == n_disk ? n_disk + 1 : n_disk;
		free(disk[at].bytes);
		disk[at].c = c[i];
		disk[at].bytes = malloc(c[i].bytes.n);
		check_true(disk[at].bytes != NULL);
		memcpy(disk[at].bytes, c[i].bytes.p, c[i].bytes.n);
		disk[at].c.bytes.p = disk[at].bytes;
	}
	return XIE_OK;
}

static xie_status list(void *self, const struct xie_key *target, xie_ms from, xie_ms to, xie_chunk_fn *fn, void *ctx)
{
	(void)self;
	xie_status st = XIE_OK;
	for (size_t i = 0; i < n_disk && st == XIE_OK; i++)
		if (xie_key_eq(&disk[i].c.target, target) && disk[i].c.to >= from && disk[i].c.from <= to)
			st = fn(ctx, &disk[i].c);
	return st;
}

static const struct xie_archive archive = { .chunk_put = put, .chunk_list = list };
static void *memory;
static struct xie_tracks *fresh(size_t n)
{
	static xie_arena mem;
	struct xie_tracks *t = NULL;
	free(memory);
	memory = malloc(n);
	mem = xie_arena_of(memory, n);
	check_ok(xie_tracks_new(&mem, &archive, &t));
	return t;
}

static int setup(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_disk; i++) {
		free(disk[i].bytes);
		disk[i] = (struct stored){ 0 };
	}
	n_disk = 0;
	broken = false;
	return 0;
}

static int teardown(void **state)
{
	free(memory);
	memory = NULL;
	return setup(state);
}

/* ---- what was put in ---- */

#define H INT64_C(3600000)
#define T0 (INT64_C(490000) * H)

static struct xie_fix fix(xie_ms t, int32_t lon)
{
	return (struct xie_fix){ .t = t, .rx = t, .at = { lon, 60 }, .sog_dmph = 18520, .cog_cdeg = 900, .has = XIE_FIX_SOG | XIE_FIX_COG };
}

static size_t on_disk(const struct xie_key *key, struct xie_track_pt *ret, size_t cap)
{
	size_t n = 0;
	for (size_t i = 0; i < n_disk; i++) {
		size_t k = 0;
		enum xie_target_kind kind;
		if (!xie_key_eq(key, &disk[i].c.target))
			continue;
		check_ok(xie_track_decode(disk[i].c.bytes, disk[i].c.from, &kind, ret + n, cap - n, &k));
		check_int(kind, XIE_KIND_VEHICLE);
		check_int(k, disk[i].c.n);
		check_int(ret[n].t, disk[i].c.from);
		check_int(ret[n + k - 1].t, disk[i].c.to);
		n += k;
	}
	return n;
}

static void a_chunk_is_written_when_its_hour_is_well_over(void **state)
{
	(void)state;
	struct xie_tracks *t = fresh(XIE_TRACKS_MIN);
	struct xie_key key = xie_key_mmsi(413000001);
	static struct xie_track_pt got[1000];
	for (int i = 0; i < 360; i++) {
		struct xie_fix f = fix(T0 + i * 10000, i * 60);
		xie_tracks_put(t, XIE_KIND_VEHICLE, &key, &f, f.t);
	}
	xie_tracks_tick(t, T0 + H + 14 * 60000);
	check_int(n_disk, 0);
	check_int(xie_tracks_counts_of(t).open, 1);
	xie_tracks_tick(t, T0 + H + 15 * 60000);
	check_int(n_disk, 1);
	check_int(xie_tracks_counts_of(t).open, 0);
	check_int(on_disk(&key, got, 1000), 360);
	/* What comes late joins what is there; the chunk that starts earlier takes the other's place. */
	struct xie_fix late = fix(T0 + 5000, 30), early = fix(T0 - 1, 1), first = fix(T0, 7);
	xie_tracks_put(t, XIE_KIND_VEHICLE, &key, &late, T0 + 2 * H);
	xie_tracks_put(t, XIE_KIND_VEHICLE, &key, &early, T0 + 2 * H);
	check_ok(xie_tracks_sync(t));
	check_int(n_disk, 2);
	check_int(on_disk(&key, got, 1000), 362);
	xie_tracks_put(t, XIE_KIND_VEHICLE, &key, &first, T0 + 2 * H);
	check_ok(xie_tracks_sync(t));
	check_int(n_disk, 2);
	check_int(on_disk(&key, got, 1000), 363);
}

static void what_is_judged_again_is_there_once(void **state)
{
	(void)state;
	struct xie_key key = xie_key_mmsi(413000001);
	static struct xie_track_pt got[1000];
	for (int start = 0; start < 3; start++) { /* killed and started anew from before what was written */
		struct xie_tracks *t = fresh(XIE_TRACKS_MIN);
		for (int i = start * 50; i < 200 + start * 50; i++) {
			struct xie_fix f = fix(T0 + i * 10000, i * 60);
			xie_tracks_put(t, XIE_KIND_VEHICLE, &key, &f, f.t);
		}
		check_ok(xie_tracks_sync(t));
	}
	check_int(n_disk, 1);
	check_int(on_disk(&key, got, 1000), 300);
}

static void what_is_no_track_is_counted(void **state)
{
	(void)state;
	struct xie_tracks *t = fresh(XIE_TRACKS_MIN);
	struct xie_key key = xie_key_mmsi(413000001);
	struct xie_fix f = fix(T0, 0);
	f.has |= XIE_FIX_CLOCK_SUSPECT;
	xie_tracks_put(t, XIE_KIND_VEHICLE, &key, &f, T0);
	f = fix(T0 - 31 * 24 * H, 0);
	xie_tracks_put(t, XIE_KIND_VEHICLE, &key, &f, T0);
	f = fix(T0, 0);
	f.echo = 77;
	for (int i = 0; i < 3; i++, f.t += 29999)
		xie_tracks_put(t, XIE_KIND_VEHICLE, &key, &f, T0);
	struct xie_tracks_counts c = xie_tracks_counts_of(t);
	check_int(c.suspect, 1);
	check_int(c.old, 1);
	check_int(c.echoes, 1); /* the third comes 60 s after the first */
	check_int(c.points, 2);
}

/* Random fixes of many targets, in and out of order, in a memory that is too small for them. */
static void nothing_is_lost_in_a_small_memory(void **state)
{
	(void)state;
	enum { TARGETS = 40, FIXES = 400000 };
	static uint32_t sent[TARGETS];
	static struct xie_track_pt got[FIXES];
	struct xie_tracks *t = fresh(XIE_TRACKS_MIN);
	uint64_t seed = 99;
	memset(sent, 0, sizeof sent);
	for (int i = 0; i < FIXES; i++) {
		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
		uint32_t who = (uint32_t)(seed >> 40) % TARGETS;
		struct xie_key key = xie_key_mmsi(413000000u + who);
		xie_ms back = (seed >> 33 & 31) == 0 ? (xie_ms)(seed >> 20 & 63) * 30000 : 0;
		struct xie_fix f = fix(T0 + i * 5 - back, i); /* lon: each its own */
		xie_tracks_put(t, XIE_KIND_VEHICLE, &key, &f, T0 + i * 5);
		sent[who]++;
		if (i % 1200 == 0)
			xie_tracks_tick(t, T0 + i * 5);
	}
	check_ok(xie_tracks_sync(t));
	check_int(xie_tracks_counts_of(t).lost, 0);
	check_true(xie_tracks_counts_of(t).chunks > 3 * TARGETS); /* it was full meanwhile */
	for (uint32_t who = 0; who < TARGETS; who++) {
		struct xie_key key = xie_key_mmsi(413000000u + who);
		check_int(on_disk(&key, got, FIXES), sent[who]);
	}
}

static void a_disk_that_fails_holds_the_snapshot_back(void **state)
{
	(void)state;
	struct xie_tracks *t = fresh(XIE_TRACKS_MIN);
	struct xie_key key = xie_key_mmsi(413000001);
	struct xie_fix f = fix(T0, 0);
	static struct xie_track_pt got[1000];
	broken = true;
	xie_tracks_put(t, XIE_KIND_VEHICLE, &key, &f, T0);
	check_st(xie_tracks_sync(t), XIE_IO);
	xie_tracks_tick(t, T0 + 9 * H);
	check_int(xie_tracks_counts_of(t).open, 1);
	broken = false; /* nothing was lost */
	check_ok(xie_tracks_sync(t));
	check_int(on_disk(&key, got, 1000), 1);
	/* Full and failing: from then on there is a hole, and sync says so for ever. */
	broken = true;
	for (uint32_t i = 0; i < 60000; i++) {
		struct xie_key k = xie_key_mmsi(413000000u + i);
		xie_tracks_put(t, XIE_KIND_VEHICLE, &k, &f, T0);
	}
	check_true(xie_tracks_counts_of(t).lost > 0);
	broken = false;
	check_st(xie_tracks_sync(t), XIE_LIMIT);
	check_st(xie_tracks_sync(t), XIE_LIMIT);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_chunk_is_written_when_its_hour_is_well_over),
		T(what_is_judged_again_is_there_once),
		T(what_is_no_track_is_counted),
		T(nothing_is_lost_in_a_small_memory),
		T(a_disk_that_fails_holds_the_snapshot_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
