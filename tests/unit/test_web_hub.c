/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <inttypes.h>

#include "xie/web/hub.h"

#define FIRST UINT64_C(1000000)

static struct xie_live *live;
static struct xie_hub *hub;

static void write_target(void *self, xie_wr *w, const struct xie_live_target *t)
{
	(void)self;
	xie_wr_char(w, '"');
	xie_wr_str(w, xie_key_text(&t->key));
	xie_wr_text(w, "@");
	xie_wr_i64(w, t->fix.t);
	xie_wr_char(w, '"');
}

static void setup(size_t events, size_t batch)
{
	check_ok(xie_live_new(100000, &live));
	struct xie_hub_conf c = { .events = events,
		                  .event_bytes = 1 << 20,
		                  .clients = 4,
		                  .per_user = 3,
		                  .batch = batch,
		                  .beat = 5000,
		                  .first_seq = FIRST,
		                  .live = live,
		                  .write = write_target };
	check_ok(xie_hub_new(&c, &hub));
}

static void teardown(void)
{
	xie_hub_free(hub);
	xie_live_free(live);
}

/* A reader that keeps all it was given as text. */
struct reader {
	struct xie_hub_client *c;
	bool asleep;
	unsigned wakes;
	char text[400000];
	size_t n;
};

static void sleep_now(void *self)
{
	((struct reader *)self)->asleep = true;
}

static void wake_now(void *self)
{
	((struct reader *)self)->asleep = false;
	((struct reader *)self)->wakes++;
}

static xie_status join(struct reader *r, const char *user, const char *path, uint64_t since)
{
	struct xie_hub_reader hr = {
		.who = { .number = 7, .n_grants = 1 }, .sleep = sleep_now, .wake = wake_now, .self = r
	};
	(void)snprintf(hr.who.user, sizeof hr.who.user, "%s", user);
	(void)snprintf(hr.who.grants[0].path, sizeof hr.who.grants[0].path, "%s", path);
	r->n = 0;
	r->text[0] = '\0';
	r->asleep = false;
	return xie_hub_join(hub, &hr, since, 0, &r->c);
}

/* Reads in pieces of `piece` bytes until there is nothing more; false when the stream is over. */
static bool read_all(struct reader *r, size_t piece, xie_ms now)
{
	for (;;) {
		if (r->n + piece >= sizeof r->text)
			fail_msg("the reader's room is full");
		ssize_t n = xie_hub_read(r->c, r->text + r->n, piece, now);
		if (n < 0)
			return false;
		if (n == 0)
			break;
		r->n += (size_t)n;
	}
	r->text[r->n] = '\0';
	check_true(r->asleep);
	return true;
}

static unsigned count(const struct reader *r, const char *what)
{
	unsigned n = 0;
	for (const char *p = r->text; (p = strstr(p, what)) != NULL; p++)
		n++;
	return n;
}

/* The last id line, as a browser keeps it. */
static uint64_t last_id(const struct reader *r)
{
	uint64_t id = 0;
	for (const char *p = r->text; (p = strstr(p, "id: ")) != NULL; p++)
		if (p == r->text || p[-1] == '\n')
			check_int(sscanf(p, "id: %" SCNu64, &id), 1);
	return id;
}

static void post(int i, const char *org)
{
	char json[64];
	(void)snprintf(json, sizeof json, "{\"n\":%d}", i);
	(void)xie_hub_post(hub, "alert", xie_str_of(org), XIE_STR("440600"), xie_str_of(json));
}

static void put(uint32_t mmsi, xie_ms t, int32_t lon, int32_t lat)
{
	struct xie_obs o = { .what = XIE_OBS_FIX, .target = xie_key_mmsi(mmsi), .fix = { .t = t, .at = { lon, lat } } };
	check_ok(xie_live_put(live, &o));
}

static void tick(xie_ms now)
{
	xie_hub_tick(hub, now, 0, (xie_str){ "", 0 });
}

static void gives_events_in_order_once(void **state)
{
	(void)state;
	static struct reader r;
	setup(100, 100);
	check_ok(join(&r, "u", "/a/", 0));
	check_true(read_all(&r, 17, 0));
	check_int(count(&r, "event: hello"), 1);
	for (int i = 0; i < 20; i++)
		post(i, "/a/");
	check_int(r.wakes, 1); /* sleeps on after the first: nothing is queued for it */
	check_true(read_all(&r, 7, 0));
	check_int(count(&r, "event: alert"), 20);
	check_true(strstr(r.text, "{\"n\":0}") < strstr(r.text, "{\"n\":19}"));
	check_int(last_id(&r), FIRST + 20);
	xie_hub_leave(r.c);
	teardown();
}

static void resumes_without_loss_or_doubling(void **state)
{
	(void)state;
	static struct reader r;
	unsigned seen[200] = { 0 };
	setup(1000, 100);
	check_ok(join(&r, "u", "/a/", 0));
	uint64_t since = 0;
	for (int i = 0; i < 200; i++) {
		post(i, "/a/");
		put(1 + (uint32_t)(i % 5), i + 1, 0, 0);
		if (i % 7 == 3)
			tick(i);
		if (i % 10 != 9)
			continue;
		check_true(read_all(&r, 64, 0));
		for (int k = 0; k <= i; k++) {
			char what[32];
			(void)snprintf(what, sizeof what, "{\"n\":%d}\n", k);
			seen[k] += count(&r, what);
		}
		since = last_id(&r) != 0 ? last_id(&r) : since;
		xie_hub_leave(r.c); /* the line breaks */
		check_ok(join(&r, "u", "/a/", since));
	}
	for (int i = 0; i < 200; i++)
		check_int(seen[i], 1);
	xie_hub_leave(r.c);
	teardown();
}

static void tells_of_what_it_no_longer_holds(void **state)
{
	(void)state;
	static struct reader r;
	setup(10, 100);
	for (int i = 0; i < 30; i++)
		post(i, "/a/");
	check_ok(join(&r, "u", "/a/", FIRST + 3));
	check_true(read_all(&r, 100, 0));
	check_int(count(&r, "\"resumed\":false"), 1);
	check_int(count(&r, "\"why\":\"too_old\""), 1);
	check_int(count(&r, "event: alert"), 0); /* the snapshot has them */
	check_int(last_id(&r), FIRST + 30);
	xie_hub_leave(r.c);
	check_ok(join(&r, "u", "/a/", FIRST + 25));
	check_true(read_all(&r, 100, 0));
	check_int(count(&r, "\"resumed\":true"), 1);
	check_int(count(&r, "event: alert"), 5);
	xie_hub_leave(r.c);
	check_ok(join(&r, "u", "/a/", 5)); /* a number from before the last start */
	check_true(read_all(&r, 100, 0));
	check_int(count(&r, "\"why\":\"restart\""), 1);
	xie_hub_leave(r.c);
	check_ok(join(&r, "u", "/a/", FIRST + 1000)); /* or from a clock that was set back */
	check_true(read_all(&r, 100, 0));
	check_int(count(&r, "\"why\":\"restart\""), 1);
	xie_hub_leave(r.c);
	teardown();
}

static void a_slow_reader_is_bounded_and_told(void **state)
{
	(void)state;
	static struct reader r;
	struct xie_hub_counts c;
	setup(10, 100);
	check_ok(join(&r, "u", "/a/", 0));
	char byte;
	check_int(xie_hub_read(r.c, &byte, 1, 0), 1); /* in the middle of hello */
	for (int i = 0; i < 1000; i++)
		post(i, "/a/");
	xie_hub_count(hub, &c);
	check_int(c.ring_events, 10);
	r.text[r.n++] = byte;
	check_true(read_all(&r, 100, 0));
	check_int(count(&r, "event: hello"), 1); /* what was begun is ended */
	check_int(count(&r, "\"why\":\"overflow\""), 1);
	check_int(count(&r, "event: alert"), 0);
	check_int(last_id(&r), FIRST + 1000);
	xie_hub_leave(r.c);
	teardown();
}

static void shows_events_only_to_whose_they_are(void **state)
{
	(void)state;
	static struct reader a, b, none;
	setup(100, 100);
	check_ok(join(&a, "ua", "/a/", 0));
	check_ok(join(&b, "ub", "/a/b/", 0));
	check_ok(join(&none, "un", "", 0));
	post(1, "/a/");
	post(2, "/a/b/");
	post(3, "/a/bb/");
	post(4, "");
	check_true(read_all(&a, 100, 0));
	check_true(read_all(&b, 100, 0));
	check_true(read_all(&none, 100, 0));
	check_int(count(&a, "event: alert"), 4);
	check_int(count(&b, "event: alert"), 2);
	check_int(count(&b, "{\"n\":2}"), 1);
	check_int(count(&none, "event: alert"), 1); /* no grant: only what is for everybody */
	xie_hub_leave(a.c);
	xie_hub_leave(b.c);
	xie_hub_leave(none.c);
	teardown();
}

static void positions_are_the_newest_of_each_in_view(void **state)
{
	(void)state;
	static struct reader r;
	struct xie_web_bbox box = { 0, 0, XIE_DEG, XIE_DEG };
	setup(100, 100);
	check_ok(join(&r, "u", "/a/", 0));
	check_ok(xie_hub_view(hub, xie_hub_client_id(r.c), 7, &box));
	check_st(xie_hub_view(hub, xie_hub_client_id(r.c), 8, &box), XIE_UNKNOWN); /* somebody else's session */
	put(1, 10, 5, 5);
	put(1, 11, 6, 6);
	put(2, 10, -5, 5);
	tick(0);
	check_true(read_all(&r, 100, 0));
	check_int(count(&r, "\"000000001@11\""), 1);
	check_int(count(&r, "@10"), 0);
	tick(0);
	r.n = 0;
	check_true(read_all(&r, 100, 0));
	check_int(count(&r, "positions"), 0); /* nothing moved */
	/* Three ticks that the reader slept through: the last word of each target. */
	for (int i = 0; i < 3; i++) {
		put(1, 20 + i, 7, 7);
		tick(0);
	}
	r.n = 0;
	check_true(read_all(&r, 100, 0));
	check_int(count(&r, "event: positions"), 1);
	check_true(strstr(r.text, "@22") != NULL);
	/* Far behind the frames that are kept: the live table answers, each target once. */
	for (int i = 0; i < 50; i++) {
		put(3 + (uint32_t)(i % 5), 100 + i, 7, 7);
		tick(0);
	}
	r.n = 0;
	check_true(read_all(&r, 1000, 0));
	check_int(count(&r, "event: positions"), 1);
	check_int(count(&r, "@"), 5);
	xie_hub_leave(r.c);
	teardown();
}

static void a_crowd_is_sampled_and_nobody_starves(void **state)
{
	(void)state;
	static struct reader r;
	enum { TARGETS = 2000, BATCH = 200 };
	static uint8_t seen[TARGETS];
	setup(100, BATCH);
	memset(seen, 0, sizeof seen);
	check_ok(join(&r, "u", "/a/", 0));
	size_t most = 0;
	for (int round = 0; round < 200; round++) {
		for (uint32_t i = 0; i < TARGETS; i++)
			put(1 + i, round + 1, 0, 0);
		tick(0);
		r.n = 0;
		check_true(read_all(&r, 4096, 0));
		size_t n = 0;
		for (const char *p = r.text; (p = strchr(p, '@')) != NULL; p++) {
			unsigned mmsi;
			check_int(sscanf(p - 9, "%9u", &mmsi), 1);
			seen[mmsi - 1] = 1;
			n++;
		}
		most = n > most ? n : most;
	}
	check_true(most < BATCH * 3 / 2);
	size_t unseen = 0;
	for (size_t i = 0; i < TARGETS; i++)
		unseen += seen[i] == 0;
	check_int(unseen, 0);
	xie_hub_leave(r.c);
	teardown();
}

static void streams_are_bounded_and_end(void **state)
{
	(void)state;
	static struct reader r[5];
	setup(100, 100);
	for (int i = 0; i < 3; i++)
		check_ok(join(&r[i], "u", "/a/", 0));
	check_st(join(&r[3], "u", "/a/", 0), XIE_LIMIT); /* three for one user */
	check_ok(join(&r[3], "v", "/a/", 0));
	check_st(join(&r[4], "w", "/a/", 0), XIE_LIMIT); /* four in all */
	check_true(read_all(&r[0], 100, 0));
	xie_hub_end(hub, 8); /* another session */
	check_true(read_all(&r[0], 100, 0));
	xie_hub_end(hub, 7);
	check_true(!read_all(&r[0], 100, 0));
	for (int i = 0; i < 4; i++)
		xie_hub_leave(r[i].c);
	xie_hub_end(hub, 0);
	check_st(join(&r[0], "u", "/a/", 0), XIE_LIMIT); /* the server stops */
	teardown();
}

static void beats_and_tells_who_is_gone(void **state)
{
	(void)state;
	static struct reader r;
	setup(100, 100);
	check_ok(join(&r, "u", "/a/", 0));
	check_true(read_all(&r, 100, 0));
	xie_hub_tick(hub, 6000, 5000, XIE_STR("\"vessel.000000001\""));
	check_true(!r.asleep);
	check_true(read_all(&r, 100, 6000));
	check_int(count(&r, "event: tick"), 1);
	check_int(count(&r, "\"watermark\":\"1970-01-01T00:00:05.000Z\""), 1);
	check_int(count(&r, "\"gone\":[\"vessel.000000001\"]"), 1);
	check_true(read_all(&r, 100, 7000));
	check_int(count(&r, "event: tick"), 1);
	xie_hub_leave(r.c);
	teardown();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_events_in_order_once),
		cmocka_unit_test(resumes_without_loss_or_doubling),
		cmocka_unit_test(tells_of_what_it_no_longer_holds),
		cmocka_unit_test(a_slow_reader_is_bounded_and_told),
		cmocka_unit_test(shows_events_only_to_whose_they_are),
		cmocka_unit_test(positions_are_the_newest_of_each_in_view),
		cmocka_unit_test(a_crowd_is_sampled_and_nobody_starves),
		cmocka_unit_test(streams_are_bounded_and_end),
		cmocka_unit_test(beats_and_tells_who_is_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
