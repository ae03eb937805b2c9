/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi serve: one installation in one process. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "site.h"

#include "xie/file/file.h"
#include "xie/web/http.h"
#include "xie/web/password.h"
#include "xie/web/role.h"

static const char help[] =
        "usage: xiezhi serve [--data DIR] [--listen HOST:PORT] [--pack DIR...] [--page DIR] [--source SPEC...] [--demo]\n\n"
        "Runs the platform: sources into the journal, the engine over it, records, and the page.\n\n"
        "  --data DIR          journal and records; default ./data/site, made when it is absent\n"
        "  --listen HOST:PORT  default 127.0.0.1:8080; other than loopback needs --tls or --behind-proxy\n"
        "  --tls CERT KEY      PEM files\n"
        "  --behind-proxy      a proxy in front does TLS\n"
        "  --pack DIR          packs in force; several may follow.  Default: packs/panama-demo with --demo\n"
        "  --page DIR          the built page; default ./ui/dist when it is there\n"
        "  --source SPEC       tcp:HOST:PORT, listen:HOST:PORT, udp:HOST:PORT, serial:DEVICE, file:PATH\n"
        "  --demo              demo accounts (shown on the log-in page) and the recording of the Panama Canal, in its own time\n\n"
        "Ends cleanly on SIGTERM and SIGINT.  Exit: 0 ended, 1 a pack or setting is bad, 2 usage, 3 the environment failed.\n";

enum { MAX = 64 };

struct options {
	const char *data, *listen, *page, *cert, *key;
	const char *packs[MAX], *sources[MAX];
	size_t n_packs, n_sources;
	bool demo, proxy;
};

#define DEMO_PASSWORD "Demo-2026-xiezhi"
static const struct xie_web_demo_account accounts[] = {
	{ "duty", DEMO_PASSWORD, "值班员 陈", "duty" },
	{ "officer", DEMO_PASSWORD, "承办 林", "officer" },
	{ "reviewer", DEMO_PASSWORD, "法制审核 吴", "reviewer" },
	{ "leader", DEMO_PASSWORD, "负责人 黄", "leader" },
	{ "supervisor", DEMO_PASSWORD, "监督 何", "supervisor" },
	{ "sysadmin", DEMO_PASSWORD, "系统管理员", "sysadmin" },
	{ "secadmin", DEMO_PASSWORD, "安全管理员", "secadmin" },
	{ "auditor", DEMO_PASSWORD, "审计管理员", "auditor" },
	{ NULL, NULL, NULL, NULL },
};

static xie_status found_user(void *ctx, const struct xie_user *u)
{
	(void)u;
	*(bool *)ctx = true;
	return XIE_OK;
}

/* The unit and the accounts of a demo; what is there already stays as people left it. */
static bool demo_people(struct site *s)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_org root = { .id = XIE_STR("root"), .parent = XIE_STR(""), .name = XIE_STR("獬豸演示局"),
		                .name_en = XIE_STR("Xiezhi demo authority"), .region = XIE_STR("440600"), .to = XIE_NO_TIME };
	bool there = false;
	xie_status st = s->store.user_get(s->store.self, &system, "login", XIE_STR("duty"), found_user, &there);
	if (there)
		return true;
	char hash[XIE_PASSWORD_TEXT];
	st = s->store.org_put(s->store.self, &root);
	if (st == XIE_OK)
		st = xie_password_hash(XIE_STR(DEMO_PASSWORD), XIE_PASSWORD_COST, hash);
	for (size_t i = 0; accounts[i].login != NULL && st == XIE_OK; i++) {
		char id[64];
		(void)snprintf(id, sizeof id, "demo-%s", accounts[i].login);
		struct xie_user u = { .id = xie_str_of(id), .login = xie_str_of(accounts[i].login), .name = xie_str_of(accounts[i].name),
			              .org = root.id, .region = root.region, .roles = xie_str_of(accounts[i].role), .password = xie_str_of(hash),
			              .json = XIE_STR("{}"), .locked_until = XIE_NO_TIME, .created = s->loaded, .last_login = XIE_NO_TIME };
		struct xie_grant g = { .org = root.id, .region = XIE_STR(""), .from = 0, .to = XIE_NO_TIME };
		st = s->store.user_put(s->store.self, &system, &u);
		if (st == XIE_OK)
			st = s->store.grant_put(s->store.self, &system, u.id, &g, 1);
	}
	if (st != XIE_OK)
		(void)fprintf(stderr, "xiezhi serve: demo accounts: %s\n", xie_status_text(st));
	return st == XIE_OK;
}

/* The recording has 7.7 sentences a second: played at 8 it runs in its own time, so that speeds and distances agree. */
static void demo_traffic(struct site *s)
{
	static const char *const places[] = { "data/recordings/ais28736.log", "../shared/data/ais_raw/panama_balboa_20140405.nmea" };
	struct xie_err err = { 0 };
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (access(places[i], R_OK) == 0) {
			if (!site_source_add(s, "巴拿马运河 2014-04-05 实录回放", XIE_SOURCE_FILE, places[i], 8, true, &err))
				xie_err_print(stderr, &err);
			return;
		}
	(void)fputs("xiezhi serve: no recording to play (script/bootstrap fetches one)\n", stderr);
}

static bool add_sources(struct site *s, const struct options *o)
{
	static const struct {
		const char *prefix;
		enum xie_source_kind kind;
	} forms[] = { { "tcp:", XIE_SOURCE_TCP },       { "listen:", XIE_SOURCE_TCP_LISTEN }, { "udp:", XIE_SOURCE_UDP },
		      { "serial:", XIE_SOURCE_SERIAL }, { "file:", XIE_SOURCE_FILE } };
	for (size_t i = 0; i < o->n_sources; i++) {
		struct xie_err err = { 0 };
		bool known = false, ok = false;
		for (size_t k = 0; k < sizeof forms / sizeof forms[0] && !known; k++)
			if (strncmp(o->sources[i], forms[k].prefix, strlen(forms[k].prefix)) == 0) {
				const char *address = o->sources[i] + strlen(forms[k].prefix);
				known = true;
				ok = site_source_add(s, o->sources[i], forms[k].kind, address, 0, false, &err);
			}
		if (!known)
			(void)xie_err_set(&err, XIE_UNKNOWN, 0, 0, "no such kind of source: ", "tcp:, listen:, udp:, serial: or file:");
		if (!ok) {
			xie_err_add(&err, known ? "" : o->sources[i], known ? 0 : strlen(o->sources[i]));
			xie_err_print(stderr, &err);
			return false;
		}
	}
	return true;
}

static void on_log(void *self, enum xie_web_level level, const char *text)
{
	(void)self;
	if (level != XIE_WEB_INFO)
		(void)fprintf(stderr, "web: %s\n", text);
}

static bool start_web(struct site *s, const struct options *o)
{
	static char host[256];
	struct xie_err err = { 0 };
	xie_str h;
	struct xie_web_conf c = { .page_dir = o->page, .name = o->demo ? "獬豸演示局" : "", .name_en = o->demo ? "Xiezhi demo authority" : "", .version = XIE_VERSION, .utc_offset = "+08:00",
		                  .cert_file = o->cert, .key_file = o->key, .behind_proxy = o->proxy, .demo = o->demo ? accounts : NULL,
		                  .clock = s->clock, .store = &s->store, .world = &s->world, .live = s->live, .log = on_log };
	if (xie_web_listen_parse(xie_str_of(o->listen), &h, &c.port) != XIE_OK || h.n >= sizeof host) {
		(void)fprintf(stderr, "xiezhi serve: --listen takes HOST:PORT, not %s\n", o->listen);
		return false;
	}
	(void)snprintf(host, sizeof host, "%.*s", (int)h.n, h.p);
	c.host = h.n != 0 ? host : "127.0.0.1";
	if (o->demo) {
		c.view_lat = 8.93;
		c.view_lon = -79.56;
		c.view_zoom = 12;
	}
	if (xie_web_start(&c, &s->web, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
		return false;
	}
	(void)fprintf(stderr, "xiezhi: http%s://%s:%u\n", o->cert != NULL ? "s" : "", c.host, (unsigned)xie_web_port(s->web));
	return true;
}

static bool is_folder(const char *path)
{
	struct stat sb;
	return stat(path, &sb) == 0 && S_ISDIR(sb.st_mode);
}

static bool bad(const char *what, const char *value)
{
	(void)fprintf(stderr, "xiezhi serve: %s %s; xiezhi serve --help tells more\n", what, value);
	return false;
}

static bool parse(int argc, char **argv, struct options *o)
{
	*o = (struct options){ .data = "data/site", .listen = "127.0.0.1:8080" };
	for (int i = 1; i < argc; i++) {
		const char *a = argv[i], *v = i + 1 < argc ? argv[i + 1] : NULL;
		if (strcmp(a, "--demo") == 0) {
			o->demo = true;
			continue;
		}
		if (strcmp(a, "--behind-proxy") == 0) {
			o->proxy = true;
			continue;
		}
		if (v == NULL)
			return bad("no option, or its value is missing:", a);
		i++;
		if (strcmp(a, "--data") == 0) {
			o->data = v;
		} else if (strcmp(a, "--listen") == 0) {
			o->listen = v;
		} else if (strcmp(a, "--page") == 0) {
			o->page = v;
		} else if (strcmp(a, "--tls") == 0 && i + 1 < argc) {
			o->cert = v;
			o->key = argv[++i];
		} else if (strcmp(a, "--source") == 0 && o->n_sources < MAX) {
			o->sources[o->n_sources++] = v;
		} else if (strcmp(a, "--pack") == 0 && o->n_packs < MAX) {
			o->packs[o->n_packs++] = v;
			while (i + 1 < argc && is_folder(argv[i + 1]) && o->n_packs < MAX)
				o->packs[o->n_packs++] = argv[++i];
		} else {
			return bad("no option", a);
		}
	}
	if (o->n_packs == 0 && o->demo)
		o->packs[o->n_packs++] = "packs/panama-demo";
	if (o->page == NULL && is_folder("ui/dist"))
		o->page = "ui/dist";
	return o->n_packs != 0 || bad("at least one is needed:", "--pack DIR, or --demo");
}

static int run(int argc, char **argv)
{
	static struct options o;
	static struct site s;
	if (!parse(argc, argv, &o))
		return EXIT_USAGE;
	/* signals are waited for here, and in no other thread */
	sigset_t stop;
	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, SIGTERM);
	(void)sigaddset(&stop, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &stop, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	if (strcmp(o.data, "data/site") == 0)
		(void)mkdir("data", 0755);
	int rc = EXIT_BAD;
	if (site_open(&s, o.data, o.packs, o.n_packs) && (!o.demo || demo_people(&s)) && start_web(&s, &o) && add_sources(&s, &o)) {
		if (o.demo)
			demo_traffic(&s);
		int sig = 0;
		(void)sigwait(&stop, &sig);
		(void)fputs("xiezhi: ending\n", stderr);
		rc = EXIT_DONE;
	}
	struct xie_web *web = s.web;
	if (web != NULL)
		xie_web_stop(web);
	site_close(&s);
	return rc;
}

const struct command cmd_serve = {
	.name = "serve",
	.summary = "the platform: sources, engine, records, page",
	.help = help,
	.run = run,
};
