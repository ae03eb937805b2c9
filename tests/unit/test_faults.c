/* SPDX-License-Identifier: Apache-2.0 */
/* The store on a disk that fails: full, an fsync that answers with an error, writes that end in the middle.  What was
 * acknowledged stays, what could not be written is not acknowledged, and work goes on once the disk does. */
#include "check.h"

#include <dirent.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fault_vfs.h"

#include "xie/base/time.h"
#include "xie/db_sqlite/db.h"
#include "xie/store/archive.h"
#include "xie/store/journal.h"

static char dir[64];
static char log_text[8192];

static xie_ms now(void *self)
{
	struct timespec t;
	(void)self;
	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (xie_ms)t.tv_sec * 1000 + t.tv_nsec / 1000000;
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

static int setup(void **state)
{
	(void)state;
	fault_register();
	fault_set(FAULT_NONE, "");
	log_text[0] = '\0';
	(void)snprintf(dir, sizeof dir, "/tmp/xie_faults_XXXXXX");
	return mkdtemp(dir) == NULL;
}
static int teardown(void **state)
{
	(void)state;
	char cmd[120];
	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
	return system(cmd);
}

static struct xie_journal_store *open_journal(void)
{
	struct xie_journal_options o = { .clock = { .wall = now, .mono = now }, .random = { .fill = fill }, .program = "test",
		.log = hear, .commit_ms = 1, .block_bytes = 4096, .no_ticks = true, .vfs = "fault", .queue_bytes = 64 << 10, .seal_ms = 50 };
	struct xie_journal_store *j = NULL;
	struct xie_err err = { 0 };
	if (xie_journal_open(dir, &o, &j, &err) != XIE_OK)
		fail_msg("open: %s", err.what);
	return j;
}

/* One frame; its position, or 0 when the journal takes none. */
static uint64_t try_add(struct xie_journal p, unsigned i)
{
	char text[64];
	(void)snprintf(text, sizeof text, "frame number %u", i);
	struct xie_rec r = { .kind = XIE_REC_FRAME, .source = 7, .bytes = xie_str_of(text) };
	uint64_t pos = 0;
	return p.append(p.self, &r, 1, &pos) == XIE_OK ? pos : 0;
}

static uint64_t add(struct xie_journal p, unsigned n)
{
	uint64_t pos = 0;
	for (unsigned i = 0; i < n; i++) {
		pos = try_add(p, i);
		check_true(pos != 0);
	}
	check_ok(p.wait(p.self, pos, 20000));
	return pos;
}

static void state_becomes(struct xie_journal_store *j, enum xie_journal_state want, struct xie_journal_status *s)
{
	for (int i = 0; i < 2000; i++) {
		xie_journal_status_of(j, s);
		if (s->state == want)
			return;
		(void)usleep(10000);
	}
	fail_msg("state %d, want %d: %s", s->state, want, s->message);
}

/* Everything from 1 to last is there, in order. */
static void all_there(struct xie_journal p, uint64_t last)
{
	struct xie_journal_cursor *c = NULL;
	struct xie_rec recs[100];
	uint64_t pos = 0;
	size_t n = 1;
	check_ok(p.open(p.self, 1, &c));
	while (n != 0) {
		check_ok(p.next(p.self, c, recs, 100, &n));
		for (size_t i = 0; i < n; i++)
			check_int(recs[i].pos, ++pos);
	}
	p.close(p.self, c);
	check_true(pos >= last);
}

static void found(void *ctx, const struct xie_finding *f)
{
	(void)ctx;
	if (!f->ok)
		hear(NULL, f->what);
}
static void journal_is_whole(void)
{
	unsigned bad = 99;
	struct xie_err err;
	log_text[0] = '\0';
	check_ok(xie_journal_check(dir, true, found, NULL, &bad, &err));
	if (bad != 0)
		fail_msg("%u findings: %s", bad, log_text);
}

/* The tail fails in some way; then it works again. */
static void tail_fails(enum fault what, enum xie_journal_state want)
{
	struct xie_journal_store *j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	struct xie_journal_status s;
	uint64_t before = add(p, 300), queued = 0, pos;
	fault_set(what, "tail.db");
	check_true(try_add(p, 1) != 0);
	state_becomes(j, want, &s);
	check_true(strstr(s.message, "tail.db") != NULL); /* named */
	check_int(p.committed(p.self), before);           /* not acknowledged */
	for (unsigned i = 0; i < 100000 && (pos = try_add(p, i)) != 0; i++)
		queued = pos;
	check_true(pos == 0); /* back pressure, in the end */
	check_true(p.wait(p.self, before + 1, 300) != XIE_OK);
	check_int(p.committed(p.self), before);
	check_true(fault_count >= 2); /* it tried again meanwhile */
	all_there(p, before);
	fault_set(FAULT_NONE, "");
	if (queued != 0)
		check_ok(p.wait(p.self, queued, 20000)); /* what waited is taken now */
	state_becomes(j, XIE_JOURNAL_WRITING, &s);
	uint64_t last = add(p, 100);
	xie_journal_close(j);
	j = open_journal();
	all_there(xie_journal_port(j), last);
	xie_journal_close(j);
	journal_is_whole();
}

static void a_full_disk_stops_the_intake_and_loses_nothing(void **state)
{
	(void)state;
	tail_fails(FAULT_FULL, XIE_JOURNAL_FULL);
}
static void a_failing_fsync_acknowledges_nothing(void **state)
{
	(void)state;
	tail_fails(FAULT_SYNC, XIE_JOURNAL_FAILING);
}
static void a_write_that_ends_in_the_middle_is_undone(void **state)
{
	(void)state;
	tail_fails(FAULT_TORN, XIE_JOURNAL_FAILING);
}

/* The sealer's file fails: frames are taken as long as the tail has room, and blocks follow later. */
static void day_fails(enum fault what)
{
	struct xie_journal_store *j = open_journal();
	struct xie_journal p = xie_journal_port(j);
	struct xie_journal_status s;
	(void)add(p, 300);
	check_ok(p.seal(p.self));
	char day[16];
	xie_wr w = xie_wr_of(day, sizeof day - 1);
	struct xie_civil c;
	xie_civil_from_ms(now(NULL), 0, &c);
	xie_wr_padded(&w, (uint64_t)c.year, 4);
	xie_wr_padded(&w, c.month, 2);
	day[w.n] = '\0';
	fault_set(what, day);
	uint64_t pos = add(p, 2000); /* committed: the tail is another file */
	(void)usleep(500000);
	xie_journal_status_of(j, &s);
	check_true(fault_count >= 1);
	check_true(s.sealed < pos);
	all_there(p, pos);
	fault_set(FAULT_NONE, "");
	check_ok(p.seal(p.self));
	xie_journal_status_of(j, &s);
	check_true(s.sealed >= pos);
	all_there(p, pos);
	xie_journal_close(j);
	journal_is_whole();
}

static void a_day_file_that_is_full_delays_blocks_only(void **state)
{
	(void)state;
	day_fails(FAULT_FULL);
}
static void a_day_file_that_fails_to_sync_delays_blocks_only(void **state)
{
	(void)state;
	day_fails(FAULT_SYNC);
}

/* Killed while the disk was full: what was acknowledged before is there. */
static void started_again_on_a_full_disk(void **state)
{
	(void)state;
	struct xie_journal_store *j = open_journal(), *again = NULL;
	uint64_t last = add(xie_journal_port(j), 300);
	struct xie_err err = { 0 };
	xie_journal_close(j);
	fault_set(FAULT_FULL, "");
	struct xie_journal_options o = { .clock = { .wall = now, .mono = now }, .random = { .fill = fill }, .program = "test",
		.log = hear, .no_ticks = true, .vfs = "fault" };
	xie_status st = xie_journal_open(dir, &o, &again, &err); /* either way is right; it may not harm what is there */
	if (st == XIE_OK) {
		all_there(xie_journal_port(again), last);
		fault_set(FAULT_NONE, ""); /* its START record is not on disk; closing waits for it */
		xie_journal_close(again);
	} else {
		check_true(err.what[0] != '\0');
	}
	fault_set(FAULT_NONE, "");
	j = open_journal();
	all_there(xie_journal_port(j), last);
	xie_journal_close(j);
	journal_is_whole();
}

/* ---- the archive ---- */

static xie_status count(void *ctx, const struct xie_chunk *c)
{
	check_int(c->bytes.n, 3);
	++*(unsigned *)ctx;
	return XIE_OK;
}

static void tracks_on_a_failing_disk_are_whole_or_not_there(void **state)
{
	(void)state;
	struct xie_archive_store *store = NULL;
	struct xie_err err;
	struct xie_archive_options o = { .log = hear, .vfs = "fault" };
	check_ok(xie_archive_open(dir, &o, &store, &err));
	struct xie_archive a = xie_archive_port(store);
	static struct xie_chunk c[500];
	unsigned n = 0;
	for (unsigned i = 0; i < 500; i++)
		c[i] = (struct xie_chunk){ .target = xie_key_mmsi(413000000 + i), .from = 1714521600000, .to = 1714521601000, .n = 1,
			.format = 1, .bytes = XIE_STR("abc") };
	check_ok(a.chunk_put(a.self, c, 10));
	static const enum fault FAULTS[] = { FAULT_FULL, FAULT_SYNC, FAULT_WRITE, FAULT_TORN };
	for (size_t i = 0; i < 4; i++) {
		fault_set(FAULTS[i], "202405.db");
		check_true(a.chunk_put(a.self, c, 500) != XIE_OK);
		check_true(fault_count > 0 && log_text[0] != '\0');
		fault_set(FAULT_NONE, "");
		n = 0;
		check_ok(a.chunk_box(a.self, (struct xie_pt){ -9, -9 }, (struct xie_pt){ 9, 9 }, 0, INT64_MAX, count, &n));
		check_int(n, 10);
	}
	check_ok(a.chunk_put(a.self, c, 500));
	xie_archive_close(store);
	unsigned bad = 9;
	check_ok(xie_archive_check(dir, NULL, hear, NULL, &bad));
	check_int(bad, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_full_disk_stops_the_intake_and_loses_nothing),
		T(a_failing_fsync_acknowledges_nothing),
		T(a_write_that_ends_in_the_middle_is_undone),
		T(a_day_file_that_is_full_delays_blocks_only),
		T(a_day_file_that_fails_to_sync_delays_blocks_only),
		T(started_again_on_a_full_disk),
		T(tracks_on_a_failing_disk_are_whole_or_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
