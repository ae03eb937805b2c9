/* SPDX-License-Identifier: Apache-2.0 */
/* app/site_witness.h — every hour the head of the server's chain goes to the configured folder: `witness:` of the settings. */
#ifndef XIE_APP_SITE_WITNESS_H
#define XIE_APP_SITE_WITNESS_H

#include "site.h"

struct site_witness;
/* *ret_w NULL when none is configured.  False when the keys cannot be used, after saying why. */
bool site_witness_start(struct site *s, struct site_witness **ret_w);
void site_witness_stop(struct site_witness *w); /* NULL allowed; tells the head once more */

#endif
