/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/nmea/join.h"

void xie_nmea_joiner_init(struct xie_nmea_joiner *j, struct xie_nmea_group *groups, uint32_t cap)
{
	*j = (struct xie_nmea_joiner){ .groups = groups, .cap = cap };
	for (uint32_t i = 0; i < cap; i++)
		groups[i].used = false;
}

/* FNV-1a; 0 is kept for "unknown". */
static uint64_t source_digest(xie_str s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return s.n == 0 ? 0 : h | 1;
}

static bool same_group(const struct xie_nmea_group *g, const struct xie_nmea_line *l, uint64_t source)
{
	return g->used && g->total == l->total && g->seq == l->seq && g->own_ship == l->own_ship &&
	       (g->channel == l->channel || g->channel == 0 || l->channel == 0) &&
	       (g->source == source || g->source == 0 || source == 0);
}

static void give_up(struct xie_nmea_joiner *j, struct xie_nmea_group *g, xie_status st, struct xie_nmea_lost *lost)
{
	lost->n = 0;
	lost->st = g->came_out ? XIE_DUPLICATE : st; /* what remains of a message that came out is a spare copy */
	for (unsigned i = 0; i < g->total; i++)
		if (g->part[i].copies != 0)
			lost->at[lost->n++] = g->part[i].at;
	g->used = false;
	j->live--;
}

static struct xie_nmea_group *find(struct xie_nmea_joiner *j, const struct xie_nmea_line *l, uint64_t source)
{
	struct xie_nmea_group *best = NULL;
	if (j->live == 0)
		return NULL;
	for (uint32_t i = 0; i < j->cap; i++) {
		struct xie_nmea_group *g = &j->groups[i];
		if (same_group(g, l, source) && (best == NULL || g->age > best->age))
			best = g;
	}
	return best;
}

static struct xie_nmea_group *take_slot(struct xie_nmea_joiner *j, struct xie_nmea_lost *lost)
{
	struct xie_nmea_group *oldest = &j->groups[0];
	for (uint32_t i = 0; i < j->cap; i++) {
		struct xie_nmea_group *g = &j->groups[i];
		if (!g->used) {
			oldest = g;
			break;
		}
		if (g->age < oldest->age)
			oldest = g;
	}
	if (oldest->used)
		give_up(j, oldest, XIE_LIMIT, lost);
	*oldest = (struct xie_nmea_group){ .used = true };
	j->live++;
	return oldest;
}

static enum xie_nmea_joined finish(struct xie_nmea_joiner *j, struct xie_nmea_group *g, struct xie_nmea_bits *bits,
                                   struct xie_nmea_lost *lost)
{
	xie_status st = XIE_OK;
	xie_nmea_bits_clear(bits);
	for (unsigned i = 0; i < g->total; i++) {
		xie_status one = xie_nmea_unarmor_more(bits, (xie_str){ g->part[i].text, g->part[i].n }, g->part[i].fill);
		st = st == XIE_OK ? one : st;
	}
	if (st != XIE_OK) {
		give_up(j, g, st, lost);
		return XIE_NMEA_BROKEN;
	}
	g->came_out = true;
	for (unsigned i = 0; i < g->total; i++)
		if (--g->part[i].copies == 0)
			g->held--;
	if (g->held == 0) {
		g->used = false;
		j->live--;
	}
	return XIE_NMEA_WHOLE;
}

enum xie_nmea_joined xie_nmea_join(struct xie_nmea_joiner *j, const struct xie_nmea_line *part, uint64_t at,
                                   struct xie_nmea_bits *bits, struct xie_nmea_lost *ret_lost)
{
	ret_lost->n = 0;
	if (part->total == 1) {
		ret_lost->st = xie_nmea_unarmor(bits, part->payload, part->fill);
		if (ret_lost->st == XIE_OK)
			return XIE_NMEA_WHOLE;
		ret_lost->at[0] = at;
		ret_lost->n = 1;
		return XIE_NMEA_BROKEN;
	}
	if (part->payload.n > XIE_NMEA_PART_CHARS) {
		*ret_lost = (struct xie_nmea_lost){ .st = XIE_LIMIT, .n = 1, .at = { at } };
		return XIE_NMEA_BROKEN;
	}
	uint64_t source = source_digest(part->source);
	struct xie_nmea_group *g = find(j, part, source);
	if (g != NULL && g->has_rx && part->has_rx && part->rx - g->rx > XIE_NMEA_GROUP_MS) {
		give_up(j, g, XIE_MISSING, ret_lost);
		g = NULL;
	}
	unsigned i = part->number - 1u;
	if (g != NULL && g->part[i].copies != 0 &&
	    (g->part[i].fill != part->fill ||
	     !xie_str_eq((xie_str){ g->part[i].text, g->part[i].n }, part->payload))) {
		give_up(j, g, XIE_CONFLICT, ret_lost);
		g = NULL;
	}
	if (g == NULL) {
		struct xie_nmea_lost second = { 0 };
		g = take_slot(j, &second); /* a slot was just freed when a group was given up */
		if (second.n != 0)
			*ret_lost = second;
		g->total = part->total;
		g->seq = part->seq;
		g->own_ship = part->own_ship;
	}
	g->channel = g->channel == 0 ? part->channel : g->channel;
	g->source = g->source == 0 ? source : g->source;
	g->has_rx = part->has_rx;
	g->rx = part->rx;
	g->age = ++j->clock;
	if (g->part[i].copies == 0) {
		g->part[i].at = at;
		g->part[i].fill = part->fill;
		g->part[i].n = (uint8_t)part->payload.n;
		memcpy(g->part[i].text, part->payload.p, part->payload.n);
		g->held++;
	}
	if (g->part[i].copies < UINT8_MAX)
		g->part[i].copies++;
	return g->held == g->total ? finish(j, g, bits, ret_lost) : XIE_NMEA_WAITING;
}

bool xie_nmea_join_expired(struct xie_nmea_joiner *j, bool end, xie_ms rx, struct xie_nmea_lost *ret_lost)
{
	for (uint32_t i = 0; j->live != 0 && i < j->cap; i++) {
		struct xie_nmea_group *g = &j->groups[i];
		if (!g->used || !(end || (g->has_rx && rx - g->rx > XIE_NMEA_GROUP_MS)))
			continue;
		give_up(j, g, XIE_MISSING, ret_lost);
		return true;
	}
	return false;
}
