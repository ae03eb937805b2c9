/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/chain/event.h"

#include "xie/base/sha256.h"
#include "xie/base/time.h"
#include "xie/base/val.h"
#include "xie/base/wr.h"

/* Members in canonical order by hand: the names are ASCII and sorted. */
static xie_status write_event(xie_arena *mem, const struct xie_event *e, xie_wr *w)
{
	static const struct xie_val_limits LIM = { .depth = 32 };
	const struct xie_val *by, *data;
	xie_status st = xie_json_read(mem, e->by, LIM, &by, NULL);
	if (st == XIE_OK)
		st = xie_json_read(mem, e->data, LIM, &data, NULL);
	if (st != XIE_OK)
		return st;
	if (by->kind != XIE_VAL_ARRAY || data->kind != XIE_VAL_OBJECT)
		return XIE_MALFORMED;
	xie_wr_text(w, "{\"at\":\"");
	xie_wr_time(w, e->at);
	xie_wr_text(w, "\",\"by\":");
	st = xie_val_canonical(by, w);
	if (st != XIE_OK)
		return st;
	xie_wr_text(w, ",\"data\":");
	st = xie_val_canonical(data, w);
	if (st != XIE_OK)
		return st;
	xie_wr_kv_str(w, "event", e->event);
	xie_wr_kv_str(w, "id", e->id);
	xie_wr_kv_str(w, "kind", e->kind);
	xie_wr_kv_i64(w, "n", (int64_t)e->n);
	xie_wr_text(w, ",\"prev\":\"");
	xie_wr_hex(w, e->prev, sizeof e->prev);
	xie_wr_char(w, '"');
	xie_wr_kv_str(w, "user", e->user);
	xie_wr_char(w, '}');
	return w->st;
}

xie_status xie_event_digest(xie_arena *mem, const struct xie_event *e, uint8_t ret_digest[static 32])
{
	size_t mark = xie_arena_mark(mem);
	/* Canonical text is never longer than six times its source: a character as \u00xx. */
	size_t cap = 512 + 6 * (e->by.n + e->data.n + e->event.n + e->id.n + e->kind.n + e->user.n);
	uint8_t *p = xie_arena_alloc(mem, cap, 1);
	xie_status st = XIE_LIMIT;
	if (p != NULL) {
		xie_wr w = xie_wr_of(p, cap);
		st = write_event(mem, e, &w);
		if (st == XIE_OK)
			xie_sha256_of(p, w.n, ret_digest);
	}
	xie_arena_rewind(mem, mark);
	return st;
}
