/* SPDX-License-Identifier: Apache-2.0 */
/* The server's own shapes: one request on its way, the routes, and what handlers use to answer. */
#ifndef WEB_INT_H
#define WEB_INT_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "xie/base/arena.h"
#include "xie/base/val.h"
#include "xie/base/wr.h"
#include "xie/web/error.h"
#include "xie/web/http.h"
#include "xie/web/hub.h"
#include "xie/web/password.h"
#include "xie/web/session.h"
#include "xie/web/web.h"

enum {
	WEB_URI_MAX = 4096,
	WEB_OUT_MAX = 64 << 20, /* address space of an answer; pages cost memory only once they are used */
	WEB_MEM_MAX = 16 << 20, /* of a parsed body */
	WEB_QUEUE = 512,        /* requests that wait for a worker */
	WEB_PATH_PARAMS = 4,
	WEB_AUDIT_QUEUE = 4096,
	WEB_SOURCES = 1024, /* of which changes are pushed */
};

#define WEB_COOKIE "xie_session"

enum web_method { WEB_GET, WEB_POST, WEB_PUT, WEB_PATCH, WEB_DELETE, WEB_METHODS };

/* What a route asks of a request beside its roles. */
enum {
	ROUTE_FAST = 1,   /* memory answers: run on the event thread */
	ROUTE_ONCE = 2,   /* needs an Idempotency-Key; the answer is kept under it */
	ROUTE_LOGIN = 4,  /* no CSRF token yet */
	ROUTE_STREAM = 8, /* answers by itself */
	ROUTE_FRESH = 16, /* allowed while the password must be changed */
};
#define ROLES_PUBLIC (UINT32_C(1) << 31)
#define ROLES_ANY XIE_ROLES_ALL

struct web_req;
struct web_route {
	enum web_method method;
	const char *path;      /* "/api/targets/{key}/track" */
	const char *operation; /* of the contract */
	uint32_t roles;
	uint32_t flags;
	uint32_t body_max; /* 0 = takes no body */
	void (*fn)(struct web_req *r);
};
extern const struct web_route web_routes[];
extern const size_t web_n_routes;

/* A thread's own room for making answers. */
struct web_scratch {
	xie_arena mem;
	xie_wr out;
};
xie_status web_scratch_init(struct web_scratch *s);
void web_scratch_done(struct web_scratch *s);
void web_scratch_reset(struct web_scratch *s); /* also gives large use back to the system */

enum web_phase { PHASE_NEW, PHASE_BODY, PHASE_WORKING, PHASE_DONE, PHASE_ANSWERED };

struct web_req {
	struct xie_web *w;
	struct MHD_Connection *con;
	struct web_req *next; /* in the workers' queue */
	enum web_phase phase;
	enum web_method method;
	const struct web_route *route; /* NULL: a file of the page, or an error */
	struct xie_web_target target;  /* points into uri */
	xie_str param[WEB_PATH_PARAMS];
	bool target_ok, english, has_who, recall, body_over;
	bool on_event_thread; /* the handler must not wait */
	bool need_worker;     /* ... and says that it would have to */
	struct xie_who who;
	char addr[46]; /* of the caller */
	bool loopback; /* he sits on this machine, and no proxy brought him */
	xie_str token; /* the cookie, in MHD's memory */
	xie_ms now;
	uint8_t *body;
	size_t body_n;
	/* the answer */
	struct web_scratch *scratch; /* while a handler runs */
	int status;
	const char *content_type;
	char cookie[192]; /* Set-Cookie, or "" */
	uint32_t retry_after_s;
	struct MHD_Response *response;
	size_t uri_n;
	char uri[];
};

struct web_pool;
struct web_static;
struct web_audit_log;
struct web_figures;

struct xie_web {
	struct xie_web_conf conf;
	struct MHD_Daemon *daemon;
	uint16_t port;
	struct web_pool *pool;
	struct web_static *page;
	struct web_audit_log *audit;
	struct web_figures *figures;
	char source_ids[WEB_SOURCES][40];
	atomic_bool source_known[WEB_SOURCES];
	struct xie_sessions *sessions;
	struct xie_hub *hub;
	struct xie_bucket *rate;
	struct xie_throttle *try_pair, *try_addr,
	    *try_account;                 /* wrong passwords: account from address, address, account */
	struct web_scratch event_scratch; /* the event thread's */
	pthread_mutex_t once_lock;        /* acts with a key run one after another: people are slow */
	pthread_t clockwork;
	bool clockwork_runs;
	atomic_bool stopping;
	atomic_int inflight; /* requests begun and not completed */
	atomic_uint_fast64_t n_requests, n_errors, n_refused;
	atomic_int_fast64_t watermark;
	pthread_mutex_t news_lock; /* wakes the clockwork thread when the store has news */
	pthread_cond_t news;
	bool news_due;
	uint32_t source_changed[WEB_SOURCES / 32]; /* bits */
	char *cert, *key;
	uint64_t posted_seq; /* clockwork: changes up to here were given to the hub */
	uint64_t case_seq;
	xie_ms started;
};

static inline xie_ms web_now(const struct xie_web *w)
{
	return w->conf.clock.wall(w->conf.clock.self);
}
static inline xie_ms web_mono(const struct xie_web *w)
{
	return w->conf.clock.mono(w->conf.clock.self);
}

void web_log(const struct xie_web *w, enum xie_web_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- answering ---- */
/* The buffer of the answer; write JSON into it and call web_ok, or web_fail, which drops what was written. */
static inline xie_wr *web_out(struct web_req *r)
{
	return &r->scratch->out;
}
void web_ok(struct web_req *r, int status);
void web_fail(struct web_req *r, enum xie_web_error code, const char *detail, const char *hint);
void web_fail_field(struct web_req *r, const char *field, const char *detail, const char *hint);
/* A status of the store or the world: MISSING -> not_found, CONFLICT, LIMIT -> full, else internal, with a number
 * that the log explains. */
void web_fail_status(struct web_req *r, xie_status st, const char *doing);
/* What is missing, one item: code, kind and sentences. */
void web_fail_unmet(struct web_req *r, enum xie_web_error code, const char *unmet_code, const char *kind,
                    const char *zh, const char *en);
/* The words for people in the language asked for. */
static inline const char *web_say(const struct web_req *r, const char *zh, const char *en)
{
	return r->english ? en : zh;
}

/* ---- asking ---- */
static inline struct xie_scope web_scope(const struct web_req *r)
{
	return (struct xie_scope){ .as = XIE_SCOPE_USER, .user = xie_str_of(r->who.user) };
}
static inline bool web_has_role(const struct web_req *r, uint32_t roles)
{
	return r->has_who && (r->who.roles & roles) != 0;
}
/* The body as a JSON object; NULL when it is not one, and the answer is made. */
const struct xie_val *web_body(struct web_req *r);
/* Members of the body.  All answer bad_field and return false when the member is not right. */
bool web_take_str(struct web_req *r, const struct xie_val *o, const char *key, size_t min, size_t max, bool needed,
                  xie_str *ret_s);
bool web_take_int(struct web_req *r, const struct xie_val *o, const char *key, int64_t min, int64_t max, bool needed,
                  int64_t *ret_v);
bool web_take_bool(struct web_req *r, const struct xie_val *o, const char *key, bool needed, bool *ret_has,
                   bool *ret_v);
/* Only these members may stand in the object (ended by NULL). */
bool web_only(struct web_req *r, const struct xie_val *o, const char *const *keys);
/* Parameters of the query, the same way; absent leaves *ret as it is. */
bool web_query_int(struct web_req *r, const char *name, int64_t min, int64_t max, int64_t *ret_v);
bool web_query_time(struct web_req *r, const char *name, xie_ms *ret_t);
bool web_query_box(struct web_req *r, struct xie_web_bbox *ret_b, bool *ret_has);
bool web_query_bool(struct web_req *r, const char *name, bool *ret_v);
static inline xie_str web_query_str(struct web_req *r, const char *name)
{
	xie_str s = xie_web_query(&r->target, name);
	return s.p != NULL ? s : (xie_str){ "", 0 };
}
/* Only these parameters may be given (ended by NULL). */
bool web_query_only(struct web_req *r, const char *const *names);

/* "vessel.413790216" */
xie_status web_key_parse(xie_str s, struct xie_key *ret_k);
void web_key_write(xie_wr *w, enum xie_target_kind kind, const struct xie_key *k);

/* ---- JSON of things shown in more than one place ---- */
void web_kv_time(xie_wr *w, const char *key, xie_ms t);
void web_kv_text(xie_wr *w, const char *key, xie_str s); /* left out when empty */
void web_kv_deg(xie_wr *w, const char *key, int32_t v);  /* decimal degrees, 7 places */
void web_roles_json(xie_wr *w, uint32_t roles);
void web_position_write(void *self, xie_wr *w, const struct xie_live_target *t);
void web_frame_json(xie_wr *w, const struct xie_world_frame *f);
void web_source_json(xie_wr *w, const struct xie_world_source *s);
void web_alert_json(struct xie_web *w, xie_wr *out, const struct xie_alert_row *a, xie_ms now);

const char *web_ship_sub(unsigned type);
const char *web_source_id(const struct xie_web *w, uint32_t index); /* "" when not known */
void web_learn_sources(struct xie_web *w);

/* ---- counted over many records ---- */
struct web_rule_count { /* of the last 90 days */
	int64_t alerts, found_true, found_false;
};
struct web_rule_count web_rule_counts(struct xie_web *w, xie_str rule);
bool web_alerted_maybe(struct xie_web *w, xie_str target); /* false: certainly no alert of the last year */
void web_alerted_add(struct xie_web *w, xie_str target);
/* His name, or his id when there is none; from memory. */
void web_names_update(struct xie_web *w); /* after a change of users, and now and then */
void web_user_name(struct xie_web *w, xie_str id, char *buf, size_t cap);
/* The path of the unit with this id, from memory.  False when it is not known (yet). */
bool web_org_path(struct xie_web *w, xie_str id, char *buf, size_t cap);
xie_status web_figures_new(struct web_figures **ret_f);
void web_figures_free(struct web_figures *f);
void web_figures_update(struct xie_web *w);

/* ---- accounts of what was done ---- */
/* Queued; written within a second.  False when the queue is full: then the reading must not be answered. */
bool web_audit_read(struct web_req *r, const char *action, xie_str object, const char *json);
/* Written now. */
xie_status web_audit_write(struct web_req *r, const char *action, xie_str object, const char *json);
/* The row for an act that the store writes in the same transaction. */
struct xie_audit web_audit_row(struct web_req *r, const char *action, xie_str object, const char *json);

/* ---- the parts ---- */
xie_status web_pool_new(struct xie_web *w, unsigned threads, struct web_pool **ret_p);
bool web_pool_put(struct web_pool *p, struct web_req *r); /* false: full */
void web_pool_drain(struct web_pool *p);                  /* until nothing runs; no puts meanwhile */
void web_pool_free(struct web_pool *p);
size_t web_pool_waiting(struct web_pool *p);

xie_status web_static_new(const struct xie_web *w, struct web_static **ret_s, struct xie_err *reterr);
void web_static_free(struct web_static *s);
enum MHD_Result web_static_answer(struct web_req *r);

void web_req_begin(struct web_req *r,
                   const char *method); /* route, session, rights; makes the answer when it refuses */
void web_req_finish(struct web_req *r); /* what the scratch holds becomes the response */
/* The handler, and its answer as an MHD response.  For a stream only its session is looked up: status 0 = go on. */
void web_req_run(struct web_req *r, struct web_scratch *s);
bool web_req_has_body(struct web_req *r);
void web_once_digest(struct web_req *r, uint8_t ret_d[static 32]);
xie_str web_once_key(struct web_req *r);
void web_add_headers(const struct xie_web *w, struct MHD_Response *resp, bool page);

xie_status web_audit_log_new(struct web_audit_log **ret_l);
void web_audit_log_free(struct web_audit_log *l);
void web_audit_log_flush(struct xie_web *w);

void *web_clockwork(void *w);
void web_snoozes_end(struct xie_web *w,
                     struct web_scratch *s); /* alerts whose snooze is over are again what they were */
void web_news_init(struct xie_web *w);       /* where the store stands now; its news wake the clockwork */
void web_news_done(struct xie_web *w);

#endif
