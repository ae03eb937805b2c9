/* SPDX-License-Identifier: Apache-2.0 */
/* app/evidence.h — an alert as material that a stranger can check: a BagIt bag (RFC 8493) in a ZIP.
 *
 *   bagit.txt bag-info.txt manifest-sha256.txt manifest-sm3.txt tagmanifest-sha256.txt tagmanifest-sm3.txt
 *   data/alert.json         the fact, as `xiezhi replay` prints it, with the digests that made its id
 *   data/arithmetic.json    the rule's numbers, the instants compared, the frames that carried them
 *   data/frames.ndjson      raw frames of the target (and other), each with its path to a block of the journal
 *   data/blocks.ndjson      the headers of those blocks, chained
 *   data/track.ndjson       the same frames decoded, for people
 *   data/map.svg            the track and the zone
 *   data/packs/ID/...       the packs in force, as they were loaded
 *   data/revises.json       the sealed bag that this one revises: that one stays as it is
 *   data/device.json data/case.json   papers and numbers, when there are any
 *   signature/...           detached signatures over the tag manifests, certificates, the keys' log, time stamp
 *
 * docs/evidence.md tells how to check it with sha256sum and openssl alone. */
#ifndef XIE_APP_EVIDENCE_H
#define XIE_APP_EVIDENCE_H

#include <stdio.h>

#include "keys.h"

#include "xie/model/alert.h"
#include "xie/pack/pack.h"
#include "xie/port/journal.h"
#include "xie/rule/rule.h"

struct evidence_request {
	const struct xie_rules *rules;
	const struct xie_packs *packs;
	const struct xie_alert *alert;
	struct xie_journal journal;    /* sealed up to the alert's last frame */
	const struct keys *keys;
	xie_ms made_at;
	xie_ms until;                  /* receive time up to which frames are taken */
	const char *organisation;
	const char *device_json, *case_json; /* or NULL */
	const char *revises_json;      /* the sealed bag that this one revises, or NULL: {"bag_sha256","reason"} */
	xie_str heads;                 /* witnessed heads to choose from (app/witness.h), or empty */
};

/* Writes the bag to f.  reterr says what is missing (frames that were purged, a block not sealed). */
xie_status evidence_make(const struct evidence_request *rq, FILE *f, xie_arena *mem, struct xie_err *reterr) XIE_MUST_USE;

/* What a check of a bag found.  PROVEN: by arithmetic that anyone repeats; ATTESTED: by a signature that leads to an
 * anchor the reader brought; SELF: only the bag itself says so; ABSENT: the bag has no such thing; FAILED. */
enum evidence_grade { EVIDENCE_PROVEN, EVIDENCE_ATTESTED, EVIDENCE_SELF, EVIDENCE_ABSENT, EVIDENCE_FAILED };
enum { EVIDENCE_FINDINGS = 32 };
struct evidence_finding {
	const char *check;   /* "archive", "manifest", ... */
	const char *zh, *en; /* what was asked */
	enum evidence_grade grade;
	char detail[240];
};
struct evidence_report {
	struct evidence_finding found[EVIDENCE_FINDINGS];
	size_t n;
	bool ok;             /* nothing failed */
	char alert[33], rule[96], target[48], pack[96], signer[128];
	xie_ms open, stamped;
};
const char *evidence_grade_name(enum evidence_grade g);    /* "proven", ... */
const char *evidence_grade_zh(enum evidence_grade g);

/* What a reader brings along, all of it from elsewhere than the bag; empty texts: nothing. */
struct evidence_reader {
	xie_str anchors; /* certificates that are trusted, PEM */
	xie_str crl;     /* a revocation list newer than the bag's, PEM */
	xie_str heads;   /* heads of the chain that the reader kept (app/witness.h) */
};
/* Checks a bag and judges its frames again.  reader NULL: brings nothing.  Uses a folder of its own below the temporary
 * folder for the packs, and removes it. */
void evidence_check(const void *zip, size_t n, const struct evidence_reader *reader, xie_arena *mem, struct evidence_report *ret);

#endif
