/* SPDX-License-Identifier: Apache-2.0 */
/* Unlinking a day of blocks, with what has to outlive it.  See keep.c for the order and what a crash leaves. */
#include "journal_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "xie/base/time.h"

struct purge {
	struct xie_journal_store *j;
	int64_t day;
	struct part *parts;
	size_t n_parts;
	uint64_t first, last, block_first, block_last;
	uint8_t head[32]; /* SHA-256 of the last header */
	uint64_t kept;    /* records held */
};

static xie_status keep_header(struct purge *p, struct xie_stmt *from)
{
	struct xie_block_header h;
	uint8_t bytes[XIE_BLOCK_HEADER];
	xie_status st = xie_col_digest(from, 0, bytes, sizeof bytes);
	if (st == XIE_OK && xie_block_header_decode(bytes, sizeof bytes, &h) != XIE_OK)
		st = XIE_CORRUPT;
	if (st != XIE_OK)
		return st;
	if (p->first == 0) {
		p->first = h.first;
		p->block_first = h.number;
	}
	p->last = h.first + h.n - 1;
	p->block_last = h.number;
	digest__sha256(bytes, sizeof bytes, p->head);
	struct xie_stmt *s = xie_db_stmt(p->j->kept, "INSERT INTO header (number, first, last, header)"
						     " VALUES ($number, $first, $last, $header)");
	xie_stmt_i64(s, "number", (int64_t)h.number);
	xie_stmt_i64(s, "first", (int64_t)h.first);
	xie_stmt_i64(s, "last", (int64_t)p->last);
	xie_stmt_bytes(s, "header", bytes, sizeof bytes);
	return xie_stmt_run(s);
}

static xie_status keep_headers(struct purge *p, const struct part *part)
{
	struct reader *r = &p->j->reader;
	xie_status st = reader__open(r, part->day, part->number, NULL);
	if (st != XIE_OK)
		return XIE_CORRUPT;
	struct xie_stmt *s = xie_db_stmt(r->db, "SELECT header FROM block ORDER BY number");
	for (bool row = true;;) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		st = keep_header(p, s);
		if (st != XIE_OK)
			break;
	}
	xie_stmt_reset(s);
	return st;
}

static xie_status keep_position(struct purge *p, xie_str holder, xie_str target, uint64_t pos)
{
	for (size_t i = 0; i < p->n_parts; i++) {
		const struct part *part = &p->parts[i];
		if (part->first == 0 || pos < part->first || pos > part->last)
			continue;
		struct xie_proof proof;
		struct xie_block_header h;
		xie_status st = prove__sealed(p->j, part, pos, &proof);
		if (st == XIE_OK)
			st = xie_block_header_decode(proof.header, sizeof proof.header, &h);
		if (st == XIE_OK)
			st = keep__record(p->j, holder, target, &proof, h.number);
		p->kept += st == XIE_OK;
		return st;
	}
	return XIE_OK;
}

/* What one hold keeps of the day.  Not under read_lock: find takes it. */
static xie_status positions_of(struct purge *p, xie_str target, xie_ms from, xie_ms to, uint64_t **ret_pos,
                               size_t *ret_n)
{
	struct xie_key key = { 0 };
	if (target.n < 2 || target.n > sizeof key)
		return XIE_CORRUPT;
	memcpy(&key, target.p, target.n);
	xie_ms day0 = p->day * DAY_MS, day1 = day0 + DAY_MS - 1;
	from = from > day0 ? from : day0;
	to = to < day1 ? to : day1;
	uint64_t *pos = NULL;
	size_t cap = 0, n = 0;
	xie_status st;
	for (;;) {
		st = prove__find(p->j, &key, from, to, pos, cap, &n);
		if (st != XIE_OK || n <= cap)
			break;
		uint64_t *grown = realloc(pos, n * sizeof *pos);
		if (grown == NULL) {
			st = XIE_LIMIT;
			break;
		}
		pos = grown;
		cap = n;
	}
	*ret_pos = pos;
	*ret_n = n;
	return st;
}

struct hold {
	struct hold *next;
	xie_ms from, to;
	size_t n_holder, n_target;
	uint64_t *pos;
	size_t n_pos;
	char bytes[]; /* holder, target */
};

static void free_holds(struct hold *h)
{
	while (h != NULL) {
		struct hold *next = h->next;
		free(h->pos);
		free(h);
		h = next;
	}
}

static xie_status list_holds(struct purge *p, struct hold **ret_all)
{
	*ret_all = NULL;
	(void)pthread_mutex_lock(&p->j->read_lock);
	struct xie_stmt *s = xie_db_stmt(p->j->kept, "SELECT holder, target, rx_from, rx_to FROM hold"
						     " WHERE rx_from <= $to AND rx_to >= $from");
	xie_stmt_i64(s, "from", p->day * DAY_MS);
	xie_stmt_i64(s, "to", (p->day + 1) * DAY_MS - 1);
	xie_status st = XIE_OK;
	for (bool row = true;;) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		xie_str holder = xie_col_str(s, 0), target = xie_col_str(s, 1);
		struct hold *h = calloc(1, sizeof *h + holder.n + target.n);
		if (h == NULL) {
			st = XIE_LIMIT;
			break;
		}
		memcpy(h->bytes, holder.p, holder.n);
		memcpy(h->bytes + holder.n, target.p, target.n);
		h->n_holder = holder.n;
		h->n_target = target.n;
		h->from = xie_col_i64(s, 2);
		h->to = xie_col_i64(s, 3);
		h->next = *ret_all;
		*ret_all = h;
	}
	xie_stmt_reset(s);
	(void)pthread_mutex_unlock(&p->j->read_lock);
	return st;
}

static xie_status sign_record(struct purge *p, xie_str reason, xie_wr *w, uint8_t *sig, size_t *ret_n_sig)
{
	const struct xie_signer *signer = p->j->opt.signer;
	xie_wr_char(w, '{');
	xie_wr_key(w, "at");
	xie_wr_char(w, '"');
	xie_wr_time(w, p->j->opt.clock.wall(p->j->opt.clock.self));
	xie_wr_char(w, '"');
	xie_wr_kv_i64(w, "block_first", (int64_t)p->block_first);
	xie_wr_kv_i64(w, "block_last", (int64_t)p->block_last);
	xie_wr_key(w, "day");
	xie_wr_char(w, '"');
	xie_wr_date(w, p->day);
	xie_wr_char(w, '"');
	xie_wr_kv_i64(w, "first", (int64_t)p->first);
	xie_wr_key(w, "head");
	xie_wr_char(w, '"');
	xie_wr_hex(w, p->head, sizeof p->head);
	xie_wr_char(w, '"');
	xie_wr_kv_i64(w, "held", (int64_t)p->kept);
	xie_wr_key(w, "journal");
	xie_wr_char(w, '"');
	xie_wr_hex(w, p->j->id, sizeof p->j->id);
	xie_wr_char(w, '"');
	xie_wr_kv_i64(w, "last", (int64_t)p->last);
	xie_wr_kv_str(w, "reason", reason);
	xie_wr_char(w, '}');
	return w->st != XIE_OK ? w->st : signer->sign(signer->self, w->p, w->n, sig, XIE_SIG_MAX, ret_n_sig);
}

static xie_status keep_all(struct purge *p, struct hold *holds)
{
	xie_status st = XIE_OK;
	for (size_t i = 0; st == XIE_OK && i < p->n_parts; i++)
		st = keep_headers(p, &p->parts[i]);
	for (struct hold *h = holds; h != NULL; h = h->next)
		for (size_t i = 0; st == XIE_OK && i < h->n_pos; i++)
			st = keep_position(p, (xie_str){ h->bytes, h->n_holder },
			                   (xie_str){ h->bytes + h->n_holder, h->n_target }, h->pos[i]);
	return st;
}

static xie_status put_purge(struct purge *p, xie_str record, const uint8_t *sig, size_t n_sig)
{
	struct xie_stmt *s = xie_db_stmt(p->j->kept, "INSERT INTO purge (day, first, last, block_first, block_last, record,"
						     " algorithm, key_id, signature) VALUES ($day, $first, $last,"
						     " $block_first, $block_last, $record, $algorithm, $key_id, $signature)");
	xie_stmt_i64(s, "day", p->day);
	xie_stmt_i64(s, "first", (int64_t)p->first);
	xie_stmt_i64(s, "last", (int64_t)p->last);
	xie_stmt_i64(s, "block_first", (int64_t)p->block_first);
	xie_stmt_i64(s, "block_last", (int64_t)p->block_last);
	xie_stmt_str(s, "record", record);
	xie_stmt_str(s, "algorithm", xie_str_of(p->j->opt.signer->algorithm));
	xie_stmt_str(s, "key_id", xie_str_of(p->j->opt.signer->key_id));
	xie_stmt_bytes(s, "signature", sig, n_sig);
	return xie_stmt_run(s);
}

/* The transaction of kept.db; afterwards the day is purged, whatever happens to its files. */
static xie_status decide(struct purge *p, struct hold *holds, xie_str reason, char *told, size_t told_cap)
{
	char record[700];
	uint8_t sig[XIE_SIG_MAX];
	size_t n_sig = 0;
	struct xie_journal_store *j = p->j;
	(void)pthread_mutex_lock(&j->read_lock);
	xie_status st = xie_db_begin(j->kept);
	if (st == XIE_OK)
		st = keep_all(p, holds);
	xie_wr w = xie_wr_of(record, sizeof record);
	if (st == XIE_OK)
		st = sign_record(p, reason, &w, sig, &n_sig);
	if (st == XIE_OK)
		st = put_purge(p, xie_wr_view(&w), sig, n_sig);
	if (st == XIE_OK)
		st = xie_db_commit(j->kept);
	else
		xie_db_rollback(j->kept);
	reader__done(&j->reader);
	(void)pthread_mutex_unlock(&j->read_lock);
	if (st != XIE_OK)
		return st;
	xie_wr t = xie_wr_of(told, told_cap - 1);
	xie_wr_char(&t, '{');
	xie_wr_kv_str(&t, "algorithm", xie_str_of(j->opt.signer->algorithm));
	xie_wr_kv_str(&t, "key", xie_str_of(j->opt.signer->key_id));
	xie_wr_key(&t, "record");
	xie_wr_str(&t, xie_wr_view(&w));
	xie_wr_key(&t, "signature");
	xie_wr_char(&t, '"');
	xie_wr_hex(&t, sig, n_sig);
	xie_wr_text(&t, "\"}");
	told[t.n] = '\0';
	return t.st;
}

/* Under lock: the day's parts, or why it must stay. */
static xie_status take_parts(struct purge *p)
{
	struct xie_journal_store *j = p->j;
	if (p->day >= j->clock.last / DAY_MS || (j->recent.head != NULL && j->recent.head->day <= p->day) ||
	    (j->writing.head != NULL && j->writing.head->day <= p->day) ||
	    (j->queue.head != NULL && j->queue.head->day <= p->day))
		return XIE_REFUSED;
	p->parts = malloc((j->n_parts + 1) * sizeof *p->parts);
	if (p->parts == NULL)
		return XIE_LIMIT;
	for (size_t i = 0; i < j->n_parts; i++)
		if (j->parts[i].day == p->day)
			p->parts[p->n_parts++] = j->parts[i];
	return p->n_parts != 0 ? XIE_OK : XIE_MISSING;
}

static void forget_parts(struct purge *p)
{
	struct xie_journal_store *j = p->j;
	(void)pthread_mutex_lock(&j->lock);
	size_t n = 0;
	for (size_t i = 0; i < j->n_parts; i++)
		if (j->parts[i].day != p->day)
			j->parts[n++] = j->parts[i];
	j->n_parts = n;
	(void)pthread_mutex_unlock(&j->lock);
	for (size_t i = 0; i < p->n_parts; i++)
		keep__unlink(j, p->day, p->parts[i].number);
}

xie_status xie_journal_purge(struct xie_journal_store *j, int64_t day, xie_str reason, struct xie_err *reterr)
{
	struct purge p = { .j = j, .day = day };
	struct hold *holds = NULL;
	char told[1600];
	if (j->opt.signer == NULL)
		return xie_err_set(reterr, XIE_REFUSED, 0, 0, "purging needs a key to sign the purge record with", "");
	(void)pthread_mutex_lock(&j->lock);
	xie_status st = take_parts(&p);
	(void)pthread_mutex_unlock(&j->lock);
	const char *why = st == XIE_REFUSED ? "the day is not over, or not sealed yet" : "no blocks of this day are here";
	if (st == XIE_OK) {
		why = "the held records could not be found out";
		st = list_holds(&p, &holds);
	}
	for (struct hold *h = holds; st == XIE_OK && h != NULL; h = h->next)
		st = positions_of(&p, (xie_str){ h->bytes + h->n_holder, h->n_target }, h->from, h->to, &h->pos, &h->n_pos);
	if (st == XIE_OK) {
		why = "what must be kept could not be kept; nothing was purged";
		st = decide(&p, holds, reason, told, sizeof told);
	}
	if (st == XIE_OK) {
		forget_parts(&p);
		(void)pthread_mutex_lock(&j->lock);
		st = journal__own(j, XIE_REC_PURGE, told);
		(void)pthread_mutex_unlock(&j->lock);
		why = "purged, but the journal took no record of it";
	}
	free_holds(holds);
	free(p.parts);
	return st == XIE_OK ? st : xie_err_set(reterr, st, 0, 0, why, "");
}
