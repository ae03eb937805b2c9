/* SPDX-License-Identifier: Apache-2.0 */
/* app/world.h — what the files of the world share. */
#ifndef XIE_APP_WORLD_H
#define XIE_APP_WORLD_H

#include "site.h"

/* A reader of the journal that stays where it is when the next record wanted is near: a block is opened once.
 * Begin with { .s = site }; close s->journal's cursor c when done. */
struct world_seeker {
	struct site *s;
	struct xie_journal_cursor *c;
	struct xie_rec recs[256];
	size_t n, at;
	uint64_t next; /* position that would be read next, 0: no cursor */
};
/* The record at pos, borrowed until the next call; NULL when it cannot be read. */
const struct xie_rec *world_seek(struct world_seeker *k, uint64_t pos);

/* Of struct xie_world: world_tracks.c. */
xie_status world_track(void *self, const struct xie_key *target, xie_ms from, xie_ms to, xie_world_point_fn *fn,
                       void *ctx);
xie_status world_targets_at(void *self, struct xie_pt low, struct xie_pt high, xie_ms t, xie_world_point_fn *fn,
                            void *ctx);

#endif
