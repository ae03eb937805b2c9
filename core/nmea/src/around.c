/* SPDX-License-Identifier: Apache-2.0 */
#include "line_int.h"

#include "xie/base/time.h"

/* UNIX time: seconds with or without a fraction, or milliseconds when over 10^11 (the year 5138 in seconds). */
static bool epoch(xie_str s, xie_ms *ret_t)
{
	uint64_t v = 0;
	size_t point = xie_str_find(s, '.');
	if (point > 15 || xie_str_u64((xie_str){ s.p, point }, &v) != XIE_OK)
		return false;
	if (v > UINT64_C(100000000000)) {
		*ret_t = (xie_ms)v;
		return true;
	}
	int64_t milli = 0;
	if (point + 1 < s.n) {
		/* "1152921693.47": rounded down to the millisecond */
		xie_str f = xie_str_from(s, point + 1);
		uint64_t digits = 0;
		size_t n = f.n < 3 ? f.n : 3;
		if (xie_str_u64((xie_str){ f.p, n }, &digits) != XIE_OK)
			return false;
		milli = (int64_t)digits * (n == 1 ? 100 : n == 2 ? 10 : 1);
	}
	*ret_t = (xie_ms)v * 1000 + milli;
	return true;
}

static void own_time(struct xie_nmea_line *o, xie_ms t)
{
	o->rx = t;
	o->rx_own = true;
}

void nmea__pend(struct xie_nmea_reader *r, xie_str source)
{
	size_t n = source.n < sizeof r->pending ? source.n : sizeof r->pending;
	if (n != 0)
		memcpy(r->pending, source.p, n);
	r->pending_n = (uint8_t)n;
}

/* "1-2-1234" (part, total, group; NMEA 0183 4.10) or "1G2:1234" (IEC 62320-1) */
static void group(xie_str s, struct xie_nmea_tag *t)
{
	uint64_t v[3] = { 0 };
	for (int i = 0; i < 3; i++) {
		size_t n = 0;
		while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
			n++;
		if (xie_str_u64((xie_str){ s.p, n }, &v[i]) != XIE_OK || v[i] > UINT32_MAX)
			return;
		s = xie_str_from(s, n + 1);
	}
	t->group_part = (uint32_t)v[0];
	t->group_total = (uint32_t)v[1];
	t->group = (uint32_t)v[2];
}

static void tag_field(xie_str key, xie_str value, struct xie_nmea_tag *tag, struct xie_nmea_line *o)
{
	xie_ms t = 0;
	uint64_t n = 0;
	if (xie_str_is(key, "si")) { /* Danish feed: the network that delivered it; a station's own name outranks it */
		o->source = o->source.n == 0 ? value : o->source;
		return;
	}
	if (key.n != 1) { /* "1G2:1234": the group stands in the key */
		group((xie_str){ key.p, key.n + 1 + value.n }, tag);
		return;
	}
	switch (key.p[0]) {
	case 'c':
		if (epoch(value, &t))
			own_time(o, t);
		break;
	case 's':
		o->source = value;
		break;
	case 'd':
		tag->dest = value;
		break;
	case 'g':
		group(value, tag);
		break;
	case 'n':
		if (xie_str_u64(value, &n) == XIE_OK && n <= UINT32_MAX)
			tag->line = (uint32_t)n;
		break;
	case 'r':
		if (xie_str_i64(value, &tag->relative) != XIE_OK)
			tag->relative = 0;
		break;
	case 't':
		tag->text = value;
		break;
	default: /* a letter of a later edition */
		break;
	}
}

xie_str nmea__tag(struct xie_nmea_reader *r, xie_str s, struct xie_nmea_line *o)
{
	xie_str body = xie_str_from(s, 1);
	size_t end = xie_str_find(body, '\\');
	xie_str rest = xie_str_from(body, end + 1);
	if (end == body.n) {
		r->bad_tags++;
		return xie_str_from(body, xie_str_find(body, '!'));
	}
	body.n = end;
	size_t star = body.n >= 3 ? body.n - 3 : 0;
	if (body.n < 3 || body.p[star] != '*' || !nmea__check_is(body.p + star + 1, nmea__xor(body.p, star))) {
		r->bad_tags++;
		return rest;
	}
	body.n = star;
	xie_str piece;
	while (xie_str_split(&body, ',', &piece)) {
		size_t colon = xie_str_find(piece, ':');
		if (colon < piece.n)
			tag_field((xie_str){ piece.p, colon }, xie_str_from(piece, colon + 1), &r->tag, o);
	}
	return rest;
}

static bool between_fields(char c)
{
	return c == ',' || c == ';' || c == ' ' || c == '\t' || c == '|' || c == ':' || c == '[' || c == ']' || c == '"';
}

static xie_str strip(xie_str s)
{
	while (s.n != 0 && between_fields(s.p[0]))
		s = xie_str_from(s, 1);
	while (s.n != 0 && between_fields(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Date and time as people write it, at the reader's offset unless it names its own. */
static bool date_time(const struct xie_nmea_reader *r, xie_str s, xie_ms *ret_t)
{
	char c[40];
	if (s.n < 16 || s.n > sizeof c)
		return false;
	memcpy(c, s.p, s.n);
	for (size_t i = 4; i <= 7; i += 3)
		if (c[i] == '/' || c[i] == '.')
			c[i] = '-';
	return xie_time_parse((xie_str){ c, s.n }, r->utc_offset, ret_t) == XIE_OK;
}

void nmea__prefix(const struct xie_nmea_reader *r, xie_str s, struct xie_nmea_line *o)
{
	xie_str whole = strip(s);
	xie_str first = { whole.p, xie_str_find(whole, ',') };
	xie_ms t = 0;
	if (date_time(r, whole, &t) || date_time(r, first, &t) || (first.n >= 9 && epoch(first, &t)))
		own_time(o, t);
}

/* "r003669987", "b003669710", "rs21535", "rORBCOMM008": receivers and base stations of the US Coast Guard's feed. */
static bool is_station(xie_str s)
{
	return s.n >= 5 && (s.p[0] == 'r' || s.p[0] == 'b') && s.p[s.n - 1] >= '0' && s.p[s.n - 1] <= '9';
}

xie_status nmea__suffix(struct xie_nmea_reader *r, xie_str s, struct xie_nmea_line *o)
{
	if (xie_str_find(s, '!') != s.n)
		return XIE_MALFORMED;
	xie_str piece;
	xie_ms t = 0;
	/* signal strength (s), decibels (d), slot (S), time of arrival (t, T) and counters (x) are read over */
	while (xie_str_split(&s, ',', &piece)) {
		piece = strip(piece);
		if ((piece.n >= 9 && epoch(piece, &t)) || date_time(r, piece, &t))
			own_time(o, t);
		else if (is_station(piece) && o->source.n == 0)
			o->source = piece;
	}
	return XIE_OK;
}

/* $PGHP,1,2013,11,12,12,0,0,11,219,,2190067,1,62*26: kind, year, month, day, hour, minute, second, millisecond,
 * country, region, base station, online, check of the sentence that follows */
enum xie_nmea_kind nmea__pghp(struct xie_nmea_reader *r, xie_str s, struct xie_nmea_line *o)
{
	xie_str piece, station = { "", 0 };
	uint64_t v[9] = { 0 };
	bool sound = true;
	for (int i = 0; i <= 11 && xie_str_split(&s, ',', &piece); i++) {
		if (i >= 1 && i <= 8)
			sound = xie_str_u64(piece, &v[i]) == XIE_OK && v[i] <= 9999 && sound;
		else if (i == 11)
			station = piece;
	}
	struct xie_civil c = { (int32_t)v[2], (uint8_t)(v[3] & 0xFF), (uint8_t)(v[4] & 0xFF), (uint8_t)(v[5] & 0xFF),
		               (uint8_t)(v[6] & 0xFF), (uint8_t)(v[7] & 0xFF), (uint16_t)v[8] };
	xie_ms t = 0;
	o->kind = XIE_NMEA_META;
	if (v[1] != 1)
		return o->kind;
	if (!sound || (v[3] | v[4] | v[5] | v[6] | v[7]) > 0xFF || xie_ms_from_civil(&c, 0, &t) != XIE_OK) {
		o->st = XIE_RANGE;
		o->why = "$PGHP with a date or time that does not exist";
		return o->kind = XIE_NMEA_REJECT;
	}
	own_time(o, t);
	if (station.n != 0 || !r->lone_tag)
		nmea__pend(r, station);
	return o->kind;
}
