/* SPDX-License-Identifier: Apache-2.0 */
/* The sources' own shapes: site_sources.c runs them, site_sources_page.c shows them. */
#ifndef XIE_APP_SITE_SOURCES_INT_H
#define XIE_APP_SITE_SOURCES_INT_H

#include "site.h"
#include "site_gate.h"
#include "tally.h"

enum { MOST = 512, RECENT = 50, TEXT = 320, LAGS = 64, SECONDS = 60, LATE_MS = 60000, REASONS = 48 };

struct sample {
	xie_ms rx, event;
	uint64_t position;
	uint16_t n;
	bool binary;
	char text[TEXT];
};

struct source {
	uint32_t number;
	char id[33], name[257], kind[16], address[260];
	uint32_t rate, baud;
	bool repeat, enabled, running;
	const struct site_terminals *terminals; /* of the configuration, or NULL */
	struct site_gate *gate;                 /* kind jt808, while it runs */
	uint64_t version; /* of its subject; 0: not entered yet */
	xie_ms changed;   /* when it was last seen to go up or down */
	bool was_up;
	/* from the engine's thread */
	struct sample recent[RECENT];
	uint32_t n_recent; /* ever */
	int32_t lag[LAGS];
	uint32_t n_lags;
	uint32_t per_second[SECONDS];
	int64_t second;
	struct tally refused; /* since this process began */
};

struct site_sources {
	struct site *s;
	pthread_mutex_t lock;
	struct source *v[MOST];
	size_t n;
	uint32_t last_number;
	bool stopped, running;
	xie_ms began; /* wall time */
};

void sources__copy(char *to, size_t cap, xie_str from); /* whole characters that fit, and a terminator */
struct source *sources__by_id(struct site_sources *k, xie_str id);
struct source *sources__by_number(struct site_sources *k, uint32_t number);
struct source *sources__new(struct site_sources *k); /* NULL: there are too many */
/* Begins and ends one; the lock is held. */
xie_status sources__run(struct site_sources *k, struct source *x, struct xie_err *reterr) XIE_MUST_USE;
xie_status sources__halt(struct site_sources *k, struct source *x) XIE_MUST_USE;

#endif
