/* SPDX-License-Identifier: Apache-2.0 */
/* Broken bodies, cookies and requests to every route of a running server: it says what is wrong (4xx), never fails (5xx), and
 * answers the next caller.  Random from a fixed seed; the parsers alone are fuzzed by fuzz_http and fuzz_json. */
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "house.h"

#include "xie/base/wr.h"

static struct house h;
static uint64_t seed = 7;

static uint32_t any(uint32_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static const char *const WORDS[] = {
	"login", "password", "name", "roles", "unit", "org", "duty", "verdict", "reason", "note", "to", "until", "id", "ids", "action",
	"kind", "address", "enabled", "retry_max_s", "rule", "level", "at", "from", "text", "assignee", "snooze", "current", "new", "\\u0000",
	"\xff\xfe", "😀", "true_alarm", "false_alarm", "acknowledge", "2024-05-01T00:00:00Z", "vessel.413790216", "ais1", "",
};

/* A value that is JSON, more or less. */
static void value(xie_wr *w, unsigned depth)
{
	switch (any(depth > 4 ? 6 : 9)) {
	case 0: xie_wr_text(w, "null"); break;
	case 1: xie_wr_text(w, any(2) ? "true" : "false"); break;
	case 2: xie_wr_i64(w, (int64_t)any(1000) - 500); break;
	case 3: xie_wr_text(w, any(2) ? "1e999" : "-99999999999999999999999"); break;
	case 4:
		xie_wr_char(w, '"');
		for (uint32_t i = any(30) == 0 ? 3000 : any(3); i-- > 0;)
			xie_wr_text(w, WORDS[any(sizeof WORDS / sizeof WORDS[0])]);
		xie_wr_char(w, '"');
		break;
	case 5: xie_wr_text(w, "\"duty\""); break;
	case 6:
		xie_wr_char(w, '[');
		for (uint32_t i = any(4); i-- > 0;) {
			value(w, depth + 1);
			xie_wr_text(w, i != 0 ? "," : "");
		}
		xie_wr_char(w, ']');
		break;
	default:
		xie_wr_char(w, '{');
		for (uint32_t i = any(6); i-- > 0;) {
			xie_wr_char(w, '"');
			xie_wr_text(w, WORDS[any(sizeof WORDS / sizeof WORDS[0])]);
			xie_wr_text(w, "\":");
			value(w, depth + 1);
			xie_wr_text(w, i != 0 ? "," : "");
		}
		xie_wr_char(w, '}');
	}
}

static const char *body(void)
{
	static char text[1 << 16];
	xie_wr w = xie_wr_of(text, sizeof text - 1);
	do {
		xie_wr_clear(&w);
		value(&w, 0);
	} while (w.n == 0 || (text[0] != '{' && any(8) != 0));
	for (uint32_t i = any(3) == 0 ? 1 + any(4) : 0; i-- > 0;) /* and something broken in it */
		text[any((uint32_t)w.n)] = (char)(1 + any(255));
	if (any(10) == 0)
		w.n = any((uint32_t)w.n) + 1;
	text[w.n] = '\0';
	return text;
}

static void path_of(const struct xie_web_route_info *r, char *buf, size_t cap)
{
	static const char *const IDS[] = { "ais1", "vessel.413790216", "1", "a%00b", "%2e%2e", "%F0%9F%98%80", "00000000000000000000000000000000" };
	xie_wr w = xie_wr_of(buf, cap - 1);
	for (const char *p = r->path; *p != '\0'; p++) {
		if (*p != '{') {
			xie_wr_char(&w, *p);
			continue;
		}
		xie_wr_text(&w, IDS[any(7)]);
		p = strchr(p, '}');
	}
	for (uint32_t i = any(3); i-- > 0;) {
		xie_wr_char(&w, i == 0 ? '?' : '&');
		xie_wr_text(&w, any(2) ? "limit=" : "bbox=");
		xie_wr_text(&w, any(2) ? "-1" : "%zz");
	}
	buf[w.n] = '\0';
}

static void every_route_takes_garbage(void **state)
{
	(void)state;
	static struct xie_web_route_info routes[256];
	size_t n = xie_web_routes(routes, 256), sent = 0, refused = 0;
	for (size_t i = 0; i < n; i++) {
		struct client c;
		unsigned role = 0;
		if (strcmp(routes[i].operation, "events") == 0 || strcmp(routes[i].operation, "logout") == 0)
			continue; /* a stream does not end; without a session there is nothing to ask for */
		while (!routes[i].is_public && (routes[i].roles >> role & 1) == 0)
			role++;
		house_login(&h, &c, xie_role_code((enum xie_role)role));
		for (unsigned k = 0; k < 60; k++) {
			char path[300];
			path_of(&routes[i], path, sizeof path);
			const char *text = strcmp(routes[i].method, "GET") == 0 ? NULL : body();
			int status = client_act(&c, routes[i].method, path, text);
			if (status == 0 || status >= 500)
				fail_msg("%s %s: %d for %.300s", routes[i].method, path, status, text != NULL ? text : "");
			sent++;
			refused += status >= 400;
			if (status >= 400 && status != 404 && json_at(&c, "code")[0] == '\0')
				fail_msg("%s %s: %d without a code: %.200s", routes[i].method, path, status, c.body);
		}
		client_done(&c);
	}
	check_true(sent > 1500);
	check_true(refused > sent / 3);
}

static void cookies_that_nobody_gave_are_none(void **state)
{
	(void)state;
	struct client good, c;
	house_login(&h, &good, "duty");
	client_init(&c, h.port);
	for (unsigned k = 0; k < 400; k++) {
		char request[4096];
		xie_wr w = xie_wr_of(request, sizeof request);
		bool right = k % 4 == 0;
		xie_wr_text(&w, "GET /api/session HTTP/1.1\r\nHost: x\r\nCookie: ");
		for (uint32_t i = any(5); i-- > 0;) {
			xie_wr_text(&w, any(2) ? "a=b; " : any(2) ? "=; " : "xie_sessio=1;");
		}
		if (right) {
			xie_wr_text(&w, "xie_session=");
			xie_wr_text(&w, good.cookie);
		} else { /* the right one with something wrong, or twice with another */
			xie_wr_text(&w, "xie_session=");
			size_t at = w.n;
			xie_wr_text(&w, good.cookie);
			if (any(2) == 0)
				request[at + any((uint32_t)strlen(good.cookie))] = (char)('!' + any(14));
			else
				xie_wr_text(&w, "; xie_session=x");
		}
		xie_wr_text(&w, "\r\n\r\n");
		int status = client_raw(&c, request, w.n);
		if (status == 0 || status >= 500 || (status == 200) != right)
			fail_msg("%d for %.*s", status, (int)w.n, request);
	}
	client_done(&c);
	client_done(&good);
}

/* Sends the bytes and no more; the status of the answer, 0 when the connection ended without one. */
static int send_and_end(const char *bytes, size_t n)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(h.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval limit = { .tv_usec = 100000 }; /* one that waits for the rest is left waiting */
	char answer[1024];
	int fd = socket(AF_INET, SOCK_STREAM, 0), status = 0;
	check_true(fd >= 0);
	check_int(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
	check_int(connect(fd, (const struct sockaddr *)&a, sizeof a), 0);
	(void)!send(fd, bytes, n, MSG_NOSIGNAL);
	(void)shutdown(fd, SHUT_WR);
	ssize_t k = recv(fd, answer, sizeof answer - 1, 0);
	if (k > 12)
		status = (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + answer[11] - '0';
	(void)close(fd);
	return status;
}

/* Bytes that are no request end the connection or are refused; the next caller is served. */
static void bytes_that_are_no_request(void **state)
{
	(void)state;
	static const char HEAD[] = "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{}   ";
	struct client next;
	client_init(&next, h.port);
	for (unsigned k = 0; k < 150; k++) {
		char bytes[sizeof HEAD];
		memcpy(bytes, HEAD, sizeof HEAD);
		for (uint32_t i = 1 + any(6); i-- > 0;)
			bytes[any(sizeof HEAD - 1)] = (char)any(256);
		int status = send_and_end(bytes, any(4) == 0 ? any(sizeof HEAD) : sizeof HEAD - 1);
		if (status >= 500 && status != 501 && status != 505)
			fail_msg("%d for %.*s", status, (int)sizeof bytes, bytes);
		if (k % 50 == 49 && client_ask(&next, "GET", "/healthz", NULL) != 200)
			fail_msg("the next caller gets %d", next.status);
	}
	client_done(&next);
}

int main(void)
{
	house_init(&h);
	house_start(&h);
	(void)house_alert(&h, "north", 2);
	house_fix(&h, 413790216, 113.1, 22.9);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_takes_garbage),
		cmocka_unit_test(cookies_that_nobody_gave_are_none),
		cmocka_unit_test(bytes_that_are_no_request),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	house_stop(&h);
	house_done(&h);
	return failed;
}
