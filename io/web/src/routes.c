/* SPDX-License-Identifier: Apache-2.0 */
/* The one table of routes.  tests/api compares it with api/openapi.yaml: paths, methods, names and roles. */
#include "api.h"

#define R(sym) XIE_ROLE_BIT(sym)
#define CASE_ACTORS (R(OFFICER) | R(UNIT_HEAD) | R(LEADER) | R(REVIEWER) | R(HEARING_HOST) | R(ARCHIVIST))
#define CASE_READERS (CASE_ACTORS | R(SUPERVISOR))
#define CASE_OFFICERS (R(OFFICER) | R(UNIT_HEAD))
#define ALERT_ROLES (R(DUTY) | R(OFFICER) | R(UNIT_HEAD))

enum { SMALL = 4 << 10, FORM = 64 << 10, STEP = 256 << 10 };

const struct web_route web_routes[] = {
	{ WEB_GET, "/healthz", "getHealth", ROLES_PUBLIC, 0, 0, api_health },
	{ WEB_GET, "/metrics", "getMetrics", ROLES_PUBLIC, 0, 0, api_metrics },
	{ WEB_GET, "/api/server", "getServer", ROLES_PUBLIC, ROUTE_FAST, 0, api_server },

	{ WEB_GET, "/api/session", "getSession", ROLES_ANY, ROUTE_FRESH, 0, api_session_get },
	{ WEB_POST, "/api/session", "login", ROLES_PUBLIC, ROUTE_LOGIN, SMALL, api_session_post },
	{ WEB_DELETE, "/api/session", "logout", ROLES_ANY, ROUTE_FRESH, 0, api_session_delete },
	{ WEB_PUT, "/api/session/password", "setPassword", ROLES_ANY, ROUTE_FRESH, SMALL, api_session_password },

	{ WEB_GET, "/api/search", "search", ROLES_ANY, 0, 0, api_search },
	{ WEB_GET, "/api/targets", "listTargets", ROLES_ANY, 0, 0, api_targets_list },
	{ WEB_GET, "/api/targets/{key}", "getTarget", ROLES_ANY, ROUTE_FAST, 0, api_target_get },
	{ WEB_GET, "/api/targets/{key}/track", "getTrack", ROLES_ANY, 0, 0, api_track },
	{ WEB_POST, "/api/targets/{key}/orders", "giveOrder", ALERT_ROLES, ROUTE_ONCE, FORM, api_order_give },
	{ WEB_GET, "/api/orders", "listOrders", ROLES_ANY, 0, 0, api_orders_list },
	{ WEB_GET, "/api/timeline", "getTimeline", ROLES_ANY, 0, 0, api_timeline },

	{ WEB_GET, "/api/alerts", "listAlerts", ROLES_ANY, 0, 0, api_alerts_list },
	{ WEB_GET, "/api/alerts/{id}", "getAlert", ROLES_ANY, 0, 0, api_alert_get },
	{ WEB_POST, "/api/alerts/{id}/acts", "actOnAlert", ALERT_ROLES, ROUTE_ONCE, FORM, api_alert_act },

	{ WEB_GET, "/api/cases", "listCases", CASE_READERS, 0, 0, api_cases_list },
	{ WEB_POST, "/api/cases", "openCase", CASE_OFFICERS, ROUTE_ONCE, FORM, api_case_open },
	{ WEB_GET, "/api/cases/{no}", "getCase", CASE_READERS, 0, 0, api_case_get },
	{ WEB_PATCH, "/api/cases/{no}", "setCase", CASE_OFFICERS, ROUTE_ONCE, FORM, api_case_set },
	{ WEB_GET, "/api/cases/{no}/steps", "listSteps", CASE_READERS, 0, 0, api_case_steps },
	{ WEB_PUT, "/api/cases/{no}/drafts/{event}", "saveDraft", CASE_ACTORS, 0, FORM, api_case_draft },
	{ WEB_POST, "/api/cases/{no}/events", "addCaseEvent", CASE_ACTORS, ROUTE_ONCE, STEP, api_case_event },
	{ WEB_GET, "/api/cases/{no}/documents/{doc}/text", "getDocumentText", CASE_READERS, 0, 0, api_case_doc_text },
	{ WEB_GET, "/api/verify/{doc}", "verifyDocument", ROLES_PUBLIC, 0, 0, api_verify },

	{ WEB_GET, "/api/parties", "listParties", CASE_READERS, 0, 0, api_parties_list },
	{ WEB_POST, "/api/parties", "addParty", CASE_OFFICERS, ROUTE_ONCE, FORM, api_party_add },
	{ WEB_GET, "/api/parties/{id}", "getParty", CASE_READERS, 0, 0, api_party_get },
	{ WEB_PATCH, "/api/parties/{id}", "setParty", CASE_OFFICERS, ROUTE_ONCE, FORM, api_party_set },
	{ WEB_GET, "/api/targets/{key}/dossier", "getTargetDossier", CASE_READERS, 0, 0, api_target_dossier },

	{ WEB_GET, "/api/zones", "listZones", ROLES_ANY, 0, 0, api_zones },
	{ WEB_GET, "/api/rules", "listRules", ROLES_ANY, 0, 0, api_rules },
	{ WEB_GET, "/api/packs", "listPacks", ROLES_ANY, 0, 0, api_packs },

	{ WEB_GET, "/api/sources", "listSources", ROLES_ANY, 0, 0, api_sources_list },
	{ WEB_POST, "/api/sources", "addSource", R(SYSADMIN), ROUTE_ONCE, SMALL, api_sources_add },
	{ WEB_GET, "/api/sources/{id}", "getSource", ROLES_ANY, 0, 0, api_source_get },
	{ WEB_PATCH, "/api/sources/{id}", "setSource", R(SYSADMIN), ROUTE_ONCE, SMALL, api_source_set },

	{ WEB_GET, "/api/start", "getStart", R(SYSADMIN) | R(SECADMIN) | R(AUDITOR), 0, 0, api_start },
	{ WEB_GET, "/api/events", "events", ROLES_ANY, ROUTE_STREAM, 0, api_events },
	{ WEB_PUT, "/api/events/{stream}/view", "setView", ROLES_ANY, ROUTE_FAST, SMALL, api_events_view },
	{ WEB_GET, "/api/stats", "getStats", ROLES_ANY, 0, 0, api_stats },

	{ WEB_GET, "/api/audit", "listAudit", R(AUDITOR) | R(SUPERVISOR), 0, 0, api_audit_list },
	{ WEB_GET, "/api/users", "listUsers", R(SECADMIN) | R(AUDITOR), 0, 0, api_users_list },
	{ WEB_POST, "/api/users", "addUser", R(SECADMIN), ROUTE_ONCE, SMALL, api_users_add },
	{ WEB_PATCH, "/api/users/{id}", "setUser", R(SECADMIN), ROUTE_ONCE, SMALL, api_users_set },
	{ WEB_GET, "/api/orgs", "listOrgs", ROLES_ANY, 0, 0, api_orgs_list },
};
const size_t web_n_routes = sizeof web_routes / sizeof web_routes[0];
