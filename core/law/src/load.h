/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XIE_LAW_LOAD_H
#define XIE_LAW_LOAD_H

#include "law_int.h"

/* For each document of the load in turn, with l->at set: v is its member of that name (NULL where it has none). */
#define LAW_EACH_DOC(l, name, v)                                                                              \
	for ((l)->at = 0; (l)->at < (l)->n; (l)->at++)                                                        \
		for (const struct xie_val *v = xie_val_get((l)->docs[(l)->at], name); v != NULL; v = NULL)

xie_status law__load_schema(struct law_load *l); /* header, person, members, events */
/* {name: type, ...} */
xie_status law__keys_of(struct law_load *l, const struct xie_val *m, const struct law_key **ret, uint32_t *ret_n);
xie_status law__full(struct law_load *l);

#endif
