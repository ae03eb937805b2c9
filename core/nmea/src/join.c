/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/nmea/join.h"

void xie_nmea_joiner_init(struct xie_nmea_joiner *j, struct xie_nmea_group *groups, uint32_t cap)
{
	*j = (struct xie_nmea_joiner){ .groups = groups, .cap = cap };
}

static xie_str cut(xie_str source)
{
	return (xie_str){ source.p, source.n < XIE_NMEA_SOURCE_MAX ? source.n : XIE_NMEA_SOURCE_MAX };
}

static bool same_group(const struct xie_nmea_group *g, const struct xie_nmea_line *l, xie_str source)
{
	return g->total == l->total && g->seq == l->seq && g->own_ship == l->own_ship &&
	       (g->channel == l->channel || g->channel == 0 || l->channel == 0) &&
	       (g->source_n == 0 || source.n == 0 || xie_str_eq((xie_str){ g->source, g->source_n }, source));
}

static bool over(const struct xie_nmea_joiner *j, const struct xie_nmea_group *g, bool has_rx, xie_ms rx)
{
	uint64_t parts = j->clock - g->age;
	if (g->part[0].copies == 0 && g->source_n == 0 && parts > XIE_NMEA_HEADLESS_PARTS)
		return true;
	return g->has_rx && has_rx ? rx - g->rx > XIE_NMEA_GROUP_MS : parts > XIE_NMEA_GROUP_PARTS;
}

/* The groups in use are the first of the array. */
static void release(struct xie_nmea_joiner *j, struct xie_nmea_group *g)
{
	struct xie_nmea_group *last = &j->groups[--j->live];
	if (g != last)
		*g = *last;
}

static void give_up(struct xie_nmea_joiner *j, struct xie_nmea_group *g, xie_status st, struct xie_nmea_lost *lost)
{
	lost->n = 0;
	lost->st = g->came_out ? XIE_DUPLICATE : st; /* what remains of a message that came out is a spare copy */
	for (unsigned i = 0; i < g->total; i++)
		if (g->part[i].copies != 0)
			lost->at[lost->n++] = g->part[i].at;
	release(j, g);
}

static struct xie_nmea_group *find(struct xie_nmea_joiner *j, const struct xie_nmea_line *l, xie_str source)
{
	struct xie_nmea_group *best = NULL;
	for (uint32_t i = 0; i < j->live; i++) {
		struct xie_nmea_group *g = &j->groups[i];
		if (same_group(g, l, source) && (best == NULL || g->age > best->age))
			best = g;
	}
	return best;
}

static struct xie_nmea_group *take_slot(struct xie_nmea_joiner *j, struct xie_nmea_lost *lost)
{
	if (j->live == j->cap) {
		struct xie_nmea_group *oldest = &j->groups[0];
		for (uint32_t i = 1; i < j->live; i++)
			if (j->groups[i].age < oldest->age)
				oldest = &j->groups[i];
		give_up(j, oldest, XIE_LIMIT, lost);
	}
	struct xie_nmea_group *g = &j->groups[j->live++];
	g->came_out = false;
	g->channel = 0;
	g->held = 0;
	g->source_n = 0;
	for (unsigned i = 0; i < XIE_NMEA_PARTS; i++)
		g->part[i].copies = 0;
	return g;
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
	memcpy(j->source, g->source, sizeof j->source);
	j->source_n = g->source_n;
	g->came_out = true;
	for (unsigned i = 0; i < g->total; i++)
		if (--g->part[i].copies == 0)
			g->held--;
	if (g->held == 0)
		release(j, g);
	return XIE_NMEA_WHOLE;
}

static bool contradicts(const struct xie_nmea_group *g, const struct xie_nmea_line *part)
{
	unsigned i = part->number - 1u;
	return g->part[i].copies != 0 &&
	       (g->part[i].fill != part->fill || !xie_str_eq((xie_str){ g->part[i].text, g->part[i].n }, part->payload));
}

/* The group that takes the part; *lost tells of one that had to go. */
static struct xie_nmea_group *group_for(struct xie_nmea_joiner *j, const struct xie_nmea_line *part, xie_str source,
                                        struct xie_nmea_lost *lost)
{
	struct xie_nmea_group *g = find(j, part, source);
	if (g != NULL && over(j, g, part->has_rx, part->rx)) {
		give_up(j, g, XIE_MISSING, lost);
		g = NULL;
	} else if (g != NULL && contradicts(g, part)) {
		give_up(j, g, XIE_CONFLICT, lost);
		g = NULL;
	}
	if (g == NULL) {
		g = take_slot(j, lost); /* displaces nothing when a group was just given up */
		g->total = part->total;
		g->seq = part->seq;
		g->own_ship = part->own_ship;
	}
	g->channel = g->channel == 0 ? part->channel : g->channel;
	if (g->source_n == 0 && source.n != 0) {
		memcpy(g->source, source.p, source.n);
		g->source_n = (uint8_t)source.n;
	}
	return g;
}

static enum xie_nmea_joined whole_line(const struct xie_nmea_line *part, uint64_t at, struct xie_nmea_bits *bits,
                                       struct xie_nmea_lost *lost)
{
	xie_status st = xie_nmea_unarmor(bits, part->payload, part->fill);
	if (st == XIE_OK)
		return XIE_NMEA_WHOLE;
	*lost = (struct xie_nmea_lost){ .st = st, .n = 1, .at = { at } };
	return XIE_NMEA_BROKEN;
}

enum xie_nmea_joined xie_nmea_join(struct xie_nmea_joiner *j, const struct xie_nmea_line *part, uint64_t at,
                                   struct xie_nmea_bits *bits, struct xie_nmea_lost *ret_lost)
{
	ret_lost->n = 0;
	if (part->total == 1)
		return whole_line(part, at, bits, ret_lost);
	if (part->payload.n > XIE_NMEA_PART_CHARS || part->total > XIE_NMEA_PARTS || part->number - 1u >= part->total) {
		*ret_lost = (struct xie_nmea_lost){ .st = XIE_LIMIT, .n = 1, .at = { at } };
		return XIE_NMEA_BROKEN;
	}
	struct xie_nmea_group *g = group_for(j, part, cut(part->source), ret_lost);
	unsigned i = part->number - 1u;
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

xie_str xie_nmea_joined_source(const struct xie_nmea_joiner *j, const struct xie_nmea_line *part)
{
	return part->total == 1 || part->source.n != 0 ? part->source : (xie_str){ j->source, j->source_n };
}

bool xie_nmea_join_expired(struct xie_nmea_joiner *j, bool end, bool has_rx, xie_ms rx,
                           struct xie_nmea_lost *ret_lost)
{
	for (uint32_t i = 0; i < j->live; i++)
		if (end || over(j, &j->groups[i], has_rx, rx)) {
			give_up(j, &j->groups[i], XIE_MISSING, ret_lost);
			return true;
		}
	return false;
}
