/* SPDX-License-Identifier: Apache-2.0 */
/* app/alert_json.h — an alert as one line of JSON (docs/rules.md, section 6) and as a line for a person. */
#ifndef XIE_APP_ALERT_JSON_H
#define XIE_APP_ALERT_JSON_H

#include "xie/base/wr.h"
#include "xie/model/alert.h"
#include "xie/model/obs.h"
#include "xie/rule/rule.h"

/* stat: NULL or what is known of the target (the plate is printed).  marked: with its revision and state. */
void alert_json(const struct xie_rules *rules, const struct xie_alert *a, const struct xie_static *stat, bool marked, xie_wr *w);
/* (open, rule, target, other, zone, direction), then id. */
int alert_order(const struct xie_rules *rules, const struct xie_alert *a, const struct xie_alert *b);
/* One line without its end; color: with terminal colours by level. */
void alert_line(const struct xie_rules *rules, const struct xie_alert *a, const struct xie_static *stat, xie_ms utc_offset,
                bool color, xie_wr *w);

#endif
