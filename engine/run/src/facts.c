/* SPDX-License-Identifier: Apache-2.0 */
#include "facts.h"

static struct fact *find(struct facts *f, const struct xie_alert *a)
{
	for (struct fact *p = f->first; p != NULL; p = p->next)
		if (memcmp(p->has_shown ? p->shown.id : p->settled.id, a->id, sizeof a->id) == 0)
			return p;
	return NULL;
}

static struct fact *find_or_add(struct facts *f, struct outlet *out, const struct xie_alert *a)
{
	struct fact *p = find(f, a);
	if (p != NULL)
		return p;
	p = xie_pool_take(out->pool);
	if (p == NULL)
		return NULL;
	p->next = f->first;
	f->first = p;
	memcpy(p->settled.id, a->id, sizeof a->id);
	return p;
}

/* The same fact but for its revision: peak and frames count, they are the arithmetic. */
static bool same(const struct xie_alert *a, const struct xie_alert *b)
{
	return a->since == b->since && a->open == b->open && a->closed == b->closed && (!a->closed || a->close == b->close) &&
	       a->end == b->end && a->already_inside == b->already_inside && a->has_peak == b->has_peak &&
	       (!a->has_peak || a->peak == b->peak) && a->withdrawn == b->withdrawn && a->first_frame == b->first_frame &&
	       a->last_frame == b->last_frame;
}

static void send(struct fact *p, struct outlet *out, struct xie_alert a)
{
	if (p->has_shown && same(&p->shown, &a))
		return;
	a.rev = p->has_shown ? p->shown.rev + 1 : 1;
	p->shown = a;
	p->has_shown = true;
	out->sink(out->self, &p->shown);
}

xie_status facts_settle(struct facts *f, struct outlet *out, const struct xie_alert *a, xie_ms t)
{
	struct fact *p = find_or_add(f, out, a);
	if (p == NULL)
		return XIE_LIMIT;
	p->settled = *a;
	p->has_settled = p->changed = true;
	p->touched = t;
	return XIE_OK;
}

xie_status facts_show(struct facts *f, struct outlet *out, const struct xie_alert *a)
{
	struct fact *p = find_or_add(f, out, a);
	if (p == NULL)
		return XIE_LIMIT;
	f->provisional = true;
	send(p, out, *a);
	return XIE_OK;
}

void facts_publish(struct facts *f, struct outlet *out)
{
	for (struct fact *p = f->first; p != NULL; p = p->next) {
		if (!p->changed && !f->provisional)
			continue;
		p->changed = false;
		if (p->has_settled) {
			send(p, out, p->settled);
		} else if (p->has_shown && !p->shown.withdrawn) {
			struct xie_alert gone = p->shown;
			gone.withdrawn = true;
			send(p, out, gone);
		}
	}
	f->provisional = false;
}

void facts_rewind(struct facts *f, xie_ms t)
{
	for (struct fact *p = f->first; p != NULL; p = p->next)
		if (p->has_settled && p->touched > t) {
			p->has_settled = false;
			p->changed = true;
		}
}

void facts_trim(struct facts *f, struct outlet *out, xie_ms t)
{
	for (struct fact **at = &f->first; *at != NULL;) {
		struct fact *p = *at;
		if (p->touched <= t && (!p->has_settled || p->settled.closed)) {
			*at = p->next;
			xie_pool_give(out->pool, p);
		} else {
			at = &p->next;
		}
	}
}

xie_status facts_copy_open(const struct facts *f, struct outlet *out, struct fact **ret_list)
{
	for (const struct fact *p = f->first; p != NULL; p = p->next) {
		if (!p->has_settled || p->settled.closed)
			continue;
		struct fact *q = xie_pool_take(out->pool);
		if (q == NULL) {
			facts_free(ret_list, out->pool);
			return XIE_LIMIT;
		}
		*q = *p;
		q->next = *ret_list;
		*ret_list = q;
	}
	return XIE_OK;
}

void facts_free(struct fact **list, struct xie_pool *pool)
{
	while (*list != NULL) {
		struct fact *p = *list;
		*list = p->next;
		xie_pool_give(pool, p);
	}
}
