/* SPDX-License-Identifier: Apache-2.0 */
/* AIS sentences to gpsd's JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "decode.h"
#include "out.h"

#include "xie/ais/msg.h"
#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/nmea/join.h"

enum {
	GROUPS = 64,      /* multi-part messages under way at once */
	PART_TEXTS = 4096, /* lines of parts remembered, to show them if their message never comes together */
	TEXT_MAX = 512,   /* of a rejected line, this much is shown */
	NAMES = 8,        /* names of type 24 part A kept per channel, as gpsd does */
};

struct part_text {
	uint64_t line;
	uint16_t n;
	char text[TEXT_MAX];
};

struct decoder {
	struct out out;
	struct xie_nmea_reader reader;
	struct xie_nmea_line line;
	struct xie_nmea_joiner joiner;
	struct xie_nmea_group groups[GROUPS];
	struct xie_nmea_bits bits;
	struct xie_ais_msg msg;
	uint64_t number, messages, rejects; /* number: of the line, from 1 */
	uint64_t parts;
	struct part_text texts[PART_TEXTS];
	struct {
		uint32_t mmsi;
		char name[21];
	} names[2][NAMES];
	unsigned next_name[2];
	xie_ms shown_rx; /* the receive time that rxtime holds as text */
	char rxtime[40];
	size_t rxtime_n;
};

static void reject(struct decoder *d, uint64_t line, xie_status st, const char *detail, xie_str text)
{
	xie_wr *w = &d->out.w;
	d->rejects++;
	if (!out_room(&d->out))
		return;
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "class", XIE_STR("REJECT"));
	xie_wr_kv_i64(w, "line", (int64_t)line);
	xie_wr_kv_str(w, "reason", xie_str_of(xie_status_code(st)));
	xie_wr_kv_str(w, "detail", xie_str_of(detail));
	xie_wr_kv_str(w, "text", (xie_str){ text.p, text.n < TEXT_MAX ? text.n : TEXT_MAX });
	xie_wr_text(w, "}\n");
}

/* A part's mark holds its line and where its text is remembered. */
static uint64_t remember(struct decoder *d, xie_str text)
{
	struct part_text *t = &d->texts[d->parts % PART_TEXTS];
	t->line = d->number;
	t->n = (uint16_t)(text.n < TEXT_MAX ? text.n : TEXT_MAX);
	memcpy(t->text, text.p, t->n);
	return d->number << 16 | d->parts++ % PART_TEXTS;
}

static void reject_lost(struct decoder *d, const struct xie_nmea_lost *lost)
{
	const char *why = lost->st == XIE_MISSING     ? "the other parts of its message did not come"
	                  : lost->st == XIE_CONFLICT  ? "another part with the same number came before its message was whole"
	                  : lost->st == XIE_LIMIT     ? "its message was not whole when too many others were under way"
	                  : lost->st == XIE_DUPLICATE ? "the same part of this message came again"
	                                              : "the payload holds a character outside the six-bit armour";
	for (unsigned i = 0; i < lost->n; i++) {
		const struct part_text *t = &d->texts[lost->at[i] & 0xFFFF];
		uint64_t line = lost->at[i] >> 16;
		reject(d, line, lost->st, why, t->line == line ? (xie_str){ t->text, t->n } : XIE_STR(""));
	}
}

static const char *why_undecoded(xie_status st)
{
	if (st == XIE_UNKNOWN)
		return "no message type of ITU-R M.1371 has this number or part";
	return st == XIE_TRUNCATED ? "fewer bits than the message type needs" : "more bits than the message type may have";
}

/* gpsd shows a vessel's name beside part B when its part A was among the last eight on that channel. */
static const char *name_for(struct decoder *d)
{
	unsigned c = d->line.channel == 'B';
	if (d->msg.part == 'A') {
		unsigned i = d->next_name[c]++ % NAMES;
		d->names[c][i].mmsi = d->msg.mmsi;
		memcpy(d->names[c][i].name, d->msg.t24a.shipname, sizeof d->names[c][i].name);
		return NULL;
	}
	for (unsigned i = 0; i < NAMES; i++)
		if (d->names[c][i].mmsi == d->msg.mmsi) {
			d->names[c][i].mmsi = 0;
			return d->names[c][i].name;
		}
	return NULL;
}

static void show_rxtime(struct decoder *d)
{
	xie_wr *w = &d->out.w;
	if (d->rxtime_n == 0 || d->shown_rx != d->line.rx) {
		xie_wr t = xie_wr_of(d->rxtime, sizeof d->rxtime);
		xie_wr_text(&t, ",\"rxtime\":\"");
		xie_wr_time(&t, d->line.rx);
		xie_wr_char(&t, '"');
		d->rxtime_n = t.n;
		d->shown_rx = d->line.rx;
	}
	xie_wr_bytes(w, d->rxtime, d->rxtime_n);
}

static void decode(struct decoder *d, xie_str text)
{
	xie_wr *w = &d->out.w;
	xie_status st = xie_ais_decode(&d->bits, &d->msg);
	if (st != XIE_OK) {
		reject(d, d->number, st, why_undecoded(st), text);
		return;
	}
	d->messages++;
	if (!out_room(&d->out))
		return;
	xie_wr_char(w, '{');
	xie_ais_json(&d->msg, w);
	if (d->msg.type == 24) {
		const char *name = name_for(d);
		if (name != NULL)
			xie_wr_kv_str(w, "shipname", xie_str_of(name));
	}
	if (d->line.has_rx)
		show_rxtime(d);
	xie_str source = xie_nmea_joined_source(&d->joiner, &d->line);
	if (source.n != 0)
		xie_wr_kv_str(w, "source", source);
	xie_wr_bytes(w, "}\n", 2);
}

static void part(struct decoder *d, xie_str text)
{
	struct xie_nmea_lost lost = { 0 };
	while (xie_nmea_join_expired(&d->joiner, false, d->line.has_rx, d->line.rx, &lost))
		reject_lost(d, &lost);
	enum xie_nmea_joined j = xie_nmea_join(&d->joiner, &d->line, remember(d, text), &d->bits, &lost);
	reject_lost(d, &lost);
	if (j == XIE_NMEA_WHOLE)
		decode(d, text);
}

static void line(struct decoder *d, xie_str text)
{
	d->number++;
	switch (xie_nmea_read(&d->reader, text, &d->line)) {
	case XIE_NMEA_VDM:
		if (d->line.total != 1) {
			part(d, text);
			break;
		}
		if (xie_nmea_unarmor(&d->bits, d->line.payload, d->line.fill) == XIE_OK)
			decode(d, text);
		else
			reject(d, d->number, XIE_MALFORMED, "the payload holds a character outside the six-bit armour", text);
		break;
	case XIE_NMEA_REJECT:
		reject(d, d->number, d->line.st, d->line.why, text);
		break;
	case XIE_NMEA_BLANK:
	case XIE_NMEA_META:
	case XIE_NMEA_OTHER:
		break;
	}
}

static int read_all(struct decoder *d, const char *path)
{
	struct xie_err err = { 0 };
	struct xie_lines *lines = NULL;
	struct xie_nmea_lost lost = { 0 };
	if (xie_lines_open(path, &lines, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
		return EXIT_ENV;
	}
	xie_str text = { 0 };
	bool more = true;
	xie_status st = XIE_OK;
	while (!d->out.failed && (st = xie_lines_next(lines, &text, &more)) == XIE_OK && more)
		line(d, text);
	xie_lines_close(lines);
	while (xie_nmea_join_expired(&d->joiner, true, false, 0, &lost))
		reject_lost(d, &lost);
	if (st != XIE_OK)
		(void)fprintf(stderr, "%s: after line %llu: %s\n", path, (unsigned long long)d->number, xie_status_text(st));
	return st == XIE_OK ? EXIT_DONE : st == XIE_IO ? EXIT_ENV : EXIT_BAD;
}

int decode_nmea(const struct decode_options *o)
{
	struct decoder *d = calloc(1, sizeof *d);
	if (d == NULL || !out_init(&d->out)) {
		free(d);
		(void)fputs("xiezhi: out of memory\n", stderr);
		return EXIT_ENV;
	}
	xie_nmea_reader_init(&d->reader, o->utc_offset);
	xie_nmea_joiner_init(&d->joiner, d->groups, GROUPS);
	int rc = read_all(d, o->path);
	if (isatty(STDERR_FILENO))
		(void)fprintf(stderr, "%llu lines, %llu messages, %llu rejected\n", (unsigned long long)d->number,
		              (unsigned long long)d->messages, (unsigned long long)d->rejects);
	bool written = out_done(&d->out);
	free(d);
	return rc == EXIT_DONE && !written ? EXIT_ENV : rc;
}
