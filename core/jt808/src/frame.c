/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/jt808/frame.h"

#include "load.h"

enum { FLAG = 0x7e, ESC = 0x7d };

const char *xie_jt808_bad_code(enum xie_jt808_bad b)
{
	static const char *const codes[] = {
#define X(sym, code, text) code,
		XIE_JT808_BAD_MAP(X)
#undef X
	};
	return (unsigned)b < XIE_JT808_BAD__COUNT ? codes[b] : "?";
}

const char *xie_jt808_bad_text(enum xie_jt808_bad b)
{
	static const char *const texts[] = {
#define X(sym, code, text) text,
		XIE_JT808_BAD_MAP(X)
#undef X
	};
	return (unsigned)b < XIE_JT808_BAD__COUNT ? texts[b] : "?";
}

xie_status xie_jt808_bad_status(enum xie_jt808_bad b)
{
	switch (b) {
	case XIE_JT808_BAD_NONE:
		return XIE_OK;
	case XIE_JT808_BAD_SHORT:
	case XIE_JT808_BAD_UNFINISHED:
		return XIE_TRUNCATED;
	case XIE_JT808_BAD_OVERSIZE:
		return XIE_LIMIT;
	case XIE_JT808_BAD_CHECKSUM:
		return XIE_CHECKSUM;
	default:
		return XIE_MALFORMED;
	}
}

const char *xie_jt808_odd_code(unsigned bit)
{
	static const char *const codes[] = {
#define X(sym, code, text) code,
		XIE_JT808_ODD_MAP(X)
#undef X
	};
	return bit < XIE_JT808_ODD__COUNT ? codes[bit] : "?";
}

const char *xie_jt808_odd_text(unsigned bit)
{
	static const char *const texts[] = {
#define X(sym, code, text) text,
		XIE_JT808_ODD_MAP(X)
#undef X
	};
	return bit < XIE_JT808_ODD__COUNT ? texts[bit] : "?";
}

/* The exclusive or of n bytes, n >= 8: words, and the last n % 8 bytes as the far end of one more word. */
static uint8_t xor_all(const uint8_t *p, size_t n)
{
	uint64_t x = 0;
	size_t i = 0;
	for (; n - i >= 8; i += 8)
		x ^= load64(p + i);
	if (i != n)
		x ^= load64_last(p + n - 8, n - i);
	x ^= x >> 32;
	x ^= x >> 16;
	return (uint8_t)(x ^ x >> 8);
}

/* *ret_n is set to the unescaped length.  room takes XIE_JT808_FRAME_MAX bytes. */
static enum xie_jt808_bad unescape(const uint8_t *p, size_t n, uint8_t *room, size_t *ret_n)
{
	const uint8_t *end = p + n;
	size_t k = 0;
	while (p != end) {
		const uint8_t *esc = memchr(p, ESC, (size_t)(end - p));
		size_t run = (size_t)((esc != NULL ? esc : end) - p);
		if (run > XIE_JT808_FRAME_MAX - k)
			return XIE_JT808_BAD_OVERSIZE;
		memcpy(room + k, p, run);
		k += run;
		if (esc == NULL)
			break;
		if (k == XIE_JT808_FRAME_MAX)
			return XIE_JT808_BAD_OVERSIZE;
		if (end - esc < 2 || (esc[1] != 1 && esc[1] != 2))
			return XIE_JT808_BAD_ESCAPE;
		room[k++] = (uint8_t)(esc[1] == 1 ? ESC : FLAG);
		p = esc + 2;
	}
	*ret_n = k;
	return XIE_JT808_BAD_NONE;
}

/* The layout of a header that adds up: bytes before the body, or 0.  Tries what the attributes say first. */
struct shape {
	uint8_t head;    /* up to and with the serial number */
	uint8_t parts;   /* 4 when total and part stand there */
	uint16_t edition;
	uint32_t odd;
};

static bool adds_up(size_t n, uint16_t attr, size_t head, size_t parts)
{
	return head + parts + (attr & 0x3ffu) + 1 == n;
}

static bool find_shape(const uint8_t *p, size_t n, uint16_t attr, struct shape *ret)
{
	size_t parts = (attr & 0x2000) != 0 ? 4 : 0;
	bool says19 = (attr & 0x4000) != 0;
	for (int drop = 0; drop <= (parts != 0); drop++) {
		size_t k = drop ? 0 : parts;
		uint32_t odd = drop ? XIE_JT808_ODD(PARTS_BIT) : 0;
		if (adds_up(n, attr, says19 ? 17 : 12, k))
			*ret = (struct shape){ says19 ? 17 : 12, (uint8_t)k, says19 ? 2019 : 2013, odd };
		else if (adds_up(n, attr, says19 ? 12 : 17, k))
			*ret = (struct shape){ says19 ? 12 : 17, (uint8_t)k, says19 ? 2013 : 2019,
				               odd | (says19 ? XIE_JT808_ODD(BIT14) : XIE_JT808_ODD(NO_BIT14)) };
		else
			continue;
		return true;
	}
	/* A maker's lock reports 0x5501 and 0x5502 number their frames with one byte. */
	if (p[0] == 0x55 && (p[1] == 1 || p[1] == 2) && adds_up(n, attr, 11, 0)) {
		*ret = (struct shape){ 11, 0, 2013, XIE_JT808_ODD(SERIAL8) };
		return true;
	}
	return false;
}

/* Whether all nibbles of n <= 10 bytes are decimal: adding 6 to one above 9 carries out of it. */
static bool is_bcd(const uint8_t *p, size_t n)
{
	const uint64_t low = UINT64_C(0x0f0f0f0f0f0f0f0f), six = UINT64_C(0x0606060606060606);
	uint64_t a = 0, b = 0;
	memcpy(&a, p, n < 8 ? n : 8);
	if (n > 8)
		memcpy(&b, p + 8, n - 8);
	uint64_t over = ((a & low) + six) | ((a >> 4 & low) + six) | ((b & low) + six) | ((b >> 4 & low) + six);
	return (over & ~low) == 0;
}

static enum xie_jt808_bad read_plain(const uint8_t *p, size_t n, uint32_t odd, struct xie_jt808_frame *ret)
{
	if (n < 13)
		return XIE_JT808_BAD_SHORT;
	if (n > XIE_JT808_FRAME_MAX)
		return XIE_JT808_BAD_OVERSIZE;
	if (xor_all(p, n) != 0)
		return XIE_JT808_BAD_CHECKSUM;
	uint16_t attr = load16(p + 2);
	struct shape s;
	if (adds_up(n, attr & 0x3fff, 12, 0) && (attr & 0xe000) == 0)
		s = (struct shape){ 12, 0, 2013, 0 };
	else if (!find_shape(p, n, attr, &s))
		return XIE_JT808_BAD_LENGTH;
	struct xie_jt808_head h = { .id = load16(p), .attr = attr, .edition = s.edition };
	size_t at = s.edition == 2019 ? 5 : 4;
	h.phone_n = s.edition == 2019 ? 10 : 6;
	if (s.edition == 2019)
		memcpy(h.phone, p + at, 10);
	else
		memcpy(h.phone, p + at, 6);
	at += h.phone_n;
	h.serial = s.head == 11 ? p[at] : load16(p + at);
	if (s.parts != 0) {
		h.total = load16(p + s.head);
		h.part = load16(p + s.head + 2);
		if (h.total == 0 && h.part == 0) /* part nothing of nothing: a whole message with room for parts */
			s.odd |= XIE_JT808_ODD(PARTS_BIT);
		else if (h.part == 0 || h.part > h.total)
			return XIE_JT808_BAD_PART;
	}
	h.odd = odd | s.odd;
	if ((attr & 0x8000) != 0)
		h.odd |= XIE_JT808_ODD(BIT15);
	if ((attr & 0x1c00) != 0 && s.head != 11)
		h.odd |= XIE_JT808_ODD(CIPHER);
	if (s.edition == 2019) {
		h.version = p[4];
		if (h.version == 0)
			h.odd |= XIE_JT808_ODD(VERSION0);
	}
	if (!is_bcd(h.phone, h.phone_n))
		h.odd |= XIE_JT808_ODD(PHONE);
	h.body_n = attr & 0x3ff;
	ret->head = h;
	ret->body = p + s.head + s.parts;
	return XIE_JT808_BAD_NONE;
}

enum xie_jt808_bad xie_jt808_frame_read(const void *content, size_t n, uint8_t *room,
                                        struct xie_jt808_frame *ret_frame)
{
	const uint8_t *p = content;
	if (n < 13)
		return XIE_JT808_BAD_SHORT;
	if (n > 2 * (size_t)XIE_JT808_FRAME_MAX)
		return XIE_JT808_BAD_OVERSIZE;
	if (memchr(p, ESC, n) == NULL)
		return read_plain(p, n, 0, ret_frame);
	size_t k = 0;
	enum xie_jt808_bad bad = unescape(p, n, room, &k);
	if (bad == XIE_JT808_BAD_NONE)
		bad = read_plain(room, k, 0, ret_frame);
	if (bad == XIE_JT808_BAD_NONE)
		return bad;
	/* Some terminals and gateways do not escape.  Both the check and the length then hold on the bytes as they
	 * stand, which chance gives once in a hundred thousand. */
	return read_plain(p, n, XIE_JT808_ODD(UNESCAPED), ret_frame) == XIE_JT808_BAD_NONE ? XIE_JT808_BAD_NONE : bad;
}

static void put(xie_wr *w, uint8_t *check, const uint8_t *p, size_t n)
{
	size_t from = 0;
	for (size_t i = 0; i < n; i++) {
		*check ^= p[i];
		if (p[i] != FLAG && p[i] != ESC)
			continue;
		xie_wr_bytes(w, p + from, i - from);
		xie_wr_bytes(w, (uint8_t[2]){ ESC, p[i] == ESC ? 1 : 2 }, 2);
		from = i + 1;
	}
	xie_wr_bytes(w, p + from, n - from);
}

xie_status xie_jt808_frame_write(xie_wr *w, const struct xie_jt808_head *head, const void *body, size_t n)
{
	bool is19 = head->edition == XIE_JT808_2019;
	if (!is19 && head->edition != XIE_JT808_2013 && head->edition != XIE_JT808_2011)
		return XIE_RANGE;
	if (n > XIE_JT808_BODY_MAX || head->part > head->total || (head->total != 0 && head->part == 0))
		return XIE_RANGE;
	uint32_t attr = (head->attr & 0x1c00u) | (uint32_t)n | (head->total != 0 ? 0x2000u : 0) | (is19 ? 0x4000u : 0);
	uint8_t room[21];
	xie_wr h = xie_wr_of(room, sizeof room);
	xie_wr_u16be(&h, head->id);
	xie_wr_u16be(&h, (uint16_t)attr);
	if (is19)
		xie_wr_u8(&h, head->version != 0 ? head->version : 1);
	xie_wr_bytes(&h, head->phone, is19 ? 10 : 6);
	xie_wr_u16be(&h, head->serial);
	if (head->total != 0) {
		xie_wr_u16be(&h, head->total);
		xie_wr_u16be(&h, head->part);
	}
	uint8_t check = 0;
	xie_wr_u8(w, FLAG);
	put(w, &check, room, h.n);
	put(w, &check, body, n);
	uint8_t sum = check;
	put(w, &check, &sum, 1);
	xie_wr_u8(w, FLAG);
	return w->st;
}

size_t xie_jt808_phone_full(const struct xie_jt808_head *head, char out[static 21])
{
	size_t n = 0;
	for (size_t i = 0; i < head->phone_n && i < sizeof head->phone; i++) {
		out[n++] = "0123456789abcdef"[head->phone[i] >> 4];
		out[n++] = "0123456789abcdef"[head->phone[i] & 15];
	}
	out[n] = '\0';
	return n;
}

size_t xie_jt808_phone(const struct xie_jt808_head *head, char out[static 21])
{
	size_t n = xie_jt808_phone_full(head, out);
	size_t zeros = 0;
	if (!is_bcd(head->phone, head->phone_n))
		return n;
	while (zeros + 1 < n && out[zeros] == '0')
		zeros++;
	memmove(out, out + zeros, n - zeros + 1);
	return n - zeros;
}

/* The check digit that makes d[0..n) and itself a Luhn number (ISO/IEC 7812-1 annex B). */
static char luhn(const char *d, size_t n)
{
	unsigned sum = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned v = (unsigned)(d[n - 1 - i] - '0');
		v = i % 2 == 0 ? 2 * v : v;
		sum += v > 9 ? v - 9 : v;
	}
	return (char)('0' + (10 - sum % 10) % 10);
}

xie_status xie_jt808_identity(const struct xie_jt808_head *head, char out[static 21], size_t *ret_n)
{
	if (is_bcd(head->phone, head->phone_n)) {
		*ret_n = xie_jt808_phone(head, out);
		return XIE_OK;
	}
	if (head->phone_n != 6)
		return XIE_MALFORMED;
	uint64_t v = 0;
	for (size_t i = 0; i < 6; i++)
		v = v << 8 | head->phone[i];
	if (v < UINT64_C(10000000000000) || v >= UINT64_C(100000000000000))
		return XIE_MALFORMED;
	for (size_t i = 14; i-- > 0; v /= 10)
		out[i] = (char)('0' + v % 10);
	out[14] = luhn(out, 14);
	out[15] = '\0';
	*ret_n = 15;
	return XIE_OK;
}

xie_status xie_jt808_phone_set(struct xie_jt808_head *head, xie_str digits)
{
	size_t n = head->edition == XIE_JT808_2019 ? 10 : 6;
	uint8_t bcd[10] = { 0 };
	if (digits.n == 0)
		return XIE_MALFORMED;
	if (digits.n > 2 * n)
		return XIE_RANGE;
	for (size_t i = 0; i < digits.n; i++) {
		char c = digits.p[digits.n - 1 - i];
		if (c < '0' || c > '9')
			return XIE_MALFORMED;
		bcd[n - 1 - i / 2] |= (uint8_t)((c - '0') << (i % 2 == 0 ? 0 : 4));
	}
	memcpy(head->phone, bcd, n);
	head->phone_n = (uint8_t)n;
	return XIE_OK;
}
