/* SPDX-License-Identifier: Apache-2.0 */
/* The files of the built page, read once at the start: what is not in the list does not exist, so no path can leave
 * the folder.  Each file has its answers ready (whole, gzip, not modified); they are shared by all connections. */
#include "web_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "xie/base/sha256.h"

enum { FILES_MAX = 4096, DEPTH_MAX = 8, IN_MEMORY = 4 << 20, FILE_MAX = 1 << 30 };

struct file {
	char path[512]; /* "assets/index-3f9a.js" */
	char etag[24];  /* with quotes */
	off_t size;
	int fd;
	struct MHD_Response *whole, *gzip, *same;
};

struct web_static {
	struct file *file; /* sorted by path */
	size_t n;
	const struct file *index;
	struct MHD_Response *no_page;
	int dir;
};

static void headers(const struct xie_web *w, const struct file *f, struct MHD_Response *resp)
{
	/* The builder puts a digest into the names under assets/: such a file never changes. */
	bool for_ever = strncmp(f->path, "assets/", 7) == 0;
	const char *type = xie_web_mime(xie_str_of(f->path));
	(void)MHD_add_response_header(resp, "Content-Type", type);
	(void)MHD_add_response_header(resp, "ETag", f->etag);
	(void)MHD_add_response_header(resp, "Vary", "Accept-Encoding");
	(void)MHD_add_response_header(resp, "Accept-Ranges", "bytes");
	(void)MHD_add_response_header(resp, "Cache-Control",
	                              for_ever ? "public, max-age=31536000, immutable" : "no-cache");
	web_add_headers(w, resp, true);
}

static bool worth_packing(const char *path)
{
	const char *type = xie_web_mime(xie_str_of(path));
	return strncmp(type, "text/", 5) == 0 || strstr(type, "json") != NULL || strstr(type, "xml") != NULL ||
	       strstr(type, "wasm") != NULL || strstr(type, "x-icon") != NULL;
}

static void pack(const struct xie_web *w, struct file *f, const uint8_t *p, size_t n)
{
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)p, .avail_in = (uInt)n };
	if (n < 512 || !worth_packing(f->path) ||
	    deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	size_t cap = deflateBound(&z, (uLong)n);
	uint8_t *out = malloc(cap);
	z.next_out = out;
	z.avail_out = (uInt)cap;
	int rc = out != NULL ? deflate(&z, Z_FINISH) : Z_MEM_ERROR;
	size_t got = z.total_out;
	(void)deflateEnd(&z);
	if (rc == Z_STREAM_END && got < n / 10 * 9)
		f->gzip = MHD_create_response_from_buffer(got, out, MHD_RESPMEM_MUST_FREE);
	if (f->gzip == NULL) {
		free(out);
		return;
	}
	(void)MHD_add_response_header(f->gzip, "Content-Encoding", "gzip");
	headers(w, f, f->gzip);
}

/* Digest and ready answers of the open file f->fd. */
static bool prepare(const struct xie_web *w, struct file *f)
{
	struct xie_sha256 h;
	uint8_t d[32];
	uint8_t *p = f->size <= IN_MEMORY ? malloc((size_t)f->size + 1) : NULL;
	uint8_t piece[16384];
	off_t at = 0;
	xie_sha256_init(&h);
	while (at < f->size) {
		ssize_t n = pread(f->fd, piece, sizeof piece, at);
		if (n <= 0)
			break;
		xie_sha256_add(&h, piece, (size_t)n);
		if (p != NULL && at + n <= f->size)
			memcpy(p + at, piece, (size_t)n);
		at += n;
	}
	if (at != f->size) { /* it changed while it was read */
		free(p);
		return false;
	}
	xie_sha256_end(&h, d);
	xie_wr e = xie_wr_of(f->etag, sizeof f->etag - 1);
	xie_wr_char(&e, '"');
	xie_wr_hex(&e, d, 8);
	xie_wr_char(&e, '"');
	f->etag[e.n] = '\0';
	if (p != NULL)
		pack(w, f, p, (size_t)f->size);
	f->whole = p != NULL ? MHD_create_response_from_buffer((size_t)f->size, p, MHD_RESPMEM_MUST_FREE)
	                     : MHD_create_response_from_fd64((uint64_t)f->size, dup(f->fd));
	f->same = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	if (f->whole == NULL || f->same == NULL)
		return false;
	headers(w, f, f->whole);
	headers(w, f, f->same);
	return true;
}

static xie_status add_file(const struct xie_web *w, struct web_static *s, int dir, const char *name, const char *path)
{
	struct file f = { .fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) };
	struct stat st;
	if (f.fd < 0 || fstat(f.fd, &st) != 0 || st.st_size > FILE_MAX || s->n == FILES_MAX) {
		if (f.fd >= 0)
			(void)close(f.fd);
		return s->n == FILES_MAX ? XIE_LIMIT : XIE_IO;
	}
	f.size = st.st_size;
	(void)snprintf(f.path, sizeof f.path, "%s", path);
	if (!prepare(w, &f)) {
		(void)close(f.fd);
		return XIE_IO;
	}
	s->file[s->n++] = f;
	return XIE_OK;
}

static xie_status add_dir(const struct xie_web *w, struct web_static *s, int dir_fd, const char *prefix, int depth)
{
	DIR *d = fdopendir(dir_fd); /* takes dir_fd */
	if (d == NULL)
		return XIE_IO;
	xie_status st = XIE_OK;
	for (const struct dirent *e; st == XIE_OK && (e = readdir(d)) != NULL;) {
		char path[512];
		struct stat sb;
		if (e->d_name[0] == '.')
			continue;
		int n = snprintf(path, sizeof path, "%s%s", prefix, e->d_name);
		if (n < 0 || (size_t)n >= sizeof path - 1 ||
		    fstatat(dirfd(d), e->d_name, &sb, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISDIR(sb.st_mode) && depth < DEPTH_MAX) {
			int sub = openat(dirfd(d), e->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
			path[n] = '/';
			path[n + 1] = '\0';
			st = sub >= 0 ? add_dir(w, s, sub, path, depth + 1) : XIE_IO;
		} else if (S_ISREG(sb.st_mode)) {
			st = add_file(w, s, dirfd(d), e->d_name, path);
		}
	}
	(void)closedir(d);
	return st;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static const struct file *find(const struct web_static *s, const char *path)
{
	struct file key;
	(void)snprintf(key.path, sizeof key.path, "%s", path);
	return s->n != 0 ? bsearch(&key, s->file, s->n, sizeof *s->file, by_path) : NULL;
}

xie_status web_static_new(const struct xie_web *w, struct web_static **ret_s, struct xie_err *reterr)
{
	static char text[] = "The page is not built. The API is at work; build the page with script/server.\n"
			     "页面还没有构建，接口已在工作；用 script/server 构建页面。\n";
	struct web_static *s = calloc(1, sizeof *s);
	if (s == NULL || (s->file = calloc(FILES_MAX, sizeof *s->file)) == NULL) {
		free(s);
		return xie_err_set(reterr, XIE_UNAVAILABLE, 0, 0, "no memory for the page's files", "");
	}
	int dir = w->conf.page_dir != NULL ? open(w->conf.page_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	xie_status st = dir >= 0 ? add_dir(w, s, dir, "", 0) : XIE_OK;
	if (st != XIE_OK) {
		(void)xie_err_set(reterr, st, 0, 0, "cannot read the files of the page in ",
		                  "rebuild it with script/server");
		xie_err_add(reterr, w->conf.page_dir, strlen(w->conf.page_dir));
		web_static_free(s);
		return st;
	}
	qsort(s->file, s->n, sizeof *s->file, by_path);
	s->index = find(s, "index.html");
	s->no_page = MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);
	if (s->no_page != NULL) {
		(void)MHD_add_response_header(s->no_page, "Content-Type", "text/plain; charset=utf-8");
		web_add_headers(w, s->no_page, true);
	}
	*ret_s = s;
	return XIE_OK;
}

void web_static_free(struct web_static *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++) {
		MHD_destroy_response(s->file[i].whole);
		MHD_destroy_response(s->file[i].same);
		if (s->file[i].gzip != NULL)
			MHD_destroy_response(s->file[i].gzip);
		(void)close(s->file[i].fd);
	}
	if (s->no_page != NULL)
		MHD_destroy_response(s->no_page);
	free(s->file);
	free(s);
}

static const struct file *wanted(const struct web_static *s, const struct web_req *r)
{
	char path[512];
	xie_wr w = xie_wr_of(path, sizeof path - 1);
	for (size_t i = 0; i < r->target.n_seg; i++) {
		if (i != 0)
			xie_wr_char(&w, '/');
		xie_wr_str(&w, r->target.seg[i]);
	}
	if (w.st != XIE_OK)
		return NULL;
	path[w.n] = '\0';
	const struct file *f = find(s, path);
	if (f != NULL)
		return f;
	/* The page's own addresses ("/alerts/8f3c") all begin at index.html; "/x.png" is a file that is not there. */
	xie_str last = r->target.n_seg != 0 ? r->target.seg[r->target.n_seg - 1] : XIE_STR("");
	bool has_ending = last.n > 5 ? memchr(last.p + last.n - 5, '.', 5) != NULL : xie_str_find(last, '.') != last.n;
	bool is_asset = r->target.n_seg > 1 && xie_str_is(r->target.seg[0], "assets");
	return (has_ending && xie_web_mime(last)[0] != 'a') || is_asset ? NULL : s->index;
}

/* "bytes=a-b", "bytes=a-", "bytes=-n"; one range, or the header is as if absent (RFC 9110, 14.2).
 * 1: a range; 0: none; -1: outside the file. */
static int parse_range(xie_str s, off_t size, off_t *ret_from, off_t *ret_n)
{
	uint64_t a, b;
	if (!xie_str_starts(s, "bytes="))
		return 0;
	s = xie_str_from(s, 6);
	size_t dash = xie_str_find(s, '-');
	xie_str from = { s.p, dash }, to = xie_str_from(s, dash + 1);
	if (dash == s.n || (from.n == 0 && to.n == 0))
		return 0;
	if (from.n == 0) {
		if (xie_str_u64(to, &b) != XIE_OK)
			return 0;
		if (b == 0)
			return -1;
		*ret_n = b < (uint64_t)size ? (off_t)b : size;
		*ret_from = size - *ret_n;
		return 1;
	}
	if (xie_str_u64(from, &a) != XIE_OK || (to.n != 0 && xie_str_u64(to, &b) != XIE_OK))
		return 0;
	if (to.n == 0 || b >= (uint64_t)size)
		b = (uint64_t)size - 1;
	if (a >= (uint64_t)size)
		return -1;
	if (b < a)
		return 0;
	*ret_from = (off_t)a;
	*ret_n = (off_t)(b - a + 1);
	return 1;
}

static enum MHD_Result answer_range(struct web_req *r, const struct file *f, int kind, off_t from, off_t n)
{
	char range[96];
	struct MHD_Response *resp;
	if (kind < 0) {
		(void)snprintf(range, sizeof range, "bytes */%jd", (intmax_t)f->size);
		resp = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	} else {
		(void)snprintf(range, sizeof range, "bytes %jd-%jd/%jd", (intmax_t)from, (intmax_t)(from + n - 1),
		               (intmax_t)f->size);
		int fd = dup(f->fd);
		resp = fd >= 0 ? MHD_create_response_from_fd_at_offset64((uint64_t)n, fd, (uint64_t)from) : NULL;
		if (resp == NULL && fd >= 0)
			(void)close(fd);
	}
	if (resp == NULL)
		return MHD_NO;
	headers(r->w, f, resp);
	(void)MHD_add_response_header(resp, "Content-Range", range);
	enum MHD_Result ok = MHD_queue_response(r->con, kind < 0 ? 416 : 206, resp);
	MHD_destroy_response(resp);
	return ok;
}

enum MHD_Result web_static_answer(struct web_req *r)
{
	const struct web_static *s = r->w->page;
	const struct file *f = wanted(s, r);
	r->phase = PHASE_ANSWERED;
	if (f == NULL && s->index == NULL && r->target.n_seg == 0 && s->no_page != NULL)
		return MHD_queue_response(r->con, 200, s->no_page);
	if (f == NULL) {
		r->scratch = &r->w->event_scratch;
		web_fail(r, XIE_WEB_E_not_found, NULL, NULL);
		web_req_finish(r);
		return r->response != NULL ? MHD_queue_response(r->con, 404, r->response) : MHD_NO;
	}
	off_t from = 0, n = 0;
	xie_str asked = xie_str_of(MHD_lookup_connection_value(r->con, MHD_HEADER_KIND, "If-None-Match"));
	xie_str range = xie_str_of(MHD_lookup_connection_value(r->con, MHD_HEADER_KIND, "Range"));
	xie_str accept = xie_str_of(MHD_lookup_connection_value(r->con, MHD_HEADER_KIND, "Accept-Encoding"));
	if (xie_web_etag_matches(asked, xie_str_of(f->etag)))
		return MHD_queue_response(r->con, 304, f->same);
	int kind = range.n != 0 ? parse_range(range, f->size, &from, &n) : 0;
	if (kind != 0)
		return answer_range(r, f, kind, from, n);
	return MHD_queue_response(r->con, 200, f->gzip != NULL && xie_web_accepts(accept, "gzip") ? f->gzip : f->whole);
}
