/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi serve: one installation in one process. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "load.h"
#include "site.h"
#include "site_witness.h"

#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/web/http.h"

static const char help[] =
    "usage: xiezhi serve [--config FILE] [--data DIR] [--listen HOST:PORT] [OPTION...] [--demo]\n\n"
    "Runs the platform: sources into the journal, the engine over it, records, archive, and the page.\n\n"
    "  --config FILE       settings (docs/configuration.md); options given here go before the file's\n"
    "  --data DIR          journal, records and tracks; default ./data/site, made when it is absent\n"
    "  --listen HOST:PORT  default 127.0.0.1:8080; other than loopback needs --tls or --behind-proxy\n"
    "  --tls CERT KEY      PEM files\n"
    "  --behind-proxy      a proxy in front does TLS and says who calls (X-Forwarded-For)\n"
    "  --pack DIR          packs in force; several may follow, or the option again\n"
    "  --page DIR          the built page; default ui/dist beside the program\n"
    "  --source SPEC       tcp:HOST:PORT, listen:HOST:PORT, udp:HOST:PORT, serial:DEVICE, file:PATH,\n"
    "                      jt808:HOST:PORT (terminals call)\n"
    "  --demo              demo accounts (shown on the log-in page), the recording of the Panama Canal in its own\n"
    "                      time, simulated waters and roads\n"
    "  --trial TIME,SPEED  for trials, with a --data of their own: the platform's clock begins at TIME and runs SPEED\n"
    "                      times as fast, so that an hour's simulated traffic comes in minutes\n"
    "  --check             reads settings and packs, says what is wrong, and ends\n\n"
    "Users are made with `xiezhi user`.  Ends cleanly on SIGTERM and SIGINT: what was received is judged and kept.\n"
    "Exit: 0 ended, 1 a pack or setting is bad, 2 usage, 3 the environment failed.\n";

struct options {
	const char *config, *data, *listen, *page, *cert, *key, *trial;
	const char *packs[SITE_PACKS], *sources[32];
	size_t n_packs, n_sources;
	bool demo, proxy, check;
};

static bool bad(const char *what, const char *value)
{
	(void)fprintf(stderr, "xiezhi serve: %s %s; xiezhi serve --help tells more\n", what, value);
	return false;
}

static bool is_folder(const char *path)
{
	struct stat sb;
	return stat(path, &sb) == 0 && S_ISDIR(sb.st_mode);
}

static bool parse(int argc, char **argv, struct options *o)
{
	*o = (struct options){ .config = NULL };
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
		if (strcmp(a, "--check") == 0) {
			o->check = true;
			continue;
		}
		if (v == NULL)
			return bad("no option, or its value is missing:", a);
		i++;
		if (strcmp(a, "--config") == 0) {
			o->config = v;
		} else if (strcmp(a, "--data") == 0) {
			o->data = v;
		} else if (strcmp(a, "--listen") == 0) {
			o->listen = v;
		} else if (strcmp(a, "--page") == 0) {
			o->page = v;
		} else if (strcmp(a, "--trial") == 0) {
			o->trial = v;
		} else if (strcmp(a, "--tls") == 0 && i + 1 < argc) {
			o->cert = v;
			o->key = argv[++i];
		} else if (strcmp(a, "--source") == 0 && o->n_sources < sizeof o->sources / sizeof o->sources[0]) {
			o->sources[o->n_sources++] = v;
		} else if (strcmp(a, "--pack") == 0 && o->n_packs < SITE_PACKS) {
			o->packs[o->n_packs++] = v;
			while (i + 1 < argc && is_folder(argv[i + 1]) && o->n_packs < SITE_PACKS)
				o->packs[o->n_packs++] = argv[++i];
		} else {
			return bad("no option", a);
		}
	}
	return true;
}

/* --source SPEC as a source of the configuration; its id is its place among them. */
static bool add_source(struct site_conf *c, xie_arena *mem, const char *spec)
{
	static const struct {
		const char *prefix, *kind;
	} forms[] = { { "tcp:", "nmea_tcp" },
		      { "listen:", "nmea_listen" },
		      { "udp:", "nmea_udp" },
		      { "serial:", "nmea_serial" },
		      { "file:", "nmea_file" },
		      { "jt808:", "jt808" } };
	char id[24];
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		if (strncmp(spec, forms[i].prefix, strlen(forms[i].prefix)) != 0 || c->n_sources == SITE_SOURCES)
			continue;
		(void)snprintf(id, sizeof id, "arg-%zu", c->n_sources + 1);
		char *kept = xie_str_dup(mem, xie_str_of(id));
		c->sources[c->n_sources++] =
		    (struct site_source){ .id = xie_str_of(kept),
			                  .name = xie_str_of(spec),
			                  .kind = xie_str_of(forms[i].kind),
			                  .address = xie_str_of(spec + strlen(forms[i].prefix)) };
		return kept != NULL;
	}
	return bad("no such kind of source:", spec);
}

/* TIME,SPEED */
static bool take_trial(struct site_conf *c, const char *value)
{
	const char *comma = strrchr(value, ',');
	uint64_t speed = 0;
	if (comma == NULL || xie_str_u64(xie_str_of(comma + 1), &speed) != XIE_OK || speed == 0 || speed > 1000 ||
	    xie_time_parse((xie_str){ value, (size_t)(comma - value) }, 0, &c->trial_start) != XIE_OK)
		return bad("--trial takes TIME,SPEED (1 to 1000), not", value);
	c->trial_speed = (uint32_t)speed;
	return true;
}

/* The file, then what was given on the command line, then what a demo adds.  The exit code, 0 = well. */
static int configure(struct site *s, const struct options *o)
{
	struct site_conf *c = &s->conf;
	struct xie_err err = { .st = XIE_OK };
	xie_str host;
	site_conf_defaults(c);
	c->data = "data/site";
	if (o->config != NULL && site_conf_read(&s->mem, o->config, c, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
		return err.st == XIE_IO ? EXIT_ENV : EXIT_BAD;
	}
	c->data = o->data != NULL ? o->data : c->data;
	c->page = o->page != NULL ? o->page : c->page;
	c->behind_proxy = c->behind_proxy || o->proxy;
	if (o->cert != NULL) {
		c->certificate = o->cert;
		c->key = o->key;
	}
	if (o->listen != NULL) {
		if (xie_web_listen_parse(xie_str_of(o->listen), &host, &c->port) != XIE_OK) {
			(void)bad("--listen takes HOST:PORT, not", o->listen);
			return EXIT_USAGE;
		}
		c->host = host.n != 0 ? xie_str_dup(&s->mem, host) : "127.0.0.1";
	}
	if (o->trial != NULL && !take_trial(c, o->trial))
		return EXIT_USAGE;
	if (o->n_packs != 0)
		c->n_packs = 0;
	for (size_t i = 0; i < o->n_packs; i++)
		c->packs[c->n_packs++] =
		    (struct site_pack){ .dir = o->packs[i], .org = XIE_STR(""), .region = XIE_STR("") };
	for (size_t i = 0; i < o->n_sources; i++)
		if (!add_source(c, &s->mem, o->sources[i]))
			return EXIT_USAGE;
	if (o->demo)
		site_demo_conf(c);
	if (c->n_packs == 0) {
		(void)bad("nothing to enforce:", "--pack DIR, packs: in the configuration, or --demo");
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

static void on_log(void *self, enum xie_web_level level, const char *text)
{
	(void)self;
	if (level != XIE_WEB_INFO)
		(void)fprintf(stderr, "web: %s\n", text);
}

/* An exit code, 0 = it listens. */
static int start_web(struct site *s, bool demo)
{
	static char page[4200];
	const struct site_conf *k = &s->conf;
	struct xie_err err = { .st = XIE_OK };
	struct xie_web *web = NULL;
	struct xie_web_conf c = {
		.host = k->host,
		.port = k->port,
		.cert_file = k->certificate,
		.key_file = k->key,
		.behind_proxy = k->behind_proxy,
		.page_dir = k->page != NULL                            ? k->page
		            : site_share("ui/dist", page, sizeof page) ? page
		                                                       : NULL,
		.name = k->name,
		.name_en = k->name_en,
		.short_name = k->short_name,
		.agency_kind = k->agency_kind,
		.version = XIE_VERSION,
		.utc_offset = k->utc_offset_text,
		.view_lat = k->lat,
		.view_lon = k->lon,
		.view_zoom = k->zoom,
		.tiles_url = k->tiles_url,
		.tiles_attribution = k->tiles_attribution,
		.tiles_approval = k->tiles_approval,
		.tiles_max_zoom = k->tiles_max_zoom,
		.demo = demo ? site_demo_accounts : NULL,
		.workers = k->workers,
		.connections = k->connections,
		.streams = k->streams,
		.positions = k->positions,
		.rate_per_s = k->rate_per_s,
		.idle = k->idle,
		.absolute = k->absolute,
		.tries = k->tries,
		.pause = k->pause,
		.forget = k->forget,
		.clock = s->clock,
		.store = &s->store,
		.world = &s->world,
		.live = s->live,
		.law = s->law,
		.log = on_log,
	};
	xie_status st = xie_web_start(&c, &web, &err);
	if (st != XIE_OK) {
		xie_err_print(stderr, &err);
		return st == XIE_REFUSED || st == XIE_MALFORMED ? EXIT_BAD : EXIT_ENV;
	}
	site_web_is(s, web);
	(void)fprintf(stderr, strchr(k->host, ':') != NULL ? "xiezhi: http%s://[%s]:%u\n" : "xiezhi: http%s://%s:%u\n",
	              k->certificate != NULL ? "s" : "", k->host, (unsigned)xie_web_port(web));
	return EXIT_DONE;
}

static xie_status any_user(void *ctx, const struct xie_user *u)
{
	(void)u;
	*(bool *)ctx = true;
	return XIE_OK;
}

static void hint_first_user(struct site *s)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	bool some = false;
	(void)s->store.user_list(s->store.self, &system, any_user, &some);
	if (!some)
		(void)fprintf(stderr,
		              "xiezhi: nobody can log in yet; make the first user with: xiezhi user add --data %s\n",
		              s->conf.data);
}

/* A connection is a descriptor: as many as the system lets this process have. */
static void raise_descriptors(void)
{
	struct rlimit l;
	if (getrlimit(RLIMIT_NOFILE, &l) != 0 || l.rlim_cur == l.rlim_max)
		return;
	l.rlim_cur = l.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &l);
}

static int serve(struct site *s, bool demo, const sigset_t *stop)
{
	raise_descriptors();
	int rc = site_open(s);
	if (rc != EXIT_DONE)
		return rc;
	rc = demo && !site_demo_people(s) ? EXIT_ENV : start_web(s, demo);
	if (rc != EXIT_DONE)
		return rc;
	(void)site_sources_run(s->sources); /* one that cannot start is shown as down, with the reason */
	if (demo)
		site_demo_traffic(s);
	else
		hint_first_user(s);
	struct site_witness *witness = NULL;
	if (!site_witness_start(s, &witness))
		return EXIT_ENV;
	int sig = 0;
	(void)sigwait(stop, &sig);
	site_witness_stop(witness);
	(void)fputs("xiezhi: ending\n", stderr);
	return EXIT_DONE;
}

static int run(int argc, char **argv)
{
	static struct options o;
	static struct site s;
	if (!parse(argc, argv, &o))
		return EXIT_USAGE;
	/* Signals are waited for here, and in no other thread. */
	sigset_t stop;
	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, SIGTERM);
	(void)sigaddset(&stop, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &stop, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	if (!app_arena(&s.mem, (size_t)64 << 20))
		return EXIT_ENV;
	int rc = configure(&s, &o);
	if (rc == EXIT_DONE && o.check) {
		const char *dirs[SITE_PACKS];
		for (size_t i = 0; i < s.conf.n_packs; i++)
			dirs[i] = s.conf.packs[i].dir;
		return app_arena(&s.packs_mem, (size_t)16 << 30) &&
		               app_load_packs(&s.packs_mem, dirs, s.conf.n_packs, &s.packs, &s.rules)
		           ? EXIT_DONE
		           : EXIT_BAD;
	}
	if (rc == EXIT_DONE)
		rc = serve(&s, o.demo, &stop);
	site_demo_stop();
	struct xie_web *web = s.web;
	site_web_is(&s, NULL);
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
