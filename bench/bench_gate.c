/* SPDX-License-Identifier: Apache-2.0 */
/* JT/T 808 terminals over the loopback: messages a second and core with the session machine, the journal (real
 * fdatasync) and the answers after its commit, against a bare epoll loop that counts frames and echoes an answer of the
 * same size, in the same run with the same terminals; and what idle connections cost.
 *
 * usage: bench_gate [TERMINALS [SECONDS [DIR]]]     default 1000, 5, a folder made below the current one
 * The terminals are another process; each has one message under way and sends the next when it is answered. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "xie/ingest/gate.h"
#include "xie/store/journal.h"

#include "clocks.h"

static unsigned terminals = 1000, seconds = 5;

static xie_status fill(void *self, void *p, size_t n)
{
	(void)self;
	for (size_t i = 0; i < n; i++)
		((uint8_t *)p)[i] = (uint8_t)(i * 37 + 11);
	return XIE_OK;
}
static void die(const char *what)
{
	perror(what);
	exit(3);
}

/* ---- the terminals ---- */

struct terminal {
	int fd;
	uint8_t wire[80];
	size_t n;
};

static size_t wire_of(uint8_t *p, size_t cap, uint16_t id, unsigned number, const void *body, size_t n)
{
	char phone[16];
	struct xie_jt808_head h = { .id = id, .serial = 7, .edition = XIE_JT808_2013 };
	xie_wr w = xie_wr_of(p, cap);
	(void)snprintf(phone, sizeof phone, "139%08u", number);
	if (xie_jt808_phone_set(&h, xie_str_of(phone)) != XIE_OK || xie_jt808_frame_write(&w, &h, body, n) != XIE_OK)
		exit(3);
	return w.n;
}

static int call(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0)
		die("connect");
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return fd;
}

/* Connects and, at the gate, logs in; then says so on `ready` and waits for a byte on `go`. */
static void run_terminals(uint16_t port, bool login, int ready, int go)
{
	/* 28 bytes and mileage: 56 on the wire. */
	static const uint8_t body[] = { 0, 0, 0, 0, 0, 0, 0, 3, 1, 0x5e, 0xf3, 0xc0, 6, 0xbd, 0xc6, 0xa0, 0, 10, 1, 0x90, 0, 90,
		0x26, 0x03, 0x17, 0x08, 0x40, 0x00, 1, 4, 0, 0, 9, 9, 0x30, 1, 20, 0x31, 1, 11 };
	struct xie_jt808_settings set = { .secret = { 0 } };
	struct terminal *t = calloc(terminals, sizeof *t);
	struct epoll_event e, events[512];
	uint8_t buf[4096];
	int poll = epoll_create1(EPOLL_CLOEXEC);
	for (unsigned i = 0; i < terminals; i++) {
		t[i].fd = call(port);
		if (login) {
			char phone[16], token[25];
			(void)snprintf(phone, sizeof phone, "139%08u", i);
			xie_jt808_token(&set, xie_str_of(phone), token);
			size_t n = wire_of(buf, sizeof buf, 0x0102, i, token, 24);
			if (write(t[i].fd, buf, n) != (ssize_t)n)
				die("write");
		}
		t[i].n = wire_of(t[i].wire, sizeof t[i].wire, 0x0200, i, body, sizeof body);
	}
	for (unsigned i = 0; login && i < terminals; i++)
		if (read(t[i].fd, buf, sizeof buf) <= 0)
			die("log-in");
	if (write(ready, "", 1) != 1 || read(go, buf, 1) != 1)
		exit(0);
	for (unsigned i = 0; i < terminals; i++) {
		e = (struct epoll_event){ .events = EPOLLIN, .data.u32 = i };
		(void)epoll_ctl(poll, EPOLL_CTL_ADD, t[i].fd, &e);
		if (write(t[i].fd, t[i].wire, t[i].n) < 0)
			exit(0);
	}
	for (;;) {
		int n = epoll_wait(poll, events, 512, -1);
		for (int k = 0; k < n; k++) {
			struct terminal *x = &t[events[k].data.u32];
			if (read(x->fd, buf, sizeof buf) <= 0 || write(x->fd, x->wire, x->n) < 0)
				exit(0); /* the platform has ended */
		}
	}
}

static pid_t start_terminals(uint16_t port, bool login, int *ret_go)
{
	int ready[2], go[2];
	uint8_t b;
	if (pipe(ready) != 0 || pipe(go) != 0)
		die("pipe");
	pid_t pid = fork();
	if (pid == 0) {
		(void)close(ready[0]);
		(void)close(go[1]);
		run_terminals(port, login, ready[1], go[0]);
	}
	(void)close(ready[1]);
	(void)close(go[0]);
	if (read(ready[0], &b, 1) != 1)
		die("the terminals");
	*ret_go = go[1];
	return pid;
}

static void end_terminals(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

/* ---- the reference: nothing but counting and answering ---- */

static atomic_uint_fast64_t counted;
static atomic_bool stop;

static void *bare_loop(void *arg)
{
	static const uint8_t answer[20] = { 0x7e, [19] = 0x7e };
	int listener = *(int *)arg, poll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event e = { .events = EPOLLIN, .data.fd = listener }, events[512];
	uint8_t buf[65536];
	(void)epoll_ctl(poll, EPOLL_CTL_ADD, listener, &e);
	while (!atomic_load(&stop)) {
		int n = epoll_wait(poll, events, 512, 100);
		for (int k = 0; k < n; k++) {
			int fd = events[k].data.fd;
			if (fd == listener) {
				fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
				e = (struct epoll_event){ .events = EPOLLIN, .data.fd = fd };
				(void)epoll_ctl(poll, EPOLL_CTL_ADD, fd, &e);
				continue;
			}
			ssize_t got = read(fd, buf, sizeof buf);
			unsigned flags = 0;
			for (ssize_t i = 0; i < got; i++)
				flags += buf[i] == 0x7e;
			atomic_fetch_add(&counted, flags / 2);
			for (unsigned i = 0; i < flags / 2; i++)
				if (send(fd, answer, sizeof answer, MSG_NOSIGNAL) < 0)
					break;
			if (got <= 0)
				(void)close(fd);
		}
	}
	(void)close(poll);
	return NULL;
}

static double cpu_s(void)
{
	return (double)now_ns(CLOCK_PROCESS_CPUTIME_ID) / 1e9;
}

static double reference(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), go;
	pthread_t thread;
	if (bind(listener, (struct sockaddr *)&a, sizeof a) != 0 || listen(listener, 512) != 0 ||
	    getsockname(listener, (struct sockaddr *)&a, &n) != 0)
		die("listen");
	(void)pthread_create(&thread, NULL, bare_loop, &listener);
	pid_t pid = start_terminals(ntohs(a.sin_port), false, &go);
	if (write(go, "", 1) != 1)
		die("go");
	(void)sleep(1);
	uint64_t from = atomic_load(&counted), t0 = now_ns(CLOCK_MONOTONIC);
	double c0 = cpu_s();
	(void)sleep(seconds);
	double messages = (double)(atomic_load(&counted) - from), cpu = cpu_s() - c0;
	double s = (double)(now_ns(CLOCK_MONOTONIC) - t0) / 1e9;
	end_terminals(pid);
	atomic_store(&stop, true);
	(void)pthread_join(thread, NULL);
	(void)close(listener);
	(void)close(go);
	(void)printf("%-34s %9.0f /s   %9.0f /s and core   %6.2f us CPU\n", "bare epoll loop, counts and echoes", messages / s,
	             messages / cpu, cpu / messages * 1e6);
	return messages / cpu;
}

/* ---- the gate ---- */

static long resident_kib(void)
{
	char line[200];
	long kib = 0;
	FILE *f = fopen("/proc/self/status", "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, "VmRSS:", 6) == 0)
			kib = (long)strtoul(line + 6, NULL, 10);
	if (f != NULL)
		(void)fclose(f);
	return kib;
}

static uint64_t frames(struct xie_ingest *in, uint16_t *ret_port)
{
	struct xie_source_stats st = { .frames = 0 };
	(void)!xie_ingest_stats(in, 1, &st);
	if (ret_port != NULL)
		*ret_port = st.port;
	return st.frames;
}

/* before: resident before the gate was made, whose sessions stand ready from the start. */
static void measure(struct xie_ingest *in, uint16_t port, double bare, long before)
{
	int go;
	pid_t pid = start_terminals(port, true, &go);
	long after = resident_kib();
	(void)printf("%u idle connections, logged in        %6.1f MiB resident, %.0f bytes each\n", terminals,
	             (double)(after - before) / 1024, (double)(after - before) * 1024 / terminals);
	if (write(go, "", 1) != 1)
		die("go");
	(void)sleep(1);
	uint64_t from = frames(in, NULL), t0 = now_ns(CLOCK_MONOTONIC);
	double c0 = cpu_s();
	(void)sleep(seconds);
	double messages = (double)(frames(in, NULL) - from), cpu = cpu_s() - c0;
	double s = (double)(now_ns(CLOCK_MONOTONIC) - t0) / 1e9;
	end_terminals(pid);
	(void)printf("%-34s %9.0f /s   %9.0f /s and core   %6.2f us CPU   %.2f of the bare loop\n",
	             "gate, journal, answers", messages / s, messages / cpu, cpu / messages * 1e6, messages / cpu / bare);
}

int main(int argc, char **argv)
{
	char dir[512] = "bench_gate_XXXXXX", cmd[600];
	struct rlimit l;
	terminals = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : terminals;
	seconds = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : seconds;
	if (argc > 3)
		(void)snprintf(dir, sizeof dir, "%s/bench_gate_XXXXXX", argv[3]);
	if (mkdtemp(dir) == NULL)
		die(dir);
	if (getrlimit(RLIMIT_NOFILE, &l) == 0) {
		l.rlim_cur = l.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &l);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	(void)printf("%u terminals, %u s\n", terminals, seconds);
	(void)fflush(stdout);
	double bare = reference();
	(void)fflush(stdout);
	struct xie_clock clock = { .wall = wall, .mono = mono };
	struct xie_random random = { .fill = fill };
	struct xie_journal_options jo = { .clock = clock, .random = random };
	struct xie_journal_store *store = NULL;
	struct xie_err err = { .st = XIE_OK };
	struct xie_ingest *in = NULL;
	struct xie_gate *gate = NULL;
	if (xie_journal_open(dir, &jo, &store, &err) != XIE_OK) {
		(void)fprintf(stderr, "%s\n", err.what);
		return 3;
	}
	struct xie_ingest_options io = { .journal = xie_journal_port(store), .clock = clock, .random = random };
	struct xie_gate_options go = { .source = 1, .set = xie_jt808_settings_for(terminals), .clock = clock };
	struct xie_source_config sc = { .id = 1, .name = "terminals", .kind = XIE_SOURCE_TCP_LISTEN, .address = "127.0.0.1:0",
		.conns_max = terminals + 16 };
	uint16_t port = 0;
	long before = resident_kib();
	if (xie_ingest_open(&io, &in) != XIE_OK || xie_gate_new(&go, &gate) != XIE_OK)
		return 3;
	sc.gateway = xie_gate_gateway(gate);
	if (xie_ingest_add(in, &sc, &err) != XIE_OK)
		return 3;
	(void)frames(in, &port);
	measure(in, port, bare, before);
	(void)!xie_ingest_remove(in, 1);
	xie_gate_free(gate);
	xie_ingest_close(in);
	xie_journal_close(store);
	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
	return system(cmd) == 0 ? 0 : 3;
}
