/* SPDX-License-Identifier: Apache-2.0 */
/* The handlers, one for each operation of api/openapi.yaml, by file. */
#ifndef WEB_API_H
#define WEB_API_H

#include "web_int.h"

/* api_session.c */
void api_session_get(struct web_req *r);
void api_session_post(struct web_req *r);
void api_session_delete(struct web_req *r);
void api_session_password(struct web_req *r);
/* The caller's own password, given again for a grave act.  False: the answer is made. */
bool web_password_right(struct web_req *r, xie_str password);
/* The argon2id text of a password that passes the policy.  False: the answer is made. */
bool web_hash_password(struct web_req *r, const char *field, xie_str password, xie_str login, xie_str *ret_hash);
void web_officer_json(struct web_req *r, xie_wr *w, const struct xie_user *u);

/* api_users.c */
void api_users_list(struct web_req *r);
void api_users_add(struct web_req *r);
void api_users_set(struct web_req *r);
void api_orgs_list(struct web_req *r);
void api_audit_list(struct web_req *r);

/* api_server.c */
void api_health(struct web_req *r);
void api_metrics(struct web_req *r);
void api_server(struct web_req *r);
void api_start(struct web_req *r);
void api_stats(struct web_req *r);

/* api_watch.c */
void api_targets_list(struct web_req *r);
void api_target_get(struct web_req *r);
void api_track(struct web_req *r);
void api_zones(struct web_req *r);
void api_rules(struct web_req *r);
void api_packs(struct web_req *r);
void api_search(struct web_req *r);
void api_timeline(struct web_req *r);

/* api_sources.c */
void api_sources_list(struct web_req *r);
void api_sources_add(struct web_req *r);
void api_source_get(struct web_req *r);
void api_source_set(struct web_req *r);

/* api_orders.c */
void api_orders_list(struct web_req *r);
void api_order_give(struct web_req *r);

/* api_alerts.c */
void api_alerts_list(struct web_req *r);
void api_alert_get(struct web_req *r);
void api_alert_act(struct web_req *r);

/* api_cases.c */
void api_cases_list(struct web_req *r);
void api_case_get(struct web_req *r);
void api_case_open(struct web_req *r);
void api_case_set(struct web_req *r);

/* api_case_steps.c */
void api_case_steps(struct web_req *r);
void api_case_draft(struct web_req *r);
void api_case_event(struct web_req *r);

/* api_case_docs.c */
void api_case_doc_text(struct web_req *r);
void api_verify(struct web_req *r);

/* api_parties.c */
void api_parties_list(struct web_req *r);
void api_party_add(struct web_req *r);
void api_party_get(struct web_req *r);
void api_party_set(struct web_req *r);
void api_target_dossier(struct web_req *r);
/* "party" and "case" of an amendment that names a registered party, with further facts (NULL allowed).  False: answered. */
bool web_party_facts(struct web_req *r, xie_str id, xie_wr *w, const struct xie_val *facts);

/* api_events.c */
void api_events(struct web_req *r);
void api_events_view(struct web_req *r);

#endif
