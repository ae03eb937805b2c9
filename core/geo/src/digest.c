/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/geo/digest.h"

#include "xie/base/sha256.h"

enum { READ_MAX = 64 * 1024 };

/* A writer over a small buffer that is emptied into the digest as it fills, or the caller's own writer. */
struct to {
	xie_wr *w;
	struct xie_sha256 *sum; /* NULL: w keeps everything */
};

static void flush(struct to *t)
{
	if (t->sum == NULL)
		return;
	xie_sha256_add(t->sum, t->w->p, t->w->n);
	xie_wr_clear(t->w);
}

static void put_point(struct to *t, struct xie_pt p)
{
	xie_wr_char(t->w, '[');
	xie_wr_i64(t->w, p.lon);
	xie_wr_char(t->w, ',');
	xie_wr_i64(t->w, p.lat);
	xie_wr_char(t->w, ']');
}

static void put_points(struct to *t, const struct xie_pt *pts, uint32_t n)
{
	xie_wr_char(t->w, '[');
	for (uint32_t i = 0; i < n; i++) {
		if (i != 0)
			xie_wr_char(t->w, ',');
		put_point(t, pts[i]);
		flush(t);
	}
	xie_wr_char(t->w, ']');
}

static void put_shape(struct to *t, const struct xie_shape *shape)
{
	if (shape->n == 0) {
		xie_wr_text(t->w, "{\"gate\":");
		put_points(t, shape->gate, 2);
		xie_wr_char(t->w, '}');
		return;
	}
	xie_wr_text(t->w, "{\"parts\":[");
	for (uint32_t i = 0; i < shape->n; i++) {
		xie_wr_text(t->w, i != 0 ? ",[" : "[");
		for (uint32_t k = 0; k < shape->parts[i].n; k++) {
			if (k != 0)
				xie_wr_char(t->w, ',');
			put_points(t, shape->parts[i].rings[k].pts, shape->parts[i].rings[k].n);
		}
		xie_wr_char(t->w, ']');
	}
	xie_wr_text(t->w, "]}");
}

void xie_shape_write(const struct xie_shape *shape, xie_wr *w)
{
	put_shape(&(struct to){ .w = w }, shape);
}

xie_status xie_shape_digest(const struct xie_shape *shape, const struct xie_val *read, xie_arena *scratch,
                            uint8_t ret_digest[static 32])
{
	struct xie_sha256 sum;
	uint8_t buf[256];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_sha256_init(&sum);
	xie_sha256_add(&sum, "{\"read\":", 8);
	if (read == NULL) {
		xie_sha256_add(&sum, "{}", 2);
	} else {
		size_t mark = xie_arena_mark(scratch);
		size_t cap = scratch->cap - scratch->used < READ_MAX ? scratch->cap - scratch->used : READ_MAX;
		xie_wr all = xie_wr_of(scratch->base + scratch->used, cap);
		xie_status st = xie_val_canonical(read, &all);
		if (st == XIE_OK)
			xie_sha256_add(&sum, all.p, all.n);
		xie_arena_rewind(scratch, mark);
		if (st != XIE_OK)
			return st;
	}
	xie_sha256_add(&sum, ",\"shape\":", 9);
	struct to t = { .w = &w, .sum = &sum };
	put_shape(&t, shape);
	flush(&t);
	xie_sha256_add(&sum, "}", 1);
	xie_sha256_end(&sum, ret_digest);
	return XIE_OK;
}
