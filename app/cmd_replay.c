/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi replay: recordings through packs, over shards on threads; the final alerts come out in order. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "alert_json.h"
#include "command.h"
#include "load.h"
#include "replay.h"

#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/run/run.h"

enum { MAX_SHARDS = 64, MAX_PACKS = 64, BATCH = 256, QUEUE = 8 };

static const char help[] =
        "usage: xiezhi replay --pack DIR... [OPTION...] FILE...\n\n"
        "Plays recordings through the rules of packs and prints the final alerts, one JSON object a line, in order of\n"
        "opening.  Files may be gzip or zstd compressed; - is standard input.  The output is the same, byte for byte, for\n"
        "any --shards and --speed.\n\n"
        "  --pack DIR            a pack's folder; several may follow, or the option again\n"
        "  --from FORMAT         nmea (default) or jt808 (hexadecimal frames, one a line)\n"
        "  --clock line|type4    where time comes from: the lines, or the base stations' own reports\n"
        "  --utc-offset +HH:MM   what local times in line prefixes are east of UTC\n"
        "  --shards N            threads that judge; default: one for each core\n"
        "  --speed X|max         X times as fast as it was recorded, alerts told on standard error as they open\n"
        "  --all                 withdrawn and replaced alerts too, marked by state and revision\n"
        "  --quiet               no progress, no summary\n\n"
        "Exit: 0 done, 1 a pack or recording is bad, 2 usage, 3 the environment failed.\n";

struct options {
	const char *packs[MAX_PACKS], *files[256];
	size_t n_packs, n_files;
	const char *from;
	enum feed_clock clock;
	xie_ms utc_offset;
	uint32_t shards;
	int64_t speed_milli; /* 0: as fast as can be */
	bool all, quiet;
};

/* ---- alerts by id, for one shard ---- */

struct found {
	struct xie_alert *a;
	size_t n, cap;
	uint32_t *table; /* 1 + index */
	size_t table_cap;
	bool failed;
};

static size_t found_slot(const struct found *f, const uint8_t id[16])
{
	uint64_t h;
	memcpy(&h, id, sizeof h);
	size_t i = (size_t)h & (f->table_cap - 1);
	while (f->table[i] != 0 && memcmp(f->a[f->table[i] - 1].id, id, 16) != 0)
		i = (i + 1) & (f->table_cap - 1);
	return i;
}

static bool found_grow(struct found *f)
{
	size_t cap = f->cap != 0 ? f->cap * 2 : 1024;
	struct xie_alert *a = realloc(f->a, cap * sizeof *a);
	uint32_t *t = calloc(cap * 2, sizeof *t);
	if (a != NULL)
		f->a = a;
	if (a == NULL || t == NULL) {
		free(t);
		return false;
	}
	free(f->table);
	f->table = t;
	f->cap = cap;
	f->table_cap = cap * 2;
	for (size_t i = 0; i < f->n; i++)
		f->table[found_slot(f, f->a[i].id)] = (uint32_t)i + 1;
	return true;
}

static void found_put(struct found *f, const struct xie_alert *a)
{
	if (f->n == f->cap && !found_grow(f)) {
		f->failed = true;
		return;
	}
	size_t i = found_slot(f, a->id);
	if (f->table[i] == 0)
		f->table[i] = (uint32_t)++f->n;
	f->a[f->table[i] - 1] = *a;
}

/* ---- shards on threads ---- */

struct replay;

struct worker {
	struct replay *r;
	pthread_t thread;
	xie_arena mem;
	struct xie_shard *shard;
	struct found found;
	pthread_mutex_t lock;
	pthread_cond_t filled, drained;
	struct xie_obs *queue[QUEUE]; /* batches, ring */
	size_t count[QUEUE];
	unsigned head, n;
	struct xie_obs *filling;
	size_t n_filling;
	bool stop;
	xie_status st;
};

struct replay {
	struct options opt;
	const struct xie_rules *rules;
	struct worker workers[MAX_SHARDS];
	struct xie_shard *shards[MAX_SHARDS];
	struct xie_pairs *pairs;
	struct found pair_found;
	xie_arena pair_mem;
	pthread_mutex_t telling;
	bool color;
	xie_ms first, last;
	uint64_t records;
};

static const struct xie_static *stat_of(struct replay *r, const struct xie_key *k)
{
	struct xie_target_view v;
	return xie_shard_find(r->shards[xie_shard_of(k, r->opt.shards)], k, &v) ? v.stat : NULL;
}

static void tell(struct replay *r, const struct xie_alert *a, const struct xie_static *stat)
{
	char line[512];
	xie_wr w = xie_wr_of(line, sizeof line - 1);
	if (a->rev > 1 && !a->closed && !a->withdrawn)
		return; /* a higher peak of what was told already */
	alert_line(r->rules, a, stat, r->rules->rules[r->rules->bindings[a->binding].rule].utc_offset_ms, r->color, &w);
	(void)pthread_mutex_lock(&r->telling);
	(void)fwrite(w.p, 1, w.n, stderr);
	(void)fputc('\n', stderr);
	(void)pthread_mutex_unlock(&r->telling);
}

static void on_alert(void *self, const struct xie_alert *a)
{
	struct worker *w = self;
	found_put(&w->found, a);
	if (w->r->opt.speed_milli != 0 && !w->r->opt.quiet) {
		struct xie_target_view v;
		tell(w->r, a, xie_shard_find(w->shard, &a->target, &v) ? v.stat : NULL);
	}
}

static void on_pair(void *self, const struct xie_alert *a)
{
	struct replay *r = self;
	found_put(&r->pair_found, a);
	if (r->opt.speed_milli != 0 && !r->opt.quiet)
		tell(r, a, stat_of(r, &a->target));
}

static void *work(void *arg)
{
	struct worker *w = arg;
	for (;;) {
		(void)pthread_mutex_lock(&w->lock);
		while (w->n == 0 && !w->stop)
			(void)pthread_cond_wait(&w->filled, &w->lock);
		bool done = w->n == 0;
		unsigned at = w->head;
		(void)pthread_mutex_unlock(&w->lock);
		if (done)
			return NULL;
		size_t taken = 0;
		if (w->st == XIE_OK)
			w->st = xie_shard_put_all(w->shard, w->queue[at], w->count[at], &taken);
		(void)pthread_mutex_lock(&w->lock);
		w->head = (w->head + 1) % QUEUE;
		w->n--;
		(void)pthread_cond_signal(&w->drained);
		(void)pthread_mutex_unlock(&w->lock);
	}
}

/* Hands the batch that is being filled to the thread, waiting for room. */
static void hand_over(struct worker *w)
{
	if (w->n_filling == 0)
		return;
	(void)pthread_mutex_lock(&w->lock);
	while (w->n == QUEUE - 1)
		(void)pthread_cond_wait(&w->drained, &w->lock);
	unsigned at = (w->head + w->n) % QUEUE;
	struct xie_obs *spare = w->queue[at];
	w->queue[at] = w->filling;
	w->count[at] = w->n_filling;
	w->filling = spare;
	w->n_filling = 0;
	w->n++;
	(void)pthread_cond_signal(&w->filled);
	(void)pthread_mutex_unlock(&w->lock);
}

static void wait_idle(struct worker *w)
{
	hand_over(w);
	(void)pthread_mutex_lock(&w->lock);
	while (w->n != 0)
		(void)pthread_cond_wait(&w->drained, &w->lock);
	(void)pthread_mutex_unlock(&w->lock);
}

static bool start(struct replay *r)
{
	/* a recording is kept whole in memory; address space costs nothing until it is used */
	size_t each = ((size_t)256 << 30) / r->opt.shards;
	bool live = r->opt.speed_milli != 0;
	for (uint32_t i = 0; i < r->opt.shards; i++) {
		struct worker *w = &r->workers[i];
		struct xie_run_options ro = { .rules = r->rules, .sink = on_alert, .self = w, .keep_all = true, .ticks = live };
		w->r = r;
		(void)pthread_mutex_init(&w->lock, NULL);
		(void)pthread_cond_init(&w->filled, NULL);
		(void)pthread_cond_init(&w->drained, NULL);
		bool ok = app_arena(&w->mem, each) && xie_shard_new(&w->mem, &ro, &w->shard) == XIE_OK;
		for (int q = 0; q < QUEUE && ok; q++)
			ok = (w->queue[q] = malloc(BATCH * sizeof(struct xie_obs))) != NULL;
		w->filling = ok ? malloc(BATCH * sizeof(struct xie_obs)) : NULL;
		r->shards[i] = w->shard;
		if (w->filling == NULL || pthread_create(&w->thread, NULL, work, w) != 0)
			return false;
	}
	struct xie_run_options ro = { .rules = r->rules, .sink = on_pair, .self = r, .keep_all = true, .ticks = live };
	return app_arena(&r->pair_mem, (size_t)64 << 30) &&
	       xie_pairs_new(&r->pair_mem, &ro, r->shards, r->opt.shards, &r->pairs) == XIE_OK;
}

/* ---- the stream ---- */

struct pace {
	struct timespec began;
	xie_ms second; /* last whole second told to the engine */
	uint64_t shown;
};

static double since(const struct timespec *t)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - t->tv_sec) + (double)(now.tv_nsec - t->tv_nsec) / 1e9;
}

static void tick(struct replay *r, xie_ms now)
{
	for (uint32_t i = 0; i < r->opt.shards; i++)
		wait_idle(&r->workers[i]);
	for (uint32_t i = 0; i < r->opt.shards; i++)
		xie_shard_tick(r->shards[i], now);
	if (xie_pairs_run(r->pairs, now) != XIE_OK)
		r->pair_found.failed = true;
}

/* Waits until it is time for a record of receive time rx, telling the engine each whole second on the way. */
static void keep_pace(struct replay *r, struct pace *p, xie_ms rx)
{
	xie_ms second = xie_floor_div(rx, 1000) * 1000;
	for (xie_ms s = p->second + 1000; s <= second; s += 1000) {
		double due = (double)(s - r->first) / 1000.0 / ((double)r->opt.speed_milli / 1000.0);
		double wait = due - since(&p->began);
		if (wait > 0) {
			struct timespec ts = { (time_t)wait, (long)((wait - (double)(time_t)wait) * 1e9) };
			(void)nanosleep(&ts, NULL);
		}
		tick(r, s);
	}
	if (second > p->second)
		p->second = second;
}

static void progress(const struct replay *r, struct pace *p, struct feed *const *feeds, bool end)
{
	static const char bar[] = "########################################";
	double spent = since(&p->began);
	int done = 0;
	for (size_t i = 0; i < r->opt.n_files; i++) {
		int one = feed_progress(feeds[i]);
		done = one < 0 || done < 0 ? -1 : done + one;
	}
	int permille = end ? 1000 : done < 0 ? -1 : done / (int)r->opt.n_files;
	(void)fprintf(stderr, "\r[%-40.*s] %3d%%  %llu records  %.0f/s ", permille < 0 ? 0 : permille / 25, bar,
	              permille < 0 ? 0 : permille / 10, (unsigned long long)r->records, spent > 0 ? (double)r->records / spent : 0.0);
	if (end)
		(void)fputc('\n', stderr);
}

static void put(struct replay *r, const struct xie_obs *o)
{
	struct worker *w = &r->workers[xie_shard_of(&o->target, r->opt.shards)];
	w->filling[w->n_filling++] = *o;
	if (w->n_filling == BATCH)
		hand_over(w);
}

/* Merges the files by (receive time, argument order, line). */
static bool stream(struct replay *r, struct feed **feeds)
{
	struct options *o = &r->opt;
	bool more[256];
	bool bar = isatty(STDERR_FILENO) == 1 && !o->quiet && o->speed_milli == 0;
	struct pace p = { .second = INT64_MIN };
	xie_status st = XIE_OK;
	(void)clock_gettime(CLOCK_MONOTONIC, &p.began);
	for (size_t i = 0; i < o->n_files && st == XIE_OK; i++)
		st = feed_advance(feeds[i], &more[i]);
	while (st == XIE_OK) {
		size_t at = o->n_files, n = 0;
		for (size_t i = 0; i < o->n_files; i++)
			if (more[i] && (at == o->n_files || feed_rx(feeds[i]) < feed_rx(feeds[at])))
				at = i;
		if (at == o->n_files)
			break;
		xie_ms rx = feed_rx(feeds[at]);
		if (r->records++ == 0) {
			r->first = r->last = rx;
			p.second = xie_floor_div(rx, 1000) * 1000;
		}
		if (o->speed_milli != 0)
			keep_pace(r, &p, rx);
		r->last = rx > r->last ? rx : r->last;
		const struct xie_obs *obs = feed_obs(feeds[at], &n);
		for (size_t i = 0; i < n; i++)
			put(r, &obs[i]);
		if (bar && (r->records & 0x3FFF) == 0)
			progress(r, &p, feeds, false);
		st = feed_advance(feeds[at], &more[at]);
	}
	if (bar)
		progress(r, &p, feeds, true);
	if (st != XIE_OK)
		(void)fprintf(stderr, "xiezhi replay: reading stopped: %s\n", xie_status_text(st));
	return st == XIE_OK;
}

/* ---- the end ---- */

static const struct xie_rules *sort_rules; /* qsort passes no context */

static int by_order(const void *a, const void *b)
{
	return alert_order(sort_rules, a, b);
}

static bool gather(struct replay *r, struct found *all)
{
	for (uint32_t i = 0; i <= r->opt.shards; i++) {
		const struct found *f = i < r->opt.shards ? &r->workers[i].found : &r->pair_found;
		for (size_t k = 0; k < f->n; k++)
			if (r->opt.all || !f->a[k].withdrawn)
				found_put(all, &f->a[k]);
		if (f->failed || all->failed)
			return false;
	}
	sort_rules = r->rules;
	if (all->n != 0)
		qsort(all->a, all->n, sizeof *all->a, by_order);
	return true;
}

static void summary(const struct replay *r, struct feed *const *feeds, size_t alerts)
{
	struct feed_counts c = { 0 };
	struct xie_run_counts n = { 0 };
	for (size_t i = 0; i < r->opt.n_files; i++) {
		struct feed_counts x = feed_counts(feeds[i]);
		c.lines += x.lines;
		c.messages += x.messages;
		tally_merge(&c.rejects, &x.rejects);
		c.untimed += x.untimed;
	}
	for (uint32_t i = 0; i < r->opt.shards; i++) {
		struct xie_run_counts x = xie_shard_counts(r->shards[i]);
		n.targets += x.targets;
		n.fixes += x.fixes;
		n.echoes += x.echoes;
		n.late += x.late;
		n.too_late += x.too_late;
		n.suspect += x.suspect;
	}
	(void)fprintf(stderr, "%llu lines, %llu messages, %llu rejected", (unsigned long long)c.lines,
	              (unsigned long long)c.messages, (unsigned long long)c.rejects.total);
	tally_print(&c.rejects, stderr);
	(void)fprintf(stderr,
	              ", %llu before any time; %llu targets, %llu fixes (%llu echoes, %llu late, "
	              "%llu too late, %llu with a suspect clock); %zu alerts\n",
	              (unsigned long long)c.untimed,
	              (unsigned long long)n.targets, (unsigned long long)n.fixes, (unsigned long long)n.echoes, (unsigned long long)n.late,
	              (unsigned long long)n.too_late, (unsigned long long)n.suspect, alerts);
}

static int finish(struct replay *r, struct feed *const *feeds)
{
	xie_status st = XIE_OK;
	for (uint32_t i = 0; i < r->opt.shards; i++) {
		struct worker *w = &r->workers[i];
		wait_idle(w);
		(void)pthread_mutex_lock(&w->lock);
		w->stop = true;
		(void)pthread_cond_signal(&w->filled);
		(void)pthread_mutex_unlock(&w->lock);
		(void)pthread_join(w->thread, NULL);
		st = w->st != XIE_OK ? w->st : st;
	}
	r->opt.speed_milli = 0; /* what the end closes is not told one by one */
	for (uint32_t i = 0; i < r->opt.shards && st == XIE_OK; i++)
		xie_shard_finish(r->shards[i], r->last);
	if (st == XIE_OK)
		st = xie_pairs_finish(r->pairs, r->last);
	struct found all = { 0 };
	if (st != XIE_OK || !gather(r, &all)) {
		(void)fputs("xiezhi replay: out of memory\n", stderr);
		return EXIT_ENV;
	}
	char line[2048];
	for (size_t i = 0; i < all.n; i++) {
		xie_wr w = xie_wr_of(line, sizeof line);
		alert_json(r->rules, &all.a[i], stat_of(r, &all.a[i].target), r->opt.all, &w);
		(void)fwrite(w.p, 1, w.n, stdout);
	}
	if (!r->opt.quiet)
		summary(r, feeds, all.n);
	free(all.a);
	free(all.table);
	return fflush(stdout) == 0 ? EXIT_DONE : EXIT_ENV;
}

static void release(struct replay *r)
{
	for (uint32_t i = 0; i < r->opt.shards; i++) {
		struct worker *w = &r->workers[i];
		for (int q = 0; q < QUEUE; q++)
			free(w->queue[q]);
		free(w->filling);
		free(w->found.a);
		free(w->found.table);
		xie_big_arena_done(&w->mem);
	}
	free(r->pair_found.a);
	free(r->pair_found.table);
	xie_big_arena_done(&r->pair_mem);
}

static int replay(struct replay *r)
{
	struct feed *feeds[256] = { NULL };
	struct xie_err err = { 0 };
	int rc = EXIT_DONE;
	for (size_t i = 0; i < r->opt.n_files && rc == EXIT_DONE; i++)
		if (feed_open(r->opt.files[i], r->opt.from, r->opt.clock, r->opt.utc_offset, (uint32_t)i, &feeds[i], &err) != XIE_OK) {
			xie_err_print(stderr, &err);
			rc = EXIT_BAD;
		}
	if (rc == EXIT_DONE && !start(r)) {
		(void)fputs("xiezhi replay: out of memory or threads\n", stderr);
		return EXIT_ENV; /* threads may be waiting: the process ends here */
	}
	if (rc == EXIT_DONE) {
		bool whole = stream(r, feeds);
		rc = finish(r, feeds);
		if (!whole && rc == EXIT_DONE)
			rc = EXIT_BAD;
		release(r);
	}
	for (size_t i = 0; i < r->opt.n_files; i++)
		feed_close(feeds[i]);
	return rc;
}

/* ---- options ---- */

static bool bad(const char *what, const char *value)
{
	(void)fprintf(stderr, "xiezhi replay: %s%s%s; xiezhi replay --help tells more\n", what, value != NULL ? " " : "",
	              value != NULL ? value : "");
	return false;
}

static bool set(struct options *o, const char *name, const char *v)
{
	int64_t n = 0;
	if (strcmp(name, "--pack") == 0) {
		if (o->n_packs == MAX_PACKS)
			return bad("too many packs", NULL);
		o->packs[o->n_packs++] = v;
		return true;
	}
	if (strcmp(name, "--from") == 0) {
		o->from = v;
		return strcmp(v, "nmea") == 0 || strcmp(v, "jt808") == 0 || bad("--from takes nmea or jt808, not", v);
	}
	if (strcmp(name, "--clock") == 0) {
		o->clock = strcmp(v, "type4") == 0 ? FEED_CLOCK_TYPE4 : FEED_CLOCK_LINE;
		return o->clock == FEED_CLOCK_TYPE4 || strcmp(v, "line") == 0 || bad("--clock takes line or type4, not", v);
	}
	if (strcmp(name, "--utc-offset") == 0)
		return xie_offset_parse(xie_str_of(v), &o->utc_offset) == XIE_OK || bad("--utc-offset takes +HH:MM, not", v);
	if (strcmp(name, "--shards") == 0) {
		bool ok = xie_str_i64(xie_str_of(v), &n) == XIE_OK && n >= 1 && n <= MAX_SHARDS;
		o->shards = ok ? (uint32_t)n : 0;
		return ok || bad("--shards takes 1 to 64, not", v);
	}
	if (strcmp(name, "--speed") == 0) {
		if (strcmp(v, "max") == 0)
			return true;
		return (xie_str_scaled(xie_str_of(v), 1000, 1, &o->speed_milli) == XIE_OK && o->speed_milli > 0) ||
		       bad("--speed takes a number above 0, or max, not", v);
	}
	return bad("no option", name);
}

static bool is_folder(const char *path)
{
	struct stat sb;
	return stat(path, &sb) == 0 && S_ISDIR(sb.st_mode);
}

static bool parse(int argc, char **argv, struct options *o)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	*o = (struct options){ .from = "nmea", .shards = cores > 0 && cores < MAX_SHARDS ? (uint32_t)cores : 1 };
	bool options = true;
	for (int i = 1; i < argc; i++) {
		char name[64];
		const char *eq = strchr(argv[i], '=');
		if (!options || argv[i][0] != '-' || argv[i][1] == '\0') {
			if (o->n_files == sizeof o->files / sizeof o->files[0])
				return bad("too many files", NULL);
			o->files[o->n_files++] = argv[i];
		} else if (strcmp(argv[i], "--") == 0) {
			options = false;
		} else if (strcmp(argv[i], "--all") == 0) {
			o->all = true;
		} else if (strcmp(argv[i], "--quiet") == 0) {
			o->quiet = true;
		} else {
			size_t n = eq != NULL ? (size_t)(eq - argv[i]) : strlen(argv[i]);
			if (n >= sizeof name || (eq == NULL && i + 1 == argc))
				return bad("value missing after", argv[i]);
			memcpy(name, argv[i], n);
			name[n] = '\0';
			if (!set(o, name, eq != NULL ? eq + 1 : argv[++i]))
				return false;
			/* --pack A B C recording: a recording is no folder */
			while (strcmp(name, "--pack") == 0 && i + 1 < argc && is_folder(argv[i + 1]))
				if (!set(o, name, argv[++i]))
					return false;
		}
	}
	if (o->n_packs == 0)
		return bad("at least one --pack DIR is needed", NULL);
	return o->n_files != 0 || bad("at least one recording is needed", NULL);
}

static int run(int argc, char **argv)
{
	static struct replay r;
	if (!parse(argc, argv, &r.opt))
		return EXIT_USAGE;
	xie_arena packs_mem;
	struct xie_packs packs;
	if (!app_arena(&packs_mem, (size_t)64 << 30))
		return EXIT_ENV;
	(void)pthread_mutex_init(&r.telling, NULL);
	r.color = isatty(STDERR_FILENO) == 1;
	int rc = app_load_packs(&packs_mem, r.opt.packs, r.opt.n_packs, &packs, &r.rules) ? replay(&r) : EXIT_BAD;
	xie_big_arena_done(&packs_mem);
	return rc;
}

const struct command cmd_replay = {
	.name = "replay",
	.summary = "recordings through packs: the final alerts, in order",
	.help = help,
	.run = run,
};
