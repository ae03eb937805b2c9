/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/chain/eventlog.h"

#include "xie/base/time.h"
#include "xie/base/val.h"

xie_status xie_eventlog_place(const struct xie_eventlog *l, xie_arena *mem, struct xie_event *e)
{
	if (e->at < l->at)
		return XIE_RANGE;
	e->n = l->n + 1;
	memcpy(e->prev, l->head, sizeof e->prev);
	return xie_event_digest(mem, e, e->digest);
}

static void hex_member(xie_wr *w, const char *key, const uint8_t p[static 32])
{
	xie_wr_key(w, key);
	xie_wr_char(w, '"');
	xie_wr_hex(w, p, 32);
	xie_wr_char(w, '"');
}

xie_status xie_eventlog_write(const struct xie_event *e, xie_wr *w)
{
	xie_wr_char(w, '{');
	xie_wr_kv_i64(w, "n", (int64_t)e->n);
	xie_wr_key(w, "at");
	xie_wr_char(w, '"');
	xie_wr_time(w, e->at);
	xie_wr_char(w, '"');
	xie_wr_kv_str(w, "kind", e->kind);
	xie_wr_kv_str(w, "id", e->id);
	xie_wr_kv_str(w, "event", e->event);
	xie_wr_key(w, "by");
	xie_wr_str(w, e->by);
	xie_wr_key(w, "data");
	xie_wr_str(w, e->data);
	xie_wr_kv_str(w, "user", e->user);
	hex_member(w, "prev", e->prev);
	hex_member(w, "digest", e->digest);
	xie_wr_kv_str(w, "key", e->key_id);
	xie_wr_kv_str(w, "signature", e->signature);
	xie_wr_text(w, "}\n");
	return w->st;
}

static bool unhex(xie_str s, uint8_t to[static 32])
{
	if (s.n != 64)
		return false;
	for (size_t i = 0; i < 64; i++) {
		char c = s.p[i];
		int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
		if (d < 0)
			return false;
		to[i / 2] = (uint8_t)(i % 2 == 0 ? d << 4 : to[i / 2] | d);
	}
	return true;
}

/* An array or object as text again, for the digest's own reader. */
static bool text_of(xie_arena *mem, const struct xie_val *v, enum xie_val_kind kind, size_t cap, xie_str *ret)
{
	void *p = v != NULL && v->kind == kind ? xie_arena_alloc(mem, cap, 1) : NULL;
	xie_wr w = xie_wr_of(p, p != NULL ? cap : 0);
	if (p == NULL)
		return false;
	xie_val_write(v, &w);
	*ret = xie_wr_view(&w);
	return w.st == XIE_OK;
}

xie_status xie_eventlog_read(xie_arena *mem, xie_str line, struct xie_event *ret_e)
{
	const struct xie_val *v = NULL;
	struct xie_event e;
	uint8_t digest[32];
	int64_t n = 0;
	memset(&e, 0, sizeof e);
	xie_status st = xie_json_read(mem, line, (struct xie_val_limits){ .depth = 16, .nodes = 4096 }, &v, NULL);
	if (st != XIE_OK)
		return st == XIE_LIMIT ? st : XIE_MALFORMED;
	e.kind = xie_val_get_str(v, "kind");
	e.id = xie_val_get_str(v, "id");
	e.event = xie_val_get_str(v, "event");
	e.user = xie_val_get_str(v, "user");
	e.key_id = xie_val_get_str(v, "key");
	e.signature = xie_val_get_str(v, "signature");
	/* as written anew it is at most six times as long: a character as \u00xx */
	size_t cap = 6 * line.n + 16;
	if (v->kind != XIE_VAL_OBJECT || xie_val_i64(xie_val_get(v, "n"), &n) != XIE_OK || n < 1 || e.kind.n == 0 || e.event.n == 0 ||
	    xie_time_parse(xie_val_get_str(v, "at"), 0, &e.at) != XIE_OK || !unhex(xie_val_get_str(v, "prev"), e.prev) ||
	    !unhex(xie_val_get_str(v, "digest"), e.digest))
		return XIE_MALFORMED;
	if (!text_of(mem, xie_val_get(v, "by"), XIE_VAL_ARRAY, cap, &e.by) || !text_of(mem, xie_val_get(v, "data"), XIE_VAL_OBJECT, cap, &e.data))
		return XIE_MALFORMED;
	e.n = (uint64_t)n;
	st = xie_event_digest(mem, &e, digest);
	if (st != XIE_OK)
		return st == XIE_LIMIT ? st : XIE_MALFORMED;
	if (memcmp(digest, e.digest, sizeof digest) != 0)
		return XIE_CHECKSUM;
	*ret_e = e;
	return XIE_OK;
}

xie_status xie_eventlog_take(struct xie_eventlog *l, const struct xie_event *e)
{
	if (e->n != l->n + 1 || e->at < l->at || memcmp(e->prev, l->head, sizeof e->prev) != 0)
		return XIE_CONFLICT;
	l->n = e->n;
	l->at = e->at;
	memcpy(l->head, e->digest, sizeof l->head);
	return XIE_OK;
}
