/* SPDX-License-Identifier: Apache-2.0 */
/* One request's way in: what it is, who sends it, whether he may.  Everything here is said before a body is read. */
#include "web_int.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "xie/base/sha256.h"

static xie_str header(struct web_req *r, const char *name)
{
	return xie_str_of(MHD_lookup_connection_value(r->con, MHD_HEADER_KIND, name));
}

static bool method_parse(const char *s, enum web_method *ret_m)
{
	static const char *const names[WEB_METHODS] = { "GET", "POST", "PUT", "PATCH", "DELETE" };
	if (strcmp(s, "HEAD") == 0)
		s = "GET"; /* MHD leaves the body out */
	for (unsigned i = 0; i < WEB_METHODS; i++)
		if (strcmp(s, names[i]) == 0) {
			*ret_m = (enum web_method)i;
			return true;
		}
	return false;
}

/* The caller's address.  Behind a proxy it is what the proxy says, and the proxy's own when it says nothing. */
static void find_address(struct web_req *r)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(r->con, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *sa = info != NULL ? info->client_addr : NULL;
	bool local = false;
	r->addr[0] = '\0';
	if (sa != NULL && sa->sa_family == AF_INET) {
		const struct sockaddr_in *a = (const struct sockaddr_in *)(const void *)sa;
		(void)inet_ntop(AF_INET, &a->sin_addr, r->addr, sizeof r->addr);
		local = ntohl(a->sin_addr.s_addr) >> 24 == 127;
	} else if (sa != NULL && sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *a = (const struct sockaddr_in6 *)(const void *)sa;
		(void)inet_ntop(AF_INET6, &a->sin6_addr, r->addr, sizeof r->addr);
		local = IN6_IS_ADDR_LOOPBACK(&a->sin6_addr);
	}
	if (r->w->conf.behind_proxy) {
		xie_str hop = xie_web_forwarded(header(r, "X-Forwarded-For"));
		if (hop.n != 0 && hop.n < sizeof r->addr && xie_utf8_ok(hop)) {
			memcpy(r->addr, hop.p, hop.n);
			r->addr[hop.n] = '\0';
		}
		local = false;
	}
	r->loopback = local;
}

/* What is counted together: an IPv4 address, or the /64 of an IPv6 one. */
static xie_str address_name(struct web_req *r, char buf[static 46])
{
	struct in6_addr a;
	if (inet_pton(AF_INET6, r->addr, &a) != 1)
		return xie_str_of(r->addr);
	memset(&a.s6_addr[8], 0, 8);
	return inet_ntop(AF_INET6, &a, buf, 46) != NULL ? xie_str_of(buf) : xie_str_of(r->addr);
}

static bool pattern_matches(const char *pattern, struct web_req *r)
{
	size_t n_param = 0, i = 0;
	const char *p = pattern + 1;
	for (; *p != '\0' && i < r->target.n_seg; i++) {
		const char *slash = strchr(p, '/');
		size_t n = slash != NULL ? (size_t)(slash - p) : strlen(p);
		if (p[0] == '{') {
			if (n_param == WEB_PATH_PARAMS)
				return false;
			r->param[n_param++] = r->target.seg[i];
		} else if (n != r->target.seg[i].n || memcmp(p, r->target.seg[i].p, n) != 0) {
			return false;
		}
		p += slash != NULL ? n + 1 : n;
	}
	return *p == '\0' && i == r->target.n_seg;
}

/* The route, or an answer: no such path, or not with this method. */
static void find_route(struct web_req *r)
{
	char allow[64] = "";
	for (size_t i = 0; i < web_n_routes; i++) {
		const struct web_route *t = &web_routes[i];
		if (!pattern_matches(t->path, r))
			continue;
		if (t->method == r->method) {
			r->route = t;
			return;
		}
		static const char *const names[WEB_METHODS] = { "GET", "POST", "PUT", "PATCH", "DELETE" };
		size_t n = strlen(allow);
		(void)snprintf(allow + n, sizeof allow - n, "%s%s", n != 0 ? ", " : "", names[t->method]);
	}
	if (allow[0] == '\0')
		web_fail(r, XIE_WEB_E_not_found, NULL, NULL);
	else
		web_fail(r, XIE_WEB_E_method, NULL, allow);
}

static bool is_page(const struct web_req *r)
{
	if (r->target.n_seg == 0)
		return true;
	xie_str first = r->target.seg[0];
	return !xie_str_is(first, "api") && !xie_str_is(first, "healthz") && !xie_str_is(first, "metrics");
}

bool web_req_has_body(struct web_req *r)
{
	return header(r, "Transfer-Encoding").n != 0 ||
	       (header(r, "Content-Length").n != 0 && !xie_str_is(header(r, "Content-Length"), "0"));
}

static bool key_ok(xie_str k)
{
	if (k.n < 8 || k.n > 64)
		return false;
	for (size_t i = 0; i < k.n; i++) {
		char c = k.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
		      c == '-'))
			return false;
	}
	return true;
}

/* The body's size and kind, as far as the head tells. */
static bool body_ok(struct web_req *r)
{
	uint64_t n;
	if (!web_req_has_body(r))
		return true;
	xie_str length = header(r, "Content-Length");
	if (r->route->body_max == 0 ||
	    (length.n != 0 && (xie_str_u64(length, &n) != XIE_OK || n > r->route->body_max))) {
		web_fail(r, XIE_WEB_E_too_large, NULL, NULL);
		return false;
	}
	xie_str type = header(r, "Content-Type");
	xie_str essence = xie_str_trim((xie_str){ type.p, xie_str_find(type, ';') });
	if (!xie_str_is(essence, "application/json")) {
		web_fail(r, XIE_WEB_E_media_type, NULL, "Content-Type: application/json");
		return false;
	}
	return true;
}

/* Roles, password to be changed, CSRF, operation key: once the session is known or known to be absent. */
static bool admit(struct web_req *r)
{
	const struct web_route *t = r->route;
	if ((t->roles & ROLES_PUBLIC) == 0) {
		if (!r->has_who) {
			web_fail(r, XIE_WEB_E_not_logged_in, NULL, NULL);
			return false;
		}
		if ((r->who.roles & t->roles) == 0) {
			web_fail(r, XIE_WEB_E_forbidden, NULL, NULL);
			return false;
		}
		if (r->who.must_change && (t->flags & ROUTE_FRESH) == 0) {
			web_fail(r, XIE_WEB_E_forbidden,
			         web_say(r, "请先修改初始口令", "the first password must be changed first"),
			         "PUT /api/session/password");
			return false;
		}
	}
	if (t->method != WEB_GET && (t->flags & ROUTE_LOGIN) == 0) {
		xie_str sent = header(r, "X-CSRF-Token");
		if (sent.n != XIE_TOKEN_TEXT - 1 || !r->has_who || !xie_same_secret(sent.p, r->who.csrf, sent.n)) {
			web_fail(r, XIE_WEB_E_csrf, NULL, NULL);
			return false;
		}
	}
	/* Log-in carries no token: at least no other site's page sends it. */
	if (t->method != WEB_GET && xie_str_is(header(r, "Sec-Fetch-Site"), "cross-site")) {
		web_fail(r, XIE_WEB_E_csrf, NULL, NULL);
		return false;
	}
	if ((t->flags & ROUTE_ONCE) != 0 && !key_ok(header(r, "Idempotency-Key"))) {
		web_fail_field(r, "Idempotency-Key",
		               web_say(r, "应为 8 至 64 个字母、数字、_ 或 -", "must be 8 to 64 of A-Z a-z 0-9 _ -"),
		               NULL);
		return false;
	}
	return true;
}

static void find_session(struct web_req *r)
{
	r->token = xie_web_cookie(header(r, "Cookie"), WEB_COOKIE);
	if (r->token.p == NULL)
		return;
	xie_status st = xie_sessions_find(r->w->sessions, r->token, r->now, &r->who);
	r->has_who = st == XIE_OK;
	r->recall = st == XIE_MISSING;
}

static bool rate_ok(struct web_req *r)
{
	char buf[46];
	if (r->loopback || r->w->rate == NULL)
		return true;
	xie_ms wait = xie_bucket_take(r->w->rate, address_name(r, buf), web_mono(r->w));
	if (wait == 0)
		return true;
	r->retry_after_s = (uint32_t)((wait + 999) / 1000);
	(void)atomic_fetch_add(&r->w->n_refused, 1);
	web_fail(r, XIE_WEB_E_rate, NULL, NULL);
	return false;
}

void web_req_begin(struct web_req *r, const char *method)
{
	r->now = web_now(r->w);
	r->scratch = &r->w->event_scratch;
	(void)atomic_fetch_add(&r->w->n_requests, 1);
	find_address(r);
	r->english = xie_str_starts(header(r, "Accept-Language"), "en");
	r->target_ok = xie_web_target_parse(r->uri, r->uri_n, &r->target) == XIE_OK;
	if (!method_parse(method, &r->method)) {
		web_fail(r, XIE_WEB_E_method, NULL, "GET, POST, PUT, PATCH, DELETE");
	} else if (!r->target_ok || r->uri_n >= WEB_URI_MAX) {
		web_fail(r, XIE_WEB_E_bad_request, web_say(r, "地址写法不对", "the address is not well-formed"), NULL);
	} else if (atomic_load(&r->w->stopping)) {
		r->retry_after_s = 5;
		web_fail(r, XIE_WEB_E_stopping, NULL, NULL);
	} else if (rate_ok(r)) {
		if (!is_page(r))
			find_route(r);
		else if (r->method != WEB_GET)
			web_fail(r, XIE_WEB_E_method, NULL, "GET");
		if (r->route != NULL && body_ok(r)) {
			find_session(r);
			if (!r->recall)
				(void)admit(r);
		}
	}
	if (r->status != 0)
		web_req_finish(r);
	r->scratch = NULL;
}

/* An act that comes a second time gets its first answer.  True: the answer is made. */
struct kept {
	struct web_req *r;
	uint8_t digest[32];
	bool same;
};

static xie_status take_kept(void *ctx, const struct xie_once *o)
{
	struct kept *k = ctx;
	k->same = memcmp(k->digest, o->body, sizeof k->digest) == 0;
	if (k->same) {
		xie_wr_str(web_out(k->r), o->answer);
		k->r->status = (int)o->status;
	}
	return XIE_OK;
}

/* What was asked: operation, path, body. */
void web_once_digest(struct web_req *r, uint8_t ret_d[static 32])
{
	struct xie_sha256 h;
	xie_sha256_init(&h);
	xie_sha256_add(&h, r->route->operation, strlen(r->route->operation) + 1);
	for (size_t i = 0; i < r->target.n_seg; i++) {
		xie_sha256_add(&h, r->target.seg[i].p, r->target.seg[i].n);
		xie_sha256_add(&h, "", 1);
	}
	xie_sha256_add(&h, r->body, r->body_n);
	xie_sha256_end(&h, ret_d);
}

xie_str web_once_key(struct web_req *r)
{
	return header(r, "Idempotency-Key");
}

static bool was_done(struct web_req *r)
{
	struct kept k = { .r = r };
	web_once_digest(r, k.digest);
	xie_status st =
	    r->w->conf.store->once_get(r->w->conf.store->self, xie_str_of(r->who.user), web_once_key(r), take_kept, &k);
	if (st == XIE_MISSING)
		return false;
	if (st != XIE_OK)
		web_fail_status(r, st, "reading the answer kept for an act");
	else if (!k.same)
		web_fail(r, XIE_WEB_E_key_reused, NULL, NULL);
	return true;
}

void web_req_run(struct web_req *r, struct web_scratch *s)
{
	r->scratch = s;
	if (s == NULL) { /* no room to work in: the event thread makes an answer from nothing */
		r->status = 500;
		return;
	}
	r->now = web_now(r->w);
	if (r->recall) {
		r->has_who = xie_sessions_recall(r->w->sessions, r->token, r->now, &r->who) == XIE_OK;
		bool ok = admit(r);
		if (!ok) {
			web_req_finish(r);
			return;
		}
	}
	if ((r->route->flags & ROUTE_STREAM) != 0) {
		r->scratch = NULL;
		return;
	}
	if (r->body_over) {
		web_fail(r, XIE_WEB_E_too_large, NULL, NULL);
	} else if ((r->route->flags & ROUTE_ONCE) != 0) {
		(void)pthread_mutex_lock(&r->w->once_lock);
		if (!was_done(r))
			r->route->fn(r);
		(void)pthread_mutex_unlock(&r->w->once_lock);
	} else {
		r->route->fn(r);
	}
	if (r->need_worker && r->on_event_thread) {
		web_scratch_reset(s);
		r->scratch = NULL;
		return;
	}
	if (r->status == 0)
		web_fail_status(r, XIE_UNAVAILABLE, "a handler gave no answer");
	web_req_finish(r);
}
