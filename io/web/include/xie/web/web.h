/* SPDX-License-Identifier: Apache-2.0 */
/* xie/web/web.h — the server: api/openapi.yaml over HTTP, the event stream, and the files of the built page.
 *
 * One thread waits for sockets and answers what memory can answer; a few workers do what may wait (the store, a
 * password); one clockwork thread moves positions, sessions and the audit queue along.  Knows no SQL, no codec and
 * no rule: what it shows it is handed through ports. */
#ifndef XIE_WEB_WEB_H
#define XIE_WEB_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/law/law.h"
#include "xie/port/clock.h"
#include "xie/port/store.h"
#include "xie/port/world.h"
#include "xie/web/live.h"

struct xie_web;

enum xie_web_level { XIE_WEB_INFO, XIE_WEB_WARN, XIE_WEB_FAULT };

struct xie_web_demo_account { /* shown on the log-in page of a demo */
	const char *login, *password, *name, *role;
};

/* Text members are kept; NULL or 0 means the default that is named. */
struct xie_web_conf {
	const char *host;                 /* "127.0.0.1"; other than loopback needs TLS or behind_proxy */
	uint16_t port;                    /* 0 = any free one, see xie_web_port */
	const char *cert_file, *key_file; /* PEM; both or none */
	bool behind_proxy;                /* a proxy does TLS; X-Forwarded-For names the caller */
	const char *page_dir;             /* the built page, or NULL */

	const char *name, *name_en; /* of the authority */
	const char *short_name;  /* stands before the numbers of its documents ("佛交水"), or NULL */
	const char *agency_kind; /* field of law it works in ("maritime"): items of others are not its to punish; NULL: any */
	const char *version;
	const char *utc_offset;               /* "+08:00" */
	double view_lat, view_lon, view_zoom; /* where the map starts; zoom 0 = not set.  Drawing only. */
	const char *tiles_url, *tiles_attribution, *tiles_approval;
	int tiles_max_zoom;
	const struct xie_web_demo_account *demo; /* ended by login NULL; NULL = no demo */

	unsigned workers;      /* 3 */
	unsigned connections;  /* 1000 */
	unsigned streams;      /* 400 event streams; 8 for one user */
	unsigned positions;    /* 2000 in one message of a stream */
	unsigned rate_per_s;   /* 100 requests a second for one address, burst 4 times that; loopback is free */
	xie_ms idle, absolute; /* of a session: 1 h, 12 h */
	unsigned tries;        /* 5 wrong passwords for one account from one address ... */
	xie_ms pause;          /* ... pause it for 15 min */
	xie_ms forget;         /* a target unheard for 24 h leaves the live map */

	struct xie_clock clock;
	struct xie_store *store; /* kept, like the next two */
	struct xie_world *world;
	struct xie_live *live;
	const struct xie_law *law; /* kept; NULL: no cases here */
	void (*log)(void *self, enum xie_web_level level, const char *text); /* NULL = silent */
	void *log_self;
};

/* Binds and begins to answer.  REFUSED: an address that needs TLS; IO: cannot bind; MALFORMED: certificate or key. */
xie_status xie_web_start(const struct xie_web_conf *conf, struct xie_web **ret_w, struct xie_err *reterr) XIE_MUST_USE;
uint16_t xie_web_port(const struct xie_web *w);

/* Takes no new connection, ends the streams, lets what runs finish (5 s at most), and frees. */
void xie_web_stop(struct xie_web *w);

/* News for the page, besides what the server sees for itself (records that changed, positions).  Any thread. */
void xie_web_source_changed(struct xie_web *w, uint32_t source);
void xie_web_watermark(struct xie_web *w, xie_ms t);

/* The routes as the contract names them, for the test that compares both. */
struct xie_web_route_info {
	const char *method, *path, *operation;
	uint32_t roles; /* 1 << enum xie_role */
	bool is_public, any;
};
size_t xie_web_routes(struct xie_web_route_info *ret_r, size_t cap);

#endif
