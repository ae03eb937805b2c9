/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/base/time.h"
#include "xie/nmea/bits.h"
#include "xie/nmea/join.h"
#include "xie/nmea/line.h"
#include "xie/nmea/write.h"

#define POSITION "!AIVDM,1,1,,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0*30"

static enum xie_nmea_kind read_line(struct xie_nmea_reader *r, const char *text, struct xie_nmea_line *l)
{
	return xie_nmea_read(r, xie_str_of(text), l);
}

static enum xie_nmea_kind read_alone(const char *text, struct xie_nmea_line *l)
{
	static struct xie_nmea_reader r;
	xie_nmea_reader_init(&r, 2 * 3600000);
	return read_line(&r, text, l);
}

/* The sentence with its check put right. */
static const char *summed(const char *body)
{
	static char s[512];
	unsigned sum = 0;
	for (const char *p = body + 1; *p != '\0'; p++)
		sum ^= (unsigned char)*p;
	(void)snprintf(s, sizeof s, "%s*%02X", body, sum);
	return s;
}

/* A tag block with its check, and the sentence behind it. */
static const char *tagged(const char *body, const char *sentence)
{
	static char s[512];
	unsigned sum = 0;
	for (const char *p = body; *p != '\0'; p++)
		sum ^= (unsigned char)*p;
	(void)snprintf(s, sizeof s, "\\%s*%02x\\%s", body, sum, sentence);
	return s;
}

static void a_sentence_gives_its_fields(void **state)
{
	(void)state;
	struct xie_nmea_line l;
	check_int(read_alone("!BSVDM,2,1,9,B,5815:?P2BL3UKMEG>20I8Tv2222222222222221@L@hEK6L`NGPEhBE2,0*19\r", &l), XIE_NMEA_VDM);
	check_int(l.total, 2);
	check_int(l.number, 1);
	check_int(l.seq, 9);
	check_int(l.channel, 'B');
	check_int(l.fill, 0);
	check_true(!l.own_ship && !l.has_rx && l.tag == NULL);
	check_int(l.payload.n, 56);
	check_int(read_alone("!AIVDO,1,1,,,B39i>1000FTu;jQAlBhoWwlUkP06,0*50", &l), XIE_NMEA_VDM);
	check_true(l.own_ship);
	check_int(l.channel, 0);
	check_int(l.seq, -1);
	check_int(read_alone("!AIVDM,1,1,,2,601uEP19bi7P04810,6*5D", &l), XIE_NMEA_VDM);
	check_int(l.channel, 'B');
	check_int(l.fill, 6); /* against the standard, seen in the field */
	check_int(read_alone(summed("!AIVDM,1,1,,1,601uEP19bi7P04810,"), &l), XIE_NMEA_VDM);
	check_int(l.channel, 'A');
	check_int(l.fill, 0);
}

static void what_is_no_ais_sentence_is_told_apart(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum xie_nmea_kind kind;
		xie_status st;
	} cases[] = {
		{ "", XIE_NMEA_BLANK, XIE_OK },
		{ " \t\r", XIE_NMEA_BLANK, XIE_OK },
		{ "# !AIVDM,1,1,,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0*30", XIE_NMEA_BLANK, XIE_OK },
		{ "$GPGGA,184353.07,1929.045,S,02410.506,E,1,04,2.6,100.00,M,-33.9,M,,0000*6D", XIE_NMEA_OTHER, XIE_OK },
		{ "$GPGGA,184353.07,1929.045,S,02410.506,E,1,04,2.6,100.00,M,-33.9,M,,0000*6E", XIE_NMEA_REJECT, XIE_CHECKSUM },
		{ "IamNotAnAisMessage1111", XIE_NMEA_REJECT, XIE_MALFORMED },
		{ "!AIVDM,1,1,,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0*31", XIE_NMEA_REJECT, XIE_CHECKSUM },
		{ "!AIVDM,1,1,,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0*3", XIE_NMEA_REJECT, XIE_MISSING },
		{ "!AIVDM,1,1,,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0", XIE_NMEA_REJECT, XIE_MISSING },
		{ "!AIVDM,1,1,,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0*3g", XIE_NMEA_REJECT, XIE_CHECKSUM },
		{ (POSITION POSITION), XIE_NMEA_REJECT, XIE_MALFORMED },
		{ "\\s:x*31\\", XIE_NMEA_META, XIE_OK },
		{ "\\s:x*31\\nothing", XIE_NMEA_REJECT, XIE_MALFORMED },
		{ "!", XIE_NMEA_REJECT, XIE_MALFORMED },
		{ "$", XIE_NMEA_REJECT, XIE_MALFORMED },
		{ "\\", XIE_NMEA_REJECT, XIE_CHECKSUM },
		{ "\\s:x*0C\\", XIE_NMEA_REJECT, XIE_CHECKSUM },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct xie_nmea_line l;
		enum xie_nmea_kind k = read_alone(cases[i].text, &l);
		if (k != cases[i].kind || l.kind != k || (k == XIE_NMEA_REJECT && (l.st != cases[i].st || l.why == NULL)))
			fail_msg("\"%s\": kind %d, status %s", cases[i].text, (int)k, xie_status_code(l.st));
	}
}

static void fields_that_break_the_form_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		xie_status st;
	} cases[] = {
		{ "!AIVDM,0,1,,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0", XIE_RANGE },
		{ "!AIVDM,2,3,1,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0", XIE_RANGE },
		{ "!AIVDM,2,0,1,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0", XIE_RANGE },
		{ "!AIVDM,12,1,1,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0", XIE_MALFORMED },
		{ "!AIVDM,,1,1,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0", XIE_MALFORMED },
		{ "!AIVDM,2,1,10,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0", XIE_MALFORMED },
		{ "!AIVDM,2,1,x,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,0", XIE_MALFORMED },
		{ "!AIVDM,1,1,,12,15NK0G0P00rCl7b57Ar5ROwB0D2b,0", XIE_MALFORMED },
		{ "!AIVDM,1,1,,A,15NK0G0P00rCl7b57Ar5ROwB0D2b,x", XIE_RANGE },
		{ "!AIVDM,1,1,,A,15NK0G0P00rCl7b57Ar5ROwB0D2b", XIE_RANGE },
		{ "!AIVDM,1,1,,A", XIE_MALFORMED },
		{ "!AIVDM,1,1,", XIE_MALFORMED },
		{ "!AIVDM,", XIE_MALFORMED },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct xie_nmea_line l;
		if (read_alone(summed(cases[i].body), &l) != XIE_NMEA_REJECT || l.st != cases[i].st)
			fail_msg("%s: kind %d, status %s", cases[i].body, (int)l.kind, xie_status_code(l.st));
	}
}

static void every_prefix_of_a_line_is_refused_or_blank(void **state)
{
	(void)state;
	static const char *const lines[] = {
		POSITION,
		"2016-03-31 00:00:01, !AIVDM,1,1,,B,33I>hf0PA706QD:L7NC5lT;`011Q,0*22",
		("\\c:1396708320*5A\\" POSITION),
		"!AIVDM,1,1,,A,14`qQb0000o?u?DK>Smo2E`v0404,0*1A,r003669987,1152921693",
	};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		size_t n = strlen(lines[i]);
		const char *star = strrchr(lines[i], '*');
		for (size_t k = 0; k < n; k++) {
			/* a copy of its own, so that a read past the end is seen by the sanitizer */
			char *cut = malloc(k + 1);
			assert_non_null(cut);
			memcpy(cut, lines[i], k);
			struct xie_nmea_reader r;
			struct xie_nmea_line l;
			xie_nmea_reader_init(&r, 0);
			enum xie_nmea_kind kind = xie_nmea_read(&r, (xie_str){ cut, k }, &l);
			bool whole = k >= (size_t)(star - lines[i]) + 3;
			if ((kind == XIE_NMEA_VDM) != whole)
				fail_msg("%.*s: kind %d", (int)k, cut, (int)kind);
			free(cut);
		}
	}
}

static void receive_times_are_found_wherever_the_field_puts_them(void **state)
{
	(void)state;
	static const struct {
		const char *line, *rx;
	} cases[] = {
		{ "2016-03-31 00:00:01, " POSITION, "2016-03-30T22:00:01.000Z" }, /* the reader is at +02:00 */
		{ "2016-03-31T00:00:01.5Z " POSITION, "2016-03-31T00:00:01.500Z" },
		{ "2016/03/31 00:00:01.25;" POSITION, "2016-03-30T22:00:01.250Z" },
		{ "[2016-03-31 00:00:01+08:00] " POSITION, "2016-03-30T16:00:01.000Z" },
		{ "1485907262," POSITION, "2017-02-01T00:01:02.000Z" },
		{ "1485907262.75 " POSITION, "2017-02-01T00:01:02.750Z" },
		{ POSITION ",1485907262", "2017-02-01T00:01:02.000Z" },
		{ POSITION ",1485907262123", "2017-02-01T00:01:02.123Z" },
		{ POSITION ",r003669987,1152921693", "2006-07-15T00:01:33.000Z" },
		{ POSITION ",s21535,d-101,T40.42,x123,r003669987,1152921693", "2006-07-15T00:01:33.000Z" },
		{ POSITION ",2016-03-31 00:00:01", "2016-03-30T22:00:01.000Z" },
		{ "\\c:1396708320*5A\\" POSITION, "2014-04-05T14:32:00.000Z" },
		{ "\\g:1-2-1604,s:rORBCOMM008,c:1418169601,T:2014-12-10 00.00.01*37\\" POSITION, "2014-12-10T00:00:01.000Z" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct xie_nmea_line l;
		char buf[40];
		xie_wr w = xie_wr_of(buf, sizeof buf);
		check_int(read_alone(cases[i].line, &l), XIE_NMEA_VDM);
		if (!l.has_rx || !l.rx_own)
			fail_msg("%s: no time", cases[i].line);
		xie_wr_time(&w, l.rx);
		check_str(xie_wr_view(&w), cases[i].rx);
		check_int(l.payload.n, 28);
	}
	struct xie_nmea_line l;
	check_int(read_alone(tagged("c:1396708320042", POSITION), &l), XIE_NMEA_VDM); /* some feeds: milliseconds */
	check_int(l.rx, INT64_C(1396708320042));
}

static void text_that_is_no_time_is_no_time(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"2016-02-30 00:00:01, " POSITION, "12345," POSITION, "station 7: " POSITION, POSITION ",12345",
		POSITION ",T40.42,s21535", "\\c:*59\\" POSITION, "\\c:12x*78\\" POSITION,
		"\\c:1396708320*5B\\" POSITION, /* its own check is wrong: it says nothing */
		"\\c:1396708320\\" POSITION,     /* without a check likewise */
		"\\c:1396708320*5A" POSITION,    /* no end */
	};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct xie_nmea_line l;
		if (read_alone(lines[i], &l) != XIE_NMEA_VDM || l.has_rx)
			fail_msg("%s: kind %d, time %d", lines[i], (int)l.kind, (int)l.has_rx);
	}
}

static void time_and_source_pass_on_to_what_follows(void **state)
{
	(void)state;
	struct xie_nmea_reader r;
	struct xie_nmea_line l;
	xie_nmea_reader_init(&r, 0);
	check_int(read_line(&r, POSITION, &l), XIE_NMEA_VDM);
	check_true(!l.has_rx);
	check_int(read_line(&r, "\\si:AISD*3F\\", &l), XIE_NMEA_META);
	check_int(read_line(&r, "$PGHP,1,2013,11,12,12,0,0,11,219,,2190067,1,62*26", &l), XIE_NMEA_META);
	check_int(read_line(&r, POSITION, &l), XIE_NMEA_VDM);
	check_true(l.has_rx && !l.rx_own);
	check_int(l.rx, INT64_C(1384257600011));
	check_str(l.source, "2190067");
	check_int(read_line(&r, "# comment", &l), XIE_NMEA_BLANK);
	check_int(read_line(&r, POSITION ",r003669987,1384257602", &l), XIE_NMEA_VDM);
	check_int(l.rx, INT64_C(1384257602000));
	check_str(l.source, "r003669987");
	check_int(read_line(&r, POSITION, &l), XIE_NMEA_VDM);
	check_int(l.rx, INT64_C(1384257602000)); /* the time of the line before */
	check_str(l.source, "2190067");          /* the source that was announced */
	/* a tag block of its own: an announced source does not pass over to it */
	check_int(read_line(&r, "\\g:2-2-6745*5D\\" POSITION, &l), XIE_NMEA_VDM);
	check_str(l.source, "");
	check_int(l.tag->group, 6745);
	check_int(l.tag->group_part, 2);
	check_int(l.tag->group_total, 2);
	/* no base station in $PGHP: the network of the lone tag block before it stands */
	check_int(read_line(&r, "\\si:IALA*25\\", &l), XIE_NMEA_META);
	check_int(read_line(&r, summed("$PGHP,1,2014,9,28,16,0,4,752,265,,,1,0D"), &l), XIE_NMEA_META);
	check_int(read_line(&r, POSITION, &l), XIE_NMEA_VDM);
	check_str(l.source, "IALA");
	check_int(read_line(&r, summed("$PGHP,1,2014,9,31,16,0,4,752,265,,,1,0D"), &l), XIE_NMEA_REJECT);
	check_st(l.st, XIE_RANGE);
}

static void a_front_that_repeats_means_the_same_again(void **state)
{
	(void)state;
	static const char *const tags[] = { "s:near,c:1396708320", "c:1396708320", "s:far", "s:near,c:1396708320,n:7", "c:1396708321" };
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
		for (size_t k = 0; k < sizeof tags / sizeof tags[0]; k++) {
			/* the reader that saw another front before, and one that saw none, say the same */
			struct xie_nmea_reader used, fresh;
			struct xie_nmea_line a, b;
			char line[256];
			xie_nmea_reader_init(&used, 0);
			xie_nmea_reader_init(&fresh, 0);
			check_int(read_line(&used, tagged(tags[i], POSITION), &a), XIE_NMEA_VDM);
			(void)snprintf(line, sizeof line, "%s", tagged(tags[k], POSITION));
			for (int again = 0; again < 3; again++) {
				check_int(read_line(&used, line, &a), XIE_NMEA_VDM);
				check_int(read_line(&fresh, line, &b), XIE_NMEA_VDM);
				check_int(a.rx_own, b.rx_own);
				check_int(b.rx_own ? a.rx == b.rx : 1, 1);
				check_true(xie_str_eq(a.source, b.source) && xie_str_eq(a.sentence, b.sentence));
				check_true(a.source.n == 0 || (a.source.p > line && a.source.p < line + sizeof line));
				check_true(a.tag != NULL && a.tag->line == b.tag->line);
				check_int(a.payload.n, 28);
			}
		}
	struct xie_nmea_reader r;
	struct xie_nmea_line l;
	xie_nmea_reader_init(&r, 0);
	for (int i = 0; i < 2; i++) {
		check_int(read_line(&r, "2016-03-31 00:00:01, " POSITION, &l), XIE_NMEA_VDM);
		check_true(l.rx_own && l.rx == INT64_C(1459382401000));
		check_int(read_line(&r, "2016-03-31 00:00:01, x" POSITION ",1485907262", &l), XIE_NMEA_VDM);
		check_true(l.rx_own && l.rx == INT64_C(1485907262000)); /* what stands behind the sentence counts last */
	}
}

static void a_tag_block_tells_all_its_fields(void **state)
{
	(void)state;
	struct xie_nmea_reader r;
	struct xie_nmea_line l;
	xie_nmea_reader_init(&r, 0);
	check_int(read_line(&r, tagged("d:dest1,g:1-3-77,n:42,r:-5,s:station,t:some text,c:1396708320", POSITION), &l),
	          XIE_NMEA_VDM);
	check_str(l.source, "station");
	check_str(l.tag->dest, "dest1");
	check_str(l.tag->text, "some text");
	check_int(l.tag->line, 42);
	check_int(l.tag->relative, -5);
	check_int(l.tag->group, 77);
	check_int(l.tag->group_part, 1);
	check_int(l.tag->group_total, 3);
	check_int(l.rx, INT64_C(1396708320000));
	/* two blocks in a row, the second with the group in its key (IEC 62320-1) */
	char second[256];
	(void)snprintf(second, sizeof second, "%s", tagged("1G2:0125", POSITION));
	check_int(read_line(&r, tagged("s:x", second), &l), XIE_NMEA_VDM);
	check_int(r.bad_tags, 0);
	check_str(l.source, "x");
	check_int(l.tag->group, 125);
	check_int(l.tag->group_part, 1);
	check_int(l.tag->group_total, 2);
}

/* The armour by its definition, one character after the other. */
static bool naive(const char *s, size_t n, uint8_t bit[static XIE_NMEA_MAX_BITS])
{
	for (size_t i = 0; i < n; i++) {
		int v = (unsigned char)s[i] - 48;
		bool good = (s[i] >= '0' && s[i] <= 'W') || (s[i] >= '`' && s[i] <= 'w');
		if (!good)
			return false;
		v = v > 40 ? v - 8 : v;
		for (int k = 0; k < 6; k++)
			bit[6 * i + (size_t)k] = (uint8_t)(v >> (5 - k) & 1);
	}
	return true;
}

static void armour_is_taken_off_as_its_definition_says(void **state)
{
	(void)state;
	static struct xie_nmea_bits bits;
	uint32_t seed = 1;
	for (size_t n = 0; n <= XIE_NMEA_MAX_CHARS; n++) {
		char *s = malloc(n + 1);
		uint8_t want[XIE_NMEA_MAX_BITS] = { 0 };
		assert_non_null(s);
		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			unsigned v = seed >> 26;
			s[i] = (char)(v < 40 ? v + 48 : v + 56);
		}
		assert_true(naive(s, n, want));
		check_ok(xie_nmea_unarmor(&bits, (xie_str){ s, n }, n != 0 ? 2 : 0));
		check_int(bits.n, n != 0 ? n * 6 - 2 : 0);
		for (unsigned at = 0; at < n * 6; at++)
			if (xie_nmea_u(&bits, at, 1) != want[at])
				fail_msg("%zu characters, bit %u", n, at);
		/* zero behind, whatever was there before */
		for (unsigned at = (unsigned)n * 6; at + 32 <= XIE_NMEA_MAX_BITS; at += 32)
			check_int(xie_nmea_u(&bits, at, 32), 0);
		free(s);
	}
	for (size_t n = XIE_NMEA_MAX_CHARS; n-- > 0;) { /* and from long to short */
		char s[XIE_NMEA_MAX_CHARS];
		memset(s, 'w', n);
		check_ok(xie_nmea_unarmor(&bits, (xie_str){ s, n }, 0));
		for (unsigned at = (unsigned)n * 6; at + 32 <= XIE_NMEA_MAX_BITS; at += 32)
			check_int(xie_nmea_u(&bits, at, 32), 0);
	}
}

static void every_character_outside_the_armour_is_refused_everywhere(void **state)
{
	(void)state;
	static struct xie_nmea_bits bits;
	static const size_t lengths[] = { 1, 7, 8, 15, 16, 17, 27, 28, 29, 31, 32, 33, 47, 60 };
	for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++)
		for (size_t at = 0; at < lengths[k]; at++)
			for (int c = 0; c < 256; c++) {
				char s[64];
				uint8_t want[XIE_NMEA_MAX_BITS];
				memset(s, 'w', sizeof s);
				s[at] = (char)c;
				bool good = naive(s, lengths[k], want);
				xie_status st = xie_nmea_unarmor(&bits, (xie_str){ s, lengths[k] }, 0);
				if (st != (good ? XIE_OK : XIE_MALFORMED))
					fail_msg("length %zu, character %d at %zu: %s", lengths[k], c, at, xie_status_code(st));
				xie_nmea_bits_clear(&bits);
				st = xie_nmea_unarmor_more(&bits, (xie_str){ s, lengths[k] }, 0);
				check_st(st, good ? XIE_OK : XIE_MALFORMED);
			}
	char longest[XIE_NMEA_MAX_CHARS + 1];
	memset(longest, '0', sizeof longest);
	check_st(xie_nmea_unarmor(&bits, (xie_str){ longest, sizeof longest }, 0), XIE_LIMIT);
	check_st(xie_nmea_unarmor(&bits, XIE_STR("0"), 7), XIE_MALFORMED);
}

static void parts_put_together_are_the_whole(void **state)
{
	(void)state;
	static struct xie_nmea_bits whole, parts;
	char s[120];
	uint32_t seed = 7;
	for (size_t i = 0; i < sizeof s; i++) {
		seed = seed * 1664525 + 1013904223;
		unsigned v = seed >> 26;
		s[i] = (char)(v < 40 ? v + 48 : v + 56);
	}
	check_ok(xie_nmea_unarmor(&whole, (xie_str){ s, sizeof s }, 3));
	for (size_t first = 0; first <= sizeof s; first++) {
		xie_nmea_bits_clear(&parts);
		check_ok(xie_nmea_unarmor_more(&parts, (xie_str){ s, first }, 0));
		check_ok(xie_nmea_unarmor_more(&parts, (xie_str){ s + first, sizeof s - first }, first < sizeof s ? 3 : 0));
		check_int(parts.n, first < sizeof s ? whole.n : whole.n + 3);
		check_int(memcmp(parts.w, whole.w, sizeof whole.w), 0);
	}
}

static void written_bits_are_read_back(void **state)
{
	(void)state;
	static struct xie_nmea_bits bits;
	for (unsigned at = 0; at < 130; at++)
		for (unsigned width = 1; width <= 32; width++) {
			xie_nmea_bits_clear(&bits);
			uint32_t v = UINT32_C(0xA5C396F1) & (uint32_t)((UINT64_C(1) << width) - 1);
			for (unsigned k = 0; k < 256; k += 32)
				xie_nmea_put(&bits, k, 32, UINT32_MAX);
			xie_nmea_put(&bits, at, width, v);
			check_int(xie_nmea_u(&bits, at, width), v);
			check_int(xie_nmea_u(&bits, at + width, 1), 1);
			if (at != 0)
				check_int(xie_nmea_u(&bits, at - 1, 1), 1);
			if (width >= 2) {
				int64_t want = (v >> (width - 1) & 1) != 0 ? (int64_t)v - (INT64_C(1) << width) : (int64_t)v;
				check_int(xie_nmea_s(&bits, at, width), want);
			}
		}
}

static void the_digest_covers_the_message_and_nothing_else(void **state)
{
	(void)state;
	static struct xie_nmea_bits a, b;
	check_ok(xie_nmea_unarmor(&a, XIE_STR("15NK0G0P00rCl7b57Ar5ROwB0D2b"), 2));
	uint64_t d = xie_nmea_digest(&a);
	check_ok(xie_nmea_unarmor(&b, XIE_STR("15NK0G0P00rCl7b57Ar5ROwB0D2a"), 2)); /* differs in a fill bit only */
	check_true(xie_nmea_digest(&b) == d);
	check_ok(xie_nmea_unarmor(&b, XIE_STR("15NK0G0P00rCl7b57Ar5ROwB0D2b"), 0));
	check_true(xie_nmea_digest(&b) != d);
	for (unsigned at = 0; at < a.n; at++) {
		b = a;
		xie_nmea_put(&b, at, 1, !xie_nmea_u(&a, at, 1));
		check_true(xie_nmea_digest(&b) != d);
	}
}

/* ---- joining ---- */

struct desk {
	struct xie_nmea_joiner j;
	struct xie_nmea_group groups[4];
	struct xie_nmea_bits bits;
	struct xie_nmea_lost lost;
};

static struct xie_nmea_line part_of(unsigned total, unsigned number, int seq, char channel, const char *payload, xie_ms rx)
{
	return (struct xie_nmea_line){ .kind = XIE_NMEA_VDM, .total = (uint8_t)total, .number = (uint8_t)number,
		.seq = (int8_t)seq, .channel = channel, .payload = xie_str_of(payload), .has_rx = rx >= 0, .rx = rx };
}

static enum xie_nmea_joined give(struct desk *d, struct xie_nmea_line l, uint64_t at)
{
	return xie_nmea_join(&d->j, &l, at, &d->bits, &d->lost);
}

/* The first character's value: enough to tell the test's messages apart. */
#define FIRST(d) ((int)xie_nmea_u(&(d)->bits, 0, 6))

static void parts_join_in_any_order(void **state)
{
	(void)state;
	static struct desk d;
	static const unsigned orders[6][3] = { { 1, 2, 3 }, { 1, 3, 2 }, { 2, 1, 3 }, { 2, 3, 1 }, { 3, 1, 2 }, { 3, 2, 1 } };
	static const char *const text[] = { "111", "2222", "33333" };
	for (size_t k = 0; k < 6; k++) {
		xie_nmea_joiner_init(&d.j, d.groups, 4);
		for (unsigned i = 0; i < 3; i++) {
			unsigned n = orders[k][i];
			enum xie_nmea_joined j = give(&d, part_of(3, n, 5, 'A', text[n - 1], -1), i);
			check_int(j, i < 2 ? XIE_NMEA_WAITING : XIE_NMEA_WHOLE);
		}
		check_int(d.bits.n, 72);
		check_int(FIRST(&d), 1);
		check_int(xie_nmea_u(&d.bits, 18, 6), 2);
		check_int(xie_nmea_u(&d.bits, 42, 6), 3);
		check_int(d.j.live, 0);
	}
}

static void groups_interleave_and_a_blank_channel_fits_any(void **state)
{
	(void)state;
	static struct desk d;
	xie_nmea_joiner_init(&d.j, d.groups, 4);
	check_int(give(&d, part_of(2, 1, 1, 'A', "1", -1), 1), XIE_NMEA_WAITING);
	check_int(give(&d, part_of(2, 1, 1, 'B', "2", -1), 2), XIE_NMEA_WAITING);
	check_int(give(&d, part_of(2, 1, 2, 'A', "3", -1), 3), XIE_NMEA_WAITING);
	check_int(give(&d, part_of(3, 1, 2, 'A', "4", -1), 4), XIE_NMEA_WAITING);
	check_int(give(&d, part_of(2, 2, 1, 'B', "5", -1), 5), XIE_NMEA_WHOLE);
	check_int(FIRST(&d), 2);
	check_int(give(&d, part_of(2, 2, 2, 0, "6", -1), 6), XIE_NMEA_WHOLE);
	check_int(FIRST(&d), 3);
	check_int(give(&d, part_of(2, 2, 1, 0, "7", -1), 7), XIE_NMEA_WHOLE);
	check_int(FIRST(&d), 1);
	check_int(d.j.live, 1);
}

static void sources_are_kept_apart_and_an_unknown_one_fits_any(void **state)
{
	(void)state;
	static struct desk d;
	xie_nmea_joiner_init(&d.j, d.groups, 4);
	struct xie_nmea_line a = part_of(2, 1, 1, 'A', "1", -1), b = part_of(2, 1, 1, 'A', "2", -1), end = part_of(2, 2, 1, 'A', "3", -1);
	a.source = XIE_STR("near");
	b.source = XIE_STR("far");
	check_int(give(&d, a, 1), XIE_NMEA_WAITING);
	check_int(give(&d, b, 2), XIE_NMEA_WAITING);
	check_int(d.lost.n, 0);
	end.source = XIE_STR("near");
	check_int(give(&d, end, 3), XIE_NMEA_WHOLE);
	check_int(FIRST(&d), 1);
	end.source = XIE_STR("");
	check_int(give(&d, end, 4), XIE_NMEA_WHOLE);
	check_int(FIRST(&d), 2);
	check_str(xie_nmea_joined_source(&d.j, &end), "far"); /* as its first part said */
}

static void a_message_heard_twice_comes_out_twice(void **state)
{
	(void)state;
	static struct desk d;
	xie_nmea_joiner_init(&d.j, d.groups, 4);
	check_int(give(&d, part_of(2, 1, 1, 'A', "1", 0), 1), XIE_NMEA_WAITING);
	check_int(give(&d, part_of(2, 1, 1, 'A', "1", 0), 2), XIE_NMEA_WAITING);
	check_int(give(&d, part_of(2, 2, 1, 'A', "2", 0), 3), XIE_NMEA_WHOLE);
	check_int(give(&d, part_of(2, 2, 1, 'A', "2", 0), 4), XIE_NMEA_WHOLE);
	check_int(d.j.live, 0);
	/* the first part twice, the second once: one message, and the spare copy is called that */
	check_int(give(&d, part_of(2, 1, 1, 'A', "1", 0), 5), XIE_NMEA_WAITING);
	check_int(give(&d, part_of(2, 1, 1, 'A', "1", 0), 6), XIE_NMEA_WAITING);
	check_int(give(&d, part_of(2, 2, 1, 'A', "2", 0), 7), XIE_NMEA_WHOLE);
	check_true(!xie_nmea_join_expired(&d.j, false, true, 2000, &d.lost));
	check_true(xie_nmea_join_expired(&d.j, false, true, 2001, &d.lost));
	check_st(d.lost.st, XIE_DUPLICATE);
	check_int(d.lost.n, 1);
}

static void groups_end_after_two_seconds(void **state)
{
	(void)state;
	static struct desk d;
	xie_nmea_joiner_init(&d.j, d.groups, 4);
	check_int(give(&d, part_of(2, 1, 1, 'A', "1", 1000), 1), XIE_NMEA_WAITING);
	check_int(give(&d, part_of(2, 2, 1, 'A', "2", 3000), 2), XIE_NMEA_WHOLE); /* exactly 2 s */
	check_int(give(&d, part_of(2, 1, 1, 'A', "1", 1000), 3), XIE_NMEA_WAITING);
	check_int(give(&d, part_of(2, 2, 1, 'A', "2", 3001), 4), XIE_NMEA_WAITING);
	check_st(d.lost.st, XIE_MISSING);
	check_int(d.lost.n, 1);
	check_int(d.lost.at[0], 3);
	check_true(xie_nmea_join_expired(&d.j, true, false, 0, &d.lost)); /* the end of the recording */
	check_int(d.lost.at[0], 4);
	check_true(!xie_nmea_join_expired(&d.j, true, false, 0, &d.lost));
}

static void without_times_a_left_over_end_does_not_wait_for_a_stranger(void **state)
{
	(void)state;
	static struct desk d;
	xie_nmea_joiner_init(&d.j, d.groups, 4);
	check_int(give(&d, part_of(2, 2, 1, 'A', "2", -1), 1), XIE_NMEA_WAITING);
	for (unsigned i = 0; i < 9; i++)
		(void)give(&d, part_of(2, 1 + i % 2, 7, 'B', i % 2 == 0 ? "3" : "4", -1), 10 + i);
	check_int(give(&d, part_of(2, 1, 1, 'A', "1", -1), 20), XIE_NMEA_WAITING);
	check_st(d.lost.st, XIE_MISSING);
	check_int(d.lost.at[0], 1);
	check_int(give(&d, part_of(2, 2, 1, 'A', "5", -1), 21), XIE_NMEA_WHOLE);
	check_int(xie_nmea_u(&d.bits, 6, 6), 5);
}

static void a_contradiction_begins_anew(void **state)
{
	(void)state;
	static struct desk d;
	xie_nmea_joiner_init(&d.j, d.groups, 4);
	check_int(give(&d, part_of(2, 1, 1, 'A', "1", -1), 1), XIE_NMEA_WAITING);
	check_int(give(&d, part_of(2, 1, 1, 'A', "2", -1), 2), XIE_NMEA_WAITING);
	check_st(d.lost.st, XIE_CONFLICT);
	check_int(d.lost.n, 1);
	check_int(d.lost.at[0], 1);
	check_int(give(&d, part_of(2, 2, 1, 'A', "3", -1), 3), XIE_NMEA_WHOLE);
	check_int(FIRST(&d), 2);
}

static void the_oldest_group_makes_room(void **state)
{
	(void)state;
	static struct desk d;
	xie_nmea_joiner_init(&d.j, d.groups, 4);
	for (int i = 0; i < 4; i++)
		check_int(give(&d, part_of(2, 1, i, 'A', "1", -1), (uint64_t)i), XIE_NMEA_WAITING);
	check_int(d.lost.n, 0);
	check_int(give(&d, part_of(2, 1, 5, 'A', "1", -1), 9), XIE_NMEA_WAITING);
	check_st(d.lost.st, XIE_LIMIT);
	check_int(d.lost.n, 1);
	check_int(d.lost.at[0], 0);
	check_int(d.j.live, 4);
}

static void what_cannot_be_a_message_is_told(void **state)
{
	(void)state;
	static struct desk d;
	char longer[XIE_NMEA_PART_CHARS + 2];
	memset(longer, '0', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	xie_nmea_joiner_init(&d.j, d.groups, 4);
	check_int(give(&d, part_of(1, 1, -1, 'A', "X", -1), 1), XIE_NMEA_BROKEN);
	check_st(d.lost.st, XIE_MALFORMED);
	check_int(give(&d, part_of(2, 1, 1, 'A', longer, -1), 2), XIE_NMEA_BROKEN);
	check_st(d.lost.st, XIE_LIMIT);
	check_int(give(&d, part_of(2, 1, 1, 'A', "1", -1), 3), XIE_NMEA_WAITING);
	check_int(give(&d, part_of(2, 2, 1, 'A', "X", -1), 4), XIE_NMEA_BROKEN);
	check_st(d.lost.st, XIE_MALFORMED);
	check_int(d.lost.n, 2);
	check_int(d.j.live, 0);
	longer[XIE_NMEA_PART_CHARS] = '\0'; /* 9 x 112 characters are more than a message can have */
	for (unsigned i = 1; i <= 9; i++)
		check_int(give(&d, part_of(9, i, 1, 'A', longer, -1), i), i < 9 ? XIE_NMEA_WAITING : XIE_NMEA_BROKEN);
	check_st(d.lost.st, XIE_LIMIT);
	check_int(d.lost.n, 9);
}

static void written_sentences_are_read_back(void **state)
{
	(void)state;
	static struct xie_nmea_bits bits;
	static struct desk d;
	for (uint32_t n = 6; n <= 1064; n += 1) {
		char out[XIE_NMEA_WRITE_MAX];
		xie_wr w = xie_wr_of(out, sizeof out);
		struct xie_nmea_reader r;
		xie_nmea_bits_clear(&bits);
		uint32_t seed = n;
		for (uint32_t at = 0; at < n; at++) {
			seed = seed * 1664525 + 1013904223;
			xie_nmea_put(&bits, at, 1, seed >> 31);
		}
		bits.n = n;
		xie_nmea_write(&w, &bits, "AI", n % 2 == 0, n % 3 == 0 ? 'B' : 0, n);
		check_ok(w.st);
		xie_nmea_reader_init(&r, 0);
		xie_nmea_joiner_init(&d.j, d.groups, 4);
		xie_str rest = xie_wr_view(&w), line;
		enum xie_nmea_joined j = XIE_NMEA_WAITING;
		while (xie_str_split(&rest, '\n', &line) && line.n != 0) {
			struct xie_nmea_line l;
			check_true(line.n + 1 <= 82);
			check_int(xie_nmea_read(&r, line, &l), XIE_NMEA_VDM);
			check_int(l.own_ship, n % 2 == 0);
			check_int(l.channel, n % 3 == 0 ? 'B' : 0);
			j = give(&d, l, 0);
		}
		check_int(j, XIE_NMEA_WHOLE);
		check_int(d.bits.n, n);
		check_true(xie_nmea_digest(&d.bits) == xie_nmea_digest(&bits));
	}
	char small[40];
	xie_wr w = xie_wr_of(small, sizeof small);
	xie_nmea_write(&w, &bits, "AI", false, 'A', 1);
	check_st(w.st, XIE_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sentence_gives_its_fields),
		cmocka_unit_test(what_is_no_ais_sentence_is_told_apart),
		cmocka_unit_test(fields_that_break_the_form_are_refused),
		cmocka_unit_test(every_prefix_of_a_line_is_refused_or_blank),
		cmocka_unit_test(receive_times_are_found_wherever_the_field_puts_them),
		cmocka_unit_test(text_that_is_no_time_is_no_time),
		cmocka_unit_test(time_and_source_pass_on_to_what_follows),
		cmocka_unit_test(a_front_that_repeats_means_the_same_again),
		cmocka_unit_test(a_tag_block_tells_all_its_fields),
		cmocka_unit_test(armour_is_taken_off_as_its_definition_says),
		cmocka_unit_test(every_character_outside_the_armour_is_refused_everywhere),
		cmocka_unit_test(parts_put_together_are_the_whole),
		cmocka_unit_test(written_bits_are_read_back),
		cmocka_unit_test(the_digest_covers_the_message_and_nothing_else),
		cmocka_unit_test(parts_join_in_any_order),
		cmocka_unit_test(groups_interleave_and_a_blank_channel_fits_any),
		cmocka_unit_test(sources_are_kept_apart_and_an_unknown_one_fits_any),
		cmocka_unit_test(a_message_heard_twice_comes_out_twice),
		cmocka_unit_test(groups_end_after_two_seconds),
		cmocka_unit_test(without_times_a_left_over_end_does_not_wait_for_a_stranger),
		cmocka_unit_test(a_contradiction_begins_anew),
		cmocka_unit_test(the_oldest_group_makes_room),
		cmocka_unit_test(what_cannot_be_a_message_is_told),
		cmocka_unit_test(written_sentences_are_read_back),
	};
	return cmocka_run_group_tests_name("nmea", tests, NULL, NULL);
}
