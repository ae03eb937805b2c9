/* SPDX-License-Identifier: Apache-2.0 */
/* What step.c and possible.c share: choosing a row and collecting what is not met. */
#ifndef XIE_LAW_STEP_H
#define XIE_LAW_STEP_H

#include "law_int.h"

#define LAW_MAX_UNMET 64

struct law_list {
	xie_arena *mem;
	struct xie_law_unmet *list;
	uint32_t n;
	bool full;
};

enum law_which { LAW_ALL, LAW_WITHOUT_DATA, LAW_WITH_DATA };

const struct law_row *law__choose(struct law_ctx *x, uint16_t event, bool *ret_here);
/* What the law brings about by itself until now; *c is replaced by copies.  event: the one that waits behind it. */
void law__automatic(struct law_ctx *x, const struct xie_law_case **c, xie_str event);
void law__lets(struct law_ctx *x, const struct law_row *row);
xie_status law__sticky(const struct law_ctx *x, const struct xie_val *at, struct xie_err *err);
/* Everything about the row that is not so.  which: all of it; what does not depend on the event's data; what does. */
void law__unmet(struct law_ctx *x, const struct law_row *row, bool here, enum law_which which, struct law_list *l);
void law__unmet_state(struct law_ctx *x, const struct law_row *row, struct law_list *l);
void law__unmet_need(struct law_ctx *x, const struct law_need *n, struct law_list *l);

#endif
