/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to rule: schedules as conditions on local time. */
#ifndef XIE_RULE_SRC_SCHEDULE_H
#define XIE_RULE_SRC_SCHEDULE_H

#include "xie/base/val.h"

/* "22:00-06:00", "mon-fri 07:00-09:00", or a list of them: a condition in CQL2 text on weekday and minute_of_day.
 * A window that passes midnight belongs to the day on which it begins; its end is outside. */
xie_status rule__schedule_text(const struct xie_val *v, xie_wr *w, struct xie_err *err);

#endif
