/* SPDX-License-Identifier: Apache-2.0 */
/* A server on a free port of loopback with a small world behind it: units, one user for each role, two sources, a
 * rule, a zone, a gate, and a clock that tests can move. */
#ifndef XIE_TESTS_HOUSE_H
#define XIE_TESTS_HOUSE_H

#include "client.h"
#include "memstore.h"
#include "xie/store/records.h"
#include "xie/web/role.h"
#include "xie/web/web.h"

#define HOUSE_PASSWORD "Test-password-1"

struct house {
	struct xie_web_conf conf;    /* may be changed between house_init and house_start */
	struct memstore *arrays;     /* the store behind it: these, */
	struct xie_records *records; /* or, with XIE_TEST_STORE=sqlite, a file of the real one */
	struct xie_store store;
	char dir[32];
	struct xie_live *live;
	struct xie_web *web;
	uint16_t port;
	xie_ms shift; /* added to both clocks */
	uint32_t alert_n;
};

void house_init(struct house *h);
void house_start(struct house *h);
void house_stop(struct house *h); /* the server only: store and live stay for a next start */
void house_done(struct house *h);

/* Logs the client in as the user of the role (login = the role's code), or "<role>@<unit>" for a further one. */
void house_login(struct house *h, struct client *c, const char *login);
/* A user with one role in a unit ("root", "north", "south"). */
void house_user(struct house *h, const char *login, const char *roles, const char *unit);

/* Puts an alert of the unit; returns its id in a static buffer. */
const char *house_alert(struct house *h, const char *unit, int level);
/* The same alert anew with a revision, closed. */
void house_close_alert(struct house *h, const char *id, const char *unit, int level, uint32_t rev);
void house_fix(struct house *h, uint32_t mmsi, double lon, double lat);

/* The store's nth call from now on fails (0: none).  False: this store cannot be made to fail. */
bool house_fail(struct house *h, unsigned nth);
/* Changes event n of the case behind the store's back. */
void house_tamper(struct house *h, const char *no, unsigned n);
/* Moves the clocks so that it is this time, in the law's zone. */
void house_at(struct house *h, const char *time);
/* The action of the newest audit row, in a static buffer. */
const char *house_last_audit(struct house *h);

/* The value behind a path such as "items.0.id" in the client's answer, as text in a static buffer; "" when absent.
 * The answer must be well-formed JSON. */
const char *json_at(const struct client *c, const char *path);

#define expect_status(c, want)                                                              \
	do {                                                                                \
		if ((c)->status != (want))                                                  \
			fail_msg("status %d, want %d: %s", (c)->status, (want), (c)->body); \
	} while (0)
#define expect_json(c, path, want)                                                                    \
	do {                                                                                          \
		const char *got_ = json_at((c), (path));                                              \
		if (strcmp(got_, (want)) != 0)                                                        \
			fail_msg("%s: got \"%s\", want \"%s\": %s", (path), got_, (want), (c)->body); \
	} while (0)

#endif
