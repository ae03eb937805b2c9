/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi verify: a bag of evidence, checked by somebody who does not trust us. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "evidence.h"
#include "load.h"
#ifndef XIE_VERIFY_ONLY
#include "verify_pdf.h"
#endif

#include "xie/base/time.h"
#include "xie/file/file.h"

static const char help[] =
        "usage: xiezhi verify [--json] [--trust ANCHORS.pem] [--crl LIST.pem] [--heads KEPT.ndjson] [--pdf OUT.pdf] EVIDENCE.zip...\n\n"
        "Checks every part of a bag of evidence and judges its raw frames again.  Needs nothing but the bag.\n\n"
        "  --json          one JSON object a bag instead of text\n"
        "  --trust FILE    certificates you trust (PEM); without them a signature says who, but nobody vouches for it\n"
        "  --crl FILE      a revocation list newer than the bag's (PEM); needs --trust\n"
        "  --heads FILE    heads of the chain that you kept (heads.ndjson of a witness)\n"
        "  --pdf FILE      the report as one page besides (one bag; not in the static xiezhi-verify, which has no fonts)\n\n"
        "Each finding is proven (arithmetic that anyone repeats), attested (a signature that leads to your anchors),\n"
        "self-asserted (only the bag says so), absent, or failed.\n\n"
        "Exit: 0 every bag holds, 1 one does not, 2 usage, 3 the environment failed.\n";

static void print_json(const char *path, const struct evidence_report *r)
{
	static char line[1 << 15];
	xie_wr w = xie_wr_of(line, sizeof line);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "file", xie_str_of(path));
	xie_wr_kv_bool(&w, "ok", r->ok);
	xie_wr_kv_str(&w, "alert", xie_str_of(r->alert));
	xie_wr_kv_str(&w, "rule", xie_str_of(r->rule));
	xie_wr_kv_str(&w, "target", xie_str_of(r->target));
	xie_wr_kv_str(&w, "pack", xie_str_of(r->pack));
	xie_wr_kv_str(&w, "signer", xie_str_of(r->signer));
	xie_wr_key(&w, "findings");
	xie_wr_char(&w, '[');
	for (size_t i = 0; i < r->n; i++) {
		const struct evidence_finding *f = &r->found[i];
		xie_wr_sep(&w);
		xie_wr_char(&w, '{');
		xie_wr_kv_str(&w, "check", xie_str_of(f->check));
		xie_wr_kv_str(&w, "grade", xie_str_of(evidence_grade_name(f->grade)));
		xie_wr_kv_str(&w, "zh", xie_str_of(f->zh));
		xie_wr_kv_str(&w, "en", xie_str_of(f->en));
		xie_wr_kv_str(&w, "detail", xie_str_of(f->detail));
		xie_wr_char(&w, '}');
	}
	xie_wr_text(&w, "]}\n");
	(void)fwrite(w.p, 1, w.n, stdout);
}

static void print_text(const char *path, const struct evidence_report *r)
{
	static const char *const marks[] = { "✓", "✓", "·", "–", "✗" };
	char at[40];
	xie_wr w = xie_wr_of(at, sizeof at - 1);
	xie_wr_time(&w, r->open);
	at[w.n] = '\0';
	(void)printf("%s\n  预警 alert %s\n  规则 rule %s (%s)  对象 target %s  触发 open %s\n\n", path, r->alert, r->rule, r->pack, r->target,
	             r->open != 0 ? at : "?");
	for (size_t i = 0; i < r->n; i++) {
		const struct evidence_finding *f = &r->found[i];
		(void)printf("  %s %s / %s  %s\n      %s%s%s\n", marks[f->grade], evidence_grade_zh(f->grade), evidence_grade_name(f->grade), f->zh, f->en,
		             f->detail[0] != '\0' ? ": " : "", f->detail);
	}
	(void)printf("\n  %s\n\n", r->ok ? "结论: 全部通过 / this evidence holds" : "结论: 不成立 / this evidence does NOT hold");
}

/* The page beside the report; in the static program nobody asks for it. */
static bool page(const char *pdf, const char *path, xie_str zip, const struct evidence_report *r, xie_arena *mem)
{
#ifdef XIE_VERIFY_ONLY
	(void)path, (void)zip, (void)r, (void)mem;
	return pdf == NULL;
#else
	return pdf == NULL || verify_pdf(pdf, path, zip, r, mem);
#endif
}

static int verify(const char *path, const struct evidence_reader *reader, bool json, const char *pdf)
{
	xie_arena mem;
	xie_str zip;
	struct xie_err err = { 0 };
	static struct evidence_report report;
	if (!app_arena(&mem, (size_t)64 << 30))
		return EXIT_ENV;
	int rc = EXIT_BAD;
	if (xie_file_read(&mem, path, &zip, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
	} else {
		evidence_check(zip.p, zip.n, reader, &mem, &report);
		rc = report.ok ? EXIT_DONE : EXIT_BAD;
		if (json)
			print_json(path, &report);
		else
			print_text(path, &report);
		if (!page(pdf, path, zip, &report, &mem))
			rc = EXIT_ENV;
	}
	xie_big_arena_done(&mem);
	return rc;
}

static int run(int argc, char **argv)
{
	const char *trust = NULL, *crl = NULL, *heads = NULL, *pdf = NULL;
	bool json = false, options = true;
	int files = 0, rc = EXIT_DONE;
	xie_arena mem;
	struct evidence_reader reader = { .anchors = { "", 0 }, .crl = { "", 0 }, .heads = { "", 0 } };
	struct xie_err err = { 0 };
	for (int i = 1; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
		} else if (options && strcmp(argv[i], "--json") == 0) {
			json = true;
		} else if (options && strcmp(argv[i], "--trust") == 0 && i + 1 < argc) {
			trust = argv[++i];
		} else if (options && strcmp(argv[i], "--pdf") == 0 && i + 1 < argc) {
			pdf = argv[++i];
		} else if (options && strcmp(argv[i], "--crl") == 0 && i + 1 < argc) {
			crl = argv[++i];
		} else if (options && strcmp(argv[i], "--heads") == 0 && i + 1 < argc) {
			heads = argv[++i];
		} else if (options && argv[i][0] == '-' && argv[i][1] != '\0') {
			(void)fprintf(stderr, "xiezhi verify: no option '%s', or its value is missing; xiezhi verify --help tells more\n", argv[i]);
			return EXIT_USAGE;
		} else {
			argv[++files] = argv[i];
		}
	}
	if (files == 0) {
		(void)fputs("xiezhi verify: a bag of evidence is needed; xiezhi verify --help tells more\n", stderr);
		return EXIT_USAGE;
	}
#ifdef XIE_VERIFY_ONLY
	if (pdf != NULL) {
		(void)fputs("xiezhi-verify: no fonts in this program; --json and the text say the same, xiezhi verify --pdf draws it\n", stderr);
		return EXIT_USAGE;
	}
#endif
	if (pdf != NULL && files > 1) {
		(void)fputs("xiezhi verify: --pdf is for one bag\n", stderr);
		return EXIT_USAGE;
	}
	if (!app_arena(&mem, (size_t)1 << 30))
		return EXIT_ENV;
	if ((trust != NULL && xie_file_read(&mem, trust, &reader.anchors, &err) != XIE_OK) ||
	    (crl != NULL && xie_file_read(&mem, crl, &reader.crl, &err) != XIE_OK) ||
	    (heads != NULL && xie_file_read(&mem, heads, &reader.heads, &err) != XIE_OK)) {
		xie_err_print(stderr, &err);
		return EXIT_BAD;
	}
	for (int i = 1; i <= files; i++) {
		int one = verify(argv[i], &reader, json, pdf);
		rc = one > rc ? one : rc;
	}
	xie_big_arena_done(&mem);
	return rc;
}

const struct command cmd_verify = {
	.name = "verify",
	.summary = "checks evidence and judges its raw frames again",
	.help = help,
	.run = run,
};
