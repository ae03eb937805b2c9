/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xie/store/archive.h"
#include "xie/store/backup.h"
#include "xie/store/journal.h"
#include "xie/store/records.h"

static char top[64], data[100], out[100], back[100];
static _Atomic xie_ms fake_now;
static atomic_bool stop;

static xie_ms now(void *self)
{
	(void)self;
	return fake_now;
}
static xie_status fill(void *self, void *p, size_t n)
{
	(void)self;
	memset(p, 7, n);
	return XIE_OK;
}

static int setup(void **state)
{
	(void)state;
	(void)snprintf(top, sizeof top, "/tmp/xie_backup_XXXXXX");
	if (mkdtemp(top) == NULL)
		return -1;
	(void)snprintf(data, sizeof data, "%s/data", top);
	(void)snprintf(out, sizeof out, "%s/out", top);
	(void)snprintf(back, sizeof back, "%s/back", top);
	fake_now = INT64_C(1728000000000);
	return mkdir(data, 0700);
}
static int teardown(void **state)
{
	(void)state;
	char cmd[120];
	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", top);
	return system(cmd);
}

static struct xie_journal_store *open_journal(const char *dir)
{
	char path[128];
	(void)snprintf(path, sizeof path, "%s/journal", dir);
	struct xie_journal_options o = { .clock = { .wall = now, .mono = now }, .random = { .fill = fill }, .no_ticks = true,
		.commit_ms = 1, .commit_bytes = 2048, .block_bytes = 4096, .seal_ms = 5 };
	struct xie_journal_store *j = NULL;
	struct xie_err err;
	if (xie_journal_open(path, &o, &j, &err) != XIE_OK)
		fail_msg("%s", err.what);
	return j;
}

static void *write_on(void *arg)
{
	struct xie_journal p = xie_journal_port(arg);
	for (unsigned i = 0; !stop; i++) {
		char text[60];
		(void)snprintf(text, sizeof text, "frame %u of a journal that is backed up meanwhile", i);
		struct xie_rec r = { .kind = XIE_REC_FRAME, .bytes = xie_str_of(text) };
		uint64_t pos;
		if (p.append(p.self, &r, 1, &pos) != XIE_OK || i % 20 == 0)
			(void)usleep(500);
		if (i % 500 == 0)
			fake_now += 6 * 3600000; /* into other days */
	}
	return NULL;
}

static void ignore(void *ctx, const struct xie_finding *f)
{
	if (!f->ok)
		(void)snprintf(ctx, 300, "%s %s: %s", f->check, f->file, f->what);
}

static uint64_t count_records(struct xie_journal_store *j)
{
	struct xie_journal p = xie_journal_port(j);
	struct xie_journal_cursor *c;
	uint64_t all = 0;
	size_t n;
	check_ok(p.open(p.self, 1, &c));
	do {
		struct xie_rec recs[64];
		check_ok(p.next(p.self, c, recs, 64, &n));
		for (size_t i = 0; i < n; i++)
			check_int(recs[i].pos, ++all);
	} while (n != 0);
	p.close(p.self, c);
	return all;
}

static void a_backup_of_a_running_installation_is_whole(void **state)
{
	(void)state;
	char path[128], said[300] = "";
	struct xie_err err;
	struct xie_records *r = NULL;
	struct xie_archive_store *a = NULL;
	const struct xie_records_options ro = { .clock = { .wall = now, .mono = now } };
	const struct xie_archive_options ao = { 0 };
	(void)snprintf(path, sizeof path, "%s/records.db", data);
	check_ok(xie_records_open(path, &ro, &r, &err));
	check_ok(xie_archive_open(data, &ao, &a, &err));
	struct xie_archive ap = xie_archive_port(a);
	struct xie_snapshot_meta m = { .position = 5, .packs = XIE_STR("p") };
	struct xie_snapshot_writer *w;
	check_ok(ap.snapshot_begin(ap.self, &m, &w));
	check_ok(ap.snapshot_write(ap.self, w, "engine", 6));
	check_ok(ap.snapshot_commit(ap.self, w));
	struct xie_chunk chunk = { .target = xie_key_mmsi(413000001), .from = 1000, .to = 2000, .n = 1, .bytes = XIE_STR("x") };
	check_ok(ap.chunk_put(ap.self, &chunk, 1));
	struct xie_journal_store *j = open_journal(data);
	pthread_t t;
	stop = false;
	check_int(pthread_create(&t, NULL, write_on, j), 0);
	(void)usleep(300000);
	struct xie_journal p = xie_journal_port(j);
	uint64_t before = p.committed(p.self);
	check_ok(xie_backup_make(data, out, fake_now, &err));
	check_st(xie_backup_make(data, out, fake_now, &err), XIE_DUPLICATE);
	stop = true;
	(void)pthread_join(t, NULL);
	xie_journal_close(j);
	xie_archive_close(a);
	xie_records_close(r);

	check_ok(xie_backup_restore(out, back, &err));
	check_st(xie_backup_restore(out, back, &err), XIE_DUPLICATE);
	unsigned bad;
	(void)snprintf(path, sizeof path, "%s/journal", back);
	check_ok(xie_journal_check(path, true, ignore, said, &bad, &err));
	if (bad != 0)
		fail_msg("%s", said);
	j = open_journal(back);
	check_true(count_records(j) >= before); /* all that was committed when it began */
	xie_journal_close(j);
	check_ok(xie_archive_open(back, &ao, &a, &err));
	ap = xie_archive_port(a);
	struct xie_snapshot_reader *sr;
	check_ok(ap.snapshot_open(ap.self, 0, &m, &sr));
	check_int(m.position, 5);
	ap.snapshot_close(ap.self, sr);
	xie_archive_close(a);
}

static void a_damaged_backup_restores_nothing(void **state)
{
	(void)state;
	char path[128];
	struct xie_err err;
	check_st(xie_backup_make(data, out, 1, &err), XIE_MISSING); /* nothing is there */
	xie_journal_close(open_journal(data));
	check_ok(xie_backup_make(data, out, 1, &err));
	(void)snprintf(path, sizeof path, "%s/journal/kept.db", out);
	FILE *f = fopen(path, "r+b");
	check_int(fseek(f, 100, SEEK_SET), 0);
	(void)fputc('!', f);
	(void)fclose(f);
	check_st(xie_backup_restore(out, back, &err), XIE_CORRUPT);
	check_true(strstr(err.what, "kept.db") != NULL);
	check_int(access(back, F_OK), -1);
	(void)snprintf(path, sizeof path, "%s/backup.json", out);
	f = fopen(path, "wb");
	(void)fputs("{\"format\":1,\"files\":[{\"path\":\"journal/../../evil\",\"sha256\":\"\"}]}", f);
	(void)fclose(f);
	check_st(xie_backup_restore(out, back, &err), XIE_CORRUPT);
	(void)unlink(path);
	check_st(xie_backup_restore(out, back, &err), XIE_MISSING);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_backup_of_a_running_installation_is_whole),
		T(a_damaged_backup_restores_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
