/* SPDX-License-Identifier: Apache-2.0 */
/* The chain over a case's events, and the digest of its state. */
#include "law_int.h"

#include "xie/base/sha256.h"

/* Canonical bytes in what is left of the arena, which is given back. */
static xie_status canonical(const struct xie_val *v, xie_arena *mem, struct xie_sha256 *h)
{
	xie_wr w = xie_wr_of(mem->base + mem->used, mem->cap - mem->used);
	xie_status st = xie_val_canonical(v, &w);
	if (st == XIE_OK)
		xie_sha256_add(h, w.p, w.n);
	return st;
}

xie_status xie_law_chain_next(const uint8_t *prev, const struct xie_val *event, xie_arena *mem,
                              uint8_t ret_digest[static 32])
{
	struct xie_sha256 h;
	xie_sha256_init(&h);
	if (prev != NULL)
		xie_sha256_add(&h, prev, 32);
	xie_status st = canonical(event, mem, &h);
	if (st == XIE_OK)
		xie_sha256_end(&h, ret_digest);
	return st;
}

void xie_law_case_head(const struct xie_law_case *c, uint8_t ret_digest[static 32])
{
	memcpy(ret_digest, c->chain, 32);
}

static void number(xie_wr *w, const char *key, int64_t v)
{
	xie_wr_kv_i64(w, key, v);
}

static void write_fact(xie_wr *w, struct lv v)
{
	switch (v.k) {
	case LV_BOOL:
		xie_wr_text(w, v.i != 0 ? "true" : "false");
		break;
	case LV_INT:
		xie_wr_i64(w, v.i);
		break;
	case LV_TEXT:
		xie_wr_json_str(w, v.s);
		break;
	case LV_NODE:
		if (xie_val_canonical(v.v, w) != XIE_OK && w->st == XIE_OK)
			w->st = XIE_RANGE;
		break;
	default:
		xie_wr_text(w, "null");
	}
}

static void write_texts(xie_wr *w, const xie_str *list, uint32_t n)
{
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < n; i++) {
		xie_wr_sep(w);
		xie_wr_json_str(w, list[i]);
	}
	xie_wr_char(w, ']');
}

static void key(xie_wr *w, xie_str name)
{
	xie_wr_sep(w);
	xie_wr_json_str(w, name);
	xie_wr_char(w, ':');
}

static void write_runs(const struct xie_law_case *c, xie_wr *w)
{
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < c->n_runs; i++) {
		const struct law_run *r = &c->runs[i];
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "code", c->law->clocks[r->def].code);
		number(w, "base", r->base);
		number(w, "due", r->due);
		number(w, "paused", r->paused);
		number(w, "paused_at", r->paused_at);
		number(w, "state", r->state);
		number(w, "stopped", r->stopped);
		xie_wr_kv_bool(w, "late", r->late);
		xie_wr_char(w, '}');
	}
	xie_wr_char(w, ']');
}

/* Names in the order in which this law met them: the order is part of what is hashed with the law's own version. */
static void write_state(const struct xie_law_case *c, xie_wr *w)
{
	const struct xie_law *law = c->law;
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "proc", law->procs[c->proc].code);
	xie_wr_kv_str(w, "state", law->states[c->state].code);
	xie_wr_key(w, "sub");
	xie_wr_char(w, '{');
	for (uint32_t i = 0; i < law->subs.n; i++)
		if (c->subs[i].n != 0) {
			key(w, law->subs.names[i]);
			xie_wr_json_str(w, c->subs[i]);
		}
	xie_wr_char(w, '}');
	xie_wr_key(w, "facts");
	xie_wr_char(w, '{');
	for (uint32_t i = 0; i < law->facts.n; i++)
		if (c->facts[i].k != LV_NULL) {
			key(w, law->facts.names[i]);
			write_fact(w, c->facts[i]);
		}
	xie_wr_char(w, '}');
	xie_wr_key(w, "sets");
	xie_wr_char(w, '{');
	for (uint32_t i = 0; i < law->sets.n; i++)
		if (c->sets[i].n != 0) {
			key(w, law->sets.names[i]);
			write_texts(w, c->sets[i].items, c->sets[i].n);
		}
	xie_wr_char(w, '}');
	xie_wr_key(w, "clocks");
	write_runs(c, w);
	xie_wr_key(w, "documents");
	xie_wr_char(w, '[');
	for (uint32_t i = 0; i < c->n_have; i++) {
		xie_wr_sep(w);
		xie_wr_char(w, '{');
		xie_wr_kv_str(w, "code", law->docs[c->have[i].doc].code);
		number(w, "day", c->have[i].day);
		xie_wr_kv_bool(w, "served", c->have[i].served);
		xie_wr_char(w, '}');
	}
	xie_wr_char(w, ']');
	xie_wr_key(w, "flags");
	write_texts(w, c->flags.items, c->flags.n);
	xie_wr_char(w, '}');
}

xie_status xie_law_write_state(const struct xie_law_case *c, xie_wr *w)
{
	write_state(c, w);
	return w->st;
}

xie_status xie_law_case_hash(const struct xie_law_case *c, xie_arena *mem, uint8_t ret_digest[static 32])
{
	xie_wr w = xie_wr_of(mem->base + mem->used, mem->cap - mem->used);
	write_state(c, &w);
	if (w.st != XIE_OK)
		return w.st;
	xie_sha256_of(w.p, w.n, ret_digest);
	return XIE_OK;
}
