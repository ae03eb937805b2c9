/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/cases/file.h"

#include "xie/base/time.h"
#include "xie/cases/tree.h"

static const xie_str none = { "", 0 };

void xie_case_file_init(struct xie_case_file *f, const struct xie_law *law, xie_arena *mem)
{
	*f = (struct xie_case_file){ .law = law, .mem = mem, .title = none, .party = none, .alert = none };
}

static xie_status full(struct xie_err *err)
{
	return xie_err_set(err, XIE_LIMIT, 0, 0, "no room for the case", NULL);
}

static xie_str keep(xie_arena *mem, xie_str s)
{
	char *p = xie_str_dup(mem, s);
	return p != NULL ? (xie_str){ p, s.n } : none;
}

/* {"at", "event", "by", "data"} as the law reads it. */
static const struct xie_val *event_tree(xie_arena *mem, xie_str event, xie_ms at, const struct xie_val *by,
                                        const struct xie_val *data)
{
	char text[40];
	xie_wr w = xie_wr_of(text, sizeof text);
	xie_wr_time(&w, at);
	const struct xie_val *v = xie_tree_with(mem, NULL, "at", xie_tree_text(mem, keep(mem, xie_wr_view(&w))));
	if (v != NULL)
		v = xie_tree_with(mem, v, "event", xie_tree_text(mem, event));
	if (v != NULL && by != NULL)
		v = xie_tree_with(mem, v, "by", by);
	if (v != NULL && data != NULL)
		v = xie_tree_with(mem, v, "data", data);
	return v;
}

/* The header with people added or replaced. */
static const struct xie_val *with_people(const struct xie_case_file *f, const struct xie_val *people)
{
	if (people == NULL || people->count == 0)
		return f->header;
	const struct xie_val *all = xie_tree_merge(f->mem, xie_val_get(f->header, "people"), people);
	return all != NULL ? xie_tree_with(f->mem, f->header, "people", all) : NULL;
}

static xie_status step(const struct xie_case_file *f, const struct xie_val *event, const struct xie_val *people,
                       const struct xie_law_case **ret_next, const struct xie_val **ret_header,
                       struct xie_law_outcome *ret_out, struct xie_err *err)
{
	const struct xie_law_case *c = f->c;
	const struct xie_val *header = with_people(f, people);
	if (header == NULL)
		return full(err);
	xie_status st = header != f->header ? xie_law_amend(f->law, f->mem, c, header, &c, err) : XIE_OK;
	if (st == XIE_OK)
		st = xie_law_step(f->law, f->mem, c, event, ret_next, ret_out, err);
	if (st == XIE_OK)
		*ret_header = header;
	return st;
}

xie_status xie_case_file_try(const struct xie_case_file *f, xie_str event, xie_ms at, const struct xie_val *by,
                             const struct xie_val *data, const struct xie_val *people, const struct xie_law_case **ret_next,
                             const struct xie_val **ret_header, struct xie_law_outcome *ret_out, struct xie_err *reterr)
{
	const struct xie_val *e = f->c != NULL ? event_tree(f->mem, event, at, by, data) : NULL;
	if (e == NULL)
		return full(reterr);
	return step(f, e, people, ret_next, ret_header, ret_out, reterr);
}

/* ---- reading what is stored ---- */

static xie_status open_file(struct xie_case_file *f, struct xie_case_entry *k, struct xie_err *err)
{
	const struct xie_val *header = xie_val_get(k->body, "header");
	const struct xie_law_case *c = NULL;
	if (f->c != NULL)
		return xie_err_set(err, XIE_DUPLICATE, 0, 0, "a case that is opened twice", NULL);
	if (header == NULL)
		return xie_err_set(err, XIE_MISSING, 0, 0, "a case that is opened without its header", NULL);
	xie_status st = xie_law_open(f->law, f->mem, header, &c, err);
	if (st != XIE_OK)
		return st;
	f->c = c;
	f->header = header;
	f->opening = k->body;
	f->title = xie_val_get_str(k->body, "title");
	f->party = xie_val_get_str(k->body, "party");
	f->alert = xie_val_get_str(k->body, "alert");
	k->zh = XIE_STR("登记");
	k->en = XIE_STR("registered");
	return XIE_OK;
}

static xie_status amend(struct xie_case_file *f, struct xie_case_entry *k, struct xie_err *err)
{
	const struct xie_val *patch = xie_val_get(k->body, "case"), *header = f->header;
	const struct xie_law_case *c = f->c;
	if (patch != NULL && patch->kind != XIE_VAL_OBJECT)
		return xie_err_set(err, XIE_MALFORMED, 0, 0, "facts must be an object", NULL);
	if (patch != NULL) {
		const struct xie_val *now = xie_tree_merge(f->mem, xie_val_get(header, "case"), patch);
		header = now != NULL ? xie_tree_with(f->mem, header, "case", now) : NULL;
		if (header == NULL)
			return full(err);
	}
	xie_status st = xie_law_amend(f->law, f->mem, c, header, &c, err);
	if (st != XIE_OK)
		return st;
	f->c = c;
	f->header = header;
	if (xie_val_get(k->body, "title") != NULL)
		f->title = xie_val_get_str(k->body, "title");
	if (xie_val_get(k->body, "party") != NULL)
		f->party = xie_val_get_str(k->body, "party");
	k->data = patch;
	k->zh = XIE_STR("补正案件信息");
	k->en = XIE_STR("facts written down or corrected");
	return XIE_OK;
}

static xie_status law_event(struct xie_case_file *f, struct xie_case_entry *k, struct xie_err *err)
{
	struct xie_law_outcome out = { 0 };
	const struct xie_law_case *next = NULL;
	const struct xie_val *header = NULL;
	k->data = xie_val_get(k->body, "data");
	k->docs = xie_val_get(k->body, "docs");
	k->law = true;
	const struct xie_val *e = event_tree(f->mem, k->event, k->at, k->by, k->data);
	if (e == NULL)
		return full(err);
	xie_status st = step(f, e, xie_val_get(k->body, "people"), &next, &header, &out, err);
	if (st != XIE_OK)
		return st;
	if (!out.ok) {
		(void)xie_err_set(err, XIE_REFUSED, 0, 0, "the law as it is loaded refuses what was done: ", "is this the pack of that day?");
		xie_err_add(err, out.unmet[0].code.p, out.unmet[0].code.n);
		return XIE_REFUSED;
	}
	f->c = next;
	f->header = header;
	f->events[f->n_events++] = e;
	k->zh = out.zh;
	k->en = out.en;
	return XIE_OK;
}

static bool room(struct xie_case_file *f)
{
	if (f->n < f->cap)
		return true;
	uint32_t cap = f->cap != 0 ? f->cap * 2 : 64;
	if (cap > XIE_CASE_ENTRIES)
		cap = XIE_CASE_ENTRIES;
	if (cap == f->n)
		return false;
	struct xie_case_entry *more = xie_arena_new(f->mem, struct xie_case_entry, cap);
	const struct xie_val **events = xie_arena_new(f->mem, const struct xie_val *, cap);
	if (more == NULL || events == NULL)
		return false;
	if (f->n != 0) {
		memcpy(more, f->entries, f->n * sizeof *more);
		memcpy(events, f->events, f->n_events * sizeof *events);
	}
	f->entries = more;
	f->events = events;
	f->cap = cap;
	return true;
}

xie_status xie_case_file_add(struct xie_case_file *f, const struct xie_event *e, struct xie_err *reterr)
{
	static const struct xie_val_limits lim = { .depth = 32, .nodes = 50000 };
	if (!room(f))
		return full(reterr);
	struct xie_case_entry k = { .n = e->n, .at = e->at, .event = keep(f->mem, e->event), .user = keep(f->mem, e->user) };
	xie_str by = keep(f->mem, e->by), body = keep(f->mem, e->data);
	memcpy(k.digest, e->digest, sizeof k.digest);
	xie_status st = xie_json_read(f->mem, by, lim, &k.by, reterr);
	if (st == XIE_OK)
		st = xie_json_read(f->mem, body, lim, &k.body, reterr);
	if (st != XIE_OK)
		return st;
	if (k.body->kind != XIE_VAL_OBJECT || (f->c == NULL) != xie_str_is(k.event, "open"))
		return xie_err_set(reterr, XIE_MALFORMED, 0, 0, "a case begins with its opening", NULL);
	st = f->c == NULL                     ? open_file(f, &k, reterr)
	     : xie_str_is(k.event, "amend") ? amend(f, &k, reterr)
	                                    : law_event(f, &k, reterr);
	if (st != XIE_OK)
		return st;
	k.after = f->c;
	memcpy(f->head, k.digest, sizeof f->head);
	f->entries[f->n++] = k;
	return XIE_OK;
}

xie_status xie_case_new_docs(const struct xie_law_case *a, const struct xie_law_case *b, xie_arena *mem,
                             const struct xie_law_doc **ret_list, uint32_t *ret_n)
{
	const struct xie_law_doc *old = NULL, *now = NULL;
	uint32_t n_old = 0, n_now = 0, n = 0;
	xie_status st = xie_law_docs(a, mem, &old, &n_old);
	if (st == XIE_OK)
		st = xie_law_docs(b, mem, &now, &n_now);
	struct xie_law_doc *list = st == XIE_OK ? xie_arena_new(mem, struct xie_law_doc, n_now + 1) : NULL;
	if (list == NULL)
		return st == XIE_OK ? XIE_LIMIT : st;
	for (uint32_t i = 0; i < n_now; i++) {
		bool same = false;
		/* served is not made again */
		for (uint32_t k = 0; k < n_old && !same; k++)
			same = xie_str_eq(old[k].code, now[i].code) && (old[k].day == now[i].day || (now[i].served && !old[k].served));
		if (!same)
			list[n++] = now[i];
	}
	*ret_list = list;
	*ret_n = n;
	return XIE_OK;
}

bool xie_case_doc_numbers(const struct xie_case_file *f, xie_str code, xie_str *ret_no, xie_str *ret_verify)
{
	for (uint32_t i = f->n; i-- > 0;) {
		XIE_VAL_EACH(d, f->entries[i].docs)
		{
			if (!xie_str_eq(xie_val_get_str(d, "code"), code))
				continue;
			*ret_no = xie_val_get_str(d, "no");
			*ret_verify = xie_val_get_str(d, "verify");
			return true;
		}
	}
	return false;
}
