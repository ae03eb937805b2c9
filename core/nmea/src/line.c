/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/nmea/line.h"

#include "line_int.h"
#include "load.h"


void xie_nmea_reader_init(struct xie_nmea_reader *r, xie_ms utc_offset)
{
	*r = (struct xie_nmea_reader){ .utc_offset = utc_offset };
}

__attribute__((cold)) static enum xie_nmea_kind refuse(struct xie_nmea_line *o, xie_status st, const char *why)
{
	o->st = st;
	o->why = why;
	return o->kind = XIE_NMEA_REJECT;
}

uint8_t nmea__xor(const char *p, size_t n)
{
	return nmea__xor_of(p, n);
}

static inline unsigned hex_digit(char c)
{
	unsigned d = (unsigned)(unsigned char)c - '0';
	if (d <= 9)
		return d;
	d = ((unsigned)(unsigned char)c | 0x20) - 'a';
	return d <= 5 ? d + 10 : 0x100;
}

static inline bool check_is(const char *two, uint8_t sum)
{
	static const char hex[] = "0123456789ABCDEF";
	if (two[0] == hex[sum >> 4] && two[1] == hex[sum & 15])
		return true; /* else perhaps in small letters */
	return (hex_digit(two[0]) << 4 | hex_digit(two[1])) == sum;
}

bool nmea__check_is(const char *two, uint8_t sum)
{
	return check_is(two, sum);
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* s: "!..VDM,...*hh", its check proved.  star: position of '*'. */
static inline enum xie_nmea_kind read_vdm(const char *s, size_t star, struct xie_nmea_line *o)
{
	/* "!AIVDM,1,1,,A,<payload>,0*": 14 characters before the payload at least, 3 behind it */
	if (star < 16)
		return refuse(o, XIE_MALFORMED, "fewer fields than VDM has");
	o->own_ship = s[5] == 'O';
	const char *p = s + 7;
	if (!is_digit(p[0]) || p[1] != ',' || !is_digit(p[2]) || p[3] != ',')
		return refuse(o, XIE_MALFORMED, "the number of parts and the part's number are not one digit each");
	o->total = (uint8_t)(p[0] - '0');
	o->number = (uint8_t)(p[2] - '0');
	if (o->total == 0 || o->number == 0 || o->number > o->total)
		return refuse(o, XIE_RANGE, "the part's number is not between 1 and the number of parts");
	p += 4;
	o->seq = -1;
	if (is_digit(*p))
		o->seq = (int8_t)(*p++ - '0');
	if (*p++ != ',')
		return refuse(o, XIE_MALFORMED, "the sequence number is not one digit or blank");
	o->channel = 0;
	if (*p != ',')
		o->channel = *p == '1' ? 'A' : *p == '2' ? 'B' : *p, p++;
	if (*p++ != ',')
		return refuse(o, XIE_MALFORMED, "the channel is not one character or blank");
	const char *e = s + star;
	if (p > e - 2 && e[-1] != ',')
		return refuse(o, XIE_MALFORMED, "fewer fields than VDM has");
	if (e[-1] == ',') { /* fill left out: none, as some senders mean it */
		o->fill = 0;
		e -= 1;
	} else if (e[-2] == ',' && is_digit(e[-1])) { /* over 5 is against the standard, but it says what it means */
		o->fill = (uint8_t)(e[-1] - '0');
		e -= 2;
	} else {
		return refuse(o, XIE_RANGE, "the number of fill bits is not one digit");
	}
	if (p > e)
		return refuse(o, XIE_MALFORMED, "fewer fields than VDM has");
	o->payload = (xie_str){ p, (size_t)(e - p) };
	return o->kind = XIE_NMEA_VDM;
}

static inline bool is_vdm(xie_str s)
{
	return s.n > 7 && s.p[0] == '!' && (memcmp(s.p + 3, "VDM,", 4) == 0 || memcmp(s.p + 3, "VDO,", 4) == 0);
}

/* From '!' or '$' to the line's end. */
static enum xie_nmea_kind read_sentence(struct xie_nmea_reader *r, xie_str s, struct xie_nmea_line *o)
{
	size_t star = xie_str_find(s, '*');
	bool ais = is_vdm(s);
	o->sentence = s;
	if (star + 3 > s.n) {
		if (ais)
			return refuse(o, XIE_MISSING, "no check value (*hh) at the sentence's end");
		return o->kind = s.n >= 6 && star == s.n ? XIE_NMEA_OTHER : refuse(o, XIE_MALFORMED, "not a sentence");
	}
	o->sentence.n = star + 3;
	if (!check_is(s.p + star + 1, nmea__xor(s.p + 1, star - 1)))
		return refuse(o, XIE_CHECKSUM, "the check value does not match the sentence");
	if (s.n > star + 3 && nmea__suffix(r, xie_str_from(s, star + 3), o) != XIE_OK)
		return refuse(o, XIE_MALFORMED, "a second sentence in the same line");
	if (ais)
		return read_vdm(s.p, star, o);
	if (s.n > 6 && memcmp(s.p, "$PGHP,", 6) == 0)
		return nmea__pghp(r, (xie_str){ s.p, star }, o);
	return o->kind = XIE_NMEA_OTHER;
}

static size_t first_of_three(xie_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '!' || s.p[i] == '$' || s.p[i] == '\\')
			return i;
	return s.n;
}

static enum xie_nmea_kind read_any(struct xie_nmea_reader *r, xie_str whole, struct xie_nmea_line *o)
{
	xie_str s = whole;
	if (s.n == 0 || s.p[0] == '#')
		return o->kind = XIE_NMEA_BLANK;
	if (s.p[0] != '!' && s.p[0] != '$' && s.p[0] != '\\') {
		size_t at = first_of_three(s);
		if (at == s.n)
			return xie_str_trim(s).n == 0 ? (o->kind = XIE_NMEA_BLANK)
			                              : refuse(o, XIE_MALFORMED, "no '!', '$' or '\\' that begins a sentence");
		nmea__prefix(r, (xie_str){ s.p, at }, o);
		s = xie_str_from(s, at);
	}
	bool front = whole.n == s.n; /* nothing stands before the tag block or sentence */
	uint64_t bad_tags = r->bad_tags;
	if (s.p[0] == '\\') {
		r->tag = (struct xie_nmea_tag){ 0 };
		o->tag = &r->tag;
	}
	while (s.n != 0 && s.p[0] == '\\')
		s = nmea__tag(r, s, o);
	if (s.n == 0 && front && r->bad_tags != bad_tags)
		return refuse(o, XIE_CHECKSUM, "the tag block's own check value is missing or wrong");
	if (s.n == 0 && front) {
		nmea__pend(r, o->source);
		r->lone_tag = true;
		return o->kind = XIE_NMEA_META;
	}
	if (s.n == 0 || (s.p[0] != '!' && s.p[0] != '$'))
		return refuse(o, XIE_MALFORMED, "no sentence behind the tag block");
	enum xie_nmea_kind k = read_sentence(r, s, o);
	r->lone_tag = false;
	return k;
}

/* ",1,1,,A,": the only part of its message, no sequence number, a channel.  s: at the first comma. */
static inline bool is_single(const char *s)
{
	static const char form[8] = ",1,1,,\0,", where[8] = { '\xFF', '\xFF', '\xFF', '\xFF', '\xFF', '\xFF', '\0', '\xFF' };
	uint64_t w, f, m;
	memcpy(&w, s, 8);
	memcpy(&f, form, 8);
	memcpy(&m, where, 8);
	return (w & m) == f;
}

static inline enum xie_nmea_kind read_single(const char *s, size_t star, struct xie_nmea_line *o)
{
	o->own_ship = s[5] == 'O';
	o->total = o->number = 1;
	o->seq = -1;
	o->channel = s[12] == '1' ? 'A' : s[12] == '2' ? 'B' : s[12];
	o->fill = (uint8_t)(s[star - 1] - '0');
	o->payload = (xie_str){ s + 14, star - 16 };
	return o->kind = XIE_NMEA_VDM;
}

/* The common line: nothing but a sentence with its check at the end.  False: look at it with care. */
static inline bool read_plain(const struct xie_nmea_reader *r, xie_str s, struct xie_nmea_line *o)
{
	size_t star = s.n - 3;
	if (s.n < 20 || !is_vdm(s) || s.p[star] != '*' || !check_is(s.p + star + 1, nmea__xor_of(s.p + 1, star - 1)))
		return false;
	o->has_rx = r->has_rx;
	o->rx_own = false;
	o->rx = r->rx;
	o->source = (xie_str){ r->pending, r->pending_n };
	o->sentence = s;
	o->tag = NULL;
	if (is_single(s.p + 6) && s.p[12] != ',' && s.p[star - 2] == ',' && is_digit(s.p[star - 1]))
		return read_single(s.p, star, o) == XIE_NMEA_VDM;
	return read_vdm(s.p, star, o) == XIE_NMEA_VDM;
}

/* How much of the line's front is that of the line before: a tag block or a date of the same second. */
static inline size_t known_front(const struct xie_nmea_reader *r, xie_str line)
{
	return r->front.n != 0 && line.n > r->front.n && memcmp(line.p, r->front.text, r->front.n) == 0 ? r->front.n : 0;
}

static void apply_front(struct xie_nmea_reader *r, xie_str line, struct xie_nmea_line *o)
{
	if (r->front.has_t) {
		o->has_rx = o->rx_own = true;
		o->rx = r->rx = r->front.t;
		r->has_rx = true;
	}
	if (r->front.tag) {
		r->tag = (struct xie_nmea_tag){ 0 };
		o->tag = &r->tag;
		o->source = (xie_str){ line.p + r->front.source_at, r->front.source_n };
	}
}

/* Remembers the front of a line that was read with care, if the front alone made what was found. */
static void learn_front(struct xie_nmea_reader *r, xie_str line, const struct xie_nmea_line *o, uint64_t bad_tags)
{
	static const struct xie_nmea_tag nothing;
	size_t n = (size_t)(o->sentence.p - line.p);
	bool suffix = o->sentence.p + o->sentence.n != line.p + line.n;
	bool plain = o->tag == NULL || memcmp(o->tag, &nothing, sizeof nothing) == 0;
	r->front.n = 0;
	if (n == 0 || n > sizeof r->front.text || suffix || !plain || bad_tags != r->bad_tags)
		return;
	bool named = o->tag != NULL && o->source.n != 0;
	memcpy(r->front.text, line.p, n);
	r->front.n = (uint8_t)n;
	r->front.tag = o->tag != NULL;
	r->front.has_t = o->rx_own;
	r->front.t = o->rx;
	r->front.source_at = (uint8_t)(named ? o->source.p - line.p : 0);
	r->front.source_n = (uint8_t)(named ? o->source.n : 0);
}

enum xie_nmea_kind xie_nmea_read(struct xie_nmea_reader *r, xie_str line, struct xie_nmea_line *ret_line)
{
	while (line.n != 0 && (unsigned char)line.p[line.n - 1] <= ' ') /* CR, blanks */
		line.n--;
	size_t front = known_front(r, line);
	if (read_plain(r, (xie_str){ line.p + front, line.n - front }, ret_line)) {
		r->lone_tag = false;
		if (front != 0)
			apply_front(r, line, ret_line);
		return XIE_NMEA_VDM;
	}
	uint64_t bad_tags = r->bad_tags;
	*ret_line = (struct xie_nmea_line){ .kind = XIE_NMEA_BLANK };
	enum xie_nmea_kind k = read_any(r, line, ret_line);
	if (ret_line->rx_own) {
		r->rx = ret_line->rx;
		r->has_rx = true;
	}
	ret_line->has_rx = r->has_rx;
	ret_line->rx = r->rx;
	if (k == XIE_NMEA_VDM)
		learn_front(r, line, ret_line, bad_tags);
	if (ret_line->source.n == 0 && ret_line->tag == NULL)
		ret_line->source = (xie_str){ r->pending, r->pending_n };
	return k;
}
