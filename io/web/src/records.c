/* SPDX-License-Identifier: Apache-2.0 */
#include "records.h"

#include "xie/port/id.h"

xie_str web_keep(xie_arena *mem, xie_str s)
{
	char *p = xie_str_dup(mem, s);
	return p != NULL ? (xie_str){ p, s.n } : (xie_str){ "", 0 };
}

struct take_user {
	xie_arena *mem;
	struct xie_user *u;
};

static xie_status take_user(void *ctx, const struct xie_user *u)
{
	struct take_user *t = ctx;
	*t->u = *u;
	xie_str *texts[] = { &t->u->id,     &t->u->login, &t->u->name,     &t->u->org,
		             &t->u->region, &t->u->roles, &t->u->password, &t->u->json };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		size_t n = texts[i]->n;
		*texts[i] = web_keep(t->mem, *texts[i]);
		if (texts[i]->n != n)
			return XIE_LIMIT;
	}
	return XIE_OK;
}

xie_status web_user_get(struct web_req *r, const struct xie_scope *who, const char *by, xie_str value,
                        struct xie_user *ret_u)
{
	struct take_user t = { &r->scratch->mem, ret_u };
	return r->w->conf.store->user_get(r->w->conf.store->self, who, by, value, take_user, &t);
}

static xie_status take_org(void *ctx, const struct xie_org *o)
{
	struct web_orgs *os = ctx;
	if (os->n == os->cap) {
		size_t cap = os->cap != 0 ? os->cap * 2 : 64;
		struct xie_org *more = xie_arena_new(os->mem, struct xie_org, cap);
		if (more == NULL)
			return XIE_LIMIT;
		if (os->n != 0)
			memcpy(more, os->o, os->n * sizeof *more);
		os->o = more;
		os->cap = cap;
	}
	struct xie_org *k = &os->o[os->n++];
	*k = *o;
	k->id = web_keep(os->mem, o->id);
	k->parent = web_keep(os->mem, o->parent);
	k->path = web_keep(os->mem, o->path);
	k->name = web_keep(os->mem, o->name);
	k->name_en = web_keep(os->mem, o->name_en);
	k->region = web_keep(os->mem, o->region);
	return XIE_OK;
}

xie_status web_orgs_load(struct web_req *r, const struct xie_scope *who, struct web_orgs *ret)
{
	*ret = (struct web_orgs){ .mem = &r->scratch->mem };
	return r->w->conf.store->org_list(r->w->conf.store->self, who, take_org, ret);
}

const struct xie_org *web_orgs_find(const struct web_orgs *os, xie_str id)
{
	for (size_t i = 0; i < os->n; i++)
		if (xie_str_eq(os->o[i].id, id) || xie_str_eq(os->o[i].path, id))
			return &os->o[i];
	return NULL;
}

xie_status web_org_get(struct web_req *r, xie_str id, struct xie_org *ret_o)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct web_orgs os;
	xie_status st = web_orgs_load(r, &system, &os);
	if (st != XIE_OK)
		return st;
	const struct xie_org *o = web_orgs_find(&os, id);
	if (o == NULL)
		return XIE_MISSING;
	*ret_o = *o;
	return XIE_OK;
}

void web_org_json(xie_wr *w, const struct xie_org *o)
{
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", o->id);
	xie_wr_kv_str(w, "name", o->name);
	xie_wr_kv_str(w, "region", o->region);
	web_kv_text(w, "parent", o->parent);
	xie_wr_char(w, '}');
}

void web_kv_org(struct web_req *r, xie_wr *w, xie_str id)
{
	struct xie_org o;
	if (web_org_get(r, id, &o) != XIE_OK)
		o = (struct xie_org){ .id = id, .name = id, .region = XIE_STR("") };
	xie_wr_key(w, "org");
	web_org_json(w, &o);
}

static xie_status fill_random(void *self, void *p, size_t n)
{
	(void)self;
	return xie_random(p, n);
}

xie_status web_new_id(struct web_req *r, xie_str *ret_id)
{
	struct xie_id_gen g = { .clock = r->w->conf.clock, .random = { NULL, fill_random } };
	char id[XIE_ID_TEXT];
	xie_status st = xie_id_gen_next(&g, id);
	if (st == XIE_OK)
		*ret_id = web_keep(&r->scratch->mem, xie_str_of(id));
	return st;
}

bool web_commit(struct web_req *r, struct xie_subject_change *c, size_t n, const char *action, xie_str object,
                int status)
{
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	struct xie_audit audit = web_audit_row(r, action, object, NULL);
	struct xie_once once = { .user = xie_str_of(r->who.user),
		                 .key = web_once_key(r),
		                 .status = (uint32_t)status,
		                 .answer = xie_wr_view(web_out(r)),
		                 .at = r->now };
	bool keyed = (r->route->flags & ROUTE_ONCE) != 0;
	if (keyed)
		web_once_digest(r, once.body);
	xie_status st = s->subject_append(s->self, &who, c, n, &audit, keyed ? &once : NULL);
	if (st == XIE_OK) {
		web_ok(r, status);
		return true;
	}
	if (st == XIE_DUPLICATE) /* the same key at the same time: the lock makes this another installation's act */
		web_fail(r, XIE_WEB_E_key_reused, NULL, NULL);
	else
		web_fail_status(r, st, action);
	return false;
}
