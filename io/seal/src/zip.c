/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/seal/zip.h"

#include <stdlib.h>

#include <zlib.h>

enum { LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50, LOCAL_SIZE = 30, CENTRAL_SIZE = 46, END_SIZE = 22 };
enum { DOS_DATE = 0x21 }; /* 1980-01-01: archives do not depend on when they were made */

static uint16_t u16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}
static uint32_t u32(const uint8_t *p)
{
	return (uint32_t)u16(p) | (uint32_t)u16(p + 2) << 16;
}

/* ---- reading ---- */

struct reader {
	const uint8_t *p;
	size_t n;
	struct xie_err *err;
};

static xie_status fail(const struct reader *r, xie_status st, size_t at, const char *what, xie_str name)
{
	(void)xie_err_set(r->err, st, 0, 0, what, NULL);
	if (r->err != NULL)
		r->err->offset = at;
	if (name.n != 0)
		xie_err_add(r->err, name.p, name.n);
	return st;
}

static const xie_str none = { "", 0 };

bool xie_zip_name_ok(xie_str name)
{
	if (name.n == 0 || name.n > 512 || name.p[0] == '/' || !xie_utf8_ok(name))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == '\\' || name.p[i] == ':' || name.p[i] == 0x7f)
			return false;
	xie_str piece;
	while (xie_str_split(&name, '/', &piece))
		if (xie_str_is(piece, "..") || xie_str_is(piece, ".") || (piece.n == 0 && name.p != NULL))
			return false;
	return true;
}

static xie_status find_end(const struct reader *r, size_t *ret_at)
{
	if (r->n < END_SIZE)
		return fail(r, XIE_TRUNCATED, 0, "no ZIP archive: too short", none);
	size_t lowest = r->n > END_SIZE + 65535 ? r->n - END_SIZE - 65535 : 0;
	for (size_t at = r->n - END_SIZE + 1; at-- > lowest;)
		if (u32(r->p + at) == END && at + END_SIZE + u16(r->p + at + 20) == r->n) {
			*ret_at = at;
			return XIE_OK;
		}
	return fail(r, XIE_TRUNCATED, r->n, "no ZIP archive, or one cut short: its end record is missing", none);
}

/* The local header must say the same as the directory: some readers believe one, some the other. */
static xie_status check_local(const struct reader *r, struct xie_zip_entry *e, size_t local, size_t dir)
{
	if (local > dir || dir - local < LOCAL_SIZE || u32(r->p + local) != LOCAL)
		return fail(r, XIE_MALFORMED, local, "no local header where the directory says: ", e->name);
	const uint8_t *h = r->p + local;
	size_t name_n = u16(h + 26), extra_n = u16(h + 28);
	bool later = (u16(h + 6) & 8) != 0; /* sizes stand behind the data; the directory has them */
	if (name_n != e->name.n || LOCAL_SIZE + name_n + extra_n > dir - local || memcmp(h + LOCAL_SIZE, e->name.p, name_n) != 0 ||
	    u16(h + 8) != e->method || (!later && (u32(h + 14) != e->crc || u32(h + 18) != e->packed || u32(h + 22) != e->size)))
		return fail(r, XIE_MALFORMED, local, "local header and directory disagree: ", e->name);
	e->at = local + LOCAL_SIZE + name_n + extra_n;
	if (e->packed > dir - e->at)
		return fail(r, XIE_TRUNCATED, local, "entry runs past the archive: ", e->name);
	return XIE_OK;
}

static xie_status read_entry(const struct reader *r, size_t *at, size_t dir, size_t end, struct xie_zip_limits lim,
                             struct xie_zip_entry *e)
{
	if (end - *at < CENTRAL_SIZE || u32(r->p + *at) != CENTRAL)
		return fail(r, XIE_MALFORMED, *at, "broken directory", none);
	const uint8_t *h = r->p + *at;
	size_t name_n = u16(h + 28), extra_n = u16(h + 30), comment_n = u16(h + 32);
	if (CENTRAL_SIZE + name_n + extra_n + comment_n > end - *at)
		return fail(r, XIE_MALFORMED, *at, "broken directory", none);
	*e = (struct xie_zip_entry){ .name = { (const char *)h + CENTRAL_SIZE, name_n }, .packed = u32(h + 20), .size = u32(h + 24),
		                     .crc = u32(h + 16), .method = u16(h + 10) };
	*at += CENTRAL_SIZE + name_n + extra_n + comment_n;
	if (!xie_zip_name_ok(e->name))
		return fail(r, XIE_RANGE, *at, "a file name that climbs out or is no name: ", e->name);
	if ((u16(h + 8) & 1) != 0 || (u16(h + 8) & 0x40) != 0)
		return fail(r, XIE_UNKNOWN, *at, "encrypted entry: ", e->name);
	if ((e->method != 0 && e->method != 8) || e->packed == UINT32_MAX || e->size == UINT32_MAX || u16(h + 34) != 0)
		return fail(r, XIE_UNKNOWN, *at, "compression or size that is not supported here: ", e->name);
	if (e->size > lim.entry_size || (e->method == 0 && e->size != e->packed))
		return fail(r, e->size > lim.entry_size ? XIE_LIMIT : XIE_MALFORMED, *at, "entry of a size that is not allowed: ", e->name);
	return check_local(r, e, u32(h + 42), dir);
}

/* Entries that share bytes make a small archive unpack to a huge one. */
static int by_place(const void *a, const void *b)
{
	const struct xie_zip_entry *x = *(const struct xie_zip_entry *const *)a, *y = *(const struct xie_zip_entry *const *)b;
	return (x->at > y->at) - (x->at < y->at);
}
static int by_name(const void *a, const void *b)
{
	return xie_str_cmp((*(const struct xie_zip_entry *const *)a)->name, (*(const struct xie_zip_entry *const *)b)->name);
}

static xie_status check_apart(const struct reader *r, xie_arena *mem, const struct xie_zip_entry *e, uint32_t n)
{
	size_t mark = xie_arena_mark(mem);
	const struct xie_zip_entry **by = xie_arena_alloc(mem, n + 1u, sizeof(void *));
	if (by == NULL)
		return fail(r, XIE_LIMIT, 0, "archive too large", none);
	for (uint32_t i = 0; i < n; i++)
		by[i] = &e[i];
	xie_status st = XIE_OK;
	qsort(by, n, sizeof(void *), by_place);
	for (uint32_t i = 1; i < n && st == XIE_OK; i++)
		if (by[i]->at < by[i - 1]->at + by[i - 1]->packed)
			st = fail(r, XIE_MALFORMED, by[i]->at, "entries overlap: ", by[i]->name);
	qsort(by, n, sizeof(void *), by_name);
	for (uint32_t i = 1; i < n && st == XIE_OK; i++)
		if (xie_str_eq(by[i]->name, by[i - 1]->name))
			st = fail(r, XIE_DUPLICATE, by[i]->at, "a file stands twice: ", by[i]->name);
	xie_arena_rewind(mem, mark);
	return st;
}

xie_status xie_zip_open(xie_arena *mem, const void *bytes, size_t n, struct xie_zip_limits lim, struct xie_zip *ret_z,
                        struct xie_err *reterr)
{
	struct reader r = { bytes, n, reterr };
	size_t end = 0;
	xie_status st = find_end(&r, &end);
	if (st != XIE_OK)
		return st;
	const uint8_t *h = r.p + end;
	size_t dir_n = u32(h + 12), dir = u32(h + 16);
	uint32_t count = u16(h + 10);
	if (u16(h + 4) != 0 || u16(h + 6) != 0 || u16(h + 8) != count || dir_n == UINT32_MAX || dir == UINT32_MAX)
		return fail(&r, XIE_UNKNOWN, end, "several disks or ZIP64: not supported here", none);
	if (dir > end || dir_n != end - dir)
		return fail(&r, XIE_MALFORMED, end, "the directory is not where the end record says", none);
	if (count > lim.entries)
		return fail(&r, XIE_LIMIT, end, "too many files", none);
	struct xie_zip_entry *e = xie_arena_new(mem, struct xie_zip_entry, count + 1u);
	if (e == NULL)
		return fail(&r, XIE_LIMIT, end, "archive too large", none);
	uint64_t total = 0;
	uint32_t kept = 0;
	size_t at = dir;
	for (uint32_t i = 0; i < count; i++) {
		st = read_entry(&r, &at, dir, end, lim, &e[kept]);
		if (st != XIE_OK)
			return st;
		total += e[kept].size;
		if (total > lim.total_size)
			return fail(&r, XIE_LIMIT, at, "the archive unpacks to more than is allowed", none);
		kept += e[kept].name.p[e[kept].name.n - 1] == '/' ? 0 : 1;
	}
	if (at != end)
		return fail(&r, XIE_MALFORMED, at, "bytes behind the directory", none);
	st = check_apart(&r, mem, e, kept);
	if (st == XIE_OK)
		*ret_z = (struct xie_zip){ .p = bytes, .n = n, .entries = e, .count = kept };
	return st;
}

xie_status xie_zip_read(const struct xie_zip *z, uint32_t i, xie_arena *mem, xie_str *ret_bytes, struct xie_err *reterr)
{
	struct reader r = { z->p, z->n, reterr };
	const struct xie_zip_entry *e = &z->entries[i];
	const uint8_t *out = z->p + e->at;
	if (e->method == 8) {
		uint8_t *to = xie_arena_alloc(mem, e->size + 1, 1);
		if (to == NULL)
			return fail(&r, XIE_LIMIT, e->at, "no room to unpack: ", e->name);
		z_stream s = { .next_in = (Bytef *)(uintptr_t)out, .avail_in = (uInt)e->packed, .next_out = to, .avail_out = (uInt)e->size };
		if (inflateInit2(&s, -MAX_WBITS) != Z_OK)
			return fail(&r, XIE_UNAVAILABLE, e->at, "out of memory: ", e->name);
		int rc = inflate(&s, Z_FINISH);
		bool whole = rc == Z_STREAM_END && s.avail_in == 0 && s.avail_out == 0;
		(void)inflateEnd(&s);
		if (!whole)
			return fail(&r, XIE_CORRUPT, e->at, "compressed bytes are broken or of another size than declared: ", e->name);
		out = to;
	}
	if (crc32(crc32(0, NULL, 0), out, (uInt)e->size) != e->crc)
		return fail(&r, XIE_CHECKSUM, e->at, "the bytes do not match their check: ", e->name);
	*ret_bytes = (xie_str){ (const char *)out, e->size };
	return XIE_OK;
}

uint32_t xie_zip_find(const struct xie_zip *z, const char *name)
{
	for (uint32_t i = 0; i < z->count; i++)
		if (xie_str_is(z->entries[i].name, name))
			return i;
	return UINT32_MAX;
}

/* ---- writing ---- */

struct out_entry {
	char *name;
	uint32_t crc, size, at;
};

struct xie_zip_out {
	FILE *f;
	uint64_t at;
	struct out_entry *e;
	size_t n, cap;
	const uint8_t *against; /* not NULL: nothing is written, what would be is compared */
	size_t against_n;
	xie_status st;
};

xie_status xie_zip_begin(FILE *f, struct xie_zip_out **ret_z)
{
	struct xie_zip_out *z = calloc(1, sizeof *z);
	if (z == NULL)
		return XIE_UNAVAILABLE;
	z->f = f;
	*ret_z = z;
	return XIE_OK;
}

static void put(struct xie_zip_out *z, const void *p, size_t n)
{
	if (z->against != NULL) {
		if (z->at > z->against_n || n > z->against_n - z->at || memcmp(z->against + z->at, p, n) != 0)
			z->st = XIE_CONFLICT;
	} else if (z->st == XIE_OK && fwrite(p, 1, n, z->f) != n) {
		z->st = XIE_IO;
	}
	z->at += n;
}

static void put16(struct xie_zip_out *z, unsigned v)
{
	put(z, (uint8_t[2]){ (uint8_t)v, (uint8_t)(v >> 8) }, 2);
}
static void put32(struct xie_zip_out *z, uint32_t v)
{
	put16(z, v & 0xFFFF);
	put16(z, v >> 16);
}

/* version needed .. extra length: the fields that the local header and the directory share */
static void put_common(struct xie_zip_out *z, const struct out_entry *e)
{
	put16(z, 20);
	put16(z, 0x0800); /* names are UTF-8 */
	put16(z, 0);      /* stored: a compressed stream has bits that nothing checks */
	put16(z, 0);
	put16(z, DOS_DATE);
	put32(z, e->crc);
	put32(z, e->size);
	put32(z, e->size);
	put16(z, (unsigned)strlen(e->name));
	put16(z, 0);
}

static void put_local(struct xie_zip_out *z, const struct out_entry *e)
{
	put32(z, LOCAL);
	put_common(z, e);
	put(z, e->name, strlen(e->name));
}

static void put_central(struct xie_zip_out *z, const struct out_entry *e)
{
	put32(z, CENTRAL);
	put16(z, 3 << 8 | 20); /* made on Unix */
	put_common(z, e);
	put16(z, 0); /* comment */
	put16(z, 0); /* disk */
	put16(z, 0);
	put32(z, 0x81A40000); /* -rw-r--r-- */
	put32(z, e->at);
	put(z, e->name, strlen(e->name));
}

static void put_end(struct xie_zip_out *z, size_t n, uint64_t dir)
{
	uint64_t dir_n = z->at - dir;
	put32(z, END);
	put32(z, 0);
	put16(z, (unsigned)n);
	put16(z, (unsigned)n);
	put32(z, (uint32_t)dir_n);
	put32(z, (uint32_t)dir);
	put16(z, 0);
}

xie_status xie_zip_add(struct xie_zip_out *z, const char *name, const void *p, size_t n)
{
	if (!xie_zip_name_ok(xie_str_of(name)) || n >= UINT32_MAX || z->at >= UINT32_MAX || z->n == UINT16_MAX)
		return XIE_RANGE;
	if (z->n == z->cap) {
		size_t cap = z->cap != 0 ? z->cap * 2 : 32;
		struct out_entry *e = realloc(z->e, cap * sizeof *e);
		if (e == NULL)
			return XIE_UNAVAILABLE;
		z->e = e;
		z->cap = cap;
	}
	struct out_entry *e = &z->e[z->n];
	*e = (struct out_entry){ .name = strdup(name), .crc = (uint32_t)crc32(crc32(0, NULL, 0), p, (uInt)n), .size = (uint32_t)n,
		                 .at = (uint32_t)z->at };
	if (e->name == NULL)
		return XIE_UNAVAILABLE;
	z->n++;
	put_local(z, e);
	put(z, p, n);
	return z->st;
}

xie_status xie_zip_end(struct xie_zip_out *z)
{
	uint64_t dir = z->at;
	for (size_t i = 0; i < z->n; i++)
		put_central(z, &z->e[i]);
	put_end(z, z->n, dir);
	xie_status st = z->st != XIE_OK ? z->st : z->at > UINT32_MAX ? XIE_RANGE : XIE_OK;
	for (size_t i = 0; i < z->n; i++)
		free(z->e[i].name);
	free(z->e);
	free(z);
	return st;
}

/* ---- the writer's own form ---- */

static struct out_entry as_written(const struct xie_zip_entry *e, uint64_t at, char name[static 513])
{
	memcpy(name, e->name.p, e->name.n);
	name[e->name.n] = '\0';
	return (struct out_entry){ .name = name, .crc = e->crc, .size = (uint32_t)e->size, .at = (uint32_t)at };
}

bool xie_zip_is_plain(const struct xie_zip *z)
{
	char name[513];
	struct xie_zip_out w = { .against = z->p, .against_n = z->n };
	for (uint32_t i = 0; i < z->count; i++) {
		const struct xie_zip_entry *e = &z->entries[i];
		if (e->method != 0 || e->at != w.at + LOCAL_SIZE + e->name.n)
			return false;
		struct out_entry o = as_written(e, w.at, name);
		put_local(&w, &o);
		w.at += e->size;
	}
	uint64_t dir = w.at;
	for (uint32_t i = 0; i < z->count; i++) {
		const struct xie_zip_entry *e = &z->entries[i];
		struct out_entry o = as_written(e, e->at - e->name.n - LOCAL_SIZE, name);
		put_central(&w, &o);
	}
	put_end(&w, z->count, dir);
	return w.st == XIE_OK && w.at == z->n;
}
