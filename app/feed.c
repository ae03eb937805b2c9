/* SPDX-License-Identifier: Apache-2.0 */
/* One recording as observations: lines or frames, their time, what they say. */
#include "replay.h"

#include "jt808_lines.h"

#include <stdlib.h>
#include <string.h>

#include "xie/bridge/ais.h"
#include "xie/bridge/jt808.h"
#include "xie/file/file.h"
#include "xie/nmea/join.h"
#include "xie/nmea/line.h"

enum { GROUPS = 256, OBS = 4096, EARLY = 1024 }; /* OBS: of one line; a batch of positions in parts may hold thousands */

struct anchor { /* a base station's report: at this line it was this second */
	uint64_t line;
	int64_t second;
};

struct feed {
	struct xie_lines *lines;
	bool (*read)(struct feed *f, xie_str line); /* true when the line has a time */
	const char *path;
	uint32_t source;
	struct feed_counts counts;
	xie_ms rx;
	xie_str line;
	struct xie_obs obs[OBS];
	size_t n_obs;
	/* NMEA */
	struct xie_nmea_reader reader;
	struct xie_nmea_joiner joiner;
	struct xie_nmea_group groups[GROUPS];
	struct xie_nmea_bits bits;
	struct xie_ais_msg msg;
	struct anchor *anchors;
	size_t n_anchors, next_anchor;
	/* JT/T 808 */
	xie_arena mem;
	struct jt808_lines frames;
	uint64_t told_unfinished;
	struct xie_obs early[EARLY]; /* registrations before the first time: they get that one */
	size_t n_early;
};

/* Where the bytes are: which file, which line. */
static uint64_t frame_at(const struct feed *f)
{
	return (uint64_t)f->source << 48 | f->counts.lines;
}

/* ---- NMEA and AIS ---- */

static void reject(struct feed *f, xie_status st, uint64_t n)
{
	if (n != 0)
		tally_add(&f->counts.rejects, xie_status_code(st), n);
}

/* Parts of messages that can no longer become whole. */
static void expire(struct feed *f, bool end, bool has_rx, xie_ms rx)
{
	struct xie_nmea_lost lost;
	while (xie_nmea_join_expired(&f->joiner, end, has_rx, rx, &lost))
		reject(f, lost.st, lost.n);
}

/* A part's message, once it is whole. */
static bool message(struct feed *f, const struct xie_nmea_line *line)
{
	struct xie_nmea_lost lost = { .st = XIE_OK };
	if (line->total != 1)
		expire(f, false, line->has_rx, line->rx);
	enum xie_nmea_joined j = xie_nmea_join(&f->joiner, line, f->counts.lines, &f->bits, &lost);
	reject(f, lost.st, lost.n);
	if (j != XIE_NMEA_WHOLE)
		return false;
	xie_status st = xie_ais_decode(&f->bits, &f->msg);
	if (st != XIE_OK) {
		reject(f, st, 1);
		return false;
	}
	f->counts.messages++;
	return true;
}

/* The recording's own clock: between two reports of base stations time runs evenly over the lines, in whole seconds;
 * before the first and after the last it stands. */
static xie_ms anchored(struct feed *f)
{
	const struct anchor *a = f->anchors;
	uint64_t line = f->counts.lines;
	while (f->next_anchor < f->n_anchors && a[f->next_anchor].line <= line)
		f->next_anchor++;
	if (f->next_anchor == 0)
		return a[0].second * 1000;
	const struct anchor *from = &a[f->next_anchor - 1];
	if (f->next_anchor == f->n_anchors)
		return from->second * 1000;
	const struct anchor *to = &a[f->next_anchor];
	int64_t way = (to->second - from->second) * (int64_t)(line - from->line);
	return (from->second + way / (int64_t)(to->line - from->line)) * 1000;
}

static bool read_nmea(struct feed *f, xie_str text)
{
	struct xie_nmea_line line;
	enum xie_nmea_kind kind = xie_nmea_read(&f->reader, text, &line);
	if (f->anchors != NULL) {
		line.has_rx = line.rx_own = true;
		line.rx = anchored(f);
	}
	if (kind == XIE_NMEA_REJECT)
		reject(f, line.st, 1);
	if (!line.has_rx) {
		f->counts.untimed += kind == XIE_NMEA_VDM ? 1 : 0;
		return false;
	}
	f->rx = line.rx;
	if (kind == XIE_NMEA_VDM && message(f, &line))
		f->n_obs = xie_bridge_ais(&f->msg, &f->bits, line.rx, f->source, frame_at(f), f->obs);
	return true;
}

/* The UTC second that a base station's report (type 4) names. */
static bool station_second(const struct xie_ais_msg *m, int64_t *ret_second)
{
	struct xie_civil c = { .year = (int32_t)m->t4.year, .month = (uint8_t)m->t4.month, .day = (uint8_t)m->t4.day,
		               .hour = (uint8_t)m->t4.hour, .minute = (uint8_t)m->t4.minute, .second = (uint8_t)m->t4.second };
	xie_ms t = 0;
	if (m->type != 4 || m->t4.year == 0 || xie_ms_from_civil(&c, 0, &t) != XIE_OK)
		return false;
	*ret_second = t / 1000;
	return true;
}

static bool keep_anchor(struct feed *f, size_t *cap, struct anchor a)
{
	if (f->n_anchors != 0 && a.second < f->anchors[f->n_anchors - 1].second)
		return true; /* a station whose clock is behind: time does not go back */
	if (f->n_anchors == *cap) {
		size_t more = *cap * 2;
		struct anchor *p = realloc(f->anchors, more * sizeof *p);
		if (p == NULL)
			return false;
		f->anchors = p;
		*cap = more;
	}
	f->anchors[f->n_anchors++] = a;
	return true;
}

/* A first pass over the file for the reports of its base stations. */
static xie_status find_anchors(struct feed *f, struct xie_err *err)
{
	size_t cap = 256;
	xie_str text;
	bool more = true;
	f->anchors = malloc(cap * sizeof *f->anchors);
	xie_status st = f->anchors != NULL ? xie_lines_open(f->path, &f->lines, err) : XIE_UNAVAILABLE;
	while (st == XIE_OK) {
		st = xie_lines_next(f->lines, &text, &more);
		if (st != XIE_OK || !more)
			break;
		f->counts.lines++;
		struct xie_nmea_line line;
		int64_t second = 0;
		if (xie_nmea_read(&f->reader, text, &line) == XIE_NMEA_VDM && message(f, &line) && station_second(&f->msg, &second) &&
		    !keep_anchor(f, &cap, (struct anchor){ f->counts.lines, second }))
			st = XIE_UNAVAILABLE;
	}
	xie_lines_close(f->lines);
	f->lines = NULL;
	f->counts = (struct feed_counts){ 0 };
	if (st == XIE_OK && f->n_anchors == 0)
		st = xie_err_set(err, XIE_MISSING, 0, 0, "no base station's report (AIS type 4) in the recording",
		                 "--clock line, where the lines carry their own time");
	return st;
}

static void start_nmea(struct feed *f, xie_ms utc_offset)
{
	xie_nmea_reader_init(&f->reader, utc_offset);
	xie_nmea_joiner_init(&f->joiner, f->groups, GROUPS);
	xie_nmea_bits_clear(&f->bits);
}

/* ---- JT/T 808 ---- */

static xie_ms obs_time(const struct xie_obs *o)
{
	return o->what == XIE_OBS_FIX ? o->fix.t : o->stat.t;
}

/* A frame without a receive time has the time of its position; a registration that of the frame before it. */
static void take_frame(void *self, const struct xie_jt808_frame *whole_or_part, bool whole)
{
	struct feed *f = self;
	struct xie_bridge_jt808 b;
	struct xie_jt808_frame frame = *whole_or_part;
	if (!whole)
		return;
	frame.head.total = frame.head.part = 0;
	xie_status st = xie_bridge_jt808_begin(&b, &frame, XIE_BRIDGE_NO_RX, f->source, frame_at(f));
	if (st != XIE_OK) {
		reject(f, st, 1);
		return;
	}
	f->counts.messages++;
	while (f->n_obs < OBS && xie_bridge_jt808_next(&b, &f->obs[f->n_obs])) {
		struct xie_obs *o = &f->obs[f->n_obs++];
		if (obs_time(o) != XIE_BRIDGE_NO_RX) {
			f->rx = obs_time(o);
		} else if (f->rx != INT64_MIN) {
			o->stat.t = o->stat.rx = f->rx;
		} else {
			f->n_obs--;
			if (f->n_early < EARLY)
				f->early[f->n_early++] = *o;
		}
	}
	struct xie_obs over;
	while (f->n_obs == OBS && xie_bridge_jt808_next(&b, &over))
		reject(f, XIE_LIMIT, 1);
}

static void take_reject(void *self, const char *reason, const char *detail, const uint8_t *p, size_t n, xie_str text)
{
	struct feed *f = self;
	(void)detail, (void)p, (void)n, (void)text;
	tally_add(&f->counts.rejects, reason, 1);
}

static bool read_jt808(struct feed *f, xie_str text)
{
	jt808_line(&f->frames, text);
	if (f->rx == INT64_MIN || f->n_obs == 0)
		return false;
	if (f->n_early != 0 && f->n_early <= OBS - f->n_obs) {
		memmove(f->obs + f->n_early, f->obs, f->n_obs * sizeof f->obs[0]);
		for (size_t i = 0; i < f->n_early; i++) {
			f->obs[i] = f->early[i];
			f->obs[i].stat.t = f->obs[i].stat.rx = f->rx;
		}
		f->n_obs += f->n_early;
		f->n_early = 0;
	}
	return true;
}

static bool start_jt808(struct feed *f)
{
	f->frames.frame = take_frame;
	f->frames.reject = take_reject;
	f->frames.self = f;
	return xie_big_arena_init(&f->mem, (size_t)32 << 20) == XIE_OK && jt808_lines_init(&f->frames, &f->mem);
}

/* ---- any ---- */

xie_status feed_open(const char *path, const char *from, enum feed_clock clock, xie_ms utc_offset, uint32_t source,
                     struct feed **ret_f, struct xie_err *reterr)
{
	bool nmea = strcmp(from, "nmea") == 0;
	if (!nmea && strcmp(from, "jt808") != 0)
		return xie_err_set(reterr, XIE_UNKNOWN, 0, 0, "no such format", "--from nmea or --from jt808");
	struct feed *f = calloc(1, sizeof *f);
	if (f == NULL)
		return xie_err_set(reterr, XIE_UNAVAILABLE, 0, 0, "out of memory", NULL);
	f->path = path;
	f->source = source;
	f->rx = INT64_MIN;
	f->read = nmea ? read_nmea : read_jt808;
	start_nmea(f, utc_offset);
	xie_status st = nmea || start_jt808(f) ? XIE_OK : XIE_UNAVAILABLE;
	if (nmea && clock == FEED_CLOCK_TYPE4) {
		st = find_anchors(f, reterr);
		start_nmea(f, utc_offset);
	}
	if (st == XIE_OK)
		st = xie_lines_open(path, &f->lines, reterr);
	if (st != XIE_OK) {
		if (reterr != NULL)
			reterr->file = path;
		feed_close(f);
		return st;
	}
	*ret_f = f;
	return XIE_OK;
}

/* At the end: what waited for its other parts waited in vain. */
static void unfinished(struct feed *f)
{
	if (f->read == read_nmea) {
		expire(f, true, false, 0);
	} else {
		uint64_t n = jt808_lines_unfinished(&f->frames);
		reject(f, XIE_MISSING, n - f->told_unfinished);
		f->told_unfinished = n;
	}
}

xie_status feed_advance(struct feed *f, bool *ret_more)
{
	xie_str line;
	for (;;) {
		f->n_obs = 0;
		xie_status st = xie_lines_next(f->lines, &line, ret_more);
		if (st != XIE_OK || !*ret_more) {
			unfinished(f);
			return st;
		}
		f->counts.lines++;
		f->line = line;
		if (f->read(f, line))
			return XIE_OK;
	}
}

xie_str feed_line(const struct feed *f)
{
	return f->line;
}

xie_ms feed_rx(const struct feed *f)
{
	return f->rx;
}

const struct xie_obs *feed_obs(const struct feed *f, size_t *ret_n)
{
	*ret_n = f->n_obs;
	return f->obs;
}

struct feed_counts feed_counts(const struct feed *f)
{
	return f->counts;
}

int feed_progress(const struct feed *f)
{
	size_t done = 0, total = 0;
	xie_lines_progress(f->lines, &done, &total);
	return total != 0 ? (int)(done * 1000 / total) : -1;
}

void feed_close(struct feed *f)
{
	if (f == NULL)
		return;
	xie_lines_close(f->lines);
	xie_big_arena_done(&f->mem);
	free(f->anchors);
	free(f);
}
