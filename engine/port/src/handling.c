/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/port/handling.h"

static const char *const states[] = {
#define X(sym, code) code,
	XIE_HANDLING_MAP(X)
#undef X
};
static const char *const acts[] = {
#define X(sym, code) code,
	XIE_ACT_MAP(X)
#undef X
};
static const char *const unmets[] = {
#define X(sym, code) code,
	XIE_UNMET_MAP(X)
#undef X
};

const char *xie_handling_code(enum xie_handling_state s)
{
	return (unsigned)s < XIE_HANDLING__COUNT ? states[s] : "?";
}

const char *xie_act_code(enum xie_act a)
{
	return (unsigned)a < XIE_ACT__COUNT ? acts[a] : "?";
}

const char *xie_unmet_code(enum xie_unmet u)
{
	return (unsigned)u < XIE_UNMET__COUNT ? unmets[u] : "?";
}

xie_status xie_handling_parse(xie_str code, enum xie_handling_state *ret_s)
{
	for (unsigned i = 0; i < XIE_HANDLING__COUNT; i++)
		if (xie_str_is(code, states[i])) {
			*ret_s = (enum xie_handling_state)i;
			return XIE_OK;
		}
	return XIE_UNKNOWN;
}

xie_status xie_act_parse(xie_str code, enum xie_act *ret_a)
{
	for (unsigned i = 0; i < XIE_ACT__COUNT; i++)
		if (xie_str_is(code, acts[i])) {
			*ret_a = (enum xie_act)i;
			return XIE_OK;
		}
	return XIE_UNKNOWN;
}

enum xie_handling_state xie_handling_now(const struct xie_handling *h, bool closed, xie_ms now)
{
	if (h->state != XIE_HANDLING_SNOOZED)
		return h->state;
	bool over = h->snooze_to != XIE_NO_TIME ? h->snooze_to <= now : closed;
	return over ? h->before : XIE_HANDLING_SNOOZED;
}

static bool is_open(enum xie_handling_state s)
{
	return s == XIE_HANDLING_NEW || s == XIE_HANDLING_ACKNOWLEDGED || s == XIE_HANDLING_SNOOZED;
}

static void put(char *to, size_t cap, xie_str from)
{
	size_t n = from.n < cap ? from.n : cap - 1;
	while (n < from.n && n != 0 && ((unsigned char)from.p[n] & 0xc0) == 0x80)
		n--; /* never half a character */
	if (n != 0)
		memcpy(to, from.p, n);
	to[n] = '\0';
}

static enum xie_unmet verify(enum xie_handling_state state, const struct xie_act_request *r,
                             const struct xie_act_facts *f, struct xie_handling *next)
{
	bool again = state == XIE_HANDLING_VERIFIED || state == XIE_HANDLING_DISMISSED;
	if (!r->has_verdict)
		return XIE_UNMET_VERDICT;
	if (r->verdict && f->withdrawn)
		return XIE_UNMET_WITHDRAWN;
	if (r->reason.n == 0 && (!r->verdict || again))
		return XIE_UNMET_REASON;
	next->state = r->verdict ? XIE_HANDLING_VERIFIED : XIE_HANDLING_DISMISSED;
	put(next->reason, sizeof next->reason, r->reason);
	return XIE_UNMET_NONE;
}

static enum xie_unmet take_back(const struct xie_handling *h, const struct xie_act_request *r, xie_ms now,
                                struct xie_handling *next)
{
	if (!h->can_undo)
		return XIE_UNMET_NOTHING;
	if (!xie_str_is(r->by, h->by))
		return XIE_UNMET_OWN;
	if (now - h->acted > XIE_TAKE_BACK_MS)
		return XIE_UNMET_TIME;
	next->state = h->before;
	next->reason[0] = '\0';
	return XIE_UNMET_NONE;
}

enum xie_unmet xie_handling_step(const struct xie_handling *h, const struct xie_act_request *r,
                                 const struct xie_act_facts *f, xie_ms now, struct xie_handling *ret_next)
{
	enum xie_handling_state state = xie_handling_now(h, f->closed, now);
	struct xie_handling next = *h;
	enum xie_unmet u = XIE_UNMET_NONE;

	if (r->act == XIE_ACT_NOTE) {
		if (r->text.n == 0)
			return XIE_UNMET_TEXT;
		*ret_next = *h; /* a note changes nothing but the record of acts */
		return XIE_UNMET_NONE;
	}
	if (state == XIE_HANDLING_LEAD)
		return XIE_UNMET_NOT_A_LEAD;
	/* What a take-back restores: a snooze that stood before is restored as what it had covered. */
	next.before = state == XIE_HANDLING_SNOOZED ? h->before : state;
	next.snooze_to = XIE_NO_TIME;
	next.can_undo = r->act != XIE_ACT_TAKE_BACK && r->act != XIE_ACT_LEAD;
	switch (r->act) {
	case XIE_ACT_ACKNOWLEDGE:
		u = state == XIE_HANDLING_NEW || state == XIE_HANDLING_SNOOZED ? XIE_UNMET_NONE : XIE_UNMET_NOT_OPEN;
		next.state = XIE_HANDLING_ACKNOWLEDGED;
		break;
	case XIE_ACT_SNOOZE:
		u = is_open(state) ? XIE_UNMET_NONE : XIE_UNMET_NOT_OPEN;
		next.state = XIE_HANDLING_SNOOZED;
		next.snooze_to = r->snooze_min != 0 ? now + (xie_ms)r->snooze_min * 60000 : XIE_NO_TIME;
		if (u == XIE_UNMET_NONE && f->closed && r->snooze_min == 0)
			u = XIE_UNMET_NOT_OPEN; /* it has left already */
		put(next.reason, sizeof next.reason, r->reason);
		break;
	case XIE_ACT_VERIFY:
		u = verify(state, r, f, &next);
		break;
	case XIE_ACT_LEAD:
		u = f->withdrawn                     ? XIE_UNMET_WITHDRAWN
		    : state != XIE_HANDLING_VERIFIED ? XIE_UNMET_VERIFIED
		    : !f->names_violation            ? XIE_UNMET_VIOLATION
		                                     : XIE_UNMET_NONE;
		next.state = XIE_HANDLING_LEAD;
		break;
	default:
		u = take_back(h, r, now, &next);
		break;
	}
	if (u != XIE_UNMET_NONE)
		return u;
	next.acted = now;
	put(next.by, sizeof next.by, r->by);
	*ret_next = next;
	return XIE_UNMET_NONE;
}
