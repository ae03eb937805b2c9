/* SPDX-License-Identifier: Apache-2.0 */
/* Terminals on real sockets, with a journal made by hand: when it commits, and whether it takes anything, the test says. */
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "xie/ingest/gate.h"

static struct {
	pthread_mutex_t lock;
	bool full;
	unsigned n;
	uint64_t committed;
	char text[4000][120];
	uint8_t kind[4000];
	void (*fn)(void *user, uint64_t at);
	void *user;
} log_ = { .lock = PTHREAD_MUTEX_INITIALIZER };

static xie_status append(void *self, const struct xie_rec *recs, size_t n, uint64_t *ret_last)
{
	(void)self;
	(void)pthread_mutex_lock(&log_.lock);
	bool full = log_.full || log_.n + n > 4000;
	for (size_t i = 0; !full && i < n; i++, log_.n++) {
		log_.kind[log_.n] = recs[i].kind;
		(void)snprintf(log_.text[log_.n], 120, "%.*s", (int)recs[i].bytes.n, recs[i].bytes.p);
	}
	*ret_last = log_.n;
	(void)pthread_mutex_unlock(&log_.lock);
	return full ? XIE_LIMIT : XIE_OK;
}
static uint64_t committed(void *self)
{
	(void)self;
	(void)pthread_mutex_lock(&log_.lock);
	uint64_t at = log_.committed;
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
static void commit_all(void)
{
	(void)pthread_mutex_lock(&log_.lock);
	log_.committed = log_.n;
	(void)pthread_mutex_unlock(&log_.lock);
	log_.fn(log_.user, log_.n);
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
static bool known(void *self, xie_str identity)
{
	(void)self;
	return xie_str_is(identity, "13912340001");
}

static struct xie_ingest *in;
static struct xie_gate *gate;

static int setup(void **state)
{
	(void)state;
	log_.n = 0;
	log_.committed = 0;
	log_.full = false;
	struct xie_ingest_options o = { .journal = { .append = append, .committed = committed, .watch = watch },
		.clock = { .wall = mono, .mono = mono }, .random = { .fill = fill } };
	struct xie_gate_options g = { .source = 7, .set = xie_jt808_settings_for(8), .clock = o.clock, .known = known };
	g.set.series_max = 2;
	check_ok(xie_ingest_open(&o, &in));
	check_ok(xie_gate_new(&g, &gate));
	struct xie_source_config c = { .id = 7, .name = "trucks", .kind = XIE_SOURCE_TCP_LISTEN, .address = "127.0.0.1:0",
		.gateway = xie_gate_gateway(gate) };
	check_ok(xie_ingest_add(in, &c, NULL));
	return 0;
}
static int teardown(void **state)
{
	(void)state;
	(void)!xie_ingest_remove(in, 7);
	xie_gate_free(gate);
	xie_ingest_close(in);
	return 0;
}

#define await(cond)                                          \
	do {                                                 \
		int left_ = 1000;                            \
		while (!(cond) && left_-- > 0)               \
			(void)usleep(10000);                 \
		if (left_ < 0)                               \
			fail_msg("never: %s", #cond);        \
	} while (0)

static unsigned count(unsigned kind, const char *has)
{
	unsigned k = 0;
	(void)pthread_mutex_lock(&log_.lock);
	for (unsigned i = 0; i < log_.n; i++)
		k += log_.kind[i] == kind && (has == NULL || strstr(log_.text[i], has) != NULL);
	(void)pthread_mutex_unlock(&log_.lock);
	return k;
}
static struct xie_source_stats stats(void)
{
	struct xie_source_stats s;
	check_ok(xie_ingest_stats(in, 7, &s));
	return s;
}

/* ---- a terminal ---- */

static int call(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(stats().port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval patience = { .tv_sec = 10 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	check_int(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
	return fd;
}
static size_t wire(uint8_t *p, uint16_t id, uint16_t serial, const char *phone, const void *body, size_t n)
{
	struct xie_jt808_head h = { .id = id, .serial = serial, .edition = XIE_JT808_2013 };
	xie_wr w = xie_wr_of(p, XIE_JT808_WIRE_MAX);
	check_ok(xie_jt808_phone_set(&h, xie_str_of(phone)));
	check_ok(xie_jt808_frame_write(&w, &h, body, n));
	return w.n;
}
static void say(int fd, uint16_t id, uint16_t serial, const void *body, size_t n)
{
	uint8_t p[XIE_JT808_WIRE_MAX];
	size_t k = wire(p, id, serial, "13912340001", body, n);
	check_int(write(fd, p, k), k);
}
/* The next frame from the platform; false: the connection has ended. */
static bool hear(int fd, struct xie_jt808_frame *f)
{
	static uint8_t p[XIE_JT808_WIRE_MAX], room[XIE_JT808_FRAME_MAX];
	size_t n = 0;
	while (n < 2 || p[n - 1] != 0x7e) {
		ssize_t k = read(fd, p + n, 1);
		if (k <= 0)
			return false;
		n += (size_t)k;
	}
	check_int(xie_jt808_frame_read(p + 1, n - 2, room, f), XIE_JT808_BAD_NONE);
	return true;
}
/* An answer 0x8001 to the frame with this number. */
static void hear_answer(int fd, uint16_t serial, uint8_t result)
{
	struct xie_jt808_frame f;
	check_true(hear(fd, &f));
	check_int(f.head.id, 0x8001);
	check_int(f.body[0] << 8 | f.body[1], serial);
	check_int(f.body[4], result);
}
static bool silent(int fd)
{
	uint8_t b;
	(void)usleep(150000);
	return recv(fd, &b, 1, MSG_DONTWAIT) < 0;
}
static void log_in(int fd)
{
	struct xie_jt808_settings s = { .secret = { 0 } };
	char token[25];
	xie_jt808_token(&s, XIE_STR("13912340001"), token);
	unsigned before = count(XIE_REC_FRAME, NULL);
	say(fd, 0x0102, 1, token, 24);
	await(count(XIE_REC_FRAME, NULL) == before + 1);
	commit_all();
	hear_answer(fd, 1, 0);
}

static const uint8_t POSITION[28] = { 0, 0, 0, 0, 0, 0, 0, 3, 1, 0x5e, 0xf3, 0xc0, 6, 0xbd, 0xc6, 0xa0, 0, 10, 1, 0x90, 0, 90,
	0x26, 0x03, 0x17, 0x08, 0x40, 0x00 };

static void nothing_is_answered_before_it_is_committed(void **state)
{
	(void)state;
	int fd = call();
	log_in(fd);
	say(fd, 0x0200, 2, POSITION, 28);
	await(count(XIE_REC_FRAME, NULL) == 2);
	check_true(silent(fd));
	say(fd, 0x0002, 3, NULL, 0); /* a heartbeat is not kept */
	hear_answer(fd, 3, 0);
	check_int(count(XIE_REC_FRAME, NULL), 2);
	commit_all();
	hear_answer(fd, 2, 0);
	check_int(count(XIE_REC_FACT, "\"state\":\"in\""), 1);
	(void)close(fd);
	await(count(XIE_REC_FACT, "\"state\":\"out\"") == 1);
	check_int(count(XIE_REC_SOURCE, "\"state\":\"down\""), 0); /* it listens: whoever does not call is silent */
}

static void a_full_journal_makes_terminals_wait(void **state)
{
	(void)state;
	int fd = call();
	log_in(fd);
	(void)pthread_mutex_lock(&log_.lock);
	log_.full = true;
	(void)pthread_mutex_unlock(&log_.lock);
	for (uint16_t i = 0; i < 10; i++)
		say(fd, 0x0200, (uint16_t)(2 + i), POSITION, 28);
	await(stats().blocked > 1);
	commit_all();
	check_true(silent(fd));
	(void)pthread_mutex_lock(&log_.lock);
	log_.full = false;
	(void)pthread_mutex_unlock(&log_.lock);
	await(count(XIE_REC_FRAME, NULL) == 11);
	commit_all();
	for (uint16_t i = 0; i < 10; i++)
		hear_answer(fd, (uint16_t)(2 + i), 0);
	(void)close(fd);
}

static void no_more_than_sixteen_frames_wait(void **state)
{
	(void)state;
	int fd = call();
	log_in(fd);
	for (uint16_t i = 0; i < 40; i++)
		say(fd, 0x0200, (uint16_t)(2 + i), POSITION, 28);
	await(count(XIE_REC_FRAME, NULL) == 17);
	(void)usleep(200000);
	check_int(count(XIE_REC_FRAME, NULL), 17);
	for (uint16_t heard = 0; heard < 40; heard++) {
		if (heard % 8 == 0) {
			(void)usleep(150000);
			commit_all();
		}
		hear_answer(fd, (uint16_t)(2 + heard), 0);
	}
	check_int(count(XIE_REC_FRAME, NULL), 41);
	(void)close(fd);
}

static void a_second_login_ends_the_first(void **state)
{
	(void)state;
	struct xie_jt808_frame f;
	int a = call(), b;
	log_in(a);
	b = call();
	log_in(b);
	check_true(!hear(a, &f));
	await(count(XIE_REC_FACT, "\"why\":\"replaced\"") == 1);
	say(b, 0x0200, 2, POSITION, 28);
	await(count(XIE_REC_FRAME, NULL) == 3);
	commit_all();
	hear_answer(b, 2, 0);
	(void)close(a);
	(void)close(b);
}

static void look(void *ctx, struct xie_ingest *i)
{
	(void)i;
	xie_gate_look(gate, ctx);
}

static void frames_cut_anywhere_and_garbage_between(void **state)
{
	(void)state;
	uint8_t p[4 * XIE_JT808_WIRE_MAX];
	int fd = call();
	log_in(fd);
	size_t n = 0;
	p[n++] = 0x7e;
	p[n++] = 0x55;
	for (uint16_t i = 0; i < 3; i++)
		n += wire(p + n, 0x0200, (uint16_t)(2 + i), "13912340001", POSITION, 28) - (i < 2); /* they share their flags */
	for (size_t i = 0; i < n; i++) {
		check_int(write(fd, p + i, 1), 1);
		if (i % 16 == 0)
			(void)usleep(1000);
	}
	await(count(XIE_REC_FRAME, NULL) == 4);
	commit_all();
	for (uint16_t i = 0; i < 3; i++)
		hear_answer(fd, (uint16_t)(2 + i), 0);
	/* More than any frame holds, without an end. */
	memset(p, 0x31, sizeof p);
	for (int i = 0; i < 40; i++)
		check_int(write(fd, p, sizeof p), sizeof p);
	p[0] = 0x7e;
	n = 1 + wire(p + 1, 0x0200, 9, "13912340001", POSITION, 28);
	check_int(write(fd, p, n), n);
	await(count(XIE_REC_FRAME, NULL) == 5);
	struct xie_gate_state s;
	xie_ingest_call(in, look, &s);
	check_int(s.bad[XIE_JT808_BAD_SHORT], 1);
	check_int(s.bad[XIE_JT808_BAD_OVERSIZE], 1);
	check_int(s.hub.bad, 2);
	(void)close(fd);
}

struct ordering {
	xie_status st;
	uint64_t n;
};
static void order(void *ctx, struct xie_ingest *i)
{
	struct ordering *o = ctx;
	struct xie_jt808_msg m = { .id = 0x8300, .u.speech = { .flags = 8, .text = XIE_STR("stop") } };
	o->st = xie_gate_order(gate, i, o->n, XIE_STR("13912340001"), &m, 60000);
}

static void an_order_is_told_step_by_step(void **state)
{
	(void)state;
	struct xie_jt808_frame f;
	struct ordering o = { .n = 5 };
	xie_ingest_call(in, order, &o);
	check_ok(o.st);
	await(count(XIE_REC_FACT, "\"order\":5,\"message\":33536,\"state\":\"queued\"") == 1);
	int fd = call();
	log_in(fd);
	check_true(hear(fd, &f));
	check_int(f.head.id, 0x8300);
	await(count(XIE_REC_FACT, "\"state\":\"sent\"") == 1);
	uint8_t yes[5] = { (uint8_t)(f.head.serial >> 8), (uint8_t)f.head.serial, 0x83, 0, 0 };
	say(fd, 0x0001, 2, yes, 5);
	await(count(XIE_REC_FACT, "\"state\":\"received\"") == 1);
	await(count(XIE_REC_FACT, "\"state\":\"done\"") == 1);
	(void)pthread_mutex_lock(&log_.lock);
	log_.full = true;
	(void)pthread_mutex_unlock(&log_.lock);
	say(fd, 0x0200, 3, POSITION, 28);
	await(stats().blocked > 0);
	xie_ingest_call(in, order, &o);
	check_st(o.st, XIE_LIMIT);
	(void)close(fd);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(nothing_is_answered_before_it_is_committed),
		T(a_full_journal_makes_terminals_wait),
		T(no_more_than_sixteen_frames_wait),
		T(a_second_login_ends_the_first),
		T(frames_cut_anywhere_and_garbage_between),
		T(an_order_is_told_step_by_step),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
