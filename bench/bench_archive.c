/* SPDX-License-Identifier: Apache-2.0 */
/* The track archive: bytes and time a point on real recordings, and in files with 10 million made-up points, beside rows
 * of SQLite in the same run.
 *
 * usage: bench_archive [RECORDING...]     NMEA with times; the files are made below the current folder and deleted */
#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"

#include "xie/ais/msg.h"
#include "xie/bridge/ais.h"
#include "xie/db_sqlite/db.h"
#include "xie/file/file.h"
#include "xie/nmea/join.h"
#include "xie/store/archive.h"
#include "xie/track/archive.h"

enum { MOST = 12000000, OBJECTS = 2000, STEPS = 5000, ROW_STEPS = 500 };

struct row {
	struct xie_key key;
	enum xie_target_kind kind;
	struct xie_track_pt p;
};

struct set { /* points by target and hour */
	struct row *rows;
	size_t n;
	struct xie_track_pt *points;
	size_t *first; /* of each chunk; first[n_chunks] = n */
	size_t n_chunks;
	uint8_t *bytes;
	size_t *at; /* of each chunk's bytes */
	struct xie_track_pt *out;
};

static void *must(void *p)
{
	if (p == NULL)
		exit(3);
	return p;
}

static int by_key(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int c = xie_key_cmp(&x->key, &y->key);
	return c != 0 ? c : xie_track_cmp(&x->p, &y->p);
}

static xie_ms hour(xie_ms t)
{
	return t / XIE_TRACK_HOUR;
}

/* Sorts the rows into chunks; points that were heard twice in one millisecond are one. */
static void make_chunks(struct set *s)
{
	qsort(s->rows, s->n, sizeof *s->rows, by_key);
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		if (n == 0 || by_key(&s->rows[n - 1], &s->rows[i]) != 0)
			s->rows[n++] = s->rows[i];
	s->n = n;
	s->points = must(malloc(n * sizeof *s->points));
	s->out = must(malloc(n * sizeof *s->out));
	s->first = must(malloc((n + 1) * sizeof *s->first));
	s->at = must(malloc((n + 1) * sizeof *s->at));
	s->n_chunks = 0;
	for (size_t i = 0; i < n; i++) {
		s->points[i] = s->rows[i].p;
		if (i == 0 || !xie_key_eq(&s->rows[i].key, &s->rows[i - 1].key) || hour(s->rows[i].p.t) != hour(s->rows[i - 1].p.t))
			s->first[s->n_chunks++] = i;
	}
	s->first[s->n_chunks] = n;
	s->bytes = must(malloc(XIE_TRACK_ROOM(n) + 48 * s->n_chunks));
}

static void encode_all(void *self)
{
	struct set *s = self;
	size_t at = 0;
	for (size_t c = 0; c < s->n_chunks; c++) {
		size_t i = s->first[c], n = s->first[c + 1] - i, len = 0;
		s->at[c] = at;
		if (xie_track_encode(s->rows[i].kind, &s->points[i], n, s->bytes + at, XIE_TRACK_ROOM(n), &len) != XIE_OK)
			exit(1);
		at += len;
	}
	s->at[s->n_chunks] = at;
}

static void decode_all(void *self)
{
	struct set *s = self;
	for (size_t c = 0; c < s->n_chunks; c++) {
		enum xie_target_kind kind;
		size_t i = s->first[c], n = 0;
		xie_str b = { (const char *)s->bytes + s->at[c], s->at[c + 1] - s->at[c] };
		if (xie_track_decode(b, s->points[i].t, &kind, &s->out[i], s->first[c + 1] - i, &n) != XIE_OK)
			exit(1);
	}
}

/* The reference: the study's differences as bytes with a continuation bit, without flags or check. */
static uint8_t *varint(uint8_t *z, int64_t v)
{
	uint64_t x = (uint64_t)v << 1 ^ (uint64_t)(v >> 63);
	for (; x >= 128; x >>= 7)
		*z++ = (uint8_t)(x | 128);
	*z++ = (uint8_t)x;
	return z;
}

static size_t varint_bytes;
static void varint_all(void *self)
{
	struct set *s = self;
	uint8_t *z = s->bytes;
	for (size_t c = 0; c < s->n_chunks; c++) {
		struct xie_track_pt q = { 0 };
		int64_t pd = 0, px = 0, py = 0;
		for (size_t i = s->first[c]; i < s->first[c + 1]; i++) {
			const struct xie_track_pt *p = &s->points[i];
			int64_t d = i == s->first[c] ? 0 : p->t - q.t, x = ((int64_t)p->at.lon - q.at.lon), y = ((int64_t)p->at.lat - q.at.lat);
			z = varint(z, d - pd);
			z = varint(z, x - px);
			z = varint(z, y - py);
			z = varint(z, p->sog_dmph - q.sog_dmph);
			z = varint(z, p->cog_cdeg - q.cog_cdeg);
			pd = d;
			px = i == s->first[c] ? 0 : x;
			py = i == s->first[c] ? 0 : y;
			q = *p;
		}
	}
	varint_bytes = (size_t)(z - s->bytes);
}

static void report(const char *name, struct set *s)
{
	double v = bench_median(varint_all, s), e = bench_median(encode_all, s), d = bench_median(decode_all, s);
	for (size_t i = 0; i < s->n; i++)
		if (xie_track_cmp(&s->points[i], &s->out[i]) != 0) {
			(void)fprintf(stderr, "%s: point %zu did not come back\n", name, i);
			exit(1);
		}
	double n = (double)s->n;
	(void)printf("%-36.36s %8zu points %7zu chunks  %5.2f B  write %5.1f ns  read %5.1f ns   varint %5.2f B %5.1f ns\n", name, s->n,
	             s->n_chunks, (double)s->at[s->n_chunks] / n, e / n, d / n, (double)varint_bytes / n, v / n);
}

static void done(struct set *s)
{
	free(s->rows);
	free(s->points);
	free(s->first);
	free(s->at);
	free(s->out);
	free(s->bytes);
}

/* ---- recordings ---- */

static void recording(const char *path)
{
	static struct xie_nmea_reader reader;
	static struct xie_nmea_joiner joiner;
	static struct xie_nmea_group groups[64];
	static struct xie_nmea_bits bits;
	static struct xie_ais_msg msg;
	struct set s = { .rows = must(malloc(400000 * sizeof *s.rows)) };
	struct xie_lines *l = NULL;
	struct xie_err err;
	xie_str text;
	bool more = true;
	uint64_t number = 0;
	xie_nmea_reader_init(&reader, 0);
	xie_nmea_joiner_init(&joiner, groups, 64);
	if (xie_lines_open(path, &l, &err) != XIE_OK) {
		(void)fprintf(stderr, "%s: %s\n", path, err.what);
		exit(3);
	}
	while (xie_lines_next(l, &text, &more) == XIE_OK && more && s.n < 399998) {
		struct xie_nmea_line line;
		struct xie_nmea_lost lost;
		struct xie_obs obs[XIE_BRIDGE_AIS_MAX];
		if (xie_nmea_read(&reader, text, &line) != XIE_NMEA_VDM || !line.has_rx ||
		    xie_nmea_join(&joiner, &line, ++number, &bits, &lost) != XIE_NMEA_WHOLE || xie_ais_decode(&bits, &msg) != XIE_OK)
			continue;
		unsigned n = xie_bridge_ais(&msg, &bits, line.rx, 0, number, obs);
		for (unsigned i = 0; i < n; i++)
			if (obs[i].what == XIE_OBS_FIX)
				s.rows[s.n++] = (struct row){ obs[i].target, obs[i].kind, xie_track_pt_of(&obs[i].fix) };
	}
	xie_lines_close(l);
	const char *slash = strrchr(path, '/');
	if (s.n != 0) {
		make_chunks(&s);
		report(slash != NULL ? slash + 1 : path, &s);
	}
	done(&s);
}

/* ---- the study's workload: 2,000 vessels, 5,000 reports each, ten seconds apart, half a metre of noise ---- */

static uint64_t seed = 42;
static uint64_t rnd(void)
{
	uint64_t z = (seed += 0x9E3779B97F4A7C15u);
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}
static double u01(void)
{
	return (double)(rnd() >> 11) * 0x1p-53;
}
static double gauss(void)
{
	double s = 0;
	for (int i = 0; i < 4; i++)
		s += u01();
	return (s - 2) * 1.732;
}

#define T0 INT64_C(1760000000000)

static void made_up(struct set *s)
{
	static double x[OBJECTS], y[OBJECTS], h[OBJECTS], v[OBJECTS], tv[OBJECTS];
	s->rows = must(malloc((size_t)OBJECTS * STEPS * sizeof *s->rows));
	for (int o = 0; o < OBJECTS; o++) {
		x[o] = 119.5 + u01() * 3;
		y[o] = 29.6 + u01() * 2.7;
		h[o] = u01() * 360;
		v[o] = tv[o] = o % 10 < 3 ? 0 : u01() * 20;
	}
	for (int t = 0; t < STEPS; t++)
		for (int o = 0; o < OBJECTS; o++) {
			if (v[o] > 0 || tv[o] > 0) {
				tv[o] = u01() < 0.01 ? u01() * 20 : tv[o];
				v[o] += (tv[o] - v[o]) * .05;
				h[o] = fmod(h[o] + gauss() * (u01() < .05 ? 10 : 1) + 360, 360);
				y[o] += v[o] * 10 * cos(h[o] * M_PI / 180) / 111320;
				x[o] += v[o] * 10 * sin(h[o] * M_PI / 180) / 95400;
			}
			struct xie_track_pt p = { T0 + (t * 10 + (xie_ms)(rnd() & 1)) * 1000,
				{ (int32_t)lrint((x[o] + gauss() * 5e-6) * 1e6) * 6, (int32_t)lrint((y[o] + gauss() * 5e-6) * 1e6) * 6 },
				(int32_t)fmax(0, v[o] * 19.44 + gauss()) * XIE_DMPH_PER_DKN,
				(uint16_t)(((int)(h[o] * 10 + gauss() * 3) + 3600) % 3600 * 10), XIE_FIX_SOG | XIE_FIX_COG };
			s->rows[s->n++] = (struct row){ xie_key_mmsi(100000000u + (uint32_t)o * 37), XIE_KIND_VESSEL, p };
		}
	make_chunks(s);
}

static double user_s(void)
{
	struct rusage u;
	(void)getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_utime.tv_sec + (double)u.ru_utime.tv_usec / 1e6;
}
static double now_ms(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Points into chunks into files, as the server does: encoded hour by hour, 500 chunks a transaction. */
static void store_all(struct set *s, struct xie_archive *a)
{
	enum { AT_ONCE = 500 };
	static uint8_t room[AT_ONCE][XIE_TRACK_ROOM(400)];
	static struct xie_chunk chunks[AT_ONCE];
	double user = user_s(), wall = now_ms();
	size_t n = 0;
	/* by hour, all targets of it, as time goes */
	for (xie_ms h = hour(T0); h <= hour(T0 + STEPS * 10000); h++)
		for (size_t c = 0; c < s->n_chunks; c++) {
			size_t i = s->first[c], k = s->first[c + 1] - i, len = 0;
			if (hour(s->points[i].t) == h) {
				struct xie_chunk *to = &chunks[n];
				if (xie_track_encode(s->rows[i].kind, &s->points[i], k, room[n], sizeof room[n], &len) != XIE_OK)
					exit(1);
				*to = (struct xie_chunk){ .target = s->rows[i].key, .from = s->points[i].t, .to = s->points[i + k - 1].t,
					.n = (uint32_t)k, .format = XIE_TRACK_FORMAT, .bytes = { (char *)room[n], len } };
				xie_track_box(&s->points[i], k, &to->low, &to->high);
				n++;
			}
			if (n == AT_ONCE || (n != 0 && c + 1 == s->n_chunks)) {
				if (a->chunk_put(a->self, chunks, n) != XIE_OK)
					exit(3);
				n = 0;
			}
		}
	(void)printf("%-36s %8zu points %7zu chunks  user %5.1f ns a point, %5.2f million points/s with fsync\n", "archive: written", s->n,
	             s->n_chunks, (user_s() - user) * 1e9 / (double)s->n, (double)s->n / 1e3 / (now_ms() - wall));
}

struct seen {
	struct xie_track_pt p[4000];
	struct xie_pt low, high;
	xie_ms from, to;
	size_t n, chunks;
};

static xie_status see(void *ctx, const struct xie_chunk *c)
{
	struct seen *k = ctx;
	enum xie_target_kind kind;
	size_t n = 0;
	xie_status st = xie_track_decode(c->bytes, c->from, &kind, k->p, 4000, &n);
	for (size_t i = 0; st == XIE_OK && i < n; i++)
		k->n += k->p[i].t >= k->from && k->p[i].t <= k->to && k->p[i].at.lon >= k->low.lon && k->p[i].at.lon <= k->high.lon &&
		        k->p[i].at.lat >= k->low.lat && k->p[i].at.lat <= k->high.lat;
	k->chunks++;
	return st;
}

static int number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void look_up(struct xie_archive *a, bool box)
{
	static struct seen k;
	double ms[9];
	struct xie_key key = xie_key_mmsi(100000000u + 777 * 37);
	k.from = T0 + (box ? 7200000 : 0);
	k.to = box ? T0 + 10800000 : T0 + 86400000;
	k.low = box ? (struct xie_pt){ 120500000 * 6, 30500000 * 6 } : (struct xie_pt){ -XIE_LON_MAX, -XIE_LAT_MAX };
	k.high = box ? (struct xie_pt){ 120800000 * 6, 30800000 * 6 } : (struct xie_pt){ XIE_LON_MAX - 1, XIE_LAT_MAX };
	for (int i = 0; i < 9; i++) {
		k.n = k.chunks = 0;
		double t = now_ms();
		xie_status st = box ? a->chunk_box(a->self, k.low, k.high, k.from, k.to, see, &k)
		                    : a->chunk_list(a->self, &key, k.from, k.to, see, &k);
		if (st != XIE_OK)
			exit(1);
		ms[i] = now_ms() - t;
	}
	double first = ms[0];
	qsort(ms, 9, sizeof ms[0], number);
	(void)printf("%-36s %8zu points %7zu chunks  %6.3f ms (first %.3f)\n", box ? "archive: a box, one hour" : "archive: a target, one day",
	             k.n, k.chunks, ms[4], first);
}

/* ---- the reference: a row a point ---- */

static void rows(struct set *s, const char *dir)
{
	char path[300];
	struct xie_db *db = NULL;
	struct xie_err err;
	const struct xie_db_options o = { .page_bytes = 8192, .cache_kib = 262144, .wal_pages = 4000 };
	(void)snprintf(path, sizeof path, "%s/rows.db", dir);
	if (xie_db_open(path, &o, &db, &err) != XIE_OK ||
	    xie_db_exec(db, "CREATE TABLE p (obj INTEGER, t INTEGER, lon INTEGER, lat INTEGER, sog INTEGER, cog INTEGER,"
	                    " PRIMARY KEY (obj, t)) WITHOUT ROWID; CREATE INDEX pt ON p (t, lat, lon)") != XIE_OK)
		exit(3);
	double user = user_s();
	size_t n = 0;
	for (size_t step = 0; step < ROW_STEPS; step++) { /* as they come: all targets, then all again */
		if (xie_db_begin(db) != XIE_OK)
			exit(3);
		for (size_t o2 = 0; o2 < OBJECTS; o2++) {
			const struct xie_track_pt *p = &s->points[o2 * STEPS + step];
			struct xie_stmt *q = xie_db_stmt(db, "INSERT OR IGNORE INTO p VALUES ($obj, $t, $lon, $lat, $sog, $cog)");
			xie_stmt_i64(q, "obj", (int64_t)o2);
			xie_stmt_i64(q, "t", p->t);
			xie_stmt_i64(q, "lon", p->at.lon);
			xie_stmt_i64(q, "lat", p->at.lat);
			xie_stmt_i64(q, "sog", p->sog_dmph);
			xie_stmt_i64(q, "cog", p->cog_cdeg);
			if (xie_stmt_run(q) != XIE_OK)
				exit(3);
			n++;
		}
		if (xie_db_commit(db) != XIE_OK)
			exit(3);
	}
	user = user_s() - user;
	struct stat st;
	double ms[9];
	int64_t got = 0;
	for (int i = 0; i < 9; i++) {
		double t = now_ms();
		if (xie_db_get_i64(db, "SELECT sum(lon + lat + sog + cog) FROM p WHERE obj = 777", &got) != XIE_OK)
			exit(3);
		ms[i] = now_ms() - t;
	}
	qsort(ms, 9, sizeof ms[0], number);
	xie_db_close(db);
	double size = stat(path, &st) == 0 ? (double)st.st_size : 0;
	(void)printf("%-36s %8zu points                  user %5.0f ns a point, %.1f B a point; a target (%d points) %.3f ms\n",
	             "reference: rows of SQLite", n, user * 1e9 / (double)n, size / (double)n, ROW_STEPS, ms[4]);
}

int main(int argc, char **argv)
{
	char dir[] = "bench_archive.XXXXXX", cmd[100];
	for (int i = 1; i < argc; i++)
		recording(argv[i]);
	struct set s = { 0 };
	made_up(&s);
	report("made up: 2,000 vessels, 10 s", &s);
	struct xie_archive_store *store = NULL;
	struct xie_err err;
	if (mkdtemp(dir) == NULL || xie_archive_open(dir, &(struct xie_archive_options){ 0 }, &store, &err) != XIE_OK)
		return 3;
	struct xie_archive a = xie_archive_port(store);
	store_all(&s, &a);
	look_up(&a, false);
	look_up(&a, true);
	xie_archive_close(store);
	char path[120];
	struct stat st;
	(void)snprintf(path, sizeof path, "%s/tracks/202510.db", dir);
	(void)printf("%-36s %.2f B a point on the disk, its indices with it\n", "archive: file", stat(path, &st) == 0 ? (double)st.st_size / (double)s.n : 0);
	rows(&s, dir);
	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
	done(&s);
	return system(cmd) == 0 ? 0 : 3;
}
