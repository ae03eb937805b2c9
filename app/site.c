/* SPDX-License-Identifier: Apache-2.0 */
#include "site.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "load.h"
#include "records.h"

#include "xie/file/file.h"
#include "xie/os/os.h"
#include "xie/pack/law.h"

static void log_line(void *ctx, const char *line)
{
	(void)fprintf(stderr, "%s: %s\n", (const char *)ctx, line);
}

void site_say(struct site *s, const char *fmt, ...)
{
	char line[512];
	va_list ap;
	(void)s;
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	(void)fprintf(stderr, "%s\n", line);
}

xie_status site_put_row(struct site *s, xie_str kind, xie_str id, xie_str title, xie_str event, uint64_t version, xie_str json)
{
	const struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	const xie_str none = XIE_STR("");
	struct xie_event e = { .at = s->clock.wall(s->clock.self), .event = event, .by = XIE_STR("[]"), .data = json, .user = none,
		               .signature = none, .key_id = none };
	struct xie_subject_change c = {
		.row = { .kind = kind, .id = id, .no = none, .org = none, .region = none, .state = XIE_STR("set"), .stage = none,
		         .title = title, .clock = none, .waiting_for = none, .due = XIE_NO_TIME, .snooze_to = XIE_NO_TIME,
		         .text = title, .json = json },
		.version = version,
		.events = &e,
		.n_events = 1,
	};
	return s->store.subject_append(s->store.self, &system, &c, 1, NULL, NULL);
}

bool site_share(const char *name, char *buf, size_t cap)
{
	static const char *const places[] = { "", "/../../", "/../share/xiezhi/" };
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash = n > 0 ? (self[n] = '\0', strrchr(self, '/')) : NULL;
	if (slash != NULL)
		*slash = '\0';
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		int len = snprintf(buf, cap, "%s%s%s", i == 0 ? "" : self, places[i], name);
		if (len > 0 && (size_t)len < cap && access(buf, R_OK) == 0)
			return true;
	}
	return false;
}

/* ---- opening ---- */

/* Every folder on the way, and itself. */
static bool make_folder(const char *path)
{
	char part[1024];
	for (const char *p = path + 1;; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		(void)snprintf(part, sizeof part, "%.*s", (int)(p - path), path);
		if (mkdir(part, 0750) != 0 && errno != EEXIST) {
			(void)fprintf(stderr, "xiezhi serve: cannot make the folder %s: %s\n", part, strerror(errno));
			return false;
		}
		if (*p == '\0')
			return true;
	}
}

/* A journal older than the archive is read where the archive has nothing.  The time stands in tracks/since; a folder whose
 * journal begins with this program has it at 0. */
static bool archive_since(struct site *s, struct xie_err *err)
{
	enum { EMPTY = 2 }; /* records of a journal that was only opened */
	char path[1200];
	int64_t since = 0;
	(void)snprintf(path, sizeof path, "%s/tracks/since", s->conf.data);
	FILE *f = fopen(path, "r");
	if (f != NULL) {
		bool good = fscanf(f, "%" SCNd64, &since) == 1;
		(void)fclose(f);
		s->archive_since = good ? since : s->loaded;
		return true;
	}
	s->archive_since = s->journal.committed(s->journal.self) <= EMPTY ? 0 : s->loaded;
	f = fopen(path, "w");
	bool good = f != NULL && fprintf(f, "%" PRId64 "\n", (int64_t)s->archive_since) > 0;
	if (f != NULL && fclose(f) != 0)
		good = false;
	if (!good)
		(void)xie_err_set(err, XIE_IO, 0, 0, "tracks/since cannot be written in the data folder", "");
	return good;
}

static bool open_stores(struct site *s, struct xie_err *err)
{
	char path[1200];
	struct xie_journal_options jo = { .clock = s->clock,
		                          .random = s->random,
		                          .keys = { NULL, records_keys_begin, records_keys_of, records_keys_end },
		                          .program = "xiezhi " XIE_VERSION,
		                          .log = log_line,
		                          .log_ctx = "journal" };
	struct xie_records_options ro = { .clock = s->clock, .migrate = true, .log = log_line, .log_ctx = "records" };
	struct xie_archive_options ao = { .log = log_line, .log_ctx = "archive" };
	(void)snprintf(path, sizeof path, "%s/journal", s->conf.data);
	if (!make_folder(path) || xie_journal_open(path, &jo, &s->journal_store, err) != XIE_OK)
		return false;
	s->journal = xie_journal_port(s->journal_store);
	(void)snprintf(path, sizeof path, "%s/records.db", s->conf.data);
	if (xie_records_open(path, &ro, &s->records_store, err) != XIE_OK)
		return false;
	s->store = xie_records_store(s->records_store);
	if (xie_archive_open(s->conf.data, &ao, &s->archive_store, err) != XIE_OK)
		return false;
	s->archive = xie_archive_port(s->archive_store);
	return archive_since(s, err);
}

static bool open_rest(struct site *s, struct xie_err *err)
{
	struct xie_ingest_options io = {
		.journal = s->journal, .clock = s->clock, .random = s->random, .log = log_line, .log_ctx = "sources"
	};
	if (xie_live_new(s->conf.live_targets, &s->live) != XIE_OK || xie_ingest_open(&io, &s->ingest) != XIE_OK) {
		(void)xie_err_set(err, XIE_UNAVAILABLE, 0, 0, "out of memory or threads", "");
		return false;
	}
	/* The sources are known before the engine speaks of them, and run once it listens. */
	return site_sources_start(s, &s->sources, err) == XIE_OK && site_engine_start(s, &s->engine, err) == XIE_OK;
}

/* A trial's clock begins when the site opens; its monotonic hand goes as fast, else the journal would see the clock set
 * forth all the time. */
static xie_ms trial_mono(void *self)
{
	const struct site *s = self;
	return s->trial_from + (s->machine.mono(s->machine.self) - s->trial_from) * (xie_ms)s->conf.trial_speed;
}

static xie_ms trial_wall(void *self)
{
	const struct site *s = self;
	return s->conf.trial_start + trial_mono(self) - s->trial_from;
}

static void set_clock(struct site *s)
{
	s->clock = s->machine = xie_os_clock();
	if (s->conf.trial_start == 0)
		return;
	s->trial_from = s->machine.mono(s->machine.self);
	site_say(s, "a trial's clock, %u times as fast", (unsigned)s->conf.trial_speed); /* now, for who follows it */
	s->clock = (struct xie_clock){ .self = s, .wall = trial_wall, .mono = trial_mono };
}

/* The law of the packs; those that have none of their own stand on packs/cn-core, which belongs to the program. */
static bool load_law(struct site *s, const char *const *dirs, size_t n)
{
	static char core[4200];
	const char *all[SITE_PACKS + 1] = { core };
	struct xie_err err = { .st = XIE_OK };
	size_t with = 0;
	if (site_share("packs/cn-core", core, sizeof core))
		with = 1;
	for (size_t i = 0; i < n; i++)
		if (with == 0 || strcmp(dirs[i], core) != 0)
			all[with++] = dirs[i];
	xie_status st = xie_pack_law(&s->packs_mem, all, with, &s->law, &err);
	if (st == XIE_MISSING && err.file == NULL) {
		site_say(s, "xiezhi serve: no pack has a law folder: there will be no cases");
		return true;
	}
	if (st != XIE_OK)
		xie_err_print(stderr, &err);
	return st == XIE_OK;
}

int site_open(struct site *s)
{
	struct xie_err err = { .st = XIE_OK };
	const char *dirs[SITE_PACKS];
	(void)pthread_mutex_init(&s->web_lock, NULL);
	set_clock(s);
	s->random = xie_os_random();
	s->loaded = s->clock.wall(s->clock.self);
	for (size_t i = 0; i < s->conf.n_packs; i++)
		dirs[i] = s->conf.packs[i].dir;
	if (!app_arena(&s->packs_mem, (size_t)16 << 30))
		return EXIT_ENV;
	if (!app_load_packs(&s->packs_mem, dirs, s->conf.n_packs, &s->packs, &s->rules))
		return EXIT_BAD;
	if (!load_law(s, dirs, s->conf.n_packs))
		return EXIT_BAD;
	if (!make_folder(s->conf.data))
		return EXIT_ENV;
	if (!open_stores(s, &err) || !open_rest(s, &err)) {
		if (err.what[0] != '\0')
			xie_err_print(stderr, &err);
		return EXIT_ENV;
	}
	site_world(s);
	site_sources_world(s);
	site_orders_world(s);
	return EXIT_DONE;
}

void site_web_is(struct site *s, struct xie_web *web)
{
	(void)pthread_mutex_lock(&s->web_lock);
	s->web = web;
	(void)pthread_mutex_unlock(&s->web_lock);
}

void site_tell_source(struct site *s, uint32_t number)
{
	(void)pthread_mutex_lock(&s->web_lock);
	if (s->web != NULL)
		xie_web_source_changed(s->web, number);
	(void)pthread_mutex_unlock(&s->web_lock);
}

void site_tell_watermark(struct site *s, xie_ms t)
{
	(void)pthread_mutex_lock(&s->web_lock);
	if (s->web != NULL)
		xie_web_watermark(s->web, t);
	(void)pthread_mutex_unlock(&s->web_lock);
}

void site_close(struct site *s)
{
	site_sources_stop(s->sources); /* their last frames and words go to the journal */
	xie_ingest_close(s->ingest);
	site_engine_stop(s->engine); /* and are judged */
	site_sources_free(s->sources);
	xie_journal_close(s->journal_store);
	xie_records_close(s->records_store);
	xie_archive_close(s->archive_store);
	xie_live_free(s->live);
	xie_big_arena_done(&s->packs_mem);
}
