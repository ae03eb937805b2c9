/* SPDX-License-Identifier: Apache-2.0 */
/* Which records name a target, and the proof that a record is in the chain. */
#include "journal_int.h"

struct finding {
	struct xie_journal_store *j;
	const struct xie_key *target;
	xie_ms from, to;
	uint64_t *ret_pos;
	size_t cap, n;
	void *state;      /* of the keys callback */
	uint64_t warm;    /* number of the block it has just seen */
};

/* All records of some bytes through the keys callback; those that name the target in time are found, if want. */
static void scan(struct finding *f, const uint8_t *raw, size_t n_raw, uint64_t first, uint32_t n, bool want)
{
	xie_rd r = xie_rd_of(raw, n_raw);
	xie_ms rx = -1;
	for (uint32_t i = 0; i < n; i++) {
		struct xie_rec rec;
		struct xie_key keys[16];
		if (xie_rec_decode(&r, &rx, &rec) != XIE_OK)
			return;
		rec.pos = first + i;
		size_t k = f->j->opt.keys.of(f->state, &rec, keys, 16);
		bool names = false;
		for (size_t m = 0; m < k && m < 16 && !names; m++)
			names = xie_key_eq(&keys[m], f->target);
		if (!want || !names || rec.rx < f->from || rec.rx > f->to)
			continue;
		if (f->n < f->cap)
			f->ret_pos[f->n] = rec.pos;
		f->n++;
	}
}

/* A message may have begun in the block before: the callback sees that one first. */
static xie_status scan_block(struct finding *f, struct reader *r, struct block_buf *b, uint64_t number)
{
	if (number > 1 && f->warm != number - 1 && reader__block(r, number - 1, b) == XIE_OK)
		scan(f, b->raw, b->h.raw, b->h.first, b->h.n, false);
	xie_status st = reader__block(r, number, b);
	if (st != XIE_OK)
		return st;
	scan(f, b->raw, b->h.raw, b->h.first, b->h.n, true);
	f->warm = number;
	return XIE_OK;
}

static xie_status scan_part(struct finding *f, struct reader *r, const struct part *p, struct block_buf *b)
{
	xie_status st = reader__open(r, p->day, p->number, NULL);
	if (st != XIE_OK)
		return XIE_CORRUPT;
	struct xie_stmt *s = xie_db_stmt(r->db, "SELECT DISTINCT block FROM seen WHERE target = $target"
						" AND hour >= $from AND hour <= $to ORDER BY block");
	xie_stmt_bytes(s, "target", f->target, 2 + (size_t)f->target->n);
	xie_stmt_i64(s, "from", f->from / 3600000);
	xie_stmt_i64(s, "to", f->to / 3600000);
	xie_status worst = XIE_OK;
	for (bool row = true;;) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		xie_status got = scan_block(f, r, b, (uint64_t)xie_col_i64(s, 0));
		if (got != XIE_OK)
			worst = XIE_CORRUPT;
	}
	return st != XIE_OK ? XIE_CORRUPT : worst;
}

/* The unsealed records; batches of them are held one by one so that nobody waits long. */
static void scan_recent(struct finding *f)
{
	struct xie_journal_store *j = f->j;
	for (uint64_t after = 0;;) {
		(void)pthread_mutex_lock(&j->lock);
		struct batch *b = j->recent.head;
		while (b != NULL && b->first <= after)
			b = b->next;
		if (b != NULL)
			b->refs++;
		(void)pthread_mutex_unlock(&j->lock);
		if (b == NULL)
			return;
		after = b->first;
		if (b->len != 0)
			scan(f, b->bytes, b->len, b->first, b->n, true);
		(void)pthread_mutex_lock(&j->lock);
		batch__unref(b);
		(void)pthread_mutex_unlock(&j->lock);
	}
}

/* A copy of the parts that have blocks; the caller frees. */
static struct part *copy_parts(struct xie_journal_store *j, size_t *ret_n)
{
	(void)pthread_mutex_lock(&j->lock);
	struct part *all = malloc((j->n_parts + 1) * sizeof *all);
	size_t n = 0;
	for (size_t i = 0; all != NULL && i < j->n_parts; i++)
		if (j->parts[i].first != 0)
			all[n++] = j->parts[i];
	(void)pthread_mutex_unlock(&j->lock);
	*ret_n = n;
	return all;
}

xie_status prove__find(void *self, const struct xie_key *target, xie_ms from, xie_ms to, uint64_t *ret_pos, size_t cap,
                       size_t *ret_n)
{
	struct xie_journal_store *j = self;
	*ret_n = 0;
	if (j->opt.keys.of == NULL || from > to || to < 0)
		return XIE_OK;
	struct finding f = { .j = j, .target = target, .from = from > 0 ? from : 0, .to = to, .ret_pos = ret_pos, .cap = cap };
	f.state = j->opt.keys.begin != NULL ? j->opt.keys.begin(j->opt.keys.self) : j->opt.keys.self;
	size_t n;
	struct part *parts = copy_parts(j, &n);
	if (parts == NULL || (j->opt.keys.begin != NULL && f.state == NULL)) {
		free(parts);
		return XIE_LIMIT;
	}
	struct block_buf b = { 0 };
	xie_status worst = XIE_OK;
	(void)pthread_mutex_lock(&j->read_lock);
	for (size_t i = 0; i < n; i++)
		if (parts[i].rx_first <= f.to && parts[i].rx_last >= f.from &&
		    scan_part(&f, &j->reader, &parts[i], &b) != XIE_OK)
			worst = XIE_CORRUPT;
	(void)pthread_mutex_unlock(&j->read_lock);
	scan_recent(&f);
	if (j->opt.keys.begin != NULL && j->opt.keys.end != NULL)
		j->opt.keys.end(f.state);
	block__free(&b);
	free(parts);
	*ret_n = f.n;
	return worst;
}

/* All digests of one block, level upon level: proofs come in runs of neighbours. */
struct tree {
	struct block_buf block;
	uint64_t number;     /* 0: nothing is held */
	uint32_t *starts;    /* of each record in the bytes */
	uint8_t *salts;
	uint8_t *nodes;      /* leaves first */
	uint8_t *scratch;
};

struct tree *tree__new(void)
{
	return calloc(1, sizeof(struct tree));
}

static void tree_clear(struct tree *t)
{
	block__free(&t->block);
	free(t->starts);
	free(t->salts);
	free(t->nodes);
	free(t->scratch);
	*t = (struct tree){ 0 };
}

void tree__free(struct tree *t)
{
	if (t != NULL)
		tree_clear(t);
	free(t);
}

static xie_status tree_leaves(struct tree *t)
{
	const struct xie_block_header *h = &t->block.h;
	xie_rd r = xie_rd_of(t->block.raw, h->raw);
	xie_ms rx = -1;
	for (uint32_t i = 0; i < h->n; i++) {
		struct xie_rec rec;
		t->starts[i] = (uint32_t)(r.p - t->block.raw);
		if (xie_rec_decode(&r, &rx, &rec) != XIE_OK)
			return XIE_CORRUPT;
		rec.pos = h->first + i;
		xie_merkle_leaf(digest__sha256, &rec, t->salts + (size_t)i * XIE_SALT, t->scratch,
		                t->nodes + (size_t)i * XIE_DIGEST);
	}
	uint8_t *level = t->nodes;
	for (size_t n = h->n; n > 1;) {
		uint8_t *above = level + n * XIE_DIGEST;
		n = xie_merkle_level(digest__sha256, level, n, above);
		level = above;
	}
	return memcmp(level, h->root, XIE_DIGEST) == 0 ? XIE_OK : XIE_CORRUPT;
}

/* Loads the block of pos, unless it is the one held. */
static xie_status tree_load(struct tree *t, struct reader *r, uint64_t pos)
{
	if (t->number != 0 && pos >= t->block.h.first && pos < t->block.h.first + t->block.h.n)
		return XIE_OK;
	tree_clear(t);
	uint64_t first, last;
	xie_status st = reader__block_at(r, pos, &t->block, &first, &last);
	if (st != XIE_OK)
		return st;
	size_t n = t->block.h.n;
	t->starts = malloc(n * sizeof *t->starts);
	t->salts = malloc(n * XIE_SALT);
	t->nodes = malloc((2 * n + XIE_MERKLE_DEPTH) * XIE_DIGEST);
	t->scratch = malloc(XIE_LEAF_HEAD + XIE_REC_MAX);
	if (t->starts == NULL || t->salts == NULL || t->nodes == NULL || t->scratch == NULL)
		st = XIE_LIMIT;
	if (st == XIE_OK)
		st = digest__salts(t->block.seed, t->salts, n);
	if (st == XIE_OK)
		st = tree_leaves(t);
	if (st == XIE_OK)
		t->number = t->block.h.number;
	else
		tree_clear(t);
	return st;
}

static xie_status tree_prove(const struct tree *t, uint64_t pos, struct xie_proof *ret_proof)
{
	const struct xie_block_header *h = &t->block.h;
	uint32_t index = (uint32_t)(pos - h->first);
	xie_rd r = xie_rd_of(t->block.raw + t->starts[index], h->raw - t->starts[index]);
	xie_ms rx = -1;
	/* Times are deltas: walk from the nearest record that has an absolute one. */
	uint32_t from = index;
	while (from > 0 && (t->block.raw[t->starts[from]] & 0x80) == 0)
		from--;
	r.p = t->block.raw + t->starts[from];
	for (uint32_t i = from; i <= index; i++)
		if (xie_rec_decode(&r, &rx, &ret_proof->rec) != XIE_OK)
			return XIE_CORRUPT;
	ret_proof->rec.pos = pos;
	ret_proof->index = index;
	ret_proof->n_path = 0;
	const uint8_t *level = t->nodes;
	size_t at = index;
	for (size_t n = h->n; n > 1; level += n * XIE_DIGEST, n = n / 2 + n % 2, at /= 2)
		if ((at ^ 1) < n)
			memcpy(ret_proof->path[ret_proof->n_path++], level + (at ^ 1) * XIE_DIGEST, XIE_DIGEST);
	memcpy(ret_proof->salt, t->salts + (size_t)index * XIE_SALT, XIE_SALT);
	memcpy(ret_proof->header, t->block.header, sizeof ret_proof->header);
	return xie_proof_check(digest__sha256, ret_proof, t->scratch);
}

xie_status prove__sealed(struct xie_journal_store *j, const struct part *p, uint64_t pos, struct xie_proof *ret_proof)
{
	xie_status st = reader__open(&j->reader, p->day, p->number, NULL);
	if (st == XIE_OK)
		st = tree_load(j->tree, &j->reader, pos);
	if (st == XIE_OK)
		st = tree_prove(j->tree, pos, ret_proof);
	return st == XIE_IO || st == XIE_MISSING ? XIE_CORRUPT : st;
}

xie_status prove__record(void *self, uint64_t pos, xie_arena *mem, struct xie_proof *ret_proof)
{
	struct xie_journal_store *j = self;
	struct part p;
	uint64_t after;
	(void)pthread_mutex_lock(&j->lock);
	xie_status st = pos == 0 || pos > j->committed ? XIE_RANGE : pos > j->sealed ? XIE_UNAVAILABLE : XIE_OK;
	bool found = st == XIE_OK && journal__part_of(j, pos, &p, &after);
	(void)pthread_mutex_unlock(&j->lock);
	if (st != XIE_OK)
		return st;
	(void)pthread_mutex_lock(&j->read_lock);
	struct xie_proof proof;
	st = found ? prove__sealed(j, &p, pos, &proof) : XIE_MISSING;
	if (st == XIE_OK) {
		proof.rec.bytes.p = xie_str_dup(mem, proof.rec.bytes);
		st = proof.rec.bytes.p != NULL ? XIE_OK : XIE_LIMIT;
	}
	if (st == XIE_OK)
		*ret_proof = proof;
	if (st == XIE_MISSING || st == XIE_CORRUPT) {
		xie_status kept = keep__proof(j, pos, mem, ret_proof);
		st = kept == XIE_OK || st == XIE_MISSING ? kept : st;
	}
	(void)pthread_mutex_unlock(&j->read_lock);
	return st;
}

static xie_status headers_of_part(struct xie_journal_store *j, const struct part *p, uint64_t first, uint64_t last,
                                  uint8_t *ret_bytes, size_t cap, size_t *ret_n)
{
	xie_status st = reader__open(&j->reader, p->day, p->number, NULL);
	if (st != XIE_OK)
		return XIE_CORRUPT;
	struct xie_stmt *s = xie_db_stmt(j->reader.db, "SELECT header FROM block WHERE number >= $first AND number <= $last"
						       " ORDER BY number");
	xie_stmt_i64(s, "first", (int64_t)first);
	xie_stmt_i64(s, "last", (int64_t)last);
	for (bool row = true; *ret_n < cap;) {
		st = xie_stmt_step(s, &row);
		if (st != XIE_OK || !row)
			break;
		st = xie_col_digest(s, 0, ret_bytes + *ret_n * XIE_BLOCK_HEADER, XIE_BLOCK_HEADER);
		if (st != XIE_OK)
			break;
		++*ret_n;
	}
	xie_stmt_reset(s);
	return st;
}

xie_status prove__headers(void *self, uint64_t first, uint64_t last, uint8_t *ret_bytes, size_t cap, size_t *ret_n)
{
	struct xie_journal_store *j = self;
	size_t n_parts;
	struct part *parts = copy_parts(j, &n_parts);
	if (parts == NULL)
		return XIE_LIMIT;
	*ret_n = 0;
	(void)pthread_mutex_lock(&j->read_lock);
	xie_status st = keep__headers(j, first, last, ret_bytes, cap, ret_n);
	for (size_t i = 0; st == XIE_OK && i < n_parts && *ret_n < cap; i++)
		if (parts[i].block_last >= first && parts[i].block_first <= last)
			st = headers_of_part(j, &parts[i], first + *ret_n, last, ret_bytes, cap, ret_n);
	(void)pthread_mutex_unlock(&j->read_lock);
	free(parts);
	return st;
}
