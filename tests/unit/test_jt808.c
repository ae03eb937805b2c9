/* SPDX-License-Identifier: Apache-2.0 */
/* Frames, positions, text and identity of JT/T 808. */
#include "check.h"

#include "xie/jt808/frame.h"
#include "xie/jt808/gbk.h"
#include "xie/jt808/identity.h"
#include "xie/jt808/position.h"

static size_t hex(const char *text, uint8_t *out, size_t cap)
{
	size_t n = 0;
	for (; text[0] != '\0' && n < cap; text += 2) {
		char two[3] = { text[0], text[1], '\0' };
		out[n++] = (uint8_t)strtoul(two, NULL, 16);
	}
	return n;
}

/* The bytes of a frame given as hex with its flags. */
struct given {
	uint8_t raw[2200], room[XIE_JT808_FRAME_MAX];
	struct xie_jt808_frame f;
	enum xie_jt808_bad bad;
};
static struct given read_hex(const char *text)
{
	static struct given g;
	size_t n = hex(text, g.raw, sizeof g.raw);
	g.bad = xie_jt808_frame_read(g.raw + 1, n - 2, g.room, &g.f);
	return g;
}

/* A frame of a real terminal (traccar's tests, Apache-2.0), one of 2019 (batch). */
static const char BATCH19[] = "7e0704402d0100000866496077582164881d0001000028000000000000000701a00192091f2a47001600000002"
			      "26050916422701040000258230010031010e507e";
static const char POS13[] = "7e0200002611223344556622b8000000010000000200ba7f0e07e4f11c0028003c000018071510101001040000"
			    "006402020037577e";

static void reads_both_headers(void **state)
{
	(void)state;
	struct given g = read_hex(BATCH19);
	char text[21];
	check_int(g.bad, XIE_JT808_BAD_NONE);
	check_int(g.f.head.id, 0x0704);
	check_int(g.f.head.edition, 2019);
	check_int(g.f.head.serial, 0x881d);
	check_int(g.f.head.odd, 0);
	check_int(xie_jt808_phone(&g.f.head, text), 15);
	check_str(xie_str_of(text), "866496077582164");
	g = read_hex(POS13);
	check_int(g.bad, XIE_JT808_BAD_NONE);
	check_int(g.f.head.edition, 2013);
	check_int(g.f.head.serial, 8888);
	check_int(g.f.head.body_n, 38);
	(void)xie_jt808_phone(&g.f.head, text);
	check_str(xie_str_of(text), "112233445566");
}

static void unescapes_serial_and_items(void **state)
{
	(void)state;
	struct given g = read_hex("7e02000026123456789012007d02000000010000000200ba7f0e07e4f11c0028003c0000181015101010010400"
				  "00006402"
				  "02007d01137e");
	struct xie_jt808_position p;
	struct xie_jt808_extra x;
	check_int(g.bad, XIE_JT808_BAD_NONE);
	check_int(g.f.head.serial, 0x7e);
	check_ok(xie_jt808_position_read(g.f.body, g.f.head.body_n, &p));
	xie_jt808_extra_read(p.items, p.items_n, &x);
	check_int(p.lat, 12222222);
	check_int(p.lon, 132444444);
	check_int(x.fuel_dl, 125);
	check_int(x.mileage_hm, 100);
	check_int(x.odd, 0);
}

static void tells_editions_apart_by_arithmetic(void **state)
{
	(void)state;
	/* bit 14 is set, yet the header has 12 bytes: a 2013 terminal. */
	struct given g = read_hex("7e0102400c01003000068109024a3130303330303030363831857e");
	check_int(g.bad, XIE_JT808_BAD_NONE);
	check_int(g.f.head.edition, 2013);
	check_int(g.f.head.odd, XIE_JT808_ODD(BIT14));
	check_int(g.f.head.body_n, 12);
	/* and the other way: a 2019 header without the bit */
	struct xie_jt808_head h = { .id = 2, .edition = 2019, .serial = 7 };
	check_ok(xie_jt808_phone_set(&h, XIE_STR("13912345678")));
	uint8_t wire[64];
	xie_wr w = xie_wr_of(wire, sizeof wire);
	check_ok(xie_jt808_frame_write(&w, &h, "", 0));
	wire[3] ^= 0x40;
	wire[w.n - 2] ^= 0x40;
	struct xie_jt808_frame f;
	check_int(xie_jt808_frame_read(wire + 1, w.n - 2, g.room, &f), XIE_JT808_BAD_NONE);
	check_int(f.head.edition, 2019);
	check_int(f.head.odd, XIE_JT808_ODD(NO_BIT14));
}

static void a_parts_bit_without_parts_is_odd(void **state)
{
	(void)state;
	uint8_t wire[64], room[XIE_JT808_FRAME_MAX];
	struct xie_jt808_frame f;
	struct xie_jt808_head h = { .id = 2, .edition = 2013, .serial = 7, .total = 1, .part = 1 };
	check_ok(xie_jt808_phone_set(&h, XIE_STR("1")));
	xie_wr w = xie_wr_of(wire, sizeof wire);
	check_ok(xie_jt808_frame_write(&w, &h, "", 0));
	wire[14] = wire[16] = 0; /* part nothing of nothing: the check stays right */
	check_int(xie_jt808_frame_read(wire + 1, w.n - 2, room, &f), XIE_JT808_BAD_NONE);
	check_int(f.head.total, 0);
	check_int(f.head.odd, XIE_JT808_ODD(PARTS_BIT));
	h.total = h.part = 0; /* and one whose length leaves no room for them */
	w = xie_wr_of(wire, sizeof wire);
	check_ok(xie_jt808_frame_write(&w, &h, "", 0));
	wire[3] ^= 0x20;
	wire[w.n - 2] ^= 0x20;
	check_int(xie_jt808_frame_read(wire + 1, w.n - 2, room, &f), XIE_JT808_BAD_NONE);
	check_int(f.head.odd, XIE_JT808_ODD(PARTS_BIT));
}

static void accepts_a_terminal_that_does_not_escape(void **state)
{
	(void)state;
	/* lat 0x01587d01: sent without escapes, check and length hold as it stands. */
	struct given g = read_hex("7e020000344eb6fb4ad6280001000000000000000301587d0106cbff660000000000002601011200000104000000"
				  "7b30011831010ae80a2003070105019f030190657e");
	struct xie_jt808_position p;
	char text[21];
	size_t n = 0;
	check_int(g.bad, XIE_JT808_BAD_NONE);
	check_int(g.f.head.odd, XIE_JT808_ODD(UNESCAPED) | XIE_JT808_ODD(PHONE));
	check_ok(xie_jt808_position_read(g.f.body, g.f.head.body_n, &p));
	check_int(p.lat, 0x01587d01);
	check_int(p.lon, 0x06cbff66);
	(void)xie_jt808_phone(&g.f.head, text);
	check_str(xie_str_of(text), "4eb6fb4ad628");
	check_ok(xie_jt808_identity(&g.f.head, text, &n));
	check_str(((xie_str){ text, n }), "865478070001047");
}

static void refuses_with_a_reason(void **state)
{
	(void)state;
	static const struct {
		const char *frame;
		enum xie_jt808_bad bad;
	} cases[] = {
		{ "7e01001000000020000000407e", XIE_JT808_BAD_SHORT },
		{ "7e0200002611223344556622b8000000010000000200ba7f0e07e4f11c0028003c000018071510101001040000006402020037567e",
		  XIE_JT808_BAD_CHECKSUM },
		{ "7e0000000000000000000000abcdef1240ffffffffff7e", XIE_JT808_BAD_CHECKSUM },
		{ "7e0002000111223344556600017d03757e", XIE_JT808_BAD_ESCAPE },
		{ "7e00020003112233445566000176017e", XIE_JT808_BAD_LENGTH },
		/* part 5 of 4 */
		{ "7e080120001122334455660001000400055e7e", XIE_JT808_BAD_PART },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct given g = read_hex(cases[i].frame);
		if (g.bad != cases[i].bad)
			fail_msg("case %zu: got %s, want %s", i, xie_jt808_bad_code(g.bad),
				 xie_jt808_bad_code(cases[i].bad));
	}
}

static void prefixes_are_refused_and_outputs_untouched(void **state)
{
	(void)state;
	uint8_t raw[128], room[XIE_JT808_FRAME_MAX];
	size_t n = hex(POS13, raw, sizeof raw);
	struct xie_jt808_frame f, was;
	memset(&f, 0xa5, sizeof f);
	memcpy(&was, &f, sizeof f);
	for (size_t k = 0; k < n - 2; k++) {
		check_true(xie_jt808_frame_read(raw + 1, k, room, &f) != XIE_JT808_BAD_NONE);
		check_true(memcmp(&f, &was, sizeof f) == 0);
	}
	struct xie_jt808_position p, p_was;
	memset(&p, 0xa5, sizeof p);
	memcpy(&p_was, &p, sizeof p);
	for (size_t k = 0; k < XIE_JT808_POSITION_MIN; k++) {
		check_st(xie_jt808_position_read(raw + 13, k, &p), XIE_TRUNCATED);
		check_true(memcmp(&p, &p_was, sizeof p) == 0);
	}
}

static void frames_written_are_read_again(void **state)
{
	(void)state;
	uint8_t body[XIE_JT808_BODY_MAX], wire[XIE_JT808_WIRE_MAX], room[XIE_JT808_FRAME_MAX];
	uint32_t x = 808;
	for (size_t n = 0; n <= sizeof body; n = n < 40 ? n + 1 : n + 61) {
		for (size_t i = 0; i < n; i++) {
			x = x * 1664525 + 1013904223;
			body[i] = (x >> 28) < 4 ? 0x7e : (x >> 28) < 8 ? 0x7d : (uint8_t)(x >> 16);
		}
		struct xie_jt808_head h = { .id = 0x7e7d, .serial = 0x7d7e, .edition = n % 2 ? 2019 : 2013 };
		h.total = n % 3 == 0 ? 9 : 0;
		h.part = n % 3 == 0 ? 7 : 0;
		check_ok(xie_jt808_phone_set(&h, XIE_STR("7")));
		xie_wr w = xie_wr_of(wire, sizeof wire);
		check_ok(xie_jt808_frame_write(&w, &h, body, n));
		struct xie_jt808_frame f;
		check_int(xie_jt808_frame_read(wire + 1, w.n - 2, room, &f), XIE_JT808_BAD_NONE);
		check_int(f.head.odd, 0);
		check_int(f.head.id, h.id);
		check_int(f.head.serial, h.serial);
		check_int(f.head.edition, h.edition);
		check_int(f.head.total, h.total);
		check_int(f.head.part, h.part);
		check_int(f.head.body_n, n);
		check_true(n == 0 || memcmp(f.body, body, n) == 0);
		check_true(memchr(wire + 1, 0x7e, w.n - 2) == NULL);
		/* one byte less of room is a limit, not a cut frame */
		w = xie_wr_of(wire, w.n - 1);
		check_st(xie_jt808_frame_write(&w, &h, body, n), XIE_LIMIT);
	}
}

static void refuses_to_write_what_has_no_room(void **state)
{
	(void)state;
	uint8_t body[1024] = { 0 }, wire[XIE_JT808_WIRE_MAX];
	xie_wr w = xie_wr_of(wire, sizeof wire);
	struct xie_jt808_head h = { .id = 2, .edition = 2013 };
	check_st(xie_jt808_frame_write(&w, &h, body, 1024), XIE_RANGE);
	h.part = 1;
	check_st(xie_jt808_frame_write(&w, &h, body, 1), XIE_RANGE);
	check_st(xie_jt808_phone_set(&h, XIE_STR("1234567890123")), XIE_RANGE);
	check_st(xie_jt808_phone_set(&h, XIE_STR("12a")), XIE_MALFORMED);
	check_int(w.n, 0);
}

/* Every way to cut a stream in two, and byte by byte, gives the same pieces. */
static size_t pieces(const uint8_t *stream, size_t n, size_t first, size_t step, char *out, size_t cap)
{
	uint8_t buf[64];
	struct xie_jt808_split s;
	struct xie_jt808_piece p;
	size_t k = 0;
	xie_jt808_split_init(&s, buf, sizeof buf);
	out[0] = '\0';
	for (size_t at = 0; at < n;) {
		size_t take = at == 0 ? first : step;
		take = take == 0 || take > n - at ? n - at : take;
		uint8_t *chunk = malloc(take); /* so that a read past the chunk is seen */
		memcpy(chunk, stream + at, take);
		xie_jt808_split_feed(&s, chunk, take);
		while (xie_jt808_split_next(&s, &p))
			k += (size_t)snprintf(out + k, cap - k, "%s@%u:%02x%02x..%u ", xie_jt808_bad_code(p.bad),
					      (unsigned)p.offset, p.content[0], p.n > 1 ? p.content[1] : 0u,
					      p.bad == XIE_JT808_BAD_OVERSIZE ? 0u : (unsigned)p.n);
		free(chunk);
		at += take;
	}
	if (xie_jt808_split_end(&s, &p))
		k += (size_t)snprintf(out + k, cap - k, "%s@%u:%u", xie_jt808_bad_code(p.bad), (unsigned)p.offset,
				      (unsigned)p.n);
	return k;
}

static void splits_alike_however_it_is_cut(void **state)
{
	(void)state;
	uint8_t stream[300];
	size_t n = 0;
	n += hex("aabb", stream, 10);                 /* noise */
	n += hex("7e010203047e7e0506077e", stream + n, 20);
	n += hex("0809", stream + n, 4);              /* between two flags: a candidate too */
	n += hex("7e0a0b7e0c0d7e", stream + n, 20);   /* a shared flag */
	memset(stream + n, 0x33, 100);                /* longer than buf */
	n += 100;
	n += hex("7e0e0f7e1011", stream + n, 20);     /* ends inside a candidate */
	char want[600], got[600];
	(void)pieces(stream, n, 0, 0, want, sizeof want);
	/* whole in one chunk the long one is handed out as it stands; only frame_read finds it too long */
	check_true(strstr(want, "noise@0:aabb..2 ok@3:0102..4 ok@9:0506..3 ok@13:0809..2 ok@16:0a0b..2 ok@19:0c0d..2 ") != NULL);
	check_true(strstr(want, "ok@123:0e0f..2 unfinished@126:2") != NULL);
	char bytewise[600];
	(void)pieces(stream, n, 1, 1, bytewise, sizeof bytewise);
	check_true(strstr(bytewise, "oversize@22:3333..0 ok@123:0e0f..2 unfinished@126:2") != NULL);
	for (size_t cut = 1; cut < 20; cut++) {
		(void)pieces(stream, n, cut, 0, got, sizeof got);
		check_true(strncmp(got, want, 80) == 0 || cut == 1); /* noise cut in two is still reported once */
		check_true(strstr(got, "noise@0:aabb..2 ok@3:") == got);
	}
}

static void time_is_utc_plus_8(void **state)
{
	(void)state;
	struct xie_jt808_time t = { { 0x26, 0x06, 0x15, 0x10, 0x01, 0x15 } }, back;
	xie_ms ms = 0;
	char text[40];
	check_ok(xie_jt808_time_ms(&t, &ms));
	xie_wr w = xie_wr_of(text, sizeof text);
	xie_wr_time(&w, ms);
	check_str(xie_wr_view(&w), "2026-06-15T02:01:15.000Z");
	check_ok(xie_jt808_time_of(ms, &back));
	check_true(memcmp(&t, &back, sizeof t) == 0);
	t.bcd[0] = 0x2a;
	check_st(xie_jt808_time_ms(&t, &ms), XIE_MALFORMED);
	t = (struct xie_jt808_time){ { 0 } };
	check_st(xie_jt808_time_ms(&t, &ms), XIE_RANGE);
	t = (struct xie_jt808_time){ { 0x25, 0x02, 0x29, 0, 0, 0 } };
	check_st(xie_jt808_time_ms(&t, &ms), XIE_RANGE);
	check_st(xie_jt808_time_of(INT64_C(4102444800000) - 1, &back), XIE_RANGE); /* 2100 at UTC+8 */
}

static void items_of_the_standard_round_trip(void **state)
{
	(void)state;
	struct xie_jt808_extra x = { .has = (1 << 18) - 1, .mileage_hm = 11, .fuel_dl = 22, .recorder_dkmh = 33, .event = 44,
				     .cabin = 2, .overspeed_place = 4, .overspeed_id = 66, .in_out_kind = 1, .in_out_way = 1,
				     .in_out_id = 77, .leg_id = 88, .leg_s = 89, .leg_result = 1, .video = 9, .lost = 10,
				     .covered = 11, .storage = 12, .behaviour = 7, .fatigue = 80, .signals = 99, .io = 3,
				     .ad0 = 20, .ad1 = 21, .radio = 30, .satellites = 40 };
	struct xie_jt808_extra got;
	uint8_t b[256];
	memset(&got, 0, sizeof got);
	xie_wr w = xie_wr_of(b, sizeof b);
	xie_jt808_extra_write(&w, &x);
	check_ok(w.st);
	xie_jt808_extra_read(b, w.n, &got);
	check_true(memcmp(&x, &got, sizeof x) == 0);
	for (size_t k = 1; k < w.n; k++) { /* a prefix is explained or is shorter by whole items */
		xie_jt808_extra_read(b, k, &got);
		check_true(got.odd == XIE_JT808_ODD(ITEMS) || got.has != x.has);
	}
}

static void odd_items_are_said(void **state)
{
	(void)state;
	struct xie_jt808_extra x;
	xie_jt808_extra_read((const uint8_t[]){ 0x30, 1, 5, 0x30, 1, 6 }, 6, &x);
	check_int(x.odd, XIE_JT808_ODD(ITEM_TWICE));
	check_int(x.radio, 6);
	xie_jt808_extra_read((const uint8_t[]){ 0x02, 1, 5 }, 3, &x);
	check_int(x.odd, XIE_JT808_ODD(ITEM_LEN));
	check_int(x.has, 0);
	xie_jt808_extra_read((const uint8_t[]){ 0x18, 2, 0, 1, 0x11, 1, 0 }, 7, &x);
	check_int(x.odd, 0);
	check_int(x.behaviour, 1);
	xie_jt808_extra_read((const uint8_t[]){ 0x2b, 2, 1, 2 }, 4, &x);
	check_int(x.ad0, 0x102);
	check_int(x.odd, XIE_JT808_ODD(ITEM_LEN));
}

static void items_of_extensions_are_cut(void **state)
{
	(void)state;
	/* a good item, a two-byte id, a two-byte length, a four-byte length, a good item */
	static const uint8_t b[] = { 0x30, 1, 9, 0x00, 0xde, 2, 1, 2, 0xdd, 0, 1, 7, 0x62, 0, 0, 0, 1, 8, 0xca, 1, 0xff };
	struct xie_jt808_item it[8];
	uint32_t odd = 0;
	size_t rest = 0;
	check_int(xie_jt808_items(b, sizeof b, it, 8, &odd, &rest), 5);
	check_int(odd, XIE_JT808_ODD(ITEM_FORM));
	check_int(rest, 0);
	check_int(it[1].id, 0xde);
	check_int(it[1].form, XIE_JT808_FORM_21);
	check_int(it[2].form, XIE_JT808_FORM_12);
	check_int(it[3].form, XIE_JT808_FORM_14);
	check_int(it[4].id, 0xca);
	/* no form fits: what was good stays, the rest is counted */
	check_int(xie_jt808_items((const uint8_t[]){ 0x30, 1, 9, 0x31 }, 4, it, 8, &odd, &rest), 1);
	check_int(odd, XIE_JT808_ODD(ITEMS));
	check_int(rest, 1);
	/* more than there is room for: counted, not written */
	check_int(xie_jt808_items((const uint8_t[]){ 0x30, 0, 0x30, 0, 0x31, 0 }, 6, it, 1, &odd, &rest), 3);
}

static void batches_survive_wrong_counts(void **state)
{
	(void)state;
	uint8_t b[200] = { 0, 3, 1, 0, 28 };
	struct xie_jt808_batch t;
	struct xie_jt808_position p;
	check_ok(xie_jt808_batch_read(b, 3 + 30, &t));
	check_true(xie_jt808_batch_next(&t, &p));
	check_true(!xie_jt808_batch_next(&t, &p));
	check_int(t.odd, XIE_JT808_ODD(COUNT));
	b[1] = 1;
	b[4] = 40; /* says 40, has 28 */
	check_ok(xie_jt808_batch_read(b, 3 + 30, &t));
	check_true(xie_jt808_batch_next(&t, &p));
	check_true(!xie_jt808_batch_next(&t, &p));
	check_int(t.odd, XIE_JT808_ODD(RECORD_LEN));
	b[4] = 5; /* too short for a position */
	check_ok(xie_jt808_batch_read(b, 3 + 7, &t));
	check_true(!xie_jt808_batch_next(&t, &p));
	check_int(t.odd, XIE_JT808_ODD(RECORD_LEN) | XIE_JT808_ODD(COUNT));
	check_st(xie_jt808_batch_read(b, 2, &t), XIE_TRUNCATED);
}

static void gbk_both_ways(void **state)
{
	(void)state;
	char utf8[64], gbk[64];
	xie_wr w = xie_wr_of(utf8, sizeof utf8);
	check_ok(xie_gbk_to_utf8(&w, XIE_STR("\xb2\xe2"
					     "A888888\xd4\xc1")));
	check_str(xie_wr_view(&w), "测A888888粤");
	xie_wr g = xie_wr_of(gbk, sizeof gbk);
	check_ok(xie_gbk_from_utf8(&g, xie_wr_view(&w)));
	check_str(xie_wr_view(&g), "\xb2\xe2"
				   "A888888\xd4\xc1");
	/* refused whole: a character GBK lacks, and bytes that are not UTF-8 */
	xie_wr_clear(&g);
	check_st(xie_gbk_from_utf8(&g, XIE_STR("ab\xf0\x9f\x98\x80")), XIE_RANGE);
	check_st(xie_gbk_from_utf8(&g, XIE_STR("ab\xff")), XIE_MALFORMED);
	check_int(g.n, 0);
	/* a lead byte alone, a trail that cannot be */
	xie_wr_clear(&w);
	check_st(xie_gbk_to_utf8(&w, XIE_STR("a\xb2")), XIE_MALFORMED);
	check_str(xie_wr_view(&w), "a\xef\xbf\xbd");
	xie_wr_clear(&w);
	check_st(xie_gbk_to_utf8(&w, XIE_STR("\xb2\x20\x80")), XIE_MALFORMED);
	check_str(xie_wr_view(&w), "\xef\xbf\xbd \xef\xbf\xbd");
}

static void every_gbk_code_returns(void **state)
{
	(void)state;
	unsigned n = 0;
	for (unsigned a = 0x81; a < 0xff; a++)
		for (unsigned b = 0x40; b < 0xff; b++) {
			char in[2] = { (char)a, (char)b }, utf8[8], out[8], again[8];
			if (!xie_gbk_ok((xie_str){ in, 2 }))
				continue;
			n++;
			xie_wr w = xie_wr_of(utf8, sizeof utf8), o = xie_wr_of(out, sizeof out), v = xie_wr_of(again, 8);
			check_ok(xie_gbk_to_utf8(&w, (xie_str){ in, 2 }));
			check_true(xie_utf8_ok(xie_wr_view(&w)));
			check_ok(xie_gbk_from_utf8(&o, xie_wr_view(&w)));
			/* a character with two codes comes back as its first: the same text */
			check_ok(xie_gbk_to_utf8(&v, xie_wr_view(&o)));
			check_true(xie_str_eq(xie_wr_view(&v), xie_wr_view(&w)));
		}
	check_true(n >= 21886); /* GBK's own count */
}

static void text_takes_utf8_and_says_so(void **state)
{
	(void)state;
	char out[64];
	uint32_t odd = 0;
	xie_wr w = xie_wr_of(out, sizeof out);
	xie_jt808_text(&w, XIE_STR("粤A12345"), &odd); /* this source file is UTF-8 */
	check_str(xie_wr_view(&w), "粤A12345");
	check_int(odd, XIE_JT808_ODD(TEXT));
	odd = 0;
	xie_wr_clear(&w);
	xie_jt808_text(&w, XIE_STR("\xd4\xc1" "A12345\0\0"), &odd);
	check_str(xie_wr_view(&w), "粤A12345");
	check_int(odd, 0);
}

static void registrations_of_three_editions(void **state)
{
	(void)state;
	static const struct {
		uint16_t edition;
		const char *model, *terminal, *plate;
		uint8_t color;
	} cases[] = {
		{ 2011, "tk12345", "CHI123", "\xd4\xc1" "A12345", 1 },
		{ 2011, "m", "T", "LGAX2B136E9011234", 0 }, /* a VIN makes it as long as one of 2013 */
		{ 2013, "smallchi123", "CHI123", "\xd4\xc1" "A12345", 1 },
		{ 2019, "a model of 2019", "terminal of 2019", "\xb2\xe2" "A1234", 2 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct xie_jt808_register r = { .edition = cases[i].edition, .province = 44, .county = 600,
						.maker = XIE_STR("12345"), .model = xie_str_of(cases[i].model),
						.terminal = xie_str_of(cases[i].terminal), .plate_color = cases[i].color,
						.plate = xie_str_of(cases[i].plate) };
		struct xie_jt808_register got, was;
		uint8_t b[128];
		xie_wr w = xie_wr_of(b, sizeof b);
		check_ok(xie_jt808_register_write(&w, &r));
		check_ok(xie_jt808_register_read(b, w.n, r.edition == 2019 ? 2019 : 2013, &got));
		check_int(got.edition, r.edition);
		check_int(got.province, 44);
		check_int(got.county, 600);
		check_str(got.maker, "12345");
		check_str(got.model, cases[i].model);
		check_str(got.terminal, cases[i].terminal);
		check_int(got.plate_color, cases[i].color);
		check_str(got.plate, cases[i].plate);
		check_int(got.odd, 0);
		memset(&got, 0x5a, sizeof got);
		memcpy(&was, &got, sizeof got);
		for (size_t k = 0; k < 25; k++) {
			check_st(xie_jt808_register_read(b, k, 2013, &got), XIE_TRUNCATED);
			check_true(memcmp(&got, &was, sizeof got) == 0);
		}
	}
	struct xie_jt808_register r = { .edition = 2013, .maker = XIE_STR("123456") };
	uint8_t b[128];
	xie_wr w = xie_wr_of(b, sizeof b);
	check_st(xie_jt808_register_write(&w, &r), XIE_RANGE);
}

static void authentication_of_both_editions(void **state)
{
	(void)state;
	struct xie_jt808_auth a = { .edition = 2019, .token = XIE_STR("tok"), .imei = XIE_STR("123456789012345"),
				    .software = XIE_STR("V1") };
	struct xie_jt808_auth got;
	uint8_t b[128];
	xie_wr w = xie_wr_of(b, sizeof b);
	check_ok(xie_jt808_auth_write(&w, &a));
	check_int(w.n, 1 + 3 + 15 + 20);
	check_ok(xie_jt808_auth_read(b, w.n, 2019, &got));
	check_str(got.token, "tok");
	check_str(got.imei, "123456789012345");
	check_str(got.software, "V1");
	check_int(got.odd, 0);
	for (size_t k = 0; k < w.n; k++) { /* cut short it is a token, and that is said */
		check_ok(xie_jt808_auth_read(b, k, 2019, &got));
		check_int(got.odd, XIE_JT808_ODD(FORM));
		check_int(got.token.n, k);
	}
	check_ok(xie_jt808_auth_read("17299841738", 11, 2013, &got));
	check_str(got.token, "17299841738");
	check_int(got.odd, 0);
	struct xie_jt808_registered g = { .serial = 10, .result = 0, .token = XIE_STR("abc") }, h;
	xie_wr_clear(&w);
	xie_jt808_registered_write(&w, &g);
	check_ok(xie_jt808_registered_read(b, w.n, &h));
	check_str(h.token, "abc");
	check_st(xie_jt808_registered_read(b, 2, &h), XIE_TRUNCATED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_both_headers),
		cmocka_unit_test(unescapes_serial_and_items),
		cmocka_unit_test(tells_editions_apart_by_arithmetic),
		cmocka_unit_test(a_parts_bit_without_parts_is_odd),
		cmocka_unit_test(accepts_a_terminal_that_does_not_escape),
		cmocka_unit_test(refuses_with_a_reason),
		cmocka_unit_test(prefixes_are_refused_and_outputs_untouched),
		cmocka_unit_test(frames_written_are_read_again),
		cmocka_unit_test(refuses_to_write_what_has_no_room),
		cmocka_unit_test(splits_alike_however_it_is_cut),
		cmocka_unit_test(time_is_utc_plus_8),
		cmocka_unit_test(items_of_the_standard_round_trip),
		cmocka_unit_test(odd_items_are_said),
		cmocka_unit_test(items_of_extensions_are_cut),
		cmocka_unit_test(batches_survive_wrong_counts),
		cmocka_unit_test(gbk_both_ways),
		cmocka_unit_test(every_gbk_code_returns),
		cmocka_unit_test(text_takes_utf8_and_says_so),
		cmocka_unit_test(registrations_of_three_editions),
		cmocka_unit_test(authentication_of_both_editions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
