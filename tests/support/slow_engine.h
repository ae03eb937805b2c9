/* SPDX-License-Identifier: Apache-2.0 */
/* A slow, obvious engine: the whole recording at once, one rule after another, written from docs/rules.md and not from
 * the engine.  It shares with it only the geometry (clip, gate, distance), which has references of its own. */
#ifndef XIE_TESTS_SLOW_ENGINE_H
#define XIE_TESTS_SLOW_ENGINE_H

#include "xie/rule/rule.h"

struct slow_fix {
	struct xie_key key;
	enum xie_target_kind kind;
	struct xie_fix fix;
	uint64_t arrival;
};

struct slow_alert {
	uint32_t binding;
	struct xie_key target, other;
	xie_ms since, open, close;
	int closed, already, direction, end;
	int64_t peak; /* INT64_MIN: none */
};

/* fixes: any order; sorted in place.  Returns the number of alerts, sorted; at most cap. */
size_t slow_engine(const struct xie_rules *r, struct slow_fix *fixes, size_t n, xie_ms end, struct slow_alert *out, size_t cap);
int slow_alert_cmp(const void *a, const void *b);

#endif
