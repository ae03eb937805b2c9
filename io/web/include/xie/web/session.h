/* SPDX-License-Identifier: Apache-2.0 */
/* xie/web/session.h — who is logged in now.
 *
 * The cookie carries 32 random bytes; table and store keep only their SHA-256, so that neither is a key to the
 * house.  A session ends when it was idle too long, in any case after its absolute term, by log-out, or when its
 * user is switched off; a change of rights reaches it at once.  Bounded: a user's oldest session makes room for his
 * newest; a full table refuses.  Any thread.
 *
 * The table is the working copy; the store's rows let sessions outlive a restart and are read one by one when a
 * token comes that the table does not know. */
#ifndef XIE_WEB_SESSION_H
#define XIE_WEB_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/port/store.h"
#include "xie/web/role.h"

enum { XIE_TOKEN_TEXT = 65 }; /* 32 bytes in hex, and the terminator */
enum { XIE_WHO_GRANTS = 8 };

struct xie_sessions;

struct xie_sessions_conf {
	size_t max, per_user; /* per_user at most 64 */
	xie_ms idle, absolute;
	struct xie_store *store; /* kept */
	/* Called when a session has ended or its rights have changed: what was opened with the old ones must end. */
	void (*cut)(void *self, uint64_t number);
	void *cut_self;
};

/* Where the bearer sees: units at or under the path, of regions that begin with region. */
struct xie_who_grant {
	char path[112];
	char region[13];
};

/* What a request needs of its session; a copy.  Members are cut only if a record breaks the contract's lengths. */
struct xie_who {
	uint64_t number; /* of the session, never 0 and never given twice in a run */
	char user[65];   /* id */
	char login[65];
	char name[256];
	char org[65]; /* id of his unit */
	char region[13];
	uint32_t roles;
	bool must_change;
	size_t n_grants;
	struct xie_who_grant grants[XIE_WHO_GRANTS];
	char csrf[XIE_TOKEN_TEXT];
	xie_ms expires; /* unless used */
	xie_ms reauth;  /* when the password was last given */
};

/* May the bearer see what belongs to this unit (path) and region?  The store decides for records; this is the same
 * rule for what never was one (an event on its way to a browser). */
bool xie_who_sees(const struct xie_who *w, xie_str path, xie_str region);

xie_status xie_sessions_new(const struct xie_sessions_conf *conf, struct xie_sessions **ret_s) XIE_MUST_USE;
void xie_sessions_free(struct xie_sessions *s);

/* Starts one; ret_token goes into the cookie and nowhere else.  LIMIT when the table is full. */
xie_status xie_sessions_start(struct xie_sessions *s, const struct xie_user *u, const char *addr, const char *agent,
                              xie_ms now, char ret_token[static XIE_TOKEN_TEXT], struct xie_who *ret_w) XIE_MUST_USE;

/* The living session of a token, which counts as use; never waits for the store.  REFUSED: no such session.
 * MISSING: not in the table; xie_sessions_recall may know. */
xie_status xie_sessions_find(struct xie_sessions *s, xie_str token, xie_ms now, struct xie_who *ret_w) XIE_MUST_USE;
/* The same, asking the store.  REFUSED. */
xie_status xie_sessions_recall(struct xie_sessions *s, xie_str token, xie_ms now, struct xie_who *ret_w) XIE_MUST_USE;

void xie_sessions_end(struct xie_sessions *s, uint64_t number);
/* All of a user's but one (0 = none is spared). */
void xie_sessions_end_user(struct xie_sessions *s, xie_str user, uint64_t spare);
/* The user's record or grants changed: rights are read anew, a switched-off user's sessions end. */
void xie_sessions_refresh(struct xie_sessions *s, const struct xie_user *u, xie_ms now);
/* The password was given again in this session. */
void xie_sessions_reauth(struct xie_sessions *s, uint64_t number, xie_ms now);

/* Ends what expired and writes to the store when sessions were last used; every minute or so. */
void xie_sessions_sweep(struct xie_sessions *s, xie_ms now);
size_t xie_sessions_count(struct xie_sessions *s);

#endif
