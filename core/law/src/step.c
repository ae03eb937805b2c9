/* SPDX-License-Identifier: Apache-2.0 */
/* One event: read, allowed or refused with all that is missing, applied. */
#include "step.h"

#include "xie/base/time.h"

#define MAX_AUTO 16 /* what the law does by itself between two events settles in a few rounds */

static xie_status bad(struct xie_err *err, xie_status st, const struct xie_val *at, const char *what, const char *hint)
{
	return xie_err_set(err, st, at != NULL ? at->line : 0, at != NULL ? at->column : 0, what, hint);
}

xie_status law__sticky(const struct law_ctx *x, const struct xie_val *at, struct xie_err *err)
{
	if (x->st == XIE_OK)
		return XIE_OK;
	if (x->st == XIE_MISSING) {
		char year[12];
		xie_wr w = xie_wr_of(year, sizeof year);
		xie_wr_i64(&w, x->year);
		(void)bad(err, XIE_MISSING, at, "no calendar for the year ", "add calendar/YEAR.yaml from the State Council's notice");
		xie_err_add(err, year, w.n);
		return XIE_MISSING;
	}
	return bad(err, x->st, at, x->st == XIE_LIMIT ? "no room for the step" : "a sum that is out of range", NULL);
}

static xie_status read_event(const struct xie_law *law, const struct xie_law_case *c, const struct xie_val *event,
                             struct law_ctx *x, const struct law_event **ret_def, struct xie_err *err)
{
	static const char *const keys[] = { "at", "event", "by", "data" };
	if (event->kind != XIE_VAL_OBJECT)
		return bad(err, XIE_MALFORMED, event, "an event must be an object", "{\"at\":..., \"event\":..., \"by\":[...]}");
	XIE_VAL_EACH(m, event)
	{
		bool known = false;
		for (size_t i = 0; i < 4; i++)
			known = known || xie_str_is(m->key, keys[i]);
		if (!known) {
			(void)bad(err, XIE_UNKNOWN, m, "unknown key of an event: ", "at, event, by, data");
			xie_err_add(err, m->key.p, m->key.n);
			return XIE_UNKNOWN;
		}
	}
	const struct xie_val *at = xie_val_get(event, "at"), *name = xie_val_get(event, "event");
	const struct xie_val *by = xie_val_get(event, "by"), *data = xie_val_get(event, "data");
	if (at == NULL || name == NULL)
		return bad(err, XIE_MISSING, event, at == NULL ? "an event without its time" : "an event without its name",
		           "{\"at\":..., \"event\":..., \"by\":[...]}");
	if (at->kind != XIE_VAL_STRING || xie_time_parse(at->s, law->offset, &x->at) != XIE_OK)
		return bad(err, XIE_MALFORMED, at, "not a time", "2021-09-24T10:00:00+08:00");
	if (x->at < c->at)
		return bad(err, XIE_RANGE, at, "an event before the one before it", "events stand in order of time");
	int32_t e = law__find_event(law, xie_val_str(name));
	if (e < 0) {
		(void)bad(err, XIE_UNKNOWN, name, "unknown event: ", "docs/procedure-format.md lists them");
		xie_err_add(err, xie_val_str(name).p, xie_val_str(name).n);
		return XIE_UNKNOWN;
	}
	if (by != NULL && by->kind != XIE_VAL_NULL) {
		static const struct law_key by_key = { .name = { "by", 2 }, .type = { "[text]", 6 }, .mask = TY_TEXTS };
		struct xie_val only = *by; /* as the one member of an object */
		only.next = NULL;
		struct xie_val holder = { .kind = XIE_VAL_OBJECT, .count = 1, .first = &only };
		xie_status st = law__check_members(law, &by_key, 1, &holder, "", err);
		if (st != XIE_OK)
			return st;
		x->by = by;
	}
	if (data != NULL && data->kind != XIE_VAL_NULL) {
		if (data->kind != XIE_VAL_OBJECT)
			return bad(err, XIE_MALFORMED, data, "data must be an object", NULL);
		xie_status st = law__check_members(law, law->events[e].keys, law->events[e].n_keys, data,
		                                   "unknown key of this event: ", err);
		if (st != XIE_OK)
			return st;
		x->data = data;
	}
	*ret_def = &law->events[e];
	return XIE_OK;
}

/* The row of this event for the case's state; else the first row of its procedure, as the nearest. */
const struct law_row *law__choose(struct law_ctx *x, uint16_t event, bool *ret_here)
{
	const struct xie_law *law = x->law;
	const struct law_row *near = NULL, *same = NULL;
	for (uint32_t i = 0; i < law->n_rows; i++) {
		const struct law_row *r = &law->rows[i];
		if (r->event != event || (r->procs >> x->c->proc & 1) == 0)
			continue;
		near = near != NULL ? near : r;
		if ((r->from >> x->c->state & 1) == 0)
			continue;
		same = same != NULL ? same : r;
		if (law__holds(x, r->when)) {
			*ret_here = true;
			return r;
		}
	}
	*ret_here = false; /* none of them is the way from here: what stands in the nearest one tells why, and nobody takes it */
	return same != NULL ? same : near;
}

void law__lets(struct law_ctx *x, const struct law_row *row)
{
	x->row = row;
	for (uint32_t i = 0; i < row->let_names.n; i++)
		x->let[i] = LV_NONE;
	for (uint32_t i = 0; i < row->let_names.n; i++)
		x->let[i] = law__eval(x, row->lets[i]);
}

/* What the law brings about by itself until now; *c is replaced by copies. */
void law__automatic(struct law_ctx *x, const struct xie_law_case **c, xie_str event)
{
	const struct xie_law *law = x->law;
	for (int round = 0; round < MAX_AUTO; round++) {
		bool fired = false;
		for (uint32_t i = 0; i < law->n_autos && x->st == XIE_OK; i++) {
			const struct law_row *a = &law->autos[i];
			if ((a->from >> (*c)->state & 1) == 0 || law__word_in(event, a->unless))
				continue;
			x->c = *c;
			law__lets(x, a);
			if (!law__holds(x, a->when) || x->st != XIE_OK)
				continue;
			struct xie_law_case *k = law__copy(x->mem, *c);
			if (k == NULL) {
				x->st = XIE_LIMIT;
				return;
			}
			if (a->as != NULL)
				for (uint32_t n = 0; n < a->as->let_names.n; n++)
					x->let[n] = LV_NONE;
			if (!law__apply(x, k, a))
				return;
			*c = k;
			fired = true;
		}
		if (!fired || x->st != XIE_OK)
			break;
	}
	x->c = *c;
}

static xie_status accept(struct law_ctx *x, const struct xie_law_case *c, const struct law_row *row,
                         const struct xie_val *event, const struct xie_law_case **ret_next, struct xie_err *err)
{
	struct xie_law_case *k = law__copy(x->mem, c);
	if (k == NULL)
		return bad(err, XIE_LIMIT, event, "no room for the step", NULL);
	if (!law__apply(x, k, row))
		return law__sticky(x, event, err);
	k->at = x->at;
	k->n_events++;
	xie_status st = xie_law_chain_next(c->chain, event, x->mem, k->chain);
	if (st != XIE_OK)
		return bad(err, st, event, "an event that has no canonical form", "whole numbers only");
	*ret_next = k;
	return XIE_OK;
}

xie_status xie_law_step(const struct xie_law *law, xie_arena *mem, const struct xie_law_case *c,
                        const struct xie_val *event, const struct xie_law_case **ret_next,
                        struct xie_law_outcome *ret_out, struct xie_err *reterr)
{
	struct law_ctx x = { .law = law, .c = c, .mem = mem };
	const struct law_event *def = NULL;
	xie_status st = read_event(law, c, event, &x, &def, reterr);
	if (st != XIE_OK)
		return st;
	x.today = law__legal_day(law, x.at);
	const struct xie_law_case *now = c;
	law__automatic(&x, &now, def->name);
	bool here = false;
	const struct law_row *row = x.st == XIE_OK ? law__choose(&x, (uint16_t)(def - law->events), &here) : NULL;
	if (x.st != XIE_OK)
		return law__sticky(&x, event, reterr);
	struct law_list list = { .mem = mem };
	if (row == NULL) {
		law__unmet_state(&x, NULL, &list);
	} else {
		law__lets(&x, row);
		law__unmet(&x, row, here, LAW_ALL, &list);
	}
	st = law__sticky(&x, event, reterr);
	if (st != XIE_OK || list.full)
		return st != XIE_OK ? st : bad(reterr, XIE_LIMIT, event, "no room for the refusal", NULL);
	struct xie_law_outcome out = { .ok = list.n == 0, .event = def->name, .zh = def->what.zh, .en = def->what.en,
		                       .unmet = list.list, .n_unmet = list.n };
	const struct xie_law_case *next = c;
	if (out.ok)
		st = accept(&x, now, row, event, &next, reterr);
	if (st != XIE_OK)
		return st;
	*ret_next = next;
	*ret_out = out;
	return XIE_OK;
}
