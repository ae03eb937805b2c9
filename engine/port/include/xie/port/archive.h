/* SPDX-License-Identifier: Apache-2.0 */
/* xie/port/archive.h — tracks for display and statistics, and the engine's snapshots.
 *
 * A chunk holds the positions of one target within one hour, encoded by core/track; the archive knows their extent
 * and keeps the bytes.  Verdicts are never computed from here: they are re-run from frames (DESIGN, decision 3). */
#ifndef XIE_PORT_ARCHIVE_H
#define XIE_PORT_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"
#include "xie/model/key.h"
#include "xie/model/obs.h"

struct xie_chunk {
	struct xie_key target;
	xie_ms from, to;         /* event time of the first and last point; within one hour of UTC */
	struct xie_pt low, high; /* box around the points; low.lon > high.lon: it crosses 180 */
	uint32_t n;              /* points */
	uint32_t format;         /* of bytes: the codec's version */
	xie_str bytes;
	bool moved; /* for chunk_put: the chunk that starts at `was` is this one, from before something earlier came */
	xie_ms was;
};
typedef xie_status xie_chunk_fn(void *ctx, const struct xie_chunk *c); /* borrowed; not XIE_OK ends the listing */

/* What a snapshot was made of; a reader that cannot continue from it takes an older one, or the journal. */
struct xie_snapshot_meta {
	uint64_t position;  /* the last record it includes */
	xie_ms at;          /* receive time of that record */
	uint32_t semantics; /* number of the rules' meaning */
	uint32_t format;    /* of the bytes */
	xie_str packs;      /* digests of the packs in force, comma separated */
};
struct xie_snapshot_writer;
struct xie_snapshot_reader;

struct xie_archive {
	void *self;

	/* All or none within a month.  A chunk with the same target and start replaces the one before, one that moved the
	 * one that it was (late fixes). */
	xie_status (*chunk_put)(void *self, const struct xie_chunk *c, size_t n);
	/* One target's chunks that touch [from, to], by start. */
	xie_status (*chunk_list)(void *self, const struct xie_key *target, xie_ms from, xie_ms to, xie_chunk_fn *fn,
	                         void *ctx);
	/* All chunks that touch [from, to] and the box (low.lon > high.lon crosses 180), in no order. */
	xie_status (*chunk_box)(void *self, struct xie_pt low, struct xie_pt high, xie_ms from, xie_ms to,
	                        xie_chunk_fn *fn, void *ctx);

	/* A snapshot becomes readable by commit alone, whole and checked; writes before it may be lost. */
	xie_status (*snapshot_begin)(void *self, const struct xie_snapshot_meta *meta, struct xie_snapshot_writer **ret_w);
	xie_status (*snapshot_write)(void *self, struct xie_snapshot_writer *w, const void *p, size_t n);
	xie_status (*snapshot_commit)(void *self, struct xie_snapshot_writer *w); /* w is gone, also on failure */
	void (*snapshot_abort)(void *self, struct xie_snapshot_writer *w);

	/* nth newest (0, 1 ...) that passes its check; MISSING when there is none.  meta's text lives with the reader. */
	xie_status (*snapshot_open)(void *self, unsigned nth, struct xie_snapshot_meta *ret_meta,
	                            struct xie_snapshot_reader **ret_r);
	/* *ret_n = 0 at the end. */
	xie_status (*snapshot_read)(void *self, struct xie_snapshot_reader *r, void *p, size_t cap, size_t *ret_n);
	void (*snapshot_close)(void *self, struct xie_snapshot_reader *r);
};

#endif
