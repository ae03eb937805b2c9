/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/web/live.h"

static uint64_t seed = 88172645463325252u;
static uint64_t next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static struct xie_obs fix(uint32_t mmsi, xie_ms t, int32_t lon, int32_t lat)
{
	return (struct xie_obs){ .what = XIE_OBS_FIX,
		                 .kind = XIE_KIND_VESSEL,
		                 .target = xie_key_mmsi(mmsi),
		                 .fix = { .t = t, .rx = t, .at = { lon, lat } } };
}

static void nothing(void *self, const struct xie_live_target *t)
{
	(void)self;
	(void)t;
}

static void keeps_the_newest_fix_by_event_time(void **state)
{
	(void)state;
	struct xie_live *l;
	struct xie_live_target t;
	check_ok(xie_live_new(100, &l));
	struct xie_obs o = fix(413790216, 2000, 10, 20), late = fix(413790216, 1000, 11, 21);
	check_ok(xie_live_put(l, &o));
	check_ok(xie_live_put(l, &late));
	struct xie_key k = xie_key_mmsi(413790216), unknown = xie_key_mmsi(1);
	check_ok(xie_live_get(l, &k, &t));
	check_int(t.fix.at.lon, 10);
	check_st(xie_live_get(l, &unknown, &t), XIE_UNKNOWN);
	struct xie_obs suspect = fix(413790216, 9000, 12, 22);
	suspect.fix.has = XIE_FIX_CLOCK_SUSPECT;
	check_ok(xie_live_put(l, &suspect)); /* a clock that runs ahead does not pin the target */
	check_ok(xie_live_get(l, &k, &t));
	check_int(t.fix.t, 2000);
	xie_live_free(l);
}

static void merges_static_data(void **state)
{
	(void)state;
	struct xie_live *l;
	struct xie_live_target t;
	struct xie_key k = xie_key_mmsi(413790216);
	check_ok(xie_live_new(100, &l));
	struct xie_obs a = { .what = XIE_OBS_STATIC,
		             .target = k,
		             .stat = { .t = 5, .s = { .ship_type = 70, .name = "ONE" } } };
	struct xie_obs b = { .what = XIE_OBS_STATIC,
		             .target = k,
		             .stat = { .t = 6, .s = { .bow_mm = 30000, .stern_mm = 20000 } } };
	struct xie_obs old = { .what = XIE_OBS_STATIC, .target = k, .stat = { .t = 4, .s = { .name = "OLD" } } };
	check_ok(xie_live_put(l, &a));
	check_ok(xie_live_put(l, &b));
	check_ok(xie_live_put(l, &old));
	check_ok(xie_live_get(l, &k, &t));
	check_str(xie_str_of(t.name), "ONE");
	check_int(t.length_mm, 50000);
	check_int(t.ship_type, 70);
	check_true(!t.has_fix);
	struct xie_live_query q = { .text = XIE_STR("on"), .max = 10 };
	check_int(xie_live_each(l, &q, nothing, NULL), 1);
	q.text = XIE_STR("41379");
	check_int(xie_live_each(l, &q, nothing, NULL), 1);
	q.text = XIE_STR("two");
	check_int(xie_live_each(l, &q, nothing, NULL), 0);
	xie_live_free(l);
}

static void refuses_new_targets_when_full_and_keeps_the_old(void **state)
{
	(void)state;
	struct xie_live *l;
	struct xie_live_counts c;
	check_ok(xie_live_new(64, &l));
	size_t refused = 0;
	for (uint32_t i = 0; i < 500; i++) {
		struct xie_obs o = fix(100000000 + i, 1, 0, 0);
		refused += xie_live_put(l, &o) == XIE_LIMIT;
	}
	xie_live_count(l, &c);
	check_int(c.targets + refused, 500);
	check_int(c.refused, refused);
	check_true(c.targets <= c.capacity);
	xie_live_free(l);
}

/* The same questions answered by looking at everything. */
struct shadow {
	uint32_t n;
	struct xie_obs o[2000];
};

static size_t slow_count(const struct shadow *s, const struct xie_web_bbox *b)
{
	size_t n = 0;
	for (uint32_t i = 0; i < s->n; i++)
		n += xie_web_bbox_has(b, s->o[i].fix.at.lon, s->o[i].fix.at.lat);
	return n;
}

static void finds_what_lies_in_a_box_as_a_full_scan_does(void **state)
{
	(void)state;
	static struct shadow s;
	struct xie_live *l;
	check_ok(xie_live_new(4000, &l));
	s.n = 2000;
	for (int round = 0; round < 5; round++)
		for (uint32_t i = 0; i < s.n; i++) { /* moving, some across cell borders and the antimeridian */
			int32_t spread = (i & 1) != 0 ? 3 * XIE_DEG : 180 * XIE_DEG;
			int64_t lon = (int64_t)(next() % (uint64_t)spread) - spread / 2 +
			              (i % 3 == 0 ? XIE_LON_MAX - XIE_DEG : 0);
			if (lon >= XIE_LON_MAX)
				lon -= 2 * (int64_t)XIE_LON_MAX;
			s.o[i] = fix(200000000 + i, round + 1, (int32_t)lon, (int32_t)(next() % XIE_DEG) - XIE_DEG / 2);
			check_ok(xie_live_put(l, &s.o[i]));
		}
	for (int k = 0; k < 2000; k++) {
		int32_t w = (int32_t)((int64_t)(next() % (2u * XIE_LON_MAX)) - XIE_LON_MAX);
		int64_t e = w + (int64_t)(next() % (uint64_t)((k & 1) != 0 ? XIE_DEG / 4 : 200 * XIE_DEG));
		if (e > XIE_LON_MAX)
			e -= 2 * (int64_t)XIE_LON_MAX;
		int32_t south = (int32_t)(next() % XIE_DEG) - XIE_DEG / 2;
		struct xie_live_query q = { .has_box = true,
			                    .max = 1 << 20,
			                    .box = { w, south, (int32_t)e,
			                             south + (int32_t)(next() % (XIE_DEG / 2)) } };
		check_int(xie_live_each(l, &q, nothing, NULL), slow_count(&s, &q.box));
	}
	xie_live_free(l);
}

static void drains_each_change_once(void **state)
{
	(void)state;
	struct xie_live *l;
	check_ok(xie_live_new(1000, &l));
	for (uint32_t i = 0; i < 100; i++)
		for (int k = 0; k < 3; k++) {
			struct xie_obs o = fix(300000000 + i, k + 1, 0, 0);
			check_ok(xie_live_put(l, &o));
		}
	size_t n = 0;
	for (uint64_t seq = 1, got; (got = xie_live_drain(l, seq, 30, nothing, NULL)) != 0; seq++)
		n += got;
	check_int(n, 100);
	struct xie_live_query after = { .after = 3, .max = 1000 };
	check_int(xie_live_each(l, &after, nothing, NULL), 10); /* 30, 30, 30, then the rest */
	struct xie_obs o = fix(300000007, 9, 0, 0);
	check_ok(xie_live_put(l, &o));
	check_int(xie_live_drain(l, 9, 100, nothing, NULL), 1);
	after.after = 8;
	check_int(xie_live_each(l, &after, nothing, NULL), 1);
	xie_live_free(l);
}

static void forgets_what_was_not_heard_and_takes_new_ones(void **state)
{
	(void)state;
	struct xie_live *l;
	struct xie_live_counts c;
	check_ok(xie_live_new(400, &l)); /* room for two rounds in each shard, not for twenty */
	for (int round = 0; round < 20; round++) {
		for (uint32_t i = 0; i < 60; i++) {
			struct xie_obs o =
			    fix(400000000 + (uint32_t)round * 100 + i, 1000 * (round + 1), (int32_t)i * XIE_DEG, 0);
			check_ok(xie_live_put(l, &o));
		}
		/* Not before they were told: those of the round before go, these stay. */
		check_int(xie_live_forget(l, INT64_MAX, NULL, NULL), round == 0 ? 0 : 60);
		(void)xie_live_drain(l, (uint64_t)round + 1, 1000, nothing, NULL);
		check_int(xie_live_forget(l, 1000 * (round + 1), NULL, NULL), 0);
	}
	xie_live_count(l, &c);
	check_int(c.targets, 60);
	struct xie_live_query q = { .has_box = true, .box = { -XIE_LON_MAX, -1, XIE_LON_MAX, 1 }, .max = 1000 };
	check_int(xie_live_each(l, &q, nothing, NULL), 60);
	xie_live_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_newest_fix_by_event_time),
		cmocka_unit_test(merges_static_data),
		cmocka_unit_test(refuses_new_targets_when_full_and_keeps_the_old),
		cmocka_unit_test(finds_what_lies_in_a_box_as_a_full_scan_does),
		cmocka_unit_test(drains_each_change_once),
		cmocka_unit_test(forgets_what_was_not_heard_and_takes_new_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
