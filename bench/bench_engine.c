/* SPDX-License-Identifier: Apache-2.0 */
/* The engine on one core: decoded observations to alerts.  100,000 movers in 300 x 300 km, a report each 10 s; the
 * reference, measured in the same run, is a plain hash table of last positions: what any engine pays at least. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "xie/run/run.h"

enum { MOVERS = 100000, BATCH = 1000 };

static uint64_t state = 88172645463325252u;
static uint64_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

static const double lon0 = 113.0, lat0 = 22.0, span = 3.0; /* degrees; near 300 km */

struct mover {
	struct xie_pt at;
	int32_t vx, vy, sog;
};
static struct mover movers[MOVERS];

static void place(void)
{
	for (int i = 0; i < MOVERS; i++) {
		movers[i].at.lon = (int32_t)((lon0 + span * (double)(rnd() % 1000000) / 1e6) * 6e6);
		movers[i].at.lat = (int32_t)((lat0 + span * (double)(rnd() % 1000000) / 1e6) * 6e6);
		movers[i].vx = (int32_t)(rnd() % 8000) - 4000; /* up to 75 m in 10 s: 0 to 20 kn */
		movers[i].vy = (int32_t)(rnd() % 8000) - 4000;
		int64_t v2 = (int64_t)movers[i].vx * movers[i].vx + (int64_t)movers[i].vy * movers[i].vy;
		int64_t v = 0;
		while (v * v < v2)
			v += 16;
		movers[i].sog = (int32_t)(v * 185 * 36 / 100); /* 1 unit in 10 s = 18.5 mm / 10 s = 66.7 dm/h */
	}
}

static void step(int i)
{
	struct mover *m = &movers[i];
	m->at.lon += m->vx;
	m->at.lat += m->vy;
	if (rnd() % 16 == 0) {
		m->vx += (int32_t)(rnd() % 1000) - 500;
		m->vy += (int32_t)(rnd() % 1000) - 500;
	}
	if (m->at.lon < (int32_t)(lon0 * 6e6) || m->at.lon > (int32_t)((lon0 + span) * 6e6))
		m->vx = -m->vx;
	if (m->at.lat < (int32_t)(lat0 * 6e6) || m->at.lat > (int32_t)((lat0 + span) * 6e6))
		m->vy = -m->vy;
}

static void arena(xie_arena *a, size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		exit(3);
	(void)madvise(p, n, MADV_HUGEPAGE); /* as xie_big_arena_init does */
	*a = xie_arena_of(p, n);
}

/* Star-shaped zones of 10 to 50 corners, radius 0.1 to 2.5 km. */
static const struct xie_zone_set *zones(xie_arena *mem, uint32_t n, struct xie_zone_info *info)
{
	struct xie_shape *shapes = xie_arena_new(mem, struct xie_shape, n);
	for (uint32_t z = 0; z < n; z++) {
		uint32_t k = 10 + (uint32_t)(rnd() % 41);
		struct xie_pt *p = xie_arena_new(mem, struct xie_pt, k);
		struct xie_ring *r = xie_arena_new(mem, struct xie_ring, 1);
		struct xie_part *q = xie_arena_new(mem, struct xie_part, 1);
		int64_t cx = (int64_t)((lon0 + span * (double)(rnd() % 1000000) / 1e6) * 6e6), cy = (int64_t)((lat0 + span * (double)(rnd() % 1000000) / 1e6) * 6e6);
		int64_t radius = 5400 + (int64_t)(rnd() % 130000) * (int64_t)(rnd() % 100) / 100;
		for (uint32_t i = 0; i < k; i++) {
			/* points of a square's outline, pulled in: no libm, no self-crossing */
			int64_t s = 8 * 1024 * (int64_t)i / k, side = s / 2048, along = s % 2048 - 1024;
			int64_t x = side == 0 ? along : side == 1 ? 1024 : side == 2 ? -along : -1024;
			int64_t y = side == 0 ? -1024 : side == 1 ? along : side == 2 ? 1024 : -along;
			int64_t pull = 600 + (int64_t)(rnd() % 425);
			p[i] = (struct xie_pt){ (int32_t)(cx + radius * x / 1024 * pull / 1024), (int32_t)(cy + radius * y / 1024 * pull / 1024) };
		}
		*r = (struct xie_ring){ p, k };
		*q = (struct xie_part){ r, 1 };
		shapes[z] = (struct xie_shape){ .parts = q, .n = 1 };
		char *id = xie_arena_alloc(mem, 16, 1);
		int len = snprintf(id, 16, "z%u", (unsigned)z);
		info[z] = (struct xie_zone_info){ .id = { id, (size_t)len }, .layer = { "water", 5 } };
		memcpy(info[z].digest, &z, sizeof z);
	}
	const struct xie_zone_set *set = NULL;
	size_t at = 0;
	if (xie_zone_set_build(mem, shapes, n, &set, &at) != XIE_OK)
		exit(1);
	return set;
}

/* Rules in turn: speeding, inside, dwell, stopped, enters; each meets its share of the zones. */
static const struct xie_rules *rules(xie_arena *mem, uint32_t n_zones, uint32_t n_rules, const struct xie_zone_info *info,
                                     const struct xie_zone_set *set)
{
	static const char *const bodies[] = {
		"\"op\":\"speeding\",\"limit\":\"12 kn\",\"for\":\"30 s\",\"clear\":\"0.5 kn\"",
		"\"op\":\"inside\"",
		"\"op\":\"dwell\",\"for\":\"10 min\"",
		"\"op\":\"stopped\",\"limit\":\"0.5 kn\",\"for\":\"5 min\"",
		"\"op\":\"enters\"",
	};
	struct xie_rule_source *src = xie_arena_new(mem, struct xie_rule_source, n_rules);
	for (uint32_t r = 0; r < n_rules; r++) {
		size_t cap = 256 + (size_t)(n_zones / n_rules + 2) * 12;
		char *text = xie_arena_alloc(mem, cap, 1);
		int at = snprintf(text, cap, "{\"id\":\"r%u\",%s,\"gap\":\"120 s\",\"zone\":[", (unsigned)r, bodies[r % 5]);
		for (uint32_t z = r; z < n_zones; z += n_rules)
			at += snprintf(text + at, cap - (size_t)at, "%s\"z%u\"", z == r ? "" : ",", (unsigned)z);
		at += snprintf(text + at, cap - (size_t)at, "]}");
		const struct xie_val *v = NULL;
		if (xie_json_read(mem, (xie_str){ text, (size_t)at }, (struct xie_val_limits){ .depth = 4 }, &v, NULL) != XIE_OK)
			exit(1);
		src[r] = (struct xie_rule_source){ .v = v, .file = "bench", .pack = { "bench@1", 7 } };
		memcpy(src[r].digest, &r, sizeof r);
	}
	const struct xie_rules *out = NULL;
	struct xie_err err[1];
	struct xie_rule_errors e = { err, 1, 0 };
	if (xie_rules_compile(mem, src, n_rules, info, n_zones, set, NULL, 0, &out, &e) != XIE_OK) {
		fprintf(stderr, "%s\n", err[0].what);
		exit(1);
	}
	return out;
}

static uint64_t alerts;
static void count(void *self, const struct xie_alert *a)
{
	(void)self;
	alerts += a->rev == 1;
}

/* The least that any engine does: find the target, keep its last position. */
static double reference(void)
{
	static struct {
		struct xie_key key;
		struct xie_fix fix;
	} *table;
	table = calloc(262144, sizeof *table);
	double t = bench_cpu_ns();
	uint64_t n = 0;
	for (int round = 0; round < 10; round++)
		for (int i = 0; i < MOVERS; i++, n++) {
			struct xie_key k = xie_key_mmsi(400000000u + (uint32_t)i);
			size_t at = xie_key_hash(&k) & 262143;
			while (table[at].key.scheme != 0 && !xie_key_eq(&table[at].key, &k))
				at = (at + 1) & 262143;
			table[at].key = k;
			table[at].fix.at = movers[i].at;
			table[at].fix.t = round;
		}
	t = bench_cpu_ns() - t;
	free(table);
	return t / (double)n;
}

static void run(uint32_t n_zones, uint32_t n_rules, double target, double ref)
{
	xie_arena packs, mem;
	arena(&packs, (size_t)16 << 30);
	arena(&mem, (size_t)32 << 30);
	struct xie_zone_info *info = xie_arena_new(&packs, struct xie_zone_info, n_zones);
	place();
	const struct xie_zone_set *set = zones(&packs, n_zones, info);
	const struct xie_rules *r = rules(&packs, n_zones, n_rules, info, set);
	struct xie_run_options opt = { .rules = r, .sink = count };
	struct xie_shard *s = NULL;
	if (xie_shard_new(&mem, &opt, &s) != XIE_OK)
		exit(1);
	alerts = 0;
	double spent = 0;
	uint64_t n = 0;
	size_t resting = 0;
	for (int round = 0; round < 30; round++) {
		static struct xie_obs batch[BATCH];
		double taken = 0;
		for (int i = 0; i < MOVERS; i++, n++) {
			struct xie_obs o = { .what = XIE_OBS_FIX, .kind = XIE_KIND_VESSEL, .target = xie_key_mmsi(400000000u + (uint32_t)i), .frame = n };
			step(i);
			o.fix = (struct xie_fix){ .t = 1000000 + round * 10000 + i / 10, .rx = 1000000 + round * 10000 + i / 10, .at = movers[i].at,
				                  .sog_dmph = movers[i].sog, .has = XIE_FIX_SOG, .echo = n };
			batch[i % BATCH] = o;
			if (i % BATCH + 1 != BATCH)
				continue;
			size_t k = 0;
			double t = bench_cpu_ns();
			if (xie_shard_put_all(s, batch, BATCH, &k) != XIE_OK)
				exit(1);
			taken += bench_cpu_ns() - t;
		}
		if (round > 0) /* the first round makes the targets */
			spent += taken;
		else
			resting = mem.used;
	}
	double ns = spent / (double)(n - MOVERS);
	printf("engine %6u zones %5u rules: %7.1f ns/observation (target %.0f, %.2fx), %.2f M/s, %4.1fx a bare table (%.1f ns); "
	       "%llu alerts; %zu bytes a target with one fix, %zu with 30 in the late window\n",
	       (unsigned)n_zones, (unsigned)n_rules, ns, target, ns / target, 1e3 / ns, ns / ref, ref, (unsigned long long)alerts,
	       resting / MOVERS, mem.used / MOVERS);
	munmap(packs.base, packs.cap);
	munmap(mem.base, mem.cap);
}

int main(void)
{
	place();
	double ref = reference();
	run(10000, 100, 300, ref);
	run(100000, 1000, 600, ref);
	return 0;
}
