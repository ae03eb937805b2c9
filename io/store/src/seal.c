/* SPDX-License-Identifier: Apache-2.0 */
/* The sealer: committed batches become blocks, compressed, chained, indexed by target. */
#include "journal_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <zstd.h>

enum {
	BATCHES_AT_ONCE = 4096, /* looked at in one round */
	BLOCKS_AT_ONCE = 16,    /* in one transaction of the day's file */
	KEYS_OF_RECORD = 16,
	RETRY_MS = 500,
};

struct pair {
	struct xie_key key;
	int64_t hour;
};

struct sealer_job {
	struct batch *taken[BATCHES_AT_ONCE];
	size_t n_taken;
	uint8_t *raw;
	size_t raw_cap;
	uint8_t *data;
	size_t data_cap;
	uint8_t (*leaves)[XIE_DIGEST];
	uint8_t *salts;
	uint32_t n_cap; /* of leaves and salts */
	struct pair *pairs;
	size_t n_pairs, cap_pairs;
	uint8_t *scratch;
	ZSTD_CCtx *zstd;
	struct block_head head; /* of the last block built; the journal's once committed */
	uint64_t sealed;        /* last position built */
	struct xie_block_header first; /* of the first block built in this transaction */
};

struct sealer_job *sealer__job_new(const struct xie_journal_options *opt)
{
	struct sealer_job *job = calloc(1, sizeof *job);
	if (job == NULL)
		return NULL;
	job->zstd = ZSTD_createCCtx();
	job->scratch = malloc(XIE_LEAF_HEAD + XIE_REC_MAX);
	bool ok = job->zstd != NULL && job->scratch != NULL &&
	          !ZSTD_isError(ZSTD_CCtx_setParameter(job->zstd, ZSTD_c_compressionLevel, opt->zstd_level)) &&
	          !ZSTD_isError(ZSTD_CCtx_setParameter(job->zstd, ZSTD_c_checksumFlag, 1));
	if (ok)
		return job;
	sealer__job_free(job);
	return NULL;
}

void sealer__job_free(struct sealer_job *job)
{
	if (job == NULL)
		return;
	(void)ZSTD_freeCCtx(job->zstd);
	free(job->raw);
	free(job->data);
	free(job->leaves);
	free(job->salts);
	free(job->pairs);
	free(job->scratch);
	free(job);
}

static bool grow(void *at, size_t *cap, size_t need, size_t size)
{
	if (*cap >= need)
		return true;
	size_t n = *cap * 2 > need ? *cap * 2 : need;
	void **p = at;
	void *grown = realloc(*p, n * size);
	if (grown == NULL)
		return false;
	*p = grown;
	*cap = n;
	return true;
}

static bool room_for(struct sealer_job *job, size_t raw, uint32_t n)
{
	if (!grow(&job->raw, &job->raw_cap, raw, 1) || !grow(&job->data, &job->data_cap, ZSTD_compressBound(raw), 1))
		return false;
	size_t leaves = job->n_cap, salts = job->n_cap;
	if (!grow(&job->leaves, &leaves, n, XIE_DIGEST) || !grow(&job->salts, &salts, n, XIE_SALT))
		return false;
	job->n_cap = (uint32_t)(leaves < salts ? leaves : salts);
	return true;
}

static int by_key(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int c = xie_key_cmp(&x->key, &y->key);
	return c != 0 ? c : (x->hour > y->hour) - (x->hour < y->hour);
}

static xie_status add_pairs(struct xie_journal_store *j, struct sealer_job *job, const struct xie_rec *rec)
{
	if (j->opt.keys.of == NULL)
		return XIE_OK;
	struct xie_key keys[KEYS_OF_RECORD];
	size_t n = j->opt.keys.of(j->keys_state, rec, keys, KEYS_OF_RECORD);
	n = n < KEYS_OF_RECORD ? n : KEYS_OF_RECORD;
	if (n == 0)
		return XIE_OK;
	if (!grow(&job->pairs, &job->cap_pairs, job->n_pairs + n, sizeof *job->pairs))
		return XIE_LIMIT;
	for (size_t i = 0; i < n; i++)
		job->pairs[job->n_pairs++] = (struct pair){ keys[i], rec->rx / 3600000 };
	return XIE_OK;
}

/* Sorted, each once: the index grows along its key, and a target in a block is one row. */
static void sort_pairs(struct sealer_job *job)
{
	if (job->n_pairs < 2)
		return;
	qsort(job->pairs, job->n_pairs, sizeof *job->pairs, by_key);
	size_t n = 1;
	for (size_t i = 1; i < job->n_pairs; i++)
		if (by_key(&job->pairs[i], &job->pairs[n - 1]) != 0)
			job->pairs[n++] = job->pairs[i];
	job->n_pairs = n;
}

static xie_status digest_records(struct xie_journal_store *j, struct sealer_job *job, struct xie_block_header *h)
{
	xie_rd r = xie_rd_of(job->raw, h->raw);
	xie_ms rx = -1;
	job->n_pairs = 0;
	for (uint32_t i = 0; i < h->n; i++) {
		struct xie_rec rec;
		xie_status st = xie_rec_decode(&r, &rx, &rec);
		if (st != XIE_OK)
			return XIE_CORRUPT;
		rec.pos = h->first + i;
		xie_merkle_leaf(digest__sha256, &rec, job->salts + (size_t)i * XIE_SALT, job->scratch, job->leaves[i]);
		st = add_pairs(j, job, &rec);
		if (st != XIE_OK)
			return st;
	}
	if (xie_rd_close(&r) != XIE_OK)
		return XIE_CORRUPT;
	xie_merkle_root(digest__sha256, job->leaves, h->n, h->root);
	sort_pairs(job);
	return XIE_OK;
}

static xie_status insert_block(struct xie_db *db, const struct block_head *head, const uint8_t seed[32],
                               const void *data, size_t n)
{
	struct xie_stmt *s = xie_db_stmt(db, "INSERT INTO block (number, first, n, rx_first, rx_last, header, seed, data)"
					     " VALUES ($number, $first, $n, $rx_first, $rx_last, $header, $seed, $data)");
	xie_stmt_i64(s, "number", (int64_t)head->h.number);
	xie_stmt_i64(s, "first", (int64_t)head->h.first);
	xie_stmt_i64(s, "n", head->h.n);
	xie_stmt_i64(s, "rx_first", head->h.rx_first);
	xie_stmt_i64(s, "rx_last", head->h.rx_last);
	xie_stmt_bytes(s, "header", head->bytes, sizeof head->bytes);
	xie_stmt_bytes(s, "seed", seed, 32);
	xie_stmt_bytes(s, "data", data, n);
	return xie_stmt_run(s);
}

static xie_status insert_pairs(struct xie_db *db, const struct sealer_job *job, uint64_t block)
{
	struct xie_stmt *s = xie_db_stmt(db, "INSERT OR IGNORE INTO seen (target, hour, block) VALUES ($target, $hour, $block)");
	xie_status st = XIE_OK;
	for (size_t i = 0; st == XIE_OK && i < job->n_pairs; i++) {
		const struct pair *p = &job->pairs[i];
		xie_stmt_bytes(s, "target", &p->key, 2 + (size_t)p->key.n);
		xie_stmt_i64(s, "hour", p->hour);
		xie_stmt_i64(s, "block", (int64_t)block);
		st = xie_stmt_run(s);
	}
	return st;
}

/* One block of n batches, into the open transaction. */
static xie_status build(struct xie_journal_store *j, struct sealer_job *job, struct batch *const *b, size_t n)
{
	struct xie_block_header h = { .number = job->head.h.number + 1, .first = b[0]->first, .rx_first = b[0]->rx_first,
		.rx_last = b[n - 1]->rx_last };
	size_t raw = 0;
	for (size_t i = 0; i < n; i++) {
		raw += b[i]->len;
		h.n += b[i]->n;
	}
	h.raw = (uint32_t)raw;
	memcpy(h.journal, j->id, sizeof h.journal);
	memcpy(h.prev_sha256, job->head.sha256, XIE_DIGEST);
	memcpy(h.prev_sm3, job->head.sm3, XIE_DIGEST);
	uint8_t seed[32] = { 0 };
	size_t size = 0;
	xie_status st = XIE_OK;
	if (raw != 0) {
		if (!room_for(job, raw, h.n))
			return XIE_LIMIT;
		size_t at = 0;
		for (size_t i = 0; i < n; at += b[i]->len, i++)
			memcpy(job->raw + at, b[i]->bytes, b[i]->len);
		st = j->opt.random.fill(j->opt.random.self, seed, sizeof seed);
		if (st == XIE_OK)
			st = digest__salts(seed, job->salts, h.n);
		if (st == XIE_OK)
			st = digest_records(j, job, &h);
		size = ZSTD_compress2(job->zstd, job->data, job->data_cap, job->raw, raw);
		if (st == XIE_OK && ZSTD_isError(size))
			st = XIE_LIMIT;
	} else {
		job->n_pairs = 0;
	}
	if (st == XIE_OK)
		st = head__set(&job->head, &h);
	if (st == XIE_OK)
		st = insert_block(j->day_db, &job->head, seed, job->data, size);
	if (st == XIE_OK)
		st = insert_pairs(j->day_db, job, h.number);
	job->sealed = h.first + h.n - 1;
	return st;
}

static void close_day(struct xie_journal_store *j)
{
	xie_db_close(j->day_db);
	j->day_db = NULL;
}

/* The part that takes blocks of that day; a new one when the one before is damaged. */
static xie_status open_day(struct xie_journal_store *j, int64_t day)
{
	if (j->day_db != NULL && j->day_open == day)
		return XIE_OK;
	close_day(j);
	unsigned number = 1;
	(void)pthread_mutex_lock(&j->lock);
	for (size_t i = 0; i < j->n_parts; i++)
		if (j->parts[i].day == day)
			number = j->parts[i].number + (j->parts[i].damaged ? 1 : 0);
	(void)pthread_mutex_unlock(&j->lock);
	struct xie_err err;
	xie_status st = part__open_write(j, day, number, &j->day_db, &err);
	(void)pthread_mutex_lock(&j->lock);
	struct part *p = st == XIE_OK || st == XIE_CORRUPT ? part__add(j, day, number) : NULL;
	if (p != NULL)
		p->damaged = st == XIE_CORRUPT;
	if (st != XIE_OK) {
		j->day_db = NULL;
		memcpy(j->message, err.what, sizeof j->message);
	}
	(void)pthread_mutex_unlock(&j->lock);
	if (st != XIE_OK)
		journal__log(j, "journal: %s", err.what);
	j->day_open = day;
	j->day_number = number;
	return p == NULL && st == XIE_OK ? XIE_LIMIT : st;
}

/* References to what may be sealed: committed batches of one day. */
static void take(struct xie_journal_store *j, struct sealer_job *job)
{
	job->n_taken = 0;
	for (struct batch *b = j->recent.head; b != NULL && job->n_taken < BATCHES_AT_ONCE; b = b->next) {
		if (job->n_taken != 0 && b->day != job->taken[0]->day)
			break;
		b->refs++;
		job->taken[job->n_taken++] = b;
	}
}

/* How many of the n batches make the next block; *ret_whole: it is as large as blocks get. */
static size_t next_block(const struct xie_journal_store *j, struct batch *const *b, size_t n, bool *ret_whole)
{
	size_t raw = b[0]->len, k = 1;
	*ret_whole = raw >= j->opt.block_bytes || raw == 0;
	while (!*ret_whole && k < n && b[k]->len != 0 && raw + b[k]->len <= XIE_BLOCK_RAW_MAX) {
		raw += b[k++]->len;
		*ret_whole = raw >= j->opt.block_bytes;
	}
	*ret_whole = *ret_whole || k < n; /* what follows cannot join it */
	return k;
}

/* Builds and commits blocks out of what was taken; all: also a last one that is not full.  *ret_any: at least one. */
static xie_status seal_taken(struct xie_journal_store *j, struct sealer_job *job, bool all, bool *ret_any)
{
	*ret_any = false;
	xie_status st = open_day(j, job->taken[0]->day);
	if (st != XIE_OK)
		return st;
	st = xie_db_begin(j->day_db);
	unsigned blocks = 0;
	for (size_t i = 0; st == XIE_OK && i < job->n_taken && blocks < BLOCKS_AT_ONCE;) {
		bool whole;
		size_t k = next_block(j, job->taken + i, job->n_taken - i, &whole);
		if (!whole && !all)
			break;
		st = build(j, job, job->taken + i, k);
		if (blocks++ == 0)
			job->first = job->head.h;
		i += k;
	}
	*ret_any = blocks != 0;
	if (st == XIE_OK && *ret_any)
		return xie_db_commit(j->day_db);
	xie_db_rollback(j->day_db);
	return st;
}

/* Under lock: the blocks built are the journal's. */
static void publish(struct xie_journal_store *j, struct sealer_job *job)
{
	struct part *p = part__add(j, j->day_open, j->day_number);
	if (p != NULL) { /* it is there since open_day */
		if (p->first == 0) {
			p->first = job->first.first;
			p->block_first = job->first.number;
			p->rx_first = job->first.rx_first;
		}
		p->last = job->sealed;
		p->block_last = job->head.h.number;
		p->rx_last = job->head.h.rx_last;
	}
	j->head = job->head;
	j->sealed = job->sealed;
	while (j->recent.head != NULL && j->recent.head->first <= j->sealed) {
		struct batch *b = j->recent.head;
		j->recent.head = b->next;
		j->recent.bytes -= b->len;
		if (j->recent.head == NULL)
			j->recent.tail = NULL;
		batch__unref(b);
	}
	j->recent_since = journal__now_ms();
	(void)pthread_cond_broadcast(&j->done);
}

/* Under lock: waits until a block is due; *ret_all: whatever there is.  False: nothing will come any more. */
static bool wait_for_block(struct xie_journal_store *j, bool *ret_all)
{
	for (;;) {
		bool idle = j->queue.head == NULL && j->writing.head == NULL;
		bool any = j->recent.head != NULL;
		if (j->stop && !any && (idle || !j->committer_runs))
			return false;
		xie_ms age = any ? journal__now_ms() - j->recent_since : 0;
		bool over = any && j->recent.tail->day != j->recent.head->day;
		*ret_all = any && (j->seal_to > j->sealed || age >= (xie_ms)j->opt.seal_ms || over || j->stop);
		if (*ret_all || j->recent.bytes >= j->opt.block_bytes)
			return true;
		uint64_t ms = any && (xie_ms)j->opt.seal_ms > age ? (uint64_t)((xie_ms)j->opt.seal_ms - age) : 1000;
		journal__wait_until(&j->seal_work, &j->lock, journal__now_ns() + ms * 1000000u);
	}
}

static void seal_failed(struct xie_journal_store *j, xie_status st)
{
	if (j->day_db != NULL)
		journal__failed(j, j->day_db, "seal");
	if (st != XIE_CORRUPT)
		return;
	/* The part is damaged: what it holds stays for whoever can read it, the next block goes to a new one. */
	(void)pthread_mutex_lock(&j->lock);
	for (size_t i = 0; i < j->n_parts; i++)
		if (j->parts[i].day == j->day_open && j->parts[i].number == j->day_number)
			j->parts[i].damaged = true;
	(void)pthread_mutex_unlock(&j->lock);
	close_day(j);
	journal__log(j, "journal: a day file is damaged; going on in a new part");
}

void *sealer__run(void *self)
{
	struct xie_journal_store *j = self;
	struct sealer_job *job = j->job;
	bool all, any;
	unsigned failures = 0; /* in a row */
	(void)pthread_mutex_lock(&j->lock);
	while (wait_for_block(j, &all)) {
		take(j, job);
		job->head = j->head;
		(void)pthread_mutex_unlock(&j->lock);
		xie_status st = seal_taken(j, job, all, &any);
		if (st != XIE_OK)
			seal_failed(j, st);
		(void)pthread_mutex_lock(&j->lock);
		if (st == XIE_OK && any)
			publish(j, job);
		for (size_t i = 0; i < job->n_taken; i++)
			batch__unref(job->taken[i]);
		/* A damaged part has a new one in its place at once.  Where that fails too it is not the part. */
		failures = st != XIE_OK ? failures + 1 : 0;
		bool anew = st == XIE_CORRUPT && failures == 1;
		if (st != XIE_OK && j->stop && !anew)
			break; /* the tail keeps it */
		bool wait = st != XIE_OK ? !anew : !any;
		uint64_t until = journal__now_ns() + (uint64_t)RETRY_MS * 1000000u;
		while (wait && !j->stop && journal__now_ns() < until)
			journal__wait_until(&j->seal_work, &j->lock, until);
	}
	j->sealer_runs = false;
	(void)pthread_cond_broadcast(&j->done);
	(void)pthread_cond_signal(&j->work);
	(void)pthread_mutex_unlock(&j->lock);
	close_day(j);
	return NULL;
}
