/* SPDX-License-Identifier: Apache-2.0 */
#include "records.h"

#include <stdlib.h>

#include "jt808_lines.h"

#include "xie/bridge/ais.h"
#include "xie/bridge/jt808.h"
#include "xie/file/file.h"
#include "xie/nmea/join.h"
#include "xie/nmea/line.h"

enum { GROUPS = 32, MAX_SOURCES = 4096, AHEAD_MS = 60000 }; /* docs/rules.md, section 1 */
#define LATE_MAX_MS (INT64_C(30) * 86400000)

struct stream { /* one source */
	uint32_t source;
	struct xie_nmea_joiner joiner;
	struct xie_nmea_group groups[GROUPS];
	struct xie_nmea_bits bits;
};

struct records {
	struct stream **streams;
	size_t n_streams;
	struct xie_ais_msg msg;
	struct jt808_lines frames; /* terminals tell their parts apart themselves */
	xie_arena mem;
	const struct xie_rec *current;
	struct xie_obs obs[RECORDS_OBS];
	size_t n_obs;
	records_refused_fn *refused;
	void *self;
};

static void refuse(const struct records *r, uint32_t source, const char *reason, uint64_t n)
{
	if (r->refused != NULL && n != 0)
		r->refused(r->self, source, reason, n);
}

static void on_reject(void *self, const char *reason, const char *detail, const uint8_t *p, size_t n, xie_str text)
{
	struct records *r = self;
	(void)detail, (void)p, (void)n, (void)text;
	refuse(r, r->current->source, reason, 1);
}

static void on_frame(void *self, const struct xie_jt808_frame *whole_or_part, bool whole)
{
	struct records *r = self;
	struct xie_bridge_jt808 b;
	struct xie_jt808_frame f = *whole_or_part;
	if (!whole)
		return;
	f.head.total = f.head.part = 0; /* joined */
	xie_status st = xie_bridge_jt808_begin(&b, &f, r->current->rx, r->current->source, r->current->pos);
	if (st != XIE_OK) {
		refuse(r, r->current->source, xie_status_code(st), 1);
		return;
	}
	while (r->n_obs < RECORDS_OBS && xie_bridge_jt808_next(&b, &r->obs[r->n_obs]))
		r->n_obs++;
}

struct records *records_new(void)
{
	struct records *r = calloc(1, sizeof *r);
	if (r == NULL)
		return NULL;
	r->frames.frame = on_frame;
	r->frames.reject = on_reject;
	r->frames.self = r;
	if (xie_big_arena_init(&r->mem, (size_t)32 << 20) != XIE_OK || !jt808_lines_init(&r->frames, &r->mem)) {
		records_free(r);
		return NULL;
	}
	return r;
}

void records_free(struct records *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->n_streams; i++)
		free(r->streams[i]);
	free(r->streams);
	xie_big_arena_done(&r->mem);
	free(r);
}

static struct stream *stream_of(struct records *r, uint32_t source)
{
	for (size_t i = 0; i < r->n_streams; i++)
		if (r->streams[i]->source == source)
			return r->streams[i];
	if (r->n_streams == MAX_SOURCES)
		return NULL;
	struct stream **more = realloc(r->streams, (r->n_streams + 1) * sizeof *more);
	if (more == NULL)
		return NULL;
	r->streams = more;
	struct stream *s = calloc(1, sizeof *s);
	if (s == NULL)
		return NULL;
	s->source = source;
	xie_nmea_joiner_init(&s->joiner, s->groups, GROUPS);
	xie_nmea_bits_clear(&s->bits);
	r->streams[r->n_streams++] = s;
	return s;
}

void records_tell(struct records *r, records_refused_fn *refused, void *self)
{
	r->refused = refused;
	r->self = self;
}

static void expire(const struct records *r, struct stream *s, xie_ms rx)
{
	struct xie_nmea_lost lost;
	while (xie_nmea_join_expired(&s->joiner, false, true, rx, &lost))
		refuse(r, s->source, xie_status_code(lost.st), lost.n);
}

/* A station that stamps what it hears (tag block) says when that was; the journal, when it came here.  A stamp of more
 * than 30 days ago is nobody's clock. */
static xie_ms heard_at(const struct xie_rec *rec, const struct xie_nmea_line *l)
{
	bool stamped = l->tag != NULL && l->rx_own && rec->rx - l->rx <= LATE_MAX_MS;
	return stamped ? l->rx : rec->rx;
}

static void observe(struct records *r, const struct stream *s, const struct xie_rec *rec, xie_ms t)
{
	r->n_obs = xie_bridge_ais(&r->msg, &s->bits, t, rec->source, rec->pos, r->obs);
	for (size_t i = 0; i < r->n_obs && t != rec->rx; i++) {
		struct xie_obs *o = &r->obs[i];
		if (o->what != XIE_OBS_FIX) {
			o->stat.rx = rec->rx;
			continue;
		}
		o->fix.rx = rec->rx;
		if (t - rec->rx > AHEAD_MS)
			o->fix.has |= XIE_FIX_CLOCK_SUSPECT;
	}
}

static void line(struct records *r, const struct xie_rec *rec)
{
	struct stream *s = stream_of(r, rec->source);
	struct xie_nmea_reader reader;
	struct xie_nmea_line l;
	struct xie_nmea_lost lost = { .st = XIE_OK };
	xie_nmea_reader_init(&reader, 0);
	enum xie_nmea_kind kind = xie_nmea_read(&reader, rec->bytes, &l);
	if (kind == XIE_NMEA_REJECT)
		refuse(r, rec->source, xie_status_code(l.st), 1);
	if (s == NULL || kind != XIE_NMEA_VDM)
		return;
	xie_ms t = heard_at(rec, &l);
	l.has_rx = true;
	l.rx = rec->rx;
	if (l.total != 1)
		expire(r, s, rec->rx);
	enum xie_nmea_joined j = xie_nmea_join(&s->joiner, &l, rec->pos, &s->bits, &lost);
	refuse(r, rec->source, xie_status_code(lost.st), lost.n);
	if (j != XIE_NMEA_WHOLE)
		return;
	xie_status st = xie_ais_decode(&s->bits, &r->msg);
	if (st != XIE_OK)
		refuse(r, rec->source, xie_status_code(st), 1);
	else
		observe(r, s, rec, t);
}

static void frame(struct records *r, const struct xie_rec *rec)
{
	const uint8_t *p = (const uint8_t *)rec->bytes.p;
	size_t n = rec->bytes.n;
	if (n >= 2 && p[0] == 0x7E && p[n - 1] == 0x7E) {
		p++;
		n -= 2;
	}
	uint64_t dropped = r->frames.parts.dropped;
	jt808_content(&r->frames, p, n);
	refuse(r, rec->source, xie_status_code(XIE_MISSING), r->frames.parts.dropped - dropped);
}

/* JT/T 808 frames begin with a flag or a message id, whose first byte is below 0x20 from terminals; sentences with
 * '!', '$' or a tag block's backslash. */
static bool is_binary(xie_str s)
{
	unsigned char c = s.n != 0 ? (unsigned char)s.p[0] : 0;
	return c == 0x7E || c < 0x20;
}

const struct xie_obs *records_next(struct records *r, const struct xie_rec *rec, size_t *ret_n)
{
	r->n_obs = 0;
	r->current = rec;
	if (rec->kind == XIE_REC_FRAME && rec->bytes.n != 0) {
		if (is_binary(rec->bytes))
			frame(r, rec);
		else
			line(r, rec);
	} else if (rec->kind == XIE_REC_TICK) {
		for (size_t i = 0; i < r->n_streams; i++)
			expire(r, r->streams[i], rec->rx);
	}
	*ret_n = r->n_obs;
	return r->obs;
}

/* A first part names the sender (bits 8 to 37 of every message) before the others have come; a later part alone does
 * not, but its message does when it is whole. */
static bool first_part(const struct xie_rec *rec, struct xie_key *ret_k)
{
	struct xie_nmea_reader reader;
	struct xie_nmea_line l;
	struct xie_nmea_bits bits;
	xie_nmea_reader_init(&reader, 0);
	if (is_binary(rec->bytes) || xie_nmea_read(&reader, rec->bytes, &l) != XIE_NMEA_VDM || l.number != 1)
		return false;
	memset(&bits, 0, sizeof bits);
	if (xie_nmea_unarmor(&bits, l.payload, 0) != XIE_OK || bits.n < 38)
		return false;
	*ret_k = xie_key_mmsi(xie_nmea_u(&bits, 8, 30));
	return true;
}

void records_keys(struct records *r, const struct xie_rec *rec, struct xie_key *ret_keys, size_t cap, size_t *ret_n)
{
	size_t n = 0;
	const struct xie_obs *o = records_next(r, rec, &n);
	*ret_n = 0;
	struct xie_key k;
	if (rec->kind == XIE_REC_FRAME && first_part(rec, &k) && cap > 0)
		ret_keys[(*ret_n)++] = k;
	for (size_t i = 0; i < n; i++) {
		bool there = false;
		for (size_t j = 0; j < *ret_n && j < cap; j++)
			there = there || xie_key_eq(&ret_keys[j], &o[i].target);
		if (there)
			continue;
		if (*ret_n < cap)
			ret_keys[*ret_n] = o[i].target;
		(*ret_n)++;
	}
}

void *records_keys_begin(void *self)
{
	(void)self;
	return records_new();
}

size_t records_keys_of(void *state, const struct xie_rec *rec, struct xie_key *ret_keys, size_t cap)
{
	size_t n = 0;
	if (state != NULL)
		records_keys(state, rec, ret_keys, cap, &n);
	return n;
}

void records_keys_end(void *state)
{
	records_free(state);
}
