/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/track/archive.h"

#include <stdbool.h>
#include <string.h>

enum {
	ESCAPE = 16,        /* ones in front of a miss that is written whole */
	ESCAPE_BITS = 40,   /* of it; the largest zigzag of a difference of two int32 has 33 */
	FOLLOW = 3,         /* the mean of misses moves by 1/8 of the newest */
	N_RICE = 6,         /* k of the number of points */
	COAST_MS = 600000,  /* the longest time over which a speed predicts */
	SPEED_MOST = 1 << 21, /* a speed over 113 knots predicts nothing; what is below cannot overflow */
	FLAG_BITS = 6,
};

#define TIME_MOST (INT64_C(1) << 61)

static const int32_t POSITION_UNITS[4] = { 10, 6, 1, 1 };       /* AIS 10^-4 minute, JT/T 808 10^-6 degree */
static const int32_t SPEED_UNITS[4] = { XIE_DMPH_PER_DKN, XIE_DMPH_PER_DKMH, 1, 1 };
static const int32_t COURSE_UNITS[4] = { 100, 10, 1, 1 };
static const int32_t TIME_UNITS[4] = { 1000, 10, 1, 1 };

/* Misses of a column: their running mean, << FOLLOW. */
struct column {
	uint64_t mean;
};

struct divisor {
	uint64_t inverse;
	unsigned shift;
};

struct state { /* alike in both directions */
	struct column time, speed, course, lon, lat;
	int32_t unit, speed_unit, course_unit, time_unit;
	int64_t turn; /* once round, in units of course */
	int64_t north, east; /* displacement of speed 1, course 0 or 90, in ms, in units << 45, halved */
	int64_t vn, ve;      /* of the point before, in units per ms << 32, halved */
	int64_t before;      /* interval before, in units of time; 0: not predicted by it */
	bool by_difference;
	int64_t sog, cog; /* last known, in their units */
	struct divisor by_unit, by_speed, by_course, by_time; /* for writing */
};

/* ---- prediction ---- */

/* sin of 0 to 90 degrees << 15, right to 4 parts in 32768: z (a - z^2 (b - z^2 c)) of z = x / 90. */
static int64_t sine_quarter(int64_t cdeg)
{
	int64_t z = cdeg * 238609 >> 16, zz = z * z >> 15;
	return z * (51466 - (zz * (21077 - (zz * 2383 >> 15)) >> 15)) >> 15;
}

static int64_t sine(int64_t cdeg) /* 0..44999 */
{
	int64_t x = cdeg >= 36000 ? cdeg - 36000 : cdeg;
	bool neg = x >= 18000;
	x -= neg ? 18000 : 0;
	int64_t s = sine_quarter(x > 9000 ? 18000 - x : x);
	return neg ? -s : s;
}

static void state_init(struct state *s, struct xie_pt first)
{
	int64_t lat = first.lat < 0 ? -(int64_t)first.lat : first.lat;
	int64_t c = sine_quarter(9000 - lat / (XIE_DEG / 100));
	/* A unit of latitude is 18.52 mm, so speed x time / 666,720 dm ms / h are units; half of it each. */
	s->north = (INT64_C(1) << 44) / (INT64_C(2) * 666720 * s->unit);
	s->east = s->north * ((INT64_C(1) << 25) / (c > 1 << 11 ? c : 1 << 11)) >> 10;
	s->time.mean = (uint64_t)(10000 / s->time_unit) << FOLLOW;
	s->lon.mean = s->lat.mean = (uint64_t)(160 / s->unit) << FOLLOW;
	s->speed.mean = UINT64_C(100) << FOLLOW; /* the first is a speed, not a change of it */
	s->course.mean = (uint64_t)(18000 / s->course_unit) << FOLLOW;
}

/* Half the velocity of a point, << 32. */
static void velocity(const struct state *s, const struct xie_track_pt *p, int64_t *ret_n, int64_t *ret_e)
{
	*ret_n = *ret_e = 0;
	if ((~p->has & (XIE_FIX_SOG | XIE_FIX_COG)) != 0 || p->sog_dmph <= 0 || p->sog_dmph >= SPEED_MOST)
		return;
	/* speed 21 bits, sine 14, factor at most 28: within 63 */
	*ret_n = p->sog_dmph * (sine(p->cog_cdeg + 9000) >> 1) * s->north >> 26;
	*ret_e = p->sog_dmph * (sine(p->cog_cdeg) >> 1) * s->east >> 26;
}

/* The first point is known: from here on misses are small. */
static void state_moves(struct state *s, const struct xie_track_pt *first)
{
	velocity(s, first, &s->vn, &s->ve);
	s->speed.mean = UINT64_C(1) << FOLLOW;
	s->course.mean = (uint64_t)(80 / s->course_unit + 1) << FOLLOW;
}

/* How far it should have got, in units; keeps p's velocity for the next. */
static void predict(struct state *s, const struct xie_track_pt *p, int64_t dt, int64_t *ret_n, int64_t *ret_e)
{
	int64_t vn, ve;
	velocity(s, p, &vn, &ve);
	bool near = dt <= COAST_MS;
	*ret_n = near ? ((s->vn + vn) * dt + (INT64_C(1) << 31)) >> 32 : 0;
	*ret_e = near ? ((s->ve + ve) * dt + (INT64_C(1) << 31)) >> 32 : 0;
	s->vn = vn;
	s->ve = ve;
}

static unsigned rice_of(const struct column *c)
{
	uint64_t mean = c->mean >> FOLLOW;
	return mean < 2 ? 0 : 63u - (unsigned)__builtin_clzll(mean);
}

static void follow(struct column *c, uint64_t z)
{
	c->mean += z - (c->mean >> FOLLOW);
}

static uint64_t zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (uint64_t)(v >> 63);
}

static int64_t unzigzag(uint64_t z)
{
	return (int64_t)(z >> 1 ^ (0 - (z & 1)));
}

/* Into [-turn/2, turn/2). */
static int64_t wrapped(int64_t v, int64_t turn)
{
	return v >= turn / 2 ? v - turn : v < -(turn / 2) ? v + turn : v;
}

static unsigned pack_flags(uint16_t has)
{
	static const uint16_t BITS[FLAG_BITS] = { XIE_FIX_SOG, XIE_FIX_COG, XIE_FIX_ACCURATE, XIE_FIX_LONG_RANGE,
		XIE_FIX_CLOCK_SUSPECT, XIE_FIX_SOG_MIN };
	unsigned f = 0;
	for (unsigned i = 0; i < FLAG_BITS; i++)
		f |= (has & BITS[i]) != 0 ? 1u << i : 0;
	return f;
}

static uint16_t unpack_flags(unsigned f)
{
	return (uint16_t)((f & 1 ? XIE_FIX_SOG : 0) | (f & 2 ? XIE_FIX_COG : 0) | (f & 4 ? XIE_FIX_ACCURATE : 0) |
			  (f & 8 ? XIE_FIX_LONG_RANGE : 0) | (f & 16 ? XIE_FIX_CLOCK_SUSPECT : 0) |
			  (f & 32 ? XIE_FIX_SOG_MIN : 0));
}

/* FNV-1a over words: two bytes of it find what a disk did, not what a person did. */
uint16_t xie_track_sum(const void *p, size_t n, xie_ms from)
{
	const uint8_t *b = p;
	uint64_t h = UINT64_C(14695981039346656037) ^ (uint64_t)from;
	h *= UINT64_C(1099511628211);
	for (; n >= 8; n -= 8, b += 8) {
		uint64_t w;
		memcpy(&w, b, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		w = __builtin_bswap64(w);
#endif
		h = (h ^ w) * UINT64_C(1099511628211);
		h ^= h >> 29;
	}
	for (; n > 0; n--)
		h = (h ^ *b++) * UINT64_C(1099511628211);
	h ^= h >> 32;
	h *= UINT64_C(0x9E3779B97F4A7C15); /* every bit so far has its say in the top ones */
	return (uint16_t)(h >> 48);
}

/* ---- writing ---- */

struct out {
	uint8_t *p;
	uint64_t acc; /* bits not whole bytes yet, from the top */
	unsigned n;   /* of them, below 8 */
};

/* bits <= 56.  Eight bytes are stored each time; XIE_TRACK_ROOM has them to spare. */
static inline void put(struct out *o, uint64_t v, unsigned bits)
{
	if (bits == 0)
		return;
	o->acc |= v << (64 - o->n - bits);
	o->n += bits;
	uint64_t be = o->acc;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	be = __builtin_bswap64(be);
#endif
	memcpy(o->p, &be, 8);
	o->p += o->n >> 3;
	o->acc <<= o->n & 56;
	o->n &= 7;
}

static inline void put_rice(struct out *o, uint64_t z, unsigned k)
{
	uint64_t q = z >> k;
	if (q < ESCAPE && k <= 32)
		put(o, ((UINT64_C(1) << (q + 1)) - 2) << k | (z & ((UINT64_C(1) << k) - 1)), (unsigned)q + 1 + k);
	else
		put(o, ((UINT64_C(1) << ESCAPE) - 1) << ESCAPE_BITS | z, ESCAPE + ESCAPE_BITS);
}

static inline void put_miss(struct out *o, struct column *c, int64_t miss)
{
	uint64_t z = zigzag(miss);
	put_rice(o, z, rice_of(c));
	follow(c, z);
}

struct units {
	unsigned position, speed, course, time;
	bool by_difference, one_flags;
};

static bool in_range(const struct xie_track_pt *q, const struct xie_track_pt *first, xie_ms before)
{
	return q->t >= -TIME_MOST && q->t <= TIME_MOST && q->t >= before && q->t - first->t < XIE_TRACK_HOUR &&
	       q->at.lon >= -XIE_LON_MAX && q->at.lon < XIE_LON_MAX && q->at.lat >= -XIE_LAT_MAX && q->at.lat <= XIE_LAT_MAX &&
	       (q->has & ~XIE_TRACK_HAS) == 0 && ((q->has & XIE_FIX_COG) == 0 || q->cog_cdeg < 36000);
}

/* Is every value whole in the unit?  Each column apart: one that is not shows it within a few points. */
static bool whole_places(const struct xie_track_pt *p, size_t n, uint32_t unit)
{
	for (size_t i = 1; i < n; i++) { /* beside the first; a sum in 32 bits would not be divisible as it was */
		uint64_t x = (uint64_t)((int64_t)p[i].at.lon - p->at.lon + INT64_C(2) * XIE_LON_MAX);
		uint64_t y = (uint64_t)((int64_t)p[i].at.lat - p->at.lat + INT64_C(2) * XIE_LON_MAX);
		if (x % unit != 0 || y % unit != 0)
			return false;
	}
	return true;
}

static bool whole_speeds(const struct xie_track_pt *p, size_t n, int32_t unit)
{
	for (size_t i = 0; i < n; i++)
		if ((p[i].has & XIE_FIX_SOG) != 0 && p[i].sog_dmph % unit != 0)
			return false;
	return true;
}

static bool whole_courses(const struct xie_track_pt *p, size_t n, unsigned unit)
{
	for (size_t i = 0; i < n; i++)
		if ((p[i].has & XIE_FIX_COG) != 0 && p[i].cog_cdeg % unit != 0)
			return false;
	return true;
}

static bool whole_times(const struct xie_track_pt *p, size_t n, uint32_t unit)
{
	for (size_t i = 1; i < n; i++)
		if ((uint32_t)(p[i].t - p->t) % unit != 0)
			return false;
	return true;
}

static xie_status survey(const struct xie_track_pt *p, size_t n, struct units *u)
{
	unsigned flags = 0;
	int64_t plain = 0, second = 0, before = 0;
	for (size_t i = 0; i < n; i++) {
		const struct xie_track_pt *q = &p[i];
		if (!in_range(q, p, i != 0 ? p[i - 1].t : q->t))
			return XIE_RANGE;
		int64_t dt = i != 0 ? q->t - p[i - 1].t : 0;
		flags |= q->has ^ p->has;
		plain += dt;
		second += dt > before ? 2 * (dt - before) : 2 * (before - dt);
		before = dt;
	}
	/* units by name, so that the compiler knows them */
	u->position = whole_places(p, n, 10) ? 0 : whole_places(p, n, 6) ? 1 : 2;
	u->speed = whole_speeds(p, n, XIE_DMPH_PER_DKN) ? 0 : whole_speeds(p, n, XIE_DMPH_PER_DKMH) ? 1 : 2;
	u->course = whole_courses(p, n, 100) ? 0 : whole_courses(p, n, 10) ? 1 : 2;
	u->time = whole_times(p, n, 1000) ? 0 : whole_times(p, n, 10) ? 1 : 2;
	u->by_difference = second < plain;
	u->one_flags = flags == 0;
	return XIE_OK;
}

/* v / unit where that leaves nothing over: the even part by shifting, the odd part by its inverse modulo 2^64. */
static struct divisor divisor_of(int32_t unit)
{
	struct divisor d = { .shift = (unsigned)__builtin_ctz((unsigned)unit) };
	uint64_t odd = (uint64_t)unit >> d.shift, inv = odd; /* right in 3 bits; each step doubles them */
	for (int i = 0; i < 5; i++)
		inv *= 2 - odd * inv;
	d.inverse = inv;
	return d;
}

static inline int64_t exactly(int64_t v, struct divisor d)
{
	return (int64_t)((uint64_t)(v >> d.shift) * d.inverse);
}

static void state_units(struct state *s, const struct units *u)
{
	*s = (struct state){ .unit = POSITION_UNITS[u->position], .speed_unit = SPEED_UNITS[u->speed],
		.course_unit = COURSE_UNITS[u->course], .time_unit = TIME_UNITS[u->time],
		.turn = 36000 / COURSE_UNITS[u->course], .by_difference = u->by_difference };
}

static void put_motion(struct out *o, struct state *s, const struct xie_track_pt *p)
{
	if ((p->has & XIE_FIX_SOG) != 0) {
		int64_t v = exactly(p->sog_dmph, s->by_speed);
		put_miss(o, &s->speed, v - s->sog);
		s->sog = v;
	}
	if ((p->has & XIE_FIX_COG) != 0) {
		int64_t v = exactly(p->cog_cdeg, s->by_course);
		put_miss(o, &s->course, wrapped(v - s->cog, s->turn));
		s->cog = v;
	}
}

static void put_point(struct out *o, struct state *s, const struct xie_track_pt *p, bool one_flags)
{
	const struct xie_track_pt *q = p - 1;
	if (!one_flags && p->has == q->has)
		put(o, 0, 1);
	else if (!one_flags)
		put(o, 1u << FLAG_BITS | pack_flags(p->has), 1 + FLAG_BITS);
	int64_t dt = exactly(p->t - q->t, s->by_time), n, e;
	if (s->by_difference) {
		put_miss(o, &s->time, dt - s->before);
		s->before = dt;
	} else {
		put_rice(o, (uint64_t)dt, rice_of(&s->time));
		follow(&s->time, (uint64_t)dt);
	}
	put_motion(o, s, p);
	predict(s, p, p->t - q->t, &n, &e);
	put_miss(o, &s->lon, exactly(wrapped((int64_t)p->at.lon - q->at.lon, INT64_C(2) * XIE_LON_MAX), s->by_unit) - e);
	put_miss(o, &s->lat, exactly((int64_t)p->at.lat - q->at.lat, s->by_unit) - n);
}

xie_status xie_track_encode(enum xie_target_kind kind, const struct xie_track_pt *p, size_t n, uint8_t *ret, size_t cap,
                            size_t *ret_n)
{
	struct units u;
	struct state s;
	if (n > XIE_TRACK_MOST || cap < XIE_TRACK_ROOM(n))
		return XIE_LIMIT;
	if (n == 0 || (unsigned)kind > 7 || survey(p, n, &u) != XIE_OK)
		return XIE_RANGE;
	struct out o = { .p = ret };
	put(&o, (unsigned)kind << 8 | u.position << 6 | u.speed << 4 | u.course << 2 | u.time, 11);
	put(&o, (unsigned)u.by_difference << 7 | (unsigned)u.one_flags << 6 | pack_flags(p->has), 2 + FLAG_BITS);
	put_rice(&o, n, N_RICE);
	put(&o, (uint32_t)p->at.lon, 32);
	put(&o, (uint32_t)p->at.lat, 32);
	state_units(&s, &u);
	s.by_unit = divisor_of(s.unit);
	s.by_speed = divisor_of(s.speed_unit);
	s.by_course = divisor_of(s.course_unit);
	s.by_time = divisor_of(s.time_unit);
	state_init(&s, p->at);
	put_motion(&o, &s, p);
	state_moves(&s, p);
	for (size_t i = 1; i < n; i++)
		put_point(&o, &s, &p[i], u.one_flags);
	if (o.n != 0)
		o.p++; /* its zeros are there already */
	size_t len = (size_t)(o.p - ret);
	uint16_t sum = xie_track_sum(ret, len, p->t);
	ret[len] = (uint8_t)(sum >> 8);
	ret[len + 1] = (uint8_t)sum;
	*ret_n = len + 2;
	return XIE_OK;
}

/* ---- reading ---- */

struct in {
	const uint8_t *p;
	size_t pos, bits;
	xie_status st;
};

/* At least 57 bits from pos on, from the top; zeros behind the end. */
static inline uint64_t peek(const struct in *r)
{
	size_t at = r->pos >> 3, end = r->bits >> 3;
	uint64_t w = 0;
	if (end - at >= 8) {
		memcpy(&w, r->p + at, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		w = __builtin_bswap64(w);
#endif
	} else {
		for (size_t i = 0; i < 8; i++)
			w = w << 8 | (at + i < end ? r->p[at + i] : 0);
	}
	return w << (r->pos & 7);
}

static inline void skip(struct in *r, unsigned n)
{
	r->pos += n;
	if (r->pos > r->bits) {
		r->pos = r->bits;
		r->st = XIE_TRUNCATED;
	}
}

static inline uint64_t get(struct in *r, unsigned n) /* 1..56 */
{
	uint64_t v = peek(r) >> (64 - n);
	skip(r, n);
	return r->st == XIE_OK ? v : 0;
}

static inline uint64_t get_rice(struct in *r, unsigned k)
{
	uint64_t w = peek(r);
	unsigned q = ~w == 0 ? 64 : (unsigned)__builtin_clzll(~w);
	if (q >= ESCAPE || k > 32) {
		if (q < ESCAPE)
			r->st = XIE_MALFORMED;
		skip(r, ESCAPE + ESCAPE_BITS);
		return w << ESCAPE >> (64 - ESCAPE_BITS);
	}
	skip(r, q + 1 + k);
	return (uint64_t)q << k | (k != 0 ? w << (q + 1) >> (64 - k) : 0);
}

static inline int64_t get_miss(struct in *r, struct column *c)
{
	uint64_t z = get_rice(r, rice_of(c));
	follow(c, z);
	return unzigzag(z);
}

static void get_motion(struct in *r, struct state *s, struct xie_track_pt *p)
{
	p->sog_dmph = 0;
	p->cog_cdeg = 0;
	if ((p->has & XIE_FIX_SOG) != 0) {
		s->sog += get_miss(r, &s->speed);
		int64_t v = s->sog * s->speed_unit;
		if (v < INT32_MIN || v > INT32_MAX)
			r->st = XIE_MALFORMED;
		p->sog_dmph = (int32_t)v;
	}
	if ((p->has & XIE_FIX_COG) != 0) {
		int64_t turn = s->turn, v = s->cog + get_miss(r, &s->course);
		v += v < 0 ? turn : v >= turn ? -turn : 0;
		if (v < 0 || v >= turn) {
			r->st = XIE_MALFORMED;
			v = 0;
		}
		s->cog = v;
		p->cog_cdeg = (uint16_t)(v * s->course_unit);
	}
}

static void get_place(struct in *r, struct state *s, struct xie_track_pt *p, int64_t dt)
{
	int64_t n, e;
	predict(s, p, dt, &n, &e);
	int64_t x = p[-1].at.lon + (get_miss(r, &s->lon) + e) * s->unit;
	int64_t y = p[-1].at.lat + (get_miss(r, &s->lat) + n) * s->unit;
	x += x < -XIE_LON_MAX ? INT64_C(2) * XIE_LON_MAX : x >= XIE_LON_MAX ? -INT64_C(2) * XIE_LON_MAX : 0;
	if (x < -XIE_LON_MAX || x >= XIE_LON_MAX || y < -XIE_LAT_MAX || y > XIE_LAT_MAX) {
		r->st = XIE_MALFORMED;
		return;
	}
	p->at = (struct xie_pt){ (int32_t)x, (int32_t)y };
}

static void get_point(struct in *r, struct state *s, struct xie_track_pt *p, xie_ms from, bool one_flags)
{
	p->has = p[-1].has;
	if (!one_flags && get(r, 1) != 0)
		p->has = unpack_flags((unsigned)get(r, FLAG_BITS));
	int64_t dt;
	if (s->by_difference)
		dt = s->before += get_miss(r, &s->time);
	else {
		uint64_t z = get_rice(r, rice_of(&s->time));
		follow(&s->time, z);
		dt = (int64_t)z;
	}
	if (dt < 0 || dt >= XIE_TRACK_HOUR || p[-1].t - from + dt * s->time_unit >= XIE_TRACK_HOUR) {
		r->st = r->st == XIE_OK ? XIE_MALFORMED : r->st;
		return;
	}
	p->t = p[-1].t + dt * s->time_unit;
	get_motion(r, s, p);
	if (r->st == XIE_OK)
		get_place(r, s, p, p->t - p[-1].t);
}

static bool get_head(struct in *r, struct units *u, enum xie_target_kind *ret_kind, struct xie_track_pt *first, size_t *ret_n)
{
	*ret_kind = (enum xie_target_kind)get(r, 3);
	u->position = (unsigned)get(r, 2);
	u->speed = (unsigned)get(r, 2);
	u->course = (unsigned)get(r, 2);
	u->time = (unsigned)get(r, 2);
	u->by_difference = get(r, 1) != 0;
	u->one_flags = get(r, 1) != 0;
	first->has = unpack_flags((unsigned)get(r, FLAG_BITS));
	uint64_t n = get_rice(r, N_RICE);
	first->at.lon = (int32_t)(uint32_t)get(r, 32);
	first->at.lat = (int32_t)(uint32_t)get(r, 32);
	*ret_n = (size_t)n;
	return n >= 1 && n <= XIE_TRACK_MOST && u->position < 3 && u->speed < 3 && u->course < 3 && u->time < 3 &&
	       first->at.lon >= -XIE_LON_MAX && first->at.lon < XIE_LON_MAX && first->at.lat >= -XIE_LAT_MAX &&
	       first->at.lat <= XIE_LAT_MAX && *ret_kind <= XIE_KIND_AID;
}

xie_status xie_track_decode(xie_str bytes, xie_ms from, enum xie_target_kind *ret_kind, struct xie_track_pt *ret, size_t cap,
                            size_t *ret_n)
{
	const uint8_t *b = (const uint8_t *)bytes.p;
	*ret_n = 0;
	if (bytes.n < 2)
		return XIE_TRUNCATED;
	if (from < -TIME_MOST || from > TIME_MOST)
		return XIE_MALFORMED;
	if (xie_track_sum(b, bytes.n - 2, from) != (uint16_t)(b[bytes.n - 2] << 8 | b[bytes.n - 1]))
		return XIE_CHECKSUM;
	struct in r = { .p = b, .bits = 8 * (bytes.n - 2) };
	struct units u;
	struct state s;
	struct xie_track_pt first = { .t = from };
	enum xie_target_kind kind;
	size_t n = 0;
	bool sound = get_head(&r, &u, &kind, &first, &n);
	if (r.st != XIE_OK || !sound)
		return r.st != XIE_OK ? r.st : XIE_MALFORMED;
	*ret_n = n;
	if (n > cap)
		return XIE_LIMIT;
	state_units(&s, &u);
	state_init(&s, first.at);
	get_motion(&r, &s, &first);
	state_moves(&s, &first);
	ret[0] = first;
	for (size_t i = 1; i < n && r.st == XIE_OK; i++)
		get_point(&r, &s, &ret[i], from, u.one_flags);
	if (r.st != XIE_OK)
		return r.st;
	if (r.bits - r.pos >= 8 || (r.bits != r.pos && get(&r, (unsigned)(r.bits - r.pos)) != 0))
		return XIE_MALFORMED;
	*ret_kind = kind;
	return XIE_OK;
}

/* ---- points ---- */

struct xie_track_pt xie_track_pt_of(const struct xie_fix *f)
{
	return (struct xie_track_pt){ .t = f->t, .at = f->at, .sog_dmph = (f->has & XIE_FIX_SOG) != 0 ? f->sog_dmph : 0,
		.cog_cdeg = (f->has & XIE_FIX_COG) != 0 ? f->cog_cdeg : 0, .has = (uint16_t)(f->has & XIE_TRACK_HAS) };
}

void xie_track_box(const struct xie_track_pt *p, size_t n, struct xie_pt *ret_low, struct xie_pt *ret_high)
{
	/* Longitudes as the way goes, from the first: a chunk that crosses 180 stays in one piece. */
	const int64_t turn = INT64_C(2) * XIE_LON_MAX;
	int64_t x = p->at.lon, x0 = x, x1 = x;
	int32_t y0 = p->at.lat, y1 = y0;
	for (size_t i = 1; i < n; i++) {
		x += wrapped((int64_t)p[i].at.lon - p[i - 1].at.lon, turn);
		x0 = x < x0 ? x : x0;
		x1 = x > x1 ? x : x1;
		y0 = p[i].at.lat < y0 ? p[i].at.lat : y0;
		y1 = p[i].at.lat > y1 ? p[i].at.lat : y1;
	}
	if (x1 - x0 >= turn) { /* round the earth */
		x0 = -XIE_LON_MAX;
		x1 = XIE_LON_MAX - 1;
	}
	x0 += x0 < -XIE_LON_MAX ? turn : x0 >= XIE_LON_MAX ? -turn : 0;
	x1 += x1 < -XIE_LON_MAX ? turn : x1 >= XIE_LON_MAX ? -turn : 0;
	*ret_low = (struct xie_pt){ (int32_t)x0, y0 };
	*ret_high = (struct xie_pt){ (int32_t)x1, y1 };
}

int xie_track_cmp(const struct xie_track_pt *a, const struct xie_track_pt *b)
{
	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	const int64_t x[] = { a->at.lon, a->at.lat, a->sog_dmph, a->cog_cdeg, a->has };
	const int64_t y[] = { b->at.lon, b->at.lat, b->sog_dmph, b->cog_cdeg, b->has };
	for (size_t i = 0; i < sizeof x / sizeof x[0]; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}
