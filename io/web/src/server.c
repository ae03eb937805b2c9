/* SPDX-License-Identifier: Apache-2.0 */
/* libmicrohttpd and us.  Its one thread calls `handle` again and again for a request: at the head, for each piece of
 * the body, at its end, and once more after a worker has resumed it.  An answer given before the end of a body makes
 * MHD close the connection, so only refusals of a request with a body are given early (its body is not read then). */
#include "web_int.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *begin(void *cls, const char *uri, struct MHD_Connection *con)
{
	struct xie_web *w = cls;
	size_t n = strlen(uri);
	if (n > WEB_URI_MAX)
		n = WEB_URI_MAX;
	struct web_req *r = calloc(1, sizeof *r + n + 1);
	if (r == NULL)
		return NULL;
	r->w = w;
	r->con = con;
	r->uri_n = n;
	memcpy(r->uri, uri, n);
	(void)atomic_fetch_add(&w->inflight, 1);
	return r;
}

static void completed(void *cls, struct MHD_Connection *con, void **con_cls, enum MHD_RequestTerminationCode why)
{
	struct xie_web *w = cls;
	struct web_req *r = *con_cls;
	(void)con;
	(void)why;
	*con_cls = NULL;
	if (r == NULL)
		return;
	if (r->response != NULL)
		MHD_destroy_response(r->response);
	free(r->body);
	free(r);
	(void)atomic_fetch_sub(&w->inflight, 1);
}

static enum MHD_Result answer(struct web_req *r)
{
	static char sorry[] = "{\"code\":\"internal\",\"message\":\"\"}";
	if (r->response == NULL) { /* no memory for the answer */
		r->status = 500;
		r->response = MHD_create_response_from_buffer(sizeof sorry - 1, sorry, MHD_RESPMEM_PERSISTENT);
	}
	r->phase = PHASE_ANSWERED;
	if (r->response == NULL)
		return MHD_NO;
	return MHD_queue_response(r->con, (unsigned)r->status, r->response);
}

static bool take_body(struct web_req *r, const char *p, size_t n)
{
	size_t max = r->route != NULL ? r->route->body_max : 0;
	if (n > max - r->body_n) {
		/* Only without a length in the head; the rest is let through unkept, up to a point. */
		r->body_over = true;
		r->body_n += n;
		free(r->body);
		r->body = NULL;
		return r->body_n <= 2 * max + 65536;
	}
	uint8_t *b = realloc(r->body, r->body_n + n);
	if (b == NULL)
		return false;
	memcpy(b + r->body_n, p, n);
	r->body = b;
	r->body_n += n;
	return true;
}

static enum MHD_Result dispatch(struct web_req *r)
{
	struct xie_web *w = r->w;
	if (r->route == NULL)
		return web_static_answer(r);
	if ((r->route->flags & ROUTE_STREAM) != 0 && !r->recall) {
		r->phase = PHASE_ANSWERED;
		r->scratch = &w->event_scratch;
		r->route->fn(r); /* queues its endless answer, or leaves a refusal */
		if (r->status == 0) {
			r->scratch = NULL;
			return MHD_YES;
		}
		web_req_finish(r);
		return answer(r);
	}
	if ((r->route->flags & ROUTE_FAST) != 0 && !r->recall) {
		r->on_event_thread = true;
		web_req_run(r, &w->event_scratch);
		if (!r->need_worker)
			return answer(r);
		r->on_event_thread = false;
	}
	r->phase = PHASE_WORKING;
	MHD_suspend_connection(r->con); /* before anybody can resume it */
	if (web_pool_put(w->pool, r))
		return MHD_YES;
	r->phase = PHASE_DONE;
	r->scratch = &w->event_scratch;
	r->retry_after_s = 1;
	(void)atomic_fetch_add(&w->n_refused, 1);
	web_fail(r, XIE_WEB_E_rate, NULL, NULL);
	web_req_finish(r);
	MHD_resume_connection(r->con);
	return MHD_YES;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *con, const char *url, const char *method,
                              const char *version, const char *data, size_t *data_n, void **con_cls)
{
	struct web_req *r = *con_cls;
	(void)cls;
	(void)con;
	(void)url;
	(void)version;
	if (r == NULL)
		return MHD_NO;
	switch (r->phase) {
	case PHASE_NEW:
		r->phase = PHASE_BODY;
		web_req_begin(r, method);
		return r->status != 0 && web_req_has_body(r) ? answer(r) : MHD_YES;
	case PHASE_BODY:
		if (*data_n != 0) {
			bool ok = take_body(r, data, *data_n);
			*data_n = 0;
			return ok ? MHD_YES : MHD_NO;
		}
		return r->status != 0 ? answer(r) : dispatch(r);
	case PHASE_DONE:
		/* A stream whose session had to be recalled first. */
		if (r->status == 0) {
			r->recall = false;
			return dispatch(r);
		}
		return answer(r);
	default:
		return MHD_YES;
	}
}

/* MHD tells of every client that leaves; only what an operator can act on is worth a line. */
static void mhd_log(void *cls, const char *fmt, va_list ap)
{
	(void)cls;
	(void)fmt;
	(void)ap;
}

static char *slurp(const char *path)
{
	enum { MAX = 1 << 20 };
	FILE *f = fopen(path, "rb");
	char *b = f != NULL ? malloc(MAX + 1) : NULL;
	size_t n = b != NULL ? fread(b, 1, MAX, f) : 0;
	if (f != NULL)
		(void)fclose(f);
	if (b == NULL || n == 0) {
		free(b);
		return NULL;
	}
	b[n] = '\0';
	return b;
}

static bool is_loopback(const struct sockaddr_storage *a)
{
	if (a->ss_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr);
}

/* The address to bind: numbers only, and "localhost". */
static xie_status find_listen(const struct xie_web_conf *c, struct sockaddr_storage *ret_a, struct xie_err *err)
{
	const char *host = c->host != NULL && c->host[0] != '\0' ? c->host : "127.0.0.1";
	struct sockaddr_in *a4 = (struct sockaddr_in *)(void *)ret_a;
	struct sockaddr_in6 *a6 = (struct sockaddr_in6 *)(void *)ret_a;
	memset(ret_a, 0, sizeof *ret_a);
	if (strcmp(host, "localhost") == 0)
		host = "127.0.0.1";
	if (inet_pton(AF_INET, host, &a4->sin_addr) == 1) {
		a4->sin_family = AF_INET;
		a4->sin_port = htons(c->port);
	} else if (inet_pton(AF_INET6, host, &a6->sin6_addr) == 1) {
		a6->sin6_family = AF_INET6;
		a6->sin6_port = htons(c->port);
	} else {
		(void)xie_err_set(err, XIE_MALFORMED, 0, 0,
		                  "not an address to listen on: ", "a number such as 127.0.0.1, 0.0.0.0 or ::1");
		xie_err_add(err, host, strlen(host));
		return XIE_MALFORMED;
	}
	if (!is_loopback(ret_a) && c->cert_file == NULL && !c->behind_proxy)
		return xie_err_set(err, XIE_REFUSED, 0, 0,
		                   "will not listen on an address that others reach without encryption",
		                   "give tls.certificate and tls.key, or behind_proxy: true if a proxy does TLS");
	return XIE_OK;
}

static xie_status open_daemon(struct xie_web *w, const struct sockaddr_storage *at, struct xie_err *err)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG;
	struct MHD_OptionItem tls[4] = { { MHD_OPTION_END, 0, NULL } };
	if (w->conf.cert_file != NULL) {
		w->cert = slurp(w->conf.cert_file);
		w->key = w->conf.key_file != NULL ? slurp(w->conf.key_file) : NULL;
		if (w->cert == NULL || w->key == NULL)
			return xie_err_set(err, XIE_IO, 0, 0, "cannot read the TLS certificate or key",
			                   "both must be PEM files");
		flags |= MHD_USE_TLS;
		tls[0] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, w->cert };
		tls[1] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, w->key };
		static char ciphers[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE";
		tls[2] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0, ciphers };
		tls[3] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
	}
	if (at->ss_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	errno = 0;
	w->daemon =
	    MHD_start_daemon(flags, w->conf.port, NULL, NULL, handle, w, MHD_OPTION_EXTERNAL_LOGGER, mhd_log, NULL,
	                     MHD_OPTION_URI_LOG_CALLBACK, begin, w, MHD_OPTION_NOTIFY_COMPLETED, completed, w,
	                     MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)(const void *)at,
	                     MHD_OPTION_CONNECTION_LIMIT, w->conf.connections, MHD_OPTION_CONNECTION_TIMEOUT, 75u,
	                     MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)64 << 10, MHD_OPTION_LISTEN_BACKLOG_SIZE, 512u,
	                     MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	if (w->daemon == NULL) {
		(void)xie_err_set(err, XIE_IO, 0, 0,
		                  "cannot listen: ", "is another program using the port, or the TLS key wrong?");
		const char *why = errno != 0 ? strerror(errno) : "refused";
		xie_err_add(err, why, strlen(why));
		return XIE_IO;
	}
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_BIND_PORT);
	w->port = info != NULL ? info->port : w->conf.port;
	return XIE_OK;
}

static void set_defaults(struct xie_web_conf *c)
{
	c->workers = c->workers != 0 ? c->workers : 3;
	c->connections = c->connections != 0 ? c->connections : 1000;
	c->streams = c->streams != 0 ? c->streams : 400;
	c->positions = c->positions != 0 ? c->positions : 2000;
	c->rate_per_s = c->rate_per_s != 0 ? c->rate_per_s : 100;
	c->idle = c->idle != 0 ? c->idle : 3600000;
	c->absolute = c->absolute != 0 ? c->absolute : 12 * 3600000;
	c->tries = c->tries != 0 ? c->tries : 5;
	c->pause = c->pause != 0 ? c->pause : 15 * 60000;
	c->forget = c->forget != 0 ? c->forget : 24 * 3600000;
	c->name = c->name != NULL ? c->name : "";
	c->version = c->version != NULL ? c->version : "";
	c->utc_offset = c->utc_offset != NULL ? c->utc_offset : "+08:00";
}

static void session_cut(void *self, uint64_t number)
{
	struct xie_web *w = self;
	if (w->hub != NULL)
		xie_hub_end(w->hub, number);
}

static xie_status open_parts(struct xie_web *w, struct xie_err *err)
{
	const struct xie_web_conf *c = &w->conf;
	struct xie_sessions_conf sc = { .max = 10000,
		                        .per_user = 10,
		                        .idle = c->idle,
		                        .absolute = c->absolute,
		                        .store = c->store,
		                        .cut = session_cut,
		                        .cut_self = w };
	struct xie_hub_conf hc = { .events = 8192,
		                   .event_bytes = 16 << 20,
		                   .clients = c->streams,
		                   .per_user = 8,
		                   .batch = c->positions,
		                   .beat = 2000,
		                   .first_seq = (uint64_t)w->started * 1000,
		                   .live = c->live,
		                   .write = web_position_write,
		                   .write_self = w };
	struct xie_throttle_rule pair = { c->tries, c->pause }, addr = { c->tries * 6, c->pause },
				 account = { c->tries * 4, c->pause };
	xie_status st = web_scratch_init(&w->event_scratch);
	if (st == XIE_OK)
		st = xie_sessions_new(&sc, &w->sessions);
	if (st == XIE_OK)
		st = xie_hub_new(&hc, &w->hub);
	if (st == XIE_OK)
		st = xie_bucket_new(20000, c->rate_per_s, c->rate_per_s * 4, &w->rate);
	if (st == XIE_OK)
		st = xie_throttle_new(20000, pair, &w->try_pair);
	if (st == XIE_OK)
		st = xie_throttle_new(20000, addr, &w->try_addr);
	if (st == XIE_OK)
		st = xie_throttle_new(20000, account, &w->try_account);
	if (st == XIE_OK)
		st = web_audit_log_new(&w->audit);
	if (st == XIE_OK)
		st = web_figures_new(&w->figures);
	if (st == XIE_OK)
		st = web_pool_new(w, c->workers, &w->pool);
	if (st != XIE_OK)
		return xie_err_set(err, st, 0, 0, "no memory or threads for the server", "");
	return web_static_new(w, &w->page, err);
}

static void free_all(struct xie_web *w)
{
	web_pool_free(w->pool);
	if (w->clockwork_runs) {
		(void)pthread_mutex_lock(&w->news_lock);
		w->news_due = true;
		(void)pthread_cond_broadcast(&w->news);
		(void)pthread_mutex_unlock(&w->news_lock);
		(void)pthread_join(w->clockwork, NULL);
	}
	xie_hub_free(w->hub);
	xie_sessions_free(w->sessions);
	xie_bucket_free(w->rate);
	xie_throttle_free(w->try_pair);
	xie_throttle_free(w->try_addr);
	xie_throttle_free(w->try_account);
	web_audit_log_free(w->audit);
	web_figures_free(w->figures);
	web_static_free(w->page);
	web_scratch_done(&w->event_scratch);
	(void)pthread_mutex_destroy(&w->once_lock);
	(void)pthread_mutex_destroy(&w->news_lock);
	(void)pthread_cond_destroy(&w->news);
	free(w->cert);
	free(w->key);
	free(w);
}

xie_status xie_web_start(const struct xie_web_conf *conf, struct xie_web **ret_w, struct xie_err *reterr)
{
	struct sockaddr_storage at;
	struct xie_web *w = calloc(1, sizeof *w);
	if (w == NULL)
		return xie_err_set(reterr, XIE_UNAVAILABLE, 0, 0, "no memory for the server", "");
	w->conf = *conf;
	set_defaults(&w->conf);
	w->started = web_now(w);
	(void)pthread_mutex_init(&w->once_lock, NULL);
	(void)pthread_mutex_init(&w->news_lock, NULL);
	pthread_condattr_t attr;
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&w->news, &attr);
	(void)pthread_condattr_destroy(&attr);

	xie_status st = find_listen(&w->conf, &at, reterr);
	if (st == XIE_OK)
		st = open_parts(w, reterr);
	if (st == XIE_OK) {
		web_news_init(w);
		w->clockwork_runs = pthread_create(&w->clockwork, NULL, web_clockwork, w) == 0;
		if (!w->clockwork_runs)
			st = xie_err_set(reterr, XIE_UNAVAILABLE, 0, 0, "no thread for the server's clock", "");
	}
	if (st == XIE_OK)
		st = open_daemon(w, &at, reterr);
	if (st != XIE_OK) {
		atomic_store(&w->stopping, true);
		web_news_done(w);
		free_all(w);
		return st;
	}
	*ret_w = w;
	return XIE_OK;
}

uint16_t xie_web_port(const struct xie_web *w)
{
	return w->port;
}

void xie_web_stop(struct xie_web *w)
{
	enum { STEP_US = 5000, STEPS = 1000 };
	if (w == NULL)
		return;
	atomic_store(&w->stopping, true);
	MHD_socket listening = MHD_quiesce_daemon(w->daemon);
	xie_hub_end(w->hub, 0);
	web_pool_drain(w->pool);
	/* Kept-alive connections without a request do not count: they are simply closed. */
	for (int i = 0; i < STEPS && atomic_load(&w->inflight) > 0; i++)
		(void)usleep(STEP_US);
	web_pool_drain(w->pool);
	MHD_stop_daemon(w->daemon);
	if (listening != MHD_INVALID_SOCKET)
		(void)close(listening);
	web_news_done(w);
	xie_sessions_sweep(w->sessions, web_now(w));
	web_audit_log_flush(w);
	free_all(w);
}

size_t xie_web_routes(struct xie_web_route_info *ret_r, size_t cap)
{
	static const char *const names[WEB_METHODS] = { "GET", "POST", "PUT", "PATCH", "DELETE" };
	for (size_t i = 0; i < web_n_routes && i < cap; i++)
		ret_r[i] = (struct xie_web_route_info){
			.method = names[web_routes[i].method],
			.path = web_routes[i].path,
			.operation = web_routes[i].operation,
			.roles = web_routes[i].roles & XIE_ROLES_ALL,
			.is_public = (web_routes[i].roles & ROLES_PUBLIC) != 0,
			.any = (web_routes[i].roles & XIE_ROLES_ALL) == XIE_ROLES_ALL,
		};
	return web_n_routes;
}
