/* SPDX-License-Identifier: Apache-2.0 */
/* xie/cases/file.h — a case's file: stored events, one after another, into the case as the law sees it.
 *
 * The record of a case is the chain of subject "case" (xie/port/store.h).  Its events are
 *
 *   open    {"header": {"case", "people"}, "title", "alert", "party", ...}      the first, once
 *   amend   {"case": {...}, "title", "party", "reason"}     what the file says of the act or the party is written on or corrected
 *   others  {"data": {...}, "people": {id: {...}}, "docs": [{"code", "no", "verify"}]}   an event of procedure-format.md
 *
 * People enter the file with the first event that names them, and again when what is known of them has changed (a
 * certificate renewed or withdrawn): what counts for an act is what was known then.  So a replay gives what was seen.
 *
 * Pure: memory from the caller's arena, time from the events.  A file points into the texts it was given (kept). */
#ifndef XIE_CASES_FILE_H
#define XIE_CASES_FILE_H

#include "xie/chain/event.h"
#include "xie/law/law.h"

enum { XIE_CASE_ENTRIES = 2000, XIE_CASE_DATA = 1 << 20 };

struct xie_case_entry {
	uint64_t n;
	xie_ms at;
	xie_str event, zh, en, user;
	const struct xie_val *by;
	const struct xie_val *body; /* as stored */
	const struct xie_val *data; /* of the law's event; what was amended; NULL for open */
	const struct xie_val *docs; /* made by it, or NULL */
	const struct xie_law_case *after;
	bool law;                   /* an event of the law's, not of the file's own */
	uint8_t digest[32];
};

struct xie_case_file {
	const struct xie_law *law;
	xie_arena *mem;
	const struct xie_law_case *c;  /* NULL until opened */
	const struct xie_val *header;  /* {"case", "people"} as it is now */
	const struct xie_val *opening; /* body of the first event */
	xie_str title, party, alert;   /* party: id of a registered one */
	struct xie_case_entry *entries;
	uint32_t n, cap;
	const struct xie_val **events; /* those of the law, as xie_law_step had them */
	uint32_t n_events;
	uint8_t head[32];              /* digest of the last entry */
};

void xie_case_file_init(struct xie_case_file *f, const struct xie_law *law, xie_arena *mem);

/* The next stored event.  MALFORMED, UNKNOWN, RANGE, MISSING: a body that cannot be read, with what; REFUSED: the law as
 * it is loaded does not allow what was allowed then; LIMIT.  The file is as before then. */
xie_status xie_case_file_add(struct xie_case_file *f, const struct xie_event *e, struct xie_err *reterr) XIE_MUST_USE;

/* Tries a step on the file without writing it down: people are added first (NULL: nobody new).  *ret_next is the case
 * after it where the law allows it, and *ret_header what it stands on.  Errors as xie_law_step. */
xie_status xie_case_file_try(const struct xie_case_file *f, xie_str event, xie_ms at, const struct xie_val *by,
                             const struct xie_val *data, const struct xie_val *people, const struct xie_law_case **ret_next,
                             const struct xie_val **ret_header, struct xie_law_outcome *ret_out,
                             struct xie_err *reterr) XIE_MUST_USE;

/* Codes of the documents that stand in b and not, or not of that day, in a. */
xie_status xie_case_new_docs(const struct xie_law_case *a, const struct xie_law_case *b, xie_arena *mem,
                             const struct xie_law_doc **ret_list, uint32_t *ret_n) XIE_MUST_USE;

/* Number and check number given to the latest making of a document; false when it has none. */
bool xie_case_doc_numbers(const struct xie_case_file *f, xie_str code, xie_str *ret_no, xie_str *ret_verify);

#endif
