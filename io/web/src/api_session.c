/* SPDX-License-Identifier: Apache-2.0 */
/* Log-in, log-out, who I am, my password. */
#include "api.h"

#include <stdio.h>

#include "records.h"

static void officer_json(xie_wr *w, xie_arena *mem, xie_str json)
{
	const struct xie_val *v = NULL;
	if (json.n == 0 || xie_json_read(mem, json, (struct xie_val_limits){ .depth = 16 }, &v, NULL) != XIE_OK)
		return;
	const struct xie_val *o = xie_val_get(v, "officer");
	if (o == NULL)
		return;
	xie_wr_key(w, "officer");
	xie_val_write(o, w);
}

void web_officer_json(struct web_req *r, xie_wr *w, const struct xie_user *u)
{
	officer_json(w, &r->scratch->mem, u->json);
}

static void me_json(struct web_req *r, const struct xie_user *u, const struct xie_who *who)
{
	xie_wr *w = web_out(r);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", xie_str_of(who->user));
	xie_wr_kv_str(w, "login", xie_str_of(who->login));
	xie_wr_kv_str(w, "name", xie_str_of(who->name));
	xie_wr_key(w, "roles");
	web_roles_json(w, who->roles);
	web_kv_org(r, w, xie_str_of(who->org));
	officer_json(w, &r->scratch->mem, u->json);
	xie_wr_kv_str(w, "csrf", xie_str_of(who->csrf));
	web_kv_time(w, "expires", who->expires);
	xie_wr_kv_bool(w, "must_change_password", who->must_change);
	xie_wr_char(w, '}');
	web_ok(r, 200);
}

void api_session_get(struct web_req *r)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_user u;
	xie_status st = web_user_get(r, &system, "id", xie_str_of(r->who.user), &u);
	if (st != XIE_OK)
		web_fail_status(r, st, "reading the user of a session");
	else
		me_json(r, &u, &r->who);
}

/* SameSite=Strict: no other site's page makes the browser send it.  Secure wherever there is TLS. */
static void set_cookie(struct web_req *r, const char *token)
{
	const struct xie_web_conf *c = &r->w->conf;
	(void)snprintf(r->cookie, sizeof r->cookie, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", WEB_COOKIE, token,
	               c->cert_file != NULL || c->behind_proxy ? "; Secure" : "",
	               token[0] == '\0' ? "; Max-Age=0" : "");
}

/* Which counters a try touches: the account from this address, the address, the account from anywhere. */
struct tries {
	char pair[160];
	xie_str name_pair, name_addr, name_account;
};

static void name_tries(struct web_req *r, xie_str login, struct tries *t)
{
	int n = snprintf(t->pair, sizeof t->pair, "%.*s %s", (int)(login.n < 100 ? login.n : 100), login.p, r->addr);
	t->name_pair = (xie_str){ t->pair, n > 0 ? (size_t)n : 0 };
	t->name_addr = xie_str_of(r->addr);
	t->name_account = login;
}

static xie_ms must_wait(struct xie_web *w, const struct tries *t)
{
	xie_ms now = web_mono(w);
	xie_ms a = xie_throttle_wait(w->try_pair, t->name_pair, now),
	       b = xie_throttle_wait(w->try_addr, t->name_addr, now),
	       c = xie_throttle_wait(w->try_account, t->name_account, now);
	a = a > b ? a : b;
	return a > c ? a : c;
}

static bool count_wrong(struct xie_web *w, const struct tries *t)
{
	xie_ms now = web_mono(w);
	bool a = xie_throttle_count(w->try_pair, t->name_pair, now),
	     b = xie_throttle_count(w->try_addr, t->name_addr, now),
	     c = xie_throttle_count(w->try_account, t->name_account, now);
	return a || b || c;
}

static void fail_locked(struct web_req *r, xie_ms wait)
{
	r->retry_after_s = (uint32_t)((wait + 999) / 1000);
	web_fail(r, XIE_WEB_E_locked, NULL, NULL);
}

/* The user whose login and password these are.  False: the answer is made. */
static bool check_password(struct web_req *r, xie_str login, xie_str password, struct xie_user *ret_u)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_store *s = r->w->conf.store;
	struct tries t;
	uint32_t failed;
	name_tries(r, login, &t);
	xie_ms wait = must_wait(r->w, &t);
	if (wait != 0) {
		fail_locked(r, wait);
		return false;
	}
	xie_status st = web_user_get(r, &system, "login", login, ret_u);
	if (st != XIE_OK && st != XIE_MISSING) {
		web_fail_status(r, st, "reading a user");
		return false;
	}
	bool known = st == XIE_OK && ret_u->password.n != 0;
	/* The hash is terminated: web_keep copies with a terminator. */
	bool right = xie_password_verify(password, known ? ret_u->password.p : NULL) && known && !ret_u->off;
	if (known && ret_u->locked_until != XIE_NO_TIME && ret_u->locked_until > r->now) {
		fail_locked(r, ret_u->locked_until - r->now);
		return false;
	}
	if (right) {
		xie_throttle_forgive(r->w->try_pair, t.name_pair);
		st = s->user_login(s->self, ret_u->id, true, r->now, XIE_NO_TIME, &failed);
		if (st != XIE_OK)
			web_fail_status(r, st, "noting a log-in");
		return st == XIE_OK;
	}
	bool closed = count_wrong(r->w, &t);
	if (known) {
		/* Wherever they come from: a guess spread over many addresses pauses the account itself. */
		bool lock = ret_u->failed + 1 >= r->w->conf.tries * 4;
		(void)s->user_login(s->self, ret_u->id, false, r->now, lock ? r->now + r->w->conf.pause : XIE_NO_TIME,
		                    &failed);
	}
	(void)web_audit_write(r, closed ? "login_locked" : "login_failed", login, NULL);
	web_fail(r, XIE_WEB_E_bad_login, NULL, NULL);
	return false;
}

/* A hash made at a lower cost is replaced while the password is at hand; if that fails, next time. */
static void strengthen(struct web_req *r, struct xie_user *u, xie_str password)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	char hash[XIE_PASSWORD_TEXT];
	if (!xie_password_is_weak(u->password.p, XIE_PASSWORD_COST) ||
	    xie_password_hash(password, XIE_PASSWORD_COST, hash) != XIE_OK)
		return;
	struct xie_user v = *u;
	v.password = xie_str_of(hash);
	if (r->w->conf.store->user_put(r->w->conf.store->self, &system, &v) == XIE_OK)
		web_log(r->w, XIE_WEB_INFO, "the password of %.*s is now kept at the present cost", (int)u->login.n,
		        u->login.p);
}

void api_session_post(struct web_req *r)
{
	static const char *const keys[] = { "login", "password", NULL };
	const struct xie_val *o = web_body(r);
	xie_str login, password;
	struct xie_user u;
	char token[XIE_TOKEN_TEXT];
	if (o == NULL || !web_only(r, o, keys) || !web_take_str(r, o, "login", 1, 64, true, &login) ||
	    !web_take_str(r, o, "password", 1, 256, true, &password) || !check_password(r, login, password, &u))
		return;
	strengthen(r, &u, password);
	xie_str agent = xie_str_of(MHD_lookup_connection_value(r->con, MHD_HEADER_KIND, "User-Agent"));
	xie_status st =
	    xie_sessions_start(r->w->sessions, &u, r->addr, agent.p != NULL ? agent.p : "", r->now, token, &r->who);
	r->has_who = st == XIE_OK;
	if (st == XIE_OK)
		st = web_audit_write(r, "login", login, NULL);
	if (st != XIE_OK) {
		if (r->has_who)
			xie_sessions_end(r->w->sessions, r->who.number);
		web_fail_status(r, st, "starting a session");
		return;
	}
	/* A session that this browser had before is over. */
	struct xie_who before;
	if (r->token.p != NULL && xie_sessions_recall(r->w->sessions, r->token, r->now, &before) == XIE_OK)
		xie_sessions_end(r->w->sessions, before.number);
	set_cookie(r, token);
	me_json(r, &u, &r->who);
}

void api_session_delete(struct web_req *r)
{
	xie_sessions_end(r->w->sessions, r->who.number);
	(void)web_audit_write(r, "logout", xie_str_of(r->who.login), NULL);
	set_cookie(r, "");
	web_ok(r, 204);
}

bool web_password_right(struct web_req *r, xie_str password)
{
	struct xie_user u;
	if (!check_password(r, xie_str_of(r->who.login), password, &u))
		return false;
	xie_sessions_reauth(r->w->sessions, r->who.number, r->now);
	return true;
}

bool web_hash_password(struct web_req *r, const char *field, xie_str password, xie_str login, xie_str *ret_hash)
{
	struct xie_err err = { .st = XIE_OK };
	char hash[XIE_PASSWORD_TEXT];
	xie_status st = xie_password_policy(password, login, &err);
	if (st != XIE_OK) {
		web_fail_field(
		    r, field,
		    web_say(r, "口令太易猜：至少 10 个字符，不含用户名；不足 16 个字符的要混用三类字符", err.what),
		    r->english ? err.hint : NULL);
		return false;
	}
	st = xie_password_hash(password, XIE_PASSWORD_COST, hash);
	if (st != XIE_OK) {
		web_fail_status(r, st, "hashing a password");
		return false;
	}
	*ret_hash = web_keep(&r->scratch->mem, xie_str_of(hash));
	return true;
}

void api_session_password(struct web_req *r)
{
	static const char *const keys[] = { "old", "new", NULL };
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	const struct xie_val *o = web_body(r);
	xie_str old, fresh;
	struct xie_user u;
	if (o == NULL || !web_only(r, o, keys) || !web_take_str(r, o, "old", 1, 256, true, &old) ||
	    !web_take_str(r, o, "new", 1, 256, true, &fresh) || !check_password(r, xie_str_of(r->who.login), old, &u))
		return;
	if (xie_str_eq(old, fresh)) {
		web_fail_field(r, "new", web_say(r, "与现用口令相同", "is the password you have"), NULL);
		return;
	}
	if (!web_hash_password(r, "new", fresh, u.login, &u.password))
		return;
	u.must_change = false;
	xie_status st = r->w->conf.store->user_put(r->w->conf.store->self, &system, &u);
	if (st == XIE_OK)
		st = web_audit_write(r, "password_change", u.login, NULL);
	if (st != XIE_OK) {
		web_fail_status(r, st, "changing a password");
		return;
	}
	xie_sessions_end_user(r->w->sessions, u.id, r->who.number);
	xie_sessions_refresh(r->w->sessions, &u, r->now);
	web_ok(r, 204);
}
