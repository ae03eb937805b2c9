/* SPDX-License-Identifier: Apache-2.0 */
/* app/case_play.h — a scripted case played to its end, with every paper that it made. */
#ifndef XIE_APP_CASE_PLAY_H
#define XIE_APP_CASE_PLAY_H

#include "xie/law/law.h"
#include "xie/print/print.h"

struct case_paper {
	xie_str code, zh;
	uint32_t no;                    /* from 1 among those of its code */
	bool served;
	uint32_t n_events;              /* events accepted when it was made (or brought up to date), that one included */
	const struct xie_law_case *c;   /* the case right behind it */
};

struct case_play {
	const struct xie_law *law;
	const struct xie_forms *forms;
	const struct xie_val *header;
	const struct xie_val **events;  /* the accepted ones */
	uint32_t n_events;
	const struct xie_law_case *c;   /* at the end */
	struct case_paper *papers;      /* in order of their first making */
	uint32_t n_papers, refused;
};

/* Reads and plays the script at path (- for standard input).  Complaints go to standard error; false after one.  A refused event
 * is no complaint: it is counted. */
bool case_play(xie_arena *mem, const struct xie_law *law, const struct xie_forms *forms, const char *path, struct case_play *ret);
/* The same without a file: a case from its header, then its events one by one.  header, event: kept.  Errors as xie_law_open
 * and xie_law_step; LIMIT over 20,000 events. */
xie_status case_play_open(xie_arena *mem, const struct xie_law *law, const struct xie_forms *forms, const struct xie_val *header,
                          struct case_play *ret, struct xie_err *reterr);
xie_status case_play_event(struct case_play *p, xie_arena *mem, const struct xie_val *event, struct xie_err *reterr);
/* What prints the paper: the case as it stood.  party, common: as in xie_print_case. */
struct xie_print_case case_paper_case(const struct case_play *p, const struct case_paper *paper, const struct xie_val *party,
                                      const struct xie_val *common);
/* The law and (where ret_forms is not NULL) the templates of packs.  Packs without a law of their own that do not say what they
 * extend stand on cn-core beside the first of them. */
xie_status case_law(xie_arena *mem, const char *const *packs, size_t n, const struct xie_law **ret_law,
                    const struct xie_forms **ret_forms, struct xie_err *reterr);
/* The same; complains on standard error, false then. */
bool case_packs(xie_arena *mem, const char **packs, size_t n, const struct xie_law **ret_law, const struct xie_forms **ret_forms);
/* What /verify/ID of a paper is: 20 hexadecimal digits of case, code, number and the chain's head; says nothing of anybody. */
void case_paper_id(const struct case_play *play, const struct case_paper *p, char ret[static 21]);

#endif
