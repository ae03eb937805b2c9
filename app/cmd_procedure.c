/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi procedure: a scripted case through the law, event by event. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "case_play.h"
#include "command.h"
#include "load.h"
#include "out.h"
#include "procedure_plain.h"

#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/law/law.h"
#include "xie/pack/law.h"

enum { MAX_PACKS = 64, LINE_DEPTH = 32 };

struct script {
	const struct xie_law *law;
	const struct xie_law_case *c;
	const char *path;
	xie_arena *mem;
	struct out *out;
	uint32_t line, n;
	xie_ms last; /* time of the last line that was read */
	bool bad, plain;
};

static void complain(struct script *s, struct xie_err *err)
{
	err->file = s->path;
	err->line = s->line;
	xie_err_print(stderr, err);
	s->bad = true;
}

/* An event that could not be read has its line in the output too: results stay beside their events. */
static void write_error(struct script *s, const struct xie_val *event, const struct xie_err *err)
{
	xie_wr *w = &s->out->w;
	xie_wr_char(w, '{');
	xie_wr_kv_i64(w, "n", s->n);
	if (event != NULL)
		xie_wr_kv_str(w, "event", xie_val_get_str(event, "event"));
	xie_wr_kv_bool(w, "ok", false);
	xie_wr_kv_str(w, "state", xie_law_state(s->c));
	xie_wr_key(w, "error");
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "code", xie_str_of(xie_status_code(err->st)));
	xie_wr_kv_str(w, "what", xie_str_of(err->what));
	xie_wr_text(w, "}}\n");
}

static xie_status write_result(struct script *s, const struct xie_law_outcome *o, xie_ms at)
{
	xie_wr *w = &s->out->w;
	xie_wr_char(w, '{');
	xie_wr_kv_i64(w, "n", s->n);
	xie_wr_kv_str(w, "event", o->event);
	xie_wr_kv_bool(w, "ok", o->ok);
	xie_status st = XIE_OK;
	if (o->ok) {
		st = xie_law_write_case(s->c, s->mem, at, w);
	} else {
		xie_wr_kv_str(w, "state", xie_law_state(s->c));
		xie_law_write_unmet(o->unmet, o->n_unmet, w);
	}
	xie_wr_text(w, "}\n");
	return st == XIE_OK ? w->st : st;
}

static xie_status show(struct script *s, const struct xie_law_outcome *o, xie_ms at, const struct xie_law_case *before)
{
	xie_status st = s->plain ? plain_event(&s->out->w, s->mem, s->n, s->n == 1 ? at : s->last, at, o, before, s->c)
	                         : write_result(s, o, at);
	s->last = at;
	return st;
}

static void event_line(struct script *s, xie_str text)
{
	const struct xie_law_case *before = s->c;
	const struct xie_val *event = NULL;
	struct xie_law_outcome o = { 0 };
	struct xie_err err = { 0 };
	xie_ms at = 0;
	size_t from = s->out->w.n;
	s->n++;
	xie_status st = xie_json_read(s->mem, text, (struct xie_val_limits){ .depth = LINE_DEPTH }, &event, &err);
	if (st == XIE_OK)
		st = xie_law_step(s->law, s->mem, s->c, event, &s->c, &o, &err);
	if (st == XIE_OK && xie_time_parse(xie_val_get_str(event, "at"), INT64_C(8) * 3600000, &at) == XIE_OK) {
		st = show(s, &o, at, before);
		if (st != XIE_OK) {
			(void)xie_err_set(&err, st, 0, 0, "the result does not fit into a line", NULL);
			s->out->w.n = from;
			s->out->w.st = XIE_OK;
		}
	}
	if (st != XIE_OK) {
		complain(s, &err);
		if (!s->plain)
			write_error(s, event, &err);
	}
}

static bool header_line(struct script *s, xie_str text)
{
	const struct xie_val *header = NULL;
	struct xie_err err = { 0 };
	xie_status st = xie_json_read(s->mem, text, (struct xie_val_limits){ .depth = LINE_DEPTH }, &header, &err);
	if (st == XIE_OK)
		st = xie_law_open(s->law, s->mem, header, &s->c, &err);
	if (st != XIE_OK)
		complain(s, &err);
	return st == XIE_OK;
}

static void remark(struct script *s, xie_str line)
{
	if (!s->plain || line.n > 4096)
		return;
	xie_wr_str(&s->out->w, line);
	xie_wr_char(&s->out->w, '\n');
}

/* A line that begins with # is for people; blank lines part the stages of a case. */
static int play(struct script *s, xie_str text)
{
	xie_str line;
	while (xie_str_split(&text, '\n', &line)) {
		s->line++;
		line = xie_str_trim(line);
		if (!out_room(s->out))
			break;
		if (line.n == 0 || line.p[0] == '#') {
			remark(s, line);
			continue;
		}
		if (s->c != NULL)
			event_line(s, line);
		else if (!header_line(s, line))
			return EXIT_BAD;
	}
	if (s->c == NULL) {
		struct xie_err err = { 0 };
		(void)xie_err_set(&err, XIE_MISSING, 0, 0, "a script without its header", "{\"case\": {...}, \"people\": {...}}");
		complain(s, &err);
	}
	return s->bad ? EXIT_BAD : EXIT_DONE;
}

static int print_format(const struct xie_law *law, xie_arena *mem)
{
	char *buf = xie_arena_alloc(mem, 1u << 20, 1);
	xie_wr w = xie_wr_of(buf, buf != NULL ? 1u << 20 : 0);
	if (xie_law_write_format(law, &w) != XIE_OK) {
		(void)fputs("xiezhi procedure: the tables do not fit\n", stderr);
		return EXIT_ENV;
	}
	return fwrite(w.p, 1, w.n, stdout) == w.n ? EXIT_DONE : EXIT_ENV;
}

static int with_law(xie_arena *mem, const char **packs, size_t n, const char *path, bool format, bool plain)
{
	struct script s = { .path = path, .mem = mem, .plain = plain };
	struct xie_err err = { 0 };
	xie_str text = { NULL, 0 };
	if (case_law(mem, packs, n, &s.law, NULL, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
		return EXIT_BAD;
	}
	if (format)
		return print_format(s.law, mem);
	xie_status st = xie_file_read(mem, path, &text, &err);
	if (st != XIE_OK) {
		err.file = err.file != NULL ? err.file : path;
		xie_err_print(stderr, &err);
		return st == XIE_CORRUPT ? EXIT_BAD : EXIT_ENV;
	}
	struct out out;
	if (!out_init(&out))
		return EXIT_ENV;
	s.out = &out;
	int code = play(&s, text);
	return out_done(&out) ? code : EXIT_ENV;
}

static int run(int argc, char **argv)
{
	const char *packs[MAX_PACKS], *file = NULL;
	size_t n = 0;
	bool format = false, plain = false;
	for (int i = 1; i < argc; i++) {
		const char *a = argv[i];
		if (strcmp(a, "--format") == 0) {
			format = true;
		} else if (strcmp(a, "--plain") == 0) {
			plain = true;
		} else if (strcmp(a, "--pack") == 0) {
			/* the folder behind it, and every further folder */
			struct stat info;
			int first = i + 1;
			while (i + 1 < argc && n < MAX_PACKS && argv[i + 1][0] != '-' &&
			       (i + 1 == first || (stat(argv[i + 1], &info) == 0 && S_ISDIR(info.st_mode))))
				packs[n++] = argv[++i];
			if (i < first)
				return (void)fputs("xiezhi procedure: --pack needs a folder\n", stderr), EXIT_USAGE;
		} else if (a[0] == '-' && a[1] != '\0') {
			(void)fprintf(stderr, "xiezhi procedure: no option '%s'; xiezhi procedure --help lists them\n", a);
			return EXIT_USAGE;
		} else if (file != NULL) {
			(void)fputs("xiezhi procedure: one script at a time\n", stderr);
			return EXIT_USAGE;
		} else {
			file = a;
		}
	}
	if (n == 0 || (file == NULL && !format)) {
		(void)fputs("usage: xiezhi procedure --pack DIR... EVENTS.ndjson\n", stderr);
		return EXIT_USAGE;
	}
	xie_arena mem;
	if (!app_arena(&mem, (size_t)8 << 30))
		return EXIT_ENV;
	int code = with_law(&mem, packs, n, file, format, plain);
	xie_big_arena_done(&mem);
	return code;
}

const struct command cmd_procedure = {
	.name = "procedure",
	.summary = "a scripted case through the law, event by event",
	.help = "usage: xiezhi procedure [--plain] --pack DIR... EVENTS.ndjson\n"
	        "       xiezhi procedure --pack DIR... --format\n\n"
	        "Reads a header line and one event a line (docs/procedure-format.md) and prints for each event what became of\n"
	        "it: the new state with its clocks, documents, flags and amounts, or everything that is missing, with the\n"
	        "articles that ask for it. No clock but the events' own. A line that begins with # is for people.\n\n"
	        "  --pack DIR   a pack with its law, or one that extends packs/cn-core; several may follow, or the option again\n"
	        "  --plain      says in words what each event changed, instead of JSON\n"
	        "  --format     prints the tables of docs/procedure-format.md instead\n\n"
	        "Exit: 0 done (refusals are results), 1 a line or a pack is bad, 2 usage, 3 the environment failed.\n",
	.run = run,
};
