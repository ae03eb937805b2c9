/* SPDX-License-Identifier: Apache-2.0 */
/* Many observations: each is announced in steps while those before it are judged, and nothing else differs. */
#include "shard.h"

enum {
	RING = 32,  /* observations under way; more than FAR */
	FAR = 18,   /* its place in the table, the zones' first line */
	MIDDLE = 12, /* the target itself, the zones' cell */
	SOON = 6    /* what the target points to */
};

struct coming {
	uint64_t hash;
	struct xie_target *t;
};

static void bring(const void *p, size_t n)
{
	for (size_t at = 0; at < n; at += 64)
		__builtin_prefetch((const char *)p + at);
}

static void announce(const struct xie_shard *s, const struct xie_obs *o, struct coming *c)
{
	c->hash = xie_key_hash(&o->target);
	c->t = NULL;
	__builtin_prefetch(&s->table[c->hash & (s->table_cap - 1)]);
	if (o->what == XIE_OBS_FIX)
		xie_zones_ahead(s->opt.rules->set, o->fix.at, false);
}

static void find(const struct xie_shard *s, const struct xie_obs *o, struct coming *c)
{
	struct xie_target *const *at = &s->table[c->hash & (s->table_cap - 1)];
	if (*at != NULL)
		bring(*at, sizeof **at);
	if (o->what == XIE_OBS_FIX)
		xie_zones_ahead(s->opt.rules->set, o->fix.at, true);
}

static void reach(const struct xie_shard *s, const struct xie_obs *o, struct coming *c)
{
	c->t = *shard_slot(s->table, s->table_cap, &o->target, c->hash);
	if (c->t == NULL)
		return;
	if (c->t->last != NULL)
		bring(c->t->last, sizeof *c->t->last);
	if (c->t->eval.episodes != NULL)
		bring(c->t->eval.episodes, 64);
	if (c->t->facts.first != NULL)
		bring(c->t->facts.first, 64);
	if (c->t->newer != NULL)
		__builtin_prefetch(&c->t->newer->older, 1);
	if (c->t->older != NULL)
		__builtin_prefetch(&c->t->older->newer, 1);
}

xie_status xie_shard_put_all(struct xie_shard *s, const struct xie_obs *o, size_t n, size_t *ret_n)
{
	struct coming ring[RING];
	for (size_t i = 0; i < n + FAR; i++) {
		if (i < n)
			announce(s, &o[i], &ring[i % RING]);
		if (i >= FAR - MIDDLE && i - (FAR - MIDDLE) < n)
			find(s, &o[i - (FAR - MIDDLE)], &ring[(i - (FAR - MIDDLE)) % RING]);
		if (i >= FAR - SOON && i - (FAR - SOON) < n)
			reach(s, &o[i - (FAR - SOON)], &ring[(i - (FAR - SOON)) % RING]);
		if (i < FAR)
			continue;
		/* A target is never taken out, so one that was found is still it; one that was not may be there by now. */
		xie_status st = shard_put(s, &o[i - FAR], ring[(i - FAR) % RING].t);
		if (st != XIE_OK) {
			*ret_n = i - FAR;
			return st;
		}
	}
	*ret_n = n;
	return XIE_OK;
}
