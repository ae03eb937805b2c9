/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "house.h"

#include <time.h>

#include "xie/base/time.h"
#include "xie/base/val.h"
#include "xie/db_sqlite/db.h"
#include "xie/pack/law.h"
#include "xie/web/password.h"

static xie_ms clock_ms(clockid_t id)
{
	struct timespec t;
	(void)clock_gettime(id, &t);
	return (xie_ms)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static xie_ms wall(void *self)
{
	return clock_ms(CLOCK_REALTIME) + ((const struct house *)self)->shift;
}

static xie_ms mono(void *self)
{
	return clock_ms(CLOCK_MONOTONIC) + ((const struct house *)self)->shift;
}

/* ---- the world ---- */

static const struct xie_pt square[] = {
	{ 678000000, 137000000 }, { 679000000, 137000000 }, { 679000000, 138000000 }, { 678000000, 138000000 }
};
static const struct xie_ring ring = { square, 4 };
static const struct xie_part part = { &ring, 1 };

static struct xie_world_zone zone_row(bool gate)
{
	struct xie_world_zone z = { .id = XIE_STR("bridge"),
		                    .name = XIE_STR("桥区"),
		                    .name_en = XIE_STR("Bridge area"),
		                    .layer = XIE_STR("speed"),
		                    .pack = XIE_STR("test"),
		                    .digest = XIE_STR("d1"),
		                    .limit_dmph = 148160,
		                    .shape = { .parts = &part, .n = 1 } };
	if (gate) {
		z.id = XIE_STR("gate1");
		z.name = XIE_STR("闸口");
		z.name_en = XIE_STR("Gate");
		z.layer = XIE_STR("gate");
		z.limit_dmph = 0;
		z.shape = (struct xie_shape){ .gate = { { 678000000, 137000000 }, { 678000000, 138000000 } } };
	}
	return z;
}

static xie_status zones(void *self, xie_world_zone_fn *fn, void *ctx)
{
	(void)self;
	struct xie_world_zone a = zone_row(false), b = zone_row(true);
	xie_status st = fn(ctx, &a);
	return st == XIE_OK ? fn(ctx, &b) : st;
}

static xie_status zone(void *self, xie_str id, xie_world_zone_fn *fn, void *ctx)
{
	(void)self;
	struct xie_world_zone a = zone_row(false), b = zone_row(true);
	return xie_str_eq(id, a.id) ? fn(ctx, &a) : xie_str_eq(id, b.id) ? fn(ctx, &b) : XIE_MISSING;
}

static xie_status zones_at(void *self, struct xie_pt p, xie_world_zone_fn *fn, void *ctx)
{
	(void)self;
	struct xie_world_zone a = zone_row(false);
	bool in = p.lon >= square[0].lon && p.lon <= square[1].lon && p.lat >= square[0].lat && p.lat <= square[2].lat;
	return in ? fn(ctx, &a) : XIE_OK;
}

static struct xie_world_rule rule_row(void)
{
	return (struct xie_world_rule){ .id = XIE_STR("bridge_speed"),
		                        .name = XIE_STR("桥区超速"),
		                        .name_en = XIE_STR("Speeding at the bridge"),
		                        .mode = XIE_STR("warning"),
		                        .condition = XIE_STR("sog > zone.limit"),
		                        .violation = XIE_STR("V1"),
		                        .pack = XIE_STR("test"),
		                        .digest = XIE_STR("r1"),
		                        .basis = XIE_STR("内河条例 18\n内河条例 81"),
		                        .kind = XIE_STR("vessel"),
		                        .limit_dmph = 148160,
		                        .level = 2 };
}

static xie_status rules(void *self, xie_world_rule_fn *fn, void *ctx)
{
	(void)self;
	struct xie_world_rule r = rule_row();
	return fn(ctx, &r);
}

static xie_status rule(void *self, xie_str id, xie_world_rule_fn *fn, void *ctx)
{
	(void)self;
	struct xie_world_rule r = rule_row();
	return xie_str_eq(id, r.id) ? fn(ctx, &r) : XIE_MISSING;
}

static xie_status packs(void *self, xie_world_pack_fn *fn, void *ctx)
{
	(void)self;
	struct xie_world_pack p = { .id = XIE_STR("test"),
		                    .name = XIE_STR("试验包"),
		                    .version = XIE_STR("1"),
		                    .digest = XIE_STR("p1"),
		                    .rules = 1,
		                    .zones = 2 };
	return fn(ctx, &p);
}

static struct xie_world_source source_row(uint32_t i)
{
	static const struct xie_world_reject rejects[] = { { { "checksum", 8 }, 3 } };
	struct xie_world_source s = { .index = i,
		                      .id = i == 0 ? XIE_STR("ais1") : XIE_STR("jt1"),
		                      .name = i == 0 ? XIE_STR("AIS 一号") : XIE_STR("渣土车网关"),
		                      .kind = i == 0 ? XIE_STR("nmea_tcp") : XIE_STR("jt808"),
		                      .address = XIE_STR("127.0.0.1:1"),
		                      .enabled = true,
		                      .health = XIE_HEALTH_UP,
		                      .accepted = 100,
		                      .rejected = 3,
		                      .bytes = 5000,
		                      .rejects = rejects,
		                      .n_rejects = 1 };
	return s;
}

static xie_status sources(void *self, xie_world_source_fn *fn, void *ctx)
{
	(void)self;
	for (uint32_t i = 0; i < 2; i++) {
		struct xie_world_source s = source_row(i);
		xie_status st = fn(ctx, &s);
		if (st != XIE_OK)
			return st;
	}
	return XIE_OK;
}

static xie_status source(void *self, xie_str id, uint32_t index, xie_world_source_fn *fn, xie_world_frame_fn *frame,
                         void *ctx)
{
	(void)self;
	for (uint32_t i = 0; i < 2; i++) {
		struct xie_world_source s = source_row(i);
		if (id.n != 0 ? !xie_str_eq(id, s.id) : i != index)
			continue;
		xie_status st = fn(ctx, &s);
		struct xie_world_frame good = { .at = 1700000000000,
			                        .received = 1700000000100,
			                        .source = s.id,
			                        .text = XIE_STR("!AIVDM,1"),
			                        .position = 7 };
		struct xie_world_frame bad = { .received = 1700000000200,
			                       .source = s.id,
			                       .text = XIE_STR("!AIVDM,x"),
			                       .reason = XIE_STR("checksum") };
		if (st == XIE_OK && frame != NULL)
			st = frame(ctx, &bad);
		if (st == XIE_OK && frame != NULL)
			st = frame(ctx, &good);
		return st;
	}
	return XIE_MISSING;
}

static xie_status source_add(void *self, const struct xie_world_source_conf *c, xie_world_source_fn *fn, void *ctx,
                             struct xie_err *reterr)
{
	(void)self;
	if (xie_str_starts(c->address, "bad"))
		return xie_err_set(reterr, XIE_MALFORMED, 0, 0, "not an address", "HOST:PORT");
	struct xie_world_source s = source_row(1);
	s.id = XIE_STR("new");
	s.name = c->name;
	s.kind = c->kind;
	s.address = c->address;
	return fn(ctx, &s);
}

static xie_status source_set(void *self, xie_str id, int enabled, xie_str name, xie_world_source_fn *fn, void *ctx)
{
	(void)self;
	for (uint32_t i = 0; i < 2; i++) {
		struct xie_world_source s = source_row(i);
		if (!xie_str_eq(id, s.id))
			continue;
		s.enabled = enabled != 0;
		s.health = enabled != 0 ? XIE_HEALTH_UP : XIE_HEALTH_OFF;
		s.name = name.n != 0 ? name : s.name;
		return fn(ctx, &s);
	}
	return XIE_MISSING;
}

/* 10,000 points a second apart, with a break in the middle. */
static xie_status track(void *self, const struct xie_key *target, xie_ms from, xie_ms to, xie_world_point_fn *fn,
                        void *ctx)
{
	(void)self;
	(void)to;
	for (int i = 0; i < 10000; i++) {
		struct xie_world_point p = { .target = *target,
			                     .t = from + i * 1000,
			                     .at = { 678000000 + i * 100, 137000000 },
			                     .sog_dmph = 1852,
			                     .has_sog = true,
			                     .broken = i == 5000 };
		xie_status st = fn(ctx, &p);
		if (st != XIE_OK)
			return st;
	}
	return XIE_OK;
}

static xie_status targets_at(void *self, struct xie_pt low, struct xie_pt high, xie_ms t, xie_world_point_fn *fn,
                             void *ctx)
{
	(void)self;
	(void)low;
	(void)high;
	struct xie_world_point p = { .target = xie_key_mmsi(413790216), .t = t - 5000, .at = { 678500000, 137500000 } };
	return fn(ctx, &p);
}

static xie_status frames(void *self, const uint64_t *positions, size_t n, xie_world_frame_fn *fn, void *ctx)
{
	(void)self;
	for (size_t i = 0; i < n; i++) {
		struct xie_world_frame f = { .at = 1700000000000,
			                     .source = XIE_STR("ais1"),
			                     .text = XIE_STR("!AIVDM,1,1,,A,x"),
			                     .position = positions[i] };
		xie_status st = fn(ctx, &f);
		if (st != XIE_OK)
			return st;
	}
	return XIE_OK;
}

static xie_status health(void *self, xie_world_part_fn *fn, void *ctx)
{
	(void)self;
	struct xie_world_part p = { .name = XIE_STR("journal"), .detail = XIE_STR("12 blocks"), .ok = true };
	return fn(ctx, &p);
}

static xie_status gauges(void *self, xie_world_gauge_fn *fn, void *ctx)
{
	(void)self;
	struct xie_world_gauge a = { "xiezhi_frames_total", "frames accepted", "source=\"ais1\"", true, 100 };
	struct xie_world_gauge b = { "xiezhi_frames_total", "frames accepted", "source=\"jt1\"", true, 7 };
	xie_status st = fn(ctx, &a);
	return st == XIE_OK ? fn(ctx, &b) : st;
}

static xie_status violation(void *self, xie_str id, xie_world_violation_fn *fn, void *ctx)
{
	(void)self;
	struct xie_world_violation v = { .id = XIE_STR("V1"),
		                         .name = XIE_STR("在限制航速的区域超过规定航速航行"),
		                         .name_en = XIE_STR("Speeding where speed is limited"),
		                         .pack = XIE_STR("test"),
		                         .agency = XIE_STR("maritime"),
		                         .rank = XIE_STR("regulation"),
		                         .kinds = XIE_STR("FINE"),
		                         .basis = XIE_STR("内河条例第十五条\n内河条例第八十一条"),
		                         .has_range = true,
		                         .low_fen = 100000,
		                         .high_fen = 1000000 };
	return xie_str_eq(id, v.id) ? fn(ctx, &v) : XIE_MISSING;
}

static struct xie_world world = {
	.violation = violation,
	.packs = packs,
	.zones = zones,
	.zones_at = zones_at,
	.zone = zone,
	.rules = rules,
	.rule = rule,
	.sources = sources,
	.source = source,
	.source_add = source_add,
	.source_set = source_set,
	.track = track,
	.targets_at = targets_at,
	.frames = frames,
	.health = health,
	.gauges = gauges,
};

/* ---- people ---- */

static xie_status put_org(struct house *h, const char *id, const char *parent, const char *region)
{
	struct xie_store *s = &h->store;
	struct xie_org o = { .id = xie_str_of(id),
		             .parent = xie_str_of(parent),
		             .name = xie_str_of(id),
		             .name_en = XIE_STR(""),
		             .region = xie_str_of(region),
		             .to = XIE_NO_TIME };
	return s->org_put(s->self, &o);
}

/* What the law asks of whom: certificate, rank, qualification. */
static const char *officer_of(const char *roles)
{
	if (strstr(roles, "officer") != NULL)
		return "{\"officer\":{\"id\":\"o\",\"cert_no\":\"E-1\",\"cert_from\":\"2019-01-01\",\"cert_to\":\"2035-12-31\"}}";
	if (strstr(roles, "leader") != NULL)
		return "{\"officer\":{\"id\":\"l\",\"cert_no\":\"\",\"cert_to\":\"2035-12-31\",\"rank\":\"principal\"}}";
	return "{}";
}

static const struct xie_law *the_law(void)
{
	enum { ROOM = 64 << 20 };
	static const struct xie_law *law;
	static uint8_t *room;
	static xie_arena mem;
	static char dir[512];
	const char *dirs[] = { dir };
	struct xie_err err = { .st = XIE_OK };
	if (law != NULL)
		return law;
	room = malloc(ROOM);
	mem = xie_arena_of(room, room != NULL ? ROOM : 0);
	(void)snprintf(dir, sizeof dir, "%s/packs/cn-core", getenv("XIE_TOP") != NULL ? getenv("XIE_TOP") : ".");
	if (xie_pack_law(&mem, dirs, 1, &law, &err) != XIE_OK)
		fail_msg("%s:%u: %s", err.file != NULL ? err.file : dir, (unsigned)err.line, err.what);
	return law;
}

void house_user(struct house *h, const char *login, const char *roles, const char *unit)
{
	static char hash[XIE_PASSWORD_TEXT]; /* one hash for all: a test is no place to spend seconds */
	struct xie_store *s = &h->store;
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	if (hash[0] == '\0')
		check_ok(xie_password_hash(XIE_STR(HOUSE_PASSWORD), (struct xie_password_cost){ 2, 19456, 1 }, hash));
	char id[80];
	(void)snprintf(id, sizeof id, "id-%s", login);
	struct xie_user u = { .id = xie_str_of(id),
		              .login = xie_str_of(login),
		              .name = xie_str_of(login),
		              .org = xie_str_of(unit),
		              .region = XIE_STR("440600"),
		              .roles = xie_str_of(roles),
		              .password = xie_str_of(hash),
		              .json = xie_str_of(officer_of(roles)),
		              .locked_until = XIE_NO_TIME,
		              .created = 1,
		              .last_login = XIE_NO_TIME };
	struct xie_grant g = { .org = u.org, .region = XIE_STR(""), .from = 0, .to = XIE_NO_TIME };
	check_ok(s->user_put(s->self, &system, &u));
	check_ok(s->grant_put(s->self, &system, u.id, &g, 1));
}

static void open_store(struct house *h)
{
	const char *kind = getenv("XIE_TEST_STORE");
	struct xie_records_options opt = { .clock = h->conf.clock, .migrate = true };
	struct xie_err err = { .st = XIE_OK };
	char path[64];
	if (kind == NULL || strcmp(kind, "sqlite") != 0) {
		h->arrays = memstore_new(h->conf.clock);
		h->store = *memstore_port(h->arrays);
		return;
	}
	memcpy(h->dir, "/tmp/xie_house_XXXXXX", 22);
	check_true(mkdtemp(h->dir) != NULL);
	(void)snprintf(path, sizeof path, "%s/records.db", h->dir);
	if (xie_records_open(path, &opt, &h->records, &err) != XIE_OK)
		fail_msg("%s", err.what);
	h->store = xie_records_store(h->records);
}

bool house_fail(struct house *h, unsigned nth)
{
	if (h->arrays == NULL)
		return false;
	memstore_fail(h->arrays, nth);
	return true;
}

void house_tamper(struct house *h, const char *no, unsigned n)
{
	if (h->arrays != NULL) {
		check_true(memstore_tamper(h->arrays, XIE_STR("case"), xie_str_of(no), n));
		return;
	}
	struct xie_db_options opt = { .must_exist = true };
	struct xie_db *db = NULL;
	struct xie_err err = { .st = XIE_OK };
	char path[64];
	static char sql[256];
	(void)snprintf(path, sizeof path, "%s/records.db", h->dir);
	(void)snprintf(sql, sizeof sql,
	               "UPDATE event SET account = 'somebody-else' WHERE kind = 'case' AND n = %u AND id = (SELECT id FROM "
	               "subject WHERE kind = 'case' AND no = '%s')",
	               n, no);
	check_ok(xie_db_open(path, &opt, &db, &err));
	check_ok(xie_db_exec(db, sql));
	xie_db_close(db);
}

void house_at(struct house *h, const char *time)
{
	xie_ms t;
	check_ok(xie_time_parse(xie_str_of(time), INT64_C(8) * 3600000, &t));
	h->shift = t - clock_ms(CLOCK_REALTIME);
}

static xie_status take_action(void *ctx, const struct xie_audit *a)
{
	(void)snprintf(ctx, 64, "%.*s", (int)a->action.n, a->action.p);
	return XIE_OK;
}

const char *house_last_audit(struct house *h)
{
	static char action[64];
	struct xie_audit_query q = { .limit = 1 };
	action[0] = '\0';
	check_ok(h->store.audit_list(h->store.self, &q, take_action, action));
	return action;
}

void house_init(struct house *h)
{
	memset(h, 0, sizeof *h);
	h->conf.clock = (struct xie_clock){ h, wall, mono };
	open_store(h);
	check_ok(xie_live_new(100000, &h->live));
	check_ok(put_org(h, "root", "", "440600"));
	check_ok(put_org(h, "north", "root", "440604"));
	check_ok(put_org(h, "south", "root", "440606"));
	for (unsigned i = 0; i < XIE_ROLE__COUNT; i++)
		house_user(h, xie_role_code((enum xie_role)i), xie_role_code((enum xie_role)i), "root");
	h->conf.host = "127.0.0.1";
	h->conf.store = &h->store;
	h->conf.world = &world;
	h->conf.live = h->live;
	h->conf.law = the_law();
	h->conf.short_name = "试";
	h->conf.version = "0.0-test";
	h->conf.name = "试验机构";
}

void house_start(struct house *h)
{
	struct xie_err err = { .st = XIE_OK };
	if (xie_web_start(&h->conf, &h->web, &err) != XIE_OK)
		fail_msg("the server does not start: %s; %s", err.what, err.hint);
	h->port = xie_web_port(h->web);
}

void house_stop(struct house *h)
{
	xie_web_stop(h->web);
	h->web = NULL;
}

void house_done(struct house *h)
{
	if (h->web != NULL)
		house_stop(h);
	xie_live_free(h->live);
	memstore_free(h->arrays);
	xie_records_close(h->records);
	if (h->dir[0] != '\0') {
		char command[64];
		(void)snprintf(command, sizeof command, "rm -r %s", h->dir);
		check_int(system(command), 0);
	}
}

void house_login(struct house *h, struct client *c, const char *login)
{
	client_init(c, h->port);
	int status = client_login(c, login, HOUSE_PASSWORD);
	if (status != 200)
		fail_msg("%s cannot log in: %d %s", login, status, c->body);
}

static void put_alert(struct house *h, const char *id, const char *unit, int level, uint32_t rev, bool closed)
{
	struct xie_store *s = &h->store;
	xie_ms now = wall(h);
	char json[1024];
	(void)snprintf(
	    json, sizeof json,
	    "{\"already_inside\":true,\"arithmetic\":{\"columns\":[{\"key\":\"at\",\"unit\":\"\"}],\"rows\":[]},"
	    "\"frames\":[7,9],\"lat\":137500000,\"limit\":148160,\"lon\":678500000,\"name\":\"YUE FO "
	    "1\",\"peak\":229648,"
	    "\"semantics\":1}");
	struct xie_alert_row a = { .id = xie_str_of(id),
		                   .rev = rev,
		                   .rule = XIE_STR("bridge_speed"),
		                   .mode = XIE_STR("warning"),
		                   .kind = XIE_STR("vessel"),
		                   .target = XIE_STR("413790216"),
		                   .other = XIE_STR(""),
		                   .zone = XIE_STR("bridge"),
		                   .direction = XIE_STR(""),
		                   .end = closed ? XIE_STR("left") : XIE_STR("open"),
		                   .violation = XIE_STR("V1"),
		                   .pack = XIE_STR("test@1"),
		                   .level = (uint8_t)level,
		                   .since = now - 60000,
		                   .open = now - 30000,
		                   .close = closed ? now : XIE_NO_TIME,
		                   .org = xie_str_of(unit),
		                   .region = XIE_STR("440600"),
		                   .text = XIE_STR("YUE FO 1 413790216"),
		                   .json = xie_str_of(json) };
	check_ok(s->alert_put(s->self, &a, 1, XIE_STR("engine"), rev));
}

const char *house_alert(struct house *h, const char *unit, int level)
{
	static char id[40];
	(void)snprintf(id, sizeof id, "a%06" PRIu32, ++h->alert_n);
	put_alert(h, id, unit, level, 1, false);
	return id;
}

void house_close_alert(struct house *h, const char *id, const char *unit, int level, uint32_t rev)
{
	put_alert(h, id, unit, level, rev, true);
}

void house_fix(struct house *h, uint32_t mmsi, double lon, double lat)
{
	xie_ms now = wall(h);
	struct xie_obs o = { .what = XIE_OBS_FIX,
		             .kind = XIE_KIND_VESSEL,
		             .target = xie_key_mmsi(mmsi),
		             .source = 0,
		             .fix = { .t = now,
		                      .rx = now,
		                      .sog_dmph = 185200,
		                      .cog_cdeg = 9000,
		                      .has = XIE_FIX_SOG | XIE_FIX_COG,
		                      .at = { (int32_t)(lon * XIE_DEG), (int32_t)(lat * XIE_DEG) } } };
	check_ok(xie_live_put(h->live, &o));
}

const char *json_at(const struct client *c, const char *path)
{
	static uint8_t *room;
	static char out[4096];
	enum { ROOM = 64 << 20 };
	const struct xie_val *v = NULL;
	struct xie_err err = { .st = XIE_OK };
	if (room == NULL)
		room = malloc(ROOM);
	xie_arena mem = xie_arena_of(room, ROOM);
	if (xie_json_read(&mem, (xie_str){ c->body, c->body_n }, (struct xie_val_limits){ .depth = 32 }, &v, &err) !=
	    XIE_OK)
		fail_msg("not JSON: %u:%u: %s in %s", (unsigned)err.line, (unsigned)err.column, err.what, c->body);
	xie_str rest = xie_str_of(path), key;
	while (path[0] != '\0' && xie_str_split(&rest, '.', &key)) {
		char name[128];
		uint64_t i;
		(void)snprintf(name, sizeof name, "%.*s", (int)key.n, key.p);
		v = v != NULL && v->kind == XIE_VAL_ARRAY && xie_str_u64(key, &i) == XIE_OK ? xie_val_at(v, (uint32_t)i)
		                                                                            : xie_val_get(v, name);
	}
	xie_wr w = xie_wr_of(out, sizeof out - 1);
	if (v == NULL)
		return "";
	if (v->kind == XIE_VAL_STRING)
		xie_wr_str(&w, v->s);
	else if (v->kind == XIE_VAL_ARRAY)
		xie_wr_u64(&w, v->count); /* an array is told by its length */
	else
		xie_val_write(v, &w);
	out[w.n] = '\0';
	return out;
}
