/* SPDX-License-Identifier: Apache-2.0 */
/* Registered parties: subject "party"; its projection is what the page sends, with what the check digits say. */
#ifndef WEB_PARTY_H
#define WEB_PARTY_H

#include "case.h"

/* The members of a Party.  masked: the middle of identifiers and telephones is not shown. */
void web_party_json(xie_arena *mem, xie_wr *w, const struct xie_subject *s, bool masked);
/* Reads PartyInput; the projection as JSON into w, its search words and its keys.  False: the answer is made. */
bool web_party_read(struct web_req *r, const struct xie_val *o, const struct xie_val *before, xie_wr *w, xie_wr *words,
                    struct xie_subject_key *keys, size_t cap, size_t *ret_n, xie_str *ret_name);

#endif
