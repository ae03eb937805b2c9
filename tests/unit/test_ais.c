/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/ais/msg.h"
#include "xie/base/val.h"

static uint32_t seed = 1;
static uint32_t next_random(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

/* Messages of one type whose every length class and application is tried. */
struct shape {
	unsigned type, bits;
	unsigned dac, fid; /* types 6 and 8 */
	int part;          /* type 24, or -1 */
};

static const struct shape shapes[] = {
	{ 1, 168, 0, 0, -1 },    { 2, 168, 0, 0, -1 },    { 3, 168, 0, 0, -1 },    { 1, 163, 0, 0, -1 },
	{ 4, 168, 0, 0, -1 },    { 5, 424, 0, 0, -1 },    { 5, 420, 0, 0, -1 },    { 5, 422, 0, 0, -1 },
	{ 6, 88, 0, 0, -1 },     { 6, 1008, 5, 5, -1 },   { 6, 248, 200, 21, -1 }, { 6, 232, 200, 22, -1 },
	{ 6, 168, 200, 55, -1 }, { 6, 136, 235, 10, -1 }, { 6, 136, 250, 10, -1 }, { 6, 360, 1, 12, -1 },
	{ 6, 200, 1, 12, -1 },   { 6, 190, 1, 14, -1 },   { 6, 376, 1, 14, -1 },   { 6, 104, 1, 15, -1 },
	{ 6, 136, 1, 16, -1 },   { 6, 104, 1, 16, -1 },   { 6, 360, 1, 18, -1 },   { 6, 360, 1, 20, -1 },
	{ 6, 1008, 1, 23, -1 },  { 6, 576, 1, 25, -1 },   { 6, 1008, 1, 28, -1 },  { 6, 1008, 1, 30, -1 },
	{ 6, 361, 1, 32, -1 },   { 6, 97, 1, 32, -1 },    { 7, 72, 0, 0, -1 },     { 7, 168, 0, 0, -1 },
	{ 8, 56, 0, 0, -1 },     { 8, 1008, 366, 56, -1 }, { 8, 168, 200, 10, -1 }, { 8, 256, 200, 23, -1 },
	{ 8, 168, 200, 24, -1 }, { 8, 168, 200, 40, -1 }, { 8, 88, 200, 55, -1 },  { 8, 168, 200, 55, -1 },
	{ 8, 352, 1, 11, -1 },   { 8, 472, 1, 13, -1 },   { 8, 72, 1, 15, -1 },    { 8, 72, 1, 16, -1 },
	{ 8, 544, 1, 17, -1 },   { 8, 360, 1, 19, -1 },   { 8, 981, 1, 22, -1 },   { 8, 360, 1, 24, -1 },
	{ 8, 997, 1, 27, -1 },   { 8, 1008, 1, 29, -1 },  { 8, 360, 1, 31, -1 },   { 9, 168, 0, 0, -1 },
	{ 10, 72, 0, 0, -1 },    { 11, 168, 0, 0, -1 },   { 12, 72, 0, 0, -1 },    { 12, 1008, 0, 0, -1 },
	{ 13, 136, 0, 0, -1 },   { 14, 40, 0, 0, -1 },    { 14, 1008, 0, 0, -1 },  { 15, 88, 0, 0, -1 },
	{ 15, 110, 0, 0, -1 },   { 15, 160, 0, 0, -1 },   { 16, 96, 0, 0, -1 },    { 16, 144, 0, 0, -1 },
	{ 17, 80, 0, 0, -1 },    { 17, 816, 0, 0, -1 },   { 18, 168, 0, 0, -1 },   { 19, 312, 0, 0, -1 },
	{ 20, 72, 0, 0, -1 },    { 20, 104, 0, 0, -1 },   { 20, 160, 0, 0, -1 },   { 21, 272, 0, 0, -1 },
	{ 21, 360, 0, 0, -1 },   { 22, 168, 0, 0, -1 },   { 23, 160, 0, 0, -1 },   { 24, 160, 0, 0, 0 },
	{ 24, 168, 0, 0, 0 },    { 24, 168, 0, 0, 1 },    { 25, 168, 0, 0, -1 },   { 25, 112, 0, 0, -1 },
	{ 26, 1004, 0, 0, -1 },  { 26, 200, 0, 0, -1 },   { 27, 96, 0, 0, -1 },    { 27, 168, 0, 0, -1 },
	{ 28, 168, 0, 0, -1 },    { 8, 168, 200, 25, -1 },
};
static const size_t n_shapes = sizeof shapes / sizeof shapes[0];

static void random_message(const struct shape *s, struct xie_nmea_bits *bits)
{
	xie_nmea_bits_clear(bits);
	for (unsigned at = 0; at < s->bits; at += 8)
		xie_nmea_put(bits, at, s->bits - at < 8 ? s->bits - at : 8, next_random() & 0xFF);
	xie_nmea_put(bits, 0, 6, s->type);
	bits->n = s->bits;
	if (s->dac != 0) {
		xie_nmea_put(bits, s->type == 6 ? 72 : 40, 10, s->dac);
		xie_nmea_put(bits, s->type == 6 ? 82 : 50, 6, s->fid);
	}
	if (s->part >= 0)
		xie_nmea_put(bits, 38, 2, (uint32_t)s->part);
	if (s->type == 24 && next_random() % 2 == 0)
		xie_nmea_put(bits, 8, 30, 980000000 + next_random() % 10000000);
}

/* What compares as equal: without the length received, and without bits behind the data's end. */
static void normalise(struct xie_ais_msg *m)
{
	struct xie_ais_binary *b = m->type == 6                     ? &m->t6.bin
	                           : m->type == 8                   ? &m->t8.bin
	                           : m->type == 17                  ? &m->t17.bin
	                           : m->type == 25 || m->type == 26 ? &m->t25.bin
	                           : m->type == 28                  ? &m->t28.bin
	                                                            : NULL;
	m->nbits = 0;
	if (b == NULL)
		return;
	if (b->app != XIE_AIS_APP_NONE) { /* padding counts as data, and is not written again */
		b->n = b->missing = 0;
		memset(b->b, 0, sizeof b->b);
	} else if (b->n % 8 != 0) {
		b->b[b->n / 8] &= (uint8_t)(0xFF00u >> b->n % 8);
	}
}

static void decode_zeroed(const struct xie_nmea_bits *bits, struct xie_ais_msg *m)
{
	memset(m, 0, sizeof *m);
	check_ok(xie_ais_decode(bits, m));
}

static void what_is_encoded_decodes_to_itself(void **state)
{
	(void)state;
	static struct xie_nmea_bits bits, again;
	static struct xie_ais_msg first, second;
	for (size_t i = 0; i < n_shapes; i++)
		for (int k = 0; k < 300; k++) {
			random_message(&shapes[i], &bits);
			if (shapes[i].dac == 1 && (shapes[i].fid == 27 || shapes[i].fid == 28)) /* as many as there is room for */
				xie_nmea_put(&bits, shapes[i].type == 6 ? 144 : 112, 5, 15);
			decode_zeroed(&bits, &first);
			xie_status st = xie_ais_encode(&first, &again);
			if (st != XIE_OK)
				fail_msg("type %u (%u/%u), %u bits: encode says %s", shapes[i].type, shapes[i].dac, shapes[i].fid,
				         shapes[i].bits, xie_status_code(st));
			decode_zeroed(&again, &second);
			normalise(&first);
			normalise(&second);
			if (memcmp(&first, &second, sizeof first) != 0)
				fail_msg("type %u (%u/%u), %u bits: not the same again", shapes[i].type, shapes[i].dac,
				         shapes[i].fid, shapes[i].bits);
		}
}

static const uint16_t app_bits[XIE_AIS_APP__COUNT] = {
#define X(id, type, dac, fid, bits, exact, data) [XIE_AIS_APP_##id] = bits,
	XIE_AIS_APPS(X)
#undef X
};

static void every_prefix_is_refused_or_explained(void **state)
{
	(void)state;
	static struct xie_nmea_bits whole, cut;
	static struct xie_ais_msg m, untouched;
	for (size_t i = 0; i < n_shapes; i++) {
		random_message(&shapes[i], &whole);
		for (uint32_t n = 0; n < whole.n; n++) {
			uint32_t min = 0, max = 0;
			xie_nmea_bits_clear(&cut);
			for (uint32_t at = 0; at < n; at++)
				xie_nmea_put(&cut, at, 1, xie_nmea_u(&whole, at, 1));
			cut.n = n;
			memset(&m, 0x5A, sizeof m);
			untouched = m;
			xie_status st = xie_ais_decode(&cut, &m);
			assert_true(xie_ais_length(shapes[i].type, &min, &max));
			if (st != XIE_OK && memcmp(&m, &untouched, sizeof m) != 0)
				fail_msg("type %u cut to %u bits: refused, but written to", shapes[i].type, n);
			if (n < min && st != XIE_TRUNCATED)
				fail_msg("type %u cut to %u bits: %s", shapes[i].type, n, xie_status_code(st));
			if (st == XIE_OK)
				check_int(m.nbits, n);
			/* an application message says how much of it is missing, or only its bits are shown */
			const struct xie_ais_binary *b = shapes[i].type == 6 ? &m.t6.bin : shapes[i].type == 8 ? &m.t8.bin : NULL;
			if (st == XIE_OK && b != NULL && b->app != XIE_AIS_APP_NONE)
				check_int(b->missing, n < app_bits[b->app] ? app_bits[b->app] - n : 0);
		}
	}
}

static void lengths_and_parts_out_of_range_are_refused(void **state)
{
	(void)state;
	static struct xie_nmea_bits bits;
	static struct xie_ais_msg m;
	for (unsigned type = 0; type < 64; type++)
		for (uint32_t n = 0; n <= 1100; n++) {
			uint32_t min = 0, max = 0;
			xie_nmea_bits_clear(&bits);
			xie_nmea_put(&bits, 0, 6, type);
			bits.n = n;
			bool known = xie_ais_length(type, &min, &max);
			xie_status st = xie_ais_decode(&bits, &m);
			xie_status want = n < 38 ? XIE_TRUNCATED : !known ? XIE_UNKNOWN : n < min ? XIE_TRUNCATED : n > max ? XIE_MALFORMED : XIE_OK;
			if (type == 24 && n > 168)
				want = XIE_MALFORMED;
			if (type == 27 && n > 96 && n != 168)
				want = XIE_MALFORMED;
			if (st != want)
				fail_msg("type %u, %u bits: %s, want %s", type, n, xie_status_code(st), xie_status_code(want));
		}
	for (uint32_t part = 2; part < 4; part++) {
		xie_nmea_bits_clear(&bits);
		xie_nmea_put(&bits, 0, 6, 24);
		xie_nmea_put(&bits, 38, 2, part);
		bits.n = 168;
		check_st(xie_ais_decode(&bits, &m), XIE_UNKNOWN);
	}
	/* flags that ask for more than there is */
	xie_nmea_bits_clear(&bits);
	xie_nmea_put(&bits, 0, 6, 25);
	xie_nmea_put(&bits, 38, 2, 3);
	bits.n = 85;
	check_st(xie_ais_decode(&bits, &m), XIE_TRUNCATED);
	bits.n = 86;
	check_ok(xie_ais_decode(&bits, &m));
	xie_nmea_put(&bits, 0, 6, 26);
	bits.n = 105;
	check_st(xie_ais_decode(&bits, &m), XIE_TRUNCATED);
	bits.n = 106;
	check_ok(xie_ais_decode(&bits, &m));
}

static void the_rows_cover_each_bit_once(void **state)
{
	(void)state;
	size_t n = 0;
	const struct xie_ais_layout *all = xie_ais_layouts(&n);
	check_true(n > 50);
	for (size_t i = 0; i < n; i++) {
		uint8_t count[1100] = { 0 };
		uint16_t end = all[i].bits;
		for (size_t k = 0; k < all[i].n; k++) {
			const struct xie_ais_field *f = &all[i].fields[k];
			bool numbers = strcmp(f->kind, "T") != 0 && strcmp(f->kind, "TR") != 0 && strcmp(f->kind, "SP") != 0;
			if (strcmp(f->kind, "TR") == 0 || strcmp(f->kind, "X") == 0) /* the rest; another reading of the bits */
				continue;
			/* the maker's name proper has three characters */
			unsigned width = strcmp(f->name, "vendorid") == 0 ? 18 : f->width;
			for (unsigned at = f->at; at < f->at + width; at++)
				count[at]++;
			check_true(f->at >= all[i].first && f->at + width <= end);
			check_true(!numbers || f->width <= 32);
			if (f->none != XIE_AIS_NO && numbers) {
				int64_t top = INT64_C(1) << (strcmp(f->kind, "I") == 0 ? f->width - 1 : f->width);
				int64_t low = strcmp(f->kind, "I") == 0 ? -top : 0;
				if (f->none < low || f->none >= top)
					fail_msg("%s.%s: %d does not fit %u bits", all[i].name, f->name, f->none, f->width);
			}
		}
		if (strcmp(all[i].name, "dac200fid24") == 0)
			end = 68; /* four gauges behind it */
		for (unsigned at = all[i].first; at < end; at++)
			if (count[at] != 1)
				fail_msg("%s: bit %u stands in %u rows", all[i].name, at, count[at]);
	}
}

static void json_is_sound_and_shorter_than_promised(void **state)
{
	(void)state;
	static struct xie_nmea_bits bits;
	static struct xie_ais_msg m;
	static uint8_t mem[1 << 20];
	static char buf[2 * XIE_AIS_JSON_MAX];
	for (size_t i = 0; i < n_shapes; i++)
		for (int k = 0; k < 50; k++) {
			random_message(&shapes[i], &bits);
			if (k % 5 == 0) /* text of quotes only, the longest there is */
				for (unsigned at = 88; at + 6 <= bits.n && shapes[i].type != 5; at += 6)
					xie_nmea_put(&bits, at, 6, k % 10 == 0 ? '"' : 0x3F);
			check_ok(xie_ais_decode(&bits, &m));
			xie_wr w = xie_wr_of(buf, sizeof buf);
			xie_wr_char(&w, '{');
			xie_ais_json(&m, &w);
			xie_wr_char(&w, '}');
			check_ok(w.st);
			check_true(w.n < XIE_AIS_JSON_MAX / 2);
			xie_arena a = xie_arena_of(mem, sizeof mem);
			const struct xie_val *v = NULL;
			struct xie_err err = { 0 };
			if (xie_json_read(&a, xie_wr_view(&w), (struct xie_val_limits){ .depth = 8 }, &v, &err) != XIE_OK)
				fail_msg("type %u: %s at %u: %.*s", shapes[i].type, err.what, err.column, (int)w.n, buf);
			check_int(xie_val_get_i64(v, "type", -1), shapes[i].type);
			check_int(xie_val_get_i64(v, "mmsi", -1), m.mmsi);
			check_true(xie_val_is(xie_val_get(v, "class"), "AIS"));
		}
	xie_wr w = xie_wr_of(buf, XIE_AIS_JSON_MAX - 1);
	xie_ais_json(&m, &w);
	check_st(w.st, XIE_LIMIT);
	check_int(w.n, 0);
}

static void values_that_do_not_fit_are_refused(void **state)
{
	(void)state;
	static struct xie_nmea_bits bits, before;
	xie_nmea_bits_clear(&bits);
	xie_nmea_put(&bits, 0, 32, 0x12345678);
	before = bits;
	struct xie_ais_msg m = { .type = 1, .mmsi = 412000001 };
	m.t1.speed = 1024;
	check_st(xie_ais_encode(&m, &bits), XIE_RANGE);
	m.t1.speed = 1023;
	m.t1.lon = INT32_C(1) << 27;
	check_st(xie_ais_encode(&m, &bits), XIE_RANGE);
	m.t1.lon = -(INT32_C(1) << 27);
	m.mmsi = UINT32_C(1) << 30;
	check_st(xie_ais_encode(&m, &bits), XIE_RANGE);
	m.mmsi = 1;
	m.repeat = 4;
	check_st(xie_ais_encode(&m, &bits), XIE_RANGE);
	m.repeat = 3;
	m.type = 29;
	check_st(xie_ais_encode(&m, &bits), XIE_UNKNOWN);
	m.type = 24;
	check_st(xie_ais_encode(&m, &bits), XIE_UNKNOWN);
	struct xie_ais_msg text = { .type = 5, .mmsi = 1 };
	memcpy(text.t5.shipname, "small", 6);
	check_st(xie_ais_encode(&text, &bits), XIE_RANGE);
	memcpy(text.t5.shipname, "A@B", 4);
	check_st(xie_ais_encode(&text, &bits), XIE_RANGE);
	struct xie_ais_msg app = { .type = 8, .mmsi = 1, .t8 = { .dac = 200, .fid = 10 } };
	app.t8.bin.app = XIE_AIS_APP_dac200fid40; /* not what dac and fid say */
	check_st(xie_ais_encode(&app, &bits), XIE_RANGE);
	check_int(memcmp(&bits, &before, sizeof bits), 0);
	m.type = 1;
	check_ok(xie_ais_encode(&m, &bits));
	check_int(bits.n, 168);
}

/* Bits put together by hand from the tables of ITU-R M.1371-5, annex 8, and of the CCNR's standard. */
static void fields_stand_where_the_standard_puts_them(void **state)
{
	(void)state;
	static struct xie_nmea_bits bits;
	static struct xie_ais_msg m;
	struct xie_ais_msg out = { .type = 18, .mmsi = 412345678, .t18 = { .speed = 83, .accuracy = true, .lon = -1,
		.lat = 13824000, .course = 1799, .heading = 181, .second = 59, .cs = true, .radio = 0xABCDE } };
	check_ok(xie_ais_encode(&out, &bits));
	check_int(bits.n, 168);
	check_int(xie_nmea_u(&bits, 46, 10), 83);
	check_int(xie_nmea_u(&bits, 56, 1), 1);
	check_int(xie_nmea_s(&bits, 57, 28), -1);
	check_int(xie_nmea_s(&bits, 85, 27), 13824000);
	check_int(xie_nmea_u(&bits, 112, 12), 1799);
	check_int(xie_nmea_u(&bits, 124, 9), 181);
	check_int(xie_nmea_u(&bits, 133, 6), 59);
	check_int(xie_nmea_u(&bits, 141, 1), 1);
	check_int(xie_nmea_u(&bits, 148, 20), 0xABCDE);

	/* gauge: the first bit of the level is its sign, 1 is plus */
	xie_nmea_bits_clear(&bits);
	xie_nmea_put(&bits, 0, 6, 8);
	xie_nmea_put(&bits, 40, 10, 200);
	xie_nmea_put(&bits, 50, 6, 24);
	xie_nmea_put(&bits, 56, 6, 'N' - 64);
	xie_nmea_put(&bits, 62, 6, 'L' - 64);
	xie_nmea_put(&bits, 68, 11, 1042);
	xie_nmea_put(&bits, 79, 1, 1);
	xie_nmea_put(&bits, 80, 13, 345);
	xie_nmea_put(&bits, 93, 11, 7);
	xie_nmea_put(&bits, 105, 13, 12);
	bits.n = 168;
	check_ok(xie_ais_decode(&bits, &m));
	check_int(m.t8.bin.app, XIE_AIS_APP_dac200fid24);
	check_str(xie_str_of(m.t8.bin.dac200fid24.country), "NL");
	check_int(m.t8.bin.dac200fid24.n_gauges, 4);
	check_int(m.t8.bin.dac200fid24.gauges[0].id, 1042);
	char buf[2 * XIE_AIS_JSON_MAX];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_ais_json(&m, &w);
	static const char levels[] = "\"levels_cm\":[345,-12,0,0]";
	check_true(memmem(buf, w.n, levels, sizeof levels - 1) != NULL);

	/* inland static data: draught in centimetres */
	xie_nmea_put(&bits, 50, 6, 10);
	xie_nmea_put(&bits, 141, 3, 2);
	xie_nmea_put(&bits, 144, 11, 273);
	check_ok(xie_ais_decode(&bits, &m));
	check_int(m.t8.bin.dac200fid10.draught, 273);
	xie_nmea_put(&bits, 141, 3, 6); /* six blue cones: not this message */
	check_ok(xie_ais_decode(&bits, &m));
	check_int(m.t8.bin.app, XIE_AIS_APP_NONE);
}

static void counts_never_exceed_what_the_message_holds(void **state)
{
	(void)state;
	static struct xie_nmea_bits bits;
	static struct xie_ais_msg m;
	/* four targets of 122 bits fit 544; the 545th to 1008th bits are no fifth */
	for (uint32_t n = 56; n <= 1008; n++) {
		xie_nmea_bits_clear(&bits);
		xie_nmea_put(&bits, 0, 6, 8);
		xie_nmea_put(&bits, 40, 10, 1);
		xie_nmea_put(&bits, 50, 6, 17);
		bits.n = n;
		check_ok(xie_ais_decode(&bits, &m));
		check_int(m.t8.bin.dac1fid17.n_targets, (n - 56) / 122 < 4 ? (n - 56) / 122 : 4);
	}
	xie_nmea_put(&bits, 50, 6, 27); /* says 31 points, has room for 16, holds 2 */
	xie_nmea_put(&bits, 112, 5, 31);
	bits.n = 117 + 2 * 55 + 54;
	check_ok(xie_ais_decode(&bits, &m));
	check_int(m.t8.bin.dac1fid27.waycount, 31);
	check_int(m.t8.bin.dac1fid27.n_waypoints, 2);
	bits.n = 1008;
	check_ok(xie_ais_decode(&bits, &m));
	check_int(m.t8.bin.dac1fid27.n_waypoints, 16);
}

static void six_bit_text_ends_at_the_at_sign_and_before_trailing_blanks(void **state)
{
	(void)state;
	static struct xie_nmea_bits bits;
	static struct xie_ais_msg m;
	static const struct {
		const char *sent, *read;
	} cases[] = {
		{ "AB CD", "AB CD" }, { "AB   ", "AB" }, { "  AB", "  AB" }, { "A@BCD", "A" }, { "@@@@@", "" }, { "     ", "" },
		{ "A @B", "A" },      { "[\\]^_", "[\\]^_" }, { "!\"#$%", "!\"#$%" }, { "09:?>", "09:?>" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		xie_nmea_bits_clear(&bits);
		xie_nmea_put(&bits, 0, 6, 14);
		unsigned k = 0;
		for (; cases[i].sent[k] != '\0'; k++)
			xie_nmea_put(&bits, 40 + 6 * k, 6, (unsigned char)cases[i].sent[k] & 0x3F);
		bits.n = 40 + 6 * k;
		check_ok(xie_ais_decode(&bits, &m));
		check_str(xie_str_of(m.t14.text), cases[i].read);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_encoded_decodes_to_itself),
		cmocka_unit_test(every_prefix_is_refused_or_explained),
		cmocka_unit_test(lengths_and_parts_out_of_range_are_refused),
		cmocka_unit_test(the_rows_cover_each_bit_once),
		cmocka_unit_test(json_is_sound_and_shorter_than_promised),
		cmocka_unit_test(values_that_do_not_fit_are_refused),
		cmocka_unit_test(fields_stand_where_the_standard_puts_them),
		cmocka_unit_test(counts_never_exceed_what_the_message_holds),
		cmocka_unit_test(six_bit_text_ends_at_the_at_sign_and_before_trailing_blanks),
	};
	return cmocka_run_group_tests_name("ais", tests, NULL, NULL);
}
