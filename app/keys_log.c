/* SPDX-License-Identifier: Apache-2.0 */
#include "keys.h"

#include <string.h>

#include "loglines.h"

#include "xie/base/time.h"
#include "xie/base/val.h"

static const struct {
	const char *name;
	enum xie_revoke_reason why;
} reasons[] = { { "unspecified", XIE_REVOKE_UNSPECIFIED },
	        { "keyCompromise", XIE_REVOKE_KEY_COMPROMISE },
	        { "affiliationChanged", XIE_REVOKE_AFFILIATION_CHANGED },
	        { "superseded", XIE_REVOKE_SUPERSEDED },
	        { "cessationOfOperation", XIE_REVOKE_CESSATION } };

bool keys_reason_of(const char *name, enum xie_revoke_reason *ret_why)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (strcmp(reasons[i].name, name) == 0) {
			*ret_why = reasons[i].why;
			return true;
		}
	return false;
}

const char *keys_reason_name(enum xie_revoke_reason why)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].why == why)
			return reasons[i].name;
	return "?";
}

const char *keys_state_name(enum keys_state s)
{
	static const char *const names[] = { "unknown", "in_force", "rotated", "retired", "revoked" };
	return (unsigned)s < sizeof names / sizeof names[0] ? names[s] : "?";
}

static void copy(char *to, size_t cap, xie_str s)
{
	size_t n = s.n < cap - 1 ? s.n : cap - 1;
	if (n != 0)
		memcpy(to, s.p, n);
	to[n] = '\0';
}

struct keys_known *keys_log_find(struct keys_log *l, const char *serial)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->known[i].serial, serial) == 0)
			return &l->known[i];
	return NULL;
}

static uint64_t from_hex(xie_str s)
{
	uint64_t v = 0;
	for (size_t i = 0; i < s.n && i < 16; i++) {
		char c = s.p[i];
		v = v << 4 | (uint64_t)(c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 0);
	}
	return s.n <= 16 ? v : 0;
}

static void learn(struct keys_log *l, const struct xie_event *e, const struct xie_val *data)
{
	struct keys_known *k = &l->known[l->n++];
	*k = (struct keys_known){ .state = KEYS_IN_FORCE, .serial_u64 = from_hex(xie_val_get_str(data, "serial")) };
	copy(k->serial, sizeof k->serial, xie_val_get_str(data, "serial"));
	copy(k->role, sizeof k->role, e->id);
	copy(k->subject, sizeof k->subject, xie_val_get_str(data, "subject"));
	copy(k->algorithm, sizeof k->algorithm, xie_val_get_str(data, "algorithm"));
	copy(k->place, sizeof k->place, xie_val_get_str(data, "place"));
	if (xie_time_parse(xie_val_get_str(data, "from"), 0, &k->from) != XIE_OK || xie_time_parse(xie_val_get_str(data, "to"), 0, &k->to) != XIE_OK)
		k->from = k->to = e->at;
}

static void end(struct keys_known *k, enum keys_state state, xie_ms since, xie_str reason)
{
	if (k == NULL || k->state == KEYS_REVOKED) /* nothing is said of a key after its revocation */
		return;
	k->state = state;
	k->since = since;
	copy(k->reason, sizeof k->reason, reason);
}

struct reading {
	struct keys_log *log;
	xie_arena *mem;
};

static bool on_event(void *self, const struct xie_event *e)
{
	struct reading *r = self;
	const struct xie_val *data = NULL;
	char serial[48], old[48];
	xie_ms since = e->at;
	if (!xie_str_is(e->kind, "key") || xie_json_read(r->mem, e->data, (struct xie_val_limits){ .depth = 8 }, &data, NULL) != XIE_OK)
		return true;
	copy(serial, sizeof serial, xie_val_get_str(data, "serial"));
	copy(old, sizeof old, xie_val_get_str(data, "replaces"));
	xie_str reason = xie_val_get_str(data, "reason");
	struct keys_known *k = keys_log_find(r->log, serial);
	if (xie_str_is(e->event, "key_new") || xie_str_is(e->event, "key_rotated")) {
		if (old[0] != '\0')
			end(keys_log_find(r->log, old), KEYS_ROTATED, e->at, reason);
		if (k == NULL && r->log->n < KEYS_LOG_MAX)
			learn(r->log, e, data);
	} else if (xie_str_is(e->event, "key_retired")) {
		end(k, KEYS_RETIRED, e->at, reason);
	} else if (xie_str_is(e->event, "key_revoked") && k != NULL) {
		char why[32];
		copy(why, sizeof why, xie_val_get_str(data, "why"));
		if (xie_time_parse(xie_val_get_str(data, "since"), 0, &since) != XIE_OK)
			since = e->at;
		end(k, KEYS_REVOKED, since, reason);
		if (!keys_reason_of(why, &k->why))
			k->why = XIE_REVOKE_UNSPECIFIED;
	}
	return true;
}

xie_status keys_log_read(xie_str text, xie_str authority_crt, xie_arena *mem, struct keys_log *ret_l, struct xie_err *reterr)
{
	struct reading r = { .log = ret_l, .mem = mem };
	ret_l->n = 0;
	return log_walk(text, authority_crt, mem, on_event, &r, NULL, reterr);
}
