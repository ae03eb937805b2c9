/* SPDX-License-Identifier: Apache-2.0 */
/* New keys, changed keys, ended keys: each with a line in the log.  Files are written beside and put in place by a rename
 * once the log has its line, so that a fall in between leaves what was there and a log that says more, never less. */
#include "keys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loglines.h"

#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/os/os.h"
#include "xie/token/token.h"

#define DAY_MS INT64_C(86400000)
static const int lives[] = { 20 * 365, 2 * 365, 2 * 365, 5 * 365 }; /* days, of the roles in order */
static const char *const titles[] = { "根证书", "取证节点", "取证节点", "时间戳" };
static const enum xie_key_kind kinds[] = { XIE_KEY_ECDSA, XIE_KEY_ED25519, XIE_KEY_SM2, XIE_KEY_ECDSA };
static const enum xie_cert_use uses[] = { XIE_CERT_AUTHORITY, XIE_CERT_SIGNER, XIE_CERT_SIGNER, XIE_CERT_TIMESTAMP };

struct acting {
	const struct keys_act *a;
	xie_arena mem;
	struct xie_key *root; /* NULL while the authority itself is made */
	xie_str root_crt;
	struct xie_cert_info old; /* of the certificate in force */
	bool has_old;
};

static bool say(const char *what, const char *value)
{
	(void)fprintf(stderr, "keys: %s%s\n", what, value);
	return false;
}

/* Written whole, to disk, under its name with ending. */
static bool put(const char *dir, const char *stem, const char *ending, xie_str bytes, mode_t mode)
{
	char path[512];
	if (!keys_path(path, dir, stem, ending))
		return say("the path is too long: ", dir);
	(void)unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	bool ok = fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n && fsync(fd) == 0;
	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	return ok || say("cannot write ", path);
}

static bool move(const char *dir, const char *from_stem, const char *from, const char *to_stem, const char *to)
{
	char a[512], b[512];
	return keys_path(a, dir, from_stem, from) && keys_path(b, dir, to_stem, to) && (rename(a, b) == 0 || say("cannot move ", a));
}

static uint64_t serial(void)
{
	struct xie_random r = xie_os_random();
	uint64_t n = 0;
	return r.fill(r.self, &n, sizeof n) == XIE_OK ? n >> 1 | 1 : 1;
}

static bool begin(struct acting *t, const struct keys_act *a, uint8_t *bytes, size_t cap)
{
	char path[512];
	xie_str crt;
	struct xie_err err = { 0 };
	*t = (struct acting){ .a = a, .mem = xie_arena_of(bytes, cap) };
	const char *stem = keys_role_name(a->role);
	if (mkdir(a->dir, 0700) != 0 && errno != EEXIST)
		return say("cannot make the folder ", a->dir);
	if (a->role != KEYS_AUTHORITY) {
		if (!keys_there(a->dir, "authority", ".pem"))
			return say("the authority's private key is not here; bring authority.pem for this act: ", a->dir);
		t->root = keys_load_one(a->dir, "authority", &t->mem, &t->root_crt, NULL);
		if (t->root == NULL)
			return false;
	}
	if (!keys_there(a->dir, stem, ".crt"))
		return true;
	if (!keys_path(path, a->dir, stem, ".crt") || xie_file_read(&t->mem, path, &crt, &err) != XIE_OK || xie_cert_read(crt, &t->old) != XIE_OK)
		return say("not a certificate: ", path);
	t->has_old = true;
	return true;
}

/* ---- the log ---- */

static bool note(struct acting *t, const char *event, const char *role, xie_wr *data)
{
	char path[512];
	struct xie_err err = { 0 };
	struct xie_event e = { .at = t->a->now, .kind = XIE_STR("key"), .id = xie_str_of(role), .event = xie_str_of(event), .by = XIE_STR("[]"),
		               .user = xie_str_of(t->a->who != NULL ? t->a->who : "") };
	xie_wr_char(data, '}');
	e.data = xie_wr_view(data);
	if (data->st != XIE_OK || !keys_path(path, t->a->dir, "keys", ".ndjson"))
		return say("the reason is too long", "");
	if (log_append(path, &e, t->root, "authority", &t->mem, &err) != XIE_OK)
		return say("keys.ndjson: ", err.what);
	return true;
}

static void time_member(xie_wr *w, const char *key, xie_ms at)
{
	xie_wr_key(w, key);
	xie_wr_char(w, '"');
	xie_wr_time(w, at);
	xie_wr_char(w, '"');
}

static bool note_new(struct acting *t, const char *role, xie_str crt, bool token, const char *replaces)
{
	struct xie_cert_info i;
	char text[2048];
	xie_wr w = xie_wr_of(text, sizeof text);
	if (xie_cert_read(crt, &i) != XIE_OK)
		return say("not a certificate: ", role);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "algorithm", xie_str_of(xie_key_algorithm(i.kind)));
	xie_wr_key(&w, "fingerprint");
	xie_wr_char(&w, '"');
	xie_wr_hex(&w, i.fingerprint, sizeof i.fingerprint);
	xie_wr_char(&w, '"');
	time_member(&w, "from", i.from);
	xie_wr_kv_str(&w, "place", xie_str_of(token ? "token" : "file"));
	xie_wr_kv_str(&w, "reason", xie_str_of(t->a->reason != NULL ? t->a->reason : ""));
	if (replaces != NULL)
		xie_wr_kv_str(&w, "replaces", xie_str_of(replaces));
	xie_wr_kv_str(&w, "serial", xie_str_of(i.serial));
	xie_wr_kv_str(&w, "subject", xie_str_of(i.subject));
	time_member(&w, "to", i.to);
	return note(t, replaces != NULL ? "key_rotated" : "key_new", role, &w);
}

/* ---- making ---- */

/* Private key and certificate as ROLE.pem.new (or ROLE.uri.new) and ROLE.crt.new. */
static bool make_file(struct acting *t, const char *title, xie_ms to, xie_wr *crt)
{
	char priv[4096];
	struct xie_key *k = NULL;
	xie_wr p = xie_wr_of(priv, sizeof priv);
	const struct keys_act *a = t->a;
	xie_status st = xie_key_new(kinds[a->role], uses[a->role], title, t->root, a->now - 60000, to, serial(), &k);
	if (st == XIE_OK)
		st = xie_key_pem(k, &p, crt);
	bool ok = st == XIE_OK ? put(a->dir, keys_role_name(a->role), ".pem.new", xie_wr_view(&p), 0600) : say("no key was made: ", xie_status_text(st));
	if (ok && a->role == KEYS_AUTHORITY) { /* it signs the line about itself */
		t->root = k;
		k = NULL;
	}
	explicit_bzero(priv, sizeof priv);
	xie_key_free(k);
	return ok;
}

static bool make_in_token(struct acting *t, const char *title, xie_ms to, xie_wr *crt)
{
	uint8_t spki[128];
	xie_wr w = xie_wr_of(spki, sizeof spki);
	struct xie_err err = { 0 };
	const struct keys_act *a = t->a;
	if (a->role != KEYS_NODE)
		return say(a->role == KEYS_SM2 ? "SM2 has no mechanism in PKCS#11's tables; its key stays a file" : "only the node's key may be in a token", "");
	struct xie_token *token = keys_open_token(a->uri);
	if (token == NULL)
		return false;
	xie_status st = xie_token_find(token, NULL); /* one that the maker's tool made is taken as it is */
	if (st == XIE_MISSING)
		st = xie_token_generate(token, a->ecdsa ? XIE_TOKEN_ECDSA : XIE_TOKEN_ED25519, &err);
	if (st == XIE_OK)
		st = xie_token_public(token, &w);
	if (st == XIE_OK)
		st = xie_cert_issue(xie_wr_view(&w), XIE_CERT_SIGNER, title, t->root, a->now - 60000, to, serial(), crt);
	xie_token_close(token);
	if (st != XIE_OK)
		return say(err.what[0] != '\0' ? err.what : xie_status_text(st), "");
	return put(a->dir, "node", ".uri.new", xie_str_of(a->uri), 0600);
}

/* What is in force is put away: its certificate into old/, its private key destroyed. */
static bool put_away(struct acting *t)
{
	char old[128], path[512];
	const char *dir = t->a->dir, *stem = keys_role_name(t->a->role);
	(void)snprintf(old, sizeof old, "old/%s-%s", stem, t->old.serial);
	if (!keys_path(path, dir, "old", "") || (mkdir(path, 0700) != 0 && errno != EEXIST))
		return say("cannot make ", path);
	if (!move(dir, stem, ".crt", old, ".crt"))
		return false;
	static const char *const endings[] = { ".pem", ".uri" };
	for (size_t i = 0; i < 2; i++)
		if (keys_there(dir, stem, endings[i]) && (!keys_path(path, dir, stem, endings[i]) || unlink(path) != 0))
			return say("cannot remove ", path);
	return true;
}

static bool in_place(struct acting *t, bool token)
{
	const char *dir = t->a->dir, *stem = keys_role_name(t->a->role);
	return (!t->has_old || put_away(t)) && move(dir, stem, token ? ".uri.new" : ".pem.new", stem, token ? ".uri" : ".pem") &&
	       move(dir, stem, ".crt.new", stem, ".crt");
}

static bool make(struct acting *t)
{
	char title[256], crt[8192];
	xie_wr c = xie_wr_of(crt, sizeof crt);
	const struct keys_act *a = t->a;
	const char *stem = keys_role_name(a->role);
	bool token = a->uri != NULL;
	xie_ms to = a->now + (a->days != 0 ? a->days : lives[a->role]) * DAY_MS;
	if (a->name == NULL && t->has_old)
		(void)snprintf(title, sizeof title, "%s", t->old.subject);
	else
		(void)snprintf(title, sizeof title, "%s %s", a->name != NULL ? a->name : "獬豸", titles[a->role]);
	return (token ? make_in_token(t, title, to, &c) : make_file(t, title, to, &c)) && put(a->dir, stem, ".crt.new", xie_wr_view(&c), 0644) &&
	       note_new(t, stem, xie_wr_view(&c), token, t->has_old ? t->old.serial : NULL) && in_place(t, token);
}

static bool act(const struct keys_act *a, bool (*do_it)(struct acting *t))
{
	static uint8_t bytes[1 << 22];
	struct acting t;
	bool ok = begin(&t, a, bytes, sizeof bytes) && do_it(&t);
	xie_key_free(t.root);
	explicit_bzero(bytes, t.mem.used);
	return ok;
}

static bool do_new(struct acting *t)
{
	return t->has_old ? say("there is one in force already; rotate it: ", keys_role_name(t->a->role)) : make(t);
}

static bool do_rotate(struct acting *t)
{
	if (t->a->role == KEYS_AUTHORITY)
		return say("a new authority is a new folder: what the old one vouched for stays with it", "");
	if (t->a->reason == NULL || t->a->reason[0] == '\0')
		return say("a reason is needed", "");
	return t->has_old ? make(t) : say("none is in force; make a new one: ", keys_role_name(t->a->role));
}

static bool do_retire(struct acting *t)
{
	char text[1024];
	xie_wr w = xie_wr_of(text, sizeof text);
	if (t->a->role == KEYS_AUTHORITY)
		return say("the authority itself cannot be retired by its own word", "");
	if (t->a->reason == NULL || t->a->reason[0] == '\0' || !t->has_old)
		return say(t->has_old ? "a reason is needed" : "none is in force: ", t->has_old ? "" : keys_role_name(t->a->role));
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "reason", xie_str_of(t->a->reason));
	xie_wr_kv_str(&w, "serial", xie_str_of(t->old.serial));
	return note(t, "key_retired", keys_role_name(t->a->role), &w) && put_away(t);
}

bool keys_new(const struct keys_act *a)
{
	return act(a, do_new);
}

bool keys_rotate(const struct keys_act *a)
{
	return act(a, do_rotate);
}

bool keys_retire(const struct keys_act *a)
{
	return act(a, do_retire);
}

/* A certificate that was made before there was a log gets its line. */
static bool adopt(const struct keys_act *a, const struct keys_log *known)
{
	static uint8_t bytes[1 << 22];
	struct acting t;
	char path[512];
	xie_str crt;
	bool ok = begin(&t, a, bytes, sizeof bytes);
	if (ok && a->role == KEYS_AUTHORITY)
		ok = (t.root = keys_load_one(a->dir, "authority", &t.mem, &t.root_crt, NULL)) != NULL;
	if (ok && t.has_old && keys_log_find((struct keys_log *)(uintptr_t)known, t.old.serial) == NULL)
		ok = keys_path(path, a->dir, keys_role_name(a->role), ".crt") && xie_file_read(&t.mem, path, &crt, NULL) == XIE_OK &&
		     note_new(&t, keys_role_name(a->role), crt, keys_there(a->dir, keys_role_name(a->role), ".uri"), NULL);
	xie_key_free(t.root);
	return ok;
}

static bool log_of(const char *dir, xie_arena *mem, struct keys_log *ret_l)
{
	char path[512];
	xie_str text = { "", 0 }, root = { "", 0 };
	struct xie_err err = { 0 };
	ret_l->n = 0;
	if (!keys_there(dir, "keys", ".ndjson"))
		return true;
	xie_status st = keys_path(path, dir, "authority", ".crt") ? xie_file_read(mem, path, &root, &err) : XIE_RANGE;
	if (st == XIE_OK)
		st = keys_path(path, dir, "keys", ".ndjson") ? xie_file_read(mem, path, &text, &err) : XIE_RANGE;
	if (st == XIE_OK)
		st = keys_log_read(text, root, mem, ret_l, &err);
	if (st != XIE_OK)
		(void)fprintf(stderr, "keys: %s/keys.ndjson:%u: %s\n", dir, (unsigned)err.line, err.what);
	return st == XIE_OK;
}

bool keys_make(const char *dir, const char *name, xie_ms now)
{
	static uint8_t bytes[1 << 23];
	static struct keys_log known;
	xie_arena mem = xie_arena_of(bytes, sizeof bytes);
	struct keys_act a = { .dir = dir, .name = name, .reason = "", .who = "", .now = now };
	bool all = true;
	if (!log_of(dir, &mem, &known))
		return false;
	for (unsigned r = 0; r < KEYS__ROLES; r++)
		all = all && keys_there(dir, keys_role_name((enum keys_role)r), ".crt");
	if (all && (known.n != 0 || !keys_there(dir, "authority", ".pem")))
		return true;
	for (unsigned r = 0; r < KEYS__ROLES; r++) {
		a.role = (enum keys_role)r;
		if (!(keys_there(dir, keys_role_name(a.role), ".crt") ? adopt(&a, &known) : keys_new(&a)))
			return false;
	}
	return true;
}

/* ---- revocation ---- */

static bool write_list(struct acting *t, struct keys_log *known)
{
	static struct xie_revoked gone[KEYS_LOG_MAX];
	static char pem[1 << 17];
	xie_wr w = xie_wr_of(pem, sizeof pem);
	size_t n = 0;
	for (size_t i = 0; i < known->n; i++)
		if (known->known[i].state == KEYS_REVOKED)
			gone[n++] = (struct xie_revoked){ known->known[i].serial_u64, known->known[i].since, known->known[i].why };
	/* the list is replaced by the next act, not by a date: it says until when the authority lives */
	if (xie_crl_make(t->root, gone, n, t->a->now, t->a->now + lives[KEYS_AUTHORITY] * DAY_MS, &w) != XIE_OK)
		return say("the revocation list cannot be made", "");
	return put(t->a->dir, "crl.pem", ".new", xie_wr_view(&w), 0644) && move(t->a->dir, "crl.pem", ".new", "crl.pem", "");
}

static bool revoke_one(struct acting *t, struct keys_log *known, const char *serial_text, enum xie_revoke_reason why, xie_ms since)
{
	char text[1024];
	xie_wr w = xie_wr_of(text, sizeof text);
	if (!log_of(t->a->dir, &t->mem, known))
		return false;
	struct keys_known *k = keys_log_find(known, serial_text);
	if (k == NULL || strcmp(k->role, "authority") == 0 || k->state == KEYS_REVOKED)
		return say(k == NULL                    ? "the log knows no certificate of this serial number: "
		           : k->state == KEYS_REVOKED   ? "revoked already: "
		                                        : "the authority cannot revoke itself: ",
		           serial_text);
	if (t->a->reason == NULL || t->a->reason[0] == '\0')
		return say("a reason is needed", "");
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "reason", xie_str_of(t->a->reason));
	xie_wr_kv_str(&w, "serial", xie_str_of(serial_text));
	time_member(&w, "since", since);
	xie_wr_kv_str(&w, "why", xie_str_of(keys_reason_name(why)));
	return note(t, "key_revoked", k->role, &w) && log_of(t->a->dir, &t->mem, known) && write_list(t, known);
}

bool keys_revoke(const struct keys_act *a, const char *serial_text, enum xie_revoke_reason why, xie_ms since)
{
	static uint8_t bytes[1 << 23];
	static struct keys_log known;
	struct acting t;
	struct keys_act node = *a;
	node.role = KEYS_NODE; /* whichever: the authority is what is needed */
	bool ok = begin(&t, &node, bytes, sizeof bytes) && revoke_one(&t, &known, serial_text, why, since);
	xie_key_free(t.root);
	explicit_bzero(bytes, t.mem.used);
	return ok;
}

/* ---- the list ---- */

static void list_one(const struct keys_known *k, xie_ms now, bool here, FILE *out)
{
	char line[1024];
	xie_wr w = xie_wr_of(line, sizeof line);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "role", xie_str_of(k->role));
	xie_wr_kv_str(&w, "serial", xie_str_of(k->serial));
	xie_wr_kv_str(&w, "subject", xie_str_of(k->subject));
	xie_wr_kv_str(&w, "algorithm", xie_str_of(k->algorithm));
	xie_wr_kv_str(&w, "place", xie_str_of(k->place));
	time_member(&w, "from", k->from);
	time_member(&w, "to", k->to);
	bool expired = k->state == KEYS_IN_FORCE && k->to <= now;
	xie_wr_kv_str(&w, "state", xie_str_of(expired ? "expired" : keys_state_name(k->state)));
	xie_wr_kv_bool(&w, "here", here);
	if (k->state == KEYS_IN_FORCE) {
		xie_wr_kv_i64(&w, "days_left", xie_floor_div(k->to - now, DAY_MS));
	} else {
		time_member(&w, "since", k->since);
		xie_wr_kv_str(&w, "reason", xie_str_of(k->reason));
	}
	if (k->state == KEYS_REVOKED)
		xie_wr_kv_str(&w, "why", xie_str_of(keys_reason_name(k->why)));
	xie_wr_text(&w, "}\n");
	(void)fwrite(w.p, 1, w.n, out);
}

bool keys_list(const char *dir, xie_ms now, FILE *out)
{
	static uint8_t bytes[1 << 23];
	static struct keys_log known;
	xie_arena mem = xie_arena_of(bytes, sizeof bytes);
	char here[KEYS__ROLES][48] = { { 0 } };
	bool ok = log_of(dir, &mem, &known);
	for (unsigned r = 0; ok && r < KEYS__ROLES; r++) {
		char path[512];
		xie_str crt;
		struct xie_cert_info i;
		const char *stem = keys_role_name((enum keys_role)r);
		if (!keys_there(dir, stem, ".crt") || !keys_path(path, dir, stem, ".crt") || xie_file_read(&mem, path, &crt, NULL) != XIE_OK ||
		    xie_cert_read(crt, &i) != XIE_OK)
			continue;
		memcpy(here[r], i.serial, sizeof here[r]);
		const struct keys_known *k = keys_log_find(&known, i.serial);
		if (k == NULL || k->state == KEYS_ROTATED || k->state == KEYS_RETIRED)
			ok = say("in the folder is a certificate that the log does not have in force: ", stem);
		else if (k->state == KEYS_IN_FORCE && k->to - now < 30 * DAY_MS)
			(void)fprintf(stderr, "keys: %s holds until less than 30 days from now: rotate it\n", stem);
	}
	for (size_t i = 0; i < known.n; i++) {
		bool in = false;
		for (unsigned r = 0; r < KEYS__ROLES; r++)
			in = in || strcmp(here[r], known.known[i].serial) == 0;
		list_one(&known.known[i], now, in, out);
	}
	return ok;
}
