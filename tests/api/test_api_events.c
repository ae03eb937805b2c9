/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <sys/socket.h>
#include <unistd.h>

#include "house.h"

static struct house h;

static int begin(void **state)
{
	(void)state;
	house_init(&h);
	house_user(&h, "north.duty", "duty", "north");
	h.conf.streams = 220;
	h.conf.connections = 400;
	house_start(&h);
	return 0;
}

static int end(void **state)
{
	(void)state;
	house_done(&h);
	return 0;
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;
	for (const char *p = text; (p = strstr(p, what)) != NULL; p++)
		n++;
	return n;
}

static void alerts_come_at_once(void **state)
{
	(void)state;
	struct client c;
	struct stream s;
	char what[80];
	house_login(&h, &c, "duty");
	stream_open(&s, &c, "/api/events", NULL);
	check_int(s.status, 200);
	check_int(stream_wait(&s, "event: hello", 1, 3000), 1);
	(void)snprintf(what, sizeof what, "\"id\":\"%s\"", house_alert(&h, "root", 1));
	check_int(stream_wait(&s, what, 1, 500), 1);
	/* An act by somebody else comes the same way. */
	char path[128];
	(void)snprintf(path, sizeof path, "/api/alerts/%.*s/acts", (int)strlen(what) - 7, what + 6);
	check_int(client_act(&c, "POST", path, "{\"act\":\"acknowledge\",\"version\":0}"), 200);
	check_int(stream_wait(&s, "\"state\":\"acknowledged\"", 1, 500), 1);
	stream_close(&s);
	client_done(&c);
}

static void a_broken_line_loses_nothing_and_doubles_nothing(void **state)
{
	(void)state;
	enum { N = 120 };
	static char ids[N][40];
	static unsigned seen[N];
	struct client c;
	struct stream s;
	char last[32];
	house_login(&h, &c, "duty");
	stream_open(&s, &c, "/api/events", NULL);
	check_int(stream_wait(&s, "event: hello", 1, 3000), 1);
	uint64_t id = strtoull(strstr(s.text, "\"seq\":") + 6, NULL, 10);
	for (int i = 0; i < N; i++) {
		(void)snprintf(ids[i], sizeof ids[i], "\"id\":\"%s\"", house_alert(&h, "root", 3));
		house_fix(&h, 413000000 + (uint32_t)i, 113, 22);
		if (i % 10 == 4)
			(void)stream_wait(&s, ids[i], 1, 2000); /* some are read, some are on their way */
		if (i % 10 != 9)
			continue;
		/* What arrived whole counts; then the line breaks. */
		char *end_of_last = s.text, *p = s.text;
		while ((p = strstr(p, "\n\n")) != NULL) {
			p += 2;
			end_of_last = p;
		}
		*end_of_last = '\0';
		for (int k = 0; k <= i; k++)
			seen[k] += count(s.text, ids[k]);
		id = stream_last_id(&s) != 0 ? stream_last_id(&s) : id;
		stream_close(&s);
		(void)snprintf(last, sizeof last, "%" PRIu64, id);
		stream_open(&s, &c, "/api/events", last);
		check_int(s.status, 200);
		check_int(stream_wait(&s, "\"resumed\":true", 1, 3000), 1);
	}
	(void)stream_wait(&s, ids[N - 1], 1, seen[N - 1] == 0 ? 3000 : 500);
	for (int k = 0; k < N; k++) {
		unsigned n = seen[k] + count(s.text, ids[k]);
		if (n != 1)
			fail_msg("alert %d came %u times", k, n);
	}
	stream_close(&s);
	client_done(&c);
}

static void old_and_strange_numbers_get_a_resync(void **state)
{
	(void)state;
	struct client c;
	struct stream s;
	house_login(&h, &c, "duty");
	stream_open(&s, &c, "/api/events?since=17", NULL);
	check_int(stream_wait(&s, "\"why\":\"restart\"", 1, 3000), 1);
	stream_close(&s);
	stream_open(&s, &c, "/api/events?since=abc", NULL);
	check_int(s.status, 400);
	stream_close(&s);
	stream_open(&s, &c, "/api/events?since=5", "99999999999999999999999");
	check_int(s.status, 400);
	stream_close(&s);
	client_done(&c);
}

static void positions_come_once_a_second_in_view(void **state)
{
	(void)state;
	struct client c;
	struct stream s;
	char path[64];
	house_login(&h, &c, "duty");
	stream_open(&s, &c, "/api/events?bbox=113,22,114,23", NULL);
	check_int(stream_wait(&s, "event: hello", 1, 3000), 1);
	house_fix(&h, 413111111, 113.5, 22.5);
	house_fix(&h, 413222222, 115.5, 22.5);
	check_int(stream_wait(&s, "vessel.413111111", 1, 2500), 1);
	check_int(count(s.text, "vessel.413222222"), 0);
	unsigned long id = strtoul(strstr(s.text, "\"stream\":") + 9, NULL, 10);
	(void)snprintf(path, sizeof path, "/api/events/%lu/view", id);
	check_int(client_ask(&c, "PUT", path, "{\"bbox\":\"115,22,116,23\"}"), 204);
	house_fix(&h, 413222222, 115.6, 22.5);
	check_int(stream_wait(&s, "vessel.413222222", 1, 2500), 1);
	check_int(client_ask(&c, "PUT", path, "{\"bbox\":\"x\"}"), 400);
	check_int(client_ask(&c, "PUT", "/api/events/1/view", "{}"), 404);
	struct client d;
	house_login(&h, &d, "officer");
	check_int(client_ask(&d, "PUT", path, "{}"), 404); /* another's stream */
	client_done(&d);
	stream_close(&s);
	client_done(&c);
}

static void events_reach_only_whose_they_are(void **state)
{
	(void)state;
	struct client c;
	struct stream s;
	char north[80];
	house_login(&h, &c, "north.duty");
	stream_open(&s, &c, "/api/events", NULL);
	check_int(stream_wait(&s, "event: hello", 1, 3000), 1);
	(void)house_alert(&h, "south", 1);
	(void)house_alert(&h, "root", 1);
	(void)snprintf(north, sizeof north, "\"id\":\"%s\"", house_alert(&h, "north", 1));
	check_int(stream_wait(&s, north, 1, 2000), 1);
	check_int(count(s.text, "event: alert"), 1);
	stream_close(&s);
	client_done(&c);
}

static void logging_out_ends_the_stream(void **state)
{
	(void)state;
	struct client c;
	struct stream s;
	house_login(&h, &c, "duty");
	stream_open(&s, &c, "/api/events", NULL);
	check_int(stream_wait(&s, "event: hello", 1, 3000), 1);
	check_int(client_ask(&c, "DELETE", "/api/session", NULL), 204);
	(void)stream_wait(&s, "never", 1, 3000);
	check_int(s.fd, -1);
	check_true(s.chunked_done); /* in good order */
	stream_close(&s);
	client_done(&c);
}

static void a_reader_who_does_not_read_holds_nobody_up(void **state)
{
	(void)state;
	struct client c;
	struct stream slow, quick;
	char what[80];
	house_login(&h, &c, "duty");
	stream_open(&slow, &c, "/api/events", NULL);
	stream_open(&quick, &c, "/api/events", NULL);
	check_int(stream_wait(&quick, "event: hello", 1, 3000), 1);
	for (int i = 0; i < 3000; i++) /* some megabytes: more than the socket takes */
		(void)snprintf(what, sizeof what, "\"id\":\"%s\"", house_alert(&h, "root", 4));
	check_int(stream_wait(&quick, what, 1, 20000), 1);
	/* The slow one still gets a stream that makes sense: all of it, or a word that something is missing. */
	unsigned n = stream_wait(&slow, what, 1, 20000);
	check_true(n == 1 || count(slow.text, "event: resync") == 1);
	stream_close(&slow);
	stream_close(&quick);
	client_done(&c);
}

/* Streams whose reader has gone are noticed when the next beat cannot be sent. */
static void wait_for_no_streams(void)
{
	struct client c;
	client_init(&c, h.port);
	for (int i = 0; i < 200; i++) {
		check_int(client_ask(&c, "GET", "/metrics", NULL), 200);
		if (strstr(c.body, "\nxiezhi_streams 0\n") != NULL)
			break;
		(void)usleep(100000);
	}
	check_true(strstr(c.body, "\nxiezhi_streams 0\n") != NULL);
	client_done(&c);
}

static void two_hundred_browsers_and_not_one_more(void **state)
{
	(void)state;
	enum { STREAMS = 220 };
	static struct stream s[STREAMS + 1];
	struct client c[28];
	char login[24], what[80];
	unsigned open = 0;
	wait_for_no_streams();
	for (int u = 0; u < 28; u++) {
		(void)snprintf(login, sizeof login, "desk%d", u);
		house_user(&h, login, "duty", "root");
		house_login(&h, &c[u], login);
		for (int k = 0; k < 8 && open < STREAMS; k++, open++) {
			stream_open(&s[open], &c[u], "/api/events", NULL);
			check_int(s[open].status, 200);
		}
	}
	stream_open(&s[STREAMS], &c[27], "/api/events", NULL);
	check_int(s[STREAMS].status, 429);
	stream_close(&s[STREAMS]);
	stream_open(&s[STREAMS], &c[0], "/api/events", NULL); /* eight for one person */
	check_int(s[STREAMS].status, 429);
	stream_close(&s[STREAMS]);
	(void)snprintf(what, sizeof what, "\"id\":\"%s\"", house_alert(&h, "root", 1));
	for (unsigned i = 0; i < STREAMS; i++)
		check_int(stream_wait(&s[i], what, 1, 10000), 1);
	check_int(client_ask(&c[0], "GET", "/api/alerts?limit=1", NULL), 200); /* and the rest still works */
	for (unsigned i = 0; i < STREAMS; i++)
		stream_close(&s[i]);
	wait_for_no_streams();
	for (int u = 0; u < 28; u++)
		client_done(&c[u]);
}

static void stops_in_good_order(void **state)
{
	(void)state;
	struct client c;
	struct stream s;
	house_login(&h, &c, "duty");
	stream_open(&s, &c, "/api/events", NULL);
	check_int(stream_wait(&s, "event: hello", 1, 3000), 1);
	house_stop(&h);
	(void)stream_wait(&s, "never", 1, 3000);
	check_int(s.fd, -1);
	check_true(s.chunked_done);
	check_int(client_ask(&c, "GET", "/healthz", NULL), 0);
	stream_close(&s);
	client_done(&c);
	house_start(&h);
	house_login(&h, &c, "duty");
	client_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alerts_come_at_once),
		cmocka_unit_test(a_broken_line_loses_nothing_and_doubles_nothing),
		cmocka_unit_test(old_and_strange_numbers_get_a_resync),
		cmocka_unit_test(positions_come_once_a_second_in_view),
		cmocka_unit_test(events_reach_only_whose_they_are),
		cmocka_unit_test(logging_out_ends_the_stream),
		cmocka_unit_test(a_reader_who_does_not_read_holds_nobody_up),
		cmocka_unit_test(two_hundred_browsers_and_not_one_more),
		cmocka_unit_test(stops_in_good_order),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
