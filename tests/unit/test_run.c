/* SPDX-License-Identifier: Apache-2.0 */
/* The engine against the slow one, on random traffic over small numbers, where touches, ties and edges are frequent. */
#include "check.h"

#include "slow_engine.c"

#include "xie/run/run.h"

static uint64_t seed = 1;

static uint32_t roll(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)((seed >> 11) % n);
}

static const char rules_text[] =
        "[{\"id\":\"in\",\"op\":\"inside\",\"zone\":[\"square\",\"ring\",\"pair\"],\"gap\":\"60 s\"},"
        "{\"id\":\"in_clear\",\"op\":\"inside\",\"zone\":\"square\",\"gap\":\"60 s\",\"clear\":\"25 s\"},"
        "{\"id\":\"dwell\",\"op\":\"dwell\",\"zone\":[\"square\",\"ring\"],\"for\":\"20 s\",\"gap\":\"60 s\",\"clear\":\"7 s\"},"
        "{\"id\":\"enters\",\"op\":\"enters\",\"zone\":[\"square\",\"ring\"],\"gap\":\"60 s\"},"
        "{\"id\":\"leaves\",\"op\":\"leaves\",\"zone\":[\"square\",\"ring\"],\"gap\":\"30 s\"},"
        "{\"id\":\"gate\",\"op\":\"crosses\",\"zone\":\"gate\",\"gap\":\"60 s\"},"
        "{\"id\":\"gate_r2l\",\"op\":\"crosses\",\"zone\":\"gate\",\"direction\":\"R2L\"},"
        "{\"id\":\"speed\",\"op\":\"speeding\",\"zone\":\"square\",\"limit\":\"5 kn\",\"clear\":\"2 kn\",\"for\":\"10 s\",\"gap\":\"60 s\"},"
        "{\"id\":\"speed_all\",\"op\":\"speeding\",\"limit\":\"8 kn\",\"gap\":\"30 s\"},"
        "{\"id\":\"stopped\",\"op\":\"stopped\",\"zone\":\"ring\",\"limit\":\"3 kn\",\"clear\":\"1 kn\",\"for\":\"5 s\",\"gap\":\"60 s\"},"
        "{\"id\":\"wrong\",\"op\":\"wrong_way\",\"zone\":\"square\",\"direction\":\"90 deg\",\"over\":\"90 deg\",\"min_speed\":\"1 kn\",\"for\":\"10 s\"},"
        "{\"id\":\"silent\",\"op\":\"silence\",\"zone\":\"square\",\"for\":\"60 s\"},"
        "{\"id\":\"silent_all\",\"op\":\"silence\",\"for\":\"90 s\"},"
        "{\"id\":\"meets\",\"op\":\"meets\",\"zone\":\"pair\",\"distance\":\"30 m\",\"for\":\"5 s\",\"gap\":\"45 s\"},"
        "{\"id\":\"touch\",\"op\":\"meets\",\"zone\":\"square\",\"distance\":\"60 m\",\"gap\":\"60 s\"},"
        "{\"id\":\"jump\",\"op\":\"jump\",\"limit\":\"20 kn\",\"min_distance\":\"40 m\"}]";

static uint8_t *memory;
static const size_t memory_size = 256u << 20;

static const struct xie_rules *compile(xie_arena *mem)
{
	static const struct xie_pt square[] = { { 0, 0 }, { 6000, 0 }, { 6000, 6000 }, { 0, 6000 } };
	static const struct xie_pt outer[] = { { -4000, -4000 }, { 4000, -4000 }, { 4000, 4000 }, { 0, 2000 }, { -4000, 4000 } };
	static const struct xie_pt hole[] = { { -2000, -2000 }, { 2000, -2000 }, { 0, 1000 } };
	static const struct xie_pt wide[] = { { -9000, -9000 }, { 9000, -9000 }, { 9000, 9000 }, { -9000, 9000 } };
	static const struct xie_ring r0[] = { { square, 4 } }, r1[] = { { outer, 5 }, { hole, 3 } }, r2[] = { { wide, 4 } };
	static const struct xie_part p0[] = { { r0, 1 } }, p1[] = { { r1, 2 } }, p2[] = { { r2, 1 } };
	static const struct xie_shape shapes[] = { { .parts = p0, .n = 1 }, { .parts = p1, .n = 1 }, { .parts = p2, .n = 1 },
		                                   { .gate = { { 1000, -5000 }, { 1000, 5000 } } } };
	static const struct xie_zone_info zones[] = {
		{ .id = { "square", 6 }, .digest = { 1 } }, { .id = { "ring", 4 }, .digest = { 2 } },
		{ .id = { "pair", 4 }, .digest = { 3 } },   { .id = { "gate", 4 }, .gate = true, .digest = { 4 } },
	};
	const struct xie_zone_set *set = NULL;
	size_t at = 0;
	check_ok(xie_zone_set_build(mem, shapes, 4, &set, &at));
	const struct xie_val *v = NULL;
	check_ok(xie_json_read(mem, xie_str_of(rules_text), (struct xie_val_limits){ .depth = 8 }, &v, NULL));
	static struct xie_rule_source src[32];
	size_t n = 0;
	XIE_VAL_EACH(r, v)
	{
		src[n] = (struct xie_rule_source){ .v = r, .file = "rules.json", .pack = XIE_STR("test@1") };
		src[n].digest[0] = (uint8_t)n;
		n++;
	}
	const struct xie_rules *rules = NULL;
	struct xie_err errs[8];
	struct xie_rule_errors e = { errs, 8, 0 };
	xie_status st = xie_rules_compile(mem, src, n, zones, 4, set, NULL, 0, &rules, &e);
	if (st != XIE_OK)
		fail_msg("rules: %s %s", errs[0].what, errs[0].hint);
	return rules;
}

enum { TARGETS = 5, MOST = 1200 };

/* Small steps on a lattice of 500 units, so that borders and corners are hit; breaks, ties and missing values. */
static size_t traffic(struct slow_fix *f, size_t n, xie_ms *ret_end)
{
	struct xie_pt at[TARGETS];
	xie_ms t[TARGETS];
	for (int i = 0; i < TARGETS; i++) {
		at[i] = (struct xie_pt){ (int32_t)(roll(24) * 500) - 6000, (int32_t)(roll(24) * 500) - 6000 };
		t[i] = 1000000 + roll(3000);
	}
	*ret_end = 0;
	for (size_t k = 0; k < n; k++) {
		uint32_t i = roll(TARGETS);
		static const xie_ms steps[] = { 0, 1000, 5000, 10000, 10000, 10000, 12345, 20000, 30000, 45000, 61000, 100000 };
		t[i] += steps[roll(k % 17 == 0 ? 12 : 9)];
		uint32_t far = roll(60) == 0 ? 120 : 5;
		at[i].lon += ((int32_t)roll(far) - (int32_t)far / 2) * 500;
		at[i].lat += ((int32_t)roll(far) - (int32_t)far / 2) * 500;
		if (at[i].lon > 12000 || at[i].lon < -12000 || at[i].lat > 12000 || at[i].lat < -12000)
			if (far == 5)
				at[i] = (struct xie_pt){ (int32_t)(roll(8) * 500), (int32_t)(roll(8) * 500) };
		f[k] = (struct slow_fix){ .key = xie_key_mmsi(413000000 + i), .kind = XIE_KIND_VESSEL };
		f[k].fix = (struct xie_fix){ .t = t[i], .rx = t[i], .at = at[i], .echo = seed, .sog_dmph = (int32_t)roll(100) * 1852,
			                     .cog_cdeg = (uint16_t)(roll(36) * 1000) };
		f[k].fix.has = (uint16_t)((roll(12) != 0 ? XIE_FIX_SOG : 0) | (roll(12) != 0 ? XIE_FIX_COG : 0));
		*ret_end = t[i] > *ret_end ? t[i] : *ret_end;
	}
	*ret_end += roll(120) * 1000;
	return n;
}

struct collect {
	struct xie_alert a[20000];
	size_t n;
	bool revisions_ok;
};

static void on_alert(void *self, const struct xie_alert *a)
{
	struct collect *c = self;
	for (size_t i = 0; i < c->n; i++)
		if (memcmp(c->a[i].id, a->id, sizeof a->id) == 0) {
			c->revisions_ok = c->revisions_ok && a->rev == c->a[i].rev + 1;
			c->a[i] = *a;
			return;
		}
	c->revisions_ok = c->revisions_ok && a->rev == 1;
	c->a[c->n++] = *a;
}

static size_t final_alerts(const struct collect *c, struct slow_alert *out)
{
	size_t n = 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct xie_alert *a = &c->a[i];
		if (a->withdrawn)
			continue;
		out[n++] = (struct slow_alert){ .binding = a->binding, .target = a->target, .other = a->other, .since = a->since, .open = a->open,
			                        .close = a->closed ? a->close : 0, .closed = a->closed, .already = a->already_inside,
			                        .direction = a->direction, .end = a->end, .peak = a->has_peak ? a->peak : INT64_MIN };
	}
	qsort(out, n, sizeof *out, slow_alert_cmp);
	return n;
}

struct way { /* how the same traffic is delivered */
	uint32_t shards;
	bool twice, ticks, keep_all, batch;
	uint32_t then; /* half way: saved, thrown away, loaded into this many shards */
};

struct engine {
	xie_arena mem;
	struct xie_shard *shards[8];
	struct xie_pairs *pairs;
	uint32_t n;
};

static void start(struct engine *e, const struct xie_run_options *opt, uint32_t n, uint8_t *at, size_t size)
{
	e->mem = xie_arena_of(at, size);
	e->n = n;
	for (uint32_t i = 0; i < n; i++)
		check_ok(xie_shard_new(&e->mem, opt, &e->shards[i]));
	check_ok(xie_pairs_new(&e->mem, opt, e->shards, n, &e->pairs));
}

struct saved {
	uint8_t *p;
	size_t n, cap;
};

static bool save(void *self, const void *p, size_t n)
{
	struct saved *s = self;
	if (n > s->cap - s->n)
		return false;
	memcpy(s->p + s->n, p, n);
	s->n += n;
	return true;
}

/* The engine goes through a snapshot into another number of shards. */
static void move(struct engine *e, const struct xie_run_options *opt, uint32_t n, xie_ms now)
{
	size_t part = memory_size / 8;
	struct saved s = { memory + memory_size / 2 + 2 * part, 0, part };
	check_ok(xie_pairs_run(e->pairs, now));
	check_ok(xie_run_save(e->shards, e->n, e->pairs, xie_arena_of(memory + memory_size / 2 + 3 * part, part),
	                      &(struct xie_snapshot_sink){ save, &s }));
	memset(e->mem.base, 0xA5, e->mem.used);
	start(e, opt, n, memory + memory_size / 2 + part, part);
	check_ok(xie_run_load(e->shards, n, e->pairs, s.p, s.n));
}

static void run(const struct xie_rules *rules, const struct slow_fix *f, size_t n, xie_ms end, struct way w, struct collect *c)
{
	c->n = 0;
	c->revisions_ok = true;
	struct xie_run_options opt = { .rules = rules, .sink = on_alert, .self = c, .keep_all = w.keep_all, .ticks = w.ticks };
	struct engine e;
	start(&e, &opt, w.shards, memory + memory_size / 2, memory_size / 8);
	xie_ms now = 0;
	static struct xie_obs all[MOST];
	size_t taken = 0;
	for (size_t i = 0; i < n && w.batch; i++)
		all[i] = (struct xie_obs){ .what = XIE_OBS_FIX, .kind = f[i].kind, .target = f[i].key, .frame = f[i].arrival, .fix = f[i].fix };
	if (w.batch) { /* one shard, in two calls */
		check_ok(xie_shard_put_all(e.shards[0], all, n / 3, &taken));
		check_int(taken, n / 3);
		check_ok(xie_shard_put_all(e.shards[0], all + n / 3, n - n / 3, &taken));
		check_int(taken, n - n / 3);
	}
	for (size_t i = 0; i < n && !w.batch; i++) {
		struct xie_obs o = { .what = XIE_OBS_FIX, .kind = f[i].kind, .target = f[i].key, .frame = f[i].arrival, .fix = f[i].fix };
		if (w.then != 0 && i == n / 2)
			move(&e, &opt, w.then, now);
		for (int k = 0; k < (w.twice ? 2 : 1); k++)
			check_ok(xie_shard_put(e.shards[xie_shard_of(&o.target, e.n)], &o));
		now = f[i].fix.t > now ? f[i].fix.t : now;
		if (w.ticks && i % 7 == 0) {
			for (uint32_t s = 0; s < e.n; s++)
				xie_shard_tick(e.shards[s], now / 1000 * 1000);
			check_ok(xie_pairs_run(e.pairs, now));
		}
	}
	for (uint32_t s = 0; s < e.n; s++)
		xie_shard_finish(e.shards[s], end);
	check_ok(xie_pairs_finish(e.pairs, end));
}

static void print(const char *who, const struct xie_rules *r, const struct slow_alert *a)
{
	const struct xie_binding *b = &r->bindings[a->binding];
	xie_str id = r->rules[b->rule].id;
	printf("%s %.*s zone %d target %.9s other %.9s since %" PRId64 " open %" PRId64 " close %" PRId64 " closed %d already %d dir %d end %s peak %" PRId64 "\n",
	       who, (int)id.n, id.p, (int)b->zone, a->target.digits, a->other.digits, a->since, a->open, a->close, a->closed, a->already,
	       a->direction, xie_end_name((enum xie_end)a->end), a->peak);
}

static void same_alerts(const struct xie_rules *r, struct slow_alert *want, size_t n, const struct collect *c, const char *how)
{
	static struct slow_alert got[20000];
	size_t m = final_alerts(c, got);
	for (size_t i = 0; i < n; i++)
		want[i].close = want[i].closed ? want[i].close : 0;
	for (size_t i = 0; i < n || i < m; i++) {
		bool same = i < n && i < m && slow_alert_cmp(&got[i], &want[i]) == 0 && got[i].closed == want[i].closed &&
		            got[i].already == want[i].already && got[i].peak == want[i].peak;
		if (same)
			continue;
		if (i < n)
			print("want", r, &want[i]);
		if (i < m)
			print("got ", r, &got[i]);
		fail_msg("%s: alert %zu of %zu differs (engine has %zu)", how, i, n, m);
	}
	if (!c->revisions_ok)
		fail_msg("%s: revision numbers do not count up by one", how);
}

/* Delivered up to ten minutes late: each fix gets a delay, and the delivery is ordered by that. */
static void deliver_late(struct slow_fix *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		f[i].fix.rx = f[i].fix.t + (roll(4) == 0 ? (xie_ms)roll(500000) : 0);
	for (size_t i = 1; i < n; i++) {
		struct slow_fix x = f[i];
		size_t k = i;
		for (; k > 0 && f[k - 1].fix.rx > x.fix.rx; k--)
			f[k] = f[k - 1];
		f[k] = x;
	}
	for (size_t i = 0; i < n; i++)
		f[i].arrival = i + 1;
}

static void engine_agrees_with_the_slow_one_however_it_is_fed(void **state)
{
	(void)state;
	static struct slow_fix fed[MOST], sorted[MOST];
	static struct slow_alert want[20000];
	struct collect *c = malloc(sizeof *c);
	xie_arena mem = xie_arena_of(memory, memory_size / 2);
	const struct xie_rules *rules = compile(&mem);
	size_t alerts = 0;
	int rounds = getenv("XIE_ROUNDS") != NULL ? (int)(getenv("XIE_ROUNDS")[0] - '0') * 1000 : 150;
	for (int round = 0; round < rounds; round++) {
		seed = 0x9E3779B97F4A7C15u * (uint64_t)(round + 1);
		xie_ms end = 0;
		size_t n = traffic(fed, 40 + roll(160), &end);
		for (size_t i = 0; i < n; i++)
			fed[i].arrival = i + 1;
		bool late = round % 2 == 1;
		if (late)
			deliver_late(fed, n);
		memcpy(sorted, fed, n * sizeof fed[0]);
		size_t m = slow_engine(rules, sorted, n, end, want, 20000);
		alerts += m;
		static const struct way ways[] = {
			{ .shards = 1, .keep_all = true },
			{ .shards = 3, .keep_all = true, .ticks = true },
			{ .shards = 2, .keep_all = true, .twice = true },
			{ .shards = 1, .ticks = true },
			{ .shards = 3, .ticks = true, .then = 2 },
			{ .shards = 1, .keep_all = true, .then = 4 },
			{ .shards = 1, .keep_all = true, .batch = true },
		};
		for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++) {
			char how[64];
			(void)snprintf(how, sizeof how, "round %d way %zu%s", round, w, late ? " late" : "");
			run(rules, fed, n, end, ways[w], c);
			same_alerts(rules, want, m, c, how);
		}
	}
	check_true(alerts > 5000);
	free(c);
}

static void a_snapshot_that_does_not_fit_is_refused(void **state)
{
	(void)state;
	static struct slow_fix f[MOST];
	struct collect *c = malloc(sizeof *c);
	c->n = 0;
	xie_arena mem = xie_arena_of(memory, memory_size / 2);
	const struct xie_rules *rules = compile(&mem);
	struct xie_run_options opt = { .rules = rules, .sink = on_alert, .self = c };
	size_t part = memory_size / 8;
	xie_ms end = 0;
	seed = 7;
	size_t n = traffic(f, 200, &end);
	struct engine e;
	start(&e, &opt, 1, memory + memory_size / 2, part);
	for (size_t i = 0; i < n; i++) {
		struct xie_obs o = { .what = XIE_OBS_FIX, .kind = f[i].kind, .target = f[i].key, .fix = f[i].fix };
		check_ok(xie_shard_put(e.shards[0], &o));
	}
	check_ok(xie_pairs_run(e.pairs, end));
	struct saved s = { memory + memory_size / 2 + 2 * part, 0, part };
	check_ok(xie_run_save(e.shards, 1, e.pairs, xie_arena_of(memory + memory_size / 2 + 3 * part, part),
	                      &(struct xie_snapshot_sink){ save, &s }));
	for (size_t cut = 0; cut < s.n; cut += 1 + cut / 7) {
		start(&e, &opt, 1, memory + memory_size / 2 + part, part);
		xie_status st = xie_run_load(e.shards, 1, e.pairs, s.p, cut);
		check_true(st == XIE_CORRUPT || st == XIE_UNKNOWN);
	}
	s.p[20] ^= 1; /* another version */
	start(&e, &opt, 1, memory + memory_size / 2 + part, part);
	check_st(xie_run_load(e.shards, 1, e.pairs, s.p, s.n), XIE_UNKNOWN);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(engine_agrees_with_the_slow_one_however_it_is_fed),
		cmocka_unit_test(a_snapshot_that_does_not_fit_is_refused),
	};
	memory = malloc(memory_size);
	int rc = cmocka_run_group_tests_name("run", tests, NULL, NULL);
	free(memory);
	return rc;
}
