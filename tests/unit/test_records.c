/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <dirent.h>
#include <unistd.h>

#include "xie/db_sqlite/db.h"
#include "xie/store/records.h"

static char dir[64], path[96];
static xie_ms fake_now;
static char log_text[2048];
static struct xie_records *rec;
static struct xie_store db;

static xie_ms now(void *self)
{
	(void)self;
	return fake_now;
}
static void hear(void *ctx, const char *line)
{
	(void)ctx;
	(void)snprintf(log_text, sizeof log_text, "%s", line);
}
static struct xie_records_options options(void)
{
	return (struct xie_records_options){ .clock = { .wall = now, .mono = now }, .log = hear };
}

static const struct xie_scope SYSTEM = { .as = XIE_SCOPE_SYSTEM };
static const struct xie_scope NOBODY;
static struct xie_scope as(const char *user)
{
	return (struct xie_scope){ .as = XIE_SCOPE_USER, .user = xie_str_of(user) };
}

static void add_org(const char *id, const char *parent, const char *region)
{
	struct xie_org o = { .id = xie_str_of(id), .parent = xie_str_of(parent), .name = xie_str_of(id),
		.name_en = XIE_STR(""), .region = xie_str_of(region), .from = 1, .to = XIE_NO_TIME };
	check_ok(db.org_put(db.self, &o));
}
static struct xie_user user_of(const char *id, const char *org, const char *region)
{
	return (struct xie_user){ .id = xie_str_of(id), .login = xie_str_of(id), .name = XIE_STR("王"), .org = xie_str_of(org),
		.region = xie_str_of(region), .roles = XIE_STR("duty"), .password = XIE_STR("$argon2id$"), .json = XIE_STR("{}"),
		.locked_until = XIE_NO_TIME, .created = 5, .last_login = XIE_NO_TIME };
}
static void add_user(const char *id, const char *org, const char *grant_org, const char *grant_region)
{
	struct xie_user u = user_of(id, org, "440600");
	check_ok(db.user_put(db.self, &SYSTEM, &u));
	struct xie_grant g = { .org = xie_str_of(grant_org), .region = xie_str_of(grant_region), .from = 0, .to = XIE_NO_TIME };
	check_ok(db.grant_put(db.self, &SYSTEM, xie_str_of(id), &g, grant_org[0] != '\0'));
}

/* fs -> jx -> jx1; fs -> ls.  chief sees all, jx his unit and below, ls440604 one district of his unit, none nothing. */
static int setup(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/xie_records_XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/records.db", dir);
	fake_now = 1000000;
	struct xie_records_options o = options();
	struct xie_err err;
	if (xie_records_open(path, &o, &rec, &err) != XIE_OK)
		fail_msg("%s", err.what);
	db = xie_records_store(rec);
	add_org("fs", "", "440600");
	add_org("jx", "fs", "440605");
	add_org("jx1", "jx", "440605");
	add_org("ls", "fs", "440604");
	add_user("chief", "fs", "fs", "");
	add_user("jx_u", "jx", "jx", "");
	add_user("ls_u", "ls", "ls", "440604");
	add_user("none_u", "ls", "", "");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	char p[400];
	xie_records_close(rec);
	rec = NULL;
	DIR *d = opendir(dir);
	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
		(void)snprintf(p, sizeof p, "%s/%s", dir, e->d_name);
		(void)unlink(p);
	}
	(void)closedir(d);
	return rmdir(dir);
}

/* ---- what callbacks remember ---- */
struct seen {
	unsigned n;
	char first[80], last[80], ids[2000], json[400], state[40];
	uint32_t rev;
	uint64_t version, seq;
	xie_ms when;
};
static void note(struct seen *s, xie_str id)
{
	(void)snprintf(s->n == 0 ? s->first : s->last, 80, "%.*s", (int)id.n, id.p);
	size_t at = strlen(s->ids);
	(void)snprintf(s->ids + at, sizeof s->ids - at, "%s%.*s", s->n == 0 ? "" : ",", (int)id.n, id.p);
	if (s->n++ == 0)
		memcpy(s->last, s->first, sizeof s->last);
}
static xie_status see_alert(void *ctx, const struct xie_alert_row *a)
{
	struct seen *s = ctx;
	note(s, a->id);
	s->rev = a->rev;
	s->version = a->version;
	s->seq = a->seq;
	s->when = a->close;
	(void)snprintf(s->json, sizeof s->json, "%.*s", (int)a->json.n, a->json.p);
	(void)snprintf(s->state, sizeof s->state, "%.*s", (int)a->state.n, a->state.p);
	return XIE_OK;
}
static xie_status see_subject(void *ctx, const struct xie_subject *v)
{
	struct seen *s = ctx;
	note(s, v->id);
	s->version = v->version;
	s->seq = v->seq;
	(void)snprintf(s->json, sizeof s->json, "%.*s", (int)v->json.n, v->json.p);
	(void)snprintf(s->state, sizeof s->state, "%.*s", (int)v->state.n, v->state.p);
	return XIE_OK;
}
static xie_status see_event(void *ctx, const struct xie_event *e)
{
	struct seen *s = ctx;
	note(s, e->event);
	s->version = e->n;
	return XIE_OK;
}
static xie_status see_user(void *ctx, const struct xie_user *u)
{
	struct seen *s = ctx;
	note(s, u->id);
	s->version = u->version;
	s->rev = u->failed;
	s->when = u->locked_until;
	return XIE_OK;
}
static xie_status see_org(void *ctx, const struct xie_org *o)
{
	note(ctx, o->path);
	return XIE_OK;
}
static xie_status see_grant(void *ctx, const struct xie_grant *g)
{
	note(ctx, g->org);
	return XIE_OK;
}
static xie_status see_audit(void *ctx, const struct xie_audit *a)
{
	struct seen *s = ctx;
	note(s, a->action);
	s->seq = a->seq;
	return XIE_OK;
}

static struct xie_alert_row alert_of(const char *id, uint32_t rev, const char *org, const char *region, uint8_t level,
                                     xie_ms open)
{
	return (struct xie_alert_row){ .id = xie_str_of(id), .rev = rev, .rule = XIE_STR("bridge_speed"), .mode = XIE_STR("warning"),
		.kind = XIE_STR("vessel"), .target = XIE_STR("413000001"), .other = XIE_STR(""), .zone = XIE_STR("bridge"),
		.direction = XIE_STR(""), .end = XIE_STR(""), .violation = XIE_STR("V1"), .pack = XIE_STR("p"), .level = level,
		.since = open, .open = open, .close = XIE_NO_TIME, .org = xie_str_of(org), .region = xie_str_of(region),
		.position = 9, .text = XIE_STR("桥区超速 粤佛山货1234 413000001"), .json = XIE_STR("{\"a\":1}") };
}
static void put_alert(const char *id, uint32_t rev, const char *org, const char *region, uint8_t level, xie_ms open)
{
	struct xie_alert_row a = alert_of(id, rev, org, region, level, open);
	check_ok(db.alert_put(db.self, &a, 1, XIE_STR("engine"), (uint64_t)open));
}
static struct seen list(struct xie_scope who, struct xie_alert_query q)
{
	struct seen s = { 0 };
	uint64_t total = 99;
	check_ok(db.alert_list(db.self, &who, &q, see_alert, &s, &total, NULL));
	if (q.after.n == 0 && q.limit == 0 && s.n < 50)
		check_int(total, s.n);
	return s;
}

static xie_status act(struct xie_scope who, const char *kind, const char *id, uint64_t version, const char *event,
                      const char *data, const char *state)
{
	struct xie_event e = { .at = fake_now, .event = xie_str_of(event), .by = XIE_STR("[\"p1\"]"), .data = xie_str_of(data),
		.user = who.user };
	struct xie_subject_change c = { .version = version, .events = &e, .n_events = 1,
		.row = { .kind = xie_str_of(kind), .id = xie_str_of(id), .org = XIE_STR("jx"), .region = XIE_STR("440605"),
			.state = xie_str_of(state), .title = XIE_STR("粤佛山货1234超速"), .due = XIE_NO_TIME,
			.text = XIE_STR("粤佛山货1234 超速"), .json = xie_str_of(data) } };
	return db.subject_append(db.self, &who, &c, 1, NULL, NULL);
}

/* ---- tests ---- */

static void what_lies_outside_does_not_exist(void **state)
{
	(void)state;
	put_alert("a1", 1, "jx1", "440605", 1, 100);
	put_alert("a2", 1, "ls", "440604", 2, 200);
	put_alert("a3", 1, "ls", "440606", 2, 300);
	put_alert("a4", 1, "", "440600", 3, 400); /* no organisation: the root's */
	struct xie_alert_query q = { 0 };
	check_str(xie_str_of(list(SYSTEM, q).ids), "a1,a3,a2,a4");
	check_str(xie_str_of(list(as("chief"), q).ids), "a1,a3,a2,a4");
	check_str(xie_str_of(list(as("jx_u"), q).ids), "a1");
	check_str(xie_str_of(list(as("ls_u"), q).ids), "a2");
	check_int(list(as("none_u"), q).n, 0);
	check_int(list(as(""), q).n, 0);
	check_int(list(as("nobody"), q).n, 0);
	check_int(list(NOBODY, q).n, 0);
	struct seen s = { 0 };
	struct xie_scope jx = as("jx_u");
	check_ok(db.alert_get(db.self, &jx, XIE_STR("a1"), see_alert, &s));
	check_st(db.alert_get(db.self, &jx, XIE_STR("a2"), see_alert, &s), XIE_MISSING);
	check_st(db.alert_get(db.self, &NOBODY, XIE_STR("a1"), see_alert, &s), XIE_MISSING);
	check_st(act(jx, "alert", "a2", 0, "acknowledge", "{}", "acknowledged"), XIE_MISSING);
	check_ok(act(jx, "alert", "a1", 0, "acknowledge", "{}", "acknowledged"));
	struct xie_scope ls = as("ls_u");
	check_st(db.event_list(db.self, &ls, XIE_STR("alert"), XIE_STR("a1"), see_event, &s), XIE_MISSING);
	check_st(db.scope_has(db.self, &ls, XIE_STR("ls"), XIE_STR("440606")), XIE_MISSING);
	check_ok(db.scope_has(db.self, &ls, XIE_STR("ls"), XIE_STR("440604001")));
	/* A grant has its days. */
	struct xie_grant g = { .org = XIE_STR("jx"), .region = XIE_STR(""), .from = 0, .to = fake_now };
	check_ok(db.grant_put(db.self, &SYSTEM, XIE_STR("jx_u"), &g, 1));
	check_int(list(jx, q).n, 0);
	g.to = fake_now + 1;
	check_ok(db.grant_put(db.self, &SYSTEM, XIE_STR("jx_u"), &g, 1));
	check_int(list(jx, q).n, 1);
}

static void a_moved_unit_takes_its_records_along(void **state)
{
	(void)state;
	put_alert("a1", 1, "jx1", "440605", 1, 100);
	struct xie_alert_query q = { 0 };
	check_int(list(as("ls_u"), q).n, 0);
	struct xie_grant g = { .org = XIE_STR("ls"), .region = XIE_STR(""), .from = 0, .to = XIE_NO_TIME };
	check_ok(db.grant_put(db.self, &SYSTEM, XIE_STR("ls_u"), &g, 1));
	add_org("jx", "ls", "440605");
	check_int(list(as("ls_u"), q).n, 1);
	struct seen s = { 0 };
	check_ok(db.org_list(db.self, &SYSTEM, see_org, &s));
	check_str(xie_str_of(s.ids), "/fs/,/fs/ls/,/fs/ls/jx/,/fs/ls/jx/jx1/");
	/* Not under itself, not under nothing. */
	struct xie_org o = { .id = XIE_STR("ls"), .parent = XIE_STR("jx1"), .name = XIE_STR("x"), .name_en = XIE_STR(""),
		.region = XIE_STR(""), .to = XIE_NO_TIME };
	check_st(db.org_put(db.self, &o), XIE_REFUSED);
	o.parent = XIE_STR("nowhere");
	check_st(db.org_put(db.self, &o), XIE_MISSING);
	o.id = XIE_STR("a/b");
	check_st(db.org_put(db.self, &o), XIE_RANGE);
	struct xie_scope jx = as("jx_u");
	struct seen t = { 0 };
	check_ok(db.org_list(db.self, &jx, see_org, &t));
	check_str(xie_str_of(t.ids), "/fs/ls/jx/,/fs/ls/jx/jx1/");
}

static void nobody_gives_what_he_does_not_have(void **state)
{
	(void)state;
	struct xie_scope jx = as("jx_u"), ls = as("ls_u");
	struct xie_grant g = { .org = XIE_STR("ls"), .region = XIE_STR(""), .from = 0, .to = XIE_NO_TIME };
	check_st(db.grant_put(db.self, &jx, XIE_STR("jx_u"), &g, 1), XIE_REFUSED);
	g.region = XIE_STR("4406");
	check_st(db.grant_put(db.self, &ls, XIE_STR("ls_u"), &g, 1), XIE_MISSING); /* his own row lies in 440600 */
	struct seen s = { 0 };
	check_ok(db.grant_list(db.self, XIE_STR("jx_u"), see_grant, &s));
	check_str(xie_str_of(s.ids), "jx");
	struct xie_user u = user_of("new", "ls", "440604");
	check_st(db.user_put(db.self, &jx, &u), XIE_MISSING);
	check_ok(db.user_put(db.self, &ls, &u));
	check_st(db.user_put(db.self, &ls, &u), XIE_DUPLICATE);
	u.version = 1;
	u.name = XIE_STR("李");
	check_st(db.user_put(db.self, &jx, &u), XIE_MISSING);
	check_ok(db.user_put(db.self, &ls, &u));
	check_st(db.user_put(db.self, &ls, &u), XIE_CONFLICT);
	struct seen l = { 0 };
	check_ok(db.user_list(db.self, &ls, see_user, &l));
	check_str(xie_str_of(l.ids), "new");
	check_st(db.user_get(db.self, &jx, "login", XIE_STR("new"), see_user, &l), XIE_MISSING);
	check_ok(db.user_get(db.self, &ls, "login", XIE_STR("new"), see_user, &l));
	check_int(l.version, 2);
	check_st(db.user_get(db.self, &ls, "password", XIE_STR("x"), see_user, &l), XIE_UNKNOWN);
}

static void logins_and_sessions(void **state)
{
	(void)state;
	uint32_t failed = 0;
	struct seen s = { 0 };
	for (unsigned i = 1; i <= 3; i++) {
		check_ok(db.user_login(db.self, XIE_STR("chief"), false, 7, i == 3 ? 5000 : XIE_NO_TIME, &failed));
		check_int(failed, i);
	}
	check_ok(db.user_get(db.self, &SYSTEM, "id", XIE_STR("chief"), see_user, &s));
	check_int(s.when, 5000);
	check_int(s.version, 1);
	check_ok(db.user_login(db.self, XIE_STR("chief"), true, 7, XIE_NO_TIME, &failed));
	check_int(failed, 0);
	check_st(db.user_login(db.self, XIE_STR("nobody"), true, 7, XIE_NO_TIME, &failed), XIE_MISSING);
	struct xie_session v = { .token = { 1 }, .user = XIE_STR("chief"), .csrf = XIE_STR("c"), .ip = XIE_STR("::1"),
		.agent = XIE_STR("a"), .created = 1, .seen = 2, .expires = fake_now + 10, .reauth = 1 };
	check_ok(db.session_put(db.self, &v));
	v.token[0] = 2;
	check_ok(db.session_put(db.self, &v));
	v.user = XIE_STR("ghost");
	v.token[0] = 3;
	check_st(db.session_put(db.self, &v), XIE_MISSING);
	uint8_t one[32] = { 1 }, two[32] = { 2 };
	check_ok(db.session_end_all(db.self, XIE_STR("chief"), two));
	fake_now += 11;
	check_st(db.session_get(db.self, two, NULL, NULL), XIE_MISSING); /* it has expired */
	check_st(db.session_get(db.self, one, NULL, NULL), XIE_MISSING); /* it was ended */
	check_ok(db.session_expire(db.self, fake_now));
	check_ok(db.session_end(db.self, two));
}

static void newest_revision_is_current_in_any_order(void **state)
{
	(void)state;
	struct seen s = { 0 };
	put_alert("a1", 2, "jx", "440605", 1, 100);
	put_alert("a1", 1, "jx", "440605", 1, 90);
	put_alert("a1", 2, "jx", "440605", 1, 777); /* delivered again: ignored */
	check_ok(db.alert_get(db.self, &SYSTEM, XIE_STR("a1"), see_alert, &s));
	check_int(s.rev, 2);
	check_int(s.seq, 1);
	struct seen r = { 0 };
	check_ok(db.alert_revs(db.self, &SYSTEM, XIE_STR("a1"), see_alert, &r));
	check_int(r.n, 2);
	check_int(r.rev, 2);
	uint64_t pos = 0, seq = 0;
	check_ok(db.position(db.self, XIE_STR("engine"), &pos));
	check_int(pos, 777);
	check_ok(db.position(db.self, XIE_STR("nobody"), &pos));
	check_int(pos, 0);
	/* A revision keeps what people did. */
	check_ok(act(as("jx_u"), "alert", "a1", 0, "acknowledge", "{}", "acknowledged"));
	struct xie_alert_row a = alert_of("a1", 3, "jx", "440605", 1, 100);
	a.close = 500;
	check_ok(db.alert_put(db.self, &a, 1, XIE_STR("engine"), 800));
	struct seen t = { 0 };
	check_ok(db.alert_get(db.self, &SYSTEM, XIE_STR("a1"), see_alert, &t));
	check_int(t.rev, 3);
	check_int(t.when, 500);
	check_int(t.version, 1);
	check_str(xie_str_of(t.state), "acknowledged");
	check_ok(db.seq(db.self, &seq));
	struct seen since = { 0 };
	check_ok(db.alert_since(db.self, &SYSTEM, seq - 1, 10, see_alert, &since));
	check_str(xie_str_of(since.ids), "a1");
}

static void the_queue_filters_and_pages(void **state)
{
	(void)state;
	char id[8];
	for (unsigned i = 0; i < 60; i++) {
		(void)snprintf(id, sizeof id, "a%02u", i);
		put_alert(id, 1, "jx", "440605", (uint8_t)(1 + i % 4), 1000 + i);
	}
	check_ok(act(as("jx_u"), "alert", "a56", 0, "acknowledge", "{}", "acknowledged"));
	struct xie_alert_query q = { .levels = XIE_STR("1"), .limit = 5 };
	struct seen s = list(as("jx_u"), q);
	check_str(xie_str_of(s.ids), "a52,a48,a44,a40,a36");
	q.after = xie_str_of(s.last);
	q.limit = 500;
	s = list(as("jx_u"), q);
	check_int(s.n, 10);
	check_str(xie_str_of(s.last), "a56"); /* acknowledged: behind the others of its level */
	q = (struct xie_alert_query){ .states = XIE_STR("acknowledged,lead") };
	check_int(list(as("jx_u"), q).n, 1);
	q = (struct xie_alert_query){ .levels = XIE_STR("2,3"), .from = 1010, .to = 1020 };
	check_int(list(as("jx_u"), q).n, 5);
	q = (struct xie_alert_query){ .by_age = true, .limit = 3 };
	check_str(xie_str_of(list(as("jx_u"), q).ids), "a59,a58,a57");
	q = (struct xie_alert_query){ .target = XIE_STR("413000001"), .rule = XIE_STR("bridge_speed"), .zone = XIE_STR("bridge") };
	check_int(list(as("jx_u"), q).n, 50);
	q.zone = XIE_STR("brid");
	check_int(list(as("jx_u"), q).n, 0);
	q = (struct xie_alert_query){ .handler = XIE_STR("jx_u") };
	check_int(list(as("jx_u"), q).n, 1);
}

static void text_is_found_in_chinese(void **state)
{
	(void)state;
	static const struct {
		const char *query;
		unsigned want;
	} CASES[] = {
		{ "超速", 1 }, { "桥区", 1 }, { "区超", 1 }, { "速超", 0 }, { "413000001", 1 }, { "4130", 1 }, { "3000001", 0 },
		{ "桥区 413", 1 }, { "桥区 999", 0 }, { "粤佛山货1234", 1 }, { "佛山货12", 1 }, { "\"", 0 }, { "*", 0 },
		{ "超速 OR x", 0 }, { "  ", 0 }, { "'); DROP TABLE alert; --", 0 }, { "，桥区，超速。", 1 },
	};
	put_alert("a1", 1, "jx", "440605", 1, 100);
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		struct xie_alert_query q = { .text = xie_str_of(CASES[i].query) };
		struct seen s = list(as("jx_u"), q);
		if (s.n != CASES[i].want)
			fail_msg("\"%s\" found %u, not %u", CASES[i].query, s.n, CASES[i].want);
	}
	/* A new text replaces the old one, and another alert's stays. */
	put_alert("a2", 1, "jx", "440605", 1, 100);
	struct xie_alert_row a = alert_of("a1", 2, "jx", "440605", 1, 100);
	a.text = XIE_STR("");
	check_ok(db.alert_put(db.self, &a, 1, XIE_STR("engine"), 1));
	a = alert_of("a3", 1, "jx", "440605", 1, 100);
	a.text = XIE_STR("禁渔");
	check_ok(db.alert_put(db.self, &a, 1, XIE_STR("engine"), 1));
	a = alert_of("a1", 3, "jx", "440605", 1, 100);
	a.text = XIE_STR("禁渔区");
	check_ok(db.alert_put(db.self, &a, 1, XIE_STR("engine"), 1));
	struct xie_alert_query q = { .text = XIE_STR("超速"), .by_age = true };
	check_str(xie_str_of(list(as("jx_u"), q).ids), "a2");
	q.text = XIE_STR("禁渔");
	check_str(xie_str_of(list(as("jx_u"), q).ids), "a1,a3");
}

static void events_chain_and_versions_guard(void **state)
{
	(void)state;
	struct xie_scope jx = as("jx_u");
	check_st(act(jx, "case", "c1", 1, "accept_lead", "{}", "S05"), XIE_CONFLICT); /* there is none yet */
	check_ok(act(jx, "case", "c1", 0, "accept_lead", "{\"source\":\"alert\"}", "S05"));
	check_st(act(jx, "case", "c1", 0, "propose", "{}", "S10"), XIE_CONFLICT);
	check_ok(act(jx, "case", "c1", 1, "propose", "{\"facts\":\"超速\"}", "S10"));
	check_st(act(as("ls_u"), "case", "c1", 2, "propose", "{}", "S10"), XIE_MISSING);
	check_st(act(jx, "case", "c1", 2, "propose", "{\"x\":1.5}", "S10"), XIE_RANGE);
	check_st(act(jx, "case", "c1", 2, "propose", "not json", "S10"), XIE_MALFORMED);
	struct seen s = { 0 };
	check_ok(db.event_list(db.self, &jx, XIE_STR("case"), XIE_STR("c1"), see_event, &s));
	check_str(xie_str_of(s.ids), "accept_lead,propose");
	struct seen c = { 0 };
	check_ok(db.subject_get(db.self, &jx, XIE_STR("case"), XIE_STR("c1"), see_subject, &c));
	check_int(c.version, 2);
	check_str(xie_str_of(c.state), "S10");
	unsigned bad = 99;
	struct xie_err err;
	check_ok(xie_records_check(path, hear, NULL, &bad, &err));
	if (bad != 0)
		fail_msg("%s", log_text);
	/* Somebody edits the file: the next reading says so. */
	struct xie_db *raw = NULL;
	check_ok(xie_db_open(path, NULL, &raw, &err));
	check_ok(xie_db_exec(raw, "UPDATE event SET data = '{\"facts\":\"慢\"}' WHERE n = 2"));
	xie_db_close(raw);
	struct seen d = { 0 };
	check_st(db.event_list(db.self, &jx, XIE_STR("case"), XIE_STR("c1"), see_event, &d), XIE_CORRUPT);
	check_int(d.n, 1);
	check_ok(xie_records_check(path, hear, NULL, &bad, &err));
	check_int(bad, 1);
	check_true(strstr(log_text, "case c1, number 2") != NULL);
}

static void one_act_is_whole_or_not(void **state)
{
	(void)state;
	struct xie_scope jx = as("jx_u");
	put_alert("a1", 1, "jx", "440605", 1, 100);
	struct xie_event ea = { .at = 5, .event = XIE_STR("lead"), .by = XIE_STR("[]"), .data = XIE_STR("{}"), .user = jx.user };
	struct xie_event ec = ea;
	struct xie_number no = { XIE_STR("case/2026"), 1 };
	struct xie_subject_key key = { XIE_STR("alert"), XIE_STR("a1") };
	struct xie_subject_change c[2] = {
		{ .row = { .kind = XIE_STR("alert"), .id = XIE_STR("a1"), .state = XIE_STR("lead"), .due = XIE_NO_TIME },
		  .events = &ea, .n_events = 1 },
		{ .row = { .kind = XIE_STR("case"), .id = XIE_STR("c1"), .no = XIE_STR("2026-0001"), .org = XIE_STR("jx"),
		    .region = XIE_STR("440605"), .state = XIE_STR("S00"), .due = 5000, .text = XIE_STR("超速") },
		  .events = &ec, .n_events = 1, .keys = &key, .n_keys = 1, .numbers = &no, .n_numbers = 1 },
	};
	struct xie_once once = { .user = jx.user, .key = XIE_STR("key-0001"), .status = 201, .answer = XIE_STR("{}"), .at = 5 };
	struct xie_audit audit = { .at = 5, .user = jx.user, .login = jx.user, .action = XIE_STR("case.open") };
	uint64_t n = 0;
	check_ok(db.number_peek(db.self, no.series, &n));
	check_int(n, 1);
	no.number = 2; /* skips one: refused, and nothing of the act is there */
	check_st(db.subject_append(db.self, &jx, c, 2, &audit, &once), XIE_CONFLICT);
	struct seen s = { 0 };
	check_st(db.subject_get(db.self, &jx, XIE_STR("case"), XIE_STR("c1"), see_subject, &s), XIE_MISSING);
	check_st(db.once_get(db.self, jx.user, once.key, NULL, NULL), XIE_MISSING);
	no.number = 1;
	check_ok(db.subject_append(db.self, &jx, c, 2, &audit, &once));
	check_ok(db.number_peek(db.self, no.series, &n));
	check_int(n, 2);
	check_st(db.subject_append(db.self, &jx, c, 2, &audit, &once), XIE_DUPLICATE);
	check_ok(db.subject_by_no(db.self, &jx, XIE_STR("case"), XIE_STR("2026-0001"), see_subject, &s));
	struct xie_subject_query q = { .kind = XIE_STR("case"), .key = key };
	struct seen l = { 0 };
	uint64_t total = 0, seq = 0;
	check_ok(db.subject_list(db.self, &jx, &q, see_subject, &l, &total, &seq));
	check_int(total, 1);
	q.key.value = XIE_STR("a2");
	check_ok(db.subject_list(db.self, &jx, &q, see_subject, &l, &total, &seq));
	check_int(total, 0);
	struct xie_audit_query aq = { .action = XIE_STR("case.open") };
	struct seen a = { 0 };
	check_ok(db.audit_list(db.self, &aq, see_audit, &a));
	check_int(a.n, 1);
	struct seen al = { 0 };
	check_ok(db.alert_get(db.self, &jx, XIE_STR("a1"), see_alert, &al));
	check_str(xie_str_of(al.state), "lead");
}

static void lists_of_subjects_order_and_filter(void **state)
{
	(void)state;
	struct xie_scope jx = as("jx_u");
	for (unsigned i = 0; i < 9; i++) {
		char id[8];
		(void)snprintf(id, sizeof id, "c%u", i);
		struct xie_event e = { .at = 100 + i, .event = XIE_STR("open"), .by = XIE_STR("[]"), .data = XIE_STR("{}"), .user = jx.user };
		struct xie_subject_change c = { .events = &e, .n_events = 1,
			.row = { .kind = XIE_STR("case"), .id = xie_str_of(id), .org = XIE_STR("jx"), .region = XIE_STR("440605"),
				.state = XIE_STR("S20"), .stage = i % 2 ? XIE_STR("investigate") : XIE_STR("filed"),
				.clock = i < 2 ? XIE_STR("late") : XIE_STR("ok"), .waiting_for = XIE_STR("officer,unit_head"),
				.due = i == 4 ? XIE_NO_TIME : 1000 - 10 * (xie_ms)i, .text = XIE_STR("案") } };
		check_ok(db.subject_append(db.self, &jx, &c, 1, NULL, NULL));
	}
	static const struct {
		struct xie_subject_query q;
		const char *want;
	} CASES[] = {
		{ { .kind = { "case", 4 } }, "c8,c7,c6,c5,c3,c2,c1,c0,c4" },
		{ { .kind = { "case", 4 }, .by_age = true, .limit = 2 }, "c8,c7" },
		{ { .kind = { "case", 4 }, .by_age = true, .limit = 2, .after = { "c7", 2 } }, "c6,c5" },
		{ { .kind = { "case", 4 }, .after = { "c0", 2 } }, "c4" },
		{ { .kind = { "case", 4 }, .clock = { "late", 4 } }, "c1,c0" },
		{ { .kind = { "case", 4 }, .stage = { "filed", 5 }, .due_before = 965 }, "c8,c6" },
		{ { .kind = { "case", 4 }, .waiting_for = { "head", 4 } }, "" },
		{ { .kind = { "case", 4 }, .waiting_for = { "officer", 7 }, .limit = 1 }, "c8" },
		{ { .kind = { "task", 4 } }, "" },
	};
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		struct seen s = { 0 };
		check_ok(db.subject_list(db.self, &jx, &CASES[i].q, see_subject, &s, NULL, NULL));
		check_str(xie_str_of(s.ids), CASES[i].want);
	}
	struct seen s = { 0 };
	check_ok(db.subject_since(db.self, &jx, XIE_STR("case"), 7, 10, see_subject, &s));
	check_str(xie_str_of(s.ids), "c7,c8");
}

static void drafts_are_versioned(void **state)
{
	(void)state;
	struct xie_draft d = { .user = XIE_STR("chief"), .subject_kind = XIE_STR("case"), .subject = XIE_STR("c1"),
		.event = XIE_STR("propose"), .json = XIE_STR("{}"), .at = 5 };
	check_ok(db.draft_put(db.self, &d));
	check_st(db.draft_put(db.self, &d), XIE_CONFLICT);
	d.version = 1;
	check_ok(db.draft_put(db.self, &d));
	d.version = 2;
	d.json = XIE_STR("");
	check_ok(db.draft_put(db.self, &d));
	check_st(db.draft_get(db.self, d.user, d.subject_kind, d.subject, d.event, NULL, NULL), XIE_MISSING);
}

static void audit_is_a_chain(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		struct xie_audit a = { .at = 100 + i, .user = XIE_STR("chief"), .login = XIE_STR("chief"), .action = i % 2 ? XIE_STR("login") : XIE_STR("read"),
			.object = XIE_STR("case c1"), .json = XIE_STR("{\"why\":\"\\\"\"}") };
		check_ok(db.audit_put(db.self, &a));
		check_int(a.seq, i + 1);
	}
	struct xie_audit_query q = { .action = XIE_STR("login"), .limit = 3 };
	struct seen s = { 0 };
	check_ok(db.audit_list(db.self, &q, see_audit, &s));
	check_int(s.n, 3);
	check_int(s.seq, 16);
	q = (struct xie_audit_query){ .from = 105, .to = 107 };
	struct seen t = { 0 };
	check_ok(db.audit_list(db.self, &q, see_audit, &t));
	check_int(t.n, 2);
	unsigned bad;
	struct xie_err err;
	check_ok(xie_records_check(path, hear, NULL, &bad, &err));
	check_int(bad, 0);
	struct xie_db *raw = NULL;
	check_ok(xie_db_open(path, NULL, &raw, &err));
	check_ok(xie_db_exec(raw, "UPDATE audit SET object = 'case c2' WHERE seq = 7"));
	xie_db_close(raw);
	check_ok(xie_records_check(path, hear, NULL, &bad, &err));
	check_int(bad, 1);
	check_ok(xie_db_open(path, NULL, &raw, &err));
	check_ok(xie_db_exec(raw, "DELETE FROM audit WHERE seq = 7"));
	xie_db_close(raw);
	check_ok(xie_records_check(path, hear, NULL, &bad, &err));
	check_int(bad, 1);
}

struct spans {
	unsigned n;
	xie_ms from[8], to[8];
};
static xie_status see_span(void *ctx, const struct xie_source_span *v)
{
	struct spans *s = ctx;
	s->from[s->n] = v->from;
	s->to[s->n++] = v->to;
	return XIE_OK;
}

static void sources_have_gaps(void **state)
{
	(void)state;
	xie_str name = XIE_STR("AIS");
	check_ok(db.source_state(db.self, 1, name, true, 100, 1));
	check_ok(db.source_state(db.self, 1, name, false, 200, 5));
	check_ok(db.source_state(db.self, 1, name, true, 300, 6));
	check_ok(db.source_state(db.self, 1, name, false, 200, 5)); /* delivered again */
	check_ok(db.source_state(db.self, 1, name, false, 400, 7));
	struct spans s = { 0 };
	check_ok(db.source_spans(db.self, 0, 1000, see_span, &s));
	check_int(s.n, 2);
	check_int(s.to[0], 300);
	check_int(s.to[1], XIE_NO_TIME);
	s = (struct spans){ 0 };
	check_ok(db.source_spans(db.self, 310, 399, see_span, &s));
	check_int(s.n, 0);
	s = (struct spans){ 0 };
	check_ok(db.source_spans(db.self, 250, 260, see_span, &s));
	check_int(s.n, 1);
}

static void an_old_file_waits_for_migrate(void **state)
{
	(void)state;
	xie_records_close(rec);
	rec = NULL;
	struct xie_db *raw = NULL;
	struct xie_err err;
	check_ok(xie_db_open(path, NULL, &raw, &err));
	check_ok(xie_db_exec(raw, "DELETE FROM migration WHERE number = 2; DROP TABLE search; DROP TABLE search_row"));
	xie_db_close(raw);
	struct xie_records_options o = options();
	unsigned has, wants;
	check_ok(xie_records_version(path, &has, &wants, &err));
	check_int(has, 1);
	check_true(wants > has);
	check_st(xie_records_open(path, &o, &rec, &err), XIE_REFUSED);
	check_true(strstr(err.hint, "xiezhi migrate") != NULL);
	o.migrate = true;
	check_ok(xie_records_open(path, &o, &rec, &err));
	check_true(strstr(log_text, "backed up to") != NULL);
	check_int(access(strstr(log_text, "/tmp/"), R_OK), 0);
	db = xie_records_store(rec);
	struct seen s = { 0 };
	check_ok(db.user_list(db.self, &SYSTEM, see_user, &s));
	check_int(s.n, 4);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_lies_outside_does_not_exist),
		T(a_moved_unit_takes_its_records_along),
		T(nobody_gives_what_he_does_not_have),
		T(logins_and_sessions),
		T(newest_revision_is_current_in_any_order),
		T(the_queue_filters_and_pages),
		T(text_is_found_in_chinese),
		T(events_chain_and_versions_guard),
		T(one_act_is_whole_or_not),
		T(lists_of_subjects_order_and_filter),
		T(drafts_are_versioned),
		T(audit_is_a_chain),
		T(sources_have_gaps),
		T(an_old_file_waits_for_migrate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
