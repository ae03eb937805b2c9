/* SPDX-License-Identifier: Apache-2.0 */
/* Organisations, users, what they may see, and their sessions. */
#include "records_int.h"

#include <stdio.h>

/* ---- organisations ---- */

static xie_status visible_again(struct xie_db *db)
{
	xie_status st = xie_stmt_run(xie_db_stmt(db, SQL_VISIBLE_CLEAR));
	return st == XIE_OK ? xie_stmt_run(xie_db_stmt(db, SQL_VISIBLE_FILL)) : st;
}

/* The path of an organisation, into ret (terminated); MISSING. */
static xie_status path_of(struct xie_db *db, xie_str id, char *ret, size_t cap)
{
	struct xie_stmt *s = xie_db_stmt(db, SQL_ORG_GET);
	xie_stmt_str(s, "id", id);
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	if (st == XIE_OK && !row)
		st = XIE_MISSING;
	if (st == XIE_OK) {
		xie_str path = xie_col_str(s, 2);
		st = path.n < cap ? XIE_OK : XIE_LIMIT;
		if (st == XIE_OK) {
			memcpy(ret, path.p, path.n);
			ret[path.n] = '\0';
		}
	}
	xie_stmt_reset(s);
	return st;
}

static bool id_is_plain(xie_str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] == '/' || (unsigned char)id.p[i] < 0x21)
			return false;
	return id.n >= 1 && id.n <= 64;
}

static xie_status put_org(struct xie_db *db, const struct xie_org *o)
{
	char parent[1024] = "/", old[1024], path[1100];
	xie_status st = o->parent.n != 0 ? path_of(db, o->parent, parent, sizeof parent) : XIE_OK;
	if (st != XIE_OK)
		return st;
	int n = snprintf(path, sizeof path, "%s%.*s/", parent, (int)o->id.n, o->id.p);
	if (n < 0 || (size_t)n >= sizeof old)
		return XIE_LIMIT;
	st = path_of(db, o->id, old, sizeof old);
	if (st != XIE_OK && st != XIE_MISSING)
		return st;
	bool moves = st == XIE_OK && strcmp(old, path) != 0;
	if (moves && strncmp(parent, old, strlen(old)) == 0)
		return XIE_REFUSED; /* under itself */
	struct xie_stmt *s;
	if (moves) {
		s = xie_db_stmt(db, SQL_ORG_MOVE);
		xie_stmt_str(s, "path", xie_str_of(path));
		xie_stmt_str(s, "old", xie_str_of(old));
		st = xie_stmt_run(s);
		if (st != XIE_OK)
			return st;
	}
	s = xie_db_stmt(db, SQL_ORG_PUT);
	xie_stmt_str(s, "id", o->id);
	if (o->parent.n != 0)
		xie_stmt_str(s, "parent", o->parent);
	else
		xie_stmt_null(s, "parent");
	xie_stmt_str(s, "path", xie_str_of(path));
	xie_stmt_str(s, "name", o->name);
	xie_stmt_str(s, "name_en", o->name_en);
	xie_stmt_str(s, "region", o->region);
	xie_stmt_i64(s, "from_at", o->from);
	xie_stmt_time(s, "to_at", o->to);
	st = xie_stmt_run(s);
	return st == XIE_OK ? visible_again(db) : st;
}

xie_status org__put(void *self, const struct xie_org *o)
{
	struct xie_records *r = self;
	if (!id_is_plain(o->id))
		return XIE_RANGE;
	xie_status st = records__begin(r);
	return records__end(r, st == XIE_OK ? put_org(r->writer, o) : st, 0);
}

xie_status org__list(void *self, const struct xie_scope *who, xie_org_fn *fn, void *ctx)
{
	struct xie_records *r = self;
	struct sight t;
	xie_status st;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	st = sight__of(r, db, who, &t);
	struct xie_stmt *s = xie_db_stmt(db, SQL_ORG_LIST);
	sight__bind(s, &t);
	for (bool row = true; st == XIE_OK;) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		struct xie_org o = { .id = xie_col_str(s, 0), .parent = xie_col_str(s, 1), .path = xie_col_str(s, 2),
			.name = xie_col_str(s, 3), .name_en = xie_col_str(s, 4), .region = xie_col_str(s, 5),
			.from = xie_col_i64(s, 6), .to = xie_col_time(s, 7) };
		st = fn(ctx, &o);
	}
	xie_stmt_reset(s);
	records__give_back(r, db);
	return st;
}

xie_status scope__has(void *self, const struct xie_scope *who, xie_str org, xie_str region)
{
	struct xie_records *r = self;
	struct sight t;
	xie_status st;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	st = sight__of(r, db, who, &t);
	if (st == XIE_OK)
		st = sight__has(db, &t, org, region);
	records__give_back(r, db);
	return st;
}

/* ---- users ---- */

static void bind_user(struct xie_stmt *s, const struct xie_user *u)
{
	xie_stmt_str(s, "id", u->id);
	xie_stmt_str(s, "login", u->login);
	xie_stmt_str(s, "name", u->name);
	xie_stmt_str(s, "org", u->org);
	xie_stmt_str(s, "region", u->region);
	xie_stmt_str(s, "roles", u->roles);
	xie_stmt_str(s, "password", u->password);
	xie_stmt_str(s, "json", u->json);
	xie_stmt_i64(s, "off", u->off);
	xie_stmt_i64(s, "must_change", u->must_change);
	xie_stmt_i64(s, "failed", u->failed);
	xie_stmt_time(s, "locked_until", u->locked_until);
}

/* The user as he stands now must be visible too: nobody pulls a stranger into his own unit. */
static xie_status user_in_sight(struct xie_db *db, const struct sight *t, xie_str id)
{
	struct xie_stmt *s = xie_db_stmt(db, SQL_USER_BY_ID);
	xie_stmt_str(s, "value", id);
	sight__bind(s, t);
	bool row;
	xie_status st = xie_stmt_step(s, &row);
	xie_stmt_reset(s);
	return st != XIE_OK ? st : row ? XIE_OK : XIE_MISSING;
}

static xie_status put_user(struct xie_records *r, const struct xie_scope *who, const struct xie_user *u)
{
	struct xie_db *db = r->writer;
	struct sight t;
	xie_status st = sight__of(r, db, who, &t);
	if (st == XIE_OK)
		st = sight__has(db, &t, u->org, u->region);
	if (st != XIE_OK)
		return st;
	struct xie_stmt *s;
	if (u->version == 0) {
		s = xie_db_stmt(db, SQL_USER_ADD);
		bind_user(s, u);
		xie_stmt_i64(s, "created_at", u->created);
		xie_stmt_time(s, "last_login_at", u->last_login);
		return xie_stmt_run(s);
	}
	st = user_in_sight(db, &t, u->id);
	if (st != XIE_OK)
		return st;
	s = xie_db_stmt(db, SQL_USER_SET);
	bind_user(s, u);
	xie_stmt_i64(s, "version", (int64_t)u->version);
	st = xie_stmt_run(s);
	return st == XIE_OK && xie_db_changes(db) == 0 ? XIE_CONFLICT : st;
}

xie_status user__put(void *self, const struct xie_scope *who, const struct xie_user *u)
{
	struct xie_records *r = self;
	if (u->id.n == 0 || u->login.n == 0)
		return XIE_RANGE;
	xie_status st = records__begin(r);
	return records__end(r, st == XIE_OK ? put_user(r, who, u) : st, 0);
}

static struct xie_user user_row(struct xie_stmt *s)
{
	return (struct xie_user){ .id = xie_col_str(s, 0), .login = xie_col_str(s, 1), .name = xie_col_str(s, 2),
		.org = xie_col_str(s, 3), .region = xie_col_str(s, 4), .roles = xie_col_str(s, 5),
		.password = xie_col_str(s, 6), .json = xie_col_str(s, 7), .off = xie_col_i64(s, 8) != 0,
		.must_change = xie_col_i64(s, 9) != 0, .failed = (uint32_t)xie_col_i64(s, 10),
		.locked_until = xie_col_time(s, 11), .created = xie_col_i64(s, 12), .last_login = xie_col_time(s, 13),
		.version = (uint64_t)xie_col_i64(s, 14) };
}

/* Every row of a bound statement to fn; *ret_n of them. */
static xie_status give_users(struct xie_stmt *s, xie_user_fn *fn, void *ctx, size_t *ret_n)
{
	xie_status st = XIE_OK;
	*ret_n = 0;
	for (bool row = true; st == XIE_OK;) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		struct xie_user u = user_row(s);
		++*ret_n;
		st = fn(ctx, &u);
	}
	xie_stmt_reset(s);
	return st;
}

xie_status user__get(void *self, const struct xie_scope *who, const char *by, xie_str value, xie_user_fn *fn, void *ctx)
{
	struct xie_records *r = self;
	struct sight t;
	xie_status st;
	size_t n = 0;
	bool login = strcmp(by, "login") == 0;
	if (!login && strcmp(by, "id") != 0)
		return XIE_UNKNOWN;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	st = sight__of(r, db, who, &t);
	struct xie_stmt *s = xie_db_stmt(db, login ? SQL_USER_BY_LOGIN : SQL_USER_BY_ID);
	xie_stmt_str(s, "value", value);
	sight__bind(s, &t);
	if (st == XIE_OK)
		st = give_users(s, fn, ctx, &n);
	records__give_back(r, db);
	return st == XIE_OK && n == 0 ? XIE_MISSING : st;
}

xie_status user__list(void *self, const struct xie_scope *who, xie_user_fn *fn, void *ctx)
{
	struct xie_records *r = self;
	struct sight t;
	xie_status st;
	size_t n;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	st = sight__of(r, db, who, &t);
	struct xie_stmt *s = xie_db_stmt(db, SQL_USER_LIST);
	sight__bind(s, &t);
	if (st == XIE_OK)
		st = give_users(s, fn, ctx, &n);
	records__give_back(r, db);
	return st;
}

static xie_status count_login(struct xie_db *db, xie_str user, bool ok, xie_ms at, xie_ms lock_until, uint32_t *ret_failed)
{
	struct xie_stmt *s = xie_db_stmt(db, ok ? SQL_USER_LOGIN_OK : SQL_USER_LOGIN_FAILED);
	xie_stmt_str(s, "id", user);
	if (ok)
		xie_stmt_i64(s, "at", at);
	else
		xie_stmt_time(s, "locked_until", lock_until);
	xie_status st = xie_stmt_run(s);
	if (st == XIE_OK && xie_db_changes(db) == 0)
		st = XIE_MISSING;
	if (st != XIE_OK)
		return st;
	s = xie_db_stmt(db, SQL_USER_FAILED);
	xie_stmt_str(s, "id", user);
	bool row;
	st = xie_stmt_step(s, &row);
	if (st == XIE_OK && row)
		*ret_failed = (uint32_t)xie_col_i64(s, 0);
	xie_stmt_reset(s);
	return st;
}

xie_status user__login(void *self, xie_str user, bool ok, xie_ms at, xie_ms lock_until, uint32_t *ret_failed)
{
	struct xie_records *r = self;
	xie_status st = records__begin(r);
	return records__end(r, st == XIE_OK ? count_login(r->writer, user, ok, at, lock_until, ret_failed) : st, 0);
}

/* ---- grants ---- */

static xie_status put_grants(struct xie_records *r, const struct xie_scope *who, xie_str user, const struct xie_grant *g,
                             size_t n)
{
	struct xie_db *db = r->writer;
	struct sight t;
	xie_status st = sight__of(r, db, who, &t);
	if (st == XIE_OK)
		st = user_in_sight(db, &t, user);
	struct xie_stmt *s = xie_db_stmt(db, SQL_GRANT_CLEAR);
	xie_stmt_str(s, "account", user);
	if (st == XIE_OK)
		st = xie_stmt_run(s);
	for (size_t i = 0; st == XIE_OK && i < n; i++) {
		st = sight__has(db, &t, g[i].org, g[i].region);
		if (st == XIE_MISSING)
			return XIE_REFUSED; /* nobody gives what he does not have */
		if (st != XIE_OK)
			return st;
		s = xie_db_stmt(db, SQL_GRANT_ADD);
		xie_stmt_str(s, "account", user);
		xie_stmt_str(s, "org", g[i].org);
		xie_stmt_str(s, "region", g[i].region);
		xie_stmt_i64(s, "from_at", g[i].from);
		xie_stmt_time(s, "to_at", g[i].to);
		st = xie_stmt_run(s);
	}
	return st == XIE_OK ? visible_again(db) : st;
}

xie_status grant__put(void *self, const struct xie_scope *who, xie_str user, const struct xie_grant *g, size_t n)
{
	struct xie_records *r = self;
	xie_status st = records__begin(r);
	return records__end(r, st == XIE_OK ? put_grants(r, who, user, g, n) : st, 0);
}

xie_status grant__list(void *self, xie_str user, xie_grant_fn *fn, void *ctx)
{
	struct xie_records *r = self;
	xie_status st;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	struct xie_stmt *s = xie_db_stmt(db, SQL_GRANT_LIST);
	xie_stmt_str(s, "account", user);
	for (bool row = true; st == XIE_OK;) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		struct xie_grant g = { .org = xie_col_str(s, 0), .region = xie_col_str(s, 1), .from = xie_col_i64(s, 2),
			.to = xie_col_time(s, 3) };
		st = fn(ctx, &g);
	}
	xie_stmt_reset(s);
	records__give_back(r, db);
	return st;
}

/* ---- sessions ---- */

xie_status session__put(void *self, const struct xie_session *v)
{
	struct xie_records *r = self;
	xie_status st = records__begin(r);
	struct xie_stmt *s = xie_db_stmt(r->writer, SQL_SESSION_PUT);
	xie_stmt_bytes(s, "token", v->token, sizeof v->token);
	xie_stmt_str(s, "account", v->user);
	xie_stmt_str(s, "csrf", v->csrf);
	xie_stmt_str(s, "ip", v->ip);
	xie_stmt_str(s, "agent", v->agent);
	xie_stmt_i64(s, "created_at", v->created);
	xie_stmt_i64(s, "seen_at", v->seen);
	xie_stmt_i64(s, "expires_at", v->expires);
	xie_stmt_i64(s, "reauth_at", v->reauth);
	return records__end(r, st == XIE_OK ? xie_stmt_run(s) : st, 0);
}

xie_status session__get(void *self, const uint8_t token[32], xie_session_fn *fn, void *ctx)
{
	struct xie_records *r = self;
	xie_status st;
	bool row;
	struct xie_db *db = records__reader(r, &st);
	if (db == NULL)
		return st;
	struct xie_stmt *s = xie_db_stmt(db, SQL_SESSION_GET);
	xie_stmt_bytes(s, "token", token, 32);
	xie_stmt_i64(s, "now", r->opt.clock.wall(r->opt.clock.self));
	st = xie_stmt_step(s, &row);
	if (st == XIE_OK && !row)
		st = XIE_MISSING;
	if (st == XIE_OK) {
		struct xie_session v = { .user = xie_col_str(s, 1), .csrf = xie_col_str(s, 2), .ip = xie_col_str(s, 3),
			.agent = xie_col_str(s, 4), .created = xie_col_i64(s, 5), .seen = xie_col_i64(s, 6),
			.expires = xie_col_i64(s, 7), .reauth = xie_col_i64(s, 8) };
		memcpy(v.token, token, sizeof v.token);
		st = fn(ctx, &v);
	}
	xie_stmt_reset(s);
	records__give_back(r, db);
	return st;
}

xie_status session__end(void *self, const uint8_t token[32])
{
	struct xie_records *r = self;
	xie_status st = records__begin(r);
	struct xie_stmt *s = xie_db_stmt(r->writer, SQL_SESSION_END);
	xie_stmt_bytes(s, "token", token, 32);
	return records__end(r, st == XIE_OK ? xie_stmt_run(s) : st, 0);
}

xie_status session__end_all(void *self, xie_str user, const uint8_t *except)
{
	static const uint8_t NONE[1];
	struct xie_records *r = self;
	xie_status st = records__begin(r);
	struct xie_stmt *s = xie_db_stmt(r->writer, SQL_SESSION_END_ALL);
	xie_stmt_str(s, "account", user);
	xie_stmt_bytes(s, "except", except != NULL ? except : NONE, except != NULL ? 32 : 0);
	return records__end(r, st == XIE_OK ? xie_stmt_run(s) : st, 0);
}

xie_status session__expire(void *self, xie_ms now)
{
	struct xie_records *r = self;
	xie_status st = records__begin(r);
	struct xie_stmt *s = xie_db_stmt(r->writer, SQL_SESSION_EXPIRE);
	xie_stmt_i64(s, "now", now);
	return records__end(r, st == XIE_OK ? xie_stmt_run(s) : st, 0);
}
