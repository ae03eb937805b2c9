/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/file/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>
#include <zstd.h>

xie_status xie_big_arena_init(xie_arena *a, size_t cap)
{
	void *p = mmap(NULL, cap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return XIE_UNAVAILABLE;
	/* Zones and targets are read here and there: pages of 2 MiB save a walk through the page tables at each. */
	if (cap >= (size_t)64 << 20)
		(void)madvise(p, cap, MADV_HUGEPAGE);
	*a = xie_arena_of(p, cap);
	return XIE_OK;
}

void xie_big_arena_done(xie_arena *a)
{
	if (a != NULL && a->base != NULL)
		(void)munmap(a->base, a->cap);
	if (a != NULL)
		*a = (xie_arena){ 0 };
}

enum packing { PLAIN, GZIP, ZSTD };

#define IN_CAP (256u * 1024)
#define LINE_CAP (1024u * 1024)

/* A file as a stream of its decompressed bytes. */
struct stream {
	int fd;
	enum packing packing;
	bool started, eof, stream_open; /* stream_open: inside a compressed frame */
	z_stream z;
	ZSTD_DStream *zs;
	size_t at, n; /* unread input */
	size_t done, total;
	uint8_t in[IN_CAP];
};

static xie_status refill(struct stream *s)
{
	if (s->at < s->n || s->eof)
		return XIE_OK;
	ssize_t k;
	do
		k = read(s->fd, s->in, sizeof s->in);
	while (k < 0 && errno == EINTR);
	if (k < 0)
		return XIE_IO;
	s->at = 0;
	s->n = (size_t)k;
	s->done += (size_t)k;
	s->eof = k == 0;
	return XIE_OK;
}

static xie_status start(struct stream *s)
{
	xie_status st = refill(s);
	if (st != XIE_OK)
		return st;
	s->started = true;
	if (s->n >= 2 && s->in[0] == 0x1f && s->in[1] == 0x8b) {
		s->packing = GZIP;
		return inflateInit2(&s->z, 15 + 16) == Z_OK ? XIE_OK : XIE_UNAVAILABLE;
	}
	if (s->n >= 4 && memcmp(s->in, "\x28\xB5\x2F\xFD", 4) == 0) {
		s->packing = ZSTD;
		s->zs = ZSTD_createDStream();
		return s->zs != NULL ? XIE_OK : XIE_UNAVAILABLE;
	}
	return XIE_OK;
}

static xie_status gunzip(struct stream *s, uint8_t *to, size_t cap, size_t *ret_n)
{
	s->z.next_in = s->in + s->at;
	s->z.avail_in = (uInt)(s->n - s->at);
	s->z.next_out = to;
	s->z.avail_out = (uInt)cap;
	int rc = inflate(&s->z, Z_NO_FLUSH);
	s->at = s->n - s->z.avail_in;
	*ret_n = cap - s->z.avail_out;
	s->stream_open = rc != Z_STREAM_END;
	if (rc == Z_STREAM_END) /* gzip files may be joined end to end */
		return inflateReset(&s->z) == Z_OK ? XIE_OK : XIE_CORRUPT;
	return rc == Z_OK || rc == Z_BUF_ERROR ? XIE_OK : XIE_CORRUPT;
}

static xie_status unzstd(struct stream *s, uint8_t *to, size_t cap, size_t *ret_n)
{
	ZSTD_inBuffer in = { s->in, s->n, s->at };
	ZSTD_outBuffer out = { to, cap, 0 };
	size_t rc = ZSTD_decompressStream(s->zs, &out, &in);
	s->at = in.pos;
	*ret_n = out.pos;
	s->stream_open = rc != 0;
	return ZSTD_isError(rc) ? XIE_CORRUPT : XIE_OK;
}

/* Up to cap bytes; *ret_n == 0 only at the end. */
static xie_status pull(struct stream *s, uint8_t *to, size_t cap, size_t *ret_n)
{
	xie_status st = s->started ? XIE_OK : start(s);
	*ret_n = 0;
	while (st == XIE_OK && *ret_n == 0) {
		st = refill(s);
		if (st != XIE_OK)
			break;
		if (s->at == s->n && s->eof)
			return s->stream_open ? XIE_CORRUPT : XIE_OK; /* a compressed file cut short */
		if (s->packing == PLAIN) {
			*ret_n = s->n - s->at < cap ? s->n - s->at : cap;
			memcpy(to, s->in + s->at, *ret_n);
			s->at += *ret_n;
		} else {
			st = s->packing == GZIP ? gunzip(s, to, cap, ret_n) : unzstd(s, to, cap, ret_n);
		}
	}
	return st;
}

static xie_status open_err(struct xie_err *err, const char *path)
{
	char why[128];
	const char *text = strerror_r(errno, why, sizeof why);
	(void)xie_err_set(err, XIE_IO, 0, 0, "cannot open: ", NULL);
	if (err != NULL)
		err->file = path;
	xie_err_add(err, text, strlen(text));
	return XIE_IO;
}

static xie_status stream_open(struct stream *s, const char *path, struct xie_err *err)
{
	bool std = strcmp(path, "-") == 0;
	s->fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct stat sb;
	if (s->fd < 0 || fstat(s->fd, &sb) != 0)
		return open_err(err, path);
	if (S_ISDIR(sb.st_mode)) {
		(void)close(s->fd);
		errno = EISDIR;
		return open_err(err, path);
	}
	s->total = S_ISREG(sb.st_mode) ? (size_t)sb.st_size : 0;
	return XIE_OK;
}

static void stream_close(struct stream *s)
{
	if (s->packing == GZIP)
		(void)inflateEnd(&s->z);
	ZSTD_freeDStream(s->zs);
	if (s->fd > STDIN_FILENO)
		(void)close(s->fd);
}

xie_status xie_file_read(xie_arena *mem, const char *path, xie_str *ret_text, struct xie_err *reterr)
{
	struct stream *s = calloc(1, sizeof *s);
	if (s == NULL)
		return xie_err_set(reterr, XIE_UNAVAILABLE, 0, 0, "out of memory", NULL);
	xie_status st = stream_open(s, path, reterr);
	if (st != XIE_OK) {
		free(s);
		return st;
	}
	size_t at = (mem->used + 15) & ~(size_t)15;
	size_t n = 0, k = 0;
	do {
		if (at + n + 1 >= mem->cap) {
			st = XIE_LIMIT;
			break;
		}
		size_t room = mem->cap - at - n - 1;
		st = pull(s, mem->base + at + n, room < IN_CAP ? room : IN_CAP, &k);
		n += k;
	} while (st == XIE_OK && k != 0);
	stream_close(s);
	free(s);
	if (st != XIE_OK) {
		if (reterr != NULL)
			reterr->file = path;
		return xie_err_set(reterr, st, 0, 0, st == XIE_LIMIT ? "file too large" : "cannot read: broken or cut short", NULL);
	}
	mem->base[at + n] = '\0';
	mem->used = at + n + 1;
	*ret_text = (xie_str){ (const char *)mem->base + at, n };
	return XIE_OK;
}

struct xie_lines {
	struct stream s;
	size_t at, n;
	bool end;
	uint8_t buf[LINE_CAP + IN_CAP];
};

xie_status xie_lines_open(const char *path, struct xie_lines **ret_l, struct xie_err *reterr)
{
	struct xie_lines *l = calloc(1, sizeof *l);
	if (l == NULL)
		return xie_err_set(reterr, XIE_UNAVAILABLE, 0, 0, "out of memory", NULL);
	xie_status st = stream_open(&l->s, path, reterr);
	if (st != XIE_OK) {
		free(l);
		return st;
	}
	*ret_l = l;
	return XIE_OK;
}

xie_status xie_lines_next(struct xie_lines *l, xie_str *ret_line, bool *ret_more)
{
	size_t scanned = 0;
	for (;;) {
		uint8_t *from = l->buf + l->at;
		size_t have = l->n - l->at;
		uint8_t *nl = have > scanned ? memchr(from + scanned, '\n', have - scanned) : NULL;
		if (nl != NULL || (l->end && have != 0) || have >= LINE_CAP) {
			size_t len = nl != NULL ? (size_t)(nl - from) : have < LINE_CAP ? have : LINE_CAP;
			l->at += len + (nl != NULL ? 1 : 0);
			*ret_line = (xie_str){ (const char *)from, len != 0 && from[len - 1] == '\r' ? len - 1 : len };
			*ret_more = true;
			return XIE_OK;
		}
		if (l->end) {
			*ret_more = false;
			return XIE_OK;
		}
		scanned = have;
		memmove(l->buf, from, have);
		l->at = 0;
		l->n = have;
		size_t k = 0;
		xie_status st = pull(&l->s, l->buf + have, sizeof l->buf - have < IN_CAP ? sizeof l->buf - have : IN_CAP, &k);
		if (st != XIE_OK)
			return st;
		l->n += k;
		l->end = k == 0;
	}
}

void xie_lines_progress(const struct xie_lines *l, size_t *ret_done, size_t *ret_total)
{
	*ret_done = l->s.done;
	*ret_total = l->s.total;
}

void xie_lines_close(struct xie_lines *l)
{
	if (l == NULL)
		return;
	stream_close(&l->s);
	free(l);
}

struct xie_bytes {
	struct stream s;
	uint8_t buf[IN_CAP];
};

xie_status xie_bytes_open(const char *path, struct xie_bytes **ret_b, struct xie_err *reterr)
{
	struct xie_bytes *b = calloc(1, sizeof *b);
	if (b == NULL)
		return xie_err_set(reterr, XIE_UNAVAILABLE, 0, 0, "out of memory", NULL);
	xie_status st = stream_open(&b->s, path, reterr);
	if (st != XIE_OK) {
		free(b);
		return st;
	}
	*ret_b = b;
	return XIE_OK;
}

xie_status xie_bytes_next(struct xie_bytes *b, xie_str *ret_piece)
{
	size_t n = 0;
	xie_status st = pull(&b->s, b->buf, sizeof b->buf, &n);
	if (st == XIE_OK)
		*ret_piece = (xie_str){ (const char *)b->buf, n };
	return st;
}

void xie_bytes_close(struct xie_bytes *b)
{
	if (b == NULL)
		return;
	stream_close(&b->s);
	free(b);
}

void xie_err_print(FILE *f, const struct xie_err *err)
{
	if (err->file != NULL)
		(void)fprintf(f, "%s:", err->file);
	if (err->line != 0)
		(void)fprintf(f, "%u:", err->line);
	if (err->line != 0 && err->column != 0)
		(void)fprintf(f, "%u:", err->column);
	(void)fprintf(f, "%s%s", err->file != NULL || err->line != 0 ? " " : "", err->what);
	if (err->hint[0] != '\0')
		(void)fprintf(f, "; %s", err->hint);
	(void)fputc('\n', f);
}
