/* SPDX-License-Identifier: Apache-2.0 */
/* xie/port/store.h — the records: who works here, what the engine found, what people did about it.
 *
 * Two kinds of truth are kept apart (DESIGN, decision 5).  An *alert* is the engine's fact: every (id, rev) is kept,
 * the newest revision is current whatever the order of delivery.  A *subject* is anything people act on (the handling
 * of an alert, a lead, a case, a task, a source's configuration): its truth is a chain of signed events, and its row
 * is a projection of them, written in the same transaction.  Nothing is ever updated without an event.
 *
 * Scope.  Every record has an organisation (its path in the tree, "/440600/jx/") and a region (GB/T 2260).  Every
 * reading and writing names who asks; what lies outside his grants does not exist for him: MISSING, or absent from
 * lists.  A zeroed scope sees nothing.  The store enforces this, not its callers.
 *
 * Text is UTF-8, times are milliseconds, JSON is text that the store keeps but does not read (events excepted: their
 * digest covers the canonical form).  Rows given to a callback are borrowed until it returns; a callback that returns
 * other than XIE_OK ends the listing with that status, and must not call the store.  Any function may be called from
 * any thread.  Every function may also fail with IO (with what the operating system said in the log) and LIMIT. */
#ifndef XIE_PORT_STORE_H
#define XIE_PORT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"
#include "xie/chain/event.h"

#define XIE_NO_TIME INT64_MIN /* "not yet", "never" where a time may be absent */

/* ---- who asks ---- */
enum xie_scope_as {
	XIE_SCOPE_NONE,   /* nobody: nothing is visible */
	XIE_SCOPE_USER,   /* what the user's grants in force now cover */
	XIE_SCOPE_SYSTEM, /* the program itself: the engine, migrations, the first user */
};
struct xie_scope {
	enum xie_scope_as as;
	xie_str user; /* id, for XIE_SCOPE_USER */
};

/* ---- organisations, users, sessions ---- */
struct xie_org {
	xie_str id, parent; /* parent "" = a root */
	xie_str path;       /* given by the store: "/root/unit/" */
	xie_str name, name_en, region;
	xie_ms from, to;    /* to XIE_NO_TIME: still exists */
};
struct xie_user {
	xie_str id, login, name;
	xie_str org, region; /* where he works */
	xie_str roles;       /* codes, comma separated, sorted */
	xie_str password;    /* as libargon2 writes it, or "" = cannot log in */
	xie_str json;        /* anything else a screen needs */
	bool off, must_change;
	uint32_t failed;     /* wrong passwords since the last right one */
	xie_ms locked_until; /* XIE_NO_TIME: not locked */
	xie_ms created, last_login;
	uint64_t version;    /* grows with every change; give back what was read */
};
/* A user sees records whose organisation lies at or under org and whose region begins with region. */
struct xie_grant {
	xie_str org, region; /* region "" = any */
	xie_ms from, to;     /* in force in [from, to); to XIE_NO_TIME: until taken back */
};
struct xie_session {
	uint8_t token[32]; /* SHA-256 of the cookie: the cookie itself is never stored */
	xie_str user, csrf, ip, agent;
	xie_ms created, seen, expires, reauth; /* reauth: when the password was last given */
};

typedef xie_status xie_org_fn(void *ctx, const struct xie_org *o);
typedef xie_status xie_user_fn(void *ctx, const struct xie_user *u);
typedef xie_status xie_grant_fn(void *ctx, const struct xie_grant *g);
typedef xie_status xie_session_fn(void *ctx, const struct xie_session *s);

/* ---- alerts ---- */
struct xie_alert_row { /* the fact (xie/model/alert.h is the engine's form of it) and its handling */
	xie_str id;
	uint32_t rev;
	xie_str rule, mode, kind, target, other, zone, direction, end, violation, pack;
	uint8_t level;      /* 1 (worst) .. 4 */
	xie_ms since, open;
	xie_ms close;       /* XIE_NO_TIME: holds */
	bool withdrawn;
	xie_str org, region; /* "" org = the tree's first root */
	uint64_t position;  /* of the journal: up to where this was computed */
	xie_str text;       /* what a search finds: names, plates, numbers */
	xie_str json;       /* all that replay prints, and the arithmetic */
	/* given by the store when reading */
	xie_str state;      /* of its handling: "new" until an event says otherwise */
	xie_str handler;    /* user of the last act */
	xie_ms handled_at, snooze_to;
	xie_str subject_json; /* projection of its handling, or "" */
	uint64_t version;   /* acts on it */
	uint64_t seq;       /* number of its last change, over all alerts and subjects */
};
struct xie_alert_query { /* empty text and zeroed members do not filter */
	xie_str states, levels; /* comma separated: "new,acknowledged", "1,2" */
	xie_str mode, kind, rule, zone, target, handler, text;
	xie_ms from, to;        /* opened in [from, to); 0 = open ended */
	bool withdrawn_too;
	bool by_age;            /* by (open desc, id) instead of the queue's order (level, unacknowledged, open desc, id) */
	xie_str after;          /* id of the last row of the page before, "" = first page */
	unsigned limit;         /* 1..500; 0 = 50 */
};
typedef xie_status xie_alert_fn(void *ctx, const struct xie_alert_row *a);

/* ---- subjects: what people act on ---- */
struct xie_subject {
	xie_str kind;   /* "alert", "case", "task", "source", ... */
	xie_str id;     /* for kind "alert" the alert's */
	xie_str no;     /* the number people use, unique within kind unless "" */
	xie_str org, region;
	xie_str state, stage, title, clock, waiting_for; /* waiting_for: role codes, comma separated */
	xie_ms due;     /* of the worst clock; XIE_NO_TIME: none */
	xie_ms snooze_to;
	xie_str text;   /* what a search finds */
	xie_str json;   /* the projection */
	/* given by the store when reading */
	uint64_t version; /* events */
	xie_ms created, updated;
	uint64_t seq;
	uint8_t head[32]; /* digest of the last event */
};
struct xie_subject_key { /* a further way to find it: ("person", id), ("party", id), ("alert", id) */
	xie_str name, value;
};
/* A number of a series without gaps ("case/2026"): the one after the last that was used, see number_peek. */
struct xie_number {
	xie_str series;
	uint64_t number;
};
struct xie_subject_change {
	struct xie_subject row;   /* as it is after the events; kind and id say which */
	uint64_t version;         /* events the writer has seen; 0 = it is new */
	struct xie_event *events; /* n >= 0, subject and n filled in by the store, which also returns prev and digest */
	size_t n_events;
	const struct xie_subject_key *keys; /* all of them; they replace the ones before */
	size_t n_keys;
	const struct xie_number *numbers; /* that this act uses: CONFLICT when somebody else took one meanwhile */
	size_t n_numbers;
};
struct xie_subject_query {
	xie_str kind;
	xie_str state, stage, clock, waiting_for, text;
	struct xie_subject_key key;
	xie_ms due_before;      /* 0 = any */
	bool by_age;            /* youngest first instead of nearest due first */
	xie_str after;          /* id of the last row of the page before */
	unsigned limit;
};
typedef xie_status xie_subject_fn(void *ctx, const struct xie_subject *s);
typedef xie_status xie_event_fn(void *ctx, const struct xie_event *e);

/* An act that must happen once although it is sent twice: the answer is kept with the act. */
struct xie_once {
	xie_str user, key;
	uint8_t body[32];  /* digest of what was asked */
	uint32_t status;
	xie_str answer;
	xie_ms at;
};
typedef xie_status xie_once_fn(void *ctx, const struct xie_once *o);

/* ---- audit: every log-in, refusal, reading of personal data, export and change of rights ---- */
struct xie_audit {
	xie_ms at;
	xie_str user, login, roles, ip, device, action, object, json;
	/* given by the store */
	uint64_t seq;
	uint8_t prev[32], digest[32]; /* SM3(prev | canonical record), law.md 7.3 */
};
struct xie_audit_query {
	xie_str login, action;
	xie_ms from, to;
	uint64_t before; /* seq; 0 = newest first from the end */
	unsigned limit;
};
typedef xie_status xie_audit_fn(void *ctx, const struct xie_audit *a);

/* ---- sources' up and down, as the journal told ---- */
struct xie_source_span {
	uint32_t source;
	xie_str name;
	xie_ms from, to; /* down in [from, to); to XIE_NO_TIME: still */
};
typedef xie_status xie_source_span_fn(void *ctx, const struct xie_source_span *s);

struct xie_draft {
	xie_str user, subject_kind, subject, event, json;
	xie_ms at;
	uint64_t version;
};
typedef xie_status xie_draft_fn(void *ctx, const struct xie_draft *d);

struct xie_store {
	void *self;

	/* An organisation, by id; parent must exist (MISSING), a cycle is REFUSED.  Moving one re-homes what is under it. */
	xie_status (*org_put)(void *self, const struct xie_org *o);
	xie_status (*org_list)(void *self, const struct xie_scope *who, xie_org_fn *fn, void *ctx);

	/* u->version 0: new (DUPLICATE when id or login exists).  Else CONFLICT unless it is the current one.  u->org
	 * must lie in who's scope. */
	xie_status (*user_put)(void *self, const struct xie_scope *who, const struct xie_user *u);
	/* by "id" or "login"; MISSING. */
	xie_status (*user_get)(void *self, const struct xie_scope *who, const char *by, xie_str value, xie_user_fn *fn,
	                       void *ctx);
	xie_status (*user_list)(void *self, const struct xie_scope *who, xie_user_fn *fn, void *ctx);
	/* A log-in that failed or succeeded; not a change of version.  *ret_failed: wrong ones in a row now. */
	xie_status (*user_login)(void *self, xie_str user, bool ok, xie_ms at, xie_ms lock_until, uint32_t *ret_failed);
	/* Replaces the user's grants; each must lie in who's own scope (REFUSED). */
	xie_status (*grant_put)(void *self, const struct xie_scope *who, xie_str user, const struct xie_grant *g, size_t n);
	xie_status (*grant_list)(void *self, xie_str user, xie_grant_fn *fn, void *ctx);
	/* Whether a record there would be visible to who. XIE_OK or MISSING. */
	xie_status (*scope_has)(void *self, const struct xie_scope *who, xie_str org, xie_str region);

	xie_status (*session_put)(void *self, const struct xie_session *s); /* new, or seen/expires/reauth changed */
	xie_status (*session_get)(void *self, const uint8_t token[32], xie_session_fn *fn, void *ctx); /* MISSING */
	xie_status (*session_end)(void *self, const uint8_t token[32]);
	xie_status (*session_end_all)(void *self, xie_str user, const uint8_t *except /* token or NULL */);
	xie_status (*session_expire)(void *self, xie_ms now);

	/* The engine's facts, in one transaction with its position: (id, rev) again is ignored; an older rev is kept
	 * but does not become current.  position is what xie_store.position answers for consumer from now on. */
	xie_status (*alert_put)(void *self, const struct xie_alert_row *a, size_t n, xie_str consumer, uint64_t position);
	xie_status (*alert_get)(void *self, const struct xie_scope *who, xie_str id, xie_alert_fn *fn, void *ctx);
	xie_status (*alert_revs)(void *self, const struct xie_scope *who, xie_str id, xie_alert_fn *fn, void *ctx);
	/* ret_total (NULL allowed): how many the query matches, all pages; ret_seq (NULL allowed): the answer includes
	 * every change up to this one. */
	xie_status (*alert_list)(void *self, const struct xie_scope *who, const struct xie_alert_query *q, xie_alert_fn *fn,
	                         void *ctx, uint64_t *ret_total, uint64_t *ret_seq);
	/* Changed after seq, in order of change. */
	xie_status (*alert_since)(void *self, const struct xie_scope *who, uint64_t seq, unsigned limit, xie_alert_fn *fn,
	                          void *ctx);

	/* Acts: all changes, the audit row and the once row in one transaction (audit, once: NULL allowed).
	 * CONFLICT: a version is not the current one, or a number was taken.  DUPLICATE: once was there already (read it
	 * with once_get), or row.no is another subject's.  MISSING: a subject, or the organisation it is to have, is
	 * outside who's scope; for kind "alert", there is no such alert (organisation and region are the alert's then).
	 * MALFORMED, RANGE: an event's JSON, as xie_event_digest says. */
	xie_status (*subject_append)(void *self, const struct xie_scope *who, struct xie_subject_change *c, size_t n,
	                             struct xie_audit *audit, const struct xie_once *once);
	xie_status (*subject_get)(void *self, const struct xie_scope *who, xie_str kind, xie_str id, xie_subject_fn *fn,
	                          void *ctx);
	xie_status (*subject_by_no)(void *self, const struct xie_scope *who, xie_str kind, xie_str no, xie_subject_fn *fn,
	                            void *ctx);
	xie_status (*subject_list)(void *self, const struct xie_scope *who, const struct xie_subject_query *q,
	                           xie_subject_fn *fn, void *ctx, uint64_t *ret_total, uint64_t *ret_seq);
	xie_status (*subject_since)(void *self, const struct xie_scope *who, xie_str kind, uint64_t seq, unsigned limit,
	                            xie_subject_fn *fn, void *ctx);
	/* Its events in order, the chain checked on the way: CORRUPT at the first that does not fit, after those
	 * before it were given. */
	xie_status (*event_list)(void *self, const struct xie_scope *who, xie_str kind, xie_str id, xie_event_fn *fn,
	                         void *ctx);
	/* The number that the next act of a series may use (1 first).  Nothing is taken by asking: the act that names
	 * it takes it, or meets CONFLICT, so that no number is ever skipped. */
	xie_status (*number_peek)(void *self, xie_str series, uint64_t *ret_n);

	xie_status (*once_get)(void *self, xie_str user, xie_str key, xie_once_fn *fn, void *ctx); /* MISSING */
	xie_status (*draft_put)(void *self, const struct xie_draft *d); /* json "" deletes; CONFLICT by version */
	xie_status (*draft_get)(void *self, xie_str user, xie_str kind, xie_str subject, xie_str event, xie_draft_fn *fn,
	                        void *ctx);

	xie_status (*audit_put)(void *self, struct xie_audit *a);
	xie_status (*audit_list)(void *self, const struct xie_audit_query *q, xie_audit_fn *fn, void *ctx);

	/* A source went up or down at `at` (idempotent by position). */
	xie_status (*source_state)(void *self, uint32_t source, xie_str name, bool up, xie_ms at, uint64_t position);
	xie_status (*source_spans)(void *self, xie_ms from, xie_ms to, xie_source_span_fn *fn, void *ctx);

	/* Up to where consumer's effects are in the store; 0 = nothing. */
	xie_status (*position)(void *self, xie_str consumer, uint64_t *ret_position);
	/* Number of the last change. */
	xie_status (*seq)(void *self, uint64_t *ret_seq);
	/* fn is called after every committed change of alerts or subjects, on the writer's thread; short.  fn NULL ends. */
	xie_status (*watch)(void *self, void (*fn)(void *user, uint64_t seq), void *user);
};

#endif
