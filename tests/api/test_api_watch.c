/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <sys/stat.h>
#include <unistd.h>

#include "house.h"

static struct house h;
static char page[] = "/tmp/xie_page_XXXXXX";

static void put_file(const char *name, const char *text, size_t n)
{
	char path[256];
	(void)snprintf(path, sizeof path, "%s/%s", page, name);
	FILE *f = fopen(path, "wb");
	check_true(f != NULL && fwrite(text, 1, n, f) == n);
	check_int(fclose(f), 0);
}

static char big[200000], huge[5 << 20];

static int begin(void **state)
{
	(void)state;
	char path[256];
	check_true(mkdtemp(page) != NULL);
	(void)snprintf(path, sizeof path, "%s/assets", page);
	check_int(mkdir(path, 0700), 0);
	put_file("index.html", "<!doctype html><title>Xiezhi</title>", 36);
	for (size_t i = 0; i < sizeof big; i++)
		big[i] = (char)('a' + i % 17);
	for (size_t i = 0; i < sizeof huge; i++)
		huge[i] = (char)(i * 2654435761u >> 24);
	put_file("assets/index-3f9a.js", big, sizeof big);
	put_file("tiles.pmtiles", huge, sizeof huge);
	put_file(".secret", "no", 2);
	house_init(&h);
	h.conf.page_dir = page;
	house_start(&h);
	return 0;
}

static int end(void **state)
{
	(void)state;
	char command[128];
	house_done(&h);
	(void)snprintf(command, sizeof command, "rm -r %s", page);
	return system(command);
}

static void serves_the_page_and_its_files(void **state)
{
	(void)state;
	struct client c;
	char value[1024], tag[64], extra[128];
	client_init(&c, h.port);
	check_int(client_ask(&c, "GET", "/", NULL), 200);
	check_true(client_header(&c, "Content-Type", value, sizeof value) &&
	           strcmp(value, "text/html; charset=utf-8") == 0);
	check_true(client_header(&c, "Content-Security-Policy", value, sizeof value));
	check_true(strstr(value, "script-src 'self';") != NULL && strstr(value, "frame-ancestors 'none'") != NULL);
	check_true(client_header(&c, "X-Content-Type-Options", value, sizeof value) && strcmp(value, "nosniff") == 0);
	check_true(client_header(&c, "Referrer-Policy", value, sizeof value));
	check_true(client_header(&c, "Cache-Control", value, sizeof value) && strcmp(value, "no-cache") == 0);
	check_int(client_ask(&c, "GET", "/desk/alerts?sel=alert.1", NULL), 200); /* the page's own address */
	check_int(c.body_n, 36);
	check_int(client_ask(&c, "GET", "/targets/vehicle.%E7%B2%A4EB9213.yellow", NULL), 200);
	check_int(client_ask(&c, "GET", "/assets/index-3f9a.js", NULL), 200);
	check_int(c.body_n, sizeof big);
	check_int(memcmp(c.body, big, sizeof big), 0);
	check_true(client_header(&c, "Content-Type", value, sizeof value) &&
	           strcmp(value, "text/javascript; charset=utf-8") == 0);
	check_true(client_header(&c, "Cache-Control", value, sizeof value) && strstr(value, "immutable") != NULL);
	check_true(client_header(&c, "ETag", tag, sizeof tag));
	(void)snprintf(extra, sizeof extra, "If-None-Match: W/\"x\", %s\r\n", tag);
	c.extra = extra;
	check_int(client_ask(&c, "GET", "/assets/index-3f9a.js", NULL), 304);
	check_int(c.body_n, 0);
	c.extra = "Accept-Encoding: br, gzip\r\n";
	check_int(client_ask(&c, "GET", "/assets/index-3f9a.js", NULL), 200);
	check_true(client_header(&c, "Content-Encoding", value, sizeof value) && strcmp(value, "gzip") == 0);
	check_true(c.body_n < sizeof big / 10);
	check_int(client_ask(&c, "GET", "/assets/gone.js", NULL), 404);
	check_int(client_ask(&c, "GET", "/.secret", NULL), 200); /* an address of the page, not the file */
	check_int(c.body_n, 36);
	check_int(client_ask(&c, "POST", "/", "{}"), 405);
	check_int(client_raw(&c, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", 28), 200);
	client_done(&c);
}

static void serves_pieces_of_large_files(void **state)
{
	(void)state;
	struct client c;
	char value[128];
	client_init(&c, h.port);
	check_int(client_ask(&c, "GET", "/tiles.pmtiles", NULL), 200);
	check_int(c.body_n, sizeof huge);
	check_int(memcmp(c.body, huge, sizeof huge), 0);
	c.extra = "Range: bytes=100-199\r\n";
	check_int(client_ask(&c, "GET", "/tiles.pmtiles", NULL), 206);
	check_int(c.body_n, 100);
	check_int(memcmp(c.body, huge + 100, 100), 0);
	check_true(client_header(&c, "Content-Range", value, sizeof value) &&
	           strcmp(value, "bytes 100-199/5242880") == 0);
	c.extra = "Range: bytes=-10\r\n";
	check_int(client_ask(&c, "GET", "/tiles.pmtiles", NULL), 206);
	check_int(memcmp(c.body, huge + sizeof huge - 10, 10), 0);
	c.extra = "Range: bytes=5242879-9999999\r\n";
	check_int(client_ask(&c, "GET", "/tiles.pmtiles", NULL), 206);
	check_int(c.body_n, 1);
	c.extra = "Range: bytes=5242880-\r\n";
	check_int(client_ask(&c, "GET", "/tiles.pmtiles", NULL), 416);
	c.extra = "Range: bytes=9-3\r\n";
	check_int(client_ask(&c, "GET", "/tiles.pmtiles", NULL), 200);
	c.extra = "Range: lines=1-2\r\n";
	check_int(client_ask(&c, "GET", "/tiles.pmtiles", NULL), 200);
	client_done(&c);
}

static void no_path_leaves_the_folder(void **state)
{
	(void)state;
	struct client c;
	const char *bad[] = { "/../etc/passwd",
		              "/..%2f..%2fetc/passwd",
		              "/assets/..%2F..%2F..%2Fetc%2Fpasswd",
		              "/%2e%2e/%2e%2e/etc/passwd",
		              "/assets//x",
		              "/a%00b" };
	client_init(&c, h.port);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		int status = client_ask(&c, "GET", bad[i], NULL);
		check_true(strstr(c.body, "root:") == NULL);
		check_true(status == 400 || status == 404 || (status == 200 && c.body_n == 36));
	}
	client_done(&c);
}

static void shows_targets_in_a_box(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "duty");
	house_fix(&h, 413790216, 113.1, 22.9);
	house_fix(&h, 413790217, 114.1, 22.9);
	house_fix(&h, 413790218, -79.5, 8.9);
	check_int(client_ask(&c, "GET", "/api/targets", NULL), 200);
	expect_json(&c, "total", "3");
	check_int(client_ask(&c, "GET", "/api/targets?bbox=113,22,113.5,23", NULL), 200);
	expect_json(&c, "total", "1");
	expect_json(&c, "items.0.key", "vessel.413790216");
	expect_json(&c, "items.0.lon", "113.1000000");
	expect_json(&c, "items.0.speed_dmph", "185200");
	expect_json(&c, "items.0.motion", "moving");
	expect_json(&c, "items.0.interval_s", "10");
	check_true(json_at(&c, "seq")[0] != '0');
	check_int(client_ask(&c, "GET", "/api/targets?limit=2", NULL), 200);
	expect_json(&c, "items", "2");
	expect_json(&c, "total", "3");
	check_int(client_ask(&c, "GET", "/api/targets?kind=vehicle", NULL), 200);
	expect_json(&c, "total", "0");
	check_int(client_ask(&c, "GET", "/api/targets?kind=ghost", NULL), 400);
	check_int(client_ask(&c, "GET", "/api/targets?bbox=1,2,3", NULL), 400);
	expect_json(&c, "field", "bbox");
	check_int(client_ask(&c, "GET", "/api/targets?at=2026-03-17T13:41:18Z", NULL), 200);
	expect_json(&c, "items.0.at", "2026-03-17T13:41:13.000Z");
	expect_json(&c, "seq", "0");
	client_done(&c);
}

static void shows_one_target(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "officer");
	house_fix(&h, 413790216, 113.1, 22.9);
	check_int(client_ask(&c, "GET", "/api/targets/vessel.413790216", NULL), 200);
	expect_json(&c, "kind", "vessel");
	expect_json(&c, "zones.0.id", "bridge");
	expect_json(&c, "alerts_year", "0");
	(void)house_alert(&h, "root", 2);
	for (int i = 0; i < 50 && strcmp(json_at(&c, "alerts_year"), "1") != 0; i++) {
		(void)usleep(20000);
		check_int(client_ask(&c, "GET", "/api/targets/vessel.413790216", NULL), 200);
	}
	expect_json(&c, "alerts_year", "1");
	expect_json(&c, "recent_alerts.0.level", "2");
	check_int(client_ask(&c, "GET", "/api/targets/vessel.999999999", NULL), 404);
	check_int(client_ask(&c, "GET", "/api/targets/vessel.1", NULL), 404);
	check_int(client_ask(&c, "GET", "/api/targets/x", NULL), 404);
	client_done(&c);
}

static void a_track_is_thinned_and_its_reading_is_on_record(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "officer");
	check_int(
	    client_ask(
		&c, "GET",
		"/api/targets/vessel.413790216/track?from=2026-03-17T00:00:00Z&to=2026-03-17T03:00:00Z&max_points=100",
		NULL),
	    200);
	expect_json(&c, "total", "10000");
	unsigned n = (unsigned)strtoul(json_at(&c, "points"), NULL, 10);
	check_true(n > 50 && n <= 101);
	expect_json(&c, "points.0.at", "2026-03-17T00:00:00.000Z");
	check_true(strstr(c.body, "\"at\":\"2026-03-17T02:46:39.000Z\"") != NULL); /* the last point is there */
	unsigned breaks = 0;
	for (const char *p = c.body; (p = strstr(p, "\"brk\":true")) != NULL; p++)
		breaks++;
	check_int(breaks, 1); /* the break survives the thinning */
	for (int i = 0; i < 40; i++) {
		if (strcmp(house_last_audit(&h), "track_read") == 0)
			break;
		(void)usleep(100000);
	}
	check_str(xie_str_of(house_last_audit(&h)), "track_read");
	check_int(client_ask(&c, "GET",
	                     "/api/targets/vessel.413790216/track?from=2026-03-17T00:00:00Z&to=2026-03-16T03:00:00Z",
	                     NULL),
	          400);
	check_int(client_ask(&c, "GET", "/api/targets/vessel.413790216/track?max_points=1", NULL), 400);
	client_done(&c);
}

static void shows_packs_zones_rules_and_sources(void **state)
{
	(void)state;
	struct client c;
	house_login(&h, &c, "duty");
	check_int(client_ask(&c, "GET", "/api/zones", NULL), 200);
	expect_json(&c, "features", "2");
	expect_json(&c, "features.0.geometry.type", "MultiPolygon");
	expect_json(&c, "features.0.geometry.coordinates.0.0", "5"); /* closed */
	expect_json(&c, "features.0.properties.limit_dmph", "148160");
	expect_json(&c, "features.1.geometry.type", "LineString");
	check_int(client_ask(&c, "GET", "/api/zones?bbox=0,0,1,1", NULL), 200);
	expect_json(&c, "features", "0");
	check_int(client_ask(&c, "GET", "/api/rules", NULL), 200);
	expect_json(&c, "items.0.id", "bridge_speed");
	check_int(client_ask(&c, "GET", "/api/packs", NULL), 200);
	expect_json(&c, "items.0.zones", "2");
	check_int(client_ask(&c, "GET", "/api/sources", NULL), 200);
	expect_json(&c, "items.1.kind", "jt808");
	expect_json(&c, "items.0.rejects.0.reason", "checksum");
	check_int(client_ask(&c, "GET", "/api/sources/ais1", NULL), 200);
	expect_json(&c, "source.id", "ais1");
	expect_json(&c, "recent.0.text", "!AIVDM,1");
	expect_json(&c, "rejected.0.reason", "checksum");
	check_int(client_ask(&c, "GET", "/api/sources/none", NULL), 404);
	client_done(&c);
}

static void tells_how_it_does(void **state)
{
	(void)state;
	struct client c;
	client_init(&c, h.port);
	check_int(client_ask(&c, "GET", "/healthz", NULL), 200);
	expect_json(&c, "ok", "true");
	expect_json(&c, "parts.1.detail", "12 blocks");
	(void)house_fail(&h, 1);
	int status = client_ask(&c, "GET", "/healthz", NULL);
	(void)house_fail(&h, 0);
	check_true(status == 503 || status == 200); /* 200: the clockwork's call was the one that failed */
	check_int(client_ask(&c, "GET", "/metrics", NULL), 200);
	check_true(strstr(c.body, "# TYPE xiezhi_http_requests_total counter\n") != NULL);
	check_true(strstr(c.body, "xiezhi_frames_total{source=\"jt1\"} 7\n") != NULL);
	check_int(client_ask(&c, "GET", "/api/server", NULL), 200);
	expect_json(&c, "name", "试验机构");
	expect_json(&c, "demo", "false");
	expect_json(&c, "demo_accounts", "");
	client_done(&c);
}

static void is_as_strict_as_http(void **state)
{
	(void)state;
	struct client c;
	client_init(&c, h.port);
	check_int(client_ask(&c, "GET", "/api/nothing", NULL), 404);
	check_int(client_ask(&c, "DELETE", "/api/alerts", NULL), 405);
	expect_json(&c, "hint", "GET");
	check_int(client_ask(&c, "BREW", "/api/alerts", NULL), 405);
	const char form[] = "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: "
			    "application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b";
	check_int(client_raw(&c, form, sizeof form - 1), 415);
	const char large[] = "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: "
			     "application/json\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n";
	check_int(client_raw(&c, large, sizeof large - 1), 413); /* before one byte of the body */
	client_close(&c);
	/* A body that does not tell its length: 10,000 bytes in one chunk for a route that takes 4,096. */
	static char chunked[12000];
	int n = snprintf(chunked, sizeof chunked,
	                 "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	                 "Transfer-Encoding: chunked\r\n\r\n2710\r\n%010000d\r\n0\r\n\r\n",
	                 0);
	check_int(client_raw(&c, chunked, (size_t)n), 413);
	client_close(&c);
	char *uri = malloc(6000);
	memset(uri, 'a', 5999);
	memcpy(uri, "/api/", 5);
	uri[5999] = '\0';
	int status = client_ask(&c, "GET", uri, NULL);
	check_true(status == 400 || status == 414);
	free(uri);
	client_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serves_the_page_and_its_files),
		cmocka_unit_test(serves_pieces_of_large_files),
		cmocka_unit_test(no_path_leaves_the_folder),
		cmocka_unit_test(shows_targets_in_a_box),
		cmocka_unit_test(shows_one_target),
		cmocka_unit_test(a_track_is_thinned_and_its_reading_is_on_record),
		cmocka_unit_test(shows_packs_zones_rules_and_sources),
		cmocka_unit_test(tells_how_it_does),
		cmocka_unit_test(is_as_strict_as_http),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
