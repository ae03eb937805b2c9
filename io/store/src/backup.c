/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/store/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "xie/base/time.h"
#include "xie/base/val.h"
#include "xie/base/wr.h"
#include "xie/db_sqlite/db.h"

enum { PATH_MOST = 1024, MANIFEST_MOST = 4 << 20, CHUNK = 1 << 16 };

static xie_status say(struct xie_err *err, xie_status st, const char *path, const char *what)
{
	(void)xie_err_set(err, st, 0, 0, "", "");
	xie_err_add(err, path, strlen(path));
	xie_err_add(err, ": ", 2);
	xie_err_add(err, what, strlen(what));
	return st;
}

/* ---- files ---- */

/* Digest of a file's bytes, copied on the way when to is given (and then on disk). */
static xie_status digest_file(const char *from, const char *to, uint8_t ret[static 32], uint64_t *ret_n, struct xie_err *err)
{
	uint8_t *buf = malloc(CHUNK);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	FILE *in = fopen(from, "rb"), *out = to != NULL ? fopen(to, "wbx") : NULL;
	unsigned len = 0;
	xie_status st = buf == NULL || c == NULL || EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1 ? XIE_LIMIT : XIE_OK;
	if (in == NULL)
		st = say(err, XIE_IO, from, strerror(errno));
	else if (to != NULL && out == NULL)
		st = say(err, XIE_IO, to, strerror(errno));
	*ret_n = 0;
	for (size_t k = 1; st == XIE_OK && k != 0;) {
		k = fread(buf, 1, CHUNK, in);
		*ret_n += k;
		if (k != 0 && EVP_DigestUpdate(c, buf, k) != 1)
			st = XIE_LIMIT;
		if (st == XIE_OK && out != NULL && fwrite(buf, 1, k, out) != k)
			st = say(err, XIE_IO, to, strerror(errno));
	}
	if (st == XIE_OK && ferror(in))
		st = say(err, XIE_IO, from, "cannot be read to its end");
	if (st == XIE_OK && EVP_DigestFinal_ex(c, ret, &len) != 1)
		st = XIE_LIMIT;
	if (st == XIE_OK && out != NULL && (fflush(out) != 0 || fsync(fileno(out)) != 0))
		st = say(err, XIE_IO, to, strerror(errno));
	if (out != NULL)
		(void)fclose(out);
	if (in != NULL)
		(void)fclose(in);
	EVP_MD_CTX_free(c);
	free(buf);
	return st;
}

static bool is_empty_dir(const char *path)
{
	DIR *d = opendir(path);
	bool empty = d != NULL;
	for (struct dirent *e; empty && (e = readdir(d)) != NULL;)
		empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	if (d != NULL)
		(void)closedir(d);
	return empty;
}

static xie_status make_empty(const char *path, struct xie_err *err)
{
	if (mkdir(path, 0700) == 0 || (errno == EEXIST && is_empty_dir(path)))
		return XIE_OK;
	return errno == EEXIST || access(path, F_OK) == 0 ? say(err, XIE_DUPLICATE, path, "is there already and not empty") :
	                                                    say(err, XIE_IO, path, strerror(errno));
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);
	return n >= k && strcmp(s + n - k, end) == 0;
}

/* Names in dir that end so, sorted downwards (younger days first); a list of strings, NULL at its end. */
static int downwards(const void *a, const void *b)
{
	return -strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(char **names)
{
	for (size_t i = 0; names != NULL && names[i] != NULL; i++)
		free(names[i]);
	free(names);
}

static char **list_names(const char *dir, const char *end)
{
	DIR *d = opendir(dir);
	size_t n = 0;
	char **all = calloc(1, sizeof *all);
	for (struct dirent *e; d != NULL && all != NULL && (e = readdir(d)) != NULL;) {
		if (!ends_with(e->d_name, end))
			continue;
		char **grown = realloc(all, (n + 2) * sizeof *all);
		char *copy = strdup(e->d_name);
		if (grown == NULL || copy == NULL) {
			free(copy);
			free_names(grown != NULL ? grown : all);
			all = NULL;
			break;
		}
		all = grown;
		all[n++] = copy;
		all[n] = NULL;
	}
	if (d != NULL)
		(void)closedir(d);
	if (all != NULL)
		qsort(all, n, sizeof *all, downwards);
	return all;
}

/* ---- making ---- */

struct making {
	const char *data, *out;
	xie_wr list; /* of the manifest's files */
	struct xie_err *err;
};

static xie_status add_to_list(struct making *m, const char *name)
{
	char path[PATH_MOST];
	uint8_t sum[32];
	uint64_t n;
	(void)snprintf(path, sizeof path, "%s/%s", m->out, name);
	xie_status st = digest_file(path, NULL, sum, &n, m->err);
	if (st != XIE_OK)
		return st;
	xie_wr_sep(&m->list);
	xie_wr_char(&m->list, '{');
	xie_wr_kv_i64(&m->list, "bytes", (int64_t)n);
	xie_wr_kv_str(&m->list, "path", xie_str_of(name));
	xie_wr_key(&m->list, "sha256");
	xie_wr_char(&m->list, '"');
	xie_wr_hex(&m->list, sum, sizeof sum);
	xie_wr_text(&m->list, "\"}");
	return m->list.st == XIE_OK ? XIE_OK : say(m->err, XIE_LIMIT, m->out, "too many files for one manifest");
}

/* A database that may be in use; one that is gone meanwhile (retention) or was never made is no failure. */
static xie_status copy_db(struct making *m, const char *name)
{
	char from[PATH_MOST], to[PATH_MOST];
	struct xie_db *db = NULL;
	const struct xie_db_options opt = { .read_only = true };
	(void)snprintf(from, sizeof from, "%s/%s", m->data, name);
	(void)snprintf(to, sizeof to, "%s/%s", m->out, name);
	if (access(from, F_OK) != 0)
		return XIE_OK;
	xie_status st = xie_db_open(from, &opt, &db, m->err);
	if (st == XIE_MISSING)
		return XIE_OK;
	if (st == XIE_OK)
		st = xie_db_backup(db, to, m->err);
	xie_db_close(db);
	return st == XIE_OK ? add_to_list(m, name) : st;
}

static xie_status copy_all(struct making *m, const char *sub, const char *end, const char *but)
{
	char path[PATH_MOST], to[PATH_MOST];
	(void)snprintf(path, sizeof path, "%s/%s", m->data, sub);
	char **names = list_names(path, end);
	xie_status st = names != NULL ? XIE_OK : XIE_LIMIT;
	for (size_t i = 0; st == XIE_OK && names[i] != NULL; i++) {
		char name[PATH_MOST / 2];
		if (but != NULL && (strcmp(names[i], "tail.db") == 0 || strcmp(names[i], "kept.db") == 0))
			continue;
		(void)snprintf(name, sizeof name, "%s/%s", sub, names[i]);
		if (strcmp(end, ".db") == 0) {
			st = copy_db(m, name);
			continue;
		}
		uint8_t sum[32];
		uint64_t n;
		(void)snprintf(path, sizeof path, "%s/%s", m->data, name);
		(void)snprintf(to, sizeof to, "%s/%s", m->out, name);
		if (access(path, R_OK) != 0)
			continue; /* an older snapshot that was dropped meanwhile */
		st = digest_file(path, to, sum, &n, m->err);
		if (st == XIE_OK)
			st = add_to_list(m, name);
	}
	free_names(names);
	return st;
}

static xie_status write_manifest(struct making *m, xie_ms now)
{
	char path[PATH_MOST], head[200];
	xie_wr h = xie_wr_of(head, sizeof head);
	xie_wr_text(&h, "{\"created\":\"");
	xie_wr_time(&h, now);
	xie_wr_text(&h, "\",\"format\":1,\"files\":");
	(void)snprintf(path, sizeof path, "%s/backup.json", m->out);
	FILE *f = fopen(path, "wbx");
	bool ok = f != NULL && fwrite(head, 1, h.n, f) == h.n && fwrite(m->list.p, 1, m->list.n, f) == m->list.n &&
	          fputs("]}\n", f) >= 0 && fflush(f) == 0 && fsync(fileno(f)) == 0;
	xie_status st = ok ? XIE_OK : say(m->err, XIE_IO, path, strerror(errno));
	if (f != NULL)
		(void)fclose(f);
	return st;
}

xie_status xie_backup_make(const char *data, const char *out, xie_ms now, struct xie_err *reterr)
{
	static const char *const SUBS[] = { "snapshots", "tracks", "journal" };
	char path[PATH_MOST];
	if (strlen(data) > 400 || strlen(out) > 400)
		return say(reterr, XIE_LIMIT, data, "the path is too long");
	(void)snprintf(path, sizeof path, "%s/records.db", data);
	char journal[PATH_MOST];
	(void)snprintf(journal, sizeof journal, "%s/journal/tail.db", data);
	if (access(path, F_OK) != 0 && access(journal, F_OK) != 0)
		return say(reterr, XIE_MISSING, data, "holds neither records.db nor a journal");
	uint8_t *list = malloc(MANIFEST_MOST);
	if (list == NULL)
		return say(reterr, XIE_LIMIT, out, "out of memory");
	struct making m = { .data = data, .out = out, .list = xie_wr_of(list, MANIFEST_MOST), .err = reterr };
	xie_wr_char(&m.list, '[');
	xie_status st = make_empty(out, reterr);
	for (size_t i = 0; st == XIE_OK && i < 3; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", out, SUBS[i]);
		st = mkdir(path, 0700) == 0 ? XIE_OK : say(reterr, XIE_IO, path, strerror(errno));
	}
	if (st == XIE_OK)
		st = copy_db(&m, "records.db");
	if (st == XIE_OK)
		st = copy_all(&m, "snapshots", ".snap", NULL);
	if (st == XIE_OK)
		st = copy_all(&m, "tracks", ".db", NULL);
	if (st == XIE_OK)
		st = copy_db(&m, "journal/tail.db");
	if (st == XIE_OK)
		st = copy_all(&m, "journal", ".db", "tail and kept");
	if (st == XIE_OK)
		st = copy_db(&m, "journal/kept.db");
	if (st == XIE_OK)
		st = write_manifest(&m, now);
	free(list);
	return st;
}

/* ---- restoring ---- */

static xie_status read_manifest(const char *backup, xie_arena *mem, const struct xie_val **ret_v, struct xie_err *err)
{
	char path[PATH_MOST];
	static const struct xie_val_limits LIM = { .depth = 8 };
	(void)snprintf(path, sizeof path, "%s/backup.json", backup);
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		return say(err, XIE_MISSING, path, "not there: this is no backup, or it was never finished");
	char *text = xie_arena_alloc(mem, MANIFEST_MOST + 1, 1);
	size_t n = text != NULL ? fread(text, 1, MANIFEST_MOST + 1, f) : 0;
	(void)fclose(f);
	if (text == NULL || n > MANIFEST_MOST)
		return say(err, XIE_LIMIT, path, "the manifest is too large");
	xie_status st = xie_json_read(mem, (xie_str){ text, n }, LIM, ret_v, NULL);
	if (st != XIE_OK || xie_val_get_i64(*ret_v, "format", 0) != 1)
		return say(err, XIE_CORRUPT, path, "is no manifest of this program");
	return XIE_OK;
}

/* "records.db" or "sub/name" of the folders we know: nothing climbs out. */
static bool name_is_ours(xie_str name)
{
	static const char *const SUBS[] = { "journal/", "tracks/", "snapshots/" };
	if (xie_str_is(name, "records.db"))
		return true;
	for (size_t i = 0; i < 3; i++)
		if (xie_str_starts(name, SUBS[i])) {
			xie_str rest = xie_str_from(name, strlen(SUBS[i]));
			return rest.n != 0 && rest.n < 64 && rest.p[0] != '.' && xie_str_find(rest, '/') == rest.n;
		}
	return false;
}

static xie_status each_file(const struct xie_val *v, const char *backup, const char *data, struct xie_err *err)
{
	XIE_VAL_EACH(file, xie_val_get(v, "files")) {
		xie_str name = xie_val_get_str(file, "path"), want = xie_val_get_str(file, "sha256");
		char from[PATH_MOST], to[PATH_MOST], hex[64];
		uint8_t sum[32];
		uint64_t n;
		if (!name_is_ours(name))
			return say(err, XIE_CORRUPT, backup, "its manifest names a file that no backup has");
		(void)snprintf(from, sizeof from, "%s/%.*s", backup, (int)name.n, name.p);
		if (data != NULL)
			(void)snprintf(to, sizeof to, "%s/%.*s", data, (int)name.n, name.p);
		xie_status st = digest_file(from, data != NULL ? to : NULL, sum, &n, err);
		if (st != XIE_OK)
			return st;
		xie_wr w = xie_wr_of(hex, sizeof hex);
		xie_wr_hex(&w, sum, sizeof sum);
		if (!xie_str_eq(xie_wr_view(&w), want))
			return say(err, XIE_CORRUPT, from, "is not what was backed up");
	}
	return XIE_OK;
}

xie_status xie_backup_restore(const char *backup, const char *data, struct xie_err *reterr)
{
	static const char *const SUBS[] = { "snapshots", "tracks", "journal" };
	char path[PATH_MOST];
	size_t cap = (size_t)16 * MANIFEST_MOST;
	if (strlen(data) > 400 || strlen(backup) > 400)
		return say(reterr, XIE_LIMIT, backup, "the path is too long");
	void *bytes = malloc(cap);
	if (bytes == NULL)
		return say(reterr, XIE_LIMIT, backup, "out of memory");
	xie_arena mem = xie_arena_of(bytes, cap);
	const struct xie_val *v = NULL;
	xie_status st = read_manifest(backup, &mem, &v, reterr);
	if (st == XIE_OK)
		st = each_file(v, backup, NULL, reterr); /* all is checked before anything is written */
	if (st == XIE_OK)
		st = make_empty(data, reterr);
	for (size_t i = 0; st == XIE_OK && i < 3; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", data, SUBS[i]);
		st = mkdir(path, 0700) == 0 ? XIE_OK : say(reterr, XIE_IO, path, strerror(errno));
	}
	if (st == XIE_OK)
		st = each_file(v, backup, data, reterr);
	free(bytes);
	return st;
}
