/* SPDX-License-Identifier: Apache-2.0 */
/* The store port over plain arrays: what tests of its users need, and a way to make any call fail.
 * Keeps the port's promises that those users rely on: scope, versions, revisions, once, order of changes. */
#ifndef XIE_TESTS_MEMSTORE_H
#define XIE_TESTS_MEMSTORE_H

#include "xie/port/clock.h"
#include "xie/port/store.h"

struct memstore;

struct memstore *memstore_new(struct xie_clock clock);
void memstore_free(struct memstore *m);
struct xie_store *memstore_port(struct memstore *m);

/* The call with this number from now on (1 = the next) fails with IO; 0 = none.  Calls are counted on. */
void memstore_fail(struct memstore *m, unsigned nth);
/* Changes the stored text of an event behind the port's back.  False when there is no such event. */
bool memstore_tamper(struct memstore *m, xie_str kind, xie_str no, uint64_t n);
/* How many audit rows there are, and the action of the newest. */
size_t memstore_audits(struct memstore *m, char *action, size_t cap);

#endif
