/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi-sim: traffic with its truth, as lines for a file or as real terminals over TCP. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "net.h"
#include "sim.h"

#include "xie/base/time.h"

static const struct sim_actor *const actors[] = { &sim_trucks, &sim_vessels };
enum { ACTORS = sizeof actors / sizeof actors[0] };

static void usage(FILE *f)
{
	(void)fputs("usage: xiezhi-sim ACTOR [OPTION...]\n\n", f);
	for (size_t i = 0; i < ACTORS; i++)
		(void)fprintf(f, "  %-10s %s\n", actors[i]->name, actors[i]->summary);
	(void)fputs("\n"
	            "  --seed N           the same seed gives the same bytes (default 1)\n"
	            "  --scenario NAME    all (default); of vessels: bridge-speed, one vessel for five minutes\n"
	            "  --start TIME       of the traffic, ISO 8601; default: a Tuesday in March, vessels from 05:20, trucks from\n"
	            "                     08:40 (China's time)\n"
	            "  --every S          seconds between a truck's reports (default 5)\n"
	            "  --truth FILE       what was planted, one JSON object a line\n"
	            "  --to HOST:PORT     over TCP, as stations and terminals do; without it lines on standard output\n"
	            "  --speed N          with --to: seconds of traffic in a second (default 1)\n"
	            "  --now TIME         with --to: the traffic's time when the program begins (default: its start); what is\n"
	            "                     older is not sent\n"
	            "  --laps N           with --to: how often; 0 without end (default 1)\n"
	            "  --duplicate N, --garbage N, --late N   one frame in N is heard twice, has garbage behind it, begins a\n"
	            "                     batch that comes late\n"
	            "  --lose S           with --to: every link is lost once, for S seconds of traffic\n"
	            "  --with-parent PID  ends when that program ends, which started it\n"
	            "\n"
	            "The geography is a sketch near Foshan and Zhongshan.  Exit code: 0 done, 2 usage, 3 the environment failed.\n",
	            f);
}

static bool number(const char *text, uint32_t *ret)
{
	uint64_t v = 0;
	if (xie_str_u64(xie_str_of(text), &v) != XIE_OK || v > UINT32_MAX)
		return false;
	*ret = (uint32_t)v;
	return true;
}

struct settings {
	struct sim_options o;
	uint32_t laps;
};

/* Options whose value is a number. */
static bool numeric(struct settings *k, const char *name, const char *value, bool *ret_well)
{
	const struct {
		const char *name;
		uint32_t *to;
		bool zero; /* may be */
	} numbers[] = { { "--every", &k->o.every_s, false },      { "--speed", &k->o.speed, false },
		        { "--duplicate", &k->o.duplicate, true }, { "--garbage", &k->o.garbage, true },
		        { "--late", &k->o.late, true },           { "--lose", &k->o.lose_s, true },
		        { "--laps", &k->laps, true } };
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (strcmp(name, numbers[i].name) == 0) {
			*ret_well = number(value, numbers[i].to) && (numbers[i].zero || *numbers[i].to != 0);
			return true;
		}
	return false;
}

static bool option(struct settings *k, const struct sim_actor *actor, const char *name, const char *value)
{
	const xie_ms china = INT64_C(8) * 3600000;
	struct sim_options *o = &k->o;
	bool well = false;
	uint32_t parent = 0;
	if (numeric(k, name, value, &well))
		return well;
	if (strcmp(name, "--seed") == 0)
		return xie_str_u64(xie_str_of(value), &o->seed) == XIE_OK;
	if (strcmp(name, "--start") == 0)
		return xie_time_parse(xie_str_of(value), china, &o->start) == XIE_OK;
	if (strcmp(name, "--now") == 0)
		return xie_time_parse(xie_str_of(value), china, &o->now) == XIE_OK;
	if (strcmp(name, "--scenario") == 0) {
		o->scenario = value;
		return actor->knows(value);
	}
	if (strcmp(name, "--with-parent") == 0)
		return number(value, &parent) && prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && (uint32_t)getppid() == parent;
	if (strcmp(name, "--to") == 0) {
		o->to = value;
		return true;
	}
	if (strcmp(name, "--truth") == 0) {
		o->truth = fopen(value, "w");
		if (o->truth == NULL)
			perror(value);
		return o->truth != NULL;
	}
	return false;
}

/* Lap after lap; the traffic's clock goes on between them. */
static int run(const struct sim_actor *actor, struct settings *k)
{
	int64_t begun = sim_wall_ms();
	xie_ms now = k->o.now;
	int rc = 0;
	for (uint32_t lap = 0; rc == 0 && (lap < k->laps || k->laps == 0); lap++) {
		k->o.now = now + (sim_wall_ms() - begun) * k->o.speed;
		rc = actor->run(&k->o);
		k->o.start += (xie_ms)actor->lap_s * 1000;
	}
	return rc;
}

int main(int argc, char **argv)
{
	struct settings k = { .o = { .seed = 1, .every_s = 5, .speed = 1, .out = stdout }, .laps = 1 };
	const struct sim_actor *actor = NULL;
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		usage(stdout);
		return 0;
	}
	for (size_t i = 0; argc > 1 && i < ACTORS; i++)
		if (strcmp(argv[1], actors[i]->name) == 0)
			actor = actors[i];
	if (actor == NULL) {
		usage(stderr);
		return 2;
	}
	k.o.start = actor->start;
	k.o.now = INT64_MIN;
	for (int i = 2; i < argc; i += 2)
		if (i + 1 == argc || !option(&k, actor, argv[i], argv[i + 1])) {
			(void)fprintf(stderr, "xiezhi-sim: %s: no such option, or not its value\n", argv[i]);
			return 2;
		}
	if (k.o.now == INT64_MIN)
		k.o.now = k.o.start;
	if (k.o.to == NULL)
		k.laps = 1;
	int rc = run(actor, &k);
	if (k.o.truth != NULL && fclose(k.o.truth) != 0)
		rc = 3;
	return rc;
}
