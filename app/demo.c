/* SPDX-License-Identifier: Apache-2.0 */
/* The demo: an authority with one account for each role, the Panama recording in its own time, and the simulators. */
#include "site.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "xie/web/password.h"
#include "xie/web/role.h"

#define DEMO_PASSWORD "Demo-2026-xiezhi"
const struct xie_web_demo_account site_demo_accounts[] = {
	{ "duty", DEMO_PASSWORD, "值班员 陈", "duty" },
	{ "officer", DEMO_PASSWORD, "承办 林", "officer" },
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
	static const char *const packs[] = { "packs/panama-demo", "packs/cn-inland-waters",
		                             "packs/cn-construction-waste" };
	if (c->name[0] == '\0') {
		c->name = "獬豸演示局";
		c->name_en = "Xiezhi demo authority";
	}
	if (c->n_packs == 0)
		for (size_t i = 0; i < sizeof packs / sizeof packs[0]; i++)
			if (site_share(packs[i], pack_dirs[i], sizeof pack_dirs[i]))
				c->packs[c->n_packs++] = (struct site_pack){ .dir = pack_dirs[i],
					                                     .org = XIE_STR(""),
					                                     .region = XIE_STR("") };
	if (c->zoom <= 0) {
		c->lat = 8.93;
		c->lon = -79.56;
		c->zoom = 12;
	}
	if (c->n_sources != 0)
		return;
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

bool site_demo_people(struct site *s)
{
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_org root = { .id = XIE_STR("root"),
		                .parent = XIE_STR(""),
		                .name = xie_str_of(s->conf.name),
		                .name_en = xie_str_of(s->conf.name_en),
		                .region = XIE_STR("440600"),
		                .to = XIE_NO_TIME };
	char hash[XIE_PASSWORD_TEXT] = "";
	xie_status st = XIE_OK;
	for (size_t i = 0; site_demo_accounts[i].login != NULL && st == XIE_OK; i++) {
		const struct xie_web_demo_account *d = &site_demo_accounts[i];
		bool there = false;
		st = s->store.user_get(s->store.self, &system, "login", xie_str_of(d->login), found, &there);
		if (there) /* stays as people left it */
			continue;
		st = hash[0] != '\0' ? XIE_OK : s->store.org_put(s->store.self, &root);
		if (st == XIE_OK && hash[0] == '\0')
			st = xie_password_hash(XIE_STR(DEMO_PASSWORD), XIE_PASSWORD_COST, hash);
		char id[64];
		(void)snprintf(id, sizeof id, "demo-%s", d->login);
		struct xie_user u = { .id = xie_str_of(id),
			              .login = xie_str_of(d->login),
			              .name = xie_str_of(d->name),
			              .org = root.id,
			              .region = root.region,
			              .roles = xie_str_of(d->role),
			              .password = xie_str_of(hash),
			              .json = XIE_STR("{}"),
			              .locked_until = XIE_NO_TIME,
			              .created = s->loaded,
			              .last_login = XIE_NO_TIME };
		struct xie_grant g = { .org = root.id, .region = XIE_STR(""), .from = 0, .to = XIE_NO_TIME };
		if (st == XIE_OK)
			st = s->store.user_put(s->store.self, &system, &u);
		if (st == XIE_OK)
			st = s->store.grant_put(s->store.self, &system, u.id, &g, 1);
	}
	if (st != XIE_OK)
		(void)fprintf(stderr, "xiezhi serve: demo accounts: %s\n", xie_status_text(st));
	return st == XIE_OK;
}

void site_demo_traffic(struct site *s)
{
	(void)s;
}

void site_demo_stop(void)
{
	for (size_t i = 0; i < n_simulators; i++)
		(void)kill(simulators[i], SIGTERM);
	for (size_t i = 0; i < n_simulators; i++)
		(void)waitpid(simulators[i], NULL, 0);
	n_simulators = 0;
}
