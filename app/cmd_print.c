/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi print: the instruments of a scripted case as PDF. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "case_play.h"
#include "command.h"
#include "load.h"

#include "xie/base/sha256.h"
#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/pack/yaml.h"

enum { MAX_PACKS = 64 };

struct wish {
	const char *packs[MAX_PACKS];
	size_t n_packs;
	const char *script, *fields, *doc, *out, *all, *file, *number, *seal, *exporter, *exported;
	bool text, list;
};

struct printing {
	const struct wish *w;
	struct case_play play;
	const struct xie_val *fields; /* {authority, party, documents} */
	struct xie_print_options o;
	xie_arena *mem;
	bool bad;
};

static void put(const xie_wr *w)
{
	(void)fwrite(w->p, 1, w->n, stdout);
}

/* The fields of a paper: one mapping, or a list with one for each of its code. */
static const struct xie_val *fields_of(const struct printing *p, const struct case_paper *paper)
{
	const struct xie_val *all = xie_val_get(p->fields, "documents");
	XIE_VAL_EACH(v, all)
	{
		if (xie_str_eq(v->key, paper->code))
			return v->kind == XIE_VAL_ARRAY ? xie_val_at(v, paper->no - 1) : v;
	}
	return NULL;
}

static void about(xie_wr *w, const struct case_paper *paper)
{
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "doc", paper->code);
	xie_wr_kv_i64(w, "no", paper->no);
	xie_wr_kv_str(w, "zh", paper->zh);
}

static void say_missing(const struct case_paper *paper, const struct xie_print_missing *m)
{
	static char buf[1 << 16];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	about(&w, paper);
	xie_wr_kv_bool(&w, "ok", false);
	xie_law_write_unmet(m->list, m->n, &w);
	xie_wr_text(&w, "}\n");
	put(&w);
}

/* Filled in by hand, or a paper of others: the case has it, the packs cannot print it. */
static void say_no_template(const struct case_paper *paper)
{
	char buf[512];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	about(&w, paper);
	xie_wr_kv_bool(&w, "ok", false);
	xie_wr_kv_bool(&w, "template", false);
	xie_wr_text(&w, "}\n");
	put(&w);
}

static bool write_file(const char *path, const void *bytes, size_t n)
{
	FILE *f = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
	bool ok = f != NULL && fwrite(bytes, 1, n, f) == n;
	if (f != NULL && f != stdout)
		ok = fclose(f) == 0 && ok;
	if (!ok)
		(void)fprintf(stderr, "xiezhi print: %s: %s\n", path, strerror(errno));
	return ok;
}

static void say_done(const struct case_paper *paper, const struct xie_print_doc *d, const struct xie_print_pdf *pdf, const char *path)
{
	char buf[4096];
	uint8_t digest[32];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_sha256_of(pdf->p, pdf->n, digest);
	about(&w, paper);
	xie_wr_kv_bool(&w, "ok", true);
	xie_wr_kv_str(&w, "number", d->number);
	xie_wr_kv_str(&w, "id", d->id);
	xie_wr_kv_i64(&w, "pages", pdf->pages);
	xie_wr_kv_i64(&w, "bytes", (int64_t)pdf->n);
	xie_wr_key(&w, "sha256");
	xie_wr_char(&w, '"');
	xie_wr_hex(&w, digest, 32);
	xie_wr_char(&w, '"');
	xie_wr_kv_str(&w, "file", xie_str_of(path));
	xie_wr_text(&w, "}\n");
	put(&w);
}

static struct xie_print_case case_of(const struct printing *p, const struct case_paper *paper)
{
	return case_paper_case(&p->play, paper, xie_val_get(p->fields, "party"), xie_val_get(p->fields, "common"));
}

static int print_one(struct printing *p, const struct case_paper *paper, const char *path)
{
	char id[21];
	struct xie_err err = { 0 };
	struct xie_print_missing missing = { 0 };
	struct xie_print_pdf pdf = { 0 };
	size_t mark = xie_arena_mark(p->mem);
	case_paper_id(&p->play, paper, id);
	struct xie_print_case c = case_of(p, paper);
	struct xie_print_doc d = { .code = paper->code, .id = xie_str_of(id), .fields = fields_of(p, paper) };
	d.number = p->w->number != NULL ? xie_str_of(p->w->number) : xie_val_get_str(d.fields, "number");
	xie_status st;
	if (p->w->text) {
		char *buf = xie_arena_alloc(p->mem, 1u << 20, 1);
		xie_wr w = xie_wr_of(buf, buf != NULL ? 1u << 20 : 0);
		st = xie_print_text(p->play.forms, p->mem, &c, &d, &p->o, &w, &missing, &err);
		if (st == XIE_OK)
			put(&w);
	} else {
		st = xie_print_doc(p->play.forms, p->mem, &c, &d, &p->o, &pdf, &missing, &err);
		if (st == XIE_OK && !write_file(path, pdf.p, pdf.n))
			return xie_print_free(&pdf), EXIT_ENV;
		if (st == XIE_OK && strcmp(path, "-") != 0)
			say_done(paper, &d, &pdf, path);
	}
	if (st == XIE_MISSING && missing.n != 0)
		say_missing(paper, &missing);
	else if (st != XIE_OK)
		(void)fprintf(stderr, "xiezhi print: %.*s: ", (int)paper->code.n, paper->code.p), xie_err_print(stderr, &err);
	xie_print_free(&pdf);
	xie_arena_rewind(p->mem, mark);
	return st == XIE_OK ? EXIT_DONE : st == XIE_UNAVAILABLE ? EXIT_ENV : EXIT_BAD;
}

/* "D15", or "D23.2" for the second receipt; without a number the latest. */
static int print_named(struct printing *p)
{
	xie_str rest = xie_str_of(p->w->doc), code;
	uint64_t no = 0;
	(void)xie_str_split(&rest, '.', &code);
	if (rest.p != NULL && (xie_str_u64(rest, &no) != XIE_OK || no == 0)) {
		(void)fputs("xiezhi print: --doc takes D15, or D23.2 for the second of its code\n", stderr);
		return EXIT_USAGE;
	}
	const struct case_paper *paper = NULL;
	for (uint32_t i = 0; i < p->play.n_papers; i++)
		if (xie_str_eq(p->play.papers[i].code, code) && (no == 0 || p->play.papers[i].no == no))
			paper = &p->play.papers[i];
	if (paper == NULL) {
		(void)fprintf(stderr, "xiezhi print: the case has made no %s; --list shows what it made\n", p->w->doc);
		return EXIT_BAD;
	}
	return print_one(p, paper, p->w->out != NULL ? p->w->out : "-");
}

static int print_list(const struct printing *p)
{
	for (uint32_t i = 0; i < p->play.n_papers; i++) {
		const struct case_paper *paper = &p->play.papers[i];
		char buf[1024], id[21];
		xie_wr w = xie_wr_of(buf, sizeof buf);
		case_paper_id(&p->play, paper, id);
		about(&w, paper);
		xie_wr_kv_bool(&w, "served", paper->served);
		xie_wr_kv_bool(&w, "template", xie_forms_find(p->play.forms, paper->code) != NULL);
		xie_wr_kv_str(&w, "id", xie_str_of(id));
		xie_wr_text(&w, "}\n");
		put(&w);
	}
	return EXIT_DONE;
}

static int print_all(struct printing *p)
{
	char path[1200];
	int rc = EXIT_DONE;
	if (!p->w->text && mkdir(p->w->all, 0777) != 0 && errno != EEXIST) {
		(void)fprintf(stderr, "xiezhi print: %s: %s\n", p->w->all, strerror(errno));
		return EXIT_ENV;
	}
	for (uint32_t i = 0; i < p->play.n_papers; i++) {
		const struct case_paper *paper = &p->play.papers[i];
		if (xie_str_is(paper->code, "D45")) /* the contents are printed with the case file, whose pages they number */
			continue;
		if (xie_forms_find(p->play.forms, paper->code) == NULL) {
			say_no_template(paper);
			continue;
		}
		if (snprintf(path, sizeof path, "%s/%02u-%.*s-%u.pdf", p->w->all, (unsigned)i + 1, (int)paper->code.n, paper->code.p,
		             (unsigned)paper->no) >= (int)sizeof path)
			return EXIT_ENV;
		int one = print_one(p, paper, path);
		rc = one > rc ? one : rc;
	}
	return rc;
}

static void say_file(const struct printing *p, const struct xie_print_pdf *pdf)
{
	struct case_paper whole = { .code = XIE_STR("FILE"), .no = 1, .zh = XIE_STR("案卷") };
	struct xie_print_doc d = { .number = xie_val_get_str(xie_val_get(p->play.header, "case"), "id") };
	say_done(&whole, &d, pdf, p->w->file);
}

static int print_file(struct printing *p)
{
	struct xie_print_item *items = xie_arena_new(p->mem, struct xie_print_item, p->play.n_papers + 1);
	char(*ids)[21] = xie_arena_alloc(p->mem, p->play.n_papers + 1, sizeof *ids);
	const struct case_paper whole = { .code = XIE_STR("FILE"), .no = 1, .zh = XIE_STR("案卷"), .c = p->play.c, .n_events = p->play.n_events };
	struct xie_print_case c = case_of(p, &whole);
	struct xie_print_missing missing = { 0 };
	struct xie_print_pdf pdf = { 0 };
	struct xie_err err = { 0 };
	if (items == NULL || ids == NULL)
		return EXIT_ENV;
	for (uint32_t i = 0; i < p->play.n_papers; i++) {
		const struct case_paper *paper = &p->play.papers[i];
		case_paper_id(&p->play, paper, ids[i]);
		items[i].c = case_of(p, paper);
		items[i].d = (struct xie_print_doc){ .code = paper->code, .zh = paper->zh, .id = xie_str_of(ids[i]), .fields = fields_of(p, paper) };
		items[i].d.number = xie_val_get_str(items[i].d.fields, "number");
	}
	xie_status st = xie_print_file(p->play.forms, p->mem, &c, items, p->play.n_papers, &p->o, &pdf, &missing, &err);
	if (st == XIE_MISSING && missing.n != 0)
		say_missing(&whole, &missing);
	else if (st != XIE_OK)
		xie_err_print(stderr, &err);
	int rc = st == XIE_OK ? EXIT_DONE : EXIT_BAD;
	if (st == XIE_OK && !write_file(p->w->file, pdf.p, pdf.n))
		rc = EXIT_ENV;
	else if (st == XIE_OK)
		say_file(p, &pdf);
	xie_print_free(&pdf);
	return rc;
}

static bool read_fields(struct printing *p)
{
	xie_str text;
	struct xie_err err = { 0 };
	if (p->w->fields == NULL)
		return true;
	xie_status st = xie_file_read(p->mem, p->w->fields, &text, &err);
	if (st == XIE_OK)
		st = xie_yaml_read(p->mem, text, (struct xie_val_limits){ .depth = 32 }, &p->fields, &err);
	if (st == XIE_OK)
		return true;
	err.file = p->w->fields;
	xie_err_print(stderr, &err);
	return false;
}

static bool read_options(struct printing *p)
{
	struct xie_err err = { 0 };
	p->o.authority = xie_val_get(p->fields, "authority");
	if (p->w->seal != NULL && xie_file_read(p->mem, p->w->seal, &p->o.seal_png, &err) != XIE_OK) {
		err.file = p->w->seal;
		xie_err_print(stderr, &err);
		return false;
	}
	if (p->w->exporter == NULL)
		return true;
	p->o.exporter = xie_str_of(p->w->exporter);
	if (p->w->exported != NULL && xie_time_parse(xie_str_of(p->w->exported), xie_law_offset(p->play.law), &p->o.exported) == XIE_OK)
		return true;
	(void)fputs("xiezhi print: --exporter needs --exported TIME, for example 2026-11-25T09:00:00+08:00\n", stderr);
	return false;
}

static int with_memory(const struct wish *w, xie_arena *mem)
{
	struct printing p = { .w = w, .mem = mem };
	const struct xie_law *law = NULL;
	const struct xie_forms *forms = NULL;
	if (!case_packs(mem, (const char **)w->packs, w->n_packs, &law, &forms) || !read_fields(&p) ||
	    !case_play(mem, law, forms, w->script, &p.play) || !read_options(&p))
		return EXIT_BAD;
	if (w->list)
		return print_list(&p);
	return w->all != NULL ? print_all(&p) : w->file != NULL ? print_file(&p) : print_named(&p);
}

static int usage(const char *what)
{
	(void)fprintf(stderr, "xiezhi print: %s; xiezhi print --help tells more\n", what);
	return EXIT_USAGE;
}

static int run(int argc, char **argv)
{
	struct wish w = { 0 };
	const struct {
		const char *name;
		const char **to;
	} values[] = { { "--fields", &w.fields }, { "--doc", &w.doc },   { "-o", &w.out },           { "--all", &w.all }, { "--file", &w.file },
		       { "--number", &w.number }, { "--seal", &w.seal }, { "--exporter", &w.exporter }, { "--exported", &w.exported } };
	for (int i = 1; i < argc; i++) {
		const char *a = argv[i];
		size_t k = 0;
		while (k < sizeof values / sizeof values[0] && strcmp(a, values[k].name) != 0)
			k++;
		if (k < sizeof values / sizeof values[0] || strcmp(a, "--pack") == 0) {
			if (i + 1 == argc || w.n_packs == MAX_PACKS)
				return usage("an option without its value");
			if (k < sizeof values / sizeof values[0])
				*values[k].to = argv[++i];
			else
				w.packs[w.n_packs++] = argv[++i];
		} else if (strcmp(a, "--text") == 0) {
			w.text = true;
		} else if (strcmp(a, "--list") == 0) {
			w.list = true;
		} else if ((a[0] == '-' && a[1] != '\0') || w.script != NULL) {
			return usage(a[0] == '-' ? "an unknown option" : "one script at a time");
		} else {
			w.script = a;
		}
	}
	if (w.script == NULL || w.n_packs == 0)
		return usage("a pack and a script are needed");
	if ((w.doc != NULL) + (w.all != NULL) + (w.file != NULL) + w.list != 1)
		return usage("one of --doc, --all, --file, --list is needed");
	xie_arena mem;
	if (!app_arena(&mem, (size_t)4 << 30))
		return EXIT_ENV;
	int rc = with_memory(&w, &mem);
	xie_big_arena_done(&mem);
	return fflush(stdout) == 0 ? rc : EXIT_ENV;
}

const struct command cmd_print = {
	.name = "print",
	.summary = "the instruments of a scripted case as PDF",
	.help = "usage: xiezhi print --pack DIR [--fields FILE] (--doc CODE [-o OUT.pdf] | --all DIR | --file OUT.pdf | --list) CASE.ndjson\n\n"
	        "Plays a case as `xiezhi procedure` does and prints what it made, from the templates of the packs.\n\n"
	        "  --pack DIR       a pack with law/ and documents/, or one that extends it; may be given again\n"
	        "  --fields FILE    YAML or JSON {authority: {...}, party: {...}, common: {...},\n"
	        "                   documents: {D15: {...}, D23: [{...}, {...}]}}: what officers wrote into the documents; `common`\n"
	        "                   holds for all of them, `number` is a document's number\n"
	        "  --doc CODE       one document: D15, or D23.2 for the second receipt; -o FILE or standard output\n"
	        "  --all DIR        every document into DIR/NN-CODE-N.pdf\n"
	        "  --file OUT.pdf   the case file: cover, contents, all documents, pages counted through\n"
	        "  --list           what the case made\n"
	        "  --text           plain text instead of PDF, on standard output\n"
	        "  --number N       the document's number\n"
	        "  --seal FILE.png  a picture of the seal; without it a drawn one that says it is a sample\n"
	        "  --exporter NAME --exported TIME   a watermark on every page\n\n"
	        "A document that lacks something is refused with every missing item. One JSON line a document.\n"
	        "Exit: 0 done, 1 something is missing or bad, 2 usage, 3 the environment failed.\n",
	.run = run,
};
