/* SPDX-License-Identifier: Apache-2.0 */
/* xie/ingest/gate.h — JT/T 808 terminals on a listening source: the session machine (xie/jt808/session.h) on sockets.
 *
 * Frames go to the journal as they came, flags included, gathered over a round of the loop; a terminal gets its answer
 * once the journal has them on disk.  Heartbeats, requests for the time and what is refused are not kept.  Beside the
 * frames the journal gets FACT records of the same source, in their order:
 *
 *   {"fact":"terminal","id","state":"in"|"out","peer"?,"why"?}     logged in, gone
 *   {"fact":"media","id","media","kind","format","event","channel","bytes","at"?, ...}   a whole picture, sound or
 *     video came, taken at (ms); what the owner says of it stands at the end
 *   {"fact":"order","id","order","message","state","tries","result"?,"media"?,"answer"?}   an order came to a new state
 *
 * Everything runs on the ingest's loop; what others do with a gate they do within xie_ingest_call. */
#ifndef XIE_INGEST_GATE_H
#define XIE_INGEST_GATE_H

#include "xie/ingest/ingest.h"
#include "xie/jt808/session.h"

struct xie_gate;

struct xie_gate_media {
	const char *identity;
	struct xie_jt808_media about;
	struct xie_jt808_position position;
	const uint8_t *bytes; /* borrowed */
	size_t n;
	xie_ms now; /* UTC */
};

struct xie_gate_options {
	uint32_t source; /* its number */
	struct xie_jt808_settings set;
	struct xie_clock clock;
	void *self;
	/* May this terminal be served?  NULL: any may. */
	bool (*known)(void *self, xie_str identity);
	/* Keeps a picture, sound or video; members for its record go to note ("sha256" and "file", or "failed"), the
	 * digest in hexadecimal to ret_sha256 ("" when it could not be kept).  NULL: nothing is kept but the frames. */
	void (*media)(void *self, const struct xie_gate_media *m, xie_wr *note, char ret_sha256[static 65]);
	void (*log)(void *ctx, const char *line);
	void *log_ctx;
};

/* UNAVAILABLE: no memory; LIMIT: the settings ask for more than there can be. */
xie_status xie_gate_new(const struct xie_gate_options *o, struct xie_gate **ret_g) XIE_MUST_USE;
void xie_gate_free(struct xie_gate *g); /* after its source was removed; NULL allowed */
const struct xie_gateway *xie_gate_gateway(const struct xie_gate *g);

struct xie_gate_state {
	struct xie_jt808_hub_counts hub;
	uint64_t bad[XIE_JT808_BAD__COUNT];    /* pieces that are no frames */
	uint64_t refused[XIE_JT808_WHY__COUNT]; /* good frames that were not accepted */
	uint64_t closed[XIE_JT808_WHY__COUNT];  /* connections that we ended */
	uint64_t logins, unknown;               /* unknown: registrations and logins of terminals not served here */
	uint64_t media_kept, media_failed;
	uint64_t notes_lost;                    /* FACT records that a full journal left no room for */
	char bad_sample[81];                    /* beginning of the last bad piece, hexadecimal */
};
/* ---- within xie_ingest_call ---- */
void xie_gate_look(const struct xie_gate *g, struct xie_gate_state *ret_s);
bool xie_gate_serves(const struct xie_gate *g, xie_str identity);
/* As xie_jt808_order; patience: how long its terminal may stay away, ms.  Its states follow as FACT records, the first (queued) before it returns.  LIMIT also when the
 * journal takes nothing now. */
xie_status xie_gate_order(struct xie_gate *g, struct xie_ingest *in, uint64_t order, xie_str identity,
                          const struct xie_jt808_msg *msg, xie_ms patience) XIE_MUST_USE;

#endif
