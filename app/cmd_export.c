/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi export: the journal's frames as they came, in the form that decode and replay read. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "records.h"

#include "xie/base/str.h"
#include "xie/base/wr.h"
#include "xie/file/file.h"
#include "xie/os/os.h"
#include "xie/store/journal.h"

enum { AT_ONCE = 256, LINE = 8192 };

struct job {
	const char *data;
	uint64_t source; /* 0: all */
	bool hex;        /* binary frames, as hexadecimal; else sentences */
	uint64_t frames, unreadable;
};

static bool binary(xie_str s)
{
	return s.n != 0 && ((unsigned char)s.p[0] == 0x7e || (unsigned char)s.p[0] < 0x20);
}

/* A tag block that names source and receive time, before what has none of its own. */
static void tag(xie_wr *w, const struct xie_rec *rec)
{
	char text[64];
	unsigned sum = 0;
	int n = snprintf(text, sizeof text, "s:S%u,c:%lld", (unsigned)rec->source, (long long)rec->rx);
	for (int i = 0; i < n; i++)
		sum ^= (unsigned char)text[i];
	(void)snprintf(text + n, sizeof text - (size_t)n, "*%02X", sum);
	xie_wr_char(w, '\\');
	xie_wr_text(w, text);
	xie_wr_char(w, '\\');
}

static void frame(struct job *k, const struct xie_rec *rec)
{
	char line[LINE];
	xie_wr w = xie_wr_of(line, sizeof line);
	if (rec->kind != XIE_REC_FRAME || rec->bytes.n == 0 || binary(rec->bytes) != k->hex ||
	    (k->source != 0 && rec->source != k->source))
		return;
	if (k->hex)
		xie_wr_hex(&w, rec->bytes.p, rec->bytes.n);
	else if (rec->bytes.p[0] != '\\')
		tag(&w, rec);
	if (!k->hex)
		xie_wr_str(&w, rec->bytes);
	xie_wr_char(&w, '\n');
	if (w.st != XIE_OK) {
		k->unreadable++;
		return;
	}
	k->frames++;
	(void)fwrite(w.p, 1, w.n, stdout);
}

static xie_status walk(struct job *k, struct xie_journal *j)
{
	struct xie_journal_cursor *c = NULL;
	struct xie_rec recs[AT_ONCE];
	size_t n = 1;
	xie_status st = j->open(j->self, 1, &c);
	while (st == XIE_OK && n != 0) {
		st = j->next(j->self, c, recs, AT_ONCE, &n);
		if (st != XIE_OK) { /* damaged or purged: the rest is worth having */
			k->unreadable++;
			n = 1;
			st = j->leap(j->self, c);
			continue;
		}
		for (size_t i = 0; i < n; i++)
			frame(k, &recs[i]);
	}
	j->close(j->self, c);
	return st;
}

static bool parse(int argc, char **argv, struct job *k)
{
	for (int i = 1; i < argc; i += 2) {
		const char *a = argv[i], *v = i + 1 < argc ? argv[i + 1] : NULL;
		if (v != NULL && strcmp(a, "--data") == 0)
			k->data = v;
		else if (v != NULL && strcmp(a, "--from") == 0 && (strcmp(v, "nmea") == 0 || strcmp(v, "jt808") == 0))
			k->hex = v[0] == 'j';
		else if (v == NULL || strcmp(a, "--source") != 0 || xie_str_u64(xie_str_of(v), &k->source) != XIE_OK) {
			(void)fprintf(stderr, "xiezhi export: %s: no such option, or not its value\n", a);
			return false;
		}
	}
	return true;
}

static int run(int argc, char **argv)
{
	struct job k = { .data = "data/site" };
	struct xie_err err = { .st = XIE_OK };
	struct xie_journal_store *store = NULL;
	struct xie_journal_options o = { .clock = xie_os_clock(), .random = xie_os_random(),
		                         .keys = { NULL, records_keys_begin, records_keys_of, records_keys_end },
		                         .program = "xiezhi export", .no_ticks = true };
	char path[1200];
	if (!parse(argc, argv, &k))
		return EXIT_USAGE;
	(void)snprintf(path, sizeof path, "%s/journal", k.data);
	if (access(path, R_OK) != 0) {
		(void)fprintf(stderr, "xiezhi export: %s: no journal there; --data DIR names the server's folder\n", path);
		return EXIT_BAD;
	}
	if (xie_journal_open(path, &o, &store, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
		return EXIT_BAD;
	}
	struct xie_journal j = xie_journal_port(store);
	xie_status st = walk(&k, &j);
	xie_journal_close(store);
	(void)fprintf(stderr, "%llu frames%s\n", (unsigned long long)k.frames,
	              k.unreadable != 0 ? "; parts of the journal cannot be read (xiezhi doctor tells which)" : "");
	if (fflush(stdout) != 0)
		return EXIT_ENV;
	return st == XIE_OK && k.unreadable == 0 ? EXIT_DONE : EXIT_BAD;
}

const struct command cmd_export = {
	.name = "export",
	.summary = "the journal's frames, for decode and replay",
	.help = "usage: xiezhi export [--data DIR] [--from nmea|jt808] [--source NUMBER] > FILE\n\n"
	        "Writes what the journal of a server that does not run has received, frame by frame, in the order in which it\n"
	        "came: sentences (nmea, the default), with a tag block of source and receive time where the station gave\n"
	        "none, or terminals' frames (jt808) as hexadecimal lines.  xiezhi replay on it gives the server's alerts.\n\n"
	        "  --data DIR        the server's folder; default data/site\n"
	        "  --source NUMBER   of one source only\n\n"
	        "Exit: 0 done, 1 there is no journal or parts of it cannot be read, 2 usage, 3 the environment failed.\n",
	.run = run,
};
