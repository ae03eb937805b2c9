/* SPDX-License-Identifier: Apache-2.0 */
/* How much the journal takes: frames appended, committed with a real fdatasync, sealed and indexed, against the disk's
 * own figure (the same bytes, 256 KiB at a time, write and fdatasync) measured in the same run.
 *
 * usage: bench_journal [SECONDS [DIR [RECORDING]]]     default 10 s, a folder made below the current one, a recording
 * with one sentence a line, or sentences made up from a fixed seed */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "xie/store/journal.h"

#include "clocks.h"

enum { LINES_MAX = 200000, PIECE = 64 };

static xie_str lines[LINES_MAX];
static size_t n_lines;
static char *text;

static xie_status fill(void *self, void *p, size_t n)
{
	static uint64_t x = 88172645463325252u;
	(void)self;
	for (size_t i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		((uint8_t *)p)[i] = (uint8_t)x;
	}
	return XIE_OK;
}

/* 30 bits after the type and repeat fields of an AIS payload: the MMSI.  What the sealer's callback costs at least. */
static size_t keys_of(void *state, const struct xie_rec *rec, struct xie_key *ret, size_t cap)
{
	(void)state;
	size_t comma = 0, at = 0;
	for (; at < rec->bytes.n && comma < 5; at++)
		comma += rec->bytes.p[at] == ',';
	if (rec->kind != XIE_REC_FRAME || cap == 0 || rec->bytes.n - at < 7)
		return 0;
	uint64_t bits = 0;
	for (size_t i = 0; i < 7; i++) {
		unsigned c = (unsigned char)rec->bytes.p[at + i] - 48u;
		bits = bits << 6 | ((c > 40 ? c - 8 : c) & 63);
	}
	*ret = xie_key_mmsi((uint32_t)(bits >> 4 & 0x3fffffff) % 1000000000u);
	return 1;
}

static void load(const char *path)
{
	FILE *f = path != NULL ? fopen(path, "rb") : NULL;
	size_t cap = 16 << 20, n = 0;
	text = malloc(cap);
	if (text == NULL)
		exit(3);
	if (f != NULL) {
		n = fread(text, 1, cap, f);
		(void)fclose(f);
	} else {
		for (unsigned i = 0; i < 100000; i++) { /* position reports of 5,000 vessels, the rest of the bits random */
			uint8_t r[28];
			(void)fill(NULL, r, sizeof r);
			uint64_t head = UINT64_C(1) << 32 | (412000000u + ((unsigned)r[1] << 8 | r[2]) % 5000u); /* type, repeat, MMSI */
			n += (size_t)snprintf(text + n, cap - n, "!AIVDM,1,1,,%c,", r[0] & 1 ? 'A' : 'B');
			for (size_t b = 0; b < 28; b++) {
				unsigned six = b < 6 ? (unsigned)(head >> (32 - 6 * b) & 63) : r[b] & 63u;
				text[n++] = (char)(six < 40 ? six + 48 : six + 56);
			}
			n += (size_t)snprintf(text + n, cap - n, ",0*%02X\n", r[0]);
		}
	}
	for (size_t at = 0; at < n && n_lines < LINES_MAX;) {
		const char *e = memchr(text + at, '\n', n - at);
		size_t len = e != NULL ? (size_t)(e - text) - at : n - at;
		if (len != 0)
			lines[n_lines++] = (xie_str){ text + at, len };
		at += len + 1;
	}
}

/* The floor: the same bytes with nothing done to them. */
static double disk_floor(const char *dir, size_t bytes)
{
	char path[512];
	static char chunk[256 << 10];
	(void)snprintf(path, sizeof path, "%s/floor", dir);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	for (size_t i = 0; i < sizeof chunk; i++)
		chunk[i] = text[i % lines[0].n];
	uint64_t t = now_ns(CLOCK_MONOTONIC);
	for (size_t at = 0; fd >= 0 && at < bytes; at += sizeof chunk)
		if (write(fd, chunk, sizeof chunk) != (ssize_t)sizeof chunk || fdatasync(fd) != 0)
			exit(3);
	t = now_ns(CLOCK_MONOTONIC) - t;
	(void)close(fd);
	(void)unlink(path);
	return (double)bytes * 1e3 / (double)t;
}

static double cpu_s(void)
{
	struct rusage u;
	(void)getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void run(const char *dir, double seconds, bool index, double floor_mbs)
{
	char sub[512];
	(void)snprintf(sub, sizeof sub, "%s/%s", dir, index ? "indexed" : "plain");
	struct xie_journal_options o = { .clock = { .wall = wall, .mono = mono }, .random = { .fill = fill },
		.program = "bench", .keys = { .of = index ? keys_of : NULL } };
	struct xie_journal_store *j = NULL;
	struct xie_err err;
	if (xie_journal_open(sub, &o, &j, &err) != XIE_OK) {
		(void)fprintf(stderr, "%s\n", err.what);
		exit(3);
	}
	struct xie_journal p = xie_journal_port(j);
	struct xie_rec recs[PIECE];
	uint64_t frames = 0, bytes = 0, waits = 0, pos = 0, start = now_ns(CLOCK_MONOTONIC);
	double cpu = cpu_s();
	while ((double)(now_ns(CLOCK_MONOTONIC) - start) < seconds * 1e9) {
		size_t sum = 0;
		for (size_t i = 0; i < PIECE; i++) {
			recs[i] = (struct xie_rec){ .kind = XIE_REC_FRAME, .source = 1, .bytes = lines[(frames + i) % n_lines] };
			sum += recs[i].bytes.n;
		}
		if (p.append(p.self, recs, PIECE, &pos) != XIE_OK) {
			(void)p.wait(p.self, p.committed(p.self) + 1, 100);
			waits++;
			continue;
		}
		frames += PIECE;
		bytes += sum;
	}
	(void)p.wait(p.self, pos, 60000);
	double wait_s = (double)(now_ns(CLOCK_MONOTONIC) - start) / 1e9;
	(void)p.seal(p.self);
	double all_s = (double)(now_ns(CLOCK_MONOTONIC) - start) / 1e9;
	struct xie_journal_status s;
	xie_journal_status_of(j, &s);
	cpu = cpu_s() - cpu;
	xie_journal_close(j);
	char cmd[700];
	(void)snprintf(cmd, sizeof cmd, "cat '%s'/2*.db | wc -c", sub);
	FILE *f = popen(cmd, "r");
	unsigned long long disk = 0;
	if (f != NULL && fscanf(f, "%llu", &disk) == 1)
		(void)pclose(f);
	(void)printf("%-8s %8.1f MB/s raw committed, %.1f MB/s sealed (%.2f of the disk's own %.0f MB/s), %.2f million frames/s\n",
	             index ? "indexed" : "plain", (double)bytes / 1e6 / wait_s, (double)bytes / 1e6 / all_s,
	             (double)bytes / 1e6 / all_s / floor_mbs, floor_mbs, (double)frames / 1e6 / all_s);
	(void)printf("         commit mean %.2f ms, worst %.1f ms, %" PRIu64 " commits; cpu %.0f ns/frame; blocks %.2f of raw; back pressure %" PRIu64 "\n",
	             (double)s.commit_us_sum / 1e3 / (double)(s.commits ? s.commits : 1), (double)s.commit_us_max / 1e3,
	             s.commits, cpu * 1e9 / (double)frames, (double)disk / (double)bytes, waits);
	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", sub);
	if (system(cmd) != 0)
		exit(3);
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? strtod(argv[1], NULL) : 10;
	char dir[400] = "bench_journal.tmp";
	if (argc > 2)
		(void)snprintf(dir, sizeof dir, "%s/bench_journal.tmp", argv[2]);
	if (mkdir(dir, 0700) != 0) {
		perror(dir);
		return 3;
	}
	load(argc > 3 ? argv[3] : NULL);
	size_t sum = 0;
	for (size_t i = 0; i < n_lines; i++)
		sum += lines[i].n;
	(void)printf("%zu different frames of %.1f bytes on average\n", n_lines, (double)sum / (double)n_lines);
	double floor_mbs = disk_floor(dir, 256 << 20);
	run(dir, seconds, false, floor_mbs);
	run(dir, seconds, true, floor_mbs);
	return rmdir(dir) == 0 ? 0 : 3;
}
