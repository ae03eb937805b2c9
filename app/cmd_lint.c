/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi lint: what is wrong in packs, where, and what would be right. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "case_play.h"
#include "command.h"
#include "load.h"

#include "xie/file/file.h"
#include "xie/pack/law.h"
#include "xie/pack/pack.h"

enum { NOTES = 1000 };
static struct xie_pack_note list[NOTES];

static void print_json(const struct xie_pack_note *note, xie_wr *w)
{
	const struct xie_err *e = &note->err;
	xie_wr_clear(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "severity", xie_str_of(note->warning ? "warning" : "error"));
	xie_wr_kv_str(w, "code", xie_str_of(xie_status_code(e->st)));
	if (e->file != NULL)
		xie_wr_kv_str(w, "file", xie_str_of(e->file));
	if (e->line != 0)
		xie_wr_kv_i64(w, "line", e->line);
	if (e->column != 0)
		xie_wr_kv_i64(w, "column", e->column);
	xie_wr_kv_str(w, "what", xie_str_of(e->what));
	if (e->hint[0] != '\0')
		xie_wr_kv_str(w, "hint", xie_str_of(e->hint));
	if (note->repair != NULL) {
		xie_wr_key(w, "repair");
		xie_wr_text(w, note->repair); /* a GeoJSON geometry */
	}
	xie_wr_text(w, "}\n");
	(void)fwrite(w->p, 1, w->n, stdout);
}

static void print_note(const struct xie_pack_note *note)
{
	if (note->warning)
		(void)fputs("warning: ", stderr);
	xie_err_print(stderr, &note->err);
	if (note->repair != NULL)
		(void)fprintf(stderr, "  a valid shape would be: %s\n", note->repair);
}

static void print_pack(const struct xie_pack *p, xie_wr *w)
{
	xie_wr_clear(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "pack", p->label);
	xie_wr_key(w, "digest");
	xie_wr_char(w, '"');
	xie_wr_hex(w, p->digest, 32);
	xie_wr_char(w, '"');
	xie_wr_kv_i64(w, "rules", p->n_rules);
	xie_wr_kv_i64(w, "zones", p->n_zones);
	xie_wr_kv_i64(w, "lists", p->n_lists);
	xie_wr_text(w, "}\n");
	(void)fwrite(w->p, 1, w->n, stdout);
}

/* The law and the templates of instruments load whole or not at all, so their first error is the one that is told. */
static void lint_law(xie_arena *mem, const char *const *dirs, size_t n, struct xie_pack_notes *notes)
{
	const struct xie_law *law = NULL;
	struct xie_folder forms = { 0 };
	struct xie_err err = { 0 };
	xie_status st = xie_pack_law(mem, dirs, n, &law, &err);
	if (st == XIE_MISSING && err.file == NULL)
		return; /* packs of rules only */
	if (st == XIE_OK) {
		const struct xie_forms *loaded = NULL;
		st = xie_pack_forms(mem, dirs, n, &forms, &err);
		if (st == XIE_MISSING && err.file == NULL)
			return;
		if (st == XIE_OK)
			st = xie_forms_load(mem, forms.docs, forms.files, forms.n, &loaded, &err);
	}
	struct xie_val at = { .line = err.line, .column = err.column };
	if (st != XIE_OK)
		xie_pack_note_add(notes, false, st, err.file, &at, err.what, (xie_str){ "", 0 }, err.hint[0] != '\0' ? err.hint : NULL);
}

static int lint(xie_arena *mem, const char *const *dirs, size_t n, bool strict)
{
	struct xie_pack_notes notes = { .list = list, .cap = NOTES };
	struct xie_packs packs;
	static uint8_t line[1 << 22];
	xie_wr w = xie_wr_of(line, sizeof line);
	bool for_people = isatty(STDOUT_FILENO) == 1;
	xie_status st = xie_packs_load(mem, dirs, n, &packs, &notes);
	if (st == XIE_OK) {
		const struct xie_rules *rules = NULL;
		xie_packs_lint(&packs, &notes);
		st = xie_packs_compile(mem, &packs, &rules, &notes);
	}
	lint_law(mem, dirs, n, &notes);
	for (uint32_t i = 0; i < notes.n && i < notes.cap; i++) {
		print_note(&notes.list[i]);
		if (!for_people)
			print_json(&notes.list[i], &w);
	}
	for (uint32_t i = 0; notes.errors == 0 && i < packs.n_packs; i++)
		print_pack(&packs.packs[i], &w);
	if (notes.n > notes.cap)
		(void)fprintf(stderr, "... and %u more\n", (unsigned)(notes.n - notes.cap));
	(void)fprintf(stderr, "%u errors, %u warnings\n", (unsigned)notes.errors, (unsigned)(notes.n - notes.errors));
	return st != XIE_OK || notes.errors != 0 || (strict && notes.n != 0) ? EXIT_BAD : EXIT_DONE;
}

static int run(int argc, char **argv)
{
	const char *dirs[256];
	size_t n = 0;
	bool strict = false, options = true;
	for (int i = 1; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0)
			options = false;
		else if (options && strcmp(argv[i], "--strict") == 0)
			strict = true;
		else if (options && argv[i][0] == '-') {
			(void)fprintf(stderr, "xiezhi lint: no option '%s'; xiezhi lint --help lists them\n", argv[i]);
			return EXIT_USAGE;
		} else if (n == sizeof dirs / sizeof dirs[0]) {
			(void)fputs("xiezhi lint: too many folders\n", stderr);
			return EXIT_USAGE;
		} else {
			dirs[n++] = argv[i];
		}
	}
	if (n == 0) {
		(void)fputs("xiezhi lint: which pack? xiezhi lint PACK-DIR...\n", stderr);
		return EXIT_USAGE;
	}
	xie_arena mem;
	if (!app_arena(&mem, (size_t)64 << 30))
		return EXIT_ENV;
	int code = lint(&mem, dirs, n, strict);
	xie_big_arena_done(&mem);
	return code;
}

const struct command cmd_lint = {
	.name = "lint",
	.summary = "says what is wrong in packs, where, and what would be right",
	.help = "usage: xiezhi lint [--strict] PACK-DIR...\n\n"
	        "Loads the packs together, as a server would: manifests, zones, lists, rules, violations. Every error and\n"
	        "warning is one JSON object a line on standard output (not on a terminal) and one line for people on\n"
	        "standard error: file:line:column: what; what would be right. For an invalid shape a valid one is proposed;\n"
	        "nothing is ever changed. Packs without errors are listed with their digests.\n\n"
	        "  --strict   warnings fail too\n\n"
	        "Exit code: 0 no error, 1 errors (or warnings with --strict), 2 usage, 3 the environment failed.\n",
	.run = run,
};
