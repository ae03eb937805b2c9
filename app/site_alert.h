/* SPDX-License-Identifier: Apache-2.0 */
/* app/site_alert.h — the engine's fact as the store keeps it: what replay prints, with the arithmetic and the frames
 * that carried it.
 *
 * Members of the row's json beside those of docs/rules.md, section 6:
 *   name, other_name        of the targets, when known            lon, lat   where it opened, 1/6,000,000 degree
 *   limit                   dm/h, of a speed rule                 digest     of rule and zone together (binding)
 *   rule_digest, zone_digest                                      known_at   receive time of the last record judged, ms
 *   arithmetic {columns, rows, need_ms}                           frames     journal positions, at most 40
 *   frames_total            how many there were to choose from    condition  the rule in words of its own fields */
#ifndef XIE_APP_SITE_ALERT_H
#define XIE_APP_SITE_ALERT_H

#include "xie/base/arena.h"
#include "xie/model/alert.h"
#include "xie/port/store.h"
#include "xie/rule/rule.h"
#include "xie/run/run.h"

struct site_alert_source {
	const struct xie_rules *rules;
	const struct xie_shard *shard; /* of the target */
	const struct xie_shard *other; /* of the other, or NULL */
	xie_str org, region;           /* of the rule's pack */
	xie_ms now;                    /* receive time that the engine has come to */
	uint64_t position;             /* of the last record judged */
};

/* Texts live in mem.  before: the row's json of an earlier revision, or empty: what memory no longer holds (the place
 * of the opening) is taken from there.  LIMIT. */
xie_status site_alert_row(xie_arena *mem, const struct site_alert_source *s, const struct xie_alert *a, xie_str before,
                          struct xie_alert_row *ret_row) XIE_MUST_USE;

/* The rule as its fields say it: "speeding zone.speed_limit + 0.5 kn, for 120 s, where ...". */
void site_rule_text(const struct xie_rule *r, xie_wr *w);

#endif
