/* SPDX-License-Identifier: Apache-2.0 */
/* A case on the desk: its file replayed from the record, and the pieces of JSON that more than one route shows. */
#ifndef WEB_CASE_H
#define WEB_CASE_H

#include "records.h"

#include "xie/cases/file.h"
#include "xie/cases/tree.h"
#include "xie/cases/view.h"

#define CASE_KIND XIE_STR("case")

struct web_case {
	struct xie_case_file f;
	struct xie_subject row; /* in the request's memory */
	bool broken;            /* the chain does not hold: what stands before broken_at may be read, nothing may be done */
	uint64_t broken_at;
	struct xie_err err;     /* why the file cannot be replayed to its end, st OK: it can */
};

/* By its number.  False: the answer is made (no law loaded, no such case, a store that fails). */
bool web_case_load(struct web_req *r, xie_str no, struct web_case *ret);
/* A row in mem. */
xie_status web_subject_keep(xie_arena *mem, const struct xie_subject *s, struct xie_subject *ret);

/* ---- people (case_people.c) ---- */
/* {id: {role, also, name, cert ...}} of users who are to stand in the file and do not yet, or not as they are now.
 * ids: NULL ended by n.  False: one is no user who may act, and the answer is made. */
bool web_case_people(struct web_req *r, const struct web_case *k, const xie_str *ids, size_t n,
                     const struct xie_val **ret_people);
/* Every text under a person's key of data must name a real person; they are added to ids.  False: answer made. */
bool web_case_named(struct web_req *r, const struct xie_law *law, const struct xie_val *data, xie_str *ids, size_t cap,
                    size_t *n);
bool web_case_is_officer(const struct xie_who *who); /* holds a role that acts in cases */

/* ---- what is written with an act (case_write.c) ---- */
struct web_case_draft { /* of a subject change: everything in the request's memory */
	struct xie_subject_change change;
	struct xie_subject_key keys[64];
	struct xie_number numbers[16];
	struct xie_event events[3];
};
/* An event on k's file: put behind the others and added to the file, so that k is as it will be.  body: JSON. */
xie_status web_case_put_event(struct web_req *r, struct web_case *k, struct web_case_draft *d, xie_str event, xie_ms at,
                              xie_str by, xie_str body);
/* The row, its projection and its keys from the file as it stands. */
xie_status web_case_project(struct web_req *r, struct web_case *k, struct web_case_draft *d);
/* What the row's clock has come to since it was written; no events.  Called now and then. */
void web_cases_age(struct xie_web *w, struct web_scratch *s);
/* "docs":[{code, no, verify}] for documents that a step makes: numbers are taken with the act. */
xie_status web_case_number_docs(struct web_req *r, struct web_case *k, struct web_case_draft *d,
                                const struct xie_law_case *after, xie_wr *w);

/* ---- JSON (case_json.c) ---- */
void web_case_summary_json(struct xie_web *web, xie_arena *mem, xie_wr *w, const struct xie_subject *row, xie_ms now);
xie_status web_case_detail_json(struct web_req *r, xie_wr *w, const struct web_case *k);
void web_case_event_json(struct web_req *r, xie_wr *w, const struct xie_case_entry *e);
void web_case_clock_json(xie_wr *w, const struct xie_case_clock *c, const struct xie_law *law);
void web_case_unmet_json(xie_wr *w, const struct xie_law_unmet *list, uint32_t n); /* elements, no brackets */
void web_case_document_json(xie_wr *w, const struct web_case *k, const struct xie_law_doc *d);
void web_person_json(struct xie_web *web, xie_wr *w, const char *key, xie_str id); /* key NULL: an element */
/* 422 with everything that is missing. */
void web_case_refuse(struct web_req *r, const struct xie_law_unmet *list, uint32_t n);
/* 409 with the case as it is and what was done since. */
void web_case_conflict(struct web_req *r, const struct web_case *k, uint64_t since);
/* An event that the law cannot read. */
void web_case_bad_event(struct web_req *r, const struct xie_err *err);

#endif
