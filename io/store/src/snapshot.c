/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshots of the engine: opaque bytes, whole or not there. */
#include "archive_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <openssl/evp.h>

#include "xie/base/rd.h"
#include "xie/base/val.h"
#include "xie/base/wr.h"

static const char MAGIC[8] = { 'X', 'I', 'E', 'S', 'N', 'A', 'P', '1' };
enum { META_MAX = 4096, IO_ROOM = 1 << 17, SUM = 32 };

struct xie_snapshot_writer {
	int fd;
	uint64_t position;
	xie_status st;
	ZSTD_CCtx *zstd;
	EVP_MD_CTX *sum;
	char path[ARCHIVE_PATH], tmp[ARCHIVE_PATH + 8];
	uint8_t out[IO_ROOM];
};

struct xie_snapshot_reader {
	FILE *f;
	uint64_t left; /* bytes of the zstd stream not read yet */
	ZSTD_DCtx *zstd;
	char meta[META_MAX];
	char packs[META_MAX];
	uint8_t in[IO_ROOM];
	ZSTD_inBuffer buf;
};

void snapshot__path(const char *dir, uint64_t pos, char *ret, size_t cap)
{
	(void)snprintf(ret, cap, "%s/snapshots/%020" PRIu64 ".snap", dir, pos);
}

bool archive__sync_dir(const char *path)
{
	char copy[ARCHIVE_PATH + 8];
	(void)snprintf(copy, sizeof copy, "%s", path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		(void)close(fd);
	return ok;
}

static int newest_first(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x < y) - (x > y);
}

/* What a kill left half written. */
void snapshot__sweep(const char *dir)
{
	char path[ARCHIVE_PATH + 300];
	(void)snprintf(path, sizeof path, "%s/snapshots", dir);
	DIR *d = opendir(path);
	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
		if (strlen(e->d_name) == 29 && strcmp(e->d_name + 20, ".snap.tmp") == 0) {
			(void)snprintf(path, sizeof path, "%s/snapshots/%s", dir, e->d_name);
			(void)unlink(path);
		}
	if (d != NULL)
		(void)closedir(d);
}

xie_status snapshot__list(const char *dir, uint64_t **ret_pos, size_t *ret_n)
{
	char path[ARCHIVE_PATH];
	(void)snprintf(path, sizeof path, "%s/snapshots", dir);
	DIR *d = opendir(path);
	if (d == NULL)
		return XIE_IO;
	uint64_t *all = malloc(sizeof *all);
	size_t n = 0;
	xie_status st = all != NULL ? XIE_OK : XIE_LIMIT;
	for (struct dirent *e; st == XIE_OK && (e = readdir(d)) != NULL;) {
		uint64_t pos;
		if (strlen(e->d_name) != 25 || strcmp(e->d_name + 20, ".snap") != 0 ||
		    xie_str_u64((xie_str){ e->d_name, 20 }, &pos) != XIE_OK)
			continue;
		uint64_t *grown = realloc(all, (n + 1) * sizeof *all);
		if (grown == NULL) {
			st = XIE_LIMIT;
			break;
		}
		all = grown;
		all[n++] = pos;
	}
	(void)closedir(d);
	if (st != XIE_OK) {
		free(all);
		return st;
	}
	qsort(all, n, sizeof *all, newest_first);
	*ret_pos = all;
	*ret_n = n;
	return XIE_OK;
}

/* ---- writing ---- */

static void write_out(struct xie_snapshot_writer *w, const void *p, size_t n)
{
	const uint8_t *from = p;
	if (w->st == XIE_OK && EVP_DigestUpdate(w->sum, p, n) != 1)
		w->st = XIE_UNAVAILABLE;
	while (w->st == XIE_OK && n != 0) {
		ssize_t k = write(w->fd, from, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0) {
			w->st = XIE_IO;
			break;
		}
		from += k;
		n -= (size_t)k;
	}
}

static void free_writer(struct xie_snapshot_writer *w)
{
	if (w == NULL)
		return;
	if (w->fd >= 0)
		(void)close(w->fd);
	(void)ZSTD_freeCCtx(w->zstd);
	EVP_MD_CTX_free(w->sum);
	free(w);
}

static void write_meta(struct xie_snapshot_writer *w, const struct xie_snapshot_meta *meta)
{
	char json[META_MAX];
	xie_wr m = xie_wr_of(json, sizeof json);
	xie_wr_char(&m, '{');
	xie_wr_kv_i64(&m, "at", meta->at);
	xie_wr_kv_i64(&m, "format", meta->format);
	xie_wr_kv_str(&m, "packs", meta->packs);
	xie_wr_kv_i64(&m, "position", (int64_t)meta->position);
	xie_wr_kv_i64(&m, "semantics", meta->semantics);
	xie_wr_char(&m, '}');
	if (m.st != XIE_OK) {
		w->st = XIE_RANGE;
		return;
	}
	uint8_t head[12];
	xie_wr h = xie_wr_of(head, sizeof head);
	xie_wr_bytes(&h, MAGIC, sizeof MAGIC);
	xie_wr_u32be(&h, (uint32_t)m.n);
	write_out(w, head, sizeof head);
	write_out(w, json, m.n);
}

xie_status snapshot__begin(void *self, const struct xie_snapshot_meta *meta, struct xie_snapshot_writer **ret_w)
{
	struct xie_archive_store *a = self;
	struct xie_snapshot_writer *w = calloc(1, sizeof *w);
	if (w == NULL)
		return XIE_LIMIT;
	snapshot__path(a->dir, meta->position, w->path, sizeof w->path);
	(void)snprintf(w->tmp, sizeof w->tmp, "%s.tmp", w->path);
	w->position = meta->position;
	w->fd = open(w->tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	w->zstd = ZSTD_createCCtx();
	w->sum = EVP_MD_CTX_new();
	if (w->fd < 0)
		w->st = XIE_IO;
	else if (w->zstd == NULL || w->sum == NULL || EVP_DigestInit_ex(w->sum, EVP_sha256(), NULL) != 1)
		w->st = XIE_LIMIT;
	else
		write_meta(w, meta);
	xie_status st = w->st;
	if (st != XIE_OK)
		snapshot__abort(a, w);
	else
		*ret_w = w;
	return st;
}

static void compress(struct xie_snapshot_writer *w, const void *p, size_t n, ZSTD_EndDirective how)
{
	ZSTD_inBuffer in = { p, n, 0 };
	for (size_t left = 1; w->st == XIE_OK && (in.pos < in.size || (how == ZSTD_e_end && left != 0));) {
		ZSTD_outBuffer out = { w->out, sizeof w->out, 0 };
		left = ZSTD_compressStream2(w->zstd, &out, &in, how);
		if (ZSTD_isError(left))
			w->st = XIE_LIMIT;
		else
			write_out(w, w->out, out.pos);
	}
}

xie_status snapshot__write(void *self, struct xie_snapshot_writer *w, const void *p, size_t n)
{
	(void)self;
	compress(w, p, n, ZSTD_e_continue);
	return w->st;
}

/* All but the newest few go. */
static void forget_old(struct xie_archive_store *a)
{
	uint64_t *all;
	size_t n;
	char path[ARCHIVE_PATH];
	if (snapshot__list(a->dir, &all, &n) != XIE_OK)
		return;
	for (size_t i = a->opt.keep_snapshots; i < n; i++) {
		snapshot__path(a->dir, all[i], path, sizeof path);
		(void)unlink(path);
	}
	free(all);
}

xie_status snapshot__commit(void *self, struct xie_snapshot_writer *w)
{
	struct xie_archive_store *a = self;
	uint8_t sum[SUM];
	unsigned n = 0;
	compress(w, NULL, 0, ZSTD_e_end);
	if (w->st == XIE_OK && (EVP_DigestFinal_ex(w->sum, sum, &n) != 1 || n != SUM ||
	                        EVP_DigestInit_ex(w->sum, EVP_sha256(), NULL) != 1))
		w->st = XIE_UNAVAILABLE;
	write_out(w, sum, sizeof sum);
	if (w->st == XIE_OK && (fsync(w->fd) != 0 || rename(w->tmp, w->path) != 0 || !archive__sync_dir(w->path)))
		w->st = XIE_IO;
	xie_status st = w->st;
	if (st != XIE_OK) {
		archive__log(a, "archive: %s: %s", w->path, strerror(errno));
		snapshot__abort(a, w);
		return st;
	}
	free_writer(w);
	forget_old(a);
	return XIE_OK;
}

void snapshot__abort(void *self, struct xie_snapshot_writer *w)
{
	(void)self;
	if (w == NULL)
		return;
	(void)unlink(w->tmp);
	free_writer(w);
}

/* ---- reading ---- */

xie_status snapshot__check(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat s;
	if (f == NULL)
		return errno == ENOENT ? XIE_MISSING : XIE_IO;
	uint8_t *buf = malloc(IO_ROOM), sum[SUM], want[SUM];
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	unsigned len = 0;
	xie_status st = buf != NULL && c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1 ? XIE_OK : XIE_LIMIT;
	if (st == XIE_OK && (fstat(fileno(f), &s) != 0 || s.st_size < (off_t)(sizeof MAGIC + 4 + SUM)))
		st = XIE_CORRUPT;
	uint64_t left = st == XIE_OK ? (uint64_t)s.st_size - SUM : 0;
	while (st == XIE_OK && left != 0) {
		size_t k = fread(buf, 1, left < IO_ROOM ? (size_t)left : IO_ROOM, f);
		if (k == 0)
			st = XIE_IO;
		else if (EVP_DigestUpdate(c, buf, k) != 1)
			st = XIE_UNAVAILABLE;
		left -= k;
	}
	if (st == XIE_OK && (fread(want, 1, SUM, f) != SUM || EVP_DigestFinal_ex(c, sum, &len) != 1 || len != SUM ||
	                     memcmp(sum, want, SUM) != 0))
		st = XIE_CORRUPT;
	EVP_MD_CTX_free(c);
	free(buf);
	(void)fclose(f);
	return st;
}

static xie_status read_meta(struct xie_snapshot_reader *r, struct xie_snapshot_meta *ret)
{
	uint8_t head[12];
	static const struct xie_val_limits LIM = { .depth = 4 };
	uint8_t *mem = malloc(1 << 16);
	xie_status st = mem != NULL ? XIE_OK : XIE_LIMIT;
	if (st == XIE_OK && (fread(head, 1, sizeof head, r->f) != sizeof head || memcmp(head, MAGIC, sizeof MAGIC) != 0))
		st = XIE_CORRUPT;
	xie_rd h = xie_rd_of(head + 8, 4);
	uint32_t n = st == XIE_OK ? xie_rd_u32be(&h) : 0;
	if (st == XIE_OK && (n > META_MAX || n + 12u > r->left || fread(r->meta, 1, n, r->f) != n))
		st = XIE_CORRUPT;
	const struct xie_val *v = NULL;
	xie_arena a = xie_arena_of(mem, 1 << 16);
	if (st == XIE_OK && xie_json_read(&a, (xie_str){ r->meta, n }, LIM, &v, NULL) != XIE_OK)
		st = XIE_CORRUPT;
	if (st == XIE_OK) {
		xie_str packs = xie_val_get_str(v, "packs");
		memcpy(r->packs, packs.p, packs.n); /* never longer than the text it stands in */
		*ret = (struct xie_snapshot_meta){ .position = (uint64_t)xie_val_get_i64(v, "position", 0),
			.at = xie_val_get_i64(v, "at", 0), .semantics = (uint32_t)xie_val_get_i64(v, "semantics", 0),
			.format = (uint32_t)xie_val_get_i64(v, "format", 0), .packs = { r->packs, packs.n } };
		r->left -= n + 12u;
	}
	free(mem);
	return st;
}

void snapshot__close(void *self, struct xie_snapshot_reader *r)
{
	(void)self;
	if (r == NULL)
		return;
	if (r->f != NULL)
		(void)fclose(r->f);
	(void)ZSTD_freeDCtx(r->zstd);
	free(r);
}

static xie_status open_file(const char *path, struct xie_snapshot_meta *ret_meta, struct xie_snapshot_reader **ret_r)
{
	struct stat s;
	xie_status st = snapshot__check(path);
	if (st != XIE_OK)
		return st;
	struct xie_snapshot_reader *r = calloc(1, sizeof *r);
	if (r == NULL)
		return XIE_LIMIT;
	r->f = fopen(path, "rb");
	r->zstd = ZSTD_createDCtx();
	if (r->f == NULL || r->zstd == NULL || fstat(fileno(r->f), &s) != 0) {
		snapshot__close(NULL, r);
		return XIE_IO;
	}
	r->left = (uint64_t)s.st_size - SUM;
	st = read_meta(r, ret_meta);
	if (st != XIE_OK) {
		snapshot__close(NULL, r);
		return st;
	}
	*ret_r = r;
	return XIE_OK;
}

xie_status snapshot__open(void *self, unsigned nth, struct xie_snapshot_meta *ret_meta, struct xie_snapshot_reader **ret_r)
{
	struct xie_archive_store *a = self;
	uint64_t *all;
	size_t n;
	char path[ARCHIVE_PATH];
	xie_status st = snapshot__list(a->dir, &all, &n);
	if (st != XIE_OK)
		return st;
	st = XIE_MISSING;
	for (size_t i = 0; i < n; i++) {
		snapshot__path(a->dir, all[i], path, sizeof path);
		struct xie_snapshot_meta meta;
		struct xie_snapshot_reader *r;
		st = open_file(path, &meta, &r);
		if (st == XIE_OK && nth-- == 0) {
			*ret_meta = meta;
			*ret_r = r;
			break;
		}
		if (st == XIE_OK)
			snapshot__close(a, r);
		else
			archive__log(a, "archive: %s: %s; an older snapshot is used", path, xie_status_text(st));
		st = XIE_MISSING;
	}
	free(all);
	return st;
}

xie_status snapshot__read(void *self, struct xie_snapshot_reader *r, void *p, size_t cap, size_t *ret_n)
{
	(void)self;
	ZSTD_outBuffer out = { p, cap, 0 };
	while (out.pos == 0 && cap != 0) {
		if (r->buf.pos == r->buf.size && r->left != 0) {
			size_t k = fread(r->in, 1, r->left < IO_ROOM ? (size_t)r->left : IO_ROOM, r->f);
			if (k == 0)
				return XIE_IO;
			r->left -= k;
			r->buf = (ZSTD_inBuffer){ r->in, k, 0 };
		}
		size_t before = r->buf.pos, got = ZSTD_decompressStream(r->zstd, &out, &r->buf);
		if (ZSTD_isError(got))
			return XIE_CORRUPT;
		if (out.pos == 0 && r->left == 0 && r->buf.pos == before)
			break; /* the end */
	}
	*ret_n = out.pos;
	return XIE_OK;
}
