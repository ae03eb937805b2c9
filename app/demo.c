/* SPDX-License-Identifier: Apache-2.0 */
/* The demo: an authority with one account for each role, the Panama recording in its own time, and the simulators. */
#include "site.h"

#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "xie/base/time.h"
#include "xie/web/password.h"
#include "xie/web/role.h"

#define DEMO_PASSWORD "Demo-2026-xiezhi"
const struct xie_web_demo_account site_demo_accounts[] = {
	{ "duty", DEMO_PASSWORD, "值班员 陈", "duty" },
	{ "duty_foshan", DEMO_PASSWORD, "佛山值班员 何", "duty" },
	{ "officer", DEMO_PASSWORD, "承办 林", "officer" },
	{ "officer2", DEMO_PASSWORD, "协办 苏", "officer" },
	{ "unit_head", DEMO_PASSWORD, "办案机构负责人 梁", "unit_head" },
	{ "reviewer", DEMO_PASSWORD, "法制审核 吴", "reviewer" },
	{ "leader", DEMO_PASSWORD, "负责人 黄", "leader" },
	{ "hearing_host", DEMO_PASSWORD, "听证主持 郑", "hearing_host" },
	{ "archivist", DEMO_PASSWORD, "档案 周", "archivist" },
	{ "supervisor", DEMO_PASSWORD, "监督 何", "supervisor" },
	{ "sysadmin", DEMO_PASSWORD, "系统管理员", "sysadmin" },
	{ "secadmin", DEMO_PASSWORD, "安全管理员", "secadmin" },
	{ "auditor", DEMO_PASSWORD, "审计管理员", "auditor" },
	{ NULL, NULL, NULL, NULL },
};

static char recording[4200];
static char pack_dirs[8][4200];
static pid_t simulators[4];
static size_t n_simulators;
static bool own_sources; /* the demo's, not the configuration's */

/* A simulator each: its source, and where in its lap it begins, so that the first breach is not far off. */
static const struct {
	const char *source, *name, *kind, *actor;
	int skip_s;
} simulated[] = { { "sim-vessels", "佛山、中山 AIS 基站（模拟）", "nmea_listen", "vessels", 0 },
	          { "sim-trucks", "佛山渣土车终端（模拟）", "jt808", "trucks", 2100 } };
enum { SIMULATED = sizeof simulated / sizeof simulated[0] };

/* Units of the authority; the first is the root. */
static const struct {
	const char *id, *parent, *name, *name_en, *region;
} units[] = { { "root", "", NULL, NULL, "440000" },
	      { "foshan", "root", "佛山支队", "Foshan division", "440600" } };

/* Who watches what: the packs of Chinese waters and roads are Foshan's, the canal is everybody's at the root. */
static const struct {
	const char *dir, *org, *region;
} packs[] = { { "packs/panama-demo", "", "" },
	      { "packs/cn-inland-waters", "foshan", "440600" },
	      { "packs/cn-construction-waste", "foshan", "440600" } };

/* The recording that bootstrap fetched, or the copy beside the project. */
static bool find_recording(void)
{
	static const char *const places[] = { "data/recordings/ais28736.log",
		                              "../shared/data/ais_raw/panama_balboa_20140405.nmea" };
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (site_share(places[i], recording, sizeof recording))
			return true;
	return false;
}

void site_demo_conf(struct site_conf *c)
{
	if (c->name[0] == '\0') {
		c->name = "獬豸演示局";
		c->name_en = "Xiezhi demo authority";
	}
	if (c->n_packs == 0)
		for (size_t i = 0; i < sizeof packs / sizeof packs[0]; i++)
			if (site_share(packs[i].dir, pack_dirs[i], sizeof pack_dirs[i]))
				c->packs[c->n_packs++] = (struct site_pack){ .dir = pack_dirs[i],
					                                     .org = xie_str_of(packs[i].org),
					                                     .region = xie_str_of(packs[i].region) };
	own_sources = c->n_sources == 0;
	if (c->zoom <= 0) { /* the Dongping waterway and the site beside it; the canal is one alert away */
		c->lat = own_sources ? 23.004 : 8.93;
		c->lon = own_sources ? 113.112 : -79.56;
		c->zoom = 12;
	}
	if (!own_sources)
		return;
	for (size_t i = 0; i < SIMULATED; i++)
		c->sources[c->n_sources++] = (struct site_source){ .id = xie_str_of(simulated[i].source),
			                                           .name = xie_str_of(simulated[i].name),
			                                           .kind = xie_str_of(simulated[i].kind),
			                                           .address = XIE_STR("127.0.0.1:0") };
	/* The recording has 7.7 sentences a second: played at 8 it runs in its own time, so that speeds and distances
	 * agree. */
	if (find_recording())
		c->sources[c->n_sources++] = (struct site_source){ .id = XIE_STR("panama"),
			                                           .name = XIE_STR("巴拿马运河 2014-04-05 实录回放"),
			                                           .kind = XIE_STR("nmea_file"),
			                                           .address = xie_str_of(recording),
			                                           .rate = 8,
			                                           .repeat = true };
	else
		(void)fputs("xiezhi serve: no recording to play; script/bootstrap fetches one\n", stderr);
}

static xie_status found(void *ctx, const struct xie_user *u)
{
	(void)u;
	*(bool *)ctx = true;
	return XIE_OK;
}

static xie_status put_units(struct site *s)
{
	xie_status st = XIE_OK;
	for (size_t i = 0; i < sizeof units / sizeof units[0] && st == XIE_OK; i++) {
		const char *name = units[i].name != NULL ? units[i].name : s->conf.name;
		const char *name_en = units[i].name != NULL ? units[i].name_en : s->conf.name_en;
		struct xie_org o = { .id = xie_str_of(units[i].id),
			             .parent = xie_str_of(units[i].parent),
			             .name = xie_str_of(name),
			             .name_en = xie_str_of(name_en),
			             .region = xie_str_of(units[i].region),
			             .to = XIE_NO_TIME };
		st = s->store.org_put(s->store.self, &o);
	}
	return st;
}

/* Made-up certificates, so that the demo's officers may act. */
static xie_str officer_json(const struct xie_web_demo_account *d, char *buf, size_t cap)
{
	static const char head[] = "{\"officer\":{\"id\":";
	static const char term[] = "\"cert_from\":\"2019-01-01\",\"cert_to\":\"2035-12-31\"";
	if (strcmp(d->role, "officer") == 0)
		(void)snprintf(buf, cap, "%s\"%s\",\"cert_no\":\"演示-%s\",%s}}", head, d->login, d->login, term);
	else if (strcmp(d->role, "leader") == 0)
		(void)snprintf(buf, cap, "%s\"%s\",\"cert_no\":\"\",%s,\"rank\":\"principal\"}}", head, d->login, term);
	else if (strcmp(d->role, "reviewer") == 0)
		(void)snprintf(buf, cap, "%s\"%s\",\"cert_no\":\"\",%s,\"legal_qualification\":true}}", head, d->login, term);
	else
		(void)snprintf(buf, cap, "{}");
	return xie_str_of(buf);
}

static xie_status put_account(struct site *s, const struct xie_web_demo_account *d, const char *hash)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	size_t unit = strcmp(d->login, "duty_foshan") == 0 ? 1 : 0;
	char id[64], json[256];
	(void)snprintf(id, sizeof id, "demo-%s", d->login);
	struct xie_user u = { .id = xie_str_of(id),
		              .login = xie_str_of(d->login),
		              .name = xie_str_of(d->name),
		              .org = xie_str_of(units[unit].id),
		              .region = xie_str_of(units[unit].region),
		              .roles = xie_str_of(d->role),
		              .password = xie_str_of(hash),
		              .json = officer_json(d, json, sizeof json),
		              .locked_until = XIE_NO_TIME,
		              .created = s->loaded,
		              .last_login = XIE_NO_TIME };
	struct xie_grant g = { .org = u.org, .region = XIE_STR(""), .from = 0, .to = XIE_NO_TIME };
	xie_status st = s->store.user_put(s->store.self, &system, &u);
	return st == XIE_OK ? s->store.grant_put(s->store.self, &system, u.id, &g, 1) : st;
}

bool site_demo_people(struct site *s)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	char hash[XIE_PASSWORD_TEXT] = "";
	xie_status st = XIE_OK;
	for (size_t i = 0; site_demo_accounts[i].login != NULL && st == XIE_OK; i++) {
		const struct xie_web_demo_account *d = &site_demo_accounts[i];
		bool there = false;
		st = s->store.user_get(s->store.self, &system, "login", xie_str_of(d->login), found, &there);
		if (there) /* stays as people left it */
			continue;
		st = hash[0] != '\0' ? XIE_OK : put_units(s);
		if (st == XIE_OK && hash[0] == '\0')
			st = xie_password_hash(XIE_STR(DEMO_PASSWORD), XIE_PASSWORD_COST, hash);
		if (st == XIE_OK)
			st = put_account(s, d, hash);
	}
	if (st != XIE_OK)
		(void)fprintf(stderr, "xiezhi serve: demo accounts: %s\n", xie_status_text(st));
	return st == XIE_OK;
}

/* Where the source listens, once it does. */
static uint16_t port_of(struct site *s, const char *source)
{
	uint16_t port = 0;
	for (int i = 0; i < 100 && port == 0; i++) {
		port = site_sources_port(s->sources, source);
		if (port == 0)
			(void)nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	}
	return port;
}

/* The simulator as a program of its own, which ends with this one. */
static bool start(const char *actor, uint16_t port, xie_ms begin, xie_ms now)
{
	char to[32], from[40], at[40], parent[16];
	xie_wr f = xie_wr_of(from, sizeof from - 1), n = xie_wr_of(at, sizeof at - 1);
	(void)snprintf(to, sizeof to, "127.0.0.1:%u", (unsigned)port);
	(void)snprintf(parent, sizeof parent, "%ld", (long)getpid());
	xie_wr_time(&f, begin);
	from[f.n] = '\0';
	xie_wr_time(&n, now);
	at[n.n] = '\0';
	char *argv[] = { "xiezhi", "sim",   (char *)actor, "--to",          to,     "--start", from,
		         "--now",  at,      "--laps",      "0",             "--with-parent", parent,   NULL };
	posix_spawnattr_t attr;
	sigset_t none;
	(void)sigemptyset(&none);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	int rc = posix_spawn(&simulators[n_simulators], "/proc/self/exe", NULL, &attr, argv, environ);
	(void)posix_spawnattr_destroy(&attr);
	n_simulators += rc == 0;
	return rc == 0;
}

void site_demo_traffic(struct site *s)
{
	for (size_t i = 0; own_sources && i < SIMULATED; i++) {
		xie_ms now = s->clock.wall(s->clock.self);
		uint16_t port = port_of(s, simulated[i].source);
		if (port == 0 || !start(simulated[i].actor, port, now - (xie_ms)simulated[i].skip_s * 1000, now))
			site_say(s, "demo: no simulated %s", simulated[i].actor);
	}
}

void site_demo_stop(void)
{
	for (size_t i = 0; i < n_simulators; i++)
		(void)kill(simulators[i], SIGTERM);
	for (size_t i = 0; i < n_simulators; i++)
		(void)waitpid(simulators[i], NULL, 0);
	n_simulators = 0;
}
