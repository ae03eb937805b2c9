/* SPDX-License-Identifier: Apache-2.0 */
/* From the record to the file: the chain is checked on the way, by the store link by link and here against the row. */
#include "case.h"

xie_status web_subject_keep(xie_arena *mem, const struct xie_subject *s, struct xie_subject *ret)
{
	*ret = *s;
	xie_str *texts[] = { &ret->kind,  &ret->id,    &ret->no,    &ret->org,         &ret->region, &ret->state,
		             &ret->stage, &ret->title, &ret->clock, &ret->waiting_for, &ret->text,   &ret->json };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		size_t n = texts[i]->n;
		*texts[i] = web_keep(mem, *texts[i]);
		if (texts[i]->n != n)
			return XIE_LIMIT;
	}
	return XIE_OK;
}

struct take_subject {
	xie_arena *mem;
	struct xie_subject *s;
};

static xie_status take_subject(void *ctx, const struct xie_subject *s)
{
	struct take_subject *t = ctx;
	return web_subject_keep(t->mem, s, t->s);
}

static xie_status take_event(void *ctx, const struct xie_event *e)
{
	struct web_case *k = ctx;
	if (k->err.st != XIE_OK)
		return XIE_OK; /* the chain is checked to its end all the same */
	k->err.st = xie_case_file_add(&k->f, e, &k->err);
	return k->err.st == XIE_LIMIT ? XIE_LIMIT : XIE_OK;
}

/* Events that are missing at the end leave the row with a head that nothing leads to. */
static void check_end(struct web_case *k)
{
	if (k->err.st == XIE_OK && !k->broken &&
	    (k->f.n < k->row.version || (k->f.n == k->row.version && memcmp(k->f.head, k->row.head, 32) != 0))) {
		k->broken = true;
		k->broken_at = k->f.n + 1;
	}
}

bool web_case_load(struct web_req *r, xie_str no, struct web_case *ret)
{
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	struct take_subject t = { &r->scratch->mem, &ret->row };
	*ret = (struct web_case){ .broken = false };
	if (r->w->conf.law == NULL) {
		web_fail(r, XIE_WEB_E_not_found, web_say(r, "没有装载法律包", "no pack with a law is loaded"), NULL);
		return false;
	}
	xie_case_file_init(&ret->f, r->w->conf.law, &r->scratch->mem);
	xie_status st = s->subject_by_no(s->self, &who, CASE_KIND, no, take_subject, &t);
	if (st == XIE_OK)
		st = s->event_list(s->self, &who, CASE_KIND, ret->row.id, take_event, ret);
	if (st == XIE_CORRUPT) {
		ret->broken = true;
		ret->broken_at = ret->f.n + 1;
		st = ret->f.n != 0 ? XIE_OK : st;
		web_log(r->w, XIE_WEB_FAULT, "case %.*s: its chain of events does not hold at %u", (int)no.n, no.p, ret->f.n + 1);
	}
	if (st == XIE_OK && ret->f.c == NULL)
		st = ret->err.st != XIE_OK ? ret->err.st : XIE_CORRUPT;
	if (st != XIE_OK) {
		web_fail_status(r, st, "reading a case");
		return false;
	}
	check_end(ret);
	if (ret->err.st != XIE_OK)
		web_log(r->w, XIE_WEB_FAULT, "case %.*s: event %u: %s", (int)no.n, no.p, ret->f.n + 1, ret->err.what);
	return true;
}
