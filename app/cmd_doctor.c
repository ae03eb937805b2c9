/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "xie/base/wr.h"
#include "xie/store/archive.h"
#include "xie/store/journal.h"
#include "xie/store/records.h"
#include "xie/track/archive.h"

static void line(bool ok, const char *check, const char *file, const char *what, uint64_t first, uint64_t last)
{
	char text[1500];
	xie_wr w = xie_wr_of(text, sizeof text);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "check", xie_str_of(check));
	xie_wr_kv_bool(&w, "ok", ok);
	xie_wr_kv_str(&w, "file", xie_str_of(file));
	if (first != 0)
		xie_wr_kv_i64(&w, "first", (int64_t)first);
	if (last != 0)
		xie_wr_kv_i64(&w, "last", (int64_t)last);
	xie_wr_kv_str(&w, "what", xie_str_of(what));
	xie_wr_text(&w, "}\n");
	(void)fwrite(text, 1, w.n, stdout);
	if (!ok)
		(void)fprintf(stderr, "%s: %s: %s\n", check, file, what);
}

static void on_journal(void *ctx, const struct xie_finding *f)
{
	(void)ctx;
	char check[40];
	(void)snprintf(check, sizeof check, "journal.%s", f->check);
	line(f->ok, check, f->file, f->what, f->first, f->last);
}

static void on_other(void *ctx, const char *what)
{
	line(false, ctx, "", what, 0, 0);
}

/* Can it be read, and is it what its row says? */
static xie_status sound(void *ctx, const struct xie_chunk *c)
{
	static struct xie_track_pt p[XIE_TRACK_MOST];
	enum xie_target_kind kind;
	struct xie_pt low, high;
	size_t n = 0;
	(void)ctx;
	if (c->format != XIE_TRACK_FORMAT)
		return XIE_UNKNOWN;
	xie_status st = xie_track_decode(c->bytes, c->from, &kind, p, XIE_TRACK_MOST, &n);
	if (st != XIE_OK)
		return st;
	xie_track_box(p, n, &low, &high);
	return n == c->n && p[n - 1].t == c->to && low.lon == c->low.lon && low.lat == c->low.lat && high.lon == c->high.lon &&
	               high.lat == c->high.lat
	           ? XIE_OK
	           : XIE_CORRUPT;
}

static unsigned check_records(const char *path)
{
	unsigned bad = 0, has = 0, wants = 0;
	struct xie_err err;
	char what[200];
	xie_status st = xie_records_version(path, &has, &wants, &err);
	if (st == XIE_OK && has != wants) {
		(void)snprintf(what, sizeof what, "stands at version %u, this program wants %u: xiezhi migrate", has, wants);
		line(false, "records.version", "records.db", what, 0, 0);
		return 1;
	}
	if (st == XIE_OK)
		st = xie_records_check(path, on_other, "records", &bad, &err);
	if (st != XIE_OK)
		line(false, "records.file", "records.db", err.what, 0, 0);
	else if (bad == 0)
		line(true, "records", "records.db", "file, chains of events, chain of the audit", 0, 0);
	return bad + (st != XIE_OK);
}

static unsigned check_all(const char *data, bool full, bool *ret_any)
{
	char path[600];
	unsigned bad = 0, sum = 0;
	struct xie_err err = { 0 };
	(void)snprintf(path, sizeof path, "%s/records.db", data);
	if (access(path, F_OK) == 0) {
		*ret_any = true;
		sum += check_records(path);
	}
	(void)snprintf(path, sizeof path, "%s/journal", data);
	if (access(path, F_OK) == 0) {
		*ret_any = true;
		xie_status st = xie_journal_check(path, full, on_journal, NULL, &bad, &err);
		if (st != XIE_OK)
			line(false, "journal", "journal", err.what, 0, 0);
		sum += bad + (st != XIE_OK);
	}
	(void)snprintf(path, sizeof path, "%s/tracks", data);
	if (access(path, F_OK) == 0) {
		*ret_any = true;
		xie_status st = xie_archive_check(data, full ? sound : NULL, on_other, "archive", &bad);
		if (st != XIE_OK)
			line(false, "archive", "tracks", xie_status_text(st), 0, 0);
		else if (bad == 0)
			line(true, "archive", "tracks", "months, points of every track, snapshots", 0, 0);
		sum += bad + (st != XIE_OK);
	}
	return sum;
}

static int run(int argc, char **argv)
{
	const char *data = "data";
	bool full = true, any = false;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--data") == 0 && i + 1 < argc)
			data = argv[++i];
		else if (strcmp(argv[i], "--quick") == 0)
			full = false;
		else {
			(void)fprintf(stderr, "xiezhi doctor: what is '%s'? xiezhi doctor [--data DIR] [--quick]\n", argv[i]);
			return EXIT_USAGE;
		}
	}
	unsigned bad = check_all(data, full, &any);
	if (!any) {
		(void)fprintf(stderr, "xiezhi doctor: %s holds no data of this program\n", data);
		return EXIT_BAD;
	}
	(void)fprintf(stderr, bad == 0 ? "xiezhi doctor: all is well\n" : "xiezhi doctor: %u findings\n", bad);
	return bad == 0 ? EXIT_DONE : EXIT_BAD;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.summary = "checks files, chains and versions of the data folder",
	.help = "usage: xiezhi doctor [--data DIR] [--quick]\n\n"
	        "Reads everything, changes nothing, beside a running server or without one: the journal's blocks with every digest,\n"
	        "its two chains (SHA-256, SM3), the tail, kept headers; the records' chains of events and of the audit;\n"
	        "tracks and snapshots. One JSON object a line on standard output, findings also on standard error.\n\n"
	        "  --data DIR   the data folder (default: data)\n"
	        "  --quick      structure and chain of the journal, not each record's digest nor each track's points\n\n"
	        "Exit code: 0 all is well, 1 findings, 2 usage.\n",
	.run = run,
};
