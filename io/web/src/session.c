/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/web/session.h"

#include <pthread.h>
#include <stdlib.h>

#include "xie/base/sha256.h"
#include "xie/base/wr.h"
#include "xie/web/password.h"

struct session {
	struct session *next; /* in its bucket, or among the dead */
	uint8_t id[32];
	char addr[64], agent[256];
	xie_ms created, seen, saved;
	struct xie_who who;
};

struct xie_sessions {
	pthread_mutex_t lock;
	struct xie_sessions_conf conf;
	struct session **bucket;
	size_t mask, n;
	uint64_t last_number;
	struct session *dead; /* dropped from the table, not yet from the store: see unlock_and_bury */
};

static xie_str text(const char *s)
{
	return xie_str_of(s);
}

static void copy(char *to, size_t cap, xie_str from)
{
	size_t n = from.n < cap ? from.n : cap - 1;
	if (n != 0)
		memcpy(to, from.p, n);
	to[n] = '\0';
}

bool xie_who_sees(const struct xie_who *w, xie_str path, xie_str region)
{
	for (size_t i = 0; i < w->n_grants; i++)
		if (w->grants[i].path[0] != '\0' && xie_str_starts(path, w->grants[i].path) &&
		    xie_str_starts(region, w->grants[i].region))
			return true;
	return false;
}

static size_t bucket_of(const struct xie_sessions *s, const uint8_t id[static 32])
{
	uint32_t h; /* the digest is as good a hash as any */
	memcpy(&h, id, sizeof h);
	return h & s->mask;
}

/* ---- rights ---- */

struct rights {
	struct xie_who *w;
	xie_ms now;
	char org[XIE_WHO_GRANTS][65];
};

static xie_status take_grant(void *ctx, const struct xie_grant *g)
{
	struct rights *r = ctx;
	size_t i = r->w->n_grants;
	if (g->from > r->now || (g->to != XIE_NO_TIME && g->to <= r->now) || i == XIE_WHO_GRANTS)
		return XIE_OK;
	copy(r->org[i], sizeof r->org[i], g->org);
	copy(r->w->grants[i].region, sizeof r->w->grants[i].region, g->region);
	r->w->grants[i].path[0] = '\0'; /* a unit that is not found grants nothing */
	r->w->n_grants++;
	return XIE_OK;
}

static xie_status take_path(void *ctx, const struct xie_org *o)
{
	struct rights *r = ctx;
	for (size_t i = 0; i < r->w->n_grants; i++)
		if (o->path.n < sizeof r->w->grants[i].path &&
		    (xie_str_is(o->id, r->org[i]) || xie_str_is(o->path, r->org[i])))
			copy(r->w->grants[i].path, sizeof r->w->grants[i].path, o->path);
	return XIE_OK;
}

static xie_status who_from_user(const struct xie_sessions *s, struct xie_who *w, const struct xie_user *u, xie_ms now)
{
	struct rights r = { .w = w, .now = now };
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	copy(w->user, sizeof w->user, u->id);
	copy(w->login, sizeof w->login, u->login);
	copy(w->name, sizeof w->name, u->name);
	copy(w->org, sizeof w->org, u->org);
	copy(w->region, sizeof w->region, u->region);
	w->must_change = u->must_change;
	w->n_grants = 0;
	xie_status st = xie_roles_parse(u->roles, &w->roles);
	if (st == XIE_OK)
		st = s->conf.store->grant_list(s->conf.store->self, u->id, take_grant, &r);
	if (st == XIE_OK)
		st = s->conf.store->org_list(s->conf.store->self, &system, take_path, &r);
	return st;
}

/* ---- the table ---- */

static bool is_over(const struct xie_sessions *s, const struct session *e, xie_ms now)
{
	return now - e->seen >= s->conf.idle || now - e->created >= s->conf.absolute;
}

static xie_ms expiry(const struct xie_sessions *s, const struct session *e)
{
	xie_ms idle = e->seen + s->conf.idle, end = e->created + s->conf.absolute;
	return idle < end ? idle : end;
}

/* The token that the page sends in a header: made from the cookie's, so that it needs no place of its own, and
 * nobody without the cookie can make it. */
static void csrf_of(xie_str token, char ret_csrf[static XIE_TOKEN_TEXT])
{
	static const char purpose[] = "xiezhi csrf ";
	struct xie_sha256 h;
	uint8_t d[32];
	xie_wr w = xie_wr_of(ret_csrf, XIE_TOKEN_TEXT - 1);
	xie_sha256_init(&h);
	xie_sha256_add(&h, purpose, sizeof purpose - 1);
	xie_sha256_add(&h, token.p, token.n);
	xie_sha256_end(&h, d);
	xie_wr_hex(&w, d, sizeof d);
	ret_csrf[w.n] = '\0';
}

/* Unlinks.  The store is told later, without the lock: a request must not wait for somebody's disk write. */
static void drop(struct xie_sessions *s, struct session **at)
{
	struct session *e = *at;
	*at = e->next;
	s->n--;
	e->next = s->dead;
	s->dead = e;
}

/* Gives up the lock, then tells the store and the listener of the dead. */
static void unlock_and_bury(struct xie_sessions *s)
{
	struct session *dead = s->dead, *next;
	s->dead = NULL;
	(void)pthread_mutex_unlock(&s->lock);
	for (; dead != NULL; dead = next) {
		next = dead->next;
		if (s->conf.cut != NULL)
			s->conf.cut(s->conf.cut_self, dead->who.number);
		/* One that the store cannot drop now expires there by its own dates. */
		(void)s->conf.store->session_end(s->conf.store->self, dead->id);
		free(dead);
	}
}

static void insert(struct xie_sessions *s, struct session *e)
{
	size_t b = bucket_of(s, e->id);
	e->next = s->bucket[b];
	s->bucket[b] = e;
	e->who.number = ++s->last_number;
	s->n++;
}

static struct session **find_at(struct xie_sessions *s, const uint8_t id[static 32])
{
	struct session **at = &s->bucket[bucket_of(s, id)];
	while (*at != NULL && !xie_same_secret((*at)->id, id, 32))
		at = &(*at)->next;
	return at;
}

static xie_status save(const struct xie_sessions *s, const struct session *e)
{
	struct xie_session row = {
		.user = text(e->who.user),
		.csrf = text(""),
		.ip = text(e->addr),
		.agent = text(e->agent),
		.created = e->created,
		.seen = e->seen,
		.expires = expiry(s, e),
		.reauth = e->who.reauth,
	};
	memcpy(row.token, e->id, sizeof row.token);
	return s->conf.store->session_put(s->conf.store->self, &row);
}

xie_status xie_sessions_new(const struct xie_sessions_conf *conf, struct xie_sessions **ret_s)
{
	struct xie_sessions *s = calloc(1, sizeof *s);
	size_t buckets = 64;
	if (s == NULL)
		return XIE_UNAVAILABLE;
	while (buckets < conf->max && buckets < (size_t)1 << 20)
		buckets <<= 1;
	s->conf = *conf;
	s->mask = buckets - 1;
	s->bucket = calloc(buckets, sizeof *s->bucket);
	(void)pthread_mutex_init(&s->lock, NULL);
	if (s->bucket == NULL) {
		xie_sessions_free(s);
		return XIE_UNAVAILABLE;
	}
	*ret_s = s;
	return XIE_OK;
}

void xie_sessions_free(struct xie_sessions *s)
{
	if (s == NULL)
		return;
	for (size_t b = 0; s->bucket != NULL && b <= s->mask; b++)
		for (struct session *e = s->bucket[b], *next; e != NULL; e = next) {
			next = e->next;
			free(e);
		}
	free(s->bucket);
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

/* The user's oldest session goes when he has too many. */
static void make_room(struct xie_sessions *s, const char *user)
{
	struct session **oldest = NULL;
	size_t mine = 0;
	for (size_t b = 0; b <= s->mask; b++)
		for (struct session **at = &s->bucket[b]; *at != NULL; at = &(*at)->next)
			if (strcmp((*at)->who.user, user) == 0) {
				mine++;
				if (oldest == NULL || (*at)->seen < (*oldest)->seen)
					oldest = at;
			}
	if (mine >= s->conf.per_user && oldest != NULL)
		drop(s, oldest);
}

xie_status xie_sessions_start(struct xie_sessions *s, const struct xie_user *u, const char *addr, const char *agent,
                              xie_ms now, char ret_token[static XIE_TOKEN_TEXT], struct xie_who *ret_w)
{
	uint8_t raw[32];
	struct session *e = calloc(1, sizeof *e);
	xie_status st = e == NULL ? XIE_UNAVAILABLE : xie_random(raw, sizeof raw);
	if (st != XIE_OK) {
		free(e);
		return st;
	}
	xie_wr w = xie_wr_of(ret_token, XIE_TOKEN_TEXT - 1);
	xie_wr_hex(&w, raw, sizeof raw);
	ret_token[w.n] = '\0';
	xie_sha256_of(ret_token, w.n, e->id);
	copy(e->addr, sizeof e->addr, text(addr));
	copy(e->agent, sizeof e->agent, text(agent));
	e->created = e->seen = e->saved = e->who.reauth = now;
	csrf_of(xie_wr_view(&w), e->who.csrf);
	st = who_from_user(s, &e->who, u, now);
	if (st == XIE_OK)
		st = save(s, e);
	if (st != XIE_OK) {
		free(e);
		return st;
	}
	(void)pthread_mutex_lock(&s->lock);
	make_room(s, e->who.user);
	insert(s, e);
	*ret_w = e->who;
	ret_w->expires = expiry(s, e);
	if (s->n > s->conf.max) {
		drop(s, find_at(s, e->id));
		st = XIE_LIMIT;
	}
	unlock_and_bury(s);
	return st;
}

/* With the lock held. */
static xie_status use(struct xie_sessions *s, struct session *e, xie_ms now, struct xie_who *ret_w)
{
	if (e == NULL)
		return XIE_MISSING;
	if (is_over(s, e, now)) /* waits for the sweep */
		return XIE_REFUSED;
	if (now > e->seen)
		e->seen = now;
	*ret_w = e->who;
	ret_w->expires = expiry(s, e);
	return XIE_OK;
}

xie_status xie_sessions_find(struct xie_sessions *s, xie_str token, xie_ms now, struct xie_who *ret_w)
{
	uint8_t id[32];
	if (token.n != XIE_TOKEN_TEXT - 1)
		return XIE_REFUSED;
	xie_sha256_of(token.p, token.n, id);
	(void)pthread_mutex_lock(&s->lock);
	xie_status st = use(s, *find_at(s, id), now, ret_w);
	(void)pthread_mutex_unlock(&s->lock);
	return st;
}

struct recall {
	struct session *e;
	char user[65];
};

static xie_status recall_row(void *ctx, const struct xie_session *row)
{
	struct recall *r = ctx;
	copy(r->user, sizeof r->user, row->user);
	copy(r->e->addr, sizeof r->e->addr, row->ip);
	copy(r->e->agent, sizeof r->e->agent, row->agent);
	r->e->created = row->created;
	r->e->seen = r->e->saved = row->seen;
	r->e->who.reauth = row->reauth;
	return XIE_OK;
}

/* The user with this id, whole, for who_from_user, which calls the store as a callback may not. */
struct user_copy {
	struct xie_user u;
	char id[65], login[65], name[256], org[65], region[13], roles[160];
};

static xie_status copy_user(void *ctx, const struct xie_user *u)
{
	struct user_copy *c = ctx;
	c->u = *u;
	copy(c->id, sizeof c->id, u->id);
	copy(c->login, sizeof c->login, u->login);
	copy(c->name, sizeof c->name, u->name);
	copy(c->org, sizeof c->org, u->org);
	copy(c->region, sizeof c->region, u->region);
	copy(c->roles, sizeof c->roles, u->roles);
	c->u.id = text(c->id);
	c->u.login = text(c->login);
	c->u.name = text(c->name);
	c->u.org = text(c->org);
	c->u.region = text(c->region);
	c->u.roles = text(c->roles);
	c->u.password = c->u.json = text("");
	return XIE_OK;
}

xie_status xie_sessions_recall(struct xie_sessions *s, xie_str token, xie_ms now, struct xie_who *ret_w)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	xie_status st = xie_sessions_find(s, token, now, ret_w);
	if (st != XIE_MISSING)
		return st;
	struct recall r = { .e = calloc(1, sizeof *r.e) };
	struct user_copy c;
	if (r.e == NULL)
		return XIE_UNAVAILABLE;
	xie_sha256_of(token.p, token.n, r.e->id);
	st = s->conf.store->session_get(s->conf.store->self, r.e->id, recall_row, &r);
	if (st == XIE_OK && is_over(s, r.e, now))
		st = XIE_REFUSED;
	if (st == XIE_OK)
		st = s->conf.store->user_get(s->conf.store->self, &system, "id", text(r.user), copy_user, &c);
	if (st == XIE_OK && c.u.off)
		st = XIE_REFUSED;
	if (st == XIE_OK)
		st = who_from_user(s, &r.e->who, &c.u, now);
	if (st != XIE_OK) {
		free(r.e);
		return st == XIE_MISSING ? XIE_REFUSED : st;
	}
	csrf_of(token, r.e->who.csrf);
	(void)pthread_mutex_lock(&s->lock);
	struct session *there = *find_at(s, r.e->id); /* another worker was faster */
	if (there != NULL || s->n >= s->conf.max) {
		free(r.e);
	} else {
		insert(s, r.e);
		there = r.e;
	}
	st = use(s, there, now, ret_w);
	(void)pthread_mutex_unlock(&s->lock);
	return st == XIE_MISSING ? XIE_REFUSED : st;
}

/* Drops every session for which the test says so. */
static void drop_where(struct xie_sessions *s,
                       bool (*test)(const struct xie_sessions *, const struct session *, void *), void *arg)
{
	for (size_t b = 0; b <= s->mask; b++)
		for (struct session **at = &s->bucket[b]; *at != NULL;)
			if (test(s, *at, arg))
				drop(s, at);
			else
				at = &(*at)->next;
}

static bool has_number(const struct xie_sessions *s, const struct session *e, void *arg)
{
	(void)s;
	return e->who.number == *(const uint64_t *)arg;
}

void xie_sessions_end(struct xie_sessions *s, uint64_t number)
{
	(void)pthread_mutex_lock(&s->lock);
	drop_where(s, has_number, &number);
	unlock_and_bury(s);
}

struct of_user {
	xie_str user;
	uint64_t spare;
};

static bool is_of_user(const struct xie_sessions *s, const struct session *e, void *arg)
{
	const struct of_user *o = arg;
	(void)s;
	return xie_str_is(o->user, e->who.user) && e->who.number != o->spare;
}

/* The token digest of the session with this number, or NULL. */
static const uint8_t *id_of(struct xie_sessions *s, uint64_t number, uint8_t buf[static 32])
{
	for (size_t b = 0; number != 0 && b <= s->mask; b++)
		for (struct session *e = s->bucket[b]; e != NULL; e = e->next)
			if (e->who.number == number)
				return memcpy(buf, e->id, 32);
	return NULL;
}

void xie_sessions_end_user(struct xie_sessions *s, xie_str user, uint64_t spare)
{
	struct of_user o = { user, spare };
	uint8_t id[32];
	(void)pthread_mutex_lock(&s->lock);
	const uint8_t *except = id_of(s, spare, id);
	drop_where(s, is_of_user, &o);
	unlock_and_bury(s);
	/* Also those that only the store knows, from before a restart. */
	(void)s->conf.store->session_end_all(s->conf.store->self, user, except);
}

void xie_sessions_refresh(struct xie_sessions *s, const struct xie_user *u, xie_ms now)
{
	struct xie_who rights = { .number = 0 };
	if (u->off || who_from_user(s, &rights, u, now) != XIE_OK) {
		xie_sessions_end_user(s, u->id, 0); /* rights that cannot be read are none */
		return;
	}
	uint64_t numbers[64];
	size_t n = 0;
	(void)pthread_mutex_lock(&s->lock);
	for (size_t b = 0; b <= s->mask; b++)
		for (struct session *e = s->bucket[b]; e != NULL; e = e->next) {
			if (!xie_str_is(u->id, e->who.user))
				continue;
			struct xie_who was = e->who;
			if (n < sizeof numbers / sizeof numbers[0])
				numbers[n++] = was.number;
			e->who = rights;
			e->who.number = was.number;
			e->who.reauth = was.reauth;
			memcpy(e->who.csrf, was.csrf, sizeof was.csrf);
		}
	(void)pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < n && s->conf.cut != NULL; i++)
		s->conf.cut(s->conf.cut_self, numbers[i]);
}

void xie_sessions_reauth(struct xie_sessions *s, uint64_t number, xie_ms now)
{
	(void)pthread_mutex_lock(&s->lock);
	for (size_t b = 0; b <= s->mask; b++)
		for (struct session *e = s->bucket[b]; e != NULL; e = e->next)
			if (e->who.number == number)
				e->who.reauth = now;
	(void)pthread_mutex_unlock(&s->lock);
}

static bool over_now(const struct xie_sessions *s, const struct session *e, void *arg)
{
	return is_over(s, e, *(const xie_ms *)arg);
}

void xie_sessions_sweep(struct xie_sessions *s, xie_ms now)
{
	enum { AT_ONCE = 32 };
	struct session *used = malloc(AT_ONCE * sizeof *used);
	size_t n;
	do {
		n = 0;
		(void)pthread_mutex_lock(&s->lock);
		drop_where(s, over_now, &now);
		for (size_t b = 0; b <= s->mask; b++)
			for (struct session *e = s->bucket[b]; used != NULL && e != NULL && n < AT_ONCE; e = e->next)
				if (e->seen != e->saved) {
					e->saved = e->seen;
					used[n++] = *e;
				}
		unlock_and_bury(s);
		for (size_t i = 0; i < n; i++) /* lost if the store fails: it merely ends earlier after a restart */
			(void)save(s, &used[i]);
	} while (n == AT_ONCE);
	free(used);
	(void)s->conf.store->session_expire(s->conf.store->self, now);
}

size_t xie_sessions_count(struct xie_sessions *s)
{
	(void)pthread_mutex_lock(&s->lock);
	size_t n = s->n;
	(void)pthread_mutex_unlock(&s->lock);
	return n;
}
