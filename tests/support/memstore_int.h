/* SPDX-License-Identifier: Apache-2.0 */
/* memstore's own shapes, shared by its two files. */
#ifndef XIE_TESTS_MEMSTORE_INT_H
#define XIE_TESTS_MEMSTORE_INT_H

#include "memstore.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MAX = 20000 };

struct alert {
	struct xie_alert_row a;
	uint64_t seq;
};
struct subject {
	struct xie_subject s;
	struct xie_event *e;
	struct xie_subject_key *keys;
	size_t n_e, n_keys;
};
struct kept {
	struct xie_once o;
};

struct memstore {
	struct xie_store port;
	struct xie_clock clock;
	pthread_mutex_t lock;
	uint64_t seq;
	unsigned fail_in;
	struct xie_org orgs[256];
	struct xie_user users[1024];
	struct {
		char user[65];
		struct xie_grant g[8];
		size_t n;
	} grants[1024];
	struct xie_session sessions[4096];
	struct alert *alerts;
	struct subject *subjects;
	struct kept *kept;
	struct xie_audit *audits;
	struct xie_draft drafts[256];
	struct {
		char series[64];
		uint64_t n;
	} numbers[64];
	size_t n_orgs, n_users, n_grants, n_sessions, n_alerts, n_subjects, n_kept, n_audits, n_drafts, n_numbers;
	void (*watcher)(void *, uint64_t);
	void *watch_user;
	char **garbage; /* every text ever copied; freed at the end */
	size_t n_garbage, cap_garbage;
};

xie_str memstore_keep(struct memstore *m, xie_str s);
#define KEEP(field) (field) = memstore_keep(m, (field))

/* Takes the lock; false when this call is the one to fail. */
bool memstore_enter(struct memstore *m);
xie_status memstore_leave(struct memstore *m, xie_status st);
#define ENTER()                    \
	struct memstore *m = self; \
	if (!memstore_enter(m))    \
	return memstore_leave(m, XIE_IO)

xie_str memstore_path(const struct memstore *m, xie_str org);
bool memstore_sees(const struct memstore *m, const struct xie_scope *who, xie_str org, xie_str region);
void memstore_people(struct xie_store *port); /* organisations, users, sessions */

#endif
