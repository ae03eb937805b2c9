/* SPDX-License-Identifier: Apache-2.0 */
#include "site_gate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xie/base/sha256.h"
#include "xie/base/time.h"
#include "xie/file/file.h"

enum { CONNECTIONS = 10000, DIGITS = 20 };

struct identity {
	char digits[DIGITS + 1]; /* without leading zeros */
};

struct site_gate {
	struct site *s;
	struct xie_gate *gate;
	struct identity *list; /* ascending */
	size_t n, cap;
	bool refuse; /* whoever is not in the list */
	uint32_t connections;
};

/* ---- who is served ---- */

static int by_digits(const void *a, const void *b)
{
	return strcmp(((const struct identity *)a)->digits, ((const struct identity *)b)->digits);
}

static bool known(void *self, xie_str id)
{
	const struct site_gate *g = self;
	struct identity k = { "" };
	if (!g->refuse)
		return true;
	if (id.n > DIGITS || g->n == 0)
		return false;
	memcpy(k.digits, id.p, id.n);
	return bsearch(&k, g->list, g->n, sizeof k, by_digits) != NULL;
}

static xie_status add_identity(struct site_gate *g, xie_str id)
{
	id = xie_str_trim(id);
	while (id.n > 1 && id.p[0] == '0')
		id = xie_str_from(id, 1);
	if (id.n == 0 || id.n > DIGITS)
		return XIE_MALFORMED;
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] < '0' || id.p[i] > '9')
			return XIE_MALFORMED;
	if (g->n == g->cap) {
		size_t cap = g->cap != 0 ? g->cap * 2 : 256;
		struct identity *more = realloc(g->list, cap * sizeof *more);
		if (more == NULL)
			return XIE_UNAVAILABLE;
		g->list = more;
		g->cap = cap;
	}
	g->list[g->n] = (struct identity){ "" };
	memcpy(g->list[g->n++].digits, id.p, id.n);
	return XIE_OK;
}

/* One identity a line; empty lines and those that begin with # are for people. */
static xie_status read_list(struct site_gate *g, const char *path, struct xie_err *reterr)
{
	struct xie_lines *l = NULL;
	xie_str line;
	bool more = true;
	uint32_t at = 0;
	xie_status st = xie_lines_open(path, &l, reterr);
	while (st == XIE_OK) {
		st = xie_lines_next(l, &line, &more);
		if (st != XIE_OK || !more)
			break;
		at++;
		line = xie_str_trim(line);
		if (line.n != 0 && line.p[0] != '#')
			st = add_identity(g, line);
		if (st != XIE_OK)
			(void)xie_err_set(reterr, st, at, 1, "this is no terminal's number", "1 to 20 digits, one on a line");
	}
	xie_lines_close(l);
	if (st != XIE_OK && reterr != NULL)
		reterr->file = path;
	return st;
}

static xie_status take_list(struct site_gate *g, const struct site_terminals *c, struct xie_err *reterr)
{
	xie_status st = XIE_OK;
	for (size_t i = 0; c != NULL && i < c->n_list && st == XIE_OK; i++) {
		st = add_identity(g, c->list[i]);
		if (st != XIE_OK)
			(void)xie_err_set(reterr, st, 0, 0, "a source's list has what is no terminal's number", "1 to 20 digits, in quotes");
	}
	if (st == XIE_OK && c != NULL && c->file != NULL)
		st = read_list(g, c->file, reterr);
	if (g->n != 0)
		qsort(g->list, g->n, sizeof *g->list, by_digits);
	return st;
}

/* ---- the secret that tokens are made of ---- */

static bool write_all(int fd, const void *p, size_t n)
{
	const uint8_t *b = p;
	while (n != 0) {
		ssize_t k = write(fd, b, n);
		if (k <= 0 && errno != EINTR)
			return false;
		b += k > 0 ? k : 0;
		n -= k > 0 ? (size_t)k : 0;
	}
	return true;
}

/* Writes beside the path and puts it there, so that a kill leaves all or nothing. */
static bool write_file(const char *path, const void *p, size_t n, mode_t mode)
{
	char part[1400];
	(void)snprintf(part, sizeof part, "%s.part", path);
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd < 0)
		return false;
	bool ok = write_all(fd, p, n) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	if (ok && rename(part, path) == 0)
		return true;
	int e = errno;
	(void)unlink(part);
	errno = e;
	return false;
}

static bool sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		(void)close(fd);
	return ok;
}

static xie_status secret_of(struct site *s, uint8_t secret[static 32], struct xie_err *reterr)
{
	char path[1200];
	(void)snprintf(path, sizeof path, "%s/gateway.secret", s->conf.data);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		ssize_t n = read(fd, secret, 32);
		(void)close(fd);
		return n == 32 ? XIE_OK
		               : xie_err_set(reterr, XIE_CORRUPT, 0, 0, "gateway.secret in the data folder is cut short",
		                             "bring it back from a backup; without it every terminal registers anew");
	}
	if (errno == ENOENT && s->random.fill(s->random.self, secret, 32) == XIE_OK &&
	    write_file(path, secret, 32, 0600) && sync_folder(s->conf.data))
		return XIE_OK;
	return xie_err_set(reterr, XIE_IO, 0, 0, "gateway.secret in the data folder cannot be read or made", strerror(errno));
}

/* ---- pictures ---- */

static const char *ending(const struct xie_jt808_media *m)
{
	static const char *const endings[] = { "jpg", "tif", "mp3", "wav", "wmv" };
	return m->format < 5 ? endings[m->format] : "bin";
}

/* Runs on the ingest's loop, before the terminal is answered: what it was told we have, we have. */
static void keep_media(void *self, const struct xie_gate_media *m, xie_wr *note, char ret_sha256[static 65])
{
	struct site_gate *g = self;
	struct xie_civil day;
	char name[160], path[1400];
	uint8_t digest[32];
	xie_wr hex = xie_wr_of(ret_sha256, 64);
	xie_sha256_of(m->bytes, m->n, digest);
	xie_wr_hex(&hex, digest, sizeof digest);
	ret_sha256[64] = '\0';
	xie_civil_from_ms(m->now, 0, &day);
	(void)snprintf(path, sizeof path, "%s/media", g->s->conf.data);
	(void)mkdir(path, 0750);
	(void)snprintf(name, sizeof name, "media/%04d%02d%02d", (int)day.year, (int)day.month, (int)day.day);
	(void)snprintf(path, sizeof path, "%s/%s", g->s->conf.data, name);
	(void)mkdir(path, 0750);
	size_t n = strlen(name);
	(void)snprintf(name + n, sizeof name - n, "/%s.%s", ret_sha256, ending(&m->about));
	(void)snprintf(path, sizeof path, "%s/%s", g->s->conf.data, name);
	bool there = access(path, F_OK) == 0 || write_file(path, m->bytes, m->n, 0640);
	char *slash = strrchr(path, '/');
	*slash = '\0';
	if (there && sync_folder(path)) {
		xie_wr_kv_str(note, "sha256", xie_str_of(ret_sha256));
		xie_wr_kv_str(note, "file", xie_str_of(name));
		return;
	}
	xie_wr_kv_str(note, "failed", xie_str_of(strerror(errno)));
	site_say(g->s, "gateway: a picture of terminal %s could not be kept: %s; its frames are in the journal", m->identity,
	         strerror(errno));
	ret_sha256[0] = '\0';
}

/* ---- life ---- */

static xie_ms gate_wall(void *self)
{
	struct site *s = self;
	return s->clock.wall(s->clock.self);
}

/* Terminals wait in the machine's time, also under a trial's clock. */
static xie_ms gate_mono(void *self)
{
	struct site *s = self;
	return s->machine.mono(s->machine.self);
}

static void log_line(void *ctx, const char *line)
{
	site_say(ctx, "gateway: %s", line);
}

xie_status site_gate_new(struct site *s, uint32_t number, const struct site_terminals *c, struct site_gate **ret_g,
                         struct xie_err *reterr)
{
	struct site_gate *g = calloc(1, sizeof *g);
	if (g == NULL)
		return xie_err_set(reterr, XIE_UNAVAILABLE, 0, 0, "no memory for terminals", "");
	g->s = s;
	g->connections = c != NULL && c->connections != 0 ? c->connections : CONNECTIONS;
	g->refuse = c != NULL && (c->unknown == SITE_UNKNOWN_REFUSE ||
	                          (c->unknown == SITE_UNKNOWN_DEFAULT && (c->n_list != 0 || c->file != NULL)));
	struct xie_gate_options o = { .source = number,
		                      .set = xie_jt808_settings_for(g->connections),
		                      .clock = { .self = s, .wall = gate_wall, .mono = gate_mono },
		                      .self = g,
		                      .known = known,
		                      .media = keep_media,
		                      .log = log_line,
		                      .log_ctx = s };
	o.set.login_by_phone = c != NULL && c->by_phone;
	if (c != NULL && c->silence != 0)
		o.set.idle_ms = c->silence;
	xie_status st = take_list(g, c, reterr);
	if (st == XIE_OK)
		st = secret_of(s, o.set.secret, reterr);
	if (st == XIE_OK) {
		st = xie_gate_new(&o, &g->gate);
		if (st != XIE_OK)
			(void)xie_err_set(reterr, st, 0, 0, "no memory for so many terminals", "a lower number of connections");
	}
	if (st != XIE_OK) {
		site_gate_free(g);
		return st;
	}
	*ret_g = g;
	return XIE_OK;
}

void site_gate_free(struct site_gate *g)
{
	if (g == NULL)
		return;
	xie_gate_free(g->gate);
	free(g->list);
	free(g);
}

const struct xie_gateway *site_gate_gateway(const struct site_gate *g)
{
	return xie_gate_gateway(g->gate);
}

uint32_t site_gate_connections(const struct site_gate *g)
{
	return g->connections;
}

struct xie_gate *site_gate_of(const struct site_gate *g)
{
	return g->gate;
}

/* ---- counters ---- */

struct look {
	const struct site_gate *g;
	struct xie_gate_state *st;
};

static void look_inside(void *ctx, struct xie_ingest *in)
{
	struct look *l = ctx;
	(void)in;
	xie_gate_look(l->g->gate, l->st);
}

void site_gate_look(struct site *s, const struct site_gate *g, struct xie_gate_state *ret_st)
{
	struct look l = { g, ret_st };
	xie_ingest_call(s->ingest, look_inside, &l);
}

static void add_reject(struct xie_world_reject *rejects, size_t cap, size_t *n, uint64_t *total, const char *reason,
                       uint64_t count)
{
	if (count == 0)
		return;
	*total += count;
	if (*n < cap)
		rejects[(*n)++] = (struct xie_world_reject){ xie_str_of(reason), count };
}

void site_gate_rejects(const struct xie_gate_state *st, struct xie_world_reject *rejects, size_t cap, size_t *n,
                       uint64_t *total)
{
	for (unsigned i = 1; i < XIE_JT808_BAD__COUNT; i++)
		add_reject(rejects, cap, n, total, xie_jt808_bad_code((enum xie_jt808_bad)i), st->bad[i]);
	for (unsigned i = 1; i < XIE_JT808_WHY__COUNT; i++)
		add_reject(rejects, cap, n, total, xie_jt808_why_code((enum xie_jt808_why)i), st->refused[i]);
	add_reject(rejects, cap, n, total, "unknown_terminal", st->unknown);
}
