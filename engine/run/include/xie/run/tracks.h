/* SPDX-License-Identifier: Apache-2.0 */
/* xie/run/tracks.h — fixes on their way into the archive: gathered by target and hour, written as chunks.
 *
 * A chunk is written once its hour lies well behind, and whenever xie_tracks_sync asks; written again when more comes for
 * its hour.  An hour that is on disk already is read and joined before it is written, so that fixes which come late, or
 * twice because a part of the journal is judged again after a kill, end in one chunk, each once.
 *
 * Not archived, and in the frames only: fixes whose clock is suspect, fixes older than 30 days, the same transmission
 * heard again within 30 s, and what goes beyond XIE_TRACK_MOST fixes of one target in one hour (counted).
 *
 * When its memory is full everything is written and memory begins anew; that hour then has several chunks of a target.  When that cannot be written either, what comes is
 * lost to the archive, and xie_tracks_sync fails from then on: no snapshot may be kept, so that the next start judges the
 * journal again from before the loss, and nothing is missing.
 *
 * No lock: one thread at a time.  Nothing is allocated but from the arena. */
#ifndef XIE_RUN_TRACKS_H
#define XIE_RUN_TRACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/arena.h"
#include "xie/model/obs.h"
#include "xie/port/archive.h"
#include "xie/track/archive.h"

struct xie_tracks;

struct xie_tracks_counts {
	uint64_t points, chunks, bytes; /* taken; written, those written again too */
	uint64_t suspect, old, echoes, crowded, lost, failures;
	uint64_t open; /* chunks in memory */
};

/* mem: kept, at least XIE_TRACKS_MIN.  archive: kept.  LIMIT. */
#define XIE_TRACKS_MIN ((size_t)16 << 20)
xie_status xie_tracks_new(xie_arena *mem, const struct xie_archive *archive, struct xie_tracks **ret_t) XIE_MUST_USE;
/* A fix of a target; now: receive time. */
void xie_tracks_put(struct xie_tracks *t, enum xie_target_kind kind, const struct xie_key *key, const struct xie_fix *f,
                    xie_ms now);
/* Writes and forgets the chunks whose hour ended 15 minutes before now. */
void xie_tracks_tick(struct xie_tracks *t, xie_ms now);
/* Everything that was put is on disk when this answers OK. */
xie_status xie_tracks_sync(struct xie_tracks *t) XIE_MUST_USE;
struct xie_tracks_counts xie_tracks_counts_of(const struct xie_tracks *t);

/* What is in memory of one target (key NULL: of all), hour by hour, each in no order; points of it may be on disk too.
 * fn answers false to stop. */
typedef bool xie_tracks_fn(void *ctx, const struct xie_key *key, enum xie_target_kind kind, const struct xie_track_pt *p, size_t n);
void xie_tracks_each(const struct xie_tracks *t, const struct xie_key *key, xie_tracks_fn *fn, void *ctx);

#endif
