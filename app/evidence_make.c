/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence.h"

#include <sys/stat.h>

#include "alert_json.h"
#include "records.h"

#include "xie/base/time.h"
#include "xie/chain/eventlog.h"
#include "xie/file/file.h"
#include "xie/pack/folder.h"
#include "xie/seal/zip.h"

enum { MAX_FILES = 512, MAX_FRAMES = 200000, MAX_SILENCE = 50000 };
#define BACK_MS INT64_C(86400000) /* a day before: static reports stand further back than positions */

struct file {
	const char *name;
	xie_str bytes;
};

struct making {
	const struct evidence_request *rq;
	xie_arena *mem;
	struct xie_err *err;
	struct file files[MAX_FILES];
	size_t n_files;
	uint64_t *positions;
	size_t n_positions;
	uint64_t first_block, last_block;
	xie_str head; /* the line of a witness that goes along, or empty */
	struct records *records;
};

static xie_status fail(struct making *m, xie_status st, const char *what)
{
	return xie_err_set(m->err, st, 0, 0, what, NULL);
}

static xie_status add(struct making *m, const char *name, xie_str bytes)
{
	if (m->n_files == MAX_FILES)
		return fail(m, XIE_LIMIT, "too many files for one bag");
	m->files[m->n_files++] = (struct file){ name, bytes };
	return XIE_OK;
}

/* The rest of the arena as a writer; close keeps what was written. */
static xie_wr begin_text(struct making *m)
{
	size_t at = (m->mem->used + 15) & ~(size_t)15;
	m->mem->used = at < m->mem->cap ? at : m->mem->cap;
	return xie_wr_of(m->mem->base + m->mem->used, m->mem->cap - m->mem->used);
}
static xie_status end_text(struct making *m, const char *name, xie_wr *w)
{
	if (w->st != XIE_OK)
		return fail(m, XIE_LIMIT, "the bag does not fit into memory");
	m->mem->used += w->n;
	return add(m, name, xie_wr_view(w));
}

/* ---- frames and blocks ---- */

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* A silence is shown by all that came meanwhile: every record from the last time the target was heard to the alert.  What
 * would not be whole shows nothing and is left out; verify then says that it is the signer's word. */
static void find_silence(struct making *m)
{
	const struct xie_journal *j = &m->rq->journal;
	const struct xie_alert *a = m->rq->alert;
	struct xie_journal_cursor *c = NULL;
	struct xie_rec recs[64];
	size_t n = 1, before = m->n_positions, room = MAX_FRAMES - before;
	bool past = false;
	xie_status st = a->first_frame != 0 ? j->open(j->self, a->first_frame, &c) : XIE_MISSING;
	room = room < MAX_SILENCE ? room : MAX_SILENCE;
	while (st == XIE_OK && n != 0 && !past) {
		st = j->next(j->self, c, recs, 64, &n);
		for (size_t i = 0; st == XIE_OK && i < n && !past; i++) {
			if (m->n_positions - before == room)
				st = XIE_LIMIT;
			else
				m->positions[m->n_positions++] = recs[i].pos;
			past = recs[i].rx > a->open;
		}
	}
	j->close(j->self, c);
	if (st != XIE_OK || !past)
		m->n_positions = before;
}

static xie_status find_frames(struct making *m)
{
	const struct evidence_request *rq = m->rq;
	const struct xie_rule *r = &rq->rules->rules[rq->rules->bindings[rq->alert->binding].rule];
	xie_ms back = r->gap_ms > BACK_MS ? r->gap_ms : BACK_MS;
	m->positions = xie_arena_new(m->mem, uint64_t, MAX_FRAMES);
	if (m->positions == NULL)
		return fail(m, XIE_LIMIT, "the bag does not fit into memory");
	const struct xie_key *who[] = { &rq->alert->target, &rq->alert->other };
	for (int i = 0; i < 2; i++) {
		size_t n = 0;
		if (who[i]->scheme == XIE_SCHEME_NONE)
			continue;
		xie_status st = rq->journal.find(rq->journal.self, who[i], rq->alert->since - back, rq->until,
		                                 m->positions + m->n_positions, MAX_FRAMES - m->n_positions, &n);
		if (st != XIE_OK || n > MAX_FRAMES - m->n_positions)
			return fail(m, st != XIE_OK ? st : XIE_LIMIT, st != XIE_OK ? "frames of the target cannot be read" : "too many frames for one bag");
		m->n_positions += n;
	}
	if (r->op == XIE_OP_SILENCE)
		find_silence(m);
	qsort(m->positions, m->n_positions, sizeof *m->positions, by_number);
	size_t kept = 0;
	for (size_t i = 0; i < m->n_positions; i++)
		if (kept == 0 || m->positions[kept - 1] != m->positions[i])
			m->positions[kept++] = m->positions[i];
	m->n_positions = kept;
	return kept != 0 ? XIE_OK : fail(m, XIE_MISSING, "the journal has no frame of this target");
}

static bool printable(xie_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
	return true;
}

static void proof_line(const struct xie_proof *p, uint64_t block, xie_wr *w)
{
	xie_wr_char(w, '{');
	xie_wr_kv_i64(w, "pos", (int64_t)p->rec.pos);
	xie_wr_key(w, "rx");
	xie_wr_char(w, '"');
	xie_wr_time(w, p->rec.rx);
	xie_wr_char(w, '"');
	xie_wr_kv_i64(w, "source", p->rec.source);
	xie_wr_kv_str(w, "kind", xie_str_of(xie_rec_kind_name(p->rec.kind)));
	if (printable(p->rec.bytes)) {
		xie_wr_kv_str(w, "text", p->rec.bytes);
	} else {
		xie_wr_key(w, "hex");
		xie_wr_char(w, '"');
		xie_wr_hex(w, p->rec.bytes.p, p->rec.bytes.n);
		xie_wr_char(w, '"');
	}
	xie_wr_kv_i64(w, "block", (int64_t)block);
	xie_wr_kv_i64(w, "index", p->index);
	xie_wr_key(w, "salt");
	xie_wr_char(w, '"');
	xie_wr_hex(w, p->salt, sizeof p->salt);
	xie_wr_char(w, '"');
	xie_wr_key(w, "path");
	xie_wr_char(w, '"');
	xie_wr_hex(w, p->path, (size_t)p->n_path * XIE_DIGEST);
	xie_wr_text(w, "\"}\n");
}

static xie_status prove_frames(struct making *m)
{
	static uint8_t scratch[1 << 21];
	xie_wr w = begin_text(m);
	for (size_t i = 0; i < m->n_positions; i++) {
		struct xie_proof p;
		struct xie_block_header h;
		xie_arena one = xie_arena_of(scratch, sizeof scratch);
		xie_status st = m->rq->journal.prove(m->rq->journal.self, m->positions[i], &one, &p);
		if (st == XIE_OK)
			st = xie_block_header_decode(p.header, sizeof p.header, &h);
		if (st != XIE_OK)
			return fail(m, st, st == XIE_MISSING ? "a frame was purged" : "a frame cannot be proven: its block is not sealed or damaged");
		m->first_block = m->first_block == 0 || h.number < m->first_block ? h.number : m->first_block;
		m->last_block = h.number > m->last_block ? h.number : m->last_block;
		proof_line(&p, h.number, &w);
	}
	return end_text(m, "data/frames.ndjson", &w);
}

/* The oldest witnessed head that covers the last frame: the headers up to it come along, so that a reader can follow. */
static void pick_head(struct making *m)
{
	uint8_t bytes[XIE_BLOCK_HEADER];
	char id[33];
	size_t n = 0;
	struct xie_block_header h;
	xie_str rest = m->rq->heads, line;
	uint64_t best = UINT64_MAX;
	xie_wr w = xie_wr_of(id, sizeof id);
	if (rest.n == 0 || m->rq->journal.headers(m->rq->journal.self, m->last_block, m->last_block, bytes, sizeof bytes, &n) != XIE_OK || n != 1 ||
	    xie_block_header_decode(bytes, sizeof bytes, &h) != XIE_OK)
		return;
	xie_wr_hex(&w, h.journal, sizeof h.journal);
	while (rest.n != 0 && xie_str_split(&rest, '\n', &line) && line.n != 0) {
		struct xie_event e;
		size_t mark = xie_arena_mark(m->mem);
		const struct xie_val *data = NULL;
		if (xie_eventlog_read(m->mem, line, &e) == XIE_OK && xie_str_is(e.kind, "head") && xie_str_eq(e.id, xie_wr_view(&w)) &&
		    xie_json_read(m->mem, e.data, (struct xie_val_limits){ .depth = 4 }, &data, NULL) == XIE_OK) {
			uint64_t block = (uint64_t)xie_val_get_i64(data, "block", 0);
			if (block >= m->last_block && block < best) {
				best = block;
				m->head = (xie_str){ line.p, line.n + 1 };
			}
		}
		xie_arena_rewind(m->mem, mark);
	}
	m->last_block = m->head.n != 0 ? best : m->last_block;
}

static xie_status add_blocks(struct making *m)
{
	static uint8_t bytes[256 * XIE_BLOCK_HEADER];
	pick_head(m);
	xie_wr w = begin_text(m);
	for (uint64_t at = m->first_block; at <= m->last_block;) {
		size_t n = 0;
		uint64_t to = m->last_block - at < 256 ? m->last_block : at + 255;
		xie_status st = m->rq->journal.headers(m->rq->journal.self, at, to, bytes, sizeof bytes, &n);
		if (st != XIE_OK || n == 0)
			return fail(m, st != XIE_OK ? st : XIE_MISSING, "block headers are missing");
		for (size_t i = 0; i < n; i++, at++) {
			xie_wr_char(&w, '{');
			xie_wr_kv_i64(&w, "number", (int64_t)at);
			xie_wr_key(&w, "header");
			xie_wr_char(&w, '"');
			xie_wr_hex(&w, bytes + i * XIE_BLOCK_HEADER, XIE_BLOCK_HEADER);
			xie_wr_text(&w, "\"}\n");
		}
	}
	return end_text(m, "data/blocks.ndjson", &w);
}

/* ---- for people ---- */

static void degrees(xie_wr *w, const char *key, int32_t units)
{
	xie_wr_key(w, key);
	xie_wr_ratio(w, units, XIE_DEG, 7);
}

static void track_line(const struct xie_obs *o, xie_wr *w)
{
	const struct xie_fix *f = &o->fix;
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "target", xie_key_text(&o->target));
	xie_wr_key(w, "t");
	xie_wr_char(w, '"');
	xie_wr_time(w, f->t);
	xie_wr_char(w, '"');
	xie_wr_kv_i64(w, "pos", (int64_t)o->frame);
	degrees(w, "lon", f->at.lon);
	degrees(w, "lat", f->at.lat);
	if ((f->has & XIE_FIX_SOG) != 0)
		xie_wr_kv_i64(w, "sog_dmph", f->sog_dmph);
	if ((f->has & XIE_FIX_COG) != 0)
		xie_wr_kv_i64(w, "cog_cdeg", f->cog_cdeg);
	xie_wr_text(w, "}\n");
}

/* Reads the frames again, as a verifier will, and calls see for each fix of the target or the other.  One cursor runs
 * along: to read on to the next frame of a target is cheaper than to open its block again. */
static xie_status each_fix(struct making *m, void (*see)(const struct xie_obs *o, void *self), void *self)
{
	const struct xie_journal *j = &m->rq->journal;
	struct xie_journal_cursor *c = NULL;
	struct records *r = records_new();
	struct xie_rec recs[64];
	size_t i = 0, n = 1;
	xie_status st = r != NULL ? j->open(j->self, m->positions[0], &c) : XIE_UNAVAILABLE;
	while (st == XIE_OK && i < m->n_positions && n != 0) {
		st = j->next(j->self, c, recs, 64, &n);
		for (size_t k = 0; st == XIE_OK && k < n && i < m->n_positions; k++) {
			size_t n_obs = 0;
			if (recs[k].pos != m->positions[i])
				continue;
			i++;
			const struct xie_obs *o = records_next(r, &recs[k], &n_obs);
			for (size_t q = 0; q < n_obs; q++)
				if (o[q].what == XIE_OBS_FIX && (xie_key_eq(&o[q].target, &m->rq->alert->target) || xie_key_eq(&o[q].target, &m->rq->alert->other)))
					see(&o[q], self);
		}
	}
	j->close(j->self, c);
	records_free(r);
	return st;
}

struct picture {
	struct xie_pt *pts;
	size_t n, cap;
	int64_t x0, x1, y0, y1;
	xie_wr *track;
};

static void on_fix(const struct xie_obs *o, void *self)
{
	struct picture *p = self;
	track_line(o, p->track);
	if (p->n == p->cap)
		return;
	struct xie_pt at = o->fix.at;
	if (p->n == 0)
		p->x0 = p->x1 = at.lon, p->y0 = p->y1 = at.lat;
	p->x0 = at.lon < p->x0 ? at.lon : p->x0;
	p->x1 = at.lon > p->x1 ? at.lon : p->x1;
	p->y0 = at.lat < p->y0 ? at.lat : p->y0;
	p->y1 = at.lat > p->y1 ? at.lat : p->y1;
	p->pts[p->n++] = at;
}

static void point(const struct picture *p, struct xie_pt at, int64_t scale, xie_wr *w)
{
	xie_wr_i64(w, 20 + ((int64_t)at.lon - p->x0) * 760 / scale);
	xie_wr_char(w, ',');
	xie_wr_i64(w, 20 + (p->y1 - (int64_t)at.lat) * 760 / scale);
	xie_wr_char(w, ' ');
}

/* Plate carrée, enough to see where it was; the verdict is not read from a picture. */
static xie_status draw(struct making *m, struct picture *p)
{
	const struct xie_binding *b = &m->rq->rules->bindings[m->rq->alert->binding];
	int64_t wide = p->x1 - p->x0, high = p->y1 - p->y0, margin = (wide > high ? wide : high) / 10 + 2000;
	p->x0 -= margin, p->x1 += margin, p->y0 -= margin, p->y1 += margin;
	int64_t scale = p->x1 - p->x0 > p->y1 - p->y0 ? p->x1 - p->x0 : p->y1 - p->y0;
	xie_wr w = begin_text(m);
	xie_wr_text(&w, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 800\" font-family=\"sans-serif\" font-size=\"14\">\n"
	                "<rect width=\"800\" height=\"800\" fill=\"#f7f5ef\"/>\n");
	const struct xie_shape *s = b->zone != XIE_NO_ZONE ? &m->rq->packs->shapes[b->zone] : NULL;
	for (uint32_t i = 0; s != NULL && i < s->n; i++) {
		xie_wr_text(&w, "<path fill=\"#9db9cc\" fill-opacity=\".45\" fill-rule=\"evenodd\" stroke=\"#2f5d7c\" d=\"");
		for (uint32_t r = 0; r < s->parts[i].n; r++) {
			for (uint32_t k = 0; k < s->parts[i].rings[r].n; k++) {
				xie_wr_char(&w, k == 0 ? 'M' : 'L');
				point(p, s->parts[i].rings[r].pts[k], scale, &w);
			}
			xie_wr_char(&w, 'Z');
		}
		xie_wr_text(&w, "\"/>\n");
	}
	if (s != NULL && s->n == 0) {
		xie_wr_text(&w, "<polyline stroke=\"#2f5d7c\" stroke-width=\"3\" points=\"");
		point(p, s->gate[0], scale, &w);
		point(p, s->gate[1], scale, &w);
		xie_wr_text(&w, "\"/>\n");
	}
	xie_wr_text(&w, "<polyline fill=\"none\" stroke=\"#a8322b\" stroke-width=\"1.5\" points=\"");
	for (size_t i = 0; i < p->n; i++)
		point(p, p->pts[i], scale, &w);
	xie_wr_text(&w, "\"/>\n<text x=\"20\" y=\"790\">");
	xie_wr_str(&w, xie_key_text(&m->rq->alert->target));
	xie_wr_char(&w, ' ');
	xie_wr_time(&w, m->rq->alert->open);
	xie_wr_text(&w, "</text>\n</svg>\n");
	return end_text(m, "data/map.svg", &w);
}

static xie_status add_track(struct making *m)
{
	struct picture p = { .cap = 5000 };
	p.pts = xie_arena_new(m->mem, struct xie_pt, p.cap);
	if (p.pts == NULL)
		return fail(m, XIE_LIMIT, "the bag does not fit into memory");
	xie_wr w = begin_text(m);
	p.track = &w;
	xie_status st = each_fix(m, on_fix, &p);
	if (st != XIE_OK)
		return fail(m, st, "frames cannot be read again");
	st = end_text(m, "data/track.ndjson", &w);
	return st != XIE_OK ? st : draw(m, &p);
}

/* ---- the fact and its arithmetic ---- */

static void hex_member(xie_wr *w, const char *key, const void *p, size_t n)
{
	xie_wr_key(w, key);
	xie_wr_char(w, '"');
	xie_wr_hex(w, p, n);
	xie_wr_char(w, '"');
}

static xie_status add_alert(struct making *m)
{
	const struct evidence_request *rq = m->rq;
	const struct xie_binding *b = &rq->rules->bindings[rq->alert->binding];
	const struct xie_rule *r = &rq->rules->rules[b->rule];
	xie_wr w = begin_text(m);
	alert_json(rq->rules, rq->alert, NULL, false, &w);
	xie_status st = end_text(m, "data/alert.json", &w);
	if (st != XIE_OK)
		return st;
	w = begin_text(m);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "op", xie_str_of(xie_op_name(r->op)));
	xie_wr_kv_i64(&w, "semantics", XIE_SEMANTICS);
	hex_member(&w, "rule_digest", r->digest, 32);
	if (b->zone != XIE_NO_ZONE)
		hex_member(&w, "zone_digest", rq->rules->zones[b->zone].digest, 32);
	hex_member(&w, "binding_digest", b->digest, 32);
	xie_wr_kv_i64(&w, "limit", b->limit);
	xie_wr_kv_i64(&w, "clear", b->clear);
	xie_wr_kv_i64(&w, "min", b->min);
	xie_wr_kv_i64(&w, "for_ms", r->for_ms);
	xie_wr_kv_i64(&w, "gap_ms", r->gap_ms);
	xie_wr_kv_i64(&w, "since_ms", rq->alert->since);
	xie_wr_kv_i64(&w, "open_ms", rq->alert->open);
	if (rq->alert->has_peak)
		xie_wr_kv_i64(&w, "peak_dmph", rq->alert->peak);
	xie_wr_kv_i64(&w, "until_ms", rq->until);
	xie_wr_kv_i64(&w, "first_pos", (int64_t)rq->alert->first_frame);
	xie_wr_kv_i64(&w, "last_pos", (int64_t)rq->alert->last_frame);
	xie_wr_key(&w, "rule");
	xie_val_write(r->source, &w);
	xie_wr_text(&w, "}\n");
	return end_text(m, "data/arithmetic.json", &w);
}

/* ---- packs ---- */

static xie_status add_pack_file(struct making *m, const struct xie_pack *p, const char *sub, const char *path)
{
	const char *base = strrchr(path, '/');
	base = base != NULL ? base + 1 : path;
	xie_wr w = begin_text(m);
	xie_wr_text(&w, "data/packs/");
	xie_wr_str(&w, p->id);
	if (sub[0] != '\0') {
		xie_wr_char(&w, '/');
		xie_wr_text(&w, sub);
	}
	xie_wr_char(&w, '/');
	xie_wr_text(&w, base);
	xie_wr_u8(&w, 0);
	if (w.st != XIE_OK)
		return fail(m, XIE_LIMIT, "the bag does not fit into memory");
	m->mem->used += w.n;
	xie_str bytes;
	xie_status st = xie_file_read(m->mem, path, &bytes, m->err);
	return st != XIE_OK ? st : add(m, (const char *)w.p, bytes);
}

static xie_status add_packs(struct making *m)
{
	static const char *const subs[] = { "", "rules", "zones", "lists" };
	for (uint32_t i = 0; i < m->rq->packs->n_packs; i++) {
		const struct xie_pack *p = &m->rq->packs->packs[i];
		for (size_t k = 0; k < sizeof subs / sizeof subs[0]; k++) {
			const char **paths = NULL;
			size_t n = 0;
			xie_status st = xie_folder_list(m->mem, p->dir, subs[k], &paths, &n, m->err);
			for (size_t j = 0; j < n && st == XIE_OK; j++) {
				struct stat sb;
				bool data = xie_name_ends(paths[j], ".yaml") || xie_name_ends(paths[j], ".yml") || xie_name_ends(paths[j], ".json") ||
				            xie_name_ends(paths[j], ".geojson");
				if (data && stat(paths[j], &sb) == 0 && S_ISREG(sb.st_mode))
					st = add_pack_file(m, p, subs[k], paths[j]);
			}
			if (st != XIE_OK)
				return st;
		}
	}
	return XIE_OK;
}

/* ---- the bag ---- */

static xie_status manifest(struct making *m, const char *name, bool sm3, size_t from, size_t to)
{
	xie_wr w = begin_text(m);
	for (size_t i = from; i < to; i++) {
		uint8_t d[32];
		if (sm3)
			xie_sm3(m->files[i].bytes.p, m->files[i].bytes.n, d);
		else
			xie_sha256_fast(m->files[i].bytes.p, m->files[i].bytes.n, d);
		xie_wr_hex(&w, d, sizeof d);
		xie_wr_text(&w, "  ");
		xie_wr_text(&w, m->files[i].name);
		xie_wr_char(&w, '\n');
	}
	return end_text(m, name, &w);
}

static xie_status add_info(struct making *m, size_t payload)
{
	uint64_t octets = 0;
	for (size_t i = 0; i < payload; i++)
		octets += m->files[i].bytes.n;
	xie_status st = add(m, "bagit.txt", XIE_STR("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"));
	if (st != XIE_OK)
		return st;
	xie_wr w = begin_text(m);
	xie_wr_text(&w, "Source-Organization: ");
	xie_wr_text(&w, m->rq->organisation != NULL ? m->rq->organisation : "");
	xie_wr_text(&w, "\nExternal-Identifier: ");
	xie_wr_hex(&w, m->rq->alert->id, sizeof m->rq->alert->id);
	xie_wr_text(&w, "\nBagging-Date: ");
	xie_wr_date(&w, xie_floor_div(m->rq->made_at, 86400000));
	xie_wr_text(&w, "\nBag-Software-Agent: xiezhi\nPayload-Oxum: ");
	xie_wr_u64(&w, octets);
	xie_wr_char(&w, '.');
	xie_wr_u64(&w, payload);
	xie_wr_char(&w, '\n');
	return end_text(m, "bag-info.txt", &w);
}

static xie_status sign(struct making *m, const char *name, const struct xie_key *k, const struct file *over)
{
	uint8_t *sig = xie_arena_alloc(m->mem, 512, 1);
	size_t n = 0;
	xie_status st = sig != NULL ? xie_key_sign(k, over->bytes.p, over->bytes.n, sig, 512, &n) : XIE_LIMIT;
	return st != XIE_OK ? fail(m, st, "cannot sign") : add(m, name, (xie_str){ (const char *)sig, n });
}

/* Certificates are tag files under the manifest; signatures and the stamp stand over it. */
static xie_status close_bag(struct making *m, size_t payload)
{
	const struct keys *k = m->rq->keys;
	xie_status st = manifest(m, "manifest-sha256.txt", false, 0, payload);
	if (st == XIE_OK)
		st = manifest(m, "manifest-sm3.txt", true, 0, payload);
	if (st == XIE_OK)
		st = add_info(m, payload);
	if (st == XIE_OK)
		st = add(m, "signature/authority.crt", k->authority_crt);
	if (st == XIE_OK)
		st = add(m, "signature/node.crt", k->node_crt);
	if (st == XIE_OK)
		st = add(m, "signature/node-sm2.crt", k->sm2_crt);
	if (st == XIE_OK && k->crl.n != 0)
		st = add(m, "signature/crl.pem", k->crl);
	if (st == XIE_OK && k->log.n != 0)
		st = add(m, "signature/keys.ndjson", k->log);
	if (st == XIE_OK && m->head.n != 0)
		st = add(m, "signature/heads.ndjson", m->head);
	size_t tags = m->n_files;
	if (st == XIE_OK)
		st = manifest(m, "tagmanifest-sha256.txt", false, payload, tags);
	if (st == XIE_OK)
		st = manifest(m, "tagmanifest-sm3.txt", true, payload, tags);
	if (st == XIE_OK)
		st = sign(m, "signature/tagmanifest-sha256.txt.sig", k->node, &m->files[tags]);
	if (st == XIE_OK)
		st = sign(m, "signature/tagmanifest-sm3.txt.sm2.sig", k->sm2, &m->files[tags + 1]);
	if (st != XIE_OK)
		return st;
	const struct file *sig = &m->files[tags + 2];
	xie_wr w = begin_text(m);
	st = xie_stamp_make(k->tsa, (xie_str){ "", 0 }, sig->bytes.p, sig->bytes.n, m->rq->made_at, m->rq->alert->first_frame + 1, &w);
	st = st != XIE_OK ? fail(m, st, "cannot make the time stamp") : end_text(m, "signature/tagmanifest-sha256.txt.sig.tsr", &w);
	/* a stamp has bytes that its own signature does not cover: a list of what stands over the manifests finds them */
	return st != XIE_OK ? st : manifest(m, "signature/signatures-sha256.txt", false, tags + 2, m->n_files);
}

xie_status evidence_make(const struct evidence_request *rq, FILE *f, xie_arena *mem, struct xie_err *reterr)
{
	struct making *m = xie_arena_new(mem, struct making, 1);
	if (m == NULL)
		return xie_err_set(reterr, XIE_LIMIT, 0, 0, "out of memory", NULL);
	*m = (struct making){ .rq = rq, .mem = mem, .err = reterr };
	xie_status st = keys_hold(rq->keys, rq->made_at, reterr);
	if (st == XIE_OK)
		st = find_frames(m);
	if (st == XIE_OK)
		st = add_alert(m);
	if (st == XIE_OK)
		st = prove_frames(m);
	if (st == XIE_OK)
		st = add_blocks(m);
	if (st == XIE_OK)
		st = add_track(m);
	if (st == XIE_OK)
		st = add_packs(m);
	if (st == XIE_OK && rq->device_json != NULL)
		st = add(m, "data/device.json", xie_str_of(rq->device_json));
	if (st == XIE_OK && rq->case_json != NULL)
		st = add(m, "data/case.json", xie_str_of(rq->case_json));
	if (st == XIE_OK && rq->revises_json != NULL)
		st = add(m, "data/revises.json", xie_str_of(rq->revises_json));
	if (st == XIE_OK)
		st = close_bag(m, m->n_files);
	struct xie_zip_out *z = NULL;
	if (st == XIE_OK)
		st = xie_zip_begin(f, &z);
	for (size_t i = 0; i < m->n_files && st == XIE_OK; i++)
		st = xie_zip_add(z, m->files[i].name, m->files[i].bytes.p, m->files[i].bytes.n);
	if (z != NULL) {
		xie_status end = xie_zip_end(z);
		st = st != XIE_OK ? st : end;
	}
	return st;
}
