/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi user: accounts from the command line: the first ones, and what to do when nobody can log in any more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "command.h"

#include "xie/base/wr.h"
#include "xie/file/file.h"
#include "xie/os/os.h"
#include "xie/port/id.h"
#include "xie/store/records.h"
#include "xie/web/password.h"
#include "xie/web/role.h"

static const char help[] =
    "usage: xiezhi user add --login NAME --roles CODE[,CODE...] [--name TEXT] [--org ID] [--data DIR]\n"
    "       xiezhi user passwd|disable|enable|unlock --login NAME [--data DIR]\n"
    "       xiezhi user role --login NAME --roles CODE[,CODE...] [--data DIR]\n"
    "       xiezhi user list [--data DIR]\n\n"
    "Accounts, straight in the records; works beside a running server, which ends the sessions of who may no longer\n"
    "log in when they next expire.  Every change is in the audit record as the system's.\n\n"
    "  --data DIR     default ./data/site\n"
    "  --org ID       the unit; default: the root, which is made with --name-of-root TEXT (default 本单位) when there "
    "is none\n"
    "  --region CODE  GB/T 2260 code of a root that is made; default 440000\n\n"
    "The password is read from standard input (a line), or asked for at a terminal; it is never an argument, where "
    "every\n"
    "user of the machine could read it.  Roles: duty officer unit_head leader reviewer hearing_host archivist "
    "supervisor\n"
    "sysadmin secadmin auditor; an administrator's role stands alone.\n\n"
    "Exit: 0 done, 1 the input is bad, 2 usage, 3 the environment failed.\n";

struct options {
	const char *verb, *login, *roles, *name, *org, *data, *root, *region;
};

struct context {
	struct options o;
	struct xie_records *records;
	struct xie_store store;
	struct xie_clock clock;
	struct xie_user u;
	char id[65], login[65], name[256], org[65], region[24], roles[160], password[XIE_PASSWORD_TEXT], json[4096];
	bool found;
};

static int say(int rc, const char *what, const char *value)
{
	(void)fprintf(stderr, "xiezhi user: %s%s\n", what, value);
	return rc;
}

static void copy(char *to, size_t cap, xie_str from)
{
	(void)snprintf(to, cap, "%.*s", (int)from.n, from.p);
}

static xie_status take(void *ctx, const struct xie_user *u)
{
	struct context *c = ctx;
	c->u = *u;
	copy(c->id, sizeof c->id, u->id);
	copy(c->login, sizeof c->login, u->login);
	copy(c->name, sizeof c->name, u->name);
	copy(c->org, sizeof c->org, u->org);
	copy(c->region, sizeof c->region, u->region);
	copy(c->roles, sizeof c->roles, u->roles);
	copy(c->password, sizeof c->password, u->password);
	copy(c->json, sizeof c->json, u->json);
	c->found = true;
	return XIE_OK;
}

/* The user's texts, which are the context's own from now on. */
static void point_texts(struct context *c)
{
	c->u.id = xie_str_of(c->id);
	c->u.login = xie_str_of(c->login);
	c->u.name = xie_str_of(c->name);
	c->u.org = xie_str_of(c->org);
	c->u.region = xie_str_of(c->region);
	c->u.roles = xie_str_of(c->roles);
	c->u.password = xie_str_of(c->password);
	c->u.json = xie_str_of(c->json);
}

static const struct xie_scope system_scope = { .as = XIE_SCOPE_SYSTEM };

/* One line from standard input, without echo at a terminal.  False when there is none. */
static bool read_password(char *buf, size_t cap)
{
	struct termios was, quiet;
	bool terminal = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &was) == 0;
	if (terminal) {
		(void)fputs("password: ", stderr);
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	bool got = fgets(buf, (int)cap, stdin) != NULL;
	if (terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		(void)fputc('\n', stderr);
	}
	if (got)
		buf[strcspn(buf, "\r\n")] = '\0';
	return got && buf[0] != '\0';
}

static int take_password(struct context *c)
{
	char text[XIE_PASSWORD_MAX + 2];
	struct xie_err err = { .st = XIE_OK };
	if (!read_password(text, sizeof text))
		return say(EXIT_BAD, "no password on standard input", "");
	if (xie_password_policy(xie_str_of(text), xie_str_of(c->login), &err) != XIE_OK) {
		explicit_bzero(text, sizeof text);
		(void)fprintf(stderr, "xiezhi user: %s; %s\n", err.what, err.hint);
		return EXIT_BAD;
	}
	xie_status st = xie_password_hash(xie_str_of(text), XIE_PASSWORD_COST, c->password);
	explicit_bzero(text, sizeof text);
	return st == XIE_OK ? EXIT_DONE : say(EXIT_ENV, "the password cannot be hashed: ", xie_status_text(st));
}

static int take_roles(struct context *c)
{
	uint32_t roles = 0;
	if (c->o.roles == NULL || xie_roles_parse(xie_str_of(c->o.roles), &roles) != XIE_OK)
		return say(EXIT_BAD, "no such role in --roles ", c->o.roles != NULL ? c->o.roles : "");
	if (!xie_roles_compatible(roles))
		return say(EXIT_BAD, "these roles do not go together: an administrator's stands alone", "");
	xie_roles_write(roles, c->roles, sizeof c->roles);
	return EXIT_DONE;
}

struct root {
	const char *wanted;
	char id[65], region[24];
	bool found;
};

static xie_status find_org(void *ctx, const struct xie_org *o)
{
	struct root *r = ctx;
	if (r->found || (r->wanted != NULL ? !xie_str_is(o->id, r->wanted) : o->parent.n != 0))
		return XIE_OK;
	copy(r->id, sizeof r->id, o->id);
	copy(r->region, sizeof r->region, o->region);
	r->found = true;
	return XIE_OK;
}

static int take_unit(struct context *c)
{
	struct root r = { .wanted = c->o.org };
	xie_status st = c->store.org_list(c->store.self, &system_scope, find_org, &r);
	if (st == XIE_OK && !r.found && c->o.org != NULL)
		return say(EXIT_BAD, "no such unit: ", c->o.org);
	if (st == XIE_OK && !r.found) {
		struct xie_org o = { .id = XIE_STR("root"),
			             .parent = XIE_STR(""),
			             .name = xie_str_of(c->o.root),
			             .name_en = XIE_STR(""),
			             .region = xie_str_of(c->o.region),
			             .to = XIE_NO_TIME };
		st = c->store.org_put(c->store.self, &o);
		copy(r.id, sizeof r.id, o.id);
		copy(r.region, sizeof r.region, o.region);
	}
	copy(c->org, sizeof c->org, xie_str_of(r.id));
	copy(c->region, sizeof c->region, xie_str_of(r.region));
	return st == XIE_OK ? EXIT_DONE : say(EXIT_ENV, "units: ", xie_status_text(st));
}

static xie_status note(struct context *c, const char *action)
{
	struct xie_audit a = { .at = c->clock.wall(c->clock.self),
		               .user = XIE_STR(""),
		               .login = XIE_STR(""),
		               .roles = XIE_STR(""),
		               .ip = XIE_STR(""),
		               .device = XIE_STR("command line"),
		               .action = xie_str_of(action),
		               .object = xie_str_of(c->login),
		               .json = XIE_STR("{}") };
	return c->store.audit_put(c->store.self, &a);
}

static int save(struct context *c, const char *action)
{
	point_texts(c);
	xie_status st = c->store.user_put(c->store.self, &system_scope, &c->u);
	if (st == XIE_OK)
		st = note(c, action);
	if (st == XIE_DUPLICATE)
		return say(EXIT_BAD, "the login is taken: ", c->login);
	return st == XIE_OK ? EXIT_DONE : say(EXIT_ENV, "cannot be written: ", xie_status_text(st));
}

static bool login_ok(const char *s)
{
	size_t n = strlen(s);
	return n >= 2 && n <= 64 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

static int add(struct context *c)
{
	struct xie_id ids = xie_os_id();
	char id[XIE_ID_TEXT];
	if (!login_ok(c->o.login))
		return say(EXIT_BAD, "a login has 2 to 64 of a-z 0-9 . _ -, not ", c->o.login);
	c->u = (struct xie_user){ .locked_until = XIE_NO_TIME,
		                  .last_login = XIE_NO_TIME,
		                  .created = c->clock.wall(c->clock.self) };
	copy(c->login, sizeof c->login, xie_str_of(c->o.login));
	copy(c->name, sizeof c->name, xie_str_of(c->o.name != NULL ? c->o.name : c->o.login));
	copy(c->json, sizeof c->json, XIE_STR("{}"));
	if (ids.next(ids.self, id) != XIE_OK)
		return say(EXIT_ENV, "no randomness for an id", "");
	copy(c->id, sizeof c->id, xie_str_of(id));
	int rc = take_roles(c);
	rc = rc == EXIT_DONE ? take_unit(c) : rc;
	rc = rc == EXIT_DONE ? take_password(c) : rc;
	rc = rc == EXIT_DONE ? save(c, "user_added") : rc;
	if (rc != EXIT_DONE)
		return rc;
	struct xie_grant g = { .org = c->u.org, .region = XIE_STR(""), .from = 0, .to = XIE_NO_TIME };
	xie_status st = c->store.grant_put(c->store.self, &system_scope, c->u.id, &g, 1);
	return st == XIE_OK ? EXIT_DONE : say(EXIT_ENV, "the user has no rights yet: ", xie_status_text(st));
}

static int change(struct context *c)
{
	const char *v = c->o.verb;
	int rc = EXIT_DONE;
	xie_status st = c->store.user_get(c->store.self, &system_scope, "login", xie_str_of(c->o.login), take, c);
	if (st != XIE_OK)
		return say(st == XIE_MISSING ? EXIT_BAD : EXIT_ENV,
		           st == XIE_MISSING ? "no such user: " : "cannot be read: ", c->o.login);
	if (strcmp(v, "passwd") == 0)
		rc = take_password(c);
	else if (strcmp(v, "role") == 0)
		rc = take_roles(c);
	c->u.off = strcmp(v, "disable") == 0 ? true : strcmp(v, "enable") == 0 ? false : c->u.off;
	if (strcmp(v, "passwd") == 0 || strcmp(v, "unlock") == 0) {
		c->u.failed = 0;
		c->u.locked_until = XIE_NO_TIME;
	}
	rc = rc == EXIT_DONE ? save(c, "user_changed") : rc;
	if (rc == EXIT_DONE && (strcmp(v, "passwd") == 0 || c->u.off))
		(void)c->store.session_end_all(c->store.self, c->u.id, NULL);
	return rc;
}

static xie_status print(void *ctx, const struct xie_user *u)
{
	char line[2048];
	xie_wr w = xie_wr_of(line, sizeof line);
	(void)ctx;
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "login", u->login);
	xie_wr_kv_str(&w, "name", u->name);
	xie_wr_kv_str(&w, "roles", u->roles);
	xie_wr_kv_str(&w, "org", u->org);
	xie_wr_kv_bool(&w, "enabled", !u->off);
	xie_wr_text(&w, "}\n");
	(void)fwrite(w.p, 1, w.n, stdout);
	return XIE_OK;
}

static int act(struct context *c)
{
	if (strcmp(c->o.verb, "list") == 0) {
		xie_status st = c->store.user_list(c->store.self, &system_scope, print, NULL);
		return st == XIE_OK ? EXIT_DONE : say(EXIT_ENV, "cannot be read: ", xie_status_text(st));
	}
	return strcmp(c->o.verb, "add") == 0 ? add(c) : change(c);
}

static bool parse(int argc, char **argv, struct options *o)
{
	static const char *const verbs[] = { "add", "passwd", "disable", "enable", "unlock", "role", "list" };
	*o = (struct options){
		.data = "data/site", .root = "本单位", .region = "440000", .verb = argc > 1 ? argv[1] : ""
	};
	bool known = false;
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		known = known || strcmp(o->verb, verbs[i]) == 0;
	for (int i = 2; i + 1 < argc; i += 2) {
		const char **to = strcmp(argv[i], "--login") == 0          ? &o->login
		                  : strcmp(argv[i], "--roles") == 0        ? &o->roles
		                  : strcmp(argv[i], "--name") == 0         ? &o->name
		                  : strcmp(argv[i], "--org") == 0          ? &o->org
		                  : strcmp(argv[i], "--data") == 0         ? &o->data
		                  : strcmp(argv[i], "--name-of-root") == 0 ? &o->root
		                  : strcmp(argv[i], "--region") == 0       ? &o->region
		                                                           : NULL;
		if (to == NULL)
			return say(EXIT_USAGE, "no option ", argv[i]) == EXIT_DONE;
		*to = argv[i + 1];
	}
	if (!known || argc % 2 != 0 || (o->login == NULL && strcmp(o->verb, "list") != 0)) {
		(void)fputs(help, stderr);
		return false;
	}
	return true;
}

static int run(int argc, char **argv)
{
	static struct context c;
	struct xie_err err = { .st = XIE_OK };
	char path[4200];
	if (!parse(argc, argv, &c.o))
		return EXIT_USAGE;
	c.clock = xie_os_clock();
	struct xie_records_options ro = { .clock = c.clock };
	(void)snprintf(path, sizeof path, "%s/records.db", c.o.data);
	if (access(c.o.data, W_OK) != 0)
		return say(EXIT_ENV, "cannot write in the data folder ", c.o.data);
	if (xie_records_open(path, &ro, &c.records, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
		return EXIT_ENV;
	}
	c.store = xie_records_store(c.records);
	int rc = act(&c);
	xie_records_close(c.records);
	return rc;
}

const struct command cmd_user = {
	.name = "user",
	.summary = "accounts: add, passwd, role, disable, enable, unlock, list",
	.help = help,
	.run = run,
};
