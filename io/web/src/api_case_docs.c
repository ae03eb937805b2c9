/* SPDX-License-Identifier: Apache-2.0 */
/* Instruments of a case: what stands in one, and whether a printed one is genuine.  The public answer names the
 * instrument, its number, its issuer and its state; nobody who is in it. */
#include "api.h"

#include <stdio.h>

#include "case.h"

#include "xie/base/time.h"

/* The latest document of that code, and the entry that made it. */
static const struct xie_law_doc *find_doc(struct web_req *r, const struct web_case *k, xie_str code,
                                          const struct xie_case_entry **ret_entry)
{
	const struct xie_law_doc *docs = NULL;
	uint32_t n = 0;
	*ret_entry = NULL;
	if (xie_law_docs(k->f.c, &r->scratch->mem, &docs, &n) != XIE_OK)
		return NULL;
	for (uint32_t i = k->f.n; i-- > 0 && *ret_entry == NULL;)
		XIE_VAL_EACH(d, k->f.entries[i].docs)
		{
			if (xie_str_eq(xie_val_get_str(d, "code"), code))
				*ret_entry = &k->f.entries[i];
		}
	for (uint32_t i = 0; i < n; i++)
		if (xie_str_eq(docs[i].code, code))
			return &docs[i];
	return NULL;
}

static void paragraph(xie_wr *w, xie_str label, xie_str text)
{
	xie_wr_sep(w);
	xie_wr_text(w, "{\"spans\":[{");
	if (label.n == 0) {
		xie_wr_kv_str(w, "text", text);
	} else {
		xie_wr_kv_str(w, "text", label);
		xie_wr_text(w, "},{");
		xie_wr_kv_str(w, "text", XIE_STR("："));
		xie_wr_text(w, "},{");
		xie_wr_kv_str(w, "text", text);
	}
	xie_wr_text(w, "}]}");
}

static void members(struct web_req *r, xie_wr *w, const struct xie_law *law, const struct xie_val *data, unsigned depth)
{
	XIE_VAL_EACH(v, data)
	{
		char buf[2048];
		xie_wr t = xie_wr_of(buf, sizeof buf);
		xie_str zh = v->key, en = v->key;
		xie_law_key_names(law, v->key, &zh, &en);
		if (v->kind == XIE_VAL_OBJECT && depth < 3) {
			members(r, w, law, v, depth + 1);
			continue;
		}
		if (v->kind == XIE_VAL_BOOL)
			xie_wr_text(&t, v->b ? "是" : "否");
		else if (v->kind == XIE_VAL_STRING || v->kind == XIE_VAL_NUMBER)
			xie_wr_str(&t, v->s);
		else
			xie_val_write(v, &t);
		paragraph(w, r->english ? en : zh, xie_wr_view(&t));
	}
}

void api_case_doc_text(struct web_req *r)
{
	struct web_case k;
	const struct xie_case_entry *e;
	xie_str no = { "", 0 }, verify = no;
	xie_wr *w = web_out(r);
	char day[16];
	if (!web_case_load(r, r->param[0], &k))
		return;
	const struct xie_law_doc *d = find_doc(r, &k, r->param[1], &e);
	if (d == NULL) {
		web_fail(r, XIE_WEB_E_not_found, NULL, NULL);
		return;
	}
	if (!web_audit_read(r, "document_read", k.row.no, NULL))
		return;
	(void)xie_case_doc_numbers(&k.f, d->code, &no, &verify);
	const struct xie_val *c = xie_val_get(k.f.header, "case");
	xie_wr dw = xie_wr_of(day, sizeof day);
	xie_wr_date(&dw, d->day);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", d->code);
	xie_wr_kv_str(w, "title", d->zh);
	xie_wr_kv_str(w, "issuer", xie_val_get_str(c, "agency"));
	web_kv_text(w, "no", no);
	xie_wr_kv_str(w, "dated", xie_wr_view(&dw));
	xie_wr_key(w, "paragraphs");
	xie_wr_char(w, '[');
	paragraph(w, XIE_STR("案件"), k.f.title);
	if (xie_val_get_str(xie_val_get(c, "party"), "name").n != 0)
		paragraph(w, XIE_STR("当事人"), xie_val_get_str(xie_val_get(c, "party"), "name"));
	if (xie_val_get_str(k.f.opening, "facts").n != 0)
		paragraph(w, XIE_STR("事实"), xie_val_get_str(k.f.opening, "facts"));
	if (e != NULL) {
		paragraph(w, XIE_STR("事项"), e->zh);
		members(r, w, k.f.law, e->data, 0);
	}
	xie_wr_text(w, "]}");
	web_ok(r, 200);
}

/* ---- /api/verify ---- */

struct lookup {
	struct web_req *r;
	struct web_case k;
	bool found;
};

static xie_status take_row(void *ctx, const struct xie_subject *s)
{
	struct lookup *l = ctx;
	l->found = true;
	return web_subject_keep(&l->r->scratch->mem, s, &l->k.row);
}

static xie_status take_event(void *ctx, const struct xie_event *e)
{
	struct lookup *l = ctx;
	return xie_case_file_add(&l->k.f, e, &l->k.err);
}

static bool number_ok(xie_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'A' && s.p[i] <= 'Z')))
			return false;
	return s.n == 16;
}

static void verified(struct lookup *l, xie_str check)
{
	struct web_req *r = l->r;
	const struct xie_case_file *f = &l->k.f;
	const struct xie_val *mine = NULL;
	const struct xie_case_entry *at = NULL, *later = NULL;
	xie_wr *w = web_out(r);
	for (uint32_t i = 0; i < f->n; i++)
		XIE_VAL_EACH(d, f->entries[i].docs)
		{
			if (xie_str_eq(xie_val_get_str(d, "verify"), check)) {
				mine = d;
				at = &f->entries[i];
			} else if (mine != NULL && xie_str_eq(xie_val_get_str(d, "code"), xie_val_get_str(mine, "code"))) {
				later = &f->entries[i];
			}
		}
	if (mine == NULL) {
		web_fail(r, XIE_WEB_E_not_found, NULL, NULL);
		return;
	}
	xie_str zh, en, code = xie_val_get_str(mine, "code");
	xie_law_doc_names(f->law, code, &zh, &en);
	bool withdrawn = xie_law_word(f->law, "void_states", xie_law_state(f->c));
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "doc", check);
	xie_wr_kv_str(w, "state", withdrawn ? XIE_STR("withdrawn") : later != NULL ? XIE_STR("changed") : XIE_STR("valid"));
	xie_wr_kv_str(w, "title", r->english ? en : zh);
	web_kv_text(w, "no", xie_val_get_str(mine, "no"));
	xie_wr_kv_str(w, "issuer", xie_val_get_str(xie_val_get(f->header, "case"), "agency"));
	xie_wr_key(w, "issued");
	xie_wr_char(w, '"');
	xie_wr_date(w, xie_law_day(f->law, at->at));
	xie_wr_char(w, '"');
	if (later != NULL) {
		char day[80];
		xie_wr t = xie_wr_of(day, sizeof day);
		xie_wr_date(&t, xie_law_day(f->law, later->at));
		xie_wr_char(&t, ' ');
		xie_wr_str(&t, r->english ? later->en : later->zh);
		xie_wr_kv_str(w, "changed_by", xie_wr_view(&t));
	}
	xie_wr_char(w, '}');
	web_ok(r, 200);
}

void api_verify(struct web_req *r)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_store *s = r->w->conf.store;
	struct lookup *l = xie_arena_new(&r->scratch->mem, struct lookup, 1);
	struct xie_subject_query q = { .kind = CASE_KIND, .key = { XIE_STR("verify"), r->param[0] }, .limit = 1 };
	if (l == NULL || r->w->conf.law == NULL || !number_ok(r->param[0])) {
		web_fail(r, XIE_WEB_E_not_found, NULL, NULL);
		return;
	}
	l->r = r;
	xie_case_file_init(&l->k.f, r->w->conf.law, &r->scratch->mem);
	xie_status st = s->subject_list(s->self, &system, &q, take_row, l, NULL, NULL);
	if (st == XIE_OK && l->found)
		st = s->event_list(s->self, &system, CASE_KIND, l->k.row.id, take_event, l);
	if (st == XIE_OK && l->found)
		verified(l, r->param[0]);
	else
		web_fail_status(r, st == XIE_OK ? XIE_MISSING : st, "checking an instrument");
}
