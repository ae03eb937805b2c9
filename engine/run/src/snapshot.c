/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's state as bytes.  Structs are written as they lie in memory: the head names the build's sizes, so that
 * another build refuses them instead of misreading. */
#include "pairs.h"

#include "xie/base/rd.h"
#include "xie/base/sha256.h"
#include "xie/base/wr.h"

enum { VERSION = 1, TARGET = 'T', PAIR = 'P', END = 'E' };

static void head(const struct xie_rules *r, xie_wr *w)
{
	const uint32_t sizes[] = { VERSION,           XIE_SEMANTICS,          sizeof(struct xie_fix), sizeof(struct xie_static),
		                   sizeof(struct fact), sizeof(struct xie_eval), sizeof(struct xie_pair), (uint32_t)xie_episode_size() };
	uint8_t digest[32];
	struct xie_sha256 s;
	xie_sha256_init(&s);
	for (uint32_t i = 0; i < r->n_bindings; i++)
		xie_sha256_add(&s, r->bindings[i].digest, 32);
	xie_sha256_end(&s, digest);
	xie_wr_text(w, "xiezhi snapshot");
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		xie_wr_u32be(w, sizes[i]);
	xie_wr_bytes(w, digest, sizeof digest);
}

/* ---- saving ---- */

static void save_facts(const struct fact *first, xie_wr *w)
{
	uint32_t n = 0;
	for (const struct fact *f = first; f != NULL; f = f->next)
		n++;
	xie_wr_u32be(w, n);
	for (const struct fact *f = first; f != NULL; f = f->next)
		xie_wr_bytes(w, f, sizeof *f);
}

static void save_target(const struct xie_target *t, xie_wr *w)
{
	xie_wr_u8(w, TARGET);
	xie_wr_bytes(w, &t->key, sizeof t->key);
	xie_wr_u8(w, (uint8_t)t->kind);
	xie_wr_u8(w, t->was_in_pair);
	xie_wr_u32be(w, t->n_nodes);
	uint32_t after[2] = { UINT32_MAX, UINT32_MAX }, at = 0;
	for (const struct node *n = t->first; n != NULL; n = n->next, at++) {
		/* what was known before the first node in memory goes with that node, as a report of its own */
		const struct xie_static *report = n == t->first ? n->stat : n->report;
		xie_wr_bytes(w, &n->fix, sizeof n->fix);
		xie_wr_u64be(w, n->frame);
		xie_wr_u64be(w, n->arrival);
		xie_wr_u8(w, (uint8_t)((n->is_static ? 1 : 0) | (n->echo ? 2 : 0) | (report != NULL ? 4 : 0)));
		if (report != NULL)
			xie_wr_bytes(w, report, sizeof *report);
		for (int i = 0; i < 2; i++)
			if (t->points[i] != NULL && t->points[i]->after == n)
				after[i] = at;
	}
	xie_eval_save(&t->eval, w);
	save_facts(t->facts.first, w);
	xie_wr_u8(w, t->facts.provisional);
	for (int i = 0; i < 2; i++) {
		xie_wr_u32be(w, after[i]);
		if (after[i] == UINT32_MAX)
			continue;
		xie_eval_save(&t->points[i]->eval, w);
		save_facts(t->points[i]->open, w);
	}
}

struct saving {
	const struct xie_snapshot_sink *out;
	xie_wr w;
	bool ok;
};

static bool flush(struct saving *s)
{
	s->ok = s->ok && s->w.st == XIE_OK && s->out->write(s->out->self, s->w.p, s->w.n);
	xie_wr_clear(&s->w);
	return s->ok;
}

static bool save_pair(void *self, const struct saved_pair *p)
{
	struct saving *s = self;
	xie_wr_u8(&s->w, PAIR);
	xie_wr_u32be(&s->w, p->rule);
	xie_wr_bytes(&s->w, &p->a, sizeof p->a);
	xie_wr_bytes(&s->w, &p->b, sizeof p->b);
	xie_wr_bytes(&s->w, &p->pair, sizeof p->pair);
	save_facts(p->facts.first, &s->w);
	xie_wr_u8(&s->w, p->facts.provisional);
	return flush(s);
}

xie_status xie_run_save(struct xie_shard *const *shards, uint32_t n, const struct xie_pairs *pairs, xie_arena scratch,
                        const struct xie_snapshot_sink *out)
{
	struct saving s = { .out = out, .w = xie_wr_of(scratch.base + scratch.used, scratch.cap - scratch.used), .ok = true };
	uint64_t arrivals = 0;
	head(shards[0]->opt.rules, &s.w);
	for (uint32_t i = 0; i < n; i++)
		arrivals = shards[i]->counts.observations > arrivals ? shards[i]->counts.observations : arrivals;
	xie_wr_u64be(&s.w, arrivals);
	(void)flush(&s);
	for (uint32_t i = 0; i < n; i++)
		for (const struct xie_target *t = shards[i]->oldest; t != NULL && s.ok; t = t->newer) {
			save_target(t, &s.w);
			if (s.w.st != XIE_OK)
				return XIE_LIMIT;
			(void)flush(&s);
		}
	if (pairs != NULL && s.ok)
		(void)pairs_each(pairs, save_pair, &s);
	xie_wr_u8(&s.w, END);
	(void)flush(&s);
	return s.ok ? XIE_OK : XIE_IO;
}

/* ---- loading ---- */

static xie_status load_facts(struct fact **ret_first, struct xie_pool *pool, xie_rd *r)
{
	uint32_t n = xie_rd_u32be(r);
	struct fact **tail = ret_first;
	for (uint32_t i = 0; i < n; i++) {
		const uint8_t *b = xie_rd_take(r, sizeof(struct fact));
		struct fact *f = b != NULL ? xie_pool_take(pool) : NULL;
		if (f == NULL)
			return b == NULL ? r->st : XIE_LIMIT;
		memcpy(f, b, sizeof *f);
		f->next = NULL;
		*tail = f;
		tail = &f->next;
	}
	return r->st;
}

static xie_status load_node(struct xie_shard *s, struct xie_target *t, xie_rd *r)
{
	const uint8_t *fix = xie_rd_take(r, sizeof(struct xie_fix));
	uint64_t frame = xie_rd_u64be(r), arrival = xie_rd_u64be(r);
	uint8_t flags = xie_rd_u8(r);
	const uint8_t *report = (flags & 4) != 0 ? xie_rd_take(r, sizeof(struct xie_static)) : NULL;
	if (r->st != XIE_OK)
		return r->st;
	struct node *n = shard_new_node(s, t);
	if (n == NULL)
		return XIE_LIMIT;
	memcpy(&n->fix, fix, sizeof n->fix);
	n->frame = frame;
	n->arrival = arrival;
	n->is_static = (flags & 1) != 0;
	n->echo = (flags & 2) != 0;
	if (report != NULL) {
		n->report = xie_pool_take(&s->statics);
		if (n->report == NULL)
			return XIE_LIMIT;
		memcpy(n->report, report, sizeof *n->report);
	}
	return shard_know(s, n);
}

static xie_status load_point(struct xie_shard *s, struct xie_target *t, struct checkpoint **ret_p, xie_rd *r)
{
	uint32_t at = xie_rd_u32be(r);
	if (at == UINT32_MAX || r->st != XIE_OK)
		return r->st;
	struct node *n = t->first;
	for (; at > 0 && n != NULL; at--)
		n = n->next;
	if (n == NULL)
		return XIE_CORRUPT;
	struct checkpoint *p = *ret_p = xie_pool_take(&s->points);
	if (p == NULL)
		return XIE_LIMIT;
	p->after = n;
	xie_status st = xie_eval_load(&s->eval, &p->eval, r);
	return st != XIE_OK ? st : load_facts(&p->open, &s->facts, r);
}

static xie_status load_target(struct xie_shard *const *shards, uint32_t n_shards, xie_rd *r)
{
	struct xie_key k = { 0 };
	const uint8_t *key = xie_rd_take(r, sizeof k);
	uint8_t kind = xie_rd_u8(r), in_pair = xie_rd_u8(r);
	uint32_t n = xie_rd_u32be(r);
	if (r->st != XIE_OK)
		return r->st;
	memcpy(&k, key, sizeof k);
	struct xie_shard *s = shards[xie_shard_of(&k, n_shards)];
	if (shard_target(s, &k) != NULL || kind > XIE_KIND_AID)
		return XIE_CORRUPT;
	struct xie_target *t = shard_new_target(s, &k, (enum xie_target_kind)kind);
	if (t == NULL)
		return XIE_LIMIT;
	t->was_in_pair = in_pair;
	xie_status st = XIE_OK;
	for (uint32_t i = 0; i < n && st == XIE_OK; i++)
		st = load_node(s, t, r);
	if (st == XIE_OK)
		st = xie_eval_load(&s->eval, &t->eval, r);
	if (st == XIE_OK)
		st = load_facts(&t->facts.first, &s->facts, r);
	t->facts.provisional = xie_rd_u8(r) != 0;
	for (int i = 0; i < 2 && st == XIE_OK; i++)
		st = load_point(s, t, &t->points[i], r);
	if (st == XIE_OK && r->st == XIE_OK)
		shard_settled(s, t);
	return st != XIE_OK ? st : r->st;
}

static xie_status load_pair(struct xie_pairs *pairs, xie_rd *r)
{
	struct saved_pair in = { .rule = xie_rd_u32be(r) };
	const uint8_t *a = xie_rd_take(r, sizeof in.a), *b = xie_rd_take(r, sizeof in.b), *p = xie_rd_take(r, sizeof in.pair);
	if (r->st != XIE_OK)
		return r->st;
	memcpy(&in.a, a, sizeof in.a);
	memcpy(&in.b, b, sizeof in.b);
	memcpy(&in.pair, p, sizeof in.pair);
	xie_status st = load_facts(&in.facts.first, pairs_facts(pairs), r);
	in.facts.provisional = xie_rd_u8(r) != 0;
	return st != XIE_OK ? st : r->st != XIE_OK ? r->st : pairs_restore(pairs, &in);
}

xie_status xie_run_load(struct xie_shard *const *shards, uint32_t n_shards, struct xie_pairs *pairs, const void *p, size_t n)
{
	uint8_t expect[256];
	xie_wr w = xie_wr_of(expect, sizeof expect);
	xie_rd r = xie_rd_of(p, n);
	head(shards[0]->opt.rules, &w);
	const uint8_t *got = xie_rd_take(&r, w.n);
	if (got == NULL || memcmp(got, expect, w.n) != 0)
		return XIE_UNKNOWN;
	uint64_t arrivals = xie_rd_u64be(&r);
	for (uint32_t i = 0; i < n_shards; i++)
		shards[i]->counts.observations = arrivals;
	bool gathered = false;
	for (;;) {
		uint8_t what = xie_rd_u8(&r);
		xie_status st = r.st;
		if (st == XIE_OK && what != TARGET && !gathered && pairs != NULL) {
			st = pairs_gather(pairs, true);
			gathered = true;
		}
		if (st == XIE_OK && what == TARGET)
			st = load_target(shards, n_shards, &r);
		else if (st == XIE_OK && what == PAIR && pairs != NULL)
			st = load_pair(pairs, &r);
		else if (st == XIE_OK && what == END)
			return xie_rd_close(&r) == XIE_OK ? XIE_OK : XIE_CORRUPT;
		else if (st == XIE_OK)
			st = XIE_CORRUPT;
		if (st != XIE_OK)
			return st == XIE_LIMIT ? st : XIE_CORRUPT;
	}
}
