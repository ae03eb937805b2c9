/* SPDX-License-Identifier: Apache-2.0 */
/* Users, units and the audit record: the rooms of the security administrator and the auditor. */
#include "api.h"

#include <inttypes.h>
#include <stdio.h>

#include "records.h"

static void user_json(struct web_req *r, xie_wr *w, const struct xie_user *u, const struct web_orgs *orgs)
{
	uint32_t roles = 0;
	const struct xie_org *o = web_orgs_find(orgs, u->org);
	struct xie_org unknown = { .id = u->org, .name = u->org, .region = XIE_STR("") };
	(void)!xie_roles_parse(u->roles, &roles);
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", u->id);
	xie_wr_kv_str(w, "login", u->login);
	xie_wr_kv_str(w, "name", u->name);
	xie_wr_key(w, "roles");
	web_roles_json(w, roles);
	xie_wr_key(w, "org");
	web_org_json(w, o != NULL ? o : &unknown);
	xie_wr_kv_bool(w, "enabled", !u->off);
	xie_wr_kv_bool(w, "locked", u->locked_until != XIE_NO_TIME && u->locked_until > r->now);
	if (u->last_login != XIE_NO_TIME && u->last_login != 0)
		web_kv_time(w, "last_login", u->last_login);
	web_officer_json(r, w, u);
	xie_wr_char(w, '}');
}

struct listing {
	struct web_req *r;
	struct web_orgs orgs;
};

static xie_status list_user(void *ctx, const struct xie_user *u)
{
	struct listing *l = ctx;
	user_json(l->r, web_out(l->r), u, &l->orgs);
	return XIE_OK;
}

void api_users_list(struct web_req *r)
{
	struct xie_scope who = web_scope(r);
	struct listing l = { .r = r };
	if (!web_audit_read(r, "users_read", xie_str_of(r->who.org), NULL))
		return;
	xie_status st = web_orgs_load(r, &who, &l.orgs);
	xie_wr_text(web_out(r), "{\"items\":[");
	if (st == XIE_OK)
		st = r->w->conf.store->user_list(r->w->conf.store->self, &who, list_user, &l);
	xie_wr_text(web_out(r), "]}");
	if (st != XIE_OK)
		web_fail_status(r, st, "listing users");
	else
		web_ok(r, 200);
}

void api_orgs_list(struct web_req *r)
{
	struct xie_scope who = web_scope(r);
	struct web_orgs os;
	xie_status st = web_orgs_load(r, &who, &os);
	xie_wr *w = web_out(r);
	if (st != XIE_OK) {
		web_fail_status(r, st, "listing units");
		return;
	}
	xie_wr_text(w, "{\"items\":[");
	for (size_t i = 0; i < os.n; i++) {
		xie_wr_sep(w);
		web_org_json(w, &os.o[i]);
	}
	xie_wr_text(w, "]}");
	web_ok(r, 200);
}

/* "roles": ["duty"] into the store's text.  False: the answer is made. */
static bool take_roles(struct web_req *r, const struct xie_val *o, bool needed, bool *ret_has, xie_str *ret_roles)
{
	const struct xie_val *v = xie_val_get(o, "roles");
	uint32_t all = 0, one;
	char text[160];
	*ret_has = v != NULL;
	if (v == NULL && !needed)
		return true;
	if (v == NULL || v->kind != XIE_VAL_ARRAY) {
		web_fail_field(r, "roles", web_say(r, "应为角色代码的列表", "must be a list of role codes"), NULL);
		return false;
	}
	XIE_VAL_EACH(e, v)
	{
		if (e->kind != XIE_VAL_STRING || xie_roles_parse(e->s, &one) != XIE_OK || one == 0) {
			web_fail_field(r, "roles", web_say(r, "没有这个角色", "there is no such role"), NULL);
			return false;
		}
		all |= one;
	}
	if (!xie_roles_compatible(all)) {
		web_fail_field(r, "roles",
		               web_say(r, "至少一个角色；系统、安全、审计管理员各自单独设置，不兼任其他角色",
		                       "at least one role; system, security and audit administrators stand alone"),
		               NULL);
		return false;
	}
	xie_roles_write(all, text, sizeof text);
	*ret_roles = web_keep(&r->scratch->mem, xie_str_of(text));
	return true;
}

static bool login_ok(xie_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
			return false;
	}
	return s.n >= 2 && s.n <= 64;
}

/* The unit must be the caller's own or below it. */
static bool take_org(struct web_req *r, xie_str id, const struct xie_org **ret_o)
{
	struct xie_scope who = web_scope(r);
	struct web_orgs os;
	xie_status st = web_orgs_load(r, &who, &os);
	if (st != XIE_OK) {
		web_fail_status(r, st, "listing units");
		return false;
	}
	*ret_o = web_orgs_find(&os, id);
	if (*ret_o == NULL) {
		web_fail_field(r, "org",
		               web_say(r, "没有这个机构，或不在您的辖区内", "no such unit, or not below yours"), NULL);
		return false;
	}
	return true;
}

static xie_status grant_unit(struct web_req *r, xie_str user, const struct xie_org *o)
{
	struct xie_scope who = web_scope(r);
	struct xie_grant g = { .org = o->id, .region = XIE_STR(""), .from = r->now, .to = XIE_NO_TIME };
	return r->w->conf.store->grant_put(r->w->conf.store->self, &who, user, &g, 1);
}

/* The change as an event of the user's own chain, with the answer kept under the operation's key. */
static void commit_user(struct web_req *r, const struct xie_user *u, const struct web_orgs *orgs, uint64_t version,
                        const char *event, int status)
{
	char data_buf[1024], by_buf[96];
	xie_wr data = xie_wr_of(data_buf, sizeof data_buf), by = xie_wr_of(by_buf, sizeof by_buf);
	xie_wr_char(&data, '{');
	xie_wr_kv_str(&data, "login", u->login);
	xie_wr_kv_str(&data, "name", u->name);
	xie_wr_kv_str(&data, "org", u->org);
	xie_wr_kv_bool(&data, "off", u->off);
	xie_wr_kv_str(&data, "roles", u->roles);
	xie_wr_char(&data, '}');
	xie_wr_char(&by, '[');
	xie_wr_json_str(&by, xie_str_of(r->who.user));
	xie_wr_char(&by, ']');
	struct xie_event e = { .at = r->now,
		               .event = xie_str_of(event),
		               .by = xie_wr_view(&by),
		               .data = xie_wr_view(&data),
		               .user = xie_str_of(r->who.user),
		               .signature = XIE_STR(""),
		               .key_id = XIE_STR("") };
	struct xie_subject_change c = {
		.row = { .kind = XIE_STR("user"),
		         .id = u->id,
		         .no = XIE_STR(""),
		         .org = u->org,
		         .region = u->region,
		         .state = u->off ? XIE_STR("off") : XIE_STR("on"),
		         .stage = XIE_STR(""),
		         .title = u->name,
		         .clock = XIE_STR(""),
		         .waiting_for = XIE_STR(""),
		         .due = XIE_NO_TIME,
		         .snooze_to = XIE_NO_TIME,
		         .text = u->login,
		         .json = xie_wr_view(&data) },
		.version = version,
		.events = &e,
		.n_events = 1,
	};
	user_json(r, web_out(r), u, orgs);
	web_names_update(r->w);
	(void)web_commit(r, &c, 1, event, u->login, status);
}

void api_users_add(struct web_req *r)
{
	static const char *const keys[] = { "login", "name", "roles", "org", "password", NULL };
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r);
	const struct xie_val *o = web_body(r);
	struct xie_user u = { .json = XIE_STR("{}"),
		              .must_change = true,
		              .locked_until = XIE_NO_TIME,
		              .created = r->now,
		              .last_login = XIE_NO_TIME };
	const struct xie_org *org;
	struct web_orgs orgs;
	xie_str org_id, password;
	bool has;
	if (o == NULL || !web_only(r, o, keys) || !web_take_str(r, o, "login", 2, 64, true, &u.login) ||
	    !web_take_str(r, o, "name", 1, 80, true, &u.name) || !take_roles(r, o, true, &has, &u.roles) ||
	    !web_take_str(r, o, "org", 1, 64, true, &org_id) ||
	    !web_take_str(r, o, "password", 1, 256, true, &password))
		return;
	if (!login_ok(u.login)) {
		web_fail_field(r, "login", web_say(r, "2 至 64 个小写字母、数字、. _ -", "2 to 64 of a-z 0-9 . _ -"),
		               NULL);
		return;
	}
	if (!take_org(r, org_id, &org) || !web_hash_password(r, "password", password, u.login, &u.password))
		return;
	u.org = org->id;
	u.region = org->region;
	xie_status st = web_new_id(r, &u.id);
	if (st == XIE_OK)
		st = s->user_put(s->self, &who, &u);
	if (st == XIE_DUPLICATE) {
		web_fail_field(r, "login", web_say(r, "已有人用这个用户名", "the login is taken"), NULL);
		return;
	}
	if (st == XIE_OK)
		st = grant_unit(r, u.id, org);
	if (st == XIE_OK)
		st = web_orgs_load(r, &who, &orgs);
	if (st != XIE_OK) {
		web_fail_status(r, st, "adding a user");
		return;
	}
	commit_user(r, &u, &orgs, 0, "user_added", 201);
}

struct secadmins {
	xie_str but;
	size_t n;
};

static xie_status count_secadmin(void *ctx, const struct xie_user *u)
{
	struct secadmins *s = ctx;
	uint32_t roles;
	if (!u->off && !xie_str_eq(u->id, s->but) && xie_roles_parse(u->roles, &roles) == XIE_OK &&
	    (roles & XIE_ROLE_BIT(SECADMIN)) != 0)
		s->n++;
	return XIE_OK;
}

/* Would nobody be left who can give rights? */
static bool is_last_secadmin(struct web_req *r, const struct xie_user *was, const struct xie_user *now)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct secadmins s = { .but = was->id };
	uint32_t before = 0, after = 0;
	(void)!xie_roles_parse(was->roles, &before);
	(void)!xie_roles_parse(now->roles, &after);
	if ((before & XIE_ROLE_BIT(SECADMIN)) == 0 || was->off || ((after & XIE_ROLE_BIT(SECADMIN)) != 0 && !now->off))
		return false;
	return r->w->conf.store->user_list(r->w->conf.store->self, &system, count_secadmin, &s) != XIE_OK || s.n == 0;
}

struct patch {
	bool has_roles, has_enabled, enabled, has_unlock, unlock;
	xie_str org, password;
	const struct xie_org *unit;
};

static bool read_patch(struct web_req *r, struct xie_user *u, struct patch *p)
{
	static const char *const keys[] = { "name", "roles", "org", "enabled", "unlock", "password", NULL };
	const struct xie_val *o = web_body(r);
	if (o == NULL || !web_only(r, o, keys) || !web_take_str(r, o, "name", 1, 80, false, &u->name) ||
	    !take_roles(r, o, false, &p->has_roles, &u->roles) || !web_take_str(r, o, "org", 1, 64, false, &p->org) ||
	    !web_take_bool(r, o, "enabled", false, &p->has_enabled, &p->enabled) ||
	    !web_take_bool(r, o, "unlock", false, &p->has_unlock, &p->unlock) ||
	    !web_take_str(r, o, "password", 1, 256, false, &p->password))
		return false;
	if (p->has_enabled)
		u->off = !p->enabled;
	if (p->has_unlock && p->unlock) {
		u->failed = 0;
		u->locked_until = XIE_NO_TIME;
	}
	if (p->password.n != 0) {
		u->must_change = true;
		return web_hash_password(r, "password", p->password, u->login, &u->password);
	}
	return true;
}

static xie_status take_version(void *ctx, const struct xie_subject *s)
{
	*(uint64_t *)ctx = s->version;
	return XIE_OK;
}

void api_users_set(struct web_req *r)
{
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = web_scope(r), system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_user was, u;
	struct patch p = { .org = { "", 0 }, .password = { "", 0 } };
	struct web_orgs orgs;
	uint64_t version = 0;
	xie_status st = web_user_get(r, &who, "id", r->param[0], &was);
	if (st != XIE_OK) {
		web_fail_status(r, st, "reading a user");
		return;
	}
	u = was;
	if (!read_patch(r, &u, &p))
		return;
	if (xie_str_is(was.id, r->who.user) && (p.has_roles || p.org.n != 0 || u.off)) {
		web_fail(r, XIE_WEB_E_forbidden,
		         web_say(r, "自己的权限由他人设置", "somebody else must set your own rights"), NULL);
		return;
	}
	if (is_last_secadmin(r, &was, &u)) {
		web_fail_field(r, p.has_roles ? "roles" : "enabled",
		               web_say(r, "这是最后一个安全管理员", "this is the last security administrator"), NULL);
		return;
	}
	if (p.org.n != 0) {
		if (!take_org(r, p.org, &p.unit))
			return;
		u.org = p.unit->id;
		u.region = p.unit->region;
	}
	st = s->user_put(s->self, &who, &u);
	if (st == XIE_OK && p.unit != NULL)
		st = grant_unit(r, u.id, p.unit);
	if (st == XIE_OK)
		st = web_orgs_load(r, &who, &orgs);
	if (st == XIE_OK) {
		st = s->subject_get(s->self, &system, XIE_STR("user"), u.id, take_version, &version);
		st = st == XIE_MISSING ? XIE_OK : st; /* added before there was a page: by the command line */
	}
	if (st != XIE_OK) {
		web_fail_status(r, st, "changing a user");
		return;
	}
	if (p.password.n != 0 || u.off)
		xie_sessions_end_user(r->w->sessions, u.id, 0);
	xie_sessions_refresh(r->w->sessions, &u, r->now);
	commit_user(r, &u, &orgs, version, "user_changed", 200);
}

/* ---- audit ---- */

struct audit_list {
	struct web_req *r;
	unsigned limit, n;
	uint64_t last;
};

static xie_status list_audit(void *ctx, const struct xie_audit *a)
{
	struct audit_list *l = ctx;
	xie_wr *w = web_out(l->r);
	if (l->n == l->limit) {
		l->n++;
		return XIE_OK; /* there is more: this row begins the next page */
	}
	l->n++;
	l->last = a->seq;
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_i64(w, "n", (int64_t)a->seq);
	web_kv_time(w, "at", a->at);
	xie_wr_kv_str(w, "actor", a->login);
	xie_wr_kv_str(w, "action", a->action);
	web_kv_text(w, "object", a->object);
	if (a->json.n > 2)
		xie_wr_kv_str(w, "detail", a->json);
	web_kv_text(w, "from_addr", a->ip);
	xie_wr_key(w, "hash");
	xie_wr_char(w, '"');
	xie_wr_hex(w, a->digest, sizeof a->digest);
	xie_wr_char(w, '"');
	xie_wr_char(w, '}');
	return XIE_OK;
}

void api_audit_list(struct web_req *r)
{
	static const char *const names[] = { "actor", "action", "from", "to", "cursor", "limit", NULL };
	int64_t limit = 50, before = 0;
	struct xie_audit_query q = { .login = web_query_str(r, "actor"), .action = web_query_str(r, "action") };
	if (!web_query_only(r, names) || !web_query_int(r, "limit", 1, 500, &limit) ||
	    !web_query_int(r, "cursor", 1, INT64_MAX, &before) || !web_query_time(r, "from", &q.from) ||
	    !web_query_time(r, "to", &q.to) || !web_audit_read(r, "audit_read", XIE_STR(""), NULL))
		return;
	struct audit_list l = { .r = r, .limit = (unsigned)limit };
	xie_wr *w = web_out(r);
	q.before = (uint64_t)before;
	q.limit = (unsigned)limit + 1;
	xie_wr_text(w, "{\"items\":[");
	xie_status st = r->w->conf.store->audit_list(r->w->conf.store->self, &q, list_audit, &l);
	if (st != XIE_OK) {
		web_fail_status(r, st, "listing the audit record");
		return;
	}
	xie_wr_char(w, ']');
	xie_wr_kv_i64(w, "total", l.n > l.limit ? l.limit : l.n);
	if (l.n > l.limit) {
		char next[24];
		(void)snprintf(next, sizeof next, "%" PRIu64, l.last);
		xie_wr_kv_str(w, "next", xie_str_of(next));
	}
	xie_wr_char(w, '}');
	web_ok(r, 200);
}
