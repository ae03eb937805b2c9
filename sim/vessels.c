/* SPDX-License-Identifier: Apache-2.0 */
/* When vessels speak, who hears them, and what goes wrong on the way.
 *
 * Class A speaks as often as ITU-R M.1371-5, annex 1, table 1 says: at anchor or moored and not over 3 kn every 3 min, to
 * 14 kn every 10 s, every 3 1/3 s in a turn, to 23 kn 6 s and 2 s, above 2 s; static data every 6 min.  Class B (carrier
 * sense) every 30 s, every 3 min up to 2 kn (table 2). */
#include "vessels.h"

#include <stdlib.h>
#include <string.h>

#include "xie/base/str.h"
#include "xie/base/wr.h"

enum {
	STEPS_MAX = 16,
	STATIC_MS = 360000,
	BASE_MS = 10000,
	TURN_MS = 20000,   /* what a change of course takes */
	TURN_DEG = 10,     /* a smaller one is none */
	SHIFT_S = 12,      /* by the seed, a group begins so much later at most */
	HOLD_MS = 40000,   /* a station's late batch */
	LINE = 200,
	LONE_SEQ = 9       /* of first parts whose others never come; nobody else uses it */
};

static const struct {
	const char *name;
	uint32_t mmsi;    /* this vessel only; 0: all */
	uint32_t until_s; /* no further; 0: to the end */
} scenarios[] = { { "all", 0, 0 }, { "bridge-speed", 413790001, 300 } };

static const struct {
	const char *name;
	uint32_t mmsi;
	struct sim_place at;
} stations[VESSEL_STATIONS] = { { "FOSHAN", 4130401, { 113122000, 22968000 } },
	                        { "ZHONGSHAN", 4130402, { 113382000, 22560000 } } };

struct event {
	xie_ms t;
	uint32_t vessel;
	enum { POSITION, STATIC, BASE } kind;
	struct vessel_report r;
};

struct hearing {
	const struct sim_options *o;
	struct event *v;
	size_t n, cap;
	xie_ms until;
	bool failed;
};

static struct event *add(struct hearing *h, xie_ms t, uint32_t vessel, int kind)
{
	if (h->n == h->cap && !h->failed) {
		size_t cap = h->cap != 0 ? h->cap * 2 : 4096;
		struct event *more = realloc(h->v, cap * sizeof *more);
		h->failed = more == NULL;
		h->v = more != NULL ? more : h->v;
		h->cap = more != NULL ? cap : h->cap;
	}
	if (h->failed || t >= h->until)
		return NULL;
	struct event *e = &h->v[h->n++];
	*e = (struct event){ .t = t, .vessel = vessel };
	e->kind = kind == POSITION ? POSITION : kind == STATIC ? STATIC : BASE;
	return e;
}

/* ---- a transponder's rhythm ---- */

struct ship {
	const struct vessel *v;
	uint32_t index;
	const struct sim_leg *leg;
	uint16_t before; /* course of the leg before */
	xie_ms turned;   /* the turn is over */
	xie_ms last, next, next_static;
	bool special;
};

static xie_ms interval(const struct ship *s, xie_ms t)
{
	int32_t dkn = s->leg->step->dmph / 1852;
	bool turning = t < s->turned;
	if (s->v->class == VESSEL_CLASS_B)
		return dkn <= 20 ? 180000 : 30000;
	if ((s->leg->step->status == VESSEL_AT_ANCHOR || s->leg->step->status == VESSEL_MOORED) && dkn <= 30)
		return 180000;
	if (dkn <= 140)
		return turning ? 3333 : 10000;
	return turning || dkn > 230 ? 2000 : 6000;
}

/* The way from one course to the other, -180 to 180. */
static int32_t bend(uint16_t from, uint16_t to)
{
	return (to - from + 540) % 360 - 180;
}

static void speak(struct hearing *h, struct ship *s, xie_ms t)
{
	struct event *e = add(h, t, s->index, POSITION);
	if (e == NULL)
		return;
	const struct sim_leg *l = s->leg;
	int32_t by = t < s->turned ? bend(s->before, l->course) : 0;
	int32_t course = l->course - (by != 0 ? by * (int32_t)(s->turned - t) / TURN_MS : 0);
	e->r = (struct vessel_report){ .t = t,
		                       .at = sim_leg_at(l, t),
		                       .dkn = (uint16_t)(l->step->dmph / 1852),
		                       .course = (uint16_t)((course + 360) % 360),
		                       .heading = (uint16_t)((course + 360) % 360),
		                       .rot = (int16_t)(by * 60000 / TURN_MS),
		                       .status = l->step->status,
		                       .special = s->special };
	s->special = false;
	if (t >= s->next_static) {
		(void)add(h, t + 500, s->index, STATIC);
		s->next_static = t + STATIC_MS;
	}
}

/* A step begins: who hurries or turns says so at once, who slows down after his old interval. */
static void begin(struct ship *s, const struct sim_leg *l, bool was_silent)
{
	xie_ms old = s->next;
	bool moves = l->step->dmph != 0;
	if (moves && s->leg != NULL && abs(bend(s->before, l->course)) >= TURN_DEG)
		s->turned = l->from + TURN_MS < l->to ? l->from + TURN_MS : l->to;
	bool other = s->leg == NULL || s->leg->step->status != l->step->status || s->leg->step->dmph != l->step->dmph;
	s->leg = l;
	if (was_silent || (s->v->class == VESSEL_CLASS_A && (other || s->turned > l->from))) {
		s->next = l->from;
		s->special = !was_silent;
	} else {
		xie_ms due = s->last + interval(s, l->from);
		s->next = due < old ? (due > l->from ? due : l->from) : old;
	}
}

static void sail(struct hearing *h, uint32_t index)
{
	struct sim_leg legs[STEPS_MAX];
	const struct vessel *v = &vessels_all[index];
	uint64_t r = h->o->seed * 1000003 + v->group;
	(void)sim_random(&r);
	struct ship s = { .v = v, .index = index };
	bool silent = true;
	char mmsi[16];
	(void)snprintf(mmsi, sizeof mmsi, "%09u", (unsigned)v->mmsi);
	sim_way(v->steps, v->steps_n, h->o->start + (xie_ms)(sim_random(&r) % (SHIFT_S * 1000)), legs);
	for (uint32_t i = 0; i < v->steps_n && legs[i].from < h->until; i++) {
		const struct sim_leg *l = &legs[i];
		if (!l->step->silent) {
			begin(&s, l, silent);
			for (; s.next < l->to; s.next += interval(&s, s.next)) {
				speak(h, &s, s.next);
				s.last = s.next;
			}
		}
		silent = l->step->silent;
		s.leg = l;
		s.before = l->course;
		sim_truth(h->o, l, mmsi, NULL);
	}
}

static int by_time(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	if (x->t != y->t)
		return (x->t > y->t) - (x->t < y->t);
	return x->vessel != y->vessel ? (x->vessel > y->vessel) - (x->vessel < y->vessel) : (int)x->kind - (int)y->kind;
}

/* ---- the stations' lines ---- */

struct writing {
	const struct sim_options *o;
	struct vessel_lines *l;
	uint64_t random, noise; /* of faults; of what is said: faults change nothing in it */
	unsigned seq;
	xie_ms held[VESSEL_STATIONS]; /* the uplink is there again */
};

static void put(struct vessel_lines *l, xie_ms at, unsigned station, const char *text, size_t n)
{
	if (l->n == l->cap || l->text_n + n > l->text_cap) {
		size_t cap = l->n == l->cap ? (l->cap != 0 ? l->cap * 2 : 8192) : l->cap;
		size_t text_cap = l->text_n + n > l->text_cap ? (l->text_cap != 0 ? l->text_cap * 2 : 1 << 20) : l->text_cap;
		struct vessel_line *v = realloc(l->v, cap * sizeof *v);
		l->v = v != NULL ? v : l->v;
		char *t = v != NULL ? realloc(l->text, text_cap) : NULL;
		l->text = t != NULL ? t : l->text;
		if (v == NULL || t == NULL) {
			l->failed = true;
			return;
		}
		l->cap = cap;
		l->text_cap = text_cap;
	}
	memcpy(l->text + l->text_n, text, n);
	l->v[l->n] = (struct vessel_line){ at, (uint32_t)l->n, (uint32_t)l->text_n, (uint32_t)n, (uint8_t)station };
	l->text_n += n;
	l->n++;
}

/* One sentence as the station gives it on: NMEA 0183 4.10 tag block with source and receive time. */
static size_t tagged(char *buf, unsigned station, xie_ms t, const char *sentence, size_t n)
{
	char tag[64];
	unsigned sum = 0;
	int k = snprintf(tag, sizeof tag, "s:%s,c:%lld", stations[station].name, (long long)t);
	for (int i = 0; i < k; i++)
		sum ^= (unsigned char)tag[i];
	return (size_t)snprintf(buf, LINE, "\\%s*%02X\\%.*s\r\n", tag, sum, (int)n, sentence);
}

static bool one_in(struct writing *w, uint32_t n)
{
	return n != 0 && sim_random(&w->random) % n == 0;
}

/* What no receiver should send: noise, a broken check value, half a line, an unknown type, a first part alone, bytes. */
static void garbage(struct writing *w, unsigned station, xie_ms at, const char *line, size_t n)
{
	static const char *const odd[] = { "!AIVDM,1,1,,A,wwwwwwwwwwwwwwwwwwwwwwwwwwww,0*26\r\n",
		                           "!AIVDM,2,1,9,A,50000000000000000000000000000000000000000000000000000000,0*19\r\n",
		                           "\x02\x7f\x1b\x01??\r\n", "$AIALR,,000,V,V,*4B\r\n" };
	char buf[LINE];
	unsigned kind = sim_random(&w->random) % 7;
	if (kind < 4) {
		put(w->l, at, station, odd[kind], strlen(odd[kind]));
	} else if (kind == 4) {
		put(w->l, at, station, buf, (size_t)snprintf(buf, sizeof buf, "%.*s\r\n", (int)n / 2, line));
	} else if (kind == 5) {
		memcpy(buf, line, n);
		buf[n - 8] = buf[n - 8] == '1' ? '2' : '1'; /* in the payload's end */
		put(w->l, at, station, buf, n);
	} else {
		size_t k = 0;
		for (size_t m = 5 + sim_random(&w->random) % 60; k < m; k++)
			buf[k] = (char)(' ' + sim_random(&w->random) % 95);
		buf[k++] = '\n';
		put(w->l, at, station, buf, k);
	}
}

/* One message heard by a station at t: its sentences, when the uplink lets them through. */
static void heard(struct writing *w, unsigned station, xie_ms t, const char *text, size_t n)
{
	char buf[LINE];
	if (w->held[station] <= t && one_in(w, w->o->late))
		w->held[station] = t + HOLD_MS;
	xie_ms at = w->held[station] > t ? w->held[station] : t;
	for (size_t i = 0; i < n;) {
		size_t end = i;
		while (text[end] != '\r')
			end++;
		size_t k = tagged(buf, station, t, text + i, end - i);
		put(w->l, at, station, buf, k);
		if (one_in(w, w->o->garbage))
			garbage(w, station, at, buf, k);
		i = end + 2;
	}
}

static void write_event(struct writing *w, const struct event *e)
{
	char text[2 * VESSEL_SENTENCES];
	size_t n = 0;
	if (e->kind == BASE) {
		unsigned s = e->vessel;
		n = vessel_base_station(stations[s].mmsi, stations[s].at, e->t, text);
		heard(w, s, e->t, text, n);
		return;
	}
	const struct vessel *v = &vessels_all[e->vessel];
	if (e->kind == POSITION) {
		n = vessel_position(v, &e->r, &w->noise, text);
	} else {
		n = vessel_static(v, 0, w->seq, text);
		if (v->class == VESSEL_CLASS_B)
			n += vessel_static(v, 1, w->seq, text + n);
		w->seq = (w->seq + 1) % LONE_SEQ;
	}
	heard(w, v->station, e->t, text, n);
	if (one_in(w, w->o->duplicate)) /* the other station hears it too */
		heard(w, (v->station + 1u) % VESSEL_STATIONS, e->t + 50 + sim_random(&w->random) % 1500, text, n);
}

static int by_arrival(const void *a, const void *b)
{
	const struct vessel_line *x = a, *y = b;
	return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->order > y->order) - (x->order < y->order);
}

static uint32_t only(const struct sim_options *o, uint32_t *ret_until_s)
{
	for (size_t i = 0; o->scenario != NULL && i < sizeof scenarios / sizeof scenarios[0]; i++)
		if (strcmp(o->scenario, scenarios[i].name) == 0) {
			*ret_until_s = scenarios[i].until_s;
			return scenarios[i].mmsi;
		}
	*ret_until_s = 0;
	return 0;
}

bool vessels_hear(const struct sim_options *o, struct vessel_lines *ret_l)
{
	struct hearing h = { .o = o };
	uint32_t until_s, mmsi = only(o, &until_s);
	xie_ms lap = (xie_ms)(until_s != 0 ? until_s : sim_vessels.lap_s) * 1000;
	h.until = o->start + lap;
	for (uint32_t i = 0; i < vessels_n; i++)
		if (mmsi == 0 || vessels_all[i].mmsi == mmsi)
			sail(&h, i);
	for (xie_ms t = o->start; t < h.until; t += BASE_MS)
		for (uint32_t s = 0; s < VESSEL_STATIONS; s++)
			(void)add(&h, t, s, BASE);
	if (h.n != 0)
		qsort(h.v, h.n, sizeof *h.v, by_time);
	struct writing w = { .o = o, .l = ret_l, .random = o->seed, .noise = o->seed * 2 + 1 };
	*ret_l = (struct vessel_lines){ 0 };
	for (size_t i = 0; i < h.n; i++)
		write_event(&w, &h.v[i]);
	free(h.v);
	if (ret_l->n != 0)
		qsort(ret_l->v, ret_l->n, sizeof *ret_l->v, by_arrival);
	return !h.failed && !ret_l->failed;
}

void vessel_lines_free(struct vessel_lines *l)
{
	free(l->v);
	free(l->text);
}

static bool knows(const char *scenario)
{
	for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
		if (strcmp(scenario, scenarios[i].name) == 0)
			return true;
	return false;
}

static int run(const struct sim_options *o)
{
	struct vessel_lines l;
	int rc = 3;
	if (vessels_hear(o, &l) && o->to != NULL) {
		rc = vessels_connect(o, &l);
	} else if (!l.failed) {
		for (size_t i = 0; i < l.n; i++)
			(void)fwrite(l.text + l.v[i].text, 1, l.v[i].n, o->out);
		rc = fflush(o->out) == 0 ? 0 : 3;
	}
	vessel_lines_free(&l);
	return rc;
}

const struct sim_actor sim_vessels = {
	.name = "vessels",
	.summary = "vessels and ferries as AIS sentences of two stations (sketch of Foshan and Zhongshan)",
	.start = INT64_C(1773696000000), /* 2026-03-17 05:20 in Foshan */
	.lap_s = 3600,
	.knows = knows,
	.run = run,
};
