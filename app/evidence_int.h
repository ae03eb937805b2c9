/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to the checks of a bag: evidence_check.c, evidence_trust.c. */
#ifndef XIE_APP_EVIDENCE_INT_H
#define XIE_APP_EVIDENCE_INT_H

#include "evidence.h"

#include "xie/base/val.h"
#include "xie/seal/zip.h"

struct checking {
	struct evidence_report *rep;
	xie_arena *mem;
	struct xie_zip zip;
	xie_str *bytes; /* of entry i */
	xie_str anchors;              /* of the reader, PEM; none: only the bag speaks for itself */
	const struct evidence_reader *reader;
	const struct xie_val *alert;
	struct xie_rec *recs;
	size_t n_recs;
	uint8_t (*headers)[XIE_BLOCK_HEADER];
	uint64_t first_block;
	size_t n_blocks;
	xie_ms until;
};

struct evidence_finding *evidence__find(struct checking *c, const char *check, const char *zh, const char *en, enum evidence_grade g);
void evidence__detail(struct evidence_finding *f, const char *what, xie_str name);
void evidence__fail(struct checking *c, struct evidence_finding *f, const char *what, xie_str name);
xie_str evidence__entry(const struct checking *c, const char *name); /* empty when it is not there */
bool evidence__unhex(xie_str s, uint8_t *to, size_t n);
const struct xie_val *evidence__json(struct checking *c, xie_str text); /* NULL: not JSON */

/* ---- evidence_trust.c ---- */
void evidence__signatures(struct checking *c); /* stamp, both signatures */
void evidence__keys(struct checking *c);       /* the key log that came along */

/* ---- evidence_witness.c: after the frames ---- */
void evidence__witness(struct checking *c);    /* heads that outsiders saw */
void evidence__silence(struct checking *c);    /* of a rule about silence: everything that came meanwhile */

#endif
