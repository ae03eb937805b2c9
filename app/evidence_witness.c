/* SPDX-License-Identifier: Apache-2.0 */
/* What outsiders saw: witnessed heads of the chain against the bag's blocks, and a silence from end to end. */
#include "evidence_int.h"

#include "records.h"

#include "xie/base/time.h"
#include "xie/chain/eventlog.h"

static const xie_str none = { "", 0 };

struct heads {
	uint64_t cover;   /* block of the last frame */
	bool some, fit;   /* a line about these blocks; one that covers the last frame */
	uint64_t block;
	xie_ms at;        /* when the earliest of those that cover was witnessed */
};

static uint64_t block_of(const struct checking *c, uint64_t pos)
{
	struct xie_block_header h;
	for (size_t i = 0; i < c->n_blocks; i++)
		if (xie_block_header_decode(c->headers[i], XIE_BLOCK_HEADER, &h) == XIE_OK && pos >= h.first && pos - h.first < h.n)
			return h.number;
	return UINT64_MAX;
}

/* One line that speaks of a block of this bag.  False: it says otherwise. */
static bool one_head(struct checking *c, struct evidence_finding *f, const struct xie_event *e, const struct xie_val *data, const uint8_t *header,
                     bool brought, struct heads *found)
{
	uint8_t digest[32], want[2][32], der[8192];
	char when[40];
	xie_str stamp = xie_val_get_str(data, "stamp");
	xie_ms at = 0;
	xie_wr w = xie_wr_of(when, sizeof when - 1);
	xie_wr_time(&w, e->at);
	when[w.n] = '\0';
	bool ok = evidence__unhex(xie_val_get_str(data, "header_sha256"), want[0], 32) && evidence__unhex(xie_val_get_str(data, "header_sm3"), want[1], 32);
	xie_sha256_fast(header, XIE_BLOCK_HEADER, digest);
	ok = ok && memcmp(digest, want[0], 32) == 0;
	xie_sm3(header, XIE_BLOCK_HEADER, digest);
	if (!ok || memcmp(digest, want[1], 32) != 0) {
		evidence__fail(c, f, "the chain is another than the one witnessed at ", xie_str_of(when));
		return false;
	}
	xie_str anchor = c->anchors.n != 0 ? c->anchors : evidence__entry(c, "signature/authority.crt");
	if (stamp.n / 2 > sizeof der || !evidence__unhex(stamp, der, stamp.n / 2) ||
	    xie_stamp_read(der, stamp.n / 2, header, XIE_BLOCK_HEADER, anchor, &at, NULL) != XIE_OK) {
		/* a line that the reader kept is his own word; the bag's is worth what its stamp is */
		if (!brought)
			evidence__fail(c, f, "the witness's stamp does not hold: ", xie_str_of(when));
		at = e->at;
	}
	uint64_t block = (uint64_t)xie_val_get_i64(data, "block", 0);
	if (block >= found->cover && (!found->fit || at < found->at)) {
		found->fit = true;
		found->at = at;
		found->block = block;
	}
	found->some = true;
	return f->grade != EVIDENCE_FAILED;
}

static bool all_heads(struct checking *c, struct evidence_finding *f, xie_str text, bool brought, struct heads *found)
{
	struct xie_block_header first;
	uint8_t id[16];
	xie_str line;
	size_t number = 0;
	if (xie_block_header_decode(c->headers[0], XIE_BLOCK_HEADER, &first) != XIE_OK)
		return false;
	while (text.n != 0 && xie_str_split(&text, '\n', &line) && line.n != 0) {
		struct xie_event e;
		number++;
		if (xie_eventlog_read(c->mem, line, &e) != XIE_OK) {
			evidence__fail(c, f, brought ? "a witnessed head of yours cannot be read" : "a witnessed head of the bag cannot be read", none);
			return false;
		}
		const struct xie_val *data = evidence__json(c, e.data);
		int64_t block = xie_val_get_i64(data, "block", 0);
		if (!xie_str_is(e.kind, "head") || !evidence__unhex(e.id, id, sizeof id) || memcmp(id, first.journal, sizeof id) != 0 ||
		    block < (int64_t)c->first_block || (uint64_t)block - c->first_block >= c->n_blocks)
			continue;
		if (!one_head(c, f, &e, data, c->headers[(uint64_t)block - c->first_block], brought, found))
			return false;
	}
	return true;
}

void evidence__witness(struct checking *c)
{
	static const char zh[] = "链头由外部见证:此后未被改写", en[] = "the chain's head was witnessed outside: not written anew since";
	struct evidence_finding *f = evidence__find(c, "witness", zh, en, EVIDENCE_ABSENT);
	struct heads bag = { .cover = block_of(c, c->recs[c->n_recs - 1].pos) }, own = bag;
	char when[40];
	if (!all_heads(c, f, evidence__entry(c, "signature/heads.ndjson"), false, &bag) || !all_heads(c, f, c->reader->heads, true, &own))
		return;
	const struct heads *best = own.fit ? &own : &bag;
	if (!best->fit) {
		evidence__detail(f, bag.some || own.some ? "heads of earlier blocks only: the last frames are self-asserted" : "time: self-asserted", none);
		return;
	}
	f->grade = own.fit || c->anchors.n != 0 ? EVIDENCE_ATTESTED : EVIDENCE_SELF;
	xie_wr w = xie_wr_of(when, sizeof when - 1);
	xie_wr_time(&w, best->at);
	when[w.n] = '\0';
	(void)snprintf(f->detail, sizeof f->detail, "block %llu, witnessed %s%s", (unsigned long long)best->block, when, own.fit ? ", in the reader's own file" : "");
}

/* ---- silence ---- */

/* Every record from the last time it was heard to the alert, without a gap: that the target is in none of them is then
 * arithmetic, and that a source was up all the while as well. */
struct quiet {
	size_t records, frames;
	xie_ms down; /* since when no source was up; 0: one is */
	xie_ms down_ms;
	bool heard, whole;
};

static void state(struct checking *c, const struct xie_rec *r, uint64_t *up, size_t n_up, struct quiet *q)
{
	const struct xie_val *v = r->kind == XIE_REC_SOURCE ? evidence__json(c, r->bytes) : NULL;
	bool any = false;
	for (size_t i = 0; i < n_up; i++) {
		bool mine = up[i] == (uint64_t)r->source + 1;
		if (r->kind == XIE_REC_START || (mine && xie_val_is(xie_val_get(v, "state"), "down")))
			up[i] = r->kind == XIE_REC_START || mine ? 0 : up[i];
		any = any || up[i] != 0;
	}
	bool comes = r->kind == XIE_REC_FRAME || xie_val_is(xie_val_get(v, "state"), "up");
	for (size_t i = 0; i < n_up && comes; i++) {
		if (up[i] == (uint64_t)r->source + 1)
			break;
		if (up[i] == 0) {
			up[i] = (uint64_t)r->source + 1;
			break;
		}
	}
	any = any || comes;
	if (!any && q->down == 0)
		q->down = r->rx;
	if (any && q->down != 0) {
		q->down_ms += r->rx - q->down;
		q->down = 0;
	}
}

static bool walk(struct checking *c, size_t at, const struct xie_key *target, struct quiet *q)
{
	uint64_t up[64] = { 0 };
	struct records *reader = records_new();
	for (size_t i = at; reader != NULL && i < c->n_recs; i++) {
		size_t n = 0;
		const struct xie_obs *o = records_next(reader, &c->recs[i], &n);
		if (i > at && c->recs[i].pos != c->recs[i - 1].pos + 1)
			break;
		state(c, &c->recs[i], up, 64, q);
		if (c->recs[i].rx > c->rep->open) {
			q->whole = true;
			break;
		}
		q->records++;
		q->frames += c->recs[i].kind == XIE_REC_FRAME;
		for (size_t k = 0; k < n && i > at; k++)
			q->heard = q->heard || xie_key_eq(&o[k].target, target);
	}
	bool ok = reader != NULL;
	records_free(reader);
	return ok;
}

void evidence__silence(struct checking *c)
{
	const struct xie_val *more = evidence__json(c, evidence__entry(c, "data/arithmetic.json"));
	if (!xie_val_is(xie_val_get(more, "op"), "silence"))
		return;
	struct evidence_finding *f = evidence__find(c, "silence", "静默期间数据源在线,且无该对象的任何帧",
	                                            "during the silence a source was up and nothing of the target came", EVIDENCE_SELF);
	uint64_t first = (uint64_t)xie_val_get_i64(more, "first_pos", 0);
	struct quiet q = { 0 };
	size_t at = 0, n = 0;
	struct records *reader = records_new();
	while (at < c->n_recs && c->recs[at].pos != first)
		at++;
	struct xie_key target = { 0 };
	const struct xie_obs *o = reader != NULL && at < c->n_recs ? records_next(reader, &c->recs[at], &n) : NULL;
	/* the walk begins at the very fix from which the alert counts, not at one that its signer likes better */
	xie_ms since = 0;
	bool begins = n != 0 && o[0].what == XIE_OBS_FIX && xie_str_eq(xie_key_text(&o[0].target), xie_str_of(c->rep->target)) &&
	              xie_time_parse(xie_val_get_str(c->alert, "since"), 0, &since) == XIE_OK && o[0].fix.t == since;
	if (begins)
		target = o[0].target;
	records_free(reader);
	if (!begins || !walk(c, at, &target, &q) || !q.whole) {
		evidence__detail(f, "the bag does not hold every record of that time; that nothing came is its signer's word", none);
		return;
	}
	if (q.heard) {
		evidence__fail(c, f, "a record between names the target", none);
		return;
	}
	f->grade = EVIDENCE_PROVEN;
	(void)snprintf(f->detail, sizeof f->detail, "%zu records in a row, %zu frames of others, none of the target; without any source for %lld s", q.records,
	               q.frames, (long long)(q.down_ms / 1000));
}
