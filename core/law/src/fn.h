/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of the guard language, by what they ask: values and dates (fn_value.c), the case (fn_case.c), lists of an
 * event (fn_list.c). */
#ifndef XIE_LAW_FN_H
#define XIE_LAW_FN_H

#include "law_int.h"

#include "xie/base/time.h"

struct lv law__call(struct law_ctx *x, const struct ex *e);
struct lv law__fn_value(struct law_ctx *x, const struct ex *e);
struct lv law__fn_case(struct law_ctx *x, const struct ex *e);
struct lv law__fn_list(struct law_ctx *x, const struct ex *e);

#endif
