/* SPDX-License-Identifier: Apache-2.0 */
/* Reading in order: from blocks while they are sealed, from memory behind them. */
#include "journal_int.h"

struct xie_journal_cursor {
	uint64_t pos; /* the next record */
	struct reader reader;
	struct block_buf block;
	struct batch *batch; /* a reference, instead of a block */
	xie_rd rd;           /* in the block's or batch's bytes */
	xie_ms rx;
	uint64_t end;        /* last position of these bytes; pos > end: they are used up */
	uint64_t gap_first, gap_last;
};

xie_status cursor__open(void *self, uint64_t from, struct xie_journal_cursor **ret_c)
{
	struct xie_journal_store *j = self;
	(void)pthread_mutex_lock(&j->lock);
	bool in = from >= 1 && from <= j->committed + 1;
	(void)pthread_mutex_unlock(&j->lock);
	if (!in)
		return XIE_RANGE;
	struct xie_journal_cursor *c = calloc(1, sizeof *c);
	if (c == NULL)
		return XIE_LIMIT;
	c->pos = from;
	reader__init(&c->reader, j->dir, j->opt.vfs);
	*ret_c = c;
	return XIE_OK;
}

static void let_go(struct xie_journal_store *j, struct xie_journal_cursor *c)
{
	if (c->batch == NULL)
		return;
	(void)pthread_mutex_lock(&j->lock);
	batch__unref(c->batch);
	(void)pthread_mutex_unlock(&j->lock);
	c->batch = NULL;
}

void cursor__close(void *self, struct xie_journal_cursor *c)
{
	if (c == NULL)
		return;
	let_go(self, c);
	reader__done(&c->reader);
	block__free(&c->block);
	free(c);
}

bool journal__part_of(struct xie_journal_store *j, uint64_t pos, struct part *ret_part, uint64_t *ret_after)
{
	*ret_after = 0;
	for (size_t i = 0; i < j->n_parts; i++) {
		const struct part *p = &j->parts[i];
		if (p->first == 0)
			continue;
		if (pos >= p->first && pos <= p->last) {
			*ret_part = *p;
			return true;
		}
		if (p->first > pos && (*ret_after == 0 || p->first < *ret_after))
			*ret_after = p->first;
	}
	return false;
}

/* Positions at and after pos that no file holds: purged, or in a file that cannot be read. */
static xie_status nowhere(struct xie_journal_store *j, struct xie_journal_cursor *c, uint64_t after)
{
	c->gap_first = c->pos;
	(void)pthread_mutex_lock(&j->lock);
	c->gap_last = after != 0 ? after - 1 : j->sealed;
	(void)pthread_mutex_unlock(&j->lock);
	return keep__purged(j, c->pos) ? XIE_MISSING : XIE_CORRUPT;
}

static xie_status load_block(struct xie_journal_store *j, struct xie_journal_cursor *c, const struct part *p)
{
	xie_status st = reader__open(&c->reader, p->day, p->number, NULL);
	c->gap_first = c->pos;
	c->gap_last = p->last;
	if (st == XIE_OK)
		st = reader__block_at(&c->reader, c->pos, &c->block, &c->gap_first, &c->gap_last);
	if (st == XIE_MISSING && keep__purged(j, c->pos))
		return st;
	if (st != XIE_OK) {
		reader__done(&c->reader); /* a fresh handle next time: the file may be healed or gone */
		return st == XIE_MISSING || st == XIE_IO ? XIE_CORRUPT : st;
	}
	c->rd = xie_rd_of(c->block.raw, c->block.h.raw);
	c->rx = -1;
	c->end = c->block.h.first + c->block.h.n - 1;
	struct xie_rec skipped;
	for (uint64_t at = c->block.h.first; at < c->pos; at++)
		if (xie_rec_decode(&c->rd, &c->rx, &skipped) != XIE_OK)
			return XIE_CORRUPT;
	return XIE_OK;
}

/* Under lock; gives it back. */
static xie_status load_batch(struct xie_journal_store *j, struct xie_journal_cursor *c)
{
	struct batch *b = j->recent.head;
	while (b != NULL && b->first + b->n - 1 < c->pos)
		b = b->next;
	if (b != NULL)
		b->refs++;
	(void)pthread_mutex_unlock(&j->lock);
	if (b == NULL)
		return XIE_CORRUPT; /* cannot be: between sealed and committed there is a batch */
	c->batch = b;
	c->end = b->first + b->n - 1;
	if (b->len == 0) { /* void: lost before it was sealed */
		c->gap_first = b->first;
		c->gap_last = c->end;
		c->end = 0;
		let_go(j, c);
		return XIE_CORRUPT;
	}
	c->rd = xie_rd_of(b->bytes, b->len);
	c->rx = -1;
	struct xie_rec skipped;
	for (uint64_t at = b->first; at < c->pos; at++)
		if (xie_rec_decode(&c->rd, &c->rx, &skipped) != XIE_OK)
			return XIE_CORRUPT;
	return XIE_OK;
}

static xie_status load(struct xie_journal_store *j, struct xie_journal_cursor *c, bool *ret_end)
{
	struct part p;
	uint64_t after = 0;
	let_go(j, c);
	c->end = 0;
	*ret_end = false;
	(void)pthread_mutex_lock(&j->lock);
	if (c->pos > j->committed) {
		*ret_end = true;
		(void)pthread_mutex_unlock(&j->lock);
		return XIE_OK;
	}
	if (c->pos > j->sealed)
		return load_batch(j, c);
	bool found = journal__part_of(j, c->pos, &p, &after);
	(void)pthread_mutex_unlock(&j->lock);
	return found ? load_block(j, c, &p) : nowhere(j, c, after);
}

xie_status cursor__next(void *self, struct xie_journal_cursor *c, struct xie_rec *ret_recs, size_t cap, size_t *ret_n)
{
	*ret_n = 0;
	if (cap == 0)
		return XIE_OK;
	if (c->pos > c->end) {
		bool end;
		xie_status st = load(self, c, &end);
		if (st != XIE_OK || end)
			return st;
	}
	size_t n = 0;
	while (n < cap && c->pos <= c->end) {
		if (xie_rec_decode(&c->rd, &c->rx, &ret_recs[n]) != XIE_OK) {
			c->gap_first = c->pos;
			c->gap_last = c->end;
			c->end = 0;
			return n != 0 ? (*ret_n = n, XIE_OK) : XIE_CORRUPT;
		}
		ret_recs[n++].pos = c->pos++;
	}
	*ret_n = n;
	return XIE_OK;
}

void cursor__gap(void *self, const struct xie_journal_cursor *c, uint64_t *ret_first, uint64_t *ret_last)
{
	(void)self;
	*ret_first = c->gap_first;
	*ret_last = c->gap_last;
}

xie_status cursor__leap(void *self, struct xie_journal_cursor *c)
{
	if (c->gap_last < c->pos)
		return XIE_REFUSED; /* stands before no gap */
	let_go(self, c);
	c->pos = c->gap_last + 1;
	c->end = 0;
	return XIE_OK;
}
