/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <pty.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "xie/ingest/ingest.h"

/* A journal in memory, which can be full. */
static struct {
	pthread_mutex_t lock;
	bool full;
	unsigned n;
	struct {
		uint8_t kind;
		uint32_t source;
		char text[200];
	} rec[5000];
	void (*fn)(void *user, uint64_t at);
	void *user;
} log_ = { .lock = PTHREAD_MUTEX_INITIALIZER };

static xie_status append(void *self, const struct xie_rec *recs, size_t n, uint64_t *ret_last)
{
	(void)self;
	(void)pthread_mutex_lock(&log_.lock);
	bool full = log_.full || log_.n + n > 5000;
	for (size_t i = 0; !full && i < n; i++, log_.n++) {
		log_.rec[log_.n].kind = recs[i].kind;
		log_.rec[log_.n].source = recs[i].source;
		(void)snprintf(log_.rec[log_.n].text, 200, "%.*s", (int)recs[i].bytes.n, recs[i].bytes.p);
	}
	*ret_last = log_.n;
	(void)pthread_mutex_unlock(&log_.lock);
	return full ? XIE_LIMIT : XIE_OK;
}
static uint64_t committed(void *self)
{
	(void)self;
	(void)pthread_mutex_lock(&log_.lock);
	uint64_t at = log_.n;
	(void)pthread_mutex_unlock(&log_.lock);
	return at;
}
static xie_status watch(void *self, void (*fn)(void *user, uint64_t at), void *user)
{
	(void)self;
	log_.fn = fn;
	log_.user = user;
	return XIE_OK;
}
static xie_ms mono(void *self)
{
	(void)self;
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (xie_ms)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
static xie_status fill(void *self, void *p, size_t n)
{
	(void)self;
	memset(p, 0x40, n);
	return XIE_OK;
}

static struct xie_ingest *in;
static char dir[64], path[96];

static int setup(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/xie_ingest_XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/in.nmea", dir);
	log_.n = 0;
	log_.full = false;
	struct xie_ingest_options o = { .journal = { .append = append, .committed = committed, .watch = watch },
		.clock = { .wall = mono, .mono = mono }, .random = { .fill = fill }, .retry_ms = 20, .retry_max_ms = 100 };
	return xie_ingest_open(&o, &in) != XIE_OK;
}
static int teardown(void **state)
{
	(void)state;
	xie_ingest_close(in);
	in = NULL;
	(void)unlink(path);
	return rmdir(dir);
}

static void add(enum xie_source_kind kind, const char *address, unsigned rate, const struct xie_gateway *g)
{
	struct xie_source_config c = { .id = 7, .name = "the source", .kind = kind, .address = address, .rate = rate,
		.frame_max = 100, .conns_max = 3, .gateway = g };
	struct xie_err err;
	if (xie_ingest_add(in, &c, &err) != XIE_OK)
		fail_msg("%s", err.what);
}
static struct xie_source_stats stats(void)
{
	struct xie_source_stats s;
	check_ok(xie_ingest_stats(in, 7, &s));
	return s;
}
/* Waits until a condition holds, 10 s at most. */
#define await(cond)                                          \
	do {                                                 \
		int left_ = 1000;                            \
		while (!(cond) && left_-- > 0)               \
			(void)usleep(10000);                 \
		if (left_ < 0)                               \
			fail_msg("never: %s", #cond);        \
	} while (0)

static unsigned frames(void)
{
	unsigned k = 0;
	(void)pthread_mutex_lock(&log_.lock);
	for (unsigned i = 0; i < log_.n; i++)
		k += log_.rec[i].kind == XIE_REC_FRAME;
	(void)pthread_mutex_unlock(&log_.lock);
	return k;
}
static const char *text_of(unsigned kind, unsigned nth)
{
	const char *found = "";
	(void)pthread_mutex_lock(&log_.lock);
	for (unsigned i = 0, k = 0; i < log_.n; i++)
		if (log_.rec[i].kind == kind && k++ == nth)
			found = log_.rec[i].text;
	(void)pthread_mutex_unlock(&log_.lock);
	return found;
}

static int call(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	check_int(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
	return fd;
}
static void say(int fd, const char *text)
{
	check_int(write(fd, text, strlen(text)), strlen(text));
}

static void a_file_is_read_line_by_line(void **state)
{
	(void)state;
	FILE *f = fopen(path, "wb");
	for (int i = 0; i < 3000; i++)
		(void)fprintf(f, "!AIVDM,%d\r\n", i);
	(void)fprintf(f, "\n%0150d\nbell\aring\nlast without an end", 1);
	(void)fclose(f);
	add(XIE_SOURCE_FILE, path, 0, NULL);
	await(xie_ingest_drained(in));
	check_int(frames(), 3001);
	check_str(xie_str_of(text_of(XIE_REC_FRAME, 2999)), "!AIVDM,2999");
	check_str(xie_str_of(text_of(XIE_REC_FRAME, 3000)), "last without an end");
	check_str(xie_str_of(text_of(XIE_REC_SOURCE, 0)), "{\"id\":7,\"name\":\"the source\",\"state\":\"up\"}");
	check_str(xie_str_of(text_of(XIE_REC_SOURCE, 1)), "{\"id\":7,\"name\":\"the source\",\"state\":\"down\",\"why\":\"end of input\"}");
	struct xie_source_stats s = stats();
	check_int(s.frames, 3001);
	check_int(s.rejects[XIE_REJECT_TOO_LONG], 1);
	check_int(s.rejects[XIE_REJECT_NOT_TEXT], 1);
	check_str(xie_str_of(s.reject_sample), "bell.ring");
	check_true(!s.up);
}

static void a_full_journal_makes_the_source_wait(void **state)
{
	(void)state;
	FILE *f = fopen(path, "wb");
	for (int i = 0; i < 2000; i++)
		(void)fprintf(f, "!AIVDM,%d\n", i);
	(void)fclose(f);
	log_.full = true;
	add(XIE_SOURCE_FILE, path, 0, NULL);
	await(stats().blocked > 2);
	check_int(frames(), 0);
	check_true(!xie_ingest_drained(in));
	(void)pthread_mutex_lock(&log_.lock);
	log_.full = false;
	(void)pthread_mutex_unlock(&log_.lock);
	await(xie_ingest_drained(in));
	check_int(frames(), 2000);
	/* The record of its coming waited too, and is there. */
	check_true(strstr(log_.rec[0].text, "\"up\"") != NULL);
	check_true(strstr(text_of(XIE_REC_SOURCE, 1), "\"down\"") != NULL);
}

static void a_rate_is_kept(void **state)
{
	(void)state;
	FILE *f = fopen(path, "wb");
	for (int i = 0; i < 60; i++)
		(void)fprintf(f, "!AIVDM,%d\n", i);
	(void)fclose(f);
	xie_ms t = mono(NULL);
	add(XIE_SOURCE_FILE, path, 100, NULL);
	await(xie_ingest_drained(in));
	check_int(frames(), 60);
	check_true(mono(NULL) - t >= 350); /* 60 frames at 100 a second, less the 21 of the first fifth */
}

static void callers_send_lines_cut_anywhere(void **state)
{
	(void)state;
	add(XIE_SOURCE_TCP_LISTEN, "127.0.0.1:0", 0, NULL);
	uint16_t port = stats().port;
	check_true(port != 0);
	int a = call(port), b = call(port);
	say(a, "!AIVDM,one\r\n!AIV");
	await(frames() == 1);
	say(b, "!AIVDM,two\n");
	await(frames() == 2);
	say(a, "DM,three\n!AIVDM,cut off");
	await(frames() == 3);
	check_str(xie_str_of(text_of(XIE_REC_FRAME, 2)), "!AIVDM,three");
	check_int(stats().conns, 2);
	(void)close(a);
	await(stats().rejects[XIE_REJECT_CUT] == 1);
	check_true(stats().up);
	(void)close(b);
	await(!stats().up);
	/* A line without end does not grow without end. */
	a = call(port);
	for (int i = 0; i < 50; i++)
		say(a, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	say(a, "\n!AIVDM,four\n");
	await(frames() == 4);
	check_int(stats().rejects[XIE_REJECT_TOO_LONG], 1);
	/* One over the limit is sent away. */
	int more[3] = { call(port), call(port), call(port) };
	char c;
	check_int(read(more[2], &c, 1), 0);
	for (int i = 0; i < 3; i++)
		(void)close(more[i]);
	(void)close(a);
}

static void a_lost_server_is_called_again(void **state)
{
	(void)state;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	int l = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	check_int(bind(l, (struct sockaddr *)&a, sizeof a), 0);
	check_int(getsockname(l, (struct sockaddr *)&a, &n), 0);
	(void)setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	char address[40];
	(void)snprintf(address, sizeof address, "127.0.0.1:%u", ntohs(a.sin_port));
	add(XIE_SOURCE_TCP, address, 0, NULL); /* nobody listens yet */
	await(stats().why[0] != '\0');
	check_int(listen(l, 4), 0);
	int c = accept(l, NULL, NULL);
	say(c, "!AIVDM,one\n");
	await(frames() == 1);
	check_true(stats().up);
	(void)close(c);
	c = accept(l, NULL, NULL);
	say(c, "!AIVDM,two\n");
	await(frames() == 2);
	check_int(stats().ups, 2);
	check_true(strstr(text_of(XIE_REC_SOURCE, 1), "closed by the peer") != NULL);
	(void)close(c);
	(void)close(l);
}

static void datagrams_hold_whole_lines(void **state)
{
	(void)state;
	add(XIE_SOURCE_UDP, "127.0.0.1:0", 0, NULL);
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(stats().port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	check_int(sendto(fd, "!AIVDM,one\r\n!AIVDM,two", 22, 0, (struct sockaddr *)&a, sizeof a), 22);
	await(frames() == 2);
	check_str(xie_str_of(text_of(XIE_REC_FRAME, 1)), "!AIVDM,two");
	log_.full = true;
	check_int(sendto(fd, "!AIVDM,lost\n", 12, 0, (struct sockaddr *)&a, sizeof a), 12);
	await(stats().rejects[XIE_REJECT_NO_ROOM] == 1);
	log_.full = false;
	(void)close(fd);
}

static void a_serial_line_that_comes_back(void **state)
{
	(void)state;
	int master, slave;
	char name[64];
	check_int(openpty(&master, &slave, name, NULL, NULL), 0);
	add(XIE_SOURCE_SERIAL, name, 0, NULL);
	await(stats().up);
	say(master, "!AIVDM,serial\r\n");
	await(frames() == 1);
	check_str(xie_str_of(text_of(XIE_REC_FRAME, 0)), "!AIVDM,serial");
	(void)close(slave);
	(void)close(master); /* pulled out */
	await(!stats().up);
	check_true(stats().why[0] != '\0');
}

/* A gateway that answers each byte 'q' once the journal has it, and ends at 'x'. */
static struct {
	uint64_t wait[64];
	uint32_t conn[64];
	unsigned n;
	_Atomic unsigned closed, ticks; /* the test looks at these while the loop runs */
	_Atomic uint32_t paused;
} gw;
static void gw_open(void *self, struct xie_ingest *i, uint32_t conn, const char *peer)
{
	(void)self;
	check_true(strncmp(peer, "127.0.0.1:", 10) == 0);
	check_ok(xie_ingest_send(i, conn, "hello ", 6));
}
static size_t gw_bytes(void *self, struct xie_ingest *i, uint32_t conn, const uint8_t *p, size_t n)
{
	(void)self;
	size_t used = 0;
	for (; used < n; used++) {
		if (p[used] == 'x') {
			xie_ingest_end(i, conn);
		} else if (p[used] == 'q' && gw.n < 64) {
			if (xie_ingest_frame(i, conn, p + used, 1, &gw.wait[gw.n]) != XIE_OK) {
				xie_ingest_pause(i, conn, true);
				gw.paused = conn;
				break;
			}
			gw.conn[gw.n++] = conn;
		}
	}
	return used;
}
static void gw_committed(void *self, struct xie_ingest *i, uint64_t pos)
{
	(void)self;
	unsigned k = 0;
	for (; k < gw.n && gw.wait[k] <= pos; k++)
		check_ok(xie_ingest_send(i, gw.conn[k], "a", 1));
	memmove(gw.wait, gw.wait + k, (gw.n - k) * sizeof gw.wait[0]);
	memmove(gw.conn, gw.conn + k, (gw.n - k) * sizeof gw.conn[0]);
	gw.n -= k;
	xie_ingest_pause(i, gw.paused, false);
}
static void gw_time(void *self, struct xie_ingest *i, xie_ms now)
{
	(void)self;
	(void)i;
	(void)now;
	gw.ticks++;
}
static void gw_close(void *self, struct xie_ingest *i, uint32_t conn)
{
	(void)self;
	(void)i;
	(void)conn;
	gw.closed++;
}
static const struct xie_gateway GATEWAY = { .on_open = gw_open, .on_bytes = gw_bytes, .on_committed = gw_committed,
	.on_time = gw_time, .on_close = gw_close };

static void expect(int fd, const char *text)
{
	char got[100];
	size_t n = 0, want = strlen(text);
	while (n < want) {
		ssize_t k = read(fd, got + n, want - n);
		check_true(k > 0);
		n += (size_t)k;
	}
	check_true(memcmp(got, text, want) == 0);
}

static void a_gateway_answers_after_the_commit(void **state)
{
	(void)state;
	memset(&gw, 0, sizeof gw);
	add(XIE_SOURCE_TCP_LISTEN, "127.0.0.1:0", 0, &GATEWAY);
	await(stats().up); /* it listens: who does not call is silent */
	int fd = call(stats().port);
	expect(fd, "hello ");
	say(fd, "qq");
	expect(fd, "aa");
	check_int(frames(), 2);
	/* Full: it waits, and what was read is not lost. */
	log_.full = true;
	say(fd, "qqq");
	await(stats().blocked > 0);
	check_int(frames(), 2);
	log_.full = false;
	struct xie_rec tick = { .kind = XIE_REC_TICK };
	uint64_t at;
	check_ok(append(NULL, &tick, 1, &at));
	expect(fd, "aaa");
	say(fd, "x");
	char c;
	check_int(read(fd, &c, 1), 0);
	await(gw.closed == 1);
	check_true(gw.ticks > 0);
	(void)close(fd);
	check_true(stats().up);
	check_ok(xie_ingest_remove(in, 7));
	check_str(xie_str_of(text_of(XIE_REC_SOURCE, 1)), "{\"id\":7,\"name\":\"the source\",\"state\":\"down\",\"why\":\"switched off\"}");
}

static void refuses_settings_with_a_reason(void **state)
{
	(void)state;
	static const struct xie_source_config BAD[] = {
		{ .id = 0, .name = "x", .kind = XIE_SOURCE_FILE, .address = "x" },
		{ .id = 1, .name = "x", .kind = XIE_SOURCE_TCP, .address = "localhost" },
		{ .id = 1, .name = "x", .kind = XIE_SOURCE_TCP, .address = "localhost:70000" },
		{ .id = 1, .name = "x", .kind = XIE_SOURCE_UDP, .address = "::1:5" },
		{ .id = 1, .name = "x", .kind = XIE_SOURCE_SERIAL, .address = "/dev/x", .baud = 7 },
		{ .id = 1, .name = "x", .kind = XIE_SOURCE_FILE, .address = "x", .frame_max = 100000 },
	};
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		struct xie_err err = { 0 };
		check_true(xie_ingest_add(in, &BAD[i], &err) != XIE_OK);
		check_true(err.what[0] != '\0');
	}
	add(XIE_SOURCE_FILE, "/nowhere/at/all", 0, NULL);
	struct xie_source_config c = { .id = 7, .name = "x", .kind = XIE_SOURCE_FILE, .address = "x" };
	check_st(xie_ingest_add(in, &c, NULL), XIE_DUPLICATE);
	check_true(strstr(stats().why, "No such file") != NULL);
	check_ok(xie_ingest_remove(in, 7));
	check_st(xie_ingest_remove(in, 7), XIE_MISSING);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_file_is_read_line_by_line),
		T(a_full_journal_makes_the_source_wait),
		T(a_rate_is_kept),
		T(callers_send_lines_cut_anywhere),
		T(a_lost_server_is_called_again),
		T(datagrams_hold_whole_lines),
		T(a_serial_line_that_comes_back),
		T(a_gateway_answers_after_the_commit),
		T(refuses_settings_with_a_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
