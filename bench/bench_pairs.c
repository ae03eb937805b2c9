/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about pairs on one core: 100,000 movers in one zone of 300 x 300 km, a report each 10 s, a rule about meetings
 * within 100 m for a minute; the pairs are judged once a second.  Told: processor time for all movers' reports of one
 * round (10 s of traffic).  The reference in the same run is taking the reports in without rules about pairs. */
#include "bench.h"

#include <sys/mman.h>

#include "xie/run/run.h"

enum { MOVERS = 100000, ROUNDS = 12, A_SECOND = MOVERS / 10 };

static uint64_t state = 88172645463325252u;
static uint64_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

static struct {
	struct xie_pt at;
	int32_t vx, vy;
} movers[MOVERS];

static const int32_t west = 113 * XIE_DEG, south = 22 * XIE_DEG, side = 3 * XIE_DEG;

static void *room(xie_arena *a, size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		exit(3);
	*a = xie_arena_of(p, n);
	return p;
}

static const struct xie_rules *rules(xie_arena *mem)
{
	static const char text[] = "{\"id\":\"m\",\"op\":\"meets\",\"zone\":\"sea\",\"distance\":\"100 m\",\"for\":\"60 s\"}";
	static struct xie_zone_info info = { .id = { "sea", 3 }, .layer = { "water", 5 } };
	static struct xie_pt p[4] = { { 112 * XIE_DEG, 21 * XIE_DEG }, { 117 * XIE_DEG, 21 * XIE_DEG },
		                      { 117 * XIE_DEG, 26 * XIE_DEG }, { 112 * XIE_DEG, 26 * XIE_DEG } };
	static struct xie_ring ring = { p, 4 };
	static struct xie_part part = { &ring, 1 };
	struct xie_shape shape = { .parts = &part, .n = 1 };
	const struct xie_zone_set *set = NULL;
	const struct xie_val *v = NULL;
	const struct xie_rules *out = NULL;
	size_t at = 0;
	struct xie_err err[1];
	struct xie_rule_errors e = { err, 1, 0 };
	if (xie_zone_set_build(mem, &shape, 1, &set, &at) != XIE_OK ||
	    xie_json_read(mem, xie_str_of(text), (struct xie_val_limits){ .depth = 4 }, &v, NULL) != XIE_OK)
		exit(1);
	struct xie_rule_source src = { .v = v, .file = "bench", .pack = { "bench@1", 7 } };
	if (xie_rules_compile(mem, &src, 1, &info, 1, set, NULL, 0, &out, &e) != XIE_OK)
		exit(1);
	return out;
}

static uint64_t alerts;
static void count(void *self, const struct xie_alert *a)
{
	(void)self;
	alerts += a->rev == 1;
}

static void report(struct xie_shard *s, int i, int round)
{
	movers[i].at.lon += movers[i].vx;
	movers[i].at.lat += movers[i].vy;
	if (movers[i].at.lon < west || movers[i].at.lon > west + side)
		movers[i].vx = -movers[i].vx;
	if (movers[i].at.lat < south || movers[i].at.lat > south + side)
		movers[i].vy = -movers[i].vy;
	xie_ms t = 1000000 + round * 10000 + i / A_SECOND * 1000;
	struct xie_obs o = { .what = XIE_OBS_FIX, .kind = XIE_KIND_VESSEL, .target = xie_key_mmsi(400000000u + (uint32_t)i) };
	o.fix = (struct xie_fix){ .t = t, .rx = t, .at = movers[i].at, .echo = rnd() };
	if (xie_shard_put(s, &o) != XIE_OK)
		exit(1);
}

int main(void)
{
	xie_arena packs, mem, pair_mem;
	(void)room(&packs, (size_t)1 << 30);
	(void)room(&mem, (size_t)16 << 30);
	(void)room(&pair_mem, (size_t)16 << 30);
	for (int i = 0; i < MOVERS; i++) {
		movers[i].at.lon = west + (int32_t)(rnd() % (uint64_t)side);
		movers[i].at.lat = south + (int32_t)(rnd() % (uint64_t)side);
		movers[i].vx = (int32_t)(rnd() % 8000) - 4000; /* 0 to 75 m in 10 s */
		movers[i].vy = (int32_t)(rnd() % 8000) - 4000;
	}
	struct xie_run_options opt = { .rules = rules(&packs), .sink = count };
	struct xie_shard *s = NULL;
	struct xie_pairs *p = NULL;
	if (xie_shard_new(&mem, &opt, &s) != XIE_OK || xie_pairs_new(&pair_mem, &opt, &s, 1, &p) != XIE_OK)
		exit(1);
	double pairs[ROUNDS], puts[ROUNDS];
	for (int round = 0; round < ROUNDS; round++) {
		pairs[round] = puts[round] = 0;
		for (int i = 0; i < MOVERS;) {
			double t = bench_cpu_ns();
			for (int k = 0; k < A_SECOND; k++, i++)
				report(s, i, round);
			double u = bench_cpu_ns();
			if (xie_pairs_run(p, 1000000 + round * 10000 + i / A_SECOND * 1000) != XIE_OK)
				exit(1);
			pairs[round] += bench_cpu_ns() - u;
			puts[round] += u - t;
		}
	}
	/* The first round makes the members. */
	qsort(pairs + 1, ROUNDS - 1, sizeof pairs[0], bench__order);
	qsort(puts + 1, ROUNDS - 1, sizeof puts[0], bench__order);
	double ms = pairs[1 + (ROUNDS - 1) / 2] / 1e6, ref = puts[1 + (ROUNDS - 1) / 2] / 1e6;
	(void)printf("pairs %d movers, one report each: %.0f ms (target 1000, %.2fx), %.1fx taking them in (%.0f ms); %.0f ns a report; "
	             "%llu meetings; %zu bytes a member\n",
	             (int)MOVERS, ms, ms / 1000, ms / ref, ref, ms * 1e6 / MOVERS, (unsigned long long)alerts, pair_mem.used / MOVERS);
	return 0;
}
