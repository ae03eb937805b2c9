/* SPDX-License-Identifier: Apache-2.0 */
#include "case_play.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "load.h"

#include "xie/base/sha256.h"
#include "xie/file/file.h"
#include "xie/pack/law.h"

enum { MAX_EVENTS = 20000, MAX_PAPERS = 2000, DEPTH = 32, MAX_PACKS = 64 };

static bool complain(struct xie_err *err, const char *path, uint32_t line)
{
	err->file = err->file != NULL ? err->file : path;
	err->line = err->line != 0 && line == 0 ? err->line : line;
	xie_err_print(stderr, err);
	return false;
}

static void take_paper(struct case_play *p, const struct xie_law_doc *d)
{
	const struct xie_form *form = xie_forms_find(p->forms, d->code);
	struct case_paper *latest = NULL;
	uint32_t no = 0;
	for (uint32_t i = 0; i < p->n_papers; i++)
		if (xie_str_eq(p->papers[i].code, d->code)) {
			latest = &p->papers[i];
			no++;
		}
	if (latest != NULL && d->served) {
		latest->served = true;
		return;
	}
	if (latest == NULL || (form != NULL && form->repeats)) {
		if (p->n_papers == MAX_PAPERS)
			return;
		latest = &p->papers[p->n_papers++];
		latest->no = no + 1;
	}
	latest->code = d->code;
	latest->zh = form != NULL ? form->zh : d->zh;
	latest->served = d->served;
	latest->n_events = p->n_events;
	latest->c = p->c;
}

xie_status case_play_event(struct case_play *p, xie_arena *mem, const struct xie_val *event, struct xie_err *err)
{
	const struct xie_law_case *next = p->c;
	const struct xie_law_doc *before = NULL, *after = NULL;
	struct xie_law_outcome o = { 0 };
	uint32_t n_before = 0, n_after = 0;
	xie_status st = xie_law_step(p->law, mem, p->c, event, &next, &o, err);
	if (st != XIE_OK)
		return st;
	if (!o.ok) {
		p->refused++;
		return XIE_OK;
	}
	st = xie_law_papers(p->c, mem, &before, &n_before);
	if (st == XIE_OK)
		st = xie_law_papers(next, mem, &after, &n_after);
	if (st != XIE_OK || p->n_events == MAX_EVENTS)
		return xie_err_set(err, XIE_LIMIT, 0, 0, "the case has too many events", NULL);
	p->events[p->n_events++] = event;
	p->c = next;
	for (uint32_t i = n_before; i < n_after; i++)
		take_paper(p, &after[i]);
	return XIE_OK;
}

xie_status case_play_open(xie_arena *mem, const struct xie_law *law, const struct xie_forms *forms, const struct xie_val *header,
                          struct case_play *ret, struct xie_err *reterr)
{
	*ret = (struct case_play){ .law = law, .forms = forms, .header = header };
	ret->events = xie_arena_new(mem, const struct xie_val *, MAX_EVENTS);
	ret->papers = xie_arena_new(mem, struct case_paper, MAX_PAPERS);
	if (ret->events == NULL || ret->papers == NULL)
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, "the case takes more memory than was given", NULL);
	return xie_law_open(law, mem, header, &ret->c, reterr);
}

struct xie_print_case case_paper_case(const struct case_play *p, const struct case_paper *paper, const struct xie_val *party,
                                      const struct xie_val *common)
{
	return (struct xie_print_case){ .law = p->law, .c = paper->c, .header = p->header, .party = party, .common = common,
		                        .events = p->events, .n_events = paper->n_events };
}

static bool line(struct case_play *p, xie_arena *mem, xie_str text, const char *path, uint32_t no)
{
	const struct xie_val *v = NULL;
	struct xie_err err = { 0 };
	xie_status st = xie_json_read(mem, text, (struct xie_val_limits){ .depth = DEPTH }, &v, &err);
	if (st == XIE_OK)
		st = p->c == NULL ? case_play_open(mem, p->law, p->forms, v, p, &err) : case_play_event(p, mem, v, &err);
	return st == XIE_OK || complain(&err, path, no);
}

bool case_play(xie_arena *mem, const struct xie_law *law, const struct xie_forms *forms, const char *path, struct case_play *ret)
{
	struct xie_err err = { 0 };
	xie_str text, one;
	*ret = (struct case_play){ .law = law, .forms = forms };
	if (xie_file_read(mem, path, &text, &err) != XIE_OK)
		return complain(&err, path, 0);
	for (uint32_t no = 1; xie_str_split(&text, '\n', &one); no++) {
		one = xie_str_trim(one);
		if (one.n != 0 && one.p[0] != '#' && !line(ret, mem, one, path, no))
			return false;
	}
	if (ret->c != NULL)
		return true;
	(void)xie_err_set(&err, XIE_MISSING, 0, 0, "a script without its header", "{\"case\": {...}, \"people\": {...}}");
	return complain(&err, path, 0);
}

/* "DIR/../cn-core" of "DIR/../some-pack"; false when there is none. */
static bool core_beside(const char *pack, char *ret, size_t n)
{
	const char *slash = strrchr(pack, '/');
	while (slash != NULL && slash[1] == '\0' && slash > pack) { /* a slash at the end parts nothing */
		do
			slash--;
		while (slash > pack && *slash != '/');
	}
	int dir = slash != NULL && *slash == '/' ? (int)(slash - pack) + 1 : 0;
	struct stat info;
	return snprintf(ret, n, "%.*scn-core", dir, pack) < (int)n && stat(ret, &info) == 0;
}

static xie_status load_forms(xie_arena *mem, const char *const *packs, size_t n, const struct xie_forms **ret, struct xie_err *err)
{
	struct xie_folder folder = { 0 };
	xie_status st = xie_pack_forms(mem, packs, n, &folder, err);
	return st == XIE_OK ? xie_forms_load(mem, folder.docs, folder.files, folder.n, ret, err) : st;
}

xie_status case_law(xie_arena *mem, const char *const *packs, size_t n, const struct xie_law **ret_law,
                    const struct xie_forms **ret_forms, struct xie_err *reterr)
{
	char core[1024];
	const char *with[MAX_PACKS + 1] = { core };
	struct xie_err first = { 0 };
	xie_status st = xie_pack_law(mem, packs, n, ret_law, &first);
	if (st == XIE_MISSING && first.file == NULL && n != 0 && n < MAX_PACKS && core_beside(packs[0], core, sizeof core)) {
		memcpy(with + 1, packs, n * sizeof *packs);
		packs = with;
		n++;
		first = (struct xie_err){ 0 };
		st = xie_pack_law(mem, packs, n, ret_law, &first);
	}
	*reterr = first;
	return st == XIE_OK && ret_forms != NULL ? load_forms(mem, packs, n, ret_forms, reterr) : st;
}

bool case_packs(xie_arena *mem, const char **packs, size_t n, const struct xie_law **ret_law, const struct xie_forms **ret_forms)
{
	struct xie_err err = { 0 };
	if (case_law(mem, packs, n, ret_law, ret_forms, &err) == XIE_OK)
		return true;
	xie_err_print(stderr, &err);
	return false;
}

void case_paper_id(const struct case_play *play, const struct case_paper *p, char ret[static 21])
{
	uint8_t digest[32], no[4] = { (uint8_t)(p->no >> 24), (uint8_t)(p->no >> 16), (uint8_t)(p->no >> 8), (uint8_t)p->no };
	struct xie_sha256 h;
	xie_str id = xie_val_get_str(xie_val_get(play->header, "case"), "id");
	xie_law_case_head(p->c, digest);
	xie_sha256_init(&h);
	xie_sha256_add(&h, id.p, id.n);
	xie_sha256_add(&h, "", 1);
	xie_sha256_add(&h, p->code.p, p->code.n);
	xie_sha256_add(&h, no, 4);
	xie_sha256_add(&h, digest, 32);
	xie_sha256_end(&h, digest);
	xie_wr w = xie_wr_of(ret, 20);
	xie_wr_hex(&w, digest, 10);
	ret[20] = '\0';
}
