/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi evidence: sealed bags for the alerts of a recording, through a journal of its own. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "evidence.h"
#include "load.h"
#include "records.h"
#include "replay.h"
#include "witness.h"

#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/os/os.h"
#include "xie/run/run.h"
#include "xie/store/journal.h"

static const char help[] =
        "usage: xiezhi evidence --pack DIR... --keys DIR --out DIR [OPTION...] FILE\n\n"
        "Puts a recording into a journal, judges it, and writes a bag of evidence for each alert asked for.\n"
        "xiezhi verify checks such a bag anywhere.\n\n"
        "  --pack DIR            a pack's folder; several may follow\n"
        "  --from FORMAT         nmea (default) or jt808\n"
        "  --clock line|type4    as for xiezhi replay\n"
        "  --utc-offset +HH:MM   as for xiezhi replay\n"
        "  --alert ID            this alert only, as replay prints its id; default: every alert\n"
        "  --most N              at most N bags\n"
        "  --keys DIR            the node's keys; made there when the folder is empty\n"
        "  --org NAME            who seals\n"
        "  --device FILE.json --case FILE.json   papers and numbers that go along\n"
        "  --revises DIR --reason TEXT   names the sealed bag DIR/ID.zip that the new one revises; the old one stays\n"
        "  --witness DIR         tells the journal's head to DIR/heads.ndjson first; its line goes into the bags\n"
        "  --out DIR             where the bags go, as ID.zip\n\n"
        "Exit: 0 done, 1 bad input or no such alert, 2 usage, 3 the environment failed.\n";

enum { MAX_PACKS = 64 };

struct options {
	const char *packs[MAX_PACKS];
	size_t n_packs;
	const char *from, *file, *alert, *keys, *org, *out, *device, *cases, *witness, *revises, *reason;
	enum feed_clock clock;
	xie_ms utc_offset;
	int64_t most;
};

struct work {
	struct options opt;
	xie_arena mem;
	struct xie_packs packs;
	const struct xie_rules *rules;
	struct xie_journal_store *store;
	struct xie_journal journal;
	xie_ms now, last;
	uint64_t pos; /* of the last record appended */
	xie_str heads;
	struct xie_alert *alerts;
	size_t n_alerts, cap_alerts;
};

/* The journal lives in the recording's time. */
static xie_ms clock_wall(void *self)
{
	return ((struct work *)self)->now;
}
static xie_ms clock_mono(void *self)
{
	(void)self;
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (xie_ms)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool say(const struct xie_err *err)
{
	xie_err_print(stderr, err);
	return false;
}

static bool bad(const char *what, const char *value)
{
	(void)fprintf(stderr, "xiezhi evidence: %s %s; xiezhi evidence --help tells more\n", what, value);
	return false;
}

static bool open_journal(struct work *w, const char *dir)
{
	struct xie_err err = { 0 };
	struct xie_journal_options o = { .clock = { w, clock_wall, clock_mono }, .random = xie_os_random(),
		                         .keys = { NULL, records_keys_begin, records_keys_of, records_keys_end }, .program = "xiezhi evidence", .no_ticks = true,
		                         .seal_ms = 3600000 };
	if (xie_journal_open(dir, &o, &w->store, &err) != XIE_OK)
		return say(&err);
	w->journal = xie_journal_port(w->store);
	return true;
}

static bool append(struct work *w, const struct feed *f)
{
	struct xie_rec rec = { .rx = feed_rx(f) > w->last ? feed_rx(f) : w->last, .source = 1, .kind = XIE_REC_FRAME, .bytes = feed_line(f) };
	xie_status st;
	w->last = w->now = rec.rx;
	while ((st = w->journal.append(w->journal.self, &rec, 1, &w->pos)) == XIE_LIMIT)
		(void)usleep(1000); /* back pressure: the journal's disk is slower than the file */
	return st == XIE_OK;
}

/* The recording is one source, up from its first line to its last. */
static bool tell_source(struct work *w, const char *state)
{
	char json[64];
	int n = snprintf(json, sizeof json, "{\"id\":1,\"name\":\"recording\",\"state\":\"%s\"}", state);
	struct xie_rec rec = { .rx = w->last, .source = 1, .kind = XIE_REC_SOURCE, .bytes = { json, (size_t)n } };
	return w->journal.append(w->journal.self, &rec, 1, &w->pos) == XIE_OK;
}

/* Only lines that are frames: comments and blank lines are not what was received. */
static bool fill(struct work *w)
{
	struct feed *f = NULL;
	struct xie_err err = { 0 };
	bool more = false;
	if (feed_open(w->opt.file, w->opt.from, w->opt.clock, w->opt.utc_offset, 0, &f, &err) != XIE_OK)
		return say(&err);
	xie_status st = feed_advance(f, &more);
	char dir[512];
	(void)snprintf(dir, sizeof dir, "%s/.journal-XXXXXX", w->opt.out);
	w->now = w->last = feed_rx(f);
	bool ok = st == XIE_OK && more && mkdtemp(dir) != NULL && open_journal(w, dir) && tell_source(w, "up");
	while (ok && more) {
		ok = feed_line(f).n == 0 || append(w, f);
		st = ok ? feed_advance(f, &more) : XIE_IO;
		ok = ok && st == XIE_OK;
	}
	feed_close(f);
	ok = ok && tell_source(w, "down") && w->journal.wait(w->journal.self, w->pos, 60000) == XIE_OK && w->journal.seal(w->journal.self) == XIE_OK;
	if (!ok)
		(void)fputs("xiezhi evidence: the recording is empty, has no times, or cannot be journaled\n", stderr);
	return ok;
}

static void on_alert(void *self, const struct xie_alert *a)
{
	struct work *w = self;
	for (size_t i = 0; i < w->n_alerts; i++)
		if (memcmp(w->alerts[i].id, a->id, sizeof a->id) == 0) {
			w->alerts[i] = *a;
			return;
		}
	if (w->n_alerts == w->cap_alerts) {
		size_t cap = w->cap_alerts * 2 + 64;
		struct xie_alert *more = realloc(w->alerts, cap * sizeof *more);
		if (more == NULL)
			return;
		w->alerts = more;
		w->cap_alerts = cap;
	}
	w->alerts[w->n_alerts++] = *a;
}

static bool judge(struct work *w)
{
	struct xie_run_options opt = { .rules = w->rules, .sink = on_alert, .self = w, .keep_all = true };
	struct xie_shard *shard = NULL;
	struct xie_pairs *pairs = NULL;
	struct xie_journal_cursor *c = NULL;
	struct records *r = records_new();
	struct xie_rec recs[256];
	size_t n = 1;
	xie_status st = r != NULL ? xie_shard_new(&w->mem, &opt, &shard) : XIE_UNAVAILABLE;
	if (st == XIE_OK)
		st = xie_pairs_new(&w->mem, &opt, &shard, 1, &pairs);
	if (st == XIE_OK)
		st = w->journal.open(w->journal.self, 1, &c);
	while (st == XIE_OK && n != 0) {
		st = w->journal.next(w->journal.self, c, recs, 256, &n);
		for (size_t i = 0; st == XIE_OK && i < n; i++) {
			size_t k = 0;
			const struct xie_obs *o = records_next(r, &recs[i], &k);
			for (size_t q = 0; q < k && st == XIE_OK; q++)
				st = xie_shard_put(shard, &o[q]);
		}
	}
	w->journal.close(w->journal.self, c);
	if (st == XIE_OK) {
		xie_shard_finish(shard, w->last);
		st = xie_pairs_finish(pairs, w->last);
	}
	records_free(r);
	return st == XIE_OK;
}

static bool read_text(struct work *w, const char *path, const char **ret)
{
	xie_str s;
	struct xie_err err = { 0 };
	*ret = NULL;
	if (path == NULL)
		return true;
	if (xie_file_read(&w->mem, path, &s, &err) != XIE_OK)
		return say(&err);
	*ret = s.p;
	return true;
}

/* The earlier bag of this alert by the digest of its bytes; "" when there is none. */
static bool earlier(struct work *w, const char *hex, char *text, size_t cap)
{
	char path[600];
	uint8_t digest[32];
	xie_str zip;
	struct xie_err err = { 0 };
	xie_wr t = xie_wr_of(text, cap - 1);
	text[0] = '\0';
	if (w->opt.revises == NULL)
		return true;
	(void)snprintf(path, sizeof path, "%s/%s.zip", w->opt.revises, hex);
	if (access(path, F_OK) != 0)
		return true;
	size_t mark = xie_arena_mark(&w->mem);
	if (xie_file_read(&w->mem, path, &zip, &err) != XIE_OK)
		return say(&err);
	xie_sha256_fast(zip.p, zip.n, digest);
	xie_arena_rewind(&w->mem, mark);
	xie_wr_text(&t, "{\"bag_sha256\":\"");
	xie_wr_hex(&t, digest, sizeof digest);
	xie_wr_char(&t, '"');
	xie_wr_kv_str(&t, "reason", xie_str_of(w->opt.reason));
	xie_wr_text(&t, "}\n");
	text[t.n] = '\0';
	return t.st == XIE_OK || bad("--reason is too long:", w->opt.reason);
}

static bool make_one(struct work *w, const struct xie_alert *a, const struct keys *keys, const char *device, const char *cases)
{
	char path[600], hex[40], revises[1200];
	xie_wr h = xie_wr_of(hex, sizeof hex - 1);
	xie_wr_hex(&h, a->id, sizeof a->id);
	hex[h.n] = '\0';
	(void)snprintf(path, sizeof path, "%s/%s.zip", w->opt.out, hex);
	if (!earlier(w, hex, revises, sizeof revises))
		return false;
	FILE *f = fopen(path, "wbx");
	struct xie_err err = { .file = path };
	if (f == NULL) {
		(void)fprintf(stderr, "%s: cannot be made, or is there already\n", path);
		return false;
	}
	struct xie_clock wall = xie_os_clock();
	xie_ms from = wall.mono(wall.self);
	struct evidence_request rq = { .rules = w->rules, .packs = &w->packs, .alert = a, .journal = w->journal, .keys = keys,
		                       .made_at = wall.wall(wall.self), .until = w->last, .organisation = w->opt.org, .device_json = device,
		                       .case_json = cases, .heads = w->heads, .revises_json = revises[0] != '\0' ? revises : NULL };
	size_t mark = xie_arena_mark(&w->mem);
	xie_status st = evidence_make(&rq, f, &w->mem, &err);
	xie_arena_rewind(&w->mem, mark);
	long bytes = ftell(f);
	bool ok = fclose(f) == 0 && st == XIE_OK;
	if (!ok) {
		(void)unlink(path);
		return say(&err);
	}
	(void)printf("{\"alert\":\"%s\",\"file\":\"%s\",\"bytes\":%ld,\"ms\":%lld}\n", hex, path, bytes,
	             (long long)(wall.mono(wall.self) - from));
	return true;
}

static bool tell_head(struct work *w, const struct keys *keys, xie_ms at)
{
	char path[512];
	uint64_t block = 0;
	struct xie_err err = { .file = w->opt.witness };
	if (w->opt.witness == NULL)
		return true;
	(void)mkdir(w->opt.witness, 0755);
	return (witness_head(w->opt.witness, &w->journal, keys, at, &block, &w->mem, &err) == XIE_OK && keys_path(path, w->opt.witness, "heads", ".ndjson") &&
	        xie_file_read(&w->mem, path, &w->heads, &err) == XIE_OK) ||
	       say(&err);
}

static int by_open(const void *a, const void *b)
{
	const struct xie_alert *x = a, *y = b;
	return x->open != y->open ? (x->open > y->open) - (x->open < y->open) : memcmp(x->id, y->id, sizeof x->id);
}

static bool make_all(struct work *w)
{
	struct keys keys;
	const char *device = NULL, *cases = NULL;
	struct xie_clock wall = xie_os_clock();
	if (!keys_make(w->opt.keys, w->opt.org, wall.wall(wall.self)) || !keys_load(w->opt.keys, &w->mem, &keys))
		return false;
	bool ok = tell_head(w, &keys, wall.wall(wall.self)) && read_text(w, w->opt.device, &device) && read_text(w, w->opt.cases, &cases);
	int64_t made = 0;
	if (w->n_alerts != 0)
		qsort(w->alerts, w->n_alerts, sizeof *w->alerts, by_open);
	for (size_t i = 0; i < w->n_alerts && ok && made < w->opt.most; i++) {
		char hex[40];
		xie_wr h = xie_wr_of(hex, sizeof hex);
		xie_wr_hex(&h, w->alerts[i].id, 16);
		if (w->alerts[i].withdrawn || (w->opt.alert != NULL && !xie_str_is(xie_wr_view(&h), w->opt.alert)))
			continue;
		ok = make_one(w, &w->alerts[i], &keys, device, cases);
		made++;
	}
	keys_done(&keys);
	if (ok && made == 0)
		(void)fprintf(stderr, "xiezhi evidence: no %s\n", w->opt.alert != NULL ? "such alert" : "alert in this recording");
	return ok && made != 0;
}

static bool set(struct options *o, const char *name, const char *v)
{
	const struct {
		const char *name;
		const char **to;
	} texts[] = { { "--from", &o->from }, { "--alert", &o->alert }, { "--keys", &o->keys }, { "--org", &o->org }, { "--out", &o->out },
		      { "--device", &o->device }, { "--case", &o->cases }, { "--witness", &o->witness }, { "--revises", &o->revises },
		      { "--reason", &o->reason } };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (strcmp(name, texts[i].name) == 0) {
			*texts[i].to = v;
			return true;
		}
	if (strcmp(name, "--pack") == 0 && o->n_packs < MAX_PACKS) {
		o->packs[o->n_packs++] = v;
		return true;
	}
	if (strcmp(name, "--clock") == 0) {
		o->clock = strcmp(v, "type4") == 0 ? FEED_CLOCK_TYPE4 : FEED_CLOCK_LINE;
		return o->clock == FEED_CLOCK_TYPE4 || strcmp(v, "line") == 0 || bad("--clock takes line or type4, not", v);
	}
	if (strcmp(name, "--utc-offset") == 0)
		return xie_offset_parse(xie_str_of(v), &o->utc_offset) == XIE_OK || bad("--utc-offset takes +HH:MM, not", v);
	if (strcmp(name, "--most") == 0)
		return (xie_str_i64(xie_str_of(v), &o->most) == XIE_OK && o->most > 0) || bad("--most takes a number above 0, not", v);
	return bad("no option", name);
}

static bool parse(int argc, char **argv, struct options *o)
{
	*o = (struct options){ .from = "nmea", .org = "獬豸", .most = INT64_MAX };
	for (int i = 1; i < argc; i++) {
		struct stat sb;
		if (argv[i][0] != '-' || argv[i][1] == '\0') {
			if (o->file != NULL)
				return bad("one recording at a time, not also", argv[i]);
			o->file = argv[i];
			continue;
		}
		const char *name = argv[i];
		if (i + 1 == argc || !set(o, name, argv[++i]))
			return i + 1 != argc || bad("value missing after", name);
		while (strcmp(name, "--pack") == 0 && i + 1 < argc && stat(argv[i + 1], &sb) == 0 && S_ISDIR(sb.st_mode))
			if (!set(o, name, argv[++i]))
				return false;
	}
	if ((o->revises == NULL) != (o->reason == NULL))
		return bad("together go", "--revises and --reason");
	if (o->n_packs == 0 || o->keys == NULL || o->out == NULL || o->file == NULL)
		return bad("needed are", "--pack, --keys, --out and a recording");
	return true;
}

static int remove_one(const char *path, const struct stat *sb, int flag, struct FTW *at)
{
	(void)sb, (void)flag, (void)at;
	/* only what this command made: the journal's folder below --out */
	return strstr(path, "/.journal-") != NULL ? remove(path) : 0;
}

static int run(int argc, char **argv)
{
	static struct work w;
	if (!parse(argc, argv, &w.opt))
		return EXIT_USAGE;
	if (!app_arena(&w.mem, (size_t)128 << 30))
		return EXIT_ENV;
	(void)mkdir(w.opt.out, 0755);
	bool ok = app_load_packs(&w.mem, w.opt.packs, w.opt.n_packs, &w.packs, &w.rules) && fill(&w) && judge(&w) && make_all(&w);
	xie_journal_close(w.store);
	(void)nftw(w.opt.out, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(w.alerts);
	xie_big_arena_done(&w.mem);
	return ok ? EXIT_DONE : EXIT_BAD;
}

const struct command cmd_evidence = {
	.name = "evidence",
	.summary = "sealed bags of evidence for the alerts of a recording",
	.help = help,
	.run = run,
};
