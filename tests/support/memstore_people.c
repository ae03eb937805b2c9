/* SPDX-License-Identifier: Apache-2.0 */
#include "memstore_int.h"

xie_str memstore_keep(struct memstore *m, xie_str s)
{
	char *p = malloc(s.n + 1);
	if (m->n_garbage == m->cap_garbage) {
		m->cap_garbage = m->cap_garbage * 2 + 256;
		m->garbage = realloc(m->garbage, m->cap_garbage * sizeof *m->garbage);
	}
	if (p == NULL || m->garbage == NULL)
		abort();
	if (s.n != 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	m->garbage[m->n_garbage++] = p;
	return (xie_str){ p, s.n };
}

bool memstore_enter(struct memstore *m)
{
	(void)pthread_mutex_lock(&m->lock);
	return m->fail_in == 0 || --m->fail_in != 0;
}

xie_status memstore_leave(struct memstore *m, xie_status st)
{
	(void)pthread_mutex_unlock(&m->lock);
	return st;
}

xie_str memstore_path(const struct memstore *m, xie_str org)
{
	for (size_t i = 0; i < m->n_orgs; i++)
		if (xie_str_eq(m->orgs[i].id, org) || xie_str_eq(m->orgs[i].path, org))
			return m->orgs[i].path;
	return org.n == 0 && m->n_orgs != 0 ? m->orgs[0].path : (xie_str){ "", 0 };
}

static bool starts(xie_str s, xie_str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool memstore_sees(const struct memstore *m, const struct xie_scope *who, xie_str org, xie_str region)
{
	if (who->as == XIE_SCOPE_SYSTEM)
		return true;
	if (who->as != XIE_SCOPE_USER)
		return false;
	xie_str path = memstore_path(m, org);
	xie_ms now = m->clock.wall(m->clock.self);
	for (size_t i = 0; i < m->n_grants; i++) {
		if (!xie_str_is(who->user, m->grants[i].user))
			continue;
		for (size_t k = 0; k < m->grants[i].n; k++) {
			const struct xie_grant *g = &m->grants[i].g[k];
			xie_str mine = memstore_path(m, g->org);
			if (mine.n != 0 && starts(path, mine) && starts(region, g->region) && g->from <= now &&
			    (g->to == XIE_NO_TIME || g->to > now))
				return true;
		}
	}
	return false;
}

static xie_status org_put(void *self, const struct xie_org *o)
{
	char path[256] = "/";
	ENTER();
	if (o->parent.n != 0) {
		xie_str p = memstore_path(m, o->parent);
		if (p.n == 0)
			return memstore_leave(m, XIE_MISSING);
		memcpy(path, p.p, p.n);
		path[p.n] = '\0';
	}
	size_t n = strlen(path);
	memcpy(path + n, o->id.p, o->id.n);
	memcpy(path + n + o->id.n, "/", 2);
	struct xie_org *k = &m->orgs[m->n_orgs++];
	*k = *o;
	KEEP(k->id), KEEP(k->parent), KEEP(k->name), KEEP(k->name_en), KEEP(k->region);
	k->path = memstore_keep(m, xie_str_of(path));
	return memstore_leave(m, XIE_OK);
}

static xie_status org_list(void *self, const struct xie_scope *who, xie_org_fn *fn, void *ctx)
{
	xie_status st = XIE_OK;
	ENTER();
	for (size_t i = 0; i < m->n_orgs && st == XIE_OK; i++)
		if (memstore_sees(m, who, m->orgs[i].id, m->orgs[i].region))
			st = fn(ctx, &m->orgs[i]);
	return memstore_leave(m, st);
}

static xie_status user_put(void *self, const struct xie_scope *who, const struct xie_user *u)
{
	struct xie_user *at = NULL;
	ENTER();
	if (!memstore_sees(m, who, u->org, u->region))
		return memstore_leave(m, XIE_MISSING);
	for (size_t i = 0; i < m->n_users; i++) {
		if (xie_str_eq(m->users[i].id, u->id))
			at = &m->users[i];
		else if (xie_str_eq(m->users[i].login, u->login))
			return memstore_leave(m, XIE_DUPLICATE);
	}
	if (u->version == 0 && at != NULL)
		return memstore_leave(m, XIE_DUPLICATE);
	if (u->version != 0 && (at == NULL || at->version != u->version))
		return memstore_leave(m, XIE_CONFLICT);
	at = at != NULL ? at : &m->users[m->n_users++];
	uint64_t version = u->version + 1;
	*at = *u;
	at->version = version;
	KEEP(at->id), KEEP(at->login), KEEP(at->name), KEEP(at->org), KEEP(at->region), KEEP(at->roles),
	    KEEP(at->password), KEEP(at->json);
	return memstore_leave(m, XIE_OK);
}

static xie_status user_get(void *self, const struct xie_scope *who, const char *by, xie_str value, xie_user_fn *fn,
                           void *ctx)
{
	ENTER();
	for (size_t i = 0; i < m->n_users; i++) {
		const struct xie_user *u = &m->users[i];
		if (xie_str_eq(strcmp(by, "id") == 0 ? u->id : u->login, value) &&
		    memstore_sees(m, who, u->org, u->region))
			return memstore_leave(m, fn(ctx, u));
	}
	return memstore_leave(m, XIE_MISSING);
}

static xie_status user_list(void *self, const struct xie_scope *who, xie_user_fn *fn, void *ctx)
{
	xie_status st = XIE_OK;
	ENTER();
	for (size_t i = 0; i < m->n_users && st == XIE_OK; i++)
		if (memstore_sees(m, who, m->users[i].org, m->users[i].region))
			st = fn(ctx, &m->users[i]);
	return memstore_leave(m, st);
}

static xie_status user_login(void *self, xie_str user, bool ok, xie_ms at, xie_ms lock_until, uint32_t *ret_failed)
{
	ENTER();
	for (size_t i = 0; i < m->n_users; i++) {
		struct xie_user *u = &m->users[i];
		if (!xie_str_eq(u->id, user))
			continue;
		u->failed = ok ? 0 : u->failed + 1;
		if (ok)
			u->last_login = at;
		u->locked_until = lock_until;
		*ret_failed = u->failed;
		return memstore_leave(m, XIE_OK);
	}
	return memstore_leave(m, XIE_MISSING);
}

static xie_status grant_put(void *self, const struct xie_scope *who, xie_str user, const struct xie_grant *g, size_t n)
{
	size_t i = 0;
	ENTER();
	for (size_t k = 0; k < n; k++)
		if (!memstore_sees(m, who, g[k].org, g[k].region))
			return memstore_leave(m, XIE_REFUSED);
	while (i < m->n_grants && !xie_str_is(user, m->grants[i].user))
		i++;
	if (i == m->n_grants)
		m->n_grants++;
	memcpy(m->grants[i].user, user.p, user.n);
	m->grants[i].user[user.n] = '\0';
	for (size_t k = 0; k < n; k++) {
		m->grants[i].g[k] = g[k];
		KEEP(m->grants[i].g[k].org), KEEP(m->grants[i].g[k].region);
	}
	m->grants[i].n = n;
	return memstore_leave(m, XIE_OK);
}

static xie_status grant_list(void *self, xie_str user, xie_grant_fn *fn, void *ctx)
{
	xie_status st = XIE_OK;
	ENTER();
	for (size_t i = 0; i < m->n_grants; i++)
		if (xie_str_is(user, m->grants[i].user))
			for (size_t k = 0; k < m->grants[i].n && st == XIE_OK; k++)
				st = fn(ctx, &m->grants[i].g[k]);
	return memstore_leave(m, st);
}

static xie_status scope_has(void *self, const struct xie_scope *who, xie_str org, xie_str region)
{
	ENTER();
	return memstore_leave(m, memstore_sees(m, who, org, region) ? XIE_OK : XIE_MISSING);
}

static struct xie_session *session_at(struct memstore *m, const uint8_t token[32])
{
	for (size_t i = 0; i < m->n_sessions; i++)
		if (memcmp(m->sessions[i].token, token, 32) == 0)
			return &m->sessions[i];
	return NULL;
}

static xie_status session_put(void *self, const struct xie_session *s)
{
	ENTER();
	struct xie_session *k = session_at(m, s->token);
	k = k != NULL ? k : &m->sessions[m->n_sessions++];
	*k = *s;
	KEEP(k->user), KEEP(k->csrf), KEEP(k->ip), KEEP(k->agent);
	return memstore_leave(m, XIE_OK);
}

static xie_status session_get(void *self, const uint8_t token[32], xie_session_fn *fn, void *ctx)
{
	ENTER();
	const struct xie_session *s = session_at(m, token);
	return memstore_leave(m, s != NULL ? fn(ctx, s) : XIE_MISSING);
}

static void session_drop(struct memstore *m, struct xie_session *s)
{
	*s = m->sessions[--m->n_sessions];
}

static xie_status session_end(void *self, const uint8_t token[32])
{
	ENTER();
	struct xie_session *s = session_at(m, token);
	if (s != NULL)
		session_drop(m, s);
	return memstore_leave(m, XIE_OK);
}

static xie_status session_end_all(void *self, xie_str user, const uint8_t *except)
{
	ENTER();
	for (size_t i = m->n_sessions; i-- > 0;)
		if (xie_str_eq(m->sessions[i].user, user) &&
		    (except == NULL || memcmp(m->sessions[i].token, except, 32) != 0))
			session_drop(m, &m->sessions[i]);
	return memstore_leave(m, XIE_OK);
}

static xie_status session_expire(void *self, xie_ms now)
{
	ENTER();
	for (size_t i = m->n_sessions; i-- > 0;)
		if (m->sessions[i].expires <= now)
			session_drop(m, &m->sessions[i]);
	return memstore_leave(m, XIE_OK);
}

void memstore_people(struct xie_store *port)
{
	port->org_put = org_put;
	port->org_list = org_list;
	port->user_put = user_put;
	port->user_get = user_get;
	port->user_list = user_list;
	port->user_login = user_login;
	port->grant_put = grant_put;
	port->grant_list = grant_list;
	port->scope_has = scope_has;
	port->session_put = session_put;
	port->session_get = session_get;
	port->session_end = session_end;
	port->session_end_all = session_end_all;
	port->session_expire = session_expire;
}
