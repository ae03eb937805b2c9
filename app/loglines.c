/* SPDX-License-Identifier: Apache-2.0 */
#include "loglines.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static xie_status bad(struct xie_err *err, xie_status st, uint64_t line)
{
	return xie_err_set(err, st, (uint32_t)line, 0,
	                   st == XIE_CONFLICT   ? "this line does not follow the one before"
	                   : st == XIE_CHECKSUM ? "this line was changed"
	                   : st == XIE_REFUSED  ? "this line is not signed by the authority"
	                                        : "not a line of a log",
	                   NULL);
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool signed_by(xie_str cert, const struct xie_event *e)
{
	uint8_t sig[XIE_SIG_MAX];
	if (e->signature.n == 0 || e->signature.n % 2 != 0 || e->signature.n > 2 * sizeof sig)
		return false;
	for (size_t i = 0; i < e->signature.n / 2; i++) {
		int hi = digit(e->signature.p[2 * i]), lo = digit(e->signature.p[2 * i + 1]);
		if (hi < 0 || lo < 0)
			return false;
		sig[i] = (uint8_t)(hi << 4 | lo);
	}
	return xie_cert_verify(cert, e->digest, sizeof e->digest, sig, e->signature.n / 2) == XIE_OK;
}

xie_status log_walk(xie_str text, xie_str cert_pem, xie_arena *mem, bool (*see)(void *self, const struct xie_event *e), void *self,
                    struct xie_eventlog *ret_end, struct xie_err *reterr)
{
	struct xie_eventlog at = { 0 };
	xie_str rest = text, line;
	bool go_on = true;
	if (text.n != 0 && text.p[text.n - 1] != '\n')
		return bad(reterr, XIE_MALFORMED, 0);
	while (go_on && rest.n != 0 && xie_str_split(&rest, '\n', &line)) {
		struct xie_event e;
		xie_status st = xie_eventlog_read(mem, line, &e);
		if (st == XIE_OK)
			st = xie_eventlog_take(&at, &e);
		if (st == XIE_OK && cert_pem.n != 0 && !signed_by(cert_pem, &e))
			st = XIE_REFUSED;
		if (st != XIE_OK)
			return bad(reterr, st, at.n + 1);
		go_on = see == NULL || see(self, &e);
	}
	if (ret_end != NULL)
		*ret_end = at;
	return XIE_OK;
}

static bool write_all(int fd, const uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, p, n);
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return fsync(fd) == 0;
}

static xie_status read_whole(int fd, xie_arena *mem, xie_str *ret)
{
	struct stat sb;
	if (fstat(fd, &sb) != 0)
		return XIE_IO;
	char *p = xie_arena_alloc(mem, (size_t)sb.st_size + 1, 1);
	if (p == NULL)
		return XIE_LIMIT;
	*ret = (xie_str){ p, (size_t)sb.st_size };
	return pread(fd, p, ret->n, 0) == (ssize_t)ret->n ? XIE_OK : XIE_IO;
}

static xie_status sign_and_write(int fd, struct xie_event *e, const struct xie_key *signer, xie_arena *mem)
{
	uint8_t sig[XIE_SIG_MAX];
	size_t n = 0, cap = 2048 + 2 * (e->by.n + e->data.n);
	xie_status st = xie_key_sign(signer, e->digest, sizeof e->digest, sig, sizeof sig, &n);
	char *hex = xie_arena_alloc(mem, 2 * XIE_SIG_MAX, 1);
	uint8_t *line = xie_arena_alloc(mem, cap, 1);
	if (st != XIE_OK || hex == NULL || line == NULL)
		return st != XIE_OK ? st : XIE_LIMIT;
	xie_wr h = xie_wr_of(hex, 2 * XIE_SIG_MAX), w = xie_wr_of(line, cap);
	xie_wr_hex(&h, sig, n);
	e->signature = xie_wr_view(&h);
	st = xie_eventlog_write(e, &w);
	return st != XIE_OK ? st : write_all(fd, w.p, w.n) ? XIE_OK : XIE_IO;
}

xie_status log_append(const char *path, struct xie_event *e, const struct xie_key *signer, const char *key_name, xie_arena *mem,
                      struct xie_err *reterr)
{
	struct xie_eventlog at;
	xie_str text;
	size_t mark = xie_arena_mark(mem);
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd < 0 || flock(fd, LOCK_EX) != 0) {
		if (fd >= 0)
			(void)close(fd);
		return xie_err_set(reterr, XIE_IO, 0, 0, "the log cannot be opened for writing", NULL);
	}
	xie_status st = read_whole(fd, mem, &text);
	if (st == XIE_OK)
		st = log_walk(text, (xie_str){ "", 0 }, mem, NULL, NULL, &at, reterr);
	e->key_id = xie_str_of(key_name);
	if (st == XIE_OK && e->at < at.at) /* the machine's clock was set back: the log's time does not go back */
		e->at = at.at;
	if (st == XIE_OK)
		st = xie_eventlog_place(&at, mem, e);
	if (st == XIE_OK)
		st = sign_and_write(fd, e, signer, mem);
	(void)close(fd);
	xie_arena_rewind(mem, mark);
	if (st != XIE_OK && reterr != NULL && reterr->st == XIE_OK)
		(void)xie_err_set(reterr, st, 0, 0, "the act cannot be written into the log: ", NULL), xie_err_add(reterr, path, strlen(path));
	return st;
}
