/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <dirent.h>
#include <unistd.h>

#include "xie/store/archive.h"

static char dir[64];
static struct xie_archive_store *store;
static struct xie_archive db;
static char log_text[1000];

static void hear(void *ctx, const char *line)
{
	(void)ctx;
	(void)snprintf(log_text, sizeof log_text, "%s", line);
}

static void open_store(void)
{
	struct xie_archive_options o = { .log = hear };
	struct xie_err err;
	if (xie_archive_open(dir, &o, &store, &err) != XIE_OK)
		fail_msg("%s", err.what);
	db = xie_archive_port(store);
}
static int setup(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/xie_archive_XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	open_store();
	return 0;
}
static int teardown(void **state)
{
	(void)state;
	static const char *const SUBS[] = { "/tracks", "/snapshots", "" };
	xie_archive_close(store);
	char p[600];
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(p, sizeof p, "%s%s", dir, SUBS[i]);
		DIR *d = opendir(p);
		for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
			(void)snprintf(p, sizeof p, "%s%s/%s", dir, SUBS[i], e->d_name);
			(void)unlink(p);
		}
		(void)closedir(d);
		(void)snprintf(p, sizeof p, "%s%s", dir, SUBS[i]);
		(void)rmdir(p);
	}
	return access(dir, F_OK) == 0 ? -1 : 0;
}

static struct xie_chunk chunk(uint32_t mmsi, xie_ms from, int32_t lon0, int32_t lat0, int32_t lon1, int32_t lat1)
{
	return (struct xie_chunk){ .target = xie_key_mmsi(mmsi), .from = from, .to = from + 1000, .low = { lon0, lat0 },
		.high = { lon1, lat1 }, .n = 3, .format = 1, .bytes = XIE_STR("\1\2\0\3") };
}

struct seen {
	unsigned n;
	xie_ms from[16];
	uint32_t sum;
};
static xie_status see(void *ctx, const struct xie_chunk *c)
{
	struct seen *s = ctx;
	check_int(c->bytes.n, 4);
	check_int(c->n, 3);
	s->from[s->n++ % 16] = c->from;
	s->sum += (uint32_t)(c->target.digits[8] - '0');
	return XIE_OK;
}

#define H INT64_C(3600000)
#define MAY INT64_C(1714521600000) /* 2024-05-01T00:00:00Z */
#define D (INT32_C(6000000))

static void a_target_is_listed_over_months(void **state)
{
	(void)state;
	struct xie_chunk c[] = {
		chunk(413000001, MAY - 2 * H, 0, 0, 5, 5), chunk(413000001, MAY - 5000, 0, 0, 5, 5), chunk(413000001, MAY, 0, 0, 5, 5),
		chunk(413000001, MAY + 50 * H, 0, 0, 5, 5), chunk(413000002, MAY, 0, 0, 5, 5),
	};
	check_ok(db.chunk_put(db.self, c, 5));
	struct xie_key key = xie_key_mmsi(413000001);
	struct seen s = { 0 };
	check_ok(db.chunk_list(db.self, &key, MAY - H, MAY + H, see, &s));
	check_int(s.n, 2);
	check_int(s.from[0], MAY - 5000);
	check_int(s.from[1], MAY);
	s = (struct seen){ 0 };
	check_ok(db.chunk_list(db.self, &key, INT64_MIN, INT64_MAX, see, &s));
	check_int(s.n, 4);
	/* Its end touches the span; a millisecond later it does not. */
	s = (struct seen){ 0 };
	check_ok(db.chunk_list(db.self, &key, MAY - 4000, MAY - 3000, see, &s));
	check_int(s.n, 1);
	s = (struct seen){ 0 };
	check_ok(db.chunk_list(db.self, &key, MAY - 3999, MAY - 3000, see, &s));
	check_int(s.n, 0);
	/* The same start again replaces. */
	c[2].to = c[2].from + 2000;
	check_ok(db.chunk_put(db.self, &c[2], 1));
	s = (struct seen){ 0 };
	check_ok(db.chunk_list(db.self, &key, MAY + 1500, MAY + 1600, see, &s));
	check_int(s.n, 1);
	/* An hour is the most. */
	c[0].to = c[0].from + 2 * H;
	check_st(db.chunk_put(db.self, c, 1), XIE_RANGE);
	xie_archive_close(store);
	open_store();
	s = (struct seen){ 0 };
	check_ok(db.chunk_list(db.self, &key, INT64_MIN, INT64_MAX, see, &s));
	check_int(s.n, 4);
}

static void a_box_finds_across_180(void **state)
{
	(void)state;
	struct xie_chunk c[] = {
		chunk(413000001, MAY, 10 * D, 10 * D, 11 * D, 11 * D), chunk(413000002, MAY, 179 * D, 0, -179 * D, D),
		chunk(413000003, MAY, -178 * D, 0, -177 * D, D), chunk(413000004, MAY + 3 * H, 10 * D, 10 * D, 11 * D, 11 * D),
	};
	check_ok(db.chunk_put(db.self, c, 4));
	static const struct {
		struct xie_pt low, high;
		uint32_t want; /* sum of the last digits */
	} CASES[] = {
		{ { 11 * D, 11 * D }, { 12 * D, 12 * D }, 1 },          /* a touching corner */
		{ { 11 * D + 1, 11 * D }, { 12 * D, 12 * D }, 0 },
		{ { -180 * D, -90 * D }, { 180 * D - 1, 90 * D }, 6 },
		{ { 178 * D, 0 }, { -178 * D, D }, 5 },                 /* the box crosses 180 */
		{ { -180 * D, 0 }, { -179 * D - 1, D }, 2 },            /* only the chunk does */
		{ { 170 * D, 0 }, { 178 * D, D }, 0 },
		{ { -178 * D, D + 1 }, { -177 * D, 2 * D }, 0 },
	};
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		struct seen s = { 0 };
		check_ok(db.chunk_box(db.self, CASES[i].low, CASES[i].high, MAY, MAY + H, see, &s));
		check_int(s.sum, CASES[i].want);
	}
}

static bool keep_second(void *ctx, const struct xie_key *k)
{
	(void)ctx;
	return k->digits[8] == '2';
}

static void tracks_expire_but_for_those_kept(void **state)
{
	(void)state;
	struct xie_chunk c[] = { chunk(413000001, MAY - 2 * H, 0, 0, 5, 5), chunk(413000001, MAY + H, 0, 0, 5, 5),
		chunk(413000002, MAY + H, 0, 0, 5, 5), chunk(413000001, MAY + 9 * H, 0, 0, 5, 5) };
	uint64_t gone;
	char path[100];
	check_ok(db.chunk_put(db.self, c, 4));
	check_ok(xie_archive_expire(store, MAY + 2 * H, keep_second, NULL, &gone));
	check_int(gone, 2);
	struct seen s = { 0 };
	check_ok(db.chunk_box(db.self, (struct xie_pt){ 0, 0 }, (struct xie_pt){ 9, 9 }, 0, MAY + 99 * H, see, &s));
	check_int(s.n, 2);
	(void)snprintf(path, sizeof path, "%s/tracks/202404.db", dir);
	check_int(access(path, F_OK), -1);
	(void)snprintf(path, sizeof path, "%s/tracks/202405.db", dir);
	check_int(access(path, F_OK), 0);
}

static void put_snapshot(uint64_t pos, size_t n)
{
	struct xie_snapshot_meta m = { .position = pos, .at = MAY, .semantics = 1, .format = 2, .packs = XIE_STR("ab,cd") };
	struct xie_snapshot_writer *w = NULL;
	check_ok(db.snapshot_begin(db.self, &m, &w));
	for (size_t at = 0; at < n; at += 1000) {
		uint32_t piece[250];
		for (size_t i = 0; i < 250; i++)
			piece[i] = (uint32_t)(at + i) * 2654435761u + (uint32_t)pos;
		check_ok(db.snapshot_write(db.self, w, piece, sizeof piece));
	}
	check_ok(db.snapshot_commit(db.self, w));
}

static uint64_t read_snapshot(unsigned nth, size_t want)
{
	struct xie_snapshot_meta m;
	struct xie_snapshot_reader *r = NULL;
	static uint8_t all[1 << 20];
	size_t n = 0, k;
	check_ok(db.snapshot_open(db.self, nth, &m, &r));
	check_str(m.packs, "ab,cd");
	check_int(m.semantics, 1);
	check_int(m.format, 2);
	do {
		check_ok(db.snapshot_read(db.self, r, all + n, 777, &k));
		n += k;
	} while (k != 0);
	check_int(n, want);
	for (size_t at = 0; at < n; at += 1000)
		for (size_t i = 0; i < 250; i++) {
			uint32_t v;
			memcpy(&v, all + at + 4 * i, 4);
			if (v != (uint32_t)(at + i) * 2654435761u + (uint32_t)m.position)
				fail_msg("byte %zu differs", at + 4 * i);
		}
	db.snapshot_close(db.self, r);
	return m.position;
}

static void snapshots_are_whole_or_not_there(void **state)
{
	(void)state;
	struct xie_snapshot_meta m = { .position = 99 };
	struct xie_snapshot_reader *r = NULL;
	struct xie_snapshot_writer *w = NULL;
	check_st(db.snapshot_open(db.self, 0, &m, &r), XIE_MISSING);
	put_snapshot(10, 300000);
	put_snapshot(20, 0);
	put_snapshot(30, 5000);
	put_snapshot(40, 500000);
	check_int(read_snapshot(0, 500000), 40);
	check_int(read_snapshot(1, 5000), 30);
	check_int(read_snapshot(2, 0), 20);
	check_st(db.snapshot_open(db.self, 3, &m, &r), XIE_MISSING); /* three are kept */
	/* One that is not committed is not seen, nor what an abort leaves. */
	check_ok(db.snapshot_begin(db.self, &m, &w));
	check_ok(db.snapshot_write(db.self, w, "x", 1));
	check_int(read_snapshot(0, 500000), 40);
	db.snapshot_abort(db.self, w);
	/* What a kill left half written goes at the next start. */
	char path[128];
	(void)snprintf(path, sizeof path, "%s/snapshots/%020d.snap.tmp", dir, 77);
	FILE *half = fopen(path, "w");
	check_true(half != NULL && fclose(half) == 0);
	xie_archive_close(store);
	open_store();
	check_int(access(path, F_OK), -1);
	check_int(read_snapshot(0, 500000), 40);
	/* A damaged one is passed over and named. */
	(void)snprintf(path, sizeof path, "%s/snapshots/%020d.snap", dir, 40);
	FILE *f = fopen(path, "r+b");
	check_int(fseek(f, 100000, SEEK_SET), 0);
	int c = fgetc(f);
	check_int(fseek(f, 100000, SEEK_SET), 0);
	(void)fputc(c ^ 1, f);
	(void)fclose(f);
	check_int(read_snapshot(0, 5000), 30);
	check_true(strstr(log_text, path) != NULL);
	unsigned bad;
	check_ok(xie_archive_check(dir, NULL, hear, NULL, &bad));
	check_int(bad, 1);
	check_int(truncate(path, 20), 0);
	check_int(read_snapshot(0, 5000), 30);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_target_is_listed_over_months),
		T(a_box_finds_across_180),
		T(tracks_expire_but_for_those_kept),
		T(snapshots_are_whole_or_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
