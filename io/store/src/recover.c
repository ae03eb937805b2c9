/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in the tail when the journal opens, and what to make of a damaged one.
 *
 * Whatever can be read is kept.  Positions that cannot are not given out again: they become a void batch, which the
 * sealer turns into a void block, so that the chain has no hole and nobody mistakes other records for the lost ones. */
#include "journal_int.h"

#include <inttypes.h>
#include <stdio.h>

enum { LOST_JUMP = 1 << 24 }; /* more positions than a tail can hold */

xie_status head__set(struct block_head *head, const struct xie_block_header *h)
{
	head->h = *h;
	head->last = h->first + h->n - 1;
	xie_block_header_encode(h, head->bytes);
	digest__sha256(head->bytes, sizeof head->bytes, head->sha256);
	return digest__sm3(head->bytes, sizeof head->bytes, head->sm3);
}

static xie_status add_void(struct xie_journal_store *j, uint64_t first, uint32_t n)
{
	struct batch *b = batch__new(1);
	if (b == NULL)
		return XIE_LIMIT;
	b->first = first;
	b->n = n;
	b->rx_first = b->rx_last = j->clock.last;
	b->day = b->rx_first / DAY_MS;
	batches__push(&j->recent, b);
	j->committed = first + n - 1;
	j->tail_whole = false;
	journal__log(j, "journal: positions %" PRIu64 " to %" PRIu64 " are lost; they stay void", first, first + n - 1);
	return XIE_OK;
}

/* The bytes are what was written, and hold n records in order. */
static bool row_is_good(xie_str bytes, xie_str sum, uint32_t n, xie_ms rx_first, xie_ms rx_last)
{
	uint8_t d[32];
	digest__sha256(bytes.p, bytes.n, d);
	if (sum.n != sizeof d || memcmp(sum.p, d, sizeof d) != 0)
		return false;
	xie_rd r = xie_rd_of(bytes.p, bytes.n);
	xie_ms rx = -1;
	struct xie_rec rec;
	for (uint32_t i = 0; i < n; i++)
		if (xie_rec_decode(&r, &rx, &rec) != XIE_OK || (i == 0 && rec.rx != rx_first))
			return false;
	return xie_rd_close(&r) == XIE_OK && rx == rx_last;
}

static xie_status add_row(struct xie_journal_store *j, struct xie_stmt *s)
{
	uint64_t first = (uint64_t)xie_col_i64(s, 0);
	int64_t n = xie_col_i64(s, 1);
	xie_ms rx_first = xie_col_i64(s, 2), rx_last = xie_col_i64(s, 3);
	xie_str sum = xie_col_str(s, 4), bytes = xie_col_str(s, 5);
	if (n < 1 || n > LOST_JUMP)
		n = 1; /* nonsense: the gap to the next row tells the rest */
	if (first < j->committed + 1) /* overlaps: cannot be, but then the block is the truth */
		return XIE_OK;
	xie_status st = XIE_OK;
	for (; st == XIE_OK && first > j->committed + 1;) {
		uint64_t gap = first - j->committed - 1;
		st = add_void(j, j->committed + 1, (uint32_t)(gap < LOST_JUMP ? gap : LOST_JUMP));
	}
	if (st != XIE_OK)
		return st;
	if (bytes.n == 0 || rx_first < j->clock.last || !row_is_good(bytes, sum, (uint32_t)n, rx_first, rx_last))
		return add_void(j, first, (uint32_t)n);
	struct batch *b = batch__new(bytes.n);
	if (b == NULL)
		return XIE_LIMIT;
	b->first = first;
	b->n = (uint32_t)n;
	b->rx_first = rx_first;
	b->rx_last = rx_last;
	b->day = rx_first / DAY_MS;
	b->len = bytes.n;
	memcpy(b->bytes, bytes.p, bytes.n);
	batches__push(&j->recent, b);
	j->committed = first + (uint64_t)n - 1;
	j->clock.last = rx_last;
	return XIE_OK;
}

static xie_status read_rows(struct xie_journal_store *j)
{
	struct xie_stmt *s = xie_db_stmt(j->tail, "SELECT first, n, rx_first, rx_last, sha256, bytes FROM tail"
						  " WHERE first > $sealed ORDER BY first");
	xie_stmt_i64(s, "sealed", (int64_t)j->sealed);
	bool row = true;
	xie_status st = XIE_OK;
	while (st == XIE_OK) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		st = add_row(j, s);
	}
	xie_stmt_reset(s);
	return st;
}

/* Which journal, and where its chain stands: the day files tell, and the tail keeps a copy. */
static xie_status identify(struct xie_journal_store *j, bool *ret_new)
{
	uint8_t bytes[XIE_BLOCK_HEADER];
	struct xie_block_header h;
	*ret_new = false;
	xie_status st = tail__meta(j->tail, "head", bytes, sizeof bytes);
	if (st == XIE_OK && xie_block_header_decode(bytes, sizeof bytes, &h) == XIE_OK && h.number > j->head.h.number) {
		journal__log(j, "journal: blocks %" PRIu64 " to %" PRIu64 " are not in any day file that can be read",
		             j->head.h.number + 1, h.number);
		st = head__set(&j->head, &h);
		if (st != XIE_OK)
			return st;
	}
	if (st != XIE_OK && st != XIE_MISSING)
		return st;
	st = tail__meta(j->tail, "journal", j->id, sizeof j->id);
	if (j->head.h.number != 0) {
		if (st == XIE_OK && memcmp(j->id, j->head.h.journal, sizeof j->id) != 0)
			return XIE_CONFLICT;
		memcpy(j->id, j->head.h.journal, sizeof j->id);
		*ret_new = st == XIE_MISSING;
	} else if (st == XIE_MISSING) {
		*ret_new = true;
		st = j->opt.random.fill(j->opt.random.self, j->id, sizeof j->id);
		return st;
	}
	return st == XIE_MISSING ? XIE_OK : st;
}

xie_status recover__tail(struct xie_journal_store *j, struct xie_err *reterr)
{
	xie_status st = tail__open_file(j, reterr);
	bool lost = false, new = false;
	if (st == XIE_CORRUPT) {
		lost = true;
		st = tail__set_aside(j);
		if (st == XIE_OK)
			st = tail__open_file(j, reterr);
	}
	if (st != XIE_OK)
		return st;
	st = identify(j, &new);
	if (st == XIE_CONFLICT)
		return xie_err_set(reterr, st, 0, 0, "tail.db and the day files belong to different journals",
		                   "put the files of one journal into one folder");
	j->sealed = j->committed = j->head.last;
	j->clock.last = j->head.h.number != 0 ? j->head.h.rx_last : 0;
	lost = lost || (new && j->head.h.number != 0); /* the tail was taken away */
	j->tail_whole = !new;
	if (st == XIE_OK)
		st = read_rows(j);
	if (st == XIE_CORRUPT) { /* what could be read stands in memory; the rest is gone */
		lost = true;
		st = tail__set_aside(j);
		if (st == XIE_OK)
			st = tail__open_file(j, reterr);
		j->tail_whole = false;
	}
	if (st == XIE_OK && lost)
		st = add_void(j, j->committed + 1, LOST_JUMP);
	j->last = j->committed;
	j->last_tick = j->clock.last / 1000 * 1000;
	if (st == XIE_OK && !j->tail_whole)
		st = tail__fill(j);
	return st == XIE_OK || j->tail == NULL ? st : xie_db_err(j->tail, st, "recover", reterr);
}
