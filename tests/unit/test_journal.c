/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <dirent.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "xie/base/sha256.h"
#include "xie/base/time.h"
#include "xie/db_sqlite/db.h"
#include "xie/store/journal.h"

#define DAY INT64_C(86400000)
#define T0 (INT64_C(20000) * DAY + 3600000) /* 2024-10-04T01:00:00Z */

static char dir[64];
static char log_text[8192];
static _Atomic xie_ms fake_wall, fake_mono;
static uint8_t mem_bytes[4 << 20];

static xie_ms wall(void *self)
{
	(void)self;
	return fake_wall;
}
static xie_ms mono(void *self)
{
	(void)self;
	return fake_mono;
}
static xie_status fill(void *self, void *p, size_t n)
{
	static _Atomic uint8_t next;
	(void)self;
	for (size_t i = 0; i < n; i++)
		((uint8_t *)p)[i] = next++;
	return XIE_OK;
}
static void hear(void *ctx, const char *line)
{
	(void)ctx;
	size_t n = strlen(log_text);
	(void)snprintf(log_text + n, sizeof log_text - n, "%s\n", line);
}

/* Both clocks run by the same amount. */
static void pass(xie_ms ms)
{
	fake_wall += ms;
	fake_mono += ms;
}

/* Frames of these tests name a vessel as "M413000001 ..."; "A413000001" begins a message that "B" ends. */
struct joiner {
	uint32_t open;
};
static void *keys_begin(void *self)
{
	(void)self;
	return calloc(1, sizeof(struct joiner));
}
static size_t keys_of(void *state, const struct xie_rec *rec, struct xie_key *ret, size_t cap)
{
	struct joiner *s = state;
	uint64_t mmsi = 0;
	if (rec->kind != XIE_REC_FRAME || rec->bytes.n < 1 || cap < 1)
		return 0;
	if (rec->bytes.p[0] == 'B' && s->open != 0) {
		*ret = xie_key_mmsi(s->open);
		s->open = 0;
		return 1;
	}
	if (rec->bytes.n < 10 || xie_str_u64((xie_str){ rec->bytes.p + 1, 9 }, &mmsi) != XIE_OK)
		return 0;
	if (rec->bytes.p[0] == 'A')
		s->open = (uint32_t)mmsi;
	*ret = xie_key_mmsi((uint32_t)mmsi);
	return 1;
}

static xie_status sign(void *self, const void *p, size_t n, uint8_t *ret, size_t cap, size_t *ret_n)
{
	(void)self;
	check_true(cap >= 32);
	xie_sha256_of(p, n, ret);
	*ret_n = 32;
	return XIE_OK;
}
static const struct xie_signer SIGNER = { .algorithm = "test", .key_id = "k1", .sign = sign };

static struct xie_journal_options options(void)
{
	return (struct xie_journal_options){
		.clock = { .wall = wall, .mono = mono }, .random = { .fill = fill },
		.keys = { .begin = keys_begin, .of = keys_of, .end = free }, .signer = &SIGNER,
		.program = "test", .log = hear, .commit_ms = 1, .block_bytes = 1024, .no_ticks = true,
	};
}

static int setup(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/xie_journal_XXXXXX");
	log_text[0] = '\0';
	fake_wall = T0;
	fake_mono = 1000;
	return mkdtemp(dir) == NULL;
}

static int teardown(void **state)
{
	(void)state;
	char path[400];
	DIR *d = opendir(dir);
	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
		(void)snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		(void)unlink(path);
	}
	(void)closedir(d);
	return rmdir(dir);
}

static struct xie_journal_store *open_with(const struct xie_journal_options *o)
{
	struct xie_journal_store *j = NULL;
	struct xie_err err = { 0 };
	xie_status st = xie_journal_open(dir, o, &j, &err);
	if (st != XIE_OK)
		fail_msg("open: %s: %s", xie_status_code(st), err.what);
	return j;
}
static struct xie_journal_store *open_journal(void)
{
	struct xie_journal_options o = options();
	return open_with(&o);
}

static uint64_t add(struct xie_journal p, const char *text)
{
	struct xie_rec r = { .kind = XIE_REC_FRAME, .source = 7, .bytes = xie_str_of(text) };
	uint64_t pos = 0;
	check_ok(p.append(p.self, &r, 1, &pos));
	return pos;
}
static uint64_t add_many(struct xie_journal p, unsigned n)
{
	uint64_t pos = 0;
	for (unsigned i = 0; i < n; i++) {
		char text[64];
		(void)snprintf(text, sizeof text, "M%09u frame number %u", 413000000 + i % 10, i);
		pos = add(p, text);
		if (i % 50 == 49)
			check_ok(p.wait(p.self, pos, 10000));
	}
	check_ok(p.wait(p.self, pos, 10000));
	return pos;
}

/* All records from a position on: order and count checked; returns how many frames. */
static unsigned read_all(struct xie_journal p, uint64_t from, uint64_t *ret_last)
{
	struct xie_journal_cursor *c = NULL;
	check_ok(p.open(p.self, from, &c));
	unsigned frames = 0;
	xie_ms rx = 0;
	uint64_t pos = from;
	for (;;) {
		struct xie_rec recs[7];
		size_t n;
		check_ok(p.next(p.self, c, recs, 7, &n));
		if (n == 0)
			break;
		for (size_t i = 0; i < n; i++) {
			check_int(recs[i].pos, pos++);
			check_true(recs[i].rx >= rx);
			rx = recs[i].rx;
			frames += recs[i].kind == XIE_REC_FRAME;
		}
	}
	p.close(p.self, c);
	if (ret_last != NULL)
		*ret_last = pos - 1;
	return frames;
}

static void what_is_committed_reads_back(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	uint64_t last = add_many(p, 300), seen;
	check_int(read_all(p, 1, &seen), 300);
	check_int(seen, last);
	check_int(p.committed(p.self), last);
	check_ok(p.seal(p.self));
	check_int(read_all(p, 1, &seen), 300);
	check_int(read_all(p, 150, &seen), 152);
	xie_journal_close(j);
	j = open_journal();
	p = xie_journal_port(j);
	check_int(read_all(p, 1, NULL), 300);
	/* The new writer told of itself behind the last record. */
	check_ok(p.wait(p.self, last + 1, 5000));
	struct xie_journal_cursor *c;
	struct xie_rec r;
	size_t n;
	check_ok(p.open(p.self, last + 1, &c));
	check_ok(p.next(p.self, c, &r, 1, &n));
	check_int(r.kind, XIE_REC_START);
	check_str(r.bytes, "{\"program\":\"test\"}");
	p.close(p.self, c);
	check_st(p.open(p.self, last + 3, &c), XIE_RANGE);
	check_st(p.open(p.self, 0, &c), XIE_RANGE);
	xie_journal_close(j);
}

/* A child appends and dies without closing; only what it was told to be committed counts. */
static void a_dead_writer_loses_nothing_committed(void **state)
{
	(void)state;
	int fd[2];
	check_int(pipe(fd), 0);
	pid_t child = fork();
	if (child == 0) {
		struct xie_journal_options o = options();
		struct xie_journal_store *j = NULL;
		uint64_t pos = 0;
		if (xie_journal_open(dir, &o, &j, NULL) != XIE_OK)
			_exit(1);
		struct xie_journal p = xie_journal_port(j);
		for (unsigned i = 0; i < 500; i++) {
			struct xie_rec r = { .kind = XIE_REC_FRAME, .bytes = XIE_STR("M413000001 from a child that dies") };
			if (p.append(p.self, &r, 1, &pos) != XIE_OK)
				_exit(1);
			if (i % 20 == 0 && p.wait(p.self, pos, 5000) != XIE_OK)
				_exit(1);
		}
		if (p.wait(p.self, pos, 5000) != XIE_OK || write(fd[1], &pos, sizeof pos) != sizeof pos)
			_exit(1);
		_exit(0);
	}
	uint64_t last = 0, seen;
	check_int(read(fd[0], &last, sizeof last), sizeof last);
	int status;
	check_int(waitpid(child, &status, 0), child);
	check_int(status, 0);
	(void)close(fd[0]);
	(void)close(fd[1]);
	struct xie_journal_store *j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	check_int(read_all(p, 1, &seen), 500);
	check_true(seen >= last);
	xie_journal_close(j);
}

static void times_never_go_back_and_a_set_clock_is_told(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	add(p, "one");
	pass(5000);
	add(p, "two");
	fake_wall -= 3600000; /* somebody set the clock back an hour */
	pass(1000);
	add(p, "three");
	pass(10000);
	uint64_t pos = add(p, "four");
	check_ok(p.wait(p.self, pos, 5000));
	struct xie_journal_status s;
	xie_journal_status_of(j, &s);
	/* A tenth of 11 s is given back already. */
	check_int(s.clock_ahead, 3600000 - 1100);
	check_int(s.rx, T0 + 16000 - 1100);
	struct xie_journal_cursor *c;
	struct xie_rec recs[16];
	size_t n;
	check_ok(p.open(p.self, 1, &c));
	unsigned told = 0;
	xie_ms rx = 0;
	do {
		check_ok(p.next(p.self, c, recs, 16, &n));
		for (size_t i = 0; i < n; i++) {
			check_true(recs[i].rx >= rx);
			rx = recs[i].rx;
			told += recs[i].kind == XIE_REC_CLOCK;
			if (recs[i].kind == XIE_REC_CLOCK)
				check_str(recs[i].bytes, "{\"ahead_ms\":3599900,\"jump_ms\":-3600000,\"rx\":1728003605900,"
				                         "\"wall\":1728000006000}");
		}
	} while (n != 0);
	p.close(p.self, c);
	check_int(told, 1);
	check_true(strstr(log_text, "clock was set") != NULL);
	xie_journal_close(j);
	/* Set back while nobody ran: the next start finds its last record in the future. */
	fake_wall -= 7200000;
	j = open_journal();
	p = xie_journal_port(j);
	check_int(read_all(p, 1, NULL), 4);
	xie_journal_status_of(j, &s);
	check_true(s.clock_ahead > 7200000 - 10);
	xie_journal_close(j);
}

static void one_tick_stands_before_each_second(void **state)
{
	(void)state;
	struct xie_journal_options o = options();
	o.no_ticks = false;
	fake_wall = T0 + 300;
	struct xie_journal_store *j = open_with(&o);
	struct xie_journal p = xie_journal_port(j);
	for (unsigned i = 0; i < 40; i++) {
		(void)add(p, "x");
		pass(270);
	}
	uint64_t pos = add(p, "last");
	check_ok(p.wait(p.self, pos, 5000));
	struct xie_journal_cursor *c;
	check_ok(p.open(p.self, 1, &c));
	xie_ms tick = 0;
	for (;;) {
		struct xie_rec r;
		size_t n;
		check_ok(p.next(p.self, c, &r, 1, &n));
		if (n == 0)
			break;
		if (r.kind == XIE_REC_TICK) {
			check_int(r.rx % 1000, 0);
			check_true(r.rx > tick);
			tick = r.rx;
		} else {
			check_int(tick, r.rx / 1000 * 1000);
		}
	}
	p.close(p.self, c);
	/* And in idle time by itself. */
	pass(1000);
	for (int i = 0; i < 200 && p.committed(p.self) == pos; i++)
		(void)usleep(10000);
	check_true(p.committed(p.self) > pos);
	xie_journal_close(j);
}

static void every_record_is_proven(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	uint64_t last = add_many(p, 400);
	xie_arena mem = xie_arena_of(mem_bytes, sizeof mem_bytes);
	struct xie_proof proof;
	static uint8_t scratch[XIE_LEAF_HEAD + XIE_REC_MAX];
	check_ok(p.seal(p.self));
	(void)add(p, "not sealed");
	check_st(p.prove(p.self, 0, &mem, &proof), XIE_RANGE);
	check_st(p.prove(p.self, last + 2, &mem, &proof), XIE_RANGE);
	static uint8_t headers[200 * XIE_BLOCK_HEADER];
	size_t n;
	check_ok(p.headers(p.self, 1, 1000, headers, 200, &n));
	check_true(n > 3);
	for (uint64_t pos = 1; pos <= last; pos++) {
		mem.used = 0;
		check_ok(p.prove(p.self, pos, &mem, &proof));
		check_int(proof.rec.pos, pos);
		check_ok(xie_proof_check(xie_sha256_of, &proof, scratch));
		struct xie_block_header h;
		check_ok(xie_block_header_decode(proof.header, sizeof proof.header, &h));
		check_true(memcmp(headers + (h.number - 1) * XIE_BLOCK_HEADER, proof.header, XIE_BLOCK_HEADER) == 0);
	}
	for (size_t i = 1; i < n; i++) {
		struct xie_block_header a, b;
		check_ok(xie_block_header_decode(headers + (i - 1) * XIE_BLOCK_HEADER, XIE_BLOCK_HEADER, &a));
		check_ok(xie_block_header_decode(headers + i * XIE_BLOCK_HEADER, XIE_BLOCK_HEADER, &b));
		check_ok(xie_block_follows(xie_sha256_of, &a, &b));
	}
	xie_journal_close(j);
}

static void frames_of_a_target_are_found(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	struct xie_key key = xie_key_mmsi(413000003);
	uint64_t pos[200];
	size_t n;
	(void)add_many(p, 400);
	pass(7200000);
	check_ok(p.seal(p.self));
	/* A message whose first half ends a block and whose second half begins the next. */
	uint64_t a = add(p, "A413000003 first half");
	check_ok(p.wait(p.self, a, 5000));
	check_ok(p.seal(p.self));
	uint64_t b = add(p, "B second half");
	check_ok(p.wait(p.self, b, 5000));
	check_ok(p.seal(p.self));
	uint64_t c = add(p, "M413000003 in the tail");
	check_ok(p.wait(p.self, c, 5000));
	check_ok(p.find(p.self, &key, 0, T0 + DAY, pos, 200, &n));
	check_int(n, 43);
	check_int(pos[40], a);
	check_int(pos[41], b);
	check_int(pos[42], c);
	check_ok(p.find(p.self, &key, T0 + 7200000, T0 + DAY, pos, 200, &n));
	check_int(n, 3);
	check_ok(p.find(p.self, &key, 0, T0 + 3600000, pos, 10, &n));
	check_int(n, 40);
	key = xie_key_mmsi(413000099);
	check_ok(p.find(p.self, &key, 0, T0 + DAY, pos, 200, &n));
	check_int(n, 0);
	xie_journal_close(j);
}

static void days_have_files_of_their_own(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	for (int d = 0; d < 4; d++) {
		(void)add_many(p, 30);
		pass(DAY);
	}
	check_ok(p.seal(p.self));
	check_int(read_all(p, 1, NULL), 120);
	xie_journal_close(j);
	static const char *const NAMES[] = { "20241004.db", "20241005.db", "20241006.db", "20241007.db" };
	for (size_t i = 0; i < 4; i++) {
		char path[128];
		(void)snprintf(path, sizeof path, "%s/%s", dir, NAMES[i]);
		check_int(access(path, F_OK), 0);
	}
	j = open_journal();
	p = xie_journal_port(j);
	check_int(read_all(p, 1, NULL), 120);
	xie_journal_close(j);
}

static void one_process_writes(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal(), *k = NULL;
	struct xie_journal_options o = options();
	struct xie_err err;
	check_st(xie_journal_open(dir, &o, &k, &err), XIE_REFUSED);
	check_true(strstr(err.what, "another process") != NULL);
	xie_journal_close(j);
}

static void refuses_what_it_cannot_keep(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	uint64_t pos = 0;
	struct xie_rec r = { .kind = 0 };
	check_st(p.append(p.self, &r, 1, &pos), XIE_RANGE);
	static char big[XIE_REC_MAX + 1];
	r = (struct xie_rec){ .kind = XIE_REC_FRAME, .bytes = { big, sizeof big } };
	check_st(p.append(p.self, &r, 1, &pos), XIE_RANGE);
	r.bytes.n = XIE_REC_MAX;
	check_ok(p.append(p.self, &r, 1, &pos));
	r = (struct xie_rec){ .kind = XIE_REC_FRAME, .rx = T0 - 5, .bytes = XIE_STR("old") };
	check_st(p.append(p.self, &r, 1, &pos), XIE_RANGE);
	struct xie_rec two[2] = { { .kind = XIE_REC_FRAME, .rx = T0 + 5 }, { .kind = XIE_REC_FRAME, .rx = T0 + DAY } };
	check_st(p.append(p.self, two, 2, &pos), XIE_RANGE);
	check_ok(p.append(p.self, two, 1, &pos));
	check_ok(p.wait(p.self, pos, 5000));
	check_int(read_all(p, 1, NULL), 2);
	xie_journal_close(j);
}

static void own_times_are_kept(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	uint64_t pos = 0;
	for (int i = 0; i < 20; i++) {
		struct xie_rec r = { .kind = XIE_REC_FRAME, .rx = T0 + i * 3600000, .bytes = XIE_STR("M413000001 x") };
		check_ok(p.append(p.self, &r, 1, &pos));
	}
	check_ok(p.wait(p.self, pos, 5000));
	struct xie_key key = xie_key_mmsi(413000001);
	uint64_t found[20];
	size_t n;
	check_ok(p.find(p.self, &key, T0 + 3600000, T0 + 3 * 3600000, found, 20, &n));
	check_int(n, 3);
	check_ok(p.seal(p.self));
	check_ok(p.find(p.self, &key, T0 + 3600000, T0 + 3 * 3600000, found, 20, &n));
	check_int(n, 3);
	xie_journal_close(j);
}

static void holds_outlive_a_purge(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	struct xie_key key = xie_key_mmsi(413000004);
	uint64_t first_day = add_many(p, 300);
	pass(DAY);
	(void)add_many(p, 50);
	check_ok(p.seal(p.self));
	check_ok(p.hold(p.self, XIE_STR("2024-0001"), &key, T0, T0 + DAY));
	check_ok(p.hold(p.self, XIE_STR("2024-0001"), &key, T0, T0 + DAY));
	uint64_t pos[100];
	size_t n;
	check_ok(p.find(p.self, &key, T0, T0 + 3600000, pos, 100, &n));
	check_int(n, 30);
	struct xie_err err;
	check_st(xie_journal_purge(j, T0 / DAY + 1, XIE_STR("x"), &err), XIE_REFUSED);
	check_st(xie_journal_purge(j, T0 / DAY - 1, XIE_STR("x"), &err), XIE_MISSING);
	check_ok(xie_journal_purge(j, T0 / DAY, XIE_STR("90 days"), &err));
	/* The held records are there with proofs, the others are not, and the chain is whole. */
	xie_arena mem = xie_arena_of(mem_bytes, sizeof mem_bytes);
	static uint8_t scratch[XIE_LEAF_HEAD + XIE_REC_MAX], headers[200 * XIE_BLOCK_HEADER];
	struct xie_proof proof;
	for (size_t i = 0; i < n; i++) {
		check_ok(p.prove(p.self, pos[i], &mem, &proof));
		check_ok(xie_proof_check(xie_sha256_of, &proof, scratch));
		check_true(xie_str_starts(proof.rec.bytes, "M413000004"));
	}
	check_st(p.prove(p.self, pos[0] + 1, &mem, &proof), XIE_MISSING);
	check_ok(p.headers(p.self, 1, 1000, headers, 200, &n));
	for (size_t i = 1; i < n; i++) {
		struct xie_block_header a, b;
		check_ok(xie_block_header_decode(headers + (i - 1) * XIE_BLOCK_HEADER, XIE_BLOCK_HEADER, &a));
		check_ok(xie_block_header_decode(headers + i * XIE_BLOCK_HEADER, XIE_BLOCK_HEADER, &b));
		check_ok(xie_block_follows(xie_sha256_of, &a, &b));
	}
	struct xie_journal_cursor *c;
	struct xie_rec r;
	check_ok(p.open(p.self, 1, &c));
	check_st(p.next(p.self, c, &r, 1, &n), XIE_MISSING);
	uint64_t gap_first, gap_last;
	p.gap(p.self, c, &gap_first, &gap_last);
	check_int(gap_first, 1);
	check_int(gap_last, first_day);
	check_ok(p.leap(p.self, c));
	check_ok(p.next(p.self, c, &r, 1, &n));
	check_int(r.pos, first_day + 1);
	p.close(p.self, c);
	check_ok(p.release(p.self, XIE_STR("2024-0001")));
	check_st(p.prove(p.self, pos[0], &mem, &proof), XIE_MISSING);
	xie_journal_close(j);
	/* It is told in the journal itself. */
	j = open_journal();
	p = xie_journal_port(j);
	check_ok(p.open(p.self, first_day + 1, &c));
	unsigned told = 0;
	do {
		check_ok(p.next(p.self, c, &r, 1, &n));
		told += n != 0 && r.kind == XIE_REC_PURGE;
	} while (n != 0);
	p.close(p.self, c);
	check_int(told, 1);
	xie_journal_close(j);
}

static struct {
	unsigned n_bad;
	char bad[2000];
	uint64_t first, last;
} findings;
static void find_out(void *ctx, const struct xie_finding *f)
{
	(void)ctx;
	if (f->ok)
		return;
	size_t n = strlen(findings.bad);
	(void)snprintf(findings.bad + n, sizeof findings.bad - n, "%s %s: %s\n", f->check, f->file, f->what);
	findings.first = f->first;
	findings.last = f->last;
	findings.n_bad++;
}
static unsigned check_journal(void)
{
	unsigned bad = 99;
	struct xie_err err;
	memset(&findings, 0, sizeof findings);
	check_ok(xie_journal_check(dir, true, find_out, NULL, &bad, &err));
	check_int(bad, findings.n_bad);
	return bad;
}

static void sql(const char *file, const char *text)
{
	char path[128];
	struct xie_db *raw = NULL;
	(void)snprintf(path, sizeof path, "%s/%s", dir, file);
	check_ok(xie_db_open(path, NULL, &raw, NULL));
	check_ok(xie_db_exec(raw, text));
	xie_db_close(raw);
}
static void garbage(const char *file)
{
	char path[128];
	(void)snprintf(path, sizeof path, "%s/%s", dir, file);
	FILE *f = fopen(path, "r+b");
	check_true(f != NULL);
	for (int i = 0; i < 4096; i++)
		(void)fputc('x', f);
	(void)fclose(f);
}

static void a_damaged_block_is_named_and_the_rest_is_read(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal();
	uint64_t last = add_many(xie_journal_port(j), 400);
	xie_journal_close(j);
	check_int(check_journal(), 0);
	sql("20241004.db", "UPDATE block SET data = substr(data, 1, 100) || zeroblob(length(data) - 100) WHERE number = 2");
	check_int(check_journal(), 1);
	check_true(strstr(findings.bad, "block 20241004.db: block 2 is not what its header says") != NULL);
	j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	struct xie_journal_cursor *c;
	struct xie_rec recs[9];
	uint64_t seen = 0, lost = 0, first, end;
	size_t n;
	xie_status st;
	check_ok(p.open(p.self, 1, &c));
	while ((st = p.next(p.self, c, recs, 9, &n)) == XIE_CORRUPT || n != 0) {
		if (st == XIE_CORRUPT) {
			p.gap(p.self, c, &first, &end);
			check_int(first, findings.first);
			check_int(end, findings.last);
			lost += end - first + 1;
			check_ok(p.leap(p.self, c));
		}
		seen += n;
	}
	check_ok(st);
	p.close(p.self, c);
	check_true(lost > 0 && lost < 100);
	check_true(seen + lost >= last);
	/* Records in it cannot be proven, their neighbours can. */
	xie_arena mem = xie_arena_of(mem_bytes, sizeof mem_bytes);
	struct xie_proof proof;
	check_st(p.prove(p.self, first, &mem, &proof), XIE_CORRUPT);
	check_ok(p.prove(p.self, end + 1, &mem, &proof));
	xie_journal_close(j);
}

static void changed_records_break_the_root(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal();
	(void)add_many(xie_journal_port(j), 100);
	xie_journal_close(j);
	/* Another seed is other salts: the structure is whole, the digests are not. */
	sql("20241004.db", "UPDATE block SET seed = zeroblob(32) WHERE number = 1");
	check_int(check_journal(), 1);
	sql("20241004.db", "DELETE FROM block WHERE number = 1");
	check_int(check_journal(), 1);
	check_true(strstr(findings.bad, "gap") != NULL);
}

static void a_dying_writer(unsigned frames, unsigned seal_ms)
{
	(void)fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		struct xie_journal_options o = options();
		struct xie_journal_store *j = NULL;
		uint64_t pos = 0;
		o.seal_ms = seal_ms;
		o.block_bytes = 1 << 20;
		o.commit_bytes = 512;
		if (xie_journal_open(dir, &o, &j, NULL) != XIE_OK)
			_exit(1);
		struct xie_journal p = xie_journal_port(j);
		struct xie_rec r = { .kind = XIE_REC_FRAME, .bytes = XIE_STR("M413000001 from a child that dies") };
		for (unsigned i = 0; i < frames; i++)
			if (p.append(p.self, &r, 1, &pos) != XIE_OK || p.wait(p.self, pos, 5000) != XIE_OK)
				_exit(1);
		_exit(0);
	}
	int status;
	check_int(waitpid(child, &status, 0), child);
	check_int(status, 0);
}

static void a_damaged_row_of_the_tail_stays_void(void **state)
{
	(void)state;
	a_dying_writer(30, 100000);
	sql("tail.db", "UPDATE tail SET bytes = zeroblob(length(bytes)) WHERE first = 10");
	check_int(check_journal(), 1);
	struct xie_journal_store *j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	check_true(strstr(log_text, "positions 10 to ") != NULL);
	struct xie_journal_cursor *c;
	struct xie_rec r;
	uint64_t first, end;
	size_t n;
	check_ok(p.seal(p.self));
	check_ok(p.open(p.self, 10, &c));
	check_st(p.next(p.self, c, &r, 1, &n), XIE_CORRUPT);
	p.gap(p.self, c, &first, &end);
	check_int(first, 10);
	check_ok(p.leap(p.self, c));
	check_ok(p.next(p.self, c, &r, 1, &n));
	check_int(r.pos, end + 1);
	p.close(p.self, c);
	check_ok(p.open(p.self, 1, &c));
	for (unsigned i = 0; i < 9; i++)
		check_ok(p.next(p.self, c, &r, 1, &n));
	check_int(r.pos, 9);
	p.close(p.self, c);
	xie_journal_close(j);
	check_int(check_journal(), 1);
	check_true(strstr(findings.bad, "is void") != NULL);
}

static void a_lost_tail_gives_no_position_out_twice(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal();
	uint64_t sealed = add_many(xie_journal_port(j), 100);
	xie_journal_close(j);
	a_dying_writer(20, 100000);
	garbage("tail.db");
	j = open_journal();
	check_true(strstr(log_text, "set aside") != NULL);
	struct xie_journal p = xie_journal_port(j);
	uint64_t pos = add(p, "after");
	check_true(pos > sealed + 1000000);
	check_ok(p.wait(p.self, pos, 5000));
	check_ok(p.seal(p.self));
	check_int(read_all(p, pos, NULL), 1);
	xie_journal_close(j);
	j = open_journal();
	p = xie_journal_port(j);
	check_int(read_all(p, pos, NULL), 1);
	check_true(add(p, "again") > pos);
	xie_journal_close(j);
}

static void a_damaged_day_gets_a_second_part(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal();
	uint64_t last = add_many(xie_journal_port(j), 100);
	xie_journal_close(j);
	garbage("20241004.db");
	j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	uint64_t pos = add_many(p, 50);
	check_true(pos > last);
	check_ok(p.seal(p.self));
	check_int(read_all(p, last + 1, NULL), 50);
	char path[128];
	(void)snprintf(path, sizeof path, "%s/20241004.2.db", dir);
	check_int(access(path, F_OK), 0);
	xie_journal_close(j);
	check_true(check_journal() >= 1);
	check_true(strstr(findings.bad, "20241004.db") != NULL);
}

/* The folder is taken away under the writer: it says so, does not spin, and ends when asked to. */
static void a_folder_that_vanishes_does_not_hold_the_end_up(void **state)
{
	struct xie_journal_options o = options();
	o.seal_ms = 100;
	struct xie_journal_store *j = open_with(&o);
	struct xie_journal p = xie_journal_port(j);
	(void)add_many(p, 5); /* committed, in no block yet: the day's file has still to be made */
	(void)teardown(state);
	(void)usleep(300000);
	struct timespec used;
	check_int(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used), 0);
	long before = used.tv_sec * 1000 + used.tv_nsec / 1000000;
	(void)usleep(500000);
	check_int(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used), 0);
	check_true(used.tv_sec * 1000 + used.tv_nsec / 1000000 - before < 250); /* CPU time, not the clock on the wall */
	(void)alarm(60);
	xie_journal_close(j);
	(void)alarm(0);
	check_true(log_text[0] != '\0');
	check_int(mkdir(dir, 0700), 0);
}

/* Killed at any moment, again and again: what was told to be committed is there, and every chain holds. */
static void killed_at_any_moment(void **state)
{
	(void)state;
	const char *more = getenv("XIE_KILL_ROUNDS");
	uint64_t rounds = 10, last = 0;
	if (more != NULL)
		check_ok(xie_str_u64(xie_str_of(more), &rounds));
	for (uint64_t round = 0; round < rounds; round++) {
		int fd[2];
		check_int(pipe(fd), 0);
		(void)fflush(stdout);
		pid_t child = fork();
		if (child == 0) {
			struct xie_journal_options o = options();
			struct xie_journal_store *j = NULL;
			uint64_t pos = 0;
			o.seal_ms = 20;
			if (xie_journal_open(dir, &o, &j, NULL) != XIE_OK)
				_exit(1);
			struct xie_journal p = xie_journal_port(j);
			for (unsigned i = 0;; i++) {
				char text[64];
				(void)snprintf(text, sizeof text, "M%09u round %u frame %u", 413000000 + i % 10, (unsigned)round, i);
				struct xie_rec r = { .kind = XIE_REC_FRAME, .bytes = xie_str_of(text) };
				if (p.append(p.self, &r, 1, &pos) != XIE_OK)
					continue;
				if (i % 7 == 0 && p.wait(p.self, pos, 5000) == XIE_OK &&
				    write(fd[1], &pos, sizeof pos) != sizeof pos)
					_exit(1);
			}
		}
		(void)close(fd[1]);
		(void)usleep((useconds_t)(30000 + (round * 7919) % 90 * 1000));
		(void)kill(child, SIGKILL);
		check_int(waitpid(child, NULL, 0), child);
		uint64_t told;
		while (read(fd[0], &told, sizeof told) == sizeof told)
			last = told;
		(void)close(fd[0]);
		if (check_journal() != 0)
			fail_msg("%s", findings.bad);
		struct xie_journal_store *j = open_journal();
		struct xie_journal p = xie_journal_port(j);
		check_true(p.committed(p.self) >= last);
		uint64_t seen;
		(void)read_all(p, 1, &seen);
		check_true(seen >= last);
		xie_journal_close(j);
		if (check_journal() != 0)
			fail_msg("%s", findings.bad);
	}
	check_true(last > 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_committed_reads_back),
		T(a_dead_writer_loses_nothing_committed),
		T(times_never_go_back_and_a_set_clock_is_told),
		T(one_tick_stands_before_each_second),
		T(every_record_is_proven),
		T(frames_of_a_target_are_found),
		T(days_have_files_of_their_own),
		T(one_process_writes),
		T(refuses_what_it_cannot_keep),
		T(own_times_are_kept),
		T(holds_outlive_a_purge),
		T(a_damaged_block_is_named_and_the_rest_is_read),
		T(changed_records_break_the_root),
		T(a_damaged_row_of_the_tail_stays_void),
		T(a_lost_tail_gives_no_position_out_twice),
		T(a_damaged_day_gets_a_second_part),
		T(a_folder_that_vanishes_does_not_hold_the_end_up),
		T(killed_at_any_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
